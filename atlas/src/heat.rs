//! Heat tiles: how many incidents lie in each pixel.

use crate::atlas::Atlas;
use crate::axis::CellAxis;
use crate::error::AtlasError;
use crate::filter::Plan;
use crate::limits::TILE_CELL_DEPTH_MAX;
use crate::tally::cell_counts;
use crate::tile::Tile;
use tequio_kernel::query::CELL_ZOOM_MAX;
use tequio_kernel::{Query, Scope};

/// Pixels on a side of a heat tile.
pub const HEAT_SIDE: usize = 1 << TILE_CELL_DEPTH_MAX;

impl Atlas {
    /// Counts the incidents of a tile by pixel: 256 rows from the north of 256 counts from the west.
    ///
    /// A pixel is a cell eight zooms finer than the tile. The filter of the query and the scope
    /// decide what is counted, its dimensions are not used; whether cells so fine may be seen is
    /// decided by whoever decides about the scope.
    ///
    /// # Errors
    /// [`AtlasError`] for tiles that do not exist, tiles whose pixels are finer than the finest
    /// cells (zoom 17 is the last), and whatever [`Atlas::count`] refuses.
    pub fn heat(&self, query: &Query, scope: &Scope, z: u8, x: u32, y: u32) -> Result<Vec<u32>, AtlasError> {
        let tile = Tile::new(z, x, y)?;
        let zoom = z + TILE_CELL_DEPTH_MAX;
        if zoom > CELL_ZOOM_MAX {
            return Err(AtlasError::TileCells { z, cells: zoom });
        }
        let plan = Plan::new(self, &query.filter, scope)?.within_cell(z, [x, y]);
        cell_counts(self, &plan, CellAxis::of_tile(tile, zoom, true))
    }
}
