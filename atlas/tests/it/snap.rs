//! The nearest segment, against trying them all.

use crate::fixtures::{Random, partition, partition_index, street, streets};
use geo::{Distance, Geodesic};
use geo_types::Point;
use proptest::prelude::*;
use std::sync::Arc;
use tequio_atlas::{PlaceIndex, StreetIndex};
use tequio_kernel::Shape;

/// Metres east and north on the WGS 84 ellipsoid at a latitude, written out again.
fn plane(origin: (f64, f64), point: (f64, f64)) -> (f64, f64) {
    let (a, f) = (6_378_137.0, 1.0 / 298.257_223_563);
    let e2: f64 = f * (2.0 - f);
    let sin = origin.1.to_radians().sin();
    let w = (1.0 - e2 * sin * sin).sqrt();
    let east = a / w * origin.1.to_radians().cos() * (point.0 - origin.0).to_radians();
    let north = a * (1.0 - e2) / (w * w * w) * (point.1 - origin.1).to_radians();
    (east, north)
}

/// Distance to an edge in metres, and the nearest point of it in degrees.
fn edge(origin: (f64, f64), a: (f64, f64), b: (f64, f64)) -> (f64, (f64, f64)) {
    let ((ax, ay), (bx, by)) = (plane(origin, a), plane(origin, b));
    let length_2 = (bx - ax).powi(2) + (by - ay).powi(2);
    let t = if length_2 == 0.0 { 0.0 } else { ((-ax * (bx - ax) - ay * (by - ay)) / length_2).clamp(0.0, 1.0) };
    ((ax + t * (bx - ax)).hypot(ay + t * (by - ay)), (a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1)))
}

/// Every segment that may be chosen, with its distance.
fn candidates(index: &StreetIndex, within: Option<&PlaceIndex>, point: (f64, f64)) -> Vec<(u32, f64)> {
    let place = |(x, y): (f64, f64)| within.map(|places| places.locate(x, y).place);
    let mut found = Vec::new();
    for (number, segment) in (0u32..).zip(&index.layer().places) {
        let Shape::Line(line) = &segment.shape else { continue };
        let edges = line.lines().map(|line| edge(point, line.start.into(), line.end.into()));
        let nearest = edges.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap();
        if nearest.0 <= index.max_distance_m() && place(nearest.1) == place(point) {
            found.push((number, nearest.0));
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn snapping_is_that_of_trying_every_segment(seed in any::<u64>(), latitude in -70.0..70.0f64, metres in 5u32..400, borders in any::<bool>()) {
        let mut random = Random(seed);
        let unit = 1.0 / 16_384.0;
        let parts = partition(4, 4, 5, unit, &mut random);
        let within: Option<Arc<PlaceIndex>> = borders.then(|| partition_index("parts", &parts, (10.0, latitude)));
        let spot = |random: &mut Random| (10.0 + (random.share() * 1.1 - 0.05) * 256.0 * unit, latitude + (random.share() * 1.1 - 0.05) * 256.0 * unit);
        let segments = (0..120).map(|number| {
            let start = spot(&mut random);
            let mut line = vec![start];
            for _ in 0..=random.below(3) {
                let last = *line.last().unwrap();
                line.push((last.0 + (random.share() - 0.5) * 0.004, last.1 + (random.share() - 0.5) * 0.004));
            }
            street(&format!("{number:03}"), "", None, &line)
        }).collect();
        let index = streets(segments, within.clone(), f64::from(metres));
        for _ in 0..150 {
            let point = spot(&mut random);
            let found = candidates(&index, within.as_deref(), point);
            let best = found.iter().map(|(_, metres)| *metres).fold(f64::INFINITY, f64::min);
            match index.snap(point.0, point.1) {
                // A candidate at the very limit may be judged either way by the last bit.
                None => prop_assert!(best > f64::from(metres) - 1e-6, "{best} was missed"),
                Some(snapped) => {
                    prop_assert!((snapped.distance_m - best).abs() < 1e-6, "{} is not {best}", snapped.distance_m);
                    let chosen = found.iter().find(|(segment, _)| *segment == snapped.segment);
                    prop_assert!(chosen.is_some_and(|(_, metres)| (metres - best).abs() < 1e-6));
                    let geodesic = Geodesic.distance(Point::from(point), Point::new(snapped.longitude, snapped.latitude));
                    // d^2 tan(latitude) / 2R, as documented.
                    let bound = best * best * latitude.abs().to_radians().tan() / (2.0 * 6_371_000.0) + 1e-4;
                    prop_assert!((geodesic - snapped.distance_m).abs() <= bound, "{geodesic} {} {bound}", snapped.distance_m);
                }
            }
        }
    }
}

#[test]
fn ties_go_to_the_first_segment() {
    let shared = (0.0, 0.0);
    let segments = vec![
        street("C", "", None, &[shared, (0.001, 0.001)]),
        street("A", "", None, &[(-0.001, -0.001), shared]),
        street("B", "", None, &[shared, (0.001, -0.001)]),
    ];
    let index = streets(segments, None, 100.0);
    let snapped = index.snap(0.0, 0.0).unwrap();
    assert_eq!((snapped.segment, snapped.distance_m, snapped.longitude, snapped.latitude), (0, 0.0, 0.0, 0.0));
    assert!(index.snap(0.1, 0.1).is_none() && index.snap(f64::NAN, 0.0).is_none());
}

#[test]
fn a_border_is_never_crossed() {
    use crate::fixtures::{areas, rectangle};
    let border =
        areas("m", vec![("W", vec![rectangle(-1.0, -1.0, 0.0, 1.0)]), ("E", vec![rectangle(0.0, -1.0, 1.0, 1.0)])]);
    let segments = vec![
        street("near", "", None, &[(0.0001, -0.01), (0.0001, 0.01)]),
        street("far", "", None, &[(-0.0008, -0.01), (-0.0008, 0.01)]),
    ];
    let index = streets(segments.clone(), Some(border), 100.0);
    assert_eq!(index.snap(-0.0001, 0.0).map(|snapped| snapped.segment), Some(1));
    assert_eq!(index.snap(0.0002, 0.0).map(|snapped| snapped.segment), Some(0));
    assert_eq!(streets(segments, None, 100.0).snap(-0.0001, 0.0).map(|snapped| snapped.segment), Some(0));
}
