//! Cells that the public may see: web-mercator cells of at least 150 m. They narrow towards the poles, so that one zoom is
//! wide enough here and too fine there.

use std::f64::consts::PI;
use tequio_kernel::Query;
use tequio_kernel::query::Filter;

/// Width of the smallest public cell, in metres on the ground.
pub const CELL_WIDTH_MIN_M: f64 = 150.0;
/// Length of the equator in web mercator (EPSG:3857), in metres.
const EQUATOR_M: f64 = 40_075_016.685_578_49;
/// Shortest degree of latitude, in metres, rounded down.
const DEGREE_M: f64 = 110_500.0;

/// Finest zoom whose cells are at least 150 m wide at a latitude (degrees).
pub fn cell_zoom_max(latitude: f64) -> u8 {
    let width = EQUATOR_M * latitude.abs().min(89.0).to_radians().cos();
    // Between 0 and 18 for every latitude.
    (width / CELL_WIDTH_MIN_M).log2().floor().max(0.0) as u8
}

/// The edges of a row of cells, as distances from the equator on the plane of web mercator: the nearer and the farther.
fn edges(zoom: u8, row: u32) -> (f64, f64) {
    let edge = |row: f64| (PI * (1.0 - 2.0 * row / f64::from(zoom).exp2())).abs();
    let (north, south) = (edge(f64::from(row)), edge(f64::from(row) + 1.0));
    // The one cell of zoom 0 lies on both sides.
    if zoom == 0 { (0.0, PI) } else { (north.min(south), north.max(south)) }
}

/// True for a row of cells that are at least 150 m wide somewhere: at the edge that is nearer to the equator.
pub fn is_wide(zoom: u8, row: u32) -> bool {
    EQUATOR_M / f64::from(zoom).exp2() / edges(zoom, row).0.cosh() >= CELL_WIDTH_MIN_M
}

/// Greatest distance from the equator of a row of tiles, in degrees.
pub fn latitude_of_row(zoom: u8, row: u32) -> f64 {
    edges(zoom, row).1.sinh().atan().to_degrees()
}

/// Greatest distance from the equator of the shapes of a question, in degrees.
pub(crate) fn latitude_of_shapes(filter: &Filter) -> Option<f64> {
    let bbox = filter.bbox.map(|bbox| bbox.min().y.abs().max(bbox.max().y.abs()));
    let circle = filter.circle.map(|circle| circle.centre.y.abs() + circle.radius_m / DEGREE_M);
    let corners = filter.polygon.iter().flat_map(|polygon| polygon.exterior().coords());
    corners.map(|corner| corner.y.abs()).chain(bbox).chain(circle).reduce(f64::max)
}

/// Zooms of the cells that a question counts by.
pub(crate) fn zooms(query: &Query) -> impl Iterator<Item = u8> {
    query.by.iter().filter_map(|dimension| match dimension {
        tequio_kernel::Dimension::Cell(zoom) => Some(*zoom),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn width(zoom: u8, latitude: f64) -> f64 {
        EQUATOR_M * latitude.to_radians().cos() / f64::from(zoom).exp2()
    }

    #[test]
    fn cells_are_at_least_150_metres_wide() {
        for latitude in [0.0, 19.4, 32.7, 51.5, 60.2, 78.0] {
            let zoom = cell_zoom_max(latitude);
            assert!(width(zoom, latitude) >= 150.0 && width(zoom + 1, latitude) < 150.0, "{latitude}");
        }
    }

    #[test]
    fn a_row_is_as_wide_as_its_edge_near_the_equator() {
        for zoom in [0, 1, 5, 14, 17] {
            let rows = 1_u32 << zoom;
            for row in [0, rows / 8, rows / 3, rows / 2, rows - 1] {
                let latitude = edges(zoom, row).0.sinh().atan().to_degrees();
                assert_eq!(is_wide(zoom, row), width(zoom, latitude) >= 150.0, "{zoom} {row}");
                assert!(latitude <= latitude_of_row(zoom, row), "{zoom} {row}");
            }
            assert!((latitude_of_row(zoom, 0) - 85.0511).abs() < 1e-3, "{zoom}");
        }
        assert!(is_wide(17, 1 << 16) && !is_wide(17, 0) && !is_wide(17, (1 << 17) - 1) && is_wide(14, 1 << 11));
    }
}
