//! What the inspector says of records, segments, partitions, topics and the cleaner.

use super::{Argument, fill, sentences};
use crate::protocol::Offset;
use crate::words::{Line, Span, Words};

sentences! {
    /// The log and what is in it.
    TEMPLATES;

    // Labels.
    label_key() "key" "키";
    label_value() "value" "값";
    label_timestamp() "timestamp" "타임스탬프";
    label_size() "size" "크기";
    label_batch() "batch" "배치";
    label_segment() "segment" "세그먼트";
    label_segments() "segments" "세그먼트";
    label_partition() "partition" "파티션";
    label_partitions() "partitions" "파티션";
    label_topic() "topic" "토픽";
    label_headers() "headers" "헤더";
    label_leader() "leader" "리더";
    label_leader_epoch() "leader epoch" "리더 epoch";
    label_says() "it says" "내용";
    label_base_offset() "base offset" "기준 오프셋";
    label_next_offset() "next offset" "다음 오프셋";
    label_records() "records" "레코드";
    label_batches() "batches" "배치";
    label_newest() "newest record" "가장 새 레코드";
    label_state() "state" "상태";
    label_index_entries() "index entries" "인덱스 항목";
    label_log_start() "log start offset" "로그 시작 오프셋";
    label_high_watermark() "high watermark" "하이 워터마크";
    label_log_end() "log end offset" "로그 끝 오프셋";
    label_policy() "`cleanup.policy`" "`cleanup.policy`";
    label_segment_limit() "segment limit" "세그먼트 한도";
    label_topic_id() "topic id" "토픽 id";
    label_retention_check() "next retention check" "다음 보존 검사";
    label_first_dirty() "first dirty offset" "첫 더티 오프셋";
    label_first_uncleanable() "first uncleanable offset" "클리닝이 멈추는 오프셋";
    label_dirty_ratio() "dirty ratio" "더티 비율";
    label_clean_bytes() "clean" "클린";
    label_dirty_bytes() "dirty" "더티";
    label_offset_map() "offset map" "오프셋 맵";
    label_next_look() "next look" "다음 확인";

    // A record.
    record_title(offset: Offset) "Record at offset *{offset}*" "오프셋 *{offset}*의 레코드";
    record_subtitle(partition: u32, topic: &str, nth: u64, count: u64)
        "partition {partition} of *{topic}*, record {nth} of {count} in its batch"
        "*{topic}*의 파티션 {partition}, 배치의 {count}개 중 {nth}번째";
    record_not_yet(end: Offset)
        "Not written yet: the log ends at offset {end}, which the next record gets."
        "아직 쓰이지 않았습니다. 로그는 오프셋 {end}에서 끝나며, 다음 레코드가 그 오프셋을 받습니다.";
    record_deleted(start: Offset)
        "Gone: retention deleted its segment. The log starts at offset {start} now."
        "삭제되었습니다. 보존 정책이 세그먼트를 지웠습니다. 로그는 이제 오프셋 {start}부터 시작합니다.";
    record_compacted()
        "Gone: the cleaner took it out, for a later record has its key, or it was a tombstone whose time was over. Its offset stays unused for good."
        "정리되었습니다. 같은 키의 더 나중 레코드가 있거나 시한이 지난 툼스톤이라 클리너가 뺐습니다. 이 오프셋은 영원히 비어 있습니다.";
    record_next(offset: Offset)
        "A consumer that asks for this offset gets the record at {offset} instead."
        "이 오프셋을 요청한 컨슈머는 대신 오프셋 {offset}의 레코드를 받습니다.";
    label_read_instead() "read instead" "대신 읽는 레코드";
    key_explain(length: u64)
        "{length} bytes, as the serializer wrote them; they decide the partition."
        "시리얼라이저가 쓴 {length}바이트이며, 파티션을 정합니다.";
    key_none() "null" "null";
    key_none_explain()
        "The record has no key, so no order among records is promised to it."
        "키가 없으므로 다른 레코드와의 순서가 보장되지 않습니다.";
    value_explain(length: u64)
        "{length} bytes that Kafka stores and never reads."
        "Kafka가 저장하지만 읽지 않는 {length}바이트입니다.";
    value_none_explain()
        "A null value is a tombstone: in a compacted topic it deletes the key."
        "값이 null이면 툼스톤입니다. 컴팩션 토픽에서 그 키를 삭제합니다.";
    timestamp_explain_create()
        "CreateTime: the producer's clock when `send` was called."
        "CreateTime: `send`를 호출한 순간 프로듀서의 시계입니다.";
    timestamp_explain_coordinator()
        "CreateTime: the coordinator's clock, for it wrote this record itself."
        "CreateTime: 이 레코드를 직접 쓴 코디네이터의 시계입니다.";
    key_explain_coordinator(length: u64)
        "{length} bytes that the coordinator wrote: a version, then the names. The cleaner keeps the newest record of each."
        "코디네이터가 쓴 {length}바이트로, 버전 다음에 이름들이 옵니다. 클리너가 키마다 가장 새 레코드를 남깁니다.";
    value_explain_coordinator(length: u64)
        "{length} bytes that the coordinator wrote, and reads back after a restart."
        "코디네이터가 쓴 {length}바이트이며, 재시작하면 다시 읽습니다.";
    timestamp_explain_append()
        "LogAppendTime: the broker's clock at the append, the same for the whole batch."
        "LogAppendTime: 추가할 때 브로커의 시계이며, 배치 전체가 같습니다.";
    record_size(size: Span, batch: Span) "{size} of a {batch} batch" "{batch} 배치 중 {size}";
    record_size_explain(payload: u64, overhead: u64)
        "{payload} bytes of key, value and headers, and {overhead} of lengths and deltas; the batch's header of 61 bytes is shared."
        "키, 값, 헤더 {payload}바이트와 길이·차이값 {overhead}바이트입니다. 61바이트 배치 헤더는 함께 씁니다.";
    batch_single(offset: i64) "offset {offset} alone" "오프셋 {offset} 하나";
    batch_range(first: i64, last: i64) "offsets {first} to {last}" "오프셋 {first}부터 {last}까지";
    label_compression() "compression" "압축";
    compression_value(codec: &str, unpacked: u64, packed: u64)
        "{codec}: {unpacked} B of records in {packed} B"
        "{codec}: 레코드 {unpacked} B를 {packed} B에";
    compression_explain()
        "A batch's records are compressed together, by its producer or by a topic's `compression.type`. The log keeps them so."
        "배치의 레코드는 프로듀서가, 또는 토픽의 `compression.type`에 따라 함께 압축합니다. 로그는 그대로 보관합니다.";
    batch_explain(position: u32, file: &str)
        "It begins at byte {position} of `{file}`. A batch is sent, stored and fetched as one piece."
        "`{file}`의 {position}번째 바이트에서 시작합니다. 배치는 통째로 보내고, 저장하고, 가져갑니다.";
    file_explain(offset: Offset)
        "The file with the greatest base offset that is not above {offset}."
        "기준 오프셋이 {offset} 이하인 파일 가운데 가장 큰 파일입니다.";
    leader_epoch_explain()
        "Counts the leaders of this partition; the leader stamped it into the batch."
        "이 파티션의 리더를 센 수로, 리더가 배치에 찍었습니다.";
    headers_explain() "Names and values beside the record, for applications." "레코드에 딸린 이름과 값으로, 애플리케이션을 위한 것입니다.";
    read_by(group: &str) "read by {group}" "{group}의 읽기";
    read_committed(committed: Offset) "done: committed {committed}" "끝남: 커밋 {committed}";
    read_committed_explain()
        "The committed offset is above this record: the group will not read it again."
        "커밋된 오프셋이 이 레코드보다 큽니다. 그룹은 다시 읽지 않습니다.";
    read_uncommitted(committed: Offset) "read, not committed ({committed})" "읽었으나 커밋 전({committed})";
    read_uncommitted_explain()
        "A consumer has it, but the commit is still below: after a crash it is read again."
        "컨슈머가 가져갔지만 커밋은 아직 그 앞입니다. 장애가 나면 다시 읽습니다.";
    read_not_yet(at: &str) "not read yet ({at})" "아직 읽지 않음({at})";
    read_not_yet_explain()
        "No consumer of the group has come this far; it is part of the lag."
        "그룹의 컨슈머가 아직 여기까지 오지 않았습니다. 랙에 들어갑니다.";
    says_offset(group: &str, partition: &str, offset: i64)
        "group {group} reads {partition} next from {offset}"
        "그룹 {group}~은 {partition}~을 다음에 {offset}부터 읽습니다";
    says_group(group: &str, generation: i32, members: u64)
        "group {group}: generation {generation}, {members} members"
        "그룹 {group}: generation {generation}, 멤버 {members}명";
    says_nothing(group: &str) "group {group}: forgotten" "그룹 {group}: 지워짐";
    says_explain()
        "The key names group, topic and partition; the value is what they stand at. The newest record of a key counts."
        "키는 그룹, 토픽, 파티션이고 값은 그 상태입니다. 같은 키의 가장 새 레코드가 유효합니다.";

    // Why this partition?
    why_partition(partition: u32) "Why partition {partition}?" "왜 파티션 {partition}인가요?";
    step_key_bytes(length: u64, bytes: &str)
        "the key has bytes, so it is hashed, not sticky: {length} of them, `{bytes}`"
        "키에 바이트가 있으므로 sticky가 아니라 해시합니다: {length}바이트 `{bytes}`";
    step_murmur2(hash: i32) "murmur2 gives `{hash}`" "murmur2의 결과는 `{hash}`입니다";
    step_masked(masked: u32, partitions: u32, partition: u32)
        "sign bit off: `{masked}`; modulo {partitions} partitions: *{partition}*"
        "부호 비트를 끄면 `{masked}`, 파티션 {partitions}개로 나눈 나머지는 *{partition}*";
    step_not_by_hash(by_hash: u32, partition: u32)
        "the hash says {by_hash}, the record is in {partition}: the producer named the partition or ignored the key, or there were fewer partitions then"
        "해시로는 {by_hash}이지만 레코드는 {partition}에 있습니다. 프로듀서가 파티션을 직접 정했거나 키를 무시했거나, 당시 파티션 수가 적었습니다";
    step_explicit() "the record names its partition, so nothing is hashed" "레코드가 파티션을 직접 지정했으므로 해시하지 않습니다";
    step_sticky()
        "no key: the producer stays with one partition until it has filled a batch there"
        "키가 없습니다. 프로듀서는 배치를 채울 때까지 한 파티션에 머뭅니다";
    step_round_robin(counter: u32) "no hash: a counter decides, it stood at {counter}" "해시 없이 카운터가 정합니다. 값은 {counter}였습니다";
    step_unknown_choice() "no key, so nothing to hash: the partitioner took the partition that was its turn" "키가 없어 해시할 것이 없습니다. 파티셔너가 차례인 파티션을 골랐습니다";
    step_group_hash(group: &str, hash: i32) "Java's hash of the text `{group}` is `{hash}`" "문자열 `{group}`의 Java 해시는 `{hash}`입니다";
    step_group_modulo(absolute: u32, partitions: u32, partition: u32)
        "its absolute value `{absolute}` modulo {partitions} partitions: *{partition}*"
        "절댓값 `{absolute}`~을 파티션 {partitions}개로 나눈 나머지: *{partition}*";
    step_group_together()
        "all records of a group are in one partition, whose leader coordinates the group"
        "한 그룹의 레코드는 모두 한 파티션에 있고, 그 파티션의 리더가 그룹을 조율합니다";
    list_murmur2() "murmur2, step by step" "murmur2 한 단계씩";
    murmur_start(length: u64, h: &str) "seed `9747b28c` ⊕ length {length}: `{h}`" "seed `9747b28c` ⊕ 길이 {length}: `{h}`";
    murmur_word(bytes: &str, k: &str, h: &str) "`{bytes}` mixed to `{k}`, h × m ⊕ that: `{h}`" "`{bytes}`~을 섞으면 `{k}`, h × m ⊕ 그 값: `{h}`";
    murmur_tail(bytes: &str, h: &str) "rest `{bytes}`: ⊕, × m: `{h}`" "나머지 `{bytes}`: ⊕, × m: `{h}`";
    murmur_end(h: &str, hash: i32) "h ⊕ h≫13, × m, ⊕ h≫15: `{h}` = `{hash}`" "h ⊕ h≫13, × m, ⊕ h≫15: `{h}` = `{hash}`";

    // Why still here?
    why_not_deleted() "Why not deleted yet?" "왜 아직 삭제되지 않았나요?";
    step_whole_segments() "retention deletes whole segments, the oldest first; never one record" "보존 정책은 레코드 하나가 아니라 세그먼트를 통째로, 오래된 것부터 지웁니다";
    step_deletable(next: Span) "all is met: it goes at the next check, in {next}" "조건이 모두 맞습니다. {next} 뒤 다음 검사에서 지워집니다";
    step_older_first(base: Offset) "the older segment at offset {base} stays, so this one stays too" "더 오래된 오프셋 {base}의 세그먼트가 남아 있어 이것도 남습니다";
    step_no_delete() "`cleanup.policy` has no `delete`: time and size delete nothing here" "`cleanup.policy`에 `delete`가 없어 시간과 크기로는 지우지 않습니다";
    gate_policy_delete() "`cleanup.policy` has `delete`" "`cleanup.policy`에 `delete`";
    gate_below_watermark() "all of it below the high watermark" "전부 하이 워터마크 아래";
    gate_age() "newest record older than `retention.ms`" "가장 새 레코드가 `retention.ms`보다 오래됨";
    gate_log_size() "log larger than `retention.bytes` by the whole segment" "로그가 `retention.bytes`를 세그먼트만큼 초과";
    limit_none() "no limit" "한도 없음";
    why_deleted() "Why was it deleted?" "왜 삭제되었나요?";
    step_deleted_time(age: Span, limit: Span) "its newest record was {age} old, more than `retention.ms`, {limit}" "가장 새 레코드가 {age} 지나 `retention.ms` {limit}~을 넘었습니다";
    step_deleted_size(size: Span, limit: Span) "the log had {size}, more than `retention.bytes`, {limit}, by at least this segment" "로그가 {size}로 `retention.bytes` {limit}~을 이 세그먼트 이상 넘었습니다";
    step_deleted_start(offset: Offset) "it lay below the log start offset {offset}" "로그 시작 오프셋 {offset}보다 앞에 있었습니다";
    step_cleaned_away() "the cleaner put the survivors into a new file, named after the first of the old ones" "클리너가 살아남은 레코드를 새 파일에 옮겼습니다. 이름은 옛 파일 중 첫 번째를 따릅니다";

    // Why not compacted?
    why_superseded(offset: Offset) "Why is it still here, with offset {offset} newer?" "오프셋 {offset}~이 더 새로운데 왜 아직 있나요?";
    why_survives() "Will the cleaner keep it?" "클리너가 남겨 두나요?";
    why_tombstone() "How long does the tombstone stay?" "툼스톤은 언제까지 남나요?";
    step_is_latest() "it is the newest record of its key, so every cleaning keeps it" "이 키의 가장 새 레코드이므로 클리닝을 해도 남습니다";
    step_superseded(offset: Offset) "offset {offset} has the same key, so this record is superseded" "오프셋 {offset}에 같은 키가 있어 이 레코드는 대체되었습니다";
    step_in_active() "its segment is active; the cleaner never touches the active segment" "활성 세그먼트에 있습니다. 클리너는 활성 세그먼트를 건드리지 않습니다";
    step_beyond_uncleanable(offset: Offset) "the cleaner stops at offset {offset}, before this record" "클리너는 이 레코드 앞, 오프셋 {offset}에서 멈춥니다";
    step_superseder_beyond(offset: Offset, limit: Offset) "the newer record {offset} is not before {limit}, where the cleaner stops, so the map does not know it yet" "더 새로운 {offset}~이 클리너가 멈추는 {limit} 앞에 있지 않아 맵이 아직 모릅니다";
    step_ratio_waits(ratio: &str, threshold: &str) "the dirty ratio is {ratio}, not above {threshold}: the cleaner does not start yet" "더티 비율이 {ratio}로 {threshold}~을 넘지 않아 클리너가 아직 시작하지 않습니다";
    step_next_cleaning(ratio: &str, threshold: &str) "the dirty ratio {ratio} is above {threshold}: the next cleaning drops it" "더티 비율 {ratio}~이 {threshold}~을 넘었습니다. 다음 클리닝이 버립니다";
    step_cleaning_now() "a cleaning is under way and will drop it" "지금 클리닝이 진행 중이며 이 레코드를 버립니다";
    step_no_horizon(retention: Span) "no cleaning has seen it yet; the first one that does gives it {retention} more, `delete.retention.ms`" "아직 클리닝을 거치지 않았습니다. 처음 거치는 클리닝이 `delete.retention.ms`, {retention}을 더 줍니다";
    step_horizon(at: Span, left: Span) "the delete horizon is {at}, {left} from now; a cleaning after that drops it" "삭제 시한은 {at}, 앞으로 {left}입니다. 그 뒤의 클리닝이 버립니다";
    step_horizon_over(at: Span) "the delete horizon, {at}, has passed: the next cleaning drops it" "삭제 시한 {at}~이 지났습니다. 다음 클리닝이 버립니다";
    step_horizon_why() "it stays that long so that a consumer that reads slowly still learns of the deletion" "천천히 읽는 컨슈머도 삭제를 알 수 있도록 그동안 남겨 둡니다";

    // A segment.
    segment_active(partition: &str) "active segment of {partition}" "{partition}의 활성 세그먼트";
    segment_closed(partition: &str) "closed segment of {partition}" "{partition}의 닫힌 세그먼트";
    segment_cleaned(partition: &str) "being written by the cleaner for {partition}" "클리너가 {partition}에 쓰는 중";
    segment_deleted(partition: &str, delay: Span) "no longer part of {partition}; its files stay as `.deleted` for {delay}, `file.delete.delay.ms`" "더는 {partition}의 일부가 아닙니다. 파일은 `file.delete.delay.ms`, {delay} 동안 `.deleted`로 남습니다";
    segment_gone(partition: &str) "No longer a segment of {partition}: deleted, or merged by the cleaner." "더 이상 {partition}의 세그먼트가 아닙니다. 삭제되었거나 클리너가 합쳤습니다.";
    segment_not_yet(partition: &str) "Not a segment of {partition} yet." "아직 {partition}의 세그먼트가 아닙니다.";
    base_offset_explain() "The offset that the next record would have got when the file was opened; the file is named after it, in 20 digits." "파일을 열 때 다음 레코드가 받을 오프셋이었습니다. 파일 이름은 이 값을 20자리로 쓴 것입니다.";
    next_offset_explain() "The first offset behind its last batch." "마지막 배치 바로 다음 오프셋입니다.";
    segment_size(size: Span, limit: Span) "{size} of {limit}" "{limit} 중 {size}";
    segment_size_explain(setting: &str, percent: u64) "{percent}% of the limit, which `{setting}` sets. A batch that would pass it goes into a new segment." "`{setting}`~이 정한 한도의 {percent}%입니다. 한도를 넘길 배치는 새 세그먼트로 갑니다.";
    segment_records(records: Span, batches: Span) "{records}, batches {batches}" "{records}개, 배치 {batches}개";
    segment_records_explain(offsets: u64) "Counted from its bytes; it spans {offsets} offsets. Where records are fewer, the cleaner left gaps." "바이트에서 센 값입니다. 오프셋 {offsets}개에 걸쳐 있으며, 레코드가 더 적으면 클리너가 남긴 빈자리입니다.";
    newest_explain() "The largest timestamp in the segment; its age counts for `retention.ms`." "세그먼트에서 가장 큰 타임스탬프입니다. 이 나이로 `retention.ms`를 따집니다.";
    index_entries(count: Span, times: Span, most: Span) "{count} offsets, {times} times, room for {most}" "오프셋 {count}개, 시간 {times}개, 최대 {most}개";
    index_entries_explain(interval: Span) "An entry follows each time more than {interval}, `index.interval.bytes`, were written since the last." "마지막 항목 뒤로 `index.interval.bytes`, {interval}~을 넘게 쓸 때마다 하나씩 늘어납니다.";
    why_active() "Why is it still active?" "왜 아직 활성인가요?";
    step_roll_next() "each append asks these first; one that is met closes the segment before the batch is written" "추가할 때마다 먼저 묻습니다. 하나라도 맞으면 배치를 쓰기 전에 세그먼트를 닫습니다";
    gate_roll_size(setting: &str) "size + next batch above `{setting}`" "크기 + 다음 배치가 `{setting}` 초과";
    gate_roll_time(setting: &str) "waited longer than `{setting}`" "`{setting}`보다 오래 기다림";
    gate_roll_offset_index() "offset index full (`segment.index.bytes`)" "오프셋 인덱스 가득 참(`segment.index.bytes`)";
    gate_roll_time_index() "time index full" "시간 인덱스 가득 참";
    gate_roll_overflow() "offset too far from the base" "기준 오프셋에서 너무 멂";
    why_rolled() "Why was it closed?" "왜 닫혔나요?";
    step_rolled_size(size: Span, append: Span, limit: Span) "{size} + {append} of the next batch is above the limit, {limit}" "{size} + 다음 배치 {append}~이 한도 {limit}~을 넘습니다";
    step_rolled_time(waited: Span, limit: Span) "it waited {waited} from its first batch on, more than {limit}" "첫 배치부터 {waited}~을 기다려 {limit}~을 넘었습니다";
    step_rolled_index(entries: u32) "an index was full at {entries} entries" "인덱스가 {entries}개로 가득 찼습니다";
    step_rolled_overflow() "the next offset was too far from the base for four bytes" "다음 오프셋이 기준에서 너무 멀어 4바이트에 담기지 않습니다";
    step_rolled_retention() "every segment was due for deletion, so an empty one began first" "모든 세그먼트가 삭제 대상이라 빈 세그먼트를 먼저 열었습니다";
    step_rolled_forced() "somebody asked for it" "요청을 받아 닫았습니다";
    step_rolled_unknown() "what decided lies too far back to be at hand" "결정한 순간은 너무 오래전이라 지금은 알 수 없습니다";
    step_rolled_then(offset: Offset) "the next segment begins at offset {offset}" "다음 세그먼트는 오프셋 {offset}에서 시작합니다";
    list_records() "records" "레코드";
    list_offset_index() "offset index: offset → byte in the `.log`" "오프셋 인덱스: 오프셋 → `.log`의 바이트";
    list_time_index() "time index: up to this time → offset" "시간 인덱스: 이 시각까지 → 오프셋";
    list_files() "files in the directory" "디렉터리의 파일";
    row_record(offset: Offset, key: Span, value: &str) "`{offset}` {key} {value}" "`{offset}` {key} {value}";
    row_index(offset: Offset, position: u32) "`{offset}` → `{position}`" "`{offset}` → `{position}`";
    row_time_index(time: Span, offset: Offset) "{time} → `{offset}`" "{time} → `{offset}`";
    row_file(name: &str, size: Span) "`{name}` {size}" "`{name}` {size}";

    // A partition and a topic.
    partition_title(partition: u32, topic: &str) "Partition *{partition}* of *{topic}*" "*{topic}*의 파티션 *{partition}*";
    partition_subtitle(directory: &str, leader: &str) "directory `{directory}`, led by {leader}" "디렉터리 `{directory}`, 리더 {leader}";
    log_start_explain_first() "The first offset that can be read; nothing was deleted so far." "읽을 수 있는 첫 오프셋입니다. 지금까지 삭제된 것이 없습니다.";
    log_start_explain_moved() "The first offset that can be read; retention deleted what lay before." "읽을 수 있는 첫 오프셋입니다. 그 앞은 보존 정책이 지웠습니다.";
    high_watermark_explain() "Consumers may read up to here. With a single replica it follows the log end at once." "컨슈머는 여기까지 읽을 수 있습니다. 복제본이 하나이므로 로그 끝을 곧바로 따라갑니다.";
    log_end_explain(records: u64) "The offset that the next record gets. {records} records are in the log." "다음 레코드가 받을 오프셋입니다. 로그에는 레코드 {records}개가 있습니다.";
    log_size_explain(segments: u64) "The `.log` files of {segments} segments." "세그먼트 {segments}개의 `.log` 파일입니다.";
    partition_explain() "A partition is a log: a row of segments, of which only the last one grows." "파티션은 로그, 곧 세그먼트의 줄이며 마지막 세그먼트만 자랍니다.";
    topic_explain(partitions: u32) "The topic's records are spread over {partitions} partitions; only within one is there an order." "토픽의 레코드는 파티션 {partitions}개에 나뉘며, 순서는 한 파티션 안에만 있습니다.";
    leader_explain() "With one broker, it leads every partition." "브로커가 하나이므로 모든 파티션의 리더입니다.";
    retention_check_explain() "`log.retention.check.interval.ms` apart the broker looks for segments to delete." "브로커는 `log.retention.check.interval.ms`마다 지울 세그먼트를 찾습니다.";
    in_time(at: Span, left: Span) "{at}, in {left}" "{at}, {left} 뒤";
    list_segments() "segments" "세그먼트";
    list_readers() "who reads it" "읽는 쪽";
    list_epochs() "leader epochs" "리더 epoch";
    row_epoch(epoch: i32, offset: Offset) "epoch {epoch} from offset {offset}" "epoch {epoch}: 오프셋 {offset}부터";
    row_segment(name: &str, size: Span, records: u64) "`{name}` {size}, {records} records" "`{name}` {size}, 레코드 {records}개";
    row_segment_active(name: &str, size: Span, records: u64) "`{name}` {size}, {records} records, active" "`{name}` {size}, 레코드 {records}개, 활성";
    row_committed(group: &str, offset: Offset, lag: u64) "{group}: committed `{offset}`, lag {lag}" "{group}: 커밋 `{offset}`, 랙 {lag}";
    row_uncommitted(group: &str) "{group}: nothing committed" "{group}: 커밋 없음";
    row_position(client: &str, offset: Offset) "{client}: position `{offset}`" "{client}: 위치 `{offset}`";
    row_cleaner(ratio: &str, threshold: &str) "the cleaner's view: dirty ratio {ratio} of {threshold}" "클리너가 본 상태: 더티 비율 {ratio}, 기준 {threshold}";
    list_cleaner() "cleaner" "클리너";
    topic_subtitle(partitions: u64, policy: &str) "{partitions} partitions, `cleanup.policy={policy}`" "파티션 {partitions}개, `cleanup.policy={policy}`";
    topic_records_explain() "Over all partitions, as they are in the logs now." "모든 파티션의 로그에 지금 있는 수입니다.";
    policy_delete_explain() "Old segments go by age and size." "오래된 세그먼트를 나이와 크기로 지웁니다.";
    policy_compact_explain() "The cleaner keeps the newest record of each key." "클리너가 키마다 가장 새 레코드를 남깁니다.";
    policy_both_explain() "The cleaner keeps the newest record of each key, and old segments go by age and size." "클리너가 키마다 가장 새 레코드를 남기고, 오래된 세그먼트는 나이와 크기로 지웁니다.";
    policy_none_explain() "Nothing is deleted and nothing is compacted." "지우지도 컴팩션하지도 않습니다.";
    segment_limit_own() "`segment.bytes` of the topic sets it." "토픽의 `segment.bytes`가 정합니다.";
    segment_limit_broker() "`segment.bytes` is not set here, so the broker's `log.segment.bytes` holds." "`segment.bytes`를 정하지 않아 브로커의 `log.segment.bytes`를 따릅니다.";
    segment_limit_internal() "`internal.segment.bytes` sets it and wins over `segment.bytes`, which Kafka 4 lets nobody set below 1,048,576." "`internal.segment.bytes`가 정하며 `segment.bytes`보다 우선합니다. Kafka 4는 `segment.bytes`를 1,048,576보다 작게 두지 못하게 합니다.";
    topic_id_explain() "Drawn when the topic was created; a new topic of the same name has another." "토픽을 만들 때 뽑은 값입니다. 같은 이름으로 다시 만들면 달라집니다.";
    row_partition(partition: u32, end: Offset, size: Span) "partition {partition}: up to `{end}`, {size}" "파티션 {partition}: `{end}`까지, {size}";

    // The cleaner.
    cleaner_title(partition: &str) "The cleaner's view of *{partition}*" "클리너가 본 *{partition}*";
    cleaner_not_compacted() "`cleanup.policy` has no `compact`: the cleaner passes it by." "`cleanup.policy`에 `compact`가 없어 클리너가 지나칩니다.";
    cleaner_sleeping() "not being cleaned" "클리닝 중이 아님";
    cleaner_mapping() "pass 1: keys go into the offset map" "1단계: 키를 오프셋 맵에 담는 중";
    cleaner_copying() "pass 2: survivors are copied into `.cleaned`" "2단계: 살아남은 레코드를 `.cleaned`에 복사하는 중";
    cleaner_failed() "a cleaning failed; left alone until the broker restarts" "클리닝이 실패하여 브로커가 재시작할 때까지 건드리지 않습니다";
    cleaner_off() "`log.cleaner.enable=false`: nothing is cleaned" "`log.cleaner.enable=false`: 클리닝하지 않습니다";
    first_dirty_explain_checkpoint() "The end of the last cleaning, kept in `cleaner-offset-checkpoint`." "지난 클리닝이 끝난 곳이며 `cleaner-offset-checkpoint`에 적혀 있습니다.";
    first_dirty_explain_start() "Never cleaned: it begins at the log start." "아직 클리닝한 적이 없어 로그 시작과 같습니다.";
    first_uncleanable_active() "The base of the active segment, which is never cleaned." "활성 세그먼트의 기준 오프셋입니다. 활성 세그먼트는 클리닝하지 않습니다.";
    first_uncleanable_lag() "From here on a segment holds a record younger than `min.compaction.lag.ms`." "여기부터는 `min.compaction.lag.ms`보다 어린 레코드가 든 세그먼트입니다.";
    first_uncleanable_watermark() "The segment that the high watermark or the first dirty offset is in begins here." "하이 워터마크나 첫 더티 오프셋이 든 세그먼트가 여기서 시작합니다.";
    clean_bytes_explain() "Segments before the first dirty offset: each key stands there once." "첫 더티 오프셋보다 앞의 세그먼트로, 키마다 하나씩만 있습니다.";
    dirty_bytes_explain() "Segments from there to where the cleaner stops." "거기서부터 클리너가 멈추는 곳까지의 세그먼트입니다.";
    dirty_ratio_explain(dirty: u64, clean: u64, ratio: &str, threshold: &str) "{dirty} ÷ ({clean} + {dirty}) = {ratio}; it must be above `min.cleanable.dirty.ratio`, {threshold}." "{dirty} ÷ ({clean} + {dirty}) = {ratio}. `min.cleanable.dirty.ratio`, {threshold}~을 넘어야 합니다.";
    dirty_ratio_value(ratio: &str, threshold: &str) "{ratio} of {threshold}" "{ratio}, 기준 {threshold}";
    offset_map_value(keys: Span, usable: Span) "{keys} keys, room for {usable}" "키 {keys}개, 최대 {usable}개";
    offset_map_explain() "24 bytes of `log.cleaner.dedupe.buffer.size` a key, filled up to the load factor." "키마다 `log.cleaner.dedupe.buffer.size`에서 24바이트씩, 적재율까지 채웁니다.";
    next_look_explain() "`log.cleaner.backoff.ms` after it found nothing to clean." "클리닝할 것을 찾지 못하면 `log.cleaner.backoff.ms` 뒤에 다시 봅니다.";
    phase_until_explain() "Model time that this pass takes; Kafka does the same work in one go." "이 단계에 드는 모델 시간입니다. Kafka는 같은 일을 한 번에 합니다.";
    list_map() "offset map: key → its last offset" "오프셋 맵: 키 → 마지막 오프셋";
    list_groups() "groups still to be copied" "아직 복사할 그룹";
    row_map(key: Span, offset: i64) "{key} → `{offset}`" "{key} → `{offset}`";
    row_clean_group(segments: &str) "segments {segments}" "세그먼트 {segments}";
    why_not_cleaned() "Why is it not cleaned now?" "왜 지금 클리닝하지 않나요?";
    why_cleaned() "Why is it cleaned now?" "왜 지금 클리닝하나요?";
    gate_compact() "`cleanup.policy` has `compact`" "`cleanup.policy`에 `compact`";
    gate_something_dirty() "something dirty before the active segment" "활성 세그먼트 앞에 더티 구간이 있음";
    gate_dirty_ratio() "dirty ratio above `min.cleanable.dirty.ratio`" "더티 비율이 `min.cleanable.dirty.ratio` 초과";
    gate_max_lag() "or `max.compaction.lag.ms` has passed" "또는 `max.compaction.lag.ms` 경과";
    step_cleaner_busy(partition: &str) "the cleaner's thread is busy with {partition}" "클리너 스레드가 {partition}~을 클리닝하는 중입니다";
    step_cleaner_next(left: Span) "the thread looks for the dirtiest log again in {left}" "스레드는 {left} 뒤에 가장 더티한 로그를 다시 찾습니다";
    step_cleaner_chosen(ratio: &str, threshold: &str) "its dirty ratio was {ratio}, above {threshold}, and no log was dirtier" "더티 비율이 {ratio}로 {threshold}~을 넘었고 더 더티한 로그가 없었습니다";
    step_cleaner_lag() "a record had waited longer than `max.compaction.lag.ms`, so the ratio did not matter" "`max.compaction.lag.ms`보다 오래 기다린 레코드가 있어 비율은 따지지 않았습니다";
}
