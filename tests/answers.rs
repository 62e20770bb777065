//! Whatever line is asked, there is one answer, and it says the truth about the line.
#![cfg(not(target_arch = "wasm32"))]

use brokerscope::cases::{answer, answer_bytes};
use proptest::prelude::*;
use serde_json::{Map, Number, Value, json};

const VECTORS: [&str; 8] = [
    include_str!("vectors/accumulate.jsonl"),
    include_str!("vectors/assign.jsonl"),
    include_str!("vectors/batches.jsonl"),
    include_str!("vectors/hard.jsonl"),
    include_str!("vectors/log.jsonl"),
    include_str!("vectors/mixed.jsonl"),
    include_str!("vectors/offsets.jsonl"),
    include_str!("vectors/partition.jsonl"),
];

/// Answers are one line of JSON: an object that carries the case's id, if it can be read.
fn read(line: &[u8]) -> Value {
    let text = answer_bytes(line);
    assert!(!text.contains('\n'), "{text}");
    let answer: Value = serde_json::from_str(&text).expect("an answer is JSON");
    let id = serde_json::from_slice::<Map<String, Value>>(line)
        .ok()
        .and_then(|case| case.get("id").filter(|id| id.is_string()).cloned());
    assert_eq!(answer["id"], id.unwrap_or(Value::Null), "{}", String::from_utf8_lossy(line));
    if answer["error"] == "INVALID_CASE" {
        assert!(answer["message"].is_string());
    }
    answer
}

fn recorded() -> Vec<Value> {
    let vectors = VECTORS.iter().flat_map(|text| text.lines());
    vectors.map(|line| serde_json::from_str::<Value>(line).unwrap()["case"].take()).collect()
}

/// Numbers at every limit, and values that are no numbers.
fn odd_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        prop::sample::select(vec![
            0,
            1,
            -1,
            13,
            14,
            61,
            70,
            0x7f,
            0x80,
            0x7fff,
            0x8000,
            i64::from(i32::MAX),
            i64::from(i32::MIN),
            i64::MAX,
            i64::MIN,
        ])
        .prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(|n| Number::from_f64(n).map_or(Value::Null, Value::Number)),
        prop::sample::select(vec![
            json!(null),
            json!(true),
            json!([]),
            json!({}),
            json!(""),
            json!("00"),
            json!("0"),
            json!("delete"),
            json!("compact"),
            json!("NaN"),
            json!([[]]),
            json!([null]),
            json!(1.0),
            json!("ffffffffffffffff"),
        ]),
        "\\PC{0,8}".prop_map(Value::from),
    ]
}

/// Every place in a JSON value that can be replaced, counted from the root.
fn replace(value: &mut Value, at: &mut usize, new: &Value) -> bool {
    if *at == 0 {
        *value = new.clone();
        return true;
    }
    *at -= 1;
    match value {
        Value::Array(items) => items.iter_mut().any(|item| replace(item, at, new)),
        Value::Object(fields) => fields.values_mut().any(|field| replace(field, at, new)),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_answered(line in prop::collection::vec(any::<u8>(), 0..200)) {
        let answer = read(&line);
        prop_assert!(answer["error"] == "INVALID_CASE", "{answer}");
    }

    #[test]
    fn a_recorded_case_with_one_value_replaced_is_answered(
        which in any::<prop::sample::Index>(), place in 1usize..400, new in odd_value(),
    ) {
        let cases = RECORDED.with(|cases| cases.clone());
        let mut case = which.get(&cases).clone();
        let mut at = place;
        replace(&mut case, &mut at, &new);
        read(case.to_string().as_bytes());
    }

    #[test]
    fn a_recorded_case_with_changed_bytes_is_answered(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3u8), 1..4),
    ) {
        let cases = RECORDED.with(|cases| cases.clone());
        let mut line = which.get(&cases).to_string().into_bytes();
        for (place, byte, how) in changes {
            let at = place.index(line.len());
            match how {
                0 => line[at] = byte,
                1 => line.insert(at, b"0123456789abcdef,:\"{}[]-"[usize::from(byte) % 24]),
                _ => line.truncate(at.max(1)),
            }
        }
        line.retain(|byte| *byte != b'\n');
        read(&line);
    }
}

thread_local! {
    static RECORDED: std::rc::Rc<Vec<Value>> = std::rc::Rc::new(recorded());
}

#[test]
fn what_is_no_case_is_named_so() {
    let append = r#"{"op":"append","at_ms":5,"batches":[{"records":[{"timestamp":1,"key_hex":"61","value_hex":null}]}]}"#;
    let log = |config: &str, ops: &str| {
        format!(r#"{{"id":"a","kind":"log","config":{config},"ops":[{ops}]}}"#)
    };
    let batch = |fields: &str| format!(r#"{{"id":"a","kind":"encode_batch",{fields}}}"#);
    let member = |fields: &str| {
        format!(
            r#"{{"id":"a","kind":"assign","assignor":"range","partitions":{{"t":1}},"members":[{{{fields}}}]}}"#
        )
    };
    let deep = format!(r#"{{"id":"a","kind":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let cases = [
        ("an empty line", String::new()),
        ("no object", "[1]".into()),
        ("two objects", r#"{"id":"a","kind":"x"}{"id":"b","kind":"x"}"#.into()),
        ("too deep", deep),
        ("no kind", r#"{"id":"a"}"#.into()),
        ("a null kind", r#"{"id":"a","kind":null}"#.into()),
        ("a null id", r#"{"id":null,"kind":"partition","key_hex":"","partitions":1}"#.into()),
        ("a null key", r#"{"id":"a","kind":"partition","key_hex":null,"partitions":1}"#.into()),
        ("no partitions", r#"{"id":"a","kind":"group_partition","group":"g","partitions":0}"#.into()),
        ("too many", r#"{"id":"a","kind":"group_partition","group":"g","partitions":2147483648}"#.into()),
        ("a fraction", r#"{"id":"a","kind":"group_partition","group":"g","partitions":1.0}"#.into()),
        ("a lone surrogate", r#"{"id":"a","kind":"group_partition","group":"\ud800","partitions":1}"#.into()),
        ("odd hex", r#"{"id":"a","kind":"decode_batches","hex":"abc"}"#.into()),
        ("upper-case hex", r#"{"id":"a","kind":"decode_batches","hex":"AB"}"#.into()),
        ("no records", batch(r#""base_offset":0"#)),
        ("null records", batch(r#""records":null"#)),
        ("a null codec", batch(r#""records":[],"compression":null"#)),
        ("a null offset", batch(r#""records":[],"base_offset":null"#)),
        ("an unknown codec", batch(r#""records":[],"compression":"zip""#)),
        ("an unknown timestamp type", batch(r#""records":[],"timestamp_type":"createtime""#)),
        ("a short epoch", batch(r#""records":[],"producer_epoch":32768"#)),
        ("no key", batch(r#""records":[{"timestamp":1,"value_hex":null}]"#)),
        ("a null timestamp", batch(r#""records":[{"timestamp":null,"key_hex":null,"value_hex":null}]"#)),
        ("a header of three", batch(r#""records":[{"timestamp":1,"key_hex":null,"value_hex":null,"headers":[["h",null,null]]}]"#)),
        ("a null header key", batch(r#""records":[{"timestamp":1,"key_hex":null,"value_hex":null,"headers":[[null,null]]}]"#)),
        ("records and control", batch(r#""records":[],"control":{"type":"COMMIT","version":0,"coordinator_epoch":0,"timestamp":1}"#)),
        ("no config", r#"{"id":"a","kind":"log","ops":[]}"#.into()),
        ("a list as a setting", log(r#"{"segment.bytes":[]}"#, "")),
        ("a null setting", log(r#"{"segment.bytes":null}"#, "")),
        ("no op", log("{}", r#"{"at_ms":1}"#)),
        ("no at_ms", log("{}", r#"{"op":"roll"}"#)),
        ("an unknown field", log("{}", r#"{"op":"roll","at_ms":1,"x":1}"#)),
        ("time going back", log("{}", &format!(r#"{append},{{"op":"roll","at_ms":4}}"#))),
        ("a bad case with a bad config", log(r#"{"segment.bytes":1}"#, r#"{"op":"roll"}"#)),
        ("a null epoch", log("{}", r#"{"op":"append","at_ms":1,"batches":[],"leader_epoch":null}"#)),
        ("no max_bytes", log("{}", r#"{"op":"read","at_ms":1,"offset":0}"#)),
        ("a member without topics", member(r#""id":"m""#)),
        ("an unknown field of a member", member(r#""id":"m","topics":[],"x":1"#)),
        ("null owned", member(r#""id":"m","topics":[],"owned":null"#)),
        ("an unknown side", r#"{"id":"a","kind":"assign","assignor":"range","side":"x","partitions":{},"members":[]}"#.into()),
        ("a negative count", r#"{"id":"a","kind":"assign","assignor":"range","partitions":{"t":-1},"members":[]}"#.into()),
        (
            "a producer of an endless topic",
            r#"{"id":"a","kind":"accumulate","config":{},"partitions":2147483647,"random":[1],"sends":[],"end_ms":0}"#
                .into(),
        ),
        ("an endless topic", r#"{"id":"a","kind":"assign","assignor":"range","partitions":{"t":2147483647},"members":[]}"#.into()),
    ];
    for (name, line) in cases {
        let answer: Value = serde_json::from_str(&answer(&line)).unwrap();
        assert_eq!(answer["error"], "INVALID_CASE", "{name}: {answer}");
    }
}

#[test]
fn a_config_that_kafka_refuses_is_not_a_bad_case() {
    for config in [
        r#"{"segment.bytes":13}"#,
        r#"{"segment.ms":0}"#,
        r#"{"no.such.setting":1}"#,
        r#"{"log.segment.bytes":1048576}"#,
        r#"{"retention.ms":-2}"#,
        r#"{"min.cleanable.dirty.ratio":1.1}"#,
        r#"{"cleanup.policy":"compact,compact"}"#,
        r#"{"min.compaction.lag.ms":2,"max.compaction.lag.ms":1}"#,
    ] {
        let line = format!(r#"{{"id":"a","kind":"log","config":{config},"ops":[]}}"#);
        let answer: Value = serde_json::from_str(&answer(&line)).unwrap();
        assert_eq!(answer, json!({"id": "a", "error": "INVALID_CONFIG"}), "{config}");
    }
}
