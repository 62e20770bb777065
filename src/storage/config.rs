//! A log's settings as numbers, and the cleaner's.
//!
//! Kafka: `LogConfig`, `CleanerConfig`, `KafkaConfig.extractLogConfigMap`: what a topic does not set,
//! its broker does.

use crate::protocol::config::{Profile, Setting, Settings};
use crate::protocol::java::{Double, abs};
use crate::protocol::record::{Codec, TimestampType};

/// Everything that the log, retention and the cleaner ask of a topic.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LogConfig {
    /// Which Kafka's rules hold.
    pub profile: Profile,
    /// `cleanup.policy` contains compact.
    pub compact: bool,
    /// `cleanup.policy` contains delete.
    pub delete: bool,
    /// The segment limit: `internal.segment.bytes` if set, else `segment.bytes`.
    pub segment_bytes: u32,
    /// Whether `internal.segment.bytes` set it.
    pub segment_bytes_is_internal: bool,
    /// See [`LogConfig::max_segment_ms`].
    pub segment_ms: i64,
    /// The most that is taken off `segment_ms`, drawn for each segment (LOG-19).
    pub segment_jitter_ms: i64,
    /// How large either index may grow.
    pub segment_index_bytes: u32,
    /// How many bytes go by between two index entries (LOG-24).
    pub index_interval_bytes: u32,
    /// How old a segment's newest record may get; negative: any age (RET-4).
    pub retention_ms: i64,
    /// How large a partition may get; negative: any size (RET-5).
    pub retention_bytes: i64,
    /// How long `.deleted` files stay (RET-9).
    pub file_delete_delay_ms: u64,
    /// After how many records the log is flushed.
    pub flush_messages: u64,
    /// After how long the log is flushed.
    pub flush_ms: u64,
    /// How long a producer is remembered after its last batch (LOG-30).
    pub producer_id_expiration_ms: i64,
    /// How often that is looked at.
    pub producer_id_check_ms: u64,
    /// The dirty ratio that must be exceeded (CLEAN-6).
    pub min_cleanable_dirty_ratio: Double,
    /// How long a tombstone stays after the first cleaning that kept it (CLEAN-16).
    pub delete_retention_ms: i64,
    /// How old a record must be to be compacted (CLEAN-3).
    pub min_compaction_lag_ms: i64,
    /// How long a record may stay uncompacted (CLEAN-7).
    pub max_compaction_lag_ms: i64,
    /// How large a batch may be (LOG-13).
    pub max_message_bytes: u32,
    /// What the leader compresses batches with; `None` leaves it to the producer (LOG-15).
    pub compression: Option<Codec>,
    /// Whose clock stamps the records.
    pub message_timestamp_type: TimestampType,
    /// How far in the past a CreateTime may lie (LOG-10).
    pub message_timestamp_before_max_ms: i64,
    /// How far in the future a CreateTime may lie (LOG-10).
    pub message_timestamp_after_max_ms: i64,
}

impl LogConfig {
    /// The settings of a topic on a broker.
    ///
    /// Precedence as in LOG-19 and RET-11: the topic's own; then the broker's milliseconds over
    /// minutes over hours; then the default.
    #[must_use]
    pub fn new(topic: &Settings, broker: &Settings) -> Self {
        use Setting as S;
        let number = |own, synonym| {
            if topic.is_set(own) { topic.number(own) } else { broker.number(synonym) }
        };
        let int = |own, synonym| u32::try_from(number(own, synonym)).unwrap_or(0);
        let of_hours = |own, ms, hours| {
            if topic.is_set(own) {
                return topic.number(own);
            }
            broker.optional_number(ms).unwrap_or_else(|| broker.number(hours) * 3_600_000)
        };
        let retention_ms = if topic.is_set(S::RetentionMs) {
            topic.number(S::RetentionMs)
        } else {
            let minutes = broker.optional_number(S::LogRetentionMinutes).map(|m| m * 60_000);
            let hours = broker.number(S::LogRetentionHours) * 3_600_000;
            broker.optional_number(S::LogRetentionMs).or(minutes).unwrap_or(hours).max(-1)
        };
        let policy = |word| {
            if topic.is_set(S::CleanupPolicy) {
                topic.lists(S::CleanupPolicy, word)
            } else {
                broker.lists(S::LogCleanupPolicy, word)
            }
        };
        let ratio = if topic.is_set(S::MinCleanableDirtyRatio) {
            topic.ratio(S::MinCleanableDirtyRatio)
        } else {
            broker.ratio(S::LogCleanerMinCleanableRatio)
        };
        let timestamp_type = if topic.is_set(S::MessageTimestampType) {
            topic.text(S::MessageTimestampType)
        } else {
            broker.text(S::LogMessageTimestampType)
        };
        let internal = topic.optional_number(S::InternalSegmentBytes);
        let segment_bytes = internal.unwrap_or_else(|| number(S::SegmentBytes, S::LogSegmentBytes));
        Self {
            profile: topic.profile(),
            compact: policy("compact"),
            delete: policy("delete"),
            segment_bytes: u32::try_from(segment_bytes).unwrap_or(0),
            segment_bytes_is_internal: internal.is_some(),
            segment_ms: of_hours(S::SegmentMs, S::LogRollMs, S::LogRollHours),
            segment_jitter_ms: of_hours(
                S::SegmentJitterMs,
                S::LogRollJitterMs,
                S::LogRollJitterHours,
            ),
            segment_index_bytes: int(S::SegmentIndexBytes, S::LogIndexSizeMaxBytes),
            index_interval_bytes: int(S::IndexIntervalBytes, S::LogIndexIntervalBytes),
            retention_ms,
            retention_bytes: number(S::RetentionBytes, S::LogRetentionBytes),
            file_delete_delay_ms: u64::try_from(number(
                S::FileDeleteDelayMs,
                S::LogSegmentDeleteDelayMs,
            ))
            .unwrap_or(0),
            flush_messages: number(S::FlushMessages, S::LogFlushIntervalMessages).unsigned_abs(),
            flush_ms: if topic.is_set(S::FlushMs) {
                topic.unsigned(S::FlushMs)
            } else {
                // `KafkaConfig.logFlushIntervalMs`
                let scheduler = broker.number(S::LogFlushSchedulerIntervalMs);
                let interval = broker.optional_number(S::LogFlushIntervalMs).unwrap_or(scheduler);
                u64::try_from(interval).unwrap_or(0)
            },
            producer_id_expiration_ms: broker.number(S::ProducerIdExpirationMs),
            producer_id_check_ms: broker.unsigned(S::ProducerIdExpirationCheckIntervalMs),
            min_cleanable_dirty_ratio: ratio,
            delete_retention_ms: number(S::DeleteRetentionMs, S::LogCleanerDeleteRetentionMs),
            min_compaction_lag_ms: number(S::MinCompactionLagMs, S::LogCleanerMinCompactionLagMs),
            max_compaction_lag_ms: number(S::MaxCompactionLagMs, S::LogCleanerMaxCompactionLagMs),
            max_message_bytes: int(S::MaxMessageBytes, S::MessageMaxBytes),
            compression: match topic.text(S::CompressionType).as_deref() {
                Some("uncompressed") => Some(Codec::None),
                Some(name) => Codec::from_name(name),
                None => None,
            },
            message_timestamp_type: match timestamp_type.as_deref() {
                Some("LogAppendTime") => TimestampType::LogAppendTime,
                _ => TimestampType::CreateTime,
            },
            message_timestamp_before_max_ms: number(
                S::MessageTimestampBeforeMaxMs,
                S::LogMessageTimestampBeforeMaxMs,
            ),
            message_timestamp_after_max_ms: number(
                S::MessageTimestampAfterMaxMs,
                S::LogMessageTimestampAfterMaxMs,
            ),
        }
    }

    /// After how long the active segment rolls: sooner in a compacted topic with a maximum lag (LOG-18).
    #[must_use]
    pub fn max_segment_ms(&self) -> i64 {
        if self.compact {
            self.segment_ms.min(self.max_compaction_lag_ms.max(0))
        } else {
            self.segment_ms
        }
    }

    /// The jitter of a new segment from a draw (LOG-19).
    #[must_use]
    pub fn segment_jitter(&self, random: impl FnOnce() -> u32) -> u64 {
        if self.segment_jitter_ms == 0 {
            return 0;
        }
        let drawn = i64::from(abs(random().cast_signed()));
        (drawn % self.segment_jitter_ms.min(self.segment_ms)).unsigned_abs()
    }
}

/// What the cleaner's thread is given (`CleanerConfig`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CleanerConfig {
    /// `log.cleaner.enable`.
    pub enabled: bool,
    /// How long the thread sleeps when there is nothing to clean (CLEAN-6).
    pub backoff_ms: u64,
    /// Bytes of the offset map, 24 a slot (CLEAN-9).
    pub dedupe_buffer_bytes: u64,
    /// `log.cleaner.io.buffer.size`: bytes of the buffers for reading and writing together.
    pub io_buffer_bytes: u32,
    /// How full the map may get.
    pub load_factor: Double,
}

impl CleanerConfig {
    /// The cleaner's settings of a broker.
    #[must_use]
    pub fn new(broker: &Settings) -> Self {
        Self {
            enabled: broker.boolean(Setting::LogCleanerEnable),
            backoff_ms: broker.unsigned(Setting::LogCleanerBackoffMs),
            dedupe_buffer_bytes: broker.unsigned(Setting::LogCleanerDedupeBufferSize),
            io_buffer_bytes: broker.unsigned(Setting::LogCleanerIoBufferSize) as u32,
            load_factor: broker.ratio(Setting::LogCleanerIoBufferLoadFactor),
        }
    }
}
