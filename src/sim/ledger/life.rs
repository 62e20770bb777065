//! One record's life: its stations in order, each with the step to go to.

use crate::client::consumer::PositionSource;
use crate::protocol::{ClientId, ErrorCode, Offset, Refusal, TopicPartition, sort_by_key};
use crate::sim::ledger::Ledger;
use crate::sim::ledger::board::{Lens, Verdict, Why};
use crate::sim::ledger::facts::{End, NONE, Stamp, Touch, Trouble, upto};
use crate::sim::world::World;

/// What happened to a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StationKind {
    /// `send` was called.
    Sent,
    /// It got its partition and lay in the accumulator.
    Accumulated(TopicPartition),
    /// It left in a request.
    Requested {
        /// How often it was sent before.
        attempts: u32,
    },
    /// The request was lost.
    RequestLost,
    /// The answer was lost.
    AnswerLost,
    /// The broker refused it.
    Refused(ErrorCode),
    /// The producer puts it back to send it again; `None`: no answer came.
    Retried(Option<ErrorCode>),
    /// It stands in the log.
    Appended {
        /// Where.
        offset: Offset,
        /// It stands there for the n-th time, from 0.
        times: u32,
    },
    /// The callback got its offset; `None`: with `acks=0` it was written, no more.
    Acknowledged(Option<Offset>),
    /// The callback got an exception.
    Failed(Refusal),
    /// The producer's process died.
    ProducerCrashed(ClientId),
    /// It is not in the log any more.
    Gone(Offset, Why),
    /// A consumer's position was set: behind the record, or back to it or before it.
    Placed {
        /// Whose.
        client: ClientId,
        /// Where to.
        offset: Offset,
        /// Whose word that is.
        source: PositionSource,
    },
    /// `poll` returned it.
    Returned(ClientId),
    /// The application processed it.
    Processed {
        /// Which.
        client: ClientId,
        /// For the n-th time, from 0.
        times: u32,
    },
    /// An offset behind it is committed.
    Committed {
        /// The next offset to read.
        offset: Offset,
        /// By whom; `None`: it was read back after a restart.
        client: Option<ClientId>,
    },
    /// The consumer that had it ended, or lost its partitions.
    ReaderEnded(ClientId, End),
}

/// A station of a record's life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Station {
    /// When.
    pub stamp: Stamp,
    /// For which reader, by its number; `None`: before anybody reads.
    pub reader: Option<u32>,
    /// What.
    pub kind: StationKind,
}

impl Ledger {
    /// The life of a record up to where `world` stands, as `reader` sees it; without one, up to the log.
    #[must_use]
    pub fn life(&self, world: &World, number: u32, reader: Option<u32>) -> Vec<Station> {
        let lens = Lens::new(self, world);
        let mut stations = Vec::new();
        lens.sending(number, &mut stations);
        if let Some(reader) = reader {
            lens.reading(number, reader, &mut stations);
        }
        stations.retain(|station| station.stamp.index <= lens.index);
        sort_by_key(&mut stations, |station| (station.stamp, rank(&station.kind)));
        stations
    }

    /// What became of a record for a reader, and why; `None`: it is not meant for it.
    #[must_use]
    pub fn verdict(
        &self,
        world: &World,
        number: u32,
        reader: u32,
    ) -> Option<(Verdict, Option<Why>)> {
        Lens::new(self, world).verdict(number, reader)
    }
}

/// Within a step: what comes first.
fn rank(kind: &StationKind) -> u8 {
    match kind {
        StationKind::Sent => 0,
        StationKind::Accumulated(_) => 1,
        StationKind::Retried(_) | StationKind::RequestLost | StationKind::AnswerLost => 2,
        StationKind::Requested { .. } => 3,
        StationKind::Acknowledged(_) | StationKind::Failed(_) => 4,
        StationKind::ReaderEnded(..) => 5,
        StationKind::Placed { .. } => 6,
        StationKind::Processed { .. } => 7,
        StationKind::Returned(_) => 8,
        _ => 5,
    }
}

impl Lens<'_> {
    /// From `send` to the log, and out of it.
    fn sending(&self, number: u32, stations: &mut Vec<Station>) {
        let record = &self.ledger.records[number as usize];
        let mut push = |stamp, kind| stations.push(Station { stamp, reader: None, kind });
        push(record.sent, StationKind::Sent);
        let log = self.ledger.partitions.get(record.partition as usize);
        if let Some(log) = log {
            push(record.accumulated, StationKind::Accumulated(log.partition.clone()));
        }
        if let Some(crash) = self.crash(record)
            && self.ending(record).is_none_or(|(stamp, _)| stamp > crash)
        {
            push(crash, StationKind::ProducerCrashed(record.producer));
        }
        let Some(facts) = self.ledger.producers.get(&record.producer) else { return };
        if let Some(ending) = facts.endings.get(record.ended as usize) {
            let kind = match &ending.result {
                Err(refusal) => StationKind::Failed(refusal.clone()),
                Ok(base) => StationKind::Acknowledged(base.map(|base| {
                    let first = match ending.which {
                        super::facts::Which::Run(run) => run.first,
                        super::facts::Which::Send(_) => record.place,
                    };
                    base.advanced_by(u64::from(record.place - first))
                })),
            };
            push(ending.stamp, kind);
        }
        if record.place == NONE {
            return;
        }
        let carried = facts.drains.iter().filter(|drain| drain.run.has(record));
        let mut requests = Vec::new();
        for drain in carried {
            requests.push(drain.correlation_id);
            push(drain.stamp, StationKind::Requested { attempts: drain.attempts });
        }
        for (stamp, trouble) in &facts.troubles {
            match trouble {
                Trouble::Retried { run, error } if run.has(record) => {
                    push(*stamp, StationKind::Retried(*error));
                }
                Trouble::Lost { correlation_id, answer } if requests.contains(correlation_id) => {
                    let lost =
                        if *answer { StationKind::AnswerLost } else { StationKind::RequestLost };
                    push(*stamp, lost);
                }
                Trouble::Refused { correlation_id, partition, error }
                    if *partition == record.partition && requests.contains(correlation_id) =>
                {
                    push(*stamp, StationKind::Refused(*error));
                }
                _ => {}
            }
        }
        for (times, (at, append, offset)) in (0..).zip(self.appends(number, record)) {
            let offset_there = Offset(offset);
            push(append.stamp, StationKind::Appended { offset: offset_there, times });
            if let Some((stamp, why)) = self.gone(record.partition, at, offset) {
                push(stamp, StationKind::Gone(offset_there, why));
            }
        }
    }

    /// What a reader did.
    fn reading(&self, number: u32, reader: u32, stations: &mut Vec<Station>) {
        let record = &self.ledger.records[number as usize];
        let facts = &self.ledger.readers[reader as usize];
        let mut push = |stamp, kind| stations.push(Station { stamp, reader: Some(reader), kind });
        let mut touches: Vec<&Touch> = self.touches(facts, number).collect();
        touches.reverse();
        let reading = facts.partitions.get(&record.partition);
        let offsets: Vec<(Stamp, u64)> = self
            .appends(number, record)
            .map(|(_, append, offset)| (append.stamp, offset))
            .collect();
        let mut times = 0;
        for (at, touch) in touches.iter().enumerate() {
            if touch.processed {
                push(touch.stamp, StationKind::Processed { client: touch.client, times });
                times += 1;
                continue;
            }
            push(touch.stamp, StationKind::Returned(touch.client));
            // How it ended for the process that had it, unless an offset behind it was committed first.
            let next = touches[at + 1..].iter().find(|later| !later.processed);
            let until = next.map_or(u64::MAX, |next| next.stamp.index);
            let processed = touches[at + 1..].iter().any(|later| {
                later.processed && later.client == touch.client && later.stamp.index <= until
            });
            let committed =
                reading.into_iter().flat_map(|reading| &reading.commits).find(|commit| {
                    commit.stamp >= touch.stamp && commit.offset.is_some_and(|o| o > touch.offset)
                });
            let ends = self.ledger.consumers.get(&touch.client).map_or(&[][..], |c| &c.ends);
            let end = ends.iter().find(|(stamp, _)| *stamp >= touch.stamp);
            if let Some((stamp, end)) = end
                && stamp.index <= until
                && (!processed || committed.is_none_or(|commit| commit.stamp > *stamp))
            {
                push(*stamp, StationKind::ReaderEnded(touch.client, *end));
            }
        }
        let Some(reading) = reading else { return };
        for (appended, offset) in offsets {
            let after = |stamp: Stamp| stamp >= appended;
            let commits = reading.commits.iter().filter(|commit| after(commit.stamp));
            let mut past = false;
            for commit in commits {
                let now = commit.offset.is_some_and(|o| o > offset);
                if now && !past {
                    let next = Offset(commit.offset.unwrap_or_default());
                    push(
                        commit.stamp,
                        StationKind::Committed { offset: next, client: commit.client },
                    );
                }
                past = now;
            }
            let known = upto(&reading.placed, self.index, |placed| placed.stamp);
            let first = touches.first().map(|touch| touch.stamp);
            let mut passed = false;
            for placed in &reading.placed[..known] {
                let behind = placed.offset > offset;
                let tells = match first {
                    // It was read before, and now again.
                    Some(first) => !behind && placed.stamp >= first,
                    // It was never read: this is where it was passed.
                    None => behind && !passed,
                };
                passed |= behind;
                if tells && (after(placed.stamp) || behind) {
                    push(
                        placed.stamp,
                        StationKind::Placed {
                            client: placed.client,
                            offset: Offset(placed.offset),
                            source: placed.source,
                        },
                    );
                }
            }
        }
    }
}
