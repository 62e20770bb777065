//! What happened at a broker, in Korean.

use super::{explained, log, place};
use crate::broker::{BrokerEvent, GroupCause, GroupState, MemberState, RemovalReason};
use crate::protocol::{BrokerId, GroupId, NodeId, Topic};
use crate::words::facts::{Facts, member_name, short_member_id};
use crate::words::josa::Josa;
use crate::words::rich::{code, strong};
use crate::words::{Line, line};

pub(super) fn sentence(facts: &dyn Facts, id: BrokerId, event: &BrokerEvent) -> Line {
    let broker = facts.name(NodeId::Broker(id));
    match event {
        BrokerEvent::Log(partition, event) => log::sentence(facts, partition, event),
        BrokerEvent::RequestRefused { client, api_key, partition, error } => line![
            broker,
            Josa::Subject,
            " ",
            facts.name(*client),
            "의 ",
            partition.as_ref().map(|partition| line![place(partition), " "]),
            code(api_key.name()),
            " 요청을 거절합니다: ",
            strong(error),
            "."
        ],
        BrokerEvent::TopicWanted { topic } if topic.as_str() == Topic::CONSUMER_OFFSETS => line![
            "첫 그룹이 코디네이터를 찾으므로 ",
            code(topic),
            " 토픽이 필요합니다. ",
            broker,
            Josa::Subject,
            " 생성을 요청합니다."
        ],
        BrokerEvent::TopicWanted { topic } => line![
            "토픽 ",
            strong(topic),
            Josa::Subject,
            " 없으므로 ",
            broker,
            Josa::Subject,
            " 생성을 요청합니다(",
            code("auto.create.topics.enable"),
            ")."
        ],
        BrokerEvent::ProducerIdsWanted => {
            line![broker, Josa::Subject, " 컨트롤러에 producer id 한 묶음을 요청합니다."]
        }
        BrokerEvent::ProducerIdAssigned { client, producer_id } => line![
            broker,
            Josa::Subject,
            " ",
            facts.name(*client),
            "에 producer id ",
            strong(producer_id),
            Josa::Object,
            " 줍니다."
        ],
        BrokerEvent::BatchProduced { client, partition, base_offset, record_count, .. } => line![
            broker,
            Josa::Subject,
            " ",
            facts.name(*client),
            "의 레코드 ",
            code(record_count),
            "개를 ",
            code(partition),
            "에 오프셋 ",
            code(base_offset),
            "부터 추가했습니다."
        ],
        BrokerEvent::FetchDelayed { client, until_ms } => line![
            broker,
            Josa::Topic,
            " ",
            facts.name(*client),
            "에 줄 새 레코드가 없어 Fetch를 ",
            code(facts.clock(*until_ms)),
            "까지 붙잡아 둡니다."
        ],
        BrokerEvent::GroupStateChanged { group, from, to, generation, members, .. } => {
            state(group, *from, *to, *generation, *members)
        }
        BrokerEvent::MemberAdded { group, member_id, client } => line![
            "그룹 ",
            group.as_str(),
            "에 ",
            strong(facts.name(*client)),
            Josa::Subject,
            " 새로 왔습니다. 코디네이터가 멤버 id ",
            code(short_member_id(member_id)),
            Josa::Object,
            " 줍니다."
        ],
        BrokerEvent::MemberRemoved { group, member_id, reason } => {
            removed(member_name(member_id), group, *reason)
        }
        BrokerEvent::StaticMemberReplaced { group, client, rebalances, .. } => line![
            strong(facts.name(*client)),
            Josa::Subject,
            " ",
            code("group.instance.id"),
            "로 그룹 ",
            group.as_str(),
            "의 제자리에 돌아왔습니다. ",
            if *rebalances {
                "그룹은 리밸런스합니다."
            } else {
                "리밸런스는 없습니다."
            }
        ],
        BrokerEvent::StaticMemberLeft { group, member_id } => line![
            "그룹 ",
            group.as_str(),
            "의 정적 멤버 ",
            strong(short_member_id(member_id)),
            Josa::Subject,
            " 잠시 자리를 비웁니다. 파티션은 그대로 기다립니다."
        ],
        BrokerEvent::TargetComputed { group, epoch, assignor, changed, .. } => line![
            "코디네이터가 ",
            code(assignor),
            "으로 그룹 ",
            group.as_str(),
            "의 에포크 ",
            strong(epoch),
            " ",
            strong("목표 할당"),
            "을 만들었습니다. 멤버 ",
            code(changed),
            "명의 몫이 달라집니다."
        ],
        BrokerEvent::MemberReconciled {
            group,
            member_id,
            epoch,
            state,
            assigned,
            pending_revocation,
        } => {
            let member = line![
                "그룹 ",
                group.as_str(),
                "의 멤버 ",
                strong(short_member_id(member_id)),
                Josa::Topic
            ];
            match state {
                MemberState::Stable => line![
                    member,
                    " 에포크 ",
                    strong(epoch),
                    "에서 목표에 이르렀습니다. 파티션은 ",
                    code(assigned.len() as u64),
                    "개입니다."
                ],
                MemberState::UnrevokedPartitions => line![
                    member,
                    " 먼저 파티션 ",
                    code(pending_revocation.len() as u64),
                    "개를 내려놓고 그렇게 했다고 알려야 합니다."
                ],
                MemberState::UnreleasedPartitions => line![
                    member,
                    " 에포크 ",
                    strong(epoch),
                    "에서 파티션 ",
                    code(assigned.len() as u64),
                    "개를 가지고, 남이 아직 쥔 것을 기다립니다."
                ],
            }
        }
        BrokerEvent::AssignmentStored { group, generation, .. } => line![
            "그룹 ",
            group.as_str(),
            " 세대 ",
            strong(generation),
            "의 파티션 할당이 ",
            code(Topic::CONSUMER_OFFSETS),
            "의 레코드로 저장되었습니다."
        ],
        BrokerEvent::OffsetCommitted { group, partition, offset, .. } => line![
            "그룹 ",
            group.as_str(),
            Josa::Subject,
            " ",
            place(partition),
            "에 ",
            strong(offset),
            Josa::Object,
            " 커밋했습니다. 다음에 읽을 오프셋입니다."
        ],
        BrokerEvent::OffsetExpired { group, partition } => line![
            "그룹 ",
            strong(group),
            Josa::Subject,
            " ",
            place(partition),
            "에 커밋한 오프셋이 ",
            strong("만료"),
            "되어 tombstone으로 바뀝니다."
        ],
        BrokerEvent::Crashed => line![
            strong(broker),
            Josa::Subject,
            " ",
            strong("죽었습니다"),
            ". 파일은 남지만 메모리에 있던 그룹, 타이머, 대기 중인 요청은 사라졌습니다."
        ],
        BrokerEvent::PowerLost => line![
            strong(broker),
            "의 전원이 꺼졌습니다. 페이지 캐시에만 있던 내용과 메모리에 있던 모든 것이 사라졌습니다."
        ],
        BrokerEvent::Stopped => line![
            strong(broker),
            Josa::Subject,
            " ",
            strong("정상 종료"),
            "되었습니다. 로그를 플러시하고 닫은 뒤 ",
            code(".kafka_cleanshutdown"),
            "을 남깁니다."
        ],
        BrokerEvent::Restarted { groups, offsets } => line![
            strong(broker),
            Josa::Subject,
            " 다시 실행되어 ",
            code(Topic::CONSUMER_OFFSETS),
            "에서 그룹 ",
            code(groups),
            "개와 커밋된 오프셋 ",
            code(offsets),
            "개를 되읽었습니다."
        ],
    }
}

pub(super) fn aside(facts: &dyn Facts, event: &BrokerEvent) -> Option<Line> {
    Some(match event {
        BrokerEvent::Log(_, event) => return log::aside(facts, event),
        BrokerEvent::RequestRefused { error, .. } => explained(*error),
        BrokerEvent::TopicWanted { .. } => {
            line!["브로커는 직접 만들지 않고 컨트롤러에 요청하며, 클라이언트는 다시 물어봅니다."]
        }
        BrokerEvent::ProducerIdsWanted => {
            line!["id는 1000개씩 묶음으로 받으므로, 두 브로커가 같은 id를 주는 일이 없습니다."]
        }
        BrokerEvent::ProducerIdAssigned { .. } => {
            line!["같은 id를 두 번 주지 않습니다. 새로 시작한 프로세스는 다른 프로듀서입니다."]
        }
        BrokerEvent::BatchProduced { .. } => {
            line!["한 요청에 여러 파티션의 배치가 실릴 수 있으며, 저마다 자기 로그에 추가됩니다."]
        }
        BrokerEvent::FetchDelayed { .. } => line![
            code("fetch.min.bytes"),
            "만큼 모이면 응답하고, 늦어도 ",
            code("fetch.max.wait.ms"),
            " 뒤에는 응답합니다."
        ],
        BrokerEvent::GroupStateChanged { from, to, cause, .. } => line![
            code(from.name()),
            " → ",
            code(to.name()),
            ": ",
            group_cause(cause),
            " ",
            match to {
                GroupState::PreparingRebalance if *from == GroupState::Empty =>
                    "group.initial.rebalance.delay.ms 동안 다른 멤버가 오기를 기다립니다.",
                GroupState::PreparingRebalance =>
                    "멤버들은 다음 heartbeat의 응답 REBALANCE_IN_PROGRESS로 이를 알게 됩니다.",
                GroupState::CompletingRebalance => "할당은 브로커가 아니라 컨슈머 하나가 정합니다.",
                GroupState::Stable => "이제 멤버들은 heartbeat만 보냅니다.",
                GroupState::Assigning => "그룹 에포크가 할당 에포크보다 앞서 있습니다.",
                GroupState::Reconciling => "멤버가 저마다의 속도로 따라갑니다.",
                GroupState::Empty => "컨슈머가 돌아오면 그룹이 커밋한 곳부터 이어서 읽습니다.",
                GroupState::Dead => "남은 것이 없습니다.",
            }
        ],
        BrokerEvent::MemberAdded { .. } => line![
            code("client.id"),
            "에 임의의 UUID를 붙인 것입니다. 새로 시작한 프로세스는 다른 id를 받습니다."
        ],
        BrokerEvent::MemberRemoved { reason, .. } => match reason {
            RemovalReason::Left => line!["인사하고 떠난 멤버의 자리는 바로 채워집니다."],
            RemovalReason::SessionExpired => line![
                code("session.timeout.ms"),
                " 안에 heartbeat가 없었습니다. 그동안 그 파티션은 아무도 읽지 않았습니다."
            ],
            RemovalReason::DidNotRejoin => line![
                "리밸런스는 멤버를 그 멤버의 ",
                code("max.poll.interval.ms"),
                "까지만 기다립니다."
            ],
            RemovalReason::DidNotSync => line!["참여는 했지만 제때 할당을 받아 가지 않았습니다."],
            RemovalReason::GroupFull => line![
                code("group.max.size"),
                "에 이르렀습니다. 아직 다시 참여하지 않은 멤버는 빠집니다."
            ],
            RemovalReason::DidNotRevoke => line![
                code("max.poll.interval.ms"),
                " 안에 파티션을 내려놓았다고 알리지 않았습니다. 다른 멤버가 그 파티션을 기다립니다."
            ],
        },
        BrokerEvent::StaticMemberReplaced { member_id, replaced, .. } => line![
            code(short_member_id(replaced)),
            " 대신 ",
            code(short_member_id(member_id)),
            "입니다. 옛 id는 이제 ",
            code("FENCED_INSTANCE_ID"),
            " 응답을 받습니다."
        ],
        BrokerEvent::StaticMemberLeft { .. } => {
            line!["멤버 에포크 −2로 떠났습니다. 세션이 끝날 때까지 돌아오지 않으면 빠집니다."]
        }
        BrokerEvent::MemberReconciled { state, .. } => line![
            code(state.name()),
            match state {
                MemberState::Stable => ": 에포크가 할당 에포크와 같고 모자란 것이 없습니다.",
                MemberState::UnrevokedPartitions =>
                    ": 주인이 내려놓기 전에는 아무도 그 파티션을 받지 못합니다.",
                MemberState::UnreleasedPartitions =>
                    ": 비어 있는 것은 이미 받았고, 나머지는 나중의 heartbeat로 옵니다.",
            }
        ],
        BrokerEvent::TargetComputed { stored_in, stored_at, .. }
        | BrokerEvent::AssignmentStored { stored_in, stored_at, .. } => line![
            code(stored_in),
            "의 오프셋 ",
            code(stored_at),
            "입니다. 코디네이터가 다시 시작하면 여기서 그룹을 되읽습니다."
        ],
        BrokerEvent::OffsetCommitted { group, partition, offset, stored_in, stored_at } => {
            let lag = facts.log_end(partition).map(|end| end.0.saturating_sub(offset.0));
            line![
                "커밋도 레코드입니다. ",
                code(stored_in),
                "의 오프셋 ",
                code(stored_at),
                ", 키 ",
                code(format!("({group}, {}, {})", partition.topic, partition.partition)),
                ", 값 ",
                code(offset),
                ".",
                lag.map(|lag| line![" 랙 ", code(lag), "."])
            ]
        }
        BrokerEvent::OffsetExpired { .. } => line![
            "그룹이 ",
            code("offsets.retention.minutes"),
            "보다 오래 비어 있었습니다. 돌아오면 ",
            code("auto.offset.reset"),
            "이 시작 위치를 정합니다."
        ],
        BrokerEvent::Crashed => {
            line!["기계가 아니라 프로세스가 죽은 것이라 파일에 쓴 내용은 안전합니다."]
        }
        BrokerEvent::PowerLost => {
            line!["복제본이 하나면 ack된 레코드도 잃을 수 있습니다. Kafka의 답은 복제입니다."]
        }
        BrokerEvent::Stopped => line!["다음에 시작할 때 복구할 것이 없습니다."],
        BrokerEvent::Restarted { .. } => {
            line!["제때 heartbeat를 보내는 멤버는 자리를 지키고, 나머지는 시간이 지나면 빠집니다."]
        }
    })
}

fn state(group: &GroupId, from: GroupState, to: GroupState, generation: i32, members: u32) -> Line {
    let group = group.as_str();
    match to {
        GroupState::PreparingRebalance if from == GroupState::Empty => line![
            "그룹 ",
            strong(group),
            "에 첫 멤버가 왔습니다. 코디네이터는 다른 멤버를 잠시 기다립니다."
        ],
        GroupState::PreparingRebalance => line![
            "그룹 ",
            strong(group),
            Josa::Subject,
            " ",
            strong("리밸런스"),
            "를 시작합니다. 모든 멤버가 다시 참여해야 하고 그동안 읽기가 멈춥니다."
        ],
        GroupState::CompletingRebalance => line![
            "모두 참여했습니다. 그룹 ",
            group,
            "의 세대 ",
            strong(generation),
            "에는 멤버가 ",
            code(members),
            "명이고, 리더가 파티션을 나눕니다."
        ],
        GroupState::Stable => line![
            "그룹 ",
            strong(group),
            Josa::Subject,
            " 세대 ",
            strong(generation),
            "에서 ",
            code("Stable"),
            " 상태입니다. 멤버 ",
            code(members),
            "명이 무엇을 읽을지 압니다."
        ],
        GroupState::Empty => line![
            "그룹 ",
            strong(group),
            Josa::Subject,
            " 비었습니다. 읽는 멤버는 없지만 커밋한 오프셋은 남습니다."
        ],
        GroupState::Dead => line!["그룹 ", strong(group), Josa::Subject, " 사라졌습니다."],
        GroupState::Assigning => line![
            "그룹 ",
            strong(group),
            Josa::Subject,
            " 바뀌었습니다. 에포크 ",
            strong(generation),
            "의 새 목표 할당이 필요합니다."
        ],
        GroupState::Reconciling => line![
            "그룹 ",
            strong(group),
            "의 에포크 ",
            strong(generation),
            " 목표가 정해졌습니다. 멤버 ",
            code(members),
            "명이 읽기를 멈추지 않고 하나씩 옮겨 갑니다."
        ],
    }
}

/// Why a group is in its state.
pub(in crate::words) fn group_cause(cause: &GroupCause) -> Line {
    let member = |id: &str| line!["멤버 ", code(short_member_id(id)), Josa::Subject];
    match cause {
        GroupCause::Made => line!["새로 만들었거나 로그에서 되읽었습니다."],
        GroupCause::MemberJoined(id) => line![member(id), " 참여했습니다."],
        GroupCause::LeaderRejoined(id) => line!["리더인 ", member(id), " 다시 참여했습니다."],
        GroupCause::SubscriptionChanged(id) => {
            line![member(id), " 다른 구독이나 다른 assignor를 가지고 왔습니다."]
        }
        GroupCause::StaticMemberReturned(id) => {
            line!["정적 ", member(id), " 리밸런스 중에, 또는 다른 assignor를 가지고 돌아왔습니다."]
        }
        GroupCause::MemberRemoved(id, reason) => line![
            member(id),
            match reason {
                RemovalReason::Left => " 떠났습니다.",
                RemovalReason::SessionExpired =>
                    " 세션 타임아웃 안에 heartbeat를 보내지 않았습니다.",
                RemovalReason::DidNotRejoin => " 제때 다시 참여하지 않았습니다.",
                RemovalReason::DidNotSync => " 제때 sync하지 않았습니다.",
                RemovalReason::GroupFull => " 가득 찬 그룹에서 거절되었습니다.",
                RemovalReason::DidNotRevoke => " 제때 파티션을 내려놓지 않았습니다.",
            }
        ],
        GroupCause::MembersDidNotSync(members) => {
            line!["멤버 ", code(members), "명이 제때 SyncGroup을 보내지 않았습니다."]
        }
        GroupCause::AllJoined => line!["모든 멤버가 참여했습니다."],
        GroupCause::InitialDelayOver => {
            line![code("group.initial.rebalance.delay.ms"), "가 지났습니다."]
        }
        GroupCause::RebalanceTimeout => line!["리밸런스 타임아웃이 지났습니다."],
        GroupCause::NobodyLeft => line!["마지막 멤버가 빠졌습니다."],
        GroupCause::AssignmentStored => line!["리더의 할당이 저장되었습니다."],
        GroupCause::NothingLeft => line!["비어 있었고 마지막 커밋까지 만료되었습니다."],
        GroupCause::OtherProtocol => line!["빈 그룹을 다른 프로토콜의 멤버가 이어받습니다."],
        GroupCause::TopicsChanged => line!["읽는 토픽이 바뀌었습니다."],
        GroupCause::TargetComputed => line!["코디네이터가 목표 할당을 계산했습니다."],
        GroupCause::MemberReconciled(id) => {
            line!["마지막으로 ", member(id), " 제 몫을 모두 받았습니다."]
        }
        GroupCause::MemberReconciling(id) => line![member(id), " 제 몫을 향해 가는 중입니다."],
    }
}

fn removed(member: &str, group: &GroupId, reason: RemovalReason) -> Line {
    let who = line![strong(member), Josa::Subject];
    let group = group.as_str();
    match reason {
        RemovalReason::Left => {
            line![who, " 그룹 ", group, Josa::Object, " 떠났습니다. 파티션은 다른 멤버에게 갑니다."]
        }
        RemovalReason::SessionExpired => line![
            who,
            " 제때 heartbeat를 보내지 않아 그룹 ",
            group,
            Josa::Topic,
            " 죽은 것으로 보고 파티션을 다른 멤버에게 줍니다."
        ],
        RemovalReason::DidNotRejoin => line![
            who,
            " 제때 다시 참여하지 않아 그룹 ",
            group,
            Josa::Topic,
            " 그 멤버 없이 계속합니다."
        ],
        RemovalReason::GroupFull => {
            line![who, " 가득 찬 그룹 ", group, "에서 거절되었습니다."]
        }
        RemovalReason::DidNotRevoke => {
            line![who, " 제때 파티션을 내려놓지 않아 그룹 ", group, "에서 빠집니다."]
        }
        RemovalReason::DidNotSync => line![
            who,
            " 제때 할당을 받아 가지 않아 그룹 ",
            group,
            Josa::Topic,
            " 그 멤버 없이 계속합니다."
        ],
    }
}
