//! `GET /api/v1/claims` and `/api/v1/claims/check`.

use crate::api::dto_revisions::{CrimeIndicatorsChecked, CrimeIndicatorsClaim, CrimeIndicatorsClaims};
use crate::api::refusals::{OfList, OfQuestion};
use crate::claims::{Checked, checked_examples, checked_fields};
use crate::pages::claim_fields::ClaimFields;
use crate::shelf::Shelf;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::json;
use std::sync::Arc;
use tequio_frame::form::json as text_of;
use tequio_frame::work::blocking;
use tequio_frame::{Form, Pairs, Problem};

/// The worked examples, each tested against the data that are here.
#[utoipa::path(
    get,
    path = "/api/v1/claims",
    operation_id = "crime_indicators_claims",
    tag = "crime-indicators",
    params(("format" = Option<String>, Query, description = "`json`, also as a suffix of the path")),
    responses((status = 200, description = "The claims with what came of testing them", body = CrimeIndicatorsClaims), OfList)
)]
pub(super) async fn list(
    State(shelf): State<Arc<Shelf>>,
    headers: HeaderMap,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    let form = Form::take(&mut pairs, &headers, &[Form::Json])?;
    pairs.refuse_rest("the worked examples take format and nothing else")?;
    blocking(shelf, move |shelf| {
        let checked = checked_examples(shelf)?;
        let claims: Vec<&Checked> = checked.iter().map(AsRef::as_ref).collect();
        Ok(form.send_tagged(text_of(&json!({ "claims": claims }))?, "claims"))
    })
    .await
}

/// Tests a claim against every series, unit, edition and denominator that could carry it.
///
/// What reproduces the stated value within its rounding stands first. Where the data to test it are not here, the verdict
/// is `cannot-be-tested`, and `missing` says what would be needed.
#[utoipa::path(
    get,
    path = "/api/v1/claims/check",
    operation_id = "crime_indicators_claim_check",
    tag = "crime-indicators",
    params(
        ("format" = Option<String>, Query, description = "`json`, also as a suffix of the path"),
        CrimeIndicatorsClaim,
    ),
    responses((status = 200, description = "What came of it", body = CrimeIndicatorsChecked), OfQuestion)
)]
pub(super) async fn check(
    State(shelf): State<Arc<Shelf>>,
    headers: HeaderMap,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    let form = Form::take(&mut pairs, &headers, &[Form::Json])?;
    let fields = ClaimFields::take(&mut pairs)?;
    blocking(shelf, move |shelf| {
        let checked = checked_fields(shelf, &fields.fields())?;
        Ok(form.send_tagged(text_of(checked.as_ref())?, "claim"))
    })
    .await
}
