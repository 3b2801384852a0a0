//! Which areas hold a point: a raster that answers at once where no border passes.

use crate::area::{Area, Bounds};
use crate::grid::Grid;
use crate::limits::GRID_COVER_MAX;
use geo_types::Coord;
use rayon::prelude::*;

/// A raster cell that no area touches.
const EMPTY: u32 = u32::MAX;
/// Marks a raster cell that points into `lists`; without it, the cell lies wholly in one area.
const LIST: u32 = 1 << 31;

/// Areas and the raster over them.
#[derive(Debug)]
pub(crate) struct AreaGrid {
    pub(crate) areas: Vec<Area>,
    grid: Grid,
    /// [`EMPTY`], an area number, or [`LIST`] and a position in `lists`.
    cells: Vec<u32>,
    /// Lists: a length, then `area * 2 + whole` in the order of the areas.
    lists: Vec<u32>,
}

impl AreaGrid {
    /// Builds the raster; `cells` are its least and most cells, and it has about one an edge.
    pub(crate) fn new(areas: Vec<Area>, (least, most): (usize, usize)) -> Self {
        let bounds = areas.iter().fold(Bounds::EMPTY, |bounds, area| bounds.union(area.bounds));
        let edges: usize = areas.iter().map(|area| area.vertices.len()).sum();
        let grid = fitting_grid(bounds, &areas, edges.clamp(least, most));
        let covers: Vec<Vec<u32>> = areas.par_iter().map(|area| cover(area, &grid)).collect();
        let (cells, lists) = merge(&covers, grid.columns * grid.rows);
        Self { areas, grid, cells, lists }
    }

    /// Calls `found(area number)` for every area that holds the point, in order.
    #[inline]
    pub(crate) fn holders(&self, point: Coord<f64>, mut found: impl FnMut(u32)) {
        let Some(cell) = self.grid.cell(point) else { return };
        match self.cells[cell] {
            EMPTY => {}
            list if list & LIST != 0 => self.search((list ^ LIST) as usize, point, found),
            area => found(area),
        }
    }

    /// Bytes on the heap.
    pub(crate) fn memory_bytes(&self) -> usize {
        let areas: usize = self.areas.iter().map(Area::memory_bytes).sum();
        areas + (self.cells.len() + self.lists.len()) * 4
    }

    fn search(&self, list: usize, point: Coord<f64>, mut found: impl FnMut(u32)) {
        let length = self.lists[list] as usize;
        for entry in &self.lists[list + 1..=list + length] {
            let area = entry >> 1;
            if entry & 1 == 1 || self.areas[area as usize].contains(point) {
                found(area);
            }
        }
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

/// The cells of an area, as `cell * 2 + whole`: those its border may touch, and those within it.
fn cover(area: &Area, grid: &Grid) -> Vec<u32> {
    if area.vertices.is_empty() {
        return Vec::new();
    }
    let window = grid.window(area.bounds);
    let (width, left, bottom) = (window.width(), window.columns.0, window.rows.0);
    let mut border = vec![false; width * window.height()];
    for (a, b) in area.edges() {
        grid.cover(a, b, |row, west, east| {
            let start = (row - bottom) * width;
            border[start + west - left..=start + east - left].fill(true);
        });
    }
    let mut cells = Vec::new();
    for (row, line) in (bottom..).zip(border.chunks(width)) {
        cover_row(area, grid, row, left, line, &mut cells);
    }
    cells
}

/// A run of cells between two border cells lies wholly inside or wholly outside: one test tells.
fn cover_row(area: &Area, grid: &Grid, row: usize, left: usize, border: &[bool], cells: &mut Vec<u32>) {
    let mut inside = None;
    for (column, is_border) in (left..).zip(border) {
        let cell = u32::try_from((row * grid.columns + column) * 2).unwrap_or(0);
        if *is_border {
            inside = None;
            cells.push(cell);
        } else if *inside.get_or_insert_with(|| area.contains(grid.centre(column, row))) {
            cells.push(cell | 1);
        }
    }
}

/// Joins the covers into one raster.
fn merge(covers: &[Vec<u32>], cell_count: usize) -> (Vec<u32>, Vec<u32>) {
    let mut counts = vec![0u32; cell_count];
    let mut whole = vec![false; cell_count];
    for entry in covers.iter().flatten() {
        counts[(entry >> 1) as usize] += 1;
        whole[(entry >> 1) as usize] = entry & 1 == 1;
    }
    let mut lists = Vec::new();
    let mut cells = vec![EMPTY; cell_count];
    for (cell, count) in counts.iter().enumerate() {
        if *count > 1 || (*count == 1 && !whole[cell]) {
            cells[cell] = LIST | u32::try_from(lists.len()).unwrap_or(0);
            lists.resize(lists.len() + 1 + *count as usize, 0);
        }
    }
    for (area, cover) in (0u32..).zip(covers) {
        for entry in cover {
            let slot = &mut cells[(entry >> 1) as usize];
            if *slot & LIST == 0 || *slot == EMPTY {
                *slot = area;
            } else {
                append(&mut lists, (*slot ^ LIST) as usize, area << 1 | (entry & 1));
            }
        }
    }
    (cells, lists)
}

fn append(lists: &mut [u32], list: usize, entry: u32) {
    lists[list] += 1;
    lists[list + lists[list] as usize] = entry;
}
