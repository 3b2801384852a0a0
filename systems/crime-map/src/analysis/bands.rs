//! Which bands the public may ask for, nearest to those that it asked for.

/// The bounds of a list nearest to those asked for, upward: two at least, as the list has.
pub(super) fn nearest(asked: &[f64], list: &[f64]) -> Vec<f64> {
    let apart = |bound: f64| move |a: &f64, b: &f64| (a - bound).abs().total_cmp(&(b - bound).abs());
    let mut nearest: Vec<f64> = asked.iter().filter_map(|bound| list.iter().copied().min_by(apart(*bound))).collect();
    nearest.dedup();
    if let [only] = nearest[..] {
        nearest.extend(list.iter().find(|bound| **bound > only));
    }
    match nearest[..] {
        [_] => list[list.len().saturating_sub(2)..].to_vec(),
        _ => nearest,
    }
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
    /// up, that which leaves fewest small cells, and of those the outermost, distances first. None where all pairs
    /// together are fewer. Of a count below that it looks only at its being below, so that the bands tell no more of it.
    pub(super) fn wide_enough(mut self, least: u64) -> Option<Self> {
        while self.small(least) > 0 {
            self = self.wider().min_by_key(|wider| wider.small(least))?;
        }
        Some(self)
    }

    fn small(&self, least: u64) -> usize {
        self.counts.iter().flatten().filter(|count| **count < least).count()
    }

    /// Every way to give up one inner bound, the outermost first.
    fn wider(&self) -> impl Iterator<Item = Self> {
        let rows = (1..self.counts.len()).rev().map(|at| self.without_distance(at));
        let columns = (1..self.counts.first().map_or(0, Vec::len)).rev().map(|at| self.without_day(at));
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
    fn bounds_go_to_the_nearest_of_a_list_and_stay_bounds() {
        let list = [0.0, 200.0, 400.0, 1000.0];
        assert_eq!(written(&nearest(&[0.0, 250.0, 430.0, 9000.0], &list)), "0,200,400,1000");
        for (asked, near) in [(&[0.0, 40.0][..], "0,200"), (&[150.0], "200,400"), (&[900.0, 2000.0], "400,1000")] {
            assert_eq!(written(&nearest(asked, &list)), near);
        }
        assert_eq!(nearest(&list, &list), list);
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

    /// Otherwise the bands that are named would tell two counts below the minimum apart.
    #[test]
    fn how_far_a_count_is_below_the_minimum_changes_nothing() {
        let bands = |small: [u64; 3]| Bands {
            counts: vec![vec![small[0], 60, small[1]], vec![50, 40, 70], vec![80, small[2], 90]],
            distances: vec![0.0, 200.0, 400.0, 600.0],
            days: vec![0.0, 7.0, 14.0, 28.0],
        };
        let bounds = |small| bands(small).wide_enough(37).map(|found| (found.distances, found.days));
        let first = bounds([0, 0, 0]).expect("bands that are wide enough");
        for small in [[36, 0, 0], [0, 36, 0], [0, 0, 36], [36, 36, 0], [1, 20, 36]] {
            assert_eq!(bounds(small), Some(first.clone()), "{small:?}");
        }
    }
}
