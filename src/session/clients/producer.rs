//! A producer from inside: the stations of its pipeline, from `send` to the callback (PROD-1).
//!
//! All of it is the state of the producer, of the messages on their way, and, at one station, of the logs.

use crate::client::producer::{
    Batch, BatchRecord, InFlight, PartitionChoice, Producer, ProducerIdAndEpoch, SendFate,
    SendFuture, Serializer,
};
use crate::protocol::config::{Profile, ROUND_ROBIN_PARTITIONER, Setting};
use crate::protocol::request::Body;
use crate::protocol::{Bytes, ClientId, MessageId, NodeId, Offset, Subject, Topic, TopicPartition};
use crate::session::inspect::{SettingsOwner, SettingsView, settings_view};
use crate::sim::{Client, World};
use crate::words::{Line, Words, clock, code, key_text, size, span_of_ms};

/// So many records of a batch are drawn; the others are counted.
const MOST_TILES: usize = 12;
/// So many requests are drawn as slots.
const MOST_SLOTS: u64 = 8;
/// So many futures are listed.
const MOST_FUTURES: usize = 10;

/// A record as a tile in its key's colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordTile {
    /// Whose colour.
    pub key: Option<Bytes>,
    /// A letter.
    pub label: String,
    /// The key, for a reader.
    pub title: String,
    /// What it leads to.
    pub opens: Subject,
}

/// A batch with its records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchRow {
    /// Its partition.
    pub partition: TopicPartition,
    /// Its records, the first of them.
    pub tiles: Vec<RecordTile>,
    /// How many more.
    pub more: u64,
    /// How full, of a thousand.
    pub fill: u16,
    /// The same in bytes.
    pub size: Line,
    /// When it leaves.
    pub leaves: Line,
    /// How much of its waiting is over, of a thousand.
    pub waited: u16,
    /// It failed before.
    pub retried: bool,
    /// Its sequence number.
    pub sequence: Option<Line>,
}

/// Where a request, or its answer, is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Going to the broker.
    Request,
    /// At the broker.
    Broker,
    /// Coming back.
    Response,
    /// Lost.
    Lost,
}

/// A request without an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRow {
    /// What it is.
    pub title: Line,
    /// Since when.
    pub age: Line,
    /// Where it is.
    pub way: Way,
    /// The same in words.
    pub state: Line,
    /// How far on that way, of a thousand.
    pub progress: u16,
    /// The message that can be dropped, held up or doubled.
    pub message: Option<MessageId>,
    /// What it carries.
    pub batches: Vec<BatchRow>,
}

/// What became of a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FutureState {
    /// Nobody knows.
    Open,
    /// Metadata.
    Done,
    /// An exception.
    Failed,
    /// Gone with its process.
    Lost,
}

/// A future.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FutureRow {
    /// The record.
    pub tile: RecordTile,
    /// Which send.
    pub number: u64,
    /// What became of it.
    pub state: FutureState,
    /// The same in words.
    pub line: Line,
    /// Kafka's words, of an exception.
    pub message: Option<String>,
}

/// A producer from inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProducerView {
    /// Its name.
    pub name: String,
    /// Whether it runs.
    pub running: bool,
    /// Station 1: serializers, calls.
    pub send: Vec<Line>,
    /// Records inside `send`.
    pub blocked: Vec<RecordTile>,
    /// Station 2: which, and its last choice.
    pub partitioner: Vec<Line>,
    /// The part of the key that its own partitioner hashes.
    pub part: Option<String>,
    /// Station 3: memory, and how much of it, of a thousand.
    pub memory: (Line, u16),
    /// Batches that wait, each partition's in order.
    pub queues: Vec<BatchRow>,
    /// Station 4.
    pub sender: Vec<Line>,
    /// Station 5: how many requests, and how many could be.
    pub slots: Line,
    /// Slots that are free, as far as they are drawn.
    pub free: u64,
    /// Requests, oldest first.
    pub requests: Vec<RequestRow>,
    /// Station 6: what the logs have.
    pub logs: Vec<(Line, Subject)>,
    /// Station 7: how many ended how.
    pub counts: Line,
    /// The last futures, newest first.
    pub futures: Vec<FutureRow>,
    /// Topics to send to; the first is the one it sends to itself.
    pub topics: Vec<String>,
    /// Its settings.
    pub settings: Option<SettingsView>,
}

fn tile(id: ClientId, number: u64, key: Option<&Bytes>) -> RecordTile {
    let text = key.map_or_else(|| "null".to_owned(), |key| key_text(key));
    let label = match key {
        None => "·".to_owned(),
        Some(_) => text.chars().next().map(String::from).unwrap_or_default(),
    };
    RecordTile { key: key.cloned(), label, title: text, opens: Subject::Unsent(id, number) }
}

fn tiles(id: ClientId, records: &[BatchRecord]) -> (Vec<RecordTile>, u64) {
    let shown = records.iter().take(MOST_TILES);
    let tiles = shown.map(|record| tile(id, record.number, record.key.as_ref())).collect();
    (tiles, records.len().saturating_sub(MOST_TILES) as u64)
}

/// A part of a whole, of a thousand.
fn thousandths(part: u64, whole: u64) -> u16 {
    (part.min(whole) * 1000 / whole.max(1)) as u16
}

/// What a view is made of.
struct Maker<'a> {
    world: &'a World,
    words: &'a dyn Words,
    id: ClientId,
    producer: &'a Producer,
}

impl Maker<'_> {
    fn batch(&self, partition: &TopicPartition, batch: &Batch) -> BatchRow {
        let words = self.words;
        let now_ms = self.world.now_ms();
        let settings = self.producer.settings();
        let (tiles, more) = tiles(self.id, &batch.records);
        let limit = settings.unsigned(Setting::BatchSize).max(1);
        let linger_ms = settings.unsigned(Setting::LingerMs);
        let wait_ms = if batch.attempts > 0 { batch.backoff_ms } else { linger_ms };
        let due_ms = batch.last_attempt_ms.saturating_add(wait_ms);
        let left = span_of_ms(due_ms.saturating_sub(now_ms));
        let leaves = match (due_ms > now_ms, batch.attempts) {
            (true, 0) => words.pipe_lingers(left),
            (true, attempts) => words.pipe_backs_off(attempts, left),
            (false, _) => words.pipe_leaves_now(),
        };
        BatchRow {
            partition: partition.clone(),
            tiles,
            more,
            fill: thousandths(u64::from(batch.size_bytes), limit),
            size: words.pipe_batch_size(size(batch.size_bytes), size(limit)),
            leaves,
            waited: thousandths(now_ms.saturating_sub(batch.last_attempt_ms), wait_ms),
            retried: batch.attempts > 0,
            sequence: batch.sequence.map(|s| words.pipe_sequence(s.base_sequence)),
        }
    }

    fn request(&self, request: &InFlight) -> RequestRow {
        let words = self.words;
        let now_ms = self.world.now_ms();
        let node = NodeId::Client(self.id);
        let message = self.world.messages().find(|message| {
            (message.from == node || message.to == node)
                && message.correlation_id == request.correlation_id
                && !message.copy
        });
        let way = match message {
            None => Way::Broker,
            Some(message) if message.lost => Way::Lost,
            Some(message) if now_ms < message.sent_ms => Way::Broker,
            Some(message) if matches!(*message.body, Body::Request(_)) => Way::Request,
            Some(_) => Way::Response,
        };
        let state = match way {
            Way::Request => words.pipe_request_way(),
            Way::Broker => words.pipe_at_broker(),
            Way::Response => words.pipe_response_way(),
            Way::Lost => words.pipe_message_lost(),
        };
        let progress = message.map_or(0, |message| {
            let gone_ms = now_ms.saturating_sub(message.sent_ms);
            thousandths(gone_ms, message.due_ms - message.sent_ms)
        });
        RequestRow {
            title: words.pipe_request(request.api_key.name(), request.correlation_id),
            age: Line(vec![span_of_ms(now_ms.saturating_sub(request.sent_ms))]),
            way,
            state,
            progress,
            message: message.filter(|message| !message.lost).map(|message| message.id),
            batches: request.batches.iter().map(|(p, batch)| self.batch(p, batch)).collect(),
        }
    }

    fn future(&self, future: &SendFuture) -> FutureRow {
        let words = self.words;
        let partition = future.partition.map_or(0, |(partition, _)| partition);
        let mut tile = tile(self.id, future.number, future.key.as_ref());
        let (state, line, message) = match &future.fate {
            SendFate::Open => (FutureState::Open, words.pipe_open(), None),
            SendFate::Done { offset: Some(offset), timestamp } => {
                let at = TopicPartition::new(&future.topic, partition);
                tile.opens = Subject::Record(at, *offset);
                let elapsed_ms = timestamp.saturating_sub(self.world.start_ms().cast_signed());
                let at = code(clock(elapsed_ms));
                (FutureState::Done, words.pipe_done(partition, *offset, at), None)
            }
            SendFate::Done { offset: None, .. } => {
                (FutureState::Done, words.pipe_done_unknown(partition), None)
            }
            SendFate::Failed { exception, message, thrown } => {
                let simple = exception.rsplit('.').next().unwrap_or(exception);
                let line =
                    if *thrown { words.pipe_thrown(simple) } else { words.pipe_failed(simple) };
                (FutureState::Failed, line, Some(message.clone()))
            }
            SendFate::Lost => (FutureState::Lost, words.pipe_lost(), None),
        };
        FutureRow { tile, number: future.number, state, line, message }
    }

    fn send(&self) -> Vec<Line> {
        let words = self.words;
        let settings = self.producer.settings();
        let mut lines: Vec<Line> = ["key", "value"]
            .map(|part| {
                let class = settings.other(&format!("{part}.serializer"));
                let class =
                    class.map_or_else(|| Serializer::String.class(), |class| class.to_owned());
                words.pipe_serializer(part, class.rsplit('.').next().unwrap_or(&class))
            })
            .into();
        lines.push(words.pipe_sent(self.producer.sent_count()));
        let blocked = self.producer.blocked().count() as u64;
        if blocked > 0 {
            lines.push(words.pipe_blocked(blocked));
        }
        lines
    }

    fn partitioner(&self) -> Vec<Line> {
        let words = self.words;
        let settings = self.producer.settings();
        let round_robin =
            settings.text(Setting::PartitionerClass).as_deref() == Some(ROUND_ROBIN_PARTITIONER);
        let which = match (self.producer.partition_by(), round_robin, settings.profile()) {
            (Some(part), ..) => words.pipe_own(part),
            (None, true, _) => words.pipe_round_robin(),
            (None, false, Profile::Book) => words.pipe_default(),
            (None, false, Profile::V4) => words.pipe_built_in(),
        };
        let last = self.producer.futures().rev().find_map(|future| future.partition);
        let chose = match last {
            None => words.pipe_chose_nothing(),
            Some((partition, choice)) => match choice {
                PartitionChoice::Keyed(hash) | PartitionChoice::Own(hash) => {
                    words.pipe_chose_hash(hash.hash, hash.partitions, partition)
                }
                PartitionChoice::Sticky => words.pipe_chose_sticky(partition),
                PartitionChoice::RoundRobin { counter } => {
                    words.pipe_chose_round(counter, partition)
                }
                PartitionChoice::Explicit => words.pipe_chose_explicit(partition),
            },
        };
        vec![which, chose]
    }

    fn sender(&self) -> Vec<Line> {
        let words = self.words;
        let settings = self.producer.settings();
        let id = match (self.producer.producer_id(), self.producer.is_idempotent()) {
            (Some(ProducerIdAndEpoch { producer_id, epoch }), _) => {
                words.pipe_id(producer_id, epoch.into())
            }
            (None, true) => words.pipe_id_awaited(),
            (None, false) => words.pipe_not_idempotent(),
        };
        let acks = settings.text(Setting::Acks).unwrap_or_else(|| "all".into());
        vec![id, words.pipe_acks(&acks), words.pipe_retries(settings.unsigned(Setting::Retries))]
    }

    fn logs(&self) -> Vec<(Line, Subject)> {
        let words = self.words;
        let mut partitions: Vec<TopicPartition> = Vec::new();
        for future in self.producer.futures() {
            let Some((partition, _)) = future.partition else { continue };
            let partition = TopicPartition::new(&future.topic, partition);
            if !partitions.contains(&partition) {
                partitions.push(partition);
            }
        }
        partitions.sort_unstable();
        let id = self.producer.producer_id().map(|id| id.producer_id);
        let rows = partitions.into_iter().filter_map(|partition| {
            let log = self.world.broker().logs().get(&partition)?;
            let end: Offset = log.log_end_offset();
            let name = partition.to_string();
            let known =
                id.and_then(|id| log.producers().get(id)).map(|state| state.last_sequence());
            let line = match known {
                Some(sequence) => words.pipe_log_sequence(&name, end, sequence),
                None => words.pipe_log_end(&name, end),
            };
            Some((line, Subject::Partition(partition)))
        });
        rows.collect()
    }
}

/// The view of a producer.
pub(super) fn view(
    world: &World,
    client: &Client,
    producer: &Producer,
    words: &dyn Words,
) -> ProducerView {
    let maker = Maker { world, words, id: client.id, producer };
    let settings = producer.settings();
    let limit = settings.unsigned(Setting::BufferMemory);
    let used = producer.used_memory_bytes();
    let most = settings.unsigned(Setting::MaxInFlightRequests);
    let requests: Vec<RequestRow> = producer.in_flight().map(|r| maker.request(r)).collect();
    let in_use = requests.len() as u64;
    let own = client.flow().map(|flow| flow.workload.topic.clone());
    let others = world.broker().topics().map(|(topic, _)| topic);
    let others = others.filter(|topic| !topic.is_internal()).map(Topic::to_string);
    let others: Vec<String> = others.filter(|topic| own.as_ref() != Some(topic)).collect();
    let owner = SettingsOwner::Client(client.name.to_string());
    ProducerView {
        name: client.name.to_string(),
        running: producer.is_running(),
        send: maker.send(),
        blocked: producer
            .blocked()
            .take(MOST_TILES)
            .map(|(number, record)| tile(client.id, number, record.key.as_ref()))
            .collect(),
        partitioner: maker.partitioner(),
        part: producer.partition_by().map(str::to_owned),
        memory: (words.pipe_memory(size(used), size(limit)), thousandths(used, limit)),
        queues: producer.queues().map(|(p, batch)| maker.batch(p, batch)).collect(),
        sender: maker.sender(),
        slots: words.pipe_slots(in_use, most),
        free: most.min(MOST_SLOTS).saturating_sub(in_use),
        requests,
        logs: maker.logs(),
        counts: words.pipe_counts(
            producer.acknowledged_count(),
            producer.failed_count(),
            producer.lost_count(),
        ),
        futures: producer.futures().rev().take(MOST_FUTURES).map(|f| maker.future(f)).collect(),
        topics: own.into_iter().chain(others).collect(),
        settings: (!producer.is_closed()).then(|| settings_view(owner, settings, None, words)),
    }
}
