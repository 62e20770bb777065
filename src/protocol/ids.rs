//! Names and numbers of things: offsets, topics, partitions, nodes, and everything that can be selected.

use std::fmt;
use std::rc::Rc;

/// Bytes that several places share without copying: a key, a value, a record set.
pub type Bytes = Rc<[u8]>;

/// A place in a partition's log: the offset of a record, or the first one *not* included in a range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Offset(pub u64);

impl Offset {
    /// The offset `count` records further on.
    #[must_use]
    pub fn advanced_by(self, count: u64) -> Self {
        Self(self.0 + count)
    }

    /// The offset as Kafka's signed 64-bit number. Offsets never pass `i64::MAX`.
    #[must_use]
    pub fn as_i64(self) -> i64 {
        i64::try_from(self.0).expect("offsets fit in 63 bits")
    }

    /// The offset that a signed number of the protocol names; negative numbers mean "none".
    #[must_use]
    pub fn from_i64(number: i64) -> Option<Self> {
        u64::try_from(number).ok().map(Self)
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A topic's name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Topic(Rc<str>);

impl Topic {
    /// Kafka's internal topic of committed offsets and group metadata.
    pub const CONSUMER_OFFSETS: &'static str = "__consumer_offsets";

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether clients may not write here (LOG-41).
    #[must_use]
    pub fn is_internal(&self) -> bool {
        matches!(&*self.0, Self::CONSUMER_OFFSETS | "__transaction_state" | "__share_group_state")
    }

    /// Checks a name for a new topic (LOG-41).
    ///
    /// # Errors
    /// Kafka's sentence for `INVALID_TOPIC_EXCEPTION`.
    pub fn check(name: &str) -> Result<(), String> {
        Self::check_name("Topic name", name)
    }

    /// The same of something else that must be named like a topic, such as a group's instance.
    ///
    /// # Errors
    /// Kafka's sentence about `what`.
    pub fn check_name(what: &str, name: &str) -> Result<(), String> {
        let reason = if name.is_empty() {
            "the empty string is not allowed".to_owned()
        } else if name == "." || name == ".." {
            format!("'{name}' is not allowed")
        } else if name.encode_utf16().count() > 249 {
            format!("the length of '{name}' is longer than the max allowed length 249")
        } else if name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) {
            return Ok(());
        } else {
            format!(
                "'{name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"
            )
        };
        Err(format!("{what} is invalid: {reason}"))
    }
}

impl From<&str> for Topic {
    fn from(name: &str) -> Self {
        Self(name.into())
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One partition of a topic. Its text, `topic-partition`, is the name of its directory (LOG-1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicPartition {
    /// The topic's name.
    pub topic: Topic,
    /// The partition's number, from 0.
    pub partition: u32,
}

impl TopicPartition {
    /// The partition `partition` of `topic`.
    #[must_use]
    pub fn new(topic: impl Into<Topic>, partition: u32) -> Self {
        Self { topic: topic.into(), partition }
    }
}

impl From<&Topic> for Topic {
    fn from(topic: &Topic) -> Self {
        topic.clone()
    }
}

impl fmt::Display for TopicPartition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.topic, self.partition)
    }
}

/// A consumer group's name, `group.id`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(Rc<str>);

impl GroupId {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for GroupId {
    fn from(name: &str) -> Self {
        Self(name.into())
    }
}

impl fmt::Display for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A broker's `node.id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BrokerId(pub u32);

/// A client of this world: the n-th producer or consumer that was added, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(pub u32);

/// Whoever sends and receives messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeId {
    /// A broker.
    Broker(BrokerId),
    /// A producer or consumer.
    Client(ClientId),
}

/// A Kafka UUID, such as a topic id. Its text is 22 characters of URL-safe Base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid(pub u128);

const BASE64_URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

impl Uuid {
    /// The id in 8-4-4-4-12 hexadecimal digits, as Java's `UUID.toString` writes it.
    #[must_use]
    pub fn to_hyphenated(self) -> String {
        let hex = format!("{:032x}", self.0);
        [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
    }

    /// Reads Kafka's text form. Like Java's decoder it takes 22 characters and ignores the last four bits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 22 {
            return None;
        }
        let mut bits = 0u128;
        for (at, byte) in text.bytes().enumerate() {
            let digit = BASE64_URL.iter().position(|b| *b == byte)? as u128;
            bits = if at == 21 { (bits << 2) | (digit >> 4) } else { (bits << 6) | digit };
        }
        Some(Self(bits))
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for at in 0..22u32 {
            let digit = if at == 21 { (self.0 & 3) << 4 } else { self.0 >> (122 - 6 * at) } & 63;
            write!(f, "{}", char::from(BASE64_URL[digit as usize]))?;
        }
        Ok(())
    }
}

/// A message between two nodes: the n-th that was sent in this world, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(pub u64);

/// Anything that can be shown, selected and explained.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A broker with its disk and its settings.
    Broker(BrokerId),
    /// A producer or consumer.
    Client(ClientId),
    /// A topic with its settings.
    Topic(Topic),
    /// One partition's log.
    Partition(TopicPartition),
    /// A segment: the file that begins at this base offset.
    Segment(TopicPartition, Offset),
    /// A record in the log.
    Record(TopicPartition, Offset),
    /// A record that was handed to `send` and is not in the log yet: the n-th of its producer.
    Unsent(ClientId, u64),
    /// A request or response on its way.
    Message(MessageId),
    /// A consumer group.
    Group(GroupId),
    /// What a group has committed for a partition.
    Committed(GroupId, TopicPartition),
    /// What a consumer will read next from a partition.
    Position(ClientId, TopicPartition),
    /// The log cleaner's view of a compacted partition.
    Cleaner(TopicPartition),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_written_and_read_as_kafka_does() {
        // Seen on a real 4.3.1 broker: the topic `rec` (`kafka-transcripts.md`).
        let id = Uuid(0x0630_6778_95c7_a490_0a52_fd65_309d_087e);
        assert_eq!(Uuid::parse(&id.to_string()), Some(id));
        let real = "YwZ3iVx6SQClL9ZTCdCH4A";
        let parsed = Uuid::parse(real).unwrap();
        assert_eq!(format!("{:032x}", parsed.0), "630677895c7a4900a52fd65309d087e0");
        assert_eq!(parsed.to_string(), real);
        for bad in
            ["", "YwZ3iVx6SQClL9ZTCdCH4", "YwZ3iVx6SQClL9ZTCdCH4AA", "YwZ3iVx6SQ+lL9ZTCdCH4A"]
        {
            assert_eq!(Uuid::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn topic_names_are_refused_with_kafkas_words() {
        let long = "x".repeat(250);
        let cases = [
            ("orders", None),
            ("a.b_c-D9", None),
            ("", Some("Topic name is invalid: the empty string is not allowed")),
            ("..", Some("Topic name is invalid: '..' is not allowed")),
            (
                "a b",
                Some(
                    "Topic name is invalid: 'a b' contains one or more characters other than ASCII \
                     alphanumerics, '.', '_' and '-'",
                ),
            ),
        ];
        for (name, expected) in cases {
            assert_eq!(Topic::check(name).err().as_deref(), expected, "{name}");
        }
        assert!(
            Topic::check(&long).unwrap_err().ends_with("longer than the max allowed length 249")
        );
    }
}
