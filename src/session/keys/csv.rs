//! The table of keys as comma-separated values (RFC 4180).

use std::fmt::Write as _;

use crate::protocol::KeyHash;
use crate::session::keys::{KeyTable, OtherClient};

pub(super) fn csv(table: &KeyTable) -> String {
    let (now, then) = (table.partitions(), table.partitions_then());
    let mut text = format!(
        "key,bytes_hex,murmur2,without_sign,partition_of_{now},partition_of_{then},moved,librdkafka_crc32,sarama_fnv1a,abs_hash_code\r\n"
    );
    for (_, key) in table.serialized() {
        let (hash, moved_to) = (KeyHash::of(&key.bytes, now), KeyHash::of(&key.bytes, then));
        let bytes: String = key.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        write!(
            text,
            "{},{bytes},{},{},{},{},{}",
            quoted(&key.text),
            hash.hash,
            hash.masked,
            hash.partition,
            moved_to.partition,
            hash.partition != moved_to.partition
        )
        .expect("a text takes everything");
        for client in OtherClient::ALL {
            let partition = client.partition(&key, now);
            text.push(',');
            text.push_str(
                &partition.map_or("random".to_owned(), |partition| partition.to_string()),
            );
        }
        text.push_str("\r\n");
    }
    text
}

/// In quotes where a comma, a quote or a line end would be misread.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
