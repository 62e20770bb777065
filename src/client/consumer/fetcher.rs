//! Fetches, what they brought, and how `poll` takes records from it (CONS-2, CONS-3, CONS-19 to CONS-23).
//!
//! Kafka: `Fetcher`, `FetchCollector`, `CompletedFetch`. Records are decoded from the batches' bytes
//! when `poll` returns them.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::client::consumer::network::Sent;
use crate::client::consumer::{Consumer, ConsumerEvent, Turn};
use crate::protocol::record::{Batches, ControlType, RecordBatch, RecordRef};
use crate::protocol::request::{
    AbortedTransaction, FetchPartition, FetchedPartition, IsolationLevel, Request,
};
use crate::protocol::{
    Bytes, Connection, ErrorCode, Offset, SortedMap, SortedSet, TopicPartition, sort_by_key,
};

/// One partition's answer to a fetch, until `poll` has taken all of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct CompletedFetch {
    partition: TopicPartition,
    error: Option<ErrorCode>,
    bytes: Bytes,
    /// Checked against the position when its turn comes.
    is_initialized: bool,
    next_fetch_offset: Offset,
    /// Where the batch begins that is being read, if one is, and how many of its records were read.
    current: Option<(u32, u32)>,
    /// Where the next batch begins.
    next_batch: u32,
    epoch: i32,
    is_consumed: bool,
    /// Under `read_committed`: aborted transactions that do not concern the batches so far, by first
    /// offset, and producers whose batches are left out until their marker (CONS-21).
    aborted: VecDeque<AbortedTransaction>,
    aborted_producers: SortedSet<i64>,
    isolation: IsolationLevel,
    /// Records that are still to be returned.
    left: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Fetcher {
    in_flight: bool,
    retry_ms: u64,
    attempts: u32,
    /// In the order of their arrival; the first is the one that `poll` drains.
    completed: VecDeque<CompletedFetch>,
}

/// What a poll returns: partitions with their records' offsets, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fetched {
    pub(super) records: Vec<(TopicPartition, Vec<Offset>)>,
    count: u32,
    /// A position moved over offsets without records: `poll` returns, with nothing (CONS-3).
    position_advanced: bool,
}

impl Fetched {
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0 && !self.position_advanced
    }
}

impl Fetcher {
    pub(super) fn retry_ms(&self) -> Option<u64> {
        (!self.in_flight).then_some(self.retry_ms)
    }

    pub(super) fn buffered(&self) -> SortedMap<TopicPartition, u32> {
        let mut counts = SortedMap::new();
        for fetch in self.completed.iter().filter(|fetch| fetch.left > 0) {
            *counts.entry(fetch.partition.clone()).or_default() += fetch.left;
        }
        counts
    }

    pub(super) fn buffered_offsets(&self) -> Vec<(TopicPartition, Vec<Offset>)> {
        let fetches = self.completed.iter().filter(|fetch| fetch.left > 0);
        fetches.map(|fetch| (fetch.partition.clone(), fetch.offsets_left())).collect()
    }

    /// Nothing else is assigned any more.
    pub(super) fn keep(&mut self, assigned: &[TopicPartition]) {
        self.completed.retain(|fetch| assigned.contains(&fetch.partition));
    }
}

impl CompletedFetch {
    fn new(answer: FetchedPartition, fetch_offset: Offset, isolation: IsolationLevel) -> Self {
        let mut aborted = answer.aborted_transactions;
        sort_by_key(&mut aborted, |transaction| transaction.first_offset);
        let mut fetch = Self {
            partition: answer.partition,
            error: answer.error,
            bytes: answer.records,
            is_initialized: false,
            next_fetch_offset: fetch_offset,
            current: None,
            next_batch: 0,
            epoch: -1,
            is_consumed: false,
            aborted: aborted.into(),
            aborted_producers: SortedSet::new(),
            isolation,
            left: 0,
        };
        fetch.left = u32::try_from(fetch.offsets_left().len()).unwrap_or(u32::MAX);
        fetch
    }

    /// Offsets of the records that are still to be returned, as far as they can be read.
    fn offsets_left(&self) -> Vec<Offset> {
        let mut rest = self.clone();
        let mut offsets = Vec::new();
        while !rest.is_consumed {
            match rest.fetch_records(u32::MAX) {
                Ok(read) if read.is_empty() => break,
                Ok(read) => offsets.extend(read),
                Err(_) => break,
            }
        }
        offsets
    }

    /// Up to `max` records from where the last poll stopped.
    ///
    /// Reading on past the last batch moves `next_fetch_offset` behind it, whatever is left in it: so
    /// compacted tails and empty batches are stepped over (CONS-3). That happens in the very call that
    /// returns the last record, if it still had room (4.3.1; the rule says a later one).
    ///
    /// # Errors
    /// The exception, where bytes are corrupt and no record came before them.
    fn fetch_records(&mut self, max: u32) -> Result<Vec<Offset>, String> {
        let bytes = Rc::clone(&self.bytes);
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        let mut offsets = Vec::new();
        while offsets.len() < max && !self.is_consumed {
            let result = match self.current {
                None => self.open_batch(&bytes),
                Some((start, read)) => self.read_batch(&bytes, start, read, max, &mut offsets),
            };
            match result {
                Ok(()) => {}
                Err(exception) if offsets.is_empty() => return Err(exception),
                Err(_) => break, // The next call meets it again, and throws.
            }
        }
        Ok(offsets)
    }

    /// Goes on to the next batch and checks it; or finds that there is none.
    fn open_batch(&mut self, bytes: &[u8]) -> Result<(), String> {
        let mut batches = Batches::from_position(bytes, self.next_batch);
        match batches.next() {
            None => {
                self.is_consumed = true;
                self.left = 0;
            }
            Some(Err(error)) => return Err(self.unreadable(error.message())),
            Some(Ok(batch)) => {
                self.epoch = batch.partition_leader_epoch();
                if batch.ensure_valid().is_err() {
                    return Err(self.invalid(&batch));
                }
                let start = self.next_batch;
                self.next_batch = batches.position();
                if self.leaves_out(&batch) {
                    if let Some(next) = Offset::from_i64(batch.next_offset()) {
                        self.next_fetch_offset = self.next_fetch_offset.max(next);
                    }
                    return Ok(());
                }
                self.current = Some((start, 0));
            }
        }
        Ok(())
    }

    /// Whether the batch belongs to an aborted transaction (CONS-21).
    fn leaves_out(&mut self, batch: &RecordBatch<'_>) -> bool {
        if self.isolation == IsolationLevel::ReadUncommitted || !batch.has_producer_id() {
            return false;
        }
        while let Some(next) = self.aborted.front()
            && next.first_offset <= batch.last_offset()
        {
            self.aborted_producers.insert(next.producer_id);
            self.aborted.pop_front();
        }
        let producer_id = batch.producer_id();
        if is_abort_marker(batch) {
            self.aborted_producers.remove(&producer_id);
            return false;
        }
        batch.is_transactional() && self.aborted_producers.contains(&producer_id)
    }

    /// Takes records of the current batch that are not below the position, until there are `max`.
    fn read_batch(
        &mut self,
        bytes: &[u8],
        start: u32,
        read: u32,
        max: usize,
        offsets: &mut Vec<Offset>,
    ) -> Result<(), String> {
        let Some(Ok(batch)) = Batches::from_position(bytes, start).next() else {
            return Err(self.unreadable(ErrorCode::CorruptMessage.message()));
        };
        let payload = batch.payload().map_err(|error| self.unreadable(error.message()))?;
        for (index, record) in (0u32..).zip(payload.records()).skip(read as usize) {
            let record = record.map_err(|error| self.unreadable(error.message()))?;
            self.current = Some((start, index + 1));
            // An offset that has no successor can only come from broken bytes.
            let offset = Offset::from_i64(record.offset).filter(|_| record.offset < i64::MAX);
            let Some(offset) = offset.filter(|offset| *offset >= self.next_fetch_offset) else {
                continue;
            };
            self.next_fetch_offset = offset.advanced_by(1);
            if batch.is_control() {
                continue;
            }
            self.left = self.left.saturating_sub(1);
            offsets.push(offset);
            if offsets.len() == max {
                return Ok(());
            }
        }
        self.current = None;
        // Only the last batch says where to go on; before others the next one does.
        let last = Batches::from_position(bytes, self.next_batch).next().is_none();
        if let Some(next) = Offset::from_i64(batch.next_offset())
            && last
        {
            self.next_fetch_offset = self.next_fetch_offset.max(next);
        }
        Ok(())
    }

    fn unreadable(&self, cause: &str) -> String {
        format!(
            "org.apache.kafka.common.KafkaException: Received exception when fetching the next record from \
             {}. If needed, please seek past the record to continue consumption. | caused by {cause}",
            self.partition
        )
    }

    fn invalid(&self, batch: &RecordBatch<'_>) -> String {
        self.unreadable(&format!(
            "org.apache.kafka.common.KafkaException: Record batch for partition {} at offset {} is invalid, \
             cause: Record is corrupt (stored crc = {}, computed crc = {})",
            self.partition,
            batch.base_offset(),
            batch.crc(),
            batch.computed_crc()
        ))
    }
}

/// Whether a batch is the marker that ends a transaction in an abort.
fn is_abort_marker(batch: &RecordBatch<'_>) -> bool {
    let first = |record: RecordRef<'_>| ControlType::parse(record.key?).ok();
    batch.is_control() && batch.filter_records(first).first() == Some(&ControlType::Abort)
}

impl Consumer {
    /// One fetch for all partitions with a position and nothing buffered (CONS-20).
    pub(super) fn send_fetches(&mut self, turn: &mut Turn<'_>) {
        let fetcher = &mut self.process.fetcher;
        if fetcher.in_flight || turn.now_ms < fetcher.retry_ms {
            return;
        }
        let mut partitions = self.process.positions.to_fetch(turn.now_ms);
        partitions.retain(|(partition, _)| {
            !fetcher
                .completed
                .iter()
                .any(|fetch| !fetch.is_consumed && fetch.partition == *partition)
        });
        if partitions.is_empty() {
            return;
        }
        fetcher.in_flight = true;
        let partitions = partitions.into_iter().map(|(partition, offset)| FetchPartition {
            partition,
            fetch_offset: offset.as_i64(),
            max_bytes: self.config.max_partition_fetch_bytes,
        });
        let request = Request::Fetch {
            max_wait_ms: self.config.fetch_max_wait_ms,
            min_bytes: self.config.fetch_min_bytes,
            max_bytes: self.config.fetch_max_bytes,
            isolation_level: self.config.isolation,
            partitions: partitions.collect(),
        };
        self.send(turn, self.broker, Connection::Data, request, Sent::Fetch);
    }

    /// Keeps what came, for `poll`. A partition about which there is nothing to say is left out, as a
    /// fetch session leaves it out.
    pub(super) fn fetch_answered(
        &mut self,
        _turn: &mut Turn<'_>,
        partitions: Vec<FetchedPartition>,
    ) {
        let fetcher = &mut self.process.fetcher;
        fetcher.in_flight = false;
        fetcher.attempts = 0;
        for answer in partitions {
            let Some(fetch_offset) = Offset::from_i64(answer.fetch_offset) else { continue };
            let end = match self.config.isolation {
                IsolationLevel::ReadUncommitted => answer.high_watermark,
                IsolationLevel::ReadCommitted => answer.last_stable_offset,
            };
            if let Some(offset) = Offset::from_i64(end)
                && answer.error.is_none()
            {
                self.process.positions.set_high_watermark(&answer.partition, offset);
            }
            if answer.error.is_some() || !answer.records.is_empty() {
                let isolation = self.config.isolation;
                fetcher.completed.push_back(CompletedFetch::new(answer, fetch_offset, isolation));
            }
        }
    }

    pub(super) fn fetch_failed(&mut self, turn: &mut Turn<'_>) {
        let fetcher = &mut self.process.fetcher;
        fetcher.in_flight = false;
        fetcher.retry_ms = turn.now_ms + self.config.backoff_ms(fetcher.attempts, turn.chance);
        fetcher.attempts += 1;
    }

    /// Takes up to `max.poll.records` from what was fetched, in order of arrival (CONS-19).
    ///
    /// # Errors
    /// The exception that `poll` throws; records that came before it are returned first.
    pub(super) fn collect_fetch(&mut self, turn: &mut Turn<'_>) -> Result<Fetched, String> {
        let mut fetched = Fetched::default();
        // What is kept for paused partitions goes to the end, to be looked at again by the next poll.
        let mut kept = Vec::new();
        let result = self.collect(turn, &mut fetched, &mut kept);
        self.process.fetcher.completed.extend(kept);
        result.map(|()| fetched)
    }

    fn collect(
        &mut self,
        turn: &mut Turn<'_>,
        fetched: &mut Fetched,
        kept: &mut Vec<CompletedFetch>,
    ) -> Result<(), String> {
        while fetched.count < self.config.max_poll_records {
            let Some(mut next) = self.process.fetcher.completed.pop_front() else { break };
            if next.is_initialized
                && !next.is_consumed
                && self.process.positions.is_paused(&next.partition)
            {
                kept.push(next);
                continue;
            }
            let result = if next.is_initialized {
                self.take_records(turn, &mut next, fetched)
            } else {
                self.initialize(turn, &mut next)
            };
            let failed = result.is_err();
            // What is not read to its end stays in front; an error without bytes is told once.
            if !next.is_consumed && (!failed || !fetched.is_empty() || !next.bytes.is_empty()) {
                self.process.fetcher.completed.push_front(next);
            }
            if let Err(exception) = result {
                return if fetched.is_empty() { Err(exception) } else { Ok(()) };
            }
        }
        Ok(())
    }

    /// Is it still what the consumer wants? Kafka: `FetchCollector.initialize`.
    fn initialize(
        &mut self,
        turn: &mut Turn<'_>,
        fetch: &mut CompletedFetch,
    ) -> Result<(), String> {
        use ErrorCode as E;
        let positions = &mut self.process.positions;
        let position = positions.position(&fetch.partition);
        let current = position == Some(fetch.next_fetch_offset);
        let Some(error) = fetch.error else {
            if !current {
                fetch.is_consumed = true; // From before a reset or a rebalance.
                return Ok(());
            }
            let first = Batches::new(&fetch.bytes).next();
            if first.is_none() {
                fetch.bytes = Rc::new([]);
                return Err(format!(
                    "org.apache.kafka.common.KafkaException: Failed to make progress reading messages at \
                     {}={}. Received a non-empty fetch response from the server, but no complete records \
                     were found.",
                    fetch.partition, fetch.next_fetch_offset
                ));
            }
            fetch.is_initialized = true;
            return Ok(());
        };
        positions.move_to_end(&fetch.partition);
        positions.retry_later(&fetch.partition, turn.now_ms + self.config.retry_backoff_ms());
        fetch.is_consumed = true;
        match error {
            E::OffsetOutOfRange if current => {
                let (partition, offset) = (fetch.partition.clone(), fetch.next_fetch_offset);
                self.position_out_of_range(turn, &partition, offset)
            }
            E::OffsetOutOfRange | E::UnknownServerError => Ok(()),
            E::CorruptMessage => Err(format!(
                "org.apache.kafka.common.KafkaException: Encountered corrupt message when fetching offset {} \
                 for topic-partition {}",
                fetch.next_fetch_offset, fetch.partition
            )),
            error if error.is_retriable() => {
                self.process.metadata.request_update(turn.now_ms);
                Ok(())
            }
            error => Err(format!(
                "java.lang.IllegalStateException: Unexpected error code {} while fetching at offset {} from \
                 topic-partition {}",
                error.code(),
                fetch.next_fetch_offset,
                fetch.partition
            )),
        }
    }

    /// Moves records from a fetch to what `poll` returns, and the position with them (CONS-2).
    fn take_records(
        &mut self,
        turn: &mut Turn<'_>,
        fetch: &mut CompletedFetch,
        fetched: &mut Fetched,
    ) -> Result<(), String> {
        let position = self.process.positions.fetchable(&fetch.partition);
        if position != Some(fetch.next_fetch_offset) {
            fetch.is_consumed = true; // Not assigned any more, or from an obsolete request.
            return Ok(());
        }
        let from = fetch.next_fetch_offset;
        let offsets = fetch.fetch_records(self.config.max_poll_records - fetched.count)?;
        let after = offsets.last().map_or(from, |last| last.advanced_by(1));
        let partition = fetch.partition.clone();
        if fetch.is_consumed {
            self.process.positions.move_to_end(&partition);
        }
        if fetch.next_fetch_offset > from {
            self.process.positions.advance(&partition, fetch.next_fetch_offset, fetch.epoch);
            fetched.position_advanced = true;
        }
        if !offsets.is_empty() {
            fetched.count += u32::try_from(offsets.len()).expect("not more than max.poll.records");
            turn.tell(ConsumerEvent::RecordsReturned {
                partition: partition.clone(),
                offsets: offsets.clone(),
                position: after,
            });
            fetched.records.push((partition.clone(), offsets));
        }
        if fetch.next_fetch_offset > after {
            let position = fetch.next_fetch_offset;
            turn.tell(ConsumerEvent::GapSkipped { partition, from: after, position });
        }
        Ok(())
    }
}
