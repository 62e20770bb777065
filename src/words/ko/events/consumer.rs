//! What happened at a consumer, in Korean.

use super::{explained, offsets, pairs, place, places};
use crate::client::consumer::{CommitReason, ConsumerEvent, PositionSource, SeekTo};
use crate::protocol::{Offset, Topic, TopicPartition};
use crate::words::facts::{Facts, member_name};
use crate::words::josa::Josa;
use crate::words::rich::{code, key, strong};
use crate::words::{Line, line};

pub(super) fn sentence(facts: &dyn Facts, name: &str, event: &ConsumerEvent) -> Line {
    let who = line![strong(name), Josa::Subject];
    match event {
        ConsumerEvent::CoordinatorFound => {
            line![name, Josa::Subject, " 그룹의 코디네이터인 브로커를 찾았습니다."]
        }
        ConsumerEvent::Joining { revoked, .. } if !revoked.is_empty() => {
            line![who, " ", places(revoked), Josa::Object, " 내놓고 다시 참여를 요청합니다."]
        }
        ConsumerEvent::Joining { kept, .. } if !kept.is_empty() => line![
            who,
            " 다시 참여를 요청하면서 그동안 ",
            places(kept),
            Josa::Object,
            " ",
            strong("계속 읽습니다"),
            "."
        ],
        ConsumerEvent::PartitionsRevoked { partitions } => line![
            who,
            " 새 할당에서 다른 멤버에게 갈 ",
            places(partitions),
            Josa::Object,
            " 내놓습니다."
        ],
        ConsumerEvent::Joining { member_id, .. } if member_id.is_empty() => {
            line![who, " 그룹에 처음으로 참여를 요청합니다."]
        }
        ConsumerEvent::Joining { .. } => line![who, " 받은 멤버 id로 참여를 요청합니다."],
        ConsumerEvent::AssignmentComputed { assignor, assignment } => line![
            "그룹 리더 ",
            who,
            " 멤버 ",
            code(assignment.len()),
            "명에게 파티션을 나눕니다(",
            code(assignor),
            ")."
        ],
        ConsumerEvent::TargetReceived { epoch, partitions } => line![
            "코디네이터가 ",
            name,
            "에 에포크 ",
            strong(epoch),
            "에서 가질 파티션 ",
            code(partitions.len() as u64),
            "개를 알려 줍니다."
        ],
        ConsumerEvent::Assigned { partitions, generation, .. } if partitions.is_empty() => line![
            strong(name),
            Josa::Topic,
            " 세대 ",
            code(generation),
            "에서 파티션을 받지 못했습니다. 비어 있는 파티션이 없습니다."
        ],
        ConsumerEvent::Assigned { partitions, generation, .. } => line![
            strong(name),
            Josa::Topic,
            " 이제 ",
            strong(places(partitions)),
            Josa::Object,
            " 읽습니다. 세대 ",
            code(generation),
            "입니다."
        ],
        ConsumerEvent::PartitionsLost { partitions, .. } => line![
            who,
            " 쫓겨나서 ",
            places(partitions),
            Josa::Object,
            " ",
            strong("커밋 없이"),
            " 잃었습니다."
        ],
        ConsumerEvent::PositionSet { partition, offset, source: PositionSource::Committed } => {
            line![
                who,
                " ",
                place(partition),
                Josa::Object,
                " 커밋된 오프셋 ",
                strong(offset),
                "부터 이어서 읽습니다. 그 뒤로 이미 읽은 것은 다시 읽습니다."
            ]
        }
        ConsumerEvent::PositionSet { partition, offset, source: PositionSource::Reset } => line![
            place(partition),
            "에는 커밋이 없으므로 ",
            name,
            Josa::Topic,
            " ",
            code("auto.offset.reset"),
            "에 따라 ",
            strong(offset),
            "부터 읽습니다."
        ],
        ConsumerEvent::PositionSet { partition, offset, source: PositionSource::Seek } => line![
            who,
            " 옮겨 갈 자리를 찾았습니다. ",
            place(partition),
            Josa::Object,
            " 오프셋 ",
            strong(offset),
            "부터 읽습니다."
        ],
        ConsumerEvent::OffsetOutOfRange { partition, offset } => line![
            who,
            " ",
            place(partition),
            "의 오프셋 ",
            strong(offset),
            Josa::Object,
            " 읽으려 하지만 로그의 범위를 벗어났습니다."
        ],
        ConsumerEvent::RecordsReturned { partition, offsets: read, position } => line![
            code("poll()"),
            "이 ",
            name,
            "에 ",
            place(partition),
            "의 레코드 ",
            records(read),
            "를 줍니다. 포지션은 이제 ",
            strong(position),
            "입니다."
        ],
        ConsumerEvent::GapSkipped { partition, from, position } => line![
            name,
            Josa::Subject,
            " ",
            place(partition),
            "에서 ",
            code(from),
            "에서 ",
            strong(position),
            Josa::Toward,
            " 건너뜁니다. 그 사이 오프셋에는 레코드가 없습니다."
        ],
        ConsumerEvent::RecordProcessed { partition, offset } => {
            line![
                name,
                Josa::Subject,
                " ",
                record(facts, partition, *offset),
                "의 처리를 마쳤습니다."
            ]
        }
        ConsumerEvent::CommitSent { offsets, .. } => line![
            name,
            Josa::Subject,
            " 코디네이터에 ",
            pairs(offsets),
            " 저장을 요청합니다. 아직 커밋된 것은 없습니다."
        ],
        ConsumerEvent::CommitCompleted { offsets, error: None } => {
            line![
                name,
                Josa::Subject,
                " 커밋이 저장되었다는 응답을 받았습니다: ",
                pairs(offsets),
                "."
            ]
        }
        ConsumerEvent::CommitCompleted { error: Some(error), .. } => line![
            strong(name),
            "의 커밋이 ",
            strong("거절되었습니다"),
            ": ",
            code(error),
            ". 커밋된 오프셋은 그대로입니다."
        ],
        ConsumerEvent::CommitCalledBack { offsets, exception: None } => line![
            name,
            "의 ",
            code("commitAsync"),
            " 콜백이 실행됩니다. ",
            pairs(offsets),
            " 커밋이 저장되었습니다."
        ],
        ConsumerEvent::CommitCalledBack { offsets, exception: Some(_) } => line![
            strong(name),
            "의 ",
            code("commitAsync"),
            " 커밋 ",
            pairs(offsets),
            Josa::Subject,
            " ",
            strong("실패했다고"),
            " 콜백이 알립니다. 다시 시도하지 않습니다."
        ],
        ConsumerEvent::AssignedByHand { partitions } => line![
            who,
            " ",
            strong(places(partitions)),
            Josa::Object,
            " 스스로 할당합니다. 그룹이 나누어 주는 것이 아닙니다."
        ],
        ConsumerEvent::Sought { partition, from, to } => line![
            who,
            " ",
            place(partition),
            "에서 ",
            code(sought(*to)),
            Josa::Object,
            " 부릅니다",
            from.map(|from| line!["(이전 포지션 ", code(from), ")"]),
            "."
        ],
        ConsumerEvent::FetchingPaused { partitions, paused: true } => line![
            who,
            " ",
            code("pause"),
            "를 부릅니다. 이제 ",
            code("poll()"),
            "은 ",
            places(partitions),
            Josa::Object,
            " 건너뜁니다."
        ],
        ConsumerEvent::FetchingPaused { partitions, paused: false } => line![
            who,
            " ",
            code("resume"),
            "을 부릅니다. ",
            code("poll()"),
            "이 ",
            places(partitions),
            "의 레코드를 다시 돌려줍니다."
        ],
        ConsumerEvent::ReadsAgain { partition, from, until } => line![
            who,
            " ",
            place(partition),
            "의 오프셋 ",
            offsets(*from, before(*until)),
            Josa::Object,
            " ",
            strong("다시 읽습니다"),
            ". 이전 프로세스가 처리했지만 커밋하지 않은 것입니다."
        ],
        ConsumerEvent::LineReached(line) => line![
            strong(name),
            "의 애플리케이션이 ",
            code(line.name()),
            " 줄 앞에 멈춰 있습니다. 계속하라고 할 때까지 기다립니다."
        ],
        ConsumerEvent::HeartbeatRefused { error } => {
            line![name, "의 heartbeat에 ", strong(error), " 응답이 왔습니다."]
        }
        ConsumerEvent::PollTimeoutExpired => line![
            who,
            " ",
            code("max.poll.interval.ms"),
            " 안에 ",
            code("poll()"),
            "을 부르지 않아 그룹을 떠납니다."
        ],
        ConsumerEvent::Disconnected => line![name, "의 브로커 연결이 끊겼습니다."],
        ConsumerEvent::ExceptionThrown(_) => line![
            strong(name),
            "의 애플리케이션이 Kafka 클라이언트에서 ",
            strong("예외"),
            "를 받았습니다."
        ],
        ConsumerEvent::UnusedSettings(_) => line![
            name,
            "에 클라이언트가 모르는 설정이 있습니다. Kafka는 받아들이고 로그만 남깁니다."
        ],
        ConsumerEvent::Crashed => line![
            who,
            " 말없이 ",
            strong("죽었습니다"),
            ". 그룹은 ",
            code("session.timeout.ms"),
            "가 지날 때까지 살아 있다고 믿습니다."
        ],
        ConsumerEvent::Restarted => {
            line![who, " 아무것도 기억하지 못하는 새 프로세스로 다시 실행됩니다."]
        }
        ConsumerEvent::Closing => {
            line![name, Josa::Subject, " 닫는 중입니다. 필요하면 커밋하고 그룹을 떠납니다."]
        }
        ConsumerEvent::Closed => line![name, Josa::Subject, " 닫혔습니다."],
    }
}

pub(super) fn aside(facts: &dyn Facts, event: &ConsumerEvent) -> Option<Line> {
    Some(match event {
        ConsumerEvent::CoordinatorFound => {
            let count = facts.partition_count(&Topic::from(Topic::CONSUMER_OFFSETS));
            line![
                code(Topic::CONSUMER_OFFSETS),
                "의 파티션 ",
                code(format!("abs(hashCode(group.id)) % {count}")),
                "의 리더입니다."
            ]
        }
        ConsumerEvent::PartitionsRevoked { .. } => {
            line!["곧바로 다시 참여합니다. 다음 세대에서야 다른 멤버가 받을 수 있습니다."]
        }
        ConsumerEvent::Joining { kept, .. } if !kept.is_empty() => {
            line!["cooperative 리밸런스: 옮겨 갈 것만, 그것이 정해진 뒤에 내놓습니다."]
        }
        ConsumerEvent::Joining { member_id, revoked, .. } => {
            if revoked.is_empty() && member_id.is_empty() {
                line!["코디네이터는 먼저 다시 올 때 쓸 id를 줍니다."]
            } else if revoked.is_empty() {
                line!["멤버 id: ", code(member_id)]
            } else {
                line!["eager 리밸런스: 한 파티션을 둘이 읽지 않도록 모두가 먼저 전부 내놓습니다."]
            }
        }
        ConsumerEvent::AssignmentComputed { assignment, .. } => Line::joined(
            assignment.iter().map(|(member, partitions)| {
                line![member_name(member), " → 파티션 ", places(partitions)]
            }),
            "; ",
        ),
        ConsumerEvent::TargetReceived { .. } => {
            line!["먼저 제 것이 아닌 파티션을 내려놓고, 다음에 이어받고, 그러고 나서 알립니다."]
        }
        ConsumerEvent::Assigned { leader, member_id, .. } => line![
            if *leader { "그룹 리더 " } else { "멤버 " },
            code(member_id),
            ". 그룹 안에서 한 파티션은 한 멤버만 읽습니다."
        ],
        ConsumerEvent::PartitionsLost { error, .. } => explained(*error),
        ConsumerEvent::PositionSet { source: PositionSource::Committed, .. } => line![
            "처리했지만 커밋하지 않은 것은 장애나 리밸런스 뒤에 두 번 처리됩니다: ",
            strong("at least once"),
            "."
        ],
        ConsumerEvent::PositionSet { source: PositionSource::Reset, .. } => line![
            code("earliest"),
            "는 로그의 처음, ",
            code("latest"),
            "는 끝입니다. 커밋된 오프셋이 없을 때만 쓰입니다."
        ],
        ConsumerEvent::PositionSet { source: PositionSource::Seek, .. }
        | ConsumerEvent::Sought { .. } => {
            line!["포지션만 움직였습니다. 커밋된 오프셋은 누군가 커밋할 때까지 그대로입니다."]
        }
        ConsumerEvent::CommitCalledBack { exception: Some(words), .. } => line![code(words)],
        ConsumerEvent::CommitCalledBack { exception: None, .. } => {
            line!["콜백은 다음 호출 안에서, 커밋을 부른 순서대로 실행됩니다."]
        }
        ConsumerEvent::AssignedByHand { .. } => {
            line!["리밸런스로 빼앗기지 않지만, 죽어도 대신 읽어 줄 멤버가 없습니다."]
        }
        ConsumerEvent::FetchingPaused { paused: true, .. } => line![
            "이미 가져온 것은 버리지 않습니다. 그래도 ",
            code("poll()"),
            "은 계속 불러야 그룹에서 쫓겨나지 않습니다."
        ],
        ConsumerEvent::FetchingPaused { paused: false, .. } => {
            line!["남겨 둔 레코드가 먼저 나옵니다."]
        }
        ConsumerEvent::ReadsAgain { .. } => {
            line![strong("at least once"), "에서는 두 번 처리해도 탈이 없어야 합니다."]
        }
        ConsumerEvent::LineReached(_) => line![
            "heartbeat 스레드는 계속 움직이고, ",
            code("max.poll.interval.ms"),
            "도 중단점에서처럼 흘러갑니다."
        ],
        ConsumerEvent::OffsetOutOfRange { .. } => {
            line!["대신 어디서 읽을지는 ", code("auto.offset.reset"), "이 정합니다."]
        }
        ConsumerEvent::RecordsReturned { .. } => {
            line!["포지션은 다음에 읽을 오프셋입니다. 읽는다고 지워지지도, 커밋되지도 않습니다."]
        }
        ConsumerEvent::GapSkipped { .. } => {
            line!["클리너가 지운 자리입니다. 오프셋은 다시 쓰이지 않습니다."]
        }
        ConsumerEvent::RecordProcessed { .. } => {
            line!["Kafka는 이것을 모릅니다. Kafka가 아는 것은 커밋뿐입니다."]
        }
        ConsumerEvent::CommitSent { reason, .. } => match reason {
            CommitReason::Interval => line![
                code("auto.commit.interval.ms"),
                "가 지났습니다. 이 시계는 ",
                code("poll()"),
                "을 부를 때만 확인합니다."
            ],
            CommitReason::Rebalance => {
                line!["파티션을 내놓기 전에, 다음에 읽을 멤버가 여기서 이어 가도록 커밋합니다."]
            }
            CommitReason::Close => line![code("close()"), "가 마지막으로 한 번 더 커밋합니다."],
            CommitReason::Sync => {
                line!["애플리케이션이 ", code("commitSync"), "를 부르고 응답을 기다립니다."]
            }
            CommitReason::Async => {
                line!["애플리케이션이 ", code("commitAsync"), "를 부르고 바로 다음으로 갑니다."]
            }
        },
        ConsumerEvent::CommitCompleted { error: None, .. } => {
            line!["커밋된 오프셋은 마지막으로 읽은 것이 아니라 다음에 읽을 것입니다."]
        }
        ConsumerEvent::CommitCompleted { error: Some(error), .. }
        | ConsumerEvent::HeartbeatRefused { error } => explained(*error),
        ConsumerEvent::PollTimeoutExpired => line![
            "heartbeat는 프로세스가 살아 있음을, ",
            code("poll()"),
            "은 일이 나아가고 있음을 보여 줍니다."
        ],
        ConsumerEvent::Disconnected => line!["다시 연결하고 다시 물어봅니다."],
        ConsumerEvent::ExceptionThrown(words) | ConsumerEvent::UnusedSettings(words) => {
            line![code(words)]
        }
        ConsumerEvent::Crashed => {
            line!["마지막 커밋 뒤에 처리한 것은 다시 읽게 됩니다."]
        }
        ConsumerEvent::Restarted => {
            line!["새 멤버로 참여합니다. 이전의 자신은 한동안 그룹에 남아 있을 수 있습니다."]
        }
        ConsumerEvent::Closing => {
            line!["코디네이터에 알리고 떠나면 남은 멤버가 세션 타임아웃을 기다리지 않아도 됩니다."]
        }
        ConsumerEvent::Closed => return None,
    })
}

fn sought(to: SeekTo) -> String {
    match to {
        SeekTo::Offset(offset) => format!("seek({offset})"),
        SeekTo::Beginning => "seekToBeginning".into(),
        SeekTo::End => "seekToEnd".into(),
    }
}

fn before(offset: Offset) -> Offset {
    Offset(offset.0.saturating_sub(1))
}

fn records(read: &[Offset]) -> Line {
    match read {
        [] => line![strong("0개")],
        [first, .., last] => {
            line![strong(format!("{}개", read.len())), "(", offsets(*first, *last), ")"]
        }
        [only] => line![strong("1개"), "(", offsets(*only, *only), ")"],
    }
}

/// `alice 레코드(transactions 파티션 0, 오프셋 20)`.
fn record(facts: &dyn Facts, partition: &TopicPartition, offset: Offset) -> Line {
    let found = facts.record(partition, offset).unwrap_or_default();
    let whose = found.key.as_ref().map(|bytes| line![key(bytes), " 레코드, "]);
    line![whose, place(partition), " 오프셋 ", strong(offset)]
}
