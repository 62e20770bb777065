//! The ledger against a recount that knows nothing of it: values are followed through bytes, in random
//! worlds with faults. And time: as of any step it says the same, however the run came there.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use brokerscope::client::consumer::ConsumerEvent;
use brokerscope::client::producer::ProducerEvent;
use brokerscope::protocol::record::Batches;
use brokerscope::protocol::request::{Body, Request, Response};
use brokerscope::protocol::{ClientId, NodeId, Offset, TopicPartition};
use brokerscope::sim::{
    Action, Board, Event, History, Message, Scenario, Values, Verdict, What, Who, World,
};

type Value = Vec<u8>;

/// Every value stands once in the world, so that it says which record it belongs to.
fn unique(seed: u64) -> Scenario {
    let mut scenario = Scenario::built_in("random", seed).unwrap();
    for producer in &mut scenario.producers {
        if let Some(workload) = &mut producer.workload {
            workload.values = Values::Bytes(14);
            workload.tombstone_percent = 0;
        }
    }
    let mut number = 0;
    for timed in &mut scenario.actions {
        match &mut timed.action {
            Action::Send { records, .. } => {
                for record in records {
                    number += 1;
                    record.value = Some(format!("by hand {number}"));
                }
            }
            Action::AddProducer(spec) => {
                if let Some(workload) = &mut spec.workload {
                    workload.values = Values::Bytes(14);
                    workload.tombstone_percent = 0;
                }
            }
            _ => {}
        }
    }
    scenario
}

fn values(bytes: &[u8]) -> Vec<(u64, Value)> {
    let mut found = Vec::new();
    for batch in Batches::new(bytes).flatten() {
        let Ok(records) = batch.records() else { continue };
        for record in records.flatten() {
            let value = record.value.map(|value| value.to_vec()).unwrap_or_default();
            found.push((record.offset.cast_unsigned(), value));
        }
    }
    found
}

/// What is known of a consumer's process.
#[derive(Default)]
struct Reader {
    /// The last answer that arrived for a partition: what its offsets are.
    fetched: BTreeMap<TopicPartition, Vec<(u64, Value)>>,
    /// Returned and not yet processed.
    pending: Vec<(TopicPartition, Offset, Value)>,
}

/// The recount.
#[derive(Default)]
struct Recount {
    sent: BTreeMap<(ClientId, u64), Value>,
    processed: BTreeMap<(Who, Value), u32>,
    readers: BTreeMap<ClientId, Reader>,
    travelling: Vec<Message>,
    failed: BTreeSet<(ClientId, u64)>,
}

fn who(world: &World, id: ClientId) -> Who {
    let group = world.client(id).unwrap().consumer().unwrap().group();
    if group.as_str().is_empty() { Who::Alone(id) } else { Who::Group(group) }
}

impl Recount {
    fn take(&mut self, world: &World, events: &[Event]) {
        let lost = events.iter().any(|event| matches!(event.what, What::MessageLost { .. }));
        let now: Vec<Message> = world
            .messages()
            .filter(|m| matches!(&*m.body, Body::Response(Response::Fetch { .. })))
            .cloned()
            .collect();
        for message in std::mem::replace(&mut self.travelling, now) {
            if lost || self.travelling.iter().any(|m| m.id == message.id) {
                continue;
            }
            let (Body::Response(Response::Fetch { partitions, .. }), NodeId::Client(client)) =
                (&*message.body, message.to)
            else {
                continue;
            };
            let reader = self.readers.entry(client).or_default();
            for answer in partitions.iter().filter(|answer| !answer.records.is_empty()) {
                reader.fetched.insert(answer.partition.clone(), values(&answer.records));
            }
        }
        for event in events {
            match &event.what {
                What::Producer(id, ProducerEvent::RecordAccumulated { number, value, .. })
                | What::Producer(id, ProducerEvent::SendFailed { number, value, .. }) => {
                    let value = value.as_deref().unwrap_or_default().to_vec();
                    self.sent.insert((*id, *number), value);
                }
                What::Producer(id, ProducerEvent::BatchFailed { numbers, .. }) => {
                    self.failed.extend(numbers.iter().map(|number| (*id, *number)));
                }
                What::Consumer(id, event) => self.consumed(world, *id, event),
                _ => {}
            }
        }
    }

    fn consumed(&mut self, world: &World, id: ClientId, event: &ConsumerEvent) {
        let reader = self.readers.entry(id).or_default();
        match event {
            ConsumerEvent::RecordsReturned { partition, offsets, .. } => {
                for offset in offsets {
                    let fetched = &reader.fetched[partition];
                    let found = fetched.iter().find(|(at, _)| *at == offset.0);
                    let value = found.expect("what poll returns was fetched").1.clone();
                    reader.pending.push((partition.clone(), *offset, value));
                }
            }
            ConsumerEvent::RecordProcessed { partition, offset } => {
                let at = reader.pending.iter().position(|(p, o, _)| p == partition && o == offset);
                let (_, _, value) = reader.pending.remove(at.expect("it was returned"));
                *self.processed.entry((who(world, id), value)).or_default() += 1;
            }
            ConsumerEvent::Crashed | ConsumerEvent::Closing | ConsumerEvent::Restarted => {
                reader.pending.clear();
            }
            _ => {}
        }
    }

    /// Values that may still be processed by a reader: they are somewhere, and nothing has passed them.
    fn reachable(&self, world: &World, reader: &Who) -> BTreeSet<Value> {
        let mut found = BTreeSet::new();
        for client in world.clients() {
            let Some(producer) = client.producer() else { continue };
            let in_flight = producer.in_flight().flat_map(|request| &request.batches);
            for (_, batch) in producer
                .queues()
                .map(|(p, batch)| (p.clone(), batch))
                .chain(in_flight.map(|(p, batch)| (p.clone(), batch)))
            {
                for record in &batch.records {
                    if self.failed.contains(&(client.id, record.number)) {
                        continue; // Its callback has had the exception.
                    }
                    found.insert(record.value.as_deref().unwrap_or_default().to_vec());
                }
            }
            for (_, record) in producer.blocked() {
                found.insert(record.value.as_deref().unwrap_or_default().to_vec());
            }
        }
        for (_, _, request) in world.broker().queued_requests() {
            if let Request::Produce { batches, .. } = request {
                let all = batches.iter().flat_map(|(_, bytes)| values(bytes));
                found.extend(all.map(|(_, value)| value));
            }
        }
        for message in world.messages() {
            match &*message.body {
                Body::Request(Request::Produce { batches, .. }) => {
                    let all = batches.iter().flat_map(|(_, bytes)| values(bytes));
                    found.extend(all.map(|(_, value)| value));
                }
                Body::Response(Response::Fetch { partitions, .. }) if !message.lost => {
                    let NodeId::Client(client) = message.to else { continue };
                    if who(world, client) != *reader {
                        continue;
                    }
                    for answer in partitions {
                        let from = answer.fetch_offset.cast_unsigned();
                        let all = values(&answer.records).into_iter();
                        found.extend(all.filter(|(at, _)| *at >= from).map(|(_, value)| value));
                    }
                }
                _ => {}
            }
        }
        let mut next: BTreeMap<TopicPartition, Option<u64>> = BTreeMap::new();
        for client in world.clients() {
            let Some(consumer) = client.consumer().filter(|c| c.is_running()) else { continue };
            if who(world, client.id) != *reader {
                continue;
            }
            let Some(facts) = self.readers.get(&client.id) else { continue };
            found.extend(facts.pending.iter().map(|(_, _, value)| value.clone()));
            let buffered = consumer.buffered();
            for partition in consumer.assignment() {
                let position = consumer.position(partition).map(|offset| offset.0);
                let known = next.entry(partition.clone()).or_insert(position);
                *known = (*known).into_iter().chain(position).min();
                if buffered.contains_key(partition) {
                    let all = facts.fetched[partition].iter();
                    let all = all.filter(|(at, _)| position.is_some_and(|p| *at >= p));
                    found.extend(all.map(|(_, value)| value.clone()));
                }
            }
        }
        for log in world.broker().logs().logs() {
            let partition = log.partition();
            let start = log.log_start_offset().0;
            let next = match (next.get(partition), reader) {
                (Some(position), _) => *position,
                (None, Who::Group(group)) => world
                    .broker()
                    .group(group)
                    .and_then(|group| group.committed(partition))
                    .map(|committed| committed.offset.0),
                (None, Who::Alone(_)) => None,
            };
            for (_, batch) in log.batches() {
                let Ok(records) = batch.records() else { continue };
                for record in records.flatten() {
                    let at = record.offset.cast_unsigned();
                    if at >= start && next.is_none_or(|next| next <= at) {
                        found.insert(record.value.unwrap_or_default().to_vec());
                    }
                }
            }
        }
        found
    }

    fn compare(&self, history: &History, seed: u64, seen: &mut [u64; 5]) {
        let (world, ledger) = (history.world(), history.ledger());
        let index = world.event_index();
        let board = Board::new(ledger, world);
        for reader in &board.readers {
            let reachable = self.reachable(world, &reader.who);
            let mut sum = 0;
            for (record, verdict) in ledger.records().iter().zip(&reader.verdicts) {
                let Some(verdict) = *verdict else { continue };
                sum += 1;
                seen[verdict as usize] += 1;
                let name = format!(
                    "seed {seed} at {index}: send {} of client {} for {:?}",
                    record.number, record.producer.0, reader.who
                );
                let Some(value) = self.sent.get(&(record.producer, record.number)) else {
                    // Blocked, or dead before it had a partition.
                    assert!(matches!(verdict, Verdict::UnderWay | Verdict::Lost), "{name}");
                    continue;
                };
                let times = self.processed.get(&(reader.who.clone(), value.clone()));
                let expected = match times {
                    Some(1) => "once",
                    Some(_) => "twice",
                    None if reachable.contains(value) => "under way",
                    None => "gone",
                };
                let found = match verdict {
                    Verdict::Once => "once",
                    Verdict::Twice => "twice",
                    Verdict::UnderWay => "under way",
                    Verdict::Lost | Verdict::Skipped => "gone",
                };
                if found != expected {
                    let number = ledger.records().iter().position(|r| r == record).unwrap() as u32;
                    let of = ledger.reader_number(&reader.who);
                    for station in ledger.life(world, number, of) {
                        println!("{station:?}");
                    }
                    println!("{:?}", ledger.verdict(world, number, of.unwrap()));
                    panic!("{name}: {found}, recounted {expected}");
                }
            }
            assert_eq!(sum, reader.counts.sent, "seed {seed} at {index}");
            assert_eq!(reader.counts.verdicts.iter().sum::<u32>(), sum, "seed {seed} at {index}");
        }
        for facts in &board.producers {
            let name = format!("seed {seed} at {index}: producer {}", facts.producer.0);
            let producer = world.client(facts.producer).unwrap().producer().unwrap();
            assert_eq!(u64::from(facts.sent), producer.sent_count(), "{name}");
            assert_eq!(u64::from(facts.acknowledged), producer.acknowledged_count(), "{name}");
            assert_eq!(u64::from(facts.failed), producer.failed_count(), "{name}");
            assert_eq!(u64::from(facts.crashed), producer.lost_count(), "{name}");
            assert_eq!(u64::from(facts.open), producer.held_count(), "{name}");
        }
    }
}

#[test]
fn the_ledger_agrees_with_a_recount_of_values() {
    let mut seen = [0; 5];
    let mut compared = 0;
    let seeds = std::env::var("SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(60);
    for seed in 1..=seeds {
        let scenario = Rc::new(unique(seed));
        let mut history = History::new(scenario, seed, false).unwrap();
        let mut recount = Recount::default();
        let events: Vec<Event> = history.recent().cloned().collect();
        recount.take(history.world(), &events);
        while history.world().event_index() < 2_500 && history.step() {
            let index = history.world().event_index();
            let events: Vec<Event> =
                history.recent().rev().take_while(|event| event.index == index).cloned().collect();
            let events: Vec<Event> = events.into_iter().rev().collect();
            recount.take(history.world(), &events);
            if index.is_multiple_of(191) && history.world().broker().is_running() {
                recount.compare(&history, seed, &mut seen);
                compared += 1;
            }
        }
    }
    println!("{compared} comparisons, {seen:?}");
    assert!(seen.iter().all(|count| *count > 100), "{compared} comparisons, {seen:?}");
}

fn history(seed: u64) -> History {
    History::new(Rc::new(unique(seed)), seed, false).unwrap()
}

/// As of any step the board is the one that was there on the way, and a branch forgets what it left.
#[test]
fn as_of_any_step_it_says_what_it_said_then() {
    for seed in 1..30 {
        let mut run = history(seed);
        let mut boards = vec![Board::new(run.ledger(), run.world())];
        while run.world().event_index() < 1_200 && run.step() {
            boards.push(Board::new(run.ledger(), run.world()));
        }
        let last = run.world().event_index();
        let known = run.ledger().clone();
        for index in [last / 2, 0, last - 1, 17, last / 3, last] {
            run.seek(index);
            assert_eq!(
                Board::new(run.ledger(), run.world()),
                boards[index as usize],
                "{seed} {index}"
            );
            assert!(*run.ledger() == known, "{seed} {index}: looking back changes nothing");
        }
        // Another way from the middle, which is as if the first had never been.
        let middle = last / 2;
        let stop = Action::SetWorkload { producer: "p1".into(), running: false };
        run.seek(middle);
        run.act(stop.clone()).ok();
        let mut fresh = history(seed);
        while fresh.world().event_index() < middle && fresh.step() {}
        fresh.act(stop).ok();
        for at in 0..700 {
            assert!(
                Board::new(run.ledger(), run.world()) == Board::new(fresh.ledger(), fresh.world()),
                "{seed}: {at} steps after the branch"
            );
            if !run.step() | !fresh.step() {
                break;
            }
        }
        assert_eq!(
            Board::new(run.ledger(), run.world()),
            Board::new(fresh.ledger(), fresh.world()),
            "{seed}"
        );
    }
}
