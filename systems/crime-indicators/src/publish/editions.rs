//! The editions of a publication: copied byte for byte, written as text, compared with the one before.

use super::views::{EditionView, RevisionView};
use super::{Plan, Progress, PublishError, Step};
use crate::diff::{Comparison, Edition};
use crate::shelf::{OpenCounts, Shelf};
use std::sync::Arc;
use tequio_archive::ledger::ROWS_FILE;
use tequio_archive::publication::{COUNTS_CSV_FILE, copy_file, write_counts_csv};
use tequio_archive::{COUNTS_FILE, DataFolder, MANIFEST_FILE};
use tequio_kernel::Manifest;

/// Files of an edition that are copied as they are.
const COPIED: [&str; 3] = [MANIFEST_FILE, COUNTS_FILE, ROWS_FILE];

/// Writes every edition of a plan below the folder of the shelf.
pub(super) fn write(
    data: &DataFolder,
    plan: &Plan,
    shelf: &Shelf,
    progress: Progress<'_>,
) -> Result<Vec<EditionView>, PublishError> {
    let mut views: Vec<EditionView> = Vec::new();
    for (done, manifest) in (0..).zip(&plan.editions) {
        progress(Step::Editions, done, plan.editions.len() as u64);
        copy(data, manifest, shelf)?;
        let open = shelf.open_manifest(manifest.clone())?;
        let below = shelf.data().edition_folder(manifest).join(COUNTS_CSV_FILE);
        let dimensions = write_counts_csv(&below, &open.table)?;
        let revision = revision(shelf, plan, &open)?;
        views.push(EditionView::of(manifest, dimensions, revision));
    }
    Ok(views)
}

fn copy(data: &DataFolder, manifest: &Manifest, shelf: &Shelf) -> Result<(), PublishError> {
    let (from, to) = (data.edition_folder(manifest), shelf.data().edition_folder(manifest));
    Ok(COPIED.iter().try_for_each(|file| copy_file(&from.join(file), &to, file))?)
}

/// What an edition changed of the one that it follows, where both are published and count the same.
fn revision(shelf: &Shelf, plan: &Plan, new: &Arc<OpenCounts>) -> Result<Option<RevisionView>, PublishError> {
    let dataset = &new.manifest.dataset;
    let before = new
        .manifest
        .supersedes
        .as_deref()
        .and_then(|name| plan.editions.iter().find(|known| known.dataset == *dataset && known.edition == name));
    let Some(before) = before else { return Ok(None) };
    let old = shelf.open_manifest(before.clone())?;
    let sides = (Edition::new(&old.manifest, &old.table)?, Edition::new(&new.manifest, &new.table)?);
    // Editions that count differently follow each other all the same: there is no size to state.
    let Ok(comparison) = Comparison::new(sides.0, sides.1) else { return Ok(None) };
    let total = comparison.diff(0).total;
    Ok(Some(RevisionView {
        of: before.edition.clone(),
        changed: total.changed,
        added: total.added,
        removed: total.removed,
        net: total.net(),
        absolute: total.absolute(),
    }))
}
