//! Fetch: reads at once, or waits for `fetch.min.bytes` up to `fetch.max.wait.ms` (`REPL-21`, `REPL-22`).
//!
//! Kafka: `ReplicaManager.fetchMessages`, `DelayedFetch`. Left out: fetch sessions, followers.

use crate::broker::channel::{Answer, Reply};
use crate::broker::{Broker, BrokerEvent, Out};
use crate::protocol::record::{Batches, RecordBatch};
use crate::protocol::request::{
    AbortedTransaction, ApiKey, FetchPartition, FetchedPartition, IsolationLevel, Response,
};
use crate::protocol::{Bytes, ErrorCode, Offset};
use crate::storage::Log;

/// A fetch that waits for data.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DelayedFetch {
    /// Where the answer goes.
    pub reply: Reply,
    /// When it is answered with whatever there is.
    pub until_ms: u64,
    /// When it is answered before.
    pub min_bytes: u64,
    max_bytes: u64,
    /// Up to where it reads.
    pub isolation: IsolationLevel,
    /// What is asked for.
    pub partitions: Vec<FetchPartition>,
    /// The active segment of each partition as the fetch began to wait.
    segments: Vec<Offset>,
}

/// What was read for a fetch.
struct Read {
    partitions: Vec<FetchedPartition>,
    bytes: u64,
    failed: bool,
}

impl Broker {
    /// Answers at once if there are errors or enough bytes, or nothing to wait for. `limits` are
    /// max wait ms, min bytes, max bytes.
    ///
    /// Under `read_committed` the last stable offset stands in for the high watermark (CONS-21).
    pub(super) fn fetch(
        &mut self,
        now_ms: u64,
        reply: Reply,
        limits: (i32, i32, i32),
        isolation: IsolationLevel,
        partitions: Vec<FetchPartition>,
        out: &mut Out,
    ) {
        let unsigned = |number: i32| u64::try_from(number).unwrap_or(0);
        let max_bytes = unsigned(limits.2);
        let min_bytes = unsigned(limits.1).min(max_bytes);
        let read = self.read(max_bytes, isolation, &partitions);
        let at_once = limits.0 <= 0 || partitions.is_empty();
        if at_once || read.failed || read.bytes >= min_bytes {
            self.answer_fetch(now_ms, reply, read, out);
            return;
        }
        let active = |partition: &FetchPartition| {
            let log = self.logs.get(&partition.partition).expect("a failed read is answered");
            log.active_segment().base_offset()
        };
        let segments = partitions.iter().map(active).collect();
        let until_ms = now_ms + unsigned(limits.0);
        let fetch =
            DelayedFetch { reply, until_ms, min_bytes, max_bytes, isolation, partitions, segments };
        if self.has_enough(&fetch) {
            self.answer_fetch(now_ms, reply, read, out);
        } else {
            out.tell(BrokerEvent::FetchDelayed { client: reply.client, until_ms });
            self.delayed_fetches.push(fetch);
        }
    }

    /// Something was appended: answers the fetches that have enough now.
    pub(super) fn wake_fetches(&mut self, now_ms: u64, out: &mut Out) {
        self.answer_fetches_if(now_ms, out, Self::has_enough);
    }

    /// Answers the fetches that have waited long enough.
    pub(super) fn expire_fetches(&mut self, now_ms: u64, out: &mut Out) {
        self.answer_fetches_if(now_ms, out, |_, fetch| fetch.until_ms <= now_ms);
    }

    fn answer_fetches_if(
        &mut self,
        now_ms: u64,
        out: &mut Out,
        ready: impl Fn(&Self, &DelayedFetch) -> bool,
    ) {
        if !self.delayed_fetches.iter().any(|fetch| ready(self, fetch)) {
            return;
        }
        for fetch in std::mem::take(&mut self.delayed_fetches) {
            if ready(self, &fetch) {
                let read = self.read(fetch.max_bytes, fetch.isolation, &fetch.partitions);
                self.answer_fetch(now_ms, fetch.reply, read, out);
            } else {
                self.delayed_fetches.push(fetch);
            }
        }
    }

    fn answer_fetch(&mut self, now_ms: u64, reply: Reply, read: Read, out: &mut Out) {
        for partition in &read.partitions {
            if let Some(error) = partition.error {
                let name = Some(partition.partition.clone());
                self.refused(reply, ApiKey::Fetch, name, error, out);
            }
        }
        let response = Response::Fetch { partitions: read.partitions };
        self.answer(now_ms, Answer { reply, delay_ms: 0, response }, out);
    }

    /// REPL-21: enough bytes up to the high watermark, an error to tell, or an offset in a segment
    /// that is not the active one any more (`DelayedFetch.tryComplete`).
    fn has_enough(&self, fetch: &DelayedFetch) -> bool {
        let mut bytes = 0;
        for (partition, parked_in) in fetch.partitions.iter().zip(&fetch.segments) {
            let Some(log) = self.logs.get(&partition.partition) else { return true };
            let end = end_of(log, fetch.isolation);
            match available_bytes(log, partition.fetch_offset, *parked_in, end) {
                None => return true,
                Some(available) => {
                    bytes += available.min(u64::try_from(partition.max_bytes).unwrap_or(0));
                }
            }
        }
        bytes >= fetch.min_bytes
    }

    /// REPL-22: partitions in the order of the request; the first one with data may exceed both limits
    /// by one whole batch. A batch that does not fit elsewhere is left out, not cut in its first bytes.
    fn read(
        &self,
        max_bytes: u64,
        isolation: IsolationLevel,
        partitions: &[FetchPartition],
    ) -> Read {
        let mut read = Read { partitions: Vec::new(), bytes: 0, failed: false };
        for FetchPartition { partition, fetch_offset, max_bytes: own_bytes } in partitions {
            let left = max_bytes.saturating_sub(read.bytes);
            let limit = left.min(u64::try_from(*own_bytes).unwrap_or(0)) as u32;
            let found = match self.logs.get(partition) {
                None => Err(ErrorCode::UnknownTopicOrPartition),
                Some(log) => log
                    .read_up_to(*fetch_offset, limit, read.bytes == 0, end_of(log, isolation))
                    .map_err(|refusal| refusal.error)
                    .and_then(|found| {
                        let bytes = whole_first_batch(found.bytes);
                        Ok((bytes, log, aborted_in(log, *fetch_offset, bytes, isolation)?))
                    }),
            };
            let nothing = Bytes::from([]);
            let (error, high_watermark, last_stable_offset, aborted_transactions, records) =
                match found {
                    Ok((bytes, log, aborted)) => {
                        let high = log.high_watermark().as_i64();
                        let stable = log.last_stable_offset().as_i64();
                        (None, high, stable, aborted, Bytes::from(bytes))
                    }
                    Err(error) => (Some(error), -1, -1, Vec::new(), nothing),
                };
            read.bytes += records.len() as u64;
            read.failed |= error.is_some();
            let (partition, fetch_offset) = (partition.clone(), *fetch_offset);
            read.partitions.push(FetchedPartition {
                partition,
                fetch_offset,
                error,
                high_watermark,
                last_stable_offset,
                aborted_transactions,
                records,
            });
        }
        read
    }
}

/// Up to where a consumer reads.
fn end_of(log: &Log, isolation: IsolationLevel) -> Offset {
    match isolation {
        IsolationLevel::ReadUncommitted => log.high_watermark(),
        IsolationLevel::ReadCommitted => log.last_stable_offset(),
    }
}

/// The aborted transactions that a `read_committed` consumer must know to read these batches.
fn aborted_in(
    log: &Log,
    fetch_offset: i64,
    bytes: &[u8],
    isolation: IsolationLevel,
) -> Result<Vec<AbortedTransaction>, ErrorCode> {
    let last = Batches::new(bytes).map_while(Result::ok).last();
    let (Some(last), IsolationLevel::ReadCommitted) = (last, isolation) else {
        return Ok(Vec::new());
    };
    let offset = |offset: i64| Offset::from_i64(offset).unwrap_or_default();
    let found = log.aborted_between(offset(fetch_offset), offset(last.next_offset()))?;
    let wire = |aborted: crate::storage::AbortedTransaction| AbortedTransaction {
        producer_id: aborted.producer_id,
        first_offset: aborted.first_offset,
    };
    Ok(found.into_iter().map(wire).collect())
}

/// Nothing, if even the first batch was cut.
fn whole_first_batch(bytes: &[u8]) -> &[u8] {
    match RecordBatch::new(bytes) {
        Ok(batch) if batch.size_bytes() <= bytes.len() => bytes,
        _ => &[],
    }
}

/// Bytes from `offset` to `end`; `None` if the answer should not wait.
fn available_bytes(log: &Log, offset: i64, parked_in: Offset, end: Offset) -> Option<u64> {
    if offset < log.log_start_offset().as_i64() {
        return None;
    }
    let active = log.active_segment();
    if offset >= end.as_i64() {
        return Some(0);
    }
    if active.base_offset() != parked_in || offset < active.base_offset().as_i64() {
        return None;
    }
    let found = active.translate_offset(offset)?;
    let stop = match active.translate_offset(end.as_i64()) {
        Some(first) if end < log.log_end_offset() => first.position,
        _ => active.size_bytes(),
    };
    Some(u64::from(stop.saturating_sub(found.position)))
}
