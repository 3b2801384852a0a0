use super::analysis::{self, OfPlaces};
use clap::Args;
use std::process::ExitCode;
use tequio_archive::DataFolder;

/// The names are those of the API.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    common: OfPlaces,
    /// How many places the top holds [default: 10].
    #[arg(long, allow_negative_numbers = true)]
    n: Option<String>,
    /// Share of the incidents to be reached with the fewest places [default: 0.5].
    #[arg(long, allow_negative_numbers = true)]
    share: Option<String>,
    /// How often incidents fall by chance [default: 499].
    #[arg(long, allow_negative_numbers = true)]
    replicas: Option<String>,
    /// Where the random numbers begin [default: 42].
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<String>,
}

/// How unevenly incidents fall on places, as the operator.
pub fn run(data: &DataFolder, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let choices = [
        ("n", arguments.n.as_deref()),
        ("share", arguments.share.as_deref()),
        ("replicas", arguments.replicas.as_deref()),
        ("seed", arguments.seed.as_deref()),
    ];
    analysis::run(data, "concentration", &arguments.common, &choices)
}
