//! The classic group's rules as timelines (GRP-3 to GRP-19).

use super::*;
use crate::broker::RemovalReason;

fn removals(bench: &Bench) -> Vec<RemovalReason> {
    let reason = |event: &BrokerEvent| match event {
        BrokerEvent::MemberRemoved { reason, .. } => Some(*reason),
        _ => None,
    };
    bench.events.iter().filter_map(reason).collect()
}

fn assignment(bench: &Bench, id: u64) -> Result<Bytes, ErrorCode> {
    match bench.answer(id) {
        Some(Response::SyncGroup { assignment }) => assignment.clone(),
        other => panic!("not synced: {other:?}"),
    }
}

/// GRP-3.
#[test]
fn a_new_member_is_given_an_id_first_but_not_in_the_book() {
    let mut bench = Bench::v4(&[]);
    let (_, member_id) = bench.join_new(0);
    assert!(member_id.starts_with("c-") && member_id.len() == 38, "{member_id}");
    assert_eq!(&member_id[16..17], "4");
    assert_eq!(bench.state(), GroupState::PreparingRebalance);
    let mut bench = Bench::new(Profile::Book, &[]);
    let joining = bench.join(0, "");
    bench.advance_to(3000);
    assert_eq!(bench.joined(joining).generation, 1);
}

/// GRP-4.
#[test]
fn joins_are_refused_with_kafkas_errors() {
    let unnamed = JoinGroup { group: GroupId::from(""), ..join("") };
    let session = |session_timeout_ms| JoinGroup { session_timeout_ms, ..join("") };
    let other = vec![("sticky".to_owned(), bytes("s"))];
    let required = ErrorCode::MemberIdRequired;
    for (name, profile, request, expected) in [
        ("no name", Profile::V4, unnamed, ErrorCode::InvalidGroupId),
        ("short", Profile::V4, session(5_999), ErrorCode::InvalidSessionTimeout),
        ("just long enough", Profile::V4, session(6_000), required),
        ("longest", Profile::V4, session(1_800_000), required),
        ("long", Profile::V4, session(1_800_001), ErrorCode::InvalidSessionTimeout),
        ("book", Profile::Book, session(300_001), ErrorCode::InvalidSessionTimeout),
        ("stranger", Profile::V4, join("x"), ErrorCode::UnknownMemberId),
        (
            "nothing in common",
            Profile::V4,
            JoinGroup { protocols: other, ..join("") },
            ErrorCode::InconsistentGroupProtocol,
        ),
        (
            "no protocols",
            Profile::V4,
            JoinGroup { protocols: Vec::new(), group: GroupId::from("other"), ..join("") },
            ErrorCode::InconsistentGroupProtocol,
        ),
    ] {
        let mut bench = Bench::new(profile, &[]);
        if profile == Profile::V4 {
            bench.stable_member();
        }
        match bench.ask(Request::JoinGroup(request)) {
            Response::JoinGroup(Err(refusal)) => assert_eq!(refusal.error, expected, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn a_full_group_takes_nobody_else() {
    let mut bench = Bench::v4(&[("group.max.size", "1")]);
    let member = bench.stable_member();
    let refused = bench.join(5, "");
    let Some(Response::JoinGroup(Err(refusal))) = bench.answer(refused) else { panic!("refused") };
    assert_eq!(refusal.error, ErrorCode::GroupMaxSizeReached);
    assert_eq!(bench.heartbeat(1, &member), None);
}

/// GRP-5, as seen on a real broker: joins at 148, 1168 and 4675 ms, assigned just after 9148.
#[test]
fn the_first_rebalance_waits_for_more_members() {
    let mut bench = Bench::v4(&[]);
    let mut joins = Vec::new();
    for (client, at_ms) in [(0, 148), (1, 1168), (2, 4675)] {
        bench.advance_to(at_ms);
        joins.push(bench.join_new(client).0);
    }
    bench.advance_to(9147);
    assert!(joins.iter().all(|id| bench.answer(*id).is_none()));
    assert_eq!(bench.group().rebalance_due_ms(), Some(9148));
    bench.advance_to(9148);
    assert!(joins.iter().all(|id| bench.joined(*id).generation == 1));
    for (delay, first_ms) in [("0", 0), ("1000", 1000)] {
        let mut bench = Bench::v4(&[("group.initial.rebalance.delay.ms", delay)]);
        let (joining, _) = bench.join_new(0);
        bench.advance_to(5000);
        assert_eq!(bench.answers[&joining].0, first_ms, "{delay}");
    }
}

/// GRP-7, GRP-9, GRP-10.
#[test]
fn the_leader_alone_lists_everybody_and_its_sync_answers_all() {
    let mut bench = Bench::v4(&[]);
    let (a_joins, a) = bench.join_new(0);
    let (b_joins, b) = bench.join_new(1);
    bench.advance_to(6000);
    let (a_joined, b_joined) = (bench.joined(a_joins), bench.joined(b_joins));
    assert_eq!((&a_joined.leader, &b_joined.leader), (&a, &a));
    assert_eq!((a_joined.members.len(), b_joined.members.len()), (2, 0));
    assert_eq!(a_joined.protocol, "range");
    let b_syncs = bench.sync(1, 1, &b, &[]);
    assert_eq!(bench.answer(b_syncs), None);
    assert_eq!(bench.state(), GroupState::CompletingRebalance);
    let a_syncs = bench.sync(0, 1, &a, &[&a]);
    assert_eq!(bench.state(), GroupState::Stable);
    assert_eq!(assignment(&bench, a_syncs), Ok(bytes(&a)));
    assert_eq!(assignment(&bench, b_syncs), Ok(bytes("")), "left out: an empty assignment");
    assert_eq!(bench.answers[&b_syncs].0, 6000 + APPEND_MS);
    let stored = bench
        .events
        .iter()
        .any(|event| matches!(event, BrokerEvent::AssignmentStored { generation: 1, .. }));
    assert!(stored);
}

/// GRP-8.
#[test]
fn the_assignor_with_most_votes_wins_among_those_that_all_list() {
    let protocols = |names: &[&str]| -> Vec<_> {
        names.iter().map(|name| ((*name).to_owned(), bytes("s"))).collect()
    };
    let mut bench = Bench::new(Profile::Book, &[]);
    let lists: [&[&str]; 3] = [&["own", "a", "b"], &["b", "a"], &["x", "b", "a"]];
    let joins: Vec<u64> = (0..)
        .zip(lists)
        .map(|(client, names)| {
            let request = JoinGroup { protocols: protocols(names), ..join("") };
            bench.send(client, Request::JoinGroup(request))
        })
        .collect();
    bench.advance_to(10_000);
    assert_eq!(bench.joined(joins[0]).protocol, "b");
}

/// GRP-19, with both clients on time, and the death of one.
#[test]
fn two_members_share_and_one_dies() {
    let mut bench = Bench::v4(&[]);
    let a = bench.stable_member();
    for at_ms in [6000, 9000] {
        bench.advance_to(at_ms);
        assert_eq!(bench.heartbeat(1, &a), None);
    }
    bench.advance_to(10_000);
    let (b_joins, b) = bench.join_new(1);
    assert_eq!(bench.answer(b_joins), None);
    bench.advance_to(12_000);
    assert_eq!(bench.heartbeat(1, &a), Some(ErrorCode::RebalanceInProgress));
    assert_eq!(bench.commit(1, &a, 5), None, "GRP-18: the old generation may still commit");
    let a_joins = bench.join(0, &a);
    assert_eq!((bench.joined(a_joins).generation, bench.joined(b_joins).generation), (2, 2));
    assert_eq!(bench.commit(1, &a, 6), Some(ErrorCode::IllegalGeneration));
    assert_eq!(bench.commit(2, &a, 6), Some(ErrorCode::RebalanceInProgress));
    assert_eq!(bench.heartbeat(2, &b), None, "GRP-14: no 27 while the sync is awaited");
    bench.sync(0, 2, &a, &[&a, &b]);
    bench.sync(1, 2, &b, &[]);
    assert_eq!(bench.state(), GroupState::Stable);
    let b_heard_ms = 20_000;
    bench.advance_to(b_heard_ms);
    bench.heartbeat(2, &b);
    for at_ms in (20_000..=62_000).step_by(3000) {
        bench.advance_to(at_ms);
        assert_eq!(bench.heartbeat(2, &a), None);
    }
    bench.advance_to(b_heard_ms + 44_999);
    assert_eq!(bench.group().members().count(), 2);
    bench.advance_to(b_heard_ms + 45_000);
    assert_eq!(removals(&bench), [RemovalReason::SessionExpired]);
    assert_eq!(bench.heartbeat(2, &a), Some(ErrorCode::RebalanceInProgress));
    assert_eq!(bench.heartbeat(2, &b), Some(ErrorCode::UnknownMemberId));
    let a_joins = bench.join(0, &a);
    assert_eq!(bench.joined(a_joins).generation, 3);
}

/// GRP-6.
#[test]
fn who_does_not_rejoin_in_time_is_removed_and_leadership_moves() {
    let mut bench = Bench::v4(&[]);
    let a = bench.stable_member();
    let (b_joins, b) = bench.join_new(1);
    let since_ms = bench.now_ms;
    let due_ms = since_ms + 300_000;
    while bench.now_ms + 30_000 < due_ms {
        bench.advance_to(bench.now_ms + 30_000);
        assert_eq!(bench.heartbeat(1, &a), Some(ErrorCode::RebalanceInProgress));
    }
    bench.advance_to(due_ms);
    // B's first join expires at the same moment: the join phase ends first.
    let joined = bench.joined(b_joins);
    assert_eq!((joined.generation, &joined.leader), (2, &b));
    assert_eq!(removals(&bench), [RemovalReason::DidNotRejoin]);
}

/// GRP-11.
#[test]
fn who_does_not_sync_in_time_is_removed() {
    let mut bench = Bench::v4(&[]);
    let (joining, a) = bench.join_new(0);
    bench.advance_to(3000);
    assert_eq!(bench.joined(joining).generation, 1);
    assert_eq!(bench.group().sync_due_ms(), Some(303_000));
    for at_ms in (30_000..303_000).step_by(30_000) {
        bench.advance_to(at_ms);
        assert_eq!(bench.heartbeat(1, &a), None);
    }
    bench.advance_to(303_000);
    assert_eq!(removals(&bench), [RemovalReason::DidNotSync]);
    assert_eq!((bench.state(), bench.group().generation()), (GroupState::Empty, 2));
}

/// GRP-12.
#[test]
fn only_a_change_or_the_leader_makes_a_stable_group_rebalance() {
    let mut bench = Bench::v4(&[]);
    let (_, a) = bench.join_new(0);
    let (_, b) = bench.join_new(1);
    bench.advance_to(6000);
    let again = bench.join(1, &b);
    assert_eq!(bench.joined(again).generation, 1, "a lost answer is repeated");
    let leader_again = bench.join(0, &a);
    assert_eq!(bench.joined(leader_again).members.len(), 2);
    bench.sync(0, 1, &a, &[&a, &b]);
    bench.advance_to(6100);
    let unchanged = bench.join(1, &b);
    assert_eq!(bench.joined(unchanged).generation, 1);
    assert_eq!(bench.state(), GroupState::Stable);
    for (name, client, member_id, subscription) in
        [("leader", 0, &a, "subscription"), ("changed follower", 1, &b, "other")]
    {
        let mut bench = bench.clone();
        let protocols = vec![("range".to_owned(), bytes(subscription))];
        let request = JoinGroup { protocols, ..join(member_id) };
        let id = bench.send(client, Request::JoinGroup(request));
        assert_eq!(bench.answer(id), None, "{name}");
        assert_eq!(bench.state(), GroupState::PreparingRebalance, "{name}");
    }
}

#[test]
fn a_rebalance_while_others_wait_for_their_sync_calls_them_back() {
    let mut bench = Bench::v4(&[]);
    let (_, _a) = bench.join_new(0);
    let (_, b) = bench.join_new(1);
    bench.advance_to(6000);
    let b_syncs = bench.sync(1, 1, &b, &[]);
    let (c_joins, _) = bench.join_new(2);
    assert_eq!(assignment(&bench, b_syncs), Err(ErrorCode::RebalanceInProgress));
    assert_eq!(bench.answer(c_joins), None);
    assert_eq!(bench.state(), GroupState::PreparingRebalance);
}

/// GRP-10, GRP-14: what each state answers.
#[test]
fn heartbeat_and_sync_are_answered_by_state() {
    let mut bench = Bench::v4(&[]);
    assert_eq!(bench.heartbeat(0, "x"), Some(ErrorCode::UnknownMemberId), "no such group");
    let (_, a) = bench.join_new(0);
    assert_eq!(bench.heartbeat(0, &a), Some(ErrorCode::RebalanceInProgress), "preparing");
    bench.advance_to(3000);
    assert_eq!(bench.heartbeat(0, &a), Some(ErrorCode::IllegalGeneration));
    assert_eq!(bench.heartbeat(1, "x"), Some(ErrorCode::UnknownMemberId));
    assert_eq!(bench.heartbeat(1, &a), None, "completing");
    for (generation, member, expected) in
        [(0, a.as_str(), ErrorCode::IllegalGeneration), (1, "x", ErrorCode::UnknownMemberId)]
    {
        let id = bench.sync(9, generation, member, &[]);
        assert_eq!(assignment(&bench, id), Err(expected));
    }
    bench.sync(0, 1, &a, &[&a]);
    bench.advance_to(3100);
    let again = bench.sync(0, 1, &a, &[]);
    assert_eq!(assignment(&bench, again), Ok(bytes(&a)), "stable: the current assignment");
    bench.join_new(1);
    let late = bench.sync(0, 1, &a, &[]);
    assert_eq!(assignment(&bench, late), Err(ErrorCode::RebalanceInProgress));
    let mut book = Bench::new(Profile::Book, &[]);
    let joining = book.join(0, "");
    book.advance_to(3000);
    let member_id = book.joined(joining).member_id;
    assert_eq!(book.heartbeat(1, &member_id), Some(ErrorCode::RebalanceInProgress));
}

/// GRP-15.
#[test]
fn every_sign_of_life_restarts_the_session() {
    for name in ["nothing", "heartbeat", "commit", "sync"] {
        let mut bench = Bench::v4(&[]);
        let a = bench.stable_member();
        let since_ms = bench.now_ms - APPEND_MS;
        bench.advance_to(since_ms + 44_000);
        match name {
            "heartbeat" => assert_eq!(bench.heartbeat(1, &a), None),
            "commit" => assert_eq!(bench.commit(1, &a, 1), None),
            "sync" => drop(bench.sync(0, 1, &a, &[])),
            _ => {}
        }
        bench.advance_to(since_ms + 45_000);
        assert_eq!(bench.group().members().count() == 1, name != "nothing", "{name}");
        bench.advance_to(since_ms + 44_000 + 45_000);
        assert_eq!(bench.group().members().count(), 0, "{name}");
    }
}

#[test]
fn an_id_that_is_not_used_holds_up_a_rebalance_until_it_expires() {
    let mut bench = Bench::v4(&[]);
    let a = bench.stable_member();
    let asked = bench.join(1, "");
    assert!(bench.answer(asked).is_some());
    let since_ms = bench.now_ms;
    assert_eq!(bench.state(), GroupState::Stable);
    let a_joins = bench.join(0, &a);
    bench.advance_to(since_ms + 44_999);
    assert_eq!(bench.answer(a_joins), None);
    bench.advance_to(since_ms + 45_000);
    assert_eq!(bench.joined(a_joins).generation, 2);
}

/// GRP-16, OFFS-5.
#[test]
fn the_last_to_leave_empties_the_group_into_the_next_generation() {
    let mut bench = Bench::v4(&[]);
    let a = bench.stable_member();
    assert_eq!(bench.commit(1, &a, 7), None);
    assert_eq!(bench.leave("x"), Some(ErrorCode::UnknownMemberId));
    assert_eq!(bench.leave(&a), None);
    assert_eq!((bench.state(), bench.group().generation()), (GroupState::Empty, 2));
    assert_eq!((bench.group().protocol(), bench.group().leader()), (None, None));
    assert_eq!(bench.committed(0), 7);
    assert_eq!(bench.heartbeat(2, &a), Some(ErrorCode::UnknownMemberId));
    let (joining, b) = bench.join_new(1);
    bench.advance_to(bench.now_ms + 3000);
    assert_eq!((bench.joined(joining).generation, bench.joined(joining).leader), (3, b));
}

/// GRP-13: the next leader is the first in the order of Java's `HashMap`.
#[test]
fn when_the_leader_leaves_another_leads() {
    let mut bench = Bench::v4(&[]);
    let members: Vec<String> = (0..3).map(|client| bench.join_new(client).1).collect();
    bench.advance_to(9000);
    assert_eq!(bench.group().leader(), Some(&*members[0]));
    assert_eq!(bench.leave(&members[0]), None);
    let leader = bench.group().leader().unwrap().to_owned();
    assert!(members[1..].contains(&leader));
    let rejoins: Vec<u64> =
        (1..3).map(|client| bench.join(client, &members[client as usize])).collect();
    assert!(rejoins.iter().all(|id| bench.joined(*id).leader == leader));
}

#[test]
fn a_client_that_is_gone_stays_a_member_until_its_session_expires() {
    let mut bench = Bench::v4(&[]);
    let (joining, _) = bench.join_new(0);
    bench.with(|broker, now_ms, _, _| broker.disconnected(now_ms, NodeId::Client(ClientId(0))));
    bench.advance_to(3000);
    assert_eq!(bench.answer(joining), None, "nobody is there to be told");
    assert_eq!(bench.group().members().count(), 1);
    bench.advance_to(48_000);
    assert_eq!(bench.state(), GroupState::Empty);
}
