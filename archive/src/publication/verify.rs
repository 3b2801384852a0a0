//! Verifies what of a publication lies outside its ledger: the list of its files, each file, and what is withheld.

use super::sums::{Sums, listed, parse, read_sums};
use super::{INDICATORS_FOLDER, SUMS_FILE, WITHHELD_FILE, Withheld, is_publication};
use crate::hash::sha256_file;
use crate::ledger::{CHECKPOINT_FILE, COSIGNED_FILE, LEDGER_FOLDER};
use crate::ledger::{Entry, EntryKind, FindingKind as Kind, LedgerError, Report, Verification, content_of};
use std::collections::{BTreeSet, HashMap};
use std::path::Path;

/// SHA-256 of the files that were read so far, by path below the folder.
pub(crate) type Hashes = HashMap<String, String>;

/// What a publication says of itself, as far as its ledger vouches for it.
#[derive(Debug, Default)]
pub(crate) struct Published {
    /// What is withheld; nothing where the folder is no publication.
    pub(crate) withheld: Withheld,
    sums: Sums,
    /// The entry of the list.
    entry: Option<u64>,
    is_publication: bool,
}

impl Published {
    /// Reads list and withheld of a folder; an empty one where the folder is no publication.
    pub(crate) fn read(folder: &Path, verification: &mut Verification) -> Self {
        let mut published = Self::default();
        if !is_publication(folder) {
            return published;
        }
        published.is_publication = true;
        let Verification { report, entries, .. } = verification;
        match read_sums(folder) {
            Err(error) => report.find(Kind::FileChanged, None, SUMS_FILE, error),
            Ok(bytes) => published.take_sums(&bytes, entries, report),
        }
        published.take_withheld(folder, report);
        published
    }

    fn take_sums(&mut self, bytes: &[u8], entries: &[Option<Entry>], report: &mut Report) {
        report.files += 1;
        let content = content_of(bytes);
        self.entry = find(entries, |entry| entry.kind == EntryKind::Publication && entry.content == content);
        if self.entry.is_none() {
            let detail = "the ledger records no publication with this list of files: the list was changed, or belongs to another";
            report.find(Kind::PublicationUnrecorded, last_publication(entries), SUMS_FILE, detail);
        }
        match parse(bytes) {
            Ok(sums) => self.sums = sums,
            Err(error) => report.find(Kind::FileChanged, self.entry, SUMS_FILE, error),
        }
    }

    /// A list of what is withheld excuses something only when it is the one that was published.
    fn take_withheld(&mut self, folder: &Path, report: &mut Report) {
        let is_listed = self.entry.is_some()
            && sha256_file(&folder.join(WITHHELD_FILE))
                .is_ok_and(|(sha256, _)| self.sums.get(WITHHELD_FILE) == Some(&sha256));
        if !is_listed {
            let detail = if folder.join(WITHHELD_FILE).exists() {
                "it is not the list that was published, so nothing counts as withheld and what is withheld is told as missing: restore it from a copy, or publish again"
            } else {
                "it is not here, so nothing counts as withheld and what is withheld is told as missing: restore it from a copy, or publish again"
            };
            // Without an entry it stands first, since others follow from it.
            return report.find(Kind::FileChanged, None, WITHHELD_FILE, detail);
        }
        match Withheld::read(folder) {
            Ok(withheld) => self.withheld = withheld,
            Err(error) => report.find(Kind::FileChanged, self.entry, WITHHELD_FILE, error),
        }
    }

    /// True for a file that a publication holds beside those of a manifest.
    pub(crate) fn lists(&self, path: &str) -> bool {
        self.sums.contains_key(path)
    }

    /// Compares every file with the list, and names those that no list knows.
    pub(crate) fn check_files(
        &self,
        folder: &Path,
        entries: &[Option<Entry>],
        hashes: &Hashes,
        report: &mut Report,
    ) -> Result<(), LedgerError> {
        if !self.is_publication {
            return Ok(());
        }
        let told: BTreeSet<String> = report.findings.iter().map(|finding| finding.path.clone()).collect();
        for (path, expected) in self.sums.iter().filter(|(path, _)| !told.contains(*path)) {
            report.files += 1;
            let known = hashes.get(path).cloned();
            let detail = match known.map_or_else(|| sha256_file(&folder.join(path)).map(|(sha256, _)| sha256), Ok) {
                Err(error) => error.to_string(),
                Ok(sha256) if sha256 != *expected => format!("its SHA-256 is {sha256} and should be {expected}"),
                Ok(_) => continue,
            };
            report.find(Kind::FileChanged, entry_of(entries, path).or(self.entry), path, detail);
        }
        let present = listed(folder).map_err(LedgerError::refused)?;
        for path in present.iter().filter(|path| !self.sums.contains_key(*path) && !told.contains(*path)) {
            report.find(
                Kind::FileChanged,
                entry_of(entries, path),
                path,
                "no list of this publication knows it: remove it",
            );
        }
        self.check_ledger_folder(folder, report)?;
        self.check_withheld(folder, report);
        Ok(())
    }

    fn check_ledger_folder(&self, folder: &Path, report: &mut Report) -> Result<(), LedgerError> {
        let mut files = Vec::new();
        super::files::list(folder, LEDGER_FOLDER, &mut files).map_err(LedgerError::refused)?;
        files.sort_unstable();
        for path in files {
            let below = path.strip_prefix(LEDGER_FOLDER).and_then(|rest| rest.strip_prefix('/')).unwrap_or_default();
            // Verifying the log names what is wrong among the tiles.
            if ![CHECKPOINT_FILE, COSIGNED_FILE].contains(&below) && !below.starts_with("tile/") {
                report.find(Kind::FileChanged, None, path, "it is no file of a ledger: remove it");
            }
        }
        Ok(())
    }

    fn check_withheld(&self, folder: &Path, report: &mut Report) {
        for held in &self.withheld.withheld {
            if folder.join(&held.path).exists() {
                report.find(
                    Kind::FileChanged,
                    self.entry,
                    &held.path,
                    format!("it is withheld ({}) and here all the same: remove it", held.reason),
                );
            }
        }
        report.withheld = self.withheld.withheld.clone();
    }
}

fn find(entries: &[Option<Entry>], is_it: impl Fn(&Entry) -> bool) -> Option<u64> {
    let at = entries.iter().rposition(|entry| entry.as_ref().is_some_and(&is_it))?;
    u64::try_from(at).ok()
}

fn last_publication(entries: &[Option<Entry>]) -> Option<u64> {
    find(entries, |entry| entry.kind == EntryKind::Publication)
}

/// The entry that a file of a publication belongs to.
fn entry_of(entries: &[Option<Entry>], path: &str) -> Option<u64> {
    let mut parts = path.split('/');
    let (kind, name, edition) = (parts.next()?, parts.next()?, parts.next()?);
    let kind = match kind {
        "datasets" => EntryKind::Edition,
        INDICATORS_FOLDER => EntryKind::Indicator,
        _ => return None,
    };
    let edition = if kind == EntryKind::Indicator { edition.rsplit_once('.')?.0 } else { edition };
    find(entries, |entry| entry.kind == kind && entry.name == name && entry.edition == edition)
}

/// Compares the indicators that the log records with their files.
pub(crate) fn check_indicators(
    folder: &Path,
    verification: &mut Verification,
    published: &Published,
    hashes: &mut Hashes,
) {
    let Verification { report, entries, .. } = verification;
    let numbered = (0..).zip(entries).filter_map(|(index, entry)| Some((index, entry.as_ref()?)));
    for (index, entry) in numbered.filter(|(_, entry)| entry.kind == EntryKind::Indicator) {
        let path = format!("{INDICATORS_FOLDER}/{}/{}.json", entry.name, entry.edition);
        let file = folder.join(&path);
        if !file.is_file() {
            if published.withheld.reason(&path).is_none() {
                let detail = format!("{} {} is not on disk", entry.name, entry.edition);
                report.find(Kind::IndicatorMissing, Some(index), path, detail);
            }
            continue;
        }
        report.files += 1;
        match sha256_file(&file) {
            Ok((sha256, _)) if entry.content == format!("sha256:{sha256}") => {
                hashes.insert(path, sha256);
            }
            Ok((sha256, _)) => report.find(
                Kind::IndicatorChanged,
                Some(index),
                path,
                format!("its SHA-256 is {sha256} and the ledger has {}", entry.content),
            ),
            Err(error) => report.find(Kind::IndicatorChanged, Some(index), path, error),
        }
    }
}
