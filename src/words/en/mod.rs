//! English.

mod errors;
pub(super) mod events;
mod settings;
mod terms;
