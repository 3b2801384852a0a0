//! Emerging hot spots: how a place came to be one, or ceased to be one, from its Gi* scores period by period.
//!
//! Reference: the categories of the tool "Emerging Hot Spot Analysis" (Esri, ArcGIS Pro, "How Emerging Hot Spot
//! Analysis works"), which combine the Getis-Ord Gi* statistic of each period (A. Getis and J. K. Ord, Geographical
//! Analysis 24, 1992; J. K. Ord and A. Getis, Geographical Analysis 27, 1995) with the Mann-Kendall trend of its z
//! scores. A period is hot when its score is at least `critical`, cold when it is at most `-critical`. Cold spots
//! are classified as hot spots of the scores turned round; what a place is in the last period comes before what it
//! was.
//!
//! The scores are computed elsewhere; whether `critical` allows for many places and periods (false discovery rate) is
//! the caller's choice. Cost: the pairs of periods, for each place.

use crate::mann_kendall::{TrendError, trend};

/// Fewest periods: below, a trend of scores says nothing.
pub const PERIODS_MIN: usize = 10;
/// Share of the periods from which on a place is hot nearly always.
const NEARLY_ALWAYS: f64 = 0.9;
/// Below this p-value a trend of the scores is told.
const TREND_LEVEL: f64 = 0.05;

/// Hot or cold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// More than around.
    Hot,
    /// Less than around.
    Cold,
}

/// How a place came to be what it is. "Hot" stands for cold too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pattern {
    /// Hot in the last period, never before.
    New,
    /// Hot in an unbroken run of two periods or more at the end, never before that run, in less than 90 % of the
    /// periods.
    Consecutive,
    /// Hot in 90 % of the periods, the last among them, and ever more so.
    Intensifying,
    /// Hot in 90 % of the periods, the last among them, without a trend.
    Persistent,
    /// Hot in 90 % of the periods, the last among them, and ever less so.
    Diminishing,
    /// Hot in the last period, on and off before, never cold.
    Sporadic,
    /// Hot in the last period, on and off before, and cold at some time.
    Oscillating,
    /// Hot in 90 % of the periods, but not in the last.
    Historical,
}

/// What a place is; none of both where nothing fits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Emergence {
    /// Kind and pattern.
    pub pattern: Option<(Kind, Pattern)>,
    /// Standard score of the trend of the scores: above zero when they rise.
    pub trend_z: f64,
    /// Two-sided p-value of that trend.
    pub trend_p_value: f64,
}

/// Why a place cannot be classified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmergenceError {
    /// Too few periods.
    #[error("give at least {PERIODS_MIN} periods")]
    TooFew,
    /// A critical score that is none.
    #[error("a critical score is above zero (1.96 for 95 % and a single test)")]
    Critical,
    /// Scores without a trend.
    #[error(transparent)]
    Trend(#[from] TrendError),
}

/// Classifies a place by its Gi* scores, earliest period first.
///
/// # Errors
/// [`EmergenceError`] when there are fewer than [`PERIODS_MIN`] periods, a score is no number, or `critical` is not
/// above zero.
///
/// ```
/// use tequio_methods::emerging::{Kind, Pattern, emergence};
/// let scores = [0.1, 0.4, -0.3, 0.2, 0.0, 0.5, -0.1, 0.3, 2.4, 2.9];
/// assert_eq!(emergence(&scores, 1.96)?.pattern, Some((Kind::Hot, Pattern::Consecutive)));
/// # Ok::<(), tequio_methods::emerging::EmergenceError>(())
/// ```
pub fn emergence(scores: &[f64], critical: f64) -> Result<Emergence, EmergenceError> {
    if scores.len() < PERIODS_MIN {
        return Err(EmergenceError::TooFew);
    }
    if !(critical.is_finite() && critical > 0.0) {
        return Err(EmergenceError::Critical);
    }
    let trend = trend(scores)?;
    let sign = if trend.p_value < TREND_LEVEL { trend.z.signum() } else { 0.0 };
    let hot: Vec<bool> = scores.iter().map(|score| *score >= critical).collect();
    let cold: Vec<bool> = scores.iter().map(|score| *score <= -critical).collect();
    let of_kind = |kind: Kind| match kind {
        Kind::Hot => pattern(&hot, &cold, sign).map(|pattern| (kind, pattern)),
        Kind::Cold => pattern(&cold, &hot, -sign).map(|pattern| (kind, pattern)),
    };
    // What a place is now comes before what it was.
    let cold_now = cold.last() == Some(&true);
    let (first, second) = if cold_now { (Kind::Cold, Kind::Hot) } else { (Kind::Hot, Kind::Cold) };
    let pattern = of_kind(first).or_else(|| of_kind(second));
    Ok(Emergence { pattern, trend_z: trend.z, trend_p_value: trend.p_value })
}

/// `trend` is above zero where the scores grow hotter, zero where nothing is certain.
fn pattern(hot: &[bool], cold: &[bool], trend: f64) -> Option<Pattern> {
    let times = hot.iter().filter(|hot| **hot).count();
    let run = hot.iter().rev().take_while(|hot| **hot).count();
    let nearly_always = times as f64 >= NEARLY_ALWAYS * hot.len() as f64;
    if run == 0 {
        return nearly_always.then_some(Pattern::Historical);
    }
    Some(match (nearly_always, times == run, trend) {
        (false, true, _) if run == 1 => Pattern::New,
        (false, true, _) => Pattern::Consecutive,
        (true, _, trend) if trend > 0.0 => Pattern::Intensifying,
        (true, _, trend) if trend < 0.0 => Pattern::Diminishing,
        (true, ..) => Pattern::Persistent,
        _ if cold.contains(&true) => Pattern::Oscillating,
        _ => Pattern::Sporadic,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `h` is a hot period, `c` a cold one, `.` one that is neither.
    fn of(periods: &str) -> Option<(Kind, Pattern)> {
        let score = |(index, period): (usize, char)| match period {
            // The same mean early and late, so that no trend shows.
            'h' => 2.5 + f64::from(index as u32 % 2),
            'c' => -2.5 - f64::from(index as u32 % 2),
            _ => 0.0,
        };
        let scores: Vec<f64> = periods.chars().enumerate().map(score).collect();
        emergence(&scores, 1.96).expect("scores").pattern
    }

    #[test]
    fn every_pattern_by_its_definition() {
        let hot = |pattern| Some((Kind::Hot, pattern));
        assert_eq!(of("...........h"), hot(Pattern::New));
        assert_eq!(of("....c......h"), hot(Pattern::New));
        assert_eq!(of("........hhhh"), hot(Pattern::Consecutive));
        assert_eq!(of("..h.....hhhh"), hot(Pattern::Sporadic));
        assert_eq!(of("h..h...h...h"), hot(Pattern::Sporadic));
        assert_eq!(of("h..c...h...h"), hot(Pattern::Oscillating));
        assert_eq!(of("hhhhhhhhhhhh"), hot(Pattern::Persistent));
        assert_eq!(of("hhh.hhhhhhhh"), hot(Pattern::Persistent));
        assert_eq!(of("hhhhhhhhhhh."), hot(Pattern::Historical));
        assert_eq!(of("hhhhh......."), None);
        assert_eq!(of("............"), None);
        assert_eq!(of("hhhhhhhhhhhc"), Some((Kind::Cold, Pattern::New)));
    }

    #[test]
    fn a_trend_of_the_scores_is_told() {
        let rising: Vec<f64> = (0..12).map(|period| 2.0 + f64::from(period) * 0.2).collect();
        let falling: Vec<f64> = rising.iter().rev().copied().collect();
        let of = |scores: &[f64]| emergence(scores, 1.96).expect("scores").pattern;
        assert_eq!(of(&rising), Some((Kind::Hot, Pattern::Intensifying)));
        assert_eq!(of(&falling), Some((Kind::Hot, Pattern::Diminishing)));
        let colder: Vec<f64> = rising.iter().map(|score| -score).collect();
        assert_eq!(of(&colder), Some((Kind::Cold, Pattern::Intensifying)));
        let found = emergence(&rising, 1.96).expect("scores");
        assert!(found.trend_z > 4.0 && found.trend_p_value < 1e-4);
    }

    #[test]
    fn cold_spots_are_hot_spots_turned_round() {
        let mut state = 5u64;
        for _ in 0..3_000 {
            let scores: Vec<f64> = (0..12)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    (state >> 40) as f64 / f64::from(1 << 21) - 4.0
                })
                .collect();
            let turned: Vec<f64> = scores.iter().map(|score| -score).collect();
            let of = |scores: &[f64]| emergence(scores, 1.0).expect("scores").pattern;
            let turn = |kind| if kind == Kind::Hot { Kind::Cold } else { Kind::Hot };
            assert_eq!(of(&scores), of(&turned).map(|(kind, pattern)| (turn(kind), pattern)));
        }
    }

    #[test]
    fn what_cannot_be_classified_says_why() {
        assert_eq!(emergence(&[3.0; 9], 1.96), Err(EmergenceError::TooFew));
        assert_eq!(emergence(&[3.0; 12], 0.0), Err(EmergenceError::Critical));
        let missing = [&[3.0; 11][..], &[f64::NAN]].concat();
        assert_eq!(emergence(&missing, 1.96), Err(EmergenceError::Trend(TrendError::NotANumber)));
    }
}
