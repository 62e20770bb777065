//! Virtual files of a partition's directory, with Kafka's names.
//!
//! A log's segments own their files; the directory is a list of them. Written bytes are in the page
//! cache until they are flushed: a crash of the process keeps them, a power loss does not. Kafka:
//! `LogFileUtils`. Left out: names and lengths of files are on the platter at once.

use std::fmt;

use crate::protocol::Offset;

/// A file's bytes and when they were last written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct File {
    /// The contents.
    pub bytes: Vec<u8>,
    /// Model time of the last write.
    pub modified_ms: u64,
    /// How many bytes from the first on are on the platter.
    pub flushed_bytes: u32,
}

impl File {
    /// An empty file made at `now_ms`.
    #[must_use]
    pub fn new(now_ms: u64) -> Self {
        Self { bytes: Vec::new(), modified_ms: now_ms, flushed_bytes: 0 }
    }

    /// A file that was written and flushed in one go, such as a checkpoint.
    #[must_use]
    pub fn durable(now_ms: u64, bytes: Vec<u8>) -> Self {
        let mut file = Self { bytes, modified_ms: now_ms, flushed_bytes: 0 };
        file.flush();
        file
    }

    /// Bytes in the file.
    #[must_use]
    pub fn size_bytes(&self) -> u32 {
        u32::try_from(self.bytes.len()).expect("a file is smaller than 4 GiB")
    }

    /// Writes `bytes` at the end.
    pub fn append(&mut self, now_ms: u64, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.modified_ms = now_ms;
    }

    /// Cuts the end off; nothing happens to a file that is no longer than `size_bytes`.
    pub fn truncate(&mut self, now_ms: u64, size_bytes: u32) {
        if size_bytes < self.size_bytes() {
            self.bytes.truncate(size_bytes as usize);
            self.modified_ms = now_ms;
            self.flushed_bytes = self.flushed_bytes.min(size_bytes);
        }
    }

    /// Bytes that a power loss would drop.
    #[must_use]
    pub fn unflushed_bytes(&self) -> u32 {
        self.size_bytes() - self.flushed_bytes
    }

    /// Everything written is on the platter now. How many bytes went there.
    pub fn flush(&mut self) -> u32 {
        let bytes = self.unflushed_bytes();
        self.flushed_bytes = self.size_bytes();
        bytes
    }

    /// The power went off: what was only in the page cache is gone. How many bytes.
    pub fn lose_unflushed(&mut self) -> u32 {
        let bytes = self.unflushed_bytes();
        self.bytes.truncate(self.flushed_bytes as usize);
        bytes
    }
}

/// What a file that is named after an offset holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// Offset index, 8 bytes an entry (LOG-23).
    Index,
    /// Record batches.
    Log,
    /// Producer state (LOG-30).
    Snapshot,
    /// Time index, 12 bytes an entry (LOG-23).
    TimeIndex,
    /// Aborted transactions, 34 bytes an entry (TXN-6).
    TxnIndex,
}

impl FileKind {
    const ALL: [Self; 5] =
        [Self::Index, Self::Log, Self::Snapshot, Self::TimeIndex, Self::TxnIndex];

    fn name(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Log => "log",
            Self::Snapshot => "snapshot",
            Self::TimeIndex => "timeindex",
            Self::TxnIndex => "txnindex",
        }
    }
}

/// What is about to happen to a segment's files (LOG-2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Suffix {
    /// Nothing: they are the log.
    #[default]
    None,
    /// The cleaner is writing them.
    Cleaned,
    /// They wait for physical removal.
    Deleted,
    /// They are complete and take the place of the old ones.
    Swap,
}

impl Suffix {
    const ALL: [Self; 4] = [Self::None, Self::Cleaned, Self::Deleted, Self::Swap];

    fn text(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Cleaned => ".cleaned",
            Self::Deleted => ".deleted",
            Self::Swap => ".swap",
        }
    }
}

/// The name of a file in a partition's directory (LOG-1, LOG-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileName {
    /// `<offset, 20 digits>.<kind><suffix>`. Ordered as its text is.
    Numbered(Offset, FileKind, Suffix),
    /// `leader-epoch-checkpoint`.
    LeaderEpochCheckpoint,
    /// `partition.metadata`.
    PartitionMetadata,
}

impl FileName {
    /// The name that `text` is, if a partition's directory has such files.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "leader-epoch-checkpoint" => return Some(Self::LeaderEpochCheckpoint),
            "partition.metadata" => return Some(Self::PartitionMetadata),
            _ => {}
        }
        let (offset, rest) = text.split_once('.')?;
        if offset.is_empty() || !offset.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let offset = Offset::from_i64(offset.parse().ok()?)?;
        FileKind::ALL.into_iter().find_map(|kind| {
            let rest = rest.strip_prefix(kind.name())?;
            let suffix = Suffix::ALL.into_iter().find(|suffix| suffix.text() == rest)?;
            Some(Self::Numbered(offset, kind, suffix))
        })
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Numbered(offset, kind, suffix) => {
                let (kind, suffix) = (kind.name(), suffix.text());
                write!(f, "{:020}.{kind}{suffix}", offset.0)
            }
            Self::LeaderEpochCheckpoint => f.write_str("leader-epoch-checkpoint"),
            Self::PartitionMetadata => f.write_str("partition.metadata"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kafkas_and_sort_like_their_text() {
        let mut names = [
            FileName::PartitionMetadata,
            FileName::LeaderEpochCheckpoint,
            FileName::Numbered(Offset(1234), FileKind::TimeIndex, Suffix::None),
            FileName::Numbered(Offset(1234), FileKind::Log, Suffix::Swap),
            FileName::Numbered(Offset(1234), FileKind::Log, Suffix::None),
            FileName::Numbered(Offset(0), FileKind::Snapshot, Suffix::Deleted),
            FileName::Numbered(Offset(1234), FileKind::Index, Suffix::Cleaned),
        ];
        names.sort_unstable();
        let text: Vec<String> = names.iter().map(ToString::to_string).collect();
        let mut sorted = text.clone();
        sorted.sort_unstable();
        assert_eq!(text, sorted);
        assert_eq!(text[2], "00000000000000001234.log");
        assert_eq!(text[3], "00000000000000001234.log.swap");
        for name in names {
            assert_eq!(FileName::parse(&name.to_string()), Some(name));
        }
        assert_eq!(FileName::parse("00000000000000001234.log.old"), None);
    }
}
