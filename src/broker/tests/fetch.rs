//! Fetch: sizes, waiting, waking (REPL-21, REPL-22, LOG-33).

use super::*;
use crate::protocol::record::{Batches, end_transaction_marker};
use crate::protocol::request::{
    AbortedTransaction, FetchPartition, FetchedPartition, IsolationLevel,
};
use crate::storage::AppendOrigin;

fn fetch(wait_ms: i32, min_bytes: i32, max_bytes: i32, parts: &[(u32, i64, i32)]) -> Request {
    let partitions = parts.iter().map(|&(partition, fetch_offset, max_bytes)| FetchPartition {
        partition: TopicPartition::new("t", partition),
        fetch_offset,
        max_bytes,
    });
    Request::Fetch {
        max_wait_ms: wait_ms,
        min_bytes,
        max_bytes,
        isolation_level: IsolationLevel::ReadUncommitted,
        partitions: partitions.collect(),
    }
}

fn fetched(response: Option<&Response>) -> Vec<FetchedPartition> {
    match response {
        Some(Response::Fetch { partitions }) => partitions.clone(),
        other => panic!("no answer to a fetch: {other:?}"),
    }
}

fn produce_to(bench: &mut Bench, partition: u32) {
    let batches = vec![(TopicPartition::new("t", partition), batch(None, b"v", 1))];
    bench.ask(Request::Produce { acks: 1, timeout_ms: 1, batches });
}

#[test]
fn a_fetch_waits_for_data_and_wakes_at_the_append() {
    let mut bench = Bench::v4(&[]);
    let waiting = bench.send(0, fetch(500, 1, 1000, &[(0, 0, 1000), (1, 0, 1000)]));
    bench.advance_to(100);
    assert_eq!(bench.answer(waiting), None);
    produce_to(&mut bench, 2);
    assert_eq!(bench.answer(waiting), None, "another partition's data");
    produce_to(&mut bench, 1);
    let answer = fetched(bench.answer(waiting));
    assert_eq!((answer[0].records.len(), answer[0].high_watermark), (0, 0));
    assert_eq!((answer[1].records.len(), answer[1].high_watermark), (69, 1));
    assert_eq!(bench.answers[&waiting].0, 100);
    assert_eq!(bench.broker.waiting_fetches().len(), 0);
}

#[test]
fn a_fetch_without_enough_data_is_answered_at_its_deadline() {
    let mut bench = Bench::v4(&[]);
    produce_to(&mut bench, 0); // 69 bytes
    let waiting = bench.send(0, fetch(500, 100, 1000, &[(0, 0, 1000)]));
    bench.advance_to(499);
    assert_eq!(bench.answer(waiting), None);
    bench.advance_to(500);
    assert_eq!(fetched(bench.answer(waiting))[0].records.len(), 69);
    assert_eq!(bench.answers[&waiting].0, 500);
}

#[test]
fn what_need_not_wait_is_answered_at_once() {
    let mut bench = Bench::v4(&[]);
    produce_to(&mut bench, 0);
    for (name, request, error) in [
        ("no wait", fetch(0, 1, 1000, &[(1, 0, 1000)]), None),
        ("nothing asked", fetch(500, 1, 1000, &[]), None),
        ("enough", fetch(500, 69, 1000, &[(0, 0, 1000)]), None),
        ("min bytes above max bytes", fetch(500, 1000, 10, &[(0, 0, 1000)]), None),
        ("no min bytes", fetch(500, 0, 1000, &[(0, 1, 1000)]), None),
        ("error", fetch(500, 1, 1000, &[(0, 2, 1000)]), Some(ErrorCode::OffsetOutOfRange)),
        ("unknown", fetch(500, 1, 9, &[(7, 0, 9)]), Some(ErrorCode::UnknownTopicOrPartition)),
    ] {
        let Response::Fetch { partitions } = bench.ask(request) else { panic!("{name}") };
        assert_eq!(partitions.iter().find_map(|p| p.error), error, "{name}");
    }
}

#[test]
fn a_roll_answers_a_fetch_that_asks_for_more() {
    let mut bench = Bench::v4(&[]);
    bench.create("t", 3, &[("internal.segment.bytes", "100")]);
    produce_to(&mut bench, 0);
    let waiting = bench.send(0, fetch(500, 1000, 2000, &[(0, 0, 2000)]));
    produce_to(&mut bench, 0);
    assert_eq!(fetched(bench.answer(waiting))[0].records.len(), 69, "only the older segment");
}

#[test]
fn sizes_are_budgeted_in_the_order_of_the_request() {
    let mut bench = Bench::v4(&[]);
    for partition in [0, 0, 1] {
        produce_to(&mut bench, partition);
    }
    // Partition limits and total against two batches of 69 bytes in 0 and one in 1.
    for (name, own, total, expected) in [
        ("all", 1000, 1000, [138, 69]),
        ("at least one whole batch", 10, 1000, [69, 0]),
        ("cut in the second batch", 100, 1000, [100, 69]),
        ("the total is used up", 1000, 138, [138, 0]),
        ("a later first batch does not fit", 1000, 200, [138, 0]),
        ("nothing but the first batch", 0, 0, [69, 0]),
    ] {
        let request = fetch(500, 1, total, &[(0, 0, own), (1, 0, own)]);
        let answer = fetched(Some(&bench.ask(request)));
        let sizes = [answer[0].records.len(), answer[1].records.len()];
        assert_eq!(sizes, expected, "{name}");
        assert!(Batches::new(&answer[0].records).next().unwrap().is_ok(), "{name}");
    }
    let second = fetch(0, 1, 1000, &[(2, 0, 10), (0, 1, 10)]);
    let answer = fetched(Some(&bench.ask(second)));
    assert_eq!(answer[1].records.len(), 69, "the first with data may exceed its limit");
}

#[test]
fn a_connection_is_answered_in_order() {
    let mut bench = Bench::v4(&[]);
    let waiting = bench.send(0, fetch(500, 1, 1000, &[(0, 0, 1000)]));
    let behind = bench.send(0, Request::Metadata { topics: Vec::new() });
    let third = bench.send(0, fetch(500, 1, 1000, &[(0, 1, 1000)]));
    let elsewhere = bench.send_on(0, Connection::Data, Request::Metadata { topics: Vec::new() });
    assert!(bench.answer(elsewhere).is_some());
    assert!(bench.answer(behind).is_none());
    bench.advance_to(300);
    produce_to(&mut bench, 0);
    assert!(bench.answer(waiting).is_some() && bench.answer(behind).is_some());
    assert_eq!(bench.answer(third), None);
    bench.advance_to(2000);
    assert_eq!(bench.answers[&third].0, 800, "it begins to wait when its turn has come");
}

#[test]
fn a_client_that_is_gone_is_not_answered() {
    let mut bench = Bench::v4(&[]);
    let waiting = bench.send(0, fetch(500, 1, 1000, &[(0, 0, 1000)]));
    let behind = bench.send(0, Request::Metadata { topics: Vec::new() });
    bench.with(|broker, now_ms, _, _| broker.disconnected(now_ms, NodeId::Client(ClientId(0))));
    bench.advance_to(1000);
    assert!(bench.answer(waiting).is_none() && bench.answer(behind).is_none());
    let again = bench.send(0, Request::Metadata { topics: Vec::new() });
    assert!(bench.answer(again).is_some());
}

/// A batch of a transaction of producer 7, from this sequence on.
fn of_transaction(sequence: i32, count: i32) -> Vec<u8> {
    let mut builder = BatchBuilder::new(BatchOptions {
        producer_id: 7,
        producer_epoch: 0,
        base_sequence: sequence,
        transactional: true,
        ..BatchOptions::default()
    });
    for _ in 0..count {
        builder.append(&Record { value: Some(Bytes::from(*b"v")), ..Record::default() }).unwrap();
    }
    builder.build(None).unwrap()
}

/// CONS-21, LOG-31: up to the last stable offset, with the aborted transactions among what was read.
#[test]
fn read_committed_ends_where_a_transaction_is_open() {
    let mut bench = Bench::v4(&[]);
    let partition = TopicPartition::new("t", 0);
    let write = |bench: &mut Bench, bytes: &[u8], origin| {
        let log = bench.broker.logs.get_mut(&partition).unwrap();
        log.append(bench.now_ms, bytes, 0, origin, &mut || 0, &mut Vec::new()).unwrap();
    };
    let marker = |committed| end_transaction_marker(7, 0, 0, committed, 0).unwrap();
    write(&mut bench, &of_transaction(0, 2), AppendOrigin::Client); // 0, 1
    write(&mut bench, &marker(false), AppendOrigin::Coordinator); // 2
    write(&mut bench, &of_transaction(2, 3), AppendOrigin::Client); // 3, 4, 5: open
    let ask = |bench: &mut Bench, from: i64, level: IsolationLevel| {
        let mut request = fetch(0, 1, 10_000, &[(0, from, 10_000)]);
        if let Request::Fetch { isolation_level, .. } = &mut request {
            *isolation_level = level;
        }
        let Response::Fetch { partitions } = bench.ask(request) else { panic!("it fetched") };
        partitions.into_iter().next().unwrap()
    };
    use IsolationLevel::{ReadCommitted, ReadUncommitted};
    let ends = |answer: &FetchedPartition| {
        let last = Batches::new(&answer.records).flatten().last().map(|batch| batch.last_offset());
        (
            last,
            answer.high_watermark,
            answer.last_stable_offset,
            answer.aborted_transactions.clone(),
        )
    };
    let aborted = AbortedTransaction { producer_id: 7, first_offset: 0 };
    let all = ask(&mut bench, 0, ReadUncommitted);
    assert_eq!(ends(&all), (Some(5), 6, 3, vec![]));
    let stable = ask(&mut bench, 0, ReadCommitted);
    assert_eq!(ends(&stable), (Some(2), 6, 3, vec![aborted]));
    assert_eq!(ends(&ask(&mut bench, 3, ReadCommitted)), (None, 6, 3, vec![]));
    assert_eq!(ask(&mut bench, 3, ReadCommitted).error, None, "it waits, it is not out of range");
    let list = |bench: &mut Bench, isolation_level, at| {
        let partitions = vec![(partition.clone(), at)];
        let Response::ListOffsets { partitions } =
            bench.ask(Request::ListOffsets { isolation_level, partitions })
        else {
            panic!("it listed")
        };
        partitions[0].1.unwrap().1
    };
    assert_eq!(list(&mut bench, ReadUncommitted, -1), 6);
    assert_eq!(list(&mut bench, ReadCommitted, -1), 3, "latest is the last stable offset");
    assert_eq!(list(&mut bench, ReadCommitted, -2), 0);
    write(&mut bench, &marker(true), AppendOrigin::Coordinator); // 6
    assert_eq!(ends(&ask(&mut bench, 0, ReadCommitted)), (Some(6), 7, 7, vec![aborted]));
    assert_eq!(ends(&ask(&mut bench, 3, ReadCommitted)), (Some(6), 7, 7, vec![]));
}
