//! All members subscribe to the same topics: each gets ⌊N/C⌋ partitions or one more (ASGN-6).
//!
//! Kafka: `ConstrainedAssignmentBuilder`.

use crate::client::assignor::AssignorFailed;
use crate::client::assignor::group::{Group, Place, places, remove_first};
use crate::client::assignor::sticky::{Prior, Transferring};
use crate::protocol::{SortedMap, sort_by, sort_by_key};

struct Builder<'a> {
    prior: &'a Prior,
    least: usize,
    most: usize,
    /// How many may get more than the least.
    expected_over: usize,
    over: usize,
    assigned: Vec<Vec<Place>>,
    revoked: SortedMap<Place, usize>,
    under_least: Vec<usize>,
    at_least: Vec<usize>,
    /// What another member may have to give up first, and whose it is to be.
    transferring: Transferring,
}

pub(super) fn assign(
    group: &Group<'_>,
    prior: &Prior,
) -> Result<(Vec<Vec<Place>>, Transferring), AssignorFailed> {
    let (total, members) = (group.total() as usize, group.members.len());
    if members == 0 {
        return Err(AssignorFailed("java.lang.ArithmeticException: / by zero"));
    }
    let mut builder = Builder {
        prior,
        least: total / members,
        most: total.div_ceil(members),
        expected_over: total % members,
        over: 0,
        assigned: vec![Vec::new(); members],
        revoked: SortedMap::new(),
        under_least: Vec::new(),
        at_least: Vec::new(),
        transferring: SortedMap::new(),
    };
    for member in group.copied_order() {
        builder.keep_owned(member);
    }
    let unassigned = builder.unassigned(group);
    sort_by(&mut builder.under_least, Ord::cmp);
    sort_by(&mut builder.at_least, Ord::cmp);
    builder.deal(&unassigned)?;
    builder.verify()?;
    Ok((builder.assigned, builder.transferring))
}

impl Builder<'_> {
    /// Kafka: `assignOwnedPartitions`, for one member.
    fn keep_owned(&mut self, member: usize) {
        let mut owned = self.prior.owned[member].clone();
        sort_by_key(&mut owned, |(topic, partition)| (*partition, *topic));
        for contested in &self.prior.contested {
            remove_first(&mut owned, contested);
        }
        if owned.len() < self.least {
            self.assigned[member] = owned;
            self.under_least.push(member);
            return;
        }
        let kept = if owned.len() >= self.most && self.over < self.expected_over {
            self.over += 1;
            if self.over == self.expected_over {
                self.at_least.clear();
            }
            self.most
        } else {
            if self.over < self.expected_over {
                self.at_least.push(member);
            }
            self.least
        };
        for place in owned.drain(kept..) {
            self.revoked.insert(place, member);
        }
        self.assigned[member] = owned;
    }

    /// All partitions less those kept, two sorted lists side by side. Kafka: `getUnassignedPartitions`.
    fn unassigned(&self, group: &Group<'_>) -> Vec<Place> {
        let mut kept: Vec<Place> = self.assigned.iter().flatten().copied().collect();
        sort_by(&mut kept, Ord::cmp);
        let mut kept = kept.into_iter().peekable();
        group
            .topics()
            .flat_map(|(topic, count)| places(topic, count))
            .filter(|place| kept.next_if_eq(place).is_none())
            .collect()
    }

    /// Kafka: `assignRoundRobin`.
    fn deal(&mut self, unassigned: &[Place]) -> Result<(), AssignorFailed> {
        let mut next = 0;
        for &place in unassigned {
            let from_under = !self.under_least.is_empty();
            let member = if from_under {
                if next >= self.under_least.len() {
                    next = 0;
                }
                next += 1;
                self.under_least[next - 1]
            } else if self.at_least.is_empty() {
                return Err(AssignorFailed(
                    "java.lang.IllegalStateException: No more unfilled consumers to be assigned.",
                ));
            } else {
                self.at_least.remove(0)
            };
            let count = self.give(place, member);
            if count == self.least {
                if !from_under {
                    return Err(AssignorFailed("java.lang.IllegalStateException"));
                }
                next -= 1;
                self.under_least.remove(next);
                self.at_least.push(member);
            } else if count == self.most {
                self.over += 1;
            }
        }
        Ok(())
    }

    /// Kafka: `assignNewPartition`.
    fn give(&mut self, place: Place, member: usize) -> usize {
        self.assigned[member].push(place);
        let from_another = self.revoked.get(&place).is_some_and(|owner| *owner != member);
        if from_another || self.prior.contested.contains(&place) {
            self.transferring.insert(place, member);
        }
        self.assigned[member].len()
    }

    /// Kafka: `verifyUnfilledMembers`.
    fn verify(&self) -> Result<(), AssignorFailed> {
        if self.under_least.is_empty() {
            return Ok(());
        }
        if self.over != self.expected_over {
            return Err(AssignorFailed(
                "java.lang.IllegalStateException: We haven't reached the expected number of members with \
                 more than the minQuota partitions, but no more partitions to be assigned",
            ));
        }
        if self.under_least.iter().any(|member| self.assigned[*member].len() != self.least) {
            return Err(AssignorFailed(
                "java.lang.IllegalStateException: a member doesn't reach minQuota partitions, and no more \
                 partitions to be assigned",
            ));
        }
        Ok(())
    }
}
