//! One producer process: the application's calls, what it knows, what it holds.
//!
//! Kafka: `KafkaProducer`. The application's half is in `calls.rs`, the sender's in `sender.rs`. Left out: interceptors, transactions, `metadata.max.age.ms`.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::client::producer::accumulator::Accumulator;
use crate::client::producer::batch::Batch;
use crate::client::producer::calls::{Call, Sending};
use crate::client::producer::config::ProducerConfig;
use crate::client::producer::event::ProducerEvent;
use crate::client::producer::futures::{Futures, SendFate, SendFuture, exception_of};
use crate::client::producer::metadata::ClusterView;
use crate::client::producer::partitioner::{Exception, Partitioner};
use crate::client::producer::sequences::{ProducerIdAndEpoch, Sequences};
use crate::protocol::config::{ConfigError, Setting, Settings};
use crate::protocol::record::Header;
use crate::protocol::request::{ApiKey, Response};
use crate::protocol::{
    Bytes, Connection, ErrorCode, NodeId, Outputs, Refusal, SortedMap, SortedSet, Topic,
    TopicPartition,
};

/// What the application hands to `send`: objects as texts, which the serializers make bytes of (PROD-4).
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
    /// The Java classes of key and value, if the application says them; see [`Serializer`].
    ///
    /// [`Serializer`]: crate::client::producer::Serializer
    pub classes: [Option<Rc<str>>; 2],
    /// In order.
    pub headers: Vec<Header>,
}

/// A request that awaits its answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InFlight {
    /// Its number.
    pub correlation_id: u64,
    /// Produce, Metadata or InitProducerId.
    pub api_key: ApiKey,
    /// To whom.
    pub to: NodeId,
    /// When it was sent.
    pub sent_ms: u64,
    /// What a Produce request carries.
    pub batches: Vec<(TopicPartition, Batch)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Life {
    Running,
    Crashed,
    Closed,
}

/// Which metadata is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct MetadataNeed {
    /// Every topic that was ever sent to.
    pub(super) topics: SortedSet<Topic>,
    /// Ask for all of them again.
    pub(super) refresh_all: bool,
    /// Ask at all, even if nobody waits.
    pub(super) refresh: bool,
    /// Not before.
    pub(super) next_ms: u64,
    /// Answers in a row that did not help.
    pub(super) attempts: u32,
    /// Topics that the broker refused for good.
    pub(super) refused: SortedMap<Topic, ErrorCode>,
}

/// A producer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Producer {
    name: Rc<str>,
    pub(super) broker: NodeId,
    settings: Settings,
    pub(super) config: ProducerConfig,
    pub(super) life: Life,
    /// Time as it was last told.
    pub(super) now_ms: u64,
    pub(super) calls: VecDeque<Call>,
    pub(super) partitioner: Partitioner,
    /// The part of the key that the application's own partitioner hashes, by a JSON pointer.
    pub(super) partition_by: Option<Rc<str>>,
    pub(super) accumulator: Accumulator,
    pub(super) cluster: ClusterView,
    pub(super) need: MetadataNeed,
    pub(super) in_flight: VecDeque<InFlight>,
    /// The connection is down until then.
    pub(super) reconnect_ms: u64,
    /// `None`: the producer is not idempotent (PROD-36).
    pub(super) sequences: Option<Sequences>,
    /// A producer id is not asked for before.
    pub(super) init_ms: u64,
    pub(super) connection_failures: u32,
    pub(super) next_correlation_id: u64,
    next_number: u64,
    pub(super) acknowledged: u64,
    pub(super) failed: u64,
    lost: u64,
    pub(super) futures: Futures,
}

impl Producer {
    /// Builds a producer and asks `broker` for metadata. `name`: its `client.id` unless the settings say another.
    ///
    /// # Errors
    /// [`ConfigError`] with Kafka's sentence for settings that contradict each other.
    pub fn new(
        now_ms: u64,
        name: &str,
        broker: NodeId,
        settings: Settings,
        out: &mut Outputs<ProducerEvent>,
    ) -> Result<Self, ConfigError> {
        settings.check_together()?;
        let mut producer = Self {
            name: name.into(),
            broker,
            config: ProducerConfig::read(&settings),
            settings,
            life: Life::Running,
            now_ms,
            calls: VecDeque::new(),
            partitioner: Partitioner::default(),
            partition_by: None,
            accumulator: Accumulator::default(),
            cluster: ClusterView::default(),
            need: MetadataNeed::default(),
            in_flight: VecDeque::new(),
            reconnect_ms: 0,
            sequences: None,
            init_ms: 0,
            connection_failures: 0,
            next_correlation_id: 0,
            next_number: 0,
            acknowledged: 0,
            failed: 0,
            lost: 0,
            futures: Futures::default(),
        };
        producer.begin(now_ms, out);
        Ok(producer)
    }

    /// A process begins: nothing known, nothing held.
    pub(super) fn begin(&mut self, now_ms: u64, out: &mut Outputs<ProducerEvent>) {
        self.config = ProducerConfig::read(&self.settings);
        self.life = Life::Running;
        self.partitioner = Partitioner::default();
        self.accumulator = Accumulator::default();
        self.cluster = ClusterView::default();
        self.need = MetadataNeed { refresh: true, ..MetadataNeed::default() };
        self.in_flight.clear();
        self.reconnect_ms = 0;
        self.connection_failures = 0;
        self.sequences = self.config.idempotent.then(|| Sequences::new(self.config.book));
        self.init_ms = 0;
        if let Some(line) = self.settings.unused() {
            out.tell(ProducerEvent::UnusedSettings(line));
        }
        for line in self.settings.idempotence_off() {
            out.tell(ProducerEvent::IdempotenceDisabled(line));
        }
        self.request_metadata(now_ms, out);
        self.request_producer_id(now_ms, out);
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
            let refusal = Refusal::new(ErrorCode::UnknownServerError, words);
            self.fail_send(number, record, refusal, Some("java.lang.IllegalStateException"), out);
            return number;
        }
        let behind = self.waits_for_memory();
        if !self.calls.is_empty() {
            out.tell(ProducerEvent::SendBlocked { number, for_memory: behind });
        }
        let told = (!self.calls.is_empty()).then_some(behind);
        self.calls.push_back(Call::Send(Sending::new(number, record, told)));
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
        self.futures.lose();
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
        settings.check_together()?;
        self.now_ms = now_ms;
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

    /// Gives it a partitioner of its own: the part of a JSON key that `pointer` finds is hashed as a key would
    /// be. `None`: Kafka's again. The process is flushed and a new one begins, as with new settings.
    ///
    /// Kafka: the book's `PurchaseKeyPartitioner`.
    pub fn set_partitioner(
        &mut self,
        now_ms: u64,
        pointer: Option<&str>,
        out: &mut Outputs<ProducerEvent>,
    ) {
        let pointer = pointer.map(Rc::from);
        if self.partition_by != pointer {
            self.partition_by = pointer;
            self.set_settings(now_ms, self.settings.clone(), out).ok();
        }
    }

    /// What [`Producer::set_partitioner`] sets, before anything was sent.
    pub fn begin_partitioned(&mut self, pointer: Option<&str>) {
        self.partition_by = pointer.map(Rc::from);
    }

    /// The part of the key that its own partitioner hashes, if it has one.
    #[must_use]
    pub fn partition_by(&self) -> Option<&str> {
        self.partition_by.as_deref().or(self.config.own_part)
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
    pub fn client_id(&self) -> Rc<str> {
        let set = self.settings.text(Setting::ClientId);
        set.filter(|id| !id.is_empty()).unwrap_or_else(|| Rc::clone(&self.name))
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

    /// The futures that `send` returned last, and what became of them, oldest first.
    pub fn futures(&self) -> impl DoubleEndedIterator<Item = &SendFuture> {
        self.futures.iter()
    }

    /// Whether it is idempotent (PROD-36).
    #[must_use]
    pub fn is_idempotent(&self) -> bool {
        self.sequences.is_some()
    }

    /// Its producer id and epoch, once the broker has given them (PROD-32).
    #[must_use]
    pub fn producer_id(&self) -> Option<ProducerIdAndEpoch> {
        self.sequences.as_ref()?.id()
    }

    /// The sequence number of a partition's next batch, and the last one acknowledged.
    #[must_use]
    pub fn next_sequence(&self, partition: &TopicPartition) -> Option<(i32, Option<i32>)> {
        self.sequences.as_ref()?.of(partition)
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

    pub(super) fn is_flushed(&self) -> bool {
        self.queues().next().is_none() && self.in_flight.iter().all(|r| r.batches.is_empty())
    }

    pub(super) fn fail_send(
        &mut self,
        number: u64,
        record: ProducerRecord,
        refusal: Refusal,
        thrown: Option<Exception>,
        out: &mut Outputs<ProducerEvent>,
    ) {
        self.failed += 1;
        let ProducerRecord { topic, key, value, timestamp, .. } = record;
        self.futures.push(SendFuture {
            number,
            topic: topic.clone(),
            partition: None,
            key: key.clone(),
            value: value.clone(),
            timestamp: timestamp.unwrap_or(self.now_ms.cast_signed()),
            fate: SendFate::Failed {
                exception: thrown.unwrap_or_else(|| exception_of(refusal.error)),
                message: refusal.message.clone(),
                thrown: thrown.is_some(),
            },
        });
        out.tell(ProducerEvent::SendFailed { number, topic, key, value, refusal, thrown });
    }
}
