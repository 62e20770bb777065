//! The cleaner's theatre: one compacted log, large, and what the cleaner does with it record by record.
//!
//! A function of the world, of what is remembered of the last cleaning, and of the picture's clock: how
//! far a pass is follows from when it began and when it ends.

use crate::broker::BrokerEvent;
use crate::protocol::{Bytes, Offset, Subject, TopicPartition, sort_by_key};
use crate::scene;
use crate::session::Session;
use crate::session::inspect::{self, Meter};
use crate::sim::{Event, History, What, World};
use crate::storage::{
    CleanedRecord, CleanerState, Cleaning, DropReason, FileKind, FileName, Log, LogEvent,
    LogSegment, LogToClean, Suffix,
};
use crate::words::{Line, Words, clock, code, key, number, size, span_of_ms};

/// So many records of a segment are drawn, the newest of them; the others are counted.
const MOST_TILES: usize = 60;
/// So many of the latest decisions are listed.
const MOST_DECISIONS: usize = 7;
/// So many keys of the map are listed.
const MOST_KEYS: usize = 12;

/// Where a cleaning is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// The thread sleeps, or cleans another log.
    Waiting,
    /// Pass 1 reads the keys of the dirty part.
    Reading,
    /// Pass 2 copies what survives.
    Copying,
    /// The copy has taken its place.
    Done,
}

/// What becomes of a record, as far as the pass is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing was decided.
    Open,
    /// Pass 1 has read it.
    Read,
    /// It is being looked at.
    Now,
    /// It was copied.
    Kept,
    /// It was left out.
    Dropped,
    /// It is not there any more: an offset that stays unused.
    Gap,
}

/// A record in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its offset.
    pub offset: u64,
    /// Its letter.
    pub letter: String,
    /// The number of its colour, from 1; 0: none.
    pub colour: u8,
    /// It has no value.
    pub tombstone: bool,
    /// What becomes of it.
    pub fate: Fate,
    /// What it is, and what becomes of it, in words.
    pub told: String,
}

/// A file on the shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelf {
    /// Its name.
    pub file: String,
    /// Its base offset.
    pub base: u64,
    /// Whether it is part of the tail, of the head, or active.
    pub part: Part,
    /// How many bytes it has.
    pub bytes: u32,
    /// How many records stand before those that are shown.
    pub more: u32,
    /// Records and gaps.
    pub places: Vec<Place>,
}

/// Parts of a log as the cleaner sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Cleaned before: each key once.
    Tail,
    /// Never cleaned.
    Head,
    /// Never touched.
    Active,
    /// What is being written.
    Copy,
}

/// A tombstone and the time that it has left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Horizon {
    /// Which.
    pub text: Line,
    /// How much of its time has passed; `None`: not set yet.
    pub meter: Option<Meter>,
}

/// The theatre as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theatre {
    /// Whose log.
    pub partition: TopicPartition,
    /// Where the cleaning is.
    pub act: Act,
    /// What happens now, in a sentence.
    pub now: Line,
    /// The dirty ratio against its threshold.
    pub ratio: Meter,
    /// The same in numbers.
    pub ratio_text: Line,
    /// Whether it is above.
    pub above: bool,
    /// The log's files.
    pub shelves: Vec<Shelf>,
    /// The file that is written.
    pub copy: Option<Shelf>,
    /// How full the map is, in words, and its entries: key, offset, whether just put.
    pub map_text: Line,
    /// The newest entries of the map.
    pub map: Vec<(Line, bool)>,
    /// The latest decisions of pass 2, newest first; whether the record was kept.
    pub decisions: Vec<(Line, bool)>,
    /// Tombstones that the cleaner has kept.
    pub horizons: Vec<Horizon>,
    /// When the next record is reached, and the one before, in milliseconds after the start.
    pub next_ms: Option<u64>,
    /// See `next_ms`.
    pub previous_ms: Option<u64>,
}

struct Stagehand<'a> {
    world: &'a World,
    words: &'a dyn Words,
    log: &'a Log,
    letters: Vec<(Bytes, String)>,
}

/// A pass under way: which of its records it has reached.
#[derive(Clone, Copy, Debug)]
struct Pass {
    since_ms: u64,
    until_ms: u64,
    count: u64,
    /// How many are behind it; the next one is being looked at.
    done: u64,
}

impl Pass {
    fn new(since_ms: u64, until_ms: u64, count: usize, now_ms: f64) -> Self {
        let (count, span) = (count as u64, until_ms.saturating_sub(since_ms).max(1));
        let passed = (now_ms - since_ms as f64).max(0.0);
        let done = (passed * count as f64 / span as f64) as u64;
        Self { since_ms, until_ms, count, done: done.min(count) }
    }

    /// When so many are behind it.
    fn at_ms(self, done: u64) -> u64 {
        let span = self.until_ms.saturating_sub(self.since_ms);
        self.since_ms + (done * span).div_ceil(self.count.max(1))
    }

    fn fate(self, nth: u64, done: Fate) -> Fate {
        match nth.cmp(&self.done) {
            std::cmp::Ordering::Less => done,
            std::cmp::Ordering::Equal => Fate::Now,
            std::cmp::Ordering::Greater => Fate::Open,
        }
    }
}

/// The theatre of a compacted log; `None` where there is none.
#[must_use]
pub(super) fn theatre(
    world: &World,
    history: &History,
    partition: &TopicPartition,
    now_ms: f64,
    words: &dyn Words,
) -> Option<Theatre> {
    let logs = world.broker().logs();
    let log = &**logs.get(partition)?;
    let mut hand = Stagehand { world, words, log, letters: Vec::new() };
    hand.give_letters();
    let running = match logs.cleaner() {
        CleanerState::Mapping { partition: of, cleaning, until_ms } if of == partition => {
            Some((cleaning, Act::Reading, cleaning.started_ms(), *until_ms))
        }
        CleanerState::Copying { partition: of, cleaning, since_ms, until_ms }
            if of == partition =>
        {
            Some((cleaning, Act::Copying, *since_ms, *until_ms))
        }
        _ => None,
    };
    let candidate = running.map_or_else(
        || logs.candidate(log, world.now_ms()),
        |(cleaning, ..)| *cleaning.candidate(),
    );
    let mut theatre = hand.set(&candidate);
    theatre.partition = partition.clone();
    match running {
        Some((cleaning, Act::Reading, since_ms, until_ms)) => {
            hand.read(&mut theatre, cleaning, (since_ms, until_ms), now_ms);
        }
        Some((cleaning, _, since_ms, until_ms)) => {
            let fates = recorded(history, partition, since_ms);
            let fates = fates.unwrap_or_else(|| hand.derived(cleaning));
            hand.copy(&mut theatre, cleaning, &fates, (since_ms, until_ms), now_ms);
        }
        None => hand.rest(&mut theatre, history, &candidate),
    }
    Some(theatre)
}

/// What pass 2 has decided, as it was recorded.
fn recorded(
    history: &History,
    partition: &TopicPartition,
    since_ms: u64,
) -> Option<Vec<CleanedRecord>> {
    log_events(history, partition).find_map(|(event, what)| match what {
        LogEvent::SegmentsCleaned { records, .. } if event.at_ms == since_ms => {
            Some(records.to_vec())
        }
        _ => None,
    })
}

/// What happened to a log, newest first, as far as it is remembered.
fn log_events<'a>(
    history: &'a History,
    partition: &'a TopicPartition,
) -> impl Iterator<Item = (&'a Event, &'a LogEvent)> {
    history.recent().rev().filter_map(move |event| match &event.what {
        What::Broker(_, BrokerEvent::Log(of, what)) if of == partition => Some((event, what)),
        _ => None,
    })
}

/// A record of the log, as much of it as the theatre needs.
struct Seen {
    offset: u64,
    key: Option<Bytes>,
    tombstone: bool,
    horizon: Option<i64>,
}

fn seen(segment: &LogSegment) -> Vec<Seen> {
    let mut all = Vec::new();
    for batch in segment.batches().flatten().filter(|batch| !batch.is_control()) {
        let Ok(records) = batch.records() else { continue };
        all.extend(records.flatten().map(|record| Seen {
            offset: record.offset.unsigned_abs(),
            key: record.key.map(Bytes::from),
            tombstone: record.value.is_none(),
            horizon: batch.delete_horizon_ms(),
        }));
    }
    all
}

impl Stagehand<'_> {
    /// Each key has the first of its characters that no other has, or a number.
    fn give_letters(&mut self) {
        let records = self.log.segments().iter().flat_map(|segment| seen(segment));
        let mut keys: Vec<Bytes> = records.filter_map(|record| record.key).collect();
        keys.sort();
        keys.dedup();
        for key in keys {
            let text = crate::words::key_text(&key);
            let free = |c: &char| {
                c.is_alphanumeric() && self.letters.iter().all(|(_, l)| !l.starts_with(*c))
            };
            let letter = text.chars().find(free).map(String::from);
            let nth = self.letters.len();
            self.letters.push((key, letter.unwrap_or_else(|| nth.to_string())));
        }
    }

    fn place(&self, record: &Seen) -> Place {
        let known = self.letters.iter().find(|(key, _)| Some(key) == record.key.as_ref());
        let colour = record.key.as_ref().map_or(0, |key| scene::key_colour(self.world, key));
        Place {
            offset: record.offset,
            letter: known.map_or_else(String::new, |(_, letter)| letter.clone()),
            colour,
            tombstone: record.tombstone,
            fate: Fate::Open,
            told: String::new(),
        }
    }

    fn key(&self, record: &Seen) -> Line {
        match &record.key {
            Some(bytes) => Line::default().and(key(bytes)),
            None => self.words.key_none(),
        }
    }

    fn shelf(&self, segment: &LogSegment, part: Part, end: u64) -> Shelf {
        let records = seen(segment);
        let skipped = records.len().saturating_sub(MOST_TILES);
        let mut places = Vec::new();
        let base = segment.base_offset().0;
        let mut next = records.get(skipped).map_or(base, |record| record.offset);
        if skipped == 0 {
            next = base;
        }
        for record in &records[skipped..] {
            self.gap(&mut places, next, record.offset);
            places.push(self.place(record));
            next = record.offset + 1;
        }
        if part != Part::Active {
            self.gap(&mut places, next, end);
        }
        let suffix = if part == Part::Copy { Suffix::Cleaned } else { Suffix::None };
        let file = FileName::Numbered(segment.base_offset(), FileKind::Log, suffix).to_string();
        Shelf { file, base, part, bytes: segment.size_bytes(), more: skipped as u32, places }
    }

    /// One place for all offsets that are not there any more.
    fn gap(&self, places: &mut Vec<Place>, from: u64, to: u64) {
        if from < to {
            let count = to - from;
            places.push(Place {
                offset: from,
                letter: if count > 1 { count.to_string() } else { String::new() },
                colour: 0,
                tombstone: false,
                fate: Fate::Gap,
                told: self.words.theatre_gap(from, to - 1).plain_text(),
            });
        }
    }

    /// The log as it lies there.
    fn set(&self, candidate: &LogToClean) -> Theatre {
        let (log, words) = (self.log, self.words);
        let segments = log.segments();
        let shelves = segments.iter().enumerate().map(|(at, segment)| {
            let next = segments.get(at + 1).map_or(log.log_end_offset(), |next| next.base_offset());
            let part = match segment.base_offset() {
                base if base == log.active_segment().base_offset() => Part::Active,
                base if base < candidate.first_dirty => Part::Tail,
                _ => Part::Head,
            };
            self.shelf(segment, part, next.0)
        });
        let share =
            |share: crate::protocol::java::Double| (share.hundredths().clamp(0, 100) * 10) as u16;
        let (ratio, threshold) = (candidate.ratio.to_string(), candidate.threshold.to_string());
        Theatre {
            partition: log.partition().clone(),
            act: Act::Waiting,
            now: Line::default(),
            ratio: Meter { filled: share(candidate.ratio), mark: share(candidate.threshold) },
            ratio_text: words.theatre_ratio(
                &ratio,
                &threshold,
                size(candidate.cleanable_bytes),
                size(candidate.clean_bytes),
            ),
            above: crate::protocol::java::exceeds(candidate.ratio, candidate.threshold),
            shelves: shelves.collect(),
            copy: None,
            map_text: Line::default(),
            map: Vec::new(),
            decisions: Vec::new(),
            horizons: self.horizons(),
            next_ms: None,
            previous_ms: None,
        }
    }

    fn horizons(&self) -> Vec<Horizon> {
        let now_ms = self.world.now_ms().cast_signed();
        let kept_ms = self.log.config().delete_retention_ms;
        let records = self.log.segments().iter().flat_map(|segment| seen(segment));
        let stamped = records.filter(|record| record.tombstone).filter_map(|record| {
            let horizon = record.horizon?;
            let left = horizon - now_ms;
            let offset = Offset(record.offset);
            let text = if left > 0 {
                self.words.theatre_horizon(offset, self.key(&record), span_of_ms(left))
            } else {
                self.words.theatre_horizon_over(offset, self.key(&record))
            };
            let meter = (kept_ms > 0).then(|| {
                let passed =
                    i128::from(kept_ms - left.clamp(0, kept_ms)) * 1000 / i128::from(kept_ms);
                Meter { filled: passed as u16, mark: 1000 }
            });
            Some(Horizon { text, meter })
        });
        stamped.take(MOST_KEYS).collect()
    }

    /// Pass 1, up to the record that it looks at.
    fn read(
        &self,
        theatre: &mut Theatre,
        cleaning: &Cleaning,
        (since_ms, until_ms): (u64, u64),
        now_ms: f64,
    ) {
        let (words, candidate) = (self.words, cleaning.candidate());
        let range = candidate.first_dirty.0..candidate.first_uncleanable.0;
        let records: Vec<Seen> = self
            .log
            .segments()
            .iter()
            .flat_map(|segment| seen(segment))
            .filter(|record| range.contains(&record.offset))
            .collect();
        let pass = Pass::new(since_ms, until_ms, records.len(), now_ms);
        theatre.act = Act::Reading;
        let mut map: Vec<(&Bytes, u64)> = Vec::new();
        for (nth, record) in (0..).zip(&records) {
            let fate = pass.fate(nth, Fate::Read);
            mark(&mut theatre.shelves, record.offset, fate, || {
                words.theatre_read(Offset(record.offset), self.key(record)).plain_text()
            });
            if nth <= pass.done
                && let Some(key) = &record.key
            {
                map.retain(|(other, _)| *other != key);
                map.push((key, record.offset));
            }
        }
        theatre.now = match records.get(pass.done as usize) {
            Some(record) => words.theatre_reading(Offset(record.offset), self.key(record)),
            None => words.theatre_read_all(),
        };
        let usable = number(cleaning.map().usable());
        theatre.map_text = words.offset_map_value(number(map.len() as u64), usable);
        theatre.map = map
            .iter()
            .rev()
            .enumerate()
            .take(MOST_KEYS)
            .map(|(nth, (bytes, offset))| (words.row_map(key(bytes), *offset as i64), nth == 0))
            .collect();
        self.steps(theatre, pass);
    }

    /// Pass 2, up to the record that it looks at.
    fn copy(
        &self,
        theatre: &mut Theatre,
        cleaning: &Cleaning,
        fates: &[CleanedRecord],
        (since_ms, until_ms): (u64, u64),
        now_ms: f64,
    ) {
        let words = self.words;
        let pass = Pass::new(since_ms, until_ms, fates.len(), now_ms);
        theatre.act = Act::Copying;
        let sources: Vec<Seen> = self.log.segments().iter().flat_map(|s| seen(s)).collect();
        let of = |offset: Offset| sources.iter().find(|record| record.offset == offset.0);
        for (nth, fate) in (0..).zip(fates) {
            let done = if fate.dropped.is_none() { Fate::Kept } else { Fate::Dropped };
            let told = of(fate.offset).map(|record| self.decision(fate, record));
            let shown = pass.fate(nth, done);
            mark(&mut theatre.shelves, fate.offset.0, shown, || {
                told.as_ref().map_or_else(String::new, Line::plain_text)
            });
            if let Some(told) = told.filter(|_| nth <= pass.done) {
                theatre.decisions.insert(0, (told, fate.dropped.is_none()));
            }
        }
        theatre.decisions.truncate(MOST_DECISIONS);
        theatre.now = match theatre.decisions.first().filter(|_| pass.done < pass.count) {
            Some((told, _)) => told.clone(),
            None => words.theatre_copied_all(),
        };
        if let Some(copy) = self.log.cleaned_segment() {
            let end = fates.last().map_or(0, |fate| fate.offset.0 + 1);
            let mut shelf = self.shelf(copy, Part::Copy, end);
            let reached = fates.get(pass.done as usize).map_or(end, |fate| fate.offset.0);
            shelf.places.retain(|place| place.offset < reached);
            theatre.copy = Some(shelf);
        }
        let map = cleaning.map();
        theatre.map_text = words.offset_map_value(number(map.len()), number(map.usable()));
        let mut entries: Vec<(Bytes, i64)> =
            map.entries().map(|(key, offset)| (Bytes::from(key), offset)).collect();
        sort_by_key(&mut entries, |(_, offset)| -*offset);
        let asked = fates.get(pass.done as usize).and_then(|fate| of(fate.offset)?.key.clone());
        entries.truncate(MOST_KEYS);
        theatre.map = entries
            .iter()
            .map(|(bytes, offset)| {
                (words.row_map(key(bytes), *offset), asked.as_ref() == Some(bytes))
            })
            .collect();
        self.steps(theatre, pass);
    }

    fn decision(&self, fate: &CleanedRecord, record: &Seen) -> Line {
        let (words, key) = (self.words, self.key(record));
        match (fate.dropped, fate.delete_horizon_ms) {
            (Some(DropReason::Superseded { by }), _) => {
                words.theatre_superseded(fate.offset, key, by)
            }
            (Some(DropReason::ExpiredTombstone), _) => words.theatre_expired(fate.offset, key),
            (Some(DropReason::NoKey), _) => words.theatre_no_key(fate.offset),
            (Some(DropReason::AbortedTransaction), _) => words.theatre_aborted(fate.offset, key),
            (Some(DropReason::ExpiredMarker), _) => words.theatre_marker(fate.offset),
            (None, Some(horizon)) => {
                let since_start = horizon - self.world.start_ms().cast_signed();
                words.theatre_tombstone_kept(fate.offset, key, code(clock(since_start)))
            }
            (None, None) => words.theatre_kept(fate.offset, key),
        }
    }

    /// What pass 2 must have decided, where it is not remembered.
    fn derived(&self, cleaning: &Cleaning) -> Vec<CleanedRecord> {
        let group = cleaning.groups().first();
        let sources =
            self.log.segments().iter().filter(|segment| {
                group.is_some_and(|group| group.contains(&segment.base_offset()))
            });
        let kept: Vec<Seen> = self.log.cleaned_segment().map(seen).unwrap_or_default();
        let decide = |record: Seen| {
            let copied = kept.iter().find(|copy| copy.offset == record.offset);
            let last = record.key.as_ref().map(|key| cleaning.map().get(key));
            let dropped = match (copied, last) {
                (Some(_), _) => None,
                (None, None) => Some(DropReason::NoKey),
                (None, Some(last)) => match Offset::from_i64(last) {
                    Some(by) if by.0 > record.offset => Some(DropReason::Superseded { by }),
                    _ => Some(DropReason::ExpiredTombstone),
                },
            };
            let horizon = copied.filter(|copy| copy.tombstone).and_then(|copy| copy.horizon);
            CleanedRecord { offset: Offset(record.offset), dropped, delete_horizon_ms: horizon }
        };
        sources.flat_map(|segment| seen(segment)).map(decide).collect()
    }

    /// Times of the records before and after the one that is looked at.
    fn steps(&self, theatre: &mut Theatre, pass: Pass) {
        let since_start = |done: u64| pass.at_ms(done) - self.world.start_ms();
        theatre.next_ms = (pass.done < pass.count).then(|| since_start(pass.done + 1));
        theatre.previous_ms = pass.done.checked_sub(1).map(since_start);
    }

    /// Nothing is being cleaned here: what the last cleaning did, or what is waited for.
    fn rest(&self, theatre: &mut Theatre, history: &History, candidate: &LogToClean) {
        let words = self.words;
        let finished = log_events(history, self.log.partition()).find_map(|(_, what)| match what {
            LogEvent::CleaningFinished { read, kept, bytes_before, bytes_after, .. } => {
                Some((*read, *kept, *bytes_before, *bytes_after))
            }
            _ => None,
        });
        theatre.map_text = words.theatre_map_empty();
        if let Some((read, kept, before, after)) = finished {
            theatre.act = Act::Done;
            theatre.now =
                words.theatre_done(u64::from(kept), u64::from(read), size(before), size(after));
            return;
        }
        let logs = self.world.broker().logs();
        let busy = logs.cleaned_partition();
        theatre.now = match (busy, logs.cleaner_due_ms()) {
            (Some(busy), _) => words.theatre_busy(&busy.to_string()),
            (None, Some(due_ms)) if candidate.is_cleanable() => {
                words.theatre_soon(span_of_ms(due_ms.saturating_sub(self.world.now_ms())))
            }
            _ => words.theatre_waits(),
        };
    }
}

fn mark(shelves: &mut [Shelf], offset: u64, fate: Fate, told: impl FnOnce() -> String) {
    let mut places = shelves.iter_mut().flat_map(|shelf| &mut shelf.places);
    if let Some(place) = places.find(|place| place.offset == offset && place.fate != Fate::Gap) {
        place.fate = fate;
        place.told = told();
    }
}

impl Session {
    /// The cleaner's theatre, where a person watches it.
    #[must_use]
    pub fn theatre(&self) -> Option<Theatre> {
        let world = self.history.world();
        let now_ms = self.playback.picture_ms.max(world.now_ms() as f64);
        let words = self.words();
        theatre(world, &self.history, self.watched.as_ref()?, now_ms, words)
    }

    /// The compacted log that is selected, or cleaned now, or the first that there is.
    #[must_use]
    pub fn compacted_partition(&self) -> Option<TopicPartition> {
        let logs = self.history.world().broker().logs();
        let compact = |partition: &&TopicPartition| {
            logs.get(partition).is_some_and(|log| log.config().compact)
        };
        let selected = self.selected.as_ref().and_then(|subject| match subject {
            Subject::Partition(partition)
            | Subject::Segment(partition, _)
            | Subject::Record(partition, _)
            | Subject::Cleaner(partition) => Some(partition),
            _ => None,
        });
        let ours = |partition: &&TopicPartition| !partition.topic.is_internal();
        let cleaned = logs.cleaned_partition();
        let mut all = logs.logs().map(|log| log.partition());
        let first = all.find(|partition| ours(partition) && compact(partition));
        selected.filter(compact).or(cleaned.filter(ours)).or(first).or(cleaned).cloned()
    }

    /// What the log of what is selected, or has the keyboard's ring, waits for.
    #[must_use]
    pub fn why_not(&self) -> Option<inspect::WhyNot> {
        let world = self.history.world();
        let subjects = [self.selected.as_ref(), self.focused.as_ref()];
        subjects
            .into_iter()
            .flatten()
            .find_map(|subject| inspect::why_not(world, &self.history, subject, self.words()))
    }
}
