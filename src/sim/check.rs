//! Invariants across the whole world, called by tests, by `check` and by `?check=1`.

use std::fmt;

use crate::sim::event::Event;
use crate::sim::world::World;

/// An invariant that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Broken {
    /// After which step.
    pub event_index: u64,
    /// What should hold, with the values that say it does not.
    pub invariant: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at event {}: {}", self.event_index, self.invariant)
    }
}

/// What is remembered from step to step.
#[derive(Clone, Debug, Default)]
pub struct Checker {}

impl Checker {
    /// Checks the world after a step in which `events` happened.
    ///
    /// # Errors
    /// The first invariant that does not hold.
    pub fn check(&mut self, _world: &World, _events: &[Event]) -> Result<(), Broken> {
        Ok(())
    }
}
