//! CRC32C twice more, to measure the library's against: a byte at a time, and by eight tables, which is
//! what a machine without an instruction for it can do.

const TABLES: [[u32; 256]; 8] = tables();

const fn tables() -> [[u32; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0x82f6_3b78 } else { crc >> 1 };
            bit += 1;
        }
        tables[0][byte] = crc;
        byte += 1;
    }
    let mut table = 1;
    while table < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[table - 1][byte];
            tables[table][byte] = (before >> 8) ^ tables[0][(before & 0xff) as usize];
            byte += 1;
        }
        table += 1;
    }
    tables
}

/// One byte. Loops below are written out and call nothing: the page's optimisation for size would leave
/// iterators calls, and what is measured would be that.
#[inline(always)]
fn step(crc: u32, byte: u8) -> u32 {
    (crc >> 8) ^ TABLES[0][((crc ^ byte as u32) & 0xff) as usize]
}

/// A byte at a time.
pub(crate) fn by_bytes(bytes: &[u8]) -> u32 {
    let (mut crc, mut at) = (!0, 0);
    while at < bytes.len() {
        crc = step(crc, bytes[at]);
        at += 1;
    }
    !crc
}

/// Eight bytes at a time.
pub(crate) fn by_tables(bytes: &[u8]) -> u32 {
    let (mut crc, mut rest): (u32, &[u8]) = (!0, bytes);
    while let [a, b, c, d, e, f, g, h, tail @ ..] = rest {
        let low = crc ^ (*a as u32 | (*b as u32) << 8 | (*c as u32) << 16 | (*d as u32) << 24);
        crc = TABLES[7][(low & 0xff) as usize]
            ^ TABLES[6][(low >> 8 & 0xff) as usize]
            ^ TABLES[5][(low >> 16 & 0xff) as usize]
            ^ TABLES[4][(low >> 24) as usize]
            ^ TABLES[3][*e as usize]
            ^ TABLES[2][*f as usize]
            ^ TABLES[1][*g as usize]
            ^ TABLES[0][*h as usize];
        rest = tail;
    }
    while let [byte, tail @ ..] = rest {
        crc = step(crc, *byte);
        rest = tail;
    }
    !crc
}
