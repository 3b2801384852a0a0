//! When did the level of a series change? The best division into segments of one level each, exactly.
//!
//! Least `sum of cost(segment) + penalty x breaks` over all divisions, found by PELT: dynamic programming
//! that leaves out breaks that can never be the last one again.
//!
//! Reference: R. Killick, P. Fearnhead and I. A. Eckley, "Optimal Detection of Changepoints With a Linear
//! Computational Cost", Journal of the American Statistical Association 107 (2012). Costs: squares about the
//! mean of the segment, or minus twice the Poisson log likelihood at it (less what all divisions share). A
//! usual penalty is `2 ln n` (times the variance, for squares); a larger one finds fewer breaks.
//!
//! A break of the record (a new rule of counting) is found as surely as one of crime. Cost: linear where breaks
//! are spread over the series, at worst quadratic in its length.

use super::MonitoringError;

/// What is summed over a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// Squares about the mean: values of one variance.
    Squares,
    /// Poisson counts of equal periods.
    Poisson,
}

/// A division.
#[derive(Clone, Debug, PartialEq)]
pub struct Segments {
    /// First period of each segment but the first.
    pub breaks: Vec<usize>,
    /// Mean of each segment.
    pub means: Vec<f64>,
    /// Cost of the segments, without penalties.
    pub cost: f64,
}

/// The best division of a series, with segments of at least `shortest` periods.
///
/// # Errors
/// [`MonitoringError`] when the series is empty, a value is no number (or negative, for counts), the penalty
/// is negative or no number, or `shortest` is zero.
///
/// ```
/// use tequio_methods::monitoring::breaks::{Cost, segments};
/// let found = segments(&[5.0, 6.0, 5.0, 12.0, 13.0, 12.0], Cost::Poisson, 4.0, 2)?;
/// assert_eq!(found.breaks, [3]);
/// # Ok::<(), tequio_methods::monitoring::MonitoringError>(())
/// ```
pub fn segments(values: &[f64], cost: Cost, penalty: f64, shortest: usize) -> Result<Segments, MonitoringError> {
    if values.is_empty() {
        return Err(MonitoringError::Nothing);
    }
    if values.iter().any(|value| !value.is_finite() || (cost == Cost::Poisson && *value < 0.0)) {
        return Err(MonitoringError::Value);
    }
    if !penalty.is_finite() || penalty < 0.0 {
        return Err(MonitoringError::Threshold);
    }
    if shortest == 0 {
        return Err(MonitoringError::Segment);
    }
    let sums = Sums::of(values, cost);
    let last = last_breaks(&sums, values.len(), penalty, shortest);
    let mut ends = vec![values.len()];
    while let Some(end) = ends.last().copied().filter(|end| last[*end] > 0) {
        ends.push(last[end]);
    }
    ends.push(0);
    ends.reverse();
    let pairs = || ends.iter().zip(&ends[1..]);
    Ok(Segments {
        breaks: ends[1..ends.len() - 1].to_vec(),
        means: pairs().map(|(from, to)| sums.sum(*from, *to) / (to - from) as f64).collect(),
        cost: pairs().map(|(from, to)| sums.cost(*from, *to)).sum(),
    })
}

/// The last break before each end of the series' beginnings; zero where there is none.
fn last_breaks(sums: &Sums, length: usize, penalty: f64, shortest: usize) -> Vec<usize> {
    let mut best = vec![f64::INFINITY; length + 1];
    let mut last = vec![0; length + 1];
    best[0] = -penalty;
    // A candidate, and from which end on another one is certain to be better.
    let mut candidates: Vec<(usize, usize)> = Vec::new();
    for end in shortest.min(length)..=length {
        if let Some(start) = end.checked_sub(shortest).filter(|start| best[*start].is_finite()) {
            candidates.push((start, usize::MAX));
        } else if candidates.is_empty() {
            candidates.push((0, usize::MAX));
        }
        candidates.retain(|(_, until)| *until > end);
        for (start, _) in &candidates {
            let total = best[*start] + sums.cost(*start, end) + penalty;
            if total < best[end] {
                (best[end], last[end]) = (total, *start);
            }
        }
        for (start, until) in &mut candidates {
            let beaten = best[*start] + sums.cost(*start, end) > best[end];
            // The better one may begin a segment only when it can be long enough.
            *until = if beaten { (*until).min(end + shortest) } else { *until };
        }
    }
    last
}

/// Sums from the beginning of the series, so that any segment's cost is a difference.
struct Sums {
    cost: Cost,
    /// Taken from every value first, which keeps the digits of the squares; zero for counts.
    shift: f64,
    values: Vec<f64>,
    squares: Vec<f64>,
}

impl Sums {
    fn of(values: &[f64], cost: Cost) -> Self {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let shift = if cost == Cost::Squares { mean } else { 0.0 };
        let (mut sums, mut squares) = (vec![0.0], vec![0.0]);
        let (mut sum, mut square) = (0.0, 0.0);
        for value in values {
            sum += value - shift;
            square += (value - shift).powi(2);
            sums.push(sum);
            squares.push(square);
        }
        Self { cost, shift, values: sums, squares }
    }

    fn sum(&self, from: usize, to: usize) -> f64 {
        self.values[to] - self.values[from] + (to - from) as f64 * self.shift
    }

    fn cost(&self, from: usize, to: usize) -> f64 {
        let (sum, length) = (self.values[to] - self.values[from], (to - from) as f64);
        match self.cost {
            Cost::Squares => self.squares[to] - self.squares[from] - sum * sum / length,
            Cost::Poisson if sum > 0.0 => 2.0 * sum * (1.0 - (sum / length).ln()),
            Cost::Poisson => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERIES: [f64; 36] = [
        5., 7., 6., 4., 8., 6., 5., 7., 12., 14., 11., 13., 15., 12., 13., 14., 3., 2., 4., 3., 1., 3., 2., 4., 3.,
        20., 3., 2., 9., 8., 10., 9., 11., 8., 9., 10.,
    ];

    /// Computed with ruptures 1.1.10 (`Pelt`, `jump=1`, model `l2` or the Poisson cost).
    #[test]
    fn known_answers() {
        for (cost, penalty, shortest, breaks, sum) in [
            (Cost::Squares, 5.0, 1, vec![8, 16, 25, 26, 28], 39.555_555_555_555_56),
            (Cost::Squares, 150.0, 1, vec![8, 16, 25], 245.555_555_555_555_54),
            (Cost::Squares, 20.0, 2, vec![8, 16, 24, 26, 28], 184.0),
            (Cost::Squares, 60.0, 2, vec![8, 16, 25], 245.555_555_555_555_54),
            (Cost::Squares, 5.0, 4, vec![8, 16, 25], 245.555_555_555_555_54),
            (Cost::Poisson, 7.2, 1, vec![8, 16, 25, 26, 28], -662.837_421_660_994_6),
            (Cost::Poisson, 15.0, 1, vec![8, 16, 25], -639.651_404_087_063_5),
            (Cost::Poisson, 3.0, 3, vec![8, 16, 25], -639.651_404_087_063_5),
        ] {
            let found = segments(&SERIES, cost, penalty, shortest).expect("a series");
            assert_eq!(found.breaks, breaks, "{cost:?} {penalty} {shortest}");
            assert!((found.cost - sum).abs() < 1e-9, "{found:?}");
            assert_eq!(found.means.len(), breaks.len() + 1);
            assert!((found.means[0] - 6.0).abs() < 1e-12);
        }
    }

    /// Every division of short series is tried.
    #[test]
    fn no_division_is_better() {
        let mut state = 7u64;
        for round in 0..60 {
            let values: Vec<f64> = (0..11)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    (state >> 60) as f64
                })
                .collect();
            let (shortest, penalty) = (1 + round % 4, [0.0, 1.0, 6.0, 30.0][round / 4 % 4]);
            for cost in [Cost::Squares, Cost::Poisson] {
                let found = segments(&values, cost, penalty, shortest).expect("a series");
                let total = found.cost + penalty * found.breaks.len() as f64;
                let sums = Sums::of(&values, cost);
                let best = (0..1u32 << 10).filter_map(|mask| total_of(&sums, mask, penalty, shortest));
                let best = best.fold(f64::INFINITY, f64::min);
                assert!((total - best).abs() < 1e-9, "{values:?} {cost:?} {penalty} {shortest}: {total} {best}");
            }
        }
    }

    /// Cost of the division whose breaks are the bits of a mask; none when a segment is too short.
    fn total_of(sums: &Sums, mask: u32, penalty: f64, shortest: usize) -> Option<f64> {
        let mut ends: Vec<usize> = (1..11).filter(|at| mask & (1 << (at - 1)) != 0).collect();
        let count = ends.len() as f64;
        ends.insert(0, 0);
        ends.push(11);
        let mut pairs = ends.iter().zip(&ends[1..]);
        let long = pairs.clone().all(|(from, to)| to - from >= shortest);
        long.then(|| penalty * count + pairs.by_ref().map(|(from, to)| sums.cost(*from, *to)).sum::<f64>())
    }

    #[test]
    fn a_series_shorter_than_a_segment_is_one_segment() {
        let found = segments(&[1.0, 9.0], Cost::Squares, 0.0, 5).expect("a series");
        assert_eq!((found.breaks, found.means), (vec![], vec![5.0]));
    }

    #[test]
    fn what_cannot_be_divided_says_why() {
        assert_eq!(segments(&[], Cost::Squares, 1.0, 1), Err(MonitoringError::Nothing));
        assert_eq!(segments(&[-1.0], Cost::Poisson, 1.0, 1), Err(MonitoringError::Value));
        assert_eq!(segments(&[1.0], Cost::Poisson, -1.0, 1), Err(MonitoringError::Threshold));
        assert_eq!(segments(&[1.0], Cost::Poisson, 1.0, 0), Err(MonitoringError::Segment));
    }
}
