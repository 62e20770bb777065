//! The Groups room: where a group stands, who owns what and why, and what is stored of it.

use super::{Argument, fill, sentences};
use crate::words::{Line, Words};

sentences! {
    /// The Groups room.
    TEMPLATES;

    groups_none() "There is no consumer group yet." "아직 컨슈머 그룹이 없습니다.";
    groups_unknown(group: &str) "Group *{group}* is not known to its coordinator yet." "그룹 *{group}*~을 코디네이터가 아직 모릅니다.";
    groups_empty(group: &str) "Group *{group}* has no members; what it committed stays." "그룹 *{group}*에는 멤버가 없고 커밋한 것만 남아 있습니다.";
    groups_preparing(group: &str) "Group *{group}* waits until all members have joined." "그룹 *{group}*~이 모든 멤버가 참여하기를 기다립니다.";
    groups_completing(group: &str) "Group *{group}* waits for its leader's assignment." "그룹 *{group}*~이 리더의 할당을 기다립니다.";
    groups_assigning(group: &str) "Group *{group}* has changed and needs a new target." "그룹 *{group}*~이 바뀌어 새 목표가 필요합니다.";
    groups_reconciling(group: &str) "Group *{group}* has a target; its members are on their way." "그룹 *{group}*의 목표가 정해졌고 멤버들이 옮겨 가는 중입니다.";
    groups_stable(group: &str) "Group *{group}* is stable: every member has its partitions." "그룹 *{group}*~이 안정되어 멤버마다 제 파티션이 있습니다.";
    groups_since(from: &str, to: &str, clock: &str, cause: Line) "`{from}` → `{to}` at {clock}: {cause}" "{clock}에 `{from}` → `{to}`: {cause}";

    groups_group_epoch() "group epoch" "그룹 에포크";
    groups_group_epoch_is() "Counts every change of members, subscriptions or topics." "멤버나 구독이나 토픽이 바뀔 때마다 하나씩 늘어납니다.";
    groups_assignment_epoch() "assignment epoch" "할당 에포크";
    groups_assignment_epoch_is() "The group epoch that the target was computed for." "목표 할당을 계산한 그룹 에포크입니다.";
    groups_member_epoch() "epoch" "에포크";
    groups_revocation() "must revoke within" "내려놓을 기한";
    groups_waits(partitions: u64) "waits for {partitions} that others still hold" "남이 쥔 {partitions}개를 기다립니다";
    groups_gives_up(partitions: u64) "has to give up {partitions}" "{partitions}개를 내려놓아야 합니다";
    groups_owns(partitions: u32) "partitions: *{partitions}*" "파티션 *{partitions}*개";
    groups_idle() "idle: no partition" "노는 중: 파티션 없음";
    groups_down() "not running" "꺼져 있음";
    groups_leader() "leader" "리더";
    groups_static(instance: &str) "static: `{instance}`" "정적: `{instance}`";

    groups_head_states() "States" "상태";
    groups_head_members() "Members" "멤버";
    groups_head_bands() "Who owns what" "누가 무엇을 가졌나";
    groups_head_why() "Why so" "왜 이렇게 나뉘었나";
    groups_head_moved() "What moved at the last rebalance" "지난 리밸런스에서 옮겨 간 것";
    groups_head_stored() "What is stored of it" "저장된 것";
    groups_legend() "Filled: has it. Outline: should get it. Dashed: must give it up." "채움: 가짐. 테두리: 받을 것. 점선: 내려놓을 것.";
    groups_cell_free(partition: &str) "{partition}: nobody" "{partition}: 주인 없음";
    groups_cell_owned(partition: &str, owner: &str) "{partition}: {owner}" "{partition}: {owner}";
    groups_cell_target(partition: &str, owner: &str, target: &str) "{partition}: {owner}, then {target}" "{partition}: {owner}, 다음은 {target}";

    groups_add() "Add a consumer" "컨슈머 추가";
    groups_add_same() "as the others" "다른 멤버처럼";
    groups_add_new() "in a new group" "새 그룹에";
    groups_close() "Close" "닫기";
    groups_crash() "Crash" "죽이기";
    groups_hang() "Hang" "멈추기";
    groups_go_on() "Go on" "계속하기";
    groups_restart() "Restart" "다시 시작";
    groups_make_static() "Make static" "정적으로";
    groups_bounce() "Kill and restart" "죽이고 바로 시작";

    groups_no_assignment() "Nothing is assigned yet." "아직 나눈 것이 없습니다.";
    groups_by_range() "`range`: each topic is divided by its members, in the order of their ids." "`range`: 토픽마다 멤버 수로 나누어 id 순서로 줍니다.";
    groups_by_round_robin() "`roundrobin`: all partitions are dealt in a circle." "`roundrobin`: 모든 파티션을 빙 돌아가며 하나씩 줍니다.";
    groups_by_sticky() "`sticky`: everybody keeps what fits, the rest is dealt." "`sticky`: 가진 것을 지킬 수 있는 만큼 지키고 나머지를 나눕니다.";
    groups_by_cooperative() "`cooperative-sticky`: as sticky, but what has another owner waits for a second round." "`cooperative-sticky`: sticky와 같지만 주인이 있는 것은 다음 판까지 기다립니다.";
    groups_by_uniform() "`uniform`, in the coordinator: equal shares, and everybody keeps what fits." "코디네이터의 `uniform`: 똑같이 나누되 가진 것을 지킵니다.";
    groups_by_unknown() "By the target that was read back from the log." "로그에서 되읽은 목표대로입니다.";
    groups_range_divides(topic: &str, partitions: u32, members: u32, each: u32, rest: u32)
        "`{topic}`: {partitions} partitions ÷ {members} members = *{each}* each, remainder *{rest}*: the first {rest} get one more."
        "`{topic}`: 파티션 {partitions}개 ÷ 멤버 {members}명 = *{each}*개씩, 나머지 *{rest}*: 앞의 {rest}명이 하나씩 더 받습니다.";
    groups_range_from(member: &str, first: u32, last: u32) "{member} gets {first} to {last}." "{member}~은 {first}부터 {last}까지 받습니다.";
    groups_range_one(member: &str, number: u32) "{member} gets {number}." "{member}~은 {number}번을 받습니다.";
    groups_range_nothing(member: &str) "{member} gets nothing: there are more members than partitions." "{member}~은 받을 것이 없습니다. 멤버가 파티션보다 많습니다.";
    groups_circle(members: &str) "The circle, by id: {members} → …" "id 순서로 도는 차례: {members} → …";
    groups_deals(partition: &str, member: &str) "{partition} → {member}" "{partition} → {member}";
    groups_deals_past(partition: &str, member: &str, skipped: &str) "{partition} → {member}; {skipped} does not subscribe and loses the turn" "{partition} → {member}. {skipped}~은 구독하지 않아 차례를 잃습니다";
    groups_deals_on(partitions: u64) "… and so on for {partitions} more." "… 나머지 {partitions}개도 이렇게 돌아갑니다.";
    groups_even(partitions: u32, members: u32, each: u32) "{partitions} partitions ÷ {members} members = *{each}* each, without a remainder." "파티션 {partitions}개 ÷ 멤버 {members}명 = *{each}*개씩, 나머지 없음.";
    groups_uneven(partitions: u32, members: u32, least: u32, over: u32) "{partitions} partitions ÷ {members} members = at least *{least}* each; {over} may have one more." "파티션 {partitions}개 ÷ 멤버 {members}명 = 적어도 *{least}*개씩, {over}명은 하나 더 가질 수 있습니다.";
    groups_unequal() "Members subscribe to different topics, so shares are balanced topic by topic." "멤버마다 구독하는 토픽이 달라 토픽별로 균형을 맞춥니다.";
    groups_keeps(member: &str, kept: &str, got: &str, lost: &str) "{member}: keeps {kept}; gets {got}; gives up {lost}" "{member}: 지킴 {kept}, 받음 {got}, 내려놓음 {lost}";
    groups_withheld(partitions: &str) "Held back for one round: {partitions}; the old owner must give it up first." "한 판 미룸: {partitions}. 옛 주인이 먼저 내려놓아야 합니다.";
    groups_first_assignment() "The log holds no older assignment of this group: there was none, or it was compacted away." "로그에 이 그룹의 더 오래된 할당이 없습니다. 처음이거나 컴팩션으로 지워졌습니다.";
    groups_moved(partition: &str, from: &str, to: &str) "`{partition}`: {from} → *{to}*" "`{partition}`: {from} → *{to}*";
    groups_taken(partition: &str, to: &str) "`{partition}`: nobody → *{to}*" "`{partition}`: 주인 없음 → *{to}*";
    groups_freed(partition: &str, from: &str) "`{partition}`: {from} → nobody" "`{partition}`: {from} → 주인 없음";
    groups_nothing_moved() "Nothing moved." "옮겨 간 것이 없습니다.";

    groups_no_offsets_topic() "`__consumer_offsets` does not exist yet; the first FindCoordinator has it made." "`__consumer_offsets`가 아직 없습니다. 첫 FindCoordinator가 만들게 합니다.";
    groups_tombstone() "null: a tombstone" "null: tombstone입니다";
    groups_says_offset(offset: i64, epoch: i32) "offset *{offset}*, leader epoch {epoch}" "오프셋 *{offset}*, 리더 에포크 {epoch}";
    groups_says_group(generation: i32, members: &str) "generation *{generation}*: {members}" "세대 *{generation}*: {members}";
    groups_says_epoch(epoch: i32) "epoch *{epoch}*" "에포크 *{epoch}*";
    groups_says_member(client: &str, topics: &str) "{client} subscribes to {topics}" "{client}의 구독: {topics}";
    groups_says_current(epoch: i32, state: &str, partitions: &str) "epoch *{epoch}*, {state}: {partitions}" "에포크 *{epoch}*, {state}: {partitions}";
    groups_record_offset() "offset" "오프셋";
    groups_record_key() "key" "키";
    groups_record_value() "value" "값";
    groups_superseded() "a newer record has this key" "이 키의 더 새로운 레코드가 있습니다";
}
