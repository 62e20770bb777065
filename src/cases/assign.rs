//! `assign`: who gets which partitions. So far the client-side range assignor.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::cases::{Answer, NoAnswer, invalid, not_null, object};
use crate::client::assignor::{Subscription, range};
use crate::protocol::{SortedMap, Topic};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AssignCase {
    assignor: String,
    #[serde(default, deserialize_with = "not_null")]
    side: Option<String>,
    partitions: SortedMap<String, i32>,
    members: Vec<Member>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Member {
    id: String,
    instance_id: Option<String>,
    #[serde(rename = "rack")]
    _rack: Option<String>,
    topics: Vec<String>,
    #[serde(rename = "owned", default, deserialize_with = "not_null")]
    _owned: Option<Vec<(String, i32)>>,
    #[serde(rename = "generation", default, deserialize_with = "not_null")]
    _generation: Option<i32>,
}

/// An answer lists every partition: some hundred megabytes of them at this many.
const MOST_PARTITIONS: i64 = 1_000_000;

pub(super) fn assign(case: &AssignCase) -> Answer {
    let client_side = match case.side.as_deref() {
        None => case.assignor != "uniform",
        Some("client") => true,
        Some("broker") => false,
        Some(other) => return Err(invalid(format!("side is {other}, neither client nor broker"))),
    };
    if !client_side || case.assignor != "range" {
        let side = if client_side { "" } else { ".broker" };
        return Err(NoAnswer::Unsupported(format!("assign.{}{side}", case.assignor)));
    }
    let mut partitions = SortedMap::new();
    let total: i64 = case.partitions.values().map(|count| i64::from(*count)).sum();
    if total > MOST_PARTITIONS {
        return Err(invalid(format!("{total} partitions are more than this answers about")));
    }
    for (topic, count) in &case.partitions {
        let count = u32::try_from(*count)
            .map_err(|_| invalid(format!("{topic} has {count} partitions")))?;
        partitions.insert(Topic::from(topic.as_str()), count);
    }
    // Of two members with one id a `HashMap` keeps the later, in the earlier's place.
    let mut members: Vec<&Member> = Vec::new();
    let mut places: SortedMap<&str, usize> = SortedMap::new();
    for member in &case.members {
        match places.get(member.id.as_str()) {
            Some(place) => members[*place] = member,
            None => {
                places.insert(&member.id, members.len());
                members.push(member);
            }
        }
    }
    let members: Vec<Subscription> = members
        .iter()
        .map(|member| Subscription {
            member_id: member.id.clone(),
            instance_id: member.instance_id.clone(),
            topics: member.topics.iter().map(|topic| Topic::from(topic.as_str())).collect(),
        })
        .collect();
    let assignment: serde_json::Map<String, Value> = range(&partitions, &members)
        .into_iter()
        .map(|(id, owned)| {
            let owned: Vec<Value> =
                owned.iter().map(|tp| json!([tp.topic.as_str(), tp.partition])).collect();
            (id, owned.into())
        })
        .collect();
    Ok(object(json!({ "assignment": assignment })))
}
