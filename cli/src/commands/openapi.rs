use super::{bounds, means, print_json};
use std::process::ExitCode;
use std::sync::Arc;
use tequio_archive::DataFolder;
use tequio_crime_indicators::Shelf;
use tequio_crime_map::Library;
use tequio_crime_map::analysis::Workbench;

/// The document does not depend on data, so a folder that is not there does.
pub fn run() -> anyhow::Result<ExitCode> {
    let library = Arc::new(Library::new(DataFolder::new("no-data"))?);
    let shelf = Arc::new(Shelf::new(DataFolder::new("no-data"))?);
    let workbench = Arc::new(Workbench::new(library, means(), bounds()));
    let systems = vec![tequio_crime_map::system(workbench), tequio_crime_indicators::system(shelf)];
    let document = tequio_portal::description(systems)?;
    print_json(&serde_json::to_value(document)?)?;
    Ok(ExitCode::SUCCESS)
}
