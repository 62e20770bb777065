//! The codecs of a batch's records section (FMT-3, FMT-13): bytes in, bytes out, in Kafka's framing.
//!
//! Kafka: `Compression`, `CompressionType`. Reading is Kafka's streaming reading without the streams: what
//! comes before damage is decompressed, and it is remembered that damage follows. No length in the bytes is
//! trusted, and no more than [`MAX_UNCOMPRESSED_BYTES`] are written. Left out: levels where the codec's
//! library knows one only (lz4, zstd), so compressed bytes are not Kafka's to the byte.

mod checksum;
mod gzip;
mod lz4;
mod snappy;
mod zstd;

pub use checksum::crc32;
pub use gzip::inflate;

/// The most that the records of one batch may take when they are decompressed. Kafka has no limit but its
/// memory; a batch that is larger is answered as damaged.
pub const MAX_UNCOMPRESSED_BYTES: usize = 64 << 20;

/// How a batch's records are compressed (FMT-3 bits 0–2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Codec {
    /// Not at all.
    #[default]
    None,
    /// gzip.
    Gzip,
    /// snappy in Kafka's framing.
    Snappy,
    /// LZ4 frames.
    Lz4,
    /// Zstandard.
    Zstd,
}

impl Codec {
    /// All of them, by their id.
    pub const ALL: [Self; 5] = [Self::None, Self::Gzip, Self::Snappy, Self::Lz4, Self::Zstd];

    /// As `compression.type` writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Gzip => "gzip",
            Self::Snappy => "snappy",
            Self::Lz4 => "lz4",
            Self::Zstd => "zstd",
        }
    }

    /// The codec of a name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|codec| codec.name() == name)
    }

    /// The number in a batch's attributes.
    #[must_use]
    pub fn id(self) -> i16 {
        self as i16
    }

    /// The codec of a number in a batch's attributes, if there is one.
    #[must_use]
    pub fn from_id(id: i16) -> Option<Self> {
        usize::try_from(id).ok().and_then(|id| Self::ALL.get(id)).copied()
    }

    /// Kafka's default level, for the codecs that have one (PROD-26).
    #[must_use]
    pub fn default_level(self) -> i32 {
        match self {
            Self::Gzip => -1,
            Self::Lz4 => 9,
            Self::Zstd => 3,
            Self::None | Self::Snappy => 0,
        }
    }
}

/// A codec and how hard it tries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Compression {
    /// Which codec.
    pub codec: Codec,
    /// `compression.gzip.level` and the like; only gzip's makes a difference here.
    pub level: i32,
}

impl From<Codec> for Compression {
    fn from(codec: Codec) -> Self {
        Self { codec, level: codec.default_level() }
    }
}

impl Compression {
    /// Compresses a records section.
    #[must_use]
    pub fn compress(self, records: &[u8]) -> Vec<u8> {
        match self.codec {
            Codec::None => records.to_vec(),
            Codec::Gzip => gzip::compress(records, self.level),
            Codec::Snappy => snappy::compress(records),
            Codec::Lz4 => lz4::compress(records),
            Codec::Zstd => zstd::compress(records),
        }
    }
}

/// What could be decompressed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Decompressed {
    /// All that comes before damage.
    pub(super) bytes: Vec<u8>,
    /// The damage that follows, if any: a stream ends in an `IOException` there.
    pub(super) damage: Option<Damage>,
}

/// How a stream hands out bytes that damage follows. Kafka asks for a buffer of them at a time
/// (`ChunkedBytesStream`); one that meets the damage is lost as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Damage {
    /// The buffer's bytes; who asks for more is given it without the buffer.
    buffer_bytes: usize,
    /// Where the stream hands out what it has, whatever it was asked for, in order.
    stops: Vec<usize>,
    /// The stream looks for more even when it has as much as it was asked for.
    looks_ahead: bool,
}

impl Damage {
    /// How far one that has `from` bytes gets by asking for `asked` more, if there are `total`; `None`: not
    /// before the damage.
    pub(super) fn delivers(&self, from: usize, asked: usize, total: usize) -> Option<usize> {
        let to = from + asked.max(self.buffer_bytes);
        match self.stops.iter().find(|stop| **stop > from) {
            Some(stop) => Some(to.min(*stop)),
            None => (to < total || (to == total && !self.looks_ahead)).then_some(to),
        }
    }
}

/// The bytes are no stream of the codec, from here on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Damaged;

/// Decompresses a records section. `Codec::None` copies.
pub(super) fn decompress(codec: Codec, compressed: &[u8]) -> Decompressed {
    let (mut bytes, mut stops) = (Vec::new(), Vec::new());
    let result = match codec {
        Codec::None => {
            bytes.extend_from_slice(compressed);
            Ok(())
        }
        Codec::Gzip => gzip::decompress(compressed, &mut bytes, &mut stops),
        Codec::Snappy => snappy::decompress(compressed, &mut bytes),
        Codec::Lz4 => lz4::decompress(compressed, &mut bytes),
        Codec::Zstd => zstd::decompress(compressed, &mut bytes, &mut stops),
    };
    if codec == Codec::Lz4 {
        stops.push(bytes.len()); // A block at a time.
    }
    let damage = result.is_err().then_some(Damage {
        buffer_bytes: if matches!(codec, Codec::Gzip | Codec::Zstd) { 16 << 10 } else { 2 << 10 },
        stops,
        looks_ahead: matches!(codec, Codec::Gzip | Codec::Zstd),
    });
    Decompressed { bytes, damage }
}

/// Room for `wanted` more bytes of output, if the limit allows.
fn room(out: &[u8], wanted: usize) -> Result<(), Damaged> {
    if wanted > MAX_UNCOMPRESSED_BYTES - out.len().min(MAX_UNCOMPRESSED_BYTES) {
        return Err(Damaged);
    }
    Ok(())
}

/// The next `count` bytes.
fn take<'a>(bytes: &mut &'a [u8], count: usize) -> Result<&'a [u8], Damaged> {
    let (front, rest) = bytes.split_at_checked(count).ok_or(Damaged)?;
    *bytes = rest;
    Ok(front)
}

fn take_array<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], Damaged> {
    Ok(take(bytes, N)?.try_into().expect("`take` returns as many bytes as asked for"))
}

#[cfg(test)]
mod tests;
