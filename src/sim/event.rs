//! Everything that can happen, with what led to it.

use std::fmt;

use crate::broker::BrokerEvent;
use crate::client::consumer::ConsumerEvent;
use crate::client::producer::ProducerEvent;
use crate::controller::ControllerEvent;
use crate::protocol::request::ApiKey;
use crate::protocol::{BrokerId, ClientId, MessageId, NodeId, Offset, TopicPartition};

/// What led to an event. A message knows the step that sent it, so "why?" is a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The world began.
    Start,
    /// A message arrived.
    Message(MessageId),
    /// A node's own clock: linger, a heartbeat, retention, the cleaner's thread.
    Timer(NodeId),
    /// A producer's flow of records.
    Workload(ClientId),
    /// The n-th thing that was done from outside.
    Action(u64),
    /// A connection broke.
    Network,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum What {
    /// At a broker.
    Broker(BrokerId, BrokerEvent),
    /// At the controller.
    Controller(ControllerEvent),
    /// At a producer.
    Producer(ClientId, ProducerEvent),
    /// At a consumer.
    Consumer(ClientId, ConsumerEvent),
    /// A client was added.
    ClientAdded(ClientId),
    /// A message did not arrive.
    MessageLost {
        /// Which.
        message: MessageId,
        /// What it was.
        api_key: ApiKey,
        /// From whom.
        from: NodeId,
        /// To whom.
        to: NodeId,
    },
    /// A message was held up on its way.
    MessageDelayed {
        /// Which.
        message: MessageId,
        /// By how much.
        by_ms: u64,
    },
    /// A message comes twice.
    MessageDuplicated {
        /// Which.
        message: MessageId,
        /// Its copy.
        copy: MessageId,
        /// What it is.
        api_key: ApiKey,
        /// From whom.
        from: NodeId,
        /// To whom.
        to: NodeId,
    },
    /// Records that are in the log already were appended once more: nobody could tell.
    AppendedAgain {
        /// Whose.
        client: ClientId,
        /// Where.
        partition: TopicPartition,
        /// How many records.
        record_count: u32,
        /// The first one's offset before.
        earlier: Offset,
        /// And now.
        base_offset: Offset,
    },
    /// Records were appended behind records that the producer sent after them.
    AppendedOutOfOrder {
        /// Whose.
        client: ClientId,
        /// Where.
        partition: TopicPartition,
        /// The first one's offset.
        base_offset: Offset,
        /// Which send it was.
        number: u64,
        /// A later send that is in the log already.
        later: u64,
    },
    /// A setting of a broker changed.
    BrokerConfigured {
        /// Which broker.
        broker: BrokerId,
        /// Kafka's name of the setting.
        name: String,
        /// Its value; `None`: the default.
        value: Option<String>,
    },
    /// Something that was done from outside was refused, and changed nothing.
    ActionRefused(String),
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Event {
    /// The step that it was part of.
    pub index: u64,
    /// When.
    pub at_ms: u64,
    /// What led to it.
    pub cause: Cause,
    /// What.
    pub what: What,
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broker(id, event) => write!(f, "broker-{}: {event}", id.0),
            Self::Controller(event) => write!(f, "controller: {event}"),
            Self::Producer(id, event) => write!(f, "client {}: {event}", id.0),
            Self::Consumer(id, event) => write!(f, "client {}: {event}", id.0),
            Self::ClientAdded(id) => write!(f, "client {} was added", id.0),
            Self::MessageLost { api_key, .. } => write!(f, "a {} message was lost", api_key.name()),
            Self::MessageDelayed { message, by_ms } => {
                write!(f, "message {} comes {by_ms} ms late", message.0)
            }
            Self::MessageDuplicated { message, copy, .. } => {
                write!(f, "message {} comes again as {}", message.0, copy.0)
            }
            Self::AppendedAgain { partition, record_count, earlier, base_offset, .. } => write!(
                f,
                "{record_count} records of {partition} from offset {earlier} are there again from {base_offset}"
            ),
            Self::AppendedOutOfOrder { partition, base_offset, number, later, .. } => write!(
                f,
                "send {number} is at offset {base_offset} of {partition}, behind send {later}"
            ),
            Self::BrokerConfigured { broker, name, value: Some(value) } => {
                write!(f, "broker-{}: {name}={value}", broker.0)
            }
            Self::BrokerConfigured { broker, name, value: None } => {
                write!(f, "broker-{}: {name} is back to its default", broker.0)
            }
            Self::ActionRefused(words) => write!(f, "refused: {words}"),
        }
    }
}
