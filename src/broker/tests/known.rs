//! Scenarios of `GroupMetadataManagerTest` and `ClassicGroupTest` of Apache Kafka 4.3.1, for classic groups.
//!
//! Times, timeouts and answers are Kafka's, the ways are ours: requests to a whole broker. Where Kafka's tests
//! let a member in without an id of the coordinator's, here it asks for one first, as clients do.

use super::*;

/// Kafka's tests use timeouts that a broker would refuse by default.
fn bench() -> Bench {
    Bench::v4(&[("group.min.session.timeout.ms", "10")])
}

fn with_timeouts(session_timeout_ms: i32, rebalance_timeout_ms: i32) -> JoinGroup {
    JoinGroup { session_timeout_ms, rebalance_timeout_ms, ..join("") }
}

/// Asks for an id.
fn ask_for_id(bench: &mut Bench, client: u32, request: &JoinGroup) -> String {
    match bench
        .ask(Request::JoinGroup(JoinGroup { client_id: client.to_string(), ..request.clone() }))
    {
        Response::JoinGroup(Err(refusal)) if refusal.error == ErrorCode::MemberIdRequired => {
            refusal.member_id
        }
        other => panic!("{other:?}"),
    }
}

fn join_as(bench: &mut Bench, client: u32, member_id: &str, request: &JoinGroup) -> u64 {
    let member_id = member_id.to_owned();
    bench.send(client, Request::JoinGroup(JoinGroup { member_id, ..request.clone() }))
}

fn join_anew(bench: &mut Bench, client: u32, request: &JoinGroup) -> (u64, String) {
    let member_id = ask_for_id(bench, client, request);
    (join_as(bench, client, &member_id, request), member_id)
}

fn is_answered(bench: &Bench, id: u64) -> bool {
    bench.answer(id).is_some()
}

fn error_of_join(bench: &Bench, id: u64) -> Option<ErrorCode> {
    match bench.answer(id) {
        Some(Response::JoinGroup(joined)) => joined.as_ref().err().map(|refusal| refusal.error),
        other => panic!("{other:?}"),
    }
}

fn error_of_sync(bench: &Bench, id: u64) -> Option<ErrorCode> {
    match bench.answer(id) {
        Some(Response::SyncGroup { assignment }) => assignment.as_ref().err().copied(),
        other => panic!("{other:?}"),
    }
}

fn members(bench: &Bench) -> usize {
    bench.group().members().count()
}

fn sleep(bench: &mut Bench, ms: u64) {
    let now_ms = bench.now_ms + ms;
    bench.advance_to(now_ms);
}

/// A group of one member in CompletingRebalance, generation 1.
fn joined_alone(bench: &mut Bench, request: &JoinGroup) -> String {
    let (joining, member_id) = join_anew(bench, 0, request);
    sleep(bench, 3000);
    assert_eq!(bench.joined(joining).generation, 1);
    assert_eq!(bench.state(), GroupState::CompletingRebalance);
    member_id
}

/// A group of one member in Stable, generation 1; of `joinClassicGroupAsDynamicMemberAndCompleteRebalance`.
fn stable_alone(bench: &mut Bench, request: &JoinGroup) -> String {
    let member_id = joined_alone(bench, request);
    let syncing = bench.sync(0, 1, &member_id, &[&member_id]);
    assert_eq!(error_of_sync(bench, syncing), None);
    assert_eq!(bench.state(), GroupState::Stable);
    sleep(bench, APPEND_MS); // A connection's next request waits for this answer.
    member_id
}

/// `testDelayInitialRebalanceByGroupInitialRebalanceDelayOnEmptyGroup`.
#[test]
fn an_empty_group_waits_for_the_initial_delay() {
    let mut bench = bench();
    let (joining, _) = join_anew(&mut bench, 0, &join(""));
    sleep(&mut bench, 1500);
    assert!(!is_answered(&bench, joining));
    sleep(&mut bench, 1501);
    assert_eq!(error_of_join(&bench, joining), None);
}

/// `testResetRebalanceDelayWhenNewMemberJoinsGroupDuringInitialRebalance`.
#[test]
fn a_member_that_joins_in_the_initial_delay_makes_it_start_again() {
    let mut bench = bench();
    let request = with_timeouts(5000, 9000);
    let (first, _) = join_anew(&mut bench, 0, &request);
    sleep(&mut bench, 2999);
    let (second, _) = join_anew(&mut bench, 1, &request);
    for ms in [2, 1501] {
        sleep(&mut bench, ms);
        assert!(!is_answered(&bench, first) && !is_answered(&bench, second));
    }
    sleep(&mut bench, 1500);
    assert_eq!((error_of_join(&bench, first), error_of_join(&bench, second)), (None, None));
}

/// `testDelayRebalanceUptoRebalanceTimeout`. Kafka's test clock reaches its first timer a millisecond late.
#[test]
fn the_initial_delay_ends_at_the_rebalance_timeout() {
    let mut bench = bench();
    let request = with_timeouts(5000, 6000);
    let (first, _) = join_anew(&mut bench, 0, &request);
    let (second, _) = join_anew(&mut bench, 1, &request);
    sleep(&mut bench, 3001);
    let (third, _) = join_anew(&mut bench, 2, &request);
    let joins = [first, second, third];
    sleep(&mut bench, 2998);
    assert!(joins.iter().all(|id| !is_answered(&bench, *id)));
    sleep(&mut bench, 1);
    assert!(joins.iter().all(|id| error_of_join(&bench, *id).is_none()));
}

/// `testCompleteJoinRemoveNotYetRejoinedDynamicMembers`.
#[test]
fn who_has_not_rejoined_at_the_rebalance_timeout_is_out() {
    let mut bench = bench();
    let request = with_timeouts(1000, 1000);
    joined_alone(&mut bench, &request);
    let (joining, member_id) = join_anew(&mut bench, 1, &request);
    assert!(!is_answered(&bench, joining));
    assert_eq!((members(&bench), bench.state()), (2, GroupState::PreparingRebalance));
    sleep(&mut bench, 1000);
    assert_eq!(error_of_join(&bench, joining), None);
    assert_eq!((members(&bench), bench.group().generation()), (1, 2));
    assert!(bench.group().member(&member_id).is_some());
}

/// `testHeartbeatDuringPreparingRebalance`, `testHeartbeatDuringCompletingRebalance`, `testValidHeartbeat`,
/// `testHeartbeatIllegalGeneration`, `testHeartbeatUnknownMemberExistingGroup`, `testHeartbeatUnknownGroup`,
/// `testHeartbeatEmptyGroup`.
#[test]
fn heartbeats_are_answered_by_state() {
    let unknown = Some(ErrorCode::UnknownMemberId);
    let mut bench = bench();
    assert_eq!(bench.heartbeat(-1, "member-id"), unknown, "unknown group");
    let (_, member_id) = join_anew(&mut bench, 0, &join(""));
    assert_eq!(bench.state(), GroupState::PreparingRebalance);
    assert_eq!(bench.heartbeat(0, &member_id), Some(ErrorCode::RebalanceInProgress));
    sleep(&mut bench, 3000);
    assert_eq!(bench.state(), GroupState::CompletingRebalance);
    assert_eq!(bench.heartbeat(1, &member_id), None);
    bench.sync(0, 1, &member_id, &[&member_id]);
    assert_eq!(bench.state(), GroupState::Stable);
    assert_eq!(bench.heartbeat(1, &member_id), None);
    assert_eq!(bench.heartbeat(2, &member_id), Some(ErrorCode::IllegalGeneration));
    assert_eq!(bench.heartbeat(1, "unknown-member-id"), unknown);
    assert_eq!(bench.leave(&member_id), None);
    assert_eq!(bench.state(), GroupState::Empty);
    assert_eq!(bench.heartbeat(2, &member_id), unknown, "empty group");
}

/// Three members in CompletingRebalance, the leader first, 2500 of their 5000 ms later.
fn three_that_have_not_synced() -> (Bench, Vec<String>) {
    let mut bench = bench();
    let request = with_timeouts(5000, 5000);
    let joins: Vec<(u64, String)> =
        (0..3).map(|client| join_anew(&mut bench, client, &request)).collect();
    sleep(&mut bench, 5000);
    assert!(joins.iter().all(|(id, _)| bench.joined(*id).generation == 1));
    assert_eq!(bench.state(), GroupState::CompletingRebalance);
    let ids: Vec<String> = joins.into_iter().map(|(_, id)| id).collect();
    assert_eq!(bench.group().leader(), Some(&*ids[0]));
    sleep(&mut bench, 2500);
    for id in &ids {
        assert_eq!(bench.heartbeat(1, id), None, "which does not put off the pending sync");
    }
    (bench, ids)
}

/// `testRebalanceTimesOutWhenSyncRequestIsNotReceived`, `…FromFollowers`, `…FromLeaders`,
/// `testRebalanceDoesNotTimeOutWhenAllSyncAreReceived`.
#[test]
fn who_does_not_sync_within_the_rebalance_timeout_is_out() {
    let (unknown, rebalance) =
        (Some(ErrorCode::UnknownMemberId), Some(ErrorCode::RebalanceInProgress));
    // Who syncs; the state 5000 ms after the join phase; what each heartbeat is answered then.
    for (syncing, state, heartbeats) in [
        (&[][..], GroupState::Empty, [unknown; 3]),
        (&[0], GroupState::PreparingRebalance, [rebalance, unknown, unknown]),
        (&[1, 2], GroupState::PreparingRebalance, [unknown, rebalance, rebalance]),
        (&[0, 1, 2], GroupState::Stable, [None; 3]),
    ] {
        let (mut bench, ids) = three_that_have_not_synced();
        let all: Vec<&str> = ids.iter().map(String::as_str).collect();
        let syncs: Vec<u64> = syncing
            .iter()
            .map(|at| {
                let assignments = if *at == 0 { &all[..] } else { &[] };
                bench.sync(*at as u32, 1, &ids[*at], assignments)
            })
            .collect();
        let leader_syncs = syncing.first() == Some(&0);
        assert!(syncs.iter().all(|id| is_answered(&bench, *id) == leader_syncs), "{syncing:?}");
        if leader_syncs {
            assert_eq!(bench.state(), GroupState::Stable, "{syncing:?}");
            assert_eq!(bench.heartbeat(1, &ids[0]), None, "{syncing:?}");
        }
        sleep(&mut bench, 2500);
        let expected = if leader_syncs { None } else { rebalance };
        assert!(syncs.iter().all(|id| error_of_sync(&bench, *id) == expected), "{syncing:?}");
        for (id, error) in ids.iter().zip(heartbeats) {
            assert_eq!(bench.heartbeat(1, id), error, "{syncing:?}");
        }
        assert_eq!(bench.state(), state, "{syncing:?}");
        if state == GroupState::Stable {
            sleep(&mut bench, 2500);
            assert!(ids.iter().all(|id| bench.heartbeat(1, id).is_none()));
        }
    }
}

/// `testClassicGroupMemberSessionTimeout`, `testClassicGroupMemberHeartbeatMaintainsSession`.
#[test]
fn heartbeats_keep_a_session_and_without_them_it_ends() {
    let request = with_timeouts(5000, 10_000);
    let mut silent = bench();
    let member_id = stable_alone(&mut silent, &request);
    let mut alive = silent.clone();
    sleep(&mut silent, 5000);
    assert_eq!((silent.state(), members(&silent)), (GroupState::Empty, 0));
    assert_eq!(silent.heartbeat(1, &member_id), Some(ErrorCode::UnknownMemberId));
    for _ in 0..2 {
        sleep(&mut alive, 2500);
        assert_eq!(alive.heartbeat(1, &member_id), None);
    }
}

/// `testClassicGroupMemberSessionTimeoutDuringRebalance`.
#[test]
fn a_session_that_ends_in_a_rebalance_leaves_the_group_to_the_others() {
    let mut bench = bench();
    let request = with_timeouts(5000, 10_000);
    let first = stable_alone(&mut bench, &request);
    let (joining, _) = join_anew(&mut bench, 1, &request);
    assert_eq!(bench.state(), GroupState::PreparingRebalance);
    sleep(&mut bench, 2500);
    assert_eq!(bench.heartbeat(1, &first), Some(ErrorCode::RebalanceInProgress));
    sleep(&mut bench, 5000);
    assert_eq!(bench.heartbeat(1, &first), Some(ErrorCode::UnknownMemberId));
    sleep(&mut bench, 2500);
    assert_eq!(error_of_join(&bench, joining), None);
    assert_eq!((members(&bench), bench.group().generation()), (1, 2));
    assert_eq!(bench.state(), GroupState::CompletingRebalance);
}

/// `testLeaderFailureInSyncGroup`.
#[test]
fn a_leader_that_dies_before_its_sync_sends_the_followers_back() {
    let mut bench = bench();
    let request = with_timeouts(5000, 10_000);
    let leader = stable_alone(&mut bench, &request);
    let (follows, follower) = join_anew(&mut bench, 1, &request);
    let leads = join_as(&mut bench, 0, &leader, &request);
    let (led, followed) = (bench.joined(leads), bench.joined(follows));
    assert_eq!((led.generation, followed.generation), (2, 2));
    assert_eq!((&led.leader, &followed.leader), (&leader, &leader));
    assert_eq!(bench.state(), GroupState::CompletingRebalance);
    let syncing = bench.sync(1, 2, &follower, &[]);
    assert!(!is_answered(&bench, syncing));
    // Kafka's test lets its clock jump by 10000 ms at once; then the follower's own session would be over here.
    sleep(&mut bench, 5000);
    assert_eq!(error_of_sync(&bench, syncing), Some(ErrorCode::RebalanceInProgress));
    assert_eq!((members(&bench), bench.state()), (1, GroupState::PreparingRebalance));
    assert!(bench.group().member(&follower).is_some());
}

/// `testSyncGroupFollowerAfterLeader`, `testSyncGroupLeaderAfterFollower`: in either order each gets its own.
#[test]
fn the_leaders_sync_is_what_followers_wait_for() {
    for leader_first in [true, false] {
        let mut bench = bench();
        let request = with_timeouts(5000, 10_000);
        let leader = stable_alone(&mut bench, &request);
        let (follows, follower) = join_anew(&mut bench, 1, &request);
        join_as(&mut bench, 0, &leader, &request);
        assert_eq!(bench.joined(follows).generation, 2);
        let both = [leader.as_str(), follower.as_str()];
        let (first, second) = if leader_first {
            (bench.sync(0, 2, &leader, &both), bench.sync(1, 2, &follower, &[]))
        } else {
            let follower_syncs = bench.sync(1, 2, &follower, &[]);
            assert!(!is_answered(&bench, follower_syncs));
            (bench.sync(0, 2, &leader, &both), follower_syncs)
        };
        for (id, member) in [(first, &leader), (second, &follower)] {
            let assignment = Ok(bytes(member));
            assert_eq!(bench.answer(id), Some(&Response::SyncGroup { assignment }));
        }
        assert_eq!(bench.state(), GroupState::Stable);
    }
}

/// `testSyncGroupFromUnknownGroup`, `testSyncGroupFromUnknownMember`, `testSyncGroupFromIllegalGeneration`.
#[test]
fn syncs_of_strangers_are_refused() {
    let mut bench = bench();
    let unknown = bench.sync(0, 1, "member-id", &[]);
    assert_eq!(error_of_sync(&bench, unknown), Some(ErrorCode::UnknownMemberId));
    let member_id = joined_alone(&mut bench, &join(""));
    let stranger = bench.sync(1, 1, "unknown-member-id", &[]);
    assert_eq!(error_of_sync(&bench, stranger), Some(ErrorCode::UnknownMemberId));
    let later = bench.sync(0, 2, &member_id, &[]);
    assert_eq!(error_of_sync(&bench, later), Some(ErrorCode::IllegalGeneration));
}

/// `testNewMemberTimeoutCompletion`: the five minutes of a joining member end with its join.
#[test]
fn a_session_longer_than_a_new_members_timeout_is_kept() {
    let mut bench = bench();
    let request = with_timeouts(305_000, 300_000);
    stable_alone(&mut bench, &request);
    sleep(&mut bench, 300_000);
    assert_eq!(members(&bench), 1);
    sleep(&mut bench, 5000);
    assert_eq!((members(&bench), bench.state()), (0, GroupState::Empty));
    assert_eq!(bench.group().generation(), 2);
}

/// `testNewMemberJoinExpiration`.
#[test]
fn a_new_member_that_waits_for_five_minutes_is_out() {
    let mut bench = bench();
    let first = joined_alone(&mut bench, &with_timeouts(305_000, 600_000));
    let (second, _) = join_anew(&mut bench, 1, &with_timeouts(5000, 5000));
    assert!(!is_answered(&bench, second));
    assert_eq!(members(&bench), 2);
    sleep(&mut bench, 300_000);
    assert_eq!(error_of_join(&bench, second), Some(ErrorCode::UnknownMemberId));
    assert_eq!(members(&bench), 1);
    assert!(bench.group().member(&first).is_some());
}

/// `testHeartbeatExpirationShouldRemovePendingMember`, `testSecondMemberPartiallyJoinAndTimeout` (with a dynamic first member).
#[test]
fn an_id_that_was_asked_for_is_kept_for_a_session_timeout() {
    let mut alone = bench();
    let pending = ask_for_id(&mut alone, 0, &with_timeouts(1000, 1000));
    let mut in_time = alone.clone();
    sleep(&mut in_time, 999);
    let joining = join_as(&mut in_time, 0, &pending, &with_timeouts(1000, 1000));
    assert!(!is_answered(&in_time, joining));
    sleep(&mut alone, 1000);
    let joining = join_as(&mut alone, 0, &pending, &with_timeouts(1000, 1000));
    assert_eq!(error_of_join(&alone, joining), Some(ErrorCode::UnknownMemberId));

    let mut bench = bench();
    let request = with_timeouts(5000, 10_000);
    let first = stable_alone(&mut bench, &request);
    let second = ask_for_id(&mut bench, 1, &request);
    assert_eq!(bench.state(), GroupState::Stable);
    for _ in 0..2 {
        sleep(&mut bench, 2500);
        assert_eq!(bench.heartbeat(1, &first), None);
    }
    assert_eq!((members(&bench), bench.group().generation()), (1, 1));
    assert_eq!(bench.state(), GroupState::Stable);
    let late = join_as(&mut bench, 1, &second, &request);
    assert_eq!(error_of_join(&bench, late), Some(ErrorCode::UnknownMemberId));
}

/// Two members that have joined again, and one that has only an id: `setupGroupWithPendingMember`.
fn two_and_a_pending_member() -> (Bench, [u64; 2], String) {
    let mut bench = bench();
    let request = with_timeouts(5000, 10_000);
    let leader = stable_alone(&mut bench, &request);
    let (follows, _) = join_anew(&mut bench, 1, &request);
    let pending = ask_for_id(&mut bench, 2, &with_timeouts(2500, 10_000));
    let leads = join_as(&mut bench, 0, &leader, &request);
    assert!(!is_answered(&bench, leads) && !is_answered(&bench, follows));
    assert_eq!((members(&bench), bench.state()), (2, GroupState::PreparingRebalance));
    (bench, [leads, follows], pending)
}

/// `testJoinGroupCompletionWhenPendingMemberJoins`, `…TimesOut`, `testPendingMembersLeaveGroup`.
#[test]
fn a_rebalance_waits_for_an_id_that_was_asked_for() {
    for (what, count) in [("joins", 3), ("is late", 2), ("leaves", 2)] {
        let (mut bench, joins, pending) = two_and_a_pending_member();
        match what {
            "joins" => {
                let third = join_as(&mut bench, 2, &pending, &with_timeouts(2500, 10_000));
                assert_eq!(error_of_join(&bench, third), None);
            }
            "is late" => sleep(&mut bench, 3000),
            _ => assert_eq!(bench.leave(&pending), None),
        }
        assert!(joins.iter().all(|id| bench.joined(*id).generation == 2), "{what}");
        assert_eq!((members(&bench), bench.state()), (count, GroupState::CompletingRebalance));
    }
}

/// `testDynamicMembersJoinGroupWithMaxSizeAndRequiredKnownMember`,
/// `testDynamicMembersCanRejoinGroupWithMaxSizeWhileRebalancing`.
#[test]
fn of_eleven_that_were_given_ids_ten_get_into_a_group_of_ten() {
    let full = Some(ErrorCode::GroupMaxSizeReached);
    let refused = |bench: &Bench, joins: &[u64]| {
        joins
            .iter()
            .filter(|id| is_answered(bench, **id) && error_of_join(bench, **id) == full)
            .count()
    };
    for rejoin_meanwhile in [false, true] {
        let mut bench =
            Bench::v4(&[("group.max.size", "10"), ("group.initial.rebalance.delay.ms", "50")]);
        let ids: Vec<String> =
            (0..11).map(|client| ask_for_id(&mut bench, client, &join(""))).collect();
        assert_eq!((members(&bench), bench.state()), (0, GroupState::Empty));
        let round = |bench: &mut Bench| -> Vec<u64> {
            (0..).zip(&ids).map(|(client, id)| join_as(bench, client, id, &join(""))).collect()
        };
        let mut joins = round(&mut bench);
        assert_eq!((members(&bench), bench.state()), (10, GroupState::PreparingRebalance));
        if rejoin_meanwhile {
            joins = round(&mut bench);
        }
        sleep(&mut bench, 100);
        assert!(joins.iter().all(|id| is_answered(&bench, *id)));
        assert_eq!(refused(&bench, &joins), 1, "{rejoin_meanwhile}");
        assert_eq!((members(&bench), bench.state()), (10, GroupState::CompletingRebalance));
        let again = round(&mut bench);
        assert!(again.iter().all(|id| is_answered(&bench, *id)));
        assert_eq!(refused(&bench, &again), 1, "{rejoin_meanwhile}");
    }
}

/// `testJoinGroupExistingMemberUpdatedMetadataTriggersRebalance`, `testGenerationIdIncrementsOnRebalance`,
/// `testJoinGroupExistingMemberInEmptyState`.
#[test]
fn what_a_member_that_joins_again_changes() {
    let two = JoinGroup {
        protocols: ["range", "roundrobin"].map(|name| (name.to_owned(), bytes("s"))).to_vec(),
        ..join("")
    };
    let mut bench = bench();
    let member_id = joined_alone(&mut bench, &join(""));
    let changed = join_as(&mut bench, 0, &member_id, &two);
    assert_eq!(bench.joined(changed).generation, 2);
    assert_eq!(bench.state(), GroupState::CompletingRebalance);
    bench.sync(0, 2, &member_id, &[&member_id]);
    sleep(&mut bench, APPEND_MS);
    let leader_again = join_as(&mut bench, 0, &member_id, &two);
    assert_eq!(bench.joined(leader_again).generation, 3);
    assert_eq!(bench.leave(&member_id), None);
    assert_eq!(bench.state(), GroupState::Empty);
    let gone = join_as(&mut bench, 0, &member_id, &two);
    assert_eq!(error_of_join(&bench, gone), Some(ErrorCode::UnknownMemberId));
}

/// `ClassicGroupTest.testSelectProtocol`, `testSelectProtocolChoosesCompatibleProtocol`, `testSupportsProtocols`.
#[test]
fn the_protocol_is_chosen_among_those_that_all_support_by_votes() {
    let listing = |names: &[&str]| JoinGroup {
        protocols: names.iter().map(|name| ((*name).to_owned(), bytes("s"))).collect(),
        ..join("")
    };
    let (range, robin) = (&["range", "roundrobin"][..], &["roundrobin", "range"][..]);
    let cases: [(&[&[&str]], &[&str]); 3] = [
        (&[range, robin], &["range", "roundrobin"]),
        (&[range, robin, robin], &["roundrobin"]),
        (&[range, &["roundrobin", "foo"]], &["roundrobin"]),
    ];
    for (lists, either) in cases {
        let mut bench = bench();
        let joins: Vec<u64> = (0..)
            .zip(lists)
            .map(|(client, names)| join_anew(&mut bench, client, &listing(names)).0)
            .collect();
        sleep(&mut bench, 6000);
        let protocols: Vec<String> =
            joins.iter().map(|id| bench.joined(*id).protocol.clone()).collect();
        assert!(protocols.iter().all(|p| *p == protocols[0]), "{lists:?}: {protocols:?}");
        assert!(either.contains(&&*protocols[0]), "{lists:?}: {protocols:?}");
    }
    for (names, supported) in
        [(["roundrobin", "foo"], true), (["range", "bar"], true), (["foo", "bar"], false)]
    {
        let mut bench = bench();
        join_anew(&mut bench, 0, &listing(range));
        match bench.ask(Request::JoinGroup(listing(&names))) {
            Response::JoinGroup(Err(refusal)) => {
                let let_in = refusal.error == ErrorCode::MemberIdRequired;
                assert_eq!(let_in, supported, "{names:?} {refusal:?}");
                let inconsistent = refusal.error == ErrorCode::InconsistentGroupProtocol;
                assert_eq!(inconsistent, !supported, "{names:?} {refusal:?}");
            }
            other => panic!("{other:?}"),
        }
    }
}

/// `ClassicGroupTest.testElectNewJoinedLeader`, `testMaybeElectNewJoinedLeaderChooseExisting`.
#[test]
fn a_leader_that_has_not_rejoined_loses_its_place_to_one_that_has() {
    for leader_rejoins in [false, true] {
        let mut bench = bench();
        let request = with_timeouts(60_000, 10_000);
        let leader = stable_alone(&mut bench, &request);
        let (joining, new) = join_anew(&mut bench, 1, &request);
        if leader_rejoins {
            join_as(&mut bench, 0, &leader, &request);
        }
        sleep(&mut bench, 10_000);
        let expected = if leader_rejoins { &leader } else { &new };
        assert_eq!(bench.joined(joining).leader, *expected);
    }
}

/// `ClassicGroupTest.testValidateOffsetCommit`, `OffsetMetadataManagerTest.testGenericGroupOffsetCommit…` of dynamic members,
/// `testSimpleGroupOffsetCommit`, `testGenericGroupOffsetCommitMaintainsSession`.
#[test]
fn commits_are_validated_as_in_kafkas_tests() {
    let mut bench = bench();
    assert_eq!(bench.commit(1, "member", 100), Some(ErrorCode::IllegalGeneration), "no group");
    assert_eq!(bench.clone().commit(-1, "", 100), None, "a simple group");
    let member_id = joined_alone(&mut bench, &with_timeouts(5000, 10_000));
    assert_eq!(bench.commit(-1, "", 100), Some(ErrorCode::UnknownMemberId), "no parameters");
    assert_eq!(bench.commit(-1, "unknown", 100), Some(ErrorCode::UnknownMemberId));
    assert_eq!(bench.commit(0, &member_id, 100), Some(ErrorCode::IllegalGeneration));
    assert_eq!(bench.commit(10, &member_id, 100), Some(ErrorCode::IllegalGeneration));
    assert_eq!(bench.commit(1, &member_id, 100), Some(ErrorCode::RebalanceInProgress));
    bench.sync(0, 1, &member_id, &[&member_id]);
    assert_eq!(bench.commit(1, &member_id, 100), None);
    for _ in 0..2 {
        sleep(&mut bench, 2500);
        assert_eq!(bench.commit(1, &member_id, 100), None, "a commit is a sign of life");
    }
    sleep(&mut bench, 5000);
    assert_eq!((members(&bench), bench.state()), (0, GroupState::Empty));
}

/// `testReplaceStaticMemberInStableStateNoError`, of a client that may be told to skip the assignment.
#[test]
fn a_static_member_that_comes_back_takes_its_old_place() {
    let mut bench = bench();
    let request = JoinGroup { instance_id: Some("group-instance-id".into()), ..join("") };
    let joining = bench.send(0, Request::JoinGroup(request.clone()));
    sleep(&mut bench, 3000);
    let old = bench.joined(joining).member_id;
    assert_eq!((members(&bench), bench.group().generation()), (1, 1));
    bench.sync(0, 1, &old, &[&old]);
    sleep(&mut bench, APPEND_MS);
    assert_eq!(bench.state(), GroupState::Stable);
    let again = JoinGroup {
        protocols: ["range", "roundrobin"]
            .map(|name| (name.to_owned(), bytes("subscription")))
            .to_vec(),
        rebalance_timeout_ms: 7000,
        session_timeout_ms: 4500,
        ..request
    };
    let joining = bench.send(0, Request::JoinGroup(again));
    let joined = bench.joined(joining);
    assert_eq!((joined.generation, joined.protocol.as_str()), (1, "range"));
    assert_ne!(joined.member_id, old);
    assert_eq!((&joined.leader, joined.members.len()), (&joined.member_id, 1));
    assert_eq!((members(&bench), bench.group().generation()), (1, 1));
    assert_eq!(bench.state(), GroupState::Stable);
    assert_eq!(bench.group().rebalance_timeout_ms(), 7000);
    assert!(bench.group().member(&old).is_none());
    sleep(&mut bench, 4499);
    assert_eq!(members(&bench), 1);
    sleep(&mut bench, 1);
    assert_eq!(members(&bench), 0, "its new session timeout");
}
