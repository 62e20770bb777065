//! "Why not?": what a log waits for. Each condition against its threshold, and when at the earliest the
//! answer changes if nothing else happens.

use crate::protocol::{Offset, Subject, TopicPartition};
use crate::session::inspect::bytes::file_name;
use crate::session::inspect::gates::{cleaning_gates, deletion_gates, gate, roll_gates};
use crate::session::inspect::record::{Found, find, latest_of_key};
use crate::session::inspect::{Gate, Sheet};
use crate::sim::{History, World};
use crate::storage::{CleanerState, DropReason, FileKind, Log, LogEvent};
use crate::words::{Line, Span, Words, code, number, size, span_of_ms};

/// So many turns of the threads are looked ahead; more segments than these are not told apart anyway.
const TURNS: u32 = 80;
/// So many segments are listed.
const MOST_SEGMENTS: usize = 12;

/// When the answer changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earliest {
    /// The sentence.
    pub text: Line,
    /// In milliseconds after the start; `None`: not by itself.
    pub at_ms: Option<u64>,
}

/// A segment and the sweeps of retention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentDoubt {
    /// Its file.
    pub file: String,
    /// What it opens.
    pub subject: Subject,
    /// Whether it is the one that was asked about.
    pub chosen: bool,
    /// Whether the next pass takes it.
    pub due: bool,
    /// Start offset, size, time (RET-2).
    pub sweeps: Vec<(String, Gate)>,
    /// When it goes.
    pub earliest: Option<Earliest>,
}

/// A question about what does not happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// A short name, for the page.
    pub name: &'static str,
    /// The question.
    pub question: Line,
    /// How it is decided.
    pub answer: Line,
    /// What decides.
    pub gates: Vec<Gate>,
    /// The oldest segments one by one.
    pub segments: Vec<SegmentDoubt>,
    /// How many more there are.
    pub more: u32,
    /// When the answer changes.
    pub earliest: Earliest,
}

/// Everything that a log waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhyNot {
    /// Whose log.
    pub about: Line,
    /// The questions.
    pub doubts: Vec<Doubt>,
}

/// What the log of a partition, a segment, a record or the cleaner's view of it waits for.
#[must_use]
pub fn why_not(
    world: &World,
    history: &History,
    subject: &Subject,
    words: &dyn Words,
) -> Option<WhyNot> {
    let (partition, base, offset) = match subject {
        Subject::Partition(partition) | Subject::Cleaner(partition) => (partition, None, None),
        Subject::Committed(_, partition) | Subject::Position(_, partition) => {
            (partition, None, None)
        }
        Subject::Segment(partition, base) => (partition, Some(*base), None),
        Subject::Record(partition, offset) => (partition, None, Some(*offset)),
        _ => return None,
    };
    let log = world.broker().logs().get(partition)?;
    let sheet = Sheet::new(world, history, words, subject);
    let ahead = if world.broker().is_running() {
        world.broker().logs().outlook(world.now_ms(), partition, TURNS)
    } else {
        Vec::new()
    };
    let asked = Asked { sheet: &sheet, log, ahead, base, offset };
    let mut doubts = Vec::new();
    doubts.extend(offset.and_then(|offset| asked.record(offset)));
    let rest = [asked.roll(), asked.deletion(), asked.cleaning()];
    doubts.extend(rest);
    if matches!(subject, Subject::Cleaner(_)) {
        doubts.rotate_right(1);
    }
    Some(WhyNot { about: words.why_not_about(&partition.to_string()), doubts })
}

struct Asked<'a> {
    sheet: &'a Sheet<'a>,
    log: &'a Log,
    ahead: Vec<(u64, LogEvent)>,
    base: Option<Offset>,
    offset: Option<Offset>,
}

impl Asked<'_> {
    fn partition(&self) -> &TopicPartition {
        self.log.partition()
    }

    fn now_ms(&self) -> u64 {
        self.sheet.world.now_ms()
    }

    fn yes_no(&self, yes: bool) -> Line {
        if yes { self.sheet.words.value_yes() } else { self.sheet.words.value_no() }
    }

    /// A condition that is met or not.
    fn question(&self, name: Line, met: bool, rule: &'static str) -> Gate {
        gate(name, self.yes_no(met), self.sheet.words.value_yes(), met, rule)
    }

    /// When the timers do it.
    fn first(&self, wanted: impl Fn(&LogEvent) -> bool) -> Earliest {
        self.at(self.ahead.iter().find(|(_, event)| wanted(event)).map(|(at_ms, _)| *at_ms))
    }

    fn at(&self, at_ms: Option<u64>) -> Earliest {
        let words = self.sheet.words;
        let Some(at_ms) = at_ms else {
            let running = self.sheet.world.broker().is_running();
            let text = if running { words.earliest_never() } else { words.earliest_down() };
            return Earliest { text, at_ms: None };
        };
        let left = span_of_ms(self.sheet.until_ms(at_ms));
        let text = words.earliest_event(self.sheet.clock_of(at_ms), left);
        Earliest { text, at_ms: Some(at_ms - self.sheet.world.start_ms()) }
    }

    /// The same time in other words.
    fn with(&self, earliest: Earliest, say: impl Fn(Span, Span) -> Line) -> Earliest {
        let Some(at_ms) = earliest.at_ms else { return earliest };
        let at_ms = at_ms + self.sheet.world.start_ms();
        let left = span_of_ms(self.sheet.until_ms(at_ms));
        Earliest { text: say(self.sheet.clock_of(at_ms), left), ..earliest }
    }

    fn roll(&self) -> Doubt {
        let (words, log) = (self.sheet.words, self.log);
        let segment = log.active_segment();
        let room = log.config().segment_bytes.saturating_sub(segment.size_bytes());
        let answer = match segment.size_bytes() {
            0 => words.answer_roll_empty(),
            _ => words.answer_roll(size(room)),
        };
        let by_timer = self.first(|event| matches!(event, LogEvent::SegmentRolled { .. }));
        let from_ms = log.roll_from_ms(self.now_ms());
        let earliest = match (by_timer.at_ms, from_ms) {
            (None, Some(from_ms)) if from_ms <= self.now_ms() => {
                Earliest { text: words.earliest_append_now(), at_ms: None }
            }
            (None, Some(from_ms)) => {
                let left = span_of_ms(self.sheet.until_ms(from_ms));
                let text = words.earliest_append(self.sheet.clock_of(from_ms), left);
                Earliest { text, at_ms: Some(from_ms - self.sheet.world.start_ms()) }
            }
            _ => self.with(by_timer, |at, left| words.earliest_retention_rolls(at, left)),
        };
        Doubt {
            name: "roll",
            question: words.doubt_roll(&file_name(segment, FileKind::Log)),
            answer,
            gates: roll_gates(log, self.now_ms(), words),
            segments: Vec::new(),
            more: 0,
            earliest,
        }
    }

    fn deletion(&self) -> Doubt {
        let (words, log) = (self.sheet.words, self.log);
        let count = log.segments().len();
        let asked_at = self
            .offset
            .and_then(|offset| log.floor_segment(offset))
            .or_else(|| log.segments().iter().position(|s| Some(s.base_offset()) == self.base));
        let due = log.deletable_by(self.now_ms()).map_or(0, |(count, _)| count);
        let mut shown: Vec<usize> = (0..count.min(MOST_SEGMENTS)).collect();
        if let Some(at) = asked_at.filter(|at| !shown.contains(at)) {
            shown.push(at);
        }
        let segments: Vec<SegmentDoubt> =
            shown.iter().map(|at| self.segment(*at, due, asked_at == Some(*at))).collect();
        let delete = log.config().delete;
        let mut gates = deletion_gates(log, 0, self.now_ms(), words);
        gates.truncate(2);
        let answer = if delete { words.answer_deletion() } else { words.answer_no_delete() };
        Doubt {
            name: "deletion",
            question: words.doubt_deletion(),
            answer,
            gates,
            more: (count - segments.len()) as u32,
            segments,
            earliest: self.first(|event| matches!(event, LogEvent::SegmentsDeleted { .. })),
        }
    }

    fn segment(&self, at: usize, due: usize, chosen: bool) -> SegmentDoubt {
        let (words, log) = (self.sheet.words, self.log);
        let segment = &log.segments()[at];
        let base = segment.base_offset();
        let start = log.log_start_offset();
        let next = log.segments().get(at + 1).map(|next| next.base_offset());
        let below = gate(
            words.gate_start_offset(),
            number(start.0),
            next.map_or_else(|| words.limit_none(), |next| Line::default().and(number(next.0))),
            next.is_some_and(|next| next <= start),
            "RET-6",
        )
        .of(start.0.saturating_sub(base.0), next.map_or(0, |next| next.0 - base.0));
        let mut sweeps = vec![(words.sweep_start().plain_text(), below)];
        if log.config().delete {
            let gates = deletion_gates(log, at, self.now_ms(), words);
            let [_, _, age, bytes] = &gates[..] else { unreachable!("with delete there are four") };
            sweeps.push((words.sweep_size().plain_text(), bytes.clone()));
            sweeps.push((words.sweep_time().plain_text(), age.clone()));
        }
        let goes = |event: &LogEvent| match event {
            LogEvent::SegmentsDeleted { base_offsets, .. } => base_offsets.contains(&base),
            _ => false,
        };
        SegmentDoubt {
            file: file_name(segment, FileKind::Log),
            subject: Subject::Segment(self.partition().clone(), base),
            chosen,
            due: at < due,
            sweeps,
            earliest: chosen.then(|| self.first(goes)),
        }
    }

    fn cleaning(&self) -> Doubt {
        let (words, log) = (self.sheet.words, self.log);
        let logs = self.sheet.world.broker().logs();
        let candidate = logs.candidate(log, self.now_ms());
        let being_cleaned = logs.cleaned_partition() == Some(self.partition());
        let mut gates = cleaning_gates(log, &candidate, self.now_ms(), words);
        if log.config().compact {
            let alive = logs.cleaner_config().enabled && !logs.is_uncleanable(self.partition());
            gates.insert(1, self.question(words.gate_cleaner_enabled(), alive, "CLEAN-8"));
            gates.insert(3, self.young(candidate.first_dirty));
            let free = logs.cleaned_partition().is_none();
            gates.push(self.question(words.gate_cleaner_free(), free, "CLEAN-6"));
        } else {
            gates.truncate(1);
        }
        Doubt {
            name: "cleaning",
            question: if being_cleaned {
                words.doubt_cleaning_now()
            } else {
                words.doubt_cleaning()
            },
            answer: if log.config().compact {
                words.answer_cleaning()
            } else {
                words.answer_not_compacted()
            },
            gates,
            segments: Vec::new(),
            more: 0,
            earliest: self.first(|event| matches!(event, LogEvent::CleaningStarted { .. })),
        }
    }

    /// Whether the first dirty segment is old enough (CLEAN-3).
    fn young(&self, first_dirty: Offset) -> Gate {
        let lag_ms = self.log.config().min_compaction_lag_ms;
        let name = self.sheet.words.gate_young();
        let first = self.log.closed_segments_from(first_dirty).first();
        let age_ms = first
            .map(|first| self.now_ms().cast_signed().saturating_sub(first.largest_timestamp()));
        let value = age_ms.map_or_else(Line::default, |age_ms| line_of_span(age_ms));
        let met = lag_ms <= 0 || age_ms.is_some_and(|age_ms| age_ms >= lag_ms);
        gate(name, value, span_of_ms(lag_ms), met, "CLEAN-3").of(age_ms.unwrap_or(0), lag_ms)
    }

    /// Why a tombstone, or a record that a later one supersedes, is still there.
    fn record(&self, offset: Offset) -> Option<Doubt> {
        let (words, log) = (self.sheet.words, self.log);
        if !log.config().compact {
            return None;
        }
        let found = find(log, offset)?;
        let key = found.record().key?;
        let latest = latest_of_key(log.segments(), key).unwrap_or(offset);
        let (question, answer) = if latest > offset {
            (words.doubt_superseded(offset), words.answer_superseded(latest))
        } else if found.record().value.is_none() {
            (words.doubt_tombstone(offset), words.answer_tombstone())
        } else {
            return None;
        };
        let logs = self.sheet.world.broker().logs();
        let candidate = logs.candidate(log, self.now_ms());
        let stop = candidate.first_uncleanable;
        let before = |offset: Offset| {
            gate(Line::default(), code(offset), code(stop), offset < stop, "CLEAN-4")
        };
        let mut gates = vec![Gate { name: words.gate_before_stop(), ..before(offset) }];
        if latest > offset {
            gates.push(Gate { name: words.gate_superseder_before_stop(), ..before(latest) });
        } else {
            gates.extend(self.horizon(&found));
        }
        let due = gate(
            words.gate_round_due(),
            code(candidate.ratio),
            code(candidate.threshold),
            candidate.is_cleanable(),
            "CLEAN-6",
        );
        gates.push(due.ratio(candidate.ratio, candidate.threshold));
        Some(Doubt {
            name: "record",
            question,
            answer,
            gates,
            segments: Vec::new(),
            more: 0,
            earliest: self.at(self.dropped_ms(offset)),
        })
    }

    /// When the file without this record takes its place.
    fn dropped_ms(&self, offset: Offset) -> Option<u64> {
        let drops = |event: &LogEvent| match event {
            LogEvent::SegmentsCleaned { records, .. } => records.iter().any(|record| {
                record.offset == offset
                    && matches!(
                        record.dropped,
                        Some(DropReason::ExpiredTombstone | DropReason::Superseded { .. })
                    )
            }),
            LogEvent::SegmentsDeleted { log_start_offset, .. } => *log_start_offset > offset,
            _ => false,
        };
        let swap =
            |(_, event): &&(u64, LogEvent)| matches!(event, LogEvent::SegmentsReplaced { .. });
        if self.is_left_out_of_copy(offset) {
            return self.ahead.iter().find(swap).map(|(at_ms, _)| *at_ms);
        }
        let at = self.ahead.iter().position(|(_, event)| drops(event))?;
        let (copied_ms, copied) = &self.ahead[at];
        if matches!(copied, LogEvent::SegmentsDeleted { .. }) {
            return Some(*copied_ms);
        }
        self.ahead[at..].iter().find(swap).map(|(at_ms, _)| *at_ms)
    }

    /// Whether the group that is being copied had the record, and the copy has not.
    fn is_left_out_of_copy(&self, offset: Offset) -> bool {
        let CleanerState::Copying { partition, cleaning, .. } =
            self.sheet.world.broker().logs().cleaner()
        else {
            return false;
        };
        let Some(copy) = self.log.cleaned_segment().filter(|_| partition == self.partition())
        else {
            return false;
        };
        let segment =
            self.log.floor_segment(offset).map(|at| self.log.segments()[at].base_offset());
        let in_group = cleaning
            .groups()
            .first()
            .is_some_and(|group| group.iter().any(|base| Some(*base) == segment));
        let mut records =
            copy.batches().flatten().filter_map(|batch| batch.records().ok()).flatten();
        in_group && !records.any(|record| record.is_ok_and(|r| r.offset == offset.as_i64()))
    }

    /// CLEAN-16.
    fn horizon(&self, found: &Found<'_>) -> [Gate; 2] {
        let words = self.sheet.words;
        let horizon = found.batch.delete_horizon_ms();
        let at = |horizon: i64| Line::default().and(self.sheet.clock(horizon));
        let set = self.question(words.gate_horizon_set(), horizon.is_some(), "CLEAN-16");
        let now_ms = self.now_ms().cast_signed();
        let kept_ms = self.log.config().delete_retention_ms;
        let since_ms =
            horizon.map_or(0, |horizon| kept_ms.saturating_sub(horizon.saturating_sub(now_ms)));
        let passed = gate(
            words.gate_horizon_passed(),
            self.sheet.clock(now_ms),
            horizon.map_or_else(|| words.value_not_set(), at),
            horizon.is_some_and(|horizon| now_ms >= horizon),
            "CLEAN-16",
        );
        [set, passed.of(since_ms, kept_ms)]
    }
}

fn line_of_span(ms: i64) -> Line {
    Line::default().and(span_of_ms(ms))
}
