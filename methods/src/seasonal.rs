//! Seasonal adjustment by STL: a series taken apart into trend, season and remainder by local regression.
//!
//! Reference: R. B. Cleveland, W. S. Cleveland, J. E. McRae and I. Terpenning, "STL: A Seasonal-Trend
//! Decomposition Procedure Based on Loess", Journal of Official Statistics 6 (1990). Local regression is of
//! degree 1 everywhere and evaluated at every month. Inner loop: subseries of each calendar month are
//! smoothed, freed of what they hold of the trend by moving averages and a regression, and the trend is
//! smoothed from what is left. Outer loop (robust): months far from the fit get less weight, or none.
//!
//! A missing month is refused and never filled in: report the series up to it, or without it.

use crate::loess::{Loess, smooth};

/// Shortest season.
const PERIOD_MIN: usize = 2;
/// Shortest window: three neighbours.
const WINDOW_MIN: usize = 3;
/// Inner and outer rounds that the authors advise: without robust weights, and with them.
const ROUNDS: (usize, usize) = (5, 0);
const ROUNDS_ROBUST: (usize, usize) = (2, 15);
/// A month this many median remainders away from the fit has no weight left.
const MEDIANS_MAX: f64 = 6.0;
/// Shares of that distance below which a month has full weight, and above which it has none.
const FULL_WEIGHT: f64 = 0.001;
const NO_WEIGHT: f64 = 0.999;

/// How the parts make up the series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Series = trend + season + remainder; adjusted = series - season.
    Sum,
    /// Series = trend x season x remainder, computed on logarithms; adjusted = series / season. Every value
    /// has to be above zero.
    Product,
}

/// How a series is taken apart. Windows are odd numbers of months, three at least.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stl {
    /// Values in one season: 12 for months.
    pub period: usize,
    /// Window over the same month of neighbouring years: larger is steadier. Seven is the least that the
    /// authors advise.
    pub seasonal: usize,
    /// Window of the trend; `None` for the smallest odd number from `1.5 period / (1 - 1.5/seasonal)` on.
    pub trend: Option<usize>,
    /// Window of the low-pass filter; `None` for the smallest odd number above the period.
    pub low_pass: Option<usize>,
    /// Whether outliers lose weight.
    pub robust: bool,
    /// Sum or product.
    pub scale: Scale,
}

impl Stl {
    /// Months, a seasonal window of seven years, no robust weights.
    pub const fn monthly(scale: Scale) -> Self {
        Self { period: 12, seasonal: 7, trend: None, low_pass: None, robust: false, scale }
    }

    fn windows(&self) -> Result<Windows, SeasonalError> {
        if self.period < PERIOD_MIN {
            return Err(SeasonalError::Period);
        }
        let period = self.period as f64;
        let seasonal = odd_window(self.seasonal)?;
        let trend = self.trend.unwrap_or_else(|| odd_from((1.5 * period / (1.0 - 1.5 / seasonal as f64)).ceil()));
        let low_pass = self.low_pass.unwrap_or_else(|| odd_from(period + 1.0));
        Ok(Windows { seasonal, trend: odd_window(trend)?, low_pass: odd_window(low_pass)? })
    }
}

fn odd_window(window: usize) -> Result<usize, SeasonalError> {
    if window >= WINDOW_MIN && window % 2 == 1 { Ok(window) } else { Err(SeasonalError::Window(window)) }
}

fn odd_from(least: f64) -> usize {
    least as usize | 1
}

/// The windows as they are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// Over the same month of neighbouring years.
    pub seasonal: usize,
    /// Of the trend.
    pub trend: usize,
    /// Of the low-pass filter.
    pub low_pass: usize,
}

/// Why a series cannot be adjusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SeasonalError {
    /// A value is missing, infinite or no number. Counted from 0.
    #[error("value {0} of the series is missing: missing values are not filled in, choose a range without them")]
    Missing(usize),
    /// Logarithms of zero or less do not exist. Counted from 0.
    #[error("value {0} of the series is not above zero: use the scale of sums")]
    NotPositive(usize),
    /// Fewer than two seasons.
    #[error("a seasonal adjustment needs {needed} values at least, there are {given}")]
    TooShort {
        /// Two seasons.
        needed: usize,
        /// Values given.
        given: usize,
    },
    /// A season of one value, or none.
    #[error("a season has two values at least (12 for months)")]
    Period,
    /// An even or too small window.
    #[error("a window is an odd number from 3 on, not {0}")]
    Window(usize),
}

/// The parts of a series, each as long as the series.
#[derive(Clone, Debug, PartialEq)]
pub struct Decomposition {
    /// Trend, in the unit of the series.
    pub trend: Vec<f64>,
    /// Season: what is added ([`Scale::Sum`], unit of the series), or a factor round 1 ([`Scale::Product`]).
    pub seasonal: Vec<f64>,
    /// What is left, in the same way.
    pub remainder: Vec<f64>,
    /// The series without its season, in its unit.
    pub adjusted: Vec<f64>,
    /// Weight of each value in the last round, from 0 to 1; all 1 without robust weights.
    pub weights: Vec<f64>,
    /// The windows that were used.
    pub windows: Windows,
}

/// Takes a series apart; `None` is a missing value.
///
/// Cost: rounds times values times the largest window.
///
/// # Errors
/// [`SeasonalError`] when a value is missing (or not above zero, for products), there are fewer than two
/// seasons, or a window is even or too small.
///
/// ```
/// use tequio_methods::seasonal::{Scale, Stl, decompose};
/// let series: Vec<Option<f64>> = (0..48).map(|month| Some(f64::from(100 + month + month % 12))).collect();
/// let parts = decompose(&series, &Stl::monthly(Scale::Sum))?;
/// assert!((parts.adjusted[20] + parts.seasonal[20] - 128.0).abs() < 1e-9);
/// # Ok::<(), tequio_methods::seasonal::SeasonalError>(())
/// ```
pub fn decompose(series: &[Option<f64>], stl: &Stl) -> Result<Decomposition, SeasonalError> {
    let windows = stl.windows()?;
    let values = complete(series)?;
    let needed = stl.period.saturating_mul(2);
    if values.len() < needed {
        return Err(SeasonalError::TooShort { needed, given: values.len() });
    }
    let values = on_scale(values, stl.scale)?;
    let rounds = if stl.robust { ROUNDS_ROBUST } else { ROUNDS };
    let parts = Parts::of(&values, stl.period, windows, rounds);
    Ok(parts.in_unit(&values, stl.scale, windows))
}

fn complete(series: &[Option<f64>]) -> Result<Vec<f64>, SeasonalError> {
    let value = |(index, value): (usize, &Option<f64>)| {
        value.filter(|value| value.is_finite()).ok_or(SeasonalError::Missing(index))
    };
    series.iter().enumerate().map(value).collect()
}

fn on_scale(values: Vec<f64>, scale: Scale) -> Result<Vec<f64>, SeasonalError> {
    if scale == Scale::Sum {
        return Ok(values);
    }
    match values.iter().position(|value| *value <= 0.0) {
        Some(index) => Err(SeasonalError::NotPositive(index)),
        None => Ok(values.into_iter().map(f64::ln).collect()),
    }
}

/// Trend, season and weights while they are computed.
struct Parts {
    trend: Vec<f64>,
    seasonal: Vec<f64>,
    weights: Vec<f64>,
}

impl Parts {
    fn of(values: &[f64], period: usize, windows: Windows, (inner, outer): (usize, usize)) -> Self {
        let flat = |value: f64| vec![value; values.len()];
        let mut parts = Self { trend: flat(0.0), seasonal: flat(0.0), weights: flat(1.0) };
        for round in 0..=outer {
            if round > 0 {
                parts.weights = robust_weights(&parts.remainder(values));
            }
            (0..inner).for_each(|_| parts.improve(values, period, windows));
        }
        parts
    }

    /// One round of the inner loop.
    fn improve(&mut self, values: &[f64], period: usize, windows: Windows) {
        let detrended = difference(values, &self.trend);
        let cycle = self.cycles(&detrended, period, windows.seasonal);
        let averaged = moving_average(&moving_average(&moving_average(&cycle, period), period), 3);
        let low = smooth(&averaged, None, Loess { window: windows.low_pass });
        self.seasonal = difference(&cycle[period..period + values.len()], &low);
        let deseasonal = difference(values, &self.seasonal);
        self.trend = smooth(&deseasonal, Some(&self.weights), Loess { window: windows.trend });
    }

    /// The subseries of each calendar month, smoothed and carried on by one season at both ends.
    fn cycles(&self, detrended: &[f64], period: usize, window: usize) -> Vec<f64> {
        let mut cycle = vec![0.0; detrended.len() + 2 * period];
        for month in 0..period {
            let every = |values: &[f64]| values[month..].iter().step_by(period).copied().collect::<Vec<f64>>();
            let extended = Loess { window }.extended(&every(detrended), &every(&self.weights));
            let months = cycle[month..].iter_mut().step_by(period);
            months.zip(extended).for_each(|(to, value)| *to = value);
        }
        cycle
    }

    fn remainder(&self, values: &[f64]) -> Vec<f64> {
        difference(&difference(values, &self.trend), &self.seasonal)
    }

    fn in_unit(self, values: &[f64], scale: Scale, windows: Windows) -> Decomposition {
        let back = |values: Vec<f64>| match scale {
            Scale::Sum => values,
            Scale::Product => values.into_iter().map(f64::exp).collect(),
        };
        Decomposition {
            remainder: back(self.remainder(values)),
            adjusted: back(difference(values, &self.seasonal)),
            trend: back(self.trend),
            seasonal: back(self.seasonal),
            weights: self.weights,
            windows,
        }
    }
}

fn difference(from: &[f64], take: &[f64]) -> Vec<f64> {
    from.iter().zip(take).map(|(from, take)| from - take).collect()
}

fn moving_average(values: &[f64], length: usize) -> Vec<f64> {
    let Some(first) = values.get(..length) else { return Vec::new() };
    let mut sum: f64 = first.iter().sum();
    let mut averages = vec![sum / length as f64];
    for (leaves, enters) in values.iter().zip(&values[length..]) {
        sum += enters - leaves;
        averages.push(sum / length as f64);
    }
    averages
}

/// Bisquare weights of the remainders.
fn robust_weights(remainder: &[f64]) -> Vec<f64> {
    let distances: Vec<f64> = remainder.iter().map(|value| value.abs()).collect();
    let reach = MEDIANS_MAX * median(&distances);
    let weight = |distance: &f64| match *distance {
        near if near <= FULL_WEIGHT * reach => 1.0,
        far if far > NO_WEIGHT * reach => 0.0,
        between => (1.0 - (between / reach).powi(2)).powi(2),
    };
    distances.iter().map(weight).collect()
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let middle = |index: usize| sorted.get(index).copied().unwrap_or(0.0);
    f64::midpoint(middle(sorted.len().saturating_sub(1) / 2), middle(sorted.len() / 2))
}

#[cfg(test)]
mod tests;
