//! Groups: what is committed is what `__consumer_offsets` says, generations go up, and no partition has two
//! owners.

use crate::broker::group::{
    CommittedOffset, ConsumerValue, GroupValue, Modern, OffsetsKey, OffsetsValue, decode_record,
};
use crate::broker::{BrokerEvent, Group, GroupState};
use crate::client::assignor::protocol::decode_assignment;
use crate::protocol::java::group_partition;
use crate::protocol::record::Payload;
use crate::protocol::request::{Body, Request, Response};
use crate::protocol::{GroupId, Offset, SortedMap, SortedSet, Topic, TopicPartition};
use crate::sim::check::logs::{LogFacts, Logs};
use crate::sim::check::messages::Messages;
use crate::sim::check::segment::Raw;
use crate::sim::check::{Verdict, ensure};
use crate::sim::event::{Event, What};
use crate::sim::world::World;

/// What a partition of `__consumer_offsets` says, record by record.
#[derive(Clone, Debug, Default, PartialEq)]
struct Replay {
    offsets: SortedMap<(GroupId, TopicPartition), CommittedOffset>,
    groups: SortedMap<GroupId, GroupValue>,
    /// Of groups of the new protocol: the latest value of each key (KIP-848).
    consumers: SortedMap<(GroupId, Vec<u8>), ConsumerValue>,
}

/// A group after the step before.
#[derive(Clone, Debug)]
struct Before {
    generation: i32,
    is_modern: bool,
    members: SortedSet<String>,
}

/// All groups of the broker.
#[derive(Clone, Debug, Default)]
pub(super) struct Groups {
    replays: SortedMap<TopicPartition, Replay>,
    before: SortedMap<GroupId, Before>,
}

impl Groups {
    pub(super) fn check(
        &mut self,
        world: &World,
        events: &[Event],
        logs: &mut Logs,
        messages: &Messages,
    ) -> Verdict {
        let mut changed = false;
        for (partition, log) in logs.iter_mut() {
            if partition.topic.as_str() == Topic::CONSUMER_OFFSETS {
                changed |= self
                    .replay(partition, log, world)
                    .map_err(|words| format!("{partition}: {words}"))?;
            }
        }
        let told = events.iter().any(|event| matches!(event.what, What::Broker(..)));
        if !told && !changed {
            return Ok(());
        }
        for event in events {
            self.take(&event.what);
        }
        if !world.broker().is_running() {
            return Ok(());
        }
        self.check_commits(world, messages)?;
        for group in world.broker().groups() {
            self.check_group(world, group)
                .map_err(|words| format!("group {}: {words}", group.id()))?;
        }
        self.check_forgotten(world)?;
        self.remember(world);
        Ok(())
    }

    /// Reads what was appended; after a cleaning everything, which must come to the same.
    fn replay(
        &mut self,
        partition: &TopicPartition,
        log: &mut LogFacts,
        world: &World,
    ) -> Result<bool, String> {
        let known = self.replays.contains_key(partition);
        let fresh = std::mem::take(&mut log.fresh);
        let rewritten = std::mem::take(&mut log.rewritten);
        if fresh.is_empty() && !rewritten {
            return Ok(false);
        }
        let count = world.broker().topic(&partition.topic).map_or(0, |t| t.partitions.len());
        let replay = self.replays.entry(partition.clone()).or_default();
        for record in &fresh {
            let group = replay.take(record)?;
            let place = group_partition(group.as_str(), count as u32);
            ensure!(
                place == partition.partition,
                "a record of group {group} at offset {}, whose partition is {place}",
                record.0
            );
        }
        if rewritten && known {
            let mut again = Replay::default();
            for (_, batch) in log.log().batches() {
                for record in batch.payload().iter().flat_map(Payload::records).flatten() {
                    let bytes = |bytes: Option<&[u8]>| bytes.map(Into::into);
                    again.take(&(record.offset, bytes(record.key), bytes(record.value)))?;
                }
            }
            let differing = again.offsets.iter().find(|(k, v)| replay.offsets.get(k) != Some(v));
            ensure!(
                again == *replay,
                "after the cleaning the records say something else: {} offsets and {} groups instead of {} and \
                 {}; {differing:?}",
                again.offsets.len(),
                again.groups.len(),
                replay.offsets.len(),
                replay.groups.len()
            );
        }
        Ok(true)
    }

    fn take(&mut self, what: &What) {
        match what {
            What::Broker(_, BrokerEvent::GroupStateChanged { group, to: GroupState::Dead, .. }) => {
                self.before.remove(group);
            }
            // A generation that was never stored is forgotten with the process.
            What::Broker(
                _,
                BrokerEvent::Crashed
                | BrokerEvent::PowerLost
                | BrokerEvent::Stopped
                | BrokerEvent::Restarted { .. },
            ) => {
                self.before.clear();
            }
            _ => {}
        }
    }

    fn check_group(&self, world: &World, group: &Group) -> Verdict {
        let count = world
            .broker()
            .topic(&Topic::from(Topic::CONSUMER_OFFSETS))
            .map_or(1, |topic| topic.partitions.len() as u32);
        let place = TopicPartition::new(
            Topic::CONSUMER_OFFSETS,
            group_partition(group.id().as_str(), count),
        );
        let empty = Replay::default();
        let replay = self.replays.get(&place).unwrap_or(&empty);
        let stored = replay.offsets.range(first_of(group.id())..);
        let stored = stored.take_while(|((id, _), _)| id == group.id());
        let mut stored = stored.map(|((_, partition), committed)| (partition, committed));
        let mut held = group.offsets();
        loop {
            match (stored.next(), held.next()) {
                (None, None) => break,
                (stored, held) if stored == held => {}
                (stored, held) => {
                    return Err(format!(
                        "the log has committed {stored:?}, the group has {held:?}"
                    ));
                }
            }
        }
        let before = self.before.get(group.id());
        if let Some(before) = before.filter(|before| before.is_modern == group.modern().is_some()) {
            ensure!(
                before.generation <= group.generation(),
                "generation {} after {}",
                group.generation(),
                before.generation
            );
        }
        if let Some(modern) = group.modern() {
            return check_modern(world, group, modern, replay);
        }
        if group.state() == GroupState::Stable {
            let value = replay.groups.get(group.id()).ok_or("Stable without a record")?;
            ensure!(
                value.generation == group.generation(),
                "generation {}, the log has {}",
                group.generation(),
                value.generation
            );
            self.check_assignment(world, group, value)?;
        }
        let empty = group.member_count() == 0;
        ensure!(
            !empty || matches!(group.state(), GroupState::Empty | GroupState::PreparingRebalance),
            "{} without members",
            group.state().name()
        );
        Ok(())
    }

    fn check_assignment(&self, world: &World, group: &Group, value: &GroupValue) -> Verdict {
        let mut owners: SortedMap<TopicPartition, &str> = SortedMap::new();
        for member in group.members() {
            let id = member.member_id.as_str();
            let stored = value.members.iter().find(|stored| stored.member_id == id);
            ensure!(
                stored.is_some_and(|stored| *stored.assignment == *member.assignment),
                "the assignment of {id} is not what the log has"
            );
            if member.assignment.is_empty() {
                continue; // The leader did not know it.
            }
            let assigned = decode_assignment(&member.assignment);
            let assigned = assigned.map_err(|_| format!("the assignment of {id} is unreadable"))?;
            for partition in assigned {
                let topic = world.broker().topic(&partition.topic);
                ensure!(
                    topic.is_some_and(|t| (partition.partition as usize) < t.partitions.len()),
                    "{id} reads {partition}, which is not there"
                );
                if let Some(other) = owners.insert(partition.clone(), id) {
                    return Err(format!("{other} and {id} both own {partition}"));
                }
            }
        }
        Ok(())
    }

    /// A commit was let in: from a member, in the generation that was or is.
    fn check_commits(&self, world: &World, messages: &Messages) -> Verdict {
        for message in messages.new_messages() {
            let Body::Response(Response::OffsetCommit { partitions }) = &*message.body else {
                continue;
            };
            if !partitions.iter().any(|(_, error)| error.is_none()) {
                continue;
            }
            let request = messages.request(message.to, message.correlation_id);
            let Some(Body::Request(Request::OffsetCommit { group, generation, member_id, .. })) =
                request
            else {
                continue;
            };
            if *generation < 0 {
                continue; // Not a member's.
            }
            let before = self.before.get(group);
            let now = world.broker().group(group);
            let by_before = before.is_none_or(|before| {
                let in_time = before.is_modern || before.generation == *generation;
                in_time && before.members.contains(member_id)
            });
            let by_now = now.is_some_and(|now| match now.modern() {
                Some(modern) => modern.member(member_id).is_some(),
                None => now.generation() == *generation && now.member(member_id).is_some(),
            });
            ensure!(
                by_before || by_now,
                "group {group} took a commit of {member_id} in generation {generation}; its generation was {:?} \
                 and is {:?}",
                before.map(|before| before.generation),
                now.map(Group::generation)
            );
        }
        Ok(())
    }

    /// What the log has of groups, the broker knows.
    fn check_forgotten(&self, world: &World) -> Verdict {
        for (id, _) in self.replays.values().flat_map(|replay| replay.offsets.keys()) {
            ensure!(
                world.broker().group(id).is_some(),
                "the log has offsets of group {id}, the broker does not know it"
            );
        }
        Ok(())
    }

    fn remember(&mut self, world: &World) {
        self.before = world
            .broker()
            .groups()
            .map(|group| {
                let mut members: SortedSet<String> =
                    group.members().map(|member| member.member_id.clone()).collect();
                let modern = group.modern();
                members.extend(
                    modern.into_iter().flat_map(Modern::members).map(|m| m.member_id().to_owned()),
                );
                let is_modern = modern.is_some();
                let before = Before { generation: group.generation(), is_modern, members };
                (group.id().clone(), before)
            })
            .collect();
    }
}

/// A group of the new protocol (GRP-31 to GRP-33): what it is can be read from the log, epochs are in order, and
/// no partition is with two members, not even while one of them gives it up.
fn check_modern(world: &World, group: &Group, modern: &Modern, replay: &Replay) -> Verdict {
    let of_group = replay.consumers.range((group.id().clone(), Vec::new())..);
    let of_group = of_group.take_while(|((id, _), _)| id == group.id()).map(|(_, value)| value);
    let (mut epoch, mut assignment_epoch, mut metadata, mut current) = (None, -1, 0, 0);
    for value in of_group {
        match value {
            ConsumerValue::Group { epoch: stored, .. } => epoch = Some(*stored),
            ConsumerValue::TargetMetadata { epoch: stored, .. } => assignment_epoch = *stored,
            ConsumerValue::Member(_) => metadata += 1,
            ConsumerValue::Current(_) => current += 1,
            _ => {}
        }
    }
    ensure!(
        epoch.is_none_or(|epoch| epoch == modern.group_epoch()),
        "group epoch {}, the log has {epoch:?}",
        modern.group_epoch()
    );
    ensure!(
        assignment_epoch == modern.assignment_epoch(),
        "assignment epoch {}, the log has {assignment_epoch}",
        modern.assignment_epoch()
    );
    let members = modern.members().count();
    ensure!(
        metadata == members && current <= members,
        "{members} members, the log has {metadata} of them and what {current} own"
    );
    ensure!(
        modern.assignment_epoch() <= modern.group_epoch(),
        "the target is of epoch {}, the group of {}",
        modern.assignment_epoch(),
        modern.group_epoch()
    );
    let mut owners: SortedMap<&TopicPartition, &str> = SortedMap::new();
    let mut targets: SortedMap<&TopicPartition, &str> = SortedMap::new();
    for member in modern.members() {
        let id = member.member_id();
        ensure!(
            member.epoch() <= modern.assignment_epoch().max(0),
            "{id} is in epoch {}, the target of {}",
            member.epoch(),
            modern.assignment_epoch()
        );
        for partition in member.assigned().chain(member.pending_revocation()) {
            let topic = world.broker().topic(&partition.topic);
            ensure!(
                topic.is_some_and(|t| (partition.partition as usize) < t.partitions.len()),
                "{id} owns {partition}, which is not there"
            );
            if let Some(other) = owners.insert(partition, id) {
                return Err(format!("{other} and {id} both hold {partition}"));
            }
        }
        for partition in modern.target(id) {
            if let Some(other) = targets.insert(partition, id) {
                return Err(format!("{partition} is the target of {other} and of {id}"));
            }
        }
        ensure!(
            group.state() != GroupState::Stable
                || member.assigned().eq(modern
                    .target(id)
                    .filter(|p| { member.topics().any(|topic| *topic == p.topic) })),
            "{id} is reconciled, but does not own its target"
        );
    }
    Ok(())
}

/// Before all partitions of a group.
fn first_of(group: &GroupId) -> (GroupId, TopicPartition) {
    (group.clone(), TopicPartition::new("", 0))
}

impl Replay {
    /// OFFS-8. Whose record it is.
    fn take(&mut self, (at, key, value): &Raw) -> Result<GroupId, String> {
        let key = key.as_deref().ok_or_else(|| format!("offset {at} has no key"))?;
        let (key, value) =
            decode_record(key, value.as_deref()).map_err(|e| format!("offset {at}: {e:?}"))?;
        match key {
            OffsetsKey::Group { group } => {
                let id = GroupId::from(group.as_str());
                match value {
                    Some(OffsetsValue::Group(value)) => self.groups.insert(id.clone(), value),
                    _ => self.groups.remove(&id),
                };
                Ok(id)
            }
            OffsetsKey::Consumer(_) => {
                let id = GroupId::from(key.group());
                let place = (id.clone(), key.encode());
                match value {
                    Some(OffsetsValue::Consumer(value)) => {
                        self.consumers.insert(place, value);
                    }
                    _ => {
                        self.consumers.remove(&place);
                    }
                }
                Ok(id)
            }
            OffsetsKey::Offset { group, topic, partition } => {
                let id = GroupId::from(group.as_str());
                let partition =
                    u32::try_from(partition).map_err(|_| format!("offset {at}: {partition}"))?;
                let key = (id.clone(), TopicPartition::new(topic.as_str(), partition));
                let Some(OffsetsValue::Offset(value)) = value else {
                    self.offsets.remove(&key);
                    return Ok(id);
                };
                let committed = CommittedOffset {
                    offset: Offset::from_i64(value.offset)
                        .ok_or_else(|| format!("offset {at} commits {}", value.offset))?,
                    leader_epoch: value.leader_epoch,
                    commit_ms: u64::try_from(value.commit_ms).unwrap_or(0),
                    stored_at: Offset::from_i64(*at).unwrap_or_default(),
                };
                self.offsets.insert(key, committed);
                Ok(id)
            }
        }
    }
}
