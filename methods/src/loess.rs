//! Local linear regression on equally spaced values.
//!
//! Reference: W. S. Cleveland, "Robust Locally Weighted Regression and Smoothing Scatterplots", Journal of
//! the American Statistical Association 74 (1979); with the window that grows beyond the ends of a short
//! series as in Cleveland, Cleveland, McRae and Terpenning (1990).

/// Shares of the window's half width within which a neighbour counts fully, and beyond which not at all.
const FULL: f64 = 0.001;
const NONE: f64 = 0.999;
/// Spread of the neighbours, as a share of the series' length, below which no slope is fitted.
const SPREAD_MIN: f64 = 0.001;

/// A regression over this many neighbours, an odd number.
#[derive(Clone, Copy)]
pub(crate) struct Loess {
    pub window: usize,
}

/// The values smoothed at each of their positions, with weights of the values if there are any.
pub(crate) fn smooth(values: &[f64], weights: Option<&[f64]>, loess: Loess) -> Vec<f64> {
    let window = loess.window.min(values.len());
    let start = |at: usize| at.saturating_sub(loess.window / 2).min(values.len() - window);
    let smoothed = |(at, value): (usize, &f64)| {
        let range = start(at)..start(at) + window;
        // Where no neighbour has weight the value stays as it is.
        loess.at(values, weights, range, at as f64).unwrap_or(*value)
    };
    values.iter().enumerate().map(smoothed).collect()
}

impl Loess {
    /// The values smoothed at each position, one position before the first and one after the last.
    pub(crate) fn extended(self, values: &[f64], weights: &[f64]) -> Vec<f64> {
        let inner = smooth(values, Some(weights), self);
        let (count, window) = (values.len(), self.window.min(values.len()));
        let first = inner.first().copied().unwrap_or(0.0);
        let last = inner.last().copied().unwrap_or(0.0);
        let before = self.at(values, Some(weights), 0..window, -1.0).unwrap_or(first);
        let after = self.at(values, Some(weights), count - window..count, count as f64).unwrap_or(last);
        std::iter::once(before).chain(inner).chain(std::iter::once(after)).collect()
    }

    /// The line through the weighted neighbours in `range`, read at `x`; `None` when none has weight.
    fn at(self, values: &[f64], weights: Option<&[f64]>, range: std::ops::Range<usize>, x: f64) -> Option<f64> {
        let beyond = self.window.saturating_sub(values.len()) / 2;
        let last = range.end as f64 - 1.0;
        let half = (x - range.start as f64).max(last - x) + beyond as f64;
        let weight = |at: usize| tricube((at as f64 - x).abs(), half) * weights.map_or(1.0, |weights| weights[at]);
        let mut shares: Vec<f64> = range.clone().map(weight).collect();
        let sum: f64 = shares.iter().sum();
        if sum <= 0.0 {
            return None;
        }
        shares.iter_mut().for_each(|share| *share /= sum);
        let moment = |of: &dyn Fn(f64) -> f64| -> f64 {
            shares.iter().zip(range.clone()).map(|(share, at)| share * of(at as f64)).sum()
        };
        let mean = moment(&|at| at);
        let variance = moment(&|at| (at - mean).powi(2));
        let sloped = variance.sqrt() > SPREAD_MIN * (values.len() as f64 - 1.0);
        let slope = if sloped { (x - mean) / variance } else { 0.0 };
        let terms = shares.iter().zip(range.clone());
        Some(terms.map(|(share, at)| share * (slope * (at as f64 - mean) + 1.0) * values[at]).sum())
    }
}

fn tricube(distance: f64, half: f64) -> f64 {
    match distance {
        near if near <= FULL * half => 1.0,
        far if far > NONE * half => 0.0,
        between => (1.0 - (between / half).powi(3)).powi(3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_a_line_inside_and_beyond() {
        let line: Vec<f64> = (0..9).map(|at| 3.0 - 0.5 * f64::from(at)).collect();
        for window in [3, 5, 7, 21] {
            let extended = Loess { window }.extended(&line, &[1.0; 9]);
            let near = |(at, value): (usize, &f64)| (value - (3.5 - 0.5 * at as f64)).abs() < 1e-9;
            assert!(extended.iter().enumerate().all(near), "{window}: {extended:?}");
        }
    }

    #[test]
    fn a_value_without_weight_moves_nothing() {
        let mut values = vec![2.0; 9];
        values[4] = 900.0;
        let mut weights = vec![1.0; 9];
        weights[4] = 0.0;
        let smoothed = smooth(&values, Some(&weights), Loess { window: 5 });
        assert!(smoothed.iter().all(|value| (value - 2.0).abs() < 1e-9), "{smoothed:?}");
        // Nobody has weight: the values stay.
        assert_eq!(smooth(&values, Some(&[0.0; 9]), Loess { window: 5 }), values);
    }
}
