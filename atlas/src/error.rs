//! What can be wrong with the data or the question, and what to do about it.

use tequio_kernel::query::CELL_ZOOM_MAX;
use tequio_kernel::{LayerId, Period};

/// Errors of the engine.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AtlasError {
    /// The columns do not describe the same number of incidents.
    #[error("column `{column}` has {found} values where {expected} are expected")]
    Lengths {
        /// Name of the column.
        column: &'static str,
        /// Values expected, those of `longitude`.
        expected: usize,
        /// Values found.
        found: usize,
    },
    /// More incidents than row numbers.
    #[error("{0} incidents are too many for one atlas: load at most {max}", max = crate::limits::INCIDENTS_MAX)]
    TooManyIncidents(usize),
    /// More offences than offence codes, or a code that names none.
    #[error("incident {row} has offence {offence}, but there are {offences} offences")]
    OffenceIndex {
        /// Row, from 0.
        row: usize,
        /// Index it holds.
        offence: u16,
        /// Offences given.
        offences: usize,
    },
    /// More offences than codes.
    #[error("{0} offences are too many: at most {max}", max = crate::limits::OFFENCES_MAX)]
    TooManyOffences(usize),
    /// Two offences of one code.
    #[error("offence `{0}` is given twice: fold the names before loading")]
    OffenceTwice(String),
    /// A position that is not on Earth.
    #[error("incident {row} lies at {longitude}, {latitude}: write NaN for an unlocated incident")]
    Position {
        /// Row, from 0.
        row: usize,
        /// Degrees east.
        longitude: f64,
        /// Degrees north.
        latitude: f64,
    },
    /// A day outside the calendar.
    #[error("incident {row} has day {day}, which is outside the calendar")]
    Day {
        /// Row, from 0.
        row: usize,
        /// Days since 1970-01-01.
        day: i32,
    },
    /// An hour that is neither 0 to 23 nor unknown.
    #[error("incident {row} has hour {hour}: use 0 to 23, or {unknown} when it is not known", unknown = crate::HOUR_UNKNOWN)]
    Hour {
        /// Row, from 0.
        row: usize,
        /// What it holds.
        hour: u8,
    },
    /// The period cuts what the source does not say.
    #[error(
        "the incidents are dated by {precision} only, and `{period}` does not hold whole {precision}s: ask for whole {precision}s"
    )]
    PeriodTooFine {
        /// The period asked for.
        period: Period,
        /// `month` or `year`.
        precision: &'static str,
    },
    /// An offence that the atlas does not hold.
    #[error("`{code}` is not an offence of this dataset{}", did_you_mean(suggestions))]
    UnknownOffence {
        /// What was asked for.
        code: String,
        /// The nearest codes, best first, at most three.
        suggestions: Vec<String>,
    },
    /// A layer that is not attached.
    #[error("`{name}` is not a layer of this dataset: it has {}", list(attached))]
    UnknownLayer {
        /// What was asked for.
        name: String,
        /// What there is.
        attached: Vec<String>,
    },
    /// A place that its layer does not have.
    #[error("layer `{layer}` has no place `{code}`")]
    UnknownPlace {
        /// Name of the layer.
        layer: String,
        /// What was asked for.
        code: String,
    },
    /// No streets are attached.
    #[error("this dataset has no streets: count by cell or by place")]
    NoStreets,
    /// More rows than an answer may have.
    #[error("the answer has too many rows: ask for fewer or coarser dimensions, or filter")]
    TooManyRows,
    /// The dimensions together have more values than can be told apart.
    #[error("these dimensions together are too fine: ask for fewer or coarser ones")]
    KeyTooWide,
    /// A cell zoom out of range.
    #[error("{0} is not a cell zoom: use 0 to {CELL_ZOOM_MAX}")]
    CellZoom(u8),
    /// The wrong kind of layer.
    #[error("layer `{id}` does not hold {expected}")]
    LayerKind {
        /// The layer.
        id: LayerId,
        /// `areas` or `streets`.
        expected: &'static str,
    },
    /// A vertex that is not on Earth.
    #[error(
        "place `{code}` of layer `{id}` has a vertex that is not a position on Earth: repair the boundary before it is attached"
    )]
    Vertex {
        /// The layer.
        id: LayerId,
        /// The place.
        code: String,
    },
    /// More vertices than edge numbers.
    #[error("layer `{0}` has too many vertices: simplify it before it is attached")]
    TooManyVertices(LayerId),
    /// Two places of one code.
    #[error("layer `{id}` has two places `{code}`")]
    PlaceTwice {
        /// The layer.
        id: LayerId,
        /// The code.
        code: String,
    },
    /// A distance that makes no sense.
    #[error("{0} metres is not a distance to a street: use more than 0 and at most {max}", max = crate::limits::SNAP_DISTANCE_MAX_M)]
    SnapDistance(f64),
    /// A tile that does not exist.
    #[error("{z}/{x}/{y} is not a tile: use zoom 0 to {max} and columns and rows below 2^zoom", max = crate::limits::TILE_ZOOM_MAX)]
    Tile {
        /// Zoom.
        z: u8,
        /// Column.
        x: u32,
        /// Row.
        y: u32,
    },
    /// Cells too coarse or too fine for the tile.
    #[error("cells of zoom {cells} cannot be drawn on a tile of zoom {z}: use {z} to {max}", max = z.saturating_add(crate::limits::TILE_CELL_DEPTH_MAX).min(CELL_ZOOM_MAX))]
    TileCells {
        /// Zoom of the tile.
        z: u8,
        /// Zoom of the cells.
        cells: u8,
    },
    /// Too much on one tile.
    #[error("tile {z}/{x}/{y} has more than {max} features: zoom in or filter", max = crate::limits::TILE_FEATURES_MAX)]
    TileTooFull {
        /// Zoom.
        z: u8,
        /// Column.
        x: u32,
        /// Row.
        y: u32,
    },
}

fn did_you_mean(suggestions: &[String]) -> String {
    match suggestions {
        [] => String::new(),
        _ => format!(": did you mean {}?", list(suggestions)),
    }
}

fn list(names: &[String]) -> String {
    match names {
        [] => "none".to_owned(),
        _ => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
    }
}
