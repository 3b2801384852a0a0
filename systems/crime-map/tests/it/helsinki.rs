//! Snapping to real streets equals looking at every segment, and never crosses a border.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use std::path::PathBuf;
use std::sync::Arc;
use tequio_atlas::{PlaceIndex, StreetIndex};
use tequio_kernel::{Layer, LayerId, LayerKind, Level, Place, Shape};
use tequio_territory::{Options, read};

const REACH_M: f64 = 50.0;
const POINTS: usize = 3_000;

/// The extract of Helsinki that `make test` fetches.
fn extract() -> Option<PathBuf> {
    let home = std::env::var("XDG_CACHE_HOME").or_else(|_| std::env::var("HOME").map(|home| format!("{home}/.cache")));
    let cached = home.map(|cache| PathBuf::from(cache).join("tequio/Helsinki.osm.pbf"));
    let named = std::env::var("TEQUIO_HELSINKI_PBF").map(PathBuf::from).or(cached).ok().filter(|path| path.is_file());
    if named.is_none() {
        eprintln!(
            "SKIPPED: no Helsinki extract (territory/fetch-helsinki.sh fetches it), so real streets are not tried"
        );
    }
    named
}

fn halves(west: f64, east: f64) -> Layer {
    let half = |code: &str, from: f64, to: f64| {
        let ring = [(from, 60.0), (to, 60.0), (to, 60.4), (from, 60.4)].map(|(x, y)| Coord { x, y }).to_vec();
        let shape = Shape::Area(MultiPolygon(vec![Polygon::new(LineString::new(ring), Vec::new())]));
        Place { code: code.to_owned(), name: code.to_owned(), parent: None, population: Default::default(), shape }
    };
    let middle = (west + east) / 2.0;
    Layer {
        id: LayerId { name: "halves".to_owned(), edition: "1".to_owned() },
        kind: LayerKind::Areas,
        level: Level::Municipality,
        within: None,
        source: String::new(),
        population_edition: None,
        places: vec![half("e", middle, east + 1.0), half("w", west - 1.0, middle)],
    }
}

/// Nearest point of an edge on a plane of metres round the position (WGS 84 radii of curvature).
fn nearest(position: Coord<f64>, a: Coord<f64>, b: Coord<f64>) -> (f64, Coord<f64>) {
    let (sin, cos) = position.y.to_radians().sin_cos();
    let (axis, e2) = (6_378_137.0, 0.006_694_379_990_141_33);
    let bend = 1.0 - e2 * sin * sin;
    let (east, north) = ((axis / bend.sqrt() * cos).to_radians(), (axis * (1.0 - e2) / bend.powf(1.5)).to_radians());
    let flat = |c: Coord<f64>| ((c.x - position.x) * east, (c.y - position.y) * north);
    let ((ax, ay), (bx, by)) = (flat(a), flat(b));
    let (dx, dy) = (bx - ax, by - ay);
    let length = dx * dx + dy * dy;
    let share = if length == 0.0 { 0.0 } else { (-(ax * dx + ay * dy) / length).clamp(0.0, 1.0) };
    let point = Coord { x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) };
    ((ax + share * dx).hypot(ay + share * dy), point)
}

/// For each segment its nearest point; the nearest segment whose point lies in the position's half.
fn brute(layer: &Layer, halves: &PlaceIndex, position: Coord<f64>) -> Option<f64> {
    let half = |c: Coord<f64>| halves.locate(c.x, c.y).place;
    let own = half(position);
    let segments = layer.places.iter().filter_map(|place| match &place.shape {
        Shape::Line(line) => {
            line.lines().map(|edge| nearest(position, edge.start, edge.end)).min_by(|a, b| a.0.total_cmp(&b.0))
        }
        _ => None,
    });
    segments
        .filter(|(distance, point)| *distance <= REACH_M && half(*point) == own)
        .map(|(distance, _)| distance)
        .min_by(f64::total_cmp)
}

#[test]
fn snapping_equals_looking_at_every_segment() {
    let Some(path) = extract() else { return };
    let id = LayerId { name: "streets".to_owned(), edition: "test".to_owned() };
    let (layer, _) = read(&path, &Options::new(id, Level::Local)).expect("streets");
    let layer = Arc::new(layer);
    assert_eq!(layer.places.len(), 1_082, "segments counted by pyosmium");
    let coords: Vec<Coord<f64>> = layer
        .places
        .iter()
        .flat_map(|place| match &place.shape {
            Shape::Line(line) => line.0.clone(),
            _ => Vec::new(),
        })
        .collect();
    let bound =
        |f: fn(f64, f64) -> f64, axis: fn(&Coord<f64>) -> f64, start: f64| coords.iter().map(axis).fold(start, f);
    let (west, east) = (bound(f64::min, |c| c.x, 180.0), bound(f64::max, |c| c.x, -180.0));
    let (south, north) = (bound(f64::min, |c| c.y, 90.0), bound(f64::max, |c| c.y, -90.0));
    let halves = Arc::new(PlaceIndex::new(Arc::new(halves(west, east))).expect("areas"));
    let streets = StreetIndex::new(layer.clone(), Some(halves.clone()), REACH_M).expect("streets");
    let (mut near, mut far) = (0, 0);
    for index in 0..POINTS {
        // A low-discrepancy sequence covers the extract evenly (Roberts 2018).
        let share = |factor: f64| (0.5 + factor * index as f64).fract();
        let position =
            Coord { x: west + share(0.754_877_666) * (east - west), y: south + share(0.569_840_290) * (north - south) };
        let expected = brute(&layer, &halves, position);
        let found = streets.snap(position.x, position.y);
        match (expected, found) {
            (None, None) => far += 1,
            (Some(expected), Some(found)) => {
                near += 1;
                assert!(
                    (found.distance_m - expected).abs() < 1e-3,
                    "{position:?}: {} and {expected}",
                    found.distance_m
                );
                let same =
                    halves.locate(found.longitude, found.latitude).place == halves.locate(position.x, position.y).place;
                assert!(same, "{position:?} crossed the border");
            }
            other => panic!("{position:?}: {other:?}"),
        }
    }
    assert!(near > POINTS / 4 && far > POINTS / 20, "{near} near, {far} far");
}
