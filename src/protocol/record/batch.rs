//! Record batches, magic 2, as views of their bytes: read, check, patch.
//!
//! Kafka: `DefaultRecordBatch`, `DefaultRecord`. Decoding never trusts a
//! length. Left out: magic 0 and 1 (message sets).

use std::borrow::Cow;

use crate::protocol::ErrorCode;
use crate::protocol::record::batches::Batches;
use crate::protocol::record::codec::{Codec, Damage, decompress};
use crate::protocol::record::varint::{ReadError, Reader};

/// Bytes of a batch before its first record (FMT-1).
pub const BATCH_OVERHEAD: usize = 61;
/// Bytes of a batch's base offset and length, which the length does not count.
pub const LOG_OVERHEAD: usize = 12;
/// The timestamp of a record that has none.
pub const NO_TIMESTAMP: i64 = -1;
/// No idempotent producer.
pub const NO_PRODUCER_ID: i64 = -1;
/// No producer epoch.
pub const NO_PRODUCER_EPOCH: i16 = -1;
/// No sequence number.
pub const NO_SEQUENCE: i32 = -1;
/// No leader epoch: as a producer sends it.
pub const NO_PARTITION_LEADER_EPOCH: i32 = -1;

pub(super) const LENGTH_OFFSET: usize = 8;
const LEADER_EPOCH_OFFSET: usize = 12;
pub(super) const MAGIC_OFFSET: usize = 16;
const CRC_OFFSET: usize = 17;
const ATTRIBUTES_OFFSET: usize = 21;
const LAST_OFFSET_DELTA_OFFSET: usize = 23;
const BASE_TIMESTAMP_OFFSET: usize = 27;
const MAX_TIMESTAMP_OFFSET: usize = 35;
const PRODUCER_ID_OFFSET: usize = 43;
const PRODUCER_EPOCH_OFFSET: usize = 51;
const BASE_SEQUENCE_OFFSET: usize = 53;
const RECORDS_COUNT_OFFSET: usize = 57;
/// Where a message of magic 1 has its timestamp.
const MESSAGE_TIMESTAMP_OFFSET: usize = 18;

pub(super) const CODEC_MASK: i16 = 0x07;
pub(super) const TIMESTAMP_TYPE_FLAG: i16 = 0x08;
pub(super) const TRANSACTIONAL_FLAG: i16 = 0x10;
pub(super) const CONTROL_FLAG: i16 = 0x20;
pub(super) const DELETE_HORIZON_FLAG: i16 = 0x40;

/// Whose clock a batch's timestamps come from (FMT-3 bit 3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimestampType {
    /// The producer's.
    #[default]
    CreateTime,
    /// The broker's, at the append (FMT-8).
    LogAppendTime,
}

impl TimestampType {
    /// As `message.timestamp.type` writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CreateTime => "CreateTime",
            Self::LogAppendTime => "LogAppendTime",
        }
    }
}

/// Why a batch's records cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchError {
    /// As Kafka would answer.
    Kafka(ErrorCode),
    /// The records are compressed, so that they cannot be read in place: see [`RecordBatch::payload`].
    Compressed(Codec),
}

impl From<ErrorCode> for BatchError {
    fn from(error: ErrorCode) -> Self {
        Self::Kafka(error)
    }
}

/// A record as its batch's bytes say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordRef<'a> {
    /// Absolute offset.
    pub offset: i64,
    /// Absolute timestamp; the batch's append time under LogAppendTime (FMT-8).
    pub timestamp: i64,
    /// The key; `None` is null, which an empty key is not (PROD-6).
    pub key: Option<&'a [u8]>,
    /// The value; `None` is a tombstone.
    pub value: Option<&'a [u8]>,
    /// How many headers follow.
    pub header_count: u32,
    header_bytes: &'a [u8],
    /// Where the record begins, counted from the batch's first byte.
    pub position: usize,
    /// All of its bytes, the length in front included.
    pub size_bytes: usize,
}

impl<'a> RecordRef<'a> {
    /// The headers: UTF-8 keys, values that may be null. Checked when the record was read.
    pub fn headers(&self) -> impl Iterator<Item = (&'a [u8], Option<&'a [u8]>)> + use<'a> {
        let mut reader = Reader::new(self.header_bytes);
        (0..self.header_count).map_while(move |_| read_header(&mut reader).ok())
    }
}

/// One batch's bytes, from base offset to last record. At least [`BATCH_OVERHEAD`] long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordBatch<'a> {
    pub(super) bytes: &'a [u8],
}

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident: $type:ty = $position:expr;)*) => {
        $($(#[$doc])* #[must_use] pub fn $name(&self) -> $type { <$type>::from_be_bytes(self.array($position)) })*
    };
}

impl<'a> RecordBatch<'a> {
    /// The batch at the front of `bytes`; what follows it is left alone.
    ///
    /// # Errors
    /// [`ErrorCode::CorruptMessage`] if it is shorter than a header or longer than `bytes`.
    pub fn new(bytes: &'a [u8]) -> Result<Self, ErrorCode> {
        match Batches::new(bytes).next() {
            Some(batch) => batch,
            None => Err(ErrorCode::CorruptMessage),
        }
    }

    /// What stands in `bytes` read as a batch, whatever its length and magic say: for those who look at damaged
    /// files. `None` if a header does not fit.
    #[must_use]
    pub fn of_any(bytes: &'a [u8]) -> Option<Self> {
        (bytes.len() >= BATCH_OVERHEAD).then_some(Self { bytes })
    }

    fn array<const N: usize>(&self, position: usize) -> [u8; N] {
        self.bytes[position..position + N].try_into().expect("a slice of N bytes is N bytes long")
    }

    /// The batch's bytes.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Header and records.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        self.bytes.len()
    }

    fields! {
        /// Offset of the first record when the batch was written; survives compaction.
        base_offset: i64 = 0;
        /// The epoch of the leader that appended it; −1 from producers; outside the CRC.
        partition_leader_epoch: i32 = LEADER_EPOCH_OFFSET;
        /// The format: 2.
        magic: i8 = MAGIC_OFFSET;
        /// The stored checksum.
        crc: u32 = CRC_OFFSET;
        /// Codec, timestamp type and flags (FMT-3).
        attributes: i16 = ATTRIBUTES_OFFSET;
        /// Bytes behind the length itself, as the header says it.
        length: i32 = LENGTH_OFFSET;
        /// Last offset − base offset.
        last_offset_delta: i32 = LAST_OFFSET_DELTA_OFFSET;
        /// The first record's timestamp, or the delete horizon (CLEAN-16).
        base_timestamp: i64 = BASE_TIMESTAMP_OFFSET;
        /// −1 if the producer is not idempotent.
        producer_id: i64 = PRODUCER_ID_OFFSET;
        /// −1 if the producer is not idempotent.
        producer_epoch: i16 = PRODUCER_EPOCH_OFFSET;
        /// −1 if the producer is not idempotent.
        base_sequence: i32 = BASE_SEQUENCE_OFFSET;
        /// Records left in the batch; may be smaller than the offsets it spans, and 0.
        record_count: i32 = RECORDS_COUNT_OFFSET;
    }

    /// Whether damage made it look like a message of Kafka's first formats. See [`Batches::of_file`].
    fn is_message(&self) -> bool {
        self.magic() < 2
    }

    /// The largest record timestamp, or the append time.
    #[must_use]
    pub fn max_timestamp(&self) -> i64 {
        match self.magic() {
            2.. => i64::from_be_bytes(self.array(MAX_TIMESTAMP_OFFSET)),
            0 => NO_TIMESTAMP,
            _ => i64::from_be_bytes(self.array(MESSAGE_TIMESTAMP_OFFSET)),
        }
    }

    /// Offset of the last record when the batch was written.
    #[must_use]
    pub fn last_offset(&self) -> i64 {
        if self.is_message() {
            return self.base_offset();
        }
        self.base_offset().wrapping_add(i64::from(self.last_offset_delta()))
    }

    /// The offset after [`RecordBatch::last_offset`].
    #[must_use]
    pub fn next_offset(&self) -> i64 {
        self.last_offset().wrapping_add(1)
    }

    /// Whose clock the timestamps come from.
    #[must_use]
    pub fn timestamp_type(&self) -> TimestampType {
        match self.attributes() & TIMESTAMP_TYPE_FLAG {
            0 => TimestampType::CreateTime,
            _ => TimestampType::LogAppendTime,
        }
    }

    /// The codec of the records section.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownServerError`] for the ids 5 to 7, which are none (FMT-12).
    pub fn codec(&self) -> Result<Codec, ErrorCode> {
        Codec::from_id(self.attributes() & CODEC_MASK).ok_or(ErrorCode::UnknownServerError)
    }

    /// Part of a transaction.
    #[must_use]
    pub fn is_transactional(&self) -> bool {
        self.attributes() & TRANSACTIONAL_FLAG != 0
    }

    /// Holds a control record, such as a transaction marker.
    #[must_use]
    pub fn is_control(&self) -> bool {
        self.attributes() & CONTROL_FLAG != 0
    }

    /// Whether an idempotent producer wrote it.
    #[must_use]
    pub fn has_producer_id(&self) -> bool {
        !self.is_message() && self.producer_id() > NO_PRODUCER_ID
    }

    /// Sequence of the last record when the batch was written, −1 without any; wraps (FMT-11).
    #[must_use]
    pub fn last_sequence(&self) -> i32 {
        match self.base_sequence() {
            NO_SEQUENCE => NO_SEQUENCE,
            first => increment_sequence(first, self.last_offset_delta()),
        }
    }

    /// From when on the cleaner may drop the batch's tombstones, once one has stamped it (CLEAN-16).
    #[must_use]
    pub fn delete_horizon_ms(&self) -> Option<i64> {
        (self.attributes() & DELETE_HORIZON_FLAG != 0).then(|| self.base_timestamp())
    }

    /// The checksum that the bytes should have: CRC-32C from the attributes on (FMT-2).
    #[must_use]
    pub fn computed_crc(&self) -> u32 {
        crc32c::crc32c(&self.bytes[ATTRIBUTES_OFFSET..])
    }

    /// Checks size and CRC.
    ///
    /// # Errors
    /// [`ErrorCode::CorruptMessage`] (FMT-12).
    pub fn ensure_valid(&self) -> Result<(), ErrorCode> {
        let valid = !self.is_message() && self.crc() == self.computed_crc();
        if valid { Ok(()) } else { Err(ErrorCode::CorruptMessage) }
    }

    /// The records section, decompressed if it is compressed; without a copy if it is not.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownServerError`] for a codec id that is none, [`ErrorCode::InvalidRecord`] for a
    /// negative record count. Damage in compressed bytes is found by those who read the records.
    pub fn payload(&self) -> Result<Payload<'a>, ErrorCode> {
        if self.is_message() {
            return Err(ErrorCode::InvalidRecord);
        }
        let codec = self.codec()?;
        let record_count =
            u32::try_from(self.record_count()).map_err(|_| ErrorCode::InvalidRecord)?;
        let section = &self.bytes[BATCH_OVERHEAD..];
        let (bytes, damage) = if codec == Codec::None {
            (Cow::Borrowed(section), None)
        } else if record_count == 0 {
            (Cow::Borrowed(&[][..]), None) // Kafka does not look at it either.
        } else {
            let decompressed = decompress(codec, section);
            (Cow::Owned(decompressed.bytes), decompressed.damage)
        };
        Ok(Payload { batch: *self, compressed: codec != Codec::None, record_count, bytes, damage })
    }

    /// What `keep` makes of the records that can be read, in order.
    pub fn filter_records<T>(&self, keep: impl FnMut(RecordRef<'_>) -> Option<T>) -> Vec<T> {
        let payload = self.payload();
        let records = payload.iter().flat_map(Payload::records).map_while(Result::ok);
        records.filter_map(keep).collect()
    }

    /// Walks the records of a batch that is not compressed, in order, in place. Stops for good after the
    /// first error.
    ///
    /// # Errors
    /// [`BatchError::Compressed`] if the batch is compressed: only [`RecordBatch::payload`] reads those. Else
    /// as there.
    pub fn records(&self) -> Result<Records<'a>, BatchError> {
        let codec = self.codec()?;
        if codec != Codec::None {
            return Err(BatchError::Compressed(codec));
        }
        let left = u32::try_from(self.record_count()).map_err(|_| ErrorCode::InvalidRecord)?;
        Ok(Records::new(self, &self.bytes[BATCH_OVERHEAD..], left))
    }
}

/// A batch's records section as it is without compression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload<'a> {
    batch: RecordBatch<'a>,
    compressed: bool,
    record_count: u32,
    bytes: Cow<'a, [u8]>,
    damage: Option<Damage>,
}

impl Payload<'_> {
    /// The records' bytes; of damaged compressed bytes what comes before the damage.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether they were decompressed.
    #[must_use]
    pub fn is_compressed(&self) -> bool {
        self.compressed
    }

    /// Walks the records in order. Stops for good after the first error: [`ErrorCode::InvalidRecord`] where
    /// bytes and lengths disagree, [`ErrorCode::UnknownServerError`] where a codec cannot go on, and for an
    /// overlong record length of a batch that is not compressed (FMT-12).
    ///
    /// A record's position is counted as if the batch had never been compressed.
    #[must_use]
    pub fn records(&self) -> Records<'_> {
        let mut records = Records::new(&self.batch, &self.bytes, self.record_count);
        records.compressed = self.compressed;
        records.damage = self.damage.as_ref();
        records
    }
}

/// The records of one batch.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    reader: Reader<'a>,
    base_offset: i64,
    base_timestamp: i64,
    append_time: Option<i64>,
    left: u32,
    compressed: bool,
    /// What follows the bytes, and how many of them a reader has got who does not see it coming.
    damage: Option<&'a Damage>,
    delivered: usize,
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<RecordRef<'a>, ErrorCode>;

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        let record = self.read();
        let record = match record {
            // One more byte is asked for, to see that none is left.
            Ok(_) if self.left == 0 => match self.deliver(self.reader.position() + 1, false) {
                Err(error) => Err(error),
                Ok(()) if self.reader.remaining() > 0 => Err(ErrorCode::InvalidRecord),
                Ok(()) => record,
            },
            other => other,
        };
        if record.is_err() {
            self.left = 0;
        }
        Some(record)
    }
}

impl<'a> Records<'a> {
    /// The records of `batch`, which stand in `section`.
    fn new(batch: &RecordBatch<'_>, section: &'a [u8], left: u32) -> Self {
        Self {
            reader: Reader::new(section),
            base_offset: batch.base_offset(),
            base_timestamp: batch.base_timestamp(),
            append_time: (batch.timestamp_type() == TimestampType::LogAppendTime)
                .then(|| batch.max_timestamp()),
            left,
            compressed: false,
            damage: None,
            delivered: 0,
        }
    }

    /// Reads on up to `end`: at once, or byte by byte. What lies behind `end` may come along, and damage with it.
    fn deliver(&mut self, end: usize, at_once: bool) -> Result<(), ErrorCode> {
        let Some(damage) = self.damage else { return Ok(()) };
        let total = self.reader.position() + self.reader.remaining();
        while self.delivered < end {
            let asked = if at_once { end - self.delivered } else { 1 };
            let more = damage.delivers(self.delivered, asked, total);
            self.delivered = more.ok_or(ErrorCode::UnknownServerError)?;
        }
        Ok(())
    }

    /// What the end of the bytes means: that of a stream is told apart from damage in it.
    fn ended(&self) -> ErrorCode {
        if self.damage.is_some() { ErrorCode::UnknownServerError } else { ErrorCode::InvalidRecord }
    }

    /// Kafka: `DefaultRecord.readFrom`.
    #[inline(always)]
    fn read(&mut self) -> Result<RecordRef<'a>, ErrorCode> {
        /// Bytes of the longest number.
        const LONGEST: usize = 5;
        let start = self.reader.position();
        let length = match self.reader.varint() {
            Ok(length) => length,
            Err(ReadError::Underflow) => return Err(self.ended()),
            Err(ReadError::Overlong) if self.compressed => {
                self.deliver(start + LONGEST, false)?;
                return Err(ErrorCode::InvalidRecord);
            }
            Err(ReadError::Overlong) => return Err(ErrorCode::UnknownServerError),
        };
        self.deliver(self.reader.position(), false)?;
        // A negative length cannot be met; a length past the end is found by `take`.
        let length = usize::try_from(length).map_err(|_| ErrorCode::InvalidRecord)?;
        self.deliver(self.reader.position() + length, true)?;
        let body = self.reader.take(length).map_err(|_| self.ended())?;
        let size_bytes = self.reader.position() - start;
        let position = BATCH_OVERHEAD + start;
        self.read_body(body, position, size_bytes).map_err(|_| ErrorCode::InvalidRecord)
    }

    #[inline(always)]
    fn read_body(
        &self,
        body: &'a [u8],
        position: usize,
        size_bytes: usize,
    ) -> Result<RecordRef<'a>, ReadError> {
        let mut reader = Reader::new(body);
        reader.i8()?; // Attributes: none are defined.
        let timestamp_delta = reader.varlong()?;
        let offset_delta = reader.varint()?;
        let key = read_nullable(&mut reader)?;
        let value = read_nullable(&mut reader)?;
        let header_count = u32::try_from(reader.varint()?).map_err(|_| ReadError::Underflow)?;
        if header_count as usize > reader.remaining() {
            return Err(ReadError::Underflow);
        }
        let header_bytes = &body[reader.position()..];
        for _ in 0..header_count {
            read_header(&mut reader)?;
        }
        if reader.remaining() > 0 {
            return Err(ReadError::Underflow);
        }
        Ok(RecordRef {
            offset: self.base_offset.wrapping_add(i64::from(offset_delta)),
            timestamp: self
                .append_time
                .unwrap_or_else(|| self.base_timestamp.wrapping_add(timestamp_delta)),
            key,
            value,
            header_count,
            header_bytes,
            position,
            size_bytes,
        })
    }
}

/// Length and bytes; every negative length is null, as `Utils.readBytes` has it.
#[inline(always)]
fn read_nullable<'a>(reader: &mut Reader<'a>) -> Result<Option<&'a [u8]>, ReadError> {
    match usize::try_from(reader.varint()?) {
        Ok(length) => reader.take(length).map(Some),
        Err(_) => Ok(None),
    }
}

fn read_header<'a>(reader: &mut Reader<'a>) -> Result<(&'a [u8], Option<&'a [u8]>), ReadError> {
    let key = read_nullable(reader)?.ok_or(ReadError::Underflow)?;
    Ok((key, read_nullable(reader)?))
}

/// The sequence `by` records after `sequence`: 0 follows 2³¹ − 1 (FMT-11).
#[must_use]
pub fn increment_sequence(sequence: i32, by: i32) -> i32 {
    if sequence > i32::MAX.wrapping_sub(by) {
        by.wrapping_sub(i32::MAX.wrapping_sub(sequence)).wrapping_sub(1)
    } else {
        sequence.wrapping_add(by)
    }
}

/// The sequence `by` records before `sequence`.
#[must_use]
pub fn decrement_sequence(sequence: i32, by: i32) -> i32 {
    if sequence < by {
        i32::MAX.wrapping_sub(by.wrapping_sub(sequence)).wrapping_add(1)
    } else {
        sequence.wrapping_sub(by)
    }
}

/// Gives a batch its place in the log: `last_offset` is that of its last record (FMT-2). Outside the CRC.
///
/// `bytes` must begin with a whole batch, here and below.
pub fn set_last_offset(bytes: &mut [u8], last_offset: i64) {
    let delta = RecordBatch { bytes }.last_offset_delta();
    bytes[..8].copy_from_slice(&(last_offset - i64::from(delta)).to_be_bytes());
}

/// Stamps the epoch of the appending leader. Outside the CRC.
pub fn set_partition_leader_epoch(bytes: &mut [u8], epoch: i32) {
    bytes[LEADER_EPOCH_OFFSET..MAGIC_OFFSET].copy_from_slice(&epoch.to_be_bytes());
}

/// Sets timestamp type and largest timestamp, and the CRC again if either changed (FMT-2, FMT-8).
pub fn set_max_timestamp(bytes: &mut [u8], timestamp_type: TimestampType, max_timestamp: i64) {
    let batch = RecordBatch { bytes };
    if batch.timestamp_type() == timestamp_type && batch.max_timestamp() == max_timestamp {
        return;
    }
    // Java keeps the known bits only, and writes the byte sign-extended to two.
    let known = CODEC_MASK | TRANSACTIONAL_FLAG | CONTROL_FLAG | DELETE_HORIZON_FLAG;
    let mut attributes = batch.attributes() & known;
    if timestamp_type == TimestampType::LogAppendTime {
        attributes |= TIMESTAMP_TYPE_FLAG;
    }
    bytes[ATTRIBUTES_OFFSET..LAST_OFFSET_DELTA_OFFSET].copy_from_slice(&attributes.to_be_bytes());
    bytes[MAX_TIMESTAMP_OFFSET..PRODUCER_ID_OFFSET].copy_from_slice(&max_timestamp.to_be_bytes());
    let crc = RecordBatch { bytes }.computed_crc();
    bytes[CRC_OFFSET..ATTRIBUTES_OFFSET].copy_from_slice(&crc.to_be_bytes());
}

/// Says who wrote the batch, and the CRC again (PROD-32).
///
/// Kafka: `MemoryRecordsBuilder.setProducerState`, `reopenAndRewriteProducerState`.
pub fn set_producer_state(bytes: &mut [u8], producer_id: i64, epoch: i16, base_sequence: i32) {
    bytes[PRODUCER_ID_OFFSET..PRODUCER_EPOCH_OFFSET].copy_from_slice(&producer_id.to_be_bytes());
    bytes[PRODUCER_EPOCH_OFFSET..BASE_SEQUENCE_OFFSET].copy_from_slice(&epoch.to_be_bytes());
    bytes[BASE_SEQUENCE_OFFSET..RECORDS_COUNT_OFFSET].copy_from_slice(&base_sequence.to_be_bytes());
    let crc = RecordBatch { bytes }.computed_crc();
    bytes[CRC_OFFSET..ATTRIBUTES_OFFSET].copy_from_slice(&crc.to_be_bytes());
}

/// The 61 numbers-and-flags bytes in front of a batch's records (FMT-1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BatchHeader {
    /// Offset of the first record.
    pub base_offset: i64,
    /// −1 from producers.
    pub partition_leader_epoch: i32,
    /// Whose clock the timestamps come from.
    pub timestamp_type: TimestampType,
    /// Part of a transaction.
    pub transactional: bool,
    /// Holds a control record.
    pub control: bool,
    /// `base_timestamp` is the delete horizon.
    pub has_delete_horizon: bool,
    /// Last offset − base offset.
    pub last_offset_delta: i32,
    /// What the records' timestamp deltas count from.
    pub base_timestamp: i64,
    /// The largest timestamp.
    pub max_timestamp: i64,
    /// −1: none.
    pub producer_id: i64,
    /// −1: none.
    pub producer_epoch: i16,
    /// −1: none.
    pub base_sequence: i32,
    /// Records in the batch.
    pub record_count: i32,
}

impl BatchHeader {
    /// Writes the header over the first 61 of `bytes`, whose records must already stand behind it, not
    /// compressed.
    pub fn write(&self, bytes: &mut [u8]) {
        self.write_compressed(bytes, Codec::None);
    }

    /// [`BatchHeader::write`], where the records are compressed with `codec`.
    pub(super) fn write_compressed(&self, bytes: &mut [u8], codec: Codec) {
        let mut attributes = codec.id();
        for (flag, set) in [
            (TIMESTAMP_TYPE_FLAG, self.timestamp_type == TimestampType::LogAppendTime),
            (TRANSACTIONAL_FLAG, self.transactional),
            (CONTROL_FLAG, self.control),
            (DELETE_HORIZON_FLAG, self.has_delete_horizon),
        ] {
            if set {
                attributes |= flag;
            }
        }
        let length =
            u32::try_from(bytes.len() - LOG_OVERHEAD).expect("a batch is smaller than 4 GiB");
        let mut put = |position: usize, field: &[u8]| {
            bytes[position..position + field.len()].copy_from_slice(field);
        };
        put(0, &self.base_offset.to_be_bytes());
        put(LENGTH_OFFSET, &length.to_be_bytes());
        put(LEADER_EPOCH_OFFSET, &self.partition_leader_epoch.to_be_bytes());
        put(MAGIC_OFFSET, &[2]);
        put(ATTRIBUTES_OFFSET, &attributes.to_be_bytes());
        put(LAST_OFFSET_DELTA_OFFSET, &self.last_offset_delta.to_be_bytes());
        put(BASE_TIMESTAMP_OFFSET, &self.base_timestamp.to_be_bytes());
        put(MAX_TIMESTAMP_OFFSET, &self.max_timestamp.to_be_bytes());
        put(PRODUCER_ID_OFFSET, &self.producer_id.to_be_bytes());
        put(PRODUCER_EPOCH_OFFSET, &self.producer_epoch.to_be_bytes());
        put(BASE_SEQUENCE_OFFSET, &self.base_sequence.to_be_bytes());
        put(RECORDS_COUNT_OFFSET, &self.record_count.to_be_bytes());
        let crc = crc32c::crc32c(&bytes[ATTRIBUTES_OFFSET..]);
        bytes[CRC_OFFSET..ATTRIBUTES_OFFSET].copy_from_slice(&crc.to_be_bytes());
    }
}
