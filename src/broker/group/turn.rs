//! What the coordinator is given when it does something: time, settings, the log to write to; and what
//! it hands back: answers and events.
//!
//! Kafka: `CoordinatorRuntime`, which writes an operation's records before its state holds.

use crate::broker::channel::{Answer, Reply};
use crate::broker::group::{OffsetsKey, offsets_partition};
use crate::broker::{BrokerEvent, TopicImage};
use crate::protocol::config::{Profile, Setting, Settings};
use crate::protocol::record::{BatchBuilder, BatchOptions, Record};
use crate::protocol::request::{ApiKey, JoinRefusal, Response};
use crate::protocol::{ErrorCode, GroupId, Offset, SortedMap, Topic, TopicPartition, Uuid};
use crate::storage::{AppendOrigin, Chance, LogEvent, LogManager};

/// One operation of the coordinator.
pub(in crate::broker) struct Turn<'a> {
    pub(in crate::broker) now_ms: u64,
    pub(in crate::broker) settings: &'a Settings,
    pub(in crate::broker) topics: &'a SortedMap<Topic, TopicImage>,
    pub(in crate::broker) logs: &'a mut LogManager,
    pub(in crate::broker) append_ms: u64,
    pub(in crate::broker) chance: Chance<'a>,
    pub(in crate::broker) answers: Vec<Answer>,
    pub(in crate::broker) events: &'a mut Vec<BrokerEvent>,
}

impl Turn<'_> {
    pub(super) fn setting_ms(&self, setting: Setting) -> u64 {
        self.settings.unsigned(setting)
    }

    pub(super) fn is_book(&self) -> bool {
        self.settings.profile() == Profile::Book
    }

    /// A moment `timeout_ms` from now.
    pub(super) fn after(&self, timeout_ms: i32) -> u64 {
        self.now_ms + u64::try_from(timeout_ms).unwrap_or(0)
    }

    pub(super) fn tell(&mut self, event: BrokerEvent) {
        self.events.push(event);
    }

    /// Answers now.
    pub(super) fn answer(&mut self, reply: Reply, response: Response) {
        self.answers.push(Answer { reply, delay_ms: 0, response });
    }

    /// Answers when what was just written is on disk.
    pub(super) fn answer_written(&mut self, reply: Reply, response: Response) {
        self.answers.push(Answer { reply, delay_ms: self.append_ms, response });
    }

    pub(super) fn tell_refused(
        &mut self,
        reply: Reply,
        api_key: ApiKey,
        partition: Option<TopicPartition>,
        error: ErrorCode,
    ) {
        let client = reply.client;
        self.tell(BrokerEvent::RequestRefused { client, api_key, partition, error });
    }

    /// Answers a join by an error; the id goes back as Kafka's answer carries it.
    pub(super) fn refuse_join(&mut self, reply: Reply, error: ErrorCode, member_id: &str) {
        if error != ErrorCode::MemberIdRequired {
            self.tell_refused(reply, ApiKey::JoinGroup, None, error);
        }
        let member_id = member_id.to_owned();
        self.answer(reply, Response::JoinGroup(Err(JoinRefusal { error, member_id })));
    }

    /// Answers a sync by an error.
    pub(super) fn refuse_sync(&mut self, reply: Reply, error: ErrorCode) {
        self.tell_refused(reply, ApiKey::SyncGroup, None, error);
        self.answer(reply, Response::SyncGroup { assignment: Err(error) });
    }

    /// A new member's id, `<client id>-<random UUID>` (GRP-3).
    pub(super) fn new_member_id(&mut self, client_id: &str) -> String {
        let drawn = (0..4).fold(0u128, |id, _| (id << 32) | u128::from((self.chance)()));
        // Version 4, variant 2, as `UUID.randomUUID`.
        let id = (drawn & !(0xf << 76) & !(3 << 62)) | (4 << 76) | (2 << 62);
        format!("{client_id}-{}", Uuid(id).to_hyphenated())
    }

    /// Writes records of a group as one batch (OFFS-7). Returns where it is and its first offset.
    ///
    /// # Errors
    /// As the client is told (`CoordinatorOperationExceptionHelper`); then nothing was written.
    pub(super) fn write(
        &mut self,
        group: &GroupId,
        records: &[(OffsetsKey, Option<Vec<u8>>)],
    ) -> Result<(TopicPartition, Offset), ErrorCode> {
        let (partition, leader) =
            offsets_partition(self.topics, group).ok_or(ErrorCode::NotCoordinator)?;
        let log = self.logs.get_mut(&partition).ok_or(ErrorCode::NotCoordinator)?;
        let mut batch = BatchBuilder::new(BatchOptions::default());
        for (key, value) in records {
            let record = Record {
                timestamp: self.now_ms.cast_signed(),
                key: Some(key.encode().into()),
                value: value.as_ref().map(|value| value.as_slice().into()),
                headers: Vec::new(),
            };
            batch.append(&record).map_err(|_| ErrorCode::UnknownServerError)?;
        }
        let bytes = batch.build(None).map_err(|_| ErrorCode::UnknownServerError)?;
        let mut events = Vec::new();
        let appended = log.append(
            self.now_ms,
            &bytes,
            leader.leader_epoch,
            AppendOrigin::Coordinator,
            &mut *self.chance,
            &mut events,
        );
        if let Err(refused) = &appended {
            events.push(LogEvent::AppendRefused(refused.refusal.clone()));
        }
        let tell = |event| BrokerEvent::Log(partition.clone(), event);
        self.events.extend(events.into_iter().map(tell));
        match appended {
            Ok(appended) => Ok((partition, appended.base_offset)),
            Err(_) => Err(ErrorCode::UnknownServerError),
        }
    }
}
