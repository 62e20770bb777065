//! A variable-length number bit by bit (FMT-6): seven bits a byte, lowest first, then zig-zag.

/// How a varint's bytes become a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpacked {
    /// Each byte: its top bit, "more follows", and its other seven.
    pub bytes: Vec<(bool, String)>,
    /// The sevens put together, the last byte's first, without leading zeros.
    pub bits: String,
    /// Those bits as a number.
    pub number: u64,
    /// Zig-zag taken off: even numbers are halved, odd ones are negative.
    pub value: i64,
}

/// Whether a field of this name is written as a varint.
#[must_use]
pub fn is_varint(name: &str) -> bool {
    matches!(
        name,
        "length"
            | "timestampDelta"
            | "offsetDelta"
            | "keyLength"
            | "valueLength"
            | "headersCount"
            | "headerKeyLength"
            | "headerValueLength"
    )
}

/// Takes a varint's bytes apart.
#[must_use]
pub fn unpack(bytes: &[u8]) -> Unpacked {
    let number = bytes.iter().rev().fold(0u64, |number, byte| number << 7 | u64::from(byte & 0x7f));
    Unpacked {
        bytes: bytes
            .iter()
            .map(|byte| (byte & 0x80 != 0, format!("{:07b}", byte & 0x7f)))
            .collect(),
        bits: format!("{number:b}"),
        number,
        value: (number >> 1).cast_signed() ^ -((number & 1).cast_signed()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::record::write_varlong;

    #[test]
    fn what_is_unpacked_is_what_was_written() {
        for value in [0, -1, 1, 63, 64, -64, -65, 300, i64::MAX, i64::MIN] {
            let mut bytes = Vec::new();
            write_varlong(&mut bytes, value);
            let unpacked = unpack(&bytes);
            assert_eq!(unpacked.value, value);
            let last = unpacked.bytes.len() - 1;
            let more = unpacked.bytes.iter().map(|(more, _)| *more);
            assert!(more.enumerate().all(|(at, more)| more == (at < last)), "{unpacked:?}");
        }
        let unpacked = unpack(&[0xac, 0x02]);
        assert_eq!(unpacked.bytes, [(true, "0101100".into()), (false, "0000010".into())]);
        assert_eq!(
            (unpacked.bits.as_str(), unpacked.number, unpacked.value),
            ("100101100", 300, 150)
        );
    }
}
