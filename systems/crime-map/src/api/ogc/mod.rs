//! OGC API - Features, Part 1: Core (OGC 17-069r4), for desktop mapping programs: every layer of areas, cells of
//! some sizes and street segments, each feature with its count and, where it can be computed, its rate.
//!
//! A question (dataset, period, offence, ...) that stands in the address of the landing page is carried on by
//! every link below it.

mod collection;
mod collections;
mod dto;
mod features;
mod items;
mod link;
mod page;

pub(super) use collections::{collection, list};
pub(super) use items::{item, items};

pub(super) use collections::{__path_collection, __path_list};
pub(super) use items::{__path_item, __path_items};

use crate::api::ogc::dto::{CrimeMapOgcConformance, CrimeMapOgcLanding};
use crate::api::ogc::link::{JSON, Links};
use crate::api::refusals::{OfList, OfThing};
use crate::library::Library;
use crate::pages::{Pairs, blocking};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use axum::response::Response;
use std::sync::Arc;
use tequio_frame::form::{Form, json};
use tequio_frame::{Problem, ProblemCode, media};

/// Path of the landing page.
const ROOT: &str = "/ogc";
/// What the API conforms to.
const CONFORMS_TO: [&str; 3] = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
];

/// The landing page: where everything is.
#[utoipa::path(
    get,
    path = "/ogc",
    operation_id = "crime_map_ogc",
    tag = "ogc",
    params(("f" = Option<String>, Query, description = "`json`, the only form"), ("dataset" = Option<String>, Query, description = "Dataset that the links lead to")),
    responses((status = 200, description = "The landing page", body = CrimeMapOgcLanding), OfThing)
)]
pub(super) async fn landing(
    State(library): State<Arc<Library>>,
    headers: HeaderMap,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    take_form(&mut pairs, &headers)?;
    let query = pairs.query()?;
    let links = Links::of(&headers, &query);
    blocking(library, move |library| Ok(library.manifest(query.dataset.as_deref(), query.edition.as_deref())?)).await?;
    let landing = CrimeMapOgcLanding {
        title: "Tequio: crime map".to_owned(),
        description: "Layers of places, cells and street segments with counts of incidents and rates.".to_owned(),
        links: vec![
            links.to("self", JSON, "This document", ROOT, &[]),
            links.plain("service-desc", link::OPENAPI, "The API, in OpenAPI 3.0", "/openapi-3.0.json"),
            links.plain("service-doc", "text/html", "The API, for people", "/api"),
            links.plain("conformance", JSON, "What the API conforms to", "/ogc/conformance"),
            links.to("data", JSON, "The collections", &format!("{ROOT}/collections"), &[]),
        ],
    };
    Ok(Form::Json.send_tagged(json(&landing)?, "ogc"))
}

/// The parts of the standard that hold here.
#[utoipa::path(
    get,
    path = "/ogc/conformance",
    operation_id = "crime_map_ogc_conformance",
    tag = "ogc",
    params(("f" = Option<String>, Query, description = "`json`, the only form")),
    responses((status = 200, description = "The conformance classes", body = CrimeMapOgcConformance), OfList)
)]
pub(super) async fn conformance(headers: HeaderMap, mut pairs: Pairs) -> Result<Response, Problem> {
    take_form(&mut pairs, &headers)?;
    // A question that the landing page was asked with follows programs everywhere.
    pairs.query()?;
    let conforms_to = CONFORMS_TO.map(str::to_owned).to_vec();
    Ok(Form::Json.send_tagged(json(&CrimeMapOgcConformance { conforms_to })?, "conformance"))
}

/// There is one form, JSON; for people there is `/api` and the map.
fn take_form(pairs: &mut Pairs, headers: &HeaderMap) -> Result<(), Problem> {
    let offered = [("application/json", ()), ("application/geo+json", ())];
    match pairs.take("f").as_deref() {
        Some("json") => Ok(()),
        None if media::preferred(headers, &offered).is_some() || !headers.contains_key(ACCEPT) => Ok(()),
        Some("html") | None => Err(Problem::with(ProblemCode::NotAcceptable, "this is for programs: it comes as JSON")),
        Some(other) => Err(Problem::with(ProblemCode::BadQuery, format!("`{other}` is not a form: use json"))),
    }
}
