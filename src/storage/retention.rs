//! Retention: whole segments go, oldest first, by start offset, size and age (`RET-*`).
//!
//! Kafka: `UnifiedLog.deleteOldSegments`.

use crate::protocol::ErrorCode;
use crate::storage::event::{DeletionReason, LogEvent, RollReason};
use crate::storage::log::{Chance, Log};
use crate::storage::segment::LogSegment;

impl Log {
    /// One pass: start offset, then, if the policy has delete, size and age (RET-2). How many segments went.
    ///
    /// If all would go, an empty one begins at the log end first (RET-7).
    ///
    /// # Errors
    /// That of [`Log::roll`], with which the pass ends.
    pub fn delete_old_segments(
        &mut self,
        now_ms: u64,
        chance: Chance<'_>,
        events: &mut Vec<LogEvent>,
    ) -> Result<u32, ErrorCode> {
        let sweeps = [Self::below_start, Self::beyond_size, Self::beyond_age];
        let mut deleted = 0;
        for (at, sweep) in sweeps.into_iter().enumerate() {
            if at == 2 && self.config().delete && self.config().retention_ms >= 0 {
                // Looking at a segment's age is enough for Kafka to remember its largest timestamp.
                let count = self.beyond_age(now_ms).map_or(0, |(count, _)| count);
                self.keep_max_timestamps(|at, _| at < count);
            }
            if let Some((count, reason)) = sweep(self, now_ms) {
                self.delete_segments(now_ms, count, reason, chance, events)?;
                deleted += count as u32;
            }
        }
        Ok(deleted)
    }

    /// What a pass of retention would delete first: how many segments from the oldest on, and why.
    #[must_use]
    pub fn deletable_by(&self, now_ms: u64) -> Option<(usize, DeletionReason)> {
        self.below_start(now_ms)
            .or_else(|| self.beyond_size(now_ms))
            .or_else(|| self.beyond_age(now_ms))
    }

    /// RET-6.
    fn below_start(&self, _now_ms: u64) -> Option<(usize, DeletionReason)> {
        let log_start_offset = self.log_start_offset();
        let count = self
            .deletable(|_, next| next.is_some_and(|next| next.base_offset() <= log_start_offset));
        (count > 0).then_some((count, DeletionReason::LogStartOffset { log_start_offset }))
    }

    /// RET-5.
    fn beyond_size(&self, _now_ms: u64) -> Option<(usize, DeletionReason)> {
        let retention_bytes = self.config().retention_bytes;
        let limit = u64::try_from(retention_bytes).ok().filter(|_| self.config().delete)?;
        let log_bytes = self.size_bytes();
        let mut excess = log_bytes.checked_sub(limit)?;
        let count = self.deletable(|segment, _| {
            let rest = excess.checked_sub(u64::from(segment.size_bytes()));
            excess = rest.unwrap_or(excess);
            rest.is_some()
        });
        (count > 0).then_some((count, DeletionReason::Size { log_bytes, retention_bytes }))
    }

    /// RET-4.
    fn beyond_age(&self, now_ms: u64) -> Option<(usize, DeletionReason)> {
        let retention_ms = self.config().retention_ms;
        if retention_ms < 0 || !self.config().delete {
            return None;
        }
        let age_of =
            |segment: &LogSegment| now_ms.cast_signed().saturating_sub(segment.largest_timestamp());
        let count = self.deletable(|segment, _| age_of(segment) > retention_ms);
        let age_ms = age_of(self.segments().get(count.checked_sub(1)?)?);
        Some((count, DeletionReason::Time { age_ms, retention_ms }))
    }

    /// How many segments from the oldest on qualify (RET-1, RET-3).
    fn deletable(
        &self,
        mut qualifies: impl FnMut(&LogSegment, Option<&LogSegment>) -> bool,
    ) -> usize {
        let segments = self.segments();
        let mut count = 0;
        for (at, segment) in segments.iter().enumerate() {
            let next = segments.get(at + 1).map(|next| &**next);
            let upper_bound = next.map_or(self.log_end_offset(), LogSegment::base_offset);
            let empty_active = next.is_none() && segment.size_bytes() == 0;
            if self.high_watermark() < upper_bound || !qualifies(segment, next) || empty_active {
                break;
            }
            count += 1;
        }
        count
    }

    fn delete_segments(
        &mut self,
        now_ms: u64,
        count: usize,
        reason: DeletionReason,
        chance: Chance<'_>,
        events: &mut Vec<LogEvent>,
    ) -> Result<(), ErrorCode> {
        if count == self.segments().len() {
            self.roll(now_ms, RollReason::Retention, chance, events)?;
        }
        let base_offsets = self.segments()[..count].iter().map(|s| s.base_offset()).collect();
        self.delete_first_segments(now_ms, count);
        let log_start_offset = self.log_start_offset();
        events.push(LogEvent::SegmentsDeleted { base_offsets, log_start_offset, reason });
        Ok(())
    }
}
