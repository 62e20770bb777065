//! What of a log is clean, dirty and not to be touched, and whether to clean it now.
//!
//! Kafka: `LogCleanerManager.cleanableOffsets`, `LogToClean`.

use crate::protocol::java::{Double, dirty_ratio, exceeds};
use crate::protocol::{ErrorCode, Offset};
use crate::storage::log::Log;

/// The cleaner's view of one compacted log at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LogToClean {
    /// The first offset that was never cleaned (CLEAN-2).
    pub first_dirty: Offset,
    /// Where the cleaner stops, a segment's base (CLEAN-3, CLEAN-4).
    pub first_uncleanable: Offset,
    /// The checkpoint was outside the log and must be rewritten.
    pub reset_checkpoint: bool,
    /// Bytes of the segments that hold something before `first_dirty`.
    pub clean_bytes: u64,
    /// Bytes from the segment of `first_dirty` to `first_uncleanable` (CLEAN-5).
    pub cleanable_bytes: u64,
    /// cleanable ÷ (clean + cleanable).
    pub ratio: Double,
    /// `min.cleanable.dirty.ratio`.
    pub threshold: Double,
    /// `max.compaction.lag.ms` has passed for something dirty (CLEAN-7).
    pub lag_exceeded: bool,
    /// A segment's first batch cannot be read: the partition is uncleanable from now on (CLEAN-8).
    pub unreadable: bool,
}

impl LogToClean {
    /// Looks at `log` with the cleaner's checkpoint for it, if it has one.
    #[must_use]
    pub fn new(log: &Log, checkpoint: Option<Offset>, now_ms: u64) -> Self {
        let start = log.log_start_offset();
        let checkpoint = checkpoint.unwrap_or(start);
        let reset_checkpoint = checkpoint < start || checkpoint > log.log_end_offset();
        let first_dirty = if reset_checkpoint { start } else { checkpoint };

        let active = log.active_segment().base_offset();
        let lag_ms = log.config().min_compaction_lag_ms;
        let too_young = (lag_ms > 0).then(|| {
            let youngest = now_ms.cast_signed().saturating_sub(lag_ms);
            let dirty = log.closed_segments_from(first_dirty);
            dirty.iter().find(|s| s.largest_timestamp() > youngest).map(|s| s.base_offset())
        });
        let uncleanable = log
            .last_stable_offset()
            .min(active)
            .min(too_young.flatten().unwrap_or(active))
            .max(first_dirty);
        // Rounded down to the base of the segment that holds it (CLEAN-4).
        let first_uncleanable =
            log.closed_segments_from(uncleanable).first().map_or(active, |s| s.base_offset());

        let bytes = |segments: &[_]| -> u64 {
            segments
                .iter()
                .map(|s: &std::rc::Rc<crate::storage::segment::LogSegment>| {
                    u64::from(s.size_bytes())
                })
                .sum()
        };
        let clean_bytes = bytes(log.segments_between(Offset(0), first_dirty));
        let from = first_dirty.min(first_uncleanable);
        let cleanable_bytes = bytes(log.segments_between(from, first_uncleanable));
        let lag_exceeded = max_lag_exceeded(log, first_dirty, now_ms);
        Self {
            first_dirty,
            first_uncleanable,
            reset_checkpoint,
            clean_bytes,
            cleanable_bytes,
            ratio: dirty_ratio(cleanable_bytes, clean_bytes + cleanable_bytes),
            threshold: log.config().min_cleanable_dirty_ratio,
            lag_exceeded: lag_exceeded.unwrap_or(false),
            unreadable: lag_exceeded.is_err(),
        }
    }

    /// Bytes that a cleaning would look at.
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        self.clean_bytes + self.cleanable_bytes
    }

    /// Whether it is worth a cleaning now (CLEAN-6).
    #[must_use]
    pub fn is_cleanable(&self) -> bool {
        self.total_bytes() > 0
            && ((self.lag_exceeded && self.cleanable_bytes > 0)
                || exceeds(self.ratio, self.threshold))
    }
}

/// CLEAN-7.
fn max_lag_exceeded(log: &Log, first_dirty: Offset, now_ms: u64) -> Result<bool, ErrorCode> {
    let dirty = log.closed_segments_from(first_dirty);
    let timestamps: Vec<Option<i64>> =
        dirty.iter().map(|segment| segment.rolling_based_timestamp()).collect::<Result<_, _>>()?;
    let earliest = timestamps.into_iter().flatten().filter(|timestamp| *timestamp > 0).min();
    let limit = now_ms.cast_signed().saturating_sub(log.config().max_compaction_lag_ms.max(0));
    Ok(earliest.is_some_and(|earliest| earliest < limit))
}
