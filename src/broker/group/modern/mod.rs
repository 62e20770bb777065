//! A group of the new protocol (KIP-848, `GRP-30` to `GRP-34`): the coordinator assigns, members follow.
//!
//! Three epochs: the *group epoch* counts changes of members, subscriptions and topics; the *assignment epoch* is
//! the group epoch that the target was computed for; a *member epoch* reaches it as that member gives up and takes
//! over partitions. No partition is given to a member before the one that has it has released it.
//!
//! Kafka: `ConsumerGroup`, `ConsumerGroupMember`; `GroupMetadataManager.consumerGroupHeartbeat` is in `heartbeat`,
//! `CurrentAssignmentBuilder` in `reconcile`, `TargetAssignmentBuilder` in `target`. Left out: subscriptions by
//! regular expression, racks, and members of the classic protocol in such a group: the broker behaves as with
//! `group.consumer.migration.policy=disabled`, where only an empty group changes its protocol.

mod heartbeat;
mod load;
mod reconcile;
mod record;
mod target;
#[cfg(test)]
mod tests;

use crate::broker::group::assignor::Assignor;
use crate::broker::{BrokerEvent, Group, GroupCause, GroupState, MemberState};
use crate::protocol::{ErrorCode, GroupId, NodeId, SortedMap, SortedSet, Topic, TopicPartition};

pub(super) use load::TopicNames;
pub use record::{
    ConsumerKey, ConsumerKeyKind, ConsumerMemberValue, ConsumerValue, CurrentMemberValue,
    TopicPartitionsValue,
};

/// The member epoch of a heartbeat that leaves.
pub(super) const LEAVE_EPOCH: i32 = -1;
/// The member epoch of a static member that leaves for a while.
pub(super) const STATIC_LEAVE_EPOCH: i32 = -2;

/// What a group of the new protocol has beside its offsets.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Modern {
    group_epoch: i32,
    /// Of the topics that the members subscribe to; 0 without any.
    metadata_hash: i64,
    /// −1 before the first target.
    assignment_epoch: i32,
    /// When the target was computed; `None` before the first.
    computed_ms: Option<u64>,
    /// Which assignor made it; not stored, so unknown to a coordinator that starts anew.
    assignor: Option<Assignor>,
    /// In order of joining.
    members: Vec<ModernMember>,
    target: SortedMap<String, SortedSet<TopicPartition>>,
}

/// Partitions, and since which epoch the member has each (KIP-1251).
type Owned = SortedMap<TopicPartition, i32>;

/// A member of a group of the new protocol.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ModernMember {
    member_id: String,
    instance_id: Option<String>,
    client: Option<NodeId>,
    client_id: String,
    topics: SortedSet<Topic>,
    rebalance_timeout_ms: i32,
    server_assignor: Option<String>,
    state: MemberState,
    epoch: i32,
    /// Still accepted, as an answer may have been lost.
    previous_epoch: i32,
    assigned: Owned,
    pending_revocation: Owned,
    session_due_ms: Option<u64>,
    /// Until when it has to have revoked, and in which epoch that was asked for.
    rebalance_due: Option<(u64, i32)>,
}

impl ModernMember {
    /// A Kafka UUID.
    #[must_use]
    pub fn member_id(&self) -> &str {
        &self.member_id
    }

    /// `group.instance.id`.
    #[must_use]
    pub fn instance_id(&self) -> Option<&str> {
        self.instance_id.as_deref()
    }

    /// Who it is.
    #[must_use]
    pub fn client(&self) -> Option<NodeId> {
        self.client
    }

    /// What it subscribes to.
    pub fn topics(&self) -> impl Iterator<Item = &Topic> {
        self.topics.iter()
    }

    /// The assignor that it votes for.
    #[must_use]
    pub fn server_assignor(&self) -> Option<&str> {
        self.server_assignor.as_deref()
    }

    /// Where it stands on its way to the target.
    #[must_use]
    pub fn state(&self) -> MemberState {
        self.state
    }

    /// Its epoch; −2 while a static member is away.
    #[must_use]
    pub fn epoch(&self) -> i32 {
        self.epoch
    }

    /// What it may own, sorted.
    pub fn assigned(&self) -> impl Iterator<Item = &TopicPartition> {
        self.assigned.keys()
    }

    /// What it has to give up, sorted.
    pub fn pending_revocation(&self) -> impl Iterator<Item = &TopicPartition> {
        self.pending_revocation.keys()
    }

    /// When it is removed without a sign of life.
    #[must_use]
    pub fn session_due_ms(&self) -> Option<u64> {
        self.session_due_ms
    }

    /// When it is removed if it has not revoked what it should.
    #[must_use]
    pub fn rebalance_due_ms(&self) -> Option<u64> {
        self.rebalance_due.map(|(due_ms, _)| due_ms)
    }

    /// Whether it is where the target of this epoch wants it.
    #[must_use]
    pub fn is_reconciled_to(&self, assignment_epoch: i32) -> bool {
        self.state == MemberState::Stable && self.epoch == assignment_epoch
    }

    fn holds(&self, partition: &TopicPartition) -> bool {
        self.assigned.contains_key(partition) || self.pending_revocation.contains_key(partition)
    }

    /// Whether a commit for this partition under this epoch is let in (GRP-34, KIP-1251).
    fn check_commit(&self, epoch: i32, partition: &TopicPartition) -> Result<(), ErrorCode> {
        let since = self.assigned.get(partition).or_else(|| self.pending_revocation.get(partition));
        match since {
            _ if epoch == self.epoch => Ok(()),
            Some(since) if epoch < self.epoch && epoch >= *since => Ok(()),
            _ => Err(ErrorCode::StaleMemberEpoch),
        }
    }
}

impl Modern {
    /// A new group is at epoch 1, so that its first member is at 2 (GRP-31).
    fn new() -> Self {
        Self {
            group_epoch: 1,
            metadata_hash: 0,
            assignment_epoch: -1,
            computed_ms: None,
            assignor: None,
            members: Vec::new(),
            target: SortedMap::new(),
        }
    }

    /// Counts changes of members, subscriptions and topics.
    #[must_use]
    pub fn group_epoch(&self) -> i32 {
        self.group_epoch
    }

    /// The group epoch that the target was computed for; −1 before the first.
    #[must_use]
    pub fn assignment_epoch(&self) -> i32 {
        self.assignment_epoch
    }

    /// When the target was computed.
    #[must_use]
    pub fn computed_ms(&self) -> Option<u64> {
        self.computed_ms
    }

    /// Which assignor made the target; `None` if that was before the coordinator started.
    #[must_use]
    pub fn assignor(&self) -> Option<Assignor> {
        self.assignor
    }

    /// The members in order of joining.
    pub fn members(&self) -> impl Iterator<Item = &ModernMember> {
        self.members.iter()
    }

    /// A member by its id.
    #[must_use]
    pub fn member(&self, member_id: &str) -> Option<&ModernMember> {
        self.members.iter().find(|member| member.member_id == member_id)
    }

    /// What a member should own, sorted.
    pub fn target(&self, member_id: &str) -> impl Iterator<Item = &TopicPartition> {
        self.target.get(member_id).into_iter().flat_map(SortedSet::iter)
    }

    fn position(&self, member_id: &str) -> Option<usize> {
        self.members.iter().position(|member| member.member_id == member_id)
    }

    fn static_member(&self, instance_id: &str) -> Option<usize> {
        self.members.iter().position(|m| m.instance_id.as_deref() == Some(instance_id))
    }

    /// `maybeUpdateGroupState` (GRP-33).
    fn state(&self) -> GroupState {
        if self.members.is_empty() {
            GroupState::Empty
        } else if self.group_epoch > self.assignment_epoch {
            GroupState::Assigning
        } else if self.members.iter().all(|m| m.is_reconciled_to(self.assignment_epoch)) {
            GroupState::Stable
        } else {
            GroupState::Reconciling
        }
    }

    pub(super) fn is_subscribed_to(&self, topic: &Topic) -> bool {
        self.members.iter().any(|member| member.topics.contains(topic))
    }

    pub(super) fn next_due_ms(&self) -> Option<u64> {
        let sessions = self.members.iter().filter_map(|member| member.session_due_ms);
        let revocations = self.members.iter().filter_map(ModernMember::rebalance_due_ms);
        sessions.chain(revocations).min()
    }

    /// Whether each commit is let in (GRP-34).
    pub(super) fn check_commit(
        &self,
        epoch: i32,
        member_id: &str,
        partition: &TopicPartition,
    ) -> Result<(), ErrorCode> {
        if epoch < 0 && self.members.is_empty() {
            return Ok(());
        }
        let member = self.member(member_id).ok_or(ErrorCode::UnknownMemberId)?;
        member.check_commit(epoch, partition)
    }

    /// Whether a member may read what is committed; `None` asks without being one.
    pub(super) fn check_fetch(&self, member: Option<&(String, i32)>) -> Result<(), ErrorCode> {
        let Some((member_id, epoch)) = member else { return Ok(()) };
        let member = self.member(member_id).ok_or(ErrorCode::UnknownMemberId)?;
        if member.epoch == *epoch { Ok(()) } else { Err(ErrorCode::StaleMemberEpoch) }
    }
}

impl Group {
    /// An empty group of the new protocol.
    pub(super) fn new_modern(now_ms: u64, id: GroupId) -> Self {
        Self { modern: Some(Modern::new()), ..Self::new(now_ms, id) }
    }

    /// Its epochs, members and target, if it is a group of the new protocol.
    #[must_use]
    pub fn modern(&self) -> Option<&Modern> {
        self.modern.as_ref()
    }

    /// The group is in the state that its members and epochs say; if that is another one, why.
    fn settle_state(&mut self, now_ms: u64, cause: GroupCause, told: &mut Vec<BrokerEvent>) {
        let Some(modern) = &self.modern else { return };
        let (from, to) = (self.state, modern.state());
        if from == to {
            return;
        }
        let (generation, members) = (modern.group_epoch, modern.members.len() as u32);
        (self.previous_state, self.state, self.state_ms) = (from, to, now_ms);
        self.cause = cause.clone();
        let group = self.id.clone();
        told.push(BrokerEvent::GroupStateChanged { group, from, to, generation, members, cause });
    }
}
