//! The members of one topic, by how much they have: a lowest and a highest level, which come closer.
//!
//! Kafka: `UniformHeterogeneousAssignmentBuilder.MemberAssignmentBalancer`.

use crate::protocol::sort_by_key;

/// Members lowest first. The lowest level grows to the right, the highest to the left.
pub(super) struct Balancer {
    members: Vec<usize>,
    least_end: usize,
    least_level: i64,
    next_least: usize,
    most_start: usize,
    /// Members beyond it have nothing to give.
    most_end: usize,
    most_level: i64,
    /// One more than the next to give.
    next_most: usize,
}

impl Balancer {
    /// Puts a topic's members in order; they may not be none.
    pub(super) fn new(subscribers: &[usize], sizes: &[i64]) -> Self {
        let mut members = subscribers.to_vec();
        sort_by_key(&mut members, |member| (sizes[*member], *member));
        let (first, last) = (members[0], members[members.len() - 1]);
        Self {
            least_end: 0,
            least_level: sizes[first] - 1,
            next_least: 0,
            most_start: members.len(),
            most_end: members.len(),
            most_level: sizes[last] + 1,
            next_most: members.len(),
            members,
        }
    }

    /// By how much the first and the last differ.
    pub(super) fn imbalance(&self, sizes: &[i64]) -> i64 {
        sizes[self.members[self.members.len() - 1]] - sizes[self.members[0]]
    }

    /// Who gets the next partition.
    pub(super) fn next_least(&mut self, sizes: &[i64]) -> usize {
        if self.next_least >= self.least_end {
            self.least_level += 1;
            while self.members.get(self.least_end).is_some_and(|m| sizes[*m] == self.least_level) {
                self.least_end += 1;
            }
            self.next_least = 0;
        }
        self.next_least += 1;
        self.members[self.next_least - 1]
    }

    /// Who gives the next partition, if anybody can.
    pub(super) fn next_most(&mut self, sizes: &[i64]) -> Option<usize> {
        if self.next_most <= self.most_start {
            let before = |start: usize| sizes[self.members[start - 1]];
            if self.most_end <= self.most_start && self.most_start > 0 {
                self.most_level = before(self.most_start);
            } else {
                self.most_level -= 1;
            }
            while self.most_start > 0 && before(self.most_start) == self.most_level {
                self.most_start -= 1;
            }
            self.next_most = self.most_end;
        }
        self.next_most = self.next_most.checked_sub(1)?;
        Some(self.members[self.next_most])
    }

    /// Whom [`Balancer::next_most`] named has nothing of this topic: it is swapped out of the level.
    pub(super) fn exclude_most(&mut self) {
        self.most_end -= 1;
        self.members.swap(self.next_most, self.most_end);
    }

    pub(super) fn is_balanced(&self) -> bool {
        self.most_level - self.least_level <= 1
    }
}
