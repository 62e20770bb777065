//! One segment: a `.log` file and its two sparse indexes.
//!
//! Kafka: `LogSegment`, `FileRecords`. Left out: transaction indexes.

use crate::protocol::record::{Batches, NO_TIMESTAMP, RecordBatch};
use crate::protocol::{ErrorCode, Offset};
use crate::storage::config::LogConfig;
use crate::storage::disk::{File, FileKind, FileName, Suffix};
use crate::storage::index::{IndexFull, OffsetIndex, TimeIndex};

/// A segment's files and what Kafka remembers about them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LogSegment {
    base_offset: Offset,
    suffix: Suffix,
    log: File,
    offset_index: OffsetIndex,
    time_index: TimeIndex,
    created_ms: u64,
    roll_jitter_ms: u64,
    index_interval_bytes: u32,
    bytes_since_last_index_entry: u32,
    /// The largest timestamp so far and the last offset of the batch that first reached it (LOG-25).
    max_timestamp_so_far: Option<(i64, i64)>,
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
            created_ms: now_ms,
            roll_jitter_ms,
            index_interval_bytes: config.index_interval_bytes,
            bytes_since_last_index_entry: 0,
            max_timestamp_so_far: None,
        }
    }

    /// Loaded from disk: its age and the bytes since its last index entry are not kept (LOG-17, LOG-24).
    pub(super) fn reopen(&mut self, now_ms: u64) {
        self.created_ms = now_ms;
        self.bytes_since_last_index_entry = 0;
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

    /// The files with their names.
    pub fn files(&self) -> impl Iterator<Item = (FileName, &File)> {
        let name = |kind| FileName::Numbered(self.base_offset, kind, self.suffix);
        [
            (name(FileKind::Index), self.offset_index.file()),
            (name(FileKind::Log), &self.log),
            (name(FileKind::TimeIndex), self.time_index.file()),
        ]
        .into_iter()
    }

    /// The batches from the first byte on.
    #[must_use]
    pub fn batches(&self) -> Batches<'_> {
        Batches::new(&self.log.bytes)
    }

    /// The batches from `position` on.
    #[must_use]
    pub fn batches_from(&self, position: u32) -> Batches<'_> {
        Batches::from_position(&self.log.bytes, position)
    }

    /// The largest timestamp and where it was first reached; without any, the time index's last entry.
    #[must_use]
    pub fn max_timestamp_so_far(&self) -> (i64, i64) {
        self.max_timestamp_so_far.unwrap_or_else(|| {
            let (timestamp, offset) = self.time_index.last_entry();
            (timestamp, offset.as_i64())
        })
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
    #[must_use]
    pub fn rolling_based_timestamp(&self) -> Option<i64> {
        self.batches().flatten().next().map(|batch| batch.max_timestamp())
    }

    /// How long the segment has waited, seen from an append with this largest timestamp (LOG-17).
    #[must_use]
    pub fn waited_for_roll_ms(&self, now_ms: u64, max_timestamp: i64) -> i64 {
        match self.rolling_based_timestamp() {
            Some(first) if first >= 0 => max_timestamp.saturating_sub(first),
            _ => now_ms.cast_signed() - self.created_ms.cast_signed(),
        }
    }

    /// Appends whole batches whose largest offset is `last_offset`, and index entries where they are
    /// due (LOG-24, LOG-25). An error leaves the segment half written; Kafka's cleaner throws it away.
    ///
    /// # Errors
    /// [`IndexFull`] if an entry is due and does not fit.
    pub fn append(&mut self, now_ms: u64, records: &[u8]) -> Result<(), IndexFull> {
        let mut position = self.size_bytes();
        self.log.append(now_ms, records);
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
    pub fn on_become_inactive(&mut self, now_ms: u64) {
        let (timestamp, offset) = self.max_timestamp_so_far();
        self.time_index
            .maybe_append(now_ms, timestamp, offset, true)
            .expect("the closing entry has a slot of its own");
    }

    /// The first batch that ends at or after `offset`: index floor, then headers one by one (LOG-26).
    #[must_use]
    pub fn translate_offset(&self, offset: i64) -> Option<BatchPosition> {
        self.find_batch(offset, &mut |_| {})
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
    #[must_use]
    pub fn find_max_timestamp(&self) -> Option<(i64, Offset)> {
        let (timestamp, offset) = self.max_timestamp_so_far();
        let (_, position) = self.offset_index.lookup(offset);
        let batch =
            self.batches_from(position).flatten().find(|b| b.max_timestamp() == timestamp)?;
        let record =
            batch.records().ok()?.flatten().find(|record| record.timestamp == timestamp)?;
        Some((timestamp, Offset::from_i64(record.offset)?))
    }

    /// The offset after the last batch; the base offset of an empty segment.
    #[must_use]
    pub fn next_offset(&self) -> Offset {
        let (_, position) = match self.offset_index.len().checked_sub(1) {
            Some(slot) => self.offset_index.entry(slot),
            None => (self.base_offset, 0),
        };
        self.batches_from(position)
            .flatten()
            .last()
            .and_then(|batch: RecordBatch<'_>| Offset::from_i64(batch.next_offset()))
            .unwrap_or(self.base_offset)
    }

    /// Whether any record carries a timestamp.
    #[must_use]
    pub fn has_timestamps(&self) -> bool {
        self.max_timestamp_so_far().0 > NO_TIMESTAMP
    }
}
