//! Two Poisson counts compared: their rate ratio with an exact interval, and whether they differ by
//! more than chance.
//!
//! References: J. Przyborowski and H. Wilenski, "Homogeneity of Results in Testing Samples from
//! Poisson Series", Biometrika 31 (1940), for the ratio: given their sum, the first count is binomial,
//! and the exact limits of its share (C. J. Clopper and E. S. Pearson, Biometrika 26, 1934) are limits
//! of the ratio. K. Krishnamoorthy and J. Thomson, "A more powerful test for comparing two Poisson
//! means", Journal of Statistical Planning and Inference 119 (2004), for the p-value (E-test), here with
//! the variance estimated under the hypothesis of one rate (K. Gu, H. K. T. Ng, M. L. Tang and W. R.
//! Schucany, Biometrical Journal 50, 2008); for equal exposures both estimates are the same.
//!
//! Presumed: events that happen independently of each other, and a record that is kept the same way
//! for both counts.

use crate::beta::quantile;
use statrs::function::gamma::ln_gamma;

/// Standard deviations of a count round its mean that are summed over, and counts more than these:
/// what lies beyond has a probability below 10^-30.
const DEVIATIONS: f64 = 12.0;
const COUNTS_MORE: f64 = 40.0;
/// Statistics that differ by less than this share are ties: they differ by rounding alone.
const TIE: f64 = 1e-9;

/// Events, and how much was watched: days, inhabitants, inhabitants times years.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observed {
    /// Number of events.
    pub count: u64,
    /// How much was watched, above zero and in the same unit for both counts.
    pub exposure: f64,
}

/// Rate of the first count over the rate of the second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateRatio {
    /// The ratio; `None` when the second count is zero, and the ratio no number.
    pub value: Option<f64>,
    /// Lower exact limit.
    pub low: f64,
    /// Upper exact limit; `None` when the second count is zero, and there is none.
    pub high: Option<f64>,
}

impl RateRatio {
    /// True when one rate for both lies outside the limits.
    pub fn excludes_one(&self) -> bool {
        self.low > 1.0 || self.high.is_some_and(|high| high < 1.0)
    }
}

/// Result of the E-test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Test {
    /// Difference of the rates over its standard error; positive when the first rate is larger.
    pub statistic: f64,
    /// Two-sided p-value: how often a difference as large would come about by chance.
    pub p_value: f64,
}

/// Why two counts cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RateRatioError {
    /// The confidence level is not between 0 and 1.
    #[error("a confidence level lies between 0 and 1")]
    Level,
    /// Nothing was watched.
    #[error("both counts need an exposure above zero")]
    Exposure,
    /// Nothing happened, either time.
    #[error("two counts of zero have no ratio")]
    NoEvents,
}

/// The ratio of two rates with its exact interval, for a confidence level such as 0.95.
///
/// # Errors
/// [`RateRatioError`] when a level or an exposure makes no sense, or both counts are zero.
///
/// ```
/// use tequio_methods::rate_ratio::{Observed, rate_ratio};
/// let (now, before) = (Observed { count: 20, exposure: 1.0 }, Observed { count: 10, exposure: 1.0 });
/// let ratio = rate_ratio(now, before, 0.95)?;
/// assert_eq!(ratio.value, Some(2.0));
/// assert!((ratio.low - 0.893_508_890).abs() < 1e-8 && !ratio.excludes_one());
/// # Ok::<(), tequio_methods::rate_ratio::RateRatioError>(())
/// ```
pub fn rate_ratio(first: Observed, second: Observed, level: f64) -> Result<RateRatio, RateRatioError> {
    if !(level > 0.0 && level < 1.0) {
        return Err(RateRatioError::Level);
    }
    check_exposures(first, second)?;
    if first.count + second.count == 0 {
        return Err(RateRatioError::NoEvents);
    }
    let tail = (1.0 - level) / 2.0;
    let (a, b) = (first.count as f64, second.count as f64);
    let scale = second.exposure / first.exposure;
    let ratio_of = |share: f64| share / (1.0 - share) * scale;
    Ok(RateRatio {
        value: (second.count > 0).then(|| a / b * scale),
        low: if first.count == 0 { 0.0 } else { ratio_of(quantile(a, b + 1.0, tail)) },
        high: (second.count > 0).then(|| ratio_of(quantile(a + 1.0, b, 1.0 - tail))),
    })
}

fn check_exposures(first: Observed, second: Observed) -> Result<(), RateRatioError> {
    let watched = |observed: Observed| observed.exposure > 0.0 && observed.exposure.is_finite();
    if watched(first) && watched(second) { Ok(()) } else { Err(RateRatioError::Exposure) }
}

/// Tests whether two counts come from one rate, both sides together.
///
/// # Errors
/// [`RateRatioError::Exposure`] when nothing was watched. Two counts of zero do not differ: their
/// p-value is 1.
///
/// ```
/// use tequio_methods::rate_ratio::{Observed, e_test};
/// let test = e_test(Observed { count: 6, exposure: 1.0 }, Observed { count: 2, exposure: 1.0 })?;
/// assert!((test.p_value - 0.174_874_821).abs() < 1e-9);
/// # Ok::<(), tequio_methods::rate_ratio::RateRatioError>(())
/// ```
pub fn e_test(first: Observed, second: Observed) -> Result<Test, RateRatioError> {
    check_exposures(first, second)?;
    let statistic = Statistic { first: first.exposure, second: second.exposure };
    let observed = statistic.of(first.count as f64, second.count as f64);
    if observed == 0.0 {
        return Ok(Test { statistic: 0.0, p_value: 1.0 });
    }
    let rate = (first.count + second.count) as f64 / (first.exposure + second.exposure);
    let (of_first, of_second) = (Poisson::new(rate * first.exposure), Poisson::new(rate * second.exposure));
    let p_value = rejected(&statistic, observed.abs() * (1.0 - TIE), &of_first, &of_second);
    Ok(Test { statistic: observed, p_value: p_value.min(1.0) })
}

/// The exposures of the two counts.
struct Statistic {
    first: f64,
    second: f64,
}

impl Statistic {
    /// Difference of the rates over its standard error under one rate; zero for no events.
    fn of(&self, first: f64, second: f64) -> f64 {
        let sum = first + second;
        if sum == 0.0 {
            return 0.0;
        }
        (first * self.second - second * self.first) / (self.first * self.second * sum).sqrt()
    }
}

/// Probability of all pairs of counts that differ at least as much as `limit`.
///
/// For each first count the second counts that differ less are a run, and both ends of the run grow
/// with the first count, so that all pairs are passed in one sweep.
fn rejected(statistic: &Statistic, limit: f64, first: &Poisson, second: &Poisson) -> f64 {
    let (below, above) = (second.below(), second.from());
    let (mut start, mut end, mut sum) = (0usize, 0usize, 0.0);
    for (index, probability) in first.probabilities.iter().enumerate() {
        let count = first.lowest + index as f64;
        let at = |other: usize| statistic.of(count, second.lowest + other as f64);
        while start < second.probabilities.len() && at(start) >= limit {
            start += 1;
        }
        end = end.max(start);
        while end < second.probabilities.len() && at(end) > -limit {
            end += 1;
        }
        sum += probability * (below[start] + above[end]);
    }
    sum
}

/// The probabilities of the counts round a mean.
struct Poisson {
    lowest: f64,
    probabilities: Vec<f64>,
}

impl Poisson {
    fn new(mean: f64) -> Self {
        let reach = DEVIATIONS * mean.sqrt() + COUNTS_MORE;
        let lowest = (mean - reach).floor().max(0.0);
        let counts = (mean + reach - lowest).ceil() as usize;
        let log = mean.ln();
        let probability = |count: f64| (count * log - mean - ln_gamma(count + 1.0)).exp();
        Self { lowest, probabilities: (0..=counts).map(|index| probability(lowest + index as f64)).collect() }
    }

    /// Probability of all counts before each index.
    fn below(&self) -> Vec<f64> {
        let sums = self.probabilities.iter().scan(0.0, |sum, p| {
            *sum += p;
            Some(*sum)
        });
        std::iter::once(0.0).chain(sums).collect()
    }

    /// Probability of all counts from each index on.
    fn from(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.probabilities.len() + 1];
        for (index, p) in self.probabilities.iter().enumerate().rev() {
            sums[index] = sums[index + 1] + p;
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn observed(count: u64, exposure: f64) -> Observed {
        Observed { count, exposure }
    }

    /// Computed with statsmodels 0.14 `test_poisson_2indep` (method `etest-score`); the first three are
    /// also those of SciPy's `poisson_means_test`.
    #[test]
    fn known_p_values() {
        for (first, second, statistic, p_value) in [
            (observed(6, 1.0), observed(2, 1.0), std::f64::consts::SQRT_2, 0.174_874_820_944),
            (observed(0, 1.0), observed(3, 1.0), -1.732_050_808, 0.088_379_009_455),
            (observed(20, 1.0), observed(10, 1.0), 1.825_741_858, 0.068_831_782_108),
            (observed(60, 51_477.5), observed(30, 54_308.7), 3.417_401_839, 0.000_567_261_758),
            (observed(5, 1.0), observed(0, 1.0), 2.236_067_977, 0.019_756_052_291),
            (observed(1_200, 92.0), observed(1_100, 92.0), 2.085_144_141, 0.037_058_488_534),
        ] {
            let test = e_test(first, second).expect("exposures");
            assert!((test.statistic - statistic).abs() < 1e-8, "{first:?} {second:?}: {test:?}");
            assert!((test.p_value / p_value - 1.0).abs() < 1e-7, "{first:?} {second:?}: {test:?}");
        }
    }

    /// Limits computed with SciPy 1.17 `beta.ppf`.
    #[test]
    fn known_limits() {
        for (first, second, low, high) in [
            (observed(6, 1.0), observed(2, 1.0), 0.536_438_652_9, Some(30.393_205_749_0)),
            (observed(0, 1.0), observed(3, 1.0), 0.0, Some(2.419_951_893_4)),
            (observed(5, 1.0), observed(0, 1.0), 0.916_355_857_3, None),
            (observed(60, 51_477.5), observed(30, 54_308.7), 1.339_735_721_8, Some(3.388_365_573_6)),
            (observed(20_149, 366.0), observed(16_121, 365.0), 1.220_835_020_0, Some(1.272_608_366_5)),
            (observed(150_000, 365.0), observed(149_000, 365.0), 0.999_513_662_5, Some(1.013_961_032_2)),
        ] {
            let ratio = rate_ratio(first, second, 0.95).expect("counts");
            assert!((ratio.low - low).abs() < 1e-8, "{first:?} {second:?}: {ratio:?}");
            let near = ratio.high.zip(high).map(|(got, expected)| (got / expected - 1.0).abs() < 1e-8);
            assert_eq!((ratio.high.is_some(), near.unwrap_or(true)), (high.is_some(), true), "{ratio:?}");
        }
    }

    #[test]
    fn counts_as_large_as_a_country_are_compared_too() {
        // The normal approximation, which is good to four digits here.
        let test = e_test(observed(150_000, 365.0), observed(149_000, 365.0)).expect("exposures");
        assert!((test.p_value - 0.067_4).abs() < 0.000_5, "{test:?}");
    }

    #[test]
    fn what_cannot_be_compared_says_why() {
        let (none, some) = (observed(0, 1.0), observed(4, 1.0));
        assert_eq!(rate_ratio(none, none, 0.95), Err(RateRatioError::NoEvents));
        assert_eq!(rate_ratio(some, some, 0.0), Err(RateRatioError::Level));
        assert_eq!(e_test(some, observed(4, 0.0)), Err(RateRatioError::Exposure));
        assert_eq!(e_test(none, none).map(|test| test.p_value), Ok(1.0));
        assert_eq!(rate_ratio(some, none, 0.95).map(|ratio| ratio.value), Ok(None));
    }

    #[test]
    fn the_order_of_the_counts_does_not_matter() {
        for (a, b) in [(3, 9), (0, 4), (40, 41)] {
            let there = e_test(observed(a, 2.0), observed(b, 3.0)).expect("exposures");
            let back = e_test(observed(b, 3.0), observed(a, 2.0)).expect("exposures");
            assert!((there.p_value - back.p_value).abs() < 1e-12 && (there.statistic + back.statistic).abs() < 1e-12);
        }
    }
}
