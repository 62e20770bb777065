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
            let expected = Decompressed { bytes: sample, damaged: false };
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
            assert!(cut.damaged || cut.bytes.len() < words.len(), "{}", codec.name());
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
        assert!(opened.damaged, "{}", codec.name());
        assert!(opened.bytes.len() <= MAX_UNCOMPRESSED_BYTES, "{}", codec.name());
    }
    // A snappy block that says it is 4 GiB long.
    let lie = decompress(Codec::Snappy, &[0xff, 0xff, 0xff, 0xff, 0x0f, 0]);
    assert_eq!(lie, Decompressed { bytes: Vec::new(), damaged: true });
}

#[test]
fn what_stands_behind_the_end_is_treated_as_kafka_does() {
    let words = b"order-1 order-2 order-3".to_vec();
    let with = |codec: Codec, tail: &[u8]| {
        let mut bytes = Compression::from(codec).compress(&words);
        bytes.extend(tail);
        decompress(codec, &bytes)
    };
    let once = |damaged| Decompressed { bytes: words.clone(), damaged };
    assert_eq!(with(Codec::Gzip, &[1; 30]), once(false));
    assert_eq!(with(Codec::Snappy, &[0, 0, 0]), once(false));
    assert_eq!(with(Codec::Snappy, &[0, 0, 0, 9]), once(true));
    assert_eq!(with(Codec::Lz4, &[1; 30]), once(false));
    assert_eq!(with(Codec::Zstd, &[1; 30]), once(true));
    for codec in [Codec::Gzip, Codec::Zstd, Codec::Snappy] {
        let twice = with(codec, &Compression::from(codec).compress(&words));
        assert_eq!((twice.bytes, twice.damaged), (words.repeat(2), false), "{}", codec.name());
    }
}

#[test]
fn snappy_without_a_header_is_one_block() {
    let block = snap::raw::Encoder::new().compress_vec(b"order order order").unwrap();
    assert_eq!(decompress(Codec::Snappy, &block).bytes, b"order order order");
    assert!(decompress(Codec::Snappy, b"").damaged);
}
