//! ConsumerGroupHeartbeat: join, confirm, learn, leave (`GRP-30`, `GRP-34`); and members that fall silent.
//!
//! Kafka: `GroupMetadataManager.consumerGroupHeartbeat`, `consumerGroupLeave`, `consumerGroupFenceMembers`. An
//! operation works on a copy of the group; its records are written as one batch, and then the copy holds.

use std::rc::Rc;

use crate::broker::channel::Reply;
use crate::broker::group::coordinator::check_group;
use crate::broker::group::member::host_of_client;
use crate::broker::group::modern::reconcile::Reconciliation;
use crate::broker::group::modern::target::{assignors, by_topic_id};
use crate::broker::group::modern::{
    ConsumerKey, ConsumerKeyKind, ConsumerMemberValue, ConsumerValue, CurrentMemberValue,
    LEAVE_EPOCH, Modern, ModernMember, STATIC_LEAVE_EPOCH,
};
use crate::broker::group::{Coordinator, Group, OffsetsKey, Turn};
use crate::broker::{BrokerEvent, GroupCause, MemberState, RemovalReason};
use crate::protocol::config::Setting;
use crate::protocol::request::{ApiKey, ConsumerGroupBeat, ConsumerGroupHeartbeat, Response};
use crate::protocol::{ErrorCode, NodeId, Offset, Refusal, SortedSet, Topic, TopicPartition};

type Records = Vec<(OffsetsKey, Option<Vec<u8>>)>;

/// What an operation has done to its copy of a group.
struct Work {
    group: Group,
    records: Records,
    told: Vec<BrokerEvent>,
}

impl Work {
    fn new(group: Group) -> Self {
        Self { group, records: Vec::new(), told: Vec::new() }
    }

    fn modern(&mut self) -> &mut Modern {
        self.group.modern.as_mut().expect("only groups of the new protocol come here")
    }

    /// The group is in the state that it is in by now.
    fn settle(&mut self, now_ms: u64, cause: GroupCause) {
        self.group.settle_state(now_ms, cause, &mut self.told);
    }

    fn write(&mut self, kind: ConsumerKeyKind, value: Option<&ConsumerValue>) {
        let key = ConsumerKey { group: self.group.id.as_str().to_owned(), kind };
        self.records.push((OffsetsKey::Consumer(key), value.map(ConsumerValue::encode)));
    }

    fn write_member(&mut self, at: usize) {
        let member = &self.modern().members[at];
        let value = ConsumerMemberValue {
            instance_id: member.instance_id.clone(),
            rack_id: None,
            client_id: member.client_id.clone(),
            client_host: member.client.map(host_of_client).unwrap_or_default(),
            topics: member.topics.iter().map(|topic| topic.as_str().to_owned()).collect(),
            regex: Some(String::new()),
            rebalance_timeout_ms: member.rebalance_timeout_ms,
            server_assignor: member.server_assignor.clone(),
        };
        let kind = ConsumerKeyKind::Member(member.member_id.clone());
        self.write(kind, Some(&ConsumerValue::Member(value)));
    }

    fn write_target(&mut self, turn: &Turn<'_>, member_id: &str) {
        let target = self.modern().target(member_id).map(|partition| (partition, None));
        let value = ConsumerValue::Target(by_topic_id(turn.topics, target));
        self.write(ConsumerKeyKind::Target(member_id.to_owned()), Some(&value));
    }

    fn write_current(&mut self, turn: &Turn<'_>, at: usize) {
        let member = &self.modern().members[at];
        let topics = |owned: &super::Owned| {
            by_topic_id(
                turn.topics,
                owned.iter().map(|(partition, since)| (partition, Some(*since))),
            )
        };
        let value = CurrentMemberValue {
            member_epoch: member.epoch,
            previous_epoch: member.previous_epoch,
            state: match member.state {
                MemberState::Stable => 0,
                MemberState::UnrevokedPartitions => 1,
                MemberState::UnreleasedPartitions => 2,
            },
            assigned: topics(&member.assigned),
            pending_revocation: topics(&member.pending_revocation),
        };
        let kind = ConsumerKeyKind::Current(member.member_id.clone());
        self.write(kind, Some(&ConsumerValue::Current(value)));
    }

    /// Tombstones for all that is written of a member.
    fn write_removed(&mut self, member_id: &str) {
        for kind in [ConsumerKeyKind::Current, ConsumerKeyKind::Target, ConsumerKeyKind::Member] {
            self.write(kind(member_id.to_owned()), None);
        }
    }

    fn bump_epoch(&mut self, turn: &Turn<'_>) {
        let modern = self.modern();
        modern.group_epoch += 1;
        modern.metadata_hash = modern.hash_topics(turn.topics);
        let value =
            ConsumerValue::Group { epoch: modern.group_epoch, metadata_hash: modern.metadata_hash };
        self.write(ConsumerKeyKind::Group, Some(&value));
    }

    /// Takes members out; the group has changed by that.
    fn remove(&mut self, turn: &Turn<'_>, member_id: &str, reason: RemovalReason) {
        let modern = self.modern();
        modern.members.retain(|member| member.member_id != member_id);
        modern.target.remove(member_id);
        self.write_removed(member_id);
        let group = self.group.id.clone();
        let member_id = member_id.to_owned();
        self.told.push(BrokerEvent::MemberRemoved { group, member_id: member_id.clone(), reason });
        self.bump_epoch(turn);
        self.settle(turn.now_ms, GroupCause::MemberRemoved(member_id, reason));
    }

    /// Writes what there is to write; then the group may hold. Whether anything was written.
    fn store(&mut self, turn: &mut Turn<'_>) -> Result<bool, ErrorCode> {
        if self.records.is_empty() {
            return Ok(false);
        }
        let (place, first) = turn.write(&self.group.id, &self.records)?;
        let is_target = |(key, _): &(OffsetsKey, Option<Vec<u8>>)| matches!(key, OffsetsKey::Consumer(key) if key.kind == ConsumerKeyKind::TargetMetadata);
        if let Some(at) = self.records.iter().position(is_target) {
            for event in &mut self.told {
                if let BrokerEvent::TargetComputed { stored_in, stored_at, .. } = event {
                    (*stored_in, *stored_at) = (place.clone(), first.advanced_by(at as u64));
                }
            }
        }
        Ok(true)
    }
}

impl Coordinator {
    /// ConsumerGroupHeartbeat.
    pub(in crate::broker::group) fn consumer_heartbeat(
        &mut self,
        turn: &mut Turn<'_>,
        reply: Reply,
        request: ConsumerGroupHeartbeat,
    ) {
        match self.beat(turn, reply.client, request) {
            Ok((beat, true)) => {
                turn.answer_written(reply, Response::ConsumerGroupHeartbeat(Ok(beat)));
            }
            Ok((beat, false)) => turn.answer(reply, Response::ConsumerGroupHeartbeat(Ok(beat))),
            Err(refusal) => {
                turn.tell_refused(reply, ApiKey::ConsumerGroupHeartbeat, None, refusal.error);
                turn.answer(reply, Response::ConsumerGroupHeartbeat(Err(refusal)));
            }
        }
    }

    fn beat(
        &mut self,
        turn: &mut Turn<'_>,
        client: NodeId,
        request: ConsumerGroupHeartbeat,
    ) -> Result<(ConsumerGroupBeat, bool), Refusal> {
        check_group(turn, &request.group)?;
        check_request(turn, &request)?;
        let mut work = self.open(turn, &request)?;
        let beat = match request.member_epoch {
            LEAVE_EPOCH | STATIC_LEAVE_EPOCH => work.leave(turn, &request)?,
            _ => work.beat(turn, client, request)?,
        };
        let written = work.store(turn)?;
        for event in work.told {
            turn.tell(event);
        }
        self.groups.insert(work.group.id.clone(), Rc::new(work.group));
        Ok((beat, written))
    }

    /// The group of a heartbeat; a joining member makes it, or takes an empty one of the classic protocol over.
    ///
    /// Kafka: `getOrMaybeCreateConsumerGroup`.
    fn open(&self, turn: &Turn<'_>, request: &ConsumerGroupHeartbeat) -> Result<Work, Refusal> {
        let id = &request.group;
        let not_found = |words: String| Err(Refusal::new(ErrorCode::GroupIdNotFound, words));
        let joins = request.member_epoch == 0;
        match self.group(id) {
            Some(group) if group.modern.is_some() => Ok(Work::new(group.clone())),
            None if joins => Ok(Work::new(Group::new_modern(turn.now_ms, id.clone()))),
            None => not_found(format!("Consumer group {id} not found.")),
            Some(group) if joins && group.is_empty() => {
                let mut next = Group::new_modern(turn.now_ms, id.clone());
                next.offsets = group.offsets.clone();
                next.cause = GroupCause::OtherProtocol;
                let mut work = Work::new(next);
                let key = OffsetsKey::Group { group: id.as_str().to_owned() };
                work.records.push((key, None));
                Ok(work)
            }
            Some(_) if joins => not_found(format!(
                "Cannot upgrade classic group {id} to consumer group because online upgrade is disabled."
            )),
            Some(_) => not_found(format!("Group {id} is not a consumer group.")),
        }
    }

    /// Members of the new protocol whose session or revocation has timed out.
    pub(in crate::broker::group) fn expire_modern_members(&mut self, turn: &mut Turn<'_>) {
        let due = |group: &Group| {
            group.modern.as_ref().and_then(Modern::next_due_ms).is_some_and(|at| at <= turn.now_ms)
        };
        let groups: Vec<_> =
            self.groups.iter().filter(|(_, group)| due(group)).map(|(id, _)| id.clone()).collect();
        for id in groups {
            let mut work = Work::new(Group::clone(&self.groups[&id]));
            let now_ms = turn.now_ms;
            loop {
                let modern = work.modern();
                for member in &mut modern.members {
                    // A member that has left the epoch meanwhile is not meant.
                    member.rebalance_due = member
                        .rebalance_due
                        .filter(|(due_ms, epoch)| *due_ms > now_ms || member.epoch == *epoch);
                }
                let late = modern.members.iter().find_map(|member| {
                    let silent = member.session_due_ms.is_some_and(|due_ms| due_ms <= now_ms);
                    let holds_on = member.rebalance_due_ms().is_some_and(|due_ms| due_ms <= now_ms);
                    let reason = match (silent, holds_on) {
                        (true, _) => RemovalReason::SessionExpired,
                        (_, true) => RemovalReason::DidNotRevoke,
                        _ => return None,
                    };
                    Some((member.member_id.clone(), reason))
                });
                let Some((member_id, reason)) = late else { break };
                work.remove(turn, &member_id, reason);
            }
            if work.store(turn).is_err() {
                // Tried again a moment later: nothing may be in memory that is not in the log.
                let group = self.groups.get_mut(&id).map(Rc::make_mut).expect("it was there above");
                let retry_ms = now_ms + 1;
                for member in &mut group.modern.as_mut().expect("checked above").members {
                    member.session_due_ms =
                        member.session_due_ms.map(|due_ms| due_ms.max(retry_ms));
                    member.rebalance_due =
                        member.rebalance_due.map(|(due_ms, epoch)| (due_ms.max(retry_ms), epoch));
                }
                continue;
            }
            for event in work.told {
                turn.tell(event);
            }
            self.groups.insert(id, Rc::new(work.group));
        }
    }
}

impl Work {
    /// A member joins or goes on (GRP-30 to GRP-32).
    fn beat(
        &mut self,
        turn: &mut Turn<'_>,
        client: NodeId,
        request: ConsumerGroupHeartbeat,
    ) -> Result<ConsumerGroupBeat, Refusal> {
        let now_ms = turn.now_ms;
        self.check_size(turn, &request.member_id)?;
        let (at, is_new) = self.find_or_add(turn, &request)?;
        let member_id = request.member_id.clone();
        let before = self.modern().members[at].clone();
        let member = &mut self.modern().members[at];
        member.client = Some(client);
        member.client_id = request.client_id;
        if let Some(instance_id) = request.instance_id {
            member.instance_id = Some(instance_id);
        }
        let is_full = request.rebalance_timeout_ms.is_some()
            && request.topics.is_some()
            && request.owned.is_some();
        if let Some(timeout_ms) = request.rebalance_timeout_ms {
            member.rebalance_timeout_ms = timeout_ms;
        }
        if let Some(name) = request.server_assignor {
            member.server_assignor = Some(name);
        }
        if let Some(topics) = request.topics {
            member.topics = topics.into_iter().collect();
        }
        let has_changed = is_new || *member != before;
        let has_resubscribed = member.topics != before.topics;
        if has_changed {
            self.write_member(at);
        }
        if is_new {
            let group = self.group.id.clone();
            self.told.push(BrokerEvent::MemberAdded {
                group,
                member_id: member_id.clone(),
                client,
            });
        }
        let modern = self.modern();
        let have_topics_changed = modern.hash_topics(turn.topics) != modern.metadata_hash;
        if has_resubscribed || have_topics_changed {
            self.bump_epoch(turn);
            let cause = match (is_new, has_resubscribed) {
                (true, _) => GroupCause::MemberJoined(member_id.clone()),
                (_, true) => GroupCause::SubscriptionChanged(member_id.clone()),
                _ => GroupCause::TopicsChanged,
            };
            self.settle(now_ms, cause);
        }
        self.update_target(turn)?;
        self.reconcile(turn, at, has_resubscribed, request.owned.as_deref());
        let session_ms = turn.setting_ms(Setting::GroupConsumerSessionTimeoutMs);
        let member = &mut self.modern().members[at];
        member.session_due_ms = Some(now_ms + session_ms);
        let tells_all = request.member_epoch == 0 || is_full || member.assigned != before.assigned;
        let interval_ms = turn.setting_ms(Setting::GroupConsumerHeartbeatIntervalMs);
        Ok(ConsumerGroupBeat {
            member_id,
            member_epoch: member.epoch,
            heartbeat_interval_ms: i32::try_from(interval_ms).unwrap_or(i32::MAX),
            assignment: tells_all.then(|| member.assigned.keys().cloned().collect()),
        })
    }

    /// `throwIfConsumerGroupIsFull`.
    fn check_size(&mut self, turn: &Turn<'_>, member_id: &str) -> Result<(), Refusal> {
        let most = turn.setting_ms(Setting::GroupConsumerMaxSize);
        let modern = self.modern();
        if (modern.members.len() as u64) < most || modern.member(member_id).is_some() {
            return Ok(());
        }
        let words =
            format!("The consumer group has reached its maximum capacity of {most} members.");
        Err(Refusal::new(ErrorCode::GroupMaxSizeReached, words))
    }

    /// Where the member stands, and whether it is new. A static member that comes back replaces the one that left.
    fn find_or_add(
        &mut self,
        turn: &Turn<'_>,
        request: &ConsumerGroupHeartbeat,
    ) -> Result<(usize, bool), Refusal> {
        let joins = request.member_epoch == 0;
        let group_id = self.group.id.clone();
        let modern = self.modern();
        let unknown = |words: String| Refusal::new(ErrorCode::UnknownMemberId, words);
        let member_id = &request.member_id;
        let found = match request.instance_id.as_deref() {
            Some(instance_id) => {
                let at = modern.static_member(instance_id);
                match at {
                    Some(at) if joins => {
                        let owner = &modern.members[at];
                        if owner.epoch != STATIC_LEAVE_EPOCH {
                            return Err(Refusal::new(
                                ErrorCode::UnreleasedInstanceId,
                                format!(
                                    "Static member {member_id} with instance id {instance_id} cannot join the group \
                                     because the instance id is owned by {} member.",
                                    owner.member_id
                                ),
                            ));
                        }
                        self.replace(turn, at, request);
                        return Ok((at, false));
                    }
                    Some(at) => {
                        check_fenced(&modern.members[at], member_id, instance_id)?;
                        Some(at)
                    }
                    None if joins => None,
                    None => return Err(unknown(format!("Instance id {instance_id} is unknown."))),
                }
            }
            None => match modern.position(member_id) {
                None if !joins => {
                    return Err(unknown(format!(
                        "Member {member_id} is not a member of group {group_id}."
                    )));
                }
                at => at,
            },
        };
        let Some(at) = found else {
            let member = ModernMember {
                member_id: member_id.clone(),
                previous_epoch: -1,
                ..ModernMember::default()
            };
            modern.members.push(member);
            return Ok((modern.members.len() - 1, true));
        };
        check_epoch(&modern.members[at], request.member_epoch, request.owned.as_deref())?;
        Ok((at, false))
    }

    /// A static member that left for a while is back in a new process: it takes over target and partitions.
    fn replace(&mut self, turn: &Turn<'_>, at: usize, request: &ConsumerGroupHeartbeat) {
        let modern = self.modern();
        let member = &mut modern.members[at];
        let replaced = std::mem::replace(&mut member.member_id, request.member_id.clone());
        (member.epoch, member.previous_epoch) = (0, 0);
        member.rebalance_due = None;
        let client = member.client;
        if let Some(target) = modern.target.remove(&replaced) {
            modern.target.insert(request.member_id.clone(), target);
        }
        self.write_removed(&replaced);
        self.write_member(at);
        self.write_target(turn, &request.member_id);
        self.write_current(turn, at);
        self.told.push(BrokerEvent::StaticMemberReplaced {
            group: self.group.id.clone(),
            member_id: request.member_id.clone(),
            replaced,
            client: client.unwrap_or(NodeId::Client(crate::protocol::ClientId(0))),
            rebalances: false,
        });
    }

    /// A new target, if the group has changed since the last one and it is time (GRP-31).
    fn update_target(&mut self, turn: &Turn<'_>) -> Result<(), Refusal> {
        let now_ms = turn.now_ms;
        let modern = self.modern();
        let due = modern.assignment_epoch < modern.group_epoch;
        if !due || !modern.may_compute(now_ms, turn.settings) {
            return Ok(());
        }
        let changed = modern.compute_target(now_ms, turn.settings, turn.topics)?;
        let epoch = modern.assignment_epoch;
        let assignor = modern.assignor.map_or("", |assignor| assignor.name());
        for member_id in &changed {
            self.write_target(turn, member_id);
        }
        let value = ConsumerValue::TargetMetadata { epoch, computed_ms: now_ms.cast_signed() };
        self.write(ConsumerKeyKind::TargetMetadata, Some(&value));
        self.told.push(BrokerEvent::TargetComputed {
            group: self.group.id.clone(),
            epoch,
            assignor,
            changed: changed.len() as u32,
            stored_in: TopicPartition::new(Topic::CONSUMER_OFFSETS, 0), // Known once it is written.
            stored_at: Offset(0),
        });
        self.settle(now_ms, GroupCause::TargetComputed);
        Ok(())
    }

    /// One step of a member towards its target (GRP-32). Kafka: `maybeReconcile`.
    fn reconcile(
        &mut self,
        turn: &Turn<'_>,
        at: usize,
        has_subscription_changed: bool,
        owned: Option<&[TopicPartition]>,
    ) {
        let modern = self.modern();
        let member = &modern.members[at];
        let target_epoch = modern.assignment_epoch;
        if !has_subscription_changed && member.is_reconciled_to(target_epoch) {
            return;
        }
        let none = SortedSet::new();
        let exists = |topic: &Topic| turn.topics.contains_key(topic);
        let others = |partition: &TopicPartition| {
            let mut others = modern.members.iter().enumerate().filter(|(other, _)| *other != at);
            others.any(|(_, other)| other.holds(partition))
        };
        let next = Reconciliation {
            target_epoch,
            target: modern.target.get(&member.member_id).unwrap_or(&none),
            has_subscription_changed,
            owned,
            exists: &exists,
            is_held: &others,
        }
        .step(member);
        if next == *member {
            return;
        }
        let member = &mut self.modern().members[at];
        *member = next;
        member.rebalance_due = (member.state == MemberState::UnrevokedPartitions)
            .then(|| (turn.after(member.rebalance_timeout_ms).max(turn.now_ms + 1), member.epoch));
        let member = member.clone();
        self.write_current(turn, at);
        let id = member.member_id.clone();
        let cause = match member.is_reconciled_to(target_epoch) {
            true => GroupCause::MemberReconciled(id.clone()),
            false => GroupCause::MemberReconciling(id.clone()),
        };
        self.told.push(BrokerEvent::MemberReconciled {
            group: self.group.id.clone(),
            member_id: id,
            epoch: member.epoch,
            state: member.state,
            assigned: member.assigned.keys().cloned().collect(),
            pending_revocation: member.pending_revocation.keys().cloned().collect(),
        });
        self.settle(turn.now_ms, cause);
    }

    /// A member goes; a static one perhaps only for a while (GRP-30).
    fn leave(
        &mut self,
        turn: &Turn<'_>,
        request: &ConsumerGroupHeartbeat,
    ) -> Result<ConsumerGroupBeat, Refusal> {
        let group_id = self.group.id.clone();
        let modern = self.modern();
        let member_id = request.member_id.clone();
        let at = match request.instance_id.as_deref() {
            Some(instance_id) => {
                let at = modern.static_member(instance_id).ok_or_else(|| {
                    let words = format!("Instance id {instance_id} is unknown.");
                    Refusal::new(ErrorCode::UnknownMemberId, words)
                })?;
                check_fenced(&modern.members[at], &member_id, instance_id)?;
                at
            }
            None => modern.position(&member_id).ok_or_else(|| {
                let words = format!("Member {member_id} is not a member of group {group_id}.");
                Refusal::new(ErrorCode::UnknownMemberId, words)
            })?,
        };
        if request.member_epoch == STATIC_LEAVE_EPOCH && request.instance_id.is_some() {
            let member = &mut modern.members[at];
            member.epoch = STATIC_LEAVE_EPOCH;
            member.pending_revocation.clear();
            for since in member.assigned.values_mut() {
                *since = 0;
            }
            self.write_current(turn, at);
            let (group, member_id) = (group_id, member_id.clone());
            self.told.push(BrokerEvent::StaticMemberLeft { group, member_id: member_id.clone() });
            self.settle(turn.now_ms, GroupCause::MemberRemoved(member_id, RemovalReason::Left));
        } else {
            self.remove(turn, &member_id, RemovalReason::Left);
        }
        Ok(ConsumerGroupBeat {
            member_id,
            member_epoch: request.member_epoch,
            heartbeat_interval_ms: 0,
            assignment: None,
        })
    }
}

/// `throwIfConsumerGroupHeartbeatRequestIsInvalid`.
fn check_request(turn: &Turn<'_>, request: &ConsumerGroupHeartbeat) -> Result<(), Refusal> {
    let invalid = |words: &str| Err(Refusal::new(ErrorCode::InvalidRequest, words));
    match request.member_epoch {
        0 if request.rebalance_timeout_ms.is_none() => {
            return invalid("RebalanceTimeoutMs must be provided in first request.");
        }
        0 if request.owned.as_ref().is_none_or(|owned| !owned.is_empty()) => {
            return invalid("TopicPartitions must be empty when (re-)joining.");
        }
        0 if request.topics.is_none() => {
            return invalid(
                "Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.",
            );
        }
        STATIC_LEAVE_EPOCH if request.instance_id.is_none() => {
            return invalid("InstanceId can't be null.");
        }
        epoch if epoch < STATIC_LEAVE_EPOCH => return invalid("MemberEpoch is invalid."),
        _ if request.member_id.is_empty() => return invalid("MemberId can't be empty."),
        _ => {}
    }
    let known = assignors(turn.settings);
    if let Some(name) = &request.server_assignor
        && !known.iter().any(|assignor| assignor.name() == name)
    {
        let names: Vec<&str> = known.iter().map(|assignor| assignor.name()).collect();
        let words = format!(
            "ServerAssignor {name} is not supported. Supported assignors: {}.",
            names.join(", ")
        );
        return Err(Refusal::new(ErrorCode::UnsupportedAssignor, words));
    }
    Ok(())
}

/// `throwIfInstanceIdIsFenced`.
fn check_fenced(owner: &ModernMember, member_id: &str, instance_id: &str) -> Result<(), Refusal> {
    if owner.member_id == member_id {
        return Ok(());
    }
    Err(Refusal::new(
        ErrorCode::FencedInstanceId,
        format!(
            "Static member {member_id} with instance id {instance_id} was fenced by member {}.",
            owner.member_id
        ),
    ))
}

/// `throwIfConsumerGroupMemberEpochIsInvalid` (GRP-34): joining is never fenced, and the previous epoch is taken
/// where the answer with the new one may have been lost.
fn check_epoch(
    member: &ModernMember,
    epoch: i32,
    owned: Option<&[TopicPartition]>,
) -> Result<(), Refusal> {
    if epoch == 0 || epoch == member.epoch {
        return Ok(());
    }
    let is_subset =
        owned.is_some_and(|owned| owned.iter().all(|p| member.assigned.contains_key(p)));
    if epoch < member.epoch && epoch == member.previous_epoch && is_subset {
        return Ok(());
    }
    let than = if epoch > member.epoch { "greater" } else { "smaller" };
    Err(Refusal::new(
        ErrorCode::FencedMemberEpoch,
        format!(
            "The consumer group member has a {than} member epoch ({epoch}) than the one known by the group \
             coordinator ({}). The member must abandon all its partitions and rejoin.",
            member.epoch
        ),
    ))
}
