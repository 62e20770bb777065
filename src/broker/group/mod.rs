//! The group coordinator and `__consumer_offsets`.
//!
//! Kafka: `GroupCoordinatorService`, `GroupMetadataManager`, `OffsetMetadataManager`. The classic protocol is in
//! `classic`, `join`, `rebalance` and `sync`, the new one (KIP-848) in `modern`. Left out: transactional commits,
//! batches that collect several writes (`group.coordinator.append.linger.ms`): each write is a batch of its own.

pub mod assignor;
mod classic;
mod coordinator;
mod join;
mod member;
mod modern;
mod offsets;
mod rebalance;
mod record;
mod sync;
mod turn;

use crate::broker::TopicImage;
use crate::protocol::config::{Profile, Setting, Settings};
use crate::protocol::java::group_partition;
use crate::protocol::{GroupId, PartitionLeader, SortedMap, Topic, TopicPartition};

pub use classic::Group;
pub use member::{Awaiting, Member};
pub use modern::{
    ConsumerKey, ConsumerKeyKind, ConsumerMemberValue, ConsumerValue, CurrentMemberValue, Modern,
    ModernMember, TopicPartitionsValue,
};
pub use offsets::CommittedOffset;
pub use record::{
    GroupValue, MemberValue, OffsetValue, OffsetsError, OffsetsKey, OffsetsValue, decode_record,
};

pub(super) use coordinator::Coordinator;
use modern::TopicNames;
pub(super) use turn::Turn;

/// `__consumer_offsets` as it should be created.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OffsetsTopic {
    /// `__consumer_offsets`.
    pub name: &'static str,
    /// `offsets.topic.num.partitions`.
    pub partitions: i32,
    /// `offsets.topic.replication.factor`.
    pub replication_factor: i32,
    /// By Kafka's names.
    pub settings: SortedMap<String, String>,
}

/// How a broker with these settings wants `__consumer_offsets` (OFFS-2).
///
/// A segment limit that no 4.x topic may have is written as `internal.segment.bytes`: Kafka would refuse it.
#[must_use]
pub fn offsets_topic(broker: &Settings) -> OffsetsTopic {
    let number = |setting| i32::try_from(broker.number(setting)).unwrap_or(i32::MAX);
    let segment_bytes = broker.number(Setting::OffsetsTopicSegmentBytes);
    let least = match broker.profile() {
        Profile::V4 => 1_048_576,
        Profile::Book => 14,
    };
    let limit = if segment_bytes < least { "internal.segment.bytes" } else { "segment.bytes" };
    let settings = [
        ("cleanup.policy", "compact".to_owned()),
        ("compression.type", "producer".to_owned()),
        (limit, segment_bytes.to_string()),
    ];
    OffsetsTopic {
        name: Topic::CONSUMER_OFFSETS,
        partitions: number(Setting::OffsetsTopicNumPartitions),
        replication_factor: number(Setting::OffsetsTopicReplicationFactor),
        settings: settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
    }
}

/// The partition of `__consumer_offsets` that holds a group, and its leader: the coordinator (OFFS-1).
pub(super) fn offsets_partition(
    topics: &SortedMap<Topic, TopicImage>,
    group: &GroupId,
) -> Option<(TopicPartition, PartitionLeader)> {
    let topic = Topic::from(Topic::CONSUMER_OFFSETS);
    let leaders = &topics.get(&topic)?.partitions;
    let number = group_partition(group.as_str(), leaders.len() as u32);
    Some((TopicPartition::new(topic, number), *leaders.get(number as usize)?))
}
