//! The sender's half of a producer: requests, answers, retries, time-outs.
//!
//! Kafka: `Sender`, `NetworkClient`, `InFlightRequests`. A connection that was lost comes back after
//! `reconnect.backoff.ms` at its defaults; when it comes back nothing needs to be said on it first.

use crate::client::producer::accumulator::SINCE_CREATION;
use crate::client::producer::batch::Batch;
use crate::client::producer::event::ProducerEvent;
use crate::client::producer::numbering::mark_unresolved;
use crate::client::producer::producer::{InFlight, Producer};
use crate::protocol::java::exponential_backoff_ms;
use crate::protocol::request::{
    ApiKey, Body, MetadataTopic, ProducePartition, ProduceRefusal, Request, Response,
};
use crate::protocol::{
    Connection, ErrorCode, NodeId, Offset, Outgoing, Outputs, Refusal, TopicPartition,
};

const RECONNECT_BACKOFF_MS: u64 = 50;
const RECONNECT_BACKOFF_MAX_MS: u64 = 1000;

/// The first record's offset and the append time, −1 under CreateTime.
type Acknowledged = (Offset, i64);

/// What went wrong with a batch, and how it is told.
struct Failure {
    error: ErrorCode,
    message: String,
    record_errors: Vec<(u32, String)>,
    /// The broker said so; else the connection was lost.
    from_broker: bool,
}

impl Producer {
    /// Whether a request may go to `to` now, as far as answers are awaited.
    pub(super) fn has_room(&self, to: NodeId) -> bool {
        let awaited = self.in_flight.iter().filter(|request| request.to == to).count() as u64;
        awaited < self.config.max_in_flight
    }

    /// Sends one request to every broker that is ready, and again until none can take one (PROD-23, 24).
    pub(super) fn send_ready(
        &mut self,
        now_ms: u64,
        chance: &mut dyn FnMut() -> u32,
        out: &mut Outputs<ProducerEvent>,
    ) {
        loop {
            let mut sent = false;
            let in_flight = self.in_flight_sequences();
            for broker in self.accumulator.ready(now_ms, &self.config, &self.cluster) {
                let to = NodeId::Broker(broker);
                let sendable = now_ms >= self.reconnect_ms && self.has_room(to);
                self.accumulator.note_ready(now_ms, &self.config, broker, sendable);
                if !sendable {
                    continue;
                }
                let sequences = self.sequences.as_mut().map(|sequences| (sequences, &in_flight));
                let batches =
                    self.accumulator.drain(now_ms, &self.config, &self.cluster, broker, sequences);
                if !batches.is_empty() {
                    self.send_produce(now_ms, to, batches, chance, out);
                    sent = true;
                }
            }
            if !sent {
                return;
            }
        }
    }

    fn send_produce(
        &mut self,
        now_ms: u64,
        to: NodeId,
        mut batches: Vec<(TopicPartition, Batch)>,
        chance: &mut dyn FnMut() -> u32,
        out: &mut Outputs<ProducerEvent>,
    ) {
        let acks = self.config.acks;
        let correlation_id = self.next_correlation_id;
        for (partition, batch) in &batches {
            // PROD-25.
            self.accumulator.set_muted(partition, self.config.max_in_flight == 1);
            out.tell(ProducerEvent::BatchDrained {
                partition: partition.clone(),
                first: batch.records.first().map_or(0, |record| record.number),
                record_count: batch.records.len() as u32,
                size_bytes: batch.size_bytes,
                waited_ms: now_ms - batch.created_ms,
                attempts: batch.attempts,
                sequence: batch.sequence,
                correlation_id,
            });
        }
        let bytes = batches.iter_mut().map(|(p, batch)| (p.clone(), batch.close())).collect();
        let timeout_ms = i32::try_from(self.config.request_timeout_ms).unwrap_or(i32::MAX);
        self.push(to, Request::Produce { acks, timeout_ms, batches: bytes }, out);
        if acks == 0 {
            // PROD-27: written is done.
            for (partition, batch) in batches {
                self.finish(now_ms, partition, batch, Ok(None), chance, out);
            }
            return;
        }
        let api_key = ApiKey::Produce;
        self.in_flight.push_back(InFlight {
            correlation_id,
            api_key,
            to,
            sent_ms: now_ms,
            batches,
        });
    }

    pub(super) fn push(&mut self, to: NodeId, request: Request, out: &mut Outputs<ProducerEvent>) {
        out.messages.push(Outgoing {
            to,
            connection: Connection::Data,
            correlation_id: self.next_correlation_id,
            delay_ms: 0,
            body: Body::Request(request),
        });
        self.next_correlation_id += 1;
    }

    /// When metadata may be asked for; `None`: nobody wants any, or nothing can be asked before an answer.
    fn metadata_due_ms(&self) -> Option<u64> {
        let wanted = self.need.refresh || self.need.refresh_all || self.awaited_topic().is_some();
        let asked = self.in_flight.iter().any(|request| request.api_key == ApiKey::Metadata);
        (wanted && !asked && self.has_room(self.broker))
            .then(|| self.need.next_ms.max(self.reconnect_ms))
    }

    /// Asks for metadata if it is wanted and may be asked for.
    pub(super) fn request_metadata(&mut self, now_ms: u64, out: &mut Outputs<ProducerEvent>) {
        if self.metadata_due_ms().is_none_or(|due_ms| now_ms < due_ms) {
            return;
        }
        let awaited = self.awaited_topic();
        let topics = self.need.topics.iter();
        let topics = topics
            .filter(|topic| {
                self.need.refresh_all
                    || Some(*topic) == awaited
                    || self.cluster.partition_count(topic).is_none()
            })
            .cloned()
            .collect();
        (self.need.refresh, self.need.refresh_all) = (false, false);
        self.in_flight.push_back(InFlight {
            correlation_id: self.next_correlation_id,
            api_key: ApiKey::Metadata,
            to: self.broker,
            sent_ms: now_ms,
            batches: Vec::new(),
        });
        self.push(self.broker, Request::Metadata { topics }, out);
    }

    /// Takes the answer to a request in flight.
    pub(super) fn complete(
        &mut self,
        now_ms: u64,
        correlation_id: u64,
        response: Response,
        chance: &mut dyn FnMut() -> u32,
        out: &mut Outputs<ProducerEvent>,
    ) {
        let found = self.in_flight.iter().position(|request| {
            request.correlation_id == correlation_id && request.api_key == response.api_key()
        });
        let Some(request) = found.and_then(|at| self.in_flight.remove(at)) else { return };
        self.connection_failures = 0;
        match response {
            Response::Metadata { topics } => self.learn(now_ms, topics, chance),
            Response::Produce { partitions } => {
                for (partition, batch) in request.batches {
                    let result = produce_result(&partition, &partitions);
                    self.finish(now_ms, partition, batch, result, chance, out);
                }
            }
            Response::InitProducerId(answer) => self.take_producer_id(now_ms, answer, out),
            _ => unreachable!("producers ask for nothing else"),
        }
    }

    fn learn(&mut self, now_ms: u64, topics: Vec<MetadataTopic>, chance: &mut dyn FnMut() -> u32) {
        for MetadataTopic { topic, known } in topics {
            match known {
                Ok((_, leaders)) if !leaders.is_empty() => self.cluster.learn(&topic, leaders),
                Err(error) if !error.is_retriable() => {
                    self.need.refused.insert(topic, error);
                }
                _ => {}
            }
        }
        if self.awaited_topic().is_some() {
            self.delay_metadata(now_ms, chance);
        } else {
            (self.need.attempts, self.need.next_ms) = (0, 0);
        }
    }

    fn delay_metadata(&mut self, now_ms: u64, chance: &mut dyn FnMut() -> u32) {
        let backoff_ms = self.config.backoff_ms(self.need.attempts, chance);
        self.need.next_ms = now_ms.saturating_add(backoff_ms);
        self.need.attempts += 1;
    }

    /// The batch was acknowledged, or not.
    fn finish(
        &mut self,
        now_ms: u64,
        partition: TopicPartition,
        batch: Batch,
        result: Result<Option<Acknowledged>, Failure>,
        chance: &mut dyn FnMut() -> u32,
        out: &mut Outputs<ProducerEvent>,
    ) {
        self.accumulator.set_muted(&partition, false);
        let result = match result {
            // The broker has it, and does not know where any more (PROD-34).
            Err(failure) if failure.error == ErrorCode::DuplicateSequenceNumber => Ok(None),
            result => result,
        };
        if let (Ok(_), Some(sequences), Some(numbered)) =
            (&result, &mut self.sequences, batch.numbered())
        {
            sequences.completed(&partition, numbered);
        }
        if batch.expired {
            self.accumulator.release(&batch); // Its callbacks were called already.
            return;
        }
        match result {
            Ok(acknowledged) => {
                self.accumulator.release(&batch);
                let numbers = batch.numbers();
                self.acknowledged += numbers.len() as u64;
                let base_offset = acknowledged.map(|(base_offset, _)| base_offset);
                let log_append_ms = acknowledged.and_then(|(_, ms)| u64::try_from(ms).ok());
                self.futures.done(&numbers, base_offset, log_append_ms);
                out.tell(ProducerEvent::BatchAcknowledged {
                    partition,
                    numbers,
                    base_offset,
                    log_append_ms,
                });
            }
            Err(failure) => self.retry_or_fail(now_ms, partition, batch, failure, chance, out),
        }
    }

    /// PROD-29, PROD-30.
    fn retry_or_fail(
        &mut self,
        now_ms: u64,
        partition: TopicPartition,
        mut batch: Batch,
        failure: Failure,
        chance: &mut dyn FnMut() -> u32,
        out: &mut Outputs<ProducerEvent>,
    ) {
        let error = failure.error;
        // `InvalidMetadataException`: what is known may be old.
        self.need.refresh_all |=
            !failure.from_broker || error == ErrorCode::UnknownTopicOrPartition;
        if error == ErrorCode::MessageTooLarge && batch.records.len() > 1 {
            let into = self.accumulator.split(&partition, batch, self.config.batch_size);
            out.tell(ProducerEvent::BatchSplit { partition, into });
            return;
        }
        let timeout_ms = self.config.delivery_timeout_ms.unwrap_or(u64::MAX);
        let in_time = now_ms < batch.created_ms.saturating_add(timeout_ms);
        let tries_left = u64::from(batch.attempts) < self.config.retries;
        if tries_left && in_time && self.may_retry(&partition, &batch, error) {
            let backoff_ms = self.config.backoff_ms(batch.attempts, chance);
            batch.put_back(now_ms, backoff_ms);
            out.tell(ProducerEvent::BatchRetried {
                partition: partition.clone(),
                numbers: batch.numbers(),
                error: failure.from_broker.then_some(error),
                attempts: batch.attempts,
                backoff_ms,
                sequence: batch.sequence,
            });
            self.accumulator.put_back(&partition, batch);
            return;
        }
        self.accumulator.release(&batch);
        self.free_sequence(&partition, &batch, error, tries_left);
        for (numbers, refusal) in failure.refusals(&batch) {
            self.fail_batch(partition.clone(), numbers, refusal, out);
        }
    }

    fn fail_batch(
        &mut self,
        partition: TopicPartition,
        numbers: Vec<u64>,
        refusal: Refusal,
        out: &mut Outputs<ProducerEvent>,
    ) {
        self.failed += numbers.len() as u64;
        self.futures.failed(&numbers, &refusal);
        out.tell(ProducerEvent::BatchFailed { partition, numbers, refusal });
    }

    /// What waited too long: requests for an answer, batches for their delivery (PROD-28).
    /// True: something did.
    pub(super) fn expire(
        &mut self,
        now_ms: u64,
        chance: &mut dyn FnMut() -> u32,
        out: &mut Outputs<ProducerEvent>,
    ) -> bool {
        let told = out.events.len();
        if let Some(timeout_ms) = self.config.delivery_timeout_ms {
            let mut failed = Vec::new();
            let mut sequences = self.sequences.as_mut();
            for (partition, batch) in self.in_flight.iter_mut().flat_map(|r| &mut r.batches) {
                if !batch.expired && now_ms >= batch.created_ms.saturating_add(timeout_ms) {
                    batch.expired = true;
                    let waited_ms = now_ms - batch.created_ms;
                    let waited = format!("{waited_ms} ms has passed since {SINCE_CREATION}");
                    mark_unresolved(&mut sequences, partition, batch);
                    failed.push((partition.clone(), batch.numbers(), waited));
                }
            }
            for (partition, numbers, waited) in failed {
                self.tell_expired(partition, numbers, &waited, out);
            }
        }
        for (partition, batch, waited) in self.accumulator.expire(now_ms, &self.config) {
            mark_unresolved(&mut self.sequences.as_mut(), &partition, &batch);
            self.tell_expired(partition, batch.numbers(), &waited, out);
        }
        let timeout_ms = self.config.request_timeout_ms;
        let late = self.in_flight.iter().filter(|r| now_ms > r.sent_ms.saturating_add(timeout_ms));
        let late: Vec<u64> = late.map(|request| request.correlation_id).collect();
        if !late.is_empty() {
            for correlation_id in late {
                out.tell(ProducerEvent::RequestTimedOut { correlation_id });
            }
            self.lose_connection(now_ms, true, chance, out);
        }
        out.events.len() > told
    }

    fn tell_expired(
        &mut self,
        partition: TopicPartition,
        numbers: Vec<u64>,
        waited: &str,
        out: &mut Outputs<ProducerEvent>,
    ) {
        let words = format!("Expiring {} record(s) for {partition}:{waited}", numbers.len());
        let refusal = Refusal::new(ErrorCode::RequestTimedOut, words);
        self.fail_batch(partition, numbers, refusal, out);
    }

    /// The connection is gone, by the other side or because a request `timed_out`: all in flight fail.
    ///
    /// Oldest first, each put back in front of its queue: without idempotence they come out in the
    /// opposite order, as in Kafka (PROD-25).
    pub(super) fn lose_connection(
        &mut self,
        now_ms: u64,
        timed_out: bool,
        chance: &mut dyn FnMut() -> u32,
        out: &mut Outputs<ProducerEvent>,
    ) {
        out.tell(ProducerEvent::Disconnected);
        let backoff_ms = exponential_backoff_ms(
            RECONNECT_BACKOFF_MS,
            RECONNECT_BACKOFF_MAX_MS,
            self.connection_failures,
            chance(),
        );
        self.connection_failures += 1;
        self.reconnect_ms = now_ms.saturating_add(backoff_ms);
        for request in std::mem::take(&mut self.in_flight) {
            if request.api_key == ApiKey::Metadata {
                self.need.refresh = true;
                self.delay_metadata(now_ms, chance);
            }
            if request.api_key == ApiKey::InitProducerId {
                self.init_ms = now_ms.saturating_add(self.config.retry_backoff_ms);
            }
            for (partition, batch) in request.batches {
                let failure = Failure::lost(request.to, timed_out);
                self.finish(now_ms, partition, batch, Err(failure), chance, out);
            }
        }
    }

    /// When the sender has something to do next.
    pub(super) fn next_sender_ms(&self) -> Option<u64> {
        let config = &self.config;
        let timeout = self.in_flight.iter().map(|r| r.sent_ms).min();
        let timeout = timeout.map(|ms| ms.saturating_add(config.request_timeout_ms + 1));
        let in_flight = self.in_flight.iter().flat_map(|request| &request.batches);
        let delivery = config.delivery_timeout_ms.and_then(|timeout_ms| {
            let open = in_flight.filter(|(_, batch)| !batch.expired);
            open.map(|(_, batch)| batch.created_ms.saturating_add(timeout_ms)).min()
        });
        let expiry = self.accumulator.next_expiry_ms(config);
        // All that could be sent was sent: an idempotent producer's rest waits for answers.
        let held_back = self.sequences.is_some() && self.reconnect_ms <= self.now_ms;
        let ready = self
            .accumulator
            .next_ready_ms(self.now_ms, config, &self.cluster, held_back, |b| {
                self.has_room(NodeId::Broker(b))
            })
            .map(|ready_ms| ready_ms.max(self.reconnect_ms));
        let asks = [self.metadata_due_ms(), self.producer_id_due_ms()];
        let dues = [timeout, delivery, expiry, ready].into_iter().chain(asks);
        dues.flatten().min()
    }
}

impl Failure {
    fn lost(node: NodeId, timed_out: bool) -> Self {
        let node = match node {
            NodeId::Broker(broker) => broker.0.to_string(),
            NodeId::Client(client) => client.0.to_string(),
        };
        let (error, why) = if timed_out {
            (ErrorCode::RequestTimedOut, " due to timeout")
        } else {
            (ErrorCode::NetworkException, "")
        };
        let message = format!("Disconnected from node {node}{why}");
        Self { error, message, record_errors: Vec::new(), from_broker: false }
    }

    /// What each record's callback gets (`Sender.failBatch`): records at fault their own words.
    fn refusals(&self, batch: &Batch) -> Vec<(Vec<u64>, Refusal)> {
        let words = if self.message.is_empty() { self.error.message() } else { &self.message };
        if self.record_errors.is_empty() {
            return vec![(batch.numbers(), Refusal::new(self.error, words))];
        }
        // One record at fault has the partition's error, several are all `InvalidRecordException`.
        let error = match self.record_errors.len() {
            1 => self.error,
            _ => ErrorCode::InvalidRecord,
        };
        let mut rest = Vec::new();
        let mut refusals = Vec::new();
        for (index, number) in batch.numbers().into_iter().enumerate() {
            match self.record_errors.iter().find(|(at, _)| *at as usize == index) {
                None => rest.push(number),
                Some((_, own)) => {
                    let words = if own.is_empty() { words } else { own };
                    refusals.push((vec![number], Refusal::new(error, words)));
                }
            }
        }
        if !rest.is_empty() {
            let words = "Failed to append record because it was part of a batch which had one more more \
                         invalid records";
            refusals.push((rest, Refusal::new(ErrorCode::UnknownServerError, words)));
        }
        refusals
    }
}

/// What a Produce answer says of one partition.
fn produce_result(
    partition: &TopicPartition,
    answers: &[ProducePartition],
) -> Result<Option<Acknowledged>, Failure> {
    match answers.iter().find(|answer| answer.partition == *partition).map(|a| &a.appended) {
        Some(Ok((base_offset, log_append_ms))) => {
            Ok(Offset::from_i64(*base_offset).map(|offset| (offset, *log_append_ms)))
        }
        Some(Err(ProduceRefusal { error, message, record_errors })) => Err(Failure {
            error: *error,
            message: message.clone(),
            record_errors: record_errors.clone(),
            from_broker: true,
        }),
        None => Err(Failure {
            error: ErrorCode::UnknownServerError,
            message: String::new(),
            record_errors: Vec::new(),
            from_broker: true,
        }),
    }
}
