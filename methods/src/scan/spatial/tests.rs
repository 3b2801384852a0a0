use super::*;
use crate::monte_carlo::tests::on_threads;

const MONTE_CARLO: MonteCarlo = MonteCarlo { replicas: 999, seed: 1_997 };

/// Leukaemia in 281 tracts of eight counties in New York, 1978 to 1982: inhabitants and cases, cut to whole ones, from
/// L. A. Waller and C. A. Gotway, "Applied Spatial Statistics for Public Health Data", 2004 (as in R package
/// `spData`, `nydata`); positions in degrees from R package `SpatialEpi`, `NYleukemia`, cut to six decimals.
fn new_york() -> Vec<Place> {
    let row = |line: &str| {
        let mut cells = line.split(',');
        let mut number = || cells.next().and_then(|cell| cell.parse::<f64>().ok()).expect("a number");
        // As SaTScan was given them: latitude first.
        let (y, x) = (number(), number());
        Place { x, y, population: number() as u64, cases: number() as u64 }
    };
    include_str!("../../../tests/data/new-york-leukemia.csv").lines().skip(1).map(row).collect()
}

fn settings(forms: &[Ellipses], penalty: f64) -> Settings {
    Settings { share_max: 0.1, forms: forms.to_vec(), penalty, cases_min: 2, clusters_max: 7 }
}

/// The numbers that the source gives its places begin with 1.
fn numbers(cluster: &Cluster) -> Vec<usize> {
    cluster.places.iter().map(|place| place + 1).collect()
}

fn near(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance
}

/// The seven clusters that SaTScan 9.6 prints for these data (999 replicas, at most 10 % of the inhabitants):
/// inhabitants, cases, expected, relative risk, log-likelihood ratio, p-value; and the places of some.
#[test]
fn leukaemia_in_new_york_by_circles() {
    let clusters = scan(&new_york(), &settings(&CIRCLES, 0.0), MONTE_CARLO).expect("places");
    let known = [
        (95_249, 85, 49.71, 1.84, 11.577_255, 0.001),
        (34_083, 38, 17.79, 2.22, 9.019_716, 0.013),
        (78_280, 64, 40.85, 1.64, 6.114_140, 0.216),
        (24_571, 25, 12.82, 1.99, 4.651_839, 0.609),
        (29_782, 28, 15.54, 1.84, 4.169_203, 0.755),
        (9_840, 12, 5.14, 2.37, 3.363_518, 0.961),
        (8_839, 11, 4.61, 2.41, 3.209_485, 0.976),
    ];
    assert_eq!(clusters.len(), known.len());
    for (cluster, (population, observed, expected, risk, ratio, p_value)) in clusters.iter().zip(known) {
        let excess = cluster.excess;
        assert_eq!((cluster.population, excess.observed), (population, observed));
        assert!(near(excess.expected, expected, 5e-3), "{cluster:?}");
        assert!(near(excess.relative_risk.expect("cases outside"), risk, 5e-3), "{cluster:?}");
        assert!(near(excess.log_likelihood_ratio, ratio, 5e-7), "{cluster:?}");
        // Two simulations of 999: five standard errors of their difference.
        let error = (2.0 * p_value * (1.0 - p_value) / 1_000.0f64).sqrt();
        assert!(near(excess.p_value, p_value, 5.0 * error + 0.001), "{cluster:?}");
    }
    let first = [49, 48, 50, 47, 1, 15, 51, 2, 13, 14, 3, 35, 16, 52, 36, 37, 12, 11, 5, 17, 10, 4, 6, 38, 18, 9];
    assert_eq!(numbers(&clusters[0]), first);
    assert_eq!(numbers(&clusters[1]), [89, 88, 87, 84, 90, 86, 92, 85]);
    assert_eq!(numbers(&clusters[6]), [166, 159, 167]);
    assert!(near(clusters[0].radius, 0.070, 5e-4) && near(clusters[1].radius, 0.13, 5e-3));
    assert!(near(clusters[6].radius, 0.012, 5e-4));
}

/// As tested in R package `smerc` against SaTScan, penalties 0, 0.5 and 1.
#[test]
fn leukaemia_in_new_york_by_ellipses() {
    let find = |penalty| {
        let few = MonteCarlo { replicas: 19, ..MONTE_CARLO };
        scan(&new_york(), &settings(&ELLIPSES, penalty), few).expect("places")
    };
    let (none, medium, strong) = (find(0.0), find(0.5), find(1.0));
    let first = &none[0];
    assert!(near(first.excess.log_likelihood_ratio, 15.416_469, 5e-7) && near(first.statistic, 15.416_469, 5e-7));
    assert_eq!((first.population, first.excess.observed, first.ratio, first.degrees), (102_678, 96, 4.0, 90.0));
    assert!(near(first.excess.relative_risk.expect("outside"), 1.96, 5e-3) && near(first.excess.expected, 53.59, 5e-3));
    assert!(near(first.radius, 0.046, 5e-4));
    let places = [46, 53, 45, 41, 44, 38, 52, 43, 54, 39, 50, 15, 40, 49, 16, 14, 1, 48, 37, 13, 17, 11, 2, 12, 47];
    assert_eq!(numbers(first), places);
    // Ratio, direction, inhabitants, cases, statistic of the clusters that SaTScan 9.6 prints without a penalty.
    let known = [
        (5.0, 60.0, 53_236, 55, 11.061_167),
        (4.0, 75.0, 56_173, 55, 9.562_963),
        (4.0, 120.0, 12_214, 17, 6.154_083),
        (4.0, 30.0, 27_490, 28, 5.244_377),
    ];
    for (cluster, (ratio, degrees, population, observed, statistic)) in none[1..].iter().zip(known) {
        assert_eq!((cluster.ratio, cluster.degrees), (ratio, degrees));
        assert_eq!((cluster.population, cluster.excess.observed), (population, observed));
        assert!(near(cluster.statistic, statistic, 5e-7), "{cluster:?}");
    }
    assert_eq!(numbers(&none[4]), [64, 65, 67, 62, 68]);
    for (cluster, statistic) in [(&medium[0], 14.474_236), (&strong[0], 14.181_797)] {
        assert!(
            near(cluster.excess.log_likelihood_ratio, 14.772_705, 5e-7) && near(cluster.statistic, statistic, 5e-7)
        );
        assert_eq!(
            (cluster.population, cluster.excess.observed, cluster.ratio, cluster.degrees),
            (99_685, 93, 1.5, 90.0)
        );
        let places = [52, 50, 53, 38, 49, 15, 48, 39, 1, 37, 16, 44, 14, 47, 40, 2, 13, 43, 51, 45, 17, 11, 12, 3, 46];
        assert_eq!(numbers(cluster), places);
        assert!(near(cluster.radius, 0.058, 5e-4) && cluster.excess.p_value == 0.05);
    }
    assert_eq!(numbers(&medium[1]), [87, 88, 86, 89, 92, 85, 90]);
    assert_eq!(numbers(&medium[3]), [170, 171, 166, 167]);
    let last = &strong[6];
    assert_eq!((numbers(last), last.ratio, last.population), (vec![106, 103, 102, 77, 230], 4.0, 15_576));
    assert!(near(last.statistic, 3.436_309, 5e-7) && near(last.excess.log_likelihood_ratio, 5.369_233, 5e-7));
}

/// Places on a small grid, so that many distances tie.
fn grid(seed: u64) -> Vec<Place> {
    let place = |index: u64| {
        let mixed = (index + 1).wrapping_mul(seed.wrapping_mul(2).wrapping_add(0x9e37_79b9_7f4a_7c15)) >> 40;
        let (population, cases) = (mixed % 90, mixed / 97 % 7);
        Place {
            x: (index % 6) as f64,
            y: (index / 6) as f64,
            population,
            cases: if population == 0 { 0 } else { cases },
        }
    };
    (0..30).map(place).collect()
}

/// The highest ratio over every circle round every place, found without order, sums or bounds.
fn naive(places: &[Place], cases: &[u64], share_max: f64, cases_min: u64) -> f64 {
    let population: u64 = places.iter().map(|place| place.population).sum();
    let total: u64 = cases.iter().sum();
    let mut best = 0.0f64;
    for centre in places {
        let distance = |place: &Place| (place.x - centre.x).hypot(place.y - centre.y);
        for edge in places {
            let inside: Vec<usize> =
                (0..places.len()).filter(|place| distance(&places[*place]) <= distance(edge) + 1e-9).collect();
            let people: u64 = inside.iter().map(|place| places[*place].population).sum();
            let count: u64 = inside.iter().map(|place| cases[*place]).sum();
            if people as f64 <= share_max * population as f64 && count >= cases_min {
                let expected = people as f64 * (total as f64 / population as f64);
                best = best.max(log_likelihood_ratio(count as f64, expected, total as f64));
            }
        }
    }
    best
}

#[test]
fn all_circles_looked_at_one_by_one_give_the_same_statistics() {
    let monte_carlo = MonteCarlo { replicas: 37, seed: 4 };
    for seed in 0..12 {
        let places = grid(seed);
        let settings = Settings { share_max: 0.4, cases_min: 3, ..settings(&CIRCLES, 0.0) };
        let cases: Vec<u64> = places.iter().map(|place| place.cases).collect();
        let scanner = Scanner::of(&places, &settings, || Ok(())).expect("places");
        let observed = scanner.clusters(1).first().map_or(0.0, |found| found.2);
        assert!(near(observed, naive(&places, &cases, 0.4, 3), 1e-9), "{seed}");
        let weights: Vec<f64> = places.iter().map(|place| place.population as f64).collect();
        let shares = Shares::of(&weights).expect("weights");
        for (replica, highest) in scanner.replicas(monte_carlo.into()).expect("replicas").into_iter().enumerate() {
            let drawn = shares.draw(scanner.cases, &mut monte_carlo.generator(replica as u32)).expect("a draw");
            assert!(near(highest, naive(&places, &drawn, 0.4, 3), 1e-9), "{seed} {replica}");
        }
    }
}

#[test]
fn clusters_share_no_place() {
    let settings = Settings { share_max: 0.5, clusters_max: 50, ..settings(&ELLIPSES, 0.5) };
    let clusters = scan(&new_york(), &settings, MonteCarlo { replicas: 9, seed: 1 }).expect("places");
    let mut places: Vec<usize> = clusters.iter().flat_map(|cluster| cluster.places.clone()).collect();
    let told = places.len();
    places.sort_unstable();
    places.dedup();
    assert_eq!(places.len(), told);
    assert!(clusters.windows(2).all(|pair| pair[0].statistic >= pair[1].statistic) && clusters.len() > 10);
}

#[test]
fn threads_do_not_matter() {
    let places = new_york();
    let few = MonteCarlo { replicas: 50, seed: 6 };
    let results = on_threads(|| scan(&places, &settings(&CIRCLES, 0.0), few).expect("places"));
    assert!(results.iter().all(|result| *result == results[0]));
}

#[test]
fn what_cannot_be_scanned_says_why() {
    let place = |population, cases| Place { x: 0.0, y: 0.0, population, cases };
    let refused = |places: &[Place], settings: &Settings| scan(places, settings, MONTE_CARLO).err();
    let plain = settings(&CIRCLES, 0.0);
    assert_eq!(refused(&[place(1, 1)], &plain), Some(ScanError::NoPlaces));
    assert_eq!(refused(&[place(1, 0), place(5, 0)], &plain), Some(ScanError::Cases));
    assert_eq!(refused(&[place(1, 1), place(0, 2)], &plain), Some(ScanError::CasesWithoutPopulation(1)));
    assert_eq!(refused(&[place(0, 0), place(0, 0)], &plain), Some(ScanError::Population));
    let lost = Place { x: f64::NAN, ..place(1, 1) };
    assert_eq!(refused(&[lost, place(1, 1)], &plain), Some(ScanError::Position));
    let flat = settings(&[Ellipses { ratio: 0.5, angles: 3 }], 0.0);
    assert_eq!(refused(&[place(1, 1), place(5, 0)], &flat), Some(ScanError::Shape));
    let wide = Settings { share_max: 1.5, ..plain };
    assert_eq!(refused(&[place(1, 1), place(5, 0)], &wide), Some(ScanError::Share));
}
