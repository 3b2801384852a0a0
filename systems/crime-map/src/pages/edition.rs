//! One edition of one dataset: what came in, what became of it, what is missing.

use crate::library::Library;
use crate::pages::ask::{blocking, source_of};
use crate::pages::data;
use crate::pages::figures;
use crate::pages::span::Span;
use crate::pages::trend::Trend;
use askama::Template;
use axum::extract::{Path, State};
use std::sync::Arc;
use tequio_frame::address::{encode, percent};
use tequio_frame::edition::Received;
use tequio_frame::{Page, Problem, Visit, format};
use tequio_kernel::{CountRow, Flag, Key, Manifest, Precision};

#[derive(Template)]
#[template(path = "edition.html")]
struct EditionPage<'a> {
    v: &'a Visit,
    m: &'a Manifest,
    rows: String,
    accepted: String,
    rejected: String,
    unlocated: String,
    unlocated_share: String,
    precision: String,
    checked: String,
    received: Received<'a>,
    trend: Trend,
    span: String,
    downloads: Vec<Download>,
    citation: String,
    dataset_href: String,
}

struct Download {
    label: String,
    csv: String,
    json: String,
    /// Empty where the rows have no one shape each.
    geojson: String,
}

/// `GET /datasets/{dataset}/{edition}`.
pub(crate) async fn page(
    State(library): State<Arc<Library>>,
    visit: Visit,
    Path((dataset, edition)): Path<(String, String)>,
) -> Result<Page, Problem> {
    blocking(library, move |library| {
        let edition = library.open(Some(&dataset), Some(&edition))?;
        let manifest = &edition.manifest;
        let page = view(&visit, manifest);
        let title = format!("{} · {}", manifest.title, manifest.edition);
        Ok(Page::render(title, visit.t("edition-description"), &page)?
            .with_source(source_of(&edition))
            .with_figures([figures::months(&visit, &page.trend.steps, &[], &page.citation, gaps(&page.trend))])
            .with_table(data::months(&visit, &page.trend.steps))
            .with_tables(page.received.tables))
    })
    .await
}

fn gaps(trend: &Trend) -> [&str; 2] {
    [&trend.missing, &trend.silent]
}

/// One sentence by which a figure of the edition can be found again.
fn citation(visit: &Visit, manifest: &Manifest, span: &Span) -> String {
    let args = [
        ("title", manifest.title.clone().into()),
        ("edition", manifest.edition.clone().into()),
        ("span", span.in_words(visit).into()),
        ("attribution", manifest.attribution.clone().into()),
        ("imported", manifest.imported_at.split('T').next().unwrap_or_default().to_owned().into()),
        ("version", visit.site.version.to_owned().into()),
        ("hash", manifest.content_sha256.clone().into()),
    ];
    visit.say("citation-text", &args)
}

fn view<'a>(visit: &'a Visit, manifest: &'a Manifest) -> EditionPage<'a> {
    let span = Span::of(manifest);
    let rows: Vec<CountRow> = manifest
        .months
        .iter()
        .map(|(month, count)| CountRow { keys: vec![Key::Month(*month)], count: *count })
        .collect();
    EditionPage {
        v: visit,
        m: manifest,
        rows: format::integer(manifest.rows),
        accepted: format::integer(manifest.accepted),
        rejected: format::integer(manifest.rejected.total),
        unlocated: format::integer(manifest.unlocated),
        unlocated_share: format::share(manifest.unlocated, manifest.accepted),
        precision: precision(visit, manifest.precision),
        checked: manifest.checked_against.as_ref().map(ToString::to_string).unwrap_or_default(),
        received: Received::of(visit, manifest, |kind, name| meaning(visit, kind, name)),
        trend: Trend::of(visit, &span, &rows, &visit.t("edition-trend-label")),
        span: span.in_words(visit),
        citation: citation(visit, manifest, &span),
        downloads: downloads(visit, manifest),
        dataset_href: format!("/datasets/{}", percent(&manifest.dataset.0)),
    }
}

fn precision(visit: &Visit, precision: Precision) -> String {
    match precision {
        Precision::Day => visit.t("precision-day"),
        Precision::Month => visit.t("precision-month"),
        Precision::Year => visit.t("precision-year"),
        Precision::Unknown => visit.t("precision-unknown"),
    }
}

/// What a `reject` or a `flag` means; a flag that has no words has those of the kernel.
fn meaning(visit: &Visit, kind: &str, name: &str) -> String {
    let of_kernel = Flag::ALL.iter().find(|flag| kind == "flag" && flag.name() == name);
    let other = of_kernel.map_or("", |flag| flag.meaning());
    visit.t_or(&format!("{kind}-{}", name.replace('_', "-")), other)
}

fn downloads(visit: &Visit, manifest: &Manifest) -> Vec<Download> {
    let asked = [
        ("download-municipality", "place:municipalities"),
        ("download-municipality-month", "place:municipalities,month"),
        ("download-offence-month", "offence,month"),
        ("download-hour", "weekday,hour"),
    ];
    let link = |by: &str, format: &str| {
        let pairs = [
            ("dataset", manifest.dataset.0.clone()),
            ("edition", manifest.edition.clone()),
            ("by", by.to_owned()),
            ("format", format.to_owned()),
        ];
        format!("/api/v1/counts?{}", encode(&pairs))
    };
    // By municipality only where the data lie in the reference territory.
    let of_territory = |by: &&(&str, &str)| manifest.territory.is_some() || !by.1.starts_with("place:");
    asked
        .iter()
        .filter(of_territory)
        .map(|(key, by)| Download {
            label: visit.t_or(key, by),
            csv: link(by, "csv"),
            json: link(by, "json"),
            geojson: if *by == "place:municipalities" { link(by, "geojson") } else { String::new() },
        })
        .collect()
}
