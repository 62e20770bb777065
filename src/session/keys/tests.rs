//! Known answers for other clients and for what moves, and no text that breaks the table.

use super::*;
use crate::words::{Lang, words};

fn key(text: &str) -> SerializedKey {
    KeySerializer::String.serialize(text).expect("every text is a string")
}

fn partitions(text: &str, of: u32) -> [Option<i64>; 3] {
    OtherClient::ALL.map(|client| client.partition(&key(text), of))
}

#[test]
fn other_clients_answer_as_they_do() {
    // zlib.crc32, FNV-1a by its definition, String.hashCode; each worked out elsewhere.
    assert_eq!(partitions("alice", 3), [Some(2), Some(2), Some(0)]);
    assert_eq!(partitions("", 3), [None, Some(0), Some(0)], "librdkafka: an empty key is random");
    // CRC-32 and FNV-1a of their own test texts: cbf43926, 0xbf9cf968 ("foobar").
    assert_eq!(crc32fast::hash(b"123456789"), 0xcbf4_3926);
    let foobar = i64::from(0xbf9c_f968_u32.cast_signed());
    let ours = OtherClient::Fnv1a.partition(&key("foobar"), u32::MAX);
    assert_eq!(ours, Some(foobar.abs()));
}

#[test]
fn the_absolute_value_of_the_smallest_number_is_no_partition() {
    // "polygenelubricants" is the classic text whose hashCode is -2147483648.
    let [_, _, hash_code] = partitions("polygenelubricants", 3);
    assert_eq!(hash_code, Some(-2));
}

#[test]
fn numbers_are_serialised_as_kafka_does() {
    let bytes = |serializer: KeySerializer, text| serializer.serialize(text).map(|key| key.bytes);
    assert_eq!(bytes(KeySerializer::Integer, "42").as_deref(), Some(&[0, 0, 0, 42][..]));
    assert_eq!(bytes(KeySerializer::Long, "-1").as_deref(), Some(&[255; 8][..]));
    assert_eq!(bytes(KeySerializer::Integer, "2147483648"), None);
    assert_eq!(bytes(KeySerializer::Integer, "alice"), None);
}

#[test]
fn keys_move_as_often_as_worked_out() {
    let mut table = KeyTable::default();
    let thousand: Vec<String> = (0..1000).map(|n| format!("key-{n}")).collect();
    assert_eq!(table.set_text(&thousand.join("\n")), 0);
    for (now, then, least, most) in [(3, 6, 450, 560), (3, 4, 700, 800), (6, 6, 0, 0)] {
        table.set_partitions(now, then);
        let view = KeysView::new(&table, words(Lang::En));
        let moved = view.then.iter().flat_map(|pile| &pile.keys).filter(|key| key.moved).count();
        assert!((least..=most).contains(&moved), "{now} to {then}: {moved}");
        assert_eq!(view.any_moved, moved > 0);
    }
}

#[test]
fn the_rows_end_at_the_partition() {
    let mut table = KeyTable::default();
    for text in ["a", "alice", "주문-1", "a rather long key, of many words"] {
        table.look_at(text);
        let view = KeysView::new(&table, words(Lang::Ko));
        let last = view.rows.last().expect("there are rows");
        assert_eq!((last.bits, last.masked), (view.hash.masked, true));
        assert_eq!(view.hash, crate::protocol::KeyHash::of(text.as_bytes(), 3));
        assert_eq!(view.bytes.len(), text.len());
        let pile = &view.now[view.hash.partition as usize];
        assert!(pile.keys.iter().any(|piled| piled.tile.text == text), "{text}");
    }
}

#[test]
fn every_key_has_a_label_of_its_own() {
    let view = KeysView::new(&KeyTable::default(), words(Lang::En));
    let mut labels: Vec<&str> =
        view.now.iter().flat_map(|pile| &pile.keys).map(|key| key.tile.label.as_str()).collect();
    assert_eq!(labels.len(), 32);
    labels.sort_unstable();
    labels.dedup();
    assert_eq!(labels.len(), 32);
}

#[test]
fn texts_are_taken_line_by_line_and_nothing_breaks_the_table() {
    let mut table = KeyTable::default();
    table.look_at("alice");
    assert_eq!(table.set_text("\n\r\nbob\r\nalice\nbob\n"), 0);
    assert_eq!(table.keys(), ["bob", "alice"]);
    assert_eq!(table.selected(), 1, "the microscope stays on its key");
    assert_eq!(table.set_text(" \n".trim()), 0);
    assert_eq!(table.keys().len(), 2, "a text without keys changes nothing");
    table.select(99);
    assert_eq!(table.selected(), 1);
    let many: Vec<String> = (0..MOST_KEYS + 7).map(|n| n.to_string()).collect();
    assert_eq!(table.set_text(&many.join("\n")), 7);
    table.look_at(&"x".repeat(9_999));
    assert_eq!(table.keys().len(), MOST_KEYS);
    assert_eq!(table.keys()[0].len(), LONGEST_KEY);
    table.serializer = KeySerializer::Integer;
    table.set_text("alice");
    let view = KeysView::new(&table, words(Lang::En));
    assert!(view.key.is_none() && view.refused.is_some());
    table.set_partitions(0, u32::MAX);
    assert_eq!((table.partitions(), table.partitions_then()), (1, MOST_PARTITIONS));
}

#[test]
fn the_file_has_a_line_a_key_and_quotes_what_needs_it() {
    let mut table = KeyTable::default();
    table.set_text("alice\nsay \"hi\", bob");
    let csv = table.csv();
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines[1], "alice,616c696365,1951417749,1951417749,0,3,true,2,2,0");
    assert!(lines[2].starts_with("\"say \"\"hi\"\", bob\","), "{}", lines[2]);
    assert_eq!(lines.len(), 3);
}

#[test]
fn a_link_brings_somebody_else_to_the_same_table() {
    let mut table = KeyTable::default();
    table.set_text("주문-1\na&b=c\n100%\n42");
    table.apply(KeysAction::Select(2));
    table.apply(KeysAction::SetPartitions(5, 7));
    table.serializer = KeySerializer::Long;
    let address = crate::session::Address::parse(&format!("room=keys&{}", table.link()), "");
    assert_eq!(address.keys, Some(table));
    assert_eq!(address.problems, Vec::<String>::new());
    for bad in ["of=0", "then=65", "of=x", "serializer=Avro"] {
        let address = crate::session::Address::parse(bad, "");
        assert_eq!(address.problems, [bad], "{bad}");
    }
}
