//! A group to assign partitions to, in numbers: members and topics by their rank in Java's order of names.
//!
//! So numbers compare as Kafka's names do (GEN-5), and orders of `HashMap`s are lists of numbers (GEN-6).

use std::cmp::Ordering;

use crate::client::assignor::{Assignment, Subscription};
use crate::protocol::java::{compare_strings, hash_map_order, string_hash, topic_partition_hash};
use crate::protocol::{SortedMap, Topic, TopicPartition, sort_by};

/// A partition: its topic's rank, its number.
pub(super) type Place = (u32, u32);

pub(super) struct Group<'a> {
    /// In the order of ids.
    pub(super) members: Vec<&'a Subscription>,
    /// Topics with partitions that somebody subscribes to, in the order of names, and how many partitions.
    topics: Vec<(&'a Topic, u32)>,
    ranks: SortedMap<&'a Topic, u32>,
    /// What each member subscribes to, of these topics, in its own order; twice if it says so twice.
    pub(super) subscribed: Vec<Vec<u32>>,
    /// The members as Kafka's map of subscriptions lists them.
    pub(super) hash_order: Vec<usize>,
}

impl<'a> Group<'a> {
    pub(super) fn new(counts: &'a SortedMap<Topic, u32>, joined: &'a [Subscription]) -> Self {
        let mut members: Vec<&Subscription> = joined.iter().collect();
        sort_by(&mut members, |a, b| compare_strings(&a.member_id, &b.member_id));
        let wanted: SortedMap<&Topic, ()> =
            members.iter().flat_map(|m| &m.topics).map(|topic| (topic, ())).collect();
        let mut topics: Vec<(&Topic, u32)> = wanted
            .keys()
            .filter_map(|topic| counts.get(*topic).map(|count| (*topic, *count)))
            .filter(|(_, count)| *count > 0)
            .collect();
        sort_by(&mut topics, |a, b| compare_strings(a.0.as_str(), b.0.as_str()));
        let ranks: SortedMap<&Topic, u32> =
            (0..).zip(&topics).map(|(rank, (topic, _))| (*topic, rank)).collect();
        let of =
            |m: &&Subscription| m.topics.iter().filter_map(|t| ranks.get(t).copied()).collect();
        let subscribed = members.iter().map(of).collect();
        let rank_of =
            |m: &Subscription| members.iter().position(|other| other.member_id == m.member_id);
        let joined = joined
            .iter()
            .map(|m| (string_hash(&m.member_id), rank_of(m).expect("every member has a rank")));
        let hash_order = hash_map_order(16, joined.collect());
        Self { members, topics, ranks, subscribed, hash_order }
    }

    /// The order of a new `HashMap` that the members are put into as the map of subscriptions lists them.
    pub(super) fn copied_order(&self) -> Vec<usize> {
        let hashed = |at: &usize| (string_hash(&self.members[*at].member_id), *at);
        hash_map_order(16, self.hash_order.iter().map(hashed).collect())
    }

    /// Static members first, by instance id; then dynamic ones by member id (`MemberInfo.compareTo`).
    ///
    /// They come out of a `HashMap`; its order decides between equal instance ids.
    pub(super) fn static_first(&self) -> Vec<usize> {
        let mut sorted = self.hash_order.clone();
        let instance = |at: usize| &self.members[at].instance_id;
        sort_by(&mut sorted, |a, b| match (instance(*a), instance(*b)) {
            (Some(a), Some(b)) => compare_strings(a, b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => a.cmp(b),
        });
        sorted
    }

    /// The ranks of all topics, and how many partitions each has.
    pub(super) fn topics(&self) -> impl Iterator<Item = (u32, u32)> + Clone {
        (0..).zip(self.topics.iter().map(|(_, count)| *count))
    }

    pub(super) fn count(&self, topic: u32) -> u32 {
        self.topics[topic as usize].1
    }

    pub(super) fn total(&self) -> u64 {
        self.topics.iter().map(|(_, count)| u64::from(*count)).sum()
    }

    pub(super) fn place(&self, partition: &TopicPartition) -> Option<Place> {
        Some((*self.ranks.get(&partition.topic)?, partition.partition))
    }

    /// `TopicPartition.hashCode`.
    pub(super) fn hash((topic, partition): Place, group: &Self) -> i32 {
        topic_partition_hash(group.topics[topic as usize].0.as_str(), partition)
    }

    pub(super) fn assignment(&self, assigned: Vec<Vec<Place>>) -> Assignment {
        let named = |(topic, partition): Place| {
            TopicPartition::new(self.topics[topic as usize].0, partition)
        };
        let mut assignment = Assignment::new();
        for (member, mut places) in self.members.iter().zip(assigned) {
            sort_by(&mut places, Ord::cmp);
            let partitions = places.into_iter().map(named).collect();
            assignment.insert(member.member_id.clone(), partitions);
        }
        assignment
    }
}

/// Every partition of a topic.
pub(super) fn places(topic: u32, count: u32) -> impl Iterator<Item = Place> {
    (0..count).map(move |partition| (topic, partition))
}

/// `List.remove(Object)`: takes out the first that is equal.
pub(super) fn remove_first<T: PartialEq>(list: &mut Vec<T>, value: &T) {
    if let Some(at) = list.iter().position(|other| other == value) {
        list.remove(at);
    }
}
