//! `GET /api/v1/datasets` and what lies below it.

use crate::api::dto::{CrimeMapDataset, CrimeMapDatasets, CrimeMapEdition, CrimeMapEditionDetail};
use crate::api::refusals::{OfList, OfThing};
use crate::api::table::csv;
use crate::api::{DEFAULT, NEWEST, named};
use crate::library::{DatasetView, Library};
use crate::pages::{Pairs, blocking};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use std::sync::Arc;
use tequio_frame::form::{Form, json};
use tequio_frame::{Problem, ProblemCode};
use tequio_kernel::Manifest;

const FORMS: [Form; 2] = [Form::Json, Form::Csv];
const NO_PARAMETERS: &str = "this address takes `format` and nothing else";

/// The datasets and their editions.
#[utoipa::path(
    get,
    path = "/api/v1/datasets",
    operation_id = "crime_map_datasets",
    tag = "crime-map",
    params(("format" = Option<String>, Query, description = "`json` or `csv`, also as a suffix of the path; else the `Accept` header decides")),
    responses(
        (status = 200, description = "The datasets; as CSV a row an edition", content((CrimeMapDatasets = "application/json"), (String = "text/csv"))),
        OfList,
    )
)]
pub(super) async fn list(
    State(library): State<Arc<Library>>,
    headers: HeaderMap,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    let form = Form::take(&mut pairs, &headers, &FORMS)?;
    pairs.refuse_rest(NO_PARAMETERS)?;
    let datasets = blocking(library, |library| Ok(library.datasets()?)).await?;
    let text = match form {
        Form::Csv => editions_csv(datasets.iter().flat_map(|dataset| &dataset.editions)),
        _ => json(&CrimeMapDatasets { datasets: datasets.iter().map(view).collect() })?,
    };
    Ok(form.send_tagged(text, "datasets"))
}

/// One dataset with its editions, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{dataset}",
    operation_id = "crime_map_dataset",
    tag = "crime-map",
    params(
        ("dataset" = String, Path, description = "Dataset; `default` is the default one", example = "default"),
        ("format" = Option<String>, Query, description = "`json` or `csv`, also as a suffix of the path; else the `Accept` header decides"),
    ),
    responses(
        (status = 200, description = "The dataset; as CSV a row an edition", content((CrimeMapDataset = "application/json"), (String = "text/csv"))),
        OfThing,
    )
)]
pub(super) async fn dataset(
    State(library): State<Arc<Library>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    let form = Form::take(&mut pairs, &headers, &FORMS)?;
    pairs.refuse_rest(NO_PARAMETERS)?;
    let dataset = blocking(library, move |library| find(library, &id)).await?;
    let text = match form {
        Form::Csv => editions_csv(&dataset.editions),
        _ => json(&view(&dataset))?,
    };
    Ok(form.send_tagged(text, &dataset.id))
}

/// One edition: everything that is known of it, from the files received to the rows rejected.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{dataset}/editions/{edition}",
    operation_id = "crime_map_edition",
    tag = "crime-map",
    params(
        ("dataset" = String, Path, description = "Dataset; `default` is the default one", example = "default"),
        ("edition" = String, Path, description = "Edition; `newest` is the newest one", example = "newest"),
        ("format" = Option<String>, Query, description = "`json`, also as a suffix of the path"),
    ),
    responses((status = 200, description = "The edition", body = CrimeMapEditionDetail), OfThing)
)]
pub(super) async fn edition(
    State(library): State<Arc<Library>>,
    headers: HeaderMap,
    Path((dataset, edition)): Path<(String, String)>,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    let form = Form::take(&mut pairs, &headers, &[Form::Json])?;
    pairs.refuse_rest(NO_PARAMETERS)?;
    let manifest = blocking(library, move |library| find_edition(library, &dataset, &edition)).await?;
    let text = json(&CrimeMapEditionDetail::from(&manifest))?;
    Ok(form.send_tagged(text, &manifest.edition))
}

/// The dataset of a path.
fn find(library: &Library, id: &str) -> Result<DatasetView, Problem> {
    let id = match named(id, DEFAULT) {
        Some(id) => id.to_owned(),
        None => library.manifest(None, None)?.dataset.0,
    };
    let found = library.datasets()?.into_iter().find(|dataset| dataset.id == id);
    found.ok_or_else(|| Problem::with(ProblemCode::NotFound, format!("there is no dataset `{id}`")))
}

/// The edition of a path.
fn find_edition(library: &Library, id: &str, edition: &str) -> Result<Manifest, Problem> {
    let dataset = find(library, id)?;
    let mut editions = dataset.editions.into_iter();
    let found = match named(edition, NEWEST) {
        Some(edition) => editions.find(|manifest| manifest.edition == edition),
        None => editions.next(),
    };
    let missing = || format!("dataset `{}` has no edition `{edition}`", dataset.id);
    found.ok_or_else(|| Problem::with(ProblemCode::NotFound, missing()))
}

fn view(dataset: &DatasetView) -> CrimeMapDataset {
    CrimeMapDataset { id: dataset.id.clone(), editions: dataset.editions.iter().map(CrimeMapEdition::from).collect() }
}

fn editions_csv<'a>(manifests: impl IntoIterator<Item = &'a Manifest>) -> String {
    let header = [
        "dataset",
        "edition",
        "title",
        "attribution",
        "synthetic",
        "imported_at",
        "sha256",
        "format",
        "rows",
        "accepted",
        "rejected",
        "unlocated",
        "first_month",
        "last_month",
    ];
    let month = |month: Option<&tequio_kernel::Month>| month.map(ToString::to_string).unwrap_or_default();
    let row = |manifest: &Manifest| {
        vec![
            manifest.dataset.to_string(),
            manifest.edition.clone(),
            manifest.title.clone(),
            manifest.attribution.clone(),
            manifest.synthetic.to_string(),
            manifest.imported_at.clone(),
            manifest.sha256.clone(),
            manifest.format.clone(),
            manifest.rows.to_string(),
            manifest.accepted.to_string(),
            manifest.rejected.total.to_string(),
            manifest.unlocated.to_string(),
            month(manifest.months.keys().next()),
            month(manifest.months.keys().next_back()),
        ]
    };
    csv(&header, manifests.into_iter().map(row))
}
