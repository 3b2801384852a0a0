//! The data folder: where everything lies, and the one way anything gets there.
//!
//! ```text
//! lock                                  held by the one writer
//! staging/                              what is being written; leftovers are removed by the next writer
//! datasets/ID/EDITION/                  manifest.json incidents.parquet|counts.parquet rejects.csv source/...
//! layers/NAME/EDITION/                  manifest.json layer.parquet
//! ```

use crate::error::ArchiveError;
use crate::hash::{read_small, sha256_file};
use crate::{COUNTS_FILE, INCIDENTS_FILE, MANIFEST_FILE};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use tequio_kernel::edition::{MANIFEST_VERSION, StoredFile};
use tequio_kernel::place::check_name;
use tequio_kernel::{DatasetId, Manifest};

/// Largest manifest that is read.
const MANIFEST_BYTES_MAX: u64 = 64 << 20;

/// A data folder.
#[derive(Clone, Debug)]
pub struct DataFolder {
    root: PathBuf,
}

/// The right to write, held until it is dropped or the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// A folder that is being written and does not exist for readers.
#[derive(Debug)]
pub struct Staging {
    folder: tempfile::TempDir,
}

impl Staging {
    /// Where to write.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl DataFolder {
    /// Names a data folder; nothing is created until something is written.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Its path.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Waits until no other process writes, and keeps others from writing.
    ///
    /// # Errors
    /// [`ArchiveError::Io`] when the folder cannot be created or locked.
    pub fn lock(&self) -> Result<Lock, ArchiveError> {
        fs::create_dir_all(&self.root).map_err(ArchiveError::io(&self.root))?;
        let path = self.root.join("lock");
        let file = File::create(&path).map_err(ArchiveError::io(&path))?;
        file.lock().map_err(ArchiveError::io(&path))?;
        Ok(Lock { _file: file })
    }

    /// A new staging folder, after removing what an interrupted writer left. The lock shows that no
    /// other writer is at work.
    ///
    /// # Errors
    /// [`ArchiveError::Io`] when the disk refuses.
    pub fn stage(&self, _lock: &Lock) -> Result<Staging, ArchiveError> {
        let staging = self.root.join("staging");
        if staging.exists() {
            fs::remove_dir_all(&staging).map_err(ArchiveError::io(&staging))?;
        }
        fs::create_dir_all(&staging).map_err(ArchiveError::io(&staging))?;
        let folder = tempfile::tempdir_in(&staging).map_err(ArchiveError::io(&staging))?;
        Ok(Staging { folder })
    }

    /// Names of the datasets, in alphabetical order.
    ///
    /// # Errors
    /// [`ArchiveError::Io`] when the folder cannot be read.
    pub fn datasets(&self) -> Result<Vec<DatasetId>, ArchiveError> {
        Ok(folders(&self.root.join("datasets"))?.into_iter().map(DatasetId).collect())
    }

    /// Manifests of the editions of a dataset, newest first; empty for a dataset that is not there.
    ///
    /// # Errors
    /// [`ArchiveError`] when a manifest cannot be read.
    pub fn editions(&self, dataset: &DatasetId) -> Result<Vec<Manifest>, ArchiveError> {
        let folder = self.root.join("datasets").join(&dataset.0);
        let names = folders(&folder)?;
        let mut manifests =
            names.iter().map(|name| read_manifest(&folder.join(name))).collect::<Result<Vec<Manifest>, _>>()?;
        // An older publication that arrives later does not become the newest.
        let order = |m: &Manifest| (m.known_from().to_owned(), m.sequence);
        manifests.sort_by(|a, b| order(b).cmp(&order(a)).then_with(|| a.edition.cmp(&b.edition)));
        Ok(manifests)
    }

    /// The edition that was the newest on a day (`YYYY-MM-DD`): the last one known by then.
    ///
    /// # Errors
    /// [`ArchiveError::Missing`] when none was known yet.
    pub fn edition_as_of(&self, dataset: &DatasetId, day: &str) -> Result<Manifest, ArchiveError> {
        let manifests = self.editions(dataset)?;
        let known = manifests.iter().map(|m| format!("{} from {}", m.edition, m.known_from())).collect();
        let found = manifests.into_iter().find(|manifest| manifest.known_from() <= day);
        found.ok_or_else(|| missing("edition as of", day, known))
    }

    /// The manifest of an edition, the newest when none is named.
    ///
    /// # Errors
    /// [`ArchiveError::Missing`] with what there is instead.
    pub fn edition(&self, dataset: &DatasetId, edition: Option<&str>) -> Result<Manifest, ArchiveError> {
        let manifests = self.editions(dataset)?;
        if manifests.is_empty() {
            let known = self.datasets()?.iter().map(|id| id.0.clone()).collect();
            return Err(missing("dataset", &dataset.0, known));
        }
        let known = manifests.iter().map(|manifest| manifest.edition.clone()).collect();
        let found = manifests.into_iter().find(|manifest| edition.is_none_or(|edition| manifest.edition == edition));
        found.ok_or_else(|| missing("edition", edition.unwrap_or_default(), known))
    }

    /// Folder of an edition.
    pub fn edition_folder(&self, manifest: &Manifest) -> PathBuf {
        self.root.join("datasets").join(&manifest.dataset.0).join(&manifest.edition)
    }

    /// The figures of an edition of official counts.
    pub fn counts_file(&self, manifest: &Manifest) -> PathBuf {
        self.edition_folder(manifest).join(COUNTS_FILE)
    }

    /// The incidents of an edition.
    pub fn incidents_file(&self, manifest: &Manifest) -> PathBuf {
        self.edition_folder(manifest).join(INCIDENTS_FILE)
    }

    /// Completes the manifest (files, sequence, what it supersedes) and moves the staged edition to
    /// its place, all at once.
    ///
    /// # Errors
    /// [`ArchiveError`] when the disk refuses; the edition then does not exist.
    pub fn publish(&self, _lock: &Lock, staging: Staging, mut manifest: Manifest) -> Result<Manifest, ArchiveError> {
        let editions = self.editions(&manifest.dataset)?;
        manifest.version = MANIFEST_VERSION;
        manifest.sequence = editions.iter().map(|known| known.sequence).max().unwrap_or(0) + 1;
        let before = editions.into_iter().find(|known| known.known_from() <= manifest.known_from());
        manifest.supersedes = before.map(|before| before.edition);
        manifest.files = stored_files(staging.path())?;
        write_manifest(staging.path(), &manifest)?;
        move_into_place(staging, &self.edition_folder(&manifest))?;
        Ok(manifest)
    }
}

pub(crate) fn missing(kind: &'static str, name: &str, known: Vec<String>) -> ArchiveError {
    let known = if known.is_empty() { "none yet".to_owned() } else { known.join(", ") };
    ArchiveError::Missing { kind, name: name.to_owned(), known }
}

/// Names of the folders in a folder that keep to the rules of names; none if it does not exist.
pub(crate) fn folders(path: &Path) -> Result<Vec<String>, ArchiveError> {
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(ArchiveError::io(path)(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(ArchiveError::io(path))?;
        names.extend(
            entry.file_name().into_string().ok().filter(|name| check_name(name).is_ok() && entry.path().is_dir()),
        );
    }
    names.sort_unstable();
    Ok(names)
}

pub(crate) fn read_manifest<T: DeserializeOwned>(folder: &Path) -> Result<T, ArchiveError> {
    let path = folder.join(MANIFEST_FILE);
    let bytes = read_small(&path, MANIFEST_BYTES_MAX)?;
    serde_json::from_slice(&bytes).map_err(|error| ArchiveError::damaged(&path, error))
}

pub(crate) fn write_manifest<T: Serialize>(folder: &Path, manifest: &T) -> Result<(), ArchiveError> {
    let path = folder.join(MANIFEST_FILE);
    let text = serde_json::to_vec_pretty(manifest).map_err(|error| ArchiveError::write(&path, error))?;
    fs::write(&path, text).map_err(ArchiveError::io(&path))?;
    sync(&path)
}

/// Hashes every file below a folder and makes sure each is on the disk.
pub(crate) fn stored_files(folder: &Path) -> Result<Vec<StoredFile>, ArchiveError> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(current) = open.pop() {
        for entry in fs::read_dir(&current).map_err(ArchiveError::io(&current))? {
            let path = entry.map_err(ArchiveError::io(&current))?.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            sync(&path)?;
            let (sha256, bytes) = sha256_file(&path)?;
            let below = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
            files.push(StoredFile { path: below, sha256, bytes });
        }
        sync(&current)?;
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// The one rename that makes an edition exist.
pub(crate) fn move_into_place(staging: Staging, target: &Path) -> Result<(), ArchiveError> {
    let parent = target.parent().unwrap_or(target);
    fs::create_dir_all(parent).map_err(ArchiveError::io(parent))?;
    sync(staging.path())?;
    fs::rename(staging.path(), target).map_err(ArchiveError::io(target))?;
    sync(parent)?;
    // The folders above may be new too: an entry is safe only when its folder is on the disk.
    parent.ancestors().skip(1).take(3).filter(|folder| folder.is_dir()).try_for_each(sync)
}

fn sync(path: &Path) -> Result<(), ArchiveError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(ArchiveError::io(path))
}
