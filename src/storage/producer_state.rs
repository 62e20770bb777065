//! What a log knows of its producers: epochs, sequences, duplicates, open transactions (LOG-28 to LOG-31).
//!
//! Kafka: `ProducerStateManager`, `ProducerStateEntry`, `ProducerAppendInfo`. Left out: verification of
//! transactions (KIP-890), transaction.version 2.

use crate::protocol::java::hash_map_order;
use crate::protocol::record::{
    ControlRecord, ControlType, NO_PRODUCER_EPOCH, NO_SEQUENCE, NO_TIMESTAMP, RecordBatch,
};
use crate::protocol::{ErrorCode, Offset, Refusal, SortedMap, TopicPartition};
use crate::storage::disk::File;
use crate::storage::snapshot::{CorruptSnapshot, ProducerSnapshots, read_snapshot, write_snapshot};
use crate::storage::validator::AppendOrigin;

/// How many of a producer's batches are remembered, to know duplicates (LOG-28).
const BATCHES_TO_RETAIN: usize = 5;

/// One of a producer's last batches (`BatchMetadata`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProducerBatch {
    /// The last record's sequence number.
    pub last_sequence: i32,
    /// The last record's offset.
    pub last_offset: i64,
    /// Records in the batch, less one.
    pub offset_delta: i32,
    /// Its largest timestamp.
    pub timestamp: i64,
}

impl ProducerBatch {
    /// The first record's offset.
    #[must_use]
    pub fn first_offset(&self) -> i64 {
        self.last_offset - i64::from(self.offset_delta)
    }

    /// The first record's sequence number; sequences go round at 2³¹.
    #[must_use]
    pub fn first_sequence(&self) -> i32 {
        let (last, delta) = (self.last_sequence, self.offset_delta);
        if last < delta {
            i32::MAX.wrapping_sub(delta.wrapping_sub(last)).wrapping_add(1)
        } else {
            last.wrapping_sub(delta)
        }
    }
}

/// The last record's sequence number in a batch (FMT-11).
#[must_use]
pub fn last_sequence(batch: &RecordBatch<'_>) -> i32 {
    let (base, delta) = (batch.base_sequence(), batch.last_offset_delta());
    if base == NO_SEQUENCE {
        NO_SEQUENCE
    } else if base > i32::MAX.wrapping_sub(delta) {
        delta.wrapping_sub(i32::MAX.wrapping_sub(base)).wrapping_sub(1)
    } else {
        base.wrapping_add(delta)
    }
}

/// One producer, as a log knows it (`ProducerStateEntry`). Numbers are as signed as in its batches.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProducerState {
    /// Who.
    pub producer_id: i64,
    /// Its newest epoch; −1: none seen.
    pub producer_epoch: i16,
    /// The epoch of the coordinator that wrote its last marker; −1: none.
    pub coordinator_epoch: i32,
    /// The largest timestamp of its last batch or marker.
    pub last_timestamp: i64,
    /// Where its open transaction begins.
    pub transaction_first_offset: Option<i64>,
    /// Its last batches of this epoch, at most five, oldest first.
    pub batches: Vec<ProducerBatch>,
}

impl ProducerState {
    fn unknown(producer_id: i64) -> Self {
        Self {
            producer_id,
            producer_epoch: NO_PRODUCER_EPOCH,
            coordinator_epoch: -1,
            last_timestamp: NO_TIMESTAMP,
            transaction_first_offset: None,
            batches: Vec::new(),
        }
    }

    /// The last sequence number; −1: none.
    #[must_use]
    pub fn last_sequence(&self) -> i32 {
        self.batches.last().map_or(NO_SEQUENCE, |batch| batch.last_sequence)
    }

    /// The remembered batch that `batch` repeats (LOG-28).
    #[must_use]
    pub fn duplicate_of(&self, batch: &RecordBatch<'_>) -> Option<ProducerBatch> {
        if batch.producer_epoch() != self.producer_epoch {
            return None;
        }
        let (first, last) = (batch.base_sequence(), last_sequence(batch));
        let same =
            |known: &&ProducerBatch| known.first_sequence() == first && known.last_sequence == last;
        self.batches.iter().find(same).copied()
    }

    fn enter_epoch(&mut self, epoch: i16) {
        if self.producer_epoch != epoch {
            self.batches.clear();
            self.producer_epoch = epoch;
        }
    }

    fn remember(&mut self, batch: ProducerBatch) {
        if self.batches.len() == BATCHES_TO_RETAIN {
            self.batches.remove(0);
        }
        self.batches.push(batch);
    }

    fn update(&mut self, next: Self) {
        self.enter_epoch(next.producer_epoch);
        for batch in next.batches {
            self.remember(batch);
        }
        self.coordinator_epoch = next.coordinator_epoch;
        self.transaction_first_offset = next.transaction_first_offset;
        self.last_timestamp = next.last_timestamp;
    }

    fn is_expired(&self, now_ms: u64, expiration_ms: i64) -> bool {
        self.transaction_first_offset.is_none()
            && now_ms.cast_signed().wrapping_sub(self.last_timestamp) >= expiration_ms
    }
}

/// A transaction that its marker has ended (`CompletedTxn`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CompletedTransaction {
    pub(super) producer_id: i64,
    pub(super) first_offset: i64,
    pub(super) last_offset: i64,
    pub(super) aborted: bool,
}

/// An end-transaction marker's contents (FMT-10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marker {
    pub(super) commit: bool,
    pub(super) coordinator_epoch: i32,
    pub(super) timestamp: i64,
}

impl Marker {
    /// The marker in a control batch; none in one that compaction emptied.
    ///
    /// Kafka: `EndTransactionMarker.deserialize`.
    pub(super) fn read(batch: &RecordBatch<'_>) -> Result<Option<Self>, ErrorCode> {
        let payload = batch.payload()?;
        let mut records = payload.records();
        let Some(record) = records.next() else { return Ok(None) };
        let record = record?;
        let control = ControlRecord::read(&record)?;
        let coordinator_epoch = control.coordinator_epoch.ok_or(ErrorCode::UnknownServerError)?;
        let commit = control.kind == ControlType::Commit;
        Ok(Some(Self { commit, coordinator_epoch, timestamp: record.timestamp }))
    }
}

/// What an append changes for one producer, before it is done (`ProducerAppendInfo`).
#[derive(Clone, Debug)]
pub(super) struct ProducerAppend {
    origin: AppendOrigin,
    current_epoch: i16,
    current_last_sequence: i32,
    updated: ProducerState,
    started: Vec<i64>,
}

impl ProducerAppend {
    /// Adds a batch. A marker tells which transaction it ended.
    ///
    /// # Errors
    /// Kafka's, with its words (LOG-29).
    pub(super) fn append(
        &mut self,
        partition: &TopicPartition,
        batch: &RecordBatch<'_>,
    ) -> Result<Option<CompletedTransaction>, Refusal> {
        if batch.is_control() {
            return match Marker::read(batch)? {
                Some(marker) => self.append_marker(partition, batch, marker),
                None => Ok(None),
            };
        }
        let (epoch, first_offset) = (batch.producer_epoch(), batch.base_offset());
        self.check_epoch(partition, epoch, first_offset, -1)?;
        if self.origin == AppendOrigin::Client {
            self.check_sequence(partition, epoch, batch.base_sequence(), first_offset)?;
        }
        self.updated.enter_epoch(epoch);
        self.updated.remember(ProducerBatch {
            last_sequence: last_sequence(batch),
            last_offset: batch.last_offset(),
            offset_delta: batch.last_offset_delta(),
            timestamp: batch.max_timestamp(),
        });
        self.updated.last_timestamp = batch.max_timestamp();
        match (self.updated.transaction_first_offset, batch.is_transactional()) {
            (Some(_), false) => Err(Refusal::new(
                ErrorCode::InvalidTxnState,
                format!(
                    "Expected transactional write from producer {} at offset {first_offset} in partition {partition}",
                    self.updated.producer_id
                ),
            )),
            (None, true) => {
                self.updated.transaction_first_offset = Some(first_offset);
                self.started.push(first_offset);
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    fn append_marker(
        &mut self,
        partition: &TopicPartition,
        batch: &RecordBatch<'_>,
        marker: Marker,
    ) -> Result<Option<CompletedTransaction>, Refusal> {
        let (producer_id, offset) = (self.updated.producer_id, batch.base_offset());
        let version = i16::from(self.origin != AppendOrigin::Replication);
        self.check_epoch(partition, batch.producer_epoch(), offset, version)?;
        let known = self.updated.coordinator_epoch;
        if known > marker.coordinator_epoch && self.origin != AppendOrigin::Replication {
            return Err(Refusal::new(
                ErrorCode::TransactionCoordinatorFenced,
                format!(
                    "Invalid coordinator epoch for producerId {producer_id} at offset {offset} in partition \
                     {partition}: {} (zombie), {known} (current)",
                    marker.coordinator_epoch
                ),
            ));
        }
        let completed = self.updated.transaction_first_offset.map(|first_offset| {
            let aborted = !marker.commit;
            CompletedTransaction { producer_id, first_offset, last_offset: offset, aborted }
        });
        self.updated.enter_epoch(batch.producer_epoch());
        self.updated.coordinator_epoch = marker.coordinator_epoch;
        self.updated.transaction_first_offset = None;
        self.updated.last_timestamp = marker.timestamp;
        Ok(completed)
    }

    fn check_epoch(
        &self,
        partition: &TopicPartition,
        epoch: i16,
        offset: i64,
        transaction_version: i16,
    ) -> Result<(), Refusal> {
        let known = self.updated.producer_epoch;
        if epoch >= known || self.origin == AppendOrigin::Replication {
            return Ok(());
        }
        Err(Refusal::new(
            ErrorCode::InvalidProducerEpoch,
            format!(
                "Epoch of producer {} at offset {offset} in {partition} is {epoch}, which is < the last seen epoch \
                 {known} (TV{transaction_version})",
                self.updated.producer_id
            ),
        ))
    }

    fn check_sequence(
        &self,
        partition: &TopicPartition,
        epoch: i16,
        first_sequence: i32,
        offset: i64,
    ) -> Result<(), Refusal> {
        let producer_id = self.updated.producer_id;
        let known_epoch = self.updated.producer_epoch;
        let out_of_order =
            |message| Err(Refusal::new(ErrorCode::OutOfOrderSequenceNumber, message));
        if epoch != known_epoch {
            if first_sequence == 0 || known_epoch == NO_PRODUCER_EPOCH {
                return Ok(());
            }
            return out_of_order(format!(
                "Invalid sequence number for new epoch of producer {producer_id}at offset {offset} in partition \
                 {partition}: {epoch} (request epoch), {first_sequence} (seq. number), {known_epoch} (current producer \
                 epoch)"
            ));
        }
        let last = match self.updated.batches.last() {
            Some(batch) => batch.last_sequence,
            None if epoch == self.current_epoch => self.current_last_sequence,
            None => NO_SEQUENCE,
        };
        let follows = i64::from(first_sequence) == i64::from(last) + 1
            || (first_sequence == 0 && last == i32::MAX);
        if self.current_epoch == NO_PRODUCER_EPOCH || follows {
            return Ok(());
        }
        out_of_order(format!(
            "Out of order sequence number for producer {producer_id} at offset {offset} in partition {partition}: \
             {first_sequence} (incoming seq. number), {last} (current end sequence number)"
        ))
    }
}

/// What loading the state of producers did (LOG-30).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum SnapshotStep {
    /// A snapshot was read.
    Loaded(Offset, u32),
    /// A snapshot was unreadable and deleted.
    Discarded(Offset, CorruptSnapshot),
}

/// All producers of a log, their open transactions and the snapshots of both.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Producers {
    /// In the order in which they came.
    states: Vec<ProducerState>,
    /// Buckets of Kafka's `HashMap`, which never shrinks; its order is that of a snapshot (GEN-6).
    buckets: u32,
    /// First offset → producer.
    ongoing: SortedMap<i64, i64>,
    /// First offset → the marker's offset, which the high watermark has not passed yet.
    unreplicated: SortedMap<i64, i64>,
    /// What the state knows of: everything below.
    end_offset: Offset,
    /// A snapshot is worth taking beyond this offset only.
    last_snapshot: Offset,
    snapshots: ProducerSnapshots,
}

impl Producers {
    /// Nobody yet; the snapshots are those that the directory holds.
    #[must_use]
    pub fn new(snapshots: ProducerSnapshots) -> Self {
        Self {
            states: Vec::new(),
            buckets: 16,
            ongoing: SortedMap::new(),
            unreplicated: SortedMap::new(),
            end_offset: Offset(0),
            last_snapshot: Offset(0),
            snapshots,
        }
    }

    /// The producers, in the order in which they came.
    #[must_use]
    pub fn states(&self) -> &[ProducerState] {
        &self.states
    }

    /// The state of one.
    #[must_use]
    pub fn get(&self, producer_id: i64) -> Option<&ProducerState> {
        self.states.iter().find(|state| state.producer_id == producer_id)
    }

    /// The open transactions: first offset and producer.
    pub fn ongoing(&self) -> impl Iterator<Item = (i64, i64)> + '_ {
        self.ongoing.iter().map(|(first, producer)| (*first, *producer))
    }

    /// The snapshot files.
    #[must_use]
    pub fn snapshots(&self) -> &ProducerSnapshots {
        &self.snapshots
    }

    pub(super) fn snapshots_mut(&mut self) -> &mut ProducerSnapshots {
        &mut self.snapshots
    }

    pub(super) fn into_snapshots(self) -> ProducerSnapshots {
        self.snapshots
    }

    pub(super) fn is_empty(&self) -> bool {
        self.states.is_empty() && self.unreplicated.is_empty()
    }

    pub(super) fn end_offset(&self) -> Offset {
        self.end_offset
    }

    pub(super) fn set_end_offset(&mut self, offset: Offset) {
        self.end_offset = offset;
    }

    /// The first offset of the earliest transaction that is open, or whose marker is not replicated (LOG-31).
    #[must_use]
    pub fn first_unstable_offset(&self) -> Option<i64> {
        let first = |transactions: &SortedMap<i64, i64>| {
            transactions.first_key_value().map(|(first, _)| *first)
        };
        match (first(&self.ongoing), first(&self.unreplicated)) {
            (Some(open), Some(unreplicated)) => Some(open.min(unreplicated)),
            (open, unreplicated) => open.or(unreplicated),
        }
    }

    /// Prepares an append by a producer.
    pub(super) fn prepare(&self, producer_id: i64, origin: AppendOrigin) -> ProducerAppend {
        let unknown = ProducerState::unknown(producer_id);
        let current = self.get(producer_id).unwrap_or(&unknown);
        ProducerAppend {
            origin,
            current_epoch: current.producer_epoch,
            current_last_sequence: current.last_sequence(),
            updated: ProducerState { batches: Vec::new(), ..current.clone() },
            started: Vec::new(),
        }
    }

    /// The append was done.
    pub(super) fn update(&mut self, append: ProducerAppend) {
        let producer_id = append.updated.producer_id;
        match self.states.iter_mut().find(|state| state.producer_id == producer_id) {
            Some(state) => state.update(append.updated),
            None => self.add(append.updated),
        }
        for first_offset in append.started {
            self.ongoing.insert(first_offset, producer_id);
        }
    }

    fn add(&mut self, state: ProducerState) {
        self.states.push(state);
        while self.states.len() as u64 * 4 > u64::from(self.buckets) * 3 {
            self.buckets *= 2;
        }
    }

    /// The last stable offset once `completed` is (TXN-6): another producer's open transaction, else behind it.
    pub(super) fn last_stable_offset(&self, completed: &CompletedTransaction) -> i64 {
        let mut others =
            self.ongoing.iter().filter(|(_, producer)| **producer != completed.producer_id);
        others.next().map_or(completed.last_offset + 1, |(first, _)| *first)
    }

    /// The transaction is over; it counts as unstable until the high watermark has passed its marker.
    pub(super) fn complete(&mut self, completed: &CompletedTransaction) -> Result<(), ErrorCode> {
        // `IllegalArgumentException`, when damaged bytes tell a story that cannot be.
        self.ongoing.remove(&completed.first_offset).ok_or(ErrorCode::UnknownServerError)?;
        self.unreplicated.insert(completed.first_offset, completed.last_offset);
        Ok(())
    }

    /// Forgets completed transactions whose marker lies below `offset`.
    pub(super) fn forget_replicated(&mut self, offset: Offset) {
        self.unreplicated.retain(|_, marker| *marker >= offset.as_i64());
    }

    /// The log now starts at `start`.
    pub(super) fn on_log_start_moved(&mut self, start: Offset) {
        self.forget_replicated(start);
        self.end_offset = self.end_offset.max(start);
        self.last_snapshot = self.snapshots.latest().unwrap_or(start);
    }

    /// Writes a snapshot, unless the last one is as new. Its offset and whether it was written.
    pub(super) fn take_snapshot(&mut self, now_ms: u64, sync: bool) -> Option<Offset> {
        if self.end_offset <= self.last_snapshot {
            return None;
        }
        let hash = |id: i64| (id ^ (id.cast_unsigned() >> 32).cast_signed()) as i32;
        let states = self.states.iter().map(|state| (hash(state.producer_id), state)).collect();
        let bytes = write_snapshot(&hash_map_order(self.buckets, states));
        let mut file = File::new(now_ms);
        file.append(now_ms, &bytes);
        if sync {
            file.flush();
        }
        self.snapshots.insert(self.end_offset, file);
        self.last_snapshot = self.end_offset;
        Some(self.end_offset)
    }

    /// Forgets producers that wrote nothing for `expiration_ms` (LOG-30). How many.
    pub(super) fn remove_expired(&mut self, now_ms: u64, expiration_ms: i64) -> u32 {
        let before = self.states.len();
        self.states.retain(|state| !state.is_expired(now_ms, expiration_ms));
        (before - self.states.len()) as u32
    }

    /// Forgets everything, the snapshots too; the log begins anew at `offset`.
    pub(super) fn truncate_fully_and_start_at(&mut self, offset: Offset) {
        self.clear();
        self.snapshots.retain(|_| false);
        self.last_snapshot = Offset(0);
        self.end_offset = offset;
    }

    fn clear(&mut self) {
        self.states.clear();
        self.ongoing.clear();
        self.unreplicated.clear();
    }

    /// Goes back to the newest readable snapshot in (`start`, `end`], unless the state is at `end` already.
    pub(super) fn truncate_and_reload(
        &mut self,
        start: Offset,
        end: Offset,
        now_ms: u64,
        expiration_ms: i64,
        steps: &mut Vec<SnapshotStep>,
    ) {
        self.snapshots.retain(|offset| offset > start && offset <= end);
        if end == self.end_offset {
            self.on_log_start_moved(start);
            return;
        }
        self.clear();
        while let Some((offset, file)) = self.snapshots.taken().last_key_value() {
            let offset = *offset;
            match read_snapshot(&file.bytes) {
                Ok(states) => {
                    let mut loaded = 0;
                    for state in states {
                        if !state.is_expired(now_ms, expiration_ms) {
                            loaded += 1;
                            self.load(state);
                        }
                    }
                    self.last_snapshot = offset;
                    self.end_offset = offset;
                    steps.push(SnapshotStep::Loaded(offset, loaded));
                    return;
                }
                Err(corrupt) => {
                    self.snapshots.remove(offset);
                    steps.push(SnapshotStep::Discarded(offset, corrupt));
                }
            }
        }
        self.last_snapshot = start;
        self.end_offset = start;
    }

    fn load(&mut self, state: ProducerState) {
        if let Some(first_offset) = state.transaction_first_offset {
            self.ongoing.insert(first_offset, state.producer_id);
        }
        match self.states.iter_mut().find(|known| known.producer_id == state.producer_id) {
            Some(known) => *known = state,
            None => self.add(state),
        }
    }

    /// Learns from the batches of a log, as they lie there.
    ///
    /// # Errors
    /// Those of batches that cannot be read: the log cannot be loaded.
    ///
    /// Kafka: `UnifiedLog.loadProducersFromRecords`.
    pub(super) fn replay<'a>(
        &mut self,
        partition: &TopicPartition,
        batches: impl Iterator<Item = Result<RecordBatch<'a>, ErrorCode>>,
    ) -> Result<(), Refusal> {
        let mut appends: Vec<ProducerAppend> = Vec::new();
        let mut completed = Vec::new();
        for batch in batches {
            let batch = batch?;
            if !batch.has_producer_id() {
                continue;
            }
            let id = batch.producer_id();
            let at = appends.iter().position(|append| append.updated.producer_id == id);
            let at = at.unwrap_or_else(|| {
                appends.push(self.prepare(id, AppendOrigin::Replication));
                appends.len() - 1
            });
            completed.extend(appends[at].append(partition, &batch)?);
        }
        let hash = |id: i64| (id ^ (id.cast_unsigned() >> 32).cast_signed()) as i32;
        let appends = appends.into_iter().map(|a| (hash(a.updated.producer_id), a)).collect();
        for append in hash_map_order(16, appends) {
            self.update(append);
        }
        for transaction in &completed {
            self.complete(transaction)?;
        }
        Ok(())
    }
}
