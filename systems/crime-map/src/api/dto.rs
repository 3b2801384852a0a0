//! The shapes of the answers. Their names begin with the system's, for all systems share one list.

use crate::pages::Span;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tequio_kernel::edition::{SourceFile, StoredFile};
use tequio_kernel::{Layer, LayerKind, Level, Manifest, Precision};
use utoipa::{IntoParams, ToSchema};

/// Every dataset with its editions, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapDatasets {
    /// The datasets.
    pub datasets: Vec<CrimeMapDataset>,
}

/// A dataset.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapDataset {
    /// Name in questions.
    #[schema(example = "fgj-cdmx")]
    pub id: String,
    /// Editions, the newest first.
    pub editions: Vec<CrimeMapEdition>,
}

/// One immutable edition.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapEdition {
    /// Name in questions.
    pub edition: String,
    /// Title for people.
    pub title: String,
    /// Publisher and licence.
    pub attribution: String,
    /// True when the incidents are invented.
    pub synthetic: bool,
    /// When it was imported, RFC 3339.
    pub imported_at: String,
    /// SHA-256 of the received file.
    pub sha256: String,
    /// Importer that read it.
    pub format: String,
    /// Rows read; accepted + rejected.
    pub rows: u64,
    /// Rows accepted.
    pub accepted: u64,
    /// Rows rejected.
    pub rejected: u64,
    /// Accepted rows without a position.
    pub unlocated: u64,
    /// Accepted rows by quality flag.
    pub flags: BTreeMap<String, u64>,
    /// Accepted rows by month; absent months between the first and the last are missing, not zero.
    pub months: BTreeMap<String, u64>,
}

impl From<&Manifest> for CrimeMapEdition {
    fn from(manifest: &Manifest) -> Self {
        Self {
            edition: manifest.edition.clone(),
            title: manifest.title.clone(),
            attribution: manifest.attribution.clone(),
            synthetic: manifest.synthetic,
            imported_at: manifest.imported_at.clone(),
            sha256: manifest.sha256.clone(),
            format: manifest.format.clone(),
            rows: manifest.rows,
            accepted: manifest.accepted,
            rejected: manifest.rejected.total,
            unlocated: manifest.unlocated,
            flags: manifest.flags.clone(),
            months: manifest.months.iter().map(|(month, count)| (month.to_string(), *count)).collect(),
        }
    }
}

/// Exact counts. Always `sum(rows.count) + unlocated + unknown = total` when a dimension is spatial,
/// and `sum(rows.count) + unknown = total` otherwise.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what crate::answer writes")]
pub struct CrimeMapCounts {
    /// Dataset that was counted.
    pub dataset: String,
    /// Edition that was counted.
    pub edition: String,
    /// Dimensions, as asked.
    pub by: Vec<String>,
    /// Cells that are not zero.
    pub rows: Vec<CrimeMapCountRow>,
    /// Incidents that pass the filters.
    pub total: u64,
    /// Those of them without a position.
    pub unlocated: u64,
    /// Those with a position whose value in some dimension is not known or not published.
    pub unknown: u64,
    /// The part of `unknown` that lies in no place of the layer.
    pub outside: u64,
    /// Incidents that lie in more than one place of the layer; each is counted once.
    pub overlaps: u64,
    /// What the answer leaves out or takes whole: `sensitive-left-out` (offences that are sensitive are in no figure of
    /// it, `total` included), `whole-cells`, `whole-places`, `quiet-streets`, `narrow-cells`.
    pub notes: Vec<String>,
}

/// A row of an answer: the fields of the dimensions asked for, and the count.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what crate::answer writes")]
pub struct CrimeMapCountRow {
    /// Incidents.
    pub count: u64,
    /// Code of the place (dimension `place:LAYER`).
    pub place: Option<String>,
    /// Name of the place, street or segment.
    pub name: Option<String>,
    /// Zoom of the cell (dimension `cell:ZOOM`).
    pub z: Option<u8>,
    /// Column of the cell.
    pub x: Option<u32>,
    /// Row of the cell.
    pub y: Option<u32>,
    /// Street (dimension `street`).
    pub street: Option<String>,
    /// Segment (dimension `segment`).
    pub segment: Option<String>,
    /// Year.
    pub year: Option<i16>,
    /// Month, `2020-01`.
    pub month: Option<String>,
    /// Day of the week, 1 Monday to 7 Sunday.
    pub weekday: Option<u8>,
    /// Hour, 0 to 23.
    pub hour: Option<u8>,
    /// Code of the offence.
    pub offence: Option<String>,
    /// Name of the offence.
    pub offence_name: Option<String>,
    /// Disclosure class.
    pub class: Option<String>,
}

/// The same counts as GeoJSON: each row is a feature.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what crate::api::shapes writes")]
pub struct CrimeMapCountsGeoJson {
    /// `FeatureCollection`.
    #[schema(value_type = String, example = "FeatureCollection")]
    r#type: String,
    /// Dataset that was counted.
    dataset: String,
    /// Edition that was counted.
    edition: String,
    /// Dimensions, as asked.
    by: Vec<String>,
    /// Incidents that pass the filters.
    total: u64,
    /// Those of them without a position.
    unlocated: u64,
    /// Those with a position whose value in some dimension is not known or not published.
    unknown: u64,
    /// The part of `unknown` that lies in no place of the layer.
    outside: u64,
    /// Incidents that lie in more than one place of the layer; each is counted once.
    overlaps: u64,
    /// What the answer leaves out or takes whole: `sensitive-left-out` (offences that are sensitive are in no figure of
    /// it, `total` included), `whole-cells`, `whole-places`, `quiet-streets`, `narrow-cells`.
    notes: Vec<String>,
    /// The rows.
    features: Vec<CrimeMapCountFeature>,
}

/// A row with its shape.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what crate::api::shapes writes")]
pub struct CrimeMapCountFeature {
    /// `Feature`.
    #[schema(value_type = String, example = "Feature")]
    r#type: String,
    /// Shape of the place, cell, segment or street; null where the layer has none.
    #[schema(value_type = Option<CrimeMapGeometry>)]
    geometry: Option<CrimeMapGeometry>,
    /// The row.
    properties: CrimeMapCountRow,
}

/// A geometry of RFC 7946, in degrees of WGS 84: longitude, then latitude.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what crate::api::geojson writes")]
pub struct CrimeMapGeometry {
    /// `MultiPolygon`, `Polygon`, `LineString`, `MultiLineString`, or `Point` for the middle of a place.
    #[schema(value_type = String, example = "MultiPolygon")]
    r#type: String,
    /// Positions, nested as the type says.
    #[schema(value_type = Vec<Value>)]
    coordinates: Vec<serde_json::Value>,
}

/// Places that a search found, as GeoJSON.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what crate::api::places writes")]
pub struct CrimeMapPlacesGeoJson {
    /// `FeatureCollection`.
    #[schema(value_type = String, example = "FeatureCollection")]
    r#type: String,
    /// Best first; each stands in the middle of its box.
    features: Vec<CrimeMapPlaceFeature>,
}

/// A place as GeoJSON.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what crate::api::places writes")]
pub struct CrimeMapPlaceFeature {
    /// `Feature`.
    #[schema(value_type = String, example = "Feature")]
    r#type: String,
    /// How the place is written in questions and addresses.
    id: String,
    /// West, south, east, north.
    #[schema(min_items = 4, max_items = 4)]
    bbox: Option<Vec<f64>>,
    /// Its boundary or line, or its middle in a list; null where the layer has none.
    #[schema(value_type = Option<CrimeMapGeometry>)]
    geometry: Option<CrimeMapGeometry>,
    /// What is known of it, as in JSON.
    #[schema(value_type = Object)]
    properties: serde_json::Value,
}

/// Places that a search found.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapPlaces {
    /// Best first.
    pub places: Vec<CrimeMapPlace>,
}

/// A place.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapPlace {
    /// How it is written in questions and addresses.
    #[schema(example = "MX-09-015")]
    pub place: String,
    /// Name.
    pub name: String,
    /// Layer.
    pub layer: String,
    /// Names of the places that hold it.
    pub context: String,
    /// Address of its page; for a street, of its spot on the map.
    #[schema(example = "/place/MX-09-015")]
    pub page: String,
    /// West, south, east, north in degrees; null for a place that has no boundary.
    #[schema(min_items = 4, max_items = 4)]
    pub bbox: Option<[f64; 4]>,
}

/// One place.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapPlaceDetail {
    /// How it is written in questions and addresses.
    #[schema(example = "MX-09")]
    pub place: String,
    /// Name; empty for a street segment without one.
    pub name: String,
    /// Layer.
    pub layer: String,
    /// Edition of the layer's boundaries.
    pub layer_edition: String,
    /// The places that hold it, nearest first.
    pub parents: Vec<CrimeMapHolder>,
    /// West, south, east, north in degrees; null for a place that has no boundary.
    #[schema(min_items = 4, max_items = 4)]
    pub bbox: Option<[f64; 4]>,
    /// Inhabitants by year.
    pub population: BTreeMap<String, u64>,
    /// Edition of the population figures.
    pub population_edition: Option<String>,
    /// Who made the boundaries.
    pub source: String,
}

/// A place that holds another.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapHolder {
    /// How it is written in questions and addresses.
    pub place: String,
    /// Name.
    pub name: String,
    /// Layer.
    pub layer: String,
}

/// The offences of an edition.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapOffences {
    /// Dataset.
    pub dataset: String,
    /// Edition.
    pub edition: String,
    /// In the order of their codes.
    pub offences: Vec<CrimeMapOffence>,
    /// Incidents of all of them.
    pub total: u64,
}

/// An offence.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapOffence {
    /// Code in questions: the name folded to plain capital letters.
    #[schema(example = "FRAUDE")]
    pub offence: String,
    /// Name as the source writes it most often.
    pub name: String,
    /// `ordinary`, or `sensitive` for offences that are never shown below municipality.
    #[schema(example = "ordinary")]
    pub class: String,
    /// Incidents in the edition.
    pub count: u64,
}

/// Every layer of places.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapLayers {
    /// The layers, those of the reference territory first.
    pub layers: Vec<CrimeMapLayer>,
}

/// A layer of places of one kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapLayer {
    /// Name in questions.
    #[schema(example = "municipalities")]
    pub layer: String,
    /// Edition of its boundaries.
    pub edition: String,
    /// `areas` or `streets`.
    #[schema(example = "areas")]
    pub kind: &'static str,
    /// `nation`, `state`, `municipality` or `local`: how deep it lies; disclosure rests on it.
    #[schema(example = "municipality")]
    pub level: &'static str,
    /// Layer that holds its places.
    pub within: Option<String>,
    /// Places it has.
    pub places: usize,
    /// Who made the boundaries.
    pub source: String,
    /// Edition of the population figures that its places carry.
    pub population_edition: Option<String>,
}

impl From<&Layer> for CrimeMapLayer {
    fn from(layer: &Layer) -> Self {
        Self {
            layer: layer.id.name.clone(),
            edition: layer.id.edition.clone(),
            kind: match layer.kind {
                LayerKind::Areas => "areas",
                LayerKind::Streets => "streets",
            },
            level: match layer.level {
                Level::Nation => "nation",
                Level::State => "state",
                Level::Municipality => "municipality",
                Level::Local => "local",
            },
            within: layer.within.clone(),
            places: layer.places.len(),
            source: layer.source.clone(),
            population_edition: layer.population_edition.clone(),
        }
    }
}

/// Everything that is known of one edition.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapEditionDetail {
    /// Dataset.
    pub dataset: String,
    /// Name in questions.
    pub edition: String,
    /// Title for people.
    pub title: String,
    /// Publisher and licence.
    pub attribution: String,
    /// True when the incidents are invented.
    pub synthetic: bool,
    /// Order of arrival in the dataset, from 1; the highest is the newest.
    pub sequence: u64,
    /// Edition that this one follows.
    pub supersedes: Option<String>,
    /// When it was imported, RFC 3339.
    pub imported_at: String,
    /// SHA-256 of the received file; of the sorted list of hashes when there were several.
    pub sha256: String,
    /// SHA-256 of the content after decompression and of the way it was read.
    pub content_sha256: String,
    /// The files as received.
    pub sources: Vec<CrimeMapSourceFile>,
    /// Importer that read it.
    pub format: String,
    /// Version of that importer.
    pub importer_version: u32,
    /// Encoding of the text, as detected by reading.
    pub encoding: String,
    /// Rows read; accepted + rejected.
    pub rows: u64,
    /// Rows accepted.
    pub accepted: u64,
    /// Rows rejected.
    pub rejected: u64,
    /// Rows rejected, by reason; they sum to `rejected`.
    pub rejected_by_reason: BTreeMap<String, u64>,
    /// Accepted rows by quality flag.
    pub flags: BTreeMap<String, u64>,
    /// Accepted rows without a position.
    pub unlocated: u64,
    /// Coarsest precision of time among the accepted rows that have one: `day`, `month`, `year` or `unknown`.
    #[schema(value_type = String, example = "day")]
    pub precision: Precision,
    /// Accepted rows by month.
    pub months: BTreeMap<String, u64>,
    /// Months between the first and the last without a single row: missing, not zero.
    pub missing_months: Vec<String>,
    /// Place of the reference territory that the dataset is about.
    pub territory: Option<String>,
    /// Layer edition against which points and labels were checked.
    pub checked_against: Option<String>,
    /// Files of the edition as they are stored.
    pub files: Vec<CrimeMapStoredFile>,
}

/// A file as it was received.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapSourceFile {
    /// Its name when it was imported.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Data rows it held.
    pub rows: u64,
}

/// A file of an edition as it is stored.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapStoredFile {
    /// Path below the edition's folder.
    pub path: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
}

impl From<&Manifest> for CrimeMapEditionDetail {
    fn from(manifest: &Manifest) -> Self {
        let Manifest { sources, files, .. } = manifest.clone();
        let source = |file: SourceFile| CrimeMapSourceFile {
            name: file.name,
            sha256: file.sha256,
            bytes: file.bytes,
            rows: file.rows,
        };
        let stored = |file: StoredFile| CrimeMapStoredFile { path: file.path, sha256: file.sha256, bytes: file.bytes };
        Self {
            dataset: manifest.dataset.to_string(),
            edition: manifest.edition.clone(),
            title: manifest.title.clone(),
            attribution: manifest.attribution.clone(),
            synthetic: manifest.synthetic,
            sequence: manifest.sequence,
            supersedes: manifest.supersedes.clone(),
            imported_at: manifest.imported_at.clone(),
            sha256: manifest.sha256.clone(),
            content_sha256: manifest.content_sha256.clone(),
            sources: sources.into_iter().map(source).collect(),
            format: manifest.format.clone(),
            importer_version: manifest.importer_version,
            encoding: manifest.encoding.clone(),
            rows: manifest.rows,
            accepted: manifest.accepted,
            rejected: manifest.rejected.total,
            rejected_by_reason: manifest.rejected.by_reason.clone(),
            flags: manifest.flags.clone(),
            unlocated: manifest.unlocated,
            precision: manifest.precision,
            months: manifest.months.iter().map(|(month, count)| (month.to_string(), *count)).collect(),
            missing_months: Span::of(manifest).missing.iter().map(ToString::to_string).collect(),
            territory: manifest.territory.clone(),
            checked_against: manifest.checked_against.as_ref().map(ToString::to_string),
            files: files.into_iter().map(stored).collect(),
        }
    }
}

/// The filters of a question. Values of one name are alternatives; names hold together.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the parameters; the kernel parses them")]
pub struct CrimeMapFilters {
    /// A year, a month, a day, or two of them joined by two dots, both included: `2020-01..2020-12`.
    period: Option<String>,
    /// Code of an offence; may be repeated.
    offence: Option<Vec<String>>,
    /// `ordinary`, `sensitive` or `restricted`; may be repeated.
    class: Option<Vec<String>>,
    /// A place of any layer, such as `MX-09`; may be repeated.
    place: Option<Vec<String>>,
    /// West, south, east, north in degrees.
    bbox: Option<String>,
    /// `lon lat,lon lat,...` in degrees, 3 to 1,000 corners.
    polygon: Option<String>,
    /// Longitude, latitude, metres.
    circle: Option<String>,
    /// Hours: values, ranges, `unknown`, joined by commas: `22-23,0-4`.
    hour: Option<String>,
    /// Days of the week, 1 Monday to 7 Sunday: `6-7`.
    weekday: Option<String>,
    /// Edition; the newest when it is not given.
    edition: Option<String>,
    /// The edition that was the newest on this day, `YYYY-MM-DD`.
    as_of: Option<String>,
}
