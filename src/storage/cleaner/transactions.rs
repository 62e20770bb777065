//! Which transactions a cleaning has met: whose data is aborted, whose markers nothing needs (CLEAN-19).
//!
//! Kafka: `CleanedTransactionMetadata`.

use crate::protocol::record::{ControlType, RecordBatch};
use crate::protocol::{ErrorCode, SortedMap, SortedSet};
use crate::storage::transaction_index::AbortedTransaction;

/// The transactions around the batch that is being read. Batches must come in the order of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct CleanedTransactions {
    /// Producers with committed, or still open, data since their last marker.
    committed: SortedSet<i64>,
    /// Producers in an aborted transaction, and whether any of its data was met.
    aborted: SortedMap<i64, (AbortedTransaction, bool)>,
    /// Aborted transactions that begin further on, by first offset.
    coming: Vec<AbortedTransaction>,
}

impl CleanedTransactions {
    /// Aborted transactions that will be met.
    pub(super) fn add(&mut self, aborted: Vec<AbortedTransaction>) {
        for transaction in aborted {
            let at = self.coming.partition_point(|t| t.first_offset <= transaction.first_offset);
            self.coming.insert(at, transaction);
        }
    }

    fn reach(&mut self, offset: i64) {
        let begun = self.coming.partition_point(|t| t.first_offset <= offset);
        for transaction in self.coming.drain(..begun) {
            self.aborted.entry(transaction.producer_id).or_insert((transaction, false));
        }
    }

    /// A data batch was read. Tells if its transaction was aborted.
    pub(super) fn on_batch(&mut self, batch: &RecordBatch<'_>) -> bool {
        self.reach(batch.last_offset());
        if !batch.is_transactional() {
            return false;
        }
        if let Some((_, met)) = self.aborted.get_mut(&batch.producer_id()) {
            *met = true;
            return true;
        }
        self.committed.insert(batch.producer_id());
        false
    }

    /// A control batch was read. Tells if its marker marks nothing that was met; a transaction that still
    /// needs its ABORT marker is pushed to `kept`.
    ///
    /// # Errors
    /// Those of records that cannot be read.
    pub(super) fn on_control_batch(
        &mut self,
        batch: &RecordBatch<'_>,
        kept: &mut Vec<AbortedTransaction>,
    ) -> Result<bool, ErrorCode> {
        self.reach(batch.last_offset());
        let payload = batch.payload()?;
        let mut records = payload.records();
        let Some(record) = records.next() else { return Ok(true) };
        let record = record?;
        let key = record.key.ok_or(ErrorCode::UnknownServerError)?;
        let producer_id = batch.producer_id();
        Ok(match ControlType::parse(key)? {
            ControlType::Abort => match self.aborted.remove(&producer_id) {
                Some((transaction, true)) => {
                    kept.push(transaction);
                    false
                }
                _ => true,
            },
            ControlType::Commit => !self.committed.remove(&producer_id),
            _ => false,
        })
    }
}
