//! Indexes of any bytes beside a good log: read, looked up, checked.
#![no_main]

use std::sync::LazyLock;

use brokerscope::protocol::record::{BatchBuilder, BatchOptions, Record};
use brokerscope::storage::dump::dump_file;
use brokerscope::storage::import::{Contents, import};
use libfuzzer_sys::fuzz_target;

static LOG: LazyLock<Vec<u8>> = LazyLock::new(|| {
    (0..40i64)
        .flat_map(|n| {
            let options = BatchOptions { base_offset: 7 + 2 * n, ..BatchOptions::default() };
            let mut builder = BatchBuilder::new(options);
            for timestamp in [1000 + 10 * n, 1005 + 10 * n] {
                let value = Some(vec![b'v'; n as usize].into());
                let record = Record { timestamp, key: None, value, headers: Vec::new() };
                builder.append(&record).expect("its fields are right");
            }
            builder.build(None).expect("its fields are right")
        })
        .collect()
});

fuzz_target!(|data: &[u8]| {
    let half = data.len() / 2;
    let files = [
        ("00000000000000000007.index", &data[..half]),
        ("00000000000000000007.timeindex", &data[half..]),
        ("00000000000000000007.log", &LOG[..]),
    ];
    let read = |path: &str| files.iter().find(|(name, _)| *name == path).map(|(_, b)| b.to_vec());
    for (name, _) in files {
        dump_file(name, &read, &mut String::new(), &mut Vec::new()).ok();
    }
    let imported = import(files.map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).into());
    for file in &imported.files {
        match &file.contents {
            Contents::OffsetIndex(entries) => assert!(entries.len() <= half / 8),
            Contents::TimeIndex(entries) => assert!(entries.len() <= (data.len() - half) / 12),
            _ => assert_eq!(file.anomalies, []),
        }
    }
});
