//! The shapes of the rows of an answer.

use crate::answer::{accounts, row_objects};
use crate::api::geojson::{Feature, Geometry, VERTICES_MAX};
use crate::library::{Answer, Library};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::Arc;
use tequio_atlas::{Cell, StreetIndex};
use tequio_frame::form::json;
use tequio_frame::{Problem, ProblemCode};
use tequio_kernel::{Dimension, Key, Layer, Place};

#[derive(Serialize)]
struct Collection<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    accounts: Map<String, Value>,
    features: Vec<Feature<'a>>,
}

/// An answer as GeoJSON.
///
/// # Errors
/// [`ProblemCode::BadQuery`] unless one dimension is spatial, [`ProblemCode::TooLarge`] past [`VERTICES_MAX`].
pub(super) fn counts(library: &Library, answer: &Answer) -> Result<String, Problem> {
    let counts = &answer.counts;
    let mut spatial = counts.by.iter().enumerate().filter(|(_, dimension)| dimension.is_spatial());
    let (Some((at, dimension)), None) = (spatial.next(), spatial.next()) else {
        return Err(Problem::with(
            ProblemCode::BadQuery,
            "GeoJSON takes exactly one of place:LAYER, cell:ZOOM, street and segment in `by`",
        ));
    };
    let source = Source::of(library, answer, dimension)?;
    let places = source.places();
    let rows = counts.rows.iter().zip(row_objects(counts));
    let features: Vec<Feature<'_>> =
        rows.map(|(row, fields)| Feature::new(source.geometry(&places, &row.keys[at]), fields)).collect();
    if features.iter().map(|feature| feature.geometry.vertices()).sum::<usize>() > VERTICES_MAX {
        return Err(Problem::with(
            ProblemCode::TooLarge,
            "these shapes are too many for one answer: ask for a part, or read /ogc page by page",
        ));
    }
    let accounts = accounts(answer);
    json(&Collection { kind: "FeatureCollection", accounts, features })
}

/// Where the shapes of a dimension are.
pub(super) enum Source {
    Places(Arc<Layer>),
    Cells,
    Segments(Arc<StreetIndex>),
    Streets(Arc<StreetIndex>),
}

impl Source {
    /// # Errors
    /// [`ProblemCode::NotFound`] for a layer that went away since it was counted.
    pub(super) fn of(library: &Library, answer: &Answer, dimension: &Dimension) -> Result<Self, Problem> {
        let streets = || answer.edition.atlas.streets();
        let source = match dimension {
            Dimension::Place(layer) => library.layer(layer).map(Self::Places),
            Dimension::Segment => streets().map(Self::Segments),
            Dimension::Street => streets().map(Self::Streets),
            _ => Some(Self::Cells),
        };
        source.ok_or_else(|| Problem::new(ProblemCode::NotFound))
    }

    /// The places of a layer by code; empty for other sources.
    pub(super) fn places(&self) -> HashMap<&str, &Place> {
        match self {
            Self::Places(layer) => layer.places.iter().map(|place| (place.code.as_str(), place)).collect(),
            _ => HashMap::new(),
        }
    }

    /// The shape of a key.
    pub(super) fn geometry<'a>(&'a self, places: &HashMap<&str, &'a Place>, key: &Key) -> Geometry<'a> {
        match (self, key) {
            (Self::Places(_), Key::Place { code, .. }) => {
                places.get(code.as_str()).map_or(Geometry::None, |place| Geometry::of(place))
            }
            (Self::Segments(streets), Key::Place { code, .. }) => {
                streets.segment(code).map_or(Geometry::None, |segment| segment_of(streets, segment))
            }
            (Self::Streets(streets), Key::Place { code, .. }) => street(streets, code),
            (_, Key::Cell { z, x, y }) => Geometry::Box(Cell { z: *z, x: *x, y: *y }.bounds()),
            _ => Geometry::None,
        }
    }
}

fn segment_of(streets: &StreetIndex, segment: u32) -> Geometry<'_> {
    streets.layer().places.get(segment as usize).map_or(Geometry::None, Geometry::of)
}

fn street<'a>(streets: &'a StreetIndex, code: &str) -> Geometry<'a> {
    let segments = streets.street(code).map(|street| street.segments.iter()).unwrap_or_default();
    let lines = segments.filter_map(|segment| match segment_of(streets, *segment) {
        Geometry::Line(line) => Some(line),
        _ => None,
    });
    Geometry::Lines(lines.collect())
}
