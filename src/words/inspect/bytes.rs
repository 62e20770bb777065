//! What each field of a batch, a record or an index entry means.

use super::{Argument, fill, sentences};
use crate::words::{Line, Words};

sentences! {
    /// What the bytes mean.
    TEMPLATES;

    field_base_offset(offset: i64)
        "The batch begins at offset `{offset}`. The broker writes this at the append; a producer sends 0."
        "배치는 오프셋 `{offset}`에서 시작합니다. 브로커가 추가할 때 써 넣으며, 프로듀서는 0을 보냅니다.";
    field_batch_length(length: u64, size: u64)
        "{length} bytes follow this field; with the 12 bytes up to here the batch has {size}."
        "이 필드 뒤로 {length}바이트가 이어집니다. 여기까지의 12바이트를 더하면 배치는 {size}바이트입니다.";
    field_leader_epoch(epoch: i32)
        "The leader of epoch {epoch} appended the batch. It lies outside the checksum, so that the broker can stamp it."
        "epoch {epoch}의 리더가 이 배치를 추가했습니다. 브로커가 찍을 수 있도록 체크섬 밖에 있습니다.";
    field_no_leader_epoch()
        "−1: not appended yet; the leader stamps its epoch."
        "−1: 아직 추가되지 않았습니다. 리더가 자신의 epoch를 찍습니다.";
    field_magic()
        "The format of the batch: 2, since Kafka 0.11."
        "배치의 형식입니다. Kafka 0.11부터 2입니다.";
    field_crc(length: u64)
        "CRC-32C over the {length} bytes from the attributes on. Counted again, it comes out the same."
        "attributes부터 {length}바이트에 대한 CRC-32C입니다. 다시 계산해도 같은 값이 나옵니다.";
    field_crc_wrong()
        "CRC-32C over the bytes from the attributes on. Counted again, it differs: the batch is corrupt."
        "attributes부터의 CRC-32C입니다. 다시 계산하면 다릅니다. 배치가 손상되었습니다.";
    field_attributes(codec: &str, clock: &str)
        "Three bits for the codec, here `{codec}`; one for the clock of the timestamps, here `{clock}`; then flags."
        "세 비트는 코덱(여기서는 `{codec}`), 한 비트는 타임스탬프의 시계(여기서는 `{clock}`), 나머지는 플래그입니다.";
    field_transactional()
        "The batch is part of a transaction."
        "트랜잭션에 속한 배치입니다.";
    field_control()
        "It holds a control record, which applications do not see."
        "애플리케이션에는 보이지 않는 컨트롤 레코드가 들어 있습니다.";
    field_has_horizon()
        "The cleaner has put the delete horizon into baseTimestamp."
        "클리너가 baseTimestamp에 삭제 시한(delete horizon)을 넣어 두었습니다.";
    field_last_offset_delta(base: i64, delta: i32, last: i64)
        "{base} + {delta} = {last}: the last offset of the batch. It stays when the cleaner takes records out."
        "{base} + {delta} = {last}: 배치의 마지막 오프셋입니다. 클리너가 레코드를 빼도 그대로 남습니다.";
    field_base_timestamp(timestamp: i64)
        "The first record's time, {timestamp} ms since 1970; the records store their distance to it."
        "첫 레코드의 시각, 1970년부터 {timestamp} ms입니다. 레코드는 여기서부터의 차이만 저장합니다.";
    field_delete_horizon(horizon: i64)
        "The delete horizon: from {horizon} ms on, the next cleaning may drop the tombstones of this batch."
        "삭제 시한입니다. {horizon} ms부터는 다음 클리닝이 이 배치의 툼스톤을 버릴 수 있습니다.";
    field_max_timestamp(timestamp: i64)
        "The newest time in the batch, {timestamp} ms; retention and the time index ask for it."
        "배치에서 가장 새로운 시각, {timestamp} ms입니다. 보존 정책과 시간 인덱스가 이 값을 씁니다.";
    field_producer_id(id: i64)
        "The idempotent producer {id} wrote it."
        "멱등 프로듀서 {id}~이 썼습니다.";
    field_not_idempotent()
        "−1: the producer is not idempotent, so the broker cannot tell a retry from a new batch."
        "−1: 멱등 프로듀서가 아니므로 브로커는 재시도와 새 배치를 구별하지 못합니다.";
    field_producer_epoch()
        "Counts the restarts of an idempotent producer; −1 without one."
        "멱등 프로듀서의 재시작을 셉니다. 멱등이 아니면 −1입니다.";
    field_base_sequence()
        "The first record's number for its producer and partition; −1 without idempotence."
        "프로듀서와 파티션별로 매긴 첫 레코드의 번호입니다. 멱등이 아니면 −1입니다.";
    field_record_count(count: i32, span: i64)
        "{count} records are in the batch; it spans {span} offsets. Fewer records than offsets: the cleaner was here."
        "배치에 레코드 {count}개가 있고 오프셋 {span}개에 걸쳐 있습니다. 레코드가 더 적으면 클리너가 다녀간 것입니다.";
    field_unread()
        "The records, as one block: they cannot be read one by one."
        "레코드 묶음입니다. 하나씩 읽을 수 없습니다.";
    field_compressed(codec: &str, packed: u64, unpacked: u64)
        "The records, compressed together with {codec}: {unpacked} B in {packed} B. The header in front is never compressed."
        "레코드 전체를 {codec}로 함께 압축했습니다. {unpacked} B를 {packed} B에 담았습니다. 앞의 헤더는 압축하지 않습니다.";
    raw_no_batch()
        "No batch: these bytes cannot be read as one."
        "배치가 아닙니다. 이 바이트는 배치로 읽을 수 없습니다.";
    raw_rest()
        "Less than a whole entry: these bytes mean nothing."
        "온전한 엔트리에 못 미치므로 아무 뜻이 없는 바이트입니다.";
    raw_text()
        "The file as it stands, as text where it is text."
        "파일 그대로이며, 글이면 글로 보여 줍니다.";
    raw_relative(base: i64, distance: i64, offset: i64)
        "{base} + {distance} = offset {offset}."
        "{base} + {distance} = 오프셋 {offset}.";
    raw_no_base()
        "The distance to the offset in the file's name, which this name does not have."
        "파일 이름에 있는 오프셋부터의 거리인데, 이 이름에는 오프셋이 없습니다.";
    raw_position(position: i64)
        "The batch of this entry begins at byte {position} of the .log."
        "이 엔트리의 배치는 .log의 {position}번째 바이트에서 시작합니다.";
    raw_timestamp(timestamp: i64)
        "The newest time so far: {timestamp} ms since 1970."
        "그때까지 가장 새로운 시각: 1970년부터 {timestamp} ms.";
    raw_version()
        "The version of the format."
        "형식의 버전입니다.";
    raw_crc()
        "CRC-32C over the rest of the file."
        "파일의 나머지에 대한 CRC-32C입니다.";
    raw_producers(count: i64)
        "So many producers follow: {count}."
        "이어지는 프로듀서의 수: {count}.";
    raw_producer(id: i64)
        "The idempotent producer {id}."
        "멱등 프로듀서 {id}입니다.";
    raw_sequence()
        "The sequence number of its last record: the next batch must go on from there."
        "마지막 레코드의 시퀀스 번호입니다. 다음 배치는 여기서 이어져야 합니다.";
    raw_last_offset(offset: i64)
        "The offset of its last record, or of its marker: {offset}."
        "마지막 레코드 또는 마커의 오프셋: {offset}.";
    raw_offset_delta(delta: i64)
        "Its last batch began {delta} offsets before that."
        "마지막 배치는 그보다 오프셋 {delta}만큼 앞에서 시작했습니다.";
    raw_last_timestamp(timestamp: i64)
        "The largest time of its last batch, {timestamp} ms: an idle producer is forgotten after a while."
        "마지막 배치의 가장 새로운 시각, {timestamp} ms입니다. 오래 쉰 프로듀서는 잊힙니다.";
    raw_coordinator()
        "The epoch of the coordinator that wrote its last marker; −1: none did."
        "마지막 마커를 쓴 코디네이터의 epoch입니다. −1이면 없습니다.";
    raw_open(offset: i64)
        "Where its open transaction began; −1: none is open. Here {offset}."
        "열린 트랜잭션이 시작한 곳입니다. −1이면 없습니다. 여기서는 {offset}.";
    raw_first_offset(offset: i64)
        "The aborted transaction began at offset {offset}."
        "중단된 트랜잭션은 오프셋 {offset}에서 시작했습니다.";
    raw_stable(offset: i64)
        "The last stable offset when the marker came: {offset}."
        "마커가 왔을 때의 마지막 안정 오프셋(last stable offset): {offset}.";
    field_length(varint: &str, length: i32)
        "`{varint}`, halved by zig-zag: {length} bytes of this record follow."
        "`{varint}`, 지그재그로 반을 나누면 이 레코드의 {length}바이트가 이어집니다.";
    field_record_attributes()
        "Always 0: a record has no flags of its own."
        "항상 0입니다. 레코드에는 자체 플래그가 없습니다.";
    field_timestamp_delta(varint: &str, delta: i64, timestamp: i64)
        "`{varint}`, zig-zag {delta}: baseTimestamp + {delta} = {timestamp} ms."
        "`{varint}`, 지그재그 {delta}: baseTimestamp + {delta} = {timestamp} ms.";
    field_offset_delta(varint: &str, delta: i32, offset: i64)
        "`{varint}`, zig-zag {delta}: baseOffset + {delta} = offset {offset}."
        "`{varint}`, 지그재그 {delta}: baseOffset + {delta} = 오프셋 {offset}.";
    field_bytes_follow(varint: &str, length: i32)
        "`{varint}`, halved by zig-zag: {length} bytes follow."
        "`{varint}`, 지그재그로 반을 나누면 {length}바이트가 이어집니다.";
    field_null_key(varint: &str)
        "`{varint}` is odd, so negative: −1, no key at all. An empty key would be 0."
        "`{varint}`: 홀수이므로 음수인 −1, 키가 없습니다. 빈 키라면 0입니다.";
    field_null_value(varint: &str)
        "`{varint}` is odd, so negative: −1, a null value. In a compacted topic that is a tombstone."
        "`{varint}`: 홀수이므로 음수인 −1, 값이 null입니다. 컴팩션 토픽에서는 툼스톤입니다.";
    field_null(varint: &str)
        "`{varint}` is odd, so negative: −1, null."
        "`{varint}`: 홀수이므로 음수인 −1, null입니다.";
    field_key(length: u64)
        "The key as the serializer wrote it, {length} bytes. These bytes are hashed, and compared by the cleaner."
        "시리얼라이저가 쓴 키 {length}바이트입니다. 이 바이트를 해시하고, 클리너도 이 바이트를 비교합니다.";
    field_value(length: u64)
        "The value as the serializer wrote it, {length} bytes. Kafka never looks inside."
        "시리얼라이저가 쓴 값 {length}바이트입니다. Kafka는 그 안을 들여다보지 않습니다.";
    field_header(length: u64)
        "Part of a header, {length} bytes: for applications; Kafka does not look at it."
        "헤더의 일부 {length}바이트입니다. 애플리케이션을 위한 것으로 Kafka는 보지 않습니다.";
    field_header_count(count: i32)
        "{count} headers follow."
        "헤더 {count}개가 이어집니다.";
    field_relative_offset(base: u64, distance: u64, offset: u64)
        "{base} + {distance} = offset {offset}. Four bytes are enough, since the file's name holds the rest."
        "{base} + {distance} = 오프셋 {offset}. 나머지는 파일 이름이 알려 주므로 4바이트면 충분합니다.";
    field_position(position: u32, offset: u64)
        "The batch that ends at offset {offset} begins at byte {position} of the `.log`."
        "오프셋 {offset}에서 끝나는 배치는 `.log`의 {position}번째 바이트에서 시작합니다.";
    field_index_timestamp(timestamp: i64, offset: u64)
        "Up to offset {offset} no record is newer than {timestamp} ms."
        "오프셋 {offset}까지 {timestamp} ms보다 새로운 레코드는 없습니다.";
}
