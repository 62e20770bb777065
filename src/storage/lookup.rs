//! How an offset or a time is found in a log, step by step: the searches themselves, which tell a
//! watcher each step as they take it. What is shown is therefore what is done.
//!
//! Kafka: `LogSegments.floorSegment`, `AbstractIndex.indexSlotRangeFor`, `LogSegment.translateOffset`,
//! `FileRecords.searchForOffsetWithSize`, `UnifiedLog.fetchOffsetByTimestamp`,
//! `LogSegment.findOffsetByTimestamp`, `FileRecords.searchForTimestamp`.

use crate::protocol::{ErrorCode, Offset};
use crate::storage::index::{OffsetIndex, TimeIndex};
use crate::storage::log::Log;
use crate::storage::segment::{BatchPosition, LogSegment};

/// The end of an index that a broker touches all the time, in bytes. Its first entry is asked first, so
/// that look-ups near the end of the log stay in the page cache.
const WARM_BYTES: u32 = 8192;

/// One step of a look-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LookupStep {
    /// Which file: a segment was considered.
    Segment {
        /// The segment.
        base_offset: Offset,
        /// Its largest timestamp; a look-up by offset does not ask for it.
        largest_timestamp: i64,
        /// Whether the search goes on in it.
        taken: bool,
    },
    /// An entry of the time index was read.
    TimeEntry {
        /// Its place, from 0.
        slot: u32,
        /// Its key.
        timestamp: i64,
        /// Where it leads.
        offset: Offset,
    },
    /// What the time index says; no slot: nothing is that old, so the segment's beginning.
    TimeFloor {
        /// The greatest entry with a timestamp at most the target's.
        slot: Option<u32>,
        /// Where the search goes on; the log's start offset if that is greater.
        offset: Offset,
    },
    /// An entry of the offset index was read.
    OffsetEntry {
        /// Its place, from 0.
        slot: u32,
        /// Its key.
        offset: Offset,
        /// Where it leads.
        position: u32,
    },
    /// What the offset index says; no slot: every entry is greater, so the file's beginning.
    OffsetFloor {
        /// The greatest entry with an offset at most the target.
        slot: Option<u32>,
        /// Where the scan begins.
        position: u32,
    },
    /// A batch's header was read.
    Batch {
        /// Where it lies.
        at: BatchPosition,
        /// Its last offset.
        last_offset: i64,
        /// Its largest timestamp.
        max_timestamp: i64,
        /// Whether what is sought is in it, as far as the header tells.
        found: bool,
    },
    /// A record was read.
    Record {
        /// Its offset.
        offset: i64,
        /// Its timestamp.
        timestamp: i64,
        /// Whether it is the one.
        found: bool,
    },
}

/// Who is told of each step.
pub(super) type Watch<'a> = &'a mut dyn FnMut(LookupStep);

/// A look-up by offset: its steps, and in which segment which batch was found.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OffsetLookup {
    /// What was done, in order.
    pub steps: Vec<LookupStep>,
    /// The first batch that ends at or after the offset.
    pub found: Option<(Offset, BatchPosition)>,
}

/// A look-up by time: its steps, and which record was found.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TimeLookup {
    /// What was done, in order.
    pub steps: Vec<LookupStep>,
    /// The first record of that time or later: its timestamp and offset; an unreadable batch's error.
    pub found: Result<Option<(i64, Offset)>, ErrorCode>,
}

/// The last slot whose key is at most the target, in the order in which Kafka asks for keys.
pub(super) fn floor_slot(
    count: u32,
    entry_bytes: u32,
    target: i64,
    mut key: impl FnMut(u32) -> i64,
) -> Option<u32> {
    let last = count.checked_sub(1)?;
    let warm = last.saturating_sub(WARM_BYTES / entry_bytes);
    let (mut low, mut high) = match key(warm) {
        first if first < target => (warm, last),
        first if warm == 0 && first > target => return None,
        _ if warm > 0 && key(0) > target => return None,
        _ => (0, warm),
    };
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        match key(middle) {
            found if found > target => high = middle - 1,
            found if found < target => low = middle,
            _ => return Some(middle),
        }
    }
    Some(low)
}

impl OffsetIndex {
    /// Where a scan for `target` begins (LOG-26).
    pub(super) fn seek(&self, target: i64, watch: Watch<'_>) -> u32 {
        let slot = floor_slot(self.len(), Self::ENTRY_BYTES, target, |slot| {
            let (offset, position) = self.entry(slot);
            watch(LookupStep::OffsetEntry { slot, offset, position });
            offset.as_i64()
        });
        let position = slot.map_or(0, |slot| self.entry(slot).1);
        watch(LookupStep::OffsetFloor { slot, position });
        position
    }
}

impl TimeIndex {
    /// Up to which offset no record is as young as `target` (LOG-27); at least `start`.
    fn seek(&self, target: i64, base: Offset, start: Offset, watch: Watch<'_>) -> Offset {
        let slot = floor_slot(self.len(), Self::ENTRY_BYTES, target, |slot| {
            let (timestamp, offset) = self.entry(slot);
            watch(LookupStep::TimeEntry { slot, timestamp, offset });
            timestamp
        });
        let offset = slot.map_or(base, |slot| self.entry(slot).1).max(start);
        watch(LookupStep::TimeFloor { slot, offset });
        offset
    }
}

impl LogSegment {
    /// The first batch that ends at or after `offset`: index floor, then headers one by one (LOG-26). A
    /// batch is told once it is judged, for which Kafka looks at where the next one begins.
    ///
    /// # Errors
    /// Those of headers that cannot be read.
    pub(super) fn find_batch(
        &self,
        offset: i64,
        watch: Watch<'_>,
    ) -> Result<Option<BatchPosition>, ErrorCode> {
        let start = self.offset_index().seek(offset, watch);
        // Past 2³¹ Java's number is negative, and the search begins at the file's beginning.
        let start = if start > i32::MAX.cast_unsigned() { 0 } else { start };
        let mut batches = self.batches_from(start);
        let mut tell = |(at, last_offset, max_timestamp): (BatchPosition, i64, i64), found| {
            watch(LookupStep::Batch { at, last_offset, max_timestamp, found });
            found.then_some(at)
        };
        let mut previous: Option<(BatchPosition, i64, i64)> = None;
        loop {
            let position = batches.position();
            let Some(batch) = batches.next().transpose()? else { break };
            let at = BatchPosition {
                position,
                size_bytes: batch.size_bytes() as u32,
                base_offset: batch.base_offset(),
            };
            let read = (at, batch.last_offset(), batch.max_timestamp());
            if let Some(before) = previous.replace(read) {
                let holds = at.base_offset > offset && before.1 >= offset;
                if let Some(found) = tell(before, holds) {
                    return Ok(Some(found));
                }
            }
            if at.base_offset >= offset {
                return Ok(tell(read, true));
            }
        }
        Ok(previous.and_then(|last| tell(last, last.1 >= offset)))
    }

    /// The first record with a timestamp ≥ `timestamp` and an offset ≥ `start` (LOG-27).
    pub(super) fn find_record(
        &self,
        timestamp: i64,
        start: Offset,
        watch: Watch<'_>,
    ) -> Result<Option<(i64, Offset)>, ErrorCode> {
        let offset = self.time_index().seek(timestamp, self.base_offset(), start, watch);
        self.offset_index().seek(offset.as_i64(), watch);
        let position = self.position_of(offset.as_i64())?;
        let mut batches = self.batches_from(position).by_time();
        loop {
            let position = batches.position();
            let Some(batch) = batches.next() else { return Ok(None) };
            let batch = batch?;
            let at = BatchPosition {
                position,
                size_bytes: batch.size_bytes() as u32,
                base_offset: batch.base_offset(),
            };
            let max_timestamp = batch.max_timestamp();
            let found = max_timestamp >= timestamp;
            watch(LookupStep::Batch { at, last_offset: batch.last_offset(), max_timestamp, found });
            if !found {
                continue;
            }
            for record in batch.payload()?.records() {
                let record = record?;
                let found = record.timestamp >= timestamp && record.offset >= start.as_i64();
                watch(LookupStep::Record {
                    offset: record.offset,
                    timestamp: record.timestamp,
                    found,
                });
                if found {
                    let offset = Offset::from_i64(record.offset).expect("not below `start`");
                    return Ok(Some((record.timestamp, offset)));
                }
            }
        }
    }
}

impl Log {
    /// The first batch that ends at or after `offset`: the segment that it falls into, and if that ends
    /// before it, the next (LOG-26).
    pub(super) fn find_batch(
        &self,
        offset: Offset,
        watch: Watch<'_>,
    ) -> Result<Option<(&LogSegment, BatchPosition)>, ErrorCode> {
        let Some(first) = self.floor_segment(offset) else { return Ok(None) };
        for segment in &self.segments()[first..] {
            watch(LookupStep::Segment {
                base_offset: segment.base_offset(),
                largest_timestamp: segment.largest_timestamp(),
                taken: true,
            });
            if let Some(found) = segment.find_batch(offset.as_i64(), watch)? {
                return Ok(Some((segment, found)));
            }
        }
        Ok(None)
    }

    /// The first record with a timestamp ≥ `timestamp`, from the log start offset on (LOG-27): in the
    /// first segment whose largest timestamp is not smaller.
    pub(super) fn find_record(
        &self,
        timestamp: i64,
        watch: Watch<'_>,
    ) -> Result<Option<(i64, Offset)>, ErrorCode> {
        for segment in self.segments() {
            let largest_timestamp = segment.largest_timestamp();
            let taken = largest_timestamp >= timestamp;
            watch(LookupStep::Segment {
                base_offset: segment.base_offset(),
                largest_timestamp,
                taken,
            });
            if taken {
                return segment.find_record(timestamp, self.log_start_offset(), watch);
            }
        }
        Ok(None)
    }

    /// The look-up of `offset` that a fetch makes, with its steps.
    #[must_use]
    pub fn explain_offset(&self, offset: Offset) -> OffsetLookup {
        let mut steps = Vec::new();
        let found = self.find_batch(offset, &mut |step| steps.push(step));
        let found = found.ok().flatten().map(|(segment, at)| (segment.base_offset(), at));
        OffsetLookup { steps, found }
    }

    /// The look-up of `timestamp` that ListOffsets makes, with its steps.
    #[must_use]
    pub fn explain_timestamp(&self, timestamp: i64) -> TimeLookup {
        let mut steps = Vec::new();
        let found = self.find_record(timestamp, &mut |step| steps.push(step));
        TimeLookup { steps, found }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Slots asked for, and what was found, in an index of these keys.
    fn search(keys: &[i64], entry_bytes: u32, target: i64) -> (Vec<u32>, Option<u32>) {
        let mut asked = Vec::new();
        let found = floor_slot(keys.len() as u32, entry_bytes, target, |slot| {
            asked.push(slot);
            keys[slot as usize]
        });
        (asked, found)
    }

    #[test]
    fn keys_are_asked_for_in_kafkas_order() {
        // `AbstractIndex.indexSlotRangeFor`: the first warm entry, then halves, the upper of two.
        let keys = [25, 26, 29, 30, 32, 33, 34];
        for (target, asked, found) in [
            (27, vec![0, 3, 1, 2], Some(1)),
            (34, vec![0, 3, 5, 6], Some(6)),
            (25, vec![0], Some(0)),
            (30, vec![0, 3], Some(3)),
            (24, vec![0], None),
            (99, vec![0, 3, 5, 6], Some(6)),
        ] {
            assert_eq!(search(&keys, 8, target), (asked, found), "{target}");
        }
        assert_eq!(search(&[], 8, 1), (vec![], None));
    }

    #[test]
    fn a_long_index_is_searched_at_its_warm_end_first() {
        let keys: Vec<i64> = (0..3000).map(|at| 10 * at).collect();
        // 8192 bytes are 1024 entries of 8, so the warm section begins at 2999 − 1024.
        let (asked, found) = search(&keys, 8, 29_000);
        assert_eq!((asked[0], found), (1975, Some(2900)));
        assert!(asked.iter().all(|slot| *slot >= 1975), "{asked:?}");
        let (asked, found) = search(&keys, 8, 105);
        assert_eq!((&asked[..2], found), (&[1975, 0][..], Some(10)));
        assert_eq!(search(&keys, 8, -1), (vec![1975, 0], None));
    }

    #[test]
    fn every_target_is_found_as_a_plain_walk_finds_it() {
        for entry_bytes in [8, 12, 4096] {
            for count in 0..40 {
                let keys: Vec<i64> = (0..count).map(|at| 3 * at + at % 2).collect();
                for target in -1..130 {
                    let expected = keys.iter().rposition(|key| *key <= target);
                    let found = search(&keys, entry_bytes, target).1;
                    assert_eq!(found, expected.map(|at| at as u32), "{count} {target}");
                }
            }
        }
    }
}
