//! The command line: `run`, `check`, `answer`, `still`, `dump`. Files and standard streams only; one file a command.

mod answer;
mod check;
mod dump;
mod run;
mod still;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A Kafka cluster made of glass: runs scenarios, checks random worlds, answers cases.
#[derive(Debug, Parser)]
#[command(name = "brokerscope", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Run),
    Check(check::Check),
    Answer(answer::Answer),
    Still(still::Still),
    Dump(dump::Dump),
}

/// Reads the arguments and runs the command.
pub(crate) fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Run(run) => run.main(),
        Command::Check(check) => check.main(),
        Command::Answer(answer) => answer.main(),
        Command::Still(still) => still.main(),
        Command::Dump(dump) => dump.main(),
    }
}
