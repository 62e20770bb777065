//! Real files, taken apart: batches, records, entries, and every anomaly with its position.
//!
//! The files are only looked at: nothing is repaired and nothing is trusted. What is checked is what Kafka
//! checks when it opens a log (`LogSegment.recover`, `OffsetIndex.sanityCheck`, `TimeIndex.sanityCheck`), and
//! what `DumpLogSegments` looks for.

mod index;
mod log;
pub mod zip;

use std::fmt;

use crate::protocol::Bytes;
use crate::protocol::record::{Codec, ControlRecord, Header, TimestampType};
use crate::storage::dump::{
    AbortedTransaction, ProducerEntry, aborted_transactions, producer_entries,
};

/// What was found in some files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Imported {
    /// The files, sorted by name.
    pub files: Vec<ImportedFile>,
}

/// What was found in one file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ImportedFile {
    /// Its name as it came, with its directory if it had one.
    pub name: String,
    /// Its bytes: positions count from their first.
    pub bytes: Vec<u8>,
    /// The offset in its name.
    pub base_offset: Option<i64>,
    /// What it holds.
    pub contents: Contents,
    /// What is wrong with it, by position.
    pub anomalies: Vec<Anomaly>,
}

/// What a file holds, by the end of its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Contents {
    /// `.log`: batches as far as they can be told apart.
    Log(Vec<ImportedBatch>),
    /// `.index`: offset and position of each entry.
    OffsetIndex(Vec<(i64, i32)>),
    /// `.timeindex`: timestamp and offset of each entry.
    TimeIndex(Vec<(i64, i64)>),
    /// `.snapshot`: the producers.
    Snapshot(Vec<ProducerEntry>),
    /// `.txnindex`: aborted transactions.
    TxnIndex(Vec<AbortedTransaction>),
    /// A file of another kind: a checkpoint, `partition.metadata`.
    Other,
}

/// A batch, decoded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ImportedBatch {
    /// Where it begins.
    pub position: u64,
    /// Header and records, as stored.
    pub size_bytes: u64,
    /// Header and records without compression; the same if they are not compressed.
    pub uncompressed_bytes: u64,
    /// The offset of its first record when it was written.
    pub base_offset: i64,
    /// The offset of its last record when it was written.
    pub last_offset: i64,
    /// Whether checksum and bytes agree.
    pub crc_agrees: bool,
    /// How its records are compressed; `None`: by no codec that there is.
    pub codec: Option<Codec>,
    /// Whose clock stamped it.
    pub timestamp_type: TimestampType,
    /// Its largest timestamp.
    pub max_timestamp: i64,
    /// How many records its header announces.
    pub record_count: i32,
    /// The producer's id; −1: none.
    pub producer_id: i64,
    /// Part of a transaction.
    pub transactional: bool,
    /// What its control record says, if it is a control batch.
    pub control: Option<ControlRecord>,
    /// From when on its tombstones may go (CLEAN-16).
    pub delete_horizon_ms: Option<i64>,
    /// Its records, as far as they can be read.
    pub records: Vec<ImportedRecord>,
}

/// A record, decoded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ImportedRecord {
    /// Its offset.
    pub offset: i64,
    /// Its timestamp.
    pub timestamp: i64,
    /// Its key; `None` is null.
    pub key: Option<Bytes>,
    /// Its value; `None` is a tombstone.
    pub value: Option<Bytes>,
    /// Its headers.
    pub headers: Vec<Header>,
}

/// Something that is not as Kafka writes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Anomaly {
    /// The byte where it is.
    pub position: u64,
    /// What it is.
    pub kind: AnomalyKind,
}

/// What can be wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AnomalyKind {
    /// The name does not begin with an offset.
    NoBaseOffset,
    /// The last bytes are not a whole batch: how many.
    TruncatedTail(u64),
    /// A batch's length is too small to be one.
    ImpossibleLength(i32),
    /// A batch's magic is not 2.
    UnknownMagic(i8),
    /// Checksum: stored and computed.
    WrongCrc(u32, u32),
    /// A codec id that is none.
    UnknownCodec(i16),
    /// The n-th record of a batch, from 0, cannot be read: lengths and bytes disagree.
    UnreadableRecord(u32),
    /// The compressed bytes end in damage.
    DamagedCompression,
    /// An offset that is not greater than the one before: it and the one before.
    OffsetNotIncreasing(i64, i64),
    /// An offset outside of its batch: it, and the batch's last.
    OffsetOutsideBatch(i64, i64),
    /// A batch begins before the file's own offset.
    BeforeBaseOffset(i64, i64),
    /// The header's largest timestamp, and that of the records.
    WrongMaxTimestamp(i64, i64),
    /// A control batch's record cannot be read.
    UnreadableControl,
    /// The size is not a multiple of an entry: the bytes that are over.
    PartialEntry(u64),
    /// An index entry's offset is not greater than the one before: it and the one before.
    EntryOutOfOrder(i64, i64),
    /// A time index entry's timestamp is not greater than the one before: it and the one before.
    TimestampOutOfOrder(i64, i64),
    /// An index entry's position is not greater than the one before: it and the one before.
    PositionOutOfOrder(i64, i64),
    /// An index entry points beyond the log: position and the log's size.
    BeyondLog(i64, u64),
    /// An index entry points at no batch: the position.
    PointsNowhere(i64),
    /// An index entry's batch ends with another offset: the entry's, the batch's.
    OtherOffset(i64, i64),
    /// No batch ends with a time index entry's offset.
    OffsetNotFound(i64),
    /// A time index entry's timestamp, and the largest of its batch.
    OtherTimestamp(i64, i64),
    /// There is no log beside an index: its entries could not be looked up.
    NoLog,
    /// Entries that are all zero: allocated in advance and never used; how many.
    Preallocated(u64),
    /// A snapshot that Kafka throws away, in its words.
    CorruptSnapshot(String),
    /// A version of an aborted transaction that Kafka does not know.
    UnknownVersion(i8),
    /// An aborted transaction that ends before the file's own offset: its end and that offset.
    AbortedTooEarly(i64, i64),
}

impl AnomalyKind {
    /// Whether it is expected in the files of a broker that did not stop cleanly, rather than damage.
    #[must_use]
    pub fn is_harmless(&self) -> bool {
        matches!(self, Self::Preallocated(_) | Self::NoLog)
    }
}

impl fmt::Display for AnomalyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoBaseOffset => f.write_str("the name does not begin with an offset"),
            Self::TruncatedTail(bytes) => write!(f, "the last {bytes} bytes are not a whole batch"),
            Self::ImpossibleLength(length) => {
                write!(f, "batchLength {length} is too small for a batch")
            }
            Self::UnknownMagic(magic) => write!(f, "magic {magic}, not 2"),
            Self::WrongCrc(stored, computed) => {
                write!(f, "crc {stored:08x} is stored, {computed:08x} is right")
            }
            Self::UnknownCodec(id) => write!(f, "codec {id} does not exist"),
            Self::UnreadableRecord(nth) => {
                write!(f, "record {nth} of the batch cannot be read: lengths and bytes disagree")
            }
            Self::DamagedCompression => f.write_str("the compressed bytes end in damage"),
            Self::OffsetNotIncreasing(offset, before) => {
                write!(f, "offset {offset} comes after {before}")
            }
            Self::OffsetOutsideBatch(offset, last) => {
                write!(f, "offset {offset} in a batch that ends with {last}")
            }
            Self::BeforeBaseOffset(offset, base) => {
                write!(f, "offset {offset} in a file that begins at {base}")
            }
            Self::WrongMaxTimestamp(stored, found) => {
                write!(f, "maxTimestamp says {stored}, the records {found}")
            }
            Self::UnreadableControl => f.write_str("the control record cannot be read"),
            Self::PartialEntry(bytes) => {
                write!(f, "{bytes} bytes more than whole entries")
            }
            Self::EntryOutOfOrder(offset, before) => {
                write!(f, "an entry for offset {offset} comes after one for {before}")
            }
            Self::TimestampOutOfOrder(timestamp, before) => {
                write!(f, "an entry for timestamp {timestamp} comes after one for {before}")
            }
            Self::PositionOutOfOrder(position, before) => {
                write!(f, "an entry with position {position} comes after one with {before}")
            }
            Self::BeyondLog(position, size) => {
                write!(f, "position {position} lies beyond the log's {size} bytes")
            }
            Self::PointsNowhere(position) => write!(f, "no batch begins at position {position}"),
            Self::OtherOffset(entry, batch) => {
                write!(f, "an entry for offset {entry} points at a batch that ends with {batch}")
            }
            Self::OffsetNotFound(offset) => write!(f, "no batch ends with offset {offset}"),
            Self::OtherTimestamp(entry, batch) => {
                write!(f, "an entry for timestamp {entry}, where the batch's largest is {batch}")
            }
            Self::NoLog => f.write_str("there is no log beside it to look entries up in"),
            Self::Preallocated(entries) => {
                write!(f, "{entries} entries are zero: allocated in advance, not used")
            }
            Self::CorruptSnapshot(words) => f.write_str(words),
            Self::UnknownVersion(version) => write!(f, "version {version} does not exist"),
            Self::AbortedTooEarly(last, base) => {
                write!(f, "a transaction that ends at {last} in a file that begins at {base}")
            }
        }
    }
}

impl Anomaly {
    fn new(position: usize, kind: AnomalyKind) -> Self {
        Self { position: position as u64, kind }
    }
}

/// Takes files apart: names, with or without a directory, and bytes.
///
/// Never fails: what cannot be read is an anomaly. Indexes are checked against the `.log` of the same name
/// among the files.
#[must_use]
pub fn import(mut files: Vec<(String, Vec<u8>)>) -> Imported {
    files.sort_unstable();
    let is_log = |name: &str| name.ends_with(".log");
    let mut found: Vec<ImportedFile> = Vec::new();
    // Logs first: the indexes are checked against them.
    let (logs, others): (Vec<_>, Vec<_>) = files.into_iter().partition(|(name, _)| is_log(name));
    for (name, bytes) in logs {
        let base_offset = base_offset(&name);
        let (batches, mut anomalies) = log::read(base_offset, &bytes);
        if base_offset.is_none() {
            anomalies.insert(0, Anomaly::new(0, AnomalyKind::NoBaseOffset));
        }
        found.push(ImportedFile {
            name,
            bytes,
            base_offset,
            contents: Contents::Log(batches),
            anomalies,
        });
    }
    let log_count = found.len();
    for (name, bytes) in others {
        let stem = name.rsplit_once('.').map_or(&*name, |(stem, _)| stem);
        let log = found[..log_count]
            .iter()
            .find(|log| log.name.strip_suffix(".log") == Some(stem))
            .and_then(|log| match &log.contents {
                Contents::Log(batches) => Some((&*log.bytes, &**batches)),
                _ => None,
            });
        let base_offset = base_offset(&name);
        let (contents, anomalies) = contents(&name, base_offset, &bytes, log);
        found.push(ImportedFile { name, bytes, base_offset, contents, anomalies });
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Imported { files: found }
}

/// A log's bytes and batches.
type Log<'a> = Option<(&'a [u8], &'a [ImportedBatch])>;

/// The offset that a file is named after.
fn base_offset(name: &str) -> Option<i64> {
    let name = name.rsplit_once('/').map_or(name, |(_, name)| name);
    name.split_once('.')?.0.parse().ok().filter(|offset| *offset >= 0)
}

fn contents(name: &str, base: Option<i64>, bytes: &[u8], log: Log<'_>) -> (Contents, Vec<Anomaly>) {
    let kind = name.rsplit_once('.').map_or("", |(_, kind)| kind);
    let known = matches!(kind, "index" | "timeindex" | "snapshot" | "txnindex");
    let mut anomalies = Vec::new();
    if known && base.is_none() {
        anomalies.push(Anomaly::new(0, AnomalyKind::NoBaseOffset));
    }
    let base = base.unwrap_or(0);
    let contents = match kind {
        "index" => Contents::OffsetIndex(index::offsets(base, bytes, log, &mut anomalies)),
        "timeindex" => Contents::TimeIndex(index::times(base, bytes, log, &mut anomalies)),
        "snapshot" => Contents::Snapshot(producer_entries(bytes).unwrap_or_else(|words| {
            anomalies.push(Anomaly::new(0, AnomalyKind::CorruptSnapshot(words)));
            Vec::new()
        })),
        "txnindex" => Contents::TxnIndex(aborted(base, bytes, &mut anomalies)),
        _ => Contents::Other,
    };
    (contents, anomalies)
}

fn aborted(base: i64, bytes: &[u8], anomalies: &mut Vec<Anomaly>) -> Vec<AbortedTransaction> {
    use crate::storage::dump::ABORTED_BYTES;
    let mut entries = Vec::new();
    for (slot, entry) in bytes.chunks(ABORTED_BYTES).enumerate() {
        let position = slot * ABORTED_BYTES;
        let anomaly = match aborted_transactions(entry) {
            Ok(entry) => match entry.first() {
                None => Some(AnomalyKind::PartialEntry((bytes.len() - position) as u64)),
                Some(entry) => {
                    let last = entry.last_offset;
                    entries.push(entry.clone());
                    (last < base).then_some(AnomalyKind::AbortedTooEarly(last, base))
                }
            },
            Err(version) => Some(AnomalyKind::UnknownVersion(version)),
        };
        anomalies.extend(anomaly.map(|kind| Anomaly::new(position, kind)));
    }
    entries
}

#[cfg(test)]
mod tests;
