//! Zstandard, by `ruzstd`, which knows one level.
//!
//! Kafka: `ZstdCompression`; zstd-jni: `ZstdInputStreamNoFinalizer`.

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::checksum::xxh64;
use super::{Damaged, room, take, take_array};

/// What zstd reads without being asked for more (`ZSTD_WINDOWLOG_LIMIT_DEFAULT`).
const MAX_WINDOW_BYTES: u64 = 1 << 27;
/// How much is decoded between two looks at the limit.
const STEP_BYTES: usize = 1 << 17;
/// Where a frame has its descriptor, behind the magic number; a bit that must not be set, and that of a checksum.
const DESCRIPTOR: usize = 4;
const RESERVED: u8 = 1 << 3;
const CHECKSUM: u8 = 1 << 2;

pub(super) fn compress(records: &[u8]) -> Vec<u8> {
    compress_to_vec(records, CompressionLevel::Fastest)
}

/// `stops` are told where a frame ends, or the bytes.
pub(super) fn decompress(
    mut bytes: &[u8],
    out: &mut Vec<u8>,
    stops: &mut Vec<usize>,
) -> Result<(), Damaged> {
    while !bytes.is_empty() {
        let all = bytes;
        let start = out.len();
        if frame(&mut bytes, out).is_err() {
            out.truncate(start);
            if before_damage(all, out) {
                stops.push(out.len());
            }
            return Err(Damaged);
        }
        stops.push(out.len());
    }
    Ok(())
}

/// Appends what comes before the damage in a frame. Tells if it is cut off, rather than wrong: then the bytes of a
/// block that is not compressed count as far as they go.
fn before_damage(frame: &[u8], out: &mut Vec<u8>) -> bool {
    /// As many bytes as a block may have.
    const MOST_BYTES: usize = 1 << 17;
    let mut rest = frame;
    if FrameDecoder::new().init(&mut rest).is_err() {
        return false;
    }
    // Where each whole block begins; then what is left of the one that is cut.
    let mut blocks = Vec::new();
    let mut cut_raw = None;
    let mut cut = true;
    while let Ok([low, middle, high]) = take_array::<3>(&mut rest) {
        let header = usize::from(low) | usize::from(middle) << 8 | usize::from(high) << 16;
        let (last, kind, size) = (header & 1 == 1, header >> 1 & 3, header >> 3);
        let begin = frame.len() - rest.len() - 3;
        if kind == 3 || size > MOST_BYTES {
            cut = false;
            break;
        }
        if take(&mut rest, if kind == 1 { 1 } else { size }).is_err() {
            cut_raw = (kind == 0 && !rest.is_empty()).then_some((begin, rest.len()));
            break;
        }
        blocks.push((begin, frame.len() - rest.len()));
        if last {
            cut = false;
            break;
        }
    }
    // The frame that ends behind so many of its blocks, without a checksum.
    let shortened = |count: usize| {
        let (begin, end) = *blocks.get(count.checked_sub(1)?)?;
        let mut shortened = frame[..end].to_vec();
        shortened[begin] |= 1;
        Some(shortened)
    };
    let decode = |shortened: Option<Vec<u8>>| {
        let mut shortened = shortened?;
        shortened[DESCRIPTOR] &= !CHECKSUM;
        let mut decoded = Vec::new();
        self::frame(&mut &shortened[..], &mut decoded).ok().map(|()| decoded)
    };
    if cut {
        let whole = match cut_raw {
            Some((begin, size)) => {
                let mut whole = frame.to_vec();
                whole[begin..begin + 3].copy_from_slice(&(size << 3 | 1).to_le_bytes()[..3]);
                decode(Some(whole))
            }
            None if blocks.is_empty() => Some(Vec::new()),
            None => decode(shortened(blocks.len())),
        };
        if let Some(whole) = whole {
            out.extend(whole);
            return true;
        }
    }
    let (mut good, mut bad) = (0, blocks.len());
    while good < bad {
        let middle = (good + bad).div_ceil(2);
        if decode(shortened(middle)).is_some() {
            good = middle;
        } else {
            bad = middle - 1;
        }
    }
    out.extend(decode(shortened(good)).unwrap_or_default());
    false
}

fn frame(bytes: &mut &[u8], out: &mut Vec<u8>) -> Result<(), Damaged> {
    let start = out.len();
    let reserved = bytes.get(DESCRIPTOR).is_some_and(|byte| byte & RESERVED != 0);
    let mut decoder = FrameDecoder::new();
    decoder.set_max_window_size(MAX_WINDOW_BYTES);
    match decoder.init(&mut *bytes) {
        Ok(()) if reserved => return Err(Damaged),
        Ok(()) => {}
        Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
            length,
            ..
        })) => {
            take(bytes, length as usize)?;
            return Ok(());
        }
        Err(_) => return Err(Damaged),
    }
    loop {
        let decoded =
            decoder.decode_blocks(&mut *bytes, BlockDecodingStrategy::UptoBytes(STEP_BYTES));
        let collected = decoder.collect().unwrap_or_default();
        room(out, collected.len())?;
        out.extend(collected);
        room(out, decoder.can_collect())?;
        match decoded {
            Ok(true) => {
                let stored = decoder.get_checksum_from_data();
                let fits = stored.is_none_or(|stored| stored == xxh64(&out[start..]) as u32);
                return if fits { Ok(()) } else { Err(Damaged) };
            }
            Ok(false) => {}
            Err(_) => return Err(Damaged),
        }
    }
}
