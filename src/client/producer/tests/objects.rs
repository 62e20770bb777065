//! What the application hands over, and where it goes: serializers, a partitioner of one's own (PROD-4, PROD-5).

use super::*;
use crate::client::producer::{JSON_SERIALIZER, SendFate};

const PURCHASE: &str = r#"{"customerId":"12334568","transactionDate":1503000000000}"#;

fn rig_of(overrides: &[(&str, &str)], part: Option<&str>) -> Rig {
    let mut rig = Rig::knowing(settings(Profile::V4, overrides), "some-topic", 3);
    rig.producer.begin_partitioned(part);
    rig
}

fn fate(rig: &Rig) -> SendFate {
    rig.producer.futures().last().unwrap().fate.clone()
}

/// `kafka-transcripts.md`, "The book's two programs": as written it throws, then it lands in partition 0.
#[test]
fn the_books_producer_throws_as_written_and_works_with_a_serializer_for_its_key() {
    let purchase = || ProducerRecord {
        classes: [Some("SimpleProducer$PurchaseKey".into()), None],
        ..record("some-topic", Some(PURCHASE), 5)
    };
    let mut rig = rig_of(&[], Some("/customerId"));
    rig.send(purchase());
    assert_eq!(
        fate(&rig),
        SendFate::Failed {
            exception: "org.apache.kafka.common.errors.SerializationException",
            message: "Can't convert key of class SimpleProducer$PurchaseKey to class \
                      org.apache.kafka.common.serialization.StringSerializer specified in key.serializer"
                .into(),
            thrown: true,
        }
    );
    let mut rig = rig_of(&[("key.serializer", JSON_SERIALIZER)], Some("/customerId"));
    rig.send(purchase());
    let future = rig.producer.futures().last().unwrap();
    assert_eq!(future.partition.unwrap().0, 0);
    assert_eq!(future.key.as_deref(), Some(PURCHASE.as_bytes()));
    // The whole key would have gone elsewhere, and other days do not matter.
    let mut other = rig_of(&[], None);
    other.send(record("some-topic", Some(PURCHASE), 5));
    assert_ne!(other.producer.futures().last().unwrap().partition.unwrap().0, 0);
    for day in 0..20 {
        let key = format!(r#"{{"customerId":"12334568","transactionDate":{day}}}"#);
        rig.send(record("some-topic", Some(&key), 5));
        assert_eq!(rig.producer.futures().last().unwrap().partition.unwrap().0, 0, "{key}");
    }
}

#[test]
fn a_partitioner_of_ones_own_throws_where_the_books_would_and_goes_round_without_a_key() {
    let mut rig = rig_of(&[], Some("/customerId"));
    for (key, expected) in [
        (r#"{"date":1}"#, "java.lang.NullPointerException"),
        (r#"{"customerId":null}"#, "java.lang.NullPointerException"),
        ("alice", "java.lang.ClassCastException"),
    ] {
        rig.send(record("some-topic", Some(key), 5));
        let SendFate::Failed { exception, thrown: true, .. } = fate(&rig) else { panic!("{key}") };
        assert_eq!(exception, expected, "{key}");
    }
    let mut partitions = Vec::new();
    for _ in 0..6 {
        rig.send(record("some-topic", None, 5));
        partitions.push(rig.producer.futures().last().unwrap().partition.unwrap().0);
    }
    assert_eq!(partitions[..3], partitions[3..]);
    let mut once = partitions[..3].to_vec();
    once.sort_unstable();
    assert_eq!(once, [0, 1, 2]);
}

/// PROD-4: the Long 1 and the String "1" have different hashes; V-MUR: with 4 partitions 0 and 3.
#[test]
fn the_serializer_decides_what_is_hashed() {
    let partition = |serializer: &str| {
        let class = format!("org.apache.kafka.common.serialization.{serializer}");
        let settings = settings(Profile::V4, &[("key.serializer", &class)]);
        let mut rig = Rig::knowing(settings, "t", 4);
        rig.send(record("t", Some("1"), 5));
        rig.producer.futures().last().unwrap().partition.unwrap().0
    };
    assert_eq!(partition("LongSerializer"), 0);
    assert_eq!(partition("StringSerializer"), 3);
}

/// What the callback gets: offset and timestamp, or the exception.
#[test]
fn a_future_ends_as_its_callback_is_told() {
    let mut rig = rig_of(&[("linger.ms", "0")], None);
    rig.send(record("some-topic", Some("a"), 5));
    assert_eq!(fate(&rig), SendFate::Open);
    rig.answer_produce(Ok(41));
    assert_eq!(
        fate(&rig),
        SendFate::Done { offset: Some(crate::protocol::Offset(41)), timestamp: 1000 }
    );
    rig.send(record("some-topic", Some("a"), 5));
    rig.answer_produce(Err(ErrorCode::InvalidRecord));
    let SendFate::Failed { exception, thrown: false, .. } = fate(&rig) else { panic!() };
    assert_eq!(exception, "InvalidRecordException");
    rig.send(record("some-topic", Some("a"), 5));
    rig.producer.crash(1000, &mut rig.out);
    assert_eq!(fate(&rig), SendFate::Lost);
}
