//! Names of everything that can happen. Each list and its match are made from the same lines, and the match
//! is exhaustive: a new variant does not compile until it has a line here.

use brokerscope::broker::{BrokerEvent, RemovalReason};
use brokerscope::client::consumer::{CommitReason, ConsumerEvent, PositionSource};
use brokerscope::client::producer::{PartitionChoice, ProducerEvent};
use brokerscope::controller::ControllerEvent;
use brokerscope::sim::{Action, What};
use brokerscope::storage::{DeletionReason, DropReason, LogEvent, RecoveryEvent, RollReason};

/// Why something cannot occur in random worlds; `None`: it can.
pub(super) type Impossible = Option<&'static str>;

/// `fn name(&enum) -> &str` and a list of all names, with the reason of those that cannot occur.
macro_rules! kinds {
    ($enum:ty, $name:ident, $all:ident, $($pattern:pat => $kind:literal $(never $why:literal)?,)+) => {
        pub(super) fn $name(what: &$enum) -> &'static str {
            match what { $($pattern => $kind,)+ }
        }
        pub(super) const $all: &[(&str, Impossible)] =
            &[$(($kind, kinds!(@why $($why)?)),)+];
    };
    (@why) => { None };
    (@why $why:literal) => { Some($why) };
}

/// The kind of an event: its own, or that of the node's event in it.
pub(super) fn event(what: &What) -> &'static str {
    match what {
        What::Broker(_, BrokerEvent::Log(_, event)) => log_event(event),
        What::Broker(_, event) => broker_event(event),
        What::Controller(event) => controller_event(event),
        What::Producer(_, event) => producer_event(event),
        What::Consumer(_, event) => consumer_event(event),
        other => world_event(other),
    }
}

kinds! { What, world_event, WORLD_EVENTS,
    What::Broker(..) => "Broker" never "counted by its own kinds",
    What::Controller(_) => "Controller" never "counted by its own kinds",
    What::Producer(..) => "Producer" never "counted by its own kinds",
    What::Consumer(..) => "Consumer" never "counted by its own kinds",
    What::ClientAdded(_) => "ClientAdded",
    What::MessageLost { .. } => "MessageLost",
    What::MessageDelayed { .. } => "MessageDelayed",
    What::MessageDuplicated { .. } => "MessageDuplicated",
    What::AppendedAgain { .. } => "AppendedAgain",
    What::AppendedOutOfOrder { .. } => "AppendedOutOfOrder",
    What::BrokerConfigured { .. } => "BrokerConfigured",
    What::ActionRefused(_) => "ActionRefused",
}

kinds! { ControllerEvent, controller_event, CONTROLLER_EVENTS,
    ControllerEvent::TopicCreated { .. } => "Controller/TopicCreated",
    ControllerEvent::ConfigAltered { .. } => "Controller/ConfigAltered",
    ControllerEvent::ProducerIdsAllocated { .. } => "Controller/ProducerIdsAllocated",
    ControllerEvent::Refused(_) => "Controller/Refused",
}

kinds! { BrokerEvent, broker_event, BROKER_EVENTS,
    BrokerEvent::Log(..) => "Broker/Log" never "counted by its own kinds",
    BrokerEvent::RequestRefused { .. } => "Broker/RequestRefused",
    BrokerEvent::TopicWanted { .. } => "Broker/TopicWanted",
    BrokerEvent::ProducerIdsWanted => "Broker/ProducerIdsWanted",
    BrokerEvent::ProducerIdAssigned { .. } => "Broker/ProducerIdAssigned",
    BrokerEvent::BatchProduced { .. } => "Broker/BatchProduced",
    BrokerEvent::FetchDelayed { .. } => "Broker/FetchDelayed",
    BrokerEvent::GroupStateChanged { .. } => "Broker/GroupStateChanged",
    BrokerEvent::MemberAdded { .. } => "Broker/MemberAdded",
    BrokerEvent::MemberRemoved { .. } => "Broker/MemberRemoved",
    BrokerEvent::StaticMemberReplaced { .. } => "Broker/StaticMemberReplaced",
    BrokerEvent::StaticMemberLeft { .. } => "Broker/StaticMemberLeft",
    BrokerEvent::TargetComputed { .. } => "Broker/TargetComputed",
    BrokerEvent::MemberReconciled { .. } => "Broker/MemberReconciled",
    BrokerEvent::AssignmentStored { .. } => "Broker/AssignmentStored",
    BrokerEvent::OffsetCommitted { .. } => "Broker/OffsetCommitted",
    BrokerEvent::OffsetExpired { .. } => "Broker/OffsetExpired",
    BrokerEvent::Crashed => "Broker/Crashed",
    BrokerEvent::PowerLost => "Broker/PowerLost",
    BrokerEvent::Stopped => "Broker/Stopped",
    BrokerEvent::Restarted { .. } => "Broker/Restarted",
}

kinds! { LogEvent, log_event, LOG_EVENTS,
    LogEvent::BatchAppended { .. } => "Log/BatchAppended",
    LogEvent::AppendRefused(_) => "Log/AppendRefused",
    LogEvent::SegmentRolled { .. } => "Log/SegmentRolled",
    LogEvent::SegmentsDeleted { .. } => "Log/SegmentsDeleted",
    LogEvent::FilesRemoved { .. } => "Log/FilesRemoved",
    LogEvent::CleaningStarted { .. } => "Log/CleaningStarted",
    LogEvent::SegmentsCleaned { .. } => "Log/SegmentsCleaned",
    LogEvent::SegmentsReplaced { .. } => "Log/SegmentsReplaced",
    LogEvent::CleaningFinished { .. } => "Log/CleaningFinished",
    LogEvent::CleaningAborted => "Log/CleaningAborted",
    LogEvent::CleaningFailed => "Log/CleaningFailed",
    LogEvent::DuplicateFound { .. } => "Log/DuplicateFound",
    LogEvent::ProducersExpired { .. } => "Log/ProducersExpired",
    LogEvent::LogStartMoved { .. } => "Log/LogStartMoved",
    LogEvent::LogTruncated { .. } => "Log/LogTruncated"
        never "only followers truncate, and there are none yet",
    LogEvent::LogFlushed { .. } => "Log/LogFlushed",
    LogEvent::LogClosed { .. } => "Log/LogClosed",
    LogEvent::Recovery(RecoveryEvent::UnflushedLost { .. }) => "Recovery/UnflushedLost",
    LogEvent::Recovery(RecoveryEvent::StrayFilesDeleted { .. }) => "Recovery/StrayFilesDeleted",
    LogEvent::Recovery(RecoveryEvent::SwapCompleted { .. }) => "Recovery/SwapCompleted"
        never "a swap takes no model time, so nothing interrupts it",
    LogEvent::Recovery(RecoveryEvent::SegmentRecovered { .. }) => "Recovery/SegmentRecovered",
    LogEvent::Recovery(RecoveryEvent::SegmentsDropped { .. }) => "Recovery/SegmentsDropped"
        never "a roll flushes what is closed, so a power loss cuts the last segment only",
    LogEvent::Recovery(RecoveryEvent::SnapshotLoaded { .. }) => "Recovery/SnapshotLoaded",
    LogEvent::Recovery(RecoveryEvent::SnapshotDiscarded { .. }) => "Recovery/SnapshotDiscarded"
        never "nobody damages files",
    LogEvent::Recovery(RecoveryEvent::ProducersReplayed { .. }) => "Recovery/ProducersReplayed",
    LogEvent::Recovery(RecoveryEvent::LoadFailed) => "Recovery/LoadFailed",
    LogEvent::Recovery(RecoveryEvent::LogLoaded { .. }) => "Recovery/LogLoaded",
}

kinds! { ProducerEvent, producer_event, PRODUCER_EVENTS,
    ProducerEvent::RecordAccumulated { .. } => "Producer/RecordAccumulated",
    ProducerEvent::StickyPartitionChosen { .. } => "Producer/StickyPartitionChosen",
    ProducerEvent::SendFailed { .. } => "Producer/SendFailed",
    ProducerEvent::SendBlocked { .. } => "Producer/SendBlocked",
    ProducerEvent::BatchDrained { .. } => "Producer/BatchDrained",
    ProducerEvent::BatchAcknowledged { .. } => "Producer/BatchAcknowledged",
    ProducerEvent::BatchRetried { .. } => "Producer/BatchRetried",
    ProducerEvent::BatchSplit { .. } => "Producer/BatchSplit",
    ProducerEvent::BatchFailed { .. } => "Producer/BatchFailed",
    ProducerEvent::ProducerIdReceived { .. } => "Producer/ProducerIdReceived",
    ProducerEvent::ProducerIdRefused { .. } => "Producer/ProducerIdRefused",
    ProducerEvent::EpochBumped { .. } => "Producer/EpochBumped",
    ProducerEvent::ProducerIdDropped { .. } => "Producer/ProducerIdDropped",
    ProducerEvent::IdempotenceDisabled(_) => "Producer/IdempotenceDisabled",
    ProducerEvent::RequestTimedOut { .. } => "Producer/RequestTimedOut",
    ProducerEvent::Disconnected => "Producer/Disconnected",
    ProducerEvent::UnusedSettings(_) => "Producer/UnusedSettings",
    ProducerEvent::Crashed { .. } => "Producer/Crashed",
    ProducerEvent::Restarted => "Producer/Restarted",
    ProducerEvent::Closed => "Producer/Closed",
}

kinds! { ConsumerEvent, consumer_event, CONSUMER_EVENTS,
    ConsumerEvent::CoordinatorFound => "Consumer/CoordinatorFound",
    ConsumerEvent::Joining { .. } => "Consumer/Joining",
    ConsumerEvent::AssignmentComputed { .. } => "Consumer/AssignmentComputed",
    ConsumerEvent::TargetReceived { .. } => "Consumer/TargetReceived",
    ConsumerEvent::Assigned { .. } => "Consumer/Assigned",
    ConsumerEvent::PartitionsRevoked { .. } => "Consumer/PartitionsRevoked",
    ConsumerEvent::PartitionsLost { .. } => "Consumer/PartitionsLost",
    ConsumerEvent::PositionSet { .. } => "Consumer/PositionSet",
    ConsumerEvent::OffsetOutOfRange { .. } => "Consumer/OffsetOutOfRange",
    ConsumerEvent::RecordsReturned { .. } => "Consumer/RecordsReturned",
    ConsumerEvent::GapSkipped { .. } => "Consumer/GapSkipped",
    ConsumerEvent::RecordProcessed { .. } => "Consumer/RecordProcessed",
    ConsumerEvent::CommitSent { .. } => "Consumer/CommitSent",
    ConsumerEvent::CommitCompleted { .. } => "Consumer/CommitCompleted",
    ConsumerEvent::CommitCalledBack { exception: None, .. } => "Consumer/CommitCalledBack",
    ConsumerEvent::CommitCalledBack { .. } => "Consumer/CommitCalledBack, failed",
    ConsumerEvent::AssignedByHand { .. } => "Consumer/AssignedByHand",
    ConsumerEvent::Sought { .. } => "Consumer/Sought",
    ConsumerEvent::FetchingPaused { .. } => "Consumer/FetchingPaused",
    ConsumerEvent::ReadsAgain { .. } => "Consumer/ReadsAgain",
    ConsumerEvent::LineReached(_) => "Consumer/LineReached",
    ConsumerEvent::HeartbeatRefused { .. } => "Consumer/HeartbeatRefused",
    ConsumerEvent::PollTimeoutExpired => "Consumer/PollTimeoutExpired",
    ConsumerEvent::Disconnected => "Consumer/Disconnected",
    ConsumerEvent::ExceptionThrown(_) => "Consumer/ExceptionThrown",
    ConsumerEvent::UnusedSettings(_) => "Consumer/UnusedSettings",
    ConsumerEvent::Crashed => "Consumer/Crashed",
    ConsumerEvent::Restarted => "Consumer/Restarted",
    ConsumerEvent::Closing => "Consumer/Closing",
    ConsumerEvent::Closed => "Consumer/Closed",
}

kinds! { RollReason, roll_reason, ROLL_REASONS,
    RollReason::Size { .. } => "rolled: Size",
    RollReason::Time { .. } => "rolled: Time",
    RollReason::OffsetIndexFull { .. } => "rolled: OffsetIndexFull",
    RollReason::TimeIndexFull { .. } => "rolled: TimeIndexFull",
    RollReason::OffsetOverflow => "rolled: OffsetOverflow"
        never "takes 2,147,483,648 offsets in one segment",
    RollReason::Retention => "rolled: Retention",
    RollReason::Forced => "rolled: Forced" never "only cases ask for it",
}

kinds! { DeletionReason, deletion_reason, DELETION_REASONS,
    DeletionReason::LogStartOffset { .. } => "deleted: LogStartOffset",
    DeletionReason::Size { .. } => "deleted: Size",
    DeletionReason::Time { .. } => "deleted: Time",
}

kinds! { DropReason, drop_reason, DROP_REASONS,
    DropReason::Superseded { .. } => "dropped: Superseded",
    DropReason::ExpiredTombstone => "dropped: ExpiredTombstone",
    DropReason::NoKey => "dropped: NoKey",
    DropReason::AbortedTransaction => "dropped: AbortedTransaction"
        never "there are no transactions yet",
    DropReason::ExpiredMarker => "dropped: ExpiredMarker"
        never "there are no transactions yet",
}

kinds! { RemovalReason, removal_reason, REMOVAL_REASONS,
    RemovalReason::Left => "removed: Left",
    RemovalReason::SessionExpired => "removed: SessionExpired",
    RemovalReason::DidNotRejoin => "removed: DidNotRejoin",
    RemovalReason::DidNotSync => "removed: DidNotSync",
    RemovalReason::GroupFull => "removed: GroupFull",
    RemovalReason::DidNotRevoke => "removed: DidNotRevoke",
}

kinds! { PartitionChoice, partition_choice, PARTITION_CHOICES,
    PartitionChoice::Explicit => "partition: Explicit",
    PartitionChoice::Keyed(_) => "partition: Keyed",
    PartitionChoice::Sticky => "partition: Sticky",
    PartitionChoice::Own(_) => "partition: Own",
    PartitionChoice::RoundRobin { .. } => "partition: RoundRobin",
}

kinds! { CommitReason, commit_reason, COMMIT_REASONS,
    CommitReason::Interval => "commit: Interval",
    CommitReason::Rebalance => "commit: Rebalance",
    CommitReason::Close => "commit: Close",
    CommitReason::Sync => "commit: Sync",
    CommitReason::Async => "commit: Async",
}

kinds! { PositionSource, position_source, POSITION_SOURCES,
    PositionSource::Committed => "position: Committed",
    PositionSource::Reset => "position: Reset",
    PositionSource::Seek => "position: Seek",
}

kinds! { Action, action, ACTIONS,
    Action::Send { .. } => "records sent by hand",
    Action::CreateTopic(_) => "topic created",
    Action::SetTopic { .. } => "topic setting changed",
    Action::SetBroker { .. } => "broker setting changed",
    Action::SetClient { .. } => "client setting changed",
    Action::SetClientAll { .. } => "client settings pasted",
    Action::SetPartitioner { .. } => "partitioner changed",
    Action::SetWorkload { .. } => "flow stopped or started",
    Action::AddProducer(_) => "producer added",
    Action::AddConsumer(_) => "consumer added",
    Action::Close { .. } => "client closed",
    Action::Crash { .. } => "process crashed",
    Action::PowerLoss { .. } => "power lost",
    Action::StopBroker { .. } => "broker stopped cleanly",
    Action::DeleteRecords { .. } => "records deleted",
    Action::Restart { .. } => "process restarted",
    Action::Hang { .. } => "application hung or went on",
    Action::CrashAt { .. } => "crash at a line",
    Action::StepLine { .. } => "stepped to the next line",
    Action::GoOn { .. } => "application went on",
    Action::Seek { .. } => "seek",
    Action::PausePartitions { .. } => "pause or resume",
    Action::Lose { .. } => "messages lost",
    Action::Delay { .. } => "messages late",
    Action::Duplicate { .. } => "messages twice",
    Action::DropMessage { .. } => "a message dropped on its way",
    Action::DelayMessage { .. } => "a message delayed on its way",
    Action::DuplicateMessage { .. } => "a message doubled on its way",
}
