//! The scoreboard: of every record and reader what became of it, as of where the world stands.

use crate::client::consumer::PositionSource;
use crate::protocol::request::{Body, Request, Response};
use crate::protocol::{ClientId, NodeId, SortedMap, SortedSet, sort_by_key};
use crate::sim::ledger::Ledger;
use crate::sim::ledger::facts::{
    Append, End, NONE, ReaderFacts, Reading, Record, Run, Stamp, StartReason, Touch, Which, Who,
    upto,
};
use crate::sim::ledger::note::{extent, who};
use crate::sim::world::World;
use crate::storage::DropReason;

/// What became of a record for a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It was never processed, and if everything goes on as it stands it never will be.
    Lost,
    /// It was processed more than once.
    Twice,
    /// It is on its way still.
    UnderWay,
    /// It was never processed, and that is how it was meant: a later value of its key took its place, or
    /// it is older than the reader's interest and `auto.offset.reset` said to begin behind it.
    Skipped,
    /// It was processed once.
    Once,
}

impl Verdict {
    /// All of them, the worst first.
    pub const ALL: [Self; 5] = [Self::Lost, Self::Twice, Self::UnderWay, Self::Skipped, Self::Once];
}

/// How the position came past a record that `poll` never returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Passed {
    /// `auto.offset.reset` set it behind the record.
    Reset,
    /// A committed offset did.
    Committed,
    /// The application did.
    Sought,
}

/// Why a record was read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReadAgain {
    /// The consumer died before its commit.
    Crashed(ClientId),
    /// The group went on without it before its commit.
    ThrownOut(ClientId),
    /// It ended in order, but without a commit.
    Closed(ClientId),
    /// The partition went to somebody else before the commit.
    Moved(ClientId),
    /// Nothing was committed, so `auto.offset.reset` began anew.
    Reset,
    /// The application went back.
    Sought,
}

/// The cause of a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// `send` got an exception at once.
    SendFailed,
    /// The callback got an exception.
    BatchFailed,
    /// The producer's process died with it.
    ProducerCrashed(ClientId),
    /// With `acks=0` it was written to a connection and nobody heard that it did not arrive.
    NeverArrived,
    /// The machine lost its power before it was flushed.
    PowerLost,
    /// Retention took it before it was read.
    Retention,
    /// DeleteRecords took it before it was read.
    DeletedRecords,
    /// The cleaner took it before it was read: a tombstone past its time, or no key.
    CleanedAway,
    /// An offset behind it was committed before it was processed, and the process ended.
    CommittedFirst(ClientId),
    /// `poll` never returned it.
    Jumped(Passed),
    /// The cleaner took it: a later record has its key.
    Superseded,
    /// It is older than the reader's interest.
    BeforeItsTime,
    /// It stands twice in the log: the producer sent its batch again.
    AppendedTwice,
    /// It was read again.
    ReadAgain(ReadAgain),
}

impl Why {
    /// Whether the sending application was told by an exception.
    #[must_use]
    pub fn is_told(self) -> bool {
        matches!(self, Self::SendFailed | Self::BatchFailed)
    }
}

/// How many records came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records that were sent to what the reader wants.
    pub sent: u32,
    /// By [`Verdict`], in the order of [`Verdict::ALL`].
    pub verdicts: [u32; 5],
    /// Of the lost: those whose `send` got an exception.
    pub told: u32,
}

impl Counts {
    /// How many have this verdict.
    #[must_use]
    pub fn of(&self, verdict: Verdict) -> u32 {
        self.verdicts[verdict as usize]
    }

    pub(super) fn add(&mut self, verdict: Verdict, why: Option<Why>) {
        self.sent += 1;
        self.verdicts[verdict as usize] += 1;
        self.told += u32::from(verdict == Verdict::Lost && why.is_some_and(Why::is_told));
    }
}

/// What became of a reader's records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderBoard {
    /// Who.
    pub who: Who,
    /// How many.
    pub counts: Counts,
    /// By record; `None`: not meant for this reader.
    pub verdicts: Vec<Option<Verdict>>,
    /// Causes, how many records have them, and the first of these.
    pub whys: SortedMap<(Verdict, Why), (u32, u32)>,
}

/// What became of a producer's `send`s, whoever reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProducerCounts {
    /// Which.
    pub producer: ClientId,
    /// Calls of `send`.
    pub sent: u32,
    /// The callback got an offset; with `acks=0`: it was written.
    pub acknowledged: u32,
    /// It got an exception.
    pub failed: u32,
    /// The process died first.
    pub crashed: u32,
    /// Not decided.
    pub open: u32,
    /// Records that were appended more than once.
    pub doubled: u32,
}

/// What became of every record, as of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Board {
    /// The step.
    pub index: u64,
    /// Records that were sent by then.
    pub records: u32,
    /// Readers, in the order of their coming.
    pub readers: Vec<ReaderBoard>,
    /// Producers, in the order of their ids.
    pub producers: Vec<ProducerCounts>,
}

impl Board {
    /// The board as of where `world` stands; `ledger` belongs to its run.
    #[must_use]
    pub fn new(ledger: &Ledger, world: &World) -> Self {
        let lens = Lens::new(ledger, world);
        let count = lens.record_count();
        let readers = (0..ledger.readers.len() as u32).filter(|reader| lens.is_known(*reader));
        Self {
            index: lens.index,
            records: count,
            readers: readers.map(|reader| lens.reader_board(reader, count)).collect(),
            producers: lens.producer_counts(count),
        }
    }
}

/// The ledger as of where a world stands.
pub(super) struct Lens<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) index: u64,
    world: &'a World,
    /// Records in requests that have not arrived.
    travelling: SortedSet<u32>,
    /// Fetched and not yet returned, or on the way to the consumer.
    held: Vec<Held>,
    /// Where each reader goes on in each partition; without an entry: not decided.
    next: SortedMap<(u32, u32), u64>,
    /// Records that were appended again, and the place of the append.
    again: Vec<(u32, u32)>,
}

/// Records that a consumer has, or that are on their way to it.
struct Held {
    reader: u32,
    partition: u32,
    read_at: u64,
    from: u64,
    to: u64,
}

impl<'a> Lens<'a> {
    pub(super) fn new(ledger: &'a Ledger, world: &'a World) -> Self {
        let index = world.event_index();
        let mut lens = Self {
            ledger,
            index,
            world,
            travelling: SortedSet::new(),
            held: Vec::new(),
            next: SortedMap::new(),
            again: Vec::new(),
        };
        lens.look_at_network();
        lens.look_at_consumers();
        lens.look_at_logs();
        lens
    }

    fn reader_of(&self, id: ClientId) -> Option<u32> {
        self.ledger.reader_number(&who(self.world, id)?)
    }

    /// What a Produce request carries may still come into the log.
    fn travels(&mut self, client: ClientId, correlation_id: u64) {
        let Some(facts) = self.ledger.producers.get(&client) else { return };
        let at = facts.drains.partition_point(|drain| drain.correlation_id < correlation_id);
        for drain in &facts.drains[at..] {
            if drain.correlation_id != correlation_id {
                break;
            }
            self.travelling.extend(facts.records(Which::Run(drain.run)));
        }
    }

    fn look_at_network(&mut self) {
        for (client, correlation_id, request) in self.world.broker().queued_requests() {
            if let (NodeId::Client(client), Request::Produce { .. }) = (client, request) {
                self.travels(client, correlation_id);
            }
        }
        for message in self.world.messages() {
            match (&*message.body, message.from, message.to) {
                (Body::Request(Request::Produce { .. }), NodeId::Client(client), _) => {
                    self.travels(client, message.correlation_id);
                }
                (Body::Response(Response::Fetch { partitions, .. }), _, NodeId::Client(client))
                    if !message.lost =>
                {
                    let Some(reader) = self.reader_of(client) else { continue };
                    for answer in partitions.iter().filter(|answer| !answer.records.is_empty()) {
                        let partition = self.ledger.known_partition(&answer.partition);
                        let Some(partition) = partition else { continue };
                        let (from, to) = extent(answer);
                        let read_at = message.cause;
                        self.held.push(Held { reader, partition, read_at, from, to });
                    }
                }
                _ => {}
            }
        }
    }

    fn look_at_consumers(&mut self) {
        for client in self.world.clients() {
            let Some(consumer) = client.consumer().filter(|consumer| consumer.is_running()) else {
                continue;
            };
            let Some(reader) = self.reader_of(client.id) else { continue };
            let buffered = consumer.buffered();
            for partition in consumer.assignment() {
                let Some(id) = self.ledger.known_partition(partition) else { continue };
                let Some(position) = consumer.position(partition) else { continue };
                let next = self.next.entry((reader, id)).or_insert(position.0);
                *next = (*next).min(position.0);
                if buffered.get(partition).is_some_and(|count| *count > 0) {
                    self.hold(client.id, reader, id, position.0);
                }
            }
        }
        // What nobody reads goes on where it was committed.
        for (reader, facts) in self.ledger.readers.iter().enumerate() {
            for (partition, reading) in &facts.partitions {
                let key = (reader as u32, *partition);
                if !self.next.contains_key(&key)
                    && !self.is_owned(&facts.who, *partition)
                    && let Some(offset) = self.committed(reading)
                {
                    self.next.insert(key, offset);
                }
            }
        }
    }

    fn hold(&mut self, client: ClientId, reader: u32, partition: u32, from: u64) {
        let Some(facts) = self.ledger.consumers.get(&client) else { return };
        let known = upto(&facts.fetches, self.index, |fetch| fetch.stamp);
        let fetch = facts.fetches[..known].iter().rev().find(|fetch| fetch.partition == partition);
        if let Some(fetch) = fetch {
            let (read_at, from, to) = (fetch.read_at, from.max(fetch.from), fetch.to);
            self.held.push(Held { reader, partition, read_at, from, to });
        }
    }

    /// A member has it, and is about to learn where it goes on.
    fn is_owned(&self, who: &Who, partition: u32) -> bool {
        let partition = &self.ledger.partitions[partition as usize].partition;
        self.world.clients().iter().filter_map(|client| client.consumer()).any(|consumer| {
            consumer.is_running()
                && consumer.assignment().contains(partition)
                && matches!(who, Who::Group(group) if *group == consumer.group())
        })
    }

    fn look_at_logs(&mut self) {
        for (partition, facts) in self.ledger.partitions.iter().enumerate() {
            for at in &facts.again {
                let append = &facts.appends[*at as usize];
                if append.stamp.index > self.index {
                    break;
                }
                let run =
                    Run { partition: partition as u32, first: append.first, count: append.count };
                let producer = &self.ledger.producers[&append.producer];
                self.again.extend(producer.records(Which::Run(run)).map(|record| (record, *at)));
            }
        }
        sort_by_key(&mut self.again, |again| *again);
    }

    /// What a reader has committed.
    fn committed(&self, reading: &Reading) -> Option<u64> {
        let known = upto(&reading.commits, self.index, |commit| commit.stamp);
        reading.commits[..known].last().and_then(|commit| commit.offset)
    }

    fn record_count(&self) -> u32 {
        upto(&self.ledger.records, self.index, |record| record.sent) as u32
    }

    fn is_known(&self, reader: u32) -> bool {
        self.ledger.readers[reader as usize].since.index <= self.index
    }

    fn reader_board(&self, reader: u32, count: u32) -> ReaderBoard {
        let facts = &self.ledger.readers[reader as usize];
        let mut counts = Counts::default();
        let mut whys: SortedMap<(Verdict, Why), (u32, u32)> = SortedMap::new();
        let verdicts = (0..count).map(|record| {
            let (verdict, why) = self.verdict(record, reader)?;
            counts.add(verdict, why);
            if let Some(why) = why {
                whys.entry((verdict, why)).or_insert((0, record)).0 += 1;
            }
            Some(verdict)
        });
        let verdicts = verdicts.collect();
        ReaderBoard { who: facts.who.clone(), counts, verdicts, whys }
    }

    fn producer_counts(&self, count: u32) -> Vec<ProducerCounts> {
        let new = |producer| ProducerCounts {
            producer,
            sent: 0,
            acknowledged: 0,
            failed: 0,
            crashed: 0,
            open: 0,
            doubled: 0,
        };
        let mut all: SortedMap<ClientId, ProducerCounts> = SortedMap::new();
        for client in self.world.clients().iter().filter(|client| client.producer().is_some()) {
            all.insert(client.id, new(client.id));
        }
        for number in 0..count {
            let record = &self.ledger.records[number as usize];
            let Some(counts) = all.get_mut(&record.producer) else { continue };
            counts.sent += 1;
            match self.ending(record) {
                Some((_, Ok(()))) => counts.acknowledged += 1,
                Some((_, Err(()))) => counts.failed += 1,
                None if self.crash(record).is_some() => counts.crashed += 1,
                None => counts.open += 1,
            }
        }
        let mut last = NONE;
        for (record, _) in &self.again {
            if *record != last
                && let Some(counts) = all.get_mut(&self.ledger.records[*record as usize].producer)
            {
                counts.doubled += 1;
            }
            last = *record;
        }
        all.into_values().collect()
    }

    /// How its `send` ended, if it has.
    pub(super) fn ending(&self, record: &Record) -> Option<(Stamp, Result<(), ()>)> {
        let facts = self.ledger.producers.get(&record.producer)?;
        let ending = facts.endings.get(record.ended as usize)?;
        let result = ending.result.as_ref().map(|_| ()).map_err(|_| ());
        (ending.stamp.index <= self.index).then_some((ending.stamp, result))
    }

    /// The death of its producer while its `send` was open.
    pub(super) fn crash(&self, record: &Record) -> Option<Stamp> {
        let facts = self.ledger.producers.get(&record.producer)?;
        let at = facts.crashes.partition_point(|crash| crash.index <= record.sent.index);
        facts.crashes.get(at).copied().filter(|crash| crash.index <= self.index)
    }

    /// Where it was appended, oldest first.
    pub(super) fn appends(
        &self,
        number: u32,
        record: &'a Record,
    ) -> impl Iterator<Item = (u32, &'a Append, u64)> + use<'a, '_> {
        let log = self.ledger.partitions.get(record.partition as usize);
        let from = self.again.partition_point(|(other, _)| *other < number);
        let again = self.again[from..].iter().take_while(move |(other, _)| *other == number);
        let places = std::iter::once(record.appended).chain(again.map(|(_, at)| *at));
        places.filter_map(move |at| {
            let append = log?.appends.get(at as usize)?;
            let offset = append.base_offset + u64::from(record.place - append.first);
            (append.stamp.index <= self.index).then_some((at, append, offset))
        })
    }

    /// Why a record is not in the log any more.
    pub(super) fn gone(&self, partition: u32, at: u32, offset: u64) -> Option<(Stamp, Why)> {
        let log = &self.ledger.partitions[partition as usize];
        let known = upto(&log.eras, self.index, |era| era.stamp);
        let cut = log.eras[..known].iter().find(|era| era.first > at && era.from <= offset);
        if let Some(era) = cut {
            return Some((era.stamp, Why::PowerLost));
        }
        let known = upto(&log.starts, self.index, |start| start.0);
        let start = log.starts[..known].last();
        if start.is_some_and(|(_, start, _)| *start > offset) {
            // The one that passed it; it may have been raised again since.
            let first = log.starts[..known].iter().rposition(|(_, start, _)| *start <= offset);
            let (stamp, _, reason) = log.starts[first.map_or(0, |at| at + 1)];
            return Some((
                stamp,
                match reason {
                    StartReason::DeleteRecords => Why::DeletedRecords,
                    StartReason::Retention(_) | StartReason::Loaded => Why::Retention,
                },
            ));
        }
        let (stamp, reason) = log.cleaned_reason(offset, self.index)?;
        (stamp.index > log.appends[at as usize].stamp.index).then_some((
            stamp,
            match reason {
                DropReason::Superseded { .. } => Why::Superseded,
                _ => Why::CleanedAway,
            },
        ))
    }

    /// Since when the reader wants the record's topic, if it does.
    fn wants(&self, facts: &ReaderFacts, record: &Record) -> Option<Stamp> {
        let log = self.ledger.partitions.get(record.partition as usize);
        let partition = log.map(|log| log.partition.partition);
        let wants = facts.wants.iter().take_while(|(since, ..)| since.index <= self.index);
        let mut wants = wants.filter(|(_, topic, only)| {
            *topic == record.topic && (only.is_none() || *only == partition)
        });
        wants.next().map(|(since, ..)| *since)
    }

    /// What a reader did with a record, newest first.
    pub(super) fn touches(
        &self,
        facts: &'a ReaderFacts,
        record: u32,
    ) -> impl Iterator<Item = &'a Touch> + use<'a> {
        let index = self.index;
        let at = move |at: u32| facts.touches.get(at as usize);
        let head = facts.heads.get(record as usize).copied().and_then(at);
        std::iter::successors(head, move |touch| at(touch.previous))
            .skip_while(move |touch| touch.stamp.index > index)
    }

    /// The verdict and its cause; `None`: the record is not meant for this reader.
    pub(super) fn verdict(&self, number: u32, reader: u32) -> Option<(Verdict, Option<Why>)> {
        let facts = &self.ledger.readers[reader as usize];
        let record = &self.ledger.records[number as usize];
        let mut processed = self.touches(facts, number).filter(|touch| touch.processed);
        if processed.next().is_some() {
            return Some(match processed.next() {
                None => (Verdict::Once, None),
                Some(_) => (Verdict::Twice, Some(self.why_twice(facts, number))),
            });
        }
        let since = self.wants(facts, record)?;
        if self.is_open(record)
            || self.travelling.contains(&number)
            || self.is_pending(facts, number)
            || self.is_held(reader, number, record)
        {
            return Some((Verdict::UnderWay, None));
        }
        let mut why = None;
        for (at, _, offset) in self.appends(number, record) {
            if let Some((_, gone)) = self.gone(record.partition, at, offset) {
                why.get_or_insert(gone);
                continue;
            }
            let next = self.next.get(&(reader, record.partition));
            if next.is_none_or(|next| *next <= offset) {
                return Some((Verdict::UnderWay, None));
            }
            why = Some(self.why_passed(facts, number, (record, since), offset));
        }
        let why = why.unwrap_or_else(|| self.why_not_appended(record));
        let meant = matches!(why, Why::Superseded | Why::BeforeItsTime);
        Some((if meant { Verdict::Skipped } else { Verdict::Lost }, Some(why)))
    }

    fn is_open(&self, record: &Record) -> bool {
        self.ending(record).is_none() && self.crash(record).is_none()
    }

    /// `poll` has returned it to a process that lives, and that will come to it.
    fn is_pending(&self, facts: &ReaderFacts, number: u32) -> bool {
        self.touches(facts, number).any(|touch| self.fate(touch).is_none())
    }

    /// How the process ended to which `poll` returned a record.
    pub(super) fn fate(&self, touch: &Touch) -> Option<(Stamp, End)> {
        let ends = self.ledger.consumers.get(&touch.client).map_or(&[][..], |facts| &facts.ends);
        let from = ends.partition_point(|(stamp, _)| *stamp < touch.stamp);
        let mut ends = ends[from..].iter().filter(|(_, end)| *end != End::ThrownOut);
        ends.next().copied().filter(|(stamp, _)| stamp.index <= self.index)
    }

    fn is_held(&self, reader: u32, number: u32, record: &Record) -> bool {
        let mut held = self.held.iter();
        held.any(|held| {
            held.reader == reader
                && held.partition == record.partition
                && self.appends(number, record).any(|(_, _, offset)| {
                    (held.from..held.to).contains(&offset)
                        && self.ledger.record_at(held.partition, offset, held.read_at) == number
                        && self.was_there(held.partition, offset, held.read_at)
                })
        })
    }

    /// Whether retention and cleaner had left an offset in the log after step `index`.
    fn was_there(&self, partition: u32, offset: u64, index: u64) -> bool {
        let log = &self.ledger.partitions[partition as usize];
        let known = upto(&log.starts, index, |start| start.0);
        log.starts[..known].last().is_none_or(|(_, start, _)| *start <= offset)
            && log.cleaned_reason(offset, index).is_none()
    }

    fn why_not_appended(&self, record: &Record) -> Why {
        match self.ending(record) {
            Some((_, Err(()))) if record.place == NONE => Why::SendFailed,
            Some((_, Err(()))) => Why::BatchFailed,
            Some((_, Ok(()))) => Why::NeverArrived,
            None => Why::ProducerCrashed(record.producer),
        }
    }

    fn why_passed(
        &self,
        facts: &ReaderFacts,
        number: u32,
        (record, since): (&Record, Stamp),
        offset: u64,
    ) -> Why {
        if let Some(touch) = self.touches(facts, number).next() {
            return Why::CommittedFirst(touch.client);
        }
        let placed = facts.partitions.get(&record.partition).map_or(&[][..], |r| &r.placed);
        let known = upto(placed, self.index, |placed| placed.stamp);
        let past = placed[..known].iter().find(|placed| placed.offset > offset);
        match past.map(|placed| placed.source) {
            Some(PositionSource::Reset) if record.sent.index <= since.index => Why::BeforeItsTime,
            Some(PositionSource::Reset) => Why::Jumped(Passed::Reset),
            Some(PositionSource::Seek) => Why::Jumped(Passed::Sought),
            Some(PositionSource::Committed) | None => Why::Jumped(Passed::Committed),
        }
    }

    fn why_twice(&self, facts: &ReaderFacts, number: u32) -> Why {
        let record = &self.ledger.records[number as usize];
        let mut done: Vec<&Touch> =
            self.touches(facts, number).filter(|touch| touch.processed).collect();
        done.reverse();
        let (first, second) = (done[0], done[1]);
        if first.offset != second.offset {
            return Why::AppendedTwice;
        }
        Why::ReadAgain(self.why_again(facts, record, first, second))
    }

    /// Between two times that a record was processed: what brought the reader back to it.
    pub(super) fn why_again(
        &self,
        facts: &ReaderFacts,
        record: &Record,
        first: &Touch,
        second: &Touch,
    ) -> ReadAgain {
        let placed = facts.partitions.get(&record.partition).map_or(&[][..], |r| &r.placed);
        let known = upto(placed, second.stamp.index, |placed| placed.stamp);
        let back = placed[..known]
            .iter()
            .rev()
            .find(|placed| placed.client == second.client && placed.offset <= second.offset);
        let ends = self.ledger.consumers.get(&first.client).map_or(&[][..], |facts| &facts.ends);
        let after = ends.iter().find(|(stamp, _)| *stamp >= first.stamp);
        let before = after.filter(|(stamp, _)| *stamp <= second.stamp);
        match (before.map(|(_, end)| *end), back.map(|placed| placed.source)) {
            (_, Some(PositionSource::Seek)) => ReadAgain::Sought,
            (Some(End::Crashed), _) => ReadAgain::Crashed(first.client),
            (Some(End::ThrownOut), _) => ReadAgain::ThrownOut(first.client),
            (Some(End::Closed | End::Restarted), _) => ReadAgain::Closed(first.client),
            (None, Some(PositionSource::Reset)) => ReadAgain::Reset,
            (None, _) => ReadAgain::Moved(first.client),
        }
    }
}
