//! Uniform, where members subscribe to different topics (ASGN-32).
//!
//! Kafka: `UniformHeterogeneousAssignmentBuilder`.

use crate::broker::group::assignor::balancer::Balancer;
use crate::broker::group::assignor::{Assigned, AssignorFailed, Group, Place};
use crate::protocol::{SortedMap, SortedSet, sort_by, sort_by_key};

/// How often the topics are gone through.
const MAX_ITERATION_COUNT: u32 = 16;

struct Builder<'a> {
    group: &'a Group<'a>,
    /// Topics that somebody subscribes to: their subscribers, and who has each partition.
    topics: SortedMap<u32, (Vec<usize>, Vec<Option<usize>>)>,
    sizes: Vec<i64>,
    assigned: Assigned,
}

pub(super) fn uniform(group: &Group<'_>) -> Result<Assigned, AssignorFailed> {
    let mut builder = Builder {
        group,
        topics: SortedMap::new(),
        sizes: vec![0; group.members.len()],
        assigned: vec![SortedSet::new(); group.members.len()],
    };
    for (at, member) in group.members.iter().enumerate() {
        for topic in group.subscribed(member) {
            let owners = || (Vec::new(), vec![None; group.count(topic) as usize]);
            builder.topics.entry(topic).or_insert_with(owners).0.push(at);
        }
    }
    builder.keep()?;
    builder.give_unassigned();
    builder.balance();
    Ok(builder.assigned)
}

impl Builder<'_> {
    /// Kafka: `maybeRevokePartitions`.
    fn keep(&mut self) -> Result<(), AssignorFailed> {
        let wanted = !self.topics.is_empty();
        for (at, member) in self.group.members.iter().enumerate().filter(|_| wanted) {
            for (topic, partitions) in self.group.target(member) {
                if !self.group.subscribed(member).contains(&topic) {
                    continue;
                }
                self.sizes[at] += partitions.len() as i64;
                let (_, owners) = self.topics.get_mut(&topic).expect("it subscribes to it");
                for partition in partitions {
                    let owner = owners.get_mut(partition as usize);
                    *owner.ok_or(AssignorFailed("java.lang.ArrayIndexOutOfBoundsException"))? =
                        Some(at);
                    self.assigned[at].insert((topic, partition));
                }
            }
        }
        Ok(())
    }

    /// By partitions per subscriber, most first; then by subscribers; then by id.
    fn sorted(&self, keep: impl Fn(&(Vec<usize>, Vec<Option<usize>>)) -> bool) -> Vec<u32> {
        let kept = self.topics.iter().filter(|(_, topic)| keep(topic));
        let mut topics: Vec<(u32, u64, u64)> = kept
            .map(|(id, (subscribers, owners))| (*id, owners.len() as u64, subscribers.len() as u64))
            .collect();
        sort_by(&mut topics, |(a, a_count, a_members), (b, b_count, b_members)| {
            let share = (b_count * a_members).cmp(&(a_count * b_members));
            share.then(a_members.cmp(b_members)).then(a.cmp(b))
        });
        topics.into_iter().map(|(id, _, _)| id).collect()
    }

    /// Kafka: `assignRemainingPartitions`.
    fn give_unassigned(&mut self) {
        for topic in self.sorted(|(_, owners)| owners.contains(&None)) {
            let (subscribers, owners) = &self.topics[&topic];
            let mut balancer = Balancer::new(subscribers, &self.sizes);
            let free: Vec<u32> =
                (0..).zip(owners).filter(|(_, owner)| owner.is_none()).map(|(p, _)| p).collect();
            for partition in free {
                let member = balancer.next_least(&self.sizes);
                self.assign((topic, partition), member);
            }
        }
    }

    /// Kafka: `assignPartition`.
    fn assign(&mut self, place: Place, member: usize) {
        let (_, owners) = self.topics.get_mut(&place.0).expect("only subscribed topics");
        if let Some(owner) = owners[place.1 as usize].replace(member) {
            self.assigned[owner].remove(&place);
            self.sizes[owner] -= 1;
        }
        self.assigned[member].insert(place);
        self.sizes[member] += 1;
    }

    /// Kafka: `balanceTopics`.
    fn balance(&mut self) {
        let topics = self.sorted(|(subscribers, _)| subscribers.len() >= 2);
        let mut last = None;
        for _ in 0..MAX_ITERATION_COUNT {
            for (at, topic) in topics.iter().enumerate() {
                if last == Some(at) {
                    return; // Once around, and nothing moved.
                }
                if self.balance_topic(*topic) || last.is_none() {
                    last = Some(at);
                }
            }
        }
    }

    /// Whether anything moved. Kafka: `balanceTopic`.
    fn balance_topic(&mut self, topic: u32) -> bool {
        let (subscribers, owners) = &self.topics[&topic];
        let mut balancer = Balancer::new(subscribers, &self.sizes);
        if balancer.imbalance(&self.sizes) <= 1 {
            return false;
        }
        // What each has of this topic; it gives its highest first.
        let mut partitions: Vec<(Option<usize>, u32)> = owners.iter().copied().zip(0..).collect();
        sort_by_key(&mut partitions, |owned| *owned);
        let mut owned: SortedMap<usize, Vec<u32>> = SortedMap::new();
        for (owner, partition) in partitions {
            owned.entry(owner.expect("all are assigned")).or_default().push(partition);
        }
        let mut moved = false;
        while !balancer.is_balanced() {
            let partition = loop {
                let Some(most) = balancer.next_most(&self.sizes) else { return moved };
                match owned.get_mut(&most).and_then(Vec::pop) {
                    Some(partition) => break partition,
                    None => balancer.exclude_most(),
                }
            };
            let least = balancer.next_least(&self.sizes);
            if balancer.is_balanced() {
                break;
            }
            self.assign((topic, partition), least);
            moved = true;
        }
        moved
    }
}
