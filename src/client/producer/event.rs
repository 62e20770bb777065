//! What happened at a producer: past tense, ids and numbers only.

use std::fmt;

use crate::client::producer::sequences::ProducerSequence;
use crate::protocol::{Bytes, ErrorCode, KeyHash, Offset, Refusal, Topic, TopicPartition};

/// Why a record goes to its partition (PROD-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PartitionChoice {
    /// The record names its partition.
    Explicit,
    /// The key was hashed (PROD-7).
    Keyed(KeyHash),
    /// No key: the partition that the built-in partitioner sticks to (PROD-10).
    Sticky,
    /// The application's own partitioner hashed a part of the key.
    Own(KeyHash),
    /// A counter decided (PROD-16, PROD-18).
    RoundRobin {
        /// Its value before this record.
        counter: u32,
    },
}

/// Why the sticky partitioner moved on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StickySwitch {
    /// Bytes that the previous partition got.
    pub produced_bytes: u64,
    /// `batch.size`.
    pub limit_bytes: u64,
    /// The drawn number.
    pub drawn: u32,
}

/// What happened at a producer. `number`: the n-th `send` of this producer, from 0.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ProducerEvent {
    /// A record was serialised, got its partition and lies in the accumulator (PROD-1).
    RecordAccumulated {
        /// Which send.
        number: u64,
        /// Where it goes.
        partition: TopicPartition,
        /// Why there.
        choice: PartitionChoice,
        /// The serialised key.
        key: Option<Bytes>,
        /// The serialised value.
        value: Option<Bytes>,
        /// A new batch was opened for it.
        opened_batch: bool,
    },
    /// The sticky partitioner chose its next partition.
    StickyPartitionChosen {
        /// The new one.
        partition: TopicPartition,
        /// What made it move; `None`: the first choice.
        switch: Option<StickySwitch>,
    },
    /// `send` failed: the callback got the exception; nothing was accumulated.
    SendFailed {
        /// Which send.
        number: u64,
        /// Where it should have gone.
        topic: Topic,
        /// The record's key.
        key: Option<Bytes>,
        /// The record's value.
        value: Option<Bytes>,
        /// Kafka's error and words.
        refusal: Refusal,
        /// `send` itself threw this exception: no callback, no future.
        thrown: Option<&'static str>,
    },
    /// A record waits: topic metadata is not known yet, or `buffer.memory` is used up (PROD-3, PROD-31).
    SendBlocked {
        /// Which send.
        number: u64,
        /// For memory, not for metadata.
        for_memory: bool,
    },
    /// A batch was closed and put into a Produce request (PROD-24).
    BatchDrained {
        /// Its partition.
        partition: TopicPartition,
        /// The first record's send number.
        first: u64,
        /// How many records.
        record_count: u32,
        /// Bytes of the batch.
        size_bytes: u32,
        /// How long it had waited since it was opened.
        waited_ms: u64,
        /// How often it was sent before.
        attempts: u32,
        /// Producer id, epoch and sequence; `None` without idempotence (PROD-32).
        sequence: Option<ProducerSequence>,
        /// The request.
        correlation_id: u64,
    },
    /// The broker acknowledged a batch; with `acks=0` the request was written and `base_offset` is `None` (PROD-27).
    BatchAcknowledged {
        /// Its partition.
        partition: TopicPartition,
        /// Send numbers of its records, in order.
        numbers: Vec<u64>,
        /// The first record's offset.
        base_offset: Option<Offset>,
        /// The broker's time of the append, under LogAppendTime.
        log_append_ms: Option<u64>,
    },
    /// A batch will be sent again (PROD-29).
    BatchRetried {
        /// Its partition.
        partition: TopicPartition,
        /// Send numbers of its records.
        numbers: Vec<u64>,
        /// What went wrong; `None`: the connection was lost or the request timed out.
        error: Option<ErrorCode>,
        /// How often it was sent.
        attempts: u32,
        /// How long it waits.
        backoff_ms: u64,
        /// The number that it keeps; `None` without idempotence (PROD-33).
        sequence: Option<ProducerSequence>,
    },
    /// A batch was too large for the broker and was split (PROD-30).
    BatchSplit {
        /// Its partition.
        partition: TopicPartition,
        /// Into how many.
        into: u32,
    },
    /// A batch is given up: callbacks got the exception.
    BatchFailed {
        /// Its partition.
        partition: TopicPartition,
        /// Send numbers of its records.
        numbers: Vec<u64>,
        /// Kafka's error and words.
        refusal: Refusal,
    },
    /// The broker gave the producer its id (PROD-32).
    ProducerIdReceived {
        /// The id.
        producer_id: i64,
        /// Its epoch: 0 at first.
        epoch: i16,
    },
    /// The broker has no id to give yet; the producer asks again.
    ProducerIdRefused {
        /// Why.
        error: ErrorCode,
        /// When again.
        backoff_ms: u64,
    },
    /// The producer went to the next epoch by itself: a partition's sequence has a gap (PROD-35).
    EpochBumped {
        /// Its id.
        producer_id: i64,
        /// The new epoch.
        epoch: i16,
        /// Partitions whose batches in flight are numbered from 0 again.
        partitions: Vec<TopicPartition>,
    },
    /// The producer gives its id up and asks for another: its epochs are used up, or, in the book's
    /// Kafka, a partition's sequence has a gap.
    ProducerIdDropped {
        /// The id.
        producer_id: i64,
        /// Its last epoch.
        epoch: i16,
    },
    /// Kafka's log line about another setting that switches idempotence off (PROD-36).
    IdempotenceDisabled(String),
    /// A request got no answer within `request.timeout.ms`; the connection is closed.
    RequestTimedOut {
        /// Which.
        correlation_id: u64,
    },
    /// The connection to the broker was lost.
    Disconnected,
    /// Kafka's log line about settings that the client does not know (PROD-37).
    UnusedSettings(String),
    /// The process died; what it had accumulated is lost.
    Crashed {
        /// Records that were in the accumulator or in flight.
        lost: u32,
    },
    /// A new process runs in its place.
    Restarted,
    /// The producer was closed: everything was sent first.
    Closed,
}

impl fmt::Display for ProducerEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RecordAccumulated { number, partition, choice, key, .. } => {
                let key = key.as_deref().map_or("null".into(), String::from_utf8_lossy);
                write!(f, "send {number}: key {key} to {partition}, {choice}")
            }
            Self::StickyPartitionChosen { partition, switch: None } => {
                write!(f, "sticks to {partition}")
            }
            Self::StickyPartitionChosen { partition, switch: Some(switch) } => write!(
                f,
                "sticks to {partition} after {} B, batch.size {}, drawn {}",
                switch.produced_bytes, switch.limit_bytes, switch.drawn
            ),
            Self::SendFailed { number, refusal, thrown: Some(thrown), .. } => {
                write!(f, "send {number} threw {thrown}: {}", refusal.message)
            }
            Self::SendFailed { number, refusal, .. } => {
                write!(f, "send {number} failed: {refusal}")
            }
            Self::SendBlocked { number, for_memory } => {
                let what = if *for_memory { "buffer.memory" } else { "metadata" };
                write!(f, "send {number} waits for {what}")
            }
            Self::BatchDrained {
                partition, record_count, size_bytes, waited_ms, sequence, ..
            } => {
                write!(
                    f,
                    "sent a batch of {record_count} records, {size_bytes} B, to {partition} after {waited_ms} ms"
                )?;
                match sequence {
                    Some(ProducerSequence { producer_id, epoch, base_sequence }) => {
                        write!(f, ", producer {producer_id}/{epoch}, sequence {base_sequence}")
                    }
                    None => Ok(()),
                }
            }
            Self::BatchAcknowledged { partition, numbers, base_offset: Some(offset), .. } => {
                write!(
                    f,
                    "{} records of {partition} acknowledged from offset {offset}",
                    numbers.len()
                )
            }
            Self::BatchAcknowledged { partition, numbers, base_offset: None, .. } => {
                write!(f, "{} records of {partition} written, acks=0", numbers.len())
            }
            Self::BatchRetried { partition, error, attempts, backoff_ms, .. } => {
                let error = error.map_or("disconnected", ErrorCode::name);
                write!(
                    f,
                    "batch of {partition} failed, {error}: attempt {attempts}, again in {backoff_ms} ms"
                )
            }
            Self::BatchSplit { partition, into } => {
                write!(f, "batch of {partition} too large: split into {into}")
            }
            Self::BatchFailed { partition, numbers, refusal } => {
                write!(f, "{} records of {partition} failed: {refusal}", numbers.len())
            }
            Self::ProducerIdReceived { producer_id, epoch } => {
                write!(f, "is producer {producer_id}, epoch {epoch}")
            }
            Self::ProducerIdRefused { error, backoff_ms } => {
                write!(f, "got no producer id, {error}: again in {backoff_ms} ms")
            }
            Self::EpochBumped { producer_id, epoch, .. } => {
                write!(f, "producer {producer_id} begins epoch {epoch}")
            }
            Self::ProducerIdDropped { producer_id, epoch } => {
                write!(f, "gives up producer id {producer_id} in epoch {epoch}")
            }
            Self::IdempotenceDisabled(line) => f.write_str(line),
            Self::RequestTimedOut { correlation_id } => {
                write!(f, "request {correlation_id} timed out")
            }
            Self::Disconnected => f.write_str("disconnected"),
            Self::UnusedSettings(line) => f.write_str(line),
            Self::Crashed { lost } => write!(f, "crashed with {lost} records unsent"),
            Self::Restarted => f.write_str("restarted"),
            Self::Closed => f.write_str("closed"),
        }
    }
}

impl fmt::Display for PartitionChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Explicit => f.write_str("as the record says"),
            Self::Keyed(hash) => write!(f, "murmur2 {}", hash.hash),
            Self::Own(hash) => write!(f, "own partitioner, murmur2 {}", hash.hash),
            Self::Sticky => f.write_str("sticky"),
            Self::RoundRobin { counter } => write!(f, "round robin {counter}"),
        }
    }
}
