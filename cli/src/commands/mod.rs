//! One command a file.

pub mod analysis;
pub mod change;
pub mod check;
pub mod claim;
pub mod completeness;
pub mod concentration;
pub mod count;
pub mod datasets;
pub mod density;
pub mod diff;
pub mod export;
pub mod filters;
pub mod hotspots;
pub mod import;
pub mod indicator;
pub mod ledger;
pub mod near_repeat;
pub mod openapi;
pub mod progress;
pub mod publish;
pub mod revisions;
pub mod sample;
pub mod scan;
pub mod serve;
pub mod territory;
pub mod verify;
pub mod witness;

use std::io::{self, Write as _};
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use tequio_archive::HashingWriter;
use tequio_archive::ledger::{BuiltIn, EntryKind, Seal};
use tequio_crime_map::jobs::{Bounds, Means};
use tequio_reference::{Catalogue, CatalogueKind, catalogues};

/// Writes to the standard output; a reader that left is an error that `main` takes for the end.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Writes a JSON value, indented, with a line end.
pub fn print_json(value: &serde_json::Value) -> anyhow::Result<()> {
    print(&format!("{value:#}\n"))
}

/// A CSV table in columns for people to read.
pub fn in_columns(csv: &str) -> String {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().flatten().collect();
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|text| text.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..rows.first().map_or(0, csv::StringRecord::len)).map(width).collect();
    let line = |row: &csv::StringRecord| {
        let cells = row.iter().zip(&widths).map(|(text, width)| format!("{text:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

/// Now, RFC 3339 in UTC, to the second.
pub fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// 32 random bytes from the operating system.
pub fn seed() -> io::Result<[u8; 32]> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(io::Error::other)?;
    Ok(seed)
}

/// What jobs need: the clock, and names that nobody can guess.
pub fn means() -> Means {
    Means { clock: running, random }
}

/// How much jobs may take of this machine.
pub fn bounds() -> Bounds {
    Bounds::of_cores(std::thread::available_parallelism().map_or(1, usize::from))
}

/// Time since it was asked for the first time.
pub fn running() -> Duration {
    static FIRST: LazyLock<Instant> = LazyLock::new(Instant::now);
    FIRST.elapsed()
}

fn random() -> io::Result<[u8; 16]> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}

/// What the ledger needs to record: the clock, randomness and who writes.
pub fn seal(origin: Option<String>) -> Seal {
    Seal {
        now: Box::new(now),
        seed: Box::new(seed),
        origin,
        writer: format!("tequio (process {})", std::process::id()),
        built_in,
    }
}

/// The catalogues inside the program, as the ledger records them.
pub fn built_in() -> Vec<BuiltIn> {
    catalogues().into_iter().filter_map(|catalogue| describe(&catalogue).ok()).collect()
}

/// The content of a catalogue is the SHA-256 of the hashes of its files, each on a line.
fn describe(catalogue: &Catalogue) -> io::Result<BuiltIn> {
    let mut whole = HashingWriter::new(io::sink());
    for file in &catalogue.files {
        let mut one = HashingWriter::new(io::sink());
        one.write_all(file)?;
        writeln!(whole, "{}", one.finish().0)?;
    }
    let kind = match catalogue.kind {
        CatalogueKind::Layer => EntryKind::Layer,
        CatalogueKind::Taxonomy => EntryKind::Taxonomy,
    };
    let (name, edition) = (catalogue.name.to_owned(), catalogue.edition.to_owned());
    Ok(BuiltIn { kind, name, edition, sha256: whole.finish().0 })
}

/// A temporary file is the owner's alone; an export is read like any other file.
pub fn readable(file: &std::path::Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o644))?;
    }
    Ok(())
}
