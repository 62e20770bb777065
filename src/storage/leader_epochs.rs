//! Which leader epoch began at which offset, and its checkpoint file.
//!
//! Kafka: `LeaderEpochFileCache`, `LeaderEpochCheckpointFile`.

use std::fmt::Write;

use crate::protocol::Offset;

/// Epochs with their start offsets, increasing in both (LOG-34).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct LeaderEpochs {
    entries: Vec<(i32, Offset)>,
    written: bool,
}

impl LeaderEpochs {
    /// The entries, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[(i32, Offset)] {
        &self.entries
    }

    /// The newest epoch.
    #[must_use]
    pub fn latest(&self) -> Option<i32> {
        self.entries.last().map(|(epoch, _)| *epoch)
    }

    /// Notes that `epoch` begins at `start`. Entries that contradict it go (LOG-34).
    pub fn assign(&mut self, epoch: i32, start: Offset) {
        if self.entries.last().is_some_and(|(latest, begin)| *latest == epoch && *begin <= start) {
            return;
        }
        while self.entries.last().is_some_and(|(e, begin)| *e >= epoch || *begin >= start) {
            self.entries.pop();
        }
        self.entries.push((epoch, start));
        self.written = true;
    }

    /// Forgets what lies below `start`, but keeps the epoch that `start` is in (LOG-36).
    pub fn truncate_from_start(&mut self, start: Offset) {
        let below = self.entries.iter().take_while(|(_, begin)| *begin <= start).count();
        if let Some(last) = below.checked_sub(1) {
            let epoch = self.entries[last].0;
            self.entries.splice(..below, [(epoch, start)]);
        }
    }

    /// Forgets the epochs that began at or after `end` (LOG-36).
    pub fn truncate_from_end(&mut self, end: Offset) {
        while self.entries.last().is_some_and(|(_, begin)| *begin >= end) {
            self.entries.pop();
        }
    }

    /// Forgets all epochs, and writes that down.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.written = true;
    }

    /// What a checkpoint file holds; `None` if it is malformed.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let mut lines = text.lines();
        let Some(version) = lines.next() else { return Some(Self::default()) };
        if version.parse() != Ok(0) {
            return None;
        }
        let count: usize = lines.next()?.parse().ok()?;
        let mut entries: Vec<(i32, Offset)> = Vec::new();
        for line in lines {
            let (epoch, start) = line.split_once(' ')?;
            entries.push((epoch.parse().ok()?, Offset::from_i64(start.trim().parse().ok()?)?));
        }
        if entries.len() != count {
            return None;
        }
        let mut epochs = Self::default();
        for (epoch, start) in entries {
            epochs.assign(epoch, start);
        }
        epochs.written = true;
        Some(epochs)
    }

    /// The text of `leader-epoch-checkpoint` (LOG-3); empty until an epoch was entered.
    #[must_use]
    pub fn checkpoint(&self) -> String {
        let mut text = String::new();
        if self.written {
            write!(text, "0\n{}\n", self.entries.len()).expect("a string takes all");
            for (epoch, start) in &self.entries {
                writeln!(text, "{epoch} {start}").expect("a string takes all");
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epochs(entries: &[(i32, u64)]) -> LeaderEpochs {
        let mut epochs = LeaderEpochs::default();
        for (epoch, start) in entries {
            epochs.assign(*epoch, Offset(*start));
        }
        epochs
    }

    #[test]
    fn an_assignment_removes_what_contradicts_it() {
        type Entries = &'static [(i32, u64)];
        let cases: [(&str, Entries, Entries); 4] = [
            ("the same epoch again", &[(0, 0), (0, 5)], &[(0, 0)]),
            ("a new epoch", &[(0, 0), (1, 5)], &[(0, 0), (1, 5)]),
            ("a new epoch before any data", &[(0, 0), (1, 0)], &[(1, 0)]),
            ("an earlier start", &[(0, 0), (2, 10), (5, 30), (5, 20)], &[(0, 0), (2, 10), (5, 20)]),
        ];
        for (name, assigned, expected) in cases {
            assert_eq!(epochs(assigned).entries, epochs(expected).entries, "{name}");
        }
    }

    #[test]
    fn the_epoch_of_the_start_offset_survives() {
        let mut epochs = epochs(&[(0, 0), (2, 10), (5, 30)]); // LOG-36
        epochs.truncate_from_start(Offset(15));
        assert_eq!(epochs.entries, [(2, Offset(15)), (5, Offset(30))]);
        let text = "0\n2\n2 15\n5 30\n";
        assert_eq!(epochs.checkpoint(), text);
        assert_eq!(LeaderEpochs::parse(text.as_bytes()), Some(epochs.clone()));
        assert_eq!(LeaderEpochs::parse(b""), Some(LeaderEpochs::default()));
        assert_eq!(LeaderEpochs::parse(b"0\n3\n2 15\n5 30\n"), None);
        epochs.truncate_from_end(Offset(30));
        assert_eq!(epochs.entries, [(2, Offset(15))]);
    }
}
