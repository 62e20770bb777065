//! One partition's log: roll, read, look up.
//!
//! Kafka: `UnifiedLog`, `LocalLog`, `LogSegments`. Its other chapters: `append`, `retention`,
//! `truncation`, `flush`, `recovery`.

use std::rc::Rc;

use crate::protocol::record::{NO_TIMESTAMP, RecordBatch};
use crate::protocol::{ErrorCode, Offset, Refusal, TopicPartition, Uuid, sort_by_key};
use crate::storage::config::LogConfig;
use crate::storage::disk::{File, FileKind, FileName, Suffix};
use crate::storage::event::{LogEvent, RollReason};
use crate::storage::leader_epochs::LeaderEpochs;
use crate::storage::producer_state::Producers;
use crate::storage::segment::LogSegment;
use crate::storage::snapshot::ProducerSnapshots;
use crate::storage::transaction_index::{AbortedTransaction, CorruptTransactionIndex};

/// A source of random numbers; each draw is 32 bits (GEN-7).
pub type Chance<'a> = &'a mut dyn FnMut() -> u32;

/// A segment that was renamed to `.deleted` and goes at its time (RET-9).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Deleted {
    due_ms: u64,
    segment: Rc<LogSegment>,
}

/// One partition's log on one broker.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Log {
    pub(super) partition: TopicPartition,
    pub(super) config: LogConfig,
    pub(super) topic_id: Option<Uuid>,
    /// By base offset; the last one is active. Never empty.
    pub(super) segments: Vec<Rc<LogSegment>>,
    /// Written by the cleaner, not yet part of the log.
    cleaned: Option<Rc<LogSegment>>,
    deleted: Vec<Deleted>,
    pub(super) producers: Producers,
    pub(super) producers_due_ms: u64,
    pub(super) leader_epochs: LeaderEpochs,
    pub(super) log_start_offset: Offset,
    pub(super) log_end_offset: Offset,
    pub(super) high_watermark: Offset,
    /// Everything below is on the platter, so a recovery begins here (LOG-38).
    pub(super) recovery_point: Offset,
    pub(super) last_flushed_ms: u64,
    /// Bytes of the active segment that the log's end has taken in: an append that failed may have left more.
    pub(super) end_position: u32,
}

/// What a read found: whole batches and, at the end, perhaps a cut one (LOG-33).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadResult<'a> {
    /// The bytes, from the start of the batch that holds the offset.
    pub bytes: &'a [u8],
    /// The segment they are in.
    pub segment: Option<Offset>,
}

impl Log {
    /// An empty log at offset 0.
    #[must_use]
    pub fn new(
        now_ms: u64,
        partition: TopicPartition,
        config: LogConfig,
        chance: Chance<'_>,
    ) -> Self {
        let jitter_ms = config.segment_jitter(chance);
        let mut first = LogSegment::new(now_ms, Offset(0), &config, jitter_ms, Suffix::None);
        first.takes_offset(0); // Loading a log ends with a look at the active segment's indexes.
        let producers = Producers::new(ProducerSnapshots::default());
        Self::of_segments(now_ms, partition, config, vec![Rc::new(first)], producers)
    }

    pub(super) fn of_segments(
        now_ms: u64,
        partition: TopicPartition,
        config: LogConfig,
        segments: Vec<Rc<LogSegment>>,
        producers: Producers,
    ) -> Self {
        Self {
            producers_due_ms: now_ms + config.producer_id_check_ms,
            partition,
            config,
            topic_id: None,
            segments,
            cleaned: None,
            deleted: Vec::new(),
            producers,
            leader_epochs: LeaderEpochs::default(),
            log_start_offset: Offset(0),
            log_end_offset: Offset(0),
            high_watermark: Offset(0),
            recovery_point: Offset(0),
            last_flushed_ms: now_ms,
            end_position: 0,
        }
    }

    /// Notes the topic's id, which `partition.metadata` holds.
    #[must_use]
    pub fn with_topic_id(mut self, id: Uuid) -> Self {
        self.topic_id = Some(id);
        self
    }

    /// Which partition it is.
    #[must_use]
    pub fn partition(&self) -> &TopicPartition {
        &self.partition
    }

    /// The settings in force.
    #[must_use]
    pub fn config(&self) -> &LogConfig {
        &self.config
    }

    /// New settings. They hold from the next operation on; open indexes keep their size.
    pub fn set_config(&mut self, config: LogConfig) {
        self.config = config;
    }

    /// The segments by base offset; the last one is active.
    #[must_use]
    pub fn segments(&self) -> &[Rc<LogSegment>] {
        &self.segments
    }

    /// The segment that is appended to.
    #[must_use]
    pub fn active_segment(&self) -> &LogSegment {
        self.segments.last().expect("a log always has a segment")
    }

    /// The file that the cleaner has written and not yet swapped in.
    #[must_use]
    pub fn cleaned_segment(&self) -> Option<&LogSegment> {
        self.cleaned.as_deref()
    }

    /// The epochs of its leaders.
    #[must_use]
    pub fn leader_epochs(&self) -> &LeaderEpochs {
        &self.leader_epochs
    }

    /// The first offset that is there to be read.
    #[must_use]
    pub fn log_start_offset(&self) -> Offset {
        self.log_start_offset
    }

    /// The offset that the next record gets.
    #[must_use]
    pub fn log_end_offset(&self) -> Offset {
        self.log_end_offset
    }

    /// What consumers may read up to. With a single replica it follows the end of the log.
    #[must_use]
    pub fn high_watermark(&self) -> Offset {
        self.high_watermark
    }

    /// What read_committed consumers may read up to: nothing of an open transaction (LOG-31).
    #[must_use]
    pub fn last_stable_offset(&self) -> Offset {
        let Some(unstable) = self.producers.first_unstable_offset().and_then(Offset::from_i64)
        else {
            return self.high_watermark;
        };
        // Where the batch begins that holds it; the log's end, if damage took it.
        let unstable = match self.find_batch(unstable.max(self.log_start_offset), &mut |_| {}) {
            Ok(Some((_, found))) => Offset::from_i64(found.base_offset).unwrap_or(unstable),
            Ok(None) => self.log_end_offset,
            Err(_) => unstable,
        };
        unstable.min(self.high_watermark)
    }

    /// Everything below is on the platter (LOG-40).
    #[must_use]
    pub fn recovery_point(&self) -> Offset {
        self.recovery_point
    }

    /// What the log knows of its producers.
    #[must_use]
    pub fn producers(&self) -> &Producers {
        &self.producers
    }

    /// The aborted transactions with records below `upper`, from the segment of `base` on.
    ///
    /// Kafka: `UnifiedLog.collectAbortedTransactions`.
    pub(super) fn aborted_transactions(
        &self,
        base: Offset,
        upper: Offset,
    ) -> Result<Vec<AbortedTransaction>, CorruptTransactionIndex> {
        let mut found = Vec::new();
        let first = self.floor_segment(base).unwrap_or(self.segments.len());
        for segment in &self.segments[first..] {
            let index = segment.transaction_index();
            if index.collect(self.log_start_offset.as_i64(), upper.as_i64(), &mut found)? {
                break;
            }
        }
        Ok(found)
    }

    /// The aborted transactions with records from `from` to below `until` (TXN-6).
    ///
    /// Kafka: `LocalLog.addAbortedTransactions`.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownServerError`] where an index is corrupt.
    pub fn aborted_between(
        &self,
        from: Offset,
        until: Offset,
    ) -> Result<Vec<AbortedTransaction>, ErrorCode> {
        let mut found = Vec::new();
        let first = self.floor_segment(from).unwrap_or(self.segments.len());
        for segment in &self.segments[first..] {
            let index = segment.transaction_index();
            match index.collect(from.as_i64(), until.as_i64(), &mut found) {
                Ok(true) => break,
                Ok(false) => {}
                Err(_) => return Err(ErrorCode::UnknownServerError),
            }
        }
        Ok(found)
    }

    /// Bytes of all `.log` files.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        self.segments.iter().map(|segment| u64::from(segment.size_bytes())).sum()
    }

    /// The segment that `offset` falls into: the last with a base offset ≤ it.
    #[must_use]
    pub fn floor_segment(&self, offset: Offset) -> Option<usize> {
        self.segments.partition_point(|segment| segment.base_offset() <= offset).checked_sub(1)
    }

    /// The segments with `from` < end and base offset < `to`, the one that `from` is in included.
    ///
    /// Kafka: `LogSegments.values(from, to)`.
    #[must_use]
    pub fn segments_between(&self, from: Offset, to: Offset) -> &[Rc<LogSegment>] {
        if from >= to {
            return &[];
        }
        let first = self.floor_segment(from).unwrap_or(0);
        let end = self.segments.partition_point(|segment| segment.base_offset() < to);
        &self.segments[first.min(end)..end]
    }

    /// The closed segments from the one that `from` is in.
    #[must_use]
    pub fn closed_segments_from(&self, from: Offset) -> &[Rc<LogSegment>] {
        self.segments_between(from, self.active_segment().base_offset())
    }

    /// Every file of the directory with its name, in the order of the names.
    #[must_use]
    pub fn files(&self) -> Vec<(FileName, File)> {
        let deleted = self.deleted.iter().map(|deleted| &deleted.segment);
        // An index is created once it is needed: nothing was written to this file before its cleaning failed.
        let is_there = |name: &FileName| {
            !matches!(name, FileName::Numbered(_, FileKind::TimeIndex, Suffix::Cleaned))
                || self.cleaned.as_ref().is_some_and(|cleaned| cleaned.size_bytes() > 0)
        };
        let segments = self.segments.iter().chain(deleted).chain(&self.cleaned);
        let mut files: Vec<(FileName, File)> = segments
            .flat_map(|segment| segment.files())
            .filter(|(name, _)| is_there(name))
            .map(|(name, file)| (name, file.clone()))
            .collect();
        files.extend(self.producers.snapshots().files().map(|(offset, suffix, file)| {
            (FileName::Numbered(offset, FileKind::Snapshot, suffix), file.clone())
        }));
        let text = |text: String| File::durable(0, text.into_bytes());
        files.push((FileName::LeaderEpochCheckpoint, text(self.leader_epochs.checkpoint())));
        if let Some(id) = self.topic_id {
            files
                .push((FileName::PartitionMetadata, text(format!("version: 0\ntopic_id: {id}\n"))));
        }
        sort_by_key(&mut files, |(name, _)| *name);
        files
    }

    pub(super) fn active_segment_mut(&mut self) -> &mut LogSegment {
        Rc::make_mut(self.segments.last_mut().expect("a log always has a segment"))
    }

    /// Becoming leader enters the new epoch, even before any data (LOG-34).
    pub fn become_leader(&mut self, leader_epoch: i32) {
        self.leader_epochs.assign(leader_epoch, self.log_end_offset);
    }

    /// Followers have the log up to here; alone, the leader's end is the watermark.
    pub(super) fn set_high_watermark(&mut self, offset: Offset) {
        self.high_watermark = offset.max(self.log_start_offset).min(self.log_end_offset);
        self.producers.forget_replicated(self.high_watermark);
    }

    /// The log starts at `start` from now on; it never goes back.
    ///
    /// Kafka: `UnifiedLog.maybeIncrementLogStartOffset`.
    pub(super) fn raise_log_start(&mut self, start: Offset) -> bool {
        if start <= self.log_start_offset {
            return false;
        }
        self.log_start_offset = start;
        self.recovery_point = self.recovery_point.max(start);
        self.leader_epochs.truncate_from_start(start);
        self.producers.on_log_start_moved(start);
        true
    }

    /// Forgets producers that are silent for long, if it is time to look (LOG-30).
    pub fn expire_producers(&mut self, now_ms: u64, events: &mut Vec<LogEvent>) {
        if now_ms < self.producers_due_ms {
            return;
        }
        // Looks that were missed would have found no more than the last of them.
        let interval_ms = self.config.producer_id_check_ms.max(1);
        let looked_ms = now_ms - (now_ms - self.producers_due_ms) % interval_ms;
        self.producers_due_ms = looked_ms + interval_ms;
        let expiration_ms = self.config.producer_id_expiration_ms;
        let count = self.producers.remove_expired(looked_ms, expiration_ms);
        if count > 0 {
            events.push(LogEvent::ProducersExpired { count });
        }
    }

    /// When producers are looked at, if there are any.
    #[must_use]
    pub fn next_expiry_ms(&self) -> Option<u64> {
        (!self.producers.states().is_empty()).then_some(self.producers_due_ms)
    }

    /// Closes the active segment and opens an empty one at the log end (LOG-21, LOG-22), with a
    /// producer snapshot (LOG-30). An empty active segment is replaced by itself.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownServerError`] if the log ends before its active segment's first batch does, or before
    /// an entry of that segment's time index: only damage that a clean stop kept from being found makes it so.
    pub fn roll(
        &mut self,
        now_ms: u64,
        reason: RollReason,
        chance: Chance<'_>,
        events: &mut Vec<LogEvent>,
    ) -> Result<(), ErrorCode> {
        let base_offset = self.log_end_offset;
        let active = self.active_segment();
        let closed = active.base_offset();
        if base_offset < closed || (base_offset == closed && active.size_bytes() > 0) {
            return Err(ErrorCode::UnknownServerError); // A `KafkaException`.
        }
        let jitter_ms = self.config.segment_jitter(chance);
        let opened = LogSegment::new(now_ms, base_offset, &self.config, jitter_ms, Suffix::None);
        if closed == base_offset {
            let empty = self.segments.pop().expect("a log always has a segment");
            self.delete_files(now_ms, empty);
        } else {
            let closed = self.active_segment_mut().on_become_inactive(now_ms);
            closed.map_err(|_| ErrorCode::UnknownServerError)?;
        }
        self.segments.push(Rc::new(opened));
        self.end_position = 0;
        self.producers.set_end_offset(base_offset);
        self.producers.take_snapshot(now_ms, false);
        events.push(LogEvent::SegmentRolled { closed, base_offset, reason });
        // A thread in the background does this at once.
        self.producers.snapshots_mut().flush();
        self.flush_quietly(now_ms, base_offset);
        Ok(())
    }

    /// Renames a segment's files to `.deleted`; they go after `file.delete.delay.ms` (RET-9).
    pub(super) fn delete_files(&mut self, now_ms: u64, mut segment: Rc<LogSegment>) {
        Rc::make_mut(&mut segment).rename(Suffix::Deleted);
        self.deleted.push(Deleted { due_ms: now_ms + self.config.file_delete_delay_ms, segment });
    }

    /// When the next `.deleted` file goes.
    #[must_use]
    pub fn next_removal_ms(&self) -> Option<u64> {
        let snapshots = self.producers.snapshots().next_removal_ms();
        self.deleted.iter().map(|deleted| deleted.due_ms).chain(snapshots).min()
    }

    /// Removes the `.deleted` files whose time has come.
    pub fn remove_deleted_files(&mut self, now_ms: u64, events: &mut Vec<LogEvent>) {
        let mut count = self.producers.snapshots_mut().remove_deleted(now_ms);
        self.deleted.retain(|deleted| {
            let stays = deleted.due_ms > now_ms;
            count += if stays { 0 } else { deleted.segment.files().count() as u32 };
            stays
        });
        if count > 0 {
            events.push(LogEvent::FilesRemoved { count });
        }
    }

    /// Takes the first `count` segments out of the log (RET-8, RET-9). At least one stays.
    pub(super) fn delete_first_segments(&mut self, now_ms: u64, count: usize) {
        assert!(count < self.segments.len(), "a log always has a segment");
        let gone: Vec<_> = self.segments.drain(..count).collect();
        let start = self.segments[0].base_offset();
        self.raise_log_start(start);
        for segment in gone {
            self.forget_snapshot(now_ms, segment.base_offset());
            self.delete_files(now_ms, segment);
        }
    }

    pub(super) fn forget_snapshot(&mut self, now_ms: u64, offset: Offset) {
        let due_ms = now_ms + self.config.file_delete_delay_ms;
        self.producers.snapshots_mut().delete(offset, due_ms);
    }

    pub(super) fn set_cleaned(&mut self, segment: Option<LogSegment>) {
        self.cleaned = segment.map(Rc::new);
    }

    /// Puts the cleaned segment in the place of its sources, the `count` segments from `first` (CLEAN-21).
    pub(super) fn swap_cleaned_in(
        &mut self,
        now_ms: u64,
        first: usize,
        count: usize,
    ) -> Rc<LogSegment> {
        let mut cleaned = self.cleaned.take().expect("a cleaned file is there to be swapped in");
        Rc::make_mut(&mut cleaned).rename(Suffix::None);
        let sources: Vec<_> =
            self.segments.splice(first..first + count, [Rc::clone(&cleaned)]).collect();
        for source in sources {
            if source.base_offset() != cleaned.base_offset() {
                self.forget_snapshot(now_ms, source.base_offset());
            }
            self.delete_files(now_ms, source);
        }
        cleaned
    }

    /// Reads up to `max_bytes` from the batch that holds `offset`, as a consumer does: up to the high
    /// watermark, never across a segment, at least one batch if `min_one_batch` (LOG-32, LOG-33).
    ///
    /// # Errors
    /// [`ErrorCode::OffsetOutOfRange`] with Kafka's sentence.
    pub fn read(
        &self,
        offset: i64,
        max_bytes: u32,
        min_one_batch: bool,
    ) -> Result<ReadResult<'_>, Refusal> {
        self.read_up_to(offset, max_bytes, min_one_batch, self.high_watermark)
    }

    /// As [`Log::read`], up to `end`: the last stable offset for `read_committed` (LOG-31, CONS-21).
    ///
    /// # Errors
    /// As [`Log::read`].
    pub fn read_up_to(
        &self,
        offset: i64,
        max_bytes: u32,
        min_one_batch: bool,
        end: Offset,
    ) -> Result<ReadResult<'_>, Refusal> {
        if offset < self.log_start_offset.as_i64() {
            return Err(Refusal::new(
                ErrorCode::OffsetOutOfRange,
                format!(
                    "Received request for offset {offset} for partition {}, but we only have log segments starting \
                     from offset: {}.",
                    self.partition, self.log_start_offset
                ),
            ));
        }
        let start = Offset::from_i64(offset).expect("not below the log start offset");
        if start > self.log_end_offset || self.floor_segment(start).is_none() {
            return Err(Refusal::new(
                ErrorCode::OffsetOutOfRange,
                format!(
                    "Received request for offset {offset} for partition {}, but we only have log segments upto {}.",
                    self.partition, self.log_end_offset
                ),
            ));
        }
        if offset >= end.as_i64() {
            return Ok(ReadResult::default());
        }
        let Some((segment, found)) = self.find_batch(start, &mut |_| {})? else {
            return Ok(ReadResult::default());
        };
        let limit = if min_one_batch { max_bytes.max(found.size_bytes) } else { max_bytes };
        let bytes = &segment.log().bytes;
        // The segment may hold batches from `end` on, and what a failed append left behind the log's end.
        let written = match segment.base_offset() == self.active_segment().base_offset() {
            true => self.end_position as usize,
            false => bytes.len(),
        };
        let most = match segment.translate_offset(end.as_i64()) {
            Some(first) if end < self.log_end_offset => first.position.max(found.position) as usize,
            _ => written,
        };
        let stop = (found.position as usize).saturating_add(limit as usize).min(most);
        let bytes = bytes.get(found.position as usize..stop);
        let bytes = bytes.ok_or(ErrorCode::UnknownServerError)?;
        Ok(ReadResult { bytes, segment: Some(segment.base_offset()) })
    }

    /// The first record with a timestamp ≥ `timestamp`: (its timestamp, its offset); `None` where there
    /// is none. −1 asks for the end, −2 for the start, −3 for the largest timestamp, −4 for the
    /// start of what is on this disk (LOG-27). The offset is as signed as in its batch, which damage can make
    /// negative.
    ///
    /// # Errors
    /// Those of unreadable records.
    pub fn offset_for_timestamp(
        &mut self,
        timestamp: i64,
    ) -> Result<Option<(i64, i64)>, ErrorCode> {
        match timestamp {
            -1 => Ok(Some((NO_TIMESTAMP, self.log_end_offset.as_i64()))),
            -2 | -4 => Ok(Some((NO_TIMESTAMP, self.log_start_offset.as_i64()))),
            -5 | -6 => Ok(None), // What tiered storage has; there is none.
            -3 => {
                self.keep_max_timestamps(|_, _| true);
                let largest = |segment: &LogSegment| segment.max_timestamp_so_far().0;
                let mut best = 0;
                for (at, segment) in self.segments.iter().enumerate() {
                    if largest(segment) > largest(&self.segments[best]) {
                        best = at;
                    }
                }
                self.ask_index(best);
                self.segments[best].find_max_timestamp()
            }
            _ => {
                self.keep_max_timestamps(|_, segment| segment.largest_timestamp() < timestamp);
                let segments = &mut self.segments.iter();
                if let Some(at) = segments.position(|s| s.largest_timestamp() >= timestamp) {
                    self.ask_index(at);
                }
                let found = self.find_record(timestamp, &mut |_| {})?;
                Ok(found.map(|(timestamp, offset)| (timestamp, offset.as_i64())))
            }
        }
    }

    /// Somebody looks something up in the offset index of a segment.
    fn ask_index(&mut self, at: usize) {
        if !self.segments[at].has_offset_index() {
            Rc::make_mut(&mut self.segments[at]).takes_offset(0);
        }
    }

    /// Somebody asks the segments for their largest timestamps, from the oldest on, as long as `more` is true of
    /// the one before.
    pub(super) fn keep_max_timestamps(&mut self, more: impl Fn(usize, &LogSegment) -> bool) {
        for (at, segment) in self.segments.iter_mut().enumerate() {
            if !segment.keeps_max_timestamp() {
                Rc::make_mut(segment).keep_max_timestamp();
            }
            if !more(at, segment) {
                return;
            }
        }
    }

    /// Every batch of the log, oldest first, with the segment it is in.
    pub fn batches(&self) -> impl Iterator<Item = (Offset, RecordBatch<'_>)> {
        self.segments.iter().flat_map(|segment| {
            segment.batches().flatten().map(|batch| (segment.base_offset(), batch))
        })
    }
}
