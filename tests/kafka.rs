//! Known answers: every recorded case is answered as Apache Kafka answered it, or is listed below.
//!
//! The vectors are in the format of `cases.md`; each names the classes that it was recorded from.
//! `tests/oracle` asks those classes live.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const VECTORS: [(&str, &str); 8] = [
    ("accumulate", include_str!("vectors/accumulate.jsonl")),
    ("assign", include_str!("vectors/assign.jsonl")),
    ("batches", include_str!("vectors/batches.jsonl")),
    ("hard", include_str!("vectors/hard.jsonl")),
    ("log", include_str!("vectors/log.jsonl")),
    ("mixed", include_str!("vectors/mixed.jsonl")),
    ("offsets", include_str!("vectors/offsets.jsonl")),
    ("partition", include_str!("vectors/partition.jsonl")),
];

/// Kind, how many of its recorded cases must at least be answered, and answered alike.
const AGREEING: [(&str, usize); 10] = [
    ("accumulate", 100),
    ("assign", 515),
    ("decode_batches", 262),
    ("decode_offsets_record", 120),
    ("encode_batch", 190),
    ("group_metadata_record", 62),
    ("group_partition", 60),
    ("log", 594),
    ("offset_commit_record", 113),
    ("partition", 310),
];

/// What the core does not model yet, as its answer names it, how many recorded cases that concerns, and why.
const UNSUPPORTED: [(&str, usize, &str); 1] =
    [("assign.sticky.endless", 1, "Kafka's own assignor does not come to an end there")];

struct Outcome {
    agreeing: BTreeMap<String, usize>,
    unsupported: BTreeMap<String, usize>,
    differing: Vec<String>,
}

fn vectors() -> impl Iterator<Item = (&'static str, Value)> {
    VECTORS.iter().flat_map(|(file, text)| {
        text.lines().map(|line| (*file, serde_json::from_str(line).expect("a vector is JSON")))
    })
}

fn answer(case: &Value) -> Value {
    serde_json::from_str(&brokerscope::cases::answer(&case.to_string())).expect("an answer is JSON")
}

fn outcome() -> Outcome {
    let mut outcome =
        Outcome { agreeing: BTreeMap::new(), unsupported: BTreeMap::new(), differing: Vec::new() };
    for (file, vector) in vectors() {
        let (case, kafka) = (&vector["case"], &vector["answer"]);
        let ours = answer(case);
        if let Some(what) = ours["unsupported"].as_str() {
            *outcome.unsupported.entry(what.to_owned()).or_default() += 1;
        } else if ours == *kafka {
            let kind = case["kind"].as_str().expect("a case has a kind");
            *outcome.agreeing.entry(kind.to_owned()).or_default() += 1;
        } else {
            let source = &vector["source"];
            outcome
                .differing
                .push(format!("{file}: {case}\n  ours  {ours}\n  kafka {kafka}\n  {source}"));
        }
    }
    outcome
}

#[test]
fn recorded_cases_are_answered_as_kafka_answers_them() {
    let outcome = outcome();
    let shown = outcome.differing.iter().take(5).cloned().collect::<Vec<_>>().join("\n");
    assert!(outcome.differing.is_empty(), "{} differ, such as\n{shown}", outcome.differing.len());
    for (kind, least) in AGREEING {
        let agreeing = outcome.agreeing.get(kind).copied().unwrap_or(0);
        assert!(agreeing >= least, "{kind}: {agreeing} agree, fewer than {least}");
    }
    let unsupported: Vec<(&str, usize)> =
        outcome.unsupported.iter().map(|(what, count)| (what.as_str(), *count)).collect();
    let listed = UNSUPPORTED.map(|(what, count, _)| (what, count));
    assert_eq!(unsupported, listed, "what is not modelled is listed with its reason");
    println!("agree {:?}, not modelled {:?}", outcome.agreeing, outcome.unsupported);
}

#[test]
fn every_vector_has_its_own_id_and_names_its_source() {
    let mut ids = BTreeSet::new();
    for (file, vector) in vectors() {
        let (id, kind) = (&vector["case"]["id"], &vector["case"]["kind"]);
        assert_eq!(*id, vector["answer"]["id"], "{file}");
        assert!(ids.insert((kind.to_string(), id.to_string())), "{file}: {kind} {id} twice");
        let source = vector["source"].as_str().expect("a source is a text");
        assert!(source.ends_with("Apache Kafka 4.3.1"), "{file}: {id} {source}");
    }
}
