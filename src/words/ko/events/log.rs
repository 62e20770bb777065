//! What happened to a log, in Korean.

use super::{kafkas_words, offsets, place, recovery};
use crate::protocol::{Offset, TopicPartition};
use crate::storage::{CleanedRecord, DeletionReason, DropReason, LogEvent, RollReason};
use crate::words::facts::{Facts, log_file, ratios};
use crate::words::josa::Josa;
use crate::words::rich::{clock, code, grouped, key, number, size, span_of_ms, strong};
use crate::words::{Line, line};

pub(super) fn sentence(facts: &dyn Facts, partition: &TopicPartition, event: &LogEvent) -> Line {
    match event {
        LogEvent::BatchAppended { base_offset, last_offset, size_bytes, .. } => line![
            size(*size_bytes),
            " 배치가 ",
            place(partition),
            "의 ",
            offsets(*base_offset, *last_offset),
            Josa::Toward,
            " 기록되었습니다",
            key_of(facts, partition, *base_offset, *last_offset),
            "."
        ],
        LogEvent::AppendRefused(refusal) => {
            line![place(partition), "에 기록하지 못했습니다: ", strong(refusal.error), "."]
        }
        LogEvent::SegmentRolled { base_offset, reason, .. } => line![
            place(partition),
            "의 세그먼트가 롤됩니다. ",
            rolled(reason),
            " 오프셋 ",
            strong(base_offset),
            "부터 새 세그먼트가 열립니다."
        ],
        LogEvent::SegmentsDeleted { base_offsets, reason, .. } => line![
            "보존 정책이 ",
            place(partition),
            "의 세그먼트 ",
            strong(base_offsets.len()),
            "개를 지웁니다. ",
            deleted(reason)
        ],
        LogEvent::FilesRemoved { count } => line![
            place(partition),
            "에서 ",
            code(".deleted"),
            " 표시가 붙었던 파일 ",
            code(count),
            "개가 디스크에서 사라졌습니다."
        ],
        LogEvent::CleaningStarted { lag_exceeded: true, .. } => line![
            "클리너가 ",
            place(partition),
            Josa::Object,
            " 고릅니다. ",
            code("max.compaction.lag.ms"),
            "보다 오래 기다린 레코드가 있습니다."
        ],
        LogEvent::CleaningStarted { ratio, threshold, .. } => {
            let (ratio, threshold) = ratios(*ratio, *threshold);
            line![
                "클리너가 ",
                place(partition),
                Josa::Object,
                " 고릅니다. dirty 비율 ",
                strong(ratio),
                Josa::Subject,
                " ",
                code("min.cleanable.dirty.ratio"),
                " ",
                code(threshold),
                Josa::Object,
                " 넘었습니다."
            ]
        }
        LogEvent::SegmentsCleaned { records, .. } => line![
            "2단계: ",
            place(partition),
            "의 레코드 ",
            code(records.len()),
            "개 중 키마다 최신인 ",
            strong(format!("{}개", kept(records))),
            "만 원래 오프셋 그대로 남습니다."
        ],
        LogEvent::SegmentsReplaced { sources, size_bytes, .. } => line![
            "정리된 ",
            size(*size_bytes),
            " 세그먼트가 ",
            place(partition),
            "의 옛 세그먼트 ",
            code(sources.len()),
            "개를 대신합니다."
        ],
        LogEvent::CleaningFinished { checkpoint, read, kept, .. } => line![
            "정리가 끝났습니다. ",
            place(partition),
            "의 오프셋 ",
            code(checkpoint),
            " 앞에는 레코드 ",
            code(read),
            "개 중 ",
            strong(format!("{kept}개")),
            "가 남았습니다."
        ],
        LogEvent::CleaningAborted => line![
            "클리너가 ",
            place(partition),
            " 정리를 그만둡니다. 토픽이 더 이상 컴팩션 대상이 아닙니다."
        ],
        LogEvent::CleaningFailed => line![
            place(partition),
            " 정리가 ",
            strong("실패했습니다"),
            ". 브로커를 다시 시작할 때까지 그대로 둡니다."
        ],
        LogEvent::DuplicateFound { producer_id, base_offset, last_offset } => line![
            "프로듀서 ",
            code(producer_id),
            Josa::Subject,
            " 다시 보낸 배치는 ",
            place(partition),
            "의 ",
            offsets(*base_offset, *last_offset),
            Josa::Toward,
            " 이미 있어 두 번 쓰지 않습니다."
        ],
        LogEvent::ProducersExpired { count } => line![
            code("producer.id.expiration.ms"),
            " 동안 쓰지 않은 프로듀서 ",
            code(count),
            "개를 ",
            place(partition),
            "에서 잊습니다."
        ],
        LogEvent::LogStartMoved { to, .. } => line![
            "요청에 따라 ",
            place(partition),
            "의 오프셋 ",
            strong(to),
            " 앞을 모두 지웁니다."
        ],
        LogEvent::LogTruncated { to, cut_bytes, .. } => line![
            place(partition),
            "의 끝을 오프셋 ",
            strong(to),
            "까지 잘라 ",
            size(*cut_bytes),
            "가 사라집니다."
        ],
        LogEvent::LogFlushed { bytes, .. } => {
            line![place(partition), "의 ", size(*bytes), "를 페이지 캐시에서 디스크로 내립니다."]
        }
        LogEvent::LogClosed { bytes, .. } => {
            line![place(partition), "의 로그를 닫으며 ", size(*bytes), "를 디스크에 플러시합니다."]
        }
        LogEvent::Recovery(event) => recovery::sentence(partition, event),
    }
}

pub(super) fn aside(facts: &dyn Facts, event: &LogEvent) -> Option<Line> {
    Some(match event {
        LogEvent::BatchAppended { segment, position, .. } => line![
            code(log_file(*segment)),
            "의 바이트 ",
            number(*position),
            "부터입니다. 오프셋은 브로커가 차례로 매깁니다."
        ],
        LogEvent::AppendRefused(refusal) => kafkas_words(refusal),
        LogEvent::SegmentRolled { closed, base_offset, .. } => line![
            code(log_file(*closed)),
            "는 닫혀 더 커지지 않고, ",
            code(log_file(*base_offset)),
            "가 활성 세그먼트입니다."
        ],
        LogEvent::SegmentsDeleted { log_start_offset, .. } => line![
            "레코드 하나씩이 아니라 오래된 세그먼트부터 통째로 지웁니다. 이제 로그는 오프셋 ",
            code(log_start_offset),
            "에서 시작합니다."
        ],
        LogEvent::FilesRemoved { .. } => line![
            "지운 파일은 아직 읽고 있을 누군가를 위해 이름만 바꾼 채 ",
            code("file.delete.delay.ms"),
            " 동안 둡니다."
        ],
        LogEvent::CleaningStarted {
            first_dirty,
            first_uncleanable,
            clean_bytes,
            cleanable_bytes,
            keys,
            map_full,
            ..
        } => {
            let all = clean_bytes + cleanable_bytes;
            let end = Offset(first_uncleanable.0.saturating_sub(1));
            line![
                code(format!("dirty {} B / {} B", grouped(*cleanable_bytes), grouped(all))),
                ". 1단계에서 ",
                offsets(*first_dirty, end.max(*first_dirty)),
                Josa::Object,
                " 읽어 키 ",
                code(keys),
                "개의 마지막 위치를 적습니다. ",
                if *map_full {
                    "오프셋 맵이 가득 차서 나머지는 다음 차례입니다. "
                } else {
                    ""
                },
                "활성 세그먼트는 건드리지 않습니다."
            ]
        }
        LogEvent::SegmentsCleaned { records, bytes_before, bytes_after, .. } => line![
            dropped(records),
            horizon(facts, records),
            size(*bytes_before),
            "가 ",
            size(*bytes_after),
            "로 줄었습니다."
        ],
        LogEvent::SegmentsReplaced { base_offset, .. } => line![
            code(format!("{:020}.log.cleaned", base_offset.0)),
            "가 ",
            code(".swap"),
            "을 거쳐 ",
            code(".log"),
            "가 되었습니다. 어느 순간에 죽어도 온전한 쪽이 하나는 남습니다."
        ],
        LogEvent::CleaningFinished { checkpoint, bytes_before, bytes_after, .. } => line![
            size(*bytes_before),
            "가 ",
            size(*bytes_after),
            "로 줄었습니다. 다음 정리는 클리너 체크포인트인 오프셋 ",
            code(checkpoint),
            "에서 시작합니다."
        ],
        LogEvent::CleaningAborted => line!["복사한 것은 버려지고 로그는 그대로입니다."],
        LogEvent::CleaningFailed => {
            line!["Kafka는 이런 파티션을 uncleanable로 표시하고 다른 파티션을 계속 정리합니다."]
        }
        LogEvent::DuplicateFound { .. } => {
            line!["로그는 프로듀서마다 마지막 배치 다섯 개의 순번을 기억합니다."]
        }
        LogEvent::ProducersExpired { .. } => {
            line!["순번은 처음부터 다시 셉니다. 아주 늦은 중복은 알아보지 못합니다."]
        }
        LogEvent::LogStartMoved { from, to } => line![
            "로그 시작 오프셋이 ",
            code(from),
            "에서 ",
            code(to),
            Josa::Toward,
            " 옮겨집니다. 바이트는 보존 정책이 세그먼트를 살필 때까지 남습니다."
        ],
        LogEvent::LogTruncated { from, to, .. } => line![
            "오프셋 ",
            code(to),
            "부터 ",
            code(from),
            " 앞까지는 다른 레코드에 다시 매겨집니다."
        ],
        LogEvent::LogFlushed { up_to, .. } => {
            line!["정전이 나도 복구 지점인 오프셋 ", code(up_to), " 앞은 잃지 않습니다."]
        }
        LogEvent::LogClosed { snapshot, .. } => match snapshot {
            Some(offset) => line![
                "프로듀서 상태는 ",
                code(format!("{:020}.snapshot", offset.0)),
                "에 남습니다."
            ],
            None => line!["마지막 프로듀서 스냅샷이 그대로 유효합니다."],
        },
        LogEvent::Recovery(event) => return recovery::aside(event),
    })
}

fn key_of(
    facts: &dyn Facts,
    partition: &TopicPartition,
    first: Offset,
    last: Offset,
) -> Option<Line> {
    if first != last || partition.topic.is_internal() {
        return None;
    }
    let key_bytes = facts.record(partition, first)?.key?;
    Some(line![" (키 ", key(&key_bytes), ")"])
}

fn rolled(reason: &RollReason) -> Line {
    match reason {
        RollReason::Size { segment_bytes, append_bytes, limit_bytes } => line![
            number(*segment_bytes),
            " + ",
            number(*append_bytes),
            " B가 ",
            code("segment.bytes"),
            " ",
            number(*limit_bytes),
            Josa::Object,
            " 넘게 되어"
        ],
        RollReason::Time { waited_ms, limit_ms } => line![
            span_of_ms(*waited_ms),
            Josa::Subject,
            " 지나 ",
            code("segment.ms"),
            " ",
            span_of_ms(*limit_ms),
            Josa::Object,
            " 넘었으므로"
        ],
        RollReason::OffsetIndexFull { max_entries } => {
            line!["오프셋 인덱스가 항목 ", number(*max_entries), "개로 가득 차서"]
        }
        RollReason::TimeIndexFull { max_entries } => {
            line!["시간 인덱스가 항목 ", number(*max_entries), "개로 가득 차서"]
        }
        RollReason::OffsetOverflow => line!["베이스 오프셋과의 차이가 31비트를 넘게 되어"],
        RollReason::Retention => line!["담긴 레코드가 모두 삭제 대상이라"],
        RollReason::Forced => line!["누군가 요청해서"],
    }
}

fn deleted(reason: &DeletionReason) -> Line {
    match reason {
        DeletionReason::LogStartOffset { log_start_offset } => {
            line!["모두 로그 시작 오프셋 ", code(log_start_offset), "보다 앞에 있습니다."]
        }
        DeletionReason::Size { log_bytes, retention_bytes } => line![
            "로그가 ",
            size(*log_bytes),
            "였고 ",
            code("retention.bytes"),
            "는 ",
            number(*retention_bytes),
            "입니다."
        ],
        DeletionReason::Time { age_ms, retention_ms } => line![
            "가장 새 레코드가 ",
            span_of_ms(*age_ms),
            " 전 것이고 ",
            code("retention.ms"),
            "는 ",
            number(*retention_ms),
            "입니다."
        ],
    }
}

fn kept(records: &[CleanedRecord]) -> usize {
    records.iter().filter(|record| record.dropped.is_none()).count()
}

/// How many records went for which reason.
fn dropped(records: &[CleanedRecord]) -> Line {
    let of = |is: fn(DropReason) -> bool| {
        records.iter().filter(|record| record.dropped.is_some_and(is)).count()
    };
    let superseded = of(|reason| matches!(reason, DropReason::Superseded { .. }));
    let expired = of(|reason| reason == DropReason::ExpiredTombstone);
    let keyless = of(|reason| reason == DropReason::NoKey);
    let aborted = of(|reason| reason == DropReason::AbortedTransaction);
    let markers = of(|reason| reason == DropReason::ExpiredMarker);
    let mut parts = vec![format!("같은 키의 새 레코드에 밀려난 것 {superseded}개")];
    if expired > 0 {
        parts.push(format!("delete horizon이 지난 tombstone {expired}개"));
    }
    if keyless > 0 {
        parts.push(format!("키가 없는 것 {keyless}개"));
    }
    if aborted > 0 {
        parts.push(format!("중단된 트랜잭션의 것 {aborted}개"));
    }
    if markers > 0 {
        parts.push(format!("더는 필요 없는 마커 {markers}개"));
    }
    line![parts.join(", "), "가 빠졌습니다. "]
}

/// Until when the first of the tombstones that stay does stay.
fn horizon(facts: &dyn Facts, records: &[CleanedRecord]) -> Option<Line> {
    let staying = records.iter().filter(|record| record.dropped.is_none());
    let horizons: Vec<i64> = staying.filter_map(|record| record.delete_horizon_ms).collect();
    let first = horizons.iter().min()?.wrapping_sub(facts.start_ms().cast_signed());
    Some(line![
        "tombstone ",
        code(horizons.len()),
        if horizons.len() == 1 { "개는 " } else { "개는 빠르면 " },
        code(clock(first)),
        "까지 남습니다(",
        code("delete.retention.ms"),
        "). "
    ])
}
