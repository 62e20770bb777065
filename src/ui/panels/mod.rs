//! The panels around the stage, one a file.

mod bytes;
mod events;
mod help;
mod inspector;
mod lead;
mod lesson;
mod notices;
mod rich;
mod send;
mod settings;
mod timeline;
mod top;
mod transport;

pub(crate) use events::Events;
pub(crate) use help::Help;
pub(crate) use inspector::Inspector;
pub(crate) use lead::Lead;
pub(crate) use lesson::Lesson;
pub(crate) use notices::Notices;
pub(crate) use send::Send;
pub(crate) use top::Top;
pub(crate) use transport::Transport;
