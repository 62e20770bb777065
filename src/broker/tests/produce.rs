//! Produce, Metadata, FindCoordinator, ListOffsets.

use super::*;
use crate::protocol::request::IsolationLevel;
use crate::storage::LogEvent;

fn error(answer: &ProducePartition) -> Option<ErrorCode> {
    answer.appended.as_ref().err().map(|refusal| refusal.error)
}

/// REPL-1, REPL-3 and what is refused before.
#[test]
fn produce_is_refused_with_kafkas_errors() {
    let cases = [
        ("acks=all", Profile::V4, -1, "t", None),
        ("acks=1", Profile::V4, 1, "t", None),
        ("acks=2", Profile::V4, 2, "t", Some(ErrorCode::InvalidRequiredAcks)),
        ("acks=-2", Profile::V4, -2, "t", Some(ErrorCode::InvalidRequiredAcks)),
        ("unknown", Profile::V4, 1, "nope", Some(ErrorCode::UnknownTopicOrPartition)),
        ("unknown first", Profile::V4, 7, "nope", Some(ErrorCode::UnknownTopicOrPartition)),
        (
            "internal",
            Profile::V4,
            1,
            Topic::CONSUMER_OFFSETS,
            Some(ErrorCode::InvalidTopicException),
        ),
        ("never more than replicas", Profile::V4, -1, "two", None),
        ("book: as it is set", Profile::Book, -1, "two", Some(ErrorCode::NotEnoughReplicas)),
        ("book, acks=1", Profile::Book, 1, "two", None),
    ];
    for (name, profile, acks, topic, expected) in cases {
        let mut bench = Bench::new(profile, &[]);
        bench.create("two", 1, &[("min.insync.replicas", "2")]);
        let before = bench.broker.logs().clone();
        let answer = bench.produce(acks, topic, b"v");
        assert_eq!(error(&answer), expected, "{name}");
        assert_eq!(*bench.broker.logs() == before, expected.is_some(), "{name}");
        let told = bench.events.iter().any(|e| matches!(e, BrokerEvent::RequestRefused { .. }));
        assert_eq!(told, expected.is_some(), "{name}");
    }
}

#[test]
fn an_internal_topic_is_refused_with_kafkas_words() {
    let mut bench = Bench::v4(&[]);
    let refusal = bench.produce(1, Topic::CONSUMER_OFFSETS, b"v").appended.unwrap_err();
    assert_eq!(refusal.message, "Cannot append to internal topic __consumer_offsets");
}

#[test]
fn acks_0_is_appended_and_not_answered() {
    let mut bench = Bench::v4(&[]);
    let produce = |acks| {
        let batches = vec![(TopicPartition::new("t", 0), batch(None, b"v", 2))];
        Request::Produce { acks, timeout_ms: 1, batches }
    };
    let silent = bench.send(0, produce(0));
    let next = bench.send(0, produce(1));
    bench.advance_to(1000);
    assert_eq!(bench.answer(silent), None);
    let Some((leaves_ms, Response::Produce { partitions })) = bench.answers.get(&next) else {
        panic!("acks=1 is answered");
    };
    // The second waited for the first one's append, then for its own.
    assert_eq!((*leaves_ms, &partitions[0].appended), (2 * APPEND_MS, &Ok((2, -1))));
}

#[test]
fn a_refused_batch_does_not_stop_the_others() {
    let mut bench = Bench::v4(&[]);
    bench.create("compacted", 1, &[("cleanup.policy", "compact")]);
    let batches = vec![
        (TopicPartition::new("compacted", 0), batch(None, b"v", 1)),
        (TopicPartition::new("t", 9), batch(None, b"v", 1)),
        (TopicPartition::new("t", 1), batch(None, b"v", 1)),
    ];
    let answer = bench.ask(Request::Produce { acks: -1, timeout_ms: 1, batches });
    let Response::Produce { partitions } = answer else { panic!("{answer:?}") };
    let errors: Vec<_> = partitions.iter().map(error).collect();
    assert_eq!(
        errors,
        [Some(ErrorCode::InvalidRecord), Some(ErrorCode::UnknownTopicOrPartition), None]
    );
    assert_eq!(partitions[0].appended.as_ref().unwrap_err().record_errors.len(), 1);
    assert!(
        bench
            .events
            .iter()
            .any(|event| { matches!(event, BrokerEvent::Log(_, LogEvent::AppendRefused(_))) })
    );
}

#[test]
fn a_missing_topic_is_wanted_where_it_may_be_created() {
    let wanted = |events: &[BrokerEvent]| {
        events.iter().filter(|e| matches!(e, BrokerEvent::TopicWanted { .. })).count()
    };
    for (auto, name, expected, count) in [
        ("true", "new", ErrorCode::UnknownTopicOrPartition, 1),
        ("false", "new", ErrorCode::UnknownTopicOrPartition, 0),
        ("true", "a b", ErrorCode::InvalidTopicException, 0),
    ] {
        let mut bench = Bench::v4(&[("auto.create.topics.enable", auto)]);
        let topics = vec![Topic::from(name), Topic::from("t")];
        let Response::Metadata { topics } = bench.ask(Request::Metadata { topics }) else {
            panic!("metadata is answered by metadata");
        };
        assert_eq!(topics[0].known, Err(expected), "{name}");
        assert_eq!(topics[1].known, Ok((Uuid(7), vec![BrokerId(1); 3])));
        assert_eq!(wanted(&bench.events), count, "{name}");
    }
}

/// GRP-1, OFFS-2.
#[test]
fn the_first_find_coordinator_wants_the_offsets_topic() {
    let settings = Settings::new(Scope::Broker, Profile::V4);
    let pace = BrokerPace { append_ms: 0, cleaner: CleanerPace { phase_ms: 1, ms_per_mib: 1 } };
    let mut bench = Bench::v4(&[]);
    bench.broker = Broker::new(0, BrokerId(1), settings, pace);
    let find = || Request::FindCoordinator { group: group() };
    let coordinator = |response| match response {
        Response::FindCoordinator { coordinator } => coordinator,
        other => panic!("{other:?}"),
    };
    assert_eq!(coordinator(bench.ask(find())), Err(ErrorCode::CoordinatorNotAvailable));
    assert!(bench.events.iter().any(|event| {
        matches!(event, BrokerEvent::TopicWanted { topic } if topic.is_internal())
    }));
    assert_eq!(bench.heartbeat(1, "m"), Some(ErrorCode::NotCoordinator));
    bench.create(Topic::CONSUMER_OFFSETS, 50, &[("cleanup.policy", "compact")]);
    assert_eq!(coordinator(bench.ask(find())), Ok(BrokerId(1)));
}

#[test]
fn offsets_are_listed_by_time() {
    let mut bench = Bench::v4(&[]);
    bench.produce(1, "t", b"v");
    bench.produce(1, "t", b"v");
    let at = |partition, timestamp| (TopicPartition::new("t", partition), timestamp);
    let partitions = vec![at(0, -1), at(0, -2), at(0, 0), at(0, 1), at(9, -1)];
    let Response::ListOffsets { partitions } = bench
        .ask(Request::ListOffsets { isolation_level: IsolationLevel::ReadUncommitted, partitions })
    else {
        panic!("list offsets is answered by list offsets");
    };
    let found: Vec<_> = partitions.into_iter().map(|(_, found)| found).collect();
    let unknown = Err(ErrorCode::UnknownTopicOrPartition);
    assert_eq!(found, [Ok((-1, 2)), Ok((-1, 0)), Ok((0, 0)), Ok((-1, -1)), unknown]);
}

#[test]
fn the_offsets_topic_is_as_kafka_makes_it() {
    let mut broker = Settings::new(Scope::Broker, Profile::V4);
    let topic = offsets_topic(&broker);
    assert_eq!((topic.partitions, topic.replication_factor), (50, 3));
    let settings: Vec<_> = topic.settings.iter().map(|(n, v)| format!("{n}={v}")).collect();
    assert_eq!(
        settings,
        ["cleanup.policy=compact", "compression.type=producer", "segment.bytes=104857600"]
    );
    broker.set("offsets.topic.segment.bytes", "1000").unwrap();
    assert_eq!(offsets_topic(&broker).settings["internal.segment.bytes"], "1000");
}
