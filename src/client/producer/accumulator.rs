//! Where records wait in batches, one queue a partition, until their broker's turn comes.
//!
//! Kafka: `RecordAccumulator`, `BufferPool`, `NodeLatencyStats`. `CompressionRatioEstimator`, which a
//! real producer shares with all others of its process. Left out: transactions.

use std::collections::VecDeque;

use crate::client::producer::batch::Batch;
use crate::client::producer::config::ProducerConfig;
use crate::client::producer::event::StickySwitch;
use crate::client::producer::metadata::ClusterView;
use crate::client::producer::partitioner::{LoadStats, StickyPartitioner};
use crate::client::producer::sequences::{ProducerSequence, Sequences};
use crate::protocol::java::CompressionRatio;
use crate::protocol::record::{Codec, Record};
use crate::protocol::{BrokerId, SortedMap, SortedSet, Topic, TopicPartition};

/// What became of an append.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Append {
    /// The record lies in the last batch of this partition.
    ///
    /// `choices_before`: how many of the choices led to it; those after it were made because of it.
    Done { partition: u32, opened_batch: bool, choices_before: u32 },
    /// A new batch would need this many bytes of `buffer.memory`; nothing was appended (PROD-31).
    NeedsMemory { size_bytes: u64 },
}

/// A choice of the sticky partitioner; `None`: its first.
pub(crate) type StickyChoice = (u32, Option<StickySwitch>);

/// Since when a broker could have been sent to, for PROD-15.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct NodeLatency {
    ready_ms: u64,
    drained_ms: u64,
}

/// The lowest sequence among a partition's batches in requests.
pub(crate) type InFlightSequences = SortedMap<TopicPartition, ProducerSequence>;

/// The queues.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Accumulator {
    queues: SortedMap<TopicPartition, VecDeque<Batch>>,
    sticky: SortedMap<Topic, StickyPartitioner>,
    /// How well each topic's batches compress; none of a producer that does not compress (PROD-22).
    ratios: SortedMap<Topic, CompressionRatio>,
    muted: SortedSet<TopicPartition>,
    /// Where each broker's last drain ended (PROD-24).
    drained_last: SortedMap<BrokerId, u32>,
    latencies: SortedMap<BrokerId, NodeLatency>,
    pooled_bytes: u64,
    /// A `send` waits for memory: everything may go (PROD-23).
    exhausted: bool,
    /// `close` or a flush: everything may go.
    flushing: bool,
}

impl Accumulator {
    /// Appends a record to `partition`, or to the sticky one (PROD-10, 11, 19).
    ///
    /// Choices of the sticky partitioner are pushed to `choices`, in order.
    pub(crate) fn append(
        &mut self,
        now_ms: u64,
        (config, cluster): (&ProducerConfig, &ClusterView),
        (topic, explicit): (&Topic, Option<u32>),
        (number, record): (u64, &Record),
        chance: &mut dyn FnMut() -> u32,
        choices: &mut Vec<StickyChoice>,
    ) -> Append {
        let sticky = self.sticky.entry(topic.clone()).or_default();
        let place = (topic, cluster);
        let size_bytes = config.batch_size.max(record.batch_size_upper_bound() as u64);
        let update = |sticky: &mut StickyPartitioner,
                      bytes,
                      full,
                      choices: &mut Vec<_>,
                      chance: &mut dyn FnMut() -> u32| {
            let moved = match explicit {
                Some(_) => None,
                None => sticky.update(bytes, full, config.batch_size, place, chance),
            };
            choices.extend(moved.map(|(partition, switch)| (partition, Some(switch))));
            moved.is_some()
        };
        loop {
            let partition = explicit.unwrap_or_else(|| {
                let (partition, first) = sticky.peek(topic, cluster, chance);
                choices.extend(first.then_some((partition, None)));
                partition
            });
            let queue = self.queues.entry(TopicPartition::new(topic, partition)).or_default();
            // A switch that an open batch held up is looked at again, with 0 bytes (PROD-11).
            if all_full(queue) && update(sticky, 0, true, choices, chance) {
                continue;
            }
            if let Some(last) = queue.back_mut()
                && let Some(grown) = last.try_append(now_ms, number, record)
            {
                let full = all_full(queue);
                let choices_before = choices.len() as u32;
                update(sticky, grown, full, choices, chance);
                return Append::Done { partition, opened_batch: false, choices_before };
            }
            if size_bytes > config.buffer_memory.saturating_sub(self.pooled_bytes) {
                return Append::NeedsMemory { size_bytes };
            }
            if all_full(queue) && update(sticky, 0, true, choices, chance) {
                continue;
            }
            let ratio = self.ratios.get(topic).copied().unwrap_or_default();
            let mut batch = Batch::new(now_ms, size_bytes, true, (config.codec, ratio));
            batch.try_append(now_ms, number, record).expect("an empty batch takes any record");
            self.pooled_bytes += batch.pooled_bytes;
            let created_bytes = u64::from(batch.size_bytes);
            queue.push_back(batch);
            let full = all_full(queue);
            let choices_before = choices.len() as u32;
            update(sticky, created_bytes, full, choices, chance);
            return Append::Done { partition, opened_batch: true, choices_before };
        }
    }

    /// The readiness pass: which brokers have something to send (PROD-23). It renews load statistics (PROD-14).
    pub(crate) fn ready(
        &mut self,
        now_ms: u64,
        config: &ProducerConfig,
        cluster: &ClusterView,
    ) -> SortedSet<BrokerId> {
        let mut ready = SortedSet::new();
        for (partition, queue) in &self.queues {
            let Some(leader) = cluster.leader(partition) else { continue };
            let due = self.due_ms(partition, queue, now_ms, config);
            if due.is_some_and(|due_ms| due_ms <= now_ms) {
                ready.insert(leader);
            }
        }
        if config.adaptive {
            self.renew_stats(config, cluster);
        }
        ready
    }

    /// When the first batch of a queue makes its broker ready; at the latest now if it does already.
    fn due_ms(
        &self,
        partition: &TopicPartition,
        queue: &VecDeque<Batch>,
        now_ms: u64,
        config: &ProducerConfig,
    ) -> Option<u64> {
        let first = queue.front()?;
        if self.muted.contains(partition) {
            return None;
        }
        if first.is_backing_off(now_ms) {
            return Some(first.backoff_due_ms());
        }
        let full = queue.len() > 1 || first.is_full();
        if full || self.exhausted || self.flushing {
            return Some(now_ms);
        }
        Some(first.last_attempt_ms.saturating_add(config.linger_ms))
    }

    /// When a broker that `may_send` becomes ready next. `held_back`: what is ready now waits for an answer.
    pub(crate) fn next_ready_ms(
        &self,
        now_ms: u64,
        config: &ProducerConfig,
        cluster: &ClusterView,
        held_back: bool,
        may_send: impl Fn(BrokerId) -> bool,
    ) -> Option<u64> {
        let queues = self.queues.iter();
        queues
            .filter(|(partition, _)| cluster.leader(partition).is_some_and(&may_send))
            .filter_map(|(partition, queue)| self.due_ms(partition, queue, now_ms, config))
            .filter(|due_ms| !held_back || *due_ms > now_ms)
            .min()
    }

    fn renew_stats(&mut self, config: &ProducerConfig, cluster: &ClusterView) {
        for (topic, sticky) in &mut self.sticky {
            let all = cluster.partition_count(topic).unwrap_or(0);
            let first = TopicPartition::new(topic, 0);
            let queues: Vec<_> =
                self.queues.range(first..).take_while(|(p, _)| p.topic == *topic).collect();
            // Only when every partition has an entry (PROD-14).
            let complete = !queues.is_empty() && queues.len() as u32 >= all;
            let sizes: Vec<(u32, u32)> = queues
                .iter()
                .filter(|(partition, queue)| {
                    cluster.leader(partition).is_some_and(|leader| {
                        queue.is_empty() || !is_slow(self.latencies.get(&leader), config)
                    })
                })
                .map(|(partition, queue)| (partition.partition, queue.len() as u32))
                .collect();
            let stats = if complete { LoadStats::of(queues.len() as u32, &sizes) } else { None };
            sticky.set_stats(stats);
        }
    }

    /// Takes note that a broker was ready, and whether it could be sent to (PROD-15).
    pub(crate) fn note_ready(
        &mut self,
        now_ms: u64,
        config: &ProducerConfig,
        broker: BrokerId,
        drains: bool,
    ) {
        if config.availability_timeout_ms == 0 {
            return;
        }
        let fresh = NodeLatency { ready_ms: now_ms, drained_ms: now_ms };
        let latency = self.latencies.entry(broker).or_insert(fresh);
        latency.ready_ms = now_ms;
        if drains {
            latency.drained_ms = now_ms;
        }
    }

    /// Takes at most one batch of every partition that `broker` leads (PROD-24). They are closed.
    ///
    /// With `sequences` they are numbered; a partition that has to wait for an answer first ends the walk, and
    /// the next one begins there (PROD-33). `in_flight`: the lowest sequence in requests, by partition.
    pub(crate) fn drain(
        &mut self,
        now_ms: u64,
        config: &ProducerConfig,
        cluster: &ClusterView,
        broker: BrokerId,
        mut sequences: Option<(&mut Sequences, &InFlightSequences)>,
    ) -> Vec<(TopicPartition, Batch)> {
        let partitions = cluster.led_by(broker);
        let mut drained = Vec::new();
        let count = partitions.len() as u32;
        if count == 0 {
            return drained;
        }
        let start = self.drained_last.get(&broker).copied().unwrap_or(0) % count;
        let mut size_bytes = 0u64;
        for step in 0..count {
            let at = (start + step) % count;
            self.drained_last.insert(broker, at);
            let partition = &partitions[at as usize];
            if self.muted.contains(partition) {
                continue;
            }
            let Some(queue) = self.queues.get_mut(partition) else { continue };
            let Some(first) = queue.front().filter(|first| !first.is_backing_off(now_ms)) else {
                continue;
            };
            let next_bytes = size_bytes + u64::from(first.size_bytes);
            if next_bytes > config.max_request_size && !drained.is_empty() {
                break;
            }
            let mut first = first.sequence;
            if let Some((sequences, in_flight)) = &mut sequences {
                let tracked = first.filter(|sequence| sequences.tracks(*sequence));
                let lowest = in_flight.get(partition).copied().into_iter().chain(tracked).min();
                if sequences.holds_back(partition, first, lowest) {
                    break;
                }
                if first.is_none() {
                    let count = queue.front().map_or(0, |batch| batch.records.len() as u32);
                    first = Some(sequences.assign(partition, lowest.is_some(), count));
                }
            }
            let mut batch = queue.pop_front().expect("it has a first batch");
            batch.sequence = first;
            batch.close();
            size_bytes += u64::from(batch.size_bytes);
            if config.codec != Codec::None {
                // Each drain counts, also that of a batch which was sent before.
                let ratio = self.ratios.entry(partition.topic.clone()).or_default();
                *ratio = ratio.updated(batch.ratio);
            }
            drained.push((partition.clone(), batch));
        }
        drained
    }

    /// Puts a batch back in front of its queue (PROD-29), or behind those of a lower sequence
    /// (`insertInSequenceOrder`).
    pub(crate) fn put_back(&mut self, partition: &TopicPartition, batch: Batch) {
        let queue = self.queues.entry(partition.clone()).or_default();
        let is_before = |queued: &Batch| match (queued.sequence, batch.sequence) {
            (Some(queued), Some(sequence)) => queued.base_sequence < sequence.base_sequence,
            _ => false,
        };
        let at = queue.iter().take_while(|queued| is_before(queued)).count();
        queue.insert(at, batch);
    }

    /// A partition's queued batches that were sent before.
    pub(crate) fn sent_before(
        &mut self,
        partition: &TopicPartition,
    ) -> impl Iterator<Item = &mut Batch> {
        let queue = self.queues.get_mut(partition).into_iter().flatten();
        queue.filter(|batch| batch.sequence.is_some())
    }

    /// Whether a partition's first queued batch was sent before, and its sequence.
    pub(crate) fn first_sequence(&self, partition: &TopicPartition) -> Option<ProducerSequence> {
        self.queues.get(partition)?.front()?.sequence
    }

    /// Cuts a batch and puts the parts in front of its queue, in order (PROD-30). Returns how many.
    pub(crate) fn split(
        &mut self,
        partition: &TopicPartition,
        batch: Batch,
        batch_size: u64,
    ) -> u32 {
        self.release(&batch);
        let ratio = CompressionRatio::after_split(batch.ratio);
        if batch.codec != Codec::None {
            self.ratios.insert(partition.topic.clone(), ratio);
        }
        let parts = batch.cut(batch_size, ratio);
        let count = parts.len() as u32;
        for part in parts.into_iter().rev() {
            self.put_back(partition, part);
        }
        count
    }

    /// Gives a batch's memory back.
    pub(crate) fn release(&mut self, batch: &Batch) {
        self.pooled_bytes -= batch.pooled_bytes;
    }

    /// Takes out batches that waited too long (PROD-28), with Kafka's words for how long.
    pub(crate) fn expire(
        &mut self,
        now_ms: u64,
        config: &ProducerConfig,
    ) -> Vec<(TopicPartition, Batch, String)> {
        let mut expired = Vec::new();
        for (partition, queue) in &mut self.queues {
            while let Some(first) = queue.front() {
                let others = queue.len() > 1;
                let muted = self.muted.contains(partition);
                let Some(expiry) = expiry(first, others, muted, config) else { break };
                if now_ms < expiry.due_ms {
                    break;
                }
                let batch = queue.pop_front().expect("it has a first batch");
                self.pooled_bytes -= batch.pooled_bytes;
                let waited = expiry.sentence(now_ms);
                expired.push((partition.clone(), batch, waited));
            }
        }
        expired
    }

    /// When the next queued batch will have waited too long.
    pub(crate) fn next_expiry_ms(&self, config: &ProducerConfig) -> Option<u64> {
        let queues = self.queues.iter();
        queues
            .filter_map(|(partition, queue)| {
                let first = queue.front()?;
                let muted = self.muted.contains(partition);
                Some(expiry(first, queue.len() > 1, muted, config)?.due_ms)
            })
            .min()
    }

    /// Lets a partition's batches wait for the one in flight (PROD-25), or go again.
    pub(crate) fn set_muted(&mut self, partition: &TopicPartition, muted: bool) {
        if muted {
            self.muted.insert(partition.clone());
        } else {
            self.muted.remove(partition);
        }
    }

    /// Whether a `send` waits for memory. Returns whether one did before.
    pub(crate) fn set_exhausted(&mut self, exhausted: bool) -> bool {
        std::mem::replace(&mut self.exhausted, exhausted)
    }

    /// Whether everything may go at once. Returns whether it could before.
    pub(crate) fn set_flushing(&mut self, flushing: bool) -> bool {
        std::mem::replace(&mut self.flushing, flushing)
    }

    /// Queued batches, by partition, each queue in order.
    pub(crate) fn batches(&self) -> impl Iterator<Item = (&TopicPartition, &Batch)> {
        self.queues.iter().flat_map(|(partition, queue)| queue.iter().map(move |b| (partition, b)))
    }

    /// Bytes of `buffer.memory` in use.
    pub(crate) fn pooled_bytes(&self) -> u64 {
        self.pooled_bytes
    }

    /// The partition that null keys of a topic go to.
    pub(crate) fn sticky_partition(&self, topic: &Topic) -> Option<u32> {
        self.sticky.get(topic)?.current()
    }
}

fn all_full(queue: &VecDeque<Batch>) -> bool {
    queue.back().is_none_or(Batch::is_full)
}

fn is_slow(latency: Option<&NodeLatency>, config: &ProducerConfig) -> bool {
    config.availability_timeout_ms > 0
        && latency.is_some_and(|l| l.ready_ms - l.drained_ms > config.availability_timeout_ms)
}

/// When a queued batch is given up, and what its waiting is counted from.
struct Expiry {
    due_ms: u64,
    since_ms: u64,
    since: &'static str,
}

impl Expiry {
    fn sentence(&self, now_ms: u64) -> String {
        let waited_ms = now_ms.saturating_sub(self.since_ms);
        // Kafka 1.0 has a space before the number, later ones have none.
        let space = if self.since == SINCE_CREATION { "" } else { " " };
        format!("{space}{waited_ms} ms has passed since {}", self.since)
    }
}

/// 4.x: by `delivery.timeout.ms`. Book: by `request.timeout.ms`, counted as Kafka 1.0 does
/// (`ProducerBatch.maybeExpire`), and not while an earlier batch of the partition is in flight alone.
fn expiry(batch: &Batch, others: bool, muted: bool, config: &ProducerConfig) -> Option<Expiry> {
    if let Some(timeout_ms) = config.delivery_timeout_ms {
        return Some(Expiry {
            due_ms: batch.created_ms.saturating_add(timeout_ms),
            since_ms: batch.created_ms,
            since: SINCE_CREATION,
        });
    }
    if muted {
        return None;
    }
    let after = |since_ms: u64, since| Expiry {
        due_ms: since_ms.saturating_add(config.request_timeout_ms).saturating_add(1),
        since_ms,
        since,
    };
    if batch.attempts > 0 {
        let since_ms = batch.last_attempt_ms.saturating_add(config.retry_backoff_ms);
        return Some(after(since_ms, "last attempt plus backoff time"));
    }
    let lingered_ms = batch.created_ms.saturating_add(config.linger_ms);
    let created = after(lingered_ms, "batch creation plus linger time");
    if !(others || batch.is_full()) {
        return Some(created);
    }
    let appended = after(batch.last_append_ms, "last append");
    Some(if appended.due_ms <= created.due_ms { appended } else { created })
}

/// How 4.3.1 ends the sentence.
pub(crate) const SINCE_CREATION: &str = "batch creation. The request has not been sent, or no \
                                         server response has been received yet.";
