//! What happened at a consumer: past tense, ids and numbers only.

use std::fmt;

use crate::client::consumer::ProgramLine;
use crate::protocol::{ErrorCode, Offset, TopicPartition};

/// Where a position came from (CONS-13, CONS-14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PositionSource {
    /// The group's committed offset.
    Committed,
    /// `auto.offset.reset`: to the log start, the high watermark, or by time.
    Reset,
    /// `seekToBeginning` or `seekToEnd`, found out.
    Seek,
}

/// Where `seek` goes (CONS-18).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SeekTo {
    /// `seek(partition, offset)`.
    Offset(i64),
    /// `seekToBeginning`: found out at the next poll.
    Beginning,
    /// `seekToEnd`: found out at the next poll.
    End,
}

/// Why offsets are committed (CONS-4, CONS-7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CommitReason {
    /// `auto.commit.interval.ms` had passed at a poll.
    Interval,
    /// Before partitions are given up for a rebalance.
    Rebalance,
    /// `close()`.
    Close,
    /// The application called `commitSync`.
    Sync,
    /// The application called `commitAsync`.
    Async,
}

/// Where a consumer stands in its group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MembershipState {
    /// Not in the group.
    #[default]
    Unjoined,
    /// It waits for the coordinator's answer to JoinGroup.
    Joining,
    /// It waits for its assignment.
    Syncing,
    /// It has an assignment.
    Stable,
}

/// What happened at a consumer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ConsumerEvent {
    /// It learnt who coordinates its group.
    CoordinatorFound,
    /// It asks to be in the group.
    Joining {
        /// Empty on the first try (GRP-3).
        member_id: String,
        /// What it owned until now and reads no more (eager).
        revoked: Vec<TopicPartition>,
        /// What it owns and reads on (cooperative).
        kept: Vec<TopicPartition>,
    },
    /// It gives up partitions that the new assignment wants elsewhere, and will join again for that
    /// (cooperative, ASGN-9).
    PartitionsRevoked {
        /// Which.
        partitions: Vec<TopicPartition>,
    },
    /// The leader has computed everybody's assignment.
    AssignmentComputed {
        /// The assignor.
        assignor: String,
        /// Member ids and what they get.
        assignment: Vec<(String, Vec<TopicPartition>)>,
    },
    /// The coordinator told it what it should own (KIP-848); it goes there in its own time.
    TargetReceived {
        /// Its epoch.
        epoch: i32,
        /// Which.
        partitions: Vec<TopicPartition>,
    },
    /// It got its partitions.
    Assigned {
        /// The generation; under the new protocol its epoch.
        generation: i32,
        /// Its id.
        member_id: String,
        /// Whether it leads the group.
        leader: bool,
        /// What it reads from now on.
        partitions: Vec<TopicPartition>,
    },
    /// It was thrown out and lost its partitions without a commit (CONS-7).
    PartitionsLost {
        /// Which.
        partitions: Vec<TopicPartition>,
        /// What the coordinator said.
        error: ErrorCode,
    },
    /// A partition has a position to read from.
    PositionSet {
        /// Which.
        partition: TopicPartition,
        /// From where it reads.
        offset: Offset,
        /// Whose word that is.
        source: PositionSource,
    },
    /// The position was not in the log any more (CONS-17).
    OffsetOutOfRange {
        /// Which.
        partition: TopicPartition,
        /// Where it wanted to read.
        offset: Offset,
    },
    /// `poll` returned records of one partition, so the position moved (CONS-2).
    RecordsReturned {
        /// Which.
        partition: TopicPartition,
        /// Offsets of the records, in order.
        offsets: Vec<Offset>,
        /// The position now.
        position: Offset,
    },
    /// The position stepped over offsets that hold no record (CONS-3).
    GapSkipped {
        /// Which.
        partition: TopicPartition,
        /// The position before.
        from: Offset,
        /// The position now.
        position: Offset,
    },
    /// The application has processed a record.
    RecordProcessed {
        /// Which.
        partition: TopicPartition,
        /// Which.
        offset: Offset,
    },
    /// A commit is on its way to the coordinator; nothing is stored yet.
    CommitSent {
        /// What is to be stored: the next offsets to read.
        offsets: Vec<(TopicPartition, Offset)>,
        /// Why.
        reason: CommitReason,
        /// The request.
        correlation_id: u64,
    },
    /// The coordinator answered a commit.
    CommitCompleted {
        /// What was to be stored.
        offsets: Vec<(TopicPartition, Offset)>,
        /// Why it is not.
        error: Option<ErrorCode>,
    },
    /// The callback of a `commitAsync` runs, inside a later call (CONS-10).
    CommitCalledBack {
        /// What was to be stored.
        offsets: Vec<(TopicPartition, Offset)>,
        /// Why it is not, in Kafka's words.
        exception: Option<String>,
    },
    /// `assign(partitions)`: no group shares them out.
    AssignedByHand {
        /// Which.
        partitions: Vec<TopicPartition>,
    },
    /// `seek`, `seekToBeginning` or `seekToEnd`: the position changes, what is committed does not (CONS-18).
    Sought {
        /// Which.
        partition: TopicPartition,
        /// Where it stood.
        from: Option<Offset>,
        /// Where it goes on.
        to: SeekTo,
    },
    /// `pause` or `resume`: `poll` leaves these partitions out, or returns their records again (CONS-18).
    FetchingPaused {
        /// Which.
        partitions: Vec<TopicPartition>,
        /// `pause`, not `resume`.
        paused: bool,
    },
    /// What the process before had processed is read again, as it was not committed.
    ReadsAgain {
        /// Which.
        partition: TopicPartition,
        /// The first offset that is read again.
        from: Offset,
        /// The first that is not.
        until: Offset,
    },
    /// The application stands in front of a line, because somebody steps through it.
    LineReached(ProgramLine),
    /// A heartbeat came back with an error, `REBALANCE_IN_PROGRESS` mostly.
    HeartbeatRefused {
        /// The error.
        error: ErrorCode,
    },
    /// `poll` came too late: it leaves the group (CONS-22).
    PollTimeoutExpired,
    /// The connection to the coordinator or to the leader was lost or timed out.
    Disconnected,
    /// An exception was thrown to the application, in Kafka's words.
    ExceptionThrown(String),
    /// Kafka's log line about settings that the client does not know (PROD-37).
    UnusedSettings(String),
    /// The process died without a word.
    Crashed,
    /// A new process runs in its place.
    Restarted,
    /// `close()` was called: it commits, if it should, and leaves.
    Closing,
    /// It is gone.
    Closed,
}

impl fmt::Display for ConsumerEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CoordinatorFound => f.write_str("found its coordinator"),
            Self::Joining { member_id, kept, .. } if !kept.is_empty() => {
                write!(f, "rejoins as {member_id} and keeps {}", list(kept))
            }
            Self::Joining { member_id, revoked, .. } if revoked.is_empty() => {
                let id = if member_id.is_empty() { "no id yet" } else { member_id };
                write!(f, "joins the group, {id}")
            }
            Self::PartitionsRevoked { partitions } => write!(f, "gives up {}", list(partitions)),
            Self::Joining { member_id, revoked, .. } => {
                write!(f, "gives up {} and rejoins as {member_id}", list(revoked))
            }
            Self::TargetReceived { epoch, partitions } => {
                let all = if partitions.is_empty() { "nothing".into() } else { list(partitions) };
                write!(f, "epoch {epoch}: should own {all}")
            }
            Self::AssignmentComputed { assignor, assignment } => {
                write!(f, "computed the assignment of {} members by {assignor}", assignment.len())
            }
            Self::Assigned { generation, leader, partitions, .. } => write!(
                f,
                "generation {generation}: reads {}{}",
                if partitions.is_empty() { "nothing".into() } else { list(partitions) },
                if *leader { ", leads" } else { "" }
            ),
            Self::PartitionsLost { partitions, error } => {
                write!(f, "lost {}: {error}", list(partitions))
            }
            Self::PositionSet { partition, offset, source } => {
                let source = match source {
                    PositionSource::Committed => "committed",
                    PositionSource::Reset => "auto.offset.reset",
                    PositionSource::Seek => "seek",
                };
                write!(f, "reads {partition} from {offset}, {source}")
            }
            Self::OffsetOutOfRange { partition, offset } => {
                write!(f, "offset {offset} of {partition} is out of range")
            }
            Self::RecordsReturned { partition, offsets, position } => {
                write!(
                    f,
                    "poll returned {} records of {partition}, position {position}",
                    offsets.len()
                )
            }
            Self::GapSkipped { partition, from, position } => {
                write!(f, "stepped over {from}..{position} of {partition}, no records there")
            }
            Self::RecordProcessed { partition, offset } => {
                write!(f, "processed offset {offset} of {partition}")
            }
            Self::CommitSent { offsets, reason, .. } => {
                write!(f, "commits {} ({reason:?})", pairs(offsets))
            }
            Self::CommitCompleted { offsets, error: None } => {
                write!(f, "committed {}", pairs(offsets))
            }
            Self::CommitCompleted { offsets, error: Some(error) } => {
                write!(f, "could not commit {}: {error}", pairs(offsets))
            }
            Self::CommitCalledBack { offsets, exception: None } => {
                write!(f, "is called back: committed {}", pairs(offsets))
            }
            Self::CommitCalledBack { offsets, exception: Some(exception) } => {
                write!(f, "is called back for {}: {exception}", pairs(offsets))
            }
            Self::AssignedByHand { partitions } => write!(f, "assigns itself {}", list(partitions)),
            Self::Sought { partition, to, .. } => match to {
                SeekTo::Offset(offset) => write!(f, "seeks {offset} of {partition}"),
                SeekTo::Beginning => write!(f, "seeks the beginning of {partition}"),
                SeekTo::End => write!(f, "seeks the end of {partition}"),
            },
            Self::FetchingPaused { partitions, paused } => {
                let what = if *paused { "pauses" } else { "resumes" };
                write!(f, "{what} {}", list(partitions))
            }
            Self::ReadsAgain { partition, from, until } => {
                write!(f, "reads {from}..{until} of {partition} again")
            }
            Self::LineReached(line) => write!(f, "stands in front of {}", line.name()),
            Self::HeartbeatRefused { error } => write!(f, "heartbeat answered {error}"),
            Self::PollTimeoutExpired => f.write_str("polled too late and leaves"),
            Self::Disconnected => f.write_str("disconnected"),
            Self::ExceptionThrown(words) | Self::UnusedSettings(words) => f.write_str(words),
            Self::Crashed => f.write_str("crashed"),
            Self::Restarted => f.write_str("restarted"),
            Self::Closing => f.write_str("closes"),
            Self::Closed => f.write_str("closed"),
        }
    }
}

fn list(partitions: &[TopicPartition]) -> String {
    partitions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn pairs(offsets: &[(TopicPartition, Offset)]) -> String {
    offsets.iter().map(|(p, offset)| format!("{p}@{offset}")).collect::<Vec<_>>().join(", ")
}
