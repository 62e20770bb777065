//! Producer id, epoch and sequence numbers of an idempotent producer (PROD-32 to PROD-35).
//!
//! Kafka: the idempotent half of `TransactionManager`, `TxnPartitionMap`, `TxnPartitionEntry`. Which of a
//! partition's batches are in flight is read off the batches themselves; see `Producer::tracked`.
//!
//! In the book's Kafka a gap costs the producer id: it takes a new one and fails what waited for the old.

use crate::protocol::record::{NO_SEQUENCE, increment_sequence};
use crate::protocol::{ErrorCode, SortedMap, SortedSet, TopicPartition};

/// Whose a batch is, and the number of its first record (PROD-32). In the order of a partition's batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProducerSequence {
    /// The producer id.
    pub producer_id: i64,
    /// Its epoch.
    pub epoch: i16,
    /// The first record's sequence number; `i32::MAX` is followed by 0.
    pub base_sequence: i32,
}

/// A producer id and its epoch (`ProducerIdAndEpoch`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProducerIdAndEpoch {
    /// The producer id.
    pub producer_id: i64,
    /// Its epoch: how often sequences began anew.
    pub epoch: i16,
}

/// What is known of one partition (`TxnPartitionEntry`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Entry {
    /// `None`: nothing was sent yet.
    id: Option<ProducerIdAndEpoch>,
    next: i32,
    /// Of the last record that was acknowledged; −1: none.
    last_acked: i32,
}

const FRESH: Entry = Entry { id: None, next: 0, last_acked: NO_SEQUENCE };

/// What a batch looks like to this bookkeeping.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbered {
    pub(super) sequence: ProducerSequence,
    pub(super) record_count: u32,
    /// Its sequence was rewritten since it was sent last.
    pub(super) reopened: bool,
}

impl Numbered {
    fn last(&self) -> i32 {
        self.sequence.base_sequence.wrapping_add(self.record_count as i32).wrapping_sub(1)
    }
}

/// What has to be done to the batches in flight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Bump {
    /// A new epoch: these partitions' batches in flight are numbered from 0 in it.
    Epoch(Vec<TopicPartition>),
    /// The id is given up: its epochs are used up. These partitions' batches in flight begin anew.
    Id { dropped: ProducerIdAndEpoch, rewrite: Vec<TopicPartition> },
}

/// The bookkeeping of an idempotent producer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Sequences {
    book: bool,
    id: Option<ProducerIdAndEpoch>,
    partitions: SortedMap<TopicPartition, Entry>,
    /// Partitions that had a batch given up after it had been sent, with the number behind it.
    unresolved: SortedMap<TopicPartition, i32>,
    bump_required: bool,
    rewrite: SortedSet<TopicPartition>,
}

impl Sequences {
    pub(super) fn new(book: bool) -> Self {
        Self {
            book,
            id: None,
            partitions: SortedMap::new(),
            unresolved: SortedMap::new(),
            bump_required: false,
            rewrite: SortedSet::new(),
        }
    }

    /// The id in force; `None` until the broker has given one.
    pub(super) fn id(&self) -> Option<ProducerIdAndEpoch> {
        self.id
    }

    pub(super) fn receive(&mut self, id: ProducerIdAndEpoch) {
        self.id = Some(id);
    }

    /// The sequence of the next batch of a partition, and the last one that was acknowledged.
    pub(super) fn of(&self, partition: &TopicPartition) -> Option<(i32, Option<i32>)> {
        let entry = self.partitions.get(partition)?;
        Some((entry.next, (entry.last_acked >= 0).then_some(entry.last_acked)))
    }

    fn entry(&self, partition: &TopicPartition) -> Entry {
        self.partitions.get(partition).copied().unwrap_or(FRESH)
    }

    /// Whether a partition's next batch may not be sent now (`shouldStopDrainBatchesForPartition`, PROD-33).
    ///
    /// `first`: the batch's sequence, if it was sent before; `lowest`: the lowest one of the partition's
    /// batches in flight, those that wait to be sent again among them.
    pub(super) fn holds_back(
        &self,
        partition: &TopicPartition,
        first: Option<ProducerSequence>,
        lowest: Option<ProducerSequence>,
    ) -> bool {
        if self.id.is_none() {
            return true;
        }
        match first {
            None => {
                let stale = self.entry(partition).id != self.id;
                (stale && lowest.is_some()) || self.unresolved.contains_key(partition)
            }
            Some(first) => lowest.is_some_and(|lowest| lowest != first),
        }
    }

    /// Numbers a batch that is sent for the first time.
    pub(super) fn assign(
        &mut self,
        partition: &TopicPartition,
        in_flight: bool,
        record_count: u32,
    ) -> ProducerSequence {
        let id = self.id.expect("nothing is drained without an id");
        let entry = self.partitions.entry(partition.clone()).or_insert(FRESH);
        if entry.id != Some(id) && !in_flight {
            *entry = Entry { id: Some(id), ..FRESH };
        }
        let base_sequence = entry.next;
        entry.next = increment_sequence(entry.next, record_count as i32);
        ProducerSequence { producer_id: id.producer_id, epoch: id.epoch, base_sequence }
    }

    /// A batch was acknowledged, even if its callbacks had given it up before (`handleCompletedBatch`).
    pub(super) fn completed(&mut self, partition: &TopicPartition, batch: Numbered) {
        if let Some(entry) = self.partitions.get_mut(partition) {
            entry.last_acked = entry.last_acked.max(batch.last());
        }
    }

    /// Whether a batch may be tried again after this error (`canRetry`, PROD-35). May ask for a new epoch.
    pub(super) fn can_retry(
        &mut self,
        partition: &TopicPartition,
        batch: Numbered,
        error: ErrorCode,
    ) -> bool {
        // A batch of an id that was given up is dropped, whatever the error.
        let dropped = self.book && !self.is_current(batch.sequence);
        !dropped && self.may_succeed(partition, batch, error)
    }

    fn may_succeed(
        &mut self,
        partition: &TopicPartition,
        batch: Numbered,
        error: ErrorCode,
    ) -> bool {
        let next_acked = self.entry(partition).last_acked.wrapping_add(1);
        match error {
            ErrorCode::UnknownProducerId => {
                if !batch.reopened && !self.book {
                    self.request_bump(partition);
                }
                batch.reopened || !self.book
            }
            ErrorCode::OutOfOrderSequenceNumber => {
                let base = batch.sequence.base_sequence;
                let unresolved = self.unresolved.get(partition).copied();
                if unresolved.is_none() && (batch.reopened || next_acked != base) {
                    return true; // One before it is missing still.
                }
                if self.book {
                    return false;
                }
                if unresolved.is_none_or(|next| next == base) {
                    self.request_bump(partition);
                }
                true
            }
            error => error.is_retriable(),
        }
    }

    fn is_current(&self, sequence: ProducerSequence) -> bool {
        self.id
            .is_some_and(|id| (id.producer_id, id.epoch) == (sequence.producer_id, sequence.epoch))
    }

    /// A batch has failed for good (`handleFailedBatch`). `adjust`: the broker said so before the retries were
    /// used up, so its numbers are free. True, in the book's Kafka: the batches behind it take them.
    pub(super) fn failed(
        &mut self,
        partition: &TopicPartition,
        batch: Numbered,
        error: ErrorCode,
        adjust: bool,
    ) -> bool {
        match error {
            ErrorCode::OutOfOrderSequenceNumber if !self.book => self.request_bump(partition),
            // There the second of them is a kind of the first.
            ErrorCode::OutOfOrderSequenceNumber | ErrorCode::UnknownProducerId if self.book => {
                self.bump_required |= self.is_current(batch.sequence);
            }
            ErrorCode::UnknownProducerId => {
                self.partitions.remove(partition);
                self.unresolved.remove(partition);
            }
            _ if adjust && self.book => {
                if let Some(entry) = self.partitions.get_mut(partition) {
                    entry.next = entry.next.wrapping_sub(batch.record_count as i32);
                    return true;
                }
            }
            _ if adjust => self.request_bump(partition),
            _ => {}
        }
        false
    }

    /// A batch was given up after it had been sent: whether the broker has it is not known.
    pub(super) fn mark_unresolved(&mut self, partition: &TopicPartition, batch: Numbered) {
        let next = batch.last().wrapping_add(1);
        let known = self.unresolved.entry(partition.clone()).or_insert(next);
        *known = next.max(*known);
    }

    /// Once nothing of a partition is in flight, it is clear whether its numbers have a gap
    /// (`maybeResolveSequences`).
    pub(super) fn resolve(&mut self, in_flight: impl Fn(&TopicPartition) -> bool) {
        let ready: Vec<TopicPartition> =
            self.unresolved.keys().filter(|partition| !in_flight(partition)).cloned().collect();
        for partition in ready {
            let entry = self.entry(&partition);
            if entry.next.wrapping_sub(entry.last_acked) != 1 {
                self.request_bump(&partition);
            }
            self.unresolved.remove(&partition);
        }
    }

    fn request_bump(&mut self, partition: &TopicPartition) {
        self.bump_required = true;
        self.rewrite.insert(partition.clone());
    }

    /// Begins a new epoch if one is needed (`bumpIdempotentProducerEpoch`).
    pub(super) fn bump(&mut self) -> Option<Bump> {
        let id = self.id.filter(|_| self.bump_required)?;
        self.bump_required = false;
        let rewrite: Vec<TopicPartition> = std::mem::take(&mut self.rewrite).into_iter().collect();
        for partition in &rewrite {
            self.unresolved.remove(partition);
        }
        if self.book {
            self.id = None;
            self.partitions.clear();
            self.unresolved.clear();
            return Some(Bump::Id { dropped: id, rewrite: Vec::new() });
        }
        if id.epoch == i16::MAX {
            self.id = None;
            return Some(Bump::Id { dropped: id, rewrite });
        }
        self.id = Some(ProducerIdAndEpoch { epoch: id.epoch + 1, ..id });
        Some(Bump::Epoch(rewrite))
    }

    /// The batches in flight of a partition were numbered from 0, `next` of their records in all
    /// (`startSequencesAtBeginning`).
    pub(super) fn restarted(&mut self, partition: &TopicPartition, next: i32) {
        let entry = Entry { id: self.id, next, last_acked: NO_SEQUENCE };
        self.partitions.insert(partition.clone(), entry);
    }

    /// Whether a batch counts as in flight: one of an id that was given up does not, in the book's Kafka.
    pub(super) fn tracks(&self, sequence: ProducerSequence) -> bool {
        !self.book || self.is_current(sequence)
    }
}

/// What [`ProducerSequence`] a batch at `base_sequence` has under an id; without one, as Kafka writes it.
pub(super) fn sequence_of(id: Option<ProducerIdAndEpoch>, base_sequence: i32) -> ProducerSequence {
    let (producer_id, epoch) = id.map_or((-1, -1), |id| (id.producer_id, id.epoch));
    ProducerSequence { producer_id, epoch, base_sequence }
}
