//! Records of `__consumer_offsets`, written and read.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::broker::group::{
    GroupValue, MemberValue, OffsetValue, OffsetsError, OffsetsKey, OffsetsValue, decode_record,
};
use crate::cases::{Answer, Hex, NoAnswer, invalid, object, required_nullable};
use crate::protocol::java::{hash_map_order, string_hash};
use crate::protocol::{ErrorCode, SortedMap, SortedSet, Uuid};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OffsetCommit {
    group: String,
    topic: String,
    partition: i32,
    offset: i64,
    leader_epoch: i32,
    metadata: String,
    commit_ms: i64,
    topic_id: Option<String>,
}

/// Kafka writes the length of a text in 15 bits, and throws where they do not suffice.
fn fits(texts: &[&str]) -> Result<(), NoAnswer> {
    if texts.iter().any(|text| text.len() > 0x7fff) {
        return Err(ErrorCode::UnknownServerError.into());
    }
    Ok(())
}

pub(super) fn offset_commit_record(case: OffsetCommit) -> Answer {
    fits(&[&case.group, &case.topic, &case.metadata])?;
    let topic_id = match &case.topic_id {
        None => None,
        Some(text) => {
            let id = Uuid::parse(text).ok_or_else(|| invalid(format!("bad topic_id: {text}")))?;
            Some(id).filter(|id| id.0 != 0)
        }
    };
    let key =
        OffsetsKey::Offset { group: case.group, topic: case.topic, partition: case.partition };
    let value = OffsetValue {
        offset: case.offset,
        leader_epoch: case.leader_epoch,
        metadata: case.metadata,
        commit_ms: case.commit_ms,
        topic_id,
    };
    Ok(object(
        json!({ "key_hex": Hex::value(&key.encode()), "value_hex": Hex::value(&value.encode()) }),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupMetadata {
    group: String,
    protocol_type: String,
    generation: i32,
    #[serde(deserialize_with = "required_nullable")]
    protocol: Option<String>,
    #[serde(deserialize_with = "required_nullable")]
    leader: Option<String>,
    state_ms: i64,
    members: Vec<Member>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Member {
    id: String,
    #[serde(deserialize_with = "required_nullable")]
    instance_id: Option<String>,
    client_id: String,
    client_host: String,
    rebalance_timeout_ms: i32,
    session_timeout_ms: i32,
    subscription_hex: Hex,
    assignment_hex: Hex,
}

pub(super) fn group_metadata_record(case: GroupMetadata) -> Answer {
    check_group(&case)?;
    // The record lists its members in the order of the coordinator's HashMap (GEN-6).
    let mut members: Vec<(i32, MemberValue)> = Vec::new();
    let mut places: SortedMap<String, usize> = SortedMap::new();
    for member in case.members {
        let value = MemberValue {
            member_id: member.id,
            instance_id: member.instance_id,
            client_id: member.client_id,
            client_host: member.client_host,
            rebalance_timeout_ms: member.rebalance_timeout_ms,
            session_timeout_ms: member.session_timeout_ms,
            subscription: member.subscription_hex.0,
            assignment: member.assignment_hex.0,
        };
        match places.get(&value.member_id) {
            Some(place) => members[*place].1 = value,
            None => {
                places.insert(value.member_id.clone(), members.len());
                members.push((string_hash(&value.member_id), value));
            }
        }
    }
    let key = OffsetsKey::Group { group: case.group };
    let value = GroupValue {
        protocol_type: case.protocol_type,
        generation: case.generation,
        protocol: case.protocol,
        leader: case.leader,
        state_ms: case.state_ms,
        members: hash_map_order(16, members),
    };
    Ok(object(
        json!({ "key_hex": Hex::value(&key.encode()), "value_hex": Hex::value(&value.encode()) }),
    ))
}

/// What `ClassicGroup.add` and `newGroupMetadataRecord` refuse (`IllegalStateException`).
fn check_group(case: &GroupMetadata) -> Result<(), NoAnswer> {
    let (mut ids, mut instances) = (SortedSet::new(), SortedSet::new());
    let mut joined_twice = false;
    for member in &case.members {
        // A member that joins again counts twice among those who support the protocol.
        let refused = joined_twice
            || case.protocol.is_none()
            || member.instance_id.as_ref().is_some_and(|id| !instances.insert(id));
        if refused {
            return Err(ErrorCode::UnknownServerError.into());
        }
        joined_twice = !ids.insert(&member.id);
        fits(&[
            &member.id,
            member.instance_id.as_deref().unwrap_or(""),
            &member.client_id,
            &member.client_host,
        ])?;
    }
    let nullable = |text: &'_ Option<String>| text.clone().unwrap_or_default();
    fits(&[&case.group, &case.protocol_type, &nullable(&case.protocol), &nullable(&case.leader)])
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DecodeOffsets {
    key_hex: Hex,
    #[serde(deserialize_with = "required_nullable")]
    value_hex: Option<Hex>,
}

pub(super) fn decode_offsets_record(case: &DecodeOffsets) -> Answer {
    // Cases are about classic groups; what 3 to 8 hold is another kind of question.
    if let [high, low @ 3..=8, ..] = case.key_hex.0[..]
        && high == 0
    {
        return Err(NoAnswer::Unsupported(format!("decode_offsets_record.{low}")));
    }
    let value = case.value_hex.as_ref().map(|hex| &*hex.0);
    let (key, value) = decode_record(&case.key_hex.0, value).map_err(|error| match error {
        OffsetsError::UnknownType => NoAnswer::Error("UNKNOWN_RECORD_TYPE".into()),
        OffsetsError::UnknownVersion => NoAnswer::Error("UNKNOWN_RECORD_VERSION".into()),
        OffsetsError::Invalid => NoAnswer::Error("INVALID_RECORD".into()),
        OffsetsError::Unsupported(kind) => {
            NoAnswer::Unsupported(format!("decode_offsets_record.{kind}"))
        }
    })?;
    let mut answer = match key {
        OffsetsKey::Offset { group, topic, partition } => object(json!({
            "record": "offset_commit_record", "group": group, "topic": topic, "partition": partition,
        })),
        OffsetsKey::Group { group } => {
            object(json!({ "record": "group_metadata_record", "group": group }))
        }
        OffsetsKey::Consumer(_) => unreachable!("answered above"),
    };
    answer.extend(match value {
        None => object(json!({ "tombstone": true })),
        Some(OffsetsValue::Offset(value)) => {
            let mut fields = object(json!({
                "offset": value.offset, "leader_epoch": value.leader_epoch, "metadata": value.metadata,
                "commit_ms": value.commit_ms,
            }));
            if let Some(id) = value.topic_id {
                fields.insert("topic_id".into(), id.to_string().into());
            }
            fields
        }
        Some(OffsetsValue::Group(value)) => object(json!({
            "protocol_type": value.protocol_type, "generation": value.generation, "protocol": value.protocol,
            "leader": value.leader, "state_ms": value.state_ms,
            "members": value.members.iter().map(member).collect::<Vec<_>>(),
        })),
        Some(OffsetsValue::Consumer(_)) => unreachable!("answered above"),
    });
    Ok(answer)
}

fn member(member: &MemberValue) -> Value {
    json!({
        "id": member.member_id, "instance_id": member.instance_id, "client_id": member.client_id,
        "client_host": member.client_host, "rebalance_timeout_ms": member.rebalance_timeout_ms,
        "session_timeout_ms": member.session_timeout_ms, "subscription_hex": Hex::value(&member.subscription),
        "assignment_hex": Hex::value(&member.assignment),
    })
}
