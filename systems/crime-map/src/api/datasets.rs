//! `GET /api/v1/datasets`.

use crate::api::dto::{CrimeMapDataset, CrimeMapDatasets, CrimeMapEdition};
use crate::library::Library;
use crate::pages::{Pairs, blocking};
use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use std::sync::Arc;
use tequio_frame::{Problem, ProblemBody};

/// The datasets and their editions.
#[utoipa::path(
    get,
    path = "/api/v1/datasets",
    tag = "crime-map",
    responses(
        (status = 200, description = "The datasets", body = CrimeMapDatasets),
        (status = 400, description = "An unknown parameter", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the program", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(State(library): State<Arc<Library>>, pairs: Pairs) -> Result<impl IntoResponse, Problem> {
    pairs.refuse_rest("this address takes no parameters")?;
    let datasets = blocking(library, |library| Ok(library.datasets()?)).await?;
    let datasets = datasets.into_iter().map(|dataset| CrimeMapDataset {
        id: dataset.id,
        editions: dataset.editions.iter().map(CrimeMapEdition::from).collect(),
    });
    Ok(([(CACHE_CONTROL, "public, no-cache")], Json(CrimeMapDatasets { datasets: datasets.collect() })))
}
