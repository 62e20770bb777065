//! Logs that are closed, killed, cut and damaged, and opened again.

use super::*;
use crate::protocol::config::{Profile, Scope, Settings};
use crate::protocol::record::{BatchBuilder, BatchOptions, Record, end_transaction_marker};
use crate::storage::event::RollReason;
use crate::storage::producer_state::ProducerState;

/// Small numbers, the same each time.
struct Draws(u64);

impl Draws {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

fn config() -> LogConfig {
    let mut topic = Settings::new(Scope::Topic, Profile::V4);
    topic.set("internal.segment.bytes", "400").unwrap();
    topic.set("index.interval.bytes", "100").unwrap();
    LogConfig::new(&topic, &Settings::new(Scope::Broker, Profile::V4))
}

fn partition() -> TopicPartition {
    TopicPartition::new("t", 0)
}

/// A log with plain, idempotent and transactional batches, markers and rolls.
fn grown(draws: &mut Draws) -> Log {
    let mut log = Log::new(0, partition(), config(), &mut || 0);
    let mut events = Vec::new();
    let mut sequences = [0i32; 3];
    for now_ms in 1..=draws.below(30) {
        let producer = draws.below(4);
        let record = Record {
            timestamp: now_ms.cast_signed(),
            key: Some(vec![draws.below(5) as u8].into()),
            value: Some(vec![7; draws.below(40) as usize].into()),
            headers: Vec::new(),
        };
        if draws.below(8) == 0 {
            log.roll(now_ms, RollReason::Forced, &mut || 0, &mut events).unwrap();
        }
        let (bytes, origin) = match producer {
            3 => (plain(&record, BatchOptions::default()), AppendOrigin::Client),
            2 if draws.below(3) == 0 => {
                let commit = draws.below(2) == 0;
                let time = now_ms.cast_signed();
                let marker = end_transaction_marker(2, 0, time, commit, 0).unwrap();
                (marker, AppendOrigin::Coordinator)
            }
            id => {
                let sequence = &mut sequences[id as usize];
                let options = BatchOptions {
                    producer_id: id.cast_signed(),
                    producer_epoch: 0,
                    base_sequence: *sequence,
                    transactional: id == 2,
                    ..BatchOptions::default()
                };
                *sequence += 1;
                (plain(&record, options), AppendOrigin::Client)
            }
        };
        log.append(now_ms, &bytes, 0, origin, &mut || 0, &mut events).unwrap();
    }
    log
}

fn plain(record: &Record, options: BatchOptions) -> Vec<u8> {
    let mut builder = BatchBuilder::new(options);
    builder.append(record).unwrap();
    builder.build(None).unwrap()
}

fn open(files: Directory, recovery_point: Offset, clean: bool) -> Result<Log, LoadError> {
    let checkpoints = Checkpoints { log_start_offset: Offset(0), recovery_point, clean };
    Log::open(100, partition(), config(), files, checkpoints, &mut || 0, &mut Vec::new())
}

fn directory(log: &Log) -> Directory {
    log.files().into_iter().collect()
}

/// The bytes of every segment, and where the log ends.
fn contents(log: &Log) -> (Vec<(Offset, Vec<u8>)>, Offset, Offset) {
    let segments = log.segments().iter().map(|s| (s.base_offset(), s.log().bytes.clone()));
    (segments.collect(), log.log_end_offset(), log.last_stable_offset())
}

#[test]
fn a_log_that_nobody_damaged_is_the_same_after_any_end() {
    for seed in 0..300 {
        let draws = &mut Draws(seed);
        let mut log = grown(draws);
        let clean = draws.below(2) == 0;
        let recovery_point = Offset(draws.below(log.log_end_offset().0 + 2));
        if clean {
            log.close(99, &mut Vec::new());
        }
        let opened = open(directory(&log), recovery_point, clean).unwrap();
        assert_eq!(contents(&opened), contents(&log), "seed {seed}");
        for state in log.producers().states() {
            // A snapshot holds the last batch, with the timestamp of a marker after it.
            let last = |state: &ProducerState| {
                state.batches.last().map(|batch| (batch.last_sequence, batch.last_offset))
            };
            let found = opened.producers().get(state.producer_id).expect("it is known");
            assert_eq!(last(found), last(state), "seed {seed}");
            let begun = |state: &ProducerState| state.transaction_first_offset;
            assert_eq!(begun(found), begun(state), "seed {seed}");
        }
        let aborted = |log: &Log| {
            let all = log.segments().iter().flat_map(|s| s.transaction_index().entries());
            all.collect::<Result<Vec<_>, _>>().unwrap()
        };
        assert_eq!(aborted(&opened), aborted(&log), "seed {seed}");
    }
}

#[test]
fn a_power_loss_costs_what_was_not_flushed_and_no_more() {
    for seed in 0..300 {
        let draws = &mut Draws(seed);
        let mut log = grown(draws);
        let flushed = Offset(draws.below(log.log_end_offset().0 + 1));
        log.flush(99, flushed, &mut Vec::new());
        let flushed = log.recovery_point();
        let mut files = directory(&log);
        for file in files.values_mut() {
            file.lose_unflushed();
        }
        let opened = open(files, flushed, false).unwrap();
        assert!(opened.log_end_offset() >= flushed, "seed {seed}");
        for segment in opened.segments() {
            let whole = log.segments().iter().find(|s| s.base_offset() == segment.base_offset());
            let whole = &whole.expect("no segment is new").log().bytes;
            assert!(whole.starts_with(&segment.log().bytes), "seed {seed}");
        }
    }
}

#[test]
fn damage_is_mended_or_refused_and_what_was_mended_stays_mended() {
    for seed in 0..600 {
        let draws = &mut Draws(seed);
        let mut log = grown(draws);
        let clean = draws.below(3) == 0;
        if clean {
            log.close(99, &mut Vec::new());
        }
        let mut files = directory(&log);
        for _ in 0..=draws.below(2) {
            let names: Vec<FileName> = files.keys().copied().collect();
            let name = names[draws.below(names.len() as u64) as usize];
            let file = files.get_mut(&name).expect("the name was listed");
            let size = u64::from(file.size_bytes());
            match draws.below(3) {
                0 => file.truncate(99, draws.below(size + 1) as u32),
                1 if size > 0 => file.bytes[draws.below(size) as usize] ^= 0xff,
                _ => drop(files.remove(&name)),
            }
        }
        let Ok(opened) = open(files, Offset(0), clean) else { continue };
        if clean {
            continue; // Nobody looked for damage.
        }
        let again = open(directory(&opened), Offset(0), false).unwrap();
        let (segments, end, _) = contents(&again);
        assert_eq!((segments, end), (contents(&opened).0, contents(&opened).1), "seed {seed}");
    }
}

/// LOG-37: a swap that had only begun is undone, a complete one is done.
#[test]
fn a_crash_in_a_swap_leaves_one_whole_version() {
    let mut log = Log::new(0, partition(), config(), &mut || 0);
    let record = |n: u8| Record { key: Some(vec![n].into()), ..Record::default() };
    for n in 0..4 {
        let bytes = plain(&record(n), BatchOptions::default());
        log.append(1, &bytes, 0, AppendOrigin::Client, &mut || 0, &mut Vec::new()).unwrap();
        log.roll(1, RollReason::Forced, &mut || 0, &mut Vec::new()).unwrap();
    }
    let renamed = |suffix| -> Directory {
        let swapped = |name: &FileName| matches!(name, FileName::Numbered(Offset(1), kind, _) if *kind != FileKind::Snapshot);
        let all = directory(&log);
        let files = all.iter().flat_map(|(name, file)| {
            let copy = match name {
                FileName::Numbered(base, kind, _) if swapped(name) => {
                    Some((FileName::Numbered(*base, *kind, suffix), file.clone()))
                }
                _ => None,
            };
            [Some((*name, file.clone())), copy].into_iter().flatten().collect::<Vec<_>>()
        });
        files.collect()
    };
    let undone = open(renamed(Suffix::Cleaned), Offset(4), false).unwrap();
    assert_eq!(contents(&undone), contents(&log));
    let done = open(renamed(Suffix::Swap), Offset(4), false).unwrap();
    assert_eq!(contents(&done), contents(&log));
    assert!(done.files().iter().all(|(name, _)| !name.to_string().ends_with(".swap")));
}
