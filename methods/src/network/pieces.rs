//! Edges cut into pieces of equal length each, the values of a density along the network.

use super::{Network, NetworkError};

/// Most pieces.
pub(super) const PIECES_MAX: usize = 1 << 26;

/// The pieces of a network: those of edge `e` are `starts[e] .. starts[e + 1]`, from its first vertex on.
pub(super) struct Pieces {
    pub starts: Vec<usize>,
    /// Length of a piece of each edge.
    pub lengths: Vec<f64>,
}

impl Pieces {
    /// Pieces at most `size` long, at least one an edge.
    pub(super) fn of(network: &Network, size: f64) -> Result<Self, NetworkError> {
        if !(size > 0.0 && size.is_finite()) {
            return Err(NetworkError::Length);
        }
        let (mut starts, mut lengths, mut total) = (vec![0], Vec::new(), 0usize);
        for edge in &network.edges {
            let count = (edge.length / size).ceil().max(1.0);
            total = total.saturating_add(count as usize);
            if total > PIECES_MAX {
                return Err(NetworkError::Pieces(PIECES_MAX));
            }
            starts.push(total);
            lengths.push(edge.length / count);
        }
        Ok(Self { starts, lengths })
    }

    pub(super) fn count(&self) -> usize {
        self.starts[self.starts.len() - 1]
    }

    /// Values by piece as values by edge.
    pub(super) fn by_edge(&self, values: &[f64]) -> Vec<Vec<f64>> {
        self.starts.windows(2).map(|pair| values[pair[0]..pair[1]].to_vec()).collect()
    }
}
