//! Metres on the ground.

use geo_types::Coord;

/// Mean radius of the Earth, metres (IUGG 1980, R1).
pub(crate) const EARTH_RADIUS_M: f64 = 6_371_008.8;
/// Semi-major axis of WGS 84, metres.
const AXIS_M: f64 = 6_378_137.0;
/// First eccentricity squared of WGS 84.
const ECCENTRICITY_2: f64 = 6.694_379_990_141_33e-3;

/// A flat map round a position: local equirectangular projection on the WGS 84 ellipsoid.
///
/// Both radii of curvature are those of the origin. Against the geodesic, a distance `d` from the
/// origin is wrong by less than `d^2 * tan(latitude) / (2 * 6371 km)`: 0.3 mm at 100 m in Mexico
/// City, 1.4 mm at 100 m in Helsinki, 14 cm at 1 km there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flat {
    origin: Coord<f64>,
    /// Metres per degree eastwards.
    pub(crate) east_m: f64,
    /// Metres per degree northwards.
    pub(crate) north_m: f64,
}

impl Flat {
    /// The flat map round a position in degrees.
    pub(crate) fn at(origin: Coord<f64>) -> Self {
        let (sin, cos) = origin.y.to_radians().sin_cos();
        let shape = 1.0 - ECCENTRICITY_2 * sin * sin;
        let normal = AXIS_M / shape.sqrt();
        let meridian = normal * (1.0 - ECCENTRICITY_2) / shape;
        Self { origin, east_m: (normal * cos).to_radians(), north_m: meridian.to_radians() }
    }

    /// Metres east and north of the origin.
    #[inline]
    pub(crate) fn project(&self, point: Coord<f64>) -> [f64; 2] {
        [(point.x - self.origin.x) * self.east_m, (point.y - self.origin.y) * self.north_m]
    }

    /// Share of the way from `a` to `b` at which the line comes nearest to the origin, and the
    /// square of that distance in square metres.
    #[inline]
    pub(crate) fn nearest(&self, a: Coord<f64>, b: Coord<f64>) -> (f64, f64) {
        let ([ax, ay], [bx, by]) = (self.project(a), self.project(b));
        let (dx, dy) = (bx - ax, by - ay);
        let length_2 = dx * dx + dy * dy;
        let share = if length_2 > 0.0 { (-(ax * dx + ay * dy) / length_2).clamp(0.0, 1.0) } else { 0.0 };
        let (x, y) = if share == 1.0 { (bx, by) } else { (ax + share * dx, ay + share * dy) };
        (share, x * x + y * y)
    }
}

/// Length of a line in metres, each edge measured at its middle.
pub(crate) fn length_m(line: &[Coord<f64>]) -> f64 {
    let edge = |a: Coord<f64>, b: Coord<f64>| {
        let middle = Coord { x: f64::midpoint(a.x, b.x), y: f64::midpoint(a.y, b.y) };
        let flat = Flat::at(middle);
        ((b.x - a.x) * flat.east_m).hypot((b.y - a.y) * flat.north_m)
    };
    line.windows(2).map(|pair| edge(pair[0], pair[1])).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_agree_with_the_geodesic() {
        use geo::{Distance, Geodesic};
        for (a, b) in [((-99.1332, 19.4326), (-99.1322, 19.4331)), ((24.94, 60.17), (24.945, 60.171))] {
            let exact = Geodesic.distance(geo_types::Point::from(a), geo_types::Point::from(b));
            let ours = length_m(&[a.into(), b.into()]);
            assert!((exact - ours).abs() < 1e-3, "{exact} {ours}");
            let [x, y] = Flat::at(a.into()).project(b.into());
            assert!((x.hypot(y) - exact).abs() < 0.05, "{exact}");
        }
    }
}
