//! Writes a record batch record by record.
//!
//! Kafka: `MemoryRecordsBuilder`, `DefaultRecord.writeTo`. Records are compressed when the batch is closed.

use crate::protocol::Bytes;
use crate::protocol::java::{CompressionRatio, utf8_lossy};
use crate::protocol::record::batch::{
    BATCH_OVERHEAD, BatchHeader, NO_PARTITION_LEADER_EPOCH, NO_PRODUCER_EPOCH, NO_PRODUCER_ID,
    NO_SEQUENCE, NO_TIMESTAMP, RecordRef, TimestampType,
};
use crate::protocol::record::codec::{Codec, Compression};
use crate::protocol::record::varint::{varint_size, varlong_size, write_varint, write_varlong};

/// A header: UTF-8 key, value that may be null.
pub type Header = (String, Option<Bytes>);

/// A record before it has an offset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Record {
    /// Milliseconds since 1970; −1 is "none".
    pub timestamp: i64,
    /// `None` is null, which an empty key is not.
    pub key: Option<Bytes>,
    /// `None` is a tombstone.
    pub value: Option<Bytes>,
    /// In order.
    pub headers: Vec<Header>,
}

impl Record {
    /// An upper bound of the size of a batch with just this record (PROD-2).
    #[must_use]
    pub fn batch_size_upper_bound(&self) -> usize {
        const MAX_RECORD_OVERHEAD: usize = 21;
        BATCH_OVERHEAD + MAX_RECORD_OVERHEAD + self.payload_size()
    }

    fn payload_size(&self) -> usize {
        let nullable = |bytes: Option<&[u8]>| match bytes {
            None => 1,
            Some(bytes) => varint_size(length(bytes)) + bytes.len(),
        };
        let headers = self.headers.iter();
        nullable(self.key.as_deref())
            + nullable(self.value.as_deref())
            + varint_size(self.headers.len() as i32)
            + headers
                .map(|(key, value)| nullable(Some(key.as_bytes())) + nullable(value.as_deref()))
                .sum::<usize>()
    }

    #[inline(always)]
    fn body_size(&self, offset_delta: i32, timestamp_delta: i64) -> usize {
        1 + varlong_size(timestamp_delta) + varint_size(offset_delta) + self.payload_size()
    }
}

impl From<RecordRef<'_>> for Record {
    fn from(record: RecordRef<'_>) -> Self {
        let headers = record.headers().map(|(key, value)| (utf8_lossy(key), value.map(Into::into)));
        Self {
            timestamp: record.timestamp,
            key: record.key.map(Into::into),
            value: record.value.map(Into::into),
            headers: headers.collect(),
        }
    }
}

#[inline(always)]
fn length(bytes: &[u8]) -> i32 {
    i32::try_from(bytes.len()).expect("a key or value is smaller than 2 GiB")
}

/// Everything about a batch but its records.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BatchOptions {
    /// Offset of the first record; producers say 0.
    pub base_offset: i64,
    /// −1 from producers.
    pub partition_leader_epoch: i32,
    /// Whose clock the timestamps come from.
    pub timestamp_type: TimestampType,
    /// The largest timestamp under LogAppendTime.
    pub log_append_ms: i64,
    /// −1: none.
    pub producer_id: i64,
    /// −1: none.
    pub producer_epoch: i16,
    /// −1: none.
    pub base_sequence: i32,
    /// Part of a transaction.
    pub transactional: bool,
    /// Holds a control record.
    pub control: bool,
    /// Stamped by the cleaner (CLEAN-16).
    pub delete_horizon_ms: Option<i64>,
}

impl Default for BatchOptions {
    fn default() -> Self {
        Self {
            base_offset: 0,
            partition_leader_epoch: NO_PARTITION_LEADER_EPOCH,
            timestamp_type: TimestampType::CreateTime,
            log_append_ms: NO_TIMESTAMP,
            producer_id: NO_PRODUCER_ID,
            producer_epoch: NO_PRODUCER_EPOCH,
            base_sequence: NO_SEQUENCE,
            transactional: false,
            control: false,
            delete_horizon_ms: None,
        }
    }
}

/// What the builder refuses (`IllegalArgumentException`, so `UNKNOWN_SERVER_ERROR` in an answer; FMT-9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IllegalArgument;

/// A batch that is being written. Records go straight into its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BatchBuilder {
    options: BatchOptions,
    compression: Compression,
    ratio: CompressionRatio,
    bytes: Vec<u8>,
    base_timestamp: Option<i64>,
    max_timestamp: i64,
    last_offset: Option<i64>,
    record_count: u32,
}

impl BatchBuilder {
    /// A batch without records.
    #[must_use]
    pub fn new(options: BatchOptions) -> Self {
        let base_timestamp = options.delete_horizon_ms;
        Self {
            options,
            compression: Compression::default(),
            ratio: CompressionRatio::default(),
            bytes: vec![0; BATCH_OVERHEAD],
            base_timestamp,
            max_timestamp: NO_TIMESTAMP,
            last_offset: None,
            record_count: 0,
        }
    }

    /// The same batch, whose records will be compressed.
    #[must_use]
    pub fn compressed(self, compression: Compression) -> Self {
        Self { compression, ..self }
    }

    /// The same batch, whose size is estimated by `ratio` until it is closed (PROD-20).
    #[must_use]
    pub fn estimated(self, ratio: CompressionRatio) -> Self {
        Self { ratio, ..self }
    }

    /// Records so far.
    #[must_use]
    pub fn record_count(&self) -> u32 {
        self.record_count
    }

    /// Header and records so far, before compression.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// How large the batch will be: exact if nothing is compressed, else estimated (PROD-20).
    #[must_use]
    pub fn estimated_size_bytes(&self) -> usize {
        match self.compression.codec {
            Codec::None => self.bytes.len(),
            _ => BATCH_OVERHEAD + self.ratio.estimate(self.bytes.len() - BATCH_OVERHEAD),
        }
    }

    /// Whether `record` fits as the next one under `write_limit` bytes; the first always does (PROD-20).
    #[must_use]
    pub fn has_room_for(&self, record: &Record, write_limit: usize) -> bool {
        if self.record_count == 0 {
            return true;
        }
        let offset_delta = self.next_offset().wrapping_sub(self.options.base_offset);
        let base_timestamp = self.base_timestamp.unwrap_or(record.timestamp);
        let timestamp_delta = record.timestamp.wrapping_sub(base_timestamp);
        let body = record.body_size(offset_delta as i32, timestamp_delta);
        write_limit >= self.estimated_size_bytes() + varint_size(body as i32) + body
    }

    fn next_offset(&self) -> i64 {
        self.last_offset.map_or(self.options.base_offset, |offset| offset.wrapping_add(1))
    }

    /// Appends a record behind the last one.
    ///
    /// # Errors
    /// [`IllegalArgument`] for a negative timestamp other than −1.
    pub fn append(&mut self, record: &Record) -> Result<(), IllegalArgument> {
        self.append_with_offset(self.next_offset(), record)
    }

    /// Appends a record at `offset`, beyond the last one: how the cleaner leaves gaps.
    ///
    /// # Errors
    /// [`IllegalArgument`] for an offset that does not grow, or a negative timestamp other than −1.
    pub fn append_with_offset(
        &mut self,
        offset: i64,
        record: &Record,
    ) -> Result<(), IllegalArgument> {
        let timestamp = record.timestamp;
        let offset_delta = i32::try_from(offset.wrapping_sub(self.options.base_offset));
        if self.last_offset.is_some_and(|last| offset <= last) || timestamp < NO_TIMESTAMP {
            return Err(IllegalArgument);
        }
        let offset_delta = offset_delta.map_err(|_| IllegalArgument)?;
        let timestamp_delta = timestamp.wrapping_sub(*self.base_timestamp.get_or_insert(timestamp));
        let body = record.body_size(offset_delta, timestamp_delta);
        write_varint(&mut self.bytes, i32::try_from(body).map_err(|_| IllegalArgument)?);
        self.bytes.push(0);
        write_varlong(&mut self.bytes, timestamp_delta);
        write_varint(&mut self.bytes, offset_delta);
        self.write_nullable(record.key.as_deref());
        self.write_nullable(record.value.as_deref());
        write_varint(&mut self.bytes, record.headers.len() as i32);
        for (key, value) in &record.headers {
            self.write_nullable(Some(key.as_bytes()));
            self.write_nullable(value.as_deref());
        }
        self.max_timestamp = self.max_timestamp.max(timestamp);
        self.last_offset = Some(offset);
        self.record_count += 1;
        Ok(())
    }

    #[inline(always)]
    fn write_nullable(&mut self, bytes: Option<&[u8]>) {
        match bytes {
            None => write_varint(&mut self.bytes, -1),
            Some(bytes) => {
                write_varint(&mut self.bytes, length(bytes));
                self.bytes.extend_from_slice(bytes);
            }
        }
    }

    /// Closes the batch: writes its header and returns its bytes; none at all without records.
    ///
    /// `last_offset` overrides that of the last record, as compaction needs it (CLEAN-17).
    ///
    /// # Errors
    /// [`IllegalArgument`] for producer fields that contradict each other (FMT-9).
    pub fn build(mut self, last_offset: Option<i64>) -> Result<Vec<u8>, IllegalArgument> {
        let options = &self.options;
        let has_id = options.producer_id != NO_PRODUCER_ID;
        if (options.transactional && !has_id)
            || (has_id && options.producer_epoch == NO_PRODUCER_EPOCH)
            || (has_id && options.base_sequence < 0 && !options.control)
        {
            return Err(IllegalArgument);
        }
        if self.record_count == 0 {
            return Ok(Vec::new());
        }
        let base_timestamp = self.base_timestamp.unwrap_or(NO_TIMESTAMP);
        let last_offset = last_offset.or(self.last_offset).unwrap_or(options.base_offset);
        let header = BatchHeader {
            base_offset: options.base_offset,
            partition_leader_epoch: options.partition_leader_epoch,
            timestamp_type: options.timestamp_type,
            transactional: options.transactional,
            control: options.control,
            has_delete_horizon: options.delete_horizon_ms.is_some(),
            last_offset_delta: last_offset.wrapping_sub(options.base_offset) as i32,
            base_timestamp,
            max_timestamp: match options.timestamp_type {
                TimestampType::CreateTime => self.max_timestamp,
                TimestampType::LogAppendTime => options.log_append_ms,
            },
            producer_id: options.producer_id,
            producer_epoch: options.producer_epoch,
            base_sequence: options.base_sequence,
            record_count: self.record_count as i32,
        };
        if self.compression.codec != Codec::None {
            let compressed = self.compression.compress(&self.bytes[BATCH_OVERHEAD..]);
            self.bytes.truncate(BATCH_OVERHEAD);
            self.bytes.extend(compressed);
        }
        header.write_compressed(&mut self.bytes, self.compression.codec);
        Ok(self.bytes)
    }
}
