use super::analysis::{self, Common};
use clap::Args;
use std::process::ExitCode;
use tequio_archive::DataFolder;

/// The names are those of the API.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    common: Common,
    /// Bounds of the bands of distance in metres [default: 0,200,400,600,800,1000].
    #[arg(long)]
    distances: Option<String>,
    /// Bounds of the bands of time in days [default: 0,7,14,28,56].
    #[arg(long)]
    days: Option<String>,
    /// How often the days are dealt out anew [default: 99].
    #[arg(long, allow_negative_numbers = true)]
    permutations: Option<String>,
    /// Where the random numbers begin [default: 42].
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<String>,
}

/// Pairs of incidents by bands of distance and time, as the operator.
pub fn run(data: &DataFolder, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let choices = [
        ("distances", arguments.distances.as_deref()),
        ("days", arguments.days.as_deref()),
        ("permutations", arguments.permutations.as_deref()),
        ("seed", arguments.seed.as_deref()),
    ];
    analysis::run(data, "near-repeat", &arguments.common, &choices)
}
