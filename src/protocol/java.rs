//! What leaks from Java into Kafka's results: string hashes, the order of a `HashMap`, doubles.
//!
//! The only file at or below `sim` with floating-point arithmetic; it does what the JVM does, in
//! the same order, so that results are the same natively and in wasm.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use crate::protocol::sort_by_key;

/// `String.hashCode`: over UTF-16 units, `h = 31·h + unit`, wrapping (GEN-3).
#[must_use]
pub fn string_hash(text: &str) -> i32 {
    text.encode_utf16().fold(0i32, |h, unit| h.wrapping_mul(31).wrapping_add(i32::from(unit)))
}

/// `Utils.toPositive`: clears the sign bit. Not the absolute value (GEN-1).
#[must_use]
pub fn to_positive(number: i32) -> u32 {
    (number & i32::MAX) as u32
}

/// `Utils.abs`: the absolute value, but 0 for the smallest number (GEN-2).
#[must_use]
pub fn abs(number: i32) -> u32 {
    number.checked_abs().map_or(0, i32::cast_unsigned)
}

/// The partition of `__consumer_offsets` that holds a group (OFFS-1).
///
/// Kafka: `GroupCoordinatorService.partitionFor`.
#[must_use]
pub fn group_partition(group: &str, partitions: u32) -> u32 {
    abs(string_hash(group)) % partitions
}

/// `TopicPartition.hashCode`.
#[must_use]
pub fn topic_partition_hash(topic: &str, partition: u32) -> i32 {
    let partition = partition.cast_signed();
    31i32.wrapping_mul(31i32.wrapping_add(partition)).wrapping_add(string_hash(topic))
}

/// A `java.util.HashSet`, or the keys of a `HashMap`, as far as their order goes (GEN-6).
///
/// Left out: bins that became trees (nine colliding keys in a table of 64 buckets or more).
#[derive(Clone, Debug)]
pub struct HashOrder<T> {
    capacity: u32,
    /// In the order of insertion.
    entries: Vec<(u32, T)>,
}

impl<T> HashOrder<T> {
    /// An empty one. `initial_capacity` is the constructor's argument; `new HashMap<>()` is 16.
    #[must_use]
    pub fn new(initial_capacity: u32) -> Self {
        Self { capacity: initial_capacity.max(1).next_power_of_two(), entries: Vec::new() }
    }

    /// Puts a value that is not in it yet, with its key's hash code.
    pub fn insert(&mut self, hash: i32, value: T) {
        let spread = (hash ^ (hash.cast_unsigned() >> 16).cast_signed()).cast_unsigned();
        self.entries.push((spread, value));
        if self.capacity < 64 {
            let bucket = self.bucket(spread);
            let in_bucket = self.entries.iter().filter(|(h, _)| self.bucket(*h) == bucket).count();
            if in_bucket > 8 {
                self.capacity *= 2;
            }
        }
        if self.entries.len() as u64 * 4 > u64::from(self.capacity) * 3 {
            self.capacity *= 2;
        }
    }

    /// Takes out what is as asked; the table keeps its size.
    pub fn remove(&mut self, mut is_it: impl FnMut(&T) -> bool) {
        self.entries.retain(|(_, value)| !is_it(value));
    }

    /// What an iterator gives first.
    #[must_use]
    pub fn first(&self) -> Option<&T> {
        self.entries.iter().min_by_key(|(hash, _)| self.bucket(*hash)).map(|(_, value)| value)
    }

    /// What an iterator gives, in its order.
    #[must_use]
    pub fn into_vec(mut self) -> Vec<T> {
        let capacity = self.capacity;
        // Stable: insertion order inside a bucket.
        sort_by_key(&mut self.entries, |(hash, _)| hash & (capacity - 1));
        self.entries.into_iter().map(|(_, value)| value).collect()
    }

    fn bucket(&self, spread: u32) -> u32 {
        spread & (self.capacity - 1)
    }
}

/// The order in which a `java.util.HashMap` walks entries that were put in the given order (GEN-6).
///
/// Each entry comes with the hash code of its key; keys differ.
#[must_use]
pub fn hash_map_order<T>(initial_capacity: u32, entries: Vec<(i32, T)>) -> Vec<T> {
    let mut order = HashOrder::new(initial_capacity);
    for (hash, value) in entries {
        order.insert(hash, value);
    }
    order.into_vec()
}

/// The order in which the keys of a `java.util.Hashtable` come out, the keys of `Properties.propertyNames()` among
/// them: from its last bucket to its first, what was put last in front.
#[must_use]
pub fn hashtable_order<T>(entries: Vec<(i32, T)>) -> Vec<T> {
    let mut bins: Vec<Vec<(u32, T)>> = Vec::new();
    bins.resize_with(11, Vec::new);
    for (count, (hash, value)) in entries.into_iter().enumerate() {
        if count >= bins.len() * 3 / 4 {
            let mut wider: Vec<Vec<(u32, T)>> = Vec::new();
            wider.resize_with(bins.len() * 2 + 1, Vec::new);
            for (hash, value) in bins.into_iter().rev().flatten() {
                let at = hash as usize % wider.len();
                wider[at].insert(0, (hash, value));
            }
            bins = wider;
        }
        let hash = to_positive(hash);
        let at = hash as usize % bins.len();
        bins[at].insert(0, (hash, value));
    }
    bins.into_iter().rev().flatten().map(|(_, value)| value).collect()
}

/// `String.trim`: without what is a space or below at both ends.
#[must_use]
pub fn trim(text: &str) -> &str {
    text.trim_matches(|c| c <= ' ')
}

/// Compares strings as Java does, by UTF-16 units (GEN-5).
#[must_use]
pub fn compare_strings(a: &str, b: &str) -> Ordering {
    a.encode_utf16().cmp(b.encode_utf16())
}

/// `new String(bytes, UTF_8)`: what cannot be read becomes U+FFFD. Java takes an encoded surrogate for one
/// bad character, where Rust sees three.
#[must_use]
pub fn utf8_lossy(mut bytes: &[u8]) -> String {
    let mut text = String::new();
    loop {
        let error = match std::str::from_utf8(bytes) {
            Ok(rest) => return text + rest,
            Err(error) => error,
        };
        let (valid, rest) = bytes.split_at(error.valid_up_to());
        text.push_str(std::str::from_utf8(valid).expect("valid up to the error"));
        text.push(char::REPLACEMENT_CHARACTER);
        let bad = match rest {
            [0xed, 0xa0..=0xbf, 0x80..=0xbf, ..] => 3,
            [0xed, 0xa0..=0xbf, ..] => 2,
            _ => error.error_len().unwrap_or(rest.len()),
        };
        bytes = &rest[bad..];
    }
}

/// How well a topic's records compress, as a producer estimates it: a Java float, by its bits (PROD-22).
///
/// Kafka: `CompressionRatioEstimator`, `MemoryRecordsBuilder.estimatedBytesWritten`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CompressionRatio(u32);

impl Default for CompressionRatio {
    /// 1: what is assumed before anything was compressed.
    fn default() -> Self {
        Self(1.0f32.to_bits())
    }
}

impl CompressionRatio {
    /// The ratio of a batch that is closed.
    #[must_use]
    pub fn observed(compressed_bytes: usize, uncompressed_bytes: usize) -> Self {
        Self((compressed_bytes as f32 / uncompressed_bytes as f32).to_bits())
    }

    /// The estimate after a batch of this ratio: worse at once, better in small steps.
    #[must_use]
    pub fn updated(self, observed: Self) -> Self {
        let (now, seen) = (f32::from_bits(self.0), f32::from_bits(observed.0));
        Self(if seen > now {
            (now + 0.05).max(seen).to_bits()
        } else if seen < now {
            (now - 0.005).max(seen).to_bits()
        } else {
            self.0
        })
    }

    /// The estimate after a batch of this ratio turned out too large (PROD-30): at least 1.
    #[must_use]
    pub fn after_split(observed: Self) -> Self {
        Self(f32::from_bits(observed.0).max(1.0).to_bits())
    }

    /// How large records will be when they are compressed, with a margin of 5 %.
    #[must_use]
    pub fn estimate(self, uncompressed_bytes: usize) -> usize {
        (uncompressed_bytes as f32 * f32::from_bits(self.0) * 1.05) as usize
    }
}

/// A Java double that can be compared and hashed by its bits.
#[derive(Clone, Copy, Debug)]
pub struct Double(pub f64);

impl PartialEq for Double {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl Eq for Double {}

impl Hash for Double {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

impl std::fmt::Display for Double {
    /// As Java prints a ratio: always with a decimal point.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hundred_thousandths = (self.0 * 100_000.0).round() as i64;
        let (whole, fraction) =
            (hundred_thousandths / 100_000, (hundred_thousandths % 100_000).abs());
        let digits = format!("{fraction:05}");
        let digits = digits.trim_end_matches('0');
        write!(f, "{whole}.{}", if digits.is_empty() { "0" } else { digits })
    }
}

impl Double {
    /// Reads a number as `Double.parseDouble` does: the nearest double, to the last bit.
    ///
    /// Left out: Java's hexadecimal notation.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        match text {
            "NaN" | "+NaN" | "-NaN" => return Some(Self(f64::NAN)),
            "Infinity" | "+Infinity" => return Some(Self(f64::INFINITY)),
            "-Infinity" => return Some(Self(f64::NEG_INFINITY)),
            _ => {}
        }
        decimal(text.strip_suffix(['d', 'D', 'f', 'F']).unwrap_or(text)).map(Self)
    }

    /// Whether it is less than a whole number.
    #[must_use]
    pub fn is_below(self, least: i64) -> bool {
        self.0 < least as f64
    }

    /// Whether it is more than a whole number.
    #[must_use]
    pub fn is_above(self, most: i64) -> bool {
        self.0 > most as f64
    }

    /// The fixed-point value in parts of a hundred, for showing.
    #[must_use]
    pub fn hundredths(self) -> i64 {
        (self.0 * 100.0).round() as i64
    }
}

/// Reads a decimal number, as `-12.5e-3`. Rust's words for infinity are none in Java.
fn decimal(text: &str) -> Option<f64> {
    let in_digits = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
    text.bytes().all(in_digits).then(|| text.parse().ok()).flatten()
}

/// The dirty ratio, cleanable ÷ (clean + cleanable), as `LogToClean` computes it (CLEAN-5).
///
/// An empty log divides 0 by 0: not a number, which is never greater than anything.
#[must_use]
pub fn dirty_ratio(cleanable_bytes: u64, total_bytes: u64) -> Double {
    Double(cleanable_bytes as f64 / total_bytes as f64)
}

/// `ratio > threshold`, strictly (CLEAN-6).
#[must_use]
pub fn exceeds(ratio: Double, threshold: Double) -> bool {
    ratio.0 > threshold.0
}

/// `Double.compare`: the order in which the filthiest log is chosen; not-a-number is the largest.
#[must_use]
pub fn compare(a: Double, b: Double) -> Ordering {
    match (a.0.is_nan(), b.0.is_nan()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => a.0.total_cmp(&b.0),
    }
}

/// `(int) (slots * loadFactor)`: how many keys the cleaner's map takes (CLEAN-9).
#[must_use]
pub fn usable_slots(slots: u64, load_factor: Double) -> u64 {
    (slots as f64 * load_factor.0) as u64
}

/// `ExponentialBackoff.backoff` with multiplier 2 and jitter 0.2 (GEN-8).
///
/// `attempts` counts failures from 0. `random` is the draw, taken as a fraction of 2³².
#[must_use]
pub fn exponential_backoff_ms(initial_ms: u64, max_ms: u64, attempts: u32, random: u32) -> u64 {
    if max_ms <= initial_ms {
        return max_ms;
    }
    // Kafka raises 2 to min(attempts, log2(max / initial)); this is the same number without
    // `pow` and `log`, whose last bit differs from one platform to another.
    let term =
        initial_ms.saturating_mul(1u64.checked_shl(attempts).unwrap_or(u64::MAX)).min(max_ms);
    let factor = 0.8 + 0.4 * (f64::from(random) / 4_294_967_296.0);
    ((factor * term as f64) as u64).min(max_ms)
}

/// The bytes of a `double`, or else a `float`, as Kafka's serializers write it; `None` if `text` is no number.
#[must_use]
pub fn ieee_754(text: &str, double: bool) -> Option<Vec<u8>> {
    if double {
        return Some(text.parse::<f64>().ok()?.to_be_bytes().into());
    }
    Some(text.parse::<f32>().ok()?.to_be_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers of `CompressionRatioEstimator`, Apache Kafka 4.3.1.
    #[test]
    fn the_estimate_follows_worse_ratios_at_once_and_better_ones_slowly() {
        let one = CompressionRatio::default();
        assert_eq!(one.estimate(1000), 1050);
        let half = CompressionRatio::observed(50, 100);
        let better = one.updated(half);
        assert_eq!(better.estimate(100_000), 104_474); // 0.995
        assert_eq!(better.updated(half).estimate(100_000), 103_949); // 0.99
        assert_eq!(half.updated(CompressionRatio::observed(51, 100)).estimate(1000), 577); // 0.55
        assert_eq!(half.updated(CompressionRatio::observed(90, 100)).estimate(1000), 944); // 0.9
        assert_eq!(half.updated(half), half);
        assert_eq!(CompressionRatio::after_split(half), one);
    }

    #[test]
    fn strings_hash_as_in_java() {
        // GEN-3 and section 16.4.
        let cases = [
            ("", 0, 0),
            ("a", 97, 47),
            ("my-group", -1_906_497_762, 12),
            ("group-1", 293_427_299, 49),
            ("zmart-purchases", -930_999_211, 11),
            ("polygenelubricants", i32::MIN, 0),
            ("🔑", 1_772_660, 10),
        ];
        for (text, hash, partition) in cases {
            assert_eq!(string_hash(text), hash, "{text}");
            assert_eq!(group_partition(text, 50), partition, "{text}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced_as_in_java() {
        let cases: [(&[u8], &str); 6] = [
            (b"a\xffb", "a\u{fffd}b"),
            (b"\xed\xb8\x8c", "\u{fffd}"),
            (b"\xed\xb8x", "\u{fffd}x"),
            (b"\xed\xb8", "\u{fffd}"),
            (b"\xf0\x9f\x94", "\u{fffd}"),
            ("\u{ac00}".as_bytes(), "\u{ac00}"),
        ];
        for (bytes, text) in cases {
            assert_eq!(utf8_lossy(bytes), text, "{bytes:02x?}");
        }
    }

    #[test]
    fn positive_is_not_absolute() {
        assert_eq!((to_positive(-1), abs(-1)), (i32::MAX as u32, 1));
        assert_eq!((to_positive(i32::MIN), abs(i32::MIN)), (0, 0));
    }

    #[test]
    fn metadata_lists_partitions_in_hash_map_order() {
        // Seen on real 4.3.1 producers, one topic known (`kafka-transcripts.md`, PROD-13).
        let cases: [(&str, u32, &[u32]); 8] = [
            ("t3", 3, &[0, 2, 1]),
            ("t6", 6, &[3, 2, 1, 0, 5, 4]),
            ("test-topic3", 3, &[0, 2, 1]),
            ("test-topic6", 6, &[5, 4, 3, 2, 1, 0]),
            ("some-topic3", 3, &[1, 2, 0]),
            ("some-topic6", 6, &[0, 1, 4, 5, 2, 3]),
            ("orders3", 3, &[2, 1, 0]),
            ("orders6", 6, &[5, 4, 3, 2, 1, 0]),
        ];
        for (topic, partitions, expected) in cases {
            let entries = (0..partitions).map(|p| (topic_partition_hash(topic, p), p)).collect();
            assert_eq!(hash_map_order(partitions, entries), expected, "{topic}");
        }
    }

    #[test]
    fn one_letter_keys_come_out_alphabetically() {
        let entries = ["C", "A", "B"].map(|id| (string_hash(id), id)).to_vec();
        assert_eq!(hash_map_order(16, entries), ["A", "B", "C"]);
    }

    #[test]
    fn back_off_doubles_up_to_its_maximum() {
        let middle = 1 << 31; // A factor of exactly 1.
        let series: Vec<_> = (0..6).map(|n| exponential_backoff_ms(100, 1000, n, middle)).collect();
        assert_eq!(series, [100, 200, 400, 800, 1000, 1000]);
        assert_eq!(exponential_backoff_ms(100, 1000, 0, 0), 80);
        assert_eq!(exponential_backoff_ms(100, 100, 5, 0), 100);
    }

    #[test]
    fn the_cleaners_map_has_kafkas_size() {
        assert_eq!(usable_slots(134_217_728 / 24, Double(0.9)), 5_033_164); // CLEAN-9
    }

    #[test]
    fn a_half_dirty_log_is_not_dirtier_than_half() {
        assert!(!exceeds(dirty_ratio(100, 200), Double(0.5)));
        assert!(exceeds(dirty_ratio(101, 201), Double(0.5)));
        assert!(!exceeds(dirty_ratio(0, 0), Double(0.0)));
    }

    #[test]
    fn doubles_are_written_like_javas() {
        for (number, text) in [(0.5, "0.5"), (1.0, "1.0"), (0.01, "0.01"), (0.0, "0.0")] {
            assert_eq!(Double(number).to_string(), text);
        }
    }

    /// What `Double.parseDouble` of Java 17 gave, as `Double.doubleToLongBits`.
    #[test]
    fn doubles_are_read_like_javas_to_the_last_bit() {
        let cases: [(&str, u64); 14] = [
            ("0.5", 0x3fe0_0000_0000_0000),
            ("0.1", 0x3fb9_9999_9999_999a),
            ("0.30000000000000004", 0x3fd3_3333_3333_3334),
            ("0.1234567890123456789", 0x3fbf_9add_3746_f65f),
            ("2.2250738585072012e-308", 0x0010_0000_0000_0000),
            ("9007199254740993", 0x4340_0000_0000_0000),
            ("0.50000000000000000000000000000000001", 0x3fe0_0000_0000_0000),
            ("1e23", 0x44b5_2d02_c7e1_4af6),
            (".7d", 0x3fe6_6666_6666_6666),
            ("-12.5e-3", 0xbf89_9999_9999_999a),
            ("1e99999999999", 0x7ff0_0000_0000_0000),
            ("1e-999", 0x0000_0000_0000_0000),
            ("0e999", 0x0000_0000_0000_0000),
            ("0.60111f", 0x3fe3_3c4b_09e9_8dce),
        ];
        for (text, bits) in cases {
            assert_eq!(Double::parse(text).map(|number| number.0.to_bits()), Some(bits), "{text}");
        }
        for text in ["", "-", ".", "e5", "1e", "1.2.3", "1-2", "1e5.5", "+-1", "inf", "half", "1_0"]
        {
            assert_eq!(Double::parse(text), None, "{text}");
        }
    }
}
