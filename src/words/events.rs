//! What happened, in a sentence: for the lead, the list of events and screen readers.

use crate::broker::{BrokerEvent, GroupCause, GroupState, RemovalReason};
use crate::client::consumer::{ConsumerEvent, PositionSource};
use crate::client::producer::ProducerEvent;
use crate::controller::ControllerEvent;
use crate::protocol::{ErrorCode, NodeId, TopicPartition};
use crate::sim::{Event, What, World};
use crate::storage::{LogEvent, RecoveryEvent};
use crate::words::Line;
use crate::words::facts::Facts;

#[cfg(test)]
mod tests;

/// Sentences about what happened.
pub trait EventWords {
    /// One sentence for a newcomer, with Kafka's terms and the values that decided.
    fn event(&self, world: &World, event: &Event) -> Line;

    /// The smaller second line: the arithmetic, the rule, or Kafka's own words.
    fn aside(&self, world: &World, event: &Event) -> Option<Line>;

    /// Why a group went into the state that it is in.
    fn group_cause(&self, cause: &GroupCause) -> Line;
}

/// How much an event deserves the lead sentence, from 0, which is never told unasked, to 100.
///
/// A crash before redelivery, before cleaning, before a roll, before a rebalance, before a commit,
/// before a record that finds its partition; the rest is the coming and going that leads to these.
#[must_use]
pub fn importance(what: &What) -> u8 {
    match what {
        What::Broker(_, event) => of_broker(event),
        What::Controller(ControllerEvent::Refused(_)) => 92,
        What::Controller(ControllerEvent::ConfigAltered { .. }) | What::BrokerConfigured { .. } => {
            74
        }
        What::Controller(ControllerEvent::TopicCreated { .. }) => 55,
        What::Controller(ControllerEvent::ProducerIdsAllocated { .. }) => 11,
        What::Producer(_, event) => of_producer(event),
        What::Consumer(_, event) => of_consumer(event),
        What::ClientAdded(_) => 50,
        What::MessageLost { .. } => 57,
        What::MessageDelayed { .. } => 46,
        What::MessageDuplicated { .. } => 57,
        What::AppendedAgain { .. } | What::AppendedOutOfOrder { .. } => 91,
        What::ActionRefused(_) => 93,
    }
}

fn of_broker(event: &BrokerEvent) -> u8 {
    match event {
        BrokerEvent::Log(partition, event) => of_log(partition, event),
        BrokerEvent::PowerLost => 101,
        BrokerEvent::Crashed => 100,
        BrokerEvent::Stopped => 95,
        BrokerEvent::Restarted { .. } => 96,
        BrokerEvent::MemberRemoved { reason: RemovalReason::Left, .. } => 58,
        BrokerEvent::MemberRemoved { .. } => 88,
        BrokerEvent::GroupStateChanged { to, .. } => match to {
            GroupState::PreparingRebalance => 62,
            GroupState::Stable => 61,
            GroupState::CompletingRebalance | GroupState::Assigning => 54,
            GroupState::Reconciling => 55,
            GroupState::Empty | GroupState::Dead => 56,
        },
        BrokerEvent::OffsetExpired { .. } => 64,
        BrokerEvent::StaticMemberReplaced { .. } => 87,
        BrokerEvent::StaticMemberLeft { .. } => 63,
        BrokerEvent::TargetComputed { .. } => 60,
        BrokerEvent::MemberReconciled { .. } => 53,
        BrokerEvent::AssignmentStored { .. } => 48,
        BrokerEvent::OffsetCommitted { .. } => 44,
        BrokerEvent::MemberAdded { .. } => 40,
        BrokerEvent::TopicWanted { .. } => 16,
        BrokerEvent::ProducerIdsWanted => 12,
        BrokerEvent::ProducerIdAssigned { .. } => 10,
        BrokerEvent::RequestRefused { error, .. } => match error {
            // How a first join goes, and a rebalance.
            ErrorCode::MemberIdRequired
            | ErrorCode::CoordinatorNotAvailable
            | ErrorCode::CoordinatorLoadInProgress
            | ErrorCode::RebalanceInProgress => 12,
            _ => 52,
        },
        BrokerEvent::BatchProduced { .. } | BrokerEvent::FetchDelayed { .. } => 0,
    }
}

fn of_log(partition: &TopicPartition, event: &LogEvent) -> u8 {
    let importance = match event {
        LogEvent::CleaningFailed => 86,
        LogEvent::CleaningAborted => 82,
        LogEvent::CleaningStarted { .. } => 80,
        LogEvent::SegmentsCleaned { .. } => 79,
        LogEvent::CleaningFinished { .. } => 77,
        LogEvent::SegmentsReplaced { .. } => 73,
        LogEvent::SegmentsDeleted { .. } => 70,
        LogEvent::SegmentRolled { .. } => 68,
        LogEvent::AppendRefused(_) => 90,
        LogEvent::BatchAppended { .. } => 24,
        LogEvent::FilesRemoved { .. } => 14,
        LogEvent::DuplicateFound { .. } => 62,
        LogEvent::ProducersExpired { .. } => 36,
        LogEvent::LogStartMoved { .. } => 66,
        LogEvent::LogTruncated { .. } => 83,
        LogEvent::LogFlushed { .. } => 13,
        LogEvent::LogClosed { .. } => 58,
        LogEvent::Recovery(event) => match event {
            RecoveryEvent::LoadFailed => 98,
            RecoveryEvent::UnflushedLost { .. } => 97,
            RecoveryEvent::SegmentsDropped { .. } => 93,
            RecoveryEvent::SegmentRecovered { cut_bytes, .. } if *cut_bytes > 0 => 92,
            RecoveryEvent::SnapshotDiscarded { .. } => 81,
            RecoveryEvent::SwapCompleted { .. } => 78,
            RecoveryEvent::SegmentRecovered { .. } => 76,
            RecoveryEvent::LogLoaded { .. } => 65,
            RecoveryEvent::SnapshotLoaded { .. } | RecoveryEvent::ProducersReplayed { .. } => 37,
            RecoveryEvent::StrayFilesDeleted { .. } => 33,
        },
    };
    // What the coordinator writes is told by its own events; its log is a log like any other.
    match event {
        LogEvent::BatchAppended { .. } if partition.topic.is_internal() => 2,
        _ if partition.topic.is_internal() => importance - importance / 3,
        _ => importance,
    }
}

fn of_producer(event: &ProducerEvent) -> u8 {
    match event {
        ProducerEvent::Crashed { .. } => 99,
        ProducerEvent::Restarted => 94,
        ProducerEvent::SendFailed { .. } => 91,
        ProducerEvent::BatchFailed { .. } => 89,
        ProducerEvent::RequestTimedOut { .. } => 57,
        ProducerEvent::BatchRetried { .. } | ProducerEvent::BatchSplit { .. } => 56,
        ProducerEvent::Disconnected => 50,
        ProducerEvent::Closed => 51,
        ProducerEvent::EpochBumped { .. } | ProducerEvent::ProducerIdDropped { .. } => 72,
        ProducerEvent::ProducerIdRefused { .. } => 21,
        ProducerEvent::IdempotenceDisabled(_) => 19,
        ProducerEvent::ProducerIdReceived { .. } => 17,
        ProducerEvent::UnusedSettings(_) => 42,
        ProducerEvent::SendBlocked { for_memory: true, .. } => 43,
        ProducerEvent::SendBlocked { for_memory: false, .. } => 20,
        ProducerEvent::RecordAccumulated { .. } => 30,
        ProducerEvent::StickyPartitionChosen { switch: Some(_), .. } => 29,
        ProducerEvent::StickyPartitionChosen { switch: None, .. } => 15,
        ProducerEvent::BatchDrained { .. } => 22,
        ProducerEvent::BatchAcknowledged { .. } => 18,
    }
}

fn of_consumer(event: &ConsumerEvent) -> u8 {
    match event {
        ConsumerEvent::Crashed => 99,
        ConsumerEvent::Restarted => 94,
        ConsumerEvent::ExceptionThrown(_) => 91,
        ConsumerEvent::PollTimeoutExpired => 88,
        ConsumerEvent::PartitionsLost { .. } => 87,
        ConsumerEvent::OffsetOutOfRange { .. } => 85,
        // Where reading goes on, so also what is read again.
        ConsumerEvent::PositionSet { source: PositionSource::Committed, .. } => 84,
        ConsumerEvent::PositionSet { source: PositionSource::Reset, .. } => 47,
        ConsumerEvent::ReadsAgain { .. } => 86,
        ConsumerEvent::LineReached(_) => 83,
        ConsumerEvent::Sought { .. } => 72,
        ConsumerEvent::FetchingPaused { .. } => 71,
        ConsumerEvent::PositionSet { source: PositionSource::Seek, .. } => 69,
        ConsumerEvent::CommitCompleted { error: Some(_), .. } => 63,
        ConsumerEvent::CommitCalledBack { exception: Some(_), .. } => 64,
        ConsumerEvent::AssignedByHand { .. } => 59,
        ConsumerEvent::CommitCalledBack { exception: None, .. } => 21,
        ConsumerEvent::Assigned { .. } => 60,
        ConsumerEvent::TargetReceived { .. } => 51,
        ConsumerEvent::PartitionsRevoked { .. } => 61,
        ConsumerEvent::Joining { revoked, .. } if !revoked.is_empty() => 53,
        ConsumerEvent::Closing => 52,
        ConsumerEvent::Closed => 51,
        ConsumerEvent::Disconnected => 50,
        ConsumerEvent::AssignmentComputed { .. } => 49,
        ConsumerEvent::HeartbeatRefused { .. } => 45,
        ConsumerEvent::UnusedSettings(_) => 42,
        ConsumerEvent::Joining { .. } => 41,
        ConsumerEvent::CommitSent { .. } => 38,
        ConsumerEvent::GapSkipped { .. } => 34,
        ConsumerEvent::RecordsReturned { .. } => 26,
        ConsumerEvent::RecordProcessed { .. } => 17,
        ConsumerEvent::CommitCompleted { error: None, .. } => 19,
        ConsumerEvent::CoordinatorFound => 16,
    }
}

/// The event as `brokerscope run` prints it: `0.120 s  till-1: …`, plain English.
#[must_use]
pub fn line_of_run(world: &World, event: &Event) -> String {
    run_line(world, event)
}

fn run_line(facts: &dyn Facts, event: &Event) -> String {
    let what = match &event.what {
        What::Broker(id, BrokerEvent::FetchDelayed { client, until_ms }) => format!(
            "{}: holds {}'s fetch until {}",
            facts.name(NodeId::Broker(*id)),
            facts.name(*client),
            facts.clock(*until_ms)
        ),
        What::Broker(id, event @ BrokerEvent::RequestRefused { client, .. }) => {
            format!("{}: {event}, to {}", facts.name(NodeId::Broker(*id)), facts.name(*client))
        }
        What::Broker(id, event) => format!("{}: {event}", facts.name(NodeId::Broker(*id))),
        What::Producer(id, event) => format!("{}: {event}", facts.client(*id)),
        What::Consumer(id, event) => format!("{}: {event}", facts.client(*id)),
        What::ClientAdded(id) => format!("{}: added", facts.client(*id)),
        What::MessageLost { api_key, from, to, .. } => format!(
            "network: lost {} from {} to {}",
            api_key.name(),
            facts.name(*from),
            facts.name(*to)
        ),
        What::Controller(_)
        | What::MessageDelayed { .. }
        | What::MessageDuplicated { .. }
        | What::AppendedAgain { .. }
        | What::AppendedOutOfOrder { .. }
        | What::BrokerConfigured { .. }
        | What::ActionRefused(_) => event.what.to_string(),
    };
    format!("{}  {}", facts.clock(event.at_ms), what.replace('\n', " "))
}
