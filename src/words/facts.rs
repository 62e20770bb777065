//! What sentences ask of the world, beside the event itself.

use crate::protocol::java::Double;
use crate::protocol::{Bytes, ClientId, NodeId, Offset, Topic, TopicPartition};
use crate::sim::World;
use crate::words::rich::clock;

/// A record's key and value, as far as they can be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct KeyValue {
    pub(super) key: Option<Bytes>,
    pub(super) value: Option<Bytes>,
}

/// What sentences ask of the world. A trait, so that tests can tell of worlds that never were.
pub(super) trait Facts {
    /// A node's name.
    fn name(&self, node: NodeId) -> String;
    /// Where the clock began.
    fn start_ms(&self) -> u64;
    /// The record at an offset, if it is still there.
    fn record(&self, partition: &TopicPartition, offset: Offset) -> Option<KeyValue>;
    /// How many partitions a topic has; 0 if there is no such topic.
    fn partition_count(&self, topic: &Topic) -> u32;
    /// The offset that the next record will get.
    fn log_end(&self, partition: &TopicPartition) -> Option<Offset>;

    /// A client's name.
    fn client(&self, id: ClientId) -> String {
        self.name(NodeId::Client(id))
    }

    /// A moment as the page shows it: `12.480 s` after the start.
    fn clock(&self, at_ms: u64) -> String {
        clock(at_ms.cast_signed().wrapping_sub(self.start_ms().cast_signed()))
    }
}

impl Facts for World {
    fn name(&self, node: NodeId) -> String {
        World::name(self, node)
    }

    fn start_ms(&self) -> u64 {
        World::start_ms(self)
    }

    fn record(&self, partition: &TopicPartition, offset: Offset) -> Option<KeyValue> {
        let log = self.broker().logs().get(partition)?;
        let segment = &log.segments()[log.floor_segment(offset)?];
        let (_, position) = segment.offset_index().lookup(offset.as_i64());
        let batch = segment
            .batches_from(position)
            .filter_map(Result::ok)
            .find(|batch| batch.last_offset() >= offset.as_i64())?;
        let payload = batch.payload().ok()?;
        let record = payload
            .records()
            .filter_map(Result::ok)
            .find(|record| record.offset == offset.as_i64())?;
        Some(KeyValue { key: record.key.map(Bytes::from), value: record.value.map(Bytes::from) })
    }

    fn partition_count(&self, topic: &Topic) -> u32 {
        self.broker().logs().logs().filter(|log| log.partition().topic == *topic).count() as u32
    }

    fn log_end(&self, partition: &TopicPartition) -> Option<Offset> {
        self.broker().logs().get(partition).map(|log| log.log_end_offset())
    }
}

/// What a purchase is about: `item` of the value's JSON.
pub(super) fn item_of(value: Option<&Bytes>) -> Option<String> {
    let json: serde_json::Value = serde_json::from_slice(value?).ok()?;
    let item = json.get("item")?.as_str()?;
    let short = (1..=20).contains(&item.chars().count()) && !item.chars().any(char::is_control);
    short.then(|| item.to_owned())
}

/// A member's id without its random part: the client's own name (GRP-3).
pub(super) fn member_name(member_id: &str) -> &str {
    let uuid = member_id.len().checked_sub(37).and_then(|at| member_id.get(at..));
    match uuid {
        Some(uuid) if uuid.bytes().filter(|b| *b == b'-').count() == 5 => {
            &member_id[..member_id.len() - 37]
        }
        _ => member_id,
    }
}

/// A member's id with its random part cut short.
#[must_use]
pub fn short_member_id(member_id: &str) -> String {
    let name = member_name(member_id);
    match member_id.get(name.len()..name.len() + 5) {
        Some(random) => format!("{name}{random}…"),
        None => member_id.to_owned(),
    }
}

/// Two ratios with as many decimals as tell them apart, two if they can.
pub(super) fn ratios(one: Double, other: Double) -> (String, String) {
    let two_decimals = |ratio: Double| {
        let text = format!("{ratio}0");
        let end = text.find('.').map_or(text.len(), |point| (point + 3).min(text.len()));
        text[..end].to_owned()
    };
    let (a, b) = (two_decimals(one), two_decimals(other));
    if a == b && one != other { (one.to_string(), other.to_string()) } else { (a, b) }
}

/// A segment's file, as on disk (LOG-1).
pub(super) fn log_file(base_offset: Offset) -> String {
    format!("{:020}.log", base_offset.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purchase_names_its_item() {
        let item = |json: &str| item_of(Some(&Bytes::from(json.as_bytes())));
        assert_eq!(item(r#"{"item":"lamp","price":42}"#).as_deref(), Some("lamp"));
        for other in [r#"{"zip":"1"}"#, r#"{"item":""}"#, r#"{"item":7}"#, "lamp", ""] {
            assert_eq!(item(other), None, "{other}");
        }
        assert_eq!(item_of(None), None);
    }

    #[test]
    fn a_members_id_is_cut_where_chance_begins() {
        let id = "c-1-0a1b2c3d-0000-4000-8000-000000000001";
        assert_eq!(member_name(id), "c-1");
        assert_eq!(short_member_id(id), "c-1-0a1b…");
        assert_eq!(member_name("odd"), "odd");
        assert_eq!(short_member_id("odd"), "odd");
    }

    #[test]
    fn ratios_show_their_difference() {
        let cases = [
            ((1.0, 0.5), ("1.00", "0.50")),
            ((0.61347, 0.5), ("0.61", "0.50")),
            ((0.50001, 0.5), ("0.50001", "0.5")),
            ((0.0, 0.0), ("0.00", "0.00")),
        ];
        for ((one, other), expected) in cases {
            let (a, b) = ratios(Double(one), Double(other));
            assert_eq!((a.as_str(), b.as_str()), expected);
        }
    }
}
