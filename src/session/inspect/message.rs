//! A message on its way: what it says, when it arrives, what led to it.

use crate::broker::BrokerEvent;
use crate::client::assignor::protocol::decode_assignment;
use crate::client::consumer::ConsumerEvent;
use crate::client::producer::ProducerEvent;
use crate::protocol::record::{Batches, Payload};
use crate::protocol::request::{ApiKey, Body, FetchedPartition, Request, Response};
use crate::protocol::{
    Connection, ErrorCode, GroupId, MessageId, NodeId, Offset, Subject, TopicPartition,
};
use crate::session::inspect::bytes::batch_bytes;
use crate::session::inspect::record::{key_span, row};
use crate::session::inspect::text::{partitions, shown};
use crate::session::inspect::{NodeAction, Sheet};
use crate::sim::{Cause, Event, Message, What};
use crate::words::{Line, Words, code, size, span_of_ms};

type Row = (Line, Option<Subject>);

/// The causes of a message are followed no further than this.
const MOST_CAUSES: usize = 6;

pub(super) fn inspect(sheet: &mut Sheet<'_>, id: MessageId) -> Option<()> {
    let words = sheet.words;
    let world = sheet.world;
    let Some(message) = world.messages().find(|message| message.id == id) else {
        sheet.gone(words.message_gone_title(), words.message_gone());
        return Some(());
    };
    let api = message.body.api_key();
    let (from, to) = (sheet.name(message.from), sheet.name(message.to));
    let title = match &*message.body {
        Body::Request(_) => words.message_request(api.name(), &from, &to),
        Body::Response(_) => words.message_response(api.name(), &from, &to),
    };
    sheet.title(title, state(sheet, message));
    sheet.fact(words.label_api(), code(api.name()), api_explain(api, words));
    for (label, node, name) in
        [(words.label_from(), message.from, from), (words.label_to(), message.to, to)]
    {
        let opens = match node {
            NodeId::Client(id) => Some(Subject::Client(id)),
            NodeId::Broker(_) => None,
        };
        sheet.fact_to(label, code(name), words.ends_explain(), opens);
    }
    let sent = sheet.clock_of(message.sent_ms);
    sheet.fact(words.label_sent_at(), sent, words.sent_at_explain());
    let due =
        words.in_time(sheet.clock_of(message.due_ms), span_of_ms(sheet.until_ms(message.due_ms)));
    let latency = span_of_ms(message.due_ms - message.sent_ms);
    sheet.fact(words.label_due(), due, words.due_explain(latency));
    let connection = match message.connection {
        Connection::Data => words.connection_data(),
        Connection::Coordinator => words.connection_coordinator(),
    };
    sheet.fact(words.label_connection(), connection, words.connection_explain());
    let correlation = code(message.correlation_id);
    sheet.fact(words.label_correlation(), correlation, words.correlation_explain());

    if !message.lost {
        sheet.inspection.actions =
            vec![NodeAction::DropMessage, NodeAction::DelayMessage, NodeAction::DuplicateMessage];
    }
    let rows = match &*message.body {
        Body::Request(request) => request_rows(sheet, request),
        Body::Response(response) => response_rows(sheet, response),
    };
    sheet.list(words.list_contents(), rows);
    let rows = cause_rows(sheet, message);
    sheet.list(words.list_causes(), rows);
    Some(())
}

fn state(sheet: &Sheet<'_>, message: &Message) -> Line {
    let words = sheet.words;
    let now_ms = sheet.world.now_ms();
    if message.lost {
        words.message_lost()
    } else if now_ms < message.sent_ms {
        words.message_waits()
    } else {
        let way_ms = (message.due_ms - message.sent_ms).max(1);
        words.message_on_its_way(((now_ms - message.sent_ms) * 100 / way_ms).min(100))
    }
}

fn api_explain(api: ApiKey, words: &dyn Words) -> Line {
    match api {
        ApiKey::Metadata => words.api_metadata(),
        ApiKey::Produce => words.api_produce(),
        ApiKey::Fetch => words.api_fetch(),
        ApiKey::ListOffsets => words.api_list_offsets(),
        ApiKey::FindCoordinator => words.api_find_coordinator(),
        ApiKey::JoinGroup => words.api_join_group(),
        ApiKey::SyncGroup => words.api_sync_group(),
        ApiKey::Heartbeat => words.api_heartbeat(),
        ApiKey::LeaveGroup => words.api_leave_group(),
        ApiKey::OffsetCommit => words.api_offset_commit(),
        ApiKey::OffsetFetch => words.api_offset_fetch(),
        ApiKey::ConsumerGroupHeartbeat => words.api_consumer_group_heartbeat(),
        ApiKey::InitProducerId => words.api_init_producer_id(),
    }
}

/// The records of a record set, one a row, and its first batch as bytes.
fn records(
    sheet: &mut Sheet<'_>,
    partition: &TopicPartition,
    bytes: &[u8],
    in_log: bool,
    rows: &mut Vec<Row>,
) {
    let words = sheet.words;
    let mut found = Vec::new();
    for batch in Batches::new(bytes).flatten() {
        for record in batch.payload().iter().flat_map(Payload::records).flatten() {
            found.push(if in_log {
                row(sheet, partition, &record)
            } else {
                let value = record.value.map_or_else(|| "null".into(), shown);
                let nth = Offset::from_i64(record.offset).unwrap_or_default();
                (words.row_record(nth, key_span(sheet, record.key), &value), None)
            });
        }
    }
    let count = found.len() as u64;
    let line = words.row_records(&partition.to_string(), count, size(bytes.len() as u64));
    rows.push((line, Some(Subject::Partition(partition.clone()))));
    rows.append(&mut found);
    if let Some(Ok(batch)) = Batches::new(bytes).next() {
        sheet.inspection.bytes.push(batch_bytes(&batch, partition.to_string(), 0, words));
    }
}

fn offset_row(words: &dyn Words, partition: &TopicPartition, offset: i64) -> Row {
    let opens = Offset::from_i64(offset)
        .map(|offset| Subject::Record(partition.clone(), offset))
        .unwrap_or_else(|| Subject::Partition(partition.clone()));
    (words.row_partition_offset(&partition.to_string(), offset), Some(opens))
}

fn error_row(words: &dyn Words, partition: &TopicPartition, error: Option<ErrorCode>) -> Row {
    let name = partition.to_string();
    let line = match error {
        None => words.row_partition_fine(&name),
        Some(error) => words.row_partition_error(&name, error.name()),
    };
    (line, Some(Subject::Partition(partition.clone())))
}

fn named(words: &dyn Words, name: &str, value: impl ToString) -> Row {
    (words.row_named(name, &value.to_string()), None)
}

fn request_rows(sheet: &mut Sheet<'_>, request: &Request) -> Vec<Row> {
    let words = sheet.words;
    let mut rows = Vec::new();
    match request {
        Request::Metadata { topics } => {
            rows.extend(topics.iter().map(|topic| {
                (words.row_topic(topic.as_str()), Some(Subject::Topic(topic.clone())))
            }));
        }
        Request::Produce { acks, timeout_ms, batches } => {
            rows.push(named(words, "acks", acks));
            rows.push(named(words, "timeoutMs", timeout_ms));
            for (partition, bytes) in batches {
                records(sheet, partition, bytes, false, &mut rows);
            }
        }
        Request::Fetch { max_wait_ms, min_bytes, max_bytes, isolation_level, partitions } => {
            rows.push(named(words, "maxWaitMs", max_wait_ms));
            rows.push(named(words, "minBytes", min_bytes));
            rows.push(named(words, "maxBytes", max_bytes));
            rows.push(named(words, "isolationLevel", isolation_level.id()));
            rows.extend(partitions.iter().map(|wanted| {
                let most = size(wanted.max_bytes);
                let name = wanted.partition.to_string();
                let opens = Subject::Partition(wanted.partition.clone());
                (words.row_fetch(&name, wanted.fetch_offset, most), Some(opens))
            }));
        }
        Request::ListOffsets { isolation_level: _, partitions } => {
            rows.extend(partitions.iter().map(|(partition, at)| {
                let line = words.row_partition_offset(&partition.to_string(), *at);
                (line, Some(Subject::Partition(partition.clone())))
            }));
        }
        Request::FindCoordinator { group } => rows.push(group_row(words, group)),
        Request::JoinGroup(join) => {
            rows.push(group_row(words, &join.group));
            rows.push(named(words, "memberId", &join.member_id));
            rows.push(named(words, "sessionTimeoutMs", join.session_timeout_ms));
            rows.push(named(words, "rebalanceTimeoutMs", join.rebalance_timeout_ms));
            let names: Vec<&str> = join.protocols.iter().map(|(name, _)| name.as_str()).collect();
            rows.push(named(words, "protocols", names.join(", ")));
            rows.extend(instance_row(words, join.instance_id.as_deref()));
        }
        Request::SyncGroup { group, generation, member_id, instance_id: _, assignments } => {
            rows.extend(member_rows(words, group, *generation, member_id));
            rows.extend(assignments.iter().map(|(member, bytes)| assigned(words, member, bytes)));
        }
        Request::Heartbeat { group, generation, member_id, instance_id } => {
            rows.extend(member_rows(words, group, *generation, member_id));
            rows.extend(instance_row(words, instance_id.as_deref()));
        }
        Request::LeaveGroup { group, member_id, .. } => {
            rows.push(group_row(words, group));
            rows.push(named(words, "memberId", member_id));
        }
        Request::OffsetCommit { group, generation, member_id, offsets, .. } => {
            rows.extend(member_rows(words, group, *generation, member_id));
            let offsets = offsets.iter();
            rows.extend(offsets.map(|commit| offset_row(words, &commit.partition, commit.offset)));
        }
        Request::InitProducerId => rows.push(named(words, "transactionalId", "null")),
        Request::OffsetFetch { group, partitions, .. } => {
            rows.push(group_row(words, group));
            rows.extend(partitions.iter().map(|partition| {
                let line = Line::plain(partition.to_string());
                (line, Some(Subject::Partition(partition.clone())))
            }));
        }
        Request::ConsumerGroupHeartbeat(beat) => {
            rows.push(group_row(words, &beat.group));
            rows.push(named(words, "memberId", &beat.member_id));
            rows.push(named(words, "memberEpoch", beat.member_epoch));
            rows.extend(instance_row(words, beat.instance_id.as_deref()));
            rows.extend(beat.rebalance_timeout_ms.map(|ms| named(words, "rebalanceTimeoutMs", ms)));
            rows.extend(listed(words, "subscribedTopicNames", beat.topics.as_deref()));
            rows.extend(
                beat.server_assignor.as_ref().map(|name| named(words, "serverAssignor", name)),
            );
            rows.extend(listed(words, "topicPartitions", beat.owned.as_deref()));
        }
    }
    rows
}

/// A field with its values; no row where the request leaves it out.
fn listed<T: ToString>(words: &dyn Words, name: &'static str, values: Option<&[T]>) -> Option<Row> {
    let texts: Vec<String> = values?.iter().map(ToString::to_string).collect();
    let text = if texts.is_empty() { "[]".to_owned() } else { texts.join(", ") };
    Some(named(words, name, text))
}

fn instance_row(words: &dyn Words, instance_id: Option<&str>) -> Option<Row> {
    instance_id.map(|id| named(words, "groupInstanceId", id))
}

fn group_row(words: &dyn Words, group: &GroupId) -> Row {
    (words.group_title(group.as_str()), Some(Subject::Group(group.clone())))
}

fn member_rows(words: &dyn Words, group: &GroupId, generation: i32, member_id: &str) -> Vec<Row> {
    vec![
        group_row(words, group),
        named(words, "generationId", generation),
        named(words, "memberId", member_id),
    ]
}

fn assigned(words: &dyn Words, member: &str, bytes: &[u8]) -> Row {
    let owned = decode_assignment(bytes).unwrap_or_default();
    (words.row_member(member, &partitions(&owned)), None)
}

fn refused(words: &dyn Words, error: ErrorCode) -> Row {
    (words.row_named("errorCode", error.name()), None)
}

fn response_rows(sheet: &mut Sheet<'_>, response: &Response) -> Vec<Row> {
    let words = sheet.words;
    let mut rows = Vec::new();
    match response {
        Response::Metadata { topics } => rows.extend(topics.iter().map(|topic| {
            let line = match &topic.known {
                Ok((_, leaders)) => words.row_named(
                    topic.topic.as_str(),
                    &words.topic_partitions(leaders.len() as u64).plain_text(),
                ),
                Err(error) => words.row_named(topic.topic.as_str(), error.name()),
            };
            (line, Some(Subject::Topic(topic.topic.clone())))
        })),
        Response::Produce { partitions } => rows.extend(partitions.iter().map(|answer| {
            let name = answer.partition.to_string();
            let line = match &answer.appended {
                Ok((offset, _)) => words.row_appended(&name, *offset),
                Err(refusal) => words.row_partition_error(&name, refusal.error.name()),
            };
            (line, Some(Subject::Partition(answer.partition.clone())))
        })),
        Response::Fetch { partitions } => {
            for fetched in partitions {
                fetched_rows(sheet, fetched, &mut rows);
            }
        }
        Response::ListOffsets { partitions } => {
            rows.extend(partitions.iter().map(|(partition, found)| match found {
                Ok((_, offset)) => offset_row(words, partition, *offset),
                Err(error) => error_row(words, partition, Some(*error)),
            }));
        }
        Response::FindCoordinator { coordinator } => rows.push(match coordinator {
            Ok(id) => (Line::plain(sheet.name(NodeId::Broker(*id))), None),
            Err(error) => refused(words, *error),
        }),
        Response::JoinGroup(Ok(joined)) => {
            rows.push(named(words, "generationId", joined.generation));
            rows.push(named(words, "protocolName", &joined.protocol));
            rows.push(named(words, "leader", &joined.leader));
            rows.push(named(words, "memberId", &joined.member_id));
            rows.extend(joined.members.iter().map(|m| named(words, "members", &m.member_id)));
        }
        Response::JoinGroup(Err(refusal)) => {
            rows.push(refused(words, refusal.error));
            rows.push(named(words, "memberId", &refusal.member_id));
        }
        Response::InitProducerId(Ok((producer_id, epoch))) => {
            rows.push(named(words, "producerId", producer_id));
            rows.push(named(words, "producerEpoch", epoch));
        }
        Response::InitProducerId(Err(error)) => rows.push(refused(words, *error)),
        Response::SyncGroup { assignment } => rows.push(match assignment {
            Ok(bytes) => {
                let owned = decode_assignment(bytes).unwrap_or_default();
                let text = partitions(&owned);
                (words.row_named("assignment", &text), None)
            }
            Err(error) => refused(words, *error),
        }),
        Response::Heartbeat { error } | Response::LeaveGroup { error } => {
            rows.push(named(words, "errorCode", error.map_or("NONE", ErrorCode::name)));
        }
        Response::OffsetCommit { partitions } => {
            let partitions = partitions.iter();
            rows.extend(partitions.map(|(partition, error)| error_row(words, partition, *error)));
        }
        Response::OffsetFetch { partitions, error } => {
            rows.extend(error.map(|error| refused(words, error)));
            let partitions = partitions.iter();
            rows.extend(partitions.map(|(partition, at)| offset_row(words, partition, *at)));
        }
        Response::ConsumerGroupHeartbeat(Ok(beat)) => {
            rows.push(named(words, "memberId", &beat.member_id));
            rows.push(named(words, "memberEpoch", beat.member_epoch));
            rows.push(named(words, "heartbeatIntervalMs", beat.heartbeat_interval_ms));
            rows.extend(listed(words, "assignment", beat.assignment.as_deref()));
        }
        Response::ConsumerGroupHeartbeat(Err(refusal)) => {
            rows.push(refused(words, refusal.error));
            rows.push(named(words, "errorMessage", &refusal.message));
        }
    }
    rows
}

fn fetched_rows(sheet: &mut Sheet<'_>, fetched: &FetchedPartition, rows: &mut Vec<Row>) {
    let words = sheet.words;
    let name = fetched.partition.to_string();
    if let Some(error) = fetched.error {
        rows.push(error_row(words, &fetched.partition, Some(error)));
    } else if fetched.records.is_empty() {
        let line = words.row_no_records(&name, fetched.high_watermark);
        rows.push((line, Some(Subject::Partition(fetched.partition.clone()))));
    } else {
        records(sheet, &fetched.partition, &fetched.records, true, rows);
    }
}

/// The events of a step: those at hand, else found by replaying.
fn events_of_step(sheet: &Sheet<'_>, index: u64) -> Vec<Event> {
    let recent: Vec<Event> =
        sheet.history.recent().filter(|event| event.index == index).cloned().collect();
    if recent.is_empty() { sheet.history.events_of_step(index) } else { recent }
}

/// The steps that led to a message, the last first. A request that has arrived is found again by its
/// number where its sender told of it; where nobody did, the walk ends.
fn cause_rows(sheet: &Sheet<'_>, message: &Message) -> Vec<Row> {
    let words = sheet.words;
    let client = if matches!(message.from, NodeId::Client(_)) { message.from } else { message.to };
    let mut rows: Vec<Row> = Vec::new();
    let mut index = Some(message.cause);
    while let Some(step) = index.take()
        && rows.len() < MOST_CAUSES
    {
        let events = events_of_step(sheet, step);
        let Some(cause) = events.first().map(|event| event.cause) else {
            rows.push((words.cause_silent(step), None));
            break;
        };
        let told = events.iter().take(2);
        rows.extend(told.map(|event| (words.event(sheet.world, event), subject_of(event))));
        rows.push(cause_row(sheet, cause));
        if matches!(cause, Cause::Message(_)) {
            index = sender_step(sheet, client, message.correlation_id).filter(|sent| *sent < step);
        }
    }
    rows
}

/// The step in which a client told that it sent this request.
fn sender_step(sheet: &Sheet<'_>, client: NodeId, wanted: u64) -> Option<u64> {
    let mut events = sheet.history.recent().rev();
    let sent = events.find(|event| match &event.what {
        What::Producer(id, ProducerEvent::BatchDrained { correlation_id, .. })
        | What::Consumer(id, ConsumerEvent::CommitSent { correlation_id, .. }) => {
            NodeId::Client(*id) == client && *correlation_id == wanted
        }
        _ => false,
    });
    sent.map(|event| event.index)
}

fn cause_row(sheet: &Sheet<'_>, cause: Cause) -> Row {
    let words = sheet.words;
    match cause {
        Cause::Start => (words.cause_start(), None),
        Cause::Message(id) => (words.cause_message(), Some(Subject::Message(id))),
        Cause::Timer(node) => {
            let opens = match node {
                NodeId::Client(id) => Some(Subject::Client(id)),
                NodeId::Broker(_) => None,
            };
            (words.cause_timer(&sheet.name(node)), opens)
        }
        Cause::Workload(id) => {
            (words.cause_workload(&sheet.client_name(id)), Some(Subject::Client(id)))
        }
        Cause::Action(_) => (words.cause_action(), None),
        Cause::Network => (words.cause_network(), None),
    }
}

/// What an event is about.
fn subject_of(event: &Event) -> Option<Subject> {
    match &event.what {
        What::Broker(_, BrokerEvent::Log(partition, _)) => {
            Some(Subject::Partition(partition.clone()))
        }
        What::Broker(_, BrokerEvent::OffsetCommitted { group, partition, .. }) => {
            Some(Subject::Committed(group.clone(), partition.clone()))
        }
        What::Broker(_, BrokerEvent::GroupStateChanged { group, .. }) => {
            Some(Subject::Group(group.clone()))
        }
        What::Producer(id, ProducerEvent::RecordAccumulated { number, .. }) => {
            Some(Subject::Unsent(*id, *number))
        }
        What::Producer(id, _) | What::Consumer(id, _) => Some(Subject::Client(*id)),
        _ => None,
    }
}
