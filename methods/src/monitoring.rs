//! Change watched over time, and measured after something was done.
//!
//! | question | method |
//! | --- | --- |
//! | did it fall more where something was done than elsewhere, and did it move next door? | [`displacement`] |
//! | is this period out of the ordinary? | [`charts`]: c and u; [`square_root`]: Poisson z |
//! | is there a small, lasting rise? | [`cusum`] |
//! | is today out of the ordinary, from a week alone? | [`ears`] |
//! | when did the level change? | [`breaks`]: PELT |
//!
//! All watch what was recorded: a change of how it is recorded looks the same.

pub mod breaks;
pub mod charts;
pub mod cusum;
pub mod displacement;
pub mod ears;
pub mod square_root;

/// Why nothing can be told of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MonitoringError {
    /// The confidence level is not between 0 and 1.
    #[error("a confidence level lies between 0 and 1")]
    Level,
    /// A weight, an area or a time of observation is not above zero.
    #[error("weights and exposures are above zero")]
    Exposure,
    /// Series that belong together differ in length.
    #[error("one exposure or expected count a period is needed")]
    Lengths,
    /// The expected count is not above zero.
    #[error("expected counts are above zero")]
    Expected,
    /// There is nothing to look at.
    #[error("there are no periods, or no events in any")]
    Nothing,
    /// The rise to look for is no rise.
    #[error("the ratio to look for is above zero and not one")]
    Ratio,
    /// The alarm or penalty is negative or no number.
    #[error("thresholds and penalties are above zero")]
    Threshold,
    /// A value is no number, or negative where counts are needed.
    #[error("values are numbers, and counts zero or more")]
    Value,
    /// A segment of no periods.
    #[error("a segment has at least one period")]
    Segment,
}

/// An estimate with its standard error and interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Its standard error.
    pub error: f64,
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
}

impl Estimate {
    /// Estimate by standard error; none when the error is zero.
    pub fn z(&self) -> Option<f64> {
        (self.error > 0.0).then(|| self.value / self.error)
    }

    /// The normal interval of an estimate.
    fn normal(value: f64, variance: f64, level: f64) -> Result<Self, MonitoringError> {
        let (error, width) = (variance.sqrt(), normal_quantile(level)?);
        Ok(Self { value, error, low: value - width * error, high: value + width * error })
    }
}

/// How many standard errors a two-sided normal interval reaches.
fn normal_quantile(level: f64) -> Result<f64, MonitoringError> {
    use statrs::distribution::{ContinuousCDF, Normal};
    if !(level > 0.0 && level < 1.0) {
        return Err(MonitoringError::Level);
    }
    Ok(Normal::standard().inverse_cdf(f64::midpoint(1.0, level)))
}
