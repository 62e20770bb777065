//! `assign`: who gets which partitions, by a consumer's assignor or by a coordinator's.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::broker::group::assignor::{self as coordinator, Member as GroupMember};
use crate::cases::{Answer, NoAnswer, invalid, not_null, object};
use crate::client::assignor::{Assignor, Subscription};
use crate::protocol::{SortedMap, Topic, TopicPartition};

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
    /// Changes nothing where no replica has one.
    #[serde(rename = "rack")]
    _rack: Option<String>,
    topics: Vec<String>,
    #[serde(default, deserialize_with = "not_null")]
    owned: Option<Vec<(String, i32)>>,
    #[serde(default, deserialize_with = "not_null")]
    generation: Option<i32>,
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
    let mut owned = Vec::new();
    for member in &members {
        owned.push(member.owned()?);
    }
    let assigned = if client_side {
        let assignor = Assignor::named(&case.assignor);
        let assignor =
            assignor.ok_or_else(|| NoAnswer::Unsupported(format!("assign.{}", case.assignor)))?;
        let members: Vec<Subscription> = members
            .iter()
            .zip(owned)
            .map(|(member, owned)| member.subscription(assignor, owned))
            .collect();
        assignor.assign(&mut -1, &partitions, &members).ok()
    } else {
        let assignor = coordinator::Assignor::named(&case.assignor);
        let assignor = assignor
            .ok_or_else(|| NoAnswer::Unsupported(format!("assign.{}.broker", case.assignor)))?;
        let members: Vec<GroupMember> =
            members.iter().zip(owned).map(|(member, owned)| member.group_member(owned)).collect();
        assignor.assign(&partitions, &members).ok()
    };
    let assigned = assigned.ok_or_else(|| NoAnswer::Error("UNKNOWN_SERVER_ERROR".into()))?;
    let assignment: serde_json::Map<String, Value> = assigned
        .into_iter()
        .map(|(id, owned)| {
            let owned: Vec<Value> =
                owned.iter().map(|tp| json!([tp.topic.as_str(), tp.partition])).collect();
            (id, owned.into())
        })
        .collect();
    Ok(object(json!({ "assignment": assignment })))
}

impl Member {
    fn topics(&self) -> Vec<Topic> {
        self.topics.iter().map(|topic| Topic::from(topic.as_str())).collect()
    }

    fn owned(&self) -> Result<Vec<TopicPartition>, NoAnswer> {
        let place = |(topic, partition): &(String, i32)| {
            let number = u32::try_from(*partition);
            let number =
                number.map_err(|_| invalid(format!("{} owns {topic}-{partition}", self.id)))?;
            Ok(TopicPartition::new(topic.as_str(), number))
        };
        self.owned.iter().flatten().map(place).collect()
    }

    fn subscription(&self, assignor: Assignor, owned: Vec<TopicPartition>) -> Subscription {
        let generation = self.generation.unwrap_or(-1);
        let was_assigned = self.owned.is_some() || self.generation.is_some();
        Subscription {
            member_id: self.id.clone(),
            instance_id: self.instance_id.clone(),
            topics: self.topics(),
            user_data: assignor.user_data(was_assigned.then_some((&owned, generation))),
            owned: if assignor == Assignor::Sticky { Vec::new() } else { owned },
            generation,
        }
    }

    fn group_member(&self, owned: Vec<TopicPartition>) -> GroupMember {
        GroupMember {
            member_id: self.id.clone(),
            instance_id: self.instance_id.clone(),
            topics: self.topics(),
            target: owned,
        }
    }
}
