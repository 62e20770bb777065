//! All logs of one broker, and the two threads that tend them: retention and the cleaner.
//!
//! Kafka: `LogManager`, `LogCleaner`, `LogCleanerManager`. The cleaner's thread goes through phases
//! that take model time, so that they can be watched; Kafka does the same work in one go.

use std::rc::Rc;

use crate::protocol::config::{Setting, Settings};
use crate::protocol::{Offset, SortedMap, SortedSet, TopicPartition};
use crate::storage::checkpoint::{Current, Offsets, ScheduledCheckpoints, checkpoint_text};
use crate::storage::cleaner::{Cleaning, CleaningError, LogToClean};
use crate::storage::config::{CleanerConfig, LogConfig};
use crate::storage::event::LogEvent;
use crate::storage::log::{Chance, Log};
use crate::storage::recovery::{Checkpoints, Directory, LoadError};
use crate::storage::recovery_event::RecoveryEvent;

/// How long the cleaner's phases take in model time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CleanerPace {
    /// Each phase takes at least this long.
    pub phase_ms: u64,
    /// And this long for each MiB that it reads.
    pub ms_per_mib: u64,
}

impl CleanerPace {
    fn duration_ms(self, bytes: u64) -> u64 {
        self.phase_ms.max(1) + bytes * self.ms_per_mib / (1 << 20)
    }
}

/// What the cleaner's thread is doing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CleanerState {
    /// Nothing; it looks again at this time.
    Sleeping {
        /// When it wakes.
        due_ms: u64,
    },
    /// Pass 1: the map is being filled.
    Mapping {
        /// Which log.
        partition: TopicPartition,
        /// The cleaning.
        cleaning: Cleaning,
        /// When the pass is over.
        until_ms: u64,
    },
    /// Pass 2: a group is being copied into `.cleaned`.
    Copying {
        /// Which log.
        partition: TopicPartition,
        /// The cleaning.
        cleaning: Cleaning,
        /// When the copying of this group began.
        since_ms: u64,
        /// When the group is swapped in.
        until_ms: u64,
    },
}

/// All logs of one broker.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LogManager {
    logs: Logs,
    cleaner_config: CleanerConfig,
    pace: CleanerPace,
    retention_interval_ms: u64,
    retention_due_ms: u64,
    cleaner: CleanerState,
    cleaner_checkpoints: SortedMap<TopicPartition, Offset>,
    uncleanable: SortedSet<TopicPartition>,
    checkpoints: ScheduledCheckpoints,
    flush_interval_ms: u64,
    flush_base_ms: u64,
    ended: Ended,
}

type Logs = SortedMap<TopicPartition, Rc<Log>>;

/// How the process ended, for the next one to find out from the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Ended {
    /// It runs, or was killed: the page cache survives that.
    Killed,
    /// The machine went down with it.
    WithoutPower,
    /// It was stopped, and left `.kafka_cleanshutdown`.
    Cleanly,
}

/// What happened to which log, oldest first.
pub type LogEvents = Vec<(TopicPartition, LogEvent)>;

impl LogManager {
    /// No logs yet. The cleaner looks at once, retention after its initial delay (RET-10).
    #[must_use]
    pub fn new(now_ms: u64, broker: &Settings, pace: CleanerPace) -> Self {
        Self {
            logs: SortedMap::new(),
            cleaner_config: CleanerConfig::new(broker),
            pace,
            retention_interval_ms: broker.unsigned(Setting::LogRetentionCheckIntervalMs),
            retention_due_ms: now_ms + broker.unsigned(Setting::LogInitialTaskDelayMs),
            cleaner: CleanerState::Sleeping { due_ms: now_ms },
            cleaner_checkpoints: SortedMap::new(),
            uncleanable: SortedSet::new(),
            checkpoints: ScheduledCheckpoints::new(now_ms, broker),
            flush_interval_ms: broker.unsigned(Setting::LogFlushSchedulerIntervalMs).max(1),
            flush_base_ms: now_ms + broker.unsigned(Setting::LogInitialTaskDelayMs),
            ended: Ended::Killed,
        }
    }

    /// Other broker settings. What is under way goes on; the retention timer keeps its next time,
    /// unless the new interval is shorter.
    pub fn set_broker_settings(&mut self, now_ms: u64, broker: &Settings) {
        self.cleaner_config = CleanerConfig::new(broker);
        self.retention_interval_ms = broker.unsigned(Setting::LogRetentionCheckIntervalMs);
        self.retention_due_ms = self.retention_due_ms.min(now_ms + self.retention_interval_ms);
    }

    /// Writes the checkpoint files whose time has come. To be called before anything happens at `now_ms`:
    /// until then nothing has changed, so the files are as if a timer had written them.
    pub fn settle_checkpoints(&mut self, now_ms: u64) {
        let mut checkpoints = self.checkpoints.clone();
        checkpoints.settle(now_ms, self.current());
        self.checkpoints = checkpoints;
    }

    fn current(
        &self,
    ) -> Current<impl FnOnce() -> Offsets, impl FnOnce() -> Offsets, impl FnOnce() -> Offsets> {
        fn of(logs: &Logs, offset: impl Fn(&Log) -> Option<Offset>) -> Offsets {
            let offsets =
                logs.iter().filter_map(|(partition, log)| Some((partition.clone(), offset(log)?)));
            offsets.collect()
        }
        let logs = &self.logs;
        Current {
            recovery_points: move || of(logs, |log| Some(log.recovery_point())),
            // Only where a segment's name does not say it.
            log_starts: move || {
                of(logs, |log| {
                    let start = log.log_start_offset();
                    (start > log.segments()[0].base_offset()).then_some(start)
                })
            },
            high_watermarks: move || of(logs, |log| Some(log.high_watermark())),
        }
    }

    /// The checkpoint files of the log directory by name, and `.kafka_cleanshutdown` after a clean stop.
    #[must_use]
    pub fn checkpoint_files(&self) -> Vec<(&'static str, String)> {
        let scheduled = &self.checkpoints;
        let mut files = vec![
            ("cleaner-offset-checkpoint", checkpoint_text(&self.cleaner_checkpoints)),
            ("log-start-offset-checkpoint", checkpoint_text(scheduled.log_starts.offsets())),
            (
                "recovery-point-offset-checkpoint",
                checkpoint_text(scheduled.recovery_points.offsets()),
            ),
            ("replication-offset-checkpoint", checkpoint_text(scheduled.high_watermarks.offsets())),
        ];
        if self.ended == Ended::Cleanly {
            files.insert(0, (".kafka_cleanshutdown", "{\"version\":0,\"brokerEpoch\":-1}".into()));
        }
        files
    }

    /// The process dies: every written byte is in the page cache, and stays.
    pub fn crash(&mut self, now_ms: u64) {
        self.settle_checkpoints(now_ms);
        self.ended = Ended::Killed;
    }

    /// The power goes off: what was not flushed is lost.
    pub fn lose_power(&mut self, now_ms: u64) {
        self.settle_checkpoints(now_ms);
        self.ended = Ended::WithoutPower;
    }

    /// A clean stop: every log is flushed and closed, the checkpoints and `.kafka_cleanshutdown` are written.
    pub fn stop(&mut self, now_ms: u64, events: &mut LogEvents) {
        self.settle_checkpoints(now_ms);
        if let Some(partition) = self.cleaned_partition().cloned() {
            let mut told = Vec::new();
            if let Some(log) = self.get_mut(&partition) {
                Cleaning::abort(log, &mut told);
            }
            tell(&partition, told, events);
            self.cleaner = CleanerState::Sleeping { due_ms: now_ms };
        }
        for (partition, log) in &mut self.logs {
            let mut told = Vec::new();
            Rc::make_mut(log).close(now_ms, &mut told);
            tell(partition, told, events);
        }
        let mut checkpoints = self.checkpoints.clone();
        checkpoints.write(self.current());
        self.checkpoints = checkpoints;
        self.ended = Ended::Cleanly;
    }

    /// The process starts again and opens every log from its files (LOG-37 to LOG-40). Memory is lost,
    /// checkpoints are on disk, timers start anew, as in [`LogManager::new`]. `config_of` are the settings in
    /// force by now.
    ///
    /// # Errors
    /// [`LoadError`] if a log cannot be loaded, which `events` tell of: the start fails, the disk stays as it
    /// was. Nobody damages files, but with a smaller `segment.index.bytes` an index to be rebuilt can be too
    /// large.
    pub fn restart(
        &mut self,
        now_ms: u64,
        broker: &Settings,
        config_of: impl Fn(&TopicPartition) -> Option<LogConfig>,
        chance: Chance<'_>,
        events: &mut LogEvents,
    ) -> Result<(), LoadError> {
        let clean = self.ended == Ended::Cleanly;
        let power_lost = self.ended == Ended::WithoutPower;
        let mut loaded = Logs::new();
        for (partition, log) in &self.logs {
            let mut told = Vec::new();
            let mut files: Directory = log.files().into_iter().collect();
            if power_lost {
                lose_unflushed(&mut files, &mut told);
            }
            let listed =
                |checkpoint: &Offsets| checkpoint.get(partition).copied().unwrap_or_default();
            let checkpoints = Checkpoints {
                log_start_offset: listed(self.checkpoints.log_starts.offsets()),
                recovery_point: listed(self.checkpoints.recovery_points.offsets()),
                clean,
            };
            let opened = Log::open(
                now_ms,
                partition.clone(),
                config_of(partition).unwrap_or_else(|| log.config().clone()),
                files,
                checkpoints,
                &mut *chance,
                &mut told,
            );
            let failed = opened.as_ref().err().copied();
            if failed.is_some() {
                told.push(RecoveryEvent::LoadFailed.into());
            }
            tell(partition, told, events);
            loaded.insert(partition.clone(), Rc::new(opened?));
        }
        self.checkpoints.restart(now_ms, broker);
        let fresh = Self::new(now_ms, broker, self.pace);
        let cleaner_checkpoints = std::mem::take(&mut self.cleaner_checkpoints);
        let checkpoints = self.checkpoints.clone();
        *self = Self { logs: loaded, cleaner_checkpoints, checkpoints, ..fresh };
        Ok(())
    }

    /// Adds a log.
    pub fn add(&mut self, log: Log) {
        self.logs.insert(log.partition().clone(), Rc::new(log));
    }

    /// The log of a partition.
    #[must_use]
    pub fn get(&self, partition: &TopicPartition) -> Option<&Rc<Log>> {
        self.logs.get(partition)
    }

    /// The log of a partition, to change it.
    pub fn get_mut(&mut self, partition: &TopicPartition) -> Option<&mut Log> {
        self.logs.get_mut(partition).map(Rc::make_mut)
    }

    /// All logs, by topic and partition.
    pub fn logs(&self) -> impl Iterator<Item = &Rc<Log>> {
        self.logs.values()
    }

    /// The cleaner's settings.
    #[must_use]
    pub fn cleaner_config(&self) -> &CleanerConfig {
        &self.cleaner_config
    }

    /// What the cleaner's thread is doing.
    #[must_use]
    pub fn cleaner(&self) -> &CleanerState {
        &self.cleaner
    }

    /// When retention looks next.
    #[must_use]
    pub fn retention_due_ms(&self) -> u64 {
        self.retention_due_ms
    }

    /// The first dirty offset of a log that was cleaned before.
    #[must_use]
    pub fn cleaner_checkpoint(&self, partition: &TopicPartition) -> Option<Offset> {
        self.cleaner_checkpoints.get(partition).copied()
    }

    /// Whether a cleaning of this log failed (CLEAN-8).
    #[must_use]
    pub fn is_uncleanable(&self, partition: &TopicPartition) -> bool {
        self.uncleanable.contains(partition)
    }

    /// How the cleaner sees a compacted log now.
    #[must_use]
    pub fn candidate(&self, log: &Log, now_ms: u64) -> LogToClean {
        LogToClean::new(log, self.cleaner_checkpoint(log.partition()), now_ms)
    }

    /// New settings of a log. A cleaning under way is aborted if it is compacted no more.
    pub fn set_config(
        &mut self,
        partition: &TopicPartition,
        config: LogConfig,
        now_ms: u64,
        events: &mut LogEvents,
    ) {
        let Some(log) = self.logs.get_mut(partition).map(Rc::make_mut) else { return };
        let compact = config.compact;
        log.set_config(config);
        if !compact && self.cleaned_partition() == Some(partition) {
            let mut told = Vec::new();
            let log = self.get_mut(partition).expect("the log was there a line above");
            Cleaning::abort(log, &mut told);
            tell(partition, told, events);
            self.cleaner =
                CleanerState::Sleeping { due_ms: now_ms + self.cleaner_config.backoff_ms };
        }
    }

    /// Which log is being cleaned.
    #[must_use]
    pub fn cleaned_partition(&self) -> Option<&TopicPartition> {
        match &self.cleaner {
            CleanerState::Sleeping { .. } => None,
            CleanerState::Mapping { partition, .. } | CleanerState::Copying { partition, .. } => {
                Some(partition)
            }
        }
    }

    /// When the cleaner's thread has something to do; `None` if it is switched off.
    #[must_use]
    pub fn cleaner_due_ms(&self) -> Option<u64> {
        let due_ms = match &self.cleaner {
            CleanerState::Sleeping { due_ms } => due_ms,
            CleanerState::Mapping { until_ms, .. } | CleanerState::Copying { until_ms, .. } => {
                until_ms
            }
        };
        self.cleaner_config.enabled.then_some(*due_ms)
    }

    /// When logs are looked at next for `flush.ms`, if there is something to flush by then.
    #[must_use]
    pub fn flush_due_ms(&self) -> Option<u64> {
        let due_ms = self.logs.values().filter_map(|log| log.flush_due_ms()).min()?;
        let late_ms = due_ms.saturating_sub(self.flush_base_ms);
        let looks = late_ms.div_ceil(self.flush_interval_ms);
        looks.checked_mul(self.flush_interval_ms)?.checked_add(self.flush_base_ms)
    }

    /// Flushes the logs whose `flush.ms` has passed.
    pub fn flush_dirty_logs(&mut self, now_ms: u64, events: &mut LogEvents) {
        for (partition, log) in &mut self.logs {
            if log.flush_due_ms().is_some_and(|due_ms| due_ms <= now_ms) {
                let mut told = Vec::new();
                let end = log.log_end_offset();
                Rc::make_mut(log).flush(now_ms, end, &mut told);
                tell(partition, told, events);
            }
        }
    }

    /// Retention's first look at `from_ms` or after it.
    pub(super) fn retention_at_or_after(&self, from_ms: u64) -> u64 {
        tick_at_or_after(self.retention_due_ms, self.retention_interval_ms, from_ms)
    }

    /// The sleeping cleaner's first look at `from_ms` or after it.
    pub(super) fn cleaner_at_or_after(&self, from_ms: u64) -> u64 {
        match self.cleaner {
            CleanerState::Sleeping { due_ms } => {
                tick_at_or_after(due_ms, self.cleaner_config.backoff_ms, from_ms)
            }
            CleanerState::Mapping { until_ms, .. } | CleanerState::Copying { until_ms, .. } => {
                until_ms
            }
        }
    }

    /// When producers are looked at that were silent for long (LOG-30).
    #[must_use]
    pub fn expiry_due_ms(&self) -> Option<u64> {
        self.logs.values().filter_map(|log| log.next_expiry_ms()).min()
    }

    /// Forgets the producers whose time has come.
    pub fn expire_producers(&mut self, now_ms: u64, events: &mut LogEvents) {
        for (partition, log) in &mut self.logs {
            if log.next_expiry_ms().is_some_and(|due_ms| due_ms <= now_ms) {
                let mut told = Vec::new();
                Rc::make_mut(log).expire_producers(now_ms, &mut told);
                tell(partition, told, events);
            }
        }
    }

    /// Leaves out the looks before `at_ms`: nothing would be found.
    pub(super) fn sleep_until(&mut self, at_ms: u64) {
        self.retention_due_ms = self.retention_at_or_after(at_ms);
        let cleaner_due_ms = self.cleaner_at_or_after(at_ms);
        if let CleanerState::Sleeping { due_ms } = &mut self.cleaner {
            *due_ms = cleaner_due_ms;
        }
    }

    /// When the next `.deleted` files go.
    #[must_use]
    pub fn removal_due_ms(&self) -> Option<u64> {
        self.logs.values().filter_map(|log| log.next_removal_ms()).min()
    }

    /// Removes the `.deleted` files whose time has come.
    pub fn remove_deleted_files(&mut self, now_ms: u64, events: &mut LogEvents) {
        for (partition, log) in &mut self.logs {
            if log.next_removal_ms().is_some_and(|due_ms| due_ms <= now_ms) {
                let mut told = Vec::new();
                Rc::make_mut(log).remove_deleted_files(now_ms, &mut told);
                tell(partition, told, events);
            }
        }
    }

    /// The retention timer: a pass over all logs that are not compacted (RET-10).
    pub fn run_retention(&mut self, now_ms: u64, chance: Chance<'_>, events: &mut LogEvents) {
        self.retention_due_ms = now_ms + self.retention_interval_ms;
        for (partition, log) in &mut self.logs {
            if !log.config().compact {
                sweep(partition, log, now_ms, chance, events);
            }
        }
    }

    /// The cleaner's thread goes on: the next phase, or another look for the filthiest log (CLEAN-6).
    pub fn run_cleaner(&mut self, now_ms: u64, chance: Chance<'_>, events: &mut LogEvents) {
        let sleeping = CleanerState::Sleeping { due_ms: now_ms };
        match std::mem::replace(&mut self.cleaner, sleeping) {
            CleanerState::Sleeping { .. } => self.start_cleaning(now_ms, chance, events),
            CleanerState::Mapping { partition, cleaning, .. } => {
                self.go_on(partition, cleaning, now_ms, chance, events);
            }
            CleanerState::Copying { partition, mut cleaning, .. } => {
                let mut told = Vec::new();
                let log =
                    self.get_mut(&partition).expect("a log is not removed while it is cleaned");
                cleaning.swap(log, now_ms, &mut told);
                tell(&partition, told, events);
                self.go_on(partition, cleaning, now_ms, chance, events);
            }
        }
    }

    fn start_cleaning(&mut self, now_ms: u64, chance: Chance<'_>, events: &mut LogEvents) {
        let Some((partition, candidate)) = self.grab_filthiest(now_ms) else {
            self.sweep_compacted(now_ms, chance, events);
            self.cleaner =
                CleanerState::Sleeping { due_ms: now_ms + self.cleaner_config.backoff_ms.max(1) };
            return;
        };
        let log = &self.logs[&partition];
        match Cleaning::start(log, candidate, &self.cleaner_config, now_ms) {
            Ok(cleaning) => {
                let until_ms = now_ms + self.pace.duration_ms(candidate.cleanable_bytes);
                events.push((partition.clone(), cleaning.started_event(until_ms)));
                self.cleaner = CleanerState::Mapping { partition, cleaning, until_ms };
            }
            Err(_) => self.fail(partition, candidate.first_dirty, events),
        }
    }

    /// Copies the next group, or finishes.
    fn go_on(
        &mut self,
        partition: TopicPartition,
        mut cleaning: Cleaning,
        now_ms: u64,
        chance: Chance<'_>,
        events: &mut LogEvents,
    ) {
        let mut told = Vec::new();
        let pace = self.pace;
        let log = self.get_mut(&partition).expect("a log is not removed while it is cleaned");
        if let Some(bytes) = cleaning.next_group_bytes(log) {
            let until_ms = now_ms + pace.duration_ms(bytes);
            let copied = cleaning.copy_next_group(log, now_ms, until_ms, &mut told);
            tell(&partition, told, events);
            match copied {
                Ok(()) => {}
                Err(CleaningError::Failed) => {
                    return self.fail(partition, cleaning.candidate().first_dirty, events);
                }
                Err(CleaningError::Aborted) => {
                    let first_dirty = cleaning.candidate().first_dirty;
                    events.push((partition.clone(), LogEvent::CleaningAborted));
                    self.cleaner_checkpoints.insert(partition, first_dirty);
                    return self.sweep_compacted(now_ms, chance, events);
                }
            }
            self.cleaner =
                CleanerState::Copying { partition, cleaning, since_ms: now_ms, until_ms };
            return;
        }
        let (checkpoint, event) = cleaning.finish();
        events.push((partition.clone(), event));
        self.cleaner_checkpoints.insert(partition, checkpoint);
        self.sweep_compacted(now_ms, chance, events);
    }

    /// Left behind: the checkpoint where the cleaning began, and the partition as it was.
    fn fail(&mut self, partition: TopicPartition, first_dirty: Offset, events: &mut LogEvents) {
        self.cleaner_checkpoints.insert(partition.clone(), first_dirty);
        self.uncleanable.insert(partition.clone());
        events.push((partition, LogEvent::CleaningFailed));
    }

    /// CLEAN-6. Among equally dirty logs the first by name; Kafka's order there is a hash map's.
    fn grab_filthiest(&mut self, now_ms: u64) -> Option<(TopicPartition, LogToClean)> {
        let mut filthiest: Option<(TopicPartition, LogToClean)> = None;
        for (partition, log) in &self.logs {
            if !log.config().compact || self.uncleanable.contains(partition) {
                continue;
            }
            let checkpoint = self.cleaner_checkpoints.get(partition).copied();
            let candidate = LogToClean::new(log, checkpoint, now_ms);
            if candidate.reset_checkpoint {
                self.cleaner_checkpoints.insert(partition.clone(), candidate.first_dirty);
            }
            if candidate.unreadable {
                self.uncleanable.insert(partition.clone());
                continue;
            }
            let filthier = |best: &LogToClean| {
                crate::protocol::java::compare(candidate.ratio, best.ratio).is_gt()
            };
            if candidate.is_cleanable() && filthiest.as_ref().is_none_or(|(_, best)| filthier(best))
            {
                filthiest = Some((partition.clone(), candidate));
            }
        }
        filthiest
    }

    /// CLEAN-25.
    fn sweep_compacted(&mut self, now_ms: u64, chance: Chance<'_>, events: &mut LogEvents) {
        for (partition, log) in &mut self.logs {
            if log.config().compact && !self.uncleanable.contains(partition) {
                sweep(partition, log, now_ms, chance, events);
            }
        }
    }
}

/// The power went off: each file is as long as what was flushed of it.
fn lose_unflushed(files: &mut Directory, events: &mut Vec<LogEvent>) {
    let (mut bytes, mut count) = (0, 0);
    for file in files.values_mut() {
        let lost = file.lose_unflushed();
        bytes += u64::from(lost);
        count += u32::from(lost > 0);
    }
    if bytes > 0 {
        events.push(RecoveryEvent::UnflushedLost { bytes, files: count }.into());
    }
}

/// The first of the times `due_ms`, `due_ms + every_ms`, … that is not before `from_ms`.
fn tick_at_or_after(due_ms: u64, every_ms: u64, from_ms: u64) -> u64 {
    let rounds_ms = from_ms.saturating_sub(due_ms).checked_next_multiple_of(every_ms.max(1));
    rounds_ms.and_then(|ms| due_ms.checked_add(ms)).unwrap_or(u64::MAX)
}

/// One pass of retention; leaves the log untouched, and shared, if nothing goes.
fn sweep(
    partition: &TopicPartition,
    log: &mut Rc<Log>,
    now_ms: u64,
    chance: Chance<'_>,
    events: &mut LogEvents,
) {
    if log.deletable_by(now_ms).is_some() {
        let mut told = Vec::new();
        // A pass that damage ends is taken up again by the next one.
        Rc::make_mut(log).delete_old_segments(now_ms, chance, &mut told).ok();
        tell(partition, told, events);
    }
}

fn tell(partition: &TopicPartition, told: Vec<LogEvent>, events: &mut LogEvents) {
    events.extend(told.into_iter().map(|event| (partition.clone(), event)));
}
