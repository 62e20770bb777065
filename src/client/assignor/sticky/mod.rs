//! Sticky: balanced, and as much as possible as it was (ASGN-5 to ASGN-9).
//!
//! Kafka: `AbstractStickyAssignor`, `StickyAssignor`, `CooperativeStickyAssignor`. It is followed step by
//! step, its oddities too: claims are data of members, and may contradict each other.

mod constrained;
mod general;
mod movements;

use crate::client::assignor::group::{Group, Place, remove_first};
use crate::client::assignor::protocol::{NO_GENERATION, read_sticky_user_data};
use crate::client::assignor::{AssignorFailed, Subscription};
use crate::protocol::{SortedMap, SortedSet, Topic, TopicPartition};

/// What a member says that it had (`MemberData`).
struct Claim {
    owned: Vec<TopicPartition>,
    generation: i32,
}

impl Claim {
    /// Kafka: `memberData`.
    fn of(member: &Subscription, cooperative: bool) -> Self {
        let user_data = member.user_data.as_deref();
        if !cooperative {
            let (owned, generation) = read_sticky_user_data(user_data.unwrap_or_default());
            return Self { owned, generation };
        }
        let generation = match user_data.and_then(|data| data.first_chunk()) {
            _ if member.generation >= 0 => member.generation,
            Some(bytes) => i32::from_be_bytes(*bytes),
            None => NO_GENERATION,
        };
        Self { owned: member.owned.clone(), generation }
    }
}

/// What another member may have to give up first, and whose it is to be.
type Transferring = SortedMap<Place, usize>;

/// What is left of the claims where they contradict each other (ASGN-5).
struct Prior {
    /// By member.
    owned: Vec<Vec<Place>>,
    /// Claimed by two members in one generation.
    contested: SortedSet<Place>,
    /// Whether all members subscribe to the same topics.
    equal_subscriptions: bool,
}

/// Assigns; a cooperative member does not get yet what another has to give up first.
pub(super) fn sticky(
    cooperative: bool,
    max_generation: &mut i32,
    group: &Group<'_>,
) -> Result<Vec<Vec<Place>>, AssignorFailed> {
    let claims: Vec<Claim> =
        group.members.iter().map(|member| Claim::of(member, cooperative)).collect();
    let prior = prior(group, &claims, max_generation);
    let (mut assigned, transferring) = if prior.equal_subscriptions {
        constrained::assign(group, &prior)?
    } else {
        let assigned = general::assign(group, &claims, *max_generation, prior.owned)?;
        let transferring =
            if cooperative { transferring(group, &assigned) } else { Transferring::new() };
        (assigned, transferring)
    };
    if cooperative {
        for (place, member) in transferring {
            remove_first(&mut assigned[member], &place);
        }
    }
    Ok(assigned)
}

/// Kafka: `allSubscriptionsEqual`.
fn prior(group: &Group<'_>, claims: &[Claim], max_generation: &mut i32) -> Prior {
    let mut prior = Prior {
        owned: vec![Vec::new(); group.members.len()],
        contested: SortedSet::new(),
        equal_subscriptions: true,
    };
    let mut topics: SortedSet<&Topic> = SortedSet::new();
    let mut owners: SortedMap<Place, usize> = SortedMap::new();
    for &at in &group.hash_order {
        let member = group.members[at];
        if topics.is_empty() {
            topics = member.topics.iter().collect();
        } else if member.topics.len() != topics.len()
            || !member.topics.iter().all(|topic| topics.contains(&topic))
        {
            prior.equal_subscriptions = false;
        }
        let generation = claims[at].generation;
        *max_generation = (*max_generation).max(generation);
        for place in claims[at].owned.iter().filter_map(|partition| group.place(partition)) {
            let Some(&other) = owners.get(&place) else {
                prior.owned[at].push(place);
                owners.insert(place, at);
                continue;
            };
            let other_generation = group.members[other].generation.max(NO_GENERATION);
            if generation == other_generation {
                prior.contested.insert(place);
                remove_first(&mut prior.owned[other], &place);
                owners.insert(place, at);
            } else if generation > other_generation {
                prior.owned[at].push(place);
                remove_first(&mut prior.owned[other], &place);
                owners.insert(place, at);
            }
        }
    }
    prior
}

/// New to one member and not given up by another yet. Kafka: `computePartitionsTransferringOwnership`.
///
/// Of two who get the same, the later in the map of assignments.
fn transferring(group: &Group<'_>, assigned: &[Vec<Place>]) -> Transferring {
    let owned = |at: usize| group.members[at].owned.iter().filter_map(|p| group.place(p));
    let mut revoked: SortedSet<Place> = SortedSet::new();
    for (at, assigned) in assigned.iter().enumerate() {
        revoked.extend(owned(at).filter(|place| !assigned.contains(place)));
    }
    let mut added = SortedMap::new();
    for at in group.copied_order() {
        let owned: Vec<Place> = owned(at).collect();
        let new = assigned[at].iter().filter(|p| !owned.contains(p) && revoked.contains(*p));
        added.extend(new.map(|place| (*place, at)));
    }
    added
}
