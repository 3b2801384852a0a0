//! Boxes, polygons and circles.

use crate::area::{Area, Bounds};
use crate::area_grid::AreaGrid;
use crate::atlas::Atlas;
use crate::circle::Disc;
use crate::extent::Rectangle;
use crate::limits::FILTER_GRID_CELLS;
use crate::memo::CellMemo;
use geo_types::{Coord, Polygon};
use tequio_kernel::query::CELL_ZOOM_MAX;
use tequio_kernel::{Filter, Scope};

/// The geometric conditions of a filter, which hold together.
#[derive(Debug)]
pub(crate) struct GeometryFilter {
    bbox: Option<Bounds>,
    circle: Option<Disc>,
    polygon: Option<(AreaGrid, Polygon<f64>)>,
    /// Zoom of the cells whose centres are tested instead of the positions.
    zoom: Option<u8>,
}

impl GeometryFilter {
    /// `None` when the filter has no geometry.
    pub(crate) fn new(filter: &Filter, scope: &Scope) -> Option<Self> {
        if filter.bbox.is_none() && filter.polygon.is_none() && filter.circle.is_none() {
            return None;
        }
        let bounds = |corner: Coord<f64>, opposite| Bounds::EMPTY.with(corner).with(opposite);
        Some(Self {
            bbox: filter.bbox.map(|rect| bounds(rect.min(), rect.max())),
            circle: filter.circle.map(Disc::new),
            polygon: filter.polygon.clone().map(|polygon| (grid_over(&polygon), polygon)),
            zoom: scope.geometry_zoom,
        })
    }

    /// Cells outside of which nothing passes; `None` when nothing can.
    pub(crate) fn ground(&self) -> Option<Rectangle> {
        let boxes = [
            self.bbox,
            self.circle.and_then(Disc::bounds),
            self.polygon.as_ref().map(|(grid, _)| grid.areas[0].bounds),
        ];
        let zoom = self.zoom.unwrap_or(CELL_ZOOM_MAX);
        let rectangles = boxes.into_iter().flatten().map(|bounds| Rectangle::of_bounds(bounds, zoom));
        rectangles.into_iter().try_fold(Rectangle::WORLD, Rectangle::meet)
    }

    /// Keeps the located rows that pass.
    pub(crate) fn retain(&self, atlas: &Atlas, rows: &mut Vec<u32>, memo: &mut CellMemo) {
        rows.retain(|row| {
            let row = *row as usize;
            match self.zoom {
                _ if !atlas.sites.is_located(row) => false,
                None => self.contains(atlas.sites.position(row)),
                Some(zoom) => memo.get(atlas.sites.cell(row), zoom, |x, y| self.contains(Coord { x, y })),
            }
        });
    }

    /// Cheap conditions first.
    fn contains(&self, point: Coord<f64>) -> bool {
        self.bbox.is_none_or(|bbox| bbox.contains(point))
            && self.circle.is_none_or(|circle| circle.contains(point))
            && self.polygon.as_ref().is_none_or(|(grid, polygon)| holds(grid, polygon, point))
    }
}

fn grid_over(polygon: &Polygon<f64>) -> AreaGrid {
    AreaGrid::new(vec![Area::new(polygon)], &[polygon], FILTER_GRID_CELLS)
}

fn holds(grid: &AreaGrid, polygon: &Polygon<f64>, point: Coord<f64>) -> bool {
    let mut held = false;
    grid.holders(|_| polygon, point, |_| held = true);
    held
}
