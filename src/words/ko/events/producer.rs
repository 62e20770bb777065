//! What happened at a producer, in Korean.

use super::{explained, kafkas_words, offsets, place};
use crate::client::producer::{PartitionChoice, ProducerEvent};
use crate::protocol::{Bytes, ErrorCode, KeyHash, TopicPartition};
use crate::words::facts::{Facts, item_of};
use crate::words::josa::Josa;
use crate::words::rich::{code, hex, key, number, size, span_of_ms, strong};
use crate::words::{Line, line};

pub(super) fn sentence(facts: &dyn Facts, name: &str, event: &ProducerEvent) -> Line {
    match event {
        ProducerEvent::RecordAccumulated { partition, choice, key, value, .. } => line![
            what_is_sent(name, key.as_ref(), value.as_ref()),
            " ",
            where_to(facts, partition, choice, key.as_ref(), value.as_ref())
        ],
        ProducerEvent::StickyPartitionChosen { partition, switch: None } => line![
            "키가 없는 레코드는 당분간 ",
            place(partition),
            Josa::Toward,
            " 갑니다. ",
            name,
            Josa::Topic,
            " 한 파티션에 잠시 머뭅니다."
        ],
        ProducerEvent::StickyPartitionChosen { partition, switch: Some(switch) } => line![
            size(switch.produced_bytes),
            "를 보냈으므로(",
            code("batch.size"),
            " ",
            number(switch.limit_bytes),
            ") ",
            name,
            Josa::Topic,
            " 키 없는 레코드를 이제 ",
            place(partition),
            Josa::Toward,
            " 보냅니다."
        ],
        ProducerEvent::SendFailed { thrown: Some(thrown), .. } => {
            let simple = thrown.rsplit('.').next().unwrap_or(thrown);
            line![
                strong(name),
                "의 ",
                code("send()"),
                "가 ",
                strong(simple),
                Josa::Object,
                " 던집니다. 퓨처도 콜백도 없습니다."
            ]
        }
        ProducerEvent::SendFailed { refusal, .. } => {
            line![
                strong(name),
                Josa::Subject,
                " 레코드를 보내지 못했습니다: ",
                strong(refusal.error),
                "."
            ]
        }
        ProducerEvent::SendBlocked { for_memory: true, .. } => line![
            name,
            "의 ",
            code("send()"),
            "가 기다립니다. ",
            code("buffer.memory"),
            "를 다 썼습니다."
        ],
        ProducerEvent::SendBlocked { for_memory: false, .. } => {
            line![name, "의 ", code("send()"), "가 토픽의 파티션 정보를 알 때까지 기다립니다."]
        }
        ProducerEvent::BatchDrained {
            partition,
            record_count,
            size_bytes,
            waited_ms,
            attempts,
            ..
        } => {
            line![
                name,
                Josa::Subject,
                " ",
                span_of_ms(*waited_ms),
                " 기다린 레코드 ",
                code(record_count),
                "개를 ",
                size(*size_bytes),
                " 배치 하나로 ",
                place(partition),
                "에 ",
                if *attempts > 0 { "다시 보냅니다." } else { "보냅니다." }
            ]
        }
        ProducerEvent::BatchAcknowledged {
            partition, numbers, base_offset: Some(first), ..
        } => line![
            name,
            Josa::Subject,
            " 응답을 받았습니다. 레코드 ",
            code(numbers.len()),
            "개가 ",
            place(partition),
            "의 ",
            offsets(*first, first.advanced_by((numbers.len() as u64).saturating_sub(1))),
            "에 저장되었습니다."
        ],
        ProducerEvent::BatchAcknowledged { partition, numbers, base_offset: None, .. } => line![
            name,
            Josa::Topic,
            " 응답을 바라지 않으므로(",
            code("acks=0"),
            ") ",
            place(partition),
            Josa::Toward,
            " 보낸 레코드 ",
            code(numbers.len()),
            "개는 보낸 것으로 칩니다."
        ],
        ProducerEvent::BatchRetried { partition, error, attempts, backoff_ms, .. } => line![
            name,
            "의 ",
            place(partition),
            " 배치가 ",
            code(attempts),
            "번째에 실패했습니다(",
            error.map_or_else(|| line!["응답 없음"], |error| line![strong(error)]),
            "). ",
            span_of_ms(*backoff_ms),
            " 뒤에 다시 보냅니다."
        ],
        ProducerEvent::BatchSplit { partition, into } => line![
            name,
            "의 ",
            place(partition),
            " 배치가 브로커에는 너무 커서 더 작은 ",
            strong(into),
            "개로 나뉩니다."
        ],
        ProducerEvent::BatchFailed { partition, numbers, refusal } => line![
            strong(name),
            Josa::Subject,
            " ",
            place(partition),
            Josa::Toward,
            " 보내려던 레코드 ",
            code(numbers.len()),
            "개를 포기합니다: ",
            strong(refusal.error),
            "."
        ],
        ProducerEvent::RequestTimedOut { .. } => line![
            name,
            Josa::Subject,
            " ",
            code("request.timeout.ms"),
            " 안에 응답을 받지 못해 연결을 닫습니다."
        ],
        ProducerEvent::Disconnected => line![name, "의 브로커 연결이 끊겼습니다."],
        ProducerEvent::ProducerIdReceived { producer_id, epoch } => line![
            name,
            Josa::Topic,
            " 이제 ",
            strong(format!("프로듀서 {producer_id}")),
            ", epoch ",
            code(epoch),
            "입니다. 배치마다 이것과 번호를 붙여 보냅니다."
        ],
        ProducerEvent::ProducerIdRefused { error, backoff_ms } => line![
            name,
            Josa::Topic,
            " 아직 producer id를 받지 못했습니다(",
            strong(error),
            "). ",
            span_of_ms(*backoff_ms),
            " 뒤에 다시 묻습니다."
        ],
        ProducerEvent::EpochBumped { producer_id, epoch, .. } => line![
            name,
            "(프로듀서 ",
            code(producer_id),
            ")의 번호에 빈틈이 생겨 ",
            strong(format!("epoch {epoch}")),
            Josa::Object,
            " 시작하고 번호를 0부터 다시 매깁니다."
        ],
        ProducerEvent::ProducerIdDropped { producer_id, .. } => line![
            name,
            Josa::Topic,
            " producer id ",
            strong(producer_id),
            Josa::Object,
            " 버리고 새로 받습니다."
        ],
        ProducerEvent::IdempotenceDisabled(_) => {
            line![name, Josa::Topic, " 멱등하지 않습니다. 다른 설정이 말없이 멱등성을 껐습니다."]
        }
        ProducerEvent::UnusedSettings(_) => line![
            name,
            "에 클라이언트가 모르는 설정이 있습니다. Kafka는 받아들이고 로그만 남깁니다."
        ],
        ProducerEvent::Crashed { lost: 0 } => {
            line![
                strong(name),
                Josa::Subject,
                " ",
                strong("죽었습니다"),
                ". 가진 것은 이미 다 보냈습니다."
            ]
        }
        ProducerEvent::Crashed { lost } => line![
            strong(name),
            Josa::Subject,
            " ",
            strong("죽었습니다"),
            ". 혼자 들고 있거나 응답을 못 받은 레코드 ",
            strong(lost),
            "개도 함께 사라졌습니다."
        ],
        ProducerEvent::Restarted => {
            line![strong(name), Josa::Subject, " 보낼 것이 없는 새 프로세스로 다시 실행됩니다."]
        }
        ProducerEvent::Closed => line![name, Josa::Subject, " 가진 것을 모두 보내고 닫혔습니다."],
    }
}

pub(super) fn aside(facts: &dyn Facts, event: &ProducerEvent) -> Option<Line> {
    Some(match event {
        ProducerEvent::RecordAccumulated { choice: PartitionChoice::Keyed(hash), key, .. } => {
            arithmetic(key.as_deref().unwrap_or_default(), hash)
        }
        ProducerEvent::RecordAccumulated { choice, opened_batch, .. } => match choice {
            PartitionChoice::Own(hash) => line![
                code(format!("murmur2 = {}", hash.hash)),
                ", ",
                code(format!("& 7fffffff = {}", hash.masked)),
                ", ",
                code(format!("% {} = {}", hash.partitions, hash.partition))
            ],
            PartitionChoice::RoundRobin { counter } => {
                line!["카운터: ", code(counter), "."]
            }
            _ if *opened_batch => line!["어큐뮬레이터에 새 배치를 엽니다."],
            _ => line!["어큐뮬레이터에서 기다리던 배치에 들어갑니다."],
        },
        ProducerEvent::StickyPartitionChosen { switch: Some(switch), partition } => line![
            "파티션 ",
            code(facts.partition_count(&partition.topic)),
            "개 중에서 뽑은 수: ",
            code(switch.drawn),
            ". 배치는 더 차고 요청은 줄어듭니다."
        ],
        ProducerEvent::StickyPartitionChosen { switch: None, .. } => {
            line!["라운드 로빈이 아니라, sticky 파티셔너가 배치를 채운 뒤에 옮겨 갑니다."]
        }
        ProducerEvent::SendFailed { thrown: Some(thrown), refusal, .. } => {
            line![code(thrown), ": ", refusal.message.as_str()]
        }
        ProducerEvent::SendFailed { refusal, .. } | ProducerEvent::BatchFailed { refusal, .. } => {
            kafkas_words(refusal)
        }
        ProducerEvent::SendBlocked { .. } => {
            line!["길어야 ", code("max.block.ms"), "까지 기다리고, 그 뒤에는 실패합니다."]
        }
        ProducerEvent::BatchDrained { .. } => line![
            "배치는 가득 차거나(",
            code("batch.size"),
            ") ",
            code("linger.ms"),
            "만큼 기다리면 떠납니다."
        ],
        ProducerEvent::BatchAcknowledged { base_offset: Some(_), .. } => {
            line!["이제야 ", code("send()"), "의 콜백이 불립니다."]
        }
        ProducerEvent::BatchAcknowledged { base_offset: None, .. } => {
            line!["브로커가 정말 받았는지는 끝내 알 수 없습니다."]
        }
        ProducerEvent::BatchRetried { sequence: Some(sequence), .. } => line![
            "같은 번호 ",
            code(sequence.base_sequence),
            "번으로 다시 보내므로, 로그에 이미 있으면 브로커가 알아봅니다."
        ],
        ProducerEvent::BatchRetried { sequence: None, .. } => {
            line![
                "응답만 사라진 것이라면 로그에는 이 레코드들이 두 번 들어갑니다. 멱등성이 꺼져 있습니다."
            ]
        }
        ProducerEvent::BatchSplit { .. } => {
            line!["응답이 ", code(ErrorCode::MessageTooLarge), "이면 배치를 나눕니다."]
        }
        ProducerEvent::RequestTimedOut { correlation_id } => {
            line![
                "요청 ",
                code(correlation_id),
                Josa::With,
                " 그 연결의 다른 요청이 모두 실패했습니다."
            ]
        }
        ProducerEvent::Disconnected => {
            line!["전송 중이던 배치는 기록되었을 수도 아닐 수도 있어서 다시 보냅니다."]
        }
        ProducerEvent::ProducerIdReceived { .. } => line![
            "id, epoch, 시퀀스 번호가 있으면 로그는 두 번 온 배치와 새 배치를 구별합니다. 이것이 ",
            code("enable.idempotence"),
            "입니다."
        ],
        ProducerEvent::ProducerIdRefused { error, .. } => explained(*error),
        ProducerEvent::EpochBumped { partitions, .. } => line![
            "이전 epoch의 배치는 더 이상 끼어들 수 없습니다. 전송 중 번호를 새로 매긴 파티션: ",
            code(partitions.len()),
            "개."
        ],
        ProducerEvent::ProducerIdDropped { epoch, .. } => {
            line!["epoch ", code(epoch), "에서 끝났습니다. 옛 번호는 새 id에 아무 뜻이 없습니다."]
        }
        ProducerEvent::UnusedSettings(words) | ProducerEvent::IdempotenceDisabled(words) => {
            line![code(words)]
        }
        ProducerEvent::Crashed { .. } => {
            line![
                code("send()"),
                "가 돌아왔다고 저장된 것은 아닙니다. 콜백이 와야 저장된 것입니다."
            ]
        }
        ProducerEvent::Restarted | ProducerEvent::Closed => return None,
    })
}

/// `alice 고객이 램프를 삽니다.`
fn what_is_sent(name: &str, record_key: Option<&Bytes>, value: Option<&Bytes>) -> Line {
    match (record_key, item_of(value), value) {
        (Some(bytes), Some(item), _) => {
            line![key(bytes), " 고객이 ", item_name(&item), Josa::Object, " 삽니다."]
        }
        (None, Some(item), _) => {
            line!["누군가 ", name, "에서 ", item_name(&item), Josa::Object, " 삽니다."]
        }
        (Some(bytes), None, Some(_)) => {
            line![name, Josa::Subject, " 키 ", key(bytes), "의 레코드를 보냅니다."]
        }
        (Some(bytes), None, None) => line![
            name,
            Josa::Subject,
            " 키 ",
            key(bytes),
            "의 ",
            strong("tombstone"),
            "(값이 없는 레코드)을 보냅니다."
        ],
        (None, None, _) => line![name, Josa::Subject, " 키 없는 레코드를 보냅니다."],
    }
}

fn where_to(
    facts: &dyn Facts,
    partition: &TopicPartition,
    choice: &PartitionChoice,
    record_key: Option<&Bytes>,
    value: Option<&Bytes>,
) -> Line {
    match choice {
        PartitionChoice::Explicit => line![
            "레코드가 직접 ",
            place(partition),
            Josa::Object,
            " 지정했으므로 키를 해시하지 않습니다."
        ],
        PartitionChoice::Keyed(hash) if hash.partitions == 1 => line![
            "토픽 ",
            partition.topic.as_str(),
            "에는 파티션이 하나뿐이라 모든 키가 그리로 갑니다."
        ],
        PartitionChoice::Keyed(_) => match record_key {
            Some(bytes) if item_of(value).is_some() => line![
                "키를 해시하면 ",
                key(bytes),
                " 고객의 구매가 모두 모여 있는 파티션 ",
                strong(partition.partition),
                "입니다."
            ],
            _ => line![
                "키를 해시하면 ",
                partition.topic.as_str(),
                " 파티션 ",
                strong(partition.partition),
                "입니다. 같은 키는 늘 같은 곳입니다."
            ],
        },
        PartitionChoice::Own(_) => line![
            "직접 만든 파티셔너가 키의 일부만 해시하므로 키의 나머지가 달라도 파티션 ",
            strong(partition.partition),
            "입니다."
        ],
        PartitionChoice::Sticky => line![
            "키가 없으니 지금 배치를 채우고 있는 ",
            place(partition),
            Josa::Toward,
            " 갑니다."
        ],
        PartitionChoice::RoundRobin { .. } => line![
            "라운드 로빈: 파티션 ",
            code(facts.partition_count(&partition.topic)),
            "개 중 다음은 ",
            strong(partition.partition),
            "번입니다."
        ],
    }
}

/// The hash, step by step, as Kafka computes it (PROD-7).
fn arithmetic(bytes: &[u8], hash: &KeyHash) -> Line {
    line![
        code(format!("murmur2({}) = {}", hex(bytes, 12), hash.hash)),
        ", ",
        code(format!("& 7fffffff = {}", hash.masked)),
        ", ",
        code(format!("% {} =", hash.partitions)),
        " ",
        strong(hash.partition)
    ]
}

/// What the store sells, in Korean; other things as they are called.
fn item_name(item: &str) -> &str {
    match item {
        "lamp" => "램프",
        "kettle" => "주전자",
        "chair" => "의자",
        "mug" => "머그잔",
        "desk" => "책상",
        "rug" => "러그",
        "clock" => "시계",
        "shelf" => "선반",
        other => other,
    }
}
