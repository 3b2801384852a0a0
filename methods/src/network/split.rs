//! Density along a network with a kernel that is split at the vertices. Exact, and no event is lost.
//!
//! From each event the quartic kernel `15 / (16 R) (1 - (d / R)^2)^2` runs along every way from it up to the
//! radius `R`. At a vertex of `n` edges it goes on
//! - [`Split::Discontinuous`]: into the other edges, `1 / (n - 1)` each; back at a dead end;
//! - [`Split::Continuous`]: into the other edges with `2 / n` each, and back with `2 / n - 1`, which makes the
//!   density the same from all sides of a vertex.
//!
//! In both the parts add up to one, so that the integral over the network is the number of events.
//!
//! Reference: A. Okabe, T. Satoh and K. Sugihara, "A kernel density estimation method for networks, its
//! computational method and a GIS-based tool", International Journal of Geographical Information Science 23
//! (2009). At a dead end, where the paper leaves the kernel to end, the discontinuous one is sent back here.
//!
//! Each value is the integral of the kernel over a piece of an edge, by its length: exact however long the
//! pieces. Cost: the ways of length `R` from each event, which grow with the power of `R` by the length of a
//! block (the continuous split, which also walks back, with a higher one); at most [`WAYS_MAX`] an event.
//! For large radii there is [`super::heat`]. Blocks of events are added up in order: the same to the last
//! bit for any number of threads.

use super::pieces::Pieces;
use super::{Network, NetworkError, Place};
use rayon::prelude::*;

/// Most steps from vertex to vertex that are walked from one event.
pub const WAYS_MAX: usize = 1 << 22;
/// Events that are added up together.
const BLOCK: usize = 256;

/// What happens at a vertex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// Onward only, in equal parts.
    Discontinuous,
    /// Onward and back, such that both sides of a vertex have the same density.
    Continuous,
}

impl Split {
    /// Part that goes on into each other edge, and part that goes back, at a vertex of `degree` edges.
    fn parts(self, degree: usize) -> (f64, f64) {
        match (self, degree) {
            (_, 1) => (0.0, 1.0),
            (Self::Discontinuous, _) => (1.0 / (degree - 1) as f64, 0.0),
            (Self::Continuous, _) => (2.0 / degree as f64, 2.0 / degree as f64 - 1.0),
        }
    }
}

/// Density by edge and piece (at most `piece` long, the same on each edge), in events a unit of length.
///
/// # Errors
/// [`NetworkError`] when an event lies on no edge, a length is not above zero, or the ways or pieces are too many.
///
/// ```
/// use tequio_methods::network::{Edge, Network, Place, split};
/// let network = Network::new(2, vec![Edge { from: 0, to: 1, length: 10.0 }])?;
/// let density = split::density(&network, &[Place { edge: 0, offset: 1.0 }], split::Split::Continuous, 3.0, 1.0)?;
/// assert!((density[0].iter().sum::<f64>() - 1.0).abs() < 1e-12, "the dead end sends back");
/// # Ok::<(), tequio_methods::network::NetworkError>(())
/// ```
pub fn density(
    network: &Network,
    events: &[Place],
    split: Split,
    radius: f64,
    piece: f64,
) -> Result<Vec<Vec<f64>>, NetworkError> {
    network.check(events)?;
    if !(radius > 0.0 && radius.is_finite()) {
        return Err(NetworkError::Length);
    }
    let pieces = Pieces::of(network, piece)?;
    let mut values = vec![0.0; pieces.count()];
    // As many blocks at once as there may be threads; their sums are added in order.
    for round in events.chunks(BLOCK * 8) {
        let block = |block: &[Place]| {
            let mut walk = Walk { network, pieces: &pieces, split, radius, parts: Vec::new() };
            block.iter().try_for_each(|event| walk.event(*event)).map(|()| walk.parts)
        };
        let blocks: Result<Vec<_>, _> = round.par_chunks(BLOCK).map(block).collect();
        blocks?.into_iter().flatten().for_each(|(piece, part)| values[piece] += part);
    }
    Ok(pieces.by_edge(&values))
}

/// The kernels of some events.
struct Walk<'a> {
    network: &'a Network,
    pieces: &'a Pieces,
    split: Split,
    radius: f64,
    /// Pieces and what is added to their density.
    parts: Vec<(usize, f64)>,
}

/// A kernel that enters an edge.
#[derive(Clone, Copy)]
struct Entry {
    edge: usize,
    /// Whether it enters at the edge's first vertex.
    first: bool,
    /// Distance from the event at that vertex.
    distance: f64,
    /// Part of the kernel.
    part: f64,
}

impl Walk<'_> {
    fn event(&mut self, event: Place) -> Result<(), NetworkError> {
        let edge = self.network.edges[event.edge];
        let back = edge.length - event.offset;
        self.lay(event.edge, true, -event.offset, (event.offset, edge.length), 1.0);
        self.lay(event.edge, false, -back, (back, edge.length), 1.0);
        let mut waiting = Vec::new();
        self.arrive(&mut waiting, event.edge, true, back, 1.0);
        self.arrive(&mut waiting, event.edge, false, event.offset, 1.0);
        let mut ways = 0;
        while let Some(entry) = waiting.pop() {
            ways += 1;
            if ways > WAYS_MAX {
                return Err(NetworkError::Ways(WAYS_MAX));
            }
            let length = self.network.edges[entry.edge].length;
            self.lay(entry.edge, entry.first, entry.distance, (0.0, length), entry.part);
            self.arrive(&mut waiting, entry.edge, entry.first, entry.distance + length, entry.part);
        }
        Ok(())
    }

    /// Splits a kernel that has walked an edge from its first vertex (or to it) at the vertex it arrives at.
    fn arrive(&self, waiting: &mut Vec<Entry>, edge: usize, from_first: bool, distance: f64, part: f64) {
        if distance >= self.radius {
            return;
        }
        let walked = self.network.edges[edge];
        let ends = &self.network.ends[if from_first { walked.to } else { walked.from }];
        let (on, back) = self.split.parts(ends.len());
        for (next, first) in ends {
            let returns = *next == edge && *first != from_first;
            let share = part * if returns { back } else { on };
            if share != 0.0 {
                waiting.push(Entry { edge: *next, first: *first, distance, part: share });
            }
        }
    }

    /// Adds the kernel along an edge from one way along it to another, both measured from the end it comes
    /// from, where its distance is given.
    fn lay(&mut self, edge: usize, first: bool, distance: f64, (from, to): (f64, f64), part: f64) {
        let to = to.min(self.radius - distance);
        let (start, end) = (self.pieces.starts[edge], self.pieces.starts[edge + 1]);
        let size = self.pieces.lengths[edge];
        let mut index = (from / size) as usize;
        while index < end - start && index as f64 * size < to {
            let (low, high) = (from.max(index as f64 * size), to.min((index + 1) as f64 * size));
            let mass = (self.mass(distance + high) - self.mass(distance + low)).max(0.0);
            let piece = if first { start + index } else { end - 1 - index };
            self.parts.push((piece, part * mass / size));
            index += 1;
        }
    }

    /// Part of the kernel within a distance, on one side.
    fn mass(&self, distance: f64) -> f64 {
        let u = (distance / self.radius).clamp(0.0, 1.0);
        15.0 / 16.0 * (u - 2.0 / 3.0 * u.powi(3) + u.powi(5) / 5.0)
    }
}
