//! Web-mercator cells, in double precision.
//!
//! The position of an incident is reduced once to its cell of the finest zoom. Cells of coarser
//! zooms follow by dropping bits, which is exact: doubling a binary fraction rounds nothing. So
//! children always sum to their parents.

use geo_types::{Coord, Rect};
use std::f64::consts::PI;
use tequio_kernel::query::CELL_ZOOM_MAX;

/// Latitude at which the web-mercator square ends; beyond it the outermost row counts.
pub(crate) const LATITUDE_MAX: f64 = 85.051_128_78;

/// A web-mercator tile cell in the XYZ scheme (y grows southwards).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// Zoom.
    pub z: u8,
    /// Column, from the west.
    pub x: u32,
    /// Row, from the north.
    pub y: u32,
}

impl Cell {
    /// The cell of a zoom (at most 25) that holds a position in degrees.
    pub fn of(longitude: f64, latitude: f64, zoom: u8) -> Self {
        let [x, y] = finest(longitude, latitude);
        let shift = CELL_ZOOM_MAX - zoom.min(CELL_ZOOM_MAX);
        Self { z: zoom.min(CELL_ZOOM_MAX), x: x >> shift, y: y >> shift }
    }

    /// Its box in degrees.
    pub fn bounds(self) -> Rect<f64> {
        let corner = |x: u32, y: u32| {
            let (x, y) = to_degrees(f64::from(x) / side(self.z), f64::from(y) / side(self.z));
            Coord { x, y }
        };
        Rect::new(corner(self.x, self.y + 1), corner(self.x + 1, self.y))
    }

    /// Longitude and latitude of its centre on the map, degrees.
    pub fn centre(self) -> (f64, f64) {
        let side = side(self.z);
        to_degrees((f64::from(self.x) + 0.5) / side, (f64::from(self.y) + 0.5) / side)
    }
}

/// Last column and row of the finest zoom.
pub(crate) const LAST_INDEX: u32 = (1 << CELL_ZOOM_MAX) - 1;

/// Column and row of the finest zoom. Both 25 bits.
pub(crate) fn finest(longitude: f64, latitude: f64) -> [u32; 2] {
    let [x, y] = mercator(longitude, latitude);
    [index(x), index(y)]
}

/// Column of the finest zoom.
#[inline]
pub(crate) fn column(longitude: f64) -> u32 {
    index(fraction_east(longitude))
}

#[inline]
fn fraction_east(longitude: f64) -> f64 {
    (longitude + 180.0) / 360.0
}

/// Position on the web-mercator square: 0 to 1 eastwards and southwards.
///
/// Source: EPSG 3857, in the spherical form of the OpenStreetMap tile scheme.
pub(crate) fn mercator(longitude: f64, latitude: f64) -> [f64; 2] {
    let latitude = latitude.clamp(-LATITUDE_MAX, LATITUDE_MAX).to_radians();
    [fraction_east(longitude), (1.0 - latitude.tan().asinh() / PI) / 2.0]
}

/// Longitude and latitude of a position on the web-mercator square.
pub(crate) fn to_degrees(x: f64, y: f64) -> (f64, f64) {
    (x * 360.0 - 180.0, (PI * (1.0 - 2.0 * y)).sinh().atan().to_degrees())
}

/// Cells on a side of the world.
pub(crate) fn side(zoom: u8) -> f64 {
    f64::from(1u32 << zoom.min(31))
}

fn index(fraction: f64) -> u32 {
    // The cast is a floor that saturates: negative becomes 0.
    ((fraction * side(CELL_ZOOM_MAX)) as u32).min(LAST_INDEX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_precision_would_misplace_points_near_an_edge() {
        // The eastern edge of column 524 of zoom 11.
        let edge = 525.0 / 2_048.0 * 360.0 - 180.0;
        for (longitude, column) in [(edge - 3e-6, 524), (edge, 525), (edge + 3e-6, 525), (edge - 1e-13, 524)] {
            assert_eq!(Cell::of(longitude, 41.8, 11).x, column, "{longitude}");
        }
        let single = f64::from((edge - 3e-6) as f32);
        assert_eq!(Cell::of(single, 41.8, 11).x, 525, "this test shows nothing any more");
    }

    #[test]
    fn the_world_ends_at_the_mercator_limits() {
        assert_eq!(Cell::of(180.0, 90.0, 3), Cell { z: 3, x: 7, y: 0 });
        assert_eq!(Cell::of(-180.0, -90.0, 3), Cell { z: 3, x: 0, y: 7 });
        assert_eq!(Cell::of(0.0, 0.0, 1), Cell { z: 1, x: 1, y: 1 });
    }

    #[test]
    fn a_centre_lies_in_its_cell() {
        for z in [0, 1, 5, 11, 18, 25] {
            let cell = Cell::of(-99.133_2, 19.432_6, z);
            let (longitude, latitude) = cell.centre();
            assert_eq!(Cell::of(longitude, latitude, z), cell);
            let bounds = cell.bounds();
            assert!(
                bounds.min().x < longitude
                    && longitude < bounds.max().x
                    && bounds.min().y < latitude
                    && latitude < bounds.max().y
            );
        }
    }
}
