//! Static members of the classic protocol (GRP-16, GRP-17).

use super::*;
use crate::broker::{GroupCause, RemovalReason};

fn static_join(member_id: &str, instance_id: &str) -> JoinGroup {
    JoinGroup { instance_id: Some(instance_id.to_owned()), ..join(member_id) }
}

impl Bench {
    fn join_static(&mut self, client: u32, member_id: &str, instance_id: &str) -> u64 {
        self.send(client, Request::JoinGroup(static_join(member_id, instance_id)))
    }

    fn beat_static(
        &mut self,
        generation: i32,
        member_id: &str,
        instance_id: &str,
    ) -> Option<ErrorCode> {
        let (member_id, instance_id) = (member_id.to_owned(), Some(instance_id.to_owned()));
        match self.ask(Request::Heartbeat { group: group(), generation, member_id, instance_id }) {
            Response::Heartbeat { error } => error,
            other => panic!("not a heartbeat: {other:?}"),
        }
    }

    /// Two static members, "one" leads; both synced in generation 1.
    fn static_pair(&mut self) -> [String; 2] {
        let joins = [self.join_static(0, "", "one"), self.join_static(1, "", "two")];
        self.advance_to(self.now_ms + 6000);
        let ids = joins.map(|id| self.joined(id).member_id);
        self.sync(1, 1, &ids[1], &[]);
        self.sync(0, 1, &ids[0], &[&ids[0], &ids[1]]);
        assert_eq!(self.state(), GroupState::Stable);
        ids
    }
}

#[test]
fn a_static_member_is_let_in_at_once_under_its_own_name() {
    let mut bench = Bench::v4(&[]);
    let joins = bench.join_static(0, "", "one");
    bench.advance_to(3000);
    let joined = bench.joined(joins);
    assert!(joined.member_id.starts_with("one-"), "{}", joined.member_id);
    assert_eq!(joined.members[0].instance_id.as_deref(), Some("one"));
}

#[test]
fn a_static_follower_that_restarts_comes_back_without_a_rebalance() {
    let mut bench = Bench::v4(&[]);
    let [_, two] = bench.static_pair();
    bench.advance_to(20_000);
    let rejoins = bench.join_static(2, "", "two");
    let joined = bench.joined(rejoins);
    assert_eq!((joined.generation, joined.skip_assignment), (1, false));
    assert_ne!(joined.member_id, two);
    assert_eq!((bench.state(), bench.group().generation()), (GroupState::Stable, 1));
    // It gets the assignment that it had.
    let syncs = bench.sync(3, 1, &joined.member_id, &[]);
    let Some(Response::SyncGroup { assignment }) = bench.answer(syncs) else { panic!("a sync") };
    assert_eq!(assignment, &Ok(bytes(&two)));
    // The old process is out for good, whatever it asks for.
    assert_eq!(bench.beat_static(1, &two, "two"), Some(ErrorCode::FencedInstanceId));
    assert_eq!(bench.beat_static(1, &joined.member_id, "two"), None);
    let late = bench.join_static(1, &two, "two");
    let Some(Response::JoinGroup(Err(refusal))) = bench.answer(late) else { panic!("refused") };
    assert_eq!(refusal.error, ErrorCode::FencedInstanceId);
    let offsets = vec![commit_of(0, 3)];
    let (member_id, instance_id) = (two, Some("two".to_owned()));
    let commit =
        Request::OffsetCommit { group: group(), generation: 1, member_id, instance_id, offsets };
    let Response::OffsetCommit { partitions } = bench.ask(commit) else { panic!("a commit") };
    assert_eq!(partitions[0].1, Some(ErrorCode::FencedInstanceId));
}

#[test]
fn a_static_leader_that_restarts_leads_on_and_assigns_nothing() {
    let mut bench = Bench::v4(&[]);
    bench.static_pair();
    let rejoins = bench.join_static(2, "", "one");
    let joined = bench.joined(rejoins);
    assert!(joined.skip_assignment);
    assert_eq!((joined.generation, joined.members.len()), (1, 2));
    assert_eq!(joined.leader, joined.member_id);
    assert_eq!(bench.group().leader(), Some(&*joined.member_id));
}

/// What is stored of a replaced member is read back by the next coordinator.
#[test]
fn a_replaced_id_survives_the_coordinator() {
    let mut bench = Bench::v4(&[]);
    bench.static_pair();
    let rejoins = bench.join_static(2, "", "two");
    let id = bench.joined(rejoins).member_id;
    bench.restart();
    assert_eq!(bench.beat_static(1, &id, "two"), None);
    assert_eq!(bench.group().members().filter(|m| m.instance_id.is_some()).count(), 2);
}

#[test]
fn another_assignor_or_a_rebalance_under_way_makes_a_return_a_rebalance() {
    let mut bench = Bench::v4(&[]);
    bench.static_pair();
    let protocols = vec![("x".to_owned(), bytes("s")), ("range".to_owned(), bytes("s"))];
    // "range" is the only one that both list, so nothing changes.
    let request = JoinGroup { protocols, ..static_join("", "two") };
    let rejoins = bench.send(2, Request::JoinGroup(request));
    assert_eq!(bench.joined(rejoins).generation, 1);
    // While the group awaits the leader's assignment, a member that returns starts it anew.
    let one = bench.group().leader().unwrap().to_owned();
    let rejoins = bench.join_static(6, &one, "one");
    let two = bench.group().members().find(|m| m.member_id != one).unwrap().member_id.clone();
    let two_rejoins = bench.join_static(4, &two, "two");
    let two = bench.joined(two_rejoins);
    assert_eq!((bench.joined(rejoins).generation, two.generation), (2, 2));
    assert_eq!(bench.state(), GroupState::CompletingRebalance);
    bench.join_static(3, "", "two");
    assert_eq!(bench.state(), GroupState::PreparingRebalance);
    assert!(matches!(bench.group().cause(), GroupCause::StaticMemberReturned(_)));
}

#[test]
fn static_members_that_do_not_rejoin_stay_until_their_session_ends() {
    let mut bench = Bench::v4(&[]);
    let [one, two] = bench.static_pair();
    // A dynamic member comes; "two" never hears of it, as it is down.
    let (joins, id) = bench.join_new(5);
    let rejoins = bench.join_static(0, &one, "one");
    assert_eq!(bench.answer(rejoins), None);
    let since_ms = bench.now_ms;
    while bench.now_ms < since_ms + 40_000 {
        bench.advance_to(bench.now_ms + 10_000);
    }
    assert_eq!(bench.group().members().count(), 3);
    bench.advance_to(since_ms + 45_000);
    assert_eq!(bench.group().member(&two), None, "its session has ended");
    assert_eq!((bench.joined(joins).generation, bench.joined(rejoins).generation), (2, 2));
    assert!(bench.group().member(&id).is_some());
    let gone = bench.events.iter().any(|event| {
        matches!(event, BrokerEvent::MemberRemoved { reason: RemovalReason::SessionExpired, .. })
    });
    assert!(gone);
}

/// The leader is static and away: at the rebalance timeout it stays a member, but another one leads.
#[test]
fn a_static_leader_that_stays_away_hands_over() {
    let mut bench = Bench::v4(&[]);
    let short = |id: &str, instance: &str| JoinGroup {
        rebalance_timeout_ms: 10_000,
        session_timeout_ms: 60_000,
        ..static_join(id, instance)
    };
    let joins = [(0, "one"), (1, "two")]
        .map(|(client, name)| bench.send(client, Request::JoinGroup(short("", name))));
    bench.advance_to(6000);
    let [one, two] = joins.map(|id| bench.joined(id).member_id);
    bench.sync(1, 1, &two, &[]);
    bench.sync(0, 1, &one, &[&one, &two]);
    let mut other = short(&two, "two");
    other.protocols[0].1 = bytes("other");
    let rejoins = bench.send(2, Request::JoinGroup(other));
    bench.advance_to(15_999);
    assert_eq!(bench.answer(rejoins), None);
    bench.advance_to(16_000);
    let joined = bench.joined(rejoins);
    assert_eq!((joined.generation, &joined.leader, joined.members.len()), (2, &two, 2));
    assert_eq!(*bench.group().cause(), GroupCause::RebalanceTimeout);
}

#[test]
fn an_administrator_removes_a_static_member_by_its_name() {
    let mut bench = Bench::v4(&[]);
    let [one, _] = bench.static_pair();
    let leave = |instance_id: &str| Request::LeaveGroup {
        group: group(),
        member_id: String::new(),
        instance_id: Some(instance_id.to_owned()),
    };
    let Response::LeaveGroup { error } = bench.ask(leave("three")) else { panic!("a leave") };
    assert_eq!(error, Some(ErrorCode::UnknownMemberId));
    let Response::LeaveGroup { error } = bench.ask(leave("one")) else { panic!("a leave") };
    assert_eq!(error, None);
    assert_eq!(bench.group().member(&one), None);
    assert_eq!(bench.state(), GroupState::PreparingRebalance);
}
