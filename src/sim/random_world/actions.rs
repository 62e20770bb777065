//! What happens to a random world from outside: changes, faults, and things that are refused.

use crate::protocol::config::{Scope, definitions};
use crate::protocol::{SortedMap, sort_by_key};
use crate::sim::action::{Action, LineName, RecordSpec, SeekName};
use crate::sim::random_world::{DAY_MS, KEYS, Maker, PARTS, values};
use crate::sim::scenario::{PartitionSpec, Scenario, TimedAction, TopicSpec};

const BROKER: &str = "broker-1";

impl Maker<'_> {
    /// The actions of a world, in the order of their times.
    pub(super) fn actions(&mut self, scenario: &Scenario) -> Vec<TimedAction> {
        let span_ms = self.rng.between(2_000, 8_000);
        let mut plan = Plan {
            span_ms,
            topics: scenario.topics.iter().map(|topic| topic.name.clone()).collect(),
            producers: scenario.producers.iter().map(|client| client.name.clone()).collect(),
            consumers: scenario.consumers.iter().map(|client| client.name.clone()).collect(),
            actions: Vec::new(),
        };
        for _ in 0..self.rng.between(8, 26) {
            let at_ms = self.rng.below(span_ms);
            self.add(at_ms, &mut plan);
        }
        if self.sleeps {
            self.sleep(&mut plan);
        }
        sort_by_key(&mut plan.actions, |timed| timed.at_ms);
        plan.actions
    }

    fn add(&mut self, at_ms: u64, plan: &mut Plan) {
        match self.rng.below(33) {
            0 | 1 => {
                let (producer, topic) = (self.a(&plan.producers), self.a(&plan.topics));
                let records = (0..self.rng.between(1, 6)).map(|_| self.record()).collect();
                plan.push(at_ms, Action::Send { producer, topic, records });
            }
            2 => {
                let name = format!("new-{}", plan.topics.len());
                let topic = self.topic(&name);
                plan.push(at_ms, Action::CreateTopic(topic));
                plan.topics.push(name);
            }
            3 | 4 => {
                let topic = self.a(&plan.topics);
                let (name, value) = self.change(Scope::Topic);
                plan.push(at_ms, Action::SetTopic { topic, name, value });
            }
            5 => {
                let (name, value) = self.change(Scope::Broker);
                plan.push(at_ms, Action::SetBroker { name, value });
            }
            6 | 7 => self.change_client(at_ms, plan),
            8 => {
                let topics: Vec<&str> = plan.topics.iter().map(String::as_str).collect();
                let name = format!("p{}", plan.producers.len() + 1);
                let spec = self.producer(&name, &topics);
                plan.push(at_ms, Action::AddProducer(spec));
                plan.producers.push(name);
            }
            9 | 10 => {
                let topics: Vec<&str> = plan.topics.iter().map(String::as_str).collect();
                let name = format!("c{}", plan.consumers.len() + 1);
                let spec = self.consumer(&name, &topics);
                plan.push(at_ms, Action::AddConsumer(spec));
                plan.consumers.push(name);
            }
            11 => {
                let producer = self.a(&plan.producers);
                let on_ms = at_ms + self.rng.below(2000);
                let set = |running| Action::SetWorkload { producer: producer.clone(), running };
                plan.push(at_ms, set(false));
                plan.push(on_ms, set(true));
            }
            12 => {
                let client = self.client(plan);
                plan.push(at_ms, Action::Close { client: client.clone() });
                if self.rng.percent(60) {
                    let again_ms = at_ms + self.rng.below(1500);
                    plan.push(again_ms, Action::Restart { node: client });
                }
            }
            13 | 14 => {
                let node = self.client(plan);
                // Half of them are back before their session ends.
                let most_ms = if self.rng.percent(50) { 150 } else { 2000 };
                let again_ms = at_ms + self.rng.below(most_ms);
                plan.push(at_ms, Action::Crash { node: node.clone() });
                plan.push(again_ms, Action::Restart { node });
            }
            15 => {
                let again_ms = at_ms + self.rng.between(1, 1200);
                plan.push(at_ms, Action::Crash { node: BROKER.into() });
                plan.push(again_ms, Action::Restart { node: BROKER.into() });
            }
            22 => {
                let again_ms = at_ms + self.rng.between(1, 1200);
                let node = BROKER.to_owned();
                plan.push(at_ms, Action::StopBroker { node: node.clone() });
                plan.push(again_ms, Action::Restart { node });
            }
            23 => {
                let (topic, partition) = (self.a(&plan.topics), self.rng.below(3) as u32);
                let before_offset = self.rng.below(40).cast_signed() - 2;
                plan.push(at_ms, Action::DeleteRecords { topic, partition, before_offset });
            }
            24 if self.rng.percent(40) => {
                let again_ms = at_ms + self.rng.between(1, 1200);
                let node = BROKER.to_owned();
                plan.push(at_ms, Action::PowerLoss { node: node.clone() });
                plan.push(again_ms, Action::Restart { node });
            }
            25..=28 => self.add_call(at_ms, plan),
            16 => {
                let consumer = self.a(&plan.consumers);
                let on_ms = at_ms + self.rng.between(50, 4000);
                let hang = |hanging| Action::Hang { consumer: consumer.clone(), hanging };
                plan.push(at_ms, hang(true));
                plan.push(on_ms, hang(false));
            }
            17 => {
                let client = self.client(plan);
                let count = self.rng.between(1, 8) as u32;
                plan.push(at_ms, Action::Lose { client, count });
            }
            18 => {
                let client = self.client(plan);
                let count = self.rng.between(1, 8) as u32;
                let by_ms = self.rng.between(10, 2500);
                plan.push(at_ms, Action::Delay { client, count, by_ms });
            }
            32 => {
                let producer = self.a(&plan.producers);
                let part = self.rng.percent(70).then(|| (*self.rng.pick(&PARTS)).to_owned());
                plan.push(at_ms, Action::SetPartitioner { producer, part });
            }
            29 => {
                let client = self.client(plan);
                let count = self.rng.between(1, 8) as u32;
                plan.push(at_ms, Action::Duplicate { client, count });
            }
            30 | 31 => {
                // Whatever is on its way then; most numbers are long gone, so several are tried.
                let first = at_ms / 12 + self.rng.below(40);
                let message = |n: u64| first + n * 7;
                for n in 0..self.rng.between(8, 30) {
                    let message = message(n);
                    plan.push(
                        at_ms,
                        match self.rng.below(3) {
                            0 => Action::DropMessage { message },
                            1 => Action::DelayMessage { message, by_ms: self.rng.between(5, 900) },
                            _ => Action::DuplicateMessage { message },
                        },
                    );
                }
            }
            19 | 20 => {
                let topic = self.a(&plan.topics);
                for (name, value) in self.upheaval() {
                    let (topic, value) = (topic.clone(), Some((*value).to_owned()));
                    plan.push(at_ms, Action::SetTopic { topic, name: (*name).to_owned(), value });
                }
            }
            _ => {
                let action = self.illegal(plan);
                plan.push(at_ms, action);
            }
        }
    }

    /// What a person does to a consumer's program.
    fn add_call(&mut self, at_ms: u64, plan: &mut Plan) {
        let consumer = self.a(&plan.consumers);
        let topic = self.a(&plan.topics);
        let rng = &mut *self.rng;
        match rng.below(6) {
            0 | 1 => {
                let to = match rng.below(5) {
                    0 => SeekName::Beginning,
                    1 => SeekName::End,
                    _ => SeekName::Offset(rng.below(60).cast_signed() - 2),
                };
                let partition = rng.below(3) as u32;
                plan.push(at_ms, Action::Seek { consumer, topic, partition, to });
            }
            2 => {
                let on_ms = at_ms + rng.below(1500);
                let partitions: Vec<PartitionSpec> = (0..=rng.below(2) as u32)
                    .map(|partition| PartitionSpec { topic: topic.clone(), partition })
                    .collect();
                for (at_ms, paused) in [(at_ms, true), (on_ms, false)] {
                    let (consumer, partitions) = (consumer.clone(), partitions.clone());
                    plan.push(at_ms, Action::PausePartitions { consumer, partitions, paused });
                }
            }
            3 | 4 => {
                let lines = [
                    LineName::Subscribe,
                    LineName::Poll,
                    LineName::Process,
                    LineName::Process,
                    LineName::Commit,
                    LineName::Commit,
                    LineName::Close,
                ];
                let line = rng.percent(95).then(|| *rng.pick(&lines));
                let (node, after) = (consumer.clone(), rng.percent(50));
                let again_ms = at_ms + rng.between(200, 2500);
                plan.push(at_ms, Action::CrashAt { consumer, line, after });
                plan.push(again_ms, Action::Restart { node });
            }
            _ => {
                let mut step_ms = at_ms;
                for _ in 0..rng.between(1, 5) {
                    plan.push(step_ms, Action::StepLine { consumer: consumer.clone() });
                    step_ms += rng.between(1, 200);
                }
                plan.push(step_ms, Action::GoOn { consumer });
            }
        }
    }

    /// Settings that change what a log's past means to the cleaner.
    fn upheaval(&mut self) -> &'static [(&'static str, &'static str)] {
        match self.rng.below(3) {
            // Records without a key, which only a topic without compaction takes, are there to be cleaned.
            0 => &[("cleanup.policy", "compact"), ("min.cleanable.dirty.ratio", "0")],
            // The index of what was copied has more entries than fit: the cleaning fails.
            1 => &[
                ("cleanup.policy", "compact"),
                ("min.cleanable.dirty.ratio", "0"),
                ("index.interval.bytes", "0"),
                ("segment.index.bytes", "16"),
            ],
            // And no cleaning at all.
            _ => &[("cleanup.policy", "delete")],
        }
    }

    /// All clients close; after more than a week somebody comes back.
    fn sleep(&mut self, plan: &mut Plan) {
        let bed_ms = plan.span_ms + 4_000;
        let clients: Vec<String> = plan.producers.iter().chain(&plan.consumers).cloned().collect();
        for client in &clients {
            // Whatever it was doing: closed, then dead, and not started again.
            plan.push(bed_ms, Action::Hang { consumer: client.clone(), hanging: false });
            plan.push(bed_ms, Action::Close { client: client.clone() });
            plan.push(bed_ms + 60_000, Action::Crash { node: client.clone() });
        }
        let woken_ms = bed_ms + 8 * DAY_MS + DAY_MS / 3;
        for client in clients {
            plan.push(woken_ms, Action::Restart { node: client });
        }
    }

    fn change_client(&mut self, at_ms: u64, plan: &mut Plan) {
        let producer = self.rng.percent(50);
        let scope = if producer { Scope::Producer } else { Scope::Consumer };
        let client = self.a(if producer { &plan.producers } else { &plan.consumers });
        let action = if self.rng.percent(25) {
            let mut always = if producer { self.idempotence() } else { SortedMap::new() };
            if !producer {
                always.insert("group.id".into(), "store".into());
                always.insert("session.timeout.ms".into(), "500".into());
                always.insert("heartbeat.interval.ms".into(), "100".into());
            }
            let settings = self.client_settings(scope, 15, always);
            Action::SetClientAll { client, settings }
        } else {
            let (name, value) = self.change(scope);
            Action::SetClient { client, name, value }
        };
        plan.push(at_ms, action);
    }

    /// One setting of a scope: a value, or now and then its default.
    fn change(&mut self, scope: Scope) -> (String, Option<String>) {
        let all: Vec<_> = definitions(scope).collect();
        let definition = self.rng.pick(&all);
        let value =
            self.rng.percent(85).then(|| values::draw(definition, self.profile.into(), self.rng));
        (definition.setting.name().to_owned(), value)
    }

    fn record(&mut self) -> RecordSpec {
        let rng = &mut *self.rng;
        RecordSpec {
            key: rng.percent(85).then(|| (*rng.pick(&KEYS)).to_owned()),
            value: rng.percent(80).then(|| "v".repeat(rng.below(60) as usize)),
            partition: rng.percent(15).then(|| rng.below(5) as u32),
            key_class: rng.percent(4).then(|| "Purchases$Key".to_owned()),
            value_class: None,
        }
    }

    /// What Kafka, or the world, does not do.
    fn illegal(&mut self, plan: &Plan) -> Action {
        let topic = self.a(&plan.topics);
        let set = |name: &str, value: &str| Action::SetTopic {
            topic: topic.clone(),
            name: name.into(),
            value: Some(value.into()),
        };
        let create = |name: &str, partitions, replication_factor| {
            let settings = SortedMap::new();
            let name = name.to_owned();
            Action::CreateTopic(TopicSpec { name, partitions, replication_factor, settings })
        };
        match self.rng.below(10) {
            0 => set("retention.ms", "soon"),
            1 => set("segment.ms", "0"),
            2 => set("no.such.setting", "1"),
            3 => create(&topic, 1, 1),
            4 => create("three replicas", 1, 3),
            5 => create("none", 0, 1),
            6 => {
                Action::SetTopic { topic: "nowhere".into(), name: "segment.ms".into(), value: None }
            }
            7 => Action::Crash { node: "nobody".into() },
            8 => Action::Restart { node: BROKER.into() },
            _ => Action::SetClient {
                client: self.a(&plan.producers),
                name: "acks".into(),
                value: Some("2".into()),
            },
        }
    }

    fn a(&mut self, names: &[String]) -> String {
        self.rng.pick(names).clone()
    }

    fn client(&mut self, plan: &Plan) -> String {
        let producer = self.rng.percent(40);
        self.a(if producer { &plan.producers } else { &plan.consumers })
    }
}

/// The actions so far, and whom they can be about.
struct Plan {
    span_ms: u64,
    topics: Vec<String>,
    producers: Vec<String>,
    consumers: Vec<String>,
    actions: Vec<TimedAction>,
}

impl Plan {
    fn push(&mut self, at_ms: u64, action: Action) {
        self.actions.push(TimedAction { at_ms, action });
    }
}
