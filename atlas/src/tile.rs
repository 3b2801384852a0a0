//! Map tiles: what is counted, drawn.

use crate::area::Bounds;
use crate::atlas::Atlas;
use crate::axis::{Axis, CellAxis};
use crate::cell::{side, to_degrees};
use crate::clip::{ClipBox, Far};
use crate::drawing::step;
use crate::error::AtlasError;
use crate::filter::Plan;
use crate::limits::{ROWS_MAX, TILE_BUFFER, TILE_CELL_DEPTH_MAX, TILE_EXTENT, TILE_FEATURES_MAX, TILE_ZOOM_MAX};
use crate::mvt::{LayerWriter, Vertex, wind};
use crate::squares::SquareWriter;
use crate::tally::{cell_counts, tally};
use tequio_kernel::query::CELL_ZOOM_MAX;
use tequio_kernel::{Query, Scope};

/// What a tile shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TileLevel {
    /// The places of a layer, by name: layer `places`, properties `code`, `name`, `count`.
    Places(String),
    /// The cells of a zoom: layer `cells`, properties `count`, `z`, `x`, `y`.
    Cells(u8),
    /// Street segments: layer `segments`, properties `code`, `name`, `count`.
    Segments,
}

/// A tile and the arithmetic of its units.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tile {
    pub(crate) z: u8,
    pub(crate) x: u32,
    pub(crate) y: u32,
}

impl Tile {
    pub(crate) fn new(z: u8, x: u32, y: u32) -> Result<Self, AtlasError> {
        let exists = z <= TILE_ZOOM_MAX && u64::from(x.max(y)) < 1 << z;
        if exists { Ok(Self { z, x, y }) } else { Err(AtlasError::Tile { z, x, y }) }
    }

    /// The tile and its buffer in its own units.
    pub(crate) fn clip_box() -> ClipBox {
        ClipBox { low: -i64::from(TILE_BUFFER), high: i64::from(TILE_EXTENT + TILE_BUFFER) }
    }

    /// The tile with its buffer in degrees, with a little to spare for rounding.
    pub(crate) fn degrees(self) -> Bounds {
        const SPARE: f64 = 1e-9;
        let units = side(self.z) * f64::from(TILE_EXTENT);
        // A snapped vertex may come from this far outside the buffer.
        let margin = f64::from(TILE_BUFFER) + step(self.z) as f64;
        let [left, top] = self.origin().map(|value| (value as f64 - margin) / units);
        let width = (f64::from(TILE_EXTENT) + 2.0 * margin) / units;
        let ((west, north), (east, south)) = (to_degrees(left, top), to_degrees(left + width, top + width));
        // What lies beyond the mercator limits is drawn at them.
        let south = if top + width >= 1.0 { -90.0 } else { south - SPARE };
        let north = if top <= 0.0 { 90.0 } else { north + SPARE };
        Bounds { west: west - SPARE, south, east: east + SPARE, north }
    }

    pub(crate) fn too_full(self) -> AtlasError {
        AtlasError::TileTooFull { z: self.z, x: self.x, y: self.y }
    }

    /// Its corner in units of the world.
    pub(crate) fn origin(self) -> Far {
        [self.x, self.y].map(|index| i64::from(index) * i64::from(TILE_EXTENT))
    }
}

impl Atlas {
    /// Draws a tile as a Mapbox Vector Tile 2.1 of extent 4096; no bytes when nothing is on it.
    ///
    /// The filter of the query and the scope decide what is counted; the dimensions of the query
    /// are not used. `count` is always that of the whole place, cell or segment, on every tile that
    /// shows a part of it. Places without incidents are drawn with a count of 0. A place too small
    /// for the zoom is drawn as the smallest square, on the tile of its first vertex, when it has a
    /// count. Segments below the
    /// scope's minimum look like those without incidents: drawn without a `count` from zoom 14 on,
    /// not at all below.
    ///
    /// # Errors
    /// [`AtlasError`] for tiles that do not exist, layers that are not attached, cells too coarse
    /// or too fine for the tile, too many features, and whatever [`Atlas::count`] refuses.
    pub fn tile(
        &self,
        query: &Query,
        scope: &Scope,
        level: TileLevel,
        z: u8,
        x: u32,
        y: u32,
    ) -> Result<Vec<u8>, AtlasError> {
        let tile = Tile::new(z, x, y)?;
        let plan = Plan::new(self, &query.filter, scope)?;
        let layer = match level {
            TileLevel::Places(name) => self.place_features(&plan, &name, tile)?,
            TileLevel::Cells(zoom) => self.cell_features(plan, zoom, tile)?,
            TileLevel::Segments => self.segment_features(&plan, scope.street_minimum.max(1), tile)?,
        };
        Ok(layer.finish())
    }

    fn cell_features(&self, plan: Plan, zoom: u8, tile: Tile) -> Result<LayerWriter, AtlasError> {
        if zoom < tile.z || zoom > CELL_ZOOM_MAX || zoom - tile.z > TILE_CELL_DEPTH_MAX {
            return Err(AtlasError::TileCells { z: tile.z, cells: zoom });
        }
        let plan = plan.within_cell(tile.z, [tile.x, tile.y]);
        let axis = CellAxis::of_tile(tile, zoom, false);
        let counts = cell_counts(self, &plan, axis)?;
        let width = TILE_EXTENT >> (zoom - tile.z);
        let mut squares = SquareWriter::new(zoom, width);
        for (code, count) in (0u64..).zip(counts).filter(|(_, count)| *count > 0) {
            let cell = axis.cell(code);
            let corner = [0, 1].map(|at| (cell[at] - axis.origin[at]) * width);
            squares.add(code, cell, count, corner);
        }
        Ok(squares.finish())
    }

    /// Counts by the codes of one axis, zeros included.
    pub(crate) fn counts_of(&self, plan: &Plan, axis: Axis, places: usize) -> Result<Vec<u64>, AtlasError> {
        let mut counts = vec![0; places];
        for (code, count) in tally(self, plan, &[axis], ROWS_MAX, 1)?.pieces.into_iter().flatten() {
            counts[code as usize] = count;
        }
        Ok(counts)
    }
}

/// A square as one wound ring.
pub(crate) fn square([x, y]: Vertex, width: i32) -> Vec<Vec<Vertex>> {
    let ring = vec![[x, y], [x + width, y], [x + width, y + width], [x, y + width]];
    wind(ring, true).into_iter().collect()
}

/// Refuses a layer that has grown too large.
pub(crate) fn check_features(layer: &LayerWriter, tile: Tile) -> Result<(), AtlasError> {
    if layer.len() > TILE_FEATURES_MAX { Err(tile.too_full()) } else { Ok(()) }
}
