//! Which rings of a Shapefile are holes of which: the format only lists them.

use crate::table::Path;
use geo::BoundingRect;
use geo::coordinate_position::{CoordPos, coord_pos_relative_to_ring};
use geo_types::{LineString, Rect};

/// Groups rings into polygons by the even-odd rule: a ring inside an even number of others begins a
/// polygon, a ring inside an odd number is a hole of the smallest that holds it. Each ring comes with
/// whether its direction says it is a hole (Shapefile: anticlockwise); the remark names the rings
/// whose direction and position disagree.
pub(crate) fn nest(rings: Vec<(Path, bool)>) -> (Vec<Vec<Path>>, Option<String>) {
    if rings.len() == 1 {
        return (rings.into_iter().map(|(ring, _)| vec![ring]).collect(), None);
    }
    let closed: Vec<LineString<f64>> = rings.iter().map(|(ring, _)| close(ring)).collect();
    let boxes: Vec<Option<Rect<f64>>> = closed.iter().map(BoundingRect::bounding_rect).collect();
    let holders: Vec<Vec<usize>> = (0..rings.len()).map(|inner| holders(inner, &closed, &boxes)).collect();
    let disagree = (0..rings.len()).filter(|ring| (holders[*ring].len() % 2 == 1) != rings[*ring].1).count();
    let remark =
        format!("{disagree} of {} rings turn the wrong way round; they are taken by the even-odd rule", rings.len());
    (group(rings, &holders), (disagree > 0).then_some(remark))
}

fn close(ring: &Path) -> LineString<f64> {
    let mut line = LineString(ring.clone());
    line.close();
    line
}

fn holders(inner: usize, rings: &[LineString<f64>], boxes: &[Option<Rect<f64>>]) -> Vec<usize> {
    (0..rings.len()).filter(|outer| *outer != inner && holds(*outer, inner, rings, boxes)).collect()
}

/// Whether a ring lies inside another: judged by its first point that is not on the other's border.
fn holds(outer: usize, inner: usize, rings: &[LineString<f64>], boxes: &[Option<Rect<f64>>]) -> bool {
    let (Some(large), Some(small)) = (boxes[outer], boxes[inner]) else { return false };
    let within = large.min().x <= small.min().x
        && large.min().y <= small.min().y
        && large.max().x >= small.max().x
        && large.max().y >= small.max().y;
    if !within {
        return false;
    }
    let mut positions = rings[inner].0.iter().map(|point| coord_pos_relative_to_ring(*point, &rings[outer]));
    positions.find(|position| *position != CoordPos::OnBoundary) == Some(CoordPos::Inside)
}

fn group(rings: Vec<(Path, bool)>, holders: &[Vec<usize>]) -> Vec<Vec<Path>> {
    let mut home = vec![0; rings.len()];
    let mut polygons: Vec<Vec<Path>> = Vec::new();
    let mut holes = Vec::new();
    for (index, (ring, _)) in rings.into_iter().enumerate() {
        if holders[index].len().is_multiple_of(2) {
            home[index] = polygons.len();
            polygons.push(vec![ring]);
        } else {
            holes.push((index, ring));
        }
    }
    for (index, ring) in holes {
        // The innermost ring that begins a polygon is the one that most rings hold.
        let shells = holders[index].iter().filter(|outer| holders[**outer].len().is_multiple_of(2));
        match shells.max_by_key(|outer| holders[**outer].len()) {
            Some(outer) => polygons[home[*outer]].push(ring),
            None => polygons.push(vec![ring]),
        }
    }
    polygons
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::Coord;

    fn square(from: f64, to: f64) -> Path {
        [(from, from), (to, from), (to, to), (from, to), (from, from)].map(|(x, y)| Coord { x, y }).to_vec()
    }

    #[test]
    fn a_lake_and_its_island_are_told_apart_whatever_the_order() {
        let rings = vec![(square(4.0, 5.0), false), (square(2.0, 8.0), true), (square(0.0, 10.0), false)];
        let (polygons, remark) = nest(rings);
        assert_eq!(polygons, vec![vec![square(4.0, 5.0)], vec![square(0.0, 10.0), square(2.0, 8.0)]]);
        assert_eq!(remark, None);
    }

    #[test]
    fn a_wrong_direction_is_remarked_and_changes_nothing() {
        let (polygons, remark) = nest(vec![(square(0.0, 1.0), true), (square(2.0, 3.0), true)]);
        assert_eq!(polygons.len(), 2);
        assert!(remark.expect("remark").starts_with("2 of 2"));
    }
}
