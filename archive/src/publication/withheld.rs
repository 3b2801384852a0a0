//! What a publication does not hold, and why. The list is a file of the publication, so the ledger vouches for it.

use super::WITHHELD_FILE;
use crate::hash::read_small_file;
use crate::{REJECTS_FILE, SOURCE_FOLDER};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::Path;
use tequio_kernel::Manifest;

/// Longest list that is read.
const BYTES_MAX: u64 = 64 << 20;
/// Version of the list that this program writes.
const VERSION: u32 = 1;

/// Why something is withheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// An edition of incidents: it holds points.
    Incidents,
    /// Boundaries that were added: their licence is that of who made them.
    Boundaries,
    /// A file as it was received: its licence is that of who made it; the manifest holds its hash.
    Received,
    /// Rows that were not understood, as they were received: they may hold anything.
    Rejected,
    /// A dataset that was left out of this publication.
    NotChosen,
    /// An indicator that rests on something withheld.
    RestsOnWithheld,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Incidents => "it holds points of incidents",
            Self::Boundaries => "boundaries are not part of a publication",
            Self::Received => "a file as it was received is its maker's; the manifest holds its hash",
            Self::Rejected => "rejected rows are as they were received and may hold anything",
            Self::NotChosen => "its dataset is not part of this publication",
            Self::RestsOnWithheld => "it rests on something that is withheld",
        })
    }
}

/// A file or folder that is withheld.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithheldPath {
    /// File or folder, below the publication.
    pub path: String,
    /// Why.
    pub reason: Reason,
}

/// Everything that is withheld.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withheld {
    /// Version of the list.
    pub version: u32,
    /// What is withheld, by path.
    pub withheld: Vec<WithheldPath>,
}

impl Withheld {
    /// A list of paths, in their order.
    pub fn of(mut withheld: Vec<WithheldPath>) -> Self {
        withheld.sort();
        withheld.dedup();
        Self { version: VERSION, withheld }
    }

    /// The reason for which a path is withheld.
    pub fn reason(&self, path: &str) -> Option<Reason> {
        let at = self.withheld.binary_search_by(|known| known.path.as_str().cmp(path)).ok()?;
        Some(self.withheld[at].reason)
    }

    /// True for a file of a published edition that may be withheld and is. Its figures never are.
    pub fn holds_back(&self, edition: &str, file: &str) -> bool {
        let reason = self.reason(&format!("{edition}/{file}"));
        reason.is_some() && reason == reason_of_file(file)
    }

    /// Reads the list of a publication.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(super) fn read(folder: &Path) -> Result<Self, String> {
        let bytes = read_small_file(&folder.join(WITHHELD_FILE), BYTES_MAX).map_err(|error| error.to_string())?;
        let list: Self = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
        if list.version != VERSION {
            return Err(format!("version {} is not known here: take a newer tequio", list.version));
        }
        if !list.withheld.is_sorted() {
            return Err("its paths are not in order".to_owned());
        }
        Ok(list)
    }
}

/// The rule by which files of a published edition are withheld; `None` for a file that is published.
fn reason_of_file(file: &str) -> Option<Reason> {
    let received = file.strip_prefix(SOURCE_FOLDER).is_some_and(|rest| rest.starts_with('/'));
    match file {
        _ if received => Some(Reason::Received),
        REJECTS_FILE => Some(Reason::Rejected),
        _ => None,
    }
}

/// The files of an edition of counts that are withheld, below the publication.
pub fn withheld_files(manifest: &Manifest) -> Vec<WithheldPath> {
    let path = |file: &str| format!("datasets/{}/{}/{file}", manifest.dataset, manifest.edition);
    let held = manifest.files.iter().filter_map(|file| Some((path(&file.path), reason_of_file(&file.path)?)));
    held.map(|(path, reason)| WithheldPath { path, reason }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_never_held_back() {
        let all = ["counts.parquet", "rows.tree", "rejects.csv", "source/0001-a.csv", "sourced"];
        let path = |file: &&str| WithheldPath { path: format!("datasets/a/b/{file}"), reason: Reason::Received };
        let mut list: Vec<WithheldPath> = all.iter().map(path).collect();
        list[2].reason = Reason::Rejected;
        let withheld = Withheld::of(list);
        let held: Vec<&str> = all.into_iter().filter(|file| withheld.holds_back("datasets/a/b", file)).collect();
        assert_eq!(held, ["rejects.csv", "source/0001-a.csv"]);
        assert!(!withheld.holds_back("datasets/a/c", "rejects.csv"));
    }
}
