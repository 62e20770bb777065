//! Who reads what: partition assignors, run by the group's leader (`ASGN-*`).
//!
//! Kafka: `ConsumerPartitionAssignor`, `AbstractPartitionAssignor`. Left out: racks of replicas (ASGN-3),
//! without which a member's own rack changes nothing.

mod group;
pub mod protocol;
mod range;
mod round_robin;
mod sticky;

use crate::client::assignor::group::{Group, Place};
use crate::protocol::{Bytes, SortedMap, Topic, TopicPartition};

/// A member as the assignor sees it: what its JoinGroup said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub member_id: String,
    /// `group.instance.id` of a static member.
    pub instance_id: Option<String>,
    /// What it subscribes to, in its own order.
    pub topics: Vec<Topic>,
    /// The assignor's own data.
    pub user_data: Option<Bytes>,
    /// What it still owns.
    pub owned: Vec<TopicPartition>,
    /// The generation in which it got that; −1 none.
    pub generation: i32,
}

/// Each member's partitions, sorted; every member is in it, some with none.
pub type Assignment = SortedMap<String, Vec<TopicPartition>>;

/// Kafka's assignor threw this; `poll` throws it on to the leader's application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignorFailed(pub &'static str);

/// One of Kafka's assignors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Assignor {
    /// `RangeAssignor` (ASGN-2).
    Range,
    /// `RoundRobinAssignor` (ASGN-4).
    RoundRobin,
    /// `StickyAssignor` (ASGN-5 to ASGN-8).
    Sticky,
    /// `CooperativeStickyAssignor` (ASGN-9).
    CooperativeSticky,
}

impl Assignor {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::Range, Self::RoundRobin, Self::Sticky, Self::CooperativeSticky];

    /// The name that travels in JoinGroup.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Range => "range",
            Self::RoundRobin => "roundrobin",
            Self::Sticky => "sticky",
            Self::CooperativeSticky => "cooperative-sticky",
        }
    }

    /// The assignor with that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|assignor| assignor.name() == name)
    }

    /// Whether it remembers who had what.
    #[must_use]
    pub fn is_sticky(self) -> bool {
        matches!(self, Self::Sticky | Self::CooperativeSticky)
    }

    /// Whether members may keep their partitions while the group rebalances.
    #[must_use]
    pub fn is_cooperative(self) -> bool {
        self == Self::CooperativeSticky
    }

    /// Assigns `partitions` (topic → count) to `members`, in the order of joining, no two with one id.
    ///
    /// Topics without partitions, or without members, are ignored. `max_generation` is what sticky assignors
    /// remember from one rebalance to the next, −1 at first.
    ///
    /// # Errors
    /// [`AssignorFailed`] where Kafka's code throws: without members, or about claims that contradict each other.
    pub fn assign(
        self,
        max_generation: &mut i32,
        partitions: &SortedMap<Topic, u32>,
        members: &[Subscription],
    ) -> Result<Assignment, AssignorFailed> {
        let group = Group::new(partitions, members);
        let assigned: Vec<Vec<Place>> = match self {
            Self::Range => range::range(&group),
            Self::RoundRobin => round_robin::round_robin(&group)?,
            Self::Sticky | Self::CooperativeSticky => {
                sticky::sticky(self.is_cooperative(), max_generation, &group)?
            }
        };
        Ok(group.assignment(assigned))
    }

    /// What a member adds to its subscription, with what it was assigned last, and when (ASGN-10).
    ///
    /// Kafka: `subscriptionUserData`, after `onAssignment`.
    #[must_use]
    pub fn user_data(self, last: Option<(&[TopicPartition], i32)>) -> Option<Bytes> {
        match self {
            Self::Range | Self::RoundRobin => None,
            Self::Sticky => {
                last.map(|(owned, generation)| protocol::sticky_user_data(owned, generation))
            }
            Self::CooperativeSticky => {
                let generation = last.map_or(protocol::NO_GENERATION, |(_, generation)| generation);
                Some(generation.to_be_bytes().into())
            }
        }
    }
}

#[cfg(test)]
mod tests;
