//! `GET /api/v1/places`.

use crate::api::dto::{CrimeMapPlace, CrimeMapPlaces};
use crate::library::{Found, Library};
use crate::pages::{Pairs, blocking, page_of};
use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use std::sync::Arc;
use tequio_frame::{Problem, ProblemBody, ProblemCode};
use tequio_kernel::place::check_name;

/// Places of an answer when the question does not say.
const LIMIT_DEFAULT: usize = 10;
/// Most places of an answer.
const LIMIT_MAX: usize = 100;
/// Longest text, letters.
const TEXT_LENGTH_MAX: usize = 100;

/// Searches places by name or code, and streets by name; accents and case do not matter.
#[utoipa::path(
    get,
    path = "/api/v1/places",
    tag = "crime-map",
    params(
        ("q" = String, Query, description = "Part of a name, or a code; at most 100 letters", example = "cuauhtemoc"),
        ("layer" = Option<String>, Query, description = "Only places of this layer"),
        ("limit" = Option<usize>, Query, description = "Most places, 1 to 100; 10 when it is not given"),
    ),
    responses(
        (status = 200, description = "The places, best first", body = CrimeMapPlaces),
        (status = 400, description = "The question is not understood", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such layer", body = ProblemBody, content_type = "application/problem+json"),
        (status = 414, description = "The address is too long", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the program", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn search(
    State(library): State<Arc<Library>>,
    mut pairs: Pairs,
) -> Result<impl IntoResponse, Problem> {
    let text = pairs.take("q").unwrap_or_default();
    let layer = pairs.take("layer");
    let limit = limit(pairs.take("limit").as_deref())?;
    pairs.refuse_rest("use q, layer or limit")?;
    if text.chars().count() > TEXT_LENGTH_MAX {
        return Err(Problem::with(ProblemCode::BadQuery, format!("`q` takes at most {TEXT_LENGTH_MAX} letters")));
    }
    if let Some(layer) = &layer {
        check_name(layer).map_err(|error| Problem::with(ProblemCode::BadQuery, error))?;
    }
    let found = blocking(library, move |library| {
        if let Some(name) = layer.as_deref().filter(|name| library.layer(name).is_none()) {
            return Err(Problem::with(ProblemCode::NotFound, format!("there is no layer `{name}`")));
        }
        let found = if text.is_empty() { Vec::new() } else { library.search(&text, layer.as_deref(), limit) };
        let place = |found: Found| CrimeMapPlace {
            page: page_of(library, &found),
            place: found.place.to_string(),
            name: found.name,
            layer: found.layer,
            context: found.context,
        };
        Ok(found.into_iter().map(place).collect())
    })
    .await?;
    Ok(([(CACHE_CONTROL, "public, max-age=300")], Json(CrimeMapPlaces { places: found })))
}

fn limit(text: Option<&str>) -> Result<usize, Problem> {
    let Some(text) = text else { return Ok(LIMIT_DEFAULT) };
    let limit = text.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
    limit.ok_or_else(|| Problem::with(ProblemCode::BadQuery, format!("`limit` is a number from 1 to {LIMIT_MAX}")))
}
