//! Labels and sentences of the page around the stage.

use crate::sim::{MarkKind, World};
use crate::words::{En, Ko, Label, Line};

/// Why a text holds no records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasteError {
    /// There is nothing in it.
    Empty,
    /// It is larger than what is taken at once.
    TooLarge(usize),
    /// It has more lines than are taken at once.
    TooMany(usize),
    /// A line that begins like JSON is not a record.
    BadLine {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
}

/// The page around the stage.
pub trait PanelWords {
    /// A label.
    fn label(&self, label: Label) -> &'static str;
    /// The sentence before anything has happened.
    fn opening(&self, world: &World) -> Line;
    /// How slow or fast the world runs.
    fn pace(&self, model_ms_per_wall_s: u64) -> String;
    /// A compressed clock's speed: `1 day/s`.
    fn compressed(&self, model_ms_per_wall_s: u64) -> String;
    /// The machine cannot keep the speed that was chosen; this pace is what it manages.
    fn held_back(&self, pace: &str) -> String;
    /// The mark in the page's head that leads to the proof.
    fn proven(&self) -> &'static str;
    /// The clock runs to the time that was asked for.
    fn leaping(&self) -> &'static str;
    /// What the page is, in one sentence for those who have nothing selected.
    fn invitation(&self) -> Line;
    /// What an empty inspector says.
    fn nothing_selected(&self) -> Line;
    /// A part of the address that could not be used.
    fn link_problem(&self, problem: &str) -> String;
    /// Text that holds no records.
    fn paste_problem(&self, error: &PasteError) -> String;
    /// A `.properties` text that Java does not read: a `\\u` without four digits.
    fn properties_problem(&self, line: usize) -> String;
    /// How records are written, under the field for many of them.
    fn paste_help(&self) -> Line;
    /// A mark of the timeline.
    fn mark(&self, kind: MarkKind) -> &'static str;
    /// The time of the timeline for a screen reader.
    fn time_text(&self, now: &str, last: &str) -> String;
    /// A panic: the world can be repeated.
    fn panicked(&self) -> &'static str;
    /// What a key of the keyboard does, in the order of the table.
    fn keys(&self) -> &'static [(&'static str, &'static str)];
    /// An invariant that does not hold.
    fn broken(&self, what: &str) -> String;
    /// This browser keeps nothing, has no canvas, and so on.
    fn clipboard_refused(&self) -> &'static str;
}

impl PanelWords for En {
    fn label(&self, label: Label) -> &'static str {
        match label {
            Label::Time => "Time",
            Label::Play => "Play",
            Label::Pause => "Pause",
            Label::StepForward => "Step forward",
            Label::StepBack => "Step back",
            Label::Speed => "Speed",
            Label::Timeline => "Timeline",
            Label::Scenario => "World",
            Label::Store => "The store",
            Label::RandomWorld => "A random world",
            Label::OpenFile => "Open a scenario file",
            Label::StartAgain => "Start again",
            Label::Tour => "Tour",
            Label::Send => "Send records",
            Label::OtherLanguage => "한국어",
            Label::Theme => "Light or dark",
            Label::Share => "Share",
            Label::Copied => "Link copied",
            Label::Help => "Keyboard",
            Label::Close => "Close",
            Label::Events => "What happened",
            Label::Stage => "The cluster",
            Label::Inspector => "Explanation",
            Label::Producer => "Producer",
            Label::Topic => "Topic",
            Label::Key => "Key",
            Label::Value => "Value",
            Label::Paste => "Paste many",
            Label::Tombstone => "no value (tombstone)",
            Label::NoKey => "no key",
            Label::Drop => "or drop a text file here",
            Label::AddConsumer => "Add a consumer",
            Label::Settings => "Settings",
            Label::Set => "Set",
            Label::Reset => "Default",
            Label::Default => "default",
            Label::Properties => "As .properties",
            Label::Apply => "Apply",
            Label::GoOn => "Go on",
            Label::Leave => "Leave the tour",
            Label::Goal => "Goal",
            Label::Reached => "reached",
            Label::NotYet => "not yet",
            Label::Bytes => "Bytes",
            Label::Why => "Why?",
            Label::Crash => "Crash",
            Label::CrashBroker => "Crash the process",
            Label::PowerLoss => "Power loss",
            Label::StopBroker => "Stop cleanly",
            Label::DeleteBefore => "Delete all before it",
            Label::SeekBeginning => "Seek to the beginning",
            Label::SeekEnd => "Seek to the end",
            Label::PausePartition => "Pause it",
            Label::ResumePartition => "Resume it",
            Label::DropMessage => "Drop it",
            Label::DelayMessage => "Delay it",
            Label::DuplicateMessage => "Send it twice",
            Label::Restart => "Restart",
            Label::CloseClient => "Close",
            Label::Hang => "Let it hang",
            Label::Resume => "Let it go on",
            Label::StopFlow => "Stop its flow",
            Label::StartFlow => "Start its flow",
            Label::Lose => "Lose the next message",
            Label::Delay => "Delay the next message",
            Label::JumpThere => "Jump there",
            Label::Loading => "Loading the broker…",
            Label::Up => "Up",
            Label::Week => "A week in ten seconds",
            Label::Rooms => "Rooms",
            Label::KeysRoom => "Keys",
            Label::BytesRoom => "Bytes",
            Label::ClientsRoom => "Clients",
            Label::GroupsRoom => "Groups",
            Label::LedgerRoom => "Ledger",
            Label::VerifyRoom => "Verify",
            Label::Partition => "Partition",
            Label::FileOfSegment => "File of the segment",
            Label::OpenBytesRoom => "Every field, large",
            Label::Batch => "Batch",
            Label::PreviousBatch => "Previous batch",
            Label::NextBatch => "Next batch",
            Label::Fields => "Fields",
            Label::Header => "Header",
            Label::Place => "Place",
            Label::Octets => "Bytes",
            Label::BitByBit => "Bit by bit",
            Label::Rule => "Rule",
            Label::FilesOfLog => "Files of",
            Label::MarksExplained => {
                "A box is a segment, its parts are batches; the marks under it are where the sparse index leads."
            }
            Label::Active => "active",
            Label::Closed => "closed",
            Label::FindBy => "Find by",
            Label::ByOffset => "offset",
            Label::ByTimestamp => "timestamp",
            Label::FindWhat => "Offset or timestamp",
            Label::Find => "Find",
            Label::StepsOfLookup => "Steps of the look-up",
            Label::Export => "Export",
            Label::ExportPartition => "This partition as .zip",
            Label::ExportTopic => "This topic as .zip",
            Label::ExportDisk => "The whole disk as .zip",
            Label::OpenLogFiles => "Open .log files or a .zip",
            Label::PutAway => "Back to the store's files",
            Label::Anomalies => "Anomalies",
            Label::NoAnomalies => "None: every length, checksum, offset and index entry agrees.",
            Label::Harmless => "usual",
            Label::Damage => "damage",
            Label::ImportedFiles => "Opened files",
            Label::RecordsOfBatch => "Records of this batch",
            Label::Headers => "Headers",
        }
    }

    fn opening(&self, _: &World) -> Line {
        Line::plain("A broker, some producers and a group of consumers, all of them in this tab.")
    }

    fn pace(&self, model_ms_per_wall_s: u64) -> String {
        match model_ms_per_wall_s {
            0 => "1 s here is less than 1 ms there".into(),
            1000 => "in real time".into(),
            ms if ms < 1000 => format!("1 s here is {ms} ms there"),
            ms if ms < 600_000 => format!("1 s here is {} s there", ms / 1000),
            ms if ms < 36_000_000 => format!("1 s here is {} min there", ms / 60_000),
            ms => format!("1 s here is {} h there", ms / 3_600_000),
        }
    }

    fn compressed(&self, model_ms_per_wall_s: u64) -> String {
        match model_ms_per_wall_s {
            86_400_000 => "1 day/s".into(),
            3_600_000 => "1 h/s".into(),
            ms => format!("{} min/s", ms / 60_000),
        }
    }

    fn held_back(&self, pace: &str) -> String {
        format!("all it can: {pace}")
    }

    fn proven(&self) -> &'static str {
        "✓ same bytes as Apache Kafka 4.3"
    }

    fn leaping(&self) -> &'static str {
        "on its way there"
    }

    fn invitation(&self) -> Line {
        Line::marked(
            "This is a Kafka broker, byte for byte. Click anything to look inside, or take the tour.",
        )
    }

    fn nothing_selected(&self) -> Line {
        Line::plain("Click a record, a segment, a consumer: anything explains itself here.")
    }

    fn link_problem(&self, problem: &str) -> String {
        format!("Part of the link could not be used: {problem}")
    }

    fn paste_problem(&self, error: &PasteError) -> String {
        match error {
            PasteError::Empty => "There is no record in it.".into(),
            PasteError::TooLarge(bytes) => {
                format!("{bytes} bytes are more than the 4 MiB that are taken at once.")
            }
            PasteError::TooMany(lines) => {
                format!("{lines} records are more than the 10,000 that are taken at once.")
            }
            PasteError::BadLine { line, message } => format!("Line {line}: {message}"),
        }
    }

    fn properties_problem(&self, line: usize) -> String {
        format!(
            "Line {line}: four hexadecimal digits follow \\u. Java says: Malformed \\uxxxx encoding."
        )
    }

    fn paste_help(&self) -> Line {
        Line::marked(
            "One record a line: `key:value`, or JSON such as `{\"key\":\"alice\",\"value\":null}`, which is a tombstone.",
        )
    }

    fn mark(&self, kind: MarkKind) -> &'static str {
        match kind {
            MarkKind::Roll => "segment rolled",
            MarkKind::Clean => "cleaning",
            MarkKind::Delete => "segments deleted",
            MarkKind::Commit => "commit",
            MarkKind::Rebalance => "rebalance",
            MarkKind::Crash => "crash",
            MarkKind::Refusal => "refusal",
        }
    }

    fn time_text(&self, now: &str, last: &str) -> String {
        format!("{now} of {last}")
    }

    fn panicked(&self) -> &'static str {
        "Brokerscope found a mistake of its own and stopped, rather than show something wrong. This address repeats it:"
    }

    fn keys(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("Space", "play or pause"),
            ("← →", "one step back or forward (outside the stage)"),
            ("Shift ← →", "to the last or next roll, cleaning, commit"),
            ("Home End", "to the beginning, to the furthest point"),
            ("Tab", "into the stage; there the arrow keys move, Enter explains"),
            ("+ −", "faster, slower"),
            ("1 2 3 4", "the store, keys, bytes, verify"),
            ("W", "why not? what a log waits for"),
            ("C", "the cleaner's theatre, and back"),
            ("S", "send records"),
            ("L", "the other language"),
            ("Esc", "close what is open"),
            ("?", "this table"),
        ]
    }

    fn broken(&self, what: &str) -> String {
        format!("An invariant does not hold: {what}")
    }

    fn clipboard_refused(&self) -> &'static str {
        "The browser did not let the link be copied; it is in the address bar."
    }
}

impl PanelWords for Ko {
    fn label(&self, label: Label) -> &'static str {
        match label {
            Label::Time => "시간",
            Label::Play => "재생",
            Label::Pause => "일시정지",
            Label::StepForward => "한 걸음 앞으로",
            Label::StepBack => "한 걸음 뒤로",
            Label::Speed => "속도",
            Label::Timeline => "타임라인",
            Label::Scenario => "세계",
            Label::Store => "가게",
            Label::RandomWorld => "무작위 세계",
            Label::OpenFile => "시나리오 파일 열기",
            Label::StartAgain => "처음부터",
            Label::Tour => "둘러보기",
            Label::Send => "레코드 보내기",
            Label::OtherLanguage => "English",
            Label::Theme => "밝게 또는 어둡게",
            Label::Share => "공유",
            Label::Copied => "링크를 복사했습니다",
            Label::Help => "키보드",
            Label::Close => "닫기",
            Label::Events => "지금까지 일어난 일",
            Label::Stage => "클러스터",
            Label::Inspector => "설명",
            Label::Producer => "프로듀서",
            Label::Topic => "토픽",
            Label::Key => "키",
            Label::Value => "값",
            Label::Paste => "여러 건 붙여넣기",
            Label::Tombstone => "값 없음 (툼스톤)",
            Label::NoKey => "키 없음",
            Label::Drop => "또는 텍스트 파일을 여기에 놓으세요",
            Label::AddConsumer => "컨슈머 추가",
            Label::Settings => "설정",
            Label::Set => "적용",
            Label::Reset => "기본값으로",
            Label::Default => "기본값",
            Label::Properties => ".properties로 보기",
            Label::Apply => "반영",
            Label::GoOn => "계속",
            Label::Leave => "둘러보기 그만두기",
            Label::Goal => "목표",
            Label::Reached => "달성",
            Label::NotYet => "아직",
            Label::Bytes => "바이트",
            Label::Why => "왜?",
            Label::Crash => "강제 종료",
            Label::CrashBroker => "프로세스 강제 종료",
            Label::PowerLoss => "정전",
            Label::StopBroker => "정상 정지",
            Label::DeleteBefore => "이 앞을 모두 삭제",
            Label::SeekBeginning => "처음으로 이동",
            Label::SeekEnd => "끝으로 이동",
            Label::PausePartition => "일시 중지",
            Label::ResumePartition => "재개",
            Label::DropMessage => "유실시키기",
            Label::DelayMessage => "늦추기",
            Label::DuplicateMessage => "두 번 보내기",
            Label::Restart => "다시 시작",
            Label::CloseClient => "정상 종료",
            Label::Hang => "멈춰 세우기",
            Label::Resume => "다시 움직이기",
            Label::StopFlow => "전송 멈추기",
            Label::StartFlow => "전송 시작하기",
            Label::Lose => "다음 메시지 잃어버리기",
            Label::Delay => "다음 메시지 늦추기",
            Label::JumpThere => "그때로 이동",
            Label::Loading => "브로커를 불러오는 중…",
            Label::Up => "위로",
            Label::Week => "10초 만에 일주일",
            Label::Rooms => "방",
            Label::KeysRoom => "키",
            Label::BytesRoom => "바이트",
            Label::ClientsRoom => "클라이언트",
            Label::GroupsRoom => "그룹",
            Label::LedgerRoom => "장부",
            Label::VerifyRoom => "검증",
            Label::Partition => "파티션",
            Label::FileOfSegment => "세그먼트의 파일",
            Label::OpenBytesRoom => "모든 필드를 크게 보기",
            Label::Batch => "배치",
            Label::PreviousBatch => "이전 배치",
            Label::NextBatch => "다음 배치",
            Label::Fields => "필드",
            Label::Header => "헤더",
            Label::Place => "위치",
            Label::Octets => "바이트",
            Label::BitByBit => "비트 하나씩",
            Label::Rule => "규칙",
            Label::FilesOfLog => "파일:",
            Label::MarksExplained => {
                "상자 하나가 세그먼트, 그 칸이 배치입니다. 아래의 표시는 듬성듬성한 인덱스가 가리키는 곳입니다."
            }
            Label::Active => "활성",
            Label::Closed => "닫힘",
            Label::FindBy => "찾는 기준",
            Label::ByOffset => "오프셋",
            Label::ByTimestamp => "타임스탬프",
            Label::FindWhat => "오프셋 또는 타임스탬프",
            Label::Find => "찾기",
            Label::StepsOfLookup => "찾기의 단계",
            Label::Export => "내보내기",
            Label::ExportPartition => "이 파티션을 .zip으로",
            Label::ExportTopic => "이 토픽을 .zip으로",
            Label::ExportDisk => "디스크 전체를 .zip으로",
            Label::OpenLogFiles => "로그 파일이나 .zip 열기",
            Label::PutAway => "스토어의 파일로",
            Label::Anomalies => "이상",
            Label::NoAnomalies => "없습니다. 길이, 체크섬, 오프셋, 인덱스 엔트리가 모두 맞습니다.",
            Label::Harmless => "흔함",
            Label::Damage => "손상",
            Label::ImportedFiles => "연 파일",
            Label::RecordsOfBatch => "이 배치의 레코드",
            Label::Headers => "헤더",
        }
    }

    fn opening(&self, _: &World) -> Line {
        Line::plain("브로커 하나, 프로듀서 몇, 컨슈머 그룹 하나가 모두 이 탭 안에서 돕니다.")
    }

    fn pace(&self, model_ms_per_wall_s: u64) -> String {
        match model_ms_per_wall_s {
            0 => "여기의 1초가 저기의 1 ms보다 짧습니다".into(),
            1000 => "실제 속도".into(),
            ms if ms < 1000 => format!("여기의 1초는 저기의 {ms} ms"),
            ms if ms < 600_000 => format!("여기의 1초는 저기의 {}초", ms / 1000),
            ms if ms < 36_000_000 => format!("여기의 1초는 저기의 {}분", ms / 60_000),
            ms => format!("여기의 1초는 저기의 {}시간", ms / 3_600_000),
        }
    }

    fn compressed(&self, model_ms_per_wall_s: u64) -> String {
        match model_ms_per_wall_s {
            86_400_000 => "1일/초".into(),
            3_600_000 => "1시간/초".into(),
            ms => format!("{}분/초", ms / 60_000),
        }
    }

    fn held_back(&self, pace: &str) -> String {
        format!("최대 속도: {pace}")
    }

    fn proven(&self) -> &'static str {
        "✓ Apache Kafka 4.3과 같은 바이트"
    }

    fn leaping(&self) -> &'static str {
        "그때로 가는 중"
    }

    fn invitation(&self) -> Line {
        Line::marked(
            "바이트 하나까지 Kafka 브로커 그대로입니다. 무엇이든 눌러 안을 들여다보거나, 둘러보기를 시작하세요.",
        )
    }

    fn nothing_selected(&self) -> Line {
        Line::plain("레코드, 세그먼트, 컨슈머, 무엇이든 누르면 여기에서 설명합니다.")
    }

    fn link_problem(&self, problem: &str) -> String {
        format!("링크의 일부를 쓸 수 없습니다: {problem}")
    }

    fn paste_problem(&self, error: &PasteError) -> String {
        match error {
            PasteError::Empty => "레코드가 없습니다.".into(),
            PasteError::TooLarge(bytes) => {
                format!("{bytes}바이트는 한 번에 받는 4 MiB보다 큽니다.")
            }
            PasteError::TooMany(lines) => {
                format!("레코드 {lines}건은 한 번에 받는 10,000건보다 많습니다.")
            }
            PasteError::BadLine { line, message } => format!("{line}번째 줄: {message}"),
        }
    }

    fn properties_problem(&self, line: usize) -> String {
        format!(
            "{line}번째 줄: \\u 뒤에는 16진수 네 자리가 와야 합니다. Java의 말: Malformed \\uxxxx encoding."
        )
    }

    fn paste_help(&self) -> Line {
        Line::marked(
            "한 줄에 레코드 하나: `키:값`, 또는 `{\"key\":\"alice\",\"value\":null}` 같은 JSON. 값이 null이면 툼스톤입니다.",
        )
    }

    fn mark(&self, kind: MarkKind) -> &'static str {
        match kind {
            MarkKind::Roll => "세그먼트 롤",
            MarkKind::Clean => "클리닝",
            MarkKind::Delete => "세그먼트 삭제",
            MarkKind::Commit => "커밋",
            MarkKind::Rebalance => "리밸런스",
            MarkKind::Crash => "강제 종료",
            MarkKind::Refusal => "거부",
        }
    }

    fn time_text(&self, now: &str, last: &str) -> String {
        format!("{last} 가운데 {now}")
    }

    fn panicked(&self) -> &'static str {
        "Brokerscope가 스스로의 잘못을 발견해, 틀린 것을 보여 주는 대신 멈췄습니다. 이 주소로 다시 일으킬 수 있습니다:"
    }

    fn keys(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("Space", "재생 또는 일시정지"),
            ("← →", "한 걸음 뒤로, 앞으로 (무대 밖에서)"),
            ("Shift ← →", "앞뒤의 롤, 클리닝, 커밋으로"),
            ("Home End", "처음으로, 가장 멀리 온 곳으로"),
            ("Tab", "무대 안으로. 안에서는 화살표로 움직이고 Enter로 설명을 봅니다"),
            ("+ −", "빠르게, 느리게"),
            ("1 2 3 4", "스토어, 키, 바이트, 검증"),
            ("W", "왜 안 일어날까? 로그가 기다리는 것"),
            ("C", "클리너 보기, 다시 무대로"),
            ("S", "레코드 보내기"),
            ("L", "다른 언어"),
            ("Esc", "열린 것 닫기"),
            ("?", "이 표"),
        ]
    }

    fn broken(&self, what: &str) -> String {
        format!("지켜져야 할 불변식이 깨졌습니다: {what}")
    }

    fn clipboard_refused(&self) -> &'static str {
        "브라우저가 링크 복사를 허락하지 않았습니다. 주소창에 링크가 있습니다."
    }
}
