//! A partition's directory: every segment with its files, names as Kafka writes and sorts them.

use crate::sim::check::{Verdict, ensure};
use crate::storage::{FileKind, FileName, Log, Suffix};

/// More names than this are compared as data, whose order a unit test compares with that of the text.
const MOST_TEXTS: usize = 60;

/// Checks the names of all files of a log (LOG-1 to LOG-3).
pub(super) fn check(log: &Log) -> Verdict {
    let names: Vec<FileName> = log.files().into_iter().map(|(name, _)| name).collect();
    for pair in names.windows(2) {
        let in_order = if names.len() > MOST_TEXTS {
            pair[0] <= pair[1]
        } else {
            pair[0].to_string() <= pair[1].to_string()
        };
        ensure!(in_order, "file {} stands before {}", pair[0], pair[1]);
        let deleted = matches!(pair[0], FileName::Numbered(_, _, Suffix::Deleted));
        ensure!(pair[0] != pair[1] || deleted, "there are two files {}", pair[0]);
    }
    let has = |name: FileName| names.binary_search(&name).is_ok();
    for segment in log.segments() {
        let base = segment.base_offset();
        for kind in [FileKind::Log, FileKind::Index, FileKind::TimeIndex] {
            if kind == FileKind::Index && !segment.has_offset_index() {
                let size_bytes = segment.size_bytes();
                ensure!(size_bytes == 0, "segment {base} of {size_bytes} B never asked its index");
                continue;
            }
            ensure!(
                has(FileName::Numbered(base, kind, Suffix::None)),
                "segment {base} has no {kind:?} file"
            );
        }
    }
    let is_log =
        |name: &&FileName| matches!(name, FileName::Numbered(_, FileKind::Log, Suffix::None));
    let (count, expected) = (names.iter().filter(is_log).count(), log.segments().len());
    ensure!(count == expected, "{count} .log files for {expected} segments");
    ensure!(has(FileName::LeaderEpochCheckpoint), "there is no leader-epoch-checkpoint");
    let epochs = log.leader_epochs().entries();
    ensure!(
        epochs.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1),
        "leader epochs {epochs:?} do not increase"
    );
    Ok(())
}
