//! The producer: serialise, partition, accumulate, send (`PROD-*`).

mod accumulator;
mod batch;
mod calls;
mod config;
mod event;
mod metadata;
mod partitioner;
#[expect(clippy::module_inception, reason = "Kafka's own name for it")]
mod producer;
mod sender;
mod trial;

pub use batch::{Batch, BatchRecord};
pub use event::{PartitionChoice, ProducerEvent, StickySwitch};
pub use producer::{InFlight, Producer, ProducerRecord};
pub use trial::{DrainedBatch, Trial};

#[cfg(test)]
mod tests;
