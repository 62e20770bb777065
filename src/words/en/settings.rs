//! What Kafka's settings do, in English.

use crate::protocol::config::{Scope, Setting};
use crate::words::{En, Line, SettingWords};

impl SettingWords for En {
    fn setting(&self, scope: Scope, setting: Setting) -> Line {
        Line::marked(sentence(scope, setting))
    }
}

fn sentence(scope: Scope, setting: Setting) -> &'static str {
    match setting {
        Setting::CleanupPolicy | Setting::LogCleanupPolicy => {
            "What happens to old records: `delete` removes old segments, `compact` keeps the latest record of each key, both do both."
        }
        Setting::SegmentBytes | Setting::LogSegmentBytes => {
            "A segment that an append would take past this size is closed and the next one opened."
        }
        Setting::InternalSegmentBytes => {
            "Kafka's own way to set `segment.bytes` below its minimum of 1 MiB, made for tests; that is how segments here are small."
        }
        Setting::SegmentMs => {
            "A segment whose first record is this much older than the record to append is closed, full or not; no append, no roll."
        }
        Setting::SegmentJitterMs => {
            "Up to this much is taken off `segment.ms`, by chance, so that not all segments roll at once."
        }
        Setting::SegmentIndexBytes | Setting::LogIndexSizeMaxBytes => {
            "The size of an index file; when it is full, the segment is closed."
        }
        Setting::IndexIntervalBytes | Setting::LogIndexIntervalBytes => {
            "After how many bytes of records the indexes get a new entry: fewer bytes, larger indexes, shorter searches."
        }
        Setting::RetentionMs => {
            "A segment is deleted when its newest record is older than this; −1 keeps it for ever."
        }
        Setting::RetentionBytes => {
            "While a partition would keep this much without it, its oldest segment is deleted; −1 is no limit."
        }
        Setting::FileDeleteDelayMs => {
            "How long deleted files stay on the disk under the name `.deleted`."
        }
        Setting::MinCleanableDirtyRatio => {
            "The cleaner takes a log when the share of bytes never cleaned is above this."
        }
        Setting::DeleteRetentionMs | Setting::LogCleanerDeleteRetentionMs => {
            "How long a tombstone stays after the cleaner has first met it, for readers that are late."
        }
        Setting::MinCompactionLagMs | Setting::LogCleanerMinCompactionLagMs => {
            "Records younger than this are not compacted."
        }
        Setting::MaxCompactionLagMs | Setting::LogCleanerMaxCompactionLagMs => {
            "A record that waited longer than this makes its log due for cleaning, whatever the dirty ratio."
        }
        Setting::MaxMessageBytes | Setting::MessageMaxBytes => {
            "The largest record batch that the broker accepts."
        }
        Setting::MessageTimestampType | Setting::LogMessageTimestampType => {
            "Whose clock counts: the producer's (`CreateTime`) or the broker's at the append (`LogAppendTime`)."
        }
        Setting::MessageTimestampBeforeMaxMs | Setting::LogMessageTimestampBeforeMaxMs => {
            "How far a record's time may lie before the broker's clock."
        }
        Setting::MessageTimestampAfterMaxMs | Setting::LogMessageTimestampAfterMaxMs => {
            "How far a record's time may lie after the broker's clock."
        }
        Setting::MinInsyncReplicas => {
            "How many replicas must be in sync for a write with `acks=all` to be accepted."
        }
        Setting::Acks => {
            "Whose word a write waits for: `0` nobody's, `1` the leader's, `all` that of every replica in sync."
        }
        Setting::LingerMs => "How long a batch that is not full waits for more records.",
        Setting::BatchSize => {
            "How many bytes a batch may hold; a full one is sent without waiting."
        }
        Setting::BufferMemory => "How much memory waiting records may take; then `send()` blocks.",
        Setting::MaxBlockMs => {
            "How long `send()` may block, for metadata or for memory, before it fails."
        }
        Setting::MaxRequestSize => {
            "The largest request, and so the largest record, that the producer sends."
        }
        Setting::MaxInFlightRequests => {
            "How many requests may be without an answer; above 1 and without idempotence, a retry can change the order."
        }
        Setting::Retries => {
            "How often a batch is sent again after an error that may pass; `delivery.timeout.ms` ends it earlier."
        }
        Setting::DeliveryTimeoutMs => {
            "How long after `send()` a record may be tried before it is given up."
        }
        Setting::EnableIdempotence => {
            "With it the broker recognises a batch that is sent twice by this process and stores it once."
        }
        Setting::PartitionerClass => {
            "A class that chooses partitions in place of the built-in partitioner."
        }
        Setting::PartitionerIgnoreKeys => "Treats records with a key as if they had none.",
        Setting::PartitionerAdaptivePartitioningEnable => {
            "Records without a key go more often to partitions whose broker is faster."
        }
        Setting::PartitionerAvailabilityTimeoutMs => {
            "A partition whose broker takes nothing for so long gets no records without a key; 0 is never."
        }
        Setting::GroupId => {
            "The group that the consumer belongs to: members share partitions and committed offsets."
        }
        Setting::GroupInstanceId => {
            "A name that survives a restart makes the member static: it comes back to its partitions without a rebalance, if it does so within the session timeout."
        }
        Setting::GroupProtocol => {
            "`classic`: members join in rounds and one of them assigns; `consumer` (KIP-848): the coordinator assigns, and each member follows at its own pace."
        }
        Setting::GroupRemoteAssignor => {
            "The coordinator's assignor that this member votes for, `uniform` or `range`; only under `group.protocol=consumer`."
        }
        Setting::EnableAutoCommit => {
            "Whether `poll()` commits by itself what earlier polls returned."
        }
        Setting::AutoCommitIntervalMs => "How much time must pass before a `poll()` commits again.",
        Setting::AutoOffsetReset => {
            "Where to begin if no offset is committed or it is out of range: `earliest`, `latest`, `none`, or by a duration."
        }
        Setting::MaxPollRecords => {
            "How many records one `poll()` returns at most; it does not change what is fetched."
        }
        Setting::MaxPollIntervalMs => {
            "A consumer that does not call `poll()` for so long leaves its group: its process lives, but its work stands still."
        }
        Setting::SessionTimeoutMs => {
            "A member that sends no heartbeat for so long is taken for dead."
        }
        Setting::HeartbeatIntervalMs => {
            "How often a member tells the coordinator that it lives, and so how soon it learns of a rebalance."
        }
        Setting::FetchMinBytes => "The broker holds a fetch until it has so much to give.",
        Setting::FetchMaxWaitMs => "The longest that the broker holds a fetch.",
        Setting::FetchMaxBytes => {
            "About how much one fetch returns at most; a first batch that is larger is returned all the same."
        }
        Setting::MaxPartitionFetchBytes => {
            "About how much one fetch returns of each partition at most."
        }
        Setting::PartitionAssignmentStrategy => {
            "The assignors that this consumer can work with, best first; the group uses one that all its members know."
        }
        Setting::IsolationLevel => {
            "Whether records of transactions are read that are not committed."
        }
        Setting::DefaultApiTimeoutMs => {
            "How long `commitSync` tries before it gives up with a TimeoutException."
        }
        Setting::ClientId => "The client's name in requests, logs and member ids.",
        Setting::RequestTimeoutMs => {
            "How long the client waits for an answer before it closes the connection and tries again."
        }
        Setting::RetryBackoffMs => {
            "How long the client waits before it tries again for the first time; then longer each time."
        }
        Setting::RetryBackoffMaxMs => "The longest wait between two tries.",
        Setting::NumPartitions => "How many partitions a topic gets if its creator does not say.",
        Setting::DefaultReplicationFactor => {
            "How many replicas a partition gets if the topic's creator does not say."
        }
        Setting::AutoCreateTopicsEnable => {
            "Whether a topic is created when a client asks for one that does not exist."
        }
        Setting::LogRollMs | Setting::LogRollHours => {
            "`segment.ms` for topics that do not set it; of the broker's settings, the smaller unit wins."
        }
        Setting::LogRollJitterMs | Setting::LogRollJitterHours => {
            "`segment.jitter.ms` for topics that do not set it; of the broker's settings, the smaller unit wins."
        }
        Setting::LogRetentionMs | Setting::LogRetentionMinutes | Setting::LogRetentionHours => {
            "`retention.ms` for topics that do not set it; of the broker's three settings, the smallest unit wins."
        }
        Setting::LogRetentionBytes => {
            "`retention.bytes` for topics that do not set it: for each partition, not for the broker."
        }
        Setting::LogRetentionCheckIntervalMs => {
            "How often the broker looks for segments that are due for deletion; until then they stay."
        }
        Setting::LogInitialTaskDelayMs => {
            "How long after its start the broker first looks for segments to delete."
        }
        Setting::FlushMessages => {
            "After how many records the log is flushed to the disk; by default the operating system decides, and replicas guard against a power loss."
        }
        Setting::FlushMs => {
            "After how long the log is flushed to the disk, looked at every `log.flush.scheduler.interval.ms`."
        }
        Setting::LogFlushIntervalMessages => "`flush.messages` for topics that do not set it.",
        Setting::LogFlushIntervalMs => {
            "`flush.ms` for topics that do not set it; left out, `log.flush.scheduler.interval.ms` stands in."
        }
        Setting::LogFlushSchedulerIntervalMs => {
            "How often the broker looks whether `flush.ms` has passed; by default never."
        }
        Setting::LogFlushOffsetCheckpointIntervalMs => {
            "How often the broker writes down up to where its logs are flushed: recovery after a crash begins there."
        }
        Setting::LogFlushStartOffsetCheckpointIntervalMs => {
            "How often the broker writes down where its logs start."
        }
        Setting::ReplicaHighWatermarkCheckpointIntervalMs => {
            "How often the broker writes down the high watermarks of its logs."
        }
        Setting::ProducerIdExpirationMs => {
            "How long a log remembers a producer id after its last batch; later its duplicates are not known any more."
        }
        Setting::ProducerIdExpirationCheckIntervalMs => {
            "How often a log looks for producer ids to forget."
        }
        Setting::LogSegmentDeleteDelayMs => "`file.delete.delay.ms` for topics that do not set it.",
        Setting::LogCleanerEnable => {
            "Whether the cleaner runs; without it compacted topics only grow."
        }
        Setting::LogCleanerBackoffMs => "How long the cleaner sleeps when no log is due.",
        Setting::LogCleanerDedupeBufferSize => {
            "The memory of the cleaner's offset map, 24 bytes a key; one cleaning goes as far as the map holds."
        }
        Setting::LogCleanerIoBufferLoadFactor => {
            "How full the offset map may get: fuller takes more keys in a round, with more collisions."
        }
        Setting::LogCleanerIoBufferSize => "The memory through which the cleaner reads and writes.",
        Setting::LogCleanerMinCleanableRatio => {
            "`min.cleanable.dirty.ratio` for topics that do not set it."
        }
        Setting::OffsetsTopicNumPartitions => {
            "How many partitions `__consumer_offsets` gets; a group's name is hashed to one of them."
        }
        Setting::OffsetsTopicReplicationFactor => {
            "How many replicas `__consumer_offsets` gets; with fewer brokers it cannot be created."
        }
        Setting::OffsetsTopicSegmentBytes => {
            "The segment size of `__consumer_offsets`: small, so that it is compacted and read back quickly."
        }
        Setting::GroupInitialRebalanceDelayMs => {
            "How long an empty group waits for more members after the first, so that it does not rebalance for each."
        }
        Setting::GroupMinSessionTimeoutMs => {
            "The shortest `session.timeout.ms` that the broker accepts."
        }
        Setting::GroupMaxSessionTimeoutMs => {
            "The longest `session.timeout.ms` that the broker accepts."
        }
        Setting::GroupMaxSize => "How many members a group may have.",
        Setting::GroupConsumerHeartbeatIntervalMs => {
            "How often members of the new protocol (KIP-848) send heartbeats: the broker tells them."
        }
        Setting::GroupConsumerSessionTimeoutMs => {
            "A member of the new protocol that sends no heartbeat for so long is taken for dead."
        }
        Setting::GroupConsumerAssignors => {
            "The coordinator's assignors; the first is used where no member votes for one."
        }
        Setting::GroupConsumerAssignmentIntervalMs => {
            "At least so much time is between two target assignments of a group of the new protocol."
        }
        Setting::GroupConsumerMaxSize => "How many members a group of the new protocol may have.",
        Setting::OffsetsRetentionMinutes => {
            "How long committed offsets are kept once nobody needs them: in 4.x since the group became empty, in the book's era since the commit."
        }
        Setting::OffsetsRetentionCheckIntervalMs => {
            "How often the coordinator looks for committed offsets that are too old."
        }
        Setting::CompressionType if scope == Scope::Producer => {
            "How the producer compresses its batches."
        }
        Setting::CompressionType => {
            "How the broker stores batches: `producer` leaves them as they came, other codecs compress them anew."
        }
    }
}
