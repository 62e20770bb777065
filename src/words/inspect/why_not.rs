//! What the panel "Why not?" says: questions about a log, and when at the earliest the answer changes.

use super::{Argument, fill, sentences};
use crate::protocol::Offset;
use crate::words::{Line, Span, Words};

sentences! {
    /// Why not?
    TEMPLATES;

    why_not_title() "Why not?" "왜 안 일어날까요?";
    why_not_about(partition: &str) "The log of *{partition}*, and what it waits for." "*{partition}*의 로그가 무엇을 기다리는지 봅니다.";
    why_not_nothing() "Choose a partition, a segment or a record first; then it says what its log waits for." "먼저 파티션, 세그먼트, 레코드 중 하나를 고르세요. 그 로그가 무엇을 기다리는지 알려 드립니다.";

    doubt_roll(file: &str) "Why is `{file}` not closed?" "`{file}`은 왜 닫히지 않나요?";
    doubt_deletion() "Why is no segment deleted?" "왜 세그먼트가 삭제되지 않나요?";
    doubt_cleaning() "Why is it not cleaned?" "왜 클리닝하지 않나요?";
    doubt_cleaning_now() "It is being cleaned now" "지금 클리닝하는 중입니다";
    doubt_tombstone(offset: Offset) "Why is the tombstone at offset {offset} still here?" "오프셋 {offset}의 툼스톤은 왜 아직 있나요?";
    doubt_superseded(offset: Offset) "Why is the old record at offset {offset} still here?" "오프셋 {offset}의 옛 레코드는 왜 아직 있나요?";

    answer_roll(room: Span) "Only an append closes a segment. Any one of these is enough; a batch above {room} would do it at once." "세그먼트는 추가할 때만 닫힙니다. 다음 중 하나면 충분하며, {room}보다 큰 배치가 오면 바로 닫힙니다.";
    answer_roll_empty() "It is empty, and an empty segment is not closed by age." "비어 있습니다. 빈 세그먼트는 나이로 닫지 않습니다.";
    answer_deletion() "Three sweeps look at whole segments, oldest first, and stop at the first one that stays." "세 가지 검사가 세그먼트를 통째로, 오래된 것부터 보고, 남을 것을 만나면 멈춥니다.";
    answer_no_delete() "`cleanup.policy` has no `delete`: only what lies below the log start goes." "`cleanup.policy`에 `delete`가 없어, 로그 시작보다 앞에 있는 것만 지웁니다.";
    answer_cleaning() "The thread takes the dirtiest log whose ratio is above its threshold, or one that has waited too long." "스레드는 더티 비율이 기준을 넘은 로그 중 가장 더티한 것, 또는 너무 오래 기다린 것을 고릅니다.";
    answer_not_compacted() "`cleanup.policy` has no `compact`: the cleaner passes it by." "`cleanup.policy`에 `compact`가 없어 클리너가 지나칩니다.";
    answer_tombstone() "The first cleaning that meets it sets its horizon; a cleaning after that time drops it." "처음 만난 클리닝이 시한을 정하고, 그 시한이 지난 뒤의 클리닝이 버립니다.";
    answer_superseded(by: Offset) "The record at offset {by} has its key; the next cleaning that has both in its reach drops this one." "오프셋 {by}의 레코드가 같은 키를 가졌습니다. 둘 다 닿는 다음 클리닝이 이것을 버립니다.";

    gate_is_first(oldest: Offset) "nothing older is left before it (segment {oldest})" "앞에 더 오래된 세그먼트({oldest})가 없음";
    gate_start_offset() "whole segment below the log start offset" "세그먼트 전체가 로그 시작 오프셋 앞";
    gate_cleaner_enabled() "`log.cleaner.enable`, and no cleaning of it failed" "`log.cleaner.enable`이고 실패한 클리닝 없음";
    gate_cleaner_free() "the cleaner's thread is free" "클리너 스레드가 비어 있음";
    gate_young() "first dirty segment older than `min.compaction.lag.ms`" "첫 더티 세그먼트가 `min.compaction.lag.ms`보다 오래됨";
    gate_before_stop() "it lies before the first uncleanable offset" "클리닝이 멈추는 오프셋보다 앞에 있음";
    gate_superseder_before_stop() "the newer record lies before it, too" "더 나중 레코드도 그 앞에 있음";
    gate_horizon_set() "a cleaning has set its horizon" "클리닝이 시한을 정함";
    gate_horizon_passed() "the horizon has passed (`delete.retention.ms`)" "시한이 지남(`delete.retention.ms`)";
    gate_round_due() "another round is due: dirty ratio" "다음 클리닝 차례가 됨: 더티 비율";

    value_yes() "yes" "예";
    value_no() "no" "아니요";
    value_not_set() "not yet" "아직";

    sweep_start() "start offset" "시작 오프셋";
    sweep_size() "size" "크기";
    sweep_time() "time" "시간";
    sweep_stays() "stays" "남음";
    sweep_goes() "is due" "삭제 대상";

    earliest_event(at: Span, left: Span) "At the earliest at {at}, in {left}, if nothing else happens." "다른 일이 없으면 가장 빨라도 {left} 뒤, {at}입니다.";
    earliest_append(at: Span, left: Span) "From {at} on, in {left}, the next append closes it." "{left} 뒤인 {at}부터는 다음 추가가 이 세그먼트를 닫습니다.";
    earliest_retention_rolls(at: Span, left: Span) "At the earliest at {at}, in {left}, if nothing else happens: retention finds every segment due then, and opens an empty one first." "다른 일이 없으면 가장 빨라도 {left} 뒤, {at}입니다. 그때 보존 검사가 모든 세그먼트를 삭제 대상으로 보고 빈 것을 먼저 엽니다.";
    earliest_append_now() "The next append closes it." "다음 추가가 이 세그먼트를 닫습니다.";
    earliest_never() "Never by itself: something has to be written, or a setting has to change." "저절로는 일어나지 않습니다. 무언가 쓰이거나 설정이 바뀌어야 합니다.";
    earliest_down() "Never while the broker is down: its threads do not run." "브로커가 꺼져 있는 동안에는 일어나지 않습니다. 스레드가 돌지 않습니다.";

    leapt(from: Span, to: Span) "From {from} to {to}; everything in between has happened." "{from}에서 {to}로 왔습니다. 그사이의 일도 모두 일어났습니다.";
    leap_back(from: Span) "Back to {from}" "{from}로 돌아가기";
}
