//! Density with a kernel that ends at a distance: Epanechnikov or quartic. Exact.
//!
//! With `u` the distance in radii, `u < 1`: Epanechnikov `2 / (pi R^2) (1 - u^2)` (V. A. Epanechnikov,
//! Theory of Probability and its Applications 14, 1969), quartic `3 / (pi R^2) (1 - u^2)^2`
//! (B. W. Silverman, 1986, equation 4.5). The radius `R` is not the bandwidth of a Gaussian: of equal spread
//! are `R = sqrt(6) h` (Epanechnikov) and `R = sqrt(8) h` (quartic).
//!
//! Cost: the pixels within the radius, for each event. Pixels add their events in the order given: the same to
//! the last bit for any number of threads.

use super::bands::each_band;
use super::{DensityError, Event, Grid, check};
use std::f64::consts::PI;

/// The shape of a kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// Parabola.
    Epanechnikov,
    /// Square of the parabola: no edge at the radius.
    Quartic,
}

impl Kernel {
    /// Adds the kernel to a row of pixels: `squares` are their squared distances along x, in radii.
    fn add(self, weight: f64, vertical: f64, squares: &[f64], values: &mut [f64]) {
        let pairs = values.iter_mut().zip(squares.iter().map(|square| (1.0 - square - vertical).max(0.0)));
        match self {
            Self::Epanechnikov => pairs.for_each(|(value, inside)| *value += weight * (2.0 / PI) * inside),
            Self::Quartic => pairs.for_each(|(value, inside)| *value += weight * (3.0 / PI) * inside * inside),
        }
    }
}

/// The density at the centre of each pixel, in weight a square unit of length, row by row from the south.
/// Events outside of the grid count too.
///
/// # Errors
/// [`DensityError`] when the radius is not above zero or an event has no position or weight.
///
/// ```
/// use tequio_methods::density::{Event, Grid, compact};
/// use tequio_methods::planar::Rectangle;
/// let grid = Grid::new(Rectangle { west: 0.0, south: 0.0, east: 3.0, north: 1.0 }, 3, 1)?;
/// let density = compact::density(&[Event::one(0.5, 0.5)], compact::Kernel::Epanechnikov, 2.0, &grid)?;
/// let peak = 2.0 / (std::f64::consts::PI * 4.0);
/// assert!((density[0] - peak).abs() < 1e-15 && (density[1] - 0.75 * peak).abs() < 1e-15 && density[2] == 0.0);
/// # Ok::<(), tequio_methods::density::DensityError>(())
/// ```
pub fn density(events: &[Event], kernel: Kernel, radius: f64, grid: &Grid) -> Result<Vec<f64>, DensityError> {
    check(events, radius)?;
    let scale = 1.0 / (radius * radius);
    Ok(each_band(
        events,
        |_| radius,
        grid,
        |index, values, rows| {
            let event = events[index];
            let (west, east) = grid.columns_within(event.at.x, radius);
            let squares: Vec<f64> =
                (west..east).map(|column| ((grid.x(column) - event.at.x) / radius).powi(2)).collect();
            let weight = event.weight * scale;
            for (row, values) in rows.zip(values.chunks_exact_mut(grid.columns)) {
                let vertical = ((grid.y(row) - event.at.y) / radius).powi(2);
                if vertical < 1.0 {
                    kernel.add(weight, vertical, &squares, &mut values[west..east]);
                }
            }
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::density::tests::pattern;
    use crate::planar::Rectangle;

    fn grid(columns: usize, rows: usize) -> Grid {
        Grid::new(Rectangle { west: 0.0, south: 0.0, east: 100.0, north: 80.0 }, columns, rows).expect("a grid")
    }

    #[test]
    fn every_pixel_is_the_direct_sum() {
        let events = pattern(300, 100.0, 80.0);
        for kernel in [Kernel::Epanechnikov, Kernel::Quartic] {
            for radius in [0.4, 7.0, 300.0] {
                let grid = grid(31, 44);
                let got = density(&events, kernel, radius, &grid).expect("a density");
                for (pixel, got) in got.iter().enumerate() {
                    let place = grid.centre(pixel % 31, pixel / 31);
                    let share = |event: &Event| {
                        let squared = event.at.squared_distance(place) / (radius * radius);
                        let inside = (1.0 - squared).max(0.0);
                        let shape = match kernel {
                            Kernel::Epanechnikov => 2.0 / PI * inside,
                            Kernel::Quartic => 3.0 / PI * inside * inside,
                        };
                        event.weight * shape / (radius * radius)
                    };
                    let expected: f64 = events.iter().map(share).sum();
                    assert!(
                        (got - expected).abs() <= 1e-12 * expected + 1e-16,
                        "{kernel:?} {radius}: {got} {expected}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_integral_is_the_number_of_events() {
        let events = [Event::one(50.0, 40.0), Event { weight: 2.5, ..Event::one(31.3, 22.2) }];
        let grid = grid(1_000, 800);
        for kernel in [Kernel::Epanechnikov, Kernel::Quartic] {
            let density = density(&events, kernel, 9.0, &grid).expect("a density");
            let integral: f64 = density.iter().sum::<f64>() * grid.width() * grid.height();
            assert!((integral - 3.5).abs() < 1e-4, "{kernel:?}: {integral}");
        }
    }

    #[test]
    fn threads_change_no_bit() {
        let events = pattern(2_000, 100.0, 80.0);
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| density(&events, Kernel::Quartic, 6.0, &grid(64, 64)).expect("a density"))
        };
        assert_eq!(with(1), with(2));
        assert_eq!(with(1), with(8));
    }
}
