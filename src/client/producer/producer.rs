//! One producer process: the application's calls, what it knows, what it holds.
//!
//! Kafka: `KafkaProducer`. The application is one thread: a `send` that waits for metadata or memory holds
//! up the calls behind it, and their `max.block.ms` begins when their turn comes. The sender's half is in
//! `sender.rs`. Left out: interceptors, idempotence and transactions, `metadata.max.age.ms`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use crate::client::producer::accumulator::{Accumulator, Append};
use crate::client::producer::batch::Batch;
use crate::client::producer::config::{self, ProducerConfig};
use crate::client::producer::event::{PartitionChoice, ProducerEvent};
use crate::client::producer::metadata::ClusterView;
use crate::client::producer::partitioner::Partitioner;
use crate::protocol::config::{ConfigError, Setting, Settings};
use crate::protocol::record::{Header, Record};
use crate::protocol::request::{ApiKey, Response};
use crate::protocol::{
    Bytes, Connection, ErrorCode, NodeId, Outputs, Refusal, Topic, TopicPartition,
};

/// What the application hands to `send`, already serialised (PROD-4).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProducerRecord {
    /// Which topic.
    pub topic: Topic,
    /// The partition, if the application chooses it.
    pub partition: Option<u32>,
    /// Milliseconds since 1970, if the application sets it.
    pub timestamp: Option<i64>,
    /// The key; `None` is null.
    pub key: Option<Bytes>,
    /// The value; `None` is a tombstone.
    pub value: Option<Bytes>,
    /// In order.
    pub headers: Vec<Header>,
}

/// A request that awaits its answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InFlight {
    /// Its number.
    pub correlation_id: u64,
    /// Produce or Metadata.
    pub api_key: ApiKey,
    /// To whom.
    pub to: NodeId,
    /// When it was sent.
    pub sent_ms: u64,
    /// What a Produce request carries.
    pub batches: Vec<(TopicPartition, Batch)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Life {
    Running,
    Crashed,
    Closed,
}

/// A call of the application that has not returned yet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Call {
    Send(Sending),
    Close,
    /// Close, and begin anew with the settings that are in force by then.
    Reconfigure,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Sending {
    number: u64,
    record: ProducerRecord,
    /// When its turn came.
    since_ms: Option<u64>,
    /// Since when it waits for memory.
    memory_since_ms: Option<u64>,
    prepared: Option<Prepared>,
    /// What it was last told to wait for: memory or metadata.
    told: Option<bool>,
}

/// A record with its partition: what the accumulator takes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Prepared {
    record: Record,
    partition: Option<u32>,
    choice: PartitionChoice,
}

/// Why a send cannot go on.
enum Blocked {
    Metadata,
    Memory { size_bytes: u64 },
    Refused(Refusal),
}

/// Which metadata is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct MetadataNeed {
    /// Every topic that was ever sent to.
    pub(super) topics: BTreeSet<Topic>,
    /// Ask for all of them again.
    pub(super) refresh_all: bool,
    /// Ask at all, even if nobody waits.
    pub(super) refresh: bool,
    /// Not before.
    pub(super) next_ms: u64,
    /// Answers in a row that did not help.
    pub(super) attempts: u32,
    /// Topics that the broker refused for good.
    pub(super) refused: BTreeMap<Topic, ErrorCode>,
}

/// A producer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Producer {
    client_id: Rc<str>,
    pub(super) broker: NodeId,
    settings: Settings,
    pub(super) config: ProducerConfig,
    life: Life,
    /// Time as it was last told.
    pub(super) now_ms: u64,
    calls: VecDeque<Call>,
    partitioner: Partitioner,
    pub(super) accumulator: Accumulator,
    pub(super) cluster: ClusterView,
    pub(super) need: MetadataNeed,
    pub(super) in_flight: VecDeque<InFlight>,
    /// The connection is down until then.
    pub(super) reconnect_ms: u64,
    pub(super) connection_failures: u32,
    pub(super) next_correlation_id: u64,
    next_number: u64,
    pub(super) acknowledged: u64,
    pub(super) failed: u64,
    lost: u64,
}

impl Producer {
    /// Builds a producer and asks `broker` for metadata. `name`: its `client.id` unless the settings say another.
    ///
    /// # Errors
    /// [`ConfigError`] with Kafka's sentence for settings that contradict each other; idempotence is not modelled.
    pub fn new(
        now_ms: u64,
        name: &str,
        broker: NodeId,
        settings: Settings,
        out: &mut Outputs<ProducerEvent>,
    ) -> Result<Self, ConfigError> {
        config::check(&settings)?;
        let mut producer = Self {
            client_id: client_id(&settings, name),
            broker,
            config: ProducerConfig::read(&settings),
            settings,
            life: Life::Running,
            now_ms,
            calls: VecDeque::new(),
            partitioner: Partitioner::default(),
            accumulator: Accumulator::default(),
            cluster: ClusterView::default(),
            need: MetadataNeed::default(),
            in_flight: VecDeque::new(),
            reconnect_ms: 0,
            connection_failures: 0,
            next_correlation_id: 0,
            next_number: 0,
            acknowledged: 0,
            failed: 0,
            lost: 0,
        };
        producer.begin(now_ms, out);
        Ok(producer)
    }

    /// A process begins: nothing known, nothing held.
    fn begin(&mut self, now_ms: u64, out: &mut Outputs<ProducerEvent>) {
        self.config = ProducerConfig::read(&self.settings);
        self.life = Life::Running;
        self.partitioner = Partitioner::default();
        self.accumulator = Accumulator::default();
        self.cluster = ClusterView::default();
        self.need = MetadataNeed { refresh: true, ..MetadataNeed::default() };
        self.in_flight.clear();
        self.reconnect_ms = 0;
        self.connection_failures = 0;
        if let Some(line) = self.settings.unused() {
            out.tell(ProducerEvent::UnusedSettings(line));
        }
        self.request_metadata(now_ms, out);
    }

    /// Hands a record over (PROD-1). Returns its number, from 0; what becomes of it is told by events.
    pub fn send(
        &mut self,
        now_ms: u64,
        record: ProducerRecord,
        chance: &mut dyn FnMut() -> u32,
        out: &mut Outputs<ProducerEvent>,
    ) -> u64 {
        let number = self.next_number;
        self.next_number += 1;
        self.now_ms = now_ms;
        if self.life != Life::Running || self.is_closing() {
            let words = "Cannot perform operation after producer has been closed";
            self.fail_send(number, Refusal::new(ErrorCode::UnknownServerError, words), out);
            return number;
        }
        let (since_ms, memory_since_ms, prepared) = (None, None, None);
        let behind = self.waits_for_memory();
        if !self.calls.is_empty() {
            out.tell(ProducerEvent::SendBlocked { number, for_memory: behind });
        }
        let told = (!self.calls.is_empty()).then_some(behind);
        self.calls.push_back(Call::Send(Sending {
            number,
            record,
            since_ms,
            memory_since_ms,
            prepared,
            told,
        }));
        self.run(now_ms, chance, out);
        number
    }

    /// Takes an answer. Answers to requests that were given up are ignored.
    pub fn handle(
        &mut self,
        now_ms: u64,
        _connection: Connection,
        correlation_id: u64,
        response: Response,
        chance: &mut dyn FnMut() -> u32,
        out: &mut Outputs<ProducerEvent>,
    ) {
        self.now_ms = now_ms;
        if self.life != Life::Running {
            return;
        }
        self.complete(now_ms, correlation_id, response, chance, out);
        self.run(now_ms, chance, out);
    }

    /// The connection was lost: requests in flight fail as `NETWORK_EXCEPTION`, batches may be sent again.
    pub fn disconnected(
        &mut self,
        now_ms: u64,
        chance: &mut dyn FnMut() -> u32,
        out: &mut Outputs<ProducerEvent>,
    ) {
        self.now_ms = now_ms;
        if self.life != Life::Running {
            return;
        }
        self.lose_connection(now_ms, false, chance, out);
        self.run(now_ms, chance, out);
    }

    /// Does what is due: lingering batches, time-outs, requests for metadata.
    pub fn tick(
        &mut self,
        now_ms: u64,
        chance: &mut dyn FnMut() -> u32,
        out: &mut Outputs<ProducerEvent>,
    ) {
        self.now_ms = now_ms;
        self.run(now_ms, chance, out);
    }

    /// When `tick` has something to do; after a `tick` that is later than its time.
    #[must_use]
    pub fn next_due_ms(&self) -> Option<u64> {
        if self.life != Life::Running {
            return None;
        }
        let blocked = match self.calls.front() {
            Some(Call::Send(sending)) => {
                sending.since_ms.map(|since_ms| since_ms.saturating_add(self.config.max_block_ms))
            }
            _ => None,
        };
        [blocked, self.next_sender_ms()].into_iter().flatten().min()
    }

    /// The process dies; what it holds is lost.
    pub fn crash(&mut self, now_ms: u64, out: &mut Outputs<ProducerEvent>) {
        self.now_ms = now_ms;
        if self.life != Life::Running {
            return;
        }
        let lost = self.held_count();
        self.lost += lost;
        self.life = Life::Crashed;
        self.calls.clear();
        self.accumulator = Accumulator::default();
        self.in_flight.clear();
        out.tell(ProducerEvent::Crashed { lost: lost as u32 });
    }

    /// A new process takes the place of one that crashed or was closed.
    pub fn restart(&mut self, now_ms: u64, out: &mut Outputs<ProducerEvent>) {
        self.now_ms = now_ms;
        if self.life != Life::Running {
            out.tell(ProducerEvent::Restarted);
            self.begin(now_ms, out);
        }
    }

    /// Closes it: the sends before return first, then everything is sent, then it is closed.
    pub fn close(
        &mut self,
        now_ms: u64,
        chance: &mut dyn FnMut() -> u32,
        out: &mut Outputs<ProducerEvent>,
    ) {
        self.now_ms = now_ms;
        if self.life == Life::Running && !self.is_closing() {
            self.calls.push_back(Call::Close);
            self.run(now_ms, chance, out);
        }
    }

    /// Gives it new settings. Kafka cannot change them live: the process is flushed and a new one begins.
    ///
    /// If something has to be flushed first, `tick` is due at once. Sends meanwhile wait for the new process.
    ///
    /// # Errors
    /// As [`Producer::new`]; nothing changes then.
    pub fn set_settings(
        &mut self,
        now_ms: u64,
        settings: Settings,
        out: &mut Outputs<ProducerEvent>,
    ) -> Result<(), ConfigError> {
        config::check(&settings)?;
        self.now_ms = now_ms;
        self.client_id = client_id(&settings, &self.client_id);
        self.settings = settings;
        if self.life != Life::Running || self.is_closing() {
            return Ok(());
        }
        if self.calls.is_empty() && self.is_flushed() {
            out.tell(ProducerEvent::Restarted);
            self.begin(now_ms, out);
        } else if !self.calls.contains(&Call::Reconfigure) {
            self.accumulator.set_flushing(self.calls.is_empty());
            self.calls.push_back(Call::Reconfigure);
        }
        Ok(())
    }

    /// Whether there is a process.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.life == Life::Running
    }

    /// Whether it was closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.life == Life::Closed
    }

    /// Its settings; while a change waits for the flush, the new ones.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Its `client.id`.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Batches that wait in the accumulator, by partition, each queue in order.
    pub fn queues(&self) -> impl Iterator<Item = (&TopicPartition, &Batch)> {
        self.accumulator.batches()
    }

    /// Requests that await their answer, oldest first.
    pub fn in_flight(&self) -> impl Iterator<Item = &InFlight> {
        self.in_flight.iter()
    }

    /// Sends that wait for metadata or memory, or behind one that does: number and record, in order.
    pub fn blocked(&self) -> impl Iterator<Item = (u64, &ProducerRecord)> {
        self.calls.iter().filter_map(|call| match call {
            Call::Send(sending) => Some((sending.number, &sending.record)),
            _ => None,
        })
    }

    /// The partition that null keys of a topic go to now (PROD-10).
    #[must_use]
    pub fn sticky_partition(&self, topic: &Topic) -> Option<u32> {
        self.accumulator.sticky_partition(topic)
    }

    /// Bytes of `buffer.memory` in use; whole batches count from when they are opened.
    #[must_use]
    pub fn used_memory_bytes(&self) -> u64 {
        self.accumulator.pooled_bytes()
    }

    /// How often `send` was called.
    #[must_use]
    pub fn sent_count(&self) -> u64 {
        self.next_number
    }

    /// Records that were acknowledged; with `acks=0`: written.
    #[must_use]
    pub fn acknowledged_count(&self) -> u64 {
        self.acknowledged
    }

    /// Records whose callback got an exception.
    #[must_use]
    pub fn failed_count(&self) -> u64 {
        self.failed
    }

    /// Records that were lost with a process that crashed.
    #[must_use]
    pub fn lost_count(&self) -> u64 {
        self.lost
    }

    /// Records whose fate is open: blocked, queued or in flight.
    #[must_use]
    pub fn held_count(&self) -> u64 {
        let queued: usize = self.queues().map(|(_, batch)| batch.records.len()).sum();
        let in_flight: usize = self
            .in_flight
            .iter()
            .flat_map(|request| &request.batches)
            .filter(|(_, batch)| !batch.expired)
            .map(|(_, batch)| batch.records.len())
            .sum();
        (self.blocked().count() + queued + in_flight) as u64
    }

    fn is_closing(&self) -> bool {
        self.calls.contains(&Call::Close)
    }

    fn waits_for_memory(&self) -> bool {
        matches!(self.calls.front(), Some(Call::Send(s)) if s.memory_since_ms.is_some())
    }

    /// Whether the application waits until a topic, or one more partition of it, is known.
    pub(super) fn awaited_topic(&self) -> Option<&Topic> {
        match self.calls.front() {
            Some(Call::Send(s)) if s.since_ms.is_some() && self.lacks_metadata(s) => {
                Some(&s.record.topic)
            }
            _ => None,
        }
    }

    fn lacks_metadata(&self, sending: &Sending) -> bool {
        let count = self.cluster.partition_count(&sending.record.topic);
        sending.prepared.is_none()
            && count.is_none_or(|count| sending.record.partition.is_some_and(|p| p >= count))
    }

    fn is_flushed(&self) -> bool {
        self.queues().next().is_none() && self.in_flight.iter().all(|r| r.batches.is_empty())
    }

    fn fail_send(&mut self, number: u64, refusal: Refusal, out: &mut Outputs<ProducerEvent>) {
        self.failed += 1;
        out.tell(ProducerEvent::SendFailed { number, refusal });
    }

    /// Sender and application in turn, until both have to wait.
    fn run(
        &mut self,
        now_ms: u64,
        chance: &mut dyn FnMut() -> u32,
        out: &mut Outputs<ProducerEvent>,
    ) {
        if self.life != Life::Running {
            return;
        }
        self.expire(now_ms, chance, out);
        loop {
            self.send_ready(now_ms, chance, out);
            if !self.run_call(now_ms, chance, out) || self.life != Life::Running {
                break;
            }
        }
        if self.life == Life::Running {
            self.request_metadata(now_ms, out);
        }
    }

    /// Lets the application's first call go on. True: something changed for the sender.
    fn run_call(
        &mut self,
        now_ms: u64,
        chance: &mut dyn FnMut() -> u32,
        out: &mut Outputs<ProducerEvent>,
    ) -> bool {
        match self.calls.pop_front() {
            None => false,
            Some(Call::Send(sending)) => self.run_send(now_ms, sending, chance, out),
            Some(call) if !self.is_flushed() => {
                self.calls.push_front(call);
                !self.accumulator.set_flushing(true)
            }
            Some(Call::Close) => {
                self.life = Life::Closed;
                self.in_flight.clear();
                out.tell(ProducerEvent::Closed);
                true
            }
            Some(Call::Reconfigure) => {
                out.tell(ProducerEvent::Restarted);
                self.begin(now_ms, out);
                true
            }
        }
    }

    fn run_send(
        &mut self,
        now_ms: u64,
        mut sending: Sending,
        chance: &mut dyn FnMut() -> u32,
        out: &mut Outputs<ProducerEvent>,
    ) -> bool {
        let since_ms = *sending.since_ms.get_or_insert(now_ms);
        let blocked = match self.try_send(now_ms, &mut sending, chance, out) {
            Ok(()) => None,
            Err(Blocked::Refused(refusal)) => Some(refusal),
            Err(Blocked::Metadata) => {
                if now_ms - since_ms < self.config.max_block_ms {
                    return self.block(sending, false, out);
                }
                Some(self.metadata_timeout(&sending.record))
            }
            Err(Blocked::Memory { size_bytes }) => {
                let memory_since_ms = *sending.memory_since_ms.get_or_insert(now_ms);
                if now_ms - since_ms < self.config.max_block_ms {
                    return self.block(sending, true, out);
                }
                let waited_ms = memory_since_ms - since_ms;
                Some(self.memory_exhausted(size_bytes, self.config.max_block_ms - waited_ms))
            }
        };
        self.accumulator.set_exhausted(false);
        if let Some(refusal) = blocked {
            self.fail_send(sending.number, refusal, out);
        }
        true
    }

    /// Puts a send back that has to wait. True: it waits for memory since now, so everything may go.
    fn block(
        &mut self,
        mut sending: Sending,
        for_memory: bool,
        out: &mut Outputs<ProducerEvent>,
    ) -> bool {
        if sending.told != Some(for_memory) {
            sending.told = Some(for_memory);
            out.tell(ProducerEvent::SendBlocked { number: sending.number, for_memory });
        }
        self.calls.push_front(Call::Send(sending));
        for_memory && !self.accumulator.set_exhausted(true)
    }

    /// PROD-1, in its order.
    fn try_send(
        &mut self,
        now_ms: u64,
        sending: &mut Sending,
        chance: &mut dyn FnMut() -> u32,
        out: &mut Outputs<ProducerEvent>,
    ) -> Result<(), Blocked> {
        if sending.prepared.is_none() {
            sending.prepared = Some(self.prepare(now_ms, sending, chance)?);
        }
        let prepared = sending.prepared.as_ref().expect("it was prepared just now");
        let topic = &sending.record.topic;
        let mut choices = Vec::new();
        let appended = self.accumulator.append(
            now_ms,
            (&self.config, &self.cluster),
            (topic, prepared.partition),
            (sending.number, &prepared.record),
            chance,
            &mut choices,
        );
        // The first choice comes before its record; what moves on counts bytes up to here.
        let tell_choice = |(partition, switch)| ProducerEvent::StickyPartitionChosen {
            partition: TopicPartition::new(topic, partition),
            switch,
        };
        match appended {
            Append::NeedsMemory { size_bytes } => {
                out.events.extend(choices.into_iter().map(tell_choice));
                Err(Blocked::Memory { size_bytes })
            }
            Append::Done { partition, opened_batch, choices_before } => {
                let after = choices.split_off(choices_before as usize);
                out.events.extend(choices.into_iter().map(tell_choice));
                out.tell(ProducerEvent::RecordAccumulated {
                    number: sending.number,
                    partition: TopicPartition::new(topic, partition),
                    choice: prepared.choice,
                    key: prepared.record.key.clone(),
                    value: prepared.record.value.clone(),
                    opened_batch,
                });
                out.events.extend(after.into_iter().map(tell_choice));
                Ok(())
            }
        }
    }

    /// Waits for metadata, chooses the partition, checks the size.
    fn prepare(
        &mut self,
        now_ms: u64,
        sending: &Sending,
        chance: &mut dyn FnMut() -> u32,
    ) -> Result<Prepared, Blocked> {
        let record = &sending.record;
        let refuse = |error, words: String| Err(Blocked::Refused(Refusal::new(error, words)));
        if let Some(timestamp) = record.timestamp.filter(|timestamp| *timestamp < 0) {
            let words = format!(
                "Invalid timestamp: {timestamp}. Timestamp should always be non-negative or null."
            );
            return refuse(ErrorCode::UnknownServerError, words);
        }
        if self.need.topics.insert(record.topic.clone()) {
            self.need.refresh = true;
            self.need.next_ms = 0; // A new topic is asked for at once.
            self.need.attempts = 0;
        }
        if let Some(error) = self.need.refused.remove(&record.topic) {
            self.need.topics.remove(&record.topic);
            return refuse(error, format!("Invalid topics: [{}]", record.topic));
        }
        if self.lacks_metadata(sending) {
            return Err(Blocked::Metadata);
        }
        self.need.attempts = 0;
        self.need.next_ms = 0;
        let (partition, choice) = self.partitioner.choose(
            &self.config,
            (&record.topic, record.partition, record.key.as_ref()),
            &self.cluster,
            chance,
        );
        let prepared = Record {
            timestamp: record.timestamp.unwrap_or_else(|| now_ms.cast_signed()),
            key: record.key.clone(),
            value: record.value.clone(),
            headers: record.headers.clone(),
        };
        if let Err(words) = self.config.check_size(&prepared) {
            return refuse(ErrorCode::MessageTooLarge, words);
        }
        Ok(Prepared { record: prepared, partition, choice })
    }

    /// PROD-3.
    fn metadata_timeout(&self, record: &ProducerRecord) -> Refusal {
        let ms = self.config.max_block_ms;
        let topic = &record.topic;
        let words = match (self.cluster.partition_count(topic), record.partition) {
            (Some(count), Some(partition)) => format!(
                "Partition {partition} of topic {topic} with partition count {count} is not present in \
                 metadata after {ms} ms."
            ),
            _ => format!("Topic {topic} not present in metadata after {ms} ms."),
        };
        Refusal::new(ErrorCode::RequestTimedOut, words)
    }

    /// PROD-31.
    fn memory_exhausted(&self, size_bytes: u64, block_ms: u64) -> Refusal {
        let total = self.config.buffer_memory;
        let available = total - self.accumulator.pooled_bytes();
        let words = format!(
            "Failed to allocate {size_bytes} bytes within the configured max blocking time {block_ms} ms. \
             Total memory: {total} bytes. Available memory: {available} bytes. Poolable size: {} bytes",
            self.config.batch_size
        );
        Refusal::new(ErrorCode::RequestTimedOut, words)
    }
}

fn client_id(settings: &Settings, name: &str) -> Rc<str> {
    settings.text(Setting::ClientId).filter(|id| !id.is_empty()).unwrap_or_else(|| name.into())
}
