//! Empirical Bayes rates: a rate of few people is drawn towards the rate of all, the more the fewer they are.
//!
//! With `r_i` the rates, `x_i` the populations and `m` the overall rate: `m + c_i (r_i - m)`, where `c_i =
//! a / (a + m / x_i)` and `a = sum_i(x_i (r_i - m)^2) / sum_i(x_i) - m / mean(x)` is the variance between
//! true rates by the method of moments, zero when that is below zero (all rates are then `m`). Reference:
//! R. J. Marshall, "Mapping Disease and Mortality Rates Using Empirical Bayes Estimators", Applied
//! Statistics 40 (1991). Cost: linear.

use super::RateError;
use super::excess_risk::overall_rate;

/// Smoothed rates, and the law they were smoothed by.
#[derive(Clone, Debug, PartialEq)]
pub struct EmpiricalBayes {
    /// Overall rate, events by unit of population (`m`).
    pub mean: f64,
    /// Variance between true rates, zero or more (`a`).
    pub variance: f64,
    /// One rate an area, in the order of the list.
    pub rates: Vec<f64>,
}

/// Smooths rates towards the overall one.
///
/// # Errors
/// [`RateError`] when the lists differ in length, a population is not above zero, or nothing happened anywhere.
///
/// ```
/// let smoothed = tequio_methods::rates::empirical_bayes::empirical_bayes(&[30, 1, 1], &[1e3, 1e3, 10.0])?;
/// assert!(smoothed.rates[0] > 0.028 && smoothed.rates[1] < 0.003);
/// // One in ten people: the rate of a hundred in a thousand is not believed.
/// assert!(smoothed.rates[2] < 0.03);
/// # Ok::<(), tequio_methods::rates::RateError>(())
/// ```
pub fn empirical_bayes(counts: &[u64], populations: &[f64]) -> Result<EmpiricalBayes, RateError> {
    let mean = overall_rate(counts, populations)?;
    let areas: Vec<(f64, f64)> = rates(counts, populations).collect();
    let variance = between(&areas, mean);
    let rates = areas.iter().map(|(rate, population)| shrunk(*rate, *population, mean, variance)).collect();
    Ok(EmpiricalBayes { mean, variance, rates })
}

/// Rate and population of every area.
pub(super) fn rates<'a>(counts: &'a [u64], populations: &'a [f64]) -> impl Iterator<Item = (f64, f64)> + 'a {
    counts.iter().zip(populations).map(|(count, population)| (*count as f64 / population, *population))
}

/// Variance between the true rates of areas, zero when they differ less than by chance.
pub(super) fn between(areas: &[(f64, f64)], mean: f64) -> f64 {
    let people: f64 = areas.iter().map(|(_, population)| population).sum();
    let spread: f64 = areas.iter().map(|(rate, population)| population * (rate - mean).powi(2)).sum();
    ((spread - mean * areas.len() as f64) / people).max(0.0)
}

/// A rate drawn towards a mean; the mean itself where there is no variance.
pub(super) fn shrunk(rate: f64, population: f64, mean: f64, variance: f64) -> f64 {
    if variance == 0.0 { mean } else { mean + (rate - mean) * variance / (variance + mean / population) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_that_differ_less_than_by_chance_become_one() {
        let smoothed = empirical_bayes(&[10, 11, 9], &[100.0; 3]).expect("rates");
        assert_eq!((smoothed.variance, smoothed.rates), (0.0, vec![0.1; 3]));
    }

    #[test]
    fn more_people_are_believed_more() {
        let smoothed = empirical_bayes(&[20, 200, 1, 100], &[100.0, 1_000.0, 100.0, 10_000.0]).expect("rates");
        let drawn = |area: usize, raw: f64| (smoothed.rates[area] - raw) / (smoothed.mean - raw);
        assert!(drawn(0, 0.2) > drawn(1, 0.2) && drawn(3, 0.01) < drawn(2, 0.01));
        assert!(smoothed.rates.iter().all(|rate| *rate > 0.0));
        assert_eq!(empirical_bayes(&[0], &[1.0]), Err(RateError::NoEvents));
    }
}
