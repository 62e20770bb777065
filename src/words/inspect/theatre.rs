//! What the cleaner's theatre says.

use super::{Argument, fill, sentences};
use crate::protocol::Offset;
use crate::words::{Line, Span, Words};

sentences! {
    /// The cleaner's theatre.
    TEMPLATES;

    theatre_title(partition: &str) "The cleaner and *{partition}*" "클리너와 *{partition}*";
    theatre_open() "Watch the cleaner" "클리너 보기";
    theatre_close() "Back to the stage" "무대로 돌아가기";
    theatre_idea() "Compaction keeps the last record of each key. It reads the keys of the new part, then copies the log without what is out of date." "컴팩션은 키마다 마지막 레코드를 남깁니다. 새 부분의 키를 읽은 다음, 낡은 것을 빼고 로그를 복사합니다.";
    theatre_act_choose() "Choose" "고르기";
    theatre_act_read() "Pass 1: read the keys" "1단계: 키 읽기";
    theatre_act_copy() "Pass 2: copy what survives" "2단계: 남을 것 복사";
    theatre_act_swap() "Swap" "교체";
    theatre_ratio(ratio: &str, threshold: &str, dirty: Span, clean: Span)
        "dirty ratio *{ratio}* against {threshold}: {dirty} dirty, {clean} clean"
        "더티 비율 *{ratio}*, 기준 {threshold}: 더티 {dirty}, 클린 {clean}";
    theatre_above() "above: worth a cleaning" "초과: 클리닝할 만함";
    theatre_below() "not above: it waits" "미달: 기다림";
    theatre_part_tail() "tail, clean" "꼬리, 클린";
    theatre_part_head() "head, dirty" "머리, 더티";
    theatre_part_active() "active, never cleaned" "활성, 클리닝하지 않음";
    theatre_part_copy() "the copy" "복사본";
    theatre_map() "Offset map" "오프셋 맵";
    theatre_map_idea() "Each key and the offset of its last record" "키와 그 마지막 레코드의 오프셋";
    theatre_map_empty() "Empty: it is filled anew in each cleaning." "비어 있습니다. 클리닝할 때마다 새로 채웁니다.";
    theatre_decisions() "Decisions, newest first" "결정, 최신순";
    theatre_horizons() "Tombstones and their time" "툼스톤과 남은 시간";
    theatre_no_horizons() "None has been through a cleaning yet." "아직 클리닝을 거친 툼스톤이 없습니다.";
    theatre_previous() "Record before" "이전 레코드";
    theatre_next() "Next record" "다음 레코드";
    theatre_more(count: u32) "{count} more before" "앞에 {count}개 더";
    theatre_gap(from: u64, to: u64) "offsets {from} to {to}: cleaned away, and never used again" "오프셋 {from}–{to}: 정리되었고 다시 쓰이지 않습니다";

    theatre_read(offset: Offset, key: Line) "offset {offset}, {key}: its key is in the map" "오프셋 {offset}, {key}: 키가 맵에 들어감";
    theatre_reading(offset: Offset, key: Line) "Offset *{offset}*: {key} goes into the map, over any earlier offset of that key." "오프셋 *{offset}*: {key}~이 맵에 들어가며, 그 키의 앞선 오프셋을 덮어씁니다.";
    theatre_read_all() "All keys of the dirty part are in the map." "더티 구간의 키가 모두 맵에 있습니다.";
    theatre_kept(offset: Offset, key: Line) "Offset *{offset}*, {key}: kept, the map knows no later one." "오프셋 *{offset}*, {key}: 남김. 맵에 더 나중 것이 없습니다.";
    theatre_tombstone_kept(offset: Offset, key: Line, until: Span) "Offset *{offset}*, {key}: a tombstone, kept until {until} so that readers can hear of it." "오프셋 *{offset}*, {key}: 툼스톤. 읽는 쪽이 알 수 있도록 {until}까지 남깁니다.";
    theatre_superseded(offset: Offset, key: Line, by: Offset) "Offset *{offset}*, {key}: dropped, offset {by} is newer." "오프셋 *{offset}*, {key}: 버림. 오프셋 {by}~이 더 새것입니다.";
    theatre_expired(offset: Offset, key: Line) "Offset *{offset}*, {key}: dropped, a tombstone whose time is over." "오프셋 *{offset}*, {key}: 버림. 시한이 지난 툼스톤입니다.";
    theatre_aborted(offset: Offset, key: Line) "Offset *{offset}*, {key}: dropped, its transaction was aborted." "오프셋 *{offset}*, {key}: 버림. 트랜잭션이 중단되었습니다.";
    theatre_marker(offset: Offset) "Offset *{offset}*: a transaction's marker, dropped: nothing of the transaction is left and its time has passed." "오프셋 *{offset}*: 트랜잭션 마커. 그 트랜잭션의 레코드가 없고 시간이 지나 버림.";
    theatre_no_key(offset: Offset) "Offset *{offset}*: dropped, it has no key." "오프셋 *{offset}*: 버림. 키가 없습니다.";
    theatre_copied_all() "All is copied; the copy takes the place of its sources." "모두 복사했습니다. 복사본이 원본의 자리를 차지합니다.";
    theatre_done(kept: u64, read: u64, before: Span, after: Span) "The last cleaning kept {kept} of {read} records, {before} became {after}. Offsets did not change, so gaps stay." "지난 클리닝은 레코드 {read}개 중 {kept}개를 남겼고 {before}~이 {after}~이 되었습니다. 오프셋은 그대로라 빈자리가 남습니다.";
    theatre_busy(partition: &str) "The cleaner's thread is busy with {partition}." "클리너 스레드가 {partition}~을 클리닝하는 중입니다.";
    theatre_soon(left: Span) "Dirty enough: the thread looks again in {left}." "충분히 더티합니다. 스레드가 {left} 뒤에 다시 봅니다.";
    theatre_waits() "Nothing to do yet: the dirty part must grow." "아직 할 일이 없습니다. 더티 구간이 더 커져야 합니다.";
    theatre_horizon(offset: Offset, key: Line, left: Span) "offset {offset}, {key}: {left} left" "오프셋 {offset}, {key}: {left} 남음";
    theatre_horizon_over(offset: Offset, key: Line) "offset {offset}, {key}: over, the next cleaning drops it" "오프셋 {offset}, {key}: 끝남, 다음 클리닝이 버림";
}
