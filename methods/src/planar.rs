//! Points in the plane, in metres of a projected coordinate system (or any other unit of length, the same
//! throughout), and a list of them by square cells.

/// A point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Eastward.
    pub x: f64,
    /// Northward.
    pub y: f64,
}

impl Point {
    pub(crate) fn is_finite(self) -> bool {
        self.x.is_finite() && self.y.is_finite()
    }

    pub(crate) fn squared_distance(self, other: Self) -> f64 {
        (self.x - other.x).powi(2) + (self.y - other.y).powi(2)
    }
}

/// A rectangle with sides along the axes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rectangle {
    /// Least x.
    pub west: f64,
    /// Least y.
    pub south: f64,
    /// Greatest x.
    pub east: f64,
    /// Greatest y.
    pub north: f64,
}

impl Rectangle {
    /// Area, in the square of the unit of length.
    pub fn area(&self) -> f64 {
        (self.east - self.west) * (self.north - self.south)
    }

    /// Whether a point lies inside or on the border.
    pub fn contains(&self, point: Point) -> bool {
        (self.west..=self.east).contains(&point.x) && (self.south..=self.north).contains(&point.y)
    }

    pub(crate) fn is_proper(&self) -> bool {
        [self.west, self.south, self.east, self.north].iter().all(|side| side.is_finite())
            && self.west < self.east
            && self.south < self.north
    }
}

/// Points by square cells: which ones are near a place is read from few cells.
pub(crate) struct Cells {
    west: f64,
    south: f64,
    size: f64,
    columns: i64,
    rows: i64,
    /// Where each cell begins in `points`; one more at the end.
    starts: Vec<usize>,
    /// Indexes of the points, cell by cell, in the order given.
    points: Vec<usize>,
}

impl Cells {
    /// Cells at least `size` wide, and no more of them than four a point. The points are finite.
    pub(crate) fn of(points: &[Point], size: f64) -> Self {
        let least = |part: fn(&Point) -> f64| points.iter().map(part).fold(f64::INFINITY, f64::min);
        let most = |part: fn(&Point) -> f64| points.iter().map(part).fold(f64::NEG_INFINITY, f64::max);
        let (west, south) = if points.is_empty() { (0.0, 0.0) } else { (least(|p| p.x), least(|p| p.y)) };
        let (width, height) =
            if points.is_empty() { (0.0, 0.0) } else { (most(|p| p.x) - west, most(|p| p.y) - south) };
        let room = 4.0 * points.len().max(1) as f64;
        let size = size.max((width * height / room).sqrt()).max(width.max(height) / room);
        let (columns, rows) = ((width / size) as i64 + 1, (height / size) as i64 + 1);
        let mut cells = Self { west, south, size, columns, rows, starts: Vec::new(), points: Vec::new() };
        cells.fill(points);
        cells
    }

    fn fill(&mut self, points: &[Point]) {
        let cell_of = |cells: &Self, point: &Point| {
            let (column, row) = cells.cell(*point);
            (row.clamp(0, cells.rows - 1) * cells.columns + column.clamp(0, cells.columns - 1)) as usize
        };
        let mut starts = vec![0; (self.columns * self.rows) as usize + 1];
        points.iter().for_each(|point| starts[cell_of(self, point) + 1] += 1);
        (1..starts.len()).for_each(|cell| starts[cell] += starts[cell - 1]);
        let mut next = starts.clone();
        let mut order = vec![0; points.len()];
        for (index, point) in points.iter().enumerate() {
            let slot = &mut next[cell_of(self, point)];
            order[*slot] = index;
            *slot += 1;
        }
        (self.starts, self.points) = (starts, order);
    }

    /// Column and row of a place; outside of the list they are negative or too large.
    fn cell(&self, place: Point) -> (i64, i64) {
        (((place.x - self.west) / self.size).floor() as i64, ((place.y - self.south) / self.size).floor() as i64)
    }

    /// The points of a run of cells in one row, cut to the list.
    fn run(&self, row: i64, from: i64, to: i64) -> &[usize] {
        let (from, to) = (from.max(0), to.min(self.columns - 1));
        if row < 0 || row >= self.rows || from > to {
            return &[];
        }
        let first = row * self.columns;
        &self.points[self.starts[(first + from) as usize]..self.starts[(first + to) as usize + 1]]
    }

    /// The points of all cells that a circle may touch, row by row: a superset of those in it.
    pub(crate) fn near(&self, place: Point, radius: f64) -> impl Iterator<Item = usize> + '_ {
        let (west, south) = self.cell(Point { x: place.x - radius, y: place.y - radius });
        let (east, north) = self.cell(Point { x: place.x + radius, y: place.y + radius });
        (south.max(0)..=north.min(self.rows - 1)).flat_map(move |row| self.run(row, west, east).iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points() -> Vec<Point> {
        (0..200).map(|i| Point { x: f64::from(i * 37 % 101) - 20.0, y: f64::from(i * 53 % 89) * 2.0 }).collect()
    }

    #[test]
    fn near_points_are_found_whatever_the_size_of_the_cells() {
        let points = points();
        for (size, radius) in [(1e-6, 9.0), (3.0, 9.0), (40.0, 9.0), (1e6, 9.0), (5.0, 1e4)] {
            let cells = Cells::of(&points, size);
            for place in [Point { x: 0.0, y: 50.0 }, Point { x: -28.0, y: 0.0 }, Point { x: 1e5, y: 1.0 }] {
                let inside = |index: &usize| points[*index].squared_distance(place) <= radius * radius;
                let mut found: Vec<usize> = cells.near(place, radius).filter(inside).collect();
                found.sort_unstable();
                assert_eq!(found, (0..points.len()).filter(inside).collect::<Vec<_>>());
            }
        }
    }
}
