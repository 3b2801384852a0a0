//! Files of a publication: written, copied, listed.

use crate::hash::HashingWriter;
use crate::ledger::{CHECKPOINT_FILE, LEDGER_FOLDER, Ledger, ROWS_FILE, tile_paths};
use crate::{ArchiveError, COUNTS_FILE, MANIFEST_FILE};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use tequio_kernel::Manifest;

/// Deepest folder of a publication; tiles of a log of 2^53 entries need nine.
const DEPTH_MAX: usize = 14;
/// Bytes that are written at a time.
const BUFFER_BYTES: usize = 1 << 20;

/// Hash and size of a file.
pub(super) type Sum = (String, u64);

/// The files of a publication while it is written. Each is hashed on its way to the disk, so that none is read again for
/// its hash.
#[derive(Debug)]
pub struct Files {
    folder: PathBuf,
    sums: BTreeMap<String, Sum>,
}

impl Files {
    /// Begins a publication in a folder.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), sums: BTreeMap::new() }
    }

    /// Where they are written.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// SHA-256 and size of a file that was written, by its path below the folder.
    pub fn sum(&self, below: &str) -> Option<(&str, u64)> {
        self.sums.get(below).map(|(sha256, bytes)| (sha256.as_str(), *bytes))
    }

    /// Writes a file, with the folders above it.
    ///
    /// # Errors
    /// [`ArchiveError::Io`].
    pub fn write(&mut self, below: &str, bytes: &[u8]) -> Result<(), ArchiveError> {
        self.create(below, |out| out.write_all(bytes)).map(|_| ())
    }

    /// Copies a file byte for byte; answers its hash.
    ///
    /// # Errors
    /// [`ArchiveError::Io`].
    pub fn copy(&mut self, from: &Path, below: &str) -> Result<String, ArchiveError> {
        let mut source = File::open(from).map_err(ArchiveError::io(from))?;
        // Not `fs::copy`: a published file has the rights of a new one, whatever the archive's are.
        self.create(below, |out| std::io::copy(&mut source, out).map(|_| ()))
    }

    /// Copies manifest, figures and tree of an edition of counts, which have to be what was imported.
    ///
    /// # Errors
    /// [`ArchiveError::Damaged`] with the file of the archive that is not.
    pub fn copy_edition(&mut self, from: &Path, manifest: &Manifest, to: &str) -> Result<(), ArchiveError> {
        for file in [COUNTS_FILE, ROWS_FILE] {
            let sha256 = self.copy(&from.join(file), &format!("{to}/{file}"))?;
            let stored = manifest.files.iter().find(|stored| stored.path == file);
            if stored.is_none_or(|stored| stored.sha256 != sha256) {
                return Err(ArchiveError::damaged(&from.join(file), "its content is not what was imported"));
            }
        }
        self.copy(&from.join(MANIFEST_FILE), &format!("{to}/{MANIFEST_FILE}")).map(|_| ())
    }

    /// Lets a file be written; answers its hash.
    pub(super) fn create(
        &mut self,
        below: &str,
        write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
    ) -> Result<String, ArchiveError> {
        let path = self.folder.join(below);
        make_parent(&path)?;
        let file = File::create(&path).map_err(ArchiveError::io(&path))?;
        let mut out = BufWriter::with_capacity(BUFFER_BYTES, HashingWriter::new(file));
        write(&mut out).and_then(|()| out.flush()).map_err(ArchiveError::io(&path))?;
        let hashed = out.into_inner().map_err(|error| ArchiveError::io(&path)(error.into_error()))?;
        let sum = hashed.finish();
        let sha256 = sum.0.clone();
        self.sums.insert(below.to_owned(), sum);
        Ok(sha256)
    }

    /// Writes the list of all of them; answers it, and the size of what it lists, in bytes.
    ///
    /// # Errors
    /// [`ArchiveError`] when the disk refuses.
    pub fn write_sums(&self) -> Result<(Vec<u8>, u64), ArchiveError> {
        super::sums::write(&self.folder, &self.sums)
    }
}

/// Copies the head of a ledger and the tiles that it needs below a publication; those of its earlier sizes are parts of
/// these.
///
/// # Errors
/// [`ArchiveError`].
pub fn copy_ledger(ledger: &Path, folder: &Path) -> Result<(), ArchiveError> {
    let size = Ledger::open_folder(ledger)?.size();
    // A list knows neither.
    let mut files = Files::new(folder);
    let mut paths = tile_paths(size).chain([CHECKPOINT_FILE.to_owned()]);
    paths.try_for_each(|path| files.copy(&ledger.join(&path), &format!("{LEDGER_FOLDER}/{path}")).map(|_| ()))
}

fn make_parent(path: &Path) -> Result<(), ArchiveError> {
    let parent = path.parent().unwrap_or(path);
    fs::create_dir_all(parent).map_err(ArchiveError::io(parent))
}

/// Adds the files below a folder, as paths below the root with `/` between the parts; a link counts as a file.
pub(super) fn list(root: &Path, below: &str, files: &mut Vec<String>) -> Result<(), ArchiveError> {
    let mut open = vec![below.to_owned()];
    while let Some(current) = open.pop() {
        let folder = root.join(&current);
        if current.split('/').count() > DEPTH_MAX {
            return Err(ArchiveError::damaged(&folder, "its folders are too deep"));
        }
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            entries => entries.map_err(ArchiveError::io(&folder))?,
        };
        for entry in entries {
            let entry = entry.map_err(ArchiveError::io(&folder))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if current.is_empty() { name } else { format!("{current}/{name}") };
            let is_folder = entry.file_type().map_err(ArchiveError::io(&folder))?.is_dir();
            if is_folder { open.push(path) } else { files.push(path) }
        }
    }
    Ok(())
}
