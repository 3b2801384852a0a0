use super::{now, print};
use std::process::ExitCode;
use tequio_archive::DataFolder;
use tequio_crime_indicators::sample as counts;
use tequio_crime_map::sample;

/// Makes the demonstration unless it is there.
pub fn run(data: &DataFolder) -> anyhow::Result<ExitCode> {
    match sample::make(data, &now())? {
        Some(outcome) => {
            print(&format!("made the synthetic demonstration: {} incidents\n", outcome.manifest.accepted))?
        }
        None => print("the synthetic demonstration is there already\n")?,
    }
    let folder = tempfile::tempdir()?;
    for outcome in counts::make(data, folder.path(), &now())? {
        let manifest = &outcome.manifest;
        print(&format!("made the synthetic official counts {}: {} rows\n", manifest.edition, manifest.accepted))?;
    }
    Ok(ExitCode::SUCCESS)
}
