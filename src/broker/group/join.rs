//! JoinGroup: who is let in, and what a member that comes back gets (`GRP-3`, `GRP-4`, `GRP-8`, `GRP-12`).
//!
//! Kafka: `GroupMetadataManager.classicGroupJoin`, `ClassicGroup.selectProtocol`.

use crate::broker::channel::Reply;
use crate::broker::group::classic::CONSUMER;
use crate::broker::group::{Awaiting, Group, Member, Turn};
use crate::broker::{BrokerEvent, GroupState, RemovalReason};
use crate::protocol::config::Setting;
use crate::protocol::java::{hash_map_order, string_hash};
use crate::protocol::request::{JoinGroup, Joined, Response};
use crate::protocol::{Bytes, ErrorCode};

/// How long a new member may wait in its first join (`group.new.member.join.timeout.ms`, GRP-15).
const NEW_MEMBER_JOIN_TIMEOUT_MS: i32 = 300_000;

impl Group {
    /// JoinGroup, from GRP-3 on.
    pub(super) fn join(&mut self, turn: &mut Turn<'_>, reply: Reply, request: JoinGroup) {
        let member_id = request.member_id.as_str();
        if !self.has_room_for(member_id, turn.setting_ms(Setting::GroupMaxSize)) {
            if self.member(member_id).is_some() {
                let member_id = member_id.to_owned();
                self.remove(turn, &member_id, RemovalReason::Left);
            }
            self.pending.remove(&request.member_id);
            return turn.refuse_join(reply, ErrorCode::GroupMaxSizeReached, "");
        }
        if !self.supports(&request.protocols) {
            return turn.refuse_join(reply, ErrorCode::InconsistentGroupProtocol, member_id);
        }
        if member_id.is_empty() {
            let member_id = turn.new_member_id(&request.client_id);
            turn.tell(BrokerEvent::MemberAdded {
                group: self.id.clone(),
                member_id: member_id.clone(),
                client: reply.client,
            });
            if turn.is_book() {
                return self.add_member(turn, member_id, reply, request);
            }
            turn.refuse_join(reply, ErrorCode::MemberIdRequired, &member_id);
            self.pending.insert(member_id, turn.after(request.session_timeout_ms));
        } else if self.pending.contains_key(member_id) {
            self.add_member(turn, request.member_id.clone(), reply, request);
        } else if let Some(at) = self.members.iter().position(|m| m.member_id == member_id) {
            self.rejoin(turn, at, reply, request);
        } else {
            turn.refuse_join(reply, ErrorCode::UnknownMemberId, member_id);
        }
    }

    /// GRP-4, `acceptJoiningMember`.
    fn has_room_for(&self, member_id: &str, max_size: u64) -> bool {
        let member = self.member(member_id);
        match self.state {
            GroupState::Empty | GroupState::Dead => true,
            GroupState::PreparingRebalance => {
                let is_joining = |member: &Member| member.awaiting == Awaiting::Join;
                let joining = self.members.iter().filter(|member| is_joining(member)).count();
                member.is_some_and(is_joining) || (joining as u64) < max_size
            }
            GroupState::CompletingRebalance | GroupState::Stable => {
                member.is_some() || (self.members.len() as u64) < max_size
            }
        }
    }

    /// GRP-4: whether somebody with these assignors fits in.
    fn supports(&self, protocols: &[(String, Bytes)]) -> bool {
        if self.state == GroupState::Empty || self.members.is_empty() {
            return !protocols.is_empty();
        }
        protocols.iter().any(|(name, _)| self.is_candidate(name))
    }

    /// Whether all members list this assignor.
    fn is_candidate(&self, protocol: &str) -> bool {
        self.members.iter().all(|m| m.protocols.iter().any(|(name, _)| name == protocol))
    }

    fn add_member(&mut self, turn: &mut Turn<'_>, id: String, reply: Reply, request: JoinGroup) {
        self.pending.remove(&id);
        if self.state == GroupState::PreparingRebalance && self.previous_state == GroupState::Empty
        {
            self.new_member_added = true;
        }
        let mut member = Member::new(id, request, reply);
        member.session_due_ms = Some(turn.after(NEW_MEMBER_JOIN_TIMEOUT_MS));
        if self.members.is_empty() {
            self.protocol_type = CONSUMER.to_owned();
        }
        self.leader.get_or_insert_with(|| member.member_id.clone()); // GRP-9
        self.members.push(member);
        self.rebalance_or_complete_join(turn);
    }

    /// GRP-12.
    fn rejoin(&mut self, turn: &mut Turn<'_>, at: usize, reply: Reply, request: JoinGroup) {
        let member = &self.members[at];
        let is_leader = self.leader.as_ref() == Some(&member.member_id);
        let is_unchanged = member.protocols == request.protocols;
        match self.state {
            GroupState::CompletingRebalance if is_unchanged => {
                let response = self.joined(member, is_leader);
                turn.answer(reply, response);
            }
            GroupState::Stable if is_unchanged && !is_leader => {
                let response = self.joined(member, false);
                self.members[at].session_due_ms = Some(turn.after(request.session_timeout_ms));
                turn.answer(reply, response);
            }
            GroupState::Empty | GroupState::Dead => {
                turn.refuse_join(reply, ErrorCode::UnknownMemberId, &request.member_id);
            }
            _ => {
                let member = &mut self.members[at];
                member.protocols = request.protocols;
                member.session_timeout_ms = request.session_timeout_ms;
                member.rebalance_timeout_ms = request.rebalance_timeout_ms;
                let was_syncing = member.awaiting == Awaiting::Sync;
                member.awaiting = Awaiting::Join;
                member.client = reply.client;
                if let Some(old) = member.reply.replace(reply).filter(|_| was_syncing) {
                    turn.refuse_sync(old, ErrorCode::RebalanceInProgress);
                }
                self.rebalance_or_complete_join(turn);
            }
        }
    }

    /// The answer to a join; the leader's lists everybody (GRP-7).
    pub(super) fn joined(&self, member: &Member, as_leader: bool) -> Response {
        let protocol = self.protocol.clone().unwrap_or_default();
        let everybody = if as_leader { self.in_hash_order() } else { Vec::new() };
        let subscription = |m: &Member| (m.member_id.clone(), m.subscription(&protocol));
        Response::JoinGroup(Ok(Joined {
            generation: self.generation,
            leader: self.leader.clone().unwrap_or_default(),
            member_id: member.member_id.clone(),
            members: everybody.into_iter().map(|at| subscription(&self.members[at])).collect(),
            protocol,
        }))
    }

    /// GRP-8. Among equals the first in the order of Kafka's `HashMap` of votes.
    pub(super) fn select_protocol(&self) -> String {
        let mut votes: Vec<(i32, (&str, u32))> = Vec::new();
        for at in self.in_hash_order() {
            let names = self.members[at].protocols.iter().map(|(name, _)| name.as_str());
            let Some(vote) = names.into_iter().find(|name| self.is_candidate(name)) else {
                continue;
            };
            match votes.iter_mut().find(|(_, (name, _))| *name == vote) {
                Some((_, (_, count))) => *count += 1,
                None => votes.push((string_hash(vote), (vote, 1))),
            }
        }
        let ordered = hash_map_order(16, votes);
        let most = ordered.iter().map(|(_, count)| *count).max().unwrap_or(0);
        let first = ordered.into_iter().find(|(_, count)| *count == most);
        first.expect("members have an assignor in common").0.to_owned()
    }
}
