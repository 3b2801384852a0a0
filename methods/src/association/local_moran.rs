//! Local Moran's I (LISA): how much each unit contributes to association, and of which kind.
//!
//! `I_i = (n - 1) z_i * sum_j(w_ij z_j) / sum_j(z_j^2)`, with `z` the values less their mean. (Anselin's
//! paper has `n` in place of `n - 1`; `n - 1` is what `PySAL` and `GeoDa` compute. Neither changes a
//! p-value.) Above zero where the unit is like its neighbours, below zero where it differs. Islands have no
//! value.
//!
//! Moments are those of conditional permutation: the unit keeps its value, the neighbours' values are drawn
//! without replacement from the others. References: L. Anselin, "Local Indicators of Spatial Association:
//! LISA", Geographical Analysis 27 (1995); R. R. Sokal, N. L. Oden and B. A. Thomson, "Local Spatial
//! Autocorrelation in a Biological Model", Geographical Analysis 30 (1998), for the moments. Permutation
//! is in [`super::conditional`] and costs permutations times weights.

use super::conditional::lag_tails;
use super::permutation::{Permutations, Tails};
use super::{AssociationError, Score, deviations};
use crate::progress::Watched;
use crate::weights::Weights;

/// The unit and its neighbours against the mean of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quadrant {
    /// High among high: a hot spot, when it is more than chance.
    HighHigh,
    /// Low (or at the mean) among high.
    LowHigh,
    /// Low (or at the mean) among low (or at the mean): a cold spot.
    LowLow,
    /// High among low.
    HighLow,
}

/// One unit that has neighbours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LocalMoran {
    /// The statistic.
    pub value: f64,
    /// Its mean under conditional permutation.
    pub expected: f64,
    /// Judged by the moments of conditional permutation; `None` when these are zero (a unit exactly at the
    /// mean, or one that has all others as neighbours). Few neighbours are far from normal: prefer permutation.
    pub score: Option<Score>,
    /// The kind of association.
    pub quadrant: Quadrant,
}

/// Local Moran's I of every unit, `None` for islands.
///
/// # Errors
/// [`AssociationError`] when values and weights do not fit, values are no numbers or all the same, or there
/// are too few units or no neighbours.
///
/// ```
/// use tequio_methods::association::local_moran::{Quadrant, local_moran};
/// use tequio_methods::weights::Weights;
/// let line = Weights::binary(vec![vec![1], vec![0, 2], vec![1, 3], vec![2], vec![]])?.row_standardised();
/// let local = local_moran(&[8.0, 9.0, 1.0, 0.0, 2.0], &line)?;
/// assert_eq!(local[0].map(|unit| unit.quadrant), Some(Quadrant::HighHigh));
/// assert_eq!(local[4], None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn local_moran(values: &[f64], weights: &Weights) -> Result<Vec<Option<LocalMoran>>, AssociationError> {
    let z = deviations(values, weights)?;
    let squares = z.iter().map(|z| z * z).sum();
    let has_neighbours = |unit: &usize| !weights.row(*unit).0.is_empty();
    Ok((0..z.len())
        .map(|unit| Some(unit).filter(has_neighbours).map(|unit| of_unit(unit, &z, squares, weights)))
        .collect())
}

fn of_unit(unit: usize, z: &[f64], squares: f64, weights: &Weights) -> LocalMoran {
    let n = z.len() as f64;
    let lag = weights.lag_of(unit, z);
    let scale = (n - 1.0) * z[unit] / squares;
    let (mean, variance) = lag_moments(z[unit], n, squares, weights.row(unit).1);
    let (value, expected, variance) = (scale * lag, scale * mean, scale * scale * variance);
    let quadrant = match (z[unit] > 0.0, lag > 0.0) {
        (true, true) => Quadrant::HighHigh,
        (false, true) => Quadrant::LowHigh,
        (false, false) => Quadrant::LowLow,
        (true, false) => Quadrant::HighLow,
    };
    let score = (variance > 0.0).then(|| Score::new(value, expected, variance));
    LocalMoran { value, expected, score, quadrant }
}

/// Mean and variance of the weighted sum of neighbours drawn without replacement from all others.
fn lag_moments(z: f64, n: f64, squares: f64, row: &[f64]) -> (f64, f64) {
    let others = n - 1.0;
    let mean = -z / others;
    let variance = (squares - z * z) / others - mean * mean;
    let (sum, sum_of_squares) = row.iter().fold((0.0, 0.0), |(a, b), weight| (a + weight, b + weight * weight));
    // Two of the others drawn without replacement have the covariance -variance / (others - 1).
    let spread = (others * sum_of_squares - sum * sum) / (others - 1.0);
    (sum * mean, variance.max(0.0) * spread.max(0.0))
}

/// Where local Moran's I of every unit stands among conditional permutations, `None` for islands.
///
/// # Errors
/// As [`local_moran`], and when the permutations are none or too many.
pub fn local_moran_tails<'a>(
    values: &[f64],
    weights: &Weights,
    permutations: impl Into<Watched<'a, Permutations>>,
) -> Result<Vec<Option<Tails>>, AssociationError> {
    let z = deviations(values, weights)?;
    let lags = lag_tails(&z, weights, permutations)?;
    Ok(lags.into_iter().zip(z).map(|(tails, z)| tails.map(|tails| of_product(tails, z))).collect())
}

/// Tails of a lag times a number: turned over when it is below zero, all ties when it is zero.
fn of_product(tails: Tails, z: f64) -> Tails {
    if z > 0.0 {
        return tails;
    }
    if z < 0.0 {
        tails.reversed()
    } else {
        Tails { at_least: tails.permutations, at_most: tails.permutations, ..tails }
    }
}

#[cfg(test)]
mod tests {
    use super::super::moran::moran;
    use super::super::samples::{ladder, orders};
    use super::*;

    const VALUES: [f64; 6] = [3.0, 1.0, 4.0, 1.5, 9.0, 2.0];

    #[test]
    fn local_values_add_up_to_the_global_one() {
        let weights = ladder().row_standardised();
        let local = local_moran(&VALUES, &weights).expect("values");
        let sum: f64 = local.iter().flatten().map(|unit| unit.value).sum();
        let global = moran(&VALUES, &weights).expect("values").value;
        assert!((sum - global * 5.0).abs() < 1e-12, "{sum}");
    }

    #[test]
    fn moments_are_those_of_all_draws() {
        let weights = ladder();
        let local = local_moran(&VALUES, &weights).expect("values");
        let z = deviations(&VALUES, &weights).expect("values");
        let squares: f64 = z.iter().map(|z| z * z).sum();
        for (unit, local) in local.into_iter().enumerate() {
            let mut others = z.clone();
            others.remove(unit);
            let place = |other: u32| other as usize - usize::from(other as usize > unit);
            let lag = |order: &[f64]| weights.row(unit).0.iter().map(|other| order[place(*other)]).sum::<f64>();
            let all: Vec<f64> = orders(&others).iter().map(|order| 5.0 * z[unit] * lag(order) / squares).collect();
            let mean = all.iter().sum::<f64>() / all.len() as f64;
            let variance = all.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / all.len() as f64;
            let local = local.expect("neighbours");
            assert!((local.expected - mean).abs() < 1e-12);
            assert!((local.score.expect("a variance").variance - variance).abs() < 1e-12);
        }
    }

    #[test]
    fn a_low_unit_among_low_ones_is_in_the_upper_tail() {
        let line = Weights::binary(
            (0..40u32).map(|i| [i.checked_sub(1), (i < 39).then_some(i + 1)].into_iter().flatten().collect()).collect(),
        );
        let values: Vec<f64> = (0..40).map(f64::from).collect();
        let permutations = Permutations { count: 999, seed: 2 };
        let tails = local_moran_tails(&values, &line.expect("weights"), permutations).expect("values");
        let p = |unit: usize| tails[unit].expect("neighbours").p_greater();
        assert!(p(1) < 0.01 && p(38) < 0.01 && p(20) > 0.2);
    }

    #[test]
    fn a_unit_at_the_mean_has_no_score_and_a_p_value_of_one() {
        let values = [1.0, 5.0, 3.0, 3.0, 1.0, 5.0];
        let local = local_moran(&values, &ladder()).expect("values")[2].expect("neighbours");
        assert_eq!((local.value, local.score, local.quadrant), (0.0, None, Quadrant::LowLow));
        let tails = local_moran_tails(&values, &ladder(), Permutations { count: 99, seed: 2 }).expect("values");
        assert_eq!(tails[2].map(|tails| tails.p_directed()), Some(1.0));
    }
}
