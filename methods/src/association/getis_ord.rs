//! Getis and Ord's global G: do high amounts stand next to high ones, or low ones next to low ones?
//!
//! `G = sum_ij(w_ij x_i x_j) / sum_(i /= j)(x_i x_j)`, for amounts (zero or more, with a natural zero) and as
//! a rule binary weights. Above its mean `S0 / (n (n - 1))` where high amounts are neighbours. References: A.
//! Getis and J. K. Ord, "The Analysis of Spatial Association by Use of Distance Statistics", Geographical
//! Analysis 24 (1992), and for the variance as corrected in their 25 (1993), page 276. Cost: as Moran's I.

use super::permutation::{Permutations, Tails, tails};
use super::{AssociationError, Score, deviations};
use crate::progress::Watched;
use crate::weights::{Sums, Weights};

/// Global G and what it would be without association.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GetisOrd {
    /// The statistic.
    pub value: f64,
    /// Its mean without association.
    pub expected: f64,
    /// Judged as if the observed amounts were dealt out at random.
    pub randomisation: Score,
}

/// Global G of one amount a unit.
///
/// # Errors
/// [`AssociationError`] when values and weights do not fit, values are below zero, no numbers or all the same,
/// or there are too few units or no neighbours.
///
/// ```
/// use tequio_methods::{association::getis_ord::getis_ord, weights::distance::band};
/// let points = [[10.0, 10.0], [20.0, 10.0], [40.0, 10.0], [15.0, 20.0], [30.0, 20.0], [30.0, 30.0]];
/// let g = getis_ord(&[2.0, 3.0, 3.2, 5.0, 8.0, 7.0], &band(&points, 15.0)?)?;
/// assert!((g.value - 0.55709779).abs() < 1e-8);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn getis_ord(values: &[f64], weights: &Weights) -> Result<GetisOrd, AssociationError> {
    check(values, weights)?;
    let (n, sums) = (values.len() as f64, weights.sums());
    let value = statistic(values, weights);
    let expected = sums.s0 / (n * (n - 1.0));
    let variance = mean_of_square(values, sums) - expected * expected;
    Ok(GetisOrd { value, expected, randomisation: Score::new(value, expected, variance) })
}

/// Where global G stands among that of amounts dealt out at random.
///
/// # Errors
/// As [`getis_ord`], and when the permutations are none or too many.
pub fn getis_ord_tails<'a>(
    values: &[f64],
    weights: &Weights,
    permutations: impl Into<Watched<'a, Permutations>>,
) -> Result<Tails, AssociationError> {
    check(values, weights)?;
    tails(values, permutations.into(), statistic(values, weights), |dealt| statistic(dealt, weights))
}

pub(super) fn check(values: &[f64], weights: &Weights) -> Result<(), AssociationError> {
    deviations(values, weights)?;
    match values.iter().position(|value| *value < 0.0) {
        Some(unit) => Err(AssociationError::Negative(unit)),
        None => Ok(()),
    }
}

fn statistic(values: &[f64], weights: &Weights) -> f64 {
    let near: f64 = values.iter().enumerate().map(|(unit, value)| value * weights.lag_of(unit, values)).sum();
    near / (power_sum(values, 1).powi(2) - power_sum(values, 2))
}

fn power_sum(values: &[f64], power: i32) -> f64 {
    values.iter().map(|value| value.powi(power)).sum()
}

fn mean_of_square(values: &[f64], Sums { s0, s1, s2 }: Sums) -> f64 {
    let n = values.len() as f64;
    let [m1, m2, m3, m4] = [1, 2, 3, 4].map(|power| power_sum(values, power));
    let square = s0 * s0;
    let b0 = (n * n - 3.0 * n + 3.0) * s1 - n * s2 + 3.0 * square;
    let b1 = -((n * n - n) * s1 - 2.0 * n * s2 + 6.0 * square);
    let b2 = -(2.0 * n * s1 - (n + 3.0) * s2 + 6.0 * square);
    let b3 = 4.0 * (n - 1.0) * s1 - 2.0 * (n + 1.0) * s2 + 8.0 * square;
    let b4 = s1 - s2 + square;
    let numerator = b0 * m2 * m2 + b1 * m4 + b2 * m1 * m1 * m2 + b3 * m1 * m3 + b4 * m1.powi(4);
    numerator / ((m1 * m1 - m2).powi(2) * n * (n - 1.0) * (n - 2.0) * (n - 3.0))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{exact_moments, ladder};
    use super::*;

    const VALUES: [f64; 6] = [3.0, 0.0, 4.0, 1.5, 9.0, 2.0];

    #[test]
    fn moments_are_those_of_all_orders() {
        for weights in [ladder(), ladder().row_standardised()] {
            let (mean, variance) = exact_moments(&VALUES, |order| statistic(order, &weights));
            let g = getis_ord(&VALUES, &weights).expect("values");
            assert!((g.expected - mean).abs() < 1e-12);
            assert!((g.randomisation.variance - variance).abs() < 1e-12, "{g:?}, not {variance}");
        }
    }

    #[test]
    fn high_neighbours_are_in_the_upper_tail_and_amounts_are_not_negative() {
        let values = [0.0, 1.0, 1.0, 0.0, 9.0, 8.0];
        let tails = getis_ord_tails(&values, &ladder(), Permutations { count: 999, seed: 1 }).expect("values");
        assert!(tails.p_greater() < tails.p_less());
        assert_eq!(getis_ord(&[0.0, 1.0, 1.0, -1.0, 9.0, 8.0], &ladder()), Err(AssociationError::Negative(3)));
    }
}
