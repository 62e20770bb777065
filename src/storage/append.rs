//! Appending to a log as its leader: check, roll, ask the state of producers, write (LOG-4).
//!
//! Kafka: `UnifiedLog.append`, `UnifiedLog.maybeRoll`, `UnifiedLog.analyzeAndValidateProducerState`.

use crate::protocol::config::Profile;
use crate::protocol::record::{NO_PRODUCER_EPOCH, NO_TIMESTAMP, RecordBatch};
use crate::protocol::{ErrorCode, Offset, Refusal};
use crate::storage::event::{LogEvent, RollReason};
use crate::storage::log::{Chance, Log};
use crate::storage::producer_state::{CompletedTransaction, ProducerAppend};
use crate::storage::transaction_index::AbortedTransaction;
use crate::storage::validator::{self, AppendOrigin, AppendRefusal};

/// A successful append.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Appended {
    /// The first record's offset.
    pub base_offset: Offset,
    /// The last record's offset.
    pub last_offset: Offset,
    /// The broker's clock under LogAppendTime, else −1; of a duplicate its largest timestamp.
    pub log_append_ms: i64,
    /// Nothing was written: the batch is in the log already, at these offsets (LOG-28).
    pub duplicate: bool,
}

/// What the state of producers says to a batch.
enum ProducerCheck {
    NoProducer,
    Duplicate(Appended),
    Fits(ProducerAppend, Option<CompletedTransaction>),
}

impl Log {
    /// Checks a producer's records, gives them their offsets and appends them; rolls first if a limit
    /// is reached (LOG-4).
    ///
    /// `records` is one batch. Times are model milliseconds. What happened is pushed to `events`.
    ///
    /// # Errors
    /// [`AppendRefusal`] with Kafka's error and words. Nothing was appended; but a batch that is only
    /// too large for a segment, or out of sequence, has entered its leader epoch and may have rolled a
    /// segment by then (LOG-5).
    ///
    /// Kafka: `UnifiedLog.appendAsLeader`.
    pub fn append(
        &mut self,
        now_ms: u64,
        records: &[u8],
        leader_epoch: i32,
        origin: AppendOrigin,
        chance: Chance<'_>,
        events: &mut Vec<LogEvent>,
    ) -> Result<Appended, AppendRefusal> {
        let base_offset = self.log_end_offset;
        let validated = validator::validate(
            &self.partition,
            &self.config,
            now_ms,
            origin,
            leader_epoch,
            base_offset,
            records,
        )?;
        if leader_epoch < 0 {
            // `LeaderEpochFileCache.assign` throws an `IllegalArgumentException`.
            return Err(ErrorCode::UnknownServerError.into());
        }
        self.leader_epochs.assign(leader_epoch, base_offset);
        let size_bytes = validated.bytes.len() as u32;
        if size_bytes > self.config.segment_bytes {
            return Err(Refusal::new(
                ErrorCode::RecordListTooLarge,
                format!(
                    "Message batch size is {size_bytes} bytes in append to partition {}, which exceeds the maximum \
                     configured segment size of {}.",
                    self.partition, self.config.segment_bytes
                ),
            )
            .into());
        }
        let due =
            self.roll_due(now_ms, size_bytes, validated.max_timestamp, validated.last_offset)?;
        if !matches!(due, Some(RollReason::Size { .. } | RollReason::Time { .. })) {
            self.active_segment_mut().takes_offset(validated.last_offset.as_i64());
        }
        if let Some(reason) = due {
            self.roll(now_ms, reason, chance, events)?;
        }
        let batch = RecordBatch::new(&validated.bytes)?;
        let producer = match self.check_producer(&batch, origin)? {
            ProducerCheck::Duplicate(appended) => {
                let producer_id = batch.producer_id();
                let Appended { base_offset, last_offset, .. } = appended;
                events.push(LogEvent::DuplicateFound { producer_id, base_offset, last_offset });
                return Ok(appended);
            }
            ProducerCheck::Fits(append, completed) => Some((append, completed)),
            ProducerCheck::NoProducer => None,
        };
        let position = self.active_segment().size_bytes();
        // A full index was rolled; one that damage has put ahead of the log refuses, and the bytes stay.
        let written = self.active_segment_mut().append(now_ms, &validated.bytes);
        written.map_err(|_| ErrorCode::UnknownServerError)?;
        self.log_end_offset = validated.last_offset.advanced_by(1);
        self.end_position = self.active_segment().size_bytes();
        if let Some((append, completed)) = producer {
            self.producers.update(append);
            if let Some(completed) = completed {
                self.complete_transaction(now_ms, &completed)?;
            }
        }
        self.producers.set_end_offset(self.log_end_offset);
        self.set_high_watermark(self.log_end_offset);
        let segment = self.active_segment();
        assert!(
            segment.size_bytes() <= self.config.segment_bytes || position == 0,
            "segment {} over its limit: {} B",
            segment.base_offset(),
            segment.size_bytes()
        );
        let last_offset = validated.last_offset;
        let segment = segment.base_offset();
        events.push(LogEvent::BatchAppended {
            base_offset,
            last_offset,
            segment,
            position,
            size_bytes,
        });
        let log_append_ms = match RecordBatch::new(&validated.bytes) {
            Ok(batch) if batch.attributes() & 8 != 0 => batch.max_timestamp(),
            _ => NO_TIMESTAMP,
        };
        if self.log_end_offset.0.saturating_sub(self.recovery_point.0) >= self.config.flush_messages
        {
            self.flush(now_ms, self.log_end_offset, events);
        }
        Ok(Appended { base_offset, last_offset, log_append_ms, duplicate: false })
    }

    /// Whether the batch's producer may append it now, or has done so before (LOG-28, LOG-29).
    ///
    /// Kafka: `UnifiedLog.analyzeAndValidateProducerState`. Left out: verification (KIP-890).
    fn check_producer(
        &self,
        batch: &RecordBatch<'_>,
        origin: AppendOrigin,
    ) -> Result<ProducerCheck, Refusal> {
        if !batch.has_producer_id() {
            return Ok(ProducerCheck::NoProducer);
        }
        let (producer_id, epoch) = (batch.producer_id(), batch.producer_epoch());
        let known = self.producers.get(producer_id);
        let duplicate = known.and_then(|known| known.duplicate_of(batch));
        if let Some(duplicate) = duplicate.filter(|_| origin == AppendOrigin::Client) {
            let offset = |offset| Offset::from_i64(offset).ok_or(ErrorCode::UnknownServerError);
            return Ok(ProducerCheck::Duplicate(Appended {
                base_offset: offset(duplicate.first_offset())?,
                last_offset: offset(duplicate.last_offset)?,
                log_append_ms: duplicate.timestamp,
                duplicate: true,
            }));
        }
        if let Some(known) = known.filter(|known| epoch < known.producer_epoch)
            && batch.is_transactional()
        {
            let newer = known.producer_epoch;
            return Err(Refusal::new(
                ErrorCode::InvalidProducerEpoch,
                format!(
                    "Epoch of producer {producer_id} is {epoch}, which is smaller than the last seen epoch {newer}"
                ),
            ));
        }
        if self.config.profile == Profile::Book
            && origin == AppendOrigin::Client
            && known.is_none_or(|known| known.producer_epoch == NO_PRODUCER_EPOCH)
            && batch.base_sequence() > 0
        {
            // Kafka 1.0's `ProducerAppendInfo.checkSequence`; later ones take any number from the unknown.
            return Err(Refusal::new(
                ErrorCode::UnknownProducerId,
                format!(
                    "Found no record of producerId={producer_id} on the broker. It is possible that the last \
                     message with the producerId={producer_id} has been removed due to hitting the retention limit."
                ),
            ));
        }
        let mut append = self.producers.prepare(producer_id, origin);
        let completed = append.append(&self.partition, batch)?;
        Ok(ProducerCheck::Fits(append, completed))
    }

    /// A marker has ended a transaction; an aborted one is noted in the index (TXN-6).
    fn complete_transaction(
        &mut self,
        now_ms: u64,
        completed: &CompletedTransaction,
    ) -> Result<(), ErrorCode> {
        if completed.aborted {
            let aborted = AbortedTransaction {
                producer_id: completed.producer_id,
                first_offset: completed.first_offset,
                last_offset: completed.last_offset,
                last_stable_offset: self.producers.last_stable_offset(completed),
            };
            let index = self.active_segment_mut().transaction_index_mut();
            index.append(now_ms, &aborted).expect("offsets grow, so the index's entries do");
        }
        self.producers.complete(completed)
    }

    /// Whether the active segment must be closed before an append, and why (LOG-16).
    ///
    /// # Errors
    /// That of a first batch that cannot be read.
    pub fn roll_due(
        &self,
        now_ms: u64,
        append_bytes: u32,
        max_timestamp: i64,
        last_offset: Offset,
    ) -> Result<Option<RollReason>, ErrorCode> {
        let segment = self.active_segment();
        let waited_ms = segment.waited_for_roll_ms(now_ms, max_timestamp)?;
        let (segment_bytes, limit_bytes) = (segment.size_bytes(), self.config.segment_bytes);
        if segment_bytes > limit_bytes.saturating_sub(append_bytes) {
            return Ok(Some(RollReason::Size { segment_bytes, append_bytes, limit_bytes }));
        }
        let limit_ms = self.config.max_segment_ms() - segment.roll_jitter_ms().cast_signed();
        if segment_bytes > 0 && waited_ms > limit_ms {
            return Ok(Some(RollReason::Time { waited_ms, limit_ms }));
        }
        if segment.offset_index().is_full() {
            return Ok(Some(RollReason::OffsetIndexFull {
                max_entries: segment.offset_index().max_entries(),
            }));
        }
        if segment.time_index().is_full() {
            return Ok(Some(RollReason::TimeIndexFull {
                max_entries: segment.time_index().max_entries(),
            }));
        }
        let overflows = !segment.offset_index().can_append_offset(last_offset.as_i64());
        Ok(overflows.then_some(RollReason::OffsetOverflow))
    }
}
