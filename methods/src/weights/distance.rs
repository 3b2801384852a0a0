//! Neighbours by distance in the plane: all within a band, or the nearest few.
//!
//! Distances are straight lines, in the unit of the coordinates: longitude and latitude are to be projected
//! first. References: A. Getis and J. K. Ord, "The Analysis of Spatial Association by Use of Distance
//! Statistics", Geographical Analysis 24 (1992), for bands; L. Anselin, "Spatial Econometrics", 1988, chapter
//! 3, for nearest neighbours.

use super::contiguity::Point;
use super::grid::Grid;
use super::{Weights, WeightsError};

/// Neighbours at most a distance away; points at the same place are neighbours. Weights of one.
///
/// Cost: points times the points near them.
///
/// # Errors
/// [`WeightsError`] when a coordinate is no number, or the distance is not above zero.
///
/// ```
/// use tequio_methods::weights::distance::{band, nearest};
/// let points = [[10.0, 10.0], [20.0, 10.0], [40.0, 10.0], [15.0, 20.0]];
/// assert_eq!(band(&points, 15.0)?.row(0).0, [1, 3]);
/// assert_eq!(nearest(&points, 1)?.row(2).0, [1]);
/// # Ok::<(), tequio_methods::weights::WeightsError>(())
/// ```
pub fn band(points: &[Point], distance: f64) -> Result<Weights, WeightsError> {
    if !(distance > 0.0 && distance.is_finite()) {
        return Err(WeightsError::Distance);
    }
    let grid = Grid::new(points)?;
    let near = |(index, point): (usize, &Point)| {
        let others = grid
            .around(*point, distance)
            .filter(|(other, square)| *other as usize != index && *square <= distance * distance);
        others.map(|(other, _)| other).collect()
    };
    Weights::binary(points.iter().enumerate().map(near).collect())
}

/// The `count` nearest neighbours; of those equally far, the ones that come first in the list. Weights of
/// one. A unit need not be a neighbour of its neighbours.
///
/// Cost: points times the neighbours asked for, and their logarithm, where points are spread evenly.
///
/// # Errors
/// [`WeightsError`] when a coordinate is no number, or there are not so many others.
pub fn nearest(points: &[Point], count: usize) -> Result<Weights, WeightsError> {
    let others = points.len().saturating_sub(1);
    if count == 0 || count > others {
        return Err(WeightsError::Nearest(others));
    }
    let grid = Grid::new(points)?;
    Weights::binary(points.iter().enumerate().map(|(index, point)| nearest_of(&grid, index, *point, count)).collect())
}

fn nearest_of(grid: &Grid<'_>, index: usize, point: Point, count: usize) -> Vec<u32> {
    let (cell, all) = grid.reach();
    let mut radius = cell * (count as f64).sqrt();
    loop {
        let others = grid.around(point, radius).filter(|(other, _)| *other as usize != index);
        let mut found: Vec<(u32, f64)> =
            others.filter(|(_, square)| *square <= radius * radius || radius >= all).collect();
        if found.len() >= count || radius >= all {
            found.sort_unstable_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
            found.truncate(count);
            return found.into_iter().map(|(other, _)| other).collect();
        }
        radius *= 2.0;
    }
}

#[cfg(test)]
mod tests {
    use super::super::grid::square;
    use super::*;

    /// Points scattered by a simple rule, some of them at the same place, and some far out.
    fn scattered(count: u32) -> Vec<Point> {
        let mut points: Vec<Point> =
            (0..count).map(|i| [f64::from(i * 7919 % 101), f64::from(i * 104_729 % 97) / 3.0]).collect();
        points.extend([[5_000.0, -300.0], [0.0, 0.0], [0.0, 0.0]]);
        points
    }

    #[test]
    fn grids_find_what_looking_at_all_points_finds() {
        let points = scattered(400);
        let (band, nearest) = (band(&points, 6.5).expect("points"), nearest(&points, 7).expect("points"));
        for (index, point) in points.iter().enumerate() {
            let mut others: Vec<(u32, f64)> =
                points.iter().enumerate().map(|(other, place)| (other as u32, square(*point, *place))).collect();
            others.remove(index);
            let within: Vec<u32> = others.iter().filter(|other| other.1 <= 6.5 * 6.5).map(|other| other.0).collect();
            assert_eq!(band.row(index).0, within);
            others.sort_by(|a, b| a.1.total_cmp(&b.1));
            let mut first: Vec<u32> = others[..7].iter().map(|other| other.0).collect();
            first.sort_unstable();
            assert_eq!(nearest.row(index).0, first, "point {index}");
        }
        assert_eq!(band.islands(), [400]);
    }

    #[test]
    fn points_on_a_line_or_all_at_one_place_work() {
        let line: Vec<Point> = (0..1_000).map(|i| [f64::from(i), 2.0]).collect();
        assert_eq!(band(&line, 1.0).expect("points").links(), 1_998);
        assert_eq!(nearest(&line, 2).expect("points").row(0).0, [1, 2]);
        assert_eq!(nearest(&[[1.0, 1.0]; 5], 4).expect("points").links(), 20);
    }

    #[test]
    fn what_cannot_be_measured_says_why() {
        assert_eq!(band(&[[0.0, f64::NAN]], 1.0), Err(WeightsError::Coordinate(0)));
        assert_eq!(band(&[[0.0, 0.0]], 0.0), Err(WeightsError::Distance));
        assert_eq!(nearest(&[[0.0, 0.0]], 1), Err(WeightsError::Nearest(0)));
        assert!(band(&[], 1.0).expect("no points").is_empty());
    }
}
