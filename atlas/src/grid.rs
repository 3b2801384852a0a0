//! A raster over a box, and the cells that an edge may touch.

use crate::area::Bounds;
use geo_types::Coord;

/// Share of a cell by which covers are widened, far beyond any rounding of the arithmetic here.
const SLACK: f64 = 1e-6;

/// Equal cells over a box.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grid {
    pub(crate) bounds: Bounds,
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    /// Cells per degree eastwards and northwards.
    scale: [f64; 2],
}

/// An inclusive rectangle of cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) columns: (usize, usize),
    pub(crate) rows: (usize, usize),
}

impl Window {
    pub(crate) fn width(self) -> usize {
        self.columns.1 - self.columns.0 + 1
    }

    pub(crate) fn height(self) -> usize {
        self.rows.1 - self.rows.0 + 1
    }
}

impl Grid {
    /// About `target` cells, nearly square in degrees.
    pub(crate) fn new(bounds: Bounds, target: usize) -> Self {
        let (width, height) = (bounds.east - bounds.west, bounds.north - bounds.south);
        if !(width > 0.0 && height > 0.0) {
            return Self { bounds, columns: 1, rows: 1, scale: [0.0, 0.0] };
        }
        let target = target.max(1);
        let columns = ((target as f64 * width / height).sqrt() as usize).clamp(1, target);
        let rows = (target / columns).max(1);
        Self { bounds, columns, rows, scale: [columns as f64 / width, rows as f64 / height] }
    }

    /// Column of a longitude: monotone, and within the grid for whatever it is asked.
    #[inline]
    pub(crate) fn column(&self, x: f64) -> usize {
        (((x - self.bounds.west) * self.scale[0]) as u32 as usize).min(self.columns - 1)
    }

    /// Row of a latitude, from the south.
    #[inline]
    pub(crate) fn row(&self, y: f64) -> usize {
        (((y - self.bounds.south) * self.scale[1]) as u32 as usize).min(self.rows - 1)
    }

    /// Cell number of a point; `None` outside the box and for NaN.
    #[inline]
    pub(crate) fn cell(&self, point: Coord<f64>) -> Option<usize> {
        self.bounds.contains(point).then(|| self.row(point.y) * self.columns + self.column(point.x))
    }

    /// Centre of a cell.
    pub(crate) fn centre(&self, column: usize, row: usize) -> Coord<f64> {
        Coord {
            x: self.bounds.west + offset(column as f64 + 0.5, self.scale[0]),
            y: self.bounds.south + offset(row as f64 + 0.5, self.scale[1]),
        }
    }

    /// The cells that a box may touch.
    pub(crate) fn window(&self, bounds: Bounds) -> Window {
        Window {
            columns: (self.column(bounds.west), self.column(bounds.east)),
            rows: (self.row(bounds.south), self.row(bounds.north)),
        }
    }

    /// Calls `mark(row, first column, last column)` for cells that include all that the edge touches.
    pub(crate) fn cover(&self, a: Coord<f64>, b: Coord<f64>, mut mark: impl FnMut(usize, usize, usize)) {
        let (low, high) = if a.y <= b.y { (a, b) } else { (b, a) };
        let (of_low, of_high) = (self.column(low.x), self.column(high.x));
        let (first, last) = (of_low.min(of_high), of_low.max(of_high));
        let (bottom, top) = (self.row(low.y), self.row(high.y));
        if first == last || bottom == top {
            (bottom..=top).for_each(|row| mark(row, first, last));
            return;
        }
        let pad = SLACK / self.scale[0];
        for row in bottom..=top {
            let south = self.bounds.south + (row as f64 - SLACK) / self.scale[1];
            let north = self.bounds.south + (row as f64 + 1.0 + SLACK) / self.scale[1];
            let (x1, x2) = (x_at(low, high, south), x_at(low, high, north));
            let west = self.column(x1.min(x2) - pad).clamp(first, last);
            let east = self.column(x1.max(x2) + pad).clamp(first, last);
            mark(row, west, east);
        }
    }
}

fn offset(cells: f64, scale: f64) -> f64 {
    if scale > 0.0 { cells / scale } else { 0.0 }
}

/// Longitude of an edge at a latitude, held within the edge.
fn x_at(low: Coord<f64>, high: Coord<f64>, y: f64) -> f64 {
    let share = ((y - low.y) / (high.y - low.y)).clamp(0.0, 1.0);
    low.x + share * (high.x - low.x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cover_holds_every_point_of_its_edge() {
        let bounds = Bounds { west: -3.0, south: 1.0, east: 4.0, north: 9.0 };
        let grid = Grid::new(bounds, 997);
        let corner =
            |i: i32| Coord { x: -3.0 + f64::from(i * 37 % 101) * 0.069, y: 1.0 + f64::from(i * 53 % 97) * 0.083 };
        for i in 0..300 {
            let (a, b) = (corner(i), corner(i * 7 + 3));
            let mut marked = vec![false; grid.columns * grid.rows];
            grid.cover(a, b, |row, west, east| {
                marked[row * grid.columns + west..=row * grid.columns + east].fill(true)
            });
            for step in 0..=1_000 {
                let t = f64::from(step) / 1_000.0;
                let cell = grid.cell(Coord { x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y) });
                assert!(cell.is_none_or(|cell| marked[cell]), "edge {i} at {t}");
            }
            assert!(marked.iter().filter(|m| **m).count() <= 3 * (grid.columns + grid.rows), "the cover is too wide");
        }
    }
}
