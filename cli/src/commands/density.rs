use super::analysis::{self, OfPlaces};
use clap::Args;
use std::process::ExitCode;
use tequio_archive::DataFolder;

/// The names are those of the API.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    common: OfPlaces,
    /// Standard deviation of the kernel in metres [default: by Silverman's rule, from one width of the counted cells to two].
    #[arg(long, allow_negative_numbers = true)]
    bandwidth: Option<String>,
    /// Shape of the kernel: gaussian or quartic [default: gaussian].
    #[arg(long)]
    kernel: Option<String>,
    /// What lies beyond the counted cells: none or event [default: event where there is a box].
    #[arg(long)]
    edge: Option<String>,
}

/// Incidents per square kilometre, as the operator.
pub fn run(data: &DataFolder, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let choices = [
        ("bandwidth", arguments.bandwidth.as_deref()),
        ("kernel", arguments.kernel.as_deref()),
        ("edge", arguments.edge.as_deref()),
    ];
    analysis::run(data, "density", &arguments.common, &choices)
}
