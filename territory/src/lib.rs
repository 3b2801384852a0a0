//! Boundaries and streets, read from the formats of the field into a [`Layer`] and a [`Report`].
//!
//! GeoPackage, GeoJSON, zipped Shapefile and OpenStreetMap PBF, recognised by their bytes. Coordinates
//! become longitude and latitude of WGS 84. Nothing is repaired: a feature that cannot be a place
//! refuses the file, or is left out by name when [`Options::skip_bad`] asks so; a feature that breaks
//! the rules of geometry and still has an interior enters as it is, and is reported.
//!
//! **The rule of the interior.** A point is inside an area when it is inside one of its polygons, and
//! inside a polygon when a ray from it crosses the rings of that polygon an odd number of times.
//! Official files hold rings that cross or touch themselves; this rule gives them one interior, the
//! same one that `geo` and every map drawn by the even-odd rule give.
//!
//! It reads files and nothing else: it stores nothing, and leaves [`Place::parent`] to the caller, who
//! has the layer that holds this one.
//!
//! [`Place::parent`]: tequio_kernel::place::Place

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod candidate;
mod crs;
mod error;
mod fields;
mod formats;
mod layer;
mod limits;
mod nesting;
mod overlap;
mod report;
mod selection;
mod table;
mod validity;
mod wkt;

pub use error::TerritoryError;
pub use fields::{CODE_FIELDS, NAME_FIELDS};
#[doc(hidden)]
pub use formats::check_wkb;
pub use report::{Issue, IssueKind, Report};

use std::path::Path;
use tequio_kernel::place::{Layer, LayerId, Level};

/// How to read a file.
#[derive(Clone, Debug)]
pub struct Options {
    /// Name and edition of the layer to make.
    pub id: LayerId,
    /// How deep the layer lies in the territory.
    pub level: Level,
    /// Name of the layer that holds it.
    pub within: Option<String>,
    /// Field of the codes; by default the first of [`CODE_FIELDS`] that the file has.
    pub code: Option<String>,
    /// Field of the names; by default the first of [`NAME_FIELDS`] that the file has.
    pub name: Option<String>,
    /// Field of the inhabitants, their year and the edition of the figures.
    pub population: Option<(String, i16, String)>,
    /// EPSG code of the coordinates, when the file does not state it.
    pub crs: Option<u32>,
    /// Table of a GeoPackage that has several.
    pub table: Option<String>,
    /// Leaves out, and reports, the features that cannot be places, instead of refusing the file.
    pub skip_bad: bool,
}

impl Options {
    /// Options with every choice left to the file.
    pub fn new(id: LayerId, level: Level) -> Self {
        Self {
            id,
            level,
            within: None,
            code: None,
            name: None,
            population: None,
            crs: None,
            table: None,
            skip_bad: false,
        }
    }
}

/// Reads a file into a layer, its places in the order of their codes, and a report of every defect.
///
/// # Errors
/// [`TerritoryError`], which names the feature or the field and says what to do;
/// [`TerritoryError::Refused`] carries the whole report.
pub fn read(path: &Path, options: &Options) -> Result<(Layer, Report), TerritoryError> {
    layer::make(formats::read(path, options.table.as_deref())?, options)
}
