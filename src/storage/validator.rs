//! What the leader checks in a produced batch, and the offsets, epoch and timestamps it stamps.
//!
//! Kafka: `UnifiedLog.analyzeAndValidateRecords`, `LogValidator`. Left out: that Kafka does not look at the
//! lengths of records whose batch it stores as compressed as it came.

use crate::protocol::record::{
    BatchBuilder, BatchOptions, Batches, Codec, NO_TIMESTAMP, Record, RecordBatch, RecordRef,
    TimestampType, set_last_offset, set_max_timestamp, set_partition_leader_epoch,
};
use crate::protocol::{ErrorCode, Offset, Refusal, TopicPartition};
use crate::storage::config::LogConfig;

/// Who appends (`AppendOrigin`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AppendOrigin {
    /// A producer.
    Client,
    /// A coordinator of this very broker, or of another one: markers.
    Coordinator,
    /// A log that is loaded or copied: what it says is taken as it is.
    Replication,
}

/// One bad record of a refused batch.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RecordError {
    /// Which record of the batch, from 0.
    pub batch_index: u32,
    /// Kafka's words.
    pub message: String,
}

/// Why an append was refused.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AppendRefusal {
    /// The error and its sentence.
    pub refusal: Refusal,
    /// The records at fault, where there are some (LOG-9).
    pub record_errors: Vec<RecordError>,
}

impl From<Refusal> for AppendRefusal {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, record_errors: Vec::new() }
    }
}

impl From<ErrorCode> for AppendRefusal {
    fn from(error: ErrorCode) -> Self {
        Refusal::from(error).into()
    }
}

/// A batch that may be appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Validated {
    /// The batch with its offsets, epoch and timestamps.
    pub(super) bytes: Vec<u8>,
    /// Its largest timestamp, −1 without any; the append time under LogAppendTime.
    pub(super) max_timestamp: i64,
    /// Its last record's offset.
    pub(super) last_offset: Offset,
}

fn invalid_record(message: String) -> AppendRefusal {
    Refusal::new(ErrorCode::InvalidRecord, message).into()
}

/// Checks a produce request's records for this partition and gives them their place at `next_offset`.
///
/// # Errors
/// [`AppendRefusal`], in Kafka's order: LOG-4 (1) and (2), LOG-6, LOG-8 to LOG-13.
pub(super) fn validate(
    partition: &TopicPartition,
    config: &LogConfig,
    now_ms: u64,
    origin: AppendOrigin,
    leader_epoch: i32,
    next_offset: Offset,
    records: &[u8],
) -> Result<Validated, AppendRefusal> {
    let batch = analyze(partition, config, origin, records)?;
    check_batch(partition, origin, &batch)?;
    let source = batch.codec()?;
    let target = config.compression.unwrap_or(source);
    let mut in_place = source == target || (source == Codec::None && batch.is_control());
    let compressed = source != Codec::None || target != Codec::None;
    let record_name = match compressed && in_place {
        true => "PartialDefaultRecord",
        false => "DefaultRecord",
    };

    let now = now_ms.cast_signed();
    let mut errors: Vec<(ErrorCode, RecordError)> = Vec::new();
    let (mut largest, mut count) = (NO_TIMESTAMP, 0u64);
    let payload = batch.payload()?;
    for (index, record) in payload.records().enumerate() {
        let record = record?;
        in_place &= !compressed || record.offset == index as i64;
        let refused = check_record(partition, config, now, &batch, &record, record_name);
        if let Some((error, message)) = refused {
            errors.push((error, RecordError { batch_index: index as u32, message }));
        }
        largest = largest.max(record.timestamp);
        count += 1;
    }
    if !errors.is_empty() {
        return Err(record_errors(errors));
    }

    let last_offset = Offset(next_offset.0 + count - 1);
    let log_append_time = config.message_timestamp_type == TimestampType::LogAppendTime;
    let max_timestamp = if log_append_time { now } else { largest };
    if !in_place {
        let options = BatchOptions {
            base_offset: next_offset.as_i64(),
            partition_leader_epoch: leader_epoch,
            timestamp_type: config.message_timestamp_type,
            log_append_ms: now,
            producer_id: batch.producer_id(),
            producer_epoch: batch.producer_epoch(),
            base_sequence: batch.base_sequence(),
            transactional: batch.is_transactional(),
            control: false,
            delete_horizon_ms: None,
        };
        let bytes = recompressed(partition, config, options, target, payload.records())?;
        return Ok(Validated { bytes, max_timestamp, last_offset });
    }
    let mut bytes = batch.bytes().to_vec();
    set_last_offset(&mut bytes, last_offset.as_i64());
    set_partition_leader_epoch(&mut bytes, leader_epoch);
    set_max_timestamp(&mut bytes, config.message_timestamp_type, max_timestamp);
    Ok(Validated { bytes, max_timestamp, last_offset })
}

/// The same records, packed again as the topic wants them (LOG-15).
fn recompressed<'a>(
    partition: &TopicPartition,
    config: &LogConfig,
    options: BatchOptions,
    target: Codec,
    records: impl Iterator<Item = Result<RecordRef<'a>, ErrorCode>>,
) -> Result<Vec<u8>, AppendRefusal> {
    let illegal = |_| AppendRefusal::from(ErrorCode::UnknownServerError);
    let mut builder = BatchBuilder::new(options).compressed(target.into());
    for record in records {
        builder.append(&Record::from(record?)).map_err(illegal)?;
    }
    let bytes = builder.build(None).map_err(illegal)?;
    if bytes.len() > config.max_message_bytes as usize {
        let message = format!(
            "Message batch size is {} bytes in append topartition {partition} which exceeds the maximum \
             configured size of {}.",
            bytes.len(),
            config.max_message_bytes
        );
        return Err(Refusal::new(ErrorCode::MessageTooLarge, message).into());
    }
    Ok(bytes)
}

fn analyze<'a>(
    partition: &TopicPartition,
    config: &LogConfig,
    origin: AppendOrigin,
    records: &'a [u8],
) -> Result<RecordBatch<'a>, AppendRefusal> {
    let mut first = None;
    let mut several = false;
    for batch in Batches::new(records) {
        let batch = batch?;
        if origin == AppendOrigin::Client && batch.base_offset() != 0 {
            return Err(invalid_record(format!(
                "The baseOffset of the record batch in the append to {partition} should be 0, but it is {}",
                batch.base_offset()
            )));
        }
        if batch.size_bytes() > config.max_message_bytes as usize {
            return Err(Refusal::new(
                ErrorCode::MessageTooLarge,
                format!(
                    "The record batch size in the append to {partition} is {} bytes which exceeds the maximum \
                     configured value of {}).",
                    batch.size_bytes(),
                    config.max_message_bytes
                ),
            )
            .into());
        }
        if batch.ensure_valid().is_err() {
            return Err(Refusal::new(
                ErrorCode::CorruptMessage,
                format!(
                    "Record is corrupt (stored crc = {}) in topic partition {partition}.",
                    batch.crc()
                ),
            )
            .into());
        }
        several |= first.is_some();
        first.get_or_insert(batch);
    }
    let first = first.ok_or_else(|| invalid_record("Record batch has no batches at all".into()))?;
    if several {
        return Err(invalid_record("Compressed outer record has more than one batch".into()));
    }
    Ok(first)
}

/// LOG-8.
fn check_batch(
    partition: &TopicPartition,
    origin: AppendOrigin,
    batch: &RecordBatch<'_>,
) -> Result<(), AppendRefusal> {
    if origin != AppendOrigin::Client {
        return Ok(());
    }
    let (base, last, count) = (batch.base_offset(), batch.last_offset(), batch.record_count());
    let offsets = last.wrapping_sub(base).wrapping_add(1);
    let message = if offsets <= 0 {
        format!(
            "Batch has an invalid offset range: [{base}, {last}] in topic partition {partition}"
        )
    } else if count <= 0 {
        format!("Invalid reported count for record batch: {count} in topic partition {partition}")
    } else if offsets != i64::from(count) {
        format!(
            "Inconsistent batch offset range [{base}, {last}] and count of records {count} in topic partition \
             {partition}"
        )
    } else if batch.is_control() {
        format!("Clients are not allowed to write control records in topic partition {partition}")
    } else if batch.has_producer_id() && batch.base_sequence() < 0 {
        format!(
            "Invalid sequence number {} in record batch with producerId {} in topic partition {partition}",
            batch.base_sequence(),
            batch.producer_id()
        )
    } else {
        return Ok(());
    };
    Err(invalid_record(message))
}

/// LOG-9, LOG-10, LOG-12.
#[inline(always)]
fn check_record(
    partition: &TopicPartition,
    config: &LogConfig,
    now: i64,
    batch: &RecordBatch<'_>,
    record: &RecordRef<'_>,
    record_name: &str,
) -> Option<(ErrorCode, String)> {
    if config.compact && record.key.is_none() {
        let message = format!(
            "Compacted topic cannot accept message without key in topic partition {partition}"
        );
        return Some((ErrorCode::InvalidRecord, message));
    }
    let create_time = config.message_timestamp_type == TimestampType::CreateTime;
    if create_time && record.timestamp != NO_TIMESTAMP {
        let before = config.message_timestamp_before_max_ms;
        let after = config.message_timestamp_after_max_ms;
        let age = now.wrapping_sub(record.timestamp);
        if age > before || age.wrapping_neg() > after {
            let message = format!(
                "Timestamp {} of message with offset {} is out of range. The timestamp should be within [{}, {}]",
                record.timestamp,
                record.offset,
                now.wrapping_sub(before),
                now.wrapping_add(after)
            );
            return Some((ErrorCode::InvalidTimestamp, message));
        }
    } else if batch.timestamp_type() == TimestampType::LogAppendTime {
        let size = |bytes: Option<&[u8]>| bytes.map_or(0, <[u8]>::len);
        let message = format!(
            "Invalid timestamp type in message {record_name}(offset={}, timestamp={}, key={} bytes, value={} \
             bytes). Producer should not set timestamp type to LogAppendTime.",
            record.offset,
            record.timestamp,
            size(record.key),
            size(record.value)
        );
        return Some((ErrorCode::InvalidTimestamp, message));
    }
    None
}

/// LOG-11.
fn record_errors(errors: Vec<(ErrorCode, RecordError)>) -> AppendRefusal {
    let timestamps = errors.iter().any(|(error, _)| *error == ErrorCode::InvalidTimestamp);
    let record_errors: Vec<RecordError> = errors.into_iter().map(|(_, error)| error).collect();
    let refusal = if timestamps {
        Refusal::new(
            ErrorCode::InvalidTimestamp,
            "One or more records have been rejected due to invalid timestamp",
        )
    } else {
        let shown: Vec<String> = record_errors.iter().take(3).map(ToString::to_string).collect();
        Refusal::new(
            ErrorCode::InvalidRecord,
            format!(
                "One or more records have been rejected due to {} record errors in total, and only showing the \
                 first three errors at most: [{}]",
                record_errors.len(),
                shown.join(", ")
            ),
        )
    };
    AppendRefusal { refusal, record_errors }
}

impl std::fmt::Display for RecordError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RecordError(batchIndex={}, message='{}')", self.batch_index, self.message)
    }
}
