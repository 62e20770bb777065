//! The consumer: join a group, fetch, poll, commit (`CONS-*`), and the application that polls.
//!
//! Kafka: `ClassicKafkaConsumer`, `ConsumerCoordinator`, `AbstractCoordinator`, `FetchCollector`,
//! `SubscriptionState`. The application is a loop: poll, process each record, commit, poll again
//! ([`ConsumerApp::code`]). What Kafka does in two threads is done in one place here: whatever arrives or
//! is due, the heartbeat thread has its turn and then the application (`drive`).
//! Left out: subscriptions by pattern.

mod application;
mod commits;
mod config;
mod coordinator;
mod event;
mod fetcher;
mod metadata;
mod network;
mod positions;
mod program;
mod seek;
#[cfg(test)]
mod tests;

pub use event::{CommitReason, ConsumerEvent, MembershipState, PositionSource, SeekTo};
pub use program::{CodeLine, CommitCall, CommitEach, CommitStyle, ProgramLine};

use std::rc::Rc;

use crate::client::consumer::application::Application;
use crate::client::consumer::commits::Commits;
use crate::client::consumer::config::Config;
use crate::client::consumer::coordinator::Membership;
use crate::client::consumer::fetcher::Fetcher;
use crate::client::consumer::metadata::Metadata;
use crate::client::consumer::network::Network;
use crate::client::consumer::positions::Positions;
use crate::protocol::config::{ConfigError, Settings};
use crate::protocol::request::{ApiKey, Response};
use crate::protocol::{
    Connection, GroupId, NodeId, Offset, Outputs, SortedMap, SortedSet, Topic, TopicPartition,
};

/// The program that uses the consumer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConsumerApp {
    /// What it subscribes to.
    pub topics: Vec<Topic>,
    /// What it assigns to itself instead; empty: it subscribes.
    pub assign: Vec<TopicPartition>,
    /// How long it works on each record.
    pub process_ms: u64,
    /// How long `poll` may wait; at least 1.
    pub poll_timeout_ms: u64,
    /// How it commits by itself; `enable.auto.commit` comes on top.
    pub commit: Option<CommitStyle>,
}

impl ConsumerApp {
    /// Whether it reads from the topic, all of it or some partitions.
    #[must_use]
    pub fn reads(&self, topic: &Topic) -> bool {
        self.all_topics().contains(topic)
    }

    /// The topics that it wants to know about.
    fn all_topics(&self) -> SortedSet<Topic> {
        match &self.assign[..] {
            [] => self.topics.iter().cloned().collect(),
            partitions => partitions.iter().map(|partition| partition.topic.clone()).collect(),
        }
    }
}

/// What a handler has at hand: the time, the seed's draws, and where to put what it does.
struct Turn<'a> {
    now_ms: u64,
    chance: &'a mut dyn FnMut() -> u32,
    out: &'a mut Outputs<ConsumerEvent>,
}

impl Turn<'_> {
    fn tell(&mut self, event: ConsumerEvent) {
        self.out.tell(event);
    }
}

/// What a process remembers; gone when it dies.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Process {
    application: Application,
    membership: Membership,
    positions: Positions,
    fetcher: Fetcher,
    commits: Commits,
    metadata: Metadata,
}

/// One consumer with its application: a node that lives on when its process dies.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Consumer {
    name: Rc<str>,
    /// Where data is; with one broker, all of it.
    broker: NodeId,
    settings: Settings,
    config: Rc<Config>,
    app: ConsumerApp,
    /// Settings of the process that starts when this one has closed.
    next_settings: Option<Settings>,
    running: bool,
    closed: bool,
    paused: bool,
    /// The process dies before, or after (true), this line.
    crash_at: Option<(ProgramLine, bool)>,
    /// It stops in front of the next line.
    steps: bool,
    /// It stands in front of a line until it is told to go on.
    halted: bool,
    /// Up to where the process before had come at its end, in each partition.
    past: SortedMap<TopicPartition, Offset>,
    /// The latest time that was seen. What was due by then and could not be done waits for something else.
    clock_ms: u64,
    /// Something was asked for outside of `tick` and is to be done at once.
    awake: bool,
    network: Network,
    process: Process,
}

impl Consumer {
    /// A consumer whose process starts at `now_ms`: the application subscribes and polls.
    ///
    /// `name` is the `client.id` where the settings have none. Unknown settings are told as Kafka logs them.
    ///
    /// # Errors
    /// [`ConfigError`] with Kafka's sentence, as its constructor throws it.
    pub fn new(
        now_ms: u64,
        name: &str,
        broker: NodeId,
        settings: Settings,
        app: ConsumerApp,
        out: &mut Outputs<ConsumerEvent>,
    ) -> Result<Self, ConfigError> {
        settings.check_together()?;
        if let Some(line) = settings.unused() {
            out.tell(ConsumerEvent::UnusedSettings(line));
        }
        let config = Rc::new(Config::new(&settings, name));
        let process = Process::new(&app, &config);
        Ok(Self {
            name: name.into(),
            broker,
            settings,
            config,
            app,
            next_settings: None,
            running: true,
            closed: false,
            paused: false,
            crash_at: None,
            steps: false,
            halted: false,
            past: SortedMap::new(),
            clock_ms: now_ms,
            awake: true,
            network: Network::default(),
            process,
        })
    }

    /// Takes an answer. Answers to what this process did not ask, or has given up, are ignored.
    pub fn handle(
        &mut self,
        now_ms: u64,
        connection: Connection,
        correlation_id: u64,
        response: Response,
        chance: &mut dyn FnMut() -> u32,
        out: &mut Outputs<ConsumerEvent>,
    ) {
        self.clock_ms = now_ms;
        if !self.running {
            return;
        }
        let Some(sent) = self.network.take(connection, correlation_id) else { return };
        let turn = &mut Turn { now_ms, chance, out };
        self.answered(turn, sent, response);
        self.drive(turn);
    }

    /// Learns that a connection was closed by the other side: what is in flight on it has failed.
    pub fn disconnected(
        &mut self,
        now_ms: u64,
        connection: Connection,
        chance: &mut dyn FnMut() -> u32,
        out: &mut Outputs<ConsumerEvent>,
    ) {
        self.clock_ms = now_ms;
        if !self.running {
            return;
        }
        let turn = &mut Turn { now_ms, chance, out };
        self.connection_lost(turn, connection);
        self.drive(turn);
    }

    /// Does what is due at `now_ms`: heartbeats, timeouts, retries, the application's next step.
    pub fn tick(
        &mut self,
        now_ms: u64,
        chance: &mut dyn FnMut() -> u32,
        out: &mut Outputs<ConsumerEvent>,
    ) {
        self.clock_ms = now_ms;
        self.awake = false;
        if !self.running {
            return;
        }
        let turn = &mut Turn { now_ms, chance, out };
        self.expire_requests(turn);
        self.drive(turn);
    }

    /// When [`Consumer::tick`] has something to do: later than the last call's time, or at once after
    /// a call without a hand in chance, such as [`Consumer::restart`].
    #[must_use]
    pub fn next_due_ms(&self) -> Option<u64> {
        if !self.running {
            return None;
        }
        if self.awake {
            return Some(self.clock_ms);
        }
        let mut due: Vec<u64> = Vec::new();
        due.extend(self.network.next_due_ms());
        self.application_due(&mut due);
        self.membership_due(&mut due);
        due.extend(self.process.fetcher.retry_ms());
        due.extend(self.process.positions.retries());
        due.extend(self.process.metadata.next_due_ms());
        due.into_iter().filter(|due_ms| *due_ms > self.clock_ms && *due_ms < u64::MAX).min()
    }

    /// The process dies without a word: no commit, no LeaveGroup.
    pub fn crash(&mut self, now_ms: u64, out: &mut Outputs<ConsumerEvent>) {
        self.clock_ms = now_ms;
        if !self.running {
            return;
        }
        self.running = false;
        self.past = self.process.application.done_up_to();
        self.crash_at = None;
        self.steps = false;
        self.halted = false;
        self.forget();
        out.tell(ConsumerEvent::Crashed);
    }

    /// The process is to die before a line, or after it (true), when its application gets there; after
    /// `poll` means after one that returned records. `None`: it is not.
    pub fn crash_at(&mut self, now_ms: u64, at: Option<(ProgramLine, bool)>) {
        self.clock_ms = now_ms;
        self.crash_at = at;
    }

    /// The application goes on to its next line and stands in front of it, as at a debugger's breakpoint:
    /// the heartbeat thread goes on (CONS-22).
    pub fn step_line(&mut self, now_ms: u64) {
        self.clock_ms = now_ms;
        if self.running {
            self.halted = false;
            self.steps = true;
            self.awake = true;
        }
    }

    /// An application that stands in front of a line goes on.
    pub fn go_on(&mut self, now_ms: u64) {
        self.clock_ms = now_ms;
        self.steps = false;
        if std::mem::take(&mut self.halted) {
            self.awake = true;
        }
    }

    /// A new process starts in place of one that died or was closed. It has a new member id to get.
    pub fn restart(&mut self, now_ms: u64, out: &mut Outputs<ConsumerEvent>) {
        self.clock_ms = now_ms;
        if self.running {
            return;
        }
        if let Some(settings) = self.next_settings.take() {
            self.take_settings(settings, out);
        }
        self.forget();
        self.running = true;
        self.closed = false;
        self.paused = false;
        self.halted = false;
        self.awake = true;
        out.tell(ConsumerEvent::Restarted);
    }

    /// Asks the application to close: it finishes the records that it has, then calls `close()`, which
    /// commits if it should, leaves the group and tells [`ConsumerEvent::Closed`] (CONS-7).
    ///
    /// A paused application closes at once.
    pub fn close(
        &mut self,
        now_ms: u64,
        chance: &mut dyn FnMut() -> u32,
        out: &mut Outputs<ConsumerEvent>,
    ) {
        self.clock_ms = now_ms;
        if !self.running {
            return;
        }
        self.process.application.closes = true;
        self.drive(&mut Turn { now_ms, chance, out });
    }

    /// Closes and starts again with new settings: Kafka has no live change. One that is not running
    /// has them from its next start on.
    ///
    /// # Errors
    /// [`ConfigError`] with Kafka's sentence; nothing has changed then.
    pub fn set_settings(
        &mut self,
        now_ms: u64,
        settings: Settings,
        out: &mut Outputs<ConsumerEvent>,
    ) -> Result<(), ConfigError> {
        settings.check_together()?;
        self.clock_ms = now_ms;
        if self.running {
            self.next_settings = Some(settings);
            self.process.application.closes = true;
            self.awake = true;
        } else {
            self.take_settings(settings, out);
        }
        Ok(())
    }

    /// Stops the application where it is, in the middle of a record or in `poll`, or lets it go on.
    /// Heartbeats go on meanwhile, until `max.poll.interval.ms` is over (CONS-22).
    pub fn pause_app(&mut self, now_ms: u64, paused: bool) {
        self.clock_ms = now_ms;
        if self.paused != paused {
            if self.process.application.is_polling() {
                self.polled(now_ms); // It was in `poll` until now.
            }
            self.paused = paused;
            self.process.application.paused(now_ms, paused, self.app.process_ms);
            self.awake = true;
        }
    }

    fn take_settings(&mut self, settings: Settings, out: &mut Outputs<ConsumerEvent>) {
        if let Some(line) = settings.unused() {
            out.tell(ConsumerEvent::UnusedSettings(line));
        }
        self.config = Rc::new(Config::new(&settings, &self.name));
        self.settings = settings;
    }

    /// A process's memory is gone; late answers find nobody.
    fn forget(&mut self) {
        self.network.forget();
        self.process = Process::new(&self.app, &self.config);
    }

    // What can be seen of it.

    /// Its name: the `client.id` unless the settings have one.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The application.
    #[must_use]
    pub fn app(&self) -> &ConsumerApp {
        &self.app
    }

    /// Its settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether its process runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.running
    }

    /// Whether it was closed and not started again.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether it is on its way to be closed.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.running && self.process.application.closes
    }

    /// Whether the application is stuck.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// Where it stands in its group.
    #[must_use]
    pub fn membership(&self) -> MembershipState {
        self.process.membership.state()
    }

    /// Its generation; −1 without one.
    #[must_use]
    pub fn generation(&self) -> i32 {
        self.process.membership.generation().id
    }

    /// Its member id; empty before the coordinator gave one.
    #[must_use]
    pub fn member_id(&self) -> &str {
        &self.process.membership.generation().member_id
    }

    /// Whether it leads its group.
    #[must_use]
    pub fn is_leader(&self) -> bool {
        self.process.membership.is_leader()
    }

    /// Its group; the empty id without one.
    #[must_use]
    pub fn group(&self) -> GroupId {
        self.config.group.clone()
    }

    /// What it reads, sorted.
    #[must_use]
    pub fn assignment(&self) -> &[TopicPartition] {
        self.process.positions.assigned()
    }

    /// The next offset that `poll` will return; `None` while it is not known.
    #[must_use]
    pub fn position(&self, partition: &TopicPartition) -> Option<Offset> {
        self.process.positions.position(partition)
    }

    /// The group's committed offset, as this consumer last heard or stored it.
    #[must_use]
    pub fn committed_seen(&self, partition: &TopicPartition) -> Option<Offset> {
        self.process.positions.committed(partition)
    }

    /// The end of what it may read, as of the last answer to a fetch: the high watermark, or under
    /// `read_committed` the last stable offset (CONS-12).
    #[must_use]
    pub fn high_watermark_seen(&self, partition: &TopicPartition) -> Option<Offset> {
        self.process.positions.high_watermark(partition)
    }

    /// Whether the application's thread is inside the line that it is at, and which line that is.
    #[must_use]
    pub fn line(&self) -> (ProgramLine, bool) {
        (self.process.application.line(), self.process.application.is_inside())
    }

    /// Whether it stands in front of a line because somebody steps through it.
    #[must_use]
    pub fn is_halted(&self) -> bool {
        self.halted
    }

    /// Before, or after (true), which line its process is to die.
    #[must_use]
    pub fn crashes_at(&self) -> Option<(ProgramLine, bool)> {
        self.crash_at
    }

    /// Up to where the process before this one had come at its end, in each partition: the first offset that
    /// `poll` had returned and it had not processed, else the one after the last that it had.
    #[must_use]
    pub fn processed_before(&self) -> &SortedMap<TopicPartition, Offset> {
        &self.past
    }

    /// Whether `poll` leaves the partition out (`pause`).
    #[must_use]
    pub fn is_paused_at(&self, partition: &TopicPartition) -> bool {
        self.process.positions.is_paused(partition)
    }

    /// Requests without an answer yet: their numbers and kinds.
    pub fn in_flight(&self) -> impl Iterator<Item = (u64, ApiKey)> {
        self.network.kinds()
    }

    /// `commitAsync` calls whose callbacks have not run.
    #[must_use]
    pub fn pending_callbacks(&self) -> u32 {
        self.process.commits.pending_callbacks()
    }

    /// Until when the application must call `poll` (CONS-22): `None` outside of a group and inside `poll`.
    #[must_use]
    pub fn poll_due_ms(&self) -> Option<u64> {
        let counts = self.next_heartbeat_ms().is_some();
        (counts && !self.process.application.is_polling()).then(|| self.poll_deadline_ms())
    }

    /// When the heartbeat thread gives the coordinator up, without an answer to a heartbeat until then.
    #[must_use]
    pub fn session_due_ms(&self) -> Option<u64> {
        self.next_heartbeat_ms().map(|_| self.process.membership.session_due_ms())
    }

    /// Records that `poll` has returned and that are not processed, in order; the first is at work.
    pub fn unprocessed(&self) -> impl Iterator<Item = &(TopicPartition, Offset)> {
        self.process.application.unprocessed()
    }

    /// Offsets that were fetched and that `poll` has not returned yet, in the order of their arrival.
    #[must_use]
    pub fn buffered_offsets(&self) -> Vec<(TopicPartition, Vec<Offset>)> {
        self.process.fetcher.buffered_offsets()
    }

    /// The record that the application works on.
    #[must_use]
    pub fn processing(&self) -> Option<(&TopicPartition, Offset)> {
        self.process.application.processing()
    }

    /// The offset after the last record of the partition that the application has processed.
    #[must_use]
    pub fn processed(&self, partition: &TopicPartition) -> Option<Offset> {
        self.process.application.processed(partition)
    }

    /// Records that `poll` has returned and the application has not yet processed.
    #[must_use]
    pub fn unprocessed_count(&self) -> u32 {
        self.process.application.unprocessed_count()
    }

    /// Records that were fetched and `poll` has not returned yet.
    #[must_use]
    pub fn buffered(&self) -> SortedMap<TopicPartition, u32> {
        self.process.fetcher.buffered()
    }

    /// When the next poll commits by itself; `None` without auto-commit, or before it is in its group.
    #[must_use]
    pub fn next_auto_commit_ms(&self) -> Option<u64> {
        let assigned = !self.app.assign.is_empty() && !self.process.positions.assigned().is_empty();
        let stable = assigned || self.membership() == MembershipState::Stable;
        (self.running && self.config.auto_commit && stable).then(|| self.process.commits.next_ms())
    }

    /// When the next heartbeat goes out.
    #[must_use]
    pub fn next_heartbeat_ms(&self) -> Option<u64> {
        self.process.membership.next_heartbeat_ms().filter(|_| self.running)
    }
}

impl Process {
    fn new(app: &ConsumerApp, config: &Config) -> Self {
        Self {
            application: Application::default(),
            membership: Membership::default(),
            positions: Positions::default(),
            fetcher: Fetcher::default(),
            commits: Commits::new(config.auto_commit_interval_ms),
            metadata: Metadata::new(app.all_topics()),
        }
    }
}
