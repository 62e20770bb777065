//! One partition's log: its ends, its segments, who reads it.

use crate::protocol::{NodeId, Subject, TopicPartition};
use crate::session::inspect::gates::policy;
use crate::session::inspect::segment::{counts, segment_row};
use crate::session::inspect::{NodeAction, Sheet};
use crate::storage::{Log, LogConfig};
use crate::words::{Line, code, number, size, span_of_ms};

pub(super) fn inspect(sheet: &mut Sheet<'_>, partition: &TopicPartition) -> Option<()> {
    let words = sheet.words;
    let broker = sheet.world.broker();
    let log = broker.logs().get(partition)?;
    let leader = sheet.name(NodeId::Broker(broker.id()));
    sheet.title(
        words.partition_title(partition.partition, partition.topic.as_str()),
        words.partition_subtitle(&partition.to_string(), &leader),
    );
    sheet.fact_to(
        words.label_topic(),
        code(&partition.topic),
        words.topic_explain(sheet.partition_count(&partition.topic)),
        Subject::Topic(partition.topic.clone()),
    );
    let opens = Subject::Broker(broker.id());
    sheet.fact_to(words.label_leader(), code(leader), words.leader_explain(), opens);
    let start = log.log_start_offset();
    let explain = if start.0 == 0 {
        words.log_start_explain_first()
    } else {
        words.log_start_explain_moved()
    };
    sheet.fact(words.label_log_start(), code(start), explain);
    let watermark = code(log.high_watermark());
    sheet.fact(words.label_high_watermark(), watermark, words.high_watermark_explain());
    let records: u64 = log.segments().iter().map(|segment| counts(segment).0).sum();
    let end = code(log.log_end_offset());
    sheet.fact(words.label_log_end(), end, words.log_end_explain(records));
    let unflushed: u64 = log.segments().iter().map(|segment| segment.unflushed_bytes()).sum();
    let explain = words.recovery_point_explain(size(unflushed));
    sheet.fact(words.label_recovery_point(), code(log.recovery_point()), explain);
    let segments = log.segments().len() as u64;
    sheet.fact(words.label_size(), size(log.size_bytes()), words.log_size_explain(segments));
    if let Some(epoch) = log.leader_epochs().latest() {
        sheet.fact(words.label_leader_epoch(), number(epoch), words.leader_epoch_explain());
    }
    sheet.fact(
        words.label_policy(),
        code(policy(log.config())),
        policy_explain(sheet, log.config()),
    );
    if log.config().delete {
        let due_ms = broker.logs().retention_due_ms();
        let left = span_of_ms(sheet.until_ms(due_ms));
        let value = words.in_time(sheet.clock_of(due_ms), left);
        sheet.fact(words.label_retention_check(), value, words.retention_check_explain());
    }

    let rows = log.segments().iter().map(|segment| segment_row(sheet, log, segment)).collect();
    sheet.list(words.list_segments(), rows);
    let rows = reader_rows(sheet, log);
    sheet.list(words.list_readers(), rows);
    if log.config().compact {
        let candidate = broker.logs().candidate(log, sheet.world.now_ms());
        let line =
            words.row_cleaner(&candidate.ratio.to_string(), &candidate.threshold.to_string());
        sheet.list(words.list_cleaner(), vec![(line, Some(Subject::Cleaner(partition.clone())))]);
    }
    let epochs = log.leader_epochs().entries().iter();
    let rows = epochs.map(|(epoch, offset)| (words.row_epoch(*epoch, *offset), None)).collect();
    sheet.list(words.list_epochs(), rows);
    let mut files = log.files();
    // Several cleanings leave `.deleted` files of one name; a directory has it once.
    files.dedup_by(|later, first| later.0 == first.0);
    let rows = files
        .iter()
        .map(|(name, file)| (words.row_file(&name.to_string(), size(file.size_bytes())), None));
    sheet.list(words.list_files(), rows.collect());
    if !partition.topic.is_internal() {
        sheet.inspection.actions.extend([NodeAction::SendHere, NodeAction::AddConsumer]);
    }
    Some(())
}

pub(super) fn policy_explain(sheet: &Sheet<'_>, config: &LogConfig) -> Line {
    match (config.compact, config.delete) {
        (true, true) => sheet.words.policy_both_explain(),
        (true, false) => sheet.words.policy_compact_explain(),
        (false, true) => sheet.words.policy_delete_explain(),
        (false, false) => sheet.words.policy_none_explain(),
    }
}

/// Groups with what they committed and their lag; consumers with their positions.
fn reader_rows(sheet: &Sheet<'_>, log: &Log) -> Vec<(Line, Option<Subject>)> {
    let words = sheet.words;
    let partition = log.partition();
    let mut rows = Vec::new();
    for group in sheet.world.broker().groups() {
        let Some(committed) = group.committed(partition) else { continue };
        let lag = log.high_watermark().0.saturating_sub(committed.offset.0);
        let line = words.row_committed(group.id().as_str(), committed.offset, lag);
        rows.push((line, Some(Subject::Committed(group.id().clone(), partition.clone()))));
    }
    for id in sheet.readers(partition) {
        let position =
            sheet.world.client(id).and_then(|client| client.consumer()?.position(partition));
        if let Some(position) = position {
            let line = words.row_position(&sheet.client_name(id), position);
            rows.push((line, Some(Subject::Position(id, partition.clone()))));
        }
    }
    rows
}
