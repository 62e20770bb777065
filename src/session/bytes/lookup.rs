//! A look-up as rows of things that are asked, one row for each kind: files, index entries, batches.
//!
//! The steps are those of the search itself ([`LookupStep`]); here they only get their places and words.

use crate::protocol::Offset;
use crate::session::bytes::Target;
use crate::session::inspect::segment_file_name;
use crate::storage::{BatchPosition, FileKind, Log, LogSegment, LookupStep};
use crate::words::{Line, Words, clock};

/// A row with more cells leaves out those that nobody asked for.
const MOST_CELLS: usize = 9;

/// How far a cell has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellState {
    /// Not asked.
    Plain,
    /// Asked, and not it.
    Asked,
    /// The search goes on from it.
    Chosen,
}

/// Something that may be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// What came out when it was asked, with its turn in front: `2. 26 ≤ 27`.
    pub note: String,
    /// How far it has come.
    pub state: CellState,
    /// Cells were left out before it.
    pub gap: bool,
    /// Which batch it is, if it is one.
    pub batch: Option<(Offset, u32)>,
}

/// What a row's cells are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// Segments.
    Files,
    /// Entries of the time index.
    TimeIndex,
    /// Entries of the offset index.
    OffsetIndex,
    /// Batches.
    Batches,
    /// The records of one.
    Records,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookupRow {
    /// What its cells are.
    pub kind: RowKind,
    /// The question.
    pub title: String,
    /// How it is answered.
    pub how: String,
    /// What may be asked.
    pub cells: Vec<Cell>,
    /// What came out, once it did.
    pub outcome: String,
    /// Whether the last step shown belongs here.
    pub current: bool,
}

/// A look-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookupView {
    /// What is looked for.
    pub target: Target,
    /// That, as a heading.
    pub title: Line,
    /// So many steps are shown.
    pub shown: usize,
    /// So many there are.
    pub count: usize,
    /// Whether it plays.
    pub playing: bool,
    /// The last step shown, in a sentence.
    pub says: String,
    /// The rows.
    pub rows: Vec<LookupRow>,
}

/// The steps of a look-up, and whether it finds something.
pub(super) fn trace(log: &Log, target: Target) -> (Vec<LookupStep>, bool) {
    match target {
        Target::Offset(offset) => {
            let lookup = log.explain_offset(Offset(offset));
            (lookup.steps, lookup.found.is_some())
        }
        Target::Time(timestamp) => {
            let lookup = log.explain_timestamp(timestamp);
            (lookup.steps, matches!(lookup.found, Ok(Some(_))))
        }
    }
}

/// What is needed to tell of a look-up.
pub(super) struct Stage<'a> {
    pub(super) log: &'a Log,
    pub(super) start_ms: u64,
    pub(super) words: &'a dyn Words,
}

/// A batch that was scanned: where, its last offset, its largest timestamp, whether it is the one.
type Scanned = (BatchPosition, i64, i64, bool);

/// What the steps so far have come to.
#[derive(Default)]
struct Heard {
    files: Vec<(Offset, bool)>,
    time_entries: Vec<u32>,
    time_floor: Option<(Option<u32>, Offset)>,
    offset_entries: Vec<u32>,
    offset_floor: Option<(Option<u32>, u32)>,
    batches: Vec<Scanned>,
    records: Vec<(i64, i64, bool)>,
}

impl Heard {
    fn hear(&mut self, step: &LookupStep) {
        match *step {
            LookupStep::Segment { base_offset, taken, .. } => {
                let mut files = std::mem::take(&mut self.files);
                files.push((base_offset, taken));
                *self = Self { files, ..Self::default() };
            }
            LookupStep::TimeEntry { slot, .. } => self.time_entries.push(slot),
            LookupStep::TimeFloor { slot, offset } => self.time_floor = Some((slot, offset)),
            LookupStep::OffsetEntry { slot, .. } => self.offset_entries.push(slot),
            LookupStep::OffsetFloor { slot, position } => {
                self.offset_floor = Some((slot, position));
            }
            LookupStep::Batch { at, last_offset, max_timestamp, found } => {
                self.batches.push((at, last_offset, max_timestamp, found));
                self.records.clear();
            }
            LookupStep::Record { offset, timestamp, found } => {
                self.records.push((offset, timestamp, found));
            }
        }
    }
}

impl Stage<'_> {
    fn time(&self, timestamp: i64) -> String {
        clock(timestamp.saturating_sub(self.start_ms.cast_signed()))
    }

    pub(super) fn view(
        &self,
        target: Target,
        shown: usize,
        count: usize,
        playing: bool,
    ) -> LookupView {
        let (steps, found) = trace(self.log, target);
        let steps = &steps[..shown.min(steps.len())];
        let mut heard = Heard::default();
        steps.iter().for_each(|step| heard.hear(step));
        let finished = shown >= count;
        let title = match target {
            Target::Offset(offset) => self.words.find_offset(offset),
            Target::Time(timestamp) => self.words.find_time(timestamp, &self.time(timestamp)),
        };
        let mut rows = vec![self.files(target, &heard)];
        let segment = heard.files.last().filter(|(_, taken)| *taken).and_then(|(base, _)| {
            self.log.segments().iter().find(|segment| segment.base_offset() == *base)
        });
        if let Some(segment) = segment {
            if let Target::Time(timestamp) = target {
                rows.push(self.time_index(segment, timestamp, &heard));
            }
            let by_offset = match target {
                Target::Offset(offset) => Some(offset.cast_signed()),
                Target::Time(_) => heard.time_floor.map(|(_, offset)| offset.as_i64()),
            };
            if let Some(offset) = by_offset {
                rows.push(self.offset_index(segment, offset, &heard));
            }
            if let Some((_, from)) = heard.offset_floor {
                rows.push(self.batches(segment, from, target, &heard));
            }
            if !heard.records.is_empty() {
                rows.push(self.records(&heard));
            }
        }
        let current = steps.last().map(kind_of);
        for row in &mut rows {
            row.current = Some(row.kind) == current;
        }
        let says = match steps.last() {
            Some(_) if finished && !found => self.words.find_nothing().plain_text(),
            Some(step) => self.say(step, target),
            None => self.words.find_nothing().plain_text(),
        };
        LookupView { target, title, shown: steps.len(), count, playing, says, rows }
    }

    fn row(
        &self,
        kind: RowKind,
        number: u64,
        title: Line,
        how: Line,
        cells: Vec<Cell>,
    ) -> LookupRow {
        let title = format!("{number} {}", title.plain_text());
        let (how, outcome) = (how.plain_text(), String::new());
        LookupRow { kind, title, how, cells, outcome, current: false }
    }

    fn files(&self, target: Target, heard: &Heard) -> LookupRow {
        let last = heard.files.last();
        let cells = self.log.segments().iter().map(|segment| {
            let base = segment.base_offset();
            let asked = heard.files.iter().any(|(of, _)| *of == base);
            let chosen = last == Some(&(base, true));
            let note = match target {
                Target::Time(timestamp) if asked => {
                    let largest = segment.largest_timestamp();
                    let sign = if largest >= timestamp { "≥" } else { "<" };
                    format!("{} {sign} {}", self.time(largest), self.time(timestamp))
                }
                Target::Offset(offset) if chosen && base.0 <= offset => {
                    format!("{} ≤ {offset}", base.0)
                }
                _ => String::new(),
            };
            cell(segment_file_name(segment, FileKind::Log), note, state(asked, chosen))
        });
        let how = match target {
            Target::Offset(offset) => self.words.how_file_by_offset(offset),
            Target::Time(timestamp) => self.words.how_file_by_time(&self.time(timestamp)),
        };
        let cells = thinned(cells.collect());
        self.row(RowKind::Files, 1, self.words.which_file(), how, cells)
    }

    fn time_index(&self, segment: &LogSegment, target: i64, heard: &Heard) -> LookupRow {
        let index = segment.time_index();
        let cells = (0..index.len()).map(|slot| {
            let (timestamp, offset) = index.entry(slot);
            let turn = heard.time_entries.iter().position(|asked| *asked == slot);
            let note = turn.map_or_else(String::new, |turn| {
                let sign = if timestamp <= target { "≤" } else { ">" };
                format!("{}. {} {sign} {}", turn + 1, self.time(timestamp), self.time(target))
            });
            let chosen = heard.time_floor.is_some_and(|(floor, _)| floor == Some(slot));
            let text = format!("{} → {offset}", self.time(timestamp));
            cell(text, note, state(turn.is_some(), chosen))
        });
        let how = self.words.how_time_index(&self.time(target));
        let cells = thinned(cells.collect());
        let mut row = self.row(RowKind::TimeIndex, 2, self.words.which_time_entry(), how, cells);
        if let Some((slot, offset)) = heard.time_floor {
            row.outcome = match slot {
                Some(_) => self.words.found_time_entry(offset.0),
                None => self.words.found_no_time_entry(offset.0),
            }
            .plain_text();
        }
        row
    }

    fn offset_index(&self, segment: &LogSegment, target: i64, heard: &Heard) -> LookupRow {
        let index = segment.offset_index();
        let cells = (0..index.len()).map(|slot| {
            let (offset, position) = index.entry(slot);
            let turn = heard.offset_entries.iter().position(|asked| *asked == slot);
            let note = turn.map_or_else(String::new, |turn| {
                let sign = if offset.as_i64() <= target { "≤" } else { ">" };
                format!("{}. {offset} {sign} {target}", turn + 1)
            });
            let chosen = heard.offset_floor.is_some_and(|(floor, _)| floor == Some(slot));
            cell(format!("{offset} → {position}"), note, state(turn.is_some(), chosen))
        });
        let number = if heard.time_floor.is_some() { 3 } else { 2 };
        let how = self.words.how_offset_index(target);
        let cells = thinned(cells.collect());
        let kind = RowKind::OffsetIndex;
        let mut row = self.row(kind, number, self.words.which_position(), how, cells);
        if let Some((slot, position)) = heard.offset_floor {
            row.outcome = match slot {
                Some(_) => self.words.found_position(position),
                None => self.words.found_no_position(),
            }
            .plain_text();
        }
        row
    }

    fn batches(&self, segment: &LogSegment, from: u32, target: Target, heard: &Heard) -> LookupRow {
        let base = segment.base_offset();
        let mut cells = Vec::new();
        let mut batches = segment.batches_from(from);
        loop {
            let position = batches.position();
            let Some(Ok(batch)) = batches.next() else { break };
            let (first, last) = (batch.base_offset(), batch.last_offset());
            let scanned = heard.batches.iter().find(|(at, ..)| at.position == position);
            let note = match scanned {
                None => String::new(),
                Some((.., true)) => self.words.scan_found(position).plain_text(),
                Some((at, last, newest, false)) => match target {
                    Target::Offset(_) => self.words.scan_skip(position, *last, at.size_bytes),
                    Target::Time(_) => {
                        self.words.scan_skip_time(position, &self.time(*newest), at.size_bytes)
                    }
                }
                .plain_text(),
            };
            let text = if first == last { format!("{first}") } else { format!("{first}…{last}") };
            let chosen = scanned.is_some_and(|(.., found)| *found);
            let mut cell = cell(text, note, state(scanned.is_some(), chosen));
            cell.batch = Some((base, position));
            cells.push(cell);
            if cells.len() >= heard.batches.len() + 3 {
                break;
            }
        }
        let number = if heard.time_floor.is_some() { 4 } else { 3 };
        let how = match target {
            Target::Offset(offset) => self.words.how_scan(offset),
            Target::Time(timestamp) => self.words.how_scan_time(&self.time(timestamp)),
        };
        self.row(RowKind::Batches, number, self.words.scan_from_there(), how, thinned(cells))
    }

    fn records(&self, heard: &Heard) -> LookupRow {
        let cells = heard.records.iter().map(|(offset, timestamp, found)| {
            cell(
                format!("{offset} · {}", self.time(*timestamp)),
                String::new(),
                state(true, *found),
            )
        });
        let cells = thinned(cells.collect());
        let (title, how) = (self.words.which_record(), self.words.how_records());
        self.row(RowKind::Records, 5, title, how, cells)
    }

    /// A step, in a sentence.
    fn say(&self, step: &LookupStep, target: Target) -> String {
        let words = self.words;
        let line = match (*step, target) {
            (LookupStep::Segment { base_offset, .. }, Target::Offset(offset)) => {
                words.say_file(base_offset.0, offset)
            }
            (LookupStep::Segment { largest_timestamp, taken, .. }, Target::Time(_)) => {
                let newest = self.time(largest_timestamp);
                if taken { words.say_file_taken(&newest) } else { words.say_file_passed(&newest) }
            }
            (LookupStep::TimeEntry { slot, timestamp, .. }, _) => {
                words.say_time_entry(slot, &self.time(timestamp))
            }
            (LookupStep::TimeFloor { slot: Some(_), offset }, _) => {
                words.found_time_entry(offset.0)
            }
            (LookupStep::TimeFloor { slot: None, offset }, _) => {
                words.found_no_time_entry(offset.0)
            }
            (LookupStep::OffsetEntry { slot, offset, .. }, _) => {
                words.say_offset_entry(slot, offset.0)
            }
            (LookupStep::OffsetFloor { slot: Some(_), position }, _) => {
                words.found_position(position)
            }
            (LookupStep::OffsetFloor { slot: None, .. }, _) => words.found_no_position(),
            (LookupStep::Batch { at, found: true, last_offset, .. }, _)
                if last_offset == at.base_offset =>
            {
                words.say_batch_of_one(last_offset)
            }
            (LookupStep::Batch { at, found: true, last_offset, .. }, _) => {
                words.say_batch_found(at.base_offset, last_offset)
            }
            (LookupStep::Batch { at, last_offset, .. }, Target::Offset(_)) => {
                words.say_skip(at.position, last_offset, at.size_bytes)
            }
            (LookupStep::Batch { at, max_timestamp, .. }, Target::Time(_)) => {
                words.say_skip_time(at.position, &self.time(max_timestamp), at.size_bytes)
            }
            (LookupStep::Record { offset, timestamp, found: true }, _) => {
                words.say_record_found(offset, &self.time(timestamp))
            }
            (LookupStep::Record { offset, timestamp, .. }, _) => {
                words.say_record(offset, &self.time(timestamp))
            }
        };
        line.plain_text()
    }
}

fn kind_of(step: &LookupStep) -> RowKind {
    match step {
        LookupStep::Segment { .. } => RowKind::Files,
        LookupStep::TimeEntry { .. } | LookupStep::TimeFloor { .. } => RowKind::TimeIndex,
        LookupStep::OffsetEntry { .. } | LookupStep::OffsetFloor { .. } => RowKind::OffsetIndex,
        LookupStep::Batch { .. } => RowKind::Batches,
        LookupStep::Record { .. } => RowKind::Records,
    }
}

fn cell(text: String, note: String, state: CellState) -> Cell {
    Cell { text, note, state, gap: false, batch: None }
}

fn state(asked: bool, chosen: bool) -> CellState {
    match (asked, chosen) {
        (_, true) => CellState::Chosen,
        (true, false) => CellState::Asked,
        (false, false) => CellState::Plain,
    }
}

/// Long rows keep what was asked, its neighbours and both ends.
fn thinned(cells: Vec<Cell>) -> Vec<Cell> {
    if cells.len() <= MOST_CELLS {
        return cells;
    }
    let end = cells.len() - 1;
    let asked = |at: usize| cells.get(at).is_some_and(|cell| cell.state != CellState::Plain);
    let near = |at: usize| asked(at) || asked(at + 1) || at.checked_sub(1).is_some_and(asked);
    let kept: Vec<usize> =
        (0..cells.len()).filter(|at| *at == 0 || *at == end || near(*at)).collect();
    // A scan may be long: its beginning and its end say enough.
    let most = 2 * MOST_CELLS;
    let cut = kept.len().saturating_sub(most);
    let mut before = None;
    let mut thin = Vec::new();
    for (nth, at) in kept.into_iter().enumerate() {
        if (4..4 + cut).contains(&nth) {
            continue;
        }
        let mut cell = cells[at].clone();
        cell.gap = before.is_some_and(|before: usize| before + 1 < at);
        before = Some(at);
        thin.push(cell);
    }
    thin
}
