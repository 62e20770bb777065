//! `accumulate`: one producer's partitioner and batches.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::cases::{Answer, Hex, NoAnswer, invalid, object, required_nullable};
use crate::client::producer::{DrainedBatch, Trial};
use crate::protocol::Topic;
use crate::protocol::config::{Profile, Scope, Settings};
use crate::protocol::record::Record;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccumulateCase {
    config: Map<String, Value>,
    partitions: i32,
    random: Vec<i32>,
    sends: Vec<Send>,
    end_ms: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Send {
    at_ms: u64,
    #[serde(deserialize_with = "required_nullable")]
    key_hex: Option<Hex>,
    #[serde(deserialize_with = "required_nullable")]
    value_hex: Option<Hex>,
    #[serde(default)]
    headers: Vec<(String, Option<Hex>)>,
}

impl Send {
    fn record(&self) -> Record {
        let bytes = |hex: &Option<Hex>| hex.as_ref().map(|hex| hex.0.as_slice().into());
        let headers = self.headers.iter();
        Record {
            timestamp: self.at_ms.cast_signed(),
            key: bytes(&self.key_hex),
            value: bytes(&self.value_hex),
            headers: headers.map(|(key, value)| (key.clone(), bytes(value))).collect(),
        }
    }
}

/// The accumulator keeps a queue for each.
const MOST_PARTITIONS: u32 = 1_000_000;

pub(super) fn accumulate(case: &AccumulateCase) -> Answer {
    let partitions = u32::try_from(case.partitions).ok().filter(|count| *count > 0);
    let partitions = partitions
        .ok_or_else(|| invalid(format!("partitions is {}, not at least 1", case.partitions)))?;
    if partitions > MOST_PARTITIONS {
        return Err(invalid(format!("{partitions} partitions are more than this answers about")));
    }
    let random: Option<Vec<u32>> = case.random.iter().map(|n| u32::try_from(*n).ok()).collect();
    let random = random.ok_or_else(|| invalid("random holds a negative number"))?;
    check_times(case)?;
    let settings = settings(&case.config)?;

    let mut drawn = 0;
    let mut chance = || {
        drawn += 1;
        // Without any numbers Kafka's stand-in would have none to give either.
        random.get((drawn - 1) % random.len().max(1)).copied().unwrap_or(0)
    };
    let mut trial = Trial::new(&settings, &Topic::from("t"), partitions);
    let (mut chosen, mut drained) = (Vec::new(), Vec::new());
    for send in &case.sends {
        trial.drain(send.at_ms, &mut drained);
        chosen.push(match trial.append(send.at_ms, &send.record(), &mut chance) {
            Ok(partition) => json!(partition),
            Err(error) => json!(error.name()),
        });
    }
    trial.drain(case.end_ms, &mut drained);
    let batches: Vec<Value> = drained.iter().map(batch).collect();
    Ok(object(json!({ "partitions": chosen, "batches": batches })))
}

fn batch(drained: &DrainedBatch) -> Value {
    json!({
        "partition": drained.partition,
        "record_count": drained.record_count,
        "size_bytes": drained.size_bytes,
        "drained_ms": drained.drained_ms,
    })
}

fn check_times(case: &AccumulateCase) -> Result<(), NoAnswer> {
    let ends = case.sends.iter().map(|send| send.at_ms).chain([case.end_ms]);
    if !ends.is_sorted() {
        return Err(invalid("at_ms decreases"));
    }
    match i64::try_from(case.end_ms) {
        Ok(_) => Ok(()),
        Err(_) => Err(invalid("at_ms does not fit in 63 bits")),
    }
}

fn settings(config: &Map<String, Value>) -> Result<Settings, NoAnswer> {
    let mut settings = Settings::new(Scope::Producer, Profile::V4);
    for (name, value) in config {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            _ => return Err(invalid(format!("{name} is not a plain value"))),
        };
        settings.set(name, &text).map_err(|_| NoAnswer::Error("INVALID_CONFIG".into()))?;
    }
    // The batches are the same with producer ids in their headers.
    settings.set("enable.idempotence", "false").expect("Kafka takes it");
    if settings.holds_unknown() {
        return Err(invalid("config holds an unknown setting"));
    }
    settings.check_together().map_err(|_| NoAnswer::Error("INVALID_CONFIG".into()))?;
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every case that Apache Kafka 4.3.1 answered, to the byte and the millisecond (PROD-10 to 24).
    #[test]
    fn batches_form_and_drain_as_kafkas_do() {
        let text = include_str!("../../tests/vectors/accumulate.jsonl");
        let mut count = 0;
        for line in text.lines() {
            let vector: Value = serde_json::from_str(line).unwrap();
            let answer = crate::cases::answer(&vector["case"].to_string());
            let answer: Value = serde_json::from_str(&answer).unwrap();
            assert_eq!(answer, vector["answer"], "{}", vector["case"]);
            count += 1;
        }
        assert_eq!(count, 100);
    }
}
