//! JoinGroup: who is let in, and what a member that comes back gets (`GRP-3`, `GRP-4`, `GRP-8`, `GRP-12`,
//! `GRP-17`).
//!
//! Kafka: `GroupMetadataManager.classicGroupJoin`, `ClassicGroup.selectProtocol`.

use crate::broker::channel::Reply;
use crate::broker::group::classic::CONSUMER;
use crate::broker::group::{Awaiting, Group, Member, Turn};
use crate::broker::{BrokerEvent, GroupCause, GroupState, RemovalReason};
use crate::protocol::config::Setting;
use crate::protocol::java::{hash_map_order, string_hash};
use crate::protocol::request::{JoinGroup, Joined, JoinedMember, Response};
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
                self.remove(turn, &member_id, RemovalReason::GroupFull);
            }
            self.pending.remove(&request.member_id);
            return turn.refuse_join(reply, ErrorCode::GroupMaxSizeReached, "");
        }
        if !self.supports(&request.protocols) {
            return turn.refuse_join(reply, ErrorCode::InconsistentGroupProtocol, member_id);
        }
        if member_id.is_empty() {
            // A static member is let in at once; its name is in its id.
            let instance_id = request.instance_id.as_deref();
            let member_id = turn.new_member_id(instance_id.unwrap_or(&request.client_id));
            if let Some(at) = instance_id.and_then(|id| self.static_member(id)) {
                return self.replace_static_member(turn, at, member_id, reply, request);
            }
            turn.tell(BrokerEvent::MemberAdded {
                group: self.id.clone(),
                member_id: member_id.clone(),
                client: reply.client,
            });
            if turn.is_book() || request.instance_id.is_some() {
                return self.add_member(turn, member_id, reply, request);
            }
            turn.refuse_join(reply, ErrorCode::MemberIdRequired, &member_id);
            self.pending.insert(member_id, turn.after(request.session_timeout_ms));
        } else if self.pending.contains_key(member_id) {
            self.add_member(turn, request.member_id.clone(), reply, request);
        } else {
            match self.find_member(member_id, request.instance_id.as_deref()) {
                Ok(at) => self.rejoin(turn, at, reply, request),
                Err(error) => turn.refuse_join(reply, error, member_id),
            }
        }
    }

    /// A new process of a static member takes its place: the old id is fenced (GRP-17). A stable group goes on
    /// as it is, unless another assignor would be chosen now.
    ///
    /// Kafka: `updateStaticMemberThenRebalanceOrCompleteJoin`.
    fn replace_static_member(
        &mut self,
        turn: &mut Turn<'_>,
        at: usize,
        member_id: String,
        reply: Reply,
        request: JoinGroup,
    ) {
        let before = self.clone();
        let member = &mut self.members[at];
        let old_id = std::mem::replace(&mut member.member_id, member_id.clone());
        let awaiting = member.awaiting;
        let waiting = member.stop_awaiting();
        member.client = reply.client;
        member.client_id = request.client_id;
        member.protocols = request.protocols;
        member.session_timeout_ms = request.session_timeout_ms;
        member.rebalance_timeout_ms = request.rebalance_timeout_ms;
        member.session_due_ms = Some(turn.after(request.session_timeout_ms));
        member.awaiting = Awaiting::Join;
        member.is_new = false;
        member.reply = Some(reply);
        if self.leader.as_ref() == Some(&old_id) {
            self.leader = Some(member_id.clone());
        }
        let keeps_assignor = self.state == GroupState::Stable
            && self.protocol.as_deref() == Some(self.select_protocol().as_str());
        if keeps_assignor && let Err(error) = self.write_metadata(turn) {
            // What cannot be stored did not happen: the old process still is the member.
            *self = before;
            return turn.refuse_join(reply, error, "");
        }
        if let Some(waiting) = waiting {
            match awaiting {
                Awaiting::Sync => turn.refuse_sync(waiting, ErrorCode::FencedInstanceId),
                _ => turn.refuse_join(waiting, ErrorCode::FencedInstanceId, &old_id),
            }
        }
        turn.tell(BrokerEvent::StaticMemberReplaced {
            group: self.id.clone(),
            member_id: member_id.clone(),
            replaced: old_id,
            client: reply.client,
            rebalances: !keeps_assignor,
        });
        match self.state {
            GroupState::Stable if keeps_assignor => {
                let member = &self.members[at];
                let is_leader = self.leader.as_ref() == Some(&member_id);
                let mut response = self.joined(member, is_leader);
                if let Response::JoinGroup(Ok(joined)) = &mut response {
                    joined.skip_assignment = is_leader;
                }
                self.members[at].stop_awaiting();
                turn.answer_written(reply, response);
            }
            GroupState::Stable | GroupState::CompletingRebalance => {
                self.prepare_rebalance(turn, GroupCause::StaticMemberReturned(member_id));
            }
            _ => self.maybe_complete_join(turn),
        }
    }

    /// GRP-4, `acceptJoiningMember`.
    fn has_room_for(&self, member_id: &str, max_size: u64) -> bool {
        let member = self.member(member_id);
        match self.state {
            GroupState::Empty
            | GroupState::Dead
            | GroupState::Assigning
            | GroupState::Reconciling => true,
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
        let cause = GroupCause::MemberJoined(member.member_id.clone());
        self.members.push(member);
        self.rebalance_or_complete_join(turn, cause);
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
                let id = self.members[at].member_id.clone();
                let cause = match is_unchanged {
                    true => GroupCause::LeaderRejoined(id),
                    false => GroupCause::SubscriptionChanged(id),
                };
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
                self.rebalance_or_complete_join(turn, cause);
            }
        }
    }

    /// The answer to a join; the leader's lists everybody (GRP-7).
    pub(super) fn joined(&self, member: &Member, as_leader: bool) -> Response {
        let protocol = self.protocol.clone().unwrap_or_default();
        let everybody = if as_leader { self.in_hash_order() } else { Vec::new() };
        let subscription = |m: &Member| JoinedMember {
            member_id: m.member_id.clone(),
            instance_id: m.instance_id.clone(),
            subscription: m.subscription(&protocol),
        };
        Response::JoinGroup(Ok(Joined {
            generation: self.generation,
            leader: self.leader.clone().unwrap_or_default(),
            member_id: member.member_id.clone(),
            members: everybody.into_iter().map(|at| subscription(&self.members[at])).collect(),
            protocol,
            skip_assignment: false,
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
