//! Record batches: the bytes that producers send, logs store and consumers read (`FMT-*`).

mod batch;
mod batches;
mod builder;
mod codec;
mod control;
mod varint;

pub use batch::{
    BATCH_OVERHEAD, BatchError, BatchHeader, LOG_OVERHEAD, NO_PARTITION_LEADER_EPOCH,
    NO_PRODUCER_EPOCH, NO_PRODUCER_ID, NO_SEQUENCE, NO_TIMESTAMP, Payload, RecordBatch, RecordRef,
    Records, TimestampType, decrement_sequence, increment_sequence, set_last_offset,
    set_max_timestamp, set_partition_leader_epoch, set_producer_state,
};
pub use batches::Batches;
pub use builder::{BatchBuilder, BatchOptions, Header, IllegalArgument, Record};
pub use codec::{Codec, Compression, MAX_UNCOMPRESSED_BYTES, crc32, inflate};
pub use control::{ControlRecord, ControlType, end_transaction_marker, end_transaction_record};
pub use varint::{ReadError, Reader, varint_size, varlong_size, write_varint, write_varlong};

#[cfg(test)]
mod tests;
