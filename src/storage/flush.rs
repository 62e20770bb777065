//! From the page cache to the platter: flushes, the recovery point, a clean stop.
//!
//! Kafka: `UnifiedLog.flush`, `LocalLog.flush`, `UnifiedLog.close`, `LogManager.flushDirtyLogs`. Writes of the
//! operating system's own accord are left out: what is not flushed is lost with the power.

use std::rc::Rc;

use crate::protocol::Offset;
use crate::storage::event::LogEvent;
use crate::storage::log::Log;

impl Log {
    /// Flushes everything below `offset` and raises the recovery point to it.
    pub fn flush(&mut self, now_ms: u64, offset: Offset, events: &mut Vec<LogEvent>) {
        if offset > self.recovery_point {
            let bytes = self.flush_quietly(now_ms, offset);
            events.push(LogEvent::LogFlushed { up_to: offset, bytes });
        }
    }

    /// [`Log::flush`] without a word. How many bytes went to the platter.
    pub(super) fn flush_quietly(&mut self, now_ms: u64, offset: Offset) -> u64 {
        if offset <= self.recovery_point {
            return 0;
        }
        let first = self.floor_segment(self.recovery_point).unwrap_or(0);
        let mut bytes = 0;
        for segment in &mut self.segments[first..] {
            if segment.base_offset() < offset && segment.unflushed_bytes() > 0 {
                bytes += Rc::make_mut(segment).flush();
            }
        }
        self.recovery_point = offset;
        self.last_flushed_ms = now_ms;
        bytes
    }

    /// Bytes that a power loss would drop.
    #[must_use]
    pub fn unflushed_bytes(&self) -> u64 {
        self.segments.iter().map(|segment| segment.unflushed_bytes()).sum()
    }

    /// When `flush.ms` will have passed since the last flush, if there is something to flush.
    #[must_use]
    pub fn flush_due_ms(&self) -> Option<u64> {
        (self.log_end_offset > self.recovery_point)
            .then(|| self.last_flushed_ms.saturating_add(self.config.flush_ms))
    }

    /// A clean stop: flushes all files, takes a snapshot, gives the time index its last entry (LOG-22).
    pub fn close(&mut self, now_ms: u64, events: &mut Vec<LogEvent>) {
        let snapshot = self.producers.take_snapshot(now_ms, true);
        let mut bytes = 0;
        for segment in &mut self.segments {
            let segment = Rc::make_mut(segment);
            segment.close(now_ms);
            bytes += segment.flush();
        }
        self.recovery_point = self.log_end_offset;
        self.last_flushed_ms = now_ms;
        events.push(LogEvent::LogClosed { snapshot, bytes });
    }
}
