//! The shapes of the answers, as the standard names their fields.

use crate::api::dto::CrimeMapGeometry;
use serde::Serialize;
use utoipa::ToSchema;

/// A link.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CrimeMapOgcLink {
    /// Address.
    pub href: String,
    /// What it is to this document.
    #[schema(example = "self")]
    pub rel: String,
    /// Media type.
    #[serde(rename = "type")]
    #[schema(example = "application/json")]
    pub media_type: String,
    /// Title for people.
    pub title: String,
}

/// The landing page.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapOgcLanding {
    /// Title.
    pub title: String,
    /// What is here.
    pub description: String,
    /// Where it is.
    pub links: Vec<CrimeMapOgcLink>,
}

/// The conformance classes.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapOgcConformance {
    /// Their addresses.
    #[serde(rename = "conformsTo")]
    pub conforms_to: Vec<String>,
}

/// The collections.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapOgcCollections {
    /// Where else to go.
    pub links: Vec<CrimeMapOgcLink>,
    /// Layers of areas first, then cells, then street segments.
    pub collections: Vec<CrimeMapOgcCollection>,
}

/// A collection of features.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapOgcCollection {
    /// Name in addresses.
    #[schema(example = "states")]
    pub id: String,
    /// Title.
    pub title: String,
    /// What its features are and what is counted.
    pub description: String,
    /// Publisher and licence of the incidents.
    pub attribution: String,
    /// Where and when.
    pub extent: CrimeMapOgcExtent,
    /// `feature`.
    #[serde(rename = "itemType")]
    pub item_type: &'static str,
    /// Coordinate reference systems; there is one, longitude and latitude of WGS 84.
    pub crs: Vec<&'static str>,
    /// Where the features are.
    pub links: Vec<CrimeMapOgcLink>,
}

/// Where and when.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapOgcExtent {
    /// Where; absent when no shape is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spatial: Option<CrimeMapOgcSpatial>,
    /// When.
    pub temporal: CrimeMapOgcTemporal,
}

/// Where.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapOgcSpatial {
    /// One box: west, south, east, north.
    pub bbox: Vec<[f64; 4]>,
}

/// When.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapOgcTemporal {
    /// One interval, RFC 3339; null is open.
    pub interval: Vec<[Option<String>; 2]>,
}

/// A page of features.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what crate::api::ogc::items writes")]
pub struct CrimeMapOgcItems {
    /// `FeatureCollection`.
    #[schema(value_type = String, example = "FeatureCollection")]
    r#type: String,
    /// This page, the next one, the collection.
    links: Vec<CrimeMapOgcLink>,
    /// Features that match, on all pages.
    #[schema(rename = "numberMatched")]
    number_matched: u64,
    /// Features on this page.
    #[schema(rename = "numberReturned")]
    number_returned: u64,
    /// The features.
    features: Vec<CrimeMapOgcFeature>,
}

/// A feature.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what crate::api::ogc::items writes")]
pub struct CrimeMapOgcFeature {
    /// `Feature`.
    #[schema(value_type = String, example = "Feature")]
    r#type: String,
    /// Name in addresses: the code of the place or segment, or `ZOOM-COLUMN-ROW` of the cell.
    id: String,
    /// Its shape; null where the layer has none.
    #[schema(value_type = Option<CrimeMapGeometry>)]
    geometry: Option<CrimeMapGeometry>,
    /// What is said of it.
    properties: CrimeMapOgcProperties,
    /// The collection, and itself; with a single feature only.
    links: Option<Vec<CrimeMapOgcLink>>,
}

/// What is said of a feature.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapOgcProperties {
    /// Code of the place or segment, or `ZOOM-COLUMN-ROW` of the cell.
    pub code: String,
    /// Name; empty when it has none.
    pub name: String,
    /// Code of the place that holds it.
    pub parent: Option<String>,
    /// Period that was counted.
    pub period: Option<String>,
    /// Incidents that pass the filters; null where the dataset says nothing of the place.
    pub count: Option<u64>,
    /// Inhabitants in the year of the rate.
    pub population: Option<u64>,
    /// Year of the population.
    pub population_year: Option<i16>,
    /// Incidents per 100,000 inhabitants in the period.
    pub rate: Option<f64>,
    /// Lower limit of the exact 95 % Poisson interval of the rate.
    pub rate_low: Option<f64>,
    /// Upper limit.
    pub rate_high: Option<f64>,
    /// Why there is no rate: `outside-coverage`, `part-covered`, `coverage-unstated`, `no-population`,
    /// `no-inhabitants`, `no-whole-year`, `silent-months`, `not-checked`, `place-filter` or `no-place`.
    pub rate_note: Option<&'static str>,
}
