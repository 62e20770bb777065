//! `run`: a scenario as text.

use std::io::Write as _;
use std::process::ExitCode;
use std::rc::Rc;

use brokerscope::sim::{BUILT_IN, Scenario, World};
use brokerscope::words::line_of_run;
use clap::Args;

/// The events of a run, one sentence a line, and the digest of where it ends.
#[derive(Debug, Args)]
pub(super) struct Run {
    /// A built-in scenario (`store`, `random`) or a JSON file.
    #[arg(default_value = "store")]
    scenario: String,
    /// The seed of all chance.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How long to run, in model milliseconds after the start.
    #[arg(long, default_value_t = 60_000)]
    until_ms: u64,
}

impl Run {
    pub(super) fn main(self) -> ExitCode {
        match self.run() {
            Ok(()) => ExitCode::SUCCESS,
            Err(problem) => {
                eprintln!("brokerscope: {problem}");
                ExitCode::from(2)
            }
        }
    }

    fn scenario(&self) -> Result<Scenario, String> {
        if let Some(scenario) = Scenario::built_in(&self.scenario, self.seed) {
            return Ok(scenario);
        }
        let name = &self.scenario;
        let text = std::fs::read_to_string(name).map_err(|error| {
            let built_in = BUILT_IN.join(", ");
            format!("{name}: {error}; built-in scenarios are {built_in}")
        })?;
        Scenario::from_json(&text).map_err(|problem| format!("{name}: {problem}"))
    }

    fn run(&self) -> Result<(), String> {
        let scenario = Rc::new(self.scenario()?);
        let until_ms = scenario.start_ms.saturating_add(self.until_ms);
        let mut events = Vec::new();
        let mut world =
            World::new(scenario, self.seed, &mut events).map_err(|refused| refused.0)?;
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        loop {
            for event in events.drain(..) {
                let written = writeln!(out, "{}", line_of_run(&world, &event));
                if written.is_err() {
                    return Ok(()); // Nobody reads on: `head` has enough.
                }
            }
            if world.next_step_ms().is_none_or(|due_ms| due_ms > until_ms) {
                break;
            }
            world.step(&mut events);
        }
        world.advance_to(until_ms, &mut events);
        writeln!(out, "digest {:016x}", world.digest()).ok();
        Ok(())
    }
}
