//! One broker node: answers requests out of its logs, and tends them.
//!
//! Kafka: `KafkaApis`, `ReplicaManager`, `SocketServer`. One replica a partition. Left out so far:
//! followers, fetch sessions, quotas, request queues (a request is handled as it arrives).

mod channel;
mod event;
mod fetch;
pub mod group;
mod list_offsets;
mod metadata;
mod produce;
mod producer_ids;
#[cfg(test)]
mod tests;

use crate::broker::channel::{Answer, Channels};
use crate::broker::group::{Coordinator, Turn};
use crate::broker::producer_ids::ProducerIds;
use crate::protocol::config::Settings;
use crate::protocol::request::{Body, Request};
use crate::protocol::{
    BrokerId, Connection, ErrorCode, GroupId, MetadataRecord, NodeId, Offset, Outgoing, Outputs,
    Refusal, SortedMap, Topic, TopicPartition,
};
use crate::storage::{Chance, CleanerPace, LogConfig, LogEvent, LogEvents, LogManager};

pub use channel::Reply;
pub use event::{BrokerEvent, GroupCause, GroupState, MemberState, RemovalReason};
pub use fetch::DelayedFetch;
pub use group::{Awaiting, CommittedOffset, Group, Member, OffsetsTopic};
pub use metadata::TopicImage;

/// How long a broker's work takes in model time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BrokerPace {
    /// From a request that writes to the moment its answer leaves.
    pub append_ms: u64,
    /// The cleaner's phases.
    pub cleaner: CleanerPace,
}

/// One broker.
///
/// **Invariant:** a committed offset or a stored assignment is in the log before it is in `groups`:
/// a restart at any step reads back the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Broker {
    id: BrokerId,
    settings: Settings,
    pace: BrokerPace,
    running: bool,
    topics: SortedMap<Topic, TopicImage>,
    logs: LogManager,
    coordinator: Coordinator,
    channels: Channels,
    /// The purgatory, in order of arrival.
    delayed_fetches: Vec<DelayedFetch>,
    producer_ids: ProducerIds,
}

type Out = Outputs<BrokerEvent>;

/// How a broker's process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ending {
    /// It dies; the machine goes on, and with it the page cache.
    Crash,
    /// The machine loses its power; what was not flushed is gone.
    PowerLoss,
    /// It is stopped: logs are flushed and closed.
    CleanStop,
}

impl Broker {
    /// A running broker without topics.
    #[must_use]
    pub fn new(now_ms: u64, id: BrokerId, settings: Settings, pace: BrokerPace) -> Self {
        Self {
            id,
            logs: LogManager::new(now_ms, &settings, pace.cleaner),
            coordinator: Coordinator::new(now_ms, &settings),
            settings,
            pace,
            running: true,
            topics: SortedMap::new(),
            channels: Channels::default(),
            delayed_fetches: Vec::new(),
            producer_ids: ProducerIds::default(),
        }
    }

    /// Its `node.id`.
    #[must_use]
    pub fn id(&self) -> BrokerId {
        self.id
    }

    /// Its settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether the process is alive.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.running
    }

    /// Its logs: what is on its disk.
    #[must_use]
    pub fn logs(&self) -> &LogManager {
        &self.logs
    }

    /// The groups that it coordinates, by name.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.coordinator.groups()
    }

    /// A group that it coordinates.
    #[must_use]
    pub fn group(&self, group: &GroupId) -> Option<&Group> {
        self.coordinator.group(group)
    }

    /// Requests that have arrived and wait for the one before them on their connection: who asks, the
    /// request's number, and what it is.
    pub fn queued_requests(&self) -> impl Iterator<Item = (NodeId, u64, &Request)> {
        self.channels.queued()
    }

    /// Fetches that wait for data, in order of arrival.
    pub fn waiting_fetches(&self) -> &[DelayedFetch] {
        &self.delayed_fetches
    }

    /// New settings of the broker, as after a restart with another `server.properties`.
    pub fn set_settings(&mut self, now_ms: u64, settings: Settings, out: &mut Out) {
        self.logs.settle_checkpoints(now_ms);
        self.settings = settings;
        self.logs.set_broker_settings(now_ms, &self.settings);
        let topics: Vec<Topic> = self.topics.keys().cloned().collect();
        for topic in topics {
            self.configure_logs(now_ms, &topic, out);
        }
    }

    /// The controller created a topic or changed its settings.
    pub fn apply_metadata(
        &mut self,
        now_ms: u64,
        record: &MetadataRecord,
        chance: Chance<'_>,
        out: &mut Out,
    ) {
        match record {
            MetadataRecord::Topic { topic, id, partitions, settings } => {
                let image = TopicImage {
                    id: *id,
                    partitions: partitions.clone(),
                    settings: settings.clone(),
                };
                self.topics.insert(topic.clone(), image);
            }
            MetadataRecord::Config { topic, settings } => {
                let Some(image) = self.topics.get_mut(topic) else { return };
                image.settings = settings.clone();
            }
        }
        if self.running {
            self.logs.settle_checkpoints(now_ms);
            let (MetadataRecord::Topic { topic, .. } | MetadataRecord::Config { topic, .. }) =
                record;
            self.open_logs(now_ms, topic, chance);
            self.configure_logs(now_ms, topic, out);
        }
    }

    /// A request has arrived. If an earlier one of its connection is not yet answered, it waits.
    #[expect(clippy::too_many_arguments, reason = "a message comes with its whole address")]
    pub fn handle(
        &mut self,
        now_ms: u64,
        from: NodeId,
        connection: Connection,
        correlation_id: u64,
        request: Request,
        chance: Chance<'_>,
        out: &mut Out,
    ) {
        if !self.running {
            return;
        }
        self.logs.settle_checkpoints(now_ms);
        let seen = out.events.len();
        let reply = Reply { client: from, connection, correlation_id };
        if let Some(request) = self.channels.arrive(now_ms, reply, request) {
            self.process(now_ms, reply, request, chance, out);
        }
        self.settle(now_ms, seen, chance, out);
    }

    /// Timers: groups, waiting fetches, the log threads, requests that waited for an earlier answer.
    pub fn tick(&mut self, now_ms: u64, chance: Chance<'_>, out: &mut Out) {
        if !self.running {
            return;
        }
        self.logs.settle_checkpoints(now_ms);
        while self.next_due_ms().is_some_and(|due_ms| due_ms <= now_ms) {
            let seen = out.events.len();
            self.coordinate(now_ms, chance, out, |coordinator, turn| coordinator.run_timers(turn));
            self.expire_fetches(now_ms, out);
            self.settle(now_ms, seen, chance, out);
            self.tend_logs(now_ms, chance, out);
        }
    }

    /// The threads that look after the logs: retention, the cleaner, flushes, removal of `.deleted` files,
    /// producers that went silent.
    fn tend_logs(&mut self, now_ms: u64, chance: Chance<'_>, out: &mut Out) {
        let mut events = Vec::new();
        if self.logs.retention_due_ms() <= now_ms {
            self.logs.run_retention(now_ms, chance, &mut events);
        }
        while self.logs.cleaner_due_ms().is_some_and(|due_ms| due_ms <= now_ms) {
            self.logs.run_cleaner(now_ms, chance, &mut events);
        }
        if self.logs.removal_due_ms().is_some_and(|due_ms| due_ms <= now_ms) {
            self.logs.remove_deleted_files(now_ms, &mut events);
        }
        if self.logs.flush_due_ms().is_some_and(|due_ms| due_ms <= now_ms) {
            self.logs.flush_dirty_logs(now_ms, &mut events);
        }
        if self.logs.expiry_due_ms().is_some_and(|due_ms| due_ms <= now_ms) {
            self.logs.expire_producers(now_ms, &mut events);
        }
        tell_of_logs(events, out);
    }

    /// When [`Broker::tick`] has something to do.
    #[must_use]
    pub fn next_due_ms(&self) -> Option<u64> {
        if !self.running {
            return None;
        }
        [
            self.coordinator.next_due_ms(),
            self.delayed_fetches.iter().map(|fetch| fetch.until_ms).min(),
            Some(self.logs.retention_due_ms()),
            self.logs.cleaner_due_ms(),
            self.logs.removal_due_ms(),
            self.logs.flush_due_ms(),
            self.logs.expiry_due_ms(),
            self.channels.next_due_ms(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// A client's connections are gone: what it waited for is not sent any more. Its membership stays.
    pub fn disconnected(&mut self, _now_ms: u64, client: NodeId) {
        self.channels.close(client);
        self.delayed_fetches.retain(|fetch| fetch.reply.client != client);
        self.coordinator.forget_replies(client);
    }

    /// The process ends, one way or another. Memory is lost; what is on its disk depends on the way.
    pub fn end(&mut self, now_ms: u64, way: Ending, out: &mut Out) {
        if !self.running {
            return;
        }
        self.running = false;
        self.channels = Channels::default();
        self.delayed_fetches.clear();
        self.coordinator = Coordinator::default();
        self.producer_ids = ProducerIds::default();
        match way {
            Ending::Crash => {
                self.logs.crash(now_ms);
                out.tell(BrokerEvent::Crashed);
            }
            Ending::PowerLoss => {
                self.logs.lose_power(now_ms);
                out.tell(BrokerEvent::PowerLost);
            }
            Ending::CleanStop => {
                out.tell(BrokerEvent::Stopped);
                let mut events = Vec::new();
                self.logs.stop(now_ms, &mut events);
                tell_of_logs(events, out);
            }
        }
    }

    /// Deletes the records of a partition before an offset, as an admin client asks for it; −1 means all that
    /// is there (RET-12). The log start offset afterwards.
    ///
    /// # Errors
    /// Kafka's refusals.
    pub fn delete_records(
        &mut self,
        now_ms: u64,
        partition: &TopicPartition,
        before_offset: i64,
        out: &mut Out,
    ) -> Result<Offset, Refusal> {
        self.logs.settle_checkpoints(now_ms);
        let log = self.logs.get_mut(partition).filter(|_| self.running);
        let log = log.ok_or(ErrorCode::UnknownTopicOrPartition)?;
        if partition.topic.is_internal() {
            // `ReplicaManager.deleteRecordsOnLocalLog`
            let message = format!("Cannot delete records of internal topic {}", partition.topic);
            return Err(Refusal::new(ErrorCode::InvalidTopicException, message));
        }
        let mut events = Vec::new();
        let start = log.delete_records(before_offset, &mut events);
        tell_of_logs(events.into_iter().map(|e| (partition.clone(), e)).collect(), out);
        start
    }

    /// The process starts again: opens its logs and reads the groups back (OFFS-8).
    ///
    /// Left out: the time that loading takes.
    pub fn restart(&mut self, now_ms: u64, chance: Chance<'_>, out: &mut Out) {
        if self.running {
            return;
        }
        let mut events = Vec::new();
        let (topics, settings) = (&self.topics, &self.settings);
        let config_of = |partition: &TopicPartition| {
            Some(LogConfig::new(&topics.get(&partition.topic)?.settings, settings))
        };
        let loaded = self.logs.restart(now_ms, settings, config_of, &mut *chance, &mut events);
        tell_of_logs(events, out);
        if loaded.is_err() {
            return; // The process ends at once; another start may go better.
        }
        self.running = true;
        let topics: Vec<Topic> = self.topics.keys().cloned().collect();
        for topic in &topics {
            self.open_logs(now_ms, topic, chance);
            self.configure_logs(now_ms, topic, out);
        }
        self.coordinator = Coordinator::load(now_ms, &self.logs, &self.topics, &self.settings);
        let groups = self.coordinator.groups().count() as u32;
        let offsets = self.coordinator.groups().map(|group| group.offsets().count() as u32).sum();
        out.tell(BrokerEvent::Restarted { groups, offsets });
    }

    /// Handles one request whose connection is free.
    fn process(
        &mut self,
        now_ms: u64,
        reply: Reply,
        request: Request,
        chance: Chance<'_>,
        out: &mut Out,
    ) {
        match request {
            Request::Metadata { topics } => self.describe_topics(now_ms, reply, topics, out),
            Request::Produce { acks, batches, timeout_ms: _ } => {
                self.produce(now_ms, reply, acks, batches, chance, out);
            }
            Request::Fetch { max_wait_ms, min_bytes, max_bytes, isolation_level, partitions } => {
                let limits = (max_wait_ms, min_bytes, max_bytes);
                self.fetch(now_ms, reply, limits, isolation_level, partitions, out);
            }
            Request::ListOffsets { isolation_level, partitions } => {
                self.list_offsets(now_ms, reply, isolation_level, partitions, out);
            }
            Request::FindCoordinator { group } => {
                self.find_coordinator(now_ms, reply, &group, out);
            }
            Request::InitProducerId => self.init_producer_id(now_ms, reply, out),
            request => self.coordinate(now_ms, chance, out, |coordinator, turn| {
                coordinator.handle(turn, reply, request);
            }),
        }
    }

    /// Lets the coordinator do something, and sends what it answers.
    fn coordinate(
        &mut self,
        now_ms: u64,
        chance: Chance<'_>,
        out: &mut Out,
        work: impl FnOnce(&mut Coordinator, &mut Turn<'_>),
    ) {
        let mut turn = Turn {
            now_ms,
            settings: &self.settings,
            topics: &self.topics,
            logs: &mut self.logs,
            append_ms: self.pace.append_ms,
            chance,
            answers: Vec::new(),
            events: &mut out.events,
        };
        work(&mut self.coordinator, &mut turn);
        for answer in turn.answers {
            self.answer(now_ms, answer, out);
        }
    }

    /// Sends a response, and frees its connection for the next request as it leaves.
    fn answer(&mut self, now_ms: u64, answer: Answer, out: &mut Out) {
        let Answer { reply, delay_ms, response } = answer;
        if self.channels.release(reply, now_ms + delay_ms) {
            out.messages.push(Outgoing {
                to: reply.client,
                connection: reply.connection,
                correlation_id: reply.correlation_id,
                delay_ms,
                body: Body::Response(response),
            });
        }
    }

    /// Wakes fetches that have enough now and handles requests whose connection became free,
    /// until nothing is left to be done at this moment.
    fn settle(&mut self, now_ms: u64, mut seen: usize, chance: Chance<'_>, out: &mut Out) {
        loop {
            let appended = out.events[seen..]
                .iter()
                .any(|event| matches!(event, BrokerEvent::Log(_, LogEvent::BatchAppended { .. })));
            seen = out.events.len();
            if appended {
                self.wake_fetches(now_ms, out);
            }
            let Some((reply, request)) = self.channels.next_request(now_ms) else { break };
            self.process(now_ms, reply, request, chance, out);
        }
    }
}

fn tell_of_logs(events: LogEvents, out: &mut Out) {
    for (partition, event) in events {
        out.tell(BrokerEvent::Log(partition, event));
    }
}
