//! The dimensions of a query as numbers: each row has a code on each axis, each code a key.

use crate::atlas::Atlas;
use crate::attach::{Assignment, Index};
use crate::codes::{Codes, NONE};
use crate::error::AtlasError;
use crate::locate::PlaceIndex;
use crate::moment::Moment;
use crate::runs::Run;
use crate::sites::UNLOCATED;
use crate::tile::Tile;
use std::sync::Arc;
use tequio_kernel::query::CELL_ZOOM_MAX;
use tequio_kernel::{Dimension, Key, Layer};

/// What a row is on an axis when it is no code.
pub(crate) mod lost {
    /// It has no position and the axis needs one.
    pub(crate) const UNLOCATED: u8 = 1;
    /// Its value is not known.
    pub(crate) const UNKNOWN: u8 = 2;
    /// It lies in no place of the layer.
    pub(crate) const OUTSIDE: u8 = 4;
}

/// What stands for a code of a row that has none: not known.
const UNKNOWN_CODE: u64 = u64::MAX;
/// It lies in no place of the layer, if it is located.
const OUTSIDE_CODE: u64 = u64::MAX - 1;

/// Where the codes of an axis come from.
#[derive(Debug)]
enum Source {
    /// All the moments of a run have one code.
    Months,
    Moments,
    Hours,
    Offences,
    Layer(Arc<Assignment>),
}

/// Codes that are looked up, and the keys they stand for.
#[derive(Debug)]
pub(crate) struct Table {
    source: Source,
    /// From the code of the source to that of the axis, or [`NONE`]; empty when they are the same.
    codes: Vec<u32>,
    keys: Keys,
    size: usize,
}

#[derive(Debug)]
enum Keys {
    Plain(Vec<Key>),
    /// Names are looked up when they are asked for: a layer may have a million segments.
    Places(Arc<Layer>),
}

/// The cells of one zoom in a rectangle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CellAxis {
    pub(crate) zoom: u8,
    /// First column and row.
    pub(crate) origin: [u32; 2],
    /// Cells in a row and in a column.
    pub(crate) width: u64,
    pub(crate) height: u64,
    /// Numbered row by row, as pictures are; otherwise column by column, as keys are ordered.
    pub(crate) by_rows: bool,
}

/// One dimension, prepared.
#[derive(Debug)]
pub(crate) enum Axis {
    Table(Table),
    Cells(CellAxis),
}

impl Axis {
    /// Prepares a dimension.
    pub(crate) fn new(atlas: &Atlas, dimension: &Dimension) -> Result<Self, AtlasError> {
        Ok(match dimension {
            Dimension::Cell(zoom) if *zoom > CELL_ZOOM_MAX => return Err(AtlasError::CellZoom(*zoom)),
            Dimension::Cell(zoom) => Self::Cells(CellAxis::all(atlas, *zoom)),
            Dimension::Place(layer) => Self::Table(Table::of_layer(atlas.assignment(layer)?)),
            Dimension::Segment => Self::Table(Table::of_layer(atlas.street_assignment()?.0)),
            Dimension::Street => Self::Table(street_table(atlas)?),
            Dimension::Year => bucket_axis(atlas, |moment| moment.year().map(Key::Year)),
            Dimension::Month => bucket_axis(atlas, |moment| moment.month().map(Key::Month)),
            Dimension::Weekday => {
                let keys: Vec<Option<Key>> = atlas.moments.list.iter().map(|m| m.weekday().map(Key::Weekday)).collect();
                plain_axis(Source::Moments, &keys)
            }
            Dimension::Hour => {
                plain_axis(Source::Hours, &(0..24).map(|hour| Some(Key::Hour(hour))).collect::<Vec<_>>())
            }
            Dimension::Offence => plain_axis(Source::Offences, &offence_keys(atlas)),
            Dimension::Class => plain_axis(Source::Offences, &class_keys(atlas)),
        })
    }

    /// How many codes it may have.
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Table(table) => (table.size as u64).max(1),
            Self::Cells(cells) => cells.width * cells.height,
        }
    }

    /// The key of a code.
    pub(crate) fn key(&self, code: u64) -> Key {
        match self {
            Self::Table(table) => table.key(code as usize),
            Self::Cells(cells) => cells.key(code),
        }
    }

    /// True when all rows of a run have one code.
    pub(crate) fn is_of_runs(&self) -> bool {
        matches!(self, Self::Table(Table { source: Source::Months | Source::Offences, .. }))
    }

    /// The code of a run, for an axis of runs; `None` when it is not known.
    pub(crate) fn of_run(&self, atlas: &Atlas, run: &Run) -> Option<u64> {
        let Self::Table(table) = self else { return None };
        let code = match table.source {
            Source::Offences => run.offence,
            _ => atlas.runs.buckets.moments[run.bucket as usize],
        };
        Some(table.mapped(code, false)).filter(|code| is_code(*code))
    }

    /// True when an incident without a position has no code.
    pub(crate) fn is_spatial(&self) -> bool {
        matches!(self, Self::Cells(_) | Self::Table(Table { source: Source::Layer(_), .. }))
    }

    /// Calls `found(row, code)` for rows; whether there is a code, [`is_code`] tells.
    #[inline]
    pub(crate) fn each(&self, atlas: &Atlas, rows: impl Iterator<Item = usize>, mut found: impl FnMut(usize, u64)) {
        match self {
            Self::Table(table) => {
                let (codes, is_layer) = table.source(atlas);
                codes.each(rows, |row, code| found(row, table.mapped(code, is_layer)));
            }
            Self::Cells(cells) => {
                atlas.sites.each_cell(rows, |row, finest| found(row, cells.code(finest).unwrap_or(OUTSIDE_CODE)));
            }
        }
    }

    /// The assignment of which overlaps are reported, if some place of the layer overlaps another.
    pub(crate) fn overlapping(&self) -> Option<&Assignment> {
        match self {
            Self::Table(Table { source: Source::Layer(layer), .. }) if layer.has_overlaps() => Some(layer),
            _ => None,
        }
    }
}

impl Table {
    /// The places of a layer as they are numbered there.
    pub(crate) fn of_layer(assignment: Arc<Assignment>) -> Self {
        let layer = match &assignment.index {
            Index::Places(index) => index.layer().clone(),
            Index::Streets(index) => index.layer().clone(),
        };
        let size = layer.places.len();
        Self { source: Source::Layer(assignment), codes: Vec::new(), keys: Keys::Places(layer), size }
    }

    fn key(&self, code: usize) -> Key {
        match &self.keys {
            Keys::Plain(keys) => keys[code].clone(),
            Keys::Places(layer) => {
                let place = &layer.places[code];
                Key::Place { code: place.code.clone(), name: place.name.clone() }
            }
        }
    }

    fn source<'a>(&'a self, atlas: &'a Atlas) -> (&'a Codes, bool) {
        match &self.source {
            Source::Months | Source::Moments => (&atlas.moments.codes, false),
            Source::Hours => (&atlas.hours, false),
            Source::Offences => (&atlas.offence_codes, false),
            Source::Layer(assignment) => (&assignment.codes, true),
        }
    }

    /// From the code of the source to that of the axis.
    #[inline]
    fn mapped(&self, code: u32, is_layer: bool) -> u64 {
        if is_layer && code == NONE {
            return OUTSIDE_CODE;
        }
        let mapped = if self.codes.is_empty() { code } else { self.codes.get(code as usize).copied().unwrap_or(NONE) };
        if mapped == NONE { UNKNOWN_CODE } else { u64::from(mapped) }
    }
}

/// True for a code, false for what stands for none.
#[inline]
pub(crate) fn is_code(code: u64) -> bool {
    code < OUTSIDE_CODE
}

/// Why a row has no code.
#[cold]
pub(crate) fn reason(code: u64, is_spatial: bool, is_located: bool) -> u8 {
    match code {
        _ if is_spatial && !is_located => lost::UNLOCATED,
        OUTSIDE_CODE => lost::OUTSIDE | lost::UNKNOWN,
        _ => lost::UNKNOWN,
    }
}

impl CellAxis {
    /// All the cells in which something lies.
    fn all(atlas: &Atlas, zoom: u8) -> Self {
        let shift = CELL_ZOOM_MAX - zoom;
        let [first, last] = atlas.cell_bounds.unwrap_or_default().map(|cell| cell.map(|index| index >> shift));
        let [width, height] = [0, 1].map(|axis| u64::from(last[axis] - first[axis]) + 1);
        Self { zoom, origin: first, width, height, by_rows: false }
    }

    /// The cells of a zoom within a tile of a coarser zoom, or the same.
    pub(crate) fn of_tile(tile: Tile, zoom: u8, by_rows: bool) -> Self {
        let depth = zoom - tile.z;
        let side = 1u64 << depth;
        Self { zoom, origin: [tile.x << depth, tile.y << depth], width: side, height: side, by_rows }
    }

    fn key(&self, code: u64) -> Key {
        let [x, y] = self.cell(code);
        Key::Cell { z: self.zoom, x, y }
    }

    /// Column and row of a code.
    pub(crate) fn cell(&self, code: u64) -> [u32; 2] {
        let [x, y] = if self.by_rows {
            [code % self.width, code / self.width]
        } else {
            [code / self.height, code % self.height]
        };
        // A code is below the size, so both fit.
        [self.origin[0] + x as u32, self.origin[1] + y as u32]
    }

    /// Code of the cell that holds a finest cell; `None` for [`UNLOCATED`].
    #[inline]
    fn code(&self, finest: [u32; 2]) -> Option<u64> {
        (finest != UNLOCATED).then(|| self.code_at(CELL_ZOOM_MAX, finest))
    }

    /// Code of the cell that holds a cell of a finer zoom, or the same.
    #[inline]
    pub(crate) fn code_at(&self, zoom: u8, cell: [u32; 2]) -> u64 {
        let [x, y] = [0, 1].map(|axis| u64::from((cell[axis] >> (zoom - self.zoom)) - self.origin[axis]));
        if self.by_rows { y * self.width + x } else { x * self.height + y }
    }
}

/// An axis of the distinct keys among those given, which are indexed by the code of the source.
fn plain_axis(source: Source, of_code: &[Option<Key>]) -> Axis {
    let (keys, codes) = numbered(of_code);
    Axis::Table(Table { source, codes, size: keys.len(), keys: Keys::Plain(keys) })
}

/// The distinct keys in their order, and the number of each one given.
fn numbered(given: &[Option<Key>]) -> (Vec<Key>, Vec<u32>) {
    let mut keys: Vec<Key> = given.iter().flatten().cloned().collect();
    keys.sort_unstable();
    keys.dedup();
    let number = |key: &Option<Key>| {
        let at = key.as_ref().and_then(|key| keys.binary_search(key).ok());
        at.and_then(|at| u32::try_from(at).ok()).unwrap_or(NONE)
    };
    let numbers = given.iter().map(number).collect();
    (keys, numbers)
}

/// An axis on which all the moments of a bucket have one key.
fn bucket_axis(atlas: &Atlas, key: impl Fn(&Moment) -> Option<Key>) -> Axis {
    let buckets = &atlas.runs.buckets;
    let of_bucket: Vec<Option<Key>> =
        buckets.moments.iter().map(|moment| key(&atlas.moments.list[*moment as usize])).collect();
    let (keys, codes) = numbered(&of_bucket);
    let codes = buckets.of_moment.iter().map(|bucket| codes[*bucket as usize]).collect();
    Axis::Table(Table { source: Source::Months, codes, size: keys.len(), keys: Keys::Plain(keys) })
}

fn offence_keys(atlas: &Atlas) -> Vec<Option<Key>> {
    let key = |offence: &crate::Offence| Key::Offence { code: offence.code.clone(), name: offence.name.clone() };
    atlas.offences.iter().map(|offence| Some(key(offence))).collect()
}

fn class_keys(atlas: &Atlas) -> Vec<Option<Key>> {
    atlas.offences.iter().map(|offence| Some(Key::Class(offence.class))).collect()
}

fn street_table(atlas: &Atlas) -> Result<Table, AtlasError> {
    let (assignment, index) = atlas.street_assignment()?;
    let key = |street: &crate::Street| Key::Place { code: street.code.clone(), name: street.name.clone() };
    let keys: Vec<Key> = index.streets().iter().map(key).collect();
    let (codes, size) = (index.streets.of_segment.clone(), keys.len());
    Ok(Table { source: Source::Layer(assignment), codes, keys: Keys::Plain(keys), size })
}

/// An axis of the places of a layer, and the layer.
pub(crate) fn place_axis(atlas: &Atlas, layer: &str) -> Result<(Axis, Arc<PlaceIndex>), AtlasError> {
    let assignment = atlas.assignment(layer)?;
    match &assignment.index {
        Index::Places(index) => Ok((Axis::Table(Table::of_layer(assignment.clone())), index.clone())),
        Index::Streets(index) => Err(AtlasError::LayerKind { id: index.layer().id.clone(), expected: "areas" }),
    }
}
