//! What Kafka's errors mean, in Korean.

use crate::protocol::ErrorCode;
use crate::words::{ErrorWords, Ko, Line};

impl ErrorWords for Ko {
    fn error(&self, error: ErrorCode) -> Line {
        Line::marked(sentence(error))
    }
}

fn sentence(error: ErrorCode) -> &'static str {
    match error {
        ErrorCode::UnknownServerError => {
            "Kafka에도 따로 이름이 없는 문제가 브로커 안에서 생겼습니다."
        }
        ErrorCode::OffsetOutOfRange => {
            "로그에 없는 오프셋입니다. 지워졌거나 아직 없는 것이고, 다음은 `auto.offset.reset`이 정합니다."
        }
        ErrorCode::CorruptMessage => "바이트가 체크섬과 맞지 않거나 아예 레코드 배치가 아닙니다.",
        ErrorCode::UnknownTopicOrPartition => {
            "브로커가 이 토픽이나 파티션을 (아직) 모릅니다. 클라이언트는 다시 물어봅니다."
        }
        ErrorCode::RequestTimedOut => "요청이 허락한 시간 안에 브로커가 일을 마치지 못했습니다.",
        ErrorCode::MessageTooLarge => {
            "배치가 토픽의 `max.message.bytes`보다 큽니다. 프로듀서는 나누거나 포기합니다."
        }
        ErrorCode::NetworkException => {
            "응답이 오기 전에 연결이 끊겼습니다. 요청이 처리되었는지 알 수 없으므로 다시 시도합니다."
        }
        ErrorCode::CoordinatorLoadInProgress => {
            "코디네이터가 아직 준비되지 않았습니다. 클라이언트는 조금 뒤에 다시 물어봅니다."
        }
        ErrorCode::CoordinatorNotAvailable => {
            "아직 그룹의 코디네이터가 없습니다. 대개 `__consumer_offsets`를 만드는 중이며, 클라이언트는 다시 물어봅니다."
        }
        ErrorCode::NotCoordinator => {
            "이 그룹의 코디네이터는 다른 브로커입니다. 클라이언트는 다시 찾습니다."
        }
        ErrorCode::InvalidTopicException => {
            "토픽에 쓸 수 없는 이름이거나 클라이언트가 쓸 수 없는 토픽입니다."
        }
        ErrorCode::RecordListTooLarge => {
            "배치가 `segment.bytes`보다 커서 어떤 세그먼트에도 들어가지 않습니다."
        }
        ErrorCode::NotEnoughReplicas => {
            "동기화된 복제본이 `min.insync.replicas`보다 적어 `acks=all` 쓰기를 거절합니다."
        }
        ErrorCode::InvalidRequiredAcks => "`acks`는 `0`, `1`, `all`(−1)만 됩니다.",
        ErrorCode::IllegalGeneration => "이미 끝난 세대의 멤버입니다. 그룹에 다시 참여해야 합니다.",
        ErrorCode::InconsistentGroupProtocol => {
            "멤버와 그룹에 공통된 assignor가 없어 모두에게 맞는 할당을 만들 수 없습니다."
        }
        ErrorCode::InvalidGroupId => "그룹에는 이름이 필요합니다. `group.id`가 비어 있습니다.",
        ErrorCode::InvalidRequest => {
            "요청 자체가 앞뒤가 맞지 않습니다. 클라이언트 라이브러리라면 보내지 않습니다."
        }
        ErrorCode::GroupIdNotFound => {
            "코디네이터가 모르는 그룹이거나, 다른 프로토콜의 멤버가 아직 있는 그룹입니다."
        }
        ErrorCode::FencedInstanceId => {
            "다른 프로세스가 이 `group.instance.id`를 가져갔습니다. 이 프로세스는 그만둡니다."
        }
        ErrorCode::FencedMemberEpoch => {
            "멤버의 에포크가 코디네이터의 것과 다릅니다. 파티션을 모두 내려놓고 다시 들어갑니다."
        }
        ErrorCode::UnreleasedInstanceId => {
            "살아 있는 다른 멤버가 이 `group.instance.id`를 쓰고 있습니다. 새 프로토콜은 새로 온 쪽을 돌려보냅니다."
        }
        ErrorCode::UnsupportedAssignor => {
            "브로커에 이런 이름의 assignor가 없습니다(`group.consumer.assignors`)."
        }
        ErrorCode::StaleMemberEpoch => {
            "그 사이에 멤버의 에포크가 바뀌었습니다. 다음 heartbeat로 알게 되고, 그때 다시 합니다."
        }
        ErrorCode::UnknownMemberId => {
            "코디네이터가 (더 이상) 모르는 멤버입니다. 새 멤버로 참여해야 합니다."
        }
        ErrorCode::InvalidSessionTimeout => {
            "`session.timeout.ms`는 브로커의 `group.min.session.timeout.ms`와 `group.max.session.timeout.ms` 사이여야 합니다."
        }
        ErrorCode::RebalanceInProgress => {
            "그룹을 다시 짜는 중입니다. 멤버는 파티션을 내놓고 다시 참여합니다."
        }
        ErrorCode::InvalidTimestamp => {
            "레코드의 시각이 브로커의 시계와 너무 다릅니다(`message.timestamp.before.max.ms`, `message.timestamp.after.max.ms`)."
        }
        ErrorCode::TopicAlreadyExists => "같은 이름의 토픽이 이미 있습니다.",
        ErrorCode::InvalidPartitions => "토픽에는 파티션이 하나 이상 있어야 합니다.",
        ErrorCode::InvalidReplicationFactor => {
            "복제본마다 브로커가 하나씩 필요하므로 브로커 수보다 많을 수 없습니다."
        }
        ErrorCode::InvalidConfig => "설정에 쓸 수 없는 값입니다. 아무것도 바뀌지 않았습니다.",
        ErrorCode::PolicyViolation => {
            "토픽 설정이 허용하지 않습니다. 컴팩션만 하는 토픽에서는 레코드를 지울 수 없습니다."
        }
        ErrorCode::OutOfOrderSequenceNumber => {
            "배치의 순번이 프로듀서의 마지막 순번 다음이 아닙니다. 앞선 배치가 빠졌습니다."
        }
        ErrorCode::InvalidProducerEpoch => {
            "같은 프로듀서의 더 새로운 에포크가 이미 썼습니다. 이 프로듀서는 차단됩니다."
        }
        ErrorCode::InvalidTxnState => "프로듀서의 트랜잭션 상태에 맞지 않는 쓰기입니다.",
        ErrorCode::TransactionCoordinatorFenced => {
            "더 새로운 트랜잭션 코디네이터가 이미 썼습니다. 이 마커는 너무 늦었습니다."
        }
        ErrorCode::DuplicateSequenceNumber => {
            "브로커에 이미 있는 배치이지만 오프셋은 더 이상 알지 못합니다. 프로듀서에게는 성공입니다."
        }
        ErrorCode::UnknownProducerId => {
            "로그가 이 프로듀서를 더 이상 모릅니다. 프로듀서는 새 epoch으로 계속합니다."
        }
        ErrorCode::MemberIdRequired => {
            "실패가 아닙니다. 새 멤버는 먼저 id를 받고 그 id로 다시 참여합니다. 응답이 사라져도 유령 멤버가 남지 않습니다."
        }
        ErrorCode::GroupMaxSizeReached => "그룹에 이미 멤버가 `group.max.size`명 있습니다.",
        ErrorCode::InvalidRecord => {
            "레코드가 토픽의 규칙에 어긋납니다. 예를 들어 컴팩션 토픽은 키 없는 레코드를 받지 않습니다."
        }
    }
}
