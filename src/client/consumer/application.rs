//! The program around the consumer: poll, process each record, poll again; and its end.
//!
//! The loop that most programs have: records of a poll are processed one after the other,
//! `process_ms` each, before the next poll. A failed `commitSync` is logged and the loop goes on; an
//! exception from `poll` ends it, and `close()` is called as try-with-resources would.

use std::collections::VecDeque;

use crate::client::consumer::commits::{Awaited, CommitResult};
use crate::client::consumer::config::CLOSE_TIMEOUT_MS;
use crate::client::consumer::{CommitReason, Consumer, ConsumerEvent, Turn};
use crate::protocol::{Connection, Offset, SortedMap, TopicPartition};

/// Where the application's thread is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
enum Place {
    /// Between two calls.
    #[default]
    Idle,
    /// In `poll`, at most until then.
    Polling { until_ms: u64 },
    /// At a record that will be processed then.
    Processing { due_ms: u64 },
    /// In `commitSync`.
    Committing { deadline_ms: u64 },
    /// In `close`: the commit.
    ClosingCommit { deadline_ms: u64 },
    /// In `close`: the last answers.
    ClosingLeave { deadline_ms: u64 },
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Application {
    place: Place,
    /// Returned by `poll` and not yet processed.
    records: VecDeque<(TopicPartition, Offset)>,
    processed: SortedMap<TopicPartition, Offset>,
    /// Somebody asked it to end.
    pub(super) closes: bool,
}

impl Application {
    pub(super) fn is_polling(&self) -> bool {
        matches!(self.place, Place::Polling { .. })
    }

    pub(super) fn processing(&self) -> Option<(&TopicPartition, Offset)> {
        let (partition, offset) = self.records.front()?;
        Some((partition, *offset))
    }

    pub(super) fn processed(&self, partition: &TopicPartition) -> Option<Offset> {
        self.processed.get(partition).copied()
    }

    pub(super) fn unprocessed_count(&self) -> u32 {
        u32::try_from(self.records.len()).unwrap_or(u32::MAX)
    }

    /// It gets stuck, or goes on: with the record that it was at from its beginning.
    pub(super) fn paused(&mut self, now_ms: u64, paused: bool, process_ms: u64) {
        match &mut self.place {
            Place::Processing { due_ms } => {
                *due_ms = if paused { u64::MAX } else { now_ms.saturating_add(process_ms) };
            }
            Place::Polling { .. } if paused => self.place = Place::Idle,
            _ => {}
        }
    }
}

impl Consumer {
    pub(super) fn application_due(&self, due: &mut Vec<u64>) {
        let stable_auto_commit = self.next_auto_commit_ms();
        match self.process.application.place {
            Place::Idle => {}
            Place::Polling { until_ms } => {
                due.push(until_ms);
                due.extend(stable_auto_commit);
            }
            Place::Processing { due_ms } => due.push(due_ms),
            Place::Committing { deadline_ms }
            | Place::ClosingCommit { deadline_ms }
            | Place::ClosingLeave { deadline_ms } => {
                due.push(deadline_ms);
                if let Awaited::RetryAt(at_ms) = self.process.commits.sync {
                    due.push(at_ms);
                }
            }
        }
    }

    /// Lets everything happen that can happen now.
    pub(super) fn drive(&mut self, turn: &mut Turn<'_>) {
        while self.running {
            self.refresh_metadata(turn);
            self.run_heartbeat_thread(turn);
            if !self.step(turn) {
                // What the application just did may have given the heartbeat thread work.
                self.refresh_metadata(turn);
                break;
            }
        }
    }

    /// One step of the application's thread; whether it is somewhere else now.
    fn step(&mut self, turn: &mut Turn<'_>) -> bool {
        let now_ms = turn.now_ms;
        let application = &mut self.process.application;
        match application.place {
            Place::Idle | Place::Polling { .. } if application.closes => self.begin_close(turn),
            Place::Processing { .. } if application.closes && self.paused => self.begin_close(turn),
            Place::Idle if self.paused => return false,
            Place::Idle => {
                let until_ms = now_ms.saturating_add(self.app.poll_timeout_ms.max(1));
                application.place = Place::Polling { until_ms };
            }
            Place::Polling { until_ms } => return self.poll(turn, until_ms),
            Place::Processing { due_ms } if due_ms > now_ms => return false,
            Place::Processing { .. } => {
                if let Some((partition, offset)) = application.records.pop_front() {
                    application.processed.insert(partition.clone(), offset.advanced_by(1));
                    turn.tell(ConsumerEvent::RecordProcessed { partition, offset });
                }
                let due_ms = now_ms.saturating_add(self.app.process_ms);
                application.place = if !application.records.is_empty() {
                    Place::Processing { due_ms }
                } else if self.app.commit_sync && !self.config.auto_commit {
                    Place::Committing { deadline_ms: self.config.commit_sync_deadline_ms(now_ms) }
                } else {
                    Place::Idle
                };
            }
            Place::Committing { deadline_ms } => {
                match self.await_sync(turn, CommitReason::Sync, deadline_ms) {
                    None => return false,
                    Some(CommitResult::Failed(words)) => {
                        turn.tell(ConsumerEvent::ExceptionThrown(words));
                    }
                    Some(_) => {}
                }
                self.process.application.place = Place::Idle;
            }
            Place::ClosingCommit { deadline_ms } => {
                let reason = CommitReason::Close;
                if self.config.auto_commit && self.await_sync(turn, reason, deadline_ms).is_none() {
                    return false; // Errors are swallowed (CONS-7).
                }
                self.leave_group(turn);
                self.process.positions.assign(Vec::new());
                self.process.fetcher.keep(&[]);
                self.process.application.place = Place::ClosingLeave { deadline_ms };
            }
            Place::ClosingLeave { deadline_ms } => {
                if self.network.in_flight(Connection::Coordinator) && now_ms < deadline_ms {
                    return false;
                }
                self.end(turn);
            }
        }
        true
    }

    /// One round inside `poll`. Kafka: `ClassicKafkaConsumer.poll`.
    fn poll(&mut self, turn: &mut Turn<'_>, until_ms: u64) -> bool {
        self.polled(turn.now_ms);
        match self.poll_once(turn) {
            Err(exception) => {
                turn.tell(ConsumerEvent::ExceptionThrown(exception));
                self.process.application.closes = true;
                true
            }
            Ok(Some(records)) => {
                let application = &mut self.process.application;
                application.records = records;
                application.place = if application.records.is_empty() {
                    Place::Idle
                } else {
                    Place::Processing { due_ms: turn.now_ms.saturating_add(self.app.process_ms) }
                };
                true
            }
            Ok(None) if turn.now_ms >= until_ms => {
                self.process.application.place = Place::Idle;
                true
            }
            Ok(None) => false,
        }
    }

    /// Group, commit, positions, records: in this order (CONS-4). `None`: nothing yet.
    fn poll_once(
        &mut self,
        turn: &mut Turn<'_>,
    ) -> Result<Option<VecDeque<(TopicPartition, Offset)>>, String> {
        if self.app.topics.is_empty() {
            return Err(
                "java.lang.IllegalStateException: Consumer is not subscribed to any topics or \
                        assigned any partitions"
                    .into(),
            );
        }
        if self.poll_group(turn)? {
            self.maybe_auto_commit(turn);
            self.update_positions(turn)?;
        }
        let fetched = self.collect_fetch(turn)?;
        // The next fetch travels while the application works.
        self.send_fetches(turn);
        if fetched.is_empty() {
            return Ok(None);
        }
        let flat = fetched.records.into_iter().flat_map(|(partition, offsets)| {
            offsets.into_iter().map(move |offset| (partition.clone(), offset))
        });
        Ok(Some(flat.collect()))
    }

    fn begin_close(&mut self, turn: &mut Turn<'_>) {
        let application = &mut self.process.application;
        application.records.clear();
        application.place = Place::ClosingCommit { deadline_ms: turn.now_ms + CLOSE_TIMEOUT_MS };
        self.process.commits.sync = Awaited::ToSend;
        turn.tell(ConsumerEvent::Closing);
    }

    /// The process is gone; one with new settings takes its place, if there are any.
    fn end(&mut self, turn: &mut Turn<'_>) {
        turn.tell(ConsumerEvent::Closed);
        self.running = false;
        self.closed = true;
        self.forget();
        if self.next_settings.is_some() {
            self.restart(turn.now_ms, turn.out);
            self.awake = false; // `drive` goes on with it.
        }
    }
}
