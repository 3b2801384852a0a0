//! What verifying finds, in words that a program can tell apart.

use super::TreeHash;
use crate::publication::WithheldPath;
use serde::Serialize;
use std::fmt;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// There is no checkpoint, or it cannot be read.
    CheckpointUnreadable,
    /// The checkpoint is not signed by the log, or its signature does not hold.
    CheckpointUnsigned,
    /// The checkpoint is signed by keys that are not trusted.
    CheckpointForeign,
    /// Fewer witnesses cosigned than the policy asks for, or a cosignature does not hold.
    WitnessesMissing,
    /// Two checkpoints of one size have different roots.
    SplitView,
    /// The log is shorter than a checkpoint that was seen before.
    RolledBack,
    /// The log does not begin with the log that was seen before.
    HistoryRewritten,
    /// The entries do not hash to the root of the checkpoint.
    RootMismatch,
    /// A tile is not there.
    TileMissing,
    /// A tile does not hold the hashes of the entries, or is not whole.
    TileChanged,
    /// A file among the tiles that is none of them.
    TileStray,
    /// An entry is not what was signed.
    EntryChanged,
    /// An entry is not an entry in canonical JSON.
    EntryNotCanonical,
    /// An entry was recorded before the one above it, or before a witness saw the log without it.
    EntryBackDated,
    /// An edition or layer is recorded twice.
    EntryRepeated,
    /// A key was handed over without the signature of the key before it.
    KeyForged,
    /// An edition or layer of the log is not on disk.
    EditionMissing,
    /// An edition supersedes one that is not in the log.
    EditionDropped,
    /// The manifest of an edition or layer is not the one that was recorded.
    EditionChanged,
    /// An edition or layer on disk is not in the log.
    EditionUnrecorded,
    /// A file of an edition, of a layer or of a publication is not what its manifest or its list says.
    FileChanged,
    /// The rows of an edition do not lead to the root that was recorded.
    RowsChanged,
    /// The list of a publication's files is not in the log.
    PublicationUnrecorded,
    /// A published indicator is not on disk.
    IndicatorMissing,
    /// A published indicator is not the one that was recorded.
    IndicatorChanged,
    /// A published indicator does not come to the same figures again.
    IndicatorNotRecomputed,
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The words of the JSON, with spaces.
        let word = format!("{self:?}");
        for (at, letter) in word.char_indices() {
            if at > 0 && letter.is_uppercase() {
                f.write_str(" ")?;
            }
            write!(f, "{}", letter.to_ascii_lowercase())?;
        }
        Ok(())
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What is wrong.
    pub kind: FindingKind,
    /// First entry concerned, from 0, where one is.
    pub entry: Option<u64>,
    /// File or folder concerned, below the folder that was verified.
    pub path: String,
    /// What is wrong with it, in a line.
    pub detail: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        if let Some(entry) = self.entry {
            write!(f, ": entry {entry}")?;
        }
        if !self.path.is_empty() {
            write!(f, ": {}", self.path)?;
        }
        write!(f, ": {}", self.detail.replace('\n', " "))
    }
}

/// What verifying a folder found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Name of the log.
    pub origin: Option<String>,
    /// How many entries its checkpoint covers.
    pub size: u64,
    /// Root of its checkpoint.
    pub root: Option<TreeHash>,
    /// Identifier of the key that signs it now, `NAME+ID`.
    pub key: Option<String>,
    /// Known witnesses that cosigned the checkpoint or the cosigned one.
    pub witnesses: usize,
    /// Files compared with the ledger or a manifest.
    pub files: u64,
    /// Editions whose rows were led to their root.
    pub editions: u64,
    /// Published indicators that came to the same figures again.
    pub indicators: u64,
    /// What a publication does not hold, and says so.
    pub withheld: Vec<WithheldPath>,
    /// What is being published just now, or was when its writer was interrupted: the next writer finishes it.
    pub pending: Option<String>,
    /// What is worth knowing and not wrong.
    pub notes: Vec<String>,
    /// What is wrong: the log as a whole first, then by entry.
    pub findings: Vec<Finding>,
}

impl Report {
    /// The first entry that something is wrong with.
    pub fn first_bad_entry(&self) -> Option<u64> {
        self.findings.iter().filter_map(|finding| finding.entry).min()
    }

    /// Adds a finding.
    pub fn find(&mut self, kind: FindingKind, entry: Option<u64>, path: impl ToString, detail: impl ToString) {
        let (path, detail) = (path.to_string(), detail.to_string());
        self.findings.push(Finding { kind, entry, path, detail });
    }

    /// Puts the findings in order.
    pub fn sort(&mut self) {
        self.findings.sort_by(|a, b| (a.entry, a.kind, &a.path).cmp(&(b.entry, b.kind, &b.path)));
    }
}
