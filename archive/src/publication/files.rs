//! Files of a publication: written, copied, listed.

use crate::ArchiveError;
use crate::ledger::{CHECKPOINT_FILE, LEDGER_FOLDER, Ledger, tile_paths};
use std::fs;
use std::path::Path;

/// Deepest folder of a publication; tiles of a log of 2^53 entries need nine.
const DEPTH_MAX: usize = 14;

/// Writes a file below a folder, with the folders above it.
///
/// # Errors
/// [`ArchiveError::Io`].
pub fn write_file(folder: &Path, below: &str, bytes: &[u8]) -> Result<(), ArchiveError> {
    let path = folder.join(below);
    make_parent(&path)?;
    fs::write(&path, bytes).map_err(ArchiveError::io(&path))
}

/// Copies a file below a folder, byte for byte.
///
/// # Errors
/// [`ArchiveError::Io`].
pub fn copy_file(from: &Path, folder: &Path, below: &str) -> Result<(), ArchiveError> {
    let path = folder.join(below);
    make_parent(&path)?;
    let mut source = fs::File::open(from).map_err(ArchiveError::io(from))?;
    let mut target = fs::File::create(&path).map_err(ArchiveError::io(&path))?;
    // Not `fs::copy`: a published file has the rights of a new one, whatever the archive's are.
    std::io::copy(&mut source, &mut target).map_err(ArchiveError::io(&path))?;
    Ok(())
}

/// Copies the head of a ledger and the tiles that it needs; those of its earlier sizes are parts of these.
///
/// # Errors
/// [`ArchiveError`].
pub fn copy_ledger(ledger: &Path, folder: &Path) -> Result<(), ArchiveError> {
    let size = Ledger::open_folder(ledger)?.size();
    let mut files = tile_paths(size).chain([CHECKPOINT_FILE.to_owned()]);
    files.try_for_each(|file| copy_file(&ledger.join(&file), folder, &format!("{LEDGER_FOLDER}/{file}")))
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
