//! What a person, a scenario or a fault does to the world: imperative, by names, plain data.

use serde::{Deserialize, Serialize};

use crate::client::consumer::{ProgramLine, SeekTo};
use crate::protocol::SortedMap;
use crate::sim::scenario::{ConsumerSpec, PartitionSpec, ProducerSpec, TopicSpec};

/// A record as a person writes it: text, or null.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordSpec {
    /// The key; null is no key.
    #[serde(default)]
    pub key: Option<String>,
    /// The value; null is a tombstone.
    #[serde(default)]
    pub value: Option<String>,
    /// A partition that the producer asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<u32>,
    /// The Java class of the key, if it is not what `key.serializer` takes: an application's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_class: Option<String>,
    /// The same of the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_class: Option<String>,
}

/// Something that is done to the world from outside. Nodes are named: clients by their names, the
/// broker `broker-1`. As JSON: `{"crash": {"node": "broker-1"}}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// A producer sends records, in order.
    Send {
        /// Which producer.
        producer: String,
        /// Where to.
        topic: String,
        /// What.
        records: Vec<RecordSpec>,
    },
    /// A topic is created.
    CreateTopic(TopicSpec),
    /// A topic's setting gets a value, or its default back.
    SetTopic {
        /// Which topic.
        topic: String,
        /// Kafka's name of the setting.
        name: String,
        /// Null: the default.
        value: Option<String>,
    },
    /// A broker's setting gets a value, or its default back.
    SetBroker {
        /// Kafka's name of the setting.
        name: String,
        /// Null: the default.
        value: Option<String>,
    },
    /// A client starts anew with another setting.
    SetClient {
        /// Which client.
        client: String,
        /// Kafka's name of the setting.
        name: String,
        /// Null: the default.
        value: Option<String>,
    },
    /// Several settings of a client at once, as a pasted `.properties` text gives them.
    SetClientAll {
        /// Which client.
        client: String,
        /// By Kafka's names; what is not in it has its default.
        settings: SortedMap<String, String>,
    },
    /// A producer gets a partitioner of its own, or Kafka's again.
    SetPartitioner {
        /// Which producer.
        producer: String,
        /// The part of a JSON key that is hashed, by a JSON pointer such as `/customerId`; null: Kafka's.
        part: Option<String>,
    },
    /// A producer's own flow of records starts or stops.
    SetWorkload {
        /// Which producer.
        producer: String,
        /// Whether it runs.
        running: bool,
    },
    /// A producer is added.
    AddProducer(ProducerSpec),
    /// A consumer is added.
    AddConsumer(ConsumerSpec),
    /// A client closes: in order, with a word to the coordinator.
    Close {
        /// Which client.
        client: String,
    },
    /// A process dies without a word.
    Crash {
        /// Which node.
        node: String,
    },
    /// The machine of a broker loses its power: what was not flushed is gone.
    PowerLoss {
        /// Which broker.
        node: String,
    },
    /// A broker is stopped in order: it flushes and closes its logs.
    StopBroker {
        /// Which broker.
        node: String,
    },
    /// The records of a partition before an offset are deleted, as an admin client asks for it.
    DeleteRecords {
        /// Which topic.
        topic: String,
        /// Which of its partitions.
        partition: u32,
        /// The first offset that stays; −1: none stays.
        before_offset: i64,
    },
    /// A new process takes its place.
    Restart {
        /// Which node.
        node: String,
    },
    /// A consumer's application hangs, or goes on.
    Hang {
        /// Which consumer.
        consumer: String,
        /// Whether it hangs.
        hanging: bool,
    },
    /// A consumer's process is to die before, or after, a line of its program, when it gets there.
    CrashAt {
        /// Which consumer.
        consumer: String,
        /// Which line; null: it is not to die any more.
        line: Option<LineName>,
        /// After it, not before.
        #[serde(default)]
        after: bool,
    },
    /// A consumer's application goes on to its next line and stands in front of it.
    StepLine {
        /// Which consumer.
        consumer: String,
    },
    /// A consumer's application that stands in front of a line goes on.
    GoOn {
        /// Which consumer.
        consumer: String,
    },
    /// A consumer's application calls `seek`, `seekToBeginning` or `seekToEnd`.
    Seek {
        /// Which consumer.
        consumer: String,
        /// Of which topic.
        topic: String,
        /// Which partition.
        partition: u32,
        /// Where to.
        to: SeekName,
    },
    /// A consumer's application calls `pause` or `resume`.
    PausePartitions {
        /// Which consumer.
        consumer: String,
        /// Which partitions.
        partitions: Vec<PartitionSpec>,
        /// `pause`, not `resume`.
        paused: bool,
    },
    /// The next messages of a client's connections, either way, are lost.
    Lose {
        /// Which client.
        client: String,
        /// How many.
        count: u32,
    },
    /// The next messages of a client's connections, either way, come late.
    Delay {
        /// Which client.
        client: String,
        /// How many.
        count: u32,
        /// How late.
        by_ms: u64,
    },
    /// The next messages of a client's connections, either way, come twice.
    Duplicate {
        /// Which client.
        client: String,
        /// How many.
        count: u32,
    },
    /// A message on its way is lost. Messages are numbered in the order in which a world sends them.
    DropMessage {
        /// Which.
        message: u64,
    },
    /// A message on its way comes late, and those behind it on its connection with it.
    DelayMessage {
        /// Which.
        message: u64,
        /// How late.
        by_ms: u64,
    },
    /// A message on its way comes twice.
    DuplicateMessage {
        /// Which.
        message: u64,
    },
}

/// A line of a consumer's program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineName {
    /// `subscribe` or `assign`.
    Subscribe,
    /// `poll`.
    Poll,
    /// The work on a record.
    Process,
    /// `commitSync` or `commitAsync`.
    Commit,
    /// `close`.
    Close,
}

impl LineName {
    /// What the consumer calls it.
    #[must_use]
    pub fn line(self) -> ProgramLine {
        match self {
            Self::Subscribe => ProgramLine::Subscribe,
            Self::Poll => ProgramLine::Poll,
            Self::Process => ProgramLine::Process,
            Self::Commit => ProgramLine::Commit,
            Self::Close => ProgramLine::Close,
        }
    }

    /// What a scenario calls a line.
    #[must_use]
    pub fn of(line: ProgramLine) -> Self {
        match line {
            ProgramLine::Subscribe => Self::Subscribe,
            ProgramLine::Poll => Self::Poll,
            ProgramLine::Process => Self::Process,
            ProgramLine::Commit => Self::Commit,
            ProgramLine::Close => Self::Close,
        }
    }
}

/// Where a consumer seeks: `{"offset": 7}`, `"beginning"` or `"end"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SeekName {
    /// `seek`.
    Offset(i64),
    /// `seekToBeginning`.
    Beginning,
    /// `seekToEnd`.
    End,
}

impl SeekName {
    pub(super) fn to(self) -> SeekTo {
        match self {
            Self::Offset(offset) => SeekTo::Offset(offset),
            Self::Beginning => SeekTo::Beginning,
            Self::End => SeekTo::End,
        }
    }
}
