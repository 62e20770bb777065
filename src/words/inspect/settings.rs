//! Notes beside settings: what holds in their place.

use super::{Argument, fill, sentences};
use crate::words::{Line, Words};

sentences! {
    /// Notes beside settings.
    TEMPLATES;

    note_internal_segment_bytes(bytes: i64)
        "`internal.segment.bytes={bytes}` holds instead."
        "대신 `internal.segment.bytes={bytes}`~이 적용됩니다.";
    note_internal_is_for_tests()
        "Not documented by Kafka; it takes limits below 1,048,576, which `segment.bytes` refuses."
        "Kafka 문서에는 없습니다. `segment.bytes`가 거부하는 1,048,576 미만의 한도를 받습니다.";
    note_idempotence(line: &str)
        "Off all the same. Kafka's log line: `{line}`"
        "그래도 꺼져 있습니다. Kafka의 로그: `{line}`";
    note_without_effect()
        "Kafka knows it and has checked it; it changes nothing in this simulator."
        "Kafka가 알고 검사한 설정이지만, 이 시뮬레이터에서는 아무것도 바꾸지 않습니다.";
    note_from_broker(name: &str, value: &str)
        "Not set here: the broker's `{name}={value}` holds."
        "여기서 정하지 않아 브로커의 `{name}={value}`~이 적용됩니다.";
}
