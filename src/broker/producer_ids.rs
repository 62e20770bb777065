//! Producer ids: the controller gives the broker blocks of them, the broker gives them out one by one.
//!
//! Kafka: `RPCProducerIdManager`, `TransactionCoordinator.handleInitProducerId` without a
//! `transactional.id`. A block is lost with the process. In the book's Kafka ZooKeeper keeps the blocks.

use crate::broker::channel::{Answer, Reply};
use crate::broker::{Broker, BrokerEvent, Out};
use crate::protocol::ErrorCode;
use crate::protocol::request::{ApiKey, Response};

/// Ids `next..end`; the next block is asked for when `prefetch` is given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Block {
    next: i64,
    end: i64,
    prefetch: i64,
}

/// The ids that this broker may give out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct ProducerIds {
    current: Option<Block>,
    following: Option<Block>,
}

impl ProducerIds {
    /// The controller has given `count` ids from `first` on.
    fn grant(&mut self, first: i64, count: i64) {
        // `PidPrefetchThreshold`: nine tenths.
        let block = Block { next: first, end: first + count, prefetch: first + count / 10 * 9 };
        self.following = Some(block);
    }

    /// Takes an id, and whether the controller has to be asked for more.
    fn claim(&mut self) -> (Option<i64>, bool) {
        if self.current.is_none_or(|block| block.next == block.end) {
            self.current = self.following.take().or(self.current);
        }
        match &mut self.current {
            Some(block) if block.next < block.end => {
                let id = block.next;
                block.next += 1;
                (Some(id), id == block.prefetch && self.following.is_none())
            }
            _ => (None, true),
        }
    }
}

impl Broker {
    /// The controller gives the broker a block of producer ids.
    pub fn grant_producer_ids(&mut self, first: i64, count: i64) {
        self.producer_ids.grant(first, count);
    }

    /// Ids that are left of what the controller gave, as half-open ranges.
    pub fn producer_id_blocks(&self) -> impl Iterator<Item = (i64, i64)> {
        let blocks = [self.producer_ids.current, self.producer_ids.following];
        blocks.into_iter().flatten().map(|block| (block.next, block.end))
    }

    /// Gives a producer its id, in epoch 0. A broker without ids asks for some; the producer comes again.
    pub(super) fn init_producer_id(&mut self, now_ms: u64, reply: Reply, out: &mut Out) {
        let (claimed, wanted) = self.producer_ids.claim();
        if wanted {
            out.tell(BrokerEvent::ProducerIdsWanted);
        }
        let answer = match claimed {
            Some(producer_id) => {
                out.tell(BrokerEvent::ProducerIdAssigned { client: reply.client, producer_id });
                Ok((producer_id, 0))
            }
            None => {
                let error = ErrorCode::CoordinatorLoadInProgress;
                self.refused(reply, ApiKey::InitProducerId, None, error, out);
                Err(error)
            }
        };
        let response = Response::InitProducerId(answer);
        self.answer(now_ms, Answer { reply, delay_ms: 0, response }, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_block_is_asked_for_when_nine_tenths_are_given_out() {
        let mut ids = ProducerIds::default();
        assert_eq!(ids.claim(), (None, true), "a new process has none");
        ids.grant(1000, 1000);
        for id in 1000..2000 {
            assert_eq!(ids.claim(), (Some(id), id == 1900));
        }
        assert_eq!(ids.claim(), (None, true));
        ids.grant(5000, 1000);
        assert_eq!(ids.claim(), (Some(5000), false));
    }
}
