//! K along a network: within a distance along the streets, how many more events than by chance?
//!
//! `K(r) = |L| / (n (n - 1)) sum over ordered pairs with d <= r of 1 / m(i, d)`, `|L|` the length of the network,
//! `m(i, d)` the number of places on it at exactly the distance `d` from event `i`. By chance `K = r`, whatever
//! the network. The cross K counts the events of a second set round those of a first.
//!
//! References: A. Okabe and I. Yamada, "The K-Function Method on a Network and Its Computational
//! Implementation", Geographical Analysis 33 (2001); Q. W. Ang, A. Baddeley and G. Nair, "Geometrically
//! Corrected Second Order Analysis of Events on a Linear Network", Scandinavian Journal of Statistics 39
//! (2012), for the division by `m`. A vertex is one place, and so is the far end of a way that meets another.
//!
//! Cost: for each event the part of the network within the largest distance, and for each pair the edges of that part.
//! Blocks of events are added up in order: the same to the last bit for any number of threads.

use super::{Network, NetworkError, Place};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap};

/// Events that are added up together.
const BLOCK: usize = 64;
/// Places nearer to a vertex than this part of the shortest edge are at the vertex: events that were moved
/// to a corner lie there but for rounding, and beyond a corner there are more places than before it.
const SAME: f64 = 1e-3;
/// Part of the largest distance by which a pair may be too far and still be within: rounding.
const ROUNDING: f64 = 1e-9;

/// K at each distance, a length.
///
/// # Errors
/// [`NetworkError`] when an event lies on no edge, there are fewer than two, or distances do not increase.
///
/// ```
/// use tequio_methods::network::{Edge, Network, Place, k};
/// let network = Network::new(2, vec![Edge { from: 0, to: 1, length: 10.0 }])?;
/// let events = [4.0, 6.0].map(|offset| Place { edge: 0, offset });
/// assert_eq!(k::k(&network, &events, &[1.0, 2.0])?, [0.0, 5.0]);
/// # Ok::<(), tequio_methods::network::NetworkError>(())
/// ```
pub fn k(network: &Network, events: &[Place], distances: &[f64]) -> Result<Vec<f64>, NetworkError> {
    if events.len() < 2 {
        return Err(NetworkError::TooFew);
    }
    let sums = pair_sums(network, events, events, distances, true)?;
    let pairs = events.len() as f64 * (events.len() - 1) as f64;
    Ok(sums.into_iter().map(|sum| network.length() * sum / pairs).collect())
}

/// K of the second set round the first.
///
/// # Errors
/// [`NetworkError`] as for [`k()`], with at least one event in each set.
///
/// ```
/// use tequio_methods::network::{Edge, Network, Place, k};
/// let network = Network::new(2, vec![Edge { from: 0, to: 1, length: 10.0 }])?;
/// let at = |offset| Place { edge: 0, offset };
/// assert_eq!(k::cross_k(&network, &[at(1.0)], &[at(3.0), at(9.0)], &[2.5])?, [5.0]);
/// # Ok::<(), tequio_methods::network::NetworkError>(())
/// ```
pub fn cross_k(
    network: &Network,
    first: &[Place],
    second: &[Place],
    distances: &[f64],
) -> Result<Vec<f64>, NetworkError> {
    if first.is_empty() || second.is_empty() {
        return Err(NetworkError::TooFew);
    }
    let sums = pair_sums(network, first, second, distances, false)?;
    let pairs = first.len() as f64 * second.len() as f64;
    Ok(sums.into_iter().map(|sum| network.length() * sum / pairs).collect())
}

/// Sum of `1 / m` of the pairs within each distance. `same` leaves out each event with itself.
fn pair_sums(
    network: &Network,
    first: &[Place],
    second: &[Place],
    distances: &[f64],
    same: bool,
) -> Result<Vec<f64>, NetworkError> {
    network.check(first)?;
    network.check(second)?;
    let increasing = distances.windows(2).all(|pair| pair[0] < pair[1]);
    let (least, reach) = (distances.first().copied(), distances.last().copied().unwrap_or(f64::NAN));
    if !(increasing && reach.is_finite() && least >= Some(0.0)) {
        return Err(NetworkError::Distances);
    }
    let mut by_edge: HashMap<usize, Vec<usize>> = HashMap::new();
    second.iter().enumerate().for_each(|(index, place)| by_edge.entry(place.edge).or_default().push(index));
    let block = |(number, block): (usize, &[Place])| {
        let mut sums = vec![0.0; distances.len()];
        for (offset, event) in block.iter().enumerate() {
            let own = same.then_some(number * BLOCK + offset);
            let around = Around::of(network, *event, reach);
            let others = around.edges.iter().filter_map(|edge| by_edge.get(edge)).flatten();
            for other in others.filter(|other| Some(**other) != own) {
                let distance = around.distance(second[*other]);
                let from = distances.partition_point(|limit| *limit + ROUNDING * reach < distance);
                if from < sums.len() {
                    sums[from] += 1.0 / around.places_at(distance) as f64;
                }
            }
        }
        sums
    };
    let blocks: Vec<Vec<f64>> = first.par_chunks(BLOCK).enumerate().map(block).collect();
    let mut sums = vec![0.0; distances.len()];
    blocks.iter().for_each(|block| sums.iter_mut().zip(block).for_each(|(sum, part)| *sum += part));
    (1..sums.len()).for_each(|index| sums[index] += sums[index - 1]);
    Ok(sums)
}

/// The network as seen from one event.
struct Around<'a> {
    network: &'a Network,
    event: Place,
    vertices: HashMap<usize, f64>,
    /// Edges of which a part is within reach.
    edges: BTreeSet<usize>,
    /// The same edges with the distances of their ends; the event's own one is cut in two by it.
    stretches: Vec<Stretch>,
    same: f64,
}

/// A part of the network whose two ends have the distances `from` and `to`.
struct Stretch {
    from: f64,
    to: f64,
    length: f64,
}

impl<'a> Around<'a> {
    fn of(network: &'a Network, event: Place, reach: f64) -> Self {
        let same = SAME * network.shortest;
        let vertices = network.distances(event, reach + same);
        let of = |vertex: usize| vertices.get(&vertex).copied().unwrap_or(f64::INFINITY);
        let ends = vertices.keys().flat_map(|vertex| &network.ends[*vertex]);
        let mut edges: BTreeSet<usize> = ends.map(|(edge, _)| *edge).collect();
        edges.insert(event.edge);
        let whole = |index: &usize| {
            let edge = network.edges[*index];
            Stretch { from: of(edge.from), to: of(edge.to), length: edge.length }
        };
        let mut stretches: Vec<Stretch> = edges.iter().filter(|edge| **edge != event.edge).map(whole).collect();
        let own = whole(&event.edge);
        stretches.push(Stretch { from: own.from, to: 0.0, length: event.offset });
        stretches.push(Stretch { from: 0.0, to: own.to, length: own.length - event.offset });
        Self { network, event, vertices, edges, stretches, same }
    }

    /// Distance along the network to a place on one of the stretches.
    fn distance(&self, place: Place) -> f64 {
        let edge = self.network.edges[place.edge];
        let of = |vertex: usize| self.vertices.get(&vertex).copied().unwrap_or(f64::INFINITY);
        let round = (of(edge.from) + place.offset).min(of(edge.to) + edge.length - place.offset);
        let direct =
            if place.edge == self.event.edge { (place.offset - self.event.offset).abs() } else { f64::INFINITY };
        round.min(direct)
    }

    /// Number of places at a distance from the event; at least one.
    fn places_at(&self, distance: f64) -> usize {
        if distance <= self.same {
            return 1;
        }
        let inside: usize = self.stretches.iter().map(|stretch| stretch.places_at(distance, self.same)).sum();
        let at_vertices = self.vertices.values().filter(|at| (**at - distance).abs() <= self.same).count();
        (inside + at_vertices).max(1)
    }
}

impl Stretch {
    /// Places strictly between the ends, of which each is nearest through one end or, at the top, both.
    fn places_at(&self, distance: f64, same: f64) -> usize {
        let top = if self.from.is_infinite() || self.to.is_infinite() {
            self.from.min(self.to) + self.length
        } else {
            (self.from + self.to + self.length) / 2.0
        };
        let top_is_inside = top > self.from.max(self.to) + same && self.from.max(self.to).is_finite();
        if top_is_inside && (distance - top).abs() <= same {
            return 1;
        }
        let risen = |end: f64| distance > end + same && distance < top - same;
        usize::from(risen(self.from)) + usize::from(risen(self.to))
    }
}
