//! What Kafka's settings do, in Korean.

use crate::protocol::config::{Scope, Setting};
use crate::words::{Ko, Line, SettingWords};

impl SettingWords for Ko {
    fn setting(&self, scope: Scope, setting: Setting) -> Line {
        Line::marked(sentence(scope, setting))
    }
}

fn sentence(scope: Scope, setting: Setting) -> &'static str {
    match setting {
        Setting::CleanupPolicy | Setting::LogCleanupPolicy => {
            "오래된 레코드를 어떻게 할지 정합니다. `delete`는 오래된 세그먼트를 지우고 `compact`는 키마다 최신 레코드를 남깁니다. 함께 쓸 수 있습니다."
        }
        Setting::SegmentBytes | Setting::LogSegmentBytes => {
            "기록하면 이 크기를 넘게 되는 세그먼트를 닫고 다음 세그먼트를 엽니다."
        }
        Setting::InternalSegmentBytes => {
            "`segment.bytes`를 최솟값 1 MiB보다 작게 두는 Kafka의 테스트용 설정입니다. 이곳의 세그먼트가 작은 이유입니다."
        }
        Setting::SegmentMs => {
            "첫 레코드가 새로 기록할 레코드보다 이만큼 오래되면 덜 찼어도 세그먼트를 닫습니다. 기록이 없으면 닫지도 않습니다."
        }
        Setting::SegmentJitterMs => {
            "모든 세그먼트가 한꺼번에 롤되지 않도록 `segment.ms`에서 무작위로 이만큼까지 뺍니다."
        }
        Setting::SegmentIndexBytes | Setting::LogIndexSizeMaxBytes => {
            "인덱스 파일의 크기입니다. 가득 차면 세그먼트를 닫습니다."
        }
        Setting::IndexIntervalBytes | Setting::LogIndexIntervalBytes => {
            "레코드 몇 바이트마다 인덱스 항목을 추가할지 정합니다. 작을수록 인덱스는 커지고 탐색은 짧아집니다."
        }
        Setting::RetentionMs => {
            "가장 새 레코드가 이보다 오래된 세그먼트를 지웁니다. −1이면 영원히 둡니다."
        }
        Setting::RetentionBytes => {
            "빼고도 이만큼 남는 동안 파티션의 가장 오래된 세그먼트를 지웁니다. −1이면 제한이 없습니다."
        }
        Setting::FileDeleteDelayMs => {
            "지운 파일을 `.deleted`라는 이름으로 디스크에 얼마나 더 둘지 정합니다."
        }
        Setting::MinCleanableDirtyRatio => {
            "정리된 적 없는 바이트의 비율이 이 값을 넘으면 클리너가 그 로그를 정리합니다."
        }
        Setting::DeleteRetentionMs | Setting::LogCleanerDeleteRetentionMs => {
            "늦게 읽는 이를 위해 tombstone을 클리너가 처음 만난 뒤 얼마나 더 둘지 정합니다."
        }
        Setting::MinCompactionLagMs | Setting::LogCleanerMinCompactionLagMs => {
            "이보다 새로운 레코드는 컴팩션하지 않습니다."
        }
        Setting::MaxCompactionLagMs | Setting::LogCleanerMaxCompactionLagMs => {
            "이보다 오래 기다린 레코드가 있으면 dirty 비율과 상관없이 로그를 정리합니다."
        }
        Setting::MaxMessageBytes | Setting::MessageMaxBytes => {
            "브로커가 받아들이는 가장 큰 레코드 배치입니다."
        }
        Setting::MessageTimestampType | Setting::LogMessageTimestampType => {
            "누구의 시계를 따를지 정합니다. 프로듀서의 것(`CreateTime`)이거나 기록할 때 브로커의 것(`LogAppendTime`)입니다."
        }
        Setting::MessageTimestampBeforeMaxMs | Setting::LogMessageTimestampBeforeMaxMs => {
            "레코드의 시각이 브로커 시계보다 얼마나 과거여도 되는지 정합니다."
        }
        Setting::MessageTimestampAfterMaxMs | Setting::LogMessageTimestampAfterMaxMs => {
            "레코드의 시각이 브로커 시계보다 얼마나 미래여도 되는지 정합니다."
        }
        Setting::MinInsyncReplicas => {
            "`acks=all` 쓰기를 받아들이려면 동기화된 복제본이 몇 개여야 하는지 정합니다."
        }
        Setting::Acks => {
            "쓰기가 누구의 응답을 기다릴지 정합니다. `0`은 없음, `1`은 리더, `all`은 동기화된 복제본 모두입니다."
        }
        Setting::LingerMs => "덜 찬 배치가 다른 레코드를 기다리는 시간입니다.",
        Setting::BatchSize => {
            "배치에 담을 수 있는 바이트 수입니다. 가득 차면 기다리지 않고 보냅니다."
        }
        Setting::BufferMemory => {
            "기다리는 레코드가 쓸 수 있는 메모리입니다. 다 쓰면 `send()`가 멈춰 기다립니다."
        }
        Setting::MaxBlockMs => {
            "`send()`가 메타데이터나 메모리를 얼마나 기다리다 실패할지 정합니다."
        }
        Setting::MaxRequestSize => "프로듀서가 보내는 요청의, 따라서 레코드의 최대 크기입니다.",
        Setting::MaxInFlightRequests => {
            "응답 없이 보낼 수 있는 요청 수입니다. 멱등성 없이 1보다 크면 재시도로 순서가 바뀔 수 있습니다."
        }
        Setting::Retries => {
            "지나갈 수 있는 오류 뒤에 배치를 몇 번 다시 보낼지 정합니다. `delivery.timeout.ms`가 먼저 끝낼 수 있습니다."
        }
        Setting::DeliveryTimeoutMs => "`send()` 뒤 얼마 동안 시도하다 레코드를 포기할지 정합니다.",
        Setting::EnableIdempotence => {
            "켜면 같은 프로세스가 두 번 보낸 배치를 브로커가 알아보고 한 번만 저장합니다."
        }
        Setting::PartitionerClass => "내장 파티셔너 대신 파티션을 고를 클래스입니다.",
        Setting::PartitionerIgnoreKeys => "키가 있는 레코드도 없는 것처럼 다룹니다.",
        Setting::PartitionerAdaptivePartitioningEnable => {
            "키 없는 레코드를 더 빠른 브로커의 파티션으로 더 자주 보냅니다."
        }
        Setting::PartitionerAvailabilityTimeoutMs => {
            "브로커가 이만큼 아무것도 받지 못한 파티션에는 키 없는 레코드를 보내지 않습니다. 0이면 쓰지 않습니다."
        }
        Setting::GroupId => {
            "컨슈머가 속한 그룹입니다. 멤버는 파티션을 나누어 읽고 커밋된 오프셋을 함께 씁니다."
        }
        Setting::GroupInstanceId => {
            "다시 시작해도 그대로인 이름을 주면 정적 멤버가 됩니다. 세션 타임아웃 안에 돌아오면 리밸런스 없이 자기 파티션을 되찾습니다."
        }
        Setting::GroupProtocol => {
            "`classic`은 멤버들이 한자리에 모여 그중 하나가 나누고, `consumer`(KIP-848)는 코디네이터가 나누고 멤버가 각자의 속도로 따라갑니다."
        }
        Setting::GroupRemoteAssignor => {
            "이 멤버가 바라는 코디네이터의 assignor입니다. `uniform`이나 `range`이며 `group.protocol=consumer`에서만 씁니다."
        }
        Setting::EnableAutoCommit => {
            "이전 poll이 돌려준 것까지 `poll()`이 알아서 커밋할지 정합니다."
        }
        Setting::AutoCommitIntervalMs => "얼마나 지나야 `poll()`이 다시 커밋할지 정합니다.",
        Setting::AutoOffsetReset => {
            "커밋된 오프셋이 없거나 범위를 벗어나면 어디서 읽을지 정합니다. `earliest`, `latest`, `none` 또는 기간입니다."
        }
        Setting::MaxPollRecords => {
            "`poll()` 한 번이 돌려주는 최대 레코드 수입니다. 가져오는 양은 바꾸지 않습니다."
        }
        Setting::MaxPollIntervalMs => {
            "이만큼 `poll()`을 부르지 않은 컨슈머는 그룹을 떠납니다. 프로세스는 살아 있어도 일이 멈춘 것입니다."
        }
        Setting::SessionTimeoutMs => "이만큼 heartbeat가 없는 멤버는 죽은 것으로 봅니다.",
        Setting::HeartbeatIntervalMs => {
            "멤버가 살아 있다고 알리는 간격이며, 리밸런스를 얼마나 빨리 알게 되는지도 정합니다."
        }
        Setting::FetchMinBytes => "줄 것이 이만큼 모일 때까지 브로커가 fetch를 붙잡아 둡니다.",
        Setting::FetchMaxWaitMs => "브로커가 fetch를 붙잡아 두는 최대 시간입니다.",
        Setting::FetchMaxBytes => {
            "fetch 한 번이 돌려주는 대략의 최대 크기입니다. 첫 배치는 더 커도 돌려줍니다."
        }
        Setting::MaxPartitionFetchBytes => {
            "fetch 한 번이 파티션마다 돌려주는 대략의 최대 크기입니다."
        }
        Setting::PartitionAssignmentStrategy => {
            "이 컨슈머가 쓸 수 있는 assignor를 선호하는 순서로 적습니다. 그룹은 모두가 아는 하나를 씁니다."
        }
        Setting::IsolationLevel => "커밋되지 않은 트랜잭션의 레코드도 읽을지 정합니다.",
        Setting::DefaultApiTimeoutMs => {
            "`commitSync`가 TimeoutException으로 포기하기 전까지 시도하는 시간입니다."
        }
        Setting::ClientId => "요청, 로그, 멤버 id에 쓰이는 클라이언트의 이름입니다.",
        Setting::RequestTimeoutMs => {
            "클라이언트가 응답을 얼마나 기다리다 연결을 닫고 다시 시도할지 정합니다."
        }
        Setting::RetryBackoffMs => {
            "처음 다시 시도하기 전에 기다리는 시간입니다. 그다음부터는 점점 길어집니다."
        }
        Setting::RetryBackoffMaxMs => "두 시도 사이에 기다리는 최대 시간입니다.",
        Setting::NumPartitions => "따로 정하지 않은 토픽이 갖는 파티션 수입니다.",
        Setting::DefaultReplicationFactor => {
            "따로 정하지 않은 토픽의 파티션이 갖는 복제본 수입니다."
        }
        Setting::AutoCreateTopicsEnable => "클라이언트가 없는 토픽을 물으면 만들어 줄지 정합니다.",
        Setting::LogRollMs | Setting::LogRollHours => {
            "따로 정하지 않은 토픽의 `segment.ms`입니다. 브로커 설정이 여럿이면 더 작은 단위가 이깁니다."
        }
        Setting::LogRollJitterMs | Setting::LogRollJitterHours => {
            "따로 정하지 않은 토픽의 `segment.jitter.ms`입니다. 브로커 설정이 여럿이면 더 작은 단위가 이깁니다."
        }
        Setting::LogRetentionMs | Setting::LogRetentionMinutes | Setting::LogRetentionHours => {
            "따로 정하지 않은 토픽의 `retention.ms`입니다. 브로커의 세 설정 중 가장 작은 단위가 이깁니다."
        }
        Setting::LogRetentionBytes => {
            "따로 정하지 않은 토픽의 `retention.bytes`입니다. 브로커 전체가 아니라 파티션마다입니다."
        }
        Setting::LogRetentionCheckIntervalMs => {
            "지울 세그먼트가 있는지 브로커가 살피는 간격입니다. 그때까지는 남아 있습니다."
        }
        Setting::LogInitialTaskDelayMs => {
            "브로커가 시작하고 얼마 뒤에 처음으로 지울 세그먼트를 찾을지 정합니다."
        }
        Setting::FlushMessages => {
            "레코드가 몇 개 쌓이면 로그를 디스크에 플러시할지 정합니다. 기본값에서는 운영 체제가 정하고, 정전에는 복제본으로 대비합니다."
        }
        Setting::FlushMs => {
            "얼마 뒤에 로그를 디스크에 플러시할지 정합니다. `log.flush.scheduler.interval.ms`마다 살핍니다."
        }
        Setting::LogFlushIntervalMessages => "따로 정하지 않은 토픽의 `flush.messages`입니다.",
        Setting::LogFlushIntervalMs => {
            "따로 정하지 않은 토픽의 `flush.ms`입니다. 비워 두면 `log.flush.scheduler.interval.ms`를 씁니다."
        }
        Setting::LogFlushSchedulerIntervalMs => {
            "`flush.ms`가 지났는지 브로커가 살피는 간격입니다. 기본값에서는 살피지 않습니다."
        }
        Setting::LogFlushOffsetCheckpointIntervalMs => {
            "로그를 어디까지 플러시했는지 브로커가 적어 두는 간격입니다. 비정상 종료 뒤에는 거기부터 복구합니다."
        }
        Setting::LogFlushStartOffsetCheckpointIntervalMs => {
            "로그가 어디서 시작하는지 브로커가 적어 두는 간격입니다."
        }
        Setting::ReplicaHighWatermarkCheckpointIntervalMs => {
            "로그의 하이 워터마크를 브로커가 적어 두는 간격입니다."
        }
        Setting::ProducerIdExpirationMs => {
            "마지막 배치 뒤로 프로듀서 ID를 얼마나 기억할지 정합니다. 그 뒤에는 중복을 알아보지 못합니다."
        }
        Setting::ProducerIdExpirationCheckIntervalMs => {
            "잊을 프로듀서 ID가 있는지 로그가 살피는 간격입니다."
        }
        Setting::LogSegmentDeleteDelayMs => "따로 정하지 않은 토픽의 `file.delete.delay.ms`입니다.",
        Setting::LogCleanerEnable => {
            "클리너를 실행할지 정합니다. 끄면 컴팩션 토픽은 커지기만 합니다."
        }
        Setting::LogCleanerBackoffMs => "정리할 로그가 없을 때 클리너가 쉬는 시간입니다.",
        Setting::LogCleanerDedupeBufferSize => {
            "클리너의 오프셋 맵이 쓰는 메모리로 키마다 24바이트입니다. 한 번에 맵이 담는 만큼 정리합니다."
        }
        Setting::LogCleanerIoBufferLoadFactor => {
            "오프셋 맵을 얼마나 채울지 정합니다. 많이 채우면 한 번에 더 많은 키를 담지만 충돌이 늘어납니다."
        }
        Setting::LogCleanerIoBufferSize => "클리너가 읽고 쓰는 데 쓰는 메모리입니다.",
        Setting::LogCleanerMinCleanableRatio => {
            "따로 정하지 않은 토픽의 `min.cleanable.dirty.ratio`입니다."
        }
        Setting::OffsetsTopicNumPartitions => {
            "`__consumer_offsets`의 파티션 수입니다. 그룹 이름을 해시해 그중 하나를 고릅니다."
        }
        Setting::OffsetsTopicReplicationFactor => {
            "`__consumer_offsets`의 복제본 수입니다. 브로커가 모자라면 만들 수 없습니다."
        }
        Setting::OffsetsTopicSegmentBytes => {
            "`__consumer_offsets`의 세그먼트 크기입니다. 작아야 컴팩션과 되읽기가 빠릅니다."
        }
        Setting::GroupInitialRebalanceDelayMs => {
            "빈 그룹이 첫 멤버 뒤에 다른 멤버를 기다리는 시간입니다. 멤버마다 리밸런스하지 않기 위해서입니다."
        }
        Setting::GroupMinSessionTimeoutMs => {
            "브로커가 받아들이는 가장 짧은 `session.timeout.ms`입니다."
        }
        Setting::GroupMaxSessionTimeoutMs => {
            "브로커가 받아들이는 가장 긴 `session.timeout.ms`입니다."
        }
        Setting::GroupMaxSize => "그룹이 가질 수 있는 멤버 수입니다.",
        Setting::GroupConsumerHeartbeatIntervalMs => {
            "새 프로토콜(KIP-848)의 멤버가 heartbeat를 보내는 간격입니다. 브로커가 알려 줍니다."
        }
        Setting::GroupConsumerSessionTimeoutMs => {
            "새 프로토콜에서 이만큼 heartbeat가 없는 멤버는 죽은 것으로 봅니다."
        }
        Setting::GroupConsumerAssignors => {
            "코디네이터가 가진 assignor입니다. 아무도 고르지 않으면 첫째를 씁니다."
        }
        Setting::GroupConsumerAssignmentIntervalMs => {
            "새 프로토콜의 그룹에서 목표 할당을 두 번 계산하는 사이의 가장 짧은 시간입니다."
        }
        Setting::GroupConsumerMaxSize => "새 프로토콜의 그룹이 가질 수 있는 멤버 수입니다.",
        Setting::OffsetsRetentionMinutes => {
            "아무도 필요로 하지 않는 커밋된 오프셋을 간직하는 시간입니다. 4.x는 그룹이 빈 때부터, 책의 시대는 커밋한 때부터 셉니다."
        }
        Setting::OffsetsRetentionCheckIntervalMs => {
            "코디네이터가 오래된 커밋을 찾아보는 간격입니다."
        }
        Setting::CompressionType if scope == Scope::Producer => {
            "프로듀서가 배치를 압축하는 방식입니다."
        }
        Setting::CompressionType => {
            "브로커가 배치를 저장하는 방식입니다. `producer`는 온 그대로 두고, 나머지는 다시 압축합니다."
        }
    }
}
