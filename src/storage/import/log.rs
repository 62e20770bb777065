//! A `.log` file: batches by their lengths, each checked on its own and against the one before.

use super::{Anomaly, AnomalyKind, ImportedBatch, ImportedRecord};
use crate::protocol::ErrorCode;
use crate::protocol::record::{
    BATCH_OVERHEAD, ControlRecord, LOG_OVERHEAD, Record, RecordBatch, TimestampType,
};

/// Bytes up to the magic, without which nothing can be said about a batch.
const HEADER_UP_TO_MAGIC: usize = 17;
/// What the bytes of all records of a file may take when they are decompressed: small bombs do not pile up.
const MOST_BYTES: usize = 256 << 20;

pub(super) fn read(base: Option<i64>, bytes: &[u8]) -> (Vec<ImportedBatch>, Vec<Anomaly>) {
    let mut reading = Reading { batches: Vec::new(), anomalies: Vec::new(), last: None, held: 0 };
    let mut position = 0;
    while position < bytes.len() {
        let rest = &bytes[position..];
        let tail = AnomalyKind::TruncatedTail(rest.len() as u64);
        if rest.len() < HEADER_UP_TO_MAGIC {
            reading.found(position, tail);
            break;
        }
        let length = i32::from_be_bytes(rest[8..LOG_OVERHEAD].try_into().expect("four bytes"));
        let magic = rest[HEADER_UP_TO_MAGIC - 1].cast_signed();
        let size = usize::try_from(length).map_or(0, |length| length.saturating_add(LOG_OVERHEAD));
        if size < BATCH_OVERHEAD {
            // Where the next batch begins cannot be told.
            reading.found(position, AnomalyKind::ImpossibleLength(length));
            break;
        }
        let Some(batch) = rest.get(..size) else {
            reading.found(position, tail);
            break;
        };
        if magic == 2 {
            let batch = RecordBatch::of_any(batch).expect("it is at least a header long");
            reading.batch(base, position, &batch);
        } else {
            reading.found(position, AnomalyKind::UnknownMagic(magic));
        }
        position += size;
    }
    (reading.batches, reading.anomalies)
}

struct Reading {
    batches: Vec<ImportedBatch>,
    anomalies: Vec<Anomaly>,
    /// The largest offset so far.
    last: Option<i64>,
    /// Bytes of decompressed records so far.
    held: usize,
}

impl Reading {
    fn found(&mut self, position: usize, kind: AnomalyKind) {
        self.anomalies.push(Anomaly::new(position, kind));
    }

    fn batch(&mut self, base: Option<i64>, position: usize, batch: &RecordBatch<'_>) {
        let (first, last) = (batch.base_offset(), batch.last_offset());
        let computed = batch.computed_crc();
        let crc_agrees = batch.crc() == computed;
        if !crc_agrees {
            self.found(position, AnomalyKind::WrongCrc(batch.crc(), computed));
        }
        if let Some(base) = base.filter(|base| first < *base) {
            self.found(position, AnomalyKind::BeforeBaseOffset(first, base));
        }
        match self.last {
            Some(before) if first <= before => {
                self.found(position, AnomalyKind::OffsetNotIncreasing(first, before));
            }
            _ if last < first => {
                self.found(position, AnomalyKind::OffsetOutsideBatch(first, last));
            }
            _ => {}
        }
        let mut imported = ImportedBatch {
            position: position as u64,
            size_bytes: batch.size_bytes() as u64,
            uncompressed_bytes: batch.size_bytes() as u64,
            base_offset: first,
            last_offset: last,
            crc_agrees,
            codec: batch.codec().ok(),
            timestamp_type: batch.timestamp_type(),
            max_timestamp: batch.max_timestamp(),
            record_count: batch.record_count(),
            producer_id: batch.producer_id(),
            transactional: batch.is_transactional(),
            control: None,
            delete_horizon_ms: batch.delete_horizon_ms(),
            records: Vec::new(),
        };
        if imported.codec.is_none() {
            let id = batch.attributes() & 7;
            self.found(position, AnomalyKind::UnknownCodec(id));
        } else {
            self.records(position, batch, &mut imported);
        }
        self.last = self.last.max(Some(last));
        self.batches.push(imported);
    }

    fn records(&mut self, position: usize, batch: &RecordBatch<'_>, imported: &mut ImportedBatch) {
        let payload = match batch.payload() {
            Ok(payload) if self.held + payload.bytes().len() <= MOST_BYTES => payload,
            Ok(_) => return self.found(position, AnomalyKind::DamagedCompression),
            Err(_) => return self.found(position, AnomalyKind::UnreadableRecord(0)),
        };
        if payload.is_compressed() {
            self.held += payload.bytes().len();
        }
        imported.uncompressed_bytes = (BATCH_OVERHEAD + payload.bytes().len()) as u64;
        let mut before = None;
        let mut max_timestamp = None;
        for (nth, record) in (0u32..).zip(payload.records()) {
            let record = match record {
                Ok(record) => record,
                Err(ErrorCode::UnknownServerError) if payload.is_compressed() => {
                    self.found(position, AnomalyKind::DamagedCompression);
                    break;
                }
                Err(_) => {
                    self.found(position, AnomalyKind::UnreadableRecord(nth));
                    break;
                }
            };
            // In an uncompressed batch the record has a place of its own.
            let at = if payload.is_compressed() { position } else { position + record.position };
            match before {
                Some(before) if record.offset <= before => {
                    self.found(at, AnomalyKind::OffsetNotIncreasing(record.offset, before));
                }
                _ if !(imported.base_offset..=imported.last_offset).contains(&record.offset) => {
                    let last = imported.last_offset;
                    self.found(at, AnomalyKind::OffsetOutsideBatch(record.offset, last));
                }
                _ => {}
            }
            before = Some(record.offset);
            max_timestamp = max_timestamp.max(Some(record.timestamp));
            if batch.is_control() {
                imported.control = ControlRecord::read(&record).ok();
                if imported.control.is_none() {
                    self.found(at, AnomalyKind::UnreadableControl);
                }
            }
            let Record { timestamp, key, value, headers } = Record::from(record);
            let offset = record.offset;
            imported.records.push(ImportedRecord { offset, timestamp, key, value, headers });
        }
        let stored = batch.max_timestamp();
        let create_time = batch.timestamp_type() == TimestampType::CreateTime;
        let complete = imported.records.len() as i64 == i64::from(batch.record_count());
        if let Some(found) =
            max_timestamp.filter(|found| create_time && complete && *found != stored)
        {
            self.found(position, AnomalyKind::WrongMaxTimestamp(stored, found));
        }
    }
}
