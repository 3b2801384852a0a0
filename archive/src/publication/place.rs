//! Where a publication is written, and how it takes the place of the one before it: beside it, and by one exchange of
//! names.

use super::files::list;
use super::sums::{parse, read_sums};
use super::{MARK_FILE, SUMS_FILE};
use crate::ArchiveError;
use crate::folder::sync;
use crate::hash::read_small;
use crate::ledger::LEDGER_FOLDER;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

const MARK_BYTES_MAX: u64 = 1 << 20;
/// What a mark says that it is.
const FORMAT: &str = "tequio-publication";
/// Version of publications that this program writes.
const VERSION: u32 = 1;

/// What says that a folder is a publication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Always the same word.
    pub format: String,
    /// Version of the folder's form.
    pub version: u32,
    /// Name of the ledger that it is a publication of.
    pub origin: String,
    /// Datasets that it holds.
    pub datasets: Vec<String>,
}

impl Mark {
    /// The mark of a publication of some datasets of a ledger.
    pub fn new(origin: &str, datasets: Vec<String>) -> Self {
        Self { format: FORMAT.to_owned(), version: VERSION, origin: origin.to_owned(), datasets }
    }
}

/// A publication while it is being written. It does not exist for readers until it is put in place.
#[derive(Debug)]
pub struct Publishing {
    target: PathBuf,
    parent: PathBuf,
    staging: PathBuf,
    before: PathBuf,
    /// Held on the folder that holds the publication, so that nothing is left behind by it.
    _lock: File,
}

impl Publishing {
    /// Sees whether a publication of a ledger may be put at a place: it has to be free, empty, or hold an earlier
    /// publication of the same ledger and nothing else, since what is there is replaced.
    ///
    /// # Errors
    /// [`ArchiveError::NotReplaceable`] with what stands in the way.
    pub fn check(target: &Path, data: &Path, origin: &str) -> Result<(), ArchiveError> {
        let refuse = |detail: String| ArchiveError::NotReplaceable { path: target.to_owned(), detail };
        if is_within(target, data) || is_within(data, target) {
            return Err(refuse("it and the data folder lie within each other".to_owned()));
        }
        if !target.exists() {
            return Ok(());
        }
        if !target.is_dir() {
            return Err(refuse("it is a file".to_owned()));
        }
        let mut files = Vec::new();
        list(target, "", &mut files)?;
        if files.is_empty() {
            return Ok(());
        }
        let mark =
            read_mark(target).map_err(|_| refuse("it is not empty and holds no earlier publication".to_owned()))?;
        if mark.origin != origin {
            return Err(refuse(format!(
                "it is a publication of the ledger `{}`, and this one is `{origin}`",
                mark.origin
            )));
        }
        match stranger(target, &files) {
            Some(stranger) => {
                Err(refuse(format!("{stranger} is no file of the publication there: move it elsewhere first")))
            }
            None => Ok(()),
        }
    }

    /// Begins a publication; what an interrupted one left is removed.
    ///
    /// # Errors
    /// [`ArchiveError::NotReplaceable`]; [`ArchiveError::TargetBusy`] when another process publishes there just now.
    pub fn begin(target: &Path, data: &Path, origin: &str) -> Result<Self, ArchiveError> {
        let target = resolved(target)?;
        let parent = target.parent().unwrap_or(&target).to_owned();
        let lock = File::open(&parent).map_err(ArchiveError::io(&parent))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ArchiveError::TargetBusy(target)),
            Err(TryLockError::Error(error)) => return Err(ArchiveError::io(&parent)(error)),
        }
        let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let beside = |end: &str| parent.join(format!(".{name}.{end}"));
        let publishing = Self { staging: beside("publishing"), before: beside("before"), target, parent, _lock: lock };
        publishing.recover()?;
        Self::check(&publishing.target, data, origin)?;
        fs::create_dir(&publishing.staging).map_err(ArchiveError::io(&publishing.staging))?;
        Ok(publishing)
    }

    /// Where to write.
    pub fn staging(&self) -> &Path {
        &self.staging
    }

    /// Where it will be.
    pub fn target(&self) -> &Path {
        &self.target
    }

    fn recover(&self) -> Result<(), ArchiveError> {
        if self.before.is_dir() && !self.target.exists() {
            fs::rename(&self.before, &self.target).map_err(ArchiveError::io(&self.target))?;
        }
        remove_folder(&self.before)?;
        remove_folder(&self.staging)
    }

    /// Puts what was written in place of what is there, at one stroke, and removes the old one.
    ///
    /// # Errors
    /// [`ArchiveError::Io`]; what was there is then still there.
    pub fn put_in_place(self) -> Result<(), ArchiveError> {
        let mut files = Vec::new();
        list(&self.staging, "", &mut files)?;
        files.iter().try_for_each(|file| sync(&self.staging.join(file)))?;
        let folders = files
            .iter()
            .flat_map(|file| Path::new(file).ancestors().skip(1))
            .collect::<std::collections::BTreeSet<_>>();
        folders.iter().rev().try_for_each(|folder| sync(&self.staging.join(folder)))?;
        if self.target.exists() {
            self.exchange().map_err(ArchiveError::io(&self.target))?;
        } else {
            fs::rename(&self.staging, &self.target).map_err(ArchiveError::io(&self.target))?;
        }
        sync(&self.parent)?;
        remove_folder(&self.staging)?;
        remove_folder(&self.before)
    }

    /// One exchange of names where the system has it; else two renames, which the next publication sets right when only
    /// the first was done.
    fn exchange(&self) -> io::Result<()> {
        match exchange(&self.staging, &self.target) {
            Err(error) if is_unsupported(&error) => {
                fs::rename(&self.target, &self.before)?;
                fs::rename(&self.staging, &self.target)
            }
            exchanged => exchanged,
        }
    }
}

impl Drop for Publishing {
    /// What was not put in place is of no use to anybody.
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.staging);
    }
}

#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// File systems that cannot exchange say so in one of these ways.
fn is_unsupported(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput)
}

fn remove_folder(path: &Path) -> Result<(), ArchiveError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(ArchiveError::io(path)(error)),
        _ => Ok(()),
    }
}

fn read_mark(folder: &Path) -> Result<Mark, ArchiveError> {
    let path = folder.join(MARK_FILE);
    let mark: Mark = serde_json::from_slice(&read_small(&path, MARK_BYTES_MAX)?)
        .map_err(|error| ArchiveError::damaged(&path, error))?;
    if mark.format == FORMAT { Ok(mark) } else { Err(ArchiveError::damaged(&path, "it marks no publication")) }
}

/// The first file that is not of the publication.
fn stranger<'a>(folder: &Path, files: &'a [String]) -> Option<&'a String> {
    let sums = read_sums(folder).ok().and_then(|bytes| parse(&bytes).ok()).unwrap_or_default();
    let is_known = |path: &String| {
        path == SUMS_FILE
            || path == MARK_FILE
            || path.split('/').next() == Some(LEDGER_FOLDER)
            || sums.contains_key(path)
    };
    files.iter().filter(|path| !is_known(path)).min()
}

/// The path without links, of a folder that may not exist yet; the one that holds it is made.
fn resolved(target: &Path) -> Result<PathBuf, ArchiveError> {
    if let Ok(path) = target.canonicalize() {
        return Ok(path);
    }
    let refuse = || ArchiveError::NotReplaceable { path: target.to_owned(), detail: "it names no folder".to_owned() };
    let name = target.file_name().ok_or_else(refuse)?;
    let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(ArchiveError::io(parent))?;
    Ok(parent.canonicalize().map_err(ArchiveError::io(parent))?.join(name))
}

fn is_within(inner: &Path, outer: &Path) -> bool {
    let Ok(outer) = outer.canonicalize() else { return false };
    inner
        .ancestors()
        .filter(|above| !above.as_os_str().is_empty())
        .find_map(|above| above.canonicalize().ok())
        .is_some_and(|known| known.starts_with(outer))
}
