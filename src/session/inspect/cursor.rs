//! The two cursors of a partition: what a group has committed, where a consumer reads (CONS-1, CONS-2).

use crate::protocol::{ClientId, GroupId, Offset, Subject, TopicPartition};
use crate::session::inspect::consumer::{committed, lag};
use crate::session::inspect::group::offsets_partition;
use crate::session::inspect::hash::group_steps;
use crate::session::inspect::{NodeAction, Sheet, line_of, step};
use crate::words::{code, number, span_of_ms};

fn lag_fact(sheet: &mut Sheet<'_>, partition: &TopicPartition, from: Offset) {
    let words = sheet.words;
    let count = lag(sheet, partition, from);
    let explain = words.lag_explain(from.advanced_by(count), from);
    let opens = Subject::Partition(partition.clone());
    sheet.fact_to(words.label_lag(), number(count), explain, opens);
}

pub(super) fn inspect_committed(
    sheet: &mut Sheet<'_>,
    group: &GroupId,
    partition: &TopicPartition,
) -> Option<()> {
    let words = sheet.words;
    let broker = sheet.world.broker();
    let log = broker.logs().get(partition)?;
    let title = words.committed_title(group.as_str(), &partition.to_string());
    let stored = broker.group(group).and_then(|group| group.committed(partition));
    let Some(stored) = stored else {
        sheet.gone(title, words.committed_none());
        return Some(());
    };
    let offset = stored.offset;
    sheet.title(title, words.committed_subtitle(offset));
    let below = offset.0.saturating_sub(log.log_start_offset().0);
    let opens = Subject::Record(partition.clone(), offset);
    sheet.fact_to(words.label_committed(), code(offset), words.committed_explain(below), opens);
    lag_fact(sheet, partition, offset);
    if let Some(of) = offsets_partition(sheet, group) {
        let value = words.stored_value(stored.stored_at, &of.to_string());
        let opens = Subject::Record(of, stored.stored_at);
        sheet.fact_to(words.label_stored(), value, words.stored_explain(), opens);
    }
    let at = sheet.clock_of(stored.commit_ms);
    sheet.fact(words.label_commit_time(), at, words.commit_time_explain());
    let epoch = code(stored.leader_epoch);
    sheet.fact(words.label_leader_epoch(), epoch, words.leader_epoch_explain());
    let readers: Vec<ClientId> = sheet.readers(partition).collect();
    for id in readers {
        let consumer = sheet.world.client(id).and_then(|client| client.consumer());
        let Some(consumer) = consumer.filter(|consumer| consumer.group() == *group) else {
            continue;
        };
        if let Some(position) = consumer.position(partition) {
            again(sheet, position, offset);
            let line = words.row_position(&sheet.client_name(id), position);
            let opens = Subject::Position(id, partition.clone());
            sheet.list(words.label_position(), vec![(line, Some(opens))]);
        }
    }
    if let Some(of) = offsets_partition(sheet, group) {
        let count = sheet.partition_count(&of.topic);
        sheet.why(words.why_stored_there(), group_steps(group.as_str(), count, words));
    }
    sheet.list(
        words.label_group(),
        vec![(words.group_title(group.as_str()), Some(Subject::Group(group.clone())))],
    );
    Some(())
}

/// What would be delivered once more.
fn again(sheet: &mut Sheet<'_>, position: Offset, committed: Offset) {
    let words = sheet.words;
    let count = position.0.saturating_sub(committed.0);
    sheet.fact(
        words.label_read_again(),
        words.read_again_value(count),
        words.read_again_explain(position, committed),
    );
}

pub(super) fn inspect_position(
    sheet: &mut Sheet<'_>,
    id: ClientId,
    partition: &TopicPartition,
) -> Option<()> {
    let words = sheet.words;
    let client = sheet.world.client(id)?;
    let consumer = client.consumer()?;
    let log = sheet.world.broker().logs().get(partition)?;
    let title = words.position_title(&client.name, &partition.to_string());
    let name = line_of(code(&*client.name));
    if !client.is_running() || !consumer.assignment().contains(partition) {
        sheet.gone(title, words.position_not_assigned());
        sheet.list(words.label_reader(), vec![(name, Some(Subject::Client(id)))]);
        return Some(());
    }
    let Some(position) = consumer.position(partition) else {
        sheet.gone(title, words.position_unknown());
        return Some(());
    };
    sheet.title(title, words.position_subtitle(position));
    let pause = match consumer.is_paused_at(partition) {
        true => NodeAction::ResumePartition,
        false => NodeAction::PausePartition,
    };
    sheet.inspection.actions.extend([NodeAction::SeekBeginning, NodeAction::SeekEnd, pause]);
    let opens = Subject::Record(partition.clone(), position);
    sheet.fact_to(words.label_position(), code(position), words.position_explain(), opens);
    lag_fact(sheet, partition, position);
    let watermark = consumer.high_watermark_seen(partition).unwrap_or(log.high_watermark());
    sheet.fact(words.label_high_watermark(), code(watermark), words.watermark_seen_explain());
    if let Some(processed) = consumer.processed(partition) {
        sheet.fact(words.label_processed(), code(processed), words.processed_explain());
    }
    let stored = committed(sheet, consumer, partition);
    if let Some(stored) = stored {
        let opens = Subject::Committed(consumer.group(), partition.clone());
        let below = stored.0.saturating_sub(log.log_start_offset().0);
        sheet.fact_to(words.label_committed(), code(stored), words.committed_explain(below), opens);
        again(sheet, position, stored);
    }
    let mut steps = vec![step(words.step_position_moves(), "CONS-2")];
    if stored == Some(position) {
        steps.push(step(words.step_equal(), "CONS-1"));
    } else {
        if let Some(at_ms) = consumer.next_auto_commit_ms() {
            let left = span_of_ms(sheet.until_ms(at_ms));
            steps.push(step(words.step_commit_next(left), "CONS-4"));
        }
        steps.push(step(words.step_commit_travels(), "OFFS-6"));
    }
    sheet.why(words.why_committed_behind(), steps);
    sheet.list(words.label_reader(), vec![(name, Some(Subject::Client(id)))]);
    Some(())
}
