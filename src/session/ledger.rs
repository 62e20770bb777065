//! The Ledger room: what became of every record, as a scoreboard, tiles, and one record's life.

use std::cell::RefCell;
use std::rc::Rc;

use crate::protocol::{Bytes, ClientId, NodeId, SortedMap, Subject, TopicPartition};
use crate::scene;
use crate::sim::{
    Board, Counts, End, History, Ledger, Passed, ProducerCounts, ReadAgain, ReaderBoard, Record,
    Station, StationKind, Verdict, Who, Why, World,
};
use crate::words::{Line, Words, code, key, key_text};

/// So many tiles are on a page.
pub const TILES_A_PAGE: u32 = 240;

/// Something that a person does in the Ledger room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LedgerAction {
    /// Looks with the eyes of another reader.
    Read(Who),
    /// Tiles by verdict, or in the order of `send`.
    ByVerdict(bool),
    /// Only tiles of a verdict; `None`: of all.
    OnlyVerdict(Option<Verdict>),
    /// Only a producer's; `None`: all.
    OnlyProducer(Option<ClientId>),
    /// Only keys that have this in them; empty: all.
    OnlyKey(String),
    /// To a page, from 0.
    Page(u32),
    /// A record's life; `None`: none.
    Open(Option<u32>),
}

/// What a person has chosen in the room.
#[derive(Clone, Debug)]
pub(super) struct LedgerDesk {
    who: Option<Who>,
    in_order_of_send: bool,
    verdict: Option<Verdict>,
    producer: Option<ClientId>,
    key: String,
    page: u32,
    open: Option<u32>,
    /// The board of a step, as long as nothing was done since.
    board: RefCell<Option<Rc<Board>>>,
}

impl Default for LedgerDesk {
    fn default() -> Self {
        Self {
            who: None,
            in_order_of_send: false,
            verdict: None,
            producer: None,
            key: String::new(),
            page: 0,
            open: None,
            board: RefCell::new(None),
        }
    }
}

/// A reader's row of the scoreboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderRow {
    /// Its name.
    pub name: String,
    /// Who.
    pub who: Who,
    /// What became of its records.
    pub counts: Counts,
    /// Whether the room looks with its eyes.
    pub chosen: bool,
}

/// A producer's row of the scoreboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProducerRow {
    /// Its name.
    pub name: String,
    /// How its `send`s ended.
    pub counts: ProducerCounts,
    /// Whether only its tiles are shown.
    pub chosen: bool,
}

/// A record as a tile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerTile {
    /// Its number in the ledger.
    pub record: u32,
    /// Of its key, from 1; 0: no key.
    pub colour: u8,
    /// What stands on it.
    pub letter: String,
    /// It has no value.
    pub tombstone: bool,
    /// `None`: not meant for the reader.
    pub verdict: Option<Verdict>,
    /// Its name, for those who hear it.
    pub name: String,
}

/// Tiles under one heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TileGroup {
    /// Of which verdict; `None`: of all, in the order of `send`.
    pub verdict: Option<Verdict>,
    /// The heading.
    pub heading: Line,
    /// Those of this page.
    pub tiles: Vec<LedgerTile>,
}

/// A station of a record's life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StationRow {
    /// The step to go to.
    pub index: u64,
    /// When, in milliseconds after the start.
    pub at_ms: u64,
    /// What.
    pub line: Line,
    /// It decided the verdict.
    pub decided: bool,
}

/// One record's life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LifeView {
    /// The record's number.
    pub record: u32,
    /// Which record it is.
    pub title: Line,
    /// What became of it, and why.
    pub verdict: Line,
    /// What one may learn from it.
    pub lesson: Option<Line>,
    /// Its stations, in order.
    pub stations: Vec<StationRow>,
    /// Where it stands in the log.
    pub subject: Option<Subject>,
}

/// What the Ledger room shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerView {
    /// The sentence at the top.
    pub lead: Line,
    /// What one may learn from it.
    pub aside: Line,
    /// Readers.
    pub readers: Vec<ReaderRow>,
    /// Producers.
    pub producers: Vec<ProducerRow>,
    /// Tiles of this page.
    pub groups: Vec<TileGroup>,
    /// Tiles in the order of `send`.
    pub in_order_of_send: bool,
    /// Only tiles of this verdict.
    pub verdict: Option<Verdict>,
    /// Only keys with this in them.
    pub key: String,
    /// How many tiles there are on all pages.
    pub matching: u32,
    /// This page, from 0.
    pub page: u32,
    /// How many pages.
    pub pages: u32,
    /// The record that is open.
    pub life: Option<LifeView>,
}

impl LedgerDesk {
    pub(super) fn apply(&mut self, action: LedgerAction) {
        if !matches!(action, LedgerAction::Page(_) | LedgerAction::Open(_)) {
            self.page = 0;
        }
        match action {
            LedgerAction::Read(who) => self.who = Some(who),
            LedgerAction::ByVerdict(by_verdict) => self.in_order_of_send = !by_verdict,
            LedgerAction::OnlyVerdict(verdict) => self.verdict = verdict,
            LedgerAction::OnlyProducer(producer) => self.producer = producer,
            LedgerAction::OnlyKey(text) => self.key = text,
            LedgerAction::Page(page) => self.page = page,
            LedgerAction::Open(record) => self.open = record,
        }
    }

    /// Something else may be the truth of the same step now.
    pub(super) fn forget_board(&mut self) {
        self.board.replace(None);
    }

    fn board(&self, history: &History) -> Rc<Board> {
        let index = history.world().event_index();
        let mut kept = self.board.borrow_mut();
        match &*kept {
            Some(board) if board.index == index => Rc::clone(board),
            _ => {
                let board = Rc::new(Board::new(history.ledger(), history.world()));
                *kept = Some(Rc::clone(&board));
                board
            }
        }
    }

    pub(super) fn view(&self, history: &History, words: &dyn Words) -> LedgerView {
        let (world, ledger) = (history.world(), history.ledger());
        let board = self.board(history);
        let chosen = self.chosen(&board);
        let reader = chosen.map(|at| &board.readers[at]);
        let readers = board.readers.iter().enumerate().filter(|(_, r)| r.counts.sent > 0);
        let readers = readers.map(|(at, reader)| ReaderRow {
            name: name_of(world, &reader.who),
            who: reader.who.clone(),
            counts: reader.counts,
            chosen: Some(at) == chosen,
        });
        let producers = board.producers.iter().map(|counts| ProducerRow {
            name: world.name(NodeId::Client(counts.producer)),
            counts: *counts,
            chosen: self.producer == Some(counts.producer),
        });
        let matching = self.matching(ledger, &board, reader);
        let pages = (matching.len() as u32).div_ceil(TILES_A_PAGE).max(1);
        let page = self.page.min(pages - 1);
        let from = (page * TILES_A_PAGE) as usize;
        let to = matching.len().min(from + TILES_A_PAGE as usize);
        let open = self.open.filter(|record| *record < board.records);
        LedgerView {
            lead: lead(world, &board, reader, words),
            aside: reader.and_then(|reader| lesson_of(reader, words)).unwrap_or_default(),
            readers: readers.collect(),
            producers: producers.collect(),
            groups: self.groups(world, ledger, &matching[from..to], words),
            in_order_of_send: self.in_order_of_send,
            verdict: self.verdict,
            key: self.key.clone(),
            matching: matching.len() as u32,
            page,
            pages,
            life: open.map(|record| life(world, ledger, record, reader, words)),
        }
    }

    /// With whose eyes: those that were chosen, or the first group's.
    fn chosen(&self, board: &Board) -> Option<usize> {
        let asked = board.readers.iter().position(|reader| Some(&reader.who) == self.who.as_ref());
        asked.or_else(|| board.readers.iter().position(|reader| reader.counts.sent > 0))
    }

    fn matching(
        &self,
        ledger: &Ledger,
        board: &Board,
        reader: Option<&ReaderBoard>,
    ) -> Vec<(u32, Option<Verdict>)> {
        let fits = |record: &Record, verdict: Option<Verdict>| {
            (self.verdict.is_none() || self.verdict == verdict)
                && self.producer.is_none_or(|producer| producer == record.producer)
                && (self.key.is_empty()
                    || record.key.as_deref().is_some_and(|key| key_text(key).contains(&self.key)))
        };
        let verdict_of = |number: u32| reader.and_then(|r| r.verdicts[number as usize]);
        let records = (0..board.records).map(|number| (number, verdict_of(number)));
        // What is not meant for the reader is not its business.
        let records = records.filter(|(_, verdict)| reader.is_none() || verdict.is_some());
        let records = records.filter(|(n, verdict)| fits(&ledger.records()[*n as usize], *verdict));
        if self.in_order_of_send || reader.is_none() {
            return records.collect();
        }
        let mut by_verdict: [Vec<(u32, Option<Verdict>)>; 5] = Default::default();
        for (number, verdict) in records {
            by_verdict[verdict.map_or(0, |verdict| verdict as usize)].push((number, verdict));
        }
        by_verdict.concat()
    }

    fn groups(
        &self,
        world: &World,
        ledger: &Ledger,
        page: &[(u32, Option<Verdict>)],
        words: &dyn Words,
    ) -> Vec<TileGroup> {
        let mut colours: SortedMap<Bytes, u8> = SortedMap::new();
        let mut groups: Vec<TileGroup> = Vec::new();
        for (number, verdict) in page {
            let record = &ledger.records()[*number as usize];
            let colour = record.key.as_ref().map_or(0, |key| {
                *colours.entry(Rc::clone(key)).or_insert_with(|| scene::key_colour(world, key))
            });
            let tile = LedgerTile {
                record: *number,
                colour,
                letter: letter(record),
                tombstone: record.tombstone,
                verdict: *verdict,
                name: title(world, record, *verdict, words).plain_text(),
            };
            let heading = if self.in_order_of_send { None } else { *verdict };
            match groups.last_mut() {
                Some(group) if group.verdict == heading => group.tiles.push(tile),
                _ => groups.push(TileGroup {
                    verdict: heading,
                    heading: heading
                        .map_or_else(|| words.ledger_by_send(), |v| verdict_line(v, words)),
                    tiles: vec![tile],
                }),
            }
        }
        groups
    }
}

fn letter(record: &Record) -> String {
    match &record.key {
        None => "–".into(),
        Some(key) => key_text(key).chars().next().map_or_else(|| "·".into(), String::from),
    }
}

/// A reader's name.
pub(super) fn name_of(world: &World, who: &Who) -> String {
    match who {
        Who::Group(group) => group.to_string(),
        Who::Alone(id) => world.name(NodeId::Client(*id)),
    }
}

fn verdict_line(verdict: Verdict, words: &dyn Words) -> Line {
    match verdict {
        Verdict::Once => words.verdict_once(),
        Verdict::Twice => words.verdict_twice(),
        Verdict::Lost => words.verdict_lost(),
        Verdict::UnderWay => words.verdict_under_way(),
        Verdict::Skipped => words.verdict_skipped(),
    }
}

fn title(world: &World, record: &Record, verdict: Option<Verdict>, words: &dyn Words) -> Line {
    let producer = world.name(NodeId::Client(record.producer));
    let name = match &record.key {
        Some(bytes) => words.ledger_tile_key(key(bytes)),
        None => words.ledger_tile_no_key(),
    };
    let verdict = verdict.map_or_else(|| words.ledger_not_meant(), |v| verdict_line(v, words));
    words.ledger_tile(&producer, record.number, name, verdict)
}

/// "Of 48 records for group store: 45 processed once, 2 processed more than once, because …".
fn lead(world: &World, board: &Board, reader: Option<&ReaderBoard>, words: &dyn Words) -> Line {
    if board.records == 0 {
        return words.ledger_nothing();
    }
    let Some(reader) = reader else { return words.ledger_nobody(u64::from(board.records)) };
    let order = [Verdict::Once, Verdict::Twice, Verdict::Lost, Verdict::Skipped, Verdict::UnderWay];
    let parts = order.into_iter().filter_map(|verdict| {
        let count = reader.counts.of(verdict);
        if count == 0 {
            return None;
        }
        let (count, name) = (u64::from(count), verdict_line(verdict, words));
        let whys = reader.whys.iter().filter(|((of, _), _)| *of == verdict);
        let most = whys.max_by_key(|(_, (count, _))| *count);
        Some(match most {
            None => words.ledger_part(count, name),
            Some(((_, why), (of, _))) if u64::from(*of) == count => {
                words.ledger_part_why(count, name, why_line(world, *why, words))
            }
            Some(((_, why), _)) => {
                words.ledger_part_mostly(count, name, why_line(world, *why, words))
            }
        })
    });
    let parts = Line::joined(parts, "; ");
    let name = name_of(world, &reader.who);
    let who = match reader.who {
        Who::Group(_) => words.ledger_group(&name),
        Who::Alone(_) => words.ledger_alone(&name),
    };
    words.ledger_lead(u64::from(reader.counts.sent), who, parts)
}

/// What the worst that happened may teach.
fn lesson_of(reader: &ReaderBoard, words: &dyn Words) -> Option<Line> {
    let bad = reader.whys.iter().filter(|((verdict, _), _)| *verdict != Verdict::Skipped);
    match bad.max_by_key(|(_, (count, _))| *count) {
        Some(((_, why), _)) => lesson(*why, words),
        None => Some(words.lesson_acks()),
    }
}

fn lesson(why: Why, words: &dyn Words) -> Option<Line> {
    Some(match why {
        Why::ReadAgain(ReadAgain::Sought) | Why::Superseded | Why::BeforeItsTime => return None,
        Why::ReadAgain(_) => words.lesson_crash(),
        Why::AppendedTwice => words.lesson_retry(),
        Why::CommittedFirst(_) | Why::Jumped(_) => words.lesson_commit(),
        Why::SendFailed | Why::BatchFailed => words.lesson_told(),
        _ => words.lesson_acks(),
    })
}

fn why_line(world: &World, why: Why, words: &dyn Words) -> Line {
    let name = |id: ClientId| world.name(NodeId::Client(id));
    match why {
        Why::SendFailed => words.cause_send_failed(),
        Why::BatchFailed => words.cause_batch_failed(),
        Why::ProducerCrashed(id) => words.cause_producer_crashed(&name(id)),
        Why::NeverArrived => words.cause_never_arrived(),
        Why::PowerLost => words.cause_power_lost(),
        Why::Retention => words.cause_retention(),
        Why::DeletedRecords => words.cause_deleted_records(),
        Why::CleanedAway => words.cause_cleaned_away(),
        Why::CommittedFirst(id) => words.cause_committed_first(&name(id)),
        Why::Jumped(Passed::Reset) => words.cause_jumped_reset(),
        Why::Jumped(Passed::Committed) => words.cause_jumped_committed(),
        Why::Jumped(Passed::Sought) => words.cause_jumped_sought(),
        Why::Superseded => words.cause_superseded(),
        Why::BeforeItsTime => words.cause_before_its_time(),
        Why::AppendedTwice => words.cause_appended_twice(),
        Why::ReadAgain(ReadAgain::Crashed(id)) => words.cause_crashed(&name(id)),
        Why::ReadAgain(ReadAgain::ThrownOut(id)) => words.cause_thrown_out(&name(id)),
        Why::ReadAgain(ReadAgain::Closed(id)) => words.cause_closed(&name(id)),
        Why::ReadAgain(ReadAgain::Moved(id)) => words.cause_moved(&name(id)),
        Why::ReadAgain(ReadAgain::Reset) => words.cause_again_reset(),
        Why::ReadAgain(ReadAgain::Sought) => words.cause_again_sought(),
    }
}

/// The counts of a run for each reader, and why, in plain English: what `run` ends with.
#[must_use]
pub fn scoreboard(ledger: &Ledger, world: &World, words: &dyn Words) -> Vec<String> {
    let board = Board::new(ledger, world);
    let readers = board.readers.iter().filter(|reader| reader.counts.sent > 0);
    let mut lines: Vec<String> =
        readers.map(|reader| lead(world, &board, Some(reader), words).plain_text()).collect();
    if lines.is_empty() {
        lines.push(lead(world, &board, None, words).plain_text());
    }
    lines
}

fn life(
    world: &World,
    ledger: &Ledger,
    number: u32,
    reader: Option<&ReaderBoard>,
    words: &dyn Words,
) -> LifeView {
    let record = &ledger.records()[number as usize];
    let reader = reader.and_then(|reader| ledger.reader_number(&reader.who));
    let verdict = reader.and_then(|reader| ledger.verdict(world, number, reader));
    let stations = ledger.life(world, number, reader);
    let why = verdict.and_then(|(_, why)| why);
    let mut partition: Option<TopicPartition> = None;
    let mut offset = None;
    for station in &stations {
        match &station.kind {
            StationKind::Accumulated(to) => partition = Some(to.clone()),
            StationKind::Appended { offset: at, .. } => offset = offset.or(Some(*at)),
            StationKind::Gone(..) => offset = None,
            _ => {}
        }
    }
    let rows = stations.iter().map(|station| StationRow {
        index: station.stamp.index,
        at_ms: station.stamp.at_ms - world.start_ms(),
        line: station_line(world, record, station, words),
        decided: why.is_some_and(|why| decides(why, &station.kind)),
    });
    let line = match verdict {
        None => words.ledger_verdict(words.ledger_not_meant()),
        Some((verdict, None)) => words.ledger_verdict(verdict_line(verdict, words)),
        Some((verdict, Some(why))) => {
            words.ledger_because(verdict_line(verdict, words), why_line(world, why, words))
        }
    };
    LifeView {
        record: number,
        title: {
            let producer = world.name(NodeId::Client(record.producer));
            let name = match &record.key {
                Some(bytes) => words.ledger_tile_key(key(bytes)),
                None => words.ledger_tile_no_key(),
            };
            words.ledger_title(&producer, record.number, name)
        },
        verdict: line,
        lesson: why.and_then(|why| lesson(why, words)),
        stations: rows.collect(),
        subject: partition.zip(offset).map(|(partition, at)| Subject::Record(partition, at)),
    }
}

/// Whether a station is where the verdict was decided.
fn decides(why: Why, kind: &StationKind) -> bool {
    match why {
        Why::SendFailed | Why::BatchFailed => matches!(kind, StationKind::Failed(_)),
        Why::ProducerCrashed(_) => matches!(kind, StationKind::ProducerCrashed(_)),
        Why::NeverArrived => {
            matches!(kind, StationKind::RequestLost | StationKind::Refused(_))
        }
        Why::CommittedFirst(_) => matches!(kind, StationKind::Committed { .. }),
        Why::Jumped(_) | Why::BeforeItsTime => matches!(kind, StationKind::Placed { .. }),
        Why::AppendedTwice => matches!(kind, StationKind::Appended { times: 1.., .. }),
        Why::ReadAgain(ReadAgain::Reset | ReadAgain::Sought) => {
            matches!(kind, StationKind::Placed { .. })
        }
        Why::ReadAgain(ReadAgain::Moved(_)) => matches!(kind, StationKind::Placed { .. }),
        Why::ReadAgain(_) => matches!(kind, StationKind::ReaderEnded(..)),
        _ => matches!(kind, StationKind::Gone(..)),
    }
}

fn station_line(world: &World, record: &Record, station: &Station, words: &dyn Words) -> Line {
    use crate::client::consumer::PositionSource;
    let name = |id: ClientId| world.name(NodeId::Client(id));
    match &station.kind {
        StationKind::Sent => words.station_sent(&name(record.producer)),
        StationKind::Accumulated(to) => words.station_accumulated(&to.to_string()),
        StationKind::Requested { attempts: 0 } => words.station_requested(),
        StationKind::Requested { attempts } => {
            words.station_requested_again(u64::from(*attempts) + 1)
        }
        StationKind::RequestLost => words.station_request_lost(),
        StationKind::AnswerLost => words.station_answer_lost(),
        StationKind::Refused(error) => words.station_refused(code(error.name())),
        StationKind::Retried(Some(error)) => words.station_retried(code(error.name())),
        StationKind::Retried(None) => words.station_retried_unheard(),
        StationKind::Appended { offset, times: 0 } => words.station_appended(*offset),
        StationKind::Appended { offset, .. } => words.station_appended_again(*offset),
        StationKind::Acknowledged(Some(offset)) => words.station_acknowledged(*offset),
        StationKind::Acknowledged(None) => words.station_written(),
        StationKind::Failed(refusal) => words.station_failed(&refusal.to_string()),
        StationKind::ProducerCrashed(id) => words.station_producer_crashed(&name(*id)),
        StationKind::Gone(offset, why) => match why {
            Why::PowerLost => words.station_gone_power(*offset),
            Why::Retention => words.station_gone_retention(*offset),
            Why::DeletedRecords => words.station_gone_deleted(*offset),
            Why::Superseded => words.station_gone_superseded(*offset),
            _ => words.station_gone_cleaned(*offset),
        },
        StationKind::Placed { client, offset, source } => match source {
            PositionSource::Committed => words.station_placed_committed(&name(*client), *offset),
            PositionSource::Reset => words.station_placed_reset(&name(*client), *offset),
            PositionSource::Seek => words.station_placed_sought(&name(*client), *offset),
        },
        StationKind::Returned(id) => words.station_returned(&name(*id)),
        StationKind::Processed { client, times: 0 } => words.station_processed(&name(*client)),
        StationKind::Processed { client, .. } => words.station_processed_again(&name(*client)),
        StationKind::Committed { offset, client: Some(id) } => {
            words.station_committed(&name(*id), *offset)
        }
        StationKind::Committed { offset, client: None } => words.station_read_back(*offset),
        StationKind::ReaderEnded(id, End::Crashed) => words.station_crashed(&name(*id)),
        StationKind::ReaderEnded(id, End::ThrownOut) => words.station_thrown_out(&name(*id)),
        StationKind::ReaderEnded(id, _) => words.station_ended(&name(*id)),
    }
}
