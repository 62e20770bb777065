//! "When at the earliest, if nothing else happens": computed, then waited for in the world.

use std::rc::Rc;

use brokerscope::broker::BrokerEvent;
use brokerscope::protocol::TopicPartition;
use brokerscope::sim::{Action, Event, Scenario, What, World};
use brokerscope::storage::{LogEvent, RollReason};

/// A world in which nobody writes any more: flows stopped, consumers closed, nothing on its way.
fn at_rest(mut scenario: Scenario, seed: u64, after_ms: u64) -> Option<World> {
    scenario.actions.retain(|action| action.at_ms < after_ms);
    let start_ms = scenario.start_ms;
    let mut events = Vec::new();
    let mut world = World::new(Rc::new(scenario), seed, &mut events).expect("it can begin");
    world.advance_to(start_ms + after_ms, &mut events);
    let names: Vec<(String, bool)> = world
        .clients()
        .iter()
        .map(|client| (client.name.to_string(), client.producer().is_some()))
        .collect();
    for (name, producer) in names {
        if producer {
            world
                .act(&Action::SetWorkload { producer: name.clone(), running: false }, &mut events)
                .ok();
        }
        world.act(&Action::Close { client: name }, &mut events).ok();
    }
    for _ in 0..200 {
        world.advance_to(world.now_ms() + 50, &mut events);
        if world.messages().next().is_none() {
            break;
        }
    }
    world.broker().is_running().then_some(world)
}

/// The first event of each log that is `wanted`, as the world goes on for so long without an append.
fn first_events(world: &World, limit_ms: u64, wanted: Wanted) -> (Vec<(TopicPartition, u64)>, u64) {
    let mut world = world.clone();
    let mut found: Vec<(TopicPartition, u64)> = Vec::new();
    let mut quiet_until_ms = limit_ms;
    'run: while world.next_step_ms().is_some_and(|due_ms| due_ms <= limit_ms) {
        let mut events: Vec<Event> = Vec::new();
        world.step(&mut events);
        for event in events {
            let What::Broker(_, BrokerEvent::Log(partition, what)) = event.what else { continue };
            if matches!(what, LogEvent::BatchAppended { .. }) {
                quiet_until_ms = event.at_ms.saturating_sub(1);
                break 'run;
            }
            if wanted(&what) && found.iter().all(|(of, _)| *of != partition) {
                found.push((partition, event.at_ms));
            }
        }
    }
    found.retain(|(_, at_ms)| *at_ms <= quiet_until_ms);
    (found, quiet_until_ms)
}

/// Compares for every log; returns how many predictions came true.
fn compare(name: &str, world: &World, span_ms: u64, wanted: Wanted) -> u32 {
    let limit_ms = world.now_ms() + span_ms;
    let (found, limit_ms) = first_events(world, limit_ms, wanted);
    let mut come_true = 0;
    for log in world.broker().logs().logs() {
        let partition = log.partition();
        let predicted = world.broker().logs().first_event_ms(world.now_ms(), partition, wanted);
        let happened = found.iter().find(|(of, _)| of == partition).map(|(_, at_ms)| *at_ms);
        let predicted = predicted.filter(|at_ms| *at_ms <= limit_ms);
        assert_eq!(predicted, happened, "{name}, {partition}, at {}", world.now_ms());
        come_true += u32::from(happened.is_some());
    }
    come_true
}

type Wanted = fn(&LogEvent) -> bool;

const QUESTIONS: [(&str, Wanted); 4] = [
    ("deleted", |event| matches!(event, LogEvent::SegmentsDeleted { .. })),
    ("cleaned", |event| matches!(event, LogEvent::CleaningStarted { .. })),
    ("swapped", |event| matches!(event, LogEvent::SegmentsReplaced { .. })),
    ("rolled", |event| matches!(event, LogEvent::SegmentRolled { .. })),
];

fn all_questions(name: &str, world: &World, span_ms: u64) -> [u32; 4] {
    QUESTIONS.map(|(what, wanted)| compare(&format!("{name}, {what}"), world, span_ms, wanted))
}

fn sum(a: [u32; 4], b: [u32; 4]) -> [u32; 4] {
    [0, 1, 2, 3].map(|n| a[n] + b[n])
}

#[test]
fn what_the_timers_do_next_in_the_store_happens_exactly_then() {
    let mut total = [0; 4];
    for after_ms in [700, 1_300, 1_777, 2_500, 4_000, 6_501] {
        let store = Scenario::built_in("store", 1).unwrap();
        let world = at_rest(store, after_ms, after_ms).expect("the store's broker runs");
        total = sum(total, all_questions(&format!("store, {after_ms} ms"), &world, 20_000));
    }
    assert!(total[0] > 5 && total[3] > 5, "{total:?}");
}

#[test]
fn lags_ratios_and_policies_are_waited_for() {
    let mut total = [0; 4];
    for (policy, least, most, ratio) in [
        ("compact", "0", "9223372036854775807", "0.01"),
        ("compact", "700", "9223372036854775807", "0.1"),
        ("compact", "0", "900", "1.0"),
        ("compact", "300", "2500", "0.9"),
        ("compact,delete", "0", "4000", "1.0"),
        ("compact,delete", "1500", "9223372036854775807", "0.5"),
        ("delete", "0", "9223372036854775807", "0.5"),
    ] {
        for after_ms in [900, 2_000, 3_333] {
            let mut store = Scenario::built_in("store", 1).unwrap();
            for topic in &mut store.topics {
                for (name, value) in [
                    ("cleanup.policy", policy),
                    ("min.compaction.lag.ms", least),
                    ("max.compaction.lag.ms", most),
                    ("min.cleanable.dirty.ratio", ratio),
                    ("retention.ms", "2500"),
                    ("retention.bytes", "2500"),
                ] {
                    topic.settings.insert(name.into(), value.into());
                }
            }
            let name = format!("{policy} {least} {most} {ratio}, {after_ms} ms");
            let Some(world) = at_rest(store, 3, after_ms) else { continue };
            total = sum(total, all_questions(&name, &world, 15_000));
        }
    }
    assert!(total.iter().all(|count| *count > 5), "{total:?}");
}

#[test]
fn in_random_worlds_too() {
    let mut total = [0; 4];
    for seed in 0..110 {
        let world = at_rest(Scenario::built_in("random", seed).unwrap(), seed, 3_000 + 97 * seed);
        let Some(world) = world else { continue };
        total = sum(total, all_questions(&format!("random {seed}"), &world, 30_000));
    }
    // Deletions and rolls are rare in a random world at rest; the store's tests above have enough of them.
    assert!(total[1] > 1 && total[2] > 1, "{total:?}");
}

/// The next append closes the segment from that millisecond on, and not one before.
#[test]
fn a_roll_by_time_happens_from_exactly_then_on() {
    let mut checked = 0;
    for after_ms in [800, 1_500, 2_600] {
        for segment_ms in ["400", "5000", "86400000"] {
            let mut store = Scenario::built_in("store", 1).unwrap();
            for topic in &mut store.topics {
                topic.settings.insert("segment.ms".into(), segment_ms.into());
                topic.settings.insert("segment.jitter.ms".into(), "150".into());
            }
            let world = at_rest(store, after_ms, after_ms).expect("the store's broker runs");
            for log in world.broker().logs().logs() {
                let Some(from_ms) = log.roll_from_ms(world.now_ms()) else {
                    assert_eq!(log.active_segment().size_bytes(), 0);
                    continue;
                };
                let due =
                    |at_ms: u64| log.roll_due(at_ms, 0, at_ms.cast_signed(), log.log_end_offset());
                if from_ms > world.now_ms() {
                    assert_eq!(due(from_ms - 1), Ok(None), "{}", log.partition());
                    checked += 1;
                }
                assert!(
                    matches!(due(from_ms), Ok(Some(RollReason::Time { .. }))),
                    "{}",
                    log.partition()
                );
            }
        }
    }
    assert!(checked > 5, "{checked}");
}
