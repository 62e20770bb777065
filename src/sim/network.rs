//! Messages on their way: order within a connection, latency, loss, delay and copies.

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
    /// It is a copy: another message says the same.
    pub copy: bool,
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
    duplicate: u32,
}

/// What a fault does to a message that is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) id: MessageId,
    /// It comes so much later.
    pub(super) late_ms: u64,
    /// A copy follows it.
    pub(super) copy: Option<MessageId>,
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

    /// Sends a message at `now_ms`.
    pub(super) fn send(
        &mut self,
        now_ms: u64,
        from: NodeId,
        client_epoch: u32,
        cause: u64,
        outgoing: Outgoing,
    ) -> Sent {
        let Outgoing { to, connection, correlation_id, delay_ms, body } = outgoing;
        let client = if matches!(from, NodeId::Client(_)) { from } else { to };
        let mut lost = false;
        let mut late_ms = 0;
        let mut duplicate = false;
        if let Some(fault) = self.faults.get_mut(&client) {
            if fault.lose > 0 {
                fault.lose -= 1;
                lost = true;
            } else if fault.delay > 0 {
                fault.delay -= 1;
                late_ms = fault.by_ms;
            } else if fault.duplicate > 0 {
                fault.duplicate -= 1;
                duplicate = true;
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
                copy: false,
                client_epoch,
                cause,
                body,
            }),
        );
        let copy = if duplicate { self.duplicate_message(id) } else { None };
        Sent { id, late_ms, copy }
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

    /// The next `count` messages of a client come twice.
    pub fn duplicate(&mut self, client: NodeId, count: u32) {
        self.faults.entry(client).or_default().duplicate += count;
    }

    fn key_of(&self, id: MessageId) -> Option<(u64, u64)> {
        let mut queue = self.queue.iter();
        queue.find_map(|(key, arrival)| match arrival {
            Arrival::Message(message) if message.id == id => Some(*key),
            _ => None,
        })
    }

    /// A message is gone from the way. `None`: it is not on its way.
    pub fn drop_message(&mut self, id: MessageId) -> Option<Message> {
        let key = self.key_of(id)?;
        match self.queue.remove(&key)? {
            Arrival::Message(message) => Some(message),
            Arrival::Notice(_) => None,
        }
    }

    /// A message comes later, and with it those behind it on its connection. False: it is not on its way.
    pub fn delay_message(&mut self, id: MessageId, by_ms: u64) -> bool {
        let Some(key) = self.key_of(id) else { return false };
        let Some(Arrival::Message(Message { from, to, connection, due_ms, .. })) =
            self.queue.get(&key)
        else {
            return false;
        };
        let direction = (*from, *to, *connection);
        let late_ms = due_ms.saturating_add(by_ms);
        let behind: Vec<(u64, u64)> = self
            .queue
            .iter()
            .filter(|(at, arrival)| {
                **at >= key
                    && at.0 < late_ms
                    && matches!(arrival, Arrival::Message(m) if (m.from, m.to, m.connection) == direction)
            })
            .map(|(at, _)| *at)
            .collect();
        for at in behind {
            if let Some(Arrival::Message(mut message)) = self.queue.remove(&at) {
                message.due_ms = late_ms;
                self.push(late_ms, Arrival::Message(message));
            }
        }
        let last_ms = self.last_due_ms.entry(direction).or_insert(late_ms);
        *last_ms = late_ms.max(*last_ms);
        true
    }

    /// A message comes twice: its copy follows it, behind all that its connection carries. `None`: it is not
    /// on its way, or will be lost.
    pub fn duplicate_message(&mut self, id: MessageId) -> Option<MessageId> {
        let key = self.key_of(id)?;
        let Some(Arrival::Message(message)) = self.queue.get(&key) else { return None };
        if message.lost {
            return None;
        }
        let direction = (message.from, message.to, message.connection);
        let behind_ms = 1 + self.latencies.network_ms / 3;
        let last_ms = self.last_due_ms.get(&direction).copied().unwrap_or(0);
        let copy = Message {
            id: MessageId(self.next_id),
            sent_ms: message.sent_ms + behind_ms,
            due_ms: last_ms.max(message.due_ms + behind_ms),
            copy: true,
            ..message.clone()
        };
        self.next_id += 1;
        let (id, due_ms) = (copy.id, copy.due_ms);
        self.last_due_ms.insert(direction, due_ms);
        self.push(due_ms, Arrival::Message(copy));
        Some(id)
    }

    /// The next `count` messages of a client come late.
    pub fn delay(&mut self, client: NodeId, count: u32, by_ms: u64) {
        let fault = self.faults.entry(client).or_default();
        fault.delay += count;
        fault.by_ms = by_ms;
    }
}
