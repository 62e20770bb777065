//! The steps of opening a log again, each with its numbers: what a person watches after a crash.

use std::fmt;
use std::rc::Rc;

use crate::protocol::Offset;
use crate::storage::event::{LogEvent, list};
use crate::storage::snapshot::CorruptSnapshot;

/// Why a segment was recovered while its log was loaded (LOG-37, LOG-38).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecoveryReason {
    /// It may not have been flushed: it is at or beyond the recovery point.
    Unflushed,
    /// Its `.index` is missing.
    NoOffsetIndex,
    /// Its `.txnindex` has entries that cannot be its own.
    CorruptTransactionIndex,
}

/// One step of opening a log again (LOG-37 to LOG-40).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RecoveryEvent {
    /// The power went off: bytes that were only in the page cache are gone.
    UnflushedLost {
        /// How many.
        bytes: u64,
        /// In how many files.
        files: u32,
    },
    /// Files were deleted that wait for removal or that nobody had finished (LOG-37).
    StrayFilesDeleted {
        /// How many.
        count: u32,
    },
    /// A swap that a crash had interrupted was completed (LOG-37).
    SwapCompleted {
        /// The new segment.
        base_offset: Offset,
        /// The segments that were still there.
        replaced: Rc<[Offset]>,
    },
    /// A segment was read through, its indexes were written anew (LOG-38, LOG-39).
    SegmentRecovered {
        /// Which.
        base_offset: Offset,
        /// Why.
        reason: RecoveryReason,
        /// Good batches.
        batches: u32,
        /// Their bytes.
        valid_bytes: u32,
        /// Bytes that were cut off the end.
        cut_bytes: u32,
        /// They began with a whole batch that is corrupt, not with a part of one.
        bad_batch: bool,
        /// Entries of its offset index now.
        index_entries: u32,
        /// Entries of its time index now.
        time_index_entries: u32,
    },
    /// Segments behind a cut, or before the log's start, were given up (LOG-38, LOG-40).
    SegmentsDropped {
        /// Their base offsets.
        base_offsets: Rc<[Offset]>,
    },
    /// The state of producers was read from a snapshot (LOG-30).
    SnapshotLoaded {
        /// Which.
        offset: Offset,
        /// Producers in it that are not expired.
        producers: u32,
    },
    /// A producer snapshot was unreadable and deleted (LOG-30).
    SnapshotDiscarded {
        /// Which.
        offset: Offset,
        /// What is wrong with it.
        corrupt: CorruptSnapshot,
    },
    /// The state of producers was brought up to date by reading batches (LOG-30).
    ProducersReplayed {
        /// The first offset that was read.
        from: Offset,
        /// The first that was not.
        to: Offset,
        /// Producers that are known now.
        producers: u32,
    },
    /// The log is open (LOG-40).
    LogLoaded {
        /// It had been stopped cleanly.
        clean: bool,
        /// Its segments.
        segments: u32,
        /// Where it starts.
        log_start_offset: Offset,
        /// Where it ends.
        log_end_offset: Offset,
        /// Where the next recovery begins.
        recovery_point: Offset,
    },
    /// The log could not be opened, so the broker cannot start.
    LoadFailed,
}

impl From<RecoveryEvent> for LogEvent {
    fn from(event: RecoveryEvent) -> Self {
        Self::Recovery(event)
    }
}

impl fmt::Display for RecoveryEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnflushedLost { bytes, files } => {
                write!(f, "lost {bytes} unflushed B of {files} files")
            }
            Self::StrayFilesDeleted { count } => write!(f, "deleted {count} stray files"),
            Self::SwapCompleted { base_offset, replaced } => {
                write!(f, "completed the swap of segment {base_offset} for {}", list(replaced))
            }
            Self::SegmentRecovered {
                base_offset, reason, batches, valid_bytes, cut_bytes, ..
            } => write!(
                f,
                "recovered segment {base_offset} ({reason:?}): {batches} batches, {valid_bytes} B, cut {cut_bytes} B"
            ),
            Self::SegmentsDropped { base_offsets } => {
                write!(f, "dropped segments {}", list(base_offsets))
            }
            Self::SnapshotLoaded { offset, producers } => {
                write!(f, "loaded producer snapshot {offset} with {producers} producers")
            }
            Self::SnapshotDiscarded { offset, corrupt } => {
                write!(f, "discarded producer snapshot {offset} ({corrupt:?})")
            }
            Self::ProducersReplayed { from, to, producers } => {
                write!(f, "replayed offsets {from}..{to}, {producers} producers")
            }
            Self::LogLoaded {
                clean,
                segments,
                log_start_offset,
                log_end_offset,
                recovery_point,
            } => write!(
                f,
                "loaded {segments} segments, offsets {log_start_offset}..{log_end_offset}, recovery point \
                 {recovery_point}, clean {clean}"
            ),
            Self::LoadFailed => f.write_str("could not be loaded"),
        }
    }
}
