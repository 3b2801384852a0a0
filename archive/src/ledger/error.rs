use crate::error::mend;
use std::path::{Path, PathBuf};

/// Why something of the ledger cannot be read, proved or believed.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The operating system refused a file operation.
    #[error("{path}: {source}")]
    Io {
        /// File or folder concerned.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A folder without a ledger.
    #[error("there is no ledger in {0}: the first `tequio import` begins one")]
    Absent(PathBuf),
    /// A file of the ledger that is not what was written.
    #[error("{path} is damaged: {detail}. {}", mend(path))]
    Damaged {
        /// File concerned.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// Text or bytes that break their format.
    #[error("the {what} cannot be read: {detail}")]
    Malformed {
        /// What was to be read.
        what: &'static str,
        /// Where it breaks its format.
        detail: String,
    },
    /// A leaf or a size beyond the tree.
    #[error("there is no leaf {index} in a tree of {size}: count from 0")]
    OutOfRange {
        /// Leaf that was asked for.
        index: u64,
        /// Leaves that there are.
        size: u64,
    },
    /// A key file that others can read, or that holds no key.
    #[error("{path}: {detail}")]
    Key {
        /// File or folder concerned.
        path: PathBuf,
        /// What is wrong, and what to do.
        detail: String,
    },
    /// A proof, signature or checkpoint that does not hold.
    #[error("{0}")]
    Refused(String),
    /// The clock is behind the last entry.
    #[error(
        "the clock says {now} and the last entry of the ledger was recorded at {last}: set the clock, an entry is never back-dated"
    )]
    Clock {
        /// Time now.
        now: String,
        /// Time of the last entry.
        last: String,
    },
    /// An entry that a leaf cannot hold.
    #[error("the entry cannot be recorded: {0}")]
    Entry(String),
}

impl LedgerError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }

    pub(crate) fn damaged(path: &Path, detail: impl ToString) -> Self {
        Self::Damaged { path: path.to_owned(), detail: detail.to_string() }
    }

    pub(crate) fn malformed(what: &'static str, detail: impl ToString) -> Self {
        Self::Malformed { what, detail: detail.to_string() }
    }

    pub(crate) fn key(path: &Path, detail: impl ToString) -> Self {
        Self::Key { path: path.to_owned(), detail: detail.to_string() }
    }

    pub(crate) fn refused(detail: impl ToString) -> Self {
        Self::Refused(detail.to_string())
    }
}
