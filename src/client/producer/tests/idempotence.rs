//! An idempotent producer against answers by hand (PROD-32 to PROD-36).

use super::*;
use crate::client::producer::ProducerIdAndEpoch;
use crate::protocol::record::RecordBatch;

/// A producer that knows `t` with one partition and is producer 7.
fn numbered(overrides: &[(&str, &str)]) -> Rig {
    let mut settings = Settings::new(Scope::Producer, Profile::V4);
    settings.set("linger.ms", "0").unwrap();
    for (name, value) in overrides {
        settings.set(name, value).unwrap();
    }
    let mut rig = Rig::knowing(settings, "t", 1);
    let id = rig.in_flight(ApiKey::InitProducerId)[0];
    rig.answer(id, Response::InitProducerId(Ok((7, 0))));
    rig.out = Outputs::default();
    rig
}

impl Rig {
    /// Producer id, epoch, sequence of the batches in the Produce requests sent since the last look, from
    /// their bytes.
    fn sent(&mut self) -> Vec<(i64, i16, i32)> {
        let mut sent = Vec::new();
        for message in std::mem::take(&mut self.out.messages) {
            let Body::Request(Request::Produce { batches, .. }) = message.body else { continue };
            for (_, bytes) in batches {
                let batch = RecordBatch::new(&bytes).unwrap();
                batch.ensure_valid().unwrap();
                sent.push((batch.producer_id(), batch.producer_epoch(), batch.base_sequence()));
            }
        }
        sent
    }

    fn send_some(&mut self, count: u32) {
        for _ in 0..count {
            self.send(record("t", Some("a"), 1));
        }
    }
}

#[test]
fn nothing_is_sent_before_the_producer_has_its_id() {
    let mut rig = Rig::knowing(Settings::new(Scope::Producer, Profile::V4), "t", 1);
    rig.send(record("t", Some("a"), 1));
    rig.wait_until(1500);
    assert_eq!(rig.in_flight(ApiKey::Produce), [0; 0]);
    assert_eq!(rig.producer.next_due_ms(), Some(1000 + 30_001), "only the request can time out");
    let id = rig.in_flight(ApiKey::InitProducerId)[0];
    rig.answer(id, Response::InitProducerId(Err(ErrorCode::CoordinatorLoadInProgress)));
    assert!(rig.tells("got no producer id, COORDINATOR_LOAD_IN_PROGRESS: again in 100 ms"));
    rig.wait_until(1599);
    assert_eq!(rig.in_flight(ApiKey::InitProducerId), [0; 0]);
    rig.wait_until(1600);
    let id = rig.in_flight(ApiKey::InitProducerId)[0];
    rig.out = Outputs::default();
    rig.answer(id, Response::InitProducerId(Ok((7, 0))));
    assert_eq!(rig.sent(), [(7, 0, 0)]);
    assert_eq!(rig.producer.producer_id(), Some(ProducerIdAndEpoch { producer_id: 7, epoch: 0 }));
}

#[test]
fn sequences_count_records_and_a_retry_keeps_its_own() {
    let mut rig = numbered(&[]);
    rig.send_some(1);
    rig.send_some(1);
    rig.send_some(1);
    assert_eq!(rig.sent(), [(7, 0, 0), (7, 0, 1), (7, 0, 2)]);
    // The first is refused for now, so the others come out of order (PROD-33, PROD-35).
    rig.answer_produce(Err(ErrorCode::NotEnoughReplicas));
    rig.answer_produce(Err(ErrorCode::OutOfOrderSequenceNumber));
    rig.answer_produce(Err(ErrorCode::OutOfOrderSequenceNumber));
    rig.send_some(1);
    assert_eq!(rig.sent(), [], "what was never sent waits behind");
    rig.wait_until(1100);
    assert_eq!(rig.sent(), [(7, 0, 0)], "one at a time, the lowest first");
    rig.wait_until(1300);
    assert_eq!(rig.sent(), []);
    rig.answer_produce(Ok(0));
    assert_eq!(rig.sent(), [(7, 0, 1)]);
    rig.answer_produce(Ok(1));
    // Nothing that was sent before is left behind it, so the new one goes along.
    assert_eq!(rig.sent(), [(7, 0, 2), (7, 0, 3)]);
    rig.answer_produce(Ok(2));
    rig.answer_produce(Ok(3));
    assert_eq!(rig.producer.acknowledged_count(), 4);
    assert_eq!(rig.producer.next_sequence(&TopicPartition::new("t", 0)), Some((4, Some(3))));
}

#[test]
fn a_lost_connection_does_not_turn_the_order_round() {
    let mut rig = numbered(&[]);
    rig.send_some(1);
    rig.send_some(1);
    rig.producer.disconnected(1000, &mut || 1 << 31, &mut rig.out);
    let queued: Vec<u64> = rig.producer.queues().flat_map(|(_, b)| b.numbers()).collect();
    assert_eq!(queued, [0, 1]);
    rig.sent();
    rig.wait_until(1100);
    assert_eq!(rig.sent(), [(7, 0, 0)]);
    // The broker has had both, and answers with the offsets of then.
    rig.answer_produce(Ok(0));
    assert_eq!(rig.sent(), [(7, 0, 1)]);
}

#[test]
fn a_gap_begins_a_new_epoch_in_which_all_in_flight_are_numbered_anew() {
    let mut rig = numbered(&[]);
    rig.send_some(1);
    rig.send_some(1);
    rig.send_some(1);
    rig.sent();
    // Refused for good: the broker will never have number 0, so 1 and 2 cannot follow.
    rig.answer_produce(Err(ErrorCode::InvalidRecord));
    assert!(rig.tells("producer 7 begins epoch 1"));
    rig.sent();
    rig.send_some(1);
    assert_eq!(rig.sent(), [(7, 1, 2)], "behind the two that are numbered anew");
    // All come back out of order, and go again one by one under the new numbers.
    for _ in 0..3 {
        rig.answer_produce(Err(ErrorCode::OutOfOrderSequenceNumber));
    }
    assert_eq!(rig.sent(), []);
    rig.wait_until(1200);
    for sequence in 0..3 {
        assert_eq!(rig.sent(), [(7, 1, sequence)]);
        rig.answer_produce(Ok(i64::from(sequence)));
    }
    assert_eq!((rig.producer.acknowledged_count(), rig.producer.failed_count()), (3, 1));
}

#[test]
fn the_next_expected_batch_out_of_order_is_a_gap_and_retried_in_a_new_epoch() {
    let mut rig = numbered(&[]);
    rig.send_some(1);
    rig.sent();
    rig.answer_produce(Err(ErrorCode::OutOfOrderSequenceNumber));
    assert!(rig.tells("producer 7 begins epoch 1"));
    rig.wait_until(1100);
    assert_eq!(rig.sent(), [(7, 1, 0)]);
    // UNKNOWN_PRODUCER_ID: the same.
    rig.answer_produce(Err(ErrorCode::UnknownProducerId));
    assert!(rig.tells("producer 7 begins epoch 2"));
    rig.wait_until(1400);
    assert_eq!(rig.sent(), [(7, 2, 0)]);
    // PROD-34: a duplicate whose offsets are forgotten is a success.
    rig.answer_produce(Err(ErrorCode::DuplicateSequenceNumber));
    assert_eq!(rig.producer.acknowledged_count(), 1);
}

#[test]
fn a_batch_given_up_after_it_was_sent_holds_the_partition_back_until_that_is_resolved() {
    let short = [("request.timeout.ms", "100"), ("delivery.timeout.ms", "250")];
    let mut rig = numbered(&short);
    rig.send_some(1);
    rig.wait_until(1240);
    rig.send_some(1);
    assert_eq!(rig.sent(), [(7, 0, 0), (7, 0, 0), (7, 0, 1)], "sent, timed out, sent again");
    rig.wait_until(1250);
    assert!(rig.tells("Expiring 1 record(s) for t-0:250 ms"));
    rig.send_some(1);
    assert_eq!(rig.sent(), [], "perhaps the broker has number 0, perhaps not");
    let late = rig.in_flight(ApiKey::Produce)[0];
    let second = rig.in_flight(ApiKey::Produce)[1];
    let mut other = Rig { producer: rig.producer.clone(), out: Outputs::default(), ..rig };
    // It has: what follows was appended, too.
    other.answer_produce_id(second, Ok(1));
    assert_eq!(other.sent(), [(7, 0, 2)]);
    other.answer_produce_id(late, Ok(0));
    assert_eq!((other.producer.acknowledged_count(), other.producer.failed_count()), (1, 1));
    // It has not: number 1 is out of order, and the numbers begin anew.
    rig.out = Outputs::default();
    rig.answer_produce_id(second, Err(ErrorCode::OutOfOrderSequenceNumber));
    assert!(rig.tells("producer 7 begins epoch 1"));
    rig.wait_until(1360);
    assert_eq!(rig.sent()[..1], [(7, 1, 0)]);
}

#[test]
fn a_split_batch_keeps_the_numbers_of_its_records() {
    let mut rig = numbered(&[("linger.ms", "10"), ("batch.size", "400")]);
    for _ in 0..3 {
        rig.send(record("t", Some("a"), 100));
    }
    rig.wait_until(1010);
    assert_eq!(rig.sent(), [(7, 0, 0)]);
    // One batch of three again, then, as it was split before, at half its size.
    rig.answer_produce(Err(ErrorCode::MessageTooLarge));
    assert_eq!(rig.sent(), [(7, 0, 0)]);
    rig.answer_produce(Err(ErrorCode::MessageTooLarge));
    for sequence in 0..3 {
        assert_eq!(rig.sent(), [(7, 0, sequence)], "the parts go one by one");
        rig.answer_produce(Ok(i64::from(sequence)));
    }
    assert_eq!(rig.producer.acknowledged_count(), 3);
}

#[test]
fn the_last_epoch_costs_the_id() {
    let mut rig = numbered(&[]);
    rig.answer_init_again(i16::MAX);
    rig.send_some(1);
    rig.sent();
    rig.answer_produce(Err(ErrorCode::InvalidRecord));
    assert!(rig.tells("gives up producer id 9 in epoch 32767"));
    rig.send_some(1);
    assert_eq!(rig.sent(), []);
    let id = rig.in_flight(ApiKey::InitProducerId)[0];
    rig.answer(id, Response::InitProducerId(Ok((10, 0))));
    assert_eq!(rig.sent(), [(10, 0, 0)]);
}

impl Rig {
    /// A new process, which gets producer id 9 in this epoch.
    fn answer_init_again(&mut self, epoch: i16) {
        self.producer.crash(self.now_ms, &mut self.out);
        self.producer.restart(self.now_ms, &mut self.out);
        self.answer_metadata("t", 1);
        let id = self.in_flight(ApiKey::InitProducerId)[0];
        self.answer(id, Response::InitProducerId(Ok((9, epoch))));
    }
}

/// The book's Kafka: what is refused leaves its numbers to those behind; a gap costs the id.
#[test]
fn in_the_book_the_numbers_of_a_refused_batch_are_used_again() {
    let mut settings = Settings::new(Scope::Producer, Profile::Book);
    settings.set("enable.idempotence", "true").unwrap();
    let mut rig = Rig::knowing(settings, "t", 1);
    let id = rig.in_flight(ApiKey::InitProducerId)[0];
    rig.answer(id, Response::InitProducerId(Ok((7, 0))));
    rig.out = Outputs::default();
    rig.send_some(1);
    rig.send_some(1);
    assert_eq!(rig.sent(), [(7, 0, 0), (7, 0, 1)]);
    rig.answer_produce(Err(ErrorCode::InvalidRecord));
    rig.answer_produce(Err(ErrorCode::OutOfOrderSequenceNumber));
    rig.wait_until(1100);
    assert_eq!(rig.sent(), [(7, 0, 0)]);
    rig.answer_produce(Err(ErrorCode::OutOfOrderSequenceNumber));
    assert!(rig.tells("gives up producer id 7 in epoch 0"));
    assert_eq!(rig.producer.failed_count(), 2);
}
