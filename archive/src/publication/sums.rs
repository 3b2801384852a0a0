//! `SHA256SUMS`: the hash of every file of a publication, as `sha256sum -c` reads it.
//!
//! Head and tiles of the ledger are left out: the ledger records the hash of the list, and vouches for itself. What
//! witnesses cosigned is listed, since a reader who knows no witness could not tell that it was changed.

use super::SUMS_FILE;
use super::files::{Sum, list};
use crate::hash::{read_small_file, sha256_file};
use crate::ledger::{COSIGNED_FILE, LEDGER_FOLDER};
use crate::{ArchiveError, folder::sync};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path};

/// Longest list that is read.
pub const SUMS_BYTES_MAX: u64 = 64 << 20;

/// Hash by path.
pub(super) type Sums = BTreeMap<String, String>;

/// Writes the list over everything below a folder but head and tiles of its ledger, with every file safely on the disk;
/// answers the list and the size of what it lists, in bytes.
///
/// # Errors
/// [`ArchiveError`] when the disk refuses.
pub fn write_sums(folder: &Path) -> Result<(Vec<u8>, u64), ArchiveError> {
    write(folder, &BTreeMap::new())
}

/// The same where some hashes are known.
pub(super) fn write(folder: &Path, known: &BTreeMap<String, Sum>) -> Result<(Vec<u8>, u64), ArchiveError> {
    let mut text = String::new();
    let mut size = 0;
    for path in listed(folder)? {
        let file = folder.join(&path);
        sync(&file)?;
        let (sha256, bytes) = known.get(&path).cloned().map_or_else(|| sha256_file(&file), Ok)?;
        size += bytes;
        text += &format!("{sha256}  {path}\n");
    }
    let path = folder.join(SUMS_FILE);
    fs::write(&path, &text).map_err(ArchiveError::io(&path))?;
    Ok((text.into_bytes(), size))
}

/// Files below a folder that a list has to know, in order.
pub(super) fn listed(folder: &Path) -> Result<Vec<String>, ArchiveError> {
    let mut files = Vec::new();
    list(folder, "", &mut files)?;
    let cosigned = format!("{LEDGER_FOLDER}/{COSIGNED_FILE}");
    files.retain(|path| path != SUMS_FILE && (path.split('/').next() != Some(LEDGER_FOLDER) || *path == cosigned));
    files.sort_unstable();
    Ok(files)
}

/// The bytes of a list.
pub(super) fn read_sums(folder: &Path) -> std::io::Result<Vec<u8>> {
    read_small_file(&folder.join(SUMS_FILE), SUMS_BYTES_MAX)
}

/// The paths of a list, which stay below the folder of the list.
///
/// # Errors
/// The line that is none, in words.
pub fn listed_paths(bytes: &[u8]) -> Result<Vec<String>, String> {
    Ok(parse(bytes)?.into_keys().collect())
}

/// Reads a list; every line is `HASH  PATH` and the paths are in order and stay below the folder.
pub(super) fn parse(bytes: &[u8]) -> Result<Sums, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    let mut sums = Sums::new();
    for (at, line) in (1..).zip(text.split_inclusive('\n')) {
        let parts = line.strip_suffix('\n').and_then(|line| line.split_once("  "));
        let (sha256, path) = parts
            .filter(|(sha256, path)| is_sum(sha256, path))
            .ok_or_else(|| format!("line {at} is no hash with a path"))?;
        if sums.last_key_value().is_some_and(|(last, _)| last.as_str() >= path) {
            return Err(format!("line {at} is not in order"));
        }
        sums.insert(path.to_owned(), sha256.to_owned());
    }
    Ok(sums)
}

fn is_sum(sha256: &str, path: &str) -> bool {
    let is_hash = sha256.len() == 64 && sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_hash && !path.is_empty() && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_it_was_written_or_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        for path in ["b", "a/c", "ledger/checkpoint", "ledger/cosigned"] {
            super::super::Files::new(folder.path()).write(path, path.as_bytes()).expect("written");
        }
        let (bytes, size) = write_sums(folder.path()).expect("listed");
        assert_eq!(size, 4 + 15);
        let sums = parse(&bytes).expect("read");
        assert_eq!(sums.keys().collect::<Vec<_>>(), ["a/c", "b", "ledger/cosigned"]);
        let hash = "0".repeat(64);
        for text in [
            format!("{hash}  /etc/passwd\n"),
            format!("{hash}  ../x\n"),
            format!("{hash} x\n"),
            format!("{hash}  b\n{hash}  a\n"),
            format!("{hash}  a"),
            "x  a\n".to_owned(),
        ] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
    }
}
