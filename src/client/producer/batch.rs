//! A batch of records of one partition, from its first record to its fate.
//!
//! Kafka: `ProducerBatch`. Sizes are those of the real bytes, which a `BatchBuilder` writes as records come;
//! of a batch that will be compressed they are estimated until it is closed.

use std::collections::VecDeque;

use crate::client::producer::sequences::{Numbered, ProducerSequence};
use crate::protocol::Bytes;
use crate::protocol::java::CompressionRatio;
use crate::protocol::record::{
    BATCH_OVERHEAD, BatchBuilder, BatchOptions, Codec, Compression, Header, Record, RecordBatch,
    increment_sequence, set_producer_state,
};

/// A record in a batch.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BatchRecord {
    /// Which `send` of the producer it was, from 0.
    pub number: u64,
    /// Milliseconds since 1970.
    pub timestamp: i64,
    /// The serialised key.
    pub key: Option<Bytes>,
    /// The serialised value.
    pub value: Option<Bytes>,
    /// In order.
    pub headers: Vec<Header>,
}

impl BatchRecord {
    pub(crate) fn new(number: u64, record: Record) -> Self {
        let Record { timestamp, key, value, headers } = record;
        Self { number, timestamp, key, value, headers }
    }

    fn record(&self) -> Record {
        Record {
            timestamp: self.timestamp,
            key: self.key.clone(),
            value: self.value.clone(),
            headers: self.headers.clone(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Body {
    Open(BatchBuilder),
    Closed(Bytes),
}

/// Records of one partition that travel, succeed and fail together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Batch {
    /// In order.
    pub records: Vec<BatchRecord>,
    /// Header and records so far; exact unless it is open and will be compressed.
    pub size_bytes: u32,
    /// What it is, or will be, compressed with.
    pub codec: Codec,
    /// Header and records before compression.
    pub uncompressed_bytes: u32,
    /// The topic's ratio when it was opened; its own once it is closed (PROD-22).
    pub(crate) ratio: CompressionRatio,
    /// When its first record came: what `delivery.timeout.ms` counts from (PROD-28).
    pub created_ms: u64,
    /// How often it failed before.
    pub attempts: u32,
    /// When it was put back last, or created: what `linger.ms` and the back-off count from.
    pub last_attempt_ms: u64,
    /// How long it waits after `last_attempt_ms`; 0 before its first failure (GEN-8).
    pub backoff_ms: u64,
    /// Producer id, epoch and sequence, from its first drain on (PROD-32); `None` without idempotence.
    pub sequence: Option<ProducerSequence>,
    /// Its sequence was rewritten since it was sent last (PROD-35).
    pub(crate) reopened: bool,
    pub(crate) last_append_ms: u64,
    /// Bytes of `buffer.memory` that it holds; 0 for the parts of a split batch.
    pub(crate) pooled_bytes: u64,
    /// Its callbacks were already called with a timeout; only its memory is still in use.
    pub(crate) expired: bool,
    write_limit: u64,
    largest_record_bytes: u64,
    accepts: bool,
    split: bool,
    body: Body,
}

impl Batch {
    /// An empty batch of `write_limit` bytes, to be compressed as `ratio` estimates.
    pub(crate) fn new(
        now_ms: u64,
        write_limit: u64,
        pooled: bool,
        (codec, ratio): (Codec, CompressionRatio),
    ) -> Self {
        let builder = BatchBuilder::new(BatchOptions::default())
            .compressed(Compression::from(codec))
            .estimated(ratio);
        Self {
            records: Vec::new(),
            size_bytes: builder.size_bytes() as u32,
            codec,
            uncompressed_bytes: builder.size_bytes() as u32,
            ratio,
            created_ms: now_ms,
            attempts: 0,
            last_attempt_ms: now_ms,
            backoff_ms: 0,
            sequence: None,
            reopened: false,
            last_append_ms: now_ms,
            pooled_bytes: if pooled { write_limit } else { 0 },
            expired: false,
            write_limit,
            largest_record_bytes: 0,
            accepts: true,
            split: !pooled,
            body: Body::Open(builder),
        }
    }

    /// Whether it takes no more records, or has reached its limit (PROD-21).
    #[must_use]
    pub fn is_full(&self) -> bool {
        !self.accepts
            || (!self.records.is_empty() && self.write_limit <= u64::from(self.size_bytes))
    }

    /// Whether it still waits after a failure.
    #[must_use]
    pub fn is_backing_off(&self, now_ms: u64) -> bool {
        self.attempts > 0 && now_ms < self.backoff_due_ms()
    }

    /// When it may be sent again.
    pub(crate) fn backoff_due_ms(&self) -> u64 {
        self.last_attempt_ms.saturating_add(self.backoff_ms)
    }

    /// Send numbers of its records, in order.
    #[must_use]
    pub fn numbers(&self) -> Vec<u64> {
        self.records.iter().map(|record| record.number).collect()
    }

    /// Whether it was cut off a larger batch (PROD-30).
    #[must_use]
    pub fn is_split(&self) -> bool {
        self.split
    }

    /// Appends a record if there is room (PROD-20), else takes no more. Returns by how much it grew.
    pub(crate) fn try_append(&mut self, now_ms: u64, number: u64, record: &Record) -> Option<u64> {
        let fits = self.accepts
            && matches!(&self.body, Body::Open(b) if b.has_room_for(record, self.write_limit as usize));
        let Body::Open(builder) = &mut self.body else { return None };
        if !fits || builder.append(record).is_err() {
            self.accepts = false;
            return None;
        }
        let before = self.size_bytes;
        self.size_bytes = builder.estimated_size_bytes() as u32;
        self.uncompressed_bytes = builder.size_bytes() as u32;
        self.largest_record_bytes =
            self.largest_record_bytes.max(record.batch_size_upper_bound() as u64);
        self.last_append_ms = now_ms;
        self.records.push(BatchRecord::new(number, record.clone()));
        Some(u64::from(self.size_bytes - before))
    }

    /// Its numbers; `None` if it has none yet.
    pub(super) fn numbered(&self) -> Option<Numbered> {
        let (record_count, reopened) = (self.records.len() as u32, self.reopened);
        Some(Numbered { sequence: self.sequence?, record_count, reopened })
    }

    /// Numbers it anew, while it is in flight or waits to be sent again (`resetProducerState`).
    pub(super) fn renumber(&mut self, sequence: ProducerSequence) {
        self.sequence = Some(sequence);
        self.reopened = true;
    }

    /// Closes it, at each drain, and returns its bytes.
    pub(crate) fn close(&mut self) -> Bytes {
        self.accepts = false;
        self.reopened = false;
        let nothing: Bytes = [].into();
        let bytes = match std::mem::replace(&mut self.body, Body::Closed(nothing)) {
            Body::Closed(bytes) => self.stamped(bytes),
            Body::Open(builder) => {
                let bytes = builder.build(None).expect("the options have no producer id").into();
                let bytes = self.stamped(bytes);
                let records = |bytes: usize| bytes.saturating_sub(BATCH_OVERHEAD);
                let before = records(self.uncompressed_bytes as usize);
                if before > 0 {
                    self.ratio = CompressionRatio::observed(records(bytes.len()), before);
                }
                self.size_bytes = bytes.len() as u32;
                bytes
            }
        };
        self.body = Body::Closed(Bytes::clone(&bytes));
        bytes
    }

    /// The bytes with its numbers.
    fn stamped(&self, bytes: Bytes) -> Bytes {
        let Some(ProducerSequence { producer_id, epoch, base_sequence }) = self.sequence else {
            return bytes;
        };
        let written = RecordBatch::new(&bytes).is_ok_and(|batch| {
            (batch.producer_id(), batch.producer_epoch(), batch.base_sequence())
                == (producer_id, epoch, base_sequence)
        });
        if written {
            return bytes;
        }
        let mut bytes = bytes.to_vec();
        set_producer_state(&mut bytes, producer_id, epoch, base_sequence);
        bytes.into()
    }

    /// Takes note of a failure; it will be sent again after `backoff_ms` (PROD-29).
    pub(crate) fn put_back(&mut self, now_ms: u64, backoff_ms: u64) {
        self.attempts += 1;
        self.backoff_ms = backoff_ms;
        self.last_attempt_ms = self.last_append_ms.max(now_ms);
        self.last_append_ms = self.last_attempt_ms;
    }

    /// Cuts it into smaller ones, as if they had never been tried (PROD-30).
    ///
    /// They lie outside of `buffer.memory`, and keep its creation time.
    pub(crate) fn cut(self, batch_size: u64, ratio: CompressionRatio) -> VecDeque<Self> {
        let target = if self.split {
            self.largest_record_bytes.max(u64::from(self.size_bytes) / 2)
        } else {
            batch_size
        };
        let mut parts: VecDeque<Self> = VecDeque::new();
        for record in &self.records {
            let number = record.number;
            let record = record.record();
            let taken = parts
                .back_mut()
                .is_some_and(|part| part.try_append(self.created_ms, number, &record).is_some());
            if !taken {
                let limit = target.max(record.batch_size_upper_bound() as u64);
                let mut part = Self::new(self.created_ms, limit, false, (self.codec, ratio));
                part.try_append(self.created_ms, number, &record)
                    .expect("an empty batch takes any record");
                parts.push_back(part);
            }
        }
        let mut sequence = self.sequence;
        for part in &mut parts {
            part.accepts = false;
            part.sequence = sequence;
            if let Some(sequence) = &mut sequence {
                let count = part.records.len() as i32;
                sequence.base_sequence = increment_sequence(sequence.base_sequence, count);
            }
        }
        parts
    }
}
