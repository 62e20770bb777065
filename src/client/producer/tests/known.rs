//! Known answers of `BuiltInPartitionerTest`, `RoundRobinPartitionerTest` and `RecordAccumulatorTest` of Apache
//! Kafka 4.3.1, put to the partitioners and the accumulator alone.
//!
//! Left out: partitions without a leader, leaders that change, transactions, threads.

mod sender;

use crate::client::producer::accumulator::{Accumulator, Append};
use crate::client::producer::batch::Batch;
use crate::client::producer::config::{PartitionerKind, ProducerConfig};
use crate::client::producer::metadata::ClusterView;
use crate::client::producer::partitioner::{LoadStats, Partitioner, StickyPartitioner};
use crate::protocol::config::{Profile, Scope, Settings};
use crate::protocol::record::{BATCH_OVERHEAD, Codec, Record};
use crate::protocol::{BrokerId, SortedSet, Topic, TopicPartition};

const NODE1: BrokerId = BrokerId(0);
const NODE2: BrokerId = BrokerId(1);
/// What Kafka writes as `Integer.MAX_VALUE`.
const MOST: u64 = i32::MAX as u64;
/// How many records of `key` and `value` fit into 1025 bytes: 64 of 15, 4 of 16 (`expectedNumAppends`).
const APPENDS: u32 = 68;

fn config() -> ProducerConfig {
    let settings = Settings::new(Scope::Producer, Profile::V4);
    ProducerConfig {
        max_request_size: MOST,
        retry_backoff_ms: 100,
        retry_backoff_max_ms: 1000,
        delivery_timeout_ms: Some(3200),
        ..ProducerConfig::read(&settings)
    }
}

fn batches_of(batch_size: u64, buffer_memory: u64, linger_ms: u64) -> ProducerConfig {
    ProducerConfig { batch_size, buffer_memory, linger_ms, ..config() }
}

/// A drawn number after the other, from 0 (`SequentialPartitioner`).
fn sequence() -> impl FnMut() -> u32 {
    let mut drawn = 0;
    move || {
        drawn += 1;
        drawn - 1
    }
}

/// The topic `test`, two of its partitions led by node 1, the others by node 2, and their places.
struct Bench {
    config: ProducerConfig,
    topic: Topic,
    cluster: ClusterView,
    accumulator: Accumulator,
    now_ms: u64,
}

impl Bench {
    fn new(config: ProducerConfig, partitions: usize) -> Self {
        let topic = Topic::from("test");
        let mut cluster = ClusterView::default();
        let leaders = [NODE1, NODE1, NODE2, NODE2];
        cluster.learn(&topic, leaders[..partitions].to_vec());
        Self { config, topic, cluster, accumulator: Accumulator::default(), now_ms: 0 }
    }

    /// Kafka's tp1, tp2 (of node 1), tp3 and tp4 (of node 2): numbered as the metadata lists them.
    fn tp(&self, number: usize) -> TopicPartition {
        let (node, at) = if number <= 2 { (NODE1, number - 1) } else { (NODE2, number - 3) };
        self.cluster.led_by(node)[at].clone()
    }

    fn append(&mut self, number: usize, record: &Record) {
        let partition = self.tp(number).partition;
        self.append_to(Some(partition), record, &mut || panic!("nothing to draw"));
    }

    fn append_to(
        &mut self,
        partition: Option<u32>,
        record: &Record,
        chance: &mut dyn FnMut() -> u32,
    ) -> u32 {
        let place = (&self.config, &self.cluster);
        let to = (&self.topic, partition);
        let choices = &mut Vec::new();
        let appended =
            self.accumulator.append(self.now_ms, place, to, (0, record), chance, choices);
        match appended {
            Append::Done { partition, .. } => partition,
            Append::NeedsMemory { size_bytes } => panic!("{size_bytes} bytes do not fit"),
        }
    }

    fn ready(&mut self) -> Vec<BrokerId> {
        let ready: SortedSet<BrokerId> =
            self.accumulator.ready(self.now_ms, &self.config, &self.cluster);
        ready.iter().copied().collect()
    }

    fn drain(&mut self, node: BrokerId) -> Vec<(TopicPartition, Batch)> {
        self.accumulator.drain(self.now_ms, &self.config, &self.cluster, node, None)
    }

    fn drained(&mut self, node: BrokerId) -> Vec<TopicPartition> {
        self.drain(node).into_iter().map(|(partition, _)| partition).collect()
    }

    fn queued(&self, number: usize) -> usize {
        let tp = self.tp(number);
        self.accumulator.batches().filter(|(partition, _)| **partition == tp).count()
    }

    fn expired(&mut self) -> usize {
        self.accumulator.expire(self.now_ms, &self.config).len()
    }

    fn mute(&mut self, number: usize, muted: bool) {
        let tp = self.tp(number);
        self.accumulator.set_muted(&tp, muted);
    }

    /// `reenqueue`: the batch failed now.
    fn put_back(&mut self, (partition, mut batch): (TopicPartition, Batch), drawn: u32) {
        let backoff_ms = self.config.backoff_ms(batch.attempts, &mut || drawn);
        batch.put_back(self.now_ms, backoff_ms);
        self.accumulator.put_back(&partition, batch);
    }
}

fn record_of(key: Option<&[u8]>, value: &[u8]) -> Record {
    Record {
        timestamp: 0,
        key: key.map(Into::into),
        value: Some(value.into()),
        headers: Vec::new(),
    }
}

fn record() -> Record {
    record_of(Some(b"key"), b"value")
}

const OVERHEAD: u64 = BATCH_OVERHEAD as u64;

/// `BuiltInPartitionerTest.testStickyPartitioning`.
#[test]
fn it_sticks_to_a_partition_until_enough_was_produced() {
    let topic = Topic::from("topicA");
    let cluster = ClusterView::ascending(&topic, 3, NODE1);
    let mut chance = sequence();
    let mut partitioner = StickyPartitioner::default();
    let (first, _) = partitioner.peek(&topic, &cluster, &mut chance);
    for produced in 1..=3 {
        assert_eq!(partitioner.peek(&topic, &cluster, &mut chance), (first, false));
        let moved = partitioner.update(1, true, 3, (&topic, &cluster), &mut chance);
        assert_eq!(moved.is_some(), produced == 3);
    }
    assert_ne!(partitioner.peek(&topic, &cluster, &mut chance).0, first);
    // One partition, and room for one record.
    let topic = Topic::from("topicB");
    let cluster = ClusterView::ascending(&topic, 1, NODE1);
    let mut partitioner = StickyPartitioner::default();
    for _ in 0..10 {
        assert_eq!(partitioner.peek(&topic, &cluster, &mut chance).0, 0);
        let moved = partitioner.update(1, true, 1, (&topic, &cluster), &mut chance);
        assert_eq!(moved.map(|(partition, _)| partition), Some(0));
    }
}

/// `BuiltInPartitionerTest.adaptivePartitionsTest`, with the cumulative weights 1, 7, 10, 16, 21.
#[test]
fn shorter_queues_are_chosen_more_often() {
    let topic = Topic::from("topicA");
    let cluster = ClusterView::ascending(&topic, 5, NODE1);
    let queues: Vec<(u32, u32)> = (0..).zip([5, 0, 3, 0, 1]).collect();
    let mut partitioner = StickyPartitioner::default();
    partitioner.set_stats(LoadStats::of(5, &queues));
    let (mut chance, mut chosen) = (sequence(), Vec::new());
    for _ in 0..2 * 21 {
        chosen.push(partitioner.peek(&topic, &cluster, &mut chance).0);
        partitioner.update(1, true, 1, (&topic, &cluster), &mut chance);
    }
    let cycle: Vec<u32> =
        (0..).zip([1, 6, 3, 6, 5]).flat_map(|(p, times)| vec![p; times]).collect();
    assert_eq!(chosen, [cycle.clone(), cycle].concat());
}

/// `RoundRobinPartitionerTest.testRoundRobinWithKeyBytes`, `testRoundRobinWithNullKeyBytes` (of 4.0).
#[test]
fn round_robin_takes_turns_a_topic_with_or_without_a_key() {
    let config = ProducerConfig { partitioner: PartitionerKind::RoundRobin, ..config() };
    for key in [Some(b"key".as_slice().into()), None] {
        let (a, b) = (Topic::from("topicA"), Topic::from("topicB"));
        let mut cluster = ClusterView::default();
        cluster.learn(&a, vec![NODE1; 3]);
        cluster.learn(&b, vec![NODE1]);
        let mut partitioner = Partitioner::default();
        let mut choose = |topic: &Topic| {
            let sent = (topic, None, key.as_ref());
            let chance = &mut || panic!("nothing to draw");
            partitioner
                .choose(&config, sent, None, &cluster, chance)
                .unwrap()
                .0
                .expect("it decides")
        };
        let mut counts = [0; 3];
        for at in 0..30 {
            counts[choose(&a) as usize] += 1;
            if at % 5 == 0 {
                assert_eq!(choose(&b), 0);
            }
        }
        assert_eq!(counts, [10; 3], "{key:?}");
    }
}

/// `testFull`.
#[test]
fn a_batch_that_a_record_does_not_fit_into_is_closed_and_ready() {
    let mut bench = Bench::new(batches_of(1025 + OVERHEAD, 10 * 1025, 10), 3);
    for _ in 0..APPENDS {
        bench.append(1, &record());
        assert_eq!((bench.queued(1), bench.ready()), (1, vec![]));
    }
    bench.append(1, &record());
    assert_eq!((bench.queued(1), bench.ready()), (2, vec![NODE1]));
    let drained = bench.drain(NODE1);
    let [(partition, batch)] = &drained[..] else { panic!("{drained:?}") };
    assert_eq!((partition, batch.records.len()), (&bench.tp(1), APPENDS as usize));
}

/// `testAppendLargeNonCompressed`, `testAppendLargeCompressed`.
#[test]
fn a_record_larger_than_a_batch_travels_alone() {
    for codec in [Codec::None, Codec::Gzip] {
        let config = ProducerConfig { codec, ..batches_of(512 + OVERHEAD, 10 * 1024, 0) };
        let mut bench = Bench::new(config, 3);
        bench.append(1, &record_of(Some(b"key"), &[0; 1024]));
        assert_eq!((bench.ready(), bench.queued(1)), (vec![NODE1], 1), "{codec:?}");
        let drained = bench.drain(NODE1);
        assert_eq!(drained[0].1.records.len(), 1, "{codec:?}");
    }
}

/// `testLinger`.
#[test]
fn a_batch_is_ready_when_it_has_lingered() {
    let mut bench = Bench::new(batches_of(1024 + OVERHEAD, 10 * 1024, 10), 3);
    bench.append(1, &record());
    assert_eq!(bench.ready(), []);
    bench.now_ms += 10;
    assert_eq!(bench.ready(), [NODE1]);
    let drained = bench.drain(NODE1);
    assert_eq!((drained.len(), drained[0].1.records.len()), (1, 1));
}

/// `testPartialDrain`.
#[test]
fn a_request_ends_where_its_size_does_but_takes_one_batch() {
    let config =
        ProducerConfig { max_request_size: 1024, ..batches_of(1024 + OVERHEAD, 10 * 1024, 10) };
    let mut bench = Bench::new(config, 3);
    for number in [1, 2] {
        for _ in 0..1024 / 15 + 1 {
            bench.append(number, &record());
        }
    }
    assert_eq!(bench.ready(), [NODE1]);
    assert_eq!(bench.drain(NODE1).len(), 1);
}

/// `testNextReadyCheckDelay`.
#[test]
fn it_says_when_the_next_batch_will_be_ready() {
    let mut bench = Bench::new(batches_of(1025 + OVERHEAD, 10 * 1025, 10), 3);
    let next_ms = |bench: &Bench| {
        let Bench { accumulator, config, cluster, now_ms, .. } = bench;
        accumulator.next_ready_ms(*now_ms, config, cluster, false, |_| true)
    };
    for _ in 0..APPENDS {
        bench.append(1, &record());
    }
    assert_eq!((bench.ready(), next_ms(&bench)), (vec![], Some(10)));
    bench.now_ms += 5;
    for _ in 0..APPENDS {
        bench.append(3, &record());
    }
    assert_eq!((bench.ready(), next_ms(&bench)), (vec![], Some(10)), "of node 1");
    for _ in 0..APPENDS + 1 {
        bench.append(2, &record());
    }
    assert_eq!(bench.ready(), [NODE1]);
    assert!(next_ms(&bench).is_some_and(|at_ms| at_ms <= bench.now_ms + 10));
}

/// `testRetryBackoff`, at both ends of the jitter.
#[test]
fn a_failed_batch_backs_off_while_its_neighbour_goes() {
    let (linger_ms, backoff_ms) = (MOST / 16, MOST / 8);
    for drawn in [0, u32::MAX] {
        let config = ProducerConfig {
            retry_backoff_ms: backoff_ms,
            retry_backoff_max_ms: 10 * backoff_ms,
            delivery_timeout_ms: Some(MOST),
            ..batches_of(1024 + OVERHEAD, 10 * 1024, linger_ms)
        };
        let mut bench = Bench::new(config, 3);
        bench.append(1, &record());
        bench.now_ms = linger_ms + 1;
        assert_eq!(bench.ready(), [NODE1]);
        let mut drained = bench.drain(NODE1);
        assert_eq!(drained.len(), 1);
        bench.now_ms = 0;
        bench.put_back(drained.remove(0), drawn);
        bench.append(2, &record());
        bench.now_ms = linger_ms + 1;
        assert_eq!(bench.ready(), [NODE1]);
        assert_eq!(bench.drained(NODE1), [bench.tp(2)]);
        bench.now_ms = backoff_ms * 12 / 10 + 1;
        assert_eq!(bench.ready(), [NODE1]);
        assert_eq!(bench.drained(NODE1), [bench.tp(1)]);
    }
}

/// `testExponentialRetryBackoff`: 100, 200, 400 and 800 ms, a fifth more or less.
#[test]
fn back_offs_double() {
    for drawn in [0, u32::MAX / 2, u32::MAX] {
        let config = ProducerConfig {
            delivery_timeout_ms: Some(MOST),
            ..batches_of(1024 + OVERHEAD, 10 * 1024, MOST / 16)
        };
        let mut bench = Bench::new(config, 3);
        bench.append(1, &record());
        bench.now_ms = MOST / 16 + 1;
        let mut batch = bench.drain(NODE1).remove(0);
        for backoff_ms in [100, 200, 400, 800] {
            bench.now_ms = 0;
            bench.put_back(batch, drawn);
            bench.now_ms = backoff_ms * 8 / 10 - 1;
            assert_eq!((bench.ready(), bench.drain(NODE1).len()), (vec![], 0), "{backoff_ms}");
            bench.now_ms = backoff_ms * 12 / 10 + 1;
            assert_eq!(bench.ready(), [NODE1], "{backoff_ms}");
            batch = bench.drain(NODE1).remove(0);
        }
    }
}

/// `testFlush`.
#[test]
fn a_flush_makes_everything_ready() {
    let mut bench = Bench::new(batches_of(4 * 1024 + OVERHEAD, 64 * 1024, MOST), 3);
    for at in 0..100 {
        bench.append(at % 3 + 1, &record());
    }
    assert_eq!(bench.ready(), []);
    bench.accumulator.set_flushing(true);
    assert_eq!(bench.ready(), [NODE1, NODE2]);
    let drained = [bench.drain(NODE1), bench.drain(NODE2)].concat();
    assert_eq!(drained.iter().map(|(_, batch)| batch.records.len()).sum::<usize>(), 100);
    assert!(bench.accumulator.pooled_bytes() > 0, "drained is not complete");
    for (_, batch) in drained {
        bench.accumulator.release(&batch);
    }
    assert_eq!(bench.accumulator.pooled_bytes(), 0);
    assert_eq!(bench.accumulator.batches().count(), 0);
}

/// `testExpiredBatches`.
#[test]
fn batches_expire_by_the_delivery_timeout_alone_muted_or_not() {
    let (linger_ms, request_timeout_ms) = (30, 60);
    let mut bench = Bench::new(batches_of(1025 + OVERHEAD, 10 * 1025, linger_ms), 3);
    for _ in 0..APPENDS {
        bench.append(1, &record());
        assert_eq!(bench.ready(), []);
    }
    bench.append(1, &record());
    assert_eq!(bench.ready(), [NODE1]);
    bench.now_ms += 3200 + 1;
    bench.mute(1, true);
    assert_eq!(bench.expired(), 2);
    bench.mute(1, false);
    assert_eq!((bench.expired(), bench.ready()), (0, vec![]));
    // In retry.
    bench.append(1, &record());
    bench.now_ms += linger_ms;
    assert_eq!(bench.ready(), [NODE1]);
    let mut drained = bench.drain(NODE1);
    assert_eq!(drained.len(), 1);
    bench.now_ms += 1000;
    bench.put_back(drained.remove(0), u32::MAX);
    for (ms, muted) in [(request_timeout_ms + 100, false), (1, true), (0, false)] {
        bench.now_ms += ms;
        bench.mute(1, muted);
        assert_eq!(bench.expired(), 0, "{ms} {muted}");
    }
    // Muted, as while a broker throttles.
    bench.append(1, &record());
    bench.now_ms += linger_ms;
    assert_eq!(bench.ready(), [NODE1]);
    for (ms, muted) in [(request_timeout_ms + 1, true), (0, false), (100, false)] {
        bench.now_ms += ms;
        bench.mute(1, muted);
        assert_eq!(bench.expired(), 0, "{ms} {muted}");
    }
    assert_eq!(bench.ready(), [NODE1]);
}

/// `testMutedPartitions`.
#[test]
fn a_muted_partition_is_neither_ready_nor_drained() {
    let mut bench = Bench::new(batches_of(1025 + OVERHEAD, 10 * 1025, 10), 3);
    for _ in 0..APPENDS {
        bench.append(1, &record());
        assert_eq!(bench.ready(), []);
    }
    bench.now_ms += 2000;
    for (muted, ready) in [(true, vec![]), (false, vec![NODE1])] {
        bench.mute(1, muted);
        assert_eq!(bench.ready(), ready);
    }
    for (muted, count) in [(true, 0), (false, 1)] {
        bench.mute(1, muted);
        assert_eq!(bench.drain(NODE1).len(), count);
    }
}

/// `testSplitAndReenqueue`.
#[test]
fn a_batch_that_is_too_large_is_cut_and_goes_in_order() {
    let mut bench = Bench::new(batches_of(4096, 10 * 1024, 10), 3);
    for _ in 0..2 {
        bench.append(1, &record_of(None, &[0; 1024]));
    }
    bench.now_ms += 10;
    let batch = bench.drain(NODE1).remove(0);
    bench.config = ProducerConfig { codec: Codec::Gzip, ..batches_of(1024, 10 * 1024, 10) };
    bench.put_back(batch, u32::MAX);
    bench.now_ms += 121;
    assert_eq!(bench.ready(), [NODE1]);
    let mut drained = bench.drain(NODE1);
    assert_eq!((drained.len(), drained[0].1.records.len()), (1, 2));
    let (partition, batch) = drained.remove(0);
    let records = batch.records.clone();
    assert_eq!(bench.accumulator.split(&partition, batch, bench.config.batch_size), 2);
    bench.now_ms += 101;
    for record in records {
        let drained = bench.drain(NODE1);
        assert_eq!((drained.len(), &drained[0].1.records[..]), (1, &[record][..]));
    }
    assert_eq!(bench.drain(NODE1).len(), 0);
}

/// `testDrainBatches`.
#[test]
fn a_drain_begins_where_the_one_before_ended() {
    let batch_size = 5 + OVERHEAD;
    let config = ProducerConfig {
        max_request_size: batch_size,
        ..batches_of(batch_size, i32::MAX as u64, 10)
    };
    let mut bench = Bench::new(config, 4);
    let drained = |bench: &mut Bench| [bench.drained(NODE1), bench.drained(NODE2)].concat();
    let tps = |bench: &Bench, numbers: &[usize]| -> Vec<TopicPartition> {
        numbers.iter().map(|number| bench.tp(*number)).collect()
    };
    // What is appended before, what is drained then: one batch a node, as the request is full.
    for (appended, taken) in [(&[1, 2, 3, 4][..], &[1, 3][..]), (&[1, 3], &[2, 4]), (&[], &[1, 3])]
    {
        for number in appended {
            bench.append(*number, &record());
        }
        assert_eq!(drained(&mut bench), tps(&bench, taken), "{appended:?}");
    }
    for number in [2, 3, 4] {
        bench.append(number, &record());
    }
    bench.mute(4, true);
    assert_eq!(drained(&mut bench), tps(&bench, &[2, 3]));
    for number in [1, 2, 3] {
        bench.append(number, &record());
    }
    bench.mute(4, false);
    bench.config.max_request_size = MOST;
    let mut all = drained(&mut bench);
    all.sort_by_key(|tp| (1..=4).find(|number| bench.tp(*number) == *tp));
    assert_eq!(all, tps(&bench, &[1, 2, 3, 4]));
}

/// `testUniformBuiltInPartitioner`: which partition, and how many numbers were drawn by then.
#[test]
fn the_accumulator_switches_partitions_when_a_batch_is_complete() {
    let mut bench = Bench::new(batches_of(1024, 1024 * 1024, 0), 3);
    bench.cluster = ClusterView::ascending(&bench.topic, 3, NODE1);
    let drawn = std::cell::Cell::new(0);
    let mut chance = || {
        drawn.set(drawn.get() + 1);
        drawn.get() - 1
    };
    let (small, large) = (record_of(None, b"value"), record_of(None, &[0; 1024]));
    for (record, partition, count) in
        [(&small, 0, 1), (&large, 0, 1), (&large, 1, 2), (&large, 2, 3), (&large, 0, 4)]
    {
        let chosen = bench.append_to(None, record, &mut chance);
        assert_eq!((chosen, drawn.get()), (partition, count));
    }
}

/// `testAdaptiveBuiltInPartitioner`.
#[test]
fn the_accumulator_prefers_short_queues_and_avoids_slow_nodes() {
    let config = ProducerConfig {
        adaptive: true,
        availability_timeout_ms: 100,
        ..batches_of(128, 1024 * 1024, 0)
    };
    let mut bench = Bench::new(config, 3);
    bench.now_ms = 1000;
    let large = record_of(None, &[0; 128]);
    for (partition, count) in [(0, 1), (1, 7), (2, 2)] {
        for _ in 0..count {
            bench.append_to(Some(partition), &large, &mut || panic!("nothing to draw"));
        }
    }
    bench.ready();
    let mut chance = sequence();
    bench.append_to(None, &large, &mut chance);
    let mut counts = [0; 3];
    for _ in 0..2 * (7 + 1 + 6) {
        counts[bench.append_to(None, &large, &mut chance) as usize] += 1;
    }
    assert_eq!(counts, [2 * 7, 2, 2 * 6]);
    let Bench { accumulator, config, now_ms, .. } = &mut bench;
    accumulator.note_ready(*now_ms - 200, config, NODE1, true);
    accumulator.note_ready(*now_ms, config, NODE1, false);
    bench.ready();
    bench.append_to(None, &large, &mut chance);
    for _ in 0..10 {
        assert_eq!(bench.append_to(None, &large, &mut chance), 2, "the one of node 2");
    }
}

/// `testBuiltInPartitionerFractionalBatches`.
#[test]
fn two_thirds_of_a_batch_do_not_lead_to_fractions() {
    let mut bench = Bench::new(batches_of(512, 1024 * 1024, 10), 3);
    let mut seed = 7u32;
    let mut chance = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        seed >> 8
    };
    for _ in 0..10 {
        for _ in 0..512 * 2 / 3 / 32 {
            bench.append_to(None, &record_of(None, &[0; 32]), &mut chance);
        }
        bench.now_ms += 10;
        let ready = bench.ready();
        assert_eq!(ready.len(), 1);
        let drained = bench.drain(ready[0]);
        assert_eq!(drained.len(), 1);
        let size_bytes = drained[0].1.size_bytes;
        assert!(256 < size_bytes && size_bytes < 512, "{size_bytes}");
    }
}
