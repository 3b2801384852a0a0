//! Why nothing was imported.

use std::io;
use tequio_archive::ArchiveError;
use tequio_intake::{IntakeError, ReceiveError};
use tequio_reference::ReferenceError;

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Files that are not taken in.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// A file that cannot be read on.
    #[error("{file}: {reason}")]
    Refused {
        /// Name of the file.
        file: String,
        /// What is wrong with it.
        reason: ReceiveError,
    },
    /// A table, but none of official counts that is known.
    #[error(
        "{0}: no known format of official counts begins like this. A long table is read by a mapping file (`tequio import --template counts`); a table of incidents takes neither --published nor --edition"
    )]
    Unrecognised(String),
    /// A table of a known format that says too little, or something else than it should.
    #[error("{file}: {reason}")]
    Unreadable {
        /// Name of the file.
        file: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// Files that do not count the same.
    #[error("{file} holds {found} and the files before it {expected}: import them apart")]
    Mixed {
        /// Name of the file.
        file: String,
        /// What it holds.
        found: String,
        /// What the others hold.
        expected: String,
    },
    /// A header and nothing below it.
    #[error("{0}: it has a header and no rows")]
    NoRows(String),
    /// Not one row could be read.
    #[error("none of the {rows} rows could be accepted ({reasons}): nothing was stored")]
    AllRejected {
        /// Rows read.
        rows: u64,
        /// Reasons, with how many rows each.
        reasons: String,
    },
    /// Rows without a figure.
    #[error("{0}: not one figure is observed: every cell is blank")]
    NothingObserved(String),
    /// A structural check that a file must pass.
    #[error("the file is refused, since its structure is broken: {0}. Fetch it again; nothing was stored")]
    Broken(String),
    /// A date that is none.
    #[error("`{0}` is no date of publication: write YYYY-MM-DD")]
    Published(String),
    /// A date of publication after today.
    #[error(
        "the date of publication {published} lies after today ({today}): an edition cannot be known before it exists"
    )]
    Future {
        /// Date given.
        published: String,
        /// Day of the import.
        today: String,
    },
    /// The name of the edition is taken.
    #[error(
        "dataset `{dataset}` has an edition `{edition}` already, with other content, and an edition is never overwritten: give this one another --edition"
    )]
    EditionExists {
        /// The dataset.
        dataset: String,
        /// The edition.
        edition: String,
    },
    /// The dataset holds incidents, or counts of another unit.
    #[error("dataset `{dataset}` holds {holds}, and this file {found}: give it another --dataset")]
    OtherDataset {
        /// The dataset.
        dataset: String,
        /// What it holds.
        holds: String,
        /// What the file holds.
        found: String,
    },
    /// The newest edition of the dataset tells other things apart, or other places.
    #[error(
        "dataset `{dataset}` has in its newest edition `{edition}` {holds}, and this file {found}: it is no later edition of it. Give it another --dataset"
    )]
    OtherContent {
        /// The dataset.
        dataset: String,
        /// Its newest edition.
        edition: String,
        /// What that holds.
        holds: String,
        /// What the file holds.
        found: String,
    },
    /// A name with another meaning.
    #[error("the name `{0}` means something else in addresses, or is that of a built-in series: choose another")]
    Reserved(String),
    /// The accounts do not add up: a fault of this program or of the disk, never of the file.
    #[error("{read} rows were read and {kept} of them accepted or rejected: nothing was stored. Please report this")]
    Lost {
        /// Rows read.
        read: u64,
        /// Rows accepted and rejected.
        kept: u64,
    },
    /// A name that cannot be one.
    #[error(transparent)]
    Name(#[from] tequio_kernel::place::NameError),
    /// A built-in catalogue.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// The archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// Temporary files.
    #[error("the data folder cannot be written: {0}")]
    Io(#[from] io::Error),
}
