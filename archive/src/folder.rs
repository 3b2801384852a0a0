//! The data folder: where everything lies, and the one way anything gets there.
//!
//! ```text
//! lock                                  held by the one writer, whom it names
//! staging/                              what is being written; leftovers are removed by the next writer
//! datasets/ID/EDITION/                  manifest.json incidents.parquet|counts.parquet rejects.csv source/...
//! layers/NAME/EDITION/                  manifest.json layer.parquet
//! indicators/ID/EDITION.json            indicators as they were published
//! ledger/                               the public log of all of these; see `ledger`
//! keys/                                 secret keys, readable by their owner only
//! ```

use crate::error::ArchiveError;
use crate::hash::{read_small, read_small_file, sha256_file};
use crate::ledger::{Draft, Entry, EntryKind, LedgerError, Scribe, Seal};
use crate::ledger::{NewFile, replace};
use crate::publication::INDICATORS_FOLDER;
use crate::state::LeftOut;
use crate::{COUNTS_FILE, INCIDENTS_FILE, MANIFEST_FILE};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tequio_kernel::edition::{MANIFEST_VERSION, StoredFile};
use tequio_kernel::place::check_name;
use tequio_kernel::{DatasetId, Manifest};

/// Largest manifest that is read.
pub(crate) const MANIFEST_BYTES_MAX: u64 = 64 << 20;

/// A data folder.
#[derive(Clone, Debug)]
pub struct DataFolder {
    root: PathBuf,
    seal: Option<Arc<Seal>>,
    /// Shared by all clones.
    pub(crate) left_out: Arc<Mutex<LeftOut>>,
}

/// Longest name of a writer that is read from a lock.
const WRITER_BYTES_MAX: u64 = 1_024;

/// The right to write, held until it is dropped or the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
    scribe: Option<Scribe>,
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
        Self { root: root.into(), seal: None, left_out: Arc::default() }
    }

    /// The same folder for one who records in the ledger what is written. Without a seal nothing is recorded: the next
    /// sealed writer does it.
    pub fn sealed(self, seal: Seal) -> Self {
        Self { seal: Some(Arc::new(seal)), ..self }
    }

    /// Its path.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Keeps others from writing. With a seal, also begins the ledger and records whatever exists without an entry.
    ///
    /// # Errors
    /// [`ArchiveError::Busy`] at once when another process writes; [`ArchiveError::Io`] when the folder cannot be
    /// created or locked; [`ArchiveError::Ledger`] when the ledger, its key or the clock is not in order.
    pub fn lock(&self) -> Result<Lock, ArchiveError> {
        fs::create_dir_all(&self.root).map_err(ArchiveError::io(&self.root))?;
        let path = self.root.join("lock");
        // Not truncated: it names the writer that may hold it.
        let opened = OpenOptions::new().create(true).write(true).truncate(false).open(&path);
        let mut file = opened.map_err(ArchiveError::io(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(busy(path)),
            Err(TryLockError::Error(error)) => return Err(ArchiveError::io(&path)(error)),
        }
        let writer = self.seal.as_ref().map(|seal| format!("{}, since {}", seal.writer, (seal.now)()));
        let write = file.set_len(0).and_then(|()| file.write_all(writer.unwrap_or_default().as_bytes()));
        write.map_err(ArchiveError::io(&path))?;
        let scribe = self.seal.as_ref().map(|seal| Scribe::begin(self, Arc::clone(seal))).transpose()?;
        Ok(Lock { _file: file, scribe })
    }

    /// Records entries of what has no folder (indicators, corrections, classifications); their time is set to now.
    /// Answers the index of the first.
    ///
    /// # Errors
    /// [`ArchiveError::Ledger`] when the folder is not sealed or an entry cannot be a leaf.
    pub fn record(&self, lock: &Lock, entries: Vec<Entry>) -> Result<u64, ArchiveError> {
        lock.scribe.as_ref().ok_or_else(unsealed)?.record_entries(self, entries)
    }

    /// Keeps an indicator as it is published, whole or not at all; the ledger then records it.
    ///
    /// # Errors
    /// [`ArchiveError`] when the disk refuses.
    pub fn keep_indicator(&self, _lock: &Lock, id: &str, edition: &str, bytes: Vec<u8>) -> Result<(), ArchiveError> {
        let file = NewFile { path: format!("{id}/{edition}.json"), bytes };
        let folder = self.root.join(INDICATORS_FOLDER);
        fs::create_dir_all(&folder).map_err(ArchiveError::io(&folder))?;
        Ok(replace(&folder, &file, false)?)
    }

    /// Hands the ledger over to a new key.
    ///
    /// # Errors
    /// [`ArchiveError::Ledger`] when the folder is not sealed or the disk refuses.
    pub fn rotate_key(&self, lock: &mut Lock) -> Result<(), ArchiveError> {
        Ok(lock.scribe.as_mut().ok_or_else(unsealed)?.rotate(self)?)
    }

    /// The one rename that makes a staged edition or layer exist, and its entry in the ledger.
    pub(crate) fn publish_folder(
        &self,
        lock: &Lock,
        staging: Staging,
        (kind, name, edition): (EntryKind, &str, &str),
        target: &Path,
    ) -> Result<(), ArchiveError> {
        let Some(scribe) = &lock.scribe else { return move_into_place(staging, target) };
        let draft = Draft::of_folder(kind, name, edition, staging.path())?;
        scribe.announce(&draft)?;
        move_into_place(staging, target)?;
        scribe.record(self, draft)
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
        if let Some(known) = self.named_edition(dataset, edition)? {
            return Ok(known);
        }
        let manifests = self.editions(dataset)?;
        if manifests.is_empty() {
            let known = self.datasets()?.iter().map(|id| id.0.clone()).collect();
            return Err(missing("dataset", &dataset.0, known));
        }
        let known = manifests.iter().map(|manifest| manifest.edition.clone()).collect();
        let found = manifests.into_iter().find(|manifest| edition.is_none_or(|edition| manifest.edition == edition));
        found.ok_or_else(|| missing("edition", edition.unwrap_or_default(), known))
    }

    /// One manifest is read where an edition is named, not those of all.
    fn named_edition(&self, dataset: &DatasetId, edition: Option<&str>) -> Result<Option<Manifest>, ArchiveError> {
        let Some(name) = edition.filter(|name| check_name(name).is_ok()) else { return Ok(None) };
        let folder = self.root.join("datasets").join(&dataset.0).join(name);
        if !folder.is_dir() {
            return Ok(None);
        }
        let manifest: Manifest = read_manifest(&folder)?;
        Ok((manifest.edition == name && manifest.dataset == *dataset).then_some(manifest))
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
    pub fn publish(&self, lock: &Lock, staging: Staging, mut manifest: Manifest) -> Result<Manifest, ArchiveError> {
        let editions = self.editions(&manifest.dataset)?;
        manifest.version = MANIFEST_VERSION;
        manifest.sequence = editions.iter().map(|known| known.sequence).max().unwrap_or(0) + 1;
        let before = editions.into_iter().find(|known| known.known_from() <= manifest.known_from());
        manifest.supersedes = before.map(|before| before.edition);
        manifest.files = stored_files(staging.path())?;
        write_manifest(staging.path(), &manifest)?;
        let what = (EntryKind::Edition, manifest.dataset.0.as_str(), manifest.edition.as_str());
        self.publish_folder(lock, staging, what, &self.edition_folder(&manifest))?;
        Ok(manifest)
    }
}

/// Who holds the lock wrote its name into it.
fn busy(path: PathBuf) -> ArchiveError {
    let writer = read_small_file(&path, WRITER_BYTES_MAX).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let writer = writer.filter(|writer| !writer.is_empty()).unwrap_or_else(|| "another process".to_owned());
    ArchiveError::Busy { path, writer: writer.replace(char::is_control, " ") }
}

fn unsealed() -> ArchiveError {
    LedgerError::refused("this data folder was opened without a seal, so nothing can be recorded in its ledger").into()
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

pub(crate) fn sync(path: &Path) -> Result<(), ArchiveError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(ArchiveError::io(path))
}
