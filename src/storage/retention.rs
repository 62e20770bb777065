//! Retention: whole segments go, oldest first, by start offset, size and age (`RET-*`).
//!
//! Kafka: `UnifiedLog.deleteOldSegments`.

use crate::storage::event::{DeletionReason, LogEvent, RollReason};
use crate::storage::log::{Chance, Log};
use crate::storage::segment::LogSegment;

impl Log {
    /// One pass: start offset, then, if the policy has delete, size and age (RET-2). How many segments went.
    ///
    /// If all would go, an empty one begins at the log end first (RET-7).
    pub fn delete_old_segments(
        &mut self,
        now_ms: u64,
        chance: Chance<'_>,
        events: &mut Vec<LogEvent>,
    ) -> u32 {
        let mut count = self.delete_below_start(now_ms, chance, events);
        if self.config().delete {
            count += self.delete_beyond_size(now_ms, chance, events);
            count += self.delete_beyond_age(now_ms, chance, events);
        }
        count
    }

    /// RET-6.
    fn delete_below_start(
        &mut self,
        now_ms: u64,
        chance: Chance<'_>,
        events: &mut Vec<LogEvent>,
    ) -> u32 {
        let log_start_offset = self.log_start_offset();
        let count = self
            .deletable(|_, next| next.is_some_and(|next| next.base_offset() <= log_start_offset));
        let reason = DeletionReason::LogStartOffset { log_start_offset };
        self.delete_segments(now_ms, count, reason, chance, events)
    }

    /// RET-5.
    fn delete_beyond_size(
        &mut self,
        now_ms: u64,
        chance: Chance<'_>,
        events: &mut Vec<LogEvent>,
    ) -> u32 {
        let retention_bytes = self.config().retention_bytes;
        let log_bytes = self.size_bytes();
        let Ok(limit) = u64::try_from(retention_bytes) else { return 0 };
        let Some(mut excess) = log_bytes.checked_sub(limit) else { return 0 };
        let count = self.deletable(|segment, _| {
            let rest = excess.checked_sub(u64::from(segment.size_bytes()));
            excess = rest.unwrap_or(excess);
            rest.is_some()
        });
        let reason = DeletionReason::Size { log_bytes, retention_bytes };
        self.delete_segments(now_ms, count, reason, chance, events)
    }

    /// RET-4.
    fn delete_beyond_age(
        &mut self,
        now_ms: u64,
        chance: Chance<'_>,
        events: &mut Vec<LogEvent>,
    ) -> u32 {
        let retention_ms = self.config().retention_ms;
        if retention_ms < 0 {
            return 0;
        }
        let mut age_ms = 0;
        let count = self.deletable(|segment, _| {
            let age = now_ms.cast_signed().saturating_sub(segment.largest_timestamp());
            let old = age > retention_ms;
            if old {
                age_ms = age;
            }
            old
        });
        let reason = DeletionReason::Time { age_ms, retention_ms };
        self.delete_segments(now_ms, count, reason, chance, events)
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
    ) -> u32 {
        if count == 0 {
            return 0;
        }
        if count == self.segments().len() {
            self.roll(now_ms, RollReason::Retention, chance, events);
        }
        let base_offsets = self.segments()[..count].iter().map(|s| s.base_offset()).collect();
        self.delete_first_segments(now_ms, count);
        let log_start_offset = self.log_start_offset();
        events.push(LogEvent::SegmentsDeleted { base_offsets, log_start_offset, reason });
        count as u32
    }
}
