//! Assignments of the client-side assignors: `RangeAssignorTest`, `RoundRobinAssignorTest`,
//! `AbstractStickyAssignorTest` with `StickyAssignorTest` and `CooperativeStickyAssignorTest`.
//!
//! A group is written `id@instance:topic,topic=topic-0,topic-1#generation; …`: who subscribes to what and,
//! after `=`, what it says it had, in generation 1 where there is no `#`. Left out: racks of replicas (the
//! rows that Kafka's tests repeat with racks that change nothing stand here once), groups so large that
//! only the time counts, random ones (`tests/verify` asks Kafka about such).

use std::collections::{BTreeMap, BTreeSet};

use brokerscope::client::assignor::protocol::{read_sticky_user_data, sticky_user_data};
use brokerscope::client::assignor::{Assignor, Subscription};
use brokerscope::protocol::{Bytes, SortedMap, Topic, TopicPartition};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

pub(crate) type Assigned = BTreeMap<String, BTreeSet<String>>;

#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) id: String,
    pub(crate) instance: Option<String>,
    pub(crate) topics: Vec<String>,
    /// What it had, and in which generation.
    pub(crate) had: Option<(Vec<String>, i32)>,
}

fn list(text: &str) -> Vec<String> {
    text.split(',').filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

pub(crate) fn members(text: &str) -> Vec<Member> {
    let member = |text: &str| {
        let (who, what) = text.split_once(':').expect("a member subscribes");
        let (id, instance) = match who.split_once('@') {
            Some((id, instance)) => (id, Some(instance.to_owned())),
            None => (who, None),
        };
        let (topics, had) = match what.split_once('=') {
            Some((topics, had)) => (topics, Some(had)),
            None => (what, None),
        };
        let had = had.map(|had| match had.split_once('#') {
            Some((owned, generation)) => (list(owned), generation.parse().unwrap()),
            None => (list(had), 1),
        });
        Member { id: id.to_owned(), instance, topics: list(topics), had }
    };
    text.split("; ").map(member).collect()
}

pub(crate) fn partition(text: &str) -> TopicPartition {
    let (topic, number) = text.rsplit_once('-').expect("a partition is a topic and a number");
    TopicPartition::new(topic, number.parse().unwrap())
}

pub(crate) fn counts(text: &str) -> SortedMap<Topic, u32> {
    let count = |text: &str| {
        let (topic, count) = text.split_once(':').expect("a topic has a count");
        (Topic::from(topic), count.parse().unwrap())
    };
    text.split_whitespace().map(count).collect()
}

impl Member {
    fn subscription(&self, assignor: Assignor) -> Subscription {
        let owned: Vec<_> =
            self.had.iter().flat_map(|(had, _)| had).map(|p| partition(p)).collect();
        let generation = self.had.as_ref().map_or(-1, |(_, generation)| *generation);
        let last = self.had.as_ref().map(|_| (owned.as_slice(), generation));
        Subscription {
            member_id: self.id.clone(),
            instance_id: self.instance.clone(),
            topics: self.topics.iter().map(|topic| Topic::from(topic.as_str())).collect(),
            user_data: assignor.user_data(last),
            owned,
            generation,
        }
    }

    fn owns(&self) -> BTreeSet<String> {
        self.had.iter().flat_map(|(had, _)| had.iter().cloned()).collect()
    }
}

fn named(subscriptions: &[Subscription], assignor: Assignor, topics: &str) -> Assigned {
    let assigned = assignor.assign(&mut -1, &counts(topics), subscriptions).unwrap();
    let named = |owned: &Vec<TopicPartition>| {
        let names: BTreeSet<String> = owned.iter().map(ToString::to_string).collect();
        assert_eq!(names.len(), owned.len(), "a partition twice");
        names
    };
    assigned.iter().map(|(id, owned)| (id.clone(), named(owned))).collect()
}

fn assign(assignor: Assignor, topics: &str, group: &[Member]) -> Assigned {
    let subscriptions: Vec<_> = group.iter().map(|m| m.subscription(assignor)).collect();
    named(&subscriptions, assignor, topics)
}

/// `id[topic-0 topic-1] id[]`.
pub(crate) fn expected(text: &str) -> Assigned {
    let member = |text: &str| {
        let (id, owned) = text.split_once('[').expect("a member has its partitions in brackets");
        (id.trim().to_owned(), owned.split_whitespace().map(str::to_owned).collect())
    };
    text.split(']').filter(|part| !part.trim().is_empty()).map(member).collect()
}

/// Test, topics, group, assignment.
pub(crate) type Row = (&'static str, &'static str, &'static str, &'static str);

fn check(assignor: Assignor, rows: &[Row]) {
    for (name, topics, group, assignment) in rows {
        let assigned = assign(assignor, topics, &members(group));
        assert_eq!(assigned, expected(assignment), "{assignor:?} {name}");
    }
}

/// The rows that `RangeAssignorTest` and `RoundRobinAssignorTest` have in common.
const BOTH: [Row; 9] = [
    ("testOneConsumerNoTopic", "", "consumer1:", "consumer1[]"),
    ("testOneConsumerNonexistentTopic", "", "consumer1:topic1", "consumer1[]"),
    (
        "testOneConsumerOneTopic",
        "topic1:3",
        "consumer1:topic1",
        "consumer1[topic1-0 topic1-1 topic1-2]",
    ),
    (
        "testOnlyAssignsPartitionsFromSubscribedTopics",
        "topic1:3 other:3",
        "consumer1:topic1",
        "consumer1[topic1-0 topic1-1 topic1-2]",
    ),
    (
        "testOneConsumerMultipleTopics",
        "topic1:1 topic2:2",
        "consumer1:topic1,topic2",
        "consumer1[topic1-0 topic2-0 topic2-1]",
    ),
    (
        "testTwoConsumersOneTopicOnePartition",
        "topic1:1",
        "consumer1:topic1; consumer2:topic1",
        "consumer1[topic1-0] consumer2[]",
    ),
    (
        "testTwoConsumersOneTopicTwoPartitions",
        "topic1:2",
        "consumer1:topic1; consumer2:topic1",
        "consumer1[topic1-0] consumer2[topic1-1]",
    ),
    (
        "testMultipleConsumersMixedTopics",
        "topic1:3 topic2:2",
        "consumer1:topic1; consumer2:topic1,topic2; consumer3:topic1",
        "consumer1[topic1-0] consumer2[topic1-1 topic2-0 topic2-1] consumer3[topic1-2]",
    ),
    ("an empty topic", "topic1:0", "consumer1:topic1", "consumer1[]"),
];

/// `RangeAssignorTest`.
#[test]
fn range_cuts_each_topic_as_in_kafkas_tests() {
    check(Assignor::Range, &BOTH);
    let both = "topic1:3 topic2:3";
    check(
        Assignor::Range,
        &[
            (
                "testTwoConsumersTwoTopicsSixPartitions",
                both,
                "consumer1:topic1,topic2; consumer2:topic1,topic2",
                "consumer1[topic1-0 topic1-1 topic2-0 topic2-1] consumer2[topic1-2 topic2-2]",
            ),
            (
                "testTwoStaticConsumersTwoTopicsSixPartitions",
                both,
                "consumer-b@instance1:topic1,topic2; consumer-a@instance2:topic1,topic2",
                "consumer-b[topic1-0 topic1-1 topic2-0 topic2-1] consumer-a[topic1-2 topic2-2]",
            ),
            (
                "testOneStaticConsumerAndOneDynamicConsumerTwoTopicsSixPartitions",
                both,
                "consumer-b@instance1:topic1,topic2; consumer-a:topic1,topic2",
                "consumer-b[topic1-0 topic1-1 topic2-0 topic2-1] consumer-a[topic1-2 topic2-2]",
            ),
            (
                "testStaticMemberRangeAssignmentPersistent",
                "topic1:5 topic2:4",
                "consumer1@instance1:topic1,topic2; consumer2@instance2:topic1,topic2; \
                 consumer3@instance3:topic1,topic2; consumer4:topic1,topic2",
                "consumer1[topic1-0 topic1-1 topic2-0] consumer2[topic1-2 topic2-1] \
                 consumer3[topic1-3 topic2-2] consumer4[topic1-4 topic2-3]",
            ),
            (
                "testStaticMemberRangeAssignmentPersistent, with another dynamic member",
                "topic1:5 topic2:4",
                "consumer1@instance1:topic1,topic2; consumer2@instance2:topic1,topic2; \
                 consumer3@instance3:topic1,topic2; consumer5:topic1,topic2",
                "consumer1[topic1-0 topic1-1 topic2-0] consumer2[topic1-2 topic2-1] \
                 consumer3[topic1-3 topic2-2] consumer5[topic1-4 topic2-3]",
            ),
            (
                "testStaticMemberRangeAssignmentPersistentAfterMemberIdChanges",
                "topic1:5 topic2:5",
                "consumer1@instance1:topic1,topic2; consumer2@instance2:topic1,topic2; \
                 consumer3@instance3:topic1,topic2",
                "consumer1[topic1-0 topic1-1 topic2-0 topic2-1] \
                 consumer2[topic1-2 topic1-3 topic2-2 topic2-3] consumer3[topic1-4 topic2-4]",
            ),
            (
                "testStaticMemberRangeAssignmentPersistentAfterMemberIdChanges, changed",
                "topic1:5 topic2:5",
                "consumer1@instance1:topic1,topic2; consumer4@instance3:topic1,topic2; \
                 consumer5@instance2:topic1,topic2",
                "consumer1[topic1-0 topic1-1 topic2-0 topic2-1] \
                 consumer5[topic1-2 topic1-3 topic2-2 topic2-3] consumer4[topic1-4 topic2-4]",
            ),
            (
                "testRackAwareAssignmentWithUniformSubscription, without racks",
                "t1:6 t2:7 t3:2",
                "consumer0:t1,t2,t3; consumer1:t1,t2,t3; consumer2:t1,t2,t3",
                "consumer0[t1-0 t1-1 t2-0 t2-1 t2-2 t3-0] consumer1[t1-2 t1-3 t2-3 t2-4 t3-1] \
                 consumer2[t1-4 t1-5 t2-5 t2-6]",
            ),
            (
                "testRackAwareAssignmentWithNonEqualSubscription, without racks",
                "t1:6 t2:7 t3:2",
                "consumer0:t1,t2,t3; consumer1:t1,t2,t3; consumer2:t1,t3",
                "consumer0[t1-0 t1-1 t2-0 t2-1 t2-2 t2-3 t3-0] \
                 consumer1[t1-2 t1-3 t2-4 t2-5 t2-6 t3-1] consumer2[t1-4 t1-5]",
            ),
            (
                "testRackAwareAssignmentWithUniformPartitions, without racks",
                "t1:5 t2:5 t3:5",
                "consumer0:t1,t2,t3; consumer1:t1,t2,t3; consumer2:t1,t2,t3",
                "consumer0[t1-0 t1-1 t2-0 t2-1 t3-0 t3-1] \
                 consumer1[t1-2 t1-3 t2-2 t2-3 t3-2 t3-3] consumer2[t1-4 t2-4 t3-4]",
            ),
            (
                "testRackAwareAssignmentWithUniformPartitionsNonEqualSubscription, without racks",
                "t1:5 t2:5 t3:5",
                "consumer0:t1,t2,t3; consumer1:t1,t2,t3; consumer2:t1,t3",
                "consumer0[t1-0 t1-1 t2-0 t2-1 t2-2 t3-0 t3-1] \
                 consumer1[t1-2 t1-3 t2-3 t2-4 t3-2 t3-3] consumer2[t1-4 t3-4]",
            ),
            (
                "testCoPartitionedAssignmentWithSameSubscription, without racks",
                "t1:6 t2:6 t3:2 t4:2 t5:4 t6:4",
                "consumer0:t1,t2,t3,t4,t5,t6,t7,t8,t9; consumer1:t1,t2,t3,t4,t5,t6,t7,t8,t9; \
                 consumer2:t1,t2,t3,t4,t5,t6,t7,t8,t9",
                "consumer0[t1-0 t1-1 t2-0 t2-1 t3-0 t4-0 t5-0 t5-1 t6-0 t6-1] \
                 consumer1[t1-2 t1-3 t2-2 t2-3 t3-1 t4-1 t5-2 t6-2] \
                 consumer2[t1-4 t1-5 t2-4 t2-5 t5-3 t6-3]",
            ),
        ],
    );
}

/// `RoundRobinAssignorTest`.
#[test]
fn round_robin_deals_as_in_kafkas_tests() {
    check(Assignor::RoundRobin, &BOTH);
    let both = "topic1:3 topic2:3";
    check(
        Assignor::RoundRobin,
        &[
            (
                "testTwoDynamicConsumersTwoTopicsSixPartitions",
                both,
                "consumer1:topic1,topic2; consumer2:topic1,topic2",
                "consumer1[topic1-0 topic1-2 topic2-1] consumer2[topic1-1 topic2-0 topic2-2]",
            ),
            (
                "testTwoStaticConsumersTwoTopicsSixPartitions",
                both,
                "consumer-b@instance1:topic1,topic2; consumer-a@instance2:topic1,topic2",
                "consumer-b[topic1-0 topic1-2 topic2-1] consumer-a[topic1-1 topic2-0 topic2-2]",
            ),
            (
                "testOneStaticConsumerAndOneDynamicConsumerTwoTopicsSixPartitions",
                both,
                "consumer-b@instance1:topic1,topic2; consumer-a:topic1,topic2",
                "consumer-b[topic1-0 topic1-2 topic2-1] consumer-a[topic1-1 topic2-0 topic2-2]",
            ),
            (
                "testStaticMemberRoundRobinAssignmentPersistent",
                both,
                "consumer1@instance1:topic1,topic2; consumer2@instance2:topic1,topic2; \
                 consumer3@instance3:topic1,topic2; consumer4:topic1,topic2",
                "consumer1[topic1-0 topic2-1] consumer2[topic1-1 topic2-2] consumer3[topic1-2] \
                 consumer4[topic2-0]",
            ),
            (
                "testStaticMemberRoundRobinAssignmentPersistent, with another dynamic member",
                both,
                "consumer1@instance1:topic1,topic2; consumer2@instance2:topic1,topic2; \
                 consumer3@instance3:topic1,topic2; consumer5:topic1,topic2",
                "consumer1[topic1-0 topic2-1] consumer2[topic1-1 topic2-2] consumer3[topic1-2] \
                 consumer5[topic2-0]",
            ),
            (
                "testStaticMemberRoundRobinAssignmentPersistentAfterMemberIdChanges",
                "topic1:5 topic2:5",
                "consumer1@instance1:topic1,topic2; consumer2@instance2:topic1,topic2; \
                 consumer3@instance3:topic1,topic2",
                "consumer1[topic1-0 topic1-3 topic2-1 topic2-4] \
                 consumer2[topic1-1 topic1-4 topic2-2] consumer3[topic1-2 topic2-0 topic2-3]",
            ),
            (
                "testStaticMemberRoundRobinAssignmentPersistentAfterMemberIdChanges, changed",
                "topic1:5 topic2:5",
                "consumer1@instance1:topic1,topic2; consumer4@instance3:topic1,topic2; \
                 consumer5@instance2:topic1,topic2",
                "consumer1[topic1-0 topic1-3 topic2-1 topic2-4] \
                 consumer5[topic1-1 topic1-4 topic2-2] consumer4[topic1-2 topic2-0 topic2-3]",
            ),
        ],
    );
}

/// Kafka: `verifyValidityAndBalance`; who has two more than another shares no topic with it.
fn check_balance(name: &str, group: &[Member], assigned: &Assigned) {
    assert_eq!(group.len(), assigned.len(), "{name}");
    let topics = |owned: &BTreeSet<String>| -> BTreeSet<String> {
        owned.iter().map(|p| p.rsplit_once('-').unwrap().0.to_owned()).collect()
    };
    for member in group {
        let owned = &assigned[&member.id];
        assert!(topics(owned).iter().all(|t| member.topics.contains(t)), "{name}: {assigned:?}");
        for (id, other) in assigned.iter().filter(|(id, _)| **id > member.id) {
            assert!(owned.is_disjoint(other), "{name}: {} and {id} in {assigned:?}", member.id);
            let apart = owned.len().abs_diff(other.len()) > 1;
            let shared = !topics(owned).is_disjoint(&topics(other));
            assert!(!(apart && shared), "{name}: {} and {id} in {assigned:?}", member.id);
        }
    }
}

/// Kafka: `isFullyBalanced`.
fn is_fully_balanced(assigned: &Assigned) -> bool {
    let counts = || assigned.values().map(BTreeSet::len);
    counts().max().unwrap_or(0) - counts().min().unwrap_or(0) <= 1
}

/// Assigns; a cooperative group goes on until nobody gives anything up, at most four times more, and in no
/// round does a partition go to one member before another gave it up.
fn settle(assignor: Assignor, name: &str, topics: &str, group: &[Member]) -> Assigned {
    let mut group = group.to_vec();
    let mut assigned = assign(assignor, topics, &group);
    for round in 0.. {
        let (mut added, mut revoked) = (BTreeSet::new(), BTreeSet::new());
        for member in &group {
            let (owned, now) = (member.owns(), &assigned[&member.id]);
            added.extend(now.difference(&owned).cloned());
            revoked.extend(owned.difference(now).cloned());
        }
        if assignor == Assignor::Sticky || revoked.is_empty() {
            break;
        }
        assert!(added.is_disjoint(&revoked), "{name}: {added:?} while {revoked:?}");
        assert!(round < 4, "{name} comes to no end");
        for member in &mut group {
            member.had = Some((assigned[&member.id].iter().cloned().collect(), 1));
        }
        assigned = assign(assignor, topics, &group);
    }
    check_balance(name, &group, &assigned);
    assigned
}

/// Test, topics, group, what waits for its old owner in a cooperative group, assignment in the end.
type StickyRow = (&'static str, &'static str, &'static str, &'static str, &'static str);

/// `AbstractStickyAssignorTest`: equal subscriptions, so that both assignors come to the same end.
const STICKY: [StickyRow; 26] = [
    ("testOneConsumerNoTopic", "", "consumer:", "", "consumer[]"),
    ("testOneConsumerNonexistentTopic", "topic:0", "consumer:topic", "", "consumer[]"),
    (
        "testOneConsumerOneTopic",
        "topic:3",
        "consumer:topic",
        "",
        "consumer[topic-0 topic-1 topic-2]",
    ),
    (
        "testOnlyAssignsPartitionsFromSubscribedTopics",
        "topic:2",
        "consumer:topic=topic-0,topic-1,other-0,other-1",
        "",
        "consumer[topic-0 topic-1]",
    ),
    (
        "testOneConsumerMultipleTopics",
        "topic1:1 topic2:2",
        "consumer:topic1,topic2",
        "",
        "consumer[topic1-0 topic2-0 topic2-1]",
    ),
    (
        "testTwoConsumersOneTopicTwoPartitions",
        "topic:2",
        "consumer1:topic; consumer2:topic",
        "",
        "consumer1[topic-0] consumer2[topic-1]",
    ),
    (
        "testTwoConsumersTwoTopicsSixPartitions",
        "topic1:3 topic2:3",
        "consumer1:topic1,topic2; consumer2:topic1,topic2",
        "",
        "consumer1[topic1-0 topic1-2 topic2-1] consumer2[topic1-1 topic2-0 topic2-2]",
    ),
    (
        "testConsumerOwningMinQuotaExpectedMaxQuota",
        "topic1:2 topic2:3",
        "consumer1:topic1,topic2=topic1-0,topic2-1; consumer2:topic1,topic2=topic1-1,topic2-2",
        "",
        "consumer1[topic1-0 topic2-0 topic2-1] consumer2[topic1-1 topic2-2]",
    ),
    (
        "testMaxQuotaConsumerMoreThanNumExpectedMaxCapacityMembers",
        "topic1:2 topic2:2",
        "consumer1:topic1,topic2=topic1-0,topic2-0; consumer2:topic1,topic2=topic1-1,topic2-1; \
         consumer3:topic1,topic2=",
        "topic2-0",
        "consumer1[topic1-0] consumer2[topic1-1 topic2-1] consumer3[topic2-0]",
    ),
    (
        "testAllConsumersAreUnderMinQuota",
        "topic1:2 topic2:3",
        "consumer1:topic1,topic2=topic1-0; consumer2:topic1,topic2=topic1-1; \
         consumer3:topic1,topic2=",
        "",
        "consumer1[topic1-0 topic2-1] consumer2[topic1-1 topic2-2] consumer3[topic2-0]",
    ),
    (
        "testAddRemoveConsumerOneTopic, one",
        "topic:3",
        "consumer1:topic",
        "",
        "consumer1[topic-0 topic-1 topic-2]",
    ),
    (
        "testAddRemoveConsumerOneTopic, another",
        "topic:3",
        "consumer1:topic=topic-0,topic-1,topic-2; consumer2:topic=",
        "topic-2",
        "consumer1[topic-0 topic-1] consumer2[topic-2]",
    ),
    (
        "testAddRemoveConsumerOneTopic, the other alone",
        "topic:3",
        "consumer2:topic=topic-2",
        "",
        "consumer2[topic-0 topic-1 topic-2]",
    ),
    (
        "testAddRemoveTwoConsumersTwoTopics, two",
        "topic1:3 topic2:4",
        "consumer1:topic1,topic2; consumer2:topic1,topic2",
        "",
        "consumer1[topic1-0 topic1-2 topic2-1 topic2-3] consumer2[topic1-1 topic2-0 topic2-2]",
    ),
    (
        "testAddRemoveTwoConsumersTwoTopics, two more",
        "topic1:3 topic2:4",
        "consumer1:topic1,topic2=topic1-0,topic1-2,topic2-1,topic2-3; \
         consumer2:topic1,topic2=topic1-1,topic2-0,topic2-2; consumer3:topic1,topic2=; \
         consumer4:topic1,topic2=",
        "topic1-2 topic2-3 topic2-2",
        "consumer1[topic1-0 topic2-1] consumer2[topic1-1 topic2-0] \
         consumer3[topic1-2 topic2-3] consumer4[topic2-2]",
    ),
    (
        "testAddRemoveTwoConsumersTwoTopics, two less",
        "topic1:3 topic2:4",
        "consumer3:topic1,topic2=topic1-2,topic2-3; consumer4:topic1,topic2=topic2-2",
        "",
        "consumer3[topic1-0 topic1-2 topic2-1 topic2-3] consumer4[topic1-1 topic2-0 topic2-2]",
    ),
    (
        "testAllConsumersReachExpectedQuotaAndAreConsideredFilled",
        "topic:4",
        "consumer1:topic=topic-0,topic-1; consumer2:topic=topic-2; consumer3:topic=",
        "",
        "consumer1[topic-0 topic-1] consumer2[topic-2] consumer3[topic-3]",
    ),
    (
        "testOwnedPartitionsAreInvalidatedForConsumerWithStaleGeneration",
        "topic:3 topic2:3",
        "consumer1:topic,topic2=topic-0,topic-2,topic2-1#10; \
         consumer2:topic,topic2=topic-0,topic-2,topic2-1#9",
        "",
        "consumer1[topic-0 topic-2 topic2-1] consumer2[topic-1 topic2-0 topic2-2]",
    ),
    (
        "testOwnedPartitionsAreInvalidatedForConsumerWithNoGeneration",
        "topic:3 topic2:3",
        "consumer1:topic,topic2=topic-0,topic-2,topic2-1#10; \
         consumer2:topic,topic2=topic-0,topic-2,topic2-1#-1",
        "",
        "consumer1[topic-0 topic-2 topic2-1] consumer2[topic-1 topic2-0 topic2-2]",
    ),
    (
        "testOwnedPartitionsAreInvalidatedForConsumerWithMultipleGeneration",
        "topic:3 topic2:3",
        "consumer1:topic,topic2=topic-0,topic2-1,topic-1#10; \
         consumer2:topic,topic2=topic-0,topic2-1,topic2-2#8",
        "",
        "consumer1[topic-0 topic-1 topic2-1] consumer2[topic-2 topic2-0 topic2-2]",
    ),
    (
        "testPartitionsTransferringOwnershipIncludeThePartitionClaimedByMultipleConsumersInSameGeneration",
        "topic:3",
        "consumer1:topic=topic-0,topic-1; consumer2:topic=topic-0,topic-2; consumer3:topic=",
        "topic-0",
        "consumer1[topic-1] consumer2[topic-2] consumer3[topic-0]",
    ),
    (
        "testAllConsumersHaveOwnedPartitionInvalidatedWhenClaimedByMultipleConsumersInSameGenerationWithUnequalPartitionsPerConsumer",
        "topic:4",
        "consumer1:topic=topic-0,topic-1; consumer2:topic=topic-0,topic-2; consumer3:topic=",
        "topic-0",
        "consumer1[topic-1 topic-3] consumer2[topic-2] consumer3[topic-0]",
    ),
    (
        "testEnsurePartitionsAssignedToHighestGeneration",
        "topic:3 topic2:3 topic3:3",
        "consumer1:topic,topic2,topic3=topic-0,topic2-0,topic3-0#10; \
         consumer2:topic,topic2,topic3=topic-1,topic2-1,topic3-1#9; \
         consumer3:topic,topic2,topic3=topic2-1,topic3-0,topic3-2#8",
        "",
        "consumer1[topic-0 topic2-0 topic3-0] consumer2[topic-1 topic2-1 topic3-1] \
         consumer3[topic-2 topic2-2 topic3-2]",
    ),
    (
        "testNoReassignmentOnCurrentMembers",
        "topic:3 topic1:3 topic2:3 topic3:3",
        "consumer1:topic,topic2,topic3,topic1=#-1; \
         consumer2:topic,topic2,topic3,topic1=topic-0,topic2-0,topic1-0#9; \
         consumer3:topic,topic2,topic3,topic1=topic3-2,topic2-2,topic1-1#8; \
         consumer4:topic,topic2,topic3,topic1=topic3-1,topic-1,topic-2#7",
        "",
        "consumer1[topic1-2 topic2-1 topic3-0] consumer2[topic-0 topic1-0 topic2-0] \
         consumer3[topic1-1 topic2-2 topic3-2] consumer4[topic-1 topic-2 topic3-1]",
    ),
    (
        "testRackAwareAssignmentWithUniformSubscription, without racks",
        "t1:6 t2:7 t3:2",
        "consumer0:t1,t2,t3; consumer1:t1,t2,t3; consumer2:t1,t2,t3",
        "",
        "consumer0[t1-0 t1-3 t2-0 t2-3 t2-6] consumer1[t1-1 t1-4 t2-1 t2-4 t3-0] \
         consumer2[t1-2 t1-5 t2-2 t2-5 t3-1]",
    ),
    (
        "testRackAwareAssignmentWithUniformSubscription, without racks, owned",
        "t1:6 t2:7 t3:2",
        "consumer0:t1,t2,t3=t1-0,t1-3,t2-0,t2-3,t2-6; \
         consumer1:t1,t2,t3=t1-1,t1-4,t2-1,t2-4,t3-0; consumer2:t1,t2,t3=t1-2,t1-5,t2-2,t2-5,t3-1",
        "",
        "consumer0[t1-0 t1-3 t2-0 t2-3 t2-6] consumer1[t1-1 t1-4 t2-1 t2-4 t3-0] \
         consumer2[t1-2 t1-5 t2-2 t2-5 t3-1]",
    ),
];

#[test]
fn sticky_assignors_keep_and_balance_as_in_kafkas_tests() {
    for (name, topics, group, waits, assignment) in STICKY {
        let (group, end) = (members(group), expected(assignment));
        let waits: BTreeSet<String> = waits.split_whitespace().map(str::to_owned).collect();
        assert_eq!(assign(Assignor::Sticky, topics, &group), end, "{name}");
        let mut first = end.clone();
        first.values_mut().for_each(|owned| owned.retain(|p| !waits.contains(p)));
        let cooperative = Assignor::CooperativeSticky;
        assert_eq!(assign(cooperative, topics, &group), first, "{name}");
        for assignor in [Assignor::Sticky, cooperative] {
            let settled = settle(assignor, name, topics, &group);
            assert_eq!(settled, end, "{assignor:?} {name}");
            assert!(is_fully_balanced(&settled), "{assignor:?} {name}");
        }
    }
}

/// `AbstractStickyAssignorTest`, with members that subscribe to different topics: the general algorithm.
#[test]
fn unequal_subscriptions_are_balanced_as_in_kafkas_tests() {
    let unequal = "consumer0:t1,t2,t3; consumer1:t1,t2,t3; consumer2:t1,t3";
    let rows = [
        (
            "testMultipleConsumersMixedTopicSubscriptions",
            "topic1:3 topic2:2",
            "consumer1:topic1; consumer2:topic1,topic2; consumer3:topic1",
            "consumer1[topic1-0 topic1-2] consumer2[topic2-0 topic2-1] consumer3[topic1-1]",
        ),
        (
            "testRackAwareAssignmentWithNonEqualSubscription, without racks",
            "t1:6 t2:7 t3:2",
            unequal,
            "consumer0[t1-5 t2-0 t2-2 t2-4 t2-6] consumer1[t1-3 t2-1 t2-3 t2-5 t3-0] \
             consumer2[t1-0 t1-1 t1-2 t1-4 t3-1]",
        ),
    ];
    for assignor in [Assignor::Sticky, Assignor::CooperativeSticky] {
        check(assignor, &rows);
    }
}

/// `testRackAwareAssignmentWithNonEqualSubscription` where all racks match: members say what they own, but in
/// no generation and without user data, which is all that `sticky` reads.
#[test]
fn what_a_member_owns_without_a_generation_counts_for_cooperative_sticky_only() {
    let topics = "t1:6 t2:7 t3:2";
    let fresh = "consumer0[t1-5 t2-0 t2-2 t2-4 t2-6] consumer1[t1-3 t2-1 t2-3 t2-5 t3-0] \
                 consumer2[t1-0 t1-1 t1-2 t1-4 t3-1]";
    let halfway = "consumer0[t1-2 t1-3 t1-4] consumer1[t2-0 t2-1 t2-2 t2-3] consumer2[t3-0 t3-1]";
    let settled = "consumer0[t1-2 t1-3 t1-4 t2-4 t2-5] consumer1[t2-0 t2-1 t2-2 t2-3 t2-6] \
                   consumer2[t1-0 t1-1 t1-5 t3-0 t3-1]";
    let before = "consumer0[t1-0 t1-1 t1-2 t1-3 t1-4] consumer1[t1-5 t2-0 t2-1 t2-2 t2-3] \
                  consumer2[t2-4 t2-5 t2-6 t3-0 t3-1]";
    let (sticky, cooperative) = (Assignor::Sticky, Assignor::CooperativeSticky);
    for (assignor, owned, assignment) in [
        (sticky, fresh, fresh),
        (cooperative, fresh, fresh),
        (sticky, before, fresh),
        (cooperative, before, halfway),
        (cooperative, halfway, settled),
    ] {
        let owned = expected(owned);
        let unequal = members("consumer0:t1,t2,t3; consumer1:t1,t2,t3; consumer2:t1,t3");
        let group: Vec<Subscription> = owning(&unequal, &owned, -1)
            .iter()
            .map(|m| Subscription { user_data: None, ..m.subscription(assignor) })
            .collect();
        assert_eq!(named(&group, assignor, topics), expected(assignment), "{assignor:?} {owned:?}");
    }
}

/// `testPoorRoundRobinAssignmentScenario`, `testMoveExistingAssignments`,
/// `testSubscriptionNotEqualAndAssignSamePartitionWith3Generation`: what balance allows.
#[test]
fn what_round_robin_deals_poorly_sticky_assignors_balance() {
    for assignor in [Assignor::Sticky, Assignor::CooperativeSticky] {
        let all = "topic1,topic2,topic3,topic4,topic5";
        let odd = "topic1,topic3,topic5";
        let group = format!("consumer1:{all}; consumer2:{odd}; consumer3:{odd}; consumer4:{all}");
        let topics = "topic1:2 topic2:1 topic3:2 topic4:1 topic5:2";
        let name = "testPoorRoundRobinAssignmentScenario";
        let settled = settle(assignor, name, topics, &members(&group));
        assert!(is_fully_balanced(&settled), "{assignor:?} {settled:?}");
        // Beside it, what round robin makes of it.
        assert!(!is_fully_balanced(&assign(Assignor::RoundRobin, topics, &members(&group))));

        let group = "consumer1:topic1,topic2=topic1-0; \
                     consumer2:topic1,topic2,topic3,topic4=topic2-0,topic3-0; \
                     consumer3:topic2,topic3,topic4,topic5,topic6=topic4-0,topic5-0,topic6-0";
        let topics = "topic1:1 topic2:1 topic3:1 topic4:1 topic5:1 topic6:1";
        settle(assignor, "testMoveExistingAssignments", topics, &members(group));

        for [a, b, c] in [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]] {
            let group = format!(
                "consumer1:topic=topic-0,topic-2#{a}; consumer2:topic=topic-1,topic-2,topic-3#{b}; \
                 consumer3:topic=topic-2,topic-4,topic-5#{c}; consumer4:topic1=topic1-0#2"
            );
            let assigned = assign(assignor, "topic:6 topic1:1", &members(&group));
            let all: BTreeSet<&String> = assigned.values().flatten().collect();
            let sum: usize = assigned.values().map(BTreeSet::len).sum();
            assert_eq!(all.len(), sum, "{assignor:?} {a} {b} {c}: {assigned:?}");
            for owned in assigned.values() {
                assert!((1..=2).contains(&owned.len()), "{assignor:?} {a} {b} {c}: {assigned:?}");
            }
        }
    }
}

/// The group again, each with what `assigned` gives it.
fn owning(group: &[Member], assigned: &Assigned, generation: i32) -> Vec<Member> {
    let owning = |member: &Member| {
        let owned = assigned[&member.id].iter().cloned().collect();
        Member { had: Some((owned, generation)), ..member.clone() }
    };
    group.iter().map(owning).collect()
}

/// `testReassignmentAfterOneConsumerLeaves`, `testReassignmentAfterOneConsumerAdded`, `testSameSubscriptions`,
/// `testNewSubscription`, `testAddRemoveTopicTwoConsumers`, `testTopicBalanceAfterReassignment`, `testStickiness`.
#[test]
fn a_group_that_changes_stays_balanced_and_keeps_what_it_can() {
    let names = |letter: char, range: std::ops::Range<u32>, wide: usize| -> Vec<String> {
        range.map(|i| format!("{letter}{i:0wide$}")).collect()
    };
    let counted = |names: &[String]| {
        let count = |(i, name): (usize, &String)| format!("{name}:{}", i + 1);
        names.iter().enumerate().map(count).collect::<Vec<_>>().join(" ")
    };
    for assignor in [Assignor::Sticky, Assignor::CooperativeSticky] {
        let name = "testReassignmentAfterOneConsumerLeaves";
        let all = names('t', 1..20, 2);
        let topics = counted(&all);
        let group: Vec<String> =
            (1..20).map(|i| format!("c{i:02}:{}", all[..i].join(","))).collect();
        let group = members(&group.join("; "));
        let mut back = owning(&group, &settle(assignor, name, &topics, &group), 1);
        back.retain(|member| member.id != "c10");
        settle(assignor, name, &topics, &back);

        let name = "testReassignmentAfterOneConsumerAdded";
        for count in [9, 10] {
            let group: Vec<String> = (1..=count).map(|i| format!("c{i:02}:topic")).collect();
            settle(assignor, name, "topic:20", &members(&group.join("; ")));
        }

        let name = "testSameSubscriptions";
        let all = names('t', 1..15, 2);
        let topics = counted(&all);
        let group: Vec<String> = (1..9).map(|i| format!("c{i}:{}", all.join(","))).collect();
        let group = members(&group.join("; "));
        let mut back = owning(&group, &settle(assignor, name, &topics, &group), 1);
        back.retain(|member| member.id != "c5");
        settle(assignor, name, &topics, &back);

        let name = "testNewSubscription";
        let topics = "t1:1 t2:1 t3:1 t4:1";
        for group in ["c0:; c1:t1; c2:t2,t3,t4", "c0:t1; c1:t1; c2:t2,t3,t4"] {
            settle(assignor, name, topics, &members(group));
        }

        let name = "testAddRemoveTopicTwoConsumers";
        let first = settle(assignor, name, "topic:3", &members("consumer1:topic; consumer2:topic"));
        let both = members("consumer1:topic,topic2; consumer2:topic,topic2");
        let second = settle(assignor, name, "topic:3 topic2:3", &owning(&both, &first, 1));
        let one = members("consumer1:topic2; consumer2:topic2");
        let third = settle(assignor, name, "topic2:3", &owning(&one, &second, 1));
        for assigned in [&first, &second, &third] {
            assert!(is_fully_balanced(assigned), "{assignor:?} {name} {assigned:?}");
        }
        for id in ["consumer1", "consumer2"] {
            assert!(first[id].is_subset(&second[id]), "{assignor:?} {name}");
            assert!(third[id].is_subset(&second[id]), "{assignor:?} {name}");
        }

        let name = "testTopicBalanceAfterReassignment";
        let each = |assigned: &Assigned, count: usize| {
            for owned in assigned.values() {
                for topic in ["topic1-", "topic2-"] {
                    let of = owned.iter().filter(|p| p.starts_with(topic)).count();
                    assert_eq!(of, count, "{assignor:?} {name} {assigned:?}");
                }
            }
        };
        let topics = "topic1:12 topic2:12";
        let of = |ids: &[u32]| {
            let group: Vec<String> =
                ids.iter().map(|id| format!("consumer{id}:topic1,topic2")).collect();
            members(&group.join("; "))
        };
        let mut assigned = Assigned::new();
        for (ids, count) in [(&[1][..], 12), (&[1, 2], 6), (&[1, 2, 3, 4], 3), (&[3, 4], 6)] {
            let mut group = of(ids);
            for member in &mut group {
                let owned = assigned.get(&member.id).into_iter().flatten().cloned().collect();
                member.had = (ids.len() > 1).then_some((owned, 1));
            }
            assigned = settle(assignor, name, topics, &group);
            each(&assigned, count);
        }

        let name = "testStickiness";
        let group =
            members("consumer1:topic1; consumer2:topic1; consumer3:topic1; consumer4:topic1");
        let first = settle(assignor, name, "topic1:3", &group);
        let back = owning(&group[1..], &first, 1);
        let second = settle(assignor, name, "topic1:3", &back);
        for (id, owned) in &second {
            assert_eq!(owned.len(), 1, "{assignor:?} {name} {second:?}");
            assert!(first[id].is_subset(owned), "{assignor:?} {name} {second:?}");
        }
    }
}

/// `testAssignmentUpdatedForDeletedTopic`, `testNoExceptionThrownWhenOnlySubscribedTopicDeleted`.
#[test]
fn topics_that_are_gone_are_no_ones() {
    for assignor in [Assignor::Sticky, Assignor::CooperativeSticky] {
        let group = members("consumer:topic1,topic2,topic3");
        assert_eq!(assign(assignor, "topic1:1 topic3:100", &group)["consumer"].len(), 101);
        let group = members("consumer:topic=topic-0,topic-1,topic-2");
        assert_eq!(assign(assignor, "", &group), expected("consumer[]"), "{assignor:?}");
    }
}

/// `StickyAssignorTest.testAssignmentWithMultipleGenerations1`, `…2`, `testAssignmentWithConflictingPreviousGenerations`.
#[test]
fn a_sticky_member_that_comes_back_late_does_not_take_what_others_have_by_now() {
    let settle = |name, topics, group: &[Member]| settle(Assignor::Sticky, name, topics, group);
    let sizes = |assigned: &Assigned, size: usize| {
        assert!(assigned.values().all(|owned| owned.len() == size), "{assigned:?}");
    };
    for equal in [true, false] {
        let name = "testAssignmentWithMultipleGenerations1";
        let (topics, second) = ("topic:6 topic2:6", if equal { "topic,topic2" } else { "topic" });
        let group =
            members(&format!("consumer1:topic,topic2; consumer2:{second}; consumer3:topic,topic2"));
        let first = settle(name, topics, &group);
        sizes(&first, 4);
        let after = settle(name, topics, &owning(&group[..2], &first, 1));
        sizes(&after, 6);
        assert!(!equal || first["consumer1"].is_subset(&after["consumer1"]), "{after:?}");
        assert!(first["consumer2"].is_subset(&after["consumer2"]), "{after:?}");
        assert!(!after["consumer2"].is_disjoint(&first["consumer3"]), "{after:?}");
        let mut late = owning(&group[1..2], &after, 2);
        late.extend(owning(&group[2..], &first, 1));
        sizes(&settle(name, topics, &late), 6);

        let name = "testAssignmentWithMultipleGenerations2";
        let topics = "topic:4 topic2:4 topic3:4";
        let all = "topic,topic2,topic3";
        let (one, three) = if equal { (all, all) } else { ("topic", "topic,topic2") };
        let group = members(&format!("consumer1:{one}; consumer2:{all}; consumer3:{three}"));
        let first = settle(name, topics, &group);
        sizes(&first, 4);
        let after = settle(name, topics, &owning(&group[1..2], &first, 1));
        sizes(&after, 12);
        assert!(first["consumer2"].is_subset(&after["consumer2"]));
        let late = [
            owning(&group[..1], &first, 1),
            owning(&group[1..2], &after, 2),
            owning(&group[2..], &first, 1),
        ];
        sizes(&settle(name, topics, &late.concat()), 4);

        let name = "testAssignmentWithConflictingPreviousGenerations";
        let (one, two) = if equal { (all, all) } else { ("topic", "topic,topic2") };
        let had = if equal {
            "topic-0,topic-1,topic-2,topic2-2,topic2-3,topic3-0"
        } else {
            "topic-0,topic-1,topic-2,topic-3"
        };
        let group = members(&format!(
            "consumer1:{one}={had}#1; \
             consumer2:{two}=topic-0,topic-1,topic2-0,topic2-1,topic2-2,topic2-3#2; \
             consumer3:{all}=topic-2,topic-3,topic3-0,topic3-1,topic3-2,topic3-3#2"
        ));
        let assigned = settle(name, topics, &group);
        sizes(&assigned, 4);
        for member in &group[1..] {
            assert!(assigned[&member.id].is_subset(&member.owns()), "{equal} {assigned:?}");
        }
    }
}

/// Where a member's claim is read from: `testMemberDataWithInconsistentData`, `testMemberDataWillHonorUserData`,
/// `testAssignorWithOldVersionSubscriptions`, `testSchemaBackwardCompatibility`.
#[test]
fn sticky_reads_a_claim_from_user_data_and_cooperative_sticky_from_the_subscription() {
    let had = |partitions: &[&str]| -> Vec<_> { partitions.iter().map(|p| partition(p)).collect() };
    let member = |id: &str, user_data: Option<Bytes>, owned: &[&str], generation| Subscription {
        member_id: id.to_owned(),
        instance_id: None,
        topics: vec![Topic::from("topic")],
        user_data,
        owned: had(owned),
        generation,
    };
    let data = |owned: &[&str], generation| Some(sticky_user_data(&had(owned), generation));
    // The two disagree: 2 of 3 partitions are kept, and it is seen which.
    let other = |assignor: Assignor| {
        let owned = had(&["topic-2"]);
        member("other", assignor.user_data(Some((&owned, 1))), &["topic-2"], 1)
    };
    for (assignor, user_data, kept) in [
        (Assignor::Sticky, data(&["topic-1"], 1), "topic-1"),
        (
            Assignor::CooperativeSticky,
            Assignor::CooperativeSticky.user_data(Some((&had(&["topic-1"]), 1))),
            "topic-0",
        ),
    ] {
        let third = member("third", assignor.user_data(Some((&[], 1))), &[], 1);
        let group = [member("m", user_data, &["topic-0"], -1), other(assignor), third];
        let assigned = named(&group, assignor, "topic:3");
        assert_eq!(assigned["m"], BTreeSet::from([kept.to_owned()]), "{assignor:?}");
        assert_eq!(assigned["other"], BTreeSet::from(["topic-2".to_owned()]), "{assignor:?}");
    }
    // Old versions of the subscription: without owned partitions, without a generation.
    let all = "consumer1[topic-0] consumer2[topic-1] consumer3[topic-2]";
    let old = [
        member("consumer1", data(&["topic-0"], 1), &[], -1),
        member("consumer2", data(&["topic-1"], 1), &["topic-1"], -1),
        member("consumer3", data(&[], 1), &[], 1),
    ];
    assert_eq!(named(&old, Assignor::Sticky, "topic:3"), expected(all));
    let generation = |generation| Assignor::CooperativeSticky.user_data(Some((&[], generation)));
    let old = [
        member("consumer1", generation(1), &["topic-0"], -1),
        member("consumer2", generation(1), &["topic-1"], -1),
        member("consumer3", generation(1), &[], 1),
    ];
    assert_eq!(named(&old, Assignor::CooperativeSticky, "topic:3"), expected(all));
    // The oldest user data has no generation behind the partitions.
    let with = sticky_user_data(&had(&["topic-1"]), 7);
    let without: Bytes = with[..with.len() - 4].into();
    assert_eq!(read_sticky_user_data(&without), (had(&["topic-1"]), -1));
    let group = [
        member("consumer1", data(&["topic-0", "topic-2"], 1), &["topic-0", "topic-2"], 1),
        member("consumer2", Some(without), &[], -1),
        member("consumer3", None, &[], -1),
    ];
    let assigned = named(&group, Assignor::Sticky, "topic:3");
    assert!(assigned.values().all(|owned| owned.len() == 1), "{assigned:?}");
    assert!(!assigned["consumer1"].contains("topic-1"), "{assigned:?}");
    assert!(assigned["consumer2"].contains("topic-1"), "{assigned:?}");
}

/// `CooperativeStickyAssignorTest.testEncodeAndDecodeGeneration`, `testDecodeGeneration`.
#[test]
fn cooperative_sticky_says_its_generation_in_four_bytes() {
    let cooperative = Assignor::CooperativeSticky;
    let before: Bytes = (-1i32).to_be_bytes().into();
    assert_eq!(cooperative.user_data(None), Some(before));
    let after: Bytes = 10i32.to_be_bytes().into();
    assert_eq!(cooperative.user_data(Some((&[], 10))), Some(after));
}
