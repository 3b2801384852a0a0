//! How far a long computation is, and how it is asked to stop.
//!
//! A [`Watch`] is shared between the one who computes and the one who waits. A method that draws many replicas counts
//! them one by one (or block by block), and gives up at the next one once it is asked to: it then answers with an
//! error, never with a part of the answer. Counting changes no figure. Who watches says so where the method
//! is told how to draw:
//!
//! ```
//! use tequio_methods::association::{conditional::lag_tails, permutation::Permutations};
//! use tequio_methods::{progress::Watch, weights::Weights};
//! let weights = Weights::binary(vec![vec![1], vec![0], vec![3], vec![2]])?;
//! let (watch, permutations) = (Watch::default(), Permutations { count: 99, seed: 1 });
//! let watched = lag_tails(&[1.0, 9.0, 2.0, 3.0], &weights, watch.over(permutations))?;
//! assert_eq!((watched, watch.progress()), (lag_tails(&[1.0, 9.0, 2.0, 3.0], &weights, permutations)?, 1.0));
//! watch.stop();
//! assert!(lag_tails(&[1.0, 9.0, 2.0, 3.0], &weights, watch.over(permutations)).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

/// How much of the work is done, and whether it is to end.
#[derive(Debug)]
pub struct Watch {
    expected: AtomicU64,
    done: AtomicU64,
    stopped: AtomicBool,
    /// How often it is looked at before it asks for an end by itself.
    looks_left: AtomicU64,
}

impl Default for Watch {
    fn default() -> Self {
        Self::of_looks(u64::MAX)
    }
}

/// The computation was asked to stop, and has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the computation was asked to stop")]
pub struct Stopped;

impl Watch {
    /// A watch that asks for an end by itself once it was looked at so many times: to try where a computation ends.
    pub fn of_looks(looks: u64) -> Self {
        let (expected, done, stopped) = (AtomicU64::new(0), AtomicU64::new(0), AtomicBool::new(false));
        Self { expected, done, stopped, looks_left: AtomicU64::new(looks) }
    }

    /// Asks for an end.
    pub fn stop(&self) {
        self.stopped.store(true, Relaxed);
    }

    /// Whether an end was asked for.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Relaxed)
    }

    /// Looks at it without counting a step: between the stages of a computation, and in those that are long.
    ///
    /// # Errors
    /// [`Stopped`] when an end was asked for.
    pub fn look(&self) -> Result<(), Stopped> {
        if self.looks_left.fetch_sub(1, Relaxed) == 0 {
            self.stop();
        }
        self.go_on()
    }

    fn go_on(&self) -> Result<(), Stopped> {
        if self.is_stopped() { Err(Stopped) } else { Ok(()) }
    }

    /// Part of the work that is done, from 0 to 1. It goes back where more work turns up.
    pub fn progress(&self) -> f64 {
        match self.expected.load(Relaxed) {
            0 => 0.0,
            expected => self.done.load(Relaxed).min(expected) as f64 / expected as f64,
        }
    }

    /// Announces so many steps.
    pub fn expect(&self, steps: u64) {
        self.expected.fetch_add(steps, Relaxed);
    }

    /// One step is done.
    ///
    /// # Errors
    /// [`Stopped`] when an end was asked for.
    pub fn step(&self) -> Result<(), Stopped> {
        self.done.fetch_add(1, Relaxed);
        self.go_on()
    }

    /// What a method is told, to be computed under this watch.
    pub fn over<T>(&self, told: T) -> Watched<'_, T> {
        Watched { told, watch: Some(self) }
    }
}

/// How a method is to draw, with the watch over it; none where it comes from a plain value.
#[derive(Clone, Copy, Debug)]
pub struct Watched<'a, T> {
    told: T,
    watch: Option<&'a Watch>,
}

impl<T> Watched<'_, T> {
    /// Announces so many steps.
    pub(crate) fn expect(&self, steps: u64) {
        self.watch.iter().for_each(|watch| watch.expect(steps));
    }

    /// Looks at the watch, as [`Watch::look`].
    pub(crate) fn look(&self) -> Result<(), Stopped> {
        self.watch.map_or(Ok(()), Watch::look)
    }

    /// One step is done.
    pub(crate) fn step(&self) -> Result<(), Stopped> {
        self.watch.map_or(Ok(()), Watch::step)
    }
}

impl<T> Deref for Watched<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.told
    }
}

impl<T> From<T> for Watched<'_, T> {
    fn from(told: T) -> Self {
        Self { told, watch: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::association::AssociationError;
    use crate::association::conditional::lag_tails;
    use crate::association::moran::moran_tails;
    use crate::association::permutation::Permutations;
    use crate::association::samples::grid;
    use crate::chance::{ChanceError, baseline};
    use crate::monte_carlo::{MonteCarlo, MonteCarloError};
    use crate::planar::{Point, Rectangle};
    use crate::ripley::{RipleyError, envelope};
    use crate::scan::ScanError;
    use crate::scan::spatial::{CIRCLES, Place, Settings, scan};
    use crate::simulation::{Simulation, SimulationError};
    use crate::space_time::knox::{Near, knox};
    use crate::space_time::near_repeat::near_repeat;
    use crate::space_time::{Distance, Event, SpaceTimeError};
    use std::fmt::Debug;

    /// A method under a watch: the same answer as without, all of the work counted; and only an error once it is
    /// stopped, before it begins or in its midst.
    fn keeps_watch<T: PartialEq + Debug + Send, E: PartialEq + Debug + Send>(
        plain: Result<T, E>,
        watched: impl Fn(&Watch) -> Result<T, E> + Sync,
        stopped: E,
    ) {
        let watch = Watch::default();
        assert_eq!((watch.progress(), watched(&watch), watch.progress()), (0.0, plain, 1.0));
        let watch = Watch::default();
        watch.stop();
        // Every thread may count steps until it sees that another gave up: only one alone counts surely fewer than all.
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
        assert_eq!(pool.install(|| watched(&watch)), Err(stopped));
        assert!(watch.progress() < 1.0);
    }

    #[test]
    fn every_method_that_draws_many_keeps_watch() {
        let (weights, permutations) = (grid(30, 25), Permutations { count: 199, seed: 3 });
        let values: Vec<f64> = (0..750).map(|unit| f64::from(unit * 7919 % 1_013)).collect();
        let local = |watch: &Watch| lag_tails(&values, &weights, watch.over(permutations));
        keeps_watch(lag_tails(&values, &weights, permutations), local, AssociationError::Stopped(Stopped));
        let global = |watch: &Watch| moran_tails(&values, &weights, watch.over(permutations));
        keeps_watch(moran_tails(&values, &weights, permutations), global, AssociationError::Stopped(Stopped));

        let (replicas, none) = (MonteCarlo { replicas: 99, seed: 5 }, MonteCarloError::Stopped(Stopped));
        let at = |index: u32| (f64::from(index * 7 % 30), f64::from(index * 11 % 17));
        let events: Vec<Event> =
            (0..60).map(at).map(|(x, y)| Event { x, y, time: f64::from((x * y) as u32 % 40) }).collect();
        let (bands, days) = ([0.0, 4.0, 9.0], [0.0, 5.0, 20.0]);
        let pairs = |watch: &Watch| near_repeat(&events, &bands, &days, Distance::Euclidean, watch.over(replicas));
        let plain = near_repeat(&events, &bands, &days, Distance::Euclidean, replicas);
        keeps_watch(plain, pairs, SpaceTimeError::MonteCarlo(none));
        let near = Near { distance: 9.0, time: 5.0, measure: Distance::Euclidean };
        let table = |watch: &Watch| knox(&events, near, watch.over(replicas));
        keeps_watch(knox(&events, near, replicas), table, SpaceTimeError::MonteCarlo(none));

        let place = |index: u32| Place { x: at(index).0, y: at(index).1, population: 90, cases: u64::from(index % 5) };
        let places: Vec<Place> = (0..60).map(place).collect();
        let settings =
            Settings { share_max: 0.5, forms: CIRCLES.to_vec(), penalty: 0.0, cases_min: 2, clusters_max: 3 };
        let circles = |watch: &Watch| scan(&places, &settings, watch.over(replicas));
        keeps_watch(scan(&places, &settings, replicas), circles, ScanError::MonteCarlo(none));
    }

    #[test]
    fn simulations_keep_watch() {
        let (simulation, none) = (Simulation { replicas: 50, seed: 9, level: 0.95 }, SimulationError::Stopped(Stopped));
        let chance = |watch: &Watch| baseline(40, &[1.0; 30], 3, watch.over(simulation));
        keeps_watch(baseline(40, &[1.0; 30], 3, simulation), chance, ChanceError::Simulation(none));
        let window = Rectangle { west: 0.0, south: 0.0, east: 10.0, north: 10.0 };
        let events: Vec<Point> = (0..30).map(|i| Point { x: f64::from(i % 7), y: f64::from(i) / 4.0 }).collect();
        let curve = |watch: &Watch| envelope(&events, &window, &[0.5, 1.0], watch.over(simulation));
        keeps_watch(envelope(&events, &window, &[0.5, 1.0], simulation), curve, RipleyError::Simulation(none));
    }

    #[test]
    fn a_watch_of_some_looks_ends_after_them() {
        let watch = Watch::of_looks(2);
        assert_eq!((watch.step(), watch.look(), watch.step(), watch.look()), (Ok(()), Ok(()), Ok(()), Ok(())));
        assert_eq!((watch.look(), watch.step(), watch.look()), (Err(Stopped), Err(Stopped), Err(Stopped)));
    }

    /// Stopped from within, at its third replica: nothing is told of the first two.
    #[test]
    fn half_an_answer_is_none() {
        let watch = Watch::default();
        let drawn = watch.over(MonteCarlo { replicas: 1_000, seed: 1 }).run(|_| {
            if watch.progress() >= 0.002 {
                watch.stop();
            }
        });
        assert_eq!(drawn, Err(MonteCarloError::Stopped(Stopped)));
        assert!(watch.progress() < 1.0);
    }
}
