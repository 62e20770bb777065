//! ListOffsets: which offset belongs to a time (LOG-27).
//!
//! Kafka: `ReplicaManager.fetchOffset`.

use crate::broker::channel::{Answer, Reply};
use crate::broker::{Broker, Out};
use crate::protocol::request::{ApiKey, Response};
use crate::protocol::{ErrorCode, TopicPartition};

impl Broker {
    /// Answers (timestamp, offset) for each partition, (−1, −1) where no record is that young.
    pub(super) fn list_offsets(
        &mut self,
        now_ms: u64,
        reply: Reply,
        partitions: Vec<(TopicPartition, i64)>,
        out: &mut Out,
    ) {
        let mut answered = Vec::new();
        for (partition, timestamp) in partitions {
            let found = match self.logs.get(&partition) {
                None => Err(ErrorCode::UnknownTopicOrPartition),
                Some(log) => log
                    .offset_for_timestamp(timestamp)
                    .map(|found| found.map_or((-1, -1), |(at, offset)| (at, offset.as_i64()))),
            };
            if let Err(error) = found {
                self.refused(reply, ApiKey::ListOffsets, Some(partition.clone()), error, out);
            }
            answered.push((partition, found));
        }
        let response = Response::ListOffsets { partitions: answered };
        self.answer(now_ms, Answer { reply, delay_ms: 0, response }, out);
    }
}
