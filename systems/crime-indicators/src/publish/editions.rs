//! The editions of a publication: copied byte for byte, written as text, compared with the one before.

use super::plan::folder_of;
use super::views::{EditionView, RevisionView};
use super::{Plan, Progress, PublishError, Step};
use crate::diff::{Comparison, Edition};
use crate::shelf::{OpenCounts, Shelf};
use std::sync::Arc;
use tequio_archive::DataFolder;
use tequio_archive::publication::Files;

/// Writes every edition of a plan below the folder of the shelf.
pub(super) fn write(
    data: &DataFolder,
    plan: &Plan,
    shelf: &Shelf,
    files: &mut Files,
    csv_bytes_max: u64,
    progress: Progress<'_>,
) -> Result<Vec<EditionView>, PublishError> {
    let mut views: Vec<EditionView> = Vec::new();
    for (done, manifest) in (0..).zip(&plan.editions) {
        progress(Step::Editions, done, plan.editions.len() as u64);
        let folder = folder_of(&manifest.dataset, &manifest.edition);
        files.copy_edition(&data.edition_folder(manifest), manifest, &folder)?;
        let open = shelf.open_manifest(manifest.clone())?;
        let csv = files.write_counts(&folder, &open.table, csv_bytes_max)?;
        let revision = revision(shelf, plan, &open)?;
        views.push(EditionView::of(manifest, csv, revision));
    }
    Ok(views)
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
