//! One group of the classic protocol: members, generations, rebalances (`GRP-*`).
//!
//! Kafka: `ClassicGroup` and the `classicGroup…` methods of `GroupMetadataManager`. Left out: static
//! members, session timers that are not exact to the millisecond.

use std::collections::{BTreeMap, BTreeSet};

use crate::broker::channel::Reply;
use crate::broker::group::{
    Awaiting, CommittedOffset, GroupValue, Member, MemberValue, OffsetsKey, Turn,
};
use crate::broker::{BrokerEvent, GroupState, RemovalReason};
use crate::protocol::config::Setting;
use crate::protocol::java::{hash_map_order, string_hash};
use crate::protocol::request::{JoinGroup, Joined, Response};
use crate::protocol::{Bytes, ErrorCode, GroupId, NodeId, Offset, TopicPartition};

/// How long a new member may wait in its first join (`group.new.member.join.timeout.ms`, GRP-15).
const NEW_MEMBER_JOIN_TIMEOUT_MS: i32 = 300_000;
/// What every consumer calls its protocol.
pub(super) const CONSUMER: &str = "consumer";

/// When the join phase ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum JoinTimer {
    /// GRP-5: the first rebalance of an empty group waits for more members.
    Initial { due_ms: u64, delay_ms: u64, remaining_ms: u64 },
    /// GRP-6: whoever has not rejoined by then is removed.
    Rejoin { due_ms: u64 },
}

impl JoinTimer {
    fn due_ms(self) -> u64 {
        match self {
            Self::Initial { due_ms, .. } | Self::Rejoin { due_ms } => due_ms,
        }
    }
}

/// A consumer group.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Group {
    pub(super) id: GroupId,
    state: GroupState,
    previous_state: GroupState,
    /// Since when.
    pub(super) state_ms: u64,
    generation: i32,
    /// Empty until the first member: a group that only stores offsets ("simple") has none.
    pub(super) protocol_type: String,
    protocol: Option<String>,
    leader: Option<String>,
    /// In order of joining.
    members: Vec<Member>,
    /// Ids that were given and not yet used, and when they are forgotten (GRP-3).
    pending: BTreeMap<String, u64>,
    /// Who has not synced in this generation.
    pending_sync: BTreeSet<String>,
    new_member_added: bool,
    join_timer: Option<JoinTimer>,
    sync_due_ms: Option<u64>,
    pub(super) offsets: BTreeMap<TopicPartition, CommittedOffset>,
}

impl Group {
    /// An empty group, generation 0.
    pub(super) fn new(now_ms: u64, id: GroupId) -> Self {
        Self {
            id,
            state: GroupState::Empty,
            previous_state: GroupState::Empty,
            state_ms: now_ms,
            generation: 0,
            protocol_type: String::new(),
            protocol: None,
            leader: None,
            members: Vec::new(),
            pending: BTreeMap::new(),
            pending_sync: BTreeSet::new(),
            new_member_added: false,
            join_timer: None,
            sync_due_ms: None,
            offsets: BTreeMap::new(),
        }
    }

    /// A group as the log has it: Stable if it has members, whose sessions start anew.
    pub(super) fn load(now_ms: u64, id: GroupId, value: GroupValue) -> Self {
        let mut group = Self::new(now_ms, id);
        let protocol = value.protocol.clone().unwrap_or_default();
        group.members = value.members.into_iter().map(|m| Member::load(m, &protocol)).collect();
        for member in &mut group.members {
            member.session_due_ms = Some(now_ms + unsigned(member.session_timeout_ms));
        }
        if !group.members.is_empty() {
            group.state = GroupState::Stable;
        }
        group.state_ms = u64::try_from(value.state_ms).unwrap_or(now_ms);
        group.generation = value.generation;
        group.protocol_type = value.protocol_type;
        group.protocol = value.protocol;
        group.leader = value.leader;
        group
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &GroupId {
        &self.id
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> GroupState {
        self.state
    }

    /// Since when it stands there.
    #[must_use]
    pub fn state_ms(&self) -> u64 {
        self.state_ms
    }

    /// Counts the rebalances.
    #[must_use]
    pub fn generation(&self) -> i32 {
        self.generation
    }

    /// The assignor in force.
    #[must_use]
    pub fn protocol(&self) -> Option<&str> {
        self.protocol.as_deref()
    }

    /// The member that computes the assignment.
    #[must_use]
    pub fn leader(&self) -> Option<&str> {
        self.leader.as_deref()
    }

    /// The members in order of joining.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.iter()
    }

    /// A member by its id.
    #[must_use]
    pub fn member(&self, member_id: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.member_id == member_id)
    }

    /// Ids that were given to members which have not come back with them yet, and until when they may.
    pub fn pending_members(&self) -> impl Iterator<Item = (&str, u64)> {
        self.pending.iter().map(|(member_id, due_ms)| (member_id.as_str(), *due_ms))
    }

    /// What is committed for a partition.
    #[must_use]
    pub fn committed(&self, partition: &TopicPartition) -> Option<&CommittedOffset> {
        self.offsets.get(partition)
    }

    /// All committed offsets, by topic and partition.
    pub fn offsets(&self) -> impl Iterator<Item = (&TopicPartition, &CommittedOffset)> {
        self.offsets.iter()
    }

    /// When the join phase ends at the latest.
    #[must_use]
    pub fn rebalance_due_ms(&self) -> Option<u64> {
        self.join_timer.map(JoinTimer::due_ms)
    }

    /// When members that have not synced are removed.
    #[must_use]
    pub fn sync_due_ms(&self) -> Option<u64> {
        self.sync_due_ms
    }

    /// The longest time that any member may take to rejoin.
    #[must_use]
    pub fn rebalance_timeout_ms(&self) -> u64 {
        self.members.iter().map(|m| unsigned(m.rebalance_timeout_ms)).max().unwrap_or(0)
    }

    pub(super) fn has_members(&self) -> bool {
        !self.members.is_empty()
    }

    /// Nobody is in, or about to come in.
    pub(super) fn is_empty(&self) -> bool {
        self.state == GroupState::Empty && self.pending.is_empty()
    }

    pub(super) fn awaits_reply_to(&self, client: NodeId) -> bool {
        self.members.iter().any(|m| m.reply.is_some_and(|reply| reply.client == client))
    }

    pub(super) fn forget_replies(&mut self, client: NodeId) {
        for member in &mut self.members {
            if member.reply.is_some_and(|reply| reply.client == client) {
                member.reply = None;
            }
        }
    }

    /// When its next timer fires.
    pub(super) fn next_due_ms(&self) -> Option<u64> {
        let sessions = self.members.iter().filter_map(|member| member.session_due_ms);
        let pending = self.pending.values().copied();
        sessions.chain(pending).chain(self.sync_due_ms).chain(self.rebalance_due_ms()).min()
    }

    /// Fires every timer that is due, one after the other.
    pub(super) fn run_timers(&mut self, turn: &mut Turn<'_>) {
        let now_ms = turn.now_ms;
        let is_due = |due_ms: Option<u64>| due_ms.is_some_and(|due_ms| due_ms <= now_ms);
        loop {
            let pending = self.pending.iter().find(|(_, due_ms)| **due_ms <= now_ms);
            if let Some(timer) = self.join_timer.filter(|timer| timer.due_ms() <= now_ms) {
                self.join_timer = None;
                self.join_timer_fired(turn, timer);
            } else if is_due(self.sync_due_ms) {
                self.expire_sync(turn);
            } else if let Some((member_id, _)) = pending {
                let member_id = member_id.clone();
                self.pending.remove(&member_id);
                self.tell_removed(turn, member_id, RemovalReason::SessionExpired);
                self.maybe_complete_join(turn);
            } else if let Some(at) = self.members.iter().position(|m| is_due(m.session_due_ms)) {
                self.session_expired(turn, at);
            } else {
                break;
            }
        }
    }

    /// GRP-15: members that wait for the others are not expected to send heartbeats.
    fn session_expired(&mut self, turn: &mut Turn<'_>, at: usize) {
        let member = &mut self.members[at];
        if !member.is_new && member.awaiting != Awaiting::Nothing {
            member.session_due_ms = None;
            return;
        }
        let member_id = member.member_id.clone();
        self.remove(turn, &member_id, RemovalReason::SessionExpired);
        self.after_removal(turn);
    }

    /// GRP-11.
    fn expire_sync(&mut self, turn: &mut Turn<'_>) {
        self.sync_due_ms = None;
        let late = std::mem::take(&mut self.pending_sync);
        for member_id in &late {
            self.remove(turn, member_id, RemovalReason::DidNotSync);
        }
        if !late.is_empty() {
            self.prepare_rebalance(turn);
        }
    }

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
    fn joined(&self, member: &Member, as_leader: bool) -> Response {
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

    /// Indices of the members in the order of Kafka's `HashMap` (GEN-6).
    fn in_hash_order(&self) -> Vec<usize> {
        let entries = self.members.iter().enumerate();
        hash_map_order(16, entries.map(|(at, m)| (string_hash(&m.member_id), at)).collect())
    }

    fn transition(&mut self, turn: &mut Turn<'_>, to: GroupState) {
        let from = self.state;
        let legal = match to {
            GroupState::Empty | GroupState::CompletingRebalance => {
                from == GroupState::PreparingRebalance
            }
            GroupState::PreparingRebalance => {
                !matches!(from, GroupState::PreparingRebalance | GroupState::Dead)
            }
            GroupState::Stable => from == GroupState::CompletingRebalance,
            GroupState::Dead => true,
        };
        assert!(legal, "group {}: {} to {}", self.id, from.name(), to.name()); // GRP-2
        (self.previous_state, self.state, self.state_ms) = (from, to, turn.now_ms);
        turn.tell(BrokerEvent::GroupStateChanged {
            group: self.id.clone(),
            from,
            to,
            generation: self.generation,
            members: self.members.len() as u32,
        });
    }

    /// The group is gone (OFFS-9).
    pub(super) fn die(&mut self, turn: &mut Turn<'_>) {
        self.transition(turn, GroupState::Dead);
    }

    fn rebalance_or_complete_join(&mut self, turn: &mut Turn<'_>) {
        if self.state == GroupState::PreparingRebalance {
            self.maybe_complete_join(turn);
        } else {
            self.prepare_rebalance(turn);
        }
    }

    fn has_everybody_joined(&self) -> bool {
        self.pending.is_empty() && self.members.iter().all(|m| m.awaiting == Awaiting::Join)
    }

    /// GRP-6; the initial delay is waited for in any case.
    fn maybe_complete_join(&mut self, turn: &mut Turn<'_>) {
        if self.state == GroupState::PreparingRebalance
            && self.previous_state != GroupState::Empty
            && self.has_everybody_joined()
        {
            self.complete_join(turn);
        }
    }

    /// Everybody is asked to rejoin.
    fn prepare_rebalance(&mut self, turn: &mut Turn<'_>) {
        if self.state == GroupState::CompletingRebalance {
            self.reset_assignment(turn, ErrorCode::RebalanceInProgress);
        }
        self.sync_due_ms = None;
        let is_initial = self.state == GroupState::Empty;
        self.transition(turn, GroupState::PreparingRebalance);
        if is_initial {
            let delay_ms = turn.setting_ms(Setting::GroupInitialRebalanceDelayMs);
            let remaining_ms = self.rebalance_timeout_ms().saturating_sub(delay_ms);
            self.new_member_added = false;
            self.wait_initially(turn, delay_ms, remaining_ms);
        } else if self.has_everybody_joined() {
            self.complete_join(turn);
        } else {
            let due_ms = turn.now_ms + self.rebalance_timeout_ms();
            self.join_timer = Some(JoinTimer::Rejoin { due_ms });
        }
    }

    fn wait_initially(&mut self, turn: &mut Turn<'_>, delay_ms: u64, remaining_ms: u64) {
        if delay_ms == 0 {
            return self.complete_join(turn);
        }
        let due_ms = turn.now_ms + delay_ms;
        self.join_timer = Some(JoinTimer::Initial { due_ms, delay_ms, remaining_ms });
    }

    fn join_timer_fired(&mut self, turn: &mut Turn<'_>, timer: JoinTimer) {
        match timer {
            JoinTimer::Initial { delay_ms, remaining_ms, .. }
                if self.new_member_added && remaining_ms != 0 =>
            {
                self.new_member_added = false;
                let initial_ms = turn.setting_ms(Setting::GroupInitialRebalanceDelayMs);
                let next_ms = initial_ms.min(remaining_ms);
                self.wait_initially(turn, next_ms, remaining_ms.saturating_sub(delay_ms));
            }
            _ => self.complete_join(turn),
        }
    }

    /// GRP-6, GRP-7: a new generation of those who have joined.
    fn complete_join(&mut self, turn: &mut Turn<'_>) {
        self.join_timer = None;
        let late: Vec<String> = self
            .members
            .iter()
            .filter(|member| member.awaiting != Awaiting::Join)
            .map(|member| member.member_id.clone())
            .collect();
        for member_id in late {
            self.remove(turn, &member_id, RemovalReason::DidNotRejoin);
        }
        self.generation = self.generation.checked_add(1).unwrap_or(0);
        self.pending_sync.clear();
        if self.members.is_empty() {
            self.protocol = None;
            self.transition(turn, GroupState::Empty);
            // Kafka only logs it if this cannot be written.
            let _ = self.write_metadata(turn);
            return;
        }
        self.protocol = Some(self.select_protocol());
        self.transition(turn, GroupState::CompletingRebalance);
        for at in self.in_hash_order() {
            let member = &self.members[at];
            let is_leader = self.leader.as_ref() == Some(&member.member_id);
            let response = self.joined(member, is_leader);
            let member = &mut self.members[at];
            member.is_new = false;
            member.session_due_ms = Some(turn.after(member.session_timeout_ms));
            self.pending_sync.insert(member.member_id.clone());
            if let Some(reply) = member.stop_awaiting() {
                turn.answer(reply, response);
            }
        }
        self.sync_due_ms = Some(turn.now_ms + self.rebalance_timeout_ms());
    }

    /// GRP-8. Among equals the first in the order of Kafka's `HashMap` of votes.
    fn select_protocol(&self) -> String {
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

    /// SyncGroup (GRP-10).
    pub(super) fn sync(
        &mut self,
        turn: &mut Turn<'_>,
        reply: Reply,
        generation: i32,
        member_id: &str,
        assignments: &[(String, Bytes)],
    ) {
        let at = match self.check_member(generation, member_id) {
            Ok(at) => at,
            Err(error) => return turn.refuse_sync(reply, error),
        };
        match self.state {
            GroupState::Empty | GroupState::Dead => {
                turn.refuse_sync(reply, ErrorCode::UnknownMemberId);
            }
            GroupState::PreparingRebalance => {
                turn.refuse_sync(reply, ErrorCode::RebalanceInProgress);
            }
            GroupState::CompletingRebalance => {
                self.members[at].awaiting = Awaiting::Sync;
                self.members[at].reply = Some(reply);
                self.has_synced(member_id);
                if self.leader.as_deref() == Some(member_id) {
                    self.store_assignment(turn, assignments);
                }
            }
            GroupState::Stable => {
                self.has_synced(member_id);
                let member = &mut self.members[at];
                member.session_due_ms = Some(turn.after(member.session_timeout_ms));
                let assignment = Ok(member.assignment.clone());
                turn.answer(reply, Response::SyncGroup { assignment });
            }
        }
    }

    fn has_synced(&mut self, member_id: &str) {
        self.pending_sync.remove(member_id);
        if self.pending_sync.is_empty() {
            self.sync_due_ms = None;
        }
    }

    /// The leader's assignment is written; then it holds, and whoever waits is told.
    fn store_assignment(&mut self, turn: &mut Turn<'_>, assignments: &[(String, Bytes)]) {
        let assigned: Vec<Bytes> = self
            .members
            .iter()
            .map(|member| {
                let own = assignments.iter().rev().find(|(id, _)| *id == member.member_id);
                own.map_or_else(|| Bytes::from([]), |(_, bytes)| bytes.clone())
            })
            .collect();
        let (stored_in, stored_at) = match self.write_group(turn, &assigned) {
            Ok(stored) => stored,
            Err(error) => {
                self.reset_assignment(turn, error);
                return self.rebalance_or_complete_join(turn);
            }
        };
        for (member, assignment) in self.members.iter_mut().zip(assigned) {
            member.assignment = assignment;
        }
        let (group, generation) = (self.id.clone(), self.generation);
        turn.tell(BrokerEvent::AssignmentStored { group, generation, stored_in, stored_at });
        self.transition(turn, GroupState::Stable);
        for at in self.in_hash_order() {
            let member = &mut self.members[at];
            if member.awaiting == Awaiting::Sync {
                member.session_due_ms = Some(turn.after(member.session_timeout_ms));
                let assignment = Ok(member.assignment.clone());
                if let Some(reply) = member.stop_awaiting() {
                    turn.answer_written(reply, Response::SyncGroup { assignment });
                }
            }
        }
    }

    /// Nobody has an assignment; whoever waits for one is told why.
    fn reset_assignment(&mut self, turn: &mut Turn<'_>, error: ErrorCode) {
        for at in self.in_hash_order() {
            let member = &mut self.members[at];
            member.assignment = Bytes::from([]);
            if member.awaiting == Awaiting::Sync {
                member.session_due_ms = Some(turn.after(member.session_timeout_ms));
                if let Some(reply) = member.stop_awaiting() {
                    turn.refuse_sync(reply, error);
                }
            }
        }
    }

    /// Heartbeat (GRP-14).
    pub(super) fn heartbeat(
        &mut self,
        turn: &mut Turn<'_>,
        generation: i32,
        member_id: &str,
    ) -> Result<(), ErrorCode> {
        let at = self.check_member(generation, member_id)?;
        if self.state == GroupState::CompletingRebalance && turn.is_book() {
            return Err(ErrorCode::RebalanceInProgress);
        }
        self.restart_session(turn, at);
        match self.state {
            GroupState::Empty | GroupState::Dead => Err(ErrorCode::UnknownMemberId),
            GroupState::PreparingRebalance => Err(ErrorCode::RebalanceInProgress),
            GroupState::CompletingRebalance | GroupState::Stable => Ok(()),
        }
    }

    fn restart_session(&mut self, turn: &Turn<'_>, at: usize) {
        let member = &mut self.members[at];
        member.session_due_ms = Some(turn.after(member.session_timeout_ms));
    }

    /// A commit was a sign of life (GRP-15).
    pub(super) fn has_committed(&mut self, turn: &Turn<'_>, member_id: &str) {
        if let Some(at) = self.members.iter().position(|m| m.member_id == member_id) {
            self.restart_session(turn, at);
        }
    }

    /// Whether this member belongs to this generation; where it stands.
    pub(super) fn check_member(
        &self,
        generation: i32,
        member_id: &str,
    ) -> Result<usize, ErrorCode> {
        let at = self.members.iter().position(|member| member.member_id == member_id);
        let at = at.ok_or(ErrorCode::UnknownMemberId)?;
        if generation == self.generation { Ok(at) } else { Err(ErrorCode::IllegalGeneration) }
    }

    /// LeaveGroup (GRP-16).
    pub(super) fn leave(&mut self, turn: &mut Turn<'_>, member_id: &str) -> Result<(), ErrorCode> {
        if self.pending.remove(member_id).is_some() {
            self.tell_removed(turn, member_id.to_owned(), RemovalReason::Left);
        } else if self.member(member_id).is_some() {
            self.remove(turn, member_id, RemovalReason::Left);
        } else {
            return Err(ErrorCode::UnknownMemberId);
        }
        self.after_removal(turn);
        Ok(())
    }

    fn after_removal(&mut self, turn: &mut Turn<'_>) {
        match self.state {
            GroupState::Stable | GroupState::CompletingRebalance => self.prepare_rebalance(turn),
            GroupState::PreparingRebalance => self.maybe_complete_join(turn),
            GroupState::Empty | GroupState::Dead => {}
        }
    }

    /// Takes a member out; whatever it waits for is answered. The next leader is the first in the
    /// order of Kafka's `HashMap` (GRP-13).
    fn remove(&mut self, turn: &mut Turn<'_>, member_id: &str, reason: RemovalReason) {
        let at = self.members.iter().position(|member| member.member_id == member_id);
        let mut member = self.members.remove(at.expect("only members are removed"));
        self.pending_sync.remove(member_id);
        let awaiting = member.awaiting;
        if let Some(reply) = member.stop_awaiting() {
            match awaiting {
                Awaiting::Sync => turn.refuse_sync(reply, ErrorCode::UnknownMemberId),
                _ => turn.refuse_join(reply, ErrorCode::UnknownMemberId, ""),
            }
        }
        if self.leader.as_deref() == Some(member_id) {
            let first = self.in_hash_order().first().copied();
            self.leader = first.map(|at| self.members[at].member_id.clone());
        }
        self.tell_removed(turn, member.member_id, reason);
    }

    fn tell_removed(&self, turn: &mut Turn<'_>, member_id: String, reason: RemovalReason) {
        turn.tell(BrokerEvent::MemberRemoved { group: self.id.clone(), member_id, reason });
    }

    /// Writes the group as it is (OFFS-5): when it is made, and when it becomes empty.
    pub(super) fn write_metadata(&self, turn: &mut Turn<'_>) -> Result<(), ErrorCode> {
        let assigned: Vec<Bytes> = self.members.iter().map(|m| m.assignment.clone()).collect();
        self.write_group(turn, &assigned).map(|_| ())
    }

    fn write_group(
        &self,
        turn: &mut Turn<'_>,
        assigned: &[Bytes],
    ) -> Result<(TopicPartition, Offset), ErrorCode> {
        let protocol = self.protocol.clone().unwrap_or_default();
        let member =
            |at: usize| -> MemberValue { self.members[at].value(&protocol, &assigned[at]) };
        let value = GroupValue {
            protocol_type: self.protocol_type.clone(),
            generation: self.generation,
            protocol: self.protocol.clone(),
            leader: self.leader.clone(),
            state_ms: self.state_ms.cast_signed(),
            members: self.in_hash_order().into_iter().map(member).collect(),
        };
        let key = OffsetsKey::Group { group: self.id.as_str().to_owned() };
        turn.write(&self.id, &[(key, Some(value.encode()))])
    }
}

fn unsigned(timeout_ms: i32) -> u64 {
    u64::try_from(timeout_ms).unwrap_or(0)
}
