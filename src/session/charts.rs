//! A group over time: how far behind it was, and who owned which partition.

use crate::protocol::{ClientId, GroupId, NodeId, TopicPartition};
use crate::session::Session;
use crate::sim::{Bucket, Who};

/// The charts have so many places from left to right.
pub const CHART_PLACES: u32 = 240;

/// Somebody's time with a partition, in milliseconds after the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owned {
    /// The place in [`GroupChart::consumers`].
    pub consumer: u32,
    /// Since when.
    pub from_ms: u64,
    /// Until when; the end of what is known if it is not over.
    pub to_ms: u64,
    /// It is not over.
    pub holds: bool,
    /// The step in which it began.
    pub index: u64,
}

/// A partition's rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionChart {
    /// Which.
    pub partition: TopicPartition,
    /// Its lag from left to right.
    pub lag: Vec<Bucket>,
    /// Its lag now.
    pub now: Bucket,
    /// The most that its lag was up to now.
    pub most: u64,
    /// Its owners.
    pub owners: Vec<Owned>,
    /// Its owner now.
    pub owner: Option<u32>,
}

/// A group over time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupChart {
    /// Partitions, in order.
    pub partitions: Vec<PartitionChart>,
    /// Consumers that ever owned one, in the order of their ids.
    pub consumers: Vec<String>,
    /// Members that own nothing now.
    pub idle: Vec<String>,
    /// When rebalances began, in milliseconds after the start.
    pub rebalances_ms: Vec<u64>,
    /// The most of all lags.
    pub most: u64,
    /// Now, in milliseconds after the start.
    pub now_ms: u64,
    /// The end of what is known; the charts' right edge, as the timeline's.
    pub last_ms: u64,
}

impl Session {
    /// A group over the whole of the run that is known.
    #[must_use]
    pub fn group_chart(&self, group: &GroupId) -> GroupChart {
        let history = self.history();
        let (world, ledger) = (history.world(), history.ledger());
        let (start_ms, last_ms) = (world.start_ms(), history.last_ms());
        let who = Who::Group(group.clone());
        let since = |at_ms: u64| at_ms.saturating_sub(start_ms);
        let mut ids: Vec<ClientId> = Vec::new();
        let partitions = ledger.partitions_read(&who, world.event_index());
        for tenure in partitions.iter().flat_map(|p| ledger.tenures(&who, p)) {
            if !ids.contains(&tenure.client) {
                ids.push(tenure.client);
            }
        }
        crate::protocol::sort_by_key(&mut ids, |id| *id);
        let place_of = |id: ClientId| ids.iter().position(|other| *other == id).unwrap_or(0) as u32;
        let charts = partitions.into_iter().map(|partition| {
            let lag = ledger.lag(&who, &partition, (start_ms, last_ms), CHART_PLACES);
            let owners = ledger.tenures(&who, &partition).into_iter().map(|tenure| Owned {
                consumer: place_of(tenure.client),
                from_ms: since(tenure.from.at_ms),
                to_ms: since(tenure.to.map_or(last_ms, |to| to.at_ms)),
                holds: tenure.to.is_none(),
                index: tenure.from.index,
            });
            let span_ms = last_ms.saturating_sub(start_ms).max(1);
            let known = (since(world.now_ms()) * u64::from(CHART_PLACES)).div_ceil(span_ms);
            let most = lag.iter().take(known as usize).filter_map(|bucket| bucket.most).max();
            let owner = world.clients().iter().find(|client| {
                client.consumer().is_some_and(|consumer| {
                    consumer.is_running()
                        && consumer.group() == *group
                        && consumer.assignment().contains(&partition)
                })
            });
            PartitionChart {
                now: ledger.lag_at(&who, &partition, world.event_index()),
                most: most.unwrap_or(0),
                owner: owner.map(|client| place_of(client.id)),
                lag,
                owners: owners.collect(),
                partition,
            }
        });
        let partitions: Vec<PartitionChart> = charts.collect();
        let idle = world.clients().iter().filter(|client| {
            client.consumer().is_some_and(|consumer| {
                consumer.is_running()
                    && consumer.group() == *group
                    && consumer.assignment().is_empty()
                    && consumer.generation() >= 0
            })
        });
        GroupChart {
            most: partitions.iter().flat_map(|p| &p.lag).filter_map(|b| b.most).max().unwrap_or(0),
            idle: idle.map(|client| client.name.to_string()).collect(),
            rebalances_ms: ledger.rebalances(&who).iter().map(|stamp| since(stamp.at_ms)).collect(),
            consumers: ids.iter().map(|id| world.name(NodeId::Client(*id))).collect(),
            now_ms: since(world.now_ms()),
            last_ms: since(last_ms).max(1),
            partitions,
        }
    }
}
