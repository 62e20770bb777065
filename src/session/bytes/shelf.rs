//! The files of a log: each segment with its batches and the marks of its sparse index.

use crate::protocol::Offset;
use crate::session::inspect::segment_file_name;
use crate::storage::{FileKind, Log, LogSegment};

/// A segment with more batches is drawn without them.
const MOST_BATCHES: usize = 80;

/// A segment as the shelf shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentRow {
    /// Its base offset.
    pub base: Offset,
    /// The name of its `.log`.
    pub name: String,
    /// Bytes of its `.log`.
    pub size: u32,
    /// The offset after its last batch.
    pub next: Offset,
    /// Whether the next append goes here.
    pub active: bool,
    /// Whether it is on the desk.
    pub chosen: bool,
    /// `segment.bytes`, which an active segment grows to.
    pub limit: u32,
    /// Its batches: position and size; empty where there are too many to draw.
    pub batches: Vec<(u32, u32)>,
    /// Which of its batches is on the desk.
    pub batch: Option<u32>,
    /// Where the entries of its offset index lead.
    pub marks: Vec<u32>,
}

/// A file of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRow {
    /// Which.
    pub kind: FileKind,
    /// `.log` and so on.
    pub extension: &'static str,
    /// Its size.
    pub size: u32,
    /// Whether it is on the desk.
    pub chosen: bool,
}

pub(super) fn segments(log: &Log, chosen: usize, position: Option<u32>) -> Vec<SegmentRow> {
    let rows = log.segments().iter().enumerate().map(|(at, segment)| {
        let mut batches: Vec<(u32, u32)> =
            super::positions(segment).windows(2).map(|pair| (pair[0], pair[1] - pair[0])).collect();
        if let Some(last) = super::positions(segment).last() {
            batches.push((*last, segment.size_bytes() - last));
        }
        if batches.len() > MOST_BATCHES {
            batches.clear();
        }
        let index = segment.offset_index();
        SegmentRow {
            base: segment.base_offset(),
            name: segment_file_name(segment, FileKind::Log),
            size: segment.size_bytes(),
            next: segment.next_offset(),
            active: at + 1 == log.segments().len(),
            chosen: at == chosen,
            limit: log.config().segment_bytes,
            batches,
            batch: position.filter(|_| at == chosen),
            marks: (0..index.len()).map(|slot| index.entry(slot).1).collect(),
        }
    });
    rows.collect()
}

pub(super) fn files(segment: &LogSegment, chosen: FileKind) -> Vec<FileRow> {
    let row = |kind, extension, size| FileRow { kind, extension, size, chosen: kind == chosen };
    vec![
        row(FileKind::Log, ".log", segment.size_bytes()),
        row(FileKind::Index, ".index", segment.offset_index().file().size_bytes()),
        row(FileKind::TimeIndex, ".timeindex", segment.time_index().file().size_bytes()),
    ]
}
