//! One polygon, and whether it holds a point, decided exactly.
//!
//! A ray from the point to the east is counted across the rings. An edge is crossed when its lower
//! end is at or below the point and its upper end above it, and the point lies strictly to its
//! left; the side is decided by Shewchuk's adaptive predicate (1997), so nothing depends on
//! rounding. This is what an exact computation would give for the point moved by an infinitesimal
//! step to the east and a far smaller one to the north: a point on a border belongs to the area
//! east of it, on a horizontal border to the area north of it, and in a partition to exactly one.

use crate::area_node::{Node, Run, bits};
use crate::limits::NODE_CHILDREN;
use geo::kernels::{Kernel, Orientation, RobustKernel};
use geo_types::{Coord, LineString, Polygon};

/// A box in degrees, borders included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) west: f64,
    pub(crate) south: f64,
    pub(crate) east: f64,
    pub(crate) north: f64,
}

impl Bounds {
    /// Holds nothing yet.
    pub(crate) const EMPTY: Self =
        Self { west: f64::INFINITY, south: f64::INFINITY, east: f64::NEG_INFINITY, north: f64::NEG_INFINITY };

    pub(crate) fn with(self, point: Coord<f64>) -> Self {
        Self {
            west: lower(point.x, self.west),
            south: lower(point.y, self.south),
            east: upper(point.x, self.east),
            north: upper(point.y, self.north),
        }
    }

    pub(crate) fn around(points: &[Coord<f64>]) -> Self {
        points.iter().copied().fold(Self::EMPTY, Self::with)
    }

    pub(crate) fn union(self, other: Self) -> Self {
        Self {
            west: lower(other.west, self.west),
            south: lower(other.south, self.south),
            east: upper(other.east, self.east),
            north: upper(other.north, self.north),
        }
    }

    /// False for NaN.
    #[inline]
    pub(crate) fn contains(self, point: Coord<f64>) -> bool {
        point.x >= self.west && point.x <= self.east && point.y >= self.south && point.y <= self.north
    }

    /// True where a ray from the point to the east may cross an edge in the box.
    #[inline]
    fn are_met(self, point: Coord<f64>) -> bool {
        point.y >= self.south && point.y < self.north && point.x < self.east
    }

    pub(crate) fn is_on_earth(self) -> bool {
        self.west >= -180.0 && self.south >= -90.0 && self.east <= 180.0 && self.north <= 90.0
    }

    pub(crate) fn meets(self, other: Self) -> bool {
        self.west <= other.east && other.west <= self.east && self.south <= other.north && other.south <= self.north
    }
}

/// The lower of two numbers, the second where one is NaN: one instruction, where `f64::min` takes several.
#[inline]
fn lower(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

#[inline]
fn upper(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// The edges of a polygon in runs, which tell with few of them whether it holds a point. The polygon stays where it is
/// and is given again with each question.
#[derive(Debug)]
pub(crate) struct Area {
    pub(crate) bounds: Bounds,
    /// Nodes over the runs of [`NODE_CHILDREN`] edges, then nodes over these, until one is left; none over a single run, which
    /// the bounds tell as well.
    nodes: Vec<Node>,
    /// The first run of each ring but the exterior: none goes from one ring to the next.
    holes: Vec<u32>,
    /// False where a vertex is no position.
    is_on_earth: bool,
}

impl Area {
    /// Prepares a polygon. Rings are combined by the even-odd rule.
    pub(crate) fn new(polygon: &Polygon<f64>) -> Self {
        let (mut holes, mut count) = (Vec::with_capacity(polygon.interiors().len()), 0);
        for (number, LineString(ring)) in rings(polygon).enumerate() {
            if number > 0 {
                holes.push(count);
            }
            count += edge_count(ring).div_ceil(NODE_CHILDREN) as u32;
        }
        let mut has_nan = false;
        let runs = rings(polygon).flat_map(|LineString(ring)| stretches(ring)).filter_map(|vertices| {
            has_nan |= vertices.iter().fold(false, |nan, vertex| nan | vertex.x.is_nan() | vertex.y.is_nan());
            Run::of_vertices(vertices)
        });
        let (nodes, bounds) = match count {
            0 | 1 => (Vec::new(), runs.fold(Bounds::EMPTY, |bounds, run| bounds.union(run.bounds))),
            _ => nodes_over(runs, count),
        };
        let is_empty = bounds.west > bounds.east;
        Self { bounds, nodes, holes, is_on_earth: !has_nan && (is_empty || bounds.is_on_earth()) }
    }

    /// True when every vertex is a position on Earth.
    pub(crate) fn is_on_earth(&self) -> bool {
        self.is_on_earth
    }

    /// True when there are no edges.
    pub(crate) fn is_empty(&self) -> bool {
        self.bounds.west > self.bounds.east
    }

    /// Bytes on the heap.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.nodes.len() * size_of::<Node>() + self.holes.len() * 4
    }

    /// True when the area of the polygon holds the point; see the module for points on its border.
    #[inline]
    pub(crate) fn contains(&self, polygon: &Polygon<f64>, point: Coord<f64>) -> bool {
        match self.nodes.last() {
            Some(top) => self.crosses_oddly(polygon, top, point),
            None => self.bounds.are_met(point) && is_odd(self.vertices(polygon, 0), point),
        }
    }

    /// True when a ray from the point to the east crosses the edges under a node an odd number of times.
    fn crosses_oddly(&self, polygon: &Polygon<f64>, node: &Node, point: Coord<f64>) -> bool {
        let mut odd = false;
        for at in ones(node.met(point)) {
            let number = node.children as usize + at;
            let is_one_line = node.is_lowest || self.holes.is_empty();
            odd ^= if is_one_line && point.x < node.west[at] {
                // The ray meets all that a line does at its height: only where it begins and ends matters.
                (node.first[at] > point.y) != (node.last[at] > point.y)
            } else if node.is_lowest {
                is_odd(self.vertices(polygon, number), point)
            } else {
                self.crosses_oddly(polygon, &self.nodes[number], point)
            };
        }
        odd
    }

    /// The runs of edges of the polygon: the box of each, and its vertices.
    pub(crate) fn runs<'p>(&self, polygon: &'p Polygon<f64>) -> impl Iterator<Item = (Bounds, &'p [Coord<f64>])> {
        let of_nodes = self.nodes.iter().flat_map(|node| (0..NODE_CHILDREN).map(|at| node.bounds(at)));
        let boxes = self.nodes.is_empty().then_some(self.bounds).into_iter().chain(of_nodes);
        boxes.zip(rings(polygon).flat_map(|LineString(ring)| stretches(ring)))
    }

    /// The vertices of a run of the lowest level.
    #[inline]
    fn vertices<'p>(&self, polygon: &'p Polygon<f64>, number: usize) -> &'p [Coord<f64>] {
        let hole = self.holes.partition_point(|first| *first as usize <= number).checked_sub(1);
        let (ring, first) = match hole {
            None => (polygon.exterior(), 0),
            Some(hole) => (&polygon.interiors()[hole], self.holes[hole] as usize),
        };
        stretch(&ring.0, (number - first) * NODE_CHILDREN)
    }
}

/// Nodes over so many runs, and over these, until one is left; and the box of all.
fn nodes_over(runs: impl Iterator<Item = Run>, count: u32) -> (Vec<Node>, Bounds) {
    let per_level = |of: &usize| (*of > 1).then(|| of.div_ceil(NODE_CHILDREN));
    let mut nodes = Vec::with_capacity(std::iter::successors(Some(count as usize), per_level).skip(1).sum());
    Node::add_all(&mut nodes, runs, 0, true);
    let mut level = 0..nodes.len();
    while level.len() > 1 {
        let runs: Vec<Run> = nodes[level.clone()].iter().map(Node::run).collect();
        let start = nodes.len();
        Node::add_all(&mut nodes, runs.into_iter(), level.start as u32, false);
        level = start..nodes.len();
    }
    let bounds = nodes.last().map_or(Bounds::EMPTY, |top| top.run().bounds);
    (nodes, bounds)
}

pub(crate) fn edge_count(ring: &[Coord<f64>]) -> usize {
    ring.len().saturating_sub(1)
}

/// The vertices of the runs of a ring.
fn stretches(ring: &[Coord<f64>]) -> impl Iterator<Item = &[Coord<f64>]> {
    (0..edge_count(ring)).step_by(NODE_CHILDREN).map(|start| stretch(ring, start))
}

/// The vertices of a run of a ring, as far as it goes; the last of them begins the next.
#[inline]
fn stretch(ring: &[Coord<f64>], start: usize) -> &[Coord<f64>] {
    &ring[start..(start + NODE_CHILDREN + 1).min(ring.len())]
}

/// The exterior of a polygon, and its holes.
pub(crate) fn rings(polygon: &Polygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    std::iter::once(polygon.exterior()).chain(polygon.interiors())
}

/// The places of the ones of a number, from the lowest.
#[inline]
fn ones(mut bits: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let at = bits.trailing_zeros() as usize;
        bits &= bits.wrapping_sub(1);
        (at < u32::BITS as usize).then_some(at)
    })
}

/// True when a ray from the point to the east crosses an odd number of the edges between these vertices.
#[inline]
fn is_odd(vertices: &[Coord<f64>], point: Coord<f64>) -> bool {
    let above = bits(vertices.iter().map(|vertex| vertex.y > point.y));
    let straddling = (above ^ above >> 1) & !(1 << (vertices.len() - 1));
    ones(straddling).filter(|at| is_left_of(vertices[*at], vertices[at + 1], point)).count() % 2 == 1
}

/// True when a point lies to the left of an edge that goes from its height, or below, to above.
#[inline]
fn is_left_of(a: Coord<f64>, b: Coord<f64>, point: Coord<f64>) -> bool {
    if point.x >= a.x.max(b.x) {
        return false;
    }
    if point.x < a.x.min(b.x) {
        return true;
    }
    // Both neighbours of a shared border ask the same question, whichever way they walk it.
    let (low, high) = if a.y < b.y { (a, b) } else { (b, a) };
    RobustKernel::orient2d(low, high, point) == Orientation::CounterClockwise
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::polygon;
    use proptest::prelude::*;

    /// True when a ray from the point to the east crosses the edge.
    fn crosses(a: Coord<f64>, b: Coord<f64>, point: Coord<f64>) -> bool {
        (a.y > point.y) != (b.y > point.y) && is_left_of(a, b, point)
    }

    #[test]
    fn borders_belong_to_the_east_and_to_the_north() {
        let square = polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 1.0, y: 1.0), (x: 0.0, y: 1.0)];
        let holds = |x, y| Area::new(&square).contains(&square, Coord { x, y });
        assert!(holds(0.5, 0.5) && holds(0.0, 0.5) && holds(0.5, 0.0) && holds(0.0, 0.0));
        assert!(!holds(1.0, 0.5) && !holds(0.5, 1.0) && !holds(1.0, 0.0) && !holds(0.0, 1.0));
        assert!(!holds(f64::NAN, 0.5));
    }

    #[test]
    fn holes_are_outside() {
        let ring = polygon!(
            exterior: [(x: 0.0, y: 0.0), (x: 4.0, y: 0.0), (x: 4.0, y: 4.0), (x: 0.0, y: 4.0)],
            interiors: [[(x: 1.0, y: 1.0), (x: 3.0, y: 1.0), (x: 3.0, y: 3.0), (x: 1.0, y: 3.0)]],
        );
        let holds = |x, y| Area::new(&ring).contains(&ring, Coord { x, y });
        assert!(holds(0.5, 2.0) && holds(3.5, 2.0));
        assert!(!holds(2.0, 2.0));
    }

    proptest! {
        /// Whole numbers of 50 bits: exact in both arithmetics, hopeless for plain products.
        #[test]
        fn sides_are_exact(
            a in prop::array::uniform2(-1i64 << 50..1 << 50),
            b in prop::array::uniform2(-1i64 << 50..1 << 50),
            share in 0.0..1.0f64,
            (dx, dy) in (-1i64..=1, -1i64..=1),
        ) {
            let along = |axis: usize| a[axis] + (share * (b[axis] - a[axis]) as f64) as i64;
            let (x, y) = (along(0) + dx, along(1) + dy);
            let (low, high) = if a[1] <= b[1] { (a, b) } else { (b, a) };
            let wide = i128::from;
            let side = wide(high[0] - low[0]) * wide(y - low[1]) - wide(high[1] - low[1]) * wide(x - low[0]);
            let coord = |[x, y]: [i64; 2]| Coord { x: x as f64, y: y as f64 };
            let expected = low[1] <= y && y < high[1] && side > 0;
            prop_assert_eq!(crosses(coord(a), coord(b), coord([x, y])), expected);
            prop_assert_eq!(crosses(coord(b), coord(a), coord([x, y])), expected);
        }
    }

    proptest! {
        /// Whole numbers, so that points lie on corners, borders and the edges of boxes.
        #[test]
        fn boxes_tell_what_all_edges_of_the_rings_tell(
            rings in prop::collection::vec(prop::collection::vec((0i8..30, 0i8..30), 0..700), 1..4),
            points in prop::collection::vec((0i8..30, 0i8..30), 30),
        ) {
            let coord = |(x, y): &(i8, i8)| Coord { x: f64::from(*x), y: f64::from(*y) };
            let mut lines = rings.iter().map(|ring| LineString(ring.iter().map(coord).collect()));
            let exterior = lines.next().expect("a ring");
            let polygon = Polygon::new(exterior, lines.collect());
            let area = Area::new(&polygon);
            let edges: Vec<_> = super::rings(&polygon).flat_map(LineString::lines).collect();
            for point in points.iter().map(coord) {
                let crossed = edges.iter().filter(|edge| crosses(edge.start, edge.end, point)).count();
                prop_assert_eq!(area.contains(&polygon, point), crossed % 2 == 1, "{:?}", point);
            }
        }
    }

    #[test]
    fn an_area_without_height_holds_nothing() {
        let flat = polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 2.0, y: 0.0)];
        assert!(!Area::new(&flat).contains(&flat, Coord { x: 0.5, y: 0.0 }));
        let empty = Polygon::new(LineString::new(Vec::new()), Vec::new());
        assert!(!Area::new(&empty).contains(&empty, Coord { x: 0.0, y: 0.0 }));
    }
}
