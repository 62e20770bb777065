//! `check`: to be filled in.

use std::process::ExitCode;

use clap::Args;

/// Random worlds, their invariants checked after every step.
#[derive(Debug, Args)]
pub(super) struct Check {}

impl Check {
    pub(super) fn main(self) -> ExitCode {
        eprintln!("brokerscope check is not there yet");
        ExitCode::FAILURE
    }
}
