//! The Clients room without pixels: which client is looked at, and what is inside.

mod console;
mod consumer;
mod producer;
#[cfg(test)]
mod tests;

use crate::protocol::{ClientId, NodeId, Subject};
use crate::session::Session;
use crate::sim::{self, LineName};

pub use console::{ConsoleRow, ConsoleView, form_that_works};
pub use consumer::{ClockRow, CodeRow, ConsumerView, FlightRow, PartitionRow, Tile, TileState};
pub use producer::{BatchRow, FutureRow, FutureState, ProducerView, RecordTile, RequestRow, Way};

/// A step to the next line takes no more model time than this: an application that hangs reaches none.
const MOST_STEP_MS: u64 = 120_000;
/// And no more steps of the world.
const MOST_STEPS: u32 = 20_000;

impl Session {
    /// The client that the Clients room shows: the one selected, else the first consumer, else any.
    #[must_use]
    pub fn shown_client(&self) -> Option<ClientId> {
        let world = self.history.world();
        let selected = match &self.selected {
            Some(Subject::Client(id) | Subject::Position(id, _) | Subject::Unsent(id, _)) => {
                Some(*id)
            }
            _ => self.shown_client,
        };
        let clients = world.clients();
        let consumer = || clients.iter().find(|client| client.consumer().is_some());
        selected
            .filter(|id| world.client(*id).is_some())
            .or_else(|| consumer().or(clients.first()).map(|client| client.id))
    }

    /// A consumer from inside.
    #[must_use]
    pub fn consumer_view(&self, id: ClientId) -> Option<ConsumerView> {
        let client = self.history.world().client(id)?;
        let consumer = client.consumer()?;
        Some(consumer::view(self.history.world(), client, consumer, self.words()))
    }

    /// A producer from inside.
    #[must_use]
    pub fn producer_view(&self, id: ClientId) -> Option<ProducerView> {
        let client = self.history.world().client(id)?;
        let producer = client.producer()?;
        Some(producer::view(self.history.world(), client, producer, self.words()))
    }

    /// Runs the world until the consumer's application stands in front of its next line; then all stops.
    pub(super) fn step_line(&mut self, id: ClientId) {
        let name = self.history.world().name(NodeId::Client(id));
        self.playback.playing = false;
        self.act(sim::Action::StepLine { consumer: name });
        let limit_ms = self.history.world().now_ms() + MOST_STEP_MS;
        let waits = |session: &Self| {
            let world = session.history.world();
            let consumer = world.client(id).and_then(|client| client.consumer());
            world.now_ms() < limit_ms
                && consumer.is_some_and(|consumer| consumer.is_running() && !consumer.is_halted())
        };
        let mut steps = 0;
        while waits(self) && steps < MOST_STEPS && self.history.step() {
            steps += 1;
        }
        self.stand();
    }

    /// Applications that were stepped through go on with the clock.
    pub(super) fn let_all_go_on(&mut self) {
        let clients = self.history.world().clients().iter();
        let halted = clients.filter(|client| client.consumer().is_some_and(|c| c.is_halted()));
        let names: Vec<String> = halted.map(|client| client.name.to_string()).collect();
        for consumer in names {
            self.act(sim::Action::GoOn { consumer });
        }
    }

    /// What arms a crash at a line, or disarms the one that is armed there.
    #[must_use]
    pub fn crash_toggle(&self, id: ClientId, line: LineName, after: bool) -> sim::Action {
        let world = self.history.world();
        let armed =
            world.client(id).and_then(|client| client.consumer()).and_then(|c| c.crashes_at());
        let consumer = world.name(NodeId::Client(id));
        let same = armed == Some((line.line(), after));
        sim::Action::CrashAt { consumer, line: (!same).then_some(line), after }
    }
}
