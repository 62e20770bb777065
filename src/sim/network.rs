//! Messages on their way: order within a connection, latency, loss and delay.

use std::rc::Rc;

use crate::protocol::request::Body;
use crate::protocol::{Connection, MessageId, NodeId, Outgoing, SortedMap};
use crate::sim::rng::Rng;
use crate::sim::scenario::Latencies;

/// A message between a client and a broker. Drawn from `sent_ms` to `due_ms`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Message {
    /// The n-th of its world.
    pub id: MessageId,
    /// Who sent it.
    pub from: NodeId,
    /// To whom.
    pub to: NodeId,
    /// On which of the client's connections.
    pub connection: Connection,
    /// Which request it is, or answers.
    pub correlation_id: u64,
    /// When it leaves.
    pub sent_ms: u64,
    /// When it arrives.
    pub due_ms: u64,
    /// It will not arrive.
    pub lost: bool,
    /// The process of the client that it belongs to: a restarted client does not see old answers.
    pub client_epoch: u32,
    /// The step that sent it.
    pub cause: u64,
    /// What it says.
    pub body: Rc<Body>,
}

/// News about a connection, which travels like a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Notice {
    /// A client learns that its connection is gone.
    ToClient(NodeId, Connection),
    /// A broker learns that a client is gone.
    ToBroker(NodeId),
}

/// What is due next on the network.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Arrival {
    /// A message.
    Message(Message),
    /// A notice.
    Notice(Notice),
}

/// What becomes of the next messages of a client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Fault {
    lose: u32,
    delay: u32,
    by_ms: u64,
}

type Direction = (NodeId, NodeId, Connection);

/// Everything that is on its way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Network {
    latencies: Latencies,
    queue: SortedMap<(u64, u64), Arrival>,
    /// When the last message of a direction arrives: no later one overtakes it.
    last_due_ms: SortedMap<Direction, u64>,
    faults: SortedMap<NodeId, Fault>,
    next_id: u64,
    next_order: u64,
    rng: Rng,
}

impl Network {
    /// An empty network.
    #[must_use]
    pub fn new(latencies: Latencies, rng: Rng) -> Self {
        Self {
            latencies,
            queue: SortedMap::new(),
            last_due_ms: SortedMap::new(),
            faults: SortedMap::new(),
            next_id: 0,
            next_order: 0,
            rng,
        }
    }

    /// Sends a message at `now_ms`; returns its id, and by how much a fault delays it.
    pub fn send(
        &mut self,
        now_ms: u64,
        from: NodeId,
        client_epoch: u32,
        cause: u64,
        outgoing: Outgoing,
    ) -> (MessageId, u64) {
        let Outgoing { to, connection, correlation_id, delay_ms, body } = outgoing;
        let client = if matches!(from, NodeId::Client(_)) { from } else { to };
        let mut lost = false;
        let mut late_ms = 0;
        if let Some(fault) = self.faults.get_mut(&client) {
            if fault.lose > 0 {
                fault.lose -= 1;
                lost = true;
            } else if fault.delay > 0 {
                fault.delay -= 1;
                late_ms = fault.by_ms;
            }
        }
        let sent_ms = now_ms + delay_ms;
        let direction = (from, to, connection);
        let due_ms = (sent_ms + self.latency_ms() + late_ms)
            .max(self.last_due_ms.get(&direction).copied().unwrap_or(0));
        if !lost {
            self.last_due_ms.insert(direction, due_ms);
        }
        let id = MessageId(self.next_id);
        self.next_id += 1;
        let body = Rc::new(body);
        self.push(
            due_ms,
            Arrival::Message(Message {
                id,
                from,
                to,
                connection,
                correlation_id,
                sent_ms,
                due_ms,
                lost,
                client_epoch,
                cause,
                body,
            }),
        );
        (id, late_ms)
    }

    /// Lets somebody know of a broken connection.
    pub fn notify(&mut self, now_ms: u64, notice: Notice) {
        let due_ms = now_ms + self.latency_ms();
        if let Notice::ToBroker(client) = &notice {
            // What a new process sends must not come first: the broker would take it for the old one's.
            for (direction, last_due_ms) in &mut self.last_due_ms {
                if direction.0 == *client {
                    *last_due_ms = due_ms.max(*last_due_ms);
                }
            }
        }
        self.push(due_ms, Arrival::Notice(notice));
    }

    fn latency_ms(&mut self) -> u64 {
        self.latencies.network_ms + self.rng.below(self.latencies.network_jitter_ms + 1)
    }

    fn push(&mut self, due_ms: u64, arrival: Arrival) {
        self.queue.insert((due_ms, self.next_order), arrival);
        self.next_order += 1;
    }

    /// When something arrives next.
    #[must_use]
    pub fn next_due_ms(&self) -> Option<u64> {
        self.queue.keys().next().map(|(due_ms, _)| *due_ms)
    }

    /// Takes out what arrives next.
    pub fn arrive(&mut self) -> Option<Arrival> {
        self.queue.pop_first().map(|(_, arrival)| arrival)
    }

    /// The messages on their way, in the order of their arrival.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        self.queue.values().filter_map(|arrival| match arrival {
            Arrival::Message(message) => Some(message),
            Arrival::Notice(_) => None,
        })
    }

    /// The next `count` messages of a client are lost.
    pub fn lose(&mut self, client: NodeId, count: u32) {
        self.faults.entry(client).or_default().lose += count;
    }

    /// The next `count` messages of a client come late.
    pub fn delay(&mut self, client: NodeId, count: u32, by_ms: u64) {
        let fault = self.faults.entry(client).or_default();
        fault.delay += count;
        fault.by_ms = by_ms;
    }
}
