//! The target assignment: which assignor, when, and what is written of it (`GRP-31`, `ASGN-30` to `ASGN-32`).
//!
//! Kafka: `GroupMetadataManager.maybeUpdateTargetAssignment`, `TargetAssignmentBuilder`, and
//! `ModernGroup.computeMetadataHash`. Left out: the hash is not Kafka's XXH3, only as good at telling topics apart.

use crate::broker::TopicImage;
use crate::broker::group::assignor::{Assignor, Member};
use crate::broker::group::modern::{Modern, ModernMember, TopicPartitionsValue};
use crate::protocol::config::{Setting, Settings, Value};
use crate::protocol::java::{hash_map_order, string_hash};
use crate::protocol::{ErrorCode, Refusal, SortedMap, SortedSet, Topic, TopicPartition, Uuid};

type Topics = SortedMap<Topic, TopicImage>;

/// `group.consumer.assignors`, in order.
pub(super) fn assignors(settings: &Settings) -> Vec<Assignor> {
    match settings.get(Setting::GroupConsumerAssignors) {
        Value::List(names) => names.iter().filter_map(|name| Assignor::named(name)).collect(),
        _ => vec![Assignor::Uniform, Assignor::Range],
    }
}

impl Modern {
    /// The assignor that most members vote for, the first in the order of Kafka's `HashMap` among equals; else
    /// the broker's first.
    pub(super) fn preferred_assignor(&self, settings: &Settings) -> Assignor {
        let mut votes: Vec<(i32, (&str, u32))> = Vec::new();
        for name in self.members.iter().filter_map(|member| member.server_assignor.as_deref()) {
            match votes.iter_mut().find(|(_, (other, _))| *other == name) {
                Some((_, (_, count))) => *count += 1,
                None => votes.push((string_hash(name), (name, 1))),
            }
        }
        let ordered = hash_map_order(16, votes);
        let most = ordered.iter().map(|(_, count)| *count).max();
        let first = ordered.into_iter().find(|(_, count)| Some(*count) == most);
        let voted = first.and_then(|(name, _)| Assignor::named(name));
        voted.or_else(|| assignors(settings).first().copied()).unwrap_or(Assignor::Uniform)
    }

    /// Whether a new target may be computed already: the first one at once, others
    /// `group.consumer.assignment.interval.ms` apart.
    pub(super) fn may_compute(&self, now_ms: u64, settings: &Settings) -> bool {
        let interval_ms = settings.unsigned(Setting::GroupConsumerAssignmentIntervalMs);
        self.computed_ms.is_none_or(|since_ms| now_ms >= since_ms.saturating_add(interval_ms))
    }

    /// Computes the target of the group epoch. Who gets something else than before, in the order in which Kafka
    /// writes it.
    ///
    /// # Errors
    /// `UNKNOWN_SERVER_ERROR` where the assignor fails; then nothing has changed.
    pub(super) fn compute_target(
        &mut self,
        now_ms: u64,
        settings: &Settings,
        topics: &Topics,
    ) -> Result<Vec<String>, Refusal> {
        let assignor = self.preferred_assignor(settings);
        let counts: SortedMap<Topic, u32> = topics
            .iter()
            .filter(|(topic, _)| self.is_subscribed_to(topic))
            .map(|(topic, image)| (topic.clone(), image.partitions.len() as u32))
            .collect();
        let member = |member: &ModernMember| Member {
            member_id: member.member_id.clone(),
            instance_id: member.instance_id.clone(),
            topics: member.topics.iter().cloned().collect(),
            target: self.target(&member.member_id).cloned().collect(),
        };
        let members: Vec<Member> = self.members.iter().map(member).collect();
        let assigned = assignor.assign(&counts, &members).map_err(|failed| {
            let epoch = self.group_epoch;
            let words = format!(
                "Failed to compute a new target assignment for epoch {epoch}: {}",
                failed.0
            );
            Refusal::new(ErrorCode::UnknownServerError, words)
        })?;
        let mut changed = Vec::new();
        let ids = self.members.iter().map(|m| (string_hash(&m.member_id), m.member_id.clone()));
        for member_id in hash_map_order(16, ids.collect()) {
            let target: SortedSet<TopicPartition> =
                assigned.get(&member_id).into_iter().flatten().cloned().collect();
            if self.target.get(&member_id) != Some(&target) {
                self.target.insert(member_id.clone(), target);
                changed.push(member_id);
            }
        }
        self.assignment_epoch = self.group_epoch;
        self.computed_ms = Some(now_ms);
        self.assignor = Some(assignor);
        Ok(changed)
    }

    /// A hash of the topics that the members subscribe to, as far as they exist: names, ids, partitions.
    pub(super) fn hash_topics(&self, topics: &Topics) -> i64 {
        let existing = topics.iter().filter(|(topic, _)| self.is_subscribed_to(topic));
        let mut hash = 0u64;
        for (topic, image) in existing {
            let bytes = topic.as_str().bytes().chain(image.id.0.to_be_bytes());
            let bytes = bytes.chain((image.partitions.len() as u32).to_be_bytes());
            hash = bytes.fold(hash ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
            });
        }
        hash.cast_signed()
    }
}

/// Partitions of a topic with their hash codes and epochs.
type Numbers = Vec<(i32, (i32, Option<i32>))>;

/// Partitions by their topics' ids, in the order of Kafka's maps; with epochs, where there are any.
pub(super) fn by_topic_id<'a>(
    topics: &Topics,
    partitions: impl Iterator<Item = (&'a TopicPartition, Option<i32>)>,
) -> Vec<TopicPartitionsValue> {
    let mut found: Vec<(Uuid, Numbers)> = Vec::new();
    for (partition, epoch) in partitions {
        let Some(id) = topics.get(&partition.topic).map(|image| image.id) else { continue };
        let number = partition.partition.cast_signed();
        let entry = (number, (number, epoch));
        match found.iter_mut().find(|(other, _)| *other == id) {
            Some((_, numbers)) => numbers.push(entry),
            None => found.push((id, vec![entry])),
        }
    }
    let value = |(topic_id, numbers): (Uuid, Numbers)| {
        let numbers = hash_map_order(16, numbers);
        TopicPartitionsValue {
            topic_id,
            partitions: numbers.iter().map(|(number, _)| *number).collect(),
            epochs: numbers.iter().filter_map(|(_, epoch)| *epoch).collect(),
        }
    };
    let hashed = found.into_iter().map(|topic| (uuid_hash(topic.0), topic)).collect();
    hash_map_order(16, hashed).into_iter().map(value).collect()
}

/// `Uuid.hashCode`.
fn uuid_hash(id: Uuid) -> i32 {
    let folded = (id.0 >> 64) as u64 ^ id.0 as u64;
    ((folded >> 32) as u32 ^ folded as u32).cast_signed()
}
