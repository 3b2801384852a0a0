//! Scan statistics: where, and when, are there more cases than chance gives, with no area or period chosen
//! beforehand?
//!
//! | question | method |
//! | --- | --- |
//! | in which areas, given the inhabitants? | [`spatial`]: circles or ellipses |
//! | round which places do so many cases lie among few inhabitants? | [`besag_newell`] |
//! | in which areas and periods, given the inhabitants? | [`space_time`], Poisson model: cylinders |
//! | ... where inhabitants are unknown | [`space_time`], permutation model |
//! | is the busiest window of a series unusual? | [`temporal`] |
//!
//! References: M. Kulldorff and N. Nagarwalla, "Spatial Disease Clusters: Detection and Inference", Statistics in
//! Medicine 14 (1995); M. Kulldorff, "A Spatial Scan Statistic", Communications in Statistics: Theory and Methods
//! 26 (1997). Of all windows, each with `c` cases where `e` are expected of `C` in all, the one with the highest
//! log-likelihood ratio `c ln(c/e) + (C - c) ln((C - c)/(C - e))`, `c > e`, is the most likely cluster. Its
//! p-value comes from replicas in which the `C` cases fall by chance, each with its own highest ratio: that
//! so many windows were looked at is in the p-value. Further clusters, which share no place with those
//! before, are compared with the same highest ratios, and so look less certain than they are.
//!
//! Only areas with more cases than expected are sought.

pub mod besag_newell;
mod rays;
pub mod space_time;
pub mod spatial;
pub mod temporal;

use crate::monte_carlo::MonteCarloError;
use crate::simulation::SimulationError;

/// Most cases: what the scan counts exactly.
pub const CASES_MAX: u64 = 1 << f32::MANTISSA_DIGITS;
/// Most windows in space that are kept in memory (13 bytes each).
pub const WINDOWS_MAX: usize = 100_000_000;

/// Why nothing can be scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// Nothing to scan.
    #[error("give at least two places")]
    NoPlaces,
    /// A position that is no number.
    #[error("every place needs a position of two numbers")]
    Position,
    /// Nobody anywhere, or more than are counted.
    #[error("the inhabitants of all places are none, or more than can be counted")]
    Population,
    /// A case where nobody lives.
    #[error("place {0} has cases but no inhabitants: its rate is no number")]
    CasesWithoutPopulation(usize),
    /// Nothing happened, or more than is counted.
    #[error("give 1 to {CASES_MAX} cases")]
    Cases,
    /// A share that makes no sense.
    #[error("the largest window holds a share above 0 and at most 1 (0.5 for half of the inhabitants)")]
    Share,
    /// An ellipse that is none.
    #[error("an ellipse has a ratio of axes of 1 or more and at least one angle; a penalty is zero or more")]
    Shape,
    /// Series of different lengths, or too short.
    #[error("every place needs as many periods as the others, two at least, and a window one at least")]
    Periods,
    /// More windows than are kept.
    #[error("more than {WINDOWS_MAX} windows: give a smaller share or fewer ellipses")]
    TooManyWindows,
    /// A window or a mean that makes no sense.
    #[error("a window is at least one period and at most half of them; a mean is above zero; a count is two at least")]
    Window,
    /// Replicas that make no sense.
    #[error(transparent)]
    MonteCarlo(#[from] MonteCarloError),
    /// Replicas that cannot be drawn.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
}

/// How many cases a window has, and how unusual that is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Excess {
    /// Cases in the window.
    pub observed: u64,
    /// Cases that it would have if all places and periods had the same risk.
    pub expected: f64,
    /// Risk inside over risk outside; none where all cases are inside.
    pub relative_risk: Option<f64>,
    /// Log-likelihood ratio.
    pub log_likelihood_ratio: f64,
    /// Probability that chance alone gives a window anywhere with such a ratio or a higher one.
    pub p_value: f64,
}

impl Excess {
    fn of(observed: u64, expected: f64, total: u64, p_value: f64) -> Self {
        let (inside, all) = (observed as f64, total as f64);
        let relative_risk = (observed < total).then(|| (inside / expected) / ((all - inside) / (all - expected)));
        let log_likelihood_ratio = log_likelihood_ratio(inside, expected, all);
        Self { observed, expected, relative_risk, log_likelihood_ratio, p_value }
    }
}

fn log_likelihood_ratio(cases: f64, expected: f64, total: f64) -> f64 {
    if cases <= expected {
        return 0.0;
    }
    let outside = total - cases;
    let rest = if outside > 0.0 { outside * (outside / (total - expected)).ln() } else { 0.0 };
    cases * (cases / expected).ln() + rest
}

/// Whether the log-likelihood ratio of a window can exceed `best`: cheap, and never no when it does.
///
/// With `d = c - e` the ratio is at most `d^2 / 2 (1/e + 1/(C - c))`, since the curvature `1/x` of `x ln(x/e)` is at
/// most `1/e` from `e` upward, and at most `1/(C - c)` between `C - c` and `C - e`.
fn can_exceed(best: f64, cases: f64, expected: f64, total: f64) -> bool {
    let over = cases - expected;
    over > 0.0 && over * over * (total - over) * (1.0 + ROUNDING) >= 2.0 * best * expected * (total - cases)
}

/// What rounding can take from the bound.
const ROUNDING: f64 = 1e-9;

#[cfg(test)]
mod tests {
    use super::*;

    /// The statistic of a window of 106 cases, 62.13 expected of 552, as in R package `smerc`: by hand.
    #[test]
    fn the_ratio_of_a_window() {
        let by_hand = 106.0 * (106.0f64 / 62.13).ln() + 446.0 * (446.0f64 / 489.87).ln();
        assert!((log_likelihood_ratio(106.0, 62.13, 552.0) - by_hand).abs() < 1e-12);
        assert_eq!(log_likelihood_ratio(3.0, 3.5, 10.0), 0.0);
        assert!((log_likelihood_ratio(10.0, 5.0, 10.0) - 10.0 * 2.0f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn the_bound_holds() {
        for cases in 1..=200 {
            for step in 1..400 {
                let (cases, expected) = (f64::from(cases), f64::from(step) * 0.5);
                let ratio = log_likelihood_ratio(cases, expected, 200.0);
                assert!(ratio <= 0.0 || can_exceed(ratio, cases, expected, 200.0), "{cases} {expected}");
            }
        }
    }
}
