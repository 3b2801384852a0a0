use super::analysis::{self, Common};
use clap::Args;
use std::process::ExitCode;
use tequio_archive::DataFolder;

/// The names are those of the API.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    common: Common,
    /// What cases are in proportion to: inhabitants or offences [default: inhabitants where every place has them].
    #[arg(long)]
    proportion: Option<String>,
    /// Most of the population that a circle may hold, as a share [default: 0.5].
    #[arg(long)]
    window: Option<String>,
    /// How many replicas [default: 999].
    #[arg(long)]
    permutations: Option<String>,
    /// Where the random numbers begin [default: 42].
    #[arg(long)]
    seed: Option<String>,
}

/// Clusters of cases, as the operator.
pub fn run(data: &DataFolder, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let choices = [
        ("proportion", arguments.proportion.as_deref()),
        ("window", arguments.window.as_deref()),
        ("permutations", arguments.permutations.as_deref()),
        ("seed", arguments.seed.as_deref()),
    ];
    analysis::run(data, "scan", &arguments.common, &choices)
}
