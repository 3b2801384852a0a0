use super::*;

const WINDOW: Rectangle = Rectangle { west: 0.0, south: -1.0, east: 1.0, north: 0.0 };

/// Coordinates of the rows of a file that end so.
fn points(file: &str, end: &str) -> Vec<Point> {
    let number = |text: Option<&str>| text.and_then(|text| text.parse().ok()).expect("a number");
    let rows = file.lines().filter(|line| !line.starts_with(['#', 'x']) && line.ends_with(end));
    rows.map(|row| row.split(',')).map(|mut row| Point { x: number(row.next()), y: number(row.next()) }).collect()
}

fn redwood() -> Vec<Point> {
    points(include_str!("../tests/data/redwood.csv"), "")
}

fn near(got: f64, expected: f64) {
    assert!((got / expected - 1.0).abs() < 1e-9, "{got} is not {expected}");
}

/// Computed with spatstat.explore 3.0 `Kest(redwood, correction = "isotropic")`.
#[test]
fn redwood_seedlings() {
    let distances = [0.05, 0.099_5, 0.100_5, 0.15, 0.199_5, 0.200_5];
    let found = k(&redwood(), &WINDOW, &distances).expect("K");
    near(found[0], 0.026_441_036_489);
    near(found[1], 0.060_836_746_210);
    near(found[2], 0.069_502_211_911);
    near(found[3], 0.116_414_599_697);
    near(found[4], 0.155_254_448_222);
    near(found[5], 0.156_708_705_229);
    assert!(l(found[0]) > 0.05, "seedlings stand together");
}

/// Coordinates are rounded to hundredths: 0.06 and 0.08 apart is 0.1 but for the last bit. Such pairs count
/// as within 0.1; other programs let the last bit decide (0.0667219 at 0.1, 0.1559155 at 0.2).
#[test]
fn pairs_at_the_distance_itself_are_within_it() {
    let found = k(&redwood(), &WINDOW, &[0.1, 0.2]).expect("K");
    near(found[0], 0.069_502_211_911);
    near(found[1], 0.156_708_705_229);
    let moved: Vec<Point> = redwood().iter().map(|at| Point { x: at.x + 2_100.0, y: at.y + 500.0 }).collect();
    let window = Rectangle { west: 2_100.0, east: 2_101.0, south: 499.0, north: 500.0 };
    let moved = k(&moved, &window, &[0.1, 0.2]).expect("K");
    assert!((moved[0] / found[0] - 1.0).abs() < 1e-6 && (moved[1] / found[1] - 1.0).abs() < 1e-6, "{moved:?}");
}

/// Computed with spatstat.explore 3.0 `Kcross(amacrine, "on", "off", correction = "isotropic")`.
#[test]
fn amacrine_cells() {
    let file = include_str!("../tests/data/amacrine.csv");
    let (on, off) = (points(file, ",on"), points(file, ",off"));
    let window = Rectangle { west: 0.0, south: 0.0, east: 1.601_208_5, north: 1.0 };
    let found = cross_k(&on, &off, &window, &[0.050_5, 0.100_5, 0.150_5, 0.200_5]).expect("K");
    let expected = [0.008_407_668_001_6, 0.031_308_617_470_3, 0.071_289_841_753_9, 0.129_624_723_340_5];
    found.iter().zip(expected).for_each(|(got, expected)| assert!((got / expected - 1.0).abs() < 1e-6, "{found:?}"));
}

/// The definition, with the part of the circle found by walking round it.
#[test]
fn the_correction_is_the_part_of_the_circle_inside() {
    let window = Rectangle { west: 0.0, south: 0.0, east: 4.0, north: 2.0 };
    for (x, y) in [(2.0, 1.0), (0.1, 0.2), (0.0, 0.0), (3.9, 1.0), (0.3, 1.9), (4.0, 0.4)] {
        for radius in [0.05, 0.3, 0.7, 1.0] {
            let inside = (0..200_000).filter(|step| {
                let angle = TAU * (f64::from(*step) + 0.5) / 200_000.0;
                window.contains(Point { x: x + radius * angle.cos(), y: y + radius * angle.sin() })
            });
            let expected = inside.count() as f64 / 200_000.0;
            let got = part_inside(Point { x, y }, radius, &window);
            assert!((got - expected).abs() < 2e-5, "{x} {y} {radius}: {got} {expected}");
        }
    }
}

fn scattered(count: u32) -> Vec<Point> {
    let part = |value: u32| f64::from(value) / 1_009.0;
    (0..count).map(|i| Point { x: part(i * 389 % 1_009), y: part(i * i * 7 % 1_009) - 1.0 }).collect()
}

#[test]
fn cells_find_every_pair() {
    let (events, distances) = (scattered(400), [0.01, 0.05, 0.2, 0.5]);
    let mut expected = [0.0; 4];
    for (i, event) in events.iter().enumerate() {
        for (_, other) in events.iter().enumerate().filter(|(j, _)| *j != i) {
            let distance = event.squared_distance(*other).sqrt();
            for (sum, limit) in expected.iter_mut().zip(distances) {
                *sum += if distance <= limit { 1.0 / part_inside(*event, distance, &WINDOW) } else { 0.0 };
            }
        }
    }
    let found = k(&events, &WINDOW, &distances).expect("K");
    found.iter().zip(expected).for_each(|(got, sum)| near(*got, sum / (400.0 * 399.0)));
}

#[test]
fn chance_gives_the_area_of_the_circle() {
    let simulation = Simulation { replicas: 199, seed: 11, level: 0.95 };
    let found = envelope(&scattered(150), &WINDOW, &[0.1, 0.2], simulation).expect("an envelope");
    for (index, distance) in [0.1f64, 0.2].into_iter().enumerate() {
        let expected = PI * distance * distance;
        assert!(found.low[index] < expected && expected < found.high[index]);
    }
    assert_eq!(envelope(&redwood(), &WINDOW, &[0.05, 0.1], simulation).expect("an envelope").p_value, 1.0 / 200.0);
}

#[test]
fn exchanged_labels_of_one_pattern_are_ordinary() {
    let all = scattered(240);
    let (first, second): (Vec<_>, Vec<_>) = all.iter().enumerate().partition(|(index, _)| index % 3 == 0);
    let positions = |set: Vec<(usize, &Point)>| set.into_iter().map(|(_, point)| *point).collect::<Vec<_>>();
    let simulation = Simulation { replicas: 199, seed: 5, level: 0.95 };
    let found = label_envelope(&positions(first), &positions(second), &WINDOW, &[0.05, 0.1, 0.2], simulation);
    assert!(found.expect("an envelope").p_value > 0.01);
}

#[test]
fn threads_change_no_bit() {
    let events = scattered(1_000);
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let simulation = Simulation { replicas: 19, seed: 2, level: 0.9 };
        pool.install(|| envelope(&events, &WINDOW, &[0.02, 0.07], simulation).expect("an envelope"))
    };
    assert_eq!(with(1), with(2));
    assert_eq!(with(1), with(8));
}

#[test]
fn what_has_no_k_says_why() {
    let events = [Point { x: 0.5, y: -0.5 }, Point { x: 0.6, y: -0.5 }];
    let flat = Rectangle { north: -1.0, ..WINDOW };
    assert_eq!(k(&events, &flat, &[0.1]), Err(RipleyError::Window));
    assert_eq!(k(&[Point { x: 0.5, y: 0.5 }], &WINDOW, &[0.1]), Err(RipleyError::Outside));
    assert_eq!(k(&[Point { x: f64::NAN, y: -0.5 }], &WINDOW, &[0.1]), Err(RipleyError::Outside));
    assert_eq!(k(&events[..1], &WINDOW, &[0.1]), Err(RipleyError::TooFew));
    for distances in [&[0.2, 0.1][..], &[0.6], &[-0.1], &[], &[f64::NAN]] {
        assert_eq!(k(&events, &WINDOW, distances), Err(RipleyError::Distances));
    }
}
