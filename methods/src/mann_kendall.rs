//! Mann-Kendall test: does a series rise or fall, whatever the form of its course?
//!
//! References: H. B. Mann, "Nonparametric Tests Against Trend", Econometrica 13 (1945); M. G. Kendall, "Rank
//! Correlation Methods", 1975. `S` is the number of pairs that rise less those that fall; its variance, with groups of
//! `t` equal values, is `(n (n - 1)(2n + 5) - sum of t (t - 1)(2t + 5)) / 18`, and
//! `z = (S - sign S) / sqrt(variance)` is nearly normal for ten values or more.
//!
//! Presumed: values that do not depend on the one before, once the trend is taken out. Cost: all pairs.

use statrs::function::erf::erfc;

/// Fewest values.
pub const VALUES_MIN: usize = 4;

/// Why a trend cannot be tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrendError {
    /// Too few.
    #[error("give at least {VALUES_MIN} values")]
    TooFew,
    /// A value that is no number.
    #[error("a missing value is not a number: test the series up to it")]
    NotANumber,
}

/// Result of the test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// Pairs that rise less pairs that fall.
    pub s: i64,
    /// Share of rising pairs less share of falling ones, from -1 to 1 (Kendall's tau, type a).
    pub tau: f64,
    /// Standard score: above zero for a rising series. Zero where all values are the same.
    pub z: f64,
    /// Two-sided p-value.
    pub p_value: f64,
}

/// Tests a series for a trend.
///
/// # Errors
/// [`TrendError`] when there are fewer than [`VALUES_MIN`] values, or one is no number.
///
/// ```
/// let trend = tequio_methods::mann_kendall::trend(&[1.2, 0.8, 2.5, 2.0, 3.1, 2.9, 3.5, 4.2, 3.9, 5.0, 4.4, 5.1])?;
/// assert_eq!(trend.s, 56);
/// assert!((trend.z - 3.771490).abs() < 1e-6 && (trend.p_value - 0.000162).abs() < 1e-6);
/// # Ok::<(), tequio_methods::mann_kendall::TrendError>(())
/// ```
pub fn trend(values: &[f64]) -> Result<Trend, TrendError> {
    if values.len() < VALUES_MIN {
        return Err(TrendError::TooFew);
    }
    if !values.iter().all(|value| value.is_finite()) {
        return Err(TrendError::NotANumber);
    }
    let sign = |earlier: f64, later: f64| i64::from(later > earlier) - i64::from(later < earlier);
    let rises =
        |(index, value): (usize, &f64)| -> i64 { values[index + 1..].iter().map(|later| sign(*value, *later)).sum() };
    let s: i64 = values.iter().enumerate().map(rises).sum();
    let n = values.len() as f64;
    let term = |count: f64| count * (count - 1.0) * (2.0 * count + 5.0);
    let variance = (term(n) - ties(values).into_iter().map(|count| term(count as f64)).sum::<f64>()) / 18.0;
    let z = if s == 0 { 0.0 } else { (s - s.signum()) as f64 / variance.sqrt() };
    Ok(Trend { s, tau: s as f64 / (n * (n - 1.0) / 2.0), z, p_value: erfc(z.abs() / 2.0f64.sqrt()) })
}

/// Sizes of the groups of equal values.
fn ties(values: &[f64]) -> Vec<usize> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.chunk_by(|a, b| a == b).map(<[f64]>::len).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As computed by Python package `pymannkendall` 1.4.3, `original_test`.
    #[test]
    fn known_trends() {
        for (values, s, z, p_value) in [
            (vec![1.2, 0.8, 2.5, 2.0, 3.1, 2.9, 3.5, 4.2, 3.9, 5.0, 4.4, 5.1], 56, 3.771_490_147, 0.000_162_275_566),
            (vec![2.0, 2.0, 3.0, 1.0, 3.0, 3.0, 2.0, 4.0, 1.0, 2.0], 1, 0.0, 1.0),
            (vec![5.0, 4.5, 4.6, 4.0, 3.9, 3.1, 3.0, 3.3, 2.5, 2.2], -39, -3.398_823_326, 0.000_676_764_180),
        ] {
            let found = trend(&values).expect("values");
            assert_eq!(found.s, s);
            assert!((found.z - z).abs() < 1e-9 && (found.p_value - p_value).abs() < 1e-9, "{found:?}");
        }
    }

    #[test]
    fn a_series_and_its_reverse_are_opposite() {
        let values = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0];
        let there = trend(&values).expect("values");
        let back = trend(&values.iter().rev().copied().collect::<Vec<_>>()).expect("values");
        assert_eq!((there.s, there.z, there.p_value), (-back.s, -back.z, back.p_value));
        assert!((trend(&[1.0, 2.0, 3.0, 4.0]).expect("values").tau - 1.0).abs() < 1e-15);
    }

    #[test]
    fn what_has_no_trend_says_why() {
        assert_eq!(trend(&[7.0; 12]).map(|trend| (trend.s, trend.z, trend.p_value)), Ok((0, 0.0, 1.0)));
        assert_eq!(trend(&[1.0, 2.0, 3.0]), Err(TrendError::TooFew));
        assert_eq!(trend(&[1.0, f64::NAN, 3.0, 4.0]), Err(TrendError::NotANumber));
    }
}
