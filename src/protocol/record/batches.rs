//! The batches that follow each other in a file or in a set of records that was sent.
//!
//! Kafka reads the two by different code, which agrees on whole batches only: `FileLogInputStream` asks
//! first if the size fits and takes every later magic for a batch, `ByteBufferLogInputStream` judges the
//! magic first.

use crate::protocol::ErrorCode;
use crate::protocol::record::batch::{
    BATCH_OVERHEAD, LENGTH_OFFSET, LOG_OVERHEAD, MAGIC_OFFSET, RecordBatch,
};

/// The smallest `batchLength` that is not taken for corruption: magic 0's overhead (FMT-12).
const SMALLEST_LENGTH: i32 = 14;

/// Walks the batches of a file or a record set.
///
/// Ends without an error where fewer bytes are left than the next header announces; ends after an
/// error where the bytes cannot be a batch (FMT-12).
#[derive(Clone, Debug)]
pub struct Batches<'a> {
    bytes: &'a [u8],
    position: usize,
    of_file: bool,
    by_time: bool,
}

impl<'a> Batches<'a> {
    /// The batches of a record set, from the first byte on.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self::from_position(bytes, 0)
    }

    /// The batches of a record set from `position` on, which must be the first byte of one.
    #[must_use]
    pub fn from_position(bytes: &'a [u8], position: u32) -> Self {
        Self {
            bytes,
            position: (position as usize).min(bytes.len()),
            of_file: false,
            by_time: false,
        }
    }

    /// The batches of a `.log` file from `position` on, as a broker finds them there.
    #[must_use]
    pub fn of_file(bytes: &'a [u8], position: u32) -> Self {
        Self { of_file: true, ..Self::from_position(bytes, position) }
    }

    /// The same, asked for their timestamps only, for which Kafka does not read what else is in them.
    #[must_use]
    pub fn by_time(self) -> Self {
        Self { by_time: true, ..self }
    }

    /// Where the next batch begins.
    #[must_use]
    pub fn position(&self) -> u32 {
        u32::try_from(self.position).expect("a file is smaller than 4 GiB")
    }

    /// What damage made look like a message set of Kafka's first formats. Asking for its first offset reads one
    /// that is compressed; its timestamp stands in a header, whose size the magic tells.
    ///
    /// Kafka: `AbstractLegacyRecordBatch`. Left out: message sets that are whole.
    fn message(&self, bytes: &'a [u8], magic: i8) -> Result<RecordBatch<'a>, ErrorCode> {
        match bytes[MAGIC_OFFSET + 1] & 0x07 {
            _ if self.by_time && magic < 0 => Err(ErrorCode::UnknownServerError),
            _ if self.by_time => Ok(RecordBatch { bytes }),
            0 => Ok(RecordBatch { bytes }),
            1..=4 => Err(ErrorCode::InvalidRecord),
            _ => Err(ErrorCode::UnknownServerError), // There is no such codec.
        }
    }

    fn read(&self) -> Result<Option<RecordBatch<'a>>, ErrorCode> {
        let bytes = &self.bytes[self.position..];
        let header_bytes = if self.of_file { MAGIC_OFFSET + 2 } else { LOG_OVERHEAD };
        if bytes.len() < header_bytes {
            return Ok(None);
        }
        let length: [u8; 4] = bytes[LENGTH_OFFSET..LOG_OVERHEAD].try_into().expect("four bytes");
        let length = i32::from_be_bytes(length);
        if length < SMALLEST_LENGTH {
            return Err(ErrorCode::CorruptMessage);
        }
        let Some(magic) = bytes.get(MAGIC_OFFSET).map(|magic| magic.cast_signed()) else {
            return Ok(None);
        };
        if !self.of_file && !(0..=2).contains(&magic) {
            return Err(ErrorCode::CorruptMessage);
        }
        let size = match length.checked_add(LOG_OVERHEAD as i32) {
            Some(size) => size as usize,
            None if self.of_file => return Ok(None),
            // Java's sum is negative, and slicing fails.
            None => return Err(ErrorCode::UnknownServerError),
        };
        match bytes.get(..size) {
            None => Ok(None),
            Some(_) if size < BATCH_OVERHEAD => Err(ErrorCode::CorruptMessage),
            Some(_) if magic < 2 && !self.of_file => Err(ErrorCode::CorruptMessage),
            Some(bytes) if magic < 2 => self.message(bytes, magic).map(Some),
            Some(bytes) => Ok(Some(RecordBatch { bytes })),
        }
    }
}

impl<'a> Iterator for Batches<'a> {
    type Item = Result<RecordBatch<'a>, ErrorCode>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.read() {
            Ok(Some(batch)) => {
                self.position += batch.size_bytes();
                Some(Ok(batch))
            }
            Ok(None) => None,
            Err(error) => {
                self.position = self.bytes.len();
                Some(Err(error))
            }
        }
    }
}
