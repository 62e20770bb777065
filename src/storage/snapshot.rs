//! Producer-state snapshots. Without idempotent producers each is empty: 10 bytes (LOG-30).
//!
//! Kafka: `ProducerStateManager.takeSnapshot`, `writeSnapshot`. Left out so far: producers.

use crate::protocol::{Offset, SortedSet};
use crate::storage::disk::Suffix;

/// Which snapshot files a directory holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ProducerSnapshots {
    taken: SortedSet<Offset>,
    deleted: Vec<(u64, Offset)>,
    /// A snapshot is worth taking beyond this offset only.
    last: Offset,
}

impl ProducerSnapshots {
    /// int16 version 1, uint32 CRC-32C of what follows, int32 count 0.
    pub const EMPTY: [u8; 10] = [0, 1, 0x48, 0x67, 0x4b, 0xc7, 0, 0, 0, 0];

    /// Takes a snapshot at `offset`, unless the last one is as new.
    pub fn take(&mut self, offset: Offset) {
        if offset > self.last {
            self.taken.insert(offset);
            self.last = offset;
        }
    }

    /// The log now starts at `start`.
    pub fn on_log_start_moved(&mut self, start: Offset) {
        self.last = self.taken.last().copied().unwrap_or(start);
    }

    /// Renames the snapshot at `offset`, if there is one, to `.deleted`.
    pub fn delete(&mut self, offset: Offset, due_ms: u64) {
        if self.taken.remove(&offset) {
            self.deleted.push((due_ms, offset));
        }
    }

    /// When the next `.deleted` file goes.
    #[must_use]
    pub fn next_removal_ms(&self) -> Option<u64> {
        self.deleted.iter().map(|(due_ms, _)| *due_ms).min()
    }

    /// Removes the `.deleted` files whose time has come; how many.
    pub fn remove_deleted(&mut self, now_ms: u64) -> u32 {
        let before = self.deleted.len();
        self.deleted.retain(|(due_ms, _)| *due_ms > now_ms);
        (before - self.deleted.len()) as u32
    }

    /// The files.
    pub fn files(&self) -> impl Iterator<Item = (Offset, Suffix)> {
        let taken = self.taken.iter().map(|offset| (*offset, Suffix::None));
        taken.chain(self.deleted.iter().map(|(_, offset)| (*offset, Suffix::Deleted)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_snapshot_has_kafkas_bytes() {
        let crc = crc32c::crc32c(&ProducerSnapshots::EMPTY[6..]);
        assert_eq!(ProducerSnapshots::EMPTY[2..6], crc.to_be_bytes());
        // `log.jsonl` gives the checksum of the whole file.
        assert_eq!(crc32c::crc32c(&ProducerSnapshots::EMPTY), 3_203_064_861);
    }
}
