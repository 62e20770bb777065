//! ListOffsets: which offset belongs to a time (LOG-27).
//!
//! Kafka: `ReplicaManager.fetchOffset`.

use crate::broker::channel::{Answer, Reply};
use crate::broker::{Broker, Out};
use crate::protocol::request::{ApiKey, IsolationLevel, Response};
use crate::protocol::{ErrorCode, TopicPartition};
use crate::storage::Log;

/// The log's end.
const LATEST: i64 = -1;

impl Broker {
    /// Answers (timestamp, offset) for each partition, (−1, −1) where no record is that young.
    pub(super) fn list_offsets(
        &mut self,
        now_ms: u64,
        reply: Reply,
        isolation: IsolationLevel,
        partitions: Vec<(TopicPartition, i64)>,
        out: &mut Out,
    ) {
        let mut answered = Vec::new();
        for (partition, timestamp) in partitions {
            let found = match self.logs.get_mut(&partition) {
                None => Err(ErrorCode::UnknownTopicOrPartition),
                Some(log) => log
                    .offset_for_timestamp(timestamp)
                    .map(|found| isolated(log, isolation, timestamp, found))
                    .map(|found| found.unwrap_or((-1, -1))),
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

/// `read_committed` ends at the last stable offset: that is the latest one, and no time leads beyond it.
fn isolated(
    log: &Log,
    isolation: IsolationLevel,
    timestamp: i64,
    found: Option<(i64, i64)>,
) -> Option<(i64, i64)> {
    let stable = log.last_stable_offset().as_i64();
    match (isolation, timestamp) {
        (IsolationLevel::ReadUncommitted, _) => found,
        (IsolationLevel::ReadCommitted, LATEST) => found.map(|(at, _)| (at, stable)),
        (IsolationLevel::ReadCommitted, _) => {
            found.filter(|(_, offset)| *offset < stable || timestamp < 0)
        }
    }
}
