//! What happened at a consumer, in English.

use super::{count, explained, offsets, pairs, place, places};
use crate::client::consumer::{CommitReason, ConsumerEvent, PositionSource, SeekTo};
use crate::protocol::{Offset, TopicPartition};
use crate::words::facts::{Facts, item_of, member_name};
use crate::words::rich::{code, key, strong};
use crate::words::{Line, line};

pub(super) fn sentence(facts: &dyn Facts, name: &str, event: &ConsumerEvent) -> Line {
    match event {
        ConsumerEvent::CoordinatorFound => {
            line![name, " has found the broker that coordinates its group."]
        }
        ConsumerEvent::Joining { revoked, .. } if !revoked.is_empty() => {
            line![strong(name), " gives up ", places(revoked), " and asks to join again."]
        }
        ConsumerEvent::Joining { kept, .. } if !kept.is_empty() => line![
            strong(name),
            " asks to join again and ",
            strong("reads on"),
            " from ",
            places(kept),
            " meanwhile."
        ],
        ConsumerEvent::PartitionsRevoked { partitions } => line![
            strong(name),
            " gives up ",
            places(partitions),
            ", which the new assignment wants elsewhere."
        ],
        ConsumerEvent::Joining { member_id, .. } if member_id.is_empty() => {
            line![strong(name), " asks to join its group for the first time."]
        }
        ConsumerEvent::Joining { .. } => {
            line![strong(name), " asks to join, with the member id that it was given."]
        }
        ConsumerEvent::AssignmentComputed { assignor, assignment } => line![
            strong(name),
            " leads the group and assigns partitions to ",
            count(assignment.len() as u64, "member"),
            " (",
            code(assignor),
            ")."
        ],
        ConsumerEvent::TargetReceived { epoch, partitions } => line![
            "The coordinator tells ",
            name,
            " what to own in epoch ",
            strong(epoch),
            ": ",
            count(partitions.len() as u64, "partition"),
            "."
        ],
        ConsumerEvent::Assigned { partitions, generation, .. } if partitions.is_empty() => line![
            strong(name),
            " gets no partition in generation ",
            code(generation),
            ": none is free for it."
        ],
        ConsumerEvent::Assigned { partitions, generation, .. } => line![
            strong(name),
            " now reads ",
            strong(places(partitions)),
            ", in generation ",
            code(generation),
            "."
        ],
        ConsumerEvent::PartitionsLost { partitions, .. } => line![
            strong(name),
            " was thrown out and lost ",
            places(partitions),
            " ",
            strong("without a commit"),
            "."
        ],
        ConsumerEvent::PositionSet { partition, offset, source: PositionSource::Committed } => {
            line![
                strong(name),
                " goes on at ",
                strong(offset),
                " in ",
                place(partition),
                ", the committed offset: anything read beyond it is read again."
            ]
        }
        ConsumerEvent::PositionSet { partition, offset, source: PositionSource::Reset } => line![
            "Its group has committed nothing in ",
            place(partition),
            ": by ",
            code("auto.offset.reset"),
            " ",
            name,
            " begins at ",
            strong(offset),
            "."
        ],
        ConsumerEvent::PositionSet { partition, offset, source: PositionSource::Seek } => line![
            strong(name),
            " has found where it sought to: it goes on at ",
            strong(offset),
            " in ",
            place(partition),
            "."
        ],
        ConsumerEvent::OffsetOutOfRange { partition, offset } => line![
            strong(name),
            " wants offset ",
            strong(offset),
            " of ",
            place(partition),
            ", but the log does not reach there (any more)."
        ],
        ConsumerEvent::RecordsReturned { partition, offsets: read, position } => line![
            code("poll()"),
            " gives ",
            name,
            " ",
            records(read),
            " of ",
            place(partition),
            "; its position is now ",
            strong(position),
            "."
        ],
        ConsumerEvent::GapSkipped { partition, from, position } => line![
            name,
            " steps from ",
            code(from),
            " to ",
            strong(position),
            " in ",
            place(partition),
            ": the offsets between hold no record."
        ],
        ConsumerEvent::RecordProcessed { partition, offset } => {
            line![name, " has processed ", record(facts, partition, *offset), "."]
        }
        ConsumerEvent::CommitSent { offsets, .. } => line![
            name,
            " asks the coordinator to store ",
            pairs(offsets),
            ". Nothing is committed yet."
        ],
        ConsumerEvent::CommitCompleted { offsets, error: None } => {
            line![name, " knows now that its commit is stored: ", pairs(offsets), "."]
        }
        ConsumerEvent::CommitCompleted { error: Some(error), .. } => line![
            strong(name),
            "'s commit was ",
            strong("refused"),
            ": ",
            code(error),
            ". The committed offset stays where it was."
        ],
        ConsumerEvent::CommitCalledBack { offsets, exception: None } => line![
            name,
            "'s ",
            code("commitAsync"),
            " callback runs: ",
            pairs(offsets),
            " is committed."
        ],
        ConsumerEvent::CommitCalledBack { offsets, exception: Some(_) } => line![
            strong(name),
            "'s ",
            code("commitAsync"),
            " of ",
            pairs(offsets),
            " ",
            strong("failed"),
            ", says the callback. Nobody tries it again."
        ],
        ConsumerEvent::AssignedByHand { partitions } => line![
            strong(name),
            " assigns ",
            strong(places(partitions)),
            " to itself: no group shares them out."
        ],
        ConsumerEvent::Sought { partition, from, to } => line![
            strong(name),
            " calls ",
            code(sought(*to)),
            " on ",
            place(partition),
            from.map(|from| line![", where it stood at ", code(from)]),
            "."
        ],
        ConsumerEvent::FetchingPaused { partitions, paused: true } => line![
            strong(name),
            " calls ",
            code("pause"),
            ": ",
            code("poll()"),
            " leaves out ",
            places(partitions),
            " from now on."
        ],
        ConsumerEvent::FetchingPaused { partitions, paused: false } => line![
            strong(name),
            " calls ",
            code("resume"),
            ": ",
            code("poll()"),
            " returns records of ",
            places(partitions),
            " again."
        ],
        ConsumerEvent::ReadsAgain { partition, from, until } => line![
            strong(name),
            " reads ",
            offsets(*from, before(*until)),
            " of ",
            place(partition),
            " ",
            strong("again"),
            ": its process before had processed them and not committed."
        ],
        ConsumerEvent::LineReached(line) => line![
            strong(name),
            "'s application stands in front of ",
            code(line.name()),
            " until it is told to go on."
        ],
        ConsumerEvent::HeartbeatRefused { error } => {
            line![name, "'s heartbeat is answered by ", strong(error), "."]
        }
        ConsumerEvent::PollTimeoutExpired => line![
            strong(name),
            " has not called ",
            code("poll()"),
            " within ",
            code("max.poll.interval.ms"),
            ", so it leaves its group."
        ],
        ConsumerEvent::Disconnected => line![name, " has lost its connection to the broker."],
        ConsumerEvent::ExceptionThrown(_) => {
            line![
                strong(name),
                "'s application gets an ",
                strong("exception"),
                " from Kafka's client."
            ]
        }
        ConsumerEvent::UnusedSettings(_) => {
            line![
                name,
                " has settings that the client does not know. Kafka takes them and logs a line."
            ]
        }
        ConsumerEvent::Crashed => line![
            strong(name),
            " ",
            strong("crashed"),
            " without a word. Its group believes it alive until ",
            code("session.timeout.ms"),
            " is over."
        ],
        ConsumerEvent::Restarted => {
            line![strong(name), " runs again, as a new process that remembers nothing."]
        }
        ConsumerEvent::Closing => {
            line![name, " closes: it commits if it should, and leaves its group."]
        }
        ConsumerEvent::Closed => line![name, " is closed."],
    }
}

pub(super) fn aside(facts: &dyn Facts, event: &ConsumerEvent) -> Option<Line> {
    Some(match event {
        ConsumerEvent::CoordinatorFound => {
            let count = facts.partition_count(&crate::protocol::Topic::from(
                crate::protocol::Topic::CONSUMER_OFFSETS,
            ));
            line![
                "It leads partition ",
                code(format!("abs(hashCode(group.id)) % {count}")),
                " of ",
                code("__consumer_offsets"),
                "."
            ]
        }
        ConsumerEvent::PartitionsRevoked { .. } => {
            line![
                "It joins again at once: only the next generation may give them to another member."
            ]
        }
        ConsumerEvent::Joining { kept, .. } if !kept.is_empty() => {
            line![
                "Cooperative rebalancing: only what moves is given up, and only once that is known."
            ]
        }
        ConsumerEvent::Joining { member_id, revoked, .. } => {
            if revoked.is_empty() && member_id.is_empty() {
                line!["The coordinator first gives it an id, to come back with."]
            } else if revoked.is_empty() {
                line!["Its member id: ", code(member_id)]
            } else {
                line![
                    "Eager rebalancing: everybody gives up everything first, so that no partition has two readers."
                ]
            }
        }
        ConsumerEvent::AssignmentComputed { assignment, .. } => Line::joined(
            assignment
                .iter()
                .map(|(member, partitions)| line![member_name(member), " → ", places(partitions)]),
            "; ",
        ),
        ConsumerEvent::TargetReceived { .. } => {
            line!["It gives up first what is not its own any more, then takes over, then says so."]
        }
        ConsumerEvent::Assigned { leader, member_id, .. } => line![
            code(member_id),
            if *leader { ", the group's leader." } else { "." },
            " A partition has one reader in a group."
        ],
        ConsumerEvent::PartitionsLost { error, .. } => explained(*error),
        ConsumerEvent::PositionSet { source: PositionSource::Committed, .. } => line![
            "Processed but not committed means twice, after a crash or a rebalance: ",
            strong("at least once"),
            "."
        ],
        ConsumerEvent::PositionSet { source: PositionSource::Reset, .. } => line![
            code("earliest"),
            ": the log's start. ",
            code("latest"),
            ": its end. Only where no offset is committed."
        ],
        ConsumerEvent::PositionSet { source: PositionSource::Seek, .. }
        | ConsumerEvent::Sought { .. } => {
            line!["Only the position has moved. The committed offset stays until somebody commits."]
        }
        ConsumerEvent::CommitCalledBack { exception: Some(words), .. } => line![code(words)],
        ConsumerEvent::CommitCalledBack { exception: None, .. } => {
            line!["Callbacks run inside the next call, in the order of the commits."]
        }
        ConsumerEvent::AssignedByHand { .. } => {
            line!["No rebalance will take them away, and nobody else takes over if it dies."]
        }
        ConsumerEvent::FetchingPaused { paused: true, .. } => line![
            "What is fetched already is kept. ",
            code("poll()"),
            " must still be called, or the group throws it out."
        ],
        ConsumerEvent::FetchingPaused { paused: false, .. } => {
            line!["What was kept for them comes first."]
        }
        ConsumerEvent::ReadsAgain { .. } => {
            line![strong("At least once"), " means that this must do no harm."]
        }
        ConsumerEvent::LineReached(_) => line![
            "The heartbeat thread goes on; ",
            code("max.poll.interval.ms"),
            " runs as at any breakpoint."
        ],
        ConsumerEvent::OffsetOutOfRange { .. } => {
            line![code("auto.offset.reset"), " decides where it reads instead."]
        }
        ConsumerEvent::RecordsReturned { .. } => {
            line![
                "The position is the next offset to read. Reading removes nothing, and commits nothing."
            ]
        }
        ConsumerEvent::GapSkipped { .. } => {
            line!["The cleaner removed them. Offsets are never given out again."]
        }
        ConsumerEvent::RecordProcessed { .. } => {
            line!["Kafka does not see this; it only sees commits."]
        }
        ConsumerEvent::CommitSent { reason, .. } => match reason {
            CommitReason::Interval => line![
                code("auto.commit.interval.ms"),
                " had passed; only ",
                code("poll()"),
                " looks at that clock."
            ],
            CommitReason::Rebalance => {
                line!["Before it gives up its partitions, so that the next reader goes on here."]
            }
            CommitReason::Close => line![code("close()"), " commits once more."],
            CommitReason::Sync => {
                line!["The application called ", code("commitSync"), " and waits for the answer."]
            }
            CommitReason::Async => {
                line!["The application called ", code("commitAsync"), " and goes on at once."]
            }
        },
        ConsumerEvent::CommitCompleted { error: None, .. } => {
            line!["A committed offset is the next one to read, not the last one read."]
        }
        ConsumerEvent::CommitCompleted { error: Some(error), .. }
        | ConsumerEvent::HeartbeatRefused { error } => explained(*error),
        ConsumerEvent::PollTimeoutExpired => {
            line!["Heartbeats prove that the process lives; ", code("poll()"), " that it gets on."]
        }
        ConsumerEvent::Disconnected => line!["It connects again and asks again."],
        ConsumerEvent::ExceptionThrown(words) | ConsumerEvent::UnusedSettings(words) => {
            line![code(words)]
        }
        ConsumerEvent::Crashed => {
            line!["What it processed since its last commit will be read again."]
        }
        ConsumerEvent::Restarted => {
            line!["It joins as a new member; its old self may still be in the group for a while."]
        }
        ConsumerEvent::Closing => {
            line!["A word to the coordinator spares the others the session timeout."]
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
        [] => line!["no records"],
        [first, .., last] => {
            line![strong(count(read.len() as u64, "record")), " (", offsets(*first, *last), ")"]
        }
        [only] => line![strong("1 record"), " (", offsets(*only, *only), ")"],
    }
}

/// `alice's lamp, offset 20 of partition 0 of transactions`.
fn record(facts: &dyn Facts, partition: &TopicPartition, offset: Offset) -> Line {
    let found = facts.record(partition, offset).unwrap_or_default();
    let whose = match (&found.key, item_of(found.value.as_ref())) {
        (Some(bytes), Some(item)) => line![key(bytes), "'s ", item, ", "],
        (Some(bytes), None) => line!["the record of ", key(bytes), ", "],
        (None, _) => line![],
    };
    line![whose, "offset ", strong(offset), " of ", place(partition)]
}
