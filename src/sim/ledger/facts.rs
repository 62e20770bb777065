//! What is kept: facts in the order in which they happened, each with the step that it belongs to.
//!
//! **Invariant:** lists only grow at their end, and what points into them (a record's ending, the head of a
//! chain) can be taken back with the fact that set it. So going back in time is cutting off ends.

use crate::client::consumer::PositionSource;
use crate::protocol::{
    Bytes, ClientId, ErrorCode, GroupId, Offset, Refusal, Topic, TopicPartition,
};
use crate::protocol::{SortedMap, SortedSet};
use crate::storage::{DeletionReason, DropReason};

/// No place in a list.
pub(super) const NONE: u32 = u32::MAX;

/// When something happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// The step.
    pub index: u64,
    /// The model's clock, in milliseconds since 1970.
    pub at_ms: u64,
}

/// A record, from its `send()` on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Whose.
    pub producer: ClientId,
    /// The n-th `send` of its producer, from 0.
    pub number: u64,
    /// Where it is meant to go.
    pub topic: Topic,
    /// Its key.
    pub key: Option<Bytes>,
    /// It has no value.
    pub tombstone: bool,
    /// When `send` was called.
    pub sent: Stamp,
    /// When it got its partition and lay in the accumulator.
    pub(super) accumulated: Stamp,
    /// Its partition, once it has one.
    pub(super) partition: u32,
    /// The n-th of its producer for that partition.
    pub(super) place: u32,
    /// How its `send` ended: a place in its producer's list.
    pub(super) ended: u32,
    /// Where it was appended first: a place in its partition's list.
    pub(super) appended: u32,
}

/// Which records something is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// One that never got a partition.
    Send(u32),
    /// Neighbours of one partition.
    Run(Run),
}

/// Neighbours among a producer's records of one partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) partition: u32,
    pub(super) first: u32,
    pub(super) count: u32,
}

impl Run {
    pub(super) fn has(self, record: &Record) -> bool {
        self.partition == record.partition
            && (self.first..self.first + self.count).contains(&record.place)
    }
}

/// A batch in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Drain {
    pub(super) stamp: Stamp,
    pub(super) correlation_id: u64,
    pub(super) run: Run,
    pub(super) attempts: u32,
}

/// How a `send` ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ending {
    pub(super) stamp: Stamp,
    pub(super) which: Which,
    /// The first record's offset, or the exception. With `acks=0` there is no offset.
    pub(super) result: Result<Option<Offset>, Refusal>,
}

/// What went wrong at a producer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The process died.
    Crashed,
    /// A batch is sent again.
    Retried { run: Run, error: Option<ErrorCode> },
    /// A message was lost: the request itself, or its answer.
    Lost { correlation_id: u64, answer: bool },
    /// The broker said no.
    Refused { correlation_id: u64, partition: u32, error: ErrorCode },
}

/// A producer's facts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ProducerFacts {
    /// By the number of the `send`: the record.
    pub(super) sends: Vec<u32>,
    /// By partition, in order: the records.
    pub(super) queues: SortedMap<u32, Vec<u32>>,
    pub(super) drains: Vec<Drain>,
    pub(super) endings: Vec<Ending>,
    pub(super) troubles: Vec<(Stamp, Trouble)>,
    /// Deaths of its processes.
    pub(super) crashes: Vec<Stamp>,
}

/// A batch in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Append {
    pub(super) stamp: Stamp,
    pub(super) base_offset: u64,
    pub(super) count: u32,
    pub(super) producer: ClientId,
    pub(super) correlation_id: u64,
    /// Its first record's place among its producer's; `NONE`: nobody here sent it.
    pub(super) first: u32,
}

impl Append {
    pub(super) fn holds(&self, offset: u64) -> bool {
        (self.base_offset..self.base_offset + u64::from(self.count)).contains(&offset)
    }
}

/// From here on the log was written anew: its end was cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Era {
    pub(super) stamp: Stamp,
    /// Where it ended after the cut.
    pub(super) from: u64,
    /// The first append that comes after.
    pub(super) first: u32,
}

/// Why records at the start of a log are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartReason {
    /// Retention (RET-2).
    Retention(DeletionReason),
    /// DeleteRecords (RET-12).
    DeleteRecords,
    /// The log was opened again and starts here.
    Loaded,
}

/// The cleaner took a record out, or a crash brought it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cleaned {
    pub(super) stamp: Stamp,
    pub(super) offset: u64,
    /// `None`: it is back.
    pub(super) reason: Option<DropReason>,
    pub(super) previous: u32,
}

/// What the cleaner decided of a group of segments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decision {
    pub(super) stamp: Stamp,
    pub(super) source: u64,
    pub(super) dropped: Vec<(u64, DropReason)>,
}

/// A log's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PartitionFacts {
    pub(super) partition: TopicPartition,
    pub(super) since: Stamp,
    pub(super) appends: Vec<Append>,
    pub(super) eras: Vec<Era>,
    pub(super) starts: Vec<(Stamp, u64, StartReason)>,
    pub(super) ends: Vec<(Stamp, u64)>,
    pub(super) decisions: Vec<Decision>,
    pub(super) cleaned: Vec<Cleaned>,
    /// By offset: the last that happened in `cleaned`.
    pub(super) cleaned_at: Vec<u32>,
    /// Appends that hold what an earlier one holds.
    pub(super) again: Vec<u32>,
}

/// Whoever reads: a group, or a consumer without one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// A group shares the records among its members.
    Group(GroupId),
    /// A consumer that belongs to none reads on its own.
    Alone(ClientId),
}

/// Something that a reader did with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Touch {
    pub(super) stamp: Stamp,
    pub(super) record: u32,
    pub(super) partition: u32,
    pub(super) offset: u64,
    pub(super) client: ClientId,
    /// The application has processed it; otherwise `poll` has returned it.
    pub(super) processed: bool,
    /// The one before, of the same record and reader.
    pub(super) previous: u32,
}

/// A committed offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Committed {
    pub(super) stamp: Stamp,
    /// `None`: it expired, or did not survive.
    pub(super) offset: Option<u64>,
    /// Who committed; `None`: it was read back, or expired.
    pub(super) client: Option<ClientId>,
}

/// A consumer got a position that does not follow from reading on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) stamp: Stamp,
    pub(super) client: ClientId,
    pub(super) offset: u64,
    pub(super) source: PositionSource,
}

/// What a reader knows of a partition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) commits: Vec<Committed>,
    pub(super) placed: Vec<Placed>,
    /// Where it reads next; `None`: nobody does.
    pub(super) positions: Vec<(Stamp, Option<u64>)>,
    /// Who took it, or gave it up.
    pub(super) owners: Vec<(Stamp, ClientId, bool)>,
}

/// A reader's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ReaderFacts {
    pub(super) who: Who,
    pub(super) since: Stamp,
    /// Since when it wants which topic; with a partition, only that.
    pub(super) wants: Vec<(Stamp, Topic, Option<u32>)>,
    pub(super) touches: Vec<Touch>,
    /// By record: the last of its `touches`.
    pub(super) heads: Vec<u32>,
    pub(super) partitions: SortedMap<u32, Reading>,
    pub(super) rebalances: Vec<Stamp>,
}

/// How a consumer's process, or its hold on partitions, ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// Without a word.
    Crashed,
    /// In order: what `poll` had returned and was not processed is dropped.
    Closed,
    /// A new process began.
    Restarted,
    /// The group went on without it.
    ThrownOut,
}

/// A fetch's answer that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fetch {
    pub(super) stamp: Stamp,
    pub(super) partition: u32,
    /// The step in which the broker read it.
    pub(super) read_at: u64,
    /// Its first and the one past its last record.
    pub(super) from: u64,
    pub(super) to: u64,
}

/// A consumer's facts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ConsumerFacts {
    pub(super) ends: Vec<(Stamp, End)>,
    pub(super) fetches: Vec<Fetch>,
    /// What it owned when something last happened to it; taken from the world again after a cut.
    pub(super) owned: SortedSet<u32>,
}

/// Facts up to a step: the first place that comes after it.
pub(super) fn upto<T>(list: &[T], index: u64, stamp: impl Fn(&T) -> Stamp) -> usize {
    // Most questions are about the end.
    if list.last().is_none_or(|last| stamp(last).index <= index) {
        return list.len();
    }
    list.partition_point(|item| stamp(item).index <= index)
}
