//! What changed between editions, computed once and kept: the answers of `tequio diff`, `tequio revisions` and of their
//! pages and addresses.

use crate::alarms::{Alarm, alarms};
use crate::completeness::Completeness;
use crate::diff::{Comparison, Diff, DiffError, Edition};
use crate::revisions::{Revisions, Selection};
use crate::shelf::{At, OpenCounts, Shelf, ShelfError};
use serde_json::{Value, json};
use std::sync::Arc;
use tequio_kernel::{DatasetId, Manifest};

/// Most single figures that a comparison lists.
pub const FIGURES_MAX: usize = 1_000;

/// Two editions compared.
pub struct Compared {
    /// The edition before.
    pub old: Manifest,
    /// The edition after.
    pub new: Manifest,
    /// What changed, with the [`FIGURES_MAX`] largest changes.
    pub diff: Diff,
    /// Alarms of the new edition and of what changed.
    pub alarms: Vec<Alarm>,
}

/// Why editions are not compared.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// The editions.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// What they are.
    #[error(transparent)]
    Diff(#[from] DiffError),
}

impl Diff {
    /// The whole document of a comparison, as the command and the API give it.
    pub fn document(&self, old: &Manifest, new: &Manifest) -> Value {
        let mut answer = self.to_json();
        answer["dataset"] = json!(new.dataset);
        answer["old"] = about(old);
        answer["new"] = about(new);
        answer
    }

    /// The same with fewer of the largest changes.
    pub fn with_limit(&self, limit: usize) -> Self {
        let mut short = self.clone();
        short.figures.truncate(limit);
        short.removed_figures.truncate(limit);
        short
    }
}

fn about(manifest: &Manifest) -> Value {
    let cutoff = manifest.counts.as_ref().map(|counts| &counts.cutoff);
    json!({ "edition": manifest.edition, "published": manifest.known_from(), "cutoff": cutoff })
}

/// Compares two editions of a dataset.
///
/// # Errors
/// [`CompareError`] when there is no such edition, or they do not count the same.
pub fn compare(shelf: &Shelf, dataset: &str, old: &str, new: &str) -> Result<Arc<Compared>, CompareError> {
    let named = |edition: &str| shelf.manifest(dataset, &At { edition: Some(edition.to_owned()), as_of: None });
    let (old, new) = (named(old)?, named(new)?);
    let key = (old.content_sha256.clone(), new.content_sha256.clone());
    shelf.compared.get(key, || {
        let (old, new) = (shelf.open_manifest(old)?, shelf.open_manifest(new)?);
        let (before, after) = (edition(&old)?, edition(&new)?);
        let diff = Comparison::new(before, after)?.diff(FIGURES_MAX);
        let alarms = alarms(Some(before), after)?;
        Ok(Compared { old: old.manifest.clone(), new: new.manifest.clone(), diff, alarms })
    })
}

/// An edition that is open, as comparisons take it.
///
/// # Errors
/// [`DiffError::NotCounts`], which an edition on the shelf never is.
pub fn edition(open: &OpenCounts) -> Result<Edition<'_>, DiffError> {
    Edition::new(&open.manifest, &open.table)
}

/// Which agency delivered which month of an edition.
///
/// # Errors
/// [`CompareError`] when a built-in catalogue is damaged.
pub fn completeness(shelf: &Shelf, open: &OpenCounts) -> Result<Arc<Completeness>, CompareError> {
    let key = (open.manifest.dataset.0.clone(), open.manifest.content_sha256.clone());
    shelf.completeness.get(key, || Ok(Completeness::of(&open.table, &open.manifest)?))
}

/// How past figures of a dataset moved through all its editions.
///
/// # Errors
/// [`CompareError`] when there are no counts, or no edition has the place or offence.
pub fn revisions(shelf: &Shelf, dataset: &str, selection: &Selection) -> Result<Arc<Revisions>, CompareError> {
    let id: DatasetId = dataset.parse().map_err(ShelfError::from)?;
    let editions = shelf.data().editions(&id).map_err(DiffError::from)?;
    let hashes: Vec<String> = editions.into_iter().map(|manifest| manifest.content_sha256).collect();
    let key = (dataset.to_owned(), hashes, selection.clone());
    shelf.revisions.get(key, || Ok(Revisions::of(shelf.data(), &id, selection)?))
}

/// The document of revisions with alarms, as the command and the API give it.
pub fn document(revisions: &Revisions, selection: &Selection, alarms: &[Alarm]) -> Value {
    let mut answer = revisions.to_json();
    answer["selection"] = json!({ "place": selection.place, "offence": selection.offence });
    answer["alarms"] = alarms.iter().map(Alarm::to_json).collect();
    answer
}

/// The alarms of the newest edition, and of what changed since the one before it, that concern what was selected.
///
/// # Errors
/// As [`revisions`].
pub fn concerning(shelf: &Shelf, dataset: &str, selection: &Selection) -> Result<Vec<Alarm>, CompareError> {
    let mut found = newest_alarms(shelf, dataset)?;
    found.retain(|alarm| concerns(alarm, selection));
    Ok(found)
}

fn newest_alarms(shelf: &Shelf, dataset: &str) -> Result<Vec<Alarm>, CompareError> {
    let id: DatasetId = dataset.parse().map_err(ShelfError::from)?;
    let mut manifests = shelf.data().editions(&id).map_err(DiffError::from)?;
    manifests.retain(|manifest| manifest.counts.is_some());
    match manifests.as_slice() {
        [] => Ok(Vec::new()),
        [only] => {
            let open = shelf.open_manifest(only.clone())?;
            Ok(alarms(None, edition(&open)?)?)
        }
        [new, old, ..] => Ok(compare(shelf, dataset, &old.edition, &new.edition)?.alarms.clone()),
    }
}

/// True for an alarm about what was selected; one about an office concerns the places in it.
fn concerns(alarm: &Alarm, selection: &Selection) -> bool {
    let has_office = |place: &str| selection.place.as_ref().is_some_and(|selected| selected.starts_with(place));
    alarm.place().is_none_or(|place| selection.takes_place(place) || has_office(place))
        && alarm.offence().is_none_or(|offence| selection.takes_offence(offence))
}
