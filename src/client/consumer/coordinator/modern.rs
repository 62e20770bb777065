//! Membership under the new protocol (KIP-848, `GRP-30` to `GRP-34`): one heartbeat says what the member owns and
//! brings what it should own; the member then gives up, takes over and says so, while it reads on.
//!
//! Kafka: `ConsumerHeartbeatRequestManager`, `AbstractMembershipManager`. Left out: rebalance listeners, which take
//! no time here, and assignments of which only some topics are known: the member waits until it knows all.

use crate::client::consumer::commits::Awaited;
use crate::client::consumer::coordinator::Generation;
use crate::client::consumer::network::Sent;
use crate::client::consumer::{Consumer, ConsumerEvent, MembershipState, Turn};
use crate::protocol::request::{ConsumerGroupBeat, ConsumerGroupHeartbeat, Request};
use crate::protocol::{Connection, ErrorCode, Refusal, SortedSet, Topic, TopicPartition, Uuid};

/// Kafka: `MemberState`. FENCED and LEAVING last no time here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
enum Stage {
    /// Not in the group; the first poll joins.
    #[default]
    Unsubscribed,
    /// The next heartbeat asks to be let in.
    Joining,
    /// It does not own yet what it should.
    Reconciling,
    /// It owns what it should; the next heartbeat says so.
    Acknowledging,
    /// Nothing to be done.
    Stable,
    /// It polled too late and left; the next poll joins again.
    Stale,
    /// It is out for good.
    Fatal,
}

/// What the last heartbeats have said already.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Told {
    timeout: bool,
    topics: Option<SortedSet<Topic>>,
    assignor: bool,
    owned: Option<(u32, SortedSet<TopicPartition>)>,
}

/// A target or what is owned, numbered (`LocalAssignment`).
type Local = Option<(u32, SortedSet<TopicPartition>)>;

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Reconciler {
    stage: Stage,
    /// Made once a process.
    member_id: String,
    epoch: i32,
    target: Local,
    owned: Local,
    told: Told,
    in_flight: bool,
    interval_ms: u64,
    beat_ms: u64,
    attempts: u32,
    /// Until when the commit before giving up partitions is waited for.
    commit_deadline_ms: Option<u64>,
}

impl Reconciler {
    fn is_in_group(&self) -> bool {
        matches!(
            self.stage,
            Stage::Joining | Stage::Reconciling | Stage::Acknowledging | Stage::Stable
        )
    }

    /// `shouldHeartbeatNow`.
    fn beats_now(&self) -> bool {
        matches!(self.stage, Stage::Joining | Stage::Acknowledging) && !self.in_flight
    }

    pub(super) fn next_beat_ms(&self) -> Option<u64> {
        self.is_in_group().then_some(self.beat_ms)
    }

    pub(super) fn commit_deadline_ms(&self) -> Option<u64> {
        self.commit_deadline_ms
    }

    fn set_owned(&mut self, owned: Local) {
        self.owned = owned;
        self.commit_deadline_ms = None;
    }
}

impl Consumer {
    /// In each poll: joins if it is out, and goes on towards its target. Whether it is a member.
    ///
    /// # Errors
    /// The exception that `poll` throws.
    pub(super) fn poll_modern(&mut self, turn: &mut Turn<'_>) -> Result<bool, String> {
        if let Some(exception) = self.process.membership.failed.take() {
            return Err(exception);
        }
        if self.coordinator().is_none() {
            self.look_up_coordinator(turn);
        }
        let reconciler = &mut self.process.membership.modern;
        if matches!(reconciler.stage, Stage::Unsubscribed | Stage::Stale) {
            reconciler.stage = Stage::Joining;
            self.joins(turn);
        }
        self.reconcile(turn, true);
        self.beat_if_due(turn);
        Ok(self.process.membership.modern.epoch > 0)
    }

    /// The background thread: heartbeats, and a poll that does not come.
    pub(super) fn run_modern_thread(&mut self, turn: &mut Turn<'_>) {
        if !self.process.membership.modern.is_in_group() {
            return;
        }
        if self.coordinator().is_none() {
            return self.look_up_coordinator(turn);
        }
        let polling = self.process.application.is_polling();
        if !polling && turn.now_ms >= self.poll_deadline_ms() {
            turn.tell(ConsumerEvent::PollTimeoutExpired);
            self.leave_modern(turn);
            self.lose_partitions(turn, ErrorCode::UnknownMemberId);
            self.process.membership.modern.stage = Stage::Stale;
            return;
        }
        self.reconcile(turn, false);
        self.beat_if_due(turn);
    }

    /// It starts as if it had never been a member, under its own id.
    fn joins(&mut self, turn: &mut Turn<'_>) {
        let membership = &mut self.process.membership;
        let reconciler = &mut membership.modern;
        while reconciler.member_id.is_empty() || reconciler.member_id.starts_with('-') {
            let drawn = (0..4).fold(0u128, |id, _| (id << 32) | u128::from((turn.chance)()));
            // Version 4, variant 2, in Kafka's 22 characters (`Uuid.randomUuid`).
            let id = (drawn & !(0xf << 76) & !(3 << 62)) | (4 << 76) | (2 << 62);
            reconciler.member_id = Uuid(id).to_string();
        }
        reconciler.epoch = 0;
        reconciler.target = None;
        reconciler.set_owned(None);
        membership.state = MembershipState::Joining;
        membership.generation = Generation::none(membership.modern.member_id.clone());
        self.process.commits.rebalance = Awaited::default();
        self.process.metadata.want(self.app.topics.iter().cloned().collect());
    }

    fn beat_if_due(&mut self, turn: &mut Turn<'_>) {
        let reconciler = &self.process.membership.modern;
        let due = !reconciler.in_flight && turn.now_ms >= reconciler.beat_ms;
        if reconciler.is_in_group() && (due || reconciler.beats_now()) {
            self.send_beat(turn);
        }
    }

    /// `HeartbeatState.buildRequestData`: everything when it joins, later only what has changed.
    fn send_beat(&mut self, turn: &mut Turn<'_>) {
        let Some(coordinator) = self.coordinator() else { return };
        let topics: SortedSet<Topic> = self.app.topics.iter().cloned().collect();
        let reconciler = &mut self.process.membership.modern;
        let joins = reconciler.stage == Stage::Joining;
        if joins {
            reconciler.told = Told::default();
        }
        let told = &mut reconciler.told;
        let timeout_ms = i32::try_from(self.config.max_poll_interval_ms).unwrap_or(i32::MAX);
        let rebalance_timeout_ms =
            (!std::mem::replace(&mut told.timeout, true)).then_some(timeout_ms);
        let says_topics = told.topics.as_ref() != Some(&topics);
        let assignor = self.config.remote_assignor.clone();
        let server_assignor = assignor.filter(|_| !std::mem::replace(&mut told.assignor, true));
        let says_owned = joins || told.owned != reconciler.owned;
        if says_owned {
            told.owned.clone_from(&reconciler.owned);
        }
        let owned = || match &reconciler.owned {
            None => Vec::new(),
            Some((_, owned)) => owned.iter().cloned().collect(),
        };
        let beat = ConsumerGroupHeartbeat {
            group: self.config.group.clone(),
            member_id: reconciler.member_id.clone(),
            member_epoch: reconciler.epoch,
            instance_id: self.config.instance_id.clone(),
            client_id: self.config.client_id.clone(),
            rebalance_timeout_ms,
            topics: says_topics.then(|| self.app.topics.clone()),
            server_assignor,
            owned: says_owned.then(owned),
        };
        if says_topics {
            reconciler.told.topics = Some(topics);
        }
        reconciler.in_flight = true;
        reconciler.beat_ms = turn.now_ms + reconciler.interval_ms.max(1);
        if reconciler.stage == Stage::Acknowledging {
            // `onHeartbeatRequestGenerated`
            reconciler.stage = match reconciler.owned == reconciler.target {
                true => Stage::Stable,
                false => Stage::Reconciling,
            };
        }
        if joins {
            let member_id = reconciler.member_id.clone();
            turn.tell(ConsumerEvent::Joining { member_id, revoked: Vec::new(), kept: Vec::new() });
        }
        let request = Request::ConsumerGroupHeartbeat(beat);
        let sent = Sent::ConsumerGroupHeartbeat { leaves: false };
        self.send(turn, coordinator, Connection::Coordinator, request, sent);
    }

    pub(in crate::client::consumer) fn beat_answered(
        &mut self,
        turn: &mut Turn<'_>,
        leaves: bool,
        answer: Result<ConsumerGroupBeat, Refusal>,
    ) {
        if leaves {
            return;
        }
        let membership = &mut self.process.membership;
        membership.modern.in_flight = false;
        if !membership.modern.is_in_group() {
            return;
        }
        match answer {
            Ok(beat) => self.beat_accepted(turn, beat),
            Err(refusal) => self.beat_refused(turn, refusal),
        }
    }

    /// `onHeartbeatSuccess`.
    fn beat_accepted(&mut self, turn: &mut Turn<'_>, beat: ConsumerGroupBeat) {
        let membership = &mut self.process.membership;
        let reconciler = &mut membership.modern;
        reconciler.attempts = 0;
        let interval_ms = u64::try_from(beat.heartbeat_interval_ms).unwrap_or(0).max(1);
        if reconciler.interval_ms != interval_ms {
            reconciler.beat_ms = turn.now_ms + interval_ms;
            reconciler.interval_ms = interval_ms;
        }
        reconciler.epoch = beat.member_epoch;
        membership.state = MembershipState::Stable;
        membership.generation = Generation {
            id: beat.member_epoch,
            member_id: beat.member_id,
            protocol: Some("consumer".into()),
        };
        let Some(assignment) = beat.assignment else { return };
        let wanted: SortedSet<TopicPartition> = assignment.into_iter().collect();
        let number = match &reconciler.target {
            Some((_, target)) if *target == wanted => None,
            Some((number, _)) => Some(number + 1),
            None => Some(0),
        };
        if let Some(number) = number {
            let partitions = wanted.iter().cloned().collect();
            turn.tell(ConsumerEvent::TargetReceived { epoch: beat.member_epoch, partitions });
            reconciler.target = Some((number, wanted));
        }
        if reconciler.target != reconciler.owned {
            reconciler.stage = Stage::Reconciling;
            self.reconcile(turn, false);
            self.beat_if_due(turn);
        } else if matches!(reconciler.stage, Stage::Reconciling | Stage::Joining) {
            reconciler.stage = Stage::Stable;
        }
    }

    /// `onErrorResponse` (GRP-34).
    fn beat_refused(&mut self, turn: &mut Turn<'_>, refusal: Refusal) {
        use ErrorCode as E;
        let error = refusal.error;
        turn.tell(ConsumerEvent::HeartbeatRefused { error });
        match error {
            E::NotCoordinator | E::CoordinatorNotAvailable => {
                self.beat_failed(turn);
                self.mark_coordinator_unknown(turn);
            }
            E::FencedMemberEpoch | E::UnknownMemberId => {
                self.lose_partitions(turn, error);
                self.process.membership.modern.stage = Stage::Joining;
                self.joins(turn);
                self.beat_if_due(turn);
            }
            _ => {
                self.lose_partitions(turn, error);
                let membership = &mut self.process.membership;
                membership.modern.stage = Stage::Fatal;
                membership.state = MembershipState::Unjoined;
                membership.failed = Some(format!(
                    "org.apache.kafka.common.errors.{error:?}Exception: {}",
                    refusal.message
                ));
            }
        }
    }

    /// No answer came: everything is said again, a while later.
    pub(in crate::client::consumer) fn beat_failed(&mut self, turn: &mut Turn<'_>) {
        let reconciler = &mut self.process.membership.modern;
        reconciler.in_flight = false;
        reconciler.told = Told::default();
        let backoff_ms = self.config.backoff_ms(reconciler.attempts, turn.chance);
        reconciler.attempts += 1;
        reconciler.beat_ms = turn.now_ms + backoff_ms;
    }

    /// It owns nothing any more, and did not give it up.
    fn lose_partitions(&mut self, turn: &mut Turn<'_>, error: ErrorCode) {
        let partitions = self.process.positions.assigned().to_vec();
        if !partitions.is_empty() {
            turn.tell(ConsumerEvent::PartitionsLost { partitions, error });
        }
        self.process.positions.assign(Vec::new());
        self.process.fetcher.keep(&[]);
        let membership = &mut self.process.membership;
        membership.modern.epoch = 0;
        membership.modern.target = None;
        membership.modern.set_owned(None);
        membership.state = MembershipState::Unjoined;
        membership.generation = Generation::none(membership.modern.member_id.clone());
    }

    /// Gives up what it should not own, takes over what it should (GRP-32). What has to be committed before is
    /// committed inside `poll` only, as nobody may take records for processed that the program still works on.
    ///
    /// Kafka: `maybeReconcile`, `revokeAndAssign`.
    fn reconcile(&mut self, turn: &mut Turn<'_>, in_poll: bool) {
        let reconciler = &self.process.membership.modern;
        if reconciler.stage != Stage::Reconciling || reconciler.target == reconciler.owned {
            return;
        }
        let Some((_, target)) = reconciler.target.clone() else { return };
        let topics: SortedSet<Topic> = target.iter().map(|p| p.topic.clone()).collect();
        let counts = self.process.metadata.counts(&topics);
        let known = |p: &TopicPartition| counts.get(&p.topic).is_some_and(|n| p.partition < *n);
        if !target.iter().all(known) {
            return self.process.metadata.want(self.app.topics.iter().cloned().collect());
        }
        let owned = self.process.positions.assigned();
        let revoked: Vec<TopicPartition> =
            owned.iter().filter(|p| !target.contains(*p)).cloned().collect();
        if !in_poll && (self.config.auto_commit || !revoked.is_empty()) {
            return;
        }
        let deadline_ms = turn.now_ms.saturating_add(self.config.max_poll_interval_ms);
        let modern = &mut self.process.membership.modern;
        let deadline_ms = *modern.commit_deadline_ms.get_or_insert(deadline_ms);
        self.process.positions.mark_revoking(&revoked);
        if self.config.auto_commit && !self.await_rebalance_commit(turn, deadline_ms) {
            return;
        }
        self.process.commits.rebalance = Awaited::default();
        self.process.membership.prepare_attempts = 0;
        if !revoked.is_empty() {
            turn.tell(ConsumerEvent::PartitionsRevoked { partitions: revoked });
        }
        let partitions: Vec<TopicPartition> = target.iter().cloned().collect();
        self.process.fetcher.keep(&partitions);
        self.process.positions.assign(partitions.clone());
        self.process.commits.restart_interval(turn.now_ms);
        let modern = &mut self.process.membership.modern;
        modern.set_owned(modern.target.clone());
        modern.stage = Stage::Acknowledging;
        let (generation, member_id) = (modern.epoch, modern.member_id.clone());
        turn.tell(ConsumerEvent::Assigned { generation, member_id, leader: false, partitions });
    }

    /// Says good-bye; a static member only for a while (epoch −2). There is no second try.
    pub(super) fn leave_modern(&mut self, turn: &mut Turn<'_>) {
        let reconciler = &self.process.membership.modern;
        if reconciler.is_in_group()
            && let Some(coordinator) = self.coordinator()
        {
            let beat = ConsumerGroupHeartbeat {
                group: self.config.group.clone(),
                member_id: reconciler.member_id.clone(),
                member_epoch: if self.config.instance_id.is_some() { -2 } else { -1 },
                instance_id: self.config.instance_id.clone(),
                client_id: self.config.client_id.clone(),
                rebalance_timeout_ms: None,
                topics: None,
                server_assignor: None,
                owned: Some(Vec::new()),
            };
            let request = Request::ConsumerGroupHeartbeat(beat);
            let sent = Sent::ConsumerGroupHeartbeat { leaves: true };
            self.send(turn, coordinator, Connection::Coordinator, request, sent);
        }
        let membership = &mut self.process.membership;
        membership.modern.stage = Stage::Unsubscribed;
        membership.modern.in_flight = false;
        membership.modern.told = Told::default();
        membership.state = MembershipState::Unjoined;
    }
}
