//! From what happens in a step to facts.

use crate::broker::{BrokerEvent, GroupState};
use crate::client::consumer::{ConsumerEvent, PositionSource, SeekTo};
use crate::client::producer::ProducerEvent;
use crate::protocol::record::Batches;
use crate::protocol::request::{ApiKey, Body, FetchedPartition, Request, Response};
use crate::protocol::{
    Bytes, ClientId, NodeId, Offset, SortedMap, SortedSet, Topic, TopicPartition,
};
use crate::sim::event::{Cause, Event, What};
use crate::sim::ledger::Ledger;
use crate::sim::ledger::facts::{
    Append, Committed, Decision, Drain, End, Ending, Fetch, NONE, PartitionFacts, Placed,
    ReaderFacts, Reading, Record, Run, Stamp, StartReason, Touch, Trouble, Which, Who,
};
use crate::sim::network::Message;
use crate::sim::world::World;
use crate::storage::{LogEvent, RecoveryEvent};

/// The message that arrives next, if the ledger wants to know what is in it.
pub(in crate::sim) fn arriving(world: &World) -> Option<Message> {
    let message = world.messages().next()?;
    let wanted = matches!(
        &*message.body,
        Body::Request(Request::Produce { .. } | Request::OffsetCommit { .. })
            | Body::Response(Response::Produce { .. } | Response::Fetch { .. })
    );
    wanted.then(|| message.clone())
}

/// A step, as its facts need it.
struct Step<'a> {
    world: &'a World,
    stamp: Stamp,
    arrived: Option<&'a Message>,
}

impl Ledger {
    /// Takes in a step: the world after it, the message that was due before it, and what happened.
    pub(in crate::sim) fn note(
        &mut self,
        world: &World,
        arriving: Option<&Message>,
        events: &[Event],
    ) {
        let stamp = Stamp { index: world.event_index(), at_ms: world.now_ms() };
        self.noted = stamp.index;
        let arrived = arriving.filter(|message| has_arrived(world, message));
        let step = Step { world, stamp, arrived };
        let lost = events.iter().any(|event| matches!(event.what, What::MessageLost { .. }));
        if let Some(message) = arrived
            && !lost
        {
            self.fetched(&step, message);
        }
        for event in events {
            match &event.what {
                What::Producer(id, told) => self.producer_told(&step, *id, told),
                What::Consumer(id, told) => self.consumer_told(&step, *id, told),
                What::Broker(_, told) => self.broker_told(&step, event.cause, told),
                What::ClientAdded(id) => {
                    self.consumer_changed(&step, *id);
                }
                What::MessageLost { message, .. } => self.message_lost(&step, *message),
                _ => {}
            }
        }
    }

    pub(super) fn partition_id(&mut self, stamp: Stamp, partition: &TopicPartition) -> u32 {
        if let Some(id) = self.partition_ids.get(partition) {
            return *id;
        }
        let id = self.partitions.len() as u32;
        self.partition_ids.insert(partition.clone(), id);
        self.partitions.push(PartitionFacts {
            partition: partition.clone(),
            since: stamp,
            appends: Vec::new(),
            eras: Vec::new(),
            starts: Vec::new(),
            ends: Vec::new(),
            decisions: Vec::new(),
            cleaned: Vec::new(),
            cleaned_at: Vec::new(),
            again: Vec::new(),
        });
        id
    }

    // Producers.

    fn producer_told(&mut self, step: &Step<'_>, id: ClientId, event: &ProducerEvent) {
        let stamp = step.stamp;
        match event {
            ProducerEvent::RecordAccumulated { number, partition, key, value, .. } => {
                let to = self.partition_id(stamp, partition);
                let record =
                    self.sent(stamp, id, *number, (&partition.topic, key, value.is_none()));
                let queue = self.producers.entry(id).or_default().queues.entry(to).or_default();
                let place = queue.len() as u32;
                queue.push(record);
                let record = &mut self.records[record as usize];
                (record.accumulated, record.partition, record.place) = (stamp, to, place);
            }
            ProducerEvent::SendBlocked { number, .. } => {
                let producer = step.world.client(id).and_then(|client| client.producer());
                let waiting = producer.and_then(|p| p.blocked().find(|(n, _)| n == number));
                if let Some((_, record)) = waiting {
                    let what = (&record.topic, &record.key, record.value.is_none());
                    self.sent(stamp, id, *number, what);
                }
            }
            ProducerEvent::SendFailed { number, topic, key, value, refusal, .. } => {
                let record = self.sent(stamp, id, *number, (topic, key, value.is_none()));
                self.ended(stamp, id, Which::Send(record), Err(refusal.clone()));
            }
            ProducerEvent::BatchDrained {
                partition,
                first,
                record_count,
                attempts,
                correlation_id,
                ..
            } => {
                let run = self.runs(stamp, id, partition, &[*first]).first().copied();
                let Some(run) = run else { return };
                let run = Run { count: *record_count, ..run };
                let drain =
                    Drain { stamp, correlation_id: *correlation_id, run, attempts: *attempts };
                self.producers.entry(id).or_default().drains.push(drain);
            }
            ProducerEvent::BatchAcknowledged { partition, numbers, base_offset, .. } => {
                let mut at = 0;
                for run in self.runs(stamp, id, partition, numbers) {
                    let base = base_offset.map(|base| base.advanced_by(at));
                    at += u64::from(run.count);
                    self.ended(stamp, id, Which::Run(run), Ok(base));
                }
            }
            ProducerEvent::BatchFailed { partition, numbers, refusal } => {
                for run in self.runs(stamp, id, partition, numbers) {
                    self.ended(stamp, id, Which::Run(run), Err(refusal.clone()));
                }
            }
            ProducerEvent::BatchRetried { partition, numbers, error, .. } => {
                for run in self.runs(stamp, id, partition, numbers) {
                    self.trouble(stamp, id, Trouble::Retried { run, error: *error });
                }
            }
            ProducerEvent::Crashed { .. } => {
                self.producers.entry(id).or_default().crashes.push(stamp);
                self.trouble(stamp, id, Trouble::Crashed);
            }
            _ => {}
        }
    }

    /// The record of a `send`, new if nothing was heard of it yet.
    fn sent(
        &mut self,
        stamp: Stamp,
        id: ClientId,
        number: u64,
        (topic, key, tombstone): (&Topic, &Option<Bytes>, bool),
    ) -> u32 {
        let sends = &mut self.producers.entry(id).or_default().sends;
        while sends.len() as u64 <= number {
            sends.push(NONE);
        }
        let known = &mut sends[number as usize];
        if *known == NONE {
            *known = self.records.len() as u32;
            self.records.push(Record {
                producer: id,
                number,
                topic: topic.clone(),
                key: key.clone(),
                tombstone,
                sent: stamp,
                accumulated: Stamp::default(),
                partition: NONE,
                place: NONE,
                ended: NONE,
                appended: NONE,
            });
        }
        *known
    }

    /// Sends as runs of neighbours.
    fn runs(
        &mut self,
        stamp: Stamp,
        id: ClientId,
        partition: &TopicPartition,
        numbers: &[u64],
    ) -> Vec<Run> {
        let partition = self.partition_id(stamp, partition);
        let mut runs: Vec<Run> = Vec::new();
        let Some(facts) = self.producers.get(&id) else { return runs };
        for number in numbers {
            let record = facts.sends.get(*number as usize).copied().unwrap_or(NONE);
            let Some(record) = self.records.get(record as usize) else { continue };
            match runs.last_mut() {
                Some(run) if run.first + run.count == record.place => run.count += 1,
                _ => runs.push(Run { partition, first: record.place, count: 1 }),
            }
        }
        runs
    }

    fn ended(
        &mut self,
        stamp: Stamp,
        id: ClientId,
        which: Which,
        result: Result<Option<Offset>, crate::protocol::Refusal>,
    ) {
        let Self { producers, records, .. } = self;
        let facts = producers.entry(id).or_default();
        let at = facts.endings.len() as u32;
        for record in facts.records(which) {
            records[record as usize].ended = at;
        }
        facts.endings.push(Ending { stamp, which, result });
    }

    fn trouble(&mut self, stamp: Stamp, id: ClientId, trouble: Trouble) {
        self.producers.entry(id).or_default().troubles.push((stamp, trouble));
    }

    fn message_lost(&mut self, step: &Step<'_>, id: crate::protocol::MessageId) {
        let Some(message) = step.arrived.filter(|message| message.id == id) else { return };
        let correlation_id = message.correlation_id;
        match (&*message.body, message.from, message.to) {
            (Body::Request(Request::Produce { .. }), NodeId::Client(client), _) => {
                let lost = Trouble::Lost { correlation_id, answer: false };
                self.trouble(step.stamp, client, lost);
            }
            (Body::Response(Response::Produce { .. }), _, NodeId::Client(client)) => {
                let lost = Trouble::Lost { correlation_id, answer: true };
                self.trouble(step.stamp, client, lost);
            }
            _ => {}
        }
    }

    // The broker.

    fn broker_told(&mut self, step: &Step<'_>, cause: Cause, event: &BrokerEvent) {
        let stamp = step.stamp;
        let message = match cause {
            Cause::Message(id) => step.arrived.filter(|message| message.id == id),
            _ => None,
        };
        match event {
            BrokerEvent::BatchProduced {
                client: NodeId::Client(client),
                correlation_id,
                partition,
                base_offset,
                record_count,
            } if !partition.topic.is_internal() => {
                let id = self.partition_id(stamp, partition);
                let request = (*client, *correlation_id);
                self.appended(stamp, request, id, (base_offset.0, *record_count));
            }
            BrokerEvent::Log(partition, event) if !partition.topic.is_internal() => {
                self.log_told(step, partition, event);
            }
            BrokerEvent::RequestRefused {
                client: NodeId::Client(client),
                api_key: ApiKey::Produce,
                partition: Some(partition),
                error,
            } => {
                let Some(message) = message else { return };
                let partition = self.partition_id(stamp, partition);
                let correlation_id = message.correlation_id;
                let refused = Trouble::Refused { correlation_id, partition, error: *error };
                self.trouble(stamp, *client, refused);
            }
            BrokerEvent::OffsetCommitted { group, partition, offset, .. } => {
                let reader = self.reader(stamp, &Who::Group(group.clone()));
                let offset = Some(offset.0);
                let reading = self.reading(stamp, reader, partition);
                let client = match message.map(|message| message.from) {
                    Some(NodeId::Client(client)) => Some(client),
                    // It had to wait at the broker; the one who has the partition commits it.
                    _ => reading.owners.last().map(|(_, client, _)| *client),
                };
                reading.commits.push(Committed { stamp, offset, client });
            }
            BrokerEvent::OffsetExpired { group, partition } => {
                let reader = self.reader(stamp, &Who::Group(group.clone()));
                let gone = Committed { stamp, offset: None, client: None };
                self.reading(stamp, reader, partition).commits.push(gone);
            }
            BrokerEvent::GroupStateChanged {
                group, to: GroupState::PreparingRebalance, ..
            } => {
                let reader = self.reader(stamp, &Who::Group(group.clone()));
                self.readers[reader as usize].rebalances.push(stamp);
            }
            BrokerEvent::PowerLost => self.power_losses.push(stamp),
            BrokerEvent::Restarted { .. } => self.read_back(step),
            _ => {}
        }
    }

    fn log_told(&mut self, step: &Step<'_>, partition: &TopicPartition, event: &LogEvent) {
        let stamp = step.stamp;
        let id = self.partition_id(stamp, partition);
        match event {
            LogEvent::SegmentsDeleted { log_start_offset, reason, .. } => {
                let reason = StartReason::Retention(*reason);
                self.partitions[id as usize].starts.push((stamp, log_start_offset.0, reason));
            }
            LogEvent::LogStartMoved { to, .. } => {
                let start = (stamp, to.0, StartReason::DeleteRecords);
                self.partitions[id as usize].starts.push(start);
            }
            LogEvent::SegmentsCleaned { sources, records, .. } => {
                let dropped = records.iter().filter_map(|r| Some((r.offset.0, r.dropped?)));
                let source = sources.first().map_or(0, |source| source.0);
                let decision = Decision { stamp, source, dropped: dropped.collect() };
                self.partitions[id as usize].decisions.push(decision);
            }
            LogEvent::SegmentsReplaced { base_offset, .. }
            | LogEvent::Recovery(RecoveryEvent::SwapCompleted { base_offset, .. }) => {
                self.partitions[id as usize].swapped(stamp, base_offset.0);
            }
            LogEvent::LogTruncated { to, .. } => self.partitions[id as usize].cut(stamp, to.0),
            LogEvent::Recovery(RecoveryEvent::LogLoaded {
                log_start_offset,
                log_end_offset,
                clean,
                ..
            }) => {
                let facts = &mut self.partitions[id as usize];
                if facts.end() > log_end_offset.0 {
                    facts.cut(stamp, log_end_offset.0);
                }
                if facts.starts.last().map_or(0, |(_, start, _)| *start) != log_start_offset.0 {
                    facts.starts.push((stamp, log_start_offset.0, StartReason::Loaded));
                }
                if !clean && !facts.cleaned.is_empty() {
                    let log = step.world.broker().logs().get(partition);
                    let bytes = log.map(|log| log.batches()).into_iter().flatten();
                    let there = bytes.flat_map(|(_, batch)| {
                        let records = batch.records().into_iter().flatten();
                        records
                            .flatten()
                            .map(|record| record.offset.cast_unsigned())
                            .collect::<Vec<_>>()
                    });
                    facts.came_back(stamp, &there.collect());
                }
            }
            _ => {}
        }
    }

    fn appended(
        &mut self,
        stamp: Stamp,
        (producer, correlation_id): (ClientId, u64),
        id: u32,
        (base_offset, count): (u64, u32),
    ) {
        let Self { producers, partitions, records, .. } = self;
        let run = producers.get(&producer).and_then(|facts| facts.carried(correlation_id, id));
        let facts = &mut partitions[id as usize];
        let at = facts.appends.len() as u32;
        facts.ends.push((stamp, base_offset + u64::from(count)));
        let first = run.map_or(NONE, |run| run.first);
        facts.appends.push(Append { stamp, base_offset, count, producer, correlation_id, first });
        let Some(run) = run else { return };
        let mut again = false;
        for record in producers[&producer].records(Which::Run(Run { count, ..run })) {
            let record = &mut records[record as usize];
            if record.appended == NONE {
                record.appended = at;
            } else {
                again = true;
            }
        }
        if again {
            facts.again.push(at);
        }
    }

    /// After a restart groups know what `__consumer_offsets` still holds.
    fn read_back(&mut self, step: &Step<'_>) {
        let stamp = step.stamp;
        for reader in &mut self.readers {
            let Who::Group(group) = &reader.who else { continue };
            let group = step.world.broker().group(group);
            for (partition, reading) in &mut reader.partitions {
                let partition = &self.partitions[*partition as usize].partition;
                let offset = group.and_then(|g| g.committed(partition)).map(|c| c.offset.0);
                if reading.commits.last().is_some_and(|last| last.offset != offset) {
                    reading.commits.push(Committed { stamp, offset, client: None });
                }
            }
        }
    }

    // Consumers.

    /// A fetch's answer has arrived.
    fn fetched(&mut self, step: &Step<'_>, message: &Message) {
        let (Body::Response(Response::Fetch { partitions, .. }), NodeId::Client(client)) =
            (&*message.body, message.to)
        else {
            return;
        };
        for answer in partitions {
            if answer.records.is_empty() {
                continue;
            }
            let partition = self.partition_id(step.stamp, &answer.partition);
            let (from, to) = extent(answer);
            let fetch = Fetch { stamp: step.stamp, partition, read_at: message.cause, from, to };
            self.consumers.entry(client).or_default().fetches.push(fetch);
        }
    }

    fn consumer_told(&mut self, step: &Step<'_>, id: ClientId, event: &ConsumerEvent) {
        let stamp = step.stamp;
        match event {
            ConsumerEvent::RecordsReturned { partition, offsets, position } => {
                let reader = self.reader_of(step, id);
                let partition_id = self.partition_id(stamp, partition);
                let read_at = self.read_at(id, partition_id);
                for offset in offsets {
                    let record = self.record_at(partition_id, offset.0, read_at);
                    self.touch(
                        reader,
                        Touch {
                            stamp,
                            record,
                            partition: partition_id,
                            offset: offset.0,
                            client: id,
                            processed: false,
                            previous: NONE,
                        },
                    );
                }
                self.moved(stamp, reader, partition, Some(position.0));
            }
            ConsumerEvent::RecordProcessed { partition, offset } => {
                let reader = self.reader_of(step, id);
                let partition = self.partition_id(stamp, partition);
                let record = self.returned(reader, id, partition, offset.0);
                self.touch(
                    reader,
                    Touch {
                        stamp,
                        record,
                        partition,
                        offset: offset.0,
                        client: id,
                        processed: true,
                        previous: NONE,
                    },
                );
            }
            ConsumerEvent::GapSkipped { partition, position, .. } => {
                let reader = self.reader_of(step, id);
                self.moved(stamp, reader, partition, Some(position.0));
            }
            ConsumerEvent::PositionSet { partition, offset, source } => {
                let reader = self.reader_of(step, id);
                let placed = Placed { stamp, client: id, offset: offset.0, source: *source };
                self.reading(stamp, reader, partition).placed.push(placed);
                self.moved(stamp, reader, partition, Some(offset.0));
            }
            ConsumerEvent::Sought { partition, to: SeekTo::Offset(to), .. } => {
                let reader = self.reader_of(step, id);
                let offset = to.cast_unsigned();
                let placed = Placed { stamp, client: id, offset, source: PositionSource::Seek };
                self.reading(stamp, reader, partition).placed.push(placed);
                self.moved(stamp, reader, partition, Some(offset));
            }
            ConsumerEvent::Crashed => self.consumer_ended(step, id, End::Crashed),
            ConsumerEvent::Closing => self.consumer_ended(step, id, End::Closed),
            ConsumerEvent::Restarted => self.consumer_ended(step, id, End::Restarted),
            ConsumerEvent::PartitionsLost { .. } | ConsumerEvent::PollTimeoutExpired => {
                self.consumer_ended(step, id, End::ThrownOut);
            }
            ConsumerEvent::CommitSent { .. } | ConsumerEvent::CommitCompleted { .. } => {}
            _ => self.consumer_changed(step, id),
        }
    }

    fn consumer_ended(&mut self, step: &Step<'_>, id: ClientId, end: End) {
        self.consumers.entry(id).or_default().ends.push((step.stamp, end));
        self.consumer_changed(step, id);
    }

    /// What the consumer wants and owns is looked up again.
    fn consumer_changed(&mut self, step: &Step<'_>, id: ClientId) {
        let stamp = step.stamp;
        let Some(consumer) = step.world.client(id).and_then(|client| client.consumer()) else {
            return;
        };
        let reader = self.reader_of(step, id);
        let app = consumer.app();
        for topic in app.topics.iter().filter(|_| app.assign.is_empty()) {
            self.wants(stamp, reader, topic, None);
        }
        let owned: SortedSet<u32> = if consumer.is_running() {
            consumer.assignment().iter().map(|p| self.partition_id(stamp, p)).collect()
        } else {
            SortedSet::default()
        };
        let before = self.consumers.get(&id).map(|facts| facts.owned.clone()).unwrap_or_default();
        if before == owned {
            return;
        }
        for partition in before.difference(&owned) {
            // A new process may be in another group by now.
            for facts in &mut self.readers {
                let Some(reading) = facts.partitions.get_mut(partition) else { continue };
                let last = reading.owners.iter().rev().find(|(_, client, _)| *client == id);
                if last.is_some_and(|(_, _, owns)| *owns) {
                    reading.owners.push((stamp, id, false));
                    reading.positions.push((stamp, None));
                }
            }
        }
        for partition in owned.difference(&before) {
            let name = self.partitions[*partition as usize].partition.clone();
            self.wants(stamp, reader, &name.topic, Some(name.partition));
            self.reading(stamp, reader, &name).owners.push((stamp, id, true));
        }
        self.consumers.entry(id).or_default().owned = owned;
    }

    fn wants(&mut self, stamp: Stamp, reader: u32, topic: &Topic, partition: Option<u32>) {
        let wants = &mut self.readers[reader as usize].wants;
        let known = wants.iter().any(|(_, t, p)| t == topic && (p.is_none() || *p == partition));
        if !known {
            wants.push((stamp, topic.clone(), partition));
        }
    }

    fn moved(
        &mut self,
        stamp: Stamp,
        reader: u32,
        partition: &TopicPartition,
        position: Option<u64>,
    ) {
        self.reading(stamp, reader, partition).positions.push((stamp, position));
    }

    pub(super) fn reader(&mut self, stamp: Stamp, who: &Who) -> u32 {
        if let Some(at) = self.readers.iter().position(|reader| reader.who == *who) {
            return at as u32;
        }
        self.readers.push(ReaderFacts {
            who: who.clone(),
            since: stamp,
            wants: Vec::new(),
            touches: Vec::new(),
            heads: Vec::new(),
            partitions: SortedMap::new(),
            rebalances: Vec::new(),
        });
        self.readers.len() as u32 - 1
    }

    fn reader_of(&mut self, step: &Step<'_>, id: ClientId) -> u32 {
        let who = who(step.world, id).unwrap_or(Who::Alone(id));
        self.reader(step.stamp, &who)
    }

    fn reading(&mut self, stamp: Stamp, reader: u32, partition: &TopicPartition) -> &mut Reading {
        let partition = self.partition_id(stamp, partition);
        self.readers[reader as usize].partitions.entry(partition).or_default()
    }

    /// The step in which the broker read what this consumer got last of a partition.
    fn read_at(&self, id: ClientId, partition: u32) -> u64 {
        let fetches = self.consumers.get(&id).map_or(&[][..], |facts| &facts.fetches);
        let last = fetches.iter().rev().find(|fetch| fetch.partition == partition);
        last.map_or(self.noted, |fetch| fetch.read_at)
    }

    /// What `poll` returned as this offset.
    fn returned(&self, reader: u32, id: ClientId, partition: u32, offset: u64) -> u32 {
        let facts = &self.readers[reader as usize];
        let is_it = |touch: &Touch| {
            !touch.processed
                && touch.client == id
                && touch.partition == partition
                && touch.offset == offset
        };
        // Nearly always it is what is in the log now.
        let now = self.record_at(partition, offset, self.noted);
        let head = facts.heads.get(now as usize).and_then(|head| facts.touches.get(*head as usize));
        if head.is_some_and(is_it) {
            return now;
        }
        facts.touches.iter().rev().find(|touch| is_it(touch)).map_or(now, |touch| touch.record)
    }

    fn touch(&mut self, reader: u32, mut touch: Touch) {
        if touch.record == NONE {
            return; // Nobody here sent it.
        }
        let facts = &mut self.readers[reader as usize];
        let at = touch.record as usize;
        if facts.heads.len() <= at {
            facts.heads.resize(at + 1, NONE);
        }
        touch.previous = facts.heads[at];
        facts.heads[at] = facts.touches.len() as u32;
        facts.touches.push(touch);
    }
}

/// From which offset to which, not included, an answer to a fetch goes.
pub(super) fn extent(answer: &FetchedPartition) -> (u64, u64) {
    let batches = Batches::new(&answer.records).flatten();
    let to = batches.map(|batch| batch.last_offset() + 1).max().unwrap_or(0);
    (answer.fetch_offset.cast_unsigned(), to.cast_unsigned())
}

/// Whose reader a consumer is.
pub(super) fn who(world: &World, id: ClientId) -> Option<Who> {
    let group = world.client(id)?.consumer()?.group();
    Some(if group.as_str().is_empty() { Who::Alone(id) } else { Who::Group(group) })
}

fn has_arrived(world: &World, message: &Message) -> bool {
    let mut due = world.messages().take_while(|other| other.due_ms <= message.due_ms);
    message.due_ms <= world.now_ms() && !due.any(|other| other.id == message.id)
}
