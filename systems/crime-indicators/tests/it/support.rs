//! Real files and data folders for the tests.

use std::path::{Path, PathBuf};
use tequio_archive::{DataFolder, read_counts};
use tequio_crime_indicators::import::{Outcome, Request, import};
use tequio_kernel::{CountTable, Manifest};

/// A file of the shared data; `None`, said aloud, where it is not present.
pub fn shared(path: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let file = root.join(path);
    if !file.exists() {
        eprintln!("SKIPPED: {path} is not present");
    }
    file.exists().then_some(file)
}

/// A data folder that goes away with the value.
pub struct Folder {
    _folder: tempfile::TempDir,
    /// The data folder.
    pub data: DataFolder,
}

impl Folder {
    /// An empty one.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let data = DataFolder::new(folder.path().join("data"));
        Self { _folder: folder, data }
    }

    /// Imports a file.
    pub fn import(&self, file: &Path) -> Outcome {
        self.import_published(file, None)
    }

    /// Imports a file that was published on a day.
    pub fn import_published(&self, file: &Path, published: Option<&str>) -> Outcome {
        let files = [file.to_owned()];
        let request = Request {
            files: &files,
            dataset: None,
            edition: None,
            published,
            invented: false,
            now: "2026-11-26T00:00:00Z".to_owned(),
        };
        import(&self.data, &request, &mut |_, _, _| {}).expect("imported")
    }

    /// The figures of an edition.
    pub fn table(&self, manifest: &Manifest) -> CountTable {
        read_counts(&self.data.counts_file(manifest)).expect("figures")
    }
}

/// Sum by year of the offences whose code passes.
pub fn by_year(table: &CountTable, offence: impl Fn(&str) -> bool) -> Vec<(i16, u64)> {
    let mut totals = std::collections::BTreeMap::new();
    for (key, column, cell) in table.figures() {
        if offence(&table.offences[key.offence as usize].code) {
            let year = table.step(column).expect("a period").year();
            *totals.entry(year).or_insert(0) += cell.value().unwrap_or(0);
        }
    }
    totals.into_iter().collect()
}
