//! murmur2 with every number on the way, and the coordinator's partition of a group.

use crate::protocol::java::{abs, group_partition, string_hash};
use crate::protocol::{KeyHash, Subject};
use crate::session::inspect::text::hex;
use crate::session::inspect::{Step, step};
use crate::words::{Line, Words};

const M: u32 = 0x5bd1_e995;
const SEED: u32 = 0x9747_b28c;

/// A stage of the hash: what went in, and what the hash was after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage<'a> {
    Start(u32),
    /// Four bytes, mixed, and the hash.
    Word(&'a [u8], u32, u32),
    Tail(&'a [u8], u32),
    End(u32),
}

/// PROD-8, stage by stage.
fn stages(key: &[u8]) -> Vec<Stage<'_>> {
    let mut h = SEED ^ (key.len() as u32);
    let mut stages = vec![Stage::Start(h)];
    let mut words = key.chunks_exact(4);
    for word in &mut words {
        let mut k = u32::from_le_bytes([word[0], word[1], word[2], word[3]]).wrapping_mul(M);
        k = (k ^ (k >> 24)).wrapping_mul(M);
        h = h.wrapping_mul(M) ^ k;
        stages.push(Stage::Word(word, k, h));
    }
    let tail = words.remainder();
    if !tail.is_empty() {
        for (at, byte) in tail.iter().enumerate() {
            h ^= u32::from(*byte) << (8 * at);
        }
        h = h.wrapping_mul(M);
        stages.push(Stage::Tail(tail, h));
    }
    h = (h ^ (h >> 13)).wrapping_mul(M);
    h ^= h >> 15;
    stages.push(Stage::End(h));
    stages
}

/// The rows of the hash of a key; a long key's middle is left out.
pub(super) fn murmur2_rows(key: &[u8], words: &dyn Words) -> Vec<(Line, Option<Subject>)> {
    const MOST_STAGES: usize = 40;
    let mut stages = stages(key);
    if stages.len() > MOST_STAGES {
        stages.drain(MOST_STAGES / 2..stages.len() - MOST_STAGES / 2);
    }
    let digits = |number: u32| format!("{number:08x}");
    let row = |stage: Stage<'_>| match stage {
        Stage::Start(h) => words.murmur_start(key.len() as u64, &digits(h)),
        Stage::Word(bytes, k, h) => words.murmur_word(&hex(bytes), &digits(k), &digits(h)),
        Stage::Tail(bytes, h) => words.murmur_tail(&hex(bytes), &digits(h)),
        Stage::End(h) => words.murmur_end(&digits(h), h.cast_signed()),
    };
    stages.into_iter().map(|stage| (row(stage), None)).collect()
}

/// How a key finds its partition, in three steps.
pub(super) fn key_steps(key: &[u8], partitions: u32, words: &dyn Words) -> Vec<Step> {
    const MOST_BYTES: usize = 16;
    let hash = KeyHash::of(key, partitions);
    let mut bytes = hex(&key[..key.len().min(MOST_BYTES)]);
    if key.len() > MOST_BYTES {
        bytes.push_str(" …");
    }
    vec![
        step(words.step_key_bytes(key.len() as u64, &bytes), "PROD-5"),
        step(words.step_murmur2(hash.hash), "PROD-8"),
        step(words.step_masked(hash.masked, partitions, hash.partition), "PROD-9"),
    ]
}

/// How a group finds its partition of `__consumer_offsets` (OFFS-1).
pub(super) fn group_steps(group: &str, partitions: u32, words: &dyn Words) -> Vec<Step> {
    let hash = string_hash(group);
    let partition = group_partition(group, partitions);
    vec![
        step(words.step_group_hash(group, hash), "GEN-3"),
        step(words.step_group_modulo(abs(hash), partitions, partition), "OFFS-1"),
        step(words.step_group_together(), "GRP-1"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::murmur2;

    #[test]
    fn the_stages_end_at_the_hash() {
        for length in 0..40u8 {
            let key: Vec<u8> = (0..length).map(|n| n.wrapping_mul(37) ^ length).collect();
            let last = stages(&key).pop();
            assert_eq!(last, Some(Stage::End(murmur2(&key).cast_unsigned())), "{key:?}");
        }
    }
}
