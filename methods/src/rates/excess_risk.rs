//! Observed events over expected ones: standardised ratio (of mortality, SMR; of incidence, SIR) or excess
//! risk.
//!
//! Expected are the events that the area would have at the rate of a standard: the rate of all areas
//! together ([`excess_risks`]), or rates by age and sex ([`super::standardisation`]). The count is a
//! Poisson number, the expected number is taken as exact: the limits are the exact ones of the count over
//! the expected number. Reference: N. E. Breslow and N. E. Day, "Statistical Methods in Cancer Research
//! II", IARC 1987, chapter 2.

use super::{RateError, check, is_exposure};
use crate::poisson::{self, Interval};

/// Observed over expected events.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// The ratio: 1 when as many happened as expected.
    pub value: f64,
    /// Exact limits.
    pub interval: Interval,
    /// Expected events.
    pub expected: f64,
}

/// The ratio of a count to an expected number, for a confidence level such as 0.95.
///
/// # Errors
/// [`RateError`] when nothing is expected or the level makes no sense.
///
/// ```
/// let ratio = tequio_methods::rates::excess_risk::ratio(10, 5.0, 0.95)?;
/// assert_eq!(ratio.value, 2.0);
/// assert!((ratio.interval.low - 0.9590777).abs() < 1e-6 && (ratio.interval.high - 3.6780713).abs() < 1e-6);
/// # Ok::<(), tequio_methods::rates::RateError>(())
/// ```
pub fn ratio(count: u64, expected: f64, level: f64) -> Result<Ratio, RateError> {
    if !is_exposure(expected) {
        return Err(RateError::Population(0));
    }
    let limits = poisson::interval(count, level)?;
    let interval = Interval { low: limits.low / expected, high: limits.high / expected };
    Ok(Ratio { value: count as f64 / expected, interval, expected })
}

/// For every area, events over those expected at the rate of all areas together.
///
/// # Errors
/// [`RateError`] when the lists differ in length, a population is not above zero, nothing happened anywhere,
/// or the level makes no sense.
pub fn excess_risks(counts: &[u64], populations: &[f64], level: f64) -> Result<Vec<Ratio>, RateError> {
    let overall = overall_rate(counts, populations)?;
    counts.iter().zip(populations).map(|(count, population)| ratio(*count, population * overall, level)).collect()
}

/// Events of all areas over the population of all.
pub(crate) fn overall_rate(counts: &[u64], populations: &[f64]) -> Result<f64, RateError> {
    check(counts, populations)?;
    let events: f64 = counts.iter().map(|count| *count as f64).sum();
    if events > 0.0 { Ok(events / populations.iter().sum::<f64>()) } else { Err(RateError::NoEvents) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn risks_are_one_on_average() {
        let risks = excess_risks(&[3, 0, 9], &[100.0, 50.0, 50.0], 0.95).expect("rates");
        let values: Vec<f64> = risks.iter().map(|risk| risk.value).collect();
        assert_eq!(values, [0.5, 0.0, 3.0]);
        assert_eq!(risks.iter().map(|risk| risk.expected).sum::<f64>(), 12.0);
        assert_eq!(risks[1].interval.low, 0.0);
    }

    #[test]
    fn what_is_no_ratio_says_why() {
        assert_eq!(excess_risks(&[1], &[], 0.95), Err(RateError::Lengths { counts: 1, populations: 0 }));
        assert_eq!(excess_risks(&[1, 1], &[1.0, 0.0], 0.95), Err(RateError::Population(1)));
        assert_eq!(excess_risks(&[0], &[1.0], 0.95), Err(RateError::NoEvents));
        assert_eq!(ratio(1, 1.0, 1.5), Err(crate::poisson::PoissonError::Level.into()));
    }
}
