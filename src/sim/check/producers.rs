//! Producers: every send ends once, an acknowledged record lies where it was said to lie, and the order
//! that Kafka promises holds. An idempotent producer's records are in the log once and in their order,
//! whatever the network does; another's are there as often as a request came.
//!
//! Kafka's own promise ends where the log has forgotten a producer (`producer.id.expiration.ms`, a restart), and for
//! batches that were in flight when their producer began a new epoch or took a new id: these are excused.

use crate::broker::BrokerEvent;
use crate::client::producer::{Producer, ProducerEvent};
use crate::protocol::config::Setting;
use crate::protocol::request::{Body, ProducePartition, Request, Response};
use crate::protocol::{ClientId, NodeId, Offset, SortedMap, TopicPartition};
use crate::sim::check::logs::Logs;
use crate::sim::check::messages::Messages;
use crate::sim::check::{Verdict, content, ensure};
use crate::sim::event::{Event, What};
use crate::sim::world::World;
use crate::storage::LogEvent;

/// All producers of the world.
#[derive(Clone, Debug, Default)]
pub(super) struct Producers {
    whole: bool,
    producers: SortedMap<ClientId, ProducerFacts>,
}

/// What became of a send.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fate {
    /// It waits, or lies in the accumulator: key and value, once it was serialised.
    Open(Option<u64>),
    Acknowledged,
    Failed,
    Lost,
}

#[derive(Clone, Debug, Default)]
struct ProducerFacts {
    /// Sends below are from before the checker began.
    known_from: u64,
    fates: SortedMap<u64, Fate>,
    /// What was accumulated for a partition, in order: number, key and value.
    accumulated: SortedMap<TopicPartition, Vec<(u64, u64)>>,
    /// What a request carries for a partition: the first send's number and how many.
    drained: SortedMap<(u64, TopicPartition), (u64, u32)>,
    /// The last batch of this process that the broker said it appended: its offset, its first send.
    appended: SortedMap<TopicPartition, (i64, u64)>,
    /// Kafka promises order to this process.
    ordered: bool,
    idempotent: bool,
    /// The last send that a request has carried.
    last_drained: SortedMap<TopicPartition, u64>,
    /// Where an idempotent process's records lie, by number.
    places: SortedMap<TopicPartition, SortedMap<u64, i64>>,
    /// Sends up to here may be there twice, or out of order.
    excused: SortedMap<TopicPartition, u64>,
    /// How often each request was answered, less its copies on the way.
    answers: SortedMap<(u64, TopicPartition), i64>,
}

impl Producers {
    pub(super) fn begin(&mut self, world: &World, whole: bool) {
        self.whole = whole;
        for client in world.clients() {
            if let Some(producer) = client.producer() {
                self.producers.insert(client.id, ProducerFacts::new(producer, whole));
            }
        }
    }

    pub(super) fn check(
        &mut self,
        world: &World,
        events: &[Event],
        logs: &Logs,
        messages: &Messages,
    ) -> Verdict {
        let mut seen: Vec<ClientId> = Vec::new();
        for event in events {
            match &event.what {
                What::ClientAdded(id) => {
                    if let Some(producer) = world.client(*id).and_then(|client| client.producer()) {
                        self.producers.entry(*id).or_insert(ProducerFacts::new(producer, true));
                    }
                }
                What::Producer(id, what) => {
                    let producer = world.client(*id).and_then(|client| client.producer());
                    let producer = producer.ok_or("a producer's event without a producer")?;
                    let facts = self.producers.get_mut(id).ok_or("an unknown producer")?;
                    let named = |words| format!("{}: {words}", world.name(NodeId::Client(*id)));
                    facts.take(producer, what, logs).map_err(named)?;
                    if seen.last() != Some(id) {
                        seen.push(*id);
                    }
                }
                // What has expired is not loaded either, and of the others only the last batch.
                What::Broker(
                    _,
                    BrokerEvent::Log(
                        partition,
                        LogEvent::ProducersExpired { .. } | LogEvent::Recovery(_),
                    ),
                ) => {
                    for facts in self.producers.values_mut() {
                        facts.excuse(partition);
                    }
                }
                _ => {}
            }
        }
        for message in messages.new_messages() {
            if let (Body::Request(Request::Produce { batches, .. }), NodeId::Client(id), true) =
                (&*message.body, message.from, message.copy)
                && let Some(facts) = self.producers.get_mut(&id)
            {
                facts.ordered &= facts.idempotent;
                for (partition, _) in batches {
                    let key = (message.correlation_id, partition.clone());
                    *facts.answers.entry(key).or_default() -= 1;
                }
            }
            if message.copy {
                continue; // What it says was said before.
            }
            if let (Body::Response(Response::Produce { partitions }), NodeId::Client(id)) =
                (&*message.body, message.to)
                && let Some(facts) = self.producers.get_mut(&id)
            {
                let named = |words| format!("{}: {words}", world.name(message.to));
                facts.appended(message.correlation_id, partitions, logs).map_err(named)?;
            }
        }
        for id in seen {
            let producer = world.client(id).and_then(|client| client.producer());
            let producer = producer.ok_or("a producer's event without a producer")?;
            let named = |words| format!("{}: {words}", world.name(NodeId::Client(id)));
            self.producers[&id].check_counts(producer).map_err(named)?;
        }
        Ok(())
    }
}

impl ProducerFacts {
    fn new(producer: &Producer, whole: bool) -> Self {
        let known_from = if whole { 0 } else { producer.sent_count() };
        let (ordered, idempotent) = (is_ordered(producer), producer.is_idempotent());
        Self { known_from, ordered, idempotent, ..Self::default() }
    }

    fn take(&mut self, producer: &Producer, event: &ProducerEvent, logs: &Logs) -> Verdict {
        match event {
            ProducerEvent::SendBlocked { number, .. } => {
                self.fates.entry(*number).or_insert(Fate::Open(None));
            }
            ProducerEvent::RecordAccumulated { number, partition, key, value, .. } => {
                let content = content(key.as_deref(), value.as_deref());
                let before = self.fates.insert(*number, Fate::Open(Some(content)));
                ensure!(
                    matches!(before, None | Some(Fate::Open(None))),
                    "send {number} was accumulated, and was {before:?}"
                );
                let queue = self.accumulated.entry(partition.clone()).or_default();
                ensure!(
                    queue.last().is_none_or(|(last, _)| last < number),
                    "send {number} of {partition} was accumulated after {:?}",
                    queue.last()
                );
                queue.push((*number, content));
            }
            ProducerEvent::SendFailed { number, .. } => {
                let before = self.fates.insert(*number, Fate::Failed);
                ensure!(
                    matches!(before, None | Some(Fate::Open(None))),
                    "send {number} failed, and was {before:?}"
                );
            }
            ProducerEvent::BatchDrained {
                partition, first, record_count, correlation_id, ..
            } => {
                let queue = self.accumulated.get(partition).map_or(&[][..], |queue| queue);
                let at = queue.partition_point(|(number, _)| number < first);
                if let Some((last, _)) = queue.get(at + (*record_count as usize).saturating_sub(1))
                {
                    let known = self.last_drained.entry(partition.clone()).or_insert(*last);
                    *known = *last.max(known);
                }
                let key = (*correlation_id, partition.clone());
                let before = self.drained.insert(key, (*first, *record_count));
                ensure!(
                    before.is_none(),
                    "request {correlation_id} carries two batches for {partition}"
                );
            }
            ProducerEvent::BatchAcknowledged { partition, numbers, base_offset, .. } => {
                self.acknowledged(partition, numbers, *base_offset, logs)?;
            }
            ProducerEvent::BatchFailed { numbers, .. } => {
                for number in numbers {
                    self.end(*number, Fate::Failed)?;
                }
            }
            ProducerEvent::Crashed { .. } => {
                for fate in self.fates.values_mut() {
                    if matches!(fate, Fate::Open(_)) {
                        *fate = Fate::Lost;
                    }
                }
                self.known_from = self.known_from.max(if self.known_from > 0 {
                    producer.sent_count()
                } else {
                    0
                });
                self.new_process(producer);
            }
            ProducerEvent::Restarted | ProducerEvent::Closed => {
                let open = self.fates.iter().find(|(_, fate)| matches!(fate, Fate::Open(Some(_))));
                ensure!(
                    open.is_none(),
                    "the process ended in order, but send {} has not",
                    open.map_or(0, |(number, _)| *number)
                );
                self.new_process(producer);
            }
            ProducerEvent::EpochBumped { partitions, .. } => {
                for partition in partitions {
                    self.excuse(partition);
                }
            }
            ProducerEvent::ProducerIdDropped { .. } => {
                let all: Vec<TopicPartition> = self.last_drained.keys().cloned().collect();
                for partition in &all {
                    self.excuse(partition);
                }
            }
            // The parts are sent anew, whatever `retries` says, behind what is in flight already.
            ProducerEvent::BatchSplit { .. } => self.ordered &= has_one_in_flight(producer),
            ProducerEvent::StickyPartitionChosen { .. }
            | ProducerEvent::BatchRetried { .. }
            | ProducerEvent::RequestTimedOut { .. }
            | ProducerEvent::Disconnected
            | ProducerEvent::ProducerIdReceived { .. }
            | ProducerEvent::ProducerIdRefused { .. }
            | ProducerEvent::IdempotenceDisabled(_)
            | ProducerEvent::UnusedSettings(_) => {}
        }
        Ok(())
    }

    fn new_process(&mut self, producer: &Producer) {
        self.ordered = is_ordered(producer);
        self.idempotent = producer.is_idempotent();
        self.appended.clear();
        self.drained.clear();
        self.places.clear();
        self.excused.clear();
    }

    /// What a request has carried so far for a partition is not judged any more.
    fn excuse(&mut self, partition: &TopicPartition) {
        if let Some(last) = self.last_drained.get(partition) {
            self.excused.insert(partition.clone(), *last);
        }
    }

    /// An idempotent process's batch lies at `base`: its records are nowhere else, and all in their order.
    fn place(&mut self, partition: &TopicPartition, base: i64, numbers: &[u64]) -> Verdict {
        let excused = self.excused.get(partition).copied();
        let places = self.places.entry(partition.clone()).or_default();
        for (offset, number) in (base..).zip(numbers) {
            if excused.is_some_and(|excused| *number <= excused) {
                places.insert(*number, offset);
                continue;
            }
            let before = places.insert(*number, offset);
            if before == Some(offset) {
                continue; // A duplicate, answered with the old offset.
            }
            ensure!(
                before.is_none(),
                "send {number} is in {partition} twice, at {before:?} and {offset}, though idempotent"
            );
            let lower = places.range(..*number).next_back();
            let higher = places.range(number + 1..).next();
            ensure!(
                lower.is_none_or(|(_, at)| *at < offset)
                    && higher.is_none_or(|(_, at)| offset < *at),
                "send {number} is at {offset} of {partition}, between {lower:?} and {higher:?}, though \
                 idempotent"
            );
        }
        Ok(())
    }

    fn end(&mut self, number: u64, fate: Fate) -> Verdict {
        if number < self.known_from {
            return Ok(());
        }
        let before = self.fates.insert(number, fate.clone());
        ensure!(
            matches!(before, Some(Fate::Open(Some(_)))),
            "send {number} is {fate:?}, and was {before:?}"
        );
        Ok(())
    }

    fn acknowledged(
        &mut self,
        partition: &TopicPartition,
        numbers: &[u64],
        base_offset: Option<Offset>,
        logs: &Logs,
    ) -> Verdict {
        for (at, number) in (0..).zip(numbers) {
            let content = match self.fates.get(number) {
                Some(Fate::Open(Some(content))) => Some(*content),
                _ => None,
            };
            self.end(*number, Fate::Acknowledged)?;
            let (Some(base), Some(content)) = (base_offset, content) else { continue };
            let offset = base.as_i64() + at;
            let log = logs.get(partition);
            let log = log.ok_or_else(|| format!("{partition} acknowledged, and not there"))?;
            let Ok(found) = log.appended(offset) else { continue };
            ensure!(
                found == Some(content),
                "send {number} was acknowledged at offset {offset} of {partition}, where something else was \
                 appended, or nothing"
            );
        }
        Ok(())
    }

    /// The broker answers a Produce request: what it appended is what the request carried, in order.
    fn appended(
        &mut self,
        correlation_id: u64,
        partitions: &[ProducePartition],
        logs: &Logs,
    ) -> Verdict {
        for answer in partitions {
            let partition = &answer.partition;
            let Ok((base, _)) = answer.appended else { continue };
            let Some((first, count)) =
                self.drained.get(&(correlation_id, partition.clone())).copied()
            else {
                continue; // A process that is gone asked for it.
            };
            let queue = self.accumulated.get(partition).map_or(&[][..], |queue| queue);
            let at = queue.partition_point(|(number, _)| *number < first);
            let Some(sent) = queue.get(at..at + count as usize) else { continue };
            let log = logs.get(partition).ok_or_else(|| format!("{partition} is not there"))?;
            for (offset, (number, content)) in (base..).zip(sent) {
                let Ok(found) = log.appended(offset) else { continue };
                ensure!(
                    found == Some(*content),
                    "send {number} is not what was appended at offset {offset} of {partition}"
                );
            }
            let answers = self.answers.entry((correlation_id, partition.clone())).or_default();
            *answers += 1;
            ensure!(
                *answers <= 1,
                "request {correlation_id} came once and was appended to {partition} once more"
            );
            if self.idempotent {
                let numbers: Vec<u64> = sent.iter().map(|(number, _)| *number).collect();
                self.place(partition, base, &numbers)?;
                continue;
            }
            let before = self.appended.insert(partition.clone(), (base, first));
            ensure!(
                !self.ordered || before.is_none_or(|(offset, send)| offset < base && send <= first),
                "send {first} was appended to {partition} at {base}, after (offset, send) {before:?}, though \
                 order is promised"
            );
        }
        Ok(())
    }

    fn check_counts(&self, producer: &Producer) -> Verdict {
        if self.known_from > 0 {
            return Ok(());
        }
        let count =
            |is: fn(&Fate) -> bool| self.fates.values().filter(|fate| is(fate)).count() as u64;
        let told = [
            count(|fate| matches!(fate, Fate::Acknowledged)),
            count(|fate| matches!(fate, Fate::Failed)),
            count(|fate| matches!(fate, Fate::Lost)),
        ];
        let counted =
            [producer.acknowledged_count(), producer.failed_count(), producer.lost_count()];
        ensure!(told == counted, "acknowledged, failed, lost: told {told:?}, counted {counted:?}");
        let held = producer.held_count();
        let ended: u64 = counted.iter().sum();
        ensure!(
            producer.sent_count() == ended + held,
            "{} sends: {ended} ended, {held} held",
            producer.sent_count()
        );
        Ok(())
    }
}

/// Without retries, or with one request at a time, a partition gets records in the order of `send` (PROD-25).
fn is_ordered(producer: &Producer) -> bool {
    producer.settings().number(Setting::Retries) == 0 || has_one_in_flight(producer)
}

fn has_one_in_flight(producer: &Producer) -> bool {
    producer.settings().number(Setting::MaxInFlightRequests) == 1
}
