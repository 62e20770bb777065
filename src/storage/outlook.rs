//! What the logs' own timers will do if nothing else happens: when at the earliest.
//!
//! Retention and the cleaner look again and again; in between nothing changes but the age of what is
//! there. So the next time at which a condition turns true can be computed, and a copy of the logs is
//! led from one such time to the next, over all the looks at which nothing would be found.

use crate::protocol::{Offset, TopicPartition};
use crate::storage::cleaner::LogToClean;
use crate::storage::event::LogEvent;
use crate::storage::log::Log;
use crate::storage::log_manager::{CleanerState, LogEvents, LogManager};

/// More turns of the threads than this are not looked at.
const MOST_TURNS: u32 = 400;

impl LogManager {
    /// When the timers will first cause an event of this log that is `wanted`, if nothing is written,
    /// set or restarted in the meantime. `None`: never.
    #[must_use]
    pub fn first_event_ms(
        &self,
        now_ms: u64,
        partition: &TopicPartition,
        wanted: impl Fn(&LogEvent) -> bool,
    ) -> Option<u64> {
        let mut found = None;
        self.look_ahead(now_ms, MOST_TURNS, |at_ms, of, event| {
            if of == partition && wanted(event) {
                found = Some(at_ms);
            }
            found.is_none()
        });
        found
    }

    /// What the timers will do to this log, and when, if nothing else happens: so many turns of theirs.
    #[must_use]
    pub fn outlook(
        &self,
        now_ms: u64,
        partition: &TopicPartition,
        turns: u32,
    ) -> Vec<(u64, LogEvent)> {
        let mut ahead = Vec::new();
        self.look_ahead(now_ms, turns, |at_ms, of, event| {
            if of == partition {
                ahead.push((at_ms, event.clone()));
            }
            true
        });
        ahead
    }

    /// Leads a copy from turn to turn while `see` wants more.
    fn look_ahead(
        &self,
        now_ms: u64,
        turns: u32,
        mut see: impl FnMut(u64, &TopicPartition, &LogEvent) -> bool,
    ) {
        let mut logs = self.clone();
        let mut now_ms = now_ms;
        for _ in 0..turns {
            let Some(turn_ms) = logs.next_turn_ms(now_ms) else { return };
            now_ms = turn_ms;
            let mut events = LogEvents::new();
            // In the order of the broker's own turn.
            if logs.retention_due_ms() <= now_ms {
                logs.run_retention(now_ms, &mut || 0, &mut events);
            }
            while logs.cleaner_due_ms().is_some_and(|due_ms| due_ms <= now_ms) {
                logs.run_cleaner(now_ms, &mut || 0, &mut events);
            }
            for (of, event) in &events {
                if !see(now_ms, of, event) {
                    return;
                }
            }
        }
    }

    /// Lets the threads sleep until something can happen; returns when the first of them wakes.
    fn next_turn_ms(&mut self, now_ms: u64) -> Option<u64> {
        let idle = matches!(self.cleaner(), CleanerState::Sleeping { .. });
        let cleaner_runs = self.cleaner_config().enabled;
        let (mut retention_ms, mut cleaner_ms) = (None::<u64>, None::<u64>);
        for log in self.logs() {
            let compact = log.config().compact;
            let deletion_ms = log.deletion_from_ms(now_ms);
            if !compact {
                retention_ms = earlier(retention_ms, deletion_ms);
            } else if !self.is_uncleanable(log.partition()) {
                let cleaning_ms = self.cleaning_from_ms(log, now_ms);
                cleaner_ms = earlier(cleaner_ms, earlier(deletion_ms, cleaning_ms));
            }
        }
        let retention_ms = retention_ms.map(|from_ms| self.retention_at_or_after(from_ms));
        let cleaner_ms = match (cleaner_runs, idle) {
            (false, _) => None,
            (true, true) => cleaner_ms.map(|from_ms| self.cleaner_at_or_after(from_ms)),
            (true, false) => self.cleaner_due_ms(),
        };
        let turn_ms = earlier(retention_ms, cleaner_ms)?;
        self.sleep_until(turn_ms);
        Some(turn_ms)
    }

    /// From when on the cleaner would choose this log (CLEAN-6), looked at from `now_ms` on.
    #[must_use]
    pub fn cleaning_from_ms(&self, log: &Log, now_ms: u64) -> Option<u64> {
        if !log.config().compact || self.is_uncleanable(log.partition()) {
            return None;
        }
        let checkpoint = self.cleaner_checkpoint(log.partition());
        let cleanable = |at_ms: &u64| LogToClean::new(log, checkpoint, *at_ms).is_cleanable();
        if cleanable(&now_ms) {
            return Some(now_ms);
        }
        let first_dirty = LogToClean::new(log, checkpoint, now_ms).first_dirty;
        turning_points(log, first_dirty, now_ms).find(cleanable)
    }
}

/// When the cleaner's view of a log changes by the mere passing of time, soonest first (CLEAN-3, CLEAN-7).
fn turning_points(log: &Log, first_dirty: Offset, now_ms: u64) -> impl Iterator<Item = u64> {
    let (least_ms, most_ms) =
        (log.config().min_compaction_lag_ms, log.config().max_compaction_lag_ms.max(0));
    let mut times: Vec<i64> = Vec::new();
    for segment in log.closed_segments_from(first_dirty) {
        if least_ms > 0 {
            times.push(segment.largest_timestamp().saturating_add(least_ms));
        }
        let first =
            segment.rolling_based_timestamp().ok().flatten().filter(|timestamp| *timestamp > 0);
        times.extend(first.and_then(|timestamp| timestamp.checked_add(most_ms)?.checked_add(1)));
    }
    times.sort_unstable();
    times.into_iter().filter_map(|ms| u64::try_from(ms).ok()).filter(move |ms| *ms > now_ms)
}

impl Log {
    /// From when on a pass of retention would delete something, looked at from `now_ms` on (RET-2).
    #[must_use]
    pub fn deletion_from_ms(&self, now_ms: u64) -> Option<u64> {
        if self.deletable_by(now_ms).is_some() {
            return Some(now_ms);
        }
        let retention_ms = self.config().retention_ms;
        if retention_ms < 0 || !self.config().delete {
            return None;
        }
        let oldest = self.segments().first()?.largest_timestamp();
        let from_ms = u64::try_from(oldest.checked_add(retention_ms)?.checked_add(1)?).ok()?;
        // The other conditions do not depend on the time.
        (from_ms > now_ms && self.deletable_by(from_ms).is_some()).then_some(from_ms)
    }

    /// From when on any append whose newest record is of its own time closes the active segment
    /// (LOG-16, LOG-17, LOG-20). `None`: an empty segment, which age does not close.
    #[must_use]
    pub fn roll_from_ms(&self, now_ms: u64) -> Option<u64> {
        let segment = self.active_segment();
        if segment.offset_index().is_full() || segment.time_index().is_full() {
            return Some(now_ms);
        }
        if segment.size_bytes() == 0 {
            return None;
        }
        let limit_ms = self.config().max_segment_ms() - segment.roll_jitter_ms().cast_signed();
        // How long it has waited grows with the clock: by a millisecond a millisecond.
        let waited_ms = segment.waited_for_roll_ms(now_ms, now_ms.cast_signed()).ok()?;
        let left_ms = limit_ms.checked_sub(waited_ms)?.checked_add(1)?.max(0);
        now_ms.checked_add(left_ms.unsigned_abs())
    }
}

fn earlier(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
