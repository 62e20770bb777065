//! Every event has a sentence in both languages, short and whole.

use std::rc::Rc;

use super::*;
use crate::broker::{BrokerEvent, GroupCause, GroupState, MemberState, RemovalReason};
use crate::client::consumer::{CommitReason, ConsumerEvent, PositionSource};
use crate::client::producer::{PartitionChoice, ProducerEvent, ProducerSequence, StickySwitch};
use crate::protocol::java::Double;
use crate::protocol::request::ApiKey;
use crate::protocol::{
    BrokerId, Bytes, ClientId, GroupId, KeyHash, MessageId, Offset, Refusal, Topic,
};
use crate::sim::{Cause, Scenario};
use crate::storage::{
    CleanedRecord, CorruptSnapshot, DeletionReason, DropReason, RecoveryEvent, RecoveryReason,
    RollReason,
};
use crate::words::facts::KeyValue;
use crate::words::{Style, en, ko};

/// A world that never was.
struct Store;

impl Facts for Store {
    fn name(&self, node: NodeId) -> String {
        match node {
            NodeId::Broker(id) => format!("broker-{}", id.0),
            NodeId::Client(ClientId(0)) => "till-1".into(),
            NodeId::Client(_) => "c1".into(),
        }
    }
    fn start_ms(&self) -> u64 {
        1_000
    }
    fn record(&self, _: &TopicPartition, offset: Offset) -> Option<KeyValue> {
        (offset.0 < 100).then(|| KeyValue { key: Some(bytes("alice")), value: Some(lamp()) })
    }
    fn partition_count(&self, _: &Topic) -> u32 {
        3
    }
    fn log_end(&self, _: &TopicPartition) -> Option<Offset> {
        Some(Offset(27))
    }
}

fn bytes(text: &str) -> Bytes {
    Bytes::from(text.as_bytes())
}

fn lamp() -> Bytes {
    bytes(r#"{"item":"lamp","price":42,"zip":"47197"}"#)
}

fn place(partition: u32) -> TopicPartition {
    TopicPartition::new("transactions", partition)
}

fn stored() -> TopicPartition {
    TopicPartition::new(Topic::CONSUMER_OFFSETS, 27)
}

fn refusal() -> Refusal {
    Refusal::from(ErrorCode::MessageTooLarge)
}

fn recoveries() -> impl Iterator<Item = RecoveryEvent> {
    let recovered = |reason, cut_bytes, bad_batch| RecoveryEvent::SegmentRecovered {
        base_offset: Offset(9),
        reason,
        batches: 12,
        valid_bytes: 1_400,
        cut_bytes,
        bad_batch,
        index_entries: 1,
        time_index_entries: 2,
    };
    let loaded = |clean| RecoveryEvent::LogLoaded {
        clean,
        segments: 2,
        log_start_offset: Offset(3),
        log_end_offset: Offset(20),
        recovery_point: Offset(9),
    };
    let discarded = |corrupt| RecoveryEvent::SnapshotDiscarded { offset: Offset(9), corrupt };
    [
        RecoveryEvent::UnflushedLost { bytes: 640, files: 3 },
        RecoveryEvent::StrayFilesDeleted { count: 3 },
        RecoveryEvent::SwapCompleted {
            base_offset: Offset(0),
            replaced: [Offset(0), Offset(4)].into(),
        },
        recovered(RecoveryReason::Unflushed, 0, false),
        recovered(RecoveryReason::Unflushed, 17, false),
        recovered(RecoveryReason::NoOffsetIndex, 90, true),
        recovered(RecoveryReason::CorruptTransactionIndex, 0, false),
        RecoveryEvent::SegmentsDropped { base_offsets: [Offset(9)].into() },
        RecoveryEvent::SnapshotLoaded { offset: Offset(9), producers: 1 },
        discarded(CorruptSnapshot::Crc),
        discarded(CorruptSnapshot::Schema),
        RecoveryEvent::ProducersReplayed { from: Offset(9), to: Offset(20), producers: 2 },
        RecoveryEvent::LoadFailed,
        loaded(true),
        loaded(false),
    ]
    .into_iter()
}

fn log_events() -> Vec<LogEvent> {
    let rolls = [
        RollReason::Size { segment_bytes: 1_421, append_bytes: 130, limit_bytes: 1_500 },
        RollReason::Time { waited_ms: 604_800_001, limit_ms: 604_800_000 },
        RollReason::OffsetIndexFull { max_entries: 1_310_720 },
        RollReason::TimeIndexFull { max_entries: 873_813 },
        RollReason::OffsetOverflow,
        RollReason::Retention,
        RollReason::Forced,
    ];
    let deletions = [
        DeletionReason::LogStartOffset { log_start_offset: Offset(18) },
        DeletionReason::Size { log_bytes: 1_234_567, retention_bytes: 1_000_000 },
        DeletionReason::Time { age_ms: 2_612, retention_ms: 2_500 },
    ];
    let started = |lag_exceeded, map_full| LogEvent::CleaningStarted {
        first_dirty: Offset(0),
        first_uncleanable: Offset(11),
        clean_bytes: 400,
        cleanable_bytes: 1_320,
        ratio: Double(0.767_44),
        threshold: Double(0.5),
        lag_exceeded,
        keys: 6,
        map_full,
        until_ms: 2_000,
    };
    let record = |offset, dropped| CleanedRecord {
        offset: Offset(offset),
        dropped,
        delete_horizon_ms: (offset == 3).then_some(14_200),
    };
    let records: Rc<[CleanedRecord]> = [
        record(0, Some(DropReason::Superseded { by: Offset(4) })),
        record(1, Some(DropReason::ExpiredTombstone)),
        record(2, Some(DropReason::NoKey)),
        record(3, None),
        record(4, None),
    ]
    .into();
    let sources: Rc<[Offset]> = [Offset(0), Offset(9)].into();
    let mut events = vec![
        LogEvent::BatchAppended {
            base_offset: Offset(18),
            last_offset: Offset(20),
            segment: Offset(18),
            position: 0,
            size_bytes: 310,
        },
        LogEvent::BatchAppended {
            base_offset: Offset(18),
            last_offset: Offset(18),
            segment: Offset(18),
            position: 1_310,
            size_bytes: 110,
        },
        LogEvent::AppendRefused(refusal()),
        LogEvent::FilesRemoved { count: 6 },
        started(false, false),
        started(true, true),
        LogEvent::SegmentsCleaned {
            sources: Rc::clone(&sources),
            records,
            bytes_before: 1_720,
            bytes_after: 640,
            until_ms: 2_050,
        },
        LogEvent::SegmentsReplaced { sources, base_offset: Offset(0), size_bytes: 640 },
        LogEvent::CleaningFinished {
            checkpoint: Offset(11),
            read: 11,
            kept: 6,
            bytes_before: 1_720,
            bytes_after: 640,
        },
        LogEvent::CleaningAborted,
        LogEvent::CleaningFailed,
    ];
    events.extend(rolls.map(|reason| LogEvent::SegmentRolled {
        closed: Offset(9),
        base_offset: Offset(18),
        reason,
    }));
    events.extend(deletions.map(|reason| LogEvent::SegmentsDeleted {
        base_offsets: [Offset(0), Offset(9)].into(),
        log_start_offset: Offset(18),
        reason,
    }));
    events.extend([
        LogEvent::DuplicateFound {
            producer_id: 1_000,
            base_offset: Offset(4),
            last_offset: Offset(6),
        },
        LogEvent::ProducersExpired { count: 2 },
        LogEvent::LogStartMoved { from: Offset(0), to: Offset(7) },
        LogEvent::LogTruncated { from: Offset(12), to: Offset(9), cut_bytes: 240 },
        LogEvent::LogFlushed { up_to: Offset(9), bytes: 640 },
        LogEvent::LogClosed { snapshot: Some(Offset(9)), bytes: 640 },
        LogEvent::LogClosed { snapshot: None, bytes: 0 },
    ]);
    events.extend(recoveries().map(LogEvent::Recovery));
    events
}

fn broker_events() -> Vec<BrokerEvent> {
    let group = GroupId::from("store");
    let client = NodeId::Client(ClientId(1));
    let member_id = "c1-0a1b2c3d-0000-4000-8000-000000000001".to_owned();
    let mut events: Vec<BrokerEvent> =
        log_events().into_iter().map(|event| BrokerEvent::Log(place(0), event)).collect();
    for partition in [None, Some(place(2))] {
        events.push(BrokerEvent::RequestRefused {
            client,
            api_key: ApiKey::ListOffsets,
            partition,
            error: ErrorCode::UnknownTopicOrPartition,
        });
    }
    for topic in [Topic::CONSUMER_OFFSETS, "orders"] {
        events.push(BrokerEvent::TopicWanted { topic: Topic::from(topic) });
    }
    for (from, to) in [
        (GroupState::Empty, GroupState::PreparingRebalance),
        (GroupState::Stable, GroupState::PreparingRebalance),
        (GroupState::PreparingRebalance, GroupState::CompletingRebalance),
        (GroupState::CompletingRebalance, GroupState::Stable),
        (GroupState::PreparingRebalance, GroupState::Empty),
        (GroupState::Empty, GroupState::Dead),
        (GroupState::Stable, GroupState::Assigning),
        (GroupState::Assigning, GroupState::Reconciling),
    ] {
        let group = group.clone();
        events.push(BrokerEvent::GroupStateChanged {
            group,
            from,
            to,
            generation: 3,
            members: 2,
            cause: GroupCause::AllJoined,
        });
    }
    for reason in [
        RemovalReason::Left,
        RemovalReason::SessionExpired,
        RemovalReason::DidNotRejoin,
        RemovalReason::DidNotSync,
        RemovalReason::GroupFull,
        RemovalReason::DidNotRevoke,
    ] {
        let cause = GroupCause::MemberRemoved(member_id.clone(), reason);
        let (group, member_id) = (group.clone(), member_id.clone());
        events.push(BrokerEvent::MemberRemoved { group: group.clone(), member_id, reason });
        let (from, to) = (GroupState::Stable, GroupState::PreparingRebalance);
        events.push(BrokerEvent::GroupStateChanged {
            group,
            from,
            to,
            generation: 3,
            members: 2,
            cause,
        });
    }
    for cause in [
        GroupCause::Made,
        GroupCause::MemberJoined(member_id.clone()),
        GroupCause::LeaderRejoined(member_id.clone()),
        GroupCause::SubscriptionChanged(member_id.clone()),
        GroupCause::StaticMemberReturned(member_id.clone()),
        GroupCause::MembersDidNotSync(2),
        GroupCause::InitialDelayOver,
        GroupCause::RebalanceTimeout,
        GroupCause::NobodyLeft,
        GroupCause::AssignmentStored,
        GroupCause::NothingLeft,
        GroupCause::OtherProtocol,
        GroupCause::TopicsChanged,
        GroupCause::TargetComputed,
        GroupCause::MemberReconciled(member_id.clone()),
        GroupCause::MemberReconciling(member_id.clone()),
    ] {
        let (group, from, to) = (group.clone(), GroupState::Assigning, GroupState::Reconciling);
        events.push(BrokerEvent::GroupStateChanged {
            group,
            from,
            to,
            generation: 3,
            members: 2,
            cause,
        });
    }
    for state in
        [MemberState::Stable, MemberState::UnrevokedPartitions, MemberState::UnreleasedPartitions]
    {
        events.push(BrokerEvent::MemberReconciled {
            group: group.clone(),
            member_id: member_id.clone(),
            epoch: 3,
            state,
            assigned: vec![place(0)],
            pending_revocation: vec![place(1)],
        });
    }
    for rebalances in [false, true] {
        events.push(BrokerEvent::StaticMemberReplaced {
            group: group.clone(),
            member_id: member_id.clone(),
            replaced: "one-00000000-0000-4000-8000-000000000000".into(),
            client,
            rebalances,
        });
    }
    events
        .push(BrokerEvent::StaticMemberLeft { group: group.clone(), member_id: member_id.clone() });
    events.push(BrokerEvent::TargetComputed {
        group: group.clone(),
        epoch: 3,
        assignor: "uniform",
        changed: 2,
        stored_in: stored(),
        stored_at: Offset(12),
    });
    events.extend([
        BrokerEvent::ProducerIdsWanted,
        BrokerEvent::ProducerIdAssigned { client, producer_id: 3 },
        BrokerEvent::BatchProduced {
            client,
            correlation_id: 4,
            partition: place(0),
            base_offset: Offset(7),
            record_count: 3,
        },
        BrokerEvent::FetchDelayed { client, until_ms: 13_480 },
        BrokerEvent::MemberAdded { group: group.clone(), member_id, client },
        BrokerEvent::AssignmentStored {
            group: group.clone(),
            generation: 3,
            stored_in: stored(),
            stored_at: Offset(12),
        },
        BrokerEvent::OffsetCommitted {
            group: group.clone(),
            partition: place(2),
            offset: Offset(19),
            stored_in: stored(),
            stored_at: Offset(14),
        },
        BrokerEvent::OffsetExpired { group, partition: place(2) },
        BrokerEvent::Crashed,
        BrokerEvent::PowerLost,
        BrokerEvent::Stopped,
        BrokerEvent::Restarted { groups: 1, offsets: 3 },
    ]);
    events
}

fn producer_events() -> Vec<ProducerEvent> {
    let accumulated = |choice, key: Option<&str>, value| ProducerEvent::RecordAccumulated {
        number: 7,
        partition: place(0),
        choice,
        key: key.map(bytes),
        value,
        opened_batch: true,
    };
    let keyed = PartitionChoice::Keyed(KeyHash::of(b"alice", 3));
    let alone = PartitionChoice::Keyed(KeyHash::of(b"alice", 1));
    let switch = StickySwitch { produced_bytes: 16_400, limit_bytes: 16_384, drawn: 7 };
    let sent = |attempts| ProducerEvent::BatchDrained {
        partition: place(0),
        first: 4,
        record_count: 3,
        size_bytes: 310,
        waited_ms: 5,
        attempts,
        sequence: None,
        correlation_id: 9,
    };
    let acknowledged = |base_offset| ProducerEvent::BatchAcknowledged {
        partition: place(0),
        numbers: vec![4, 5, 6],
        base_offset,
        log_append_ms: None,
    };
    let retried = |error, sequence| ProducerEvent::BatchRetried {
        partition: place(0),
        numbers: vec![4],
        error,
        attempts: 1,
        backoff_ms: 103,
        sequence,
    };
    vec![
        accumulated(keyed, Some("alice"), Some(lamp())),
        accumulated(keyed, Some("alice"), Some(bytes("{}"))),
        accumulated(keyed, Some("alice"), None),
        accumulated(alone, Some("alice"), Some(bytes("{}"))),
        accumulated(PartitionChoice::Explicit, Some("alice"), Some(lamp())),
        accumulated(PartitionChoice::Sticky, None, Some(lamp())),
        accumulated(PartitionChoice::RoundRobin { counter: 5 }, None, None),
        ProducerEvent::StickyPartitionChosen { partition: place(1), switch: None },
        ProducerEvent::StickyPartitionChosen { partition: place(1), switch: Some(switch) },
        ProducerEvent::SendFailed {
            number: 7,
            topic: "shop".into(),
            key: None,
            value: None,
            refusal: refusal(),
            thrown: None,
        },
        ProducerEvent::SendFailed {
            number: 7,
            topic: Topic::from("transactions"),
            key: None,
            value: None,
            refusal: refusal(),
            thrown: Some("org.apache.kafka.common.errors.SerializationException"),
        },
        ProducerEvent::SendBlocked { number: 7, for_memory: false },
        ProducerEvent::SendBlocked { number: 7, for_memory: true },
        sent(0),
        sent(1),
        acknowledged(Some(Offset(18))),
        acknowledged(None),
        retried(None, None),
        retried(Some(ErrorCode::CorruptMessage), None),
        retried(None, Some(ProducerSequence { producer_id: 3, epoch: 0, base_sequence: 14 })),
        ProducerEvent::ProducerIdReceived { producer_id: 3, epoch: 0 },
        ProducerEvent::ProducerIdRefused {
            error: ErrorCode::CoordinatorLoadInProgress,
            backoff_ms: 100,
        },
        ProducerEvent::EpochBumped { producer_id: 3, epoch: 1, partitions: vec![place(0)] },
        ProducerEvent::ProducerIdDropped { producer_id: 3, epoch: 7 },
        ProducerEvent::IdempotenceDisabled("Kafka's line".into()),
        ProducerEvent::BatchSplit { partition: place(0), into: 2 },
        ProducerEvent::BatchFailed { partition: place(0), numbers: vec![4], refusal: refusal() },
        ProducerEvent::RequestTimedOut { correlation_id: 9 },
        ProducerEvent::Disconnected,
        ProducerEvent::UnusedSettings("Kafka's line".into()),
        ProducerEvent::Crashed { lost: 0 },
        ProducerEvent::Crashed { lost: 3 },
        ProducerEvent::Restarted,
        ProducerEvent::Closed,
    ]
}

fn consumer_events() -> Vec<ConsumerEvent> {
    let all = vec![place(0), place(1), place(2)];
    let offsets = vec![(place(0), Offset(21)), (place(1), Offset(9)), (place(2), Offset(14))];
    let joining = |member_id: &str, revoked, kept| ConsumerEvent::Joining {
        member_id: member_id.into(),
        revoked,
        kept,
    };
    let assigned = |leader, partitions| ConsumerEvent::Assigned {
        generation: 3,
        member_id: "c1-0a1b".into(),
        leader,
        partitions,
    };
    let position =
        |source| ConsumerEvent::PositionSet { partition: place(0), offset: Offset(17), source };
    let returned = |offsets: &[u64]| ConsumerEvent::RecordsReturned {
        partition: place(0),
        offsets: offsets.iter().copied().map(Offset).collect(),
        position: Offset(21),
    };
    let mut events = vec![
        ConsumerEvent::CoordinatorFound,
        joining("", vec![], vec![]),
        joining("c1-0a1b", vec![], vec![]),
        joining("c1-0a1b", all.clone(), vec![]),
        joining("c1-0a1b", vec![], all.clone()),
        ConsumerEvent::PartitionsRevoked { partitions: all[1..].to_vec() },
        ConsumerEvent::AssignmentComputed {
            assignor: "range".into(),
            assignment: vec![("c1".into(), all[..2].to_vec()), ("c2".into(), all[2..].to_vec())],
        },
        ConsumerEvent::TargetReceived { epoch: 4, partitions: all.clone() },
        assigned(true, all.clone()),
        assigned(false, vec![]),
        ConsumerEvent::PartitionsLost { partitions: all, error: ErrorCode::UnknownMemberId },
        position(PositionSource::Committed),
        position(PositionSource::Reset),
        ConsumerEvent::OffsetOutOfRange { partition: place(0), offset: Offset(9_999) },
        returned(&[20]),
        returned(&[18, 19, 20]),
        ConsumerEvent::GapSkipped { partition: place(0), from: Offset(3), position: Offset(7) },
        ConsumerEvent::RecordProcessed { partition: place(0), offset: Offset(20) },
        ConsumerEvent::RecordProcessed { partition: place(0), offset: Offset(200) },
        ConsumerEvent::CommitCompleted { offsets: offsets.clone(), error: None },
        ConsumerEvent::CommitCompleted {
            offsets: offsets.clone(),
            error: Some(ErrorCode::RebalanceInProgress),
        },
        ConsumerEvent::HeartbeatRefused { error: ErrorCode::RebalanceInProgress },
        ConsumerEvent::PollTimeoutExpired,
        ConsumerEvent::Disconnected,
        ConsumerEvent::ExceptionThrown("Kafka's words".into()),
        ConsumerEvent::UnusedSettings("Kafka's line".into()),
        ConsumerEvent::Crashed,
        ConsumerEvent::Restarted,
        ConsumerEvent::Closing,
        ConsumerEvent::Closed,
    ];
    for reason in
        [CommitReason::Interval, CommitReason::Rebalance, CommitReason::Close, CommitReason::Sync]
    {
        let offsets = offsets.clone();
        events.push(ConsumerEvent::CommitSent { offsets, reason, correlation_id: 4 });
    }
    events
}

fn all_events() -> Vec<What> {
    let (name, value) = ("delete.retention.ms".to_owned(), "600".to_owned());
    let topic = Topic::from("customers");
    let mut all = vec![
        What::Controller(ControllerEvent::TopicCreated { topic: topic.clone(), partitions: 3 }),
        What::Controller(ControllerEvent::ProducerIdsAllocated { first: 1000, count: 1000 }),
        What::Controller(ControllerEvent::Refused(refusal())),
        What::ClientAdded(ClientId(0)),
        What::MessageLost {
            message: MessageId(1),
            api_key: ApiKey::Produce,
            from: NodeId::Client(ClientId(0)),
            to: NodeId::Broker(BrokerId(1)),
        },
        What::MessageDelayed { message: MessageId(1), by_ms: 40 },
        What::MessageDuplicated {
            message: MessageId(1),
            copy: MessageId(2),
            api_key: ApiKey::Produce,
            from: NodeId::Client(ClientId(0)),
            to: NodeId::Broker(BrokerId(1)),
        },
        What::AppendedAgain {
            client: ClientId(0),
            partition: place(0),
            record_count: 3,
            earlier: Offset(4),
            base_offset: Offset(9),
        },
        What::AppendedOutOfOrder {
            client: ClientId(0),
            partition: place(0),
            base_offset: Offset(9),
            number: 4,
            later: 7,
        },
        What::ActionRefused("there is no client x".into()),
    ];
    for value in [None, Some(value)] {
        let (topic, name) = (topic.clone(), name.clone());
        all.push(What::BrokerConfigured {
            broker: BrokerId(1),
            name: "log.cleaner.backoff.ms".into(),
            value: value.clone(),
        });
        all.push(What::Controller(ControllerEvent::ConfigAltered { topic, name, value }));
    }
    all.extend(broker_events().into_iter().map(|event| What::Broker(BrokerId(1), event)));
    all.extend(producer_events().into_iter().map(|event| What::Producer(ClientId(0), event)));
    all.extend(consumer_events().into_iter().map(|event| What::Consumer(ClientId(1), event)));
    all
}

fn event(what: What) -> Event {
    Event { index: 7, at_ms: 13_480, cause: Cause::Start, what }
}

fn assert_whole(line: &Line, what: &str) -> String {
    let text = line.plain_text();
    assert!(!text.trim().is_empty(), "{what}");
    for sign in ["{", "}", "—", "  ", " . ", "..", "``", "Some(", "None"] {
        // A record's own JSON and Kafka's sentences do not come here.
        assert!(!text.contains(sign), "{sign:?} in {text:?}");
    }
    assert!(line.0.iter().all(|span| !span.text.is_empty()), "{text}");
    text
}

fn is_hangul(c: char) -> bool {
    ('가'..='힣').contains(&c)
}

#[test]
fn every_event_has_a_short_sentence_in_both_languages() {
    for what in all_events() {
        let name = format!("{what:?}");
        let event = event(what);
        for (sentence, aside, korean) in [
            (en::events::sentence(&Store, &event), en::events::aside(&Store, &event), false),
            (ko::events::sentence(&Store, &event), ko::events::aside(&Store, &event), true),
        ] {
            let text = assert_whole(&sentence, &name);
            assert!(text.ends_with('.'), "{text}");
            assert!(text.chars().count() <= 140, "{} characters: {text}", text.chars().count());
            assert_eq!(text.chars().any(is_hangul), korean, "{text}");
            if let Some(aside) = aside {
                let text = assert_whole(&aside, &name);
                assert!(korean || !text.chars().any(is_hangul), "{text}");
            }
        }
        let line = run_line(&Store, &event);
        assert!(line.starts_with("12.480 s  ") && !line.contains("client 0"), "{line}");
    }
}

#[test]
fn the_lead_says_what_the_pictures_say() {
    let [bought, ..] = &producer_events()[..] else { unreachable!() };
    let event = event(What::Producer(ClientId(0), bought.clone()));
    let line = en::events::sentence(&Store, &event);
    assert_eq!(
        line.plain_text(),
        "alice buys a lamp. The key hashes to partition 0, where all of alice's purchases are."
    );
    assert_eq!(line.0[0].style, Style::Key(bytes("alice")));
    assert_eq!(
        en::events::aside(&Store, &event).unwrap_or_default().plain_text(),
        "murmur2(61 6c 69 63 65) = 1951417749, & 7fffffff = 1951417749, % 3 = 0"
    );
    assert_eq!(
        ko::events::sentence(&Store, &event).plain_text(),
        "alice 고객이 램프를 삽니다. 키를 해시하면 alice 고객의 구매가 모두 모여 있는 파티션 0입니다."
    );
}

#[test]
fn importance_follows_what_a_person_came_to_see() {
    let of = |what: What| importance(&what);
    let consumer = |event| What::Consumer(ClientId(1), event);
    let log = |event| What::Broker(BrokerId(1), BrokerEvent::Log(place(0), event));
    let order = [
        of(What::Broker(BrokerId(1), BrokerEvent::Crashed)),
        of(consumer(ConsumerEvent::Crashed)),
        of(consumer(ConsumerEvent::PositionSet {
            partition: place(0),
            offset: Offset(1),
            source: PositionSource::Committed,
        })),
        of(log(log_events().remove(4))),
        of(log(log_events().remove(11))),
        of(What::Broker(
            BrokerId(1),
            BrokerEvent::GroupStateChanged {
                group: GroupId::from("store"),
                from: GroupState::Stable,
                to: GroupState::PreparingRebalance,
                generation: 1,
                members: 2,
                cause: GroupCause::AllJoined,
            },
        )),
        of(What::Broker(
            BrokerId(1),
            BrokerEvent::OffsetCommitted {
                group: GroupId::from("store"),
                partition: place(0),
                offset: Offset(1),
                stored_in: stored(),
                stored_at: Offset(1),
            },
        )),
        of(What::Producer(ClientId(0), producer_events().remove(0))),
        of(What::Broker(
            BrokerId(1),
            BrokerEvent::FetchDelayed { client: NodeId::Client(ClientId(1)), until_ms: 0 },
        )),
    ];
    assert!(order.windows(2).all(|pair| pair[0] > pair[1]), "{order:?}");
    assert_eq!(order.last(), Some(&0));
}

/// What really happens in the store reads as well as what could.
#[test]
fn a_running_store_tells_itself() {
    let Some(scenario) = Scenario::built_in("store", 1) else { panic!("the store is built in") };
    let until_ms = scenario.start_ms + 1_000;
    let mut events = Vec::new();
    let mut world = World::new(Rc::new(scenario), 1, &mut events).unwrap();
    world.advance_to(until_ms, &mut events);
    assert!(events.len() > 100);
    for event in &events {
        for lang in crate::words::Lang::ALL {
            let words = crate::words::words(lang);
            let text = assert_whole(&words.event(&world, event), "store");
            assert!(text.chars().count() <= 140, "{text}");
            if let Some(aside) = words.aside(&world, event) {
                assert_whole(&aside, "store");
            }
        }
        assert!(!line_of_run(&world, event).contains('\n'));
    }
}
