//! What the Verify room says.

use super::{Argument, fill, sentences};
use crate::words::{Line, Words};

sentences! {
    /// The Verify room.
    TEMPLATES;

    verify_title() "Is this really Kafka? Ask both." "정말 Kafka와 같을까요? 둘에게 물어보세요.";
    verify_about() "Each case was put to Apache Kafka's own classes, and their answer was recorded. One click puts the same cases to the core of this page, in this tab, and compares the answers to the last byte." "각 문제를 Apache Kafka의 클래스에 물어 그 답을 기록해 두었습니다. 한 번 누르면 같은 문제를 이 탭에서 이 페이지의 코어에 묻고, 답을 마지막 바이트까지 비교합니다.";
    verify_start() "Replay all cases" "모든 문제 다시 풀기";
    verify_again() "Replay again" "다시 풀기";
    verify_running(done: &str) "{done} cases so far" "지금까지 {done}문제";
    verify_all_agree(agree: &str, all: &str) "*{agree} of {all}* answered exactly as Apache Kafka did" "{all}문제 중 *{agree}문제*의 답이 Apache Kafka와 똑같습니다";
    verify_differing(count: &str) "*{count}* answered otherwise; both answers stand below." "*{count}*문제는 답이 다릅니다. 두 답을 아래에 적었습니다.";
    verify_unsupported(count: &str) "{count} ask for what is not modelled; they are counted, not hidden." "{count}문제는 아직 모형에 없는 것을 묻습니다. 숨기지 않고 셉니다.";
    verify_failed(problem: &str) "The replay could not go on: {problem}" "다시 풀기를 계속할 수 없습니다: {problem}";
    verify_idle() "Nothing has been replayed in this tab yet." "이 탭에서는 아직 아무것도 풀지 않았습니다.";

    verify_column_kind() "what was asked" "무엇을 물었나";
    verify_column_source() "answered by" "누가 답했나";
    verify_column_agree() "answered alike" "같은 답";
    verify_share(agree: &str, cases: &str) "{agree} of {cases}" "{cases} 중 {agree}";
    verify_share_left(agree: &str, cases: &str, unsupported: &str) "{agree} of {cases}, {unsupported} not modelled" "{cases} 중 {agree}, {unsupported}개는 모형에 없음";

    verify_batches() "Record batches: the bytes" "레코드 배치: 바이트";
    verify_log() "The log: append, roll, retention, cleaning, look-ups, recovery" "로그: 추가, 롤, 보존, 클리닝, 찾기, 복구";
    verify_partitioner() "Which partition" "어느 파티션으로";
    verify_producer() "What the producer sends when" "프로듀서가 언제 무엇을 보내나";
    verify_groups() "Who reads what: assignors" "누가 무엇을 읽나: 할당자";
    verify_offsets() "Records of `__consumer_offsets`" "`__consumer_offsets`의 레코드";
    verify_other() "Others" "그 밖";

    verify_difference_title() "Where the answers differ" "답이 다른 곳";
    verify_question() "the question" "문제";
    verify_kafka() "Apache Kafka" "Apache Kafka";
    verify_ours() "Brokerscope" "Brokerscope";

    verify_missing_title() "What is not modelled" "모형에 없는 것";
    verify_missing_about() "No test can vouch for what is not there. As of today:" "없는 것은 어떤 시험도 보증하지 못합니다. 지금은 다음이 없습니다.";
    verify_missing_replication() "Several brokers: replication, followers, ISR, elections, KRaft's own log." "브로커 여럿: 복제, 팔로워, ISR, 선출, KRaft 자체의 로그.";
    verify_missing_transactions() "The transaction coordinator: a log keeps and cleans transactions' records, but no client runs a transaction across partitions." "트랜잭션 코디네이터: 로그는 트랜잭션의 레코드를 보관하고 정리하지만, 여러 파티션에 걸친 트랜잭션을 실행하는 클라이언트는 없습니다.";
    verify_missing_idempotence() "Transactional clients: a log judges transactions and `read_committed` follows them, but no producer here opens one (`transactional.id`)." "트랜잭션 클라이언트: 로그는 트랜잭션을 판정하고 `read_committed`도 따르지만, 여기의 프로듀서는 트랜잭션을 열지 않습니다(`transactional.id`).";
    verify_missing_groups() "Share groups, subscriptions by pattern, and a group that changes its protocol while it lives." "공유 그룹, 패턴 구독, 살아 있는 동안 프로토콜을 바꾸는 그룹.";
    verify_missing_wire() "Requests as bytes on the wire: they are typed messages here; record batches are bytes." "네트워크 위 요청의 바이트: 여기서는 형식이 있는 메시지이고, 레코드 배치만 바이트입니다.";
    verify_missing_sessions() "Fetch sessions, quotas and throttling, request queues and threads." "fetch 세션, 할당량과 제한, 요청 큐와 스레드.";
    verify_missing_security() "Security: TLS, SASL, ACLs." "보안: TLS, SASL, ACL.";
    verify_missing_tiers() "Tiered storage, several log directories, disks that fail by halves." "계층형 저장소, 여러 로그 디렉터리, 반쯤 고장 나는 디스크.";
    verify_missing_cleaners() "Several cleaner threads, and the cleaner's own I/O throttle." "여러 클리너 스레드와 클리너의 I/O 제한.";
    verify_missing_streams() "Kafka Streams, Connect, MirrorMaker." "Kafka Streams와 Connect, MirrorMaker.";
    verify_missing_time() "How long work takes: latencies are settings of the scenario, not measured on a machine." "일에 걸리는 시간: 지연은 시나리오의 설정이며 실제 기계에서 잰 값이 아닙니다.";
}
