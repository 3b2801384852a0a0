//! `GET /api/v1/places`: searching, and one place by its name.

use crate::api::dto::{
    CrimeMapHolder, CrimeMapPlace, CrimeMapPlaceDetail, CrimeMapPlaceFeature, CrimeMapPlaces, CrimeMapPlacesGeoJson,
};
use crate::api::geojson::{Feature, Geometry, bbox, properties};
use crate::api::refusals::OfThing;
use crate::api::table::csv;
use crate::library::{Found, Library};
use crate::pages::{Pairs, blocking, bounds_of, page_of};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use std::sync::Arc;
use tequio_frame::form::{Form, json};
use tequio_frame::{Problem, ProblemCode};
use tequio_kernel::place::check_name;
use tequio_kernel::{Layer, Place, PlaceRef};

/// Places of an answer when the question does not say.
const LIMIT_DEFAULT: usize = 10;
/// Most places of an answer.
const LIMIT_MAX: usize = 100;
/// Longest text, letters.
const TEXT_LENGTH_MAX: usize = 100;

/// What a search asks for.
struct Asked {
    text: String,
    layer: Option<String>,
    limit: usize,
}

/// Searches places by name or code, and streets by name; accents and case do not matter.
#[utoipa::path(
    get,
    path = "/api/v1/places",
    operation_id = "crime_map_places",
    tag = "crime-map",
    params(
        ("q" = Option<String>, Query, description = "Part of a name, or a code; at most 100 letters. Without it nothing is found", example = "cuauhtemoc"),
        ("layer" = Option<String>, Query, description = "Only places of this layer"),
        ("limit" = Option<usize>, Query, description = "Most places, 1 to 100; 10 when it is not given", minimum = 1, maximum = 100),
        ("format" = Option<String>, Query, description = "`json`, `csv` or `geojson` (the middle and the box of each place), also as a suffix of the path; else the `Accept` header decides"),
    ),
    responses(
        (status = 200, description = "The places, best first", content((CrimeMapPlaces = "application/json"), (String = "text/csv"), (CrimeMapPlacesGeoJson = "application/geo+json"))),
        OfThing,
    )
)]
pub(super) async fn search(
    State(library): State<Arc<Library>>,
    headers: HeaderMap,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    let form = Form::take(&mut pairs, &headers, &[Form::Json, Form::Csv, Form::GeoJson])?;
    let asked = Asked {
        text: pairs.take("q").unwrap_or_default(),
        layer: pairs.take("layer"),
        limit: limit(pairs.take("limit").as_deref())?,
    };
    pairs.refuse_rest("use q, layer, limit or format")?;
    asked.check()?;
    let places = blocking(library, move |library| find(library, &asked)).await?;
    let text = match form {
        Form::Json => json(&CrimeMapPlaces { places })?,
        Form::Csv => csv(&["place", "name", "layer", "context", "page"], places.into_iter().map(row)),
        Form::GeoJson => json(&serde_json::json!({
            "type": "FeatureCollection",
            "features": places.iter().map(middle_of).collect::<Result<Vec<_>, Problem>>()?,
        }))?,
    };
    Ok(form.send_tagged(text, "places"))
}

impl Asked {
    fn check(&self) -> Result<(), Problem> {
        let bad = |detail: String| Err(Problem::with(ProblemCode::BadQuery, detail));
        if self.text.chars().count() > TEXT_LENGTH_MAX {
            return bad(format!("`q` takes at most {TEXT_LENGTH_MAX} letters"));
        }
        match self.layer.as_deref().map(check_name) {
            Some(Err(error)) => bad(error.to_string()),
            _ => Ok(()),
        }
    }
}

fn limit(text: Option<&str>) -> Result<usize, Problem> {
    let Some(text) = text else { return Ok(LIMIT_DEFAULT) };
    let limit = text.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
    limit.ok_or_else(|| Problem::with(ProblemCode::BadQuery, format!("`limit` is a number from 1 to {LIMIT_MAX}")))
}

fn find(library: &Library, asked: &Asked) -> Result<Vec<CrimeMapPlace>, Problem> {
    if let Some(name) = asked.layer.as_deref().filter(|name| library.layer(name).is_none()) {
        return Err(Problem::with(ProblemCode::NotFound, format!("there is no layer `{name}`")));
    }
    if asked.text.is_empty() {
        return Ok(Vec::new());
    }
    let found = library.search(&asked.text, asked.layer.as_deref(), asked.limit)?;
    Ok(found.into_iter().map(|found| place_of(library, found)).collect())
}

fn place_of(library: &Library, found: Found) -> CrimeMapPlace {
    let bounds = library.place(&found.place).and_then(|(layer, index)| bounds_of(layer.places.get(index)?));
    CrimeMapPlace {
        page: page_of(library, &found),
        place: found.place.to_string(),
        bbox: bounds.map(bbox),
        name: found.name,
        layer: found.layer,
        context: found.context,
    }
}

fn row(place: CrimeMapPlace) -> Vec<String> {
    vec![place.place, place.name, place.layer, place.context, place.page]
}

/// A place as a feature in the middle of its box.
fn middle_of(place: &CrimeMapPlace) -> Result<serde_json::Value, Problem> {
    let middle = |[west, south, east, north]: [f64; 4]| geo_types::coord! { x: f64::midpoint(west, east), y: f64::midpoint(south, north) };
    let geometry = place.bbox.map_or(Geometry::None, |bbox| Geometry::Middle(middle(bbox)));
    let internal = |error| Problem::with(ProblemCode::Internal, error);
    let mut fields = properties(serde_json::to_value(place).map_err(internal)?);
    fields.remove("bbox");
    let feature = Feature { id: Some(place.place.clone()), bbox: place.bbox, ..Feature::new(geometry, fields) };
    serde_json::to_value(feature).map_err(internal)
}

/// One place: its name, what holds it, its inhabitants; as GeoJSON its boundary or line.
#[utoipa::path(
    get,
    path = "/api/v1/places/{place}",
    operation_id = "crime_map_place",
    tag = "crime-map",
    params(
        ("place" = String, Path, description = "Code of the reference territory, or `LAYER:CODE`", example = "MX-09"),
        ("format" = Option<String>, Query, description = "`json` or `geojson`, also as a suffix of the path; else the `Accept` header decides"),
    ),
    responses(
        (status = 200, description = "The place", content((CrimeMapPlaceDetail = "application/json"), (CrimeMapPlaceFeature = "application/geo+json"))),
        OfThing,
    )
)]
pub(super) async fn place(
    State(library): State<Arc<Library>>,
    headers: HeaderMap,
    Path(name): Path<String>,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    let form = Form::take(&mut pairs, &headers, &[Form::Json, Form::GeoJson])?;
    pairs.refuse_rest("this address takes `format` and nothing else")?;
    let text = blocking(library, move |library| {
        let reference: PlaceRef = name.parse().map_err(|error| Problem::with(ProblemCode::NotFound, error))?;
        let missing = || Problem::with(ProblemCode::NotFound, format!("there is no place `{name}`"));
        let (layer, index) = library.place(&reference).ok_or_else(missing)?;
        let place = layer.places.get(index).ok_or_else(missing)?;
        let detail = detail(library, &layer, place, &reference);
        match form {
            Form::GeoJson => boundary(place, &detail),
            _ => json(&detail),
        }
    })
    .await?;
    Ok(form.send_tagged(text, "place"))
}

fn detail(library: &Library, layer: &Layer, place: &Place, reference: &PlaceRef) -> CrimeMapPlaceDetail {
    CrimeMapPlaceDetail {
        place: reference.to_string(),
        name: place.name.clone(),
        layer: layer.id.name.clone(),
        layer_edition: layer.id.edition.clone(),
        parents: holders(library, layer, place),
        bbox: bounds_of(place).map(bbox),
        population: place.population.iter().map(|(year, people)| (year.to_string(), *people)).collect(),
        population_edition: layer.population_edition.clone(),
        source: layer.source.clone(),
    }
}

/// The places that hold a place, nearest first.
fn holders(library: &Library, layer: &Layer, place: &Place) -> Vec<CrimeMapHolder> {
    let mut holders = Vec::new();
    let mut next = layer.within.clone().zip(place.parent.clone());
    while let Some((layer, code)) = next.take() {
        let reference = PlaceRef::new(&layer, &code);
        let Some((layer, index)) = library.place(&reference) else { break };
        let Some(holder) = layer.places.get(index) else { break };
        holders.push(CrimeMapHolder {
            place: reference.to_string(),
            name: holder.name.clone(),
            layer: layer.id.name.clone(),
        });
        next = layer.within.clone().zip(holder.parent.clone());
    }
    holders
}

fn boundary(place: &Place, detail: &CrimeMapPlaceDetail) -> Result<String, Problem> {
    let fields = serde_json::to_value(detail).map_err(|error| Problem::with(ProblemCode::Internal, error))?;
    let mut fields = properties(fields);
    fields.remove("bbox");
    let id = Some(detail.place.clone());
    json(&Feature { id, bbox: detail.bbox, ..Feature::new(Geometry::of(place), fields) })
}
