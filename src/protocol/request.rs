//! Requests and responses with Kafka's names and fields, as typed structs.
//!
//! Only record batches and coordinator records are bytes; the wire encoding would stand at the edge.
//! Numbers keep Kafka's signed types and its −1. Field docs say what Kafka's message schemas say.

use crate::protocol::{BrokerId, Bytes, ErrorCode, GroupId, Refusal, Topic, TopicPartition, Uuid};

/// A request's kind, by Kafka's name for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ApiKey {
    /// Which topics, partitions, leaders are there?
    Metadata,
    /// Append these records.
    Produce,
    /// Give me records from here on.
    Fetch,
    /// Which offset belongs to this time?
    ListOffsets,
    /// Who coordinates this group?
    FindCoordinator,
    /// Let me into the group.
    JoinGroup,
    /// Here is, or give me, the assignment.
    SyncGroup,
    /// I am still here.
    Heartbeat,
    /// I go.
    LeaveGroup,
    /// Store these offsets.
    OffsetCommit,
    /// What has the group stored?
    OffsetFetch,
    /// I am still here, this is what I own; what should I own? (KIP-848)
    ConsumerGroupHeartbeat,
    /// Give me a producer id (TXN-3).
    InitProducerId,
}

impl ApiKey {
    /// All kinds.
    pub const ALL: [Self; 13] = [
        Self::Metadata,
        Self::Produce,
        Self::Fetch,
        Self::ListOffsets,
        Self::FindCoordinator,
        Self::JoinGroup,
        Self::SyncGroup,
        Self::Heartbeat,
        Self::LeaveGroup,
        Self::OffsetCommit,
        Self::OffsetFetch,
        Self::ConsumerGroupHeartbeat,
        Self::InitProducerId,
    ];

    /// Kafka's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Metadata => "Metadata",
            Self::Produce => "Produce",
            Self::Fetch => "Fetch",
            Self::ListOffsets => "ListOffsets",
            Self::FindCoordinator => "FindCoordinator",
            Self::JoinGroup => "JoinGroup",
            Self::SyncGroup => "SyncGroup",
            Self::Heartbeat => "Heartbeat",
            Self::LeaveGroup => "LeaveGroup",
            Self::OffsetCommit => "OffsetCommit",
            Self::OffsetFetch => "OffsetFetch",
            Self::ConsumerGroupHeartbeat => "ConsumerGroupHeartbeat",
            Self::InitProducerId => "InitProducerId",
        }
    }
}

/// Whether records of open and aborted transactions are read (`isolation.level`, CONS-21).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IsolationLevel {
    /// Everything up to the high watermark.
    #[default]
    ReadUncommitted,
    /// Up to the last stable offset, aborted transactions listed.
    ReadCommitted,
}

impl IsolationLevel {
    /// The number on the wire.
    #[must_use]
    pub fn id(self) -> i8 {
        match self {
            Self::ReadUncommitted => 0,
            Self::ReadCommitted => 1,
        }
    }
}

/// A client's wish.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Request {
    /// See [`ApiKey::Metadata`].
    Metadata {
        /// Which topics.
        topics: Vec<Topic>,
    },
    /// See [`ApiKey::Produce`].
    Produce {
        /// 0, 1 or −1 (all).
        acks: i16,
        /// `request.timeout.ms`.
        timeout_ms: i32,
        /// One batch a partition (LOG-6).
        batches: Vec<(TopicPartition, Bytes)>,
    },
    /// See [`ApiKey::Fetch`].
    Fetch {
        /// How long the broker may wait for `min_bytes`.
        max_wait_ms: i32,
        /// When to answer at once.
        min_bytes: i32,
        /// Soft limit of the answer.
        max_bytes: i32,
        /// Up to where.
        isolation_level: IsolationLevel,
        /// What to read.
        partitions: Vec<FetchPartition>,
    },
    /// See [`ApiKey::ListOffsets`].
    ListOffsets {
        /// What counts as the end.
        isolation_level: IsolationLevel,
        /// Partition and timestamp; −1 latest, −2 earliest.
        partitions: Vec<(TopicPartition, i64)>,
    },
    /// See [`ApiKey::FindCoordinator`].
    FindCoordinator {
        /// The group.
        group: GroupId,
    },
    /// See [`ApiKey::JoinGroup`].
    JoinGroup(JoinGroup),
    /// See [`ApiKey::SyncGroup`].
    SyncGroup {
        /// The group.
        group: GroupId,
        /// The generation that was joined.
        generation: i32,
        /// Who asks.
        member_id: String,
        /// `group.instance.id` of a static member (GRP-17).
        instance_id: Option<String>,
        /// From the leader: member id and assignment bytes; empty from others.
        assignments: Vec<(String, Bytes)>,
    },
    /// See [`ApiKey::Heartbeat`].
    Heartbeat {
        /// The group.
        group: GroupId,
        /// The member's generation.
        generation: i32,
        /// Who is still here.
        member_id: String,
        /// `group.instance.id` of a static member.
        instance_id: Option<String>,
    },
    /// See [`ApiKey::LeaveGroup`].
    LeaveGroup {
        /// The group.
        group: GroupId,
        /// Who goes; empty where an administrator names a static member.
        member_id: String,
        /// `group.instance.id` of a static member.
        instance_id: Option<String>,
    },
    /// See [`ApiKey::OffsetCommit`].
    OffsetCommit {
        /// The group.
        group: GroupId,
        /// The member's generation, or its epoch (KIP-848); −1 without group management.
        generation: i32,
        /// Who commits.
        member_id: String,
        /// `group.instance.id` of a static member.
        instance_id: Option<String>,
        /// What to store.
        offsets: Vec<CommitPartition>,
    },
    /// See [`ApiKey::OffsetFetch`].
    OffsetFetch {
        /// The group.
        group: GroupId,
        /// What to look up.
        partitions: Vec<TopicPartition>,
        /// Who asks, with its member epoch; of consumers of the new protocol only (GRP-34).
        member: Option<(String, i32)>,
    },
    /// See [`ApiKey::ConsumerGroupHeartbeat`].
    ConsumerGroupHeartbeat(ConsumerGroupHeartbeat),
    /// See [`ApiKey::InitProducerId`]. Without a `transactional.id`: a new id each time.
    InitProducerId,
}

impl Request {
    /// Its kind.
    #[must_use]
    pub fn api_key(&self) -> ApiKey {
        match self {
            Self::Metadata { .. } => ApiKey::Metadata,
            Self::Produce { .. } => ApiKey::Produce,
            Self::Fetch { .. } => ApiKey::Fetch,
            Self::ListOffsets { .. } => ApiKey::ListOffsets,
            Self::FindCoordinator { .. } => ApiKey::FindCoordinator,
            Self::JoinGroup(_) => ApiKey::JoinGroup,
            Self::SyncGroup { .. } => ApiKey::SyncGroup,
            Self::Heartbeat { .. } => ApiKey::Heartbeat,
            Self::LeaveGroup { .. } => ApiKey::LeaveGroup,
            Self::OffsetCommit { .. } => ApiKey::OffsetCommit,
            Self::OffsetFetch { .. } => ApiKey::OffsetFetch,
            Self::ConsumerGroupHeartbeat(_) => ApiKey::ConsumerGroupHeartbeat,
            Self::InitProducerId => ApiKey::InitProducerId,
        }
    }
}

/// One partition of a fetch.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FetchPartition {
    /// Which.
    pub partition: TopicPartition,
    /// From where.
    pub fetch_offset: i64,
    /// Soft limit for this partition.
    pub max_bytes: i32,
}

/// A member's wish to be in the group.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct JoinGroup {
    /// The group.
    pub group: GroupId,
    /// `session.timeout.ms`.
    pub session_timeout_ms: i32,
    /// `max.poll.interval.ms`.
    pub rebalance_timeout_ms: i32,
    /// Empty at first; then the id that the coordinator gave (GRP-3).
    pub member_id: String,
    /// `group.instance.id` of a static member (GRP-17).
    pub instance_id: Option<String>,
    /// `client.id`.
    pub client_id: String,
    /// Assignors in order of preference, each with the subscription's bytes.
    pub protocols: Vec<(String, Bytes)>,
}

/// A member's heartbeat under the new protocol (GRP-30). What has not changed since the last one is left out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConsumerGroupHeartbeat {
    /// The group.
    pub group: GroupId,
    /// A Kafka UUID that the client made.
    pub member_id: String,
    /// 0 joins, −1 leaves, −2 is a static member that leaves for a while.
    pub member_epoch: i32,
    /// `group.instance.id` of a static member.
    pub instance_id: Option<String>,
    /// `client.id`, which Kafka has in the request's header.
    pub client_id: String,
    /// `max.poll.interval.ms`.
    pub rebalance_timeout_ms: Option<i32>,
    /// What it subscribes to.
    pub topics: Option<Vec<Topic>>,
    /// `group.remote.assignor`.
    pub server_assignor: Option<String>,
    /// What it owns.
    pub owned: Option<Vec<TopicPartition>>,
}

/// The coordinator's answer to a heartbeat.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConsumerGroupBeat {
    /// Who it is for.
    pub member_id: String,
    /// The member's epoch now.
    pub member_epoch: i32,
    /// When the next one is expected, `group.consumer.heartbeat.interval.ms`.
    pub heartbeat_interval_ms: i32,
    /// What the member should own, where that has changed or the member said all about itself.
    pub assignment: Option<Vec<TopicPartition>>,
}

/// One partition of a commit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CommitPartition {
    /// Which.
    pub partition: TopicPartition,
    /// The next offset to read (CONS-1).
    pub offset: i64,
    /// Epoch of the last record read, −1 unknown.
    pub leader_epoch: i32,
}

/// A broker's answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Response {
    /// To [`Request::Metadata`].
    Metadata {
        /// One entry a topic that was asked for.
        topics: Vec<MetadataTopic>,
    },
    /// To [`Request::Produce`].
    Produce {
        /// One entry a partition.
        partitions: Vec<ProducePartition>,
    },
    /// To [`Request::Fetch`].
    Fetch {
        /// One entry a partition that was asked for.
        partitions: Vec<FetchedPartition>,
    },
    /// To [`Request::ListOffsets`].
    ListOffsets {
        /// Partition, error or (timestamp, offset).
        partitions: Vec<ListedOffset>,
    },
    /// To [`Request::FindCoordinator`].
    FindCoordinator {
        /// The coordinator's broker.
        coordinator: Result<BrokerId, ErrorCode>,
    },
    /// To [`Request::JoinGroup`].
    JoinGroup(Result<Joined, JoinRefusal>),
    /// To [`Request::SyncGroup`].
    SyncGroup {
        /// The member's assignment.
        assignment: Result<Bytes, ErrorCode>,
    },
    /// To [`Request::Heartbeat`].
    Heartbeat {
        /// Whether all is well.
        error: Option<ErrorCode>,
    },
    /// To [`Request::LeaveGroup`].
    LeaveGroup {
        /// Whether the member was there.
        error: Option<ErrorCode>,
    },
    /// To [`Request::OffsetCommit`].
    OffsetCommit {
        /// Each partition's error, if any.
        partitions: Vec<(TopicPartition, Option<ErrorCode>)>,
    },
    /// To [`Request::OffsetFetch`].
    OffsetFetch {
        /// Each partition's offset, −1 where none is stored (OFFS-10).
        partitions: Vec<(TopicPartition, i64)>,
        /// The group's error.
        error: Option<ErrorCode>,
    },
    /// To [`Request::ConsumerGroupHeartbeat`].
    ConsumerGroupHeartbeat(Result<ConsumerGroupBeat, Refusal>),
    /// To [`Request::InitProducerId`]: the producer id and its epoch.
    InitProducerId(Result<(i64, i16), ErrorCode>),
}

/// A partition, and its (timestamp, offset) or why there is none.
pub type ListedOffset = (TopicPartition, Result<(i64, i64), ErrorCode>);

impl Response {
    /// The kind of the request it answers.
    #[must_use]
    pub fn api_key(&self) -> ApiKey {
        match self {
            Self::Metadata { .. } => ApiKey::Metadata,
            Self::Produce { .. } => ApiKey::Produce,
            Self::Fetch { .. } => ApiKey::Fetch,
            Self::ListOffsets { .. } => ApiKey::ListOffsets,
            Self::FindCoordinator { .. } => ApiKey::FindCoordinator,
            Self::JoinGroup(_) => ApiKey::JoinGroup,
            Self::SyncGroup { .. } => ApiKey::SyncGroup,
            Self::Heartbeat { .. } => ApiKey::Heartbeat,
            Self::LeaveGroup { .. } => ApiKey::LeaveGroup,
            Self::OffsetCommit { .. } => ApiKey::OffsetCommit,
            Self::OffsetFetch { .. } => ApiKey::OffsetFetch,
            Self::ConsumerGroupHeartbeat(_) => ApiKey::ConsumerGroupHeartbeat,
            Self::InitProducerId(_) => ApiKey::InitProducerId,
        }
    }
}

/// What a client learns of a topic.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MetadataTopic {
    /// Which.
    pub topic: Topic,
    /// Why it is not known, or its id and the leader of each partition.
    pub known: Result<(Uuid, Vec<BrokerId>), ErrorCode>,
}

/// What became of one partition's batch.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProducePartition {
    /// Which.
    pub partition: TopicPartition,
    /// The first record's offset and the append time (−1 under CreateTime), or the refusal.
    pub appended: Result<(i64, i64), ProduceRefusal>,
}

/// A refused batch.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProduceRefusal {
    /// The error.
    pub error: ErrorCode,
    /// Kafka's words.
    pub message: String,
    /// Records at fault: index in the batch and words (LOG-9).
    pub record_errors: Vec<(u32, String)>,
}

/// A transaction whose records a `read_committed` consumer leaves out (CONS-21).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AbortedTransaction {
    /// The producer.
    pub producer_id: i64,
    /// Its first offset in the partition.
    pub first_offset: i64,
}

/// What a fetch found in one partition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FetchedPartition {
    /// Which.
    pub partition: TopicPartition,
    /// The offset that was asked for.
    pub fetch_offset: i64,
    /// The error, if any.
    pub error: Option<ErrorCode>,
    /// Up to where consumers may read.
    pub high_watermark: i64,
    /// Below it no transaction is open; −1 with an error.
    pub last_stable_offset: i64,
    /// Aborted transactions with records among these; for `read_committed` only.
    pub aborted_transactions: Vec<AbortedTransaction>,
    /// Whole batches, the last one perhaps cut.
    pub records: Bytes,
}

/// A member of a new generation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Joined {
    /// The generation.
    pub generation: i32,
    /// The assignor in force.
    pub protocol: String,
    /// The leader's id.
    pub leader: String,
    /// The member's own id.
    pub member_id: String,
    /// For the leader only: everybody (GRP-7).
    pub members: Vec<JoinedMember>,
    /// For a static leader that came back: the assignment holds, nothing is to be computed (GRP-17).
    pub skip_assignment: bool,
}

/// A member as the leader is told of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct JoinedMember {
    /// Its id.
    pub member_id: String,
    /// `group.instance.id` of a static member.
    pub instance_id: Option<String>,
    /// Its subscription's bytes.
    pub subscription: Bytes,
}

/// A refused join.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct JoinRefusal {
    /// The error.
    pub error: ErrorCode,
    /// With `MEMBER_ID_REQUIRED`: the id to come back with.
    pub member_id: String,
}

/// A request or a response.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Body {
    /// From a client.
    Request(Request),
    /// From a broker.
    Response(Response),
}

impl Body {
    /// Its kind.
    #[must_use]
    pub fn api_key(&self) -> ApiKey {
        match self {
            Self::Request(request) => request.api_key(),
            Self::Response(response) => response.api_key(),
        }
    }
}
