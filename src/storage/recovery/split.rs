//! Segments whose offsets are too far from their base to be written into an index: each falls into several.
//!
//! Kafka's first versions could write such segments (KAFKA-6264); today damage does. Kafka:
//! `LocalLog.splitOverflowedSegment`, `LocalLog.replaceSegments`, `LogSegment.appendFromFile`.

use std::rc::Rc;

use crate::protocol::record::Batches;
use crate::protocol::{ErrorCode, Offset};
use crate::storage::config::LogConfig;
use crate::storage::disk::Suffix;
use crate::storage::log::Log;
use crate::storage::segment::LogSegment;

/// The parts of `whole`, in the order of its bytes, each with indexes of its own.
///
/// # Errors
/// The segment's last offset is not too far away (one in the middle that is forbids the split), or it cannot be
/// read to its end, or two parts would have the same name.
pub(super) fn split_overflowed(
    now_ms: u64,
    whole: &LogSegment,
    config: &LogConfig,
) -> Result<Vec<LogSegment>, ErrorCode> {
    let next = whole.read_next_offset()?;
    let last = next.wrapping_sub(1);
    if next <= whole.base_offset().as_i64() || whole.offset_index().can_append_offset(last) {
        return Err(ErrorCode::UnknownServerError);
    }
    let mut parts: Vec<LogSegment> = Vec::new();
    let mut position = 0;
    while position < whole.size_bytes() {
        let first = whole.batches_from(position).next().ok_or(ErrorCode::UnknownServerError)??;
        let base = Offset::from_i64(first.base_offset()).ok_or(ErrorCode::UnknownServerError)?;
        let mut part = LogSegment::new(now_ms, base, config, 0, Suffix::None);
        let mut end = position;
        for batch in whole.batches_from(position) {
            let batch = batch?;
            if !part.takes_offset(batch.last_offset()) {
                break;
            }
            end += batch.size_bytes() as u32;
        }
        if end == position || parts.iter().any(|part| part.base_offset() == base) {
            return Err(ErrorCode::UnknownServerError);
        }
        let bytes = &whole.log().bytes[position as usize..end as usize];
        // What is appended is looked at as sent records are.
        Batches::new(bytes).try_for_each(|batch| batch.map(drop))?;
        part.append(now_ms, bytes).map_err(|_| ErrorCode::UnknownServerError)?;
        parts.push(part);
        position = end;
    }
    for part in &mut parts {
        part.on_become_inactive(now_ms).map_err(|_| ErrorCode::UnknownServerError)?;
        part.flush();
        part.set_last_modified_ms(whole.last_modified_ms());
    }
    Ok(parts)
}

/// Puts `parts` among `segments` and takes the one that they were made of out. It, if it was there, and whether
/// no part has its name.
pub(super) fn replace_by_parts(
    segments: &mut Vec<Rc<LogSegment>>,
    parts: Vec<LogSegment>,
    base: Offset,
) -> Option<(Rc<LogSegment>, bool)> {
    let whole = segments.iter().find(|segment| segment.base_offset() == base).cloned();
    let renamed = parts.iter().all(|part| part.base_offset() != base);
    let first = parts.iter().map(|part| part.base_offset()).min();
    for part in parts {
        let at = segments.partition_point(|segment| segment.base_offset() < part.base_offset());
        if segments.get(at).is_some_and(|there| there.base_offset() == part.base_offset()) {
            segments[at] = Rc::new(part);
        } else {
            segments.insert(at, Rc::new(part));
        }
    }
    let whole = whole?;
    if first != Some(base) {
        segments.retain(|segment| segment.base_offset() != base);
    }
    Some((whole, renamed))
}

impl Log {
    /// Splits the segment at `base`, as a cleaning does that cannot copy it.
    ///
    /// # Errors
    /// It cannot be split; the log is as it was.
    ///
    /// Kafka: `UnifiedLog.splitOverflowedSegment`.
    pub(in crate::storage) fn split_segment(
        &mut self,
        now_ms: u64,
        base: Offset,
    ) -> Result<(), ErrorCode> {
        let whole = self.segments.iter().find(|segment| segment.base_offset() == base);
        let whole = Rc::clone(whole.ok_or(ErrorCode::UnknownServerError)?);
        let parts = split_overflowed(now_ms, &whole, &self.config)?;
        if let Some((whole, renamed)) = replace_by_parts(&mut self.segments, parts, base) {
            self.delete_files(now_ms, whole);
            if renamed {
                self.forget_snapshot(now_ms, base);
            }
        }
        Ok(())
    }
}
