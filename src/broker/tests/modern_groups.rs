//! Groups of the new protocol (KIP-848, GRP-30 to GRP-34), through heartbeats.

use super::*;
use crate::broker::group::Modern;
use crate::broker::{GroupCause, MemberState, RemovalReason};
use crate::protocol::Refusal;
use crate::protocol::request::{ConsumerGroupBeat, ConsumerGroupHeartbeat};

type Answer = Result<ConsumerGroupBeat, Refusal>;

fn places(numbers: &[u32]) -> Vec<TopicPartition> {
    numbers.iter().map(|number| TopicPartition::new("t", *number)).collect()
}

/// A heartbeat that joins.
fn joining(member_id: &str) -> ConsumerGroupHeartbeat {
    ConsumerGroupHeartbeat {
        group: group(),
        member_id: member_id.to_owned(),
        member_epoch: 0,
        instance_id: None,
        client_id: member_id.to_owned(),
        rebalance_timeout_ms: Some(300_000),
        topics: Some(vec![Topic::from("t")]),
        server_assignor: None,
        owned: Some(Vec::new()),
    }
}

/// A heartbeat that only says what it owns, if anything.
fn going_on(member_id: &str, member_epoch: i32, owned: Option<&[u32]>) -> ConsumerGroupHeartbeat {
    ConsumerGroupHeartbeat {
        member_epoch,
        rebalance_timeout_ms: None,
        topics: None,
        owned: owned.map(places),
        ..joining(member_id)
    }
}

impl Bench {
    fn beat(&mut self, request: ConsumerGroupHeartbeat) -> Answer {
        match self.ask(Request::ConsumerGroupHeartbeat(request)) {
            Response::ConsumerGroupHeartbeat(answer) => answer,
            other => panic!("not a heartbeat: {other:?}"),
        }
    }

    fn error(&mut self, request: ConsumerGroupHeartbeat) -> ErrorCode {
        self.beat(request).expect_err("it is refused").error
    }

    fn modern(&self) -> &Modern {
        self.group().modern().expect("a group of the new protocol")
    }

    fn states(&self) -> Vec<GroupState> {
        let of = |event: &BrokerEvent| match event {
            BrokerEvent::GroupStateChanged { to, .. } => Some(*to),
            _ => None,
        };
        self.events.iter().filter_map(of).collect()
    }
}

fn eager() -> Bench {
    Bench::v4(&[("group.consumer.assignment.interval.ms", "0")])
}

/// GRP-30, GRP-31: a new group is at epoch 1, its first member at 2, with everything and at once.
#[test]
fn the_first_member_has_everything_at_once() {
    let mut bench = eager();
    let beat = bench.beat(joining("A")).unwrap();
    assert_eq!((beat.member_epoch, beat.heartbeat_interval_ms), (2, 5000));
    assert_eq!(beat.assignment, Some(places(&[0, 1, 2])));
    use GroupState::{Assigning, Reconciling, Stable};
    assert_eq!(bench.states(), [Assigning, Reconciling, Stable]);
    assert_eq!(*bench.group().cause(), GroupCause::MemberReconciled("A".into()));
    // What has not changed is not said again.
    let beat = bench.beat(going_on("A", 2, None)).unwrap();
    assert_eq!((beat.member_epoch, beat.assignment), (2, None));
}

/// GRP-32: nothing is given before it was released, and the others go on reading.
#[test]
fn a_partition_moves_when_its_owner_has_released_it() {
    let mut bench = eager();
    bench.beat(joining("A")).unwrap();
    let joined = bench.beat(joining("B")).unwrap();
    assert_eq!((joined.member_epoch, joined.assignment), (3, Some(Vec::new())));
    assert_eq!(bench.modern().member("B").unwrap().state(), MemberState::UnreleasedPartitions);
    assert_eq!(bench.state(), GroupState::Reconciling);
    let told = bench.beat(going_on("A", 2, None)).unwrap();
    assert_eq!((told.member_epoch, &told.assignment), (2, &Some(places(&[0, 1]))));
    let a = bench.modern().member("A").unwrap();
    assert_eq!(a.state(), MemberState::UnrevokedPartitions);
    assert_eq!(a.pending_revocation().cloned().collect::<Vec<_>>(), places(&[2]));
    // B asks in vain until A has said that it gave them up.
    assert_eq!(bench.beat(going_on("B", 3, None)).unwrap().assignment, None);
    assert_eq!(bench.beat(going_on("A", 2, Some(&[0, 1, 2]))).unwrap().member_epoch, 2);
    assert_eq!(bench.beat(going_on("A", 2, Some(&[0, 1]))).unwrap().member_epoch, 3);
    assert_eq!(bench.beat(going_on("B", 3, None)).unwrap().assignment, Some(places(&[2])));
    assert_eq!(bench.state(), GroupState::Stable);
}

/// `[4.3.1]` targets are computed at most once in `group.consumer.assignment.interval.ms`, the first at once.
#[test]
fn targets_are_not_computed_too_often() {
    let mut bench = Bench::v4(&[]);
    bench.now_ms = 5000;
    bench.beat(joining("A")).unwrap();
    bench.now_ms = 5400;
    let joined = bench.beat(joining("B")).unwrap();
    assert_eq!((joined.member_epoch, bench.state()), (2, GroupState::Assigning));
    assert_eq!((bench.modern().group_epoch(), bench.modern().assignment_epoch()), (3, 2));
    bench.now_ms = 5999;
    bench.beat(going_on("A", 2, None)).unwrap();
    assert_eq!(bench.state(), GroupState::Assigning);
    bench.now_ms = 6000;
    bench.beat(going_on("A", 2, None)).unwrap();
    assert_eq!((bench.state(), bench.modern().assignment_epoch()), (GroupState::Reconciling, 3));
}

/// GRP-34.
#[test]
fn epochs_that_do_not_fit_are_fenced() {
    let mut bench = eager();
    bench.beat(joining("A")).unwrap();
    bench.beat(joining("B")).unwrap();
    bench.beat(going_on("A", 2, None)).unwrap();
    bench.beat(going_on("A", 2, Some(&[0, 1]))).unwrap();
    assert_eq!(bench.modern().member("A").unwrap().epoch(), 3);
    let fenced = ErrorCode::FencedMemberEpoch;
    assert_eq!(bench.error(going_on("A", 4, None)), fenced, "from the future");
    assert_eq!(bench.error(going_on("A", 1, None)), fenced, "too old");
    assert_eq!(bench.error(going_on("A", 2, None)), fenced, "the one before, without a word");
    assert_eq!(bench.error(going_on("A", 2, Some(&[2]))), fenced, "it owns what it should not");
    assert_eq!(bench.beat(going_on("A", 2, Some(&[0]))).unwrap().member_epoch, 3, "a lost answer");
    assert_eq!(bench.error(going_on("C", 3, None)), ErrorCode::UnknownMemberId);
    assert_eq!(bench.beat(joining("A")).unwrap().assignment, Some(places(&[0, 1])), "never fenced");
    let elsewhere = ConsumerGroupHeartbeat { group: GroupId::from("x"), ..going_on("A", 2, None) };
    assert_eq!(bench.error(elsewhere), ErrorCode::GroupIdNotFound);
}

#[test]
fn requests_are_checked_as_kafka_checks_them() {
    let mut bench = eager();
    let cases = [
        ConsumerGroupHeartbeat { rebalance_timeout_ms: None, ..joining("A") },
        ConsumerGroupHeartbeat { owned: None, ..joining("A") },
        ConsumerGroupHeartbeat { owned: Some(places(&[0])), ..joining("A") },
        ConsumerGroupHeartbeat { topics: None, ..joining("A") },
        ConsumerGroupHeartbeat { member_epoch: -2, ..joining("A") },
        ConsumerGroupHeartbeat { member_epoch: -3, ..joining("A") },
        going_on("", 3, None),
    ];
    for case in cases {
        assert_eq!(bench.error(case.clone()), ErrorCode::InvalidRequest, "{case:?}");
    }
    let sticky = Some("sticky".to_owned());
    let refused =
        bench.beat(ConsumerGroupHeartbeat { server_assignor: sticky, ..joining("A") }).unwrap_err();
    assert_eq!(refused.error, ErrorCode::UnsupportedAssignor);
    assert_eq!(
        refused.message,
        "ServerAssignor sticky is not supported. Supported assignors: uniform, range."
    );
    assert!(bench.broker.group(&group()).is_none());
    let mut small = Bench::v4(&[("group.consumer.max.size", "1")]);
    small.beat(joining("A")).unwrap();
    assert_eq!(small.error(joining("B")), ErrorCode::GroupMaxSizeReached);
}

#[test]
fn members_vote_for_the_assignor() {
    let mut bench = eager();
    bench.create("u", 3, &[]);
    let topics = Some(vec![Topic::from("t"), Topic::from("u")]);
    let range = Some("range".to_owned());
    let of = |id: &str| ConsumerGroupHeartbeat { topics: topics.clone(), ..joining(id) };
    bench.beat(of("A")).unwrap();
    let assignor = |bench: &Bench| bench.modern().assignor().map(|assignor| assignor.name());
    assert_eq!(assignor(&bench), Some("uniform"));
    bench.beat(ConsumerGroupHeartbeat { server_assignor: range, ..of("B") }).unwrap();
    assert_eq!(assignor(&bench), Some("range"));
    let target = |id| bench.modern().target(id).map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        (target("A"), target("B")),
        (
            vec!["t-0".to_owned(), "t-1".into(), "u-0".into(), "u-1".into()],
            vec!["t-2".to_owned(), "u-2".into()],
        )
    );
}

/// A member that says nothing is thrown out; one that does not release is, too.
#[test]
fn silence_and_holding_on_end_a_membership() {
    let mut bench = eager();
    let of =
        |id: &str| ConsumerGroupHeartbeat { rebalance_timeout_ms: Some(10_000), ..joining(id) };
    bench.beat(of("A")).unwrap();
    bench.beat(of("B")).unwrap();
    bench.beat(going_on("A", 2, None)).unwrap();
    bench.advance_to(9_999);
    bench.beat(going_on("A", 2, Some(&[0, 1, 2]))).unwrap();
    bench.beat(going_on("B", 3, None)).unwrap();
    bench.advance_to(10_000);
    assert!(bench.modern().member("A").is_none());
    assert_eq!(
        *bench.group().cause(),
        GroupCause::MemberRemoved("A".into(), RemovalReason::DidNotRevoke)
    );
    let beat = bench.beat(going_on("B", 3, None)).unwrap();
    assert_eq!((beat.member_epoch, beat.assignment), (4, Some(places(&[0, 1, 2]))));
    bench.advance_to(54_999);
    assert!(bench.modern().member("B").is_some());
    bench.advance_to(55_000);
    assert_eq!((bench.state(), bench.modern().group_epoch()), (GroupState::Empty, 5));
    assert_eq!(bench.error(going_on("B", 4, None)), ErrorCode::UnknownMemberId);
}

/// GRP-30, GRP-34: a static member leaves with −2 and finds all as it was, under another id.
#[test]
fn a_static_member_comes_back_to_its_partitions() {
    let mut bench = eager();
    let named = |request: ConsumerGroupHeartbeat| ConsumerGroupHeartbeat {
        instance_id: Some("one".to_owned()),
        ..request
    };
    bench.beat(named(joining("A"))).unwrap();
    assert_eq!(bench.error(named(joining("A2"))), ErrorCode::UnreleasedInstanceId);
    let left = bench.beat(named(going_on("A", -2, None))).unwrap();
    assert_eq!(left.member_epoch, -2);
    assert_eq!(bench.modern().group_epoch(), 2, "nothing has changed");
    let back = bench.beat(named(joining("A2"))).unwrap();
    assert_eq!((back.member_epoch, back.assignment), (2, Some(places(&[0, 1, 2]))));
    assert_eq!((bench.modern().group_epoch(), bench.state()), (2, GroupState::Stable));
    assert_eq!(bench.error(named(going_on("A", 2, None))), ErrorCode::FencedInstanceId);
    assert_eq!(bench.error(named(going_on("A", -1, None))), ErrorCode::FencedInstanceId);
    bench.restart();
    assert_eq!(bench.beat(named(going_on("A2", 2, None))).unwrap().member_epoch, 2);
    bench.beat(named(going_on("A2", -1, None))).unwrap();
    assert_eq!(bench.state(), GroupState::Empty);
}

/// OFFS-8: everything but the assignor's name is in the records, and sessions begin anew.
#[test]
fn the_next_coordinator_reads_it_all_back() {
    let mut bench = eager();
    bench.now_ms = 10; // No clock shows 0, which is never.
    bench.beat(joining("A")).unwrap();
    bench.beat(joining("B")).unwrap();
    bench.beat(going_on("A", 2, None)).unwrap();
    let before = bench.group().clone();
    bench.now_ms = 20_000;
    bench.restart();
    let after = bench.group().clone();
    let (old, new) = (before.modern().unwrap(), after.modern().unwrap());
    assert_eq!((new.group_epoch(), new.assignment_epoch()), (3, 3));
    assert_eq!(new.computed_ms(), old.computed_ms());
    assert_eq!(after.state(), before.state());
    for member in old.members() {
        let read = new.member(member.member_id()).expect("it is read back");
        assert!(read.assigned().eq(member.assigned()));
        assert!(read.pending_revocation().eq(member.pending_revocation()));
        assert!(new.target(member.member_id()).eq(old.target(member.member_id())));
        assert_eq!((read.epoch(), read.state()), (member.epoch(), member.state()));
        assert_eq!((read.client(), read.session_due_ms()), (member.client(), Some(65_000)));
    }
    assert_eq!(bench.beat(going_on("A", 2, Some(&[0]))).unwrap().member_epoch, 3);
}

/// Partitions that are added, and topics that appear, are noticed by the coordinator (GRP-31).
#[test]
fn a_topic_that_appears_is_a_new_epoch() {
    let mut bench = eager();
    let topics = Some(vec![Topic::from("t"), Topic::from("later")]);
    bench.beat(ConsumerGroupHeartbeat { topics, ..joining("A") }).unwrap();
    bench.create("later", 2, &[]);
    let beat = bench.beat(going_on("A", 2, None)).unwrap();
    assert_eq!((beat.member_epoch, beat.assignment.map(|all| all.len())), (3, Some(5)));
    let causes = bench.events.iter().filter(|event| {
        matches!(event, BrokerEvent::GroupStateChanged { cause: GroupCause::TopicsChanged, .. })
    });
    assert_eq!(causes.count(), 1);
}

/// GRP-34: commits and fetches with epochs; one without an epoch only while nobody is in.
#[test]
fn commits_carry_the_member_epoch() {
    let mut bench = eager();
    bench.beat(joining("A")).unwrap();
    assert_eq!(bench.commit(2, "A", 5), None);
    assert_eq!(
        bench.commit(1, "A", 6),
        Some(ErrorCode::StaleMemberEpoch),
        "before it was assigned"
    );
    assert_eq!(bench.commit(3, "A", 6), Some(ErrorCode::StaleMemberEpoch));
    assert_eq!(bench.commit(2, "B", 6), Some(ErrorCode::UnknownMemberId));
    assert_eq!(bench.commit(-1, "", 6), Some(ErrorCode::UnknownMemberId));
    let fetch = |member: Option<(&str, i32)>| Request::OffsetFetch {
        group: group(),
        partitions: places(&[0]),
        member: member.map(|(id, epoch)| (id.to_owned(), epoch)),
    };
    for (member, expected) in [
        (None, None),
        (Some(("A", 2)), None),
        (Some(("A", 1)), Some(ErrorCode::StaleMemberEpoch)),
        (Some(("B", 2)), Some(ErrorCode::UnknownMemberId)),
    ] {
        let Response::OffsetFetch { error, .. } = bench.ask(fetch(member)) else { panic!() };
        assert_eq!(error, expected, "{member:?}");
    }
    bench.beat(going_on("A", -1, None)).unwrap();
    assert_eq!(bench.commit(-1, "", 7), None);
    assert_eq!(bench.committed(0), 7);
}

/// With `group.consumer.migration.policy=disabled` an empty group changes its protocol, one with members does not.
#[test]
fn an_empty_group_changes_its_protocol() {
    let mut bench = eager();
    let a = bench.stable_member();
    bench.commit(1, &a, 5);
    assert_eq!(bench.error(joining("B")), ErrorCode::GroupIdNotFound);
    bench.leave(&a);
    assert_eq!(bench.beat(joining("B")).unwrap().member_epoch, 2);
    assert_eq!(bench.committed(0), 5, "what was committed stays");
    let asked = bench.join(7, "");
    let Some(Response::JoinGroup(Err(refusal))) = bench.answer(asked) else { panic!("refused") };
    assert_eq!(refusal.error, ErrorCode::InconsistentGroupProtocol);
    bench.beat(going_on("B", -1, None)).unwrap();
    bench.advance_to(bench.now_ms + 10);
    let (joins, _) = bench.join_new(8);
    bench.advance_to(bench.now_ms + 3000);
    assert_eq!(bench.joined(joins).generation, 1);
    bench.restart();
    assert!(bench.group().modern().is_none());
    assert_eq!(bench.committed(0), 5);
}

/// OFFS-9, of the new protocol: what nobody reads ages since its commit, and the group goes with the last of it.
#[test]
fn offsets_of_the_new_protocol_expire_and_take_the_group_along() {
    let settings = [
        ("offsets.retention.minutes", "1"),
        ("offsets.retention.check.interval.ms", "1000"),
        ("group.consumer.assignment.interval.ms", "0"),
    ];
    let mut bench = Bench::v4(&settings);
    bench.beat(joining("A")).unwrap();
    bench.commit(2, "A", 5);
    while bench.now_ms < 80_000 {
        bench.advance_to(bench.now_ms + 5000);
        bench.beat(going_on("A", 2, None)).unwrap();
    }
    assert_eq!(bench.committed(0), 5, "a member reads the topic");
    bench.beat(going_on("A", -1, None)).unwrap();
    bench.advance_to(82_000);
    assert!(bench.broker.group(&group()).is_none());
    bench.restart();
    assert_eq!(bench.broker.groups().count(), 0, "its tombstones are read back");
}

/// OFFS-9: a stable group of the classic protocol loses what it has committed for topics that it reads no more.
#[test]
fn a_stable_group_forgets_topics_that_it_does_not_read() {
    let mut bench = Bench::v4(&[
        ("offsets.retention.minutes", "1"),
        ("offsets.retention.check.interval.ms", "1000"),
    ]);
    bench.create("other", 1, &[]);
    // Version 0, one topic "t", no user data.
    let subscription: Vec<u8> =
        [&[0, 0, 0, 0, 0, 1, 0, 1][..], b"t", &[0xff, 0xff, 0xff, 0xff]].concat();
    let protocols = vec![("range".to_owned(), subscription.into())];
    let asked = bench.join(0, "");
    let Some(Response::JoinGroup(Err(refusal))) = bench.answer(asked) else { panic!("an id") };
    let member_id = refusal.member_id.clone();
    bench.send(0, Request::JoinGroup(JoinGroup { protocols, ..join(&member_id) }));
    bench.advance_to(3000);
    bench.sync(0, 1, &member_id, &[&member_id]);
    let other = TopicPartition::new("other", 0);
    let offsets = vec![
        commit_of(0, 3),
        CommitPartition { partition: other.clone(), offset: 4, leader_epoch: 0 },
    ];
    bench.ask(Request::OffsetCommit {
        group: group(),
        generation: 1,
        member_id: member_id.clone(),
        instance_id: None,
        offsets,
    });
    for _ in 0..7 {
        bench.advance_to(bench.now_ms + 10_000);
        assert_eq!(bench.heartbeat(1, &member_id), None);
    }
    assert_eq!((bench.committed(0), bench.group().committed(&other)), (3, None));
}
