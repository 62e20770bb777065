//! A run that can be wound back: what was done from outside, and checkpoints of the world on the way.
//!
//! **Invariant:** scenario, seed and inputs are the truth. Everything else here follows from them:
//! checkpoints save time, marks and recent events save looking for them.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::sim::action::Action;
use crate::sim::check::{Broken, Checker};
use crate::sim::event::Event;
use crate::sim::ledger::{self, Ledger};
use crate::sim::mark::{Mark, MarkKind};
use crate::sim::network::Message;
use crate::sim::scenario::Scenario;
use crate::sim::world::{Refused, World};

/// Steps between two checkpoints at first; it doubles when there are too many.
const CHECKPOINT_STEPS: u64 = 256;
/// More checkpoints than this are thinned out.
const MOST_CHECKPOINTS: usize = 1024;
/// So many recent events are kept at the most.
const MOST_RECENT: usize = 4096;

/// Something that was done from outside, and when.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Input {
    /// The event index before it.
    pub after_index: u64,
    /// The clock.
    pub at_ms: u64,
    /// What was done.
    pub action: Action,
}

/// A run, and where it stands.
#[derive(Clone, Debug)]
pub struct History {
    scenario: Rc<Scenario>,
    seed: u64,
    inputs: Vec<Input>,
    checkpoints: Vec<World>,
    checkpoint_steps: u64,
    world: World,
    /// How far the run is known.
    last_index: u64,
    last_ms: u64,
    marks: Vec<Mark>,
    recent: VecDeque<Event>,
    ledger: Ledger,
    checker: Option<Checker>,
    broken: Option<Broken>,
}

impl History {
    /// A run at its beginning. With `check`, invariants are checked after every step.
    ///
    /// # Errors
    /// [`Refused`] where the scenario is not possible.
    pub fn new(scenario: Rc<Scenario>, seed: u64, check: bool) -> Result<Self, Refused> {
        let mut events = Vec::new();
        let world = World::new(Rc::clone(&scenario), seed, &mut events)?;
        let mut history = Self {
            seed,
            inputs: Vec::new(),
            checkpoints: vec![world.clone()],
            checkpoint_steps: CHECKPOINT_STEPS,
            last_index: 0,
            last_ms: world.now_ms(),
            marks: Vec::new(),
            recent: events.iter().cloned().collect(),
            ledger: Ledger::default(),
            checker: check.then(Checker::default),
            broken: None,
            scenario,
            world,
        };
        history.ledger.note(&history.world, None, &events);
        if let Some(checker) = &mut history.checker {
            history.broken = checker.check(&history.world, &events).err();
        }
        Ok(history)
    }

    /// Takes over what was done in another run of the same scenario and seed, from its beginning.
    pub fn replay(&mut self, inputs: Vec<Input>) {
        self.seek(0);
        self.forget_future();
        self.inputs = inputs;
    }

    /// The world where it stands now.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// What it began with.
    #[must_use]
    pub fn scenario(&self) -> &Rc<Scenario> {
        &self.scenario
    }

    /// The seed.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// What was done from outside, in order.
    #[must_use]
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// How far the run is known: the highest event index that was reached.
    #[must_use]
    pub fn last_index(&self) -> u64 {
        self.last_index
    }

    /// The clock at the furthest point that was reached.
    #[must_use]
    pub fn last_ms(&self) -> u64 {
        self.last_ms
    }

    /// What a timeline marks, in order.
    #[must_use]
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// What happened lately, oldest first, up to where the run stands.
    pub fn recent(&self) -> impl DoubleEndedIterator<Item = &Event> + Clone {
        self.recent.iter()
    }

    /// What became of every record, as far as the run is known.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The first invariant that was found broken.
    #[must_use]
    pub fn broken(&self) -> Option<&Broken> {
        self.broken.as_ref()
    }

    /// When the next step happens.
    #[must_use]
    pub fn next_step_ms(&self) -> Option<u64> {
        let input = input_due(&self.inputs, &self.world).map(|input| input.at_ms);
        match (input, self.world.next_step_ms()) {
            (Some(input_ms), Some(step_ms)) => Some(input_ms.min(step_ms)),
            (input_ms, step_ms) => input_ms.or(step_ms),
        }
    }

    /// One step forward. False if nothing is ever due.
    pub fn step(&mut self) -> bool {
        let mut events = Vec::new();
        let is_new = self.world.event_index() >= self.last_index;
        let arriving = if is_new { ledger::arriving(&self.world) } else { None };
        let stepped = replay_step(&self.inputs, &mut self.world, &mut events);
        if stepped {
            self.after_step(arriving.as_ref(), events);
        }
        stepped
    }

    /// Does all that is due up to `now_ms`, and lets the clock stand there.
    pub fn advance_to(&mut self, now_ms: u64) {
        while self.next_step_ms().is_some_and(|due_ms| due_ms <= now_ms) {
            self.step();
        }
        self.world.stand_at(now_ms);
        self.last_ms = self.last_ms.max(self.world.now_ms());
    }

    /// Something is done from outside, now. What was known of a later time is forgotten.
    ///
    /// # Errors
    /// [`Refused`]; it is part of the run nevertheless, as a step in which nothing changed.
    pub fn act(&mut self, action: Action) -> Result<(), Refused> {
        self.forget_future();
        let after_index = self.world.event_index();
        let mut events = Vec::new();
        let done = self.world.act(&action, &mut events);
        self.inputs.push(Input { after_index, at_ms: self.world.now_ms(), action });
        self.after_step(None, events);
        done
    }

    fn forget_future(&mut self) {
        let index = self.world.event_index();
        self.inputs.retain(|input| input.after_index < index);
        self.checkpoints.retain(|checkpoint| checkpoint.event_index() <= index);
        self.marks.retain(|mark| mark.index <= index);
        self.ledger.forget_after(index);
        self.last_index = index;
        self.last_ms = self.world.now_ms();
    }

    /// Goes to the state after `index` steps, back or forward.
    pub fn seek(&mut self, index: u64) {
        let at = self.checkpoints.partition_point(|c| c.event_index() <= index) - 1;
        // One checkpoint earlier, so that what happened lately is known as well.
        let at = at.saturating_sub(1);
        let mut world = self.checkpoints[at].clone();
        let mut events = Vec::new();
        while world.event_index() < index.min(self.last_index) {
            if !replay_step(&self.inputs, &mut world, &mut events) {
                break;
            }
        }
        self.world = world;
        self.recent = events.into();
        self.trim_recent();
        if let Some(checker) = &mut self.checker {
            *checker = Checker::default();
        }
        while self.world.event_index() < index && self.step() {}
    }

    /// Goes to the last state at or before `now_ms`, and lets the clock stand there.
    pub fn seek_ms(&mut self, now_ms: u64) {
        let now_ms = now_ms.max(self.scenario.start_ms);
        let at = self.checkpoints.partition_point(|c| c.now_ms() <= now_ms).saturating_sub(1);
        self.seek(self.checkpoints[at].event_index());
        self.advance_to(now_ms);
    }

    /// What happened in one step, with its causes; empty where the run has not been.
    #[must_use]
    pub fn events_of_step(&self, index: u64) -> Vec<Event> {
        if index == 0 || index > self.last_index {
            return Vec::new();
        }
        let at = self.checkpoints.partition_point(|c| c.event_index() < index) - 1;
        let mut world = self.checkpoints[at].clone();
        let mut events = Vec::new();
        while world.event_index() < index {
            events.clear();
            if !replay_step(&self.inputs, &mut world, &mut events) {
                break;
            }
        }
        events
    }

    fn after_step(&mut self, arriving: Option<&Message>, events: Vec<Event>) {
        let index = self.world.event_index();
        if let Some(checker) = &mut self.checker
            && self.broken.is_none()
        {
            self.broken = checker.check(&self.world, &events).err();
        }
        if index > self.last_index {
            self.last_index = index;
            self.last_ms = self.last_ms.max(self.world.now_ms());
            self.ledger.note(&self.world, arriving, &events);
            self.marks.extend(events.iter().filter_map(|event| {
                let kind = MarkKind::of(&event.what)?;
                Some(Mark { index: event.index, at_ms: event.at_ms, kind })
            }));
            let last = self.checkpoints.last().map_or(0, World::event_index);
            if index - last >= self.checkpoint_steps {
                self.checkpoints.push(self.world.clone());
                self.thin_checkpoints();
            }
        }
        self.recent.extend(events);
        self.trim_recent();
    }

    fn thin_checkpoints(&mut self) {
        if self.checkpoints.len() > MOST_CHECKPOINTS {
            self.checkpoint_steps *= 2;
            let mut nth = 0;
            self.checkpoints.retain(|_| {
                nth += 1;
                nth % 2 == 1
            });
        }
    }

    fn trim_recent(&mut self) {
        let excess = self.recent.len().saturating_sub(MOST_RECENT);
        self.recent.drain(..excess);
    }
}

/// The input that comes next in the run, before anything else is due.
fn input_due<'a>(inputs: &'a [Input], world: &World) -> Option<&'a Input> {
    let index = world.event_index();
    let at = inputs.partition_point(|input| input.after_index < index);
    inputs.get(at).filter(|input| input.after_index == index)
}

/// The next step of the run, an input if one comes here.
fn replay_step(inputs: &[Input], world: &mut World, events: &mut Vec<Event>) -> bool {
    let Some(input) = input_due(inputs, world) else { return world.step(events) };
    world.stand_at(input.at_ms);
    world.act(&input.action, events).ok();
    true
}
