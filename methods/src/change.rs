//! Relative change between two counts or rates, with its exact interval and what is to be made of it.
//!
//! The change is the rate ratio less one, and its limits are those of the ratio (references in
//! [`crate::rate_ratio`]). A change is called more than chance only where the E-test and the exact interval
//! both say so. From zero there is no relative change, however many there are now: the direction can still
//! be asked for.

use crate::rate_ratio::{Observed, RateRatio, RateRatioError, e_test, rate_ratio};

/// Relative change; 0.85 is an increase by 85 %.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// The change, at least -1.
    pub value: f64,
    /// Lower exact limit.
    pub low: f64,
    /// Upper exact limit.
    pub high: f64,
    /// Two-sided p-value of the E-test.
    pub p_value: f64,
    /// What is to be made of it.
    pub direction: Direction,
}

/// What is to be made of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// More now, by more than chance.
    Up,
    /// Fewer now, by more than chance.
    Down,
    /// As large a difference would come about by chance too.
    NoMoreThanChance,
}

/// Why there is no relative change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// Nothing happened before.
    #[error("a change from zero has no percentage: give both counts instead")]
    FromZero,
    /// An exposure or the confidence level makes no sense.
    #[error(transparent)]
    Ratio(#[from] RateRatioError),
}

/// The change from `before` to `now`, for a confidence level such as 0.95.
///
/// Exposures are in one unit: equal for counts, days for periods of different length, inhabitants for
/// rates. Cost: grows with the square root of the counts.
///
/// # Errors
/// [`ChangeError::FromZero`] when the first count is zero; [`ChangeError::Ratio`] when an exposure or the
/// level makes no sense.
///
/// ```
/// use tequio_methods::{change::{Direction, change}, rate_ratio::Observed};
/// let homicides = |count| Observed { count, exposure: 1.0 };
/// let change = change(homicides(21_459), homicides(11_806), 0.95)?;
/// assert!((change.value - 0.817_635).abs() < 1e-6 && change.direction == Direction::Up);
/// # Ok::<(), tequio_methods::change::ChangeError>(())
/// ```
pub fn change(now: Observed, before: Observed, level: f64) -> Result<Change, ChangeError> {
    let (direction, p_value) = tested(now, before, level)?;
    if before.count == 0 {
        return Err(ChangeError::FromZero);
    }
    let ratio = rate_ratio(now, before, level)?;
    match (ratio.value, ratio.high) {
        (Some(value), Some(high)) => {
            Ok(Change { value: value - 1.0, low: ratio.low - 1.0, high: high - 1.0, p_value, direction })
        }
        _ => Err(ChangeError::FromZero),
    }
}

/// Whether there are more or fewer now by more than chance, from zero too.
///
/// # Errors
/// [`ChangeError::Ratio`] when an exposure or the level makes no sense. Zero and zero do not differ.
pub fn direction(now: Observed, before: Observed, level: f64) -> Result<Direction, ChangeError> {
    tested(now, before, level).map(|(direction, _)| direction)
}

fn tested(now: Observed, before: Observed, level: f64) -> Result<(Direction, f64), ChangeError> {
    let p_value = e_test(now, before)?.p_value;
    let ratio = match rate_ratio(now, before, level) {
        Err(RateRatioError::NoEvents) => return Ok((Direction::NoMoreThanChance, p_value)),
        other => other?,
    };
    Ok((direction_of(&ratio, p_value, level), p_value))
}

/// What is to be made of a ratio: the test and the interval have to speak for a difference, both. The p-value may be one
/// that was corrected for many comparisons; `level` is that of the interval.
pub fn direction_of(ratio: &RateRatio, p_value: f64, level: f64) -> Direction {
    match (p_value <= 1.0 - level && ratio.excludes_one(), ratio.low > 1.0) {
        (false, _) => Direction::NoMoreThanChance,
        (true, true) => Direction::Up,
        (true, false) => Direction::Down,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over(count: u64, exposure: f64) -> Observed {
        Observed { count, exposure }
    }

    /// Homicides in Mexico from 2006 to 2012 (case files of the national system, deaths of INEGI, inhabitants of
    /// CONAPO): +81.8 % in case files, +148.4 % in deaths, +68.3 % in case files by inhabitant.
    #[test]
    fn known_changes() {
        for (now, before, percent) in [
            (over(21_459, 1.0), over(11_806, 1.0), 81.8),
            (over(25_967, 1.0), over(10_452, 1.0), 148.4),
            (over(21_459, 117_053_750.0), over(11_806, 108_408_827.0), 68.3),
        ] {
            let change = change(now, before, 0.95).expect("counts");
            assert!((change.value * 100.0 - percent).abs() < 0.05, "{change:?}");
            assert!(change.low < change.value && change.value < change.high);
            assert_eq!(change.direction, Direction::Up);
        }
    }

    /// Limits of the ratio 6 : 2 (SciPy 1.17 `beta.ppf`) less one; the p-value is statsmodels' `etest-score`.
    #[test]
    fn limits_and_p_value_are_those_of_the_ratio() {
        let change = change(over(6, 1.0), over(2, 1.0), 0.95).expect("counts");
        assert!((change.value - 2.0).abs() < 1e-12 && (change.low + 0.463_561_347_1).abs() < 1e-8, "{change:?}");
        assert!((change.high - 29.393_205_749).abs() < 1e-6 && (change.p_value - 0.174_874_820_9).abs() < 1e-8);
        assert_eq!(change.direction, Direction::NoMoreThanChance);
    }

    #[test]
    fn directions() {
        for (now, before, expected) in [
            (30, 60, Direction::Down),
            (60, 30, Direction::Up),
            (0, 30, Direction::Down),
            (30, 0, Direction::Up),
            // The test alone would call this a difference (p = 0.0198); the interval holds one.
            (5, 0, Direction::NoMoreThanChance),
            (0, 0, Direction::NoMoreThanChance),
        ] {
            assert_eq!(direction(over(now, 1.0), over(before, 1.0), 0.95), Ok(expected), "{now} after {before}");
        }
        let all = change(over(0, 1.0), over(30, 1.0), 0.95).expect("counts");
        assert_eq!((all.value, all.low, all.direction), (-1.0, -1.0, Direction::Down));
    }

    #[test]
    fn a_stricter_level_asks_for_more() {
        let (now, before) = (over(45, 1.0), over(25, 1.0));
        assert_eq!(direction(now, before, 0.95), Ok(Direction::Up));
        assert_eq!(direction(now, before, 0.99), Ok(Direction::NoMoreThanChance));
    }

    #[test]
    fn what_is_no_change_says_why() {
        assert_eq!(change(over(5, 1.0), over(0, 1.0), 0.95), Err(ChangeError::FromZero));
        assert_eq!(change(over(0, 1.0), over(0, 1.0), 0.95), Err(ChangeError::FromZero));
        let no_exposure = Err(ChangeError::Ratio(RateRatioError::Exposure));
        assert_eq!(change(over(5, 1.0), over(4, 0.0), 0.95), no_exposure);
        assert_eq!(change(over(5, 1.0), over(4, 1.0), 95.0), Err(ChangeError::Ratio(RateRatioError::Level)));
    }
}
