//! Join counts: do units that have something (black) touch each other, or those that lack it (white)?
//!
//! `BB`, `WW` and `BW` add up the weights of joins between two black units, two white ones and one of each,
//! each join counted once: half the sum of `w_ij` over both orders. Moments are those of the observed
//! number of black units dealt out at random (non-free sampling). References: P. A. P. Moran, "The
//! Interpretation of Statistical Maps", Journal of the Royal Statistical Society B 10 (1948); A. D. Cliff
//! and J. K. Ord, "Spatial Processes", 1981, for the moments with any weights. Cost: as Moran's I.

use super::permutation::{Permutations, Tails, tails};
use super::{AssociationError, Score, deviations};
use crate::progress::Watched;
use crate::weights::{Sums, Weights};

/// One kind of join.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Joins {
    /// Number of joins (sum of their weights).
    pub value: f64,
    /// Its mean without association.
    pub expected: f64,
    /// Judged as if the black units were dealt out at random; `None` when every dealing gives the same.
    pub score: Option<Score>,
}

/// The three kinds of joins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JoinCount {
    /// Black to black.
    pub black_black: Joins,
    /// White to white.
    pub white_white: Joins,
    /// Black to white.
    pub black_white: Joins,
}

/// Join counts of units that have something or not.
///
/// # Errors
/// [`AssociationError`] when values and weights do not fit, all units have it or none, or there are too few
/// units or no neighbours.
///
/// ```
/// use tequio_methods::{association::join_count::join_count, weights::Weights};
/// let line = Weights::binary(vec![vec![1], vec![0, 2], vec![1, 3], vec![2, 4], vec![3]])?;
/// let joins = join_count(&[true, true, true, false, false], &line)?;
/// assert_eq!([joins.black_black, joins.white_white, joins.black_white].map(|kind| kind.value), [2.0, 1.0, 1.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn join_count(black: &[bool], weights: &Weights) -> Result<JoinCount, AssociationError> {
    let values = numbers(black, weights)?;
    let sums = weights.sums();
    let (n, blacks) = (values.len() as f64, values.iter().sum::<f64>());
    let whites = n - blacks;
    let opposite: Vec<f64> = values.iter().map(|value| 1.0 - value).collect();
    let (same_black, same_white) = (same(&values, weights), same(&opposite, weights));
    Ok(JoinCount {
        black_black: judged_same(same_black, blacks, n, sums),
        white_white: judged_same(same_white, whites, n, sums),
        black_white: judged_mixed(sums.s0 / 2.0 - same_black - same_white, blacks, whites, sums),
    })
}

/// Where the joins from black to black stand among those of black units dealt out at random.
///
/// # Errors
/// As [`join_count`], and when the permutations are none or too many.
pub fn black_black_tails<'a>(
    black: &[bool],
    weights: &Weights,
    permutations: impl Into<Watched<'a, Permutations>>,
) -> Result<Tails, AssociationError> {
    let values = numbers(black, weights)?;
    tails(&values, permutations.into(), weights.sums().s0, |dealt| same(dealt, weights))
}

fn numbers(black: &[bool], weights: &Weights) -> Result<Vec<f64>, AssociationError> {
    let values: Vec<f64> = black.iter().map(|black| f64::from(u8::from(*black))).collect();
    deviations(&values, weights)?;
    Ok(values)
}

/// Joins between units of one kind, which have one in the list, and all others zero.
fn same(values: &[f64], weights: &Weights) -> f64 {
    values.iter().enumerate().map(|(unit, value)| value * weights.lag_of(unit, values)).sum::<f64>() / 2.0
}

/// `count (count - 1) ... / n (n - 1) ...`, so many factors each: the probability that so many units are of
/// the kind.
fn chance(count: f64, n: f64, factors: u32) -> f64 {
    (0..factors).map(|factor| (count - f64::from(factor)) / (n - f64::from(factor))).product()
}

fn judged_same(value: f64, count: f64, n: f64, Sums { s0, s1, s2 }: Sums) -> Joins {
    let expected = s0 / 2.0 * chance(count, n, 2);
    let square =
        s1 * chance(count, n, 2) + (s2 - 2.0 * s1) * chance(count, n, 3) + (s0 * s0 + s1 - s2) * chance(count, n, 4);
    judged(value, expected, square / 4.0)
}

fn judged_mixed(value: f64, blacks: f64, whites: f64, Sums { s0, s1, s2 }: Sums) -> Joins {
    let n = blacks + whites;
    let pair = blacks * whites / (n * (n - 1.0));
    let expected = s0 * pair;
    let four = 4.0 * pair * (blacks - 1.0) * (whites - 1.0) / ((n - 2.0) * (n - 3.0));
    let square = 2.0 * s1 * pair + (s2 - 2.0 * s1) * pair + (s0 * s0 + s1 - s2) * four;
    judged(value, expected, square / 4.0)
}

fn judged(value: f64, expected: f64, mean_of_square: f64) -> Joins {
    let variance = mean_of_square - expected * expected;
    // What is left by rounding is no variance.
    let varies = variance > mean_of_square * super::permutation::TIE;
    Joins { value, expected, score: varies.then(|| Score::new(value, expected, variance)) }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{exact_moments, ladder};
    use super::*;

    const BLACK: [bool; 6] = [true, false, true, false, true, false];

    #[test]
    fn moments_are_those_of_all_orders() {
        let (values, whites) = ([1.0, 0.0, 1.0, 0.0, 1.0, 0.0], [1.0, 1.0, 1.0, 1.0, 0.0, 0.0]);
        for weights in [ladder(), ladder().row_standardised()] {
            let s0 = weights.sums().s0;
            let opposite = |order: &[f64]| order.iter().map(|value| 1.0 - value).collect::<Vec<_>>();
            let mixed = |order: &[f64]| s0 / 2.0 - same(order, &weights) - same(&opposite(order), &weights);
            let near = |joins: Joins, (mean, variance): (f64, f64)| {
                let score = joins.score.expect("a variance");
                assert!(
                    (joins.expected - mean).abs() < 1e-12 && (score.variance - variance).abs() < 1e-12,
                    "{joins:?}"
                );
            };
            let joins = join_count(&BLACK, &weights).expect("units");
            near(joins.black_black, exact_moments(&values, |order| same(order, &weights)));
            near(joins.black_white, exact_moments(&values, mixed));
            let joins = join_count(&whites.map(|value| value == 1.0), &weights).expect("units");
            near(joins.white_white, exact_moments(&whites, |order| same(&opposite(order), &weights)));
            near(joins.black_white, exact_moments(&whites, mixed));
        }
    }

    #[test]
    fn one_black_unit_joins_none_of_its_kind_and_all_or_none_are_refused() {
        let mut black = [false; 6];
        black[2] = true;
        let joins = join_count(&black, &ladder()).expect("units");
        assert_eq!((joins.black_black.value, joins.black_black.score), (0.0, None));
        assert_eq!(join_count(&[true; 6], &ladder()), Err(AssociationError::Constant));
        let tails = black_black_tails(&black, &ladder(), Permutations { count: 99, seed: 1 }).expect("units");
        assert_eq!((tails.at_least, tails.at_most), (99, 99));
    }
}
