//! How a log was opened again, in English.

use super::{count, place};
use crate::protocol::TopicPartition;
use crate::storage::{CorruptSnapshot, RecoveryEvent, RecoveryReason};
use crate::words::facts::log_file;
use crate::words::rich::{code, number, size, strong};
use crate::words::{Line, line};

pub(super) fn sentence(partition: &TopicPartition, event: &RecoveryEvent) -> Line {
    match event {
        RecoveryEvent::UnflushedLost { bytes, files } => line![
            "The power loss cost ",
            place(partition),
            " ",
            size(*bytes),
            " of ",
            count(u64::from(*files), "file"),
            " that had not been flushed."
        ],
        RecoveryEvent::StrayFilesDeleted { count: files } => line![
            count(u64::from(*files), "file"),
            " that nobody needs any more are deleted from ",
            place(partition),
            "."
        ],
        RecoveryEvent::SwapCompleted { replaced, .. } => line![
            "An interrupted swap in ",
            place(partition),
            " is completed: the cleaned segment replaces ",
            count(replaced.len() as u64, "old one"),
            "."
        ],
        RecoveryEvent::SegmentRecovered { base_offset, batches, cut_bytes: 0, .. } => line![
            code(log_file(*base_offset)),
            " of ",
            place(partition),
            " is read through: all of its ",
            count(u64::from(*batches), "batch"),
            " are good."
        ],
        RecoveryEvent::SegmentRecovered { base_offset, cut_bytes, .. } => line![
            code(log_file(*base_offset)),
            " of ",
            place(partition),
            " is damaged: its last ",
            size(*cut_bytes),
            " are cut off."
        ],
        RecoveryEvent::SegmentsDropped { base_offsets } => line![
            "The ",
            strong(count(base_offsets.len() as u64, "segment")),
            " behind the cut in ",
            place(partition),
            " are given up."
        ],
        RecoveryEvent::SnapshotLoaded { offset, producers } => line![
            place(partition),
            " reads ",
            count(u64::from(*producers), "producer"),
            " from the snapshot at offset ",
            code(offset),
            "."
        ],
        RecoveryEvent::SnapshotDiscarded { offset, .. } => line![
            "The producer snapshot at offset ",
            code(offset),
            " of ",
            place(partition),
            " is unreadable and deleted."
        ],
        RecoveryEvent::ProducersReplayed { from, to, producers } => line![
            "Offsets ",
            code(from),
            " to ",
            code(to),
            " of ",
            place(partition),
            " are read for the state of ",
            count(u64::from(*producers), "producer"),
            "."
        ],
        RecoveryEvent::LogLoaded { clean, log_start_offset, log_end_offset, .. } => line![
            place(partition),
            if *clean {
                " is open again after a clean stop: offsets "
            } else {
                " is recovered: offsets "
            },
            strong(log_start_offset),
            " to ",
            strong(log_end_offset),
            "."
        ],
        RecoveryEvent::LoadFailed => line![
            place(partition),
            " ",
            strong("cannot be opened"),
            ", so the broker does not start."
        ],
    }
}

pub(super) fn aside(event: &RecoveryEvent) -> Option<Line> {
    Some(match event {
        RecoveryEvent::UnflushedLost { .. } => line![
            "Written is not flushed: Kafka leaves that to the operating system and trusts in replicas (",
            code("flush.messages"),
            ")."
        ],
        RecoveryEvent::StrayFilesDeleted { .. } => line![
            code(".deleted"),
            " and ",
            code(".cleaned"),
            " files, unfinished swaps, indexes without a log."
        ],
        RecoveryEvent::SwapCompleted { .. } => {
            line!["The ", code(".swap"), " file was complete, so it counts."]
        }
        RecoveryEvent::SegmentRecovered {
            reason,
            bad_batch,
            cut_bytes,
            index_entries,
            time_index_entries,
            ..
        } => line![
            why(*reason),
            match (*cut_bytes, *bad_batch) {
                (0, _) => " ",
                (_, true) => " A batch is corrupt, and nothing behind it can be trusted. ",
                (_, false) => " The last batch was only half there. ",
            },
            "The indexes are written anew: ",
            number(*index_entries),
            " and ",
            number(*time_index_entries),
            " entries."
        ],
        RecoveryEvent::SegmentsDropped { .. } => {
            line!["A log has no holes that nobody knows of: what follows a cut goes too."]
        }
        RecoveryEvent::SnapshotLoaded { .. } => {
            line!["A snapshot holds each producer's last batch only."]
        }
        RecoveryEvent::SnapshotDiscarded { corrupt, .. } => match corrupt {
            CorruptSnapshot::Crc => line!["Its checksum is wrong. The one before is used."],
            CorruptSnapshot::Schema => line!["It is too short. The one before is used."],
        },
        RecoveryEvent::ProducersReplayed { .. } => return None,
        RecoveryEvent::LogLoaded { segments, recovery_point, .. } => line![
            count(u64::from(*segments), "segment"),
            "; the next recovery would begin at offset ",
            code(recovery_point),
            "."
        ],
        RecoveryEvent::LoadFailed => line![
            "An index that is to be written anew does not fit: ",
            code("segment.index.bytes"),
            " was made smaller. A larger value, and another start, mend it."
        ],
    })
}

fn why(reason: RecoveryReason) -> Line {
    match reason {
        RecoveryReason::Unflushed => {
            line!["It may not have been flushed: it lies at or beyond the recovery point."]
        }
        RecoveryReason::NoOffsetIndex => line!["Its ", code(".index"), " was missing."],
        RecoveryReason::CorruptTransactionIndex => {
            line!["Its ", code(".txnindex"), " belongs to other offsets."]
        }
    }
}
