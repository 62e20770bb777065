//! `dump`: files of a partition as Kafka's `DumpLogSegments --deep-iteration --print-data-log` prints them.

use std::fs;
use std::io::{self, Write};
use std::process::ExitCode;

use brokerscope::storage::dump::dump_file;
use clap::Args;

/// Prints .log, .index, .timeindex, .txnindex and .snapshot files as Kafka's own tool does.
#[derive(Debug, Args)]
pub(super) struct Dump {
    /// In the order in which they are printed.
    #[arg(required = true)]
    files: Vec<String>,
}

impl Dump {
    pub(super) fn main(self) -> ExitCode {
        let mut out = io::stdout().lock();
        for path in &self.files {
            let (mut text, mut told) = (String::new(), Vec::new());
            let done = dump_file(path, &|path| fs::read(path).ok(), &mut text, &mut told);
            if out.write_all(text.as_bytes()).is_err() {
                return ExitCode::SUCCESS; // Nobody reads on: `head` has enough.
            }
            for line in told {
                eprintln!("{line}");
            }
            if let Err(stopped) = done {
                out.flush().ok();
                eprintln!("Exception in thread \"main\" {}", stopped.0);
                return ExitCode::FAILURE;
            }
        }
        ExitCode::SUCCESS
    }
}
