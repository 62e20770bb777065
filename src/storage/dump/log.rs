//! A `.log` file: a line for each batch, one for each record.
//!
//! Kafka: `DumpLogSegments.dumpLog`, `FileLogInputStream`.

use std::fmt::Write;

use super::Stopped;
use crate::protocol::ErrorCode;
use crate::protocol::java::utf8_lossy;
use crate::protocol::record::{
    BATCH_OVERHEAD, ControlRecord, ControlType, LOG_OVERHEAD, NO_SEQUENCE, RecordBatch, RecordRef,
    increment_sequence,
};

/// Bytes up to the magic, without which there is no batch at the end of a file.
const HEADER_UP_TO_MAGIC: usize = 17;
/// The smallest length that is not taken for corruption.
const SMALLEST_LENGTH: i32 = 14;

/// The batches of a file as the tool walks them: by their lengths alone.
pub(super) struct Walk<'a> {
    bytes: &'a [u8],
    pub(super) position: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// The next batch: its header and what is left of it, at least 61 bytes.
    pub(super) fn next(&mut self) -> Result<Option<Batch<'a>>, Stopped> {
        let rest = &self.bytes[self.position..];
        if rest.len() <= HEADER_UP_TO_MAGIC {
            return Ok(None);
        }
        let length = i32::from_be_bytes(rest[8..LOG_OVERHEAD].try_into().expect("four bytes"));
        if length < SMALLEST_LENGTH {
            return Err(Stopped(format!(
                "org.apache.kafka.common.errors.CorruptRecordException: Found record size {length} smaller than \
                 minimum record overhead ({SMALLEST_LENGTH})"
            )));
        }
        let size = LOG_OVERHEAD + length as usize;
        if size > rest.len() {
            return Ok(None);
        }
        if (rest[HEADER_UP_TO_MAGIC - 1] as i8) < 2 {
            return Err(Stopped::left_out("a message set of magic 0 or 1"));
        }
        let header = rest.get(..size.max(BATCH_OVERHEAD)).and_then(RecordBatch::of_any);
        let header = header.ok_or_else(|| {
            Stopped(format!(
                "org.apache.kafka.common.KafkaException: Failed to load record batch at position {}",
                self.position
            ))
        })?;
        self.position += size;
        Ok(Some(Batch { header, size }))
    }
}

pub(super) struct Batch<'a> {
    pub(super) header: RecordBatch<'a>,
    size: usize,
}

impl Batch<'_> {
    fn is_valid(&self) -> bool {
        self.size >= BATCH_OVERHEAD && self.header.ensure_valid().is_ok()
    }

    /// Calls `each` with every record, until one cannot be read.
    pub(super) fn for_each(
        &self,
        mut each: impl FnMut(&RecordRef<'_>) -> Result<(), Stopped>,
    ) -> Result<(), Stopped> {
        if self.size < BATCH_OVERHEAD {
            return Err(Stopped("java.lang.IndexOutOfBoundsException".into()));
        }
        let payload = self.header.payload().map_err(exception)?;
        if payload.is_compressed() {
            // Kafka reads all records of a compressed batch before the first is printed.
            payload.records().try_for_each(|record| record.map(|_| ())).map_err(exception)?;
        }
        for record in payload.records() {
            each(&record.map_err(exception)?)?;
        }
        Ok(())
    }
}

/// The class that stands behind an error of a record.
fn exception(error: ErrorCode) -> Stopped {
    Stopped(match error {
        ErrorCode::InvalidRecord => "org.apache.kafka.common.InvalidRecordException".into(),
        _ => "org.apache.kafka.common.KafkaException".into(),
    })
}

pub(super) fn dump(name: &str, bytes: &[u8], out: &mut String) -> Result<(), Stopped> {
    let mut walk = Walk::new(bytes);
    loop {
        let position = walk.position;
        let Some(batch) = walk.next()? else { break };
        batch_line(&batch, position, out)?;
        batch.for_each(|record| {
            record_line(&batch.header, record, out)?;
            out.push('\n');
            Ok(())
        })?;
    }
    let trailing = bytes.len() - walk.position;
    if trailing > 0 {
        out.push_str(&format!("Found {trailing} invalid bytes at the end of {name}\n"));
    }
    Ok(())
}

fn print(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a string takes any text");
}

/// `OptionalLong.toString`.
pub(super) fn optional(number: Option<i64>) -> String {
    number.map_or_else(|| "OptionalLong.empty".into(), |number| format!("OptionalLong[{number}]"))
}

fn batch_line(batch: &Batch<'_>, position: usize, out: &mut String) -> Result<(), Stopped> {
    let header = &batch.header;
    print(
        out,
        format_args!(
            "baseOffset: {} lastOffset: {} count: {} baseSequence: {} lastSequence: {} producerId: {} \
             producerEpoch: {} partitionLeaderEpoch: {} isTransactional: {} isControl: {} deleteHorizonMs: {}",
            header.base_offset(),
            header.last_offset(),
            header.record_count(),
            header.base_sequence(),
            header.last_sequence(),
            header.producer_id(),
            header.producer_epoch(),
            header.partition_leader_epoch(),
            header.is_transactional(),
            header.is_control(),
            optional(header.delete_horizon_ms()),
        ),
    );
    let codec = header.codec().map_err(|_| {
        Stopped(format!(
            "java.lang.IllegalArgumentException: Unknown compression type id: {}",
            header.attributes() & 7
        ))
    })?;
    print(
        out,
        format_args!(
            " position: {position} {}: {} size: {} magic: {} compresscodec: {} crc: {} isvalid: {}\n",
            header.timestamp_type().name(),
            header.max_timestamp(),
            batch.size,
            header.magic(),
            codec.name(),
            header.crc(),
            batch.is_valid(),
        ),
    );
    Ok(())
}

fn record_line(
    header: &RecordBatch<'_>,
    record: &RecordRef<'_>,
    out: &mut String,
) -> Result<(), Stopped> {
    let size = |bytes: Option<&[u8]>| bytes.map_or(-1, |bytes| bytes.len() as i64);
    let delta = record.offset.wrapping_sub(header.base_offset()) as i32;
    let sequence = match header.base_sequence() {
        first if first >= 0 => increment_sequence(first, delta),
        _ => NO_SEQUENCE,
    };
    let keys: Vec<String> = record.headers().map(|(key, _)| utf8_lossy(key)).collect();
    print(
        out,
        format_args!(
            "| offset: {} {}: {} keySize: {} valueSize: {} sequence: {sequence} headerKeys: [{}]",
            record.offset,
            header.timestamp_type().name(),
            record.timestamp,
            size(record.key),
            size(record.value),
            keys.join(","),
        ),
    );
    if header.is_control() {
        return control(record, out);
    }
    for (name, bytes) in [("key", record.key), ("payload", record.value)] {
        if let Some(bytes) = bytes {
            print(out, format_args!(" {name}: {}", utf8_lossy(bytes)));
        }
    }
    Ok(())
}

fn control(record: &RecordRef<'_>, out: &mut String) -> Result<(), Stopped> {
    let no_key = || Stopped("java.lang.NullPointerException".into());
    let key = record.key.ok_or_else(no_key)?;
    match ControlType::parse(key).map_err(exception)? {
        kind @ (ControlType::Abort | ControlType::Commit) => {
            let marker = ControlRecord::read(record).map_err(exception)?;
            let epoch = marker.coordinator_epoch.unwrap_or(-1);
            let name = kind.name();
            print(out, format_args!(" endTxnMarker: {name} coordinatorEpoch: {epoch}"));
            Ok(())
        }
        ControlType::Unknown => {
            let id = i16::from_be_bytes([key[2], key[3]]);
            print(out, format_args!(" controlType: UNKNOWN({id})"));
            Ok(())
        }
        kind => Err(Stopped::left_out(kind.name())),
    }
}
