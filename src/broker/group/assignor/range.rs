//! The coordinator's range: as the consumer's (ASGN-31).
//!
//! Kafka: `coordinator.group.assignor.RangeAssignor`.

use crate::broker::group::assignor::{Assigned, Group};
use crate::protocol::SortedSet;

/// For each topic on its own, the first members get one more where it does not come out even.
pub(super) fn range(group: &Group<'_>) -> Assigned {
    let mut assigned: Assigned = vec![SortedSet::new(); group.members.len()];
    let mut subscribers: Vec<Vec<usize>> = vec![Vec::new(); group.topics.len()];
    for member in group.static_first() {
        for topic in group.subscribed(group.members[member]) {
            subscribers[topic as usize].push(member);
        }
    }
    for ((topic, (_, count)), subscribers) in (0..).zip(&group.topics).zip(subscribers) {
        let member_count = u32::try_from(subscribers.len()).expect("fewer than 2³² members");
        let mut next = 0;
        for (nth, member) in (0..).zip(subscribers) {
            let end = next + count / member_count + u32::from(nth < count % member_count);
            assigned[member].extend((next..end).map(|partition| (topic, partition)));
            next = end;
        }
    }
    assigned
}
