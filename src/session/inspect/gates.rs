//! Why not yet: each condition of a roll or of retention with its value against its limit.

use crate::protocol::java::{Double, exceeds};
use crate::session::inspect::{Gate, Meter};
use crate::storage::{Log, LogConfig, LogSegment, LogToClean};
use crate::words::{Line, Piece, Words, code, number, size, span_of_ms};

pub(super) fn gate(
    name: Line,
    value: impl Piece,
    limit: impl Piece,
    met: bool,
    rule: &'static str,
) -> Gate {
    let line = Line::default();
    let (value, limit) = (line.clone().and(value), line.and(limit));
    Gate { name, value, limit, meter: None, met, rule }
}

impl Gate {
    /// With a meter of shares of one.
    pub(super) fn ratio(mut self, value: Double, mark: Double) -> Self {
        let thousandths = |share: Double| (share.hundredths().clamp(0, 100) * 10) as u16;
        self.meter = Some(Meter { filled: thousandths(value), mark: thousandths(mark) });
        self
    }

    /// With a meter: how much there is of how much is needed.
    pub(super) fn of(mut self, value: impl Into<i128>, needed: impl Into<i128>) -> Self {
        let (value, needed) = (value.into().max(0), needed.into());
        self.meter = (needed > 0).then(|| Meter {
            filled: (value * i128::from(MARK) / needed).min(1000) as u16,
            mark: MARK,
        });
        self
    }
}

/// Where the limit stands on a meter, in thousandths: there is room beyond it.
const MARK: u16 = 800;

/// Kafka's name of the setting that limits the log's segments.
pub(super) fn segment_limit_setting(log: &Log) -> &'static str {
    if log.config().segment_bytes_is_internal { "internal.segment.bytes" } else { "segment.bytes" }
}

/// `cleanup.policy` in force.
pub(super) fn policy(config: &LogConfig) -> &'static str {
    match (config.compact, config.delete) {
        (true, true) => "compact,delete",
        (true, false) => "compact",
        (false, true) => "delete",
        (false, false) => "",
    }
}

/// Whether an append now would roll the active segment, condition by condition (LOG-16).
#[must_use]
pub fn roll_gates(log: &Log, now_ms: u64, words: &dyn Words) -> Vec<Gate> {
    let (segment, config) = (log.active_segment(), log.config());
    let (offsets, times) = (segment.offset_index(), segment.time_index());
    let limit_ms = config.max_segment_ms() - segment.roll_jitter_ms().cast_signed();
    // An append to a file that begins with damage fails before it gets here.
    let waited_ms = segment.waited_for_roll_ms(now_ms, now_ms.cast_signed()).unwrap_or(0);
    let time_setting = if config.max_segment_ms() < config.segment_ms {
        "max.compaction.lag.ms"
    } else {
        "segment.ms"
    };
    let next = log.log_end_offset().as_i64();
    let distance = next - segment.base_offset().as_i64();
    vec![
        gate(
            words.gate_roll_size(segment_limit_setting(log)),
            size(segment.size_bytes()),
            size(config.segment_bytes),
            segment.size_bytes() > config.segment_bytes,
            "LOG-16",
        )
        .of(segment.size_bytes(), config.segment_bytes),
        gate(
            words.gate_roll_time(time_setting),
            span_of_ms(waited_ms),
            span_of_ms(limit_ms),
            segment.size_bytes() > 0 && waited_ms > limit_ms,
            "LOG-17",
        )
        .of(waited_ms, limit_ms),
        gate(
            words.gate_roll_offset_index(),
            number(offsets.len()),
            number(offsets.max_entries()),
            offsets.is_full(),
            "LOG-20",
        )
        .of(offsets.len(), offsets.max_entries()),
        gate(
            words.gate_roll_time_index(),
            number(times.len()),
            number(i64::from(times.max_entries()) - 1),
            times.is_full(),
            "LOG-20",
        )
        .of(times.len(), i64::from(times.max_entries()) - 1),
        gate(
            words.gate_roll_overflow(),
            number(distance),
            number(i32::MAX),
            !offsets.can_append_offset(next),
            "LOG-16",
        )
        .of(distance, i32::MAX),
    ]
}

/// What retention asks of the n-th segment (RET-1 to RET-5). Age or size is enough, the others must hold.
#[must_use]
pub fn deletion_gates(log: &Log, at: usize, now_ms: u64, words: &dyn Words) -> Vec<Gate> {
    let (segments, config) = (log.segments(), log.config());
    let segment: &LogSegment = &segments[at];
    let end = segments.get(at + 1).map_or(log.log_end_offset(), |next| next.base_offset());
    let age_ms = now_ms.cast_signed().saturating_sub(segment.largest_timestamp());
    let from_here: u64 = segments[at..].iter().map(|s| u64::from(s.size_bytes())).sum();
    let limit = u64::try_from(config.retention_bytes).ok();
    let needed = limit.map(|limit| limit + u64::from(segment.size_bytes()));
    let none = || words.limit_none();
    let policy = gate(
        words.gate_policy_delete(),
        code(policy(config)),
        code("delete"),
        config.delete,
        "RET-2",
    );
    if !config.delete {
        return vec![policy];
    }
    vec![
        policy,
        gate(
            words.gate_below_watermark(),
            number(end.0),
            number(log.high_watermark().0),
            log.high_watermark() >= end,
            "RET-3",
        )
        .of(log.high_watermark().as_i64(), end.as_i64()),
        gate(
            words.gate_age(),
            span_of_ms(age_ms),
            if config.retention_ms < 0 {
                none()
            } else {
                Line::default().and(span_of_ms(config.retention_ms))
            },
            config.retention_ms >= 0 && age_ms > config.retention_ms,
            "RET-4",
        )
        .of(age_ms, config.retention_ms),
        gate(
            words.gate_log_size(),
            size(from_here),
            needed.map_or_else(none, |needed| Line::default().and(size(needed))),
            needed.is_some_and(|needed| from_here >= needed),
            "RET-5",
        )
        .of(from_here, needed.unwrap_or(0)),
    ]
}

/// What the cleaner asks of a log (CLEAN-6, CLEAN-7).
pub(super) fn cleaning_gates(
    log: &Log,
    candidate: &LogToClean,
    now_ms: u64,
    words: &dyn Words,
) -> Vec<Gate> {
    let config = log.config();
    let dirty = log.closed_segments_from(candidate.first_dirty).iter();
    let oldest = dirty
        .filter_map(|segment| segment.rolling_based_timestamp().ok().flatten())
        .filter(|t| *t > 0);
    let waited = oldest.min().map(|timestamp| now_ms.cast_signed().saturating_sub(timestamp));
    let above = exceeds(candidate.ratio, candidate.threshold);
    let lag = config.max_compaction_lag_ms;
    vec![
        gate(
            words.gate_compact(),
            code(policy(config)),
            code("compact"),
            config.compact,
            "CLEAN-1",
        ),
        gate(
            words.gate_something_dirty(),
            size(candidate.cleanable_bytes),
            size(1u32),
            candidate.cleanable_bytes > 0,
            "CLEAN-3",
        ),
        gate(
            words.gate_dirty_ratio(),
            code(candidate.ratio),
            code(candidate.threshold),
            above,
            "CLEAN-6",
        )
        .ratio(candidate.ratio, candidate.threshold),
        gate(
            words.gate_max_lag(),
            waited.map_or_else(Line::default, |waited| Line::default().and(span_of_ms(waited))),
            if lag == i64::MAX { words.limit_none() } else { Line::default().and(span_of_ms(lag)) },
            candidate.lag_exceeded,
            "CLEAN-7",
        )
        .of(waited.unwrap_or(0), if lag == i64::MAX { 0 } else { lag }),
    ]
}
