//! The two sparse indexes of a segment: offset → position, timestamp → offset.
//!
//! Kafka: `OffsetIndex`, `TimeIndex`, `AbstractIndex`. The files hold their entries only; Kafka
//! preallocates an active index to its maximum and cuts it when the segment is closed (LOG-22). A
//! damaged file may end in a part of an entry; it stays there until something is written or cut.

use crate::protocol::Offset;
use crate::protocol::record::NO_TIMESTAMP;
use crate::storage::disk::File;
use crate::storage::lookup::floor_slot;

/// An index takes no such entry: it has no slot left (Kafka's `IllegalArgumentException`), or the offset does
/// not follow on the last one (`InvalidOffsetException`). Either fails a cleaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexFull;

/// The offset that lies a distance, as an entry writes it, from `base`.
fn apart(base: Offset, distance: [u8; 4]) -> Offset {
    let offset = base.as_i64() + i64::from(i32::from_be_bytes(distance));
    Offset::from_i64(offset).unwrap_or_default() // Only damage makes it negative.
}

/// As a recovery that gave up leaves an index's file: as long as it may grow, its entries over what stood there
/// before.
fn abandoned(file: &mut File, before: &[u8], max_bytes: u32, entry_bytes: u32) {
    let mut bytes = before.to_vec();
    bytes.resize((max_bytes / entry_bytes * entry_bytes) as usize, 0);
    bytes[..file.bytes.len()].copy_from_slice(&file.bytes);
    file.bytes = bytes;
}

/// Offset → position in the `.log`; entries of 8 bytes: offset − base, position (LOG-23).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OffsetIndex {
    base_offset: Offset,
    max_bytes: u32,
    file: File,
}

impl OffsetIndex {
    /// Bytes of an entry.
    pub const ENTRY_BYTES: u32 = 8;

    /// An empty index for the segment at `base_offset` that may grow to `max_bytes`.
    #[must_use]
    pub fn new(now_ms: u64, base_offset: Offset, max_bytes: u32) -> Self {
        Self { base_offset, max_bytes, file: File::new(now_ms) }
    }

    /// The index that a file holds. Nothing is checked (LOG-37).
    pub(super) fn open(base_offset: Offset, max_bytes: u32, file: File) -> Self {
        Self { base_offset, max_bytes, file }
    }

    /// Forgets all entries: the segment is about to be recovered (LOG-39).
    pub(super) fn reset(&mut self, now_ms: u64) {
        self.file.truncate(now_ms, 0);
    }

    /// Its recovery gave up; `before` is what the file held.
    pub(super) fn abandon(&mut self, before: &[u8]) {
        abandoned(&mut self.file, before, self.max_bytes, Self::ENTRY_BYTES);
    }

    /// Cuts off what is not a whole entry.
    pub(super) fn trim(&mut self, now_ms: u64) {
        self.file.truncate(now_ms, self.len() * Self::ENTRY_BYTES);
    }

    /// Forgets the entries at and beyond `offset`.
    pub(super) fn truncate_to(&mut self, now_ms: u64, offset: i64) {
        let below =
            floor_slot(self.len(), Self::ENTRY_BYTES, offset, |slot| self.entry(slot).0.as_i64());
        let kept = match below {
            Some(slot) if self.entry(slot).0.as_i64() == offset => slot,
            Some(slot) => slot + 1,
            None => 0,
        };
        self.file.truncate(now_ms, kept * Self::ENTRY_BYTES);
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &File {
        &self.file
    }

    pub(super) fn file_mut(&mut self) -> &mut File {
        &mut self.file
    }

    pub(super) fn into_file(self) -> File {
        self.file
    }

    /// Entries so far.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.file.size_bytes() / Self::ENTRY_BYTES
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many entries fit (LOG-20).
    #[must_use]
    pub fn max_entries(&self) -> u32 {
        self.max_bytes / Self::ENTRY_BYTES
    }

    /// Whether the next append must roll (LOG-20).
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.len() >= self.max_entries()
    }

    /// Whether `offset` can be written as a distance from the base (LOG-16, 5).
    #[must_use]
    pub fn can_append_offset(&self, offset: i64) -> bool {
        (0..=i64::from(i32::MAX)).contains(&offset.wrapping_sub(self.base_offset.as_i64()))
    }

    /// The entry in `slot`: (offset, position).
    ///
    /// # Panics
    /// If there is no such slot.
    #[must_use]
    pub fn entry(&self, slot: u32) -> (Offset, u32) {
        let at = (slot * Self::ENTRY_BYTES) as usize;
        let number = |at: usize| self.file.bytes[at..at + 4].try_into().expect("four bytes");
        (apart(self.base_offset, number(at)), u32::from_be_bytes(number(at + 4)))
    }

    /// The greatest entry with an offset ≤ `target`, else (base, 0) (LOG-26).
    #[must_use]
    pub fn lookup(&self, target: i64) -> (Offset, u32) {
        floor_slot(self.len(), Self::ENTRY_BYTES, target, |slot| self.entry(slot).0.as_i64())
            .map_or((self.base_offset, 0), |slot| self.entry(slot))
    }

    /// Appends an entry; `offset` is greater than that of the last one.
    ///
    /// # Errors
    /// [`IndexFull`], also where damage made the last entry a later one.
    pub fn append(&mut self, now_ms: u64, offset: i64, position: u32) -> Result<(), IndexFull> {
        if self.is_full() {
            return Err(IndexFull);
        }
        let last = self.len().checked_sub(1).map(|slot| self.entry(slot).0.as_i64());
        if last.is_some_and(|last| offset <= last) {
            return Err(IndexFull);
        }
        let distance = offset.wrapping_sub(self.base_offset.as_i64());
        let distance = i32::try_from(distance).map_err(|_| IndexFull)?;
        self.trim(now_ms);
        self.file.append(now_ms, &distance.to_be_bytes());
        self.file.append(now_ms, &position.to_be_bytes());
        Ok(())
    }
}

/// Timestamp → offset; entries of 12 bytes: timestamp, offset − base (LOG-23).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TimeIndex {
    base_offset: Offset,
    max_bytes: u32,
    file: File,
}

impl TimeIndex {
    /// Bytes of an entry.
    pub const ENTRY_BYTES: u32 = 12;

    /// An empty index for the segment at `base_offset` that may grow to `max_bytes`.
    #[must_use]
    pub fn new(now_ms: u64, base_offset: Offset, max_bytes: u32) -> Self {
        Self { base_offset, max_bytes, file: File::new(now_ms) }
    }

    /// The index that a file holds. Nothing is checked (LOG-37).
    pub(super) fn open(base_offset: Offset, max_bytes: u32, file: File) -> Self {
        Self { base_offset, max_bytes, file }
    }

    /// Forgets all entries: the segment is about to be recovered (LOG-39).
    pub(super) fn reset(&mut self, now_ms: u64) {
        self.file.truncate(now_ms, 0);
    }

    /// Its recovery gave up; `before` is what the file held.
    pub(super) fn abandon(&mut self, before: &[u8]) {
        abandoned(&mut self.file, before, self.max_bytes, Self::ENTRY_BYTES);
    }

    /// Cuts off what is not a whole entry.
    pub(super) fn trim(&mut self, now_ms: u64) {
        self.file.truncate(now_ms, self.len() * Self::ENTRY_BYTES);
    }

    /// Forgets the entries at and beyond `offset`.
    pub(super) fn truncate_to(&mut self, now_ms: u64, offset: i64) {
        let below =
            floor_slot(self.len(), Self::ENTRY_BYTES, offset, |slot| self.entry(slot).1.as_i64());
        let kept = match below {
            Some(slot) if self.entry(slot).1.as_i64() == offset => slot,
            Some(slot) => slot + 1,
            None => 0,
        };
        self.file.truncate(now_ms, kept * Self::ENTRY_BYTES);
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &File {
        &self.file
    }

    pub(super) fn file_mut(&mut self) -> &mut File {
        &mut self.file
    }

    pub(super) fn into_file(self) -> File {
        self.file
    }

    /// Entries so far.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.file.size_bytes() / Self::ENTRY_BYTES
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many entries fit (LOG-20).
    #[must_use]
    pub fn max_entries(&self) -> u32 {
        self.max_bytes / Self::ENTRY_BYTES
    }

    /// Whether the next append must roll: the last slot is kept for the roll's own entry (LOG-20).
    #[must_use]
    pub fn is_full(&self) -> bool {
        i64::from(self.len()) >= i64::from(self.max_entries()) - 1
    }

    /// The entry in `slot`: (timestamp, offset).
    ///
    /// # Panics
    /// If there is no such slot.
    #[must_use]
    pub fn entry(&self, slot: u32) -> (i64, Offset) {
        let at = (slot * Self::ENTRY_BYTES) as usize;
        let bytes = &self.file.bytes;
        let timestamp = i64::from_be_bytes(bytes[at..at + 8].try_into().expect("eight bytes"));
        (timestamp, apart(self.base_offset, bytes[at + 8..at + 12].try_into().expect("four bytes")))
    }

    /// The last entry, else (−1, base).
    #[must_use]
    pub fn last_entry(&self) -> (i64, Offset) {
        self.len().checked_sub(1).map_or((NO_TIMESTAMP, self.base_offset), |slot| self.entry(slot))
    }

    /// The greatest entry with a timestamp ≤ `target`, else (−1, base) (LOG-27).
    #[must_use]
    pub fn lookup(&self, target: i64) -> (i64, Offset) {
        floor_slot(self.len(), Self::ENTRY_BYTES, target, |slot| self.entry(slot).0)
            .map_or((NO_TIMESTAMP, self.base_offset), |slot| self.entry(slot))
    }

    /// Appends an entry if `timestamp` is strictly greater than the last one's (LOG-25). Tells if it did.
    ///
    /// # Errors
    /// [`IndexFull`], unless `closing`: the roll's own entry may take the last slot.
    pub fn maybe_append(
        &mut self,
        now_ms: u64,
        timestamp: i64,
        offset: i64,
        closing: bool,
    ) -> Result<bool, IndexFull> {
        if !closing && self.is_full() {
            return Err(IndexFull);
        }
        let (last_timestamp, last_offset) = self.last_entry();
        if !self.is_empty() && (offset < last_offset.as_i64() || timestamp < last_timestamp) {
            return Err(IndexFull);
        }
        if timestamp <= last_timestamp {
            return Ok(false);
        }
        let distance = offset.wrapping_sub(self.base_offset.as_i64());
        let distance = i32::try_from(distance).map_err(|_| IndexFull)?;
        self.trim(now_ms);
        self.file.append(now_ms, &timestamp.to_be_bytes());
        self.file.append(now_ms, &distance.to_be_bytes());
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lookup_finds_the_greatest_entry_at_or_below() {
        // V-INDEX: entries (24@4104) (48@8208) (72@12312) (96@16416).
        let mut index = OffsetIndex::new(0, Offset(0), 1024);
        for at in 1..=4u32 {
            index.append(0, i64::from(24 * at), 4104 * at).unwrap();
        }
        for (target, expected) in
            [(0, (0, 0)), (23, (0, 0)), (24, (24, 4104)), (47, (24, 4104)), (99, (96, 16_416))]
        {
            let (offset, position) = index.lookup(target);
            assert_eq!((offset.0, position), expected, "{target}");
        }
    }

    #[test]
    fn a_time_index_keeps_its_last_slot_for_the_roll() {
        let mut index = TimeIndex::new(0, Offset(0), 36);
        assert_eq!(index.maybe_append(0, 10, 1, false), Ok(true));
        assert_eq!(index.maybe_append(0, 10, 2, false), Ok(false));
        assert_eq!(index.maybe_append(0, 20, 2, false), Ok(true));
        assert!(index.is_full());
        assert_eq!(index.maybe_append(0, 30, 3, false), Err(IndexFull));
        assert_eq!(index.maybe_append(0, 30, 3, true), Ok(true));
        assert_eq!(index.last_entry(), (30, Offset(3)));
    }

    #[test]
    fn sixteen_bytes_of_time_index_are_full_while_empty() {
        // LOG-20: one entry at most, so every append rolls.
        assert!(TimeIndex::new(0, Offset(0), 16).is_full());
        assert!(!OffsetIndex::new(0, Offset(0), 16).is_full());
    }
}
