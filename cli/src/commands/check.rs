use super::{print, print_json};
use clap::Args;
use serde_json::json;
use std::process::ExitCode;
use tequio_archive::{Checkup, DataFolder, check};

#[derive(Args)]
pub struct Arguments {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Verifies the data folder. Exit code 1 when something is damaged.
pub fn run(data: &DataFolder, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let Checkup { damages, files, leftovers, .. } = check(data)?;
    if arguments.json {
        let listed: Vec<_> = damages.iter().map(|d| json!({ "path": d.path, "detail": d.detail })).collect();
        print_json(&json!({ "files": files, "damaged": listed, "leftovers": leftovers }))?;
    } else if damages.is_empty() {
        print(&format!("{files} files verified, nothing is damaged\n"))?;
        if leftovers {
            print("an import was interrupted; what it left is harmless, and the next import removes it\n")?;
        }
    } else {
        for damage in &damages {
            print(&format!("{}: {}\n", damage.path.display(), damage.detail))?;
        }
    }
    Ok(if damages.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
