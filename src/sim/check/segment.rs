//! What a segment's bytes say, and whether its indexes say the same.

use std::rc::Rc;

use crate::protocol::record::{RecordBatch, RecordRef};
use crate::sim::check::{Verdict, content, ensure};
use crate::sim::digest::Digest;
use crate::storage::LogSegment;

/// A record as it lies in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) offset: i64,
    pub(super) timestamp: i64,
    /// Of the key; `None` is null.
    pub(super) key: Option<u64>,
    /// Of key and value.
    pub(super) content: u64,
    headers: u64,
    pub(super) tombstone: bool,
    /// The batch's delete horizon; the cleaner may set it.
    pub(super) horizon_ms: Option<i64>,
}

impl Fact {
    fn new(batch: &RecordBatch<'_>, record: &RecordRef<'_>) -> Self {
        let headers: Vec<_> = record.headers().collect();
        Self {
            offset: record.offset,
            timestamp: record.timestamp,
            key: record.key.map(|key| Digest::of(&key)),
            content: content(record.key, record.value),
            headers: if headers.is_empty() { 0 } else { Digest::of(&headers) },
            tombstone: record.value.is_none(),
            horizon_ms: batch.delete_horizon_ms(),
        }
    }

    /// Whether a cleaning may have made one out of the other.
    pub(super) fn is_same_record(&self, other: &Self) -> bool {
        Self { horizon_ms: None, ..*self } == Self { horizon_ms: None, ..*other }
    }
}

/// Where a batch lies and what it spans.
#[derive(Clone, Copy, Debug)]
struct Span {
    position: u32,
    last_offset: i64,
    max_timestamp: i64,
}

/// A key, a value, and their offset.
pub(super) type Raw = (i64, Option<Box<[u8]>>, Option<Box<[u8]>>);

/// A segment that was read.
#[derive(Clone, Debug)]
pub(super) struct SegmentFacts {
    pub(super) segment: Rc<LogSegment>,
    pub(super) records: Vec<Fact>,
    batches: Vec<Span>,
    index_entries: u32,
}

impl SegmentFacts {
    /// Reads a segment: all of it, or what follows on `earlier`, an older state of it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(
        segment: &Rc<LogSegment>,
        earlier: Option<Self>,
        mut raw: Option<&mut Vec<Raw>>,
    ) -> Result<Self, String> {
        let mut facts = match earlier {
            Some(earlier) => Self { segment: Rc::clone(segment), ..earlier },
            None => Self {
                segment: Rc::clone(segment),
                records: Vec::new(),
                batches: Vec::new(),
                index_entries: 0,
            },
        };
        let base = segment.base_offset();
        let seen = facts.batches.len();
        let position = facts.end_position();
        let mut batches = segment.batches_from(position);
        loop {
            let position = batches.position();
            let Some(batch) = batches.next() else { break };
            let batch = batch.map_err(|e| format!("segment {base} at {position}: {e}"))?;
            facts.read_batch(position, &batch, &mut raw)?;
        }
        let read = facts.end_position();
        ensure!(
            read == segment.size_bytes(),
            "segment {base} has {} B, batches of {read} B",
            segment.size_bytes()
        );
        facts.check_indexes()?;
        facts.check_lookups(seen)?;
        Ok(facts)
    }

    fn end_position(&self) -> u32 {
        let Some(last) = self.batches.last() else { return 0 };
        let batch = self.segment.batches_from(last.position).next();
        batch.and_then(Result::ok).map_or(u32::MAX, |b| last.position + b.size_bytes() as u32)
    }

    pub(super) fn next_offset(&self) -> i64 {
        let base = self.segment.base_offset().as_i64();
        self.batches.last().map_or(base, |batch| batch.last_offset + 1)
    }

    fn read_batch(
        &mut self,
        position: u32,
        batch: &RecordBatch<'_>,
        raw: &mut Option<&mut Vec<Raw>>,
    ) -> Verdict {
        let (base, last) = (batch.base_offset(), batch.last_offset());
        let at = || format!("batch {base}..={last} at {position}");
        batch.ensure_valid().map_err(|error| format!("{}: {error}", at()))?;
        ensure!(
            base >= self.next_offset() && last >= base,
            "{} comes after offset {}",
            at(),
            self.next_offset()
        );
        let mut next = base;
        let mut max_timestamp = i64::MIN;
        let payload = batch.payload().map_err(|error| format!("{}: {error}", at()))?;
        for record in payload.records() {
            let record = record.map_err(|error| format!("{}: {error}", at()))?;
            ensure!(
                (next..=last).contains(&record.offset),
                "{} holds offset {} where {next} or more is due",
                at(),
                record.offset
            );
            next = record.offset + 1;
            max_timestamp = max_timestamp.max(record.timestamp);
            self.records.push(Fact::new(batch, &record));
            if let Some(raw) = raw {
                raw.push((record.offset, record.key.map(Into::into), record.value.map(Into::into)));
            }
        }
        ensure!(
            max_timestamp == i64::MIN || max_timestamp == batch.max_timestamp(),
            "{} says its largest timestamp is {}, it is {max_timestamp}",
            at(),
            batch.max_timestamp()
        );
        self.batches.push(Span {
            position,
            last_offset: last,
            max_timestamp: batch.max_timestamp(),
        });
        Ok(())
    }

    /// Every entry points at the first byte of a batch, or tells of the largest timestamp up to it.
    fn check_indexes(&mut self) -> Verdict {
        let base = self.segment.base_offset();
        let (offsets, times) = (self.segment.offset_index(), self.segment.time_index());
        for slot in self.index_entries..offsets.len() {
            let (offset, position) = offsets.entry(slot);
            let at = self.batches.binary_search_by_key(&position, |batch| batch.position);
            let batch = at.ok().map(|at| self.batches[at]);
            ensure!(
                batch.is_some_and(|batch| batch.last_offset == offset.as_i64()),
                "segment {base}: index entry {offset}@{position} points at no batch that ends there"
            );
            if let Some(slot) = slot.checked_sub(1) {
                let (before, earlier) = offsets.entry(slot);
                ensure!(
                    before < offset && earlier < position,
                    "segment {base}: index entry {offset}@{position} after {before}@{earlier}"
                );
            }
        }
        self.index_entries = offsets.len();
        let mut before = None;
        for slot in 0..times.len() {
            let (timestamp, offset) = times.entry(slot);
            ensure!(
                before.is_none_or(|(t, o)| t < timestamp && o <= offset),
                "segment {base}: time index entry {timestamp}→{offset} after {before:?}"
            );
            before = Some((timestamp, offset));
        }
        Ok(())
    }

    /// Look-ups through the index equal a scan: for all new batches, at most a few dozens.
    fn check_lookups(&self, seen: usize) -> Verdict {
        let fresh = &self.batches[seen.min(self.batches.len())..];
        for batch in fresh.iter().rev().take(24) {
            self.check_lookup(batch.last_offset)?;
        }
        self.check_lookup(self.segment.base_offset().as_i64())?;
        self.check_lookup(self.next_offset())
    }

    fn check_lookup(&self, offset: i64) -> Verdict {
        let at = self.batches.partition_point(|batch| batch.last_offset < offset);
        let scanned = self.batches.get(at).map(|batch| batch.position);
        let found = self.segment.translate_offset(offset).map(|found| found.position);
        ensure!(
            found == scanned,
            "segment {}: offset {offset} is at {scanned:?}, the index leads to {found:?}",
            self.segment.base_offset()
        );
        Ok(())
    }

    /// The largest timestamp that any batch names.
    pub(super) fn max_timestamp(&self) -> Option<i64> {
        self.batches.iter().map(|batch| batch.max_timestamp).max()
    }

    pub(super) fn record(&self, offset: i64) -> Option<&Fact> {
        let at = self.records.binary_search_by_key(&offset, |record| record.offset).ok()?;
        Some(&self.records[at])
    }
}
