//! How far from the equator the incidents of an edition lie, and what that leaves of an answer by cells.
//!
//! The finest public zoom follows from what lies in the territory of the data: a few misplaced incidents neither coarsen
//! the map of all others nor are told in cells that are too narrow where they lie.

use geo::CoordsIter as _;
use tequio_access::is_wide;
use tequio_kernel::{Counts, Key, Shape};

/// Greatest distance from the equator of a shape, in degrees.
pub(crate) fn latitude_of(shape: &Shape) -> Option<f64> {
    let farthest = |latitudes: &mut dyn Iterator<Item = f64>| latitudes.map(f64::abs).reduce(f64::max);
    match shape {
        Shape::None => None,
        Shape::Area(area) => farthest(&mut area.exterior_coords_iter().map(|corner| corner.y)),
        Shape::Line(line) => farthest(&mut line.coords().map(|corner| corner.y)),
    }
}

/// Distances from the equator, in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reach {
    /// Of what lies in the territory of the data.
    pub own: f64,
    /// Of everything.
    pub strays: f64,
}

impl Reach {
    /// Of these incidents; `territory` is how far that of the data reaches, where it is known.
    pub(crate) fn of(latitudes: &[f64], territory: Option<f64>) -> Self {
        let mut distances: Vec<f64> = latitudes.iter().filter(|latitude| !latitude.is_nan()).map(|l| l.abs()).collect();
        let farthest = |limit: f64| distances.iter().copied().filter(|distance| *distance <= limit).reduce(f64::max);
        let strays = farthest(f64::INFINITY).unwrap_or(0.0);
        let own = territory.and_then(farthest).unwrap_or_else(|| most_of(&mut distances));
        Self { own, strays }
    }
}

/// Distance within which all but a thousandth lie, or of few incidents all but a twentieth and at most ten.
fn most_of(distances: &mut [f64]) -> f64 {
    let strays = (distances.len() / 1_000).max(10.min(distances.len() / 20));
    match distances.len() - strays {
        0 => 0.0,
        rank => *distances.select_nth_unstable_by(rank - 1, f64::total_cmp).1,
    }
}

/// Takes the rows of cells that are too narrow out of an answer; what they count is not known in it. Says whether there
/// were any.
pub(crate) fn leave_out_narrow_cells(counts: &mut Counts) -> bool {
    let is_told = |key: &Key| !matches!(key, Key::Cell { z, y, .. } if !is_wide(*z, *y));
    let before = counts.unknown;
    let unknown = &mut counts.unknown;
    counts.rows.retain(|row| {
        let is_told = row.keys.iter().all(is_told);
        *unknown += if is_told { 0 } else { row.count };
        is_told
    });
    counts.unknown > before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_beyond_the_territory_does_not_reach_farther() {
        let latitudes = [19.1, f64::NAN, -19.6, 71.0, 80.5];
        assert_eq!(Reach::of(&latitudes, Some(19.7)), Reach { own: 19.6, strays: 80.5 });
        // Nothing lies in it, or it is not known.
        for territory in [Some(5.0), None] {
            assert_eq!(Reach::of(&latitudes, territory), Reach { own: 80.5, strays: 80.5 });
        }
        assert_eq!(Reach::of(&[], None), Reach { own: 0.0, strays: 0.0 });
        let with_strays = |all: usize, strays: usize| -> Vec<f64> {
            (0..all).map(|at| if at < strays { 80.0 } else { 19.0 }).collect()
        };
        for (all, strays) in [(20, 1), (900, 10), (2_000, 10), (20_000, 20)] {
            assert_eq!(Reach::of(&with_strays(all, strays), None), Reach { own: 19.0, strays: 80.0 }, "{all}");
            assert_eq!(Reach::of(&with_strays(all, strays + 1), None).own, 80.0, "{all}");
        }
    }
}
