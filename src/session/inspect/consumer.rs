//! A consumer: its place in the group, its clocks, what it reads and works on.

use crate::client::consumer::{Consumer, MembershipState};
use crate::protocol::config::Setting;
use crate::protocol::{ClientId, NodeId, Offset, Subject, TopicPartition};
use crate::session::inspect::Sheet;
use crate::sim::Client;
use crate::words::{code, number, span_of_ms};

pub(super) fn inspect(sheet: &mut Sheet<'_>, client: &Client, consumer: &Consumer) {
    let words = sheet.words;
    let state = if consumer.is_closed() {
        words.client_closed()
    } else if !consumer.is_running() {
        words.client_crashed()
    } else if consumer.is_closing() {
        words.client_closing()
    } else if consumer.is_paused() {
        words.client_hanging()
    } else {
        words.client_running()
    };
    sheet.title(words.consumer_title(&client.name), state);
    if consumer.group().as_str().is_empty() {
        sheet.fact(words.label_group(), words.member_id_none(), words.no_group_explain());
    } else {
        membership(sheet, consumer);
    }
    work(sheet, consumer);
    clocks(sheet, client.id, consumer);
    let rows = consumer.assignment().iter().map(|partition| {
        let position = consumer.position(partition);
        let text =
            |offset: Option<Offset>| offset.map_or_else(|| "–".to_owned(), |o| o.to_string());
        let committed = text(committed(sheet, consumer, partition));
        let lag = lag(sheet, partition, position.unwrap_or_default());
        let line = words.row_assigned(&partition.to_string(), &text(position), &committed, lag);
        (line, Some(Subject::Position(client.id, partition.clone())))
    });
    sheet.list(words.list_assignment(), rows.collect());
}

/// Its place in its group.
fn membership(sheet: &mut Sheet<'_>, consumer: &Consumer) {
    let words = sheet.words;
    let group = consumer.group();
    sheet.fact_to(
        words.label_group(),
        code(&group),
        words.group_explain(),
        Subject::Group(group.clone()),
    );
    let membership = match consumer.membership() {
        MembershipState::Unjoined => words.membership_unjoined(),
        MembershipState::Joining => words.membership_joining(),
        MembershipState::Syncing => words.membership_syncing(),
        MembershipState::Stable if consumer.is_leader() => words.membership_leads(),
        MembershipState::Stable => words.membership_stable(),
    };
    sheet.fact(words.label_membership(), membership, words.membership_explain());
    let member_id = match consumer.member_id() {
        "" => words.member_id_none(),
        id => crate::words::Line::plain(id),
    };
    sheet.fact(words.label_member_id(), member_id, words.member_id_explain());
    sheet.fact(words.label_generation(), code(consumer.generation()), words.generation_explain());
}

/// What is stored for the consumer's group.
pub(super) fn committed(
    sheet: &Sheet<'_>,
    consumer: &Consumer,
    partition: &TopicPartition,
) -> Option<Offset> {
    let group = sheet.world.broker().group(&consumer.group())?;
    group.committed(partition).map(|committed| committed.offset)
}

/// From an offset to the high watermark.
pub(super) fn lag(sheet: &Sheet<'_>, partition: &TopicPartition, from: Offset) -> u64 {
    let log = sheet.world.broker().logs().get(partition);
    log.map_or(0, |log| log.high_watermark().0.saturating_sub(from.0))
}

fn work(sheet: &mut Sheet<'_>, consumer: &Consumer) {
    let words = sheet.words;
    let (value, opens) = match consumer.processing() {
        None => (words.processing_none(), None),
        Some((partition, offset)) => (
            words.processing_value(offset, &partition.to_string()),
            Some(Subject::Record(partition.clone(), offset)),
        ),
    };
    let explain = words.processing_explain(span_of_ms(consumer.app().process_ms));
    sheet.fact_to(words.label_processing(), value, explain, opens);
    let unprocessed = number(consumer.unprocessed_count());
    sheet.fact(words.label_unprocessed(), unprocessed, words.unprocessed_explain());
    let buffered: u32 = consumer.buffered().values().sum();
    sheet.fact(words.label_buffered(), number(buffered), words.buffered_explain());
}

/// The three clocks that a consumer lives by (CONS-4, GRP-14, GRP-15).
fn clocks(sheet: &mut Sheet<'_>, id: ClientId, consumer: &Consumer) {
    let words = sheet.words;
    let settings = consumer.settings();
    let in_time = |sheet: &Sheet<'_>, at_ms: u64| {
        words.in_time(sheet.clock_of(at_ms), span_of_ms(sheet.until_ms(at_ms)))
    };
    if settings.boolean(Setting::EnableAutoCommit) {
        if let Some(at_ms) = consumer.next_auto_commit_ms() {
            let interval = span_of_ms(settings.unsigned(Setting::AutoCommitIntervalMs));
            let value = in_time(sheet, at_ms);
            sheet.fact(words.label_next_commit(), value, words.next_commit_explain(interval));
        }
    } else if consumer.app().commit.is_some() {
        let value = words.commit_sync_value();
        sheet.fact(words.label_next_commit(), value, words.commit_sync_explain());
    } else {
        let value = words.commit_never_value();
        sheet.fact(words.label_next_commit(), value, words.commit_never_explain());
    }
    if let Some(at_ms) = consumer.next_heartbeat_ms() {
        let interval = span_of_ms(settings.unsigned(Setting::HeartbeatIntervalMs));
        let value = in_time(sheet, at_ms);
        sheet.fact(words.label_next_heartbeat(), value, words.next_heartbeat_explain(interval));
    }
    let group = sheet.world.broker().group(&consumer.group());
    let member =
        group.and_then(|group| group.members().find(|member| member.client == NodeId::Client(id)));
    if let Some(member) = member
        && let Some(at_ms) = member.session_due_ms
    {
        let timeout = span_of_ms(member.session_timeout_ms);
        let value = in_time(sheet, at_ms);
        sheet.fact(words.label_session(), value, words.session_explain(timeout));
    }
}
