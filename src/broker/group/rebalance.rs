//! Rebalances and the timers that drive them (`GRP-5` to `GRP-7`, `GRP-11`, `GRP-15`).
//!
//! Kafka: `GroupMetadataManager.prepareRebalance`, `completeClassicGroupJoin`, `expirePendingSync`.

use crate::broker::group::{Awaiting, Group, Member, Modern, Turn};
use crate::broker::{GroupCause, GroupState, RemovalReason};
use crate::protocol::ErrorCode;
use crate::protocol::config::Setting;

/// When the join phase ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum JoinTimer {
    /// GRP-5: the first rebalance of an empty group waits for more members.
    Initial { due_ms: u64, delay_ms: u64, remaining_ms: u64 },
    /// GRP-6: whoever has not rejoined by then is removed.
    Rejoin { due_ms: u64 },
}

impl JoinTimer {
    pub(super) fn due_ms(self) -> u64 {
        match self {
            Self::Initial { due_ms, .. } | Self::Rejoin { due_ms } => due_ms,
        }
    }
}

impl Group {
    /// When its next timer fires.
    pub(super) fn next_due_ms(&self) -> Option<u64> {
        let sessions = self.members.iter().filter_map(|member| member.session_due_ms);
        let pending = self.pending.values().copied();
        let modern = self.modern().and_then(Modern::next_due_ms);
        let timers = sessions.chain(pending).chain(self.sync_due_ms);
        timers.chain(self.rebalance_due_ms()).chain(modern).min()
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
        self.after_removal(turn, member_id, RemovalReason::SessionExpired);
    }

    /// GRP-11.
    fn expire_sync(&mut self, turn: &mut Turn<'_>) {
        self.sync_due_ms = None;
        let late = std::mem::take(&mut self.pending_sync);
        for member_id in &late {
            // A static member may have come back under another id meanwhile.
            if self.member(member_id).is_some() {
                self.remove(turn, member_id, RemovalReason::DidNotSync);
            }
        }
        if !late.is_empty() {
            let count = late.iter().count() as u32;
            self.prepare_rebalance(turn, GroupCause::MembersDidNotSync(count));
        }
    }

    pub(super) fn rebalance_or_complete_join(&mut self, turn: &mut Turn<'_>, cause: GroupCause) {
        if self.state == GroupState::PreparingRebalance {
            self.maybe_complete_join(turn);
        } else {
            self.prepare_rebalance(turn, cause);
        }
    }

    fn has_everybody_joined(&self) -> bool {
        self.pending.is_empty() && self.members.iter().all(|m| m.awaiting == Awaiting::Join)
    }

    /// GRP-6; the initial delay is waited for in any case.
    pub(super) fn maybe_complete_join(&mut self, turn: &mut Turn<'_>) {
        if self.state == GroupState::PreparingRebalance
            && self.previous_state != GroupState::Empty
            && self.has_everybody_joined()
        {
            self.complete_join(turn, GroupCause::AllJoined);
        }
    }

    /// Everybody is asked to rejoin.
    pub(super) fn prepare_rebalance(&mut self, turn: &mut Turn<'_>, cause: GroupCause) {
        if self.state == GroupState::CompletingRebalance {
            self.reset_assignment(turn, ErrorCode::RebalanceInProgress);
        }
        self.sync_due_ms = None;
        let is_initial = self.state == GroupState::Empty;
        self.transition(turn, GroupState::PreparingRebalance, cause);
        if is_initial {
            let delay_ms = turn.setting_ms(Setting::GroupInitialRebalanceDelayMs);
            let remaining_ms = self.rebalance_timeout_ms().saturating_sub(delay_ms);
            self.new_member_added = false;
            self.wait_initially(turn, delay_ms, remaining_ms);
        } else if self.has_everybody_joined() {
            self.complete_join(turn, GroupCause::AllJoined);
        } else {
            let due_ms = turn.now_ms + self.rebalance_timeout_ms();
            self.join_timer = Some(JoinTimer::Rejoin { due_ms });
        }
    }

    fn wait_initially(&mut self, turn: &mut Turn<'_>, delay_ms: u64, remaining_ms: u64) {
        if delay_ms == 0 {
            return self.complete_join(turn, GroupCause::InitialDelayOver);
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
            JoinTimer::Initial { .. } => self.complete_join(turn, GroupCause::InitialDelayOver),
            JoinTimer::Rejoin { .. } => self.complete_join(turn, GroupCause::RebalanceTimeout),
        }
    }

    /// GRP-6, GRP-7: a new generation of those who have joined, and of static members, who stay anyway.
    fn complete_join(&mut self, turn: &mut Turn<'_>, cause: GroupCause) {
        self.join_timer = None;
        let late: Vec<String> = self
            .members
            .iter()
            .filter(|member| member.awaiting != Awaiting::Join && member.instance_id.is_none())
            .map(|member| member.member_id.clone())
            .collect();
        for member_id in late {
            self.remove(turn, &member_id, RemovalReason::DidNotRejoin);
        }
        if !self.members.is_empty() && !self.elect_joined_leader() {
            // Static members only, and none of them has come back: wait on until their sessions end.
            let due_ms = turn.now_ms + self.rebalance_timeout_ms().max(1);
            self.join_timer = Some(JoinTimer::Rejoin { due_ms });
            return;
        }
        self.generation = self.generation.checked_add(1).unwrap_or(0);
        self.pending_sync.clear();
        if self.members.is_empty() {
            self.protocol = None;
            self.transition(turn, GroupState::Empty, GroupCause::NobodyLeft);
            // Kafka only logs it if this cannot be written.
            let _ = self.write_metadata(turn);
            return;
        }
        self.protocol = Some(self.select_protocol());
        self.transition(turn, GroupState::CompletingRebalance, cause);
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

    /// A leader that did not rejoin, a static one, hands over to the first who did, in the order of Kafka's
    /// `HashMap`; false if nobody did. Kafka: `maybeElectNewJoinedLeader`.
    fn elect_joined_leader(&mut self) -> bool {
        let has_joined = |member: &Member| member.awaiting == Awaiting::Join;
        let leader = self.leader.as_deref().and_then(|leader| self.member(leader));
        if leader.is_some_and(has_joined) {
            return true;
        }
        let order = self.in_hash_order();
        let first = order.into_iter().map(|at| &self.members[at]).find(|m| has_joined(m));
        let Some(first) = first.map(|member| member.member_id.clone()) else { return false };
        self.leader = Some(first);
        true
    }

    pub(super) fn after_removal(
        &mut self,
        turn: &mut Turn<'_>,
        member_id: String,
        reason: RemovalReason,
    ) {
        match self.state {
            GroupState::Stable | GroupState::CompletingRebalance => {
                self.prepare_rebalance(turn, GroupCause::MemberRemoved(member_id, reason));
            }
            GroupState::PreparingRebalance => self.maybe_complete_join(turn),
            _ => {}
        }
    }
}
