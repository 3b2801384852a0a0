//! One publication of one dataset: what came in, what became of it.

use crate::incident::Precision;
use crate::official::Frequency;
use crate::period::Month;
use crate::place::{LayerId, Level, check_name};
use crate::unit::Unit;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Name of a dataset, such as `fgj-cdmx`; see [`check_name`] for what it may hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DatasetId(pub String);

impl std::str::FromStr for DatasetId {
    type Err = crate::place::NameError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        check_name(text).map(|()| Self(text.to_owned()))
    }
}

impl std::fmt::Display for DatasetId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Rejected rows by reason code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// How many rows were rejected.
    pub total: u64,
    /// How many for each reason.
    pub by_reason: BTreeMap<String, u64>,
}

/// A file as it was received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// Its name when it was imported.
    pub name: String,
    /// SHA-256 of its bytes as received, lower-case hexadecimal.
    pub sha256: String,
    /// Its size in bytes as received.
    pub bytes: u64,
    /// Data rows it held.
    pub rows: u64,
}

/// A file of the edition's folder, to be checked against damage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFile {
    /// Path below the edition's folder.
    pub path: String,
    /// SHA-256 of its bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// Everything that is known of one edition. Immutable once written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this description; readers refuse one they do not know.
    pub version: u32,
    /// Dataset the edition belongs to.
    pub dataset: DatasetId,
    /// Title for people, in the language of the source.
    pub title: String,
    /// Who published the source, and its licence.
    pub attribution: String,
    /// True when the incidents are invented; every page says so.
    pub synthetic: bool,
    /// Name of the edition: last month it covers and the first digits of its content's hash.
    pub edition: String,
    /// Order of arrival in the dataset, from 1; the highest is the newest.
    pub sequence: u64,
    /// Edition that this one follows, if any.
    pub supersedes: Option<String>,
    /// When it was imported, RFC 3339 in UTC.
    pub imported_at: String,
    /// When the source published it, `YYYY-MM-DD`; the day of the import where nobody said. An edition is what was
    /// known from this day on.
    #[serde(default)]
    pub published: Option<String>,
    /// True when nobody said when the source published it, so that `published` is the day of the import. Editions that were
    /// imported before this was written down say false.
    #[serde(default)]
    pub published_assumed: bool,
    /// SHA-256 of the received file; of the sorted list of hashes when there were several.
    pub sha256: String,
    /// SHA-256 of the content after decompression and of the way it was read.
    pub content_sha256: String,
    /// The files as received.
    pub sources: Vec<SourceFile>,
    /// Importer that read it.
    pub format: String,
    /// Version of that importer.
    pub importer_version: u32,
    /// Encoding of the text, as detected by reading.
    pub encoding: String,
    /// Data rows read; always accepted + rejected.
    pub rows: u64,
    /// Rows accepted.
    pub accepted: u64,
    /// Rows rejected, by reason.
    pub rejected: Rejected,
    /// Accepted rows by quality flag.
    pub flags: BTreeMap<String, u64>,
    /// Accepted rows without a position.
    pub unlocated: u64,
    /// Coarsest time precision among the accepted rows that have a time.
    pub precision: Precision,
    /// Accepted rows by month of the event; months inside the range that are absent are missing, not zero.
    pub months: BTreeMap<Month, u64>,
    /// Code of the place of the reference territory that the dataset is about, if it is about one.
    /// Elsewhere the dataset says nothing, which is not zero.
    #[serde(default)]
    pub territory: Option<String>,
    /// Layer edition against which points and labels were checked, if one applied.
    pub checked_against: Option<LayerId>,
    /// What the counts are, of an edition of official counts; an edition of incidents has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<CountsAbout>,
    /// Files of the edition's folder.
    pub files: Vec<StoredFile>,
}

impl Manifest {
    /// The day from which the edition was known, `YYYY-MM-DD`.
    pub fn known_from(&self) -> &str {
        self.published.as_deref().unwrap_or_else(|| self.imported_at.get(..10).unwrap_or_default())
    }
}

/// What an edition of official counts holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountsAbout {
    /// What one figure counts.
    pub unit: Unit,
    /// Taxonomy edition of its offences.
    pub taxonomy: String,
    /// Months or years.
    pub frequency: Frequency,
    /// Level of its places.
    pub level: Level,
    /// Codes of the states that it has figures of, or of the country when it has no parts; of a state that it has in part
    /// only, those of its municipalities. It says nothing of others.
    pub coverage: Vec<String>,
    /// Codes of its offences, in order. It says nothing, not even zero, of others. Empty in editions that were imported
    /// before this was written down: of those it is not known.
    #[serde(default)]
    pub offences: Vec<String>,
    /// Dimensions that its figures are told apart by beside place, offence and period, in order; `None` in editions that
    /// were imported before this was written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dimensions: Option<Vec<String>>,
    /// First period, as it is written.
    pub first: String,
    /// Last period that is observed, as it is written; later ones are not yet observed.
    pub cutoff: String,
    /// What a figure without a row is: zero where the source leaves zeros out, else missing.
    pub absent_is_zero: bool,
    /// Cells by state; see [`crate::official::Cell::STATES`].
    pub figures: BTreeMap<String, u64>,
    /// Sum of the observed figures by year; never added up with other units or datasets. Empty where the figures cannot be
    /// added up, which have their totals apart.
    pub totals: BTreeMap<i16, u64>,
    /// Totals of what cannot be added up, such as the inhabitants at the start and at the middle of a year: by the code of
    /// the offence that stands for it, and by year.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub totals_apart: BTreeMap<String, BTreeMap<i16, u64>>,
    /// Rows of totals and notes that the source mixes in with the figures; they are checks and not data rows.
    pub check_rows: u64,
    /// What was checked of the file's structure, and what came of it.
    pub checks: Vec<Check>,
    /// Merkle root (RFC 6962, SHA-256) over the figures in canonical order, lower-case hexadecimal.
    pub rows_root: String,
}

/// States of a country that has to be whole.
const STATES: usize = 32;

impl CountsAbout {
    /// Every total: what it is of, where that has to be said, the year and the sum.
    pub fn every_total(&self) -> impl Iterator<Item = (Option<&str>, i16, u64)> {
        let whole = self.totals.iter().map(|(year, total)| (None, *year, *total));
        let apart = self
            .totals_apart
            .iter()
            .flat_map(|(of, totals)| totals.iter().map(move |(year, total)| (Some(of.as_str()), *year, *total)));
        whole.chain(apart)
    }

    /// True when the figures are about the whole of a place: a country is whole when all its states are there.
    pub fn covers(&self, place: &str) -> bool {
        let country = place.split('-').next().unwrap_or_default();
        let has = |code: &str| self.coverage.iter().any(|known| known == code);
        if has(country) {
            return true;
        }
        match place.match_indices('-').nth(1).map_or(place, |(at, _)| &place[..at]) {
            state if state == country => {
                self.coverage.iter().filter(|code| code.matches('-').count() == 1).count() >= STATES
            }
            state => has(state) || has(place),
        }
    }
}

/// A structural check of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Code of the check, such as `every_series_complete`.
    pub code: String,
    /// True when the file passes.
    pub passed: bool,
    /// What was found, in figures and words.
    pub detail: String,
    /// Code of what was found, so that it can be said in another language; empty in manifests that were written without it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub found: String,
    /// The figures and names of what was found.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, FoundValue>,
}

/// A figure, or a code or name, that a check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FoundValue {
    /// How many.
    Number(u64),
    /// A code, a month, a name.
    Text(String),
}

impl std::fmt::Display for FoundValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

/// Version of [`Manifest`] that this program writes.
pub const MANIFEST_VERSION: u32 = 1;
