//! The Verify room without pixels: what the replay of recorded cases has said so far.

use serde::Deserialize;

/// Parts of Kafka, in the order of the list, and the kinds of cases that ask about them.
pub const SUBSYSTEMS: [(Subsystem, &[&str]); 6] = [
    (Subsystem::Batches, &["encode_batch", "decode_batches"]),
    (Subsystem::Log, &["log"]),
    (Subsystem::Partitioner, &["partition", "group_partition"]),
    (Subsystem::Producer, &["accumulate"]),
    (Subsystem::Groups, &["assign"]),
    (
        Subsystem::Offsets,
        &["offset_commit_record", "group_metadata_record", "decode_offsets_record"],
    ),
];

/// A part of Kafka.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subsystem {
    /// Record batches.
    Batches,
    /// Logs: append, roll, retention, cleaning, look-ups.
    Log,
    /// Which partition.
    Partitioner,
    /// What the producer sends when.
    Producer,
    /// Who reads what.
    Groups,
    /// The records of `__consumer_offsets`.
    Offsets,
    /// A kind that this page does not know.
    Other,
}

/// How many cases of a kind came from one source, and how they were answered.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Count {
    /// The kind.
    pub kind: String,
    /// Class and version that it was recorded from.
    pub source: String,
    /// How many.
    pub cases: u64,
    /// Answered alike.
    pub agree: u64,
    /// Not modelled.
    pub unsupported: u64,
}

/// A case that we answer otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Differing {
    /// The kind.
    pub kind: String,
    /// The question.
    pub case: String,
    /// Kafka's answer.
    pub kafka: String,
    /// Ours.
    pub ours: String,
}

#[derive(Deserialize)]
struct Report {
    done: u64,
    total: u64,
    counts: Vec<Count>,
    differing: Vec<Differing>,
}

/// Where a replay stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replay {
    /// Files that are done: their counts.
    finished: Vec<Count>,
    /// The file under way.
    current: Vec<Count>,
    /// Lines of the file under way that are done, and all of them.
    done: (u64, u64),
    /// Files that are done, and all.
    pub files: (u32, u32),
    /// What is answered otherwise.
    pub differing: Vec<Differing>,
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which part.
    pub subsystem: Subsystem,
    /// Kinds and sources.
    pub counts: Vec<Count>,
}

impl Replay {
    /// A replay of so many files.
    #[must_use]
    pub fn new(files: u32) -> Self {
        Self { files: (0, files), ..Self::default() }
    }

    /// The worker reports. True if its file is done, so that the next one can be sent.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn hear(&mut self, report: &str) -> Result<bool, String> {
        let report: Report = serde_json::from_str(report).map_err(|error| error.to_string())?;
        self.differing.extend(report.differing);
        self.done = (report.done, report.total);
        let finished = report.done >= report.total;
        self.current = report.counts;
        if finished {
            self.file_done();
        }
        Ok(finished)
    }

    /// The file under way is done, or there was nothing in it.
    pub fn file_done(&mut self) {
        for count in std::mem::take(&mut self.current) {
            add(&mut self.finished, count);
        }
        self.done = (0, 0);
        self.files.0 += 1;
    }

    /// Whether all files are done.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.files.0 >= self.files.1
    }

    /// How far it is, in thousandths.
    #[must_use]
    pub fn progress(&self) -> u32 {
        let (files, all) = (u64::from(self.files.0), u64::from(self.files.1).max(1));
        let within = self.done.0 * 1000 / self.done.1.max(1);
        ((files * 1000 + within) / all).min(1000) as u32
    }

    /// Cases, those answered alike, those not modelled.
    #[must_use]
    pub fn totals(&self) -> (u64, u64, u64) {
        let counts = self.finished.iter().chain(&self.current);
        counts.fold((0, 0, 0), |(cases, agree, unsupported), count| {
            (cases + count.cases, agree + count.agree, unsupported + count.unsupported)
        })
    }

    /// The list by subsystem.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let mut all = self.finished.clone();
        for count in &self.current {
            add(&mut all, count.clone());
        }
        let mut rows = Vec::new();
        for (subsystem, kinds) in SUBSYSTEMS {
            let mut counts = Vec::new();
            for kind in kinds {
                counts.extend(all.iter().filter(|count| count.kind == *kind).cloned());
            }
            rows.push(Row { subsystem, counts });
        }
        let known = |kind: &str| SUBSYSTEMS.iter().any(|(_, kinds)| kinds.contains(&kind));
        all.retain(|count| !known(&count.kind));
        rows.push(Row { subsystem: Subsystem::Other, counts: all });
        rows.retain(|row| !row.counts.is_empty());
        rows
    }
}

fn add(counts: &mut Vec<Count>, more: Count) {
    let known =
        counts.iter_mut().find(|count| count.kind == more.kind && count.source == more.source);
    match known {
        Some(count) => {
            count.cases += more.cases;
            count.agree += more.agree;
            count.unsupported += more.unsupported;
        }
        None => counts.push(more),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_add_up_by_subsystem_and_source() {
        let mut replay = Replay::new(2);
        let count = |kind: &str, source: &str, cases: u64, agree: u64| {
            format!(
                r#"{{"kind":"{kind}","source":"{source}","cases":{cases},"agree":{agree},"unsupported":0}}"#
            )
        };
        let report = |done: u64, counts: &str, differing: &str| {
            format!(r#"{{"done":{done},"total":4,"counts":[{counts}],"differing":[{differing}]}}"#)
        };
        let log = count("log", "UnifiedLog", 2, 2);
        assert_eq!(replay.hear(&report(2, &log, "")), Ok(false));
        assert_eq!(replay.progress(), 250);
        let counts = format!("{},{}", count("log", "UnifiedLog", 3, 2), count("new", "X", 1, 1));
        let differing = r#"{"kind":"log","case":"{}","kafka":"1","ours":"2"}"#;
        assert_eq!(replay.hear(&report(4, &counts, differing)), Ok(true));
        assert!(!replay.is_over());
        assert_eq!(replay.hear(&report(4, &log, "")), Ok(true));
        assert!(replay.is_over());
        assert_eq!(replay.totals(), (6, 5, 0));
        let rows = replay.rows();
        assert_eq!(rows[0].subsystem, Subsystem::Log);
        assert_eq!((rows[0].counts[0].cases, rows[0].counts[0].agree), (5, 4));
        assert_eq!(rows[1].subsystem, Subsystem::Other);
        assert_eq!(replay.differing.len(), 1);
        assert!(replay.hear("nonsense").is_err());
    }
}
