//! Bytes as a person reads them; the same in every language.

use crate::broker::group::{ConsumerKey, ConsumerKeyKind, OffsetsKey, OffsetsValue, decode_record};
use crate::protocol::{Topic, TopicPartition};

/// Text that is longer is cut.
const MOST_CHARS: usize = 240;

/// Bytes in hexadecimal digits, with spaces.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

/// The text that the bytes are, if they can be read as such.
fn text_of(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| !text.chars().any(char::is_control))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Bytes as text where they are text, else in hexadecimal digits.
pub(in crate::session) fn shown(bytes: &[u8]) -> String {
    match text_of(bytes) {
        Some("") => "\"\"".to_owned(),
        Some(text) => cut(text),
        None => cut(&hex(bytes)),
    }
}

/// A record's key: text, or what a key of `__consumer_offsets` says, or hexadecimal digits.
pub(super) fn shown_key(bytes: &[u8]) -> String {
    if text_of(bytes).is_none() {
        match OffsetsKey::decode(bytes) {
            Ok(OffsetsKey::Offset { group, topic, partition }) => {
                return format!("{group}, {topic}, {partition}");
            }
            Ok(OffsetsKey::Group { group }) => return group,
            Ok(OffsetsKey::Consumer(key)) => return shown_consumer_key(&key),
            Err(_) => {}
        }
    }
    shown(bytes)
}

/// A key of a group of the new protocol: the group, of what, and whose.
pub(super) fn shown_consumer_key(key: &ConsumerKey) -> String {
    let (what, member) = match &key.kind {
        ConsumerKeyKind::Group => ("ConsumerGroupMetadata", None),
        ConsumerKeyKind::Topics => ("ConsumerGroupPartitionMetadata", None),
        ConsumerKeyKind::Member(id) => ("ConsumerGroupMemberMetadata", Some(id)),
        ConsumerKeyKind::TargetMetadata => ("ConsumerGroupTargetAssignmentMetadata", None),
        ConsumerKeyKind::Target(id) => ("ConsumerGroupTargetAssignmentMember", Some(id)),
        ConsumerKeyKind::Current(id) => ("ConsumerGroupCurrentMemberAssignment", Some(id)),
    };
    let member = member.map(|id| format!(", {id}")).unwrap_or_default();
    format!("{}, {what}{member}", key.group)
}

/// A record's value; of `__consumer_offsets` what it says.
pub(super) fn shown_value(topic: &Topic, key: Option<&[u8]>, value: &[u8]) -> String {
    if topic.is_internal()
        && let Some(key) = key
    {
        match decode_record(key, Some(value)) {
            Ok((_, Some(OffsetsValue::Offset(value)))) => return value.offset.to_string(),
            Ok((_, Some(OffsetsValue::Group(value)))) => {
                let members: Vec<_> = value.members.iter().map(|m| m.client_id.as_str()).collect();
                return format!("generation {}: {}", value.generation, members.join(", "));
            }
            _ => {}
        }
    }
    shown(value)
}

/// Partitions, as `transactions-0, transactions-1`.
pub(super) fn partitions<'a>(partitions: impl IntoIterator<Item = &'a TopicPartition>) -> String {
    partitions.into_iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_text_where_they_are_text() {
        assert_eq!(shown("서울".as_bytes()), "서울");
        assert_eq!(shown(&[0, 1, 0xff]), "00 01 ff");
        let key = OffsetsKey::Offset { group: "store".into(), topic: "t".into(), partition: 2 };
        assert_eq!(shown_key(&key.encode()), "store, t, 2");
        assert!(shown(&[b'x'; 1000]).ends_with('…'));
    }
}
