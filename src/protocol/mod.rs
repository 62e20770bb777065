//! What travels between nodes, and the words for it: ids, errors, settings, record batches, requests.

pub mod config;
mod error;
mod ids;
pub mod java;
mod murmur2;
pub mod record;

pub use error::{ErrorCode, Refusal};
pub use ids::{
    BrokerId, Bytes, ClientId, GroupId, MessageId, NodeId, Offset, Subject, Topic, TopicPartition,
    Uuid,
};
pub use murmur2::{KeyHash, murmur2};
