//! Bands of partitions, coloured by owner; of the new protocol with who should own them.

use crate::broker::Group;
use crate::client::assignor::protocol::decode_assignment;
use crate::protocol::{GroupId, NodeId, SortedMap, SortedSet, Topic, TopicPartition};
use crate::session::groups::stored::Assignments;
use crate::session::groups::{BandView, CellView, Owner};
use crate::sim::World;

type Named = (String, u8);

/// One band a topic that a consumer of the group subscribes to.
pub(super) fn bands(
    world: &World,
    group: Option<&Group>,
    id: &GroupId,
    owners: &[Owner<'_>],
    history: &Assignments,
) -> Vec<BandView> {
    let mut topics: SortedSet<Topic> = SortedSet::new();
    for consumer in world.clients().iter().filter_map(|client| client.consumer()) {
        if consumer.group() == *id {
            topics.extend(consumer.app().topics.iter().cloned());
        }
    }
    let named = |node: NodeId| -> Option<Named> {
        let owner = owners.iter().find(|owner| NodeId::Client(owner.client) == node)?;
        Some((owner.name.to_owned(), owner.colour))
    };
    let mut has: SortedMap<TopicPartition, Named> = SortedMap::new();
    let mut should: SortedMap<TopicPartition, Named> = SortedMap::new();
    let mut revoking: SortedSet<TopicPartition> = SortedSet::new();
    for member in group.into_iter().flat_map(Group::members) {
        let Some(name) = named(member.client) else { continue };
        let owned = decode_assignment(&member.assignment).unwrap_or_default();
        has.extend(owned.into_iter().map(|partition| (partition, name.clone())));
    }
    for member in group.and_then(Group::modern).into_iter().flat_map(|modern| modern.members()) {
        let Some(name) = member.client().and_then(named) else { continue };
        let held = member.assigned().chain(member.pending_revocation());
        has.extend(held.map(|partition| (partition.clone(), name.clone())));
        revoking.extend(member.pending_revocation().cloned());
        let target = group.and_then(Group::modern).into_iter();
        let target = target.flat_map(|modern| modern.target(member.member_id()));
        should.extend(target.map(|partition| (partition.clone(), name.clone())));
    }
    let band = |topic: &Topic| {
        let count = world.broker().topic(topic).map_or(0, |image| image.partitions.len() as u32);
        let cells = (0..count).map(|number| {
            let partition = TopicPartition::new(topic.clone(), number);
            let owner = has.get(&partition).cloned();
            let target = should.get(&partition).filter(|name| owner.as_ref() != Some(name));
            let was = history.before.get(&partition);
            CellView {
                partition: number,
                target: target.cloned(),
                revoking: revoking.contains(&partition),
                moved: was.is_some_and(|was| history.now.get(&partition) != Some(was)),
                owner,
            }
        });
        BandView { topic: topic.to_string(), cells: cells.collect() }
    };
    topics.iter().map(band).collect()
}
