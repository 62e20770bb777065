//! Where other clients put the same key: none of these is what Kafka's own producer does.
//!
//! Sources: librdkafka's `partitioner` property (`consistent_random`, its default, and `fnv1a`), Sarama's
//! `NewHashPartitioner`, Java's `Object.hashCode` as people write it into a partitioner of their own.

use crate::session::keys::{KeyOfType, SerializedKey};

/// A way to choose a key's partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OtherClient {
    /// librdkafka and what is built on it, by default: CRC-32.
    Librdkafka,
    /// Sarama, and librdkafka's `fnv1a`: FNV-1a, 32 bits.
    Fnv1a,
    /// `Math.abs(key.hashCode()) % partitions`.
    HashCode,
}

impl OtherClient {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Librdkafka, Self::Fnv1a, Self::HashCode];

    /// What clients of its kind are called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Librdkafka => "librdkafka",
            Self::Fnv1a => "Sarama",
            Self::HashCode => "Math.abs(hashCode)",
        }
    }

    /// The function.
    #[must_use]
    pub fn function(self) -> &'static str {
        match self {
            Self::Librdkafka => "CRC-32",
            Self::Fnv1a => "FNV-1a",
            Self::HashCode => "31·h + c",
        }
    }

    /// The partition, of `partitions` ≥ 1; `None`: a random one.
    ///
    /// Negative where `Math.abs` does not help: it leaves the smallest number as it is, and such a
    /// partition does not exist.
    #[must_use]
    pub fn partition(self, key: &SerializedKey, partitions: u32) -> Option<i64> {
        let partitions = i64::from(partitions);
        match self {
            Self::Librdkafka if key.bytes.is_empty() => None,
            Self::Librdkafka => Some(i64::from(crc32fast::hash(&key.bytes)) % partitions),
            Self::Fnv1a => {
                let hash = fnv1a(&key.bytes).cast_signed();
                Some((i64::from(hash) % partitions).abs())
            }
            Self::HashCode => Some(i64::from(hash_code(&key.value).wrapping_abs()) % partitions),
        }
    }
}

fn fnv1a(bytes: &[u8]) -> u32 {
    const OFFSET_BASIS: u32 = 0x811c_9dc5;
    const PRIME: u32 = 0x0100_0193;
    bytes.iter().fold(OFFSET_BASIS, |h, byte| (h ^ u32::from(*byte)).wrapping_mul(PRIME))
}

/// `String.hashCode`, `Integer.hashCode`, `Long.hashCode` (GEN-3).
fn hash_code(key: &KeyOfType) -> i32 {
    match key {
        KeyOfType::String(text) => crate::protocol::java::string_hash(text),
        KeyOfType::Integer(number) => *number,
        KeyOfType::Long(number) => (*number ^ (number.cast_unsigned() >> 32).cast_signed()) as i32,
    }
}
