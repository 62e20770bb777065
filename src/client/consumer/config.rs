//! A consumer's settings as it reads them once, when it is constructed.
//!
//! Kafka: `ConsumerConfig`, `GroupRebalanceConfig`, `FetchConfig`.

use crate::client::assignor::Assignor;
use crate::protocol::GroupId;
use crate::protocol::config::{
    COOPERATIVE_STICKY_ASSIGNOR, Profile, RANGE_ASSIGNOR, ROUND_ROBIN_ASSIGNOR, Setting as S,
    Settings, Value, parse_duration_ms,
};
use crate::protocol::java::exponential_backoff_ms;
use crate::protocol::request::IsolationLevel;

/// `metadata.max.age.ms`: how often metadata is refreshed without need.
pub(super) const METADATA_MAX_AGE_MS: u64 = 300_000;
/// How long `close()` tries.
pub(super) const CLOSE_TIMEOUT_MS: u64 = 30_000;
/// What JoinGroup may take longer than the rebalance.
const JOIN_GROUP_TIMEOUT_LAPSE_MS: u64 = 5_000;

/// `auto.offset.reset` (CONS-14, CONS-15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Reset {
    Earliest,
    Latest,
    None,
    ByDuration(u64),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Config {
    profile: Profile,
    /// Empty without one.
    pub(super) group: GroupId,
    /// Whether there is a group to commit to, and to join.
    pub(super) has_group: bool,
    pub(super) client_id: String,
    /// `group.instance.id`: its membership survives a restart (GRP-17).
    pub(super) instance_id: Option<String>,
    /// `group.protocol=consumer`: the coordinator assigns (KIP-848).
    pub(super) is_modern: bool,
    /// `group.remote.assignor`.
    pub(super) remote_assignor: Option<String>,
    pub(super) auto_commit: bool,
    pub(super) auto_commit_interval_ms: u64,
    pub(super) reset: Reset,
    pub(super) max_poll_records: u32,
    pub(super) max_poll_interval_ms: u64,
    pub(super) session_timeout_ms: u64,
    pub(super) heartbeat_interval_ms: u64,
    pub(super) fetch_min_bytes: i32,
    pub(super) fetch_max_wait_ms: i32,
    pub(super) fetch_max_bytes: i32,
    pub(super) max_partition_fetch_bytes: i32,
    /// `isolation.level`: only what is committed (CONS-21).
    pub(super) isolation: IsolationLevel,
    pub(super) request_timeout_ms: u64,
    /// How long `commitSync` tries.
    pub(super) default_api_timeout_ms: u64,
    retry_backoff_ms: u64,
    retry_backoff_max_ms: u64,
    /// In order of preference.
    pub(super) assignors: Vec<Assignor>,
}

impl Config {
    /// Reads settings that [`Settings::check_together`] has let through.
    pub(super) fn new(settings: &Settings, default_client_id: &str) -> Self {
        let int = |setting| i32::try_from(settings.number(setting)).unwrap_or(i32::MAX);
        let client_id = settings.text(S::ClientId).filter(|id| !id.is_empty());
        let reset = match settings.text(S::AutoOffsetReset).as_deref() {
            Some("earliest") => Reset::Earliest,
            Some("none") => Reset::None,
            Some(text) => text
                .strip_prefix("by_duration:")
                .and_then(parse_duration_ms)
                .map_or(Reset::Latest, Reset::ByDuration),
            None => Reset::Latest,
        };
        let assignors = match settings.get(S::PartitionAssignmentStrategy) {
            Value::List(classes) => classes.iter().map(|class| assignor(class)).collect(),
            _ => vec![Assignor::Range],
        };
        let group = settings.text(S::GroupId);
        // Without a group nothing is committed by itself, unless it was asked for, which is refused (CONS-24).
        let auto_commit = settings.boolean(S::EnableAutoCommit) && group.is_some();
        let isolation = match settings.text(S::IsolationLevel).as_deref() {
            Some("read_committed") => IsolationLevel::ReadCommitted,
            _ => IsolationLevel::ReadUncommitted,
        };
        // The book's era knows neither static members nor another protocol.
        let new_in_4 = |setting| {
            let text = settings.text(setting).filter(|_| settings.profile() == Profile::V4);
            text.map(|text| text.to_string())
        };
        Self {
            profile: settings.profile(),
            group: GroupId::from(&*group.clone().unwrap_or_default()),
            has_group: group.is_some(),
            client_id: client_id.map_or_else(|| default_client_id.to_owned(), |id| id.to_string()),
            instance_id: new_in_4(S::GroupInstanceId),
            is_modern: new_in_4(S::GroupProtocol).as_deref() == Some("consumer"),
            remote_assignor: new_in_4(S::GroupRemoteAssignor).filter(|name| !name.is_empty()),
            auto_commit,
            // 0 commits in every turn of the loop inside `poll`, each of which takes Kafka some time.
            auto_commit_interval_ms: settings.unsigned(S::AutoCommitIntervalMs).max(1),
            reset,
            max_poll_records: u32::try_from(settings.unsigned(S::MaxPollRecords))
                .unwrap_or(u32::MAX)
                .max(1),
            max_poll_interval_ms: settings.unsigned(S::MaxPollIntervalMs).max(1),
            session_timeout_ms: settings.unsigned(S::SessionTimeoutMs).max(1),
            heartbeat_interval_ms: settings.unsigned(S::HeartbeatIntervalMs).max(1),
            fetch_min_bytes: int(S::FetchMinBytes),
            fetch_max_wait_ms: int(S::FetchMaxWaitMs),
            fetch_max_bytes: int(S::FetchMaxBytes),
            max_partition_fetch_bytes: int(S::MaxPartitionFetchBytes),
            isolation,
            request_timeout_ms: settings.unsigned(S::RequestTimeoutMs).max(1),
            default_api_timeout_ms: settings.unsigned(S::DefaultApiTimeoutMs),
            retry_backoff_ms: settings.unsigned(S::RetryBackoffMs).max(1),
            retry_backoff_max_ms: settings.unsigned(S::RetryBackoffMaxMs).max(1),
            assignors,
        }
    }

    pub(super) fn is_book_era(&self) -> bool {
        self.profile == Profile::Book
    }

    /// Whether partitions are kept through a rebalance: if all assignors can do that, as the protocol is
    /// chosen when the consumer is made, not when the group has chosen an assignor.
    pub(super) fn is_cooperative(&self) -> bool {
        self.assignors.iter().all(|assignor| assignor.is_cooperative())
    }

    /// How long to wait after the n-th failure, from 0 (GEN-8). At least 1 ms, so that time goes on.
    ///
    /// The book era waits constantly.
    pub(super) fn backoff_ms(&self, attempts: u32, chance: &mut dyn FnMut() -> u32) -> u64 {
        match self.profile {
            Profile::Book => self.retry_backoff_ms,
            Profile::V4 => {
                let (initial_ms, max_ms) = (self.retry_backoff_ms, self.retry_backoff_max_ms);
                exponential_backoff_ms(initial_ms, max_ms, attempts, chance()).max(1)
            }
        }
    }

    /// `retry.backoff.ms`, at least 1.
    pub(super) fn retry_backoff_ms(&self) -> u64 {
        self.retry_backoff_ms
    }

    /// How long an answer to JoinGroup may take: as long as the rebalance, which is longer than others.
    pub(super) fn join_timeout_ms(&self) -> u64 {
        self.request_timeout_ms
            .max(self.max_poll_interval_ms.saturating_add(JOIN_GROUP_TIMEOUT_LAPSE_MS))
    }

    /// Until when `commitSync` tries; the book era's tries for ever.
    pub(super) fn commit_sync_deadline_ms(&self, now_ms: u64) -> u64 {
        match self.profile {
            Profile::Book => u64::MAX,
            Profile::V4 => now_ms.saturating_add(self.default_api_timeout_ms),
        }
    }
}

fn assignor(class: &str) -> Assignor {
    match class {
        RANGE_ASSIGNOR => Assignor::Range,
        COOPERATIVE_STICKY_ASSIGNOR => Assignor::CooperativeSticky,
        ROUND_ROBIN_ASSIGNOR => Assignor::RoundRobin,
        _ => Assignor::Sticky,
    }
}
