//! `GET /api/v1/layers`.

use crate::api::dto::{CrimeMapLayer, CrimeMapLayers};
use crate::api::refusals::OfList;
use crate::api::table::csv;
use crate::library::Library;
use crate::pages::{Pairs, blocking};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use std::sync::Arc;
use tequio_frame::Problem;
use tequio_frame::form::{Form, json};

/// The layers of places: what `place:LAYER` can name.
#[utoipa::path(
    get,
    path = "/api/v1/layers",
    operation_id = "crime_map_layers",
    tag = "crime-map",
    params(("format" = Option<String>, Query, description = "`json` or `csv`, also as a suffix of the path; else the `Accept` header decides")),
    responses(
        (status = 200, description = "The layers, those of the reference territory first", content((CrimeMapLayers = "application/json"), (String = "text/csv"))),
        OfList,
    )
)]
pub(super) async fn list(
    State(library): State<Arc<Library>>,
    headers: HeaderMap,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    let form = Form::take(&mut pairs, &headers, &[Form::Json, Form::Csv])?;
    pairs.refuse_rest("this address takes `format` and nothing else")?;
    let layers: Vec<CrimeMapLayer> = blocking(library, |library| {
        Ok(library.layers().iter().map(|layer| CrimeMapLayer::from(layer.as_ref())).collect())
    })
    .await?;
    let text = match form {
        Form::Csv => csv(&HEADER, layers.into_iter().map(row)),
        _ => json(&CrimeMapLayers { layers })?,
    };
    Ok(form.send_tagged(text, "layers"))
}

const HEADER: [&str; 8] = ["layer", "edition", "kind", "level", "within", "places", "source", "population_edition"];

fn row(layer: CrimeMapLayer) -> Vec<String> {
    vec![
        layer.layer,
        layer.edition,
        layer.kind.to_owned(),
        layer.level.to_owned(),
        layer.within.unwrap_or_default(),
        layer.places.to_string(),
        layer.source,
        layer.population_edition.unwrap_or_default(),
    ]
}
