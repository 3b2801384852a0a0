use crate::ledger::ROWS_FILE;
use crate::{COUNTS_FILE, MANIFEST_FILE};
use std::path::{Path, PathBuf};

/// Why the archive could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The operating system refused a file operation (a full disk, a missing right).
    #[error("{path}: {source}")]
    Io {
        /// File or folder concerned.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file of the data folder is not what was written.
    #[error("{path} is damaged: {detail}. {}", mend(path))]
    Damaged {
        /// File concerned.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// A dataset, edition or layer that is not there.
    #[error("there is no {kind} `{name}`; there is {known}")]
    Missing {
        /// `dataset`, `edition` or `layer`.
        kind: &'static str,
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// A layer edition exists already and is immutable.
    #[error(
        "layer `{0}` exists already with other content, and an edition is never overwritten: give the new boundaries another --edition"
    )]
    LayerExists(String),
    /// Another process is writing to the data folder.
    #[error("{path} is locked: {writer} is writing to this data folder. Wait until it ends, then try again")]
    Busy {
        /// The lock.
        path: PathBuf,
        /// Who holds it, as far as is known.
        writer: String,
    },
    /// A folder that a publication may not replace.
    #[error(
        "nothing is published at {path}: {detail}. Name a new or empty folder, or an earlier publication of this ledger"
    )]
    NotReplaceable {
        /// The folder.
        path: PathBuf,
        /// What stands in the way.
        detail: String,
    },
    /// Another process publishes into the same folder.
    #[error("another process is publishing beside {0}: wait until it ends, then try again")]
    TargetBusy(PathBuf),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] crate::ledger::LedgerError),
    /// A value that the format cannot hold.
    #[error("could not write {path}: {detail}")]
    Write {
        /// File concerned.
        path: PathBuf,
        /// What went wrong.
        detail: String,
    },
}

/// What to do about a damaged file.
pub(crate) fn mend(path: &Path) -> &'static str {
    let name = path.file_name().unwrap_or_default();
    if [MANIFEST_FILE, COUNTS_FILE, ROWS_FILE].iter().any(|known| name == *known) {
        "Restore this file from a copy of the data folder; a publication of this ledger holds those of its editions byte for byte"
    } else {
        "Restore this file from a copy of the folder that it lies in"
    }
}

impl ArchiveError {
    /// Names another folder where the path lies below one: what is written lies elsewhere until it is put in place.
    pub fn relocate(&mut self, from: &Path, to: &Path) {
        let (Self::Io { path, .. } | Self::Damaged { path, .. } | Self::Write { path, .. }) = self else { return };
        if let Ok(below) = path.strip_prefix(from) {
            *path = to.join(below);
        }
    }

    /// Names the path on an I/O error.
    pub fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }

    pub(crate) fn damaged(path: &Path, detail: impl ToString) -> Self {
        Self::Damaged { path: path.to_owned(), detail: detail.to_string() }
    }

    pub(crate) fn write(path: &Path, detail: impl ToString) -> Self {
        Self::Write { path: path.to_owned(), detail: detail.to_string() }
    }
}
