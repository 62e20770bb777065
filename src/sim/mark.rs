//! What a timeline marks.

use crate::broker::{BrokerEvent, GroupState};
use crate::client::consumer::ConsumerEvent;
use crate::client::producer::ProducerEvent;
use crate::sim::event::What;
use crate::storage::LogEvent;

/// A kind of event that is worth jumping to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkKind {
    /// A segment was closed.
    Roll,
    /// The cleaner started.
    Clean,
    /// Segments were deleted by retention.
    Delete,
    /// An offset was committed.
    Commit,
    /// A group began to rebalance.
    Rebalance,
    /// A process died.
    Crash,
    /// Something was refused or given up.
    Refusal,
}

impl MarkKind {
    /// The kind of an event; most have none.
    #[must_use]
    pub fn of(what: &What) -> Option<Self> {
        match what {
            What::Broker(_, BrokerEvent::Log(_, event)) => match event {
                LogEvent::SegmentRolled { .. } => Some(Self::Roll),
                LogEvent::CleaningStarted { .. } => Some(Self::Clean),
                LogEvent::SegmentsDeleted { .. } => Some(Self::Delete),
                LogEvent::AppendRefused(_) | LogEvent::CleaningFailed => Some(Self::Refusal),
                _ => None,
            },
            What::Broker(_, BrokerEvent::OffsetCommitted { .. }) => Some(Self::Commit),
            What::Broker(
                _,
                BrokerEvent::GroupStateChanged { to: GroupState::PreparingRebalance, .. },
            ) => Some(Self::Rebalance),
            What::Broker(
                _,
                BrokerEvent::Crashed | BrokerEvent::PowerLost | BrokerEvent::Stopped,
            )
            | What::Producer(_, ProducerEvent::Crashed { .. })
            | What::Consumer(_, ConsumerEvent::Crashed) => Some(Self::Crash),
            What::Producer(
                _,
                ProducerEvent::SendFailed { .. } | ProducerEvent::BatchFailed { .. },
            )
            | What::Consumer(_, ConsumerEvent::ExceptionThrown(_))
            | What::AppendedAgain { .. }
            | What::AppendedOutOfOrder { .. }
            | What::ActionRefused(_) => Some(Self::Refusal),
            _ => None,
        }
    }
}

/// A place on the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mark {
    /// The step.
    pub index: u64,
    /// When.
    pub at_ms: u64,
    /// What.
    pub kind: MarkKind,
}
