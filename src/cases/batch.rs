//! `encode_batch`, `decode_batches`: record batches, uncompressed so far.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::cases::{Answer, Hex, NoAnswer, invalid, not_null, object, required_nullable};
use crate::protocol::ErrorCode;
use crate::protocol::java::utf8_lossy;
use crate::protocol::record::{
    BatchBuilder, BatchError, BatchOptions, Batches, Codec, NO_PARTITION_LEADER_EPOCH,
    NO_PRODUCER_EPOCH, NO_PRODUCER_ID, NO_SEQUENCE, NO_TIMESTAMP, Reader, Record, RecordBatch,
    RecordRef, TimestampType,
};

/// A batch as cases write it. Every field but `records` may be left out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BatchCase {
    #[serde(default)]
    base_offset: i64,
    #[serde(default)]
    partition_leader_epoch: i32,
    #[serde(default, deserialize_with = "not_null")]
    timestamp_type: Option<String>,
    log_append_ms: Option<i64>,
    #[serde(default, deserialize_with = "not_null")]
    compression: Option<String>,
    #[serde(default = "no_producer_id")]
    producer_id: i64,
    #[serde(default = "no_producer_epoch")]
    producer_epoch: i16,
    #[serde(default = "no_sequence")]
    base_sequence: i32,
    #[serde(default)]
    transactional: bool,
    #[serde(default, deserialize_with = "not_null")]
    records: Option<Vec<RecordCase>>,
    #[serde(default, deserialize_with = "not_null")]
    control: Option<ControlCase>,
}

fn no_producer_id() -> i64 {
    NO_PRODUCER_ID
}
fn no_producer_epoch() -> i16 {
    NO_PRODUCER_EPOCH
}
fn no_sequence() -> i32 {
    NO_SEQUENCE
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecordCase {
    timestamp: i64,
    #[serde(deserialize_with = "required_nullable")]
    key_hex: Option<Hex>,
    #[serde(deserialize_with = "required_nullable")]
    value_hex: Option<Hex>,
    #[serde(default)]
    headers: Vec<(String, Option<Hex>)>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ControlCase {
    #[serde(rename = "type")]
    kind: String,
    version: i16,
    coordinator_epoch: i32,
    timestamp: i64,
}

impl RecordCase {
    pub(super) fn record(&self) -> Record {
        let bytes = |hex: &Option<Hex>| hex.as_ref().map(|hex| hex.0.as_slice().into());
        Record {
            timestamp: self.timestamp,
            key: bytes(&self.key_hex),
            value: bytes(&self.value_hex),
            headers: self.headers.iter().map(|(key, value)| (key.clone(), bytes(value))).collect(),
        }
    }
}

const CONTROL_TYPES: [&str; 7] = [
    "ABORT",
    "COMMIT",
    "LEADER_CHANGE",
    "SNAPSHOT_HEADER",
    "SNAPSHOT_FOOTER",
    "KRAFT_VERSION",
    "KRAFT_VOTERS",
];

impl BatchCase {
    /// Whether it needs producer ids or transactions, which logs do not model yet.
    pub(super) fn has_producer(&self) -> bool {
        self.producer_id != NO_PRODUCER_ID || self.control.is_some() || self.transactional
    }

    pub(super) fn codec(&self) -> Result<Codec, NoAnswer> {
        let name = self.compression.as_deref().unwrap_or("none");
        Codec::from_name(name).ok_or_else(|| invalid(format!("unknown compression: {name}")))
    }

    /// The batch's bytes; the inner error is Kafka's `IllegalArgumentException`.
    pub(super) fn encode(&self, base_offset: i64) -> Result<Result<Vec<u8>, ErrorCode>, NoAnswer> {
        let timestamp_type = match self.timestamp_type.as_deref() {
            None | Some("CreateTime") => TimestampType::CreateTime,
            Some("LogAppendTime") => TimestampType::LogAppendTime,
            Some(other) => return Err(invalid(format!("unknown timestamp_type: {other}"))),
        };
        let codec = self.codec()?;
        let records: Vec<Record> = match (&self.records, &self.control) {
            (Some(records), None) => records.iter().map(RecordCase::record).collect(),
            (None, Some(control)) => vec![marker(control)?],
            _ => return Err(invalid("a batch has either records or control")),
        };
        if codec != Codec::None {
            return Err(NoAnswer::Unsupported(format!("encode_batch.{}", codec.name())));
        }
        let mut builder = BatchBuilder::new(BatchOptions {
            base_offset,
            partition_leader_epoch: self.partition_leader_epoch,
            timestamp_type,
            log_append_ms: self.log_append_ms.unwrap_or(NO_TIMESTAMP),
            producer_id: self.producer_id,
            producer_epoch: self.producer_epoch,
            base_sequence: self.base_sequence,
            transactional: self.transactional || self.control.is_some(),
            control: self.control.is_some(),
            delete_horizon_ms: None,
        });
        for record in &records {
            if builder.append(record).is_err() {
                return Ok(Err(ErrorCode::UnknownServerError));
            }
        }
        Ok(builder.build(None).map_err(|_| ErrorCode::UnknownServerError))
    }

    /// A producer's batch: base offset 0 and no leader epoch.
    pub(super) fn encode_as_sent(&self) -> Result<Result<Vec<u8>, ErrorCode>, NoAnswer> {
        let sent = Self { partition_leader_epoch: NO_PARTITION_LEADER_EPOCH, ..self.clone() };
        sent.encode(0)
    }
}

/// A transaction marker (FMT-10).
fn marker(control: &ControlCase) -> Result<Record, NoAnswer> {
    let kind = match control.kind.as_str() {
        "ABORT" => 0i16,
        "COMMIT" => 1,
        other if CONTROL_TYPES.contains(&other) => {
            return Err(NoAnswer::Unsupported(format!("encode_batch.{other}")));
        }
        other => return Err(invalid(format!("unknown control type: {other}"))),
    };
    let mut key = 0i16.to_be_bytes().to_vec();
    key.extend(kind.to_be_bytes());
    let mut value = control.version.to_be_bytes().to_vec();
    value.extend(control.coordinator_epoch.to_be_bytes());
    let (key, value) = (Some(key.into()), Some(value.into()));
    Ok(Record { timestamp: control.timestamp, key, value, headers: Vec::new() })
}

pub(super) fn encode(case: &BatchCase) -> Answer {
    match case.encode(case.base_offset)? {
        Ok(bytes) => Ok(object(json!({ "hex": Hex::value(&bytes) }))),
        Err(error) => Err(NoAnswer::Error(error.name().into())),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DecodeCase {
    hex: Hex,
}

pub(super) fn decode(case: &DecodeCase) -> Answer {
    let mut batches = Vec::new();
    let mut error = None;
    for batch in Batches::new(&case.hex.0) {
        match batch.map_err(BatchError::Kafka).and_then(|batch| decode_batch(&batch)) {
            Ok(batch) => batches.push(batch),
            Err(BatchError::Kafka(code)) => {
                error = Some(code);
                break;
            }
            Err(BatchError::Unsupported(codec)) => {
                return Err(NoAnswer::Unsupported(format!("decode_batches.{}", codec.name())));
            }
        }
    }
    let mut answer = object(json!({ "batches": batches }));
    if let Some(error) = error {
        answer.insert("error".into(), error.name().into());
    }
    Ok(answer)
}

fn decode_batch(batch: &RecordBatch<'_>) -> Result<Value, BatchError> {
    batch.ensure_valid()?;
    let records = batch.records()?.collect::<Result<Vec<_>, _>>()?;
    let timestamp_type = batch.timestamp_type();
    let log_append_ms =
        (timestamp_type == TimestampType::LogAppendTime).then(|| batch.max_timestamp());
    let mut answer = object(json!({
        "base_offset": batch.base_offset(),
        "last_offset": batch.last_offset(),
        "max_timestamp": batch.max_timestamp(),
        "size_bytes": batch.size_bytes() as u64,
        "partition_leader_epoch": batch.partition_leader_epoch(),
        "crc": batch.crc(),
        "timestamp_type": timestamp_type.name(),
        "log_append_ms": log_append_ms,
        "compression": batch.codec()?.name(),
        "delete_horizon_ms": batch.delete_horizon_ms(),
        "producer_id": batch.producer_id(),
        "producer_epoch": batch.producer_epoch(),
        "base_sequence": batch.base_sequence(),
        "transactional": batch.is_transactional(),
    }));
    match records.first() {
        Some(record) if batch.is_control() => {
            answer.insert("control".into(), decode_control(record)?);
        }
        _ => {
            let records: Vec<Value> = records.iter().map(decode_record).collect();
            answer.insert("records".into(), records.into());
        }
    }
    Ok(Value::Object(answer))
}

fn decode_record(record: &RecordRef<'_>) -> Value {
    let headers: Vec<Value> = record
        .headers()
        .map(|(key, value)| json!([utf8_lossy(key), Hex::nullable(value)]))
        .collect();
    json!({
        "offset": record.offset, "timestamp": record.timestamp, "key_hex": Hex::nullable(record.key),
        "value_hex": Hex::nullable(record.value), "headers": headers,
    })
}

/// FMT-10. Left out: what the bodies of KRaft's control records say.
///
/// Kafka: `ControlRecordType.parse`, `EndTransactionMarker.deserialize`. A null key or value ends there
/// in a `NullPointerException`, a value too short in a `BufferUnderflowException`.
fn decode_control(record: &RecordRef<'_>) -> Result<Value, ErrorCode> {
    let no_code = |_| ErrorCode::UnknownServerError;
    let mut key = Reader::new(record.key.ok_or(ErrorCode::UnknownServerError)?);
    let (Ok(key_version), Ok(kind)) = (key.i16(), key.i16()) else {
        return Err(ErrorCode::InvalidRecord);
    };
    if key_version < 0 {
        return Err(ErrorCode::InvalidRecord);
    }
    let name =
        usize::try_from(kind).ok().and_then(|kind| CONTROL_TYPES.get(kind)).unwrap_or(&"UNKNOWN");
    let mut value = Reader::new(record.value.ok_or(ErrorCode::UnknownServerError)?);
    let version = value.i16().map_err(no_code)?;
    if !matches!(kind, 0 | 1) {
        return Ok(json!({ "type": name, "version": version, "timestamp": record.timestamp }));
    }
    if version < 0 {
        return Err(ErrorCode::InvalidRecord);
    }
    let coordinator_epoch = value.i32().map_err(no_code)?;
    Ok(json!({
        "type": name, "version": version, "coordinator_epoch": coordinator_epoch,
        "timestamp": record.timestamp,
    }))
}
