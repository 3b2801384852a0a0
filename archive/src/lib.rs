//! What was received and what was published: immutable editions in open formats.
//!
//! An edition is a folder that appears whole or not at all: it is written in `staging/`, synced to
//! disk and moved to its place by one rename. Incidents and layers are GeoParquet 1.1, which DuckDB
//! and GDAL read as they are; the manifest is JSON.

mod check;
mod counts;
mod error;
mod folder;
mod geo_metadata;
mod hash;
mod hilbert;
mod incident_writer;
mod incidents;
mod layers;
pub mod ledger;
pub mod publication;
mod state;
mod wkb;

pub use check::{Checkup, Damage, check};
pub use counts::{CanonicalRows, canonical_row, read_counts, rows_tree, write_counts};
pub use error::ArchiveError;
pub use folder::{DataFolder, Lock, Staging};
pub use hash::{HashingWriter, sha256_file};
pub use hilbert::{UNLOCATED_KEY, hilbert_key};
pub use incident_writer::IncidentWriter;
pub use incidents::{AtlasRows, IncidentReader, OffenceKind, read_atlas_rows};
pub use layers::LayerEntry;

/// The incidents of an edition, below its folder.
pub const INCIDENTS_FILE: &str = "incidents.parquet";
/// The figures of an edition of official counts, below its folder.
pub const COUNTS_FILE: &str = "counts.parquet";
/// The rejected rows of an edition, below its folder.
pub const REJECTS_FILE: &str = "rejects.csv";
/// The files as received, below the folder of an edition.
pub const SOURCE_FOLDER: &str = "source";
/// The manifest, below the folder of an edition or of a layer.
pub const MANIFEST_FILE: &str = "manifest.json";
