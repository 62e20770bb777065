use super::*;

fn samples() -> Vec<Vec<u8>> {
    let noise: Vec<u8> =
        (0..200_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    vec![
        b"".to_vec(),
        b"a".to_vec(),
        b"order-1 order-2 order-3 order-4 order-5".repeat(40),
        vec![7; 300_000],
        noise,
    ]
}

#[test]
fn what_was_compressed_is_decompressed() {
    for codec in Codec::ALL {
        for sample in samples() {
            let compressed = Compression::from(codec).compress(&sample);
            let expected = Decompressed { bytes: sample, damage: None };
            // Nothing at all is no snappy stream, unless it is framed.
            assert!(decompress(codec, &compressed) == expected, "{}", codec.name());
        }
    }
}

#[test]
fn repeated_words_take_less_room() {
    let words = b"order-1 order-2 order-3 order-4 order-5".repeat(40);
    for codec in &Codec::ALL[1..] {
        let compressed = Compression::from(*codec).compress(&words);
        assert!(compressed.len() * 4 < words.len(), "{}: {}", codec.name(), compressed.len());
    }
}

#[test]
fn gzip_has_levels() {
    let words: Vec<u8> =
        (0..4000u32).flat_map(|n| format!("order-{} ", n * n % 977).into_bytes()).collect();
    let size = |level| Compression { codec: Codec::Gzip, level }.compress(&words).len();
    assert!(size(9) < size(1));
    assert_eq!(size(-1), size(6));
}

#[test]
fn damage_is_noticed_or_harmless_and_never_panics() {
    let words = b"order-1 order-2 order-3 order-4 order-5".repeat(40);
    for codec in &Codec::ALL[1..] {
        let compressed = Compression::from(*codec).compress(&words);
        for cut in 0..compressed.len() {
            let cut = decompress(*codec, &compressed[..cut]);
            assert!(cut.damage.is_some() || cut.bytes.len() < words.len(), "{}", codec.name());
        }
        for at in 0..compressed.len() {
            for flip in [1, 0x10, 0x80, 0xff] {
                let mut damaged = compressed.clone();
                damaged[at] ^= flip;
                decompress(*codec, &damaged);
            }
        }
    }
}

/// Small inputs that announce or make much output.
#[test]
fn bombs_stop_at_the_limit() {
    let zeros = vec![0; MAX_UNCOMPRESSED_BYTES + 1];
    for codec in &Codec::ALL[1..] {
        let bomb = Compression::from(*codec).compress(&zeros);
        let opened = decompress(*codec, &bomb);
        assert!(opened.damage.is_some(), "{}", codec.name());
        assert!(opened.bytes.len() <= MAX_UNCOMPRESSED_BYTES, "{}", codec.name());
    }
    // A snappy block that says it is 4 GiB long.
    let lie = decompress(Codec::Snappy, &[0xff, 0xff, 0xff, 0xff, 0x0f, 0]);
    assert_eq!((lie.bytes.len(), lie.damage.is_some()), (0, true));
}

#[test]
fn what_stands_behind_the_end_is_treated_as_kafka_does() {
    let words = b"order-1 order-2 order-3".to_vec();
    let with = |codec: Codec, tail: &[u8]| {
        let mut bytes = Compression::from(codec).compress(&words);
        bytes.extend(tail);
        let opened = decompress(codec, &bytes);
        (opened.bytes, opened.damage.is_some())
    };
    let once = |damaged| (words.clone(), damaged);
    assert_eq!(with(Codec::Gzip, &[1; 30]), once(false));
    assert_eq!(with(Codec::Snappy, &[0, 0, 0]), once(false));
    assert_eq!(with(Codec::Snappy, &[0, 0, 0, 9]), once(true));
    assert_eq!(with(Codec::Lz4, &[1; 30]), once(false));
    assert_eq!(with(Codec::Zstd, &[1; 30]), once(true));
    for codec in [Codec::Gzip, Codec::Zstd, Codec::Snappy] {
        let twice = with(codec, &Compression::from(codec).compress(&words));
        assert_eq!(twice, (words.repeat(2), false), "{}", codec.name());
    }
}

#[test]
fn snappy_without_a_header_is_one_block() {
    let block = snap::raw::Encoder::new().compress_vec(b"order order order").unwrap();
    assert_eq!(decompress(Codec::Snappy, &block).bytes, b"order order order");
    assert!(decompress(Codec::Snappy, b"").damage.is_some());
}

#[test]
fn a_buffer_that_meets_the_damage_is_lost() {
    let damage = |stops: &[usize], looks_ahead| Damage {
        buffer_bytes: 10,
        stops: stops.to_vec(),
        looks_ahead,
    };
    for (name, damage, asked, expected) in [
        ("bytes before it", damage(&[], true), 1, Some(10)),
        ("as many as there are, and no look ahead", damage(&[], false), 30, Some(30)),
        ("as many as there are, and a look ahead", damage(&[], true), 30, None),
        ("more than there are", damage(&[], false), 31, None),
        ("up to a stop", damage(&[7, 30], true), 31, Some(7)),
    ] {
        assert_eq!(damage.delivers(0, asked, 30), expected, "{name}");
    }
    assert_eq!(damage(&[30], true).delivers(30, 1, 30), None);
}

#[test]
fn xxh64_is_that_of_its_specification() {
    for (text, expected) in [
        ("", 0xef46_db37_51d8_e999u64),
        ("a", 0xd24e_c4f1_a98c_6e5b),
        ("abc", 0x44bc_2cf5_ad77_0999),
        ("Call me Ishmael. Some years ago--never mind how long precisely-", 0x02a2_e854_70d6_fd96),
    ] {
        assert_eq!(checksum::xxh64(text.as_bytes()), expected, "{text}");
    }
}
