//! Known answers of `FetcherTest`, `ConsumerCoordinatorTest` and `KafkaConsumerTest` of Apache Kafka 4.3.1.
//!
//! Where Kafka's tests poll by hand, here the program polls all the time; a fetch that the broker keeps leaves
//! a position where it is. Left out: leaders that move, several brokers, topics by pattern, wake-ups.

use super::*;
use crate::protocol::record::{end_transaction_marker, set_last_offset};
use crate::protocol::request::AbortedTransaction;

fn by_hand(process_ms: u64) -> ConsumerApp {
    ConsumerApp { assign: vec![partition(0)], topics: Vec::new(), ..app(process_ms) }
}

/// Offsets that `poll` returned, by poll: their number, and the position after it.
fn polls(rig: &Rig) -> Vec<String> {
    let told = rig.told(|event| matches!(event, ConsumerEvent::RecordsReturned { .. }));
    told.iter().map(|line| line.split_once("returned ").unwrap().1.to_owned()).collect()
}

/// Offsets of the records that were processed, in order.
fn processed(rig: &Rig) -> Vec<u64> {
    let offset = |(_, event): &(u64, ConsumerEvent)| match event {
        ConsumerEvent::RecordProcessed { offset, .. } => Some(offset.0),
        _ => None,
    };
    rig.events.iter().filter_map(offset).collect()
}

/// Offsets that were asked for, in order.
fn fetched_from(rig: &Rig) -> Vec<i64> {
    let mut offsets = Vec::new();
    for (_, request) in &rig.requests {
        if let Request::Fetch { partitions, .. } = request {
            offsets.extend(partitions.iter().map(|fetch| fetch.fetch_offset));
        }
    }
    offsets
}

/// `FetcherTest.testFetchMaxPollRecords`: three records, then two; no fetch while one of them is left.
#[test]
fn max_poll_records_cuts_what_was_fetched_into_polls() {
    let mut rig = Rig::new(&[("max.poll.records", "2")], by_hand(10))
        .with_log(partition(0), vec![batch(&[1, 2, 3], 1, 3), batch(&[4, 5], 4, 5)]);
    rig.fake.committed.insert(partition(0), 1);
    rig.fake.bytes_per_fetch = 1;
    rig.run(0);
    assert_eq!((rig.position(), fetched_from(&rig)), (Some(3), vec![1]));
    rig.run(20);
    assert_eq!((rig.position(), &fetched_from(&rig)[..1]), (Some(4), &[1][..]));
    rig.run(100);
    assert_eq!(
        polls(&rig),
        [
            "2 records of t-0, position 3",
            "1 records of t-0, position 4",
            "2 records of t-0, position 6"
        ]
    );
    assert_eq!(&fetched_from(&rig)[..2], [1, 4]);
    assert_eq!(processed(&rig), [1, 2, 3, 4, 5]);
}

/// `FetcherTest.testUpdatePositionWithLastRecordMissingFromBatch`.
#[test]
fn the_position_goes_to_the_next_batch_where_the_last_record_was_compacted() {
    let mut rig = Rig::new(&[], by_hand(0)).with_log(partition(0), vec![batch(&[0, 1, 2], 0, 3)]);
    rig.run(0);
    assert_eq!((processed(&rig), rig.position()), (vec![0, 1, 2], Some(4)));
}

/// A log in words: `p1@0x2` two records of producer 1 from offset 0 on, `abort1@2` and `commit1@2` its marker.
fn transactions(text: &str) -> Vec<u8> {
    let number = |text: &str| text.parse::<i64>().unwrap();
    let batch = |word: &str| {
        let (what, place) = word.split_once('@').unwrap();
        let producer_id = number(what.trim_matches(char::is_alphabetic));
        if let Some((base, count)) = place.split_once('x') {
            let base_offset = number(base);
            let mut builder = BatchBuilder::new(BatchOptions {
                base_offset,
                producer_id,
                producer_epoch: 0,
                base_sequence: base_offset as i32,
                transactional: true,
                ..BatchOptions::default()
            });
            for _ in 0..number(count) {
                let key = Some(Rc::new(*b"key") as Bytes);
                builder.append(&Record { timestamp: 0, key, ..Record::default() }).unwrap();
            }
            return builder.build(None).unwrap();
        }
        let committed = what.starts_with("commit");
        let mut bytes = end_transaction_marker(producer_id, 0, 0, committed, 0).unwrap();
        set_last_offset(&mut bytes, number(place));
        bytes
    };
    text.split_whitespace().flat_map(batch).collect()
}

/// `FetcherTest.testSkippingAbortedTransactions`, `testConsumerPositionUpdatedWhenSkippingAbortedTransactions`,
/// `testReturnCommittedTransactions`, `testReadCommittedWithCommittedAndAbortedTransactions`,
/// `testMultipleAbortMarkers`, `testReadCommittedAbortMarkerWithNoData`, `testReadCommittedWithCompactedTopic`,
/// `testReturnAbortedTransactionsInUncommittedMode`.
#[test]
fn read_committed_returns_what_kafkas_tests_return() {
    type Row<'a> = (&'a str, &'a str, &'a str, &'a [(i64, i64)], &'a [u64], u64);
    let (committed, uncommitted) = ("read_committed", "read_uncommitted");
    let rows: [Row<'_>; 7] = [
        ("testSkippingAbortedTransactions", committed, "p1@0x2 abort1@2", &[(1, 0)], &[], 3),
        ("testReturnCommittedTransactions", committed, "p1@0x2 commit1@2", &[], &[0, 1], 3),
        (
            "testReadCommittedWithCommittedAndAbortedTransactions",
            committed,
            "p1@0x2 p2@2x1 commit1@3 p2@4x1 abort2@5 p1@6x1 p2@7x1 p1@8x1 abort1@9 commit2@10",
            &[(2, 2), (1, 6)],
            &[0, 1, 7],
            11,
        ),
        (
            "testMultipleAbortMarkers",
            committed,
            "p1@0x2 abort1@2 abort1@3 p1@4x2 commit1@6",
            &[(1, 0)],
            &[4, 5],
            7,
        ),
        (
            "testReadCommittedAbortMarkerWithNoData",
            committed,
            "abort1@5 p1@6x3 commit1@9",
            &[(1, 0)],
            &[6, 7, 8],
            10,
        ),
        (
            "testReadCommittedWithCompactedTopic",
            committed,
            "p3@3x2 p2@15x3 p1@22x2 abort2@28 p3@30x3 commit3@35 p1@39x2",
            &[(2, 6), (1, 0)],
            &[3, 4, 30, 31, 32],
            41,
        ),
        (
            "testReturnAbortedTransactionsInUncommittedMode",
            uncommitted,
            "p1@0x2 abort1@2",
            &[(1, 0)],
            &[0, 1],
            3,
        ),
    ];
    for (name, isolation, log, aborted, offsets, position) in rows {
        let mut rig = Rig::new(&[("isolation.level", isolation)], by_hand(1))
            .with_log(partition(0), vec![batch(&[], 0, position as i64 - 1)]);
        let aborted = aborted
            .iter()
            .map(|&(producer_id, first_offset)| AbortedTransaction { producer_id, first_offset });
        rig.say(Response::Fetch {
            partitions: vec![FetchedPartition {
                partition: partition(0),
                fetch_offset: 0,
                error: None,
                high_watermark: 100,
                last_stable_offset: 100,
                aborted_transactions: aborted.collect(),
                records: transactions(log).into(),
            }],
        });
        rig.run(400);
        assert_eq!((&processed(&rig)[..], rig.position()), (offsets, Some(position)), "{name}");
    }
}

/// A consumer at position 100 that fetches nothing, its commits every 2000 ms.
fn at_100(app: ConsumerApp) -> Rig {
    let mut rig = Rig::new(&[("auto.commit.interval.ms", "2000")], app)
        .with_log(partition(0), vec![batch(&[], 0, 99)]);
    rig.fake.committed.insert(partition(0), 100);
    rig.fake.silent.insert(ApiKey::Fetch);
    rig
}

fn seek(rig: &mut Rig, offset: i64) {
    let now_ms = rig.now_ms;
    rig.consumer.seek(now_ms, partition(0), SeekTo::Offset(offset));
}

/// When what was committed.
fn commits(rig: &Rig) -> Vec<(u64, i64)> {
    let commit = |(at_ms, request): &(u64, Request)| match request {
        Request::OffsetCommit { offsets, .. } => Some((*at_ms, offsets[0].offset)),
        _ => None,
    };
    rig.requests.iter().filter_map(commit).collect()
}

/// `ConsumerCoordinatorTest.testAutoCommitDynamicAssignment`, `testAutoCommitManualAssignment`,
/// `testAutoCommitDynamicAssignmentRebalance` (nothing is committed before the join).
#[test]
fn positions_are_committed_when_the_interval_has_passed() {
    for app in [app(0), by_hand(0)] {
        let mut rig = at_100(app);
        rig.run(1999);
        assert_eq!(commits(&rig), []);
        rig.run(2099);
        assert_eq!(commits(&rig), [(2000, 100)]);
    }
    let mut rig = at_100(app(0));
    rig.fake.silent.insert(ApiKey::JoinGroup);
    rig.run(2500);
    assert_eq!(commits(&rig), [], "not joined");
    rig.fake.silent.remove(&ApiKey::JoinGroup);
    rig.answer_kept();
    rig.run(4499);
    assert_eq!(commits(&rig), []);
    rig.run(4599);
    assert_eq!(commits(&rig), [(4500, 100)]);
}

/// `ConsumerCoordinatorTest.testAutoCommitAwaitsInterval`.
#[test]
fn the_interval_does_not_wait_for_the_answer() {
    let mut rig = at_100(app(0));
    rig.fake.silent.insert(ApiKey::OffsetCommit);
    rig.run(3000);
    assert_eq!(commits(&rig), [(2000, 100)], "no other while it is unanswered");
    rig.fake.silent.remove(&ApiKey::OffsetCommit);
    rig.answer_kept();
    rig.run(3001);
    seek(&mut rig, 200);
    rig.run(3999);
    assert_eq!(commits(&rig).len(), 1);
    rig.run(4099);
    assert_eq!(commits(&rig), [(2000, 100), (4000, 200)]);
}

/// `ConsumerCoordinatorTest.testAutoCommitRetryBackoff`.
#[test]
fn a_commit_that_failed_is_tried_again_after_the_back_off() {
    let mut rig = at_100(app(0));
    rig.run(1999);
    let error = Some(ErrorCode::NotCoordinator);
    rig.say(Response::OffsetCommit { partitions: vec![(partition(0), error)] });
    rig.run(2001);
    assert_eq!(commits(&rig), [(2000, 100)]);
    seek(&mut rig, 200);
    rig.run(2050);
    assert_eq!(commits(&rig).len(), 1);
    rig.run(2199);
    let again = commits(&rig);
    assert_eq!((again.len(), again[1].1), (2, 200));
    assert!((2100..2200).contains(&again[1].0), "{again:?}");
    assert!(rig.sent(ApiKey::FindCoordinator).len() >= 2, "the coordinator was looked for again");
}

/// `KafkaConsumerTest.testAutoCommitSentBeforePositionUpdate`, with its interval of 500 ms.
#[test]
fn what_a_poll_is_about_to_return_is_not_committed() {
    let mut rig = Rig::new(&[("auto.commit.interval.ms", "500")], app(0))
        .with_log(partition(0), vec![batch(&[0, 1, 2, 3, 4], 0, 4)]);
    rig.fake.silent.insert(ApiKey::Fetch);
    rig.run(99);
    rig.consumer.pause_app(99, true);
    rig.run(200);
    // The fetch is answered while nobody polls.
    rig.fake.silent.remove(&ApiKey::Fetch);
    let (id, request) = rig.kept.take().expect("a fetch is outstanding");
    let (_, response) = rig.fake.answer(&request).unwrap();
    rig.answers.push((200, Connection::Data, id, response));
    rig.run(500);
    rig.consumer.pause_app(500, false);
    rig.run(500);
    let told = rig.told(polls_and_commits);
    assert_eq!(
        told[1..],
        ["500 commits t-0@0 (Interval)", "500 poll returned 5 records of t-0, position 5"]
    );
}

/// `KafkaConsumerTest.testResetToCommittedOffset`, `testResetUsingAutoResetPolicy`, `testMissingOffsetNoResetPolicy`.
#[test]
fn a_position_is_the_committed_offset_or_the_policys() {
    for (policy, committed, end, position) in [
        ("none", Some(539), 600, Some(539)),
        ("latest", None, 50, Some(50)),
        ("none", None, 50, None),
    ] {
        let mut rig = Rig::new(&[("auto.offset.reset", policy)], by_hand(0))
            .with_log(partition(0), vec![batch(&[], 0, end - 1)]);
        rig.fake.silent.insert(ApiKey::Fetch);
        if let Some(offset) = committed {
            rig.fake.committed.insert(partition(0), offset);
        }
        rig.run(50);
        assert_eq!(rig.position(), position, "{policy} {committed:?}");
        let thrown = rig.told(|event| matches!(event, ConsumerEvent::ExceptionThrown(_)));
        assert_eq!(thrown.len(), usize::from(position.is_none()), "{thrown:?}");
        assert!(thrown.iter().all(|line| line.contains("NoOffsetForPartitionException")));
    }
}

/// `KafkaConsumerTest.verifyNoCoordinatorLookupForManualAssignmentWithSeek`.
#[test]
fn assign_without_a_group_asks_no_coordinator() {
    let mut settings = Settings::new(Scope::Consumer, Profile::V4);
    settings.set("auto.offset.reset", "latest").unwrap();
    let mut rig = Rig::start(settings, by_hand(0))
        .with_log(partition(0), vec![batch(&[50, 51, 52, 53, 54], 50, 54)]);
    rig.fake.start = 50;
    rig.run(50);
    assert_eq!((polls(&rig).len(), rig.position()), (0, Some(55)));
    rig.consumer.seek(50, partition(0), SeekTo::Beginning);
    rig.run(700);
    assert_eq!(
        (polls(&rig), rig.position()),
        (vec!["5 records of t-0, position 55".into()], Some(55))
    );
    for key in [ApiKey::FindCoordinator, ApiKey::OffsetFetch] {
        assert_eq!(rig.sent(key), [] as [u64; 0], "{key:?}");
    }
}
