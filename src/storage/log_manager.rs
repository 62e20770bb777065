//! All logs of one broker, and the two threads that tend them: retention and the cleaner.
//!
//! Kafka: `LogManager`, `LogCleaner`, `LogCleanerManager`. The cleaner's thread goes through phases
//! that take model time, so that they can be watched; Kafka does the same work in one go.

use std::rc::Rc;

use crate::protocol::config::{Setting, Settings};
use crate::protocol::{Offset, SortedMap, SortedSet, TopicPartition};
use crate::storage::cleaner::{Cleaning, LogToClean};
use crate::storage::config::{CleanerConfig, LogConfig};
use crate::storage::event::LogEvent;
use crate::storage::log::{Chance, Log};

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
    logs: SortedMap<TopicPartition, Rc<Log>>,
    cleaner_config: CleanerConfig,
    pace: CleanerPace,
    retention_interval_ms: u64,
    retention_due_ms: u64,
    cleaner: CleanerState,
    cleaner_checkpoints: SortedMap<TopicPartition, Offset>,
    uncleanable: SortedSet<TopicPartition>,
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
        }
    }

    /// Other broker settings. What is under way goes on; the retention timer keeps its next time,
    /// unless the new interval is shorter.
    pub fn set_broker_settings(&mut self, now_ms: u64, broker: &Settings) {
        self.cleaner_config = CleanerConfig::new(broker);
        self.retention_interval_ms = broker.unsigned(Setting::LogRetentionCheckIntervalMs);
        self.retention_due_ms = self.retention_due_ms.min(now_ms + self.retention_interval_ms);
    }

    /// The process starts again after a crash: `.cleaned` and `.deleted` files go, and what only memory
    /// knew. Checkpoints are on disk. Timers start anew, as in [`LogManager::new`].
    pub fn restart(&mut self, now_ms: u64, broker: &Settings, events: &mut LogEvents) {
        let cleaned = self.cleaned_partition().cloned();
        for (partition, log) in &mut self.logs {
            let mut told = Vec::new();
            Rc::make_mut(log).reopen(now_ms, &mut told);
            if cleaned.as_ref() == Some(partition) {
                told.push(LogEvent::CleaningAborted);
            }
            tell(partition, told, events);
        }
        let fresh = Self::new(now_ms, broker, self.pace);
        let logs = std::mem::take(&mut self.logs);
        let cleaner_checkpoints = std::mem::take(&mut self.cleaner_checkpoints);
        *self = Self { logs, cleaner_checkpoints, ..fresh };
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
            if copied.is_err() {
                self.fail(partition, cleaning.candidate().first_dirty, events);
                return;
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
        Rc::make_mut(log).delete_old_segments(now_ms, chance, &mut told);
        tell(partition, told, events);
    }
}

fn tell(partition: &TopicPartition, told: Vec<LogEvent>, events: &mut LogEvents) {
    events.extend(told.into_iter().map(|event| (partition.clone(), event)));
}
