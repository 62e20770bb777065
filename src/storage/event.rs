//! What happened to one partition's log: past tense, in order, ids and numbers only.

use std::fmt;
use std::rc::Rc;

use crate::protocol::java::Double;
use crate::protocol::{Bytes, Offset, Refusal};
use crate::storage::recovery_event::RecoveryEvent;

/// Why a segment was closed, with the values that decided (LOG-16).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RollReason {
    /// The append would have passed `segment.bytes`.
    Size {
        /// Bytes in the segment.
        segment_bytes: u32,
        /// Bytes to append.
        append_bytes: u32,
        /// The limit.
        limit_bytes: u32,
    },
    /// The segment is older than `segment.ms` less its jitter.
    Time {
        /// How long it waited, in message time (LOG-17).
        waited_ms: i64,
        /// The limit.
        limit_ms: i64,
    },
    /// The offset index has no slot left (LOG-20).
    OffsetIndexFull {
        /// How many fit.
        max_entries: u32,
    },
    /// The time index has no slot left but the closing one (LOG-20).
    TimeIndexFull {
        /// How many fit.
        max_entries: u32,
    },
    /// The offset is too far from the base for 31 bits.
    OffsetOverflow,
    /// All segments were due for deletion, so a new one had to begin first (RET-7).
    Retention,
    /// Somebody asked for it.
    Forced,
}

/// Which sweep of retention deleted segments (RET-2), with the values that decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeletionReason {
    /// They lie below the log start offset (RET-6).
    LogStartOffset {
        /// Where the log starts.
        log_start_offset: Offset,
    },
    /// The log was larger than `retention.bytes` (RET-5).
    Size {
        /// Bytes in the log before.
        log_bytes: u64,
        /// The limit.
        retention_bytes: i64,
    },
    /// The newest record was older than `retention.ms` (RET-4).
    Time {
        /// Age of the newest record of the last segment that went.
        age_ms: i64,
        /// The limit.
        retention_ms: i64,
    },
}

/// Why the cleaner dropped a record (CLEAN-14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DropReason {
    /// A later record has the same key.
    Superseded {
        /// Where it is.
        by: Offset,
    },
    /// It is a tombstone past its delete horizon.
    ExpiredTombstone,
    /// It has no key (CLEAN-24).
    NoKey,
    /// Its transaction was aborted (CLEAN-19).
    AbortedTransaction,
    /// It is a marker past its delete horizon, and nothing of its transaction is left (CLEAN-19).
    ExpiredMarker,
}

/// What a cleaning did with one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CleanedRecord {
    /// The record.
    pub offset: Offset,
    /// `None`: it was copied.
    pub dropped: Option<DropReason>,
    /// The record is a tombstone that stays until this time (CLEAN-16).
    pub delete_horizon_ms: Option<i64>,
}

/// What happened to one partition's log.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LogEvent {
    /// A batch landed at the end of the active segment.
    BatchAppended {
        /// Its first record's offset.
        base_offset: Offset,
        /// Its last record's offset.
        last_offset: Offset,
        /// The segment it is in.
        segment: Offset,
        /// Where in the file it begins.
        position: u32,
        /// Its bytes.
        size_bytes: u32,
    },
    /// An append was refused; the log is as it was.
    AppendRefused(Refusal),
    /// The active segment was closed and an empty one opened at `base_offset`.
    SegmentRolled {
        /// The segment that was closed.
        closed: Offset,
        /// The new active segment.
        base_offset: Offset,
        /// What decided.
        reason: RollReason,
    },
    /// Whole segments were renamed to `.deleted`, oldest first (RET-9).
    SegmentsDeleted {
        /// Their base offsets.
        base_offsets: Rc<[Offset]>,
        /// Where the log starts now.
        log_start_offset: Offset,
        /// What decided.
        reason: DeletionReason,
    },
    /// `.deleted` files were removed from the disk.
    FilesRemoved {
        /// How many.
        count: u32,
    },
    /// The cleaner chose this log and filled its offset map: pass 1 (CLEAN-10).
    CleaningStarted {
        /// The first offset that was never cleaned.
        first_dirty: Offset,
        /// Where the cleaner stops: never inside the active segment (CLEAN-3).
        first_uncleanable: Offset,
        /// Bytes before `first_dirty`.
        clean_bytes: u64,
        /// Bytes from there to `first_uncleanable`.
        cleanable_bytes: u64,
        /// Their share.
        ratio: Double,
        /// `min.cleanable.dirty.ratio`.
        threshold: Double,
        /// `max.compaction.lag.ms` had passed, so the ratio did not matter (CLEAN-7).
        lag_exceeded: bool,
        /// Keys in the map.
        keys: u32,
        /// The map was full before the dirty section ended (CLEAN-11).
        map_full: bool,
        /// Until when pass 1 takes.
        until_ms: u64,
    },
    /// A group of segments was copied into one `.cleaned` file: pass 2 (CLEAN-13).
    SegmentsCleaned {
        /// Base offsets of the group.
        sources: Rc<[Offset]>,
        /// What became of each record, in order.
        records: Rc<[CleanedRecord]>,
        /// Bytes of the group.
        bytes_before: u64,
        /// Bytes of the new file.
        bytes_after: u64,
        /// Until when the copying takes.
        until_ms: u64,
    },
    /// The `.cleaned` file took the place of its sources (CLEAN-21).
    SegmentsReplaced {
        /// Base offsets of the group.
        sources: Rc<[Offset]>,
        /// The new segment, named after the first of them.
        base_offset: Offset,
        /// Its bytes.
        size_bytes: u32,
    },
    /// The cleaner is done; everything below `checkpoint` is clean (CLEAN-12).
    CleaningFinished {
        /// The new first dirty offset.
        checkpoint: Offset,
        /// Records that were read in pass 2.
        read: u32,
        /// Records that were kept.
        kept: u32,
        /// Bytes before.
        bytes_before: u64,
        /// Bytes after.
        bytes_after: u64,
    },
    /// The cleaning stopped half-way: the topic is not compacted any more.
    CleaningAborted,
    /// The cleaning failed; the partition is left alone until the broker restarts (CLEAN-8).
    CleaningFailed,
    /// A producer sent a batch again that is in the log already; nothing was written (LOG-28).
    DuplicateFound {
        /// Who sent it.
        producer_id: i64,
        /// Where its first record is.
        base_offset: Offset,
        /// Where its last record is.
        last_offset: Offset,
    },
    /// Producers that were silent for `producer.id.expiration.ms` are forgotten (LOG-30).
    ProducersExpired {
        /// How many.
        count: u32,
    },
    /// Records were deleted by raising the log start offset (RET-12).
    LogStartMoved {
        /// Where the log started.
        from: Offset,
        /// Where it starts now.
        to: Offset,
    },
    /// The end of the log was cut off.
    LogTruncated {
        /// Where the log ended.
        from: Offset,
        /// Where it ends now.
        to: Offset,
        /// Bytes of `.log` files that went.
        cut_bytes: u64,
    },
    /// The page cache went to the platter (`flush.messages`, `flush.ms`).
    LogFlushed {
        /// The new recovery point.
        up_to: Offset,
        /// Bytes that were written.
        bytes: u64,
    },
    /// The log was closed by a clean stop: everything is on the platter.
    LogClosed {
        /// The producer snapshot that was taken, if anything is new.
        snapshot: Option<Offset>,
        /// Bytes that were written.
        bytes: u64,
    },
    /// A step of opening the log again.
    Recovery(RecoveryEvent),
}

impl fmt::Display for LogEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BatchAppended { base_offset, last_offset, segment, position, size_bytes } => {
                write!(
                    f,
                    "appended offsets {base_offset}..={last_offset}, {size_bytes} B at {position} of segment {segment}"
                )
            }
            Self::AppendRefused(refusal) => write!(f, "refused an append: {refusal}"),
            Self::SegmentRolled { closed, base_offset, reason } => {
                write!(f, "rolled from segment {closed} to {base_offset}: {reason}")
            }
            Self::SegmentsDeleted { base_offsets, log_start_offset, reason } => write!(
                f,
                "deleted segments {}, log start offset {log_start_offset}: {reason}",
                list(base_offsets)
            ),
            Self::FilesRemoved { count } => write!(f, "removed {count} .deleted files"),
            Self::CleaningStarted {
                first_dirty,
                first_uncleanable,
                ratio,
                threshold,
                keys,
                ..
            } => write!(
                f,
                "cleaning offsets {first_dirty}..{first_uncleanable}, dirty ratio {ratio} > {threshold}, {keys} keys"
            ),
            Self::SegmentsCleaned { sources, records, bytes_before, bytes_after, .. } => write!(
                f,
                "copied {} of {} records of segments {}, {bytes_before} B to {bytes_after} B",
                records.iter().filter(|record| record.dropped.is_none()).count(),
                records.len(),
                list(sources)
            ),
            Self::SegmentsReplaced { sources, base_offset, size_bytes } => {
                write!(f, "swapped segment {base_offset}, {size_bytes} B, in for {}", list(sources))
            }
            Self::CleaningFinished { checkpoint, read, kept, bytes_before, bytes_after } => write!(
                f,
                "cleaned up to {checkpoint}: kept {kept} of {read} records, {bytes_before} B to {bytes_after} B"
            ),
            Self::CleaningAborted => f.write_str("cleaning aborted"),
            Self::CleaningFailed => f.write_str("cleaning failed; marked uncleanable"),
            Self::DuplicateFound { producer_id, base_offset, last_offset } => write!(
                f,
                "duplicate of offsets {base_offset}..={last_offset} from producer {producer_id}"
            ),
            Self::ProducersExpired { count } => write!(f, "forgot {count} producers"),
            Self::LogStartMoved { from, to } => {
                write!(f, "log start offset moved from {from} to {to}")
            }
            Self::LogTruncated { from, to, cut_bytes } => {
                write!(f, "truncated from {from} to {to}, {cut_bytes} B")
            }
            Self::LogFlushed { up_to, bytes } => write!(f, "flushed up to {up_to}, {bytes} B"),
            Self::LogClosed { snapshot: None, bytes } => write!(f, "closed, flushed {bytes} B"),
            Self::LogClosed { snapshot: Some(offset), bytes } => {
                write!(f, "closed, flushed {bytes} B, producer snapshot {offset}")
            }
            Self::Recovery(event) => event.fmt(f),
        }
    }
}

pub(super) fn list(offsets: &[Offset]) -> String {
    offsets.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl fmt::Display for RollReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size { segment_bytes, append_bytes, limit_bytes } => {
                write!(f, "{segment_bytes} + {append_bytes} B > segment.bytes {limit_bytes}")
            }
            Self::Time { waited_ms, limit_ms } => {
                write!(f, "waited {waited_ms} ms > segment.ms {limit_ms}")
            }
            Self::OffsetIndexFull { max_entries } => {
                write!(f, "offset index full at {max_entries} entries")
            }
            Self::TimeIndexFull { max_entries } => {
                write!(f, "time index full at {max_entries} entries")
            }
            Self::OffsetOverflow => f.write_str("offset too far from the base"),
            Self::Retention => f.write_str("all segments are due for deletion"),
            Self::Forced => f.write_str("forced"),
        }
    }
}

impl fmt::Display for DeletionReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LogStartOffset { log_start_offset } => {
                write!(f, "below the log start {log_start_offset}")
            }
            Self::Size { log_bytes, retention_bytes } => {
                write!(f, "{log_bytes} B against retention.bytes {retention_bytes}")
            }
            Self::Time { age_ms, retention_ms } => {
                write!(f, "{age_ms} ms old > retention.ms {retention_ms}")
            }
        }
    }
}

/// The keys of a round and their last offsets, in the order of the offsets: what pass 1 found.
pub type MapEntries = Rc<[(Bytes, Offset)]>;
