//! A world to start from, as data: what a scenario file holds.

use serde::{Deserialize, Serialize};

use crate::client::consumer::{CommitCall, CommitEach, CommitStyle, ConsumerApp};
use crate::protocol::config::Profile;
use crate::protocol::{SortedMap, Topic, TopicPartition};
use crate::sim::action::Action;

/// 2025-01-01T00:00:00Z.
pub const NEW_YEAR_2025_MS: u64 = 1_735_689_600_000;

type SettingsText = SortedMap<String, String>;

/// Where a world starts. Unknown fields are refused.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// `4.x` or `book`.
    #[serde(default)]
    pub profile: ProfileName,
    /// The model's clock at the start, in milliseconds since 1970.
    #[serde(default = "new_year")]
    pub start_ms: u64,
    /// How many model milliseconds pass in a second of wall time at 1×.
    #[serde(default = "real_time")]
    pub model_ms_per_wall_s: u64,
    /// One broker, for now.
    #[serde(default = "one_broker")]
    pub brokers: Vec<BrokerSpec>,
    /// Topics that are there from the start.
    #[serde(default)]
    pub topics: Vec<TopicSpec>,
    /// Producers that are there from the start.
    #[serde(default)]
    pub producers: Vec<ProducerSpec>,
    /// Consumers that are there from the start.
    #[serde(default)]
    pub consumers: Vec<ConsumerSpec>,
    /// How long things take.
    #[serde(default)]
    pub latencies: Latencies,
    /// What happens to the world at which time.
    #[serde(default)]
    pub actions: Vec<TimedAction>,
    /// Its clients are programs that print: each record that they read, each exception that they get.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub console: bool,
}

/// The profile as scenarios write it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ProfileName {
    /// Apache Kafka 4.3.1.
    #[default]
    #[serde(rename = "4.x")]
    V4,
    /// As *Kafka Streams in Action* teaches it.
    #[serde(rename = "book")]
    Book,
}

impl From<ProfileName> for Profile {
    fn from(name: ProfileName) -> Self {
        match name {
            ProfileName::V4 => Self::V4,
            ProfileName::Book => Self::Book,
        }
    }
}

/// A broker.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrokerSpec {
    /// `node.id`.
    pub id: u32,
    /// Settings by Kafka's names.
    #[serde(default)]
    pub settings: SettingsText,
}

/// A topic. −1 is the broker's default.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicSpec {
    /// Its name.
    pub name: String,
    /// How many partitions.
    #[serde(default = "unset")]
    pub partitions: i32,
    /// How many replicas each.
    #[serde(default = "unset")]
    pub replication_factor: i32,
    /// Settings by Kafka's names.
    #[serde(default)]
    pub settings: SettingsText,
}

/// A producer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProducerSpec {
    /// Its name, unlike any other client's.
    pub name: String,
    /// Settings by Kafka's names.
    #[serde(default)]
    pub settings: SettingsText,
    /// What it sends on its own.
    #[serde(default)]
    pub workload: Option<Workload>,
    /// A partitioner of its own: the part of a JSON key that it hashes, by a JSON pointer such as
    /// `/customerId`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_by: Option<String>,
}

/// A producer's own flow of records.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workload {
    /// Where to.
    pub topic: String,
    /// How long between two sends.
    pub every_ms: u64,
    /// Up to how much longer, drawn each time.
    #[serde(default)]
    pub jitter_ms: u64,
    /// When the first is sent, counted from the start.
    #[serde(default)]
    pub first_ms: u64,
    /// How many in all; null is no end.
    #[serde(default)]
    pub count: Option<u64>,
    /// How many are sent in one go.
    #[serde(default = "one")]
    pub burst: u32,
    /// The keys it draws from; null is no key.
    pub keys: Vec<Option<String>>,
    /// What the values are.
    #[serde(default)]
    pub values: Values,
    /// How many of a hundred records are tombstones.
    #[serde(default)]
    pub tombstone_percent: u64,
}

/// What a workload's values are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Values {
    /// A purchase: item, price, zip code, masked card, as JSON.
    #[default]
    Purchases,
    /// What a shop knows of a customer, as JSON.
    Customers,
    /// Text of this many bytes.
    Bytes(u32),
}

/// A consumer and its application.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsumerSpec {
    /// Its name, unlike any other client's.
    pub name: String,
    /// What it subscribes to.
    #[serde(default)]
    pub topics: Vec<String>,
    /// What it assigns to itself instead: `assign(partitions)`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assign: Vec<PartitionSpec>,
    /// Settings by Kafka's names; `group.id` among them.
    #[serde(default)]
    pub settings: SettingsText,
    /// How long the application works on a record.
    #[serde(default)]
    pub process_ms: u64,
    /// The argument of `poll`.
    #[serde(default = "poll_timeout")]
    pub poll_timeout_ms: u64,
    /// The application calls `commitSync()` when it has processed what a poll returned: short for the
    /// commonest of `commit`.
    #[serde(default)]
    pub commit_sync: bool,
    /// How the application commits by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<CommitSpec>,
}

/// A partition: `{"topic": "t", "partition": 0}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartitionSpec {
    /// The topic's name.
    pub topic: String,
    /// Its number, from 0.
    pub partition: u32,
}

impl PartitionSpec {
    pub(super) fn partition(&self) -> TopicPartition {
        TopicPartition::new(self.topic.as_str(), self.partition)
    }
}

/// How an application commits by itself, such as `{"call": "async", "each": "record", "offsets": true}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitSpec {
    /// `commitSync` or `commitAsync`.
    pub call: CommitCallName,
    /// How often.
    #[serde(default)]
    pub each: CommitEachName,
    /// With a map of the offsets at hand; without one all positions are committed.
    #[serde(default)]
    pub offsets: bool,
    /// Before the records are processed: at most once.
    #[serde(default)]
    pub before: bool,
}

/// Which commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommitCallName {
    /// `commitSync`: blocks and tries again.
    Sync,
    /// `commitAsync`: returns at once.
    Async,
}

/// How often an application commits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommitEachName {
    /// Once for each poll that returned records.
    #[default]
    Poll,
    /// Once for each partition of a poll.
    Partition,
    /// Once for each record.
    Record,
}

impl CommitSpec {
    /// What a consumer runs.
    #[must_use]
    pub fn style(self) -> CommitStyle {
        CommitStyle {
            call: match self.call {
                CommitCallName::Sync => CommitCall::Sync,
                CommitCallName::Async => CommitCall::Async,
            },
            each: match self.each {
                CommitEachName::Poll => CommitEach::Poll,
                CommitEachName::Partition => CommitEach::Partition,
                CommitEachName::Record => CommitEach::Record,
            },
            offsets: self.offsets,
            before: self.before,
        }
    }

    /// The same as data.
    #[must_use]
    pub fn of(style: CommitStyle) -> Self {
        Self {
            call: match style.call {
                CommitCall::Sync => CommitCallName::Sync,
                CommitCall::Async => CommitCallName::Async,
            },
            each: match style.each {
                CommitEach::Poll => CommitEachName::Poll,
                CommitEach::Partition => CommitEachName::Partition,
                CommitEach::Record => CommitEachName::Record,
            },
            offsets: style.offsets,
            before: style.before,
        }
    }
}

impl ConsumerSpec {
    /// The program that it describes.
    #[must_use]
    pub fn app(&self) -> ConsumerApp {
        let each_poll = CommitSpec {
            call: CommitCallName::Sync,
            each: CommitEachName::Poll,
            offsets: false,
            before: false,
        };
        let commit = self.commit.or(self.commit_sync.then_some(each_poll));
        ConsumerApp {
            topics: self.topics.iter().map(|topic| Topic::from(topic.as_str())).collect(),
            assign: self.assign.iter().map(PartitionSpec::partition).collect(),
            process_ms: self.process_ms,
            poll_timeout_ms: self.poll_timeout_ms,
            commit: commit.map(CommitSpec::style),
        }
    }
}

/// How long things take, in model milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Latencies {
    /// A message's way.
    pub network_ms: u64,
    /// Up to how much longer, drawn for each message.
    pub network_jitter_ms: u64,
    /// What a broker needs to append and answer.
    pub append_ms: u64,
    /// What each phase of a cleaning takes at least.
    pub clean_phase_ms: u64,
    /// What the cleaner needs for a MiB.
    pub clean_ms_per_mib: u64,
}

impl Default for Latencies {
    fn default() -> Self {
        Self {
            network_ms: 2,
            network_jitter_ms: 1,
            append_ms: 1,
            clean_phase_ms: 5,
            clean_ms_per_mib: 20,
        }
    }
}

/// An action and when it happens, counted from the start: `{"at_ms": 500, "do": {"crash": {"node": "broker-1"}}}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimedAction {
    /// Milliseconds after the start.
    pub at_ms: u64,
    /// What happens.
    #[serde(rename = "do")]
    pub action: Action,
}

fn new_year() -> u64 {
    NEW_YEAR_2025_MS
}
fn real_time() -> u64 {
    1000
}
pub(super) fn one_broker() -> Vec<BrokerSpec> {
    vec![BrokerSpec { id: 1, settings: SortedMap::new() }]
}
fn unset() -> i32 {
    -1
}
fn one() -> u32 {
    1
}
fn poll_timeout() -> u64 {
    100
}
