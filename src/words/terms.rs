//! Kafka's terms, one sentence each: for tooltips, the inspector and help.

use crate::words::Line;

macro_rules! terms {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A term that the page uses as Kafka does.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Term { $(#[doc = $name] $variant,)* }

        impl Term {
            /// Every term that is explained.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Kafka's word.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

terms! {
    Broker = "broker",
    Controller = "controller",
    Topic = "topic",
    Partition = "partition",
    Leader = "leader",
    Log = "log",
    Record = "record",
    Key = "key",
    Value = "value",
    Timestamp = "timestamp",
    Header = "header",
    RecordBatch = "record batch",
    Offset = "offset",
    Segment = "segment",
    ActiveSegment = "active segment",
    BaseOffset = "base offset",
    OffsetIndex = "offset index",
    TimeIndex = "time index",
    Roll = "roll",
    LogStartOffset = "log start offset",
    LogEndOffset = "log end offset",
    HighWatermark = "high watermark",
    LeaderEpoch = "leader epoch",
    Crc = "CRC-32C",
    Varint = "varint",
    Producer = "producer",
    Serializer = "serializer",
    Partitioner = "partitioner",
    Murmur2 = "murmur2",
    StickyPartition = "sticky partition",
    Accumulator = "record accumulator",
    Linger = "linger",
    Acks = "acks",
    InFlightRequest = "in-flight request",
    Retry = "retry",
    Consumer = "consumer",
    ConsumerGroup = "consumer group",
    Coordinator = "group coordinator",
    Member = "member",
    GroupLeader = "group leader",
    Generation = "generation",
    Rebalance = "rebalance",
    Assignor = "assignor",
    Heartbeat = "heartbeat",
    SessionTimeout = "session timeout",
    Poll = "poll",
    Position = "position",
    CommittedOffset = "committed offset",
    AutoCommit = "auto-commit",
    Lag = "lag",
    ConsumerOffsets = "__consumer_offsets",
    AtLeastOnce = "at least once",
    Retention = "retention",
    Compaction = "log compaction",
    Cleaner = "log cleaner",
    DirtyRatio = "dirty ratio",
    OffsetMap = "offset map",
    CleanerCheckpoint = "cleaner checkpoint",
    Tombstone = "tombstone",
    DeleteHorizon = "delete horizon",
    Request = "request",
    Fetch = "fetch",
    Metadata = "metadata",
}

/// A sentence about each term.
pub trait TermWords {
    /// The term in this language, Kafka's own word where engineers use that.
    fn term_name(&self, term: Term) -> &'static str;
    /// What it is.
    fn term(&self, term: Term) -> Line;
}
