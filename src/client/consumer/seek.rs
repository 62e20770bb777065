//! What a person asks of a running consumer: `seek`, `seekToBeginning`, `seekToEnd`, `pause`, `resume`
//! (CONS-18).
//!
//! The application's own thread makes these calls before its next line: the class is not safe for others.

use crate::client::consumer::application::Call;
use crate::client::consumer::{Consumer, ConsumerEvent, SeekTo, Turn};
use crate::protocol::TopicPartition;

impl Consumer {
    /// Asks the application to call `seek`, `seekToBeginning` or `seekToEnd`.
    pub fn seek(&mut self, now_ms: u64, partition: TopicPartition, to: SeekTo) {
        self.ask(now_ms, Call::Seek(partition, to));
    }

    /// Asks the application to call `pause` or `resume`.
    pub fn pause(&mut self, now_ms: u64, partitions: Vec<TopicPartition>, paused: bool) {
        self.ask(now_ms, Call::Pause(partitions, paused));
    }

    fn ask(&mut self, now_ms: u64, call: Call) {
        self.clock_ms = now_ms;
        if self.running {
            self.process.application.call(call);
            self.awake = true;
        }
    }

    /// Makes the call. What it throws is caught and logged.
    pub(super) fn make(&mut self, turn: &mut Turn<'_>, call: Call) {
        let done = match call {
            Call::Seek(partition, to) => self.make_seek(turn, partition, to),
            Call::Pause(partitions, paused) => self.make_pause(turn, partitions, paused),
        };
        if let Err(exception) = done {
            turn.tell(ConsumerEvent::ExceptionThrown(exception));
        }
    }

    /// The position is another one; what was fetched for the old one is dropped when its turn comes, as
    /// its offset is not the position any more. What is committed stays.
    fn make_seek(
        &mut self,
        turn: &mut Turn<'_>,
        partition: TopicPartition,
        to: SeekTo,
    ) -> Result<(), String> {
        if matches!(to, SeekTo::Offset(offset) if offset < 0) {
            return Err(
                "java.lang.IllegalArgumentException: seek offset must not be a negative number"
                    .into(),
            );
        }
        let from = self.process.positions.position(&partition);
        if !self.process.positions.seek(&partition, to) {
            return Err(not_assigned(&partition));
        }
        turn.tell(ConsumerEvent::Sought { partition, from, to });
        Ok(())
    }

    fn make_pause(
        &mut self,
        turn: &mut Turn<'_>,
        partitions: Vec<TopicPartition>,
        paused: bool,
    ) -> Result<(), String> {
        for (at, partition) in partitions.iter().enumerate() {
            if !self.process.positions.pause(partition, paused) {
                let done = partitions[..at].to_vec();
                if !done.is_empty() {
                    turn.tell(ConsumerEvent::FetchingPaused { partitions: done, paused });
                }
                return Err(not_assigned(partition));
            }
        }
        turn.tell(ConsumerEvent::FetchingPaused { partitions, paused });
        Ok(())
    }
}

fn not_assigned(partition: &TopicPartition) -> String {
    format!("java.lang.IllegalStateException: No current assignment for partition {partition}")
}
