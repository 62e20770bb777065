//! SyncGroup, Heartbeat, LeaveGroup (`GRP-10`, `GRP-14` to `GRP-16`).
//!
//! Kafka: `GroupMetadataManager.classicGroupSync`, `classicGroupHeartbeat`, `classicGroupLeave`.

use crate::broker::channel::Reply;
use crate::broker::group::{Awaiting, Group, Turn};
use crate::broker::{BrokerEvent, GroupCause, GroupState, RemovalReason};
use crate::protocol::request::Response;
use crate::protocol::{Bytes, ErrorCode};

impl Group {
    /// SyncGroup (GRP-10).
    pub(super) fn sync(
        &mut self,
        turn: &mut Turn<'_>,
        reply: Reply,
        generation: i32,
        (member_id, instance_id): (&str, Option<&str>),
        assignments: &[(String, Bytes)],
    ) {
        let at = match self.check_member(generation, member_id, instance_id) {
            Ok(at) => at,
            Err(error) => return turn.refuse_sync(reply, error),
        };
        match self.state {
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
            _ => turn.refuse_sync(reply, ErrorCode::UnknownMemberId),
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
                let leader = self.leader.clone().unwrap_or_default();
                return self.rebalance_or_complete_join(turn, GroupCause::LeaderRejoined(leader));
            }
        };
        for (member, assignment) in self.members.iter_mut().zip(assigned) {
            member.assignment = assignment;
        }
        let (group, generation) = (self.id.clone(), self.generation);
        turn.tell(BrokerEvent::AssignmentStored { group, generation, stored_in, stored_at });
        self.transition(turn, GroupState::Stable, GroupCause::AssignmentStored);
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
    pub(super) fn reset_assignment(&mut self, turn: &mut Turn<'_>, error: ErrorCode) {
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
        instance_id: Option<&str>,
    ) -> Result<(), ErrorCode> {
        let at = self.check_member(generation, member_id, instance_id)?;
        if self.state == GroupState::CompletingRebalance && turn.is_book() {
            return Err(ErrorCode::RebalanceInProgress);
        }
        self.restart_session(turn, at);
        match self.state {
            GroupState::PreparingRebalance => Err(ErrorCode::RebalanceInProgress),
            GroupState::CompletingRebalance | GroupState::Stable => Ok(()),
            _ => Err(ErrorCode::UnknownMemberId),
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

    /// LeaveGroup (GRP-16). An administrator names a static member by its `group.instance.id` alone.
    pub(super) fn leave(
        &mut self,
        turn: &mut Turn<'_>,
        member_id: &str,
        instance_id: Option<&str>,
    ) -> Result<(), ErrorCode> {
        let member_id = if self.pending.remove(member_id).is_some() {
            self.tell_removed(turn, member_id.to_owned(), RemovalReason::Left);
            member_id.to_owned()
        } else {
            let at = match instance_id.filter(|_| member_id.is_empty()) {
                Some(instance_id) => {
                    self.static_member(instance_id).ok_or(ErrorCode::UnknownMemberId)?
                }
                None => self.find_member(member_id, instance_id)?,
            };
            let member_id = self.members[at].member_id.clone();
            self.remove(turn, &member_id, RemovalReason::Left);
            member_id
        };
        self.after_removal(turn, member_id, RemovalReason::Left);
        Ok(())
    }
}
