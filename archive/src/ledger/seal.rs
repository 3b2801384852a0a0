//! How what is published comes into the ledger, under the same lock.
//!
//! The entry is written to `pending`, the edition is moved into place by its rename, the entry is appended, `pending`
//! is removed. Whoever takes the lock next records whatever exists without an entry, be it from an interrupted writer
//! or from a time before the ledger: so a kill at any moment leaves the state before or after.

use super::append::append;
use super::disk::{NewFile, remove_if_there, replace};
use super::entry::{Entry, EntryKind, content_of, seconds};
use super::merkle::TreeHash;
use super::note::{PublicKey, SecretKey};
use super::rows::{ROWS_FILE, RowsTree};
use super::{KEYS_FOLDER, KeyFolder, LEDGER_FOLDER, Ledger, LedgerError, PENDING_FILE, SeedSource};
use crate::folder::{MANIFEST_BYTES_MAX, folders};
use crate::hash::read_small_file;
use crate::{ArchiveError, DataFolder, MANIFEST_FILE};
use serde_json::Value;
use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Something inside the program that the ledger records too: a layer or a classification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// What it is.
    pub kind: EntryKind,
    /// Its name.
    pub name: String,
    /// Its edition.
    pub edition: String,
    /// SHA-256 of its content, lower-case hexadecimal.
    pub sha256: String,
}

/// What a writer needs to record: the clock, randomness and a name, none of which is read below `cli`.
pub struct Seal {
    /// Now, RFC 3339 in UTC to the second.
    pub now: Box<dyn Fn() -> String + Send + Sync>,
    /// 32 random bytes, asked for only when a key has to be made.
    pub seed: Box<SeedSource>,
    /// Name of the log, for the day it begins; one is made from the key when `None`.
    pub origin: Option<String>,
    /// Who writes, for the one who is kept waiting: the command and the process.
    pub writer: String,
    /// What is inside the program, asked for when something is written.
    pub built_in: fn() -> Vec<BuiltIn>,
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seal").field("origin", &self.origin).field("writer", &self.writer).finish_non_exhaustive()
    }
}

/// An entry that is not recorded yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Draft {
    kind: EntryKind,
    name: String,
    edition: String,
    content: String,
    rows_root: Option<TreeHash>,
    published: Option<String>,
    supersedes: Option<String>,
    sequence: u64,
}

impl Draft {
    /// What is to be recorded of an edition or a layer, from the manifest in a folder.
    ///
    /// # Errors
    /// [`LedgerError`] when the manifest cannot be read.
    pub(crate) fn of_folder(kind: EntryKind, name: &str, edition: &str, folder: &Path) -> Result<Self, LedgerError> {
        let path = folder.join(MANIFEST_FILE);
        let bytes = read_small_file(&path, MANIFEST_BYTES_MAX).map_err(LedgerError::io(&path))?;
        let manifest: Value = serde_json::from_slice(&bytes).map_err(|error| LedgerError::damaged(&path, error))?;
        let text = |field: &str| manifest.get(field).and_then(Value::as_str).map(str::to_owned);
        let rows = folder.join(ROWS_FILE);
        Ok(Self {
            kind,
            name: name.to_owned(),
            edition: edition.to_owned(),
            content: content_of(&bytes),
            rows_root: if rows.exists() { Some(RowsTree::read(&rows)?.root()?) } else { None },
            published: text("published").or_else(|| text("imported_at")).or_else(|| text("added_at")),
            supersedes: text("supersedes"),
            sequence: manifest.get("sequence").and_then(Value::as_u64).unwrap_or_default(),
        })
    }

    fn of_built_in(built_in: BuiltIn) -> Self {
        Self {
            kind: built_in.kind,
            name: built_in.name,
            edition: built_in.edition,
            content: format!("sha256:{}", built_in.sha256),
            rows_root: None,
            published: None,
            supersedes: None,
            sequence: 0,
        }
    }

    pub(super) fn into_entry(self, recorded: &str) -> Entry {
        Entry {
            kind: self.kind,
            name: self.name,
            edition: self.edition,
            content: self.content,
            rows_root: self.rows_root,
            published: self.published,
            recorded: recorded.to_owned(),
            supersedes: self.supersedes,
            key: None,
            signature: None,
        }
    }
}

/// What is on disk, as `(kind, name, edition, folder)`.
pub(super) fn published(root: &Path) -> Result<Vec<(EntryKind, String, String, PathBuf)>, ArchiveError> {
    let mut found = Vec::new();
    for (kind, below) in [(EntryKind::Layer, "layers"), (EntryKind::Edition, "datasets")] {
        let below = root.join(below);
        for name in folders(&below)? {
            for edition in folders(&below.join(&name))? {
                let folder = below.join(&name).join(&edition);
                found.push((kind, name.clone(), edition, folder));
            }
        }
    }
    Ok(found)
}

/// The one who records, as long as the lock is held.
#[derive(Debug)]
pub(crate) struct Scribe {
    seal: Arc<Seal>,
    folder: PathBuf,
    keys: KeyFolder,
    key: SecretKey,
}

impl Scribe {
    /// Begins the log if there is none, and records what exists without an entry.
    pub(crate) fn begin(data: &DataFolder, seal: Arc<Seal>) -> Result<Self, ArchiveError> {
        let folder = data.root().join(LEDGER_FOLDER);
        let keys = KeyFolder::new(data.root().join(KEYS_FOLDER));
        let ledger = open(data)?;
        let key = the_key(&keys, &seal, ledger.as_ref())?;
        let mut scribe = Self { seal, folder, keys, key };
        scribe.settle_key(ledger.as_ref())?;
        scribe.check_clock(ledger.as_ref())?;
        scribe.record_missing(data, ledger.as_ref())?;
        remove_if_there(&scribe.folder.join(PENDING_FILE))?;
        Ok(scribe)
    }

    /// Finishes or drops a change of keys that was interrupted: the checkpoint says which key signs.
    fn settle_key(&mut self, ledger: Option<&Ledger>) -> Result<(), LedgerError> {
        let Some(ledger) = ledger else { return Ok(()) };
        if let Some(next) = self.keys.next_key()? {
            if ledger.checkpoint().signed_by(next.public())?.is_some() {
                self.keys.hand_over()?;
                self.key = next;
            } else {
                self.keys.drop_next_key()?;
            }
        }
        if ledger.checkpoint().signed_by(self.key.public())?.is_none() {
            let detail = format!(
                "it is not the key that signed the ledger's checkpoint of {}: restore keys/ and ledger/ from the same copy",
                ledger.checkpoint().origin
            );
            return Err(LedgerError::key(&self.folder, detail));
        }
        Ok(())
    }

    /// An entry is never back-dated, so a clock that is behind refuses before anything is published.
    fn check_clock(&self, ledger: Option<&Ledger>) -> Result<(), LedgerError> {
        let now = (self.seal.now)();
        if seconds(&now).is_none() {
            return Err(LedgerError::Entry(format!("the time `{now}` is not written YYYY-MM-DDTHH:MM:SSZ")));
        }
        match ledger.map(last_recorded).transpose()? {
            Some(last) if last > now => Err(LedgerError::Clock { now, last }),
            _ => Ok(()),
        }
    }

    fn record_missing(&self, data: &DataFolder, ledger: Option<&Ledger>) -> Result<(), ArchiveError> {
        let known = Known::read(ledger)?;
        let mut drafts = known.new_built_in((self.seal.built_in)());
        let mut adopted = Vec::new();
        for (kind, name, edition, folder) in published(data.root())? {
            if !known.holds(kind, &name, &edition) {
                // A damaged manifest keeps nobody from writing; verifying names it.
                adopted.extend(Draft::of_folder(kind, &name, &edition, &folder).ok());
            }
        }
        adopted.sort_by(|a, b| (&a.published, a.sequence, &a.name).cmp(&(&b.published, b.sequence, &b.name)));
        drafts.extend(adopted);
        self.append(ledger, drafts)
    }

    fn append(&self, ledger: Option<&Ledger>, drafts: Vec<Draft>) -> Result<(), ArchiveError> {
        if drafts.is_empty() && ledger.is_some() {
            return Ok(());
        }
        let now = self.now_after(ledger)?;
        let first = ledger.is_none().then(|| Entry::of_first_key(self.key.public(), &now));
        let entries = first.into_iter().chain(drafts.into_iter().map(|draft| draft.into_entry(&now)));
        let leaves = entries.map(|entry| entry.to_bytes()).collect::<Result<Vec<_>, _>>()?;
        append(&self.folder, ledger.map_or(0, Ledger::size), &leaves, &self.key)?;
        Ok(())
    }

    /// Now, or the time of the last entry when the clock was set back since the lock was taken.
    fn now_after(&self, ledger: Option<&Ledger>) -> Result<String, LedgerError> {
        let now = (self.seal.now)();
        Ok(ledger.map(last_recorded).transpose()?.map_or(now.clone(), |last| last.max(now)))
    }

    /// Says what is about to exist.
    pub(crate) fn announce(&self, draft: &Draft) -> Result<(), LedgerError> {
        let bytes = draft.clone().into_entry(&(self.seal.now)()).to_bytes()?;
        replace(&self.folder, &NewFile { path: PENDING_FILE.to_owned(), bytes }, false)
    }

    /// Records what exists now.
    pub(crate) fn record(&self, data: &DataFolder, draft: Draft) -> Result<(), ArchiveError> {
        let ledger = open(data)?;
        self.append(ledger.as_ref(), vec![draft])?;
        Ok(remove_if_there(&self.folder.join(PENDING_FILE))?)
    }

    /// Records entries of kinds that have no folder: indicators, corrections, classifications.
    pub(crate) fn record_entries(&self, data: &DataFolder, entries: Vec<Entry>) -> Result<u64, ArchiveError> {
        let ledger = Ledger::open(data)?;
        let now = self.now_after(Some(&ledger))?;
        let leaves = entries.into_iter().map(|entry| Entry { recorded: now.clone(), ..entry }.to_bytes());
        append(&self.folder, ledger.size(), &leaves.collect::<Result<Vec<_>, _>>()?, &self.key)?;
        Ok(ledger.size())
    }

    /// Hands the log over to a new key, which signs from this entry on.
    pub(crate) fn rotate(&mut self, data: &DataFolder) -> Result<(), LedgerError> {
        let ledger = Ledger::open(data)?;
        let next = self.keys.make_next_key(&self.key, &*self.seal.seed)?;
        let now = self.now_after(Some(&ledger))?;
        let entry = Entry::of_next_key(next.public(), &self.key, &now)?;
        append(&self.folder, ledger.size(), &[entry.to_bytes()?], &next)?;
        self.keys.hand_over()?;
        self.key = next;
        Ok(())
    }
}

impl DataFolder {
    /// The public key of the log, from its key file.
    ///
    /// # Errors
    /// [`LedgerError::Key`] when the file is missing or others can read it.
    pub fn log_key(&self) -> Result<PublicKey, LedgerError> {
        Ok(KeyFolder::new(self.root().join(KEYS_FOLDER)).log_key()?.public().clone())
    }
}

fn open(data: &DataFolder) -> Result<Option<Ledger>, LedgerError> {
    match Ledger::open(data) {
        Err(LedgerError::Absent(_)) => Ok(None),
        opened => opened.map(Some),
    }
}

/// The key of the log; it is made only where no log exists yet.
fn the_key(keys: &KeyFolder, seal: &Seal, ledger: Option<&Ledger>) -> Result<SecretKey, LedgerError> {
    let key = if ledger.is_some() || keys.has_log_key() {
        keys.log_key()?
    } else {
        keys.make_log_key(seal.origin.as_deref(), &*seal.seed)?
    };
    match &seal.origin {
        Some(origin) if origin != key.public().name() => Err(LedgerError::refused(format!(
            "this log is called `{}` and a log keeps its name: leave `{origin}` out",
            key.public().name()
        ))),
        _ => Ok(key),
    }
}

fn last_recorded(ledger: &Ledger) -> Result<String, LedgerError> {
    Ok(ledger.entry(ledger.size().saturating_sub(1))?.recorded)
}

/// What the log holds already.
struct Known(HashMap<(EntryKind, String, String), String>);

impl Known {
    fn read(ledger: Option<&Ledger>) -> Result<Self, LedgerError> {
        let entries = ledger.into_iter().flat_map(Ledger::entries);
        let contents = entries.map(|entry| entry.map(|e| ((e.kind, e.name, e.edition), e.content)));
        Ok(Self(contents.collect::<Result<_, _>>()?))
    }

    fn holds(&self, kind: EntryKind, name: &str, edition: &str) -> bool {
        self.0.contains_key(&(kind, name.to_owned(), edition.to_owned()))
    }

    /// What the program holds and the log does not; another content under the same edition is a correction.
    fn new_built_in(&self, built_in: Vec<BuiltIn>) -> Vec<Draft> {
        let mut drafts = Vec::new();
        for draft in built_in.into_iter().map(Draft::of_built_in) {
            let key = |kind| (kind, draft.name.clone(), draft.edition.clone());
            let corrected = self.0.get(&key(EntryKind::Correction));
            match corrected.or_else(|| self.0.get(&key(draft.kind))) {
                Some(content) if *content == draft.content => {}
                Some(content) => {
                    drafts.push(Draft { kind: EntryKind::Correction, supersedes: Some(content.clone()), ..draft })
                }
                None => drafts.push(draft),
            }
        }
        drafts
    }
}
