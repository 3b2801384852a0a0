//! `GET /ogc/collections` and one of them.

use crate::api::caching::pinned;
use crate::api::geojson::bbox;
use crate::api::ogc::collection::Collection;
use crate::api::ogc::dto::{
    CrimeMapOgcCollection, CrimeMapOgcCollections, CrimeMapOgcExtent, CrimeMapOgcSpatial, CrimeMapOgcTemporal,
};
use crate::api::ogc::link::{GEOJSON, JSON, Links};
use crate::api::ogc::{ROOT, take_form};
use crate::api::refusals::OfThing;
use crate::library::Library;
use crate::pages::{Pairs, blocking, percent};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use std::sync::Arc;
use tequio_frame::Problem;
use tequio_frame::form::{Form, json};
use tequio_kernel::{Manifest, Month};

/// Longitude and latitude of WGS 84, the system of GeoJSON.
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// The collections.
#[utoipa::path(
    get,
    path = "/ogc/collections",
    operation_id = "crime_map_ogc_collections",
    tag = "ogc",
    params(("f" = Option<String>, Query, description = "`json`, the only form"), ("dataset" = Option<String>, Query, description = "Dataset; the default one when it is not given")),
    responses((status = 200, description = "The collections", body = CrimeMapOgcCollections), OfThing)
)]
pub(crate) async fn list(
    State(library): State<Arc<Library>>,
    headers: HeaderMap,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    take_form(&mut pairs, &headers)?;
    let query = pairs.query()?;
    let text = blocking(library, move |library| {
        let links = Links::of(&headers, &query);
        let manifest = library.manifest(query.dataset.as_deref(), query.edition.as_deref())?;
        let query = pinned(&query, &manifest);
        let edition = library.open(query.dataset.as_deref(), query.edition.as_deref())?;
        let collections = Collection::all(library, &edition)?;
        json(&CrimeMapOgcCollections {
            links: vec![
                links.to("self", JSON, "This document", &format!("{ROOT}/collections"), &[]),
                links.to("parent", JSON, "The landing page", ROOT, &[]),
            ],
            collections: collections.iter().map(|collection| describe(collection, &manifest, &links)).collect(),
        })
    })
    .await?;
    Ok(Form::Json.send_tagged(text, "collections"))
}

/// One collection.
#[utoipa::path(
    get,
    path = "/ogc/collections/{collection}",
    operation_id = "crime_map_ogc_collection",
    tag = "ogc",
    params(
        ("collection" = String, Path, description = "Collection", example = "states"),
        ("f" = Option<String>, Query, description = "`json`, the only form"),
        ("dataset" = Option<String>, Query, description = "Dataset; the default one when it is not given"),
    ),
    responses((status = 200, description = "The collection", body = CrimeMapOgcCollection), OfThing)
)]
pub(crate) async fn collection(
    State(library): State<Arc<Library>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    take_form(&mut pairs, &headers)?;
    let query = pairs.query()?;
    let text = blocking(library, move |library| {
        let links = Links::of(&headers, &query);
        let edition = library.open(query.dataset.as_deref(), query.edition.as_deref())?;
        let collection = Collection::find(library, &edition, &id)?;
        json(&describe(&collection, &edition.manifest, &links))
    })
    .await?;
    Ok(Form::Json.send_tagged(text, "collection"))
}

fn describe(collection: &Collection, manifest: &Manifest, links: &Links) -> CrimeMapOgcCollection {
    let path = format!("{ROOT}/collections/{}", percent(&collection.id()));
    CrimeMapOgcCollection {
        id: collection.id(),
        title: collection.title(),
        description: format!("{} Incidents of {}.", collection.description(), manifest.title),
        attribution: manifest.attribution.clone(),
        extent: CrimeMapOgcExtent {
            spatial: collection.bounds().map(|bounds| CrimeMapOgcSpatial { bbox: vec![bbox(bounds)] }),
            temporal: CrimeMapOgcTemporal { interval: vec![interval(manifest)] },
        },
        item_type: "feature",
        crs: vec![CRS84],
        links: vec![
            links.to("self", JSON, "This document", &path, &[]),
            links.to("items", GEOJSON, "The features", &format!("{path}/items"), &[]),
        ],
    }
}

/// First instant of the first month to the first instant after the last.
fn interval(manifest: &Manifest) -> [Option<String>; 2] {
    let instant = |month: Month| month.first_day().map(|day| format!("{day}T00:00:00Z"));
    let (first, last) = (manifest.months.keys().next(), manifest.months.keys().next_back());
    [first.and_then(|month| instant(*month)), last.and_then(|month| instant(month.next()))]
}
