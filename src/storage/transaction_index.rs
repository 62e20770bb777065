//! A segment's aborted transactions, in the order of their markers (TXN-6).
//!
//! Kafka: `TransactionIndex`, `AbortedTxn`. The file is made by its first entry.

use crate::storage::disk::File;

/// A transaction that was aborted: whose, from where, and the offset of its marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AbortedTransaction {
    /// The producer.
    pub producer_id: i64,
    /// Its first offset in this partition.
    pub first_offset: i64,
    /// The ABORT marker's offset.
    pub last_offset: i64,
    /// The last stable offset once it was complete (LOG-31).
    pub last_stable_offset: i64,
}

impl AbortedTransaction {
    fn bytes(&self) -> [u8; TransactionIndex::ENTRY_BYTES as usize] {
        let mut bytes = [0; TransactionIndex::ENTRY_BYTES as usize]; // Begins with int16 version 0.
        let fields =
            [self.producer_id, self.first_offset, self.last_offset, self.last_stable_offset];
        for (place, field) in bytes[2..].chunks_exact_mut(8).zip(fields) {
            place.copy_from_slice(&field.to_be_bytes());
        }
        bytes
    }

    fn read(bytes: &[u8]) -> Result<Self, CorruptTransactionIndex> {
        // Kafka takes the first of the version's two bytes for it.
        if bytes[0].cast_signed() > 0 {
            return Err(CorruptTransactionIndex::UnknownVersion);
        }
        let mut fields = bytes[2..]
            .chunks_exact(8)
            .map(|field| i64::from_be_bytes(field.try_into().expect("eight bytes")));
        let mut next = || fields.next().expect("an entry has four fields");
        Ok(Self {
            producer_id: next(),
            first_offset: next(),
            last_offset: next(),
            last_stable_offset: next(),
        })
    }
}

/// Why a transaction index cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CorruptTransactionIndex {
    /// An entry of a version that Kafka does not know: a `KafkaException`.
    UnknownVersion,
    /// An entry ends below the segment: a `CorruptIndexException`, so the segment is recovered (LOG-37).
    BelowSegment,
    /// An entry would end at or below the one before: an `IllegalArgumentException`.
    OutOfOrder,
}

/// The `.txnindex` file of a segment, if there is one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TransactionIndex {
    file: Option<File>,
    /// The last entry's last offset, if it was written since the file was opened.
    last_offset: Option<i64>,
}

impl TransactionIndex {
    /// Bytes of an entry.
    pub const ENTRY_BYTES: u32 = 34;

    /// The index that a file holds.
    pub(super) fn open(file: Option<File>) -> Self {
        Self { file, last_offset: None }
    }

    /// The file, if anything was ever written.
    #[must_use]
    pub fn file(&self) -> Option<&File> {
        self.file.as_ref()
    }

    pub(super) fn file_mut(&mut self) -> Option<&mut File> {
        self.file.as_mut()
    }

    /// The entries, oldest first.
    ///
    /// # Errors
    /// [`CorruptTransactionIndex::UnknownVersion`].
    pub fn entries(
        &self,
    ) -> impl Iterator<Item = Result<AbortedTransaction, CorruptTransactionIndex>> + '_ {
        let bytes = self.file.as_ref().map_or(&[][..], |file| &file.bytes);
        bytes.chunks_exact(Self::ENTRY_BYTES as usize).map(AbortedTransaction::read)
    }

    /// Appends an entry, which ends behind the last one.
    ///
    /// # Errors
    /// [`CorruptTransactionIndex::OutOfOrder`] if it does not.
    pub fn append(
        &mut self,
        now_ms: u64,
        transaction: &AbortedTransaction,
    ) -> Result<(), CorruptTransactionIndex> {
        if self.last_offset.is_some_and(|last| last >= transaction.last_offset) {
            return Err(CorruptTransactionIndex::OutOfOrder);
        }
        self.last_offset = Some(transaction.last_offset);
        self.file.get_or_insert_with(|| File::new(now_ms)).append(now_ms, &transaction.bytes());
        Ok(())
    }

    /// Forgets all entries; an empty file stays.
    pub(super) fn reset(&mut self, now_ms: u64) {
        if let Some(file) = &mut self.file {
            file.truncate(now_ms, 0);
        }
        self.last_offset = None;
    }

    /// Forgets the transactions that end at or beyond `offset`.
    ///
    /// # Errors
    /// [`CorruptTransactionIndex::UnknownVersion`].
    pub(super) fn truncate_to(
        &mut self,
        now_ms: u64,
        offset: i64,
    ) -> Result<(), CorruptTransactionIndex> {
        let mut kept = 0;
        let mut last_offset = None;
        let mut cut = false;
        for entry in self.entries() {
            let entry = entry?;
            if entry.last_offset >= offset {
                cut = true;
                break;
            }
            last_offset = Some(entry.last_offset);
            kept += Self::ENTRY_BYTES;
        }
        if let Some(file) = self.file.as_mut().filter(|_| cut) {
            file.truncate(now_ms, kept);
            self.last_offset = last_offset;
        }
        Ok(())
    }

    /// Whether the entries can belong to a segment that begins at `base_offset` (LOG-37).
    ///
    /// # Errors
    /// What is wrong with them.
    pub(super) fn sanity_check(&self, base_offset: i64) -> Result<(), CorruptTransactionIndex> {
        for entry in self.entries() {
            if entry?.last_offset < base_offset {
                return Err(CorruptTransactionIndex::BelowSegment);
            }
        }
        Ok(())
    }

    /// Adds the transactions with records in `from..upper` to `found`. Tells if later segments hold no more.
    ///
    /// # Errors
    /// [`CorruptTransactionIndex::UnknownVersion`].
    pub(super) fn collect(
        &self,
        from: i64,
        upper: i64,
        found: &mut Vec<AbortedTransaction>,
    ) -> Result<bool, CorruptTransactionIndex> {
        for entry in self.entries() {
            let entry = entry?;
            if entry.last_offset >= from && entry.first_offset < upper {
                found.push(entry);
            }
            if entry.last_stable_offset >= upper {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aborted(first_offset: i64, last_offset: i64) -> AbortedTransaction {
        let last_stable_offset = last_offset + 1;
        AbortedTransaction { producer_id: 7, first_offset, last_offset, last_stable_offset }
    }

    #[test]
    fn entries_are_read_as_they_were_written_and_cut_by_their_end() {
        let mut index = TransactionIndex::default();
        assert_eq!(index.file(), None);
        for (first, last) in [(0, 2), (1, 5), (6, 9)] {
            index.append(0, &aborted(first, last)).unwrap();
        }
        assert_eq!(index.file().unwrap().size_bytes(), 3 * 34);
        assert_eq!(index.append(0, &aborted(7, 9)), Err(CorruptTransactionIndex::OutOfOrder));
        let mut found = Vec::new();
        assert_eq!(index.collect(3, 6, &mut found), Ok(true));
        assert_eq!(found, [aborted(1, 5)]);
        index.truncate_to(0, 5).unwrap();
        assert_eq!(index.entries().collect::<Vec<_>>(), [Ok(aborted(0, 2))]);
        assert_eq!(index.sanity_check(3), Err(CorruptTransactionIndex::BelowSegment));
        index.reset(0);
        assert_eq!(index.file().unwrap().size_bytes(), 0);
    }
}
