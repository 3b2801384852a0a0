//! Rates standardised for the make-up of a population, such as age and sex.
//!
//! Direct: what the rate would be if the area had the standard's make-up: `sum_k(w_k d_k / n_k)`, with `d`
//! events, `n` population and `w` the standard's shares of the strata. A weighted sum of Poisson numbers;
//! its limits are those of a gamma law with the same mean and variance (the upper one widened by one more
//! event in the stratum of the largest weight): M. P. Fay and E. J. Feuer, "Confidence intervals for
//! directly standardized rates: a method based on the gamma distribution", Statistics in Medicine 16
//! (1997). They hold at least at the level.
//!
//! Indirect: events over those expected at the standard's rates, and that ratio times the standard's
//! overall rate, for few events; with exact Poisson limits. Two areas standardised indirectly are each
//! comparable with the standard, not strictly with each other. Reference: N. E. Breslow and N. E. Day,
//! "Statistical Methods in Cancer Research II", IARC 1987, chapter 2.

use super::excess_risk::{Ratio, ratio};
use super::{RateError, gamma_quantile, is_exposure, tail};
use crate::poisson::Interval;

/// Part of a population, such as women from 15 to 29.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stratum {
    /// Events in the area.
    pub count: u64,
    /// Population of the area, above zero.
    pub population: f64,
    /// Population of the standard, zero or more, in any unit.
    pub standard: f64,
}

/// Part of a population, with the rate of a standard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reference {
    /// Population of the area, zero or more.
    pub population: f64,
    /// Events in the standard.
    pub standard_count: u64,
    /// Population of the standard, above zero.
    pub standard_population: f64,
}

/// A standardised rate, in events by unit of population.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standardised {
    /// Events over population, as they are.
    pub crude: f64,
    /// The standardised rate.
    pub rate: f64,
    /// Its limits.
    pub interval: Interval,
}

/// An indirectly standardised rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Indirect {
    /// Events over expected ones, with exact limits.
    pub ratio: Ratio,
    /// The ratio times the standard's overall rate.
    pub rate: f64,
    /// Its limits.
    pub interval: Interval,
}

/// Directly standardised rate of one area, for a confidence level such as 0.95.
///
/// # Errors
/// [`RateError`] when a population is not above zero, the standard is nobody, or the level makes no sense.
///
/// ```
/// use tequio_methods::rates::standardisation::{Stratum, direct};
/// let strata = [(30, 1000.0, 1000.0), (25, 1000.0, 900.0), (25, 1100.0, 1000.0), (15, 900.0, 900.0)];
/// let strata = strata.map(|(count, population, standard)| Stratum { count, population, standard });
/// let rate = direct(&strata, 0.95)?;
/// assert!((rate.rate - 0.02374402).abs() < 1e-8 && (rate.interval.low - 0.01920491).abs() < 1e-8);
/// # Ok::<(), tequio_methods::rates::RateError>(())
/// ```
pub fn direct(strata: &[Stratum], level: f64) -> Result<Standardised, RateError> {
    let tail = tail(level)?;
    if let Some(place) = strata.iter().position(|stratum| !is_exposure(stratum.population)) {
        return Err(RateError::Population(place));
    }
    let standard: f64 = strata.iter().map(|stratum| stratum.standard).sum();
    if !is_exposure(standard) || strata.iter().any(|stratum| stratum.standard < 0.0) {
        return Err(RateError::Standard);
    }
    let weight = |stratum: &Stratum| stratum.standard / standard / stratum.population;
    let sum = |power: i32| strata.iter().map(|stratum| stratum.count as f64 * weight(stratum).powi(power)).sum::<f64>();
    let (rate, variance) = (sum(1), sum(2));
    let largest = strata.iter().map(weight).fold(0.0, f64::max);
    let low = if rate == 0.0 { 0.0 } else { quantile(rate, variance, tail)? };
    let high = quantile(rate + largest, variance + largest * largest, 1.0 - tail)?;
    let events: f64 = strata.iter().map(|stratum| stratum.count as f64).sum();
    let people: f64 = strata.iter().map(|stratum| stratum.population).sum();
    Ok(Standardised { crude: events / people, rate, interval: Interval { low, high } })
}

/// Quantile of the gamma law with a mean and a variance.
fn quantile(mean: f64, variance: f64, share: f64) -> Result<f64, RateError> {
    Ok(gamma_quantile(mean * mean / variance, mean / variance, share)?)
}

/// Indirectly standardised ratio and rate of one area with `count` events, for a confidence level such as 0.95.
///
/// # Errors
/// [`RateError`] when a population of the standard is not above zero, nothing happened in it, nothing is
/// expected in the area, or the level makes no sense.
///
/// ```
/// use tequio_methods::rates::standardisation::{Reference, indirect};
/// let strata = [(100.0, 20, 1_000.0), (300.0, 5, 1_000.0)].map(|(population, standard_count, standard_population)| {
///     Reference { population, standard_count, standard_population }
/// });
/// let area = indirect(7, &strata, 0.95)?;
/// assert!((area.ratio.expected - 3.5).abs() < 1e-12 && (area.rate - 2.0 * 25.0 / 2_000.0).abs() < 1e-12);
/// # Ok::<(), tequio_methods::rates::RateError>(())
/// ```
pub fn indirect(count: u64, strata: &[Reference], level: f64) -> Result<Indirect, RateError> {
    if let Some(place) = strata.iter().position(|stratum| !is_exposure(stratum.standard_population)) {
        return Err(RateError::Population(place));
    }
    if strata.iter().any(|stratum| !(stratum.population.is_finite() && stratum.population >= 0.0)) {
        return Err(RateError::Standard);
    }
    let rate_of = |stratum: &Reference| stratum.standard_count as f64 / stratum.standard_population;
    let expected: f64 = strata.iter().map(|stratum| stratum.population * rate_of(stratum)).sum();
    let events: f64 = strata.iter().map(|stratum| stratum.standard_count as f64).sum();
    if events == 0.0 {
        return Err(RateError::NoEvents);
    }
    let overall = events / strata.iter().map(|stratum| stratum.standard_population).sum::<f64>();
    let ratio = ratio(count, expected, level)?;
    let interval = Interval { low: ratio.interval.low * overall, high: ratio.interval.high * overall };
    Ok(Indirect { ratio, rate: ratio.value * overall, interval })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stratum(count: u64, population: f64, standard: f64) -> Stratum {
        Stratum { count, population, standard }
    }

    #[test]
    fn one_stratum_is_a_crude_rate_with_exact_limits() {
        for count in [0, 1, 7, 250] {
            let rate = direct(&[stratum(count, 50.0, 3.0)], 0.95).expect("a rate");
            let exact = crate::poisson::interval(count, 0.95).expect("a level");
            assert_eq!(rate.rate, rate.crude);
            assert!((rate.interval.low * 50.0 - exact.low).abs() < 1e-7 * exact.low.max(1.0));
            assert!((rate.interval.high * 50.0 - exact.high).abs() < 1e-7 * exact.high, "{count}: {rate:?}");
        }
    }

    #[test]
    fn a_standard_with_the_same_make_up_changes_nothing() {
        let rate = direct(&[stratum(4, 100.0, 1.0), stratum(9, 300.0, 3.0)], 0.95).expect("a rate");
        assert!((rate.rate - rate.crude).abs() < 1e-15);
        let own = |population, standard_count, standard_population| Reference {
            population,
            standard_count,
            standard_population,
        };
        let same = indirect(13, &[own(100.0, 4, 100.0), own(300.0, 9, 300.0)], 0.95).expect("a rate");
        assert_eq!((same.ratio.value, same.rate), (1.0, 13.0 / 400.0));
    }

    #[test]
    fn what_has_no_standard_says_why() {
        assert_eq!(direct(&[stratum(1, 0.0, 1.0)], 0.95), Err(RateError::Population(0)));
        assert_eq!(direct(&[stratum(1, 1.0, 0.0)], 0.95), Err(RateError::Standard));
        assert_eq!(direct(&[stratum(1, 1.0, 1.0)], 0.0), Err(crate::poisson::PoissonError::Level.into()));
        let nothing = [Reference { population: 5.0, standard_count: 0, standard_population: 9.0 }];
        assert_eq!(indirect(1, &nothing, 0.95), Err(RateError::NoEvents));
        let nobody = [Reference { population: 0.0, standard_count: 3, standard_population: 9.0 }];
        assert_eq!(indirect(1, &nobody, 0.95), Err(RateError::Population(0)));
    }
}
