//! What a log waits for, the cleaner's theatre, leaps and the compressed clock, as a person meets them.

use std::rc::Rc;

use brokerscope::broker::BrokerEvent;
use brokerscope::protocol::{Offset, Subject, TopicPartition};
use brokerscope::session::inspect::why_not;
use brokerscope::session::{Act, Action, Address, Fate, Playback, Session};
use brokerscope::sim::{self, History, Scenario, What};
use brokerscope::storage::{DeletionReason, Log, LogEvent};
use brokerscope::words::{Lang, words};

/// A frame at sixty a second.
const FRAME_MS: f64 = 1000.0 / 60.0;

fn session(query: &str) -> Session {
    Session::new(&Address::parse(query, ""), Lang::En, false)
}

/// The store with other settings of `customers`, run for a while; then nobody writes any more.
fn quiet(settings: &[(&str, &str)], after_ms: u64) -> History {
    let mut store = Scenario::built_in("store", 1).unwrap();
    for (name, value) in settings {
        store.topics[1].settings.insert((*name).into(), (*value).into());
    }
    let start_ms = store.start_ms;
    let mut history = History::new(Rc::new(store), 1, false).unwrap();
    history.advance_to(start_ms + after_ms);
    for producer in ["till-1", "till-2", "crm"] {
        history
            .act(sim::Action::SetWorkload { producer: producer.into(), running: false })
            .unwrap();
    }
    for client in ["c1", "c2"] {
        history.act(sim::Action::Close { client: client.into() }).unwrap();
    }
    history.advance_to(start_ms + after_ms + 60);
    history
}

fn has(log: &Log, offset: Offset) -> bool {
    let records = || -> Option<bool> {
        let segment = &log.segments()[log.floor_segment(offset)?];
        let at = segment.translate_offset(offset.as_i64())?;
        let batch = segment.batches_from(at.position).next()?.ok()?;
        Some(batch.records().ok()?.flatten().any(|record| record.offset == offset.as_i64()))
    };
    offset >= log.log_start_offset() && records() == Some(true)
}

/// Tombstones and superseded records go exactly when it was said, and not a step before.
#[test]
fn records_go_exactly_when_it_was_said() {
    let customers = TopicPartition::new("customers", 0);
    let mut gone = 0;
    let mut stayed = 0;
    for settings in [
        &[("min.cleanable.dirty.ratio", "0.01")][..],
        &[("max.compaction.lag.ms", "700"), ("delete.retention.ms", "0")],
        &[("min.compaction.lag.ms", "400"), ("min.cleanable.dirty.ratio", "0.1")],
        &[("cleanup.policy", "compact,delete"), ("retention.ms", "1500")],
    ] {
        for after_ms in [1_000, 1_650, 2_400] {
            let history = quiet(settings, after_ms);
            let world = history.world();
            let log = Rc::clone(world.broker().logs().get(&customers).unwrap());
            let offsets = (log.log_start_offset().0..log.log_end_offset().0).map(Offset);
            let mut expected = Vec::new();
            for offset in offsets.filter(|offset| has(&log, *offset)) {
                let subject = Subject::Record(customers.clone(), offset);
                let doubts = why_not(world, &history, &subject, words(Lang::En)).unwrap().doubts;
                let Some(doubt) = doubts.iter().find(|doubt| doubt.name == "record") else {
                    continue;
                };
                let at_ms = doubt.earliest.at_ms.map(|at_ms| at_ms + world.start_ms());
                expected.push((offset, at_ms));
            }
            assert!(!expected.is_empty());
            let mut run = history.clone();
            let limit_ms = run.world().now_ms() + 6_000;
            let mut went: Vec<(Offset, u64)> = Vec::new();
            while run.next_step_ms().is_some_and(|due_ms| due_ms <= limit_ms) {
                run.step();
                let log = run.world().broker().logs().get(&customers).unwrap();
                for (offset, _) in &expected {
                    if !has(log, *offset) && went.iter().all(|(of, _)| of != offset) {
                        went.push((*offset, run.world().now_ms()));
                    }
                }
            }
            for (offset, at_ms) in expected {
                let happened = went.iter().find(|(of, _)| *of == offset).map(|(_, at_ms)| *at_ms);
                let at_ms = at_ms.filter(|at_ms| *at_ms <= limit_ms);
                assert_eq!(at_ms, happened, "{settings:?}, {after_ms} ms, offset {offset}");
                gone += u32::from(happened.is_some());
                stayed += u32::from(happened.is_none());
            }
        }
    }
    assert!(gone > 20 && stayed > 5, "{gone} gone, {stayed} stayed");
}

#[test]
fn a_leap_goes_through_everything_and_can_be_taken_back() {
    let mut session = session("paused=1");
    let before = session.history().world().digest();
    session.apply(Action::Select(Some(Subject::Partition(TopicPartition::new("transactions", 0)))));
    let shown = session.why_not().expect("a partition has a log");
    let doubt = shown.doubts.iter().find(|doubt| doubt.name == "deletion").unwrap();
    let at_ms = doubt.earliest.at_ms.expect("retention comes");
    session.apply(Action::LeapTo(at_ms));
    let mut frames = 0;
    while session.playback().playing {
        session.frame(FRAME_MS);
        frames += 1;
        assert!(frames < 1000);
    }
    let world = session.history().world();
    let to_ms = world.start_ms() + at_ms;
    assert_eq!(world.now_ms(), to_ms);
    let mut other = History::new(Rc::clone(session.history().scenario()), 1, false).unwrap();
    other.advance_to(to_ms);
    assert_eq!(world.digest(), other.world().digest(), "all that happened on the way has happened");
    let offer = session.summary().notices[0].offer.clone().expect("a way back");
    session.apply(offer.1);
    assert_eq!(session.history().world().digest(), before);
}

#[test]
fn seven_days_pass_in_ten_seconds_and_retention_takes_what_it_must() {
    let mut session = session("scenario=week");
    let mut deleted = Vec::new();
    let mut told_until = 0;
    for _ in 0..600 {
        session.frame(FRAME_MS);
        for event in session.history().recent().filter(|event| event.index > told_until) {
            if let What::Broker(
                _,
                BrokerEvent::Log(partition, LogEvent::SegmentsDeleted { reason, .. }),
            ) = &event.what
                && partition.topic.as_str() == "readings"
            {
                let DeletionReason::Time { age_ms, retention_ms } = reason else {
                    panic!("{reason:?}")
                };
                assert!(age_ms > retention_ms);
                // The check comes every five minutes, so it is not later than that.
                assert!(*age_ms <= retention_ms + 300_000, "{age_ms}");
                deleted.push(event.at_ms);
            }
        }
        told_until = session.history().world().event_index();
    }
    let world = session.history().world();
    let days = (world.now_ms() - world.start_ms()) as f64 / 86_400_000.0;
    assert!((9.9..=10.0).contains(&days), "{days} days in ten seconds");
    assert!(!deleted.is_empty(), "something is older than seven days");
    assert!(!session.summary().held_back);
    // The same as without any frames in between.
    let mut other = History::new(Rc::clone(session.history().scenario()), 1, false).unwrap();
    other.advance_to(world.now_ms());
    assert_eq!(world.digest(), other.world().digest());
}

#[test]
fn a_slow_machine_says_what_it_manages_and_loses_nothing() {
    let mut session = session("");
    session.apply(Action::SetSpeed(Playback::CHOICES - 1));
    for _ in 0..40 {
        session.frame(FRAME_MS);
        session.frame_took(80.0);
    }
    let summary = session.summary();
    assert!(summary.held_back && summary.model_ms_per_wall_s < 86_400_000);
    let before = session.history().world().event_index();
    session.frame(FRAME_MS);
    assert!(
        session.history().world().event_index() - before <= 64,
        "the frame keeps within its time"
    );
    let world = session.history().world();
    let mut other = History::new(Rc::clone(session.history().scenario()), 1, false).unwrap();
    other.seek(world.event_index());
    other.advance_to(world.now_ms());
    assert_eq!(world.digest(), other.world().digest());
}

/// Every record of a cleaning is looked at in its turn, and its fate is what really becomes of it.
#[test]
fn the_theatre_shows_each_record_in_its_turn() {
    let mut session = session("paused=1");
    let customers = TopicPartition::new("customers", 0);
    session.apply(Action::Watch(Some(customers.clone())));
    let mut acts = Vec::new();
    let mut looked_at: Vec<u64> = Vec::new();
    let mut fates: Vec<(u64, Fate)> = Vec::new();
    // To the next cleaning of it.
    for _ in 0..20_000 {
        let theatre = session.theatre().expect("it is compacted");
        if theatre.act == Act::Reading {
            break;
        }
        session.apply(Action::GoTo(session.summary().now_ms + 1));
    }
    for _ in 0..3000 {
        let theatre = session.theatre().unwrap();
        if acts.last() != Some(&theatre.act) {
            acts.push(theatre.act);
        }
        let places = theatre.shelves.iter().flat_map(|shelf| &shelf.places);
        for place in places.clone().filter(|place| place.fate == Fate::Now) {
            if theatre.act == Act::Copying && looked_at.last() != Some(&place.offset) {
                looked_at.push(place.offset);
            }
        }
        if theatre.act == Act::Copying {
            fates = places.map(|place| (place.offset, place.fate)).collect();
            if let Some(copy) = &theatre.copy {
                for kept in copy.places.iter().filter(|place| place.fate != Fate::Gap) {
                    let fate = fates.iter().find(|(offset, _)| *offset == kept.offset).unwrap().1;
                    assert_eq!(fate, Fate::Kept, "offset {}", kept.offset);
                }
            }
        }
        if theatre.act == Act::Done && acts.contains(&Act::Copying) {
            break;
        }
        match theatre.next_ms {
            Some(next_ms) if theatre.act != Act::Done => session.apply(Action::GoTo(next_ms)),
            _ => session.apply(Action::GoTo(session.summary().now_ms + 1)),
        }
    }
    assert_eq!(acts, [Act::Reading, Act::Copying, Act::Done]);
    assert!(looked_at.len() > 5 && looked_at.is_sorted(), "{looked_at:?}");
    assert!(fates.iter().any(|(_, fate)| *fate == Fate::Dropped));
    // What was dropped is a gap now.
    let theatre = session.theatre().unwrap();
    let places: Vec<_> = theatre.shelves.iter().flat_map(|shelf| &shelf.places).collect();
    for (offset, fate) in fates {
        let there = places.iter().any(|place| place.offset == offset && place.fate != Fate::Gap);
        match fate {
            Fate::Dropped => assert!(!there, "offset {offset} was dropped"),
            Fate::Kept => assert!(there, "offset {offset} was kept"),
            _ => {}
        }
    }
    // And back again, to the middle of it.
    session.apply(Action::JumpToEnd(brokerscope::session::Direction::Back));
    assert_ne!(session.theatre().unwrap().act, Act::Copying);
}
