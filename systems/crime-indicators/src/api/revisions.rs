//! `GET /api/v1/diff` and `/api/v1/revisions`: what changed between editions.

use crate::api::dto_revisions::{CrimeIndicatorsDiff, CrimeIndicatorsRevisions, CrimeIndicatorsSelection};
use crate::api::refusals::{OfComparison, OfQuestion};
use crate::compared::{FIGURES_MAX, compare, concerning, document, revisions};
use crate::revisions::Selection;
use crate::shelf::Shelf;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use std::sync::Arc;
use tequio_frame::form::json as text_of;
use tequio_frame::work::blocking;
use tequio_frame::{Form, Pairs, Problem, ProblemCode};

/// Largest single changes that are listed when it is not said how many.
const FIGURES: usize = 20;

/// What changed between two editions of a dataset, figure by figure: the document of `tequio diff --json`.
#[utoipa::path(
    get,
    path = "/api/v1/diff",
    operation_id = "crime_indicators_diff",
    tag = "crime-indicators",
    params(
        ("dataset" = String, Query, description = "Dataset of official counts", example = "demo-counts"),
        ("old" = String, Query, description = "Edition that was there before", example = "demo-2025-09"),
        ("new" = String, Query, description = "Edition that came after it", example = "demo-2025-10"),
        ("limit" = Option<usize>, Query, description = "How many of the largest single changes; 20 when it is not given", minimum = 0, maximum = 1000),
        ("format" = Option<String>, Query, description = "`json`, also as a suffix of the path"),
    ),
    responses((status = 200, description = "What changed", body = CrimeIndicatorsDiff), OfComparison)
)]
pub(super) async fn diff(
    State(shelf): State<Arc<Shelf>>,
    headers: HeaderMap,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    let form = Form::take(&mut pairs, &headers, &[Form::Json])?;
    let mut given = |name: &str| {
        let none =
            || Problem::with(ProblemCode::BadQuery, format!("give `{name}`: dataset, old and new name two editions"));
        pairs.take(name).ok_or_else(none)
    };
    let (dataset, old, new) = (given("dataset")?, given("old")?, given("new")?);
    let limit = limit(&mut pairs)?;
    pairs.refuse_rest("a comparison takes dataset, old, new, limit and format")?;
    blocking(shelf, move |shelf| {
        let compared = compare(shelf, &dataset, &old, &new)?;
        let answer = compared.diff.with_limit(limit).document(&compared.old, &compared.new);
        Ok(form.send_tagged(text_of(&answer)?, "diff"))
    })
    .await
}

fn limit(pairs: &mut Pairs) -> Result<usize, Problem> {
    let Some(text) = pairs.take("limit") else { return Ok(FIGURES) };
    let hint = || format!("`limit={text}` is not understood: give a number from 0 to {FIGURES_MAX}");
    let number = text.parse().ok().filter(|limit| *limit <= FIGURES_MAX);
    number.ok_or_else(|| Problem::with(ProblemCode::BadQuery, hint()))
}

/// How past figures moved through all editions of a dataset, with the revision triangle and the alarms of the newest:
/// the document of `tequio revisions --json`.
#[utoipa::path(
    get,
    path = "/api/v1/revisions",
    operation_id = "crime_indicators_revisions",
    tag = "crime-indicators",
    params(
        ("dataset" = String, Query, description = "Dataset of official counts", example = "demo-counts"),
        ("format" = Option<String>, Query, description = "`json`, also as a suffix of the path"),
        CrimeIndicatorsSelection,
    ),
    responses((status = 200, description = "The revisions", body = CrimeIndicatorsRevisions), OfQuestion)
)]
pub(super) async fn of_dataset(
    State(shelf): State<Arc<Shelf>>,
    headers: HeaderMap,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    let form = Form::take(&mut pairs, &headers, &[Form::Json])?;
    let none = || Problem::with(ProblemCode::BadQuery, "name a dataset: `dataset=`");
    let dataset = pairs.take("dataset").ok_or_else(none)?;
    let selection = Selection { place: pairs.take("place"), offence: pairs.take("offence") };
    pairs.refuse_rest("revisions take dataset, place, offence and format")?;
    blocking(shelf, move |shelf| {
        let found = revisions(shelf, &dataset, &selection)?;
        let answer = document(&found, &selection, &concerning(shelf, &dataset, &selection)?);
        Ok(form.send_tagged(text_of(&answer)?, "revisions"))
    })
    .await
}
