//! The nearest street segment of a position.

use crate::area::Bounds;
use crate::edge_tree::Edge;
use crate::limits::{SNAP_FIRST_RADIUS, SNAP_RADIUS_MIN_M};
use crate::metric::Flat;
use crate::streets::StreetIndex;
use geo_types::Coord;

/// Widens the search box beyond any rounding of degrees to metres.
const BOX_SLACK: f64 = 1.000_001;

/// A position moved to its street.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Snapped {
    /// Index of the segment in the layer.
    pub segment: u32,
    /// How far the position was moved, metres (local equirectangular projection on the WGS 84
    /// ellipsoid; within 1 mm of the geodesic for 100 m at the latitudes of Mexico).
    pub distance_m: f64,
    /// Degrees east of the nearest point of the segment.
    pub longitude: f64,
    /// Degrees north of the nearest point of the segment.
    pub latitude: f64,
}

/// An edge near a position. Ordered by distance, then segment, then edge.
#[derive(Clone, Copy, Debug)]
struct Near {
    distance_2: f64,
    segment: u32,
    edge: u32,
    point: Coord<f64>,
    ends: [Coord<f64>; 2],
}

impl Near {
    fn before(&self, other: &Self) -> bool {
        let (mine, theirs) = ((self.segment, self.edge), (other.segment, other.edge));
        self.distance_2 < other.distance_2 || (self.distance_2 == other.distance_2 && mine < theirs)
    }
}

impl StreetIndex {
    /// The nearest segment within the stated distance whose nearest point lies in the same place
    /// of the layer `within` as the position (in no place counts as one). Of equally near ones,
    /// the first by index. NaN is near nothing.
    pub fn snap(&self, longitude: f64, latitude: f64) -> Option<Snapped> {
        self.snap_with(longitude, latitude, &mut SnapScratch::default())
    }

    /// As [`StreetIndex::snap`], with memory that is used again from one position to the next.
    pub(crate) fn snap_with(&self, longitude: f64, latitude: f64, scratch: &mut SnapScratch) -> Option<Snapped> {
        if longitude.is_nan() || latitude.is_nan() {
            return None;
        }
        let position = Coord { x: longitude, y: latitude };
        let flat = Flat::at(position);
        let mut radius_m = self.first_radius_m(&flat, scratch);
        loop {
            self.collect(position, &flat, radius_m, &mut scratch.near);
            let best = self.choose(position, &mut scratch.near);
            if best.is_some() || radius_m >= self.max_distance_m {
                scratch.last = best.map(|best| best.ends).or(scratch.last);
                return best.map(snapped);
            }
            radius_m = (radius_m * 2.0).min(self.max_distance_m);
        }
    }

    /// Nothing nearer is missed within the distance of the edge that the last position was moved to,
    /// which is a short way for a neighbour of that position. Where the edge is far, most positions
    /// still lie on or beside a street.
    fn first_radius_m(&self, flat: &Flat, scratch: &SnapScratch) -> f64 {
        let usual = self.max_distance_m * SNAP_FIRST_RADIUS;
        let last = scratch.last.map(|[a, b]| flat.nearest(a, b).1.sqrt() * BOX_SLACK);
        last.map_or(usual, |last| last.clamp(SNAP_RADIUS_MIN_M.min(usual), usual))
    }

    /// Every edge at most `radius_m` away.
    fn collect(&self, position: Coord<f64>, flat: &Flat, radius_m: f64, near: &mut Vec<Near>) {
        near.clear();
        let reach = |metres_per_degree: f64| (radius_m * BOX_SLACK / metres_per_degree).min(360.0);
        let (dx, dy) = (reach(flat.east_m), reach(flat.north_m));
        let corner = |dx: f64, dy: f64| Coord { x: position.x + dx, y: position.y + dy };
        let limit = radius_m * radius_m;
        self.edges.search(Bounds::EMPTY.with(corner(-dx, -dy)).with(corner(dx, dy)), |edge| {
            let measured = measure(edge, flat);
            if measured.distance_2 <= limit {
                near.push(measured);
            }
        });
    }

    /// The first edge that lies on the same side of every border.
    fn choose(&self, position: Coord<f64>, near: &mut Vec<Near>) -> Option<Near> {
        let place_of = |point: Coord<f64>| self.within.as_ref().map(|places| places.locate(point.x, point.y).place);
        let mut home = None;
        loop {
            let best = near.iter().copied().reduce(|best, edge| if edge.before(&best) { edge } else { best })?;
            let home = *home.get_or_insert_with(|| place_of(position));
            if place_of(best.point) == home {
                return Some(best);
            }
            // Only the nearest point of a segment counts: the rest of it goes too.
            near.retain(|edge| edge.segment != best.segment);
        }
    }
}

/// Memory for one search after another.
#[derive(Debug, Default)]
pub(crate) struct SnapScratch {
    near: Vec<Near>,
    /// The edge that was found last.
    last: Option<[Coord<f64>; 2]>,
}

fn measure(edge: &Edge, flat: &Flat) -> Near {
    let ends @ [a, b] = edge.ends;
    let (share, distance_2) = flat.nearest(a, b);
    let along = |a: f64, b: f64| if share == 1.0 { b } else { a + share * (b - a) };
    let point = Coord { x: along(a.x, b.x), y: along(a.y, b.y) };
    Near { distance_2, segment: edge.segment, edge: edge.number, point, ends }
}

fn snapped(near: Near) -> Snapped {
    Snapped {
        segment: near.segment,
        distance_m: near.distance_2.sqrt(),
        longitude: near.point.x,
        latitude: near.point.y,
    }
}
