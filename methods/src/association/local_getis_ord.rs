//! Getis and Ord's local Gi and Gi*: where do high or low amounts cluster?
//!
//! Both compare the weighted sum of the amounts near a unit with what is expected of amounts dealt out at
//! random, as a score: high above zero (hot spot), low below zero (cold spot). Gi looks at the neighbours
//! alone, and takes mean and variance from all other units; Gi* counts the unit itself among its neighbours,
//! and takes them from all units:
//!
//! - `Gi = (sum_j(w_ij x_j) - W_i x(i)) / (s(i) sqrt(((n - 1) S_i - W_i^2) / (n - 2)))`
//! - `Gi* = (sum_j(w_ij x_j) - W_i x) / (s sqrt((n S_i - W_i^2) / (n - 1)))`
//!
//! with `W_i` the sum and `S_i` the sum of squares of the weights of the unit, `x` the mean and `s^2` the
//! variance, divided by the number of amounts (not by one less: that gives a Gi* smaller by `sqrt((n - 1) /
//! n)`). A score does not change when all weights of a unit are multiplied, so binary and row-standardised
//! weights of equal neighbours give the same. References: A. Getis and J. K. Ord, Geographical Analysis 24
//! (1992); J. K. Ord and A. Getis, "Local Spatial Autocorrelation Statistics: Distributional Issues and an
//! Application", Geographical Analysis 27 (1995). Cost: linear in the weights.

use super::conditional::lag_tails;
use super::permutation::{Permutations, Tails};
use super::{AssociationError, deviations, two_sided};
use crate::progress::Watched;
use crate::weights::Weights;

/// Whether a unit counts among its own neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    /// Gi: it does not.
    Left,
    /// Gi*: it does, with the mean of its neighbours' weights (one for binary weights).
    Counted,
}

/// One unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LocalGetisOrd {
    /// The score, in standard deviations.
    pub z: f64,
    /// Two-sided p-value of the normal law. Few neighbours are far from normal: prefer permutation.
    pub p_value: f64,
}

/// Gi or Gi* of every unit; `None` for islands (of Gi* too: their score is but their own value), and where all
/// other amounts are the same.
///
/// # Errors
/// [`AssociationError`] when values and weights do not fit, values are no numbers or all the same, or there
/// are too few units or no neighbours.
///
/// ```
/// use tequio_methods::association::local_getis_ord::{Own, local_getis_ord};
/// use tequio_methods::weights::distance::band;
/// let points = [[10.0, 10.0], [20.0, 10.0], [40.0, 10.0], [15.0, 20.0], [30.0, 20.0], [30.0, 30.0]];
/// let g = local_getis_ord(&[2.0, 3.0, 3.2, 5.0, 8.0, 7.0], &band(&points, 15.0)?, Own::Left)?;
/// assert!(g[0].is_some_and(|unit| (unit.z + 1.0136729).abs() < 1e-7));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn local_getis_ord(
    values: &[f64],
    weights: &Weights,
    own: Own,
) -> Result<Vec<Option<LocalGetisOrd>>, AssociationError> {
    let z = deviations(values, weights)?;
    let squares = z.iter().map(|z| z * z).sum();
    let score =
        |unit: usize| score(unit, &z, squares, weights, own).map(|z| LocalGetisOrd { z, p_value: two_sided(z) });
    Ok((0..z.len()).map(score).collect())
}

/// The score, from values less their mean: it does not change when the same is taken from all.
fn score(unit: usize, z: &[f64], squares: f64, weights: &Weights, own: Own) -> Option<f64> {
    let row = weights.row(unit).1;
    let (n, links) = (z.len() as f64, row.len() as f64);
    let (sum, sum_of_squares) = row.iter().fold((0.0, 0.0), |(a, b), weight| (a + weight, b + weight * weight));
    let lag = weights.lag_of(unit, z);
    let (difference, count, spread, variance) = match own {
        Own::Left => {
            let (others, mean) = (n - 1.0, -z[unit] / (n - 1.0));
            let variance = (squares - z[unit] * z[unit]) / others - mean * mean;
            (lag - sum * mean, others, others * sum_of_squares - sum * sum, variance)
        }
        Own::Counted => {
            let weight = sum / links;
            let (sum, sum_of_squares) = (sum + weight, sum_of_squares + weight * weight);
            (lag + weight * z[unit], n, n * sum_of_squares - sum * sum, squares / n)
        }
    };
    let score = difference / (variance * spread / (count - 1.0)).sqrt();
    // Rounding alone is left of the variance when all others are the same.
    (links > 0.0 && variance > squares * super::permutation::TIE && spread > 0.0).then_some(score)
}

/// Where Gi of every unit stands among conditional permutations, `None` for islands. Gi* has the same tails:
/// the unit keeps its own value.
///
/// # Errors
/// As [`local_getis_ord`], and when the permutations are none or too many.
pub fn local_getis_ord_tails<'a>(
    values: &[f64],
    weights: &Weights,
    permutations: impl Into<Watched<'a, Permutations>>,
) -> Result<Vec<Option<Tails>>, AssociationError> {
    lag_tails(&deviations(values, weights)?, weights, permutations)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{exact_moments, ladder};
    use super::*;

    const VALUES: [f64; 6] = [3.0, 0.0, 4.0, 1.5, 9.0, 2.0];

    #[test]
    fn a_score_is_the_distance_from_the_mean_of_all_orders() {
        let weights = ladder();
        let with_self = |order: &[f64]| weights.lag_of(2, order) + order[2];
        let (mean, variance) = exact_moments(&VALUES, with_self);
        let star = local_getis_ord(&VALUES, &weights, Own::Counted).expect("values")[2].expect("neighbours");
        assert!((star.z - (with_self(&VALUES) - mean) / variance.sqrt()).abs() < 1e-12);
        // Gi: the unit keeps its value, the five others are dealt out.
        let others = [3.0, 0.0, 1.5, 9.0, 2.0];
        let (mean, variance) = exact_moments(&others, |order| order[0] + order[2] + order[3]);
        let plain = local_getis_ord(&VALUES, &weights, Own::Left).expect("values")[2].expect("neighbours");
        assert!((plain.z - (13.5 - mean) / variance.sqrt()).abs() < 1e-12, "{plain:?}");
    }

    #[test]
    fn weights_multiplied_give_the_same_score_and_islands_none() {
        let with_island = Weights::binary(vec![vec![1, 2], vec![0], vec![0, 1, 4], vec![], vec![5], vec![4]]);
        let binary = with_island.expect("weights");
        for own in [Own::Left, Own::Counted] {
            let a = local_getis_ord(&VALUES, &binary, own).expect("values");
            let b = local_getis_ord(&VALUES, &binary.row_standardised(), own).expect("values");
            assert_eq!(a[3], None);
            let near = |(a, b): (&LocalGetisOrd, &LocalGetisOrd)| (a.z - b.z).abs() < 1e-12;
            assert!(a.iter().flatten().zip(b.iter().flatten()).all(near));
        }
        let alike = local_getis_ord(&[0.1, 0.1, 0.1, 7.0, 0.1, 0.1], &ladder(), Own::Left).expect("values");
        assert_eq!(alike[3], None);
    }

    #[test]
    fn tails_are_on_the_side_of_the_score() {
        let values: Vec<f64> =
            (0..36).map(|unit| if unit % 6 < 3 { 10.0 } else { 1.0 } + f64::from(unit) / 9.0).collect();
        let weights = super::super::samples::grid(6, 6);
        let scores = local_getis_ord(&values, &weights, Own::Left).expect("values");
        let tails = local_getis_ord_tails(&values, &weights, Permutations { count: 999, seed: 4 }).expect("values");
        for (score, tails) in
            scores.iter().flatten().zip(tails.iter().flatten()).filter(|(score, _)| score.z.abs() > 0.5)
        {
            assert_eq!(score.z > 0.0, tails.p_greater() < tails.p_less(), "{score:?} {tails:?}");
        }
    }
}
