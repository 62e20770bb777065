//! The same work by others' crates: record batches by `kafka-protocol`, CRC-32C by `crc-fast`.
//!
//! Not quite like for like: theirs decodes into records that own what they hold, ours visits the bytes.

use bytes::{Bytes, BytesMut};
use kafka_protocol::indexmap::IndexMap;
use kafka_protocol::records as theirs;

use brokerscope::protocol::record::Record;

/// Our records as theirs.
pub(crate) fn records(ours: &[Record]) -> Vec<theirs::Record> {
    let own =
        |bytes: &Option<brokerscope::protocol::Bytes>| bytes.as_deref().map(Bytes::copy_from_slice);
    let record = |(offset, record): (usize, &Record)| theirs::Record {
        transactional: false,
        control: false,
        delete_horizon: false,
        partition_leader_epoch: theirs::NO_PARTITION_LEADER_EPOCH,
        producer_id: theirs::NO_PRODUCER_ID,
        producer_epoch: theirs::NO_PRODUCER_EPOCH,
        timestamp_type: theirs::TimestampType::Creation,
        offset: offset as i64,
        sequence: offset as i32,
        timestamp: record.timestamp,
        key: own(&record.key),
        value: own(&record.value),
        headers: IndexMap::new(),
    };
    ours.iter().enumerate().map(record).collect()
}

/// Encodes a batch; its length, summed.
pub(crate) fn encode(records: &[theirs::Record], iterations: u32) -> u32 {
    let options =
        theirs::RecordEncodeOptions { version: 2, compression: theirs::Compression::None };
    let mut sum = 0u32;
    for _ in 0..iterations {
        let mut out = BytesMut::new();
        theirs::RecordBatchEncoder::encode(&mut out, std::hint::black_box(records), &options)
            .expect("the records are good");
        sum = sum.wrapping_add(std::hint::black_box(&out).len() as u32);
    }
    sum
}

/// Decodes a batch and looks at each record, as `workloads::decode` does.
pub(crate) fn decode(batch: &Bytes, iterations: u32) -> u32 {
    let mut sum = 0u32;
    for _ in 0..iterations {
        let mut bytes = std::hint::black_box(batch).clone();
        let set = theirs::RecordBatchDecoder::decode(&mut bytes).expect("the batch is good");
        for record in &set.records {
            let (key, value) = (record.key.as_deref(), record.value.as_deref());
            let (key, value) = (key.unwrap_or(&[]), value.unwrap_or(&[]));
            sum =
                sum.wrapping_add(u32::from(key[15]) + u32::from(value[99]) + record.offset as u32);
        }
    }
    sum
}

/// CRC-32C.
pub(crate) fn checksum(bytes: &[u8]) -> u32 {
    crc_fast::checksum(crc_fast::CrcAlgorithm::Crc32Iscsi, bytes) as u32
}
