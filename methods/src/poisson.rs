//! Exact interval of a Poisson count.
//!
//! Reference: F. Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28 (1936).
//! Lower limit: half the chi-squared quantile of `2n` degrees of freedom at `alpha/2`; upper limit:
//! half the quantile of `2n + 2` degrees at `1 - alpha/2`. Cost is independent of the count.

use statrs::distribution::{ChiSquared, ContinuousCDF};

/// Lower and upper limit, in the unit of the count or of the rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
}

/// Why no interval or rate can be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PoissonError {
    /// The confidence level is not between 0 and 1.
    #[error("a confidence level lies between 0 and 1")]
    Level,
    /// Nobody lives there, or nobody knows how many do.
    #[error("a rate needs a population above zero")]
    Population,
}

/// Exact two-sided interval of a count of events, for a confidence level such as 0.95.
///
/// # Errors
/// [`PoissonError::Level`] when the level is not between 0 and 1.
///
/// ```
/// let interval = tequio_methods::poisson::interval(10, 0.95)?;
/// assert!((interval.low - 4.795389).abs() < 1e-6 && (interval.high - 18.390356).abs() < 1e-6);
/// # Ok::<(), tequio_methods::poisson::PoissonError>(())
/// ```
pub fn interval(count: u64, level: f64) -> Result<Interval, PoissonError> {
    if !(level > 0.0 && level < 1.0) {
        return Err(PoissonError::Level);
    }
    let tail = (1.0 - level) / 2.0;
    let quantile = |freedom: f64, share: f64| ChiSquared::new(freedom).map(|chi| chi.inverse_cdf(share) / 2.0);
    let count = count as f64;
    let low = if count == 0.0 { Ok(0.0) } else { quantile(2.0 * count, tail) };
    let high = quantile(2.0 * count + 2.0, 1.0 - tail);
    match (low, high) {
        (Ok(low), Ok(high)) => Ok(Interval { low, high }),
        _ => Err(PoissonError::Level),
    }
}

/// Events per 100,000 inhabitants, with the exact 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Events per 100,000 inhabitants.
    pub value: f64,
    /// Exact 95 % interval, in the same unit.
    pub interval: Interval,
}

/// The rate of a count over a population.
///
/// # Errors
/// [`PoissonError::Population`] when the population is zero: the rate is then no number.
pub fn rate(count: u64, population: u64) -> Result<Rate, PoissonError> {
    if population == 0 {
        return Err(PoissonError::Population);
    }
    let scale = 100_000.0 / population as f64;
    let limits = interval(count, 0.95)?;
    Ok(Rate { value: count as f64 * scale, interval: Interval { low: limits.low * scale, high: limits.high * scale } })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Limits computed with SciPy 1.17 `chi2.ppf`.
    #[test]
    fn known_answers() {
        for (count, low, high) in [
            (0, 0.0, 3.688_879_454),
            (1, 0.025_317_808, 5.571_643_391),
            (3, 0.618_672_122, 8.767_273_070),
            (10, 4.795_388_726, 18.390_356_064),
            (100, 81.363_991_251, 121.626_793_782),
            (20_149, 19_871.737_013_7, 20_429.164_189_2),
        ] {
            let interval = interval(count, 0.95).expect("a level");
            let near = |a: f64, b: f64| (a - b).abs() <= 1e-6 * b.max(1.0);
            assert!(near(interval.low, low) && near(interval.high, high), "{count}: {interval:?}");
        }
    }

    #[test]
    fn a_rate_without_people_is_refused() {
        assert_eq!(rate(3, 0), Err(PoissonError::Population));
        assert_eq!(interval(3, 1.0), Err(PoissonError::Level));
        let rate = rate(20_149, 122_273_473).expect("people");
        assert!((rate.value - 16.478_63).abs() < 1e-4);
    }
}
