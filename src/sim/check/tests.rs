//! A checker that finds nothing is worth nothing: what happened is told wrongly, and it notices.

use std::rc::Rc;

use super::*;
use crate::broker::BrokerEvent;
use crate::client::consumer::ConsumerEvent;
use crate::client::producer::ProducerEvent;
use crate::protocol::Offset;
use crate::sim::event::What;
use crate::sim::scenario::Scenario;
use crate::storage::LogEvent;

/// Runs the store, its events changed by `tamper`; what the checker says.
fn run(mut tamper: impl FnMut(&mut What) -> bool) -> Option<String> {
    let scenario = Rc::new(Scenario::built_in("store", 1).expect("the store is built in"));
    let mut events = Vec::new();
    let mut world = World::new(scenario, 1, &mut events).unwrap();
    let mut checker = Checker::default();
    let mut tampered = false;
    for _ in 0..2500 {
        for event in &mut events {
            tampered |= !tampered && tamper(&mut event.what);
        }
        if let Err(broken) = checker.check(&world, &events) {
            return Some(broken.invariant);
        }
        events.clear();
        world.step(&mut events);
    }
    None
}

#[test]
fn the_store_breaks_nothing() {
    assert_eq!(run(|_| false), None);
}

#[test]
fn what_is_told_wrongly_is_noticed() {
    let acknowledged = run(|what| match what {
        What::Producer(_, ProducerEvent::BatchAcknowledged { base_offset: Some(base), .. })
            if *base > Offset(3) =>
        {
            *base = Offset(base.0 - 1);
            true
        }
        _ => false,
    });
    assert!(acknowledged.unwrap().contains("was acknowledged at offset"));
    let returned = run(|what| match what {
        What::Consumer(_, ConsumerEvent::RecordsReturned { offsets, .. }) if offsets.len() > 1 => {
            offsets.remove(0);
            true
        }
        _ => false,
    });
    assert!(returned.unwrap().contains("was left out"));
    let cleaned = run(|what| match what {
        What::Broker(_, BrokerEvent::Log(_, LogEvent::SegmentsReplaced { sources, .. })) => {
            *sources = [].into();
            true
        }
        _ => false,
    });
    assert!(cleaned.unwrap().contains("vanished without a cleaning"));
    let accumulated = run(|what| match what {
        What::Producer(_, ProducerEvent::RecordAccumulated { value, number: 5, .. }) => {
            *value = None;
            true
        }
        _ => false,
    });
    assert!(accumulated.unwrap().contains("is not what was appended"));
}
