//! Control records (FMT-10): what a control batch says, and the marker that ends a transaction.
//!
//! Kafka: `ControlRecordType`, `EndTransactionMarker`, `MemoryRecords.withEndTransactionMarker`. Left out:
//! what the bodies of KRaft's control records say.

use crate::protocol::ErrorCode;
use crate::protocol::record::batch::{NO_SEQUENCE, RecordRef};
use crate::protocol::record::builder::{BatchBuilder, BatchOptions, IllegalArgument, Record};
use crate::protocol::record::varint::Reader;

/// What a control record is about, by Kafka's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ControlType {
    /// The transaction ended in an abort.
    Abort,
    /// The transaction was committed.
    Commit,
    /// A KRaft leader took over.
    LeaderChange,
    /// The first record of a KRaft snapshot.
    SnapshotHeader,
    /// The last record of a KRaft snapshot.
    SnapshotFooter,
    /// The version of the KRaft protocol.
    KraftVersion,
    /// Who votes in KRaft.
    KraftVoters,
    /// A type that Kafka 4.3.1 does not know; readers ignore it.
    Unknown,
}

impl ControlType {
    /// All that have an id, by it.
    const KNOWN: [Self; 7] = [
        Self::Abort,
        Self::Commit,
        Self::LeaderChange,
        Self::SnapshotHeader,
        Self::SnapshotFooter,
        Self::KraftVersion,
        Self::KraftVoters,
    ];

    /// Kafka's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Abort => "ABORT",
            Self::Commit => "COMMIT",
            Self::LeaderChange => "LEADER_CHANGE",
            Self::SnapshotHeader => "SNAPSHOT_HEADER",
            Self::SnapshotFooter => "SNAPSHOT_FOOTER",
            Self::KraftVersion => "KRAFT_VERSION",
            Self::KraftVoters => "KRAFT_VOTERS",
            Self::Unknown => "UNKNOWN",
        }
    }

    /// The type of a name, if there is one; [`ControlType::Unknown`] is none to write.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether it ends a transaction: [`ControlType::Abort`] or [`ControlType::Commit`].
    #[must_use]
    pub fn ends_transaction(self) -> bool {
        matches!(self, Self::Abort | Self::Commit)
    }

    /// The number in the record's key; −1 for [`ControlType::Unknown`].
    #[must_use]
    pub fn id(self) -> i16 {
        Self::KNOWN.iter().position(|kind| *kind == self).map_or(-1, |id| id as i16)
    }

    /// Reads a control record's key. Versions above 0 are read as version 0.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidRecord`] for a key that is too short or of a negative version.
    pub fn parse(key: &[u8]) -> Result<Self, ErrorCode> {
        let mut key = Reader::new(key);
        let (Ok(version), Ok(id)) = (key.i16(), key.i16()) else {
            return Err(ErrorCode::InvalidRecord);
        };
        if version < 0 {
            return Err(ErrorCode::InvalidRecord);
        }
        let known = usize::try_from(id).ok().and_then(|id| Self::KNOWN.get(id));
        Ok(known.copied().unwrap_or(Self::Unknown))
    }

    /// The key of a control record of this type, version 0.
    #[must_use]
    pub fn key(self) -> [u8; 4] {
        let [high, low] = self.id().to_be_bytes();
        [0, 0, high, low]
    }
}

/// A control record, decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ControlRecord {
    /// What it is about.
    pub kind: ControlType,
    /// The value's version.
    pub version: i16,
    /// Of a transaction marker: the epoch of the coordinator that wrote it.
    pub coordinator_epoch: Option<i32>,
}

impl ControlRecord {
    /// Decodes a record of a control batch.
    ///
    /// # Errors
    /// As an answer says what Kafka throws: [`ErrorCode::InvalidRecord`] for a bad key and for a marker of
    /// a negative version, [`ErrorCode::UnknownServerError`] where key or value is null or the value too
    /// short (`NullPointerException`, `BufferUnderflowException`).
    pub fn read(record: &RecordRef<'_>) -> Result<Self, ErrorCode> {
        let no_code = |_| ErrorCode::UnknownServerError;
        let kind = ControlType::parse(record.key.ok_or(ErrorCode::UnknownServerError)?)?;
        let mut value = Reader::new(record.value.ok_or(ErrorCode::UnknownServerError)?);
        let version = value.i16().map_err(no_code)?;
        if !kind.ends_transaction() {
            return Ok(Self { kind, version, coordinator_epoch: None });
        }
        if version < 0 {
            return Err(ErrorCode::InvalidRecord);
        }
        let coordinator_epoch = Some(value.i32().map_err(no_code)?);
        Ok(Self { kind, version, coordinator_epoch })
    }
}

/// The record of a transaction marker: `COMMIT` if `committed`, else `ABORT`; value version 0.
#[must_use]
pub fn end_transaction_record(timestamp: i64, committed: bool, coordinator_epoch: i32) -> Record {
    let kind = if committed { ControlType::Commit } else { ControlType::Abort };
    let mut value = vec![0, 0];
    value.extend(coordinator_epoch.to_be_bytes());
    Record {
        timestamp,
        key: Some(kind.key()[..].into()),
        value: Some(value.into()),
        headers: Vec::new(),
    }
}

/// A transaction marker as the coordinator hands it to a log: one record, 78 bytes, base offset 0, no
/// leader epoch, no sequence (FMT-10).
///
/// # Errors
/// [`IllegalArgument`] without a producer id and epoch, or for a negative timestamp other than −1.
pub fn end_transaction_marker(
    producer_id: i64,
    producer_epoch: i16,
    timestamp: i64,
    committed: bool,
    coordinator_epoch: i32,
) -> Result<Vec<u8>, IllegalArgument> {
    let mut builder = BatchBuilder::new(BatchOptions {
        producer_id,
        producer_epoch,
        base_sequence: NO_SEQUENCE,
        transactional: true,
        control: true,
        ..BatchOptions::default()
    });
    builder.append(&end_transaction_record(timestamp, committed, coordinator_epoch))?;
    builder.build(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::record::RecordBatch;

    #[test]
    fn a_marker_is_a_batch_of_78_bytes_that_reads_back() {
        for (committed, kind) in [(true, ControlType::Commit), (false, ControlType::Abort)] {
            let bytes = end_transaction_marker(7, 1, 3000, committed, 4).unwrap();
            assert_eq!(bytes.len(), 78);
            let batch = RecordBatch::new(&bytes).unwrap();
            assert_eq!((batch.attributes(), batch.base_sequence()), (0x30, -1));
            assert_eq!((batch.producer_id(), batch.producer_epoch()), (7, 1));
            let record = batch.records().unwrap().next().unwrap().unwrap();
            let expected = ControlRecord { kind, version: 0, coordinator_epoch: Some(4) };
            assert_eq!((record.timestamp, ControlRecord::read(&record)), (3000, Ok(expected)));
        }
        assert_eq!(end_transaction_marker(-1, 1, 3000, true, 4), Err(IllegalArgument));
        assert_eq!(end_transaction_marker(7, -1, 3000, true, 4), Err(IllegalArgument));
    }

    #[test]
    fn keys_are_read_as_kafka_reads_them() {
        let cases: [(&[u8], Result<ControlType, ErrorCode>); 7] = [
            (&[0, 0, 0, 0], Ok(ControlType::Abort)),
            (&[0, 0, 0, 6], Ok(ControlType::KraftVoters)),
            (&[0, 0, 0, 7], Ok(ControlType::Unknown)),
            (&[0, 0, 0xff, 0xff], Ok(ControlType::Unknown)),
            (&[0x7f, 0xff, 0, 1, 9], Ok(ControlType::Commit)),
            (&[0xff, 0xff, 0, 1], Err(ErrorCode::InvalidRecord)),
            (&[0, 0, 0], Err(ErrorCode::InvalidRecord)),
        ];
        for (key, expected) in cases {
            assert_eq!(ControlType::parse(key), expected, "{key:?}");
        }
        for kind in ControlType::KNOWN {
            assert_eq!(ControlType::from_name(kind.name()), Some(kind));
            assert_eq!(ControlType::parse(&kind.key()), Ok(kind));
        }
    }
}
