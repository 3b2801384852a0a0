//! Which format a file is of, and the name that a dataset of such files has.

use super::ImportError;
use crate::catalogue::Catalogue;
use crate::importers::{HEAD_RECORDS, Head, Mapping, Plan, importers};
use std::path::Path;
use std::sync::Arc;
use tequio_intake::{Kind, Received, first_records};
use tequio_reference::ReferenceError;

/// True when a file is of a format of official counts. A file that cannot be read is not: whoever imports it says why.
///
/// # Errors
/// [`ReferenceError`] when a built-in catalogue is damaged.
pub fn recognises(file: &Path) -> Result<bool, ReferenceError> {
    let Ok(records) = first_records(file, HEAD_RECORDS) else { return Ok(false) };
    let catalogue = Arc::new(Catalogue::load()?);
    Ok(!matches!(plan(&Head { records: &records, file }, &catalogue), Ok(None)))
}

/// The plan of the first importer that knows the file.
fn plan(head: &Head, catalogue: &Arc<Catalogue>) -> Result<Option<Format>, String> {
    for importer in importers() {
        if let Some(plan) = importer.recognise(head, catalogue)? {
            return Ok(Some(Format { id: importer.id(), version: importer.version(), plan }));
        }
    }
    Ok(None)
}

/// An importer that knows a file, and how it reads it.
pub(super) struct Format {
    pub id: &'static str,
    pub version: u32,
    pub plan: Plan,
}

/// The format of every file; all have to count the same.
///
/// # Errors
/// [`ImportError`] for a file that is of no format, cannot be read, or counts something else than the first.
pub(super) fn recognise(
    received: &[Received],
    mapping: Option<&Mapping>,
    catalogue: &Arc<Catalogue>,
) -> Result<Vec<Format>, ImportError> {
    let mut formats: Vec<Format> = Vec::with_capacity(received.len());
    for file in received {
        let format = format_of(file, mapping, catalogue)?;
        if let Some(first) = formats.first().filter(|first| first.plan.about != format.plan.about) {
            let of = |format: &Format| format!("{} in {}", format.plan.about.title, format.plan.about.unit);
            let file = file.source.name.clone();
            return Err(ImportError::Mixed { file, found: of(&format), expected: of(first) });
        }
        formats.push(format);
    }
    Ok(formats)
}

fn format_of(file: &Received, mapping: Option<&Mapping>, catalogue: &Arc<Catalogue>) -> Result<Format, ImportError> {
    let name = || file.source.name.clone();
    let records = first_records(&file.path, HEAD_RECORDS);
    let records = records.map_err(|reason| ImportError::Refused { file: name(), reason })?;
    let head = Head { records: &records, file: &file.path };
    let format = match mapping {
        None => plan(&head, catalogue),
        Some(mapping) => mapping
            .plan(&head, file.survey.kind == Kind::Json, catalogue)
            .map(|plan| Some(Format { id: Mapping::ID, version: Mapping::VERSION, plan })),
    };
    let format = format.map_err(|reason| ImportError::Unreadable { file: name(), reason })?;
    format.ok_or_else(|| ImportError::Unrecognised(name()))
}

/// Name of the dataset: that of the format, with the part that all its files are about, when they are about one.
pub(super) fn default_dataset(formats: &[Format]) -> String {
    let Some(first) = formats.first() else { return String::new() };
    let name = &first.plan.dataset;
    let part = first.plan.part.filter(|part| formats.iter().all(|format| format.plan.part == Some(part)));
    part.map_or_else(|| name.clone(), |part| format!("{name}-{part}"))
}
