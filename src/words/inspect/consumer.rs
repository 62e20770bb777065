//! What the Clients room says of a consumer.

use super::{Argument, fill, sentences};
use crate::protocol::Offset;
use crate::words::{Line, Span, Words};

sentences! {
    /// A consumer from inside.
    TEMPLATES;

    clients_choose() "Which client" "클라이언트 선택";
    clients_none() "There is no client in this world." "이 세계에는 클라이언트가 없습니다.";

    // What the application does.
    consumer_dead() "Its process is dead, and with it everything below that was only in its memory." "프로세스가 죽었습니다. 메모리에만 있던 것은 모두 사라졌습니다.";
    consumer_halted() "Its thread stands *in front of* the marked line, because you step through it. Heartbeats go on." "한 줄씩 실행하는 중이라 스레드가 표시된 줄 *앞에* 서 있습니다. heartbeat는 계속 나갑니다.";
    consumer_hangs() "Its thread *hangs* at the marked line. The heartbeat thread does not know." "스레드가 표시된 줄에서 *멈췄습니다*. heartbeat 스레드는 모릅니다.";
    consumer_works(offset: Offset, partition: &str, others: u64) "It works on offset *{offset}* of {partition}; {others} more of this `poll` wait." "{partition}의 오프셋 *{offset}*~을 처리하는 중입니다. 이번 `poll`의 레코드 {others}개가 더 기다립니다.";
    consumer_commits() "It is *inside the commit* and waits for the coordinator's answer." "*커밋 호출 안에서* 코디네이터의 응답을 기다립니다.";
    consumer_closes() "It closes: the last commit, and a word of farewell." "닫는 중입니다. 마지막 커밋을 하고 그룹에 떠난다고 알립니다.";
    consumer_joins() "It is inside `poll`, and waits to be *let into its group*." "`poll` 안에서 *그룹에 들어가기*를 기다립니다.";
    consumer_polls() "It is inside `poll`, and waits for *records*." "`poll` 안에서 *레코드*를 기다립니다.";

    // When it commits.
    consumer_automatic() "Auto-commit: inside `poll`, when `auto.commit.interval.ms` is over. What this poll returns is not in it yet." "자동 커밋: `auto.commit.interval.ms`가 지나면 `poll` 안에서 커밋합니다. 그 poll이 돌려줄 것은 아직 포함되지 않습니다.";
    consumer_after() "It commits after the work, with its own offsets: at least once." "처리한 뒤에 직접 고른 오프셋을 커밋합니다: at least once.";
    consumer_before() "It commits before the work: at most once. What it dies on is never read again." "처리하기 전에 커밋합니다: at most once. 처리하다 죽으면 그 레코드는 다시 읽지 않습니다.";
    consumer_positions() "A commit without offsets stores the positions: all that `poll` has returned, processed or not." "오프셋을 넘기지 않은 커밋은 포지션을 저장합니다. 처리 여부와 상관없이 `poll`이 돌려준 전부입니다.";
    consumer_callbacks(count: u64) "{count} `commitAsync` calls have not been called back yet; that happens inside a later call." "`commitAsync` {count}건의 콜백이 아직 실행되지 않았습니다. 다음 호출 안에서 실행됩니다.";

    // Its partitions.
    consumer_partitions() "Its partitions" "읽는 파티션";
    consumer_no_partitions() "It has no partition to read." "읽을 파티션이 없습니다.";
    consumer_more(count: u64) "{count} more partitions" "파티션 {count}개 더";
    variable_position() "position" "포지션";
    variable_committed() "committed" "커밋";
    variable_lag() "lag" "랙";
    partition_paused() "paused" "일시 중지";
    offsets_one(offset: Offset) "offset {offset}" "오프셋 {offset}";
    offsets_many(from: Offset, to: Offset) "offsets {from}–{to}" "오프셋 {from}–{to}";
    risk_again(which: Line) "Read *again* if it dies now: {which}." "지금 죽으면 *다시* 읽는 것: {which}.";
    risk_lost(which: Line) "*Never* processed if it dies now, as it is committed: {which}." "이미 커밋해서 지금 죽으면 *영영* 처리되지 않는 것: {which}.";
    risk_again_dead(which: Line) "Processed and not committed, so whoever reads on reads it *again*: {which}." "처리했지만 커밋하지 않아 이어 읽는 쪽이 *다시* 읽을 것: {which}.";
    risk_lost_dead(which: Line) "Committed and not processed, so *nobody* reads it: {which}." "커밋했지만 처리하지 못해 *아무도* 읽지 않을 것: {which}.";
    tile_committed(offset: Offset, key: Line) "offset {offset}, {key}: committed" "오프셋 {offset}, {key}: 커밋됨";
    tile_done(offset: Offset, key: Line) "offset {offset}, {key}: processed, not committed" "오프셋 {offset}, {key}: 처리했으나 커밋 전";
    tile_at_work(offset: Offset, key: Line) "offset {offset}, {key}: being processed" "오프셋 {offset}, {key}: 처리 중";
    tile_handed(offset: Offset, key: Line) "offset {offset}, {key}: returned by poll, waits" "오프셋 {offset}, {key}: poll이 돌려줌, 대기 중";
    tile_skipped(offset: Offset, key: Line) "offset {offset}, {key}: committed, not processed" "오프셋 {offset}, {key}: 커밋했으나 처리 전";
    tile_buffered(offset: Offset, key: Line) "offset {offset}, {key}: fetched, waits for poll" "오프셋 {offset}, {key}: 가져옴, poll 대기 중";
    tile_away(offset: Offset, key: Line) "offset {offset}, {key}: at the broker" "오프셋 {offset}, {key}: 브로커에 있음";
    legend_committed() "committed" "커밋됨";
    legend_done() "processed" "처리함";
    legend_at_work() "at work" "처리 중";
    legend_handed() "returned by poll" "poll이 돌려줌";
    legend_skipped() "committed, not processed" "커밋했으나 처리 전";
    legend_buffered() "fetched" "가져옴";
    legend_away() "at the broker" "브로커에 있음";
    tile_no_key() "no key" "키 없음";

    // The program.
    consumer_program() "Its program" "프로그램";
    program_dies() "dies" "종료";
    program_dies_before(line: &str) "Let its process die before `{line}`" "`{line}` 앞에서 프로세스 죽이기";
    program_dies_after(line: &str) "Let its process die after `{line}`" "`{line}` 뒤에서 프로세스 죽이기";
    program_before() "before" "앞";
    program_after() "after" "뒤";
    program_step() "Step to the next line" "다음 줄까지 실행";
    program_go_on() "Let it go on" "계속 실행";

    // What it can be asked.
    seek_beginning() "To the beginning" "처음으로";
    seek_end() "To the end" "끝으로";
    seek_offset(partition: &str) "Offset to seek in {partition}" "{partition}에서 옮겨 갈 오프셋";
    seek_do() "Seek" "이동";
    pause_do() "Pause" "일시 중지";
    resume_do() "Resume" "재개";

    // Its clocks.
    consumer_clocks() "Its clocks" "시계";
    clock_left(left: Span, whole: Span) "{left} left of {whole}" "{whole} 중 {left} 남음";
    clock_idle() "does not run" "멈춰 있음";
    clock_in_poll() "`poll` is being called: nothing counts" "`poll` 호출 중: 세지 않음";
    clock_heartbeat() "Runs out: a heartbeat leaves, and it starts anew." "다 지나면 heartbeat를 보내고 다시 시작합니다.";
    clock_session() "The coordinator's. A heartbeat that arrives starts it anew; if it runs out, the member is thrown out." "코디네이터의 시계입니다. heartbeat가 도착하면 다시 시작하고, 다 지나면 멤버를 내보냅니다.";
    clock_poll() "The next call of `poll` ends it; if it runs out, the consumer leaves by itself." "다음 `poll` 호출이 끝냅니다. 다 지나면 컨슈머가 스스로 그룹을 떠납니다.";
    clock_commit() "Runs out: the next `poll` commits. Nobody else looks at it." "다 지나면 다음 `poll`이 커밋합니다. 다른 누구도 보지 않습니다.";

    // The heartbeat thread, and what travels.
    consumer_heartbeat() "Heartbeat thread" "heartbeat 스레드";
    heartbeat_sleeps(left: Span) "sleeps; the next heartbeat leaves in {left}" "잠자는 중, {left} 뒤에 다음 heartbeat";
    heartbeat_waits(number: u64) "has sent heartbeat #{number} and waits for the answer" "heartbeat #{number}~을 보내고 응답을 기다림";
    heartbeat_off() "does not run: it is in no generation" "돌지 않음: 아직 그룹의 세대에 들지 못함";
    heartbeat_by_hand() "does not run: with `assign` nobody shares out partitions" "돌지 않음: `assign`은 그룹의 할당을 받지 않음";
    heartbeat_dead() "died with the process: heartbeats stop" "프로세스와 함께 죽음: heartbeat가 멈춤";
    consumer_flights() "Requests without an answer" "응답을 기다리는 요청";
    consumer_no_flights() "none" "없음";
    flight_out(api: Span, number: u64, left: Span) "{api} #{number}: arrives at the broker in {left}" "{api} #{number}: {left} 뒤 브로커 도착";
    flight_back(api: Span, number: u64, left: Span) "{api} #{number}: the answer arrives in {left}" "{api} #{number}: {left} 뒤 응답 도착";
    flight_held(api: Span, number: u64) "{api} #{number}: the broker holds it" "{api} #{number}: 브로커가 들고 있음";
}
