//! Publishing: a static folder with the editions of official counts, the indicators computed from them, the ledger and
//! catalogues of it all, for whoever wants to mirror, read or verify it with nothing else.
//!
//! Whatever is written depends on what was imported, never on the clock: the same content is the same bytes.

mod catalogue;
mod document;
mod editions;
mod feed;
mod package;
mod pages;
mod plan;
mod questions;
mod recompute;
mod record;
mod views;

pub use document::Document;
pub use plan::{Plan, plan};
pub use recompute::recompute;

use crate::diff::DiffError;
use crate::indicators::IndicatorError;
use crate::shelf::{Shelf, ShelfError};
use record::Recorded;
use std::path::Path;
use tequio_archive::ledger::{COSIGNED_FILE, EntryKind, LEDGER_FOLDER, Ledger, LedgerError, content_of};
use tequio_archive::publication::{
    CATALOGUE_FILE, COUNTS_CSV_BYTES_MAX, EDITIONS_FILE, FEED_FILE, Files, INDEX_FILE, MARK_FILE, Mark, PACKAGE_FILE,
    Publishing, README_FILE, WITHHELD_FILE, Withheld, copy_ledger,
};
use tequio_archive::{ArchiveError, DataFolder, Lock};
use views::{AbsentView, Views};

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Editions are copied, written as text and compared with the ones before.
    Editions,
    /// Indicators are computed.
    Indicators,
    /// Files are hashed and put in place.
    Hashing,
}

/// What was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What is there and what is withheld.
    pub plan: Plan,
    /// Indicators, newest publication of each, by id and edition.
    pub indicators: Vec<(String, String)>,
    /// Indicators that nothing published gives, by id, each with what it is computed from.
    pub absent: Vec<(String, String)>,
    /// Entries that were added to the ledger.
    pub recorded: usize,
    /// Entries of the ledger.
    pub entries: u64,
    /// Bytes of the publication outside its ledger.
    pub bytes: u64,
}

/// Why nothing was published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The archive or the place of the publication.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// An edition that cannot be opened.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// An indicator that cannot be asked.
    #[error(transparent)]
    Indicator(#[from] IndicatorError),
    /// Editions that cannot be compared.
    #[error(transparent)]
    Diff(#[from] DiffError),
    /// No data folder.
    #[error("there is no data folder {0}: `tequio import` begins one, --data names another")]
    NoData(String),
    /// An edition that the ledger records and nobody has any more.
    #[error(
        "the edition {0} is in the ledger and not in the data folder: restore it from a copy, since nothing that was published is dropped"
    )]
    Dropped(String),
    /// A manifest that is not the one that was recorded.
    #[error(
        "{0} is not the manifest that the ledger recorded: restore it from a copy of the data folder or from an earlier publication, where it is byte for byte"
    )]
    Changed(String),
    /// A dataset that is never published.
    #[error("dataset `{0}` holds incidents, and points are never published: leave it out")]
    Incidents(String),
    /// A page or a file that cannot be made.
    #[error("{file} of the publication cannot be made: {detail}")]
    File {
        /// The file.
        file: &'static str,
        /// What is wrong.
        detail: String,
    },
}

impl PublishError {
    /// Names the place of the publication where a path lies in the folder that it is written in.
    fn relocated(mut self, from: &Path, to: &Path) -> Self {
        match &mut self {
            Self::Archive(error)
            | Self::Shelf(ShelfError::Archive(error))
            | Self::Indicator(IndicatorError::Shelf(ShelfError::Archive(error)))
            | Self::Diff(DiffError::Archive(error)) => error.relocate(from, to),
            _ => {}
        }
        self
    }
}

pub(crate) fn unmade(file: &'static str) -> impl FnOnce(&dyn std::fmt::Display) -> PublishError {
    move |error| PublishError::File { file, detail: error.to_string() }
}

/// Shows how far it is: step, done, all.
pub type Progress<'a> = &'a mut dyn FnMut(Step, u64, u64);

/// What is to be published.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Datasets; all of official counts where none is named.
    pub datasets: &'a [String],
    /// Largest text of an edition that is not compressed, in bytes.
    pub csv_bytes_max: u64,
}

impl<'a> Wanted<'a> {
    /// Some datasets, or all of them, in the usual form.
    pub fn new(datasets: &'a [String]) -> Self {
        Self { datasets, csv_bytes_max: COUNTS_CSV_BYTES_MAX }
    }
}

/// Publishes in a folder: whole or not at all.
///
/// # Errors
/// [`PublishError`]; whatever was published there before is then still there.
pub fn publish(
    data: &DataFolder,
    target: &Path,
    wanted: Wanted<'_>,
    progress: Progress<'_>,
) -> Result<Outcome, PublishError> {
    if !data.root().is_dir() {
        return Err(PublishError::NoData(data.root().display().to_string()));
    }
    let lock = data.lock()?;
    let ledger = Ledger::open(data)?;
    let plan = plan(data, wanted.datasets)?;
    plan.refuse_other(&ledger, data)?;
    let publishing = Publishing::begin(target, data.root(), &ledger.checkpoint().origin)?;
    let files = Files::new(publishing.staging());
    let written = write(data, &lock, plan, files, wanted.csv_bytes_max, progress);
    let outcome = written.map_err(|error| error.relocated(publishing.staging(), publishing.target()))?;
    publishing.put_in_place()?;
    Ok(outcome)
}

fn write(
    data: &DataFolder,
    lock: &Lock,
    plan: Plan,
    mut files: Files,
    csv_bytes_max: u64,
    progress: Progress<'_>,
) -> Result<Outcome, PublishError> {
    let ledger = Ledger::open(data)?;
    let shelf = Shelf::new(DataFolder::new(files.folder()))?;
    let editions = editions::write(data, &plan, &shelf, &mut files, csv_bytes_max, progress)?;
    let mut recorded = Recorded::read(&ledger)?;
    let documents = document::documents(&shelf, progress)?;
    let absent = AbsentView::all(&documents);
    let indicators = recorded.add_indicators(data, lock, documents)?;
    let (indicators, held) = record::write_indicators(data, &recorded, &plan, indicators, &mut files)?;
    let withheld = Withheld::of(plan.withheld.iter().chain(&held).cloned().collect());
    let views = Views { origin: &ledger.checkpoint().origin, editions, indicators, absent, withheld };
    write_files(&views, &plan, &ledger, &mut files)?;
    progress(Step::Hashing, 0, 1);
    let (sums, bytes) = files.write_sums()?;
    recorded.add_publication(content_of(&sums), &plan);
    let entries = recorded.take_new();
    let count = entries.len();
    if count > 0 {
        data.record(lock, entries)?;
    }
    copy_ledger(&data.root().join(LEDGER_FOLDER), files.folder())?;
    let newest = views.newest_indicators().map(|view| (view.id.clone(), view.edition.clone())).collect();
    let absent = views.absent.into_iter().map(|view| (view.id, view.sources_en.to_owned())).collect();
    let plan = Plan { withheld: views.withheld.withheld, ..plan };
    Ok(Outcome { plan, indicators: newest, absent, recorded: count, entries: Ledger::open(data)?.size(), bytes })
}

/// Everything beside editions, indicators and the ledger.
fn write_files(views: &Views<'_>, plan: &Plan, ledger: &Ledger, files: &mut Files) -> Result<(), PublishError> {
    let json = |file, value: serde_json::Result<Vec<u8>>| value.map_err(|error| unmade(file)(&error));
    let mark = Mark::new(views.origin, plan.datasets());
    files.write(MARK_FILE, &json(MARK_FILE, serde_json::to_vec_pretty(&mark))?)?;
    files.write(WITHHELD_FILE, &json(WITHHELD_FILE, serde_json::to_vec_pretty(&views.withheld))?)?;
    files.write(CATALOGUE_FILE, &json(CATALOGUE_FILE, serde_json::to_vec_pretty(&catalogue::catalogue(views)))?)?;
    files.write(EDITIONS_FILE, views.editions_csv()?.as_bytes())?;
    let package = package::package(views, files)?;
    files.write(PACKAGE_FILE, &json(PACKAGE_FILE, serde_json::to_vec_pretty(&package))?)?;
    let begun = ledger.entry(0)?.recorded;
    files.write(FEED_FILE, feed::feed(views, &begun)?.as_bytes())?;
    files.write(INDEX_FILE, pages::index(views)?.as_bytes())?;
    let key = ledger.keys()?.last().map(ToString::to_string).unwrap_or_default();
    files.write(README_FILE, pages::readme(views, &key)?.as_bytes())?;
    if ledger.cosigned().is_some() {
        files.copy(&ledger.folder().join(COSIGNED_FILE), &format!("{LEDGER_FOLDER}/{COSIGNED_FILE}"))?;
    }
    Ok(())
}

/// True for what a publication records beside editions.
fn is_of_publishing(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::Indicator | EntryKind::Publication)
}
