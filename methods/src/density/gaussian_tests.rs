use super::*;
use crate::density::tests::pattern;
use crate::planar::Rectangle;

const WINDOW: Rectangle = Rectangle { west: 0.0, south: 0.0, east: 100.0, north: 80.0 };

fn grid(columns: usize, rows: usize) -> Grid {
    Grid::new(WINDOW, columns, rows).expect("a grid")
}

/// The definition: every event for every pixel.
fn direct(events: &[Event], bandwidth: f64, grid: &Grid) -> Vec<f64> {
    let scale = 1.0 / (2.0 * PI * bandwidth * bandwidth);
    let at = |pixel: usize| grid.centre(pixel % grid.columns(), pixel / grid.columns());
    let share =
        |event: &Event, place| event.weight * (-event.at.squared_distance(place) / (2.0 * bandwidth * bandwidth)).exp();
    (0..grid.columns() * grid.rows())
        .map(|pixel| scale * events.iter().map(|event| share(event, at(pixel))).sum::<f64>())
        .collect()
}

/// Largest relative difference, where the direct sum is an ordinary number.
fn worst(got: &[f64], expected: &[f64]) -> f64 {
    assert_eq!(got.len(), expected.len());
    let pairs = got.iter().zip(expected).filter(|(_, expected)| **expected > 1e-300);
    pairs.map(|(got, expected)| (got / expected - 1.0).abs()).fold(0.0, f64::max)
}

#[test]
fn every_pixel_keeps_the_bound() {
    let events = pattern(700, 100.0, 80.0);
    for bandwidth in [0.3, 1.0, 2.7, 9.0, 60.0, 1e4] {
        for (columns, rows) in [(64, 48), (7, 90), (1, 1)] {
            let grid = grid(columns, rows);
            let got = density(&events, bandwidth, &grid).expect("a density");
            let error = worst(&got, &direct(&events, bandwidth, &grid));
            assert!(error < RELATIVE_ERROR, "bandwidth {bandwidth}, {columns} x {rows}: {error:e}");
        }
    }
}

#[test]
fn pixels_far_from_every_event_keep_the_bound_too() {
    let events: Vec<Event> = pattern(300, 8.0, 5.0);
    let grid = grid(60, 50);
    for bandwidth in [2.0, 3.0, 5.0] {
        let expected = direct(&events, bandwidth, &grid);
        assert!(expected.iter().any(|value| *value < 1e-40), "some are far");
        let error = worst(&density(&events, bandwidth, &grid).expect("a density"), &expected);
        assert!(error < RELATIVE_ERROR, "bandwidth {bandwidth}: {error:e}");
    }
}

#[test]
fn one_event_and_events_outside_of_the_grid() {
    let grid = grid(40, 40);
    for event in [Event::one(50.0, 40.0), Event::one(-30.0, 90.0), Event::one(0.0, 0.0), Event::one(400.0, 7.0)] {
        let error = worst(&density(&[event], 11.0, &grid).expect("a density"), &direct(&[event], 11.0, &grid));
        assert!(error < RELATIVE_ERROR, "{event:?}: {error:e}");
    }
}

#[test]
fn a_light_event_beside_heavy_ones_is_not_lost() {
    let mut events = vec![Event { weight: 1e9, ..Event::one(5.0, 5.0) }; 20];
    events.push(Event { weight: 1e-9, ..Event::one(90.0, 70.0) });
    let grid = grid(50, 40);
    let error = worst(&density(&events, 2.0, &grid).expect("a density"), &direct(&events, 2.0, &grid));
    assert!(error < RELATIVE_ERROR, "{error:e}");
}

#[test]
fn the_integral_is_the_number_of_events() {
    let events: Vec<Event> =
        pattern(400, 40.0, 30.0).iter().map(|event| Event::one(event.at.x + 30.0, event.at.y + 25.0)).collect();
    let grid = grid(200, 160);
    let density = density(&events, 2.0, &grid).expect("a density");
    let integral: f64 = density.iter().sum::<f64>() * grid.width() * grid.height();
    assert!((integral - 400.0).abs() < 1e-4, "{integral}");
}

#[test]
fn threads_change_no_bit() {
    let events = pattern(3_000, 100.0, 80.0);
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| density(&events, 1.5, &grid(90, 70)).expect("a density"))
    };
    let one: Vec<u64> = with(1).iter().map(|value| value.to_bits()).collect();
    for threads in [2, 8] {
        assert_eq!(one, with(threads).iter().map(|value| value.to_bits()).collect::<Vec<_>>());
    }
}

#[test]
fn what_has_no_density_says_why() {
    let grid = grid(3, 3);
    assert_eq!(density(&[], 1.0, &grid), Ok(vec![0.0; 9]));
    assert_eq!(density(&[Event { weight: 0.0, ..Event::one(1.0, 1.0) }], 1.0, &grid), Ok(vec![0.0; 9]));
    assert_eq!(density(&[Event::one(1.0, 1.0)], 0.0, &grid), Err(DensityError::Bandwidth));
    assert_eq!(density(&[Event::one(1.0, f64::NAN)], 1.0, &grid), Err(DensityError::Event));
    assert_eq!(density(&[Event { weight: -1.0, ..Event::one(1.0, 1.0) }], 1.0, &grid), Err(DensityError::Event));
}
