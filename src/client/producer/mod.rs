//! The producer: serialise, partition, accumulate, send (`PROD-*`).

mod accumulator;
mod batch;
mod calls;
mod config;
mod event;
mod futures;
mod metadata;
mod numbering;
mod partitioner;
#[expect(clippy::module_inception, reason = "Kafka's own name for it")]
mod producer;
mod sender;
mod sequences;
mod serializer;
mod trial;

pub use batch::{Batch, BatchRecord};
pub use event::{PartitionChoice, ProducerEvent, StickySwitch};
pub use futures::{SendFate, SendFuture, exception_of};
pub use producer::{InFlight, Producer, ProducerRecord};
pub use sequences::{ProducerIdAndEpoch, ProducerSequence};
pub use serializer::{JSON_SERIALIZER, Serializer};
pub use trial::{DrainedBatch, Trial};

#[cfg(test)]
mod tests;
