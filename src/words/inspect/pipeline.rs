//! The Clients room, the producer's half: the stations of its pipeline (PROD-1).

use super::{Argument, fill, sentences};
use crate::protocol::Offset;
use crate::words::{Line, Span, Words};

sentences! {
    /// The pipeline.
    TEMPLATES;

    pipe_title(name: &str) "The way of a record through *{name}*" "*{name}* 안에서 레코드가 가는 길";
    pipe_send() "send()" "send()";
    pipe_partitioner() "Partitioner" "파티셔너";
    pipe_accumulator() "Accumulator" "어큐뮬레이터";
    pipe_sender() "Sender" "Sender";
    pipe_in_flight() "In flight" "전송 중";
    pipe_broker() "Broker: append" "브로커: 추가";
    pipe_callback() "Callback and future" "콜백과 퓨처";

    pipe_serializer(part: &str, class: &str) "`{part}.serializer`: *{class}*" "`{part}.serializer`: *{class}*";
    pipe_sent(count: u64) "`send` was called {count} times." "`send`가 {count}번 호출되었습니다.";
    pipe_blocked(count: u64) "*{count}* wait inside `send`: for metadata, for memory, or behind one that does." "*{count}*개가 `send` 안에서 메타데이터나 메모리를, 또는 앞 레코드를 기다립니다.";
    pipe_built_in() "built in: a key is hashed, records without a key stick to one partition a while" "내장: 키는 해시하고, 키가 없으면 한 파티션에 잠시 머뭅니다";
    pipe_round_robin() "`RoundRobinPartitioner`: one after the other, whatever the key" "`RoundRobinPartitioner`: 키와 상관없이 하나씩 차례로";
    pipe_default() "`DefaultPartitioner`: a key is hashed, records without a key go round" "`DefaultPartitioner`: 키는 해시하고, 키가 없으면 차례로 돕니다";
    pipe_own(part: &str) "its own: `{part}` of the key is hashed" "직접 만든 것: 키의 `{part}`를 해시합니다";
    pipe_chose_hash(hash: i32, partitions: u32, partition: u32) "murmur2 `{hash}`, without its sign modulo `{partitions}`: partition *{partition}*" "murmur2 `{hash}`, 부호 비트를 끄고 `{partitions}`로 나눈 나머지: 파티션 *{partition}*";
    pipe_chose_sticky(partition: u32) "no key: sticks to partition *{partition}*" "키 없음: 파티션 *{partition}*에 머뭄";
    pipe_chose_round(counter: u32, partition: u32) "counter `{counter}`: partition *{partition}*" "카운터 `{counter}`: 파티션 *{partition}*";
    pipe_chose_explicit(partition: u32) "the record asked for partition *{partition}*" "레코드가 파티션 *{partition}*~을 지정";
    pipe_chose_nothing() "Nothing has been sent yet." "아직 보낸 것이 없습니다.";
    pipe_part() "part of the key" "키의 일부";
    pipe_part_hint() "JSON pointer such as /customerId" "/customerId 같은 JSON 포인터";
    pipe_part_set() "Use it" "적용";
    pipe_part_reset() "Kafka's again" "Kafka 것으로";
    pipe_memory(used: Span, limit: Span) "`buffer.memory`: {used} of {limit}" "`buffer.memory`: {limit} 중 {used}";
    pipe_empty_queues() "No batch waits." "기다리는 배치가 없습니다.";
    pipe_batch_size(size: Span, limit: Span) "{size} of {limit}" "{limit} 중 {size}";
    pipe_lingers(left: Span) "leaves in {left} (`linger.ms`)" "{left} 뒤 출발 (`linger.ms`)";
    pipe_backs_off(attempts: u32, left: Span) "try {attempts} failed, again in {left}" "{attempts}번째 시도 실패, {left} 뒤 다시";
    pipe_leaves_now() "may leave now" "지금 떠날 수 있음";
    pipe_sequence(sequence: i32) "sequence `{sequence}`" "시퀀스 `{sequence}`";
    pipe_id(id: i64, epoch: i32) "producer id *{id}*, epoch `{epoch}`" "producer id *{id}*, epoch `{epoch}`";
    pipe_id_awaited() "waits for its producer id: nothing is sent before" "producer id를 기다립니다. 그 전에는 아무것도 보내지 않습니다";
    pipe_not_idempotent() "not idempotent: a batch tried again may be there twice" "멱등하지 않음: 다시 시도한 배치가 두 번 들어갈 수 있음";
    pipe_acks(acks: &str) "`acks={acks}`" "`acks={acks}`";
    pipe_retries(retries: u64) "`retries={retries}`" "`retries={retries}`";
    pipe_slots(used: u64, most: u64) "{used} of {most} requests without an answer" "응답을 기다리는 요청 {most}개 중 {used}개";
    pipe_free() "free" "비어 있음";
    pipe_no_answer() "With `acks=0` nothing waits for an answer." "`acks=0`이면 응답을 기다리지 않습니다.";
    pipe_request(api: &str, correlation: u64) "*{api}* #{correlation}" "*{api}* #{correlation}";
    pipe_request_way() "request on its way" "요청이 가는 중";
    pipe_at_broker() "at the broker" "브로커에서 처리 중";
    pipe_response_way() "answer on its way" "응답이 오는 중";
    pipe_message_lost() "lost; found out by `request.timeout.ms`" "유실됨: `request.timeout.ms`가 지나야 압니다";
    pipe_log_end(partition: &str, offset: Offset) "{partition}: next offset `{offset}`" "{partition}: 다음 오프셋 `{offset}`";
    pipe_log_sequence(partition: &str, offset: Offset, sequence: i32) "{partition}: next offset `{offset}`, knows this producer up to sequence `{sequence}`" "{partition}: 다음 오프셋 `{offset}`, 이 프로듀서의 시퀀스 `{sequence}`까지 압니다";
    pipe_log_nothing() "Nothing has arrived yet." "아직 도착한 것이 없습니다.";
    pipe_open() "open" "아직 모름";
    pipe_done(partition: u32, offset: Offset, timestamp: Span) "partition {partition}, offset *{offset}*, {timestamp}" "파티션 {partition}, 오프셋 *{offset}*, {timestamp}";
    pipe_done_unknown(partition: u32) "partition {partition}, offset −1: `acks=0` asks nobody" "파티션 {partition}, 오프셋 −1: `acks=0`은 묻지 않음";
    pipe_failed(exception: &str) "*{exception}*" "*{exception}*";
    pipe_thrown(exception: &str) "`send` threw *{exception}*" "`send`가 *{exception}*~을 던짐";
    pipe_lost() "lost with its process" "프로세스와 함께 사라짐";
    pipe_counts(acknowledged: u64, failed: u64, lost: u64) "{acknowledged} acknowledged, {failed} failed, {lost} lost" "확인 {acknowledged}, 실패 {failed}, 유실 {lost}";
    pipe_key() "key" "키";
    pipe_value() "value" "값";
    pipe_topic() "topic" "토픽";
    pipe_send_button() "Send" "보내기";
    pipe_settings() "Settings" "설정";
}
