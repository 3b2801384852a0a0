//! `GET /api/v1/proofs`: the proof of one figure.

use crate::api::dto_ledger::{CrimeIndicatorsFigureName, CrimeIndicatorsFigureProof};
use crate::api::refusals::OfQuestion;
use crate::pages::named::Named;
use crate::shelf::Shelf;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use std::sync::Arc;
use tequio_frame::work::blocking;
use tequio_frame::{Form, Pairs, Problem, ProblemCode};

/// Proves one figure of one edition.
///
/// The answer is a proof that anybody checks offline with the public key of the log: the row, its path to the root over
/// the rows of its edition, the entry of the edition in the ledger, and the C2SP tlog-proof of that entry. It is
/// canonical JSON (RFC 8785), and `tequio verify FILE` accepts it as it is.
#[utoipa::path(
    get,
    path = "/api/v1/proofs",
    operation_id = "crime_indicators_proof",
    tag = "crime-indicators",
    params(
        ("format" = Option<String>, Query, description = "`json`, also as a suffix of the path"),
        CrimeIndicatorsFigureName,
    ),
    responses((status = 200, description = "The proof", body = CrimeIndicatorsFigureProof), OfQuestion)
)]
pub(super) async fn of_figure(
    State(shelf): State<Arc<Shelf>>,
    headers: HeaderMap,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    let form = Form::take(&mut pairs, &headers, &[Form::Json])?;
    let named = Named::take(&mut pairs)?;
    blocking(shelf, move |shelf| {
        let figure = named.figure()?.ok_or_else(|| Problem::with(ProblemCode::BadQuery, NAMELESS))?;
        let open = shelf.open(named.dataset()?, &named.at)?;
        let bytes = crate::proof::prove(shelf, &open, &figure)?.to_bytes().map_err(crate::proof::ProofError::from)?;
        let text = String::from_utf8(bytes).map_err(|error| Problem::with(ProblemCode::Internal, error))?;
        Ok(form.send_tagged(text, "proof"))
    })
    .await
}

/// What a question without a figure is told.
const NAMELESS: &str =
    "name the figure: dataset, place, offence and period, and its group where it has one (sex, age, ...)";
