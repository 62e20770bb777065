//! snappy, as the library that Kafka uses frames it: a header, then blocks of at most 32 KiB, each with its
//! length in front. What has no such header is read as one block.
//!
//! Kafka: `SnappyCompression`; snappy-java: `SnappyOutputStream`, `SnappyInputStream`.

use snap::raw::{Decoder, Encoder, decompress_len};

use super::{Damaged, room, take, take_array};

const MAGIC: [u8; 8] = [0x82, b'S', b'N', b'A', b'P', b'P', b'Y', 0];
const HEADER_BYTES: usize = 16;
const VERSION: u32 = 1;
const BLOCK_BYTES: usize = 32 * 1024;
const MAX_CHUNK_BYTES: u32 = 512 << 20;

pub(super) fn compress(records: &[u8]) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    out.extend(VERSION.to_be_bytes());
    out.extend(VERSION.to_be_bytes());
    let mut encoder = Encoder::new();
    for block in records.chunks(BLOCK_BYTES) {
        let block = encoder.compress_vec(block).expect("a block of 32 KiB is not too large");
        out.extend((block.len() as u32).to_be_bytes());
        out.extend(block);
    }
    out
}

pub(super) fn decompress(mut bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Damaged> {
    if bytes.len() < HEADER_BYTES || !bytes.starts_with(&MAGIC) {
        return block(bytes, out);
    }
    // The versions of the first header are not looked at.
    take(&mut bytes, HEADER_BYTES)?;
    while let Ok(length) = take_array::<4>(&mut bytes) {
        if length == MAGIC[..4] {
            let rest: [u8; 12] = take_array(&mut bytes)?;
            if rest[..4] != MAGIC[4..] {
                return Ok(());
            }
            if rest[4] & 0x80 != 0 || rest[4..8] < VERSION.to_be_bytes()[..] {
                return Err(Damaged);
            }
            continue;
        }
        let length = u32::from_be_bytes(length);
        if length > MAX_CHUNK_BYTES {
            return Err(Damaged);
        }
        block(take(&mut bytes, length as usize)?, out)?;
    }
    Ok(())
}

fn block(block: &[u8], out: &mut Vec<u8>) -> Result<(), Damaged> {
    let length = decompress_len(block).map_err(|_| Damaged)?;
    // No element of a block writes more than 64 bytes, and none is shorter than two bytes.
    if block.is_empty() || length > 64 * block.len() {
        return Err(Damaged);
    }
    room(out, length)?;
    let start = out.len();
    out.resize(start + length, 0);
    let written = Decoder::new().decompress(block, &mut out[start..]);
    if written != Ok(length) {
        out.truncate(start);
        return Err(Damaged);
    }
    Ok(())
}
