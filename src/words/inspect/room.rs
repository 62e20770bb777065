//! The Bytes room: what is on the desk, and each step of a look-up.

use super::{Argument, fill, sentences};
use crate::words::{Line, Words};

sentences! {
    /// The Bytes room.
    TEMPLATES;

    room_batch(records: i32, size: u64, file: &str)
        "{records} records, one batch, *{size} bytes* of `{file}`"
        "레코드 {records}개, 배치 하나, `{file}`의 *{size}바이트*";
    room_batch_of_one(size: u64, file: &str)
        "One record, one batch, *{size} bytes* of `{file}`"
        "레코드 하나, 배치 하나, `{file}`의 *{size}바이트*";
    room_empty(file: &str)
        "Nothing yet in `{file}`"
        "`{file}`에는 아직 아무것도 없습니다";
    room_offset_index(entries: u32, file: &str)
        "Entries of eight bytes: *{entries}*, all of `{file}`"
        "8바이트짜리 *엔트리 {entries}개*, `{file}` 전체";
    room_offset_index_is()
        "Offset to position: an entry about every index.interval.bytes, not one for each batch."
        "오프셋에서 위치로: 배치마다가 아니라 index.interval.bytes쯤마다 하나씩입니다.";
    room_time_index(entries: u32, file: &str)
        "Entries of twelve bytes: *{entries}*, all of `{file}`"
        "12바이트짜리 *엔트리 {entries}개*, `{file}` 전체";
    room_time_index_is()
        "Timestamp to offset: the newest time so far, beside each entry of the offset index and at the close."
        "타임스탬프에서 오프셋으로: 오프셋 인덱스의 엔트리마다, 그리고 닫힐 때 그때까지 가장 새로운 시각을 적습니다.";
    room_place(nth: u64, count: u64, position: u32, first: i64, last: i64)
        "Batch {nth} of {count} in this file, at byte {position}: offsets {first} to {last}."
        "이 파일의 배치 {count}개 중 {nth}번째, {position}번째 바이트부터: 오프셋 {first}부터 {last}까지입니다.";
    room_place_one(nth: u64, count: u64, position: u32, offset: i64)
        "Batch {nth} of {count} in this file, at byte {position}: offset {offset}."
        "이 파일의 배치 {count}개 중 {nth}번째, {position}번째 바이트부터: 오프셋 {offset}입니다.";
    room_no_batch(size: u64, file: &str)
        "*{size} bytes* of `{file}` that are no batch"
        "`{file}`에서 배치가 아닌 *{size}바이트*";
    room_file(size: u64, file: &str)
        "*{size} bytes*, all of `{file}`"
        "`{file}` 전체 *{size}바이트*";
    room_damage(position: u64)
        "From byte {position} on nothing can be read as a batch."
        "{position}번째 바이트부터는 배치로 읽을 수 없습니다.";
    room_codec(codec: &str, unpacked: u64, stored: u64)
        "{codec}: {unpacked} B in {stored} B."
        "{codec}: {unpacked} B가 {stored} B에 들어 있습니다.";
    crc_right()
        "The checksum agrees."
        "체크섬이 맞습니다.";
    crc_wrong()
        "The checksum does not agree."
        "체크섬이 맞지 않습니다.";
    holds_batches(batches: u64, records: u64)
        "batches: {batches}, records: {records}"
        "배치 {batches}개, 레코드 {records}개";
    holds_entries(entries: u64)
        "entries: {entries}"
        "엔트리 {entries}개";
    holds_producers(count: u64)
        "producers: {count}"
        "프로듀서 {count}개";
    holds_aborted(count: u64)
        "aborted transactions: {count}"
        "중단된 트랜잭션 {count}개";
    holds_text()
        "text"
        "글";
    anomalies_count(count: u64)
        "anomalies: {count}"
        "이상 {count}개";
    anomaly_at(position: u64)
        "byte {position}"
        "{position}번째 바이트";
    import_no_archive(name: &str)
        "{name} is not a zip archive that can be read."
        "{name}~은 읽을 수 있는 zip 파일이 아닙니다.";
    import_empty()
        "There are no bytes in these files."
        "이 파일들에는 바이트가 없습니다.";
    import_too_large()
        "That is more than the 64 MiB that are taken at once."
        "한 번에 받는 64 MiB보다 큽니다.";
    anomaly_no_base()
        "The name does not begin with an offset."
        "이름이 오프셋으로 시작하지 않습니다.";
    anomaly_tail(bytes: u64)
        "The last {bytes} bytes are not a whole batch."
        "마지막 {bytes}바이트는 온전한 배치가 아닙니다.";
    anomaly_length(length: i32)
        "batchLength {length} is too small for a batch."
        "batchLength {length}: 배치가 되기에는 너무 작습니다.";
    anomaly_magic(magic: i32)
        "Magic {magic}, not 2."
        "magic이 2가 아니라 {magic}입니다.";
    anomaly_crc(stored: &str, computed: &str)
        "The checksum stored is {stored}, the right one {computed}."
        "저장된 체크섬은 {stored}, 올바른 값은 {computed}입니다.";
    anomaly_codec(id: i32)
        "There is no codec {id}."
        "코덱 {id}번은 없습니다.";
    anomaly_record(nth: u32)
        "Record {nth} of the batch, counted from 0, cannot be read: lengths and bytes disagree."
        "0부터 세어 {nth}번째 레코드를 읽을 수 없습니다. 길이와 바이트가 맞지 않습니다.";
    anomaly_compression()
        "The compressed bytes end in damage."
        "압축된 바이트가 손상된 채 끝납니다.";
    anomaly_order(offset: i64, before: i64)
        "Offset {offset} comes after {before}."
        "오프셋 {offset}~이 {before} 뒤에 옵니다.";
    anomaly_outside(offset: i64, last: i64)
        "Offset {offset} in a batch that ends with {last}."
        "{last}에서 끝나는 배치 안에 오프셋 {offset}~이 있습니다.";
    anomaly_before(offset: i64, base: i64)
        "Offset {offset} in a file that begins at {base}."
        "{base}에서 시작하는 파일에 오프셋 {offset}~이 있습니다.";
    anomaly_max(stored: i64, found: i64)
        "maxTimestamp says {stored}, the records say {found}."
        "maxTimestamp는 {stored}, 레코드는 {found}입니다.";
    anomaly_control()
        "The control record cannot be read."
        "컨트롤 레코드를 읽을 수 없습니다.";
    anomaly_partial(bytes: u64)
        "{bytes} bytes more than whole entries."
        "온전한 엔트리들보다 {bytes}바이트가 더 있습니다.";
    anomaly_entry_order(offset: i64, before: i64)
        "An entry for offset {offset} comes after one for {before}."
        "오프셋 {offset}의 엔트리가 {before}의 엔트리 뒤에 옵니다.";
    anomaly_time_order(timestamp: i64, before: i64)
        "An entry for timestamp {timestamp} comes after one for {before}."
        "타임스탬프 {timestamp}의 엔트리가 {before}의 엔트리 뒤에 옵니다.";
    anomaly_position_order(position: i64, before: i64)
        "An entry with position {position} comes after one with {before}."
        "위치 {position}의 엔트리가 위치 {before}의 엔트리 뒤에 옵니다.";
    anomaly_beyond(position: i64, size: u64)
        "Position {position} lies beyond the {size} bytes of the .log."
        "위치 {position}~은 .log의 {size}바이트를 벗어납니다.";
    anomaly_nowhere(position: i64)
        "No batch begins at position {position}."
        "위치 {position}에서 시작하는 배치가 없습니다.";
    anomaly_other_offset(entry: i64, batch: i64)
        "An entry for offset {entry} leads to a batch that ends with {batch}."
        "오프셋 {entry}의 엔트리가 {batch}에서 끝나는 배치를 가리킵니다.";
    anomaly_not_found(offset: i64)
        "No batch ends with offset {offset}."
        "오프셋 {offset}에서 끝나는 배치가 없습니다.";
    anomaly_other_time(entry: i64, batch: i64)
        "An entry for timestamp {entry}, where the batch's largest is {batch}."
        "엔트리의 타임스탬프는 {entry}, 배치의 가장 큰 값은 {batch}입니다.";
    anomaly_no_log()
        "There is no .log beside it, in which entries could be looked up."
        "엔트리를 확인할 .log가 곁에 없습니다.";
    anomaly_preallocated(entries: u64)
        "Entries that are all zero, allocated in advance and not used: {entries}."
        "미리 잡아 두고 쓰지 않은, 모두 0인 엔트리: {entries}개.";
    anomaly_version(version: i32)
        "There is no version {version}."
        "버전 {version}~은 없습니다.";
    anomaly_aborted(last: i64, base: i64)
        "A transaction that ends at {last} in a file that begins at {base}."
        "{base}에서 시작하는 파일에 {last}에서 끝나는 트랜잭션이 있습니다.";
    show_all_bytes(size: u64)
        "Show all {size} bytes"
        "{size}바이트 모두 보기";
    field_at(position: u64, len: u32)
        "byte {position}, {len} B"
        "{position}번째 바이트, {len} B";
    field_of_record(offset: u64)
        "of the record at offset {offset}"
        "오프셋 {offset}의 레코드";
    field_of_header()
        "of the batch's header"
        "배치 헤더";
    field_of_entry()
        "of an index entry"
        "인덱스 엔트리";
    varint_group()
        "seven bits a byte; a top bit of 1 says that more bytes follow"
        "바이트마다 7비트, 맨 위 비트가 1이면 바이트가 더 이어집니다";
    varint_joined(bits: &str, number: &str)
        "put together, the last byte first: {bits} = {number}"
        "마지막 바이트부터 이어 붙이면 {bits} = {number}";
    varint_even(number: &str, value: i64)
        "zig-zag: {number} is even, so half of it: {value}"
        "지그재그: {number}은 짝수이므로 그 반인 {value}";
    varint_odd(number: &str, value: i64)
        "zig-zag: {number} is odd, so −({number} + 1) / 2: {value}"
        "지그재그: {number}은 홀수이므로 −({number} + 1) / 2인 {value}";
    segment_range(size: &str, first: u64, last: u64)
        "{size}, offsets {first} to {last}"
        "{size}, 오프셋 {first}부터 {last}까지";
    segment_marks(batches: u64, marks: u64)
        "batches: {batches}, index entries: {marks}"
        "배치 {batches}개, 인덱스 엔트리 {marks}개";
    segment_range_one(size: &str, offset: u64)
        "{size}, offset {offset}"
        "{size}, 오프셋 {offset}";
    find_offset(offset: u64)
        "Find offset *{offset}*"
        "오프셋 *{offset}* 찾기";
    find_time(timestamp: i64, clock: &str)
        "Find timestamp *{timestamp}*, that is {clock}"
        "타임스탬프 *{timestamp}*, 곧 {clock} 찾기";
    find_nothing()
        "There is nothing to be found."
        "찾을 것이 없습니다.";
    which_file()
        "which file"
        "어느 파일인가";
    how_file_by_offset(offset: u64)
        "the last base offset ≤ {offset}"
        "{offset} 이하인 마지막 베이스 오프셋";
    how_file_by_time(clock: &str)
        "the first whose newest record is ≥ {clock}"
        "가장 새로운 레코드가 {clock} 이상인 첫 파일";
    which_time_entry()
        "which offset"
        "어느 오프셋부터인가";
    how_time_index(clock: &str)
        "binary search in the .timeindex: the last entry ≤ {clock}"
        ".timeindex에서 이진 탐색: {clock} 이하인 마지막 엔트리";
    found_time_entry(offset: u64)
        "Go on from offset {offset}: nothing before it is newer."
        "오프셋 {offset}부터 봅니다. 그 앞에는 더 새로운 것이 없습니다.";
    found_no_time_entry(offset: u64)
        "No entry is that old: go on from offset {offset}."
        "그만큼 오래된 엔트리가 없으므로 오프셋 {offset}부터 봅니다.";
    which_position()
        "which position"
        "어느 위치부터인가";
    how_offset_index(offset: i64)
        "binary search in the .index: the last entry ≤ {offset}"
        ".index에서 이진 탐색: {offset} 이하인 마지막 엔트리";
    found_position(position: u32)
        "Scan from byte {position}."
        "{position}번째 바이트부터 훑습니다.";
    found_no_position()
        "No entry is that small: scan from byte 0."
        "그만큼 작은 엔트리가 없으므로 0번째 바이트부터 훑습니다.";
    scan_from_there()
        "scan from there"
        "거기부터 훑기";
    how_scan(offset: u64)
        "batch headers only, until lastOffset ≥ {offset}"
        "배치 헤더만 읽으며, lastOffset ≥ {offset}일 때까지";
    how_scan_time(clock: &str)
        "batch headers only, until maxTimestamp ≥ {clock}"
        "배치 헤더만 읽으며, maxTimestamp ≥ {clock}일 때까지";
    scan_skip(position: u32, last: i64, size: u32)
        "{position}: ends at {last}, skip {size} B"
        "{position}: {last}에서 끝남, {size} B 건너뜀";
    scan_skip_time(position: u32, newest: &str, size: u32)
        "{position}: newest {newest}, skip {size} B"
        "{position}: 가장 새로운 시각 {newest}, {size} B 건너뜀";
    scan_found(position: u32)
        "{position}: here"
        "{position}: 여기";
    which_record()
        "which record"
        "어느 레코드인가";
    how_records()
        "one by one, until one is young enough"
        "하나씩, 충분히 새로운 것이 나올 때까지";
    say_file(base: u64, offset: u64)
        "The file that begins at {base} is the last that can hold offset {offset}."
        "{base}에서 시작하는 파일이 오프셋 {offset}~을 담을 수 있는 마지막 파일입니다.";
    say_file_passed(clock: &str)
        "Its newest record is of {clock}: all of this file is too old."
        "가장 새로운 레코드가 {clock}이므로 이 파일은 모두 너무 오래되었습니다.";
    say_file_taken(clock: &str)
        "Its newest record is of {clock}: it is in this file."
        "가장 새로운 레코드가 {clock}이므로 이 파일에 있습니다.";
    say_time_entry(slot: u32, clock: &str)
        "Entry {slot} of the time index says {clock}."
        "시간 인덱스의 엔트리 {slot}~은 {clock}입니다.";
    say_offset_entry(slot: u32, offset: u64)
        "Entry {slot} of the index says offset {offset}."
        "인덱스의 엔트리 {slot}~은 오프셋 {offset}입니다.";
    say_skip(position: u32, last: i64, size: u32)
        "The batch at byte {position} ends at offset {last}, which is too small: skip its {size} bytes."
        "{position}번째 바이트의 배치는 오프셋 {last}에서 끝나 너무 작으므로 {size}바이트를 건너뜁니다.";
    say_skip_time(position: u32, newest: &str, size: u32)
        "The newest record of the batch at byte {position} is of {newest}, too old: skip its {size} bytes."
        "{position}번째 바이트의 배치는 가장 새로운 레코드가 {newest}로 너무 오래되었으므로 {size}바이트를 건너뜁니다.";
    say_batch_found(first: i64, last: i64)
        "The batch of offsets {first} to {last}: here. The whole batch is sent; a consumer passes over what it did not ask for."
        "오프셋 {first}부터 {last}까지의 배치, 여기입니다. 배치는 통째로 보내지고, 컨슈머는 요청하지 않은 앞부분을 건너뜁니다.";
    say_batch_of_one(offset: i64)
        "The batch of offset {offset}: here."
        "오프셋 {offset}의 배치, 여기입니다.";
    say_record(offset: i64, clock: &str)
        "The record at offset {offset} is of {clock}: too old."
        "오프셋 {offset}의 레코드는 {clock}: 너무 오래되었습니다.";
    say_record_found(offset: i64, clock: &str)
        "The record at offset {offset} is of {clock}: this is the answer."
        "오프셋 {offset}의 레코드는 {clock}: 이것이 답입니다.";
}
