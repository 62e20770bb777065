//! Committed offsets: checked, written, read back, expired (`GRP-18`, `OFFS-6` to `OFFS-10`).
//!
//! Kafka: `OffsetMetadataManager`, `ClassicGroup.validateOffsetCommit`. Left out: metadata texts,
//! commits in transactions.

use std::rc::Rc;

use crate::broker::channel::Reply;
use crate::broker::group::coordinator::next_expiry_ms;
use crate::broker::group::{
    Coordinator, Group, OffsetValue, OffsetsKey, OffsetsValue, TopicNames, Turn, decode_record,
};
use crate::broker::{BrokerEvent, GroupCause, GroupState, TopicImage};
use crate::protocol::config::{Setting, Settings};
use crate::protocol::request::{ApiKey, CommitPartition, Response};
use crate::protocol::{ErrorCode, GroupId, Offset, SortedMap, SortedSet, Topic, TopicPartition};
use crate::storage::{Log, LogManager};

/// What a group has committed for a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CommittedOffset {
    /// The next offset to read.
    pub offset: Offset,
    /// Epoch of the last record read, −1 unknown.
    pub leader_epoch: i32,
    /// The coordinator's clock.
    pub commit_ms: u64,
    /// The record's offset in the group's partition of `__consumer_offsets`.
    pub stored_at: Offset,
}

/// Since when offsets count as old.
enum Aging {
    /// Not at all.
    Never,
    /// Since they were committed, but those of these topics.
    SinceCommit(SortedSet<Topic>),
    /// All since then.
    Since(u64),
}

impl Group {
    /// Whether this commit is let in.
    fn check_commit(
        &self,
        generation: i32,
        (member_id, instance_id): (&str, Option<&str>),
    ) -> Result<(), ErrorCode> {
        if generation < 0 && self.state() == GroupState::Empty {
            return Ok(());
        }
        if generation >= 0 || !member_id.is_empty() || instance_id.is_some() {
            self.check_member(generation, member_id, instance_id)?;
        } else if self.has_members() {
            return Err(ErrorCode::UnknownMemberId);
        }
        match self.state() {
            GroupState::CompletingRebalance => Err(ErrorCode::RebalanceInProgress),
            _ => Ok(()),
        }
    }

    /// What ages of the group's offsets (OFFS-9): those of topics that it does not read, in a stable group or one
    /// of the new protocol; all of an empty one.
    ///
    /// Kafka: `ClassicGroup.offsetExpirationCondition`, `isSubscribedToTopic`.
    fn aging(&self, is_book: bool) -> Aging {
        if is_book {
            return Aging::SinceCommit(SortedSet::new());
        }
        if let Some(modern) = &self.modern {
            let topics = self.offsets.keys().map(|partition| &partition.topic);
            return Aging::SinceCommit(
                topics.filter(|topic| modern.is_subscribed_to(topic)).cloned().collect(),
            );
        }
        match (self.protocol_type.is_empty(), self.state()) {
            (true, _) => Aging::SinceCommit(SortedSet::new()),
            (_, GroupState::Empty) => Aging::Since(self.state_ms),
            (_, GroupState::Stable) => {
                self.subscribed_topics().map_or(Aging::Never, Aging::SinceCommit)
            }
            _ => Aging::Never,
        }
    }
}

impl Coordinator {
    /// OffsetCommit: all accepted partitions become records of one batch; then they hold.
    pub(super) fn commit_offsets(
        &mut self,
        turn: &mut Turn<'_>,
        reply: Reply,
        group: &GroupId,
        generation: i32,
        member: (&str, Option<&str>),
        offsets: &[CommitPartition],
    ) {
        let modern = self.group(group).and_then(Group::modern);
        let check = |commit: &CommitPartition| {
            check_partition(turn, commit)
                .or_else(|| modern?.check_commit(generation, member.0, &commit.partition).err())
        };
        let mut errors: Vec<Option<ErrorCode>> = offsets.iter().map(check).collect();
        let accepted: Vec<&CommitPartition> = offsets
            .iter()
            .zip(&errors)
            .filter(|(_, error)| error.is_none())
            .map(|(c, _)| c)
            .collect();
        let mut written = false;
        if !accepted.is_empty() {
            let stored = self.store_offsets(turn, group, generation, member, &accepted);
            written = stored.is_ok();
            for error in &mut errors {
                *error = error.or(stored.err());
            }
        }
        for (commit, error) in offsets.iter().zip(&errors) {
            if let Some(error) = *error {
                let partition = Some(commit.partition.clone());
                turn.tell_refused(reply, ApiKey::OffsetCommit, partition, error);
            }
        }
        let partitions = offsets.iter().map(|c| c.partition.clone()).zip(errors).collect();
        let response = Response::OffsetCommit { partitions };
        if written {
            turn.answer_written(reply, response);
        } else {
            turn.answer(reply, response);
        }
    }

    fn store_offsets(
        &mut self,
        turn: &mut Turn<'_>,
        id: &GroupId,
        generation: i32,
        member: (&str, Option<&str>),
        commits: &[&CommitPartition],
    ) -> Result<(), ErrorCode> {
        match self.group(id) {
            Some(group) if group.modern().is_some() => {} // Judged partition by partition.
            Some(group) => group.check_commit(generation, member)?,
            // GRP-18. 4.3.1 says GROUP_ID_NOT_FOUND to clients as new as itself.
            None if generation >= 0 => return Err(ErrorCode::IllegalGeneration),
            None => {}
        }
        let records: Vec<_> = commits.iter().map(|commit| record_of(turn, id, commit)).collect();
        let (stored_in, first) = turn.write(id, &records)?;
        let now_ms = turn.now_ms;
        let group = self
            .groups
            .entry(id.clone())
            .or_insert_with(|| Rc::new(Group::new(now_ms, id.clone())));
        let group = Rc::make_mut(group);
        for (number, commit) in (0..).zip(commits) {
            let offset = Offset::from_i64(commit.offset).expect("negative offsets are refused");
            let stored_at = first.advanced_by(number);
            let committed = CommittedOffset {
                offset,
                leader_epoch: commit.leader_epoch,
                commit_ms: now_ms,
                stored_at,
            };
            group.offsets.insert(commit.partition.clone(), committed);
            turn.tell(BrokerEvent::OffsetCommitted {
                group: id.clone(),
                partition: commit.partition.clone(),
                offset,
                stored_in: stored_in.clone(),
                stored_at,
            });
        }
        group.has_committed(turn, member.0);
        Ok(())
    }

    /// OFFS-9: tombstones for what is too old, and for groups that are empty and have nothing left.
    pub(super) fn expire_offsets(&mut self, turn: &mut Turn<'_>) {
        let retention_ms = turn.setting_ms(Setting::OffsetsRetentionMinutes).saturating_mul(60_000);
        let ids: Vec<GroupId> = self.groups.keys().cloned().collect();
        for id in ids {
            let group = &self.groups[&id];
            let aging = group.aging(turn.is_book());
            let is_old = |partition: &TopicPartition, committed: &CommittedOffset| {
                let since_ms = match &aging {
                    Aging::Never => return false,
                    Aging::SinceCommit(read) if read.contains(&partition.topic) => return false,
                    Aging::SinceCommit(_) => committed.commit_ms,
                    Aging::Since(since_ms) => *since_ms,
                };
                turn.now_ms.saturating_sub(since_ms) >= retention_ms
            };
            let old: Vec<TopicPartition> =
                group.offsets().filter(|(p, c)| is_old(p, c)).map(|(p, _)| p.clone()).collect();
            let is_over = group.is_empty() && old.len() == group.offsets.len();
            let mut records: Vec<_> =
                old.iter().map(|partition| (key_of(&id, partition), None)).collect();
            if is_over {
                records.extend(group.tombstones());
            }
            if records.is_empty() || turn.write(&id, &records).is_err() {
                continue;
            }
            let group = self.groups.get_mut(&id).map(Rc::make_mut).expect("it was there above");
            for partition in old {
                group.offsets.remove(&partition);
                turn.tell(BrokerEvent::OffsetExpired { group: id.clone(), partition });
            }
            if is_over {
                group.die(turn, GroupCause::NothingLeft);
                self.groups.remove(&id);
            }
        }
    }

    /// Reads everything back from the records of `__consumer_offsets` (OFFS-8).
    pub(in crate::broker) fn load(
        now_ms: u64,
        logs: &LogManager,
        topics: &SortedMap<Topic, TopicImage>,
        settings: &Settings,
    ) -> Self {
        let names: TopicNames = topics.iter().map(|(name, t)| (t.id, name.clone())).collect();
        let mut groups: SortedMap<GroupId, Group> = SortedMap::new();
        let mut offsets: SortedMap<(GroupId, TopicPartition), CommittedOffset> = SortedMap::new();
        let is_offsets = |log: &&Rc<Log>| log.partition().topic.as_str() == Topic::CONSUMER_OFFSETS;
        for log in logs.logs().filter(is_offsets) {
            for (stored_at, key, value) in records(log) {
                match (key, value) {
                    (OffsetsKey::Group { group }, Some(OffsetsValue::Group(value))) => {
                        let id = GroupId::from(group.as_str());
                        groups.insert(id.clone(), Group::load(now_ms, id, value));
                    }
                    (OffsetsKey::Group { group }, _) => {
                        groups.remove(&GroupId::from(group.as_str()));
                    }
                    (OffsetsKey::Consumer(key), value) => {
                        let id = GroupId::from(key.group.as_str());
                        let value = value.and_then(|value| match value {
                            OffsetsValue::Consumer(value) => Some(value),
                            _ => None,
                        });
                        if value.is_none() && !groups.contains_key(&id) {
                            continue;
                        }
                        let made = || Group::new_modern(now_ms, id.clone());
                        let group = groups.entry(id.clone()).or_insert_with(made);
                        if !group.replay(&names, &key.kind, value) {
                            groups.remove(&id);
                        }
                    }
                    (OffsetsKey::Offset { group, topic, partition }, value) => {
                        let partition = u32::try_from(partition).unwrap_or(0);
                        let partition = TopicPartition::new(topic.as_str(), partition);
                        let key = (GroupId::from(group.as_str()), partition);
                        match value {
                            Some(OffsetsValue::Offset(value)) => {
                                offsets.insert(key, loaded(&value, stored_at));
                            }
                            _ => {
                                offsets.remove(&key);
                            }
                        }
                    }
                }
            }
        }
        for ((id, partition), committed) in offsets {
            // A group that only stores offsets has no record of its own.
            let group = groups.entry(id.clone()).or_insert_with(|| Group::new(now_ms, id));
            group.offsets.insert(partition, committed);
        }
        for group in groups.values_mut() {
            group.loaded(now_ms, settings);
        }
        let groups = groups.into_iter().map(|(id, group)| (id, Rc::new(group))).collect();
        Self { groups, expiry_due_ms: next_expiry_ms(now_ms, settings) }
    }
}

fn loaded(value: &OffsetValue, stored_at: Offset) -> CommittedOffset {
    CommittedOffset {
        offset: Offset::from_i64(value.offset).unwrap_or_default(),
        leader_epoch: value.leader_epoch,
        commit_ms: u64::try_from(value.commit_ms).unwrap_or(0),
        stored_at,
    }
}

/// All records of a partition of `__consumer_offsets` that can be read, oldest first.
fn records(log: &Log) -> impl Iterator<Item = (Offset, OffsetsKey, Option<OffsetsValue>)> {
    log.batches().flat_map(|(_, batch)| {
        batch.filter_records(|record| {
            let (key, value) = decode_record(record.key?, record.value).ok()?;
            Some((Offset::from_i64(record.offset)?, key, value))
        })
    })
}

/// `KafkaApis` lets only partitions through that exist. Kafka would store a negative offset; no
/// client sends one.
fn check_partition(turn: &Turn<'_>, commit: &CommitPartition) -> Option<ErrorCode> {
    let partition = &commit.partition;
    let count = turn.topics.get(&partition.topic).map_or(0, |image| image.partitions.len());
    if partition.partition as usize >= count {
        return Some(ErrorCode::UnknownTopicOrPartition);
    }
    (commit.offset < 0).then_some(ErrorCode::UnknownServerError)
}

fn key_of(group: &GroupId, partition: &TopicPartition) -> OffsetsKey {
    OffsetsKey::Offset {
        group: group.as_str().to_owned(),
        topic: partition.topic.as_str().to_owned(),
        partition: partition.partition.cast_signed(),
    }
}

fn record_of(
    turn: &Turn<'_>,
    group: &GroupId,
    commit: &CommitPartition,
) -> (OffsetsKey, Option<Vec<u8>>) {
    let value = OffsetValue {
        offset: commit.offset,
        leader_epoch: commit.leader_epoch,
        metadata: String::new(),
        commit_ms: turn.now_ms.cast_signed(),
        topic_id: turn.topics.get(&commit.partition.topic).map(|image| image.id),
    };
    (key_of(group, &commit.partition), Some(value.encode()))
}
