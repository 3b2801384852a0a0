//! Circles on the ground.

use crate::area::Bounds;
use crate::metric::EARTH_RADIUS_M;
use geo_types::Coord;
use tequio_kernel::query::Circle;

/// A circle, prepared for many tests. Distances are great circles on the mean sphere (haversine).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Disc {
    centre: Coord<f64>,
    cos: f64,
    /// Degrees of latitude beyond which nothing lies within, with a little to spare.
    reach: f64,
    /// Haversine of the radius.
    limit: f64,
}

impl Disc {
    pub(crate) fn new(circle: Circle) -> Self {
        let angle = circle.radius_m / EARTH_RADIUS_M;
        let cos = circle.centre.y.to_radians().cos();
        Self { centre: circle.centre, cos, reach: angle.to_degrees() * 1.000_001 + 1e-9, limit: haversine(angle) }
    }

    /// A box that holds it, with a little to spare; `None` near the poles and across the antimeridian.
    pub(crate) fn bounds(self) -> Option<Bounds> {
        let (north, south) = (self.centre.y + self.reach, self.centre.y - self.reach);
        // The meridians are nearest to one another at the end towards the pole; the arc of a sine
        // is less than 1 % longer than the sine for circles of this size.
        let reach = self.reach / north.abs().max(south.abs()).to_radians().cos() * 1.01;
        let (west, east) = (self.centre.x - reach, self.centre.x + reach);
        let is_plain = north.max(-south) < 80.0 && west > -180.0 && east < 180.0;
        is_plain.then_some(Bounds { west, south, east, north })
    }

    /// True when the position is at most the radius away.
    pub(crate) fn contains(&self, point: Coord<f64>) -> bool {
        let north = point.y - self.centre.y;
        if north.abs() > self.reach {
            return false;
        }
        let east = (point.x - self.centre.x).to_radians();
        let cos = point.y.to_radians().cos();
        haversine(north.to_radians()) + self.cos * cos * haversine(east) <= self.limit
    }
}

fn haversine(angle: f64) -> f64 {
    // Half a turn is as far as it goes; more would come near again.
    let half = (angle / 2.0).sin();
    half * half
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Distance, Haversine};
    use geo_types::Point;

    #[test]
    fn circles_agree_with_the_haversine_of_geo() {
        let centre = Coord { x: -99.13, y: 19.43 };
        let disc = Disc::new(Circle { centre, radius_m: 500.0 });
        for step in 0..2_000 {
            let angle = f64::from(step);
            let point =
                Coord { x: centre.x + angle.sin() * 0.006 * (angle / 2_000.0), y: centre.y + angle.cos() * 0.006 };
            let metres = Haversine.distance(Point::from(centre), Point::from(point));
            assert_eq!(disc.contains(point), metres <= 500.0, "{metres}");
        }
        assert!(disc.contains(centre));
    }

    #[test]
    fn a_circle_lies_in_its_box() {
        for (x, y, radius_m) in [(-99.1, 19.4, 500.0), (10.0, -79.0, 100_000.0), (0.0, 60.0, 100_000.0)] {
            let disc = Disc::new(Circle { centre: Coord { x, y }, radius_m });
            let bounds = disc.bounds().unwrap();
            for step in 0..=1_000 {
                let share = f64::from(step) / 1_000.0 * 1.2 - 0.1;
                let along = |low: f64, high: f64| low + share * (high - low);
                for (x, y) in [
                    (bounds.west - 1e-7, along(bounds.south, bounds.north)),
                    (bounds.east + 1e-7, along(bounds.south, bounds.north)),
                    (along(bounds.west, bounds.east), bounds.south - 1e-7),
                    (along(bounds.west, bounds.east), bounds.north + 1e-7),
                ] {
                    assert!(!disc.contains(Coord { x, y }), "{x} {y}");
                }
            }
        }
        assert!(Disc::new(Circle { centre: Coord { x: 179.999, y: 0.0 }, radius_m: 500.0 }).bounds().is_none());
    }

    #[test]
    fn the_antimeridian_is_no_wall() {
        let disc = Disc::new(Circle { centre: Coord { x: 179.999, y: 0.0 }, radius_m: 500.0 });
        assert!(disc.contains(Coord { x: -179.999, y: 0.0 }));
    }
}
