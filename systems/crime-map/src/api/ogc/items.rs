//! `GET /ogc/collections/{collection}/items` and one of them.

use crate::api::caching::{Freshness, pinned};
use crate::api::dto::CrimeMapFilters;
use crate::api::geojson::Feature;
use crate::api::ogc::collection::Collection;
use crate::api::ogc::dto::{CrimeMapOgcFeature, CrimeMapOgcItems, CrimeMapOgcLink, CrimeMapOgcProperties};
use crate::api::ogc::features::{Entry, Features};
use crate::api::ogc::link::{GEOJSON, JSON, Links};
use crate::api::ogc::page::Wanted;
use crate::api::ogc::{ROOT, take_form};
use crate::api::refusals::OfQuestion;
use crate::library::Library;
use crate::pages::{Pairs, Span, blocking, percent};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use std::sync::Arc;
use tequio_frame::form::{Form, json};
use tequio_frame::{Problem, ProblemCode};
use tequio_kernel::{Manifest, Query};

/// Positions after which a page ends, 11 MB as text; the rest is on the next one.
const VERTICES_MAX: usize = 500_000;

#[derive(Serialize)]
struct Page<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    links: Vec<CrimeMapOgcLink>,
    #[serde(rename = "numberMatched")]
    matched: usize,
    #[serde(rename = "numberReturned")]
    returned: usize,
    features: Vec<Feature<'a, CrimeMapOgcProperties>>,
}

#[derive(Serialize)]
struct Single<'a> {
    #[serde(flatten)]
    feature: Feature<'a, CrimeMapOgcProperties>,
    links: Vec<CrimeMapOgcLink>,
}

/// The features of a collection, page by page.
///
/// Places are all there, also those without incidents; of cells and segments those with incidents are. Counts
/// are those of `/api/v1/counts` with the same filters, and of the latest twelve months that are complete when
/// no period is given. `bbox` chooses features; it does not cut counts.
#[utoipa::path(
    get,
    path = "/ogc/collections/{collection}/items",
    operation_id = "crime_map_ogc_items",
    tag = "ogc",
    params(
        ("collection" = String, Path, description = "Collection", example = "states"),
        ("f" = Option<String>, Query, description = "`json`, the only form"),
        ("limit" = Option<usize>, Query, description = "Most features of the page, 1,000 when it is not given; more than 10,000 counts as 10,000. A page of large shapes ends earlier: follow `next`", minimum = 1, example = 10),
        ("offset" = Option<usize>, Query, description = "Features that go before the page", minimum = 0),
        ("bbox" = Option<String>, Query, description = "West, south, east, north in degrees: features that touch this box"),
        ("datetime" = Option<String>, Query, description = "A date or time of RFC 3339, or two with a slash between; the same as `period`"),
        ("dataset" = Option<String>, Query, description = "Dataset; the default one when it is not given"),
        CrimeMapFilters,
    ),
    responses(
        (status = 200, description = "The features", body = CrimeMapOgcItems, content_type = "application/geo+json"),
        OfQuestion,
    )
)]
pub(crate) async fn items(
    State(library): State<Arc<Library>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    take_form(&mut pairs, &headers)?;
    let wanted = Wanted::take(&mut pairs)?;
    let query = question(&pairs)?;
    blocking(library, move |library| {
        let links = Links::of(&headers, &query);
        let manifest = library.manifest(query.dataset.as_deref(), query.edition.as_deref())?;
        let form = ("items", &id, format!("{wanted:?}"), links.origin());
        Freshness::of(&manifest, &library.layer_ids(), &query, &form).answer(&headers, || {
            let features = features(library, &manifest, &query, &wanted, &id)?;
            Ok(Form::GeoJson.send(page(&features, &wanted, &links, &id)?, "items"))
        })
    })
    .await
}

/// One feature.
#[utoipa::path(
    get,
    path = "/ogc/collections/{collection}/items/{feature}",
    operation_id = "crime_map_ogc_item",
    tag = "ogc",
    params(
        ("collection" = String, Path, description = "Collection", example = "states"),
        ("feature" = String, Path, description = "Feature", example = "MX-09"),
        ("f" = Option<String>, Query, description = "`json`, the only form"),
        ("dataset" = Option<String>, Query, description = "Dataset; the default one when it is not given"),
        CrimeMapFilters,
    ),
    responses(
        (status = 200, description = "The feature", body = CrimeMapOgcFeature, content_type = "application/geo+json"),
        OfQuestion,
    )
)]
pub(crate) async fn item(
    State(library): State<Arc<Library>>,
    headers: HeaderMap,
    Path((id, name)): Path<(String, String)>,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    take_form(&mut pairs, &headers)?;
    let query = question(&pairs)?;
    blocking(library, move |library| {
        let links = Links::of(&headers, &query);
        let manifest = library.manifest(query.dataset.as_deref(), query.edition.as_deref())?;
        let form = ("item", &id, &name, links.origin());
        Freshness::of(&manifest, &library.layer_ids(), &query, &form).answer(&headers, || {
            let features = features(library, &manifest, &query, &Wanted::take(&mut Pairs(Vec::new()))?, &id)?;
            let missing = || Problem::with(ProblemCode::NotFound, format!("collection `{id}` has no feature `{name}`"));
            let entry = features.entries().into_iter().find(|entry| entry.id == name).ok_or_else(missing)?;
            let collection = format!("{ROOT}/collections/{}", percent(&id));
            let path = format!("{collection}/items/{}", percent(&name));
            let links = vec![
                links.to("self", GEOJSON, "This feature", &path, &[]),
                links.to("collection", JSON, "Its collection", &collection, &[]),
            ];
            Ok(Form::GeoJson.send(json(&Single { feature: features.feature(entry), links })?, "item"))
        })
    })
    .await
}

/// The question of an address. Its features are the dimension, so it names none.
fn question(pairs: &Pairs) -> Result<Query, Problem> {
    let query = pairs.query()?;
    let by = || Problem::with(ProblemCode::BadQuery, "`by` is the collection here");
    query.by.is_empty().then_some(query).ok_or_else(by)
}

fn features(
    library: &Library,
    manifest: &Manifest,
    query: &Query,
    wanted: &Wanted,
    id: &str,
) -> Result<Features, Problem> {
    let mut query = wanted.in_time(pinned(query, manifest), manifest)?;
    query.filter.period = query.filter.period.or_else(|| Span::of(manifest).latest_year());
    let edition = library.open(query.dataset.as_deref(), query.edition.as_deref())?;
    Features::count(library, Collection::find(library, &edition, id)?, query)
}

fn page(features: &Features, wanted: &Wanted, links: &Links, id: &str) -> Result<String, Problem> {
    let entries: Vec<Entry<'_>> = features.entries().into_iter().filter(|entry| wanted.touches(entry.bounds)).collect();
    let matched = entries.len();
    let mut vertices = 0;
    let fits = |entry: &Entry<'_>| {
        let fits = vertices == 0 || vertices + entry.vertices() <= VERTICES_MAX;
        vertices += entry.vertices();
        fits
    };
    let entries = entries.into_iter().skip(wanted.offset).take(wanted.limit).take_while(fits);
    let features: Vec<_> = entries.map(|entry| features.feature(entry)).collect();
    let returned = features.len();
    let links = page_links(wanted, links, id, matched, returned);
    json(&Page { kind: "FeatureCollection", links, matched, returned, features })
}

fn page_links(wanted: &Wanted, links: &Links, id: &str, matched: usize, returned: usize) -> Vec<CrimeMapOgcLink> {
    let collection = format!("{ROOT}/collections/{}", percent(id));
    let items = format!("{collection}/items");
    let at = |rel, title, offset: usize| {
        let written = [("bbox", &wanted.bbox), ("datetime", &wanted.datetime)];
        let mut pairs: Vec<(&'static str, String)> =
            written.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))).collect();
        pairs.push(("limit", wanted.limit.to_string()));
        pairs.extend((offset > 0).then(|| ("offset", offset.to_string())));
        links.to(rel, GEOJSON, title, &items, &pairs)
    };
    let next = wanted.offset.saturating_add(returned);
    let mut all = vec![at("self", "This page", wanted.offset)];
    all.extend((returned > 0 && next < matched).then(|| at("next", "The next page", next)));
    all.push(links.to("collection", JSON, "The collection", &collection, &[]));
    all
}
