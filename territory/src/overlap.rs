//! The surface that two areas share, by the even-odd rule, whatever the validity of their rings.
//!
//! A sweep from south to north: between two consecutive latitudes at which an edge begins, ends or
//! crosses another, no two edges cross, so the common interior is a row of trapezoids. This is the
//! slab decomposition of Preparata and Shamos (1985, section 7.2), without any polygon being built:
//! it cannot fail on bad input, and an edge that is out of order by rounding costs a sliver.

use geo_types::{MultiPolygon, Rect};

/// Ellipsoid of WGS 84: semi-major axis in metres and squared eccentricity.
const AXIS_M: f64 = 6_378_137.0;
const ECCENTRICITY_2: f64 = 0.006_694_379_990_14;

/// An edge that rises from its lower end to its upper one.
#[derive(Clone, Copy, Debug)]
struct Edge {
    x1: f64,
    y1: f64,
    x2: f64,
    y2: f64,
    /// Which of the two areas, and which polygon of it.
    area: usize,
    polygon: usize,
}

impl Edge {
    fn x_at(&self, y: f64) -> f64 {
        self.x1 + (self.x2 - self.x1) * ((y - self.y1) / (self.y2 - self.y1))
    }

    /// Latitude at which two edges cross inside both.
    fn crossing(&self, other: &Self) -> Option<f64> {
        let (low, high) = (self.y1.max(other.y1), self.y2.min(other.y2));
        if low >= high || self.x1.max(self.x2) < other.x1.min(other.x2) || other.x1.max(other.x2) < self.x1.min(self.x2)
        {
            return None;
        }
        let (below, above) = (self.x_at(low) - other.x_at(low), self.x_at(high) - other.x_at(high));
        (below * above < 0.0).then(|| low + (high - low) * (below / (below - above)))
    }
}

/// Square metres that two areas in degrees share, approximately: exact in the plane of degrees, scaled
/// at the middle latitude of the box that holds both.
pub(crate) fn shared_m2(areas: [&MultiPolygon<f64>; 2], common: &Rect<f64>) -> f64 {
    let edges = edges(areas, common);
    if !(0..2).all(|area| edges.iter().any(|edge| edge.area == area)) {
        return 0.0;
    }
    let levels = levels(&edges, common);
    let mut polygons = areas.map(|area| vec![false; area.0.len()]);
    let mut active: Vec<Edge> = Vec::new();
    let mut next = 0;
    let mut sum = 0.0;
    for level in levels.windows(2) {
        active.retain(|edge| edge.y2 >= level[1]);
        while next < edges.len() && edges[next].y1 <= level[0] {
            if edges[next].y2 >= level[1] {
                active.push(edges[next]);
            }
            next += 1;
        }
        sum += slab(&mut active, &mut polygons, level[0], level[1]);
    }
    sum * square_metres_by_square_degree(common.center().y)
}

/// Edges that cross the latitudes of the common box, sorted by their lower end. Those east of it cannot
/// bound the common surface; those west of it count for the rule.
fn edges(areas: [&MultiPolygon<f64>; 2], common: &Rect<f64>) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (area, polygons) in areas.into_iter().enumerate() {
        for (polygon, rings) in polygons.0.iter().enumerate() {
            let lines = std::iter::once(rings.exterior()).chain(rings.interiors()).flat_map(|ring| ring.lines());
            for line in lines.filter(|line| line.start.y != line.end.y) {
                let (low, high) =
                    if line.start.y < line.end.y { (line.start, line.end) } else { (line.end, line.start) };
                if high.y > common.min().y && low.y < common.max().y && low.x.min(high.x) <= common.max().x {
                    edges.push(Edge { x1: low.x, y1: low.y, x2: high.x, y2: high.y, area, polygon });
                }
            }
        }
    }
    edges.sort_by(|one, two| one.y1.total_cmp(&two.y1));
    edges
}

/// Latitudes between which no edges cross.
fn levels(edges: &[Edge], common: &Rect<f64>) -> Vec<f64> {
    let mut levels = vec![common.min().y, common.max().y];
    for (index, edge) in edges.iter().enumerate() {
        levels.extend([edge.y1, edge.y2]);
        let above = edges[index + 1..].iter().take_while(|other| other.y1 < edge.y2);
        levels.extend(above.filter_map(|other| edge.crossing(other)));
    }
    levels.retain(|level| (common.min().y..=common.max().y).contains(level));
    levels.sort_by(f64::total_cmp);
    levels.dedup();
    levels
}

/// Common surface between two latitudes, in square degrees.
fn slab(active: &mut [Edge], polygons: &mut [Vec<bool>; 2], low: f64, high: f64) -> f64 {
    let middle = f64::midpoint(low, high);
    active.sort_by(|one, two| one.x_at(middle).total_cmp(&two.x_at(middle)));
    polygons.iter_mut().for_each(|polygons| polygons.fill(false));
    let mut inside = [0_usize; 2];
    let mut sum = 0.0;
    for (index, edge) in active.iter().enumerate() {
        let within = &mut polygons[edge.area][edge.polygon];
        *within = !*within;
        inside[edge.area] = if *within { inside[edge.area] + 1 } else { inside[edge.area] - 1 };
        let Some(next) = active.get(index + 1) else { break };
        if inside[0] > 0 && inside[1] > 0 {
            sum += (next.x_at(middle) - edge.x_at(middle)) * (high - low);
        }
    }
    sum
}

fn square_metres_by_square_degree(latitude: f64) -> f64 {
    let (sin, cos) = latitude.to_radians().sin_cos();
    let root = 1.0 - ECCENTRICITY_2 * sin * sin;
    let along_meridian = AXIS_M * (1.0 - ECCENTRICITY_2) / root.powf(1.5);
    let along_parallel = AXIS_M * cos / root.sqrt();
    (along_meridian * along_parallel) * 1_f64.to_radians().powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Area, BooleanOps, BoundingRect};
    use geo_types::{LineString, Polygon};
    use proptest::prelude::*;

    fn area(points: &[(f64, f64)]) -> MultiPolygon<f64> {
        MultiPolygon(vec![Polygon::new(LineString::from(points.to_vec()), vec![])])
    }

    /// Square degrees that two areas share, over the box that holds both.
    fn shared(one: &MultiPolygon<f64>, two: &MultiPolygon<f64>) -> f64 {
        let (a, b) = (one.bounding_rect().expect("box"), two.bounding_rect().expect("box"));
        let low = (a.min().x.min(b.min().x), a.min().y.min(b.min().y));
        let high = (a.max().x.max(b.max().x), a.max().y.max(b.max().y));
        let common = Rect::new(low, high);
        shared_m2([one, two], &common) / square_metres_by_square_degree(common.center().y)
    }

    #[test]
    fn a_bow_tie_shares_its_two_halves_and_a_hole_shares_nothing() {
        let tie = area(&[(0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 2.0)]);
        let all = area(&[(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]);
        assert!((shared(&tie, &all) - 2.0).abs() < 1e-12);
        let hole = LineString::from(vec![(0.5, 0.5), (1.5, 0.5), (1.5, 1.5), (0.5, 1.5)]);
        let ringed = MultiPolygon(vec![Polygon::new(all.0[0].exterior().clone(), vec![hole.clone()])]);
        assert_eq!(shared(&ringed, &MultiPolygon(vec![Polygon::new(hole, vec![])])), 0.0);
        assert!((shared(&ringed, &all) - 3.0).abs() < 1e-12);
    }

    /// A polygon around a centre, without crossings.
    fn star(center: (f64, f64), radii: &[f64]) -> MultiPolygon<f64> {
        let step = std::f64::consts::TAU / radii.len() as f64;
        let point = |(index, radius): (usize, &f64)| {
            let angle = step * index as f64;
            (center.0 + radius * angle.cos(), center.1 + radius * angle.sin())
        };
        area(&radii.iter().enumerate().map(point).collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn the_surface_is_that_of_the_boolean_operation(
            one in prop::collection::vec(0.2..2.0_f64, 3..20),
            two in prop::collection::vec(0.2..2.0_f64, 3..20),
            apart in (-2.0..2.0_f64, -2.0..2.0_f64),
        ) {
            let (one, two) = (star((0.0, 0.0), &one), star(apart, &two));
            let expected = one.intersection(&two).unsigned_area();
            prop_assert!((shared(&one, &two) - expected).abs() < 1e-6, "{} {expected}", shared(&one, &two));
        }
    }
}
