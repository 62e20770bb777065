//! Invariants across the whole world, called by tests, by `check` and by `?check=1`.
//!
//! Section 17.3 of the rules as far as one broker goes, and what else must hold after every step. The
//! checker trusts no event: what a log holds is read from its bytes, what a group has committed is
//! replayed from `__consumer_offsets`. It looks only at what changed: logs and segments that are still
//! the same `Rc` were checked before.
//!
//! A checker may begin in the middle of a run. What was sent or appended before is then unknown to it,
//! and nothing is said about it.

mod consumers;
mod files;
mod groups;
mod logs;
mod messages;
mod producers;
mod recovery;
mod segment;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::broker::BrokerEvent;
use crate::sim::check::consumers::Consumers;
use crate::sim::check::groups::Groups;
use crate::sim::check::logs::Logs;
use crate::sim::check::messages::Messages;
use crate::sim::check::producers::Producers;
use crate::sim::digest::Digest;
use crate::sim::event::{Cause, Event, What};
use crate::sim::world::World;
use crate::storage::{LogEvent, RecoveryEvent};

/// So many steps in one millisecond are not taken for progress.
const MOST_STEPS_IN_A_MS: u32 = 2000;

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

/// What does not hold, in words.
type Verdict = Result<(), String>;

/// Tells what does not hold, with its values.
macro_rules! ensure {
    ($holds:expr, $($words:tt)+) => {
        if !$holds {
            return Err(format!($($words)+));
        }
    };
}
use ensure;

/// What is remembered from step to step.
#[derive(Clone, Debug, Default)]
pub struct Checker {
    begun: bool,
    clock: Clock,
    logs: Logs,
    messages: Messages,
    producers: Producers,
    consumers: Consumers,
    groups: Groups,
}

impl Checker {
    /// Checks the world after a step in which `events` happened.
    ///
    /// # Errors
    /// The first invariant that does not hold.
    pub fn check(&mut self, world: &World, events: &[Event]) -> Result<(), Broken> {
        let event_index = world.event_index();
        self.check_all(world, events).map_err(|invariant| Broken { event_index, invariant })
    }

    fn check_all(&mut self, world: &World, events: &[Event]) -> Verdict {
        if !self.begun {
            self.begun = true;
            // Without a past nothing is unknown.
            let whole = world.event_index() == 0;
            self.producers.begin(world, whole);
        }
        self.clock.check(world, events)?;
        if lost_power(events) {
            // Acknowledged records may be gone: nobody's past counts any more.
            self.logs.check_power_loss(world)?;
            let Self { clock, .. } = std::mem::take(self);
            *self = Self { clock, ..Self::default() };
            return Ok(());
        }
        self.logs.check(world, events)?;
        self.messages.check(world)?;
        self.producers.check(world, events, &self.logs, &self.messages)?;
        self.groups.check(world, events, &mut self.logs, &self.messages)?;
        self.consumers.check(world, events, &self.logs)
    }
}

/// Whether logs were opened after a power loss that cost them something.
fn lost_power(events: &[Event]) -> bool {
    events.iter().any(|event| {
        let What::Broker(_, BrokerEvent::Log(_, LogEvent::Recovery(event))) = &event.what else {
            return false;
        };
        matches!(event, RecoveryEvent::UnflushedLost { .. })
    })
}

/// Time goes on, and only forward.
#[derive(Clone, Debug, Default)]
struct Clock {
    now_ms: u64,
    steps: u32,
}

impl Clock {
    fn check(&mut self, world: &World, events: &[Event]) -> Verdict {
        let now_ms = world.now_ms();
        ensure!(now_ms >= self.now_ms, "the clock went back from {} to {now_ms}", self.now_ms);
        self.steps = if now_ms == self.now_ms { self.steps + 1 } else { 0 };
        self.now_ms = now_ms;
        ensure!(
            self.steps < MOST_STEPS_IN_A_MS,
            "{} steps at {now_ms}, and the next is due then, too",
            self.steps
        );
        for event in events {
            ensure!(
                event.index == world.event_index() && event.at_ms == now_ms,
                "step {} at {now_ms} tells of step {} at {}",
                world.event_index(),
                event.index,
                event.at_ms
            );
            let Cause::Timer(node) = event.cause else { continue };
            let due_ms = match node {
                crate::protocol::NodeId::Broker(_) => world.broker().next_due_ms(),
                crate::protocol::NodeId::Client(id) => world.client(id).and_then(|client| {
                    let producer = client.producer().and_then(|node| node.next_due_ms());
                    producer.or(client.consumer().and_then(|node| node.next_due_ms()))
                }),
            };
            ensure!(
                due_ms.is_none_or(|due_ms| due_ms > now_ms),
                "{} did what was due at {now_ms}, and is due at {due_ms:?}",
                world.name(node)
            );
        }
        Ok(())
    }
}

/// A record's key and value as one number: what is compared instead of the bytes.
fn content(key: Option<&[u8]>, value: Option<&[u8]>) -> u64 {
    Digest::of(&(key, value))
}
