//! Edges of streets under boxes, and these under boxes again: which edges may meet a box.
//!
//! The edges are sorted along a curve and packed side by side, so that neighbours share a box (I. Kamel and
//! C. Faloutsos, "On Packing R-trees", CIKM 1993; the curve here is Morton's).

use crate::area::Bounds;
use crate::limits::NODE_CHILDREN;
use crate::morton::number;
use geo_types::Coord;
use rayon::prelude::*;
use std::ops::Range;

/// One edge of a segment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    pub(crate) ends: [Coord<f64>; 2],
    /// Index of the segment in its layer.
    pub(crate) segment: u32,
    /// Number of the edge in the segment.
    pub(crate) number: u32,
}

impl Edge {
    fn bounds(&self) -> Bounds {
        Bounds::EMPTY.with(self.ends[0]).with(self.ends[1])
    }

    /// Number of its middle on a curve over all longitudes and latitudes.
    fn place_on_curve(&self) -> u64 {
        let [a, b] = self.ends;
        let share = |degrees: f64, turn: f64| ((degrees / turn + 0.5) * f64::from(u32::MAX)) as u32;
        number([share(f64::midpoint(a.x, b.x), 360.0), share(f64::midpoint(a.y, b.y), 180.0)])
    }
}

/// Edges along the curve and the boxes over them.
#[derive(Debug)]
pub(crate) struct EdgeTree {
    edges: Vec<Edge>,
    /// The boxes over the edges first; each is over [`NODE_CHILDREN`] of what is below it.
    levels: Vec<Vec<Bounds>>,
}

impl EdgeTree {
    pub(crate) fn new(edges: &[Edge]) -> Self {
        let numbered = (0u32..edges.len() as u32).into_par_iter().map(|at| (edges[at as usize].place_on_curve(), at));
        let mut order: Vec<(u64, u32)> = numbered.collect();
        order.par_sort_unstable();
        let edges: Vec<Edge> = order.par_iter().map(|(_, at)| edges[*at as usize]).collect();
        let around = |edges: &[Edge]| edges.iter().map(Edge::bounds).fold(Bounds::EMPTY, Bounds::union);
        let mut levels = vec![edges.par_chunks(NODE_CHILDREN).map(around).collect::<Vec<Bounds>>()];
        while let Some(below) = levels.last().filter(|boxes| boxes.len() > 1) {
            let around = |boxes: &[Bounds]| boxes.iter().copied().fold(Bounds::EMPTY, Bounds::union);
            levels.push(below.par_chunks(NODE_CHILDREN).map(around).collect());
        }
        Self { edges, levels }
    }

    /// Calls `found` with every edge whose box meets another.
    #[inline]
    pub(crate) fn search(&self, bounds: Bounds, mut found: impl FnMut(&Edge)) {
        let top = self.levels.len() - 1;
        self.descend(top, 0..self.levels[top].len(), bounds, &mut found);
    }

    fn descend(&self, level: usize, boxes: Range<usize>, bounds: Bounds, found: &mut impl FnMut(&Edge)) {
        for (at, _) in boxes.clone().zip(&self.levels[level][boxes]).filter(|(_, around)| around.meets(bounds)) {
            let below = at * NODE_CHILDREN..(at + 1) * NODE_CHILDREN;
            if level == 0 {
                let edges = &self.edges[below.start..below.end.min(self.edges.len())];
                edges.iter().filter(|edge| edge.bounds().meets(bounds)).for_each(&mut *found);
            } else {
                self.descend(level - 1, below.start..below.end.min(self.levels[level - 1].len()), bounds, found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_search_finds_the_edges_that_looking_at_all_finds(
            ends in prop::collection::vec(prop::array::uniform4(-100i32..=100), 0..400),
            window in prop::array::uniform4(-110i32..=110),
        ) {
            let corner = |x, y| Coord { x: f64::from(x), y: f64::from(y) * 0.9 };
            let edge = |(segment, [a, b, c, d]): (u32, &[i32; 4])| {
                // Most are short, as streets are.
                let (c, d) = if segment % 7 == 0 { (*c, *d) } else { (a + c / 30, b + d / 30) };
                Edge { ends: [corner(*a, *b), corner(c, d)], segment, number: 0 }
            };
            let edges: Vec<Edge> = (0..).zip(&ends).map(edge).collect();
            let bounds = Bounds::EMPTY.with(corner(window[0], window[1])).with(corner(window[2], window[3]));
            let mut found = Vec::new();
            EdgeTree::new(&edges).search(bounds, |edge| found.push(edge.segment));
            found.sort_unstable();
            let near = edges.iter().filter(|edge| edge.bounds().meets(bounds));
            prop_assert_eq!(found, near.map(|edge| edge.segment).collect::<Vec<u32>>());
        }
    }
}
