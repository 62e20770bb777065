//! Zstandard, by `ruzstd`, which knows one level.
//!
//! Kafka: `ZstdCompression`; zstd-jni: `ZstdInputStream`. Left out: content checksums, which Kafka's own
//! frames do not have.

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::{Damaged, room, take};

/// What zstd reads without being asked for more (`ZSTD_WINDOWLOG_LIMIT_DEFAULT`).
const MAX_WINDOW_BYTES: u64 = 1 << 27;
/// How much is decoded between two looks at the limit.
const STEP_BYTES: usize = 1 << 17;

pub(super) fn compress(records: &[u8]) -> Vec<u8> {
    compress_to_vec(records, CompressionLevel::Fastest)
}

pub(super) fn decompress(mut bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Damaged> {
    while !bytes.is_empty() {
        frame(&mut bytes, out)?;
    }
    Ok(())
}

fn frame(bytes: &mut &[u8], out: &mut Vec<u8>) -> Result<(), Damaged> {
    let mut decoder = FrameDecoder::new();
    decoder.set_max_window_size(MAX_WINDOW_BYTES);
    match decoder.init(&mut *bytes) {
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
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(_) => return Err(Damaged),
        }
    }
}
