use super::analysis::{self, OfPlaces};
use clap::Args;
use std::process::ExitCode;
use tequio_archive::DataFolder;

/// The names are those of the API.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    common: OfPlaces,
    /// Period compared with [default: the same days a year before].
    #[arg(long)]
    before: Option<String>,
}

/// Change between two periods, place by place, as the operator.
pub fn run(data: &DataFolder, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    analysis::run(data, "change", &arguments.common, &[("before", arguments.before.as_deref())])
}
