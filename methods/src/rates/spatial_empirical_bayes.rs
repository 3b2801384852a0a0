//! Spatial empirical Bayes rates: each rate is drawn towards the rate of its own surroundings.
//!
//! As [`super::empirical_bayes`], with mean and variance of every area taken from the area and its neighbours
//! instead of from all. An area without neighbours keeps its rate; so does one without events around,
//! whose rate is zero. Reference: R. J. Marshall, Applied Statistics 40 (1991), section 3. (`PySAL` and `GeoDa`
//! compute the same; spdep's `EBlocal` by default takes the variance otherwise.) The weights only say who is a
//! neighbour. Cost: linear in the weights.

use super::empirical_bayes::{between, rates, shrunk};
use super::{RateError, check};
use crate::weights::Weights;

/// Smoothed rates, one an area, in the order of the list.
///
/// # Errors
/// [`RateError`] when lists and weights differ in length or a population is not above zero.
///
/// ```
/// use tequio_methods::{rates::spatial_empirical_bayes::spatial_empirical_bayes, weights::Weights};
/// let weights = Weights::binary(vec![vec![1], vec![0, 2], vec![1], vec![]])?;
/// let smoothed = spatial_empirical_bayes(&[10, 11, 9, 50], &[100.0; 4], &weights)?;
/// // Neighbours differ less than by chance: each has the rate of its surroundings. The island keeps its own.
/// assert_eq!(smoothed, [0.105, 0.1, 0.1, 0.5]);
/// # Ok::<(), tequio_methods::rates::RateError>(())
/// ```
pub fn spatial_empirical_bayes(counts: &[u64], populations: &[f64], weights: &Weights) -> Result<Vec<f64>, RateError> {
    check(counts, populations)?;
    weights.check(counts.len())?;
    let areas: Vec<(f64, f64)> = rates(counts, populations).collect();
    let smooth = |unit: usize| {
        let around: Vec<(f64, f64)> = std::iter::once(unit)
            .chain(weights.row(unit).0.iter().map(|other| *other as usize))
            .map(|unit| areas[unit])
            .collect();
        let people: f64 = around.iter().map(|(_, population)| population).sum();
        let mean = around.iter().map(|(rate, population)| rate * population).sum::<f64>() / people;
        shrunk(areas[unit].0, areas[unit].1, mean, between(&around, mean))
    };
    Ok((0..areas.len()).map(smooth).collect())
}

#[cfg(test)]
mod tests {
    use super::super::empirical_bayes::empirical_bayes;
    use super::*;

    #[test]
    fn where_all_are_neighbours_it_is_the_plain_method() {
        let (counts, populations) = ([20, 200, 1, 100], [100.0, 1_000.0, 100.0, 10_000.0]);
        let all = |unit: u32| (0..4).filter(|other| *other != unit).collect();
        let weights = Weights::binary((0..4).map(all).collect()).expect("weights");
        let spatial = spatial_empirical_bayes(&counts, &populations, &weights).expect("rates");
        let plain = empirical_bayes(&counts, &populations).expect("rates").rates;
        assert!(spatial.iter().zip(plain).all(|(a, b)| (a - b).abs() < 1e-15));
    }

    #[test]
    fn nothing_around_is_zero_and_lists_must_fit() {
        let weights = Weights::binary(vec![vec![1], vec![0], vec![]]).expect("weights");
        assert_eq!(spatial_empirical_bayes(&[0, 0, 3], &[10.0; 3], &weights), Ok(vec![0.0, 0.0, 0.3]));
        assert!(spatial_empirical_bayes(&[0, 0], &[10.0; 2], &weights).is_err());
    }
}
