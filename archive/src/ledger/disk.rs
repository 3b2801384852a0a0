//! Files that appear whole or not at all: written aside, synced, renamed.

use super::LedgerError;
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

/// Where a file is written before its rename, in the folder that it belongs to; never read.
pub const ASIDE: &str = ".new";

/// A file that is to be written below a folder.
#[derive(Debug)]
pub struct NewFile {
    /// Path below the folder.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Writes one file below a folder, replacing what is there; private files are readable by their owner only.
///
/// # Errors
/// [`LedgerError::Io`]; what was there is then still there.
pub fn replace(folder: &Path, file: &NewFile, private: bool) -> Result<(), LedgerError> {
    write_aside(folder, file, private)?;
    sync_folder(folder.join(&file.path).parent().unwrap_or(folder))
}

/// Writes files below a folder in their order, then makes sure that their names are on the disk.
///
/// # Errors
/// [`LedgerError::Io`].
pub fn replace_all(folder: &Path, files: &[NewFile]) -> Result<(), LedgerError> {
    let mut folders = BTreeSet::new();
    for file in files {
        write_aside(folder, file, false)?;
        let path = folder.join(&file.path);
        // Folders above may be new too.
        folders.extend(path.ancestors().skip(1).take_while(|above| above.starts_with(folder)).map(Path::to_owned));
    }
    folders.iter().rev().try_for_each(|folder| sync_folder(folder))
}

fn write_aside(folder: &Path, file: &NewFile, private: bool) -> Result<(), LedgerError> {
    let (aside, path) = (folder.join(ASIDE), folder.join(&file.path));
    if let Some(parent) = path.parent().filter(|parent| !parent.is_dir()) {
        fs::create_dir_all(parent).map_err(LedgerError::io(parent))?;
    }
    // A leftover may have other rights than this file needs.
    remove_if_there(&aside)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if private {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut writer = options.open(&aside).map_err(LedgerError::io(&aside))?;
    writer.write_all(&file.bytes).and_then(|()| writer.sync_all()).map_err(LedgerError::io(&aside))?;
    fs::rename(&aside, &path).map_err(LedgerError::io(&path))
}

/// Removes a file; that there is none is no error.
///
/// # Errors
/// [`LedgerError::Io`].
pub fn remove_if_there(path: &Path) -> Result<(), LedgerError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(LedgerError::io(path)(error)),
        _ => Ok(()),
    }
}

/// Makes sure that the names in a folder are on the disk.
///
/// # Errors
/// [`LedgerError::Io`].
pub fn sync_folder(folder: &Path) -> Result<(), LedgerError> {
    File::open(folder).and_then(|file| file.sync_all()).map_err(LedgerError::io(folder))
}
