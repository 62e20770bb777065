//! All groups of a broker: which request goes to which, and their timers.
//!
//! Kafka: `GroupCoordinatorService`, `GroupCoordinatorShard`.

use std::rc::Rc;

use crate::broker::GroupCause;
use crate::broker::channel::Reply;
use crate::broker::group::{Group, Turn, offsets_partition};
use crate::protocol::config::{Setting, Settings};
use crate::protocol::request::{ApiKey, JoinGroup, Request, Response};
use crate::protocol::{Bytes, ErrorCode, GroupId, NodeId, SortedMap};

/// The groups of a broker.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(in crate::broker) struct Coordinator {
    pub(super) groups: SortedMap<GroupId, Rc<Group>>,
    /// When committed offsets are looked through for old ones.
    pub(super) expiry_due_ms: u64,
}

impl Coordinator {
    /// No groups.
    pub(in crate::broker) fn new(now_ms: u64, settings: &Settings) -> Self {
        Self { groups: SortedMap::new(), expiry_due_ms: next_expiry_ms(now_ms, settings) }
    }

    pub(in crate::broker) fn groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.values().map(|group| &**group)
    }

    pub(in crate::broker) fn group(&self, group: &GroupId) -> Option<&Group> {
        self.groups.get(group).map(|group| &**group)
    }

    fn group_mut(&mut self, group: &GroupId) -> Option<&mut Group> {
        self.groups.get_mut(group).map(Rc::make_mut)
    }

    /// When a group's timer fires, or old offsets are looked for.
    pub(in crate::broker) fn next_due_ms(&self) -> Option<u64> {
        let timers = self.groups.values().filter_map(|group| group.next_due_ms());
        timers.chain([self.expiry_due_ms]).min()
    }

    /// Fires every timer that is due.
    pub(in crate::broker) fn run_timers(&mut self, turn: &mut Turn<'_>) {
        for group in self.groups.values_mut() {
            if group.next_due_ms().is_some_and(|due_ms| due_ms <= turn.now_ms) {
                Rc::make_mut(group).run_timers(turn);
            }
        }
        self.expire_modern_members(turn);
        if self.expiry_due_ms <= turn.now_ms {
            self.expiry_due_ms = next_expiry_ms(turn.now_ms, turn.settings);
            self.expire_offsets(turn);
        }
    }

    /// A client is gone: nobody waits for its answers. Its members stay until their session expires.
    pub(in crate::broker) fn forget_replies(&mut self, client: NodeId) {
        for group in self.groups.values_mut() {
            if group.awaits_reply_to(client) {
                Rc::make_mut(group).forget_replies(client);
            }
        }
    }

    /// Handles a request to the coordinator.
    ///
    /// # Panics
    /// For other requests.
    pub(in crate::broker) fn handle(
        &mut self,
        turn: &mut Turn<'_>,
        reply: Reply,
        request: Request,
    ) {
        match request {
            Request::JoinGroup(request) => self.join(turn, reply, request),
            Request::SyncGroup { group, generation, member_id, instance_id, assignments } => {
                let member = (member_id.as_str(), instance_id.as_deref());
                self.sync(turn, reply, &group, generation, member, &assignments);
            }
            Request::Heartbeat { group, generation, member_id, instance_id } => {
                let beat = check_group(turn, &group).and_then(|()| {
                    let group = self.group_mut(&group).ok_or(ErrorCode::UnknownMemberId)?;
                    group.only_classic()?.heartbeat(
                        turn,
                        generation,
                        &member_id,
                        instance_id.as_deref(),
                    )
                });
                if let Err(error) = beat {
                    turn.tell_refused(reply, ApiKey::Heartbeat, None, error);
                }
                turn.answer(reply, Response::Heartbeat { error: beat.err() });
            }
            Request::LeaveGroup { group, member_id, instance_id } => {
                let left = check_group(turn, &group).and_then(|()| {
                    let group = self.group_mut(&group).ok_or(ErrorCode::UnknownMemberId)?;
                    group.only_classic()?.leave(turn, &member_id, instance_id.as_deref())
                });
                if let Err(error) = left {
                    turn.tell_refused(reply, ApiKey::LeaveGroup, None, error);
                }
                turn.answer(reply, Response::LeaveGroup { error: left.err() });
            }
            Request::OffsetCommit { group, generation, member_id, instance_id, offsets } => {
                let member = (member_id.as_str(), instance_id.as_deref());
                self.commit_offsets(turn, reply, &group, generation, member, &offsets);
            }
            Request::OffsetFetch { group, partitions, member } => {
                let group = self.group(&group);
                let modern = group.and_then(Group::modern);
                if let Some(Err(error)) = modern.map(|modern| modern.check_fetch(member.as_ref())) {
                    turn.tell_refused(reply, ApiKey::OffsetFetch, None, error);
                    let response =
                        Response::OffsetFetch { partitions: Vec::new(), error: Some(error) };
                    return turn.answer(reply, response);
                }
                let partitions = partitions.into_iter().map(|partition| {
                    let committed = group.and_then(|group| group.committed(&partition));
                    let offset = committed.map_or(-1, |committed| committed.offset.as_i64());
                    (partition, offset)
                });
                let partitions = partitions.collect();
                turn.answer(reply, Response::OffsetFetch { partitions, error: None });
            }
            Request::ConsumerGroupHeartbeat(request) => {
                self.consumer_heartbeat(turn, reply, request);
            }
            other => panic!("{} is not for the coordinator", other.api_key().name()),
        }
    }

    /// GRP-4, then the group's own rules.
    fn join(&mut self, turn: &mut Turn<'_>, reply: Reply, request: JoinGroup) {
        let session_ms = i64::from(request.session_timeout_ms);
        let least_ms = turn.settings.number(Setting::GroupMinSessionTimeoutMs);
        let most_ms = turn.settings.number(Setting::GroupMaxSessionTimeoutMs);
        if request.group.as_str().is_empty() {
            return turn.refuse_join(reply, ErrorCode::InvalidGroupId, &request.member_id);
        }
        if session_ms < least_ms || session_ms > most_ms {
            return turn.refuse_join(reply, ErrorCode::InvalidSessionTimeout, &request.member_id);
        }
        if let Err(error) = check_group(turn, &request.group) {
            return turn.refuse_join(reply, error, &request.member_id);
        }
        if let Some(modern) = self.group(&request.group).and_then(Group::modern) {
            // `group.consumer.migration.policy=disabled`: only an empty group changes its protocol.
            if modern.members().next().is_some() {
                let error = ErrorCode::InconsistentGroupProtocol;
                return turn.refuse_join(reply, error, &request.member_id);
            }
            if !request.member_id.is_empty() {
                return turn.refuse_join(reply, ErrorCode::UnknownMemberId, &request.member_id);
            }
            if let Err(error) = self.make_classic(turn, &request.group) {
                return turn.refuse_join(reply, error, &request.member_id);
            }
        }
        if !self.groups.contains_key(&request.group) {
            if !request.member_id.is_empty() {
                let error = ErrorCode::UnknownMemberId;
                return turn.refuse_join(reply, error, &request.member_id);
            }
            let group = Group::new(turn.now_ms, request.group.clone());
            if let Err(error) = group.write_metadata(turn) {
                return turn.refuse_join(reply, error, &request.member_id);
            }
            self.groups.insert(request.group.clone(), Rc::new(group));
        }
        let group = self.group_mut(&request.group).expect("the group is there by now");
        group.join(turn, reply, request);
    }

    /// An empty group of the new protocol is one of the classic protocol from now on; its offsets stay.
    ///
    /// Kafka: `maybeDeleteEmptyConsumerGroup`.
    fn make_classic(&mut self, turn: &mut Turn<'_>, id: &GroupId) -> Result<(), ErrorCode> {
        let group = Group::clone(&self.groups[id]);
        let mut next = Group::new(turn.now_ms, id.clone());
        next.cause = GroupCause::OtherProtocol;
        next.offsets = group.offsets.clone();
        let mut records = group.tombstones();
        records.push(next.metadata_record(&[]));
        turn.write(id, &records)?;
        self.groups.insert(id.clone(), Rc::new(next));
        Ok(())
    }

    fn sync(
        &mut self,
        turn: &mut Turn<'_>,
        reply: Reply,
        group: &GroupId,
        generation: i32,
        member: (&str, Option<&str>),
        assignments: &[(String, Bytes)],
    ) {
        let checked = check_group(turn, group)
            .and_then(|()| self.group_mut(group).ok_or(ErrorCode::UnknownMemberId))
            .and_then(Group::only_classic);
        match checked {
            Err(error) => turn.refuse_sync(reply, error),
            Ok(group) => group.sync(turn, reply, generation, member, assignments),
        }
    }
}

/// `offsets.retention.check.interval.ms` (OFFS-9).
pub(super) fn next_expiry_ms(now_ms: u64, settings: &Settings) -> u64 {
    now_ms.saturating_add(settings.unsigned(Setting::OffsetsRetentionCheckIntervalMs).max(1))
}

/// Whether this group has a name, and a partition of `__consumer_offsets` here (GRP-1).
pub(super) fn check_group(turn: &Turn<'_>, group: &GroupId) -> Result<(), ErrorCode> {
    if group.as_str().is_empty() {
        return Err(ErrorCode::InvalidGroupId);
    }
    let partition = offsets_partition(turn.topics, group).ok_or(ErrorCode::NotCoordinator)?.0;
    turn.logs.get(&partition).map(|_| ()).ok_or(ErrorCode::NotCoordinator)
}
