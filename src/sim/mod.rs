//! The world around the nodes: time, chance, network and faults; runs that can be wound back.

mod action;
mod builtin;
mod check;
mod client;
mod digest;
mod event;
mod follow;
mod history;
mod ledger;
mod mark;
mod network;
mod random_world;
mod rng;
mod scenario;
mod world;

pub use action::{Action, LineName, RecordSpec, SeekName};
pub use builtin::BUILT_IN;
pub use check::{Broken, Checker};
pub use client::{Client, ClientKind, Flow};
pub use digest::Digest;
pub use event::{Cause, Event, What};
pub use history::{History, Input};
pub use ledger::{
    Board, Bucket, Counts, End, Ledger, Passed, ProducerCounts, ReadAgain, ReaderBoard, Record,
    Stamp, StartReason, Station, StationKind, Tenure, Verdict, Who, Why,
};
pub use mark::{Mark, MarkKind};
pub use network::{Message, Network};
pub use rng::Rng;
pub use scenario::{
    BrokerSpec, CommitCallName, CommitEachName, CommitSpec, ConsumerSpec, Latencies,
    NEW_YEAR_2025_MS, PartitionSpec, ProducerSpec, ProfileName, Scenario, TimedAction, TopicSpec,
    Values, Workload,
};
pub use world::{Printed, Refused, World};
