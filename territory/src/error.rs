//! Why a file was refused, and what to do about it.

use crate::report::Report;
use std::path::PathBuf;

/// A file that did not become a layer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TerritoryError {
    /// The file cannot be opened or read.
    #[error("{}: {source}; check the path and its permissions", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system answered.
        source: std::io::Error,
    },
    /// The content is none of the formats that are read.
    #[error("{}: {why}; give a GeoPackage, a GeoJSON, a zipped Shapefile or an OpenStreetMap PBF", path.display())]
    Unrecognised {
        /// The file.
        path: PathBuf,
        /// What it looks like instead.
        why: String,
    },
    /// The format was recognised and the content breaks its rules.
    #[error("the {format} is damaged or truncated: {detail}; get the file again from its origin")]
    Damaged {
        /// Name of the format.
        format: &'static str,
        /// Where and how.
        detail: String,
    },
    /// A limit against files that would exhaust the machine.
    #[error("{what} is larger than the limit of {limit}; split the file")]
    TooLarge {
        /// What exceeds the limit.
        what: String,
        /// The limit, with its unit.
        limit: String,
    },
    /// A GeoPackage with several feature tables, none of them chosen.
    #[error("the GeoPackage holds several layers: {}; choose one with --table", tables.join(", "))]
    SeveralTables {
        /// Their names.
        tables: Vec<String>,
    },
    /// The chosen table is not there.
    #[error("the GeoPackage has no layer `{table}`; it holds: {}", tables.join(", "))]
    NoTable {
        /// The table asked for.
        table: String,
        /// Names of the feature tables.
        tables: Vec<String>,
    },
    /// An archive with no Shapefile, with several, or without one of its parts.
    #[error("the zip archive {0}")]
    Archive(String),
    /// Nothing says what the coordinates mean.
    #[error(
        "the file does not state its coordinate reference system; find out which one it is and give it with --crs, for example --crs 6372"
    )]
    MissingCrs,
    /// The file states a system that is not one of those read.
    #[error(
        "the coordinate reference system of the file is not one that is read: {0}; convert the file, for example with ogr2ogr -t_srs EPSG:4326"
    )]
    UnknownCrs(String),
    /// `--crs` and the file disagree.
    #[error("--crs says EPSG:{given} and the file says {stated}; leave out --crs, or correct the file")]
    CrsConflict {
        /// Code given by the operator.
        given: u32,
        /// What the file states.
        stated: String,
    },
    /// The field named by an option is not there.
    #[error("no field `{field}` for {option}; the fields are: {}", fields.join(", "))]
    NoField {
        /// The option.
        option: &'static str,
        /// The field asked for.
        field: String,
        /// The fields of the file.
        fields: Vec<String>,
    },
    /// No field looks like a code.
    #[error("no field is known to hold codes; choose one with --code among: {}", .0.join(", "))]
    NoCodeField(Vec<String>),
    /// A layer is of areas or of lines, not of both.
    #[error("{area} is an area and {line} is a line; a layer is of areas or of streets: split the file")]
    Mixed {
        /// First area.
        area: String,
        /// First line.
        line: String,
    },
    /// Points and other geometries that are neither areas nor lines.
    #[error("{feature} is a {found}; a layer is of areas (polygons) or of streets (lines)")]
    NotAreasOrLines {
        /// The feature.
        feature: String,
        /// Its kind of geometry.
        found: &'static str,
    },
    /// The file has no feature that can be a place.
    #[error("the file holds no area and no street; check that it is the right file")]
    NoPlaces,
    /// Some features cannot be places and `skip_bad` was not asked for.
    #[error("{} of {} features are refused, the first one {}; correct the file, or leave them out with --skip-invalid", .0.refused(), .0.features, first_refused(.0))]
    Refused(Report),
}

fn first_refused(report: &Report) -> String {
    report.issues.iter().find(|issue| issue.refused).map(ToString::to_string).unwrap_or_default()
}

impl TerritoryError {
    pub(crate) fn damaged(format: &'static str, detail: impl ToString) -> Self {
        Self::Damaged { format, detail: detail.to_string() }
    }
}
