//! One group of the classic protocol: what it is, what is written of it (`GRP-2`, `OFFS-5`).
//!
//! Kafka: `ClassicGroup`; the `classicGroup…` methods of `GroupMetadataManager` are in `join`,
//! `rebalance` and `sync`. Left out: static members.

use crate::broker::group::rebalance::JoinTimer;
use crate::broker::group::{
    Awaiting, CommittedOffset, GroupValue, Member, MemberValue, OffsetsKey, Turn,
};
use crate::broker::{BrokerEvent, GroupState, RemovalReason};
use crate::protocol::java::{hash_map_order, string_hash};
use crate::protocol::{
    Bytes, ErrorCode, GroupId, NodeId, Offset, SortedMap, SortedSet, TopicPartition,
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
}

impl Group {
    /// An empty group, generation 0.
    pub(super) fn new(now_ms: u64, id: GroupId) -> Self {
        Self {
            id,
            state: GroupState::Empty,
            previous_state: GroupState::Empty,
            state_ms: now_ms,
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

    /// Since when it stands there.
    #[must_use]
    pub fn state_ms(&self) -> u64 {
        self.state_ms
    }

    /// Counts the rebalances.
    #[must_use]
    pub fn generation(&self) -> i32 {
        self.generation
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
        !self.members.is_empty()
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

    pub(super) fn transition(&mut self, turn: &mut Turn<'_>, to: GroupState) {
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
        };
        assert!(legal, "group {}: {} to {}", self.id, from.name(), to.name()); // GRP-2
        (self.previous_state, self.state, self.state_ms) = (from, to, turn.now_ms);
        turn.tell(BrokerEvent::GroupStateChanged {
            group: self.id.clone(),
            from,
            to,
            generation: self.generation,
            members: self.members.len() as u32,
        });
    }

    /// The group is gone (OFFS-9).
    pub(super) fn die(&mut self, turn: &mut Turn<'_>) {
        self.transition(turn, GroupState::Dead);
    }

    /// Whether this member belongs to this generation; where it stands.
    pub(super) fn check_member(
        &self,
        generation: i32,
        member_id: &str,
    ) -> Result<usize, ErrorCode> {
        let at = self.members.iter().position(|member| member.member_id == member_id);
        let at = at.ok_or(ErrorCode::UnknownMemberId)?;
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
        turn.write(&self.id, &[(key, Some(value.encode()))])
    }
}

fn unsigned(timeout_ms: i32) -> u64 {
    u64::try_from(timeout_ms).unwrap_or(0)
}
