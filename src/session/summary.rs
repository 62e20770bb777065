//! What panels show, small and rounded, so that sixty frames a second cause few renders.

use std::rc::Rc;

use crate::protocol::{ClientId, Subject, TopicPartition};
use crate::session::groups::GroupsView;
use crate::session::inspect::Inspection;
use crate::session::keys::KeyTable;
use crate::session::time::rounded;
use crate::session::{Action, DeskView, LedgerView, LessonView, Room, Session, inspect};
use crate::sim::Event;
use crate::words::{Lang, Line, importance};

/// What is listed is at least as important as a record that finds its partition.
const WORTH_LISTING: u8 = 26;
/// So many events are listed.
const MOST_TOLD: usize = 60;

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

impl Session {
    /// What panels show now.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let world = self.history.world();
        let words = self.words();
        let start_ms = world.start_ms();
        let pace = world.scenario().model_ms_per_wall_s;
        let (lead, second) = self.lead.events();
        let chosen = self.playback.model_ms_per_wall_s(pace);
        let model_ms_per_wall_s = self.playback.held_back.unwrap_or(chosen);
        let rounding_ms =
            if self.playback.playing { ((model_ms_per_wall_s / 10.0) as u64).max(1) } else { 1 };
        let lead_line =
            lead.map_or_else(|| words.opening(world), |event| words.event(world, event));
        let aside = match (lead.and_then(|event| words.aside(world, event)), second) {
            (Some(aside), _) => aside,
            (None, Some(event)) => words.event(world, event),
            (None, None) => Line::default(),
        };
        Summary {
            lang: self.lang,
            room: self.room,
            desk: (self.room == Room::Bytes)
                .then(|| self.desk.view(world, &self.history, words))
                .flatten()
                .map(Rc::new),
            ledger: (self.room == Room::Ledger)
                .then(|| Rc::new(self.ledger.view(&self.history, words))),
            keys: (self.room == Room::Keys).then(|| self.keys.clone()),
            groups: (self.room == Room::Groups)
                .then(|| Rc::new(GroupsView::new(world, self.group.as_ref(), words))),
            scenario: world.scenario().name.clone(),
            seed: world.seed(),
            playing: self.playback.playing,
            speed: self.playback.speed,
            model_ms_per_wall_s: if self.playback.held_back.is_some() {
                rounded(model_ms_per_wall_s)
            } else {
                model_ms_per_wall_s as u64
            },
            held_back: self.playback.held_back.is_some(),
            watched: self.watched.clone(),
            leaping: self.playback.leap_ms.is_some(),
            now_ms: (world.now_ms() - start_ms) / rounding_ms * rounding_ms,
            last_ms: (self.history.last_ms() - start_ms) / rounding_ms * rounding_ms,
            event_index: if self.playback.playing {
                lead.map_or(0, |event| event.index)
            } else {
                world.event_index()
            },
            last_index: if self.playback.playing { 0 } else { self.history.last_index() },
            mark_count: self.history.marks().len() as u32,
            announcement: lead_line.plain_text(),
            lead: lead_line,
            aside,
            told: Rc::new(self.told()),
            selected: self.selected.clone(),
            shown_client: (self.room == Room::Clients).then(|| self.shown_client()).flatten(),
            inspection: self
                .selected
                .as_ref()
                .and_then(|subject| inspect::inspect(world, &self.history, subject, words))
                .map(Rc::new),
            focused: self.focused.clone(),
            tree_version: self.tree_version,
            clients: Rc::new(self.client_lines()),
            topics: Rc::new(self.topic_lines()),
            lesson: self.lesson.as_ref().map(|lesson| Rc::new(lesson.view(world, words))),
            notices: Rc::new(self.notices.clone()),
            broken: self.history.broken().map(ToString::to_string),
        }
    }

    fn told(&self) -> Vec<Told> {
        let world = self.history.world();
        let mut told: Vec<Told> = self
            .history
            .recent()
            .rev()
            .filter(|event| importance(&event.what) >= WORTH_LISTING)
            .take(MOST_TOLD)
            .map(|event: &Event| Told {
                index: event.index,
                at_ms: event.at_ms - world.start_ms(),
                line: self.words().event(world, event),
            })
            .collect();
        told.reverse();
        told
    }

    fn client_lines(&self) -> Vec<ClientLine> {
        let clients = self.history.world().clients().iter();
        clients
            .map(|client| ClientLine {
                name: client.name.to_string(),
                is_producer: client.producer().is_some(),
                running: client.is_running(),
                closed: client.is_closed(),
                subject: Subject::Client(client.id),
            })
            .collect()
    }

    fn topic_lines(&self) -> Vec<TopicLine> {
        let topics = self.history.world().broker().topics();
        topics
            .map(|(topic, image)| TopicLine {
                name: topic.to_string(),
                partitions: image.partitions.len() as u32,
                internal: topic.is_internal(),
            })
            .collect()
    }
}
