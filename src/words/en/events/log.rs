//! What happened to a log, in English.

use super::{count, kafkas_words, offsets, place, recovery};
use crate::protocol::{Offset, TopicPartition};
use crate::storage::{CleanedRecord, DeletionReason, DropReason, LogEvent, RollReason};
use crate::words::facts::{Facts, log_file, ratios};
use crate::words::rich::{clock, code, grouped, key, number, size, span_of_ms, strong};
use crate::words::{Line, line};

pub(super) fn sentence(facts: &dyn Facts, partition: &TopicPartition, event: &LogEvent) -> Line {
    match event {
        LogEvent::BatchAppended { base_offset, last_offset, size_bytes, .. } => line![
            "A batch of ",
            size(*size_bytes),
            " lands in ",
            place(partition),
            " as ",
            offsets(*base_offset, *last_offset),
            key_of(facts, partition, *base_offset, *last_offset),
            "."
        ],
        LogEvent::AppendRefused(refusal) => {
            line!["No append to ", place(partition), ": ", strong(refusal.error), "."]
        }
        LogEvent::SegmentRolled { base_offset, reason, .. } => line![
            "Partition ",
            strong(partition.partition),
            " of ",
            partition.topic.as_str(),
            " rolls: ",
            rolled(reason),
            ", so a new segment begins at offset ",
            strong(base_offset),
            "."
        ],
        LogEvent::SegmentsDeleted { base_offsets, reason, .. } => line![
            "Retention deletes ",
            strong(count(base_offsets.len() as u64, "segment")),
            " of ",
            place(partition),
            ": ",
            deleted(reason, base_offsets.len()),
            "."
        ],
        LogEvent::FilesRemoved { count: files } => line![
            count(u64::from(*files), "file"),
            " of ",
            place(partition),
            " that were marked ",
            code(".deleted"),
            " are gone from the disk."
        ],
        LogEvent::CleaningStarted { lag_exceeded: true, .. } => line![
            "The cleaner takes ",
            place(partition),
            ": a record has waited longer than ",
            code("max.compaction.lag.ms"),
            "."
        ],
        LogEvent::CleaningStarted { ratio, threshold, .. } => {
            let (ratio, threshold) = ratios(*ratio, *threshold);
            line![
                "The cleaner takes ",
                place(partition),
                ": its dirty ratio ",
                strong(ratio),
                " is above ",
                code("min.cleanable.dirty.ratio"),
                " ",
                code(threshold),
                "."
            ]
        }
        LogEvent::SegmentsCleaned { records, .. } => line![
            "Pass 2: ",
            strong(format!("{} of {}", kept(records), records.len())),
            " records of ",
            place(partition),
            " survive, the latest of each key, at their old offsets."
        ],
        LogEvent::SegmentsReplaced { sources, size_bytes, .. } => line![
            "The cleaned segment of ",
            size(*size_bytes),
            " takes the place of ",
            count(sources.len() as u64, "old one"),
            " in ",
            place(partition),
            "."
        ],
        LogEvent::CleaningFinished { checkpoint, read, kept, .. } => line![
            "Cleaned: ",
            strong(format!("{kept} of {read}")),
            " records of ",
            place(partition),
            " are left below offset ",
            code(checkpoint),
            "."
        ],
        LogEvent::CleaningAborted => line![
            "The cleaner gives up on ",
            place(partition),
            ": the topic is no longer compacted."
        ],
        LogEvent::CleaningFailed => line![
            "Cleaning ",
            place(partition),
            " ",
            strong("failed"),
            "; it stays as it is until the broker restarts."
        ],
        LogEvent::DuplicateFound { producer_id, base_offset, last_offset } => line![
            "Producer ",
            code(producer_id),
            " sent a batch again that ",
            place(partition),
            " has as ",
            offsets(*base_offset, *last_offset),
            "; nothing is written twice."
        ],
        LogEvent::ProducersExpired { count: producers } => line![
            place(partition),
            " forgets ",
            count(u64::from(*producers), "producer"),
            " that wrote nothing for ",
            code("producer.id.expiration.ms"),
            "."
        ],
        LogEvent::LogStartMoved { to, .. } => line![
            "Everything before offset ",
            strong(to),
            " of ",
            place(partition),
            " is deleted on request."
        ],
        LogEvent::LogTruncated { to, cut_bytes, .. } => line![
            place(partition),
            " is cut back to offset ",
            strong(to),
            ": ",
            size(*cut_bytes),
            " go."
        ],
        LogEvent::LogFlushed { bytes, .. } => {
            line![size(*bytes), " of ", place(partition), " go from the page cache to the disk."]
        }
        LogEvent::LogClosed { bytes, .. } => {
            line![place(partition), " is closed: ", size(*bytes), " are flushed to the disk."]
        }
        LogEvent::Recovery(event) => recovery::sentence(partition, event),
    }
}

pub(super) fn aside(facts: &dyn Facts, event: &LogEvent) -> Option<Line> {
    Some(match event {
        LogEvent::BatchAppended { segment, position, .. } => line![
            "At byte ",
            number(*position),
            " of ",
            code(log_file(*segment)),
            ". The broker gives the offsets, one after the other."
        ],
        LogEvent::AppendRefused(refusal) => kafkas_words(refusal),
        LogEvent::SegmentRolled { closed, base_offset, .. } => line![
            code(log_file(*closed)),
            " is closed and will not grow; ",
            code(log_file(*base_offset)),
            " is the active segment."
        ],
        LogEvent::SegmentsDeleted { log_start_offset, .. } => line![
            "Whole segments go, oldest first, never single records. The log now starts at offset ",
            code(log_start_offset),
            "."
        ],
        LogEvent::FilesRemoved { .. } => line![
            "Deleted files wait ",
            code("file.delete.delay.ms"),
            " under another name, for those who still read them."
        ],
        LogEvent::CleaningStarted {
            first_dirty,
            first_uncleanable,
            clean_bytes,
            cleanable_bytes,
            keys,
            map_full,
            ..
        } => {
            let all = clean_bytes + cleanable_bytes;
            let end = Offset(first_uncleanable.0.saturating_sub(1));
            line![
                code(format!("{} B dirty / {} B", grouped(*cleanable_bytes), grouped(all))),
                ". Pass 1 reads ",
                offsets(*first_dirty, end.max(*first_dirty)),
                " and notes where each of ",
                count(u64::from(*keys), "key"),
                " was last written",
                if *map_full { "; the offset map is full, the rest waits" } else { "" },
                ". The active segment is left alone."
            ]
        }
        LogEvent::SegmentsCleaned { records, bytes_before, bytes_after, .. } => {
            line![
                dropped(records),
                horizon(facts, records),
                size(*bytes_before),
                " become ",
                size(*bytes_after),
                "."
            ]
        }
        LogEvent::SegmentsReplaced { base_offset, .. } => line![
            code(format!("{:020}.log.cleaned", base_offset.0)),
            " became ",
            code(".swap"),
            " and then ",
            code(".log"),
            ": a crash at any moment leaves one whole version."
        ],
        LogEvent::CleaningFinished { checkpoint, bytes_before, bytes_after, .. } => line![
            size(*bytes_before),
            " became ",
            size(*bytes_after),
            ". The next cleaning begins at offset ",
            code(checkpoint),
            ", the cleaner's checkpoint."
        ],
        LogEvent::CleaningAborted => line!["What was copied is thrown away; the log is untouched."],
        LogEvent::CleaningFailed => {
            line!["Kafka marks such a partition uncleanable and goes on with others."]
        }
        LogEvent::DuplicateFound { .. } => {
            line!["The log remembers each producer's last five batches by their sequence numbers."]
        }
        LogEvent::ProducersExpired { .. } => {
            line!["Their sequence numbers start anew; a very late duplicate would not be noticed."]
        }
        LogEvent::LogStartMoved { from, to } => line![
            "The log start offset moves from ",
            code(from),
            " to ",
            code(to),
            "; the bytes stay until retention looks at the segments."
        ],
        LogEvent::LogTruncated { from, to, .. } => line![
            "Offsets ",
            code(to),
            " to ",
            code(from),
            " will be given again, to other records."
        ],
        LogEvent::LogFlushed { up_to, .. } => line![
            "A power loss would cost nothing before offset ",
            code(up_to),
            ", the recovery point."
        ],
        LogEvent::LogClosed { snapshot, .. } => match snapshot {
            Some(offset) => line![
                "The producers' state is in ",
                code(format!("{:020}.snapshot", offset.0)),
                "."
            ],
            None => line!["The last producer snapshot still holds."],
        },
        LogEvent::Recovery(event) => return recovery::aside(event),
    })
}

fn key_of(
    facts: &dyn Facts,
    partition: &TopicPartition,
    first: Offset,
    last: Offset,
) -> Option<Line> {
    if first != last || partition.topic.is_internal() {
        return None;
    }
    let key_bytes = facts.record(partition, first)?.key?;
    Some(line![", key ", key(&key_bytes)])
}

fn rolled(reason: &RollReason) -> Line {
    match reason {
        RollReason::Size { segment_bytes, append_bytes, limit_bytes } => line![
            number(*segment_bytes),
            " + ",
            number(*append_bytes),
            " B would pass ",
            code("segment.bytes"),
            " ",
            number(*limit_bytes)
        ],
        RollReason::Time { waited_ms, limit_ms } => line![
            "it is ",
            span_of_ms(*waited_ms),
            " old, ",
            code("segment.ms"),
            " allows ",
            span_of_ms(*limit_ms)
        ],
        RollReason::OffsetIndexFull { max_entries } => {
            line!["its offset index is full at ", number(*max_entries), " entries"]
        }
        RollReason::TimeIndexFull { max_entries } => {
            line!["its time index is full at ", number(*max_entries), " entries"]
        }
        RollReason::OffsetOverflow => line!["the next offset is over 31 bits from the base"],
        RollReason::Retention => line!["all it holds is due for deletion"],
        RollReason::Forced => line!["somebody asked for it"],
    }
}

fn deleted(reason: &DeletionReason, segments: usize) -> Line {
    match reason {
        DeletionReason::LogStartOffset { log_start_offset } => {
            line!["all below the log start offset ", code(log_start_offset)]
        }
        DeletionReason::Size { log_bytes, retention_bytes } => line![
            "the log had ",
            size(*log_bytes),
            ", ",
            code("retention.bytes"),
            " is ",
            number(*retention_bytes)
        ],
        DeletionReason::Time { age_ms, retention_ms } => line![
            if segments == 1 { "its" } else { "their" },
            " newest record is ",
            span_of_ms(*age_ms),
            " old, ",
            code("retention.ms"),
            " is ",
            number(*retention_ms)
        ],
    }
}

fn kept(records: &[CleanedRecord]) -> usize {
    records.iter().filter(|record| record.dropped.is_none()).count()
}

/// How many records went for which reason.
fn dropped(records: &[CleanedRecord]) -> Line {
    let of = |is: fn(DropReason) -> bool| {
        records.iter().filter(|record| record.dropped.is_some_and(is)).count() as u64
    };
    let superseded = of(|reason| matches!(reason, DropReason::Superseded { .. }));
    let expired = of(|reason| reason == DropReason::ExpiredTombstone);
    let keyless = of(|reason| reason == DropReason::NoKey);
    let aborted = of(|reason| reason == DropReason::AbortedTransaction);
    let markers = of(|reason| reason == DropReason::ExpiredMarker);
    let mut parts = vec![format!("{superseded} superseded by a later record of their key")];
    if expired > 0 {
        parts.push(format!("{} past the delete horizon", count(expired, "tombstone")));
    }
    if keyless > 0 {
        parts.push(format!("{keyless} without a key"));
    }
    if aborted > 0 {
        parts.push(format!("{aborted} of aborted transactions"));
    }
    if markers > 0 {
        parts.push(format!("{} that nothing needs any more", count(markers, "marker")));
    }
    line![parts.join(", "), ". "]
}

/// Until when the first of the tombstones that stay does stay.
fn horizon(facts: &dyn Facts, records: &[CleanedRecord]) -> Option<Line> {
    let staying = records.iter().filter(|record| record.dropped.is_none());
    let horizons: Vec<i64> = staying.filter_map(|record| record.delete_horizon_ms).collect();
    let first = horizons.iter().min()?.wrapping_sub(facts.start_ms().cast_signed());
    Some(line![
        count(horizons.len() as u64, "tombstone"),
        if horizons.len() == 1 { " stays until " } else { " stay, the first until " },
        code(clock(first)),
        " (",
        code("delete.retention.ms"),
        "). "
    ])
}
