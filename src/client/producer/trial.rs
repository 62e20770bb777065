//! The partitioner and the accumulator alone, without a broker: what the `accumulate` cases ask for.
//!
//! Kafka: `RecordAccumulator` with `KafkaProducer.partition` in front, as its own tests drive it.

use crate::client::producer::accumulator::{Accumulator, Append};
use crate::client::producer::config::ProducerConfig;
use crate::client::producer::metadata::ClusterView;
use crate::client::producer::partitioner::Partitioner;
use crate::protocol::config::Settings;
use crate::protocol::record::Record;
use crate::protocol::{BrokerId, ErrorCode, Topic};

const BROKER: BrokerId = BrokerId(0);

/// A batch that was drained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DrainedBatch {
    /// Its partition.
    pub partition: u32,
    /// Records in it.
    pub record_count: u32,
    /// Its bytes.
    pub size_bytes: u32,
    /// When.
    pub drained_ms: u64,
}

/// One topic's batches, each acknowledged as soon as it is drained.
#[derive(Clone, Debug)]
pub struct Trial {
    config: ProducerConfig,
    topic: Topic,
    cluster: ClusterView,
    partitioner: Partitioner,
    accumulator: Accumulator,
    count: u64,
}

impl Trial {
    /// A topic of `partitions` partitions in ascending order, led by one broker.
    #[must_use]
    pub fn new(settings: &Settings, topic: &Topic, partitions: u32) -> Self {
        Self {
            config: ProducerConfig::read(settings),
            topic: topic.clone(),
            cluster: ClusterView::ascending(topic, partitions, BROKER),
            partitioner: Partitioner::default(),
            accumulator: Accumulator::default(),
            count: 0,
        }
    }

    /// Appends a record and returns its partition.
    ///
    /// # Errors
    /// [`ErrorCode::MessageTooLarge`], or [`ErrorCode::RequestTimedOut`] if `buffer.memory` is used up.
    pub fn append(
        &mut self,
        now_ms: u64,
        record: &Record,
        chance: &mut dyn FnMut() -> u32,
    ) -> Result<u32, ErrorCode> {
        let sent = (&self.topic, None, record.key.as_ref());
        let chosen = self.partitioner.choose(&self.config, sent, None, &self.cluster, chance);
        let (partition, _) = chosen.expect("Kafka's own partitioners throw nothing");
        self.config.check_size(record).map_err(|_| ErrorCode::MessageTooLarge)?;
        let appended = self.accumulator.append(
            now_ms,
            (&self.config, &self.cluster),
            (&self.topic, partition),
            (self.count, record),
            chance,
            &mut Vec::new(),
        );
        self.count += 1;
        match appended {
            Append::Done { partition, .. } => Ok(partition),
            Append::NeedsMemory { .. } => Err(ErrorCode::RequestTimedOut),
        }
    }

    /// Lets the sender run until nothing is ready: a readiness pass, a drain, and again.
    pub fn drain(&mut self, now_ms: u64, drained: &mut Vec<DrainedBatch>) {
        while !self.accumulator.ready(now_ms, &self.config, &self.cluster).is_empty() {
            let batches = self.accumulator.drain(now_ms, &self.config, &self.cluster, BROKER, None);
            for (partition, batch) in batches {
                self.accumulator.release(&batch);
                drained.push(DrainedBatch {
                    partition: partition.partition,
                    record_count: batch.records.len() as u32,
                    size_bytes: batch.size_bytes,
                    drained_ms: now_ms,
                });
            }
        }
    }
}
