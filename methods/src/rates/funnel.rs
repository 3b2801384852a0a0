//! Limits of a funnel plot: how far a ratio of events to expected ones may lie from 1 by chance, given how
//! many are expected.
//!
//! Reference: D. J. Spiegelhalter, "Funnel Plots for Comparing Institutional Performance", Statistics in
//! Medicine 24 (2005). Exact: quantiles of the Poisson law, drawn straight between whole counts (its
//! appendix A.1.1). Normal: `1 +- z sqrt(s^2)` with `s^2 = 1 / E`. Areas differ more than by chance for
//! reasons of no interest here: the normal limits are then widened, either multiplied (`s^2` times a
//! factor) or by a variance between areas that is added (`s^2 + t^2`). Both are estimated from scores whose
//! extremes are drawn in ("winsorised"), so that the outliers to be found do not hide themselves.

use super::{RateError, check, is_exposure, tail};
use crate::poisson::Interval;
use statrs::distribution::{ContinuousCDF, DiscreteCDF, Normal, Poisson};

/// Most expected events of exact limits: beyond, the normal ones are the same.
pub const EXACT_MAX: f64 = 1e12;

/// How much more areas differ than by chance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dispersion {
    /// Mean of the squared scores: 1 when areas differ by chance alone.
    pub factor: f64,
    /// Variance between the areas' true ratios, zero or more.
    pub between: f64,
    /// True when the factor is more than chance would make it: above `1 + 2 sqrt(2 / n)`.
    pub more_than_chance: bool,
}

/// How normal limits are widened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Widening {
    /// Not at all.
    None,
    /// The variance is multiplied by a factor; by 1 when it is below.
    Multiplied(f64),
    /// A variance between areas is added.
    Added(f64),
}

/// Exact limits of the ratio, for a share of areas that lie within by chance, such as 0.95 or 0.998.
///
/// Cost: some tens of values of the Poisson law.
///
/// # Errors
/// [`RateError`] when nothing is expected (or more than [`EXACT_MAX`]), or the level makes no sense.
///
/// ```
/// let limits = tequio_methods::rates::funnel::exact(25.0, 0.95)?;
/// assert!(limits.low > 0.6 && limits.low < 0.64 && limits.high > 1.38 && limits.high < 1.44);
/// # Ok::<(), tequio_methods::rates::RateError>(())
/// ```
pub fn exact(expected: f64, level: f64) -> Result<Interval, RateError> {
    let tail = tail(level)?;
    if !(is_exposure(expected) && expected <= EXACT_MAX) {
        return Err(RateError::Population(0));
    }
    let law = Poisson::new(expected).map_err(|_| RateError::Population(0))?;
    let limit = |share: f64| interpolated(&law, expected, share).max(0.0) / expected;
    Ok(Interval { low: limit(tail), high: limit(1.0 - tail) })
}

/// The count below which a share of the law lies, drawn straight between the whole counts on both sides.
fn interpolated(law: &Poisson, expected: f64, share: f64) -> f64 {
    // All but 10^-30 of the law lies below.
    let (mut below, mut reaching) = (-1.0, (expected + 12.0 * expected.sqrt() + 40.0).ceil());
    while reaching - below > 1.0 {
        let middle = ((below + reaching) / 2.0).floor();
        if law.cdf(middle as u64) >= share { reaching = middle } else { below = middle }
    }
    let at = law.cdf(reaching as u64);
    let before = if reaching > 0.0 { law.cdf(reaching as u64 - 1) } else { 0.0 };
    reaching - (at - share) / (at - before)
}

/// Normal limits of the ratio, widened or not. The lower one is never below zero.
///
/// # Errors
/// [`RateError`] when nothing is expected or the level makes no sense.
pub fn normal(expected: f64, level: f64, widening: Widening) -> Result<Interval, RateError> {
    let tail = tail(level)?;
    if !is_exposure(expected) {
        return Err(RateError::Population(0));
    }
    let variance = match widening {
        Widening::None => 1.0 / expected,
        Widening::Multiplied(factor) => factor.max(1.0) / expected,
        Widening::Added(between) => 1.0 / expected + between.max(0.0),
    };
    let reach = Normal::standard().inverse_cdf(1.0 - tail) * variance.sqrt();
    Ok(Interval { low: (1.0 - reach).max(0.0), high: 1.0 + reach })
}

/// How much more the ratios of all areas differ than by chance.
///
/// `drawn_in` is the share of the scores on either side that are set to the next one within, such as 0.1.
/// Cost: one sort of the areas.
///
/// # Errors
/// [`RateError`] when the lists differ in length or have less than two areas, an expected number is not above
/// zero, or the share is not from 0 to below a half.
///
/// ```
/// use tequio_methods::rates::funnel::{Widening, dispersion, normal};
/// let spread = dispersion(&[12, 3, 25, 8, 30, 9], &[10.0, 9.0, 11.0, 12.0, 12.0, 13.0], 0.0)?;
/// assert!(spread.more_than_chance);
/// assert!(normal(10.0, 0.95, Widening::Added(spread.between))?.high > normal(10.0, 0.95, Widening::None)?.high);
/// # Ok::<(), tequio_methods::rates::RateError>(())
/// ```
pub fn dispersion(counts: &[u64], expected: &[f64], drawn_in: f64) -> Result<Dispersion, RateError> {
    check(counts, expected)?;
    if counts.len() < 2 {
        return Err(RateError::Few);
    }
    if !(0.0..0.5).contains(&drawn_in) {
        return Err(RateError::Poisson(crate::poisson::PoissonError::Level));
    }
    let score = |(count, expected): (&u64, &f64)| (*count as f64 - expected) / expected.sqrt();
    let mut scores: Vec<f64> = counts.iter().zip(expected).map(score).collect();
    draw_in(&mut scores, drawn_in);
    let n = scores.len() as f64;
    let factor = scores.iter().map(|score| score * score).sum::<f64>() / n;
    // The inverse of the variance of a ratio is the expected number.
    let (sum, squares) = expected.iter().fold((0.0, 0.0), |(a, b), weight| (a + weight, b + weight * weight));
    let between = ((n * factor - (n - 1.0)) / (sum - squares / sum)).max(0.0);
    Ok(Dispersion { factor, between, more_than_chance: factor > 1.0 + 2.0 * (2.0 / n).sqrt() })
}

/// Sorts scores and sets a share on either side to the next one within.
fn draw_in(scores: &mut [f64], share: f64) {
    scores.sort_unstable_by(f64::total_cmp);
    let count = (share * scores.len() as f64).floor() as usize;
    let last = scores.len() - 1;
    let (low, high) = (scores[count], scores[last - count]);
    scores.iter_mut().for_each(|score| *score = score.clamp(low, high));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with SciPy 1.17 `poisson.ppf` and `poisson.cdf`.
    #[test]
    fn known_exact_limits() {
        for (expected, level, low, high) in EXACT {
            let limits = exact(expected, level).expect("limits");
            assert!((limits.low - low).abs() < 1e-9 && (limits.high - high).abs() < 1e-9, "{expected}: {limits:?}");
        }
    }

    const EXACT: [(f64, f64, f64, f64); 5] = [
        (0.5, 0.95, 0.0, 3.720051822921999),
        (3.2, 0.95, 0.0, 2.095623695040134),
        (25.0, 0.95, 0.6070062613142216, 1.3910686876035885),
        (25.0, 0.998, 0.41994130028839877, 1.6538609389888006),
        (1000.0, 0.998, 0.9032107675775349, 1.0986423564826093),
    ];

    #[test]
    fn exact_and_normal_limits_meet_where_many_are_expected() {
        let (exact, normal) = (exact(1e6, 0.95).expect("limits"), normal(1e6, 0.95, Widening::None).expect("limits"));
        assert!((exact.low - normal.low).abs() < 2e-6 && (exact.high - normal.high).abs() < 2e-6);
        let widened = super::normal(100.0, 0.95, Widening::Multiplied(4.0)).expect("limits");
        assert!((widened.high - 1.0 - 2.0 * 0.195_996_398).abs() < 1e-8);
        assert_eq!(super::normal(100.0, 0.95, Widening::Multiplied(0.2)), super::normal(100.0, 0.95, Widening::None));
    }

    #[test]
    fn outliers_are_drawn_in_and_chance_alone_has_no_variance_between() {
        let expected = vec![100.0; 20];
        let mut counts: Vec<u64> = (0..20).map(|i| 91 + i).collect();
        let even = dispersion(&counts, &expected, 0.1).expect("areas");
        assert!(even.factor < 1.0 && even.between == 0.0 && !even.more_than_chance);
        counts[3] = 900;
        let with_outlier = dispersion(&counts, &expected, 0.1).expect("areas");
        assert!(with_outlier.factor < 1.0, "{with_outlier:?}");
        assert!(dispersion(&counts, &expected, 0.0).expect("areas").more_than_chance);
    }

    #[test]
    fn what_has_no_limits_says_why() {
        assert_eq!(exact(0.0, 0.95), Err(RateError::Population(0)));
        assert_eq!(dispersion(&[1], &[1.0], 0.1), Err(RateError::Few));
        assert!(dispersion(&[1, 2], &[1.0; 2], 0.5).is_err() && normal(1.0, 1.0, Widening::None).is_err());
    }
}
