//! What a restart may cost: after a crash of the process nothing, after a power loss what was not flushed.

use crate::sim::check::{Verdict, ensure};
use crate::storage::Log;

/// The process died and the page cache survived: every segment has the bytes that it had.
pub(super) fn check(before: &Log, after: &Log) -> Verdict {
    let (end, was) = (after.log_end_offset(), before.log_end_offset());
    ensure!(end == was, "a restart moved the end of the log from {was} to {end}");
    let bases = |log: &Log| log.segments().iter().map(|s| s.base_offset()).collect::<Vec<_>>();
    ensure!(bases(before) == bases(after), "a restart changed {before:?} to {after:?}");
    for (old, new) in before.segments().iter().zip(after.segments()) {
        ensure!(
            old.log().bytes == new.log().bytes,
            "a restart changed the bytes of segment {}",
            old.base_offset()
        );
    }
    check_epochs(before, after)?;
    // A snapshot holds the last batch only, and in another order.
    for producer in after.producers().states() {
        let old = before.producers().get(producer.producer_id);
        let last = old.and_then(|old| old.batches.last());
        // A cleaning may have taken the batch's newest record, and its time with it; its number stays.
        let is_same = match (last, producer.batches.last()) {
            (Some(old), Some(new)) if before.config().compact => {
                (old.last_sequence, old.last_offset) == (new.last_sequence, new.last_offset)
            }
            (old, new) => old == new,
        };
        ensure!(old.is_some() && is_same, "a restart made {producer:?} of {old:?}");
    }
    Ok(())
}

/// The power went off: everything below the recovery point is there, and what is there is what was.
pub(super) fn check_power_loss(before: &Log, after: &Log) -> Verdict {
    let (end, was, flushed) =
        (after.log_end_offset(), before.log_end_offset(), before.recovery_point());
    ensure!(end >= flushed, "the log ends at {end}, it was flushed up to {flushed}");
    ensure!(end <= was, "a power loss moved the end of the log from {was} to {end}");
    for new in after.segments() {
        let old = before.segments().iter().find(|old| old.base_offset() == new.base_offset());
        ensure!(
            old.is_some_and(|old| old.log().bytes.starts_with(&new.log().bytes)),
            "segment {} is not a part of what it was",
            new.base_offset()
        );
    }
    check_epochs(before, after)
}

fn check_epochs(before: &Log, after: &Log) -> Verdict {
    let (old, new) = (before.leader_epochs().entries(), after.leader_epochs().entries());
    let kept = old.iter().filter(|(_, start)| *start < after.log_end_offset());
    // One that began exactly at the end is entered again as the broker becomes leader.
    ensure!(
        kept.clone().all(|entry| new.contains(entry) || entry.1 < after.log_start_offset()),
        "leader epochs {old:?} became {new:?}"
    );
    Ok(())
}
