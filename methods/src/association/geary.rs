//! Geary's C: how much neighbours differ, against how much all differ.
//!
//! `C = (n - 1) / (2 S0) * sum_ij(w_ij (x_i - x_j)^2) / sum_i(z_i^2)`: one without association, below one where
//! neighbours are alike (its score is then below zero), above one where they differ. References: R. C. Geary,
//! "The Contiguity Ratio and Statistical Mapping", The Incorporated Statistician 5 (1954); A. D. Cliff and
//! J. K. Ord, "Spatial Processes", 1981, for the variances. Cost: as Moran's I.

use super::permutation::{Permutations, Tails, tails};
use super::{AssociationError, Score, deviations, moment};
use crate::progress::Watched;
use crate::weights::{Sums, Weights};

/// Geary's C and what it would be without association.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Geary {
    /// The statistic. Its mean without association is one.
    pub value: f64,
    /// Judged as if values were normal numbers.
    pub normality: Score,
    /// Judged as if the observed values were dealt out at random.
    pub randomisation: Score,
}

/// Geary's C of one value a unit.
///
/// # Errors
/// [`AssociationError`] when values and weights do not fit, values are no numbers or all the same, or there
/// are too few units or no neighbours.
///
/// ```
/// use tequio_methods::{association::geary::geary, weights::Weights};
/// let line = Weights::binary(vec![vec![1], vec![0, 2], vec![1, 3], vec![2, 4], vec![3]])?;
/// assert_eq!(geary(&[1.0, 2.0, 3.0, 4.0, 5.0], &line)?.value, 0.2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn geary(values: &[f64], weights: &Weights) -> Result<Geary, AssociationError> {
    let z = deviations(values, weights)?;
    let sums = weights.sums();
    let value = statistic(&z, weights, sums.s0);
    let (normality, randomisation) = variances(&z, sums);
    Ok(Geary {
        value,
        normality: Score::new(value, 1.0, normality),
        randomisation: Score::new(value, 1.0, randomisation),
    })
}

/// Where Geary's C stands among that of values dealt out at random: like neighbours are in the lower tail.
///
/// # Errors
/// As [`geary`], and when the permutations are none or too many.
pub fn geary_tails<'a>(
    values: &[f64],
    weights: &Weights,
    permutations: impl Into<Watched<'a, Permutations>>,
) -> Result<Tails, AssociationError> {
    let z = deviations(values, weights)?;
    let s0 = weights.sums().s0;
    tails(&z, permutations.into(), 1.0, |dealt| statistic(dealt, weights, s0))
}

fn statistic(z: &[f64], weights: &Weights, s0: f64) -> f64 {
    let n = z.len() as f64;
    let of_unit = |(unit, z_i): (usize, &f64)| {
        let (neighbours, row) = weights.row(unit);
        let differences = neighbours.iter().zip(row).map(|(other, weight)| weight * (z_i - z[*other as usize]).powi(2));
        differences.sum::<f64>()
    };
    let differences: f64 = z.iter().enumerate().map(of_unit).sum();
    (n - 1.0) / n * differences / (2.0 * s0) / moment(z, 2)
}

/// Variances under normality and under randomisation.
fn variances(z: &[f64], Sums { s0, s1, s2 }: Sums) -> (f64, f64) {
    let n = z.len() as f64;
    let normality = ((2.0 * s1 + s2) * (n - 1.0) - 4.0 * s0 * s0) / (2.0 * (n + 1.0) * s0 * s0);
    let kurtosis = moment(z, 4) / moment(z, 2).powi(2);
    let first = (n - 1.0) * s1 * (n * n - 3.0 * n + 3.0 - (n - 1.0) * kurtosis);
    let second = (n - 1.0) * s2 * (n * n + 3.0 * n - 6.0 - (n * n - n + 2.0) * kurtosis) / 4.0;
    let third = s0 * s0 * (n * n - 3.0 - (n - 1.0).powi(2) * kurtosis);
    let randomisation = (first - second + third) / (n * (n - 2.0) * (n - 3.0) * s0 * s0);
    (normality, randomisation)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{exact_moments, ladder};
    use super::*;

    const VALUES: [f64; 6] = [3.0, 1.0, 4.0, 1.5, 9.0, 2.0];

    #[test]
    fn moments_are_those_of_all_orders() {
        for weights in [ladder(), ladder().row_standardised()] {
            let s0 = weights.sums().s0;
            let z = deviations(&VALUES, &weights).expect("values");
            let (mean, variance) = exact_moments(&z, |order| statistic(order, &weights, s0));
            let geary = geary(&VALUES, &weights).expect("values");
            assert!((mean - 1.0).abs() < 1e-12);
            assert!((geary.randomisation.variance - variance).abs() < 1e-12, "{geary:?}, not {variance}");
        }
    }

    #[test]
    fn like_neighbours_are_in_the_lower_tail() {
        let values = [1.0, 1.2, 2.0, 2.1, 3.0, 3.1];
        let tails = geary_tails(&values, &ladder(), Permutations { count: 999, seed: 1 }).expect("values");
        assert!(tails.p_less() < 0.05 && tails.p_greater() > 0.9);
    }
}
