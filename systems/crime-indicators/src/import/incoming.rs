//! What is known of an edition before its rows are read, and whether the dataset takes it.

use super::found::{Found, number, text};
use super::recognise::{Format, default_dataset};
use super::{ImportError, Request};
use crate::importers::{About, Mapping};
use sha2::{Digest, Sha256};
use tequio_intake::{IntakeError, Received, hex};
use tequio_kernel::{Check, CountsAbout, DatasetId, Manifest};

/// What is known of an edition before its rows are read.
pub(super) struct Incoming {
    pub dataset: DatasetId,
    pub about: About,
    pub importer: &'static str,
    pub version: u32,
    pub content_sha256: String,
}

impl Incoming {
    pub(super) fn of(
        formats: &[Format],
        received: &[Received],
        mapping: Option<&Mapping>,
        request: &Request,
    ) -> Result<Self, ImportError> {
        let Some(first) = formats.first() else { return Err(IntakeError::FileCount.into()) };
        let (importer, version) = (first.id, first.version);
        let mut about = first.plan.about.clone();
        if request.invented {
            about.synthetic = true;
            about.title = format!("Demostración sintética: {}", about.title);
            about.attribution = "Datos inventados por Tequio".to_owned();
        }
        let dataset = request.dataset.clone().map_or_else(|| default_dataset(formats).parse(), Ok)?;
        let reading = mapping.map(Mapping::text).unwrap_or_default();
        let content_sha256 = identity(received, &format!("{importer} {version}\n{reading}"), request);
        Ok(Self { dataset, about, importer, version, content_sha256 })
    }

    /// Name of an edition that has no label: its last period and the first digits of its content's hash.
    pub(super) fn edition(&self, last: &str) -> String {
        format!("{last}-{}", &self.content_sha256[..8])
    }

    pub(super) fn published<'a>(&self, request: &'a Request) -> &'a str {
        request.published.unwrap_or_else(|| day_of(&request.now))
    }
}

/// `YYYY-MM-DD` of an RFC 3339 time.
fn day_of(time: &str) -> &str {
    time.get(..10).unwrap_or(time)
}

/// The date of publication is a day, and not one to come.
pub(super) fn check_published(request: &Request) -> Result<(), ImportError> {
    let Some(published) = request.published else { return Ok(()) };
    let is_date = published.len() == 10 && published.parse::<tequio_kernel::Period>().is_ok();
    if !is_date {
        return Err(ImportError::Published(published.to_owned()));
    }
    let today = day_of(&request.now);
    if published > today {
        return Err(ImportError::Future { published: published.to_owned(), today: today.to_owned() });
    }
    Ok(())
}

/// Names that addresses give another meaning.
const RESERVED: [&str; 2] = ["newest", "default"];
/// Ends of names that addresses take for a form of the answer.
const FORMS: [&str; 5] = [".json", ".csv", ".svg", ".geojson", ".xml"];

/// A name of a dataset or an edition that an address, or a built-in series, has already.
pub(super) fn check_free(name: &str) -> Result<(), ImportError> {
    let is_series = tequio_reference::series()?.iter().any(|series| series.id == name);
    if is_series || RESERVED.contains(&name) || FORMS.iter().any(|form| name.ends_with(form)) {
        return Err(ImportError::Reserved(name.to_owned()));
    }
    Ok(())
}

/// A dataset holds one unit under one taxonomy: editions of it are compared figure by figure.
pub(super) fn check_dataset(dataset: &DatasetId, editions: &[Manifest], about: &About) -> Result<(), ImportError> {
    let Some(known) = editions.first() else { return Ok(()) };
    let found = format!("counts of {} by {}", about.unit, about.taxonomy);
    let holds = match &known.counts {
        None => "incidents".to_owned(),
        Some(counts) => format!("counts of {} by {}", counts.unit, counts.taxonomy),
    };
    if holds == found { Ok(()) } else { Err(ImportError::OtherDataset { dataset: dataset.0.clone(), holds, found }) }
}

/// An edition follows the one before it when it tells the same apart, of some of the same places. A file that says less of
/// the territory than the one before is kept, and told.
pub(super) fn check_continues(
    dataset: &DatasetId,
    newest: Option<&Manifest>,
    now: &CountsAbout,
    published: &str,
) -> Result<Vec<Check>, ImportError> {
    let mut checks = Vec::new();
    let Some((newest, before)) = newest.and_then(|newest| Some((newest, newest.counts.as_ref()?))) else {
        return Ok(checks);
    };
    let other = |holds: String, found: String| ImportError::OtherContent {
        dataset: dataset.0.clone(),
        edition: newest.edition.clone(),
        holds,
        found,
    };
    if let (Some(had), Some(has)) = (&before.dimensions, &now.dimensions)
        && had != has
    {
        return Err(other(told_apart(had), told_apart(has)));
    }
    if newest.known_from() > published {
        let values = [("published", text(published)), ("newest", text(newest.known_from()))];
        checks.push(Found::PublishedBefore.check("published_in_order", false, values));
    }
    let lost: Vec<&String> = before.coverage.iter().filter(|code| !now.coverage.contains(code)).collect();
    if !lost.is_empty() && lost.len() == before.coverage.len() {
        return Err(other(format!("figures of {}", before.coverage.join(", ")), now.coverage.join(", ")));
    }
    if let Some(first) = lost.first() {
        let values = [("lost", number(lost.len())), ("all", number(before.coverage.len())), ("first", text(first))];
        checks.push(Found::CoverageLost.check("covers_as_before", false, values));
    }
    Ok(checks)
}

fn told_apart(dimensions: &[String]) -> String {
    match dimensions {
        [] => "figures of everybody together".to_owned(),
        names => format!("figures by {}", names.join(" and ")),
    }
}

/// An edition is never overwritten.
pub(super) fn check_label(dataset: &DatasetId, editions: &[Manifest], label: Option<&str>) -> Result<(), ImportError> {
    match editions.iter().find(|known| Some(known.edition.as_str()) == label) {
        None => Ok(()),
        Some(known) => Err(ImportError::EditionExists { dataset: dataset.0.clone(), edition: known.edition.clone() }),
    }
}

/// What makes an edition the same as another: the contents, how they were read, and what it was called.
fn identity(received: &[Received], reading: &str, request: &Request) -> String {
    let mut contents: Vec<&str> = received.iter().map(|file| file.survey.content_sha256.as_str()).collect();
    contents.sort_unstable();
    let (label, published) = (request.edition.unwrap_or_default(), request.published.unwrap_or_default());
    let how = format!("{reading}\n{label}\n{published}\n");
    hex(&Sha256::digest(how + &contents.join("\n")))
}
