//! `run`: to be filled in.

use std::process::ExitCode;

use clap::Args;

/// The events of a run, one sentence a line, and the digest of where it ends.
#[derive(Debug, Args)]
pub(super) struct Run {}

impl Run {
    pub(super) fn main(self) -> ExitCode {
        eprintln!("brokerscope run is not there yet");
        ExitCode::FAILURE
    }
}
