//! Random worlds: settings, workloads and faults that follow from a seed.
//!
//! A world is small and hurried: segments of a few hundred bytes, sessions of a few hundred
//! milliseconds, so that a thousand steps see segments roll, the cleaner run and groups rebalance.
//! **Invariant:** a seed's world is possible: `World::new` does not refuse it.

mod actions;
mod values;

use crate::client::producer::Serializer;
use crate::protocol::SortedMap;
use crate::protocol::config::{Scope, Setting, Settings, definitions};
use crate::sim::rng::Rng;
use crate::sim::scenario::{
    BrokerSpec, CommitCallName, CommitEachName, CommitSpec, ConsumerSpec, Latencies,
    NEW_YEAR_2025_MS, PartitionSpec, ProducerSpec, ProfileName, Scenario, TopicSpec, Values,
    Workload,
};

type SettingsText = SortedMap<String, String>;

const DAY_MS: u64 = 86_400_000;
/// One topic's keys come out of these; Korean, and the empty key, are keys like others.
const KEYS: [&str; 9] = ["alice", "bob", "carol", "dave", "erin", "frank", "김철수", "", "k"];
/// Keys of several parts, and what a partitioner of one's own may look for.
const COMPOSITE_KEYS: [&str; 3] = [
    r#"{"customerId":"alice","day":1}"#,
    r#"{"customerId":"alice","day":2}"#,
    r#"{"customerId":"bob","day":1}"#,
];
const PARTS: [&str; 3] = ["/customerId", "/day", "/nothing"];
const TOPICS: [&str; 4] = ["transactions", "customers", "stock.levels", "audit"];
const GROUPS: [&str; 3] = ["store", "audit", "가게"];

/// The scenario of a seed.
pub(super) fn random_world(seed: u64) -> Scenario {
    let rng = &mut Rng::stream(seed, u64::from(u32::MAX));
    let profile = if rng.percent(30) { ProfileName::Book } else { ProfileName::V4 };
    let mut maker = Maker { rng, profile, sleeps: false, is_modern: false };
    maker.sleeps = maker.rng.percent(6);
    maker.is_modern = profile == ProfileName::V4 && maker.rng.percent(40);
    maker.scenario()
}

/// What a world is made with.
struct Maker<'a> {
    rng: &'a mut Rng,
    profile: ProfileName,
    /// All clients close, and more than a week goes by: offsets expire (OFFS-9).
    sleeps: bool,
    /// Groups speak the new protocol (KIP-848), most of them.
    is_modern: bool,
}

impl Maker<'_> {
    fn scenario(&mut self) -> Scenario {
        let topic_count = self.rng.between(1, TOPICS.len() as u64) as usize;
        let topics: Vec<TopicSpec> = TOPICS[..topic_count].iter().map(|t| self.topic(t)).collect();
        let mut names: Vec<&str> = topics.iter().map(|topic| topic.name.as_str()).collect();
        if self.rng.percent(25) {
            names.push("made-on-demand"); // Unless `auto.create.topics.enable` forbids it.
        }
        let producers = self.rng.between(1, 3);
        let producers = (1..=producers).map(|n| self.producer(&format!("p{n}"), &names)).collect();
        let consumers = self.rng.between(1, 4);
        let mut consumers: Vec<ConsumerSpec> =
            (1..=consumers).map(|n| self.consumer(&format!("c{n}"), &names)).collect();
        if self.rng.percent(70) {
            self.agree_on_assignors(&mut consumers);
        }
        let mut scenario = Scenario {
            name: "random".into(),
            profile: self.profile,
            start_ms: NEW_YEAR_2025_MS + self.rng.below(DAY_MS),
            model_ms_per_wall_s: 20,
            brokers: vec![BrokerSpec { id: 1, settings: self.broker_settings() }],
            topics: topics.clone(),
            producers,
            consumers,
            latencies: self.latencies(),
            actions: Vec::new(),
            console: false,
        };
        scenario.actions = self.actions(&scenario);
        scenario
    }

    /// Left to themselves, consumers would hardly ever list the same assignors.
    fn agree_on_assignors(&mut self, consumers: &mut [ConsumerSpec]) {
        let strategy = Setting::PartitionAssignmentStrategy;
        let mut all = definitions(Scope::Consumer);
        let definition = all.find(|definition| definition.setting == strategy);
        let definition = definition.expect("consumers have it");
        let value = values::draw(definition, self.profile.into(), self.rng);
        let is_classic = |c: &&mut ConsumerSpec| !c.settings.contains_key("group.protocol");
        for consumer in consumers.iter_mut().filter(is_classic) {
            consumer.settings.insert(strategy.name().into(), value.clone());
        }
    }

    fn latencies(&mut self) -> Latencies {
        Latencies {
            network_ms: self.rng.between(1, 15),
            network_jitter_ms: self.rng.below(8),
            append_ms: self.rng.below(5),
            clean_phase_ms: self.rng.between(1, 150),
            clean_ms_per_mib: self.rng.below(1000),
        }
    }

    fn topic(&mut self, name: &str) -> TopicSpec {
        let mut always = SettingsText::new();
        let segment_bytes = self.rng.between(250, 3000).to_string();
        let limit = match self.profile {
            ProfileName::Book if self.rng.percent(60) => Setting::SegmentBytes,
            _ => Setting::InternalSegmentBytes,
        };
        if self.rng.percent(90) {
            always.insert(limit.name().into(), segment_bytes);
        }
        let policies = ["delete", "compact", "compact", "compact,delete"];
        always.insert("cleanup.policy".into(), (*self.rng.pick(&policies)).into());
        let settings = self.settings(Scope::Topic, 18, always);
        let partitions = self.rng.between(1, 4) as i32;
        TopicSpec { name: name.into(), partitions, replication_factor: 1, settings }
    }

    fn producer(&mut self, name: &str, topics: &[&str]) -> ProducerSpec {
        let always = self.idempotence();
        let settings = self.client_settings(Scope::Producer, 15, always);
        let workload = self.rng.percent(90).then(|| self.workload(topics));
        let mut settings = settings;
        if self.rng.percent(12) {
            let class = self.rng.pick(&Serializer::ALL).class();
            let which = *self.rng.pick(&["key.serializer", "value.serializer"]);
            let mut others = settings.clone();
            others.insert(which.into(), class);
            // The book's Kafka has fewer of them.
            if self.is_possible(Scope::Producer, &others) {
                settings = others;
            }
        }
        let partition_by = self.rng.percent(15).then(|| (*self.rng.pick(&PARTS)).to_owned());
        ProducerSpec { name: name.into(), settings, workload, partition_by }
    }

    /// Half of the producers are idempotent as far as their other settings let them, the others are not.
    /// Requests that are given up soon are sent again soon.
    fn idempotence(&mut self) -> SettingsText {
        let mut always = SettingsText::new();
        if self.rng.percent(50) {
            always.insert(Setting::EnableIdempotence.name().into(), "false".into());
        } else if self.profile == ProfileName::Book {
            always.insert(Setting::EnableIdempotence.name().into(), "true".into());
        }
        if self.rng.percent(40) {
            let timeout_ms = self.rng.between(40, 600);
            always.insert(Setting::RequestTimeoutMs.name().into(), timeout_ms.to_string());
        }
        always
    }

    fn workload(&mut self, topics: &[&str]) -> Workload {
        let rng = &mut *self.rng;
        let key_count = rng.between(1, KEYS.len() as u64) as usize;
        let mut keys: Vec<Option<String>> =
            KEYS[..key_count].iter().map(|key| Some((*key).to_owned())).collect();
        if rng.percent(25) {
            keys.push(None);
        }
        if rng.percent(20) {
            keys.extend(COMPOSITE_KEYS.map(|key| Some(key.to_owned())));
        }
        if rng.percent(10) {
            keys.clear(); // No key at all.
        }
        if rng.percent(6) {
            keys = ["1", "-7", "40000"].map(|key| Some(key.to_owned())).into();
        }
        let values = match rng.below(6) {
            0 | 1 => Values::Purchases,
            2 => Values::Customers,
            3 => Values::Bytes(rng.below(4) as u32),
            4 => Values::Bytes(rng.between(20, 400) as u32),
            _ => Values::Bytes(if rng.percent(20) { 5000 } else { 90 }),
        };
        Workload {
            topic: (*rng.pick(topics)).to_owned(),
            every_ms: rng.between(8, 120),
            jitter_ms: rng.below(40),
            first_ms: rng.below(300),
            count: rng.percent(10).then(|| rng.between(1, 200)),
            burst: if rng.percent(20) { rng.between(2, 30) as u32 } else { 1 },
            keys,
            values,
            tombstone_percent: if rng.percent(50) { rng.below(50) } else { 0 },
        }
    }

    fn consumer(&mut self, name: &str, topics: &[&str]) -> ConsumerSpec {
        let rng = &mut *self.rng;
        let mut always = SettingsText::new();
        let group_count = if rng.percent(60) { 1 } else { GROUPS.len() };
        let group = *rng.pick(&GROUPS[..group_count]);
        always.insert("group.id".into(), group.into());
        // Now and then one speaks the other protocol, and is turned away.
        let is_modern =
            self.profile == ProfileName::V4 && rng.percent(if self.is_modern { 95 } else { 3 });
        if is_modern {
            always.insert("group.protocol".into(), "consumer".into());
            if rng.percent(40) {
                let assignor = *rng.pick(&["uniform", "range"]);
                always.insert("group.remote.assignor".into(), assignor.into());
            }
        }
        if rng.percent(25) {
            always.insert("group.instance.id".into(), format!("static-{name}"));
        }
        if !is_modern && rng.percent(85) {
            let session_ms = rng.between(150, 1500);
            always.insert("session.timeout.ms".into(), session_ms.to_string());
            always.insert("heartbeat.interval.ms".into(), (session_ms / 4).to_string());
        }
        if rng.percent(70) {
            always.insert("auto.offset.reset".into(), "earliest".into());
        }
        if rng.percent(70) {
            always.insert("auto.commit.interval.ms".into(), rng.between(20, 500).to_string());
        }
        if rng.percent(60) {
            always.insert("max.poll.interval.ms".into(), rng.between(300, 3000).to_string());
        }
        let commit = self.commit_style();
        if commit.is_some() && self.rng.percent(85) {
            always.insert("enable.auto.commit".into(), "false".into());
        }
        let mut settings = self.client_settings(Scope::Consumer, 14, always);
        let rng = &mut *self.rng;
        let mut subscribed: Vec<String> =
            topics.iter().filter(|_| rng.percent(60)).map(|topic| (*topic).to_owned()).collect();
        if subscribed.is_empty() {
            subscribed.push((*rng.pick(topics)).to_owned());
        }
        let mut assign = Vec::new();
        if rng.percent(20) {
            for topic in std::mem::take(&mut subscribed) {
                let numbers = (0..3).filter(|_| rng.percent(60));
                assign.extend(
                    numbers.map(|partition| PartitionSpec { topic: topic.clone(), partition }),
                );
            }
            if rng.percent(25) && !assign.is_empty() {
                settings.remove("group.id"); // Nobody to ask, and to commit to.
                settings.remove("enable.auto.commit");
            }
        }
        ConsumerSpec {
            name: name.into(),
            topics: subscribed,
            settings,
            process_ms: if rng.percent(20) { 0 } else { rng.between(1, 30) },
            poll_timeout_ms: rng.between(1, 100),
            assign,
            commit_sync: false,
            commit,
        }
    }

    /// Half of the programs commit by themselves, in every way.
    fn commit_style(&mut self) -> Option<CommitSpec> {
        let rng = &mut *self.rng;
        rng.percent(55).then(|| CommitSpec {
            call: *rng.pick(&[CommitCallName::Sync, CommitCallName::Async]),
            each: *rng.pick(&[
                CommitEachName::Poll,
                CommitEachName::Partition,
                CommitEachName::Record,
            ]),
            offsets: rng.percent(60),
            before: rng.percent(30),
        })
    }

    fn broker_settings(&mut self) -> SettingsText {
        let rng = &mut *self.rng;
        let mut always = SettingsText::new();
        let mut set = |setting: Setting, value: String| {
            always.insert(setting.name().into(), value);
        };
        if rng.percent(96) {
            set(Setting::OffsetsTopicReplicationFactor, "1".into()); // Three cannot be had here.
        }
        set(Setting::OffsetsTopicNumPartitions, rng.pick(&["1", "3", "50"]).to_string());
        set(Setting::OffsetsTopicSegmentBytes, rng.between(200, 4000).to_string());
        set(Setting::GroupConsumerHeartbeatIntervalMs, rng.between(20, 150).to_string());
        set(Setting::GroupConsumerSessionTimeoutMs, rng.between(200, 1500).to_string());
        set(Setting::GroupConsumerAssignmentIntervalMs, rng.pick(&["0", "50", "1000"]).to_string());
        set(Setting::GroupInitialRebalanceDelayMs, rng.pick(&["0", "30", "200"]).to_string());
        if rng.percent(92) {
            set(Setting::GroupMinSessionTimeoutMs, "50".into());
        }
        if self.sleeps {
            set(Setting::LogRetentionCheckIntervalMs, (DAY_MS / 4).to_string());
            set(Setting::LogCleanerBackoffMs, (DAY_MS / 6).to_string());
            set(Setting::OffsetsRetentionCheckIntervalMs, (DAY_MS / 8).to_string());
        } else {
            set(Setting::LogRetentionCheckIntervalMs, rng.between(40, 1500).to_string());
            set(Setting::LogCleanerBackoffMs, rng.between(20, 400).to_string());
        }
        set(Setting::LogInitialTaskDelayMs, rng.below(500).to_string());
        self.settings(Scope::Broker, 9, always)
    }

    /// Some settings of a client, now and then with a name that no Kafka knows (PROD-37).
    fn client_settings(
        &mut self,
        scope: Scope,
        percent: u64,
        always: SettingsText,
    ) -> SettingsText {
        let mut settings = self.settings(scope, percent, always);
        if self.rng.percent(8) {
            settings.insert("lingr.ms".into(), "1".into());
        }
        settings
    }

    /// `always`, and each other setting of the scope with `percent`; drawn again until it is possible.
    fn settings(&mut self, scope: Scope, percent: u64, always: SettingsText) -> SettingsText {
        for _ in 0..20 {
            let mut drawn = SettingsText::new();
            for definition in definitions(scope) {
                if self.rng.percent(percent) {
                    let value = values::draw(definition, self.profile.into(), self.rng);
                    drawn.insert(definition.setting.name().into(), value);
                }
            }
            drawn.extend(always.clone());
            if self.is_possible(scope, &drawn) {
                return drawn;
            }
        }
        // Together with the defaults, what must be is possible.
        always
    }

    fn is_possible(&self, scope: Scope, drawn: &SettingsText) -> bool {
        let mut settings = Settings::new(scope, self.profile.into());
        drawn.iter().all(|(name, value)| settings.set(name, value).is_ok())
            && settings.check_together().is_ok()
    }
}
