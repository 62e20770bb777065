//! The checkpoint files of a log directory, and when a broker writes them (LOG-3).
//!
//! Kafka: `OffsetCheckpointFile`, the schedules of `LogManager` and `ReplicaManager`. A checkpoint between two
//! writes says what it said: after a crash a log may start or be recovered further back than it knew.

use std::fmt::Write;

use crate::protocol::config::{Setting, Settings};
use crate::protocol::{Offset, SortedMap, TopicPartition};

/// Offsets of partitions, as a checkpoint file holds them.
pub type Offsets = SortedMap<TopicPartition, Offset>;

/// The text of an offset checkpoint: version, count, `topic partition offset`.
#[must_use]
pub fn checkpoint_text(offsets: &Offsets) -> String {
    let mut text = format!("0\n{}\n", offsets.len());
    for (partition, offset) in offsets {
        let TopicPartition { topic, partition } = partition;
        writeln!(text, "{topic} {partition} {offset}").expect("a string takes all");
    }
    text
}

/// One checkpoint file that is written again and again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Checkpoint {
    offsets: Offsets,
    interval_ms: u64,
    due_ms: u64,
}

impl Checkpoint {
    fn new(first_ms: u64, interval_ms: u64) -> Self {
        Self { offsets: Offsets::new(), interval_ms: interval_ms.max(1), due_ms: first_ms }
    }

    /// Writes the file if it is time: with what was true until now.
    fn settle(&mut self, now_ms: u64, offsets: impl FnOnce() -> Offsets) {
        if let Some(late_ms) = now_ms.checked_sub(self.due_ms) {
            self.due_ms = now_ms - late_ms % self.interval_ms + self.interval_ms;
            self.offsets = offsets();
        }
    }

    pub(super) fn offsets(&self) -> &Offsets {
        &self.offsets
    }
}

/// The three that are written on a schedule. The cleaner's is written with each change.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct ScheduledCheckpoints {
    pub(super) recovery_points: Checkpoint,
    pub(super) log_starts: Checkpoint,
    pub(super) high_watermarks: Checkpoint,
}

/// What the logs say of the three.
pub(super) struct Current<R, S, H> {
    pub(super) recovery_points: R,
    pub(super) log_starts: S,
    pub(super) high_watermarks: H,
}

impl ScheduledCheckpoints {
    pub(super) fn new(now_ms: u64, broker: &Settings) -> Self {
        let later_ms = now_ms + broker.unsigned(Setting::LogInitialTaskDelayMs);
        let every = |setting| broker.unsigned(setting);
        Self {
            recovery_points: Checkpoint::new(
                later_ms,
                every(Setting::LogFlushOffsetCheckpointIntervalMs),
            ),
            log_starts: Checkpoint::new(
                later_ms,
                every(Setting::LogFlushStartOffsetCheckpointIntervalMs),
            ),
            high_watermarks: Checkpoint::new(
                now_ms,
                every(Setting::ReplicaHighWatermarkCheckpointIntervalMs),
            ),
        }
    }

    /// Writes the files whose time has come.
    pub(super) fn settle<R, S, H>(&mut self, now_ms: u64, current: Current<R, S, H>)
    where
        R: FnOnce() -> Offsets,
        S: FnOnce() -> Offsets,
        H: FnOnce() -> Offsets,
    {
        self.recovery_points.settle(now_ms, current.recovery_points);
        self.log_starts.settle(now_ms, current.log_starts);
        self.high_watermarks.settle(now_ms, current.high_watermarks);
    }

    /// Writes all three: a clean stop.
    pub(super) fn write<R, S, H>(&mut self, current: Current<R, S, H>)
    where
        R: FnOnce() -> Offsets,
        S: FnOnce() -> Offsets,
        H: FnOnce() -> Offsets,
    {
        self.recovery_points.offsets = (current.recovery_points)();
        self.log_starts.offsets = (current.log_starts)();
        self.high_watermarks.offsets = (current.high_watermarks)();
    }

    /// The process starts again: the files stay, the schedules begin anew.
    pub(super) fn restart(&mut self, now_ms: u64, broker: &Settings) {
        let fresh = Self::new(now_ms, broker);
        let old = std::mem::replace(self, fresh);
        self.recovery_points.offsets = old.recovery_points.offsets;
        self.log_starts.offsets = old.log_starts.offsets;
        self.high_watermarks.offsets = old.high_watermarks.offsets;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_says_what_was_true_when_it_was_written() {
        let at = |offset| Offsets::from_iter([(TopicPartition::new("t", 0), Offset(offset))]);
        let mut checkpoint = Checkpoint::new(100, 60);
        checkpoint.settle(99, || at(1));
        assert_eq!(checkpoint.offsets, Offsets::new());
        checkpoint.settle(100, || at(2));
        assert_eq!(checkpoint_text(checkpoint.offsets()), "0\n1\nt 0 2\n");
        checkpoint.settle(159, || at(3));
        assert_eq!(checkpoint.offsets, at(2));
        checkpoint.settle(400, || at(4));
        assert_eq!((checkpoint.offsets, checkpoint.due_ms), (at(4), 460));
    }
}
