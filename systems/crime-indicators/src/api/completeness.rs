//! `GET /api/v1/completeness`: which prosecutor's office delivered which period.

use crate::api::dto_revisions::CrimeIndicatorsCompleteness;
use crate::api::refusals::OfQuestion;
use crate::compared::completeness;
use crate::shelf::{At, Shelf};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use std::sync::Arc;
use tequio_frame::form::json as text_of;
use tequio_frame::work::blocking;
use tequio_frame::{Form, Pairs, Problem, ProblemCode};

/// Which prosecutor's office delivered which period of an edition: the document of `tequio completeness --json`.
///
/// Every office and period is `complete`, `partial`, `missing` or `stray`. A zero is a figure; what was not delivered is not
/// zero.
#[utoipa::path(
    get,
    path = "/api/v1/completeness",
    operation_id = "crime_indicators_completeness",
    tag = "crime-indicators",
    params(
        ("dataset" = String, Query, description = "Dataset of official counts", example = "demo-counts"),
        ("edition" = Option<String>, Query, description = "Edition; the newest when it is not given"),
        ("as_of" = Option<String>, Query, description = "The newest edition that was known on this day, `YYYY-MM-DD`"),
        ("format" = Option<String>, Query, description = "`json` or `csv`, also as a suffix of the path"),
    ),
    responses(
        (status = 200, description = "The deliveries", content((CrimeIndicatorsCompleteness = "application/json"), (String = "text/csv"))),
        OfQuestion,
    )
)]
pub(super) async fn of_edition(
    State(shelf): State<Arc<Shelf>>,
    headers: HeaderMap,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    let form = Form::take(&mut pairs, &headers, &[Form::Json, Form::Csv])?;
    let none = || Problem::with(ProblemCode::BadQuery, "name a dataset: `dataset=`");
    let dataset = pairs.take("dataset").ok_or_else(none)?;
    let at = At { edition: pairs.take("edition"), as_of: pairs.take("as_of") };
    pairs.refuse_rest("completeness takes dataset, edition, as_of and format")?;
    blocking(shelf, move |shelf| {
        let open = shelf.open(&dataset, &at)?;
        let delivered = completeness(shelf, &open)?;
        let text = match form {
            Form::Csv => delivered.table(String::new()).to_csv(),
            _ => text_of(&delivered.document(&open.manifest))?,
        };
        Ok(form.send_tagged(text, "completeness"))
    })
    .await
}
