//! Known answers of `CurrentAssignmentBuilderTest` of Apache Kafka 4.3.1: one step of a member (GRP-32).
//!
//! Left out: a state that nobody knows, subscriptions by regular expression.

use crate::broker::group::modern::reconcile::Reconciliation;
use crate::broker::group::modern::*;

/// `a1,2@10 b4@5`: partitions of topics `a` and `b`, each since an epoch.
fn owned(text: &str) -> Owned {
    let part = |part: &str| {
        let (places, since) = part.split_once('@').unwrap();
        let since: i32 = since.parse().unwrap();
        places_of(places).into_iter().map(move |place| (place, since)).collect::<Vec<_>>()
    };
    text.split_whitespace().flat_map(part).collect()
}

/// `a1,2 b4`.
fn places(text: &str) -> Vec<TopicPartition> {
    text.split_whitespace().flat_map(places_of).collect()
}

fn places_of(text: &str) -> Vec<TopicPartition> {
    let (topic, numbers) = text.split_at(1);
    numbers.split(',').map(|number| TopicPartition::new(topic, number.parse().unwrap())).collect()
}

/// State, epoch, previous epoch, assigned, pending revocation.
type Step<'a> = (MemberState, i32, i32, &'a str, &'a str);

fn member(
    (state, epoch, previous_epoch, assigned, pending): Step<'_>,
    topics: &str,
) -> ModernMember {
    ModernMember {
        member_id: "member".into(),
        topics: topics.split(' ').map(Topic::from).collect(),
        state,
        epoch,
        previous_epoch,
        assigned: owned(assigned),
        pending_revocation: owned(pending),
        ..ModernMember::default()
    }
}

/// Test, member before, target epoch and target, what is held at some epoch, what the member says it owns,
/// member after.
type Row<'a> = (&'a str, Step<'a>, (i32, &'a str), &'a str, Option<&'a str>, Step<'a>);

const EVERYTHING: &str = "a1,2,3,4 b4,5,6,7";

fn check(topics: &str, has_subscription_changed: bool, rows: &[Row<'_>]) {
    for (name, before, (target_epoch, target), held, says, after) in rows {
        let target: SortedSet<TopicPartition> = places(target).into_iter().collect();
        let (held, says) = (places(held), says.map(places));
        let reconciliation = Reconciliation {
            target_epoch: *target_epoch,
            target: &target,
            has_subscription_changed,
            owned: says.as_deref(),
            exists: &|_| true,
            is_held: &|partition| held.contains(partition),
        };
        let stepped = reconciliation.step(&member(*before, topics));
        assert_eq!(stepped, member(*after, topics), "{name}");
    }
}

#[test]
fn a_member_steps_to_its_target_as_in_kafkas_tests() {
    use MemberState::{
        Stable, UnreleasedPartitions as Unreleased, UnrevokedPartitions as Unrevoked,
    };
    let all = "a1,2,3@10 b4,5,6@10";
    let (kept, revoking) = ("a2,3@10 b5,6@10", "a1@10 b4@10");
    let kept_11 = "a2,3@11 b5,6@11";
    let remains = (Unrevoked, 10, 10, kept, revoking);
    let unreleased = (Unreleased, 11, 11, kept_11, "");
    check(
        "a b",
        false,
        &[
            (
                "testStableToStable",
                (Stable, 10, 10, "a1,2,3@5 b4,5,6@5", ""),
                (11, "a1,2,3 b4,5,6"),
                EVERYTHING,
                None,
                (Stable, 11, 10, "a1,2,3@5 b4,5,6@5", ""),
            ),
            (
                "testStableToStableWithNewPartitions",
                (Stable, 10, 10, all, ""),
                (11, "a1,2,3,4 b4,5,6,7"),
                "",
                None,
                (Stable, 11, 10, "a1,2,3@10 a4@11 b4,5,6@10 b7@11", ""),
            ),
            (
                "testStableToUnrevokedPartitions",
                (Stable, 10, 10, all, ""),
                (11, "a2,3,4 b5,6,7"),
                "",
                None,
                (Unrevoked, 10, 10, kept, revoking),
            ),
            (
                "testStableToUnreleasedPartitions",
                (Stable, 10, 10, all, ""),
                (11, "a1,2,3,4 b4,5,6,7"),
                EVERYTHING,
                None,
                (Unreleased, 11, 10, all, ""),
            ),
            (
                "testStableToUnreleasedPartitionsWithOwnedPartitionsNotHavingRevokedPartitions",
                (Stable, 10, 10, all, ""),
                (11, "a1,2,3 b4,5,7"),
                "b4,5,6,7",
                Some(""),
                (Unreleased, 11, 10, "a1,2,3@10 b4,5@10", ""),
            ),
            (
                "testUnrevokedPartitionsToStable",
                remains,
                (11, "a2,3 b5,6"),
                "",
                Some("a2,3 b5,6"),
                (Stable, 11, 10, kept, ""),
            ),
            ("testRemainsInUnrevokedPartitions", remains, (12, "a3 b6"), "", None, remains),
            (
                "testRemainsInUnrevokedPartitions, a1 owned",
                remains,
                (12, "a3 b6"),
                "",
                Some("a1,2,3 b5,6"),
                remains,
            ),
            (
                "testRemainsInUnrevokedPartitions, b4 owned",
                remains,
                (12, "a3 b6"),
                "",
                Some("a2,3 b4,5,6"),
                remains,
            ),
            (
                "testUnrevokedPartitionsToUnrevokedPartitions",
                remains,
                (12, "a3 b6"),
                "",
                Some("a2,3 b5,6"),
                (Unrevoked, 10, 10, "a3@10 b6@10", "a2@10 b5@10"),
            ),
            (
                "testUnrevokedPartitionsToUnreleasedPartitions",
                (Unrevoked, 11, 10, kept_11, ""),
                (11, "a2,3,4 b5,6,7"),
                EVERYTHING,
                Some("a2,3 b5,6"),
                unreleased,
            ),
            (
                "testUnrevokedPartitionsToStableWithReturnedPartitionsPendingRevocation",
                (Unrevoked, 10, 10, kept, "a4@10"),
                (12, "a2,3,4 b5,6,7"),
                "a2,3,4 b5,6",
                Some("a2,3 b5,6"),
                (Stable, 12, 10, "a2,3@10 a4@12 b5,6@10 b7@12", ""),
            ),
            (
                "testUnreleasedPartitionsToStable",
                unreleased,
                (12, "a2,3 b5,6"),
                EVERYTHING,
                None,
                (Stable, 12, 11, kept_11, ""),
            ),
            (
                "testUnreleasedPartitionsToStableWithNewPartitions",
                unreleased,
                (11, "a2,3,4 b5,6,7"),
                "",
                None,
                (Stable, 11, 11, "a2,3,4@11 b5,6,7@11", ""),
            ),
            (
                "testUnreleasedPartitionsToUnreleasedPartitions",
                unreleased,
                (11, "a2,3,4 b5,6,7"),
                EVERYTHING,
                None,
                unreleased,
            ),
            (
                "testUnreleasedPartitionsToUnrevokedPartitions",
                unreleased,
                (12, "a3 b6"),
                EVERYTHING,
                None,
                (Unrevoked, 11, 11, "a3@11 b6@11", "a2@11 b5@11"),
            ),
        ],
    );
}

#[test]
fn topics_that_are_subscribed_no_more_go_first_as_in_kafkas_tests() {
    use MemberState::{Stable, UnrevokedPartitions as Unrevoked};
    let before = (Stable, 10, 9, "a1,2,3@10 b4,5,6@10", "");
    for (target_epoch, epoch, has_subscription_changed) in
        [(11, 11, false), (11, 11, true), (10, 10, true)]
    {
        check(
            "b",
            has_subscription_changed,
            &[
                (
                    "testStableToStableWithAssignmentTopicsNoLongerInSubscription",
                    before,
                    (target_epoch, "a1,2,3 b4,5,6"),
                    "",
                    Some("b4,5,6"),
                    (Stable, epoch, 10, "b4,5,6@10", ""),
                ),
                (
                    "testStableToUnrevokedPartitionsWithAssignmentTopicsNoLongerInSubscription",
                    before,
                    (target_epoch, "a1,2,3 b4,5,6"),
                    "",
                    Some("a1,2,3 b4,5,6"),
                    (Unrevoked, 10, 10, "b4,5,6@10", "a1,2,3@10"),
                ),
            ],
        );
    }
    check(
        "b",
        true,
        &[(
            "testRemainsInUnrevokedPartitionsWithAssignmentTopicsNoLongerInSubscription",
            (Unrevoked, 10, 10, "a2,3@10 b5,6@10", "a1@10 b4@10"),
            (12, "a1,3,4 b6,7"),
            "",
            Some("a1,2,3 b4,5,6"),
            (Unrevoked, 10, 10, "b5,6@10", "a1,2,3@10 b4@10"),
        )],
    );
}

/// `GroupMetadataManagerTest.testReconciliationProcess`: a third member joins two; step after step of each.
///
/// Kafka's test prescribes the target, too; what heartbeats answer meanwhile is in `broker::tests::modern_groups`.
#[test]
fn three_members_reconcile_as_in_kafkas_test() {
    use MemberState::{
        Stable, UnreleasedPartitions as Unreleased, UnrevokedPartitions as Unrevoked,
    };
    let targets = ["a0,1 b0", "a2,3 b2", "a4,5 b1"]
        .map(|target| places(target).into_iter().collect::<SortedSet<TopicPartition>>());
    let mut members = [
        member((Stable, 10, 9, "a0,1,2@10 b0,1@10", ""), "a b"),
        member((Stable, 10, 9, "a3,4,5@10 b2@10", ""), "a b"),
        member((Stable, 0, 0, "", ""), "a b"),
    ];
    let first = (Unrevoked, 10, 10, "a0,1@10 b0@10", "a2@10 b1@10");
    let second = (Unrevoked, 10, 10, "a3@10 b2@10", "a4,5@10");
    let third = (Unreleased, 11, 11, "b1@11", "");
    let steps: [(usize, Option<&str>, Step<'_>); 10] = [
        (2, Some(""), (Unreleased, 11, 0, "", "")),
        (0, None, first),
        (1, None, second),
        (2, None, (Unreleased, 11, 11, "", "")),
        (0, Some("a0,1 b0"), (Stable, 11, 10, "a0,1@10 b0@10", "")),
        (1, None, second),
        (2, None, third),
        (2, None, third),
        (1, Some("a3 b2"), (Stable, 11, 10, "a2@11 a3@10 b2@10", "")),
        (2, Some("b1"), (Stable, 11, 11, "a4,5@11 b1@11", "")),
    ];
    for (number, (at, says, after)) in steps.into_iter().enumerate() {
        let says = says.map(places);
        let held: SortedSet<TopicPartition> = members
            .iter()
            .flat_map(|member| member.assigned.keys().chain(member.pending_revocation.keys()))
            .cloned()
            .collect();
        let reconciliation = Reconciliation {
            target_epoch: 11,
            target: &targets[at],
            has_subscription_changed: number == 0,
            owned: says.as_deref(),
            exists: &|_| true,
            is_held: &|partition| held.contains(partition),
        };
        members[at] = reconciliation.step(&members[at]);
        assert_eq!(members[at], member(after, "a b"), "step {number}");
    }
}
