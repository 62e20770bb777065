//! What a producer knows of topics and their leaders, in the order in which Kafka's client walks them.
//!
//! Kafka: `ProducerMetadata`, `MetadataSnapshot`, `Cluster`.

use crate::protocol::java::{hash_map_order, topic_partition_hash};
use crate::protocol::{BrokerId, SortedMap, Topic, TopicPartition};

/// Topics with the leader of each partition, and all partitions in metadata order (PROD-13).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct ClusterView {
    topics: SortedMap<Topic, Vec<BrokerId>>,
    order: Vec<TopicPartition>,
}

impl ClusterView {
    /// One topic whose partitions stand in ascending order, all led by one broker.
    pub(crate) fn ascending(topic: &Topic, partitions: u32, leader: BrokerId) -> Self {
        let order = (0..partitions).map(|p| TopicPartition::new(topic, p)).collect();
        let leaders = vec![leader; partitions as usize];
        Self { topics: SortedMap::from([(topic.clone(), leaders)]), order }
    }

    /// Learns a topic's leaders.
    pub(crate) fn learn(&mut self, topic: &Topic, leaders: Vec<BrokerId>) {
        self.topics.insert(topic.clone(), leaders);
        let mut entries = Vec::new();
        for (topic, leaders) in &self.topics {
            for partition in 0..leaders.len() as u32 {
                let hash = topic_partition_hash(topic.as_str(), partition);
                entries.push((hash, TopicPartition::new(topic, partition)));
            }
        }
        self.order = hash_map_order(entries.len() as u32, entries);
    }

    /// How many partitions a topic has; `None` if it is not known.
    pub(crate) fn partition_count(&self, topic: &Topic) -> Option<u32> {
        self.topics.get(topic).map(|leaders| leaders.len() as u32)
    }

    /// A partition's leader.
    pub(crate) fn leader(&self, partition: &TopicPartition) -> Option<BrokerId> {
        let leaders = self.topics.get(&partition.topic)?;
        leaders.get(partition.partition as usize).copied()
    }

    /// A topic's partitions that have a leader, here all of them, in metadata order.
    pub(crate) fn available(&self, topic: &Topic) -> Vec<u32> {
        self.order.iter().filter(|p| p.topic == *topic).map(|p| p.partition).collect()
    }

    /// The partitions that a broker leads, in metadata order.
    pub(crate) fn led_by(&self, broker: BrokerId) -> Vec<TopicPartition> {
        self.order.iter().filter(|p| self.leader(p) == Some(broker)).cloned().collect()
    }
}
