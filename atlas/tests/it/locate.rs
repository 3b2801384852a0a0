//! Point location against exact arithmetic and against geo.

use crate::fixtures::{Random, areas, coord, layer, partition, partition_index, place, rectangle, ring, street};
use geo::Contains;
use geo_types::{MultiPolygon, Polygon};
use proptest::prelude::*;
use tequio_atlas::{AtlasError, Located, PlaceIndex};
use tequio_kernel::{LayerKind, Shape};

/// A power of two: multiples of it are exact.
const UNIT: f64 = 1.0 / 4_096.0;

/// Exact: coordinates are whole multiples of the unit, halves for the points.
fn holds(polygon: &Polygon<f64>, (x, y): (i128, i128)) -> bool {
    let whole = |value: f64| (value / UNIT * 2.0) as i128;
    let ring: Vec<(i128, i128)> = polygon.exterior().0.iter().map(|c| (whole(c.x), whole(c.y))).collect();
    let crossed = ring.windows(2).filter(|edge| {
        let ((ax, ay), (bx, by)) = if edge[0].1 < edge[1].1 { (edge[0], edge[1]) } else { (edge[1], edge[0]) };
        ay <= y && y < by && (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0
    });
    crossed.count() % 2 == 1
}

/// Vertices, middles of edges, and points anywhere; doubled whole units.
fn points(parts: &[(String, Vec<Polygon<f64>>)], size: (i128, i128), random: &mut Random) -> Vec<(i128, i128)> {
    let whole = |value: f64| (value / UNIT * 2.0) as i128;
    let mut points = Vec::new();
    for polygon in parts.iter().flat_map(|(_, polygons)| polygons) {
        for edge in polygon.exterior().0.windows(2) {
            points.push((whole(edge[0].x), whole(edge[0].y)));
            points.push((whole((edge[0].x + edge[1].x) / 2.0), whole((edge[0].y + edge[1].y) / 2.0)));
        }
    }
    points.extend((0..300).map(|_| (random.below(size.0 as u64) as i128, random.below(size.1 as u64) as i128)));
    points
}

proptest! {
    #[test]
    fn every_point_of_a_partition_has_exactly_one_holder(
        seed in any::<u64>(), columns in 1usize..9, rows in 1usize..9, places in 1usize..20,
    ) {
        let mut random = Random(seed);
        let parts = partition(columns, rows, places, UNIT, &mut random);
        let index = partition_index("parts", &parts, (0.0, 0.0));
        let size = (columns as i128 * 128, rows as i128 * 128);
        for (x, y) in points(&parts, size, &mut random) {
            let holders: Vec<u32> = (0u32..).zip(&parts)
                .filter(|(_, (_, polygons))| polygons.iter().any(|polygon| holds(polygon, (x, y))))
                .map(|(number, _)| number)
                .collect();
            let is_inside = x < size.0 && y < size.1;
            prop_assert_eq!(holders.len(), usize::from(is_inside));
            let located = index.locate(x as f64 / 2.0 * UNIT, y as f64 / 2.0 * UNIT);
            prop_assert_eq!(located, Located { place: holders.first().copied(), others: 0 });
        }
    }

    #[test]
    fn a_partition_anywhere_on_earth_holds_each_point_once(seed in any::<u64>(), longitude in -179.0..170.0f64, latitude in -89.0..80.0f64) {
        // Moved by numbers that are no multiples of the unit, vertices are rounded: neighbours
        // still share them, and a point is still in exactly one place.
        let mut random = Random(seed);
        let parts = partition(6, 5, 9, UNIT, &mut random);
        let index = partition_index("parts", &parts, (longitude, latitude));
        for (_, polygons) in &parts {
            for corner in polygons.iter().flat_map(|polygon| &polygon.exterior().0) {
                let (x, y) = (corner.x + longitude, corner.y + latitude);
                let is_inside = corner.x < 6.0 * 64.0 * UNIT && corner.y < 5.0 * 64.0 * UNIT;
                prop_assert_eq!(index.locate(x, y), Located { place: index.locate(x, y).place, others: 0 });
                prop_assert_eq!(index.locate(x, y).place.is_some(), is_inside);
            }
        }
    }

    #[test]
    fn overlapping_stars_agree_with_geo(seed in any::<u64>()) {
        let mut random = Random(seed);
        let mut star = || {
            let centre = (random.share() * 4.0, random.share() * 4.0);
            let corners: Vec<(f64, f64)> = (0..40).map(|corner| {
                let (angle, radius) = (f64::from(corner) / 40.0 * std::f64::consts::TAU, 0.3 + 1.2 * random.share());
                (centre.0 + radius * angle.cos(), centre.1 + radius * angle.sin())
            }).collect();
            ring(&corners)
        };
        let stars: Vec<MultiPolygon<f64>> = (0..6).map(|_| MultiPolygon(vec![star(), star()])).collect();
        let codes = ["A", "B", "C", "D", "E", "F"];
        let index = areas("stars", codes.into_iter().zip(stars.iter().map(|star| star.0.clone())).collect());
        for _ in 0..400 {
            let point = (random.share() * 6.0 - 1.0, random.share() * 6.0 - 1.0);
            let holders: Vec<u32> = (0u32..).zip(&stars)
                .filter(|(_, star)| star.iter().any(|part| part.contains(&coord(point))))
                .map(|(number, _)| number)
                .collect();
            let located = index.locate(point.0, point.1);
            prop_assert_eq!(located.place, holders.first().copied());
            prop_assert_eq!(located.others as usize, holders.len().saturating_sub(1));
        }
    }
}

#[test]
fn overlaps_go_to_the_first_code_whatever_the_order_of_the_layer() {
    let square = |west: f64| Shape::Area(MultiPolygon(vec![rectangle(west, 0.0, west + 2.0, 2.0)]));
    let places = vec![place("B", square(1.0)), place("A", square(0.0)), place("C", Shape::None)];
    let index = PlaceIndex::new(layer("colonias", LayerKind::Areas, places)).unwrap();
    assert_eq!(index.locate(0.5, 1.0), Located { place: Some(1), others: 0 });
    assert_eq!(index.locate(1.5, 1.0), Located { place: Some(1), others: 1 });
    assert_eq!(index.locate(2.5, 1.0), Located { place: Some(0), others: 0 });
    assert_eq!(index.locate(9.0, 9.0), Located::default());
    assert_eq!(index.locate(f64::NAN, 1.0), Located::default());
    assert_eq!((index.place("A"), index.place("C"), index.place("D")), (Some(1), Some(2), None));
}

#[test]
fn many_places_one_over_another_are_searched_in_little_memory() {
    let codes: Vec<String> = (0..2_000).map(|number| format!("{number:04}")).collect();
    let places = codes.iter().map(|code| (code.as_str(), vec![rectangle(0.0, 0.0, 1.0, 1.0)])).collect();
    let index = areas("heap", places);
    assert_eq!(index.locate(0.3, 0.7), Located { place: Some(0), others: 1_999 });
    assert!(index.memory_bytes() < 200_000_000, "{}", index.memory_bytes());
}

#[test]
fn holes_and_islands_are_respected() {
    let hole = rectangle(1.0, 1.0, 3.0, 3.0).exterior().clone();
    let lake = Polygon::new(rectangle(0.0, 0.0, 4.0, 4.0).exterior().clone(), vec![hole]);
    let index = areas(
        "lakes",
        vec![("LAND", vec![lake, rectangle(1.5, 1.5, 2.5, 2.5)]), ("SEA", vec![rectangle(9.0, 9.0, 9.5, 9.5)])],
    );
    for (x, y, place) in [
        (0.5, 0.5, Some(0)),
        (1.2, 1.2, None),
        (2.0, 2.0, Some(0)),
        (9.2, 9.2, Some(1)),
        (1.0, 2.0, None),
        (3.0, 2.0, Some(0)),
    ] {
        assert_eq!(index.locate(x, y).place, place, "{x} {y}");
    }
}

#[test]
fn layers_that_cannot_be_searched_are_refused() {
    let streets = layer("s", LayerKind::Streets, vec![street("1", "", None, &[(0.0, 0.0), (1.0, 1.0)])]);
    assert!(matches!(PlaceIndex::new(streets), Err(AtlasError::LayerKind { .. })));
    let odd = place("X", Shape::Area(MultiPolygon(vec![ring(&[(0.0, 0.0), (f64::NAN, 1.0), (1.0, 1.0)])])));
    assert!(matches!(PlaceIndex::new(layer("a", LayerKind::Areas, vec![odd])), Err(AtlasError::Vertex { .. })));
    let twice = layer("a", LayerKind::Areas, vec![place("X", Shape::None), place("X", Shape::None)]);
    assert!(matches!(PlaceIndex::new(twice), Err(AtlasError::PlaceTwice { .. })));
    let empty = PlaceIndex::new(layer("a", LayerKind::Areas, Vec::new())).unwrap();
    assert_eq!(empty.locate(0.0, 0.0), Located::default());
}
