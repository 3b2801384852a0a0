//! Times by rank: whether two lie near each other is then a matter of whole numbers, whatever order they are in.

use rayon::prelude::*;

/// The times of events by rank among the different times.
pub(super) struct Ranks {
    /// Rank of each event.
    pub(super) of_event: Vec<u32>,
    /// For each rank, the first and the last rank whose time is near.
    pub(super) near: Vec<(u32, u32)>,
    /// How many events come before those of each rank; one more than there are ranks.
    before: Vec<usize>,
}

impl Ranks {
    /// Times at most `limit` apart are near.
    pub(super) fn of(times: &[f64], limit: f64) -> Self {
        let mut sorted = times.to_vec();
        sorted.par_sort_unstable_by(f64::total_cmp);
        let (mut before, mut different, mut count) = (vec![0], Vec::new(), 0);
        for same in sorted.chunk_by(|a, b| a == b) {
            count += same.len();
            before.push(count);
            different.push(same[0]);
        }
        let near = |time: &f64| {
            let from = different.partition_point(|other| other < time && time - other > limit);
            let until = different.partition_point(|other| other <= time || other - time <= limit);
            (from as u32, until as u32 - 1)
        };
        let rank = |time: &f64| different.partition_point(|other| other < time) as u32;
        Self { of_event: times.par_iter().map(rank).collect(), near: different.iter().map(near).collect(), before }
    }

    /// For each event, how many others are near in time.
    pub(super) fn others_near(&self) -> Vec<u64> {
        let others = |rank: &u32| {
            let (from, until) = self.near[*rank as usize];
            (self.before[until as usize + 1] - self.before[from as usize] - 1) as u64
        };
        self.of_event.iter().map(others).collect()
    }
}
