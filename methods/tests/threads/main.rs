//! The same figures bit by bit on one, two and eight threads, from enough data for every thread to have some.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fmt::Debug;
use tequio_methods::association::local_moran::{local_moran, local_moran_tails};
use tequio_methods::association::moran::{moran, moran_tails};
use tequio_methods::association::permutation::Permutations;
use tequio_methods::density::{self, Grid, adaptive, gaussian};
use tequio_methods::monte_carlo::MonteCarlo;
use tequio_methods::planar::Rectangle;
use tequio_methods::scan::spatial::{CIRCLES, Place, Settings, scan};
use tequio_methods::space_time::near_repeat::near_repeat;
use tequio_methods::space_time::{
    Distance, Event,
    knox::{Near, knox},
};
use tequio_methods::weights::Weights;

const MONTE_CARLO: MonteCarlo = MonteCarlo { replicas: 99, seed: 26 };
const PERMUTATIONS: Permutations = Permutations { count: 199, seed: 26 };
const SIDE: f64 = 20_000.0;

/// Asks that a figure be written the same, to the last digit, whatever the number of threads.
fn same_on_threads<T: Debug + Send>(what: &str, compute: impl Fn() -> T + Sync) {
    let figures = [1, 2, 8].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        // A number is written with as many digits as tell it from every other.
        format!("{:?}", pool.install(&compute))
    });
    assert!(figures[0].len() > 20, "{what}: {}", figures[0]);
    assert!(figures.iter().all(|figure| *figure == figures[0]), "{what} depends on the number of threads");
}

/// Numbers from 0 to 1 (Knuth's MMIX generator, high bits).
fn shares(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / (1u64 << 31) as f64
    };
    (0..count).map(|_| next()).collect()
}

/// Events of two years, `unit` of a day apart at least.
fn events(count: usize, unit: f64) -> Vec<Event> {
    let numbers = shares(count * 3, 7);
    let event = |of: &[f64]| Event { x: of[0] * SIDE, y: of[1] * SIDE, time: (of[2] * 730.0 / unit).floor() * unit };
    numbers.chunks(3).map(event).collect()
}

#[test]
fn knox_and_near_repeat() {
    let near = Near { distance: 250.0, time: 14.0, measure: Distance::Euclidean };
    for unit in [1.0, 1.0 / 24.0] {
        let events = events(20_000, unit);
        same_on_threads("Knox test", || knox(&events, near, MONTE_CARLO).unwrap());
    }
    let (events, bounds) = (events(9_000, 1.0), ([0.0, 100.0, 300.0], [0.0, 7.0, 14.0, f64::INFINITY]));
    same_on_threads("near-repeat table", || {
        near_repeat(&events, &bounds.0, &bounds.1, Distance::Manhattan, MONTE_CARLO).unwrap()
    });
}

#[test]
fn moran_global_and_local() {
    let side = 60;
    let values: Vec<f64> = shares(side * side, 3).iter().map(|share| (share * 50.0).floor()).collect();
    let around = |at: usize| at.saturating_sub(1)..(at + 2).min(side);
    let of = |cell: usize| {
        let near = around(cell / side).flat_map(|row| around(cell % side).map(move |column| row * side + column));
        near.filter(|other| *other != cell).map(|other| other as u32).collect()
    };
    let weights = Weights::binary((0..side * side).map(of).collect()).unwrap().row_standardised();
    same_on_threads("Moran", || {
        (moran(&values, &weights).unwrap(), moran_tails(&values, &weights, PERMUTATIONS).unwrap())
    });
    same_on_threads("local Moran", || {
        (local_moran(&values, &weights).unwrap(), local_moran_tails(&values, &weights, PERMUTATIONS).unwrap())
    });
}

#[test]
fn spatial_scan() {
    let numbers = shares(400 * 4, 5);
    let place = |of: &[f64]| {
        let population = 500 + (of[2] * 9_000.0) as u64;
        Place { x: of[0] * SIDE, y: of[1] * SIDE, population, cases: (of[3] * population as f64 / 200.0) as u64 }
    };
    let places: Vec<Place> = numbers.chunks(4).map(place).collect();
    let settings = Settings { share_max: 0.5, forms: CIRCLES.to_vec(), penalty: 0.0, cases_min: 2, clusters_max: 5 };
    same_on_threads("spatial scan", || scan(&places, &settings, MONTE_CARLO).unwrap());
}

#[test]
fn kernel_density() {
    let events: Vec<density::Event> =
        shares(12_000, 9).chunks(2).map(|of| density::Event::one(of[0] * SIDE, of[1] * SIDE)).collect();
    let grid = Grid::new(Rectangle { west: 0.0, south: 0.0, east: SIDE, north: SIDE }, 128, 128).unwrap();
    same_on_threads("Gaussian density", || gaussian::density(&events, 500.0, &grid).unwrap());
    same_on_threads("adaptive density", || adaptive::density(&events, 500.0, &grid).unwrap());
}
