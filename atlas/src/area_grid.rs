//! Which areas hold a point: a raster that answers at once where no border passes.

use crate::area::{Area, Bounds};
use crate::grid::Grid;
use crate::limits::{CELL_EDGES, COVER_CELLS, COVER_EDGES, GRID_COVER_MAX};
use geo_types::Coord;
use rayon::prelude::*;

/// A raster cell that no area touches, and the end of a chain.
const EMPTY: u32 = u32::MAX;
/// Marks a raster cell that points into `links`; without it, the cell lies wholly in one area.
const LINK: u32 = 1 << 31;

/// Spans that a row of an area has, about: two where its border passes, and one within.
const SPANS_EXPECTED: usize = 3;

/// Areas and the raster over them.
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
    /// Builds the raster; `cells` are its least and most cells, and it has about one for [`CELL_EDGES`] edges.
    pub(crate) fn new(areas: Vec<Area>, (least, most): (usize, usize)) -> Self {
        let bounds = areas.iter().fold(Bounds::EMPTY, |bounds, area| bounds.union(area.bounds));
        let edges: usize = areas.iter().map(|area| area.vertices.len()).sum();
        let grid = fitting_grid(bounds, &areas, (edges / CELL_EDGES).clamp(least, most));
        let covers: Vec<Vec<Span>> = areas.par_iter().map(|area| cover(area, &grid)).collect();
        let (cells, links) = merge(&covers, grid.columns * grid.rows);
        Self { areas, grid, cells, links }
    }

    /// Calls `found(area number)` for every area that holds the point, in order.
    #[inline]
    pub(crate) fn holders(&self, point: Coord<f64>, mut found: impl FnMut(u32)) {
        let Some(cell) = self.grid.cell(point) else { return };
        let mut code = self.cells[cell];
        while code != EMPTY && code & LINK != 0 {
            let Link { area, is_whole, next } = self.links[(code ^ LINK) as usize];
            if is_whole || self.areas[area as usize].contains(point) {
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
        let windows = areas.iter().filter(|area| !area.vertices.is_empty()).map(|area| grid.window(area.bounds));
        let covered: usize = windows.map(|window| window.width() * window.height()).sum();
        if covered <= GRID_COVER_MAX || target == 1 {
            return grid;
        }
        target = (target / 4).max(1);
    }
}

/// The cells of an area: those its border may touch, and those within it.
fn cover(area: &Area, grid: &Grid) -> Vec<Span> {
    if area.vertices.is_empty() {
        return Vec::new();
    }
    let window = grid.window(area.bounds);
    let (width, left, bottom) = (window.width(), window.columns.0, window.rows.0);
    let mut border = vec![false; width * window.height()];
    let mut mark = |row: usize, west: usize, east: usize| {
        let start = (row - bottom) * width;
        border[start + west - left..=start + east - left].fill(true);
    };
    for ring in area.rings() {
        for start in (ring.start..ring.end.saturating_sub(1)).step_by(COVER_EDGES) {
            let end = (start + COVER_EDGES + 1).min(ring.end);
            cover_run(grid, &area.vertices[start..end], &mut mark);
        }
    }
    let mut spans = Vec::with_capacity(window.height() * SPANS_EXPECTED);
    for (row, line) in (bottom..).zip(border.chunks(width)) {
        cover_row(area, grid, row, left, line, &mut spans);
    }
    spans
}

/// Short edges that follow each other lie in few cells: to mark all of their box costs less than to follow each.
fn cover_run(grid: &Grid, run: &[Coord<f64>], mark: &mut impl FnMut(usize, usize, usize)) {
    let window = grid.window(run.iter().copied().fold(Bounds::EMPTY, Bounds::with));
    if window.width() * window.height() <= COVER_CELLS {
        (window.rows.0..=window.rows.1).for_each(|row| mark(row, window.columns.0, window.columns.1));
    } else {
        run.windows(2).for_each(|ends| grid.cover(ends[0], ends[1], &mut *mark));
    }
}

/// A run of cells between two border cells lies wholly inside or wholly outside: one test tells. One that
/// reaches the end of the box lies outside, for the border would touch it there if it did not.
fn cover_row(area: &Area, grid: &Grid, row: usize, left: usize, border: &[bool], spans: &mut Vec<Span>) {
    let mut from = 0;
    for run in border.chunk_by(|a, b| a == b) {
        let (first, is_whole) = (from, !run[0]);
        from += run.len();
        let is_between = first > 0 && from < border.len();
        if is_whole && !(is_between && area.contains(grid.centre(left + first, row))) {
            continue;
        }
        let cell = |column: usize| u32::try_from(row * grid.columns + left + column).unwrap_or(0);
        spans.push(Span { first: cell(first), last: cell(from - 1), is_whole });
    }
}

/// Joins the covers into one raster. The last area comes first, so that each chain ends with it.
fn merge(covers: &[Vec<Span>], cell_count: usize) -> (Vec<u32>, Vec<Link>) {
    let mut cells = vec![EMPTY; cell_count];
    let mut links = Vec::new();
    for (area, spans) in covers.iter().enumerate().rev() {
        let area = u32::try_from(area).unwrap_or(u32::MAX);
        for Span { first, last, is_whole } in spans {
            for cell in &mut cells[*first as usize..=*last as usize] {
                if *is_whole && *cell == EMPTY {
                    *cell = area;
                } else {
                    let link = LINK | u32::try_from(links.len()).unwrap_or(0);
                    links.push(Link { area, is_whole: *is_whole, next: *cell });
                    *cell = link;
                }
            }
        }
    }
    (cells, links)
}
