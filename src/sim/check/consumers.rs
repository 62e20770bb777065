//! Consumers: positions stay within the log, records come in order and none is left out, members of one
//! generation share no partition, and a commit holds no more than the program has been through.
//!
//! A program that commits after processing, with its own offsets or once for all that a poll returned, and
//! one that leaves it to the auto-commit, never commit what is not processed: at least once. One that calls
//! `commitSync()` without offsets amid its records does, and so loses them; it is not held to that.

use crate::client::assignor::Assignor;
use crate::client::consumer::{
    CommitEach, CommitReason, Consumer, ConsumerApp, ConsumerEvent, MembershipState, SeekTo,
};
use crate::protocol::config::Setting;
use crate::protocol::{ClientId, NodeId, Offset, SortedMap, SortedSet, Topic, TopicPartition};
use crate::sim::check::logs::Logs;
use crate::sim::check::{Verdict, ensure};
use crate::sim::event::{Event, What};
use crate::sim::world::World;
use crate::storage::AbortedTransaction;

/// All consumers of the world.
#[derive(Clone, Debug, Default)]
pub(super) struct Consumers {
    consumers: SortedMap<ClientId, ConsumerFacts>,
    /// Where somebody sought beyond the log's end, which is then a position, and may be committed.
    beyond: SortedSet<TopicPartition>,
}

/// What is known of one process and its assignment.
#[derive(Clone, Debug, Default)]
struct ConsumerFacts {
    /// Where `poll` goes on, as events told.
    positions: SortedMap<TopicPartition, Offset>,
    /// The furthest position of each partition since the process began.
    furthest: SortedMap<TopicPartition, Offset>,
    /// Returned and not yet processed, in order.
    returned: Vec<(TopicPartition, Offset)>,
    /// What `pause` holds back.
    paused: SortedSet<TopicPartition>,
}

impl Consumers {
    pub(super) fn check(&mut self, world: &World, events: &[Event], logs: &Logs) -> Verdict {
        let mut seen: SortedSet<ClientId> = SortedSet::new();
        for event in events {
            let What::Consumer(id, what) = &event.what else { continue };
            let facts = self.consumers.entry(*id).or_default();
            let named = |words| format!("{}: {words}", world.name(NodeId::Client(*id)));
            let consumer = world.client(*id).and_then(|client| client.consumer());
            let consumer = consumer.ok_or("a consumer's event without a consumer")?;
            facts.take(world, what, logs).map_err(named)?;
            facts.check_commit(consumer, what).map_err(named)?;
            facts.check_stable(consumer, what, logs).map_err(named)?;
            if let ConsumerEvent::Sought { partition, to: SeekTo::Offset(offset), .. } = what {
                let end = logs.get(partition).map_or(-1, |log| log.log().log_end_offset().as_i64());
                if *offset > end {
                    self.beyond.insert(partition.clone());
                }
            }
            seen.insert(*id);
        }
        for id in &seen {
            let consumer = world.client(*id).and_then(|client| client.consumer());
            let consumer = consumer.ok_or("a consumer's event without a consumer")?;
            let named = |words| format!("{}: {words}", world.name(NodeId::Client(*id)));
            self.consumers[id].check_positions(consumer, logs, &self.beyond).map_err(named)?;
        }
        if seen.is_empty() { Ok(()) } else { check_owners(world) }
    }
}

impl ConsumerFacts {
    fn take(&mut self, world: &World, event: &ConsumerEvent, logs: &Logs) -> Verdict {
        match event {
            ConsumerEvent::PartitionsLost { .. } | ConsumerEvent::AssignedByHand { .. } => {
                self.positions.clear();
                self.paused.clear();
            }
            ConsumerEvent::Sought { partition, to, .. } => match to {
                SeekTo::Offset(offset) => {
                    let offset = Offset::from_i64(*offset).unwrap_or_default();
                    self.positions.insert(partition.clone(), offset);
                    self.reached(partition, offset);
                }
                SeekTo::Beginning | SeekTo::End => {
                    self.positions.remove(partition);
                }
            },
            ConsumerEvent::FetchingPaused { partitions, paused: true } => {
                self.paused.extend(partitions.iter().cloned());
            }
            ConsumerEvent::FetchingPaused { partitions, paused: false } => {
                self.paused.retain(|partition| !partitions.contains(partition));
            }
            ConsumerEvent::Joining { kept: partitions, .. }
            | ConsumerEvent::Assigned { partitions, .. } => {
                self.positions.retain(|partition, _| partitions.contains(partition));
                self.paused.retain(|partition| partitions.contains(partition));
            }
            ConsumerEvent::PartitionsRevoked { partitions } => {
                self.positions.retain(|partition, _| !partitions.contains(partition));
            }
            ConsumerEvent::Crashed | ConsumerEvent::Restarted | ConsumerEvent::Closed => {
                *self = Self::default();
            }
            ConsumerEvent::Closing => self.returned.clear(),
            ConsumerEvent::AssignmentComputed { assignor, assignment } => {
                check_assignment(world, assignor, assignment)?;
            }
            ConsumerEvent::PositionSet { partition, offset, .. } => {
                self.positions.insert(partition.clone(), *offset);
                self.reached(partition, *offset);
            }
            ConsumerEvent::GapSkipped { partition, from, position } => {
                self.moved(partition, *from, &[], *position, logs)?;
            }
            ConsumerEvent::RecordsReturned { partition, offsets, position } => {
                ensure!(
                    !self.paused.contains(partition),
                    "poll returned records of {partition}, which is paused"
                );
                let from = self.positions.get(partition).copied();
                let from = from.or(offsets.first().copied()).unwrap_or(*position);
                self.moved(partition, from, offsets, *position, logs)?;
                self.returned.extend(offsets.iter().map(|offset| (partition.clone(), *offset)));
            }
            ConsumerEvent::RecordProcessed { partition, offset } => {
                if self.returned.is_empty() {
                    return Ok(()); // The checker began after they were returned.
                }
                let next = self.returned.remove(0);
                ensure!(
                    next == (partition.clone(), *offset),
                    "processed offset {offset} of {partition}, due was {} of {}",
                    next.1,
                    next.0
                );
            }
            _ => {}
        }
        Ok(())
    }

    fn reached(&mut self, partition: &TopicPartition, position: Offset) {
        let furthest = self.furthest.entry(partition.clone()).or_default();
        *furthest = position.max(*furthest);
    }

    /// What is committed was a position, and after it nothing is left undone by a program that means to be
    /// at least once.
    fn check_commit(&self, consumer: &Consumer, event: &ConsumerEvent) -> Verdict {
        let ConsumerEvent::CommitSent { offsets, reason, .. } = event else { return Ok(()) };
        for (partition, offset) in offsets {
            if let Some(furthest) = self.furthest.get(partition) {
                ensure!(
                    offset <= furthest,
                    "{offset} of {partition} is committed, the position never was beyond {furthest}"
                );
            }
            if !is_at_least_once(consumer.app(), *reason) {
                continue;
            }
            let undone = self.returned.iter().find(|(p, undone)| p == partition && undone < offset);
            ensure!(
                undone.is_none(),
                "{offset} of {partition} is committed ({reason:?}), and {} is not processed",
                undone.map_or(0, |(_, undone)| undone.0)
            );
        }
        Ok(())
    }

    /// Under `read_committed` nothing is read from the last stable offset on, and nothing that was aborted
    /// (CONS-21).
    fn check_stable(&self, consumer: &Consumer, event: &ConsumerEvent, logs: &Logs) -> Verdict {
        let ConsumerEvent::RecordsReturned { partition, offsets, .. } = event else {
            return Ok(());
        };
        if consumer.settings().text(Setting::IsolationLevel).as_deref() != Some("read_committed") {
            return Ok(());
        }
        let log = logs.get(partition).ok_or_else(|| format!("{partition} is not there"))?.log();
        let stable = log.last_stable_offset();
        let (Some(first), Some(last)) = (offsets.first(), offsets.last()) else { return Ok(()) };
        ensure!(
            last < &stable,
            "{partition}: {last} was returned, stable is what is below {stable}"
        );
        let aborted = log.aborted_between(*first, stable).unwrap_or_default();
        if aborted.is_empty() {
            return Ok(());
        }
        for (_, batch) in log.batches().filter(|(_, batch)| batch.is_transactional()) {
            let of = |a: &&AbortedTransaction| {
                a.producer_id == batch.producer_id()
                    && (a.first_offset..=a.last_offset).contains(&batch.base_offset())
            };
            let Some(aborted) = aborted.iter().find(of) else { continue };
            let read = batch.filter_records(|record| {
                Offset::from_i64(record.offset).filter(|offset| offsets.contains(offset))
            });
            ensure!(
                read.is_empty(),
                "{partition}: {read:?} were returned, of the transaction that was aborted at {}",
                aborted.last_offset
            );
        }
        Ok(())
    }

    /// The position went from `from` to `position`, over these records and no others.
    fn moved(
        &mut self,
        partition: &TopicPartition,
        from: Offset,
        offsets: &[Offset],
        position: Offset,
        logs: &Logs,
    ) -> Verdict {
        self.reached(partition, position);
        if let Some(known) = self.positions.insert(partition.clone(), position) {
            ensure!(known == from, "{partition}: read from {from}, the position was {known}");
        }
        let mut next = from;
        let log = logs.get(partition).ok_or_else(|| format!("{partition} is not there"))?;
        for offset in offsets {
            ensure!(
                *offset >= next && *offset < position,
                "{partition}: offset {offset} came where {next} or more was due, before position {position}"
            );
            next = offset.advanced_by(1);
            ensure!(
                log.appended(offset.as_i64()) != Ok(None),
                "{partition}: offset {offset} was returned and never appended"
            );
        }
        // What is there now was there when it was fetched.
        for record in log.records(from.as_i64(), position.as_i64()) {
            let offset = Offset::from_i64(record.offset).unwrap_or_default();
            ensure!(
                offsets.binary_search(&offset).is_ok(),
                "{partition}: the position went from {from} to {position}, offset {offset} was left out"
            );
        }
        Ok(())
    }

    fn check_positions(
        &self,
        consumer: &Consumer,
        logs: &Logs,
        beyond: &SortedSet<TopicPartition>,
    ) -> Verdict {
        for partition in consumer.assignment() {
            let Some(position) = consumer.position(partition) else { continue };
            let log = match logs.get(partition) {
                Some(log) => log,
                // By hand anything can be assigned, and any position sought in it.
                None if !consumer.app().assign.is_empty() => continue,
                None => return Err(format!("{partition} is not there")),
            };
            let end = log.log().log_end_offset();
            let may_exceed = beyond.contains(partition);
            ensure!(
                may_exceed || position <= end,
                "{partition}: position {position}, the log ends at {end}"
            );
            if let Some(known) = self.positions.get(partition) {
                ensure!(
                    *known == position,
                    "{partition}: position {position}, events told {known}"
                );
            }
            if let Some(committed) = consumer.committed_seen(partition) {
                ensure!(
                    may_exceed || committed <= end,
                    "{partition}: {committed} is committed, the log ends at {end}"
                );
            }
        }
        Ok(())
    }
}

/// Whether a program never commits, for this reason, what it has not processed.
fn is_at_least_once(app: &ConsumerApp, reason: CommitReason) -> bool {
    match (reason, app.commit) {
        // Inside `poll`, and before it everything was processed.
        (CommitReason::Interval | CommitReason::Rebalance, _) => true,
        // Whoever closes it in the middle of its records leaves them.
        (CommitReason::Close, _) | (_, None) => false,
        (_, Some(style)) => !style.before && (style.offsets || style.each == CommitEach::Poll),
    }
}

/// The assignor's output has every partition of its topics exactly once; a cooperative one may hold back
/// what somebody has to give up first.
fn check_assignment(
    world: &World,
    assignor: &str,
    assignment: &[(String, Vec<TopicPartition>)],
) -> Verdict {
    let held_back = Assignor::named(assignor).is_some_and(Assignor::is_cooperative);
    let mut all: SortedMap<&Topic, SortedSet<u32>> = SortedMap::new();
    let mut members: SortedSet<&str> = SortedSet::new();
    for (member, partitions) in assignment {
        ensure!(members.insert(member), "member {member} stands twice in the assignment");
        for partition in partitions {
            ensure!(
                all.entry(&partition.topic).or_default().insert(partition.partition),
                "{partition} is assigned twice"
            );
        }
    }
    for (topic, partitions) in all {
        let count = world.broker().topic(topic).map_or(0, |image| image.partitions.len());
        ensure!(
            (held_back || partitions.len() == count)
                && partitions.iter().all(|partition| (*partition as usize) < count),
            "partitions {partitions:?} of {topic} are assigned, it has {count}"
        );
    }
    Ok(())
}

/// Members of one generation of a group own different partitions.
fn check_owners(world: &World) -> Verdict {
    let mut owners: SortedMap<_, ClientId> = SortedMap::new();
    for client in world.clients() {
        let Some(consumer) = client.consumer().filter(|consumer| consumer.is_running()) else {
            continue;
        };
        // Who waits for its assignment still reads what it kept (cooperative).
        if !matches!(consumer.membership(), MembershipState::Syncing | MembershipState::Stable) {
            continue;
        }
        // A coordinator that lost a generation with its process gives its number again. Who still waits for
        // the lost one is told with the next answer. So is a static member that another one has replaced.
        let group = world.broker().group(&consumer.group());
        let is_known = group.is_some_and(|group| group.member(consumer.member_id()).is_some());
        let is_static = consumer.settings().text(Setting::GroupInstanceId).is_some();
        if (consumer.membership() == MembershipState::Syncing || is_static) && !is_known {
            continue;
        }
        for partition in consumer.assignment() {
            let key = (consumer.group(), consumer.generation(), partition);
            if let Some(other) = owners.insert(key, client.id) {
                return Err(format!(
                    "{} and {} both own {partition} in generation {} of group {}",
                    world.name(NodeId::Client(other)),
                    client.name,
                    consumer.generation(),
                    consumer.group()
                ));
            }
        }
    }
    Ok(())
}
