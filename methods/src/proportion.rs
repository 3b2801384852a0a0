//! A proportion of few trials with its exact interval (Clopper and Pearson 1934, Biometrika 26).
//!
//! The limits are quantiles of the beta distribution. Cost: grows with the square root of the trials.

use crate::beta::quantile;

/// A proportion and its exact limits, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Proportion {
    /// Successes by trials.
    pub value: f64,
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
}

/// Why there is no proportion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProportionError {
    /// Nothing was tried.
    #[error("a proportion of nothing is not computable: there are no trials")]
    NoTrials,
    /// More successes than trials.
    #[error("there are {successes} successes in {trials} trials: check the two counts")]
    TooMany {
        /// Successes.
        successes: u64,
        /// Trials.
        trials: u64,
    },
    /// A confidence level that is none.
    #[error("the confidence level lies between 0 and 1, such as 0.95")]
    Level,
}

/// The proportion of successes with its exact interval at a confidence level such as 0.95.
///
/// # Errors
/// [`ProportionError`] when nothing was tried, more succeeded than were tried, or the level is none.
///
/// ```
/// use tequio_methods::proportion::proportion;
/// let met = proportion(8, 10, 0.95)?;
/// assert!((met.low - 0.443_904_5).abs() < 1e-6 && (met.high - 0.974_789_3).abs() < 1e-6);
/// # Ok::<(), tequio_methods::proportion::ProportionError>(())
/// ```
pub fn proportion(successes: u64, trials: u64, level: f64) -> Result<Proportion, ProportionError> {
    if trials == 0 {
        return Err(ProportionError::NoTrials);
    }
    if successes > trials {
        return Err(ProportionError::TooMany { successes, trials });
    }
    if !(level > 0.0 && level < 1.0) {
        return Err(ProportionError::Level);
    }
    let (met, missed, tail) = (successes as f64, (trials - successes) as f64, (1.0 - level) / 2.0);
    let low = if successes == 0 { 0.0 } else { quantile(met, missed + 1.0, tail) };
    let high = if successes == trials { 1.0 } else { quantile(met + 1.0, missed, 1.0 - tail) };
    Ok(Proportion { value: met / trials as f64, low, high })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R 4.2, `binom.test(x, n)$conf.int`.
    #[test]
    fn the_limits_are_exact() {
        for (successes, trials, low, high) in [(8, 10, 0.443_904_5, 0.974_789_3), (1, 4, 0.006_309_463, 0.805_879_6)] {
            let found = proportion(successes, trials, 0.95).expect("a proportion");
            assert!((found.low - low).abs() < 1e-6 && (found.high - high).abs() < 1e-6, "{found:?}");
        }
    }

    #[test]
    fn none_and_all_have_an_end_of_the_scale() {
        assert_eq!(proportion(0, 5, 0.95).map(|found| found.low), Ok(0.0));
        assert_eq!(proportion(5, 5, 0.95).map(|found| found.high), Ok(1.0));
        assert_eq!(proportion(1, 0, 0.95), Err(ProportionError::NoTrials));
        assert!(proportion(6, 5, 0.95).is_err() && proportion(1, 5, 1.0).is_err());
    }
}
