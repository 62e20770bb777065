//! A segment: its three files, why it is still active or was closed, why it is still there.

use crate::broker::BrokerEvent;
use crate::protocol::{Offset, Subject, TopicPartition};
use crate::session::inspect::bytes::{file_name, log_bytes, offset_index_bytes, time_index_bytes};
use crate::session::inspect::gates::{roll_gates, segment_limit_setting};
use crate::session::inspect::record::{row, why_not_deleted};
use crate::session::inspect::{NodeAction, Sheet, Step, line_of, step};
use crate::sim::What;
use crate::storage::{
    DeletionReason, FileKind, FileName, Log, LogEvent, LogSegment, RollReason, Suffix,
};
use crate::words::{Line, code, number, size, span_of_ms};

/// Records and batches in a segment.
pub(super) fn counts(segment: &LogSegment) -> (u64, u64) {
    segment.batches().flatten().fold((0, 0), |(records, batches), batch| {
        (records + u64::from(batch.record_count().unsigned_abs()), batches + 1)
    })
}

pub(super) fn inspect(
    sheet: &mut Sheet<'_>,
    partition: &TopicPartition,
    base: Offset,
) -> Option<()> {
    let words = sheet.words;
    let log = sheet.world.broker().logs().get(partition)?;
    let at = log.segments().iter().position(|segment| segment.base_offset() == base);
    let Some(at) = at else {
        absent(sheet, log, base);
        return Some(());
    };
    let segment = &*log.segments()[at];
    let active = at + 1 == log.segments().len();
    let directory = partition.to_string();
    let subtitle =
        if active { words.segment_active(&directory) } else { words.segment_closed(&directory) };
    sheet.title(line_of(code(file_name(segment, FileKind::Log))), subtitle);
    facts(sheet, log, segment);

    if active {
        let steps = vec![step(words.step_roll_next(), "LOG-16")];
        let gates = roll_gates(log, sheet.world.now_ms(), words);
        sheet.why_gates(words.why_active(), steps, gates);
    } else {
        let mut steps = roll_steps(sheet, partition, base);
        let next = log.segments()[at + 1].base_offset();
        steps.push(step(words.step_rolled_then(next), "LOG-21"));
        sheet.why(words.why_rolled(), steps);
    }
    why_not_deleted(sheet, log, at);
    contents(sheet, log, segment);
    if !partition.topic.is_internal() {
        sheet.inspection.actions.push(NodeAction::SendHere);
    }
    Some(())
}

fn facts(sheet: &mut Sheet<'_>, log: &Log, segment: &LogSegment) {
    let words = sheet.words;
    let base = segment.base_offset();
    let partition = log.partition().clone();
    sheet.fact_to(
        words.label_partition(),
        code(&partition),
        words.partition_explain(),
        Subject::Partition(partition),
    );
    sheet.fact(words.label_base_offset(), code(base), words.base_offset_explain());
    let next = segment.next_offset();
    sheet.fact(words.label_next_offset(), code(next), words.next_offset_explain());
    let (used, limit) = (segment.size_bytes(), log.config().segment_bytes);
    let percent = u64::from(used) * 100 / u64::from(limit.max(1));
    sheet.fact(
        words.label_size(),
        words.segment_size(size(used), size(limit)),
        words.segment_size_explain(segment_limit_setting(log), percent),
    );
    let (records, batches) = counts(segment);
    sheet.fact(
        words.label_records(),
        words.segment_records(number(records), number(batches)),
        words.segment_records_explain(next.0 - base.0),
    );
    let newest = sheet.clock(segment.largest_timestamp());
    sheet.fact(words.label_newest(), newest, words.newest_explain());
    let index = segment.offset_index();
    sheet.fact(
        words.label_index_entries(),
        words.index_entries(
            number(index.len()),
            number(segment.time_index().len()),
            number(index.max_entries()),
        ),
        words.index_entries_explain(size(log.config().index_interval_bytes)),
    );
}

/// What is in it: records, index entries, files, and all as bytes.
fn contents(sheet: &mut Sheet<'_>, log: &Log, segment: &LogSegment) {
    let words = sheet.words;
    let partition = log.partition();
    let mut rows = Vec::new();
    for batch in segment.batches().flatten() {
        rows.extend(batch.filter_records(|record| Some(row(sheet, partition, &record))));
    }
    sheet.list(words.list_records(), rows);
    let index = segment.offset_index();
    let entries = (0..index.len()).map(|slot| index.entry(slot));
    let rows = entries.map(|(offset, position)| (words.row_index(offset, position), None));
    sheet.list(words.list_offset_index(), rows.collect());
    let times = segment.time_index();
    let entries = (0..times.len()).map(|slot| times.entry(slot));
    let rows = entries.map(|(at, offset)| (words.row_time_index(sheet.clock(at), offset), None));
    sheet.list(words.list_time_index(), rows.collect());
    let files = segment
        .files()
        .map(|(name, file)| (words.row_file(&name.to_string(), size(file.size_bytes())), None));
    sheet.list(words.list_files(), files.collect());
    let views = [
        log_bytes(segment, words),
        offset_index_bytes(segment, words),
        time_index_bytes(segment, words),
    ];
    for mut view in views {
        if !view.bytes.is_empty() {
            view.file = format!("{partition}/{}", view.file);
            sheet.inspection.bytes.push(view);
        }
    }
}

/// A segment that is not in the log: being written, on its way out, gone, or still to come.
fn absent(sheet: &mut Sheet<'_>, log: &Log, base: Offset) {
    let words = sheet.words;
    let partition = log.partition();
    let directory = partition.to_string();
    let name = |suffix| FileName::Numbered(base, FileKind::Log, suffix);
    let files = log.files();
    let has = |suffix| files.iter().any(|(file, _)| *file == name(suffix));
    if let Some(cleaned) = log.cleaned_segment().filter(|cleaned| cleaned.base_offset() == base) {
        sheet.title(line_of(code(name(Suffix::Cleaned))), words.segment_cleaned(&directory));
        facts(sheet, log, cleaned);
        contents(sheet, log, cleaned);
        return;
    }
    if has(Suffix::Deleted) {
        let delay = span_of_ms(log.config().file_delete_delay_ms);
        let title = line_of(code(name(Suffix::Deleted)));
        sheet.gone(title, words.segment_deleted(&directory, delay));
    } else if base < log.log_end_offset() {
        sheet.gone(line_of(code(name(Suffix::None))), words.segment_gone(&directory));
    } else {
        sheet.gone(line_of(code(name(Suffix::None))), words.segment_not_yet(&directory));
    }
    let steps = deletion_steps(sheet, partition, base);
    if !steps.is_empty() {
        sheet.why(words.why_deleted(), steps);
    }
}

/// The events of a partition's log, newest first, as far as they are known.
fn log_events<'a>(
    sheet: &'a Sheet<'_>,
    partition: &'a TopicPartition,
) -> impl Iterator<Item = &'a LogEvent> {
    sheet.history.recent().rev().filter_map(move |event| match &event.what {
        What::Broker(_, BrokerEvent::Log(of, event)) if of == partition => Some(event),
        _ => None,
    })
}

fn roll_steps(sheet: &Sheet<'_>, partition: &TopicPartition, base: Offset) -> Vec<Step> {
    let words = sheet.words;
    let reason = log_events(sheet, partition).find_map(|event| match event {
        LogEvent::SegmentRolled { closed, reason, .. } if *closed == base => Some(*reason),
        _ => None,
    });
    vec![match reason {
        Some(RollReason::Size { segment_bytes, append_bytes, limit_bytes }) => step(
            words.step_rolled_size(size(segment_bytes), size(append_bytes), size(limit_bytes)),
            "LOG-16",
        ),
        Some(RollReason::Time { waited_ms, limit_ms }) => {
            step(words.step_rolled_time(span_of_ms(waited_ms), span_of_ms(limit_ms)), "LOG-17")
        }
        Some(
            RollReason::OffsetIndexFull { max_entries } | RollReason::TimeIndexFull { max_entries },
        ) => step(words.step_rolled_index(max_entries), "LOG-20"),
        Some(RollReason::OffsetOverflow) => step(words.step_rolled_overflow(), "LOG-16"),
        Some(RollReason::Retention) => step(words.step_rolled_retention(), "RET-7"),
        Some(RollReason::Forced) => step(words.step_rolled_forced(), "LOG-16"),
        None => step(words.step_rolled_unknown(), "LOG-16"),
    }]
}

fn deletion_steps(sheet: &Sheet<'_>, partition: &TopicPartition, base: Offset) -> Vec<Step> {
    let words = sheet.words;
    let found = log_events(sheet, partition).find_map(|event| match event {
        LogEvent::SegmentsDeleted { base_offsets, reason, .. } if base_offsets.contains(&base) => {
            Some(match *reason {
                DeletionReason::Time { age_ms, retention_ms } => step(
                    words.step_deleted_time(span_of_ms(age_ms), span_of_ms(retention_ms)),
                    "RET-4",
                ),
                DeletionReason::Size { log_bytes, retention_bytes } => {
                    step(words.step_deleted_size(size(log_bytes), size(retention_bytes)), "RET-5")
                }
                DeletionReason::LogStartOffset { log_start_offset } => {
                    step(words.step_deleted_start(log_start_offset), "RET-6")
                }
            })
        }
        LogEvent::SegmentsReplaced { sources, .. } if sources.contains(&base) => {
            Some(step(words.step_cleaned_away(), "CLEAN-21"))
        }
        _ => None,
    });
    found.into_iter().collect()
}

/// A row of a list of segments.
pub(super) fn segment_row(
    sheet: &Sheet<'_>,
    log: &Log,
    segment: &LogSegment,
) -> (Line, Option<Subject>) {
    let words = sheet.words;
    let (records, _) = counts(segment);
    let name = file_name(segment, FileKind::Log);
    let active = segment.base_offset() == log.active_segment().base_offset();
    let line = if active {
        words.row_segment_active(&name, size(segment.size_bytes()), records)
    } else {
        words.row_segment(&name, size(segment.size_bytes()), records)
    };
    (line, Some(Subject::Segment(log.partition().clone(), segment.base_offset())))
}
