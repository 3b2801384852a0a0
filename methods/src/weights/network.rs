//! Neighbours by distance along a network, such as streets.
//!
//! Units stand at nodes of the network (a place along a street is a node that divides it). Edges are walked
//! in both directions. Shortest paths: E. W. Dijkstra, "A note on two problems in connexion with graphs",
//! Numerische Mathematik 1 (1959). Reference: A. Okabe and K. Sugihara, "Spatial Analysis Along Networks",
//! 2012.

use super::{Weights, WeightsError};
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// A way between two nodes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// Node at one end.
    pub from: u32,
    /// Node at the other.
    pub to: u32,
    /// Length, zero or more, in any unit.
    pub length: f64,
}

/// Neighbours at most a distance away along the network; units at the same node are neighbours. Weights of one.
///
/// `nodes` is how many nodes there are, numbered from 0; `units` has the node of each unit. Cost: units times
/// what is reached within the distance, and its logarithm.
///
/// # Errors
/// [`WeightsError`] when a length is below zero or no number, a node is not there, or the distance is not
/// above zero.
///
/// ```
/// use tequio_methods::weights::network::{Edge, network_band};
/// let streets = [(0, 1, 40.0), (1, 2, 50.0), (2, 3, 60.0)].map(|(from, to, length)| Edge { from, to, length });
/// let weights = network_band(4, &streets, &[0, 2, 3], 100.0)?;
/// assert_eq!((weights.row(0).0, weights.row(1).0), (&[1][..], &[0, 2][..]));
/// # Ok::<(), tequio_methods::weights::WeightsError>(())
/// ```
pub fn network_band(nodes: u32, edges: &[Edge], units: &[u32], distance: f64) -> Result<Weights, WeightsError> {
    if !(distance > 0.0 && distance.is_finite()) {
        return Err(WeightsError::Distance);
    }
    let ways = ways_of(nodes, edges)?;
    let mut at_node = vec![Vec::new(); nodes as usize];
    for (unit, node) in units.iter().enumerate() {
        at_node.get_mut(*node as usize).ok_or(WeightsError::Node(*node))?.push(unit as u32);
    }
    let mut shortest = vec![f64::INFINITY; nodes as usize];
    let rows = units.iter().enumerate().map(|(unit, node)| {
        let reached = reach(&ways, *node, distance, &mut shortest);
        let mut row: Vec<u32> = reached.iter().flat_map(|node| at_node[*node as usize].iter().copied()).collect();
        row.retain(|other| *other as usize != unit);
        reached.iter().for_each(|node| shortest[*node as usize] = f64::INFINITY);
        row
    });
    Weights::binary(rows.collect())
}

/// From every node, the nodes at the other ends of its edges and the lengths.
fn ways_of(nodes: u32, edges: &[Edge]) -> Result<Vec<Vec<(u32, f64)>>, WeightsError> {
    let mut ways = vec![Vec::new(); nodes as usize];
    for (index, edge) in edges.iter().enumerate() {
        if !(edge.length.is_finite() && edge.length >= 0.0) {
            return Err(WeightsError::Coordinate(index));
        }
        for (from, to) in [(edge.from, edge.to), (edge.to, edge.from)] {
            ways.get_mut(from as usize).ok_or(WeightsError::Node(from))?.push((to, edge.length));
        }
    }
    Ok(ways)
}

/// A length that can be ordered: none is "no number".
#[derive(PartialEq)]
struct Length(f64);

impl Eq for Length {}

impl PartialOrd for Length {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Length {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// Nodes within a distance, the start among them. `shortest` is infinite everywhere, and is left with the
/// distances of the nodes that are returned.
fn reach(ways: &[Vec<(u32, f64)>], start: u32, distance: f64, shortest: &mut [f64]) -> Vec<u32> {
    let mut reached = vec![start];
    let mut waiting = BinaryHeap::from([(Reverse(Length(0.0)), start)]);
    shortest[start as usize] = 0.0;
    while let Some((Reverse(Length(so_far)), node)) = waiting.pop() {
        if so_far > shortest[node as usize] {
            continue;
        }
        for (next, length) in &ways[node as usize] {
            let (total, known) = (so_far + length, shortest[*next as usize]);
            if total > distance || total >= known {
                continue;
            }
            if known == f64::INFINITY {
                reached.push(*next);
            }
            shortest[*next as usize] = total;
            waiting.push((Reverse(Length(total)), *next));
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge((from, to, length): (u32, u32, f64)) -> Edge {
        Edge { from, to, length }
    }

    /// Every distance also by the algorithm of Floyd and Warshall.
    #[test]
    fn all_pairs_agree_with_another_algorithm() {
        let nodes = 30u32;
        let edges: Vec<Edge> =
            (0..70).map(|i| edge((i * 37 % nodes, (i * i + 11) % nodes, f64::from(i * 29 % 23) + 0.5))).collect();
        let mut far = vec![vec![f64::INFINITY; 30]; 30];
        (0..30).for_each(|node| far[node][node] = 0.0);
        for edge in &edges {
            let (a, b) = (edge.from as usize, edge.to as usize);
            far[a][b] = edge.length.min(far[a][b]);
            far[b][a] = far[a][b];
        }
        for via in 0..30 {
            for from in 0..30 {
                for to in 0..30 {
                    far[from][to] = far[from][to].min(far[from][via] + far[via][to]);
                }
            }
        }
        let units: Vec<u32> = (0..nodes).collect();
        let weights = network_band(nodes, &edges, &units, 12.0).expect("a network");
        for (from, far) in far.iter().enumerate() {
            let near: Vec<u32> =
                units.iter().copied().filter(|to| far[*to as usize] <= 12.0 && *to as usize != from).collect();
            assert_eq!(weights.row(from).0, near);
        }
    }

    #[test]
    fn units_at_one_node_and_broken_networks() {
        let streets = [edge((0, 1, 5.0)), edge((0, 1, 1.0)), edge((1, 1, 0.0))];
        let weights = network_band(3, &streets, &[0, 0, 1, 2], 2.0).expect("a network");
        assert_eq!((weights.row(0).0, weights.islands()), (&[1, 2][..], vec![3]));
        assert_eq!(network_band(1, &streets, &[0], 2.0), Err(WeightsError::Node(1)));
        assert_eq!(network_band(2, &streets, &[7], 2.0), Err(WeightsError::Node(7)));
        assert_eq!(network_band(2, &[edge((0, 1, -1.0))], &[0], 2.0), Err(WeightsError::Coordinate(0)));
        assert_eq!(network_band(2, &streets, &[0], f64::INFINITY), Err(WeightsError::Distance));
    }
}
