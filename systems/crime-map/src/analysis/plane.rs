//! Positions on the ground as positions on a plane, in metres.

use geo_types::Coord;
use tequio_frame::chart::projection::Lambert;

/// Mean radius of the Earth, metres (IUGG 1980, R1).
const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// Projects longitudes and latitudes (degrees) conformally, fitted to the box that holds them: metres eastwards and
/// southwards of some origin. Over a city a distance is right to a part in ten thousand, over Mexico to 2 %.
pub(super) fn project(positions: &[Coord<f64>]) -> Vec<[f64; 2]> {
    let start = (f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY);
    let (west, south, east, north) =
        positions.iter().fold(start, |(w, s, e, n), at| (w.min(at.x), s.min(at.y), e.max(at.x), n.max(at.y)));
    let lambert = Lambert::fit(west, south, east, north);
    let metres = |at: &Coord<f64>| {
        let (x, y) = lambert.project(at.x, at.y);
        [x * EARTH_RADIUS_M, y * EARTH_RADIUS_M]
    };
    positions.iter().map(metres).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Distance as _, Haversine};
    use geo_types::Point;

    fn error(a: (f64, f64), b: (f64, f64), corners: [(f64, f64); 2]) -> f64 {
        let positions: Vec<Coord<f64>> = [a, b].into_iter().chain(corners).map(Coord::from).collect();
        let plane = project(&positions);
        let length = (plane[0][0] - plane[1][0]).hypot(plane[0][1] - plane[1][1]);
        (length / Haversine.distance(Point::from(a), Point::from(b)) - 1.0).abs()
    }

    #[test]
    fn distances_are_those_on_the_ground() {
        let city = [(-99.37, 19.04), (-98.93, 19.60)];
        assert!(error((-99.1332, 19.4326), (-99.1632, 19.4126), city) < 1e-4);
        let country = [(-117.2, 14.5), (-86.7, 32.7)];
        for (a, b) in
            [((-99.13, 19.43), (-103.35, 20.67)), ((-92.3, 14.9), (-90.5, 16.8)), ((-117.0, 32.5), (-115.4, 32.6))]
        {
            assert!(error(a, b, country) < 0.02, "{a:?} {b:?}: {}", error(a, b, country));
        }
    }
}
