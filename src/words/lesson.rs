//! The lessons' sentences, and what they speak of.

use crate::protocol::{Bytes, Offset, TopicPartition};
use crate::sim::World;
use crate::words::josa::Josa;
use crate::words::{En, Ko, Line, Span, code, key, line, number, size, strong};

/// A step of the tour, for `words`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepName {
    /// A record finds its partition.
    Partition,
    /// A segment rolls.
    Roll,
    /// The cleaner keeps the latest.
    Clean,
    /// A commit is a record.
    Commit,
    /// A consumer dies, and what is read again.
    Redelivery,
}

/// An answer that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// This partition.
    Partition(u32),
    /// Whichever is next in turn.
    AnyPartition,
    /// The batch is cut: the rest goes into the new file.
    SplitBatch,
    /// The batch goes whole into the new file.
    WholeInNewFile,
    /// The file grows beyond its limit.
    BeyondLimit,
    /// So many records of the key.
    Records(u64),
    /// The last offset that was read.
    LastRead,
    /// The next offset to read.
    NextToRead,
    /// The end of the log.
    LogEnd,
    /// From the committed offset.
    FromCommitted(Offset),
    /// From the position that was lost with the consumer.
    FromPosition(Offset),
    /// From the end of the log.
    FromEnd(Offset),
}

/// What a step is about, for its sentences: what the world showed when it began.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    /// A record's key.
    pub key: Option<Bytes>,
    /// A partition.
    pub partition: Option<TopicPartition>,
    /// A node's name.
    pub node: Option<String>,
    /// A count or an offset.
    pub number: Option<u64>,
    /// A limit that belongs to it.
    pub limit: Option<u64>,
}

/// What a lesson says.
pub trait LessonWords {
    /// The chapter's name as a person reads it.
    fn chapter_title(&self, chapter: &str) -> &'static str;
    /// A step's title.
    fn lesson_title(&self, step: StepName) -> String;
    /// Two sentences of what is to be seen.
    fn lesson_text(&self, step: StepName, theme: &Theme) -> Line;
    /// The prediction that is asked for.
    fn lesson_question(&self, step: StepName, theme: &Theme) -> Line;
    /// An answer.
    fn lesson_choice(&self, choice: &Choice) -> Line;
    /// What the core showed, `right` being what it was, and whether the prediction was that.
    fn lesson_verdict(
        &self,
        step: StepName,
        theme: &Theme,
        right: &Choice,
        was_right: bool,
        world: &World,
    ) -> Line;
    /// What is to be reached.
    fn lesson_goal(&self, step: StepName, theme: &Theme) -> Line;
    /// The end: right predictions out of all.
    fn lesson_end(&self, right: u32, all: u32) -> Line;
}

fn key_of(theme: &Theme) -> Span {
    theme.key.as_ref().map_or_else(|| code("null"), key)
}

fn partition_of(theme: &Theme) -> Span {
    code(theme.partition.as_ref().map_or_else(String::new, TopicPartition::to_string))
}

fn node_of(theme: &Theme) -> Span {
    strong(theme.node.as_deref().unwrap_or(""))
}

fn number_of(theme: &Theme) -> Span {
    number(theme.number.unwrap_or(0))
}

fn limit_of(theme: &Theme) -> Span {
    number(theme.limit.unwrap_or(0))
}

fn offset(offset: Offset) -> Span {
    number(offset.0)
}

impl LessonWords for En {
    fn chapter_title(&self, chapter: &str) -> &'static str {
        match chapter {
            "tour" => "A tour in five steps",
            _ => "A lesson",
        }
    }

    fn lesson_title(&self, step: StepName) -> String {
        match step {
            StepName::Partition => "A record finds its partition",
            StepName::Roll => "A segment rolls",
            StepName::Clean => "The cleaner keeps the latest",
            StepName::Commit => "A commit is a record",
            StepName::Redelivery => "A consumer dies",
        }
        .into()
    }

    fn lesson_text(&self, step: StepName, theme: &Theme) -> Line {
        match step {
            StepName::Partition => Line::marked(
                "The producer hashes the bytes of a record's key, and the hash names the partition. \
                 Nobody else has a say: not the broker, not the consumers.",
            ),
            StepName::Roll if theme.partition.is_some() => line![
                "The active segment of ",
                partition_of(theme),
                " holds ",
                size(theme.number.unwrap_or(0)),
                ", and its limit is ",
                size(theme.limit.unwrap_or(0)),
                ". A dozen purchases are about to be sent there.",
            ],
            StepName::Roll => Line::marked(
                "A partition is a row of files, and only the last of them is written to. \
                 When its limit is near, something has to give.",
            ),
            StepName::Clean if theme.key.is_some() => line![
                "In the closed segments of ",
                code("customers"),
                " there are ",
                number_of(theme),
                " records of ",
                key_of(theme),
                ". The topic has ",
                code("cleanup.policy=compact"),
                ", and the cleaner is about to run.",
            ],
            StepName::Clean => Line::marked(
                "The topic `customers` is compacted: what counts is the latest record of each key. \
                 The cleaner waits until enough of the log is dirty.",
            ),
            StepName::Commit if theme.node.is_some() => line![
                "The position of ",
                node_of(theme),
                " in ",
                partition_of(theme),
                " is ",
                number_of(theme),
                ": it was handed everything below. Soon it commits, and the commit is sent like any record.",
            ],
            StepName::Commit => Line::marked(
                "A consumer remembers how far it has read, and now and then has it written down. \
                 Where, and as which number?",
            ),
            StepName::Redelivery if theme.node.is_some() => line![
                node_of(theme),
                " has position ",
                number_of(theme),
                " in ",
                partition_of(theme),
                ", and ",
                limit_of(theme),
                " is committed. It is about to crash without a word.",
            ],
            StepName::Redelivery => Line::marked(
                "What a consumer has read since its last commit, only that consumer knows. \
                 Let us wait until that is more than one record.",
            ),
        }
    }

    fn lesson_question(&self, step: StepName, theme: &Theme) -> Line {
        match step {
            StepName::Partition => {
                line![key_of(theme), " buys a lamp. Which partition will the record go to?"]
            }
            StepName::Roll => Line::plain("What happens to the batch that does not fit any more?"),
            StepName::Clean => line![
                "How many records of ",
                key_of(theme),
                " are left there once the cleaner has been through?"
            ],
            StepName::Commit => line!["Which number does ", node_of(theme), " commit?"],
            StepName::Redelivery => {
                line!["From where does the next owner of ", partition_of(theme), " read?"]
            }
        }
    }

    fn lesson_choice(&self, choice: &Choice) -> Line {
        match choice {
            Choice::Partition(partition) => line!["partition ", number(*partition)],
            Choice::AnyPartition => Line::plain("whichever is next in turn"),
            Choice::SplitBatch => Line::plain("it is cut, and the rest goes into a new file"),
            Choice::WholeInNewFile => {
                Line::plain("the file is closed, and the whole batch goes into a new one")
            }
            Choice::BeyondLimit => {
                Line::plain("it is still written here, and the file grows past its limit")
            }
            Choice::Records(0) => Line::plain("none"),
            Choice::Records(1) => Line::plain("one: the latest"),
            Choice::Records(count) => line!["all ", number(*count)],
            Choice::LastRead => Line::plain("the offset of the last record that it read"),
            Choice::NextToRead => Line::plain("the offset of the next record to read"),
            Choice::LogEnd => Line::plain("the end of the log"),
            Choice::FromPosition(at) => line!["from ", offset(*at), ", where it left off"],
            Choice::FromCommitted(at) => line!["from ", offset(*at), ", the committed offset"],
            Choice::FromEnd(at) => line!["from ", offset(*at), ", the end of the log"],
        }
    }

    fn lesson_verdict(
        &self,
        step: StepName,
        theme: &Theme,
        right: &Choice,
        was_right: bool,
        _: &World,
    ) -> Line {
        let opening = if was_right { "Right. " } else { "Not so: " };
        let rest = match (step, right) {
            (StepName::Partition, Choice::Partition(partition)) => line![
                "the hash of ",
                key_of(theme),
                " names partition ",
                strong(partition),
                ", now and as long as the number of partitions stays."
            ],
            (StepName::Roll, _) => line![
                "a batch is never cut. The segment closed below its limit, and the new file is named after the batch's first offset."
            ],
            (StepName::Clean, Choice::Records(count)) => line![
                number(*count),
                " is left. The older ones were dropped; the survivor kept its offset, and the gaps stay gaps."
            ],
            (StepName::Commit, _) => line![
                "the committed offset is the ",
                strong("next"),
                " one to read. It became a record in ",
                code("__consumer_offsets"),
                ", and only then did the filled triangle move."
            ],
            (StepName::Redelivery, Choice::FromCommitted(at)) => line![
                "the group knows only the committed ",
                offset(*at),
                ". What was read after it is read ",
                strong("again"),
                ": at least once, not exactly once."
            ],
            (_, right) => self.lesson_choice(right),
        };
        line![opening, rest]
    }

    fn lesson_goal(&self, step: StepName, theme: &Theme) -> Line {
        match step {
            StepName::Partition => line!["the record of ", key_of(theme), " lies in a log"],
            StepName::Roll => line!["a new active segment in ", partition_of(theme)],
            StepName::Clean => line!["everything below ", limit_of(theme), " is clean"],
            StepName::Commit => line!["a new commit for ", partition_of(theme), " in the log"],
            StepName::Redelivery => {
                line!["another consumer has read on past ", limit_of(theme)]
            }
        }
    }

    fn lesson_end(&self, right: u32, all: u32) -> Line {
        line![
            "That was the tour: ",
            strong(right),
            " of ",
            number(all),
            " predictions were right. The world goes on; change anything you like."
        ]
    }
}

impl LessonWords for Ko {
    fn chapter_title(&self, chapter: &str) -> &'static str {
        match chapter {
            "tour" => "다섯 걸음 둘러보기",
            _ => "수업",
        }
    }

    fn lesson_title(&self, step: StepName) -> String {
        match step {
            StepName::Partition => "레코드가 파티션을 찾아갑니다",
            StepName::Roll => "세그먼트가 넘어갑니다",
            StepName::Clean => "클리너는 최신 값만 남깁니다",
            StepName::Commit => "커밋도 레코드입니다",
            StepName::Redelivery => "컨슈머가 죽습니다",
        }
        .into()
    }

    fn lesson_text(&self, step: StepName, theme: &Theme) -> Line {
        match step {
            StepName::Partition => Line::marked(
                "프로듀서가 레코드 키의 바이트를 해시하고, 그 해시가 파티션을 정합니다. \
                 브로커도 컨슈머도 여기에 관여하지 않습니다.",
            ),
            StepName::Roll if theme.partition.is_some() => line![
                partition_of(theme),
                "의 활성 세그먼트에는 ",
                size(theme.number.unwrap_or(0)),
                "가 있고 한도는 ",
                size(theme.limit.unwrap_or(0)),
                "입니다. 이제 구매 열두 건을 이곳으로 보냅니다.",
            ],
            StepName::Roll => Line::marked(
                "파티션은 파일이 줄지어 있는 것이고, 쓰기는 마지막 파일에만 합니다. \
                 그 파일이 한도에 가까워지면 무언가 달라져야 합니다.",
            ),
            StepName::Clean if theme.key.is_some() => line![
                code("customers"),
                "의 닫힌 세그먼트에는 ",
                key_of(theme),
                "의 레코드가 ",
                number_of(theme),
                "개 있습니다. 이 토픽은 ",
                code("cleanup.policy=compact"),
                "이고, 곧 클리너가 돕니다.",
            ],
            StepName::Clean => Line::marked(
                "`customers` 토픽은 압축(compaction) 대상이라 키마다 가장 최근 레코드만 의미가 있습니다. \
                 클리너는 로그가 충분히 더러워질 때까지 기다립니다.",
            ),
            StepName::Commit if theme.node.is_some() => line![
                partition_of(theme),
                "에서 ",
                node_of(theme),
                "의 포지션은 ",
                number_of(theme),
                "입니다. 그 앞까지는 모두 받았다는 뜻입니다. 곧 커밋하며, 커밋도 여느 레코드처럼 전송됩니다.",
            ],
            StepName::Commit => Line::marked(
                "컨슈머는 어디까지 읽었는지 기억하고, 가끔 그것을 적어 둡니다. \
                 어디에, 어떤 숫자로 적을까요?",
            ),
            StepName::Redelivery if theme.node.is_some() => line![
                partition_of(theme),
                "에서 ",
                node_of(theme),
                "의 포지션은 ",
                number_of(theme),
                ", 커밋된 오프셋은 ",
                limit_of(theme),
                "입니다. 이 컨슈머가 아무 말 없이 죽습니다.",
            ],
            StepName::Redelivery => Line::marked(
                "마지막 커밋 뒤에 무엇을 읽었는지는 그 컨슈머만 압니다. \
                 그런 레코드가 두 개 이상 될 때까지 기다립니다.",
            ),
        }
    }

    fn lesson_question(&self, step: StepName, theme: &Theme) -> Line {
        match step {
            StepName::Partition => {
                line![key_of(theme), " 고객이 램프를 삽니다. 레코드는 어느 파티션으로 갈까요?"]
            }
            StepName::Roll => Line::plain("더는 들어가지 않는 배치는 어떻게 될까요?"),
            StepName::Clean => {
                line!["클리너가 지나간 뒤 ", key_of(theme), "의 레코드는 그곳에 몇 개 남을까요?"]
            }
            StepName::Commit => {
                line![node_of(theme), Josa::Topic, " 어떤 숫자를 커밋할까요?"]
            }
            StepName::Redelivery => {
                line![partition_of(theme), "의 다음 주인은 어디서부터 읽을까요?"]
            }
        }
    }

    fn lesson_choice(&self, choice: &Choice) -> Line {
        match choice {
            Choice::Partition(partition) => line!["파티션 ", number(*partition)],
            Choice::AnyPartition => Line::plain("차례가 된 아무 파티션"),
            Choice::SplitBatch => Line::plain("잘려서 나머지가 새 파일로 갑니다"),
            Choice::WholeInNewFile => Line::plain("파일이 닫히고 배치 전체가 새 파일로 갑니다"),
            Choice::BeyondLimit => Line::plain("그대로 써서 파일이 한도를 넘습니다"),
            Choice::Records(0) => Line::plain("남지 않습니다"),
            Choice::Records(1) => Line::plain("하나, 가장 최근 것"),
            Choice::Records(count) => line![number(*count), "개 모두"],
            Choice::LastRead => Line::plain("마지막으로 읽은 레코드의 오프셋"),
            Choice::NextToRead => Line::plain("다음에 읽을 레코드의 오프셋"),
            Choice::LogEnd => Line::plain("로그의 끝"),
            Choice::FromPosition(at) => line![offset(*at), "부터, 읽다 만 곳"],
            Choice::FromCommitted(at) => line![offset(*at), "부터, 커밋된 오프셋"],
            Choice::FromEnd(at) => line![offset(*at), "부터, 로그의 끝"],
        }
    }

    fn lesson_verdict(
        &self,
        step: StepName,
        theme: &Theme,
        right: &Choice,
        was_right: bool,
        _: &World,
    ) -> Line {
        let opening = if was_right { "맞습니다. " } else { "그렇지 않습니다. " };
        let rest = match (step, right) {
            (StepName::Partition, Choice::Partition(partition)) => line![
                key_of(theme),
                "의 해시는 파티션 ",
                strong(partition),
                Josa::Object,
                " 가리킵니다. 파티션 수가 그대로인 한 언제나 그렇습니다."
            ],
            (StepName::Roll, _) => line![
                "배치는 잘리지 않습니다. 세그먼트는 한도에 못 미친 채 닫혔고, 새 파일의 이름은 배치의 첫 오프셋입니다."
            ],
            (StepName::Clean, Choice::Records(count)) => line![
                number(*count),
                "개가 남았습니다. 이전 것은 버려졌고, 살아남은 레코드는 오프셋이 그대로이며, 빈자리는 빈자리로 남습니다."
            ],
            (StepName::Commit, _) => line![
                "커밋된 오프셋은 ",
                strong("다음에"),
                " 읽을 오프셋입니다. ",
                code("__consumer_offsets"),
                "의 레코드가 된 다음에야 채워진 삼각형이 움직였습니다."
            ],
            (StepName::Redelivery, Choice::FromCommitted(at)) => line![
                "그룹이 아는 것은 커밋된 ",
                offset(*at),
                "뿐입니다. 그 뒤에 읽었던 것은 ",
                strong("다시"),
                " 읽습니다. 정확히 한 번이 아니라 적어도 한 번입니다."
            ],
            (_, right) => self.lesson_choice(right),
        };
        line![opening, rest]
    }

    fn lesson_goal(&self, step: StepName, theme: &Theme) -> Line {
        match step {
            StepName::Partition => line![key_of(theme), "의 레코드가 로그에 있음"],
            StepName::Roll => line![partition_of(theme), "에 새 활성 세그먼트"],
            StepName::Clean => line![limit_of(theme), " 앞까지 모두 정리됨"],
            StepName::Commit => line!["로그에 ", partition_of(theme), "의 새 커밋"],
            StepName::Redelivery => {
                line!["다른 컨슈머가 ", limit_of(theme), Josa::Object, " 지나 읽음"]
            }
        }
    }

    fn lesson_end(&self, right: u32, all: u32) -> Line {
        line![
            "둘러보기가 끝났습니다. 예측 ",
            number(all),
            "개 가운데 ",
            strong(right),
            "개가 맞았습니다. 세계는 계속되니, 무엇이든 바꿔 보세요."
        ]
    }
}
