//! One step of a member towards its target (`GRP-32`): what to give up first, then what is free, then the rest.
//!
//! Kafka: `CurrentAssignmentBuilder`.

use crate::broker::MemberState;
use crate::broker::group::modern::{ModernMember, Owned};
use crate::protocol::{SortedSet, Topic, TopicPartition};

/// What a step is decided by.
pub(super) struct Reconciliation<'a> {
    pub(super) target_epoch: i32,
    pub(super) target: &'a SortedSet<TopicPartition>,
    /// The member has just changed its subscription.
    pub(super) has_subscription_changed: bool,
    /// What the member says it owns; `None`: as before.
    pub(super) owned: Option<&'a [TopicPartition]>,
    /// Whether a topic exists.
    pub(super) exists: &'a dyn Fn(&Topic) -> bool,
    /// Whether another member has a partition, or has not released it yet.
    pub(super) is_held: &'a dyn Fn(&TopicPartition) -> bool,
}

impl Reconciliation<'_> {
    /// The member after the step; the same if it cannot go on yet.
    pub(super) fn step(&self, member: &ModernMember) -> ModernMember {
        match member.state {
            MemberState::Stable if member.epoch != self.target_epoch => self.next(member),
            MemberState::UnrevokedPartitions if !self.still_owns(&member.pending_revocation) => {
                self.next(member)
            }
            MemberState::UnreleasedPartitions => self.next(member),
            _ if self.has_subscription_changed => self.without_unsubscribed(member),
            _ => member.clone(),
        }
    }

    /// A member that does not say what it owns may own it still.
    fn still_owns(&self, revoked: &Owned) -> bool {
        self.owned.is_none_or(|owned| owned.iter().any(|p| revoked.contains_key(p)))
    }

    fn is_subscribed(&self, member: &ModernMember, topic: &Topic) -> bool {
        member.topics.contains(topic) && (self.exists)(topic)
    }

    /// `updateCurrentAssignment`: topics that it subscribes to no more go at once, before the new target.
    fn without_unsubscribed(&self, member: &ModernMember) -> ModernMember {
        let (kept, gone): (Owned, Owned) = member
            .assigned
            .iter()
            .map(|(partition, since)| (partition.clone(), *since))
            .partition(|(partition, _)| self.is_subscribed(member, &partition.topic));
        if gone.is_empty() {
            return member.clone();
        }
        let mut pending = member.pending_revocation.clone();
        pending.extend(gone);
        let mut next = member.clone();
        next.previous_epoch = member.epoch;
        next.assigned = kept;
        if self.still_owns(&pending) {
            next.state = MemberState::UnrevokedPartitions;
            next.pending_revocation = pending;
        }
        next
    }

    /// `computeNextAssignment`.
    fn next(&self, member: &ModernMember) -> ModernMember {
        let wanted = |partition: &TopicPartition| {
            self.target.contains(partition) && self.is_subscribed(member, &partition.topic)
        };
        let (mut assigned, revoked): (Owned, Owned) = member
            .assigned
            .iter()
            .map(|(partition, since)| (partition.clone(), *since))
            .partition(|(partition, _)| wanted(partition));
        let mut free = Vec::new();
        let mut has_unreleased = false;
        for partition in self.target.iter().filter(|p| wanted(p) && !assigned.contains_key(*p)) {
            let own = member.pending_revocation.contains_key(partition);
            if (self.is_held)(partition) && !own {
                has_unreleased = true;
            } else {
                free.push(partition.clone());
            }
        }
        let mut next = member.clone();
        next.previous_epoch = member.epoch;
        if !revoked.is_empty() && self.still_owns(&revoked) {
            next.state = MemberState::UnrevokedPartitions;
            next.assigned = assigned;
            next.pending_revocation = revoked;
            return next;
        }
        assigned.extend(free.into_iter().map(|partition| (partition, self.target_epoch)));
        next.epoch = self.target_epoch;
        next.assigned = assigned;
        next.pending_revocation = Owned::new();
        next.state = match has_unreleased {
            true => MemberState::UnreleasedPartitions,
            false => MemberState::Stable,
        };
        next
    }
}
