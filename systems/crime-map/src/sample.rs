//! The synthetic demonstration: incidents that never happened, on real municipalities, and one
//! imaginary city with neighbourhoods and streets. Deterministic: the same bytes on every machine.
//!
//! It goes the way of every other file: a table with the quirks that real ones have, read by the
//! `points` importer with a mapping.

mod city;
mod incidents;
mod random;

use crate::import::{ImportError, Outcome, Request, import};
use crate::territory::{Territory, TerritoryLoadError};
use std::fs::File;
use std::io;
use std::path::PathBuf;
use tequio_archive::{ArchiveError, DataFolder, LayerEntry};
use tequio_kernel::{DatasetId, Layer};

/// Name of the dataset.
pub const DATASET: &str = "demo";
/// Incidents that it holds.
pub const INCIDENTS: usize = 355_000;

const MAPPING: &str = include_str!("sample/mapping.toml");

/// Why the demonstration cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// The territory.
    #[error(transparent)]
    Territory(#[from] TerritoryLoadError),
    /// The archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The import.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// Temporary files.
    #[error("the demonstration cannot be written: {0}")]
    Io(#[from] io::Error),
}

/// Makes the demonstration; `None` when it is there already.
///
/// # Errors
/// [`SampleError`] when the disk refuses.
pub fn make(data: &DataFolder, now: &str) -> Result<Option<Outcome>, SampleError> {
    let dataset = DatasetId(DATASET.to_owned());
    if !data.editions(&dataset)?.is_empty() {
        return Ok(None);
    }
    let territory = Territory::open(data)?;
    let city = city::City::new(&territory)?;
    for layer in [city.neighbourhoods(), city.streets()] {
        store(data, &layer, now)?;
    }
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("demo.csv.zst");
    let mut writer = zstd::stream::write::Encoder::new(File::create(&file)?, 3)?;
    incidents::write(&territory, &city, INCIDENTS, &mut writer)?;
    writer.finish()?;
    let request = Request { files: &[file] as &[PathBuf], dataset: None, mapping: Some(MAPPING), now: now.to_owned() };
    Ok(Some(import(data, &request, &mut |_, _, _| {})?))
}

fn store(data: &DataFolder, layer: &Layer, now: &str) -> Result<(), SampleError> {
    let entry = LayerEntry {
        version: 0,
        id: layer.id.clone(),
        kind: layer.kind,
        level: layer.level,
        within: layer.within.clone(),
        source: layer.source.clone(),
        population_edition: layer.population_edition.clone(),
        places: layer.places.len(),
        source_file: "demo".to_owned(),
        sha256: String::new(),
        read_as: String::new(),
        added_at: now.to_owned(),
        issues: Vec::new(),
        files: Vec::new(),
    };
    data.store_layer(&data.lock()?, layer, entry)?;
    Ok(())
}
