//! Records of groups of the new protocol, as bytes: keys of types 3 to 8, values of version 0 (`OFFS-3`, KIP-848).
//!
//! Kafka: `ConsumerGroupMetadata…`, `ConsumerGroupMemberMetadata…`, `ConsumerGroupTargetAssignment…`,
//! `ConsumerGroupCurrentMemberAssignment…`. Left out: regular expressions (type 16), what a member of the
//! classic protocol in such a group has written, and the racks of type 4, whose values 4.3.1 does not write.

use crate::broker::group::record::{
    OffsetsError, compact_length, compact_nullable_string, compact_string, put_string,
    put_unsigned_varint, skip_tags, string, tag_count,
};
use crate::protocol::Uuid;
use crate::protocol::record::Reader;

/// What a record of such a group is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsumerKey {
    /// The group.
    pub group: String,
    /// Of what.
    pub kind: ConsumerKeyKind,
}

/// The type of the key, with the member's id where it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsumerKeyKind {
    /// 3: the group epoch.
    Group,
    /// 4: its topics, which only brokers before 4.1 wrote.
    Topics,
    /// 5: what a member says of itself.
    Member(String),
    /// 6: the assignment epoch.
    TargetMetadata,
    /// 7: a member's target.
    Target(String),
    /// 8: what a member owns.
    Current(String),
}

/// Partitions of one topic by their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicPartitionsValue {
    /// The topic.
    pub topic_id: Uuid,
    /// The partitions.
    pub partitions: Vec<i32>,
    /// Since which epoch the member has each of them; in records of type 8 only (KIP-1251).
    pub epochs: Vec<i32>,
}

/// A member as it described itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConsumerMemberValue {
    /// `group.instance.id`.
    pub instance_id: Option<String>,
    /// `client.rack`.
    pub rack_id: Option<String>,
    /// `client.id`.
    pub client_id: String,
    /// Where it comes from.
    pub client_host: String,
    /// What it subscribes to, sorted.
    pub topics: Vec<String>,
    /// A pattern instead; empty in what 4.3.1 writes for none.
    pub regex: Option<String>,
    /// `max.poll.interval.ms`.
    pub rebalance_timeout_ms: i32,
    /// `group.remote.assignor`.
    pub server_assignor: Option<String>,
}

/// What a member owns, and has to give up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrentMemberValue {
    /// Its epoch.
    pub member_epoch: i32,
    /// The one before, which it may still use if an answer was lost.
    pub previous_epoch: i32,
    /// 0 STABLE, 1 UNREVOKED_PARTITIONS, 2 UNRELEASED_PARTITIONS.
    pub state: i8,
    /// What it may own.
    pub assigned: Vec<TopicPartitionsValue>,
    /// What it has to give up.
    pub pending_revocation: Vec<TopicPartitionsValue>,
}

/// What a record of such a group says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsumerValue {
    /// The group epoch, and a hash of the topics that it was made of.
    Group {
        /// The epoch.
        epoch: i32,
        /// The hash; 0 where there are none.
        metadata_hash: i64,
    },
    /// Topics; not read.
    Topics,
    /// A member.
    Member(ConsumerMemberValue),
    /// The assignment epoch, and when the target was computed.
    TargetMetadata {
        /// The epoch.
        epoch: i32,
        /// When; 0 is never.
        computed_ms: i64,
    },
    /// A member's target.
    Target(Vec<TopicPartitionsValue>),
    /// What a member owns.
    Current(CurrentMemberValue),
}

impl ConsumerKey {
    /// The types that are read here.
    pub(in crate::broker::group) const TYPES: std::ops::RangeInclusive<i16> = 3..=8;

    pub(in crate::broker::group) fn encode(&self, out: &mut Vec<u8>) {
        use ConsumerKeyKind as K;
        let (kind, member): (i16, _) = match &self.kind {
            K::Group => (3, None),
            K::Topics => (4, None),
            K::Member(id) => (5, Some(id)),
            K::TargetMetadata => (6, None),
            K::Target(id) => (7, Some(id)),
            K::Current(id) => (8, Some(id)),
        };
        out.extend(kind.to_be_bytes());
        put_string(out, &self.group);
        if let Some(member) = member {
            put_string(out, member);
        }
    }

    pub(in crate::broker::group) fn decode(
        kind: i16,
        reader: &mut Reader<'_>,
    ) -> Result<Self, OffsetsError> {
        use ConsumerKeyKind as K;
        let group = string(reader)?;
        let kind = match kind {
            3 => K::Group,
            4 => K::Topics,
            5 => K::Member(string(reader)?),
            6 => K::TargetMetadata,
            7 => K::Target(string(reader)?),
            _ => K::Current(string(reader)?),
        };
        Ok(Self { group, kind })
    }
}

impl ConsumerValue {
    /// The value's bytes, version 0.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = 0i16.to_be_bytes().to_vec();
        match self {
            Self::Group { epoch, metadata_hash } => {
                out.extend(epoch.to_be_bytes());
                put_tagged_i64(&mut out, *metadata_hash);
            }
            Self::Topics => out.extend([1, 0]),
            Self::Member(member) => {
                put_compact_nullable(&mut out, member.instance_id.as_deref());
                put_compact_nullable(&mut out, member.rack_id.as_deref());
                put_compact(&mut out, &member.client_id);
                put_compact(&mut out, &member.client_host);
                put_unsigned_varint(&mut out, member.topics.len() as u32 + 1);
                for topic in &member.topics {
                    put_compact(&mut out, topic);
                }
                put_compact_nullable(&mut out, member.regex.as_deref());
                out.extend(member.rebalance_timeout_ms.to_be_bytes());
                put_compact_nullable(&mut out, member.server_assignor.as_deref());
                out.extend([1, 0, 1, 0]); // Tag 0, what a member of the classic protocol says: null.
            }
            Self::TargetMetadata { epoch, computed_ms } => {
                out.extend(epoch.to_be_bytes());
                put_tagged_i64(&mut out, *computed_ms);
            }
            Self::Target(topics) => {
                put_topics(&mut out, topics);
                out.push(0);
            }
            Self::Current(member) => {
                out.extend(member.member_epoch.to_be_bytes());
                out.extend(member.previous_epoch.to_be_bytes());
                out.extend(member.state.to_be_bytes());
                put_topics(&mut out, &member.assigned);
                put_topics(&mut out, &member.pending_revocation);
                out.push(0);
            }
        }
        out
    }

    pub(in crate::broker::group) fn decode(
        kind: &ConsumerKeyKind,
        reader: &mut Reader<'_>,
    ) -> Result<Self, OffsetsError> {
        use ConsumerKeyKind as K;
        Ok(match kind {
            K::Group => {
                let epoch = reader.i32()?;
                Self::Group { epoch, metadata_hash: tagged_i64(reader)? }
            }
            K::Topics => Self::Topics,
            K::Member(_) => {
                let instance_id = compact_nullable_string(reader)?;
                let rack_id = compact_nullable_string(reader)?;
                let (client_id, client_host) = (compact_string(reader)?, compact_string(reader)?);
                let mut topics = Vec::new();
                for _ in 0..count(reader)? {
                    topics.push(compact_string(reader)?);
                }
                let regex = compact_nullable_string(reader)?;
                let rebalance_timeout_ms = reader.i32()?;
                let server_assignor = compact_nullable_string(reader)?;
                skip_tags(reader)?;
                Self::Member(ConsumerMemberValue {
                    instance_id,
                    rack_id,
                    client_id,
                    client_host,
                    topics,
                    regex,
                    rebalance_timeout_ms,
                    server_assignor,
                })
            }
            K::TargetMetadata => {
                let epoch = reader.i32()?;
                Self::TargetMetadata { epoch, computed_ms: tagged_i64(reader)? }
            }
            K::Target(_) => {
                let topics = topics(reader)?;
                skip_tags(reader)?;
                Self::Target(topics)
            }
            K::Current(_) => {
                let (member_epoch, previous_epoch) = (reader.i32()?, reader.i32()?);
                let state = reader.i8()?;
                let (assigned, pending_revocation) = (topics(reader)?, topics(reader)?);
                skip_tags(reader)?;
                Self::Current(CurrentMemberValue {
                    member_epoch,
                    previous_epoch,
                    state,
                    assigned,
                    pending_revocation,
                })
            }
        })
    }
}

/// A tagged field, tag 0, that is left out where it is 0.
fn put_tagged_i64(out: &mut Vec<u8>, value: i64) {
    if value == 0 {
        return out.push(0);
    }
    out.extend([1, 0, 8]);
    out.extend(value.to_be_bytes());
}

fn tagged_i64(reader: &mut Reader<'_>) -> Result<i64, OffsetsError> {
    let mut value = 0;
    for _ in 0..tag_count(reader)? {
        let (tag, size) = (reader.unsigned_varint()?, reader.unsigned_varint()?);
        if tag == 0 {
            value = reader.i64()?;
        } else {
            reader.take(size as usize)?;
        }
    }
    Ok(value)
}

fn put_topics(out: &mut Vec<u8>, topics: &[TopicPartitionsValue]) {
    put_unsigned_varint(out, topics.len() as u32 + 1);
    for topic in topics {
        out.extend(topic.topic_id.0.to_be_bytes());
        put_numbers(out, &topic.partitions);
        if topic.epochs.is_empty() {
            out.push(0);
        } else {
            let mut epochs = Vec::new();
            put_numbers(&mut epochs, &topic.epochs);
            out.extend([1, 0]);
            put_unsigned_varint(out, epochs.len() as u32);
            out.extend(epochs);
        }
    }
}

fn put_numbers(out: &mut Vec<u8>, numbers: &[i32]) {
    put_unsigned_varint(out, numbers.len() as u32 + 1);
    for number in numbers {
        out.extend(number.to_be_bytes());
    }
}

fn topics(reader: &mut Reader<'_>) -> Result<Vec<TopicPartitionsValue>, OffsetsError> {
    let mut topics = Vec::new();
    for _ in 0..count(reader)? {
        let id = reader.take(16)?.try_into().expect("sixteen bytes");
        let partitions = numbers(reader)?;
        let mut epochs = Vec::new();
        for _ in 0..tag_count(reader)? {
            let (tag, size) = (reader.unsigned_varint()?, reader.unsigned_varint()?);
            if tag == 0 {
                epochs = numbers(reader)?;
            } else {
                reader.take(size as usize)?;
            }
        }
        topics.push(TopicPartitionsValue {
            topic_id: Uuid(u128::from_be_bytes(id)),
            partitions,
            epochs,
        });
    }
    Ok(topics)
}

fn numbers(reader: &mut Reader<'_>) -> Result<Vec<i32>, OffsetsError> {
    let mut numbers = Vec::new();
    for _ in 0..count(reader)? {
        numbers.push(reader.i32()?);
    }
    Ok(numbers)
}

/// How many elements follow; null counts none.
fn count(reader: &mut Reader<'_>) -> Result<i32, OffsetsError> {
    let count = compact_length(reader)?.max(0);
    let fits = usize::try_from(count).is_ok_and(|count| count <= reader.remaining());
    if fits { Ok(count) } else { Err(OffsetsError::Invalid) }
}

fn put_compact(out: &mut Vec<u8>, text: &str) {
    put_unsigned_varint(out, text.len() as u32 + 1);
    out.extend(text.as_bytes());
}

fn put_compact_nullable(out: &mut Vec<u8>, text: Option<&str>) {
    match text {
        None => out.push(0),
        Some(text) => put_compact(out, text),
    }
}
