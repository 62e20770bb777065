//! What the broker knows of the cluster: topics, their leaders and settings; who coordinates a group.
//!
//! Kafka: `KRaftMetadataCache`, `BrokerMetadataPublisher`, `AutoTopicCreationManager`.

use crate::broker::channel::{Answer, Reply};
use crate::broker::group::offsets_partition;
use crate::broker::{Broker, BrokerEvent, Out, tell_of_logs};
use crate::protocol::config::{Setting, Settings};
use crate::protocol::request::{ApiKey, MetadataTopic, Response};
use crate::protocol::{BrokerId, ErrorCode, GroupId, PartitionLeader, Topic, TopicPartition, Uuid};
use crate::storage::{Chance, Log, LogConfig};

/// A topic as the controller told of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TopicImage {
    /// Its id.
    pub id: Uuid,
    /// Its partitions, by number.
    pub partitions: Vec<PartitionLeader>,
    /// Its settings.
    pub settings: Settings,
}

impl Broker {
    /// All topics, by name.
    pub fn topics(&self) -> impl Iterator<Item = (&Topic, &TopicImage)> {
        self.topics.iter()
    }

    /// A topic.
    #[must_use]
    pub fn topic(&self, topic: &Topic) -> Option<&TopicImage> {
        self.topics.get(topic)
    }

    pub(super) fn leader(&self, partition: &TopicPartition) -> Option<PartitionLeader> {
        let leaders = &self.topics.get(&partition.topic)?.partitions;
        leaders.get(partition.partition as usize).copied()
    }

    /// Makes the logs of a topic that this broker leads, where they are not there yet.
    pub(super) fn open_logs(&mut self, now_ms: u64, topic: &Topic, chance: Chance<'_>) {
        let Some(image) = self.topics.get(topic) else { return };
        for (number, leader) in (0..).zip(&image.partitions) {
            let partition = TopicPartition::new(topic, number);
            if leader.leader != self.id || self.logs.get(&partition).is_some() {
                continue;
            }
            let config = LogConfig::new(&image.settings, &self.settings);
            let mut log = Log::new(now_ms, partition, config, &mut *chance).with_topic_id(image.id);
            log.become_leader(leader.leader_epoch);
            self.logs.add(log);
        }
    }

    /// Gives a topic's logs the settings that are in force now.
    pub(super) fn configure_logs(&mut self, now_ms: u64, topic: &Topic, out: &mut Out) {
        let Some(image) = self.topics.get(topic) else { return };
        let config = LogConfig::new(&image.settings, &self.settings);
        let mut events = Vec::new();
        for number in 0..image.partitions.len() as u32 {
            let partition = TopicPartition::new(topic, number);
            if self.logs.get(&partition).is_some_and(|log| *log.config() != config) {
                self.logs.set_config(&partition, config.clone(), now_ms, &mut events);
            }
        }
        tell_of_logs(events, out);
    }

    /// Metadata. A topic that is missing may be created on demand, and is unknown until then.
    pub(super) fn describe_topics(
        &mut self,
        now_ms: u64,
        reply: Reply,
        topics: Vec<Topic>,
        out: &mut Out,
    ) {
        let auto_create = self.settings.boolean(Setting::AutoCreateTopicsEnable);
        let mut answered = Vec::new();
        for topic in topics {
            let known = match self.topics.get(&topic) {
                Some(image) => {
                    let leaders: Vec<BrokerId> =
                        image.partitions.iter().map(|p| p.leader).collect();
                    Ok((image.id, leaders))
                }
                None if Topic::check(topic.as_str()).is_err() => {
                    Err(ErrorCode::InvalidTopicException)
                }
                None => {
                    if auto_create {
                        out.tell(BrokerEvent::TopicWanted { topic: topic.clone() });
                    }
                    Err(ErrorCode::UnknownTopicOrPartition)
                }
            };
            if let Err(error) = known {
                self.refused(reply, ApiKey::Metadata, None, error, out);
            }
            answered.push(MetadataTopic { topic, known });
        }
        let response = Response::Metadata { topics: answered };
        self.answer(now_ms, Answer { reply, delay_ms: 0, response }, out);
    }

    /// GRP-1. The first one asks for `__consumer_offsets` (OFFS-2).
    pub(super) fn find_coordinator(
        &mut self,
        now_ms: u64,
        reply: Reply,
        group: &GroupId,
        out: &mut Out,
    ) {
        let coordinator = match offsets_partition(&self.topics, group) {
            Some((_, leader)) => Ok(leader.leader),
            None => {
                out.tell(BrokerEvent::TopicWanted { topic: Topic::CONSUMER_OFFSETS.into() });
                Err(ErrorCode::CoordinatorNotAvailable)
            }
        };
        if let Err(error) = coordinator {
            self.refused(reply, ApiKey::FindCoordinator, None, error, out);
        }
        let response = Response::FindCoordinator { coordinator };
        self.answer(now_ms, Answer { reply, delay_ms: 0, response }, out);
    }

    /// Tells that a request, or a partition of it, was answered by an error.
    pub(super) fn refused(
        &self,
        reply: Reply,
        api_key: ApiKey,
        partition: Option<TopicPartition>,
        error: ErrorCode,
        out: &mut Out,
    ) {
        out.tell(BrokerEvent::RequestRefused { client: reply.client, api_key, partition, error });
    }
}
