//! A group of the new protocol read back from its records (`OFFS-8`).
//!
//! Kafka: `GroupMetadataManager.replay`, `onLoaded`.

use crate::broker::group::Group;
use crate::broker::group::member::client_of_host;
use crate::broker::group::modern::{
    ConsumerKeyKind, ConsumerMemberValue, ConsumerValue, CurrentMemberValue, LEAVE_EPOCH, Modern,
    ModernMember, Owned, TopicPartitionsValue,
};
use crate::broker::{GroupCause, MemberState};
use crate::protocol::config::{Setting, Settings};
use crate::protocol::{SortedMap, Topic, TopicPartition, Uuid};

/// Names of topics by their ids.
pub(in crate::broker::group) type TopicNames = SortedMap<Uuid, Topic>;

impl Group {
    /// Takes a record of the new protocol in; whether the group is still there.
    pub(in crate::broker::group) fn replay(
        &mut self,
        names: &TopicNames,
        kind: &ConsumerKeyKind,
        value: Option<ConsumerValue>,
    ) -> bool {
        let modern = self.modern.get_or_insert_with(Modern::new);
        match (kind, value) {
            (ConsumerKeyKind::Group, Some(ConsumerValue::Group { epoch, metadata_hash })) => {
                (modern.group_epoch, modern.metadata_hash) = (epoch, metadata_hash);
            }
            (ConsumerKeyKind::Group, _) => return false,
            (ConsumerKeyKind::Topics, _) => {}
            (ConsumerKeyKind::Member(id), Some(ConsumerValue::Member(value))) => {
                modern.member_mut(id).take_metadata(value);
            }
            (ConsumerKeyKind::Member(id), _) => modern.members.retain(|m| m.member_id != *id),
            (
                ConsumerKeyKind::TargetMetadata,
                Some(ConsumerValue::TargetMetadata { epoch, computed_ms }),
            ) => {
                modern.assignment_epoch = epoch;
                modern.computed_ms = u64::try_from(computed_ms).ok().filter(|at_ms| *at_ms > 0);
            }
            (ConsumerKeyKind::TargetMetadata, _) => {
                (modern.assignment_epoch, modern.computed_ms) = (-1, None);
            }
            (ConsumerKeyKind::Target(id), Some(ConsumerValue::Target(topics))) => {
                let target = partitions(names, &topics, 0).keys().cloned().collect();
                modern.target.insert(id.clone(), target);
            }
            (ConsumerKeyKind::Target(id), _) => {
                modern.target.remove(id);
            }
            (ConsumerKeyKind::Current(id), Some(ConsumerValue::Current(value))) => {
                modern.member_mut(id).take_current(names, &value);
            }
            (ConsumerKeyKind::Current(id), _) => {
                if let Some(at) = modern.position(id) {
                    let member = &mut modern.members[at];
                    (member.epoch, member.previous_epoch) = (LEAVE_EPOCH, LEAVE_EPOCH);
                    member.assigned.clear();
                    member.pending_revocation.clear();
                }
            }
        }
        true
    }

    /// Everything was read: sessions begin anew.
    pub(in crate::broker::group) fn loaded(&mut self, now_ms: u64, settings: &Settings) {
        let Some(modern) = &mut self.modern else { return };
        let session_ms = settings.unsigned(Setting::GroupConsumerSessionTimeoutMs);
        for member in &mut modern.members {
            member.session_due_ms = Some(now_ms + session_ms);
            let timeout_ms = u64::try_from(member.rebalance_timeout_ms).unwrap_or(0).max(1);
            member.rebalance_due = (member.state == MemberState::UnrevokedPartitions)
                .then(|| (now_ms + timeout_ms, member.epoch));
        }
        self.state = modern.state();
        self.previous_state = self.state;
        self.cause = GroupCause::Made;
    }
}

impl Modern {
    fn member_mut(&mut self, member_id: &str) -> &mut ModernMember {
        let at = self.position(member_id).unwrap_or_else(|| {
            let member_id = member_id.to_owned();
            self.members.push(ModernMember { member_id, ..ModernMember::default() });
            self.members.len() - 1
        });
        &mut self.members[at]
    }
}

impl ModernMember {
    fn take_metadata(&mut self, value: ConsumerMemberValue) {
        self.instance_id = value.instance_id;
        self.client = Some(client_of_host(&value.client_host));
        self.client_id = value.client_id;
        self.topics = value.topics.iter().map(|name| Topic::from(name.as_str())).collect();
        self.rebalance_timeout_ms = value.rebalance_timeout_ms;
        self.server_assignor = value.server_assignor;
    }

    fn take_current(&mut self, names: &TopicNames, value: &CurrentMemberValue) {
        (self.epoch, self.previous_epoch) = (value.member_epoch, value.previous_epoch);
        self.state = match value.state {
            1 => MemberState::UnrevokedPartitions,
            2 => MemberState::UnreleasedPartitions,
            _ => MemberState::Stable,
        };
        self.assigned = partitions(names, &value.assigned, value.member_epoch);
        self.pending_revocation = partitions(names, &value.pending_revocation, value.member_epoch);
    }
}

/// Partitions by name; those without an epoch of their own, from before KIP-1251, have the member's.
fn partitions(names: &TopicNames, topics: &[TopicPartitionsValue], epoch: i32) -> Owned {
    let mut owned = Owned::new();
    for topic in topics {
        let Some(name) = names.get(&topic.topic_id) else { continue };
        for (at, number) in topic.partitions.iter().enumerate() {
            let partition = TopicPartition::new(name.clone(), number.cast_unsigned());
            owned.insert(partition, topic.epochs.get(at).copied().unwrap_or(epoch));
        }
    }
    owned
}
