//! `partition`, `group_partition`: a key's and a group's partition.

use serde::Deserialize;
use serde_json::json;

use crate::cases::{Answer, Hex, invalid, object, required_nullable};
use crate::protocol::KeyHash;
use crate::protocol::java::{group_partition as partition_for, string_hash};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartitionCase {
    #[serde(deserialize_with = "required_nullable")]
    key_hex: Option<Hex>,
    partitions: i32,
}

fn count(partitions: i32) -> Result<u32, super::NoAnswer> {
    u32::try_from(partitions)
        .ok()
        .filter(|count| *count > 0)
        .ok_or_else(|| invalid(format!("partitions is {partitions}, not at least 1")))
}

pub(super) fn partition(case: PartitionCase) -> Answer {
    let partitions = count(case.partitions)?;
    let Some(Hex(key)) = case.key_hex else { return Err(invalid("a null key has no hash")) };
    let found = KeyHash::of(&key, partitions);
    Ok(object(json!({ "hash": found.hash, "partition": found.partition })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupPartitionCase {
    group: String,
    partitions: i32,
}

pub(super) fn group_partition(case: &GroupPartitionCase) -> Answer {
    let partitions = count(case.partitions)?;
    let partition = partition_for(&case.group, partitions);
    Ok(object(json!({ "hash_code": string_hash(&case.group), "partition": partition })))
}
