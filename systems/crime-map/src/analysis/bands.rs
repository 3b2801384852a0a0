//! Which bands the public may ask for, nearest to those that it asked for.

use std::cmp::Reverse;

/// The bounds at the nearest multiples of a step, upward; two at least.
pub(super) fn rounded(bounds: &[f64], step: f64) -> Vec<f64> {
    let mut rounded: Vec<f64> = bounds.iter().map(|bound| (bound / step).round() * step).collect();
    rounded.dedup();
    if let [only] = rounded[..] {
        rounded.push(only + step);
    }
    rounded
}

/// Bounds in the form of a question: `0,200,400`.
pub(super) fn written(bounds: &[f64]) -> String {
    bounds.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// Pairs counted by bands of distance (rows) and time, with the bounds of both.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bands {
    pub counts: Vec<Vec<u64>>,
    /// Metres.
    pub distances: Vec<f64>,
    pub days: Vec<f64>,
}

impl Bands {
    /// The same pairs in wider bands, each cell of which holds at least so many: one inner bound after the other is given
    /// up, that which leaves fewest small cells, and of those the fullest least one. None where all pairs together are
    /// fewer. It tells nothing that the refusals of the questions on the way would not tell.
    pub(super) fn wide_enough(mut self, least: u64) -> Option<Self> {
        while self.small(least) > 0 {
            self = self.wider().min_by_key(|wider| (wider.small(least), Reverse(wider.least())))?;
        }
        Some(self)
    }

    fn small(&self, least: u64) -> usize {
        self.counts.iter().flatten().filter(|count| **count < least).count()
    }

    fn least(&self) -> u64 {
        self.counts.iter().flatten().copied().min().unwrap_or(0)
    }

    /// Every way to give up one inner bound.
    fn wider(&self) -> impl Iterator<Item = Self> {
        let rows = (1..self.counts.len()).map(|at| self.without_distance(at));
        let columns = (1..self.counts.first().map_or(0, Vec::len)).map(|at| self.without_day(at));
        rows.chain(columns)
    }

    fn without_distance(&self, at: usize) -> Self {
        let mut wider = self.clone();
        wider.distances.remove(at);
        let given_up = wider.counts.remove(at);
        wider.counts[at - 1].iter_mut().zip(given_up).for_each(|(count, more)| *count += more);
        wider
    }

    fn without_day(&self, at: usize) -> Self {
        let mut wider = self.clone();
        wider.days.remove(at);
        for row in &mut wider.counts {
            row[at - 1] += row.remove(at);
        }
        wider
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_go_to_the_nearest_multiples_and_stay_bounds() {
        assert_eq!(written(&rounded(&[0.0, 250.0, 430.0, 1000.0], 100.0)), "0,300,400,1000");
        assert_eq!(rounded(&[0.0, 40.0], 100.0), [0.0, 100.0]);
        assert_eq!(rounded(&[0.0, 0.5, 7.2], 1.0), [0.0, 1.0, 7.0]);
    }

    #[test]
    fn the_bound_is_given_up_that_leaves_every_cell_full_and_all_pairs_are_kept() {
        let asked = Bands {
            counts: vec![vec![50, 40, 3], vec![60, 50, 10]],
            distances: vec![0.0, 200.0, 400.0],
            days: vec![0.0, 7.0, 14.0, 28.0],
        };
        let found = asked.clone().wide_enough(37).expect("bands that are wide enough");
        assert_eq!((written(&found.distances), written(&found.days)), ("0,200,400".into(), "0,7,28".into()));
        assert_eq!(found.counts, [vec![50, 43], vec![60, 60]]);
        assert_eq!(asked.clone().wide_enough(3), Some(asked.clone()), "wide enough as they are");
        assert_eq!(asked.clone().wide_enough(213).map(|all| all.counts), Some(vec![vec![213]]));
        assert_eq!(asked.wide_enough(214), None);
    }
}
