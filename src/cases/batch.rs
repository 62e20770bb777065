//! `encode_batch`, `decode_batches`: record batches.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::cases::{Answer, Hex, NoAnswer, invalid, not_null, object, required_nullable};
use crate::protocol::ErrorCode;
use crate::protocol::java::utf8_lossy;
use crate::protocol::record::{
    BatchBuilder, BatchOptions, Batches, Codec, ControlRecord, ControlType,
    NO_PARTITION_LEADER_EPOCH, NO_PRODUCER_EPOCH, NO_PRODUCER_ID, NO_SEQUENCE, NO_TIMESTAMP,
    Record, RecordBatch, RecordRef, TimestampType, end_transaction_record,
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
    #[serde(default, deserialize_with = "not_null")]
    timestamp: Option<i64>,
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

impl BatchCase {
    pub(super) fn codec(&self) -> Result<Codec, NoAnswer> {
        let name = self.compression.as_deref().unwrap_or("none");
        Codec::from_name(name).ok_or_else(|| invalid(format!("unknown compression: {name}")))
    }

    /// Whether it is a control batch, which the transaction coordinator appends.
    pub(super) fn is_control(&self) -> bool {
        self.control.is_some()
    }

    /// The batch's bytes; the inner error is Kafka's `IllegalArgumentException`. A marker without a
    /// timestamp has `at_ms`.
    fn encode(
        &self,
        base_offset: i64,
        at_ms: Option<i64>,
    ) -> Result<Result<Vec<u8>, ErrorCode>, NoAnswer> {
        let timestamp_type = match self.timestamp_type.as_deref() {
            None | Some("CreateTime") => TimestampType::CreateTime,
            Some("LogAppendTime") => TimestampType::LogAppendTime,
            Some(other) => return Err(invalid(format!("unknown timestamp_type: {other}"))),
        };
        let codec = self.codec()?;
        let records: Vec<Record> = match (&self.records, &self.control) {
            (Some(records), None) => records.iter().map(RecordCase::record).collect(),
            (None, Some(control)) => vec![marker(control, at_ms)?],
            _ => return Err(invalid("a batch has either records or control")),
        };
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
        })
        .compressed(codec.into());
        for record in &records {
            if builder.append(record).is_err() {
                return Ok(Err(ErrorCode::UnknownServerError));
            }
        }
        Ok(builder.build(None).map_err(|_| ErrorCode::UnknownServerError))
    }

    /// A batch as a producer or the transaction coordinator hands it to a log at `at_ms`: base offset 0 and
    /// no leader epoch.
    pub(super) fn encode_as_sent(
        &self,
        at_ms: i64,
    ) -> Result<Result<Vec<u8>, ErrorCode>, NoAnswer> {
        let sent = Self { partition_leader_epoch: NO_PARTITION_LEADER_EPOCH, ..self.clone() };
        sent.encode(0, Some(at_ms))
    }
}

/// A transaction marker (FMT-10). Kafka's class knows one version of its value.
fn marker(control: &ControlCase, at_ms: Option<i64>) -> Result<Record, NoAnswer> {
    let name = control.kind.as_str();
    let committed = match ControlType::from_name(name) {
        Some(ControlType::Abort) => false,
        Some(ControlType::Commit) => true,
        Some(_) => return Err(NoAnswer::Unsupported(format!("encode_batch.{name}"))),
        None => return Err(invalid(format!("unknown control type: {name}"))),
    };
    if control.version != 0 {
        return Err(invalid(format!("a marker has version 0, not {}", control.version)));
    }
    let timestamp =
        control.timestamp.or(at_ms).ok_or_else(|| invalid("missing field `timestamp`"))?;
    Ok(end_transaction_record(timestamp, committed, control.coordinator_epoch))
}

pub(super) fn encode(case: &BatchCase) -> Answer {
    match case.encode(case.base_offset, None)? {
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
        match batch.and_then(|batch| decode_batch(&batch)) {
            Ok(batch) => batches.push(batch),
            Err(code) => {
                error = Some(code);
                break;
            }
        }
    }
    let mut answer = object(json!({ "batches": batches }));
    if let Some(error) = error {
        answer.insert("error".into(), error.name().into());
    }
    Ok(answer)
}

fn decode_batch(batch: &RecordBatch<'_>) -> Result<Value, ErrorCode> {
    batch.ensure_valid()?;
    let payload = batch.payload()?;
    let records = payload.records().collect::<Result<Vec<_>, _>>()?;
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

fn decode_control(record: &RecordRef<'_>) -> Result<Value, ErrorCode> {
    let control = ControlRecord::read(record)?;
    let mut answer = object(json!({
        "type": control.kind.name(), "version": control.version, "timestamp": record.timestamp,
    }));
    if let Some(epoch) = control.coordinator_epoch {
        answer.insert("coordinator_epoch".into(), epoch.into());
    }
    Ok(answer.into())
}
