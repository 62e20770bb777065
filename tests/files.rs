//! Real partition directories, written by Apache Kafka 4.3.1, are dumped as its own tool dumps them, and
//! imported without a complaint; damaged files as it dumps those. `tests/files/README.md` says what they are.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeMap;
use std::fs;

use brokerscope::storage::dump::dump_file;
use brokerscope::storage::import::{Contents, import, zip};
use serde_json::{Value, json};

const DIRECTORIES: [&str; 4] = ["plain-0", "segments-0", "idempotent-0", "compacted-0"];

fn path(name: &str) -> String {
    format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn files_of(directory: &str) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(path(directory)).unwrap().map(Result::unwrap);
    let name = |entry: &fs::DirEntry| format!("{directory}/{}", entry.file_name().display());
    entries.map(|entry| (name(&entry), fs::read(entry.path()).unwrap())).collect()
}

/// The tool's output without the lines that the directories' README names as its own false alarms.
fn recorded(name: &str) -> String {
    const FALSE_ALARMS: [&str; 4] = [
        "Non-consecutive offsets",
        "Mismatches in",
        "The following indexed offsets",
        "Indexed offset:",
    ];
    let text = fs::read_to_string(path(name)).unwrap();
    let lines = text.lines().filter(|line| {
        !FALSE_ALARMS.iter().any(|alarm| line.starts_with(alarm))
            && !line.contains(" is followed by ")
            && !line.starts_with("  Index offset:")
    });
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn real_directories_are_dumped_as_kafkas_tool_dumps_them() {
    for directory in DIRECTORIES {
        let files = files_of(directory);
        for (dump, kinds) in
            [("dump", &["log"][..]), ("index-dump", &["index", "timeindex", "snapshot"])]
        {
            let mut out = String::new();
            let kind = |name: &str| name.rsplit_once('.').map_or("", |(_, kind)| kind).to_owned();
            for name in files.keys().filter(|name| kinds.contains(&&*kind(name))) {
                let read = |path: &str| files.get(path).cloned();
                dump_file(name, &read, &mut out, &mut Vec::new()).unwrap();
            }
            assert_eq!(out, recorded(&format!("{directory}.{dump}.txt")), "{directory}");
        }
    }
}

#[test]
fn damaged_files_are_dumped_as_kafkas_tool_dumps_them() {
    let text = fs::read_to_string(path("damaged.jsonl")).unwrap();
    let mut dumped = 0;
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let id = &case["id"];
        let bytes = |path: &str| {
            let hex = case["files"][path.strip_prefix("d/")?].as_str()?;
            let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
            Some((0..hex.len()).step_by(2).map(byte).collect::<Vec<u8>>())
        };
        for (name, expected) in case["dump"].as_object().unwrap() {
            let mut out = String::new();
            let done = dump_file(&format!("d/{name}"), &bytes, &mut out, &mut Vec::new());
            assert_eq!(Value::String(out), *expected, "{id}/{name}: {done:?}");
            let stopped = case["stopped"].as_array().unwrap().contains(&json!(name));
            assert_eq!(done.is_err(), stopped, "{id}/{name}: {done:?}");
            dumped += 1;
        }
        // However damaged, they are taken apart.
        let names = case["files"].as_object().unwrap().keys();
        let files = names.map(|name| (name.clone(), bytes(&format!("d/{name}")).unwrap()));
        assert!(!import(files.collect()).files.is_empty());
    }
    assert!(dumped >= 190, "{dumped} files only");
}

#[test]
fn real_directories_are_imported_with_what_a_consumer_read() {
    for directory in DIRECTORIES {
        let imported = import(files_of(directory).into_iter().collect());
        let mut records = Vec::new();
        for file in &imported.files {
            assert_eq!(file.anomalies, [], "{}", file.name);
            if let Contents::Log(batches) = &file.contents {
                records.extend(batches.iter().flat_map(|batch| &batch.records));
            }
        }
        let text = fs::read_to_string(path(&format!("{directory}.jsonl"))).unwrap();
        let consumed: Vec<Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(records.len(), consumed.len(), "{directory}");
        for (record, consumed) in records.iter().zip(&consumed) {
            assert_eq!(json!(record.offset), consumed["offset"], "{directory}");
            assert_eq!(json!(record.timestamp), consumed["timestamp"], "{directory}");
        }
    }
}

#[test]
fn a_directory_survives_a_zip() {
    for directory in DIRECTORIES {
        let files = files_of(directory);
        let packed: Vec<(String, &[u8])> =
            files.iter().map(|(name, bytes)| (name.clone(), &**bytes)).collect();
        let unpacked = zip::read(&zip::write(&packed)).unwrap();
        assert_eq!(unpacked, files.into_iter().collect::<Vec<_>>());
    }
}
