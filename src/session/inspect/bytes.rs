//! Bytes with the names of their fields: a batch and its records, the entries of both indexes.
//!
//! Kafka: `DefaultRecordBatch`, `DefaultRecord`, `OffsetIndex`, `TimeIndex`. The fields of a view stand
//! in the order of their bytes and cover them without gap or overlap.

use crate::protocol::Offset;
use crate::protocol::record::{BATCH_OVERHEAD, Codec, Payload, ReadError, Reader, RecordBatch};
use crate::session::inspect::text::{hex, shown, shown_key};
use crate::storage::{FileKind, FileName, LogSegment, OffsetIndex, TimeIndex};
use crate::words::{Line, Words};

/// What a field is about, which decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldRole {
    /// A key, or its length.
    Key,
    /// A value, or its length.
    Value,
    /// A time.
    Time,
    /// The checksum.
    Checksum,
    /// An offset, or a distance of offsets.
    Offset,
    /// Anything else.
    Other,
}

/// Some bytes that mean one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Kafka's name.
    pub name: &'static str,
    /// The first byte, counted from the view's first.
    pub start: u32,
    /// How many bytes; 0 for an empty key or value.
    pub len: u32,
    /// What it is about.
    pub role: FieldRole,
    /// What the bytes say.
    pub value: String,
    /// One sentence: what that means here.
    pub explain: String,
    /// The rule.
    pub rule: &'static str,
    /// The record that the field belongs to; `None`: a header or an index entry.
    pub record: Option<Offset>,
}

/// Bytes of a file, field by field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BytesView {
    /// The file's name.
    pub file: String,
    /// Where the bytes begin in the file.
    pub position: u32,
    /// The fields, in order.
    pub fields: Vec<Field>,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Where among the bytes the selected thing lies: first byte and length.
    pub focus: Option<(u32, u32)>,
}

/// No view shows more bytes of a `.log` than this, save a batch that is larger alone.
const MOST_BYTES: usize = 16 * 1024;

pub(super) struct Fields<'a> {
    pub(super) words: &'a dyn Words,
    pub(super) fields: Vec<Field>,
    pub(super) record: Option<Offset>,
}

impl Fields<'_> {
    pub(super) fn push(
        &mut self,
        name: &'static str,
        span: (usize, usize),
        role: FieldRole,
        value: String,
        explain: &Line,
        rule: &'static str,
    ) {
        self.fields.push(Field {
            name,
            start: span.0 as u32,
            len: span.1 as u32,
            role,
            value,
            explain: explain.plain_text(),
            rule,
            record: self.record,
        });
    }

    /// FMT-1.
    fn header(&mut self, start: usize, batch: &RecordBatch<'_>) {
        use FieldRole::{Checksum, Offset, Other, Time};
        let words = self.words;
        let (base, last) = (batch.base_offset(), batch.last_offset());
        let size = batch.size_bytes();
        let mut at = start;
        let mut put = |name, len, role, value: String, explain: &Line, rule| {
            self.push(name, (at, len), role, value, explain, rule);
            at += len;
        };
        put("baseOffset", 8, Offset, base.to_string(), &words.field_base_offset(base), "FMT-1");
        let length = size - 12;
        let explain = words.field_batch_length(length as u64, size as u64);
        put("batchLength", 4, Other, length.to_string(), &explain, "FMT-1");
        let epoch = batch.partition_leader_epoch();
        let explain =
            if epoch < 0 { words.field_no_leader_epoch() } else { words.field_leader_epoch(epoch) };
        put("partitionLeaderEpoch", 4, Offset, epoch.to_string(), &explain, "FMT-2");
        put("magic", 1, Other, batch.magic().to_string(), &words.field_magic(), "FMT-1");
        let right = batch.ensure_valid().is_ok();
        let explain =
            if right { words.field_crc((size - 21) as u64) } else { words.field_crc_wrong() };
        put("crc", 4, Checksum, format!("{:08x}", batch.crc()), &explain, "FMT-2");
        let codec = batch.codec().map_or("?", Codec::name);
        let clock = batch.timestamp_type().name();
        let mut explain = words.field_attributes(codec, clock).plain_text();
        for (set, more) in [
            (batch.is_transactional(), words.field_transactional()),
            (batch.is_control(), words.field_control()),
            (batch.delete_horizon_ms().is_some(), words.field_has_horizon()),
        ] {
            if set {
                explain = format!("{explain} {}", more.plain_text());
            }
        }
        let value = format!("{:04x}: {codec}, {clock}", batch.attributes());
        put("attributes", 2, Other, value, &Line::plain(explain), "FMT-3");
        let delta = batch.last_offset_delta();
        let explain = words.field_last_offset_delta(base, delta, last);
        put("lastOffsetDelta", 4, Offset, delta.to_string(), &explain, "FMT-1");
        let timestamp = batch.base_timestamp();
        let explain = match batch.delete_horizon_ms() {
            None => words.field_base_timestamp(timestamp),
            Some(horizon) => words.field_delete_horizon(horizon),
        };
        put("baseTimestamp", 8, Time, timestamp.to_string(), &explain, "FMT-5");
        let timestamp = batch.max_timestamp();
        let explain = words.field_max_timestamp(timestamp);
        put("maxTimestamp", 8, Time, timestamp.to_string(), &explain, "FMT-8");
        let id = batch.producer_id();
        let explain =
            if id < 0 { words.field_not_idempotent() } else { words.field_producer_id(id) };
        put("producerId", 8, Other, id.to_string(), &explain, "FMT-1");
        let explain = words.field_producer_epoch();
        put("producerEpoch", 2, Other, batch.producer_epoch().to_string(), &explain, "FMT-1");
        let explain = words.field_base_sequence();
        put("baseSequence", 4, Other, batch.base_sequence().to_string(), &explain, "FMT-11");
        let count = batch.record_count();
        let explain = words.field_record_count(count, i64::from(delta) + 1);
        put("recordsCount", 4, Other, count.to_string(), &explain, "FMT-1");
    }

    /// The fields of all records; what cannot be read is one field.
    fn records(&mut self, start: usize, batch: &RecordBatch<'_>) {
        let bytes = batch.bytes();
        let mut reader = Reader::new(bytes);
        reader.take(BATCH_OVERHEAD).expect("a batch is at least a header long");
        if batch.codec() == Ok(Codec::None) {
            for _ in 0..batch.record_count() {
                let before = (reader, self.fields.len());
                if self.record(start, batch, &mut reader).is_err() {
                    (reader, _) = before;
                    self.fields.truncate(before.1);
                    break;
                }
            }
        }
        self.record = None;
        if reader.remaining() > 0 {
            let span = (start + reader.position(), reader.remaining());
            let payload = batch.payload().ok().filter(Payload::is_compressed);
            let (value, explain) = match payload {
                None => (String::new(), self.words.field_unread()),
                Some(payload) => {
                    let codec = batch.codec().map_or("?", Codec::name);
                    let (packed, unpacked) = (span.1 as u64, payload.bytes().len() as u64);
                    let value = format!("{codec}: {unpacked} B in {packed} B");
                    (value, self.words.field_compressed(codec, packed, unpacked))
                }
            };
            self.push("records", span, FieldRole::Other, value, &explain, "FMT-13");
        }
    }

    /// FMT-4.
    fn record(
        &mut self,
        start: usize,
        batch: &RecordBatch<'_>,
        reader: &mut Reader<'_>,
    ) -> Result<(), ReadError> {
        use FieldRole::{Key, Offset as Place, Other, Time, Value};
        let words = self.words;
        let bytes = batch.bytes();
        self.record = offset_of(batch, *reader);

        let at = reader.position();
        let length = reader.varint()?;
        let span = (start + at, reader.position() - at);
        let explain = words.field_length(&varint(&bytes[at..reader.position()]), length);
        self.push("length", span, Other, length.to_string(), &explain, "FMT-6");

        let at = reader.position();
        let attributes = reader.i8()?;
        let explain = words.field_record_attributes();
        self.push("attributes", (start + at, 1), Other, attributes.to_string(), &explain, "FMT-4");

        let at = reader.position();
        let delta = reader.varlong()?;
        let end = reader.position();
        let timestamp = batch.base_timestamp().wrapping_add(delta);
        let explain = words.field_timestamp_delta(&varint(&bytes[at..end]), delta, timestamp);
        self.push(
            "timestampDelta",
            (start + at, end - at),
            Time,
            delta.to_string(),
            &explain,
            "FMT-5",
        );

        let at = reader.position();
        let delta = reader.varint()?;
        let end = reader.position();
        let offset = batch.base_offset().wrapping_add(i64::from(delta));
        let explain = words.field_offset_delta(&varint(&bytes[at..end]), delta, offset);
        let span = (start + at, end - at);
        self.push("offsetDelta", span, Place, delta.to_string(), &explain, "FMT-5");

        self.nullable(start, bytes, reader, ("keyLength", "key"), Key)?;
        self.nullable(start, bytes, reader, ("valueLength", "value"), Value)?;

        let at = reader.position();
        let count = reader.varint()?;
        let span = (start + at, reader.position() - at);
        let explain = words.field_header_count(count);
        self.push("headersCount", span, Other, count.to_string(), &explain, "FMT-4");
        for _ in 0..count {
            self.nullable(start, bytes, reader, ("headerKeyLength", "headerKey"), Other)?;
            self.nullable(start, bytes, reader, ("headerValueLength", "headerValue"), Other)?;
        }
        Ok(())
    }

    /// A length and as many bytes; −1 is null.
    fn nullable(
        &mut self,
        start: usize,
        bytes: &[u8],
        reader: &mut Reader<'_>,
        names: (&'static str, &'static str),
        role: FieldRole,
    ) -> Result<(), ReadError> {
        let words = self.words;
        let at = reader.position();
        let length = reader.varint()?;
        let end = reader.position();
        let text = varint(&bytes[at..end]);
        let explain = match (length < 0, role) {
            (false, _) => words.field_bytes_follow(&text, length),
            (true, FieldRole::Key) => words.field_null_key(&text),
            (true, FieldRole::Value) => words.field_null_value(&text),
            (true, _) => words.field_null(&text),
        };
        self.push(names.0, (start + at, end - at), role, length.to_string(), &explain, "FMT-4");
        let Ok(length) = usize::try_from(length) else { return Ok(()) };
        let contents = reader.take(length)?;
        let explain = match role {
            FieldRole::Key => words.field_key(length as u64),
            FieldRole::Value => words.field_value(length as u64),
            _ => words.field_header(length as u64),
        };
        let value = if role == FieldRole::Key { shown_key(contents) } else { shown(contents) };
        self.push(names.1, (start + end, length), role, value, &explain, "PROD-4");
        Ok(())
    }
}

/// The offset of the record that `reader` stands before.
fn offset_of(batch: &RecordBatch<'_>, mut reader: Reader<'_>) -> Option<Offset> {
    reader.varint().ok()?;
    reader.i8().ok()?;
    reader.varlong().ok()?;
    let delta = reader.varint().ok()?;
    Offset::from_i64(batch.base_offset().wrapping_add(i64::from(delta)))
}

/// A varint's bytes, and the number before zig-zag is taken off: `80 01 → 128`.
fn varint(bytes: &[u8]) -> String {
    let number =
        bytes.iter().rev().fold(0u128, |number, byte| (number << 7) | u128::from(byte & 0x7f));
    format!("{} → {number}", hex(bytes))
}

/// One batch, from base offset to last record, as it stands at `position` of `file`.
#[must_use]
pub fn batch_bytes(
    batch: &RecordBatch<'_>,
    file: String,
    position: u32,
    words: &dyn Words,
) -> BytesView {
    let mut fields = Fields { words, fields: Vec::new(), record: None };
    fields.header(0, batch);
    fields.records(0, batch);
    BytesView { file, position, fields: fields.fields, bytes: batch.bytes().to_vec(), focus: None }
}

/// The name of one of a segment's files.
pub(in crate::session) fn file_name(segment: &LogSegment, kind: FileKind) -> String {
    FileName::Numbered(segment.base_offset(), kind, segment.suffix()).to_string()
}

/// A segment's `.log` from its beginning: as many whole batches as a page can bear.
#[must_use]
pub fn log_bytes(segment: &LogSegment, words: &dyn Words) -> BytesView {
    let mut fields = Fields { words, fields: Vec::new(), record: None };
    let mut bytes: Vec<u8> = Vec::new();
    for batch in segment.batches().flatten() {
        if !bytes.is_empty() && bytes.len() + batch.size_bytes() > MOST_BYTES {
            break;
        }
        fields.header(bytes.len(), &batch);
        fields.records(bytes.len(), &batch);
        bytes.extend_from_slice(batch.bytes());
    }
    let file = file_name(segment, FileKind::Log);
    BytesView { file, position: 0, fields: fields.fields, bytes, focus: None }
}

/// A segment's `.index`, entry by entry (LOG-23).
#[must_use]
pub fn offset_index_bytes(segment: &LogSegment, words: &dyn Words) -> BytesView {
    let mut fields = Fields { words, fields: Vec::new(), record: None };
    let index = segment.offset_index();
    let base = segment.base_offset();
    for slot in 0..index.len() {
        let (offset, position) = index.entry(slot);
        let at = (slot * OffsetIndex::ENTRY_BYTES) as usize;
        let distance = offset.0 - base.0;
        let explain = words.field_relative_offset(base.0, distance, offset.0);
        let value = distance.to_string();
        fields.push("relativeOffset", (at, 4), FieldRole::Offset, value, &explain, "LOG-23");
        let explain = words.field_position(position, offset.0);
        let value = position.to_string();
        fields.push("position", (at + 4, 4), FieldRole::Other, value, &explain, "LOG-24");
    }
    BytesView {
        file: file_name(segment, FileKind::Index),
        position: 0,
        fields: fields.fields,
        bytes: index.file().bytes.clone(),
        focus: None,
    }
}

/// A segment's `.timeindex`, entry by entry (LOG-23).
#[must_use]
pub fn time_index_bytes(segment: &LogSegment, words: &dyn Words) -> BytesView {
    let mut fields = Fields { words, fields: Vec::new(), record: None };
    let index = segment.time_index();
    let base = segment.base_offset();
    for slot in 0..index.len() {
        let (timestamp, offset) = index.entry(slot);
        let at = (slot * TimeIndex::ENTRY_BYTES) as usize;
        let explain = words.field_index_timestamp(timestamp, offset.0);
        let value = timestamp.to_string();
        fields.push("timestamp", (at, 8), FieldRole::Time, value, &explain, "LOG-25");
        let distance = offset.0 - base.0;
        let explain = words.field_relative_offset(base.0, distance, offset.0);
        let value = distance.to_string();
        fields.push("relativeOffset", (at + 8, 4), FieldRole::Offset, value, &explain, "LOG-23");
    }
    BytesView {
        file: file_name(segment, FileKind::TimeIndex),
        position: 0,
        fields: fields.fields,
        bytes: index.file().bytes.clone(),
        focus: None,
    }
}
