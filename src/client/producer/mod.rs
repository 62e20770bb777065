//! The producer: serialise, partition, accumulate, send (`PROD-*`).

mod event;

pub use event::{PartitionChoice, ProducerEvent, StickySwitch};
