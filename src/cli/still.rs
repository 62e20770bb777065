//! `still`: the opening scene as SVG, as `index.html` holds it.

use std::process::ExitCode;

use brokerscope::scene;
use brokerscope::words::Lang;
use clap::Args;

/// The opening scene as SVG; colours are custom properties of the page.
#[derive(Debug, Args)]
pub(super) struct Still {
    /// `en` or `ko`.
    #[arg(long, default_value = "en")]
    lang: String,
}

impl Still {
    pub(super) fn main(self) -> ExitCode {
        let Some(lang) = Lang::parse(&self.lang) else {
            eprintln!("brokerscope: {} is not spoken here; en and ko are", self.lang);
            return ExitCode::from(2);
        };
        println!("{}", scene::still(lang));
        ExitCode::SUCCESS
    }
}
