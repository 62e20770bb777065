//! Round robin: all partitions of all topics, dealt in a circle (ASGN-4).
//!
//! Kafka: `RoundRobinAssignor`.

use crate::client::assignor::AssignorFailed;
use crate::client::assignor::group::{Group, Place, places};

/// The circle goes on from topic to topic; who does not subscribe to a topic loses its turn.
pub(super) fn round_robin(group: &Group<'_>) -> Result<Vec<Vec<Place>>, AssignorFailed> {
    let mut assigned = vec![Vec::new(); group.members.len()];
    let sorted = group.static_first();
    if sorted.is_empty() {
        return Err(AssignorFailed(
            "java.lang.IllegalArgumentException: CircularIterator can only be used on non-empty lists",
        ));
    }
    let mut circle = sorted.into_iter().cycle();
    for place in group.topics().flat_map(|(topic, count)| places(topic, count)) {
        let member = circle.find(|at| group.subscribed[*at].contains(&place.0));
        assigned[member.expect("a circle does not end")].push(place);
    }
    Ok(assigned)
}
