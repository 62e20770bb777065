//! Requests in flight and what becomes of them: answered, timed out, cut off.
//!
//! Kafka: `ConsumerNetworkClient`, `NetworkClient`. A timeout closes the connection, and whatever else
//! was in flight on it fails with it. Left out: connecting itself, which takes no time here.

use crate::client::consumer::commits::Commit;
use crate::client::consumer::coordinator::Generation;
use crate::client::consumer::{Consumer, ConsumerEvent, Turn};
use crate::protocol::request::{ApiKey, Body, Request, Response};
use crate::protocol::{Connection, NodeId, Outgoing, SortedMap, TopicPartition};

/// What a request was for, as far as its answer does not say.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Sent {
    Metadata,
    FindCoordinator,
    JoinGroup(Generation),
    SyncGroup(Generation),
    Heartbeat(Generation),
    ConsumerGroupHeartbeat {
        leaves: bool,
    },
    LeaveGroup,
    OffsetCommit(Commit),
    OffsetFetch(Generation),
    /// Partitions and the timestamps that were asked for.
    ListOffsets(Vec<(TopicPartition, i64)>),
    Fetch,
}

impl Sent {
    fn api_key(&self) -> ApiKey {
        match self {
            Self::Metadata => ApiKey::Metadata,
            Self::FindCoordinator => ApiKey::FindCoordinator,
            Self::JoinGroup(_) => ApiKey::JoinGroup,
            Self::SyncGroup(_) => ApiKey::SyncGroup,
            Self::Heartbeat(_) => ApiKey::Heartbeat,
            Self::ConsumerGroupHeartbeat { .. } => ApiKey::ConsumerGroupHeartbeat,
            Self::LeaveGroup => ApiKey::LeaveGroup,
            Self::OffsetCommit(_) => ApiKey::OffsetCommit,
            Self::OffsetFetch(_) => ApiKey::OffsetFetch,
            Self::ListOffsets(_) => ApiKey::ListOffsets,
            Self::Fetch => ApiKey::Fetch,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct InFlight {
    connection: Connection,
    sent: Sent,
    due_ms: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Network {
    next_correlation_id: u64,
    in_flight: SortedMap<u64, InFlight>,
}

impl Network {
    /// The request that an answer belongs to, which is no longer in flight.
    pub(super) fn take(&mut self, connection: Connection, correlation_id: u64) -> Option<Sent> {
        if self.in_flight.get(&correlation_id)?.connection != connection {
            return None;
        }
        self.in_flight.remove(&correlation_id).map(|in_flight| in_flight.sent)
    }

    pub(super) fn next_due_ms(&self) -> Option<u64> {
        self.in_flight.values().map(|in_flight| in_flight.due_ms).min()
    }

    pub(super) fn in_flight(&self, connection: Connection) -> bool {
        self.in_flight.values().any(|in_flight| in_flight.connection == connection)
    }

    /// What is in flight, by kind, with the request's number.
    pub(super) fn kinds(&self) -> impl Iterator<Item = (u64, ApiKey)> {
        self.in_flight.iter().map(|(id, in_flight)| (*id, in_flight.sent.api_key()))
    }

    /// Numbers go on, so that no answer to the old process is taken for one to the new.
    pub(super) fn forget(&mut self) {
        self.in_flight.clear();
    }

    fn take_all(&mut self, connection: Connection) -> Vec<Sent> {
        let (taken, kept) = std::mem::take(&mut self.in_flight)
            .into_iter()
            .partition(|(_, in_flight)| in_flight.connection == connection);
        self.in_flight = kept;
        let taken: SortedMap<u64, InFlight> = taken;
        taken.into_values().map(|in_flight| in_flight.sent).collect()
    }
}

impl Consumer {
    /// Sends a request; returns its number.
    pub(super) fn send(
        &mut self,
        turn: &mut Turn<'_>,
        to: NodeId,
        connection: Connection,
        request: Request,
        sent: Sent,
    ) -> u64 {
        let correlation_id = self.network.next_correlation_id;
        self.network.next_correlation_id += 1;
        let timeout_ms = match sent {
            Sent::JoinGroup(_) => self.config.join_timeout_ms(),
            _ => self.config.request_timeout_ms,
        };
        let due_ms = turn.now_ms.saturating_add(timeout_ms);
        self.network.in_flight.insert(correlation_id, InFlight { connection, sent, due_ms });
        let body = Body::Request(request);
        turn.out.messages.push(Outgoing { to, connection, correlation_id, delay_ms: 0, body });
        correlation_id
    }

    /// Hands an answer to whoever waits for it. An answer of another kind is as good as none.
    pub(super) fn answered(&mut self, turn: &mut Turn<'_>, sent: Sent, response: Response) {
        match (sent, response) {
            (Sent::Metadata, Response::Metadata { topics }) => self.metadata_answered(turn, topics),
            (Sent::FindCoordinator, Response::FindCoordinator { coordinator }) => {
                self.coordinator_answered(turn, coordinator);
                self.looked_up(turn);
            }
            (Sent::JoinGroup(generation), Response::JoinGroup(answer)) => {
                self.process.membership.keep_join_answer(generation, answer);
            }
            (Sent::SyncGroup(generation), Response::SyncGroup { assignment }) => {
                self.sync_answered(turn, &generation, assignment);
            }
            (Sent::Heartbeat(generation), Response::Heartbeat { error }) => {
                self.heartbeat_answered(turn, &generation, error);
            }
            (Sent::ConsumerGroupHeartbeat { leaves }, Response::ConsumerGroupHeartbeat(answer)) => {
                self.beat_answered(turn, leaves, answer)
            }
            (Sent::LeaveGroup, Response::LeaveGroup { .. }) => {}
            (Sent::OffsetCommit(commit), Response::OffsetCommit { partitions }) => {
                self.commit_answered(turn, commit, &partitions);
            }
            (Sent::OffsetFetch(_), Response::OffsetFetch { error: Some(_), .. }) => {
                self.offset_fetch_failed(turn);
            }
            (Sent::OffsetFetch(generation), Response::OffsetFetch { partitions, .. }) => {
                self.offsets_fetched(turn, &generation, &partitions);
            }
            (Sent::ListOffsets(asked), Response::ListOffsets { partitions }) => {
                self.offsets_listed(turn, &asked, &partitions);
            }
            (Sent::Fetch, Response::Fetch { partitions }) => self.fetch_answered(turn, partitions),
            (sent, _) => self.request_failed(turn, sent),
        }
    }

    /// Requests whose time is over close their connection.
    pub(super) fn expire_requests(&mut self, turn: &mut Turn<'_>) {
        for connection in [Connection::Data, Connection::Coordinator] {
            let in_flight = &self.network.in_flight;
            if in_flight.values().any(|r| r.connection == connection && r.due_ms <= turn.now_ms) {
                self.connection_lost(turn, connection);
            }
        }
    }

    /// Whatever is in flight on the connection has failed; the coordinator has to be found anew.
    pub(super) fn connection_lost(&mut self, turn: &mut Turn<'_>, connection: Connection) {
        let known = connection == Connection::Coordinator && self.coordinator().is_some();
        if known || self.network.in_flight(connection) {
            turn.tell(ConsumerEvent::Disconnected);
        }
        match connection {
            Connection::Coordinator => self.mark_coordinator_unknown(turn),
            Connection::Data => self.fail_in_flight(turn, connection),
        }
    }

    pub(super) fn fail_in_flight(&mut self, turn: &mut Turn<'_>, connection: Connection) {
        for sent in self.network.take_all(connection) {
            self.request_failed(turn, sent);
        }
    }

    /// A request without an answer: may be tried again, all of them.
    fn request_failed(&mut self, turn: &mut Turn<'_>, sent: Sent) {
        match sent {
            Sent::Metadata => self.metadata_failed(turn),
            Sent::FindCoordinator => {
                self.lookup_failed(turn);
                self.looked_up(turn);
            }
            Sent::JoinGroup(_) | Sent::SyncGroup(_) => self.join_cut_off(),
            Sent::Heartbeat(_) => self.heartbeat_failed(turn),
            Sent::ConsumerGroupHeartbeat { leaves: false } => self.beat_failed(turn),
            Sent::ConsumerGroupHeartbeat { leaves: true } | Sent::LeaveGroup => {}
            Sent::OffsetCommit(commit) => self.commit_cut_off(turn, commit),
            Sent::OffsetFetch(_) => self.offset_fetch_failed(turn),
            Sent::ListOffsets(asked) => self.list_offsets_failed(turn, &asked),
            Sent::Fetch => self.fetch_failed(turn),
        }
    }
}
