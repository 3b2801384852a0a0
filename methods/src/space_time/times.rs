//! Times as whole numbers in their order: whether two lie near each other is then told by comparing such codes, many
//! at once, and exactly as the times themselves would tell.

use rayon::prelude::*;

/// What stands for a time.
pub(super) trait Code: Copy + Ord + Default + Send + Sync + Into<u32> {
    /// One more if `is_one`. No test for an overflow: with one, numbers are not added many at once.
    fn plus(self, is_one: bool) -> Self;

    /// The way from another code up to this one, round the end: longer to an earlier code than to any later one.
    fn since(self, other: Self) -> Self;
}

impl Code for u16 {
    #[inline]
    fn plus(self, is_one: bool) -> Self {
        self.wrapping_add(Self::from(is_one))
    }

    #[inline]
    fn since(self, other: Self) -> Self {
        self.wrapping_sub(other)
    }
}

impl Code for u32 {
    #[inline]
    fn plus(self, is_one: bool) -> Self {
        self.wrapping_add(Self::from(is_one))
    }

    #[inline]
    fn since(self, other: Self) -> Self {
        self.wrapping_sub(other)
    }
}

/// The codes of the times of events.
pub(super) enum Times {
    /// Whole numbers, counted from the first; those at most `reach` apart are near.
    Whole { codes: Vec<u16>, reach: u16 },
    /// Ranks among the different times, and the first and the last rank that is near each.
    Ranked { codes: Vec<u32>, near: Vec<(u32, u32)> },
}

impl Times {
    /// Times at most `limit` apart are near.
    pub(super) fn of(times: &[f64], limit: f64) -> Self {
        let first = times.iter().copied().fold(f64::INFINITY, f64::min);
        let is_whole = |time: &f64| time.fract() == 0.0 && time - first <= f64::from(u16::MAX);
        if times.iter().all(is_whole) {
            let codes = times.iter().map(|time| (time - first) as u16).collect();
            return Self::Whole { codes, reach: limit as u16 };
        }
        let mut different = times.to_vec();
        different.par_sort_unstable_by(f64::total_cmp);
        different.dedup();
        let near = |time: &f64| {
            let from = different.partition_point(|other| other < time && time - other > limit);
            let until = different.partition_point(|other| other <= time || other - time <= limit);
            (from as u32, until as u32 - 1)
        };
        let rank = |time: &f64| different.partition_point(|other| other < time) as u32;
        Self::Ranked { codes: times.par_iter().map(rank).collect(), near: different.par_iter().map(near).collect() }
    }

    /// For each event, how many others are near in time.
    pub(super) fn others_near(&self) -> Vec<u64> {
        match self {
            Self::Whole { codes, reach } => others_near(codes, within(*reach)),
            Self::Ranked { codes, near } => others_near(codes, |code| near[code as usize]),
        }
    }
}

/// The first and the last code that is at most `reach` away.
pub(super) fn within(reach: u16) -> impl Fn(u16) -> (u16, u16) + Copy {
    move |code| (code.saturating_sub(reach), code.saturating_add(reach))
}

fn others_near<T: Code>(codes: &[T], near: impl Fn(T) -> (T, T)) -> Vec<u64> {
    let index = |code: T| -> usize { code.into() as usize };
    let last = codes.iter().copied().max().map_or(0, index);
    // How many events have a lower code; one more than there are codes.
    let mut before = vec![0u64; last + 2];
    codes.iter().for_each(|code| before[index(*code) + 1] += 1);
    for code in 0..=last {
        before[code + 1] += before[code];
    }
    let others = |code: &T| {
        let (from, until) = near(*code);
        before[index(until).min(last) + 1] - before[index(from)] - 1
    };
    codes.iter().map(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naive(times: &[f64], limit: f64) -> Vec<u64> {
        let near = |time: &f64| times.iter().filter(|other| (*other - time).abs() <= limit).count() as u64 - 1;
        times.iter().map(near).collect()
    }

    /// Pairs are judged by codes as by their times, whole or not, far apart or one time only.
    #[test]
    fn codes_are_near_where_times_are() {
        let days: Vec<f64> = (0..90).map(|i| f64::from(i * 37 % 41) - 20.0).collect();
        let hours: Vec<f64> = days.iter().map(|day| day / 24.0 + 0.1).collect();
        let far: Vec<f64> = days.iter().map(|day| day * 1e9).collect();
        let edges = vec![0.0, 65_535.0, 65_534.0, 1.0, -0.0];
        for times in [days, hours, far, edges, vec![3.5; 4]] {
            for limit in [0.0, 1.0 / 24.0, 0.3, 2.0, 7.9, 65_534.0, 1e12] {
                let codes = Times::of(&times, limit);
                assert_eq!(codes.others_near(), naive(&times, limit), "{limit} {times:?}");
                let is_near = |a: usize, b: usize| match &codes {
                    Times::Whole { codes, reach } => {
                        let (from, until) = within(*reach)(codes[a]);
                        (from..=until).contains(&codes[b])
                    }
                    Times::Ranked { codes, near } => {
                        let (from, until) = near[codes[a] as usize];
                        (from..=until).contains(&codes[b])
                    }
                };
                for a in 0..times.len() {
                    for b in 0..times.len() {
                        assert_eq!(is_near(a, b), (times[a] - times[b]).abs() <= limit, "{limit}: {a} {b} {times:?}");
                    }
                }
            }
        }
    }
}
