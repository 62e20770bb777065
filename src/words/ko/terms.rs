//! Kafka's terms, in Korean.

use crate::words::{Ko, Line, Term, TermWords};

impl TermWords for Ko {
    fn term_name(&self, term: Term) -> &'static str {
        name(term)
    }

    fn term(&self, term: Term) -> Line {
        Line::marked(sentence(term))
    }
}

/// As Korean engineers write it; Kafka's word where they use that.
fn name(term: Term) -> &'static str {
    match term {
        Term::Broker => "브로커",
        Term::Controller => "컨트롤러",
        Term::Topic => "토픽",
        Term::Partition => "파티션",
        Term::Leader => "리더",
        Term::Log => "로그",
        Term::Record => "레코드",
        Term::Key => "키",
        Term::Value => "값",
        Term::Timestamp => "타임스탬프",
        Term::Header => "헤더",
        Term::RecordBatch => "레코드 배치",
        Term::Offset => "오프셋",
        Term::Segment => "세그먼트",
        Term::ActiveSegment => "활성 세그먼트",
        Term::BaseOffset => "베이스 오프셋",
        Term::OffsetIndex => "오프셋 인덱스",
        Term::TimeIndex => "시간 인덱스",
        Term::Roll => "롤",
        Term::LogStartOffset => "로그 시작 오프셋",
        Term::LogEndOffset => "로그 끝 오프셋",
        Term::HighWatermark => "하이 워터마크",
        Term::LeaderEpoch => "리더 에포크",
        Term::Producer => "프로듀서",
        Term::Serializer => "직렬화기",
        Term::Partitioner => "파티셔너",
        Term::StickyPartition => "sticky 파티션",
        Term::Accumulator => "레코드 어큐뮬레이터",
        Term::InFlightRequest => "전송 중 요청",
        Term::Retry => "재시도",
        Term::Consumer => "컨슈머",
        Term::ConsumerGroup => "컨슈머 그룹",
        Term::Coordinator => "그룹 코디네이터",
        Term::Member => "멤버",
        Term::GroupLeader => "그룹 리더",
        Term::Generation => "세대(generation)",
        Term::Rebalance => "리밸런스",
        Term::SessionTimeout => "세션 타임아웃",
        Term::Position => "포지션",
        Term::CommittedOffset => "커밋된 오프셋",
        Term::AutoCommit => "자동 커밋",
        Term::Lag => "랙",
        Term::AtLeastOnce => "최소 한 번(at least once)",
        Term::Retention => "보존",
        Term::Compaction => "로그 컴팩션",
        Term::Cleaner => "로그 클리너",
        Term::DirtyRatio => "dirty 비율",
        Term::OffsetMap => "오프셋 맵",
        Term::CleanerCheckpoint => "클리너 체크포인트",
        Term::Request => "요청",
        Term::Metadata => "메타데이터",
        Term::Crc
        | Term::Varint
        | Term::Murmur2
        | Term::Linger
        | Term::Acks
        | Term::Assignor
        | Term::Heartbeat
        | Term::Poll
        | Term::ConsumerOffsets
        | Term::Tombstone
        | Term::DeleteHorizon
        | Term::Fetch => term.name(),
    }
}

fn sentence(term: Term) -> &'static str {
    match term {
        Term::Broker => {
            "Kafka 서버입니다. 파티션을 파일로 보관하고 프로듀서와 컨슈머의 요청에 답합니다."
        }
        Term::Controller => {
            "무엇이 존재하는지 정하는 노드입니다. 토픽, 파티션, 설정, 그리고 누가 리더인지를 정합니다."
        }
        Term::Topic => "이름이 붙은 레코드의 흐름이며, 파티션으로 나뉩니다.",
        Term::Partition => {
            "토픽을 이루는 순서 있는 로그 하나이자 브로커의 디렉터리 하나입니다. 순서는 파티션 안에서만 지켜집니다."
        }
        Term::Leader => "한 파티션의 쓰기를 모두 받고 읽기에 답하는 브로커입니다.",
        Term::Log => {
            "도착한 순서대로 쌓인 파티션의 레코드입니다. 새 레코드는 언제나 끝에만 붙습니다."
        }
        Term::Record => {
            "보내고 읽는 단위로 키, 값, 타임스탬프, 헤더를 가집니다. Kafka는 내용을 들여다보지 않습니다."
        }
        Term::Key => {
            "파티션을 정하는 바이트입니다. 파티션 수가 그대로인 동안 같은 키는 같은 파티션으로 갑니다."
        }
        Term::Value => {
            "레코드의 내용인 바이트입니다. 컴팩션 토픽에서 값이 null이면 그 키를 지우라는 뜻입니다."
        }
        Term::Timestamp => {
            "레코드를 만든 시각(`CreateTime`) 또는 기록한 시각(`LogAppendTime`)이며, 보존 기간의 기준입니다."
        }
        Term::Header => "애플리케이션을 위해 레코드와 함께 다니는 이름과 값입니다.",
        Term::RecordBatch => {
            "61바이트 헤더 하나 뒤에 모여 함께 전송, 검사, 저장되는 레코드들입니다. 배치 없는 레코드는 없습니다."
        }
        Term::Offset => "파티션 안에서 레코드가 갖는 번호로, 0부터 세며 다시 쓰이지 않습니다.",
        Term::Segment => {
            "로그를 이루는 파일 하나로, 첫 오프셋이 이름입니다. 삭제와 정리는 세그먼트 단위로 합니다."
        }
        Term::ActiveSegment => {
            "마지막 세그먼트이며 유일하게 커지는 세그먼트입니다. 클리너는 건드리지 않습니다."
        }
        Term::BaseOffset => "세그먼트나 배치가 시작하는 오프셋이며, 안의 번호는 여기서부터 셉니다.",
        Term::OffsetIndex => {
            "몇몇 오프셋이 세그먼트의 몇 번째 바이트에 있는지 적어 둔 작은 파일입니다."
        }
        Term::TimeIndex => "어느 시각이 어느 오프셋인지 적어 둔 작은 파일입니다.",
        Term::Roll => {
            "활성 세그먼트를 닫고 다음 세그먼트를 여는 일입니다. 크기, 시간, 가득 찬 인덱스가 이유입니다."
        }
        Term::LogStartOffset => "아직 남아 있는 첫 오프셋입니다. 보존 정책이 이를 뒤로 옮깁니다.",
        Term::LogEndOffset => "다음 레코드가 받을 오프셋입니다.",
        Term::HighWatermark => {
            "동기화된 복제본 모두가 여기까지 가지고 있어 컨슈머가 읽어도 되는 경계입니다."
        }
        Term::LeaderEpoch => "파티션의 리더가 몇 번째인지 세어, 옛 리더를 알아보게 합니다.",
        Term::Crc => "배치의 체크섬입니다. 깨진 바이트를 찾아냅니다.",
        Term::Varint => "한 바이트에 7비트씩, 필요한 만큼만 바이트를 쓰는 정수 표기입니다.",
        Term::Producer => {
            "레코드를 보내는 클라이언트입니다. 파티션을 고르고 배치를 모으는 일도 직접 합니다."
        }
        Term::Serializer => "파티션을 고르기 전에 키와 값을 바이트로 바꿉니다.",
        Term::Partitioner => {
            "프로듀서 안에서 파티션을 고르는 규칙입니다. 키의 해시로, 키가 없으면 sticky로 고릅니다."
        }
        Term::Murmur2 => {
            "Java 프로듀서가 키의 바이트에 쓰는 32비트 해시입니다. 다른 클라이언트는 다를 수 있습니다."
        }
        Term::StickyPartition => {
            "키 없는 레코드가 `batch.size`만큼 모일 때까지 가는 파티션입니다. 그 뒤 다른 파티션을 뽑습니다."
        }
        Term::Accumulator => {
            "레코드가 기다리는 프로듀서의 메모리로, 파티션마다 배치의 줄이 있습니다."
        }
        Term::Linger => "덜 찬 배치가 다른 레코드를 기다리는 시간입니다.",
        Term::Acks => {
            "누구의 응답을 기다릴지입니다. 없음(`0`), 리더(`1`), 동기화된 복제본 모두(`all`)."
        }
        Term::InFlightRequest => "보냈지만 아직 응답이 없는 요청입니다.",
        Term::Retry => {
            "지나갈 수 있는 오류 뒤에 배치를 다시 보내는 일입니다. 멱등성이 없으면 두 번 저장될 수 있습니다."
        }
        Term::Consumer => "레코드를 요청해서 읽는 클라이언트입니다. 읽어도 지워지지 않습니다.",
        Term::ConsumerGroup => {
            "토픽의 파티션을 나누어 읽는 컨슈머들입니다. 다른 그룹은 전체를 따로 읽습니다."
        }
        Term::Coordinator => "그룹의 멤버와 커밋된 오프셋을 관리하는 브로커입니다.",
        Term::Member => "코디네이터가 준 id로 그룹에 속한 컨슈머입니다.",
        Term::GroupLeader => {
            "모두의 할당을 계산하는 멤버입니다. 코디네이터는 나누어 주기만 합니다."
        }
        Term::Generation => "그룹의 리밸런스를 센 번호입니다. 옛 세대 멤버의 말은 거절됩니다.",
        Term::Rebalance => {
            "멤버가 오가서 파티션을 다시 나누는 일입니다. eager assignor에서는 그동안 아무도 읽지 않습니다."
        }
        Term::Assignor => "파티션을 멤버에게 나누는 규칙이며 기본은 `range`입니다.",
        Term::Heartbeat => {
            "멤버가 코디네이터에 살아 있음을 알리는 신호입니다. 응답으로 리밸런스를 알게 됩니다."
        }
        Term::SessionTimeout => "이만큼 heartbeat가 없으면 코디네이터는 멤버가 죽은 것으로 봅니다.",
        Term::Poll => {
            "애플리케이션이 레코드를 받는 호출입니다. 자동 커밋과 리밸런스도 이 안에서 일어납니다."
        }
        Term::Position => "컨슈머가 다음에 읽을 오프셋이며 컨슈머의 메모리에만 있습니다.",
        Term::CommittedOffset => {
            "그룹이 저장해 둔 다음에 읽을 오프셋입니다. 파티션을 넘겨받은 멤버는 여기서 시작합니다."
        }
        Term::AutoCommit => {
            "`auto.commit.interval.ms`가 지났으면 `poll()`이 이전 poll들이 돌려준 것까지 커밋합니다."
        }
        Term::Lag => "그룹의 커밋된 오프셋과 로그 끝 사이의 오프셋 수입니다.",
        Term::ConsumerOffsets => {
            "Kafka 자신의 컴팩션 토픽입니다. 커밋 하나하나가, 할당도, 이곳의 레코드입니다."
        }
        Term::AtLeastOnce => "빠뜨리는 것은 없지만 처리하고 커밋하지 않은 것은 다시 처리합니다.",
        Term::Retention => {
            "읽었든 아니든 오래된 세그먼트를 나이(`retention.ms`)나 크기(`retention.bytes`)에 따라 통째로 지웁니다."
        }
        Term::Compaction => {
            "오래된 것 대신 새 레코드에 밀려난 것을 지웁니다. 키마다 적어도 최신 하나는 남습니다."
        }
        Term::Cleaner => {
            "로그를 컴팩션하는 브로커의 백그라운드 스레드입니다. 가장 dirty한 로그부터 하나씩 합니다."
        }
        Term::DirtyRatio => {
            "닫힌 세그먼트 중 정리된 적 없는 바이트의 비율입니다. `min.cleanable.dirty.ratio`를 넘으면 정리합니다."
        }
        Term::OffsetMap => {
            "클리너가 1단계에서 적는 키별 마지막 오프셋입니다. 2단계에서는 이것만 복사합니다."
        }
        Term::CleanerCheckpoint => "로그가 정리된 끝 오프셋입니다. 다음 정리는 여기서 시작합니다.",
        Term::Tombstone => {
            "키는 있고 값이 없는 레코드입니다. 키를 지우게 하고, 나중에 자신도 지워집니다."
        }
        Term::DeleteHorizon => {
            "tombstone이 남아 있는 기한입니다. 처음 정리될 때의 시각에 `delete.retention.ms`를 더합니다."
        }
        Term::Request => {
            "`Produce`나 `Fetch`처럼 클라이언트가 브로커에 하는 부탁이며 응답은 같은 번호를 답니다."
        }
        Term::Fetch => {
            "컨슈머가 읽는 요청입니다. 브로커는 답할 것이 모일 때까지 붙잡아 둘 수 있습니다."
        }
        Term::Metadata => {
            "어떤 토픽, 파티션, 리더가 있는지에 대한 정보입니다. 보내거나 읽기 전에 물어봅니다."
        }
    }
}
