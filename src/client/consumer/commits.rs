//! Commits: by themselves at a poll, before a rebalance, at `close()`, or because the application says so.
//!
//! Kafka: `ConsumerCoordinator.maybeAutoCommitOffsetsAsync`, `sendOffsetCommitRequest`,
//! `OffsetCommitResponseHandler` (CONS-4 to CONS-11).

use std::collections::VecDeque;

use crate::client::consumer::coordinator::Generation;
use crate::client::consumer::network::Sent;
use crate::client::consumer::{CommitReason, Consumer, ConsumerEvent, MembershipState, Turn};
use crate::protocol::request::{CommitPartition, Request};
use crate::protocol::{Connection, ErrorCode, Offset, TopicPartition};

/// Partitions and the next offsets to read.
pub(super) type Offsets = Vec<(TopicPartition, Offset)>;

/// A commit on its way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Commit {
    offsets: Offsets,
    reason: CommitReason,
    generation: Generation,
}

/// How a commit ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum CommitResult {
    Stored,
    /// Another try may help: the exception.
    Retriable(String),
    /// The exception.
    Failed(String),
}

/// Somebody waits for a commit that it has sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Awaited {
    /// Nothing was sent yet.
    ToSend(Offsets),
    /// Another try is due at this time.
    RetryAt(u64),
    InFlight,
    Done(CommitResult),
}

impl Default for Awaited {
    fn default() -> Self {
        Self::ToSend(Vec::new())
    }
}

/// An asynchronous commit that has ended; its callback has not run yet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Completed {
    offsets: Offsets,
    reason: CommitReason,
    result: CommitResult,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Commits {
    interval_ms: u64,
    next_ms: u64,
    /// Of the application or of `close()`; there is one such at a time.
    pub(super) sync: Awaited,
    /// What it is to store, as it was when the call began.
    sync_offsets: Offsets,
    /// Of a rebalance that is being prepared.
    pub(super) rebalance: Awaited,
    sync_attempts: u32,
    /// Asynchronous ones that wait for the coordinator to be found, in order (`pendingAsyncCommits`).
    waiting: VecDeque<(Offsets, CommitReason)>,
    /// Asynchronous ones that the coordinator has (`inFlightAsyncCommits`).
    in_flight: u32,
    /// Callbacks that a later call runs, in order (`completedOffsetCommits`).
    completed: VecDeque<Completed>,
}

/// Without a group there is nothing to commit to (CONS-24).
pub(super) const NO_GROUP: &str = "org.apache.kafka.common.errors.InvalidGroupIdException: To use the group \
                                   management or offset commit APIs, you must provide a valid group.id in the \
                                   consumer configuration.";
const RETRIABLE: &str = "org.apache.kafka.clients.consumer.RetriableCommitFailedException: Offset commit \
                         failed with a retriable exception. You should retry committing the latest consumed \
                         offsets.";
const DISCONNECTED: &str = "org.apache.kafka.common.errors.DisconnectException";
const NOT_ACTIVE: &str = "org.apache.kafka.clients.consumer.CommitFailedException: Offset commit cannot be \
                          completed since the consumer is not part of an active group for auto partition \
                          assignment; it is likely that the consumer was kicked out of the group.";
const REBALANCING: &str = "org.apache.kafka.common.errors.RebalanceInProgressException: Offset commit cannot be \
                           completed since the consumer is undergoing a rebalance for auto partition \
                           assignment. You can try completing the rebalance by calling poll() and then retry \
                           the operation.";
const GROUP_REBALANCING: &str = "org.apache.kafka.common.errors.RebalanceInProgressException: Offset commit \
                                 cannot be completed since the consumer group is executing a rebalance at the \
                                 moment. You can try completing the rebalance by calling poll() and then retry \
                                 commit again";
const REBALANCED: &str = "org.apache.kafka.clients.consumer.CommitFailedException: Commit cannot be completed \
                          since the group has already rebalanced and assigned the partitions to another \
                          member. This means that the time between subsequent calls to poll() was longer than \
                          the configured max.poll.interval.ms, which typically implies that the poll loop is \
                          spending too much time message processing. You can address this either by \
                          increasing max.poll.interval.ms or by reducing the maximum size of batches returned \
                          in poll() with max.poll.records.";

/// The exception of a static member whose place another process has taken (GRP-17).
pub(super) fn fenced() -> String {
    let words = ErrorCode::FencedInstanceId.message();
    format!("org.apache.kafka.common.errors.FencedInstanceIdException: {words}")
}

impl Commits {
    pub(super) fn new(interval_ms: u64) -> Self {
        Self {
            interval_ms,
            next_ms: u64::MAX,
            sync: Awaited::default(),
            sync_offsets: Vec::new(),
            rebalance: Awaited::default(),
            sync_attempts: 0,
            waiting: VecDeque::new(),
            in_flight: 0,
            completed: VecDeque::new(),
        }
    }

    /// When the next poll commits.
    pub(super) fn next_ms(&self) -> u64 {
        self.next_ms
    }

    /// Asynchronous commits whose callbacks have not run.
    pub(super) fn pending_callbacks(&self) -> u32 {
        let own = |reason: &CommitReason| *reason == CommitReason::Async;
        let completed = self.completed.iter().filter(|completed| own(&completed.reason)).count();
        self.in_flight + u32::try_from(self.waiting.len() + completed).unwrap_or(u32::MAX)
    }

    /// A full interval from now: at every join (CONS-6).
    pub(super) fn restart_interval(&mut self, now_ms: u64) {
        self.next_ms = now_ms.saturating_add(self.interval_ms);
    }
}

/// An error of the coordinator as the exception that it is in Java.
fn exception(error: ErrorCode) -> String {
    format!("org.apache.kafka.common.errors.{error:?}Exception: {}", error.message())
}

impl Consumer {
    /// In each poll, after group maintenance and before new records are returned (CONS-4).
    pub(super) fn maybe_auto_commit(&mut self, turn: &mut Turn<'_>) {
        if self.config.auto_commit && turn.now_ms >= self.process.commits.next_ms {
            self.process.commits.restart_interval(turn.now_ms);
            let offsets = self.process.positions.all_consumed();
            self.commit_async(turn, CommitReason::Interval, offsets);
        }
    }

    /// `commitAsync`: returns at once; a later call runs the callback (CONS-10). Kafka:
    /// `commitOffsetsAsync`.
    pub(super) fn commit_async(
        &mut self,
        turn: &mut Turn<'_>,
        reason: CommitReason,
        offsets: Offsets,
    ) {
        self.invoke_callbacks(turn);
        if self.coordinator().is_none() && !offsets.is_empty() {
            self.process.commits.waiting.push_back((offsets, reason));
            self.look_up_coordinator(turn);
            return;
        }
        self.process.commits.in_flight += 1;
        if let Some(result) = self.commit(turn, reason, &offsets) {
            self.async_ended(offsets, reason, result);
        }
    }

    /// The coordinator is known now, or could not be found: what waits is sent, or has failed.
    pub(super) fn looked_up(&mut self, turn: &mut Turn<'_>) {
        let found = self.coordinator().is_some();
        for (offsets, reason) in std::mem::take(&mut self.process.commits.waiting) {
            self.process.commits.in_flight += 1;
            let unknown = CommitResult::Retriable(exception(ErrorCode::CoordinatorNotAvailable));
            let result = if found { self.commit(turn, reason, &offsets) } else { Some(unknown) };
            if let Some(result) = result {
                self.async_ended(offsets, reason, result);
            }
        }
    }

    fn async_ended(&mut self, offsets: Offsets, reason: CommitReason, result: CommitResult) {
        let commits = &mut self.process.commits;
        commits.in_flight = commits.in_flight.saturating_sub(1);
        commits.completed.push_back(Completed { offsets, reason, result });
    }

    /// Runs the callbacks of what has ended, in the order of the calls: inside `poll` and commits only.
    ///
    /// Kafka: `invokeCompletedOffsetCommitCallbacks`.
    pub(super) fn invoke_callbacks(&mut self, turn: &mut Turn<'_>) {
        while let Some(completed) = self.process.commits.completed.pop_front() {
            let Completed { offsets, reason, result } = completed;
            match (reason, result) {
                (CommitReason::Async, result) => {
                    let exception = match result {
                        CommitResult::Stored => None,
                        CommitResult::Retriable(cause) => {
                            Some(format!("{RETRIABLE} | caused by {cause}"))
                        }
                        CommitResult::Failed(exception) => Some(exception),
                    };
                    turn.tell(ConsumerEvent::CommitCalledBack { offsets, exception });
                }
                // Only a failure that may pass is tried again soon; others are logged (CONS-6).
                (_, CommitResult::Retriable(_)) => {
                    let soon_ms = turn.now_ms + self.config.retry_backoff_ms();
                    self.process.commits.next_ms = soon_ms;
                }
                (_, CommitResult::Stored | CommitResult::Failed(_)) => {}
            }
        }
    }

    /// Commits that wait for the coordinator have it looked up.
    pub(super) fn look_up_for_commits(&mut self, turn: &mut Turn<'_>) {
        if !self.process.commits.waiting.is_empty() {
            self.look_up_coordinator(turn);
        }
    }

    /// `close()` waits for commits that wait for the coordinator, and runs callbacks meanwhile. Those that
    /// the coordinator has are answered, but nobody is called back.
    pub(super) fn commits_wait(&mut self, turn: &mut Turn<'_>) -> bool {
        if self.process.commits.waiting.is_empty() {
            return false;
        }
        self.look_up_coordinator(turn);
        self.invoke_callbacks(turn);
        !self.process.commits.waiting.is_empty()
    }

    /// Sends a commit. The result, if it is known without asking the coordinator.
    pub(super) fn commit(
        &mut self,
        turn: &mut Turn<'_>,
        reason: CommitReason,
        offsets: &[(TopicPartition, Offset)],
    ) -> Option<CommitResult> {
        if offsets.is_empty() {
            return Some(CommitResult::Stored);
        }
        let Some(coordinator) = self.coordinator() else {
            return Some(CommitResult::Retriable(exception(ErrorCode::CoordinatorNotAvailable)));
        };
        match self.membership() {
            _ if !self.app.assign.is_empty() => {}
            MembershipState::Stable => {}
            // The book era has one sentence for all.
            _ if self.config.is_book_era() => return Some(CommitResult::Failed(REBALANCED.into())),
            MembershipState::Unjoined => return Some(CommitResult::Failed(NOT_ACTIVE.into())),
            MembershipState::Joining | MembershipState::Syncing => {
                return Some(CommitResult::Failed(REBALANCING.into()));
            }
        }
        let generation = self.process.membership.generation().clone();
        // A map that the program makes holds no epochs.
        let own = matches!(reason, CommitReason::Sync | CommitReason::Async)
            && self.app.commit.is_some_and(|style| style.offsets);
        let partitions = offsets.iter().map(|(partition, offset)| CommitPartition {
            partition: partition.clone(),
            offset: offset.as_i64(),
            leader_epoch: if own { -1 } else { self.process.positions.epoch(partition) },
        });
        let request = Request::OffsetCommit {
            group: self.config.group.clone(),
            generation: generation.id,
            member_id: generation.member_id.clone(),
            instance_id: self.config.instance_id.clone(),
            offsets: partitions.collect(),
        };
        let offsets = offsets.to_vec();
        let sent = Sent::OffsetCommit(Commit { offsets: offsets.clone(), reason, generation });
        let correlation_id = self.send(turn, coordinator, Connection::Coordinator, request, sent);
        turn.tell(ConsumerEvent::CommitSent { offsets, reason, correlation_id });
        None
    }

    pub(super) fn commit_answered(
        &mut self,
        turn: &mut Turn<'_>,
        commit: Commit,
        answers: &[(TopicPartition, Option<ErrorCode>)],
    ) {
        let mut error = None;
        for (partition, answer) in answers {
            match (answer, commit.offsets.iter().find(|(p, _)| p == partition)) {
                (None, Some((_, offset))) => {
                    self.process.positions.set_committed(partition, *offset);
                }
                (Some(refused), _) => {
                    error = Some(*refused);
                    break;
                }
                (None, None) => {}
            }
        }
        turn.tell(ConsumerEvent::CommitCompleted { offsets: commit.offsets.clone(), error });
        let result = match error {
            None => CommitResult::Stored,
            Some(error) => self.commit_refused(turn, &commit, error),
        };
        self.commit_ended(turn, commit, result);
    }

    /// What a refusal means to the member (CONS-11).
    fn commit_refused(
        &mut self,
        turn: &mut Turn<'_>,
        commit: &Commit,
        error: ErrorCode,
    ) -> CommitResult {
        use ErrorCode as E;
        match error {
            E::CoordinatorNotAvailable | E::NotCoordinator | E::RequestTimedOut => {
                self.mark_coordinator_unknown(turn);
                CommitResult::Retriable(exception(error))
            }
            E::UnknownTopicOrPartition if !self.config.is_book_era() => {
                CommitResult::Retriable(exception(error))
            }
            E::RebalanceInProgress if self.config.is_book_era() => {
                self.process.membership.reset_and_rejoin(error, true);
                CommitResult::Failed(REBALANCED.into())
            }
            E::RebalanceInProgress => {
                self.process.membership.request_rejoin();
                CommitResult::Failed(GROUP_REBALANCING.into())
            }
            E::FencedInstanceId => {
                let membership = &self.process.membership;
                let unchanged = *membership.generation() == commit.generation;
                CommitResult::Failed(match (unchanged, membership.state()) {
                    (true, _) => fenced(),
                    (false, MembershipState::Joining | MembershipState::Syncing) => {
                        REBALANCING.into()
                    }
                    (false, _) => REBALANCED.into(),
                })
            }
            E::UnknownMemberId if self.config.is_modern => CommitResult::Failed(format!(
                "org.apache.kafka.clients.consumer.CommitFailedException: OffsetCommit failed with unknown member \
                 ID. {}",
                error.message()
            )),
            // The next heartbeat brings the epoch; only before a rebalance is it tried again with that.
            E::StaleMemberEpoch if commit.reason == CommitReason::Rebalance => {
                CommitResult::Retriable(exception(error))
            }
            E::StaleMemberEpoch => CommitResult::Failed(format!(
                "org.apache.kafka.clients.consumer.CommitFailedException: OffsetCommit failed with stale member \
                 epoch. {}",
                error.message()
            )),
            E::UnknownMemberId | E::IllegalGeneration => {
                let membership = &mut self.process.membership;
                let unchanged = *membership.generation() == commit.generation;
                if !unchanged && membership.state() == MembershipState::Joining {
                    return CommitResult::Failed(REBALANCING.into());
                }
                // A member that was only late keeps its id.
                membership.reset_and_rejoin(error, error != E::IllegalGeneration);
                CommitResult::Failed(REBALANCED.into())
            }
            other => CommitResult::Failed(format!(
                "org.apache.kafka.common.KafkaException: Unexpected error in commit: {}",
                other.message()
            )),
        }
    }

    /// The connection went away under a commit: it may have been stored or not.
    pub(super) fn commit_cut_off(&mut self, turn: &mut Turn<'_>, commit: Commit) {
        let cut_off = CommitResult::Retriable(DISCONNECTED.into());
        self.commit_ended(turn, commit, cut_off);
    }

    fn commit_ended(&mut self, _turn: &mut Turn<'_>, commit: Commit, result: CommitResult) {
        let commits = &mut self.process.commits;
        match commit.reason {
            CommitReason::Interval | CommitReason::Async => {
                self.async_ended(commit.offsets, commit.reason, result);
            }
            CommitReason::Rebalance => commits.rebalance = Awaited::Done(result),
            CommitReason::Sync | CommitReason::Close => commits.sync = Awaited::Done(result),
        }
    }

    /// One step of a commit that somebody waits for: the result, once there is one that no further try
    /// can change. Before `deadline_ms` failures that may pass are tried again.
    ///
    /// Kafka: `commitOffsetsSync`. An asynchronous commit from before is answered first, as its request is
    /// ahead on the same connection; its callback runs before this call returns (CONS-10).
    pub(super) fn await_sync(
        &mut self,
        turn: &mut Turn<'_>,
        reason: CommitReason,
        deadline_ms: u64,
    ) -> Option<CommitResult> {
        loop {
            if turn.now_ms >= deadline_ms {
                let commits = &mut self.process.commits;
                commits.sync = Awaited::default();
                commits.sync_attempts = 0;
                return Some(CommitResult::Failed(self.commit_timed_out()));
            }
            match std::mem::take(&mut self.process.commits.sync) {
                Awaited::ToSend(offsets) => {
                    self.process.commits.sync_offsets.clone_from(&offsets);
                    if let Some(waits) = self.try_sync(turn, reason, offsets) {
                        return waits;
                    }
                }
                Awaited::RetryAt(at_ms) if at_ms <= turn.now_ms => {
                    let offsets = self.process.commits.sync_offsets.clone();
                    if let Some(waits) = self.try_sync(turn, reason, offsets) {
                        return waits;
                    }
                }
                waiting @ (Awaited::RetryAt(_) | Awaited::InFlight) => {
                    self.process.commits.sync = waiting;
                    return None;
                }
                Awaited::Done(result) => {
                    self.invoke_callbacks(turn);
                    if let CommitResult::Retriable(_) = result {
                        let commits = &mut self.process.commits;
                        let backoff_ms = self.config.backoff_ms(commits.sync_attempts, turn.chance);
                        commits.sync_attempts += 1;
                        commits.sync = Awaited::RetryAt(turn.now_ms + backoff_ms);
                        return None;
                    }
                    self.process.commits.sync_attempts = 0;
                    return Some(result);
                }
            }
        }
    }

    /// Sends it, if there is something to send and somebody to send it to. `Some`: it waits, or is over.
    fn try_sync(
        &mut self,
        turn: &mut Turn<'_>,
        reason: CommitReason,
        offsets: Offsets,
    ) -> Option<Option<CommitResult>> {
        if offsets.is_empty() {
            // All callbacks run before it returns, even so.
            self.invoke_callbacks(turn);
            if self.process.commits.in_flight == 0 {
                return Some(Some(CommitResult::Stored));
            }
            self.process.commits.sync = Awaited::ToSend(offsets);
            return Some(None);
        }
        if self.coordinator().is_none() {
            self.look_up_coordinator(turn);
            self.process.commits.sync = Awaited::ToSend(offsets);
            return Some(None);
        }
        self.process.commits.sync = match self.commit(turn, reason, &offsets) {
            None => Awaited::InFlight,
            Some(result) => Awaited::Done(result),
        };
        None
    }

    fn commit_timed_out(&self) -> String {
        let offsets = &self.process.commits.sync_offsets;
        let offset = |(partition, offset): &(TopicPartition, Offset)| {
            let epoch = match self.process.positions.epoch(partition) {
                -1 => "null".to_owned(),
                epoch => epoch.to_string(),
            };
            format!(
                "{partition}=OffsetAndMetadata{{offset={offset}, leaderEpoch={epoch}, metadata=''}}"
            )
        };
        let offsets = offsets.iter().map(offset).collect::<Vec<_>>().join(", ");
        format!(
            "org.apache.kafka.common.errors.TimeoutException: Timeout of {}ms expired before successfully \
             committing offsets {{{offsets}}}",
            self.config.default_api_timeout_ms
        )
    }
}
