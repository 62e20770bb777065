//! Which partition a record goes to.
//!
//! Kafka: `BuiltInPartitioner`, `KafkaProducer.partition`, `RoundRobinPartitioner`, and the
//! `DefaultPartitioner` of the book's Kafka. A partitioner of one's own hashes a part of the key, as the book's
//! `PurchaseKeyPartitioner` does. Left out: rack awareness, `onNewBatch` (PROD-17).

use crate::client::producer::StickySwitch;
use crate::client::producer::config::{PartitionerKind, ProducerConfig};
use crate::client::producer::event::PartitionChoice;
use crate::client::producer::metadata::ClusterView;
use crate::protocol::java::to_positive;
use crate::protocol::{Bytes, KeyHash, SortedMap, Topic};
use serde_json::Value;

fn positive(drawn: u32) -> u32 {
    to_positive(drawn.cast_signed())
}

/// How long each partition's queue is, turned into chances: the shorter, the likelier (PROD-14).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct LoadStats {
    partitions: Vec<u32>,
    cumulative: Vec<u32>,
}

impl LoadStats {
    /// Statistics over the queues of a topic of `all` partitions; `queues`: those that did not drop out.
    ///
    /// `None` where they would say nothing: the choice is then uniform (PROD-13).
    pub(crate) fn of(all: u32, queues: &[(u32, u32)]) -> Option<Self> {
        let (_, first) = *queues.first()?;
        let all_equal = queues.iter().all(|(_, size)| *size == first);
        if all < 2 || (all_equal && queues.len() as u32 == all) {
            return None;
        }
        let above = 1 + queues.iter().map(|(_, size)| *size).max().unwrap_or(0);
        let mut sum = 0;
        let weigh = |(_, size): &(u32, u32)| {
            sum += above - size;
            sum
        };
        let cumulative = queues.iter().map(weigh).collect();
        Some(Self { partitions: queues.iter().map(|(p, _)| *p).collect(), cumulative })
    }

    /// The first partition whose cumulative weight exceeds the draw.
    pub(crate) fn choose(&self, drawn: u32) -> u32 {
        let total = *self.cumulative.last().expect("statistics hold at least one partition");
        let r = positive(drawn) % total;
        let at = self.cumulative.partition_point(|sum| *sum <= r);
        self.partitions[at]
    }
}

/// The sticky partition of one topic (KIP-794, PROD-10).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct StickyPartitioner {
    current: Option<u32>,
    produced_bytes: u64,
    stats: Option<LoadStats>,
}

impl StickyPartitioner {
    /// The partition that it sticks to; chosen now if there was none. True: it was.
    pub(crate) fn peek(
        &mut self,
        topic: &Topic,
        cluster: &ClusterView,
        chance: &mut dyn FnMut() -> u32,
    ) -> (u32, bool) {
        if let Some(partition) = self.current {
            return (partition, false);
        }
        let partition = self.next(topic, cluster, chance());
        self.current = Some(partition);
        (partition, true)
    }

    /// The partition that it sticks to.
    pub(crate) fn current(&self) -> Option<u32> {
        self.current
    }

    /// Counts bytes and moves on when it is time; `switching`: all batches queued there are full (PROD-11).
    ///
    /// A move may lead to the same partition again; it counts from 0 then, too.
    pub(crate) fn update(
        &mut self,
        appended_bytes: u64,
        switching: bool,
        batch_size: u64,
        (topic, cluster): (&Topic, &ClusterView),
        chance: &mut dyn FnMut() -> u32,
    ) -> Option<(u32, StickySwitch)> {
        self.produced_bytes += appended_bytes;
        let produced_bytes = self.produced_bytes;
        let due = (produced_bytes >= batch_size && switching) || produced_bytes >= 2 * batch_size;
        if !due {
            return None;
        }
        let drawn = chance();
        let partition = self.next(topic, cluster, drawn);
        self.current = Some(partition);
        self.produced_bytes = 0;
        Some((partition, StickySwitch { produced_bytes, limit_bytes: batch_size, drawn }))
    }

    /// Takes over what the readiness pass found.
    pub(crate) fn set_stats(&mut self, stats: Option<LoadStats>) {
        self.stats = stats;
    }

    fn next(&self, topic: &Topic, cluster: &ClusterView, drawn: u32) -> u32 {
        match &self.stats {
            Some(stats) => stats.choose(drawn),
            None => pick(topic, cluster, positive(drawn)),
        }
    }
}

/// The `number`-th available partition, counting round.
fn pick(topic: &Topic, cluster: &ClusterView, number: u32) -> u32 {
    let available = cluster.available(topic);
    match available.len() as u32 {
        0 => number % cluster.partition_count(topic).unwrap_or(1).max(1),
        count => available[(number % count) as usize],
    }
}

/// An exception that `send` throws, by its Java class.
pub(crate) type Exception = &'static str;

/// What a partitioner of one's own looks at: a part of the key, before it is serialised.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Own<'a> {
    /// A JSON pointer (RFC 6901), such as `/customerId`.
    pub(crate) pointer: &'a str,
    pub(crate) key: Option<&'a [u8]>,
}

/// What `((PurchaseKey) key).getCustomerId()` returns, for any class and any of its fields.
fn part_of(key: &[u8], pointer: &str) -> Result<String, (Exception, String)> {
    let Ok(object @ (Value::Object(_) | Value::Array(_))) = serde_json::from_slice(key) else {
        let words = "class java.lang.String cannot be cast to the class of the partitioner's keys";
        return Err(("java.lang.ClassCastException", words.to_owned()));
    };
    match object.pointer(pointer) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(scalar @ (Value::Number(_) | Value::Bool(_))) => Ok(scalar.to_string()),
        _ => {
            let words = "Cannot invoke \"String.getBytes()\" because \"newKey\" is null";
            Err(("java.lang.NullPointerException", words.to_owned()))
        }
    }
}

/// Decides before the accumulator (PROD-5), with a counter a topic for the partitioners that go round.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Partitioner {
    counters: SortedMap<Topic, u32>,
}

impl Partitioner {
    /// The partition of a record, and why; `None`: the accumulator's sticky partitioner decides.
    pub(crate) fn choose(
        &mut self,
        config: &ProducerConfig,
        (topic, explicit, key): (&Topic, Option<u32>, Option<&Bytes>),
        own: Option<Own<'_>>,
        cluster: &ClusterView,
        chance: &mut dyn FnMut() -> u32,
    ) -> Result<(Option<u32>, PartitionChoice), (Exception, String)> {
        if let Some(partition) = explicit {
            return Ok((Some(partition), PartitionChoice::Explicit));
        }
        // Its null keys go as those of the `DefaultPartitioner`, which it extends.
        let kind = if own.is_some() { PartitionerKind::Default } else { config.partitioner };
        if let Some(Own { pointer, key: Some(key) }) = own {
            let part = part_of(key, pointer)?;
            let count = cluster.partition_count(topic).unwrap_or(1).max(1);
            let hash = KeyHash::of(part.as_bytes(), count);
            return Ok((Some(hash.partition), PartitionChoice::Own(hash)));
        }
        if let Some(key) =
            key.filter(|_| kind != PartitionerKind::RoundRobin && !config.ignore_keys)
        {
            let count = cluster.partition_count(topic).unwrap_or(1).max(1);
            let hash = KeyHash::of(key, count);
            return Ok((Some(hash.partition), PartitionChoice::Keyed(hash)));
        }
        let counter = match kind {
            PartitionerKind::BuiltIn => return Ok((None, PartitionChoice::Sticky)),
            PartitionerKind::RoundRobin => self.counters.entry(topic.clone()).or_insert(0),
            // PROD-18: the book's counter starts anywhere.
            PartitionerKind::Default => {
                self.counters.entry(topic.clone()).or_insert_with(&mut *chance)
            }
        };
        let before = *counter;
        *counter = counter.wrapping_add(1);
        let partition = pick(topic, cluster, positive(before));
        Ok((Some(partition), PartitionChoice::RoundRobin { counter: before }))
    }
}
