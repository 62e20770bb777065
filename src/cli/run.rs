//! `run`: a scenario as text.

use std::io::Write as _;
use std::process::ExitCode;
use std::rc::Rc;

use brokerscope::protocol::java::utf8_lossy;
use brokerscope::protocol::record::RecordRef;
use brokerscope::sim::{BUILT_IN, Scenario, World};
use brokerscope::words::line_of_run;
use clap::Args;
use serde_json::{Map, Value, json};

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
    /// Where it ends, as one line of JSON: the records of each partition, the committed offsets of each group, and
    /// what the scenario's programs printed.
    #[arg(long)]
    end: bool,
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
            // What the programs print stands as they print it.
            let printed = world.printed();
            let new = printed.iter().rposition(|printed| printed.index < world.event_index());
            for printed in &printed[new.map_or(0, |at| at + 1)..] {
                writeln!(out, "{}", printed.line).ok();
            }
            if world.next_step_ms().is_none_or(|due_ms| due_ms > until_ms) {
                break;
            }
            world.step(&mut events);
        }
        world.advance_to(until_ms, &mut events);
        if self.end {
            writeln!(out, "{}", end(&world)).ok();
        }
        writeln!(out, "digest {:016x}", world.digest()).ok();
        Ok(())
    }
}

fn end(world: &World) -> Value {
    let mut records = Map::new();
    for log in world.broker().logs().logs().filter(|log| !log.partition().topic.is_internal()) {
        let read = |record: RecordRef<'_>| {
            let text = |bytes: Option<&[u8]>| bytes.map(utf8_lossy);
            Some(json!([record.offset, text(record.key), text(record.value)]))
        };
        let batches = log.segments().iter().flat_map(|segment| segment.batches().flatten());
        let all: Vec<Value> = batches.flat_map(|batch| batch.filter_records(read)).collect();
        records.insert(log.partition().to_string(), all.into());
    }
    let mut committed = Map::new();
    for group in world.broker().groups() {
        let offsets = group.offsets().map(|(partition, offset)| {
            (partition.to_string(), Value::from(offset.offset.as_i64()))
        });
        committed.insert(group.id().to_string(), Value::Object(offsets.collect()));
    }
    let printed: Vec<Value> = world
        .printed()
        .iter()
        .map(|printed| {
            let name = printed.client.map(|id| world.clients()[id.0 as usize].name.to_string());
            json!([printed.at_ms - world.start_ms(), name, &*printed.line])
        })
        .collect();
    json!({ "records": records, "committed": committed, "printed": printed })
}
