//! Assignments of the coordinator's assignors (KIP-848): its `RangeAssignorTest`,
//! `UniformHomogeneousAssignmentBuilderTest` and `UniformHeterogeneousAssignmentBuilderTest`, which 4.3.1 has
//! in place of `OptimizedUniformAssignmentBuilderTest`, and `CommonAssignorTests`.
//!
//! What a member had is its target so far. Our topic ids ascend with the names; where the ids of a test put
//! topic2 or topic3 before topic1, the names here do (t before u). Left out: racks, which change nothing, and
//! topics without metadata, which the coordinator leaves out before it asks an assignor.

use std::collections::BTreeSet;

use brokerscope::broker::group::assignor::{Assignor, Member};
use brokerscope::protocol::Topic;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::assignors::{Assigned, Row, counts, expected, members, partition};

fn assign(assignor: Assignor, topics: &str, group: &str) -> Assigned {
    let member = |member: crate::assignors::Member| Member {
        member_id: member.id,
        instance_id: member.instance,
        topics: member.topics.iter().map(|topic| Topic::from(topic.as_str())).collect(),
        target: member.had.iter().flat_map(|(had, _)| had).map(|p| partition(p)).collect(),
    };
    let group: Vec<Member> = members(group).into_iter().map(member).collect();
    let assigned = assignor.assign(&counts(topics), &group).unwrap();
    let named = |(id, owned): (String, Vec<_>)| {
        let names: BTreeSet<String> = owned.iter().map(ToString::to_string).collect();
        assert_eq!(names.len(), owned.len(), "a partition twice");
        (id, names)
    };
    assigned.into_iter().map(named).collect()
}

fn check(assignor: Assignor, rows: &[Row]) {
    for (name, topics, group, assignment) in rows {
        assert_eq!(assign(assignor, topics, group), expected(assignment), "{assignor:?} {name}");
    }
}

/// `RangeAssignorTest` of the coordinator.
#[test]
fn the_coordinators_range_cuts_each_topic_as_in_kafkas_tests() {
    check(
        Assignor::Range,
        &[
            ("testOneMemberNoTopic", "", "A:", "A[]"),
            (
                "testFirstAssignmentTwoMembersTwoTopicsSameSubscriptions",
                "topic1:3 topic3:2",
                "A:topic1,topic3; B:topic1,topic3",
                "A[topic1-0 topic1-1 topic3-0] B[topic1-2 topic3-1]",
            ),
            (
                "testFirstAssignmentThreeMembersThreeTopicsDifferentSubscriptions",
                "topic1:3 topic2:3 topic3:2",
                "A:topic1,topic2; B:topic3; C:topic2,topic3",
                "A[topic1-0 topic1-1 topic1-2 topic2-0 topic2-1] B[topic3-0] C[topic2-2 topic3-1]",
            ),
            (
                "testFirstAssignmentNumMembersGreaterThanNumPartitions",
                "topic1:3 topic3:2",
                "A:topic1,topic3; B:topic1,topic3; C:topic1,topic3",
                "A[topic1-0 topic3-0] B[topic1-1 topic3-1] C[topic1-2]",
            ),
            (
                "testStaticMembership",
                "topic1:3",
                "A@instanceA:topic1; B@instanceB:topic1",
                "A[topic1-0 topic1-1] B[topic1-2]",
            ),
            (
                "testStaticMembership, with another member id",
                "topic1:3",
                "memberA1@instanceA:topic1; B@instanceB:topic1",
                "memberA1[topic1-0 topic1-1] B[topic1-2]",
            ),
            (
                "testMixedStaticMembership",
                "topic1:5",
                "A@instanceA:topic1; B:topic1; C@instanceC:topic1",
                "A[topic1-0 topic1-1] C[topic1-2 topic1-3] B[topic1-4]",
            ),
            (
                "testMixedStaticMembership, with another member id",
                "topic1:5",
                "memberA1@instanceA:topic1; B:topic1; C@instanceC:topic1",
                "memberA1[topic1-0 topic1-1] C[topic1-2 topic1-3] B[topic1-4]",
            ),
            (
                "testReassignmentNumMembersGreaterThanNumPartitionsWhenOneMemberAdded",
                "topic1:2 topic2:2",
                "A:topic1,topic2=topic1-0,topic2-0; B:topic1,topic2=topic1-1,topic2-1; \
                 C:topic1,topic2",
                "A[topic1-0 topic2-0] B[topic1-1 topic2-1] C[]",
            ),
            (
                "testReassignmentWhenOnePartitionAddedForTwoMembersTwoTopics",
                "topic1:4 topic2:4",
                "A:topic1,topic2=topic1-0,topic1-1,topic2-0,topic2-1; \
                 B:topic1,topic2=topic1-2,topic2-2",
                "A[topic1-0 topic1-1 topic2-0 topic2-1] B[topic1-2 topic1-3 topic2-2 topic2-3]",
            ),
            (
                "testReassignmentWhenOneMemberAddedAfterInitialAssignmentWithTwoMembersTwoTopics",
                "topic1:3 topic2:3",
                "A:topic1,topic2=topic1-0,topic1-1,topic2-0,topic2-1; \
                 B:topic1,topic2=topic1-2,topic2-2; C:topic1,topic2",
                "A[topic1-0 topic2-0] B[topic1-1 topic2-1] C[topic1-2 topic2-2]",
            ),
            (
                "testReassignmentWhenOneMemberAddedAndOnePartitionAfterInitialAssignmentWithTwoMembersTwoTopics",
                "topic1:4 topic2:3",
                "A:topic1,topic2=topic1-0,topic1-1,topic2-0,topic2-1; \
                 B:topic1,topic2=topic1-2,topic2-2; C:topic1",
                "A[topic1-0 topic1-1 topic2-0 topic2-1] B[topic1-2 topic2-2] C[topic1-3]",
            ),
            (
                "testReassignmentWhenOneMemberRemovedAfterInitialAssignmentWithTwoMembersTwoTopics",
                "topic1:3 topic2:3",
                "B:topic1,topic2=topic1-2,topic2-2",
                "B[topic1-0 topic1-1 topic1-2 topic2-0 topic2-1 topic2-2]",
            ),
            (
                "testReassignmentWhenMultipleSubscriptionsRemovedAfterInitialAssignmentWithThreeMembersTwoTopics",
                "topic1:3 topic2:3 topic3:2",
                "A:topic1=topic1-0,topic1-1,topic1-2,topic2-0; B:topic1,topic2,topic3=topic2-1; \
                 C:topic2=topic2-2,topic3-0,topic3-1",
                "A[topic1-0 topic1-1] B[topic1-2 topic2-0 topic2-1 topic3-0 topic3-1] C[topic2-2]",
            ),
        ],
    );
}

/// `UniformHomogeneousAssignmentBuilderTest`.
#[test]
fn uniform_fills_members_of_equal_subscriptions_as_in_kafkas_tests() {
    check(
        Assignor::Uniform,
        &[
            ("testOneMemberNoTopicSubscription", "topic1:3", "A:", "A[]"),
            (
                "testFirstAssignmentTwoMembersTwoTopicsNoMemberRacks; topic3 is t, topic1 u",
                "t:2 u:3",
                "A:t,u; B:t,u",
                "A[t-0 t-1] B[u-0 u-1 u-2]",
            ),
            (
                "testFirstAssignmentNumMembersGreaterThanTotalNumPartitions",
                "topic3:2",
                "A:topic3; B:topic3; C:topic3",
                "A[] B[topic3-0] C[topic3-1]",
            ),
            (
                "testReassignmentForTwoMembersTwoTopicsGivenUnbalancedPrevAssignment",
                "topic1:3 topic2:3",
                "A:topic1,topic2=topic1-0,topic1-1,topic2-0,topic2-1; \
                 B:topic1,topic2=topic1-2,topic2-2",
                "A[topic1-0 topic1-1 topic2-0] B[topic1-2 topic2-1 topic2-2]",
            ),
            (
                "testReassignmentWhenPartitionsAreAddedForTwoMembersTwoTopics; topic2 is t, topic1 u",
                "t:5 u:6",
                "A:t,u=u-0,u-2,t-0; B:t,u=u-1,t-1,t-2",
                "A[u-0 u-2 t-0 t-3 t-4] B[u-1 u-3 u-4 u-5 t-1 t-2]",
            ),
            (
                "testReassignmentWhenOneMemberAddedAfterInitialAssignmentWithTwoMembersTwoTopics",
                "topic1:3 topic2:3",
                "A:topic1,topic2=topic1-0,topic1-2,topic2-0; \
                 B:topic1,topic2=topic1-1,topic2-1,topic2-2; C:topic1,topic2",
                "A[topic1-0 topic1-2] B[topic1-1 topic2-1] C[topic2-0 topic2-2]",
            ),
            (
                "testReassignmentWhenOneMemberRemovedAfterInitialAssignmentWithThreeMembersTwoTopics; \
                 topic2 is t, topic1 u",
                "t:3 u:3",
                "A:t,u=u-0,t-0; B:t,u=u-1,t-1",
                "A[u-0 t-0 t-2] B[u-1 u-2 t-1]",
            ),
            (
                "testReassignmentWhenOneSubscriptionRemovedAfterInitialAssignmentWithTwoMembersTwoTopics",
                "topic1:2 topic2:2",
                "A:topic2=topic1-0,topic2-0; B:topic2=topic1-1,topic2-1",
                "A[topic2-0] B[topic2-1]",
            ),
        ],
    );
}

/// `UniformHeterogeneousAssignmentBuilderTest`.
#[test]
fn uniform_balances_unequal_subscriptions_as_in_kafkas_tests() {
    check(
        Assignor::Uniform,
        &[
            (
                "testFirstAssignmentTwoMembersTwoTopics",
                "topic1:3 topic3:6",
                "A:topic1,topic3; B:topic3",
                "A[topic1-0 topic1-1 topic1-2 topic3-4] B[topic3-0 topic3-1 topic3-2 topic3-3 topic3-5]",
            ),
            (
                "testFirstAssignmentNumMembersGreaterThanTotalNumPartitions",
                "topic1:2 topic3:1",
                "A:topic3; B:topic3; C:topic1",
                "A[topic3-0] B[] C[topic1-0 topic1-1]",
            ),
            (
                "testReassignmentForTwoMembersThreeTopicsGivenUnbalancedPrevAssignment",
                "topic1:6 topic2:4 topic3:4",
                "A:topic1=topic1-0,topic1-1,topic1-2; B:topic1,topic2=topic1-3,topic2-0; \
                 C:topic1,topic2,topic3=topic1-4,topic1-5,topic2-1,topic2-2,topic2-3,topic3-0,topic3-1,topic3-2,topic3-3",
                "A[topic1-0 topic1-1 topic1-2 topic1-5] \
                 B[topic1-3 topic2-0 topic2-1 topic2-2 topic2-3] \
                 C[topic1-4 topic3-0 topic3-1 topic3-2 topic3-3]",
            ),
            (
                "testReassignmentWhenPartitionsAreAddedForTwoMembers",
                "topic1:6 topic2:5 topic3:3 topic4:3",
                "A:topic1,topic3=topic1-0,topic1-1,topic1-2,topic1-3,topic3-0,topic3-1; \
                 B:topic1,topic2,topic3,topic4=topic2-0,topic2-1,topic2-2,topic4-0,topic4-1,topic4-2",
                "A[topic1-0 topic1-1 topic1-2 topic1-3 topic1-4 topic1-5 topic3-0 topic3-1 topic3-2] \
                 B[topic2-0 topic2-1 topic2-2 topic2-3 topic2-4 topic4-0 topic4-1 topic4-2]",
            ),
            (
                "testReassignmentWhenOneMemberAddedAndPartitionsAddedTwoMembersTwoTopics",
                "topic1:6 topic2:7",
                "A:topic1=topic1-0,topic1-2,topic2-0; B:topic1,topic2=topic1-1,topic2-1,topic2-2; \
                 C:topic1,topic2",
                "A[topic1-0 topic1-2 topic1-3 topic1-4 topic1-5] \
                 B[topic1-1 topic2-1 topic2-2 topic2-6] C[topic2-0 topic2-3 topic2-4 topic2-5]",
            ),
            (
                "testReassignmentWhenOneMemberRemovedAfterInitialAssignmentWithThreeMembersThreeTopics",
                "topic1:3 topic2:8 topic3:3",
                "A:topic1,topic3=topic1-0,topic1-1,topic1-2,topic3-0,topic3-1; \
                 B:topic2=topic2-3,topic2-4,topic2-5,topic2-6",
                "A[topic1-0 topic1-1 topic1-2 topic3-0 topic3-1 topic3-2] \
                 B[topic2-0 topic2-1 topic2-2 topic2-3 topic2-4 topic2-5 topic2-6 topic2-7]",
            ),
            (
                "testReassignmentWhenOneSubscriptionRemovedAfterInitialAssignmentWithTwoMembersTwoTopics",
                "topic1:3 topic2:5",
                "A:topic1=topic1-0,topic1-2,topic2-1,topic2-3; \
                 B:topic1,topic2=topic1-1,topic2-0,topic2-2,topic2-4",
                "A[topic1-0 topic1-1 topic1-2] B[topic2-0 topic2-1 topic2-2 topic2-3 topic2-4]",
            ),
            (
                "testReassignmentWhenTopicPartitionsRunOutAndMembersHaveNoPartitions; a topic that \
                 is not there makes the subscriptions unequal",
                "topic1:2 topic2:2 topic3:2",
                "A:topic1,topic2,topic3=topic1-0,topic1-1,topic2-0,topic2-1,topic3-0,topic3-1; \
                 B:topic1,topic2,topic3,nope",
                "A[topic2-0 topic3-0 topic3-1] B[topic1-0 topic1-1 topic2-1]",
            ),
            (
                "testFirstAssignmentWithTwoMembersIncludingOneWithoutSubscriptions",
                "topic1:3",
                "A:topic1; B:",
                "A[topic1-0 topic1-1 topic1-2] B[]",
            ),
        ],
    );
}

/// `CommonAssignorTests.testAssignmentReuse` and `testReassignmentStickiness`: in whatever order members come.
#[test]
fn an_assignment_that_is_kept_is_kept_in_any_order_of_members() {
    let topics = "topic1:2 topic2:5 topic3:7";
    for assignor in [Assignor::Range, Assignor::Uniform] {
        let fresh = ["A", "B", "C"].map(|id| format!("{id}:topic1,topic2,topic3")).join("; ");
        let first = assign(assignor, topics, &fresh);
        assert_eq!(first.values().map(BTreeSet::len).sum::<usize>(), 14);
        let back = |id: &str| {
            let owned: Vec<&str> = first[id].iter().map(String::as_str).collect();
            format!("{id}:topic1,topic2,topic3={}", owned.join(","))
        };
        for order in ["ABC", "ACB", "BAC", "BCA", "CAB", "CBA"] {
            let group: Vec<String> =
                order.split("").filter(|id| !id.is_empty()).map(back).collect();
            assert_eq!(assign(assignor, topics, &group.join("; ")), first, "{assignor:?} {order}");
        }
    }
}
