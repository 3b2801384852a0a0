//! Cumulative sum of a series of counts: a small, lasting change adds up until it is seen.
//!
//! For a change of every expected count `m_t` to `q m_t`, the logarithm of the likelihood ratio of a period is
//! `y_t ln q - m_t (q - 1)`; `S_t = max(0, S_(t-1) + that)`. An alarm is `S_t >= h`; the sum then begins anew.
//! With equal `m_t` it is the Poisson CUSUM with reference value `m (q - 1) / ln q`, times `ln q`.
//!
//! References: E. S. Page, "Continuous Inspection Schemes", Biometrika 41 (1954); J. M. Lucas, "Counted Data
//! CUSUM's", Technometrics 27 (1985); M. Höhle and M. Paul, "Count data regression charts for the monitoring
//! of surveillance time series", Computational Statistics & Data Analysis 52 (2008), for expected counts
//! that vary. `q` below one watches for a fall. The threshold decides how often there is a false alarm; it is to
//! be chosen by simulation from the expected counts. Cost: one pass.

use super::MonitoringError;

/// The sum after a period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Logarithm of the likelihood ratio added up, before it begins anew.
    pub sum: f64,
    /// Whether it reached the threshold.
    pub alarm: bool,
    /// The period in which this climb began: when the change is likely to have set in.
    pub since: usize,
}

/// One step a period, of counts against expected counts.
///
/// # Errors
/// [`MonitoringError`] when lengths differ, an expected count or the threshold is not above zero, or the
/// ratio is not above zero or is one.
///
/// ```
/// use tequio_methods::monitoring::cusum::cusum;
/// let steps = cusum(&[4, 3, 9, 10], &[4.0; 4], 2.0, 4.0)?;
/// assert_eq!(steps.iter().map(|step| step.alarm).collect::<Vec<_>>(), [false, false, false, true]);
/// assert_eq!(steps[3].since, 2);
/// # Ok::<(), tequio_methods::monitoring::MonitoringError>(())
/// ```
pub fn cusum(counts: &[u64], expected: &[f64], ratio: f64, threshold: f64) -> Result<Vec<Step>, MonitoringError> {
    if counts.len() != expected.len() {
        return Err(MonitoringError::Lengths);
    }
    if expected.iter().any(|mean| !mean.is_finite() || *mean <= 0.0) {
        return Err(MonitoringError::Expected);
    }
    if !ratio.is_finite() || ratio <= 0.0 || ratio == 1.0 {
        return Err(MonitoringError::Ratio);
    }
    if !threshold.is_finite() || threshold <= 0.0 {
        return Err(MonitoringError::Threshold);
    }
    let (mut carried, mut since) = (0.0, 0);
    let step = |(period, (count, mean)): (usize, (&u64, &f64))| {
        if carried == 0.0 {
            since = period;
        }
        let sum = (carried + *count as f64 * ratio.ln() - mean * (ratio - 1.0)).max(0.0);
        let alarm = sum >= threshold;
        carried = if alarm { 0.0 } else { sum };
        Step { sum, alarm, since }
    };
    Ok(counts.iter().zip(expected).enumerate().map(step).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The classical form: `S = max(0, S + y - k)` with `k = m (q - 1) / ln q`.
    #[test]
    fn with_equal_means_it_is_the_poisson_cusum() {
        let counts = [3, 8, 5, 9, 2, 7, 11, 4];
        let steps = cusum(&counts, &[5.0; 8], 1.5, 1e9).expect("steps");
        let k = 5.0 * 0.5 / 1.5f64.ln();
        let mut sum = 0.0f64;
        for (count, step) in counts.iter().zip(steps) {
            sum = (sum + *count as f64 - k).max(0.0);
            assert!((step.sum - sum * 1.5f64.ln()).abs() < 1e-12);
        }
    }

    #[test]
    fn a_fall_is_watched_for_with_a_ratio_below_one() {
        let steps = cusum(&[10, 10, 2, 1, 2], &[10.0; 5], 0.5, 5.0).expect("steps");
        assert_eq!(steps.iter().position(|step| step.alarm), Some(3));
    }

    #[test]
    fn it_begins_anew_after_an_alarm() {
        let steps = cusum(&[20, 4, 20], &[4.0; 3], 2.0, 5.0).expect("steps");
        assert_eq!(
            steps.iter().map(|step| (step.alarm, step.since)).collect::<Vec<_>>(),
            [(true, 0), (false, 1), (true, 2)]
        );
    }

    #[test]
    fn what_cannot_be_watched_says_why() {
        assert_eq!(cusum(&[1], &[], 2.0, 1.0), Err(MonitoringError::Lengths));
        assert_eq!(cusum(&[1], &[0.0], 2.0, 1.0), Err(MonitoringError::Expected));
        assert_eq!(cusum(&[1], &[1.0], 1.0, 1.0), Err(MonitoringError::Ratio));
        assert_eq!(cusum(&[1], &[1.0], 2.0, f64::NAN), Err(MonitoringError::Threshold));
    }
}
