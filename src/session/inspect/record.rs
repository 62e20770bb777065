//! A record in the log: what it says, where it lies, why there, and why still.

use std::rc::Rc;

use crate::broker::group::{OffsetsKey, OffsetsValue, decode_record};
use crate::client::producer::{PartitionChoice, ProducerEvent};
use crate::protocol::record::{BATCH_OVERHEAD, Payload, RecordBatch, RecordRef, TimestampType};
use crate::protocol::{Bytes, KeyHash, Offset, Subject, TopicPartition};
use crate::session::inspect::bytes::{batch_bytes, file_name};
use crate::session::inspect::gates::deletion_gates;
use crate::session::inspect::hash::{group_steps, key_steps, murmur2_rows};
use crate::session::inspect::text::{shown, shown_consumer_key, shown_key};
use crate::session::inspect::{NodeAction, Sheet, Step, step};
use crate::sim::What;
use crate::storage::{FileKind, Log, LogSegment};
use crate::words::{Line, Span, Style, code, size, span_of_ms};

/// Where a record is.
pub(super) struct Found<'a> {
    pub(super) segment: &'a LogSegment,
    pub(super) segment_index: usize,
    pub(super) batch: RecordBatch<'a>,
    /// Of the batch, in the file.
    pub(super) position: u32,
    /// The batch's records.
    pub(super) payload: Payload<'a>,
    /// The n-th of its batch, from 0.
    pub(super) nth: u32,
}

impl Found<'_> {
    pub(super) fn record(&self) -> RecordRef<'_> {
        let mut records = self.payload.records().flatten();
        records.nth(self.nth as usize).expect("it was found there")
    }
}

/// Looks a record up as a broker does: segment, index, batch (LOG-26).
pub(super) fn find(log: &Log, offset: Offset) -> Option<Found<'_>> {
    let segment_index = log.floor_segment(offset)?;
    let segment = &*log.segments()[segment_index];
    let at = segment.translate_offset(offset.as_i64())?;
    let batch = segment.batches_from(at.position).next()?.ok()?;
    let payload = batch.payload().ok()?;
    let nth = payload.records().flatten().position(|record| record.offset == offset.as_i64())?;
    Some(Found { segment, segment_index, batch, position: at.position, payload, nth: nth as u32 })
}

/// The first record after `offset`.
fn next_record(log: &Log, offset: Offset) -> Option<Offset> {
    let first = log.floor_segment(offset).unwrap_or(0);
    let batches = log.segments()[first..].iter().flat_map(|segment| segment.batches().flatten());
    batches
        .flat_map(|batch| batch.filter_records(|record| Some(record.offset)))
        .find(|found| *found > offset.as_i64())
        .and_then(Offset::from_i64)
}

/// The last record of a key in these segments.
pub(super) fn latest_of_key(segments: &[Rc<LogSegment>], key: &[u8]) -> Option<Offset> {
    segments
        .iter()
        .rev()
        .find_map(|segment| {
            let of_key = |record: RecordRef<'_>| (record.key == Some(key)).then_some(record.offset);
            segment.batches().flatten().flat_map(|batch| batch.filter_records(of_key)).last()
        })
        .and_then(Offset::from_i64)
}

/// A key as it is shown everywhere: coloured like the key.
pub(super) fn key_span(sheet: &Sheet<'_>, key: Option<&[u8]>) -> Span {
    match key {
        None => code(sheet.words.key_none().plain_text()),
        Some(key) => Span { text: shown_key(key), style: Style::Key(Bytes::from(key)) },
    }
}

pub(super) fn inspect(
    sheet: &mut Sheet<'_>,
    partition: &TopicPartition,
    offset: Offset,
) -> Option<()> {
    let words = sheet.words;
    let log = sheet.world.broker().logs().get(partition)?;
    let Some(found) = find(log, offset).filter(|_| offset >= log.log_start_offset()) else {
        missing(sheet, log, offset);
        return Some(());
    };
    let Found { segment, batch, .. } = &found;
    let record = &found.record();
    sheet.title(
        words.record_title(offset),
        words.record_subtitle(
            partition.partition,
            partition.topic.as_str(),
            u64::from(found.nth) + 1,
            batch.record_count().unsigned_abs().into(),
        ),
    );
    payload(sheet, partition, record);
    let internal = partition.topic.is_internal();
    let explain = match batch.timestamp_type() {
        TimestampType::CreateTime if internal => words.timestamp_explain_coordinator(),
        TimestampType::CreateTime => words.timestamp_explain_create(),
        TimestampType::LogAppendTime => words.timestamp_explain_append(),
    };
    let at = sheet.clock(record.timestamp);
    sheet.fact(words.label_timestamp(), at, explain);
    let own = record.size_bytes as u64;
    let contents = (record.key.map_or(0, <[u8]>::len)
        + record.value.map_or(0, <[u8]>::len)
        + record.headers().map(|(k, v)| k.len() + v.map_or(0, <[u8]>::len)).sum::<usize>())
        as u64;
    sheet.fact(
        words.label_size(),
        words.record_size(size(own), size(batch.size_bytes() as u64)),
        words.record_size_explain(contents, own - contents),
    );
    let file = file_name(segment, FileKind::Log);
    sheet.fact(
        words.label_batch(),
        if batch.last_offset_delta() == 0 {
            words.batch_single(batch.base_offset())
        } else {
            words.batch_range(batch.base_offset(), batch.last_offset())
        },
        words.batch_explain(found.position, &file),
    );
    if found.payload.is_compressed() {
        let packed = (batch.size_bytes() - BATCH_OVERHEAD) as u64;
        let unpacked = found.payload.bytes().len() as u64;
        let codec = batch.codec().unwrap_or_default().name();
        let value = words.compression_value(codec, unpacked, packed);
        sheet.fact(words.label_compression(), value, words.compression_explain());
    }
    sheet.fact_to(
        words.label_segment(),
        code(&file),
        words.file_explain(offset),
        Subject::Segment(partition.clone(), segment.base_offset()),
    );
    let epoch = code(batch.partition_leader_epoch());
    sheet.fact(words.label_leader_epoch(), epoch, words.leader_epoch_explain());
    if record.header_count > 0 {
        let headers: Vec<String> = record
            .headers()
            .map(|(k, v)| format!("{}={}", shown(k), v.map_or_else(|| "null".into(), shown)))
            .collect();
        sheet.fact(words.label_headers(), code(headers.join(", ")), words.headers_explain());
    }
    readers(sheet, partition, offset);

    let mut view = batch_bytes(batch, format!("{partition}/{file}"), found.position, words);
    let stored = (batch.size_bytes() - BATCH_OVERHEAD) as u32;
    view.focus = Some(match found.payload.is_compressed() {
        true => (BATCH_OVERHEAD as u32, stored), // It has no bytes of its own there.
        false => (record.position as u32, record.size_bytes as u32),
    });
    sheet.inspection.bytes.push(view);

    why_partition(sheet, partition, offset, record.key);
    if log.config().compact {
        why_compacted(sheet, log, &found, offset);
    }
    why_not_deleted(sheet, log, found.segment_index);
    if let Some(key) = record.key.filter(|_| !partition.topic.is_internal()) {
        sheet.list(words.list_murmur2(), murmur2_rows(key, words));
    }
    if !partition.topic.is_internal() {
        sheet.inspection.actions.push(NodeAction::SendHere);
        if sheet.world.broker().is_running() && offset > log.log_start_offset() {
            sheet.inspection.actions.push(NodeAction::DeleteBefore);
        }
    }
    Some(())
}

fn missing(sheet: &mut Sheet<'_>, log: &Log, offset: Offset) {
    let words = sheet.words;
    let title = words.record_title(offset);
    if offset >= log.log_end_offset() {
        sheet.gone(title, words.record_not_yet(log.log_end_offset()));
    } else if offset < log.log_start_offset() {
        let start = log.log_start_offset();
        // Segments go as a whole: the record may still be in its file.
        let why = match find(log, offset) {
            Some(_) => words.record_below_start(start),
            None => words.record_deleted(start),
        };
        sheet.gone(title, why);
    } else {
        sheet.gone(title, words.record_compacted());
        if let Some(next) = next_record(log, offset) {
            let opens = Subject::Record(log.partition().clone(), next);
            sheet.fact_to(words.label_read_instead(), code(next), words.record_next(next), opens);
        }
    }
}

/// Key and value, and what they say where Kafka itself wrote them.
fn payload(sheet: &mut Sheet<'_>, partition: &TopicPartition, record: &RecordRef<'_>) {
    let words = sheet.words;
    let internal = partition.topic.is_internal();
    let explain = match record.key.map(|key| key.len() as u64) {
        None => words.key_none_explain(),
        Some(length) if internal => words.key_explain_coordinator(length),
        Some(length) => words.key_explain(length),
    };
    let span = key_span(sheet, record.key);
    sheet.fact(words.label_key(), span, explain);
    let explain = match record.value.map(|value| value.len() as u64) {
        None => words.value_none_explain(),
        Some(length) if internal => words.value_explain_coordinator(length),
        Some(length) => words.value_explain(length),
    };
    let value = record.value.map_or_else(|| "null".into(), shown);
    sheet.fact(words.label_value(), code(value), explain);
    let Some(key) = record.key.filter(|_| partition.topic.is_internal()) else { return };
    let Ok((key, value)) = decode_record(key, record.value) else { return };
    let says = match (&key, &value) {
        (OffsetsKey::Offset { group, topic, partition }, Some(OffsetsValue::Offset(value))) => {
            words.says_offset(group, &format!("{topic}-{partition}"), value.offset)
        }
        (OffsetsKey::Group { group }, Some(OffsetsValue::Group(value))) => {
            words.says_group(group, value.generation, value.members.len() as u64)
        }
        (OffsetsKey::Offset { group, .. } | OffsetsKey::Group { group }, _) => {
            words.says_nothing(group)
        }
        (OffsetsKey::Consumer(key), _) => Line::plain(shown_consumer_key(key)),
    };
    let opens = match &key {
        OffsetsKey::Offset { group, topic, partition } => u32::try_from(*partition).ok().map(|p| {
            Subject::Committed(group.as_str().into(), TopicPartition::new(topic.as_str(), p))
        }),
        OffsetsKey::Group { group } => Some(Subject::Group(group.as_str().into())),
        OffsetsKey::Consumer(key) => Some(Subject::Group(key.group.as_str().into())),
    };
    sheet.fact_to(words.label_says(), says, words.says_explain(), opens);
}

/// How far each group is, seen from this record (CONS-1).
fn readers(sheet: &mut Sheet<'_>, partition: &TopicPartition, offset: Offset) {
    let words = sheet.words;
    let world = sheet.world;
    for group in world.broker().groups() {
        let committed = group.committed(partition).map(|committed| committed.offset);
        let positions: Vec<_> = sheet
            .readers(partition)
            .filter_map(|id| {
                let consumer = world.client(id)?.consumer()?;
                (consumer.group() == *group.id()).then(|| consumer.position(partition))?
            })
            .collect();
        let position = positions.iter().max().copied();
        let label = words.read_by(group.id().as_str());
        let opens = Subject::Committed(group.id().clone(), partition.clone());
        match (committed, position) {
            (None, None) => {}
            (Some(committed), _) if committed > offset => {
                let value = words.read_committed(committed);
                sheet.fact_to(label, value, words.read_committed_explain(), opens);
            }
            (committed, Some(position)) if position > offset => {
                let value = words.read_uncommitted(committed.unwrap_or_default());
                sheet.fact_to(label, value, words.read_uncommitted_explain(), opens);
            }
            (committed, position) => {
                let at = position.or(committed).unwrap_or_default();
                let value = words.read_not_yet(&at.to_string());
                sheet.fact_to(label, value, words.read_not_yet_explain(), opens);
            }
        }
    }
}

/// What the producer's partitioner said, if it was lately.
fn choice_of(
    sheet: &Sheet<'_>,
    partition: &TopicPartition,
    offset: Offset,
) -> Option<PartitionChoice> {
    let mut wanted = None;
    for event in sheet.history.recent().rev() {
        let What::Producer(client, event) = &event.what else { continue };
        match (event, wanted) {
            (
                ProducerEvent::BatchAcknowledged {
                    partition: acknowledged,
                    numbers,
                    base_offset: Some(base),
                    ..
                },
                None,
            ) if acknowledged == partition && *base <= offset => {
                let nth = usize::try_from(offset.0 - base.0).ok();
                if let Some(number) = nth.and_then(|nth| numbers.get(nth)) {
                    wanted = Some((*client, *number));
                }
            }
            (ProducerEvent::RecordAccumulated { number, choice, .. }, Some(wanted))
                if wanted == (*client, *number) =>
            {
                return Some(*choice);
            }
            _ => {}
        }
    }
    None
}

fn why_partition(
    sheet: &mut Sheet<'_>,
    partition: &TopicPartition,
    offset: Offset,
    key: Option<&[u8]>,
) {
    let words = sheet.words;
    let partitions = sheet.partition_count(&partition.topic).max(1);
    let question = words.why_partition(partition.partition);
    if partition.topic.is_internal() {
        let group = key.and_then(|key| OffsetsKey::decode(key).ok());
        if let Some(key) = group {
            sheet.why(question, group_steps(key.group(), partitions, words));
        }
        return;
    }
    let choice = choice_of(sheet, partition, offset);
    let steps = choice_steps(sheet, choice, key, partitions, partition.partition);
    sheet.why(question, steps);
}

/// Why a record goes where it goes, whether the choice is known or only its outcome.
pub(super) fn choice_steps(
    sheet: &Sheet<'_>,
    choice: Option<PartitionChoice>,
    key: Option<&[u8]>,
    partitions: u32,
    partition: u32,
) -> Vec<Step> {
    let words = sheet.words;
    match (choice, key) {
        (Some(PartitionChoice::Explicit), _) => vec![step(words.step_explicit(), "PROD-5")],
        (Some(PartitionChoice::Own(hash)), _) => {
            vec![step(
                words.step_own_partitioner(hash.hash, hash.partitions, hash.partition),
                "PROD-5",
            )]
        }
        (Some(PartitionChoice::Sticky), _) => vec![step(words.step_sticky(), "PROD-10")],
        (Some(PartitionChoice::RoundRobin { counter }), _) => {
            vec![step(words.step_round_robin(counter), "PROD-16")]
        }
        (Some(PartitionChoice::Keyed(hash)), Some(key)) => key_steps(key, hash.partitions, words),
        (_, Some(key)) => {
            let mut steps = key_steps(key, partitions, words);
            let by_hash = KeyHash::of(key, partitions).partition;
            if by_hash != partition {
                steps.push(step(words.step_not_by_hash(by_hash, partition), "PROD-5"));
            }
            steps
        }
        (_, None) => vec![step(words.step_unknown_choice(), "PROD-10")],
    }
}

/// Why retention leaves the n-th segment alone.
pub(super) fn why_not_deleted(sheet: &mut Sheet<'_>, log: &Log, at: usize) {
    let words = sheet.words;
    let now_ms = sheet.world.now_ms();
    let logs = sheet.world.broker().logs();
    let mut steps = vec![step(words.step_whole_segments(), "RET-1")];
    let deletable = log.deletable_by(now_ms).map_or(0, |(count, _)| count);
    if !log.config().delete {
        steps.push(step(words.step_no_delete(), "RET-2"));
    } else if at < deletable {
        let next = sheet.until_ms(logs.retention_due_ms());
        steps.push(step(words.step_deletable(span_of_ms(next)), "RET-10"));
    } else if at > deletable {
        let oldest = log.segments()[deletable].base_offset();
        steps.push(step(words.step_older_first(oldest), "RET-1"));
    }
    let gates = deletion_gates(log, at, now_ms, words);
    sheet.why_gates(words.why_not_deleted(), steps, gates);
}

/// Whether the cleaner will keep it, and what keeps it from being dropped until then.
fn why_compacted(sheet: &mut Sheet<'_>, log: &Log, found: &Found<'_>, offset: Offset) {
    let words = sheet.words;
    let now_ms = sheet.world.now_ms();
    let logs = sheet.world.broker().logs();
    let candidate = logs.candidate(log, now_ms);
    let (ratio, threshold) = (candidate.ratio.to_string(), candidate.threshold.to_string());
    let record = found.record();
    let Some(key) = record.key else { return };
    let latest = latest_of_key(log.segments(), key).unwrap_or(offset);
    if latest == offset {
        let tombstone = record.value.is_none();
        let mut steps = vec![step(words.step_is_latest(), "CLEAN-14")];
        if !tombstone {
            sheet.why(words.why_survives(), steps);
            return;
        }
        steps.clear();
        match found.batch.delete_horizon_ms() {
            None => {
                let retention = span_of_ms(log.config().delete_retention_ms);
                steps.push(step(words.step_no_horizon(retention), "CLEAN-16"));
            }
            Some(horizon) => {
                let at = sheet.clock(horizon);
                let left = horizon - now_ms.cast_signed();
                steps.push(if left > 0 {
                    step(words.step_horizon(at, span_of_ms(left)), "CLEAN-16")
                } else {
                    step(words.step_horizon_over(at), "CLEAN-16")
                });
            }
        }
        steps.push(step(words.step_horizon_why(), "CLEAN-16"));
        sheet.why(words.why_tombstone(), steps);
        return;
    }
    let mut steps = vec![step(words.step_superseded(latest), "CLEAN-14")];
    let limit = candidate.first_uncleanable;
    // What the map knows of the key, or would know if the cleaner ran now.
    let in_map = latest_of_key(log.segments_between(Offset(0), limit), key);
    steps.push(if found.segment_index + 1 == log.segments().len() {
        step(words.step_in_active(), "CLEAN-3")
    } else if offset >= limit {
        step(words.step_beyond_uncleanable(limit), "CLEAN-4")
    } else if in_map.is_none_or(|known| known <= offset) {
        step(words.step_superseder_beyond(latest, limit), "CLEAN-10")
    } else if logs.cleaned_partition() == Some(log.partition()) {
        step(words.step_cleaning_now(), "CLEAN-14")
    } else if candidate.is_cleanable() {
        step(words.step_next_cleaning(&ratio, &threshold), "CLEAN-6")
    } else {
        step(words.step_ratio_waits(&ratio, &threshold), "CLEAN-6")
    });
    sheet.why(words.why_superseded(latest), steps);
}

/// A row of a list of records.
pub(super) fn row(
    sheet: &Sheet<'_>,
    partition: &TopicPartition,
    record: &RecordRef<'_>,
) -> (Line, Option<Subject>) {
    let offset = Offset::from_i64(record.offset).unwrap_or_default();
    let value = record.value.map_or_else(
        || "null".to_owned(),
        |value| super::text::shown_value(&partition.topic, record.key, value),
    );
    let line = sheet.words.row_record(offset, key_span(sheet, record.key), &value);
    (line, Some(Subject::Record(partition.clone(), offset)))
}
