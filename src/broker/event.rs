//! What happened at a broker: past tense, ids and numbers only.

use std::fmt;

use crate::protocol::request::ApiKey;
use crate::protocol::{ErrorCode, GroupId, NodeId, Offset, Topic, TopicPartition};
use crate::storage::LogEvent;

/// Where a group stands (GRP-2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupState {
    /// No members.
    #[default]
    Empty,
    /// Members are asked to rejoin.
    PreparingRebalance,
    /// Everybody has joined; the leader's assignment is awaited.
    CompletingRebalance,
    /// Everybody has an assignment.
    Stable,
    /// Gone.
    Dead,
}

impl GroupState {
    /// Kafka's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "Empty",
            Self::PreparingRebalance => "PreparingRebalance",
            Self::CompletingRebalance => "CompletingRebalance",
            Self::Stable => "Stable",
            Self::Dead => "Dead",
        }
    }
}

/// Why a member is no longer in its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RemovalReason {
    /// It said so (GRP-16).
    Left,
    /// No heartbeat within `session.timeout.ms` (GRP-15).
    SessionExpired,
    /// It did not rejoin in time (GRP-6).
    DidNotRejoin,
    /// It did not sync in time (GRP-11).
    DidNotSync,
}

/// What happened at a broker.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum BrokerEvent {
    /// Something happened to a log.
    Log(TopicPartition, LogEvent),
    /// A request was answered by an error.
    RequestRefused {
        /// Who asked.
        client: NodeId,
        /// For what.
        api_key: ApiKey,
        /// About which partition, where there is one.
        partition: Option<TopicPartition>,
        /// The answer.
        error: ErrorCode,
    },
    /// A topic that is missing should be created: `__consumer_offsets`, or by `auto.create.topics.enable`.
    TopicWanted {
        /// Its name.
        topic: Topic,
    },
    /// A fetch waits for data, up to `fetch.max.wait.ms`.
    FetchDelayed {
        /// Whose.
        client: NodeId,
        /// Until when.
        until_ms: u64,
    },
    /// A group went from one state to another.
    GroupStateChanged {
        /// Which.
        group: GroupId,
        /// From.
        from: GroupState,
        /// To.
        to: GroupState,
        /// Its generation now.
        generation: i32,
        /// How many members.
        members: u32,
    },
    /// A new member was given an id (GRP-3).
    MemberAdded {
        /// The group.
        group: GroupId,
        /// Its id.
        member_id: String,
        /// Who it is.
        client: NodeId,
    },
    /// A member is gone.
    MemberRemoved {
        /// The group.
        group: GroupId,
        /// Its id.
        member_id: String,
        /// Why.
        reason: RemovalReason,
    },
    /// The leader's assignment was written to `__consumer_offsets` (GRP-10).
    AssignmentStored {
        /// The group.
        group: GroupId,
        /// The generation.
        generation: i32,
        /// Partition of `__consumer_offsets`.
        stored_in: TopicPartition,
        /// The record.
        stored_at: Offset,
    },
    /// A committed offset was written to `__consumer_offsets` and holds from now on (OFFS-1).
    OffsetCommitted {
        /// The group.
        group: GroupId,
        /// For which partition.
        partition: TopicPartition,
        /// The next offset to read.
        offset: Offset,
        /// Partition of `__consumer_offsets`.
        stored_in: TopicPartition,
        /// The record.
        stored_at: Offset,
    },
    /// A committed offset was too old and got a tombstone (OFFS-9).
    OffsetExpired {
        /// The group.
        group: GroupId,
        /// For which partition.
        partition: TopicPartition,
    },
    /// The process died. Its disk stays.
    Crashed,
    /// The machine lost its power: what was not flushed is gone.
    PowerLost,
    /// The process was stopped in order; its logs are flushed and closed.
    Stopped,
    /// It runs again: logs were opened and groups read back from `__consumer_offsets`.
    Restarted {
        /// Groups that were read back.
        groups: u32,
        /// Committed offsets that were read back.
        offsets: u32,
    },
}

impl fmt::Display for BrokerEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log(partition, event) => write!(f, "{partition}: {event}"),
            Self::RequestRefused { api_key, partition, error, .. } => {
                write!(f, "refused {}", api_key.name())?;
                if let Some(partition) = partition {
                    write!(f, " to {partition}")?;
                }
                write!(f, ": {error}")
            }
            Self::TopicWanted { topic } => write!(f, "wants topic {topic}"),
            Self::FetchDelayed { until_ms, .. } => write!(f, "holds a fetch until {until_ms}"),
            Self::GroupStateChanged { group, from, to, generation, members } => write!(
                f,
                "group {group}: {} to {}, generation {generation}, {members} members",
                from.name(),
                to.name()
            ),
            Self::MemberAdded { group, member_id, .. } => {
                write!(f, "group {group}: new member {member_id}")
            }
            Self::MemberRemoved { group, member_id, reason } => {
                write!(f, "group {group}: removed {member_id} ({reason:?})")
            }
            Self::AssignmentStored { group, generation, stored_in, stored_at } => write!(
                f,
                "group {group}: assignment of generation {generation} is record {stored_at} of {stored_in}"
            ),
            Self::OffsetCommitted { group, partition, offset, stored_in, stored_at } => write!(
                f,
                "group {group}: committed {offset} of {partition}, record {stored_at} of {stored_in}"
            ),
            Self::OffsetExpired { group, partition } => {
                write!(f, "group {group}: its offset of {partition} expired")
            }
            Self::Crashed => f.write_str("crashed"),
            Self::PowerLost => f.write_str("lost its power"),
            Self::Stopped => f.write_str("stopped cleanly"),
            Self::Restarted { groups, offsets } => {
                write!(f, "restarted with {groups} groups and {offsets} committed offsets")
            }
        }
    }
}
