//! Who decides what exists: topics with their partitions, ids and settings.
//!
//! Kafka: `ReplicationControlManager`, `ConfigurationControlManager`. Left out so far: several
//! brokers, elections, deletion, access control.

use std::fmt;

use crate::protocol::config::{ConfigError, Profile, Scope, Setting, Settings};
use crate::protocol::{
    BrokerId, ErrorCode, MetadataRecord, PartitionLeader, Refusal, SortedMap, Topic, Uuid,
};

/// How many producer ids a broker gets at once (`ProducerIdsBlock.PRODUCER_ID_BLOCK_SIZE`).
const PRODUCER_ID_BLOCK_SIZE: i64 = 1000;

/// What happened at the controller.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ControllerEvent {
    /// A topic was created.
    TopicCreated {
        /// Which.
        topic: Topic,
        /// How many partitions.
        partitions: u32,
    },
    /// A topic's setting changed.
    ConfigAltered {
        /// Which topic.
        topic: Topic,
        /// Kafka's name of the setting.
        name: String,
        /// The new value; `None`: back to the default.
        value: Option<String>,
    },
    /// A broker was given a block of producer ids.
    ProducerIdsAllocated {
        /// The first.
        first: i64,
        /// How many.
        count: i64,
    },
    /// A request was refused; nothing changed.
    Refused(Refusal),
}

impl fmt::Display for ControllerEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TopicCreated { topic, partitions } => {
                write!(f, "created topic {topic} with {partitions} partitions")
            }
            Self::ConfigAltered { topic, name, value: Some(value) } => {
                write!(f, "set {name}={value} on topic {topic}")
            }
            Self::ConfigAltered { topic, name, value: None } => {
                write!(f, "set {name} on topic {topic} back to its default")
            }
            Self::ProducerIdsAllocated { first, count } => {
                write!(f, "allocated {count} producer ids from {first}")
            }
            Self::Refused(refusal) => write!(f, "refused: {refusal}"),
        }
    }
}

/// A wish for a new topic; −1 is the broker's default (CTRL-10).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NewTopic {
    /// Its name.
    pub name: String,
    /// How many partitions.
    pub partitions: i32,
    /// How many replicas each.
    pub replication_factor: i32,
    /// Settings by Kafka's names.
    pub settings: SortedMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct TopicState {
    settings: Settings,
}

/// The controller of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Controller {
    profile: Profile,
    brokers: Vec<BrokerId>,
    default_partitions: i32,
    default_replication_factor: i32,
    topics: SortedMap<Topic, TopicState>,
    /// The first id of the next block.
    next_producer_id: i64,
}

impl Controller {
    /// A controller of these brokers, with the defaults of their settings.
    #[must_use]
    pub fn new(brokers: Vec<BrokerId>, settings: &Settings) -> Self {
        Self {
            profile: settings.profile(),
            brokers,
            default_partitions: settings.number(Setting::NumPartitions) as i32,
            default_replication_factor: settings.number(Setting::DefaultReplicationFactor) as i32,
            topics: SortedMap::new(),
            next_producer_id: 0,
        }
    }

    /// The broker's settings changed: later topics get these defaults.
    pub fn set_broker_defaults(&mut self, settings: &Settings) {
        self.default_partitions = settings.number(Setting::NumPartitions) as i32;
        self.default_replication_factor = settings.number(Setting::DefaultReplicationFactor) as i32;
    }

    /// A topic's settings.
    #[must_use]
    pub fn settings(&self, topic: &Topic) -> Option<&Settings> {
        self.topics.get(topic).map(|topic| &topic.settings)
    }

    /// Gives a broker the next block of producer ids: the first, and how many.
    ///
    /// Kafka: `ProducerIdControlManager.generateNextProducerId`.
    pub fn allocate_producer_ids(&mut self, events: &mut Vec<ControllerEvent>) -> (i64, i64) {
        let (first, count) = (self.next_producer_id, PRODUCER_ID_BLOCK_SIZE);
        self.next_producer_id += count;
        events.push(ControllerEvent::ProducerIdsAllocated { first, count });
        (first, count)
    }

    /// Creates a topic; its id is drawn from `chance`.
    ///
    /// # Errors
    /// [`Refusal`] in Kafka's words (CTRL-10, LOG-41); [`ConfigError`]'s as `INVALID_CONFIG`.
    pub fn create_topic(
        &mut self,
        new: &NewTopic,
        chance: &mut dyn FnMut() -> u32,
        events: &mut Vec<ControllerEvent>,
    ) -> Result<MetadataRecord, Refusal> {
        let created = self.check_topic(new);
        let (topic, partitions, settings) = match created {
            Ok(created) => created,
            Err(refusal) => {
                events.push(ControllerEvent::Refused(refusal.clone()));
                return Err(refusal);
            }
        };
        let id = Uuid((0..4).fold(0, |id, _| (id << 32) | u128::from(chance())));
        self.topics.insert(topic.clone(), TopicState { settings: settings.clone() });
        events.push(ControllerEvent::TopicCreated { topic: topic.clone(), partitions });
        let leader = PartitionLeader { leader: self.brokers[0], leader_epoch: 0 };
        let partitions = vec![leader; partitions as usize];
        Ok(MetadataRecord::Topic { topic, id, partitions, settings })
    }

    fn check_topic(&self, new: &NewTopic) -> Result<(Topic, u32, Settings), Refusal> {
        Topic::check(&new.name)
            .map_err(|message| Refusal::new(ErrorCode::InvalidTopicException, message))?;
        let topic = Topic::from(new.name.as_str());
        if self.topics.contains_key(&topic) {
            let message = format!("Topic '{topic}' already exists.");
            return Err(Refusal::new(ErrorCode::TopicAlreadyExists, message));
        }
        let plain = |name: &str| name.replace('.', "_");
        if let Some(other) = self.topics.keys().find(|t| plain(t.as_str()) == plain(topic.as_str()))
        {
            let message = format!("Topic '{topic}' collides with existing topic: {other}");
            return Err(Refusal::new(ErrorCode::InvalidTopicException, message));
        }
        let or_default = |number: i32, default: i32| if number == -1 { default } else { number };
        let replicas = or_default(new.replication_factor, self.default_replication_factor);
        if replicas < 1 {
            return Err(Refusal::new(
                ErrorCode::InvalidReplicationFactor,
                "Replication factor must be larger than 0, or -1 to use the default value.",
            ));
        }
        let partitions = u32::try_from(or_default(new.partitions, self.default_partitions))
            .ok()
            .filter(|partitions| *partitions > 0)
            .ok_or_else(|| {
                Refusal::new(
                    ErrorCode::InvalidPartitions,
                    "Number of partitions was set to an invalid non-positive value.",
                )
            })?;
        if replicas as usize > self.brokers.len() {
            return Err(Refusal::new(
                ErrorCode::InvalidReplicationFactor,
                format!(
                    "Unable to replicate the partition {replicas} time(s): The target replication factor of \
                     {replicas} cannot be reached because only {} broker(s) are registered or some brokers have \
                     all their log directories cordoned.",
                    self.brokers.len()
                ),
            ));
        }
        let mut settings = Settings::new(Scope::Topic, self.profile);
        for (name, value) in &new.settings {
            settings.set(name, value).map_err(invalid_config)?;
        }
        settings.check_together().map_err(invalid_config)?;
        Ok((topic, partitions, settings))
    }

    /// Sets one setting of a topic, or with `None` takes it back to its default.
    ///
    /// # Errors
    /// [`ConfigError`]; an unknown topic is `UNKNOWN_TOPIC_OR_PARTITION`'s sentence. Nothing changed then.
    pub fn alter_config(
        &mut self,
        topic: &Topic,
        name: &str,
        value: Option<&str>,
        events: &mut Vec<ControllerEvent>,
    ) -> Result<MetadataRecord, ConfigError> {
        let altered = self.altered(topic, name, value);
        match altered {
            Ok(settings) => {
                self.topics.insert(topic.clone(), TopicState { settings: settings.clone() });
                let (name, value) = (name.to_owned(), value.map(str::to_owned));
                events.push(ControllerEvent::ConfigAltered { topic: topic.clone(), name, value });
                Ok(MetadataRecord::Config { topic: topic.clone(), settings })
            }
            Err(error) => {
                events.push(ControllerEvent::Refused(invalid_config(error.clone())));
                Err(error)
            }
        }
    }

    fn altered(
        &self,
        topic: &Topic,
        name: &str,
        value: Option<&str>,
    ) -> Result<Settings, ConfigError> {
        let Some(state) = self.topics.get(topic) else {
            return Err(ConfigError::Refused(ErrorCode::UnknownTopicOrPartition.message().into()));
        };
        let mut settings = state.settings.clone();
        match value {
            Some(value) => settings.set(name, value)?,
            None => settings.reset(name),
        }
        settings.check_together()?;
        Ok(settings)
    }
}

fn invalid_config(error: ConfigError) -> Refusal {
    Refusal::new(ErrorCode::InvalidConfig, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn controller() -> Controller {
        Controller::new(vec![BrokerId(1)], &Settings::new(Scope::Broker, Profile::V4))
    }

    fn topic(name: &str, partitions: i32, replication_factor: i32) -> NewTopic {
        NewTopic { name: name.into(), partitions, replication_factor, settings: SortedMap::new() }
    }

    /// CTRL-10, word for word.
    #[test]
    fn impossible_topics_are_refused_with_kafkas_words() {
        let mut controller = controller();
        let mut create = |new: &NewTopic| controller.create_topic(new, &mut || 7, &mut Vec::new());
        create(&topic("a.b", 3, 1)).unwrap();
        let cases = [
            (topic("a.b", 1, 1), "TOPIC_ALREADY_EXISTS: Topic 'a.b' already exists."),
            (
                topic("a_b", 1, 1),
                "INVALID_TOPIC_EXCEPTION: Topic 'a_b' collides with existing topic: a.b",
            ),
            (
                topic("t", 0, 1),
                "INVALID_PARTITIONS: Number of partitions was set to an invalid non-positive value.",
            ),
            (
                topic("t", 1, 0),
                "INVALID_REPLICATION_FACTOR: Replication factor must be larger than 0, or -1 to use the default \
                 value.",
            ),
            (
                topic("t", 1, 3),
                "INVALID_REPLICATION_FACTOR: Unable to replicate the partition 3 time(s): The target replication \
                 factor of 3 cannot be reached because only 1 broker(s) are registered or some brokers have all \
                 their log directories cordoned.",
            ),
        ];
        for (new, expected) in cases {
            assert_eq!(create(&new).unwrap_err().to_string(), expected);
        }
        assert!(matches!(
            create(&topic("defaults", -1, -1)),
            Ok(MetadataRecord::Topic { partitions, .. }) if partitions.len() == 1
        ));
    }

    #[test]
    fn a_refused_setting_changes_nothing() {
        let mut controller = controller();
        controller.create_topic(&topic("t", 1, 1), &mut || 7, &mut Vec::new()).unwrap();
        let before = controller.clone();
        let t = Topic::from("t");
        for (name, value) in [("nope", "1"), ("segment.ms", "0"), ("min.compaction.lag.ms", "x")] {
            let mut events = Vec::new();
            assert!(controller.alter_config(&t, name, Some(value), &mut events).is_err(), "{name}");
            assert!(matches!(events[..], [ControllerEvent::Refused(_)]), "{name}");
            assert_eq!(controller, before, "{name}");
        }
        controller.alter_config(&t, "segment.ms", Some("5"), &mut Vec::new()).unwrap();
        assert_eq!(controller.settings(&t).unwrap().number(Setting::SegmentMs), 5);
        controller.alter_config(&t, "segment.ms", None, &mut Vec::new()).unwrap();
        assert_eq!(controller, before);
    }
}
