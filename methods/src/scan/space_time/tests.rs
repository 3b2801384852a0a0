use super::*;
use crate::monte_carlo::tests::on_threads;

const PERIODS: usize = 7;
const MONTE_CARLO: MonteCarlo = MonteCarlo { replicas: 25, seed: 1_998 };

const SETTINGS: Settings =
    Settings { model: Model::Poisson, share_max: 0.4, periods_max: 4, alive: false, cases_min: 2, clusters_max: 4 };

/// Places on a small grid, so that many distances tie, with few cases.
fn grid(seed: u64) -> Vec<PlaceSeries> {
    let mixed = |index: usize| {
        let state = (index as u64 + 1).wrapping_mul(seed.wrapping_mul(2).wrapping_add(0x9e37_79b9_7f4a_7c15));
        state >> 40
    };
    let place = |index: usize| {
        let cell = |period: usize| mixed(index * PERIODS + period);
        let population: Vec<u64> = (0..PERIODS).map(|period| cell(period) % 40).collect();
        let cases = (0..PERIODS).map(|period| if population[period] == 0 { 0 } else { (cell(period) / 53 % 9) / 5 });
        PlaceSeries { x: (index % 4) as f64, y: (index / 4) as f64, cases: cases.collect(), population }
    };
    (0..16).map(place).collect()
}

/// The highest ratio over every circle and run of periods, found without order, sums or bounds.
fn naive(scanner: &Scanner, places: &[PlaceSeries], cases: &[u64]) -> f64 {
    let settings = scanner.settings;
    let weight = |place: usize| scanner.expected[place * PERIODS..(place + 1) * PERIODS].iter().sum::<f64>();
    let mut best = 0.0f64;
    for centre in places {
        let distance = |place: &PlaceSeries| (place.x - centre.x).hypot(place.y - centre.y);
        for edge in places {
            let inside: Vec<usize> =
                (0..places.len()).filter(|place| distance(&places[*place]) <= distance(edge) + 1e-9).collect();
            let share: f64 = inside.iter().map(|place| weight(*place)).sum::<f64>() / scanner.total as f64;
            for (first, last) in (0..PERIODS).flat_map(|first| (first..PERIODS).map(move |last| (first, last))) {
                let cells =
                    || inside.iter().flat_map(|place| (first..=last).map(move |period| place * PERIODS + period));
                let count: u64 = cells().map(|cell| cases[cell]).sum();
                let expected: f64 = cells().map(|cell| scanner.expected[cell]).sum();
                let allowed = last - first < settings.periods_max && (last == PERIODS - 1 || !settings.alive);
                if share <= settings.share_max && allowed && count >= settings.cases_min {
                    best = best.max(log_likelihood_ratio(count as f64, expected, scanner.total as f64));
                }
            }
        }
    }
    best
}

#[test]
fn all_cylinders_looked_at_one_by_one_give_the_same_ratio() {
    for seed in 0..10 {
        let places = grid(seed);
        for model in [Model::Poisson, Model::Permutation] {
            for alive in [false, true] {
                let settings = Settings { model, alive, ..SETTINGS };
                let scanner = Scanner::of(&places, &settings, || Ok(())).expect("places");
                let found = scanner.clusters(1).first().map_or(0.0, |cylinder| cylinder.ratio);
                let known = naive(&scanner, &places, &scanner.cases);
                assert!((found - known).abs() < 1e-9, "{seed} {model:?} {alive}: {found} {known}");
            }
        }
    }
}

/// A permutation keeps the cases of every place and of every period.
#[test]
fn a_permutation_keeps_the_margins() {
    let settings = Settings { model: Model::Permutation, ..SETTINGS };
    let scanner = Scanner::of(&grid(3), &settings, || Ok(())).expect("places");
    let of_cell = |(cell, count): (usize, &u64)| std::iter::repeat_n(cell, *count as usize);
    let cells: Vec<usize> = scanner.cases.iter().enumerate().flat_map(of_cell).collect();
    let permuted = scanner.permuted(&cells, &mut MONTE_CARLO.generator(0));
    assert_ne!(permuted, scanner.cases);
    let margins = |cases: &[u64]| by_margins(cases, PERIODS, scanner.total);
    assert_eq!(margins(&permuted), margins(&scanner.cases));
    let sum: f64 = scanner.expected.iter().sum();
    assert!((sum - scanner.total as f64).abs() < 1e-9);
}

/// A season that is the same everywhere is no cluster of the permutation model, but one of the Poisson model.
#[test]
fn a_season_is_no_cluster_of_the_permutation_model() {
    let place = |index: usize| PlaceSeries {
        x: index as f64,
        y: 0.0,
        population: vec![100; 6],
        cases: vec![2, 2, 2, 12, 2, 2],
    };
    let places: Vec<PlaceSeries> = (0..8).map(place).collect();
    let with = |model| scan(&places, &Settings { model, ..SETTINGS }, MONTE_CARLO).expect("places");
    assert!(with(Model::Permutation).iter().all(|cluster| cluster.excess.log_likelihood_ratio < 1e-9));
    let first = with(Model::Poisson)[0].clone();
    assert_eq!((first.first, first.last, first.excess.p_value), (3, 3, 1.0 / 26.0));
}

#[test]
fn clusters_are_told_as_found() {
    let places = grid(5);
    let clusters = scan(&places, &SETTINGS, MONTE_CARLO).expect("places");
    assert!(clusters.len() > 1);
    for cluster in &clusters {
        let cells = cluster.places.iter().map(|place| &places[*place].cases[cluster.first..=cluster.last]);
        assert_eq!(cluster.excess.observed, cells.flatten().sum::<u64>());
        assert!(cluster.excess.observed as f64 > cluster.excess.expected && cluster.last - cluster.first < 4);
        assert!(cluster.excess.relative_risk.is_some_and(|risk| risk > 1.0));
    }
    let places: Vec<usize> = clusters.iter().flat_map(|cluster| cluster.places.clone()).collect();
    let distinct: std::collections::HashSet<usize> = places.iter().copied().collect();
    assert_eq!(distinct.len(), places.len());
}

#[test]
fn threads_do_not_matter() {
    let places = grid(7);
    for model in [Model::Poisson, Model::Permutation] {
        let settings = Settings { model, ..SETTINGS };
        let results = on_threads(|| scan(&places, &settings, MONTE_CARLO).expect("places"));
        assert!(results.iter().all(|result| *result == results[0]));
    }
}

#[test]
fn what_cannot_be_scanned_says_why() {
    let refused = |places: &[PlaceSeries], settings: Settings| scan(places, &settings, MONTE_CARLO).err();
    let mut places = grid(1);
    assert_eq!(refused(&places[..1], SETTINGS), Some(ScanError::NoPlaces));
    assert_eq!(refused(&places, Settings { periods_max: 0, ..SETTINGS }), Some(ScanError::Periods));
    places[2].cases[1] = 1;
    places[2].population[1] = 0;
    assert_eq!(refused(&places, SETTINGS), Some(ScanError::CasesWithoutPopulation(2)));
    places[2].cases.pop();
    assert_eq!(refused(&places, SETTINGS), Some(ScanError::Periods));
}
