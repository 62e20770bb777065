//! The cleaner's view of a compacted partition: what is dirty, what is in the map, what happens next.

use crate::protocol::{Bytes, Subject, TopicPartition, sort_by_key};
use crate::session::inspect::gates::cleaning_gates;
use crate::session::inspect::record::key_span;
use crate::session::inspect::{Sheet, step};
use crate::storage::{CleanerState, Cleaning, Log, LogToClean};
use crate::words::{Line, code, number, size, span_of_ms};

pub(super) fn inspect(sheet: &mut Sheet<'_>, partition: &TopicPartition) -> Option<()> {
    let words = sheet.words;
    let logs = sheet.world.broker().logs();
    let log = logs.get(partition)?;
    let title = words.cleaner_title(&partition.to_string());
    if !log.config().compact {
        sheet.gone(title, words.cleaner_not_compacted());
        return Some(());
    }
    let (running, until_ms) = match logs.cleaner() {
        CleanerState::Mapping { partition: of, cleaning, until_ms } if of == partition => {
            sheet.title(title, words.cleaner_mapping());
            (Some(cleaning), Some(*until_ms))
        }
        CleanerState::Copying { partition: of, cleaning, until_ms, .. } if of == partition => {
            sheet.title(title, words.cleaner_copying());
            (Some(cleaning), Some(*until_ms))
        }
        _ if logs.is_uncleanable(partition) => {
            sheet.title(title, words.cleaner_failed());
            (None, None)
        }
        _ if !logs.cleaner_config().enabled => {
            sheet.title(title, words.cleaner_off());
            (None, None)
        }
        _ => {
            sheet.title(title, words.cleaner_sleeping());
            (None, None)
        }
    };
    let candidate = match running {
        Some(cleaning) => *cleaning.candidate(),
        None => logs.candidate(log, sheet.world.now_ms()),
    };
    ratios(sheet, log, &candidate, logs.cleaner_checkpoint(partition).is_some());
    if let Some(cleaning) = running {
        map(sheet, cleaning);
    }
    if let Some(until_ms) = until_ms {
        let left = span_of_ms(sheet.until_ms(until_ms));
        let value = words.in_time(sheet.clock_of(until_ms), left);
        sheet.fact(words.label_state(), value, words.phase_until_explain());
    } else if let Some(due_ms) = logs.cleaner_due_ms() {
        let left = span_of_ms(sheet.until_ms(due_ms));
        let value = words.in_time(sheet.clock_of(due_ms), left);
        sheet.fact(words.label_next_look(), value, words.next_look_explain());
    }
    why(sheet, log, &candidate, running.is_some());
    let subject = Subject::Partition(partition.clone());
    sheet.list(words.label_partition(), vec![(Line::plain(partition.to_string()), Some(subject))]);
    Some(())
}

fn ratios(sheet: &mut Sheet<'_>, log: &Log, candidate: &LogToClean, was_cleaned: bool) {
    let words = sheet.words;
    let (ratio, threshold) = (candidate.ratio.to_string(), candidate.threshold.to_string());
    let (clean, dirty) = (candidate.clean_bytes, candidate.cleanable_bytes);
    sheet.fact(
        words.label_dirty_ratio(),
        words.dirty_ratio_value(&ratio, &threshold),
        words.dirty_ratio_explain(dirty, clean, &ratio, &threshold),
    );
    sheet.fact(words.label_clean_bytes(), size(clean), words.clean_bytes_explain());
    sheet.fact(words.label_dirty_bytes(), size(dirty), words.dirty_bytes_explain());
    let explain = if was_cleaned {
        words.first_dirty_explain_checkpoint()
    } else {
        words.first_dirty_explain_start()
    };
    let first_dirty = code(candidate.first_dirty);
    let opens = Subject::Record(log.partition().clone(), candidate.first_dirty);
    sheet.fact_to(words.label_first_dirty(), first_dirty, explain, opens);
    let limit = candidate.first_uncleanable;
    let young = log.config().min_compaction_lag_ms > 0;
    let explain = if limit == log.active_segment().base_offset() {
        words.first_uncleanable_active()
    } else if young {
        words.first_uncleanable_lag()
    } else {
        words.first_uncleanable_watermark()
    };
    let opens = Subject::Segment(log.partition().clone(), limit);
    sheet.fact_to(words.label_first_uncleanable(), code(limit), explain, opens);
}

fn map(sheet: &mut Sheet<'_>, cleaning: &Cleaning) {
    let words = sheet.words;
    let map = cleaning.map();
    sheet.fact(
        words.label_offset_map(),
        words.offset_map_value(number(map.len()), number(map.usable())),
        words.offset_map_explain(),
    );
    let mut entries: Vec<(Bytes, i64)> =
        map.entries().map(|(key, offset)| (Bytes::from(key), offset)).collect();
    sort_by_key(&mut entries, |(_, offset)| *offset);
    let rows = entries
        .iter()
        .map(|(key, offset)| (words.row_map(key_span(sheet, Some(key)), *offset), None));
    sheet.list(words.list_map(), rows.collect());
    let groups = cleaning.groups().iter().map(|group| {
        let bases: Vec<String> = group.iter().map(ToString::to_string).collect();
        (words.row_clean_group(&bases.join(", ")), None)
    });
    sheet.list(words.list_groups(), groups.collect());
}

fn why(sheet: &mut Sheet<'_>, log: &Log, candidate: &LogToClean, running: bool) {
    let words = sheet.words;
    let logs = sheet.world.broker().logs();
    let mut steps = Vec::new();
    if running {
        steps.push(if candidate.lag_exceeded {
            step(words.step_cleaner_lag(), "CLEAN-7")
        } else {
            let (ratio, threshold) = (candidate.ratio.to_string(), candidate.threshold.to_string());
            step(words.step_cleaner_chosen(&ratio, &threshold), "CLEAN-6")
        });
    } else if let Some(busy) = logs.cleaned_partition() {
        steps.push(step(words.step_cleaner_busy(&busy.to_string()), "CLEAN-6"));
    } else if let Some(due_ms) = logs.cleaner_due_ms() {
        let left = span_of_ms(sheet.until_ms(due_ms));
        steps.push(step(words.step_cleaner_next(left), "CLEAN-6"));
    }
    let question = if running { words.why_cleaned() } else { words.why_not_cleaned() };
    let gates = cleaning_gates(log, candidate, sheet.world.now_ms(), words);
    sheet.why_gates(question, steps, gates);
}
