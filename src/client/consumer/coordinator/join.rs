//! Getting into the group: give up, join, assign if it leads, sync (GRP-3 to GRP-10).
//!
//! Under the eager protocol everything is given up before; under the cooperative one only what the new
//! assignment wants elsewhere, after it, and that takes a second round (ASGN-9).
//!
//! Kafka: `AbstractCoordinator.joinGroupIfNeeded`, `ConsumerCoordinator.onJoinPrepare` and
//! `onJoinComplete`. A join is started and completed inside `poll` only.

use crate::client::assignor::protocol::{
    MemberSubscription, NO_GENERATION, decode_assignment, encode_assignment,
};
use crate::client::assignor::{Assignor, Subscription};
use crate::client::consumer::commits::{Awaited, CommitResult, fenced};
use crate::client::consumer::coordinator::Generation;
use crate::client::consumer::network::Sent;
use crate::client::consumer::{CommitReason, Consumer, ConsumerEvent, MembershipState, Turn};
use crate::protocol::java::{hash_map_order, string_hash};
use crate::protocol::request::{JoinGroup, JoinRefusal, Joined, Request};
use crate::protocol::{Bytes, Connection, ErrorCode, SortedSet, Topic};

/// Why a join came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum JoinError {
    /// It is tried again at once.
    Again,
    /// It is tried again after a while.
    Later,
    /// The exception.
    Fatal(String),
}

/// How far a join is (`joinFuture`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Join {
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

impl Consumer {
    /// Keeps the consumer in its group; whether it has its assignment. Kafka: `ConsumerCoordinator.poll`.
    ///
    /// # Errors
    /// The exception that `poll` throws.
    pub(in crate::client::consumer) fn poll_group(
        &mut self,
        turn: &mut Turn<'_>,
    ) -> Result<bool, String> {
        if self.config.is_modern {
            return self.poll_modern(turn);
        }
        if let Some(exception) = self.process.membership.failed.take() {
            return Err(exception);
        }
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
        } else if !self.config.is_cooperative() {
            membership.revoked = owned;
        }
        if lost || !self.config.is_cooperative() {
            self.process.positions.assign(Vec::new());
            self.process.fetcher.keep(&[]);
        }
        self.process.commits.rebalance = Awaited::default();
        self.process.metadata.want(self.app.topics.iter().cloned().collect());
        true
    }

    /// Whether the commit before a rebalance is over, one way or another (CONS-7).
    fn commit_before_rebalance(&mut self, turn: &mut Turn<'_>, deadline_ms: u64) -> bool {
        if !self.config.is_cooperative() {
            self.process.positions.mark_pending_revocation();
        }
        self.await_rebalance_commit(turn, deadline_ms)
    }

    /// Whether the commit before partitions are given up is over.
    pub(super) fn await_rebalance_commit(&mut self, turn: &mut Turn<'_>, deadline_ms: u64) -> bool {
        loop {
            if turn.now_ms >= deadline_ms {
                return true;
            }
            match std::mem::take(&mut self.process.commits.rebalance) {
                Awaited::InFlight => {
                    self.process.commits.rebalance = Awaited::InFlight;
                    return false;
                }
                Awaited::RetryAt(at_ms) if at_ms > turn.now_ms => {
                    self.process.commits.rebalance = Awaited::RetryAt(at_ms);
                    return false;
                }
                Awaited::ToSend(_) | Awaited::RetryAt(_) => {
                    let offsets = self.process.positions.all_consumed();
                    self.process.commits.rebalance =
                        match self.commit(turn, CommitReason::Rebalance, &offsets) {
                            None => Awaited::InFlight,
                            Some(result) => Awaited::Done(result),
                        };
                }
                Awaited::Done(CommitResult::Retriable(_)) => {
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
        let topics: SortedSet<Topic> = self.app.topics.iter().cloned().collect();
        let membership = &mut self.process.membership;
        membership.state = MembershipState::Joining;
        membership.join = Join::Sent;
        let generation = membership.generation.clone();
        let revoked = std::mem::take(&mut membership.revoked);
        let kept = self.process.positions.assigned().to_vec();
        let protocols = self.config.assignors.iter().map(|assignor| {
            let last = membership.memories.get(assignor).and_then(|memory| memory.last.as_ref());
            let subscription = MemberSubscription {
                topics: topics.clone(),
                user_data: assignor.user_data(last.map(|(owned, id)| (owned.as_slice(), *id))),
                owned: kept.clone(),
                generation: generation.id,
                rack: None,
            };
            (assignor.name().to_owned(), subscription.encode())
        });
        let millis = |ms: u64| i32::try_from(ms).unwrap_or(i32::MAX);
        let request = Request::JoinGroup(JoinGroup {
            group: self.config.group.clone(),
            session_timeout_ms: millis(self.config.session_timeout_ms),
            rebalance_timeout_ms: millis(self.config.max_poll_interval_ms),
            member_id: generation.member_id.clone(),
            instance_id: self.config.instance_id.clone(),
            client_id: self.config.client_id.clone(),
            protocols: protocols.collect(),
        });
        turn.tell(ConsumerEvent::Joining {
            member_id: generation.member_id.clone(),
            revoked,
            kept,
        });
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
                E::FencedInstanceId
                | E::InconsistentGroupProtocol
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
        let others = subscriptions.filter_map(|m| MemberSubscription::decode(&m.subscription).ok());
        membership.group_topics = others.flat_map(|member| member.topics).chain(own).collect();
        self.process.metadata.want(membership.group_topics.clone());
        membership.join = Join::AwaitingMetadata(joined);
    }

    /// Computes everybody's assignment and sends it (ASGN-1). Kafka: `onLeaderElected`.
    fn lead(&mut self, turn: &mut Turn<'_>, joined: &Joined) {
        let membership = &mut self.process.membership;
        let mut members = Vec::new();
        for member in &joined.members {
            let Ok(subscription) = MemberSubscription::decode(&member.subscription) else {
                membership.join = Join::Done(Err(JoinError::Fatal(
                    "org.apache.kafka.common.protocol.types.SchemaException: Buffer underflow while \
                     parsing consumer protocol's subscription"
                        .into(),
                )));
                return;
            };
            members.push(Subscription {
                member_id: member.member_id.clone(),
                instance_id: member.instance_id.clone(),
                topics: subscription.topics.into_iter().collect(),
                user_data: subscription.user_data,
                owned: subscription.owned,
                generation: subscription.generation,
            });
        }
        let counts = self.process.metadata.counts(&membership.group_topics);
        if joined.skip_assignment {
            // It is back as the leader of a generation that goes on: its assignment holds (GRP-17).
            membership.is_leader = true;
            membership.assigned_counts = Some(counts);
            return self.send_sync(turn, Vec::new());
        }
        let assigned = match Assignor::named(&joined.protocol) {
            None => Err(format!(
                "java.lang.IllegalStateException: Coordinator selected invalid assignment protocol: {}",
                joined.protocol
            )),
            Some(assignor) => {
                let mut unused = NO_GENERATION;
                let max_generation = if assignor.is_sticky() {
                    &mut membership.memories.entry(assignor).or_default().max_generation
                } else {
                    &mut unused
                };
                let assigned = assignor.assign(max_generation, &counts, &members);
                assigned.map_err(|failed| failed.0.to_owned())
            }
        };
        let assignment = match assigned {
            Ok(assignment) => assignment,
            Err(exception) => {
                membership.join = Join::Done(Err(JoinError::Fatal(exception)));
                return;
            }
        };
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
            instance_id: self.config.instance_id.clone(),
            assignments,
        };
        let sent = Sent::SyncGroup(generation);
        self.send(turn, coordinator, Connection::Coordinator, request, sent);
    }

    /// Kafka: `SyncGroupResponseHandler`. The heartbeat thread can be the one that reads it.
    pub(in crate::client::consumer) fn sync_answered(
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
            Err(E::FencedInstanceId) => Err(JoinError::Fatal(fenced())),
            Err(error) => Err(JoinError::Fatal(format!(
                "org.apache.kafka.common.KafkaException: Unexpected error from SyncGroup: {}",
                error.message()
            ))),
        };
        self.process.membership.join = Join::Done(result);
    }

    /// The connection went away under JoinGroup or SyncGroup.
    pub(in crate::client::consumer) fn join_cut_off(&mut self) {
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
        let (generation, leader) = (membership.generation.clone(), membership.is_leader);
        let protocol = generation.protocol.as_deref().unwrap_or_default();
        if let Some(assignor) = Assignor::named(protocol).filter(|assignor| assignor.is_sticky()) {
            let memory = membership.memories.entry(assignor).or_default();
            memory.last = Some((partitions.clone(), generation.id));
        }
        let mut seen = SortedSet::new();
        partitions.retain(|partition| seen.insert(partition.clone()));
        let owned = self.process.positions.assigned().iter();
        let revoked: Vec<_> =
            owned.filter(|partition| !seen.contains(*partition)).cloned().collect();
        if !revoked.is_empty() {
            membership.rejoin_needed = true; // So that others can have them.
            turn.tell(ConsumerEvent::PartitionsRevoked { partitions: revoked });
        }
        self.process.fetcher.keep(&partitions);
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
