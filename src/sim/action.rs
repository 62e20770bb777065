//! What a person, a scenario or a fault does to the world: imperative, by names, plain data.

use serde::{Deserialize, Serialize};

use crate::protocol::SortedMap;
use crate::sim::scenario::{ConsumerSpec, ProducerSpec, TopicSpec};

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
}
