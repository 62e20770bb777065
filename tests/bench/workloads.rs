//! What is measured: each workload does its work `iterations` times and returns a number that depends on
//! all of it, which must be the same natively and in wasm. `run.mjs` says what each counts for.

use std::rc::Rc;

use brokerscope::protocol::config::{Profile, Scope, Settings};
use brokerscope::protocol::record::{BatchBuilder, BatchOptions, Batches, Record, RecordBatch};
use brokerscope::protocol::{KeyHash, Offset, TopicPartition};
use brokerscope::sim::{History, Rng, Scenario};
use brokerscope::storage::{
    AppendOrigin, CleanerConfig, Log, LogConfig, LogToClean, clean_at_once,
};

use crate::{crc, peers};

/// Records of a batch, and keys among them.
const BATCH_RECORDS: u32 = 100;
const VALUE_BYTES: usize = 100;
/// Keys of the log that is cleaned, and how many records it holds of them.
const CLEAN_KEYS: u32 = 2_000;
const CLEAN_BATCHES: u32 = 200;
/// A log is left for a new one after so many batches, so that memory does not grow without end.
const LOG_BATCHES: u32 = 256;
/// Events of the run that is sought in.
const RUN_EVENTS: u64 = 100_000;
const NOW_MS: u64 = 1_735_689_600_000;

/// A workload by its name.
pub(crate) type Workload = (&'static str, fn(&mut Prepared, u32) -> u32);

/// All of them. A new one needs a line here and one in `run.mjs`.
pub(crate) const WORKLOADS: [Workload; 13] = [
    ("append", |prepared, n| append(&prepared.hundred, n)),
    ("append_one", |prepared, n| append(&prepared.hundred[..1], n)),
    ("decode", |prepared, n| decode(&prepared.batch, n)),
    ("clean", |prepared, n| clean(&prepared.dirty, n)),
    ("murmur2", |prepared, n| hash(&prepared.keys, n)),
    ("crc32c", |prepared, n| checksum(&mut prepared.megabyte, n, crc32c::crc32c)),
    ("crc32c_by_bytes", |prepared, n| checksum(&mut prepared.megabyte, n, crc::by_bytes)),
    ("crc32c_by_tables", |prepared, n| checksum(&mut prepared.megabyte, n, crc::by_tables)),
    ("crc32c_fast", |prepared, n| checksum(&mut prepared.megabyte, n, peers::checksum)),
    ("encode", |prepared, n| encode_all(&prepared.hundred, n)),
    ("peer_encode", |prepared, n| peers::encode(&prepared.theirs, n)),
    ("peer_decode", |prepared, n| peers::decode(&prepared.their_batch, n)),
    ("seek", seek),
];

/// What the workloads work on, made once.
pub(crate) struct Prepared {
    hundred: Vec<Record>,
    batch: Vec<u8>,
    /// The same for `kafka-protocol`.
    theirs: Vec<kafka_protocol::records::Record>,
    their_batch: bytes::Bytes,
    dirty: Log,
    keys: Vec<[u8; 16]>,
    megabyte: Vec<u8>,
    /// The run that is sought in, and what draws the places; made by the first seek.
    run: Option<(History, Rng)>,
}

impl Prepared {
    pub(crate) fn new() -> Self {
        let hundred: Vec<Record> = (0..BATCH_RECORDS).map(record).collect();
        let text = b"what all three must agree on";
        assert_eq!(crc::by_bytes(text), crc32c::crc32c(text));
        assert_eq!(crc::by_tables(text), crc32c::crc32c(text));
        let batch = encode(&hundred);
        assert_eq!(peers::checksum(text), crc32c::crc32c(text));
        assert_eq!(peers::decode(&batch.clone().into(), 1), decode(&batch, 1));
        Self {
            theirs: peers::records(&hundred),
            their_batch: batch.clone().into(),
            batch,
            dirty: dirty_log(),
            keys: (0..256).map(key).collect(),
            megabyte: (0..1u32 << 20)
                .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
                .collect(),
            hundred,
            run: None,
        }
    }

    /// Runs a workload; `None` if there is none of that name.
    pub(crate) fn run(&mut self, name: &str, iterations: u32) -> Option<u32> {
        let (_, workload) = WORKLOADS.iter().find(|(known, _)| *known == name)?;
        Some(workload(self, iterations))
    }
}

fn key(number: u32) -> [u8; 16] {
    let text = format!("customer-{number:07}");
    text.as_bytes().try_into().expect("the key has 16 bytes")
}

fn record(number: u32) -> Record {
    Record {
        timestamp: NOW_MS.cast_signed(),
        key: Some(Rc::new(key(number))),
        value: Some((0..VALUE_BYTES).map(|at| (at as u32 * 7 + number) as u8).collect()),
        headers: Vec::new(),
    }
}

fn encode(records: &[Record]) -> Vec<u8> {
    let mut builder = BatchBuilder::new(BatchOptions::default());
    for record in records {
        builder.append(record).expect("the timestamps are good");
    }
    builder.build(None).expect("there is no producer id")
}

/// What a producer does for one batch; its length, summed.
fn encode_all(records: &[Record], iterations: u32) -> u32 {
    let mut sum = 0u32;
    for _ in 0..iterations {
        let bytes = encode(std::hint::black_box(records));
        sum = sum.wrapping_add(std::hint::black_box(&bytes).len() as u32);
    }
    sum
}

fn new_log(settings: &[(&str, &str)]) -> Log {
    let mut topic = Settings::new(Scope::Topic, Profile::V4);
    for (name, value) in settings {
        topic.set(name, value).expect("the setting is good");
    }
    let config = LogConfig::new(&topic, &Settings::new(Scope::Broker, Profile::V4));
    Log::new(NOW_MS, TopicPartition::new("bench", 0), config, &mut || 0)
}

/// What a producer and its broker do for one batch: encode, check, append to the segment and its indexes.
/// Two checksums of the batch.
fn append(records: &[Record], iterations: u32) -> u32 {
    let mut end = 0;
    let (mut log, mut events) = (new_log(&[]), Vec::new());
    for i in 0..iterations {
        if i % LOG_BATCHES == 0 {
            log = new_log(&[]);
        }
        let bytes = encode(records);
        let appended = log.append(NOW_MS, &bytes, 0, AppendOrigin::Client, &mut || 0, &mut events);
        end = appended.expect("the batch is good").last_offset.0;
        events.clear();
    }
    end as u32
}

/// What a consumer does for one batch: check its checksum, walk its records.
fn decode(bytes: &[u8], iterations: u32) -> u32 {
    let mut sum = 0u32;
    for _ in 0..iterations {
        for batch in Batches::new(std::hint::black_box(bytes)) {
            let batch: RecordBatch<'_> = batch.expect("the batch is whole");
            batch.ensure_valid().expect("the checksum is right");
            for record in batch.records().expect("the batch is not compressed") {
                let record = record.expect("the record is whole");
                let (key, value) = (record.key.unwrap_or(&[]), record.value.unwrap_or(&[]));
                sum = sum
                    .wrapping_add(u32::from(key[15]) + u32::from(value[99]) + record.offset as u32);
            }
        }
    }
    sum
}

/// A compacted log whose closed segments were never cleaned: most of its records are superseded.
fn dirty_log() -> Log {
    let mut log = new_log(&[("cleanup.policy", "compact"), ("segment.bytes", "1048576")]);
    let mut draw = 1u32;
    for _ in 0..CLEAN_BATCHES {
        let records: Vec<Record> = (0..BATCH_RECORDS)
            .map(|_| {
                draw = draw.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                record((draw >> 8) % CLEAN_KEYS)
            })
            .collect();
        let (bytes, origin) = (encode(&records), AppendOrigin::Client);
        log.append(NOW_MS, &bytes, 0, origin, &mut || 0, &mut Vec::new())
            .expect("the batch is good");
    }
    log
}

/// The cleaner's two passes over the log's closed segments. The copy shares their bytes.
fn clean(dirty: &Log, iterations: u32) -> u32 {
    let mut left = 0;
    let cleaner = CleanerConfig::new(&Settings::new(Scope::Broker, Profile::V4));
    for _ in 0..iterations {
        let mut log = dirty.clone();
        let candidate = LogToClean::new(&log, None, NOW_MS);
        let end = clean_at_once(&mut log, candidate, &cleaner, NOW_MS, &mut Vec::new());
        let end: Offset = end.expect("the log can be cleaned");
        left = log.size_bytes() as u32 ^ end.0 as u32;
    }
    left
}

/// What iterations are about: bytes that the checksum of a batch of one and of a hundred covers, then
/// records and bytes that a cleaning reads.
#[cfg(target_arch = "wasm32")] // The driver asks only there.
pub(crate) fn sizes(prepared: &Prepared) -> [u32; 4] {
    const BEFORE_ATTRIBUTES: usize = 21;
    let summed = |records: &[Record]| (encode(records).len() - BEFORE_ATTRIBUTES) as u32;
    let candidate = LogToClean::new(&prepared.dirty, None, NOW_MS);
    let records = candidate.first_uncleanable.0 as u32;
    let hundred = &prepared.hundred;
    [summed(&hundred[..1]), summed(hundred), records, candidate.cleanable_bytes as u32]
}

fn hash(keys: &[[u8; 16]], iterations: u32) -> u32 {
    let mut sum = 0u32;
    for i in 0..iterations {
        let hash = KeyHash::of(std::hint::black_box(&keys[i as usize % keys.len()]), 12);
        sum = sum.wrapping_mul(31).wrapping_add(hash.partition);
    }
    sum
}

/// Goes to events, drawn anew each time, of a run of the store.
fn seek(prepared: &mut Prepared, iterations: u32) -> u32 {
    let (history, rng) = prepared.run.get_or_insert_with(|| {
        let store = Scenario::built_in("store", 1).expect("the store is built in");
        let mut history = History::new(Rc::new(store), 1, false).expect("the store can begin");
        while history.last_index() < RUN_EVENTS {
            history.step();
        }
        (history, Rng::from_seed(1))
    });
    let mut sum = 0u32;
    for _ in 0..iterations {
        history.seek(rng.below(RUN_EVENTS));
        sum = sum.wrapping_mul(31).wrapping_add(history.world().now_ms() as u32);
    }
    sum
}

fn checksum(bytes: &mut [u8], iterations: u32, of: fn(&[u8]) -> u32) -> u32 {
    let mut sum = 0;
    for i in 0..iterations {
        bytes[0] = i as u8;
        sum ^= of(std::hint::black_box(bytes));
    }
    sum
}
