//! Points sorted into square cells, so that those near a place are found without looking at all.

use super::{WeightsError, contiguity::Point};

/// Points a cell on average.
const POINTS_PER_CELL: f64 = 2.0;
/// Part of a cell by which a search is widened.
const MARGIN: f64 = 1e-3;

pub(super) struct Grid<'a> {
    points: &'a [Point],
    origin: Point,
    cell: f64,
    columns: usize,
    rows: usize,
    /// Where the points of each cell begin in `order`.
    starts: Vec<usize>,
    order: Vec<u32>,
}

impl<'a> Grid<'a> {
    pub(super) fn new(points: &'a [Point]) -> Result<Self, WeightsError> {
        if points.len() > super::UNITS_MAX {
            return Err(WeightsError::Units);
        }
        if let Some(index) = points.iter().position(|point| !point.iter().all(|value| value.is_finite())) {
            return Err(WeightsError::Coordinate(index));
        }
        let low = fold(points, f64::INFINITY, f64::min);
        let high = fold(points, f64::NEG_INFINITY, f64::max);
        let [width, height] = [0, 1].map(|axis| (high[axis] - low[axis]).max(0.0));
        let cells = (points.len() as f64 / POINTS_PER_CELL).max(1.0);
        // Never more cells along a side than cells wanted, however thin the box.
        let cell = (width * height / cells).sqrt().max(width.max(height) / cells);
        let cell = if cell > 0.0 && cell.is_finite() { cell } else { 1.0 };
        let count = |side: f64| (side / cell) as usize + 1;
        let (columns, rows) = (count(width), count(height));
        let mut grid = Self { points, origin: low, cell, columns, rows, starts: vec![], order: vec![] };
        grid.sort();
        Ok(grid)
    }

    fn sort(&mut self) {
        let cells: Vec<usize> = self.points.iter().map(|point| self.cell_of(*point)).collect();
        self.starts = vec![0; self.columns * self.rows + 1];
        cells.iter().for_each(|cell| self.starts[cell + 1] += 1);
        for cell in 1..self.starts.len() {
            self.starts[cell] += self.starts[cell - 1];
        }
        self.order = (0..self.points.len() as u32).collect();
        self.order.sort_by_key(|index| cells[*index as usize]);
    }

    fn place(&self, point: Point) -> (usize, usize) {
        let along = |axis: usize, count: usize| {
            (((point[axis] - self.origin[axis]) / self.cell).max(0.0) as usize).min(count - 1)
        };
        (along(0, self.columns), along(1, self.rows))
    }

    fn cell_of(&self, point: Point) -> usize {
        let (column, row) = self.place(point);
        row * self.columns + column
    }

    /// Points, and the squares of their distances, in all cells that a circle touches.
    pub(super) fn around(&self, centre: Point, radius: f64) -> impl Iterator<Item = (u32, f64)> + '_ {
        // A little wider, for points exactly at the radius: subtracting rounds.
        let radius = radius + self.cell * MARGIN;
        let (left, bottom) = self.place([centre[0] - radius, centre[1] - radius]);
        let (right, top) = self.place([centre[0] + radius, centre[1] + radius]);
        let in_rows = (bottom..=top).flat_map(move |row| {
            let cells = row * self.columns + left..row * self.columns + right + 1;
            &self.order[self.starts[cells.start]..self.starts[cells.end]]
        });
        in_rows.map(move |index| (*index, square(centre, self.points[*index as usize])))
    }

    /// Side of a cell, and a radius that reaches every point from every other.
    pub(super) fn reach(&self) -> (f64, f64) {
        (self.cell, self.cell * 2.0 * (self.columns + self.rows) as f64)
    }
}

pub(super) fn square(a: Point, b: Point) -> f64 {
    (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)
}

fn fold(points: &[Point], start: f64, pick: fn(f64, f64) -> f64) -> Point {
    points.iter().fold([start; 2], |so_far, point| [pick(so_far[0], point[0]), pick(so_far[1], point[1])])
}
