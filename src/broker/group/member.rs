//! A member of a group.
//!
//! Kafka: `ClassicGroupMember`.

use crate::broker::channel::Reply;
use crate::broker::group::MemberValue;
use crate::protocol::request::JoinGroup;
use crate::protocol::{BrokerId, Bytes, ClientId, NodeId};

/// What a member waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Awaiting {
    /// Nothing.
    #[default]
    Nothing,
    /// The end of the join phase.
    Join,
    /// The leader's assignment.
    Sync,
}

/// A member of a group.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Member {
    /// `<client id>-<UUID>`.
    pub member_id: String,
    /// `group.instance.id` of a static member (GRP-17).
    pub instance_id: Option<String>,
    /// Who it is.
    pub client: NodeId,
    /// `client.id`.
    pub client_id: String,
    /// `session.timeout.ms`.
    pub session_timeout_ms: i32,
    /// `max.poll.interval.ms`.
    pub rebalance_timeout_ms: i32,
    /// Assignors in order of preference, each with the subscription's bytes.
    pub protocols: Vec<(String, Bytes)>,
    /// Its partitions, as the group's leader wrote them.
    pub assignment: Bytes,
    /// When it is removed without a sign of life; `None` while it waits for the others.
    pub session_due_ms: Option<u64>,
    /// What it waits for.
    pub awaiting: Awaiting,
    /// Has not yet been through a join phase (GRP-15).
    pub is_new: bool,
    /// Where the answer that it waits for goes; `None` if its connection is gone.
    pub(super) reply: Option<Reply>,
}

impl Member {
    /// A member that joins.
    pub(super) fn new(member_id: String, request: JoinGroup, reply: Reply) -> Self {
        Self {
            member_id,
            instance_id: request.instance_id,
            client: reply.client,
            client_id: request.client_id,
            session_timeout_ms: request.session_timeout_ms,
            rebalance_timeout_ms: request.rebalance_timeout_ms,
            protocols: request.protocols,
            assignment: Bytes::from([]),
            session_due_ms: None,
            awaiting: Awaiting::Join,
            is_new: true,
            reply: Some(reply),
        }
    }

    /// A member as the log has it.
    pub(super) fn load(value: MemberValue, protocol: &str) -> Self {
        Self {
            client: client_of_host(&value.client_host),
            member_id: value.member_id,
            instance_id: value.instance_id,
            client_id: value.client_id,
            session_timeout_ms: value.session_timeout_ms,
            rebalance_timeout_ms: value.rebalance_timeout_ms,
            protocols: vec![(protocol.to_owned(), value.subscription.into())],
            assignment: value.assignment.into(),
            session_due_ms: None,
            awaiting: Awaiting::Nothing,
            is_new: false,
            reply: None,
        }
    }

    /// What the log has of it, with this assignment.
    pub(super) fn value(&self, protocol: &str, assignment: &[u8]) -> MemberValue {
        MemberValue {
            member_id: self.member_id.clone(),
            instance_id: self.instance_id.clone(),
            client_id: self.client_id.clone(),
            client_host: host_of_client(self.client),
            rebalance_timeout_ms: self.rebalance_timeout_ms,
            session_timeout_ms: self.session_timeout_ms,
            subscription: self.subscription(protocol).to_vec(),
            assignment: assignment.to_vec(),
        }
    }

    /// Its subscription for this assignor; empty if it does not list it.
    pub(super) fn subscription(&self, protocol: &str) -> Bytes {
        let own = self.protocols.iter().find(|(name, _)| name == protocol);
        own.map_or_else(|| Bytes::from([]), |(_, subscription)| subscription.clone())
    }

    /// It waits no more. Where the answer goes.
    pub(super) fn stop_awaiting(&mut self) -> Option<Reply> {
        self.awaiting = Awaiting::Nothing;
        self.reply.take()
    }
}

/// The address that a client connects from: each node of a world has one, numbered from 10.0.0.0 on.
pub(super) fn host_of_client(client: NodeId) -> String {
    let (net, number) = match client {
        NodeId::Client(ClientId(number)) => (0, number),
        NodeId::Broker(BrokerId(number)) => (1, number),
    };
    format!("/10.{net}.{}.{}", number >> 8, number & 255)
}

/// The other way round.
pub(super) fn client_of_host(host: &str) -> NodeId {
    let mut parts = host.split('.').skip(1).map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    let (net, high, low) = (next(), next(), next());
    let number = (high << 8) | (low & 255);
    if net == 1 { NodeId::Broker(BrokerId(number)) } else { NodeId::Client(ClientId(number)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clients_address_tells_who_it_is() {
        for number in [0, 1, 255, 256, 70_000] {
            for node in [NodeId::Client(ClientId(number)), NodeId::Broker(BrokerId(number))] {
                assert_eq!(client_of_host(&host_of_client(node)), node);
            }
        }
        assert_eq!(client_of_host("/127.0.0.1"), NodeId::Client(ClientId(1)));
    }
}
