use super::{print, print_json};
use clap::Args;
use serde_json::json;
use std::process::ExitCode;
use tequio_archive::DataFolder;
use tequio_kernel::{DatasetId, Manifest};

#[derive(Args)]
pub struct Arguments {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Lists datasets and editions, of incidents and of official counts.
pub fn run(data: &DataFolder, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let views = data.datasets()?.into_iter().map(|id| Ok((data.editions(&id)?, id)));
    let views: Vec<(Vec<Manifest>, DatasetId)> = views.collect::<anyhow::Result<_>>()?;
    if arguments.json {
        let views: Vec<_> = views.iter().map(|(editions, id)| json!({ "dataset": id, "editions": editions })).collect();
        print_json(&json!({ "datasets": views }))?;
        return Ok(ExitCode::SUCCESS);
    }
    if views.is_empty() {
        print("No dataset has been imported yet: `tequio import FILE` imports one.\n")?;
    }
    for (editions, id) in views {
        print(&format!("{id}\n"))?;
        for edition in editions {
            print(&line(&edition))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn line(edition: &Manifest) -> String {
    let holds = edition.counts.as_ref().map_or_else(|| "incidents".to_owned(), |counts| counts.unit.to_string());
    let accounts = format!("{} = {} + {}", edition.rows, edition.accepted, edition.rejected.total);
    format!("  {}  {}  {holds}  rows {accounts}  {}\n", edition.edition, edition.known_from(), edition.format)
}
