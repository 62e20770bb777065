//! The program's lines: what it commits and when, where it can die or be stopped, and what it can be asked.

use super::*;
use crate::protocol::record::{end_transaction_marker, set_last_offset};
use crate::protocol::request::AbortedTransaction;

const AT_ONCE: CommitStyle =
    CommitStyle { call: CommitCall::Sync, each: CommitEach::Poll, offsets: true, before: false };

fn manual(style: CommitStyle, overrides: &[(&str, &str)]) -> Rig {
    let mut all = vec![("enable.auto.commit", "false"), ("max.poll.records", "3")];
    all.extend(overrides);
    let mut rig = Rig::new(&all, ConsumerApp { commit: Some(style), ..app(10) });
    rig.fake.partitions = 2;
    rig.with_log(partition(0), vec![batch(&[0, 1], 0, 1)])
        .with_log(partition(1), vec![batch(&[0, 1], 0, 1)])
}

/// Works and commits, as `p0+1` for an offset processed and `=1` for one committed.
fn work(rig: &Rig) -> String {
    let short = |(_, event): &(u64, ConsumerEvent)| match event {
        ConsumerEvent::RecordProcessed { partition, offset } => {
            Some(format!("{}:{offset}", partition.partition))
        }
        ConsumerEvent::CommitSent { offsets, .. } => {
            let offset =
                |(p, offset): &(TopicPartition, Offset)| format!("{}={offset}", p.partition);
            Some(format!("[{}]", offsets.iter().map(offset).collect::<Vec<_>>().join(" ")))
        }
        _ => None,
    };
    rig.events.iter().filter_map(short).collect::<Vec<_>>().join(" ")
}

/// What each kind of program commits between its records: a poll returns 0:0 0:1 1:0, the next one 1:1.
#[test]
fn every_program_commits_where_its_lines_say() {
    use CommitEach::{Partition, Poll, Record};
    let cases = [
        (Poll, false, false, "0:0 0:1 1:0 [0=2 1=1] 1:1 [0=2 1=2]"),
        (Poll, true, false, "0:0 0:1 1:0 [0=2 1=1] 1:1 [1=2]"),
        (Partition, true, false, "0:0 0:1 [0=2] 1:0 [1=1] 1:1 [1=2]"),
        // Without a map all that was returned is committed: 1:0 before it is processed.
        (Partition, false, false, "0:0 0:1 [0=2 1=1] 1:0 [0=2 1=1] 1:1 [0=2 1=2]"),
        (Record, true, false, "0:0 [0=1] 0:1 [0=2] 1:0 [1=1] 1:1 [1=2]"),
        (Poll, false, true, "[0=2 1=1] 0:0 0:1 1:0 [0=2 1=2] 1:1"),
        (Poll, true, true, "[0=2 1=1] 0:0 0:1 1:0 [1=2] 1:1"),
        (Partition, true, true, "[0=2] 0:0 0:1 [1=1] 1:0 [1=2] 1:1"),
        (Record, true, true, "[0=1] 0:0 [0=2] 0:1 [1=1] 1:0 [1=2] 1:1"),
    ];
    for (each, offsets, before, expected) in cases {
        for call in [CommitCall::Sync, CommitCall::Async] {
            let style = CommitStyle { call, each, offsets, before };
            let mut rig = manual(style, &[]);
            rig.run(300);
            assert_eq!(work(&rig), expected, "{style:?}");
        }
    }
}

#[test]
fn a_program_reads_as_java() {
    let style = CommitStyle {
        call: CommitCall::Async,
        each: CommitEach::Partition,
        offsets: true,
        before: false,
    };
    let by_hand =
        ConsumerApp { assign: vec![partition(0), partition(3)], commit: Some(style), ..app(10) };
    let code: Vec<String> = by_hand
        .code()
        .iter()
        .map(|code| format!("{}{}", " ".repeat(code.indent.into()), code.text))
        .collect();
    assert_eq!(
        code,
        [
            r#"consumer.assign(List.of(new TopicPartition("t", 0), new TopicPartition("t", 3)));"#,
            "while (running) {",
            " var records = consumer.poll(Duration.ofMillis(100));",
            " for (var partition : records.partitions()) {",
            "  for (var record : records.records(partition))",
            "   process(record);",
            "  consumer.commitAsync(nextOffset(partition), callback);",
            " }",
            "}",
            "consumer.close();",
        ]
    );
    // Every line that does something stands there once, in every program.
    let styles = [CommitEach::Poll, CommitEach::Partition, CommitEach::Record];
    for (each, before) in styles.into_iter().flat_map(|each| [(each, false), (each, true)]) {
        let app = ConsumerApp { commit: Some(CommitStyle { each, before, ..SYNC }), ..app(1) };
        let mut lines: Vec<_> = app.code().iter().filter_map(|code| code.line).collect();
        lines.sort();
        assert_eq!(lines, ProgramLine::ALL, "{each:?}");
    }
}

/// CONS-10: no second try, and the callback runs inside the next call.
#[test]
fn commit_async_is_called_back_later_and_never_tries_again() {
    let style = CommitStyle { call: CommitCall::Async, each: CommitEach::Record, ..AT_ONCE };
    let mut rig = manual(style, &[]);
    let retriable = Some(ErrorCode::UnknownTopicOrPartition);
    rig.say(Response::OffsetCommit { partitions: vec![(partition(0), retriable)] });
    rig.run(300);
    assert_eq!(rig.sent(ApiKey::OffsetCommit), [10, 20, 30, 40]);
    let called = rig.told(|event| matches!(event, ConsumerEvent::CommitCalledBack { .. }));
    assert_eq!(
        called,
        [
            "20 is called back for t-0@1: org.apache.kafka.clients.consumer.RetriableCommitFailedException: \
             Offset commit failed with a retriable exception. You should retry committing the latest \
             consumed offsets. | caused by \
             org.apache.kafka.common.errors.UnknownTopicOrPartitionException: This server does not host \
             this topic-partition.",
            "30 is called back: committed t-0@2",
            "40 is called back: committed t-1@1",
            "40 is called back: committed t-1@2",
        ]
    );
}

/// CONS-9: in the words of the recorded broker.
#[test]
fn commit_sync_gives_up_after_default_api_timeout_ms() {
    let mut rig = manual(AT_ONCE, &[("default.api.timeout.ms", "3000")]);
    for _ in 0..20 {
        let error = Some(ErrorCode::UnknownTopicOrPartition);
        rig.say(Response::OffsetCommit { partitions: vec![(partition(0), error)] });
    }
    rig.run(3_030);
    let thrown = rig.told(|event| matches!(event, ConsumerEvent::ExceptionThrown(_)));
    assert_eq!(
        thrown,
        ["3030 org.apache.kafka.common.errors.TimeoutException: Timeout of 3000ms expired before \
          successfully committing offsets {t-0=OffsetAndMetadata{offset=2, leaderEpoch=null, metadata=''}, \
          t-1=OffsetAndMetadata{offset=1, leaderEpoch=null, metadata=''}}"]
    );
    assert!(rig.sent(ApiKey::OffsetCommit).len() > 5);
    rig.run(3_100);
    assert!(rig.consumer.is_running(), "the program logs it and goes on");
}

/// CONS-11: by `commitSync` as an exception, by `commitAsync` in the callback; and the member joins again.
#[test]
fn a_refused_commit_is_told_in_kafkas_words() {
    let gone = "org.apache.kafka.clients.consumer.CommitFailedException: Commit cannot be completed since the \
                group has already rebalanced and assigned the partitions to another member. This means that \
                the time between subsequent calls to poll() was longer than the configured \
                max.poll.interval.ms";
    let rebalances = "org.apache.kafka.common.errors.RebalanceInProgressException: Offset commit cannot be \
                      completed since the consumer group is executing a rebalance at the moment. You can try \
                      completing the rebalance by calling poll() and then retry commit again";
    let cases = [
        (ErrorCode::UnknownMemberId, gone, vec!["", "c-uuid", "", "c-uuid"]),
        // Only late: it keeps its id.
        (ErrorCode::IllegalGeneration, gone, vec!["", "c-uuid", "c-uuid"]),
        (ErrorCode::RebalanceInProgress, rebalances, vec!["", "c-uuid", "c-uuid"]),
    ];
    for (error, words, joins) in cases {
        for call in [CommitCall::Sync, CommitCall::Async] {
            let mut rig = manual(CommitStyle { call, ..AT_ONCE }, &[]);
            rig.say(Response::OffsetCommit { partitions: vec![(partition(0), Some(error))] });
            rig.run(400);
            let told = rig.events.iter().find_map(|(_, event)| match event {
                ConsumerEvent::ExceptionThrown(words) => Some((CommitCall::Sync, words.clone())),
                ConsumerEvent::CommitCalledBack { exception: Some(words), .. } => {
                    Some((CommitCall::Async, words.clone()))
                }
                _ => None,
            });
            let (how, told) = told.expect("it is told");
            assert_eq!(how, call, "{error}");
            assert!(told.starts_with(words), "{error}: {told}");
            let sent = rig.requests.iter().filter_map(|(_, request)| match request {
                Request::JoinGroup(join) => Some(join.member_id.as_str()),
                _ => None,
            });
            assert_eq!(sent.collect::<Vec<_>>(), joins, "{error} {call:?}");
            assert!(rig.consumer.is_running(), "the program goes on");
        }
    }
}

/// CONS-9: nothing to commit is success without a request.
#[test]
fn an_empty_commit_sends_nothing() {
    let mut rig = Rig::new(
        &[("enable.auto.commit", "false"), ("auto.offset.reset", "latest")],
        ConsumerApp { commit: Some(SYNC), ..app(1) },
    );
    rig.run(1_000);
    assert_eq!(rig.sent(ApiKey::OffsetCommit), [] as [u64; 0]);
}

/// CONS-7 (c), CONS-11: no group management, but offsets of the group.
#[test]
fn assign_needs_no_group_to_read_and_one_to_commit() {
    let by_hand = ConsumerApp { assign: vec![partition(0)], topics: Vec::new(), ..app(10) };
    let mut rig = Rig::new(&[("auto.commit.interval.ms", "200")], by_hand.clone())
        .with_log(partition(0), log(20));
    rig.fake.committed.insert(partition(0), 15);
    rig.run(450);
    assert_eq!(rig.sent(ApiKey::JoinGroup), [] as [u64; 0]);
    assert_eq!(rig.sent(ApiKey::Heartbeat), [] as [u64; 0]);
    assert_eq!(rig.sent(ApiKey::OffsetCommit), [200, 400]);
    assert_eq!(rig.fake.committed[&partition(0)], 20);
    let commit = rig.requests.iter().find_map(|(_, request)| match request {
        Request::OffsetCommit { generation, member_id, .. } => {
            Some((*generation, member_id.clone()))
        }
        _ => None,
    });
    assert_eq!(commit, Some((-1, String::new())));
    assert_eq!(rig.told(|event| matches!(event, ConsumerEvent::RecordsReturned { .. })).len(), 1);
    rig.say(Response::OffsetCommit {
        partitions: vec![(partition(0), Some(ErrorCode::UnknownMemberId))],
    });
    rig.close();
    rig.run(500);
    assert!(rig.consumer.is_closed());

    // Without a group nobody is asked, and nothing is committed.
    let mut alone = Settings::new(Scope::Consumer, Profile::V4);
    alone.set("auto.offset.reset", "earliest").unwrap();
    let mut rig = Rig::start(alone.clone(), by_hand).with_log(partition(0), log(20));
    rig.run(9_000);
    assert_eq!(rig.sent(ApiKey::FindCoordinator), [] as [u64; 0]);
    assert_eq!(rig.position(), Some(20));
    alone.set("enable.auto.commit", "true").unwrap();
    assert_eq!(
        alone.check_together().unwrap_err().to_string(),
        "org.apache.kafka.common.errors.InvalidConfigurationException: enable.auto.commit cannot be set to true \
         when default group id (null) is used."
    );
}

const NO_GROUP: &str = "org.apache.kafka.common.errors.InvalidGroupIdException: To use the group management \
                        or offset commit APIs, you must provide a valid group.id in the consumer \
                        configuration.";

/// CONS-24.
#[test]
fn subscribing_and_committing_need_a_group() {
    let alone = Settings::new(Scope::Consumer, Profile::V4);
    let mut rig = Rig::start(alone.clone(), app(10));
    rig.run(0);
    let thrown = rig.told(|event| matches!(event, ConsumerEvent::ExceptionThrown(_)));
    assert_eq!(thrown, [format!("0 {NO_GROUP}")]);
    assert!(rig.consumer.is_closed());
    let commits = ConsumerApp { assign: vec![partition(0)], commit: Some(AT_ONCE), ..app(10) };
    let mut settings = alone;
    settings.set("auto.offset.reset", "earliest").unwrap();
    let mut rig = Rig::start(settings, commits).with_log(partition(0), log(10));
    rig.run(100);
    let thrown = rig.told(|event| matches!(event, ConsumerEvent::ExceptionThrown(_)));
    assert_eq!(thrown, [format!("100 {NO_GROUP}")]);
}

/// An asynchronous commit without a coordinator waits for it to be found, and fails with the look-up.
#[test]
fn commit_async_waits_for_the_coordinator() {
    let style = CommitStyle { call: CommitCall::Async, ..AT_ONCE };
    let by_hand = ConsumerApp { assign: vec![partition(0)], commit: Some(style), ..app(10) };
    let mut rig =
        Rig::new(&[("enable.auto.commit", "false")], by_hand).with_log(partition(0), log(10));
    rig.run(50);
    let mut out = Outputs::default();
    rig.consumer.disconnected(50, Connection::Coordinator, &mut || 1 << 31, &mut out);
    rig.take(out);
    rig.run(99);
    rig.fake.silent.insert(ApiKey::FindCoordinator);
    rig.run(110);
    assert_eq!(rig.sent(ApiKey::OffsetCommit), [] as [u64; 0]);
    assert_eq!(rig.consumer.pending_callbacks(), 1);
    rig.run(160); // The look-up is due by now.
    rig.fake.silent.clear();
    let Some((id, request)) = rig.kept.take() else { panic!("it looked for its coordinator") };
    let (_, response) = rig.fake.answer(&request).unwrap();
    rig.answers.push((160, Connection::Data, id, response));
    rig.run(300);
    assert_eq!(rig.sent(ApiKey::OffsetCommit), [160]);
    let called = rig.told(|event| matches!(event, ConsumerEvent::CommitCalledBack { .. }));
    assert_eq!(called, ["160 is called back: committed t-0@10"]);
}

fn ask(rig: &mut Rig, call: impl FnOnce(&mut Consumer, u64)) {
    call(&mut rig.consumer, rig.now_ms);
}

/// CONS-18.
#[test]
fn seek_moves_the_position_and_nothing_else() {
    let mut rig = Rig::new(&[("max.poll.records", "5")], app(10)).with_log(partition(0), log(20));
    rig.run(20); // In the middle of the first five.
    rig.fake.logs.insert(partition(0), log(30));
    ask(&mut rig, |consumer, now_ms| consumer.seek(now_ms, partition(0), SeekTo::Offset(17)));
    rig.run(500);
    let told = rig.told(|event| {
        use ConsumerEvent as E;
        matches!(event, E::RecordsReturned { .. } | E::Sought { .. } | E::CommitSent { .. })
    });
    assert_eq!(
        told[..4],
        [
            "0 poll returned 5 records of t-0, position 5",
            "30 seeks 17 of t-0", // By the application's own thread, before its next record.
            "50 poll returned 5 records of t-0, position 22",
            "100 poll returned 5 records of t-0, position 27",
        ],
        "what was fetched for the old position is dropped"
    );
    ask(&mut rig, |consumer, now_ms| consumer.seek(now_ms, partition(0), SeekTo::Beginning));
    ask(&mut rig, |consumer, now_ms| consumer.seek(now_ms, partition(7), SeekTo::End));
    ask(&mut rig, |consumer, now_ms| consumer.seek(now_ms, partition(0), SeekTo::Offset(-1)));
    rig.run(700);
    let thrown = rig.told(|event| matches!(event, ConsumerEvent::ExceptionThrown(_)));
    assert!(thrown[0].ends_with("IllegalStateException: No current assignment for partition t-7"));
    assert!(
        thrown[1].ends_with("IllegalArgumentException: seek offset must not be a negative number")
    );
    assert!(rig.consumer.is_running(), "it catches them");
    let set = rig.told(|event| matches!(event, ConsumerEvent::PositionSet { .. }));
    assert!(set[1].ends_with("reads t-0 from 0, seek"), "{set:?}");
}

/// CONS-18: paused is not fetched, not returned, and not forgotten.
#[test]
fn pause_keeps_what_is_buffered_for_resume() {
    let mut rig = Rig::new(&[("max.poll.records", "5")], app(10));
    rig.fake.partitions = 2;
    let mut rig = rig.with_log(partition(0), log(10)).with_log(partition(1), log(30));
    rig.run(20);
    assert_eq!(rig.consumer.buffered()[&partition(0)], 5);
    ask(&mut rig, |consumer, now_ms| consumer.pause(now_ms, vec![partition(0)], true));
    rig.run(300);
    assert!(rig.consumer.is_paused_at(&partition(0)));
    assert_eq!(rig.position(), Some(5));
    assert_eq!(rig.consumer.buffered()[&partition(0)], 5);
    assert!(rig.consumer.position(&partition(1)) > Some(Offset(20)), "the other one is read on");
    let fetched: Vec<_> = rig
        .requests
        .iter()
        .filter_map(|(at_ms, request)| match request {
            Request::Fetch { partitions, .. } if *at_ms > 30 => Some(partitions),
            _ => None,
        })
        .flatten()
        .filter(|fetch| fetch.partition == partition(0))
        .collect();
    assert!(fetched.is_empty(), "{fetched:?}");
    ask(&mut rig, |consumer, now_ms| consumer.pause(now_ms, vec![partition(0)], false));
    rig.run(600);
    assert_eq!(rig.position(), Some(10));
    ask(&mut rig, |consumer, now_ms| {
        consumer.pause(now_ms, vec![partition(0), partition(9)], true)
    });
    rig.run(700);
    let thrown = rig.told(|event| matches!(event, ConsumerEvent::ExceptionThrown(_)));
    assert!(thrown[0].ends_with("IllegalStateException: No current assignment for partition t-9"));
    assert!(rig.consumer.is_paused_at(&partition(0)), "the first of them was paused before that");
}

/// At most once, at least once: what a crash before and after each line does to the records.
#[test]
fn a_crash_at_a_line_shows_what_the_commit_was_worth() {
    use ProgramLine::{Commit, Poll, Process};
    let after = AT_ONCE;
    let before = CommitStyle { before: true, ..AT_ONCE };
    // Where it dies, what it processed by then, what the next process begins with.
    let cases = [
        (after, (Poll, false), 0, 0),
        (after, (Poll, true), 0, 0),
        (after, (Process, false), 0, 0),
        (after, (Process, true), 1, 0), // Once more.
        (after, (Commit, false), 2, 0), // Twice, all of them.
        (after, (Commit, true), 2, 2),
        (before, (Commit, false), 0, 0),
        (before, (Commit, true), 0, 2),  // Never.
        (before, (Process, true), 1, 2), // The second: never.
    ];
    for (style, at, processed, committed) in cases {
        let mut rig = Rig::new(
            &[("enable.auto.commit", "false")],
            ConsumerApp { commit: Some(style), ..app(10) },
        )
        .with_log(partition(0), vec![batch(&[0, 1], 0, 1)]);
        ask(&mut rig, |consumer, now_ms| consumer.crash_at(now_ms, Some(at)));
        rig.run(90);
        assert!(!rig.consumer.is_running(), "{at:?}");
        assert_eq!(rig.consumer.crashes_at(), None, "it dies once");
        assert_eq!(
            rig.consumer.processed_before().get(&partition(0)).map_or(0, |offset| offset.0),
            processed,
            "{at:?}"
        );
        let mut out = Outputs::default();
        rig.consumer.restart(90, &mut out);
        rig.take(out);
        let seen = rig.events.len();
        rig.run(91);
        let told = rig.events.split_off(seen);
        let position = told.iter().find_map(|(_, event)| match event {
            ConsumerEvent::PositionSet { offset, .. } => Some(offset.0),
            _ => None,
        });
        assert_eq!(position, Some(committed), "{at:?}");
        // What is committed explicitly is told to be read again; without a commit the policy decides.
        let again = told.iter().any(|(_, event)| matches!(event, ConsumerEvent::ReadsAgain { .. }));
        assert!(!again, "{at:?}: nothing was committed before");
    }
}

#[test]
fn what_is_read_again_is_told() {
    let style = CommitStyle { each: CommitEach::Record, ..AT_ONCE };
    let mut rig = Rig::new(
        &[("enable.auto.commit", "false")],
        ConsumerApp { commit: Some(style), ..app(10) },
    )
    .with_log(partition(0), log(10));
    rig.run(35);
    ask(&mut rig, |consumer, now_ms| {
        consumer.crash_at(now_ms, Some((ProgramLine::Process, true)));
    });
    rig.run(60);
    let mut out = Outputs::default();
    rig.consumer.restart(60, &mut out);
    rig.take(out);
    rig.run(70);
    let again = rig.told(|event| matches!(event, ConsumerEvent::ReadsAgain { .. }));
    assert_eq!(again, ["60 reads 3..4 of t-0 again"]);
}

/// A person steps from line to line; heartbeats go on, and `max.poll.interval.ms` does not wait.
#[test]
fn a_stepped_application_stands_while_the_world_goes_on() {
    let mut rig = Rig::new(
        &[("max.poll.interval.ms", "8000"), ("enable.auto.commit", "false")],
        ConsumerApp { commit: Some(AT_ONCE), ..app(10) },
    )
    .with_log(partition(0), vec![batch(&[0], 0, 0)]);
    let mut lines = Vec::new();
    for at_ms in [0, 100, 200, 300, 400] {
        ask(&mut rig, |consumer, now_ms| consumer.step_line(now_ms));
        rig.run(at_ms + 99);
        assert!(rig.consumer.is_halted(), "at {at_ms}");
        lines.push(rig.consumer.line().0.name());
    }
    assert_eq!(lines, ["subscribe", "poll", "process", "commit", "poll"]);
    assert_eq!(rig.consumer.poll_due_ms(), Some(8_199), "`poll` ended at 199");
    rig.run(8_198);
    assert!(rig.sent(ApiKey::Heartbeat).len() >= 2);
    assert_eq!(rig.sent(ApiKey::LeaveGroup), [] as [u64; 0]);
    rig.run(8_199);
    assert_eq!(rig.sent(ApiKey::LeaveGroup), [8_199]);
    ask(&mut rig, |consumer, now_ms| consumer.go_on(now_ms));
    rig.run(8_500);
    assert!(!rig.consumer.is_halted());
    assert_eq!(rig.consumer.membership(), MembershipState::Stable, "its next poll joins again");
}

/// A producer's batch of a transaction.
fn of_transaction(producer_id: i64, base: i64, count: i64) -> Vec<u8> {
    let options = BatchOptions {
        base_offset: base,
        producer_id,
        producer_epoch: 0,
        base_sequence: 0,
        transactional: true,
        ..BatchOptions::default()
    };
    let mut builder = BatchBuilder::new(options);
    for offset in base..base + count {
        let record = Record { timestamp: 1, value: Some(Rc::new(*b"v")), ..Record::default() };
        builder.append_with_offset(offset, &record).unwrap();
    }
    builder.build(None).unwrap()
}

/// CONS-21: aborted batches are left out up to their marker, another producer's are not.
#[test]
fn read_committed_leaves_out_what_was_aborted() {
    let marker = |producer_id, offset, committed| {
        let mut bytes = end_transaction_marker(producer_id, 0, 1, committed, 0).unwrap();
        set_last_offset(&mut bytes, offset);
        bytes
    };
    let bytes = [
        of_transaction(7, 0, 2),
        of_transaction(8, 2, 2),
        batch(&[4], 4, 4),
        marker(7, 5, false),
        of_transaction(7, 6, 2), // The next one of the same producer.
        marker(8, 8, true),
        marker(7, 9, true),
    ]
    .concat();
    let cases =
        [("read_committed", vec![2, 3, 4, 6, 7]), ("read_uncommitted", vec![0, 1, 2, 3, 4, 6, 7])];
    for (isolation, expected) in cases {
        let mut rig = Rig::new(&[("isolation.level", isolation)], app(1_000));
        rig.say(Response::Fetch {
            partitions: vec![FetchedPartition {
                partition: partition(0),
                fetch_offset: 0,
                error: None,
                high_watermark: 12,
                last_stable_offset: 10,
                aborted_transactions: vec![AbortedTransaction { producer_id: 7, first_offset: 0 }],
                records: bytes.clone().into(),
            }],
        });
        rig.run(0);
        let offsets = rig.events.iter().find_map(|(_, event)| match event {
            ConsumerEvent::RecordsReturned { offsets, .. } => Some(offsets.clone()),
            _ => None,
        });
        let offsets: Vec<u64> = offsets.unwrap().iter().map(|offset| offset.0).collect();
        assert_eq!(offsets, expected, "{isolation}");
        assert_eq!(rig.position(), Some(10), "{isolation}: markers have offsets");
        let end = if isolation == "read_committed" { 10 } else { 12 };
        assert_eq!(rig.consumer.high_watermark_seen(&partition(0)), Some(Offset(end)));
        let levels = rig.requests.iter().filter_map(|(_, request)| match request {
            Request::Fetch { isolation_level, .. }
            | Request::ListOffsets { isolation_level, .. } => Some(isolation_level.id()),
            _ => None,
        });
        let level = i8::from(isolation == "read_committed");
        assert!(levels.collect::<Vec<_>>().iter().all(|sent| *sent == level));
    }
}
