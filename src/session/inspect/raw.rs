//! Bytes of files that came from elsewhere: entries as far as there are whole ones, and the rest, which
//! means nothing. Nothing in them is trusted.
//!
//! Kafka: `OffsetIndex`, `TimeIndex`, `ProducerStateManager`, `AbortedTxn`.

use crate::protocol::record::RecordBatch;
use crate::session::inspect::bytes::Fields;
use crate::session::inspect::text::shown;
use crate::session::inspect::{BytesView, FieldRole, batch_bytes};
use crate::words::{Line, Words};

/// No view shows more of a file than this.
const MOST_BYTES: usize = 16 * 1024;

/// A field: its name, its bytes, what it is about, its rule.
type Part = (&'static str, usize, FieldRole, &'static str);

use FieldRole::{Checksum, Offset, Other, Time};

const OFFSET_ENTRY: [Part; 2] =
    [("relativeOffset", 4, Offset, "LOG-23"), ("position", 4, Other, "LOG-24")];
const TIME_ENTRY: [Part; 2] =
    [("timestamp", 8, Time, "LOG-25"), ("relativeOffset", 4, Offset, "LOG-23")];
const SNAPSHOT_HEAD: [Part; 3] = [
    ("version", 2, Other, "LOG-30"),
    ("crc", 4, Checksum, "LOG-30"),
    ("producersCount", 4, Other, "LOG-30"),
];
const SNAPSHOT_ENTRY: [Part; 8] = [
    ("producerId", 8, Other, "LOG-30"),
    ("producerEpoch", 2, Other, "LOG-30"),
    ("lastSequence", 4, Other, "LOG-30"),
    ("lastOffset", 8, Offset, "LOG-30"),
    ("offsetDelta", 4, Offset, "LOG-30"),
    ("lastTimestamp", 8, Time, "LOG-30"),
    ("coordinatorEpoch", 4, Other, "LOG-30"),
    ("currentTxnFirstOffset", 8, Offset, "LOG-30"),
];
const ABORTED_ENTRY: [Part; 5] = [
    ("version", 2, Other, "LOG-31"),
    ("producerId", 8, Other, "LOG-31"),
    ("firstOffset", 8, Offset, "LOG-31"),
    ("lastOffset", 8, Offset, "LOG-31"),
    ("lastStableOffset", 8, Offset, "LOG-31"),
];

/// A piece of a `.log`: a batch, or what is none.
#[must_use]
pub fn piece_bytes(file: &str, bytes: &[u8], position: u64, words: &dyn Words) -> BytesView {
    let at = u32::try_from(position).unwrap_or(u32::MAX);
    match RecordBatch::new(bytes) {
        Ok(batch) if batch.bytes().len() == bytes.len() => {
            batch_bytes(&batch, file.to_owned(), at, words)
        }
        _ => rest_of(file, bytes, at, words),
    }
}

fn rest_of(file: &str, bytes: &[u8], position: u32, words: &dyn Words) -> BytesView {
    let bytes = &bytes[..bytes.len().min(MOST_BYTES)];
    let mut fields = Fields { words, fields: Vec::new(), record: None };
    let explain = words.raw_no_batch();
    fields.push("?", (0, bytes.len()), Other, shown(bytes), &explain, "FMT-12");
    BytesView {
        file: file.into(),
        position,
        fields: fields.fields,
        bytes: bytes.into(),
        focus: None,
    }
}

/// Another file than a `.log`, entry by entry.
#[must_use]
pub fn raw_bytes(file: &str, bytes: &[u8], base: Option<i64>, words: &dyn Words) -> BytesView {
    let bytes = &bytes[..bytes.len().min(MOST_BYTES)];
    let (head, entry): (&[Part], &[Part]) = match file.rsplit_once('.').map(|(_, end)| end) {
        Some("index") => (&[], &OFFSET_ENTRY),
        Some("timeindex") => (&[], &TIME_ENTRY),
        Some("snapshot") => (&SNAPSHOT_HEAD, &SNAPSHOT_ENTRY),
        Some("txnindex") => (&[], &ABORTED_ENTRY),
        _ => (&[], &[]),
    };
    let mut fields = Fields { words, fields: Vec::new(), record: None };
    let size = |parts: &[Part]| parts.iter().map(|part| part.1).sum::<usize>();
    let mut at = 0;
    let mut parts = if head.is_empty() { entry } else { head };
    while at < bytes.len() {
        let whole = !parts.is_empty() && at + size(parts) <= bytes.len();
        if !whole {
            let explain = if entry.is_empty() { words.raw_text() } else { words.raw_rest() };
            let span = (at, bytes.len() - at);
            fields.push("?", span, Other, shown(&bytes[at..]), &explain, "LOG-1");
            break;
        }
        for (name, len, role, rule) in parts {
            let value = number(&bytes[at..at + len]);
            let explain = explain(name, value, base, words);
            let text =
                if *name == "crc" { format!("{:08x}", value as u32) } else { value.to_string() };
            fields.push(name, (at, *len), *role, text, &explain, rule);
            at += len;
        }
        parts = entry;
    }
    let fields = fields.fields;
    BytesView { file: file.into(), position: 0, fields, bytes: bytes.into(), focus: None }
}

/// A signed number, big-endian.
fn number(bytes: &[u8]) -> i64 {
    let negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
    bytes
        .iter()
        .fold(if negative { -1 } else { 0 }, |number: i64, byte| number << 8 | i64::from(*byte))
}

fn explain(name: &str, value: i64, base: Option<i64>, words: &dyn Words) -> Line {
    match name {
        "relativeOffset" => match base.and_then(|base| base.checked_add(value)) {
            Some(offset) => words.raw_relative(base.unwrap_or(0), value, offset),
            None => words.raw_no_base(),
        },
        "position" => words.raw_position(value),
        "timestamp" => words.raw_timestamp(value),
        "version" => words.raw_version(),
        "crc" => words.raw_crc(),
        "producersCount" => words.raw_producers(value),
        "producerId" => words.raw_producer(value),
        "producerEpoch" => words.field_producer_epoch(),
        "lastSequence" => words.raw_sequence(),
        "lastOffset" => words.raw_last_offset(value),
        "offsetDelta" => words.raw_offset_delta(value),
        "lastTimestamp" => words.raw_last_timestamp(value),
        "coordinatorEpoch" => words.raw_coordinator(),
        "currentTxnFirstOffset" => words.raw_open(value),
        "firstOffset" => words.raw_first_offset(value),
        _ => words.raw_stable(value),
    }
}
