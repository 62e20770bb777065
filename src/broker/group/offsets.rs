//! Committed offsets: checked, written, read back, expired (`GRP-18`, `OFFS-6` to `OFFS-10`).
//!
//! Kafka: `OffsetMetadataManager`, `ClassicGroup.validateOffsetCommit`. Left out: metadata texts,
//! commits in transactions; offsets of topics that a live group has stopped reading never expire.

use std::rc::Rc;

use crate::broker::channel::Reply;
use crate::broker::group::coordinator::EXPIRY_INTERVAL_MS;
use crate::broker::group::{
    Coordinator, Group, OffsetValue, OffsetsKey, OffsetsValue, Turn, decode_record,
};
use crate::broker::{BrokerEvent, GroupState};
use crate::protocol::request::{ApiKey, CommitPartition, Response};
use crate::protocol::{ErrorCode, GroupId, Offset, SortedMap, Topic, TopicPartition};
use crate::storage::{Log, LogManager};

/// `offsets.retention.minutes`, 10080, in ms (OFFS-9).
const RETENTION_MS: u64 = 10_080 * 60_000;
/// `[book era]` 1440 minutes.
const BOOK_RETENTION_MS: u64 = 1_440 * 60_000;

/// What a group has committed for a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CommittedOffset {
    /// The next offset to read.
    pub offset: Offset,
    /// Epoch of the last record read, −1 unknown.
    pub leader_epoch: i32,
    /// The coordinator's clock.
    pub commit_ms: u64,
    /// The record's offset in the group's partition of `__consumer_offsets`.
    pub stored_at: Offset,
}

impl Group {
    /// Whether this commit is let in.
    fn check_commit(&self, generation: i32, member_id: &str) -> Result<(), ErrorCode> {
        if generation < 0 && self.state() == GroupState::Empty {
            return Ok(());
        }
        if generation >= 0 || !member_id.is_empty() {
            self.check_member(generation, member_id)?;
        } else if self.has_members() {
            return Err(ErrorCode::UnknownMemberId);
        }
        match self.state() {
            GroupState::CompletingRebalance => Err(ErrorCode::RebalanceInProgress),
            _ => Ok(()),
        }
    }

    /// Since when an offset counts as old; `None`: it does not age (OFFS-9).
    fn aging_since(&self, committed: &CommittedOffset, is_book: bool) -> Option<u64> {
        if is_book || self.protocol_type.is_empty() {
            return Some(committed.commit_ms);
        }
        (self.state() == GroupState::Empty).then_some(self.state_ms)
    }
}

impl Coordinator {
    /// OffsetCommit: all accepted partitions become records of one batch; then they hold.
    pub(super) fn commit_offsets(
        &mut self,
        turn: &mut Turn<'_>,
        reply: Reply,
        group: &GroupId,
        generation: i32,
        member_id: &str,
        offsets: &[CommitPartition],
    ) {
        let mut errors: Vec<Option<ErrorCode>> =
            offsets.iter().map(|commit| check_partition(turn, commit)).collect();
        let accepted: Vec<&CommitPartition> = offsets
            .iter()
            .zip(&errors)
            .filter(|(_, error)| error.is_none())
            .map(|(c, _)| c)
            .collect();
        let mut written = false;
        if !accepted.is_empty() {
            let stored = self.store_offsets(turn, group, generation, member_id, &accepted);
            written = stored.is_ok();
            for error in &mut errors {
                *error = error.or(stored.err());
            }
        }
        for (commit, error) in offsets.iter().zip(&errors) {
            if let Some(error) = *error {
                let partition = Some(commit.partition.clone());
                turn.tell_refused(reply, ApiKey::OffsetCommit, partition, error);
            }
        }
        let partitions = offsets.iter().map(|c| c.partition.clone()).zip(errors).collect();
        let response = Response::OffsetCommit { partitions };
        if written {
            turn.answer_written(reply, response);
        } else {
            turn.answer(reply, response);
        }
    }

    fn store_offsets(
        &mut self,
        turn: &mut Turn<'_>,
        id: &GroupId,
        generation: i32,
        member_id: &str,
        commits: &[&CommitPartition],
    ) -> Result<(), ErrorCode> {
        match self.group(id) {
            Some(group) => group.check_commit(generation, member_id)?,
            // GRP-18. 4.3.1 says GROUP_ID_NOT_FOUND to clients as new as itself.
            None if generation >= 0 => return Err(ErrorCode::IllegalGeneration),
            None => {}
        }
        let records: Vec<_> = commits.iter().map(|commit| record_of(turn, id, commit)).collect();
        let (stored_in, first) = turn.write(id, &records)?;
        let now_ms = turn.now_ms;
        let group = self
            .groups
            .entry(id.clone())
            .or_insert_with(|| Rc::new(Group::new(now_ms, id.clone())));
        let group = Rc::make_mut(group);
        for (number, commit) in (0..).zip(commits) {
            let offset = Offset::from_i64(commit.offset).expect("negative offsets are refused");
            let stored_at = first.advanced_by(number);
            let committed = CommittedOffset {
                offset,
                leader_epoch: commit.leader_epoch,
                commit_ms: now_ms,
                stored_at,
            };
            group.offsets.insert(commit.partition.clone(), committed);
            turn.tell(BrokerEvent::OffsetCommitted {
                group: id.clone(),
                partition: commit.partition.clone(),
                offset,
                stored_in: stored_in.clone(),
                stored_at,
            });
        }
        group.has_committed(turn, member_id);
        Ok(())
    }

    /// OFFS-9: tombstones for what is too old, and for groups that are empty and have nothing left.
    pub(super) fn expire_offsets(&mut self, turn: &mut Turn<'_>) {
        let retention_ms = if turn.is_book() { BOOK_RETENTION_MS } else { RETENTION_MS };
        let ids: Vec<GroupId> = self.groups.keys().cloned().collect();
        for id in ids {
            let group = &self.groups[&id];
            let is_old = |committed: &CommittedOffset| {
                let since_ms = group.aging_since(committed, turn.is_book());
                since_ms.is_some_and(|since| turn.now_ms.saturating_sub(since) >= retention_ms)
            };
            let old: Vec<TopicPartition> =
                group.offsets().filter(|(_, c)| is_old(c)).map(|(p, _)| p.clone()).collect();
            let is_over = group.is_empty() && old.len() == group.offsets.len();
            let mut records: Vec<_> =
                old.iter().map(|partition| (key_of(&id, partition), None)).collect();
            if is_over {
                records.push((OffsetsKey::Group { group: id.as_str().to_owned() }, None));
            }
            if records.is_empty() || turn.write(&id, &records).is_err() {
                continue;
            }
            let group = self.groups.get_mut(&id).map(Rc::make_mut).expect("it was there above");
            for partition in old {
                group.offsets.remove(&partition);
                turn.tell(BrokerEvent::OffsetExpired { group: id.clone(), partition });
            }
            if is_over {
                group.die(turn);
                self.groups.remove(&id);
            }
        }
    }

    /// Reads everything back from the records of `__consumer_offsets` (OFFS-8).
    pub(in crate::broker) fn load(now_ms: u64, logs: &LogManager) -> Self {
        let mut groups: SortedMap<GroupId, Group> = SortedMap::new();
        let mut offsets: SortedMap<(GroupId, TopicPartition), CommittedOffset> = SortedMap::new();
        let is_offsets = |log: &&Rc<Log>| log.partition().topic.as_str() == Topic::CONSUMER_OFFSETS;
        for log in logs.logs().filter(is_offsets) {
            for (stored_at, key, value) in records(log) {
                match (key, value) {
                    (OffsetsKey::Group { group }, Some(OffsetsValue::Group(value))) => {
                        let id = GroupId::from(group.as_str());
                        groups.insert(id.clone(), Group::load(now_ms, id, value));
                    }
                    (OffsetsKey::Group { group }, _) => {
                        groups.remove(&GroupId::from(group.as_str()));
                    }
                    (OffsetsKey::Offset { group, topic, partition }, value) => {
                        let partition = u32::try_from(partition).unwrap_or(0);
                        let partition = TopicPartition::new(topic.as_str(), partition);
                        let key = (GroupId::from(group.as_str()), partition);
                        match value {
                            Some(OffsetsValue::Offset(value)) => {
                                offsets.insert(key, loaded(&value, stored_at));
                            }
                            _ => {
                                offsets.remove(&key);
                            }
                        }
                    }
                }
            }
        }
        for ((id, partition), committed) in offsets {
            // A group that only stores offsets has no record of its own.
            let group = groups.entry(id.clone()).or_insert_with(|| Group::new(now_ms, id));
            group.offsets.insert(partition, committed);
        }
        let groups = groups.into_iter().map(|(id, group)| (id, Rc::new(group))).collect();
        Self { groups, expiry_due_ms: now_ms + EXPIRY_INTERVAL_MS }
    }
}

fn loaded(value: &OffsetValue, stored_at: Offset) -> CommittedOffset {
    CommittedOffset {
        offset: Offset::from_i64(value.offset).unwrap_or_default(),
        leader_epoch: value.leader_epoch,
        commit_ms: u64::try_from(value.commit_ms).unwrap_or(0),
        stored_at,
    }
}

/// All records of a partition of `__consumer_offsets` that can be read, oldest first.
fn records(log: &Log) -> impl Iterator<Item = (Offset, OffsetsKey, Option<OffsetsValue>)> {
    log.batches().flat_map(|(_, batch)| {
        batch.filter_records(|record| {
            let (key, value) = decode_record(record.key?, record.value).ok()?;
            Some((Offset::from_i64(record.offset)?, key, value))
        })
    })
}

/// `KafkaApis` lets only partitions through that exist. Kafka would store a negative offset; no
/// client sends one.
fn check_partition(turn: &Turn<'_>, commit: &CommitPartition) -> Option<ErrorCode> {
    let partition = &commit.partition;
    let count = turn.topics.get(&partition.topic).map_or(0, |image| image.partitions.len());
    if partition.partition as usize >= count {
        return Some(ErrorCode::UnknownTopicOrPartition);
    }
    (commit.offset < 0).then_some(ErrorCode::UnknownServerError)
}

fn key_of(group: &GroupId, partition: &TopicPartition) -> OffsetsKey {
    OffsetsKey::Offset {
        group: group.as_str().to_owned(),
        topic: partition.topic.as_str().to_owned(),
        partition: partition.partition.cast_signed(),
    }
}

fn record_of(
    turn: &Turn<'_>,
    group: &GroupId,
    commit: &CommitPartition,
) -> (OffsetsKey, Option<Vec<u8>>) {
    let value = OffsetValue {
        offset: commit.offset,
        leader_epoch: commit.leader_epoch,
        metadata: String::new(),
        commit_ms: turn.now_ms.cast_signed(),
        topic_id: turn.topics.get(&commit.partition.topic).map(|image| image.id),
    };
    (key_of(group, &commit.partition), Some(value.encode()))
}
