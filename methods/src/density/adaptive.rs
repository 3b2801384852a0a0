//! Density with a bandwidth of its own for each event: narrow where events are many, wide where few.
//!
//! Reference: I. S. Abramson, "On Bandwidth Variation in Kernel Estimates: A Square Root Law", Annals of
//! Statistics 10 (1982); the geometric mean as in B. W. Silverman (1986), section 5.3. A first density with
//! the global bandwidth `h` is read at the pixel of each event, `f_i`; the event's bandwidth is
//! `h sqrt(g / f_i)`, `g` the geometric mean of the `f_i` (by weight), and at most [`WIDEST`] times `h`, so that
//! a lone event does not cover the map.
//!
//! Kernels are summed directly and cut at [`CUTOFF`] bandwidths: each event's own share is too low by less than
//! 10^-16 of its peak beyond it. That bounds the absolute error, not the relative one far from all events.
//! Cost: the pixels within the cutoff, for each event. The same to the last bit for any number of threads.

use super::bands::each_band;
use super::gaussian::{self, factor};
use super::{DensityError, Event, Grid, check};
use std::f64::consts::PI;

/// Widest bandwidth, as a multiple of the global one.
pub const WIDEST: f64 = 5.0;
/// Where a kernel is cut, in its bandwidths: `exp(-8.6^2 / 2)` is below 10^-16.
pub const CUTOFF: f64 = 8.6;

/// The bandwidth of each event, in the unit of length.
///
/// # Errors
/// [`DensityError`] as for [`gaussian::density`], and [`DensityError::NoEvents`] without any.
///
/// ```
/// use tequio_methods::density::{Event, Grid, adaptive};
/// use tequio_methods::planar::Rectangle;
/// let grid = Grid::new(Rectangle { west: 0.0, south: 0.0, east: 100.0, north: 100.0 }, 100, 100)?;
/// let mut events = vec![Event::one(20.0, 20.0); 9];
/// events.push(Event::one(80.0, 80.0));
/// let widths = adaptive::bandwidths(&events, 2.0, &grid)?;
/// assert!((widths[9] / widths[0] - 3.0).abs() < 1e-4);
/// # Ok::<(), tequio_methods::density::DensityError>(())
/// ```
pub fn bandwidths(events: &[Event], bandwidth: f64, grid: &Grid) -> Result<Vec<f64>, DensityError> {
    check(events, bandwidth)?;
    let pilot = gaussian::density(events, bandwidth, grid)?;
    let value = |event: &Event| {
        let (column, row) = grid.pixel(event.at);
        pilot[row * grid.columns + column].max(f64::MIN_POSITIVE)
    };
    let total: f64 = events.iter().map(|event| event.weight).sum();
    if total <= 0.0 {
        return Err(DensityError::NoEvents);
    }
    let logarithms: f64 = events.iter().map(|event| event.weight * value(event).ln()).sum();
    let mean = (logarithms / total).exp();
    Ok(events.iter().map(|event| bandwidth * (mean / value(event)).sqrt().min(WIDEST)).collect())
}

/// The density with the bandwidths of [`bandwidths`], row by row from the south.
///
/// # Errors
/// [`DensityError`] as for [`bandwidths`].
///
/// ```
/// use tequio_methods::density::{Event, Grid, adaptive, gaussian};
/// use tequio_methods::planar::Rectangle;
/// let grid = Grid::new(Rectangle { west: 0.0, south: 0.0, east: 9.0, north: 9.0 }, 9, 9)?;
/// let one = [Event::one(4.5, 4.5)];
/// let (adaptive, fixed) = (adaptive::density(&one, 2.0, &grid)?, gaussian::density(&one, 2.0, &grid)?);
/// assert!((adaptive[40] / fixed[40] - 1.0).abs() < 1e-6);
/// # Ok::<(), tequio_methods::density::DensityError>(())
/// ```
pub fn density(events: &[Event], bandwidth: f64, grid: &Grid) -> Result<Vec<f64>, DensityError> {
    let widths = bandwidths(events, bandwidth, grid)?;
    Ok(each_band(
        events,
        |index| CUTOFF * widths[index],
        grid,
        |index, values, rows| {
            let (event, width) = (events[index], widths[index]);
            let (from, to) = grid.columns_within(event.at.x, CUTOFF * width);
            let peak = event.weight / (2.0 * PI * width * width);
            let kernel: Vec<f64> =
                (from..to).map(|column| peak * factor((grid.x(column) - event.at.x) / width)).collect();
            for (row, values) in rows.zip(values.chunks_exact_mut(grid.columns)) {
                let distance = (grid.y(row) - event.at.y) / width;
                if distance.abs() <= CUTOFF {
                    let vertical = factor(distance);
                    values[from..to].iter_mut().zip(&kernel).for_each(|(value, kernel)| *value += vertical * kernel);
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

    fn grid() -> Grid {
        Grid::new(Rectangle { west: 0.0, south: 0.0, east: 100.0, north: 80.0 }, 100, 80).expect("a grid")
    }

    #[test]
    fn every_pixel_is_the_direct_sum_up_to_the_cutoff() {
        let events = pattern(200, 100.0, 80.0);
        let widths = bandwidths(&events, 3.0, &grid()).expect("bandwidths");
        let got = density(&events, 3.0, &grid()).expect("a density");
        let peaks = events.iter().zip(&widths).map(|(event, width)| event.weight / (2.0 * PI * width * width));
        let bound = 1e-16 * peaks.sum::<f64>();
        for (pixel, got) in got.iter().enumerate() {
            let place = grid().centre(pixel % 100, pixel / 100);
            let share = |(event, width): (&Event, &f64)| {
                event.weight * factor(event.at.squared_distance(place).sqrt() / width) / (2.0 * PI * width * width)
            };
            let expected: f64 = events.iter().zip(&widths).map(share).sum();
            assert!((got - expected).abs() <= bound + 1e-12 * expected, "{got} {expected}");
        }
    }

    #[test]
    fn the_square_root_law_holds_and_the_mean_bandwidth_is_the_global_one() {
        let events = pattern(2_000, 100.0, 80.0);
        let widths = bandwidths(&events, 12.0, &grid()).expect("bandwidths");
        let weight: f64 = events.iter().map(|event| event.weight).sum();
        let mean: f64 =
            events.iter().zip(&widths).map(|(event, width)| event.weight * width.ln()).sum::<f64>() / weight;
        assert!((mean.exp() - 12.0).abs() < 1e-9);
        assert!(widths[2] < widths[3], "the repeated place is narrower than the background");
    }

    #[test]
    fn a_lone_event_does_not_cover_the_map() {
        let mut events = vec![Event::one(20.0, 20.0); 10_000];
        events.push(Event::one(80.0, 60.0));
        assert_eq!(bandwidths(&events, 2.0, &grid()).expect("bandwidths")[10_000], 2.0 * WIDEST);
    }

    #[test]
    fn no_events_have_no_bandwidth() {
        assert_eq!(bandwidths(&[], 1.0, &grid()), Err(DensityError::NoEvents));
    }
}
