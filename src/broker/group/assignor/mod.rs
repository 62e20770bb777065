//! Who reads what in a group of the new protocol (KIP-848), as its coordinator decides (ASGN-30 to ASGN-32).
//!
//! Kafka: `ConsumerGroupPartitionAssignor`, `TargetAssignmentBuilder`. Topic ids are random in a cluster;
//! here they ascend with the names. Left out: racks, which 4.3.1's assignors do not look at.

mod balancer;
mod heterogeneous;
mod homogeneous;
mod range;

use std::cmp::Ordering;

use crate::protocol::java::{compare_strings, hash_map_order, string_hash};
use crate::protocol::{SortedMap, SortedSet, Topic, TopicPartition, sort_by};

/// A member as the assignor sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its id.
    pub member_id: String,
    /// `group.instance.id` of a static member.
    pub instance_id: Option<String>,
    /// What it subscribes to.
    pub topics: Vec<Topic>,
    /// What the assignment so far gives it.
    pub target: Vec<TopicPartition>,
}

/// Kafka's assignor threw this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignorFailed(pub &'static str);

/// One of the coordinator's assignors, `group.consumer.assignors`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Assignor {
    /// `UniformAssignor`.
    Uniform,
    /// `RangeAssignor`.
    Range,
}

/// A partition: its topic's rank, its number.
type Place = (u32, u32);
type Assigned = Vec<SortedSet<Place>>;

impl Assignor {
    /// The assignor with that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "uniform" => Some(Self::Uniform),
            "range" => Some(Self::Range),
            _ => None,
        }
    }

    /// Kafka's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::Range => "range",
        }
    }

    /// Assigns `partitions` (topic → count) to `members`, in the order of joining, no two with one id.
    ///
    /// Topics that do not exist are ignored, but a subscription to one makes a member different from others.
    ///
    /// # Errors
    /// [`AssignorFailed`] where Kafka's code throws: targets that contradict each other or the topics.
    pub fn assign(
        self,
        partitions: &SortedMap<Topic, u32>,
        members: &[Member],
    ) -> Result<SortedMap<String, Vec<TopicPartition>>, AssignorFailed> {
        let group = Group::new(partitions, members);
        let assigned = match self {
            _ if group.members.is_empty() => Vec::new(),
            Self::Range => range::range(&group),
            Self::Uniform if group.is_homogeneous() => homogeneous::uniform(&group)?,
            Self::Uniform => heterogeneous::uniform(&group)?,
        };
        let named = |&(topic, partition): &Place| {
            TopicPartition::new(group.topics[topic as usize].0, partition)
        };
        let members = group.members.iter().zip(assigned);
        Ok(members
            .map(|(member, places)| (member.member_id.clone(), places.iter().map(named).collect()))
            .collect())
    }
}

/// The group in numbers: topics by the rank of their names, members as Kafka's map lists them.
struct Group<'a> {
    members: Vec<&'a Member>,
    topics: Vec<(&'a Topic, u32)>,
    ranks: SortedMap<&'a Topic, u32>,
}

impl<'a> Group<'a> {
    fn new(counts: &'a SortedMap<Topic, u32>, joined: &'a [Member]) -> Self {
        let mut topics: Vec<(&Topic, u32)> = counts.iter().map(|(t, count)| (t, *count)).collect();
        sort_by(&mut topics, |a, b| compare_strings(a.0.as_str(), b.0.as_str()));
        let ranks = (0..).zip(&topics).map(|(rank, (topic, _))| (*topic, rank)).collect();
        let hashed = joined.iter().map(|member| (string_hash(&member.member_id), member));
        Self { members: hash_map_order(16, hashed.collect()), topics, ranks }
    }

    /// Kafka: `ModernGroup.subscriptionType`.
    fn is_homogeneous(&self) -> bool {
        let wanted = |member: &&'a Member| member.topics.iter().collect::<SortedSet<&Topic>>();
        let first = self.members.first().map(wanted);
        self.members.iter().all(|member| Some(wanted(member)) == first)
    }

    fn count(&self, topic: u32) -> u32 {
        self.topics[topic as usize].1
    }

    /// The topics that exist of those a member subscribes to, in the order of its set of names.
    fn subscribed(&self, member: &Member) -> Vec<u32> {
        let mut names = SortedSet::new();
        let new = member.topics.iter().filter(|topic| names.insert(*topic));
        let hashed = new.map(|topic| (string_hash(topic.as_str()), topic)).collect();
        let order = hash_map_order(copied_capacity(member.topics.len()), hashed);
        order.into_iter().filter_map(|topic| self.ranks.get(topic).copied()).collect()
    }

    /// A member's target, topic by topic, partitions in the order of their set.
    fn target(&self, member: &Member) -> Vec<(u32, Vec<u32>)> {
        let mut by_topic: Vec<(u32, Vec<u32>)> = Vec::new();
        for TopicPartition { topic, partition } in &member.target {
            let Some(&rank) = self.ranks.get(topic) else { continue };
            match by_topic.iter_mut().find(|(other, _)| *other == rank) {
                Some((_, partitions)) => partitions.push(*partition),
                None => by_topic.push((rank, vec![*partition])),
            }
        }
        for (_, partitions) in &mut by_topic {
            let capacity = copied_capacity(partitions.len());
            let mut seen = SortedSet::new();
            partitions.retain(|partition| seen.insert(*partition));
            let hashed = partitions.iter().map(|p| (p.cast_signed(), *p));
            *partitions = hash_map_order(capacity, hashed.collect());
        }
        let hashed = by_topic.into_iter().map(|target| (id_hash(target.0), target));
        hash_map_order(16, hashed.collect())
    }

    /// Static members first, by instance id; then dynamic ones by member id. Kafka: `sortMemberIds`.
    fn static_first(&self) -> Vec<usize> {
        let mut sorted: Vec<usize> = (0..self.members.len()).collect();
        sort_by(&mut sorted, |a, b| {
            let (a, b) = (self.members[*a], self.members[*b]);
            match (&a.instance_id, &b.instance_id) {
                (Some(a), Some(b)) => compare_strings(a, b),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => compare_strings(&a.member_id, &b.member_id),
            }
        });
        sorted
    }
}

/// `Uuid.hashCode` of the id that a topic of this rank has: `Uuid(0, rank + 1)`.
fn id_hash(rank: u32) -> i32 {
    (rank + 1).cast_signed()
}

/// The capacity that `new HashSet<>(collection)` asks for.
fn copied_capacity(length: usize) -> u32 {
    u32::try_from(length * 4 / 3 + 1).expect("fewer than 2³¹ elements").max(16)
}
