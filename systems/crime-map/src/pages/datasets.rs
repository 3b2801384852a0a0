//! The datasets and their editions.

use crate::library::Library;
use crate::pages::ask::blocking;
use crate::pages::data;
use crate::pages::span::Span;
use askama::Template;
use axum::extract::{Path, State};
use std::sync::Arc;
use tequio_frame::{Page, PageSource, Problem, ProblemCode, Visit, format};
use tequio_kernel::Manifest;

#[derive(Template)]
#[template(path = "datasets.html")]
struct DatasetsPage<'a> {
    v: &'a Visit,
    datasets: Vec<DatasetRow>,
}

#[derive(Template)]
#[template(path = "dataset.html")]
struct DatasetPage<'a> {
    v: &'a Visit,
    title: String,
    id: String,
    attribution: String,
    editions: Vec<EditionRow>,
}

struct DatasetRow {
    id: String,
    title: String,
    attribution: String,
    editions: String,
    newest: EditionRow,
}

struct EditionRow {
    name: String,
    href: String,
    accepted: String,
    rejected: String,
    span: String,
    missing: String,
    imported: String,
}

impl EditionRow {
    fn of(visit: &Visit, manifest: &Manifest) -> Self {
        let span = Span::of(manifest);
        Self {
            name: manifest.edition.clone(),
            href: format!("/datasets/{}/{}", manifest.dataset, manifest.edition),
            accepted: format::integer(manifest.accepted),
            rejected: format::integer(manifest.rejected.total),
            span: span.in_words(visit),
            missing: span.missing_in_words(visit),
            imported: manifest.imported_at.split('T').next().unwrap_or_default().to_owned(),
        }
    }
}

/// `GET /datasets`.
pub(crate) async fn page(State(library): State<Arc<Library>>, visit: Visit) -> Result<Page, Problem> {
    blocking(library, move |library| {
        let datasets = library.datasets()?;
        let rows = datasets.iter().filter_map(|dataset| {
            let manifest = dataset.editions.first()?;
            Some(DatasetRow {
                id: dataset.id.clone(),
                title: manifest.title.clone(),
                attribution: manifest.attribution.clone(),
                editions: visit.say("editions-count", &[("n", dataset.editions.len().into())]),
                newest: EditionRow::of(&visit, manifest),
            })
        });
        let page = DatasetsPage { v: &visit, datasets: rows.collect() };
        let newest = datasets.iter().filter_map(|dataset| dataset.editions.first());
        let table = data::editions("datasets", visit.t("datasets-title"), newest);
        Ok(Page::render(visit.t("datasets-title"), visit.t("datasets-description"), &page)?.with_table(table))
    })
    .await
}

/// `GET /datasets/{dataset}`.
pub(crate) async fn dataset(
    State(library): State<Arc<Library>>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Page, Problem> {
    blocking(library, move |library| {
        let found = library.datasets()?.into_iter().find(|dataset| dataset.id == id);
        let dataset =
            found.ok_or_else(|| Problem::with(ProblemCode::NotFound, format!("there is no dataset `{id}`")))?;
        let newest = dataset.editions.first().ok_or_else(|| Problem::new(ProblemCode::NotFound))?;
        let page = DatasetPage {
            v: &visit,
            title: newest.title.clone(),
            id: dataset.id.clone(),
            attribution: newest.attribution.clone(),
            editions: dataset.editions.iter().map(|manifest| EditionRow::of(&visit, manifest)).collect(),
        };
        let table = data::editions("editions", visit.t("editions-title"), &dataset.editions);
        Ok(Page::render(newest.title.clone(), newest.attribution.clone(), &page)?
            .with_source(source(newest))
            .with_table(table))
    })
    .await
}

fn source(manifest: &Manifest) -> PageSource {
    PageSource {
        title: manifest.title.clone(),
        edition: manifest.edition.clone(),
        href: format!("/datasets/{}/{}", manifest.dataset, manifest.edition),
        attribution: manifest.attribution.clone(),
        synthetic: manifest.synthetic,
    }
}
