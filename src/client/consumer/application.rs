//! The program around the consumer, line by line: poll, process each record, commit; and its end.
//!
//! Records of a poll are processed one after the other, `process_ms` each, before the next poll. A failed
//! commit is logged and the loop goes on; any other exception ends it, and `close()` is called as
//! try-with-resources would. What a person asks of the consumer (`seek`, `pause`, `resume`) its own thread
//! does before its next line, as the class is not safe for others.

use std::collections::VecDeque;

use crate::client::consumer::commits::{Awaited, CommitResult};
use crate::client::consumer::config::CLOSE_TIMEOUT_MS;
use crate::client::consumer::program::{CommitCall, CommitEach, ProgramLine};
use crate::client::consumer::{CommitReason, Consumer, ConsumerEvent, SeekTo, Turn};
use crate::protocol::{Connection, Offset, SortedMap, TopicPartition};

/// Where the application's thread is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Place {
    /// In front of a line.
    At(ProgramLine),
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

/// What a person asks of the consumer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Call {
    Seek(TopicPartition, SeekTo),
    /// `pause`, or `resume`.
    Pause(Vec<TopicPartition>, bool),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Application {
    place: Place,
    /// Whoever waits for the line in front of which it stands has been told.
    reached: bool,
    /// Returned by `poll` and not yet processed.
    records: VecDeque<(TopicPartition, Offset)>,
    /// The next offset of each partition that the last poll returned.
    returned: SortedMap<TopicPartition, Offset>,
    /// The same of what was processed since the last poll.
    done: SortedMap<TopicPartition, Offset>,
    processed: SortedMap<TopicPartition, Offset>,
    /// The record that was processed last.
    last: Option<(TopicPartition, Offset)>,
    calls: VecDeque<Call>,
    /// Somebody asked it to end.
    pub(super) closes: bool,
}

impl Default for Application {
    fn default() -> Self {
        Self {
            place: Place::At(ProgramLine::Subscribe),
            reached: false,
            records: VecDeque::new(),
            returned: SortedMap::new(),
            done: SortedMap::new(),
            processed: SortedMap::new(),
            last: None,
            calls: VecDeque::new(),
            closes: false,
        }
    }
}

impl Application {
    pub(super) fn is_polling(&self) -> bool {
        matches!(self.place, Place::Polling { .. })
    }

    /// The line that it is in, or in front of.
    pub(super) fn line(&self) -> ProgramLine {
        match self.place {
            Place::At(line) => line,
            Place::Polling { .. } => ProgramLine::Poll,
            Place::Processing { .. } => ProgramLine::Process,
            Place::Committing { .. } => ProgramLine::Commit,
            Place::ClosingCommit { .. } | Place::ClosingLeave { .. } => ProgramLine::Close,
        }
    }

    /// Whether it is in the line, and not in front of it.
    pub(super) fn is_inside(&self) -> bool {
        !matches!(self.place, Place::At(_))
    }

    pub(super) fn processing(&self) -> Option<(&TopicPartition, Offset)> {
        let (partition, offset) = self.records.front()?;
        Some((partition, *offset))
    }

    /// Records that `poll` returned and that are not yet processed, in order.
    pub(super) fn unprocessed(&self) -> impl Iterator<Item = &(TopicPartition, Offset)> {
        self.records.iter()
    }

    pub(super) fn processed(&self, partition: &TopicPartition) -> Option<Offset> {
        self.processed.get(partition).copied()
    }

    /// Up to where it has come in each partition.
    pub(super) fn done_up_to(&self) -> SortedMap<TopicPartition, Offset> {
        let mut all = self.processed.clone();
        for (partition, offset) in self.records.iter().rev() {
            all.insert(partition.clone(), *offset);
        }
        all
    }

    pub(super) fn unprocessed_count(&self) -> u32 {
        u32::try_from(self.records.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn call(&mut self, call: Call) {
        self.calls.push_back(call);
    }

    /// It gets stuck, or goes on: with the record that it was at from its beginning.
    pub(super) fn paused(&mut self, now_ms: u64, paused: bool, process_ms: u64) {
        match &mut self.place {
            Place::Processing { due_ms } => {
                *due_ms = if paused { u64::MAX } else { now_ms.saturating_add(process_ms) };
            }
            Place::Polling { .. } if paused => self.place = Place::At(ProgramLine::Poll),
            _ => {}
        }
    }

    fn go_to(&mut self, line: ProgramLine) {
        self.place = Place::At(line);
        self.reached = false;
    }
}

impl Consumer {
    pub(super) fn application_due(&self, due: &mut Vec<u64>) {
        match self.process.application.place {
            Place::At(_) => {}
            Place::Polling { until_ms } => {
                due.push(until_ms);
                due.extend(self.next_auto_commit_ms());
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
            Place::At(line) => return self.at_line(turn, line),
            Place::Polling { .. } if application.closes => application.go_to(ProgramLine::Close),
            Place::Processing { .. } if application.closes && self.paused => {
                application.go_to(ProgramLine::Close);
            }
            Place::Polling { until_ms } => return self.poll(turn, until_ms),
            Place::Processing { due_ms } if due_ms > now_ms => return false,
            Place::Processing { .. } => {
                if let Some((partition, offset)) = application.records.pop_front() {
                    let next = offset.advanced_by(1);
                    application.processed.insert(partition.clone(), next);
                    application.done.insert(partition.clone(), next);
                    application.last = Some((partition.clone(), next));
                    turn.tell(ConsumerEvent::RecordProcessed { partition, offset });
                }
                self.finish(turn, ProgramLine::Process);
            }
            Place::Committing { deadline_ms } => {
                match self.await_sync(turn, CommitReason::Sync, deadline_ms) {
                    None => return false,
                    Some(CommitResult::Failed(words)) => {
                        turn.tell(ConsumerEvent::ExceptionThrown(words));
                    }
                    Some(_) => {}
                }
                self.finish(turn, ProgramLine::Commit);
            }
            Place::ClosingCommit { deadline_ms } => {
                let reason = CommitReason::Close;
                if self.config.auto_commit && self.await_sync(turn, reason, deadline_ms).is_none() {
                    return false; // Errors are swallowed (CONS-7).
                }
                if self.commits_wait(turn) && now_ms < deadline_ms {
                    return false;
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

    /// In front of a line: somebody may want it to die or to stop here.
    fn at_line(&mut self, turn: &mut Turn<'_>, line: ProgramLine) -> bool {
        use ProgramLine as L;
        let application = &mut self.process.application;
        let stuck = self.paused || self.halted;
        if application.closes
            && line != L::Close
            && (stuck || matches!(line, L::Subscribe | L::Poll))
        {
            self.halted = false;
            application.go_to(L::Close);
            return true;
        }
        if !std::mem::replace(&mut application.reached, true) {
            if self.crash_at == Some((line, false)) {
                self.crash(turn.now_ms, turn.out);
                return true;
            }
            if std::mem::take(&mut self.steps) {
                self.halted = true;
                turn.tell(ConsumerEvent::LineReached(line));
            }
        }
        let closes = self.process.application.closes && line == L::Close;
        if self.halted || (self.paused && !closes) {
            return false;
        }
        while let Some(call) = self.process.application.calls.pop_front() {
            self.make(turn, call);
        }
        self.begin(turn, line);
        true
    }

    fn begin(&mut self, turn: &mut Turn<'_>, line: ProgramLine) {
        let now_ms = turn.now_ms;
        let application = &mut self.process.application;
        match line {
            ProgramLine::Subscribe => match self.subscribe(turn) {
                Ok(()) => self.finish(turn, line),
                Err(exception) => self.throw(turn, exception),
            },
            ProgramLine::Poll => {
                application.returned.clear();
                application.done.clear();
                let until_ms = now_ms.saturating_add(self.app.poll_timeout_ms.max(1));
                application.place = Place::Polling { until_ms };
            }
            ProgramLine::Process => {
                let due_ms = now_ms.saturating_add(self.app.process_ms);
                application.place = Place::Processing { due_ms };
            }
            ProgramLine::Commit => self.begin_commit(turn),
            ProgramLine::Close => {
                application.records.clear();
                let deadline_ms = now_ms + CLOSE_TIMEOUT_MS;
                application.place = Place::ClosingCommit { deadline_ms };
                self.process.commits.sync = Awaited::ToSend(self.process.positions.all_consumed());
                turn.tell(ConsumerEvent::Closing);
            }
        }
    }

    /// `subscribe(topics)` or `assign(partitions)`: no request, no waiting.
    ///
    /// # Errors
    /// The exception, where a group is needed and there is none (CONS-24).
    fn subscribe(&mut self, turn: &mut Turn<'_>) -> Result<(), String> {
        if !self.app.assign.is_empty() {
            let mut partitions = self.app.assign.clone();
            partitions.dedup();
            self.process.positions.assign(partitions);
            self.process.commits.restart_interval(turn.now_ms);
            turn.tell(ConsumerEvent::AssignedByHand {
                partitions: self.process.positions.assigned().to_vec(),
            });
        } else if !self.config.has_group {
            return Err(crate::client::consumer::commits::NO_GROUP.into());
        }
        Ok(())
    }

    /// `commitSync` or `commitAsync`, with the offsets at hand or with all positions.
    fn begin_commit(&mut self, turn: &mut Turn<'_>) {
        let Some(style) = self.app.commit else { return self.finish(turn, ProgramLine::Commit) };
        if !self.config.has_group {
            return self.throw(turn, crate::client::consumer::commits::NO_GROUP.into());
        }
        let offsets = if style.offsets {
            self.process.application.offsets_at_hand(style.each, style.before)
        } else {
            self.process.positions.all_consumed()
        };
        match style.call {
            CommitCall::Sync => {
                self.invoke_callbacks(turn);
                let deadline_ms = self.config.commit_sync_deadline_ms(turn.now_ms);
                self.process.commits.sync = Awaited::ToSend(offsets);
                self.process.application.place = Place::Committing { deadline_ms };
            }
            CommitCall::Async => {
                self.commit_async(turn, CommitReason::Async, offsets);
                self.finish(turn, ProgramLine::Commit);
            }
        }
    }

    /// A line is over: somebody may want it to die here; or on to the next.
    fn finish(&mut self, turn: &mut Turn<'_>, line: ProgramLine) {
        use ProgramLine as L;
        let application = &self.process.application;
        // Only a poll that returned something leads anywhere.
        let empty = line == L::Poll && application.records.is_empty();
        if self.crash_at == Some((line, true)) && !empty {
            return self.crash(turn.now_ms, turn.out);
        }
        let style = self.app.commit;
        let before = style.is_some_and(|style| style.before);
        let each = style.map(|style| style.each);
        let first = application.records.front();
        // The next record begins another partition than the last one processed.
        let turned = first.map(|(partition, _)| partition)
            != application.last.as_ref().map(|(partition, _)| partition);
        let next = match line {
            L::Subscribe => L::Poll,
            L::Poll if empty => L::Poll,
            L::Poll if before => L::Commit,
            L::Poll => L::Process,
            L::Process => {
                let commits = match each {
                    None => false,
                    Some(CommitEach::Record) => !before || first.is_some(),
                    Some(CommitEach::Partition) => turned && (!before || first.is_some()),
                    Some(CommitEach::Poll) => !before && first.is_none(),
                };
                match (commits, first) {
                    (true, _) => L::Commit,
                    (false, Some(_)) => L::Process,
                    (false, None) => L::Poll,
                }
            }
            L::Commit if first.is_some() => L::Process,
            L::Commit | L::Close => L::Poll,
        };
        self.process.application.go_to(next);
    }

    /// An exception that nobody catches: the loop is over.
    fn throw(&mut self, turn: &mut Turn<'_>, exception: String) {
        turn.tell(ConsumerEvent::ExceptionThrown(exception));
        self.process.application.closes = true;
        self.process.application.go_to(ProgramLine::Close);
    }

    /// One round inside `poll`. Kafka: `ClassicKafkaConsumer.poll`.
    fn poll(&mut self, turn: &mut Turn<'_>, until_ms: u64) -> bool {
        self.polled(turn.now_ms);
        match self.poll_once(turn) {
            Err(exception) => self.throw(turn, exception),
            Ok(Some(records)) => {
                let application = &mut self.process.application;
                application.last = None;
                for (partition, offset) in &records {
                    application.returned.insert(partition.clone(), offset.advanced_by(1));
                }
                application.records = records;
                self.finish(turn, ProgramLine::Poll);
            }
            Ok(None) if turn.now_ms >= until_ms => self.finish(turn, ProgramLine::Poll),
            Ok(None) => return false,
        }
        true
    }

    /// Group, commit, positions, records: in this order (CONS-4). `None`: nothing yet.
    fn poll_once(
        &mut self,
        turn: &mut Turn<'_>,
    ) -> Result<Option<VecDeque<(TopicPartition, Offset)>>, String> {
        self.invoke_callbacks(turn);
        let ready = if !self.app.assign.is_empty() {
            // No group management: no coordinator is needed to read. Commits that wait for one look it up.
            self.look_up_for_commits(turn);
            true
        } else if self.app.topics.is_empty() {
            return Err(
                "java.lang.IllegalStateException: Consumer is not subscribed to any topics or \
                        assigned any partitions"
                    .into(),
            );
        } else {
            self.poll_group(turn)?
        };
        if ready {
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

    /// The process is gone; one with new settings takes its place, if there are any.
    fn end(&mut self, turn: &mut Turn<'_>) {
        turn.tell(ConsumerEvent::Closed);
        self.running = false;
        self.closed = true;
        self.past = self.process.application.done_up_to();
        self.forget();
        if self.next_settings.is_some() {
            self.restart(turn.now_ms, turn.out);
            self.awake = false; // `drive` goes on with it.
        }
    }
}

impl Application {
    /// What a commit with a map of offsets holds: the offset after the last record.
    fn offsets_at_hand(&self, each: CommitEach, before: bool) -> Vec<(TopicPartition, Offset)> {
        let all = if before { &self.returned } else { &self.done };
        let first = || self.records.front();
        let one = match (each, before) {
            (CommitEach::Poll, _) => {
                return all.iter().map(|(partition, next)| (partition.clone(), *next)).collect();
            }
            (_, false) => self.last.clone(),
            (CommitEach::Record, true) => {
                first().map(|(partition, offset)| (partition.clone(), offset.advanced_by(1)))
            }
            (CommitEach::Partition, true) => first().and_then(|(partition, _)| {
                all.get(partition).map(|next| (partition.clone(), *next))
            }),
        };
        one.into_iter().collect()
    }
}
