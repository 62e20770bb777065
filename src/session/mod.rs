//! The whole application without pixels: what a person does goes in, what panels and the stage show
//! comes out.

mod action;
mod another;
mod bytes;
mod charts;
mod clients;
mod focus;
pub mod groups;
pub mod inspect;
pub mod keys;
mod lead;
mod ledger;
mod link;
mod paste;
mod playback;
mod room;
mod summary;
#[cfg(test)]
mod tests;
mod theatre;
mod time;
pub mod verify;

use std::rc::Rc;

use crate::lesson::{LessonRun, LessonStep};
use crate::protocol::client_config::read_properties;
use crate::protocol::{Bytes, ClientId, GroupId, Subject, TopicPartition};
use crate::scene::{self, Scene, TreeNode};
use crate::session::bytes::Desk;
use crate::session::groups::{GroupsAction, GroupsView};
use crate::session::keys::{KeyTable, KeysAction};
use crate::session::lead::Lead;
use crate::session::ledger::LedgerDesk;
use crate::sim::{self, History, Refused, Scenario};
use crate::words::{Lang, StageWords, Words, words};

pub use crate::lesson::LessonView;
pub use action::{Action, Direction, Move};
pub use bytes::{
    AnomalyRow, Cell, CellState, DeskView, FileRow, ImportedRow, ImportedView, Look, LookupRow,
    LookupView, MOST_IMPORTED, Parcelled, RecordRow, RowKind, SegmentRow, Target, Unpacked,
    is_varint, unpack,
};
pub use charts::{CHART_PLACES, GroupChart, Owned, PartitionChart};
pub use clients::{
    BatchRow, ClockRow, CodeRow, ConsoleRow, ConsoleView, ConsumerView, FlightRow, FutureRow,
    FutureState, PartitionRow, ProducerView, RecordTile, RequestRow, Tile, TileState, Way,
    form_that_works,
};
pub use ledger::{
    LedgerAction, LedgerTile, LedgerView, LifeView, ProducerRow, ReaderRow, StationRow,
    TILES_A_PAGE, TileGroup, scoreboard,
};
pub use link::{Address, Theme, write_inputs};
pub use paste::{MOST_BYTES, MOST_RECORDS, read_records};
pub use playback::{COMPRESSED_MS, NORMAL_SPEED, Playback, SPEEDS, TRANSITION_MS, ticks};
pub use room::Room;
pub use summary::{ClientLine, Notice, Summary, Told, TopicLine};
pub use theatre::{Act, Fate, Horizon, Part, Place, Shelf, Theatre};

/// So many steps are done in a frame at the most; then the picture lags behind the clock.
const MOST_STEPS_A_FRAME: u32 = 20_000;
/// While the clock runs, the tree is brought up to date no more often than this.
const TREE_MS: f64 = 400.0;

/// When the picture of a scenario begins, in milliseconds after its start.
#[must_use]
pub fn opening_ms(scenario: &Scenario) -> u64 {
    match scenario.name.as_str() {
        "store" => 1_300,
        "flood" => 40_000,
        _ => 0,
    }
}

/// The application.
#[derive(Debug)]
pub struct Session {
    history: History,
    playback: Playback,
    lang: Lang,
    reduced_motion: bool,
    check: bool,
    selected: Option<Subject>,
    focused: Option<Subject>,
    /// What the Clients room showed last.
    shown_client: Option<ClientId>,
    hovered: Option<Subject>,
    tree: Vec<TreeNode>,
    tree_version: u32,
    /// Wall time since the tree was last looked at.
    tree_age_ms: f64,
    room: Room,
    keys: KeyTable,
    /// Which group the Groups room shows; `None`: the first.
    group: Option<GroupId>,
    /// The clock ran when the last live room was left, and goes on when one is entered again.
    resumes: bool,
    desk: Desk,
    ledger: LedgerDesk,
    /// What was selected when the Bytes room was last entered.
    followed: Option<Subject>,
    lead: Lead,
    lesson: Option<LessonRun>,
    notices: Vec<Notice>,
    next_notice: u64,
    /// Whose cleaning is watched.
    watched: Option<TopicPartition>,
    /// What this machine manages in a frame.
    most_steps: u32,
    /// Whether the last frame had to stop before its time.
    out_of_breath: bool,
}

impl Session {
    /// The application as the address asks for it; what cannot be had is said in a notice.
    ///
    /// # Panics
    /// Never: the built-in scenarios can begin.
    #[must_use]
    pub fn new(address: &Address, lang: Lang, reduced_motion: bool) -> Self {
        let seed = address.seed.unwrap_or(1);
        let name = address.scenario.as_deref().unwrap_or("store");
        let mut problems = address.problems.clone();
        let scenario = match address.bench {
            Some(count) if count > 0 => Scenario::flood(count),
            _ => Scenario::built_in(name, seed).unwrap_or_else(|| {
                Scenario::built_in("store", seed).expect("the store is built in")
            }),
        };
        let history = match History::new(Rc::new(scenario), seed, address.check) {
            Ok(history) => history,
            Err(Refused(problem)) => {
                problems.push(problem);
                let store = Scenario::built_in("store", seed).expect("the store is built in");
                History::new(Rc::new(store), seed, address.check).expect("the store can begin")
            }
        };
        let room = address.room.unwrap_or_default();
        let plays = !address.paused && !reduced_motion;
        let playing = plays && room.is_live();
        let mut session = Self {
            playback: Playback::new(history.world().now_ms(), playing),
            history,
            lang,
            reduced_motion,
            check: address.check,
            selected: None,
            focused: None,
            shown_client: None,
            hovered: None,
            tree: Vec::new(),
            tree_version: 0,
            tree_age_ms: TREE_MS,
            room,
            keys: address.keys.clone().unwrap_or_default(),
            group: None,
            resumes: plays && !playing,
            desk: Desk::default(),
            ledger: LedgerDesk::default(),
            followed: None,
            lead: Lead::default(),
            lesson: None,
            notices: Vec::new(),
            next_notice: 0,
            watched: None,
            most_steps: MOST_STEPS_A_FRAME,
            out_of_breath: false,
        };
        session.history.replay(address.inputs.clone());
        let last_input = address.inputs.last().map(|input| input.after_index + 1);
        match address.at.or(last_input) {
            Some(index) => session.history.seek(index),
            None => session.raise_curtain(),
        }
        session.stand();
        for problem in problems {
            let text = session.words().link_problem(&problem);
            session.complain(text);
        }
        session
    }

    /// The page opens when there is something to see, not while clients still ask for metadata.
    fn raise_curtain(&mut self) {
        let start_ms = self.history.scenario().start_ms;
        self.history.advance_to(start_ms + opening_ms(self.history.scenario()));
    }

    /// The run.
    #[must_use]
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The language's words.
    #[must_use]
    pub fn words(&self) -> &'static dyn Words {
        words(self.lang)
    }

    /// The clock's state.
    #[must_use]
    pub fn playback(&self) -> &Playback {
        &self.playback
    }

    /// What is on the stage, as a tree of things with names.
    #[must_use]
    pub fn tree(&self) -> &[TreeNode] {
        &self.tree
    }

    /// Where the keyboard's ring is.
    #[must_use]
    pub fn focused(&self) -> Option<&Subject> {
        self.focused.as_ref()
    }

    /// Whether the next frame looks different from this one.
    #[must_use]
    pub fn is_moving(&self) -> bool {
        self.playback.playing
            || (self.room == Room::Bytes && self.desk.is_moving())
            || (self.playback.step_progress() < 1.0 && !self.reduced_motion)
    }

    /// After a step: the lesson looks. True if it wants the clock to stop.
    fn on_stepped(&mut self) -> bool {
        let Some(lesson) = &mut self.lesson else { return false };
        let index = self.history.world().event_index();
        let events = self.history.recent().rev().take_while(|event| event.index == index);
        let stop = lesson.on_step(self.history.world(), events) == LessonStep::Stop;
        if stop {
            self.selected = lesson.subject(self.history.world()).or(self.selected.take());
            self.playback.playing = false;
            self.stand();
        }
        stop
    }

    /// The picture of now: what is in view of a stage of this size, scrolled so far.
    pub fn compose(
        &mut self,
        (width, height): (f32, f32),
        scroll: f32,
        cache: &mut scene::Cache,
    ) -> Scene {
        let pace = self.history.scenario().model_ms_per_wall_s;
        let highlighted = self.hovered.as_ref().or(self.selected.as_ref());
        let highlighted_key = highlighted.and_then(|subject| self.key_of(subject));
        let playing = self.playback.playing;
        let progress = if self.reduced_motion { 1.0 } else { self.playback.step_progress() };
        let view = scene::View {
            width,
            height,
            scroll,
            now_ms: self.playback.picture_ms.max(self.history.world().now_ms() as f64),
            step_progress: (!playing).then_some(progress),
            span_ms: self.span_ms(pace),
            reduced_motion: self.reduced_motion,
            selected: self.selected.as_ref(),
            focused: self.focused.as_ref(),
            highlighted_key: highlighted_key.as_ref(),
            with_tree: !playing || self.tree_age_ms >= TREE_MS,
            most_detail: scene::Detail::Full,
        };
        let words: &dyn StageWords = words(self.lang);
        let scene =
            scene::compose(self.history.world(), self.history.recent(), &view, words, cache);
        if view.with_tree {
            self.tree_age_ms = 0.0;
            if self.tree != scene.tree {
                self.tree.clone_from(&scene.tree);
                self.tree_version += 1;
            }
        }
        scene
    }

    /// Model milliseconds of one transition. In pause it is that of 1×, whatever the speed.
    fn span_ms(&self, pace: u64) -> f64 {
        let plays = self.playback.playing && self.playback.leap_ms.is_none();
        let playback = Playback {
            speed: if plays { self.playback.speed } else { NORMAL_SPEED },
            ..self.playback
        };
        playback.model_ms_per_wall_s(pace) * TRANSITION_MS / 1000.0
    }

    fn key_of(&self, subject: &Subject) -> Option<Bytes> {
        focus::key_of(self.history.world(), subject)
    }

    /// A person does something.
    pub fn apply(&mut self, action: Action) {
        if !matches!(action, Action::Ledger(_) | Action::Hover(_)) {
            self.ledger.forget_board();
        }
        match action {
            Action::Ledger(action) => self.ledger.apply(action),
            Action::TogglePlay => {
                self.playback.playing = !self.playback.playing;
                if self.playback.playing {
                    self.let_all_go_on();
                }
                self.playback.stand_at(self.history.world().now_ms());
            }
            Action::LeapTo(ms) => self.leap_to(ms),
            Action::GoTo(ms) => self.go_to(ms),
            Action::Return(index, ms) => self.return_to(index, ms),
            Action::Watch(partition) => self.watched = partition,
            Action::Pause => {
                self.playback.playing = false;
                self.stand();
            }
            Action::Step(Direction::Forward) => self.step_forward(),
            Action::Step(Direction::Back) => self.step_back(),
            Action::JumpToMark(direction) => self.jump_to_mark(direction),
            Action::JumpToEnd(Direction::Back) => self.seek(0),
            Action::JumpToEnd(Direction::Forward) => self.seek(self.history.last_index()),
            Action::SeekIndex(index) => self.seek(index),
            Action::SeekMs(ms) => {
                let start_ms = self.history.scenario().start_ms;
                self.history.seek_ms((start_ms + ms).min(self.history.last_ms()));
                self.playback.playing = false;
                self.stand();
            }
            Action::SetSpeed(speed) => self.playback.speed = speed.min(Playback::CHOICES - 1),
            Action::Select(subject) => {
                // Whatever is explained, the Clients room stays where it is.
                self.shown_client = self.shown_client();
                self.selected = subject;
            }
            Action::ShowClient(id) => {
                self.shown_client = Some(id);
                self.selected = None;
            }
            Action::StepLine(id) => self.step_line(id),
            Action::Focus(subject) => self.focused = subject,
            Action::MoveFocus(way) => self.move_focus(way),
            Action::Hover(subject) => self.hovered = subject,
            Action::Do(action) => {
                self.act(action);
            }
            Action::SendText { producer, topic, text } => match read_records(&text) {
                Ok(records) => {
                    self.act(sim::Action::Send { producer, topic, records });
                }
                Err(error) => {
                    let text = self.words().paste_problem(&error);
                    self.complain(text);
                }
            },
            Action::SetProperties { client, text } => match read_properties(&text) {
                Ok(settings) => {
                    let settings = settings.into_iter().collect();
                    self.act(sim::Action::SetClientAll { client, settings });
                }
                Err(malformed) => {
                    let text = self.words().properties_problem(malformed.line);
                    self.complain(text);
                }
            },
            Action::Keys(action) => self.on_keys(action),
            Action::Groups(action) => self.on_groups(action),
            Action::Enter(room) => self.enter(room),
            Action::Look(look) => self.look(look),
            Action::SetLang(lang) => self.lang = lang,
            Action::SetReducedMotion(reduced) => self.reduced_motion = reduced,
            Action::Open { scenario, seed } => match Scenario::built_in(&scenario, seed) {
                Some(scenario) => self.open(scenario, seed),
                None => self.complain(format!("{scenario}?")),
            },
            Action::OpenText(text) => match Scenario::from_json(&text) {
                Ok(scenario) => self.open(scenario, 1),
                Err(problem) => self.complain(problem),
            },
            Action::StartLesson(name) => self.start_lesson(name),
            Action::Predict(choice) => {
                if let Some(lesson) = &mut self.lesson {
                    let actions = lesson.predict(choice, self.history.world());
                    self.play_lesson(actions);
                }
            }
            Action::NextLessonStep => {
                if let Some(lesson) = &mut self.lesson {
                    self.playback.playing = lesson.next(self.history.world());
                    self.selected = lesson.subject(self.history.world());
                }
            }
            Action::LeaveLesson => self.lesson = None,
            Action::Dismiss(id) => self.notices.retain(|notice| notice.id != id),
            Action::Complain(text) => self.complain(text),
        }
    }

    fn on_groups(&mut self, action: GroupsAction) {
        match action {
            GroupsAction::Choose(group) => self.group = Some(group),
            GroupsAction::Add { assignor, in_new_group } => {
                let world = self.history.world();
                let shown = GroupsView::new(world, self.group.as_ref(), self.words()).chosen;
                if let Some(spec) =
                    shown.and_then(|group| self.consumer_for(&group, assignor, in_new_group))
                {
                    self.group = spec.settings.get("group.id").map(|id| id.as_str().into());
                    self.apply(Action::Do(sim::Action::AddConsumer(spec)));
                }
            }
        }
    }

    fn on_keys(&mut self, action: KeysAction) {
        let left_out = self.keys.apply(action);
        if left_out > 0 {
            let text = self.words().keys_too_many(left_out as u64).plain_text();
            self.complain(text);
        }
    }

    /// The keys under the microscope.
    #[must_use]
    pub fn keys(&self) -> &KeyTable {
        &self.keys
    }

    /// In a room that is not live the world stands still.
    fn enter(&mut self, room: Room) {
        if self.room.is_live() {
            self.resumes = self.playback.playing;
        }
        if room == Room::Bytes && self.selected.is_some() && self.selected != self.followed {
            self.followed.clone_from(&self.selected);
            if let Some(subject) = &self.selected {
                self.desk.follow(self.history.world(), subject);
            }
        }
        self.room = room;
        self.playback.playing = room.is_live() && self.resumes;
        self.stand();
    }

    fn look(&mut self, look: Look) {
        let importing = matches!(look, Look::Import(_));
        let (reduced, words) = (self.reduced_motion, words(self.lang));
        let world = self.history.world();
        match self.desk.look(look, world, &self.history, reduced, words) {
            Ok(()) if importing && self.room != Room::Bytes => {
                self.selected = None;
                self.enter(Room::Bytes);
            }
            Ok(()) => {}
            Err(problem) => self.complain(problem),
        }
    }

    fn start_lesson(&mut self, name: &str) {
        let Some(lesson) = LessonRun::start(name, self.history.world()) else { return };
        self.room = Room::Store;
        self.stand();
        self.playback.playing = lesson.is_waiting();
        self.selected = lesson.subject(self.history.world());
        self.lesson = Some(lesson);
    }

    fn do_all(&mut self, actions: Vec<sim::Action>) {
        for action in actions {
            self.act(action);
        }
    }

    fn play_lesson(&mut self, actions: Vec<sim::Action>) {
        self.do_all(actions);
        self.playback.playing = true;
    }

    fn open(&mut self, scenario: Scenario, seed: u64) {
        match History::new(Rc::new(scenario), seed, self.check) {
            Ok(history) => {
                self.history = history;
                self.enter(Room::Store);
                (self.desk, self.followed) = (Desk::default(), None);
                self.selected = None;
                self.focused = None;
                self.shown_client = None;
                self.hovered = None;
                self.watched = None;
                self.lesson = None;
                self.stand();
            }
            Err(Refused(problem)) => self.complain(problem),
        }
    }

    /// Something is done to the world. A refusal is said to the person.
    fn act(&mut self, action: sim::Action) {
        // What clicks do to the world happens at the instant that is on screen.
        self.history.advance_to(self.playback.picture_ms as u64);
        match self.history.act(action.clone()) {
            Ok(()) => {}
            Err(Refused(text)) => {
                let offer = self.offer(&action);
                self.notify(text, offer);
            }
        }
        if !self.playback.playing {
            self.lead.stand(self.history.recent());
        }
        self.playback.since_step_ms = 0.0;
        self.on_stepped();
    }

    /// `segment.bytes` has a large minimum in 4.x; the internal setting takes the number (LOG-19).
    fn offer(&self, action: &sim::Action) -> Option<(String, Action)> {
        let sim::Action::SetTopic { topic, name, value: Some(value) } = action else { return None };
        let number: i64 = value.trim().parse().ok()?;
        (name == "segment.bytes" && number >= 14).then(|| {
            let instead = sim::Action::SetTopic {
                topic: topic.clone(),
                name: "internal.segment.bytes".into(),
                value: Some(value.clone()),
            };
            (format!("internal.segment.bytes={number}"), Action::Do(instead))
        })
    }

    fn complain(&mut self, text: String) {
        self.notify(text, None);
    }

    fn notify(&mut self, text: String, offer: Option<(String, Action)>) {
        let id = self.next_notice;
        self.next_notice += 1;
        self.notices.push(Notice { id, text, offer });
        let excess = self.notices.len().saturating_sub(4);
        self.notices.drain(..excess);
    }

    fn stand(&mut self) {
        self.playback.stand_at(self.history.world().now_ms());
        self.lead.stand(self.history.recent());
    }

    fn move_focus(&mut self, way: Move) {
        let at = self
            .focused
            .as_ref()
            .and_then(|subject| self.tree.iter().position(|node| node.subject == *subject));
        let target = focus::moved(&self.tree, at, way);
        if let Some(target) = target {
            self.focused = Some(self.tree[target].subject.clone());
        }
    }

    /// The number of a key's colour, from 1.
    #[must_use]
    pub fn key_colour(&self, key: &Bytes) -> u8 {
        scene::key_colour(self.history.world(), key)
    }

    /// The address's query and fragment that bring somebody else here.
    #[must_use]
    pub fn link(&self) -> String {
        let world = self.history.world();
        let fragment = write_inputs(self.history.inputs());
        let hash = if fragment.is_empty() { "" } else { "#" };
        let room = match self.room {
            Room::Store => String::new(),
            Room::Keys => format!("&room=keys&{}", self.keys.link()),
            room => format!("&room={}", room.name()),
        };
        format!(
            "?scenario={}&seed={}&lang={}&at={}&paused{room}{hash}{fragment}",
            world.scenario().name,
            world.seed(),
            self.lang.code(),
            world.event_index()
        )
    }
}
