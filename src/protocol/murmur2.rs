//! The hash of a record's key, and the partition that follows from it.
//!
//! Kafka: `Utils.murmur2`, `Utils.toPositive`, `BuiltInPartitioner.partitionForKey`.

use crate::protocol::java::to_positive;

const M: u32 = 0x5bd1_e995;
const SEED: u32 = 0x9747_b28c;

/// Kafka's 32-bit murmur2 of the serialised key (PROD-8).
#[must_use]
pub fn murmur2(key: &[u8]) -> i32 {
    let mut h = SEED ^ (key.len() as u32);
    let mut words = key.chunks_exact(4);
    for word in &mut words {
        let mut k = u32::from_le_bytes([word[0], word[1], word[2], word[3]]);
        k = k.wrapping_mul(M);
        k ^= k >> 24;
        k = k.wrapping_mul(M);
        h = h.wrapping_mul(M) ^ k;
    }
    let tail = words.remainder();
    if !tail.is_empty() {
        for (at, byte) in tail.iter().enumerate() {
            h ^= u32::from(*byte) << (8 * at);
        }
        h = h.wrapping_mul(M);
    }
    h ^= h >> 13;
    h = h.wrapping_mul(M);
    h ^= h >> 15;
    h.cast_signed()
}

/// A stage of murmur2, with the hash as it is after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Murmur2Stage<'a> {
    /// The seed, xor the length.
    Seed {
        /// The hash so far.
        h: u32,
    },
    /// Four bytes.
    Word {
        /// The bytes.
        bytes: &'a [u8],
        /// The bytes as a number, the first one the lowest.
        word: u32,
        /// The word times m, xor itself shifted right by 24, times m.
        mixed: u32,
        /// The hash so far: times m, xor `mixed`.
        h: u32,
    },
    /// One to three bytes at the end.
    Tail {
        /// The bytes.
        bytes: &'a [u8],
        /// The hash so far: xor the bytes, times m.
        h: u32,
    },
    /// The hash mixed with itself.
    Avalanche {
        /// The hash.
        h: u32,
    },
}

/// [`murmur2`] with every number on the way (PROD-8).
#[must_use]
pub fn murmur2_stages(key: &[u8]) -> Vec<Murmur2Stage<'_>> {
    let mut h = SEED ^ (key.len() as u32);
    let mut stages = vec![Murmur2Stage::Seed { h }];
    let mut words = key.chunks_exact(4);
    for bytes in &mut words {
        let word = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        let mut mixed = word.wrapping_mul(M);
        mixed = (mixed ^ (mixed >> 24)).wrapping_mul(M);
        h = h.wrapping_mul(M) ^ mixed;
        stages.push(Murmur2Stage::Word { bytes, word, mixed, h });
    }
    let bytes = words.remainder();
    if !bytes.is_empty() {
        for (at, byte) in bytes.iter().enumerate() {
            h ^= u32::from(*byte) << (8 * at);
        }
        h = h.wrapping_mul(M);
        stages.push(Murmur2Stage::Tail { bytes, h });
    }
    h = (h ^ (h >> 13)).wrapping_mul(M);
    h ^= h >> 15;
    stages.push(Murmur2Stage::Avalanche { h });
    stages
}

/// How a key found its partition: every number on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyHash {
    /// murmur2 of the key's bytes, signed 32 bit.
    pub hash: i32,
    /// The hash without its sign bit. Not its absolute value (PROD-9).
    pub masked: u32,
    /// All partitions of the topic, leaderless ones included (PROD-7).
    pub partitions: u32,
    /// `masked % partitions`.
    pub partition: u32,
}

impl KeyHash {
    /// Hashes a serialised key for a topic of `partitions` partitions, at least 1 (PROD-7).
    #[must_use]
    pub fn of(key: &[u8], partitions: u32) -> Self {
        let hash = murmur2(key);
        let masked = to_positive(hash);
        Self { hash, masked, partitions, partition: masked % partitions }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Section 16.1, V-MUR: key, hash, partition of 3. `tests/vectors/partition.jsonl` has hundreds more.
    #[test]
    fn keys_hash_as_in_kafkas_own_tests() {
        let cases: [(&[u8], i32, u32); 12] = [
            (b"", 275_646_681, 0),
            (b"a", -1_563_381_124, 1),
            (b"b", -1_853_091_852, 2),
            (b"ab", 316_155_434, 2),
            (b"abc", 479_470_107, 0),
            (b"abcd", -1_323_649_548, 2),
            (b"alice", 1_951_417_749, 0),
            (b"21", -973_932_308, 0),
            (b"foobar", -790_332_482, 0),
            (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971, 2),
            ("日本語".as_bytes(), 1_431_860_170, 1),
            (&[0, 0, 0, 42], 1_606_757_304, 0),
        ];
        for (key, hash, partition) in cases {
            let found = KeyHash::of(key, 3);
            assert_eq!((found.hash, found.partition), (hash, partition), "{key:?}");
        }
    }

    #[test]
    fn the_stages_end_at_the_hash() {
        for length in 0..40u8 {
            let key: Vec<u8> = (0..length).map(|n| n.wrapping_mul(37) ^ length).collect();
            let h = murmur2(&key).cast_unsigned();
            assert_eq!(murmur2_stages(&key).pop(), Some(Murmur2Stage::Avalanche { h }), "{key:?}");
        }
    }

    #[test]
    fn the_sign_bit_is_masked_and_the_number_not_negated() {
        // PROD-9: the absolute value would give partition 0.
        assert_eq!(KeyHash::of(b"b", 3).masked, 294_391_796);
        assert_eq!(KeyHash::of(b"b", 3).partition, 2);
    }
}
