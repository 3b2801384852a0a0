//! Runs of edges in nodes, of which all children are compared with a point at once.

use crate::area::Bounds;
use crate::limits::NODE_CHILDREN;
use geo_types::Coord;

/// Edges that follow each other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub(crate) bounds: Bounds,
    /// Latitude of the first vertex.
    pub(crate) first: f64,
    /// Latitude of the last vertex.
    pub(crate) last: f64,
}

/// Runs that follow each other, side by side, so that all of them are compared at once. Those that are missing at the end
/// are no numbers, which meet nothing.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) west: [f64; NODE_CHILDREN],
    south: [f64; NODE_CHILDREN],
    east: [f64; NODE_CHILDREN],
    north: [f64; NODE_CHILDREN],
    pub(crate) first: [f64; NODE_CHILDREN],
    pub(crate) last: [f64; NODE_CHILDREN],
    /// The number of the first one: of a run of edges, or of the node that a run stands for.
    pub(crate) children: u32,
    pub(crate) is_lowest: bool,
}

impl Run {
    pub(crate) fn of_vertices(vertices: &[Coord<f64>]) -> Option<Self> {
        let (first, last) = (vertices.first()?.y, vertices.last()?.y);
        Some(Self { bounds: Bounds::around(vertices), first, last })
    }
}

impl Node {
    const EMPTY: Self = {
        let none = [f64::NAN; NODE_CHILDREN];
        Self { west: none, south: none, east: none, north: none, first: none, last: none, children: 0, is_lowest: true }
    };

    /// Adds nodes over runs, of which the first has the number `children`.
    pub(crate) fn add_all(
        nodes: &mut Vec<Self>,
        mut runs: impl Iterator<Item = Run>,
        mut children: u32,
        is_lowest: bool,
    ) {
        let mut next = runs.next();
        while next.is_some() {
            let mut node = Self { children, is_lowest, ..Self::EMPTY };
            for at in 0..NODE_CHILDREN {
                let Some(Run { bounds, first, last }) = next else { break };
                let Bounds { west, south, east, north } = bounds;
                (node.west[at], node.south[at], node.east[at], node.north[at]) = (west, south, east, north);
                (node.first[at], node.last[at]) = (first, last);
                next = runs.next();
            }
            nodes.push(node);
            children += NODE_CHILDREN as u32;
        }
    }

    pub(crate) fn bounds(&self, at: usize) -> Bounds {
        Bounds { west: self.west[at], south: self.south[at], east: self.east[at], north: self.north[at] }
    }

    /// All of them as one.
    pub(crate) fn run(&self) -> Run {
        // What is missing is no number, and no lower or upper.
        let bounds = (0..NODE_CHILDREN).fold(Bounds::EMPTY, |bounds, at| bounds.union(self.bounds(at)));
        let last = self.last.iter().rev().find(|last| !last.is_nan()).copied().unwrap_or(f64::NAN);
        Run { bounds, first: self.first[0], last }
    }

    /// A bit for each whose box lies at the height of the point and not wholly to its left.
    #[inline]
    pub(crate) fn met(&self, point: Coord<f64>) -> u32 {
        let is_met: [bool; NODE_CHILDREN] = std::array::from_fn(|at| {
            (point.y >= self.south[at]) & (point.y < self.north[at]) & (point.x < self.east[at])
        });
        bits(is_met.into_iter())
    }
}

/// A number whose bits are answers, the first lowest.
#[inline]
pub(crate) fn bits(answers: impl Iterator<Item = bool>) -> u32 {
    (0..).zip(answers).fold(0, |bits, (at, answer)| bits | u32::from(answer) << at)
}
