//! Records and steps of the new protocol; whole groups are in `broker::tests::modern_groups`.

mod known;

use super::reconcile::Reconciliation;
use super::*;
use crate::broker::group::{OffsetsKey, OffsetsValue, decode_record};
use crate::protocol::Uuid;

fn places(numbers: &[u32]) -> Vec<TopicPartition> {
    numbers.iter().map(|number| TopicPartition::new("t", *number)).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Keys and values as `GroupCoordinatorRecordHelpers` and `GroupCoordinatorRecordSerde` of Apache Kafka 4.3.1 made
/// them.
#[test]
fn records_have_kafkas_bytes() {
    let partitions = |numbers: &[i32], epochs: &[i32]| TopicPartitionsValue {
        topic_id: Uuid(0x6306_7789_5c7a_4900_a52f_d653_09d0_87e0),
        partitions: numbers.to_vec(),
        epochs: epochs.to_vec(),
    };
    let member = |topics: &[&str]| ConsumerMemberValue {
        client_id: "c1".into(),
        client_host: "/10.0.0.1".into(),
        topics: topics.iter().map(|topic| (*topic).to_owned()).collect(),
        regex: Some(String::new()),
        rebalance_timeout_ms: 300_000,
        ..ConsumerMemberValue::default()
    };
    let named = ConsumerMemberValue {
        instance_id: Some("one".into()),
        server_assignor: Some("range".into()),
        ..member(&["audit", "orders"])
    };
    let current = CurrentMemberValue {
        member_epoch: 4,
        previous_epoch: 3,
        state: 1,
        assigned: vec![partitions(&[0, 2], &[3, 4])],
        pending_revocation: vec![partitions(&[1], &[2])],
    };
    let nothing = CurrentMemberValue {
        member_epoch: 2,
        previous_epoch: -1,
        state: 0,
        assigned: Vec::new(),
        pending_revocation: Vec::new(),
    };
    let of_member = |kind: fn(String) -> ConsumerKeyKind| kind("m".to_owned());
    let cases = [
        (
            of_member(ConsumerKeyKind::Member),
            ConsumerValue::Member(named),
            "000500016700016d",
            "0000046f6e65000363310a2f31302e302e302e3103066175646974076f726465727301000493e00672616e676501\
             000100",
        ),
        (
            of_member(ConsumerKeyKind::Member),
            ConsumerValue::Member(member(&["orders"])),
            "000500016700016d",
            "000000000363310a2f31302e302e302e3102076f726465727301000493e00001000100",
        ),
        (
            ConsumerKeyKind::Group,
            ConsumerValue::Group { epoch: 7, metadata_hash: -9 },
            "0003000167",
            "000000000007010008fffffffffffffff7",
        ),
        (
            ConsumerKeyKind::Group,
            ConsumerValue::Group { epoch: 7, metadata_hash: 0 },
            "0003000167",
            "00000000000700",
        ),
        (
            ConsumerKeyKind::TargetMetadata,
            ConsumerValue::TargetMetadata { epoch: 7, computed_ms: 1_700_000_000_000 },
            "0006000167",
            "0000000000070100080000018bcfe56800",
        ),
        (
            of_member(ConsumerKeyKind::Target),
            ConsumerValue::Target(vec![partitions(&[0, 2], &[])]),
            "000700016700016d",
            "000002630677895c7a4900a52fd65309d087e00300000000000000020000",
        ),
        (
            of_member(ConsumerKeyKind::Target),
            ConsumerValue::Target(Vec::new()),
            "000700016700016d",
            "00000100",
        ),
        (
            of_member(ConsumerKeyKind::Current),
            ConsumerValue::Current(current),
            "000800016700016d",
            "000000000004000000030102630677895c7a4900a52fd65309d087e0030000000000000002010009030000000300\
             00000402630677895c7a4900a52fd65309d087e00200000001010005020000000200",
        ),
        (
            of_member(ConsumerKeyKind::Current),
            ConsumerValue::Current(nothing),
            "000800016700016d",
            "000000000002ffffffff00010100",
        ),
    ];
    for (kind, value, key_hex, value_hex) in cases {
        let key = OffsetsKey::Consumer(ConsumerKey { group: "g".into(), kind });
        let bytes = value.encode();
        assert_eq!(hex(&key.encode()), key_hex);
        assert_eq!(hex(&bytes), value_hex, "{value:?}");
        let read = decode_record(&key.encode(), Some(&bytes));
        assert_eq!(read, Ok((key.clone(), Some(OffsetsValue::Consumer(value)))));
        for length in 2..bytes.len() {
            let cut = decode_record(&key.encode(), Some(&bytes[..length]));
            assert!(cut.is_err(), "{key:?} cut to {length}");
        }
    }
    let topics = ConsumerKey { group: "g".into(), kind: ConsumerKeyKind::Topics };
    assert_eq!(hex(&OffsetsKey::Consumer(topics).encode()), "0004000167");
}

fn owned(numbers: &[u32], since: i32) -> Owned {
    places(numbers).into_iter().map(|partition| (partition, since)).collect()
}

/// What `CurrentAssignmentBuilderTest` of Kafka goes through, with one topic (GRP-32).
#[test]
fn a_member_goes_to_its_target_step_by_step() {
    use MemberState::{Stable, UnreleasedPartitions, UnrevokedPartitions};
    struct Case {
        name: &'static str,
        before: (MemberState, i32, &'static [u32], &'static [u32]),
        target: &'static [u32],
        owned: Option<&'static [u32]>,
        held: &'static [u32],
        after: (MemberState, i32, &'static [u32], &'static [u32]),
    }
    let cases = [
        Case {
            name: "stable to stable: only more",
            before: (Stable, 10, &[1, 2], &[]),
            target: &[1, 2, 4],
            owned: None,
            held: &[],
            after: (Stable, 11, &[1, 2, 4], &[]),
        },
        Case {
            name: "what is to be given up is asked for first, and no epoch is reached",
            before: (Stable, 10, &[1, 2, 3], &[]),
            target: &[2, 3, 4],
            owned: None,
            held: &[],
            after: (UnrevokedPartitions, 10, &[2, 3], &[1]),
        },
        Case {
            name: "others hold all that is new",
            before: (Stable, 10, &[1], &[]),
            target: &[1, 4],
            owned: None,
            held: &[4],
            after: (UnreleasedPartitions, 11, &[1], &[]),
        },
        Case {
            name: "others hold some of it",
            before: (Stable, 10, &[1], &[]),
            target: &[1, 4, 5],
            owned: None,
            held: &[4],
            after: (UnreleasedPartitions, 11, &[1, 5], &[]),
        },
        Case {
            name: "it still owns what it should have given up",
            before: (UnrevokedPartitions, 10, &[2, 3], &[1]),
            target: &[2, 3, 4],
            owned: Some(&[1, 2, 3]),
            held: &[],
            after: (UnrevokedPartitions, 10, &[2, 3], &[1]),
        },
        Case {
            name: "it does not say what it owns",
            before: (UnrevokedPartitions, 10, &[2, 3], &[1]),
            target: &[2, 3, 4],
            owned: None,
            held: &[],
            after: (UnrevokedPartitions, 10, &[2, 3], &[1]),
        },
        Case {
            name: "it has given it up",
            before: (UnrevokedPartitions, 10, &[2, 3], &[1]),
            target: &[2, 3, 4],
            owned: Some(&[2, 3]),
            held: &[],
            after: (Stable, 11, &[2, 3, 4], &[]),
        },
        Case {
            name: "it gets back what it has just given up: nobody else had it",
            before: (UnrevokedPartitions, 10, &[2], &[1]),
            target: &[1, 2],
            owned: Some(&[2]),
            held: &[],
            after: (Stable, 11, &[1, 2], &[]),
        },
        Case {
            name: "what others have released comes",
            before: (UnreleasedPartitions, 11, &[1], &[]),
            target: &[1, 4],
            owned: None,
            held: &[],
            after: (Stable, 11, &[1, 4], &[]),
        },
    ];
    for case in cases {
        let (state, epoch, assigned, pending) = case.before;
        let member = ModernMember {
            topics: [Topic::from("t")].into_iter().collect(),
            state,
            epoch,
            assigned: owned(assigned, 9),
            pending_revocation: owned(pending, 9),
            ..ModernMember::default()
        };
        let held = places(case.held);
        let said = case.owned.map(places);
        let next = Reconciliation {
            target_epoch: 11,
            target: &places(case.target).into_iter().collect(),
            has_subscription_changed: false,
            owned: said.as_deref(),
            exists: &|_| true,
            is_held: &|partition| held.contains(partition),
        }
        .step(&member);
        let (state, epoch, assigned, pending) = case.after;
        let has = |owned: &Owned| owned.keys().cloned().collect::<Vec<_>>();
        assert_eq!((next.state, next.epoch), (state, epoch), "{}", case.name);
        assert_eq!(has(&next.assigned), places(assigned), "{}", case.name);
        assert_eq!(has(&next.pending_revocation), places(pending), "{}", case.name);
        for (partition, since) in &next.assigned {
            let kept = member.assigned.contains_key(partition);
            assert_eq!(*since, if kept { 9 } else { 11 }, "{}", case.name);
        }
    }
}

/// GRP-34, KIP-1251: an older epoch may commit what it has had since then.
#[test]
fn a_late_commit_is_judged_partition_by_partition() {
    let member = ModernMember {
        epoch: 5,
        assigned: [(places(&[0]).remove(0), 3), (places(&[1]).remove(0), 5)].into_iter().collect(),
        pending_revocation: owned(&[2], 2),
        ..ModernMember::default()
    };
    let stale = Err(ErrorCode::StaleMemberEpoch);
    let cases = [(5, 0, Ok(())), (5, 9, Ok(())), (4, 0, Ok(())), (3, 0, Ok(())), (2, 0, stale)];
    for (epoch, number, expected) in cases {
        let partition = TopicPartition::new("t", number);
        assert_eq!(member.check_commit(epoch, &partition), expected, "{epoch}, {number}");
    }
    for (epoch, number, expected) in
        [(4, 1, stale), (4, 2, Ok(())), (1, 2, stale), (4, 9, stale), (6, 0, stale)]
    {
        let partition = TopicPartition::new("t", number);
        assert_eq!(member.check_commit(epoch, &partition), expected, "{epoch}, {number}");
    }
}
