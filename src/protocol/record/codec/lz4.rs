//! LZ4 frames as Kafka writes and reads them: independent blocks of at most 64 KiB when written, no
//! checksums but the header's; `lz4_flex` does the blocks.
//!
//! Kafka: `Lz4BlockOutputStream`, `Lz4BlockInputStream`, which does not check content checksums. Left out:
//! the wrong header checksums of magic 0.

use lz4_flex::block::{compress as compress_block, decompress_into};

use super::checksum::xxh32;
use super::{Damaged, room, take, take_array};

const MAGIC: u32 = 0x184d_2204;
const UNCOMPRESSED: u32 = 1 << 31;
const BLOCK_BYTES: usize = 1 << 16;

// Version 1, independent blocks; 64 KiB.
const FLAGS: u8 = 0b0110_0000;
const BLOCK_SIZE: u8 = 4 << 4;

const CONTENT_CHECKSUM: u8 = 1 << 2;
const CONTENT_SIZE: u8 = 1 << 3;
const BLOCK_CHECKSUM: u8 = 1 << 4;

fn header_checksum(descriptor: &[u8]) -> u8 {
    (xxh32(descriptor) >> 8) as u8
}

pub(super) fn compress(records: &[u8]) -> Vec<u8> {
    let mut out = MAGIC.to_le_bytes().to_vec();
    let descriptor = [FLAGS, BLOCK_SIZE];
    out.extend(descriptor);
    out.push(header_checksum(&descriptor));
    for block in records.chunks(BLOCK_BYTES) {
        let compressed = compress_block(block);
        let (length, bytes) = if compressed.len() < block.len() {
            (compressed.len() as u32, &compressed[..])
        } else {
            (block.len() as u32 | UNCOMPRESSED, block)
        };
        out.extend(length.to_le_bytes());
        out.extend_from_slice(bytes);
    }
    out.extend([0; 4]);
    out
}

pub(super) fn decompress(mut bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Damaged> {
    if u32::from_le_bytes(take_array(&mut bytes)?) != MAGIC {
        return Err(Damaged);
    }
    let all = bytes;
    let [flags, block_size] = take_array(&mut bytes)?;
    let exponent = block_size >> 4;
    if flags & 0b1110_0011 != FLAGS || block_size & 0x8f != 0 || !(4..=7).contains(&exponent) {
        return Err(Damaged);
    }
    let max_block = 1usize << (2 * exponent + 8);
    if flags & CONTENT_SIZE != 0 {
        take(&mut bytes, 8)?;
    }
    let descriptor = &all[..all.len() - bytes.len()];
    if take(&mut bytes, 1)?[0] != header_checksum(descriptor) {
        return Err(Damaged);
    }
    loop {
        let length = u32::from_le_bytes(take_array(&mut bytes)?);
        let compressed = length & UNCOMPRESSED == 0;
        let length = (length & !UNCOMPRESSED) as usize;
        if length == 0 {
            if flags & CONTENT_CHECKSUM != 0 {
                take(&mut bytes, 4)?;
            }
            return Ok(()); // What follows the end mark is not looked at.
        }
        if length > max_block {
            return Err(Damaged);
        }
        let block = take(&mut bytes, length)?;
        if flags & BLOCK_CHECKSUM != 0 {
            let checksum = u32::from_le_bytes(take_array(&mut bytes)?);
            // Java decompresses before it compares; either way the block is of no use.
            if checksum != xxh32(block) {
                return Err(Damaged);
            }
        }
        if compressed {
            self::block(block, max_block, out)?;
        } else {
            room(out, length)?;
            out.extend_from_slice(block);
        }
    }
}

fn block(block: &[u8], max_block: usize, out: &mut Vec<u8>) -> Result<(), Damaged> {
    // A byte stands for at most 255, so that a short block needs no room for a long one.
    let most = max_block.min(255 * block.len());
    room(out, most.min(max_block))?;
    let start = out.len();
    out.resize(start + most, 0);
    let written = decompress_into(block, &mut out[start..]);
    out.truncate(start + *written.as_ref().unwrap_or(&0));
    written.map(|_| ()).map_err(|_| Damaged)
}
