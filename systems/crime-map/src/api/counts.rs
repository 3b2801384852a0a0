//! `GET /api/v1/counts`.

use crate::answer::{states, to_csv, to_json};
use crate::api::caching::{Freshness, pinned};
use crate::api::dto::{CrimeMapCounts, CrimeMapCountsGeoJson, CrimeMapFilters};
use crate::api::refusals::OfQuestion;
use crate::api::shapes;
use crate::library::Library;
use crate::pages::{Pairs, blocking};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use std::sync::Arc;
use tequio_access::Principal;
use tequio_frame::Form;
use tequio_frame::Problem;

/// Counts incidents.
///
/// Every incident that passes the filters is counted once. `by` splits the count; without it there is one
/// total. As GeoJSON each row is a feature with the shape of its place, cell, segment or street, for questions
/// with exactly one of those dimensions.
#[utoipa::path(
    get,
    path = "/api/v1/counts",
    operation_id = "crime_map_counts",
    tag = "crime-map",
    params(
        ("dataset" = Option<String>, Query, description = "Dataset; the default one when it is not given"),
        ("by" = Option<String>, Query, description = "Dimensions joined by commas, at most four: place:LAYER, cell:ZOOM, street, segment, year, month, weekday, hour, offence, class", example = "place:states,year"),
        ("format" = Option<String>, Query, description = "`json`, `csv` or `geojson`, also as a suffix of the path; else the `Accept` header decides"),
        CrimeMapFilters,
    ),
    responses(
        (status = 200, description = "The counts", content((CrimeMapCounts = "application/json"), (String = "text/csv"), (CrimeMapCountsGeoJson = "application/geo+json"))),
        OfQuestion,
    )
)]
pub(super) async fn count(
    State(library): State<Arc<Library>>,
    headers: HeaderMap,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    let form = Form::take(&mut pairs, &headers, &[Form::Json, Form::Csv, Form::GeoJson])?;
    let query = pairs.query()?;
    blocking(library, move |library| {
        let manifest = library.manifest(query.dataset.as_deref(), query.edition.as_deref())?;
        Freshness::of(&manifest, &library.layer_ids(), &query, &form).answer(&headers, || {
            let answer = library.count(&pinned(&query, &manifest), Principal::Public)?;
            let text = match form {
                Form::Json => to_json(&answer).to_string(),
                Form::Csv => to_csv(&answer.counts, &states(library, &answer.counts)?),
                Form::GeoJson => shapes::counts(library, &answer)?,
            };
            Ok(form.send(text, &format!("{}-{}", manifest.dataset, manifest.edition)))
        })
    })
    .await
}
