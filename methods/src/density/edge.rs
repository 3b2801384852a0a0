//! Edge correction of a Gaussian density in a rectangle: beyond the border nothing was recorded, so
//! that densities near it come out too low.
//!
//! References: P. J. Diggle, "A kernel method for smoothing point process data", Journal of the Royal
//! Statistical Society C 34 (1985); M. C. Jones, "Simple boundary correction for kernel density
//! estimation", Statistics and Computing 3 (1993). The mass of the kernel inside of the rectangle is a
//! product of two differences of the normal distribution, exact. Error of the density: that of
//! [`super::gaussian`]. Cost: one density, and one mass a pixel or event.

use super::{DensityError, Event, Grid, check, gaussian};
use crate::planar::{Point, Rectangle};
use statrs::function::erf::erf;

/// What is divided by the mass inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Correction {
    /// The value of the pixel, by the mass of a kernel there: right on average where the density is even.
    AtPixel,
    /// The weight of the event, by the mass of its own kernel: keeps the number of events (Diggle's).
    AtEvent,
}

/// Share of a Gaussian kernel round a place that lies inside of a rectangle, from 0 to 1.
///
/// ```
/// use tequio_methods::density::edge::mass_inside;
/// use tequio_methods::planar::{Point, Rectangle};
/// let window = Rectangle { west: 0.0, south: 0.0, east: 50.0, north: 50.0 };
/// assert!((mass_inside(Point { x: 0.0, y: 0.0 }, 1.0, &window) - 0.25).abs() < 1e-9);
/// ```
pub fn mass_inside(place: Point, bandwidth: f64, window: &Rectangle) -> f64 {
    let between = |at: f64, low: f64, high: f64| {
        let unit = bandwidth * std::f64::consts::SQRT_2;
        (erf((high - at) / unit) - erf((low - at) / unit)) / 2.0
    };
    between(place.x, window.west, window.east) * between(place.y, window.south, window.north)
}

/// The density corrected for the border of the grid's rectangle. Events outside of it do not count.
///
/// # Errors
/// [`DensityError`] as for [`gaussian::density`].
///
/// ```
/// use tequio_methods::density::{Event, Grid, edge};
/// use tequio_methods::planar::Rectangle;
/// let grid = Grid::new(Rectangle { west: 0.0, south: 0.0, east: 90.0, north: 90.0 }, 90, 90)?;
/// let density = edge::density(&[Event::one(0.0, 45.0)], 3.0, &grid, edge::Correction::AtEvent)?;
/// assert!((density.iter().sum::<f64>() - 1.0).abs() < 1e-2);
/// # Ok::<(), tequio_methods::density::DensityError>(())
/// ```
pub fn density(
    events: &[Event],
    bandwidth: f64,
    grid: &Grid,
    correction: Correction,
) -> Result<Vec<f64>, DensityError> {
    check(events, bandwidth)?;
    let window = grid.window();
    let mut inside: Vec<Event> = events.iter().filter(|event| window.contains(event.at)).copied().collect();
    if correction == Correction::AtEvent {
        inside.iter_mut().for_each(|event| event.weight /= mass_inside(event.at, bandwidth, &window));
        return gaussian::density(&inside, bandwidth, grid);
    }
    let mut values = gaussian::density(&inside, bandwidth, grid)?;
    for (pixel, value) in values.iter_mut().enumerate() {
        *value /= mass_inside(grid.centre(pixel % grid.columns, pixel / grid.columns), bandwidth, &window);
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::density::tests::pattern;

    const WINDOW: Rectangle = Rectangle { west: 0.0, south: 0.0, east: 100.0, north: 80.0 };

    #[test]
    fn diggles_correction_keeps_the_number_of_events() {
        let grid = Grid::new(WINDOW, 400, 320).expect("a grid");
        let events = pattern(500, 100.0, 80.0);
        let total: f64 = events.iter().map(|event| event.weight).sum();
        let integral = |values: Vec<f64>| values.iter().sum::<f64>() * grid.width() * grid.height();
        let corrected = integral(density(&events, 6.0, &grid, Correction::AtEvent).expect("a density"));
        assert!((corrected / total - 1.0).abs() < 1e-4, "{corrected} {total}");
        let plain = integral(gaussian::density(&events, 6.0, &grid).expect("a density"));
        assert!(plain < 0.996 * total, "without it events are lost: {plain} of {total}");
    }

    #[test]
    fn an_even_pattern_stays_even_up_to_the_border() {
        let grid = Grid::new(WINDOW, 25, 20).expect("a grid");
        let events: Vec<Event> =
            (0..8_000).map(|i| Event::one(f64::from(i % 100) + 0.5, f64::from(i / 100) + 0.5)).collect();
        let values = density(&events, 5.0, &grid, Correction::AtPixel).expect("a density");
        assert!(values.iter().all(|value| (value - 1.0).abs() < 0.01));
    }

    #[test]
    fn events_outside_of_the_window_do_not_count() {
        let grid = Grid::new(WINDOW, 5, 5).expect("a grid");
        let values = density(&[Event::one(-1.0, 5.0)], 5.0, &grid, Correction::AtPixel);
        assert_eq!(values, Ok(vec![0.0; 25]));
    }
}
