//! `check`: random worlds, their invariants after every step, and what occurred in them.

mod kinds;
mod occurrences;

use std::process::ExitCode;
use std::rc::Rc;

use brokerscope::sim::{Checker, Scenario, World};
use clap::Args;

use crate::cli::check::occurrences::Occurrences;

/// Every world runs at least so many steps.
const LEAST_STEPS: u64 = 1000;
/// And no more than so many, whatever is still planned for it.
const MOST_STEPS: u64 = 20_000;

/// Random worlds, their invariants checked after every step.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// How many worlds.
    #[arg(long)]
    worlds: u64,
    /// The seed of the first; each next one has the next seed.
    #[arg(long)]
    seed: u64,
}

/// How one world went.
struct Outcome {
    event_index: u64,
    broken: Option<String>,
}

impl Check {
    pub(super) fn main(self) -> ExitCode {
        let mut occurrences = Occurrences::default();
        let mut broken = 0;
        let mut steps = 0;
        for seed in self.seed..self.seed.saturating_add(self.worlds) {
            let outcome = run(seed, &mut occurrences);
            steps += outcome.event_index;
            if let Some(invariant) = outcome.broken {
                broken += 1;
                let invariant = invariant.replace('\n', " ");
                println!("broken seed {seed} at event {}: {invariant}", outcome.event_index);
            }
        }
        println!("{steps} steps");
        occurrences.print();
        println!("{} worlds, {broken} broken", self.worlds);
        if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Runs one world. A broken invariant ends it, and so does an assertion of the core's own.
fn run(seed: u64, occurrences: &mut Occurrences) -> Outcome {
    let mut event_index = 0;
    let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        check(seed, occurrences, &mut event_index)
    }));
    let broken = match checked {
        Ok(result) => result.err(),
        Err(panic) => {
            let words = panic.downcast_ref::<String>().map(String::as_str);
            let words = words.or(panic.downcast_ref::<&str>().copied());
            Some(format!("a step could not be done: {}", words.unwrap_or("no words")))
        }
    };
    Outcome { event_index, broken }
}

fn check(seed: u64, occurrences: &mut Occurrences, event_index: &mut u64) -> Result<(), String> {
    let scenario = Scenario::built_in("random", seed).ok_or("there is no random world")?;
    occurrences.see_settings(&scenario);
    let scenario = Rc::new(scenario);
    let last_ms = scenario.actions.last().map_or(0, |action| scenario.start_ms + action.at_ms);
    let mut events = Vec::new();
    let mut world =
        World::new(Rc::clone(&scenario), seed, &mut events).map_err(|refused| refused.0)?;
    let mut checker = Checker::default();
    let mut actions_done = 0;
    loop {
        *event_index = world.event_index();
        let acted = world.actions_done() > actions_done;
        let action = acted.then(|| &scenario.actions[actions_done as usize].action);
        actions_done = world.actions_done();
        occurrences.see_step(action, &events);
        checker.check(&world, &events).map_err(|broken| broken.invariant)?;
        events.clear();
        let enough = *event_index >= LEAST_STEPS && world.now_ms() > last_ms;
        if enough || *event_index >= MOST_STEPS {
            return Ok(());
        }
        *event_index += 1; // If the step panics, it is this one.
        if !world.step(&mut events) {
            if !world.broker().is_running() {
                return Ok(()); // It could not load its logs, as Kafka could not; every client has closed.
            }
            return Err(format!("nothing is due any more after {} steps", world.event_index()));
        }
    }
}
