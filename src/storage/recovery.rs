//! Opening a log from the files of its directory, whatever state they were left in (LOG-37 to LOG-40).
//!
//! Nothing is asked of memory: what a broker knew before comes from files alone, as on a disk that was
//! carried over from elsewhere. Kafka: `LogLoader`, `UnifiedLog.rebuildProducerState`.

mod split;

use std::rc::Rc;

use crate::protocol::record::{Batches, RecordBatch};
use crate::protocol::{ErrorCode, Offset, Refusal, SortedMap, TopicPartition, Uuid};
use crate::storage::config::LogConfig;
use crate::storage::disk::{File, FileKind, FileName, Suffix};
use crate::storage::event::LogEvent;
use crate::storage::leader_epochs::LeaderEpochs;
use crate::storage::log::{Chance, Log};
use crate::storage::producer_state::{Producers, SnapshotStep};
use crate::storage::recovery_event::{RecoveryEvent, RecoveryReason};
use crate::storage::segment::{LogSegment, Recovered, RecoveryError, SegmentFiles};
use crate::storage::snapshot::ProducerSnapshots;
use crate::storage::transaction_index::{
    AbortedTransaction, CorruptTransactionIndex, TransactionIndex,
};
use crate::storage::validator::AppendOrigin;
use split::{replace_by_parts, split_overflowed};

/// A partition's directory.
pub type Directory = SortedMap<FileName, File>;

/// What the checkpoint files of the log directory say about a partition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Checkpoints {
    /// `log-start-offset-checkpoint`; 0 if it is not listed.
    pub log_start_offset: Offset,
    /// `recovery-point-offset-checkpoint`; 0 if it is not listed.
    pub recovery_point: Offset,
    /// `.kafka_cleanshutdown` was there.
    pub clean: bool,
}

/// The log cannot be loaded: Kafka takes the log directory offline. The error of its exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadError(pub ErrorCode);

impl From<ErrorCode> for LoadError {
    fn from(error: ErrorCode) -> Self {
        Self(error)
    }
}

impl From<Refusal> for LoadError {
    fn from(refusal: Refusal) -> Self {
        Self(refusal.error)
    }
}

impl From<CorruptTransactionIndex> for LoadError {
    fn from(_: CorruptTransactionIndex) -> Self {
        Self(ErrorCode::UnknownServerError)
    }
}

impl Log {
    /// Opens the log that `files` are. Each step of the recovery is pushed to `events`.
    ///
    /// The high watermark is the log's end, as on a partition without followers.
    ///
    /// # Errors
    /// [`LoadError`] where Kafka gives up: damage that a recovery does not mend, or that a clean stop made it
    /// not look for.
    ///
    /// Kafka: `UnifiedLog.create`, `LogLoader.load`.
    pub fn open(
        now_ms: u64,
        partition: TopicPartition,
        config: LogConfig,
        files: Directory,
        checkpoints: Checkpoints,
        chance: Chance<'_>,
        events: &mut Vec<LogEvent>,
    ) -> Result<Self, LoadError> {
        let mut loader = Loader::new(now_ms, partition, config, files, checkpoints)?;
        loader.remove_temporary_files(events);
        loader.complete_swaps(events);
        loader.load_segments(chance, events)?;
        if !checkpoints.clean {
            loader.recover_unflushed(events)?;
        }
        loader.finish(chance, events)
    }
}

/// A log that is being loaded.
struct Loader {
    now_ms: u64,
    partition: TopicPartition,
    config: LogConfig,
    checkpoints: Checkpoints,
    files: Directory,
    topic_id: Option<Uuid>,
    leader_epochs: LeaderEpochs,
    snapshots: ProducerSnapshots,
    /// The snapshots that were there at the start: of others, which a recovery took, nobody knows before the end.
    known_snapshots: Vec<Offset>,
    segments: Vec<Rc<LogSegment>>,
    /// Segments that are renamed to `.deleted` once the log is there.
    dropped: Vec<Rc<LogSegment>>,
}

fn with_suffix(files: &Directory, suffix: Suffix) -> Vec<FileName> {
    let has = |name: &&FileName| matches!(name, FileName::Numbered(_, _, own) if *own == suffix);
    files.keys().filter(has).copied().collect()
}

fn base_of(name: FileName) -> Option<Offset> {
    match name {
        FileName::Numbered(offset, ..) => Some(offset),
        _ => None,
    }
}

impl Loader {
    fn new(
        now_ms: u64,
        partition: TopicPartition,
        config: LogConfig,
        mut files: Directory,
        checkpoints: Checkpoints,
    ) -> Result<Self, LoadError> {
        let epochs = files.remove(&FileName::LeaderEpochCheckpoint).unwrap_or_default();
        let leader_epochs =
            LeaderEpochs::parse(&epochs.bytes).ok_or(ErrorCode::UnknownServerError)?;
        let metadata = files.remove(&FileName::PartitionMetadata);
        let topic_id = metadata.and_then(|file| {
            let text = String::from_utf8(file.bytes).ok()?;
            Uuid::parse(text.lines().find_map(|line| line.strip_prefix("topic_id: "))?)
        });
        let known_snapshots = files.keys().filter_map(|name| match name {
            FileName::Numbered(offset, FileKind::Snapshot, Suffix::None) => Some(*offset),
            _ => None,
        });
        Ok(Self {
            now_ms,
            partition,
            config,
            checkpoints,
            known_snapshots: known_snapshots.collect(),
            files,
            topic_id,
            leader_epochs,
            snapshots: ProducerSnapshots::default(),
            segments: Vec::new(),
            dropped: Vec::new(),
        })
    }

    fn remove_all(&mut self, names: &[FileName]) {
        for name in names {
            self.files.remove(name);
        }
    }

    /// LOG-37: what waited for removal, what the cleaner had not finished, and a swap that had only begun.
    fn remove_temporary_files(&mut self, events: &mut Vec<LogEvent>) {
        let mut stray = with_suffix(&self.files, Suffix::Deleted);
        let cleaned = with_suffix(&self.files, Suffix::Cleaned);
        if let Some(first) = cleaned.iter().filter_map(|name| base_of(*name)).min() {
            let swaps = with_suffix(&self.files, Suffix::Swap);
            stray.extend(swaps.iter().filter(|name| base_of(**name) >= Some(first)));
        }
        stray.extend(cleaned);
        self.remove_all(&stray);
        if !stray.is_empty() {
            events.push(RecoveryEvent::StrayFilesDeleted { count: stray.len() as u32 }.into());
        }
    }

    /// LOG-37: segments that a complete set of `.swap` files covers go, and the files get their names.
    fn complete_swaps(&mut self, events: &mut Vec<LogEvent>) {
        let swaps = with_suffix(&self.files, Suffix::Swap);
        let mut covered: Option<(Offset, Offset)> = None;
        for name in &swaps {
            let FileName::Numbered(base, FileKind::Log, _) = *name else { continue };
            let part =
                |kind| self.files.get(&FileName::Numbered(base, kind, Suffix::Swap)).cloned();
            let files = SegmentFiles {
                log: part(FileKind::Log).unwrap_or_default(),
                offset_index: part(FileKind::Index),
                ..SegmentFiles::default()
            };
            let end = LogSegment::open(self.now_ms, base, files, &self.config, 0).next_offset();
            let (first, last) = covered.unwrap_or((base, end));
            covered = Some((first.min(base), last.max(end)));
        }
        let Some((first, last)) = covered else {
            self.rename_swaps(&swaps);
            return;
        };
        let replaced: Vec<FileName> = self
            .files
            .keys()
            .filter(|name| {
                matches!(name, FileName::Numbered(_, _, Suffix::None))
                    && base_of(**name).is_some_and(|base| base >= first && base < last)
            })
            .copied()
            .collect();
        let bases = replaced.iter().filter_map(|name| match name {
            FileName::Numbered(base, FileKind::Log, _) => Some(*base),
            _ => None,
        });
        let bases = bases.collect();
        self.remove_all(&replaced);
        self.rename_swaps(&swaps);
        events.push(RecoveryEvent::SwapCompleted { base_offset: first, replaced: bases }.into());
    }

    fn rename_swaps(&mut self, swaps: &[FileName]) {
        for name in swaps {
            let FileName::Numbered(base, kind, _) = *name else { continue };
            if let Some(file) = self.files.remove(name) {
                self.files.insert(FileName::Numbered(base, kind, Suffix::None), file);
            }
        }
    }

    /// Opens every `.log` with its indexes; one without an offset index is recovered (LOG-37). A segment whose
    /// offsets are too far apart is split, and everything is opened again.
    fn load_segments(
        &mut self,
        chance: Chance<'_>,
        events: &mut Vec<LogEvent>,
    ) -> Result<(), LoadError> {
        let snapshots: Vec<FileName> = self
            .files
            .keys()
            .filter(|name| matches!(name, FileName::Numbered(_, FileKind::Snapshot, Suffix::None)))
            .copied()
            .collect();
        for name in snapshots {
            let file = self.files.remove(&name).expect("the name was listed");
            self.snapshots.insert(base_of(name).expect("a snapshot is numbered"), file);
        }
        while let Some((overflowed, parts)) = self.load_segment_files(&mut *chance, events)? {
            for segment in std::mem::take(&mut self.segments) {
                let mut segment = Rc::unwrap_or_clone(segment);
                segment.close(self.now_ms);
                self.put_files(segment);
            }
            // Nothing removes its files: it was no part of the log yet.
            self.put_files(overflowed);
            for mut part in parts {
                part.close(self.now_ms);
                self.put_files(part);
            }
        }
        let files = std::mem::take(&mut self.files);
        if !files.is_empty() {
            events.push(RecoveryEvent::StrayFilesDeleted { count: files.len() as u32 }.into());
        }
        Ok(())
    }

    /// Opens the segments until one must be split: that one and its parts.
    ///
    /// Kafka: `LogLoader.loadSegmentFiles`.
    fn load_segment_files(
        &mut self,
        chance: Chance<'_>,
        events: &mut Vec<LogEvent>,
    ) -> Result<Option<(LogSegment, Vec<LogSegment>)>, LoadError> {
        let mut bases = Vec::new();
        for name in self.files.keys() {
            if let FileName::Numbered(base, FileKind::Log, Suffix::None) = name {
                bases.push(*base);
            }
        }
        for base in bases {
            let mut take = |kind| self.files.remove(&FileName::Numbered(base, kind, Suffix::None));
            let parts = SegmentFiles {
                log: take(FileKind::Log).expect("the name was listed"),
                offset_index: take(FileKind::Index),
                time_index: take(FileKind::TimeIndex),
                transaction_index: take(FileKind::TxnIndex),
            };
            let jitter_ms = self.config.segment_jitter(&mut *chance);
            let indexed = parts.offset_index.is_some();
            let mut segment = LogSegment::open(self.now_ms, base, parts, &self.config, jitter_ms);
            let reason = match segment.transaction_index().sanity_check(base.as_i64()) {
                _ if !indexed => Some(RecoveryReason::NoOffsetIndex),
                Ok(()) => None,
                Err(CorruptTransactionIndex::BelowSegment) => {
                    Some(RecoveryReason::CorruptTransactionIndex)
                }
                Err(error) => return Err(error.into()),
            };
            if let Some(reason) = reason {
                let index = segment.offset_index().file().bytes.clone();
                let times = segment.time_index().file().bytes.clone();
                let recovered = match self.recover_segment(&mut segment)? {
                    Ok(recovered) => recovered,
                    Err(RecoveryError::OffsetOverflow) => {
                        let parts = split_overflowed(self.now_ms, &segment, &self.config)?;
                        segment.abandon_recovery(&index, &times);
                        return Ok(Some((segment, parts)));
                    }
                    Err(_) => return Err(ErrorCode::UnknownServerError.into()),
                };
                events.push(told(&segment, reason, &recovered).into());
            }
            self.segments.push(Rc::new(segment));
        }
        Ok(None)
    }

    /// Puts a segment's files into the directory, over others of their names.
    fn put_files(&mut self, segment: LogSegment) {
        let base = segment.base_offset();
        let files = segment.into_files();
        for (kind, file) in [
            (FileKind::Log, Some(files.log)),
            (FileKind::Index, files.offset_index),
            (FileKind::TimeIndex, files.time_index),
            (FileKind::TxnIndex, files.transaction_index),
        ] {
            if let Some(file) = file {
                self.files.insert(FileName::Numbered(base, kind, Suffix::None), file);
            }
        }
    }

    /// Rebuilds one segment's indexes, with a state of producers of its own (LOG-38, LOG-39).
    ///
    /// The outer error is one that nothing mends, the inner one that a recovery of unflushed segments does.
    ///
    /// Kafka: `LogLoader.recoverSegment`.
    fn recover_segment(
        &mut self,
        segment: &mut LogSegment,
    ) -> Result<Result<Recovered, RecoveryError>, LoadError> {
        let mut producers = Producers::new(std::mem::take(&mut self.snapshots));
        rebuild_producers(
            &mut producers,
            &self.partition,
            &self.config,
            &self.segments,
            (self.checkpoints.log_start_offset, segment.base_offset()),
            self.now_ms,
            false,
            &mut Vec::new(),
        )?;
        let (now_ms, partition) = (self.now_ms, &self.partition);
        let epochs = &mut self.leader_epochs;
        let recovered = segment.recover(now_ms, |index, batch| {
            learn(now_ms, partition, batch, epochs, &mut producers, index)
        });
        if recovered.is_ok() {
            producers.take_snapshot(now_ms, true);
        }
        self.snapshots = producers.into_snapshots();
        Ok(recovered)
    }

    /// LOG-38: every segment that may not have been flushed; after a cut, the rest goes.
    fn recover_unflushed(&mut self, events: &mut Vec<LogEvent>) -> Result<(), LoadError> {
        let from = self.checkpoints.recovery_point;
        let beyond = self.segments.partition_point(|segment| segment.base_offset() <= from);
        let mut at = beyond.saturating_sub(1);
        while at < self.segments.len() {
            let mut segment = LogSegment::clone(&self.segments[at]);
            let before = segment.size_bytes();
            let recovered = match self.recover_segment(&mut segment)? {
                Ok(recovered) => recovered,
                Err(RecoveryError::InvalidOffset) => {
                    let cut_bytes =
                        segment.truncate_to(self.now_ms, segment.base_offset().as_i64())?;
                    let valid_bytes = before - cut_bytes;
                    Recovered { batches: 0, valid_bytes, cut_bytes, bad_batch: true }
                }
                Err(RecoveryError::OffsetOverflow) => {
                    let parts = split_overflowed(self.now_ms, &segment, &self.config)?;
                    let base = segment.base_offset();
                    if let Some((whole, renamed)) =
                        replace_by_parts(&mut self.segments, parts, base)
                    {
                        self.dropped.push(whole);
                        if renamed {
                            self.forget_snapshot(base);
                        }
                    }
                    return self.recover_unflushed(events);
                }
                Err(_) => return Err(ErrorCode::UnknownServerError.into()),
            };
            events.push(told(&segment, RecoveryReason::Unflushed, &recovered).into());
            self.segments[at] = Rc::new(segment);
            at += 1;
            if recovered.cut_bytes > 0 {
                self.drop_segments_from(at, events);
            }
        }
        Ok(())
    }

    /// Renames the snapshot at `offset` to `.deleted`, if it was there at the start.
    ///
    /// Kafka: `ProducerStateManager.removeAndMarkSnapshotForDeletion`.
    fn forget_snapshot(&mut self, offset: Offset) {
        if self.known_snapshots.contains(&offset) {
            self.known_snapshots.retain(|known| *known != offset);
            self.snapshots.delete(offset, self.now_ms + self.config.file_delete_delay_ms);
        }
    }

    fn drop_segments_from(&mut self, first: usize, events: &mut Vec<LogEvent>) {
        if first < self.segments.len() {
            let dropped = self.segments.split_off(first);
            let base_offsets: Rc<[Offset]> = dropped.iter().map(|s| s.base_offset()).collect();
            for base in &*base_offsets {
                self.forget_snapshot(*base);
            }
            events.push(RecoveryEvent::SegmentsDropped { base_offsets }.into());
            self.dropped.extend(dropped);
        }
    }

    /// LOG-40: the three offsets, the epochs, the state of producers.
    fn finish(mut self, chance: Chance<'_>, events: &mut Vec<LogEvent>) -> Result<Log, LoadError> {
        let Checkpoints { log_start_offset: start, recovery_point, clean } = self.checkpoints;
        let mut end = match self.segments.last() {
            Some(last) => Some(last.read_next_offset()?),
            None => None,
        };
        let mut emptied = false;
        if end.is_some_and(|end| end < start.as_i64()) {
            self.drop_segments_from(0, events);
            self.leader_epochs.clear();
            for known in std::mem::take(&mut self.known_snapshots) {
                self.snapshots.remove(known);
            }
            end = None;
            emptied = true;
        }
        if self.segments.is_empty() {
            let jitter_ms = self.config.segment_jitter(chance);
            let fresh = LogSegment::new(self.now_ms, start, &self.config, jitter_ms, Suffix::None);
            self.segments.push(Rc::new(fresh));
        }
        let last = self.segments.last_mut().expect("there is a segment by now");
        Rc::make_mut(last).takes_offset(start.as_i64());
        let was_there = end.is_some();
        let end = end.and_then(Offset::from_i64).unwrap_or(start);
        let recovery_point = if clean && was_there { end } else { recovery_point.min(end) };
        Rc::make_mut(self.segments.last_mut().expect("there is a segment by now"))
            .trim(self.now_ms);
        self.leader_epochs.truncate_from_end(end);
        let log_start_offset = start.max(self.segments[0].base_offset());
        self.leader_epochs.truncate_from_start(start);
        let bases: Vec<Offset> =
            self.segments.iter().map(|segment| segment.base_offset()).collect();
        self.snapshots.remove_stray(&bases);

        let mut producers = Producers::new(self.snapshots);
        if emptied {
            producers.set_end_offset(start);
        }
        let mut steps = Vec::new();
        rebuild_producers(
            &mut producers,
            &self.partition,
            &self.config,
            &self.segments,
            (log_start_offset, end),
            self.now_ms,
            clean,
            &mut steps,
        )?;
        let known = producers.states().len() as u32;
        let mut replayed_from = log_start_offset;
        for step in steps {
            let event = match step {
                SnapshotStep::Loaded(offset, producers) => {
                    replayed_from = offset;
                    RecoveryEvent::SnapshotLoaded { offset, producers }
                }
                SnapshotStep::Discarded(offset, corrupt) => {
                    RecoveryEvent::SnapshotDiscarded { offset, corrupt }
                }
            };
            events.push(event.into());
        }
        if replayed_from < end {
            events.push(
                RecoveryEvent::ProducersReplayed { from: replayed_from, to: end, producers: known }
                    .into(),
            );
        }
        let mut log =
            Log::of_segments(self.now_ms, self.partition, self.config, self.segments, producers);
        log.topic_id = self.topic_id;
        log.leader_epochs = self.leader_epochs;
        log.log_start_offset = log_start_offset;
        log.log_end_offset = end;
        log.recovery_point = recovery_point.max(log_start_offset);
        log.end_position = log.active_segment().size_bytes();
        log.set_high_watermark(end);
        // Where the first open transaction begins is looked up at once.
        let unstable = log.producers.first_unstable_offset().and_then(Offset::from_i64);
        if let Some(unstable) = unstable {
            log.find_batch(unstable.max(log_start_offset), &mut |_| {})?;
        }
        for segment in self.dropped {
            log.delete_files(self.now_ms, segment);
        }
        events.push(
            RecoveryEvent::LogLoaded {
                clean,
                segments: bases.len() as u32,
                log_start_offset,
                log_end_offset: end,
                recovery_point: log.recovery_point,
            }
            .into(),
        );
        Ok(log)
    }
}

fn told(segment: &LogSegment, reason: RecoveryReason, recovered: &Recovered) -> RecoveryEvent {
    RecoveryEvent::SegmentRecovered {
        base_offset: segment.base_offset(),
        reason,
        batches: recovered.batches,
        valid_bytes: recovered.valid_bytes,
        cut_bytes: recovered.cut_bytes,
        bad_batch: recovered.bad_batch,
        index_entries: segment.offset_index().len(),
        time_index_entries: segment.time_index().len(),
    }
}

/// What a recovered segment's batch says of leaders, producers and transactions.
///
/// Kafka: `LogSegment.updateProducerState`.
fn learn(
    now_ms: u64,
    partition: &TopicPartition,
    batch: &RecordBatch<'_>,
    epochs: &mut LeaderEpochs,
    producers: &mut Producers,
    index: &mut TransactionIndex,
) -> Result<(), ErrorCode> {
    let epoch = batch.partition_leader_epoch();
    if epoch >= 0 && epochs.latest().is_none_or(|latest| epoch > latest) {
        let start = Offset::from_i64(batch.base_offset()).ok_or(ErrorCode::UnknownServerError)?;
        epochs.assign(epoch, start);
    }
    if batch.has_producer_id() {
        let mut append = producers.prepare(batch.producer_id(), AppendOrigin::Replication);
        let completed = append.append(partition, batch).map_err(|refusal| refusal.error)?;
        producers.update(append);
        if let Some(completed) = completed {
            if completed.aborted {
                let aborted = AbortedTransaction {
                    producer_id: completed.producer_id,
                    first_offset: completed.first_offset,
                    last_offset: completed.last_offset,
                    last_stable_offset: producers.last_stable_offset(&completed),
                };
                let written = index.append(now_ms, &aborted);
                written.map_err(|_| ErrorCode::UnknownServerError)?;
            }
            producers.complete(&completed)?;
        }
    }
    let next = Offset::from_i64(batch.next_offset()).ok_or(ErrorCode::UnknownServerError)?;
    producers.set_end_offset(next);
    Ok(())
}

/// Brings the state of producers to `end`: from the newest snapshot, and the batches after it (LOG-30).
///
/// `range` is the log's start and the offset to reach. Snapshots are taken at the bases of the last two
/// segments that are passed, and at the end.
///
/// # Errors
/// Those of batches that cannot be read.
///
/// Kafka: `UnifiedLog.rebuildProducerState`.
#[expect(clippy::too_many_arguments)]
pub(super) fn rebuild_producers(
    producers: &mut Producers,
    partition: &TopicPartition,
    config: &LogConfig,
    segments: &[Rc<LogSegment>],
    (start, end): (Offset, Offset),
    now_ms: u64,
    clean: bool,
    steps: &mut Vec<SnapshotStep>,
) -> Result<(), Refusal> {
    let last_two = &segments[segments.len().saturating_sub(2)..];
    let snapshot_at: Vec<Offset> = last_two.iter().map(|segment| segment.base_offset()).collect();
    if clean && producers.snapshots().latest().is_none() {
        // Nothing was ever idempotent here, Kafka concludes: no need to read everything.
        for offset in snapshot_at.into_iter().chain([end]) {
            producers.set_end_offset(offset);
            producers.take_snapshot(now_ms, true);
        }
        return Ok(());
    }
    let nothing_known = producers.is_empty() && producers.end_offset() >= end;
    let expiration_ms = config.producer_id_expiration_ms;
    producers.truncate_and_reload(start, end, now_ms, expiration_ms, steps);
    let from = producers.end_offset();
    if end > from && !nothing_known {
        let floor = |offset| segments.partition_point(|s| s.base_offset() <= offset).checked_sub(1);
        let last = floor(end);
        let first = floor(from).unwrap_or(0);
        for (at, segment) in segments.iter().enumerate().skip(first) {
            if segment.base_offset() >= end {
                break;
            }
            let begin = segment.base_offset().max(producers.end_offset()).max(start);
            producers.set_end_offset(begin);
            if snapshot_at.contains(&segment.base_offset()) {
                producers.take_snapshot(now_ms, true);
            }
            let stop = match last {
                Some(last) if last == at => segment.find_batch(end.as_i64(), &mut |_| {})?,
                _ => None,
            };
            let stop = stop.map_or(segment.size_bytes(), |found| found.position);
            let Some(found) = segment.find_batch(begin.as_i64(), &mut |_| {})? else { continue };
            if stop < found.position {
                return Err(ErrorCode::UnknownServerError.into());
            }
            let bytes = &segment.log().bytes[found.position as usize..stop as usize];
            producers.replay(partition, Batches::of_file(bytes, 0))?;
        }
    }
    producers.set_end_offset(end);
    producers.take_snapshot(now_ms, true);
    Ok(())
}

#[cfg(test)]
mod tests;
