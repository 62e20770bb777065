//! Hashes, varints and sequence numbers: sections 16.1, 16.2, 16.4 and 16.6, and Kafka's own tests of them.

use brokerscope::protocol::java::{abs, group_partition, string_hash, to_positive};
use brokerscope::protocol::record::{
    ReadError, Reader, decrement_sequence, increment_sequence, varint_size, varlong_size,
    write_varint, write_varlong,
};
use brokerscope::protocol::{KeyHash, murmur2};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// V-MUR, with `UtilsTest.testMurmur2` among its rows.
#[test]
fn keys_hash_and_spread_over_any_number_of_partitions_as_kafkas_do() {
    let rows = include_str!("murmur2.txt").lines().filter(|line| !line.starts_with('#'));
    let mut count = 0;
    for row in rows {
        let [key, hash, partitions] = row.split(" ; ").collect::<Vec<_>>()[..] else {
            panic!("{row}");
        };
        let number = |text: &str| text.parse::<i64>().unwrap();
        let key = match key.split_once(' ') {
            Some(("int32BE", value)) => (number(value) as i32).to_be_bytes().to_vec(),
            Some(("int64BE", value)) => number(value).to_be_bytes().to_vec(),
            _ => key.trim_matches('"').as_bytes().to_vec(),
        };
        assert_eq!(i64::from(murmur2(&key)), number(hash), "{row}");
        for (of, partition) in [2, 3, 4, 5, 6, 8, 10, 12].iter().zip(partitions.split(',')) {
            assert_eq!(i64::from(KeyHash::of(&key, *of).partition), number(partition), "{row}");
        }
        count += 1;
    }
    assert_eq!(count, 68);
}

/// `UtilsTest.testAbs`; GEN-1 and GEN-2, which differ in most negative numbers.
#[test]
fn kafkas_abs_is_0_of_the_smallest_number_and_the_mask_is_something_else() {
    for (number, absolute) in [(i32::MIN, 0), (-10, 10), (10, 10), (0, 0), (-1, 1)] {
        assert_eq!(abs(number), absolute, "{number}");
    }
    for (number, masked) in [(-1, 2_147_483_647), (i32::MIN, 0), (7, 7)] {
        assert_eq!(to_positive(number), masked, "{number}");
    }
}

/// V-GROUP; the mask would put "my-group" into partition 36.
#[test]
fn groups_find_their_partition_of_50() {
    let rows = [
        ("", 0, 0),
        ("a", 97, 47),
        ("my-group", -1_906_497_762, 12),
        ("test-group", 627_841_412, 12),
        ("group", 98_629_247, 47),
        ("group-1", 293_427_299, 49),
        ("group1", -1_237_460_590, 40),
        ("console-consumer-12345", 158_455_506, 6),
        ("connect-cluster", 1_440_343_063, 13),
        ("streams-app", 1_643_830_855, 5),
        ("zmart-purchases", -930_999_211, 11),
        ("payments", 1_382_682_413, 13),
        ("order-service", 562_889_526, 26),
        ("polygenelubricants", i32::MIN, 0),
    ];
    for (group, hash, partition) in rows {
        assert_eq!((string_hash(group), group_partition(group, 50)), (hash, partition), "{group}");
    }
}

/// `ByteUtilsTest.testVarintSerde`; rows up to 134217728 are also rows of `testVarlongSerde`.
const VARINTS: [(i32, &[u8]); 21] = [
    (0, &[0x00]),
    (-1, &[0x01]),
    (1, &[0x02]),
    (63, &[0x7e]),
    (-64, &[0x7f]),
    (64, &[0x80, 0x01]),
    (-65, &[0x81, 0x01]),
    (8191, &[0xfe, 0x7f]),
    (-8192, &[0xff, 0x7f]),
    (8192, &[0x80, 0x80, 0x01]),
    (-8193, &[0x81, 0x80, 0x01]),
    (1_048_575, &[0xfe, 0xff, 0x7f]),
    (-1_048_576, &[0xff, 0xff, 0x7f]),
    (1_048_576, &[0x80, 0x80, 0x80, 0x01]),
    (-1_048_577, &[0x81, 0x80, 0x80, 0x01]),
    (134_217_727, &[0xfe, 0xff, 0xff, 0x7f]),
    (-134_217_728, &[0xff, 0xff, 0xff, 0x7f]),
    (134_217_728, &[0x80, 0x80, 0x80, 0x80, 0x01]),
    (-134_217_729, &[0x81, 0x80, 0x80, 0x80, 0x01]),
    (i32::MAX, &[0xfe, 0xff, 0xff, 0xff, 0x0f]),
    (i32::MIN, &[0xff, 0xff, 0xff, 0xff, 0x0f]),
];

/// `ByteUtilsTest.testVarlongSerde`: by how many bytes, and the two numbers on each side of the step to it.
const VARLONG_STEPS: [(usize, i64); 6] = [
    (5, 17_179_869_183),
    (6, 2_199_023_255_551),
    (7, 281_474_976_710_655),
    (8, 36_028_797_018_963_967),
    (9, 4_611_686_018_427_387_903),
    (10, i64::MAX),
];

#[test]
fn varints_have_the_bytes_of_kafkas_own_test() {
    for (value, bytes) in VARINTS {
        let mut out = Vec::new();
        write_varint(&mut out, value);
        assert_eq!((out.as_slice(), varint_size(value)), (bytes, bytes.len()), "{value}");
        assert_eq!(Reader::new(bytes).varint(), Ok(value), "{value}");
        let long = i64::from(value);
        out.clear();
        write_varlong(&mut out, long);
        assert_eq!((out.as_slice(), varlong_size(long)), (bytes, bytes.len()), "{value}");
        assert_eq!(Reader::new(bytes).varlong(), Ok(long), "{value}");
    }
    // What the largest number of so many bytes looks like, and the one after it.
    let full = |length: usize, first: u8| {
        let last = if length == 10 { 0x01 } else { 0x7f };
        let mut bytes = vec![0xff; length];
        (bytes[0], bytes[length - 1]) = (first, last);
        bytes
    };
    let step = |length: usize, first: u8| {
        let mut bytes = vec![0x80; length];
        (bytes[0], bytes[length - 1]) = (first, 0x01);
        bytes
    };
    for (length, most) in VARLONG_STEPS {
        let mut rows = vec![(most, full(length, 0xfe)), (-most - 1, full(length, 0xff))];
        if let Some(next) = most.checked_add(1) {
            rows.extend([(next, step(length + 1, 0x80)), (-next - 1, step(length + 1, 0x81))]);
        }
        for (value, bytes) in rows {
            let mut out = Vec::new();
            write_varlong(&mut out, value);
            assert_eq!((&out, varlong_size(value)), (&bytes, bytes.len()), "{value}");
            assert_eq!(Reader::new(&bytes).varlong(), Ok(value), "{value}");
        }
    }
}

/// `ByteUtilsTest.testUnsignedVarintSerde`, of which we only read.
#[test]
fn varints_without_zig_zag_are_read_as_unsigned() {
    let rows: [(i32, &[u8]); 14] = [
        (0, &[0x00]),
        (-1, &[0xff, 0xff, 0xff, 0xff, 0x0f]),
        (1, &[0x01]),
        (63, &[0x3f]),
        (-64, &[0xc0, 0xff, 0xff, 0xff, 0x0f]),
        (64, &[0x40]),
        (8191, &[0xff, 0x3f]),
        (-8192, &[0x80, 0xc0, 0xff, 0xff, 0x0f]),
        (8192, &[0x80, 0x40]),
        (-8193, &[0xff, 0xbf, 0xff, 0xff, 0x0f]),
        (1_048_575, &[0xff, 0xff, 0x3f]),
        (1_048_576, &[0x80, 0x80, 0x40]),
        (i32::MAX, &[0xff, 0xff, 0xff, 0xff, 0x07]),
        (i32::MIN, &[0x80, 0x80, 0x80, 0x80, 0x08]),
    ];
    for (value, bytes) in rows {
        assert_eq!(Reader::new(bytes).unsigned_varint(), Ok(value.cast_unsigned()), "{value}");
    }
}

/// `ByteUtilsTest.testInvalidVarint` and `testInvalidVarlong`.
#[test]
fn a_varint_of_a_byte_too_many_is_refused() {
    let bytes = [0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    assert_eq!(Reader::new(&bytes).varint(), Err(ReadError::Overlong));
    let bytes = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    assert_eq!(Reader::new(&bytes).varlong(), Err(ReadError::Overlong));
}

/// `DefaultRecordBatchTest.testIncrementSequence` and `testDecrementSequence`.
#[test]
fn sequences_wrap_past_the_largest_number() {
    for (sequence, by, sum) in [(5, 5, 10), (i32::MAX, 1, 0), (i32::MAX - 5, 10, 4)] {
        assert_eq!(increment_sequence(sequence, by), sum, "{sequence} + {by}");
    }
    for (sequence, by, difference) in [(10, 5, 5), (0, 1, i32::MAX)] {
        assert_eq!(decrement_sequence(sequence, by), difference, "{sequence} - {by}");
    }
}
