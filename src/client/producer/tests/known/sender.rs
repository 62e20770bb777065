//! Known answers of `SenderTest` and, of sequences, `TransactionManagerTest`: timeouts, retries and numbers of
//! whole producers.
//!
//! Left out: leaders that move, transactions, throttling. `testSplitBatchAndSend` sets the estimate of what gzip
//! saves, which nobody can here: cutting is in `known`, the numbers of the parts are in `idempotence`.

use crate::client::producer::sequences::Sequences;
use crate::client::producer::tests::{Rig, record, settings};
use crate::client::producer::{ProducerIdAndEpoch, SendFate};
use crate::protocol::config::{Profile, Scope, Settings};
use crate::protocol::request::{ApiKey, MetadataTopic, Response};
use crate::protocol::{BrokerId, ErrorCode, Offset, Outputs, TopicPartition, Uuid};

/// `SenderTest`: a delivery timeout of 1500 ms, no linger, no back-off; its request timeout of 5000 ms is more than
/// a producer may have with that, and never reached.
const SENDER: [(&str, &str); 5] = [
    ("request.timeout.ms", "1500"),
    ("delivery.timeout.ms", "1500"),
    ("linger.ms", "0"),
    ("retry.backoff.ms", "0"),
    ("retry.backoff.max.ms", "0"),
];

/// Kafka's tests say NOT_LEADER_OR_FOLLOWER, which one broker alone does not: another error that is tried again
/// and asks for new metadata.
const MOVED: ErrorCode = ErrorCode::UnknownTopicOrPartition;

/// Timeouts that Kafka's tests set, although a configuration may not (PROD-28).
fn unchecked(settings: &mut Settings, overrides: &[(&str, &str)]) {
    for (name, value) in overrides {
        settings.set(name, value).unwrap();
    }
}

/// An idempotent producer that was given this id.
fn numbered(overrides: &[(&str, &str)], id: (i64, i16)) -> Rig {
    let mut settings = Settings::new(Scope::Producer, Profile::V4);
    unchecked(&mut settings, overrides);
    let mut rig = Rig::knowing(settings, "t", 1);
    let request = rig.in_flight(ApiKey::InitProducerId)[0];
    rig.answer(request, Response::InitProducerId(Ok(id)));
    rig.out = Outputs::default();
    rig
}

fn tp0() -> TopicPartition {
    TopicPartition::new("t", 0)
}

fn append(rig: &mut Rig) -> u64 {
    rig.send(record("t", Some("key"), 5))
}

/// `sequenceNumber` and `lastAckedSequence`.
fn sequences(rig: &Rig) -> (i32, Option<i32>) {
    rig.producer.next_sequence(&tp0()).unwrap_or((0, None))
}

/// Epoch and first sequence of the batches in flight, oldest first.
fn in_flight(rig: &Rig) -> Vec<(i16, i32)> {
    let batches = rig.producer.in_flight().flat_map(|request| &request.batches);
    let sequence = |(_, batch): &(TopicPartition, crate::client::producer::Batch)| {
        let sequence = batch.sequence.expect("it is numbered");
        (sequence.epoch, sequence.base_sequence)
    };
    batches.map(sequence).collect()
}

/// First sequence of the batches that wait, in order; `None`: it was not sent yet.
fn queued(rig: &Rig) -> Vec<Option<i32>> {
    let batches = rig.producer.queues();
    batches.map(|(_, batch)| batch.sequence.map(|s| s.base_sequence)).collect()
}

fn requests(rig: &Rig) -> Vec<u64> {
    rig.in_flight(ApiKey::Produce)
}

fn fate(rig: &Rig, number: u64) -> &SendFate {
    &rig.producer.futures().find(|future| future.number == number).expect("it was sent").fate
}

fn offset(rig: &Rig, number: u64) -> Option<i64> {
    match fate(rig, number) {
        SendFate::Done { offset, .. } => offset.map(|offset: Offset| offset.as_i64()),
        other => panic!("{number} is not done: {other:?}"),
    }
}

/// What a moved leader makes a producer ask for.
fn answer_metadata(rig: &mut Rig) {
    for id in rig.in_flight(ApiKey::Metadata) {
        let known = Ok((Uuid(1), vec![BrokerId(0)]));
        let topics = vec![MetadataTopic { topic: "t".into(), known }];
        rig.answer(id, Response::Metadata { topics });
    }
}

/// Lets what is due now be done.
fn run(rig: &mut Rig) {
    rig.wait_until(rig.now_ms + 1);
    answer_metadata(rig);
    rig.wait_until(rig.now_ms + 1);
}

fn disconnect(rig: &mut Rig) {
    rig.producer.disconnected(rig.now_ms, &mut || 1 << 31, &mut rig.out);
}

/// How long a lost connection may take to come back, which in Kafka's tests takes no time.
const RECONNECT_MS: u64 = 200;

/// `SenderTest.testRetries`.
#[test]
fn with_one_retry_a_second_failure_is_the_last() {
    let mut settings = settings(Profile::V4, &[("retries", "1"), ("linger.ms", "0")]);
    unchecked(&mut settings, &[("retry.backoff.ms", "0"), ("retry.backoff.max.ms", "0")]);
    let mut rig = Rig::knowing(settings, "t", 1);
    let first = append(&mut rig);
    assert_eq!(requests(&rig).len(), 1);
    disconnect(&mut rig);
    rig.wait_until(rig.now_ms + RECONNECT_MS);
    assert_eq!(requests(&rig).len(), 1, "sent again");
    rig.answer_produce(Ok(0));
    assert_eq!((offset(&rig, first), requests(&rig).len()), (Some(0), 0));
    let second = append(&mut rig);
    for again in [1, 0] {
        disconnect(&mut rig);
        rig.wait_until(rig.now_ms + RECONNECT_MS);
        assert_eq!(requests(&rig).len(), again);
    }
    match fate(&rig, second) {
        SendFate::Failed { exception, .. } => {
            assert!(exception.ends_with("NetworkException"), "{exception}")
        }
        other => panic!("{other:?}"),
    }
}

/// `SenderTest.testSendInOrder`, without the move of the leader.
#[test]
fn with_one_request_in_flight_the_next_batch_waits() {
    let one = [("max.in.flight.requests.per.connection", "1"), ("linger.ms", "0")];
    let mut rig = Rig::knowing(settings(Profile::V4, &one), "t", 1);
    append(&mut rig);
    assert_eq!(requests(&rig).len(), 1);
    rig.wait_until(rig.now_ms + 900);
    append(&mut rig);
    run(&mut rig);
    assert_eq!(requests(&rig).len(), 1);
    rig.answer_produce(Ok(0));
    run(&mut rig);
    assert_eq!((requests(&rig).len(), rig.producer.acknowledged_count()), (1, 1));
}

/// `SenderTest.testIdempotenceWithMultipleInflights`.
#[test]
fn requests_in_flight_are_numbered_and_acknowledged_one_by_one() {
    let mut rig = numbered(&SENDER, (343_434, 0));
    assert_eq!(sequences(&rig), (0, None));
    let first = append(&mut rig);
    assert_eq!((requests(&rig).len(), sequences(&rig)), (1, (1, None)));
    let second = append(&mut rig);
    assert_eq!((requests(&rig).len(), sequences(&rig)), (2, (2, None)));
    assert_eq!(in_flight(&rig), [(0, 0), (0, 1)]);
    rig.answer_produce(Ok(0));
    assert_eq!((requests(&rig).len(), sequences(&rig)), (1, (2, Some(0))));
    assert_eq!((offset(&rig, first), fate(&rig, second)), (Some(0), &SendFate::Open));
    rig.answer_produce(Ok(1));
    assert_eq!((requests(&rig).len(), sequences(&rig)), (0, (2, Some(1))));
    assert_eq!(offset(&rig, second), Some(1));
}

/// `SenderTest.testCorrectHandlingOfOutOfOrderResponses`.
#[test]
fn answers_in_the_wrong_order_lead_to_requests_in_the_right_one() {
    let mut rig = numbered(&SENDER, (343_434, 0));
    let (first, second) = (append(&mut rig), append(&mut rig));
    let sent = requests(&rig);
    rig.answer_produce_id(sent[1], Err(ErrorCode::OutOfOrderSequenceNumber));
    assert_eq!((queued(&rig), in_flight(&rig)), (vec![Some(1)], vec![(0, 0)]));
    assert_eq!(sequences(&rig), (2, None));
    rig.answer_produce_id(sent[0], Err(MOVED));
    let waiting = [queued(&rig), in_flight(&rig).iter().map(|(_, base)| Some(*base)).collect()];
    assert!(waiting.concat() == [Some(0), Some(1)] || waiting.concat() == [Some(1), Some(0)]);
    assert_eq!(sequences(&rig), (2, None));
    run(&mut rig);
    assert_eq!((in_flight(&rig), queued(&rig)), (vec![(0, 0)], vec![Some(1)]), "one at a time");
    run(&mut rig);
    assert_eq!(in_flight(&rig), [(0, 0)]);
    rig.answer_produce(Ok(0));
    assert_eq!((sequences(&rig), offset(&rig, first)), ((2, Some(0)), Some(0)));
    run(&mut rig);
    assert_eq!(in_flight(&rig), [(0, 1)]);
    rig.answer_produce(Ok(1));
    assert_eq!((sequences(&rig), offset(&rig, second)), ((2, Some(1)), Some(1)));
    assert_eq!(requests(&rig).len(), 0);
}

/// `SenderTest.testCorrectHandlingOfDuplicateSequenceError`.
#[test]
fn a_duplicate_whose_offset_is_forgotten_is_a_success_without_one() {
    let mut rig = numbered(&SENDER, (343_434, 0));
    let (first, second) = (append(&mut rig), append(&mut rig));
    let sent = requests(&rig);
    rig.answer_produce_id(sent[1], Ok(1000));
    assert_eq!((sequences(&rig), offset(&rig, second)), ((2, Some(1)), Some(1000)));
    rig.answer_produce_id(sent[0], Err(ErrorCode::DuplicateSequenceNumber));
    assert_eq!(sequences(&rig), (2, Some(1)), "the last acknowledged stays");
    assert_eq!((requests(&rig).len(), offset(&rig, first)), (0, None));
}

/// `SenderTest.testExpiryOfFirstBatchShouldCauseEpochBumpIfFutureBatchesFail`.
#[test]
fn a_batch_given_up_and_a_gap_after_it_cost_the_epoch() {
    let mut rig = numbered(&SENDER, (343_434, 0));
    let first = append(&mut rig);
    rig.wait_until(rig.now_ms + 1000);
    let second = append(&mut rig);
    assert_eq!(requests(&rig).len(), 2);
    // Kafka's broker cannot be reached from here on: nothing is sent again.
    rig.answer_produce(Err(MOVED));
    rig.wait_until(rig.now_ms + 999);
    disconnect(&mut rig);
    assert!(matches!(fate(&rig, first), SendFate::Failed { .. }), "{:?}", fate(&rig, first));
    append(&mut rig);
    rig.wait_until(rig.now_ms + RECONNECT_MS);
    assert_eq!(fate(&rig, second), &SendFate::Open);
    answer_metadata(&mut rig);
    assert_eq!(in_flight(&rig), [(0, 1)], "the third waits while the first is unresolved");
    rig.answer_produce(Err(ErrorCode::OutOfOrderSequenceNumber));
    assert_eq!(rig.producer.producer_id().map(|id| id.epoch), Some(1));
    // Kafka looks after one round of its loop, when only the second has a number: the next one is 1 then.
    run(&mut rig);
    assert_eq!(in_flight(&rig), [(1, 0), (1, 1)], "the second, numbered anew, and the third");
    assert_eq!((sequences(&rig), queued(&rig)), ((2, None), vec![]));
}

/// `SenderTest.testInflightBatchesExpireOnDeliveryTimeout`.
#[test]
fn a_request_in_flight_does_not_outlive_the_delivery_timeout() {
    for idempotent in ["false", "true"] {
        let mut overrides = SENDER.to_vec();
        overrides.push(("enable.idempotence", idempotent));
        let mut rig = if idempotent == "true" {
            numbered(&overrides, (1, 0))
        } else {
            let mut settings = Settings::new(Scope::Producer, Profile::V4);
            unchecked(&mut settings, &overrides);
            Rig::knowing(settings, "t", 1)
        };
        let number = append(&mut rig);
        let sent = requests(&rig);
        rig.wait_until(rig.now_ms + 1499);
        assert_eq!(fate(&rig, number), &SendFate::Open);
        rig.wait_until(rig.now_ms + 1);
        match fate(&rig, number) {
            SendFate::Failed { exception, .. } => {
                assert!(exception.ends_with("TimeoutException"), "{exception}")
            }
            other => panic!("{other:?}"),
        }
        rig.answer_produce_id(sent[0], Ok(0));
        assert!(matches!(fate(&rig, number), SendFate::Failed { .. }), "an answer comes too late");
    }
}

/// `TransactionManagerTest.testSequenceNumberOverflow`.
#[test]
fn numbers_begin_again_at_0_after_the_largest() {
    let mut sequences = Sequences::new(false);
    sequences.receive(ProducerIdAndEpoch { producer_id: 1, epoch: 0 });
    for (count, next) in [(i32::MAX, i32::MAX), (100, 99), (i32::MAX, 98)] {
        sequences.assign(&tp0(), true, count.cast_unsigned());
        assert_eq!(sequences.of(&tp0()).map(|(next, _)| next), Some(next));
    }
}

/// `TransactionManagerTest.testDuplicateSequenceAfterProducerReset`.
#[test]
fn a_retry_that_is_given_up_begins_a_new_epoch_at_0() {
    let mut overrides = SENDER.to_vec();
    overrides.extend([("request.timeout.ms", "10000"), ("delivery.timeout.ms", "15000")]);
    let mut rig = numbered(&overrides, (13_131, 1));
    let first = append(&mut rig);
    assert_eq!(sequences(&rig).0, 1);
    rig.wait_until(rig.now_ms + 10_000 + RECONNECT_MS);
    answer_metadata(&mut rig);
    assert_eq!((in_flight(&rig), sequences(&rig).0), (vec![(1, 0)], 1), "sent again");
    rig.wait_until(rig.now_ms + 5000);
    assert!(
        rig.tells("The request has not been sent, or no server response has been received yet.")
    );
    assert!(matches!(fate(&rig, first), SendFate::Failed { .. }));
    assert_eq!(requests(&rig).len(), 1, "the request stays in flight");
    let epoch = rig.producer.producer_id().map(|id| id.epoch);
    assert_eq!((epoch, sequences(&rig).0), (Some(2), 0));
    let second = append(&mut rig);
    assert_eq!((in_flight(&rig).last(), sequences(&rig).0), (Some(&(2, 0)), 1));
    rig.wait_until(rig.now_ms + 5000 + RECONNECT_MS);
    answer_metadata(&mut rig);
    assert_eq!(in_flight(&rig), [(2, 0)], "tried again");
    assert_eq!(fate(&rig, second), &SendFate::Open);
}

/// `TransactionManagerTest.testBumpEpochAndResetSequenceNumbersAfterUnknownProducerId`.
#[test]
fn an_unknown_producer_id_numbers_all_in_flight_anew() {
    let mut rig = numbered(&[("linger.ms", "0")], (13_131, 1));
    for _ in 0..5 {
        append(&mut rig);
    }
    assert_eq!(sequences(&rig).0, 5);
    rig.answer_produce(Ok(500));
    rig.answer_produce(Err(ErrorCode::UnknownProducerId));
    assert_eq!(rig.producer.producer_id().map(|id| id.epoch), Some(2));
    assert_eq!(queued(&rig), [Some(0)]);
    assert_eq!(in_flight(&rig), [(2, 1), (2, 2), (2, 3)]);
}
