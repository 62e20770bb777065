//! One segment: a `.log` file, its two sparse indexes and, where transactions were aborted, a third.
//!
//! Kafka: `LogSegment`, `FileRecords`.

use crate::protocol::record::{Batches, NO_TIMESTAMP, RecordBatch};
use crate::protocol::{ErrorCode, Offset};
use crate::storage::config::LogConfig;
use crate::storage::disk::{File, FileKind, FileName, Suffix};
use crate::storage::index::{IndexFull, OffsetIndex, TimeIndex};
use crate::storage::transaction_index::TransactionIndex;

/// A segment's files and what Kafka remembers about them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LogSegment {
    base_offset: Offset,
    suffix: Suffix,
    log: File,
    offset_index: OffsetIndex,
    time_index: TimeIndex,
    transaction_index: TransactionIndex,
    created_ms: u64,
    roll_jitter_ms: u64,
    index_interval_bytes: u32,
    bytes_since_last_index_entry: u32,
    /// The largest timestamp so far and the last offset of the batch that first reached it (LOG-25).
    max_timestamp_so_far: Option<(i64, i64)>,
    /// Whether the offset index was asked for: a segment that was made has no such file before.
    asked_index: bool,
}

/// The files that a segment is opened from.
#[derive(Clone, Debug, Default)]
pub(super) struct SegmentFiles {
    pub(super) log: File,
    pub(super) offset_index: Option<File>,
    pub(super) time_index: Option<File>,
    pub(super) transaction_index: Option<File>,
}

/// Where a batch lies in a `.log` file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BatchPosition {
    /// Its first byte.
    pub position: u32,
    /// Its bytes.
    pub size_bytes: u32,
    /// Its base offset.
    pub base_offset: i64,
}

/// What a recovery of a segment found (LOG-38).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Recovered {
    /// Good batches.
    pub(super) batches: u32,
    /// Their bytes.
    pub(super) valid_bytes: u32,
    /// Bytes that were cut off the end.
    pub(super) cut_bytes: u32,
    /// They began with a bad batch, rather than with a part of one.
    pub(super) bad_batch: bool,
}

/// Why a segment could not be recovered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RecoveryError {
    /// Offsets do not grow (`InvalidOffsetException`): the segment is emptied.
    InvalidOffset,
    /// An offset is too far from the base, or below it: the log cannot be loaded.
    OffsetOverflow,
    /// An index is full, or a batch tells a story that cannot be: the log cannot be loaded.
    Unreadable,
}

impl From<IndexFull> for RecoveryError {
    fn from(_: IndexFull) -> Self {
        Self::Unreadable
    }
}

impl LogSegment {
    /// An empty segment at `base_offset`. `roll_jitter_ms` was drawn for it (LOG-19).
    #[must_use]
    pub fn new(
        now_ms: u64,
        base_offset: Offset,
        config: &LogConfig,
        roll_jitter_ms: u64,
        suffix: Suffix,
    ) -> Self {
        Self {
            base_offset,
            suffix,
            log: File::new(now_ms),
            offset_index: OffsetIndex::new(now_ms, base_offset, config.segment_index_bytes),
            time_index: TimeIndex::new(now_ms, base_offset, config.segment_index_bytes),
            transaction_index: TransactionIndex::default(),
            created_ms: now_ms,
            roll_jitter_ms,
            index_interval_bytes: config.index_interval_bytes,
            bytes_since_last_index_entry: 0,
            max_timestamp_so_far: None,
            asked_index: false,
        }
    }

    /// The segment that these files are. Its age and the bytes since its last index entry are not kept
    /// (LOG-17, LOG-24); a missing index is an empty one.
    pub(super) fn open(
        now_ms: u64,
        base_offset: Offset,
        files: SegmentFiles,
        config: &LogConfig,
        roll_jitter_ms: u64,
    ) -> Self {
        let max_bytes = config.segment_index_bytes;
        let or_new = |file: Option<File>| file.unwrap_or_else(|| File::new(now_ms));
        Self {
            log: files.log,
            offset_index: OffsetIndex::open(base_offset, max_bytes, or_new(files.offset_index)),
            time_index: TimeIndex::open(base_offset, max_bytes, or_new(files.time_index)),
            transaction_index: TransactionIndex::open(files.transaction_index),
            asked_index: true,
            ..Self::new(now_ms, base_offset, config, roll_jitter_ms, Suffix::None)
        }
    }

    /// Its first offset, which its files are named after.
    #[must_use]
    pub fn base_offset(&self) -> Offset {
        self.base_offset
    }

    /// Bytes of its `.log`.
    #[must_use]
    pub fn size_bytes(&self) -> u32 {
        self.log.size_bytes()
    }

    /// The `.log` file.
    #[must_use]
    pub fn log(&self) -> &File {
        &self.log
    }

    /// The `.index` file.
    #[must_use]
    pub fn offset_index(&self) -> &OffsetIndex {
        &self.offset_index
    }

    /// The `.timeindex` file.
    #[must_use]
    pub fn time_index(&self) -> &TimeIndex {
        &self.time_index
    }

    /// The `.txnindex` file.
    #[must_use]
    pub fn transaction_index(&self) -> &TransactionIndex {
        &self.transaction_index
    }

    pub(super) fn transaction_index_mut(&mut self) -> &mut TransactionIndex {
        &mut self.transaction_index
    }

    /// Bytes that a power loss would drop.
    #[must_use]
    pub fn unflushed_bytes(&self) -> u64 {
        self.files().map(|(_, file)| u64::from(file.unflushed_bytes())).sum()
    }

    /// Writes all files to the platter. How many bytes went there.
    pub(super) fn flush(&mut self) -> u64 {
        self.asked_index = true;
        let mut bytes = u64::from(self.log.flush());
        bytes += u64::from(self.offset_index.file_mut().flush());
        bytes += u64::from(self.time_index.file_mut().flush());
        bytes + self.transaction_index.file_mut().map_or(0, |file| u64::from(file.flush()))
    }

    /// What was taken off `segment.ms` for this segment (LOG-19).
    #[must_use]
    pub fn roll_jitter_ms(&self) -> u64 {
        self.roll_jitter_ms
    }

    /// What is about to happen to the files.
    #[must_use]
    pub fn suffix(&self) -> Suffix {
        self.suffix
    }

    pub(super) fn rename(&mut self, suffix: Suffix) {
        self.suffix = suffix;
    }

    /// The files with their names. Kafka makes the offset index's when it is first asked for.
    pub fn files(&self) -> impl Iterator<Item = (FileName, &File)> {
        let name = |kind| FileName::Numbered(self.base_offset, kind, self.suffix);
        [
            (name(FileKind::Index), self.offset_index.file()),
            (name(FileKind::Log), &self.log),
            (name(FileKind::TimeIndex), self.time_index.file()),
        ]
        .into_iter()
        .skip(usize::from(!self.asked_index))
        .chain(self.transaction_index.file().map(|file| (name(FileKind::TxnIndex), file)))
    }

    /// The batches from the first byte on.
    #[must_use]
    pub fn batches(&self) -> Batches<'_> {
        self.batches_from(0)
    }

    /// The batches from `position` on.
    #[must_use]
    pub fn batches_from(&self, position: u32) -> Batches<'_> {
        Batches::of_file(&self.log.bytes, position)
    }

    /// The largest timestamp and where it was first reached; without any, the time index's last entry.
    #[must_use]
    pub fn max_timestamp_so_far(&self) -> (i64, i64) {
        self.max_timestamp_so_far.unwrap_or_else(|| {
            let (timestamp, offset) = self.time_index.last_entry();
            (timestamp, offset.as_i64())
        })
    }

    /// Reads the largest timestamp once and for all: as Kafka, which keeps what it has read.
    pub(super) fn keep_max_timestamp(&mut self) {
        self.max_timestamp_so_far = Some(self.max_timestamp_so_far());
    }

    /// Whether the largest timestamp is kept.
    pub(super) fn keeps_max_timestamp(&self) -> bool {
        self.max_timestamp_so_far.is_some()
    }

    /// Whether `offset` can be written as a distance from the base. Asking makes the offset index's file.
    pub(super) fn takes_offset(&mut self, offset: i64) -> bool {
        self.asked_index = true;
        self.offset_index.can_append_offset(offset)
    }

    /// Whether the offset index has a file by now.
    #[must_use]
    pub fn has_offset_index(&self) -> bool {
        self.asked_index
    }

    /// The largest record timestamp; the file's time if no record has one (RET-4).
    #[must_use]
    pub fn largest_timestamp(&self) -> i64 {
        match self.max_timestamp_so_far().0 {
            timestamp if timestamp >= 0 => timestamp,
            _ => self.log.modified_ms.cast_signed(),
        }
    }

    /// When the `.log` was last written, or, cleaned, its last source.
    #[must_use]
    pub fn last_modified_ms(&self) -> u64 {
        self.log.modified_ms
    }

    pub(super) fn set_last_modified_ms(&mut self, modified_ms: u64) {
        self.log.modified_ms = modified_ms;
        self.offset_index.file_mut().modified_ms = modified_ms;
        self.time_index.file_mut().modified_ms = modified_ms;
    }

    /// The first batch's largest timestamp, which rolling by time counts from (LOG-17).
    ///
    /// # Errors
    /// That of a first batch that cannot be read.
    pub fn rolling_based_timestamp(&self) -> Result<Option<i64>, ErrorCode> {
        let first = self.batches().by_time().next().transpose()?;
        Ok(first.map(|batch| batch.max_timestamp()))
    }

    /// How long the segment has waited, seen from an append with this largest timestamp (LOG-17).
    ///
    /// # Errors
    /// That of a first batch that cannot be read.
    pub fn waited_for_roll_ms(&self, now_ms: u64, max_timestamp: i64) -> Result<i64, ErrorCode> {
        Ok(match self.rolling_based_timestamp()? {
            Some(first) if first >= 0 => max_timestamp.saturating_sub(first),
            _ => now_ms.cast_signed() - self.created_ms.cast_signed(),
        })
    }

    /// Appends whole batches whose largest offset is `last_offset`, and index entries where they are
    /// due (LOG-24, LOG-25). An error leaves the segment half written; Kafka's cleaner throws it away.
    ///
    /// # Errors
    /// [`IndexFull`] if an entry is due and does not fit.
    pub fn append(&mut self, now_ms: u64, records: &[u8]) -> Result<(), IndexFull> {
        let mut position = self.size_bytes();
        self.asked_index = true;
        self.log.append(now_ms, records);
        self.keep_max_timestamp();
        for batch in Batches::new(records).flatten() {
            if batch.max_timestamp() > self.max_timestamp_so_far().0 {
                self.max_timestamp_so_far = Some((batch.max_timestamp(), batch.last_offset()));
            }
            if self.bytes_since_last_index_entry > self.index_interval_bytes {
                self.offset_index.append(now_ms, batch.last_offset(), position)?;
                let (timestamp, offset) = self.max_timestamp_so_far();
                self.time_index.maybe_append(now_ms, timestamp, offset, false)?;
                self.bytes_since_last_index_entry = 0;
            }
            let size_bytes = batch.size_bytes() as u32;
            position += size_bytes;
            self.bytes_since_last_index_entry += size_bytes;
        }
        Ok(())
    }

    /// Writes the closing entry of the time index (LOG-22).
    ///
    /// # Errors
    /// [`IndexFull`] where damage made an earlier entry a later one; else it has a slot of its own.
    pub fn on_become_inactive(&mut self, now_ms: u64) -> Result<(), IndexFull> {
        self.asked_index = true;
        let (timestamp, offset) = self.max_timestamp_so_far();
        self.max_timestamp_so_far = Some((timestamp, offset));
        self.time_index.maybe_append(now_ms, timestamp, offset, true)?;
        self.trim(now_ms);
        Ok(())
    }

    /// What a clean stop writes: the closing entry of the time index, and no part of an entry (LOG-22).
    pub(super) fn close(&mut self, now_ms: u64) {
        let (timestamp, offset) = self.max_timestamp_so_far();
        // A full index, or entries that damage has put out of order, stay as they are.
        self.append_time(now_ms, timestamp, offset, true).ok();
        self.trim(now_ms);
    }

    /// Cuts off what is not a whole entry of an index.
    pub(super) fn trim(&mut self, now_ms: u64) {
        self.offset_index.trim(now_ms);
        self.time_index.trim(now_ms);
    }

    /// The first batch that ends at or after `offset`: index floor, then headers one by one (LOG-26).
    #[must_use]
    pub fn translate_offset(&self, offset: i64) -> Option<BatchPosition> {
        self.find_batch(offset, &mut |_| {}).ok().flatten()
    }

    /// Cuts off everything from the batch that holds `offset` on. How many bytes went.
    ///
    /// # Errors
    /// Those of batches and index entries that cannot be read.
    ///
    /// Kafka: `LogSegment.truncateTo`.
    pub(super) fn truncate_to(&mut self, now_ms: u64, offset: i64) -> Result<u32, ErrorCode> {
        let found = self.find_batch(offset, &mut |_| {})?;
        self.asked_index = true;
        self.offset_index.truncate_to(now_ms, offset);
        self.time_index.truncate_to(now_ms, offset);
        let cut = self.transaction_index.truncate_to(now_ms, offset);
        cut.map_err(|_| ErrorCode::UnknownServerError)?;
        let before = self.size_bytes();
        if let Some(found) = found {
            self.log.truncate(now_ms, found.position);
        }
        if self.size_bytes() == 0 {
            self.created_ms = now_ms;
        }
        self.bytes_since_last_index_entry = 0;
        self.max_timestamp_so_far = Some(self.max_timestamp_so_far());
        if self.max_timestamp_so_far().0 >= 0 {
            self.max_timestamp_so_far = Some(self.read_largest_timestamp()?);
        }
        Ok(before - self.size_bytes())
    }

    /// Where the offset index says that a scan for `offset` begins.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownServerError`] past 2³¹, where Java's number is negative.
    pub(super) fn position_of(&self, offset: i64) -> Result<u32, ErrorCode> {
        let (_, position) = self.offset_index.lookup(offset);
        let positive = position <= i32::MAX.cast_unsigned();
        if positive { Ok(position) } else { Err(ErrorCode::UnknownServerError) }
    }

    /// Kafka: `LogSegment.readLargestTimestamp`.
    fn read_largest_timestamp(&self) -> Result<(i64, i64), ErrorCode> {
        let (timestamp, offset) = self.time_index.last_entry();
        let position = self.position_of(offset.as_i64())?;
        let mut largest = (timestamp, offset.as_i64());
        for batch in self.batches_from(position).by_time() {
            let batch = batch?;
            if batch.max_timestamp() > largest.0 {
                largest = (batch.max_timestamp(), batch.last_offset());
            }
        }
        Ok(largest)
    }

    /// Walks all batches, checks each, and writes the indexes anew; cuts the file off at the first bad one
    /// (LOG-38, LOG-39). `learn` is told each good batch.
    ///
    /// # Errors
    /// [`RecoveryError`]; the segment is half recovered then.
    ///
    /// Kafka: `LogSegment.recover`.
    pub(super) fn recover(
        &mut self,
        now_ms: u64,
        mut learn: impl FnMut(&mut TransactionIndex, &RecordBatch<'_>) -> Result<(), ErrorCode>,
    ) -> Result<Recovered, RecoveryError> {
        self.offset_index.reset(now_ms);
        self.time_index.reset(now_ms);
        self.transaction_index.reset(now_ms);
        self.max_timestamp_so_far = Some((NO_TIMESTAMP, self.base_offset.as_i64()));
        let log = std::mem::take(&mut self.log);
        let walked = self.walk(now_ms, &log, &mut learn);
        self.log = log;
        let (valid_bytes, batches, bad) = walked?;
        let cut_bytes = self.size_bytes() - valid_bytes;
        self.log.truncate(now_ms, valid_bytes);
        let (timestamp, offset) = self.max_timestamp_so_far();
        self.append_time(now_ms, timestamp, offset, true)?;
        Ok(Recovered { batches, valid_bytes, cut_bytes, bad_batch: bad && cut_bytes > 0 })
    }

    /// Leaves the indexes as a recovery leaves them that met an offset too far away; `index` and `times` are what
    /// their files held before it.
    pub(super) fn abandon_recovery(&mut self, index: &[u8], times: &[u8]) {
        self.offset_index.abandon(index);
        self.time_index.abandon(times);
    }

    /// The files, to be opened again.
    pub(super) fn into_files(self) -> SegmentFiles {
        SegmentFiles {
            transaction_index: self.transaction_index.file().cloned(),
            log: self.log,
            offset_index: Some(self.offset_index.into_file()),
            time_index: Some(self.time_index.into_file()),
        }
    }

    /// The good bytes, the good batches, and whether it ended at a bad one.
    fn walk(
        &mut self,
        now_ms: u64,
        log: &File,
        learn: &mut impl FnMut(&mut TransactionIndex, &RecordBatch<'_>) -> Result<(), ErrorCode>,
    ) -> Result<(u32, u32, bool), RecoveryError> {
        let (mut position, mut last_indexed, mut count) = (0u32, 0u32, 0u32);
        for batch in Batches::of_file(&log.bytes, 0) {
            let Ok(batch) = batch else { return Ok((position, count, true)) };
            if batch.ensure_valid().is_err() {
                return Ok((position, count, true));
            }
            let last_offset = batch.last_offset();
            if !self.offset_index.can_append_offset(last_offset) {
                return Err(RecoveryError::OffsetOverflow);
            }
            if batch.max_timestamp() > self.max_timestamp_so_far().0 {
                self.max_timestamp_so_far = Some((batch.max_timestamp(), last_offset));
            }
            if position - last_indexed > self.index_interval_bytes {
                let slots = self.offset_index.len();
                if slots > 0 && last_offset <= self.offset_index.entry(slots - 1).0.as_i64() {
                    return Err(RecoveryError::InvalidOffset);
                }
                self.offset_index.append(now_ms, last_offset, position)?;
                let (timestamp, offset) = self.max_timestamp_so_far();
                self.append_time(now_ms, timestamp, offset, false)?;
                last_indexed = position;
            }
            position += batch.size_bytes() as u32;
            count += 1;
            match learn(&mut self.transaction_index, &batch) {
                Ok(()) => {}
                // Taken for corruption, like a bad checksum, but the batch stays.
                Err(ErrorCode::InvalidRecord | ErrorCode::CorruptMessage) => {
                    return Ok((position, count, true));
                }
                Err(_) => return Err(RecoveryError::Unreadable),
            }
        }
        Ok((position, count, false))
    }

    fn append_time(
        &mut self,
        now_ms: u64,
        timestamp: i64,
        offset: i64,
        closing: bool,
    ) -> Result<(), RecoveryError> {
        if self.time_index.is_full() && !closing {
            return Err(IndexFull.into());
        }
        if !self.time_index.is_empty() && offset < self.time_index.last_entry().1.as_i64() {
            return Err(RecoveryError::InvalidOffset);
        }
        self.time_index.maybe_append(now_ms, timestamp, offset, closing)?;
        Ok(())
    }

    /// The first record with a timestamp ≥ `timestamp` and an offset ≥ `start` (LOG-27): its own
    /// timestamp and offset.
    ///
    /// # Errors
    /// Those of unreadable records.
    pub fn find_offset_by_timestamp(
        &self,
        timestamp: i64,
        start: Offset,
    ) -> Result<Option<(i64, Offset)>, ErrorCode> {
        self.find_record(timestamp, start, &mut |_| {})
    }

    /// The record with the segment's largest timestamp (LOG-27, −3); none in an emptied batch.
    ///
    /// # Errors
    /// Those of unreadable records.
    pub fn find_max_timestamp(&self) -> Result<Option<(i64, i64)>, ErrorCode> {
        let (timestamp, offset) = self.max_timestamp_so_far();
        let position = self.position_of(offset)?;
        for batch in self.batches_from(position).by_time() {
            let batch = batch?;
            if batch.max_timestamp() != timestamp {
                continue;
            }
            for record in batch.payload()?.records() {
                let record = record?;
                if record.timestamp == timestamp {
                    return Ok(Some((timestamp, record.offset)));
                }
            }
            return Ok(None);
        }
        Ok(None)
    }

    /// The offset after the last batch; the base offset of an empty segment.
    #[must_use]
    pub fn next_offset(&self) -> Offset {
        let next = self.read_next_offset().ok().and_then(Offset::from_i64);
        next.unwrap_or(self.base_offset)
    }

    /// [`LogSegment::next_offset`], as signed as in the last batch.
    ///
    /// # Errors
    /// Those of batches on the way there.
    ///
    /// Kafka: `LogSegment.readNextOffset`.
    pub(super) fn read_next_offset(&self) -> Result<i64, ErrorCode> {
        let last = match self.offset_index.len().checked_sub(1) {
            Some(slot) => self.offset_index.entry(slot).0,
            None => self.base_offset,
        };
        let Some(found) = self.find_batch(last.as_i64(), &mut |_| {})? else {
            return Ok(self.base_offset.as_i64());
        };
        let mut next = self.base_offset.as_i64();
        for batch in self.batches_from(found.position) {
            next = batch?.next_offset();
        }
        Ok(next)
    }

    /// Whether any record carries a timestamp.
    #[must_use]
    pub fn has_timestamps(&self) -> bool {
        self.max_timestamp_so_far().0 > NO_TIMESTAMP
    }
}
