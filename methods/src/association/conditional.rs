//! Conditional permutation for local statistics: a unit keeps its value, and its neighbours' values are drawn
//! from all other units, each at most once.
//!
//! Reference: L. Anselin, "Local Indicators of Spatial Association: LISA", Geographical Analysis 27 (1995).
//! Given the value of the unit, local Moran, Gi and Gi* all grow (or all fall) with the weighted sum of the
//! neighbours' values, so that one count serves them all.
//!
//! How it is fast: only as many units are drawn as there are neighbours, and one permutation draws once for
//! all units. The units stand in a ring, those with most neighbours first. A draw is a list of different
//! steps round the ring, from 1 to `n - 1`; the unit at place `p` takes the values at `p` plus each step.
//! For one unit that is a draw without replacement from all others, every set as likely; for all units
//! together, the j-th neighbours' values lie beside each other in memory and are added as one block, up to
//! the last unit with a j-th neighbour. Units share the draws of a permutation, as in `GeoDa` and `PySAL`
//! (so that counts of two units are not independent of each other), but not the values drawn. Counts do not
//! depend on the number of threads.
//!
//! Cost: permutations times weights; memory of two numbers a weight and a million draws.

use super::permutation::{Permutations, TIE, Tails, below};
use super::{AssociationError, check};
use crate::progress::Watched;
use crate::weights::Weights;
use rayon::prelude::*;
use std::ops::Range;

/// Most draws kept at a time.
const DRAWS_MAX: usize = 1 << 20;
/// Units that are permuted together: their sums stay in the nearest memory.
const BLOCK: usize = 512;

/// Where the weighted sum of each unit's neighbours stands among the permuted ones; `None` for islands.
///
/// # Errors
/// [`AssociationError`] when values and weights do not fit or are no numbers, there are too few units or no
/// neighbours, or the permutations are none or too many.
///
/// ```
/// use tequio_methods::association::{conditional::lag_tails, permutation::Permutations};
/// use tequio_methods::weights::Weights;
/// let weights = Weights::binary(vec![vec![1], vec![0], vec![3], vec![2], vec![]])?;
/// let tails = lag_tails(&[1.0, 9.0, 2.0, 3.0, 4.0], &weights, Permutations { count: 999, seed: 1 })?;
/// // Its neighbour has the largest of the four other values: one draw in four does.
/// assert!(tails[0].is_some_and(|tails| (tails.p_greater() - 0.25).abs() < 0.05));
/// assert_eq!(tails[4], None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn lag_tails<'a>(
    values: &[f64],
    weights: &Weights,
    permutations: impl Into<Watched<'a, Permutations>>,
) -> Result<Vec<Option<Tails>>, AssociationError> {
    check(values, weights)?;
    let permutations = permutations.into();
    permutations.check()?;
    let ring = Ring::new(values, weights);
    let mut counts = vec![Count::default(); values.len()];
    let batch = (DRAWS_MAX / ring.widest()).max(1) as u32;
    permutations.expect(u64::from(permutations.count.div_ceil(batch)) * values.len().div_ceil(BLOCK) as u64);
    for first in (0..permutations.count).step_by(batch as usize) {
        let draws = ring.draws(&permutations, first..permutations.count.min(first + batch));
        counts.par_chunks_mut(BLOCK).enumerate().try_for_each(|(block, counts)| {
            ring.count(block * BLOCK, &draws, counts);
            permutations.step()
        })?;
    }
    let mut tails = vec![None; values.len()];
    for (unit, count) in ring.order.iter().zip(counts) {
        tails[*unit] = (!weights.row(*unit).0.is_empty()).then_some(Tails {
            at_least: count.at_least as u32,
            at_most: count.at_most as u32,
            permutations: permutations.count,
        });
    }
    Ok(tails)
}

/// Permutations on either side; as wide as the sums they are compared with, for the sake of speed.
#[derive(Clone, Copy, Default)]
struct Count {
    at_least: u64,
    at_most: u64,
}

/// Units in the order of their number of neighbours, most first.
struct Ring {
    order: Vec<usize>,
    /// Values in that order, twice round.
    values: Vec<f64>,
    columns: Columns,
    /// For each place, sums from here on are at least as large as the observed one...
    low: Vec<f64>,
    /// ...and up to here at most as large.
    high: Vec<f64>,
}

/// The j-th weights of all units that have so many, for each j.
enum Columns {
    /// The weights of a unit are all the same: its values need only be added. How many units have a j-th one.
    Equal(Vec<usize>),
    Given(Vec<Vec<f64>>),
}

impl Columns {
    fn new(order: &[usize], weights: &Weights) -> Self {
        let widest = order.first().map_or(0, |unit| weights.row(*unit).0.len());
        let equal = |unit: &usize| weights.row(*unit).1.windows(2).all(|pair| pair[0] == pair[1]);
        if order.iter().all(equal) {
            let units = |place: usize| order.partition_point(|unit| weights.row(*unit).0.len() > place);
            return Self::Equal((0..widest).map(units).collect());
        }
        let mut columns = vec![Vec::new(); widest];
        for unit in order {
            columns.iter_mut().zip(weights.row(*unit).1).for_each(|(column, weight)| column.push(*weight));
        }
        Self::Given(columns)
    }

    fn len(&self) -> usize {
        match self {
            Self::Equal(units) => units.len(),
            Self::Given(columns) => columns.len(),
        }
    }
}

impl Ring {
    fn new(values: &[f64], weights: &Weights) -> Self {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by_key(|unit| std::cmp::Reverse(weights.row(*unit).0.len()));
        let columns = Columns::new(&order, weights);
        let largest = values.iter().fold(0.0f64, |largest, value| largest.max(value.abs()));
        let bounds = order.iter().map(|unit| {
            let row = weights.row(*unit).1;
            let divisor = if matches!(columns, Columns::Equal(_)) { row.first().copied().unwrap_or(1.0) } else { 1.0 };
            let observed = weights.lag_of(*unit, values) / divisor;
            let tie = row.iter().sum::<f64>() / divisor * largest * TIE;
            (observed - tie, observed + tie)
        });
        let (low, high) = bounds.unzip();
        let once: Vec<f64> = order.iter().map(|unit| values[*unit]).collect();
        Self { order, values: once.repeat(2), columns, low, high }
    }

    fn widest(&self) -> usize {
        self.columns.len().max(1)
    }

    /// For each permutation, as many different steps as the most neighbours.
    fn draws(&self, permutations: &Permutations, range: Range<u32>) -> Vec<u32> {
        let mut draws = vec![0; range.len() * self.widest()];
        let steps = self.order.len() as u32 - 1;
        let rows = draws.par_chunks_mut(self.widest()).zip(range.into_par_iter());
        rows.for_each_init(
            || vec![0; steps as usize],
            |taken, (row, permutation)| {
                let mut generator = permutations.generator(permutation);
                for place in row.iter_mut() {
                    // What was taken for this permutation bears its number, so that nothing need be cleared.
                    let mut step = below(steps, &mut generator);
                    while taken[step as usize] == permutation + 1 {
                        step = below(steps, &mut generator);
                    }
                    taken[step as usize] = permutation + 1;
                    *place = step + 1;
                }
            },
        );
        draws
    }

    /// Counts for the units from a place of the ring on.
    fn count(&self, start: usize, draws: &[u32], counts: &mut [Count]) {
        let (low, high) = (&self.low[start..start + counts.len()], &self.high[start..start + counts.len()]);
        let mut sums = vec![0.0; counts.len()];
        for draw in draws.chunks_exact(self.widest()) {
            sums.fill(0.0);
            self.add(start, draw, &mut sums);
            for (((count, sum), low), high) in counts.iter_mut().zip(&sums).zip(low).zip(high) {
                count.at_least = count.at_least.wrapping_add(u64::from(sum >= low));
                count.at_most = count.at_most.wrapping_add(u64::from(sum <= high));
            }
        }
    }

    /// Adds the values one draw gives to the units from a place of the ring on.
    fn add(&self, start: usize, draw: &[u32], sums: &mut [f64]) {
        match &self.columns {
            Columns::Equal(units) => {
                for (step, units) in draw.iter().zip(units) {
                    let count = units.saturating_sub(start).min(sums.len());
                    let from = start + *step as usize;
                    add_all(&mut sums[..count], &self.values[from..from + count]);
                }
            }
            Columns::Given(columns) => {
                for (step, weights) in draw.iter().zip(columns) {
                    let weights = weights.get(start..).unwrap_or(&[]);
                    let values = &self.values[start + *step as usize..];
                    for ((sum, value), weight) in sums.iter_mut().zip(values).zip(weights) {
                        *sum += weight * value;
                    }
                }
            }
        }
    }
}

fn add_all(sums: &mut [f64], values: &[f64]) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += value;
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::grid;
    use super::*;

    const VALUES: [f64; 7] = [4.0, 1.0, 1.0, 3.5, 9.0, -2.0, 3.0];

    /// Units with three, two, one and no neighbours, as equal or as different weights.
    fn uneven(equal: bool) -> Weights {
        let rows = vec![vec![1, 2, 6], vec![0, 2], vec![4], vec![0, 1, 5], vec![3, 6], vec![], vec![5]];
        let weigh = |place: usize| if equal { 0.7 } else { 1.0 + place as f64 / 3.0 };
        let weighed = |row: Vec<u32>| row.into_iter().enumerate().map(|(place, unit)| (unit, weigh(place))).collect();
        Weights::new(rows.into_iter().map(weighed).collect()).expect("weights")
    }

    /// Shares of all ordered draws of others' values whose weighted sum is at least or at most the observed
    /// one.
    fn all_draws(unit: usize, weights: &Weights) -> (f64, f64) {
        let others: Vec<f64> = (0..7).filter(|other| *other != unit).map(|other| VALUES[other]).collect();
        let row = weights.row(unit).1;
        let mut sums = vec![(0.0, vec![])];
        for weight in row {
            let longer = |(sum, taken): (f64, Vec<usize>)| {
                let rest: Vec<usize> = (0..6).filter(|other| !taken.contains(other)).collect();
                let others = &others;
                rest.into_iter().map(move |other| {
                    (sum + weight * others[other], taken.iter().copied().chain([other]).collect::<Vec<_>>())
                })
            };
            sums = sums.into_iter().flat_map(longer).collect();
        }
        let observed = weights.lag_of(unit, &VALUES);
        let share =
            |test: &dyn Fn(f64) -> bool| sums.iter().filter(|sum| test(sum.0)).count() as f64 / sums.len() as f64;
        (share(&|sum| sum >= observed - 1e-9), share(&|sum| sum <= observed + 1e-9))
    }

    #[test]
    fn counts_agree_with_all_draws() {
        let permutations = Permutations { count: 40_000, seed: 11 };
        for weights in [uneven(true), uneven(false)] {
            let tails = lag_tails(&VALUES, &weights, permutations).expect("values");
            assert_eq!(tails[5], None);
            for (unit, tails) in tails.into_iter().enumerate().filter_map(|(unit, tails)| Some((unit, tails?))) {
                let (at_least, at_most) = all_draws(unit, &weights);
                // Five standard deviations are below 0.013.
                assert!((tails.p_greater() - at_least).abs() < 0.013, "{unit}: {tails:?}, not {at_least}");
                assert!((tails.p_less() - at_most).abs() < 0.013, "{unit}: {tails:?}, not {at_most}");
            }
        }
    }

    /// Published p-values once depended on the number of cores (`GeoDa` issue 1403).
    #[test]
    fn threads_and_batches_do_not_change_a_count() {
        let weights = grid(40, 30);
        let values: Vec<f64> = (0..1_200).map(|unit| f64::from(unit * 7919 % 1_013)).collect();
        let permutations = Permutations { count: 199, seed: 5 };
        let with_threads = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| lag_tails(&values, &weights, permutations).expect("values"))
        };
        let one = with_threads(1);
        assert_eq!((&one, &one), (&with_threads(2), &with_threads(8)));
        let ring = Ring::new(&values, &weights);
        assert_eq!(ring.draws(&permutations, 0..199)[4 * 120..], ring.draws(&permutations, 120..199)[..]);
    }

    #[test]
    fn a_unit_may_neighbour_all_others() {
        let all = |unit: u32| (0..5).filter(|other| *other != unit).collect();
        let weights = Weights::binary((0..5).map(all).collect()).expect("weights");
        let tails = lag_tails(&VALUES[..5], &weights, Permutations { count: 99, seed: 1 }).expect("values");
        // Every draw is all the others: all are ties.
        assert!(tails.iter().flatten().all(|tails| (tails.at_least, tails.at_most) == (99, 99)));
    }
}
