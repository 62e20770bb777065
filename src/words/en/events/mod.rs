//! What happened, in English.

mod broker;
mod consumer;
mod log;
mod producer;
mod recovery;

use crate::broker::GroupCause;
use crate::controller::ControllerEvent;
use crate::protocol::config::{DEFINITIONS, Scope};
use crate::protocol::{ErrorCode, NodeId, Offset, Refusal, TopicPartition};
use crate::sim::{Event, What, World};
use crate::words::facts::Facts;
use crate::words::rich::{code, grouped, span_of_ms, strong};
use crate::words::{En, ErrorWords, EventWords, Line, SettingWords, line};

impl EventWords for En {
    fn event(&self, world: &World, event: &Event) -> Line {
        sentence(world, event)
    }

    fn aside(&self, world: &World, event: &Event) -> Option<Line> {
        aside(world, event)
    }

    fn group_cause(&self, cause: &GroupCause) -> Line {
        broker::group_cause(cause)
    }
}

/// See [`EventWords::event`].
pub(in crate::words) fn sentence(facts: &dyn Facts, event: &Event) -> Line {
    match &event.what {
        What::Broker(id, event) => broker::sentence(facts, *id, event),
        What::Controller(event) => controller_sentence(event),
        What::Producer(id, event) => producer::sentence(facts, &facts.client(*id), event),
        What::Consumer(id, event) => consumer::sentence(facts, &facts.client(*id), event),
        What::ClientAdded(id) => line![strong(facts.client(*id)), " joins the scene."],
        What::MessageLost { api_key, from, to, .. } => line![
            "A ",
            code(api_key.name()),
            " message from ",
            facts.name(*from),
            " to ",
            facts.name(*to),
            " is ",
            strong("lost"),
            "."
        ],
        What::MessageDelayed { by_ms, .. } => {
            line!["A message is held up on its way: it comes ", span_of_ms(*by_ms), " late."]
        }
        What::MessageDuplicated { api_key, from, to, .. } => line![
            "A ",
            code(api_key.name()),
            " message from ",
            facts.name(*from),
            " to ",
            facts.name(*to),
            " comes ",
            strong("twice"),
            "."
        ],
        What::AppendedAgain { client, partition, record_count, earlier, base_offset } => line![
            count(u64::from(*record_count), "record"),
            " of ",
            facts.client(*client),
            " are in ",
            place(partition),
            " ",
            strong("twice"),
            " now: from offset ",
            code(earlier),
            " and again from ",
            code(base_offset),
            "."
        ],
        What::AppendedOutOfOrder { client, partition, base_offset, number, later } => line![
            "Out of order: send ",
            strong(number),
            " of ",
            facts.client(*client),
            " is in ",
            place(partition),
            " only at offset ",
            code(base_offset),
            ", behind send ",
            code(later),
            "."
        ],
        What::BrokerConfigured { broker, name, value } => {
            set_to(line![facts.name(NodeId::Broker(*broker))], name, value.as_deref())
        }
        What::ActionRefused(_) => {
            line!["That was ", strong("refused"), ", and nothing has changed."]
        }
    }
}

/// See [`EventWords::aside`].
pub(in crate::words) fn aside(facts: &dyn Facts, event: &Event) -> Option<Line> {
    match &event.what {
        What::Broker(_, event) => broker::aside(facts, event),
        What::Controller(ControllerEvent::Refused(refusal)) => Some(kafkas_words(refusal)),
        What::Controller(ControllerEvent::ConfigAltered { name, .. }) => about(Scope::Topic, name),
        What::Controller(ControllerEvent::TopicCreated { .. }) => Some(line![
            "The controller decides what exists; the broker then opens a directory for each partition."
        ]),
        What::Controller(ControllerEvent::ProducerIdsAllocated { .. }) => {
            Some(line!["What a broker has not given out when its process ends is never used."])
        }
        What::Producer(_, event) => producer::aside(facts, event),
        What::Consumer(_, event) => consumer::aside(facts, event),
        What::ClientAdded(_) => None,
        What::MessageLost { .. } => Some(line![
            "The sender cannot tell a lost request from a lost answer; it finds out by a timeout."
        ]),
        What::MessageDelayed { .. } => {
            Some(line!["Later messages of the same connection wait behind it: order is kept."])
        }
        What::MessageDuplicated { .. } => Some(line![
            "The broker does a request as often as it comes; a client ignores an answer that it does not await."
        ]),
        What::AppendedAgain { .. } => Some(line![
            "Without ",
            code("enable.idempotence"),
            " nobody can tell: the broker takes them for new records, and consumers read both."
        ]),
        What::AppendedOutOfOrder { .. } => Some(line![
            "More than one request in flight (",
            code("max.in.flight.requests.per.connection"),
            "), and the earlier one had to be tried again."
        ]),
        What::BrokerConfigured { name, .. } => about(Scope::Broker, name),
        What::ActionRefused(words) => Some(line![words]),
    }
}

fn controller_sentence(event: &ControllerEvent) -> Line {
    match event {
        ControllerEvent::TopicCreated { topic, partitions } => line![
            "Topic ",
            strong(topic),
            " now exists, with ",
            count(u64::from(*partitions), "partition"),
            "."
        ],
        ControllerEvent::ConfigAltered { topic, name, value } => {
            set_to(line!["Topic ", topic.as_str()], name, value.as_deref())
        }
        ControllerEvent::ProducerIdsAllocated { first, count } => line![
            "The controller gives the broker the producer ids ",
            code(first),
            " to ",
            code(first + count - 1),
            "."
        ],
        ControllerEvent::Refused(refusal) => {
            line!["The controller refuses: ", strong(refusal.error), "."]
        }
    }
}

fn set_to(whose: Line, name: &str, value: Option<&str>) -> Line {
    match value {
        Some(value) => line![whose, ": ", code(name), " is now ", strong(short(value)), "."],
        None => line![whose, ": ", code(name), " has its default back."],
    }
}

/// The sentence about a setting, if it is known.
fn about(scope: Scope, name: &str) -> Option<Line> {
    let of_name =
        |d: &&crate::protocol::config::Definition| d.scope == scope && d.setting.name() == name;
    DEFINITIONS.iter().find(of_name).map(|d| En.setting(scope, d.setting))
}

/// Kafka's own words, untouched.
fn kafkas_words(refusal: &Refusal) -> Line {
    line![code(refusal.error), ": ", refusal.message.as_str()]
}

fn explained(error: ErrorCode) -> Line {
    En.error(error)
}

/// `partition 2 of transactions`.
fn place(partition: &TopicPartition) -> Line {
    line!["partition ", strong(partition.partition), " of ", partition.topic.as_str()]
}

/// `1 record`, `3 records`.
fn count(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// `offset 18`, `offsets 18 to 20`.
fn offsets(first: Offset, last: Offset) -> Line {
    if first == last {
        line!["offset ", code(first)]
    } else {
        line!["offsets ", code(first), " to ", code(last)]
    }
}

/// `0, 1 and 2 of transactions, 0 of customers`, and how many more there are.
fn places(partitions: &[TopicPartition]) -> String {
    const LONGEST: usize = 4;
    let shown: Vec<String> = partitions.iter().take(LONGEST).map(ToString::to_string).collect();
    match partitions.len() {
        0 => "nothing".to_owned(),
        length if length > LONGEST => {
            format!("{} and {} more", shown.join(", "), length - LONGEST)
        }
        _ => and_list(&shown),
    }
}

/// `a`, `a and b`, `a, b and c`.
fn and_list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// `transactions-0 at 21`, as offsets of a commit.
fn pairs(offsets: &[(TopicPartition, Offset)]) -> Line {
    const LONGEST: usize = 3;
    let shown = offsets
        .iter()
        .take(LONGEST)
        .map(|(partition, offset)| line![partition.to_string(), " at ", strong(offset)]);
    let mut line = Line::joined(shown, ", ");
    if offsets.len() > LONGEST {
        line = line![line, format!(" and {} more", offsets.len() - LONGEST)];
    }
    line
}

/// A text that may be of any length, cut.
fn short(text: &str) -> String {
    const LONGEST: usize = 40;
    if text.chars().count() <= LONGEST {
        text.to_owned()
    } else {
        text.chars().take(LONGEST - 1).chain(['…']).collect()
    }
}
