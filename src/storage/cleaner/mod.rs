//! Log compaction: keep the latest record of each key (`CLEAN-*`).
//!
//! One cleaning is a run through phases, so that a person can watch it: pass 1 fills the offset map,
//! pass 2 copies each group of segments into a `.cleaned` file, which then takes its sources' place.
//! Kafka: `Cleaner`, `LogCleaner`, `LogCleanerManager`. Left out: several threads.

mod candidate;
mod filter;
mod offset_map;
mod transactions;

use std::ops::Range;
use std::rc::Rc;

use crate::protocol::Offset;
use crate::protocol::record::{Batches, RecordBatch};
use crate::storage::config::CleanerConfig;
use crate::storage::disk::Suffix;
use crate::storage::event::{CleanedRecord, LogEvent};
use crate::storage::log::Log;
use crate::storage::segment::LogSegment;

pub use candidate::LogToClean;
pub use offset_map::OffsetMap;
use transactions::CleanedTransactions;

/// Why a cleaning came to no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CleaningError {
    /// It went wrong; the partition is uncleanable from now on (CLEAN-8).
    Failed,
    /// A segment was split whose offsets are too far apart. The next cleaning begins where this one did
    /// (`LogCleaningAbortedException`).
    Aborted,
}

/// A cleaning under way: the map of pass 1 and what is still to be copied.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cleaning {
    candidate: LogToClean,
    /// The time that horizons count from: the start of the cleaning.
    now_ms: u64,
    map: Rc<OffsetMap>,
    map_full: bool,
    /// Base offsets of the groups that are still to be copied, in order.
    groups: Vec<Rc<[Offset]>>,
    /// `[book era]` Up to when a segment's tombstones may go.
    legacy_horizon_ms: i64,
    end_offset: Offset,
    /// What pass 2 has met so far.
    transactions: CleanedTransactions,
    /// Bytes of the buffer that segments are read through.
    read_buffer_bytes: u32,
    read: u32,
    kept: u32,
    bytes_before: u64,
    bytes_after: u64,
}

impl Cleaning {
    /// Starts a cleaning of `log`: fills the map and plans the groups.
    ///
    /// # Errors
    /// [`CleaningError`] if the dirty section cannot be read.
    ///
    /// Kafka: `Cleaner.doClean` up to its loop over the groups.
    pub fn start(
        log: &Log,
        candidate: LogToClean,
        config: &CleanerConfig,
        now_ms: u64,
    ) -> Result<Self, CleaningError> {
        let clean = log.segments_between(Offset(0), candidate.first_dirty);
        let legacy_horizon_ms = clean.last().map_or(0, |segment| {
            segment
                .last_modified_ms()
                .cast_signed()
                .saturating_sub(log.config().delete_retention_ms)
        });
        let (map, map_full) = build_offset_map(log, &candidate, config)?;
        let end_offset =
            Offset::from_i64(map.latest_offset() + 1).expect("offsets are not negative");
        Ok(Self {
            groups: group_segments(log, end_offset, candidate.first_uncleanable),
            candidate,
            now_ms,
            map: Rc::new(map),
            map_full,
            legacy_horizon_ms,
            end_offset,
            transactions: CleanedTransactions::default(),
            read_buffer_bytes: config.io_buffer_bytes / 2,
            read: 0,
            kept: 0,
            bytes_before: 0,
            bytes_after: 0,
        })
    }

    /// What was chosen, and why.
    #[must_use]
    pub fn candidate(&self) -> &LogToClean {
        &self.candidate
    }

    /// The map of pass 1.
    #[must_use]
    pub fn map(&self) -> &OffsetMap {
        &self.map
    }

    /// The groups that are still to be copied: base offsets of their segments.
    #[must_use]
    pub fn groups(&self) -> &[Rc<[Offset]>] {
        &self.groups
    }

    /// When the cleaning began.
    #[must_use]
    pub fn started_ms(&self) -> u64 {
        self.now_ms
    }

    /// The event that tells of pass 1, which takes until `until_ms`.
    #[must_use]
    pub fn started_event(&self, until_ms: u64) -> LogEvent {
        LogEvent::CleaningStarted {
            first_dirty: self.candidate.first_dirty,
            first_uncleanable: self.candidate.first_uncleanable,
            clean_bytes: self.candidate.clean_bytes,
            cleanable_bytes: self.candidate.cleanable_bytes,
            ratio: self.candidate.ratio,
            threshold: self.candidate.threshold,
            lag_exceeded: self.candidate.lag_exceeded,
            keys: self.map.len(),
            map_full: self.map_full,
            until_ms,
        }
    }

    /// The bytes that the next group holds; `None` when all are done.
    #[must_use]
    pub fn next_group_bytes(&self, log: &Log) -> Option<u64> {
        let range = group_range(log, self.groups.first()?);
        Some(log.segments()[range].iter().map(|segment| u64::from(segment.size_bytes())).sum())
    }

    /// Copies the next group's survivors into a `.cleaned` file. The log itself is unchanged.
    ///
    /// The event's `until_ms` is when the copying is done.
    ///
    /// # Errors
    /// [`CleaningError::Failed`] if a batch cannot be read or an index overflows; the `.cleaned` file stays
    /// behind. [`CleaningError::Aborted`] if a segment was split.
    pub fn copy_next_group(
        &mut self,
        log: &mut Log,
        now_ms: u64,
        until_ms: u64,
        events: &mut Vec<LogEvent>,
    ) -> Result<(), CleaningError> {
        let sources = Rc::clone(self.groups.first().expect("a group is left to be copied"));
        let range = group_range(log, &sources);
        let mut cleaned = LogSegment::new(now_ms, sources[0], log.config(), 0, Suffix::Cleaned);
        let mut records: Vec<CleanedRecord> = Vec::new();
        let mut bytes_before = 0;
        let mut outcome = Ok(());
        let segments = &log.segments()[range.clone()];
        for (at, source) in segments.iter().enumerate() {
            bytes_before += u64::from(source.size_bytes());
            let upper = match segments.get(at + 1) {
                Some(next) => next.base_offset(),
                None => source.next_offset(),
            };
            match log.aborted_transactions(source.base_offset(), upper) {
                Ok(aborted) => self.transactions.add(aborted),
                Err(_) => {
                    outcome = Err(CleaningError::Failed);
                    break;
                }
            }
            let filter = filter::Filter {
                map: &self.map,
                profile: log.config().profile,
                now_ms: self.now_ms,
                delete_retention_ms: log.config().delete_retention_ms,
                round_end: self.candidate.first_uncleanable,
                producers: log.producers(),
                retain_deletes: source.last_modified_ms().cast_signed() > self.legacy_horizon_ms,
            };
            let copy = Copy {
                filter,
                now_ms,
                buffer_bytes: self.read_buffer_bytes,
                max_message_bytes: log.config().max_message_bytes,
            };
            outcome = copy.segment(&mut self.transactions, source, &mut cleaned, &mut records);
            if outcome == Err(CleaningError::Aborted) {
                let base = source.base_offset();
                return match log.split_segment(now_ms, base) {
                    Ok(()) => {
                        log.set_cleaned(None);
                        Err(CleaningError::Aborted)
                    }
                    Err(_) => {
                        log.set_cleaned(Some(cleaned));
                        Err(CleaningError::Failed)
                    }
                };
            }
            if outcome.is_err() {
                break;
            }
        }
        if outcome.is_ok() {
            let closed = cleaned.on_become_inactive(now_ms);
            outcome = closed.map_err(|_| CleaningError::Failed);
        }
        if outcome.is_ok() {
            cleaned.flush();
            let last = &log.segments()[range.end - 1];
            cleaned.set_last_modified_ms(last.last_modified_ms());
        }
        let bytes_after = u64::from(cleaned.size_bytes());
        log.set_cleaned(Some(cleaned));
        outcome?;
        self.read += records.len() as u32;
        self.kept += records.iter().filter(|record| record.dropped.is_none()).count() as u32;
        self.bytes_before += bytes_before;
        self.bytes_after += bytes_after;
        events.push(LogEvent::SegmentsCleaned {
            sources,
            records: records.into(),
            bytes_before,
            bytes_after,
            until_ms,
        });
        Ok(())
    }

    /// Swaps the `.cleaned` file in for its sources (CLEAN-21).
    pub fn swap(&mut self, log: &mut Log, now_ms: u64, events: &mut Vec<LogEvent>) {
        let sources = self.groups.remove(0);
        let range = group_range(log, &sources);
        let cleaned = log.swap_cleaned_in(now_ms, range.start, range.len());
        let (base_offset, size_bytes) = (cleaned.base_offset(), cleaned.size_bytes());
        events.push(LogEvent::SegmentsReplaced { sources, base_offset, size_bytes });
    }

    /// The new checkpoint and the event that tells of the end (CLEAN-12).
    #[must_use]
    pub fn finish(&self) -> (Offset, LogEvent) {
        let event = LogEvent::CleaningFinished {
            checkpoint: self.end_offset,
            read: self.read,
            kept: self.kept,
            bytes_before: self.bytes_before,
            bytes_after: self.bytes_after,
        };
        (self.end_offset, event)
    }

    /// Throws away what was copied and not swapped in.
    pub fn abort(log: &mut Log, events: &mut Vec<LogEvent>) {
        log.set_cleaned(None);
        events.push(LogEvent::CleaningAborted);
    }
}

/// Where a group's segments stand in the log.
fn group_range(log: &Log, sources: &[Offset]) -> Range<usize> {
    let first = log.floor_segment(sources[0]).expect("a group's segments are in the log");
    first..first + sources.len()
}

/// CLEAN-10 to CLEAN-12: the map, and whether it was full before the dirty section ended.
fn build_offset_map(
    log: &Log,
    candidate: &LogToClean,
    config: &CleanerConfig,
) -> Result<(OffsetMap, bool), CleaningError> {
    let mut map = OffsetMap::new(config);
    let (start, end) = (candidate.first_dirty, candidate.first_uncleanable);
    let dirty = log.segments_between(start, end);
    let mut transactions = CleanedTransactions::default();
    let aborted = log.aborted_transactions(start, end).map_err(|_| CleaningError::Failed)?;
    transactions.add(aborted);
    for (at, segment) in dirty.iter().enumerate() {
        let position = segment.position_of(start.as_i64()).map_err(|_| CleaningError::Failed)?;
        // The cleaner reads a file into its buffer, and walks that.
        let mut batches = Batches::from_position(&segment.log().bytes, position);
        for batch in batches.by_ref() {
            let batch = batch.map_err(|_| CleaningError::Failed)?;
            if map_batch(&mut map, &mut transactions, &batch, start)? {
                return Ok((map, true));
            }
        }
        if batches.position() < segment.size_bytes() {
            return Err(CleaningError::Failed); // A part of a batch, that no larger buffer makes whole.
        }
        let next = dirty.get(at + 1).map_or(end, |next| next.base_offset());
        map.update_latest_offset(next.as_i64() - 1);
    }
    Ok((map, false))
}

/// Puts a batch's keys into the map. Tells if it was full.
fn map_batch(
    map: &mut OffsetMap,
    transactions: &mut CleanedTransactions,
    batch: &RecordBatch<'_>,
    start: Offset,
) -> Result<bool, CleaningError> {
    if batch.is_control() {
        let read = transactions.on_control_batch(batch, &mut Vec::new());
        read.map_err(|_| CleaningError::Failed)?;
    } else if !transactions.on_batch(batch) {
        for record in batch.payload().map_err(|_| CleaningError::Failed)?.records() {
            let record = record.map_err(|_| CleaningError::Failed)?;
            if let Some(key) = record.key.filter(|_| record.offset >= start.as_i64()) {
                if map.is_full() {
                    return Ok(true);
                }
                map.put(key, record.offset)?;
            }
        }
    }
    if batch.last_offset() >= start.as_i64() {
        map.update_latest_offset(batch.last_offset());
    }
    Ok(false)
}

/// CLEAN-13: all segments below `end`, in groups that fit into one.
fn group_segments(log: &Log, end: Offset, first_uncleanable: Offset) -> Vec<Rc<[Offset]>> {
    let segments = log.segments_between(Offset(0), end);
    let limit = u64::from(log.config().segment_bytes);
    let index_limit = u64::from(log.config().segment_index_bytes);
    let mut groups = Vec::new();
    let mut at = 0;
    while at < segments.len() {
        let sizes = |segment: &LogSegment| {
            (
                u64::from(segment.size_bytes()),
                u64::from(segment.offset_index().file().size_bytes()),
                u64::from(segment.time_index().file().size_bytes()),
            )
        };
        let first = at;
        let (mut bytes, mut index, mut times) = sizes(&segments[at]);
        at += 1;
        while let Some(next) = segments.get(at) {
            let (more_bytes, more_index, more_times) = sizes(next);
            let last_offset =
                segments.get(at + 1).map_or(first_uncleanable, |s| s.base_offset()).as_i64() - 1;
            let span = last_offset - segments[first].base_offset().as_i64();
            if bytes + more_bytes > limit
                || index + more_index > index_limit
                || times + more_times > index_limit
                || (more_bytes > 0 && span > i64::from(i32::MAX))
            {
                break;
            }
            (bytes, index, times) = (bytes + more_bytes, index + more_index, times + more_times);
            at += 1;
        }
        groups.push(segments[first..at].iter().map(|s| s.base_offset()).collect());
    }
    groups
}

/// How a segment is copied.
struct Copy<'a> {
    filter: filter::Filter<'a>,
    now_ms: u64,
    /// `log.cleaner.io.buffer.size`, one half of it.
    buffer_bytes: u32,
    /// `max.message.bytes`: how large the buffer grows without asking.
    max_message_bytes: u32,
}

impl Copy<'_> {
    /// Copies what is left of `source` behind what `cleaned` holds, a buffer at a time: what was written before
    /// an error stays.
    ///
    /// Kafka: `Cleaner.cleanInto`.
    fn segment(
        &self,
        transactions: &mut CleanedTransactions,
        source: &LogSegment,
        cleaned: &mut LogSegment,
        records: &mut Vec<CleanedRecord>,
    ) -> Result<(), CleaningError> {
        let log = &source.log().bytes;
        let (mut position, mut capacity) = (0, self.buffer_bytes as usize);
        while position < log.len() {
            let buffer = &log[position..log.len().min(position + capacity)];
            let read_bytes = self.buffer(transactions, buffer, cleaned, records)?;
            position += read_bytes;
            if read_bytes == 0 {
                capacity = self.grown(capacity, &log[position..])?;
            }
        }
        Ok(())
    }

    /// Copies what is left of the whole batches in `buffer`; how many bytes they are.
    fn buffer(
        &self,
        transactions: &mut CleanedTransactions,
        buffer: &[u8],
        cleaned: &mut LogSegment,
        records: &mut Vec<CleanedRecord>,
    ) -> Result<usize, CleaningError> {
        let mut retained = filter::Retained {
            bytes: Vec::with_capacity(buffer.len()),
            aborted: Vec::new(),
            records: std::mem::take(records),
            max_offset: -1,
        };
        let mut outcome = Ok(());
        let mut read_bytes = 0;
        for batch in Batches::new(buffer) {
            let filtered = batch.and_then(|batch| {
                read_bytes += batch.size_bytes();
                filter::filter_batch(&self.filter, transactions, &batch, &mut retained)
            });
            for aborted in retained.aborted.drain(..) {
                let index = cleaned.transaction_index_mut();
                outcome = outcome.and(index.append(self.now_ms, &aborted).map_err(|_| ()));
            }
            outcome = outcome.and(filtered.map_err(|_| ()));
            if outcome.is_err() {
                break;
            }
        }
        *records = retained.records;
        outcome.map_err(|()| CleaningError::Failed)?;
        if !retained.bytes.is_empty() {
            if !cleaned.takes_offset(retained.max_offset) {
                return Err(CleaningError::Aborted);
            }
            let written = cleaned.append(self.now_ms, &retained.bytes);
            written.map_err(|_| CleaningError::Failed)?;
        }
        Ok(read_bytes)
    }

    /// The buffer's next size, when not even one batch of `rest` was whole in it.
    ///
    /// Kafka: `Cleaner.growBuffersOrFail`.
    fn grown(&self, capacity: usize, rest: &[u8]) -> Result<usize, CleaningError> {
        /// `message.max.bytes` of the broker.
        const MOST_BYTES: usize = 1_048_588;
        let mut most = self.max_message_bytes as usize;
        if capacity >= most {
            // The length of the next batch says how much it takes.
            let next = Batches::new(rest).next().and_then(Result::ok).map(|b| b.size_bytes());
            most = next.filter(|next| *next > capacity).ok_or(CleaningError::Failed)?;
        }
        let most = most.max(MOST_BYTES);
        if capacity == 0 || capacity >= most {
            return Err(CleaningError::Failed);
        }
        Ok(most.min(2 * capacity))
    }
}

/// A whole cleaning at one moment, as one turn of Kafka's cleaner thread: for cases and tests.
///
/// The new checkpoint: where it began, if a segment had to be split.
///
/// # Errors
/// [`CleaningError::Failed`]; the log is as it was, but for a `.cleaned` file that stays behind.
pub fn clean_at_once(
    log: &mut Log,
    candidate: LogToClean,
    config: &CleanerConfig,
    now_ms: u64,
    events: &mut Vec<LogEvent>,
) -> Result<Offset, CleaningError> {
    let mut cleaning = Cleaning::start(log, candidate, config, now_ms)?;
    events.push(cleaning.started_event(now_ms));
    while !cleaning.groups().is_empty() {
        match cleaning.copy_next_group(log, now_ms, now_ms, events) {
            Err(CleaningError::Aborted) => return Ok(candidate.first_dirty),
            copied => copied?,
        }
        cleaning.swap(log, now_ms, events);
    }
    let (checkpoint, event) = cleaning.finish();
    events.push(event);
    Ok(checkpoint)
}
