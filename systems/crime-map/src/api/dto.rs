//! The shapes of the answers. Their names begin with the system's, for all systems share one list.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tequio_kernel::Manifest;
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
}

/// The filters of a question. Values of one name are alternatives; names hold together.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the parameters; the kernel parses them")]
pub struct CrimeMapFilters {
    /// A year, a month, a day, or two of them joined by two dots, both included.
    #[param(example = "2020-01..2020-12")]
    period: Option<String>,
    /// Code of an offence; may be repeated.
    offence: Option<Vec<String>>,
    /// `ordinary`, `sensitive` or `restricted`; may be repeated.
    class: Option<Vec<String>>,
    /// A place of any layer; may be repeated.
    #[param(example = json!(["MX-09"]))]
    place: Option<Vec<String>>,
    /// West, south, east, north in degrees.
    bbox: Option<String>,
    /// `lon lat,lon lat,...` in degrees, 3 to 1,000 corners.
    polygon: Option<String>,
    /// Longitude, latitude, metres.
    circle: Option<String>,
    /// Hours: values, ranges, `unknown`, joined by commas.
    #[param(example = "22-23,0-4")]
    hour: Option<String>,
    /// Days of the week, 1 Monday to 7 Sunday.
    #[param(example = "6-7")]
    weekday: Option<String>,
    /// Edition; the newest when it is not given.
    edition: Option<String>,
}
