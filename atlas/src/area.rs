//! One polygon, and whether it holds a point, decided exactly.
//!
//! A ray from the point to the east is counted across the rings. An edge is crossed when its lower
//! end is at or below the point and its upper end above it, and the point lies strictly to its
//! left; the side is decided by Shewchuk's adaptive predicate (1997), so nothing depends on
//! rounding. This is what an exact computation would give for the point moved by an infinitesimal
//! step to the east and a far smaller one to the north: a point on a border belongs to the area
//! east of it, on a horizontal border to the area north of it, and in a partition to exactly one.

use crate::limits::BAND_EDGES;
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

/// A polygon with its edges sorted into horizontal bands.
#[derive(Debug)]
pub(crate) struct Area {
    pub(crate) bounds: Bounds,
    /// The rings one after another, each closed.
    pub(crate) vertices: Vec<Coord<f64>>,
    /// Where each ring ends in `vertices`.
    pub(crate) ring_ends: Vec<u32>,
    /// Bands per degree.
    scale: f64,
    /// Where the edges of each band begin in `edges`; one more than there are bands.
    starts: Vec<u32>,
    /// Numbers of first vertices.
    edges: Vec<u32>,
}

impl Area {
    /// Prepares a polygon with finite coordinates. Rings are combined by the even-odd rule.
    pub(crate) fn new(polygon: &Polygon<f64>) -> Self {
        let mut area = Self {
            bounds: Bounds::EMPTY,
            vertices: Vec::new(),
            ring_ends: Vec::new(),
            scale: 0.0,
            starts: Vec::new(),
            edges: Vec::new(),
        };
        area.push_ring(polygon.exterior());
        polygon.interiors().iter().for_each(|ring| area.push_ring(ring));
        area.bounds = area.vertices.iter().fold(Bounds::EMPTY, |bounds, vertex| bounds.with(*vertex));
        area.fill_bands();
        area
    }

    /// Bytes on the heap.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.vertices.len() * 16 + (self.ring_ends.len() + self.starts.len() + self.edges.len()) * 4
    }

    /// True when the area holds the point; see the module for points on its border.
    #[inline]
    pub(crate) fn contains(&self, point: Coord<f64>) -> bool {
        if !self.bounds.contains(point) {
            return false;
        }
        let band = self.band(point.y);
        let (start, end) = (self.starts[band] as usize, self.starts[band + 1] as usize);
        let crossings = self.edges[start..end].iter().filter(|edge| {
            let edge = **edge as usize;
            crosses(self.vertices[edge], self.vertices[edge + 1], point)
        });
        crossings.count() % 2 == 1
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

    /// Puts every edge into each band it may reach. Bands are found by one monotone function, so a point
    /// and an edge at its height can never miss each other.
    fn fill_bands(&mut self) {
        let bands = (self.vertices.len() / BAND_EDGES).max(1);
        let height = self.bounds.north - self.bounds.south;
        self.scale = if height > 0.0 { bands as f64 / height } else { 0.0 };
        if !self.scale.is_finite() {
            self.scale = 0.0;
        }
        self.starts = vec![0; bands + 1];
        let of_vertex: Vec<usize> = self.vertices.iter().map(|vertex| self.band(vertex.y)).collect();
        let rings: Vec<std::ops::Range<usize>> = self.rings().collect();
        let edges = || rings.iter().flat_map(|ring| ring.start..ring.end.saturating_sub(1).max(ring.start));
        let reach = |edge: usize| {
            let (a, b) = (of_vertex[edge], of_vertex[edge + 1]);
            a.min(b)..a.max(b) + 1
        };
        // The edges of each band are counted up to its end, and then filled in from there downward.
        let starts = &mut self.starts;
        edges().for_each(|edge| starts[reach(edge)].iter_mut().for_each(|count| *count += 1));
        for band in 1..=bands {
            starts[band] += starts[band - 1];
        }
        let mut filled = vec![0; starts[bands] as usize];
        edges().for_each(|edge| {
            for start in &mut starts[reach(edge)] {
                *start -= 1;
                filled[*start as usize] = u32::try_from(edge).unwrap_or(u32::MAX);
            }
        });
        self.edges = filled;
    }

    #[inline]
    fn band(&self, y: f64) -> usize {
        // One entry of `starts` more than there are bands.
        (((y - self.bounds.south) * self.scale) as u32 as usize).min(self.starts.len() - 2)
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

    #[test]
    fn an_area_without_height_holds_nothing() {
        let flat = Area::new(&polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 2.0, y: 0.0)]);
        assert!(!flat.contains(Coord { x: 0.5, y: 0.0 }));
        let empty = Area::new(&Polygon::new(LineString::new(Vec::new()), Vec::new()));
        assert!(!empty.contains(Coord { x: 0.0, y: 0.0 }));
    }
}
