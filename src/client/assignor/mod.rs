//! Who reads what: partition assignors, run by the group's leader (`ASGN-*`).

pub mod protocol;
mod range;

pub use range::range;

use crate::protocol::{SortedMap, SortedSet, Topic, TopicPartition};

/// A member as the assignor sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub member_id: String,
    /// `group.instance.id` of a static member.
    pub instance_id: Option<String>,
    /// What it subscribes to.
    pub topics: SortedSet<Topic>,
}

/// Each member's partitions; every member is in it, some with none.
pub type Assignment = SortedMap<String, Vec<TopicPartition>>;
