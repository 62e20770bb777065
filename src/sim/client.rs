//! A client of the world: a producer with its flow of records, or a consumer with its application.

use std::rc::Rc;

use crate::client::consumer::Consumer;
use crate::client::producer::{Producer, ProducerRecord};
use crate::protocol::{Bytes, ClientId, Topic};
use crate::sim::action::RecordSpec;
use crate::sim::rng::Rng;
use crate::sim::scenario::{Values, Workload};

/// A producer's flow of records, and when the next is due.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Flow {
    /// What it sends.
    pub workload: Workload,
    /// When; `None`: stopped or done.
    pub next_ms: Option<u64>,
    sent_count: u64,
}

impl Flow {
    pub(super) fn new(workload: Workload, now_ms: u64) -> Self {
        let next_ms = (workload.count != Some(0)).then_some(now_ms + workload.first_ms);
        Self { workload, next_ms, sent_count: 0 }
    }

    pub(super) fn set_running(&mut self, running: bool, now_ms: u64) {
        let done = self.workload.count.is_some_and(|count| self.sent_count >= count);
        self.next_ms = match (running && !done, self.next_ms) {
            (true, None) => Some(now_ms),
            (true, due) => due,
            (false, _) => None,
        };
    }

    /// The records that are due now; sets when the next are.
    pub(super) fn take(&mut self, now_ms: u64, rng: &mut Rng) -> Vec<ProducerRecord> {
        let left = self.workload.count.map_or(u64::MAX, |count| count - self.sent_count);
        let burst = u64::from(self.workload.burst.max(1)).min(left);
        let records = (0..burst).map(|_| self.record(rng)).collect();
        self.sent_count += burst;
        let workload = &self.workload;
        let wait_ms = workload.every_ms.max(1) + rng.below(workload.jitter_ms + 1);
        self.next_ms = (burst < left).then_some(now_ms + wait_ms);
        records
    }

    fn record(&self, rng: &mut Rng) -> ProducerRecord {
        let workload = &self.workload;
        let key = if workload.keys.is_empty() { None } else { rng.pick(&workload.keys).clone() };
        let tombstone = rng.percent(workload.tombstone_percent);
        let value = (!tombstone).then(|| value(&workload.values, rng));
        record(
            &Topic::from(workload.topic.as_str()),
            &RecordSpec { key, value, ..RecordSpec::default() },
        )
    }
}

/// What the shop sells, and for how much.
const ITEMS: [(&str, u64); 8] = [
    ("lamp", 42),
    ("kettle", 31),
    ("chair", 89),
    ("mug", 9),
    ("desk", 240),
    ("rug", 120),
    ("clock", 27),
    ("shelf", 75),
];
const ZIP_CODES: [&str; 4] = ["47197", "20166", "10003", "21842"];

fn value(values: &Values, rng: &mut Rng) -> String {
    match values {
        Values::Purchases => {
            let (item, price) = *rng.pick(&ITEMS);
            let zip = rng.pick(&ZIP_CODES);
            let card = rng.below(10_000);
            format!(
                r#"{{"item":"{item}","price":{price},"zip":"{zip}","card":"xxxx-xxxx-xxxx-{card:04}"}}"#
            )
        }
        Values::Customers => {
            let zip = rng.pick(&ZIP_CODES);
            let points = rng.below(100) * 10;
            format!(r#"{{"zip":"{zip}","points":{points}}}"#)
        }
        Values::Bytes(count) => {
            (0..*count).map(|_| char::from(b'a' + rng.below(26) as u8)).collect()
        }
    }
}

/// A record from text; the producer's serializers make bytes of it (PROD-4).
pub(super) fn record(topic: &Topic, spec: &RecordSpec) -> ProducerRecord {
    let class = |name: &Option<String>| name.as_deref().map(Rc::from);
    let bytes = |text: &Option<String>| text.as_ref().map(|text| Bytes::from(text.as_bytes()));
    ProducerRecord {
        topic: topic.clone(),
        partition: spec.partition,
        timestamp: None,
        key: bytes(&spec.key),
        value: bytes(&spec.value),
        headers: Vec::new(),
        classes: [class(&spec.key_class), class(&spec.value_class)],
    }
}

/// Producer or consumer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ClientKind {
    /// A producer, perhaps with a flow of its own.
    Producer(Rc<Producer>, Option<Flow>),
    /// A consumer.
    Consumer(Rc<Consumer>),
}

/// A client of the world. Clients that have closed stay, so that ids stay.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Client {
    /// The n-th that was added.
    pub id: ClientId,
    /// Its name.
    pub name: Rc<str>,
    /// What it is.
    pub kind: ClientKind,
    /// Counts its processes: crashes and restarts.
    pub epoch: u32,
    pub(super) rng: Rng,
}

impl Client {
    /// The producer that it is.
    #[must_use]
    pub fn producer(&self) -> Option<&Producer> {
        match &self.kind {
            ClientKind::Producer(producer, _) => Some(producer),
            ClientKind::Consumer(_) => None,
        }
    }

    /// The consumer that it is.
    #[must_use]
    pub fn consumer(&self) -> Option<&Consumer> {
        match &self.kind {
            ClientKind::Consumer(consumer) => Some(consumer),
            ClientKind::Producer(..) => None,
        }
    }

    /// The producer's flow of records.
    #[must_use]
    pub fn flow(&self) -> Option<&Flow> {
        match &self.kind {
            ClientKind::Producer(_, flow) => flow.as_ref(),
            ClientKind::Consumer(_) => None,
        }
    }

    /// Whether its process runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        match &self.kind {
            ClientKind::Producer(producer, _) => producer.is_running(),
            ClientKind::Consumer(consumer) => consumer.is_running(),
        }
    }

    /// Whether it has closed, and will not come back.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        match &self.kind {
            ClientKind::Producer(producer, _) => producer.is_closed(),
            ClientKind::Consumer(consumer) => consumer.is_closed(),
        }
    }

    /// When its node, or its flow, has something to do.
    pub(super) fn next_due_ms(&self) -> Option<u64> {
        match &self.kind {
            ClientKind::Producer(producer, flow) => {
                let flow = flow.as_ref().filter(|_| producer.is_running());
                let flow_ms = flow.and_then(|flow| flow.next_ms);
                producer.next_due_ms().into_iter().chain(flow_ms).min()
            }
            ClientKind::Consumer(consumer) => consumer.next_due_ms(),
        }
    }
}
