//! `GET /api/v1/counts`.

use crate::answer::{to_csv, to_json};
use crate::api::caching::Freshness;
use crate::api::dto::{CrimeMapCounts, CrimeMapFilters};
use crate::library::Library;
use crate::pages::{Pairs, blocking};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use tequio_access::Principal;
use tequio_frame::{Problem, ProblemBody, ProblemCode};

/// Form of the answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Json,
    Csv,
}

/// Counts incidents.
#[utoipa::path(
    get,
    path = "/api/v1/counts",
    tag = "crime-map",
    params(
        ("dataset" = Option<String>, Query, description = "Dataset; the default one when it is not given"),
        ("by" = Option<String>, Query, description = "Dimensions joined by commas: place:LAYER, cell:ZOOM, street, segment, year, month, weekday, hour, offence, class", example = "place:states,year"),
        ("format" = Option<String>, Query, description = "`json` or `csv`; else the `Accept` header decides"),
        CrimeMapFilters,
    ),
    responses(
        (status = 200, description = "The counts", content((CrimeMapCounts = "application/json"), (String = "text/csv"))),
        (status = 304, description = "The reader has this answer"),
        (status = 400, description = "The question is not understood", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not published at this detail", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such dataset, edition, layer or place", body = ProblemBody, content_type = "application/problem+json"),
        (status = 406, description = "Neither JSON nor CSV is accepted", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The answer would be too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 414, description = "The address is too long", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The data cannot answer", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the program", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Not available right now", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn count(
    State(library): State<Arc<Library>>,
    headers: HeaderMap,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    let form = form(pairs.take("format").as_deref(), &headers)?;
    let query = pairs.query()?;
    blocking(library, move |library| {
        let edition = library.open(query.dataset.as_deref(), query.edition.as_deref())?;
        let layers: Vec<String> = library.layers().iter().map(|layer| layer.id.to_string()).collect();
        let name = if form == Form::Csv { "csv" } else { "json" };
        let freshness = Freshness::of(&edition.manifest, &layers, &query, name);
        if freshness.is_known(&headers) {
            return Ok(freshness.not_modified());
        }
        let answer = library.count(&query, Principal::Public)?;
        let file = format!("attachment; filename=\"{}-{}.csv\"", edition.manifest.dataset, edition.manifest.edition);
        let response = match form {
            Form::Json => (
                [(CONTENT_TYPE, "application/json")],
                to_json(&edition.manifest, &answer.layers, &answer.counts).to_string(),
            )
                .into_response(),
            Form::Csv => (
                [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, file)],
                to_csv(&answer.counts),
            )
                .into_response(),
        };
        Ok(freshness.on(response))
    })
    .await
}

/// The parameter decides; else the first form that the header names.
fn form(parameter: Option<&str>, headers: &HeaderMap) -> Result<Form, Problem> {
    match parameter {
        Some("json") => return Ok(Form::Json),
        Some("csv") => return Ok(Form::Csv),
        Some(other) => {
            return Err(Problem::with(ProblemCode::BadQuery, format!("`{other}` is not a format: use json or csv")));
        }
        None => {}
    }
    let Some(accept) = headers.get(ACCEPT).and_then(|value| value.to_str().ok()) else { return Ok(Form::Json) };
    let mut kinds = accept.split(',').map(|kind| kind.split(';').next().unwrap_or_default().trim());
    kinds
        .find_map(|kind| match kind {
            "text/csv" => Some(Form::Csv),
            "application/json" | "application/*" | "*/*" | "text/html" | "" => Some(Form::Json),
            "text/*" => Some(Form::Csv),
            _ => None,
        })
        .ok_or_else(|| Problem::new(ProblemCode::NotAcceptable))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn accepted(accept: &'static str) -> Result<Form, ProblemCode> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        form(None, &headers).map_err(|problem| problem.code)
    }

    #[test]
    fn the_parameter_decides_then_the_header() {
        assert!(accepted("text/csv") == Ok(Form::Csv) && accepted("*/*") == Ok(Form::Json));
        assert!(accepted("text/html,application/xhtml+xml") == Ok(Form::Json));
        assert!(accepted("image/png") == Err(ProblemCode::NotAcceptable));
        assert!(form(Some("csv"), &HeaderMap::new()).is_ok_and(|form| form == Form::Csv));
        assert!(form(Some("xml"), &HeaderMap::new()).is_err());
    }
}
