//! Labels on the stage. They stand in narrow places: two or three words, Kafka's terms, numbers.

use crate::protocol::{GroupId, Topic};
use crate::storage::{DeletionReason, RollReason};
use crate::words::{En, Ko, grouped, span_of_ms};

/// What a consumer is doing, as a label under its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Its process is dead.
    Crashed,
    /// It has closed.
    Closed,
    /// It is closing.
    Closing,
    /// Its application hangs.
    Stuck,
    /// It is not in the group.
    Outside,
    /// It waits for the coordinator to let it in.
    Joining,
    /// It waits for its assignment.
    Syncing,
    /// A commit is on its way or awaited.
    Committing,
    /// The application works on this offset.
    Processing(u64),
    /// It asks for records.
    Polling,
    /// It is in the group and has nothing to read.
    Idle,
}

/// What the stage's labels say.
pub trait StageWords {
    /// The name of the whole picture.
    fn stage_title(&self) -> &'static str;
    /// Behind a topic's name.
    fn topic_note(&self, partitions: u32, policy: &str) -> String;
    /// A partition's name where there is room for it.
    fn partition(&self, partition: u32) -> String;
    /// Beside the active segment, in two lines.
    fn share_of_limit(&self, percent: u32, setting: &str) -> [String; 2];
    /// The same in one word beside a file name.
    fn active_share(&self, percent: u32) -> String;
    /// Beside a segment that has just been opened.
    fn just_rolled(&self) -> &'static str;
    /// Why it was opened: the values that decided.
    fn roll_values(&self, reason: &RollReason) -> String;
    /// Why segments went.
    fn deleted(&self, count: u32, reason: &DeletionReason) -> String;
    /// A committed offset.
    fn committed(&self, offset: u64) -> String;
    /// A position.
    fn position(&self, offset: u64) -> String;
    /// How many offsets lie between committed and end.
    fn lag(&self, lag: u64) -> String;
    /// No offset has been committed.
    fn nothing_committed(&self) -> &'static str;
    /// A lane's end and lag in one line.
    fn lane_summary(&self, end: u64, lag: Option<u64>) -> String;
    /// A group's name.
    fn group_name(&self, group: &GroupId) -> String;
    /// A group's state and generation.
    fn group_state(&self, state: &str, generation: i32) -> String;
    /// What a consumer does.
    fn doing(&self, doing: Doing) -> String;
    /// A producer whose process is dead.
    fn producer_crashed(&self) -> &'static str;
    /// A producer that has closed.
    fn producer_closed(&self) -> &'static str;
    /// The broker, in a word or two.
    fn broker_chip(&self, name: &str, running: bool) -> String;
    /// The broker's process is dead.
    fn broker_down(&self, name: &str) -> String;
    /// A compacted topic that is left alone.
    fn compacted(&self) -> &'static str;
    /// A compacted topic while the cleaner reads it.
    fn cleaning(&self, pass: u8) -> String;
    /// A compacted topic that the cleaner gave up.
    fn uncleanable(&self) -> &'static str;
    /// The name of the meter.
    fn dirty_ratio(&self) -> &'static str;
    /// Ratio against threshold, in hundredths; whether the log is chosen.
    fn ratio_values(&self, ratio: i64, threshold: i64, chosen: bool) -> String;
    /// The name of the map.
    fn offset_map(&self) -> &'static str;
    /// Where the cleaner stops.
    fn first_uncleanable(&self, offset: u64) -> String;
    /// Why it stops there.
    fn active_is_never_cleaned(&self) -> &'static str;
    /// From when on a tombstone may go, in seconds since the start.
    fn tombstone_until(&self, seconds: &str) -> String;
    /// Behind `__consumer_offsets`.
    fn partition_of(&self, partition: u32, partitions: u32) -> String;
    /// Under the records of `__consumer_offsets`, in one line or two: what the newest commit says.
    fn commit_is_a_record(
        &self,
        group: &str,
        topic: &str,
        partition: i32,
        offset: i64,
    ) -> [String; 2];
    /// A record of group metadata.
    fn group_metadata(&self) -> &'static str;
    /// Nothing was committed yet.
    fn no_commits_yet(&self) -> &'static str;
    /// On the card of a record without a key.
    fn no_key(&self) -> &'static str;
    /// How a record without a key finds its partition.
    fn no_key_choice(&self, sticky: bool) -> &'static str;
    /// On the card of a record that does not go where its key would.
    fn partition_given(&self) -> &'static str;
    /// Records, segments or nodes that are not drawn.
    fn more(&self, count: u64) -> String;

    // The same in words, for the tree.

    /// A producer.
    fn producer_in_words(&self, name: &str, waiting: u64) -> String;
    /// A consumer.
    fn consumer_in_words(&self, name: &str, doing: &str) -> String;
    /// A topic.
    fn topic_in_words(&self, topic: &Topic) -> String;
    /// A partition's log.
    fn log_in_words(&self, partition: u32, start: u64, end: u64) -> String;
    /// A segment.
    fn segment_in_words(&self, file: &str, bytes: u32, active: bool) -> String;
    /// A record.
    fn record_in_words(&self, offset: u64, key: &str, tombstone: bool, superseded: bool) -> String;
    /// A message on its way.
    fn flight_in_words(&self, records: usize, partition: &str) -> String;
    /// A null key.
    fn null_key(&self) -> &'static str;
}

fn hundredths(value: i64) -> String {
    format!("{}.{:02}", value / 100, value % 100)
}

/// What decided a roll, in numbers: the same in all languages.
fn roll_values(reason: &RollReason) -> Option<String> {
    Some(match reason {
        RollReason::Size { segment_bytes, append_bytes, limit_bytes } => {
            let total = u64::from(*segment_bytes) + u64::from(*append_bytes);
            format!("{} > {} B", grouped(total), grouped(*limit_bytes))
        }
        RollReason::Time { waited_ms, limit_ms } => {
            format!("{} > {}", span_of_ms(*waited_ms).text, span_of_ms(*limit_ms).text)
        }
        RollReason::OffsetIndexFull { max_entries } => format!(".index = {max_entries}"),
        RollReason::TimeIndexFull { max_entries } => format!(".timeindex = {max_entries}"),
        RollReason::OffsetOverflow => "> 2,147,483,647".to_owned(),
        RollReason::Retention | RollReason::Forced => return None,
    })
}

fn deletion_values(reason: &DeletionReason) -> String {
    match reason {
        DeletionReason::LogStartOffset { log_start_offset } => format!("< {log_start_offset}"),
        DeletionReason::Size { log_bytes, retention_bytes } => {
            format!("{} > retention.bytes {}", grouped(*log_bytes), grouped(*retention_bytes))
        }
        DeletionReason::Time { age_ms, retention_ms } => {
            format!(
                "{} > retention.ms {}",
                span_of_ms(*age_ms).text,
                span_of_ms(*retention_ms).text
            )
        }
    }
}

impl StageWords for En {
    fn stage_title(&self) -> &'static str {
        "Producers, partitions and consumers of a Kafka cluster"
    }
    fn topic_note(&self, partitions: u32, policy: &str) -> String {
        let plural = if partitions == 1 { "" } else { "s" };
        format!("{partitions} partition{plural} · cleanup.policy={policy}")
    }
    fn partition(&self, partition: u32) -> String {
        format!("partition {partition}")
    }
    fn share_of_limit(&self, percent: u32, setting: &str) -> [String; 2] {
        [format!("{percent}% of"), setting.to_owned()]
    }
    fn active_share(&self, percent: u32) -> String {
        format!("active, {percent}%")
    }
    fn just_rolled(&self) -> &'static str {
        "just rolled:"
    }
    fn roll_values(&self, reason: &RollReason) -> String {
        roll_values(reason).unwrap_or_else(|| match reason {
            RollReason::Retention => "all segments due".to_owned(),
            _ => "forced".to_owned(),
        })
    }
    fn deleted(&self, count: u32, reason: &DeletionReason) -> String {
        let plural = if count == 1 { "" } else { "s" };
        format!("{count} segment{plural} deleted: {}", deletion_values(reason))
    }
    fn committed(&self, offset: u64) -> String {
        format!("committed {offset}")
    }
    fn position(&self, offset: u64) -> String {
        format!("position {offset}")
    }
    fn lag(&self, lag: u64) -> String {
        format!("lag {lag}")
    }
    fn nothing_committed(&self) -> &'static str {
        "no commit"
    }
    fn lane_summary(&self, end: u64, lag: Option<u64>) -> String {
        match lag {
            Some(lag) => format!("end {end} · lag {lag}"),
            None => format!("end {end}"),
        }
    }
    fn group_name(&self, group: &GroupId) -> String {
        match group.as_str() {
            "" => "no group".into(),
            group => format!("group {group}"),
        }
    }
    fn group_state(&self, state: &str, generation: i32) -> String {
        format!("{state} · generation {generation}")
    }
    fn doing(&self, doing: Doing) -> String {
        match doing {
            Doing::Crashed => "crashed",
            Doing::Closed => "closed",
            Doing::Closing => "closing",
            Doing::Stuck => "application hangs",
            Doing::Outside => "not in the group",
            Doing::Joining => "joining",
            Doing::Syncing => "syncing",
            Doing::Committing => "committing",
            Doing::Polling => "polling",
            Doing::Idle => "nothing to read",
            Doing::Processing(offset) => return format!("processing {offset}"),
        }
        .to_owned()
    }
    fn producer_crashed(&self) -> &'static str {
        "crashed"
    }
    fn producer_closed(&self) -> &'static str {
        "closed"
    }
    fn broker_chip(&self, name: &str, running: bool) -> String {
        format!("{name} · {}", if running { "running" } else { "down" })
    }
    fn broker_down(&self, name: &str) -> String {
        format!("{name} is down: its files stay, nobody answers")
    }
    fn compacted(&self) -> &'static str {
        "compact"
    }
    fn cleaning(&self, pass: u8) -> String {
        format!("compact · cleaner, pass {pass} of 2")
    }
    fn uncleanable(&self) -> &'static str {
        "compact · marked uncleanable"
    }
    fn dirty_ratio(&self) -> &'static str {
        "dirty ratio"
    }
    fn ratio_values(&self, ratio: i64, threshold: i64, chosen: bool) -> String {
        let (ratio_text, threshold_text) = (hundredths(ratio), hundredths(threshold));
        match (chosen, ratio > threshold) {
            (true, true) => format!("{ratio_text} > {threshold_text}: chosen"),
            (true, false) => format!("{ratio_text} · max lag passed: chosen"),
            (false, true) => format!("{ratio_text} > {threshold_text}: due"),
            (false, false) => format!("{ratio_text} ≤ {threshold_text}: waits"),
        }
    }
    fn offset_map(&self) -> &'static str {
        "offset map"
    }
    fn first_uncleanable(&self, offset: u64) -> String {
        format!("first uncleanable offset: {offset}")
    }
    fn active_is_never_cleaned(&self) -> &'static str {
        "the active segment is never cleaned"
    }
    fn tombstone_until(&self, seconds: &str) -> String {
        format!("tombstone until {seconds} s")
    }
    fn partition_of(&self, partition: u32, partitions: u32) -> String {
        format!("partition {partition} of {partitions}")
    }
    fn commit_is_a_record(
        &self,
        group: &str,
        topic: &str,
        partition: i32,
        offset: i64,
    ) -> [String; 2] {
        let key = format!("({group}, {topic}, {partition})");
        ["A commit is a record too:".to_owned(), format!("key {key}, value {offset}.")]
    }
    fn group_metadata(&self) -> &'static str {
        "group"
    }
    fn no_commits_yet(&self) -> &'static str {
        "no commit yet"
    }
    fn no_key(&self) -> &'static str {
        "no key"
    }
    fn no_key_choice(&self, sticky: bool) -> &'static str {
        if sticky { "sticks to" } else { "round robin" }
    }
    fn partition_given(&self) -> &'static str {
        "partition given"
    }
    fn more(&self, count: u64) -> String {
        format!("+{count}")
    }
    fn producer_in_words(&self, name: &str, waiting: u64) -> String {
        match waiting {
            0 => format!("producer {name}"),
            1 => format!("producer {name}, 1 record waits"),
            _ => format!("producer {name}, {waiting} records wait"),
        }
    }
    fn consumer_in_words(&self, name: &str, doing: &str) -> String {
        format!("consumer {name}, {doing}")
    }
    fn topic_in_words(&self, topic: &Topic) -> String {
        format!("topic {topic}")
    }
    fn log_in_words(&self, partition: u32, start: u64, end: u64) -> String {
        format!("partition {partition}, offsets {start} to {end}")
    }
    fn segment_in_words(&self, file: &str, bytes: u32, active: bool) -> String {
        let active = if active { ", active" } else { "" };
        format!("segment {file}, {} bytes{active}", grouped(bytes))
    }
    fn record_in_words(&self, offset: u64, key: &str, tombstone: bool, superseded: bool) -> String {
        let what = if tombstone { "tombstone" } else { "record" };
        let superseded = if superseded { ", superseded" } else { "" };
        format!("{what} {offset}, key {key}{superseded}")
    }
    fn flight_in_words(&self, records: usize, partition: &str) -> String {
        let plural = if records == 1 { "record" } else { "records" };
        format!("{records} {plural} on the way to {partition}")
    }
    fn null_key(&self) -> &'static str {
        "null"
    }
}

impl StageWords for Ko {
    fn stage_title(&self) -> &'static str {
        "Kafka 클러스터의 프로듀서, 파티션, 컨슈머"
    }
    fn topic_note(&self, partitions: u32, policy: &str) -> String {
        format!("파티션 {partitions}개 · cleanup.policy={policy}")
    }
    fn partition(&self, partition: u32) -> String {
        format!("파티션 {partition}")
    }
    fn share_of_limit(&self, percent: u32, setting: &str) -> [String; 2] {
        [format!("{setting}의"), format!("{percent}%")]
    }
    fn active_share(&self, percent: u32) -> String {
        format!("활성 {percent}%")
    }
    fn just_rolled(&self) -> &'static str {
        "새 세그먼트:"
    }
    fn roll_values(&self, reason: &RollReason) -> String {
        roll_values(reason).unwrap_or_else(|| match reason {
            RollReason::Retention => "모두 삭제 대상".to_owned(),
            _ => "강제".to_owned(),
        })
    }
    fn deleted(&self, count: u32, reason: &DeletionReason) -> String {
        format!("세그먼트 {count}개 삭제: {}", deletion_values(reason))
    }
    fn committed(&self, offset: u64) -> String {
        format!("커밋 {offset}")
    }
    fn position(&self, offset: u64) -> String {
        format!("위치 {offset}")
    }
    fn lag(&self, lag: u64) -> String {
        format!("lag {lag}")
    }
    fn nothing_committed(&self) -> &'static str {
        "커밋 없음"
    }
    fn lane_summary(&self, end: u64, lag: Option<u64>) -> String {
        match lag {
            Some(lag) => format!("끝 {end} · lag {lag}"),
            None => format!("끝 {end}"),
        }
    }
    fn group_name(&self, group: &GroupId) -> String {
        match group.as_str() {
            "" => "그룹 없음".into(),
            group => format!("그룹 {group}"),
        }
    }
    fn group_state(&self, state: &str, generation: i32) -> String {
        format!("{state} · 세대 {generation}")
    }
    fn doing(&self, doing: Doing) -> String {
        match doing {
            Doing::Crashed => "중단됨",
            Doing::Closed => "종료됨",
            Doing::Closing => "종료 중",
            Doing::Stuck => "앱이 멈춤",
            Doing::Outside => "그룹 밖",
            Doing::Joining => "그룹 참여 중",
            Doing::Syncing => "할당 대기 중",
            Doing::Committing => "커밋 중",
            Doing::Polling => "poll 대기",
            Doing::Idle => "읽을 것 없음",
            Doing::Processing(offset) => return format!("{offset} 처리 중"),
        }
        .to_owned()
    }
    fn producer_crashed(&self) -> &'static str {
        "중단됨"
    }
    fn producer_closed(&self) -> &'static str {
        "종료됨"
    }
    fn broker_chip(&self, name: &str, running: bool) -> String {
        format!("{name} · {}", if running { "실행 중" } else { "중단됨" })
    }
    fn broker_down(&self, name: &str) -> String {
        format!("{name} 중단됨: 파일은 남아 있고, 응답은 없습니다")
    }
    fn compacted(&self) -> &'static str {
        "compact"
    }
    fn cleaning(&self, pass: u8) -> String {
        format!("compact · 클리너 {pass}/2단계")
    }
    fn uncleanable(&self) -> &'static str {
        "compact · 정리 불가로 표시됨"
    }
    fn dirty_ratio(&self) -> &'static str {
        "dirty 비율"
    }
    fn ratio_values(&self, ratio: i64, threshold: i64, chosen: bool) -> String {
        let (ratio_text, threshold_text) = (hundredths(ratio), hundredths(threshold));
        match (chosen, ratio > threshold) {
            (true, true) => format!("{ratio_text} > {threshold_text}: 선택됨"),
            (true, false) => format!("{ratio_text} · 최대 지연 초과: 선택됨"),
            (false, true) => format!("{ratio_text} > {threshold_text}: 정리 대상"),
            (false, false) => format!("{ratio_text} ≤ {threshold_text}: 대기"),
        }
    }
    fn offset_map(&self) -> &'static str {
        "오프셋 맵"
    }
    fn first_uncleanable(&self, offset: u64) -> String {
        format!("정리하지 않는 첫 오프셋: {offset}")
    }
    fn active_is_never_cleaned(&self) -> &'static str {
        "활성 세그먼트는 정리하지 않습니다"
    }
    fn tombstone_until(&self, seconds: &str) -> String {
        format!("툼스톤 {seconds}초까지 유지")
    }
    fn partition_of(&self, partition: u32, partitions: u32) -> String {
        format!("파티션 {partition} / {partitions}개")
    }
    fn commit_is_a_record(
        &self,
        group: &str,
        topic: &str,
        partition: i32,
        offset: i64,
    ) -> [String; 2] {
        let key = format!("({group}, {topic}, {partition})");
        ["커밋도 레코드입니다:".to_owned(), format!("키 {key}, 값 {offset}")]
    }
    fn group_metadata(&self) -> &'static str {
        "그룹"
    }
    fn no_commits_yet(&self) -> &'static str {
        "아직 커밋이 없습니다"
    }
    fn no_key(&self) -> &'static str {
        "키 없음"
    }
    fn no_key_choice(&self, sticky: bool) -> &'static str {
        if sticky { "sticky" } else { "라운드 로빈" }
    }
    fn partition_given(&self) -> &'static str {
        "지정된 파티션"
    }
    fn more(&self, count: u64) -> String {
        format!("+{count}")
    }
    fn producer_in_words(&self, name: &str, waiting: u64) -> String {
        match waiting {
            0 => format!("프로듀서 {name}"),
            _ => format!("프로듀서 {name}, 대기 중인 레코드 {waiting}개"),
        }
    }
    fn consumer_in_words(&self, name: &str, doing: &str) -> String {
        format!("컨슈머 {name}, {doing}")
    }
    fn topic_in_words(&self, topic: &Topic) -> String {
        format!("토픽 {topic}")
    }
    fn log_in_words(&self, partition: u32, start: u64, end: u64) -> String {
        format!("파티션 {partition}, 오프셋 {start}–{end}")
    }
    fn segment_in_words(&self, file: &str, bytes: u32, active: bool) -> String {
        let active = if active { ", 활성" } else { "" };
        format!("세그먼트 {file}, {}바이트{active}", grouped(bytes))
    }
    fn record_in_words(&self, offset: u64, key: &str, tombstone: bool, superseded: bool) -> String {
        let what = if tombstone { "툼스톤" } else { "레코드" };
        let superseded = if superseded { ", 새 값으로 대체됨" } else { "" };
        format!("{what} {offset}, 키 {key}{superseded}")
    }
    fn flight_in_words(&self, records: usize, partition: &str) -> String {
        format!("{partition} 파티션으로 가는 레코드 {records}개")
    }
    fn null_key(&self) -> &'static str {
        "null"
    }
}
