//! Secret keys on disk: made once, readable by their owner only.

use super::LedgerError;
use super::disk::{NewFile, replace};
use super::note::{KeyType, SecretKey};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The key that signs the log, below the keys' folder.
const LOG_KEY: &str = "log.key";
/// The key that the log is handed over to, until it has been.
const NEXT_KEY: &str = "next.key";
const KEY_BYTES_MAX: u64 = 4_096;

/// Gives 32 random bytes whenever a key has to be made.
pub type SeedSource = dyn Fn() -> io::Result<[u8; 32]> + Send + Sync;

/// The keys of one log.
#[derive(Clone, Debug)]
pub struct KeyFolder(PathBuf);

impl KeyFolder {
    /// Names the folder; nothing is created yet.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    /// The key of the log.
    ///
    /// # Errors
    /// [`LedgerError::Key`] when it is missing, holds no key or others can read it.
    pub fn log_key(&self) -> Result<SecretKey, LedgerError> {
        read_key(&self.0.join(LOG_KEY))
    }

    /// True when there is a key.
    pub fn has_log_key(&self) -> bool {
        self.0.join(LOG_KEY).exists()
    }

    /// Makes the key of a log that has none.
    ///
    /// # Errors
    /// [`LedgerError`] when the name is none or the disk refuses.
    pub fn make_log_key(&self, origin: Option<&str>, seed: &SeedSource) -> Result<SecretKey, LedgerError> {
        let seed = seed().map_err(LedgerError::io(&self.0))?;
        let name = match origin {
            Some(origin) => origin.to_owned(),
            None => default_origin(&seed)?,
        };
        let key = SecretKey::from_seed(&name, KeyType::Log, &seed)?;
        write_key(&self.0, LOG_KEY, &key)?;
        Ok(key)
    }

    /// The key that was made to take over, if a handing over was begun.
    ///
    /// # Errors
    /// As [`KeyFolder::log_key`].
    pub fn next_key(&self) -> Result<Option<SecretKey>, LedgerError> {
        let path = self.0.join(NEXT_KEY);
        if path.exists() { read_key(&path).map(Some) } else { Ok(None) }
    }

    /// Makes the key that takes over, under the same name.
    ///
    /// # Errors
    /// As [`KeyFolder::make_log_key`].
    pub fn make_next_key(&self, old: &SecretKey, seed: &SeedSource) -> Result<SecretKey, LedgerError> {
        let seed = seed().map_err(LedgerError::io(&self.0))?;
        let key = SecretKey::from_seed(old.public().name(), KeyType::Log, &seed)?;
        write_key(&self.0, NEXT_KEY, &key)?;
        Ok(key)
    }

    /// Puts the next key in the place of the old one.
    ///
    /// # Errors
    /// [`LedgerError::Io`].
    pub fn hand_over(&self) -> Result<(), LedgerError> {
        let (from, to) = (self.0.join(NEXT_KEY), self.0.join(LOG_KEY));
        fs::rename(&from, &to).and_then(|()| fs::File::open(&self.0)?.sync_all()).map_err(LedgerError::io(&to))
    }

    /// Removes a next key to which nothing was handed over.
    ///
    /// # Errors
    /// [`LedgerError::Io`].
    pub fn drop_next_key(&self) -> Result<(), LedgerError> {
        let path = self.0.join(NEXT_KEY);
        fs::remove_file(&path).map_err(LedgerError::io(&path))
    }
}

/// A name that no two logs share, from the key itself.
fn default_origin(seed: &[u8; 32]) -> Result<String, LedgerError> {
    let key = SecretKey::from_seed("tequio", KeyType::Log, seed)?;
    let hex: String = key.public().bytes().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("tequio.local/{hex}"))
}

/// Reads a key file after making sure that only its owner can.
///
/// # Errors
/// [`LedgerError::Key`] with what to do.
pub fn read_key(path: &Path) -> Result<SecretKey, LedgerError> {
    refuse_readable_by_others(path.parent().unwrap_or(path), "700")?;
    refuse_readable_by_others(path, "600")?;
    let bytes = crate::hash::read_small_file(path, KEY_BYTES_MAX).map_err(LedgerError::io(path))?;
    let text =
        String::from_utf8(bytes).map_err(|_| LedgerError::key(path, "it holds no key; restore it from a copy"))?;
    SecretKey::parse(text.trim_end()).map_err(|_| LedgerError::key(path, "it holds no key; restore it from a copy"))
}

#[cfg(unix)]
fn refuse_readable_by_others(path: &Path, mode: &str) -> Result<(), LedgerError> {
    use std::os::unix::fs::PermissionsExt as _;
    let missing = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => LedgerError::key(path, "the key of this log is not here; restore it from a copy"),
        _ => LedgerError::io(path)(error),
    };
    let found = fs::metadata(path).map_err(missing)?.permissions().mode() & 0o777;
    if found & 0o077 == 0 {
        return Ok(());
    }
    let detail = format!(
        "others can read the secret key (mode {found:o}): run chmod {mode} on it, and make a new key with `tequio ledger rotate`"
    );
    Err(LedgerError::key(path, detail))
}

#[cfg(not(unix))]
fn refuse_readable_by_others(_path: &Path, _mode: &str) -> Result<(), LedgerError> {
    Ok(())
}

/// Writes a key file that only its owner can read, in a folder that only its owner can open.
///
/// # Errors
/// [`LedgerError::Io`].
pub fn write_key(folder: &Path, name: &str, key: &SecretKey) -> Result<(), LedgerError> {
    make_private_folder(folder)?;
    let text = format!("{}\n", key.to_text());
    replace(folder, &NewFile { path: name.to_owned(), bytes: text.into_bytes() }, true)
}

fn make_private_folder(folder: &Path) -> Result<(), LedgerError> {
    if folder.is_dir() {
        return refuse_readable_by_others(folder, "700");
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder).map_err(LedgerError::io(folder))
}
