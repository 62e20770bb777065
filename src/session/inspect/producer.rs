//! A producer and what it holds; a record that is not in the log yet.

use crate::client::producer::{
    Batch, BatchRecord, PartitionChoice, Producer, ProducerEvent, ProducerIdAndEpoch,
    ProducerRecord, ProducerSequence,
};
use crate::protocol::config::Setting;
use crate::protocol::{Bytes, ClientId, NodeId, Offset, Subject, Topic, TopicPartition};
use crate::session::inspect::hash::murmur2_rows;
use crate::session::inspect::record::{choice_steps, key_span};
use crate::session::inspect::text::shown;
use crate::session::inspect::{Sheet, line_of, step};
use crate::sim::{Client, Flow, What};
use crate::words::{Line, code, number, size, span_of_ms, strong};

pub(super) fn inspect(
    sheet: &mut Sheet<'_>,
    client: &Client,
    producer: &Producer,
    flow: Option<&Flow>,
) {
    let words = sheet.words;
    let state = if producer.is_closed() {
        words.client_closed()
    } else if producer.is_running() {
        words.client_running()
    } else {
        words.client_crashed()
    };
    sheet.title(words.producer_title(&client.name), state);
    let settings = producer.settings();
    sheet.fact(words.label_client_id(), code(producer.client_id()), words.client_id_explain());
    sheet.fact(words.label_sent(), number(producer.sent_count()), words.sent_explain());
    let acks = settings.text(Setting::Acks).unwrap_or_else(|| "all".into());
    let explain = words.acknowledged_explain(&acks);
    sheet.fact(words.label_acknowledged(), number(producer.acknowledged_count()), explain);
    sheet.fact(words.label_held(), number(producer.held_count()), words.held_explain());
    for (count, label, explain) in [
        (producer.failed_count(), words.label_failed(), words.failed_explain()),
        (producer.lost_count(), words.label_lost(), words.lost_explain()),
    ] {
        if count > 0 {
            sheet.fact(label, number(count), explain);
        }
    }
    if let Some(part) = producer.partition_by() {
        let value = words.partitioner_own(part);
        sheet.fact(words.label_partitioner(), value, words.partitioner_own_explain());
    }
    if producer.is_idempotent() {
        match producer.producer_id() {
            Some(ProducerIdAndEpoch { producer_id, epoch }) => {
                let value = words.producer_id_value(producer_id, epoch.into());
                sheet.fact(words.label_producer_id(), value, words.producer_id_explain());
            }
            None => {
                let value = words.producer_id_awaited();
                sheet.fact(words.label_producer_id(), value, words.producer_id_awaited_explain());
            }
        }
    } else {
        let explain = words.not_idempotent_explain();
        sheet.fact(words.label_producer_id(), words.not_idempotent(), explain);
    }
    let limit = size(settings.unsigned(Setting::BufferMemory));
    let value = words.memory_value(size(producer.used_memory_bytes()), limit);
    sheet.fact(words.label_memory(), value, words.memory_explain());
    if let Some(flow) = flow {
        let value = match flow.next_ms {
            None => words.flow_stopped(),
            Some(at_ms) => words.in_time(sheet.clock_of(at_ms), span_of_ms(sheet.until_ms(at_ms))),
        };
        let topic = flow.workload.topic.as_str();
        let explain = words.next_record_explain(topic);
        let opens = Subject::Topic(Topic::from(topic));
        sheet.fact_to(words.label_next_record(), value, explain, opens);
    }
    lists(sheet, client.id, producer);
    let linger = span_of_ms(settings.unsigned(Setting::LingerMs));
    let batch_size = size(settings.unsigned(Setting::BatchSize));
    sheet.why(
        words.why_batches_wait(),
        vec![
            step(words.step_linger(linger), "PROD-23"),
            step(words.step_batch_size(batch_size), "PROD-20"),
            step(words.step_together(), "PROD-24"),
        ],
    );
}

/// When a waiting batch leaves at the latest, as far as its own clock says (PROD-23).
fn leaves_ms(producer: &Producer, batch: &Batch) -> u64 {
    let wait_ms = if batch.attempts > 0 {
        batch.backoff_ms
    } else {
        producer.settings().unsigned(Setting::LingerMs)
    };
    batch.last_attempt_ms.saturating_add(wait_ms)
}

fn lists(sheet: &mut Sheet<'_>, id: ClientId, producer: &Producer) {
    let words = sheet.words;
    let limit = producer.settings().unsigned(Setting::BatchSize);
    let rows = producer.queues().map(|(partition, batch)| {
        let left = span_of_ms(sheet.until_ms(leaves_ms(producer, batch)));
        let (name, count) = (partition.to_string(), batch.records.len() as u64);
        let line = if batch.attempts > 0 {
            words.row_batch_retry(&name, count, batch.attempts, left)
        } else {
            words.row_batch(&name, count, size(batch.size_bytes), size(limit), left)
        };
        (line, batch.records.first().map(|record| Subject::Unsent(id, record.number)))
    });
    sheet.list(words.list_accumulator(), rows.collect());
    let rows = producer.in_flight().map(|request| {
        let age = span_of_ms(sheet.world.now_ms().saturating_sub(request.sent_ms));
        let partitions: Vec<String> =
            request.batches.iter().map(|(partition, _)| partition.to_string()).collect();
        let (api, number) = (request.api_key.name(), request.correlation_id);
        let line = words.row_in_flight(api, number, age, &partitions.join(", "));
        let message = sheet.world.messages().find(|message| {
            let node = NodeId::Client(id);
            (message.from == node || message.to == node) && message.correlation_id == number
        });
        (line, message.map(|message| Subject::Message(message.id)))
    });
    sheet.list(words.list_in_flight(), rows.collect());
    let rows = producer.blocked().map(|(number, record)| {
        (words.row_blocked(number, record.topic.as_str()), Some(Subject::Unsent(id, number)))
    });
    sheet.list(words.list_blocked(), rows.collect());
    let topics = sheet.world.broker().topics();
    let rows = topics.filter_map(|(topic, _)| {
        let partition = producer.sticky_partition(topic)?;
        let subject = Subject::Partition(TopicPartition::new(topic, partition));
        Some((words.row_sticky(topic.as_str(), partition), Some(subject)))
    });
    sheet.list(words.list_sticky(), rows.collect());
    if producer.is_idempotent() {
        let partitions = sheet.world.broker().topics().flat_map(|(topic, image)| {
            (0..image.partitions.len() as u32).map(move |p| TopicPartition::new(topic, p))
        });
        let rows = partitions.filter_map(|partition| {
            let (next, acked) = producer.next_sequence(&partition)?;
            let name = partition.to_string();
            let line = match acked {
                Some(acked) => words.row_sequence(&name, next, acked),
                None => words.row_sequence_unacked(&name, next),
            };
            Some((line, Some(Subject::Partition(partition))))
        });
        sheet.list(words.list_sequences(), rows.collect());
    }
}

/// Where a record is that its producer still holds.
enum Held<'a> {
    Queued(&'a TopicPartition, &'a Batch, &'a BatchRecord),
    InFlight(&'a TopicPartition, &'a Batch, &'a BatchRecord),
    Blocked(&'a ProducerRecord),
}

fn held(producer: &Producer, number: u64) -> Option<Held<'_>> {
    let of = |batch: &'_ Batch| batch.records.iter().position(|record| record.number == number);
    for (partition, batch) in producer.queues() {
        if let Some(at) = of(batch) {
            return Some(Held::Queued(partition, batch, &batch.records[at]));
        }
    }
    for (partition, batch) in producer.in_flight().flat_map(|request| &request.batches) {
        if let Some(at) = of(batch) {
            return Some(Held::InFlight(partition, batch, &batch.records[at]));
        }
    }
    let blocked = producer.blocked().find(|(blocked, _)| *blocked == number);
    blocked.map(|(_, record)| Held::Blocked(record))
}

pub(super) fn inspect_unsent(sheet: &mut Sheet<'_>, id: ClientId, number: u64) -> Option<()> {
    let words = sheet.words;
    let client = sheet.world.client(id)?;
    let producer = client.producer()?;
    let title = words.unsent_title(number, &client.name);
    match held(producer, number) {
        Some(Held::Queued(partition, batch, record)) => {
            sheet.title(title, words.unsent_queued(&partition.to_string()));
            contents(sheet, record.key.as_ref(), record.value.as_ref());
            let left = span_of_ms(sheet.until_ms(leaves_ms(producer, batch)));
            let value = words.in_time(sheet.clock_of(leaves_ms(producer, batch)), left);
            sheet.fact(words.label_leaves(), value, words.leaves_explain());
            in_batch(sheet, (id, number), partition, batch, record);
        }
        Some(Held::InFlight(partition, batch, record)) => {
            sheet.title(title, words.unsent_in_flight(&partition.to_string()));
            contents(sheet, record.key.as_ref(), record.value.as_ref());
            in_batch(sheet, (id, number), partition, batch, record);
        }
        Some(Held::Blocked(record)) => {
            sheet.title(title, words.unsent_blocked());
            contents(sheet, record.key.as_ref(), record.value.as_ref());
        }
        None if number >= producer.sent_count() => sheet.gone(title, words.unsent_not_yet()),
        None => fate(sheet, title, id, number),
    }
    let name = line_of(strong(&*client.name));
    sheet.list(words.label_from(), vec![(name, Some(Subject::Client(id)))]);
    Some(())
}

fn contents(sheet: &mut Sheet<'_>, key: Option<&Bytes>, value: Option<&Bytes>) {
    let words = sheet.words;
    let explain =
        key.map_or_else(|| words.key_none_explain(), |key| words.key_explain(key.len() as u64));
    let span = key_span(sheet, key.map(|key| &**key));
    sheet.fact(words.label_key(), span, explain);
    let explain = value.map_or_else(
        || words.value_none_explain(),
        |value| words.value_explain(value.len() as u64),
    );
    let text = value.map_or_else(|| "null".into(), |value| shown(value));
    sheet.fact(words.label_value(), code(text), explain);
}

fn in_batch(
    sheet: &mut Sheet<'_>,
    (id, number): (ClientId, u64),
    partition: &TopicPartition,
    batch: &Batch,
    record: &BatchRecord,
) {
    let words = sheet.words;
    let at = sheet.clock(record.timestamp);
    sheet.fact(words.label_timestamp(), at, words.timestamp_explain_create());
    let value = words.batch_of(batch.records.len() as u64, size(batch.size_bytes));
    sheet.fact(words.label_batch(), value, words.batch_of_explain());
    if let Some(ProducerSequence { producer_id, epoch, base_sequence }) = batch.sequence {
        let value = words.sequence_value(producer_id, epoch.into(), base_sequence);
        sheet.fact(words.label_sequence(), value, words.sequence_explain());
    }
    if batch.attempts > 0 {
        let attempts = code(batch.attempts);
        sheet.fact(words.label_attempts(), attempts, words.attempts_explain());
    }
    let choice = choice(sheet, id, number);
    let key = record.key.as_deref();
    let partitions = sheet.partition_count(&partition.topic).max(1);
    let steps = choice_steps(sheet, choice, key, partitions, partition.partition);
    sheet.why(words.why_partition(partition.partition), steps);
    if let Some(key) = key {
        sheet.list(words.list_murmur2(), murmur2_rows(key, words));
    }
    let others = batch.records.iter().map(|other| {
        let value = other.value.as_ref().map_or_else(|| "null".into(), |value| shown(value));
        let offset = Offset(other.number);
        let line = words.row_record(offset, key_span(sheet, other.key.as_deref()), &value);
        (line, Some(Subject::Unsent(id, other.number)))
    });
    sheet.list(words.label_batch(), others.collect());
}

fn choice(sheet: &Sheet<'_>, id: ClientId, wanted: u64) -> Option<PartitionChoice> {
    sheet.history.recent().rev().find_map(|event| match &event.what {
        What::Producer(client, ProducerEvent::RecordAccumulated { number, choice, .. })
            if *client == id && *number == wanted =>
        {
            Some(*choice)
        }
        _ => None,
    })
}

/// What became of a record that is no longer held, as far as that is known.
fn fate(sheet: &mut Sheet<'_>, title: Line, id: ClientId, wanted: u64) {
    let words = sheet.words;
    for event in sheet.history.recent().rev() {
        let What::Producer(client, event) = &event.what else { continue };
        if *client != id {
            continue;
        }
        match event {
            ProducerEvent::BatchAcknowledged {
                partition,
                numbers,
                base_offset: Some(base),
                ..
            } => {
                let Some(nth) = numbers.iter().position(|number| *number == wanted) else {
                    continue;
                };
                let offset = base.advanced_by(nth as u64);
                sheet.gone(title, words.unsent_stored(offset, &partition.to_string()));
                let opens = Subject::Record(partition.clone(), offset);
                let value = words.stored_value(offset, &partition.to_string());
                sheet.fact_to(words.label_stored(), value, words.log_stored_explain(), opens);
                return;
            }
            ProducerEvent::BatchFailed { numbers, refusal, .. } if numbers.contains(&wanted) => {
                sheet.gone(title, words.unsent_failed(&refusal.to_string()));
                return;
            }
            ProducerEvent::SendFailed { number, refusal, .. } if *number == wanted => {
                sheet.gone(title, words.unsent_failed(&refusal.to_string()));
                return;
            }
            _ => {}
        }
    }
    sheet.gone(title, words.unsent_done());
}
