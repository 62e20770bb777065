//! Zip archives: a directory of files as one, and back.
//!
//! Written stored, not compressed, with one fixed date, so that the same files give the same bytes. Read
//! stored or deflated, from the central directory. Well-kept zip crates add more to the download than all
//! four codecs of record batches; this adds a hundred lines to the DEFLATE and CRC-32 that are there already.

use crate::protocol::record::{MAX_UNCOMPRESSED_BYTES, crc32, inflate};

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const END_BYTES: usize = 22;
const VERSION: u16 = 20;
/// Names are UTF-8.
const FLAGS: u16 = 1 << 11;
/// 1 January 1980, the first day of the format's calendar.
const DATE: u16 = (1 << 5) | 1;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// Why bytes are no archive that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ZipError {
    /// There is no central directory, or it lies outside of the bytes.
    NotAnArchive,
    /// An entry is damaged, encrypted, too large or packed in a way that is not known.
    Entry(u32),
}

fn put(out: &mut Vec<u8>, shorts: &[u16]) {
    out.extend(shorts.iter().flat_map(|short| short.to_le_bytes()));
}

fn put_long(out: &mut Vec<u8>, long: u32) {
    out.extend(long.to_le_bytes());
}

/// An archive of `files`: names, with `/` between directories, and bytes.
///
/// # Panics
/// If there are more than 65,535 files, or 4 GiB of them.
#[must_use]
pub fn write(files: &[(String, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    let size = |bytes: usize| u32::try_from(bytes).expect("an archive is smaller than 4 GiB");
    for (name, bytes) in files {
        let position = size(out.len());
        let mut header = Vec::new();
        put(&mut header, &[VERSION, FLAGS, STORED, 0, DATE]);
        put_long(&mut header, crc32(bytes));
        put_long(&mut header, size(bytes.len()));
        put_long(&mut header, size(bytes.len()));
        put(&mut header, &[u16::try_from(name.len()).expect("a name is short"), 0]);

        put_long(&mut out, LOCAL);
        out.extend_from_slice(&header);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(bytes);

        put_long(&mut directory, CENTRAL);
        put(&mut directory, &[VERSION]);
        directory.extend_from_slice(&header);
        put(&mut directory, &[0, 0, 0]); // Comment, disk, attributes.
        put_long(&mut directory, 0);
        put_long(&mut directory, position);
        directory.extend_from_slice(name.as_bytes());
    }
    let count = u16::try_from(files.len()).expect("an archive has at most 65,535 files");
    let position = size(out.len());
    out.extend_from_slice(&directory);
    put_long(&mut out, END);
    put(&mut out, &[0, 0, count, count]);
    put_long(&mut out, size(directory.len()));
    put_long(&mut out, position);
    put(&mut out, &[0]);
    out
}

fn short(bytes: &[u8], at: usize) -> Option<usize> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?).into())
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// The files of an archive, in its order; directories are left out.
///
/// # Errors
/// [`ZipError`].
pub fn read(archive: &[u8]) -> Result<Vec<(String, Vec<u8>)>, ZipError> {
    let end = (0..=archive.len().saturating_sub(END_BYTES)).rev().take(1 << 16);
    let end = end.into_iter().find(|at| long(archive, *at) == Some(END));
    let end = end.ok_or(ZipError::NotAnArchive)?;
    let count = short(archive, end + 10).ok_or(ZipError::NotAnArchive)?;
    let mut at = long(archive, end + 16).ok_or(ZipError::NotAnArchive)? as usize;
    let mut files = Vec::new();
    let mut room = 4 * MAX_UNCOMPRESSED_BYTES;
    for nth in 0..count as u32 {
        let header = archive.get(at..).ok_or(ZipError::Entry(nth))?;
        let (file, next) = entry(archive, header, &mut room).ok_or(ZipError::Entry(nth))?;
        at += next;
        files.extend(file.filter(|(name, _)| !name.ends_with('/')));
    }
    Ok(files)
}

type Entry = (Option<(String, Vec<u8>)>, usize);

/// One entry of the central directory, and how long it is.
fn entry(archive: &[u8], header: &[u8], room: &mut usize) -> Option<Entry> {
    if long(header, 0)? != CENTRAL || short(header, 8)? & 1 != 0 {
        return None;
    }
    let method = short(header, 10)?;
    let crc = long(header, 16)?;
    let (packed, size) = (long(header, 20)? as usize, long(header, 24)? as usize);
    let name_bytes = short(header, 28)?;
    let next = 46 + name_bytes + short(header, 30)? + short(header, 32)?;
    let name = String::from_utf8_lossy(header.get(46..46 + name_bytes)?).into_owned();
    let local = archive.get(long(header, 42)? as usize..)?;
    if long(local, 0)? != LOCAL {
        return None;
    }
    let start = 30 + short(local, 26)? + short(local, 28)?;
    let packed = local.get(start..start.checked_add(packed)?)?;
    *room = room.checked_sub(size)?;
    let bytes = match u16::try_from(method).ok()? {
        STORED => packed.to_vec(),
        DEFLATED => inflate(packed, size)?,
        _ => return None,
    };
    let right = bytes.len() == size && crc32(&bytes) == crc;
    right.then_some((Some((name, bytes)), next))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Vec<(String, Vec<u8>)> {
        vec![
            ("t-0/00000000000000000000.log".into(), vec![7; 300]),
            ("t-0/00000000000000000000.index".into(), Vec::new()),
            ("t-0/leader-epoch-checkpoint".into(), b"0\n1\n0 0\n".to_vec()),
        ]
    }

    fn archive() -> Vec<u8> {
        let files = files();
        let files: Vec<_> = files.iter().map(|(name, bytes)| (name.clone(), &**bytes)).collect();
        write(&files)
    }

    #[test]
    fn what_was_packed_is_unpacked() {
        assert_eq!(read(&archive()), Ok(files()));
        assert_eq!(read(&write(&[])), Ok(Vec::new()));
        assert_eq!(read(b"no archive"), Err(ZipError::NotAnArchive));
    }

    /// Made by another program: `t-0/` and `t-0/a.log`, 100 times `abc`, deflated.
    #[test]
    fn an_archive_of_another_program_is_read() {
        const ARCHIVE: &[u8] = include_bytes!("../../../tests/files/deflated.zip");
        let files = read(ARCHIVE).unwrap();
        assert_eq!(files, [("t-0/a.log".to_owned(), b"abc".repeat(100))]);
    }

    #[test]
    fn damage_never_panics_and_damaged_contents_are_noticed() {
        let archive = archive();
        for cut in 0..archive.len() {
            read(&archive[..cut]).ok();
        }
        for at in 0..archive.len() {
            for flip in [1, 0x80, 0xff] {
                let mut damaged = archive.clone();
                damaged[at] ^= flip;
                read(&damaged).ok();
            }
        }
        let contents = 30 + "t-0/00000000000000000000.log".len();
        let mut damaged = archive;
        damaged[contents] ^= 1;
        assert_eq!(read(&damaged), Err(ZipError::Entry(0)));
    }
}
