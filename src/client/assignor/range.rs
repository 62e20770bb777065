//! Range: each topic's partitions in as many ranges as it has members (ASGN-2).
//!
//! Kafka: `RangeAssignor`. Left out: racks (ASGN-3).

use std::cmp::Ordering;

use crate::client::assignor::{Assignment, Subscription};
use crate::protocol::java::{compare_strings, hash_map_order, string_hash};
use crate::protocol::{SortedMap, Topic, TopicPartition, sort_by};

/// Static members first, by instance id; then dynamic ones by member id (`MemberInfo.compareTo`).
fn member_order(a: &Subscription, b: &Subscription) -> Ordering {
    match (&a.instance_id, &b.instance_id) {
        (Some(a), Some(b)) => compare_strings(a, b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => compare_strings(&a.member_id, &b.member_id),
    }
}

/// Assigns `partitions` (topic → count) to `members`, in the order of joining, no two with one id.
///
/// Topics without partitions are ignored.
///
/// For each topic on its own, the first members get one more where it does not come out even.
#[must_use]
pub fn range(partitions: &SortedMap<Topic, u32>, members: &[Subscription]) -> Assignment {
    let mut assignment: Assignment =
        members.iter().map(|member| (member.member_id.clone(), Vec::new())).collect();
    // The members come out of a `HashMap`; its order decides between equal instance ids (GEN-6).
    let by_hash = members.iter().map(|member| (string_hash(&member.member_id), member)).collect();
    let mut sorted: Vec<&Subscription> = hash_map_order(16, by_hash);
    sort_by(&mut sorted, |a, b| member_order(a, b));
    for (topic, count) in partitions {
        let subscribed: Vec<_> =
            sorted.iter().filter(|member| member.topics.contains(topic)).collect();
        let Ok(member_count) = u32::try_from(subscribed.len()) else { continue };
        if member_count == 0 {
            continue;
        }
        let (each, rest) = (count / member_count, count % member_count);
        let mut next = 0;
        for (at, member) in (0..member_count).zip(subscribed) {
            let end = next + each + u32::from(at < rest);
            let owned = assignment.get_mut(&member.member_id).expect("every member has an entry");
            owned.extend((next..end).map(|partition| TopicPartition::new(topic, partition)));
            next = end;
        }
    }
    for owned in assignment.values_mut() {
        sort_by(owned, |a, b| {
            compare_strings(a.topic.as_str(), b.topic.as_str()).then(a.partition.cmp(&b.partition))
        });
    }
    assignment
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(id: &str, topics: &[&str]) -> Subscription {
        let topics = topics.iter().map(|topic| Topic::from(*topic)).collect();
        Subscription { member_id: id.into(), instance_id: None, topics }
    }

    fn shown(assignment: &Assignment) -> String {
        let member = |(id, owned): (&String, &Vec<TopicPartition>)| {
            format!("{id}[{}]", owned.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
        };
        assignment.iter().map(member).collect::<Vec<_>>().join(" ")
    }

    /// Section 11.4, made by Kafka's `RangeAssignor`.
    #[test]
    fn ranges_are_kafkas() {
        let counts =
            |counts: &[(&str, u32)]| counts.iter().map(|(t, n)| (Topic::from(*t), *n)).collect();
        let both = ["t1", "t2"];
        let v3 = range(&counts(&[("t1", 3), ("t2", 3)]), &[member("A", &both), member("B", &both)]);
        assert_eq!(shown(&v3), "A[t1-0 t1-1 t2-0 t2-1] B[t1-2 t2-2]");
        let v5 = range(&counts(&[("t", 2)]), &["A", "B", "C"].map(|id| member(id, &["t"])));
        assert_eq!(shown(&v5), "A[t-0] B[t-1] C[]");
        let v11 =
            range(&counts(&[("t1", 2)]), &[member("A", &["t1", "nope"]), member("B", &["t1"])]);
        assert_eq!(shown(&v11), "A[t1-0] B[t1-1]");
    }

    #[test]
    fn static_members_come_first() {
        let statics = [("z", Some("a")), ("y", Some("b")), ("x", None)].map(|(id, instance)| {
            Subscription { instance_id: instance.map(Into::into), ..member(id, &["t"]) }
        });
        let v10 = range(&SortedMap::from([(Topic::from("t"), 5)]), &statics);
        assert_eq!(shown(&v10), "x[t-4] y[t-2 t-3] z[t-0 t-1]");
    }
}
