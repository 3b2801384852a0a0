//! Which areas hold a point: a raster that answers at once where no border passes.

use crate::area::{Area, Bounds, edge_count, rings};
use crate::grid::Grid;
use crate::limits::{CELL_EDGES, COVER_CELLS, GRID_COVER_MAX};
use geo_types::{Coord, Polygon};
use rayon::prelude::*;

/// A raster cell that no area touches, and the end of a chain.
const EMPTY: u32 = u32::MAX;
/// Marks a raster cell that points into `links`; without it, the cell lies wholly in one area.
const LINK: u32 = 1 << 31;

/// Spans that a row of an area has, about: two where its border passes, and one within.
const SPANS_EXPECTED: usize = 3;

/// Areas and the raster over them. Their polygons stay where they are and are given again with each question.
#[derive(Debug)]
pub(crate) struct AreaGrid {
    pub(crate) areas: Vec<Area>,
    grid: Grid,
    /// [`EMPTY`], an area number, or [`LINK`] and a position in `links`.
    cells: Vec<u32>,
    links: Vec<Link>,
}

/// One of the areas of a cell.
#[derive(Clone, Copy, Debug)]
struct Link {
    area: u32,
    /// True when the cell lies wholly within the area.
    is_whole: bool,
    /// The areas after this one, as a raster cell holds them.
    next: u32,
}

/// Neighbouring cells of one row that an area holds wholly or touches with its border.
#[derive(Clone, Copy, Debug)]
struct Span {
    first: u32,
    last: u32,
    is_whole: bool,
}

impl AreaGrid {
    /// Builds the raster over the areas of these polygons, all of them on Earth; `least` and `most` are its cells, and it
    /// has about one for [`CELL_EDGES`] edges.
    pub(crate) fn new(areas: Vec<Area>, polygons: &[&Polygon<f64>], (least, most): (usize, usize)) -> Self {
        let bounds = areas.iter().fold(Bounds::EMPTY, |bounds, area| bounds.union(area.bounds));
        let edges: usize = polygons.iter().flat_map(|polygon| rings(polygon)).map(|ring| edge_count(&ring.0)).sum();
        let grid = fitting_grid(bounds, &areas, (edges / CELL_EDGES).clamp(least, most));
        let covers: Vec<Vec<Span>> =
            areas.par_iter().zip(polygons).map(|(area, polygon)| cover(area, polygon, &grid)).collect();
        let (cells, links) = merge(&covers, grid.columns * grid.rows);
        Self { areas, grid, cells, links }
    }

    /// Calls `found(area number)` for every area that holds the point, in order; `polygon` gives the polygon of an area.
    #[inline]
    pub(crate) fn holders<'p>(
        &self,
        polygon: impl Fn(u32) -> &'p Polygon<f64>,
        point: Coord<f64>,
        mut found: impl FnMut(u32),
    ) {
        let Some(cell) = self.grid.cell(point) else { return };
        let mut code = self.cells[cell];
        while code != EMPTY && code & LINK != 0 {
            let Link { area, is_whole, next } = self.links[(code ^ LINK) as usize];
            if is_whole || self.areas[area as usize].contains(polygon(area), point) {
                found(area);
            }
            code = next;
        }
        if code != EMPTY {
            found(code);
        }
    }

    /// Bytes on the heap.
    pub(crate) fn memory_bytes(&self) -> usize {
        let areas: usize = self.areas.iter().map(Area::memory_bytes).sum();
        areas + self.cells.len() * 4 + self.links.len() * size_of::<Link>()
    }
}

/// A raster that many areas one over another cannot blow up.
fn fitting_grid(bounds: Bounds, areas: &[Area], mut target: usize) -> Grid {
    loop {
        let grid = Grid::new(bounds, target);
        let windows = areas.iter().filter(|area| !area.is_empty()).map(|area| grid.window(area.bounds));
        let covered: usize = windows.map(|window| window.width() * window.height()).sum();
        if covered <= GRID_COVER_MAX || target == 1 {
            return grid;
        }
        target = (target / 4).max(1);
    }
}

/// How an area and a cell lie to each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lie {
    Outside,
    /// The border of the area may touch the cell.
    Border,
    Within,
}

/// The cells of an area: those its border may touch, and those within it.
fn cover(area: &Area, polygon: &Polygon<f64>, grid: &Grid) -> Vec<Span> {
    if area.is_empty() {
        return Vec::new();
    }
    let window = grid.window(area.bounds);
    let (width, left, bottom) = (window.width(), window.columns.0, window.rows.0);
    let mut lies = vec![Lie::Outside; width * window.height()];
    let mut mark = |row: usize, west: usize, east: usize| {
        let start = (row - bottom) * width;
        lies[start + west - left..=start + east - left].fill(Lie::Border);
    };
    for (bounds, vertices) in area.runs(polygon) {
        cover_run(grid, bounds, vertices, &mut mark);
    }
    let lie = |column, row| match area.contains(polygon, grid.centre(left + column, bottom + row)) {
        true => Lie::Within,
        false => Lie::Outside,
    };
    fill(&mut lies, width, lie, |row| (bottom + row) * grid.columns + left)
}

/// Short edges that follow each other lie in few cells, and most often touch all those that their box touches: to mark
/// these costs less than to follow each edge. Where the box has more, its halves are looked at, and then the edges.
fn cover_run(grid: &Grid, bounds: Bounds, run: &[Coord<f64>], mark: &mut impl FnMut(usize, usize, usize)) {
    let window = grid.window(bounds);
    if window.width() * window.height() <= COVER_CELLS {
        (window.rows.0..=window.rows.1).for_each(|row| mark(row, window.columns.0, window.columns.1));
    } else if let [a, b] = run {
        grid.cover(*a, *b, mark);
    } else {
        let half = run.len() / 2;
        for run in [&run[..=half], &run[half..]] {
            cover_run(grid, Bounds::around(run), run, mark);
        }
    }
}

/// Fills what the border encloses, and gives the cells that the area touches; `lie` tells of the middle of a
/// cell that no border touches, `number` the number of a row's first cell. A run of cells between two border cells lies wholly inside
/// or wholly outside, and so does a cell above another where neither is one: one cell of a run tells. A run that reaches
/// the end of the box lies outside, for the border would touch it there.
fn fill(
    lies: &mut [Lie],
    width: usize,
    lie: impl Fn(usize, usize) -> Lie,
    number: impl Fn(usize) -> usize,
) -> Vec<Span> {
    let rows = lies.len() / width;
    let mut spans = Vec::with_capacity(rows * SPANS_EXPECTED);
    for row in 0..rows {
        let (below, line) = lies.split_at_mut(row * width);
        let (below, line) = (&below[below.len().saturating_sub(width)..], &mut line[..width]);
        let mut end = 0;
        for run in line.chunk_by_mut(|a, b| a == b) {
            let first = end;
            end += run.len();
            if run[0] != Lie::Border && first > 0 && end < width {
                let known = below.get(first..end).into_iter().flatten().find(|lie| **lie != Lie::Border);
                run.fill(known.copied().unwrap_or_else(|| lie(first, row)));
            }
            if run[0] != Lie::Outside {
                let cell = |column| (number(row) + column) as u32;
                spans.push(Span { first: cell(first), last: cell(end - 1), is_whole: run[0] == Lie::Within });
            }
        }
    }
    spans
}

/// Joins the covers into one raster. The last area comes first, so that each chain ends with it. Areas, cells and links
/// are fewer than [`LINK`]: [`LAYER_VERTICES_MAX`](crate::limits::LAYER_VERTICES_MAX) and [`GRID_COVER_MAX`] bound them.
fn merge(covers: &[Vec<Span>], cell_count: usize) -> (Vec<u32>, Vec<Link>) {
    let mut cells = vec![EMPTY; cell_count];
    let mut links = Vec::new();
    for (area, spans) in covers.iter().enumerate().rev() {
        for Span { first, last, is_whole } in spans {
            for cell in &mut cells[*first as usize..=*last as usize] {
                if *is_whole && *cell == EMPTY {
                    *cell = area as u32;
                } else {
                    let link = LINK | links.len() as u32;
                    links.push(Link { area: area as u32, is_whole: *is_whole, next: *cell });
                    *cell = link;
                }
            }
        }
    }
    (cells, links)
}
