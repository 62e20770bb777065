//! What travels between nodes, and the words for it: ids, errors, settings, record batches, requests.

pub mod client_config;
pub mod config;
mod error;
mod idempotence;
mod idle_settings;
mod ids;
pub mod java;
mod metadata;
mod murmur2;
mod output;
pub mod record;
pub mod request;
mod sorted;

pub(crate) use client_config::classes::PURCHASE_KEY_PARTITIONER;
pub use error::{ErrorCode, Refusal};
pub use ids::{
    BrokerId, Bytes, ClientId, GroupId, MessageId, NodeId, Offset, Subject, Topic, TopicPartition,
    Uuid,
};
pub use metadata::{MetadataRecord, PartitionLeader};
pub use murmur2::{KeyHash, Murmur2Stage, murmur2, murmur2_stages};
pub use output::{Connection, Outgoing, Outputs};
pub use sorted::{SortedMap, SortedSet, sort_by, sort_by_key};
