//! What is assigned, and from where each partition is read next (CONS-13 to CONS-17).
//!
//! Kafka: `SubscriptionState`, `OffsetFetcher`, and the committed offsets of `ConsumerCoordinator`.
//! Left out: validation after a change of leader (AWAIT_VALIDATION).

use crate::client::consumer::config::Reset;
use crate::client::consumer::coordinator::Generation;
use crate::client::consumer::network::Sent;
use crate::client::consumer::{Consumer, ConsumerEvent, PositionSource, SeekTo, Turn};
use crate::protocol::java::{hash_map_order, topic_partition_hash};
use crate::protocol::request::Request;
use crate::protocol::{Connection, ErrorCode, NodeId, Offset, SortedMap, TopicPartition};

/// The log's end, to ListOffsets.
const LATEST: i64 = -1;
/// The log's start.
const EARLIEST: i64 = -2;

/// A partition of ListOffsets' answer: timestamp and offset, or why not.
type ListedOffset = (TopicPartition, Result<(i64, i64), ErrorCode>);

/// `SubscriptionState.FetchStates` (CONS-16).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum State {
    /// The committed offset is to be asked for.
    Initializing,
    /// There is none: the reset policy decides at the next poll.
    NothingCommitted,
    /// The reset policy's offset, or a seek's, is to be asked for by this timestamp.
    AwaitReset {
        timestamp: i64,
        source: PositionSource,
        in_flight: bool,
        retry_ms: u64,
        attempts: u32,
    },
    /// It has a position.
    Fetching(Offset),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct PartitionState {
    state: State,
    committed: Option<Offset>,
    high_watermark: Option<Offset>,
    /// Epoch of the batch that was read last, −1 unknown: goes into commits.
    epoch: i32,
    /// Not to be fetched before, after an error.
    retry_ms: u64,
    /// `pause` (CONS-18).
    paused: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Positions {
    sorted: Vec<TopicPartition>,
    /// The order of fetching: who got something goes to the end (`PartitionStates`).
    order: Vec<TopicPartition>,
    states: SortedMap<TopicPartition, PartitionState>,
    /// A rebalance has begun: nothing is read until it is over.
    pending_revocation: bool,
    /// About to be given up, and read no more (KIP-848).
    revoking: Vec<TopicPartition>,
    offset_fetch_in_flight: bool,
    offset_fetch_retry_ms: u64,
    offset_fetch_attempts: u32,
}

impl Positions {
    /// Reads these partitions from now on; those that it has read so far keep their positions.
    ///
    /// Kafka: `SubscriptionState.assignFromSubscribed`.
    pub(super) fn assign(&mut self, partitions: Vec<TopicPartition>) {
        let mut before = std::mem::take(self).states;
        let new = PartitionState {
            state: State::Initializing,
            committed: None,
            high_watermark: None,
            epoch: -1,
            retry_ms: 0,
            paused: false,
        };
        for partition in &partitions {
            let state = before.remove(partition).unwrap_or_else(|| new.clone());
            self.states.insert(partition.clone(), state);
        }
        self.sorted = self.states.keys().cloned().collect();
        self.order = partitions;
    }

    pub(super) fn assigned(&self) -> &[TopicPartition] {
        &self.sorted
    }

    pub(super) fn position(&self, partition: &TopicPartition) -> Option<Offset> {
        match self.states.get(partition)?.state {
            State::Fetching(offset) => Some(offset),
            _ => None,
        }
    }

    /// The position, if the partition may be read (`isFetchable`).
    pub(super) fn fetchable(&self, partition: &TopicPartition) -> Option<Offset> {
        let goes = self.pending_revocation || self.revoking.contains(partition);
        if goes || self.is_paused(partition) { None } else { self.position(partition) }
    }

    pub(super) fn is_paused(&self, partition: &TopicPartition) -> bool {
        self.states.get(partition).is_some_and(|state| state.paused)
    }

    /// Kafka: `SubscriptionState.pause` and `resume`. Whether the partition is assigned.
    pub(super) fn pause(&mut self, partition: &TopicPartition, paused: bool) -> bool {
        self.states.get_mut(partition).map(|state| state.paused = paused).is_some()
    }

    /// Kafka: `seekUnvalidated` and `requestOffsetReset`. Whether the partition is assigned.
    pub(super) fn seek(&mut self, partition: &TopicPartition, to: SeekTo) -> bool {
        let Some(state) = self.states.get_mut(partition) else { return false };
        state.state = match to {
            SeekTo::Offset(offset) => {
                state.epoch = -1;
                State::Fetching(Offset::from_i64(offset).unwrap_or_default())
            }
            SeekTo::Beginning => await_reset(EARLIEST, PositionSource::Seek),
            SeekTo::End => await_reset(LATEST, PositionSource::Seek),
        };
        true
    }

    pub(super) fn advance(&mut self, partition: &TopicPartition, position: Offset, epoch: i32) {
        if let Some(state) = self.states.get_mut(partition) {
            state.state = State::Fetching(position);
            state.epoch = epoch;
        }
    }

    pub(super) fn epoch(&self, partition: &TopicPartition) -> i32 {
        self.states.get(partition).map_or(-1, |state| state.epoch)
    }

    pub(super) fn mark_revoking(&mut self, partitions: &[TopicPartition]) {
        self.revoking = partitions.to_vec();
    }

    pub(super) fn mark_pending_revocation(&mut self) {
        self.pending_revocation = true;
    }

    pub(super) fn committed(&self, partition: &TopicPartition) -> Option<Offset> {
        self.states.get(partition)?.committed
    }

    pub(super) fn set_committed(&mut self, partition: &TopicPartition, offset: Offset) {
        if let Some(state) = self.states.get_mut(partition) {
            state.committed = Some(offset);
        }
    }

    pub(super) fn high_watermark(&self, partition: &TopicPartition) -> Option<Offset> {
        self.states.get(partition)?.high_watermark
    }

    pub(super) fn set_high_watermark(&mut self, partition: &TopicPartition, offset: Offset) {
        if let Some(state) = self.states.get_mut(partition) {
            state.high_watermark = Some(offset);
        }
    }

    pub(super) fn move_to_end(&mut self, partition: &TopicPartition) {
        if let Some(at) = self.order.iter().position(|p| p == partition) {
            self.order[at..].rotate_left(1);
        }
    }

    /// An error came back for it: not again before `at_ms`.
    pub(super) fn retry_later(&mut self, partition: &TopicPartition, at_ms: u64) {
        if let Some(state) = self.states.get_mut(partition) {
            state.retry_ms = at_ms;
        }
    }

    /// Partitions to fetch with their positions, in order (CONS-20).
    pub(super) fn to_fetch(&self, now_ms: u64) -> Vec<(TopicPartition, Offset)> {
        let ready = self.order.iter().filter(|p| self.states[*p].retry_ms <= now_ms);
        ready.filter_map(|p| self.fetchable(p).map(|offset| (p.clone(), offset))).collect()
    }

    /// All valid positions, sorted: what a commit holds (CONS-8).
    pub(super) fn all_consumed(&self) -> Vec<(TopicPartition, Offset)> {
        let assigned = self.sorted.iter();
        assigned.filter_map(|p| self.position(p).map(|offset| (p.clone(), offset))).collect()
    }

    /// Times at which something is tried again.
    pub(super) fn retries(&self) -> impl Iterator<Item = u64> {
        let states = self.states.values().flat_map(|state| {
            let reset_ms = match state.state {
                State::AwaitReset { retry_ms, .. } => retry_ms,
                _ => 0,
            };
            [state.retry_ms, reset_ms]
        });
        states.chain([self.offset_fetch_retry_ms])
    }
}

/// What ListOffsets is asked for by a policy; `None`: the policy is to ask nobody.
fn reset_timestamp(reset: Reset, now_ms: u64) -> Option<i64> {
    match reset {
        Reset::None => None,
        Reset::Earliest => Some(EARLIEST),
        Reset::Latest => Some(LATEST),
        Reset::ByDuration(duration_ms) => {
            Some(i64::try_from(now_ms.saturating_sub(duration_ms)).unwrap_or(i64::MAX))
        }
    }
}

fn await_reset(timestamp: i64, source: PositionSource) -> State {
    State::AwaitReset { timestamp, source, in_flight: false, retry_ms: 0, attempts: 0 }
}

impl Consumer {
    /// Gives every partition a position, or asks for one. Kafka: `updateFetchPositions`.
    ///
    /// # Errors
    /// The exception where nothing is committed and there is no reset policy.
    pub(super) fn update_positions(&mut self, turn: &mut Turn<'_>) -> Result<(), String> {
        self.fetch_committed(turn);
        let positions = &mut self.process.positions;
        let missing: Vec<TopicPartition> = positions
            .sorted
            .iter()
            .filter(|p| positions.states[*p].state == State::NothingCommitted)
            .cloned()
            .collect();
        if !missing.is_empty() {
            let Some(timestamp) = reset_timestamp(self.config.reset, turn.now_ms) else {
                return Err(no_offset(&missing));
            };
            for partition in &missing {
                positions.set_state(partition, await_reset(timestamp, PositionSource::Reset));
            }
        }
        self.list_offsets(turn);
        Ok(())
    }

    /// Kafka: `initWithCommittedOffsetsIfNeeded`.
    fn fetch_committed(&mut self, turn: &mut Turn<'_>) {
        let positions = &mut self.process.positions;
        let new = |p: &&TopicPartition| positions.states[*p].state == State::Initializing;
        let partitions: Vec<_> = positions.order.iter().filter(new).cloned().collect();
        if !self.config.has_group {
            // Nobody to ask: the reset policy decides (CONS-13).
            for partition in &partitions {
                positions.set_state(partition, State::NothingCommitted);
            }
            return;
        }
        let early = turn.now_ms < positions.offset_fetch_retry_ms;
        if partitions.is_empty() || positions.offset_fetch_in_flight || early {
            return;
        }
        let Some(coordinator) = self.coordinator() else {
            return self.look_up_coordinator(turn);
        };
        self.process.positions.offset_fetch_in_flight = true;
        let generation = self.process.membership.generation();
        let is_member = self.config.is_modern && generation.id > 0;
        let member = is_member.then(|| (generation.member_id.clone(), generation.id));
        let request = Request::OffsetFetch { group: self.config.group.clone(), partitions, member };
        let sent = Sent::OffsetFetch(self.process.membership.generation().clone());
        self.send(turn, coordinator, Connection::Coordinator, request, sent);
    }

    /// Committed offsets have come; from a former generation they may be old and are not used.
    pub(super) fn offsets_fetched(
        &mut self,
        turn: &mut Turn<'_>,
        generation: &Generation,
        offsets: &[(TopicPartition, i64)],
    ) {
        // Under the new protocol what a member keeps is not touched by a new epoch.
        let current = self.process.membership.generation() == generation || self.config.is_modern;
        if !current {
            return;
        }
        let positions = &mut self.process.positions;
        positions.offset_fetch_in_flight = false;
        positions.offset_fetch_attempts = 0;
        for (partition, offset) in offsets {
            let is_new = |s: &PartitionState| s.state == State::Initializing;
            if !positions.states.get(partition).is_some_and(is_new) {
                continue;
            }
            match Offset::from_i64(*offset) {
                None => positions.set_state(partition, State::NothingCommitted),
                Some(offset) => {
                    positions.set_committed(partition, offset);
                    positions.set_state(partition, State::Fetching(offset));
                    let (partition, source) = (partition.clone(), PositionSource::Committed);
                    // What the process before had done beyond it is done once more.
                    let again = self.past.get(&partition).filter(|until| **until > offset);
                    let again = again.map(|until| ConsumerEvent::ReadsAgain {
                        partition: partition.clone(),
                        from: offset,
                        until: *until,
                    });
                    turn.tell(ConsumerEvent::PositionSet { partition, offset, source });
                    if let Some(again) = again {
                        turn.tell(again);
                    }
                }
            }
        }
        // Partitions that the answer left out are asked for again, not at once.
        if positions.states.values().any(|s| s.state == State::Initializing) {
            self.offset_fetch_failed(turn);
        }
    }

    pub(super) fn offset_fetch_failed(&mut self, turn: &mut Turn<'_>) {
        let positions = &mut self.process.positions;
        positions.offset_fetch_in_flight = false;
        let backoff_ms = self.config.backoff_ms(positions.offset_fetch_attempts, turn.chance);
        positions.offset_fetch_attempts += 1;
        positions.offset_fetch_retry_ms = turn.now_ms + backoff_ms;
    }

    /// Asks for the offsets of partitions that await their reset. Kafka: `resetPositionsIfNeeded`.
    fn list_offsets(&mut self, turn: &mut Turn<'_>) {
        let positions = &mut self.process.positions;
        let mut partitions = Vec::new();
        for (partition, state) in &mut positions.states {
            if let State::AwaitReset { timestamp, in_flight, retry_ms, .. } = &mut state.state
                && !*in_flight
                && *retry_ms <= turn.now_ms
            {
                *in_flight = true;
                partitions.push((partition.clone(), *timestamp));
            }
        }
        if !partitions.is_empty() {
            let sent = Sent::ListOffsets(partitions.clone());
            let isolation_level = self.config.isolation;
            let request = Request::ListOffsets { isolation_level, partitions };
            self.send(turn, self.broker, Connection::Data, request, sent);
        }
    }

    pub(super) fn offsets_listed(
        &mut self,
        turn: &mut Turn<'_>,
        asked: &[(TopicPartition, i64)],
        answers: &[ListedOffset],
    ) {
        for (partition, asked_for) in asked {
            let Some(state) = self.process.positions.states.get_mut(partition) else { continue };
            let State::AwaitReset { timestamp, source, .. } = state.state else { continue };
            if timestamp != *asked_for {
                continue;
            }
            let answer = answers.iter().find(|(p, _)| p == partition).map(|(_, answer)| *answer);
            match answer {
                Some(Ok((_, offset))) => match Offset::from_i64(offset) {
                    Some(offset) => {
                        state.state = State::Fetching(offset);
                        state.epoch = -1;
                        let partition = partition.clone();
                        turn.tell(ConsumerEvent::PositionSet { partition, offset, source });
                    }
                    // No record is that young: the end it is (CONS-15).
                    None if timestamp >= 0 => state.state = await_reset(LATEST, source),
                    None => self.list_offsets_failed(turn, &[(partition.clone(), timestamp)]),
                },
                Some(Err(_)) | None => {
                    self.list_offsets_failed(turn, &[(partition.clone(), timestamp)]);
                    self.process.metadata.request_update(turn.now_ms);
                }
            }
        }
    }

    pub(super) fn list_offsets_failed(
        &mut self,
        turn: &mut Turn<'_>,
        asked: &[(TopicPartition, i64)],
    ) {
        for (partition, asked_for) in asked {
            let Some(state) = self.process.positions.states.get_mut(partition) else { continue };
            if let State::AwaitReset { timestamp, in_flight, retry_ms, attempts, .. } =
                &mut state.state
                && timestamp == asked_for
            {
                *in_flight = false;
                *retry_ms = turn.now_ms + self.config.backoff_ms(*attempts, turn.chance);
                *attempts += 1;
            }
        }
    }

    /// A fetch found the position outside of the log (CONS-17).
    ///
    /// # Errors
    /// The exception where there is no reset policy.
    pub(super) fn position_out_of_range(
        &mut self,
        turn: &mut Turn<'_>,
        partition: &TopicPartition,
        offset: Offset,
    ) -> Result<(), String> {
        turn.tell(ConsumerEvent::OffsetOutOfRange { partition: partition.clone(), offset });
        let positions = &mut self.process.positions;
        match reset_timestamp(self.config.reset, turn.now_ms) {
            Some(timestamp) => {
                positions.set_state(partition, await_reset(timestamp, PositionSource::Reset));
                Ok(())
            }
            None => {
                let epoch = match positions.epoch(partition) {
                    -1 => "Optional.empty".to_owned(),
                    epoch => format!("Optional[{epoch}]"),
                };
                let id = match self.broker {
                    NodeId::Broker(id) => id.0,
                    NodeId::Client(id) => id.0,
                };
                Err(format!(
                    "org.apache.kafka.clients.consumer.OffsetOutOfRangeException: Fetch position \
                     FetchPosition{{offset={offset}, offsetEpoch={epoch}, currentLeader=LeaderAndEpoch{{\
                     leader=Optional[localhost:9092 (id: {id} rack: null isFenced: false)], epoch=0}}}} \
                     is out of range for partition {partition}"
                ))
            }
        }
    }
}

impl Positions {
    fn set_state(&mut self, partition: &TopicPartition, state: State) {
        if let Some(partition_state) = self.states.get_mut(partition) {
            partition_state.state = state;
        }
    }
}

/// Partitions stand in the order of the exception's HashSet (GEN-6).
fn no_offset(partitions: &[TopicPartition]) -> String {
    let hashed = partitions
        .iter()
        .map(|p| (topic_partition_hash(p.topic.as_str(), p.partition), p.to_string()));
    let names = hash_map_order(16, hashed.collect());
    format!(
        "org.apache.kafka.clients.consumer.NoOffsetForPartitionException: Undefined offset with no reset \
         policy for partitions: [{}]",
        names.join(", ")
    )
}
