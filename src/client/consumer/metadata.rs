//! Which topics there are, and how many partitions they have.
//!
//! Kafka: `ConsumerMetadata`, `NetworkClient.DefaultMetadataUpdater`. A topic that is not known yet is
//! asked for again, with back-off; all are refreshed after `metadata.max.age.ms` (GRP-20).
//! Left out: leaders, as there is one broker.

use crate::client::consumer::config::METADATA_MAX_AGE_MS;
use crate::client::consumer::network::Sent;
use crate::client::consumer::{Consumer, Turn};
use crate::protocol::request::{MetadataTopic, Request};
use crate::protocol::{Connection, SortedMap, SortedSet, Topic};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Metadata {
    wanted: SortedSet<Topic>,
    /// Partition counts of topics that exist.
    known: SortedMap<Topic, u32>,
    /// Topics that a broker has said something about.
    answered: SortedSet<Topic>,
    in_flight: bool,
    /// When to ask next.
    due_ms: u64,
    attempts: u32,
}

impl Metadata {
    pub(super) fn new(wanted: SortedSet<Topic>) -> Self {
        Self {
            wanted,
            known: SortedMap::new(),
            answered: SortedSet::new(),
            in_flight: false,
            due_ms: 0,
            attempts: 0,
        }
    }

    /// Wants these topics from now on; new ones are asked for at once.
    pub(super) fn want(&mut self, topics: SortedSet<Topic>) {
        if !topics.is_subset(&self.answered) {
            self.due_ms = 0;
        }
        self.wanted = topics;
    }

    /// Whether a broker has answered about every topic that is wanted.
    pub(super) fn is_complete(&self) -> bool {
        self.wanted.is_subset(&self.answered)
    }

    /// Partition counts of those topics that exist.
    pub(super) fn counts(&self, topics: &SortedSet<Topic>) -> SortedMap<Topic, u32> {
        let known = self.known.iter().filter(|(topic, _)| topics.contains(topic));
        known.map(|(topic, count)| (topic.clone(), *count)).collect()
    }

    /// Something looked outdated: asks soon.
    pub(super) fn request_update(&mut self, at_ms: u64) {
        self.due_ms = self.due_ms.min(at_ms);
    }

    pub(super) fn next_due_ms(&self) -> Option<u64> {
        (!self.in_flight).then_some(self.due_ms)
    }
}

impl Consumer {
    pub(super) fn refresh_metadata(&mut self, turn: &mut Turn<'_>) {
        let metadata = &mut self.process.metadata;
        if metadata.in_flight || turn.now_ms < metadata.due_ms || metadata.wanted.is_empty() {
            return;
        }
        metadata.in_flight = true;
        let topics = metadata.wanted.iter().cloned().collect();
        let request = Request::Metadata { topics };
        self.send(turn, self.broker, Connection::Data, request, Sent::Metadata);
    }

    pub(super) fn metadata_answered(&mut self, turn: &mut Turn<'_>, topics: Vec<MetadataTopic>) {
        let metadata = &mut self.process.metadata;
        metadata.in_flight = false;
        for MetadataTopic { topic, known } in topics {
            match known {
                Ok((_, leaders)) => {
                    let count = u32::try_from(leaders.len()).unwrap_or(u32::MAX);
                    metadata.known.insert(topic.clone(), count);
                }
                Err(_) => {
                    metadata.known.remove(&topic);
                }
            }
            metadata.answered.insert(topic);
        }
        let missing = metadata.wanted.iter().any(|topic| !metadata.known.contains_key(topic));
        if missing {
            self.metadata_failed(turn);
        } else {
            metadata.attempts = 0;
            metadata.due_ms = turn.now_ms + METADATA_MAX_AGE_MS;
        }
    }

    pub(super) fn metadata_failed(&mut self, turn: &mut Turn<'_>) {
        let metadata = &mut self.process.metadata;
        metadata.in_flight = false;
        metadata.due_ms = turn.now_ms + self.config.backoff_ms(metadata.attempts, turn.chance);
        metadata.attempts += 1;
    }
}
