//! The console of a scenario's programs, and a client's settings as text.

use crate::protocol::ClientId;
use crate::protocol::client_config::write_properties;
use crate::protocol::config::Settings;
use crate::session::Session;
use crate::sim::{self, ClientKind, TimedAction};

/// The form of the book's `SimpleProducer` that works: what is done to the world for it.
const SIMPLE_PRODUCER_WORKS: &str = include_str!("../../sim/scenarios/simple-producer-works.json");

/// A line that a program has printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleRow {
    /// The step in which it did.
    pub index: u64,
    /// When, in milliseconds since the world's start.
    pub at_ms: u64,
    /// Which program: a client's name, or the scenario's.
    pub program: String,
    /// What.
    pub line: String,
}

/// A client's program from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleView {
    /// The client.
    pub client: String,
    /// What the programs of the world have printed, oldest first; `None` in a world without a console.
    pub rows: Option<Vec<ConsoleRow>>,
    /// The client's settings as a `.properties` text.
    pub properties: String,
    /// Kafka's log line about names that the client does not look at.
    pub unused: Option<String>,
    /// Whether the program can be had in a form that works, and runs in it.
    pub works: Option<bool>,
}

impl Session {
    /// A client's program from outside.
    #[must_use]
    pub fn console_view(&self, id: ClientId) -> Option<ConsoleView> {
        let world = self.history.world();
        let client = world.client(id)?;
        let settings: &Settings = match &client.kind {
            ClientKind::Producer(producer, _) => producer.settings(),
            ClientKind::Consumer(consumer) => consumer.settings(),
        };
        let scenario = world.scenario();
        let rows = world.printed().iter().map(|printed| ConsoleRow {
            index: printed.index,
            at_ms: printed.at_ms.saturating_sub(world.start_ms()),
            program: printed
                .client
                .and_then(|id| world.client(id))
                .map_or_else(|| scenario.name.clone(), |client| client.name.to_string()),
            line: printed.line.to_string(),
        });
        let given: Vec<_> = settings.given().collect();
        let written = "org.apache.kafka.common.serialization.StringSerializer";
        let works = (scenario.name == "simple-producer" && client.producer().is_some())
            .then(|| settings.other("key.serializer").is_some_and(|class| class != written));
        Some(ConsoleView {
            client: client.name.to_string(),
            rows: scenario.console.then(|| rows.collect()),
            properties: write_properties(given.iter().map(|(name, text)| (*name, &**text))),
            unused: settings.unused(),
            works,
        })
    }
}

/// What makes the book's `SimpleProducer` work: its settings, and its record sent again.
#[must_use]
pub fn form_that_works() -> Vec<sim::Action> {
    let actions: Vec<TimedAction> = serde_json::from_str(SIMPLE_PRODUCER_WORKS)
        .expect("what comes with the program can be read");
    actions.into_iter().map(|timed| timed.action).collect()
}
