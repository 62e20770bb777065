//! Members subscribe to different topics: keep what is valid, give out the rest, then balance (ASGN-8).
//!
//! Kafka: `GeneralAssignmentBuilder`. Where it would throw a `NullPointerException`, so does this: a lookup
//! of somebody who takes no part in balancing.

use crate::client::assignor::AssignorFailed;
use crate::client::assignor::group::{Group, Place, places, remove_first};
use crate::client::assignor::sticky::Claim;
use crate::client::assignor::sticky::movements::Movements;
use crate::protocol::{SortedMap, SortedSet, sort_by_key};

const NULL: AssignorFailed = AssignorFailed("java.lang.NullPointerException");

struct Builder<'a> {
    group: &'a Group<'a>,
    /// Who subscribes to each topic; twice who says so twice.
    consumers: Vec<Vec<usize>>,
    total: usize,
    /// The members as the map of assignments lists them.
    hash_order: Vec<usize>,
    /// `None`: takes no part in balancing.
    current: Vec<Option<Vec<Place>>>,
    owner: SortedMap<Place, usize>,
    /// By how much they have, then by id. Kafka: `sortedCurrentSubscriptions`.
    sorted: SortedSet<(usize, usize)>,
    /// Who had what in an earlier generation.
    earlier: SortedMap<Place, (usize, i32)>,
    movements: Movements,
}

pub(super) fn assign(
    group: &Group<'_>,
    claims: &[Claim],
    max_generation: i32,
    owned: Vec<Vec<Place>>,
) -> Result<Vec<Vec<Place>>, AssignorFailed> {
    let mut consumers = vec![Vec::new(); group.topics().count()];
    for &member in &group.hash_order {
        for topic in &group.subscribed[member] {
            consumers[*topic as usize].push(member);
        }
    }
    let mut owner = SortedMap::new();
    let hash_order = group.copied_order();
    for &member in &hash_order {
        owner.extend(owned[member].iter().map(|place| (*place, member)));
    }
    let mut builder = Builder {
        group,
        consumers,
        total: group.total() as usize,
        hash_order,
        current: owned.into_iter().map(Some).collect(),
        owner,
        sorted: SortedSet::new(),
        earlier: earlier(group, claims, max_generation),
        movements: Movements::default(),
    };
    let mut topics: Vec<u32> = group.topics().map(|(topic, _)| topic).collect();
    sort_by_key(&mut topics, |topic| (builder.consumers[*topic as usize].len(), *topic));
    let all: Vec<Place> =
        topics.into_iter().flat_map(|topic| places(topic, group.count(topic))).collect();
    let (kept, revocation) = builder.keep_subscribed();
    let unassigned = builder.unassigned(&all, kept);
    builder.sorted =
        (0..group.members.len()).map(|at| (builder.size(at).unwrap_or(0), at)).collect();
    builder.balance(all, unassigned, revocation)?;
    Ok(builder.current.into_iter().map(Option::unwrap_or_default).collect())
}

/// Kafka: `prepopulateCurrentAssignments`.
fn earlier(
    group: &Group<'_>,
    claims: &[Claim],
    max_generation: i32,
) -> SortedMap<Place, (usize, i32)> {
    let mut earlier: SortedMap<Place, (usize, i32)> = SortedMap::new();
    for &member in &group.hash_order {
        let Claim { owned, generation } = &claims[member];
        if *generation >= max_generation {
            continue;
        }
        for place in owned.iter().filter_map(|partition| group.place(partition)) {
            if earlier.get(&place).is_none_or(|(_, known)| generation > known) {
                earlier.insert(place, (member, *generation));
            }
        }
    }
    earlier
}

impl Builder<'_> {
    fn consumers(&self, topic: u32) -> &[usize] {
        &self.consumers[topic as usize]
    }

    fn size(&self, member: usize) -> Result<usize, AssignorFailed> {
        self.current[member].as_ref().map(Vec::len).ok_or(NULL)
    }

    fn has(&self, member: usize, place: Place) -> bool {
        self.current[member].as_ref().is_some_and(|owned| owned.contains(&place))
    }

    /// What is kept of each member's, and whether anything had to be taken. Kafka: `assignOwnedPartitions`.
    fn keep_subscribed(&mut self) -> (Vec<Place>, bool) {
        let (mut kept, mut revocation) = (Vec::new(), false);
        for (owned, subscribed) in self.current.iter_mut().zip(&self.group.subscribed) {
            let owned = owned.as_mut().expect("all take part so far");
            let before = owned.len();
            owned.retain(|(topic, _)| subscribed.contains(topic));
            revocation |= owned.len() < before;
            kept.extend_from_slice(owned);
        }
        (kept, revocation)
    }

    /// All partitions less those kept, two lists in the same order side by side.
    fn unassigned(&self, all: &[Place], mut kept: Vec<Place>) -> Vec<Place> {
        sort_by_key(&mut kept, |place| (self.consumers(place.0).len(), *place));
        let mut kept = kept.into_iter().peekable();
        all.iter().copied().filter(|place| kept.next_if_eq(place).is_none()).collect()
    }

    fn most(&self, member: usize) -> usize {
        let subscribed = &self.group.subscribed[member];
        if subscribed.len() == self.consumers.len() {
            return self.total;
        }
        subscribed.iter().map(|topic| self.group.count(*topic) as usize).sum()
    }

    /// Gives a partition to who has least of those that want it. Kafka: `maybeAssignPartition`.
    fn give(&mut self, place: Place) -> Result<(), AssignorFailed> {
        let Some(member) = self.least_loaded(place.0) else { return Ok(()) };
        self.sorted.remove(&(self.size(member)?, member));
        self.current[member].as_mut().ok_or(NULL)?.push(place);
        self.owner.insert(place, member);
        self.sorted.insert((self.size(member)?, member));
        Ok(())
    }

    fn least_loaded(&self, topic: u32) -> Option<usize> {
        let mut members = self.sorted.iter().map(|(_, member)| *member);
        members.find(|member| self.group.subscribed[*member].contains(&topic))
    }

    fn can_take_part(&self, member: usize) -> Result<bool, AssignorFailed> {
        Ok(self.size(member)? < self.most(member)
            || self.current[member]
                .iter()
                .flatten()
                .any(|place| self.consumers(place.0).len() >= 2))
    }

    fn balance(
        &mut self,
        mut all: Vec<Place>,
        mut unassigned: Vec<Place>,
        revocation: bool,
    ) -> Result<(), AssignorFailed> {
        let initializing = self.sorted.last().is_some_and(|(size, _)| *size == 0);
        for place in &unassigned {
            self.give(*place)?;
        }
        all.retain(|place| self.consumers(place.0).len() >= 2);
        unassigned.retain(|place| self.consumers(place.0).len() >= 2);
        let mut fixed = Vec::new();
        for member in 0..self.current.len() {
            if !self.can_take_part(member)? {
                self.sorted.remove(&(self.size(member)?, member));
                fixed.push((member, self.current[member].take()));
            }
        }
        let (before, score_before) = (self.current.clone(), self.score());
        if !revocation {
            self.reassign(&unassigned)?;
        }
        let moved = self.reassign(&all)?;
        if !initializing && moved && self.score() >= score_before {
            self.current = before;
        }
        for (member, owned) in fixed {
            self.current[member] = owned;
        }
        Ok(())
    }

    /// The sum of all differences. Kafka: `getBalanceScore`.
    fn score(&self) -> usize {
        let sizes: Vec<usize> = self.current.iter().flatten().map(Vec::len).collect();
        let mut score = 0;
        for (at, size) in sizes.iter().enumerate() {
            score += sizes[at + 1..].iter().map(|other| size.abs_diff(*other)).sum::<usize>();
        }
        score
    }

    fn is_balanced(&self) -> Result<bool, AssignorFailed> {
        let (Some((least, _)), Some((most, _))) = (self.sorted.first(), self.sorted.last()) else {
            return Err(AssignorFailed("java.util.NoSuchElementException"));
        };
        if least + 1 >= *most {
            return Ok(true);
        }
        let mut owners: SortedMap<Place, usize> = SortedMap::new();
        for &member in &self.hash_order {
            let owned = self.current[member].iter().flatten();
            owners.extend(owned.map(|place| (*place, member)));
        }
        for &(size, member) in &self.sorted {
            if size == self.most(member) {
                continue;
            }
            for &topic in &self.group.subscribed[member] {
                for place in places(topic, self.group.count(topic)) {
                    if self.has(member, place) {
                        continue;
                    }
                    let other = *owners.get(&place).ok_or(NULL)?;
                    if size + 1 < self.size(other)? {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(true)
    }

    /// Kafka: `performReassignments`.
    fn reassign(&mut self, partitions: &[Place]) -> Result<bool, AssignorFailed> {
        let mut moved_any = false;
        loop {
            let mut moved = false;
            for &place in partitions {
                if self.is_balanced()? {
                    break;
                }
                let size = self.size(*self.owner.get(&place).ok_or(NULL)?)?;
                let to = match self.earlier.get(&place) {
                    Some((earlier, _)) if size > self.size(*earlier)? + 1 => Some(*earlier),
                    _ => {
                        let mut unequal = false;
                        for other in self.consumers(place.0) {
                            if size > self.size(*other)? + 1 {
                                unequal = true;
                                break;
                            }
                        }
                        if unequal { Some(self.least_loaded(place.0).ok_or(NULL)?) } else { None }
                    }
                };
                if let Some(to) = to {
                    self.reassign_to(place, to)?;
                    moved = true;
                }
            }
            moved_any |= moved;
            if !moved {
                return Ok(moved_any);
            }
        }
    }

    /// Kafka: `reassignPartition`, `processPartitionMovement`.
    fn reassign_to(&mut self, place: Place, to: usize) -> Result<(), AssignorFailed> {
        let from = *self.owner.get(&place).ok_or(NULL)?;
        let place = self.movements.instead_of(place, from, to);
        let from = *self.owner.get(&place).ok_or(NULL)?;
        self.sorted.remove(&(self.size(from)?, from));
        self.sorted.remove(&(self.size(to)?, to));
        self.movements.moved(self.group, place, from, to);
        remove_first(self.current[from].as_mut().ok_or(NULL)?, &place);
        self.current[to].as_mut().ok_or(NULL)?.push(place);
        self.owner.insert(place, to);
        self.sorted.insert((self.size(to)?, to));
        self.sorted.insert((self.size(from)?, from));
        Ok(())
    }
}
