//! Scenarios that come with the program, and reading one from a file.

use crate::protocol::{SortedMap, sort_by_key};
use crate::sim::random_world::random_world;
use crate::sim::scenario::{
    BrokerSpec, ConsumerSpec, Latencies, ProducerSpec, ProfileName, Scenario, TopicSpec, Values,
    Workload,
};

/// Names of the scenarios that come with the program; `random` makes its world from the seed.
pub const BUILT_IN: [&str; 6] =
    ["store", "week", "simple-producer", "threaded-consumer", "crowd", "random"];

const STORE: &str = include_str!("scenarios/store.json");
/// Slow clients, so that a day is a second: seven days of retention in a few seconds.
const WEEK: &str = include_str!("scenarios/week.json");

/// The book's `SimpleProducer` as it is written, which fails.
const SIMPLE_PRODUCER: &str = include_str!("scenarios/simple-producer.json");
/// The book's `ThreadedConsumerExample`: two threads in one group print what they read.
const THREADED_CONSUMER: &str = include_str!("scenarios/threaded-consumer.json");

impl Scenario {
    /// A scenario that comes with the program.
    #[must_use]
    pub fn built_in(name: &str, seed: u64) -> Option<Self> {
        let text = match name {
            "store" => STORE,
            "week" => WEEK,
            "simple-producer" => SIMPLE_PRODUCER,
            "threaded-consumer" => THREADED_CONSUMER,
            "crowd" => return Some(Self::crowd()),
            "random" => return Some(random_world(seed)),
            _ => return None,
        };
        Some(Self::from_json(text).expect("the built-in scenarios can be read"))
    }

    /// A world in which about `in_flight` records are on their way at any time, to measure pictures by.
    ///
    /// Eight producers send over a network that takes four seconds.
    #[must_use]
    pub fn flood(in_flight: u32) -> Self {
        const PRODUCERS: u32 = 8;
        const EVERY_MS: u64 = 50;
        const NETWORK_MS: u64 = 4000;
        let sends = PRODUCERS * (NETWORK_MS / EVERY_MS) as u32;
        let producer = |n| ProducerSpec {
            name: format!("till-{n}"),
            settings: text(&[
                ("enable.idempotence", "false"),
                ("linger.ms", "0"),
                ("max.in.flight.requests.per.connection", "1000"),
            ]),
            workload: Some(Workload {
                topic: "transactions".into(),
                every_ms: EVERY_MS,
                jitter_ms: 0,
                first_ms: 0,
                count: None,
                burst: in_flight.div_ceil(sends).max(1),
                keys: (0..16).map(|key| Some(format!("key-{key}"))).collect(),
                values: Values::Bytes(8),
                tombstone_percent: 0,
            }),
            partition_by: None,
        };
        Self {
            name: "flood".into(),
            profile: ProfileName::V4,
            start_ms: crate::sim::NEW_YEAR_2025_MS,
            model_ms_per_wall_s: 1000,
            // Little lies at rest: what is measured is what moves.
            brokers: vec![BrokerSpec {
                id: 1,
                settings: text(&[
                    ("log.initial.task.delay.ms", "500"),
                    ("log.retention.check.interval.ms", "500"),
                ]),
            }],
            topics: vec![TopicSpec {
                name: "transactions".into(),
                partitions: 12,
                replication_factor: 1,
                settings: text(&[("internal.segment.bytes", "4000"), ("retention.bytes", "8000")]),
            }],
            producers: (1..=PRODUCERS).map(producer).collect(),
            consumers: Vec::new(),
            latencies: Latencies { network_ms: NETWORK_MS, ..Latencies::default() },
            actions: Vec::new(),
            console: false,
        }
    }

    /// As many as a page should bear: 16 producers, 64 partitions, and 32 consumers in four groups.
    #[must_use]
    pub fn crowd() -> Self {
        let topic = |n: u32| format!("topic-{}", n % 4);
        let producer = |n| ProducerSpec {
            name: format!("producer-{n}"),
            settings: text(&[("enable.idempotence", "false")]),
            workload: Some(Workload {
                topic: topic(n),
                every_ms: 100,
                jitter_ms: 20,
                first_ms: u64::from(n),
                count: None,
                burst: 4,
                keys: (0..64).map(|key| Some(format!("key-{key}"))).collect(),
                values: Values::Bytes(24),
                tombstone_percent: 0,
            }),
            partition_by: None,
        };
        let consumer = |n: u32| ConsumerSpec {
            name: format!("consumer-{n}"),
            topics: vec![topic(n)],
            settings: text(&[
                ("group.id", &format!("group-{}", n % 4)),
                ("auto.offset.reset", "earliest"),
                ("auto.commit.interval.ms", "1000"),
            ]),
            process_ms: 10,
            poll_timeout_ms: 100,
            assign: Vec::new(),
            commit_sync: false,
            commit: None,
        };
        Self {
            name: "crowd".into(),
            profile: ProfileName::V4,
            start_ms: crate::sim::NEW_YEAR_2025_MS,
            model_ms_per_wall_s: 1000,
            brokers: vec![BrokerSpec {
                id: 1,
                settings: text(&[
                    ("offsets.topic.replication.factor", "1"),
                    ("group.initial.rebalance.delay.ms", "500"),
                ]),
            }],
            topics: (0..4)
                .map(|n| TopicSpec {
                    name: topic(n),
                    partitions: 16,
                    replication_factor: 1,
                    settings: text(&[("internal.segment.bytes", "8000")]),
                })
                .collect(),
            producers: (1..=16).map(producer).collect(),
            consumers: (1..=32).map(consumer).collect(),
            latencies: Latencies::default(),
            actions: Vec::new(),
            console: false,
        }
    }

    /// Reads a scenario file. Actions are put in the order of their times.
    ///
    /// # Errors
    /// What is wrong, with line and column; unknown fields are refused.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let mut scenario: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        sort_by_key(&mut scenario.actions, |action| action.at_ms);
        Ok(scenario)
    }
}

fn text(pairs: &[(&str, &str)]) -> SortedMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
}
