//! Compares the entries of a log with the editions and layers on disk, both ways.

use super::entry::{Entry, EntryKind};
use super::findings::{FindingKind as Kind, Report};
use super::seal::{Draft, published as folders_of};
use super::{BuiltIn, LedgerError, Verification};
use crate::COUNTS_FILE;
use crate::check::{Damage, check_folder};
use crate::folder::read_manifest;
use crate::publication::{Hashes, Published, check_rows};
use serde::Deserialize;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use tequio_kernel::Manifest;
use tequio_kernel::edition::StoredFile;
use tequio_kernel::place::REFERENCE_LAYERS;

type Key = (EntryKind, String, String);

/// Adds to a verification what the folder shows; answers the hashes of the files that were read for it.
pub(super) fn compare(
    folder: &Path,
    verification: &mut Verification,
    built_in: &[BuiltIn],
    published: &Published,
) -> Result<Hashes, LedgerError> {
    let refused = |error: crate::ArchiveError| LedgerError::refused(error);
    let on_disk: HashMap<Key, PathBuf> = folders_of(folder)
        .map_err(refused)?
        .into_iter()
        .map(|(kind, name, edition, path)| ((kind, name, edition), path))
        .collect();
    let recorded: HashMap<Key, u64> =
        numbered(&verification.entries).map(|(index, entry)| (key(entry), index)).collect();
    let Verification { report, entries, .. } = verification;
    for (index, entry) in numbered(entries) {
        match on_disk.get(&key(entry)) {
            Some(path) => compare_one(folder, path, index, entry, report),
            None if has_folder(entry) => {
                let path = relative(folder, &folder_of(folder, entry));
                if published.withheld.reason(&path).is_some() {
                    continue;
                }
                report.find(
                    Kind::EditionMissing,
                    Some(index),
                    path,
                    format!("{} {} is not on disk", entry.name, entry.edition),
                );
            }
            None => {}
        }
    }
    let mut unrecorded: Vec<_> = on_disk.iter().filter(|(key, _)| !recorded.contains_key(*key)).collect();
    unrecorded.sort();
    for ((kind, name, edition), path) in unrecorded {
        if report.pending.as_deref() != Some(format!("{kind} {name} {edition}").as_str()) {
            report.find(Kind::EditionUnrecorded, None, relative(folder, path), "it is on disk and not in the ledger");
        }
    }
    let hashes = compare_files(folder, &on_disk, &recorded, published, report)?;
    compare_built_in(entries, built_in, report);
    Ok(hashes)
}

fn numbered(entries: &[Option<Entry>]) -> impl Iterator<Item = (u64, &Entry)> {
    (0..).zip(entries).filter_map(|(index, entry)| Some((index, entry.as_ref()?)))
}

fn key(entry: &Entry) -> Key {
    (entry.kind, entry.name.clone(), entry.edition.clone())
}

/// The reference layers live inside the program.
fn has_folder(entry: &Entry) -> bool {
    match entry.kind {
        EntryKind::Edition => true,
        EntryKind::Layer => !REFERENCE_LAYERS.contains(&entry.name.as_str()),
        _ => false,
    }
}

fn folder_of(folder: &Path, entry: &Entry) -> PathBuf {
    let below = if entry.kind == EntryKind::Layer { "layers" } else { "datasets" };
    folder.join(below).join(&entry.name).join(&entry.edition)
}

fn relative(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).display().to_string()
}

fn compare_one(folder: &Path, path: &Path, index: u64, entry: &Entry, report: &mut Report) {
    let shown = relative(folder, path);
    let draft = match Draft::of_folder(entry.kind, &entry.name, &entry.edition, path) {
        Ok(draft) => draft.into_entry(&entry.recorded),
        Err(error) => return report.find(Kind::EditionChanged, Some(index), shown, error),
    };
    let differing = [
        ("manifest", draft.content != entry.content),
        ("date of publication", draft.published != entry.published),
        ("edition that it supersedes", draft.supersedes != entry.supersedes),
        ("root over its rows", draft.rows_root != entry.rows_root),
    ];
    let differing: Vec<&str> = differing.into_iter().filter(|(_, differs)| *differs).map(|(what, _)| what).collect();
    if !differing.is_empty() {
        let detail = format!("not as recorded: its {}", differing.join(", its "));
        report.find(Kind::EditionChanged, Some(index), shown, detail);
    }
}

/// Compares every file with its manifest, which the entry vouches for, and names files that no manifest knows.
fn compare_files(
    folder: &Path,
    on_disk: &HashMap<Key, PathBuf>,
    recorded: &HashMap<Key, u64>,
    published: &Published,
    report: &mut Report,
) -> Result<Hashes, LedgerError> {
    let mut hashes = Hashes::new();
    let mut folders: Vec<(&PathBuf, EntryKind, Option<u64>)> =
        on_disk.iter().map(|(key, path)| (path, key.0, recorded.get(key).copied())).collect();
    folders.sort();
    for (path, kind, index) in folders {
        let shown = relative(folder, path);
        let is_held = |file: &str| published.withheld.holds_back(&shown, file);
        let checkup = check_folder(path, kind == EntryKind::Layer, &is_held);
        report.files += checkup.files;
        hashes.extend(checkup.hashes.into_iter().map(|(path, sha256)| (relative(folder, &path), sha256)));
        // A damaged file is not opened.
        let is_sound = |damage: &Damage| damage.path != **path && damage.path != path.join(COUNTS_FILE);
        if kind == EntryKind::Edition && checkup.damages.iter().all(is_sound) {
            compare_rows(folder, path, index, report);
        }
        for Damage { path, detail } in checkup.damages {
            report.find(Kind::FileChanged, index, relative(folder, &path), detail);
        }
        // A manifest that cannot be read is told already.
        let Ok(Files { files }) = read_manifest(path) else { continue };
        let strays = strays(path, &files)?;
        for stray in strays.into_iter().filter(|stray| !published.lists(&relative(folder, stray))) {
            report.find(
                Kind::FileChanged,
                index,
                relative(folder, &stray),
                "the manifest knows no such file: remove it",
            );
        }
    }
    Ok(hashes)
}

/// Leads the rows of an edition of counts to their root. A manifest that cannot be read is told already.
fn compare_rows(folder: &Path, path: &Path, index: Option<u64>, report: &mut Report) {
    let Ok(manifest) = read_manifest::<Manifest>(path) else { return };
    let wrong = check_rows(path, &manifest);
    report.editions += u64::from(manifest.counts.is_some() && wrong.is_empty());
    for (path, detail) in wrong {
        report.find(Kind::RowsChanged, index, relative(folder, &path), detail);
    }
}

/// The part of a manifest that both kinds have.
#[derive(Deserialize)]
struct Files {
    files: Vec<StoredFile>,
}

fn strays(folder: &Path, stored: &[StoredFile]) -> Result<Vec<PathBuf>, LedgerError> {
    let (mut open, mut strays) = (vec![folder.to_owned()], Vec::new());
    while let Some(current) = open.pop() {
        for found in fs::read_dir(&current).map_err(LedgerError::io(&current))? {
            let path = found.map_err(LedgerError::io(&current))?.path();
            let below = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
            if path.is_dir() {
                open.push(path);
            } else if below != crate::MANIFEST_FILE && !stored.iter().any(|file| file.path == below) {
                strays.push(path);
            }
        }
    }
    strays.sort();
    Ok(strays)
}

/// What is inside this program has the content that the log last recorded for it.
fn compare_built_in(entries: &[Option<Entry>], built_in: &[BuiltIn], report: &mut Report) {
    for inside in built_in {
        let same = |entry: &Entry| (&entry.name, &entry.edition) == (&inside.name, &inside.edition);
        let kinds = |entry: &Entry| entry.kind == inside.kind || entry.kind == EntryKind::Correction;
        let last = numbered(entries).filter(|(_, entry)| same(entry) && kinds(entry)).last();
        match last {
            Some((index, entry)) if entry.content != format!("sha256:{}", inside.sha256) => {
                let detail = format!(
                    "{} {} {} inside this program has another content",
                    inside.kind, inside.name, inside.edition
                );
                report.find(Kind::EditionChanged, Some(index), "", detail);
            }
            Some(_) => {}
            None => report
                .notes
                .push(format!("{} {} {} is newer than the ledger", inside.kind, inside.name, inside.edition)),
        }
    }
}
