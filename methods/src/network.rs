//! A network of streets: vertices, edges with a length, and events on the edges.
//!
//! | question | method |
//! | --- | --- |
//! | where along the streets do events concentrate? | [`heat`]: heat kernel; [`split`]: equal split, exact |
//! | do events lie closer together along the streets than by chance? | [`k`]: K, cross K |
//!
//! Distances are along the network. A street that may be walked in both directions is one edge.

pub mod heat;
pub mod k;
mod pieces;
pub mod split;

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap};

/// A street between two vertices.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// Vertex at which offsets begin.
    pub from: usize,
    /// Vertex at which they end.
    pub to: usize,
    /// Length above zero.
    pub length: f64,
}

/// A place on the network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Index of the edge.
    pub edge: usize,
    /// Distance from the edge's first vertex, from zero to its length.
    pub offset: f64,
}

/// Why nothing is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// No edges.
    #[error("a network has at least one edge")]
    Empty,
    /// An edge with a vertex that does not exist, or without a length.
    #[error("edge {0} needs two vertices of the network and a length above zero")]
    Edge(usize),
    /// An event that lies on no edge.
    #[error("event {0} does not lie on an edge of the network")]
    Place(usize),
    /// A bandwidth, radius or size of piece that is not above zero.
    #[error("bandwidths and pieces are lengths above zero")]
    Length,
    /// Too many pieces.
    #[error("the network would be cut into more than {0} pieces: make them longer")]
    Pieces(usize),
    /// Too many ways from one event.
    #[error("more than {0} ways lead from one event: take a smaller radius or the heat kernel")]
    Ways(usize),
    /// Too few events.
    #[error("at least two events are needed, or one of each set")]
    TooFew,
    /// Distances are not increasing from zero or more.
    #[error("distances are zero or more and increase")]
    Distances,
}

/// A network.
#[derive(Clone, Debug)]
pub struct Network {
    edges: Vec<Edge>,
    /// For each vertex the edges that end there, and whether it is the edge's first vertex. A loop is
    /// there twice.
    ends: Vec<Vec<(usize, bool)>>,
    length: f64,
    shortest: f64,
}

impl Network {
    /// A network of so many vertices and these edges.
    ///
    /// # Errors
    /// [`NetworkError`] when there are no edges or one has no length or a vertex that does not exist.
    ///
    /// ```
    /// use tequio_methods::network::{Edge, Network};
    /// let network = Network::new(3, vec![Edge { from: 0, to: 1, length: 5.0 }, Edge { from: 1, to: 2, length: 3.0 }])?;
    /// assert_eq!(network.length(), 8.0);
    /// # Ok::<(), tequio_methods::network::NetworkError>(())
    /// ```
    pub fn new(vertices: usize, edges: Vec<Edge>) -> Result<Self, NetworkError> {
        if edges.is_empty() {
            return Err(NetworkError::Empty);
        }
        let mut ends = vec![Vec::new(); vertices];
        for (index, edge) in edges.iter().enumerate() {
            let sound = edge.length.is_finite() && edge.length > 0.0 && edge.from.max(edge.to) < vertices;
            if !sound {
                return Err(NetworkError::Edge(index));
            }
            ends[edge.from].push((index, true));
            ends[edge.to].push((index, false));
        }
        let length = edges.iter().map(|edge| edge.length).sum();
        let shortest = edges.iter().map(|edge| edge.length).fold(f64::INFINITY, f64::min);
        Ok(Self { edges, ends, length, shortest })
    }

    /// The edges.
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// Length of all edges together.
    pub fn length(&self) -> f64 {
        self.length
    }

    fn check(&self, events: &[Place]) -> Result<(), NetworkError> {
        let lies =
            |place: &Place| self.edges.get(place.edge).is_some_and(|edge| (0.0..=edge.length).contains(&place.offset));
        events.iter().position(|place| !lies(place)).map_or(Ok(()), |index| Err(NetworkError::Place(index)))
    }

    /// Distances from a place to the vertices nearer than `reach` (E. W. Dijkstra, Numerische Mathematik
    /// 1, 1959).
    fn distances(&self, place: Place, reach: f64) -> HashMap<usize, f64> {
        let edge = self.edges[place.edge];
        let mut waiting = BinaryHeap::from([
            Visit { distance: place.offset, vertex: edge.from },
            Visit { distance: edge.length - place.offset, vertex: edge.to },
        ]);
        let mut known = HashMap::new();
        while let Some(Visit { distance, vertex }) = waiting.pop() {
            if distance > reach || known.contains_key(&vertex) {
                continue;
            }
            known.insert(vertex, distance);
            for (index, first) in &self.ends[vertex] {
                let edge = self.edges[*index];
                let next = if *first { edge.to } else { edge.from };
                waiting.push(Visit { distance: distance + edge.length, vertex: next });
            }
        }
        known
    }
}

/// A vertex to go to; the nearest is the greatest, as the heap wants it.
#[derive(PartialEq)]
struct Visit {
    distance: f64,
    vertex: usize,
}

impl Eq for Visit {}

impl Ord for Visit {
    fn cmp(&self, other: &Self) -> Ordering {
        other.distance.total_cmp(&self.distance).then_with(|| other.vertex.cmp(&self.vertex))
    }
}

impl PartialOrd for Visit {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests;
