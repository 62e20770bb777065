//! The consumer against a small scripted broker whose answers are built by hand.

mod known;
mod program;

use std::collections::VecDeque;
use std::rc::Rc;

use super::*;
use crate::client::assignor::protocol::{MemberSubscription, encode_assignment};
use crate::protocol::config::{Profile, STICKY_ASSIGNOR, Scope, Setting};
use crate::protocol::record::{
    BATCH_OVERHEAD, BatchBuilder, BatchHeader, BatchOptions, Record, RecordBatch, TimestampType,
};
use crate::protocol::request::{
    ApiKey, Body, FetchedPartition, JoinRefusal, Joined, JoinedMember, MetadataTopic, Request,
};
use crate::protocol::{BrokerId, Bytes, ErrorCode, Outgoing, SortedMap, SortedSet, Uuid};

const BROKER: NodeId = NodeId::Broker(BrokerId(1));

fn partition(number: u32) -> TopicPartition {
    TopicPartition::new("t", number)
}

/// A batch of these offsets that spans the offsets up to `last`.
fn batch(offsets: &[i64], base: i64, last: i64) -> Vec<u8> {
    if offsets.is_empty() {
        let mut bytes = vec![0; BATCH_OVERHEAD]; // A header alone, as the cleaner leaves one.
        let header = BatchHeader {
            base_offset: base,
            partition_leader_epoch: 0,
            timestamp_type: TimestampType::CreateTime,
            transactional: false,
            control: false,
            has_delete_horizon: false,
            last_offset_delta: (last - base) as i32,
            base_timestamp: -1,
            max_timestamp: -1,
            producer_id: -1,
            producer_epoch: -1,
            base_sequence: -1,
            record_count: 0,
        };
        header.write(&mut bytes);
        return bytes;
    }
    let options = BatchOptions { base_offset: base, ..BatchOptions::default() };
    let mut builder = BatchBuilder::new(options);
    for offset in offsets {
        let record =
            Record { timestamp: *offset, value: Some(Rc::new(*b"v")), ..Record::default() };
        builder.append_with_offset(*offset, &record).unwrap();
    }
    builder.build(Some(last)).unwrap()
}

/// Ten records a batch.
fn log(count: i64) -> Vec<Vec<u8>> {
    let batch_at = |base: i64| batch(&(base..base + 10).collect::<Vec<_>>(), base, base + 9);
    (0..count / 10).map(|n| batch_at(n * 10)).collect()
}

/// One broker: it answers at once, but what the script says first, and what it is told to keep never.
struct Fake {
    partitions: u32,
    logs: SortedMap<TopicPartition, Vec<Vec<u8>>>,
    start: i64,
    committed: SortedMap<TopicPartition, i64>,
    generation: i32,
    assigned: Vec<TopicPartition>,
    script: SortedMap<ApiKey, VecDeque<Response>>,
    silent: SortedSet<ApiKey>,
    bytes_per_fetch: usize,
}

impl Fake {
    fn end(&self, partition: &TopicPartition) -> i64 {
        let last = self.logs.get(partition).and_then(|log| log.last());
        last.map_or(0, |bytes| RecordBatch::new(bytes).unwrap().next_offset())
    }

    fn fetched(&self, partition: &TopicPartition, fetch_offset: i64) -> FetchedPartition {
        let end = self.end(partition);
        let mut records = Vec::new();
        for bytes in self.logs.get(partition).into_iter().flatten() {
            let next = RecordBatch::new(bytes).unwrap().next_offset();
            if next > fetch_offset && records.len() < self.bytes_per_fetch {
                records.extend(bytes);
            }
        }
        let out = fetch_offset < self.start || fetch_offset > end;
        FetchedPartition {
            partition: partition.clone(),
            fetch_offset,
            error: out.then_some(ErrorCode::OffsetOutOfRange),
            high_watermark: end,
            last_stable_offset: end,
            aborted_transactions: Vec::new(),
            records: if out { Rc::new([]) } else { records.into() },
        }
    }

    /// The answer and after how long it comes.
    fn answer(&mut self, request: &Request) -> Option<(u64, Response)> {
        let key = request.api_key();
        if let Some(response) = self.script.get_mut(&key).and_then(VecDeque::pop_front) {
            return Some((0, response));
        }
        if self.silent.contains(&key) {
            return None;
        }
        let response = match request {
            Request::Metadata { topics } => Response::Metadata {
                topics: topics
                    .iter()
                    .map(|topic| MetadataTopic {
                        topic: topic.clone(),
                        known: Ok((Uuid(1), vec![BrokerId(1); self.partitions as usize])),
                    })
                    .collect(),
            },
            Request::FindCoordinator { .. } => {
                Response::FindCoordinator { coordinator: Ok(BrokerId(1)) }
            }
            Request::JoinGroup(join) if join.member_id.is_empty() => {
                let member_id = format!("{}-uuid", join.client_id);
                Response::JoinGroup(Err(JoinRefusal {
                    error: ErrorCode::MemberIdRequired,
                    member_id,
                }))
            }
            Request::JoinGroup(join) => {
                self.generation += 1;
                Response::JoinGroup(Ok(Joined {
                    generation: self.generation,
                    protocol: join.protocols[0].0.clone(),
                    leader: join.member_id.clone(),
                    member_id: join.member_id.clone(),
                    members: vec![JoinedMember {
                        member_id: join.member_id.clone(),
                        instance_id: join.instance_id.clone(),
                        subscription: Rc::clone(&join.protocols[0].1),
                    }],
                    skip_assignment: false,
                }))
            }
            Request::SyncGroup { assignments, .. } => {
                let assignment = match assignments.first() {
                    Some((_, bytes)) => Rc::clone(bytes),
                    None => encode_assignment(&self.assigned),
                };
                Response::SyncGroup { assignment: Ok(assignment) }
            }
            Request::Heartbeat { .. } => Response::Heartbeat { error: None },
            Request::LeaveGroup { .. } => Response::LeaveGroup { error: None },
            Request::OffsetCommit { offsets, .. } => {
                for commit in offsets {
                    self.committed.insert(commit.partition.clone(), commit.offset);
                }
                let stored = offsets.iter().map(|commit| (commit.partition.clone(), None));
                Response::OffsetCommit { partitions: stored.collect() }
            }
            Request::OffsetFetch { partitions, .. } => Response::OffsetFetch {
                partitions: partitions
                    .iter()
                    .map(|p| (p.clone(), self.committed.get(p).copied().unwrap_or(-1)))
                    .collect(),
                error: None,
            },
            Request::ListOffsets { partitions, .. } => Response::ListOffsets {
                partitions: partitions
                    .iter()
                    .map(|(p, timestamp)| {
                        // A record's timestamp is its offset.
                        let offset = match timestamp {
                            -2 => self.start,
                            -1 => self.end(p),
                            time if *time < self.end(p) => *time,
                            _ => -1,
                        };
                        (p.clone(), Ok((-1, offset)))
                    })
                    .collect(),
            },
            Request::Fetch { partitions, max_wait_ms, .. } => {
                let partitions: Vec<_> =
                    partitions.iter().map(|p| self.fetched(&p.partition, p.fetch_offset)).collect();
                let empty = |p: &FetchedPartition| p.error.is_none() && p.records.is_empty();
                let wait_ms = if partitions.iter().all(empty) { *max_wait_ms as u64 } else { 0 };
                return Some((wait_ms, Response::Fetch { partitions }));
            }
            Request::ConsumerGroupHeartbeat(_) => unreachable!("these speak the classic protocol"),
            Request::Produce { .. } | Request::InitProducerId => {
                unreachable!("a consumer does not produce")
            }
        };
        Some((0, response))
    }
}

/// The consumer, its broker, and what has happened: times and sentences.
struct Rig {
    consumer: Consumer,
    fake: Fake,
    now_ms: u64,
    answers: Vec<(u64, Connection, u64, Response)>,
    requests: Vec<(u64, Request)>,
    events: Vec<(u64, ConsumerEvent)>,
    /// The latest request that was not answered.
    kept: Option<(u64, Request)>,
}

fn settings(overrides: &[(&str, &str)]) -> Settings {
    let mut settings = Settings::new(Scope::Consumer, Profile::V4);
    settings.set("group.id", "g").unwrap();
    settings.set("auto.offset.reset", "earliest").unwrap();
    for (name, value) in overrides {
        settings.set(name, value).unwrap();
    }
    settings
}

/// `commitSync()` after what a poll returned.
const SYNC: CommitStyle =
    CommitStyle { call: CommitCall::Sync, each: CommitEach::Poll, offsets: false, before: false };

fn app(process_ms: u64) -> ConsumerApp {
    ConsumerApp {
        topics: vec![Topic::from("t")],
        process_ms,
        assign: Vec::new(),
        poll_timeout_ms: 100,
        commit: None,
    }
}

impl Rig {
    fn new(overrides: &[(&str, &str)], app: ConsumerApp) -> Self {
        Self::start(settings(overrides), app)
    }

    fn start(settings: Settings, app: ConsumerApp) -> Self {
        let mut out = Outputs::default();
        let consumer = Consumer::new(0, "c", BROKER, settings, app, &mut out).unwrap();
        let fake = Fake {
            partitions: 1,
            logs: SortedMap::new(),
            start: 0,
            committed: SortedMap::new(),
            generation: 0,
            assigned: Vec::new(),
            script: SortedMap::new(),
            silent: SortedSet::new(),
            bytes_per_fetch: usize::MAX,
        };
        let mut rig = Self {
            consumer,
            fake,
            now_ms: 0,
            answers: Vec::new(),
            requests: Vec::new(),
            events: Vec::new(),
            kept: None,
        };
        rig.take(out);
        rig
    }

    fn with_log(mut self, partition: TopicPartition, batches: Vec<Vec<u8>>) -> Self {
        self.fake.logs.insert(partition, batches);
        self
    }

    fn take(&mut self, out: Outputs<ConsumerEvent>) {
        self.events.extend(out.events.into_iter().map(|event| (self.now_ms, event)));
        for Outgoing { to, connection, correlation_id, body, .. } in out.messages {
            assert_eq!(to, BROKER);
            let Body::Request(request) = body else { panic!("clients send requests") };
            match self.fake.answer(&request) {
                Some((wait_ms, response)) => {
                    let at_ms = self.now_ms + wait_ms;
                    self.answers.push((at_ms, connection, correlation_id, response));
                }
                None => self.kept = Some((correlation_id, request.clone())),
            }
            self.requests.push((self.now_ms, request));
        }
    }

    /// Everything up to and with `until_ms`.
    fn run(&mut self, until_ms: u64) {
        loop {
            let answer = (0..self.answers.len()).min_by_key(|at| self.answers[*at].0);
            let answer_ms = answer.map(|at| self.answers[at].0);
            let due_ms = self.consumer.next_due_ms();
            let Some(next_ms) = answer_ms.into_iter().chain(due_ms).min() else { break };
            if next_ms > until_ms {
                break;
            }
            self.now_ms = next_ms;
            let (mut out, mut chance) = (Outputs::default(), || 1u32 << 31);
            if answer_ms == Some(next_ms) {
                let (_, connection, id, response) = self.answers.remove(answer.unwrap());
                self.consumer.handle(next_ms, connection, id, response, &mut chance, &mut out);
            } else {
                self.consumer.tick(next_ms, &mut chance, &mut out);
                let due_ms = self.consumer.next_due_ms();
                assert!(due_ms.is_none_or(|due_ms| due_ms > next_ms), "it would spin at {next_ms}");
            }
            self.take(out);
        }
        self.now_ms = until_ms;
    }

    /// The coordinator answers now what it has kept.
    fn answer_kept(&mut self) {
        let (correlation_id, request) = self.kept.take().expect("it asked");
        let (_, response) = self.fake.answer(&request).expect("it is not silent any more");
        self.answers.push((self.now_ms, Connection::Coordinator, correlation_id, response));
    }

    fn close(&mut self) {
        let mut out = Outputs::default();
        self.consumer.close(self.now_ms, &mut || 0, &mut out);
        self.take(out);
    }

    fn crash_and_restart(&mut self) {
        let mut out = Outputs::default();
        self.consumer.crash(self.now_ms, &mut out);
        self.answers.clear();
        self.consumer.restart(self.now_ms, &mut out);
        self.take(out);
    }

    fn say(&mut self, response: Response) {
        self.fake.script.entry(response.api_key()).or_default().push_back(response);
    }

    /// Sentences of the events that `wanted` chooses, each after its time.
    fn told(&self, wanted: impl Fn(&ConsumerEvent) -> bool) -> Vec<String> {
        let events = self.events.iter().filter(|(_, event)| wanted(event));
        events.map(|(at_ms, event)| format!("{at_ms} {event}")).collect()
    }

    fn sent(&self, key: ApiKey) -> Vec<u64> {
        let requests = self.requests.iter().filter(|(_, request)| request.api_key() == key);
        requests.map(|(at_ms, _)| *at_ms).collect()
    }

    fn position(&self) -> Option<u64> {
        self.consumer.position(&partition(0)).map(|offset| offset.0)
    }
}

fn polls_and_commits(event: &ConsumerEvent) -> bool {
    use ConsumerEvent as E;
    matches!(event, E::RecordsReturned { .. } | E::CommitSent { .. } | E::PositionSet { .. })
}

/// CONS-5, word for word.
#[test]
fn auto_commit_stores_what_previous_polls_returned() {
    let mut rig =
        Rig::new(&[("max.poll.records", "10")], app(400)).with_log(partition(0), log(100));
    rig.run(3_999);
    rig.consumer.app.process_ms = 200; // The poll at 4000 is followed by one at 6000.
    rig.run(5_999);
    rig.consumer.app.process_ms = 500;
    rig.run(10_999);
    assert_eq!(rig.position(), Some(30));
    assert_eq!(rig.consumer.next_auto_commit_ms(), Some(11_000));
    assert_eq!(rig.consumer.committed_seen(&partition(0)), Some(Offset(20)));
    rig.crash_and_restart();
    assert_eq!(rig.consumer.membership(), MembershipState::Unjoined);
    rig.run(11_000);
    assert_eq!(
        rig.told(polls_and_commits),
        [
            "0 reads t-0 from 0, auto.offset.reset",
            "0 poll returned 10 records of t-0, position 10",
            "4000 poll returned 10 records of t-0, position 20",
            "6000 commits t-0@20 (Interval)",
            "6000 poll returned 10 records of t-0, position 30",
            "10999 reads t-0 from 20, committed",
            "10999 poll returned 10 records of t-0, position 30", // 20 to 29 once more.
        ]
    );
}

#[test]
fn without_polls_nothing_is_committed() {
    let mut rig = Rig::new(&[], app(0)).with_log(partition(0), log(10));
    rig.run(100);
    rig.consumer.pause_app(100, true);
    rig.run(60_000);
    assert!(rig.sent(ApiKey::OffsetCommit).is_empty());
    assert_eq!(rig.sent(ApiKey::Heartbeat).len(), 20, "the heartbeat thread goes on");
    rig.consumer.pause_app(60_000, false);
    rig.run(66_000);
    assert_eq!(rig.sent(ApiKey::OffsetCommit), [60_000, 65_000]); // Unchanged positions, too.
}

#[test]
fn a_first_join_needs_a_member_id() {
    let mut rig = Rig::new(&[], app(0));
    rig.run(0);
    let joins = rig.told(|event| matches!(event, ConsumerEvent::Joining { .. }));
    assert_eq!(joins, ["0 joins the group, no id yet", "0 joins the group, c-uuid"]);
    assert_eq!((rig.consumer.member_id(), rig.consumer.generation()), ("c-uuid", 1));
    assert!(rig.consumer.is_leader());
    assert_eq!(rig.consumer.assignment(), [partition(0)]);
    let Some((_, Request::JoinGroup(join))) =
        rig.requests.iter().find(|(_, request)| request.api_key() == ApiKey::JoinGroup)
    else {
        panic!("it joined")
    };
    let names: Vec<&str> = join.protocols.iter().map(|(name, _)| &**name).collect();
    assert_eq!(names, ["range", "cooperative-sticky"]);
    let range = MemberSubscription::decode(&join.protocols[0].1).unwrap();
    assert_eq!((range.topics.len(), range.user_data, range.generation), (1, None, -1));
}

/// CONS-3: compacted interiors, tails, and batches that are empty.
#[test]
fn the_position_steps_over_gaps() {
    let batches = vec![batch(&[1, 3], 0, 9), batch(&[], 10, 19), batch(&[20, 21], 20, 29)];
    let mut rig = Rig::new(&[("max.poll.records", "2")], app(100)).with_log(partition(0), batches);
    rig.run(0);
    // Two records fill the poll: the position is the last one's successor.
    assert_eq!(rig.position(), Some(4));
    assert_eq!(rig.consumer.buffered(), SortedMap::from([(partition(0), 2)]));
    rig.run(200);
    assert_eq!(rig.position(), Some(22));
    rig.run(400); // Nothing but the tail: poll returns early and empty.
    assert_eq!(rig.position(), Some(30));
    let moves = |event: &ConsumerEvent| {
        use ConsumerEvent as E;
        matches!(event, E::RecordsReturned { .. } | E::GapSkipped { .. })
    };
    assert_eq!(
        rig.told(moves),
        [
            "0 poll returned 2 records of t-0, position 4",
            "200 poll returned 2 records of t-0, position 22",
            "400 stepped over 22..30 of t-0, no records there",
        ]
    );
    // With room in the poll the same call goes on behind the tail.
    let tail = vec![batch(&[0, 1], 0, 9)];
    let mut rig = Rig::new(&[], app(100)).with_log(partition(0), tail);
    rig.run(0);
    assert_eq!(
        rig.told(moves),
        [
            "0 poll returned 2 records of t-0, position 2",
            "0 stepped over 2..10 of t-0, no records there"
        ]
    );
}

#[test]
fn records_below_the_position_and_a_cut_batch_are_left_out() {
    let mut rig = Rig::new(&[], app(0));
    rig.fake.committed.insert(partition(0), 5);
    let mut records = log(20).concat();
    records.truncate(records.len() - 1);
    rig.say(Response::Fetch {
        partitions: vec![FetchedPartition {
            partition: partition(0),
            fetch_offset: 5,
            error: None,
            high_watermark: 20,
            last_stable_offset: 20,
            aborted_transactions: Vec::new(),
            records: records.into(),
        }],
    });
    rig.run(0);
    let offsets = rig.events.iter().find_map(|(_, event)| match event {
        ConsumerEvent::RecordsReturned { offsets, .. } => Some(offsets.clone()),
        _ => None,
    });
    assert_eq!(offsets.unwrap(), (5..10).map(Offset).collect::<Vec<_>>());
    assert_eq!(rig.consumer.high_watermark_seen(&partition(0)), Some(Offset(20)));
}

#[test]
fn a_batch_with_a_bad_crc_throws_after_the_records_before_it() {
    let mut batches = log(20);
    *batches[1].last_mut().unwrap() ^= 1;
    let mut rig = Rig::new(&[], app(1)).with_log(partition(0), Vec::new());
    rig.say(Response::Fetch {
        partitions: vec![FetchedPartition {
            partition: partition(0),
            fetch_offset: 0,
            error: None,
            high_watermark: 20,
            last_stable_offset: 20,
            aborted_transactions: Vec::new(),
            records: batches.concat().into(),
        }],
    });
    rig.run(9);
    assert_eq!(rig.position(), Some(10));
    rig.run(100);
    let thrown = rig.told(|event| matches!(event, ConsumerEvent::ExceptionThrown(_)));
    assert!(thrown[0].contains("Received exception when fetching the next record from t-0"));
    assert!(thrown[0].contains("at offset 10 is invalid"));
    assert!(rig.consumer.is_closed());
    assert_eq!(rig.fake.committed[&partition(0)], 10, "`close()` commits");
}

/// CONS-14, CONS-15.
#[test]
fn without_a_commit_the_policy_decides() {
    let cases = [
        ("earliest", Some(3), None),
        ("latest", Some(20), None),
        ("by_duration:PT0.015S", Some(5), None), // Time 20 − 15: timestamps are offsets.
        ("by_duration:PT0S", Some(20), None),    // No record is that young.
        (
            "none",
            None,
            Some(
                "org.apache.kafka.clients.consumer.NoOffsetForPartitionException: Undefined offset with \
                 no reset policy for partitions: [t-0]",
            ),
        ),
    ];
    for (policy, expected, exception) in cases {
        let mut rig = Rig::new(&[("auto.offset.reset", policy)], app(1_000));
        rig.fake.start = 3;
        rig.fake.logs.insert(partition(0), log(20));
        // Its start is late, so that there is a past.
        let mut out = Outputs::default();
        rig.consumer.crash(0, &mut out);
        rig.consumer.restart(20, &mut out);
        rig.now_ms = 20;
        rig.run(30);
        let set = rig.events.iter().find_map(|(_, event)| match event {
            ConsumerEvent::PositionSet { offset, .. } => Some(offset.0),
            _ => None,
        });
        assert_eq!(set, expected, "{policy}");
        let thrown = rig.events.iter().find_map(|(_, event)| match event {
            ConsumerEvent::ExceptionThrown(words) => Some(words.as_str()),
            _ => None,
        });
        assert_eq!(thrown, exception, "{policy}");
    }
}

/// CONS-13 and CONS-17: a committed offset is believed, until a fetch says otherwise.
#[test]
fn a_position_out_of_range_is_reset() {
    let cases = [("latest", Some(50)), ("earliest", Some(50)), ("none", None)];
    for (policy, expected) in cases {
        let mut rig = Rig::new(&[("auto.offset.reset", policy)], app(0));
        rig.fake.committed.insert(partition(0), 9_999);
        rig.fake.logs.insert(partition(0), log(50));
        rig.run(0);
        let out_of_range = rig.told(|e| matches!(e, ConsumerEvent::OffsetOutOfRange { .. }));
        assert_eq!(out_of_range, ["0 offset 9999 of t-0 is out of range"], "{policy}");
        rig.run(200);
        assert_eq!(rig.position(), expected, "{policy}");
        let thrown = rig.told(|event| matches!(event, ConsumerEvent::ExceptionThrown(_)));
        if policy == "none" {
            let words = "OffsetOutOfRangeException: Fetch position FetchPosition{offset=9999, \
                         offsetEpoch=Optional.empty, currentLeader=LeaderAndEpoch{leader=Optional[";
            assert!(thrown[0].contains(words), "{}", thrown[0]);
            assert!(thrown[0].ends_with("epoch=0}} is out of range for partition t-0"));
        } else {
            assert_eq!(thrown, [] as [&str; 0]);
        }
    }
}

/// CONS-7 (a): the commit is awaited before partitions are given up.
#[test]
fn a_rebalance_commits_before_it_revokes() {
    let mut rig = Rig::new(&[], app(10)).with_log(partition(0), log(10));
    rig.run(2_999);
    rig.fake.silent.insert(ApiKey::OffsetCommit);
    rig.say(Response::Heartbeat { error: Some(ErrorCode::RebalanceInProgress) });
    rig.run(3_500);
    assert_eq!(rig.sent(ApiKey::Heartbeat), [3_000]);
    assert_eq!(rig.sent(ApiKey::OffsetCommit), [3_000]);
    assert_eq!(rig.sent(ApiKey::JoinGroup), [0, 0], "it waits for the commit");
    assert_eq!(rig.consumer.assignment(), [partition(0)]);
    let fetches = rig.sent(ApiKey::Fetch);
    assert!(fetches.iter().all(|at_ms| *at_ms <= 3_000), "nothing is read meanwhile");
    let commit = rig.events.iter().find_map(|(_, event)| match event {
        ConsumerEvent::CommitSent { correlation_id, .. } => Some(*correlation_id),
        _ => None,
    });
    let stored = Response::OffsetCommit { partitions: vec![(partition(0), None)] };
    rig.answers.push((3_500, Connection::Coordinator, commit.unwrap(), stored));
    rig.run(3_500);
    let rebalance = rig.told(|event| {
        use ConsumerEvent as E;
        matches!(event, E::CommitSent { .. } | E::CommitCompleted { .. } | E::Joining { .. })
    });
    assert_eq!(
        rebalance[2..],
        [
            "3000 commits t-0@10 (Rebalance)",
            "3500 committed t-0@10",
            "3500 gives up t-0 and rejoins as c-uuid"
        ]
    );
    assert_eq!(rig.consumer.generation(), 2);
}

#[test]
fn a_member_that_was_thrown_out_loses_its_partitions() {
    let mut rig = Rig::new(&[], app(10)).with_log(partition(0), log(10));
    rig.run(2_999);
    rig.say(Response::Heartbeat { error: Some(ErrorCode::UnknownMemberId) });
    rig.run(3_000);
    assert!(rig.sent(ApiKey::OffsetCommit).is_empty(), "nobody would take it");
    let lost = rig.told(|event| matches!(event, ConsumerEvent::PartitionsLost { .. }));
    assert_eq!(lost, ["3000 lost t-0: UNKNOWN_MEMBER_ID"]);
    assert_eq!(rig.consumer.generation(), 2, "it joined as a new member");
}

/// CONS-22 and CONS-11.
#[test]
fn who_polls_too_late_leaves_and_cannot_commit() {
    let overrides = [("max.poll.interval.ms", "2000"), ("enable.auto.commit", "false")];
    let app = ConsumerApp { commit: Some(SYNC), ..app(400) };
    let mut rig = Rig::new(&overrides, app).with_log(partition(0), log(10));
    rig.run(1_999);
    assert!(rig.sent(ApiKey::LeaveGroup).is_empty());
    rig.run(2_000);
    assert_eq!(rig.sent(ApiKey::LeaveGroup), [2_000]);
    assert_eq!(rig.consumer.membership(), MembershipState::Unjoined);
    rig.run(4_000);
    let words = rig.told(|event| matches!(event, ConsumerEvent::ExceptionThrown(_)));
    assert_eq!(
        words,
        ["4000 org.apache.kafka.clients.consumer.CommitFailedException: Offset commit cannot be \
          completed since the consumer is not part of an active group for auto partition assignment; \
          it is likely that the consumer was kicked out of the group."]
    );
    assert_eq!(rig.consumer.membership(), MembershipState::Stable, "the next poll rejoined");
}

#[test]
fn commit_sync_waits_for_the_coordinator_and_tries_again() {
    let app = ConsumerApp { commit: Some(SYNC), ..app(10) };
    let mut rig = Rig::new(&[("enable.auto.commit", "false")], app).with_log(partition(0), log(10));
    let retriable = Some(ErrorCode::UnknownTopicOrPartition);
    rig.say(Response::OffsetCommit { partitions: vec![(partition(0), retriable)] });
    rig.run(1_000);
    assert_eq!(rig.sent(ApiKey::OffsetCommit), [100, 200]);
    assert_eq!(rig.fake.committed[&partition(0)], 10);
}

#[test]
fn close_finishes_its_records_then_commits_and_leaves() {
    let mut rig = Rig::new(&[], app(10)).with_log(partition(0), log(10));
    rig.run(45);
    rig.close();
    assert!(rig.consumer.is_closing());
    rig.run(200);
    assert_eq!(
        (rig.sent(ApiKey::OffsetCommit), rig.sent(ApiKey::LeaveGroup)),
        (vec![100], vec![100])
    );
    assert_eq!(rig.told(|e| matches!(e, ConsumerEvent::Closed)), ["100 closed"]);
    assert!(rig.consumer.is_closed() && !rig.consumer.is_running());
    assert_eq!(rig.consumer.next_due_ms(), None);
}

#[test]
fn new_settings_are_a_new_process() {
    let mut rig = Rig::new(&[], app(10)).with_log(partition(0), log(10));
    rig.run(500);
    let bad = settings(&[("session.timeout.ms", "3000")]);
    let mut out = Outputs::default();
    assert!(rig.consumer.set_settings(500, bad, &mut out).is_err());
    let new = settings(&[("enable.auto.commit", "false"), ("lingr.ms", "1")]);
    rig.consumer.set_settings(500, new.clone(), &mut out).unwrap();
    rig.run(600);
    let lives = rig.told(|event| {
        use ConsumerEvent as E;
        matches!(event, E::Closing | E::Closed | E::Restarted | E::UnusedSettings(_))
    });
    let unused = "500 These configurations '[lingr.ms]' were supplied but are not used yet.";
    assert_eq!(lives, ["500 closes", "500 closed", unused, "500 restarted"]);
    assert_eq!(rig.consumer.settings(), &new);
    assert_eq!(rig.position(), Some(10));
}

/// GRP-20: the leader sees a topic that was missing, and calls for another round.
#[test]
fn a_leader_rejoins_when_its_topic_appears() {
    let mut rig = Rig::new(&[], app(10)).with_log(partition(0), log(10));
    let unknown =
        MetadataTopic { topic: Topic::from("t"), known: Err(ErrorCode::UnknownTopicOrPartition) };
    rig.say(Response::Metadata { topics: vec![unknown] });
    rig.run(99);
    assert_eq!((rig.consumer.generation(), rig.consumer.assignment().len()), (1, 0));
    rig.run(200);
    assert_eq!((rig.consumer.generation(), rig.consumer.assignment().len()), (2, 1));
}

#[test]
fn a_lost_coordinator_is_looked_up_again() {
    let mut rig = Rig::new(&[], app(10)).with_log(partition(0), log(10));
    rig.run(500);
    let mut out = Outputs::default();
    rig.consumer.disconnected(500, Connection::Coordinator, &mut || 1 << 31, &mut out);
    rig.take(out);
    rig.run(6_000);
    assert_eq!(rig.sent(ApiKey::FindCoordinator), [0, 600]);
    assert_eq!(rig.sent(ApiKey::JoinGroup).len(), 2, "it is still a member");
    assert_eq!(rig.consumer.generation(), 1);
}

#[test]
fn an_unanswered_request_times_out_and_is_sent_again() {
    let mut rig = Rig::new(&[], app(0)).with_log(partition(0), log(10));
    rig.fake.silent.insert(ApiKey::Fetch);
    rig.run(29_999);
    assert_eq!(rig.sent(ApiKey::Fetch), [0]);
    rig.fake.silent.clear();
    rig.run(31_000);
    assert_eq!(rig.told(|e| matches!(e, ConsumerEvent::Disconnected)), ["30000 disconnected"]);
    assert_eq!(rig.position(), Some(10));
}

#[test]
fn fetches_are_drained_in_the_order_of_their_arrival() {
    let mut rig = Rig::new(&[("max.poll.records", "15")], app(1));
    rig.fake.partitions = 2;
    rig.fake.logs = SortedMap::from([(partition(0), log(20)), (partition(1), log(20))]);
    rig.run(60);
    let returned = rig.told(|event| matches!(event, ConsumerEvent::RecordsReturned { .. }));
    assert_eq!(
        returned,
        [
            "0 poll returned 15 records of t-0, position 15",
            "15 poll returned 5 records of t-0, position 20",
            "15 poll returned 10 records of t-1, position 10",
            "30 poll returned 10 records of t-1, position 20"
        ]
    );
}

/// The book era lists range alone, has one exception for commits, and waits constantly.
const COOPERATIVE: (&str, &str) = (
    "partition.assignment.strategy",
    "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
);

/// The subscriptions that a consumer has sent, by its first assignor.
fn subscriptions(rig: &Rig) -> Vec<MemberSubscription> {
    let joins = rig.requests.iter().filter_map(|(_, request)| match request {
        Request::JoinGroup(join) => Some(&join.protocols[0].1),
        _ => None,
    });
    joins.map(|bytes| MemberSubscription::decode(bytes).unwrap()).collect()
}

/// ASGN-9: it reads on while the group rebalances, gives up what moves when it knows, and joins once more.
#[test]
fn a_cooperative_member_gives_up_only_what_moves_and_rejoins_for_it() {
    let mut rig = Rig::new(&[COOPERATIVE, ("max.poll.records", "5")], app(10));
    rig.fake.partitions = 2;
    let mut rig = rig.with_log(partition(0), log(800)).with_log(partition(1), log(800));
    let assigned = |numbers: &[u32]| {
        let partitions: Vec<_> = numbers.iter().map(|number| partition(*number)).collect();
        Response::SyncGroup { assignment: Ok(encode_assignment(&partitions)) }
    };
    for numbers in [&[0, 1][..], &[0], &[0]] {
        rig.say(assigned(numbers));
    }
    rig.run(2_999);
    let position = rig.position();
    rig.fake.silent.insert(ApiKey::JoinGroup);
    rig.say(Response::Heartbeat { error: Some(ErrorCode::RebalanceInProgress) });
    rig.run(3_500);
    assert!(rig.position() > position, "it reads on while it waits for the others");
    assert_eq!(rig.consumer.assignment(), [partition(0), partition(1)]);
    rig.fake.silent.remove(&ApiKey::JoinGroup);
    rig.answer_kept();
    rig.run(4_000);
    assert_eq!(rig.consumer.assignment(), [partition(0)]);
    let told = rig.told(|event| {
        use ConsumerEvent as E;
        matches!(event, E::Joining { .. } | E::PartitionsRevoked { .. } | E::Assigned { .. })
    });
    let told: Vec<&str> = told.iter().filter_map(|line| Some(line.split_once(' ')?.1)).collect();
    assert_eq!(
        told[2..],
        [
            "generation 1: reads t-0, t-1, leads",
            "rejoins as c-uuid and keeps t-0, t-1",
            "gives up t-1",
            "generation 2: reads t-0, leads",
            "rejoins as c-uuid and keeps t-0",
            "generation 3: reads t-0, leads",
        ]
    );
    let sent = subscriptions(&rig);
    let said: Vec<_> = sent.iter().map(|s| (s.owned.len(), s.generation)).collect();
    assert_eq!(said, [(0, -1), (0, -1), (2, 1), (1, 2)]);
    assert_eq!(sent[3].user_data.as_deref(), Some(&2i32.to_be_bytes()[..]));
    let positions = rig.told(|event| matches!(event, ConsumerEvent::PositionSet { .. }));
    assert_eq!(positions.len(), 2, "what it keeps keeps its position");
}

/// ASGN-10: an eager sticky member gives up all, and remembers it in its user data.
#[test]
fn a_sticky_member_says_what_it_had() {
    let sticky = ("partition.assignment.strategy", STICKY_ASSIGNOR);
    let mut rig = Rig::new(&[sticky], app(10)).with_log(partition(0), log(10));
    rig.say(Response::Heartbeat { error: Some(ErrorCode::RebalanceInProgress) });
    rig.run(3_600);
    let sent = subscriptions(&rig);
    let said: Vec<_> = sent
        .iter()
        .map(|s| {
            s.user_data.as_deref().map(crate::client::assignor::protocol::read_sticky_user_data)
        })
        .collect();
    assert_eq!(said, [None, None, Some((vec![partition(0)], 1))]);
    assert!(sent.iter().all(|subscription| subscription.owned.is_empty()));
}

#[test]
fn assignors_are_refused_in_kafkas_words() {
    let range = "org.apache.kafka.clients.consumer.RangeAssignor";
    let name = "partition.assignment.strategy";
    let cases = [
        (Profile::V4, "Range", "Range ClassNotFoundException exception occurred"),
        (Profile::Book, COOPERATIVE.1, "ClassNotFoundException exception occurred"),
    ];
    for (profile, text, words) in cases {
        let refused = Settings::new(Scope::Consumer, profile).set(name, text).unwrap_err();
        assert!(refused.to_string().contains(words), "{text}: {refused}");
    }
    let mut settings = Settings::new(Scope::Consumer, Profile::V4);
    assert_eq!(settings.set(name, &format!("{STICKY_ASSIGNOR} , {range}")), Ok(()));
    // A second time it is dropped.
    assert_eq!(settings.set(name, &format!("{range}, {range}")), Ok(()));
    assert_eq!(settings.get(Setting::PartitionAssignmentStrategy).to_string(), range);
}

#[test]
fn the_book_eras_consumer_is_simpler() {
    let mut book = Settings::new(Scope::Consumer, Profile::Book);
    for (name, value) in
        [("group.id", "g"), ("auto.offset.reset", "earliest"), ("enable.auto.commit", "false")]
    {
        book.set(name, value).unwrap();
    }
    let app = ConsumerApp { commit: Some(SYNC), ..app(10) };
    let mut rig = Rig::start(book, app).with_log(partition(0), log(10));
    rig.say(Response::FindCoordinator { coordinator: Err(ErrorCode::CoordinatorNotAvailable) });
    rig.say(Response::FindCoordinator { coordinator: Err(ErrorCode::CoordinatorNotAvailable) });
    let error = Some(ErrorCode::RebalanceInProgress);
    rig.say(Response::OffsetCommit { partitions: vec![(partition(0), error)] });
    rig.run(400);
    assert_eq!(rig.sent(ApiKey::FindCoordinator), [0, 100, 200]);
    let Some((_, Request::JoinGroup(join))) =
        rig.requests.iter().find(|(_, request)| request.api_key() == ApiKey::JoinGroup)
    else {
        panic!("it joined")
    };
    assert_eq!((join.protocols.len(), join.session_timeout_ms), (1, 10_000));
    let words = rig.told(|event| matches!(event, ConsumerEvent::ExceptionThrown(_)));
    assert!(
        words[0].contains("CommitFailedException: Commit cannot be completed since the group has")
    );
    assert_eq!(rig.consumer.generation(), 2, "it joined anew");
}

#[test]
fn a_consumer_without_topics_may_not_poll() {
    let mut rig = Rig::new(&[], ConsumerApp { topics: Vec::new(), ..app(0) });
    rig.run(0);
    let words = rig.told(|event| matches!(event, ConsumerEvent::ExceptionThrown(_)));
    let sentence = "java.lang.IllegalStateException: Consumer is not subscribed to any topics or assigned \
                    any partitions";
    assert_eq!(words, [format!("0 {sentence}")]);
}

/// Follower: what the leader assigned.
#[test]
fn a_follower_reads_what_it_is_given() {
    let mut rig = Rig::new(&[], app(1));
    rig.fake.partitions = 3;
    rig.fake.assigned = vec![partition(2), partition(1)];
    rig.say(Response::JoinGroup(Ok(Joined {
        generation: 4,
        protocol: "range".into(),
        leader: "other".into(),
        member_id: "me".into(),
        members: Vec::new(),
        skip_assignment: false,
    })));
    rig.run(0);
    assert_eq!(rig.consumer.assignment(), [partition(1), partition(2)]);
    assert!(!rig.consumer.is_leader());
}

/// Some answer to a request of this kind, sensible or not.
fn any_answer(key: ApiKey, seed: u32, honest: Option<Response>) -> Response {
    let errors = ErrorCode::ALL;
    let error = errors[(seed / 16) as usize % errors.len()];
    let number = [-1i64, 0, 3, 17, 9_999, i64::MAX][(seed / 7) as usize % 6];
    let bytes: Bytes = match seed % 5 {
        0 => Rc::new([]),
        1 => batch(&[2, 4], 0, 9).into(),
        2 => log(30).concat()[..400].into(),
        3 => (0..seed % 90).map(|at| (at ^ seed) as u8).collect(),
        _ => encode_assignment(&[partition(0), partition(seed % 4)]),
    };
    match (key, seed % 3) {
        (_, 0) if honest.is_some() => honest.unwrap(),
        (ApiKey::Metadata, _) => Response::Metadata {
            topics: vec![MetadataTopic { topic: Topic::from("t"), known: Err(error) }],
        },
        (ApiKey::FindCoordinator, _) => Response::FindCoordinator { coordinator: Err(error) },
        (ApiKey::JoinGroup, 1) => Response::JoinGroup(Ok(Joined {
            generation: seed as i32,
            protocol: "range".into(),
            leader: "m".into(),
            member_id: ["m", "n"][seed as usize % 2].into(),
            members: vec![JoinedMember {
                member_id: "m".into(),
                instance_id: None,
                subscription: bytes,
            }],
            skip_assignment: false,
        })),
        (ApiKey::JoinGroup, _) => {
            Response::JoinGroup(Err(JoinRefusal { error, member_id: "m".into() }))
        }
        (ApiKey::SyncGroup, 1) => Response::SyncGroup { assignment: Ok(bytes) },
        (ApiKey::SyncGroup, _) => Response::SyncGroup { assignment: Err(error) },
        (ApiKey::OffsetCommit, _) => {
            Response::OffsetCommit { partitions: vec![(partition(0), Some(error))] }
        }
        (ApiKey::OffsetFetch, _) => {
            Response::OffsetFetch { partitions: vec![(partition(0), number)], error: None }
        }
        (ApiKey::ListOffsets, 1) => {
            Response::ListOffsets { partitions: vec![(partition(0), Ok((number, number)))] }
        }
        (ApiKey::ListOffsets, _) => {
            Response::ListOffsets { partitions: vec![(partition(0), Err(error))] }
        }
        (ApiKey::Fetch, kind) => Response::Fetch {
            partitions: vec![FetchedPartition {
                partition: partition(seed % 2),
                fetch_offset: number.min(17),
                error: (kind == 1).then_some(error),
                high_watermark: number,
                last_stable_offset: number,
                aborted_transactions: Vec::new(),
                records: bytes,
            }],
        },
        _ => Response::Heartbeat { error: Some(error) },
    }
}

/// Answers that lie, come late or not at all, crashes, pauses: it goes on, and reads forwards
/// unless a reset, a lost assignment or a new process says otherwise.
#[test]
fn whatever_comes_it_goes_on_and_reads_forwards() {
    let mut draw = 1u32;
    let mut next = || {
        draw = draw.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        draw ^ draw >> 15
    };
    for _ in 0..200 {
        let count = 1 + next() % 300;
        random_run((0..count).map(|_| next()).collect());
    }
}

fn random_run(seeds: Vec<u32>) {
    let mut rig = Rig::new(&[("max.poll.records", "4")], app(7));
    rig.fake.partitions = 2;
    rig.fake.logs = SortedMap::from([
        (partition(0), log(40)),
        (partition(1), vec![batch(&[1, 2, 7, 8], 0, 9)]),
    ]);
    rig.fake.bytes_per_fetch = 1;
    rig.fake.silent = ApiKey::ALL.into(); // The loop below answers.
    let (mut seen, mut reached) = (0, SortedMap::<TopicPartition, Offset>::new());
    for seed in seeds {
        rig.now_ms += u64::from(seed % 40);
        let now_ms = rig.now_ms;
        let (mut out, mut draw) = (Outputs::default(), seed);
        let mut chance = || {
            draw = draw.wrapping_mul(1_664_525).wrapping_add(1);
            draw
        };
        match seed % 199 {
            0 => rig.consumer.crash(now_ms, &mut out),
            1 => rig.consumer.restart(now_ms, &mut out),
            2 => rig.consumer.pause_app(now_ms, seed % 3 == 0),
            3 => rig.consumer.disconnected(now_ms, Connection::Coordinator, &mut chance, &mut out),
            4 => rig.consumer.disconnected(now_ms, Connection::Data, &mut chance, &mut out),
            5 => rig.consumer.close(now_ms, &mut chance, &mut out),
            6 => rig.now_ms += 50_000, // So long that everything times out.
            7 => drop(rig.consumer.set_settings(now_ms, settings(&[]), &mut out)),
            _ => {}
        }
        rig.take(out);
        // Whatever is due meanwhile; time must go on.
        for _ in 0..2_000 {
            let Some(due_ms) = rig.consumer.next_due_ms().filter(|due_ms| *due_ms <= rig.now_ms)
            else {
                break;
            };
            let mut out = Outputs::default();
            rig.consumer.tick(due_ms, &mut chance, &mut out);
            assert!(rig.consumer.next_due_ms().is_none_or(|next_ms| next_ms > due_ms));
            rig.take(out);
        }
        // Some request, new or old, gets an answer; others never do.
        if let Some((at, (_, request))) =
            rig.requests.iter().enumerate().nth_back((seed / 64 % 3) as usize)
        {
            let (request, correlation_id) = (request.clone(), at as u64);
            rig.fake.silent.clear();
            let honest = rig.fake.answer(&request).map(|(_, response)| response);
            rig.fake.silent = ApiKey::ALL.into();
            let honest = if seed % 16 > 0 { honest } else { None };
            let key = request.api_key();
            let response = match (honest, seed % 9) {
                (Some(honest), 1..) => honest,
                (honest, _) => any_answer(key, seed / 64, honest),
            };
            use ApiKey as K;
            let connection = match key {
                K::Metadata | K::Fetch | K::ListOffsets | K::FindCoordinator => Connection::Data,
                _ => Connection::Coordinator,
            };
            let mut out = Outputs::default();
            rig.consumer.handle(
                rig.now_ms,
                connection,
                correlation_id,
                response,
                &mut chance,
                &mut out,
            );
            rig.take(out);
        }
        for (_, event) in &rig.events[seen..] {
            use ConsumerEvent as E;
            match event {
                E::PositionSet { partition, offset, .. } => {
                    _ = reached.insert(partition.clone(), *offset);
                }
                E::RecordsReturned { partition, position, offsets } => {
                    let from = reached.insert(partition.clone(), *position).unwrap();
                    assert!(from <= offsets[0] && offsets.is_sorted());
                    assert!(offsets.last().unwrap() < position);
                }
                E::GapSkipped { partition, from, position } => {
                    assert_eq!(reached.insert(partition.clone(), *position), Some(*from));
                    assert!(from < position);
                }
                _ => {}
            }
        }
        seen = rig.events.len();
        for assigned in rig.consumer.assignment() {
            if let Some(position) = rig.consumer.position(assigned) {
                assert_eq!(reached.get(assigned), Some(&position));
            }
        }
    }
}
