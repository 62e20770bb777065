//! Going back: what happened after a step is taken away.

use crate::protocol::{SortedSet, TopicPartition};
use crate::sim::ledger::Ledger;
use crate::sim::ledger::facts::{NONE, Run, Stamp, Which, upto};

impl Ledger {
    /// Forgets what happened after step `index`: the run takes another way from there.
    pub(in crate::sim) fn forget_after(&mut self, index: u64) {
        if self.noted <= index {
            return;
        }
        self.noted = index;
        self.cut_producers(index);
        self.cut_partitions(index);
        self.cut_readers(index);
        for facts in self.consumers.values_mut() {
            cut(&mut facts.ends, index, |end| end.0);
            cut(&mut facts.fetches, index, |fetch| fetch.stamp);
        }
        self.remember_owners();
        cut(&mut self.power_losses, index, |stamp| *stamp);
        let known = upto(&self.records, index, |record| record.sent);
        self.records.truncate(known);
        let known = upto(&self.partitions, index, |facts| facts.since);
        self.partitions.truncate(known);
        self.partition_ids.retain(|_, id| (*id as usize) < known);
        let known = upto(&self.readers, index, |facts| facts.since);
        self.readers.truncate(known);
    }

    fn cut_producers(&mut self, index: u64) {
        let Self { producers, partitions, records, .. } = self;
        for (id, facts) in &mut *producers {
            while let Some(ending) = facts.endings.pop_if(|ending| ending.stamp.index > index) {
                for record in facts.records(ending.which) {
                    records[record as usize].ended = NONE;
                }
            }
            for (partition, log) in partitions.iter_mut().enumerate() {
                for at in
                    (upto(&log.appends, index, |append| append.stamp)..log.appends.len()).rev()
                {
                    let append = log.appends[at];
                    if append.producer != *id || append.first == NONE {
                        continue;
                    }
                    let run = Run {
                        partition: partition as u32,
                        first: append.first,
                        count: append.count,
                    };
                    for record in facts.records(Which::Run(run)) {
                        let record = &mut records[record as usize];
                        if record.appended == at as u32 {
                            record.appended = NONE;
                        }
                    }
                }
            }
            for queue in facts.queues.values_mut() {
                while let Some(record) =
                    queue.pop_if(|record| records[*record as usize].accumulated.index > index)
                {
                    let record = &mut records[record as usize];
                    record.accumulated = Stamp::default();
                    (record.partition, record.place) = (NONE, NONE);
                }
            }
            let gone = |record: &mut u32| {
                records.get(*record as usize).is_none_or(|record| record.sent.index > index)
            };
            while facts.sends.pop_if(gone).is_some() {}
            cut(&mut facts.drains, index, |drain| drain.stamp);
            cut(&mut facts.troubles, index, |trouble| trouble.0);
            cut(&mut facts.crashes, index, |stamp| *stamp);
        }
        producers.retain(|_, facts| !facts.sends.is_empty() || !facts.troubles.is_empty());
    }

    fn cut_partitions(&mut self, index: u64) {
        for facts in &mut self.partitions {
            cut(&mut facts.appends, index, |append| append.stamp);
            cut(&mut facts.eras, index, |era| era.stamp);
            cut(&mut facts.starts, index, |start| start.0);
            cut(&mut facts.ends, index, |end| end.0);
            cut(&mut facts.decisions, index, |decision| decision.stamp);
            while let Some(cleaned) = facts.cleaned.pop_if(|cleaned| cleaned.stamp.index > index) {
                facts.cleaned_at[cleaned.offset as usize] = cleaned.previous;
            }
            while facts.cleaned_at.pop_if(|at| *at == NONE).is_some() {}
            let appends = facts.appends.len() as u32;
            while facts.again.pop_if(|at| *at >= appends).is_some() {}
        }
    }

    fn cut_readers(&mut self, index: u64) {
        for facts in &mut self.readers {
            cut(&mut facts.wants, index, |want| want.0);
            cut(&mut facts.rebalances, index, |stamp| *stamp);
            while let Some(touch) = facts.touches.pop_if(|touch| touch.stamp.index > index) {
                facts.heads[touch.record as usize] = touch.previous;
            }
            while facts.heads.pop_if(|head| *head == NONE).is_some() {}
            for reading in facts.partitions.values_mut() {
                cut(&mut reading.commits, index, |commit| commit.stamp);
                cut(&mut reading.placed, index, |placed| placed.stamp);
                cut(&mut reading.positions, index, |position| position.0);
                cut(&mut reading.owners, index, |owner| owner.0);
            }
            facts.partitions.retain(|_, reading| *reading != Default::default());
        }
    }

    /// Who owns what follows from who took it and gave it up.
    fn remember_owners(&mut self) {
        let Self { consumers, readers, .. } = self;
        for (id, facts) in &mut *consumers {
            facts.owned = SortedSet::new();
            for reader in &*readers {
                for (partition, reading) in &reader.partitions {
                    let last = reading.owners.iter().rev().find(|(_, client, _)| client == id);
                    if last.is_some_and(|(_, _, owns)| *owns) {
                        facts.owned.insert(*partition);
                    }
                }
            }
        }
        consumers.retain(|_, facts| *facts != Default::default());
    }
}

impl Ledger {
    /// The number of a partition.
    pub(super) fn known_partition(&self, partition: &TopicPartition) -> Option<u32> {
        self.partition_ids.get(partition).copied()
    }
}

fn cut<T>(list: &mut Vec<T>, index: u64, stamp: impl Fn(&T) -> Stamp) {
    let known = upto(list, index, stamp);
    list.truncate(known);
}
