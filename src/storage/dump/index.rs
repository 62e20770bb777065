//! `.index` and `.timeindex` files: a line for each entry, after a look at the batch that it points to.
//!
//! Kafka: `DumpLogSegments.dumpIndex`, `dumpTimeIndex`. An entry that points nowhere ends both, as there.

use super::Stopped;
use super::log::Walk;

/// How much of the log the tool reads to find an entry's batch (`--max-message-size`).
const MAX_MESSAGE_BYTES: usize = 5 * 1024 * 1024;

/// (Offset, position) of the whole entries of a `.index`.
pub(crate) fn offset_entries(base: i64, bytes: &[u8]) -> Vec<(i64, i32)> {
    let number = |bytes: &[u8]| i32::from_be_bytes(bytes.try_into().expect("four bytes"));
    let entry =
        |entry: &[u8]| (base.wrapping_add(i64::from(number(&entry[..4]))), number(&entry[4..]));
    bytes.chunks_exact(8).map(entry).collect()
}

/// (Timestamp, offset) of the whole entries of a `.timeindex`.
pub(crate) fn time_entries(base: i64, bytes: &[u8]) -> Vec<(i64, i64)> {
    let entry = |entry: &[u8]| {
        let (timestamp, distance) = entry.split_at(8);
        let timestamp = i64::from_be_bytes(timestamp.try_into().expect("eight bytes"));
        let distance = i32::from_be_bytes(distance.try_into().expect("four bytes"));
        (timestamp, base.wrapping_add(i64::from(distance)))
    };
    bytes.chunks_exact(12).map(entry).collect()
}

/// The log from a position on.
fn slice(log: &[u8], position: i32) -> Result<&[u8], Stopped> {
    let start = usize::try_from(position).ok().and_then(|position| log.get(position..));
    start.ok_or_else(|| {
        Stopped(match position {
            ..0 => format!("java.lang.IllegalArgumentException: Invalid position: {position}"),
            _ => format!(
                "java.lang.IllegalArgumentException: Slice from position {position} exceeds end position"
            ),
        })
    })
}

pub(super) fn dump_offsets(
    path: &str,
    base: i64,
    log: &[u8],
    index: &[u8],
    out: &mut String,
) -> Result<(), Stopped> {
    let entries = offset_entries(base, index);
    if entries.is_empty() {
        out.push_str(&format!("{path} is empty.\n"));
    }
    for (slot, (offset, position)) in entries.into_iter().enumerate() {
        if offset == base && slot > 0 {
            break; // The rest was allocated in advance.
        }
        let slice = slice(log, position)?;
        let batch = Walk::new(&slice[..slice.len().min(MAX_MESSAGE_BYTES)]).next()?;
        batch.ok_or_else(|| Stopped("java.util.NoSuchElementException".into()))?;
        out.push_str(&format!("offset: {offset} position: {position}\n"));
    }
    Ok(())
}

pub(super) fn dump_times(
    base: i64,
    log: &[u8],
    index: &[u8],
    times: &[u8],
    out: &mut String,
) -> Result<(), Stopped> {
    let offsets = offset_entries(base, index);
    for (slot, (timestamp, offset)) in time_entries(base, times).into_iter().enumerate() {
        if offset == base && slot > 0 {
            break;
        }
        let below = offsets.partition_point(|(indexed, _)| *indexed <= offset);
        let position = below.checked_sub(1).map_or(0, |slot| offsets[slot].1);
        let mut walk = Walk::new(slice(log, position)?);
        let mut found = None;
        while let Some(batch) = walk.next()? {
            if found.is_none() && batch.header.last_offset() >= offset {
                found = Some(batch);
            }
        }
        if let Some(batch) = found.filter(|batch| batch.header.last_offset() == offset) {
            batch.for_each(|_| Ok(()))?;
        }
        out.push_str(&format!("timestamp: {timestamp} offset: {offset}\n"));
    }
    Ok(())
}
