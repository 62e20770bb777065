//! Logs: offsets only move forward, and a record leaves only as retention or the cleaner may take it.

use std::ops::Range;
use std::rc::Rc;

use crate::broker::BrokerEvent;
use crate::protocol::config::Profile;
use crate::protocol::{Offset, SortedMap, TopicPartition, sort_by_key};
use crate::sim::check::segment::{Fact, Raw, SegmentFacts};
use crate::sim::check::{Verdict, ensure, files, recovery};
use crate::sim::event::{Event, What};
use crate::sim::world::World;
use crate::storage::{Log, LogEvent, RecoveryEvent};

/// All logs of the broker.
#[derive(Clone, Debug, Default)]
pub(super) struct Logs {
    begun: bool,
    logs: SortedMap<TopicPartition, LogFacts>,
}

/// What is known of one log.
#[derive(Clone, Debug)]
pub(super) struct LogFacts {
    log: Rc<Log>,
    segments: Vec<SegmentFacts>,
    /// Offsets below are from before the checker began.
    known_from: i64,
    /// Appended and deleted again in one step: nobody saw what it was.
    unseen: Vec<Range<i64>>,
    /// What was ever appended: offset → key and value.
    appended: SortedMap<i64, u64>,
    /// Where each key was ever appended.
    by_key: SortedMap<u64, Vec<i64>>,
    /// Where the last cleaning that began must stop.
    round_end: i64,
    /// Whether a cleaning has ever changed it: its segments may name timestamps of records that are gone.
    cleaned: bool,
    /// Of `__consumer_offsets`: what this step appended.
    pub(super) fresh: Vec<Raw>,
    /// Of `__consumer_offsets`: records were taken out in this step.
    pub(super) rewritten: bool,
}

impl Logs {
    pub(super) fn get(&self, partition: &TopicPartition) -> Option<&LogFacts> {
        self.logs.get(partition)
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (&TopicPartition, &mut LogFacts)> {
        self.logs.iter_mut()
    }

    /// The logs after a power loss.
    pub(super) fn check_power_loss(&self, world: &World) -> Verdict {
        for log in world.broker().logs().logs() {
            let partition = log.partition();
            if let Some(facts) = self.logs.get(partition) {
                recovery::check_power_loss(&facts.log, log)
                    .map_err(|words| format!("{partition}: {words}"))?;
            }
        }
        Ok(())
    }

    pub(super) fn check(&mut self, world: &World, events: &[Event]) -> Verdict {
        for log in world.broker().logs().logs() {
            let partition = log.partition();
            let facts = match self.logs.get_mut(partition) {
                Some(facts) if Rc::ptr_eq(&facts.log, log) => continue,
                Some(facts) => facts,
                None => {
                    let whole = self.begun || world.event_index() == 0;
                    let start = LogFacts::begin(log, whole);
                    self.logs.entry(partition.clone()).or_insert(start)
                }
            };
            facts.update(world, log, events).map_err(|words| format!("{partition}: {words}"))?;
        }
        self.begun = true;
        for event in events {
            let What::Broker(_, BrokerEvent::Log(partition, event)) = &event.what else { continue };
            let facts = self.logs.get_mut(partition).ok_or("a log that is not there")?;
            match event {
                // A round takes time: it replaces nothing in the step in which it starts.
                LogEvent::CleaningStarted { first_uncleanable, .. } => {
                    facts.round_end = first_uncleanable.as_i64();
                }
                LogEvent::CleaningFinished { .. } => {
                    facts.check_clean(world).map_err(|words| format!("{partition}: {words}"))?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl LogFacts {
    /// Nothing is known yet. Of a log that has a past, what is gone will never be known.
    fn begin(log: &Rc<Log>, whole: bool) -> Self {
        Self {
            log: Rc::clone(log),
            segments: Vec::new(),
            known_from: if whole { 0 } else { log.log_end_offset().as_i64() },
            unseen: Vec::new(),
            appended: SortedMap::new(),
            by_key: SortedMap::new(),
            round_end: i64::MAX,
            cleaned: !whole,
            fresh: Vec::new(),
            rewritten: false,
        }
    }

    pub(super) fn log(&self) -> &Rc<Log> {
        &self.log
    }

    /// What was ever appended at an offset; `Err`: it is not known.
    pub(super) fn appended(&self, offset: i64) -> Result<Option<u64>, ()> {
        match self.appended.get(&offset) {
            None if offset < self.known_from => Err(()),
            None if self.unseen.iter().any(|range| range.contains(&offset)) => Err(()),
            found => Ok(found.copied()),
        }
    }

    /// The records that are there, from one offset to another, not included.
    pub(super) fn records(&self, from: i64, to: i64) -> impl Iterator<Item = &Fact> {
        let first = self.segments.partition_point(|segment| segment.next_offset() <= from);
        self.segments[first..]
            .iter()
            .take_while(move |segment| segment.segment.base_offset().as_i64() < to)
            .flat_map(|segment| &segment.records)
            .filter(move |record| (from..to).contains(&record.offset))
    }

    fn record(&self, offset: i64) -> Option<&Fact> {
        let at = self.segments.partition_point(|segment| segment.next_offset() <= offset);
        self.segments.get(at)?.record(offset)
    }

    fn update(&mut self, world: &World, log: &Rc<Log>, events: &[Event]) -> Verdict {
        let old_log = std::mem::replace(&mut self.log, Rc::clone(log));
        let first = self.segments.is_empty();
        let told = Told::new(log.partition(), events);
        self.check_watermarks(&old_log, &told)?;
        if told.loaded {
            recovery::check(&old_log, log)?;
        }
        let internal = log.partition().topic.is_internal();
        let old_end = if first { 0 } else { old_log.log_end_offset().as_i64() };
        self.fresh.clear();
        let start = log.segments()[0].base_offset().as_i64();
        if start > old_end {
            self.unseen.push(old_end..start);
        }
        let mut old: SortedMap<Offset, SegmentFacts> = std::mem::take(&mut self.segments)
            .into_iter()
            .map(|segment| (segment.segment.base_offset(), segment))
            .collect();
        let structure = old.len() != log.segments().len();
        let mut gone: Vec<SegmentFacts> = Vec::new();
        let mut new_from: Vec<usize> = Vec::new(); // By segment: its first record that is new here.
        for segment in log.segments() {
            let raw = internal.then_some(&mut self.fresh);
            let earlier = old.remove(&segment.base_offset());
            let facts = match earlier {
                Some(facts) if Rc::ptr_eq(&facts.segment, segment) => {
                    new_from.push(usize::MAX);
                    facts
                }
                Some(facts) if segment.log().bytes.starts_with(&facts.segment.log().bytes) => {
                    // A cleaned one, which is never the last, may gain a byte where times are counted anew.
                    let is_active =
                        log.segments().last().is_some_and(|last| Rc::ptr_eq(last, segment));
                    let grown = is_active && segment.size_bytes() > facts.segment.size_bytes();
                    let limit = log.config().segment_bytes;
                    ensure!(
                        !grown || segment.size_bytes() <= limit,
                        "segment {} grew to {} B, segment.bytes is {limit}",
                        segment.base_offset(),
                        segment.size_bytes()
                    );
                    new_from.push(facts.records.len());
                    SegmentFacts::read(segment, Some(facts), raw)?
                }
                replaced => {
                    gone.extend(replaced);
                    new_from.push(0);
                    SegmentFacts::read(segment, None, raw)?
                }
            };
            ensure!(
                self.segments
                    .last()
                    .is_none_or(|s| s.next_offset() <= facts.segment.base_offset().as_i64()),
                "segment {} begins before the one before it ends",
                segment.base_offset()
            );
            self.segments.push(facts);
        }
        gone.extend(old.into_values());
        sort_by_key(&mut gone, |segment| segment.segment.base_offset());
        self.fresh.retain(|(offset, ..)| *offset >= old_end);
        self.rewritten = !gone.is_empty();
        self.note_appended(&new_from, old_end, &gone)?;
        self.check_end()?;
        self.check_gone(world, &gone, &told)?;
        self.cleaned |= !told.replaced.is_empty();
        if structure || !gone.is_empty() {
            files::check(log)?;
        }
        self.check_time_lookup(old_end)
    }

    fn check_watermarks(&self, old: &Log, told: &Told<'_>) -> Verdict {
        let log = &self.log;
        let (start, high, end) =
            (log.log_start_offset(), log.high_watermark(), log.log_end_offset());
        ensure!(
            start <= high && high <= end,
            "log start {start} ≤ high watermark {high} ≤ log end {end} does not hold"
        );
        ensure!(high == end, "one replica, but the high watermark {high} is not the end {end}");
        // What was not in a checkpoint yet is forgotten by a restart.
        let known_start = if told.loaded { Offset(0) } else { old.log_start_offset() };
        for (what, before, now) in [
            ("log start", known_start, start),
            ("high watermark", old.high_watermark(), high),
            ("log end", old.log_end_offset(), end),
        ] {
            ensure!(before <= now, "the {what} went back from {before} to {now}");
        }
        ensure!(
            log.segments()[0].base_offset() <= start,
            "the log starts at {start}, its first segment at {}",
            log.segments()[0].base_offset()
        );
        Ok(())
    }

    fn check_end(&self) -> Verdict {
        let end = self.log.log_end_offset().as_i64();
        let read = self.segments.last().map_or(0, SegmentFacts::next_offset);
        ensure!(read == end, "the log ends at {end}, its last batch at {read}");
        Ok(())
    }

    /// Records from `old_end` on are new; others were in a segment that is gone, and are the same.
    fn note_appended(
        &mut self,
        new_from: &[usize],
        old_end: i64,
        gone: &[SegmentFacts],
    ) -> Verdict {
        for (segment, from) in self.segments.iter().zip(new_from) {
            for record in segment.records.iter().skip(*from) {
                if record.offset >= old_end {
                    self.appended.insert(record.offset, record.content);
                    if let Some(key) = record.key {
                        self.by_key.entry(key).or_default().push(record.offset);
                    }
                    continue;
                }
                let before = gone.iter().find_map(|segment| segment.record(record.offset));
                ensure!(
                    before.is_some_and(|before| before.is_same_record(record)),
                    "offset {} was {before:?} and is {record:?}",
                    record.offset
                );
            }
        }
        Ok(())
    }

    /// Whatever is not there any more was below the log start, or the cleaner's to take.
    fn check_gone(&self, world: &World, gone: &[SegmentFacts], told: &Told<'_>) -> Verdict {
        let start = self.log.log_start_offset();
        if let Some(told) = told.log_start {
            ensure!(told == start, "retention told of log start {told}, it is {start}");
        }
        let active = self.log.active_segment().base_offset();
        for base in &told.replaced {
            ensure!(**base < active, "the cleaner replaced segment {base}, which is active");
        }
        for segment in gone {
            for record in &segment.records {
                if record.offset < start.as_i64() || self.record(record.offset).is_some() {
                    continue;
                }
                ensure!(
                    told.replaced.contains(&&segment.segment.base_offset()),
                    "offset {} of segment {} vanished without a cleaning; the log starts at {start}",
                    record.offset,
                    segment.segment.base_offset()
                );
                self.check_cleaned(world, record)?;
            }
        }
        Ok(())
    }

    /// CLEAN-14.
    fn check_cleaned(&self, world: &World, record: &Fact) -> Verdict {
        let Some(key) = record.key else { return Ok(()) };
        let places = self.by_key.get(&key).map_or(&[][..], |places| places);
        let round_end = self.round_end;
        if places.iter().any(|place| (record.offset + 1..round_end).contains(place)) {
            return Ok(());
        }
        let book = Profile::from(world.scenario().profile) == Profile::Book;
        let now_ms = world.now_ms().cast_signed();
        let expired = book || record.horizon_ms.is_some_and(|horizon| horizon <= now_ms);
        ensure!(
            record.tombstone && expired,
            "the cleaner dropped offset {}, the last of its key below {round_end}; tombstone: {}, horizon {:?}, \
             now {now_ms}",
            record.offset,
            record.tombstone,
            record.horizon_ms
        );
        Ok(())
    }

    /// Below the cleaner's checkpoint every key stands once, and every record has one.
    fn check_clean(&self, world: &World) -> Verdict {
        let checkpoint = world.broker().logs().cleaner_checkpoint(self.log.partition());
        let checkpoint = checkpoint.ok_or("a cleaning without a checkpoint")?;
        ensure!(
            checkpoint <= self.log.log_end_offset(),
            "the cleaner's checkpoint {checkpoint} is beyond the end of the log"
        );
        let mut seen: SortedMap<u64, i64> = SortedMap::new();
        for record in self.records(0, checkpoint.as_i64()) {
            let key = record.key.ok_or_else(|| {
                format!("offset {} has no key, below checkpoint {checkpoint}", record.offset)
            })?;
            let before = seen.insert(key, record.offset);
            ensure!(
                before.is_none(),
                "offsets {} and {} have the same key, below checkpoint {checkpoint}",
                before.unwrap_or(0),
                record.offset
            );
        }
        Ok(())
    }

    /// A look-up by time equals a scan, for the timestamp of one record that was just appended and one before.
    /// Only the first segment that is young enough is searched, also one that DeleteRecords has passed (LOG-27).
    fn check_time_lookup(&self, old_end: i64) -> Verdict {
        let start = self.log.log_start_offset().as_i64();
        if self.cleaned {
            return Ok(()); // Kafka then may look in a segment whose record is gone.
        }
        let end = self.log.log_end_offset().as_i64();
        for offset in [old_end, start + (end - start) / 2] {
            let Some(record) = self.record(offset) else { continue };
            let target = record.timestamp;
            let scanned = self
                .segments
                .iter()
                .find(|segment| segment.max_timestamp().is_some_and(|max| max >= target))
                .and_then(|segment| {
                    let mut records = segment.records.iter();
                    records.find(|record| record.timestamp >= target && record.offset >= start)
                })
                .map(|record| (record.timestamp, record.offset));
            let found = self.log.explain_timestamp(target).found.map_err(|e| e.to_string())?;
            let found = found.map(|(timestamp, offset)| (timestamp, offset.as_i64()));
            ensure!(
                found == scanned,
                "the first record at or after {target} is {scanned:?}, the index says {found:?}"
            );
        }
        Ok(())
    }
}

/// What a step told of one log.
#[derive(Debug, Default)]
struct Told<'a> {
    log_start: Option<Offset>,
    replaced: Vec<&'a Offset>,
    /// The log was opened anew.
    loaded: bool,
}

impl<'a> Told<'a> {
    fn new(partition: &TopicPartition, events: &'a [Event]) -> Self {
        let mut told = Self::default();
        for event in events {
            let What::Broker(_, BrokerEvent::Log(p, event)) = &event.what else { continue };
            if p != partition {
                continue;
            }
            match event {
                LogEvent::SegmentsDeleted { log_start_offset, .. } => {
                    told.log_start = Some(*log_start_offset);
                }
                LogEvent::SegmentsReplaced { sources, .. } => told.replaced.extend(sources.iter()),
                LogEvent::Recovery(RecoveryEvent::LogLoaded { .. }) => told.loaded = true,
                _ => {}
            }
        }
        told
    }
}
