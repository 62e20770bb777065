//! Pass 2 for one segment: which records survive, and the bytes of what is left of each batch.
//!
//! Kafka: `MemoryRecords.filterTo`, `Cleaner.cleanInto`, `Cleaner.shouldRetainRecord`.

use crate::protocol::config::Profile;
use crate::protocol::record::{
    BatchBuilder, BatchHeader, BatchOptions, NO_TIMESTAMP, Record, RecordBatch, RecordRef,
    TimestampType,
};
use crate::protocol::{ErrorCode, Offset};
use crate::storage::cleaner::offset_map::OffsetMap;
use crate::storage::cleaner::transactions::CleanedTransactions;
use crate::storage::event::{CleanedRecord, DropReason};
use crate::storage::producer_state::Producers;
use crate::storage::transaction_index::AbortedTransaction;

/// What decides about records in one cleaning.
#[derive(Clone, Copy, Debug)]
pub(super) struct Filter<'a> {
    pub(super) map: &'a OffsetMap,
    pub(super) profile: Profile,
    /// The cleaning's own time.
    pub(super) now_ms: u64,
    /// `delete.retention.ms`.
    pub(super) delete_retention_ms: i64,
    /// Where the round ends: the last batch before it is kept, at least empty (CLEAN-18).
    pub(super) round_end: Offset,
    /// `[book era]` Tombstones and markers of this segment stay (CLEAN-16).
    pub(super) retain_deletes: bool,
    /// Whose last batch must not vanish (CLEAN-18).
    pub(super) producers: &'a Producers,
}

/// What comes out of a segment.
#[derive(Debug, Default)]
pub(super) struct Retained {
    /// The batches that are left.
    pub(super) bytes: Vec<u8>,
    /// Aborted transactions whose marker is still needed.
    pub(super) aborted: Vec<AbortedTransaction>,
    /// The fate of each record.
    pub(super) records: Vec<CleanedRecord>,
    /// The largest offset that is left; −1 without any.
    pub(super) max_offset: i64,
}

impl Retained {
    /// Notes that records up to this offset are left.
    ///
    /// Kafka: `MemoryRecords.FilterResult.validateBatchMetadata`.
    fn reach(&mut self, offset: i64) -> Result<(), ErrorCode> {
        self.max_offset = self.max_offset.max(offset);
        if offset < 0 { Err(ErrorCode::UnknownServerError) } else { Ok(()) }
    }
}

/// Appends what is left of `batch`, and the fate of each record, to `retained`.
///
/// # Errors
/// Those of unreadable records: the cleaning fails (CLEAN-8).
pub(super) fn filter_batch(
    filter: &Filter<'_>,
    transactions: &mut CleanedTransactions,
    batch: &RecordBatch<'_>,
    retained: &mut Retained,
) -> Result<(), ErrorCode> {
    let discardable = if batch.is_control() {
        transactions.on_control_batch(batch, &mut retained.aborted)?
    } else {
        transactions.on_batch(batch)
    };
    let all_dropped = match (discardable, batch.is_control()) {
        (false, _) => None,
        (true, false) => Some(DropReason::AbortedTransaction),
        (true, true) => filter.marker_expired(batch).then_some(DropReason::ExpiredMarker),
    };
    let retain_empty =
        filter.is_last_of_producer(batch) || batch.next_offset() == filter.round_end.as_i64();
    let mut survivors: Vec<RecordRef<'_>> = Vec::new();
    let first = retained.records.len();
    if all_dropped.is_some() && !retain_empty {
        // Kafka does not even look at the records; for us they are something to show.
        for record in batch.payload()?.records().flatten() {
            retained.records.push(fate_of(&record, all_dropped));
        }
        return Ok(());
    }
    let payload = batch.payload()?;
    for record in payload.records() {
        let record = record?;
        let dropped = all_dropped.or_else(|| filter.drop_reason(batch, &record));
        if dropped.is_none() {
            survivors.push(record);
        }
        retained.records.push(fate_of(&record, dropped));
    }
    if survivors.is_empty() {
        if retain_empty {
            retained.reach(batch.last_offset())?;
            retained.bytes.extend_from_slice(&emptied(batch));
        }
        return Ok(());
    }
    retained.reach(survivors.iter().map(|record| record.offset).max().unwrap_or(-1))?;
    // A tombstone that stays gets its horizon at the first cleaning that keeps it (CLEAN-16), and so does
    // a marker that marks nothing any more (CLEAN-19).
    let tombstones = survivors.iter().any(|record| record.value.is_none());
    let lonely_marker = discardable && batch.is_control();
    let stamps = filter.profile == Profile::V4;
    let stamped = batch.delete_horizon_ms().is_none() && (tombstones || lonely_marker) && stamps;
    let horizon = if stamped {
        // Past 2⁶³ Java's sum is negative, and the builder takes that for none.
        let sum = filter.now_ms.cast_signed().wrapping_add(filter.delete_retention_ms);
        Some(sum).filter(|horizon| *horizon >= 0)
    } else {
        batch.delete_horizon_ms()
    };
    for (record, fate) in survivors.iter().zip(
        retained.records[first..]
            .iter_mut()
            .filter(|fate| fate.dropped.is_none())
            .collect::<Vec<_>>(),
    ) {
        fate.delete_horizon_ms = horizon.filter(|_| record.value.is_none() || lonely_marker);
    }
    if survivors.len() as i64 == i64::from(batch.record_count()) && !stamped {
        retained.bytes.extend_from_slice(batch.bytes());
    } else {
        retained.bytes.extend_from_slice(&rebuilt(batch, &survivors, horizon)?);
    }
    Ok(())
}

impl Filter<'_> {
    /// Whether a marker that marks nothing may go (CLEAN-19).
    fn marker_expired(&self, batch: &RecordBatch<'_>) -> bool {
        match self.profile {
            Profile::V4 => batch
                .delete_horizon_ms()
                .is_some_and(|horizon| horizon <= self.now_ms.cast_signed()),
            Profile::Book => !self.retain_deletes,
        }
    }

    /// Whether the batch holds the last sequence number of a producer that is still known (CLEAN-18).
    fn is_last_of_producer(&self, batch: &RecordBatch<'_>) -> bool {
        if !batch.has_producer_id() {
            return false;
        }
        let Some(producer) = self.producers.get(batch.producer_id()) else { return false };
        match producer.batches.last().filter(|last| last.last_offset >= 0) {
            Some(last) => batch.last_offset() == last.last_offset,
            None => batch.is_control() && batch.producer_epoch() == producer.producer_epoch,
        }
    }

    /// CLEAN-14.
    fn drop_reason(&self, batch: &RecordBatch<'_>, record: &RecordRef<'_>) -> Option<DropReason> {
        if record.offset > self.map.latest_offset() || batch.is_control() {
            return None;
        }
        let Some(key) = record.key else { return Some(DropReason::NoKey) };
        let last = self.map.get(key);
        if record.offset < last {
            let by = Offset::from_i64(last).unwrap_or_default();
            return Some(DropReason::Superseded { by });
        }
        let protected = match self.profile {
            Profile::V4 => {
                batch.delete_horizon_ms().is_none_or(|horizon| self.now_ms.cast_signed() < horizon)
            }
            Profile::Book => self.retain_deletes,
        };
        (record.value.is_none() && !protected).then_some(DropReason::ExpiredTombstone)
    }
}

/// Only damage makes an offset negative; there is nothing to show it with.
fn fate_of(record: &RecordRef<'_>, dropped: Option<DropReason>) -> CleanedRecord {
    let offset = Offset::from_i64(record.offset).unwrap_or_default();
    CleanedRecord { offset, dropped, delete_horizon_ms: None }
}

/// CLEAN-17.
///
/// # Errors
/// [`ErrorCode::UnknownServerError`] where damage put the records out of order: an `IllegalArgumentException`.
fn rebuilt(
    batch: &RecordBatch<'_>,
    survivors: &[RecordRef<'_>],
    horizon: Option<i64>,
) -> Result<Vec<u8>, ErrorCode> {
    let log_append_time = batch.timestamp_type() == TimestampType::LogAppendTime;
    let mut builder = BatchBuilder::new(BatchOptions {
        base_offset: batch.base_offset(),
        partition_leader_epoch: batch.partition_leader_epoch(),
        timestamp_type: batch.timestamp_type(),
        log_append_ms: if log_append_time { batch.max_timestamp() } else { NO_TIMESTAMP },
        producer_id: batch.producer_id(),
        producer_epoch: batch.producer_epoch(),
        base_sequence: batch.base_sequence(),
        transactional: batch.is_transactional(),
        control: batch.is_control(),
        delete_horizon_ms: horizon,
    })
    .compressed(batch.codec().unwrap_or_default().into());
    for record in survivors {
        let copy = Record::from(*record);
        let appended = builder.append_with_offset(record.offset, &copy);
        appended.map_err(|_| ErrorCode::UnknownServerError)?;
    }
    builder.build(Some(batch.last_offset())).map_err(|_| ErrorCode::UnknownServerError)
}

/// A header without records that keeps offsets and sequences (CLEAN-18).
fn emptied(batch: &RecordBatch<'_>) -> Vec<u8> {
    let mut bytes = vec![0; crate::protocol::record::BATCH_OVERHEAD];
    BatchHeader {
        base_offset: batch.base_offset(),
        partition_leader_epoch: batch.partition_leader_epoch(),
        timestamp_type: batch.timestamp_type(),
        transactional: batch.is_transactional(),
        control: batch.is_control(),
        has_delete_horizon: false,
        last_offset_delta: batch.last_offset_delta(),
        base_timestamp: NO_TIMESTAMP,
        max_timestamp: batch.max_timestamp(),
        producer_id: batch.producer_id(),
        producer_epoch: batch.producer_epoch(),
        base_sequence: batch.base_sequence(),
        record_count: 0,
    }
    .write(&mut bytes);
    bytes
}
