//! Reading files of every format, whole and damaged, made by the tests or published by their agencies.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod geojson;
mod geopackage;
mod hostile;
mod openstreetmap;
mod real;
mod shapefile;

use std::path::{Path, PathBuf};
use tequio_kernel::place::{Layer, Level};
use tequio_territory::{IssueKind, Options, Report, TerritoryError, read};

/// Options of a local layer.
fn options() -> Options {
    Options::new("prueba@2024".parse().expect("layer"), Level::Local)
}

/// A file with this content in a folder that lives as long as the first value.
fn file(name: &str, content: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join(name);
    std::fs::write(&path, content).expect("file");
    (folder, path)
}

fn read_bytes(content: &[u8], options: &Options) -> Result<(Layer, Report), TerritoryError> {
    let (_folder, path) = file("a-name-that-says-nothing", content);
    read(&path, options)
}

fn kinds(report: &Report) -> Vec<(String, &'static str, bool)> {
    report.issues.iter().map(|issue| (issue.feature.clone(), issue.kind.label(), issue.refused)).collect()
}

fn has(report: &Report, wanted: impl Fn(&IssueKind) -> bool) -> bool {
    report.issues.iter().any(|issue| wanted(&issue.kind))
}

/// The refusal in words.
fn refusal(content: &[u8], options: &Options) -> String {
    read_bytes(content, options).expect_err("refused").to_string()
}

fn refused(path: &Path, options: &Options) -> Report {
    match read(path, options) {
        Err(TerritoryError::Refused(report)) => report,
        other => panic!("not refused: {other:?}"),
    }
}
