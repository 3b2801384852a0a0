use super::analysis::{self, Asked, OfPlaces};
use clap::Args;
use std::process::ExitCode;
use tequio_archive::DataFolder;
use tequio_crime_map::analysis::Report;
use tequio_frame::DataTable;

/// The names are those of the API.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    common: OfPlaces,
    /// What cases are in proportion to: inhabitants or offences [default: inhabitants where every place has them].
    #[arg(long)]
    proportion: Option<String>,
    /// Most of the population that a circle may hold, as a share [default: 0.5].
    #[arg(long, allow_negative_numbers = true)]
    window: Option<String>,
    /// How many replicas [default: 999].
    #[arg(long, allow_negative_numbers = true)]
    permutations: Option<String>,
    /// Where the random numbers begin [default: 42].
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<String>,
    /// Show every place, with the number of its cluster, and not the clusters. JSON has both, GeoJSON the places.
    #[arg(long, conflicts_with_all = ["json", "geojson"])]
    places: bool,
}

/// Clusters of cases, as the operator.
pub fn run(data: &DataFolder, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let choices = [
        ("proportion", arguments.proportion.as_deref()),
        ("window", arguments.window.as_deref()),
        ("permutations", arguments.permutations.as_deref()),
        ("seed", arguments.seed.as_deref()),
    ];
    let asked = Asked::from(&arguments.common);
    let asked = if arguments.places { asked } else { asked.showing(clusters) };
    analysis::run(data, "scan", asked, &choices)
}

fn clusters(report: &Report) -> &DataTable {
    report.more.iter().find(|table| table.id == "clusters").unwrap_or(&report.table)
}
