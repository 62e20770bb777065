//! What `__consumer_offsets` holds of a group: its last records, and the assignments that were stored one after
//! the other.

use crate::broker::group::{
    ConsumerKeyKind, ConsumerValue, OffsetsKey, OffsetsValue, TopicPartitionsValue, decode_record,
};
use crate::client::assignor::protocol::decode_assignment;
use crate::protocol::java::group_partition;
use crate::protocol::record::{Payload, RecordBatch};
use crate::protocol::{GroupId, Offset, SortedMap, Subject, Topic, TopicPartition, Uuid};
use crate::sim::World;
use crate::words::{Line, Words};

/// Records that are shown.
const SHOWN: usize = 9;

/// A record of `__consumer_offsets`, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordView {
    /// Its offset.
    pub offset: Offset,
    /// To open it.
    pub subject: Subject,
    /// The type of its key, by Kafka's name.
    pub kind: &'static str,
    /// What it is about.
    pub key: String,
    /// What it says.
    pub value: Line,
    /// Its value is null.
    pub tombstone: bool,
    /// A newer record has its key.
    pub superseded: bool,
    /// It is about the group that is shown.
    pub own: bool,
}

/// An assignment as it was stored: who had what, by `client.id`.
pub(super) type Assignment = SortedMap<TopicPartition, String>;

/// The last two assignments, the older one first; of the new protocol the targets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Assignments {
    pub(super) before: Assignment,
    pub(super) now: Assignment,
    /// Whether there was one before.
    pub(super) has_before: bool,
}

fn each_record(
    world: &World,
    partition: &TopicPartition,
    mut see: impl FnMut(Offset, &[u8], Option<&[u8]>),
) {
    let Some(log) = world.broker().logs().get(partition) else { return };
    let batches: Vec<RecordBatch<'_>> = log.batches().map(|(_, batch)| batch).collect();
    for batch in &batches {
        let payload = batch.payload();
        for record in payload.iter().flat_map(Payload::records).flatten() {
            if let (Some(key), Some(offset)) = (record.key, Offset::from_i64(record.offset)) {
                see(offset, key, record.value);
            }
        }
    }
}

pub(super) fn last_records(
    world: &World,
    partition: &TopicPartition,
    group: &GroupId,
    words: &dyn Words,
) -> Vec<RecordView> {
    let mut last: SortedMap<Vec<u8>, Offset> = SortedMap::new();
    let mut found: Vec<(Offset, Vec<u8>, Option<Vec<u8>>)> = Vec::new();
    each_record(world, partition, |offset, key, value| {
        last.insert(key.to_vec(), offset);
        if found.len() == SHOWN {
            found.remove(0);
        }
        found.push((offset, key.to_vec(), value.map(<[u8]>::to_vec)));
    });
    let names = topic_names(world);
    let view = |(offset, key, value): (Offset, Vec<u8>, Option<Vec<u8>>)| {
        let (decoded, says) = decode_record(&key, value.as_deref()).ok()?;
        let (kind, about) = key_of(&decoded);
        Some(RecordView {
            offset,
            subject: Subject::Record(partition.clone(), offset),
            kind,
            key: about,
            value: says
                .map_or_else(|| words.groups_tombstone(), |says| value_of(&says, &names, words)),
            tombstone: value.is_none(),
            superseded: last.get(&key).is_some_and(|latest| *latest > offset),
            own: decoded.group() == group.as_str(),
        })
    };
    found.into_iter().filter_map(view).collect()
}

/// The type of a key and what it is about.
fn key_of(key: &OffsetsKey) -> (&'static str, String) {
    match key {
        OffsetsKey::Offset { group, topic, partition } => {
            ("OffsetCommit", format!("{group}, {topic}, {partition}"))
        }
        OffsetsKey::Group { group } => ("GroupMetadata", group.clone()),
        OffsetsKey::Consumer(key) => {
            let of_member =
                |id: &str| format!("{}, {}", key.group, crate::words::short_member_id(id));
            match &key.kind {
                ConsumerKeyKind::Group => ("ConsumerGroupMetadata", key.group.clone()),
                ConsumerKeyKind::Topics => ("ConsumerGroupPartitionMetadata", key.group.clone()),
                ConsumerKeyKind::Member(id) => ("ConsumerGroupMemberMetadata", of_member(id)),
                ConsumerKeyKind::TargetMetadata => {
                    ("ConsumerGroupTargetAssignmentMetadata", key.group.clone())
                }
                ConsumerKeyKind::Target(id) => {
                    ("ConsumerGroupTargetAssignmentMember", of_member(id))
                }
                ConsumerKeyKind::Current(id) => {
                    ("ConsumerGroupCurrentMemberAssignment", of_member(id))
                }
            }
        }
    }
}

fn value_of(value: &OffsetsValue, names: &SortedMap<Uuid, Topic>, words: &dyn Words) -> Line {
    match value {
        OffsetsValue::Offset(value) => words.groups_says_offset(value.offset, value.leader_epoch),
        OffsetsValue::Group(value) => {
            let members = value.members.iter().map(|member| {
                let owned = decode_assignment(&member.assignment).unwrap_or_default();
                format!("{} {}", member.client_id, numbers(owned.iter()))
            });
            let members: Vec<String> = members.collect();
            words.groups_says_group(value.generation, &members.join(" · "))
        }
        OffsetsValue::Consumer(value) => match value {
            ConsumerValue::Group { epoch, .. } => words.groups_says_epoch(*epoch),
            ConsumerValue::TargetMetadata { epoch, .. } => words.groups_says_epoch(*epoch),
            ConsumerValue::Topics => Line::default(),
            ConsumerValue::Member(member) => {
                words.groups_says_member(&member.client_id, &member.topics.join(", "))
            }
            ConsumerValue::Target(topics) => {
                let all = partitions(topics, names);
                Line::plain(if all.is_empty() { "–".into() } else { numbers(all.iter()) })
            }
            ConsumerValue::Current(member) => {
                let state = match member.state {
                    1 => "UNREVOKED_PARTITIONS",
                    2 => "UNRELEASED_PARTITIONS",
                    _ => "STABLE",
                };
                let owned = numbers(partitions(&member.assigned, names).iter());
                words.groups_says_current(member.member_epoch, state, &owned)
            }
        },
    }
}

/// Partitions by topic: `t 0,1 u 0`.
pub(super) fn numbers<'a>(partitions: impl Iterator<Item = &'a TopicPartition>) -> String {
    let mut by_topic: SortedMap<&str, Vec<String>> = SortedMap::new();
    for partition in partitions {
        let numbers = by_topic.entry(partition.topic.as_str()).or_default();
        numbers.push(partition.partition.to_string());
    }
    let all = by_topic.iter().map(|(topic, numbers)| format!("{topic} {}", numbers.join(",")));
    all.collect::<Vec<_>>().join(" ")
}

fn topic_names(world: &World) -> SortedMap<Uuid, Topic> {
    world.broker().topics().map(|(topic, image)| (image.id, topic.clone())).collect()
}

fn partitions(
    topics: &[TopicPartitionsValue],
    names: &SortedMap<Uuid, Topic>,
) -> Vec<TopicPartition> {
    let mut all = Vec::new();
    for topic in topics {
        let Some(name) = names.get(&topic.topic_id) else { continue };
        let numbers = topic.partitions.iter();
        all.extend(numbers.map(|number| TopicPartition::new(name.clone(), number.cast_unsigned())));
    }
    all.sort();
    all
}

/// The last two assignments of a group that its partition of `__consumer_offsets` holds.
pub(super) fn assignments(world: &World, group: &GroupId) -> Assignments {
    let topic = Topic::from(Topic::CONSUMER_OFFSETS);
    let Some(image) = world.broker().topic(&topic) else { return Assignments::default() };
    let number = group_partition(group.as_str(), image.partitions.len() as u32);
    let partition = TopicPartition::new(topic, number);
    let names = topic_names(world);
    let mut found = Assignments::default();
    // Of the new protocol: targets by member, and who they are.
    let mut targets: SortedMap<String, Vec<TopicPartition>> = SortedMap::new();
    let mut clients: SortedMap<String, String> = SortedMap::new();
    each_record(world, &partition, |_, key, value| {
        // Commits are most of the log, and say nothing here.
        if key.starts_with(&[0, 1]) || key.starts_with(&[0, 0]) {
            return;
        }
        let Ok((key, value)) = decode_record(key, value) else { return };
        if key.group() != group.as_str() {
            return;
        }
        let next = match (key, value) {
            (OffsetsKey::Group { .. }, Some(OffsetsValue::Group(value))) => {
                if value.members.is_empty() {
                    return;
                }
                let mut next = Assignment::new();
                for member in &value.members {
                    for partition in decode_assignment(&member.assignment).unwrap_or_default() {
                        next.insert(partition, member.client_id.clone());
                    }
                }
                next
            }
            (OffsetsKey::Consumer(key), Some(OffsetsValue::Consumer(value))) => {
                match (key.kind, value) {
                    (ConsumerKeyKind::Member(id), ConsumerValue::Member(member)) => {
                        clients.insert(id, member.client_id);
                        return;
                    }
                    (ConsumerKeyKind::Target(id), ConsumerValue::Target(topics)) => {
                        targets.insert(id, partitions(&topics, &names));
                        return;
                    }
                    (ConsumerKeyKind::TargetMetadata, _) => {}
                    _ => return,
                }
                let mut next = Assignment::new();
                for (id, target) in &targets {
                    let client = clients.get(id).unwrap_or(id);
                    next.extend(target.iter().map(|p| (p.clone(), client.clone())));
                }
                next
            }
            (OffsetsKey::Consumer(key), None) => {
                if let ConsumerKeyKind::Target(id) = &key.kind {
                    targets.remove(id);
                }
                return;
            }
            _ => return,
        };
        found.has_before = !found.now.is_empty() || found.has_before;
        found.before = std::mem::replace(&mut found.now, next);
    });
    found
}
