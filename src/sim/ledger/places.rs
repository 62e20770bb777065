//! Which record stands where: in a producer's queues, in requests, in a log.

use crate::protocol::SortedSet;
use crate::sim::ledger::Ledger;
use crate::sim::ledger::facts::{
    Append, Cleaned, Era, NONE, PartitionFacts, ProducerFacts, Run, Stamp, Which,
};
use crate::storage::DropReason;

impl Ledger {
    /// The record that stood at an offset after step `index`; [`NONE`] if nobody here sent it.
    pub(super) fn record_at(&self, partition: u32, offset: u64, index: u64) -> u32 {
        let facts = &self.partitions[partition as usize];
        let Some(append) = facts.append_at(offset, index) else { return NONE };
        if append.first == NONE {
            return NONE;
        }
        let place = append.first as usize + (offset - append.base_offset) as usize;
        let queue = self.producers.get(&append.producer).and_then(|p| p.queues.get(&partition));
        queue.and_then(|queue| queue.get(place)).copied().unwrap_or(NONE)
    }
}

impl ProducerFacts {
    /// The records that are meant, in order.
    pub(super) fn records(&self, which: Which) -> impl Iterator<Item = u32> {
        let (one, run) = match which {
            Which::Send(record) => (Some(record), &[][..]),
            Which::Run(run) => {
                let queue = self.queues.get(&run.partition).map_or(&[][..], |queue| queue);
                let range = run.first as usize..(run.first + run.count) as usize;
                (None, queue.get(range).unwrap_or_default())
            }
        };
        one.into_iter().chain(run.iter().copied())
    }

    /// What a request carried for a partition. Numbers of requests grow.
    pub(super) fn carried(&self, correlation_id: u64, partition: u32) -> Option<Run> {
        let at = self.drains.partition_point(|drain| drain.correlation_id < correlation_id);
        let request =
            self.drains[at..].iter().take_while(|drain| drain.correlation_id == correlation_id);
        request.map(|drain| drain.run).find(|run| run.partition == partition)
    }
}

impl PartitionFacts {
    pub(super) fn end(&self) -> u64 {
        self.ends.last().map_or(0, |(_, end)| *end)
    }

    pub(super) fn cut(&mut self, stamp: Stamp, to: u64) {
        self.eras.push(Era { stamp, from: to, first: self.appends.len() as u32 });
        self.ends.push((stamp, to));
    }

    /// The batch that held an offset after step `index`.
    pub(super) fn append_at(&self, offset: u64, index: u64) -> Option<&Append> {
        let mut last = self.appends.len();
        for era in self.eras.iter().rev() {
            let first = era.first as usize;
            if era.stamp.index <= index {
                if offset >= era.from {
                    return find(&self.appends[first..last], offset, index);
                }
                last = first.min(last);
            } else {
                last = first.min(last); // It was not cut yet.
            }
        }
        find(&self.appends[..last], offset, index)
    }

    /// The cleaned file took the place of what begins at `source`.
    pub(super) fn swapped(&mut self, stamp: Stamp, source: u64) {
        let decided = self.decisions.iter().rposition(|decision| decision.source == source);
        let Some(at) = decided else { return };
        let dropped = self.decisions[at].dropped.clone();
        for (offset, reason) in dropped {
            if self.cleaned_reason(offset, stamp.index).is_none() {
                self.clean(Cleaned { stamp, offset, reason: Some(reason), previous: NONE });
            }
        }
    }

    /// A crash undid a swap: what the log holds is there again.
    pub(super) fn came_back(&mut self, stamp: Stamp, there: &SortedSet<u64>) {
        for offset in there.iter().copied() {
            if self.cleaned_reason(offset, stamp.index).is_some() {
                self.clean(Cleaned { stamp, offset, reason: None, previous: NONE });
            }
        }
    }

    fn clean(&mut self, mut cleaned: Cleaned) {
        let at = cleaned.offset as usize;
        if self.cleaned_at.len() <= at {
            self.cleaned_at.resize(at + 1, NONE);
        }
        cleaned.previous = self.cleaned_at[at];
        self.cleaned_at[at] = self.cleaned.len() as u32;
        self.cleaned.push(cleaned);
    }

    /// When and why the cleaner took an offset out, as of step `index`.
    pub(super) fn cleaned_reason(&self, offset: u64, index: u64) -> Option<(Stamp, DropReason)> {
        let mut at = *self.cleaned_at.get(offset as usize)?;
        while let Some(cleaned) = self.cleaned.get(at as usize) {
            if cleaned.stamp.index <= index {
                return cleaned.reason.map(|reason| (cleaned.stamp, reason));
            }
            at = cleaned.previous;
        }
        None
    }
}

fn find(appends: &[Append], offset: u64, index: u64) -> Option<&Append> {
    let at = appends.partition_point(|append| append.base_offset <= offset).checked_sub(1)?;
    let append = &appends[at];
    (append.holds(offset) && append.stamp.index <= index).then_some(append)
}
