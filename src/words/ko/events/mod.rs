//! What happened, in Korean.

mod broker;
mod consumer;
mod log;
mod producer;
mod recovery;

use crate::broker::GroupCause;
use crate::controller::ControllerEvent;
use crate::protocol::config::{DEFINITIONS, Definition, Scope};
use crate::protocol::{ErrorCode, NodeId, Offset, Refusal, TopicPartition};
use crate::sim::{Event, What, World};
use crate::words::facts::Facts;
use crate::words::josa::Josa;
use crate::words::rich::{code, grouped, span_of_ms, strong};
use crate::words::{ErrorWords, EventWords, Ko, Line, SettingWords, line};

impl EventWords for Ko {
    fn event(&self, world: &World, event: &Event) -> Line {
        sentence(world, event)
    }

    fn aside(&self, world: &World, event: &Event) -> Option<Line> {
        aside(world, event)
    }

    fn group_cause(&self, cause: &GroupCause) -> Line {
        broker::group_cause(cause)
    }
}

/// See [`EventWords::event`].
pub(in crate::words) fn sentence(facts: &dyn Facts, event: &Event) -> Line {
    match &event.what {
        What::Broker(id, event) => broker::sentence(facts, *id, event),
        What::Controller(event) => controller_sentence(event),
        What::Producer(id, event) => producer::sentence(facts, &facts.client(*id), event),
        What::Consumer(id, event) => consumer::sentence(facts, &facts.client(*id), event),
        What::ClientAdded(id) => {
            line![strong(facts.client(*id)), Josa::Subject, " 새로 들어왔습니다."]
        }
        What::MessageLost { api_key, from, to, .. } => line![
            facts.name(*from),
            Josa::Subject,
            " ",
            facts.name(*to),
            "에 보낸 ",
            code(api_key.name()),
            " 메시지가 도중에 ",
            strong("사라졌습니다"),
            "."
        ],
        What::MessageDelayed { by_ms, .. } => {
            line!["메시지 하나가 도중에 붙잡혀 ", span_of_ms(*by_ms), " 늦게 도착합니다."]
        }
        What::MessageDuplicated { api_key, from, to, .. } => line![
            facts.name(*from),
            "에서 ",
            facts.name(*to),
            Josa::Toward,
            " 가는 ",
            code(api_key.name()),
            " 메시지가 ",
            strong("두 번"),
            " 도착합니다."
        ],
        What::AppendedAgain { client, partition, record_count, earlier, base_offset } => line![
            facts.client(*client),
            "의 레코드 ",
            code(record_count),
            "개가 ",
            place(partition),
            "에 ",
            strong("두 번"),
            " 들어갔습니다. 오프셋 ",
            code(earlier),
            "부터, 그리고 다시 ",
            code(base_offset),
            "부터입니다."
        ],
        What::AppendedOutOfOrder { client, partition, base_offset, number, later } => line![
            "순서가 바뀌었습니다. ",
            facts.client(*client),
            "의 send ",
            strong(number),
            Josa::Subject,
            " ",
            place(partition),
            "에서 send ",
            code(later),
            "보다 뒤인 오프셋 ",
            code(base_offset),
            "에 있습니다."
        ],
        What::BrokerConfigured { broker, name, value } => {
            set_to(line![facts.name(NodeId::Broker(*broker))], name, value.as_deref())
        }
        What::ActionRefused(_) => {
            line!["요청이 ", strong("거절되었고"), ", 아무것도 바뀌지 않았습니다."]
        }
    }
}

/// See [`EventWords::aside`].
pub(in crate::words) fn aside(facts: &dyn Facts, event: &Event) -> Option<Line> {
    match &event.what {
        What::Broker(_, event) => broker::aside(facts, event),
        What::Controller(ControllerEvent::Refused(refusal)) => Some(kafkas_words(refusal)),
        What::Controller(ControllerEvent::ConfigAltered { name, .. }) => about(Scope::Topic, name),
        What::Controller(ControllerEvent::TopicCreated { .. }) => Some(line![
            "무엇이 존재하는지는 컨트롤러가 정하고, 브로커는 파티션마다 디렉터리를 하나씩 만듭니다."
        ]),
        What::Controller(ControllerEvent::ProducerIdsAllocated { .. }) => {
            Some(line!["브로커 프로세스가 끝날 때까지 나눠 주지 않은 id는 다시 쓰이지 않습니다."])
        }
        What::Producer(_, event) => producer::aside(facts, event),
        What::Consumer(_, event) => consumer::aside(facts, event),
        What::ClientAdded(_) => None,
        What::MessageLost { .. } => Some(line![
            "보낸 쪽은 요청이 사라졌는지 응답이 사라졌는지 구별할 수 없고, 타임아웃으로만 알게 됩니다."
        ]),
        What::MessageDelayed { .. } => {
            Some(line!["같은 연결의 다음 메시지들도 그 뒤에서 기다립니다. 순서는 지켜집니다."])
        }
        What::MessageDuplicated { .. } => Some(line![
            "브로커는 요청이 온 만큼 처리하고, 클라이언트는 기다리지 않는 응답을 무시합니다."
        ]),
        What::AppendedAgain { .. } => Some(line![
            code("enable.idempotence"),
            "가 없으면 아무도 알 수 없습니다. 브로커는 새 레코드로 받고, 컨슈머는 둘 다 읽습니다."
        ]),
        What::AppendedOutOfOrder { .. } => Some(line![
            "전송 중인 요청이 둘 이상이었고(",
            code("max.in.flight.requests.per.connection"),
            ") 앞선 요청을 다시 시도해야 했습니다."
        ]),
        What::BrokerConfigured { name, .. } => about(Scope::Broker, name),
        What::ActionRefused(words) => Some(line![words]),
    }
}

fn controller_sentence(event: &ControllerEvent) -> Line {
    match event {
        ControllerEvent::TopicCreated { topic, partitions } => line![
            "파티션 ",
            code(grouped(*partitions)),
            "개를 가진 토픽 ",
            strong(topic),
            Josa::Subject,
            " 만들어졌습니다."
        ],
        ControllerEvent::ConfigAltered { topic, name, value } => {
            set_to(line!["토픽 ", topic.as_str()], name, value.as_deref())
        }
        ControllerEvent::ProducerIdsAllocated { first, count } => line![
            "컨트롤러가 브로커에 producer id ",
            code(first),
            "부터 ",
            code(first + count - 1),
            "까지를 줍니다."
        ],
        ControllerEvent::Refused(refusal) => {
            line!["컨트롤러가 요청을 거절했습니다: ", strong(refusal.error), "."]
        }
    }
}

fn set_to(whose: Line, name: &str, value: Option<&str>) -> Line {
    match value {
        Some(value) => {
            let value = strong(short(value));
            line![whose, "의 ", code(name), " 값이 이제 ", value, "입니다."]
        }
        None => line![whose, "의 ", code(name), " 값이 기본값으로 돌아갔습니다."],
    }
}

/// The sentence about a setting, if it is known.
fn about(scope: Scope, name: &str) -> Option<Line> {
    let of_name = |d: &&Definition| d.scope == scope && d.setting.name() == name;
    DEFINITIONS.iter().find(of_name).map(|d| Ko.setting(scope, d.setting))
}

/// Kafka's own words, untouched.
fn kafkas_words(refusal: &Refusal) -> Line {
    line![code(refusal.error), ": ", refusal.message.as_str()]
}

fn explained(error: ErrorCode) -> Line {
    Ko.error(error)
}

/// `transactions 파티션 2`.
fn place(partition: &TopicPartition) -> Line {
    line![partition.topic.as_str(), " 파티션 ", strong(partition.partition)]
}

/// `오프셋 18`, `오프셋 18~20`.
fn offsets(first: Offset, last: Offset) -> Line {
    if first == last {
        line!["오프셋 ", code(first)]
    } else {
        line!["오프셋 ", code(format!("{first}~{last}"))]
    }
}

/// `transactions-0, transactions-1`, and how many more there are.
fn places(partitions: &[TopicPartition]) -> String {
    const LONGEST: usize = 4;
    let shown: Vec<String> = partitions.iter().take(LONGEST).map(ToString::to_string).collect();
    match partitions.len() {
        0 => "없음".to_owned(),
        length if length > LONGEST => format!("{} 외 {}개", shown.join(", "), length - LONGEST),
        _ => shown.join(", "),
    }
}

/// `transactions-0은 21`, as offsets of a commit.
fn pairs(offsets: &[(TopicPartition, Offset)]) -> Line {
    const LONGEST: usize = 3;
    let shown = offsets
        .iter()
        .take(LONGEST)
        .map(|(partition, offset)| line![partition.to_string(), " → ", strong(offset)]);
    let mut line = Line::joined(shown, ", ");
    if offsets.len() > LONGEST {
        line = line![line, format!(" 외 {}개", offsets.len() - LONGEST)];
    }
    line
}

/// A text that may be of any length, cut.
fn short(text: &str) -> String {
    const LONGEST: usize = 40;
    if text.chars().count() <= LONGEST {
        text.to_owned()
    } else {
        text.chars().take(LONGEST - 1).chain(['…']).collect()
    }
}
