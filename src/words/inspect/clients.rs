//! What the inspector says of producers, consumers, groups, cursors and messages.

use super::{Argument, fill, sentences};
use crate::protocol::Offset;
use crate::words::{Line, Span, Words};

sentences! {
    /// Clients, groups and what travels.
    TEMPLATES;

    // Labels.
    label_client_id() "`client.id`" "`client.id`";
    label_sent() "sent" "보냄";
    label_acknowledged() "acknowledged" "확인됨";
    label_held() "still held" "들고 있음";
    label_failed() "failed" "실패";
    label_lost() "lost in crashes" "장애로 잃음";
    label_memory() "`buffer.memory` in use" "`buffer.memory` 사용량";
    label_next_record() "next record" "다음 레코드";
    label_group() "group" "그룹";
    label_member_id() "member id" "멤버 id";
    label_generation() "generation" "generation";
    label_membership() "in its group" "그룹 안에서";
    label_processing() "works on" "처리 중";
    label_unprocessed() "returned, not processed" "받았으나 처리 전";
    label_buffered() "fetched, not returned" "가져왔으나 반환 전";
    label_next_commit() "next auto-commit" "다음 자동 커밋";
    label_next_heartbeat() "next heartbeat" "다음 하트비트";
    label_session() "session ends" "세션 만료";
    label_protocol() "assignor" "할당 방식";
    label_members() "members" "멤버";
    label_coordinator() "coordinator" "코디네이터";
    label_since() "since" "시작";
    label_rebalance() "rebalance ends" "리밸런스 종료";
    label_committed() "committed" "커밋";
    label_position() "position" "위치";
    label_lag() "lag" "랙";
    label_stored() "stored in" "저장된 곳";
    label_commit_time() "committed at" "커밋 시각";
    label_read_again() "read again after a crash" "장애 시 다시 읽는 양";
    label_processed() "processed up to" "처리 완료";
    label_api() "request" "요청";
    label_from() "from" "보낸 쪽";
    label_to() "to" "받는 쪽";
    label_sent_at() "sent" "보낸 시각";
    label_due() "arrives" "도착";
    label_connection() "connection" "연결";
    label_correlation() "correlation id" "correlation id";
    label_error() "error" "오류";

    // A client's process.
    producer_title(name: &str) "*{name}*, a producer" "프로듀서 *{name}*";
    consumer_title(name: &str) "*{name}*, a consumer" "컨슈머 *{name}*";
    client_running() "running" "실행 중";
    client_crashed() "crashed: its process is gone" "장애로 프로세스가 사라졌습니다";
    client_closed() "closed: it will not come back" "닫혔습니다. 돌아오지 않습니다";
    client_closing() "closing" "닫는 중";
    client_hanging() "running, but its application hangs" "실행 중이지만 애플리케이션이 멈췄습니다";
    client_id_explain() "The name that it gives to brokers; they put it into logs and member ids." "브로커에 알리는 이름으로, 로그와 멤버 id에 쓰입니다.";

    // A producer.
    sent_explain() "How often the application called `send`." "애플리케이션이 `send`를 호출한 횟수입니다.";
    acknowledged_explain(acks: &str) "Records that count as stored, as `acks={acks}` has it." "`acks={acks}` 기준으로 저장된 것으로 치는 레코드입니다.";
    held_explain() "In the accumulator, in flight, or waiting to get in; a crash loses them." "어큐뮬레이터에 있거나, 전송 중이거나, 들어가기를 기다립니다. 장애가 나면 잃습니다.";
    failed_explain() "Records whose callback got an exception." "콜백이 예외를 받은 레코드입니다.";
    lost_explain() "Records that were still held when the process died; nobody was told." "프로세스가 죽을 때 들고 있던 레코드입니다. 아무도 통지받지 못했습니다.";
    step_own_partitioner(hash: i32, partitions: u32, partition: u32) "the producer's own partitioner hashed a part of the key: murmur2 `{hash}`, sign bit off, modulo `{partitions}` is `{partition}`" "프로듀서가 직접 만든 파티셔너가 키의 일부를 해시했습니다. murmur2 `{hash}`, 부호 비트를 끄고 `{partitions}`로 나눈 나머지가 `{partition}`입니다";
    label_partitioner() "partitioner" "파티셔너";
    partitioner_own(part: &str) "its own: hashes `{part}` of the key" "직접 만든 것: 키의 `{part}`를 해시";
    partitioner_own_explain() "As the book's `PurchaseKeyPartitioner`: records whose keys agree in this part stay together, whatever else the keys hold. A key without it throws." "책의 `PurchaseKeyPartitioner`처럼, 이 부분이 같은 키의 레코드는 나머지가 달라도 함께 모입니다. 이 부분이 없는 키는 예외를 던집니다.";
    label_producer_id() "producer id" "producer id";
    producer_id_value(id: i64, epoch: i32) "*{id}*, epoch `{epoch}`" "*{id}*, epoch `{epoch}`";
    producer_id_explain() "From the broker, by InitProducerId. Each batch carries it with a sequence number of its partition, so that the log knows a batch that comes twice." "브로커가 InitProducerId로 준 것입니다. 배치마다 파티션별 시퀀스 번호와 함께 실어, 두 번 온 배치를 로그가 알아봅니다.";
    producer_id_awaited() "not yet" "아직 없음";
    producer_id_awaited_explain() "It has asked the broker. Nothing is sent before the answer." "브로커에 요청했습니다. 응답이 오기 전에는 아무것도 보내지 않습니다.";
    not_idempotent() "none: not idempotent" "없음: 멱등하지 않음";
    not_idempotent_explain() "`enable.idempotence` is false, or another setting rules it out: a batch that is tried again may be stored twice, and out of order." "`enable.idempotence`가 false이거나 다른 설정 때문에 꺼졌습니다. 다시 시도한 배치가 두 번, 또는 순서가 바뀌어 저장될 수 있습니다.";
    label_sequence() "sequence" "시퀀스";
    sequence_value(id: i64, epoch: i32, sequence: i32) "from *{sequence}*, producer `{id}`, epoch `{epoch}`" "*{sequence}*부터, 프로듀서 `{id}`, epoch `{epoch}`";
    sequence_explain() "The batch keeps these when it is sent again." "배치를 다시 보내도 그대로입니다.";
    list_sequences() "sequence numbers" "시퀀스 번호";
    row_sequence_unacked(partition: &str, next: i32) "{partition}: next `{next}`, none acknowledged" "{partition}: 다음 `{next}`, 확인된 것 없음";
    row_sequence(partition: &str, next: i32, acked: i32) "{partition}: next `{next}`, acknowledged up to `{acked}`" "{partition}: 다음 `{next}`, `{acked}`까지 확인됨";
    memory_value(used: Span, limit: Span) "{used} of {limit}" "{limit} 중 {used}";
    memory_explain() "A whole `batch.size` counts for each open batch. When it is used up, `send` blocks." "열린 배치마다 `batch.size` 전체를 셉니다. 다 쓰면 `send`가 멈춰 기다립니다.";
    next_record_explain(topic: &str) "Its own flow sends the next record to {topic} then." "자체 흐름이 그때 {topic}에 다음 레코드를 보냅니다.";
    flow_stopped() "stopped" "멈춤";
    list_accumulator() "accumulator: batches that wait" "어큐뮬레이터: 기다리는 배치";
    list_in_flight() "in flight: requests without an answer" "전송 중: 응답을 기다리는 요청";
    list_blocked() "sends that wait" "기다리는 send";
    list_sticky() "sticky partition of records without a key" "키 없는 레코드의 sticky 파티션";
    row_batch(partition: &str, records: u64, size: Span, limit: Span, left: Span) "{partition}: {records} records, {size} of {limit}, leaves in {left}" "{partition}: 레코드 {records}개, {limit} 중 {size}, {left} 뒤 출발";
    row_batch_retry(partition: &str, records: u64, attempts: u32, left: Span) "{partition}: {records} records, attempt {attempts} failed, again in {left}" "{partition}: 레코드 {records}개, {attempts}번째 시도 실패, {left} 뒤 다시";
    row_in_flight(api: &str, correlation: u64, age: Span, contents: &str) "{api} #{correlation}, {age} ago {contents}" "{api} #{correlation}, {age} 전 {contents}";
    row_blocked(number: u64, topic: &str) "send {number} to {topic}" "{topic}~로 가는 send {number}";
    row_sticky(topic: &str, partition: u32) "{topic}: partition {partition}" "{topic}: 파티션 {partition}";
    why_batches_wait() "Why do records wait here?" "왜 레코드가 여기서 기다리나요?";
    step_linger(linger: Span) "a batch leaves when it is full or has waited `linger.ms`, {linger}" "배치는 가득 차거나 `linger.ms`, {linger}~을 기다리면 출발합니다";
    step_batch_size(size: Span) "it is full at `batch.size`, {size}" "`batch.size`, {size}에서 가득 찹니다";
    step_together() "when one batch is due, the first batch of every other partition leaves in the same request" "한 배치가 출발할 때 다른 파티션의 첫 배치도 같은 요청에 실립니다";

    // A record that is not in the log yet.
    unsent_title(number: u64, client: &str) "Record {number} of *{client}*" "*{client}*의 {number}번 레코드";
    unsent_queued(partition: &str) "in the accumulator, in a batch for {partition}" "어큐뮬레이터의 {partition} 배치에 있습니다";
    unsent_in_flight(partition: &str) "in flight to {partition}; no answer yet" "{partition}~로 전송 중이며 아직 응답이 없습니다";
    unsent_blocked() "`send` has not returned: it waits for metadata, for memory, or behind a record that does" "`send`가 아직 돌아오지 않았습니다. 메타데이터나 메모리를, 또는 그것을 기다리는 앞 레코드를 기다립니다";
    unsent_stored(offset: Offset, partition: &str) "It is in the log: offset {offset} of {partition}." "로그에 있습니다: {partition}의 오프셋 {offset}.";
    unsent_failed(error: &str) "It failed: {error}" "실패했습니다: {error}";
    unsent_done() "No longer held: acknowledged, failed, or lost with a crash." "더 이상 들고 있지 않습니다. 확인되었거나, 실패했거나, 장애로 잃었습니다.";
    unsent_not_yet() "Not sent yet." "아직 보내지 않았습니다.";
    log_stored_explain() "Where the broker said that it stands." "브로커가 알려 준 위치입니다.";
    batch_of(records: u64, size: Span) "{records} records, {size}" "레코드 {records}개, {size}";
    batch_of_explain() "Records of one partition that travel, succeed and fail together." "함께 이동하고 함께 성공하거나 실패하는, 한 파티션의 레코드들입니다.";
    attempts_explain() "How often the batch was sent without success; each retry waits longer." "배치를 보냈으나 성공하지 못한 횟수입니다. 재시도할수록 더 오래 기다립니다.";
    label_attempts() "failed attempts" "실패한 시도";
    label_leaves() "leaves" "출발";
    leaves_explain() "Its batch was opened then, plus `linger.ms`; earlier if it fills up or another batch leaves." "배치를 연 시각에 `linger.ms`를 더한 때입니다. 가득 차거나 다른 배치가 출발하면 더 이릅니다.";

    // A consumer.
    membership_unjoined() "not in the group" "그룹에 없음";
    membership_joining() "joining: waits for everybody" "가입 중: 모두를 기다림";
    membership_syncing() "waits for its assignment" "할당을 기다림";
    membership_stable() "has its assignment" "할당을 받음";
    membership_leads() "has its assignment, leads the group" "할당을 받음, 그룹 리더";
    membership_explain() "Join, sync, stable: one round for each rebalance. The leader computes who reads what." "join, sync, stable: 리밸런스마다 한 바퀴 돕니다. 리더가 누가 무엇을 읽을지 계산합니다.";
    member_id_none() "none yet" "아직 없음";
    member_id_explain() "`client.id` and a random UUID, given by the coordinator; a restarted process gets another." "`client.id`와 임의의 UUID로, 코디네이터가 줍니다. 재시작한 프로세스는 새로 받습니다.";
    generation_explain() "Counts the rebalances; a commit with an older generation is refused." "리밸런스를 센 수입니다. 이전 generation의 커밋은 거부됩니다.";
    group_explain() "`group.id`: its members share the partitions among them." "`group.id`: 멤버들이 파티션을 나눠 읽습니다.";
    no_group_explain() "Without `group.id` nothing can be committed, and `subscribe` is refused." "`group.id`가 없으면 커밋할 수 없고 `subscribe`도 거부됩니다.";
    processing_value(offset: Offset, partition: &str) "offset {offset} of {partition}" "{partition}의 오프셋 {offset}";
    processing_none() "nothing" "없음";
    processing_explain(each: Span) "The application takes {each} for each record, one after the other." "애플리케이션은 레코드마다 {each}씩, 하나씩 차례로 처리합니다.";
    unprocessed_explain() "`poll` has returned them, so the position is behind them; a crash now, and what is not committed is read again." "`poll`이 이미 돌려주어 위치는 그 뒤에 있습니다. 지금 장애가 나면 커밋하지 않은 것을 다시 읽습니다.";
    buffered_explain() "They wait in the client for the next `poll`, which returns up to `max.poll.records`." "다음 `poll`을 기다립니다. `poll`은 `max.poll.records`까지 돌려줍니다.";
    next_commit_explain(interval: Span) "Auto-commit happens inside `poll`, once {interval}, `auto.commit.interval.ms`, have passed: it commits positions, not what was processed." "자동 커밋은 `auto.commit.interval.ms`, {interval}~이 지난 뒤 `poll` 안에서 일어나며, 처리한 것이 아니라 위치를 커밋합니다.";
    commit_sync_explain() "The application calls `commitSync()` when it has processed what a poll returned." "애플리케이션이 poll로 받은 것을 모두 처리하면 `commitSync()`를 호출합니다.";
    commit_never_explain() "`enable.auto.commit=false` and no `commitSync()`: nothing is ever committed." "`enable.auto.commit=false`이고 `commitSync()`도 없어 아무것도 커밋하지 않습니다.";
    commit_sync_value() "after each poll's records" "poll로 받은 레코드를 처리할 때마다";
    commit_never_value() "never" "없음";
    next_heartbeat_explain(interval: Span) "Every {interval}, `heartbeat.interval.ms`, it tells the coordinator that it lives." "`heartbeat.interval.ms`, {interval}마다 코디네이터에게 살아 있음을 알립니다.";
    session_explain(timeout: Span) "Without a sign of life for {timeout}, `session.timeout.ms`, the coordinator removes it and rebalances." "`session.timeout.ms`, {timeout} 동안 소식이 없으면 코디네이터가 내보내고 리밸런스합니다.";
    list_assignment() "assignment" "할당";
    row_assigned(partition: &str, position: &str, committed: &str, lag: u64) "{partition}: position `{position}`, committed `{committed}`, lag {lag}" "{partition}: 위치 `{position}`, 커밋 `{committed}`, 랙 {lag}";

    // A group.
    group_title(group: &str) "Group *{group}*" "그룹 *{group}*";
    group_subtitle(state: &str, generation: i32, members: u64) "{state}, generation {generation}, {members} members" "{state}, generation {generation}, 멤버 {members}명";
    group_unknown() "The coordinator does not know this group: nobody has joined it yet, or the broker is down." "코디네이터가 모르는 그룹입니다. 아직 아무도 가입하지 않았거나 브로커가 꺼져 있습니다.";
    state_empty() "Nobody is in it; what it committed stays." "멤버가 없습니다. 커밋한 것은 남아 있습니다.";
    state_preparing() "Members are asked to rejoin; nobody reads until all have." "멤버들에게 다시 가입하라고 알렸습니다. 모두 올 때까지 아무도 읽지 않습니다.";
    state_completing() "Everybody has joined; the leader computes the assignment." "모두 가입했습니다. 리더가 할당을 계산합니다.";
    state_stable() "Everybody has an assignment and reads." "모두 할당을 받아 읽고 있습니다.";
    state_assigning() "The group has changed; the coordinator will compute a new target assignment." "그룹이 바뀌었습니다. 코디네이터가 새 목표 할당을 계산합니다.";
    state_reconciling() "There is a target; members give up and take over partitions one by one." "목표가 정해졌습니다. 멤버들이 파티션을 하나씩 내려놓고 이어받습니다.";
    state_dead() "It is gone." "사라진 그룹입니다.";
    protocol_explain() "The assignor that all members list; the leader runs it." "모든 멤버가 지원하는 할당 방식이며 리더가 실행합니다.";
    group_leader_explain() "The member that joined first; a client, not a broker, computes who reads what." "가장 먼저 가입한 멤버입니다. 브로커가 아니라 클라이언트가 누가 무엇을 읽을지 계산합니다.";
    coordinator_explain(partition: u32) "The leader of partition {partition} of `__consumer_offsets`, where all that the group commits is stored." "`__consumer_offsets`의 파티션 {partition} 리더입니다. 그룹의 커밋은 모두 그곳에 저장됩니다.";
    since_explain() "When the group came into this state." "그룹이 이 상태가 된 시각입니다.";
    rebalance_explain() "Members that have not rejoined by then are removed." "그때까지 다시 가입하지 않은 멤버는 내보냅니다.";
    why_coordinator() "Why this coordinator?" "왜 이 코디네이터인가요?";
    row_member(client: &str, partitions: &str) "{client}: {partitions}" "{client}: {partitions}";
    row_member_waits(client: &str) "{client}: waits" "{client}: 기다리는 중";
    reads_nothing() "reads nothing" "읽는 것이 없음";
    list_committed() "committed offsets" "커밋된 오프셋";

    // The two cursors.
    committed_title(group: &str, partition: &str) "What *{group}* has committed for *{partition}*" "*{group}*~이 *{partition}*에 커밋한 것";
    committed_subtitle(offset: Offset) "offset {offset}: the next one to read, not the last one read" "오프셋 {offset}: 마지막으로 읽은 것이 아니라 다음에 읽을 것";
    committed_none() "Nothing is committed: `auto.offset.reset` decides where reading begins." "커밋이 없습니다. 어디서 읽기 시작할지는 `auto.offset.reset`이 정합니다.";
    committed_explain(before: u64) "The {before} offsets below it count as done. A consumer that takes the partition over begins here." "그 아래 오프셋 {before}개는 끝난 것으로 칩니다. 파티션을 넘겨받는 컨슈머는 여기서 시작합니다.";
    stored_value(offset: Offset, partition: &str) "offset {offset} of {partition}" "{partition}의 오프셋 {offset}";
    stored_explain() "A commit is a record: key group, topic, partition; value this offset. It holds from the append on." "커밋도 레코드입니다. 키는 그룹, 토픽, 파티션이고 값은 이 오프셋입니다. 추가된 순간부터 유효합니다.";
    commit_time_explain() "The coordinator's clock when it wrote the record." "코디네이터가 레코드를 쓴 시각입니다.";
    lag_explain(end: Offset, offset: Offset) "high watermark {end} − {offset}" "하이 워터마크 {end} − {offset}";
    read_again_value(count: u64) "{count} offsets" "오프셋 {count}개";
    read_again_explain(position: Offset, committed: Offset) "position {position} − committed {committed}: delivered, and delivered once more if the consumer dies now." "위치 {position} − 커밋 {committed}: 이미 전달했지만 지금 컨슈머가 죽으면 한 번 더 전달합니다.";
    why_stored_there() "Why is it stored there?" "왜 그곳에 저장되나요?";
    position_title(client: &str, partition: &str) "Where *{client}* reads *{partition}*" "*{client}*~이 *{partition}*에서 읽는 곳";
    position_subtitle(offset: Offset) "offset {offset}: what the next `poll` returns first" "오프셋 {offset}: 다음 `poll`이 가장 먼저 돌려줄 것";
    position_unknown() "No position yet: the consumer asks for the committed offset, or resets." "아직 위치가 없습니다. 커밋된 오프셋을 묻거나 초기화하는 중입니다.";
    position_not_assigned() "The partition is not assigned to it; the position was in its memory only, and is gone." "할당된 파티션이 아닙니다. 위치는 메모리에만 있었으므로 사라졌습니다.";
    watermark_seen_explain() "As the last answer to a fetch told the consumer; the broker may know of more by now." "마지막 fetch 응답이 알려 준 값입니다. 브로커에는 이미 더 있을 수 있습니다.";
    label_reader() "read by" "읽는 컨슈머";
    position_explain() "In the consumer's memory only. It moves when `poll` returns records, before they are processed." "컨슈머의 메모리에만 있습니다. 처리하기 전, `poll`이 레코드를 돌려줄 때 움직입니다.";
    processed_explain() "What the application has really done: it may be behind the position, and behind what is committed." "애플리케이션이 실제로 처리한 곳입니다. 위치나 커밋보다 뒤처질 수 있습니다.";
    why_committed_behind() "Why is the committed offset not here?" "왜 커밋된 오프셋은 여기가 아닌가요?";
    step_position_moves() "the position moves with every `poll`; the committed offset moves when a commit is stored" "위치는 `poll`마다 움직이고, 커밋된 오프셋은 커밋이 저장될 때 움직입니다";
    step_commit_next(left: Span) "the next auto-commit is due in {left}, at the first `poll` after that" "다음 자동 커밋은 {left} 뒤, 그 다음 첫 `poll`에서 일어납니다";
    step_commit_travels() "then it travels to the coordinator and becomes a record there" "그러고 나서 코디네이터로 가서 레코드가 됩니다";
    step_equal() "right now they are equal: a crash would repeat nothing" "지금은 둘이 같습니다. 장애가 나도 다시 읽을 것이 없습니다";

    // A message.
    message_request(api: &str, from: &str, to: &str) "*{api}* request from {from} to {to}" "{from}에서 {to}~로 가는 *{api}* 요청";
    message_response(api: &str, from: &str, to: &str) "*{api}* response from {from} to {to}" "{from}에서 {to}~로 가는 *{api}* 응답";
    message_gone_title() "A message" "메시지";
    message_gone() "It has arrived, or was lost; what it caused is in the list of events." "도착했거나 유실되었습니다. 그 결과는 이벤트 목록에 있습니다.";
    message_lost() "it will be lost on the way" "가는 길에 유실됩니다";
    message_waits() "being worked on; it leaves then" "처리 중이며 그때 출발합니다";
    message_on_its_way(percent: u64) "{percent}% of its way" "{percent}% 이동";
    ends_explain() "Clients talk to brokers, never to each other; a broker only ever answers." "클라이언트는 서로가 아니라 브로커와만 이야기하고, 브로커는 답하기만 합니다.";
    sent_at_explain() "When it left its sender, after the work on it." "보내는 쪽이 처리를 마치고 내보낸 시각입니다.";
    due_explain(latency: Span) "{latency} after it left: the network's latency, and never before an earlier message of the same connection." "출발 뒤 {latency}: 네트워크 지연이며, 같은 연결의 앞선 메시지를 앞지르지 않습니다.";
    connection_data() "data" "데이터";
    connection_coordinator() "coordinator" "코디네이터";
    connection_explain() "Messages of one connection keep their order, and a broker answers them one at a time." "한 연결의 메시지는 순서를 지키고, 브로커는 하나씩 답합니다.";
    correlation_explain() "The client numbers its requests; the answer carries the number." "클라이언트가 요청에 번호를 매기고 응답이 그 번호를 가져옵니다.";
    error_explain() "Kafka's name for what is wrong." "무엇이 잘못되었는지에 대한 Kafka의 이름입니다.";
    list_contents() "what it says" "내용";
    list_causes() "what led to it" "원인";
    row_records(partition: &str, records: u64, size: Span) "{partition}: {records} records, {size}" "{partition}: 레코드 {records}개, {size}";
    row_fetch(partition: &str, offset: i64, most: Span) "{partition} from `{offset}`, up to {most}" "{partition} `{offset}`부터 최대 {most}";
    row_partition_offset(partition: &str, offset: i64) "{partition}: `{offset}`" "{partition}: `{offset}`";
    row_partition_error(partition: &str, error: &str) "{partition}: `{error}`" "{partition}: `{error}`";
    row_partition_fine(partition: &str) "{partition}: no error" "{partition}: 오류 없음";
    row_appended(partition: &str, offset: i64) "{partition}: appended from offset `{offset}`" "{partition}: 오프셋 `{offset}`부터 추가됨";
    row_no_records(partition: &str, watermark: i64) "{partition}: no records, high watermark `{watermark}`" "{partition}: 레코드 없음, 하이 워터마크 `{watermark}`";
    row_named(name: &str, value: &str) "`{name}` `{value}`" "`{name}` `{value}`";
    topic_partitions(count: u64) "{count} partitions" "파티션 {count}개";
    row_topic(topic: &str) "{topic}" "{topic}";
    cause_start() "the world began" "세계의 시작";
    cause_message() "a message arrived" "메시지 도착";
    cause_timer(node: &str) "{node}'s own clock" "{node}의 타이머";
    cause_workload(client: &str) "{client}'s own flow of records" "{client}의 자체 레코드 흐름";
    cause_action() "something was done from outside" "외부에서 한 일";
    cause_network() "a connection broke" "연결이 끊김";
    cause_silent(step: u64) "step {step}, which told nothing else" "다른 일이 없었던 스텝 {step}";

    // What the requests ask for.
    api_metadata() "Which topics, partitions and leaders are there?" "어떤 토픽, 파티션, 리더가 있나요?";
    api_produce() "Append these batches." "이 배치들을 추가해 주세요.";
    api_fetch() "Records from these offsets on, please; the broker may wait until there are some." "이 오프셋부터 레코드를 주세요. 브로커는 생길 때까지 기다릴 수 있습니다.";
    api_list_offsets() "Which offset belongs to this time, to the start, to the end?" "이 시각, 시작, 끝에 해당하는 오프셋은 무엇인가요?";
    api_find_coordinator() "Who coordinates this group?" "이 그룹의 코디네이터는 누구인가요?";
    api_join_group() "Let me into the group; the answer waits until everybody has asked." "그룹에 넣어 주세요. 모두가 요청할 때까지 응답이 기다립니다.";
    api_sync_group() "Here is, or give me, the assignment." "할당을 보냅니다. 또는 할당을 주세요.";
    api_consumer_group_heartbeat() "I am still here, and this is what I own; what should I own?" "저는 살아 있고 이 파티션을 가지고 있습니다. 무엇을 가져야 하나요?";
    api_heartbeat() "I am still here." "저는 아직 살아 있습니다.";
    api_leave_group() "I go." "저는 떠납니다.";
    api_offset_commit() "Store these offsets as the next ones to read." "이 오프셋들을 다음에 읽을 곳으로 저장해 주세요.";
    api_init_producer_id() "Give me a producer id, so that the log can tell what I send twice." "producer id를 주세요. 두 번 보낸 것을 로그가 알아볼 수 있게 하려 합니다.";
    api_offset_fetch() "Where did the group leave off?" "그룹이 어디까지 읽었나요?";
}
