//! Virtual files of a partition's directory, with Kafka's names.
//!
//! A log's segments own their files; the directory is a list of them. Kafka: `LogFileUtils`.
//! Left out so far: page cache against platter; every written byte is there to stay.

use std::fmt;

use crate::protocol::Offset;

/// A file's bytes and when they were last written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct File {
    /// The contents.
    pub bytes: Vec<u8>,
    /// Model time of the last write.
    pub modified_ms: u64,
}

impl File {
    /// An empty file made at `now_ms`.
    #[must_use]
    pub fn new(now_ms: u64) -> Self {
        Self { bytes: Vec::new(), modified_ms: now_ms }
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

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Numbered(offset, kind, suffix) => {
                let kind = match kind {
                    FileKind::Index => "index",
                    FileKind::Log => "log",
                    FileKind::Snapshot => "snapshot",
                    FileKind::TimeIndex => "timeindex",
                };
                let suffix = match suffix {
                    Suffix::None => "",
                    Suffix::Cleaned => ".cleaned",
                    Suffix::Deleted => ".deleted",
                    Suffix::Swap => ".swap",
                };
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
    }
}
