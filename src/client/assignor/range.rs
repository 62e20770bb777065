//! Range: each topic's partitions in as many ranges as it has members (ASGN-2).
//!
//! Kafka: `RangeAssignor`.

use crate::client::assignor::group::{Group, Place};

/// For each topic on its own, the first members get one more where it does not come out even.
pub(super) fn range(group: &Group<'_>) -> Vec<Vec<Place>> {
    let mut assigned = vec![Vec::new(); group.members.len()];
    let sorted = group.static_first();
    for (topic, count) in group.topics() {
        let subscribed: Vec<usize> =
            sorted.iter().copied().filter(|at| group.subscribed[*at].contains(&topic)).collect();
        let member_count = u32::try_from(subscribed.len()).expect("fewer than 2³² members");
        let (each, rest) = (count / member_count, count % member_count);
        let mut next = 0;
        for (nth, member) in (0..).zip(subscribed) {
            let end = next + each + u32::from(nth < rest);
            assigned[member].extend((next..end).map(|partition| (topic, partition)));
            next = end;
        }
    }
    assigned
}
