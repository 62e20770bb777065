//! The application's half of a producer: the calls that have not returned yet.
//!
//! Kafka: `KafkaProducer.doSend`, `waitOnMetadata`, `BufferPool.allocate`. The application is one thread: a
//! `send` that waits for metadata or memory holds up the calls behind it, and their `max.block.ms` begins
//! when their turn comes.

use crate::client::producer::accumulator::Append;
use crate::client::producer::event::{PartitionChoice, ProducerEvent};
use crate::client::producer::futures::{SendFate, SendFuture};
use crate::client::producer::partitioner::{Exception, Own};
use crate::client::producer::producer::{Life, Producer, ProducerRecord};
use crate::protocol::record::Record;
use crate::protocol::{ErrorCode, Outputs, Refusal, Topic, TopicPartition};

/// A call of the application that has not returned yet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Call {
    Send(Box<Sending>),
    Close,
    /// Close, and begin anew with the settings that are in force by then.
    Reconfigure,
}

/// A record on its way into the accumulator.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Sending {
    pub(super) number: u64,
    pub(super) record: ProducerRecord,
    /// When its turn came.
    pub(super) since_ms: Option<u64>,
    /// Since when it waits for memory.
    memory_since_ms: Option<u64>,
    prepared: Option<Prepared>,
    /// What it was last told to wait for: memory or metadata.
    pub(super) told: Option<bool>,
}

/// A record with its partition: what the accumulator takes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Prepared {
    record: Record,
    partition: Option<u32>,
    choice: PartitionChoice,
}

/// Why a send cannot go on.
enum Blocked {
    Metadata,
    Memory {
        size_bytes: u64,
    },
    Refused(Refusal),
    /// `send` throws.
    Thrown(Exception, String),
}

impl Sending {
    /// A send behind which nothing waits yet; `told`: what it waits for behind others.
    pub(super) fn new(number: u64, record: ProducerRecord, told: Option<bool>) -> Box<Self> {
        let (since_ms, memory_since_ms, prepared) = (None, None, None);
        Box::new(Self { number, record, since_ms, memory_since_ms, prepared, told })
    }
}

impl Producer {
    pub(super) fn waits_for_memory(&self) -> bool {
        matches!(self.calls.front(), Some(Call::Send(s)) if s.memory_since_ms.is_some())
    }

    /// Whether the application waits until a topic, or one more partition of it, is known.
    pub(super) fn awaited_topic(&self) -> Option<&Topic> {
        match self.calls.front() {
            Some(Call::Send(s)) if s.since_ms.is_some() && self.lacks_metadata(s) => {
                Some(&s.record.topic)
            }
            _ => None,
        }
    }

    fn lacks_metadata(&self, sending: &Sending) -> bool {
        let count = self.cluster.partition_count(&sending.record.topic);
        sending.prepared.is_none()
            && count.is_none_or(|count| sending.record.partition.is_some_and(|p| p >= count))
    }

    /// Sender and application in turn, until both have to wait.
    pub(super) fn run(
        &mut self,
        now_ms: u64,
        chance: &mut dyn FnMut() -> u32,
        out: &mut Outputs<ProducerEvent>,
    ) {
        if self.life != Life::Running {
            return;
        }
        self.expire(now_ms, chance, out);
        loop {
            self.tend_sequences(now_ms, out);
            self.send_ready(now_ms, chance, out);
            let expired = self.expire(now_ms, chance, out);
            let called = self.run_call(now_ms, chance, out);
            if self.life != Life::Running || !(expired || called) {
                break;
            }
        }
        if self.life == Life::Running {
            self.request_metadata(now_ms, out);
            self.request_producer_id(now_ms, out);
        }
    }

    /// Lets the application's first call go on. True: something changed for the sender.
    fn run_call(
        &mut self,
        now_ms: u64,
        chance: &mut dyn FnMut() -> u32,
        out: &mut Outputs<ProducerEvent>,
    ) -> bool {
        match self.calls.pop_front() {
            None => false,
            Some(Call::Send(sending)) => self.run_send(now_ms, sending, chance, out),
            Some(call) if !self.is_flushed() => {
                self.calls.push_front(call);
                !self.accumulator.set_flushing(true)
            }
            Some(Call::Close) => {
                self.life = Life::Closed;
                self.in_flight.clear();
                out.tell(ProducerEvent::Closed);
                true
            }
            Some(Call::Reconfigure) => {
                out.tell(ProducerEvent::Restarted);
                self.begin(now_ms, out);
                true
            }
        }
    }

    fn run_send(
        &mut self,
        now_ms: u64,
        mut sending: Box<Sending>,
        chance: &mut dyn FnMut() -> u32,
        out: &mut Outputs<ProducerEvent>,
    ) -> bool {
        let since_ms = *sending.since_ms.get_or_insert(now_ms);
        let blocked = match self.try_send(now_ms, &mut sending, chance, out) {
            Ok(()) => None,
            Err(Blocked::Refused(refusal)) => Some((refusal, None)),
            Err(Blocked::Thrown(exception, words)) => {
                Some((Refusal::new(ErrorCode::UnknownServerError, words), Some(exception)))
            }
            Err(Blocked::Metadata) => {
                if now_ms - since_ms < self.config.max_block_ms {
                    return self.block(sending, false, out);
                }
                Some((self.metadata_timeout(&sending.record), None))
            }
            Err(Blocked::Memory { size_bytes }) => {
                let memory_since_ms = *sending.memory_since_ms.get_or_insert(now_ms);
                if now_ms - since_ms < self.config.max_block_ms {
                    return self.block(sending, true, out);
                }
                let waited_ms = memory_since_ms - since_ms;
                let block_ms = self.config.max_block_ms - waited_ms;
                Some((self.memory_exhausted(size_bytes, block_ms), None))
            }
        };
        self.accumulator.set_exhausted(false);
        if let Some((refusal, thrown)) = blocked {
            self.fail_send(sending.number, sending.record, refusal, thrown, out);
        }
        true
    }

    /// Puts a send back that has to wait. True: it waits for memory since now, so everything may go.
    fn block(
        &mut self,
        mut sending: Box<Sending>,
        for_memory: bool,
        out: &mut Outputs<ProducerEvent>,
    ) -> bool {
        if sending.told != Some(for_memory) {
            sending.told = Some(for_memory);
            out.tell(ProducerEvent::SendBlocked { number: sending.number, for_memory });
        }
        self.calls.push_front(Call::Send(sending));
        for_memory && !self.accumulator.set_exhausted(true)
    }

    /// PROD-1, in its order.
    fn try_send(
        &mut self,
        now_ms: u64,
        sending: &mut Sending,
        chance: &mut dyn FnMut() -> u32,
        out: &mut Outputs<ProducerEvent>,
    ) -> Result<(), Blocked> {
        if sending.prepared.is_none() {
            sending.prepared = Some(self.prepare(now_ms, sending, chance)?);
        }
        let prepared = sending.prepared.as_ref().expect("it was prepared just now");
        let topic = &sending.record.topic;
        let mut choices = Vec::new();
        let appended = self.accumulator.append(
            now_ms,
            (&self.config, &self.cluster),
            (topic, prepared.partition),
            (sending.number, &prepared.record),
            chance,
            &mut choices,
        );
        // The first choice comes before its record; what moves on counts bytes up to here.
        let tell_choice = |(partition, switch)| ProducerEvent::StickyPartitionChosen {
            partition: TopicPartition::new(topic, partition),
            switch,
        };
        match appended {
            Append::NeedsMemory { size_bytes } => {
                out.events.extend(choices.into_iter().map(tell_choice));
                Err(Blocked::Memory { size_bytes })
            }
            Append::Done { partition, opened_batch, choices_before } => {
                let after = choices.split_off(choices_before as usize);
                out.events.extend(choices.into_iter().map(tell_choice));
                self.futures.push(SendFuture {
                    number: sending.number,
                    topic: topic.clone(),
                    partition: Some((partition, prepared.choice)),
                    key: prepared.record.key.clone(),
                    value: prepared.record.value.clone(),
                    timestamp: prepared.record.timestamp,
                    fate: SendFate::Open,
                });
                out.tell(ProducerEvent::RecordAccumulated {
                    number: sending.number,
                    partition: TopicPartition::new(topic, partition),
                    choice: prepared.choice,
                    key: prepared.record.key.clone(),
                    value: prepared.record.value.clone(),
                    opened_batch,
                });
                out.events.extend(after.into_iter().map(tell_choice));
                Ok(())
            }
        }
    }

    /// Waits for metadata, chooses the partition, checks the size.
    fn prepare(
        &mut self,
        now_ms: u64,
        sending: &Sending,
        chance: &mut dyn FnMut() -> u32,
    ) -> Result<Prepared, Blocked> {
        let record = &sending.record;
        let refuse = |error, words: String| Err(Blocked::Refused(Refusal::new(error, words)));
        if let Some(timestamp) = record.timestamp.filter(|timestamp| *timestamp < 0) {
            let words = format!(
                "Invalid timestamp: {timestamp}. Timestamp should always be non-negative or null."
            );
            return Err(Blocked::Thrown("java.lang.IllegalArgumentException", words));
        }
        if self.need.topics.insert(record.topic.clone()) {
            self.need.next_ms = 0; // A new topic is asked for at once.
            self.need.attempts = 0;
        }
        if let Some(error) = self.need.refused.remove(&record.topic) {
            self.need.topics.remove(&record.topic);
            let words = match error {
                ErrorCode::InvalidTopicException => format!("Invalid topics: [{}]", record.topic),
                _ => error.message().to_owned(),
            };
            return refuse(error, words);
        }
        if self.lacks_metadata(sending) {
            self.need.refresh = true;
            return Err(Blocked::Metadata);
        }
        let [of_keys, of_values] = self.config.serializers;
        let [key_class, value_class] = &record.classes;
        let unserialised =
            |words| Blocked::Thrown("org.apache.kafka.common.errors.SerializationException", words);
        let key = of_keys.serialize("key", record.key.as_ref(), key_class.as_ref());
        let key = key.map_err(unserialised)?;
        let value = of_values.serialize("value", record.value.as_ref(), value_class.as_ref());
        let value = value.map_err(unserialised)?;
        let own = self.partition_by.as_deref().or(self.config.own_part);
        let own = own.map(|pointer| Own { pointer, key: record.key.as_deref() });
        let chosen = self.partitioner.choose(
            &self.config,
            (&record.topic, record.partition, key.as_ref()),
            own,
            &self.cluster,
            chance,
        );
        let (partition, choice) =
            chosen.map_err(|(exception, words)| Blocked::Thrown(exception, words))?;
        let prepared = Record {
            timestamp: record.timestamp.unwrap_or_else(|| now_ms.cast_signed()),
            key,
            value,
            headers: record.headers.clone(),
        };
        if let Err(words) = self.config.check_size(&prepared) {
            return refuse(ErrorCode::MessageTooLarge, words);
        }
        Ok(Prepared { record: prepared, partition, choice })
    }

    /// PROD-3.
    fn metadata_timeout(&self, record: &ProducerRecord) -> Refusal {
        let ms = self.config.max_block_ms;
        let topic = &record.topic;
        let words = match (self.cluster.partition_count(topic), record.partition) {
            (Some(count), Some(partition)) => format!(
                "Partition {partition} of topic {topic} with partition count {count} is not present in \
                 metadata after {ms} ms."
            ),
            _ => format!("Topic {topic} not present in metadata after {ms} ms."),
        };
        Refusal::new(ErrorCode::RequestTimedOut, words)
    }

    /// PROD-31.
    fn memory_exhausted(&self, size_bytes: u64, block_ms: u64) -> Refusal {
        let total = self.config.buffer_memory;
        let available = total - self.accumulator.pooled_bytes();
        let words = format!(
            "Failed to allocate {size_bytes} bytes within the configured max blocking time {block_ms} ms. \
             Total memory: {total} bytes. Available memory: {available} bytes. Poolable size: {} bytes",
            self.config.batch_size
        );
        Refusal::new(ErrorCode::RequestTimedOut, words)
    }
}
