//! The inspector: one thing explained. What it is, its numbers with a sentence each, its bytes, and "why?".
//!
//! Everything is read from the world's state; the history is asked only for what led to it.

mod broker;
mod bytes;
mod cleaner;
mod client;
mod consumer;
mod cursor;
mod gates;
mod group;
mod hash;
mod message;
mod partition;
mod producer;
mod raw;
mod record;
mod segment;
mod settings;
#[cfg(test)]
mod tests;
mod text;
mod topic;
mod why_not;

use crate::protocol::{ClientId, NodeId, Subject, Topic, TopicPartition};
use crate::sim::{History, World};
use crate::words::{Line, Piece, Span, Words, clock, code};

pub(super) use bytes::file_name as segment_file_name;
pub use bytes::{
    BytesView, Field, FieldRole, batch_bytes, log_bytes, offset_index_bytes, time_index_bytes,
};
pub use gates::{deletion_gates, roll_gates};
pub use raw::{piece_bytes, raw_bytes};
pub(in crate::session) use settings::view as settings_view;
pub use settings::{Choices, SettingRow, SettingsOwner, SettingsView, broker_settings};
pub(super) use text::shown as shown_bytes;
pub use why_not::{Doubt, Earliest, SegmentDoubt, WhyNot, why_not};

/// One number or name, and why it is what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is called.
    pub label: String,
    /// What it is.
    pub value: Line,
    /// One sentence: why it is what it is.
    pub explain: String,
    /// What it leads to.
    pub opens: Option<Subject>,
}

/// One short step of an explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The step, with its values.
    pub text: Line,
    /// The rule.
    pub rule: &'static str,
}

/// One condition with its value against its threshold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// What is asked.
    pub name: Line,
    /// How it stands.
    pub value: Line,
    /// What it is held against.
    pub limit: Line,
    /// The same as a bar, where both are numbers.
    pub meter: Option<Meter>,
    /// Whether the condition is met.
    pub met: bool,
    /// The rule.
    pub rule: &'static str,
}

/// A value against its threshold, as a bar: both in thousandths of its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meter {
    /// How far it is filled.
    pub filled: u16,
    /// Where the threshold stands.
    pub mark: u16,
}

/// A question and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// The question.
    pub question: String,
    /// The answer in a few steps.
    pub steps: Vec<Step>,
    /// The conditions that decide, where there are several.
    pub gates: Vec<Gate>,
}

/// Things that belong to the subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// What they are.
    pub title: String,
    /// One a row, and what it leads to.
    pub rows: Vec<(Line, Option<Subject>)>,
    /// How many more there are.
    pub more: u32,
}

/// What can be done to a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeAction {
    /// Its process dies.
    Crash,
    /// The broker's machine loses its power.
    PowerLoss,
    /// The broker is stopped in order.
    StopBroker,
    /// A new process takes its place.
    Restart,
    /// It closes in order.
    Close,
    /// The consumer's application hangs.
    Hang,
    /// It goes on.
    Resume,
    /// The producer's own flow stops.
    StopFlow,
    /// It goes on.
    StartFlow,
    /// A record is written by hand to this topic, by this producer.
    SendHere,
    /// A consumer joins this group, or reads this topic.
    AddConsumer,
    /// The partition's records before this one are deleted.
    DeleteBefore,
    /// The consumer seeks to the partition's beginning.
    SeekBeginning,
    /// The consumer seeks to its end.
    SeekEnd,
    /// The consumer's `poll` leaves the partition out.
    PausePartition,
    /// And returns its records again.
    ResumePartition,
    /// The message is lost on its way.
    DropMessage,
    /// It comes late.
    DelayMessage,
    /// It comes twice.
    DuplicateMessage,
}

/// Everything that is known of one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// What it is about.
    pub subject: Subject,
    /// What it is called.
    pub title: Line,
    /// Where it stands.
    pub subtitle: Line,
    /// It is no longer there, or not there yet; the subtitle says why.
    pub gone: bool,
    /// Its numbers.
    pub facts: Vec<Fact>,
    /// Its bytes: a record's batch; a segment's files.
    pub bytes: Vec<BytesView>,
    /// Questions and answers.
    pub whys: Vec<Why>,
    /// What belongs to it.
    pub lists: Vec<List>,
    /// Its settings.
    pub settings: Option<SettingsView>,
    /// What can be done to it.
    pub actions: Vec<NodeAction>,
}

/// A list shows no more rows than this.
const MOST_ROWS: usize = 200;

/// Explains a subject. `None`: the world has never known such a thing.
///
/// A thing that is gone, such as a deleted record, says so.
#[must_use]
pub fn inspect(
    world: &World,
    history: &History,
    subject: &Subject,
    words: &dyn Words,
) -> Option<Inspection> {
    let mut sheet = Sheet::new(world, history, words, subject);
    match subject {
        Subject::Broker(id) => broker::inspect(&mut sheet, *id)?,
        Subject::Client(id) => client::inspect(&mut sheet, *id)?,
        Subject::Topic(topic) => topic::inspect(&mut sheet, topic)?,
        Subject::Partition(partition) => partition::inspect(&mut sheet, partition)?,
        Subject::Segment(partition, base) => segment::inspect(&mut sheet, partition, *base)?,
        Subject::Record(partition, offset) => record::inspect(&mut sheet, partition, *offset)?,
        Subject::Unsent(id, number) => producer::inspect_unsent(&mut sheet, *id, *number)?,
        Subject::Message(id) => message::inspect(&mut sheet, *id)?,
        Subject::Group(group) => group::inspect(&mut sheet, group)?,
        Subject::Committed(group, partition) => {
            cursor::inspect_committed(&mut sheet, group, partition)?;
        }
        Subject::Position(id, partition) => cursor::inspect_position(&mut sheet, *id, partition)?,
        Subject::Cleaner(partition) => cleaner::inspect(&mut sheet, partition)?,
    }
    Some(sheet.inspection)
}

/// An inspection as it is written.
struct Sheet<'a> {
    world: &'a World,
    history: &'a History,
    words: &'a dyn Words,
    inspection: Inspection,
}

impl<'a> Sheet<'a> {
    fn new(
        world: &'a World,
        history: &'a History,
        words: &'a dyn Words,
        subject: &Subject,
    ) -> Self {
        let inspection = Inspection {
            subject: subject.clone(),
            title: Line::default(),
            subtitle: Line::default(),
            gone: false,
            facts: Vec::new(),
            bytes: Vec::new(),
            whys: Vec::new(),
            lists: Vec::new(),
            settings: None,
            actions: Vec::new(),
        };
        Self { world, history, words, inspection }
    }

    fn title(&mut self, title: Line, subtitle: Line) {
        self.inspection.title = title;
        self.inspection.subtitle = subtitle;
    }

    /// The thing is not there.
    fn gone(&mut self, title: Line, why: Line) {
        self.title(title, why);
        self.inspection.gone = true;
    }

    fn fact(&mut self, label: Line, value: impl Piece, explain: Line) {
        self.fact_to(label, value, explain, None);
    }

    fn fact_to(
        &mut self,
        label: Line,
        value: impl Piece,
        explain: Line,
        opens: impl Into<Option<Subject>>,
    ) {
        self.inspection.facts.push(Fact {
            label: label.plain_text(),
            value: Line::default().and(value),
            explain: explain.plain_text(),
            opens: opens.into(),
        });
    }

    fn why(&mut self, question: Line, steps: Vec<Step>) {
        self.why_gates(question, steps, Vec::new());
    }

    fn why_gates(&mut self, question: Line, steps: Vec<Step>, gates: Vec<Gate>) {
        let question = question.plain_text();
        self.inspection.whys.push(Why { question, steps, gates });
    }

    /// Adds a list, unless it is empty. The first rows stay where there are too many.
    fn list(&mut self, title: Line, mut rows: Vec<(Line, Option<Subject>)>) {
        if rows.is_empty() {
            return;
        }
        let more = rows.len().saturating_sub(MOST_ROWS) as u32;
        rows.truncate(MOST_ROWS);
        self.inspection.lists.push(List { title: title.plain_text(), rows, more });
    }

    /// A time since the world's start.
    fn clock(&self, at_ms: i64) -> Span {
        code(clock(at_ms.saturating_sub(self.world.start_ms().cast_signed())))
    }

    fn clock_of(&self, at_ms: u64) -> Span {
        self.clock(at_ms.cast_signed())
    }

    /// How long it is until then; 0 if it has passed.
    fn until_ms(&self, at_ms: u64) -> u64 {
        at_ms.saturating_sub(self.world.now_ms())
    }

    fn name(&self, node: NodeId) -> String {
        self.world.name(node)
    }

    fn client_name(&self, id: ClientId) -> String {
        self.world.name(NodeId::Client(id))
    }

    fn partition_count(&self, topic: &Topic) -> u32 {
        self.world.broker().topic(topic).map_or(0, |image| image.partitions.len() as u32)
    }

    /// The consumers that have the partition.
    fn readers(&self, partition: &TopicPartition) -> impl Iterator<Item = ClientId> {
        self.world.clients().iter().filter_map(|client| {
            let consumer = client.consumer().filter(|_| client.is_running())?;
            consumer.assignment().contains(partition).then_some(client.id)
        })
    }
}

fn step(text: Line, rule: &'static str) -> Step {
    Step { text, rule }
}

fn line_of(piece: impl Piece) -> Line {
    Line::default().and(piece)
}
