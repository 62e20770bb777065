//! What the controller tells the brokers: the records of the metadata log that matter here.
//!
//! Kafka: `TopicRecord`, `PartitionRecord`, `ConfigRecord`. With one combined node they arrive at once.

use crate::protocol::config::Settings;
use crate::protocol::{BrokerId, Topic, Uuid};

/// Who leads a partition, since which epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PartitionLeader {
    /// The leader.
    pub leader: BrokerId,
    /// Counts the leaders, from 0.
    pub leader_epoch: i32,
}

/// A change of the cluster's metadata.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MetadataRecord {
    /// A topic was created.
    Topic {
        /// Its name.
        topic: Topic,
        /// Its id.
        id: Uuid,
        /// Its partitions, by number.
        partitions: Vec<PartitionLeader>,
        /// Its settings.
        settings: Settings,
    },
    /// A topic's settings changed.
    Config {
        /// Which.
        topic: Topic,
        /// All of them.
        settings: Settings,
    },
}
