//! Messages: none arrives before it left, none overtakes another, and what coordinators were asked.

use std::rc::Rc;

use crate::protocol::request::Body;
use crate::protocol::{Connection, MessageId, NodeId, SortedMap, sort_by_key};
use crate::sim::check::{Verdict, ensure};
use crate::sim::network::Message;
use crate::sim::world::World;

/// So many requests are remembered for their answers.
const MOST_REQUESTS: usize = 4096;

type Direction = (NodeId, NodeId, Connection);

/// All messages that were ever on their way while the checker looked.
#[derive(Clone, Debug, Default)]
pub(super) struct Messages {
    begun: bool,
    next_id: u64,
    /// The messages that this step sent, in order.
    new: Vec<Message>,
    requests: SortedMap<(NodeId, u64), Rc<Body>>,
    last_due_ms: SortedMap<Direction, u64>,
}

impl Messages {
    /// What this step sent.
    pub(super) fn new_messages(&self) -> &[Message] {
        &self.new
    }

    /// The request that a client numbered so.
    pub(super) fn request(&self, client: NodeId, correlation_id: u64) -> Option<&Body> {
        self.requests.get(&(client, correlation_id)).map(|body| &**body)
    }

    pub(super) fn check(&mut self, world: &World) -> Verdict {
        self.new.clear();
        let next_id = self.next_id;
        self.new.extend(world.messages().filter(|message| message.id.0 >= next_id).cloned());
        sort_by_key(&mut self.new, |message| message.id);
        // What was on its way before the checker began left at some earlier time.
        let now_ms = if self.begun || world.event_index() == 0 { world.now_ms() } else { 0 };
        self.begun = true;
        for message in &self.new {
            let MessageId(id) = message.id;
            self.next_id = id + 1;
            ensure!(
                (message.copy || now_ms <= message.sent_ms) && message.sent_ms <= message.due_ms,
                "message {id}: now {now_ms} ≤ sent {} ≤ due {} does not hold",
                message.sent_ms,
                message.due_ms
            );
            if !message.lost {
                let direction = (message.from, message.to, message.connection);
                let last_ms = self.last_due_ms.insert(direction, message.due_ms).unwrap_or(0);
                ensure!(
                    last_ms <= message.due_ms,
                    "message {id} arrives at {}, the one before it at {last_ms}",
                    message.due_ms
                );
            }
            if let Body::Request(_) = &*message.body
                && !message.copy
            {
                let key = (message.from, message.correlation_id);
                let before = self.requests.insert(key, Rc::clone(&message.body));
                ensure!(
                    before.is_none(),
                    "message {id}: {} has two requests {}",
                    world.name(message.from),
                    message.correlation_id
                );
            }
        }
        while self.requests.len() > MOST_REQUESTS {
            self.requests.pop_first();
        }
        Ok(())
    }
}
