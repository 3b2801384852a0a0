//! How far a density is smoothed.
//!
//! Where no bandwidth is given it is Silverman's normal reference rule for two dimensions (B. W. Silverman, Density
//! Estimation for Statistics and Data Analysis, 1986, section 4.3): the standard deviation of the incidents along an axis,
//! times their number to the power of -1/6. It is held between one cell and two.

use super::AnalysisError;
use super::density::{BANDWIDTH, Counted};
use super::hints::{Hint, refused};

/// Widest bandwidth, in widths of a cell.
const BANDWIDTH_CELLS_MAX: f64 = 16.0;
/// Widest bandwidth that is taken where none is given, in widths of a cell.
pub(super) const RULE_CELLS_MAX: f64 = 2.0;

/// Silverman's normal reference rule in two dimensions, metres; `side` is the width of a cell in metres. Zero where all
/// incidents lie in one cell.
pub(super) fn silverman(counted: &[Counted], side: f64) -> f64 {
    let count: f64 = counted.iter().map(|cell| cell.count as f64).sum();
    let mean = |of: fn(&Counted) -> f64| counted.iter().map(|cell| cell.count as f64 * of(cell)).sum::<f64>() / count;
    let (x, y) = (mean(|cell| f64::from(cell.x)), mean(|cell| f64::from(cell.y)));
    let squares = counted
        .iter()
        .map(|cell| cell.count as f64 * ((f64::from(cell.x) - x).powi(2) + (f64::from(cell.y) - y).powi(2)));
    let deviation = (squares.sum::<f64>() / count / 2.0).sqrt();
    if count > 0.0 { side * deviation * count.powf(-1.0 / 6.0) } else { 0.0 }
}

/// The rule within one and two cells, metres, in two digits where they allow it: it presumes a single hill, and smooths
/// too much where incidents lie in several towns.
pub(super) fn fitting(rule: f64, side: f64) -> f64 {
    let fitting = rule.clamp(side, RULE_CELLS_MAX * side);
    // Downward: rounded to the nearest it may be more than two cells.
    let step = step_of_two_digits(fitting);
    ((fitting / step).floor() * step).max(side)
}

/// Looks at a bandwidth before the width of the cells is known.
pub(super) fn check(text: &str) -> Result<(), AnalysisError> {
    let is_positive = || text.parse().is_ok_and(|metres: f64| metres.is_finite() && metres > 0.0);
    if text.is_empty() || is_positive() { Ok(()) } else { Err(refused(BANDWIDTH.name, text, Hint::Positive)) }
}

/// A kernel narrower than the cells would draw the cells.
pub(super) fn read(text: &str, side: f64) -> Result<f64, AnalysisError> {
    let (least, most) = (side.ceil(), (BANDWIDTH_CELLS_MAX * side).floor());
    let fits = |value: &f64| (side..=most).contains(value);
    text.parse().ok().filter(fits).ok_or_else(|| refused(BANDWIDTH.name, text, Hint::Metres(least, most)))
}

/// Two digits are enough to say how far it is smoothed.
pub(super) fn rounded(metres: f64) -> f64 {
    let step = step_of_two_digits(metres);
    (metres / step).round() * step
}

fn step_of_two_digits(metres: f64) -> f64 {
    10f64.powf(metres.log10().floor() - 1.0)
}
