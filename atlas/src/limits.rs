//! Every limit of the engine, in one place.

/// Most incidents of one atlas; row numbers are 32-bit.
pub const INCIDENTS_MAX: usize = u32::MAX as usize - 1;
/// Most different offences of one atlas; offence codes are 16-bit.
pub const OFFENCES_MAX: usize = u16::MAX as usize;
/// Most rows of one answer, before small streets are left out.
pub const ROWS_MAX: usize = 2_000_000;
/// Most names offered when an offence is not known.
pub const SUGGESTIONS_MAX: usize = 3;
/// Key products up to this size are counted in an array, whatever the number of incidents.
pub(crate) const DENSE_ALWAYS: u64 = 1 << 16;
/// Larger ones too, up to this many values an incident: an array so sparse still beats a hash table.
pub(crate) const DENSE_PER_ROW: u64 = 8;
/// Nothing beyond this size is counted in an array: every thread has its own.
pub(crate) const DENSE_MAX: u64 = 1 << 22;
/// Arrays from this size on are merged in parallel.
pub(crate) const MERGE_PARALLEL_MIN: usize = 1 << 16;
/// Key products from this size on are counted group by group where the order of the rows allows it.
pub(crate) const GROUPS_MIN: u64 = 1 << 16;
/// Most codes of the axis that is counted within a group.
pub(crate) const GROUP_MAX: u64 = 1 << 16;
/// Incidents of the curve that are located one after another.
pub(crate) const CURVE_CHUNK: usize = 4_096;
/// Rows examined at a time: their keys stay in the processor's first cache.
pub(crate) const BLOCK_ROWS: usize = 2_048;
/// One position in so many may have more than seven decimals before all are kept in double precision.
pub(crate) const ODD_POSITIONS_SHARE: usize = 64;
/// Zooms between one level of kept cells and the next coarser one.
pub(crate) const LEVEL_STEP: u8 = 2;
/// The finest level has at most one cell for so many incidents (12 bytes a cell).
pub(crate) const LEVEL_ROWS_PER_CELL: usize = 4;
/// Or this many cells, however few the incidents.
pub(crate) const LEVEL_CELLS_ALWAYS: usize = 1 << 10;
/// Nodes on a side of a box, at most about, when it is cut into ranges of the spatial order.
pub(crate) const EXTENT_NODES: u32 = 8;
/// A run is searched for the ranges of a box when it has this many rows a range; shorter ones are read.
pub(crate) const NARROW_ROWS: usize = 64;
/// What it costs to fetch a row from the spatial order, in rows read one after another.
pub(crate) const FETCH_COST: usize = 8;
/// Fewest rows worth a thread of their own.
pub(crate) const THREAD_ROWS_MIN: usize = 8_192;
/// Most threads of one count.
pub(crate) const THREADS_MAX: usize = 256;

/// Cells of the raster over a layer of places: at least, at most.
pub(crate) const LAYER_GRID_CELLS: (usize, usize) = (1 << 16, 1 << 20);
/// Cells of the raster over the polygon of a filter: at least, at most.
pub(crate) const FILTER_GRID_CELLS: (usize, usize) = (1 << 12, 1 << 14);
/// Edges for which a raster has one cell.
pub(crate) const CELL_EDGES: usize = 4;
/// Most cells of the box of some edges of a border that are marked together.
pub(crate) const COVER_CELLS: usize = 2;
/// Raster cells in the boxes of all areas together; beyond it the raster is made coarser.
pub(crate) const GRID_COVER_MAX: usize = 1 << 24;
/// Most vertices of one layer; edge numbers are 32-bit.
pub const LAYER_VERTICES_MAX: usize = 1 << 30;

/// Boxes, or edges, under one box.
pub(crate) const NODE_CHILDREN: usize = 8;
/// Farthest that an incident may be moved to a street, in metres.
pub const SNAP_DISTANCE_MAX_M: f64 = 2_000.0;
/// The search for a street begins at this fraction of the stated distance.
pub(crate) const SNAP_FIRST_RADIUS: f64 = 0.25;

/// It begins with no less than this, metres.
pub(crate) const SNAP_RADIUS_MIN_M: f64 = 1.0;

/// Side of a tile in its own units.
pub const TILE_EXTENT: u32 = 4_096;
/// Geometry is kept this far beyond the border of a tile, in tile units.
pub const TILE_BUFFER: u32 = 64;
/// Deepest zoom of a tile.
pub const TILE_ZOOM_MAX: u8 = 22;
/// Most zooms between a tile and the cells drawn on it.
pub const TILE_CELL_DEPTH_MAX: u8 = 8;
/// From this zoom on, segments without a count are drawn as context.
pub const CONTEXT_ZOOM_MIN: u8 = 14;
/// Up to this zoom the drawn boundaries of a layer are kept.
pub(crate) const DRAWING_ZOOM_KEPT_MAX: u8 = 8;
/// Most features of one tile.
pub const TILE_FEATURES_MAX: usize = 100_000;
