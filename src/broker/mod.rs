//! One broker node.

mod event;
pub mod group;

pub use event::{BrokerEvent, GroupState, RemovalReason};
