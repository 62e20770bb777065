//! The ledger: what became of every record, from `send()` to the end of its processing.
//!
//! It is kept beside the run, not in the world: facts that follow from events and from what arrives, each
//! with the step it belongs to ([`facts`]). Questions are asked as of a step, so going back needs nothing;
//! when the run takes another way, the facts after the branch are cut off. What is under way is seen from
//! the world itself ([`Board`]).
//!
//! A record is known by its producer and the number of its `send`; where it stands in a log is known from
//! the very request that the broker appended, so that a batch that was sent twice is one record in two
//! places, and an offset that is given anew after a power loss is another record.

mod board;
mod chronicle;
mod cut;
mod facts;
mod life;
mod note;
mod places;

use crate::protocol::{ClientId, SortedMap, TopicPartition};
use crate::sim::ledger::facts::{ConsumerFacts, PartitionFacts, ProducerFacts, ReaderFacts};

pub use board::{Board, Counts, Passed, ProducerCounts, ReadAgain, ReaderBoard, Verdict, Why};
pub use chronicle::{Bucket, Tenure};
pub use facts::{End, Record, Stamp, StartReason, Who};
pub use life::{Station, StationKind};
pub(super) use note::arriving;

/// The facts of a run, up to the furthest step that was reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// The last step that was taken in.
    noted: u64,
    records: Vec<Record>,
    producers: SortedMap<ClientId, ProducerFacts>,
    consumers: SortedMap<ClientId, ConsumerFacts>,
    partition_ids: SortedMap<TopicPartition, u32>,
    partitions: Vec<PartitionFacts>,
    readers: Vec<ReaderFacts>,
    power_losses: Vec<Stamp>,
}

impl Ledger {
    /// All records in the order of their `send`, later ones than a person looks at among them.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Who has read so far, in the order of their coming.
    pub fn readers(&self) -> impl ExactSizeIterator<Item = &Who> {
        self.readers.iter().map(|reader| &reader.who)
    }

    /// The reader's number, if it is known.
    #[must_use]
    pub fn reader_number(&self, who: &Who) -> Option<u32> {
        self.readers.iter().position(|reader| reader.who == *who).map(|at| at as u32)
    }
}
