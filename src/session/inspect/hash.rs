//! murmur2 with every number on the way, and the coordinator's partition of a group.

use crate::protocol::java::{abs, group_partition, string_hash};
use crate::protocol::{KeyHash, Murmur2Stage, Subject, murmur2_stages};
use crate::session::inspect::text::hex;
use crate::session::inspect::{Step, step};
use crate::words::{Line, Words};

/// The rows of the hash of a key; a long key's middle is left out.
pub(super) fn murmur2_rows(key: &[u8], words: &dyn Words) -> Vec<(Line, Option<Subject>)> {
    const MOST_STAGES: usize = 40;
    let mut stages = murmur2_stages(key);
    if stages.len() > MOST_STAGES {
        stages.drain(MOST_STAGES / 2..stages.len() - MOST_STAGES / 2);
    }
    let digits = |number: u32| format!("{number:08x}");
    let row = |stage: Murmur2Stage<'_>| match stage {
        Murmur2Stage::Seed { h } => words.murmur_start(key.len() as u64, &digits(h)),
        Murmur2Stage::Word { bytes, mixed, h, .. } => {
            words.murmur_word(&hex(bytes), &digits(mixed), &digits(h))
        }
        Murmur2Stage::Tail { bytes, h } => words.murmur_tail(&hex(bytes), &digits(h)),
        Murmur2Stage::Avalanche { h } => words.murmur_end(&digits(h), h.cast_signed()),
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
