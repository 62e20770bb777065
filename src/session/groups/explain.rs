//! Why each partition went where it went: the assignor's arithmetic, done again with the group's own numbers.
//!
//! The rules are `ASGN-2` (range), `ASGN-4` (round robin), `ASGN-5` and `ASGN-6` (sticky), `ASGN-30` (uniform).

use std::cmp::Ordering;

use crate::broker::Group;
use crate::client::assignor::protocol::MemberSubscription;
use crate::protocol::java::compare_strings;
use crate::protocol::{NodeId, SortedSet, Topic, sort_by};
use crate::session::groups::Owner;
use crate::session::groups::stored::{Assignments, numbers};
use crate::sim::World;
use crate::words::{Line, Words};

/// More partitions than this are not dealt one by one.
const MOST_DEALT: usize = 12;

/// A member as the assignor saw it.
struct Seen {
    name: String,
    member_id: String,
    instance_id: Option<String>,
    topics: SortedSet<Topic>,
}

/// The assignor, and its steps.
pub(super) fn explain(
    world: &World,
    group: Option<&Group>,
    owners: &[Owner<'_>],
    history: &Assignments,
    words: &dyn Words,
) -> (Line, Vec<Line>) {
    let Some(group) = group else { return (words.groups_no_assignment(), Vec::new()) };
    let name_of = |node: Option<NodeId>| {
        let owner = owners.iter().find(|owner| Some(NodeId::Client(owner.client)) == node);
        owner.map_or_else(|| "?".to_owned(), |owner| owner.name.to_owned())
    };
    let protocol = group.protocol().unwrap_or_default();
    let mut seen: Vec<Seen> = group
        .members()
        .map(|member| {
            let own = member.protocols.iter().find(|(name, _)| name == protocol);
            let subscription = own.and_then(|(_, bytes)| MemberSubscription::decode(bytes).ok());
            Seen {
                name: name_of(Some(member.client)),
                member_id: member.member_id.clone(),
                instance_id: member.instance_id.clone(),
                topics: subscription.map(|s| s.topics).unwrap_or_default(),
            }
        })
        .collect();
    let mut assignor = protocol;
    if let Some(modern) = group.modern() {
        assignor = modern.assignor().map_or("", |assignor| assignor.name());
        seen = modern
            .members()
            .map(|member| Seen {
                name: name_of(member.client()),
                member_id: member.member_id().to_owned(),
                instance_id: member.instance_id().map(str::to_owned),
                topics: member.topics().cloned().collect(),
            })
            .collect();
    }
    if seen.is_empty() || history.now.is_empty() {
        return (words.groups_no_assignment(), Vec::new());
    }
    sort_by(&mut seen, static_first);
    let steps = match assignor {
        "range" => range(world, &seen, words),
        "roundrobin" => round_robin(world, &seen, words),
        _ => balanced(world, &seen, history, assignor, words),
    };
    let heading = match assignor {
        "range" => words.groups_by_range(),
        "roundrobin" => words.groups_by_round_robin(),
        "sticky" => words.groups_by_sticky(),
        "cooperative-sticky" => words.groups_by_cooperative(),
        "uniform" => words.groups_by_uniform(),
        _ => words.groups_by_unknown(),
    };
    (heading, steps)
}

/// Static members by instance id, then dynamic ones by member id.
fn static_first(a: &Seen, b: &Seen) -> Ordering {
    match (&a.instance_id, &b.instance_id) {
        (Some(a), Some(b)) => compare_strings(a, b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => compare_strings(&a.member_id, &b.member_id),
    }
}

fn count_of(world: &World, topic: &Topic) -> u32 {
    world.broker().topic(topic).map_or(0, |image| image.partitions.len() as u32)
}

/// All topics that somebody subscribes to and that exist, with their partitions.
fn topics_of(world: &World, seen: &[Seen]) -> Vec<(Topic, u32)> {
    let all: SortedSet<Topic> =
        seen.iter().flat_map(|member| member.topics.iter().cloned()).collect();
    all.iter().map(|t| (t.clone(), count_of(world, t))).filter(|(_, count)| *count > 0).collect()
}

/// ASGN-2: a division with a remainder, topic by topic.
fn range(world: &World, seen: &[Seen], words: &dyn Words) -> Vec<Line> {
    let mut steps = Vec::new();
    for (topic, partitions) in topics_of(world, seen) {
        let of_topic: Vec<&Seen> = seen.iter().filter(|m| m.topics.contains(&topic)).collect();
        let members = of_topic.len() as u32;
        let (each, rest) = (partitions / members, partitions % members);
        steps.push(words.groups_range_divides(topic.as_str(), partitions, members, each, rest));
        let mut next = 0;
        for (at, member) in (0..).zip(of_topic) {
            let length = each + u32::from(at < rest);
            steps.push(match length {
                0 => words.groups_range_nothing(&member.name),
                1 => words.groups_range_one(&member.name, next),
                _ => words.groups_range_from(&member.name, next, next + length - 1),
            });
            next += length;
        }
    }
    steps
}

/// ASGN-4: the circle.
fn round_robin(world: &World, seen: &[Seen], words: &dyn Words) -> Vec<Line> {
    let names: Vec<&str> = seen.iter().map(|member| member.name.as_str()).collect();
    let mut steps = vec![words.groups_circle(&names.join(" → "))];
    let mut at = 0;
    let mut dealt = 0;
    for (topic, partitions) in topics_of(world, seen) {
        for number in 0..partitions {
            let mut skipped = Vec::new();
            while !seen[at].topics.contains(&topic) {
                skipped.push(seen[at].name.as_str());
                at = (at + 1) % seen.len();
            }
            let place = format!("{topic}-{number}");
            dealt += 1;
            if dealt <= MOST_DEALT {
                steps.push(match skipped.is_empty() {
                    true => words.groups_deals(&place, &seen[at].name),
                    false => words.groups_deals_past(&place, &seen[at].name, &skipped.join(", ")),
                });
            }
            at = (at + 1) % seen.len();
        }
    }
    if dealt > MOST_DEALT {
        steps.push(words.groups_deals_on((dealt - MOST_DEALT) as u64));
    }
    steps
}

/// ASGN-6, ASGN-30: who may have how many, what each keeps, and where the rest goes.
fn balanced(
    world: &World,
    seen: &[Seen],
    history: &Assignments,
    assignor: &str,
    words: &dyn Words,
) -> Vec<Line> {
    let mut steps = Vec::new();
    let all: u32 = topics_of(world, seen).iter().map(|(_, count)| count).sum();
    let members = seen.len() as u32;
    let equal = seen.iter().all(|member| member.topics == seen[0].topics);
    let (least, over) = (all / members, all % members);
    steps.push(match (equal, over) {
        (false, _) => words.groups_unequal(),
        (true, 0) => words.groups_even(all, members, least),
        (true, _) => words.groups_uneven(all, members, least, over),
    });
    for member in seen {
        let had = |owners: &super::stored::Assignment| -> SortedSet<_> {
            let own = owners.iter().filter(|(_, owner)| **owner == member.name);
            own.map(|(partition, _)| partition.clone()).collect()
        };
        let (before, now) = (had(&history.before), had(&history.now));
        let kept = now.iter().filter(|p| before.contains(*p));
        let got = now.iter().filter(|p| !before.contains(*p));
        let lost = before.iter().filter(|p| !now.contains(*p));
        let text = |numbers: String| if numbers.is_empty() { "–".to_owned() } else { numbers };
        steps.push(words.groups_keeps(
            &member.name,
            &text(numbers(kept)),
            &text(numbers(got)),
            &text(numbers(lost)),
        ));
    }
    if assignor == "cooperative-sticky" {
        let withheld: Vec<_> =
            history.before.keys().filter(|p| !history.now.contains_key(*p)).collect();
        if !withheld.is_empty() {
            steps.push(words.groups_withheld(&numbers(withheld.into_iter())));
        }
    }
    steps
}

/// What the last rebalance moved, partition by partition.
pub(super) fn moved(history: &Assignments, words: &dyn Words) -> Vec<Line> {
    if !history.has_before {
        return vec![words.groups_first_assignment()];
    }
    let mut lines = Vec::new();
    for (partition, owner) in &history.now {
        let place = partition.to_string();
        match history.before.get(partition) {
            Some(before) if before != owner => {
                lines.push(words.groups_moved(&place, before, owner));
            }
            Some(_) => {}
            None => lines.push(words.groups_taken(&place, owner)),
        }
    }
    for (partition, before) in &history.before {
        if !history.now.contains_key(partition) {
            lines.push(words.groups_freed(&partition.to_string(), before));
        }
    }
    if lines.is_empty() {
        lines.push(words.groups_nothing_moved());
    }
    lines
}
