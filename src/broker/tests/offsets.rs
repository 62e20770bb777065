//! Commits, `__consumer_offsets`, restart (GRP-18, OFFS-1 to OFFS-10).

use super::*;
use crate::broker::group::{OffsetsKey, OffsetsValue, decode_record};
use crate::storage::LogEvent;

type Decoded = (i64, i64, OffsetsKey, Option<OffsetsValue>);

/// Records of `__consumer_offsets`: base offset of their batch, offset, contents.
fn records(bench: &Bench) -> Vec<Decoded> {
    let mut records = Vec::new();
    for log in bench.broker.logs().logs() {
        if !log.partition().topic.is_internal() {
            continue;
        }
        for (_, batch) in log.batches() {
            for record in batch.records().unwrap() {
                let record = record.unwrap();
                let (key, value) = decode_record(record.key.unwrap(), record.value).unwrap();
                records.push((batch.base_offset(), record.offset, key, value));
            }
        }
    }
    records
}

/// OFFS-5, OFFS-6, and bytes that a real 4.3.1 broker wrote at the same points.
#[test]
fn a_group_writes_the_records_that_kafka_writes() {
    let mut bench = Bench::v4(&[]);
    let a = bench.stable_member();
    let offsets = vec![commit_of(0, 5), commit_of(1, 0)];
    let member_id = a.clone();
    bench.ask(Request::OffsetCommit {
        group: group(),
        generation: 1,
        member_id,
        instance_id: None,
        offsets,
    });
    bench.leave(&a);
    let records = records(&bench);
    let group_value = |at: usize| match &records[at].3 {
        Some(OffsetsValue::Group(value)) => value.clone(),
        other => panic!("{other:?}"),
    };
    let batches: Vec<(i64, i64)> = records.iter().map(|r| (r.0, r.1)).collect();
    assert_eq!(batches, [(0, 0), (1, 1), (2, 2), (2, 3), (4, 4)], "one batch a write");
    let made = group_value(0);
    assert_eq!((made.protocol_type.as_str(), made.generation, made.members.len()), ("", 0, 0));
    assert_eq!((made.protocol, made.leader, made.state_ms), (None, None, 0));
    let synced = group_value(1);
    assert_eq!((synced.protocol_type.as_str(), synced.generation), ("consumer", 1));
    assert_eq!((synced.leader.as_deref(), synced.state_ms), (Some(&*a), 3000));
    assert_eq!(synced.members[0].subscription, b"subscription");
    assert_eq!(synced.members[0].assignment, a.as_bytes());
    let Some(OffsetsValue::Offset(value)) = &records[3].3 else { panic!("{:?}", records[3]) };
    assert_eq!((value.offset, value.topic_id), (0, Some(Uuid(7))));
    let empty = group_value(4);
    assert_eq!((empty.protocol_type.as_str(), empty.generation), ("consumer", 2));
    assert_eq!((empty.protocol, empty.leader, empty.members.len()), (None, None, 0));
}

#[test]
fn a_commit_moves_the_offset_when_its_record_is_in_the_log() {
    let mut bench = Bench::v4(&[]);
    let a = bench.stable_member();
    bench.events.clear();
    assert_eq!(bench.commit(1, &a, 42), None);
    let [
        BrokerEvent::Log(partition, LogEvent::BatchAppended { base_offset, .. }),
        BrokerEvent::OffsetCommitted { stored_in, stored_at, offset, .. },
    ] = &bench.events[..]
    else {
        panic!("{:?}", bench.events)
    };
    assert_eq!((partition, base_offset), (stored_in, stored_at));
    assert_eq!(offset.0, 42);
    assert_eq!(bench.committed(0), 42);
    assert_eq!(bench.committed(1), -1, "OFFS-10");
    let (leaves_ms, _) = bench.answers.values().rev().nth(2).unwrap();
    assert_eq!(*leaves_ms, bench.now_ms + APPEND_MS);
    assert_eq!(bench.commit(1, &a, 40), None, "OFFS-6: backwards, too");
    assert_eq!(bench.committed(0), 40);
}

#[test]
fn a_commit_that_cannot_be_written_changes_nothing() {
    let mut bench = Bench::v4(&[]);
    let a = bench.stable_member();
    let mut settings = Settings::new(Scope::Topic, Profile::V4);
    settings.set("max.message.bytes", "70").unwrap();
    let topic = Topic::from(Topic::CONSUMER_OFFSETS);
    let record = MetadataRecord::Config { topic, settings };
    bench.with(|broker, now_ms, chance, out| broker.apply_metadata(now_ms, &record, chance, out));
    let before = bench.broker.logs().clone();
    assert_eq!(bench.commit(1, &a, 42), Some(ErrorCode::UnknownServerError));
    assert_eq!(bench.committed(0), -1);
    assert!(*bench.broker.logs() == before);
}

/// GRP-18, state by state.
#[test]
fn commits_are_let_in_by_state_generation_and_member() {
    let none = None;
    let unknown = Some(ErrorCode::UnknownMemberId);
    let illegal = Some(ErrorCode::IllegalGeneration);
    let rebalance = Some(ErrorCode::RebalanceInProgress);
    let mut bench = Bench::v4(&[]);
    assert_eq!(bench.commit(0, "x", 1), illegal, "no such group");
    assert_eq!(bench.clone().commit(-1, "", 1), none, "makes a simple group");
    let (_, a) = bench.join_new(0);
    bench.advance_to(3000);
    let completing = bench.clone();
    bench.sync(0, 1, &a, &[&a]);
    bench.advance_to(3100);
    let stable = bench.clone();
    bench.join_new(1);
    let preparing = bench.clone();
    let mut empty = stable.clone();
    empty.leave(&a);
    let states =
        [("completing", completing, 1), ("stable", stable, 1), ("preparing", preparing, 1)];
    for (name, bench, generation) in states {
        let own = if name == "completing" { rebalance } else { none };
        for (generation, member, expected) in [
            (generation, a.as_str(), own),
            (generation - 1, &a, illegal),
            (generation + 1, &a, illegal),
            (-1, &a, illegal),
            (generation, "x", unknown),
            (-1, "", unknown),
        ] {
            let error = bench.clone().commit(generation, member, 1);
            assert_eq!(error, expected, "{name} {generation} {member}");
        }
    }
    assert_eq!(empty.clone().commit(-1, "", 1), none);
    assert_eq!(empty.clone().commit(2, &a, 1), unknown);
}

#[test]
fn unknown_partitions_are_refused_one_by_one() {
    let mut bench = Bench::v4(&[]);
    let a = bench.stable_member();
    let nope = CommitPartition { partition: TopicPartition::new("nope", 0), ..commit_of(0, 1) };
    let offsets = vec![commit_of(9, 1), commit_of(2, 3), nope, commit_of(1, -1)];
    let request = Request::OffsetCommit {
        group: group(),
        generation: 1,
        member_id: a,
        instance_id: None,
        offsets,
    };
    let Response::OffsetCommit { partitions } = bench.ask(request) else { panic!("a commit") };
    let errors: Vec<_> = partitions.into_iter().map(|(_, error)| error).collect();
    let missing = Some(ErrorCode::UnknownTopicOrPartition);
    assert_eq!(errors, [missing, None, missing, Some(ErrorCode::UnknownServerError)]);
    assert_eq!(bench.committed(2), 3);
}

/// OFFS-8.
#[test]
fn a_restart_reads_the_same_groups_and_offsets_back() {
    let mut bench = Bench::v4(&[]);
    let (_, a) = bench.join_new(0);
    let (_, b) = bench.join_new(300);
    bench.advance_to(6000);
    bench.sync(0, 1, &a, &[&a, &b]);
    bench.sync(300, 1, &b, &[]);
    bench.commit(1, &a, 5);
    bench.commit(1, &a, 9);
    let simple = Request::OffsetCommit {
        group: GroupId::from("simple"),
        generation: -1,
        member_id: String::new(),
        instance_id: None,
        offsets: vec![commit_of(1, 4)],
    };
    bench.ask(simple);
    let before = bench.broker.clone();
    bench.now_ms = 10_000;
    bench.restart();
    assert_eq!(bench.events.last(), Some(&BrokerEvent::Restarted { groups: 2, offsets: 2 }));
    for old in before.groups() {
        let new = bench.broker.group(old.id()).unwrap();
        assert!(new.offsets().eq(old.offsets()), "{}", old.id());
        assert_eq!(
            (new.state(), new.generation(), new.protocol(), new.leader()),
            (old.state(), old.generation(), old.protocol(), old.leader())
        );
        for member in old.members() {
            let read = new.member(&member.member_id).unwrap();
            assert_eq!((read.client, &read.assignment), (member.client, &member.assignment));
            assert_eq!(read.session_due_ms, Some(55_000), "sessions start anew");
        }
    }
    assert_eq!(bench.heartbeat(1, &a), None, "clients go on as if nothing had happened");
    assert_eq!(bench.commit(1, &b, 10), None);
    bench.advance_to(20_000);
    assert_eq!(bench.heartbeat(1, &b), None);
    bench.advance_to(55_000);
    assert_eq!(bench.group().members().count(), 1, "B's commit was a sign of life");
    assert_eq!(bench.state(), GroupState::PreparingRebalance);
}

#[test]
fn a_rebalance_that_was_not_stored_is_forgotten_by_a_crash() {
    let mut bench = Bench::v4(&[]);
    let a = bench.stable_member();
    bench.join_new(1);
    bench.join(0, &a);
    assert_eq!((bench.state(), bench.group().generation()), (GroupState::CompletingRebalance, 2));
    bench.restart();
    assert_eq!((bench.state(), bench.group().generation()), (GroupState::Stable, 1));
    assert_eq!(bench.group().members().count(), 1);
}

#[test]
fn a_broker_that_is_down_does_nothing() {
    let mut bench = Bench::v4(&[]);
    bench.stable_member();
    bench.with(|broker, now_ms, _, out| broker.end(now_ms, crate::broker::Ending::Crash, out));
    assert!(!bench.broker.is_running());
    assert_eq!((bench.broker.next_due_ms(), bench.broker.groups().count()), (None, 0));
    let asked = bench.send(0, Request::Metadata { topics: Vec::new() });
    bench.create("later", 1, &[]);
    assert_eq!(bench.answer(asked), None);
    assert!(bench.broker.logs().get(&TopicPartition::new("later", 0)).is_none());
    bench.with(|broker, now_ms, chance, out| broker.restart(now_ms, chance, out));
    assert!(bench.broker.logs().get(&TopicPartition::new("later", 0)).is_some());
}

/// OFFS-9.
#[test]
fn old_offsets_of_empty_groups_expire_and_take_the_group_along() {
    let week_ms = 7 * 24 * 3_600_000;
    let mut bench = Bench::v4(&[]);
    let a = bench.stable_member();
    bench.commit(1, &a, 5);
    bench.leave(&a);
    let left_ms = bench.now_ms;
    let checked_ms = (left_ms + week_ms).div_ceil(600_000) * 600_000;
    bench.advance_to(checked_ms - 1);
    assert_eq!(bench.committed(0), 5);
    bench.advance_to(checked_ms);
    assert!(bench.broker.group(&group()).is_none());
    let expired = bench.events.iter().any(|e| matches!(e, BrokerEvent::OffsetExpired { .. }));
    assert!(expired);
    bench.restart();
    assert_eq!(bench.broker.groups().count(), 0);
}

/// The cleaner compacts `__consumer_offsets` like any other topic; what is committed stays.
#[test]
fn compaction_keeps_what_is_committed() {
    let mut bench = Bench::v4(&[
        ("offsets.topic.segment.bytes", "500"),
        ("log.cleaner.min.cleanable.ratio", "0.1"),
        ("log.cleaner.backoff.ms", "0"),
    ]);
    let a = bench.stable_member();
    for offset in 0..60 {
        bench.commit(1, &a, offset);
        bench.advance_to(bench.now_ms + 20);
    }
    let cleaned = bench
        .events
        .iter()
        .filter(|event| matches!(event, BrokerEvent::Log(_, LogEvent::CleaningFinished { .. })));
    assert!(cleaned.count() > 0);
    assert!(records(&bench).len() < 30, "{}", records(&bench).len());
    let committed = bench.group().committed(&TopicPartition::new("t", 0)).copied();
    bench.restart();
    assert_eq!(bench.group().committed(&TopicPartition::new("t", 0)).copied(), committed);
    assert_eq!(bench.committed(0), 59);
    assert_eq!(bench.state(), GroupState::Stable);
}
