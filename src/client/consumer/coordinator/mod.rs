//! Membership in the group: find the coordinator, heartbeat, leave; `join` gets in (GRP, classic). The new protocol
//! (KIP-848) has its own way, `modern`.
//!
//! Kafka: `AbstractCoordinator` with its heartbeat thread.

mod join;
mod modern;

use crate::client::assignor::Assignor;
use crate::client::assignor::protocol::NO_GENERATION;
use crate::client::consumer::commits::{Awaited, fenced};
use crate::client::consumer::coordinator::join::Join;
use crate::client::consumer::coordinator::modern::Reconciler;
use crate::client::consumer::network::Sent;
use crate::client::consumer::{Consumer, ConsumerEvent, MembershipState, Turn};
use crate::protocol::request::{JoinRefusal, Joined, Request};
use crate::protocol::{
    BrokerId, Connection, ErrorCode, NodeId, SortedMap, SortedSet, Topic, TopicPartition,
};

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
    /// The exception that the heartbeat thread ended with; the next poll throws it.
    failed: Option<String>,
    last_poll_ms: u64,
    /// The leader's: partition counts that its assignment was made of (GRP-20).
    assigned_counts: Option<SortedMap<Topic, u32>>,
    /// All topics that the group subscribes to; the leader's only.
    group_topics: SortedSet<Topic>,
    /// What its assignors remember; only sticky ones do.
    memories: SortedMap<Assignor, Memory>,
    /// Of the new protocol, which uses only a few of the above.
    modern: Reconciler,
}

/// What an assignor remembers as long as the process lives.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Memory {
    /// The latest assignment that it made, and of which generation.
    last: Option<(Vec<TopicPartition>, i32)>,
    /// The latest generation that it saw as the leader's.
    max_generation: i32,
}

impl Default for Memory {
    fn default() -> Self {
        Self { last: None, max_generation: NO_GENERATION }
    }
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
            failed: None,
            last_poll_ms: 0,
            assigned_counts: None,
            group_topics: SortedSet::new(),
            memories: SortedMap::new(),
            modern: Reconciler::default(),
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

    pub(super) fn session_due_ms(&self) -> u64 {
        self.session_ms
    }

    pub(super) fn next_heartbeat_ms(&self) -> Option<u64> {
        if let Some(beat_ms) = self.modern.next_beat_ms() {
            return self.coordinator.is_some().then_some(beat_ms);
        }
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
        if self.config.is_modern {
            due.extend(membership.modern.next_beat_ms());
            due.extend(membership.modern.commit_deadline_ms());
            if !self.process.application.is_polling() {
                due.push(self.poll_deadline_ms());
            }
        } else if membership.heartbeats() {
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

    pub(super) fn poll_deadline_ms(&self) -> u64 {
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
        if self.config.is_modern {
            return self.run_modern_thread(turn);
        }
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
                instance_id: self.config.instance_id.clone(),
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
            Some(error @ (E::UnknownMemberId | E::IllegalGeneration | E::FencedInstanceId))
                if unchanged =>
            {
                membership.reset_and_rejoin(error, error != E::IllegalGeneration);
                if error == E::FencedInstanceId {
                    membership.failed = Some(fenced()); // The heartbeat thread ends with it.
                }
                turn.tell(ConsumerEvent::HeartbeatRefused { error });
            }
            // About a generation that is over.
            Some(E::UnknownMemberId | E::IllegalGeneration | E::FencedInstanceId) => {
                self.heartbeat_received(turn);
            }
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

    /// Says good-bye, if there is anybody to say it to; there is no second try. A static member does not: its
    /// place waits for it until its session ends (GRP-16). Kafka: `maybeLeaveGroup`.
    pub(super) fn leave_group(&mut self, turn: &mut Turn<'_>) {
        if self.config.is_modern {
            return self.leave_modern(turn);
        }
        let membership = &self.process.membership;
        let member_id = membership.generation.member_id.clone();
        if let Some(coordinator) = membership.coordinator
            && membership.state != MembershipState::Unjoined
            && !member_id.is_empty()
            && self.config.instance_id.is_none()
        {
            let group = self.config.group.clone();
            let request = Request::LeaveGroup { group, member_id, instance_id: None };
            self.send(turn, coordinator, Connection::Coordinator, request, Sent::LeaveGroup);
        }
        self.process.membership.reset_and_rejoin(ErrorCode::UnknownMemberId, true);
    }
}
