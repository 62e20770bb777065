//! Key → offset of its last record in the dirty section: what pass 1 fills.
//!
//! Kafka: `SkimpyOffsetMap`, 24 bytes a slot: the MD5 of the key and the offset. Ours keeps the key
//! itself, to show it; the sizes are Kafka's. Left out: two keys with one MD5.

use std::collections::BTreeMap;

use crate::protocol::java::usable_slots;
use crate::storage::cleaner::CleaningError;
use crate::storage::config::CleanerConfig;

const BYTES_PER_ENTRY: u64 = 24;

/// The map of one cleaning.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OffsetMap {
    entries: BTreeMap<Box<[u8]>, i64>,
    slots: u64,
    usable: u64,
    latest_offset: i64,
}

impl OffsetMap {
    /// An empty map of the size that the broker allows (CLEAN-9).
    #[must_use]
    pub fn new(config: &CleanerConfig) -> Self {
        let slots = config.dedupe_buffer_bytes.min(i32::MAX as u64) / BYTES_PER_ENTRY;
        Self {
            entries: BTreeMap::new(),
            slots,
            usable: usable_slots(slots, config.load_factor),
            latest_offset: -1,
        }
    }

    /// Keys in the map.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.entries.len() as u32
    }

    /// Whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Keys that fit.
    #[must_use]
    pub fn usable(&self) -> u64 {
        self.usable
    }

    /// Whether nothing more goes in, not even a known key (CLEAN-11).
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.entries.len() as u64 >= self.usable
    }

    /// Notes the offset of a key's record; later ones overwrite earlier ones.
    ///
    /// # Errors
    /// [`CleaningError::Failed`] if no slot is free, not even for a known key: with a load factor above 1 (CLEAN-11).
    pub fn put(&mut self, key: &[u8], offset: i64) -> Result<(), CleaningError> {
        if self.entries.len() as u64 >= self.slots {
            return Err(CleaningError::Failed);
        }
        match self.entries.get_mut(key) {
            Some(entry) => *entry = offset,
            None => {
                self.entries.insert(key.into(), offset);
            }
        }
        self.latest_offset = offset;
        Ok(())
    }

    /// The last offset of a key, −1 if it is not there.
    #[must_use]
    pub fn get(&self, key: &[u8]) -> i64 {
        self.entries.get(key).copied().unwrap_or(-1)
    }

    /// The end of what the map covers; a record beyond it is kept unseen (CLEAN-14).
    #[must_use]
    pub fn latest_offset(&self) -> i64 {
        self.latest_offset
    }

    /// Moves the end of what the map covers, across gaps (CLEAN-12).
    pub fn update_latest_offset(&mut self, offset: i64) {
        self.latest_offset = offset;
    }

    /// The keys with their offsets, in the order of the keys.
    pub fn entries(&self) -> impl Iterator<Item = (&[u8], i64)> {
        self.entries.iter().map(|(key, offset)| (&**key, *offset))
    }
}
