//! Batches of any bytes: walked, checked, decompressed, read, decoded for an answer.
#![no_main]

use brokerscope::protocol::record::{
    BATCH_OVERHEAD, Batches, Codec, ControlRecord, MAX_UNCOMPRESSED_BYTES, RecordBatch,
};
use libfuzzer_sys::fuzz_target;

fn read(batch: &RecordBatch<'_>) {
    let Ok(payload) = batch.payload() else { return };
    assert!(payload.bytes().len() <= MAX_UNCOMPRESSED_BYTES.max(batch.size_bytes()));
    let mut read = 0u32;
    for record in payload.records() {
        let Ok(record) = record else { break };
        assert_eq!(record.headers().count(), record.header_count as usize);
        assert!(record.position + record.size_bytes <= BATCH_OVERHEAD + payload.bytes().len());
        ControlRecord::read(&record).ok();
        read += 1;
    }
    assert!(i64::from(read) <= i64::from(batch.record_count()));
}

fuzz_target!(|data: &[u8]| {
    for batch in Batches::new(data).flatten() {
        batch.ensure_valid().ok();
        read(&batch);
    }
    // The same bytes as the records section of a batch of any codec, so that none hides behind a header.
    let [codec, count, records @ ..] = data else { return };
    let mut bytes = vec![0; BATCH_OVERHEAD];
    bytes[8..12].copy_from_slice(&((BATCH_OVERHEAD - 12 + records.len()) as u32).to_be_bytes());
    bytes[16] = 2;
    bytes[22] = codec % Codec::ALL.len() as u8;
    bytes[60] = *count;
    bytes.extend_from_slice(records);
    read(&RecordBatch::new(&bytes).expect("its length is right"));
});
