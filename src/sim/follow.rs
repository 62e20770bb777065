//! What becomes of the batches that producers send: which of them a log holds twice, or out of order.
//!
//! Neither the broker nor, without idempotence, the producer can know that. The world can: it saw what each
//! request carried, and where the broker put it.

use std::collections::VecDeque;

use crate::client::producer::ProducerEvent;
use crate::protocol::{ClientId, Offset, SortedMap, TopicPartition};
use crate::sim::event::What;

/// So many batches and requests of a producer are remembered.
const MOST: usize = 48;

/// A batch in a request: its partition, the first send's number, how many records.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Carried {
    correlation_id: u64,
    partition: TopicPartition,
    first: u64,
    record_count: u32,
}

/// A batch in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Placed {
    first: u64,
    record_count: u32,
    base_offset: Offset,
}

/// The batches of one producer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Batches {
    carried: VecDeque<Carried>,
    placed: SortedMap<TopicPartition, VecDeque<Placed>>,
}

/// The batches of all producers, as far back as they are remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Followed(SortedMap<ClientId, Batches>);

impl Followed {
    /// A producer has put batches into requests.
    pub(super) fn sent(&mut self, client: ClientId, events: &[ProducerEvent]) {
        for event in events {
            let ProducerEvent::BatchDrained {
                partition, first, record_count, correlation_id, ..
            } = event
            else {
                continue;
            };
            let batches = self.0.entry(client).or_default();
            batches.carried.push_back(Carried {
                correlation_id: *correlation_id,
                partition: partition.clone(),
                first: *first,
                record_count: *record_count,
            });
            if batches.carried.len() > MOST {
                batches.carried.pop_front();
            }
        }
    }

    /// The broker answers a request: the batch is in the log from `base_offset` on. What is to be told about
    /// that, if anything.
    ///
    /// Left out: `acks=0`, which gets no answer, and tries nothing again.
    pub(super) fn appended(
        &mut self,
        (client, correlation_id): (ClientId, u64),
        partition: &TopicPartition,
        base_offset: Offset,
    ) -> Option<What> {
        let batches = self.0.get_mut(&client)?;
        let carried = batches.carried.iter().rev();
        let Carried { first, record_count, .. } = carried
            .clone()
            .find(|c| c.correlation_id == correlation_id && c.partition == *partition)?
            .clone();
        let placed = batches.placed.entry(partition.clone()).or_default();
        let before = placed.iter().find(|batch| batch.first == first).copied();
        if before.is_some_and(|before| before.base_offset == base_offset) {
            return None; // An idempotent producer's batch, known again: nothing was appended.
        }
        let later = placed.iter().map(|batch| batch.first).max().filter(|later| *later > first);
        placed.push_back(Placed { first, record_count, base_offset });
        if placed.len() > MOST {
            placed.pop_front();
        }
        let partition = partition.clone();
        match (before, later) {
            (Some(before), _) => Some(What::AppendedAgain {
                client,
                partition,
                record_count: record_count.min(before.record_count),
                earlier: before.base_offset,
                base_offset,
            }),
            (None, Some(later)) => Some(What::AppendedOutOfOrder {
                client,
                partition,
                base_offset,
                number: first,
                later,
            }),
            (None, None) => None,
        }
    }
}
