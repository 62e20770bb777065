//! Everything that a person can do: imperative, plain data.

use crate::protocol::{ClientId, Subject, TopicPartition};
use crate::session::groups::GroupsAction;
use crate::session::keys::KeysAction;
use crate::session::{LedgerAction, Look, Room};
use crate::sim;
use crate::words::Lang;

/// Which way a person's choice among steps moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Towards the start.
    Back,
    /// Towards now.
    Forward,
}

/// How a person moves through what is on the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// To the next thing on the same level.
    Next,
    /// To the one before.
    Previous,
    /// Into a thing.
    Into,
    /// Out to what it is part of.
    Out,
    /// To the first thing.
    First,
    /// To the last thing.
    Last,
}

/// Something that a person does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Play, or pause.
    TogglePlay,
    /// Pause, whatever was.
    Pause,
    /// To the next, or the last, step in which something was told.
    Step(Direction),
    /// To the next, or the last, mark of the timeline.
    JumpToMark(Direction),
    /// To the beginning, or to the furthest point that was reached.
    JumpToEnd(Direction),
    /// To the state after this many steps.
    SeekIndex(u64),
    /// To a time, in milliseconds after the start.
    SeekMs(u64),
    /// To a later time, in milliseconds after the start, through everything that happens on the way.
    LeapTo(u64),
    /// Back to where a leap began: the event index, and the time in milliseconds after the start.
    Return(u64, u64),
    /// To a time nearby, in milliseconds after the start, known already or not.
    GoTo(u64),
    /// Opens the cleaner's theatre of a log; `None`: back to the stage.
    Watch(Option<TopicPartition>),
    /// The n-th of [`crate::session::Playback::CHOICES`].
    SetSpeed(usize),
    /// Shows and explains a thing; `None`: nothing.
    Select(Option<Subject>),
    /// Another client in the Clients room.
    ShowClient(ClientId),
    /// Runs a consumer's program to its next line, and stops there.
    StepLine(ClientId),
    /// Puts the keyboard's ring on a thing.
    Focus(Option<Subject>),
    /// Moves the keyboard's ring.
    MoveFocus(Move),
    /// The pointer is over a thing; its key lights up everywhere.
    Hover(Option<Subject>),
    /// Changes the world.
    Do(sim::Action),
    /// Sends what was typed or pasted, one record a line.
    SendText {
        /// Which producer.
        producer: String,
        /// Where to.
        topic: String,
        /// `key:value` or JSON lines.
        text: String,
    },
    /// Sets a client's settings from a `.properties` text.
    SetProperties {
        /// Which client.
        client: String,
        /// The text.
        text: String,
    },
    /// Something in the room of keys.
    Keys(KeysAction),
    /// Something in the Ledger room.
    Ledger(LedgerAction),
    /// To another room.
    Enter(Room),
    /// Something in the Bytes room.
    Look(Look),
    /// Something in the Groups room.
    Groups(GroupsAction),
    /// Another language.
    SetLang(Lang),
    /// Whether the reader wants no motion.
    SetReducedMotion(bool),
    /// Another scenario, from its beginning.
    Open {
        /// A built-in name.
        scenario: String,
        /// The seed.
        seed: u64,
    },
    /// A scenario that was dropped on the page.
    OpenText(String),
    /// Begins the lesson of this name.
    StartLesson(&'static str),
    /// Answers the lesson's prediction by the n-th choice.
    Predict(usize),
    /// Goes on in the lesson.
    NextLessonStep,
    /// Leaves the lesson; the world stays.
    LeaveLesson,
    /// Takes a message to the person off the page.
    Dismiss(u64),
    /// Something could not be done in the browser: said like a refusal.
    Complain(String),
}
