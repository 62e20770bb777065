//! Small and interesting values of every setting.

use crate::protocol::config::{
    COOPERATIVE_STICKY_ASSIGNOR, Definition, Kind, Profile, RANGE_ASSIGNOR,
    ROUND_ROBIN_PARTITIONER, STICKY_ASSIGNOR, Setting as S,
};
use crate::sim::rng::Rng;

const INT_MAX: &str = "2147483647";
/// Round robin rather than range.
const CIRCLE_FIRST: &str = "org.apache.kafka.clients.consumer.RoundRobinAssignor, \
                            org.apache.kafka.clients.consumer.RangeAssignor";
const LONG_MAX: &str = "9223372036854775807";

/// A value of a setting. Alone it is legal; together with others it may not be.
///
/// The match is exhaustive, so that a new setting has values here.
pub(super) fn draw(definition: &Definition, profile: Profile, rng: &mut Rng) -> String {
    let book = profile == Profile::Book;
    let all: &[&str] = match definition.setting {
        S::CleanupPolicy | S::LogCleanupPolicy => &["compact", "delete", "compact,delete"],
        S::SegmentBytes | S::LogSegmentBytes if book => &["14", "400", "1200", "3000"],
        S::SegmentBytes | S::LogSegmentBytes => &["1048576", "2000000", "1073741824"],
        S::InternalSegmentBytes => &["100", "300", "700", "1500", "4000"],
        S::SegmentMs => &["1", "60", "300", "1500", "604800000"],
        S::SegmentJitterMs => &["0", "50", "500"],
        S::SegmentIndexBytes | S::LogIndexSizeMaxBytes => {
            &["4", "12", "16", "24", "36", "60", "240", "10485760"]
        }
        S::IndexIntervalBytes | S::LogIndexIntervalBytes => &["0", "1", "150", "400", "4096"],
        S::RetentionMs => &["-1", "0", "100", "600", "3000", "604800000"],
        S::RetentionBytes | S::LogRetentionBytes => &["-1", "0", "500", "2000", "10000"],
        S::FileDeleteDelayMs | S::LogSegmentDeleteDelayMs => &["0", "1", "100", "60000"],
        S::FlushMessages | S::LogFlushIntervalMessages => &["1", "3", "20", LONG_MAX],
        S::FlushMs | S::LogFlushIntervalMs => &["0", "100", "1000", LONG_MAX],
        S::LogFlushSchedulerIntervalMs => &["50", "400", LONG_MAX],
        S::LogFlushOffsetCheckpointIntervalMs | S::LogFlushStartOffsetCheckpointIntervalMs => {
            &["0", "60", "700", "60000"]
        }
        S::ReplicaHighWatermarkCheckpointIntervalMs => &["20", "300", "5000"],
        S::ProducerIdExpirationMs => &["1", "800", "86400000"],
        S::ProducerIdExpirationCheckIntervalMs => &["50", "600", "600000"],
        S::MinCleanableDirtyRatio | S::LogCleanerMinCleanableRatio => {
            &["0", "0.1", "0.5", "0.75", "1"]
        }
        S::DeleteRetentionMs | S::LogCleanerDeleteRetentionMs => &["0", "50", "600", "86400000"],
        S::MinCompactionLagMs | S::LogCleanerMinCompactionLagMs => &["0", "100", "800"],
        S::MaxCompactionLagMs | S::LogCleanerMaxCompactionLagMs => {
            &["1", "200", "1500", "60000", LONG_MAX]
        }
        S::MaxMessageBytes | S::MessageMaxBytes => {
            &["0", "90", "160", "400", "1200", "4000", "1048588"]
        }
        S::MessageTimestampType | S::LogMessageTimestampType => &["CreateTime", "LogAppendTime"],
        S::MessageTimestampBeforeMaxMs | S::LogMessageTimestampBeforeMaxMs => {
            &["0", "60", "1000", LONG_MAX]
        }
        S::MessageTimestampAfterMaxMs | S::LogMessageTimestampAfterMaxMs => {
            &["0", "1000", "3600000", LONG_MAX]
        }
        S::CompressionType => match definition.kind {
            Kind::Choice(words) if words.contains(&"producer") => &["producer", "uncompressed"],
            _ => &["none"],
        },
        S::MinInsyncReplicas => &["1", "1", "2"],

        S::Acks => &["all", "-1", "0", "1"],
        S::LingerMs => &["0", "1", "5", "30", "150"],
        S::BatchSize => &["0", "1", "120", "400", "16384"],
        S::BufferMemory => &["0", "300", "900", "20000", "33554432"],
        S::MaxBlockMs => &["0", "40", "500", "60000"],
        S::MaxRequestSize => &["0", "120", "400", "2000", "1048576"],
        S::MaxInFlightRequests => &["1", "2", "5", "1000"],
        S::Retries => &["0", "1", "3", INT_MAX],
        S::DeliveryTimeoutMs => &["200", "1500", "40000", "120000"],
        S::EnableIdempotence => &["false", "true"],
        S::PartitionerClass => &[ROUND_ROBIN_PARTITIONER],
        S::PartitionerIgnoreKeys | S::PartitionerAdaptivePartitioningEnable => &["true", "false"],
        S::PartitionerAvailabilityTimeoutMs => &["0", "10", "200"],

        S::GroupId => &["store", "audit"],
        S::GroupInstanceId => &["one", "two", "three", "four"],
        S::GroupProtocol => &["classic"],
        S::GroupRemoteAssignor => &["uniform", "range"],
        S::EnableAutoCommit => &["true", "false"],
        S::AutoCommitIntervalMs => &["0", "30", "200", "5000"],
        S::AutoOffsetReset => &["earliest", "latest", "none", "by_duration:PT0.5S"],
        S::MaxPollRecords => &["1", "3", "20", "500"],
        S::MaxPollIntervalMs => &["200", "800", "5000", "300000"],
        S::SessionTimeoutMs => &["100", "400", "2000", "10000", "45000"],
        S::HeartbeatIntervalMs => &["20", "90", "600", "3000"],
        S::FetchMinBytes => &["0", "1", "300", "3000"],
        S::FetchMaxWaitMs => &["0", "20", "150", "500"],
        S::FetchMaxBytes | S::MaxPartitionFetchBytes => &["0", "1", "200", "1500", "1048576"],
        S::PartitionAssignmentStrategy if book => &[RANGE_ASSIGNOR, STICKY_ASSIGNOR, CIRCLE_FIRST],
        S::PartitionAssignmentStrategy => &[
            RANGE_ASSIGNOR,
            STICKY_ASSIGNOR,
            COOPERATIVE_STICKY_ASSIGNOR,
            COOPERATIVE_STICKY_ASSIGNOR,
            CIRCLE_FIRST,
            "org.apache.kafka.clients.consumer.CooperativeStickyAssignor,\
             org.apache.kafka.clients.consumer.StickyAssignor",
        ],
        S::IsolationLevel => &["read_committed", "read_uncommitted"],

        S::DefaultApiTimeoutMs => &["100", "1500", "60000"],

        S::ClientId => &["app", "till 7", ""],
        S::RequestTimeoutMs => &["60", "300", "2000", "30000"],
        S::RetryBackoffMs => &["1", "20", "100"],
        S::RetryBackoffMaxMs => &["1", "50", "1000"],

        S::NumPartitions => &["1", "2", "5"],
        S::DefaultReplicationFactor => &["1", "1", "2"],
        S::AutoCreateTopicsEnable => &["true", "false"],
        S::LogRollMs => &["100", "1000", "604800000"],
        S::LogRollHours => &["1", "168"],
        S::LogRollJitterMs => &["0", "40", "400"],
        S::LogRollJitterHours => &["0", "1"],
        S::LogRetentionMs => &["-1", "300", "2000", "604800000"],
        S::LogRetentionMinutes => &["1", "60"],
        S::LogRetentionHours => &["1", "168"],
        S::LogRetentionCheckIntervalMs => &["50", "500", "300000"],
        S::LogInitialTaskDelayMs => &["0", "100", "30000"],
        S::LogCleanerEnable => &["true", "true", "false"],
        S::LogCleanerBackoffMs => &["20", "300", "15000"],
        // Some fifty keys fit, or more than any world has.
        S::LogCleanerDedupeBufferSize => &["1200", "2097152", "134217728"],
        S::LogCleanerIoBufferLoadFactor => &["0.1", "0.5", "0.9", "1"],
        S::LogCleanerIoBufferSize => &["1024", "524288"],
        S::OffsetsTopicNumPartitions => &["1", "3", "50"],
        S::OffsetsTopicReplicationFactor => &["1"],
        S::OffsetsTopicSegmentBytes => &["300", "1600", "104857600"],
        S::GroupInitialRebalanceDelayMs => &["0", "30", "300", "3000"],
        S::GroupMinSessionTimeoutMs => &["50", "500", "6000"],
        S::GroupMaxSessionTimeoutMs => &["1000", "30000", "1800000"],
        S::GroupMaxSize | S::GroupConsumerMaxSize => &["1", "2", "3", INT_MAX],
        S::GroupConsumerHeartbeatIntervalMs => &["30", "200", "5000"],
        S::GroupConsumerSessionTimeoutMs => &["300", "1500", "45000"],
        S::GroupConsumerAssignors => &["uniform", "range", "range,uniform"],
        S::GroupConsumerAssignmentIntervalMs => &["0", "50", "1000"],
        S::OffsetsRetentionMinutes => &["1", "60", "10080"],
        S::OffsetsRetentionCheckIntervalMs => &["300", "20000", "600000"],
    };
    (*rng.pick(all)).to_owned()
}
