//! From an official table as published to an immutable edition of counts, all or nothing.
//!
//! received -> recognised by its first records -> rows or rejects -> leaves parted from totals -> cut-off -> structural
//! checks -> published. The figures of one edition are held in memory, four bytes each.

pub(crate) mod cutoff;
mod error;
mod found;
mod incoming;
mod leaves;
mod manifest;
mod recognise;
mod rows;
pub(crate) mod silent;
mod structure;
mod totals;

use crate::catalogue::Catalogue;
use crate::importers::Mapping;
use cutoff::CutOff;
use incoming::{Incoming, check_continues, check_dataset, check_free, check_label, check_published};
use leaves::Parted;
use manifest::write_tree;
use rows::{Account, read_rows};
use std::path::PathBuf;
use std::sync::Arc;
use tequio_archive::ledger::ROWS_FILE;
use tequio_archive::{COUNTS_FILE, DataFolder, REJECTS_FILE, write_counts};
use tequio_intake::receive;
use tequio_kernel::{DatasetId, Level, Manifest};

pub use error::ImportError;
pub use recognise::recognises;

/// What is to be imported.
pub struct Request<'a> {
    /// Files of one format; together they are one edition.
    pub files: &'a [PathBuf],
    /// Name of the dataset; that of the format when `None`.
    pub dataset: Option<DatasetId>,
    /// Name of the edition; its cut-off and hash when `None`.
    pub edition: Option<&'a str>,
    /// When the source published it, `YYYY-MM-DD`; the day of the import when `None`.
    pub published: Option<&'a str>,
    /// True when the figures are invented, as those of the demonstration are; every page says so.
    pub invented: bool,
    /// The time, RFC 3339 in UTC.
    pub now: String,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The edition.
    pub manifest: Manifest,
    /// True when the same content was imported before and nothing had to be done.
    pub unchanged: bool,
    /// Its rejected rows.
    pub rejects_file: PathBuf,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reading the files once: hash, encoding, content. Bytes.
    Surveying,
    /// Reading rows. Bytes of content.
    Reading,
    /// Writing figures and their Merkle root.
    Writing,
}

/// Called with the stage, what is done of it and how much it is in all.
pub type Progress<'a> = &'a mut dyn FnMut(Stage, u64, u64);

/// Imports files as one edition of one dataset, read as a mapping file says.
///
/// # Errors
/// As [`import`].
pub fn import_mapped(
    data: &DataFolder,
    request: &Request,
    mapping: &Mapping,
    progress: Progress,
) -> Result<Outcome, ImportError> {
    run(data, request, Some(mapping), progress)
}

/// Imports files as one edition of one dataset.
///
/// # Errors
/// [`ImportError`]; nothing is then stored.
pub fn import(data: &DataFolder, request: &Request, progress: Progress) -> Result<Outcome, ImportError> {
    run(data, request, None, progress)
}

fn run(
    data: &DataFolder,
    request: &Request,
    mapping: Option<&Mapping>,
    progress: Progress,
) -> Result<Outcome, ImportError> {
    check_published(request)?;
    request.edition.map_or(Ok(()), tequio_kernel::place::check_name)?;
    request.edition.map_or(Ok(()), check_free)?;
    let catalogue = Arc::new(Catalogue::load()?);
    let lock = data.lock()?;
    let staging = data.stage(&lock)?;
    let mut received = receive(request.files, &staging, &mut |done, total| progress(Stage::Surveying, done, total))?;
    let formats = recognise::recognise(&received, mapping, &catalogue)?;
    let incoming = Incoming::of(&formats, &received, mapping, request)?;
    check_free(&incoming.dataset.0)?;
    let editions = data.editions(&incoming.dataset)?;
    check_dataset(&incoming.dataset, &editions, &incoming.about)?;
    if let Some(manifest) = editions.iter().find(|known| known.content_sha256 == incoming.content_sha256) {
        return Ok(outcome(data, manifest.clone(), true));
    }
    // Before the rows are read, which may take long.
    check_label(&incoming.dataset, &editions, request.edition)?;
    let mut rows = read_rows(&mut received, formats, &staging.path().join(REJECTS_FILE), progress)?;
    let Some(cutoff) = CutOff::find(&rows.builder, request, &received) else {
        return Err(ImportError::NothingObserved(received[0].source.name.clone()));
    };
    cutoff.apply(&mut rows.builder);
    let parted = Parted::of(std::mem::take(&mut rows.builder).build(), &rows.wholes);
    let account = Account::of(&rows, &parted);
    account.add_up(&received)?;
    let promised = structure::Promised {
        about: &incoming.about,
        cutoff: &cutoff,
        published: incoming.published(request),
        is_assumed: request.published.is_none(),
    };
    let mut checks = structure::checks(&parted, &promised, &rows, &catalogue)?;
    // Where zeros have no rows, a month without one is no silence.
    checks.extend((!incoming.about.absent_is_zero).then(|| silent::check(&parted.leaves)));
    let mut counts = incoming.counts(&parted, &cutoff, account.check_rows, checks, &catalogue);
    let published = incoming.published(request);
    counts.checks.extend(check_continues(&incoming.dataset, editions.first(), &counts, published)?);
    progress(Stage::Writing, 0, 2);
    write_counts(&staging.path().join(COUNTS_FILE), &parted.leaves)?;
    progress(Stage::Writing, 1, 2);
    counts.rows_root = write_tree(&staging.path().join(ROWS_FILE), &parted.leaves)?;
    let edition = request.edition.map_or_else(|| incoming.edition(&counts.cutoff), str::to_owned);
    check_label(&incoming.dataset, &editions, Some(&edition))?;
    let manifest = incoming.describe(edition, counts, &account, rows, &received, request);
    let manifest = data.publish(&lock, staging, manifest)?;
    progress(Stage::Writing, 2, 2);
    Ok(outcome(data, manifest, false))
}

fn outcome(data: &DataFolder, manifest: Manifest, unchanged: bool) -> Outcome {
    let rejects_file = data.edition_folder(&manifest).join(REJECTS_FILE);
    Outcome { manifest, unchanged, rejects_file }
}

/// Level of a place by its code: `MX` a nation, `MX-09` a state, `MX-09-015` a municipality.
pub(crate) fn level_of(code: &str) -> Level {
    match code.matches('-').count() {
        0 => Level::Nation,
        1 => Level::State,
        2 => Level::Municipality,
        _ => Level::Local,
    }
}
