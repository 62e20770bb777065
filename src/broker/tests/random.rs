//! Random requests, valid or not: nothing panics, generations only grow, and what is committed is what
//! the log says.

use super::*;
use crate::protocol::SortedMap;
use crate::protocol::request::{FetchPartition, IsolationLevel};

struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn one_of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize].clone()
    }
}

fn isolation(dice: &mut Dice) -> IsolationLevel {
    dice.one_of(&[IsolationLevel::ReadUncommitted, IsolationLevel::ReadCommitted])
}

/// Ids that members were given, and some that nobody has.
fn member_id(dice: &mut Dice, known: &[String]) -> String {
    match dice.below(8) {
        0 => String::new(),
        1 => "nobody".to_owned(),
        _ if known.is_empty() => String::new(),
        _ => dice.one_of(known),
    }
}

fn generation(dice: &mut Dice, bench: &Bench, group: &GroupId) -> i32 {
    let current = bench.broker.group(group).map_or(0, Group::generation);
    match dice.below(12) {
        0 => -1,
        1 => current - 1,
        2 => current + 1,
        _ => current,
    }
}

fn partition(dice: &mut Dice) -> TopicPartition {
    TopicPartition::new(
        dice.one_of(&["t", "t", "t", "nope", Topic::CONSUMER_OFFSETS]),
        dice.below(4) as u32,
    )
}

fn request(dice: &mut Dice, bench: &Bench, known: &[String]) -> Request {
    let group = GroupId::from(dice.one_of(&["store", "store", "store", "store", "other", ""]));
    let generation = generation(dice, bench, &group);
    let mut member_id = member_id(dice, known);
    let number = |dice: &mut Dice| dice.one_of(&[-1, 0, 1, 100, 1000, i32::MAX, i32::MIN]);
    match dice.below(16) {
        0..=3 => {
            let names = [vec!["range"], vec!["range", "x"], vec!["x", "range"], vec!["x"], vec![]];
            let protocols = dice.one_of(&names).into_iter();
            Request::JoinGroup(JoinGroup {
                group,
                session_timeout_ms: dice.one_of(&[6000, 10_000, 45_000, 45_000, 45_000, 0, -1]),
                rebalance_timeout_ms: dice.one_of(&[10_000, 60_000, 60_000, 60_000, 60_000, 0, -1]),
                member_id,
                instance_id: dice
                    .one_of(&[None, None, Some("one"), Some("two")])
                    .map(str::to_owned),
                client_id: "c".to_owned(),
                protocols: protocols.map(|name| (name.to_owned(), bytes("s"))).collect(),
            })
        }
        4..=6 => {
            let assignments = known.iter().map(|id| (id.clone(), bytes(id))).collect();
            if let Some(leader) = bench.broker.group(&group).and_then(Group::leader)
                && dice.below(2) == 0
            {
                member_id = leader.to_owned();
            }
            Request::SyncGroup { group, generation, member_id, instance_id: None, assignments }
        }
        7 => Request::Heartbeat { group, generation, member_id, instance_id: None },
        8 => Request::LeaveGroup { group, member_id, instance_id: None },
        9..=10 => {
            let offset = |dice: &mut Dice| dice.below(50).cast_signed() - 1;
            let offsets = (0..dice.below(4))
                .map(|_| CommitPartition {
                    partition: partition(dice),
                    offset: offset(dice),
                    leader_epoch: -1,
                })
                .collect();
            Request::OffsetCommit { group, generation, member_id, instance_id: None, offsets }
        }
        11 => Request::OffsetFetch { group, partitions: vec![partition(dice)], member: None },
        12 => {
            let partitions = (0..dice.below(3))
                .map(|_| FetchPartition {
                    partition: partition(dice),
                    fetch_offset: dice.below(30).cast_signed() - 1,
                    max_bytes: number(dice),
                })
                .collect();
            let (max_wait_ms, min_bytes) = (dice.one_of(&[-1, 0, 10, 500]), number(dice));
            Request::Fetch {
                max_wait_ms,
                min_bytes,
                max_bytes: number(dice),
                isolation_level: isolation(dice),
                partitions,
            }
        }
        13 => Request::ListOffsets {
            isolation_level: isolation(dice),
            partitions: vec![(partition(dice), i64::from(number(dice)))],
        },
        14 => Request::FindCoordinator { group },
        _ => {
            let mut records = batch(Some(b"k"), b"v", 1 + dice.below(3) as usize).to_vec();
            if dice.below(4) == 0 {
                let at = dice.below(records.len() as u64) as usize;
                records[at] ^= 1 << dice.below(8);
            }
            records.truncate(if dice.below(8) == 0 { dice.below(99) as usize } else { 9999 });
            let acks = dice.one_of(&[-1, 0, 1, 2]);
            Request::Produce {
                acks,
                timeout_ms: 1,
                batches: vec![(partition(dice), records.into())],
            }
        }
    }
}

/// Whatever a restart would read back is what holds now.
fn check_against_the_log(bench: &Bench, name: &str) {
    let mut copy = bench.clone();
    copy.restart();
    let offsets = |broker: &Broker| -> Vec<_> {
        broker
            .groups()
            .flat_map(|group| group.offsets().map(|(p, c)| (group.id().clone(), p.clone(), *c)))
            .collect()
    };
    assert_eq!(offsets(&copy.broker), offsets(&bench.broker), "{name}");
    for group in bench.broker.groups().filter(|group| group.state() == GroupState::Stable) {
        let read = copy.broker.group(group.id()).unwrap();
        assert_eq!(read.generation(), group.generation(), "{name}");
        assert_eq!(read.members().count(), group.members().count(), "{name}");
    }
}

#[test]
fn random_requests_never_break_the_coordinator() {
    let mut counts: SortedMap<&str, u32> = SortedMap::new();
    for seed in 0..120u64 {
        let mut dice = Dice(seed);
        let profile = if seed % 4 == 0 { Profile::Book } else { Profile::V4 };
        let delay = dice.one_of(&["0", "100", "3000"]);
        let mut bench = Bench::new(
            profile,
            &[
                ("group.initial.rebalance.delay.ms", delay),
                ("group.max.size", dice.one_of(&["2", "1000"])),
                ("offsets.topic.segment.bytes", "600"),
                ("log.cleaner.min.cleanable.ratio", "0.2"),
                ("log.cleaner.backoff.ms", dice.one_of(&["100", "15000"])),
                ("log.segment.delete.delay.ms", dice.one_of(&["0", "1000"])),
            ],
        );
        let mut known: Vec<String> = Vec::new();
        let mut generations: SortedMap<GroupId, i32> = SortedMap::new();
        for step in 0..500 {
            let name = format!("seed {seed}, step {step}");
            let client = dice.below(12) as u32;
            match dice.below(60) {
                0..=3 => {
                    let node = NodeId::Client(ClientId(client));
                    bench.with(|broker, now_ms, _, _| broker.disconnected(now_ms, node));
                }
                4 if dice.below(4) == 0 => {
                    bench.restart();
                    generations.clear(); // A generation that was not stored is lost, as in Kafka.
                }
                5 => {
                    let pause_ms = dice.one_of(&[1000, 5000, 50_000, 700_000]);
                    bench.advance_to(bench.now_ms + pause_ms);
                }
                _ => {
                    let request = request(&mut dice, &bench, &known);
                    let connection = dice.one_of(&[Connection::Data, Connection::Coordinator]);
                    bench.send_on(client, connection, request);
                }
            }
            bench.advance_to(bench.now_ms + dice.below(200));
            for event in std::mem::take(&mut bench.events) {
                match event {
                    BrokerEvent::MemberAdded { member_id, .. } => known.push(member_id),
                    BrokerEvent::GroupStateChanged { group, to, .. } => {
                        *counts.entry(to.name()).or_default() += 1;
                        if to == GroupState::Dead {
                            generations.remove(&group);
                        }
                    }
                    BrokerEvent::OffsetCommitted { .. } => {
                        *counts.entry("commits").or_default() += 1;
                    }
                    _ => {}
                }
            }
            known.drain(..known.len().saturating_sub(8));
            for group in bench.broker.groups() {
                let last = generations.insert(group.id().clone(), group.generation());
                assert!(last.is_none_or(|last| last <= group.generation()), "{name}");
            }
            if step % 8 == 0 {
                check_against_the_log(&bench, &name);
            }
        }
    }
    for what in ["Empty", "PreparingRebalance", "CompletingRebalance", "Stable", "commits"] {
        assert!(counts.get(what).is_some_and(|count| *count > 100), "{what}: {counts:?}");
    }
}
