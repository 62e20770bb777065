//! Uniform, where all members subscribe to the same topics (ASGN-30).
//!
//! Kafka: `UniformHomogeneousAssignmentBuilder`.

use crate::broker::group::assignor::{
    Assigned, AssignorFailed, Group, Place, copied_capacity, id_hash,
};
use crate::protocol::SortedSet;
use crate::protocol::java::hash_map_order;

/// Owners keep what they have up to their quota; members below it are filled one after the other.
pub(super) fn uniform(group: &Group<'_>) -> Result<Assigned, AssignorFailed> {
    let members = group.members.len();
    let mut assigned: Assigned = vec![SortedSet::new(); members];
    let first = group.members[0];
    let hashed = group.subscribed(first).into_iter().map(|topic| (id_hash(topic), topic));
    let names: SortedSet<_> = first.topics.iter().collect();
    let topics = hash_map_order(copied_capacity(names.len()), hashed.collect());
    if topics.is_empty() {
        return Ok(assigned);
    }
    let targets: Vec<_> = group.members.iter().map(|member| group.target(member)).collect();
    let mut held: SortedSet<Place> = SortedSet::new();
    for (topic, partitions) in targets.iter().flatten() {
        held.extend(partitions.iter().map(|partition| (*topic, *partition)));
    }
    let all = topics.iter().flat_map(|topic| (0..group.count(*topic)).map(|p| (*topic, p)));
    let mut unassigned: Vec<Place> = all.clone().filter(|place| !held.contains(place)).collect();
    let total = all.count();
    let (least, mut extra) = (total / members, total % members);

    let mut unfilled: Vec<(usize, usize)> = Vec::new();
    for (member, target) in targets.into_iter().enumerate() {
        let mut has_extra = extra > 0;
        let mut quota = least + usize::from(has_extra);
        for (topic, partitions) in target {
            if !topics.contains(&topic) {
                continue;
            }
            let kept = partitions.len().min(quota);
            quota -= kept;
            let places: Vec<Place> = partitions.into_iter().map(|p| (topic, p)).collect();
            assigned[member].extend(places[..kept].iter().copied());
            unassigned.extend_from_slice(&places[kept..]);
        }
        if quota > 0 && has_extra && members - member > extra {
            // Another may claim it, unless this is one of the last who must.
            quota -= 1;
            has_extra = false;
        }
        if quota > 0 {
            unfilled.push((member, quota));
        }
        extra -= usize::from(has_extra);
    }

    let mut next = unassigned.into_iter();
    for (member, quota) in unfilled {
        assigned[member].extend(next.by_ref().take(quota));
    }
    match next.next() {
        None => Ok(assigned),
        Some(_) => Err(AssignorFailed("Partitions were left unassigned")),
    }
}
