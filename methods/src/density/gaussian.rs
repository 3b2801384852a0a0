//! Gaussian kernel density on a grid, with a bound on the relative error of every pixel.
//!
//! `f(s) = sum of w / (2 pi h^2) exp(-d^2 / 2 h^2)`, `d` the distance from the pixel's centre to the event,
//! `h` the bandwidth (the standard deviation of the kernel).
//!
//! References: B. W. Silverman, "Density Estimation for Statistics and Data Analysis" (1986). The sum is
//! taken as in a fast Gauss transform (L. Greengard and J. Strain, SIAM Journal on Scientific and
//! Statistical Computing 12, 1991), with polynomial interpolation in place of the Hermite series.
//!
//! How: the kernel is a product of one factor a direction. Events of a strip a quarter of a bandwidth high
//! are moved onto `p` fixed rows of the strip (Chebyshev nodes), each row getting the share of the event that
//! interpolates `exp(d e)`, where `d` is the distance from the strip's middle to a pixel and `e` that to the
//! event, in bandwidths. Along x nothing is approximated. Then each row of pixels sums the fixed rows.
//!
//! What is bounded: **each pixel differs from the direct sum over all events by at most [`RELATIVE_ERROR`]
//! of that sum**, near the events and far from them, wherever the sum is an ordinary number (kernels below
//! 10^-308 lose digits, below 10^-323 they are zero, in the direct sum too). The bound has two halves:
//!
//! - Interpolating `exp(d e)` on `|e| <= a` at `p` Chebyshev nodes is wrong by at most
//!   `2 (d a / 2)^p / p! exp(2 d a)` of the event's own share; `p` is the least for which this is below the
//!   half. Shares are positive, so that the sum keeps the bound.
//! - Events beyond a cutoff of about eight bandwidths are left out: at most their number times
//!   `exp(-cutoff^2 / 2)`. Pixels where that is more than the half of their sum are summed again with a wider
//!   cutoff, at last with one beyond which every kernel is zero in the computer.
//!
//! Cost: for `n` events, a grid of `c` by `r` pixels, and `k` columns in two cutoffs, about `9 n k` and
//! `600 c r` multiplications; up to ten times that where parts of the grid are far from all events. Work is divided by strips and rows, each added up in the order of the
//! events: the result is the same to the last bit for any number of threads.

use super::{DensityError, Event, Grid, check};
use rayon::prelude::*;
use std::f64::consts::PI;

/// Bound of the error of every pixel, as a share of the direct sum.
pub const RELATIVE_ERROR: f64 = 1e-6;

/// What each half of the error may be; the rest is left for rounding.
const HALF: f64 = 0.45 * RELATIVE_ERROR;
/// Half the height of a strip, in bandwidths.
const STRIP: f64 = 0.125;
/// The first cutoff is enough for pixels whose sum is at least this many average events.
const SPARSE: f64 = 1e-3;
/// Cutoffs for the pixels for which the first is not enough. At the last one a kernel is below the least
/// number above zero.
const WIDER: [f64; 2] = [16.0, 39.0];
/// Rows of pixels that are summed together, while a strip is at hand.
const TOGETHER: usize = 8;
/// Height of the bands of pixels that are computed one after the other, in bandwidths: bounds the memory.
const BAND: f64 = 128.0;

/// The density at the centre of each pixel, in weight a square unit of length, row by row from the south.
/// Events outside of the grid count too.
///
/// # Errors
/// [`DensityError`] when the bandwidth is not above zero or an event has no position or weight.
///
/// ```
/// use tequio_methods::density::{Event, Grid, gaussian};
/// use tequio_methods::planar::Rectangle;
/// let grid = Grid::new(Rectangle { west: 0.0, south: 0.0, east: 3.0, north: 1.0 }, 3, 1)?;
/// let density = gaussian::density(&[Event::one(0.5, 0.5)], 1.0, &grid)?;
/// let peak = 1.0 / std::f64::consts::TAU;
/// assert!((density[0] / peak - 1.0).abs() < 1e-6);
/// assert!((density[2] / (peak * (-2.0f64).exp()) - 1.0).abs() < 1e-6);
/// # Ok::<(), tequio_methods::density::DensityError>(())
/// ```
pub fn density(events: &[Event], bandwidth: f64, grid: &Grid) -> Result<Vec<f64>, DensityError> {
    check(events, bandwidth)?;
    let events: Vec<Event> = events.iter().filter(|event| event.weight > 0.0).copied().collect();
    if events.is_empty() {
        return Ok(vec![0.0; grid.columns * grid.rows]);
    }
    let total: f64 = events.iter().map(|event| event.weight).sum();
    let least = |cutoff: f64| total * factor(cutoff) / HALF;
    let mut cutoff = (2.0 * (events.len() as f64 / (SPARSE * HALF)).ln()).sqrt();
    let mut sums = Plan::of(&events, bandwidth, grid, cutoff).sums();
    for wider in WIDER.into_iter().filter(|wider| *wider > cutoff).collect::<Vec<_>>() {
        let least = least(cutoff);
        if sums.iter().all(|sum| *sum >= least) {
            break;
        }
        let again = Plan::of(&events, bandwidth, grid, wider).sums();
        sums.iter_mut().zip(again).filter(|(sum, _)| **sum < least).for_each(|(sum, again)| *sum = again);
        cutoff = wider;
    }
    let scale = 1.0 / (2.0 * PI * bandwidth * bandwidth);
    sums.par_iter_mut().for_each(|sum| *sum *= scale);
    Ok(sums)
}

/// What is decided before anything is summed.
struct Plan<'a> {
    events: &'a [Event],
    grid: &'a Grid,
    bandwidth: f64,
    /// In bandwidths.
    cutoff: f64,
    /// Places of the fixed rows of a strip, in bandwidths from its middle.
    nodes: Vec<f64>,
    /// For each of them what does not depend on the event.
    scales: Vec<f64>,
    /// Events in reach of the grid: number of the strip, index of the event; by strip.
    order: Vec<(i64, usize)>,
}

/// The events of a strip, moved onto its fixed rows.
struct Strip {
    number: i64,
    /// One row of `columns` values a node.
    rows: Vec<f64>,
}

impl<'a> Plan<'a> {
    fn of(events: &'a [Event], bandwidth: f64, grid: &'a Grid, cutoff: f64) -> Self {
        let nodes = nodes(order_for(cutoff + STRIP));
        let scales = scales(&nodes);
        let mut plan = Self { events, grid, bandwidth, cutoff, nodes, scales, order: Vec::new() };
        let reach = cutoff * bandwidth;
        let window = grid.window;
        let in_reach = |event: &Event| {
            event.at.x >= window.west - reach
                && event.at.x <= window.east + reach
                && event.at.y >= window.south - reach
                && event.at.y <= window.north + reach
        };
        let reached = events.iter().enumerate().filter(|(_, event)| in_reach(event));
        plan.order = reached.map(|(index, event)| (plan.strip_of(event.at.y), index)).collect();
        plan.order.par_sort_unstable();
        plan
    }

    /// Sums of the kernels at every pixel.
    fn sums(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.grid.columns * self.grid.rows];
        let band = ((BAND * self.bandwidth / self.grid.height) as usize).clamp(1, self.grid.rows);
        for (index, rows) in sums.chunks_mut(band * self.grid.columns).enumerate() {
            self.fill(rows, index * band);
        }
        sums
    }

    fn strip_of(&self, y: f64) -> i64 {
        ((y - self.grid.window.south) / (2.0 * STRIP * self.bandwidth)).floor() as i64
    }

    /// Middle of a strip, in the unit of length.
    fn middle(&self, strip: i64) -> f64 {
        self.grid.window.south + (strip as f64 + 0.5) * 2.0 * STRIP * self.bandwidth
    }

    /// Sums of the kernels over rows of pixels, beginning at a row.
    fn fill(&self, rows: &mut [f64], first: usize) {
        let columns = self.grid.columns;
        let last = first + rows.len() / columns - 1;
        let reach = self.cutoff * self.bandwidth;
        let strips = self.strips(self.strip_of(self.grid.y(first) - reach), self.strip_of(self.grid.y(last) + reach));
        rows.par_chunks_mut(TOGETHER * columns).enumerate().for_each(|(group, rows)| {
            for strip in &strips {
                for (index, row) in rows.chunks_exact_mut(columns).enumerate() {
                    let y = self.grid.y(first + group * TOGETHER + index);
                    if (self.strip_of(y - reach)..=self.strip_of(y + reach)).contains(&strip.number) {
                        self.add(strip, y, row);
                    }
                }
            }
        });
    }

    /// The strips from one number to another that have events.
    fn strips(&self, south: i64, north: i64) -> Vec<Strip> {
        let from = self.order.partition_point(|(strip, _)| *strip < south);
        let to = self.order.partition_point(|(strip, _)| *strip <= north);
        let groups: Vec<_> = self.order[from..to].chunk_by(|a, b| a.0 == b.0).collect();
        groups.into_par_iter().map(|group| self.strip(group)).collect()
    }

    /// Events of one strip, moved onto its fixed rows; along x their kernel is as it is.
    fn strip(&self, group: &[(i64, usize)]) -> Strip {
        let (number, columns) = (group[0].0, self.grid.columns);
        let middle = self.middle(number);
        let mut rows = vec![0.0; self.nodes.len() * columns];
        let (mut kernel, mut shares) = (Vec::new(), vec![0.0; self.nodes.len()]);
        for (_, index) in group {
            let event = self.events[*index];
            let (from, to) = self.grid.columns_within(event.at.x, self.cutoff * self.bandwidth);
            kernel.clear();
            kernel.extend((from..to).map(|column| factor((self.grid.x(column) - event.at.x) / self.bandwidth)));
            self.shares((event.at.y - middle) / self.bandwidth, event.weight, &mut shares);
            for (share, row) in shares.iter().zip(rows.chunks_exact_mut(columns)) {
                row[from..to].iter_mut().zip(&kernel).for_each(|(sum, value)| *sum += share * value);
            }
        }
        Strip { number, rows }
    }

    /// The share of an event that each fixed row gets: the value at the event of the polynomial that is
    /// one at that row and zero at the others, with the factors of the kernel that do not depend on the pixel.
    fn shares(&self, offset: f64, weight: f64, shares: &mut [f64]) {
        let common = weight * factor(offset);
        for (index, share) in shares.iter_mut().enumerate() {
            let others = self.nodes.iter().enumerate().filter(|(other, _)| *other != index);
            let polynomial: f64 = others.map(|(_, other)| offset - other).product();
            *share = common * polynomial * self.scales[index];
        }
    }

    /// Adds the fixed rows of a strip to a row of pixels.
    fn add(&self, strip: &Strip, y: f64, row: &mut [f64]) {
        let distance = (y - self.middle(strip.number)) / self.bandwidth;
        let factors: Vec<f64> = self.nodes.iter().map(|node| factor(distance - node)).collect();
        let fixed: Vec<&[f64]> = strip.rows.chunks_exact(row.len()).collect();
        // Two at a time, which halves how often the row of pixels is read and written.
        for (factors, fixed) in factors.chunks(2).zip(fixed.chunks(2)) {
            if let ([one, two], [first, second]) = (factors, fixed) {
                let pairs = first.iter().zip(second.iter());
                row.iter_mut().zip(pairs).for_each(|(sum, (a, b))| *sum += one * a + two * b);
            } else {
                row.iter_mut().zip(fixed[0]).for_each(|(sum, value)| *sum += factors[0] * value);
            }
        }
    }
}

/// The kernel along one direction, at a distance in bandwidths.
pub(super) fn factor(distance: f64) -> f64 {
    (-distance * distance / 2.0).exp()
}

/// How many fixed rows a strip needs for pixels up to a distance, in bandwidths.
fn order_for(distance: f64) -> usize {
    let half = distance * STRIP / 2.0;
    let mut bound = 2.0 * (4.0 * half).exp();
    let mut order = 0;
    while bound > HALF {
        order += 1;
        bound *= half / f64::from(order);
    }
    order as usize
}

/// Chebyshev nodes of a strip.
fn nodes(order: usize) -> Vec<f64> {
    (0..order).map(|index| STRIP * ((2 * index + 1) as f64 * PI / (2 * order) as f64).cos()).collect()
}

/// For each node the inverse of the product of its distances from the others, and of its own kernel.
fn scales(nodes: &[f64]) -> Vec<f64> {
    let others = |node: f64| nodes.iter().filter(move |other| **other != node).map(move |other| node - other);
    nodes.iter().map(|node| 1.0 / (others(*node).product::<f64>() * factor(*node))).collect()
}

#[cfg(test)]
#[path = "gaussian_tests.rs"]
mod tests;
