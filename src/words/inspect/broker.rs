//! What the inspector says of a broker and of what is not flushed yet.

use super::{Argument, fill, sentences};
use crate::protocol::Offset;
use crate::words::{Line, Span, Words};

sentences! {
    /// A broker, its disk, and the ways in which it ends.
    TEMPLATES;

    broker_runs() "A running broker: it takes records from producers, keeps them on its disk and hands them to consumers." "실행 중인 브로커입니다. 프로듀서의 레코드를 받아 디스크에 보관하고 컨슈머에게 건넵니다.";
    broker_is_down() "Down: nobody answers. Its files are as they were when it ended; a restart opens them." "중단됨: 응답하지 않습니다. 파일은 끝났을 때 그대로이며, 다시 시작하면 엽니다.";
    label_logs() "logs" "로그";
    broker_logs(count: Span, bytes: Span) "{count} with records, {bytes}" "레코드가 있는 로그 {count}개, {bytes}";
    broker_logs_explain() "A log is a directory of files, one for each partition." "로그는 파티션마다 하나씩 있는 파일 디렉터리입니다.";
    label_unflushed() "not flushed" "플러시 전";
    unflushed_explain() "Bytes that only the operating system's page cache has. If the process dies they survive; if the power goes they are gone." "운영체제의 페이지 캐시에만 있는 바이트입니다. 프로세스가 죽어도 남지만, 정전이면 사라집니다.";
    label_next_flush() "next flush" "다음 플러시";
    next_flush_explain() "Then a thread flushes the logs whose `flush.ms` is over." "그때 스레드가 `flush.ms`가 지난 로그를 플러시합니다.";
    label_recovery_point() "recovery point" "복구 지점";
    recovery_point_explain(bytes: Span) "Everything below this offset has been flushed; {bytes} from it on are in the page cache only. After an unclean stop the log is read through from here." "이 오프셋 앞은 모두 플러시되었고, 그 뒤의 {bytes}는 페이지 캐시에만 있습니다. 비정상 종료 뒤에는 여기부터 로그를 다시 읽습니다.";

    why_recovery() "What is lost, if it ends now?" "지금 끝나면 무엇을 잃나요?";
    step_end_crash() "*Crash*: nothing that was written. The page cache outlives the process; the next start reads what lies past the recovery point and writes its indexes anew." "*강제 종료*: 쓴 것은 잃지 않습니다. 페이지 캐시는 프로세스보다 오래 삽니다. 다음 시작 때 복구 지점 뒤를 읽고 인덱스를 새로 씁니다.";
    step_end_power() "*Power loss*: what was not flushed. Real clusters keep a record on several brokers, so that another still has it." "*정전*: 플러시하지 않은 것을 잃습니다. 실제 클러스터는 레코드를 여러 브로커에 두어, 다른 브로커가 여전히 가지고 있습니다.";
    step_end_stop() "*Clean stop*: nothing. All is flushed, and `.kafka_cleanshutdown` lets the next start skip the reading." "*정상 정지*: 아무것도 잃지 않습니다. 모두 플러시하고, `.kafka_cleanshutdown`이 있어 다음 시작은 읽기를 건너뜁니다.";

    list_logs() "its logs" "로그 목록";
    row_log(partition: &str, end: Offset, flushed: Offset, bytes: Span) "{partition}: ends at `{end}`, flushed below `{flushed}`; {bytes} not" "{partition}: `{end}`에서 끝, `{flushed}` 앞까지 플러시, {bytes}는 아직";
    list_checkpoints() "checkpoint files" "체크포인트 파일";

    record_below_start(start: Offset) "Deleted: the log starts at offset {start} now. Its bytes stay in the file until the whole segment can go." "삭제되었습니다. 로그는 이제 오프셋 {start}부터 시작합니다. 세그먼트 전체가 지워질 때까지 바이트는 파일에 남습니다.";
}
