//! Files from elsewhere on the desk: what is in them, what is wrong with them and where.

use std::rc::Rc;

use crate::protocol::record::{Codec, RecordBatch};
use crate::session::Direction;
use crate::session::inspect::{BytesView, piece_bytes, raw_bytes, shown_bytes};
use crate::storage::import::{
    AnomalyKind, Contents, Imported, ImportedBatch, ImportedFile, import, zip,
};
use crate::words::{Line, Words};

/// So many anomalies and records are listed.
const MOST_LISTED: usize = 200;
/// More bytes are not taken at once.
pub const MOST_IMPORTED: usize = 64 << 20;

/// The files, and which piece of which is on the desk.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Parcel {
    imported: Rc<Imported>,
    file: usize,
    piece: usize,
}

/// A file as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedRow {
    /// Its name, with its directory.
    pub name: String,
    /// Its bytes.
    pub size: u64,
    /// What is in it.
    pub contents: String,
    /// How much is wrong with it.
    pub anomalies: u64,
    /// Whether it is on the desk.
    pub chosen: bool,
}

/// Something wrong, as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnomalyRow {
    /// Which file, counted from 0.
    pub file: usize,
    /// Its name.
    pub name: String,
    /// The byte where it is.
    pub position: u64,
    /// What it is.
    pub text: String,
    /// To be expected after an unclean stop, rather than damage.
    pub harmless: bool,
}

/// A record as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordRow {
    /// Its offset.
    pub offset: i64,
    /// Its timestamp.
    pub timestamp: i64,
    /// Its key; `None` is null.
    pub key: Option<String>,
    /// Its value; `None` is null.
    pub value: Option<String>,
    /// Its headers, `name=value`.
    pub headers: String,
}

/// What the room shows of files from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedView {
    /// The files.
    pub files: Vec<ImportedRow>,
    /// What is wrong with them.
    pub anomalies: Vec<AnomalyRow>,
    /// How many more anomalies there are.
    pub more_anomalies: u64,
    /// What is shown, in a sentence.
    pub title: Line,
    /// Where it stands.
    pub subtitle: Line,
    /// Whether there is a piece before and after this one.
    pub more: (bool, bool),
    /// The bytes, field by field.
    pub bytes: BytesView,
    /// The batch's records.
    pub records: Vec<RecordRow>,
    /// How many more records there are.
    pub more_records: u64,
}

/// A stretch of a file: a batch, or what is none.
struct Piece<'a> {
    from: usize,
    to: usize,
    batch: Option<&'a ImportedBatch>,
}

fn pieces(file: &ImportedFile) -> Vec<Piece<'_>> {
    let Contents::Log(batches) = &file.contents else { return Vec::new() };
    let mut pieces = Vec::new();
    let end = file.bytes.len();
    let mut at = 0;
    for batch in batches {
        let from = (batch.position as usize).min(end);
        let to = from.saturating_add(batch.size_bytes as usize).min(end);
        if from > at {
            pieces.push(Piece { from: at, to: from, batch: None });
        }
        if to > from {
            pieces.push(Piece { from, to, batch: Some(batch) });
        }
        at = at.max(to);
    }
    if at < end {
        pieces.push(Piece { from: at, to: end, batch: None });
    }
    pieces
}

impl Parcel {
    /// Takes files, archives among them opened.
    ///
    /// # Errors
    /// What is wrong with an archive, or that there is nothing or too much.
    pub(super) fn open(files: Vec<(String, Vec<u8>)>) -> Result<Self, ImportProblem> {
        let mut all = Vec::new();
        for (name, bytes) in files {
            if name.ends_with(".zip") {
                let inside = zip::read(&bytes).map_err(|_| ImportProblem::Archive(name))?;
                all.extend(inside);
            } else {
                all.push((name, bytes));
            }
        }
        if all.iter().all(|(_, bytes)| bytes.is_empty()) {
            return Err(ImportProblem::Empty);
        }
        if all.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() > MOST_IMPORTED {
            return Err(ImportProblem::TooLarge);
        }
        let imported = Rc::new(import(all));
        let first = imported
            .files
            .iter()
            .position(|file| matches!(file.contents, Contents::Log(_)) && !file.bytes.is_empty());
        Ok(Self { imported, file: first.unwrap_or(0), piece: 0 })
    }

    pub(super) fn turn(&mut self, direction: Direction) {
        let last = pieces(self.file()).len().saturating_sub(1);
        self.piece = match direction {
            Direction::Back => self.piece.saturating_sub(1),
            Direction::Forward => (self.piece + 1).min(last),
        };
    }

    /// Puts a file on the desk, at the piece that holds a position.
    pub(super) fn go_to(&mut self, file: usize, position: u64) {
        self.file = file.min(self.imported.files.len() - 1);
        let pieces = pieces(self.file());
        let position = usize::try_from(position).unwrap_or(usize::MAX);
        self.piece = pieces.partition_point(|piece| piece.from <= position).saturating_sub(1);
    }

    fn file(&self) -> &ImportedFile {
        &self.imported.files[self.file]
    }

    pub(super) fn view(&self, words: &dyn Words) -> ImportedView {
        let file = self.file();
        let pieces = pieces(file);
        let piece = pieces.get(self.piece);
        let batch = piece.and_then(|piece| piece.batch);
        let size = piece.map_or(file.bytes.len(), |piece| piece.to - piece.from) as u64;
        let title = match (piece, batch) {
            (Some(_), Some(batch)) if batch.record_count == 1 => {
                words.room_batch_of_one(size, &file.name)
            }
            (Some(_), Some(batch)) => words.room_batch(batch.record_count, size, &file.name),
            (Some(_), None) => words.room_no_batch(size, &file.name),
            (None, _) => words.room_file(size, &file.name),
        };
        let subtitle = match (piece, batch) {
            (Some(piece), Some(batch)) => {
                let (nth, count) = (self.piece as u64 + 1, pieces.len() as u64);
                let at = piece.from as u32;
                let place = words.room_place(nth, count, at, batch.base_offset, batch.last_offset);
                let crc = if batch.crc_agrees { words.crc_right() } else { words.crc_wrong() };
                let mut text = format!("{} {}", place.plain_text(), crc.plain_text());
                if let Some(codec) = batch.codec.filter(|codec| *codec != Codec::None) {
                    let saved =
                        words.room_codec(codec.name(), batch.uncompressed_bytes, batch.size_bytes);
                    text = format!("{text} {}", saved.plain_text());
                }
                Line::plain(text)
            }
            (Some(piece), None) => words.room_damage(piece.from as u64),
            (None, _) => Line::plain(contents(file, words)),
        };
        let bytes = match piece {
            Some(piece) => {
                let part = &file.bytes[piece.from..piece.to];
                piece_bytes(&file.name, part, piece.from as u64, words)
            }
            None => raw_bytes(&file.name, &file.bytes, file.base_offset, words),
        };
        let (anomalies, more_anomalies) = self.anomalies(words);
        let records = batch.map_or(&[][..], |batch| &batch.records);
        ImportedView {
            files: self.rows(words),
            anomalies,
            more_anomalies,
            title,
            subtitle,
            more: (self.piece > 0, self.piece + 1 < pieces.len()),
            bytes,
            records: records
                .iter()
                .take(MOST_LISTED)
                .map(|record| RecordRow {
                    offset: record.offset,
                    timestamp: record.timestamp,
                    key: record.key.as_deref().map(shown_bytes),
                    value: record.value.as_deref().map(shown_bytes),
                    headers: record
                        .headers
                        .iter()
                        .map(|(name, value)| {
                            let value = value.as_deref().map_or("null".into(), shown_bytes);
                            format!("{name}={value}")
                        })
                        .collect::<Vec<_>>()
                        .join(", "),
                })
                .collect(),
            more_records: records.len().saturating_sub(MOST_LISTED) as u64,
        }
    }

    fn rows(&self, words: &dyn Words) -> Vec<ImportedRow> {
        let files = self.imported.files.iter().enumerate();
        files
            .map(|(at, file)| ImportedRow {
                name: file.name.clone(),
                size: file.bytes.len() as u64,
                contents: contents(file, words),
                anomalies: file.anomalies.len() as u64,
                chosen: at == self.file,
            })
            .collect()
    }

    fn anomalies(&self, words: &dyn Words) -> (Vec<AnomalyRow>, u64) {
        let files = self.imported.files.iter().enumerate();
        let mut all: Vec<AnomalyRow> = files
            .flat_map(|(at, file)| file.anomalies.iter().map(move |anomaly| (at, file, anomaly)))
            .map(|(at, file, anomaly)| AnomalyRow {
                file: at,
                name: file.name.clone(),
                position: anomaly.position,
                text: words.anomaly(&anomaly.kind),
                harmless: anomaly.kind.is_harmless(),
            })
            .collect();
        let more = all.len().saturating_sub(MOST_LISTED) as u64;
        all.truncate(MOST_LISTED);
        (all, more)
    }
}

/// The records of a compressed batch, which its bytes do not show.
pub(super) fn hidden_records(batch: &RecordBatch<'_>) -> Vec<RecordRow> {
    if batch.codec() == Ok(Codec::None) {
        return Vec::new();
    }
    let mut rows = batch.filter_records(|record| {
        Some(RecordRow {
            offset: record.offset,
            timestamp: record.timestamp,
            key: record.key.map(shown_bytes),
            value: record.value.map(shown_bytes),
            headers: record
                .headers()
                .map(|(name, value)| {
                    format!("{}={}", shown_bytes(name), value.map_or("null".into(), shown_bytes))
                })
                .collect::<Vec<_>>()
                .join(", "),
        })
    });
    rows.truncate(MOST_LISTED);
    rows
}

/// Why files could not be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ImportProblem {
    /// Not an archive that can be read.
    Archive(String),
    /// No bytes at all.
    Empty,
    /// More than is taken at once.
    TooLarge,
}

impl ImportProblem {
    pub(super) fn say(&self, words: &dyn Words) -> String {
        match self {
            Self::Archive(name) => words.import_no_archive(name),
            Self::Empty => words.import_empty(),
            Self::TooLarge => words.import_too_large(),
        }
        .plain_text()
    }
}

fn contents(file: &ImportedFile, words: &dyn Words) -> String {
    match &file.contents {
        Contents::Log(batches) => {
            let records: usize = batches.iter().map(|batch| batch.records.len()).sum();
            words.holds_batches(batches.len() as u64, records as u64)
        }
        Contents::OffsetIndex(entries) => words.holds_entries(entries.len() as u64),
        Contents::TimeIndex(entries) => words.holds_entries(entries.len() as u64),
        Contents::Snapshot(producers) => words.holds_producers(producers.len() as u64),
        Contents::TxnIndex(aborted) => words.holds_aborted(aborted.len() as u64),
        Contents::Other => words.holds_text(),
    }
    .plain_text()
}

impl dyn Words + '_ {
    /// What is wrong, in words.
    fn anomaly(&self, kind: &AnomalyKind) -> String {
        use AnomalyKind as Kind;
        match *kind {
            Kind::NoBaseOffset => self.anomaly_no_base(),
            Kind::TruncatedTail(bytes) => self.anomaly_tail(bytes),
            Kind::ImpossibleLength(length) => self.anomaly_length(length),
            Kind::UnknownMagic(magic) => self.anomaly_magic(magic.into()),
            Kind::WrongCrc(stored, computed) => {
                self.anomaly_crc(&format!("{stored:08x}"), &format!("{computed:08x}"))
            }
            Kind::UnknownCodec(id) => self.anomaly_codec(id.into()),
            Kind::UnreadableRecord(nth) => self.anomaly_record(nth),
            Kind::DamagedCompression => self.anomaly_compression(),
            Kind::OffsetNotIncreasing(offset, before) => self.anomaly_order(offset, before),
            Kind::OffsetOutsideBatch(offset, last) => self.anomaly_outside(offset, last),
            Kind::BeforeBaseOffset(offset, base) => self.anomaly_before(offset, base),
            Kind::WrongMaxTimestamp(stored, found) => self.anomaly_max(stored, found),
            Kind::UnreadableControl => self.anomaly_control(),
            Kind::PartialEntry(bytes) => self.anomaly_partial(bytes),
            Kind::EntryOutOfOrder(offset, before) => self.anomaly_entry_order(offset, before),
            Kind::TimestampOutOfOrder(at, before) => self.anomaly_time_order(at, before),
            Kind::PositionOutOfOrder(at, before) => self.anomaly_position_order(at, before),
            Kind::BeyondLog(position, size) => self.anomaly_beyond(position, size),
            Kind::PointsNowhere(position) => self.anomaly_nowhere(position),
            Kind::OtherOffset(entry, batch) => self.anomaly_other_offset(entry, batch),
            Kind::OffsetNotFound(offset) => self.anomaly_not_found(offset),
            Kind::OtherTimestamp(entry, batch) => self.anomaly_other_time(entry, batch),
            Kind::NoLog => self.anomaly_no_log(),
            Kind::Preallocated(entries) => self.anomaly_preallocated(entries),
            Kind::CorruptSnapshot(ref words) => return words.clone(), // Kafka's own words.
            Kind::UnknownVersion(version) => self.anomaly_version(version.into()),
            Kind::AbortedTooEarly(last, base) => self.anomaly_aborted(last, base),
        }
        .plain_text()
    }
}
