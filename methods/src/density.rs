//! Density of events: how many a unit of area, on a grid of pixels.
//!
//! | question | method |
//! | --- | --- |
//! | where do events concentrate, smoothly? | [`gaussian`] |
//! | the same, with a kernel that ends at a distance | [`compact`] |
//! | finer where events are many, coarser where they are few | [`adaptive`] |
//! | what lies beyond the border of the area was not recorded | [`edge`] |
//! | how high against a reference: inhabitants, other events? | [`dual`] |
//!
//! Reference: B. W. Silverman, "Density Estimation for Statistics and Data Analysis" (1986), chapter 4.
//! All values are events (or weight) a square unit of length, at the centres of the pixels. They are
//! intensities: their integral over the plane is the number of events, not one.

pub mod adaptive;
mod bands;
pub mod compact;
pub mod dual;
pub mod edge;
pub mod gaussian;

use crate::planar::{Point, Rectangle};

/// Most pixels of a grid.
pub const PIXELS_MAX: usize = 1 << 26;

/// An event, or several at one place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// Where.
    pub at: Point,
    /// How many, zero or more: 1 for a single event.
    pub weight: f64,
}

impl Event {
    /// A single event.
    pub fn one(x: f64, y: f64) -> Self {
        Self { at: Point { x, y }, weight: 1.0 }
    }
}

/// Pixels of equal size that fill a rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    window: Rectangle,
    columns: usize,
    rows: usize,
    width: f64,
    height: f64,
}

impl Grid {
    /// A rectangle divided into columns and rows.
    ///
    /// # Errors
    /// [`DensityError::Grid`] when the rectangle is empty or no number, or there are no pixels or more
    /// than [`PIXELS_MAX`].
    pub fn new(window: Rectangle, columns: usize, rows: usize) -> Result<Self, DensityError> {
        let pixels = columns.saturating_mul(rows);
        if window.is_proper() && (1..=PIXELS_MAX).contains(&pixels) {
            let width = (window.east - window.west) / columns as f64;
            let height = (window.north - window.south) / rows as f64;
            Ok(Self { window, columns, rows, width, height })
        } else {
            Err(DensityError::Grid)
        }
    }

    /// The rectangle.
    pub fn window(&self) -> Rectangle {
        self.window
    }

    /// Columns, from west to east.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Rows, from south to north. Values are kept row by row, the southern row first.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Width of a pixel.
    pub fn width(&self) -> f64 {
        self.width
    }

    /// Height of a pixel.
    pub fn height(&self) -> f64 {
        self.height
    }

    /// The centre of a pixel.
    pub fn centre(&self, column: usize, row: usize) -> Point {
        Point { x: self.x(column), y: self.y(row) }
    }

    /// The pixel of a place, as column and row; of a place outside, the nearest one.
    pub fn pixel(&self, place: Point) -> (usize, usize) {
        let index = |offset: f64, count: usize| (offset.max(0.0) as usize).min(count - 1);
        let column = index((place.x - self.window.west) / self.width(), self.columns);
        (column, index((place.y - self.window.south) / self.height(), self.rows))
    }

    fn x(&self, column: usize) -> f64 {
        self.window.west + (column as f64 + 0.5) * self.width
    }

    fn y(&self, row: usize) -> f64 {
        self.window.south + (row as f64 + 0.5) * self.height
    }

    /// First and last-but-one column whose centres lie within a distance of an x; at most one more.
    fn columns_within(&self, x: f64, distance: f64) -> (usize, usize) {
        within((x - self.window.west) / self.width(), distance / self.width(), self.columns)
    }

    /// The same of rows and a y.
    fn rows_within(&self, y: f64, distance: f64) -> (usize, usize) {
        within((y - self.window.south) / self.height(), distance / self.height(), self.rows)
    }
}

/// The centres `0.5, 1.5, ...` of `count` pixels within `reach` of `at`, as a half-open range.
fn within(at: f64, reach: f64, count: usize) -> (usize, usize) {
    let first = (at - reach - 0.5).ceil().max(0.0) as usize;
    let end = ((at + reach - 0.5).floor() + 1.0).max(0.0) as usize;
    (first.min(count), end.min(count).max(first.min(count)))
}

/// Why there is no density.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DensityError {
    /// The grid has no area, no pixels or too many.
    #[error("a grid needs a rectangle with an area, and 1 to {PIXELS_MAX} pixels")]
    Grid,
    /// The bandwidth is not above zero.
    #[error("a bandwidth is a length above zero")]
    Bandwidth,
    /// A coordinate is no number, or a weight negative or no number.
    #[error("events have a position and a weight of zero or more")]
    Event,
    /// No event at all where some are needed.
    #[error("give at least one event with a weight above zero")]
    NoEvents,
    /// Two lists or rasters that belong together differ in length.
    #[error("one value a pixel or event is needed in each list")]
    Lengths,
    /// The reference of a ratio is negative or no number.
    #[error("a reference density is zero or more")]
    Reference,
}

fn check(events: &[Event], bandwidth: f64) -> Result<(), DensityError> {
    if !(bandwidth > 0.0 && bandwidth.is_finite()) {
        return Err(DensityError::Bandwidth);
    }
    let sound = |event: &Event| event.at.is_finite() && event.weight >= 0.0 && event.weight.is_finite();
    if events.iter().all(sound) { Ok(()) } else { Err(DensityError::Event) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Events of a fixed, uneven pattern: three clusters, repeated places and a background.
    pub(super) fn pattern(count: usize, width: f64, height: f64) -> Vec<Event> {
        let mut state = 20_160_830u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let one = |index: usize, mut next: Box<dyn FnMut() -> f64 + '_>| {
            let (u, v) = (next() + next() - 1.0, next() + next() - 1.0);
            let (x, y) = match index % 5 {
                0 => (0.3 + 0.02 * u, 0.4 + 0.03 * v),
                1 => (0.7 + 0.05 * u, 0.6 + 0.01 * v),
                2 => (0.25, 0.8),
                _ => (0.5 + 0.5 * u, 0.5 + 0.5 * v),
            };
            Event { at: Point { x: x * width, y: y * height }, weight: 1.0 + (index % 3) as f64 }
        };
        (0..count).map(|index| one(index, Box::new(&mut next))).collect()
    }

    #[test]
    fn the_pixels_of_a_grid() {
        let grid = Grid::new(Rectangle { west: -1.0, south: 2.0, east: 3.0, north: 4.0 }, 4, 2).expect("a grid");
        assert_eq!((grid.width(), grid.height(), grid.centre(1, 1)), (1.0, 1.0, Point { x: 0.5, y: 3.5 }));
        assert_eq!(grid.pixel(Point { x: 2.9, y: 2.1 }), (3, 0));
        assert_eq!(grid.pixel(Point { x: 99.0, y: -7.0 }), (3, 0));
        assert_eq!(grid.columns_within(0.5, 1.0), (0, 3));
        assert_eq!(grid.columns_within(0.6, 0.2), (1, 2));
        assert_eq!(grid.columns_within(-9.0, 2.0), (0, 0));
        assert_eq!(grid.columns_within(90.0, 2.0), (4, 4));
        assert_eq!(grid.rows_within(3.5, 100.0), (0, 2));
    }

    #[test]
    fn what_is_no_grid_says_so() {
        let window = Rectangle { west: 0.0, south: 0.0, east: 1.0, north: 1.0 };
        for (columns, rows) in [(0, 3), (1 << 14, 1 << 14), (usize::MAX, 2)] {
            assert_eq!(Grid::new(window, columns, rows), Err(DensityError::Grid));
        }
        assert_eq!(Grid::new(Rectangle { east: 0.0, ..window }, 3, 3), Err(DensityError::Grid));
        assert_eq!(Grid::new(Rectangle { north: f64::NAN, ..window }, 3, 3), Err(DensityError::Grid));
    }
}
