//! Whether rings make an area, and whether they keep the rules of OGC Simple Features.
//!
//! The rule: a point is inside an area when it is inside one of its polygons, and inside a polygon
//! when a ray from it crosses the rings of that polygon an odd number of times (even-odd). Rings that
//! cross or touch themselves break the OGC rules and still have an interior by this one; official
//! agencies publish many. They are reported and kept as they are. So is a ring whose points all lie on
//! one line, beside rings that do have an interior. Refused are rings that are not closed, of fewer
//! than four points or with numbers that are not finite, and features that have no interior at all.
//!
//! `geo::Validation` is not used for this: it compares every pair of segments, which no boundary of a
//! state survives, it says nothing of where, and it rests on `Relate`, which may panic on such rings.
//! A test holds the two against each other.

use crate::limits::{CROSSINGS_MAX, RING_POINTS_MIN, SEGMENT_PAIRS_MAX};
use crate::table::Path;
use geo::coordinate_position::{CoordPos, coord_pos_relative_to_ring};
use geo::line_intersection::{LineIntersection, line_intersection};
use geo_types::{Coord, Line, LineString};
use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree};

/// Why a geometry is refused; `None` when it has an interior.
pub(crate) fn degenerate(polygons: &[Vec<Path>]) -> Option<String> {
    broken_ring(polygons).or_else(|| {
        let flat = polygons.iter().all(|rings| on_one_line(&rings[0]));
        flat.then(|| "it has no interior: all its points lie on one line".to_owned())
    })
}

fn broken_ring(polygons: &[Vec<Path>]) -> Option<String> {
    let several = polygons.len() > 1;
    polygons.iter().enumerate().find_map(|(polygon, rings)| {
        let place = |ring| {
            if several { format!("ring {} of polygon {}", ring + 1, polygon + 1) } else { format!("ring {}", ring + 1) }
        };
        rings.iter().enumerate().find_map(|(ring, points)| Some(format!("{} {}", place(ring), broken(points)?)))
    })
}

fn broken(points: &[Coord<f64>]) -> Option<String> {
    if points.iter().any(|point| !point.x.is_finite() || !point.y.is_finite()) {
        return Some("has a coordinate that is not a finite number".to_owned());
    }
    if points.len() < RING_POINTS_MIN {
        return Some(format!("has {} points and needs {RING_POINTS_MIN}", points.len()));
    }
    (points.first() != points.last()).then(|| "is not closed: its last point is not its first".to_owned())
}

fn on_one_line(points: &[Coord<f64>]) -> bool {
    use geo::kernels::{Kernel, Orientation, RobustKernel};
    let first = points[0];
    let Some(second) = points.iter().find(|point| **point != first) else { return true };
    points.iter().all(|point| RobustKernel::orient2d(first, *second, *point) == Orientation::Collinear)
}

/// Why a line is refused; `None` when it goes somewhere.
pub(crate) fn degenerate_line(points: &[Coord<f64>]) -> Option<&'static str> {
    if points.iter().any(|point| !point.x.is_finite() || !point.y.is_finite()) {
        return Some("has a coordinate that is not a finite number");
    }
    points.iter().all(|point| Some(point) == points.first()).then_some("has no length")
}

/// How a geometry breaks the OGC rules and where first; accepted, as its interior is defined.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fault {
    /// What happens there.
    pub what: &'static str,
    /// The first place, in the coordinates of the file.
    pub at: Coord<f64>,
    /// In how many places, [`CROSSINGS_MAX`] at most.
    pub places: usize,
}

/// A segment of a ring.
#[derive(Clone, Copy)]
struct Edge {
    polygon: usize,
    ring: usize,
    index: usize,
    /// Segments of its ring.
    count: usize,
}

type Indexed = GeomWithData<rstar::primitives::Line<[f64; 2]>, Edge>;

/// Looks for the faults of rings that have an interior, one for each kind. An error when the rings
/// are too entangled to be checked.
pub(crate) fn faults(polygons: &[Vec<Path>]) -> Result<Vec<Fault>, String> {
    let edges = edges(polygons);
    let tree = RTree::bulk_load(edges.clone());
    let mut faults = Vec::new();
    let mut met = Met::default();
    let mut pairs = 0_u64;
    for edge in &edges {
        for other in tree.locate_in_envelope_intersecting(&rstar::RTreeObject::envelope(edge)) {
            pairs += 1;
            if order(&edge.data) < order(&other.data) {
                met.compare(edge, other, &mut faults);
            }
        }
        if pairs > SEGMENT_PAIRS_MAX || met.crossings > CROSSINGS_MAX {
            return Err(format!(
                "its rings cross each other in more than {CROSSINGS_MAX} places, or are too entangled to check"
            ));
        }
    }
    for ring in flat(polygons) {
        record(&mut faults, "a ring has all its points on one line", ring[0]);
    }
    misplaced(polygons, &mut faults);
    Ok(faults)
}

/// Rings that bound nothing.
fn flat(polygons: &[Vec<Path>]) -> impl Iterator<Item = &Path> {
    polygons.iter().flatten().filter(|ring| on_one_line(ring))
}

fn order(edge: &Edge) -> (usize, usize, usize) {
    (edge.polygon, edge.ring, edge.index)
}

fn edges(polygons: &[Vec<Path>]) -> Vec<Indexed> {
    let mut edges = Vec::new();
    for (polygon, rings) in polygons.iter().enumerate() {
        for (ring, points) in rings.iter().enumerate().filter(|(_, points)| !on_one_line(points)) {
            // Points that repeat the one before make segments without length, which touch everything.
            let mut distinct = points.clone();
            distinct.dedup();
            let count = distinct.len() - 1;
            edges.extend(distinct.windows(2).enumerate().map(|(index, ends)| {
                let line = rstar::primitives::Line::new([ends[0].x, ends[0].y], [ends[1].x, ends[1].y]);
                GeomWithData::new(line, Edge { polygon, ring, index, count })
            }));
        }
    }
    edges
}

#[derive(Default)]
struct Met {
    crossings: usize,
}

impl Met {
    fn compare(&mut self, one: &Indexed, two: &Indexed, faults: &mut Vec<Fault>) {
        let Some(meeting) = line_intersection(line(one), line(two)) else { return };
        let same_ring = one.data.polygon == two.data.polygon && one.data.ring == two.data.ring;
        let step = two.data.index.wrapping_sub(one.data.index);
        let neighbours = same_ring && (step == 1 || step == one.data.count - 1);
        let (what, at) = match meeting {
            LineIntersection::SinglePoint { intersection, is_proper: true } => (crossing(same_ring), intersection),
            LineIntersection::SinglePoint { intersection, is_proper: false } if same_ring && !neighbours => {
                ("a ring touches itself", intersection)
            }
            LineIntersection::Collinear { intersection } if intersection.start != intersection.end => {
                (overlap(same_ring), intersection.start)
            }
            _ => return,
        };
        self.crossings += 1;
        record(faults, what, at);
    }
}

fn line(edge: &Indexed) -> Line<f64> {
    let ([x1, y1], [x2, y2]) = (edge.geom().from, edge.geom().to);
    Line::new(Coord { x: x1, y: y1 }, Coord { x: x2, y: y2 })
}

fn crossing(same_ring: bool) -> &'static str {
    if same_ring { "a ring crosses itself" } else { "two rings cross" }
}

fn overlap(same_ring: bool) -> &'static str {
    if same_ring { "a ring goes back over itself" } else { "two rings share part of a line" }
}

fn record(faults: &mut Vec<Fault>, what: &'static str, at: Coord<f64>) {
    match faults.iter_mut().find(|fault| fault.what == what) {
        Some(fault) => fault.places += 1,
        None => faults.push(Fault { what, at, places: 1 }),
    }
}

/// Holes outside their polygon, and polygons inside one another, which no crossing need betray.
fn misplaced(polygons: &[Vec<Path>], faults: &mut Vec<Fault>) {
    for rings in polygons {
        let shell = LineString(rings[0].clone());
        for hole in &rings[1..] {
            if let Some(point) = first_at(hole, &shell, CoordPos::Outside) {
                record(faults, "a hole lies outside its polygon", point);
            }
        }
    }
    let boxes: Vec<AABB<[f64; 2]>> = polygons.iter().map(|rings| AABB::from_points(&corners(&rings[0]))).collect();
    for (outer, rings) in polygons.iter().enumerate() {
        let rings: Vec<LineString<f64>> = rings.iter().map(|ring| LineString(ring.clone())).collect();
        for (inner, others) in polygons.iter().enumerate() {
            use rstar::Envelope;
            if inner != outer && boxes[outer].contains_envelope(&boxes[inner]) && lies_in(&others[0], &rings) {
                record(faults, "a polygon lies inside another of the same feature", others[0][0]);
            }
        }
    }
}

fn corners(ring: &[Coord<f64>]) -> Vec<[f64; 2]> {
    ring.iter().map(|point| [point.x, point.y]).collect()
}

/// The first point that is not on the border decides where a ring lies.
fn first_at(ring: &[Coord<f64>], around: &LineString<f64>, position: CoordPos) -> Option<Coord<f64>> {
    let mut positions = ring.iter().map(|point| (*point, coord_pos_relative_to_ring(*point, around)));
    positions
        .find(|(_, found)| *found != CoordPos::OnBoundary)
        .filter(|(_, found)| *found == position)
        .map(|(point, _)| point)
}

fn lies_in(ring: &[Coord<f64>], rings: &[LineString<f64>]) -> bool {
    let [shell, holes @ ..] = rings else { return false };
    first_at(ring, shell, CoordPos::Inside).is_some()
        && !holes.iter().any(|hole| first_at(ring, hole, CoordPos::Inside).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::Validation;
    use geo_types::Polygon;
    use proptest::prelude::*;

    fn ring(points: &[(i32, i32)]) -> Path {
        let mut ring: Path = points.iter().map(|(x, y)| Coord { x: f64::from(*x), y: f64::from(*y) }).collect();
        ring.push(ring[0]);
        ring
    }

    #[test]
    fn a_polygon_in_a_polygon_of_the_same_feature_is_a_fault() {
        let (large, small) = (ring(&[(0, 0), (9, 0), (9, 9), (0, 9)]), ring(&[(2, 2), (3, 2), (3, 3), (2, 3)]));
        let inside = faults(&[vec![large.clone()], vec![small.clone()]]).expect("checked");
        assert_eq!(
            inside.iter().map(|fault| fault.what).collect::<Vec<_>>(),
            ["a polygon lies inside another of the same feature"]
        );
        let lake = ring(&[(1, 1), (8, 1), (8, 8), (1, 8)]);
        assert_eq!(faults(&[vec![large, lake], vec![small]]), Ok(vec![]));
    }

    #[test]
    fn repeated_points_are_no_fault() {
        assert_eq!(faults(&[vec![ring(&[(0, 0), (0, 0), (9, 0), (9, 9), (9, 9)])]]), Ok(vec![]));
    }

    #[test]
    fn rings_without_an_end_to_their_crossings_are_refused_soon() {
        let zigzag = |step: i32| if step % 2 == 0 { (step, 0) } else { (4000 - step, 1000) };
        assert!(faults(&[vec![ring(&(0..4000).map(zigzag).collect::<Vec<_>>())]]).is_err());
    }

    proptest! {
        /// Two ways to the same verdict, on small rings of every kind.
        #[test]
        fn the_verdict_is_that_of_geo(points in prop::collection::vec((0..7_i32, 0..7_i32), 3..9)) {
            let mut distinct = points.clone();
            distinct.dedup();
            let rings = vec![ring(&points)];
            prop_assume!(degenerate(std::slice::from_ref(&rings)).is_none());
            prop_assume!(distinct.first() != distinct.last());
            let ours = faults(std::slice::from_ref(&rings)).expect("checked").is_empty();
            let theirs = Polygon::new(LineString(rings[0].clone()), vec![]).is_valid();
            prop_assert_eq!(ours, theirs, "{:?}", points);
        }
    }
}
