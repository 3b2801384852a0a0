//! Moran's I: the correlation of a value with the weighted sum of its neighbours' values.
//!
//! `I = n / S0 * sum_ij(w_ij z_i z_j) / sum_i(z_i^2)`, with `z` the values less their mean and `S0` the sum
//! of the weights. Near `-1 / (n - 1)` without association, above it where like values are near each other.
//! A number without unit. References: P. A. P. Moran, "Notes on Continuous Stochastic Phenomena",
//! Biometrika 37 (1950); A. D. Cliff and J. K. Ord, "Spatial Processes", 1981, for the variances: when
//! values are normal numbers, and when they are the observed ones dealt out at random. Units without
//! neighbours count in `n`.
//!
//! Cost: one pass over the weights, and for the moments a binary search a weight.

use super::permutation::{Permutations, Tails, tails};
use super::{AssociationError, Score, deviations, moment};
use crate::progress::Watched;
use crate::weights::{Sums, Weights};

/// Moran's I and what it would be without association.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moran {
    /// The statistic.
    pub value: f64,
    /// Its mean without association.
    pub expected: f64,
    /// Judged as if values were normal numbers.
    pub normality: Score,
    /// Judged as if the observed values were dealt out at random: presumes nothing of their law.
    pub randomisation: Score,
}

/// Moran's I of one value a unit.
///
/// # Errors
/// [`AssociationError`] when values and weights do not fit, values are no numbers or all the same, or there
/// are too few units or no neighbours.
///
/// ```
/// use tequio_methods::{association::moran::moran, weights::Weights};
/// let line = Weights::binary(vec![vec![1], vec![0, 2], vec![1, 3], vec![2, 4], vec![3]])?;
/// let moran = moran(&[1.0, 2.0, 3.0, 4.0, 5.0], &line)?;
/// assert_eq!((moran.value, moran.expected), (0.5, -0.25));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn moran(values: &[f64], weights: &Weights) -> Result<Moran, AssociationError> {
    let z = deviations(values, weights)?;
    let (n, sums) = (z.len() as f64, weights.sums());
    let value = statistic(&z, weights, sums.s0);
    let expected = -1.0 / (n - 1.0);
    let (normality, randomisation) = variances(&z, sums);
    Ok(Moran {
        value,
        expected,
        normality: Score::new(value, expected, normality),
        randomisation: Score::new(value, expected, randomisation),
    })
}

/// Where Moran's I stands among that of values dealt out at random. Cost: permutations times weights.
///
/// # Errors
/// As [`moran`], and when the permutations are none or too many.
pub fn moran_tails<'a>(
    values: &[f64],
    weights: &Weights,
    permutations: impl Into<Watched<'a, Permutations>>,
) -> Result<Tails, AssociationError> {
    let z = deviations(values, weights)?;
    let s0 = weights.sums().s0;
    tails(&z, permutations.into(), 1.0, |dealt| statistic(dealt, weights, s0))
}

fn statistic(z: &[f64], weights: &Weights, s0: f64) -> f64 {
    let products: f64 = z.iter().enumerate().map(|(unit, z_i)| z_i * weights.lag_of(unit, z)).sum();
    products / s0 / moment(z, 2)
}

/// Variances under normality and under randomisation.
fn variances(z: &[f64], Sums { s0, s1, s2 }: Sums) -> (f64, f64) {
    let n = z.len() as f64;
    let square_of_mean = 1.0 / (n - 1.0).powi(2);
    let normality = (n * n * s1 - n * s2 + 3.0 * s0 * s0) / ((n * n - 1.0) * s0 * s0) - square_of_mean;
    let kurtosis = moment(z, 4) / moment(z, 2).powi(2);
    let first = n * ((n * n - 3.0 * n + 3.0) * s1 - n * s2 + 3.0 * s0 * s0);
    let second = kurtosis * ((n * n - n) * s1 - 2.0 * n * s2 + 6.0 * s0 * s0);
    let randomisation = (first - second) / ((n - 1.0) * (n - 2.0) * (n - 3.0) * s0 * s0) - square_of_mean;
    (normality, randomisation)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{exact_moments, ladder};
    use super::*;
    use crate::weights::WeightsError;

    const VALUES: [f64; 6] = [3.0, 1.0, 4.0, 1.5, 9.0, 2.0];

    #[test]
    fn moments_are_those_of_all_orders() {
        for weights in [ladder(), ladder().row_standardised()] {
            let z = deviations(&VALUES, &weights).expect("values");
            let s0 = weights.sums().s0;
            let (mean, variance) = exact_moments(&z, |order| statistic(order, &weights, s0));
            let moran = moran(&VALUES, &weights).expect("values");
            assert!((moran.expected - mean).abs() < 1e-12);
            assert!((moran.randomisation.variance - variance).abs() < 1e-12, "{moran:?}, not {variance}");
        }
    }

    #[test]
    fn permutation_agrees_with_all_orders() {
        let weights = ladder();
        let z = deviations(&VALUES, &weights).expect("values");
        let observed = statistic(&z, &weights, 1.0);
        let (share, _) =
            exact_moments(&z, |order| f64::from(u8::from(statistic(order, &weights, 1.0) >= observed - 1e-9)));
        let permutations = Permutations { count: 20_000, seed: 1 };
        let tails = moran_tails(&VALUES, &weights, permutations).expect("values");
        assert!((tails.p_greater() - share).abs() < 0.018, "{tails:?}, not {share}");
    }

    #[test]
    fn what_has_no_association_says_why() {
        let weights = ladder();
        assert_eq!(moran(&[1.0; 6], &weights), Err(AssociationError::Constant));
        assert_eq!(moran(&VALUES[..5], &weights), Err(WeightsError::Values { units: 6, values: 5 }.into()));
        assert_eq!(moran(&[1.0, f64::NAN, 1.0, 1.0, 1.0, 1.0], &weights), Err(AssociationError::Value(1)));
        let alone = Weights::binary(vec![vec![]; 6]).expect("weights");
        assert_eq!(moran(&VALUES, &alone), Err(AssociationError::NoLinks));
        let pair = Weights::binary(vec![vec![1], vec![0]]).expect("weights");
        assert_eq!(moran(&[1.0, 2.0], &pair), Err(AssociationError::Few));
    }
}
