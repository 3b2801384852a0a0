//! A witness: it keeps the last checkpoint that it saw of each log and cosigns only what continues it (C2SP
//! tlog-cosignature v1), so that a log cannot show different histories to different people.

use super::disk::{NewFile, replace};
use super::keys::{read_key, write_key};
use super::merkle::is_consistent;
use super::note::{KeyType, PublicKey, SecretKey, check_key_name};
use super::{
    COSIGNED_FILE, Checkpoint, KEYS_FOLDER, LEDGER_FOLDER, Ledger, LedgerError, SeedSource, TreeHash, Trust,
    WITNESSES_FILE, read_checkpoint,
};
use crate::hash::read_small_file;
use crate::{DataFolder, Lock};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// The key of the witness, below its folder.
const WITNESS_KEY: &str = "witness.key";
/// The last checkpoint of a log, below the folder of the log.
const SEEN_FILE: &str = "checkpoint";
/// The key of a log, below the folder of the log.
const LOG_KEY_FILE: &str = "key";
const WITNESSES_BYTES_MAX: u64 = 64 << 10;

/// A witness: its key, and what it has seen.
#[derive(Debug)]
pub struct Witness {
    folder: PathBuf,
    key: SecretKey,
    _lock: File,
}

impl Witness {
    /// Opens the witness in a folder; its key is made at the first opening, under the name given then.
    ///
    /// # Errors
    /// [`LedgerError`] when another process is the witness just now, the key cannot be read, or no name was given yet.
    pub fn open(folder: &Path, name: Option<&str>, seed: &SeedSource) -> Result<Self, LedgerError> {
        let path = folder.join(WITNESS_KEY);
        let key = if path.exists() { read_key(&path)? } else { make_key(folder, name, seed)? };
        if let Some(name) = name.filter(|name| *name != key.public().name()) {
            let detail =
                format!("this witness is called `{}` and keeps its name: leave `{name}` out", key.public().name());
            return Err(LedgerError::refused(detail));
        }
        let path = folder.join("lock");
        let lock = File::create(&path).map_err(LedgerError::io(&path))?;
        lock.try_lock()
            .map_err(|_| LedgerError::refused("another process is signing as this witness: wait until it ends"))?;
        Ok(Self { folder: folder.to_owned(), key, _lock: lock })
    }

    /// Its public key, to be told to the logs and their readers.
    pub fn public(&self) -> &PublicKey {
        self.key.public()
    }

    fn folder_of(&self, origin: &str) -> PathBuf {
        let name: String = Sha256::digest(origin).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        self.folder.join("seen").join(name)
    }

    /// The last checkpoint that it cosigned of a log.
    ///
    /// # Errors
    /// [`LedgerError`] when it cannot be read.
    pub fn seen(&self, origin: &str) -> Result<Option<Checkpoint>, LedgerError> {
        read_checkpoint(&self.folder_of(origin).join(SEEN_FILE))
    }

    /// The key of a log as it was when its last checkpoint was cosigned.
    ///
    /// # Errors
    /// [`LedgerError`] when it cannot be read.
    pub fn log_key(&self, origin: &str) -> Result<Option<PublicKey>, LedgerError> {
        let path = self.folder_of(origin).join(LOG_KEY_FILE);
        match read_small_file(&path, 4_096) {
            Ok(bytes) => PublicKey::parse(String::from_utf8_lossy(&bytes).trim_end()).map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(LedgerError::io(&path)(error)),
        }
    }

    /// Cosigns a checkpoint: it has to be signed by the log, and `proof` has to show that it continues the last one
    /// that was seen. What was seen is on the disk before the signature is given away.
    ///
    /// # Errors
    /// [`LedgerError::Refused`] for a foreign signature, a rollback or a fork; [`LedgerError`] when the disk refuses.
    pub fn cosign(
        &self,
        checkpoint: &Checkpoint,
        log_key: &PublicKey,
        proof: &[TreeHash],
        time: u64,
    ) -> Result<Checkpoint, LedgerError> {
        Trust::in_key(log_key.clone()).check_log(checkpoint)?;
        if let Some(seen) = self.seen(&checkpoint.origin)? {
            refuse_fork(&seen, checkpoint, proof)?;
        }
        let mut cosigned = checkpoint.clone();
        cosigned.cosign(&self.key, time);
        let folder = self.folder_of(&checkpoint.origin);
        fs::create_dir_all(&folder).map_err(LedgerError::io(&folder))?;
        let key = NewFile { path: LOG_KEY_FILE.to_owned(), bytes: format!("{log_key}\n").into_bytes() };
        replace(&folder, &key, false)?;
        let seen = NewFile { path: SEEN_FILE.to_owned(), bytes: cosigned.to_text().into_bytes() };
        replace(&folder, &seen, false)?;
        super::disk::sync_folder(&self.folder.join("seen"))?;
        Ok(cosigned)
    }
}

fn make_key(folder: &Path, name: Option<&str>, seed: &SeedSource) -> Result<SecretKey, LedgerError> {
    let name = name.ok_or_else(|| {
        LedgerError::refused("this witness has no name yet: give it one with --name, such as witness.example.org")
    })?;
    check_key_name(name)?;
    let key = SecretKey::from_seed(name, KeyType::Witness, &seed().map_err(LedgerError::io(folder))?)?;
    write_key(folder, WITNESS_KEY, &key)?;
    Ok(key)
}

fn refuse_fork(seen: &Checkpoint, now: &Checkpoint, proof: &[TreeHash]) -> Result<(), LedgerError> {
    let (old, new) = (seen.tree, now.tree);
    if new.size < old.size {
        let detail = format!(
            "refused: `{}` shows {} entries and had {} when it was cosigned last: it was rolled back",
            now.origin, new.size, old.size
        );
        return Err(LedgerError::refused(detail));
    }
    if !is_consistent(old, new, proof) {
        let detail = format!(
            "refused: the log `{}` of {} entries does not continue the one of {} entries that was cosigned last: it forked, or the proof is not of these sizes",
            now.origin, new.size, old.size
        );
        return Err(LedgerError::refused(detail));
    }
    Ok(())
}

/// Reads the public keys of witnesses, one a line; none when there is no such file.
///
/// # Errors
/// [`LedgerError`] when a line is no key of a witness.
pub fn read_witnesses(path: &Path) -> Result<Vec<PublicKey>, LedgerError> {
    let bytes = match read_small_file(path, WITNESSES_BYTES_MAX) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.map_err(LedgerError::io(path))?,
    };
    let text = String::from_utf8(bytes).map_err(|error| LedgerError::damaged(path, error))?;
    text.lines().filter(|line| !line.trim().is_empty()).map(|line| PublicKey::parse(line.trim())).collect()
}

impl DataFolder {
    /// The witnesses that were made known to this log.
    ///
    /// # Errors
    /// As [`read_witnesses`].
    pub fn witnesses(&self) -> Result<Vec<PublicKey>, LedgerError> {
        read_witnesses(&self.root().join(KEYS_FOLDER).join(WITNESSES_FILE))
    }

    /// Makes a witness known; one that is known already changes nothing.
    ///
    /// # Errors
    /// [`LedgerError::Refused`] for a key of a log; [`LedgerError::Io`].
    pub fn add_witness(&self, _lock: &Lock, key: &PublicKey) -> Result<(), LedgerError> {
        if key.kind() != KeyType::Witness {
            return Err(LedgerError::refused(format!(
                "{} is the key of a log: a witness prints its own with `tequio witness sign`",
                key.name()
            )));
        }
        let mut known = self.witnesses()?;
        if !known.contains(key) {
            known.push(key.clone());
        }
        let text: String = known.iter().map(|key| format!("{key}\n")).collect();
        let file = NewFile { path: WITNESSES_FILE.to_owned(), bytes: text.into_bytes() };
        replace(&self.root().join(KEYS_FOLDER), &file, false)
    }

    /// Keeps the cosignatures of known witnesses on a checkpoint of this log; answers how many are kept in all.
    ///
    /// # Errors
    /// [`LedgerError::Refused`] when it is no checkpoint of this log, is older than the one that is kept, or no known
    /// witness signed it.
    pub fn add_cosignatures(&self, _lock: &Lock, cosigned: &Checkpoint) -> Result<usize, LedgerError> {
        let ledger = Ledger::open(self)?;
        let trust = Trust { keys: ledger.keys()?, witnesses: self.witnesses()?, quorum: 0 };
        trust.check_log(cosigned)?;
        if ledger.root(cosigned.tree.size)? != cosigned.tree.root {
            return Err(LedgerError::refused(
                "the checkpoint is not of this log's history: run `tequio verify --checkpoint` with it",
            ));
        }
        let mut kept = cosigned.clone();
        match ledger.cosigned() {
            Some(old) if old.tree.size > cosigned.tree.size => {
                return Err(LedgerError::refused(
                    "a newer checkpoint was cosigned already: ask the witness to sign again",
                ));
            }
            Some(old) if old.same_text(cosigned) => {
                trust.witnesses.iter().for_each(|key| kept.take_signatures(old, key))
            }
            _ => {}
        }
        let count = trust.count_witnesses(&kept)?;
        if count == 0 {
            return Err(LedgerError::refused(
                "no known witness signed it: make the witness known with `tequio witness add KEY`",
            ));
        }
        let file = NewFile { path: COSIGNED_FILE.to_owned(), bytes: kept.to_text().into_bytes() };
        replace(&self.root().join(LEDGER_FOLDER), &file, false)?;
        Ok(count)
    }
}
