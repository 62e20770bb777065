//! Every setting: Kafka's name, type, default in both profiles, range; and reading a value with Kafka's words.
//!
//! Kafka: `ConfigDef`, `LogConfig`, `ProducerConfig`, `ConsumerConfig`, and the broker's
//! `ServerLogConfigs`, `CleanerConfig`, `GroupCoordinatorConfig`. One sentence about each is in `words`.

use std::fmt;
use std::rc::Rc;

pub use crate::protocol::client_config::parse_duration_ms;
use crate::protocol::client_config::{self, Built, Given, Thrown, classes};
use crate::protocol::java::Double;
use crate::protocol::{SortedMap, idle_settings};

/// Which Kafka a world follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    /// Apache Kafka 4.3.1.
    #[default]
    V4,
    /// Kafka 0.10 to 1.0, as *Kafka Streams in Action* teaches it.
    Book,
}

impl Profile {
    /// As scenarios write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::V4 => "4.x",
            Self::Book => "book",
        }
    }
}

/// Whose setting it is. The same name can be a setting of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// A topic's.
    Topic,
    /// A producer's.
    Producer,
    /// A consumer's.
    Consumer,
    /// A broker's.
    Broker,
}

/// A setting's type and the values that Kafka's validator lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`, in any case.
    Boolean,
    /// 32 bits, at least.
    Int(Option<i64>),
    /// 64 bits, at least.
    Long(Option<i64>),
    /// At least and at most.
    Ratio(i64, i64),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Any of these words, separated by commas, none twice.
    List(&'static [&'static str]),
    /// Any text.
    Text,
    /// One class by its full name; or a list of them.
    Classes(&'static [&'static str], Several),
    /// `auto.offset.reset`, which has a validator of its own (CONS-15).
    OffsetReset,
}

/// Whether a setting takes one class or a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Several {
    /// One.
    One,
    /// A list.
    List,
}

macro_rules! setting_names {
    ($($variant:ident = $name:literal,)*) => {
        /// A setting, whoever's it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Setting { $(#[doc = concat!("`", $name, "`")] $variant,)* }

        impl Setting {
            /// Every setting that the core knows.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Kafka's name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

setting_names! {
    CleanupPolicy = "cleanup.policy",
    SegmentBytes = "segment.bytes",
    InternalSegmentBytes = "internal.segment.bytes",
    SegmentMs = "segment.ms",
    SegmentJitterMs = "segment.jitter.ms",
    SegmentIndexBytes = "segment.index.bytes",
    IndexIntervalBytes = "index.interval.bytes",
    RetentionMs = "retention.ms",
    RetentionBytes = "retention.bytes",
    FileDeleteDelayMs = "file.delete.delay.ms",
    FlushMessages = "flush.messages",
    FlushMs = "flush.ms",
    MinCleanableDirtyRatio = "min.cleanable.dirty.ratio",
    DeleteRetentionMs = "delete.retention.ms",
    MinCompactionLagMs = "min.compaction.lag.ms",
    MaxCompactionLagMs = "max.compaction.lag.ms",
    MaxMessageBytes = "max.message.bytes",
    MessageTimestampType = "message.timestamp.type",
    MessageTimestampBeforeMaxMs = "message.timestamp.before.max.ms",
    MessageTimestampAfterMaxMs = "message.timestamp.after.max.ms",
    CompressionType = "compression.type",
    MinInsyncReplicas = "min.insync.replicas",

    Acks = "acks",
    LingerMs = "linger.ms",
    BatchSize = "batch.size",
    BufferMemory = "buffer.memory",
    MaxBlockMs = "max.block.ms",
    MaxRequestSize = "max.request.size",
    MaxInFlightRequests = "max.in.flight.requests.per.connection",
    Retries = "retries",
    DeliveryTimeoutMs = "delivery.timeout.ms",
    EnableIdempotence = "enable.idempotence",
    PartitionerClass = "partitioner.class",
    PartitionerIgnoreKeys = "partitioner.ignore.keys",
    PartitionerAdaptivePartitioningEnable = "partitioner.adaptive.partitioning.enable",
    PartitionerAvailabilityTimeoutMs = "partitioner.availability.timeout.ms",

    GroupId = "group.id",
    GroupInstanceId = "group.instance.id",
    GroupProtocol = "group.protocol",
    GroupRemoteAssignor = "group.remote.assignor",
    EnableAutoCommit = "enable.auto.commit",
    AutoCommitIntervalMs = "auto.commit.interval.ms",
    AutoOffsetReset = "auto.offset.reset",
    MaxPollRecords = "max.poll.records",
    MaxPollIntervalMs = "max.poll.interval.ms",
    SessionTimeoutMs = "session.timeout.ms",
    HeartbeatIntervalMs = "heartbeat.interval.ms",
    FetchMinBytes = "fetch.min.bytes",
    FetchMaxWaitMs = "fetch.max.wait.ms",
    FetchMaxBytes = "fetch.max.bytes",
    MaxPartitionFetchBytes = "max.partition.fetch.bytes",
    PartitionAssignmentStrategy = "partition.assignment.strategy",
    IsolationLevel = "isolation.level",

    DefaultApiTimeoutMs = "default.api.timeout.ms",

    ClientId = "client.id",
    RequestTimeoutMs = "request.timeout.ms",
    RetryBackoffMs = "retry.backoff.ms",
    RetryBackoffMaxMs = "retry.backoff.max.ms",

    NumPartitions = "num.partitions",
    DefaultReplicationFactor = "default.replication.factor",
    AutoCreateTopicsEnable = "auto.create.topics.enable",
    LogCleanupPolicy = "log.cleanup.policy",
    LogSegmentBytes = "log.segment.bytes",
    LogRollMs = "log.roll.ms",
    LogRollHours = "log.roll.hours",
    LogRollJitterMs = "log.roll.jitter.ms",
    LogRollJitterHours = "log.roll.jitter.hours",
    LogIndexSizeMaxBytes = "log.index.size.max.bytes",
    LogIndexIntervalBytes = "log.index.interval.bytes",
    LogRetentionMs = "log.retention.ms",
    LogRetentionMinutes = "log.retention.minutes",
    LogRetentionHours = "log.retention.hours",
    LogRetentionBytes = "log.retention.bytes",
    LogRetentionCheckIntervalMs = "log.retention.check.interval.ms",
    LogInitialTaskDelayMs = "log.initial.task.delay.ms",
    LogFlushIntervalMessages = "log.flush.interval.messages",
    LogFlushIntervalMs = "log.flush.interval.ms",
    LogFlushSchedulerIntervalMs = "log.flush.scheduler.interval.ms",
    LogFlushOffsetCheckpointIntervalMs = "log.flush.offset.checkpoint.interval.ms",
    LogFlushStartOffsetCheckpointIntervalMs = "log.flush.start.offset.checkpoint.interval.ms",
    ReplicaHighWatermarkCheckpointIntervalMs = "replica.high.watermark.checkpoint.interval.ms",
    ProducerIdExpirationMs = "producer.id.expiration.ms",
    ProducerIdExpirationCheckIntervalMs = "producer.id.expiration.check.interval.ms",
    LogSegmentDeleteDelayMs = "log.segment.delete.delay.ms",
    LogCleanerEnable = "log.cleaner.enable",
    LogCleanerBackoffMs = "log.cleaner.backoff.ms",
    LogCleanerDedupeBufferSize = "log.cleaner.dedupe.buffer.size",
    LogCleanerIoBufferLoadFactor = "log.cleaner.io.buffer.load.factor",
    LogCleanerIoBufferSize = "log.cleaner.io.buffer.size",
    LogCleanerMinCleanableRatio = "log.cleaner.min.cleanable.ratio",
    LogCleanerDeleteRetentionMs = "log.cleaner.delete.retention.ms",
    LogCleanerMinCompactionLagMs = "log.cleaner.min.compaction.lag.ms",
    LogCleanerMaxCompactionLagMs = "log.cleaner.max.compaction.lag.ms",
    MessageMaxBytes = "message.max.bytes",
    LogMessageTimestampType = "log.message.timestamp.type",
    LogMessageTimestampBeforeMaxMs = "log.message.timestamp.before.max.ms",
    LogMessageTimestampAfterMaxMs = "log.message.timestamp.after.max.ms",
    OffsetsTopicNumPartitions = "offsets.topic.num.partitions",
    OffsetsTopicReplicationFactor = "offsets.topic.replication.factor",
    OffsetsTopicSegmentBytes = "offsets.topic.segment.bytes",
    GroupInitialRebalanceDelayMs = "group.initial.rebalance.delay.ms",
    GroupMinSessionTimeoutMs = "group.min.session.timeout.ms",
    GroupMaxSessionTimeoutMs = "group.max.session.timeout.ms",
    GroupMaxSize = "group.max.size",
    GroupConsumerHeartbeatIntervalMs = "group.consumer.heartbeat.interval.ms",
    GroupConsumerSessionTimeoutMs = "group.consumer.session.timeout.ms",
    GroupConsumerAssignors = "group.consumer.assignors",
    GroupConsumerAssignmentIntervalMs = "group.consumer.assignment.interval.ms",
    GroupConsumerMaxSize = "group.consumer.max.size",
    OffsetsRetentionMinutes = "offsets.retention.minutes",
    OffsetsRetentionCheckIntervalMs = "offsets.retention.check.interval.ms",
}

/// What is known of one setting in one scope.
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    /// Its name.
    pub setting: Setting,
    /// Whose it is.
    pub scope: Scope,
    /// Type and range.
    pub kind: Kind,
    /// Default in the 4.x profile, as text; `None` is null.
    pub default: Option<&'static str>,
    book_default: Option<Option<&'static str>>,
}

impl Definition {
    const fn book(self, default: Option<&'static str>) -> Self {
        Self { book_default: Some(default), ..self }
    }

    /// The default in `profile`, as text; `None` is null: not set.
    #[must_use]
    pub fn default_in(&self, profile: Profile) -> Option<&'static str> {
        match (profile, self.book_default) {
            (Profile::Book, Some(default)) => default,
            _ => self.default,
        }
    }
}

const fn define(
    scope: Scope,
    setting: Setting,
    kind: Kind,
    default: Option<&'static str>,
) -> Definition {
    Definition { setting, scope, kind, default, book_default: None }
}
const fn topic(setting: Setting, kind: Kind, default: &'static str) -> Definition {
    define(Scope::Topic, setting, kind, Some(default))
}
const fn producer(setting: Setting, kind: Kind, default: &'static str) -> Definition {
    define(Scope::Producer, setting, kind, Some(default))
}
const fn consumer(setting: Setting, kind: Kind, default: &'static str) -> Definition {
    define(Scope::Consumer, setting, kind, Some(default))
}
const fn broker(setting: Setting, kind: Kind, default: &'static str) -> Definition {
    define(Scope::Broker, setting, kind, Some(default))
}

const INT: Kind = Kind::Int(None);
const INT_0: Kind = Kind::Int(Some(0));
const INT_1: Kind = Kind::Int(Some(1));
const LONG: Kind = Kind::Long(None);
const LONG_0: Kind = Kind::Long(Some(0));
const LONG_1: Kind = Kind::Long(Some(1));
const RATIO: Kind = Kind::Ratio(0, 1);
const DOUBLE: Kind = Kind::Ratio(i64::MIN, i64::MAX);
const LONG_MAX: &str = "9223372036854775807";
const POLICIES: Kind = Kind::List(&["compact", "delete"]);
const TIMESTAMP_TYPES: Kind = Kind::Choice(&["CreateTime", "LogAppendTime"]);

/// The partitioner that ignores keys (PROD-16).
pub const ROUND_ROBIN_PARTITIONER: &str = "org.apache.kafka.clients.producer.RoundRobinPartitioner";
/// The assignor that gives each member a range of every topic (ASGN-2).
pub const RANGE_ASSIGNOR: &str = "org.apache.kafka.clients.consumer.RangeAssignor";
/// The assignor that 4.x consumers list second.
pub const COOPERATIVE_STICKY_ASSIGNOR: &str =
    "org.apache.kafka.clients.consumer.CooperativeStickyAssignor";
/// The assignor that deals all partitions in a circle (ASGN-4).
pub const ROUND_ROBIN_ASSIGNOR: &str = "org.apache.kafka.clients.consumer.RoundRobinAssignor";
/// The assignor that keeps what it can, and revokes all for it (ASGN-5).
pub const STICKY_ASSIGNOR: &str = "org.apache.kafka.clients.consumer.StickyAssignor";
const DEFAULT_ASSIGNORS: &str = "org.apache.kafka.clients.consumer.RangeAssignor,\
                                 org.apache.kafka.clients.consumer.CooperativeStickyAssignor";

use Setting as S;

/// All definitions, each scope in the order in which it is shown.
///
/// Sections 2.6, 4.10, 6.5 and 9.4 of the rules; GRP-4, GRP-5, OFFS-2.
pub const DEFINITIONS: &[Definition] = &[
    topic(S::CleanupPolicy, POLICIES, "delete"),
    topic(S::SegmentBytes, Kind::Int(Some(1_048_576)), "1073741824"),
    define(Scope::Topic, S::InternalSegmentBytes, INT, None),
    topic(S::SegmentMs, LONG_1, "604800000"),
    topic(S::SegmentJitterMs, LONG_0, "0"),
    topic(S::SegmentIndexBytes, Kind::Int(Some(4)), "10485760"),
    topic(S::IndexIntervalBytes, INT_0, "4096"),
    topic(S::RetentionMs, Kind::Long(Some(-1)), "604800000"),
    topic(S::RetentionBytes, LONG, "-1"),
    topic(S::FileDeleteDelayMs, LONG_0, "60000"),
    topic(S::FlushMessages, LONG_1, LONG_MAX),
    topic(S::FlushMs, LONG_0, LONG_MAX),
    topic(S::MinCleanableDirtyRatio, RATIO, "0.5"),
    topic(S::DeleteRetentionMs, LONG_0, "86400000"),
    topic(S::MinCompactionLagMs, LONG_0, "0"),
    topic(S::MaxCompactionLagMs, LONG_1, LONG_MAX),
    topic(S::MaxMessageBytes, INT_0, "1048588").book(Some("1000012")),
    topic(S::MessageTimestampType, TIMESTAMP_TYPES, "CreateTime"),
    topic(S::MessageTimestampBeforeMaxMs, LONG_0, LONG_MAX),
    topic(S::MessageTimestampAfterMaxMs, LONG_0, "3600000").book(Some(LONG_MAX)),
    topic(
        S::CompressionType,
        Kind::Choice(&["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"]),
        "producer",
    ),
    topic(S::MinInsyncReplicas, INT_1, "1"),
    //
    producer(S::ClientId, Kind::Text, ""),
    producer(S::Acks, Kind::Choice(&["all", "-1", "0", "1"]), "all").book(Some("1")),
    producer(S::LingerMs, LONG_0, "5").book(Some("0")),
    producer(S::BatchSize, INT_0, "16384"),
    producer(S::BufferMemory, LONG_0, "33554432"),
    producer(S::MaxBlockMs, LONG_0, "60000"),
    producer(S::MaxRequestSize, INT_0, "1048576"),
    producer(S::MaxInFlightRequests, INT_1, "5"),
    producer(S::Retries, INT_0, "2147483647").book(Some("0")),
    producer(S::RetryBackoffMs, LONG_0, "100"),
    producer(S::RetryBackoffMaxMs, LONG_0, "1000"),
    producer(S::RequestTimeoutMs, INT_0, "30000"),
    producer(S::DeliveryTimeoutMs, INT_0, "120000"),
    producer(S::EnableIdempotence, Kind::Boolean, "true").book(Some("false")),
    producer(S::CompressionType, Kind::Choice(&["none", "gzip", "snappy", "lz4", "zstd"]), "none"),
    define(
        Scope::Producer,
        S::PartitionerClass,
        Kind::Classes(&[ROUND_ROBIN_PARTITIONER, classes::PURCHASE_KEY_PARTITIONER], Several::One),
        None,
    ),
    producer(S::PartitionerIgnoreKeys, Kind::Boolean, "false"),
    producer(S::PartitionerAdaptivePartitioningEnable, Kind::Boolean, "true"),
    producer(S::PartitionerAvailabilityTimeoutMs, LONG_0, "0"),
    //
    define(Scope::Consumer, S::GroupId, Kind::Text, None),
    define(Scope::Consumer, S::GroupInstanceId, Kind::Text, None),
    consumer(S::GroupProtocol, Kind::Choice(&["consumer", "classic"]), "classic"),
    define(Scope::Consumer, S::GroupRemoteAssignor, Kind::Text, None),
    consumer(S::ClientId, Kind::Text, ""),
    consumer(S::EnableAutoCommit, Kind::Boolean, "true"),
    consumer(S::AutoCommitIntervalMs, INT_0, "5000"),
    consumer(S::AutoOffsetReset, Kind::OffsetReset, "latest"),
    consumer(S::MaxPollRecords, INT_1, "500"),
    consumer(S::MaxPollIntervalMs, INT_1, "300000"),
    consumer(S::SessionTimeoutMs, INT, "45000").book(Some("10000")),
    consumer(S::HeartbeatIntervalMs, INT, "3000"),
    consumer(S::FetchMinBytes, INT_0, "1"),
    consumer(S::FetchMaxWaitMs, INT_0, "500"),
    consumer(S::FetchMaxBytes, INT_0, "52428800"),
    consumer(S::MaxPartitionFetchBytes, INT_0, "1048576"),
    consumer(
        S::PartitionAssignmentStrategy,
        Kind::Classes(
            &[RANGE_ASSIGNOR, COOPERATIVE_STICKY_ASSIGNOR, ROUND_ROBIN_ASSIGNOR, STICKY_ASSIGNOR],
            Several::List,
        ),
        DEFAULT_ASSIGNORS,
    )
    .book(Some(RANGE_ASSIGNOR)),
    consumer(
        S::IsolationLevel,
        Kind::Choice(&["read_committed", "read_uncommitted"]),
        "read_uncommitted",
    ),
    consumer(S::RequestTimeoutMs, INT_0, "30000").book(Some("305000")),
    consumer(S::DefaultApiTimeoutMs, INT_0, "60000"),
    consumer(S::RetryBackoffMs, LONG_0, "100"),
    consumer(S::RetryBackoffMaxMs, LONG_0, "1000"),
    //
    broker(S::NumPartitions, INT_1, "1"),
    broker(S::DefaultReplicationFactor, INT, "1"),
    broker(S::AutoCreateTopicsEnable, Kind::Boolean, "true"),
    broker(S::LogCleanupPolicy, POLICIES, "delete"),
    broker(S::LogSegmentBytes, Kind::Int(Some(1_048_576)), "1073741824"),
    define(Scope::Broker, S::LogRollMs, LONG, None),
    broker(S::LogRollHours, INT_1, "168"),
    define(Scope::Broker, S::LogRollJitterMs, LONG, None),
    broker(S::LogRollJitterHours, INT_0, "0"),
    broker(S::LogIndexSizeMaxBytes, Kind::Int(Some(4)), "10485760"),
    broker(S::LogIndexIntervalBytes, INT_0, "4096"),
    define(Scope::Broker, S::LogRetentionMs, LONG, None),
    define(Scope::Broker, S::LogRetentionMinutes, INT, None),
    broker(S::LogRetentionHours, INT, "168"),
    broker(S::LogRetentionBytes, LONG, "-1"),
    broker(S::LogRetentionCheckIntervalMs, LONG_1, "300000"),
    broker(S::LogInitialTaskDelayMs, LONG_0, "30000"),
    broker(S::LogFlushIntervalMessages, LONG_1, LONG_MAX),
    define(Scope::Broker, S::LogFlushIntervalMs, LONG, None),
    broker(S::LogFlushSchedulerIntervalMs, LONG, LONG_MAX),
    broker(S::LogFlushOffsetCheckpointIntervalMs, INT_0, "60000"),
    broker(S::LogFlushStartOffsetCheckpointIntervalMs, INT_0, "60000"),
    broker(S::ReplicaHighWatermarkCheckpointIntervalMs, LONG, "5000"),
    broker(S::ProducerIdExpirationMs, INT_1, "86400000"),
    broker(S::ProducerIdExpirationCheckIntervalMs, INT_1, "600000"),
    broker(S::LogSegmentDeleteDelayMs, LONG_0, "60000"),
    broker(S::LogCleanerEnable, Kind::Boolean, "true"),
    broker(S::LogCleanerBackoffMs, LONG_0, "15000"),
    broker(S::LogCleanerDedupeBufferSize, LONG, "134217728"),
    broker(S::LogCleanerIoBufferLoadFactor, DOUBLE, "0.9"),
    broker(S::LogCleanerIoBufferSize, INT_0, "524288"),
    broker(S::LogCleanerMinCleanableRatio, RATIO, "0.5"),
    broker(S::LogCleanerDeleteRetentionMs, LONG_0, "86400000"),
    broker(S::LogCleanerMinCompactionLagMs, LONG_0, "0"),
    broker(S::LogCleanerMaxCompactionLagMs, LONG_1, LONG_MAX),
    broker(S::MessageMaxBytes, INT_0, "1048588").book(Some("1000012")),
    broker(S::LogMessageTimestampType, TIMESTAMP_TYPES, "CreateTime"),
    broker(S::LogMessageTimestampBeforeMaxMs, LONG_0, LONG_MAX),
    broker(S::LogMessageTimestampAfterMaxMs, LONG_0, "3600000").book(Some(LONG_MAX)),
    broker(S::OffsetsTopicNumPartitions, INT_1, "50"),
    broker(S::OffsetsTopicReplicationFactor, INT_1, "3"),
    broker(S::OffsetsTopicSegmentBytes, INT_1, "104857600"),
    broker(S::GroupInitialRebalanceDelayMs, INT, "3000"),
    broker(S::GroupMinSessionTimeoutMs, INT, "6000"),
    broker(S::GroupMaxSessionTimeoutMs, INT, "1800000").book(Some("300000")),
    broker(S::GroupMaxSize, INT_1, "2147483647"),
    broker(S::GroupConsumerHeartbeatIntervalMs, INT_1, "5000"),
    broker(S::GroupConsumerSessionTimeoutMs, INT_1, "45000"),
    broker(S::GroupConsumerAssignors, Kind::List(&["uniform", "range"]), "uniform,range"),
    broker(S::GroupConsumerAssignmentIntervalMs, INT_0, "1000"),
    broker(S::GroupConsumerMaxSize, INT_1, "2147483647"),
    broker(S::OffsetsRetentionMinutes, INT_1, "10080").book(Some("1440")),
    broker(S::OffsetsRetentionCheckIntervalMs, LONG_1, "600000"),
];

/// The definitions of one scope, in the order in which they are shown.
pub fn definitions(scope: Scope) -> impl Iterator<Item = &'static Definition> {
    DEFINITIONS.iter().filter(move |definition| definition.scope == scope)
}

/// The definition of `setting` in `scope`, if there is one.
#[must_use]
pub fn definition(scope: Scope, setting: Setting) -> Option<&'static Definition> {
    definitions(scope).find(|definition| definition.setting == setting)
}

/// A value, read and checked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// Not set.
    Null,
    /// A boolean.
    Boolean(bool),
    /// An int or a long.
    Number(i64),
    /// A double.
    Ratio(Double),
    /// A word or any text.
    Text(Rc<str>),
    /// Words or class names, in order.
    List(Rc<[Rc<str>]>),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Number(value) => write!(f, "{value}"),
            Self::Ratio(value) => write!(f, "{value}"),
            Self::Text(value) => f.write_str(value),
            Self::List(values) => f.write_str(&values.join(",")),
        }
    }
}

/// Why a value or a name was refused.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ConfigError {
    /// Kafka refuses it: its own sentence (`ConfigException`, `InvalidConfigurationException`).
    Refused(String),
    /// A client could not be built with it.
    Thrown(Thrown),
    /// `segment.bytes` is below 4.x's minimum; `internal.segment.bytes` would take the number.
    SegmentTooSmall(String, i64),
}

impl From<Thrown> for ConfigError {
    fn from(thrown: Thrown) -> Self {
        Self::Thrown(thrown)
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(sentence) | Self::SegmentTooSmall(sentence, _) => f.write_str(sentence),
            Self::Thrown(thrown) => write!(f, "{thrown}"),
        }
    }
}

fn invalid(name: &str, value: &str, why: &str) -> ConfigError {
    ConfigError::Refused(format!("Invalid value {value} for configuration {name}: {why}"))
}

/// Reads `text` as a value of the setting and checks it as Kafka's `ConfigDef` would (PROD-37).
///
/// # Errors
/// [`ConfigError`] with Kafka's sentence.
pub fn read_value(
    definition: &Definition,
    profile: Profile,
    text: &str,
) -> Result<Value, ConfigError> {
    let name = definition.setting.name();
    let trimmed = text.trim();
    match definition.kind {
        Kind::Boolean => match trimmed.to_ascii_lowercase().as_str() {
            "true" => Ok(Value::Boolean(true)),
            "false" => Ok(Value::Boolean(false)),
            _ => Err(invalid(name, text, "Expected value to be either true or false")),
        },
        Kind::Int(least) => {
            let number = trimmed
                .parse::<i32>()
                .map_err(|_| invalid(name, text, "Not a number of type INT"))?;
            let least = smallest(definition, profile, least);
            at_least(definition, i64::from(number), least)
        }
        Kind::Long(least) => {
            let number = trimmed
                .parse::<i64>()
                .map_err(|_| invalid(name, text, "Not a number of type LONG"))?;
            at_least(definition, number, least)
        }
        Kind::Ratio(least, most) => {
            let number = Double::parse(trimmed)
                .ok_or_else(|| invalid(name, text, "Not a number of type DOUBLE"))?;
            if number.is_below(least) {
                return Err(invalid(
                    name,
                    &number.to_string(),
                    &format!("Value must be at least {least}"),
                ));
            }
            if number.is_above(most) {
                return Err(invalid(
                    name,
                    &number.to_string(),
                    &format!("Value must be no more than {most}"),
                ));
            }
            Ok(Value::Ratio(number))
        }
        Kind::Choice(words) if words.contains(&trimmed) => Ok(Value::Text(trimmed.into())),
        Kind::Choice(words) => {
            Err(invalid(name, text, &format!("String must be one of: {}", words.join(", "))))
        }
        Kind::List(words) => read_list(definition, profile, trimmed, words),
        Kind::Text => Ok(Value::Text(text.into())),
        Kind::Classes(known, Several::One) => match trimmed {
            class if profile == Profile::Book && class == classes::DEFAULT_PARTITIONER => {
                Ok(Value::Text(class.into()))
            }
            class if known.contains(&class) => Ok(Value::Text(class.into())),
            class => Err(invalid(name, class, &format!("Class {class} could not be found."))),
        },
        Kind::Classes(known, Several::List) => read_classes(definition, profile, trimmed, known),
        Kind::OffsetReset => read_offset_reset(name, trimmed),
    }
}

/// The book profile accepts `segment.bytes` from 14 on, the size of the smallest message set.
fn smallest(definition: &Definition, profile: Profile, least: Option<i64>) -> Option<i64> {
    match (profile, definition.setting) {
        (Profile::Book, S::SegmentBytes | S::LogSegmentBytes) => Some(14),
        _ => least,
    }
}

fn at_least(
    definition: &Definition,
    number: i64,
    least: Option<i64>,
) -> Result<Value, ConfigError> {
    match least {
        Some(least) if number < least => {
            let name = definition.setting.name();
            let error =
                invalid(name, &number.to_string(), &format!("Value must be at least {least}"));
            Err(match (definition.setting, error) {
                (S::SegmentBytes, ConfigError::Refused(sentence)) if number >= 14 => {
                    ConfigError::SegmentTooSmall(sentence, number)
                }
                (_, error) => error,
            })
        }
        _ => Ok(Value::Number(number)),
    }
}

fn read_list(
    definition: &Definition,
    profile: Profile,
    text: &str,
    words: &[&str],
) -> Result<Value, ConfigError> {
    let name = definition.setting.name();
    let mut values: Vec<Rc<str>> = Vec::new();
    for word in text.split(',').map(str::trim).filter(|_| !text.is_empty()) {
        if word.is_empty() && text.contains(',') {
            return Err(ConfigError::Refused(format!(
                "Configuration '{name}' values must not be empty."
            )));
        }
        if !words.contains(&word) {
            return Err(invalid(
                name,
                word,
                &format!("String must be one of: {}", words.join(", ")),
            ));
        }
        if values.iter().any(|value| **value == *word) {
            return Err(ConfigError::Refused(format!(
                "Configuration '{name}' values must not be duplicated."
            )));
        }
        values.push(word.into());
    }
    if values.is_empty() && profile == Profile::Book {
        return Err(invalid(name, text, &format!("String must be one of: {}", words.join(", "))));
    }
    Ok(Value::List(values.into()))
}

fn read_classes(
    definition: &Definition,
    profile: Profile,
    text: &str,
    known: &[&str],
) -> Result<Value, ConfigError> {
    let mut values: Vec<Rc<str>> = Vec::new();
    for class in text.split(',').map(str::trim) {
        let too_new = profile == Profile::Book && class == COOPERATIVE_STICKY_ASSIGNOR;
        if !known.contains(&class) || too_new {
            return Err(ConfigError::Refused(format!(
                "{class} ClassNotFoundException exception occurred"
            )));
        }
        if values.iter().any(|value| **value == *class) {
            let name = definition.setting.name();
            return Err(ConfigError::Refused(format!(
                "Configuration '{name}' values must not be duplicated."
            )));
        }
        values.push(class.into());
    }
    Ok(Value::List(values.into()))
}

fn read_offset_reset(name: &str, text: &str) -> Result<Value, ConfigError> {
    let known = matches!(text, "earliest" | "latest" | "none")
        || text.strip_prefix("by_duration:").and_then(parse_duration_ms).is_some();
    if known {
        return Ok(Value::Text(text.into()));
    }
    Err(invalid(
        name,
        text,
        &format!(
            "Invalid value `{text}` for configuration {name}. The value must be either 'earliest', 'latest', \
             'none' or of the format 'by_duration:<PnDTnHnMn.nS.>'."
        ),
    ))
}

/// A client of this simulator needs no address and no classes for texts; a real one must be given them.
fn with_what_it_needs(scope: Scope, mut given: Vec<Given>) -> Vec<Given> {
    let what = if scope == Scope::Consumer { "deserializer" } else { "serializer" };
    let class = if scope == Scope::Consumer { "StringDeserializer" } else { "StringSerializer" };
    let class = format!("org.apache.kafka.common.serialization.{class}");
    let needs = [
        ("bootstrap.servers".to_owned(), "localhost:9092"),
        (format!("key.{what}"), &*class),
        (format!("value.{what}"), &*class),
    ];
    for (name, text) in needs {
        if !given.iter().any(|(known, _)| **known == *name) {
            given.push((name.into(), text.into()));
        }
    }
    given
}

/// One topic's, client's or broker's settings: what was set, over the profile's defaults.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Settings {
    scope: Scope,
    profile: Profile,
    values: SortedMap<Setting, Value>,
    /// What a client was given that changes nothing here, known to Kafka or not.
    others: SortedMap<Rc<str>, Rc<str>>,
}

impl Settings {
    /// Nothing but defaults.
    #[must_use]
    pub fn new(scope: Scope, profile: Profile) -> Self {
        Self { scope, profile, values: SortedMap::new(), others: SortedMap::new() }
    }

    /// Whose settings these are.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// Which Kafka's defaults hold.
    #[must_use]
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// Sets a value by its Kafka name. A refusal changes nothing.
    ///
    /// Clients accept names that they do not know (PROD-37); see [`Settings::unused`].
    ///
    /// # Errors
    /// [`ConfigError`] with Kafka's sentence.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), ConfigError> {
        let mut text = text;
        let read;
        if self.is_clients() {
            if !client_config::is_known(self.scope, self.profile, name) {
                self.others.insert(name.into(), text.into());
                return Ok(());
            }
            let given = client_config::read(self.scope, self.profile, name, text)?;
            // Kafka takes it in any case.
            read = if name == S::GroupProtocol.name() { given.to_lowercase() } else { given };
            text = &read;
        }
        let Some(definition) = definitions(self.scope).find(|d| d.setting.name() == name) else {
            return self.set_other(name, text);
        };
        let value = match (read_value(definition, self.profile, text), definition.kind) {
            (Ok(value), _) => value,
            (Err(_), Kind::Classes(_, several)) if self.is_clients() => {
                return Err(self.no_such_class(several, text));
            }
            (Err(error), _) => return Err(error),
        };
        self.values.insert(definition.setting, value);
        Ok(())
    }

    fn is_clients(&self) -> bool {
        matches!(self.scope, Scope::Producer | Scope::Consumer)
    }

    /// A class that is there, but is none of those that the setting takes.
    fn no_such_class(&self, several: Several, text: &str) -> ConfigError {
        let wrong = match (several, self.profile) {
            (Several::One, Profile::V4) => classes::instance(text, classes::Role::Partitioner),
            (Several::One, _) => classes::book_instance(text, classes::Role::Partitioner),
            (Several::List, Profile::V4) => classes::assignors(text),
            (Several::List, _) => classes::book_instances(text, classes::Role::Assignor),
        };
        let thrown = wrong.expect_err("only such a class is refused after Kafka's own check");
        ConfigError::Thrown(thrown.failed_to_construct(self.scope))
    }

    fn set_other(&mut self, name: &str, text: &str) -> Result<(), ConfigError> {
        match self.scope {
            Scope::Topic => match idle_settings::check(name, text) {
                Some(None) => Ok(()),
                Some(Some(sentence)) => Err(ConfigError::Refused(sentence)),
                None => Err(ConfigError::Refused(format!("Unknown topic config name: {name}"))),
            },
            _ => {
                self.others.insert(name.into(), text.into());
                Ok(())
            }
        }
    }

    /// A client's settings out of all that it is given, as a `.properties` text says it.
    ///
    /// # Errors
    /// [`ConfigError`]: the first complaint, in Kafka's order.
    pub fn of_client<'a>(
        scope: Scope,
        profile: Profile,
        given: impl Iterator<Item = (&'a str, &'a str)> + Clone,
    ) -> Result<Self, ConfigError> {
        let pairs = given.clone().map(|(name, text)| (name.into(), text.into())).collect();
        client_config::build(scope, profile, &with_what_it_needs(scope, pairs))?;
        let mut settings = Self::new(scope, profile);
        for (name, text) in given {
            settings.set(name, text)?;
        }
        Ok(settings)
    }

    /// Takes a setting back to its default. Unknown names are forgotten, too.
    pub fn reset(&mut self, name: &str) {
        self.values.retain(|setting, _| setting.name() != name);
        self.others.remove(name);
    }

    /// Whether a value was set, not defaulted.
    #[must_use]
    pub fn is_set(&self, setting: Setting) -> bool {
        self.values.contains_key(&setting)
    }

    /// What was set, in the order of [`Setting`].
    pub fn overrides(&self) -> impl Iterator<Item = (Setting, &Value)> {
        self.values.iter().map(|(setting, value)| (*setting, value))
    }

    /// What was set, by name, as text: what has an effect here, then what has none.
    pub fn given(&self) -> impl Iterator<Item = (&str, Rc<str>)> {
        let values = self.overrides().map(|(setting, value)| {
            let text = value.to_string();
            (setting.name(), text.into())
        });
        values.chain(self.others.iter().map(|(name, text)| (&**name, Rc::clone(text))))
    }

    /// What a client was given for a name that has no effect of its own here, such as `key.serializer`.
    #[must_use]
    pub fn other(&self, name: &str) -> Option<&str> {
        self.others.get(name).map(|text| &**text)
    }

    /// What a client was given that Kafka knows and that changes nothing here.
    pub fn without_effect(&self) -> impl Iterator<Item = (&str, &str)> {
        self.others
            .iter()
            .filter(|(name, _)| client_config::is_known(self.scope, self.profile, name))
            .map(|(name, text)| (&**name, &**text))
    }

    /// Whether a client was given a name that Kafka does not know.
    #[must_use]
    pub fn holds_unknown(&self) -> bool {
        self.others.len() > self.without_effect().count()
    }

    fn build(&self) -> Result<Built, Thrown> {
        let given = self.given().map(|(name, text)| (name.into(), text)).collect();
        client_config::build(self.scope, self.profile, &with_what_it_needs(self.scope, given))
    }

    /// The log line of a client that was given names it does not look at (PROD-37); `None` without any.
    #[must_use]
    pub fn unused(&self) -> Option<String> {
        if self.others.is_empty() {
            return None;
        }
        client_config::unused_log(self.profile, &self.build().ok()?.unused)
    }

    /// The value in force: set, or the profile's default.
    ///
    /// # Panics
    /// If the scope has no such setting.
    #[must_use]
    pub fn get(&self, setting: Setting) -> Value {
        if let Some(value) = self.values.get(&setting) {
            return value.clone();
        }
        let definition = definition(self.scope, setting)
            .unwrap_or_else(|| panic!("{} is no setting of {:?}", setting.name(), self.scope));
        match definition.default_in(self.profile) {
            None => Value::Null,
            Some(text) => read_value(definition, self.profile, text)
                .unwrap_or_else(|error| panic!("default of {}: {error}", setting.name())),
        }
    }

    /// A number in force; `None` where it is null.
    ///
    /// # Panics
    /// If the setting is not a number.
    #[must_use]
    pub fn optional_number(&self, setting: Setting) -> Option<i64> {
        match self.get(setting) {
            Value::Number(number) => Some(number),
            Value::Null => None,
            other => panic!("{} is not a number: {other}", setting.name()),
        }
    }

    /// A number in force.
    ///
    /// # Panics
    /// If the setting is not a number, or null.
    #[must_use]
    pub fn number(&self, setting: Setting) -> i64 {
        self.optional_number(setting).unwrap_or_else(|| panic!("{} is null", setting.name()))
    }

    /// A number in force that cannot be negative; negative ones are 0.
    ///
    /// # Panics
    /// As [`Settings::number`].
    #[must_use]
    pub fn unsigned(&self, setting: Setting) -> u64 {
        u64::try_from(self.number(setting)).unwrap_or(0)
    }

    /// A boolean in force.
    ///
    /// # Panics
    /// If the setting is not a boolean.
    #[must_use]
    pub fn boolean(&self, setting: Setting) -> bool {
        matches!(self.get(setting), Value::Boolean(true))
    }

    /// A ratio in force.
    ///
    /// # Panics
    /// If the setting is not a double.
    #[must_use]
    pub fn ratio(&self, setting: Setting) -> Double {
        match self.get(setting) {
            Value::Ratio(ratio) => ratio,
            other => panic!("{} is not a double: {other}", setting.name()),
        }
    }

    /// A word or text in force; `None` where it is null.
    #[must_use]
    pub fn text(&self, setting: Setting) -> Option<Rc<str>> {
        match self.get(setting) {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether a list in force holds `word`.
    #[must_use]
    pub fn lists(&self, setting: Setting, word: &str) -> bool {
        matches!(self.get(setting), Value::List(words) if words.iter().any(|w| **w == *word))
    }

    /// Checks what no single value shows, as the client's constructor or the topic's creation does.
    ///
    /// # Errors
    /// [`ConfigError`] with Kafka's sentence.
    pub fn check_together(&self) -> Result<(), ConfigError> {
        match self.scope {
            Scope::Topic => {
                let least = self.number(S::MinCompactionLagMs);
                let most = self.number(S::MaxCompactionLagMs);
                if least > most {
                    return Err(ConfigError::Refused(format!(
                        "conflict topic config setting min.compaction.lag.ms ({least}) > \
                         max.compaction.lag.ms ({most})"
                    )));
                }
            }
            Scope::Producer => {
                self.build()?;
            }
            Scope::Consumer => {
                self.build()?;
            }
            Scope::Broker if self.profile == Profile::V4 => {
                let session = self.number(S::GroupConsumerSessionTimeoutMs);
                if self.number(S::GroupConsumerHeartbeatIntervalMs) >= session {
                    return Err(ConfigError::Refused(
                        "group.consumer.heartbeat.interval.ms must be less than \
                         group.consumer.session.timeout.ms"
                            .into(),
                    ));
                }
            }
            Scope::Broker => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_passes_its_own_check() {
        for definition in DEFINITIONS {
            for profile in [Profile::V4, Profile::Book] {
                let settings = Settings::new(definition.scope, profile);
                let _ = settings.get(definition.setting);
            }
        }
    }

    #[test]
    fn every_setting_is_defined_once_in_a_scope() {
        for (at, a) in DEFINITIONS.iter().enumerate() {
            assert!(
                !DEFINITIONS[at + 1..].iter().any(|b| a.scope == b.scope && a.setting == b.setting),
                "{:?}",
                a.setting
            );
        }
        for setting in Setting::ALL {
            assert!(DEFINITIONS.iter().any(|d| d.setting == *setting), "{setting:?}");
        }
    }

    /// `kafka-transcripts.md`, "Bad settings" and the exception table: word for word.
    #[test]
    fn bad_values_are_refused_with_kafkas_words() {
        use Scope::{Consumer, Producer, Topic};
        let cases = [
            (
                Producer,
                "acks",
                "2",
                "Invalid value 2 for configuration acks: String must be one of: all, -1, 0, 1",
            ),
            (
                Producer,
                "linger.ms",
                "-1",
                "Invalid value -1 for configuration linger.ms: Value must be at least 0",
            ),
            (
                Producer,
                "linger.ms",
                "abc",
                "Invalid value abc for configuration linger.ms: Not a number of type LONG",
            ),
            (
                Producer,
                "batch.size",
                "-1",
                "Invalid value -1 for configuration batch.size: Value must be at least 0",
            ),
            (
                Producer,
                "compression.type",
                "brotli",
                "Invalid value brotli for configuration compression.type: String must be one of: none, gzip, snappy, lz4, zstd",
            ),
            (
                Producer,
                "partitioner.class",
                "NoSuch",
                "Invalid value NoSuch for configuration partitioner.class: Class NoSuch could not be found.",
            ),
            (
                Consumer,
                "max.poll.records",
                "0",
                "Invalid value 0 for configuration max.poll.records: Value must be at least 1",
            ),
            (
                Consumer,
                "isolation.level",
                "x",
                "Invalid value x for configuration isolation.level: String must be one of: read_committed, read_uncommitted",
            ),
            (
                Consumer,
                "enable.auto.commit",
                "yes",
                "Invalid value yes for configuration enable.auto.commit: Expected value to be either true or false",
            ),
            (
                Consumer,
                "auto.offset.reset",
                "EARLIEST",
                "Invalid value EARLIEST for configuration auto.offset.reset: Invalid value `EARLIEST` for configuration \
                 auto.offset.reset. The value must be either 'earliest', 'latest', 'none' or of the format \
                 'by_duration:<PnDTnHnMn.nS.>'.",
            ),
            (
                Consumer,
                "partition.assignment.strategy",
                "NoSuch",
                "NoSuch ClassNotFoundException exception occurred",
            ),
            (Topic, "nope", "1", "Unknown topic config name: nope"),
            (
                Topic,
                "min.insync.replicas",
                "0",
                "Invalid value 0 for configuration min.insync.replicas: Value must be at least 1",
            ),
            (
                Topic,
                "cleanup.policy",
                "nope",
                "Invalid value nope for configuration cleanup.policy: String must be one of: compact, delete",
            ),
            (
                Topic,
                "retention.ms",
                "x",
                "Invalid value x for configuration retention.ms: Not a number of type LONG",
            ),
            (
                Topic,
                "segment.bytes",
                "100",
                "Invalid value 100 for configuration segment.bytes: Value must be at least 1048576",
            ),
        ];
        for (scope, name, value, sentence) in cases {
            let mut settings = Settings::new(scope, Profile::V4);
            let before = settings.clone();
            let error = settings.set(name, value).unwrap_err();
            let said = match &error {
                ConfigError::Thrown(thrown) => thrown.sentence().to_owned(),
                other => other.to_string(),
            };
            assert_eq!(said, sentence, "{name}={value}");
            assert_eq!(settings, before, "{name}={value}: a refusal changes nothing");
        }
    }

    #[test]
    fn a_small_segment_is_refused_but_the_internal_setting_takes_it() {
        let mut settings = Settings::new(Scope::Topic, Profile::V4);
        assert!(matches!(
            settings.set("segment.bytes", "1000"),
            Err(ConfigError::SegmentTooSmall(_, 1000))
        ));
        assert_eq!(settings.set("internal.segment.bytes", "1000"), Ok(()));
        let mut book = Settings::new(Scope::Topic, Profile::Book);
        assert_eq!(book.set("segment.bytes", "14"), Ok(()));
        assert!(book.set("segment.bytes", "13").is_err());
    }

    #[test]
    fn unknown_client_settings_are_accepted_and_logged() {
        let mut settings = Settings::new(Scope::Producer, Profile::V4);
        assert_eq!(settings.unused(), None);
        for name in ["lingr.ms", "request.required.acks"] {
            assert_eq!(settings.set(name, "1"), Ok(()));
        }
        assert_eq!(settings.set("bootstrap.servers", "kafka-1:9092"), Ok(()));
        assert!(settings.holds_unknown());
        assert_eq!(
            settings.without_effect().collect::<Vec<_>>(),
            [("bootstrap.servers", "kafka-1:9092")]
        );
        assert_eq!(
            settings.unused().unwrap(),
            "These configurations '[lingr.ms, request.required.acks]' were supplied but are not used yet."
        );
    }

    #[test]
    fn settings_that_contradict_each_other_are_refused_together() {
        let mut producer = Settings::new(Scope::Producer, Profile::V4);
        producer.set("delivery.timeout.ms", "30004").unwrap();
        assert!(producer.check_together().is_err());
        producer.set("delivery.timeout.ms", "30005").unwrap();
        assert!(producer.check_together().is_ok());
        let mut consumer = Settings::new(Scope::Consumer, Profile::V4);
        consumer.set("group.id", "g").unwrap();
        assert!(consumer.check_together().is_ok());
        consumer.set("session.timeout.ms", "3000").unwrap();
        assert_eq!(
            consumer.check_together().unwrap_err().to_string(),
            "org.apache.kafka.common.KafkaException: Failed to construct kafka consumer\n\
             Caused by: java.lang.IllegalArgumentException: Heartbeat must be set lower than the session \
             timeout"
        );
    }
}
