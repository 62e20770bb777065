//! Scenarios that come with the program, and reading one from a file.

use crate::sim::random_world::random_world;
use crate::sim::scenario::Scenario;

/// Names of the scenarios that come with the program; `random` makes its world from the seed.
pub const BUILT_IN: [&str; 2] = ["store", "random"];

const STORE: &str = include_str!("scenarios/store.json");

impl Scenario {
    /// A scenario that comes with the program.
    #[must_use]
    pub fn built_in(name: &str, seed: u64) -> Option<Self> {
        match name {
            "store" => Some(Self::from_json(STORE).expect("the built-in scenarios can be read")),
            "random" => Some(random_world(seed)),
            _ => None,
        }
    }

    /// Reads a scenario file. Actions are put in the order of their times.
    ///
    /// # Errors
    /// What is wrong, with line and column; unknown fields are refused.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let mut scenario: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        scenario.actions.sort_by_key(|action| action.at_ms);
        Ok(scenario)
    }
}
