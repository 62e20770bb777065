//! How an idempotent producer gets its id and keeps the numbers of its batches (PROD-32 to PROD-35).
//!
//! Kafka: `Sender.runOnce`, `TransactionManager.bumpIdempotentEpochAndResetIdIfNeeded`. The numbers alone are
//! in `sequences.rs`; here they meet the batches.

use crate::client::producer::accumulator::InFlightSequences;
use crate::client::producer::batch::Batch;
use crate::client::producer::event::ProducerEvent;
use crate::client::producer::producer::{InFlight, Producer};
use crate::client::producer::sequences::{Bump, ProducerIdAndEpoch, Sequences, sequence_of};
use crate::protocol::record::increment_sequence;
use crate::protocol::request::{ApiKey, Request};
use crate::protocol::{ErrorCode, Outputs, TopicPartition};

impl Producer {
    /// The lowest sequence among each partition's batches in requests.
    pub(super) fn in_flight_sequences(&self) -> InFlightSequences {
        let mut lowest = InFlightSequences::new();
        let Some(sequences) = &self.sequences else { return lowest };
        for (partition, batch) in self.in_flight.iter().flat_map(|request| &request.batches) {
            let Some(sequence) = batch.sequence.filter(|s| !batch.expired && sequences.tracks(*s))
            else {
                continue;
            };
            let known = lowest.entry(partition.clone()).or_insert(sequence);
            *known = sequence.min(*known);
        }
        lowest
    }

    /// Settles gaps, begins a new epoch if one is needed, and asks for an id if there is none.
    pub(super) fn tend_sequences(&mut self, now_ms: u64, out: &mut Outputs<ProducerEvent>) {
        if self.sequences.is_none() {
            return;
        }
        let in_requests = self.in_flight_sequences();
        let accumulator = &self.accumulator;
        if let Some(sequences) = &mut self.sequences {
            sequences.resolve(|partition| {
                in_requests.contains_key(partition)
                    || accumulator.first_sequence(partition).is_some()
            });
        }
        match self.sequences.as_mut().and_then(Sequences::bump) {
            None => {}
            Some(Bump::Epoch(partitions)) => {
                let id = self.producer_id();
                self.renumber(&partitions);
                if let Some(ProducerIdAndEpoch { producer_id, epoch }) = id {
                    out.tell(ProducerEvent::EpochBumped { producer_id, epoch, partitions });
                }
            }
            Some(Bump::Id { dropped, rewrite }) => {
                self.renumber(&rewrite);
                let ProducerIdAndEpoch { producer_id, epoch } = dropped;
                out.tell(ProducerEvent::ProducerIdDropped { producer_id, epoch });
            }
        }
        self.request_producer_id(now_ms, out);
    }

    /// Numbers the batches in flight of these partitions from 0, in their order (`startSequencesAtBeginning`).
    fn renumber(&mut self, partitions: &[TopicPartition]) {
        let id = self.producer_id();
        for partition in partitions {
            let mut batches: Vec<&mut Batch> = self
                .in_flight
                .iter_mut()
                .flat_map(|request| &mut request.batches)
                .filter(|(of, batch)| of == partition && batch.sequence.is_some() && !batch.expired)
                .map(|(_, batch)| batch)
                .chain(self.accumulator.sent_before(partition))
                .collect();
            batches.sort_by_key(|batch| batch.sequence);
            let mut next = 0;
            for batch in batches {
                batch.renumber(sequence_of(id, next));
                next = increment_sequence(next, batch.records.len() as i32);
            }
            if let Some(sequences) = &mut self.sequences {
                sequences.restarted(partition, next);
            }
        }
    }

    /// When an id may be asked for; `None`: there is one, or it cannot be asked for before an answer.
    pub(super) fn producer_id_due_ms(&self) -> Option<u64> {
        let wanted = self.sequences.as_ref().is_some_and(|sequences| sequences.id().is_none());
        let asked = self.in_flight.iter().any(|r| r.api_key == ApiKey::InitProducerId);
        (wanted && !asked && self.has_room(self.broker))
            .then(|| self.init_ms.max(self.reconnect_ms))
    }

    /// Asks for a producer id if one is needed and may be asked for.
    pub(super) fn request_producer_id(&mut self, now_ms: u64, out: &mut Outputs<ProducerEvent>) {
        if self.producer_id_due_ms().is_none_or(|due_ms| now_ms < due_ms) {
            return;
        }
        self.in_flight.push_back(InFlight {
            correlation_id: self.next_correlation_id,
            api_key: ApiKey::InitProducerId,
            to: self.broker,
            sent_ms: now_ms,
            batches: Vec::new(),
        });
        self.push(self.broker, Request::InitProducerId, out);
    }

    /// The answer to InitProducerId.
    pub(super) fn take_producer_id(
        &mut self,
        now_ms: u64,
        answer: Result<(i64, i16), ErrorCode>,
        out: &mut Outputs<ProducerEvent>,
    ) {
        match (answer, &mut self.sequences) {
            (Ok((producer_id, epoch)), Some(sequences)) => {
                sequences.receive(ProducerIdAndEpoch { producer_id, epoch });
                out.tell(ProducerEvent::ProducerIdReceived { producer_id, epoch });
            }
            (Ok(_), None) => {}
            (Err(error), _) => {
                let backoff_ms = self.config.retry_backoff_ms;
                self.init_ms = now_ms.saturating_add(backoff_ms);
                out.tell(ProducerEvent::ProducerIdRefused { error, backoff_ms });
            }
        }
    }

    /// Whether a batch may be tried again after `error`, as far as the error goes (PROD-29, PROD-35).
    pub(super) fn may_retry(
        &mut self,
        partition: &TopicPartition,
        batch: &Batch,
        error: ErrorCode,
    ) -> bool {
        match (&mut self.sequences, batch.numbered()) {
            (Some(sequences), Some(numbered)) => sequences.can_retry(partition, numbered, error),
            _ => error.is_retriable(),
        }
    }

    /// A batch has failed for good: what becomes of its numbers. `adjust`: it had tries left.
    pub(super) fn free_sequence(
        &mut self,
        partition: &TopicPartition,
        batch: &Batch,
        error: ErrorCode,
        adjust: bool,
    ) {
        let (Some(sequences), Some(numbered)) = (&mut self.sequences, batch.numbered()) else {
            return;
        };
        if !sequences.failed(partition, numbered, error, adjust) {
            return;
        }
        // The book's Kafka: those behind it take its numbers (`adjustSequencesDueToFailedBatch`).
        let in_requests = self.in_flight.iter_mut().flat_map(|request| &mut request.batches);
        let in_requests = in_requests
            .filter(|(of, batch)| of == partition && !batch.expired)
            .map(|(_, batch)| batch);
        for other in in_requests.chain(self.accumulator.sent_before(partition)) {
            if let Some(mut sequence) = other.sequence
                && sequence.base_sequence > numbered.sequence.base_sequence
            {
                sequence.base_sequence -= numbered.record_count as i32;
                other.renumber(sequence);
            }
        }
    }
}

/// A batch is given up that was sent before: nothing new is sent to its partition until it is clear whether
/// the broker has it (`markSequenceUnresolved`).
pub(super) fn mark_unresolved(
    sequences: &mut Option<&mut Sequences>,
    partition: &TopicPartition,
    batch: &Batch,
) {
    if let (Some(sequences), Some(numbered), true) =
        (sequences, batch.numbered(), batch.attempts > 0)
    {
        sequences.mark_unresolved(partition, numbered);
    }
}
