//! `.snapshot` and `.txnindex` files: producers and aborted transactions, a line each.
//!
//! Kafka: `ProducerStateManager.readSnapshot`, `TransactionIndex`, `AbortedTxn`.

use std::fmt;

use super::log::optional;
use crate::protocol::record::{ReadError, Reader, decrement_sequence};

/// One producer of a `.snapshot` (LOG-30).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProducerEntry {
    /// Its id.
    pub producer_id: i64,
    /// Its epoch.
    pub producer_epoch: i16,
    /// The sequence of its last record; −1: none.
    pub last_sequence: i32,
    /// The offset of its last record; −1: none.
    pub last_offset: i64,
    /// How many offsets before that its last batch began.
    pub offset_delta: i32,
    /// The largest timestamp of its last batch.
    pub timestamp: i64,
    /// Of the coordinator that wrote its last marker; −1: none.
    pub coordinator_epoch: i32,
    /// Where its open transaction began.
    pub current_txn_first_offset: Option<i64>,
}

impl fmt::Display for ProducerEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "producerId: {} producerEpoch: {} coordinatorEpoch: {} currentTxnFirstOffset: {} lastTimestamp: {}",
            self.producer_id,
            self.producer_epoch,
            self.coordinator_epoch,
            optional(self.current_txn_first_offset),
            self.timestamp
        )?;
        if self.last_offset < 0 {
            return Ok(());
        }
        write!(
            f,
            " firstSequence: {} lastSequence: {} lastOffset: {} offsetDelta: {} timestamp: {}",
            decrement_sequence(self.last_sequence, self.offset_delta),
            self.last_sequence,
            self.last_offset,
            self.offset_delta,
            self.timestamp
        )
    }
}

/// Where the entries of a `.snapshot` begin: behind version and CRC.
const ENTRIES_POSITION: usize = 6;

/// The producers of a `.snapshot`; or the sentence of Kafka's `CorruptSnapshotException`.
pub(crate) fn producer_entries(bytes: &[u8]) -> Result<Vec<ProducerEntry>, String> {
    const SCHEMA: &str = "Snapshot failed schema validation: ";
    let underflow = |_| format!("{SCHEMA}null");
    let mut reader = Reader::new(bytes);
    let version = reader.i16().map_err(underflow)?;
    if version != 1 {
        return Err(format!("{SCHEMA}Snapshot contained an unknown file version {version}"));
    }
    let crc = reader.i32().map_err(underflow)?.cast_unsigned();
    let count = reader.i32().map_err(underflow)?;
    let count = u32::try_from(count).map_err(|_| {
        format!("{SCHEMA}non-nullable field producerEntries was serialized as null")
    })?;
    if count as usize > reader.remaining() {
        return Err(format!(
            "{SCHEMA}Tried to allocate a collection of size {count}, but there are only {} bytes remaining.",
            reader.remaining()
        ));
    }
    let entries: Result<Vec<_>, _> = (0..count).map(|_| producer_entry(&mut reader)).collect();
    let entries = entries.map_err(underflow)?;
    let computed = crc32c::crc32c(&bytes[ENTRIES_POSITION..]);
    if crc != computed {
        return Err(format!(
            "Snapshot is corrupt (CRC is no longer valid). Stored crc: {crc}. Computed crc: {computed}"
        ));
    }
    Ok(entries)
}

fn producer_entry(reader: &mut Reader<'_>) -> Result<ProducerEntry, ReadError> {
    Ok(ProducerEntry {
        producer_id: reader.i64()?,
        producer_epoch: reader.i16()?,
        last_sequence: reader.i32()?,
        last_offset: reader.i64()?,
        offset_delta: reader.i32()?,
        timestamp: reader.i64()?,
        coordinator_epoch: reader.i32()?,
        current_txn_first_offset: Some(reader.i64()?).filter(|offset| *offset >= 0),
    })
}

/// One entry of a `.txnindex` (LOG-31).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AbortedTransaction {
    /// What Kafka takes for the version: the high byte of it.
    pub version: i8,
    /// Whose transaction it was.
    pub producer_id: i64,
    /// Its first record.
    pub first_offset: i64,
    /// Its marker.
    pub last_offset: i64,
    /// The last stable offset when the marker came.
    pub last_stable_offset: i64,
}

impl fmt::Display for AbortedTransaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "version: {} producerId: {} firstOffset: {} lastOffset: {} lastStableOffset: {}",
            self.version,
            self.producer_id,
            self.first_offset,
            self.last_offset,
            self.last_stable_offset
        )
    }
}

/// Bytes of an entry of a `.txnindex`.
pub(crate) const ABORTED_BYTES: usize = 34;

/// The whole entries of a `.txnindex`; or the version that Kafka does not know.
pub(crate) fn aborted_transactions(bytes: &[u8]) -> Result<Vec<AbortedTransaction>, i8> {
    let entry = |entry: &[u8]| {
        let number = |at: usize| i64::from_be_bytes(entry[at..at + 8].try_into().expect("eight"));
        let version = entry[0].cast_signed();
        let transaction = AbortedTransaction {
            version,
            producer_id: number(2),
            first_offset: number(10),
            last_offset: number(18),
            last_stable_offset: number(26),
        };
        if version > 0 { Err(version) } else { Ok(transaction) }
    };
    bytes.chunks_exact(ABORTED_BYTES).map(entry).collect()
}
