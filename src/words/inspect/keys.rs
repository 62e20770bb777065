//! What the key microscope says.

use super::{Argument, fill, sentences};
use crate::words::{Line, Span, Words};

sentences! {
    /// Keys, their hash, and where they go.
    TEMPLATES;

    keys_title() "Keys" "키";
    keys_goes(key: Span, partition: u32, partitions: u32, then: u32, after: u32)
        "{key} goes to partition *{partition}* of {partitions}, today and tomorrow, until someone makes it {after} partitions: then to *{then}*."
        "{key}~은 파티션 {partitions}개 중 *{partition}*로 갑니다. 오늘도 내일도요. 파티션이 {after}개가 되면 *{then}*로 갑니다.";
    keys_stays(key: Span, partition: u32, partitions: u32, after: u32)
        "{key} goes to partition *{partition}* of {partitions}. With {after} partitions it stays there, by luck."
        "{key}~은 파티션 {partitions}개 중 *{partition}*로 갑니다. 파티션이 {after}개여도 우연히 그대로입니다.";
    keys_none(serializer: &str)
        "`{serializer}` takes none of these keys."
        "`{serializer}`~로는 이 키들을 하나도 바꿀 수 없습니다.";
    keys_aside()
        "Kafka hashes the bytes of the key, not its text; whoever writes the same bytes finds the same partition."
        "Kafka는 글자가 아니라 키의 바이트를 해시합니다. 같은 바이트를 쓰면 누구나 같은 파티션에 닿습니다.";
    keys_bytes(count: u64, serializer: &str)
        "{count} bytes, as `{serializer}` writes them"
        "`{serializer}`~이 쓴 {count}바이트";
    keys_word(nth: u64) "word {nth}" "워드 {nth}";
    keys_word_how(bytes: &str) "`{bytes}`, the last byte first" "`{bytes}`, 마지막 바이트부터";
    keys_seed() "seed xor length" "seed xor 길이";
    keys_seed_how(length: u64) "`9747b28c` ^ {length}" "`9747b28c` ^ {length}";
    keys_mixed(nth: u64) "mixed with word {nth}" "워드 {nth}~과 섞기";
    keys_mixed_how() "word × `5bd1e995`, xor >>> 24, ×; h × and xor" "워드 × `5bd1e995`, xor >>> 24, ×; h × 하고 xor";
    keys_tail(count: u64) "tail of {count}" "나머지 {count}바이트";
    keys_tail_how(bytes: &str) "xor `{bytes}`, then × `5bd1e995`" "`{bytes}` xor, 그다음 × `5bd1e995`";
    keys_avalanche() "avalanche" "눈사태";
    keys_avalanche_how() "xor >>> 13, ×, xor >>> 15" "xor >>> 13, ×, xor >>> 15";
    keys_signed() "as a signed number" "부호 있는 수로";
    keys_sign() "sign bit off" "부호 비트 끄기";
    keys_sign_how() "& `7fffffff`: not the absolute value" "& `7fffffff`: 절댓값이 아닙니다";
    keys_modulo(partitions: u32) "modulo {partitions}" "{partitions}~로 나눈 나머지";
    keys_left_out(count: u64) "{count} more words, mixed in the same way" "같은 방법으로 섞는 워드 {count}개 더";
    keys_others(partitions: u32)
        "Other clients, same key, {partitions} partitions"
        "다른 클라이언트, 같은 키, 파티션 {partitions}개";
    keys_other(name: &str, function: &str) "{name}: {function}" "{name}: {function}";
    keys_agrees() "same" "같음";
    keys_differs(count: u32, all: u64) "{count} of {all} keys elsewhere" "키 {all}개 중 {count}개가 다른 곳";
    keys_random() "random" "무작위";
    keys_count(count: u64) "{count} keys" "키 {count}개";
    keys_moved_some(moved: u64, all: u64)
        "{moved} of {all} keys move. Their old records stay where they are, so their order is broken."
        "키 {all}개 중 {moved}개가 옮겨 갑니다. 이전 레코드는 그 자리에 남으므로 순서가 깨집니다.";
    keys_moved_none(all: u64) "None of the {all} keys moves." "키 {all}개 중 옮겨 가는 키가 없습니다.";
    keys_refused(count: u64, serializer: &str)
        "{count} keys are not numbers that `{serializer}` takes; they are left out."
        "키 {count}개는 `{serializer}`~이 받는 수가 아니어서 빠졌습니다.";
    keys_too_many(count: u64) "{count} keys were left out: there are too many." "키가 너무 많아 {count}개가 빠졌습니다.";
    keys_partitions() "partitions" "파티션";
    keys_now() "now" "지금";
    keys_then() "after the change" "바뀐 뒤";
    keys_type() "Type a key" "키 입력";
    keys_paste() "Keys, one a line" "키, 한 줄에 하나";
    keys_edit() "Paste keys" "키 붙여 넣기";
    keys_look() "Look" "보기";
    keys_done() "Done" "완료";
    keys_csv() "CSV" "CSV";
    keys_serializer() "key serializer" "키 serializer";
    keys_moved_here() "moved here" "옮겨 옴";
}

impl dyn Words + '_ {
    /// Where a key goes now, and after the change.
    #[must_use]
    pub fn keys_lead(&self, key: Span, now: u32, of: u32, then: u32, after: u32) -> Line {
        if now == then {
            self.keys_stays(key, now, of, after)
        } else {
            self.keys_goes(key, now, of, then, after)
        }
    }

    /// How many keys move.
    #[must_use]
    pub fn keys_moved(&self, moved: u64, all: u64) -> Line {
        if moved == 0 { self.keys_moved_none(all) } else { self.keys_moved_some(moved, all) }
    }
}
