//! What the Ledger room and the charts of a group say.

use super::{Argument, fill, sentences};
use crate::protocol::Offset;
use crate::words::{Line, Span, Words};

sentences! {
    /// The ledger.
    TEMPLATES;

    ledger_nothing() "Nothing has been sent yet." "아직 보낸 레코드가 없습니다.";
    ledger_nobody(sent: u64) "*{sent}* records were sent; nobody reads them yet." "레코드 *{sent}*개를 보냈고, 아직 아무도 읽지 않습니다.";
    ledger_lead(sent: u64, who: Line, parts: Line) "Of *{sent}* records for {who}: {parts}." "{who}의 레코드 *{sent}*개: {parts}.";
    ledger_part(count: u64, verdict: Line) "*{count}* {verdict}" "{verdict} *{count}*개";
    ledger_part_why(count: u64, verdict: Line, why: Line) "*{count}* {verdict}, because {why}" "{verdict} *{count}*개({why})";
    ledger_part_mostly(count: u64, verdict: Line, why: Line) "*{count}* {verdict}, most of them because {why}" "{verdict} *{count}*개(대부분 {why})";
    ledger_group(name: &str) "group *{name}*" "그룹 *{name}*";
    ledger_alone(name: &str) "*{name}*, which has no group" "그룹 없는 *{name}*";

    verdict_once() "processed once" "한 번 처리";
    verdict_twice() "processed more than once" "두 번 이상 처리";
    verdict_lost() "lost" "유실";
    verdict_under_way() "still under way" "진행 중";
    verdict_skipped() "passed over as meant" "의도대로 건너뜀";
    verdict_short_once() "once" "한 번";
    verdict_short_twice() "twice or more" "두 번 이상";
    verdict_short_lost() "lost" "유실";
    verdict_short_under_way() "under way" "진행 중";
    verdict_short_skipped() "passed over" "건너뜀";

    cause_send_failed() "`send()` got an exception" "`send()`가 예외를 받음";
    cause_batch_failed() "the callback got an exception" "콜백이 예외를 받음";
    cause_producer_crashed(name: &str) "{name} crashed before it was acknowledged" "{name}~이 확인을 받기 전에 죽음";
    cause_never_arrived() "with `acks=0` nobody noticed that the request did not get through" "`acks=0`이라 요청이 닿지 않은 것을 아무도 모름";
    cause_power_lost() "the broker's machine lost its power before the log was flushed" "로그를 플러시하기 전에 브로커의 전원이 나감";
    cause_retention() "retention deleted them before they were read" "읽기 전에 보존 기한이 지나 삭제됨";
    cause_deleted_records() "DeleteRecords removed them before they were read" "읽기 전에 DeleteRecords가 지움";
    cause_cleaned_away() "the cleaner removed them before they were read" "읽기 전에 클리너가 지움";
    cause_committed_first(name: &str) "an offset behind them was committed before {name} had processed them" "{name}~이 처리하기 전에 그 뒤의 오프셋이 커밋됨";
    cause_jumped_reset() "`auto.offset.reset` set the position behind them" "`auto.offset.reset`이 위치를 그 뒤로 옮김";
    cause_jumped_committed() "the reader went on from a committed offset behind them" "그 뒤의 커밋된 오프셋부터 읽음";
    cause_jumped_sought() "the application moved the position behind them" "애플리케이션이 위치를 그 뒤로 옮김";
    cause_superseded() "later records of their keys took their place in a compacted topic" "컴팩션 토픽에서 같은 키의 나중 레코드가 대신함";
    cause_before_its_time() "they are older than the reader, and `auto.offset.reset=latest` begins behind them" "읽는 쪽보다 오래되었고 `auto.offset.reset=latest`는 그 뒤에서 시작함";
    cause_appended_twice() "the producer sent a batch again, so it stands twice in the log" "프로듀서가 배치를 다시 보내 로그에 두 번 있음";
    cause_crashed(name: &str) "{name} crashed before its commit" "{name}~이 커밋하기 전에 죽음";
    cause_thrown_out(name: &str) "the group went on without {name} before its commit" "{name}~이 커밋하기 전에 그룹에서 빠짐";
    cause_closed(name: &str) "{name} ended without a commit" "{name}~이 커밋 없이 끝남";
    cause_moved(name: &str) "their partition was read again before {name} had committed" "{name}~이 커밋하기 전에 파티션을 다시 읽음";
    cause_again_reset() "nothing was committed, so `auto.offset.reset` began anew" "커밋이 없어 `auto.offset.reset`대로 처음부터 읽음";
    cause_again_sought() "the application moved the position back" "애플리케이션이 위치를 되돌림";

    lesson_crash() "A crash loses nothing that is not yet committed: whoever is next begins at the committed offset and reads again." "장애가 나도 커밋하지 않은 것은 잃지 않습니다. 다음 컨슈머가 커밋된 오프셋부터 다시 읽습니다.";
    lesson_commit() "Committed means no more than: read on from here. It does not say that anything was processed." "커밋은 ‘여기부터 읽으라’는 뜻일 뿐, 처리했다는 뜻이 아닙니다.";
    lesson_retry() "The broker did not double them: it was asked twice, because the producer never heard the first answer." "브로커가 늘린 것이 아닙니다. 첫 답을 듣지 못한 프로듀서가 두 번 요청했습니다.";
    lesson_acks() "`acks` says when a record counts as written. Whether it is processed once depends on when offsets are committed." "`acks`는 언제 썼다고 볼지 정합니다. 한 번 처리되는지는 오프셋을 언제 커밋하느냐에 달렸습니다.";
    lesson_told() "Where a callback got an exception, the application knows, and may send again." "콜백이 예외를 받았다면 애플리케이션이 알고 있으며 다시 보낼 수 있습니다.";

    ledger_readers() "Readers" "읽는 쪽";
    ledger_producers() "Producers" "프로듀서";
    ledger_for() "What became of them" "어떻게 되었나";
    ledger_sent() "sent" "보냄";
    ledger_acknowledged() "acknowledged" "확인됨";
    ledger_failed() "exception" "예외";
    ledger_crashed() "died with it" "함께 사라짐";
    ledger_open() "open" "미정";
    ledger_doubled() "twice in the log" "로그에 두 번";
    ledger_told(count: u64) "{count} with an exception" "예외 {count}개";
    ledger_order() "Order" "순서";
    ledger_by_verdict() "by verdict" "결과별";
    ledger_by_send() "as sent" "보낸 순서";
    ledger_all() "all" "전체";
    ledger_key() "Key contains" "키에 포함";
    ledger_matching(count: u64) "{count} records" "레코드 {count}개";
    ledger_page(page: u64, pages: u64) "page {page} of {pages}" "{pages}쪽 중 {page}쪽";
    ledger_back() "Previous page" "이전 쪽";
    ledger_on() "Next page" "다음 쪽";
    ledger_none() "No record is like that." "그런 레코드가 없습니다.";
    ledger_tile(producer: &str, number: u64, key: Line, verdict: Line) "{producer}, send {number}, {key}: {verdict}" "{producer}의 send {number}, {key}: {verdict}";
    ledger_tile_key(key: Span) "key {key}" "키 {key}";
    ledger_tile_no_key() "no key" "키 없음";
    ledger_title(producer: &str, number: u64, key: Line) "*{producer}*, send {number}, {key}" "*{producer}*의 send {number}, {key}";
    ledger_not_meant() "not for this reader" "이 읽는 쪽의 것이 아님";
    ledger_choose() "Choose a record to read its life." "레코드를 고르면 그 일생을 볼 수 있습니다.";
    ledger_because(verdict: Line, why: Line) "*{verdict}*, because {why}" "*{verdict}*, 이유: {why}";
    ledger_verdict(verdict: Line) "*{verdict}*" "*{verdict}*";
    ledger_show() "Show it" "레코드 보기";

    station_sent(producer: &str) "{producer} calls `send()`" "{producer}~이 `send()`를 부릅니다";
    station_accumulated(partition: &str) "it waits in the accumulator for `{partition}`" "`{partition}`의 accumulator에서 기다립니다";
    station_requested() "its batch leaves in a Produce request" "배치가 Produce 요청에 실려 떠납니다";
    station_requested_again(attempt: u64) "its batch leaves again, attempt {attempt}" "배치가 다시 떠납니다. {attempt}번째 시도입니다";
    station_request_lost() "the request is lost" "요청이 사라집니다";
    station_answer_lost() "the answer is lost: the producer does not know that it is written" "답이 사라집니다. 프로듀서는 쓰인 것을 모릅니다";
    station_refused(error: Span) "the broker refuses it: {error}" "브로커가 거절합니다: {error}";
    station_retried(error: Span) "the producer will send it again, after {error}" "프로듀서가 다시 보낼 것입니다: {error}";
    station_retried_unheard() "no answer came: the producer will send it again" "답이 오지 않아 프로듀서가 다시 보낼 것입니다";
    station_appended(offset: Offset) "the broker appends it at offset *{offset}*" "브로커가 오프셋 *{offset}*에 추가합니다";
    station_appended_again(offset: Offset) "the broker appends it once more, at offset *{offset}*" "브로커가 오프셋 *{offset}*에 또 추가합니다";
    station_acknowledged(offset: Offset) "the callback gets offset {offset}" "콜백이 오프셋 {offset}~을 받습니다";
    station_written() "`acks=0`: written to the connection counts as done" "`acks=0`: 연결에 쓴 것으로 끝난 셈입니다";
    station_failed(words: &str) "the callback gets the exception: {words}" "콜백이 예외를 받습니다: {words}";
    station_producer_crashed(producer: &str) "{producer} crashes while its `send` is open" "`send`가 끝나지 않은 채 {producer}~이 죽습니다";
    station_gone_power(offset: Offset) "offset {offset} was not flushed and is gone with the power" "오프셋 {offset}~은 플러시되지 않아 전원과 함께 사라집니다";
    station_gone_retention(offset: Offset) "retention deletes the segment of offset {offset}" "보존 검사가 오프셋 {offset}의 세그먼트를 지웁니다";
    station_gone_deleted(offset: Offset) "DeleteRecords takes offset {offset}" "DeleteRecords가 오프셋 {offset}~을 지웁니다";
    station_gone_cleaned(offset: Offset) "the cleaner drops offset {offset}" "클리너가 오프셋 {offset}~을 버립니다";
    station_gone_superseded(offset: Offset) "the cleaner drops offset {offset}: its key has a later record" "클리너가 오프셋 {offset}~을 버립니다. 같은 키의 나중 레코드가 있습니다";
    station_placed_committed(name: &str, offset: Offset) "{name} reads on from the committed offset {offset}" "{name}~이 커밋된 오프셋 {offset}부터 읽습니다";
    station_placed_reset(name: &str, offset: Offset) "`auto.offset.reset` sends {name} to offset {offset}" "`auto.offset.reset`이 {name}~을 오프셋 {offset}~로 보냅니다";
    station_placed_sought(name: &str, offset: Offset) "the application of {name} moves to offset {offset}" "{name}의 애플리케이션이 오프셋 {offset}~로 옮깁니다";
    station_returned(name: &str) "`poll` returns it to {name}" "`poll`이 {name}에게 돌려줍니다";
    station_processed(name: &str) "{name} has *processed* it" "{name}~이 *처리*했습니다";
    station_processed_again(name: &str) "{name} has *processed it again*" "{name}~이 *또 처리*했습니다";
    station_committed(name: &str, offset: Offset) "{name} commits offset {offset}: the next to read" "{name}~이 다음에 읽을 오프셋 {offset}~을 커밋합니다";
    station_read_back(offset: Offset) "offset {offset} is read back as committed" "오프셋 {offset}~이 커밋된 것으로 다시 읽힙니다";
    station_crashed(name: &str) "{name} crashes" "{name}~이 죽습니다";
    station_ended(name: &str) "{name} ends" "{name}~이 끝납니다";
    station_thrown_out(name: &str) "{name} loses its partitions" "{name}~이 파티션을 잃습니다";

    chart_lag() "Lag" "랙";
    chart_owners() "Who owned what" "누가 무엇을 가졌나";
    chart_lag_about() "Records between the committed offset and the end of the log. A click goes to that moment." "커밋된 오프셋과 로그 끝 사이의 레코드 수입니다. 누르면 그때로 갑니다.";
    chart_nothing() "This group has owned nothing yet." "이 그룹은 아직 아무것도 갖지 않았습니다.";
    chart_partition() "partition" "파티션";
    chart_behind() "behind its commit" "커밋 기준";
    chart_unread() "behind its position" "위치 기준";
    chart_most() "most so far" "지금까지 최대";
    chart_owner() "owner" "소유자";
    chart_no_owner() "nobody" "없음";
    chart_no_commit() "no commit" "커밋 없음";
    chart_idle(names: &str) "Idle: {names}. There are fewer partitions than members, and a partition has one owner." "놀고 있음: {names}. 파티션이 멤버보다 적고, 파티션 하나의 소유자는 하나입니다.";
    chart_held(name: &str, partition: &str, from: Span, to: Span) "{name} owned {partition} from {from} to {to}" "{name}~이 {from}부터 {to}까지 {partition}~을 가졌습니다";
    chart_holds(name: &str, partition: &str, from: Span) "{name} owns {partition} since {from}" "{name}~이 {from}부터 {partition}~을 가지고 있습니다";
}
