//! What moved from whom to whom in one rebalance, so that nothing of a topic goes both ways.
//!
//! Kafka: `PartitionMovements`.

use crate::client::assignor::group::{Group, Place};
use crate::protocol::SortedMap;
use crate::protocol::java::HashOrder;

/// From whom to whom.
type Pair = (usize, usize);

#[derive(Default)]
pub(super) struct Movements {
    by_pair: SortedMap<(u32, Pair), HashOrder<Place>>,
    by_place: SortedMap<Place, Pair>,
}

impl Movements {
    /// Kafka: `movePartition`.
    pub(super) fn moved(&mut self, group: &Group<'_>, place: Place, from: usize, to: usize) {
        let mut pair = (from, to);
        if let Some(before) = self.by_place.remove(&place) {
            let key = (place.0, before);
            let moved = self.by_pair.get_mut(&key).expect("both maps know it");
            moved.remove(|other| *other == place);
            if moved.first().is_none() {
                self.by_pair.remove(&key);
            }
            if before.0 == to {
                return; // Back where it came from.
            }
            pair = (before.0, to);
        }
        self.by_place.insert(place, pair);
        let moved = self.by_pair.entry((place.0, pair)).or_insert_with(|| HashOrder::new(16));
        moved.insert(Group::hash(place, group), place);
    }

    /// Rather what came the other way is moved back. Kafka: `getTheActualPartitionToBeMoved`.
    pub(super) fn instead_of(&self, place: Place, from: usize, to: usize) -> Place {
        let from = self.by_place.get(&place).map_or(from, |(source, _)| *source);
        let back = self.by_pair.get(&(place.0, (to, from)));
        back.and_then(HashOrder::first).copied().unwrap_or(place)
    }
}
