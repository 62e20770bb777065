//! How a log was opened again, in Korean.

use super::place;
use crate::protocol::TopicPartition;
use crate::storage::{CorruptSnapshot, RecoveryEvent, RecoveryReason};
use crate::words::facts::log_file;
use crate::words::josa::Josa;
use crate::words::rich::{code, number, size, strong};
use crate::words::{Line, line};

pub(super) fn sentence(partition: &TopicPartition, event: &RecoveryEvent) -> Line {
    match event {
        RecoveryEvent::UnflushedLost { bytes, files } => line![
            "정전으로 ",
            place(partition),
            "의 파일 ",
            code(files),
            "개에서 플러시하지 않은 ",
            size(*bytes),
            "를 잃었습니다."
        ],
        RecoveryEvent::StrayFilesDeleted { count } => {
            line!["더는 필요 없는 파일 ", code(count), "개를 ", place(partition), "에서 지웁니다."]
        }
        RecoveryEvent::SwapCompleted { replaced, .. } => line![
            place(partition),
            "에서 끊겼던 교체를 마칩니다. 정리된 세그먼트가 옛 세그먼트 ",
            code(replaced.len()),
            "개를 대신합니다."
        ],
        RecoveryEvent::SegmentRecovered { base_offset, batches, cut_bytes: 0, .. } => line![
            place(partition),
            "의 ",
            code(log_file(*base_offset)),
            Josa::Object,
            " 끝까지 읽었습니다. 배치 ",
            code(batches),
            "개가 모두 온전합니다."
        ],
        RecoveryEvent::SegmentRecovered { base_offset, cut_bytes, .. } => line![
            place(partition),
            "의 ",
            code(log_file(*base_offset)),
            Josa::Subject,
            " 손상되어 마지막 ",
            size(*cut_bytes),
            "를 잘라 냅니다."
        ],
        RecoveryEvent::SegmentsDropped { base_offsets } => line![
            place(partition),
            "에서 잘린 곳 뒤의 세그먼트 ",
            strong(base_offsets.len()),
            "개를 버립니다."
        ],
        RecoveryEvent::SnapshotLoaded { offset, producers } => line![
            place(partition),
            "의 오프셋 ",
            code(offset),
            " 스냅샷에서 프로듀서 ",
            code(producers),
            "개를 읽습니다."
        ],
        RecoveryEvent::SnapshotDiscarded { offset, .. } => line![
            place(partition),
            "의 오프셋 ",
            code(offset),
            " 프로듀서 스냅샷은 읽을 수 없어 지웁니다."
        ],
        RecoveryEvent::ProducersReplayed { from, to, producers } => line![
            "프로듀서 ",
            code(producers),
            "개의 상태를 맞추려고 ",
            place(partition),
            "의 오프셋 ",
            code(from),
            "부터 ",
            code(to),
            " 앞까지 읽습니다."
        ],
        RecoveryEvent::LogLoaded { clean, log_start_offset, log_end_offset, .. } => line![
            place(partition),
            if *clean {
                "의 로그가 정상 종료 뒤 다시 열렸습니다. 오프셋 "
            } else {
                "의 로그가 복구되었습니다. 오프셋 "
            },
            strong(log_start_offset),
            "부터 ",
            strong(log_end_offset),
            " 앞까지입니다."
        ],
        RecoveryEvent::LoadFailed => line![
            place(partition),
            "의 로그를 ",
            strong("열 수 없어"),
            " 브로커가 시작하지 못합니다."
        ],
    }
}

pub(super) fn aside(event: &RecoveryEvent) -> Option<Line> {
    Some(match event {
        RecoveryEvent::UnflushedLost { .. } => line![
            "썼다고 디스크에 있는 것은 아닙니다. Kafka는 플러시를 운영 체제에 맡기고 복제본을 믿습니다(",
            code("flush.messages"),
            ")."
        ],
        RecoveryEvent::StrayFilesDeleted { .. } => line![
            code(".deleted"),
            "와 ",
            code(".cleaned"),
            " 파일, 끝나지 않은 교체, 로그 없는 인덱스입니다."
        ],
        RecoveryEvent::SwapCompleted { .. } => {
            line![code(".swap"), " 파일이 온전했으므로 그것을 씁니다."]
        }
        RecoveryEvent::SegmentRecovered {
            reason,
            bad_batch,
            cut_bytes,
            index_entries,
            time_index_entries,
            ..
        } => line![
            why(*reason),
            match (*cut_bytes, *bad_batch) {
                (0, _) => " ",
                (_, true) => " 배치 하나가 손상되어 그 뒤는 믿을 수 없습니다. ",
                (_, false) => " 마지막 배치가 반만 남아 있었습니다. ",
            },
            "인덱스는 새로 써서 항목이 ",
            number(*index_entries),
            "개와 ",
            number(*time_index_entries),
            "개입니다."
        ],
        RecoveryEvent::SegmentsDropped { .. } => {
            line!["로그에 모르는 구멍이 있어서는 안 되므로 잘린 뒤는 함께 버립니다."]
        }
        RecoveryEvent::SnapshotLoaded { .. } => {
            line!["스냅샷에는 프로듀서마다 마지막 배치 하나만 있습니다."]
        }
        RecoveryEvent::SnapshotDiscarded { corrupt, .. } => match corrupt {
            CorruptSnapshot::Crc => line!["체크섬이 맞지 않습니다. 그 앞의 것을 씁니다."],
            CorruptSnapshot::Schema => line!["너무 짧습니다. 그 앞의 것을 씁니다."],
        },
        RecoveryEvent::ProducersReplayed { .. } => return None,
        RecoveryEvent::LogLoaded { segments, recovery_point, .. } => line![
            "세그먼트는 ",
            code(segments),
            "개이고, 다음 복구는 오프셋 ",
            code(recovery_point),
            "에서 시작합니다."
        ],
        RecoveryEvent::LoadFailed => line![
            code("segment.index.bytes"),
            "가 작아져 새로 쓸 인덱스가 들어가지 않습니다. 값을 키우고 다시 시작하면 됩니다."
        ],
    })
}

fn why(reason: RecoveryReason) -> Line {
    match reason {
        RecoveryReason::Unflushed => {
            line!["복구 지점이거나 그 뒤라서 플러시되지 않았을 수 있습니다."]
        }
        RecoveryReason::NoOffsetIndex => line![code(".index"), " 파일이 없었습니다."],
        RecoveryReason::CorruptTransactionIndex => {
            line![code(".txnindex"), " 파일이 다른 오프셋의 것입니다."]
        }
    }
}
