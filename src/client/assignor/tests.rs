//! Small examples, made by Kafka's classes (section 11.4); many more are in `tests/vectors`.

use super::*;

fn member(id: &str, topics: &[&str]) -> Subscription {
    Subscription {
        member_id: id.into(),
        instance_id: None,
        topics: topics.iter().map(|topic| Topic::from(*topic)).collect(),
        user_data: None,
        owned: Vec::new(),
        generation: -1,
    }
}

fn assigned(assignor: Assignor, counts: &[(&str, u32)], members: &[Subscription]) -> String {
    let counts = counts.iter().map(|(topic, count)| (Topic::from(*topic), *count)).collect();
    let assignment = assignor.assign(&mut -1, &counts, members).unwrap();
    let member = |(id, owned): (&String, &Vec<TopicPartition>)| {
        format!("{id}[{}]", owned.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
    };
    assignment.iter().map(member).collect::<Vec<_>>().join(" ")
}

/// A member that comes back with what it was assigned in `generation`.
fn back(assignor: Assignor, id: &str, owned: &[u32], generation: i32) -> Subscription {
    let owned: Vec<_> = owned.iter().map(|p| TopicPartition::new("t", *p)).collect();
    let user_data = assignor.user_data(Some((&owned, generation)));
    let owned = if assignor.is_cooperative() { owned } else { Vec::new() };
    Subscription { user_data, owned, generation, ..member(id, &["t"]) }
}

#[test]
fn fresh_groups_are_assigned_as_kafka_assigns_them() {
    use Assignor as A;
    let both = ["t1", "t2"];
    let v3 = [member("A", &both), member("B", &both)];
    let v5 = ["A", "B", "C"].map(|id| member(id, &["t"]));
    let v11 = [member("A", &["t1", "nope"]), member("B", &["t1"])];
    let v6 =
        [member("C0", &["t0"]), member("C1", &["t0", "t1"]), member("C2", &["t0", "t1", "t2"])];
    let (three, six) = ([("t1", 3), ("t2", 3)], [("t0", 1), ("t1", 2), ("t2", 3)]);
    type Case<'a> = (A, &'a [(&'a str, u32)], &'a [Subscription], &'a str);
    let cases: [Case<'_>; 7] = [
        (A::Range, &three, &v3, "A[t1-0 t1-1 t2-0 t2-1] B[t1-2 t2-2]"),
        (A::RoundRobin, &three, &v3, "A[t1-0 t1-2 t2-1] B[t1-1 t2-0 t2-2]"),
        (A::Sticky, &three, &v3, "A[t1-0 t1-2 t2-1] B[t1-1 t2-0 t2-2]"),
        (A::Range, &[("t", 2)], &v5, "A[t-0] B[t-1] C[]"),
        (A::Range, &[("t1", 2)], &v11, "A[t1-0] B[t1-1]"),
        (A::RoundRobin, &six, &v6, "C0[t0-0] C1[t1-0] C2[t1-1 t2-0 t2-1 t2-2]"),
        (A::CooperativeSticky, &six, &v6, "C0[t0-0] C1[t1-0 t1-1] C2[t2-0 t2-1 t2-2]"),
    ];
    for (assignor, counts, members, expected) in cases {
        assert_eq!(assigned(assignor, counts, members), expected, "{assignor:?}");
    }
}

#[test]
fn static_members_come_first_in_range_and_in_the_circle_only() {
    let statics = [("z", Some("a")), ("y", Some("b")), ("x", None)].map(|(id, instance)| {
        Subscription { instance_id: instance.map(Into::into), ..member(id, &["t"]) }
    });
    let five = [("t", 5)];
    assert_eq!(assigned(Assignor::Range, &five, &statics), "x[t-4] y[t-2 t-3] z[t-0 t-1]");
    assert_eq!(assigned(Assignor::RoundRobin, &five, &statics), "x[t-2] y[t-1 t-4] z[t-0 t-3]");
    assert_eq!(assigned(Assignor::Sticky, &five, &statics), "x[t-0 t-3] y[t-1 t-4] z[t-2]");
}

/// S1.2 and S1.3: eager members hand over at once, cooperative ones in a second round.
#[test]
fn a_cooperative_member_waits_for_what_another_has_to_give_up() {
    for (assignor, first, second) in [
        (Assignor::Sticky, "A[t-0 t-2] B[t-1 t-3] C[t-4 t-5]", None),
        (
            Assignor::CooperativeSticky,
            "A[t-0 t-2] B[t-1 t-3] C[]",
            Some("A[t-0 t-2] B[t-1 t-3] C[t-4 t-5]"),
        ),
    ] {
        let six = [("t", 6)];
        let (a, b) = (back(assignor, "A", &[0, 2, 4], 1), back(assignor, "B", &[1, 3, 5], 1));
        assert_eq!(assigned(assignor, &six, &[a, b, member("C", &["t"])]), first);
        if let Some(second) = second {
            let members =
                [("A", [0, 2]), ("B", [1, 3])].map(|(id, had)| back(assignor, id, &had, 2));
            let [a, b] = members;
            assert_eq!(assigned(assignor, &six, &[a, b, back(assignor, "C", &[], 2)]), second);
        }
    }
}

/// S5 and S6: the newer claim wins; of two as old, neither.
#[test]
fn claims_that_contradict_each_other_are_settled_by_generation() {
    let three = [("t", 3)];
    for (assignor, s5, s6) in [
        (Assignor::Sticky, "A[t-1] B[t-0] C[t-2]", "A[t-1 t-2] B[t-0]"),
        (Assignor::CooperativeSticky, "A[] B[t-0] C[t-2]", "A[t-1 t-2] B[]"),
    ] {
        let claim = |id, owned: &[u32], generation| back(assignor, id, owned, generation);
        let newer = [claim("A", &[0, 1, 2], 1), claim("B", &[0, 1], 2), claim("C", &[2], 2)];
        assert_eq!(assigned(assignor, &three, &newer), s5);
        let equal = [claim("A", &[0, 1, 2], 1), claim("B", &[0], 1)];
        assert_eq!(assigned(assignor, &three, &equal), s6);
    }
}

#[test]
fn without_members_there_is_nothing_to_deal_and_kafka_throws() {
    for assignor in Assignor::ALL {
        let result = assignor.assign(&mut -1, &SortedMap::new(), &[]);
        assert_eq!(result.is_err(), assignor != Assignor::Range, "{assignor:?}");
    }
}
