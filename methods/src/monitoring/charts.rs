//! Control charts of counts: c (equal periods) and u (periods of different exposure).
//!
//! The centre is the mean rate of the base periods, `u = sum of counts / sum of exposures`; the limits of a
//! period with exposure `e` are `u +- w sqrt(u / e)`, the lower one not below zero. A c chart is a u chart with
//! exposures of one. Reference: W. A. Shewhart, "Economic Control of Quality of Manufactured Product"
//! (1931); D. C. Montgomery, "Introduction to Statistical Quality Control", chapter 7; width 3 is usual.
//!
//! The limits are normal: with fewer than about ten events a period they are too narrow above, and exact
//! limits ([`crate::poisson`]) are to be used. Cost: one pass.

use super::MonitoringError;

/// A period against its limits, as rates (events a unit of exposure).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Charted {
    /// Rate of the period.
    pub rate: f64,
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
}

impl Charted {
    /// Whether the period is outside of its limits.
    pub fn is_signal(&self) -> bool {
        self.rate < self.low || self.rate > self.high
    }
}

/// A chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// Mean rate of the base periods.
    pub centre: f64,
    /// One entry a period.
    pub periods: Vec<Charted>,
}

/// The u chart of counts and their exposures; the first `base` periods give the centre.
///
/// # Errors
/// [`MonitoringError`] when lengths differ, an exposure or the width is not above zero, or there is no base.
///
/// ```
/// use tequio_methods::monitoring::charts::u_chart;
/// let chart = u_chart(&[16, 18, 14, 60], &[1.0, 1.0, 1.0, 2.0], 3, 3.0)?;
/// assert_eq!((chart.centre, chart.periods[0].low, chart.periods[0].high), (16.0, 4.0, 28.0));
/// assert!(chart.periods[3].is_signal());
/// # Ok::<(), tequio_methods::monitoring::MonitoringError>(())
/// ```
pub fn u_chart(counts: &[u64], exposures: &[f64], base: usize, width: f64) -> Result<Chart, MonitoringError> {
    if counts.len() != exposures.len() {
        return Err(MonitoringError::Lengths);
    }
    if exposures.iter().any(|exposure| !exposure.is_finite() || *exposure <= 0.0) {
        return Err(MonitoringError::Exposure);
    }
    if !width.is_finite() || width <= 0.0 {
        return Err(MonitoringError::Threshold);
    }
    let events: u64 = counts.iter().take(base).sum();
    if base > counts.len() || events == 0 {
        return Err(MonitoringError::Nothing);
    }
    let centre = events as f64 / exposures[..base].iter().sum::<f64>();
    let period = |(count, exposure): (&u64, &f64)| {
        let reach = width * (centre / exposure).sqrt();
        Charted { rate: *count as f64 / exposure, low: (centre - reach).max(0.0), high: centre + reach }
    };
    Ok(Chart { centre, periods: counts.iter().zip(exposures).map(period).collect() })
}

/// The c chart: counts of equal periods.
///
/// # Errors
/// As [`u_chart`].
///
/// ```
/// let chart = tequio_methods::monitoring::charts::c_chart(&[9, 9, 9, 19], 3, 3.0)?;
/// assert_eq!((chart.periods[3].low, chart.periods[3].high, chart.periods[3].is_signal()), (0.0, 18.0, true));
/// # Ok::<(), tequio_methods::monitoring::MonitoringError>(())
/// ```
pub fn c_chart(counts: &[u64], base: usize, width: f64) -> Result<Chart, MonitoringError> {
    u_chart(counts, &vec![1.0; counts.len()], base, width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_period_has_narrower_limits() {
        let chart = u_chart(&[10, 10, 40], &[1.0, 1.0, 4.0], 2, 2.0).expect("a chart");
        let width = |index: usize| chart.periods[index].high - chart.centre;
        assert!((width(0) - 2.0 * 10f64.sqrt()).abs() < 1e-12 && (width(0) / width(2) - 2.0).abs() < 1e-12);
        assert!(!chart.periods[2].is_signal());
    }

    #[test]
    fn what_has_no_chart_says_why() {
        assert_eq!(c_chart(&[0, 0, 4], 2, 3.0), Err(MonitoringError::Nothing));
        assert_eq!(c_chart(&[1, 2], 3, 3.0), Err(MonitoringError::Nothing));
        assert_eq!(c_chart(&[1, 2], 2, 0.0), Err(MonitoringError::Threshold));
        assert_eq!(u_chart(&[1, 2], &[1.0], 1, 3.0), Err(MonitoringError::Lengths));
        assert_eq!(u_chart(&[1, 2], &[1.0, 0.0], 1, 3.0), Err(MonitoringError::Exposure));
    }
}
