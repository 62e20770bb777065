use super::*;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn record(timestamp: i64, key: Option<&str>, value: Option<&str>) -> Record {
    let bytes = |text: &str| text.as_bytes().into();
    Record { timestamp, key: key.map(bytes), value: value.map(bytes), headers: Vec::new() }
}

fn build(options: BatchOptions, records: &[Record]) -> Vec<u8> {
    let mut builder = BatchBuilder::new(options);
    for record in records {
        builder.append(record).unwrap();
    }
    builder.build(None).unwrap()
}

/// Section 16.3, V-BATCH: bytes made by Kafka's `MemoryRecordsBuilder`.
#[test]
fn batches_have_kafkas_bytes() {
    let b1 = build(BatchOptions::default(), &[record(1_700_000_000_000, Some("k"), Some("v"))]);
    assert_eq!(
        hex(&b1),
        "00000000000000000000003affffffff02e99b8dd80000000000000000018bcfe568000000018bcfe56800\
         ffffffffffffffffffffffffffff0000000110000000026b027600"
            .replace(' ', "")
    );
    let b2 = build(
        BatchOptions::default(),
        &[
            record(1000, Some("a"), Some("1")),
            record(1005, Some("b"), None),
            record(999, None, Some("3")),
        ],
    );
    assert_eq!(
        hex(&b2),
        "00000000000000000000004affffffff028195561200000000000200000000000003e800000000000003ed\
         ffffffffffffffffffffffffffff000000031000000002610231000e000a02026201000e00010401023300"
    );
    let with_headers = Record {
        headers: vec![("h1".into(), Some(b"x"[..].into())), ("h2".into(), None)],
        ..record(1000, Some("a"), Some("1"))
    };
    let b3 = build(BatchOptions::default(), &[with_headers]);
    assert_eq!((b3.len(), RecordBatch::new(&b3).unwrap().crc()), (79, 0x25f7_2bc0));
    let b4 = build(
        BatchOptions {
            base_offset: 100,
            partition_leader_epoch: 3,
            producer_id: 7,
            producer_epoch: 1,
            base_sequence: 5,
            ..Default::default()
        },
        &[record(2000, Some("a"), Some("1")), record(2001, Some("b"), Some("2"))],
    );
    assert_eq!(RecordBatch::new(&b4).unwrap().crc(), 0xccdd_7ad2);
}

#[test]
fn a_batch_stamped_with_the_append_time_has_kafkas_bytes() {
    let mut bytes = build(
        BatchOptions { base_offset: 10, partition_leader_epoch: 0, ..Default::default() },
        &[record(2000, Some("a"), Some("1"))],
    );
    set_max_timestamp(&mut bytes, TimestampType::LogAppendTime, 5555);
    let batch = RecordBatch::new(&bytes).unwrap();
    assert_eq!(batch.crc(), 0xe047_11f9); // B5
    assert_eq!(batch.ensure_valid(), Ok(()));
    assert_eq!(batch.records().unwrap().next().unwrap().unwrap().timestamp, 5555);
}

#[test]
fn what_was_written_is_read() {
    let records = [
        record(1000, Some("a"), Some("1")),
        record(1005, Some(""), None),
        record(999, None, Some("3")),
    ];
    let bytes = build(BatchOptions { base_offset: 40, ..Default::default() }, &records);
    let batch = RecordBatch::new(&bytes).unwrap();
    let read: Vec<_> = batch.records().unwrap().map(Result::unwrap).collect();
    assert_eq!(read.iter().map(|r| r.offset).collect::<Vec<_>>(), [40, 41, 42]);
    for (read, written) in read.iter().zip(&records) {
        assert_eq!(read.timestamp, written.timestamp);
        assert_eq!((read.key, read.value), (written.key.as_deref(), written.value.as_deref()));
    }
    assert_eq!(read.iter().map(|r| r.size_bytes).sum::<usize>() + BATCH_OVERHEAD, bytes.len());
}

#[test]
fn sizes_grow_where_varints_do() {
    // FMT-7: 1-byte key, v-byte value.
    for (value_size, expected) in
        [(0, 8), (1, 9), (10, 18), (63, 72), (64, 74), (8191, 8202), (8192, 8204)]
    {
        let value = "v".repeat(value_size);
        let bytes = build(BatchOptions::default(), &[record(0, Some("k"), Some(&value))]);
        assert_eq!(bytes.len() - BATCH_OVERHEAD, expected, "{value_size}");
    }
    assert_eq!(record(0, Some("k"), Some("v")).batch_size_upper_bound(), 87); // PROD-2
}

#[test]
fn a_batch_fills_up_exactly_as_in_kafka() {
    // PROD-20: batch.size 16384, 1-byte key, 100-byte value: 147 records, 16314 bytes.
    let record = record(5, Some("k"), Some(&"v".repeat(100)));
    let mut builder = BatchBuilder::new(BatchOptions::default());
    while builder.has_room_for(&record, 16_384) {
        builder.append(&record).unwrap();
    }
    assert_eq!((builder.record_count(), builder.size_bytes()), (147, 16_314));
}

#[test]
fn every_flipped_byte_is_noticed_and_none_panics() {
    let bytes = build(
        BatchOptions::default(),
        &[record(1000, Some("a"), Some("1")), record(1005, Some("b"), None)],
    );
    for at in 0..bytes.len() {
        for flip in [0x01u8, 0x80, 0xff] {
            let mut damaged = bytes.clone();
            damaged[at] ^= flip;
            let valid = Batches::new(&damaged).all(|b| b.is_ok_and(|b| b.ensure_valid().is_ok()));
            // Base offset and leader epoch stand outside the CRC; a longer length just ends the walk.
            assert!(!valid || at < 16, "byte {at} ^ {flip:02x}");
            for batch in Batches::new(&damaged).flatten() {
                batch.records().into_iter().flatten().for_each(drop);
            }
        }
    }
}

#[test]
fn arbitrary_bytes_never_panic() {
    let mut state = 7u64;
    for length in 0..400 {
        let bytes: Vec<u8> = (0..length)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 60) as u8
            })
            .collect();
        for batch in Batches::new(&bytes).flatten() {
            batch.records().into_iter().flatten().for_each(drop);
        }
    }
}

/// Section 16.6: `testIncrementSequence`, `testDecrementSequence`.
#[test]
fn sequences_wrap_as_in_kafka() {
    const MAX: i32 = i32::MAX;
    for (from, by, to) in [(5, 5, 10), (MAX, 1, 0), (MAX - 5, 10, 4)] {
        assert_eq!((increment_sequence(from, by), decrement_sequence(to, by)), (to, from));
    }
}
