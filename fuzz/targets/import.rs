//! Files of a segment of any bytes: taken apart, dumped as Kafka's tool does, unpacked from an archive.
#![no_main]

use brokerscope::storage::dump::dump_file;
use brokerscope::storage::import::{import, zip};
use libfuzzer_sys::fuzz_target;

const KINDS: [&str; 5] = ["log", "index", "timeindex", "snapshot", "txnindex"];

fuzz_target!(|data: &[u8]| {
    zip::read(data).ok();
    // Each file but the log takes as many bytes from the end as the byte there says.
    let mut log = data;
    let mut files = Vec::new();
    for kind in &KINDS[1..] {
        let Some((length, rest)) = log.split_last() else { return };
        let (front, file) = rest.split_at(rest.len() - rest.len().min((*length).into()));
        files.push((format!("00000000000000000000.{kind}"), file.to_vec()));
        log = front;
    }
    files.push(("00000000000000000000.log".to_owned(), log.to_vec()));
    for (name, _) in &files {
        let read = |path: &str| {
            files.iter().find(|(name, _)| name == path).map(|(_, bytes)| bytes.clone())
        };
        dump_file(name, &read, &mut String::new(), &mut Vec::new()).ok();
    }
    let imported = import(files);
    for file in &imported.files {
        for anomaly in &file.anomalies {
            assert!(anomaly.position <= file.bytes.len() as u64, "{anomaly:?}");
            assert!(!anomaly.kind.to_string().is_empty());
        }
    }
});
