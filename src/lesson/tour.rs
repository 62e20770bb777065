//! The tour: five steps over the running store.

use crate::broker::BrokerEvent;
use crate::client::consumer::ConsumerEvent;
use crate::client::producer::ProducerEvent;
use crate::lesson::{Asked, Chapter, Step};
use crate::protocol::request::ApiKey;
use crate::protocol::{
    Bytes, ClientId, NodeId, Offset, Subject, Topic, TopicPartition, sort_by_key,
};
use crate::sim::{Action, RecordSpec, What, World};
use crate::storage::{Log, LogEvent};
use crate::words::{Choice, StepName, Theme};

/// The first lesson.
pub(super) static TOUR: Chapter =
    Chapter { name: "tour", steps: &[PARTITION, ROLL, CLEAN, COMMIT, REDELIVERY] };

const TOPIC: &str = "transactions";
const CUSTOMERS: &str = "customers";
const GROUP: &str = "store";
const BUYER: &str = "alice";

const PARTITION: Step = Step {
    name: StepName::Partition,
    theme: |world| {
        running_producer(world, TOPIC)?;
        Some(Theme { key: Some(BUYER.as_bytes().into()), ..Theme::default() })
    },
    subject: |_, _| Some(Subject::Topic(Topic::from(TOPIC))),
    choices: |world, _| {
        let count = partition_count(world);
        (0..count).map(Choice::Partition).chain([Choice::AnyPartition]).collect()
    },
    play: |world, _| purchase(world, BUYER, 1),
    judge: |asked, _, event| match &event.what {
        What::Producer(_, ProducerEvent::RecordAccumulated { partition, key, .. })
            if *key == asked.theme.key =>
        {
            choice_at(asked, &Choice::Partition(partition.partition))
        }
        _ => None,
    },
    // The record that was asked about lies in a log that did not have it.
    goal: |asked, world| {
        let key = asked.theme.key.as_deref();
        partitions(world).any(|log| {
            let before = asked.world.broker().logs().get(log.partition());
            let end = before.map_or(Offset(0), |log| log.log_end_offset());
            offsets_of_key(log, key).any(|offset| offset >= end)
        })
    },
};

const ROLL: Step = Step {
    name: StepName::Roll,
    theme: |world| {
        running_producer(world, TOPIC)?;
        let log = partitions(world).max_by_key(|log| log.active_segment().size_bytes())?;
        Some(Theme {
            partition: Some(log.partition().clone()),
            number: Some(u64::from(log.active_segment().size_bytes())),
            limit: Some(u64::from(log.config().segment_bytes)),
            ..Theme::default()
        })
    },
    subject: |world, theme| {
        let partition = theme.partition.clone()?;
        let active = world.broker().logs().get(&partition)?.active_segment().base_offset();
        Some(Subject::Segment(partition, active))
    },
    choices: |_, _| vec![Choice::SplitBatch, Choice::WholeInNewFile, Choice::BeyondLimit],
    // Its own keys keep it busy: enough records of a key that lives there.
    play: |world, theme| {
        let key = theme.partition.as_ref().and_then(|partition| key_in(world, partition));
        key.map_or_else(Vec::new, |key| purchase(world, &key, 12))
    },
    judge: |asked, world, event| {
        let partition = asked.theme.partition.as_ref()?;
        let What::Broker(
            _,
            BrokerEvent::Log(at, LogEvent::BatchAppended { base_offset, segment, .. }),
        ) = &event.what
        else {
            return None;
        };
        let before = asked.world.broker().logs().get(partition)?.active_segment().base_offset();
        if at != partition || *segment == before {
            return None;
        }
        // The first batch after the roll: it lies whole in the new file if the file begins with it.
        let log = world.broker().logs().get(partition)?;
        let old = log.segments().iter().find(|segment| segment.base_offset() == before)?;
        let beyond = old.size_bytes() > log.config().segment_bytes;
        let whole = segment == base_offset;
        choice_at(
            asked,
            match (whole, beyond) {
                (true, false) => &Choice::WholeInNewFile,
                (_, true) => &Choice::BeyondLimit,
                (false, false) => &Choice::SplitBatch,
            },
        )
    },
    goal: |asked, world| {
        let partition = asked.theme.partition.as_ref();
        let active = |world: &World| {
            Some(world.broker().logs().get(partition?)?.active_segment().base_offset())
        };
        active(world) > active(&asked.world)
    },
};

const CLEAN: Step = Step {
    name: StepName::Clean,
    theme: |world| {
        let log = customers(world)?;
        if world.broker().logs().cleaned_partition().is_some() {
            return None;
        }
        // A key with several records in closed segments, the last of them no tombstone.
        let end = log.active_segment().base_offset();
        let (key, count) = keys_below(log, end).into_iter().find(|(_, count)| *count >= 2)?;
        Some(Theme {
            key: Some(key),
            number: Some(count),
            limit: Some(end.0),
            partition: Some(log.partition().clone()),
            ..Theme::default()
        })
    },
    subject: |_, theme| theme.partition.clone().map(Subject::Cleaner),
    choices: |_, theme| {
        let count = theme.number.unwrap_or(2);
        vec![Choice::Records(0), Choice::Records(1), Choice::Records(count)]
    },
    play: |_, _| {
        vec![Action::SetTopic {
            topic: CUSTOMERS.into(),
            name: "min.cleanable.dirty.ratio".into(),
            value: Some("0.01".into()),
        }]
    },
    judge: |asked, world, event| {
        let What::Broker(_, BrokerEvent::Log(at, LogEvent::CleaningFinished { checkpoint, .. })) =
            &event.what
        else {
            return None;
        };
        let limit = Offset(asked.theme.limit?);
        if Some(at) != asked.theme.partition.as_ref() || *checkpoint < limit {
            return None;
        }
        let log = customers(world)?;
        let left =
            offsets_of_key(log, asked.theme.key.as_deref()).filter(|o| *o < *checkpoint).count();
        choice_at(asked, &Choice::Records(left as u64))
    },
    goal: |asked, world| {
        let partition = asked.theme.partition.as_ref();
        let limit = asked.theme.limit.map(Offset);
        partition.and_then(|partition| world.broker().logs().cleaner_checkpoint(partition)) >= limit
    },
};

const COMMIT: Step = Step {
    name: StepName::Commit,
    theme: |world| {
        let (node, partition, position) = reading_consumer(world)?;
        Some(Theme {
            node: Some(node),
            partition: Some(partition),
            number: Some(position.0),
            ..Theme::default()
        })
    },
    subject: |world, theme| {
        let node = world.clients().iter().find(|c| Some(&*c.name) == theme.node.as_deref())?;
        Some(Subject::Position(node.id, theme.partition.clone()?))
    },
    choices: |_, _| vec![Choice::LastRead, Choice::NextToRead, Choice::LogEnd],
    play: |_, _| Vec::new(),
    // What the coordinator wrote, against the position of the consumer that sent it.
    judge: |asked, world, event| {
        let What::Broker(_, BrokerEvent::OffsetCommitted { partition, offset, .. }) = &event.what
        else {
            return None;
        };
        if Some(partition) != asked.theme.partition.as_ref() || offset.0 < asked.theme.number? {
            return None;
        }
        let holds = |at: Offset| {
            let log = world.broker().logs().get(partition);
            log.is_some_and(|log| log.log_end_offset() == at)
        };
        // The offset before it was returned to the application, it itself was not when it was sent.
        let next = world.clients().iter().filter_map(|client| client.consumer()).any(|consumer| {
            consumer.position(partition).is_some_and(|position| position >= *offset)
        });
        choice_at(
            asked,
            match (next, holds(*offset)) {
                (true, _) => &Choice::NextToRead,
                (false, true) => &Choice::LogEnd,
                (false, false) => &Choice::LastRead,
            },
        )
    },
    goal: |asked, world| {
        let committed = |world: &World| {
            let partition = asked.theme.partition.as_ref()?;
            let group = world.broker().groups().find(|group| group.id().as_str() == GROUP)?;
            group.committed(partition).map(|committed| committed.stored_at)
        };
        committed(world) > committed(&asked.world)
    },
};

const REDELIVERY: Step = Step {
    name: StepName::Redelivery,
    theme: |world| {
        if world.clients().iter().filter(|c| c.consumer().is_some() && c.is_running()).count() < 2 {
            return None;
        }
        let group = world.broker().groups().find(|group| group.id().as_str() == GROUP)?;
        world.clients().iter().find_map(|client| {
            let consumer = client.consumer().filter(|_| client.is_running())?;
            if commit_under_way(world, client.id) {
                return None; // It may still arrive.
            }
            consumer.assignment().iter().find_map(|partition| {
                let position = consumer.position(partition)?;
                let committed = group.committed(partition)?.offset;
                (position.0 >= committed.0 + 2).then(|| Theme {
                    node: Some(client.name.to_string()),
                    partition: Some(partition.clone()),
                    number: Some(position.0),
                    limit: Some(committed.0),
                    key: None,
                })
            })
        })
    },
    subject: |world, theme| {
        let client = world.clients().iter().find(|c| Some(&*c.name) == theme.node.as_deref())?;
        Some(Subject::Client(client.id))
    },
    choices: |world, theme| {
        let log = theme.partition.as_ref().and_then(|p| world.broker().logs().get(p));
        vec![
            Choice::FromPosition(Offset(theme.number.unwrap_or(0))),
            Choice::FromCommitted(Offset(theme.limit.unwrap_or(0))),
            Choice::FromEnd(log.map_or(Offset(0), |log| log.log_end_offset())),
        ]
    },
    play: |_, theme| theme.node.iter().map(|node| Action::Crash { node: node.clone() }).collect(),
    judge: |asked, _, event| match &event.what {
        What::Consumer(_, ConsumerEvent::PositionSet { partition, offset, .. })
            if Some(partition) == asked.theme.partition.as_ref() =>
        {
            let at = asked.choices.iter().position(|choice| match choice {
                Choice::FromPosition(at) | Choice::FromCommitted(at) | Choice::FromEnd(at) => {
                    at == offset
                }
                _ => false,
            });
            at.or_else(|| choice_at(asked, &Choice::FromCommitted(Offset(asked.theme.limit?))))
        }
        _ => None,
    },
    // Somebody else has read on from there.
    goal: |asked, world| {
        let Some(partition) = &asked.theme.partition else { return false };
        let committed = Offset(asked.theme.limit.unwrap_or(0));
        world.clients().iter().filter(|c| Some(&*c.name) != asked.theme.node.as_deref()).any(|c| {
            let consumer = c.consumer().filter(|_| c.is_running());
            consumer.and_then(|c| c.position(partition)).is_some_and(|at| at > committed)
        })
    },
};

fn commit_under_way(world: &World, client: ClientId) -> bool {
    let node = NodeId::Client(client);
    world
        .messages()
        .any(|message| message.from == node && message.body.api_key() == ApiKey::OffsetCommit)
}

fn choice_at(asked: &Asked, choice: &Choice) -> Option<usize> {
    asked.choices.iter().position(|c| c == choice)
}

fn partition_count(world: &World) -> u32 {
    world.broker().topic(&Topic::from(TOPIC)).map_or(0, |topic| topic.partitions.len() as u32)
}

fn partitions(world: &World) -> impl Iterator<Item = &Log> {
    let logs = world.broker().logs().logs();
    logs.map(|log| &**log).filter(|log| log.partition().topic.as_str() == TOPIC)
}

fn customers(world: &World) -> Option<&Log> {
    let log = world.broker().logs().get(&TopicPartition::new(CUSTOMERS, 0))?;
    log.config().compact.then_some(&**log)
}

/// A running producer that sends to the topic.
fn running_producer<'a>(world: &'a World, topic: &str) -> Option<&'a str> {
    let mut running =
        world.clients().iter().filter(|client| client.producer().is_some() && client.is_running());
    let sends = |client: &&crate::sim::Client| {
        client.flow().is_some_and(|flow| flow.workload.topic == topic)
    };
    let found = running.clone().find(sends).or_else(|| running.next());
    found.map(|client| &*client.name)
}

fn purchase(world: &World, key: &str, count: usize) -> Vec<Action> {
    let Some(producer) = running_producer(world, TOPIC) else { return Vec::new() };
    let record = RecordSpec {
        key: Some(key.to_owned()),
        value: Some(
            r#"{"item":"lamp","price":42,"zip":"47197","card":"xxxx-xxxx-xxxx-1234"}"#.into(),
        ),
        ..RecordSpec::default()
    };
    let records = vec![record; count];
    vec![Action::Send { producer: producer.to_owned(), topic: TOPIC.into(), records }]
}

fn records(log: &Log) -> impl Iterator<Item = (Offset, Option<Bytes>, bool)> {
    log.batches().flat_map(|(_, batch)| {
        batch.filter_records(|record| {
            let key = record.key.map(Bytes::from);
            Some((Offset::from_i64(record.offset)?, key, record.value.is_none()))
        })
    })
}

fn offsets_of_key<'a>(log: &'a Log, key: Option<&'a [u8]>) -> impl Iterator<Item = Offset> + 'a {
    records(log).filter(move |(_, k, _)| k.as_deref() == key).map(|(offset, ..)| offset)
}

/// A text key that lives in the partition, the latest.
fn key_in(world: &World, partition: &TopicPartition) -> Option<String> {
    let log = world.broker().logs().get(partition)?;
    let (_, key, _) = records(log).filter(|(_, key, _)| key.is_some()).last()?;
    String::from_utf8(key?.to_vec()).ok()
}

/// Keys whose last record below `end` is no tombstone, with how many records each has there.
fn keys_below(log: &Log, end: Offset) -> Vec<(Bytes, u64)> {
    let mut keys: Vec<(Bytes, u64, bool)> = Vec::new();
    for (offset, key, tombstone) in records(log) {
        let Some(key) = key.filter(|_| offset < end) else { continue };
        match keys.iter_mut().find(|(k, ..)| **k == *key) {
            Some(entry) => {
                entry.1 += 1;
                entry.2 = tombstone;
            }
            None => keys.push((key, 1, tombstone)),
        }
    }
    sort_by_key(&mut keys, |(_, count, _)| std::cmp::Reverse(*count));
    keys.into_iter()
        .filter(|(.., tombstone)| !tombstone)
        .map(|(key, count, _)| (key, count))
        .collect()
}

/// A consumer that has read something of a partition of its own.
fn reading_consumer(world: &World) -> Option<(String, TopicPartition, Offset)> {
    world.clients().iter().find_map(|client| {
        let consumer = client.consumer().filter(|_| client.is_running())?;
        consumer.assignment().iter().find_map(|partition| {
            let position = consumer.position(partition).filter(|position| position.0 > 0)?;
            Some((client.name.to_string(), partition.clone(), position))
        })
    })
}
