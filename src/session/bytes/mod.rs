//! The Bytes room: which file is on the desk, batch by batch, and a look-up that plays.

mod export;
mod imported;
mod lookup;
mod shelf;
mod unpack;

use crate::broker::BrokerEvent;
use crate::protocol::record::RecordBatch;
use crate::protocol::{Offset, Subject, TopicPartition};
use crate::session::Direction;
use crate::session::bytes::imported::Parcel;
use crate::session::inspect::{
    BytesView, batch_bytes, offset_index_bytes, segment_file_name, time_index_bytes,
};
use crate::sim::{History, What, World};
use crate::storage::{FileKind, Log, LogEvent, LogSegment};
use crate::words::{Line, Words};

pub use export::Parcelled;
pub use imported::{AnomalyRow, ImportedRow, ImportedView, MOST_IMPORTED, RecordRow};
pub use lookup::{Cell, CellState, LookupRow, LookupView, RowKind};
pub use shelf::{FileRow, SegmentRow};
pub use unpack::{Unpacked, is_varint, unpack};

/// A step of a look-up is shown so long, in milliseconds of wall time.
const STEP_MS: f64 = 900.0;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// An offset, as a fetch does.
    Offset(u64),
    /// A timestamp, as ListOffsets does.
    Time(i64),
}

/// What a person does in the Bytes room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// Puts another partition's log on the desk.
    Log(TopicPartition),
    /// Another segment of it.
    Segment(Offset),
    /// Another file of the segment.
    File(FileKind),
    /// The next batch, or the one before, across segments.
    Batch(Direction),
    /// The batch at this position of this segment's `.log`.
    BatchAt(Offset, u32),
    /// Begins a look-up, which plays.
    Find(Target),
    /// A step of the look-up forward or back.
    Step(Direction),
    /// To the look-up's first or last step.
    StepToEnd(Direction),
    /// Lets the look-up play, or stops it.
    Play,
    /// Puts files from elsewhere on the desk.
    Import(Vec<(String, Vec<u8>)>),
    /// One of them, the piece that holds this position.
    Piece(usize, u64),
    /// Takes them off again.
    PutAway,
}

/// A look-up under way.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Search {
    target: Target,
    /// So many of its steps are shown.
    shown: usize,
    playing: bool,
    since_ms: f64,
}

/// What was chosen; what was not is the newest.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Desk {
    partition: Option<TopicPartition>,
    base: Option<Offset>,
    file: Option<FileKind>,
    position: Option<u32>,
    search: Option<Search>,
    parcel: Option<Parcel>,
}

/// What the room shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskView {
    /// Every log that could be on the desk.
    pub logs: Vec<TopicPartition>,
    /// The one that is.
    pub partition: TopicPartition,
    /// Its segments, oldest first.
    pub segments: Vec<SegmentRow>,
    /// The files of the chosen segment.
    pub files: Vec<FileRow>,
    /// What is shown, in a sentence.
    pub title: Line,
    /// Where it stands.
    pub subtitle: Line,
    /// Whether there is a batch before and after this one.
    pub more: (bool, bool),
    /// The bytes, field by field.
    pub bytes: Option<BytesView>,
    /// The look-up.
    pub lookup: Option<LookupView>,
    /// The batch's records, if it is compressed: its bytes do not show them.
    pub records: Vec<RecordRow>,
    /// Files from elsewhere, which are shown instead.
    pub imported: Option<ImportedView>,
    /// A timestamp and an offset that can be found in this log, to begin with.
    pub example: (i64, u64),
}

/// A segment, and where in its `.log` the batch on the desk begins.
struct Place<'a> {
    log: &'a Log,
    at: usize,
    position: Option<u32>,
}

impl Place<'_> {
    fn segment(&self) -> &LogSegment {
        &self.log.segments()[self.at]
    }
}

/// Where each batch of a segment begins.
fn positions(segment: &LogSegment) -> Vec<u32> {
    let mut batches = segment.batches();
    let mut positions = Vec::new();
    loop {
        let position = batches.position();
        match batches.next() {
            Some(Ok(_)) => positions.push(position),
            _ => return positions,
        }
    }
}

impl Desk {
    /// What is selected elsewhere is put on the desk.
    pub(super) fn follow(&mut self, world: &World, subject: &Subject) {
        let (partition, offset) = match subject {
            Subject::Record(partition, offset) => (partition, Some(*offset)),
            Subject::Segment(partition, base) => (partition, Some(*base)),
            Subject::Partition(partition)
            | Subject::Cleaner(partition)
            | Subject::Committed(_, partition)
            | Subject::Position(_, partition) => (partition, None),
            _ => return,
        };
        let Some(log) = world.broker().logs().get(partition) else { return };
        *self = Self { partition: Some(partition.clone()), ..Self::default() };
        let Some(offset) = offset else { return };
        let Some(at) = log.floor_segment(offset) else { return };
        let segment = &log.segments()[at];
        self.base = Some(segment.base_offset());
        let found = segment.translate_offset(offset.as_i64());
        self.position = found.map(|found| found.position);
    }

    /// The log on the desk: the chosen one, else the one that was last appended to, else any.
    fn log<'a>(&self, world: &'a World, history: &History) -> Option<&'a Log> {
        let logs = world.broker().logs();
        let chosen = self.partition.as_ref().and_then(|partition| logs.get(partition));
        let last = || {
            let appended = history.recent().rev().find_map(|event| match &event.what {
                What::Broker(_, BrokerEvent::Log(of, LogEvent::BatchAppended { .. }))
                    if !of.topic.is_internal() =>
                {
                    Some(of)
                }
                _ => None,
            })?;
            logs.get(appended)
        };
        let any = || logs.logs().find(|log| log.size_bytes() > 0).or_else(|| logs.logs().next());
        chosen.or_else(last).or_else(any).map(|log| &**log)
    }

    fn place<'a>(&self, world: &'a World, history: &History) -> Option<Place<'a>> {
        let log = self.log(world, history)?;
        let last = log.segments().len() - 1;
        let newest =
            if log.segments()[last].size_bytes() == 0 { last.saturating_sub(1) } else { last };
        let chosen = self.base.and_then(|base| log.floor_segment(base));
        let at = chosen.unwrap_or(newest);
        let positions = positions(&log.segments()[at]);
        let wanted = self.position.filter(|position| positions.contains(position));
        Some(Place { log, at, position: wanted.or(positions.last().copied()) })
    }

    /// Does what a person asks for; tells what could not be done.
    pub(super) fn look(
        &mut self,
        look: Look,
        world: &World,
        history: &History,
        reduced: bool,
        words: &dyn Words,
    ) -> Result<(), String> {
        match look {
            Look::Import(files) => {
                let opened = Parcel::open(files).map_err(|problem| problem.say(words))?;
                self.parcel = Some(opened);
            }
            Look::Piece(file, position) => {
                if let Some(parcel) = &mut self.parcel {
                    parcel.go_to(file, position);
                }
            }
            Look::PutAway => self.parcel = None,
            Look::Log(partition) => {
                *self = Self { partition: Some(partition), file: self.file, ..Self::default() };
            }
            Look::Segment(base) => {
                self.hold(world, history);
                (self.base, self.position) = (Some(base), Some(0));
            }
            Look::File(kind) => {
                self.hold(world, history);
                self.file = Some(kind);
            }
            Look::Batch(direction) => match &mut self.parcel {
                Some(parcel) => parcel.turn(direction),
                None => self.turn(direction, world, history),
            },
            Look::BatchAt(base, position) => {
                self.hold(world, history);
                self.file = Some(FileKind::Log);
                (self.base, self.position) = (Some(base), Some(position));
            }
            Look::Find(target) => {
                self.hold(world, history);
                let shown = if reduced { usize::MAX } else { 1 };
                let playing = !reduced;
                self.search = Some(Search { target, shown, playing, since_ms: 0.0 });
            }
            Look::Step(direction) => {
                let Some((mut search, count)) = self.search(world, history) else {
                    return Ok(());
                };
                search.playing = false;
                search.shown = match direction {
                    Direction::Back => search.shown.saturating_sub(1).max(1),
                    Direction::Forward => (search.shown + 1).min(count),
                };
                self.search = Some(search);
            }
            Look::StepToEnd(direction) => {
                let Some((mut search, count)) = self.search(world, history) else {
                    return Ok(());
                };
                search.playing = false;
                search.shown = if direction == Direction::Back { 1 } else { count };
                self.search = Some(search);
            }
            Look::Play => {
                let Some((mut search, count)) = self.search(world, history) else {
                    return Ok(());
                };
                search.playing = !search.playing;
                if search.playing && search.shown == count {
                    search.shown = 1;
                }
                search.since_ms = 0.0;
                self.search = Some(search);
            }
        }
        Ok(())
    }

    /// What is on the desk stays there, whatever is newest.
    fn hold(&mut self, world: &World, history: &History) {
        if let Some(place) = self.place(world, history) {
            self.partition = Some(place.log.partition().clone());
            self.base = Some(place.segment().base_offset());
            self.position = place.position;
        }
    }

    /// To the next batch or the one before.
    fn turn(&mut self, direction: Direction, world: &World, history: &History) {
        self.hold(world, history);
        let Some(place) = self.place(world, history) else { return };
        let positions = positions(place.segment());
        let at = positions.iter().position(|position| Some(*position) == place.position);
        let inside = match direction {
            Direction::Back => at.and_then(|at| at.checked_sub(1)),
            Direction::Forward => at.map(|at| at + 1).filter(|at| *at < positions.len()),
        };
        if let Some(inside) = inside {
            self.position = Some(positions[inside]);
            return;
        }
        let segments = place.log.segments();
        let neighbour = match direction {
            Direction::Back => place.at.checked_sub(1),
            Direction::Forward => Some(place.at + 1).filter(|at| *at < segments.len()),
        };
        let Some(segment) = neighbour.map(|at| &segments[at]) else { return };
        if segment.size_bytes() > 0 {
            self.base = Some(segment.base_offset());
            let first = (direction == Direction::Forward).then_some(0);
            self.position = first.or_else(|| self::positions(segment).last().copied());
        }
    }

    /// The look-up that is shown, with how many of its steps, and how many it has.
    fn search(&self, world: &World, history: &History) -> Option<(Search, usize)> {
        let place = self.place(world, history)?;
        let search = self.search.or_else(|| {
            let batch = place.segment().batches_from(place.position?).flatten().next()?;
            let target = Target::Offset(u64::try_from(batch.last_offset()).ok()?);
            Some(Search { target, shown: usize::MAX, playing: false, since_ms: 0.0 })
        })?;
        let count = lookup::trace(place.log, search.target).0.len();
        Some((Search { shown: search.shown.clamp(1, count.max(1)), ..search }, count))
    }

    /// Whether the look-up plays.
    pub(super) fn is_moving(&self) -> bool {
        self.search.is_some_and(|search| search.playing)
    }

    /// Wall time has passed.
    pub(super) fn frame(&mut self, wall_ms: f64, world: &World, history: &History) {
        if !self.is_moving() {
            return;
        }
        let Some((mut search, count)) = self.search(world, history) else { return };
        search.since_ms += wall_ms;
        if search.since_ms >= STEP_MS {
            search.since_ms = 0.0;
            search.shown = (search.shown + 1).min(count);
        }
        search.playing = search.shown < count;
        self.search = Some(search);
    }

    pub(super) fn view(
        &self,
        world: &World,
        history: &History,
        words: &dyn Words,
    ) -> Option<DeskView> {
        let place = self.place(world, history)?;
        let (log, segment) = (place.log, place.segment());
        let kind = self.file.unwrap_or(FileKind::Log);
        let positions = positions(segment);
        let at = positions.iter().position(|position| Some(*position) == place.position);
        let file = format!("{}/{}", log.partition(), segment_file_name(segment, kind));
        let batch: Option<RecordBatch<'_>> =
            place.position.and_then(|at| segment.batches_from(at).flatten().next());
        let (title, subtitle, bytes) = match (kind, batch) {
            (FileKind::Index, _) => {
                let entries = segment.offset_index().len();
                let title = words.room_offset_index(entries, &file);
                (title, words.room_offset_index_is(), Some(offset_index_bytes(segment, words)))
            }
            (FileKind::TimeIndex, _) => {
                let entries = segment.time_index().len();
                let title = words.room_time_index(entries, &file);
                (title, words.room_time_index_is(), Some(time_index_bytes(segment, words)))
            }
            (_, Some(batch)) => {
                let position = place.position.unwrap_or(0);
                let (records, bytes) = (batch.record_count(), batch.size_bytes() as u64);
                let title = match records {
                    1 => words.room_batch_of_one(bytes, &file),
                    _ => words.room_batch(records, bytes, &file),
                };
                let (nth, count) = (at.unwrap_or(0) as u64 + 1, positions.len() as u64);
                let (first, last) = (batch.base_offset(), batch.last_offset());
                let subtitle = if first == last {
                    words.room_place_one(nth, count, position, first)
                } else {
                    words.room_place(nth, count, position, first, last)
                };
                let name = segment_file_name(segment, kind);
                (title, subtitle, Some(batch_bytes(&batch, name, position, words)))
            }
            (_, None) => (words.room_empty(&file), Line::default(), None),
        };
        let is_log = kind == FileKind::Log;
        let before = at.is_some_and(|at| at > 0) || place.at > 0;
        let later = log.segments().get(place.at + 1).is_some_and(|next| next.size_bytes() > 0);
        let after = at.is_some_and(|at| at + 1 < positions.len()) || later;
        let search = self.search(world, history);
        let middle = log.segments()[log.segments().len() / 2].largest_timestamp();
        Some(DeskView {
            logs: world.broker().logs().logs().map(|log| log.partition().clone()).collect(),
            partition: log.partition().clone(),
            segments: shelf::segments(log, place.at, place.position),
            files: shelf::files(segment, kind),
            title,
            subtitle,
            more: (is_log && before, is_log && after),
            bytes,
            lookup: search.map(|(search, count)| {
                let stage = lookup::Stage { log, start_ms: world.start_ms(), words };
                stage.view(search.target, search.shown, count, search.playing)
            }),
            records: batch
                .filter(|_| kind == FileKind::Log)
                .map_or_else(Vec::new, |batch| imported::hidden_records(&batch)),
            imported: self.parcel.as_ref().map(|parcel| parcel.view(words)),
            example: (middle, log.log_end_offset().0.saturating_sub(1)),
        })
    }
}
