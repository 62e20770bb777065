//! Records of `__consumer_offsets`: committed offsets and group metadata, as bytes (`OFFS-3` to `OFFS-5`).
//!
//! Written as 4.3.1 writes them (offset value version 4, group value version 3), and read in every
//! version that it reads. Kafka: `GroupCoordinatorRecordHelpers`, `GroupCoordinatorRecordSerde`.

use crate::broker::group::modern::{ConsumerKey, ConsumerValue};
use crate::protocol::Uuid;
use crate::protocol::java::utf8_lossy;
use crate::protocol::record::{ReadError, Reader};

/// Key type of a committed offset of old; it reads the same, with values of version 0 only.
const LEGACY_OFFSET_KEY: i16 = 0;
/// Key type of a committed offset.
const OFFSET_KEY: i16 = 1;
/// Key type of group metadata.
const GROUP_KEY: i16 = 2;
/// The newest value version of either kind that 4.3.1 reads.
const NEWEST_VALUE: i16 = 4;
/// Key types of share and streams groups, and of regular expressions, which 4.3.1 knows and this simulator
/// does not.
const OTHER_KEYS: [i16; 14] = [10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21, 22, 23, 24];

/// What a record is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OffsetsKey {
    /// What a group has committed for a partition.
    Offset {
        /// The group.
        group: String,
        /// The topic.
        topic: String,
        /// The partition.
        partition: i32,
    },
    /// A group's members and assignment.
    Group {
        /// The group.
        group: String,
    },
    /// Something of a group of the new protocol (KIP-848).
    Consumer(ConsumerKey),
}

/// A committed offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OffsetValue {
    /// The next offset to read.
    pub offset: i64,
    /// −1: unknown.
    pub leader_epoch: i32,
    /// Whatever the committer wrote.
    pub metadata: String,
    /// The coordinator's clock.
    pub commit_ms: i64,
    /// `None`: unknown, which Kafka writes as the id of zeros.
    pub topic_id: Option<Uuid>,
}

/// A member as the group's record lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberValue {
    /// `<client id>-<UUID>`.
    pub member_id: String,
    /// `group.instance.id` of a static member.
    pub instance_id: Option<String>,
    /// `client.id`.
    pub client_id: String,
    /// Where it comes from.
    pub client_host: String,
    /// `max.poll.interval.ms`.
    pub rebalance_timeout_ms: i32,
    /// `session.timeout.ms`.
    pub session_timeout_ms: i32,
    /// Its subscription, as its client wrote it.
    pub subscription: Vec<u8>,
    /// Its partitions, as the group's leader wrote them.
    pub assignment: Vec<u8>,
}

/// A group at the end of a rebalance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupValue {
    /// `consumer`, or empty when the group was just made.
    pub protocol_type: String,
    /// Counts the rebalances.
    pub generation: i32,
    /// The assignor in force.
    pub protocol: Option<String>,
    /// The member that computed the assignment.
    pub leader: Option<String>,
    /// Since when the group has been in this state.
    pub state_ms: i64,
    /// In the order in which they stand in the record.
    pub members: Vec<MemberValue>,
}

/// What a record says about its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OffsetsValue {
    /// A committed offset.
    Offset(OffsetValue),
    /// A group.
    Group(GroupValue),
    /// Something of a group of the new protocol.
    Consumer(ConsumerValue),
}

impl OffsetsValue {
    /// The value's bytes, in the version that 4.3.1 writes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Offset(value) => value.encode(),
            Self::Group(value) => value.encode(),
            Self::Consumer(value) => value.encode(),
        }
    }
}

/// Why a record cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffsetsError {
    /// No Kafka knows this type of key.
    UnknownType,
    /// 4.3.1 does not know this version of the value.
    UnknownVersion,
    /// A type that belongs to other kinds of groups.
    Unsupported(i16),
    /// The bytes do not fit.
    Invalid,
}

impl From<ReadError> for OffsetsError {
    fn from(_: ReadError) -> Self {
        Self::Invalid
    }
}

impl OffsetsKey {
    /// The key's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Self::Offset { group, topic, partition } => {
                out.extend(OFFSET_KEY.to_be_bytes());
                put_string(&mut out, group);
                put_string(&mut out, topic);
                out.extend(partition.to_be_bytes());
            }
            Self::Group { group } => {
                out.extend(GROUP_KEY.to_be_bytes());
                put_string(&mut out, group);
            }
            Self::Consumer(key) => key.encode(&mut out),
        }
        out
    }

    /// Whose it is.
    #[must_use]
    pub fn group(&self) -> &str {
        match self {
            Self::Offset { group, .. }
            | Self::Group { group }
            | Self::Consumer(ConsumerKey { group, .. }) => group,
        }
    }

    /// Reads a key. Bytes behind it are ignored.
    ///
    /// # Errors
    /// [`OffsetsError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, OffsetsError> {
        let mut reader = Reader::new(bytes);
        match reader.i16()? {
            LEGACY_OFFSET_KEY | OFFSET_KEY => Ok(Self::Offset {
                group: string(&mut reader)?,
                topic: string(&mut reader)?,
                partition: reader.i32()?,
            }),
            GROUP_KEY => Ok(Self::Group { group: string(&mut reader)? }),
            kind if ConsumerKey::TYPES.contains(&kind) => {
                Ok(Self::Consumer(ConsumerKey::decode(kind, &mut reader)?))
            }
            other if OTHER_KEYS.contains(&other) => Err(OffsetsError::Unsupported(other)),
            _ => Err(OffsetsError::UnknownType),
        }
    }
}

impl OffsetValue {
    /// The value's bytes, version 4.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = 4i16.to_be_bytes().to_vec();
        out.extend(self.offset.to_be_bytes());
        out.extend(self.leader_epoch.to_be_bytes());
        put_unsigned_varint(&mut out, self.metadata.len() as u32 + 1);
        out.extend(self.metadata.as_bytes());
        out.extend(self.commit_ms.to_be_bytes());
        match self.topic_id {
            None => out.push(0),
            Some(id) => {
                out.extend([1, 0, 16]); // One tagged field: tag 0, 16 bytes.
                out.extend(id.0.to_be_bytes());
            }
        }
        out
    }

    fn decode(version: i16, reader: &mut Reader<'_>) -> Result<Self, OffsetsError> {
        let offset = reader.i64()?;
        let leader_epoch = if version >= 3 { reader.i32()? } else { -1 };
        let metadata = if version >= 4 { compact_string(reader)? } else { string(reader)? };
        let commit_ms = reader.i64()?;
        if version == 1 {
            reader.i64()?; // expireTimestamp
        }
        let mut topic_id = None;
        if version >= 4 {
            for _ in 0..tag_count(reader)? {
                let (tag, size) = (reader.unsigned_varint()?, reader.unsigned_varint()?);
                if tag == 0 {
                    let bytes = reader.take(16)?.try_into().expect("sixteen bytes");
                    topic_id = Some(Uuid(u128::from_be_bytes(bytes))).filter(|id| id.0 != 0);
                } else {
                    reader.take(size as usize)?;
                }
            }
        }
        Ok(Self { offset, leader_epoch, metadata, commit_ms, topic_id })
    }
}

impl GroupValue {
    /// The value's bytes, version 3.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = 3i16.to_be_bytes().to_vec();
        put_string(&mut out, &self.protocol_type);
        out.extend(self.generation.to_be_bytes());
        put_nullable_string(&mut out, self.protocol.as_deref());
        put_nullable_string(&mut out, self.leader.as_deref());
        out.extend(self.state_ms.to_be_bytes());
        out.extend((self.members.len() as i32).to_be_bytes());
        for member in &self.members {
            put_string(&mut out, &member.member_id);
            put_nullable_string(&mut out, member.instance_id.as_deref());
            put_string(&mut out, &member.client_id);
            put_string(&mut out, &member.client_host);
            out.extend(member.rebalance_timeout_ms.to_be_bytes());
            out.extend(member.session_timeout_ms.to_be_bytes());
            for bytes in [&member.subscription, &member.assignment] {
                out.extend((bytes.len() as i32).to_be_bytes());
                out.extend(bytes);
            }
        }
        out
    }

    fn decode(version: i16, reader: &mut Reader<'_>) -> Result<Self, OffsetsError> {
        let flexible = version >= 4;
        let text = |reader: &mut Reader<'_>| {
            if flexible { compact_string(reader) } else { string(reader) }
        };
        let nullable = |reader: &mut Reader<'_>| {
            if flexible { compact_nullable_string(reader) } else { nullable_string(reader) }
        };
        let bytes = |reader: &mut Reader<'_>| -> Result<Vec<u8>, OffsetsError> {
            let length = if flexible { compact_length(reader)? } else { reader.i32()? };
            let length = usize::try_from(length).map_err(|_| OffsetsError::Invalid)?;
            Ok(reader.take(length)?.to_vec())
        };
        let protocol_type = text(reader)?;
        let generation = reader.i32()?;
        let (protocol, leader) = (nullable(reader)?, nullable(reader)?);
        let state_ms = if version >= 2 { reader.i64()? } else { -1 };
        let count = if flexible { compact_length(reader)? } else { reader.i32()? };
        let count = usize::try_from(count).map_err(|_| OffsetsError::Invalid)?;
        if count > reader.remaining() {
            return Err(OffsetsError::Invalid);
        }
        let mut members = Vec::new();
        for _ in 0..count {
            let member_id = text(reader)?;
            let instance_id = if version >= 3 { nullable(reader)? } else { None };
            let (client_id, client_host) = (text(reader)?, text(reader)?);
            let rebalance_timeout_ms = if version >= 1 { reader.i32()? } else { -1 };
            let session_timeout_ms = reader.i32()?;
            let (subscription, assignment) = (bytes(reader)?, bytes(reader)?);
            if flexible {
                skip_tags(reader)?;
            }
            members.push(MemberValue {
                member_id,
                instance_id,
                client_id,
                client_host,
                rebalance_timeout_ms,
                session_timeout_ms,
                subscription,
                assignment,
            });
        }
        if flexible {
            skip_tags(reader)?;
        }
        Ok(Self { protocol_type, generation, protocol, leader, state_ms, members })
    }
}

/// Reads a record: its key, and its value unless that is null (a tombstone).
///
/// # Errors
/// [`OffsetsError`], in Kafka's order: the key's type, the key, the value's version, the value.
pub fn decode_record(
    key: &[u8],
    value: Option<&[u8]>,
) -> Result<(OffsetsKey, Option<OffsetsValue>), OffsetsError> {
    let legacy = key.starts_with(&LEGACY_OFFSET_KEY.to_be_bytes());
    let key = OffsetsKey::decode(key)?;
    let Some(value) = value else { return Ok((key, None)) };
    let mut reader = Reader::new(value);
    let version = reader.i16()?;
    let of_consumers = matches!(key, OffsetsKey::Consumer(_));
    let newest = if legacy || of_consumers { 0 } else { NEWEST_VALUE };
    if !(0..=newest).contains(&version) {
        return Err(OffsetsError::UnknownVersion);
    }
    let value = match &key {
        OffsetsKey::Offset { .. } => {
            OffsetsValue::Offset(OffsetValue::decode(version, &mut reader)?)
        }
        OffsetsKey::Group { .. } => OffsetsValue::Group(GroupValue::decode(version, &mut reader)?),
        OffsetsKey::Consumer(key) => {
            OffsetsValue::Consumer(ConsumerValue::decode(&key.kind, &mut reader)?)
        }
    };
    Ok((key, Some(value)))
}

pub(super) fn put_string(out: &mut Vec<u8>, text: &str) {
    out.extend((text.len() as i16).to_be_bytes());
    out.extend(text.as_bytes());
}

fn put_nullable_string(out: &mut Vec<u8>, text: Option<&str>) {
    match text {
        None => out.extend((-1i16).to_be_bytes()),
        Some(text) => put_string(out, text),
    }
}

pub(super) fn put_unsigned_varint(out: &mut Vec<u8>, mut value: u32) {
    while value > 0x7f {
        out.push((value as u8) | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn text(bytes: &[u8]) -> String {
    utf8_lossy(bytes)
}

fn nullable_string(reader: &mut Reader<'_>) -> Result<Option<String>, OffsetsError> {
    match usize::try_from(reader.i16()?) {
        Ok(length) => Ok(Some(text(reader.take(length)?))),
        Err(_) => Ok(None),
    }
}

pub(super) fn string(reader: &mut Reader<'_>) -> Result<String, OffsetsError> {
    nullable_string(reader)?.ok_or(OffsetsError::Invalid)
}

pub(super) fn compact_nullable_string(
    reader: &mut Reader<'_>,
) -> Result<Option<String>, OffsetsError> {
    match usize::try_from(compact_length(reader)?) {
        Ok(length) if length > 0x7fff => Err(OffsetsError::Invalid),
        Ok(length) => Ok(Some(text(reader.take(length)?))),
        Err(_) => Ok(None),
    }
}

/// A length that is written plus one. Java's numbers are signed, so very large ones are negative.
pub(super) fn compact_length(reader: &mut Reader<'_>) -> Result<i32, OffsetsError> {
    Ok(reader.unsigned_varint()?.cast_signed().wrapping_sub(1))
}

/// A count of tagged fields; a negative one counts none.
pub(super) fn tag_count(reader: &mut Reader<'_>) -> Result<i32, OffsetsError> {
    Ok(reader.unsigned_varint()?.cast_signed().max(0))
}

pub(super) fn compact_string(reader: &mut Reader<'_>) -> Result<String, OffsetsError> {
    compact_nullable_string(reader)?.ok_or(OffsetsError::Invalid)
}

pub(super) fn skip_tags(reader: &mut Reader<'_>) -> Result<(), OffsetsError> {
    for _ in 0..tag_count(reader)? {
        reader.unsigned_varint()?;
        let size = reader.unsigned_varint()?;
        reader.take(size as usize)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// OFFS-4, and a record that a real 4.3.1 broker wrote (`kafka-transcripts.md`, p12@4).
    #[test]
    fn a_committed_offset_has_kafkas_bytes() {
        let key = OffsetsKey::Offset { group: "g1".into(), topic: "t".into(), partition: 0 };
        assert_eq!(hex(&key.encode()), "000100026731000174 00000000".replace(' ', ""));
        let value = OffsetValue {
            offset: 42,
            leader_epoch: 3,
            metadata: String::new(),
            commit_ms: 1000,
            topic_id: None,
        };
        assert_eq!(hex(&value.encode()), "0004000000000000002a000000030100000000000003e800");
        let real = OffsetValue {
            offset: 5,
            leader_epoch: 0,
            commit_ms: 0x1a2_05c4_de56,
            topic_id: Some(Uuid(0x6306_7789_5c7a_4900_a52f_d653_09d0_87e0)),
            ..value
        };
        assert_eq!(
            hex(&real.encode()),
            "000400000000000000050000000001000001a205c4de56010010630677895c7a4900a52fd65309d087e0"
        );
        let decoded = decode_record(&key.encode(), Some(&real.encode())).unwrap();
        assert_eq!(decoded, (key, Some(OffsetsValue::Offset(real))));
    }

    #[test]
    fn a_count_of_members_is_not_trusted() {
        let key = OffsetsKey::Group { group: "g".into() }.encode();
        let mut value = vec![0, 3, 0, 0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff];
        value.extend([0; 8]);
        value.extend(i32::MAX.to_be_bytes());
        assert_eq!(decode_record(&key, Some(&value)), Err(OffsetsError::Invalid));
    }
}
