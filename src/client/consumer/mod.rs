//! The consumer: join a group, fetch, poll, commit (`CONS-*`).

mod event;

pub use event::{CommitReason, ConsumerEvent, MembershipState, PositionSource};
