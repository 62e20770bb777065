//! A producer's settings as plain numbers.
//!
//! Kafka: `ProducerConfig`, `KafkaProducer.configureDeliveryTimeout`.

use crate::client::producer::serializer::Serializer;
use crate::protocol::PURCHASE_KEY_PARTITIONER;
use crate::protocol::config::{Profile, ROUND_ROBIN_PARTITIONER, Setting, Settings};
use crate::protocol::java::exponential_backoff_ms;
use crate::protocol::record::{Codec, Record};

/// Which partitioner decides for records that do not name their partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum PartitionerKind {
    /// 4.x without `partitioner.class`: keys are hashed, others stick (PROD-10).
    BuiltIn,
    /// `RoundRobinPartitioner` (PROD-16).
    RoundRobin,
    /// The book's `DefaultPartitioner`: keys are hashed, others go round (PROD-18).
    Default,
}

/// What the producer reads out of its settings once, when it is built.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ProducerConfig {
    pub(crate) acks: i16,
    /// PROD-36.
    pub(crate) idempotent: bool,
    /// The book's Kafka.
    pub(crate) book: bool,
    pub(crate) linger_ms: u64,
    /// At least 1 (PROD-19).
    pub(crate) batch_size: u64,
    pub(crate) buffer_memory: u64,
    pub(crate) max_block_ms: u64,
    pub(crate) max_request_size: u64,
    pub(crate) max_in_flight: u64,
    pub(crate) retries: u64,
    pub(crate) retry_backoff_ms: u64,
    /// Equal to `retry_backoff_ms` in the book profile: a constant back-off.
    pub(crate) retry_backoff_max_ms: u64,
    pub(crate) request_timeout_ms: u64,
    /// `None` in the book profile, which has no such bound (PROD-28).
    pub(crate) delivery_timeout_ms: Option<u64>,
    /// What batches are compressed with (PROD-26).
    pub(crate) codec: Codec,
    pub(crate) partitioner: PartitionerKind,
    /// The part of the key that the book's own partitioner hashes, if that is `partitioner.class`.
    pub(crate) own_part: Option<&'static str>,
    /// Of keys and of values (PROD-4).
    pub(crate) serializers: [Serializer; 2],
    pub(crate) ignore_keys: bool,
    pub(crate) adaptive: bool,
    pub(crate) availability_timeout_ms: u64,
}

impl ProducerConfig {
    /// Reads settings that passed their checks.
    pub(crate) fn read(settings: &Settings) -> Self {
        let book = settings.profile() == Profile::Book;
        let linger_ms = settings.unsigned(Setting::LingerMs);
        let request_timeout_ms = settings.unsigned(Setting::RequestTimeoutMs);
        // PROD-28: left at its default, it is silently raised to the sum.
        let delivery_ms = settings.unsigned(Setting::DeliveryTimeoutMs);
        let least_ms = linger_ms.saturating_add(request_timeout_ms).min(i32::MAX as u64);
        let delivery_timeout_ms = match (book, settings.is_set(Setting::DeliveryTimeoutMs)) {
            (true, _) => None,
            (false, true) => Some(delivery_ms),
            (false, false) => Some(delivery_ms.max(least_ms)),
        };
        let retry_backoff_ms = settings.unsigned(Setting::RetryBackoffMs);
        let round_robin =
            settings.text(Setting::PartitionerClass).as_deref() == Some(ROUND_ROBIN_PARTITIONER);
        let partitioner = match (round_robin, book) {
            (true, _) => PartitionerKind::RoundRobin,
            (false, true) => PartitionerKind::Default,
            (false, false) => PartitionerKind::BuiltIn,
        };
        let codec = settings.text(Setting::CompressionType);
        let idempotent = settings.is_idempotent();
        // In the book's Kafka, defaults give way to idempotence (`configureAcks`, `configureRetries`).
        let gives_way = |setting| idempotent && book && !settings.is_set(setting);
        Self {
            idempotent,
            book,
            codec: codec.and_then(|name| Codec::from_name(&name)).unwrap_or_default(),
            acks: match settings.text(Setting::Acks).as_deref() {
                _ if gives_way(Setting::Acks) => -1,
                Some("0") => 0,
                Some("1") => 1,
                _ => -1,
            },
            linger_ms,
            batch_size: settings.unsigned(Setting::BatchSize).max(1),
            buffer_memory: settings.unsigned(Setting::BufferMemory),
            max_block_ms: settings.unsigned(Setting::MaxBlockMs),
            max_request_size: settings.unsigned(Setting::MaxRequestSize),
            max_in_flight: settings.unsigned(Setting::MaxInFlightRequests).max(1),
            retries: if gives_way(Setting::Retries) {
                i32::MAX as u64
            } else {
                settings.unsigned(Setting::Retries)
            },
            retry_backoff_ms,
            retry_backoff_max_ms: if book {
                retry_backoff_ms
            } else {
                settings.unsigned(Setting::RetryBackoffMaxMs)
            },
            request_timeout_ms,
            delivery_timeout_ms,
            partitioner,
            own_part: settings
                .text(Setting::PartitionerClass)
                .is_some_and(|class| *class == *PURCHASE_KEY_PARTITIONER)
                .then_some("/customerId"),
            serializers: ["key.serializer", "value.serializer"]
                .map(|name| settings.other(name).map_or_else(Default::default, Serializer::named)),
            ignore_keys: !book && settings.boolean(Setting::PartitionerIgnoreKeys),
            adaptive: partitioner == PartitionerKind::BuiltIn
                && settings.boolean(Setting::PartitionerAdaptivePartitioningEnable),
            availability_timeout_ms: settings.unsigned(Setting::PartitionerAvailabilityTimeoutMs),
        }
    }

    /// Whether a record may be sent at all, by an upper bound of its batch's size (PROD-2).
    ///
    /// # Errors
    /// Kafka's words.
    pub(crate) fn check_size(&self, record: &Record) -> Result<(), String> {
        let size_bytes = record.batch_size_upper_bound() as u64;
        if size_bytes > self.max_request_size {
            return Err(format!(
                "The message is {size_bytes} bytes when serialized which is larger than {}, which is the \
                 value of the max.request.size configuration.",
                self.max_request_size
            ));
        }
        if size_bytes > self.buffer_memory {
            return Err(format!(
                "The message is {size_bytes} bytes when serialized which is larger than the total memory \
                 buffer you have configured with the buffer.memory configuration."
            ));
        }
        Ok(())
    }

    /// How long to wait after the failure that followed `attempts` others (GEN-8).
    pub(crate) fn backoff_ms(&self, attempts: u32, chance: &mut dyn FnMut() -> u32) -> u64 {
        if self.retry_backoff_max_ms <= self.retry_backoff_ms {
            return self.retry_backoff_max_ms; // Constant, without a draw.
        }
        exponential_backoff_ms(self.retry_backoff_ms, self.retry_backoff_max_ms, attempts, chance())
    }
}
