//! One polygon, and whether it holds a point, decided exactly.
//!
//! A ray from the point to the east is counted across the rings. An edge is crossed when its lower
//! end is at or below the point and its upper end above it, and the point lies strictly to its
//! left; the side is decided by Shewchuk's adaptive predicate (1997), so nothing depends on
//! rounding. This is what an exact computation would give for the point moved by an infinitesimal
//! step to the east and a far smaller one to the north: a point on a border belongs to the area
//! east of it, on a horizontal border to the area north of it, and in a partition to exactly one.

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
            west: self.west.min(point.x),
            south: self.south.min(point.y),
            east: self.east.max(point.x),
            north: self.north.max(point.y),
        }
    }

    pub(crate) fn union(self, other: Self) -> Self {
        Self {
            west: self.west.min(other.west),
            south: self.south.min(other.south),
            east: self.east.max(other.east),
            north: self.north.max(other.north),
        }
    }

    /// False for NaN.
    #[inline]
    pub(crate) fn contains(self, point: Coord<f64>) -> bool {
        point.x >= self.west && point.x <= self.east && point.y >= self.south && point.y <= self.north
    }

    pub(crate) fn meets(self, other: Self) -> bool {
        self.west <= other.east && other.west <= self.east && self.south <= other.north && other.south <= self.north
    }
}

/// A polygon: one line through all its rings, and boxes over the edges that follow each other on it.
#[derive(Debug)]
pub(crate) struct Area {
    pub(crate) bounds: Bounds,
    /// The rings one after another, each closed, and the way back: the beginnings of all rings, the last first. Of the
    /// bridge between two rings a ray crosses both ways or neither, so that the whole line counts as the rings do.
    pub(crate) vertices: Vec<Coord<f64>>,
    /// Where each ring ends in `vertices`.
    pub(crate) ring_ends: Vec<u32>,
    /// Boxes over [`NODE_CHILDREN`] edges each, then boxes over as many of these, until few are left.
    boxes: Vec<Vec<Bounds>>,
}

impl Area {
    /// Prepares a polygon with finite coordinates. Rings are combined by the even-odd rule.
    pub(crate) fn new(polygon: &Polygon<f64>) -> Self {
        let mut area = Self { bounds: Bounds::EMPTY, vertices: Vec::new(), ring_ends: Vec::new(), boxes: Vec::new() };
        area.push_ring(polygon.exterior());
        polygon.interiors().iter().for_each(|ring| area.push_ring(ring));
        area.push_way_back();
        area.push_boxes();
        area.bounds = area.boxes.last().into_iter().flatten().copied().fold(Bounds::EMPTY, Bounds::union);
        area
    }

    /// Bytes on the heap.
    pub(crate) fn memory_bytes(&self) -> usize {
        let boxes: usize = self.boxes.iter().map(Vec::len).sum();
        self.vertices.len() * size_of::<Coord<f64>>() + self.ring_ends.len() * 4 + boxes * size_of::<Bounds>()
    }

    /// True when the area holds the point; see the module for points on its border.
    #[inline]
    pub(crate) fn contains(&self, point: Coord<f64>) -> bool {
        let top = self.boxes.len() - 1;
        self.bounds.contains(point) && self.crosses_oddly(top, 0..self.boxes[top].len(), point)
    }

    /// Start and end of each ring in `vertices`.
    pub(crate) fn rings(&self) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
        let starts = std::iter::once(0).chain(self.ring_ends.iter().map(|end| *end as usize));
        starts.zip(&self.ring_ends).map(|(start, end)| start..*end as usize)
    }

    fn push_ring(&mut self, ring: &LineString<f64>) {
        self.vertices.extend_from_slice(&ring.0);
        if let (Some(first), Some(last)) = (ring.0.first(), ring.0.last())
            && first != last
        {
            self.vertices.push(*first);
        }
        self.ring_ends.push(u32::try_from(self.vertices.len()).unwrap_or(u32::MAX));
    }

    fn push_way_back(&mut self) {
        let starts = self.rings().filter(|ring| !ring.is_empty()).map(|ring| self.vertices[ring.start]);
        let mut way: Vec<Coord<f64>> = starts.collect();
        way.pop();
        self.vertices.extend(way.into_iter().rev());
    }

    fn push_boxes(&mut self) {
        let around = |vertices: &[Coord<f64>]| vertices.iter().copied().fold(Bounds::EMPTY, Bounds::with);
        let runs = self.vertices.len().saturating_sub(1).div_ceil(NODE_CHILDREN);
        let mut boxes: Vec<Bounds> = (0..runs).map(|number| around(&self.vertices[self.run(0, number)])).collect();
        while boxes.len() > NODE_CHILDREN {
            let above =
                boxes.chunks(NODE_CHILDREN).map(|boxes| boxes.iter().copied().fold(Bounds::EMPTY, Bounds::union));
            let above = above.collect();
            self.boxes.push(std::mem::replace(&mut boxes, above));
        }
        self.boxes.push(boxes);
    }

    /// The vertices of the edges below a box; the last of them begins the next run.
    #[inline]
    fn run(&self, level: usize, number: usize) -> std::ops::Range<usize> {
        let length = NODE_CHILDREN.pow(level as u32 + 1);
        number * length..(number * length + length + 1).min(self.vertices.len())
    }

    /// True when a ray from the point to the east crosses the edges below some boxes an odd number of times.
    fn crosses_oddly(&self, level: usize, numbers: std::ops::Range<usize>, point: Coord<f64>) -> bool {
        let mut is_odd = false;
        for (number, around) in numbers.clone().zip(&self.boxes[level][numbers]) {
            if point.y < around.south || point.y >= around.north || point.x >= around.east {
                continue;
            }
            let run = self.run(level, number);
            is_odd ^= if point.x < around.west {
                // The ray meets all that the line does at its height: only where it begins and ends matters.
                (self.vertices[run.start].y > point.y) != (self.vertices[run.end - 1].y > point.y)
            } else if level == 0 {
                let edges = self.vertices[run].windows(2).filter(|ends| crosses(ends[0], ends[1], point));
                edges.count() % 2 == 1
            } else {
                let below = number * NODE_CHILDREN..((number + 1) * NODE_CHILDREN).min(self.boxes[level - 1].len());
                self.crosses_oddly(level - 1, below, point)
            };
        }
        is_odd
    }
}

/// True when a ray from the point to the east crosses the edge.
#[inline]
fn crosses(a: Coord<f64>, b: Coord<f64>, point: Coord<f64>) -> bool {
    if (a.y > point.y) == (b.y > point.y) || point.x >= a.x.max(b.x) {
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

    #[test]
    fn borders_belong_to_the_east_and_to_the_north() {
        let square = Area::new(&polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 1.0, y: 1.0), (x: 0.0, y: 1.0)]);
        let holds = |x, y| square.contains(Coord { x, y });
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
        let area = Area::new(&ring);
        assert!(area.contains(Coord { x: 0.5, y: 2.0 }) && area.contains(Coord { x: 3.5, y: 2.0 }));
        assert!(!area.contains(Coord { x: 2.0, y: 2.0 }));
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
            let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
            let edges: Vec<_> = rings.flat_map(LineString::lines).collect();
            for point in points.iter().map(coord) {
                let crossed = edges.iter().filter(|edge| crosses(edge.start, edge.end, point)).count();
                prop_assert_eq!(area.contains(point), crossed % 2 == 1, "{:?}", point);
            }
        }
    }

    #[test]
    fn an_area_without_height_holds_nothing() {
        let flat = Area::new(&polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 2.0, y: 0.0)]);
        assert!(!flat.contains(Coord { x: 0.5, y: 0.0 }));
        let empty = Area::new(&Polygon::new(LineString::new(Vec::new()), Vec::new()));
        assert!(!empty.contains(Coord { x: 0.0, y: 0.0 }));
    }
}
