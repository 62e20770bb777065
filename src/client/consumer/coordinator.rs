//! Membership in the group: find the coordinator, join, sync, heartbeat, leave (GRP, classic, eager).
//!
//! Kafka: `AbstractCoordinator` with its heartbeat thread, `ConsumerCoordinator`. A join is started
//! and completed inside `poll` only; heartbeats are not.

use std::collections::{BTreeMap, BTreeSet};

use crate::client::assignor::protocol::{
    MemberSubscription, NO_GENERATION, cooperative_sticky_user_data, decode_assignment,
    encode_assignment,
};
use crate::client::assignor::{Subscription, range};
use crate::client::consumer::commits::{Awaited, CommitResult};
use crate::client::consumer::network::Sent;
use crate::client::consumer::{CommitReason, Consumer, ConsumerEvent, MembershipState, Turn};
use crate::protocol::java::{hash_map_order, string_hash};
use crate::protocol::request::{JoinGroup, JoinRefusal, Joined, Request};
use crate::protocol::{BrokerId, Bytes, Connection, ErrorCode, NodeId, Topic, TopicPartition};

/// As which member of which generation the consumer speaks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Generation {
    pub(super) id: i32,
    pub(super) member_id: String,
    /// The assignor in force; `None` outside of a generation.
    protocol: Option<String>,
}

impl Generation {
    fn none(member_id: String) -> Self {
        Self { id: NO_GENERATION, member_id, protocol: None }
    }

    fn is_reset(&self) -> bool {
        self.id == NO_GENERATION && self.protocol.is_none()
    }
}

/// Why a join came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum JoinError {
    /// It is tried again at once.
    Again,
    /// It is tried again after a while.
    Later,
    /// The exception.
    Fatal(String),
}

/// How far a join is (`joinFuture`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
enum Join {
    #[default]
    None,
    Sent,
    /// JoinGroup was answered; the next poll reads it.
    Answered(Generation, Result<Joined, JoinRefusal>),
    /// It leads, and waits for metadata of topics that others subscribe to.
    AwaitingMetadata(Joined),
    SyncSent,
    Done(Result<Bytes, JoinError>),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Membership {
    coordinator: Option<NodeId>,
    lookup_in_flight: bool,
    lookup_retry_ms: u64,
    lookup_attempts: u32,
    state: MembershipState,
    generation: Generation,
    is_leader: bool,
    rejoin_needed: bool,
    needs_join_prepare: bool,
    /// Until when the commit before a rebalance is waited for.
    prepare_deadline_ms: Option<u64>,
    prepare_attempts: u32,
    join: Join,
    join_retry_ms: u64,
    join_attempts: u32,
    /// Given up for the join that is about to be sent.
    revoked: Vec<TopicPartition>,
    /// Why the generation was reset.
    lost: ErrorCode,
    heartbeat_ms: u64,
    session_ms: u64,
    heartbeat_attempts: u32,
    last_poll_ms: u64,
    /// The leader's: partition counts that its assignment was made of (GRP-20).
    assigned_counts: Option<BTreeMap<Topic, u32>>,
    /// All topics that the group subscribes to; the leader's only.
    group_topics: BTreeSet<Topic>,
}

impl Default for Membership {
    fn default() -> Self {
        Self {
            coordinator: None,
            lookup_in_flight: false,
            lookup_retry_ms: 0,
            lookup_attempts: 0,
            state: MembershipState::Unjoined,
            generation: Generation::none(String::new()),
            is_leader: false,
            rejoin_needed: true,
            needs_join_prepare: true,
            prepare_deadline_ms: None,
            prepare_attempts: 0,
            join: Join::None,
            join_retry_ms: 0,
            join_attempts: 0,
            revoked: Vec::new(),
            lost: ErrorCode::UnknownMemberId,
            heartbeat_ms: 0,
            session_ms: 0,
            heartbeat_attempts: 0,
            last_poll_ms: 0,
            assigned_counts: None,
            group_topics: BTreeSet::new(),
        }
    }
}

impl Membership {
    pub(super) fn state(&self) -> MembershipState {
        self.state
    }

    pub(super) fn generation(&self) -> &Generation {
        &self.generation
    }

    pub(super) fn is_leader(&self) -> bool {
        self.is_leader && self.state == MembershipState::Stable
    }

    pub(super) fn request_rejoin(&mut self) {
        self.rejoin_needed = true;
    }

    /// Kafka: `resetStateAndRejoin`. The partitions are lost at the next poll.
    pub(super) fn reset_and_rejoin(&mut self, error: ErrorCode, reset_member_id: bool) {
        self.state = MembershipState::Unjoined;
        let member_id = std::mem::take(&mut self.generation.member_id);
        self.generation = Generation::none(if reset_member_id { String::new() } else { member_id });
        self.rejoin_needed = true;
        self.needs_join_prepare = true;
        self.lost = error;
    }

    /// Reading the answer is the next poll's.
    pub(super) fn keep_join_answer(
        &mut self,
        sent: Generation,
        answer: Result<Joined, JoinRefusal>,
    ) {
        if self.join == Join::Sent {
            self.join = Join::Answered(sent, answer);
        }
    }

    /// The heartbeat thread works once JoinGroup was answered.
    fn heartbeats(&self) -> bool {
        matches!(self.state, MembershipState::Syncing | MembershipState::Stable)
    }

    pub(super) fn next_heartbeat_ms(&self) -> Option<u64> {
        (self.heartbeats() && self.coordinator.is_some()).then_some(self.heartbeat_ms)
    }
}

impl Consumer {
    pub(super) fn coordinator(&self) -> Option<NodeId> {
        self.process.membership.coordinator
    }

    pub(super) fn membership_due(&self, due: &mut Vec<u64>) {
        let membership = &self.process.membership;
        if membership.coordinator.is_none() && !membership.lookup_in_flight {
            due.push(membership.lookup_retry_ms);
        }
        if membership.heartbeats() {
            due.extend([membership.heartbeat_ms, membership.session_ms]);
            if !self.process.application.is_polling() {
                due.push(self.poll_deadline_ms());
            }
        }
        due.push(membership.join_retry_ms);
        due.extend(membership.prepare_deadline_ms);
        if let Awaited::RetryAt(at_ms) = self.process.commits.rebalance {
            due.push(at_ms);
        }
    }

    fn poll_deadline_ms(&self) -> u64 {
        self.process.membership.last_poll_ms.saturating_add(self.config.max_poll_interval_ms)
    }

    /// The application is in `poll` (CONS-22).
    pub(super) fn polled(&mut self, now_ms: u64) {
        self.process.membership.last_poll_ms = now_ms;
    }

    // Who coordinates the group.

    /// Asks who coordinates the group, if it is not known and nobody asks (GRP-1).
    pub(super) fn look_up_coordinator(&mut self, turn: &mut Turn<'_>) {
        let membership = &mut self.process.membership;
        let known = membership.coordinator.is_some() || membership.lookup_in_flight;
        if known || turn.now_ms < membership.lookup_retry_ms {
            return;
        }
        membership.lookup_in_flight = true;
        let request = Request::FindCoordinator { group: self.config.group.clone() };
        self.send(turn, self.broker, Connection::Data, request, Sent::FindCoordinator);
    }

    pub(super) fn coordinator_answered(
        &mut self,
        turn: &mut Turn<'_>,
        answer: Result<BrokerId, ErrorCode>,
    ) {
        match answer {
            Ok(broker) => {
                let membership = &mut self.process.membership;
                membership.lookup_in_flight = false;
                membership.lookup_attempts = 0;
                membership.coordinator = Some(NodeId::Broker(broker));
                membership.session_ms = turn.now_ms + self.config.session_timeout_ms;
                turn.tell(ConsumerEvent::CoordinatorFound);
            }
            Err(_) => self.lookup_failed(turn),
        }
    }

    pub(super) fn lookup_failed(&mut self, turn: &mut Turn<'_>) {
        let membership = &mut self.process.membership;
        membership.lookup_in_flight = false;
        let backoff_ms = self.config.backoff_ms(membership.lookup_attempts, turn.chance);
        membership.lookup_attempts += 1;
        membership.lookup_retry_ms = turn.now_ms + backoff_ms;
    }

    /// Whatever is in flight to the coordinator fails with it.
    pub(super) fn mark_coordinator_unknown(&mut self, turn: &mut Turn<'_>) {
        let membership = &mut self.process.membership;
        if membership.coordinator.take().is_some() && !membership.lookup_in_flight {
            // A connection that was just lost is not made anew in the same millisecond.
            let backoff_ms = self.config.backoff_ms(0, turn.chance);
            membership.lookup_retry_ms = turn.now_ms + backoff_ms;
        }
        self.fail_in_flight(turn, Connection::Coordinator);
    }

    // The heartbeat thread.

    /// Kafka: `HeartbeatThread.run`.
    pub(super) fn run_heartbeat_thread(&mut self, turn: &mut Turn<'_>) {
        if !self.process.membership.heartbeats() {
            return;
        }
        let now_ms = turn.now_ms;
        let polling = self.process.application.is_polling();
        let membership = &mut self.process.membership;
        let Some(coordinator) = membership.coordinator else {
            return self.look_up_coordinator(turn);
        };
        if now_ms >= membership.session_ms {
            self.mark_coordinator_unknown(turn);
            return self.look_up_coordinator(turn);
        }
        if !polling && now_ms >= self.poll_deadline_ms() {
            turn.tell(ConsumerEvent::PollTimeoutExpired);
            return self.leave_group(turn);
        }
        let membership = &mut self.process.membership;
        if now_ms >= membership.heartbeat_ms {
            membership.heartbeat_ms = now_ms + self.config.heartbeat_interval_ms;
            let generation = membership.generation.clone();
            let request = Request::Heartbeat {
                group: self.config.group.clone(),
                generation: generation.id,
                member_id: generation.member_id.clone(),
            };
            let sent = Sent::Heartbeat(generation);
            self.send(turn, coordinator, Connection::Coordinator, request, sent);
        }
    }

    pub(super) fn heartbeat_answered(
        &mut self,
        turn: &mut Turn<'_>,
        sent: &Generation,
        error: Option<ErrorCode>,
    ) {
        use ErrorCode as E;
        let membership = &mut self.process.membership;
        let unchanged = membership.generation == *sent;
        match error {
            Some(E::RebalanceInProgress) if membership.state == MembershipState::Stable => {
                membership.request_rejoin();
                turn.tell(ConsumerEvent::HeartbeatRefused { error: E::RebalanceInProgress });
                self.heartbeat_received(turn);
            }
            None | Some(E::RebalanceInProgress) => self.heartbeat_received(turn),
            Some(error @ (E::UnknownMemberId | E::IllegalGeneration)) if unchanged => {
                membership.reset_and_rejoin(error, error != E::IllegalGeneration);
                turn.tell(ConsumerEvent::HeartbeatRefused { error });
            }
            // About a generation that is over.
            Some(E::UnknownMemberId | E::IllegalGeneration) => self.heartbeat_received(turn),
            Some(error) => {
                turn.tell(ConsumerEvent::HeartbeatRefused { error });
                self.heartbeat_failed(turn);
                if matches!(error, E::CoordinatorNotAvailable | E::NotCoordinator) {
                    self.mark_coordinator_unknown(turn);
                }
            }
        }
    }

    fn heartbeat_received(&mut self, turn: &Turn<'_>) {
        let membership = &mut self.process.membership;
        membership.heartbeat_attempts = 0;
        membership.session_ms = turn.now_ms + self.config.session_timeout_ms;
    }

    pub(super) fn heartbeat_failed(&mut self, turn: &mut Turn<'_>) {
        let membership = &mut self.process.membership;
        let backoff_ms = self.config.backoff_ms(membership.heartbeat_attempts, turn.chance);
        membership.heartbeat_attempts += 1;
        membership.heartbeat_ms = turn.now_ms + backoff_ms;
    }

    /// Says good-bye, if there is anybody to say it to; there is no second try. Kafka: `maybeLeaveGroup`.
    pub(super) fn leave_group(&mut self, turn: &mut Turn<'_>) {
        let membership = &self.process.membership;
        let member_id = membership.generation.member_id.clone();
        if let Some(coordinator) = membership.coordinator
            && membership.state != MembershipState::Unjoined
            && !member_id.is_empty()
        {
            let request = Request::LeaveGroup { group: self.config.group.clone(), member_id };
            self.send(turn, coordinator, Connection::Coordinator, request, Sent::LeaveGroup);
        }
        self.process.membership.reset_and_rejoin(ErrorCode::UnknownMemberId, true);
    }

    // The application's part: joining.

    /// Keeps the consumer in its group; whether it has its assignment. Kafka: `ConsumerCoordinator.poll`.
    ///
    /// # Errors
    /// The exception that `poll` throws.
    pub(super) fn poll_group(&mut self, turn: &mut Turn<'_>) -> Result<bool, String> {
        loop {
            if self.coordinator().is_none() {
                self.look_up_coordinator(turn);
                // A join that waits for its answer has failed with the coordinator.
                if !matches!(self.process.membership.join, Join::Done(Err(_))) {
                    return Ok(false);
                }
            }
            if !self.rejoin_needed_or_pending() {
                return Ok(true);
            }
            if self.process.membership.needs_join_prepare {
                if !self.prepare_join(turn) {
                    return Ok(false);
                }
                self.process.membership.needs_join_prepare = false;
            }
            match std::mem::take(&mut self.process.membership.join) {
                Join::None => {
                    if turn.now_ms >= self.process.membership.join_retry_ms {
                        self.send_join(turn);
                    }
                    return Ok(false);
                }
                waiting @ (Join::Sent | Join::SyncSent) => {
                    self.process.membership.join = waiting;
                    return Ok(false);
                }
                Join::Answered(sent, answer) => self.join_answered(turn, &sent, answer),
                Join::AwaitingMetadata(joined) => {
                    if !self.process.metadata.is_complete() {
                        self.process.membership.join = Join::AwaitingMetadata(joined);
                        return Ok(false);
                    }
                    self.lead(turn, &joined);
                }
                Join::Done(Ok(assignment)) => self.joined(turn, &assignment)?,
                Join::Done(Err(error)) => {
                    let membership = &mut self.process.membership;
                    membership.rejoin_needed = true;
                    match error {
                        JoinError::Again => {}
                        JoinError::Fatal(exception) => return Err(exception),
                        JoinError::Later => {
                            let attempts = membership.join_attempts;
                            membership.join_attempts += 1;
                            membership.join_retry_ms =
                                turn.now_ms + self.config.backoff_ms(attempts, turn.chance);
                        }
                    }
                }
            }
        }
    }

    fn rejoin_needed_or_pending(&mut self) -> bool {
        let membership = &mut self.process.membership;
        if let Some(counts) = &membership.assigned_counts
            && membership.state == MembershipState::Stable
            && *counts != self.process.metadata.counts(&membership.group_topics)
        {
            membership.rejoin_needed = true; // GRP-20
        }
        membership.rejoin_needed || membership.join != Join::None
    }

    /// Commits and gives up what it owns; false while the commit is on its way. Kafka: `onJoinPrepare`.
    fn prepare_join(&mut self, turn: &mut Turn<'_>) -> bool {
        let membership = &mut self.process.membership;
        let deadline_ms = *membership
            .prepare_deadline_ms
            .get_or_insert(turn.now_ms.saturating_add(self.config.max_poll_interval_ms));
        if self.config.auto_commit && !self.commit_before_rebalance(turn, deadline_ms) {
            return false;
        }
        let owned = self.process.positions.assigned().to_vec();
        let membership = &mut self.process.membership;
        membership.prepare_deadline_ms = None;
        membership.prepare_attempts = 0;
        membership.is_leader = false;
        membership.group_topics.clear();
        let lost =
            membership.generation.id == NO_GENERATION || membership.generation.member_id.is_empty();
        if lost {
            if !owned.is_empty() {
                let error = membership.lost;
                turn.tell(ConsumerEvent::PartitionsLost { partitions: owned, error });
            }
        } else {
            membership.revoked = owned;
        }
        self.process.positions.assign(Vec::new());
        self.process.fetcher.clear();
        self.process.commits.rebalance = Awaited::ToSend;
        self.process.metadata.want(self.app.topics.iter().cloned().collect());
        true
    }

    /// Whether the commit before a rebalance is over, one way or another (CONS-7).
    fn commit_before_rebalance(&mut self, turn: &mut Turn<'_>, deadline_ms: u64) -> bool {
        self.process.positions.mark_pending_revocation();
        loop {
            if turn.now_ms >= deadline_ms {
                return true;
            }
            match std::mem::take(&mut self.process.commits.rebalance) {
                Awaited::ToSend => {
                    self.process.commits.rebalance =
                        match self.commit(turn, CommitReason::Rebalance) {
                            None => Awaited::InFlight,
                            Some(result) => Awaited::Done(result),
                        };
                }
                Awaited::RetryAt(at_ms) if at_ms <= turn.now_ms => {}
                waiting @ (Awaited::RetryAt(_) | Awaited::InFlight) => {
                    self.process.commits.rebalance = waiting;
                    return false;
                }
                Awaited::Done(CommitResult::Retriable) => {
                    let membership = &mut self.process.membership;
                    let attempts = membership.prepare_attempts;
                    membership.prepare_attempts += 1;
                    self.process.commits.rebalance = Awaited::RetryAt(
                        turn.now_ms + self.config.backoff_ms(attempts, turn.chance),
                    );
                    return false;
                }
                Awaited::Done(CommitResult::Stored | CommitResult::Failed(_)) => return true,
            }
        }
    }

    fn send_join(&mut self, turn: &mut Turn<'_>) {
        let Some(coordinator) = self.coordinator() else { return };
        let topics: BTreeSet<Topic> = self.app.topics.iter().cloned().collect();
        let membership = &mut self.process.membership;
        membership.state = MembershipState::Joining;
        membership.join = Join::Sent;
        let generation = membership.generation.clone();
        let revoked = std::mem::take(&mut membership.revoked);
        let protocols = self.config.assignors.iter().map(|name| {
            let data = (*name == "cooperative-sticky").then(cooperative_sticky_user_data);
            let subscription = MemberSubscription::new(topics.clone(), data, generation.id);
            ((*name).to_owned(), subscription.encode())
        });
        let millis = |ms: u64| i32::try_from(ms).unwrap_or(i32::MAX);
        let request = Request::JoinGroup(JoinGroup {
            group: self.config.group.clone(),
            session_timeout_ms: millis(self.config.session_timeout_ms),
            rebalance_timeout_ms: millis(self.config.max_poll_interval_ms),
            member_id: generation.member_id.clone(),
            client_id: self.config.client_id.clone(),
            protocols: protocols.collect(),
        });
        turn.tell(ConsumerEvent::Joining { member_id: generation.member_id.clone(), revoked });
        let sent = Sent::JoinGroup(generation);
        self.send(turn, coordinator, Connection::Coordinator, request, sent);
    }

    /// Kafka: `JoinGroupResponseHandler`.
    fn join_answered(
        &mut self,
        turn: &mut Turn<'_>,
        sent: &Generation,
        answer: Result<Joined, JoinRefusal>,
    ) {
        use ErrorCode as E;
        let now_ms = turn.now_ms;
        let membership = &mut self.process.membership;
        let failed = match answer {
            Ok(_) if membership.state != MembershipState::Joining => JoinError::Later,
            Ok(joined) => {
                membership.state = MembershipState::Syncing;
                membership.join_attempts = 0;
                membership.heartbeat_ms = now_ms + self.config.heartbeat_interval_ms;
                membership.session_ms = now_ms + self.config.session_timeout_ms;
                membership.heartbeat_attempts = 0;
                membership.generation = Generation {
                    id: joined.generation,
                    member_id: joined.member_id.clone(),
                    protocol: Some(joined.protocol.clone()),
                };
                if joined.leader == joined.member_id {
                    self.elected(joined);
                } else {
                    self.send_sync(turn, Vec::new());
                }
                return;
            }
            Err(refusal) => match refusal.error {
                E::MemberIdRequired => {
                    membership.generation = Generation::none(refusal.member_id);
                    JoinError::Again
                }
                error @ E::UnknownMemberId => {
                    if membership.generation == *sent {
                        membership.reset_and_rejoin(error, true);
                    }
                    JoinError::Again
                }
                E::RebalanceInProgress => JoinError::Again,
                E::CoordinatorNotAvailable | E::NotCoordinator => {
                    self.mark_coordinator_unknown(turn);
                    JoinError::Later
                }
                E::InconsistentGroupProtocol
                | E::InvalidSessionTimeout
                | E::InvalidGroupId
                | E::GroupMaxSizeReached => {
                    JoinError::Fatal(fatal(refusal.error, self.config.group.as_str()))
                }
                other => JoinError::Fatal(format!(
                    "org.apache.kafka.common.KafkaException: Unexpected error in join group response: {}",
                    other.message()
                )),
            },
        };
        self.process.membership.join = Join::Done(Err(failed));
    }

    /// It leads: it needs to know all topics that any member subscribes to.
    fn elected(&mut self, joined: Joined) {
        let membership = &mut self.process.membership;
        let own = self.app.topics.iter().cloned();
        let subscriptions = joined.members.iter();
        let others = subscriptions.filter_map(|(_, bytes)| MemberSubscription::decode(bytes).ok());
        membership.group_topics = others.flat_map(|member| member.topics).chain(own).collect();
        self.process.metadata.want(membership.group_topics.clone());
        membership.join = Join::AwaitingMetadata(joined);
    }

    /// Computes everybody's assignment and sends it (ASGN-1). Kafka: `onLeaderElected`.
    fn lead(&mut self, turn: &mut Turn<'_>, joined: &Joined) {
        let membership = &mut self.process.membership;
        let mut members = Vec::new();
        for (member_id, bytes) in &joined.members {
            let Ok(subscription) = MemberSubscription::decode(bytes) else {
                membership.join = Join::Done(Err(JoinError::Fatal(
                    "org.apache.kafka.common.protocol.types.SchemaException: Buffer underflow while \
                     parsing consumer protocol's subscription"
                        .into(),
                )));
                return;
            };
            let member_id = member_id.clone();
            members.push(Subscription {
                member_id,
                instance_id: None,
                topics: subscription.topics,
            });
        }
        let counts = self.process.metadata.counts(&membership.group_topics);
        let assignment = range(&counts, &members);
        membership.is_leader = true;
        membership.assigned_counts = Some(counts);
        let hashed = assignment.iter().map(|(member_id, partitions)| {
            (string_hash(member_id), (member_id.clone(), encode_assignment(partitions)))
        });
        let assignments = hash_map_order(16, hashed.collect());
        turn.tell(ConsumerEvent::AssignmentComputed {
            assignor: joined.protocol.clone(),
            assignment: assignment.into_iter().collect(),
        });
        self.send_sync(turn, assignments);
    }

    fn send_sync(&mut self, turn: &mut Turn<'_>, assignments: Vec<(String, Bytes)>) {
        let membership = &mut self.process.membership;
        let Some(coordinator) = membership.coordinator else {
            membership.join = Join::Done(Err(JoinError::Later));
            return;
        };
        membership.join = Join::SyncSent;
        let generation = membership.generation.clone();
        let request = Request::SyncGroup {
            group: self.config.group.clone(),
            generation: generation.id,
            member_id: generation.member_id.clone(),
            assignments,
        };
        let sent = Sent::SyncGroup(generation);
        self.send(turn, coordinator, Connection::Coordinator, request, sent);
    }

    /// Kafka: `SyncGroupResponseHandler`. The heartbeat thread can be the one that reads it.
    pub(super) fn sync_answered(
        &mut self,
        turn: &mut Turn<'_>,
        sent: &Generation,
        answer: Result<Bytes, ErrorCode>,
    ) {
        use ErrorCode as E;
        let membership = &mut self.process.membership;
        if membership.join != Join::SyncSent {
            return;
        }
        let result = match answer {
            Ok(assignment) => {
                let in_time = membership.state == MembershipState::Syncing;
                if in_time && !membership.generation.is_reset() {
                    membership.state = MembershipState::Stable;
                    membership.rejoin_needed = false;
                    Ok(assignment)
                } else {
                    Err(JoinError::Again)
                }
            }
            Err(E::RebalanceInProgress) => Err(JoinError::Again),
            Err(error @ (E::UnknownMemberId | E::IllegalGeneration)) => {
                if membership.generation == *sent {
                    membership.reset_and_rejoin(error, error != E::IllegalGeneration);
                }
                Err(JoinError::Again)
            }
            Err(E::CoordinatorNotAvailable | E::NotCoordinator) => {
                self.mark_coordinator_unknown(turn);
                Err(JoinError::Later)
            }
            Err(error) => Err(JoinError::Fatal(format!(
                "org.apache.kafka.common.KafkaException: Unexpected error from SyncGroup: {}",
                error.message()
            ))),
        };
        self.process.membership.join = Join::Done(result);
    }

    /// The connection went away under JoinGroup or SyncGroup.
    pub(super) fn join_cut_off(&mut self) {
        let membership = &mut self.process.membership;
        if matches!(membership.join, Join::Sent | Join::SyncSent) {
            membership.join = Join::Done(Err(JoinError::Later));
        }
    }

    /// It has its partitions. Kafka: `onJoinComplete`.
    fn joined(&mut self, turn: &mut Turn<'_>, assignment: &[u8]) -> Result<(), String> {
        let membership = &mut self.process.membership;
        if membership.state != MembershipState::Stable || membership.generation.is_reset() {
            // The heartbeat thread learnt in between that it is out.
            membership.reset_and_rejoin(ErrorCode::UnknownMemberId, true);
            return Ok(());
        }
        membership.needs_join_prepare = true;
        if !membership.is_leader {
            membership.assigned_counts = None;
        }
        if assignment.len() < 2 {
            return Err(format!(
                "java.lang.IllegalStateException: There are insufficient bytes available to read assignment \
                 from the sync-group response (actual byte size {}) , this is not expected; it is possible \
                 that the leader's assign function is buggy and did not return any assignment for this \
                 member, or because static member is configured and the protocol is buggy hence did not get \
                 the assignment for this member",
                assignment.len()
            ));
        }
        let Ok(mut partitions) = decode_assignment(assignment) else {
            return Err(
                "org.apache.kafka.common.protocol.types.SchemaException: Buffer underflow while \
                        parsing consumer protocol's assignment"
                    .into(),
            );
        };
        if partitions.iter().any(|p| !self.app.topics.contains(&p.topic)) {
            membership.rejoin_needed = true; // Not what it subscribes to: another round.
            return Ok(());
        }
        let mut seen = BTreeSet::new();
        partitions.retain(|partition| seen.insert(partition.clone()));
        let (generation, leader) = (membership.generation.clone(), membership.is_leader);
        self.process.positions.assign(partitions);
        self.process.commits.restart_interval(turn.now_ms);
        turn.tell(ConsumerEvent::Assigned {
            generation: generation.id,
            member_id: generation.member_id,
            leader,
            partitions: self.process.positions.assigned().to_vec(),
        });
        Ok(())
    }
}

/// The exceptions of a join that no second try can help.
fn fatal(error: ErrorCode, group: &str) -> String {
    let words = match error {
        ErrorCode::GroupMaxSizeReached => {
            format!("Consumer group {group} already has the configured maximum number of members.")
        }
        other => other.message().to_owned(),
    };
    format!("org.apache.kafka.common.errors.{error:?}Exception: {words}")
}
