//! The two ends that move: DeleteRecords raises the start, a replica's truncation cuts the end.
//!
//! Kafka: `Partition.deleteRecordsOnLeader`, `UnifiedLog.truncateTo`.

use std::rc::Rc;

use crate::protocol::{ErrorCode, Offset, Refusal};
use crate::storage::disk::Suffix;
use crate::storage::event::LogEvent;
use crate::storage::log::{Chance, Log};
use crate::storage::recovery::rebuild_producers;
use crate::storage::segment::LogSegment;

impl Log {
    /// Everything before `offset` is deleted from now on; −1 means the high watermark (RET-12). The log
    /// start offset afterwards. Segments go at the next sweep (RET-6).
    ///
    /// # Errors
    /// [`ErrorCode::PolicyViolation`] on a topic that is only compacted, [`ErrorCode::OffsetOutOfRange`] for
    /// another negative offset or one beyond the high watermark.
    pub fn delete_records(
        &mut self,
        offset: i64,
        events: &mut Vec<LogEvent>,
    ) -> Result<Offset, Refusal> {
        if self.config.compact && !self.config.delete {
            return Err(ErrorCode::PolicyViolation.into());
        }
        let partition = &self.partition;
        let out_of_range = |message| Err(Refusal::new(ErrorCode::OffsetOutOfRange, message));
        let offset = if offset == -1 { self.high_watermark.as_i64() } else { offset };
        let Some(start) = Offset::from_i64(offset) else {
            return out_of_range(format!(
                "The offset {offset} for partition {partition} is not valid"
            ));
        };
        if start > self.high_watermark {
            return out_of_range(format!(
                "Cannot increment the log start offset to {start} of partition {partition} since it is larger than \
                 the high watermark {}",
                self.high_watermark
            ));
        }
        let from = self.log_start_offset;
        if self.raise_log_start(start) {
            events.push(LogEvent::LogStartMoved { from, to: start });
        }
        Ok(self.log_start_offset)
    }

    /// Cuts everything off from `target` on, as a follower does whose leader's log is another. Tells if
    /// there was anything.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownServerError`] for a negative offset; those of batches that cannot be read.
    ///
    /// Kafka: `UnifiedLog.truncateTo`.
    pub fn truncate_to(
        &mut self,
        now_ms: u64,
        target: i64,
        chance: Chance<'_>,
        events: &mut Vec<LogEvent>,
    ) -> Result<bool, ErrorCode> {
        let target = Offset::from_i64(target).ok_or(ErrorCode::UnknownServerError)?;
        if target >= self.log_end_offset {
            self.leader_epochs.truncate_from_end(self.log_end_offset);
            return Ok(false);
        }
        let bytes_before = self.size_bytes();
        let end = self.log_end_offset;
        if self.segments[0].base_offset() > target {
            self.truncate_fully_and_start_at(now_ms, target, chance);
        } else {
            let kept = self.segments.partition_point(|segment| segment.base_offset() <= target);
            let gone = self.segments.split_off(kept);
            for segment in &gone {
                self.delete_files(now_ms, Rc::clone(segment));
            }
            self.end_position = self.active_segment().size_bytes();
            self.active_segment_mut().truncate_to(now_ms, target.as_i64())?;
            for segment in gone {
                self.forget_snapshot(now_ms, segment.base_offset());
            }
            self.set_log_end(target);
            self.leader_epochs.truncate_from_end(target);
            self.log_start_offset = self.log_start_offset.min(target);
        }
        rebuild_producers(
            &mut self.producers,
            &self.partition,
            &self.config,
            &self.segments,
            (self.log_start_offset, target),
            now_ms,
            false,
            &mut Vec::new(),
        )
        .map_err(|refusal| refusal.error)?;
        self.set_high_watermark(self.high_watermark.min(target));
        let cut_bytes = bytes_before - self.size_bytes();
        events.push(LogEvent::LogTruncated { from: end, to: target, cut_bytes });
        Ok(true)
    }

    fn truncate_fully_and_start_at(&mut self, now_ms: u64, start: Offset, chance: Chance<'_>) {
        let jitter_ms = self.config.segment_jitter(chance);
        let fresh = LogSegment::new(now_ms, start, &self.config, jitter_ms, Suffix::None);
        for segment in std::mem::replace(&mut self.segments, vec![Rc::new(fresh)]) {
            self.delete_files(now_ms, segment);
        }
        self.set_log_end(start);
        self.leader_epochs.clear();
        self.producers.truncate_fully_and_start_at(start);
        self.log_start_offset = start;
    }

    fn set_log_end(&mut self, end: Offset) {
        self.log_end_offset = end;
        self.end_position = self.active_segment().size_bytes();
        self.recovery_point = self.recovery_point.min(end);
    }
}
