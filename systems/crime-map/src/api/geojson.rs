//! GeoJSON (RFC 7946): places, cells, segments and streets with what is said of them. Never a point of an incident.

use geo::Winding as _;
use geo_types::{Coord, LineString, MultiPolygon, Polygon, Rect};
use serde::ser::{Serialize, SerializeStruct as _, Serializer};
use serde_json::{Map, Value};
use tequio_kernel::{Place, Shape};

/// Most positions in one answer: all municipalities of Mexico have 1.7 million, 40 MB as text.
pub(crate) const VERTICES_MAX: usize = 2_000_000;
/// Decimals of a degree that are written: 11 cm, finer than any boundary here is drawn.
const GRAIN: f64 = 1e6;

/// The geometry of a feature.
#[derive(Clone)]
pub(crate) enum Geometry<'a> {
    /// Known by name only.
    None,
    Area(&'a MultiPolygon<f64>),
    Line(&'a LineString<f64>),
    /// The segments of a street.
    Lines(Vec<&'a LineString<f64>>),
    /// A cell.
    Box(Rect<f64>),
    /// The middle of a place.
    Middle(Coord<f64>),
}

impl<'a> Geometry<'a> {
    pub(crate) fn of(place: &'a Place) -> Self {
        match &place.shape {
            Shape::None => Self::None,
            Shape::Area(area) => Self::Area(area),
            Shape::Line(line) => Self::Line(line),
        }
    }

    /// Positions that are written for it.
    pub(crate) fn vertices(&self) -> usize {
        let rings = |polygon: &Polygon<f64>| {
            polygon.exterior().0.len() + polygon.interiors().iter().map(|ring| ring.0.len()).sum::<usize>()
        };
        match self {
            Self::None => 0,
            Self::Area(area) => area.0.iter().map(rings).sum(),
            Self::Line(line) => line.0.len(),
            Self::Lines(lines) => lines.iter().map(|line| line.0.len()).sum(),
            Self::Box(_) => 5,
            Self::Middle(_) => 1,
        }
    }
}

impl Serialize for Geometry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => serializer.serialize_none(),
            Self::Area(area) => write(serializer, "MultiPolygon", &Sequence(|| area.0.iter().map(Rings))),
            Self::Line(line) => write(serializer, "LineString", &Positions(line)),
            Self::Lines(lines) => {
                write(serializer, "MultiLineString", &Sequence(|| lines.iter().map(|line| Positions(line))))
            }
            Self::Box(bounds) => write(serializer, "Polygon", &Rings(&bounds.to_polygon())),
            Self::Middle(middle) => write(serializer, "Point", &position(*middle)),
        }
    }
}

fn write<S: Serializer>(serializer: S, kind: &str, coordinates: &impl Serialize) -> Result<S::Ok, S::Error> {
    let mut geometry = serializer.serialize_struct("Geometry", 2)?;
    geometry.serialize_field("type", kind)?;
    geometry.serialize_field("coordinates", coordinates)?;
    geometry.end()
}

fn position(at: Coord<f64>) -> [f64; 2] {
    [rounded(at.x), rounded(at.y)]
}

fn rounded(degrees: f64) -> f64 {
    (degrees * GRAIN).round() / GRAIN
}

/// An array that is written as it is gone through.
struct Sequence<F>(F);

impl<F: Fn() -> I, I: Iterator<Item: Serialize>> Serialize for Sequence<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0())
    }
}

struct Positions<'a>(&'a LineString<f64>);

impl Serialize for Positions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.coords().map(|at| position(*at)))
    }
}

/// The rings of a polygon: the outer one runs counter-clockwise, the holes clockwise.
struct Rings<'a>(&'a Polygon<f64>);

impl Serialize for Rings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rings =
            std::iter::once((self.0.exterior(), true)).chain(self.0.interiors().iter().map(|ring| (ring, false)));
        serializer.collect_seq(rings.map(|(ring, is_outer)| Ring(ring, is_outer)))
    }
}

struct Ring<'a>(&'a LineString<f64>, bool);

impl Serialize for Ring<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let points = if self.1 { self.0.points_ccw() } else { self.0.points_cw() };
        serializer.collect_seq(points.map(|point| position(point.0)))
    }
}

/// A feature.
#[derive(Clone, serde::Serialize)]
pub(crate) struct Feature<'a, P = Map<String, Value>> {
    #[serde(rename = "type")]
    pub kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// West, south, east, north.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bbox: Option<[f64; 4]>,
    pub geometry: Geometry<'a>,
    pub properties: P,
}

impl<'a, P> Feature<'a, P> {
    pub(crate) fn new(geometry: Geometry<'a>, properties: P) -> Self {
        Self { kind: "Feature", id: None, bbox: None, geometry, properties }
    }
}

/// West, south, east, north, as GeoJSON and the other answers write it.
pub(super) fn bbox(bounds: Rect<f64>) -> [f64; 4] {
    let (low, high) = (bounds.min(), bounds.max());
    [low.x, low.y, high.x, high.y].map(rounded)
}

/// The fields of an answer as properties.
pub(super) fn properties(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::{line_string, polygon};
    use serde_json::json;

    #[test]
    fn geometry_is_written_by_the_book() {
        let written = |geometry: &Geometry<'_>| serde_json::to_value(geometry).expect("JSON");
        // Drawn clockwise, with a hole drawn counter-clockwise: both are turned.
        let area = MultiPolygon(vec![polygon!(
            exterior: [(x: 0.0, y: 0.0), (x: 0.0, y: 9.0), (x: 9.0, y: 9.0)],
            interiors: [[(x: 1.0, y: 2.0), (x: 2.0, y: 3.0), (x: 1.0, y: 3.0)]],
        )]);
        assert_eq!(
            written(&Geometry::Area(&area)),
            json!({ "type": "MultiPolygon", "coordinates": [[
                [[0.0, 0.0], [9.0, 9.0], [0.0, 9.0], [0.0, 0.0]],
                [[1.0, 2.0], [1.0, 3.0], [2.0, 3.0], [1.0, 2.0]],
            ]] })
        );
        assert_eq!(Geometry::Area(&area).vertices(), 8);
        let line = line_string![(x: -99.123_456_789, y: 19.0), (x: -99.0, y: 19.0)];
        assert_eq!(written(&Geometry::Line(&line))["coordinates"][0], json!([-99.123457, 19.0]));
        assert_eq!(written(&Geometry::Lines(vec![&line]))["coordinates"].as_array().map(Vec::len), Some(1));
        assert_eq!(written(&Geometry::None), Value::Null);
        let cell = Rect::new((0.0, 0.0), (1.0, 1.0));
        assert_eq!(written(&Geometry::Box(cell))["coordinates"][0].as_array().map(Vec::len), Some(5));
    }
}
