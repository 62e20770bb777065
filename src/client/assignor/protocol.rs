//! What members tell each other through the coordinator, which only stores it: subscriptions and assignments.
//!
//! Written as 4.3.1's classic consumer writes them (version 3), read in every version. Kafka:
//! `ConsumerProtocol`, `ConsumerProtocolSubscription`, `ConsumerProtocolAssignment`. Decoding never
//! trusts a length.

use crate::protocol::java::{compare_strings, hash_map_order, string_hash};
use crate::protocol::record::{ReadError, Reader};
use crate::protocol::{Bytes, SortedMap, SortedSet, Topic, TopicPartition, sort_by};

/// The version that is written; later ones are read as if they were this one.
const HIGHEST_VERSION: i16 = 3;
/// The generation of a member that is in none.
pub const NO_GENERATION: i32 = -1;

/// A member's subscription, as it stands in JoinGroup and in the group's record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MemberSubscription {
    /// What it subscribes to.
    pub topics: SortedSet<Topic>,
    /// The assignor's own data; `None` for range and round robin.
    pub user_data: Option<Bytes>,
    /// What it still owns: nothing under the eager protocol (from version 1 on).
    pub owned: Vec<TopicPartition>,
    /// The generation in which it got that; −1 none (from version 2 on).
    pub generation: i32,
    /// `client.rack` (from version 3 on).
    pub rack: Option<String>,
}

/// The data that `sticky` adds to a subscription: what it had, and since which generation (ASGN-10).
///
/// Topics come in the order of a `HashMap` (GEN-6). Kafka: `StickyAssignor.serializeTopicPartitionAssignment`.
#[must_use]
pub fn sticky_user_data(owned: &[TopicPartition], generation: i32) -> Bytes {
    let hashed = |(topic, places)| (string_hash(Topic::as_str(topic)), (topic, places));
    let by_topic = hash_map_order(16, by_topic(owned).into_iter().map(hashed).collect());
    let mut out = Vec::new();
    put_topics(&mut out, &by_topic);
    out.extend(generation.to_be_bytes());
    out.into()
}

/// Reads what [`sticky_user_data`] wrote, also without the generation, as older members write it. Without
/// any, or where it cannot be read, the member had nothing.
#[must_use]
pub fn read_sticky_user_data(bytes: &[u8]) -> (Vec<TopicPartition>, i32) {
    let mut reader = Reader::new(bytes);
    match partitions(&mut reader) {
        Ok(owned) => (owned, reader.i32().unwrap_or(NO_GENERATION)),
        Err(_) => (Vec::new(), NO_GENERATION),
    }
}

impl MemberSubscription {
    /// A subscription of a member that owns nothing.
    #[must_use]
    pub fn new(topics: SortedSet<Topic>, user_data: Option<Bytes>, generation: i32) -> Self {
        Self { topics, user_data, owned: Vec::new(), generation, rack: None }
    }

    /// The bytes, version 3. Topics and owned partitions are sorted as Java sorts them.
    #[must_use]
    pub fn encode(&self) -> Bytes {
        let mut out = HIGHEST_VERSION.to_be_bytes().to_vec();
        let mut topics: Vec<&str> = self.topics.iter().map(Topic::as_str).collect();
        sort_by(&mut topics, |a, b| compare_strings(a, b));
        put_length(&mut out, topics.len());
        for topic in topics {
            put_string(&mut out, topic);
        }
        put_nullable_bytes(&mut out, self.user_data.as_deref());
        let mut owned = self.owned.clone();
        sort_by(&mut owned, |a, b| {
            compare_strings(a.topic.as_str(), b.topic.as_str()).then(a.partition.cmp(&b.partition))
        });
        put_partitions(&mut out, &owned);
        out.extend(self.generation.to_be_bytes());
        match &self.rack {
            None => out.extend((-1i16).to_be_bytes()),
            Some(rack) => put_string(&mut out, rack),
        }
        out.into()
    }

    /// Reads a subscription. What newer versions add behind it is ignored.
    ///
    /// # Errors
    /// [`ReadError`] where bytes and lengths disagree, also for a negative version.
    pub fn decode(bytes: &[u8]) -> Result<Self, ReadError> {
        let mut reader = Reader::new(bytes);
        let version = version(&mut reader)?;
        let mut topics = SortedSet::new();
        for _ in 0..length(&mut reader)? {
            topics.insert(Topic::from(string(&mut reader)?));
        }
        let user_data = nullable_bytes(&mut reader)?;
        let owned = if version >= 1 { partitions(&mut reader)? } else { Vec::new() };
        let generation = if version >= 2 { reader.i32()? } else { NO_GENERATION };
        let rack = if version >= 3 { nullable_string(&mut reader)? } else { None };
        Ok(Self { topics, user_data, owned, generation, rack })
    }
}

/// A member's partitions, as bytes of version 3, without user data.
#[must_use]
pub fn encode_assignment(assigned: &[TopicPartition]) -> Bytes {
    let mut out = HIGHEST_VERSION.to_be_bytes().to_vec();
    put_partitions(&mut out, assigned);
    put_nullable_bytes(&mut out, None);
    out.into()
}

/// Reads an assignment's partitions. User data is checked and left out.
///
/// # Errors
/// [`ReadError`] where bytes and lengths disagree, also for a negative version or partition.
pub fn decode_assignment(bytes: &[u8]) -> Result<Vec<TopicPartition>, ReadError> {
    let mut reader = Reader::new(bytes);
    version(&mut reader)?;
    let assigned = partitions(&mut reader)?;
    nullable_bytes(&mut reader)?;
    Ok(assigned)
}

fn version(reader: &mut Reader<'_>) -> Result<i16, ReadError> {
    match reader.i16()? {
        version if version < 0 => Err(ReadError::Underflow),
        version => Ok(version.min(HIGHEST_VERSION)),
    }
}

/// How many elements follow, each of at least one byte; only ever counted up to, not allocated.
fn length(reader: &mut Reader<'_>) -> Result<u32, ReadError> {
    let count = u32::try_from(reader.i32()?).map_err(|_| ReadError::Underflow)?;
    if count as usize > reader.remaining() { Err(ReadError::Underflow) } else { Ok(count) }
}

fn string<'a>(reader: &mut Reader<'a>) -> Result<&'a str, ReadError> {
    let length = usize::try_from(reader.i16()?).map_err(|_| ReadError::Underflow)?;
    std::str::from_utf8(reader.take(length)?).map_err(|_| ReadError::Underflow)
}

fn nullable_string(reader: &mut Reader<'_>) -> Result<Option<String>, ReadError> {
    match usize::try_from(reader.i16()?) {
        Err(_) => Ok(None),
        Ok(length) => match std::str::from_utf8(reader.take(length)?) {
            Ok(text) => Ok(Some(text.to_owned())),
            Err(_) => Err(ReadError::Underflow),
        },
    }
}

fn nullable_bytes(reader: &mut Reader<'_>) -> Result<Option<Bytes>, ReadError> {
    match usize::try_from(reader.i32()?) {
        Err(_) => Ok(None),
        Ok(length) => Ok(Some(reader.take(length)?.into())),
    }
}

fn partitions(reader: &mut Reader<'_>) -> Result<Vec<TopicPartition>, ReadError> {
    let mut partitions = Vec::new();
    for _ in 0..length(reader)? {
        let topic = Topic::from(string(reader)?);
        for _ in 0..length(reader)? {
            let partition = u32::try_from(reader.i32()?).map_err(|_| ReadError::Underflow)?;
            partitions.push(TopicPartition::new(&topic, partition));
        }
    }
    Ok(partitions)
}

fn put_length(out: &mut Vec<u8>, length: usize) {
    out.extend(i32::try_from(length).expect("fewer than 2³¹ elements").to_be_bytes());
}

fn put_string(out: &mut Vec<u8>, text: &str) {
    out.extend(i16::try_from(text.len()).expect("names are short").to_be_bytes());
    out.extend(text.as_bytes());
}

fn put_nullable_bytes(out: &mut Vec<u8>, bytes: Option<&[u8]>) {
    match bytes {
        None => out.extend((-1i32).to_be_bytes()),
        Some(bytes) => {
            put_length(out, bytes.len());
            out.extend(bytes);
        }
    }
}

/// Topics in the order of their first partition, each with its partitions.
fn put_partitions(out: &mut Vec<u8>, partitions: &[TopicPartition]) {
    put_topics(out, &by_topic(partitions));
}

fn by_topic(partitions: &[TopicPartition]) -> Vec<(&Topic, Vec<u32>)> {
    let mut by_topic: Vec<(&Topic, Vec<u32>)> = Vec::new();
    let mut at: SortedMap<&Topic, usize> = SortedMap::new();
    for TopicPartition { topic, partition } in partitions {
        let at = *at.entry(topic).or_insert(by_topic.len());
        if at == by_topic.len() {
            by_topic.push((topic, Vec::new()));
        }
        by_topic[at].1.push(*partition);
    }
    by_topic
}

fn put_topics(out: &mut Vec<u8>, by_topic: &[(&Topic, Vec<u32>)]) {
    put_length(out, by_topic.len());
    for (topic, partitions) in by_topic {
        put_string(out, topic.as_str());
        put_length(out, partitions.len());
        for partition in partitions {
            out.extend(partition.cast_signed().to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests {

    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn unhex(text: &str) -> Vec<u8> {
        (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
            .collect()
    }

    /// Subscriptions from group records that Kafka 4.3.1 wrote (`offsets.jsonl`).
    #[test]
    fn subscriptions_have_kafkas_bytes() {
        let cases: [(&[&str], &str); 3] = [
            (&["t"], "000300000001000174ffffffff00000000ffffffffffff"),
            (&["t2", "t"], "00030000000200017400027432ffffffff00000000ffffffffffff"),
            (&["orders"], "00030000000100066f7264657273ffffffff00000000ffffffffffff"),
        ];
        for (topics, bytes) in cases {
            let topics = topics.iter().map(|topic| Topic::from(*topic)).collect();
            let subscription = MemberSubscription::new(topics, None, NO_GENERATION);
            assert_eq!(hex(&subscription.encode()), bytes);
            assert_eq!(MemberSubscription::decode(&unhex(bytes)), Ok(subscription));
        }
    }

    #[test]
    fn owned_partitions_generation_and_rack_follow() {
        let subscription = MemberSubscription {
            topics: ["t"].map(Topic::from).into(),
            user_data: Some(NO_GENERATION.to_be_bytes().into()),
            owned: [("u", 1), ("t", 2), ("t", 0)].map(|(t, p)| TopicPartition::new(t, p)).into(),
            generation: 7,
            rack: Some("r".into()),
        };
        let bytes = subscription.encode();
        assert_eq!(
            hex(&bytes),
            "000300000001000174\
             00000004ffffffff\
             0000000200017400000002000000000000000200017500000001000000010000000700\
             0172"
        );
        let read = MemberSubscription::decode(&bytes).unwrap();
        assert_eq!((read.owned.len(), read.generation, read.rack.as_deref()), (3, 7, Some("r")));
        // Older versions end earlier; newer ones are read as far as they are known.
        let v0 = MemberSubscription::decode(&unhex("000000000001000174ffffffff")).unwrap();
        assert_eq!((v0.owned.len(), v0.generation, v0.rack), (0, NO_GENERATION, None));
        let mut v9 = bytes.to_vec();
        v9[1] = 9;
        v9.push(1);
        assert_eq!(MemberSubscription::decode(&v9), Ok(read));
    }

    /// As `StickyAssignor.subscriptionUserData` of 4.3.1 gave it.
    #[test]
    fn sticky_user_data_has_kafkas_bytes() {
        let owned: Vec<_> =
            [("u", 1), ("t", 2), ("t", 0)].map(|(t, p)| TopicPartition::new(t, p)).into();
        let bytes = sticky_user_data(&owned, 7);
        let expected = "00000002000174000000020000000200000000000175000000010000000100000007";
        assert_eq!(hex(&bytes), expected);
        let (read, generation) = read_sticky_user_data(&bytes);
        assert_eq!((read.len(), generation), (3, 7));
        // As older members wrote it, and as nobody did.
        assert_eq!(read_sticky_user_data(&bytes[..bytes.len() - 4]).1, NO_GENERATION);
        assert_eq!(read_sticky_user_data(&bytes[..9]), (Vec::new(), NO_GENERATION));
        assert_eq!(read_sticky_user_data(&[]), (Vec::new(), NO_GENERATION));
    }

    #[test]
    fn assignments_have_kafkas_bytes() {
        let cases: [(&[u32], &str); 2] = [
            (&[0, 1], "000300000001000174000000020000000000000001ffffffff"),
            (&[0], "0003000000010001740000000100000000ffffffff"),
        ];
        for (partitions, bytes) in cases {
            let assigned: Vec<_> =
                partitions.iter().map(|p| TopicPartition::new("t", *p)).collect();
            assert_eq!(hex(&encode_assignment(&assigned)), bytes);
            assert_eq!(decode_assignment(&unhex(bytes)), Ok(assigned));
        }
        assert_eq!(hex(&encode_assignment(&[])), "000300000000ffffffff");
        // From the vectors: a topic without partitions.
        assert_eq!(decode_assignment(&unhex("00030000000100017400000000ffffffff")), Ok(Vec::new()));
    }

    #[test]
    fn a_length_is_never_trusted() {
        let bad = [
            "",
            "00",
            "ffff00000000ffffffff",
            "00037fffffff",
            "0003ffffffff",
            "0003000000017fff74",
        ];
        for text in bad {
            assert!(MemberSubscription::decode(&unhex(text)).is_err(), "{text}");
            assert!(decode_assignment(&unhex(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn reading_never_panics() {
        let mut draw = 1u32;
        for length in (0..60).cycle().take(20_000) {
            let bytes: Vec<u8> = (0..length)
                .map(|_| {
                    draw = draw.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    // Small numbers, as lengths and versions are, come more often.
                    (draw >> 24) as u8 & if draw & 1 == 0 { 3 } else { 0xff }
                })
                .collect();
            let _ = MemberSubscription::decode(&bytes);
            let _ = decode_assignment(&bytes);
        }
    }
}
