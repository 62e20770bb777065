//! What a reader looked like over time: how far behind it was, and who owned which partition.

use crate::protocol::{ClientId, TopicPartition};
use crate::sim::ledger::Ledger;
use crate::sim::ledger::facts::{Reading, Stamp, Who, upto};

/// A stretch of time in a chart of lag. Lag is the log's end less an offset of the reader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// Behind the committed offset, when the stretch ended; `None`: nothing is committed.
    pub lag: Option<u64>,
    /// The most that it was.
    pub most: Option<u64>,
    /// Behind the position, when the stretch ended; `None`: nobody has one.
    pub unread: Option<u64>,
}

/// Somebody owned a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tenure {
    /// Who.
    pub client: ClientId,
    /// Since when.
    pub from: Stamp,
    /// Until when; `None`: as far as the run is known.
    pub to: Option<Stamp>,
}

impl Ledger {
    fn reading_of(&self, who: &Who, partition: &TopicPartition) -> Option<(u32, &Reading)> {
        let id = self.known_partition(partition)?;
        let reader = self.readers.iter().find(|reader| reader.who == *who)?;
        Some((id, reader.partitions.get(&id)?))
    }

    /// Partitions of which a reader knew something by step `index`, in order.
    #[must_use]
    pub fn partitions_read(&self, who: &Who, index: u64) -> Vec<TopicPartition> {
        let Some(reader) = self.readers.iter().find(|reader| reader.who == *who) else {
            return Vec::new();
        };
        let known = reader.partitions.iter().filter(|(_, reading)| {
            let stamps = [
                reading.commits.first().map(|commit| commit.stamp),
                reading.placed.first().map(|placed| placed.stamp),
                reading.owners.first().map(|owner| owner.0),
            ];
            stamps.into_iter().flatten().any(|stamp| stamp.index <= index)
        });
        let mut partitions: Vec<TopicPartition> =
            known.map(|(id, _)| self.partitions[*id as usize].partition.clone()).collect();
        crate::protocol::sort_by_key(&mut partitions, Clone::clone);
        partitions
    }

    /// How far a reader was behind, in `count` stretches from `from_ms` to `to_ms`.
    #[must_use]
    pub fn lag(
        &self,
        who: &Who,
        partition: &TopicPartition,
        (from_ms, to_ms): (u64, u64),
        count: u32,
    ) -> Vec<Bucket> {
        let Some((id, reading)) = self.reading_of(who, partition) else { return Vec::new() };
        let mut ends = self.partitions[id as usize].ends.iter().copied().peekable();
        let commits = reading.commits.iter().map(|commit| (commit.stamp, commit.offset));
        let mut commits = commits.peekable();
        let mut positions = reading.positions.iter().copied().peekable();
        let (mut end, mut committed, mut position) = (0u64, None, None);
        let mut buckets = Vec::new();
        let span_ms = to_ms.saturating_sub(from_ms).max(1);
        for number in 1..=u64::from(count.max(1)) {
            // Rounded up: what happens at the very end belongs to the last stretch.
            let until_ms = from_ms + (span_ms * number).div_ceil(u64::from(count.max(1)));
            let behind =
                |end: u64, offset: Option<u64>| offset.map(|offset| end.saturating_sub(offset));
            let mut most = behind(end, committed);
            loop {
                let next = [
                    ends.peek().map(|(stamp, _)| *stamp),
                    commits.peek().map(|(stamp, _)| *stamp),
                    positions.peek().map(|(stamp, _)| *stamp),
                ];
                let Some(next) = next.into_iter().flatten().min() else { break };
                if next.at_ms > until_ms {
                    break;
                }
                while let Some((_, offset)) = ends.next_if(|(stamp, _)| *stamp <= next) {
                    end = offset;
                }
                while let Some((_, offset)) = commits.next_if(|(stamp, _)| *stamp <= next) {
                    committed = offset;
                }
                while let Some((_, offset)) = positions.next_if(|(stamp, _)| *stamp <= next) {
                    position = offset;
                }
                most = most.max(behind(end, committed));
            }
            buckets.push(Bucket {
                lag: behind(end, committed),
                most,
                unread: behind(end, position),
            });
        }
        buckets
    }

    /// How far a reader was behind after step `index`: behind what it committed, and behind its position.
    #[must_use]
    pub fn lag_at(&self, who: &Who, partition: &TopicPartition, index: u64) -> Bucket {
        let Some((id, reading)) = self.reading_of(who, partition) else { return Bucket::default() };
        let ends = &self.partitions[id as usize].ends;
        let end = ends[..upto(ends, index, |end| end.0)].last().map_or(0, |(_, end)| *end);
        let commits = &reading.commits[..upto(&reading.commits, index, |commit| commit.stamp)];
        let positions = &reading.positions[..upto(&reading.positions, index, |p| p.0)];
        let behind = |offset: u64| end.saturating_sub(offset);
        let lag = commits.last().and_then(|commit| commit.offset).map(behind);
        let unread = positions.last().and_then(|(_, offset)| *offset).map(behind);
        Bucket { lag, most: lag, unread }
    }

    /// Who owned a partition, in order; stretches of two consumers overlap where one was thrown out and
    /// did not know it yet.
    #[must_use]
    pub fn tenures(&self, who: &Who, partition: &TopicPartition) -> Vec<Tenure> {
        let Some((_, reading)) = self.reading_of(who, partition) else { return Vec::new() };
        let mut tenures: Vec<Tenure> = Vec::new();
        for (stamp, client, owns) in &reading.owners {
            if *owns {
                tenures.push(Tenure { client: *client, from: *stamp, to: None });
            } else if let Some(last) = tenures.iter_mut().rev().find(|t| t.client == *client) {
                last.to = Some(*stamp);
            }
        }
        tenures
    }

    /// When a group began to rebalance, in order.
    #[must_use]
    pub fn rebalances(&self, who: &Who) -> &[Stamp] {
        self.readers.iter().find(|reader| reader.who == *who).map_or(&[], |r| &r.rebalances)
    }
}
