//! Producer-state snapshots: the files, and their bytes (LOG-30).
//!
//! Kafka: `SnapshotFile`, `ProducerStateManager.readSnapshot`, `writeSnapshot`.

use crate::protocol::record::Reader;
use crate::protocol::{Offset, SortedMap};
use crate::storage::disk::{File, Suffix};
use crate::storage::producer_state::{ProducerBatch, ProducerState};

const VERSION: i16 = 1;
/// Version and CRC stand in front of what the CRC covers.
const ENTRIES_OFFSET: usize = 6;

/// Why a snapshot cannot be used (`CorruptSnapshotException`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CorruptSnapshot {
    /// A version that Kafka does not know, or too few bytes.
    Schema,
    /// The CRC-32C does not fit.
    Crc,
}

/// The bytes of a snapshot of `producers`, in their order.
#[must_use]
pub fn write_snapshot(producers: &[&ProducerState]) -> Vec<u8> {
    let mut bytes = VERSION.to_be_bytes().to_vec();
    bytes.extend([0; 4]);
    bytes.extend((producers.len() as u32).to_be_bytes());
    for producer in producers {
        let last = producer.batches.last();
        bytes.extend(producer.producer_id.to_be_bytes());
        bytes.extend(producer.producer_epoch.to_be_bytes());
        bytes.extend(last.map_or(-1, |batch| batch.last_sequence).to_be_bytes());
        bytes.extend(last.map_or(-1, |batch| batch.last_offset).to_be_bytes());
        bytes.extend(last.map_or(0, |batch| batch.offset_delta).to_be_bytes());
        bytes.extend(producer.last_timestamp.to_be_bytes());
        bytes.extend(producer.coordinator_epoch.to_be_bytes());
        bytes.extend(producer.transaction_first_offset.unwrap_or(-1).to_be_bytes());
    }
    let crc = crc32c::crc32c(&bytes[ENTRIES_OFFSET..]);
    bytes[2..ENTRIES_OFFSET].copy_from_slice(&crc.to_be_bytes());
    bytes
}

/// The producers that a snapshot holds: each with its last batch only.
///
/// # Errors
/// [`CorruptSnapshot`].
pub fn read_snapshot(bytes: &[u8]) -> Result<Vec<ProducerState>, CorruptSnapshot> {
    let (producers, crc) = read_entries(bytes).ok_or(CorruptSnapshot::Schema)?;
    if crc != crc32c::crc32c(&bytes[ENTRIES_OFFSET..]) {
        return Err(CorruptSnapshot::Crc);
    }
    Ok(producers)
}

fn read_entries(bytes: &[u8]) -> Option<(Vec<ProducerState>, u32)> {
    let mut reader = Reader::new(bytes);
    if reader.i16().ok()? != VERSION {
        return None;
    }
    let crc = reader.i32().ok()?.cast_unsigned();
    let count = usize::try_from(reader.i32().ok()?).ok()?;
    if count > reader.remaining() {
        return None;
    }
    let mut producers = Vec::new();
    for _ in 0..count {
        let producer_id = read_i64(&mut reader)?;
        let producer_epoch = reader.i16().ok()?;
        let last_sequence = reader.i32().ok()?;
        let last_offset = read_i64(&mut reader)?;
        let offset_delta = reader.i32().ok()?;
        let timestamp = read_i64(&mut reader)?;
        let coordinator_epoch = reader.i32().ok()?;
        let transaction_first_offset = Some(read_i64(&mut reader)?).filter(|offset| *offset >= 0);
        let batch = ProducerBatch { last_sequence, last_offset, offset_delta, timestamp };
        producers.push(ProducerState {
            producer_id,
            producer_epoch,
            coordinator_epoch,
            last_timestamp: timestamp,
            transaction_first_offset,
            batches: (last_offset >= 0).then_some(batch).into_iter().collect(),
        });
    }
    Some((producers, crc))
}

fn read_i64(reader: &mut Reader<'_>) -> Option<i64> {
    Some(i64::from_be_bytes(reader.take(8).ok()?.try_into().expect("eight bytes")))
}

/// The snapshot files of a directory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ProducerSnapshots {
    taken: SortedMap<Offset, File>,
    deleted: Vec<(u64, Offset, File)>,
}

impl ProducerSnapshots {
    /// The snapshots by their offsets.
    #[must_use]
    pub fn taken(&self) -> &SortedMap<Offset, File> {
        &self.taken
    }

    /// The offset of the newest.
    #[must_use]
    pub fn latest(&self) -> Option<Offset> {
        self.taken.last_key_value().map(|(offset, _)| *offset)
    }

    /// Puts a file in its place.
    pub(super) fn insert(&mut self, offset: Offset, file: File) {
        self.taken.insert(offset, file);
    }

    /// Everything is on the platter.
    pub(super) fn flush(&mut self) {
        for file in self.taken.values_mut() {
            file.flush();
        }
    }

    /// Removes the snapshot at `offset` at once.
    pub(super) fn remove(&mut self, offset: Offset) {
        self.taken.remove(&offset);
    }

    /// Removes the snapshots that `keep` does not want, at once.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(Offset) -> bool) {
        self.taken.retain(|offset, _| keep(*offset));
    }

    /// Removes what lies at no segment's base, except the newest beyond the last base (LOG-30).
    ///
    /// Kafka: `ProducerStateManager.removeStraySnapshots`.
    pub(super) fn remove_stray(&mut self, bases: &[Offset]) {
        let stray = self.taken.keys().rev().find(|offset| !bases.contains(offset)).copied();
        let kept = stray.filter(|stray| bases.last().is_none_or(|last| stray >= last));
        self.taken.retain(|offset, _| bases.contains(offset) || Some(*offset) == kept);
    }

    /// Renames the snapshot at `offset`, if there is one, to `.deleted`.
    pub fn delete(&mut self, offset: Offset, due_ms: u64) {
        if let Some(file) = self.taken.remove(&offset) {
            self.deleted.push((due_ms, offset, file));
        }
    }

    /// When the next `.deleted` file goes.
    #[must_use]
    pub fn next_removal_ms(&self) -> Option<u64> {
        self.deleted.iter().map(|(due_ms, ..)| *due_ms).min()
    }

    /// Removes the `.deleted` files whose time has come; how many.
    pub fn remove_deleted(&mut self, now_ms: u64) -> u32 {
        let before = self.deleted.len();
        self.deleted.retain(|(due_ms, ..)| *due_ms > now_ms);
        (before - self.deleted.len()) as u32
    }

    /// The files.
    pub fn files(&self) -> impl Iterator<Item = (Offset, Suffix, &File)> {
        let taken = self.taken.iter().map(|(offset, file)| (*offset, Suffix::None, file));
        taken.chain(self.deleted.iter().map(|(_, offset, file)| (*offset, Suffix::Deleted, file)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_snapshot_has_kafkas_bytes() {
        let bytes = write_snapshot(&[]);
        assert_eq!(bytes, [0, 1, 0x48, 0x67, 0x4b, 0xc7, 0, 0, 0, 0]);
        // `log.jsonl` gives the checksum of the whole file.
        assert_eq!(crc32c::crc32c(&bytes), 3_203_064_861);
    }

    /// Whatever producers there are, reading gives back each with its last batch; and no damage panics.
    #[test]
    fn a_snapshot_is_read_as_it_was_written() {
        let mut seed = 1u64;
        let mut draw = || {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as i64
        };
        for round in 0..200 {
            let producers: Vec<ProducerState> = (0..draw() % 4)
                .map(|_| ProducerState {
                    producer_id: draw(),
                    producer_epoch: draw() as i16,
                    coordinator_epoch: draw() as i32,
                    last_timestamp: 5,
                    transaction_first_offset: Some(draw()).filter(|n| n % 2 == 0),
                    batches: (0..draw() % 3)
                        .map(|_| ProducerBatch {
                            last_sequence: draw() as i32,
                            last_offset: draw(),
                            offset_delta: draw() as i32,
                            timestamp: 5,
                        })
                        .collect(),
                })
                .collect();
            let mut bytes = write_snapshot(&producers.iter().collect::<Vec<_>>());
            assert_eq!(bytes.len(), 10 + 46 * producers.len());
            let mut expected = producers.clone();
            for producer in &mut expected {
                let older = producer.batches.len().saturating_sub(1);
                producer.batches.drain(..older);
            }
            assert_eq!(read_snapshot(&bytes), Ok(expected), "round {round}");
            let place = draw() as usize % bytes.len();
            bytes[place] ^= 0xff;
            assert!(read_snapshot(&bytes).is_err(), "round {round}: byte {place}");
            bytes.truncate(place);
            assert!(read_snapshot(&bytes).is_err(), "round {round}: cut at {place}");
        }
    }

    #[test]
    fn strays_go_but_the_newest_beyond_the_last_segment() {
        let snapshots = |offsets: &[u64]| {
            let mut snapshots = ProducerSnapshots::default();
            for offset in offsets {
                snapshots.insert(Offset(*offset), File::default());
            }
            snapshots
        };
        let bases = [Offset(0), Offset(10)];
        for (name, before, after) in [
            ("beyond", &[5, 10, 12, 15][..], &[10, 15][..]),
            ("between", &[5, 7, 10], &[10]),
            ("none", &[10], &[10]),
        ] {
            let mut kept = snapshots(before);
            kept.remove_stray(&bases);
            assert_eq!(kept, snapshots(after), "{name}");
        }
    }
}
