//! What a node hands out when it has handled something: messages to send, and what happened.

use crate::protocol::NodeId;
use crate::protocol::request::Body;

/// Which of a client's connections a message travels on. Each keeps its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Connection {
    /// To a broker for data: produce, fetch, metadata, offsets by time.
    Data,
    /// To a broker as the group's coordinator.
    Coordinator,
}

/// A message that a node wants to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Outgoing {
    /// To whom.
    pub to: NodeId,
    /// On which connection.
    pub connection: Connection,
    /// Numbers the requests of a client; a response carries its request's.
    pub correlation_id: u64,
    /// How long the sender works on it before it leaves.
    pub delay_ms: u64,
    /// The message.
    pub body: Body,
}

/// What a node did: pushed to by its handlers, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs<E> {
    /// Messages to send.
    pub messages: Vec<Outgoing>,
    /// What happened, past tense.
    pub events: Vec<E>,
}

impl<E> Default for Outputs<E> {
    fn default() -> Self {
        Self { messages: Vec::new(), events: Vec::new() }
    }
}

impl<E> Outputs<E> {
    /// Tells what happened.
    pub fn tell(&mut self, event: E) {
        self.events.push(event);
    }
}
