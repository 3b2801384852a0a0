//! Lambert conformal conic projection for drawing one country or state on a page.
//!
//! Reference: J. P. Snyder, *Map Projections: A Working Manual*, USGS Professional Paper 1395
//! (1987), sphere form, equations 15-1 to 15-5. The standard parallels lie a sixth of the height
//! inside the drawn region (Snyder, p. 106).

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4};

/// Latitudes beyond this are drawn at it, degrees: the cone has no other pole.
const LATITUDE_MAX: f64 = 85.0;
/// Below this sine of the cone the projection is practically cylindrical.
const CONE_MIN: f64 = 1e-6;

/// A projection fitted to a box of longitudes and latitudes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lambert {
    meridian: f64,
    cone: f64,
    factor: f64,
}

impl Lambert {
    /// Fits the projection to a region given in degrees.
    pub fn fit(west: f64, south: f64, east: f64, north: f64) -> Self {
        let (south, north) = (south.clamp(-LATITUDE_MAX, LATITUDE_MAX), north.clamp(-LATITUDE_MAX, LATITUDE_MAX));
        let inset = (north - south) / 6.0;
        let (lower, upper) = ((south + inset).to_radians(), (north - inset).to_radians());
        let spread = (half(upper) / half(lower)).ln();
        let cone = if spread.abs() < 1e-9 { lower.sin() } else { (lower.cos() / upper.cos()).ln() / spread };
        let cone = if cone.abs() < CONE_MIN { CONE_MIN } else { cone };
        let factor = lower.cos() * half(lower).powf(cone) / cone;
        Self { meridian: f64::midpoint(west, east).to_radians(), cone, factor }
    }

    /// Plane position of a longitude and latitude; y grows southwards, as on a screen.
    pub fn project(&self, longitude: f64, latitude: f64) -> (f64, f64) {
        let latitude = latitude.clamp(-LATITUDE_MAX, LATITUDE_MAX).to_radians();
        let radius = self.factor / half(latitude).powf(self.cone);
        let angle = self.cone * (longitude.to_radians() - self.meridian);
        (radius * angle.sin(), radius * angle.cos())
    }
}

fn half(latitude: f64) -> f64 {
    (FRAC_PI_4 + latitude.min(FRAC_PI_2 - 1e-9) / 2.0).tan()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answer_of_snyder() {
        // Snyder, p. 295: parallels 33° and 45°, point 35° N 75° W, centre 96° W; unit sphere,
        // x = 0.2966785. The box below has those parallels and that meridian.
        let lambert = Lambert::fit(-106.0, 30.0, -86.0, 48.0);
        let (x, y) = lambert.project(-75.0, 35.0);
        let (_, origin) = lambert.project(-96.0, 23.0);
        assert!((x - 0.296_678_5).abs() < 1e-7, "{x}");
        assert!((origin - y - 0.246_211_2).abs() < 1e-6, "{}", origin - y);
    }

    #[test]
    fn north_is_up_also_south_of_the_equator() {
        for (south, north) in [(14.0, 33.0), (-40.0, -20.0), (-5.0, 5.0)] {
            let lambert = Lambert::fit(-10.0, south, 10.0, north);
            assert!(lambert.project(0.0, north).1 < lambert.project(0.0, south).1);
            assert!(lambert.project(5.0, north).0 > lambert.project(-5.0, north).0);
        }
    }
}
