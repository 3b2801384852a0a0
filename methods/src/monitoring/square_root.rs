//! How far a count is from what was expected, in standard deviations: `2 (sqrt(y) - sqrt(m))`.
//!
//! The square root of a Poisson count has a variance near one quarter, whatever its mean
//! (M. S. Bartlett, Supplement to the Journal of the Royal Statistical Society 3, 1936); used for crime by
//! A. P. Wheeler, "Tables and graphs for monitoring temporal crime trends", International Journal of Police
//! Science & Management 18 (2016). Good for means of about five and more. Cost: constant. Where counts are
//! small, or a decision depends on it, use [`crate::rate_ratio`], which is exact.

use super::MonitoringError;

/// A count against an expected one that is taken as known (a mean of many periods).
///
/// # Errors
/// [`MonitoringError::Expected`] when it is negative or no number.
///
/// ```
/// assert_eq!(tequio_methods::monitoring::square_root::z(25, 16.0)?, 2.0);
/// # Ok::<(), tequio_methods::monitoring::MonitoringError>(())
/// ```
pub fn z(count: u64, expected: f64) -> Result<f64, MonitoringError> {
    if expected.is_finite() && expected >= 0.0 {
        Ok(2.0 * ((count as f64).sqrt() - expected.sqrt()))
    } else {
        Err(MonitoringError::Expected)
    }
}

/// Two counts against each other, each as uncertain as the other: `sqrt(2) (sqrt(now) - sqrt(before))`.
///
/// ```
/// assert!((tequio_methods::monitoring::square_root::z_between(25, 16) - 2f64.sqrt()).abs() < 1e-15);
/// ```
pub fn z_between(now: u64, before: u64) -> f64 {
    std::f64::consts::SQRT_2 * ((now as f64).sqrt() - (before as f64).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The variance of `2 sqrt(Y)`, from the probabilities themselves.
    #[test]
    fn the_variance_is_near_one() {
        for (mean, within) in [(5.0f64, 0.2), (20.0, 0.03), (100.0, 0.005)] {
            let mut p = (-mean).exp();
            let (mut first, mut second) = (0.0, 0.0);
            for count in 0..400u64 {
                let z = z(count, mean).expect("a mean");
                first += p * z;
                second += p * z * z;
                p *= mean / (count + 1) as f64;
            }
            assert!((second - first * first - 1.0).abs() < within, "{mean}: {}", second - first * first);
        }
    }

    #[test]
    fn against_the_exact_test() {
        use crate::rate_ratio::{Observed, e_test};
        let observed = |count| Observed { count, exposure: 1.0 };
        let exact = e_test(observed(130), observed(90)).expect("exposures");
        assert!((exact.statistic - z_between(130, 90)).abs() < 0.02);
        assert_eq!(z(3, -1.0), Err(MonitoringError::Expected));
    }
}
