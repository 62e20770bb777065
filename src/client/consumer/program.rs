//! The program around the consumer as data: its lines, in which order they run, and how it reads in Java.
//!
//! Every program is a loop: poll, process each record, commit somewhere. What differs is which commit is
//! called, how often, with which offsets, and whether before the processing (at most once) or after it
//! (at least once; CONS-9, CONS-10).

use crate::client::consumer::ConsumerApp;

/// A line that does something: where a program can be stopped, or die.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProgramLine {
    /// `subscribe(topics)` or `assign(partitions)`.
    Subscribe,
    /// `poll(timeout)`.
    Poll,
    /// The work on one record.
    Process,
    /// `commitSync` or `commitAsync`.
    Commit,
    /// `close()`.
    Close,
}

impl ProgramLine {
    /// All lines.
    pub const ALL: [Self; 5] =
        [Self::Subscribe, Self::Poll, Self::Process, Self::Commit, Self::Close];

    /// As scenarios and links write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Subscribe => "subscribe",
            Self::Poll => "poll",
            Self::Process => "process",
            Self::Commit => "commit",
            Self::Close => "close",
        }
    }
}

/// Which commit a program calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CommitCall {
    /// Blocks and tries again (CONS-9).
    Sync,
    /// Returns at once, calls back later, never tries again (CONS-10).
    Async,
}

/// How often a program commits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CommitEach {
    /// Once for what a poll returned.
    Poll,
    /// Once for each partition of a poll.
    Partition,
    /// Once for each record.
    Record,
}

/// How a program commits by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CommitStyle {
    /// Which call.
    pub call: CommitCall,
    /// How often.
    pub each: CommitEach,
    /// With a map of offsets: those of the records at hand. Without one it commits all positions, so
    /// everything that `poll` has returned, processed or not (CONS-8).
    pub offsets: bool,
    /// Before the records are processed: at most once.
    pub before: bool,
}

/// A line of the program as a person reads it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CodeLine {
    /// How far it is moved in, from 0.
    pub indent: u8,
    /// What it does; `None` for brackets and loops.
    pub line: Option<ProgramLine>,
    /// Java.
    pub text: String,
}

impl ConsumerApp {
    /// The program in Java.
    #[must_use]
    pub fn code(&self) -> Vec<CodeLine> {
        use ProgramLine as L;
        let mut code = Vec::new();
        let mut add = |indent, line, text: String| code.push(CodeLine { indent, line, text });
        add(0, Some(L::Subscribe), self.subscribe_code());
        add(0, None, "while (running) {".into());
        let poll =
            format!("var records = consumer.poll(Duration.ofMillis({}));", self.poll_timeout_ms);
        add(1, Some(L::Poll), poll);
        let process = "process(record);".to_owned();
        let commit = self.commit.map(|style| (style, style.code()));
        match commit {
            None => {
                add(1, None, "for (var record : records)".into());
                add(2, Some(L::Process), process);
            }
            Some((style, commit)) if style.each == CommitEach::Poll => {
                add(1, None, "if (records.isEmpty()) continue;".into());
                if style.before {
                    add(1, Some(L::Commit), commit.clone());
                }
                add(1, None, "for (var record : records)".into());
                add(2, Some(L::Process), process);
                if !style.before {
                    add(1, Some(L::Commit), commit);
                }
            }
            Some((style, commit)) if style.each == CommitEach::Record => {
                add(1, None, "for (var record : records) {".into());
                let mut inner = [(L::Process, process), (L::Commit, commit)];
                if style.before {
                    inner.reverse();
                }
                for (line, text) in inner {
                    add(2, Some(line), text);
                }
                add(1, None, "}".into());
            }
            Some((style, commit)) => {
                add(1, None, "for (var partition : records.partitions()) {".into());
                if style.before {
                    add(2, Some(L::Commit), commit.clone());
                }
                add(2, None, "for (var record : records.records(partition))".into());
                add(3, Some(L::Process), process);
                if !style.before {
                    add(2, Some(L::Commit), commit);
                }
                add(1, None, "}".into());
            }
        }
        add(0, None, "}".into());
        add(0, Some(L::Close), "consumer.close();".into());
        code
    }

    fn subscribe_code(&self) -> String {
        if self.assign.is_empty() {
            let topics: Vec<_> = self.topics.iter().map(|topic| format!("\"{topic}\"")).collect();
            return format!("consumer.subscribe(List.of({}));", topics.join(", "));
        }
        let new = |p: &crate::protocol::TopicPartition| {
            format!("new TopicPartition(\"{}\", {})", p.topic, p.partition)
        };
        let partitions: Vec<_> = self.assign.iter().map(new).collect();
        format!("consumer.assign(List.of({}));", partitions.join(", "))
    }
}

impl CommitStyle {
    fn code(self) -> String {
        let call = match self.call {
            CommitCall::Sync => "commitSync",
            CommitCall::Async => "commitAsync",
        };
        let offsets = match (self.offsets, self.each) {
            (false, _) => "",
            (true, CommitEach::Poll) => "nextOffsets(records)",
            (true, CommitEach::Partition) => "nextOffset(partition)",
            (true, CommitEach::Record) => "nextOffset(record)",
        };
        let callback = match (self.call, self.offsets) {
            (CommitCall::Sync, _) => "",
            (CommitCall::Async, true) => ", callback",
            (CommitCall::Async, false) => "callback",
        };
        format!("consumer.{call}({offsets}{callback});")
    }
}
