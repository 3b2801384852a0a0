//! Knox test: how many pairs of events are near both in space and in time, and how many would be by chance.
//!
//! References: E. G. Knox, "The Detection of Space-Time Interactions", Applied Statistics 13 (1964);
//! D. E. Barton and F. N. David, "The Random Intersection of Two Graphs", in "Research Papers in Statistics",
//! 1966, for the expectation; N. Mantel, "The Detection of Disease Clustering and a Generalized Regression
//! Approach", Cancer Research 27 (1967), for permuting the times; R. D. Baker, "Testing for Space-Time Clusters
//! of Unknown Size", Journal of Applied Statistics 23 (1996) and "Identifying Space-Time Disease Clusters",
//! Acta Tropica 91 (2004), for the excess over what each event's own surroundings let expect.
//!
//! Of `N = n (n - 1) / 2` pairs `S` are at most `distance` apart and `T` at most `time`; both hold for `S T / N`
//! pairs if places and times have nothing to do with each other. The Poisson p-value takes pairs for
//! independent, which they are not when one event is in several; the permutation p-value does not.
//!
//! Only the times are permuted, so the pairs near in space are found once, and each replica tests again only the
//! times between them. A rising number of events in some places only (new housing) is found as interaction
//! too, though no event leads to another (M. Kulldorff and U. Hjalmars, Biometrics 55, 1999).

use super::pairs::NearPairs;
use super::times::{Code, Times, within};
use super::{Distance, Event, SpaceTimeError, check, pair_count};
use crate::monte_carlo::{MonteCarlo, MonteCarloError, shuffle};
use crate::progress::{Stopped, Watched};
use rayon::prelude::*;
use statrs::function::gamma::gamma_lr;

/// Replicas that are counted together: a pair is fetched once for all of them.
const TOGETHER: usize = 16;
/// Events whose ranks are brought beside each other at a time: their rows stay in the processor's first cache.
const TILE: usize = 256;

/// What counts as near: at most so far apart, the limits themselves included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// Longest distance, in the unit of the positions.
    pub distance: f64,
    /// Longest time between, in the unit of the times.
    pub time: f64,
    /// How distance is measured.
    pub measure: Distance,
}

/// Pairs of events by nearness.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Table<T> {
    /// Near in space and in time.
    pub both: T,
    /// Near in space only.
    pub space: T,
    /// Near in time only.
    pub time: T,
    /// Neither.
    pub neither: T,
}

/// Result of the test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Knox {
    /// Pairs as they are. `observed.both` is the statistic.
    pub observed: Table<u64>,
    /// Pairs that chance alone would give on average.
    pub expected: Table<f64>,
    /// Probability of as many near pairs or more under a Poisson law with that expectation.
    pub poisson_p_value: f64,
    /// Share of the permutations that have as many near pairs or more, the observed order being one of them.
    pub p_value: f64,
    /// Mean number of near pairs over the permutations: close to `expected.both`.
    pub permuted_mean: f64,
    /// Modified statistic (Baker): near pairs beyond the sum over the events of (events near in space) times
    /// (events near in time) over `2 (n - 1)`.
    pub excess: f64,
}

/// Tests whether events near in space are near in time more often than by chance.
///
/// Cost: one sort, one look at each pair near in space, and one more for every 16 replicas; memory for 64 bytes an
/// event and thread, twice as many where times are no whole numbers or lie more than 65,535 apart.
///
/// # Errors
/// [`SpaceTimeError`] when there are fewer than two events, one is no number, a limit is negative or no number, or
/// more than [`super::PAIRS_MAX`] pairs are near in space.
///
/// ```
/// use tequio_methods::monte_carlo::MonteCarlo;
/// use tequio_methods::space_time::{Distance, Event, knox::{Near, knox}};
/// // Two outbreaks: day 1 in the west, day 50 in the east.
/// let events: Vec<Event> =
///     (0..10).map(|i| Event { x: f64::from(i / 5) * 900.0, y: 0.0, time: f64::from(i / 5) * 49.0 + 1.0 }).collect();
/// let near = Near { distance: 100.0, time: 7.0, measure: Distance::Euclidean };
/// let test = knox(&events, near, MonteCarlo { replicas: 99, seed: 1 })?;
/// assert_eq!((test.observed.both, test.observed.neither), (20, 25));
/// assert!((test.expected.both - 20.0 * 20.0 / 45.0).abs() < 1e-12 && test.p_value <= 0.05);
/// # Ok::<(), tequio_methods::space_time::SpaceTimeError>(())
/// ```
pub fn knox<'a>(
    events: &[Event],
    near: Near,
    monte_carlo: impl Into<Watched<'a, MonteCarlo>>,
) -> Result<Knox, SpaceTimeError> {
    check(events, u32::MAX as usize)?;
    let monte_carlo = monte_carlo.into();
    monte_carlo.check()?;
    if ![near.distance, near.time].iter().all(|limit| limit.is_finite() && *limit >= 0.0) {
        return Err(SpaceTimeError::Limit);
    }
    let pairs = NearPairs::find(events, near.distance, near.measure, |_| Some(0))?;
    let times = Times::of(&pairs.times, near.time);
    let counts = match &times {
        Times::Whole { codes, reach } => counts(&pairs, codes, within(*reach), &monte_carlo)?,
        Times::Ranked { codes, near } => counts(&pairs, codes, |code| near[code as usize], &monte_carlo)?,
    };
    let (both, permuted) = (counts[0], &counts[1..]);
    let in_time = times.others_near();
    let (space, time, all) = (pairs.len() as u64, in_time.iter().sum::<u64>() / 2, pair_count(events.len()));
    let expected = expected_table(space as f64, time as f64, all as f64);
    Ok(Knox {
        observed: Table { both, space: space - both, time: time - both, neither: all + both - space - time },
        expected,
        poisson_p_value: poisson_tail(both, expected.both),
        p_value: monte_carlo.p_value(permuted.iter().filter(|count| **count >= both).count()),
        permuted_mean: permuted.iter().sum::<u64>() as f64 / f64::from(monte_carlo.replicas),
        excess: excess(&pairs, &in_time, both),
    })
}

fn expected_table(space: f64, time: f64, all: f64) -> Table<f64> {
    let both = space * time / all;
    Table { both, space: space - both, time: time - both, neither: all - space - time + both }
}

/// Probability of `count` or more under a Poisson law.
fn poisson_tail(count: u64, mean: f64) -> f64 {
    match count {
        0 => 1.0,
        _ if mean == 0.0 => 0.0,
        _ => gamma_lr(count as f64, mean),
    }
}

/// Pairs near in space and in time: as they are, and then in every replica.
fn counts<T: Code>(
    pairs: &NearPairs,
    codes: &[T],
    near: impl Fn(T) -> (T, T) + Copy + Sync,
    monte_carlo: &Watched<'_, MonteCarlo>,
) -> Result<Vec<u64>, MonteCarloError> {
    let as_they_are = std::iter::once(None);
    let orders: Vec<Option<u32>> = as_they_are.chain((0..monte_carlo.replicas).map(Some)).collect();
    monte_carlo.expect(orders.len() as u64);
    let order = |replica: &Option<u32>| {
        let mut order = codes.to_vec();
        if let Some(replica) = replica {
            shuffle(&mut order, &mut monte_carlo.generator(*replica));
        }
        monte_carlo.step().map(|()| order)
    };
    let together = |replicas: &[Option<u32>]| {
        let orders = replicas.iter().map(order).collect::<Result<Vec<_>, Stopped>>()?;
        Ok(pairs.near_in_time(&beside(&orders, codes.len()), near)[..orders.len()].to_vec())
    };
    Ok(orders.par_chunks(TOGETHER).map(together).collect::<Result<Vec<_>, Stopped>>()?.concat())
}

/// The codes of each event in several orders, beside each other; zero where there are fewer orders.
fn beside<T: Code>(orders: &[Vec<T>], events: usize) -> Vec<[T; TOGETHER]> {
    let mut rows = vec![[T::default(); TOGETHER]; events];
    for (tile, first) in rows.chunks_mut(TILE).zip((0..).step_by(TILE)) {
        for (column, order) in orders.iter().enumerate() {
            tile.iter_mut().zip(&order[first..]).for_each(|(row, code)| row[column] = *code);
        }
    }
    rows
}

fn excess(pairs: &NearPairs, in_time: &[u64], both: u64) -> f64 {
    let products: u64 = pairs.degrees().iter().zip(in_time).map(|(space, time)| space * time).sum();
    both as f64 - products as f64 / (2.0 * (in_time.len() as f64 - 1.0))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{burkitt, scattered};
    use super::*;
    use crate::monte_carlo::tests::on_threads;

    const NEAR: Near = Near { distance: 20.0, time: 5.0, measure: Distance::Euclidean };
    const MONTE_CARLO: MonteCarlo = MonteCarlo { replicas: 999, seed: 1_964 };

    fn close(a: f64, b: f64, tolerance: f64) -> bool {
        (a - b).abs() <= tolerance
    }

    /// As printed by pointpats 2.5.5. Its Poisson p-value is that of more than 13 pairs, not of 13 or more.
    #[test]
    fn burkitts_lymphoma() {
        let test = knox(&burkitt(), NEAR, MONTE_CARLO).expect("events");
        assert_eq!(test.observed, Table { both: 13, space: 3_416, time: 39, neither: 14_110 });
        assert!(close(test.expected.both, 10.143_816_1, 5e-8), "{test:?}");
        assert!(close(test.expected.space, 3_418.856_18, 5e-6) && close(test.expected.time, 41.856_183_9, 5e-8));
        assert!(close(test.expected.neither, 14_107.143_8, 5e-5));
        assert!(close(poisson_tail(14, test.expected.both), 0.146_245_58, 5e-9));
        assert!(close(test.poisson_p_value, 0.222266674, 5e-9), "{}", test.poisson_p_value);
        assert!(close(test.excess, 2.810_160_43, 5e-9), "{}", test.excess);
        // It prints 0.17 and 0.21 for 99 permutations of two seeds.
        assert!(close(test.p_value, 0.19, 0.05), "{}", test.p_value);
    }

    fn naive(events: &[Event], near: Near) -> Table<u64> {
        let mut table = Table { both: 0, space: 0, time: 0, neither: 0 };
        for (index, a) in events.iter().enumerate() {
            for b in &events[index + 1..] {
                let space = near.measure.between(a, b) <= near.distance;
                match (space, (a.time - b.time).abs() <= near.time) {
                    (true, true) => table.both += 1,
                    (true, false) => table.space += 1,
                    (false, true) => table.time += 1,
                    (false, false) => table.neither += 1,
                }
            }
        }
        table
    }

    #[test]
    fn all_pairs_looked_at_one_by_one_give_the_same_table() {
        for seed in 0..10 {
            let events = scattered(200, seed);
            for (distance, time) in [(0.0, 0.0), (50.0, 3.0), (125.0, 0.0), (1e6, 1e6)] {
                let near = Near { distance, time, measure: Distance::Manhattan };
                let test = knox(&events, near, MonteCarlo { replicas: 1, seed }).expect("events");
                assert_eq!(test.observed, naive(&events, near), "{seed} {distance} {time}");
            }
        }
    }

    /// The mean over permutations is the expectation; the tolerance is five of its standard errors.
    #[test]
    fn permutations_have_the_expected_mean() {
        let test = knox(&burkitt(), NEAR, MONTE_CARLO).expect("events");
        assert!(close(test.permuted_mean, test.expected.both, 0.5), "{test:?}");
    }

    /// Sixteen at a time, and many events at a time, give what one after another gives; also with times that are no
    /// whole numbers.
    #[test]
    fn replicas_are_the_times_shuffled_one_by_one() {
        let monte_carlo = MonteCarlo { replicas: 37, seed: 4 };
        for unit in [1.0, 0.1] {
            let events: Vec<Event> =
                scattered(6_000, 8).iter().map(|event| Event { time: event.time * unit, ..*event }).collect();
            let near = Near { distance: 25.0, time: 2.0 * unit, measure: Distance::Euclidean };
            let test = knox(&events, near, monte_carlo).expect("events");
            let pairs = NearPairs::find(&events, near.distance, near.measure, |_| Some(0)).expect("events");
            let counts = Watched::from(monte_carlo).run(|generator| {
                let (mut times, mut count) = (pairs.times.clone(), 0u64);
                shuffle(&mut times, generator);
                pairs.each_gap(&times, |_, gap| count += u64::from(gap <= near.time));
                count
            });
            let counts = counts.expect("replicas");
            assert_eq!(test.permuted_mean, counts.iter().sum::<u64>() as f64 / 37.0);
            let extreme = counts.iter().filter(|count| **count >= test.observed.both).count();
            assert_eq!(test.p_value, monte_carlo.p_value(extreme));
        }
    }

    #[test]
    fn threads_do_not_matter() {
        let events = scattered(300, 5);
        let results = on_threads(|| knox(&events, NEAR, MonteCarlo { replicas: 50, seed: 2 }).expect("events"));
        assert!(results.iter().all(|result| *result == results[0]));
    }

    #[test]
    fn what_cannot_be_tested_says_why() {
        let events = scattered(5, 1);
        let with = |distance, time| knox(&events, Near { distance, time, ..NEAR }, MONTE_CARLO);
        assert_eq!(with(-1.0, 5.0), Err(SpaceTimeError::Limit));
        assert_eq!(with(1.0, f64::NAN), Err(SpaceTimeError::Limit));
        assert_eq!(knox(&events[..1], NEAR, MONTE_CARLO), Err(SpaceTimeError::TooFew));
        let lost = [Event { x: f64::NAN, ..events[0] }, events[1]];
        assert_eq!(knox(&lost, NEAR, MONTE_CARLO), Err(SpaceTimeError::NotANumber));
    }
}
