//! Temporal scan statistic: is the busiest stretch of a series busier than chance gives, when nobody said
//! beforehand which stretch to look at?
//!
//! Reference: J. I. Naus, "Approximations for Distributions of Scan Statistics", Journal of the American
//! Statistical Association 77 (1982). If events come by a Poisson law, `mean` a window, over a time of `L` windows, the
//! probability that no window, wherever it begins, holds `k` events or more is close to
//! `Q2 (Q3 / Q2)^(L - 2)`, where `Q2` and `Q3` are the exact probabilities for a time of two and three windows.
//! J. Aberdein and D. Spiegelhalter, "Have London's Roads Become More Dangerous for Cyclists?", Significance 10
//! (2013), is an example in plain words.
//!
//! A window that can begin at any moment is presumed; counts by day or week let windows begin less often, so that
//! the probability is a little too high (it does not cry wolf). Cost: terms in proportion to the count.

use super::ScanError;
use statrs::function::gamma::{gamma_ur, ln_gamma};

/// The Poisson law of the events of one window.
struct Law {
    mean: f64,
}

impl Law {
    /// Probability of exactly `count` events; zero below none.
    fn exactly(&self, count: i64) -> f64 {
        let number = count as f64;
        if count < 0 { 0.0 } else { (number * self.mean.ln() - self.mean - ln_gamma(number + 1.0)).exp() }
    }

    /// Probability of at most `count` events; zero below none.
    fn at_most(&self, count: i64) -> f64 {
        if count < 0 { 0.0 } else { gamma_ur(count as f64 + 1.0, self.mean) }
    }

    /// Probability that in a time of two windows none holds `k` events.
    fn two(&self, k: i64) -> f64 {
        let (number, p) = (k as f64, self.exactly(k));
        self.at_most(k - 1).powi(2)
            - (number - 1.0) * p * self.exactly(k - 2)
            - (number - 1.0 - self.mean) * p * self.at_most(k - 3)
    }

    /// Probability that in a time of three windows none holds `k` events.
    fn three(&self, k: i64) -> f64 {
        let (number, mean, p) = (k as f64, self.mean, self.exactly(k));
        let first = 2.0 * p * self.at_most(k - 1) * ((number - 1.0) * self.at_most(k - 2) - mean * self.at_most(k - 3));
        let second = 0.5
            * p.powi(2)
            * ((number - 1.0) * (number - 2.0) * self.at_most(k - 3)
                - 2.0 * (number - 2.0) * mean * self.at_most(k - 4)
                + mean.powi(2) * self.at_most(k - 5));
        let third: f64 = (1..k).map(|r| self.exactly(2 * k - r) * self.at_most(r - 1).powi(2)).sum();
        let term = |r: i64| (r as f64 - 1.0) * self.at_most(r - 2) - mean * self.at_most(r - 3);
        let fourth: f64 = (2..k).map(|r| self.exactly(2 * k - r) * self.exactly(r) * term(r)).sum();
        self.at_most(k - 1).powi(3) - first + second + third - fourth
    }
}

/// Probability that some window holds `count` events or more by chance.
///
/// `windows` is the time observed, in windows (208 for four years of weeks), `mean` the events that a window holds on
/// average.
///
/// # Errors
/// [`ScanError::Window`] when there are fewer than two windows, the mean is not above zero, or the count is below two.
///
/// ```
/// // Six deaths of cyclists within two weeks in London, of 0.6 on average, over eight years.
/// let probability = tequio_methods::scan::temporal::probability(208.0, 0.6, 6)?;
/// assert_eq!((probability * 1_000.0).round(), 39.0);
/// # Ok::<(), tequio_methods::scan::ScanError>(())
/// ```
pub fn probability(windows: f64, mean: f64, count: u64) -> Result<f64, ScanError> {
    let valid = windows.is_finite() && windows >= 2.0 && mean.is_finite() && mean > 0.0;
    let count = i64::try_from(count).ok().filter(|count| (2..=1 << 24).contains(count));
    let (true, Some(count)) = (valid, count) else { return Err(ScanError::Window) };
    let law = Law { mean };
    let (two, three) = (law.two(count), law.three(count));
    if two <= 0.0 || three <= 0.0 {
        // So many events on average that no two windows stay below the count.
        return Ok(1.0);
    }
    let none = two.ln() + (windows - 2.0) * (three.ln() - two.ln()).min(0.0);
    Ok((-none.exp_m1()).clamp(0.0, 1.0))
}

/// The busiest stretch of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Busiest {
    /// Index of its first period; the earliest of several.
    pub first: usize,
    /// Events in it.
    pub count: u64,
    /// Events that a stretch of its length holds on average.
    pub mean: f64,
    /// Probability that chance alone gives as busy a stretch somewhere in the series; none below two events.
    pub probability: Option<f64>,
}

/// The busiest stretch of `width` periods, and how unusual it is.
///
/// # Errors
/// [`ScanError::Window`] when the width is zero or more than half of the series; [`ScanError::Cases`] when nothing
/// happened, or more than is counted.
pub fn busiest(counts: &[u64], width: usize) -> Result<Busiest, ScanError> {
    if width == 0 || width > counts.len() / 2 {
        return Err(ScanError::Window);
    }
    let total = counts.iter().copied().try_fold(0, u64::checked_add);
    let total = total.filter(|total| (1..=super::CASES_MAX).contains(total)).ok_or(ScanError::Cases)?;
    let sums = counts.windows(width).map(|window| window.iter().sum::<u64>()).enumerate();
    let (first, count) = sums.fold((0, 0), |best, next| if next.1 > best.1 { next } else { best });
    let windows = counts.len() as f64 / width as f64;
    let mean = total as f64 / windows;
    let probability = if count < 2 { None } else { Some(probability(windows, mean, count)?) };
    Ok(Busiest { first, count, mean, probability })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monte_carlo::MonteCarlo;
    use crate::progress::Watched;
    use rand_distr::{Distribution, Poisson, Uniform};

    /// R package `ptools`: `scanw(208, 2, 0.6, 6)` is 0.039, `scanw(260, 1, 1, 6)` 0.487. Its second argument is the 2
    /// of the exponent `L - 2`; its second example therefore has an exponent of 259, that of 261 windows. (It leaves
    /// the last term of a sum out, so that further digits differ.)
    #[test]
    fn known_probabilities() {
        for (windows, mean, known) in [(208.0, 0.6, 0.039), (261.0, 1.0, 0.487)] {
            let found = probability(windows, mean, 6).expect("windows");
            assert!((found - known).abs() < 5e-4, "{found} {known}");
        }
        assert!((probability(208.0, 0.6, 6).expect("windows") - 0.039_022_38).abs() < 1e-6);
    }

    /// Events are thrown on a line of ten windows, and windows of every beginning are tried.
    #[test]
    fn simulated_events_agree() {
        let monte_carlo = MonteCarlo { replicas: 40_000, seed: 1_982 };
        for (mean, count) in [(0.5, 4), (2.0, 8), (5.0, 13)] {
            let drawn = Watched::from(monte_carlo).run(|generator| {
                let events = Poisson::new(10.0 * mean).expect("a mean").sample(generator) as usize;
                let line = Uniform::new(0.0, 10.0).expect("a line");
                let mut times: Vec<f64> = (0..events).map(|_| line.sample(generator)).collect();
                times.sort_unstable_by(f64::total_cmp);
                times.windows(count).any(|run| run[count - 1] - run[0] <= 1.0)
            });
            let share = drawn.expect("replicas").iter().filter(|found| **found).count() as f64 / 40_000.0;
            let known = probability(10.0, mean, count as u64).expect("windows");
            // Five standard errors of the simulation, and what the approximation misses.
            assert!((share - known).abs() < 5.0 * (known / 40_000.0).sqrt() + 0.002, "{mean}: {share} {known}");
        }
    }

    #[test]
    fn the_busiest_stretch() {
        let mut counts = vec![1; 100];
        counts[40..43].copy_from_slice(&[9, 9, 9]);
        let found = busiest(&counts, 3).expect("counts");
        assert_eq!((found.first, found.count), (40, 27));
        assert!((found.mean - 124.0 * 0.03).abs() < 1e-12 && found.probability.is_some_and(|p| p < 1e-6));
        let even = busiest(&[5; 100], 3).expect("counts");
        assert!((even.first, even.count) == (0, 15) && even.probability.is_some_and(|p| p > 0.9));
        let one = [&[0; 9][..], &[1]].concat();
        assert_eq!(busiest(&one, 2).map(|found| (found.first, found.probability)), Ok((8, None)));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        assert_eq!(busiest(&[1, 2, 3], 2), Err(ScanError::Window));
        assert_eq!(busiest(&[0; 10], 2), Err(ScanError::Cases));
        for (windows, mean, count) in [(1.0, 1.0, 5), (10.0, 0.0, 5), (10.0, 1.0, 1), (f64::NAN, 1.0, 5)] {
            assert_eq!(probability(windows, mean, count), Err(ScanError::Window));
        }
        // Far more on average than the count: certain, whatever the rounding.
        assert_eq!(probability(50.0, 400.0, 20), Ok(1.0));
    }
}
