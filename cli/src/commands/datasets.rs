use super::{print, print_json};
use clap::Args;
use serde_json::json;
use std::process::ExitCode;
use tequio_archive::DataFolder;
use tequio_crime_map::Library;

#[derive(Args)]
pub struct Arguments {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Lists datasets and editions.
pub fn run(data: &DataFolder, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let datasets = Library::new(data.clone())?.datasets()?;
    if arguments.json {
        let views: Vec<_> =
            datasets.iter().map(|view| json!({ "dataset": view.id, "editions": view.editions })).collect();
        print_json(&json!({ "datasets": views }))?;
        return Ok(ExitCode::SUCCESS);
    }
    if datasets.is_empty() {
        print("No dataset has been imported yet: `tequio import FILE` imports one.\n")?;
    }
    for view in datasets {
        print(&format!("{}\n", view.id))?;
        for edition in view.editions {
            let accounts = format!("{} = {} + {}", edition.rows, edition.accepted, edition.rejected.total);
            print(&format!("  {}  rows {accounts}  {}  {}\n", edition.edition, edition.format, edition.imported_at))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
