use super::analysis::{self, OfPlaces};
use clap::Args;
use std::process::ExitCode;
use tequio_archive::DataFolder;

/// The names are those of the API.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    common: OfPlaces,
    /// Statistic: gi-star (hot and cold spots) or moran (also odd ones out) [default: gi-star].
    #[arg(long)]
    statistic: Option<String>,
    /// What is looked at: count or rate [default: rate where every place has inhabitants].
    #[arg(long)]
    quantity: Option<String>,
    /// Neighbours: queen (a border or corner in common) or nearest:K [default: queen].
    #[arg(long)]
    weights: Option<String>,
    /// How often values are dealt out anew [default: 9999].
    #[arg(long, allow_negative_numbers = true)]
    permutations: Option<String>,
    /// Where the random numbers begin [default: 42].
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<String>,
    /// Share of false alarms among the places called different, at most [default: 0.05].
    #[arg(long, allow_negative_numbers = true)]
    fdr: Option<String>,
}

/// Hot and cold spots, as the operator.
pub fn run(data: &DataFolder, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let choices = [
        ("statistic", arguments.statistic.as_deref()),
        ("quantity", arguments.quantity.as_deref()),
        ("weights", arguments.weights.as_deref()),
        ("permutations", arguments.permutations.as_deref()),
        ("seed", arguments.seed.as_deref()),
        ("fdr", arguments.fdr.as_deref()),
    ];
    analysis::run(data, "hotspots", &arguments.common, &choices)
}
