//! Neighbours by shared borders: by a shared point (queen) or by a shared edge (rook), and neighbours of
//! neighbours.
//!
//! Shared means the very same coordinates, which a layer of areas that fit together has: nothing is snapped,
//! and two areas whose common border is drawn with other vertices are no neighbours. Reference: A. D. Cliff
//! and J. K. Ord, "Spatial Processes", 1981.

use super::{Weights, WeightsError};
use std::collections::HashMap;
use std::hash::Hash;

/// A point, in any unit.
pub type Point = [f64; 2];

/// A point by its bits, so that it can be looked up; minus zero is zero.
type Key = [u64; 2];

/// Neighbours that share at least a vertex.
///
/// `areas` has one list of rings an area (outlines of its parts and of their holes); a ring is closed whether
/// or not its first vertex is repeated at the end. Weights of one. Cost: linear in the vertices.
///
/// # Errors
/// [`WeightsError::Coordinate`] with the index of an area whose coordinates are no numbers.
///
/// ```
/// use tequio_methods::weights::contiguity::{queen, rook};
/// let square = |x: f64, y: f64| vec![vec![[x, y], [x + 1.0, y], [x + 1.0, y + 1.0], [x, y + 1.0]]];
/// let areas = [square(0.0, 0.0), square(1.0, 0.0), square(1.0, 1.0)];
/// assert_eq!((queen(&areas)?.links(), rook(&areas)?.links()), (6, 4));
/// # Ok::<(), tequio_methods::weights::WeightsError>(())
/// ```
pub fn queen(areas: &[Vec<Vec<Point>>]) -> Result<Weights, WeightsError> {
    contiguity(areas, |ring, holder| ring.iter().for_each(|vertex| holder(key(*vertex))))
}

/// Neighbours that share at least an edge: two vertices that follow each other, in either direction.
///
/// Areas, cost and errors as for [`queen`].
///
/// # Errors
/// [`WeightsError::Coordinate`] with the index of an area whose coordinates are no numbers.
pub fn rook(areas: &[Vec<Vec<Point>>]) -> Result<Weights, WeightsError> {
    contiguity(areas, |ring, holder| {
        for (place, vertex) in ring.iter().enumerate() {
            let (a, b) = (key(*vertex), key(ring[(place + 1) % ring.len()]));
            if a != b {
                holder((a.min(b), a.max(b)));
            }
        }
    })
}

fn key(point: Point) -> Key {
    // Adding zero turns minus zero into zero.
    point.map(|coordinate| (coordinate + 0.0).to_bits())
}

/// Areas that have a piece of border in common; `pieces` hands every piece of a ring to its second argument.
fn contiguity<K: Hash + Eq>(
    areas: &[Vec<Vec<Point>>],
    pieces: impl Fn(&[Point], &mut dyn FnMut(K)),
) -> Result<Weights, WeightsError> {
    if areas.len() > super::UNITS_MAX {
        return Err(WeightsError::Units);
    }
    let mut owners: HashMap<K, Vec<u32>> = HashMap::new();
    for (index, area) in areas.iter().enumerate() {
        if !area.iter().flatten().flatten().all(|coordinate| coordinate.is_finite()) {
            return Err(WeightsError::Coordinate(index));
        }
        let mut own = |piece: K| {
            let owners = owners.entry(piece).or_default();
            if owners.last() != Some(&(index as u32)) {
                owners.push(index as u32);
            }
        };
        area.iter().for_each(|ring| pieces(ring, &mut own));
    }
    let mut rows = vec![Vec::new(); areas.len()];
    for owners in owners.into_values().filter(|owners| owners.len() > 1) {
        for owner in &owners {
            rows[*owner as usize].extend(owners.iter().filter(|other| *other != owner));
        }
    }
    rows.iter_mut().for_each(tidy);
    Weights::binary(rows)
}

/// Sorts neighbours and leaves each once.
fn tidy(row: &mut Vec<u32>) {
    row.sort_unstable();
    row.dedup();
}

/// Neighbours that are exactly so many steps away: 1 for the neighbours themselves, 2 for their neighbours
/// that are neither these nor the unit, and so on. Weights of one.
///
/// Reference: J. Blommestein, "Elimination of circular routes in spatial dynamic regression equations",
/// Regional Science and Urban Economics 15 (1985). Cost: units times what is reached.
///
/// # Errors
/// [`WeightsError::Distance`] for zero steps.
pub fn of_order(weights: &Weights, order: usize) -> Result<Weights, WeightsError> {
    if order == 0 {
        return Err(WeightsError::Distance);
    }
    let mut seen = vec![usize::MAX; weights.len()];
    let rows = (0..weights.len()).map(|unit| {
        seen[unit] = unit;
        let mut front = vec![unit as u32];
        for _ in 0..order {
            front = step(weights, unit, &front, &mut seen);
        }
        front
    });
    let rows = rows.collect();
    Weights::binary(rows)
}

/// Neighbours of a front that were not seen from the unit yet.
fn step(weights: &Weights, unit: usize, front: &[u32], seen: &mut [usize]) -> Vec<u32> {
    let mut next = Vec::new();
    for reached in front {
        for neighbour in weights.row(*reached as usize).0 {
            if seen[*neighbour as usize] != unit {
                seen[*neighbour as usize] = unit;
                next.push(*neighbour);
            }
        }
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f64, y: f64) -> Vec<Point> {
        vec![[x, y], [x + 1.0, y], [x + 1.0, y + 1.0], [x, y + 1.0], [x, y]]
    }

    /// Chess on a board of 5 by 4: the pieces' names.
    #[test]
    fn a_chessboard_has_as_many_links_as_counted() {
        let board: Vec<_> = (0..20).map(|i| vec![square(f64::from(i % 5), f64::from(i / 5))]).collect();
        // Edges: 4 x 4 + 5 x 3; corners: 2 x 4 x 3; each twice.
        let (rook, queen) = (rook(&board).expect("areas"), queen(&board).expect("areas"));
        assert_eq!((rook.links(), queen.links()), (62, 110));
        assert_eq!((rook.row(6).0, queen.row(0).0), (&[1, 5, 7, 11][..], &[1, 5, 6][..]));
        let second = of_order(&rook, 2).expect("an order");
        assert_eq!(second.row(0).0, [2, 6, 10]);
        assert_eq!(of_order(&rook, 8).map(|far| far.links()), Ok(0));
        assert_eq!(of_order(&rook, 0), Err(WeightsError::Distance));
    }

    #[test]
    fn parts_holes_and_minus_zero_count_as_borders() {
        let hole = vec![[-0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [-0.0, 1.0]];
        let around = vec![vec![[-5.0, -5.0], [5.0, -5.0], [5.0, 5.0], [-5.0, 5.0]], hole];
        let areas = [around, vec![square(0.0, 0.0)], vec![square(20.0, 20.0), square(5.0, 5.0)]];
        let (rook, queen) = (rook(&areas).expect("areas"), queen(&areas).expect("areas"));
        assert_eq!((rook.row(1).0, rook.islands()), (&[0][..], vec![2]));
        assert_eq!(queen.row(0).0, [1, 2]);
        assert_eq!(super::queen(&[vec![vec![[f64::NAN, 0.0]]]]), Err(WeightsError::Coordinate(0)));
    }
}
