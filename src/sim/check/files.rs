//! A partition's directory: every segment with its files, names as Kafka writes and sorts them.

use crate::sim::check::{Verdict, ensure};
use crate::storage::{FileKind, FileName, Log, Suffix};

/// Checks the names of all files of a log (LOG-1 to LOG-3).
pub(super) fn check(log: &Log) -> Verdict {
    let files = log.files();
    let names: Vec<String> = files.iter().map(|(name, _)| name.to_string()).collect();
    for pair in names.windows(2) {
        ensure!(pair[0] <= pair[1], "file {} stands before {}", pair[0], pair[1]);
        ensure!(
            pair[0] != pair[1] || pair[0].ends_with(".deleted"),
            "there are two files {}",
            pair[0]
        );
    }
    let has = |kind: FileKind, base| {
        files.iter().any(|(name, _)| *name == FileName::Numbered(base, kind, Suffix::None))
    };
    for segment in log.segments() {
        let base = segment.base_offset();
        for kind in [FileKind::Log, FileKind::Index, FileKind::TimeIndex] {
            ensure!(has(kind, base), "segment {base} has no {kind:?} file");
        }
    }
    let logs = files
        .iter()
        .filter(|(name, _)| matches!(name, FileName::Numbered(_, FileKind::Log, Suffix::None)));
    let (count, expected) = (logs.count(), log.segments().len());
    ensure!(count == expected, "{count} .log files for {expected} segments");
    ensure!(
        files.iter().any(|(name, _)| *name == FileName::LeaderEpochCheckpoint),
        "there is no leader-epoch-checkpoint"
    );
    let epochs = log.leader_epochs().entries();
    ensure!(
        epochs.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1),
        "leader epochs {epochs:?} do not increase"
    );
    Ok(())
}
