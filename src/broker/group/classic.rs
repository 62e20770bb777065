//! One group of the classic protocol: what it is, what is written of it (`GRP-2`, `OFFS-5`).
//!
//! Kafka: `ClassicGroup`; the `classicGroup…` methods of `GroupMetadataManager` are in `join`,
//! `rebalance` and `sync`.

use crate::broker::group::rebalance::JoinTimer;
use crate::broker::group::{
    Awaiting, CommittedOffset, ConsumerKey, ConsumerKeyKind, GroupValue, Member, MemberValue,
    Modern, OffsetsKey, Turn,
};
use crate::broker::{BrokerEvent, GroupCause, GroupState, RemovalReason};
use crate::protocol::java::{hash_map_order, string_hash, utf8_lossy};
use crate::protocol::record::{ReadError, Reader};
use crate::protocol::{
    Bytes, ErrorCode, GroupId, NodeId, Offset, SortedMap, SortedSet, Topic, TopicPartition,
};

/// What every consumer calls its protocol.
pub(super) const CONSUMER: &str = "consumer";

/// A consumer group.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Group {
    pub(super) id: GroupId,
    pub(super) state: GroupState,
    pub(super) previous_state: GroupState,
    /// Since when.
    pub(super) state_ms: u64,
    /// Why it is in this state.
    pub(super) cause: GroupCause,
    pub(super) generation: i32,
    /// Empty until the first member: a group that only stores offsets ("simple") has none.
    pub(super) protocol_type: String,
    pub(super) protocol: Option<String>,
    pub(super) leader: Option<String>,
    /// In order of joining.
    pub(super) members: Vec<Member>,
    /// Ids that were given and not yet used, and when they are forgotten (GRP-3).
    pub(super) pending: SortedMap<String, u64>,
    /// Who has not synced in this generation.
    pub(super) pending_sync: SortedSet<String>,
    pub(super) new_member_added: bool,
    pub(super) join_timer: Option<JoinTimer>,
    pub(super) sync_due_ms: Option<u64>,
    pub(super) offsets: SortedMap<TopicPartition, CommittedOffset>,
    /// Of a group of the new protocol, which uses nothing of the above but its name, state and offsets.
    pub(super) modern: Option<Modern>,
}

impl Group {
    /// An empty group, generation 0.
    pub(super) fn new(now_ms: u64, id: GroupId) -> Self {
        Self {
            id,
            state: GroupState::Empty,
            previous_state: GroupState::Empty,
            state_ms: now_ms,
            cause: GroupCause::Made,
            generation: 0,
            protocol_type: String::new(),
            protocol: None,
            leader: None,
            members: Vec::new(),
            pending: SortedMap::new(),
            pending_sync: SortedSet::new(),
            new_member_added: false,
            join_timer: None,
            sync_due_ms: None,
            offsets: SortedMap::new(),
            modern: None,
        }
    }

    /// A group as the log has it: Stable if it has members, whose sessions start anew.
    pub(super) fn load(now_ms: u64, id: GroupId, value: GroupValue) -> Self {
        let mut group = Self::new(now_ms, id);
        let protocol = value.protocol.clone().unwrap_or_default();
        group.members = value.members.into_iter().map(|m| Member::load(m, &protocol)).collect();
        for member in &mut group.members {
            member.session_due_ms = Some(now_ms + unsigned(member.session_timeout_ms));
        }
        if !group.members.is_empty() {
            group.state = GroupState::Stable;
        }
        group.state_ms = u64::try_from(value.state_ms).unwrap_or(now_ms);
        group.generation = value.generation;
        group.protocol_type = value.protocol_type;
        group.protocol = value.protocol;
        group.leader = value.leader;
        group
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &GroupId {
        &self.id
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> GroupState {
        self.state
    }

    /// Where it stood before.
    #[must_use]
    pub fn previous_state(&self) -> GroupState {
        self.previous_state
    }

    /// Why it stands where it does.
    #[must_use]
    pub fn cause(&self) -> &GroupCause {
        &self.cause
    }

    /// Since when it stands there.
    #[must_use]
    pub fn state_ms(&self) -> u64 {
        self.state_ms
    }

    /// Counts the rebalances; of the new protocol the group epoch.
    #[must_use]
    pub fn generation(&self) -> i32 {
        self.modern.as_ref().map_or(self.generation, Modern::group_epoch)
    }

    /// The assignor in force.
    #[must_use]
    pub fn protocol(&self) -> Option<&str> {
        self.protocol.as_deref()
    }

    /// The member that computes the assignment.
    #[must_use]
    pub fn leader(&self) -> Option<&str> {
        self.leader.as_deref()
    }

    /// The members in order of joining.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.iter()
    }

    /// A member by its id.
    #[must_use]
    pub fn member(&self, member_id: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.member_id == member_id)
    }

    /// Ids that were given to members which have not come back with them yet, and until when they may.
    pub fn pending_members(&self) -> impl Iterator<Item = (&str, u64)> {
        self.pending.iter().map(|(member_id, due_ms)| (member_id.as_str(), *due_ms))
    }

    /// What is committed for a partition.
    #[must_use]
    pub fn committed(&self, partition: &TopicPartition) -> Option<&CommittedOffset> {
        self.offsets.get(partition)
    }

    /// All committed offsets, by topic and partition.
    pub fn offsets(&self) -> impl Iterator<Item = (&TopicPartition, &CommittedOffset)> {
        self.offsets.iter()
    }

    /// When the join phase ends at the latest.
    #[must_use]
    pub fn rebalance_due_ms(&self) -> Option<u64> {
        self.join_timer.map(JoinTimer::due_ms)
    }

    /// When members that have not synced are removed.
    #[must_use]
    pub fn sync_due_ms(&self) -> Option<u64> {
        self.sync_due_ms
    }

    /// The longest time that any member may take to rejoin.
    #[must_use]
    pub fn rebalance_timeout_ms(&self) -> u64 {
        self.members.iter().map(|m| unsigned(m.rebalance_timeout_ms)).max().unwrap_or(0)
    }

    pub(super) fn has_members(&self) -> bool {
        self.member_count() > 0
    }

    /// How many members it has, of either protocol.
    #[must_use]
    pub fn member_count(&self) -> u32 {
        let modern = self.modern.as_ref().map_or(0, |modern| modern.members().count());
        (self.members.len() + modern) as u32
    }

    /// What its members subscribe to; `None` where that cannot be told (OFFS-9).
    ///
    /// Kafka: `ClassicGroup.computeSubscribedTopics`, which reads every version as the first.
    pub(super) fn subscribed_topics(&self) -> Option<SortedSet<Topic>> {
        let protocol = self.protocol.as_deref().unwrap_or_default();
        let mut topics = SortedSet::new();
        for member in &self.members {
            topics.extend(topics_of_subscription(&member.subscription(protocol)).ok()?);
        }
        Some(topics)
    }

    /// Nobody is in, or about to come in.
    pub(super) fn is_empty(&self) -> bool {
        self.state == GroupState::Empty && self.pending.is_empty()
    }

    pub(super) fn awaits_reply_to(&self, client: NodeId) -> bool {
        self.members.iter().any(|m| m.reply.is_some_and(|reply| reply.client == client))
    }

    pub(super) fn forget_replies(&mut self, client: NodeId) {
        for member in &mut self.members {
            if member.reply.is_some_and(|reply| reply.client == client) {
                member.reply = None;
            }
        }
    }

    /// Indices of the members in the order of Kafka's `HashMap` (GEN-6).
    pub(super) fn in_hash_order(&self) -> Vec<usize> {
        let entries = self.members.iter().enumerate();
        hash_map_order(16, entries.map(|(at, m)| (string_hash(&m.member_id), at)).collect())
    }

    pub(super) fn transition(&mut self, turn: &mut Turn<'_>, to: GroupState, cause: GroupCause) {
        let from = self.state;
        let legal = match to {
            GroupState::Empty | GroupState::CompletingRebalance => {
                from == GroupState::PreparingRebalance
            }
            GroupState::PreparingRebalance => {
                !matches!(from, GroupState::PreparingRebalance | GroupState::Dead)
            }
            GroupState::Stable => from == GroupState::CompletingRebalance,
            GroupState::Dead => true,
            GroupState::Assigning | GroupState::Reconciling => false, // KIP-848
        };
        assert!(legal, "group {}: {} to {}", self.id, from.name(), to.name()); // GRP-2
        (self.previous_state, self.state, self.state_ms) = (from, to, turn.now_ms);
        self.cause = cause.clone();
        turn.tell(BrokerEvent::GroupStateChanged {
            group: self.id.clone(),
            from,
            to,
            generation: self.generation,
            members: self.members.len() as u32,
            cause,
        });
    }

    /// The group is gone (OFFS-9).
    pub(super) fn die(&mut self, turn: &mut Turn<'_>, cause: GroupCause) {
        self.transition(turn, GroupState::Dead, cause);
    }

    /// Who holds this `group.instance.id`.
    pub(super) fn static_member(&self, instance_id: &str) -> Option<usize> {
        self.members.iter().position(|m| m.instance_id.as_deref() == Some(instance_id))
    }

    /// Where a member stands. A static member that lost its name to another process is fenced (GRP-17).
    ///
    /// Kafka: `ClassicGroup.validateMember`.
    pub(super) fn find_member(
        &self,
        member_id: &str,
        instance_id: Option<&str>,
    ) -> Result<usize, ErrorCode> {
        if let Some(instance_id) = instance_id {
            let at = self.static_member(instance_id).ok_or(ErrorCode::UnknownMemberId)?;
            if self.members[at].member_id != member_id {
                return Err(ErrorCode::FencedInstanceId);
            }
        }
        let at = self.members.iter().position(|member| member.member_id == member_id);
        at.ok_or(ErrorCode::UnknownMemberId)
    }

    /// Whether this member belongs to this generation; where it stands.
    pub(super) fn check_member(
        &self,
        generation: i32,
        member_id: &str,
        instance_id: Option<&str>,
    ) -> Result<usize, ErrorCode> {
        let at = self.find_member(member_id, instance_id)?;
        if generation == self.generation { Ok(at) } else { Err(ErrorCode::IllegalGeneration) }
    }

    /// Takes a member out; whatever it waits for is answered. The next leader is the first in the
    /// order of Kafka's `HashMap` (GRP-13).
    pub(super) fn remove(&mut self, turn: &mut Turn<'_>, member_id: &str, reason: RemovalReason) {
        let at = self.members.iter().position(|member| member.member_id == member_id);
        let mut member = self.members.remove(at.expect("only members are removed"));
        self.pending_sync.remove(member_id);
        let awaiting = member.awaiting;
        if let Some(reply) = member.stop_awaiting() {
            match awaiting {
                Awaiting::Sync => turn.refuse_sync(reply, ErrorCode::UnknownMemberId),
                _ => turn.refuse_join(reply, ErrorCode::UnknownMemberId, ""),
            }
        }
        if self.leader.as_deref() == Some(member_id) {
            let first = self.in_hash_order().first().copied();
            self.leader = first.map(|at| self.members[at].member_id.clone());
        }
        self.tell_removed(turn, member.member_id, reason);
    }

    pub(super) fn tell_removed(
        &self,
        turn: &mut Turn<'_>,
        member_id: String,
        reason: RemovalReason,
    ) {
        turn.tell(BrokerEvent::MemberRemoved { group: self.id.clone(), member_id, reason });
    }

    /// A group of the new protocol knows no member of the classic one.
    pub(super) fn only_classic(&mut self) -> Result<&mut Self, ErrorCode> {
        if self.modern.is_some() { Err(ErrorCode::UnknownMemberId) } else { Ok(self) }
    }

    /// The tombstones of a group without members (OFFS-9).
    pub(super) fn tombstones(&self) -> Vec<(OffsetsKey, Option<Vec<u8>>)> {
        let group = self.id.as_str().to_owned();
        if self.modern.is_none() {
            return vec![(OffsetsKey::Group { group }, None)];
        }
        [ConsumerKeyKind::TargetMetadata, ConsumerKeyKind::Topics, ConsumerKeyKind::Group]
            .into_iter()
            .map(|kind| (OffsetsKey::Consumer(ConsumerKey { group: group.clone(), kind }), None))
            .collect()
    }

    /// Writes the group as it is (OFFS-5): when it is made, and when it becomes empty.
    pub(super) fn write_metadata(&self, turn: &mut Turn<'_>) -> Result<(), ErrorCode> {
        let assigned: Vec<Bytes> = self.members.iter().map(|m| m.assignment.clone()).collect();
        self.write_group(turn, &assigned).map(|_| ())
    }

    pub(super) fn write_group(
        &self,
        turn: &mut Turn<'_>,
        assigned: &[Bytes],
    ) -> Result<(TopicPartition, Offset), ErrorCode> {
        turn.write(&self.id, &[self.metadata_record(assigned)])
    }

    pub(super) fn metadata_record(&self, assigned: &[Bytes]) -> (OffsetsKey, Option<Vec<u8>>) {
        let protocol = self.protocol.clone().unwrap_or_default();
        let member =
            |at: usize| -> MemberValue { self.members[at].value(&protocol, &assigned[at]) };
        let value = GroupValue {
            protocol_type: self.protocol_type.clone(),
            generation: self.generation,
            protocol: self.protocol.clone(),
            leader: self.leader.clone(),
            state_ms: self.state_ms.cast_signed(),
            members: self.in_hash_order().into_iter().map(member).collect(),
        };
        let key = OffsetsKey::Group { group: self.id.as_str().to_owned() };
        (key, Some(value.encode()))
    }
}

/// The topics of a subscription as its client wrote it (`ConsumerProtocolSubscription`, version 0).
fn topics_of_subscription(bytes: &[u8]) -> Result<Vec<Topic>, ReadError> {
    let mut reader = Reader::new(bytes);
    reader.i16()?;
    let count = usize::try_from(reader.i32()?).map_err(|_| ReadError::Underflow)?;
    let mut topics = Vec::new();
    for _ in 0..count {
        let length = usize::try_from(reader.i16()?).map_err(|_| ReadError::Underflow)?;
        topics.push(Topic::from(utf8_lossy(reader.take(length)?).as_str()));
    }
    Ok(topics)
}

fn unsigned(timeout_ms: i32) -> u64 {
    u64::try_from(timeout_ms).unwrap_or(0)
}
