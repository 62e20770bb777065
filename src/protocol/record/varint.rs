//! Zig-zag variable-length integers (FMT-6), and a reader that never runs past the end.
//!
//! Kafka: `ByteUtils.writeVarint`, `readVarint`, `writeVarlong`, `readVarlong`.

/// Why bytes could not be read as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// The bytes end too early (`BufferUnderflowException`).
    Underflow,
    /// A variable-length integer is longer than its type allows (`IllegalArgumentException`).
    Overlong,
}

/// Appends a zig-zag varint, 1 to 5 bytes.
#[inline(always)]
pub fn write_varint(out: &mut Vec<u8>, value: i32) {
    let mut z = ((value << 1) ^ (value >> 31)).cast_unsigned();
    while z & !0x7f != 0 {
        out.push((z as u8) | 0x80);
        z >>= 7;
    }
    out.push(z as u8);
}

/// Appends a zig-zag varlong, 1 to 10 bytes.
#[inline(always)]
pub fn write_varlong(out: &mut Vec<u8>, value: i64) {
    let mut z = ((value << 1) ^ (value >> 63)).cast_unsigned();
    while z & !0x7f != 0 {
        out.push((z as u8) | 0x80);
        z >>= 7;
    }
    out.push(z as u8);
}

/// How many bytes [`write_varint`] takes for `value`.
#[must_use]
#[inline(always)]
pub fn varint_size(value: i32) -> usize {
    let z = ((value << 1) ^ (value >> 31)).cast_unsigned();
    ((38 - z.leading_zeros().min(31)) / 7) as usize
}

/// How many bytes [`write_varlong`] takes for `value`.
#[must_use]
#[inline(always)]
pub fn varlong_size(value: i64) -> usize {
    let z = ((value << 1) ^ (value >> 63)).cast_unsigned();
    ((70 - z.leading_zeros().min(63)) / 7) as usize
}

/// Reads big-endian and variable-length numbers from the front of a slice.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Reader<'a> {
    /// A reader at the first of `bytes`.
    #[must_use]
    #[inline(always)]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// How many bytes were read.
    #[must_use]
    #[inline(always)]
    pub fn position(&self) -> usize {
        self.position
    }

    /// How many bytes are left.
    #[must_use]
    #[inline(always)]
    pub fn remaining(&self) -> usize {
        self.bytes.len() - self.position
    }

    /// The next `count` bytes.
    ///
    /// # Errors
    /// [`ReadError::Underflow`] if there are fewer.
    #[inline(always)]
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], ReadError> {
        let end = self.position.checked_add(count).ok_or(ReadError::Underflow)?;
        let bytes = self.bytes.get(self.position..end).ok_or(ReadError::Underflow)?;
        self.position = end;
        Ok(bytes)
    }

    #[inline(always)]
    fn array<const N: usize>(&mut self) -> Result<[u8; N], ReadError> {
        Ok(self.take(N)?.try_into().expect("`take` returns as many bytes as asked for"))
    }

    /// One signed byte.
    ///
    /// # Errors
    /// [`ReadError::Underflow`] at the end, as for all the numbers below.
    #[inline(always)]
    pub fn i8(&mut self) -> Result<i8, ReadError> {
        Ok(i8::from_be_bytes(self.array()?))
    }

    /// Two bytes, big-endian.
    ///
    /// # Errors
    /// See [`Reader::i8`].
    #[inline(always)]
    pub fn i16(&mut self) -> Result<i16, ReadError> {
        Ok(i16::from_be_bytes(self.array()?))
    }

    /// Four bytes, big-endian.
    ///
    /// # Errors
    /// See [`Reader::i8`].
    #[inline(always)]
    pub fn i32(&mut self) -> Result<i32, ReadError> {
        Ok(i32::from_be_bytes(self.array()?))
    }

    /// Eight bytes, big-endian.
    ///
    /// # Errors
    /// See [`Reader::i8`].
    #[inline(always)]
    pub fn i64(&mut self) -> Result<i64, ReadError> {
        Ok(i64::from_be_bytes(self.array()?))
    }

    /// A zig-zag varint.
    ///
    /// # Errors
    /// [`ReadError`], also for more than 5 bytes.
    #[inline(always)]
    pub fn varint(&mut self) -> Result<i32, ReadError> {
        let z = self.unsigned_varint()?;
        Ok((z >> 1).cast_signed() ^ -((z & 1).cast_signed()))
    }

    /// A varint without zig-zag, as in flexible protocol messages.
    ///
    /// # Errors
    /// [`ReadError`], also for more than 5 bytes.
    #[inline(always)]
    pub fn unsigned_varint(&mut self) -> Result<u32, ReadError> {
        let mut value = 0u32;
        for group in 0..5 {
            let byte = self.array::<1>()?[0];
            value |= u32::from(byte & 0x7f).wrapping_shl(7 * group);
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(ReadError::Overlong)
    }

    /// A zig-zag varlong.
    ///
    /// # Errors
    /// [`ReadError`], also for more than 10 bytes.
    #[inline(always)]
    pub fn varlong(&mut self) -> Result<i64, ReadError> {
        let mut z = 0u64;
        for group in 0..10 {
            let byte = self.array::<1>()?[0];
            z |= u64::from(byte & 0x7f).wrapping_shl(7 * group);
            if byte & 0x80 == 0 {
                return Ok((z >> 1).cast_signed() ^ -((z & 1).cast_signed()));
            }
        }
        Err(ReadError::Overlong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Section 16.2, V-VAR.
    #[test]
    fn varints_have_kafkas_bytes() {
        let cases: [(i32, &[u8]); 14] = [
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
            (1_048_576, &[0x80, 0x80, 0x80, 0x01]),
            (134_217_728, &[0x80, 0x80, 0x80, 0x80, 0x01]),
            (i32::MAX, &[0xfe, 0xff, 0xff, 0xff, 0x0f]),
            (i32::MIN, &[0xff, 0xff, 0xff, 0xff, 0x0f]),
        ];
        for (value, bytes) in cases {
            let mut out = Vec::new();
            write_varint(&mut out, value);
            assert_eq!(out, bytes, "{value}");
            assert_eq!(varint_size(value), bytes.len(), "{value}");
            assert_eq!(Reader::new(bytes).varint(), Ok(value), "{value}");
        }
    }

    #[test]
    fn varlongs_have_kafkas_bytes() {
        let cases: [(i64, &[u8]); 3] = [
            (17_179_869_183, &[0xfe, 0xff, 0xff, 0xff, 0x7f]),
            (i64::MAX, &[0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
            (i64::MIN, &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
        ];
        for (value, bytes) in cases {
            let mut out = Vec::new();
            write_varlong(&mut out, value);
            assert_eq!(out, bytes, "{value}");
            assert_eq!(varlong_size(value), bytes.len(), "{value}");
            assert_eq!(Reader::new(bytes).varlong(), Ok(value), "{value}");
        }
    }

    #[test]
    fn every_size_agrees_with_what_is_written() {
        for shift in 0..63 {
            for value in
                [1i64 << shift, (1i64 << shift) - 1, -(1i64 << shift), -(1i64 << shift) - 1]
            {
                let mut out = Vec::new();
                write_varlong(&mut out, value);
                assert_eq!(varlong_size(value), out.len(), "{value}");
                if let Ok(value) = i32::try_from(value) {
                    out.clear();
                    write_varint(&mut out, value);
                    assert_eq!(varint_size(value), out.len(), "{value}");
                }
            }
        }
    }

    #[test]
    fn too_long_and_too_short_are_told_apart() {
        assert_eq!(Reader::new(&[0x80; 5]).varint(), Err(ReadError::Overlong));
        assert_eq!(Reader::new(&[0x80; 4]).varint(), Err(ReadError::Underflow));
        assert_eq!(Reader::new(&[0x80; 10]).varlong(), Err(ReadError::Overlong));
        assert_eq!(Reader::new(&[]).varlong(), Err(ReadError::Underflow));
    }
}
