//! What panels show, small and rounded, so that sixty frames a second cause few renders.

use std::rc::Rc;

use crate::protocol::{ClientId, Subject, TopicPartition};
use crate::session::groups::GroupsView;
use crate::session::inspect::Inspection;
use crate::session::keys::KeyTable;
use crate::session::{Action, DeskView, LedgerView, LessonView, Room};
use crate::words::{Lang, Line};

/// A message to the person: a refusal in Kafka's words, or what the browser could not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// To take it away again.
    pub id: u64,
    /// What is said.
    pub text: String,
    /// What could be done instead: a label and the action.
    pub offer: Option<(String, Action)>,
}

/// Something that happened, as the list of events shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The step.
    pub index: u64,
    /// When, in milliseconds after the start.
    pub at_ms: u64,
    /// In a sentence.
    pub line: Line,
}

/// A client as menus list it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientLine {
    /// Its name.
    pub name: String,
    /// Producer or consumer.
    pub is_producer: bool,
    /// Whether its process runs.
    pub running: bool,
    /// Whether it has closed for good.
    pub closed: bool,
    /// Where to find it.
    pub subject: Subject,
}

/// A topic as menus list it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicLine {
    /// Its name.
    pub name: String,
    /// How many partitions.
    pub partitions: u32,
    /// Kafka's own.
    pub internal: bool,
}

/// What panels show.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// In which language.
    pub lang: Lang,
    /// Which room the person is in.
    pub room: Room,
    /// What the Bytes room shows.
    pub desk: Option<Rc<DeskView>>,
    /// What the Ledger room shows.
    pub ledger: Option<Rc<LedgerView>>,
    /// The keys under the microscope, in that room.
    pub keys: Option<KeyTable>,
    /// What the Groups room shows.
    pub groups: Option<Rc<GroupsView>>,
    /// The scenario's name.
    pub scenario: String,
    /// The seed.
    pub seed: u64,
    /// Whether the clock runs.
    pub playing: bool,
    /// The place of the speed in [`crate::session::SPEEDS`].
    pub speed: usize,
    /// Model milliseconds in a second of wall time.
    pub model_ms_per_wall_s: u64,
    /// The machine is slower than the speed that was chosen; the pace above is what it manages.
    pub held_back: bool,
    /// Whose cleaning is watched.
    pub watched: Option<TopicPartition>,
    /// The clock runs to a time that was asked for, as fast as it can.
    pub leaping: bool,
    /// The clock in milliseconds after the start; while it runs, rounded to tenths of a second or to
    /// what a tenth of a second of wall time is.
    pub now_ms: u64,
    /// The furthest time that was reached.
    pub last_ms: u64,
    /// The event index; while the clock runs it is the last one that was told.
    pub event_index: u64,
    /// The furthest that was reached.
    pub last_index: u64,
    /// How many marks the timeline has.
    pub mark_count: u32,
    /// The sentence at the top.
    pub lead: Line,
    /// The second line.
    pub aside: Line,
    /// What a screen reader hears next.
    pub announcement: String,
    /// What happened, newest last.
    pub told: Rc<Vec<Told>>,
    /// What is shown and explained.
    pub selected: Option<Subject>,
    /// Its explanation.
    pub inspection: Option<Rc<Inspection>>,
    /// Which client the Clients room shows.
    pub shown_client: Option<ClientId>,
    /// The keyboard's ring.
    pub focused: Option<Subject>,
    /// Grows whenever the tree of what is on the stage changes.
    pub tree_version: u32,
    /// Clients.
    pub clients: Rc<Vec<ClientLine>>,
    /// Topics.
    pub topics: Rc<Vec<TopicLine>>,
    /// The lesson under way.
    pub lesson: Option<Rc<LessonView>>,
    /// Messages to the person.
    pub notices: Rc<Vec<Notice>>,
    /// An invariant that was found broken (`?check=1`).
    pub broken: Option<String>,
}
