//! Verifies a data folder: every file of every edition and layer, byte for byte.

use crate::error::ArchiveError;
use crate::folder::{DataFolder, folders, read_manifest};
use crate::hash::sha256_file;
use crate::incidents::reader_builder;
use crate::layers::LayerEntry;
use std::fs;
use std::path::{Path, PathBuf};
use tequio_kernel::Manifest;
use tequio_kernel::edition::StoredFile;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// File or folder concerned.
    pub path: PathBuf,
    /// What is wrong with it.
    pub detail: String,
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checkup {
    /// What is wrong; nothing when all is well.
    pub damages: Vec<Damage>,
    /// Files compared byte for byte.
    pub files: u64,
    /// True when an interrupted import left something in `staging/`: harmless, and removed by the next one.
    pub leftovers: bool,
    /// SHA-256 of the files that are as they should be.
    pub(crate) hashes: Vec<(PathBuf, String)>,
}

/// Verifies every file of a data folder; nothing is changed.
///
/// # Errors
/// [`ArchiveError::Io`] when a folder cannot be listed.
pub fn check(data: &DataFolder) -> Result<Checkup, ArchiveError> {
    std::fs::metadata(data.root()).map_err(ArchiveError::io(data.root()))?;
    let mut checker = Checkup::default();
    checker.walk(&data.root().join("datasets"), |checkup, folder| checkup.edition(folder, &|_| false))?;
    checker.walk(&data.root().join("layers"), |checkup, folder| checkup.layer(folder, &|_| false))?;
    let staging = data.root().join("staging");
    if staging.is_dir() {
        checker.leftovers = fs::read_dir(&staging).map_err(ArchiveError::io(&staging))?.next().is_some();
    }
    Ok(checker)
}

/// Verifies every file of one edition or layer but those that are withheld.
pub(crate) fn check_folder(folder: &Path, is_layer: bool, is_held: &dyn Fn(&str) -> bool) -> Checkup {
    let mut checkup = Checkup::default();
    if is_layer {
        checkup.layer(folder, is_held)
    } else {
        checkup.edition(folder, is_held)
    }
    checkup
}

impl Checkup {
    fn report(&mut self, path: &Path, detail: impl ToString) {
        self.damages.push(Damage { path: path.to_owned(), detail: detail.to_string() });
    }

    fn walk(&mut self, root: &Path, visit: impl Fn(&mut Self, &Path)) -> Result<(), ArchiveError> {
        for name in folders(root)? {
            for edition in folders(&root.join(&name))? {
                visit(self, &root.join(&name).join(edition));
            }
        }
        Ok(())
    }

    fn edition(&mut self, folder: &Path, is_held: &dyn Fn(&str) -> bool) {
        let manifest: Manifest = match read_manifest(folder) {
            Ok(manifest) => manifest,
            Err(error) => return self.report(folder, error),
        };
        if manifest.rows != manifest.accepted + manifest.rejected.total {
            self.report(folder, "the manifest does not add up: rows are not accepted + rejected");
        }
        let before = self.damages.len();
        self.stored(folder, &manifest.files, is_held);
        // A damaged file is not opened: readers of Parquet may panic on one.
        if self.damages.len() > before {
            return;
        }
        match &manifest.counts {
            None => self.rows(&folder.join(crate::INCIDENTS_FILE), manifest.accepted),
            Some(counts) => self.rows(&folder.join(crate::COUNTS_FILE), counts.figures.values().sum()),
        }
    }

    /// A Parquet file holds as many rows as the manifest says.
    fn rows(&mut self, path: &Path, expected: u64) {
        match reader_builder(path) {
            Err(error) => self.report(path, error),
            Ok(reader) => {
                let rows = reader.metadata().file_metadata().num_rows();
                if u64::try_from(rows) != Ok(expected) {
                    self.report(path, format!("it holds {rows} rows and should hold {expected}"));
                }
            }
        }
    }

    fn layer(&mut self, folder: &Path, is_held: &dyn Fn(&str) -> bool) {
        match read_manifest::<LayerEntry>(folder) {
            Ok(entry) => self.stored(folder, &entry.files, is_held),
            Err(error) => self.report(folder, error),
        }
    }

    fn stored(&mut self, folder: &Path, files: &[StoredFile], is_held: &dyn Fn(&str) -> bool) {
        for file in files.iter().filter(|file| !is_held(&file.path)) {
            let path = folder.join(&file.path);
            if Path::new(&file.path).components().any(|part| !matches!(part, std::path::Component::Normal(_))) {
                self.report(folder, format!("the manifest names a file outside the edition: {}", file.path));
                continue;
            }
            self.files += 1;
            match sha256_file(&path) {
                Err(error) => self.report(&path, error),
                Ok((sha256, _)) if sha256 != file.sha256 => {
                    self.report(&path, format!("its SHA-256 is {sha256} and should be {}", file.sha256));
                }
                Ok((sha256, _)) => self.hashes.push((path, sha256)),
            }
        }
    }
}
