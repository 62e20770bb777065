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
    /// Of the new protocol (GRP-33): a new target assignment is due.
    Assigning,
    /// Of the new protocol: not every member has what the target gives it.
    Reconciling,
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
            Self::Assigning => "Assigning",
            Self::Reconciling => "Reconciling",
            Self::Dead => "Dead",
        }
    }
}

/// Where a member of the new protocol stands on its way to its target (GRP-32).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MemberState {
    /// It has what the target gives it.
    #[default]
    Stable,
    /// It has to give partitions up, and has not said yet that it did.
    UnrevokedPartitions,
    /// It waits for partitions that others have not given up yet.
    UnreleasedPartitions,
}

impl MemberState {
    /// Kafka's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stable => "STABLE",
            Self::UnrevokedPartitions => "UNREVOKED_PARTITIONS",
            Self::UnreleasedPartitions => "UNRELEASED_PARTITIONS",
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
    /// The group has its maximum of members (GRP-4).
    GroupFull,
    /// It did not give up its partitions within its rebalance timeout (KIP-848, GRP-32).
    DidNotRevoke,
}

/// Why a group went from one state to another (GRP-2, GRP-33). Member ids are Kafka's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum GroupCause {
    /// It was made, or read back from `__consumer_offsets`.
    Made,
    /// A new member joined.
    MemberJoined(String),
    /// The leader asked to join again, which always rebalances (GRP-12).
    LeaderRejoined(String),
    /// A member came back with other assignors or another subscription.
    SubscriptionChanged(String),
    /// A static member came back in a new process, where that needs a rebalance (GRP-17).
    StaticMemberReturned(String),
    /// A member is gone.
    MemberRemoved(String, RemovalReason),
    /// So many members did not sync in time.
    MembersDidNotSync(u32),
    /// Everybody has joined.
    AllJoined,
    /// `group.initial.rebalance.delay.ms` is over (GRP-5).
    InitialDelayOver,
    /// The rebalance timeout is over (GRP-6).
    RebalanceTimeout,
    /// The last member is gone.
    NobodyLeft,
    /// The leader's assignment was stored (GRP-10).
    AssignmentStored,
    /// The group was empty and its last offset expired (OFFS-9).
    NothingLeft,
    /// An empty group of the other protocol took this name over.
    OtherProtocol,
    /// Partitions were added to a topic that is subscribed to, or it was created (KIP-848).
    TopicsChanged,
    /// The coordinator computed a target assignment (KIP-848).
    TargetComputed,
    /// A member has all that the target gives it (KIP-848).
    MemberReconciled(String),
    /// A member is on its way to its target (KIP-848).
    MemberReconciling(String),
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
    /// The broker asks the controller for a block of producer ids.
    ProducerIdsWanted,
    /// A producer was given its id (PROD-32).
    ProducerIdAssigned {
        /// Who.
        client: NodeId,
        /// The id.
        producer_id: i64,
    },
    /// A batch of a Produce request is in the log (REPL-2).
    BatchProduced {
        /// Who asked.
        client: NodeId,
        /// The request.
        correlation_id: u64,
        /// Which partition.
        partition: TopicPartition,
        /// Its first record's offset.
        base_offset: Offset,
        /// How many records.
        record_count: u32,
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
        /// Why.
        cause: GroupCause,
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
    /// A new process of a static member took the place of the old one, whose id is fenced now (GRP-17).
    StaticMemberReplaced {
        /// The group.
        group: GroupId,
        /// Its id now.
        member_id: String,
        /// The id before.
        replaced: String,
        /// Who it is.
        client: NodeId,
        /// Whether that needs a rebalance.
        rebalances: bool,
    },
    /// The coordinator computed a new target assignment (KIP-848, GRP-31).
    TargetComputed {
        /// The group.
        group: GroupId,
        /// The assignment epoch.
        epoch: i32,
        /// The assignor, `uniform` or `range`.
        assignor: &'static str,
        /// How many members get something else than before.
        changed: u32,
        /// Partition of `__consumer_offsets`.
        stored_in: TopicPartition,
        /// The record that says so, the last of the batch.
        stored_at: Offset,
    },
    /// A member made a step towards its target (KIP-848, GRP-32).
    MemberReconciled {
        /// The group.
        group: GroupId,
        /// Its id.
        member_id: String,
        /// Its epoch now.
        epoch: i32,
        /// Where it stands.
        state: MemberState,
        /// What it may own now.
        assigned: Vec<TopicPartition>,
        /// What it has to give up first.
        pending_revocation: Vec<TopicPartition>,
    },
    /// A static member of the new protocol went for a while; its partitions wait for it (epoch −2).
    StaticMemberLeft {
        /// The group.
        group: GroupId,
        /// Its id.
        member_id: String,
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
            Self::ProducerIdsWanted => f.write_str("wants producer ids"),
            Self::ProducerIdAssigned { producer_id, .. } => {
                write!(f, "gave out producer id {producer_id}")
            }
            Self::BatchProduced {
                correlation_id, partition, base_offset, record_count, ..
            } => {
                write!(
                    f,
                    "request {correlation_id} is in {partition}: {record_count} records from {base_offset}"
                )
            }
            Self::FetchDelayed { until_ms, .. } => write!(f, "holds a fetch until {until_ms}"),
            Self::GroupStateChanged { group, from, to, generation, members, cause } => write!(
                f,
                "group {group}: {} to {}, generation {generation}, {members} members ({cause:?})",
                from.name(),
                to.name()
            ),
            Self::MemberAdded { group, member_id, .. } => {
                write!(f, "group {group}: new member {member_id}")
            }
            Self::MemberRemoved { group, member_id, reason } => {
                write!(f, "group {group}: removed {member_id} ({reason:?})")
            }
            Self::StaticMemberReplaced { group, member_id, replaced, rebalances, .. } => {
                let how = if *rebalances { "with" } else { "without" };
                write!(f, "group {group}: {member_id} replaced {replaced} {how} a rebalance")
            }
            Self::TargetComputed { group, epoch, assignor, changed, .. } => {
                write!(
                    f,
                    "group {group}: {assignor} made the target of epoch {epoch}, {changed} members changed"
                )
            }
            Self::MemberReconciled {
                group,
                member_id,
                epoch,
                state,
                assigned,
                pending_revocation,
            } => {
                write!(
                    f,
                    "group {group}: {member_id} is {} in epoch {epoch}, {} partitions, {} to revoke",
                    state.name(),
                    assigned.len(),
                    pending_revocation.len()
                )
            }
            Self::StaticMemberLeft { group, member_id } => {
                write!(f, "group {group}: {member_id} left for a while")
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
