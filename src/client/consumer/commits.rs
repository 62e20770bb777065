//! Commits: by themselves at a poll, before a rebalance, at `close()`, or because the application says so.
//!
//! Kafka: `ConsumerCoordinator.maybeAutoCommitOffsetsAsync`, `sendOffsetCommitRequest`,
//! `OffsetCommitResponseHandler` (CONS-4 to CONS-11).

use crate::client::consumer::config::DEFAULT_API_TIMEOUT_MS;
use crate::client::consumer::coordinator::Generation;
use crate::client::consumer::network::Sent;
use crate::client::consumer::{CommitReason, Consumer, ConsumerEvent, MembershipState, Turn};
use crate::protocol::request::{CommitPartition, Request};
use crate::protocol::{Connection, ErrorCode, Offset, TopicPartition};

/// A commit on its way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Commit {
    offsets: Vec<(TopicPartition, Offset)>,
    reason: CommitReason,
    generation: Generation,
}

/// How a commit ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum CommitResult {
    Stored,
    /// Another try may help.
    Retriable,
    /// The exception.
    Failed(String),
}

/// Somebody waits for a commit that it has sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Awaited {
    /// Nothing was sent, or another try is due at this time.
    #[default]
    ToSend,
    RetryAt(u64),
    InFlight,
    Done(CommitResult),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Commits {
    interval_ms: u64,
    next_ms: u64,
    /// Of the application or of `close()`; there is one such at a time.
    pub(super) sync: Awaited,
    /// Of a rebalance that is being prepared.
    pub(super) rebalance: Awaited,
    sync_attempts: u32,
}

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

impl Commits {
    pub(super) fn new(interval_ms: u64) -> Self {
        Self {
            interval_ms,
            next_ms: u64::MAX,
            sync: Awaited::ToSend,
            rebalance: Awaited::ToSend,
            sync_attempts: 0,
        }
    }

    /// When the next poll commits.
    pub(super) fn next_ms(&self) -> u64 {
        self.next_ms
    }

    /// A full interval from now: at every join (CONS-6).
    pub(super) fn restart_interval(&mut self, now_ms: u64) {
        self.next_ms = now_ms.saturating_add(self.interval_ms);
    }
}

impl Consumer {
    /// In each poll, after group maintenance and before new records are returned (CONS-4).
    pub(super) fn maybe_auto_commit(&mut self, turn: &mut Turn<'_>) {
        if self.config.auto_commit && turn.now_ms >= self.process.commits.next_ms {
            self.process.commits.restart_interval(turn.now_ms);
            if let Some(result) = self.commit(turn, CommitReason::Interval) {
                self.commit_ended(turn, CommitReason::Interval, result);
            }
        }
    }

    /// Commits all positions (CONS-8). The result, if it is known without asking the coordinator.
    pub(super) fn commit(
        &mut self,
        turn: &mut Turn<'_>,
        reason: CommitReason,
    ) -> Option<CommitResult> {
        let offsets = self.process.positions.all_consumed();
        if offsets.is_empty() {
            return Some(CommitResult::Stored);
        }
        let Some(coordinator) = self.coordinator() else { return Some(CommitResult::Retriable) };
        match self.membership() {
            MembershipState::Stable => {}
            // The book era has one sentence for all.
            _ if self.config.is_book_era() => return Some(CommitResult::Failed(REBALANCED.into())),
            MembershipState::Unjoined => return Some(CommitResult::Failed(NOT_ACTIVE.into())),
            MembershipState::Joining | MembershipState::Syncing => {
                return Some(CommitResult::Failed(REBALANCING.into()));
            }
        }
        let generation = self.process.membership.generation().clone();
        let partitions = offsets.iter().map(|(partition, offset)| CommitPartition {
            partition: partition.clone(),
            offset: offset.as_i64(),
            leader_epoch: self.process.positions.epoch(partition),
        });
        let request = Request::OffsetCommit {
            group: self.config.group.clone(),
            generation: generation.id,
            member_id: generation.member_id.clone(),
            offsets: partitions.collect(),
        };
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
        self.commit_ended(turn, commit.reason, result);
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
                CommitResult::Retriable
            }
            E::UnknownTopicOrPartition if !self.config.is_book_era() => CommitResult::Retriable,
            E::RebalanceInProgress if self.config.is_book_era() => {
                self.process.membership.reset_and_rejoin(error, true);
                CommitResult::Failed(REBALANCED.into())
            }
            E::RebalanceInProgress => {
                self.process.membership.request_rejoin();
                CommitResult::Failed(GROUP_REBALANCING.into())
            }
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
        self.commit_ended(turn, commit.reason, CommitResult::Retriable);
    }

    fn commit_ended(&mut self, turn: &mut Turn<'_>, reason: CommitReason, result: CommitResult) {
        let commits = &mut self.process.commits;
        match reason {
            // Only a failure that may pass is tried again soon; others are logged (CONS-6).
            CommitReason::Interval => {
                if result == CommitResult::Retriable {
                    commits.next_ms = turn.now_ms + self.config.retry_backoff_ms();
                }
            }
            CommitReason::Rebalance => commits.rebalance = Awaited::Done(result),
            CommitReason::Sync | CommitReason::Close => commits.sync = Awaited::Done(result),
        }
    }

    /// One step of a commit that somebody waits for: the result, once there is one that no further try
    /// can change. Before `deadline_ms` failures that may pass are tried again.
    pub(super) fn await_sync(
        &mut self,
        turn: &mut Turn<'_>,
        reason: CommitReason,
        deadline_ms: u64,
    ) -> Option<CommitResult> {
        loop {
            if turn.now_ms >= deadline_ms {
                self.process.commits.sync = Awaited::ToSend;
                return Some(CommitResult::Failed(self.commit_timed_out()));
            }
            match std::mem::take(&mut self.process.commits.sync) {
                Awaited::ToSend => {
                    if self.process.positions.all_consumed().is_empty() {
                        return Some(CommitResult::Stored);
                    }
                    if self.coordinator().is_none() {
                        self.look_up_coordinator(turn);
                        return None;
                    }
                    self.process.commits.sync = match self.commit(turn, reason) {
                        None => Awaited::InFlight,
                        Some(result) => Awaited::Done(result),
                    };
                }
                Awaited::RetryAt(at_ms) if at_ms <= turn.now_ms => {}
                waiting @ (Awaited::RetryAt(_) | Awaited::InFlight) => {
                    self.process.commits.sync = waiting;
                    return None;
                }
                Awaited::Done(CommitResult::Retriable) => {
                    let commits = &mut self.process.commits;
                    let backoff_ms = self.config.backoff_ms(commits.sync_attempts, turn.chance);
                    commits.sync_attempts += 1;
                    commits.sync = Awaited::RetryAt(turn.now_ms + backoff_ms);
                    return None;
                }
                Awaited::Done(result) => {
                    self.process.commits.sync_attempts = 0;
                    return Some(result);
                }
            }
        }
    }

    fn commit_timed_out(&self) -> String {
        let offsets = self.process.positions.all_consumed();
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
            "org.apache.kafka.common.errors.TimeoutException: Timeout of {DEFAULT_API_TIMEOUT_MS}ms expired \
             before successfully committing offsets {{{offsets}}}"
        )
    }
}
