//! gzip (RFC 1952) around DEFLATE of `miniz_oxide`, which costs half of what a whole gzip crate would.
//!
//! Kafka: `GzipCompression`; Java: `GZIPOutputStream`, `GZIPInputStream`.

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::{
    TINFL_FLAG_HAS_MORE_INPUT, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
};
use miniz_oxide::inflate::core::{DecompressorOxide, decompress as inflate_some};

use super::checksum::crc32;
use super::{Damaged, MAX_UNCOMPRESSED_BYTES, take, take_array};

/// Magic number, DEFLATE, no flags, no time, no hint, an unknown system: as Java 16 and later write it.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

const HEADER_CRC: u8 = 2;
const EXTRA: u8 = 4;
const NAME: u8 = 8;
const COMMENT: u8 = 16;

/// zlib's own default level stands for −1.
const DEFAULT_LEVEL: u8 = 6;

pub(super) fn compress(records: &[u8], level: i32) -> Vec<u8> {
    let level = u8::try_from(level).unwrap_or(DEFAULT_LEVEL).min(9);
    let mut out = HEADER.to_vec();
    out.extend(compress_to_vec(records, level));
    out.extend(crc32(records).to_le_bytes());
    out.extend((records.len() as u32).to_le_bytes());
    out
}

/// `stops` are told where Java's inflater has used up a buffer of input, or comes to the end of a member.
pub(super) fn decompress(
    mut bytes: &[u8],
    out: &mut Vec<u8>,
    stops: &mut Vec<usize>,
) -> Result<(), Damaged> {
    /// A trailer and a header: what Java wants to see behind a member before it looks for another one.
    const ANOTHER: usize = 18;
    header(&mut bytes)?;
    loop {
        let start = out.len();
        member(&mut bytes, out, stops)?;
        stops.push(out.len());
        let crc = u32::from_le_bytes(take_array(&mut bytes)?);
        let length = u32::from_le_bytes(take_array(&mut bytes)?);
        let member = &out[start..];
        if crc != crc32(member) || length != member.len() as u32 {
            return Err(Damaged);
        }
        if bytes.len() <= ANOTHER || header(&mut bytes).is_err() {
            return Ok(()); // What is no further member is not looked at.
        }
    }
}

/// Bytes of a DEFLATE stream that is `size` bytes long without it, as zip archives hold them; `None` if it is
/// not, or larger than [`MAX_UNCOMPRESSED_BYTES`].
#[must_use]
pub fn inflate(mut bytes: &[u8], size: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    member(&mut bytes, &mut out, &mut Vec::new()).ok()?;
    (out.len() == size).then_some(out)
}

fn header(bytes: &mut &[u8]) -> Result<(), Damaged> {
    let all = *bytes;
    let [id1, id2, method, flags, ..] = take_array::<10>(bytes)?;
    if [id1, id2, method] != HEADER[..3] {
        return Err(Damaged);
    }
    if flags & EXTRA != 0 {
        let length = u16::from_le_bytes(take_array(bytes)?);
        take(bytes, length.into())?;
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            let end = bytes.iter().position(|byte| *byte == 0).ok_or(Damaged)?;
            take(bytes, end + 1)?;
        }
    }
    if flags & HEADER_CRC != 0 {
        let crc = crc32(&all[..all.len() - bytes.len()]) as u16;
        if u16::from_le_bytes(take_array(bytes)?) != crc {
            return Err(Damaged);
        }
    }
    Ok(())
}

/// One DEFLATE stream; the output grows as it is written.
fn member(bytes: &mut &[u8], out: &mut Vec<u8>, stops: &mut Vec<usize>) -> Result<(), Damaged> {
    /// The input buffer of Kafka's `GZIPInputStream`.
    const INPUT_BYTES: usize = 8 << 10;
    let mut inflater = Box::new(DecompressorOxide::new());
    let start = out.len();
    let mut written = 0;
    out.resize((start + 4 * bytes.len() + 64).min(MAX_UNCOMPRESSED_BYTES.max(start)), 0);
    let mut input = bytes.len().min(INPUT_BYTES);
    let result = loop {
        let mut flags = TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        if input < bytes.len() {
            flags |= TINFL_FLAG_HAS_MORE_INPUT;
        }
        let (status, read, wrote) =
            inflate_some(&mut inflater, &bytes[..input], &mut out[start..], written, flags);
        *bytes = &bytes[read..];
        written += wrote;
        input -= read;
        match status {
            TINFLStatus::NeedsMoreInput if !bytes.is_empty() => {
                stops.push(start + written);
                input = bytes.len().min(INPUT_BYTES);
            }
            TINFLStatus::FailedCannotMakeProgress | TINFLStatus::NeedsMoreInput => {
                stops.push(start + written); // The end of the file, at the next read.
                break Err(Damaged);
            }
            TINFLStatus::Done => break Ok(()),
            TINFLStatus::HasMoreOutput if out.len() < MAX_UNCOMPRESSED_BYTES => {
                let grown = (2 * out.len()).min(MAX_UNCOMPRESSED_BYTES);
                out.resize(grown, 0);
            }
            _ => break Err(Damaged),
        }
    };
    out.truncate(start + written);
    result
}
