//! A consumer group as its coordinator sees it.

use crate::broker::GroupState;
use crate::client::assignor::protocol::decode_assignment;
use crate::protocol::java::group_partition;
use crate::protocol::{GroupId, NodeId, Subject, Topic, TopicPartition};
use crate::session::inspect::consumer::lag;
use crate::session::inspect::hash::group_steps;
use crate::session::inspect::text::partitions;
use crate::session::inspect::{NodeAction, Sheet};
use crate::words::{code, number, span_of_ms};

/// Where the group's commits are stored (OFFS-1); `None` while `__consumer_offsets` is missing.
pub(super) fn offsets_partition(sheet: &Sheet<'_>, group: &GroupId) -> Option<TopicPartition> {
    let topic = Topic::from(Topic::CONSUMER_OFFSETS);
    let count = sheet.partition_count(&topic);
    (count > 0).then(|| TopicPartition::new(&topic, group_partition(group.as_str(), count)))
}

pub(super) fn inspect(sheet: &mut Sheet<'_>, id: &GroupId) -> Option<()> {
    let words = sheet.words;
    let broker = sheet.world.broker();
    let title = words.group_title(id.as_str());
    let Some(group) = broker.group(id) else {
        let mut clients = sheet.world.clients().iter().filter_map(|client| client.consumer());
        clients.find(|consumer| consumer.group() == *id)?;
        sheet.gone(title, words.group_unknown());
        return Some(());
    };
    let members = u64::from(group.member_count());
    let state = group.state().name();
    sheet.title(title, words.group_subtitle(state, group.generation(), members));
    let explain = match group.state() {
        GroupState::Empty => words.state_empty(),
        GroupState::PreparingRebalance => words.state_preparing(),
        GroupState::CompletingRebalance => words.state_completing(),
        GroupState::Stable => words.state_stable(),
        GroupState::Assigning => words.state_assigning(),
        GroupState::Reconciling => words.state_reconciling(),
        GroupState::Dead => words.state_dead(),
    };
    sheet.fact(words.label_state(), code(state), explain);
    sheet.fact(words.label_since(), sheet.clock_of(group.state_ms()), words.since_explain());
    sheet.fact(words.label_generation(), number(group.generation()), words.generation_explain());
    if let Some(protocol) = group.protocol() {
        sheet.fact(words.label_protocol(), code(protocol), words.protocol_explain());
    }
    if let Some(leader) = group.leader().and_then(|leader| group.member(leader)) {
        let opens = match leader.client {
            NodeId::Client(id) => Some(Subject::Client(id)),
            NodeId::Broker(_) => None,
        };
        let name = code(sheet.name(leader.client));
        sheet.fact_to(words.label_leader(), name, words.group_leader_explain(), opens);
    }
    if let Some(due_ms) = group.rebalance_due_ms() {
        let left = span_of_ms(sheet.until_ms(due_ms));
        let value = words.in_time(sheet.clock_of(due_ms), left);
        sheet.fact(words.label_rebalance(), value, words.rebalance_explain());
    }
    if let Some(partition) = offsets_partition(sheet, id) {
        let name = code(sheet.name(NodeId::Broker(broker.id())));
        let explain = words.coordinator_explain(partition.partition);
        let count = sheet.partition_count(&partition.topic);
        sheet.fact_to(words.label_coordinator(), name, explain, Subject::Partition(partition));
        sheet.why(words.why_coordinator(), group_steps(id.as_str(), count, words));
    }

    let rows = group.members().map(|member| {
        let name = sheet.name(member.client);
        let owned = decode_assignment(&member.assignment).unwrap_or_default();
        let line = if group.state() != GroupState::Stable {
            words.row_member_waits(&name)
        } else if owned.is_empty() {
            words.row_member(&name, &words.reads_nothing().plain_text())
        } else {
            words.row_member(&name, &partitions(&owned))
        };
        let opens = match member.client {
            NodeId::Client(id) => Some(Subject::Client(id)),
            NodeId::Broker(_) => None,
        };
        (line, opens)
    });
    let mut rows: Vec<_> = rows.collect();
    for member in group.modern().into_iter().flat_map(|modern| modern.members()) {
        let name = member.client().map_or_else(String::new, |client| sheet.name(client));
        let owned = partitions(member.assigned());
        let line = match owned.is_empty() {
            true => words.row_member(&name, &words.reads_nothing().plain_text()),
            false => words.row_member(&name, &owned),
        };
        let opens = match member.client() {
            Some(NodeId::Client(id)) => Some(Subject::Client(id)),
            _ => None,
        };
        rows.push((line, opens));
    }
    sheet.list(words.label_members(), rows);
    let rows = group.offsets().map(|(partition, committed)| {
        let lag = lag(sheet, partition, committed.offset);
        let line = words.row_committed(&partition.to_string(), committed.offset, lag);
        (line, Some(Subject::Committed(id.clone(), partition.clone())))
    });
    sheet.list(words.list_committed(), rows.collect());
    sheet.inspection.actions.push(NodeAction::AddConsumer);
    Some(())
}
