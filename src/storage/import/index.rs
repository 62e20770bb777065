//! `.index` and `.timeindex`: entries in order, and each at the batch that it is meant for.

use super::{Anomaly, AnomalyKind, Log};
use crate::storage::dump::{offset_entries, time_entries};

/// Bytes that are no whole entry, and entries that were allocated in advance. Gives the entries in use.
fn entries_in_use(bytes: &[u8], entry_bytes: usize, anomalies: &mut Vec<Anomaly>) -> usize {
    let entries = bytes.len() / entry_bytes;
    let zero = |slot: &usize| {
        bytes[slot * entry_bytes..(slot + 1) * entry_bytes].iter().all(|byte| *byte == 0)
    };
    let mut used = entries;
    // A first entry of zeros may be meant: offset 0 at position 0.
    while used > 1 && zero(&(used - 1)) {
        used -= 1;
    }
    if used == 1 && entries > 1 && zero(&0) {
        used = 0;
    }
    if used < entries {
        let kind = AnomalyKind::Preallocated((entries - used) as u64);
        anomalies.push(Anomaly::new(used * entry_bytes, kind));
    }
    let over = bytes.len() % entry_bytes;
    if over > 0 {
        let kind = AnomalyKind::PartialEntry(over as u64);
        anomalies.push(Anomaly::new(entries * entry_bytes, kind));
    }
    used
}

pub(super) fn offsets(
    base: i64,
    bytes: &[u8],
    log: Log<'_>,
    anomalies: &mut Vec<Anomaly>,
) -> Vec<(i64, i32)> {
    const ENTRY_BYTES: usize = 8;
    let used = entries_in_use(bytes, ENTRY_BYTES, anomalies);
    let mut entries = offset_entries(base, bytes);
    entries.truncate(used);
    for (slot, (offset, position)) in entries.iter().enumerate() {
        let (offset, place) = (*offset, i64::from(*position));
        let mut found = |kind| anomalies.push(Anomaly::new(slot * ENTRY_BYTES, kind));
        match slot.checked_sub(1).map(|before| entries[before]) {
            Some((before, _)) if offset <= before => {
                found(AnomalyKind::EntryOutOfOrder(offset, before));
            }
            Some((_, before)) if *position <= before => {
                found(AnomalyKind::PositionOutOfOrder(place, before.into()));
            }
            None if offset < base => found(AnomalyKind::BeforeBaseOffset(offset, base)),
            _ => {}
        }
        let Some((log, batches)) = log else { continue };
        let batch = u64::try_from(place)
            .ok()
            .and_then(|place| batches.binary_search_by_key(&place, |batch| batch.position).ok())
            .map(|found| &batches[found]);
        match batch {
            Some(batch) if batch.last_offset != offset => {
                found(AnomalyKind::OtherOffset(offset, batch.last_offset));
            }
            Some(_) => {}
            None if place >= log.len() as i64 => {
                found(AnomalyKind::BeyondLog(place, log.len() as u64));
            }
            None => found(AnomalyKind::PointsNowhere(place)),
        }
    }
    finish(log, &entries, anomalies);
    entries
}

pub(super) fn times(
    base: i64,
    bytes: &[u8],
    log: Log<'_>,
    anomalies: &mut Vec<Anomaly>,
) -> Vec<(i64, i64)> {
    const ENTRY_BYTES: usize = 12;
    let used = entries_in_use(bytes, ENTRY_BYTES, anomalies);
    let mut entries = time_entries(base, bytes);
    entries.truncate(used);
    for (slot, (timestamp, offset)) in entries.iter().enumerate() {
        let (timestamp, offset) = (*timestamp, *offset);
        let mut found = |kind| anomalies.push(Anomaly::new(slot * ENTRY_BYTES, kind));
        match slot.checked_sub(1).map(|before| entries[before]) {
            Some((before, _)) if timestamp <= before => {
                found(AnomalyKind::TimestampOutOfOrder(timestamp, before));
            }
            Some((_, before)) if offset < before => {
                found(AnomalyKind::EntryOutOfOrder(offset, before));
            }
            None if offset < base => found(AnomalyKind::BeforeBaseOffset(offset, base)),
            _ => {}
        }
        let Some((_, batches)) = log else { continue };
        match batches.iter().find(|batch| batch.last_offset >= offset) {
            Some(batch) if batch.last_offset == offset => {
                // Compaction may have taken the record that the header's timestamp was of.
                if batch.max_timestamp != timestamp {
                    found(AnomalyKind::OtherTimestamp(timestamp, batch.max_timestamp));
                }
            }
            _ => found(AnomalyKind::OffsetNotFound(offset)),
        }
    }
    finish(log, &entries, anomalies);
    entries
}

fn finish<T>(log: Log<'_>, entries: &[T], anomalies: &mut Vec<Anomaly>) {
    if log.is_none() && !entries.is_empty() {
        anomalies.push(Anomaly::new(0, AnomalyKind::NoLog));
    }
    anomalies.sort_by_key(|anomaly| anomaly.position);
}
