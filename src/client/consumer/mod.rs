//! The consumer: join a group, fetch, poll, commit (`CONS-*`), and the application that polls.
//!
//! Kafka: `ClassicKafkaConsumer`, `ConsumerCoordinator`, `AbstractCoordinator`, `FetchCollector`,
//! `SubscriptionState`. The application is a loop: poll, process each record, poll again. What Kafka
//! does in two threads is done in one place here: whatever arrives or is due, the heartbeat thread
//! has its turn and then the application (`drive`).
//! Left out: `assign`, `seek`, `pause` of partitions, static members, group.protocol=consumer.

mod application;
mod commits;
mod config;
mod coordinator;
mod event;
mod fetcher;
mod metadata;
mod network;
mod positions;
#[cfg(test)]
mod tests;

pub use event::{CommitReason, ConsumerEvent, MembershipState, PositionSource};

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
use crate::protocol::request::Response;
use crate::protocol::{
    Connection, GroupId, NodeId, Offset, Outputs, SortedMap, Topic, TopicPartition,
};

/// The program that uses the consumer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConsumerApp {
    /// What it subscribes to.
    pub topics: Vec<Topic>,
    /// How long it works on each record.
    pub process_ms: u64,
    /// How long `poll` may wait; at least 1.
    pub poll_timeout_ms: u64,
    /// `commitSync()` after each poll's records; only where `enable.auto.commit=false`.
    pub commit_sync: bool,
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
        self.forget();
        out.tell(ConsumerEvent::Crashed);
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

    /// Its group.
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

    /// The end of what consumers may read, as of the last answer to a fetch.
    #[must_use]
    pub fn high_watermark_seen(&self, partition: &TopicPartition) -> Option<Offset> {
        self.process.positions.high_watermark(partition)
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

    /// When the next poll commits by itself; `None` without auto-commit or outside of a group.
    #[must_use]
    pub fn next_auto_commit_ms(&self) -> Option<u64> {
        let stable = self.membership() == MembershipState::Stable;
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
            metadata: Metadata::new(app.topics.iter().cloned().collect()),
        }
    }
}
