//! Connections: one request at a time, answered in order.
//!
//! Kafka: `SocketServer` mutes a channel from a request's arrival until its response has been sent.

use std::collections::VecDeque;

use crate::protocol::request::{Request, Response};
use crate::protocol::{Connection, NodeId, SortedMap};

/// Where a response belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reply {
    /// Who asked.
    pub client: NodeId,
    /// On which connection.
    pub connection: Connection,
    /// The request's number.
    pub correlation_id: u64,
}

/// A response to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) reply: Reply,
    /// How long the broker works on it before it leaves.
    pub(super) delay_ms: u64,
    pub(super) response: Response,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Channel {
    /// The request that is not yet answered.
    pending: Option<u64>,
    /// When the last response leaves.
    free_ms: u64,
    queue: VecDeque<(u64, Request)>,
}

/// All connections on which something is pending.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Channels(SortedMap<(NodeId, Connection), Channel>);

impl Channels {
    /// Takes a request in: gives it back if it can be handled now.
    pub(super) fn arrive(
        &mut self,
        now_ms: u64,
        reply: Reply,
        request: Request,
    ) -> Option<Request> {
        let channel = self.0.entry((reply.client, reply.connection)).or_default();
        if channel.pending.is_some() || channel.free_ms > now_ms || !channel.queue.is_empty() {
            channel.queue.push_back((reply.correlation_id, request));
            return None;
        }
        channel.pending = Some(reply.correlation_id);
        Some(request)
    }

    /// A request is done with; the next one may be handled at `free_ms`. False if nobody waits for it.
    pub(super) fn release(&mut self, reply: Reply, free_ms: u64) -> bool {
        match self.0.get_mut(&(reply.client, reply.connection)) {
            Some(channel) if channel.pending == Some(reply.correlation_id) => {
                channel.pending = None;
                channel.free_ms = free_ms;
                true
            }
            _ => false,
        }
    }

    /// The next request that can be handled now. Connections with nothing pending are forgotten.
    pub(super) fn next_request(&mut self, now_ms: u64) -> Option<(Reply, Request)> {
        self.0.retain(|_, channel| {
            channel.pending.is_some() || channel.free_ms > now_ms || !channel.queue.is_empty()
        });
        self.0.iter_mut().find_map(|(&(client, connection), channel)| {
            if channel.pending.is_some() || channel.free_ms > now_ms {
                return None;
            }
            let (correlation_id, request) = channel.queue.pop_front()?;
            channel.pending = Some(correlation_id);
            Some((Reply { client, connection, correlation_id }, request))
        })
    }

    /// Requests that wait for the one before them, with who asks.
    pub(super) fn queued(&self) -> impl Iterator<Item = (NodeId, u64, &Request)> {
        self.0.iter().flat_map(|((client, _), channel)| {
            channel
                .queue
                .iter()
                .map(|(correlation_id, request)| (*client, *correlation_id, request))
        })
    }

    /// When the next queued request can be handled.
    pub(super) fn next_due_ms(&self) -> Option<u64> {
        let ready = self.0.values().filter(|c| c.pending.is_none() && !c.queue.is_empty());
        ready.map(|channel| channel.free_ms).min()
    }

    /// Forgets a client's connections and what is queued there.
    pub(super) fn close(&mut self, client: NodeId) {
        self.0.retain(|(of, _), _| *of != client);
    }
}
