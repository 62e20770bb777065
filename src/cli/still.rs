//! `still`: to be filled in.

use std::process::ExitCode;

use clap::Args;

/// The opening scene as SVG.
#[derive(Debug, Args)]
pub(super) struct Still {}

impl Still {
    pub(super) fn main(self) -> ExitCode {
        eprintln!("brokerscope still is not there yet");
        ExitCode::FAILURE
    }
}
