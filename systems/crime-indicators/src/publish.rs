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
    CATALOGUE_FILE, EDITIONS_FILE, FEED_FILE, INDEX_FILE, MARK_FILE, Mark, PACKAGE_FILE, Publishing, README_FILE,
    WITHHELD_FILE, Withheld, copy_file, copy_ledger, write_file, write_sums,
};
use tequio_archive::{ArchiveError, DataFolder, Lock};
use views::Views;

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

pub(crate) fn unmade(file: &'static str) -> impl FnOnce(&dyn std::fmt::Display) -> PublishError {
    move |error| PublishError::File { file, detail: error.to_string() }
}

/// Shows how far it is: step, done, all.
pub type Progress<'a> = &'a mut dyn FnMut(Step, u64, u64);

/// Publishes some datasets, or all of them, in a folder: whole or not at all.
///
/// # Errors
/// [`PublishError`]; whatever was published there before is then still there.
pub fn publish(
    data: &DataFolder,
    target: &Path,
    datasets: &[String],
    progress: Progress<'_>,
) -> Result<Outcome, PublishError> {
    if !data.root().is_dir() {
        return Err(PublishError::NoData(data.root().display().to_string()));
    }
    let lock = data.lock()?;
    let ledger = Ledger::open(data)?;
    let plan = plan(data, datasets)?;
    plan.refuse_dropped(&ledger)?;
    let publishing = Publishing::begin(target, data.root(), &ledger.checkpoint().origin)?;
    let outcome = write(data, &lock, plan, &publishing, progress)?;
    publishing.put_in_place()?;
    Ok(outcome)
}

fn write(
    data: &DataFolder,
    lock: &Lock,
    plan: Plan,
    publishing: &Publishing,
    progress: Progress<'_>,
) -> Result<Outcome, PublishError> {
    let folder = publishing.staging();
    let ledger = Ledger::open(data)?;
    let shelf = Shelf::new(DataFolder::new(folder))?;
    let editions = editions::write(data, &plan, &shelf, progress)?;
    let mut recorded = Recorded::read(&ledger)?;
    let documents = document::documents(&shelf, progress)?;
    let indicators = recorded.add_indicators(data, lock, documents)?;
    let (indicators, held) = record::write_indicators(data, &recorded, &plan, indicators, folder)?;
    let withheld = Withheld::of(plan.withheld.iter().chain(&held).cloned().collect());
    let views = Views { origin: &ledger.checkpoint().origin, editions, indicators, withheld };
    write_files(&views, &plan, &ledger, folder)?;
    progress(Step::Hashing, 0, 1);
    let (sums, bytes) = write_sums(folder)?;
    recorded.add_publication(content_of(&sums), &plan);
    let entries = recorded.take_new();
    let count = entries.len();
    if count > 0 {
        data.record(lock, entries)?;
    }
    copy_ledger(&data.root().join(LEDGER_FOLDER), folder)?;
    let newest = views.newest_indicators().map(|view| (view.id.clone(), view.edition.clone())).collect();
    let plan = Plan { withheld: views.withheld.withheld, ..plan };
    Ok(Outcome { plan, indicators: newest, recorded: count, entries: Ledger::open(data)?.size(), bytes })
}

/// Everything beside editions, indicators and the ledger.
fn write_files(views: &Views<'_>, plan: &Plan, ledger: &Ledger, folder: &Path) -> Result<(), PublishError> {
    let json = |file, value: serde_json::Result<Vec<u8>>| value.map_err(|error| unmade(file)(&error));
    let mark = Mark::new(views.origin, plan.datasets());
    write_file(folder, MARK_FILE, &json(MARK_FILE, serde_json::to_vec_pretty(&mark))?)?;
    write_file(folder, WITHHELD_FILE, &json(WITHHELD_FILE, serde_json::to_vec_pretty(&views.withheld))?)?;
    write_file(
        folder,
        CATALOGUE_FILE,
        &json(CATALOGUE_FILE, serde_json::to_vec_pretty(&catalogue::catalogue(views)))?,
    )?;
    write_file(folder, EDITIONS_FILE, views.editions_csv()?.as_bytes())?;
    write_file(
        folder,
        PACKAGE_FILE,
        &json(PACKAGE_FILE, serde_json::to_vec_pretty(&package::package(views, folder)?))?,
    )?;
    let begun = ledger.entry(0)?.recorded;
    write_file(folder, FEED_FILE, feed::feed(views, &begun)?.as_bytes())?;
    write_file(folder, INDEX_FILE, pages::index(views)?.as_bytes())?;
    let key = ledger.keys()?.last().map(ToString::to_string).unwrap_or_default();
    write_file(folder, README_FILE, pages::readme(views, &key)?.as_bytes())?;
    if ledger.cosigned().is_some() {
        let below = format!("{LEDGER_FOLDER}/{COSIGNED_FILE}");
        copy_file(&ledger.folder().join(COSIGNED_FILE), folder, &below)?;
    }
    Ok(())
}

/// True for what a publication records beside editions.
fn is_of_publishing(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::Indicator | EntryKind::Publication)
}
