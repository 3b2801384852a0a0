//! The dimensions of a query as numbers: each row has a code on each axis, each code a key.

use crate::atlas::Atlas;
use crate::attach::{Assignment, Index};
use crate::codes::NONE;
use crate::error::AtlasError;
use crate::locate::PlaceIndex;
use crate::moment::Moment;
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

/// Where the codes of an axis come from.
#[derive(Debug)]
enum Source {
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
    /// Rows in a column.
    pub(crate) height: u64,
    pub(crate) size: u64,
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
            Dimension::Year => moment_axis(atlas, |moment| moment.year().map(Key::Year)),
            Dimension::Month => moment_axis(atlas, |moment| moment.month().map(Key::Month)),
            Dimension::Weekday => moment_axis(atlas, |moment| moment.weekday().map(Key::Weekday)),
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
            Self::Cells(cells) => cells.size,
        }
    }

    /// The key of a code.
    pub(crate) fn key(&self, code: u64) -> Key {
        match self {
            Self::Table(table) => table.key(code as usize),
            Self::Cells(cells) => cells.key(code),
        }
    }

    /// Appends this axis to the keys of rows, and notes the rows that have no code on it.
    pub(crate) fn encode(&self, atlas: &Atlas, rows: &[u32], keys: &mut [u64], lost: &mut [u8]) {
        match self {
            Self::Table(table) => table.encode(atlas, rows, keys, lost),
            Self::Cells(cells) => cells.encode(atlas, rows, keys, lost),
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

    fn encode(&self, atlas: &Atlas, rows: &[u32], keys: &mut [u64], lost: &mut [u8]) {
        let (codes, is_layer) = match &self.source {
            Source::Moments => (&atlas.moments.codes, false),
            Source::Hours => (&atlas.hours, false),
            Source::Offences => (&atlas.offence_codes, false),
            Source::Layer(assignment) => (&assignment.codes, true),
        };
        for ((row, key), lost) in rows.iter().zip(keys).zip(lost) {
            let (row, code) = (*row as usize, codes.get(*row as usize));
            let mapped =
                if self.codes.is_empty() { code } else { self.codes.get(code as usize).copied().unwrap_or(NONE) };
            if mapped != NONE {
                *key = *key * self.size as u64 + u64::from(mapped);
            } else {
                *lost |= reason(is_layer, code, || atlas.is_located(row));
            }
        }
    }
}

#[cold]
fn reason(is_layer: bool, code: u32, is_located: impl Fn() -> bool) -> u8 {
    match (is_layer, code) {
        (true, NONE) if !is_located() => lost::UNLOCATED,
        (true, NONE) => lost::OUTSIDE | lost::UNKNOWN,
        _ => lost::UNKNOWN,
    }
}

impl CellAxis {
    /// All the cells in which something lies.
    fn all(atlas: &Atlas, zoom: u8) -> Self {
        let shift = CELL_ZOOM_MAX - zoom;
        let [first, last] = atlas.cell_bounds.unwrap_or_default().map(|cell| cell.map(|index| index >> shift));
        let [width, height] = [0, 1].map(|axis| u64::from(last[axis] - first[axis]) + 1);
        Self { zoom, origin: first, height, size: width * height }
    }

    fn key(&self, code: u64) -> Key {
        let [x, y] = self.cell(code);
        Key::Cell { z: self.zoom, x, y }
    }

    /// Column and row of a code.
    pub(crate) fn cell(&self, code: u64) -> [u32; 2] {
        // A code is below the size, so both fit.
        [self.origin[0] + (code / self.height) as u32, self.origin[1] + (code % self.height) as u32]
    }

    fn encode(&self, atlas: &Atlas, rows: &[u32], keys: &mut [u64], lost: &mut [u8]) {
        let shift = CELL_ZOOM_MAX - self.zoom;
        for ((row, key), lost) in rows.iter().zip(keys).zip(lost) {
            let row = *row as usize;
            if !atlas.is_located(row) {
                *lost |= lost::UNLOCATED;
                continue;
            }
            let [x, y] = atlas.cells[row].map(|index| index >> shift);
            let code = u64::from(x - self.origin[0]) * self.height + u64::from(y - self.origin[1]);
            *key = *key * self.size + code;
        }
    }
}

/// An axis of the distinct keys among those given, which are indexed by the code of the source.
fn plain_axis(source: Source, of_code: &[Option<Key>]) -> Axis {
    let mut keys: Vec<Key> = of_code.iter().flatten().cloned().collect();
    keys.sort_unstable();
    keys.dedup();
    let code = |key: &Option<Key>| {
        let at = key.as_ref().and_then(|key| keys.binary_search(key).ok());
        at.and_then(|at| u32::try_from(at).ok()).unwrap_or(NONE)
    };
    let codes = of_code.iter().map(code).collect();
    Axis::Table(Table { source, codes, size: keys.len(), keys: Keys::Plain(keys) })
}

fn moment_axis(atlas: &Atlas, key: impl Fn(&Moment) -> Option<Key>) -> Axis {
    plain_axis(Source::Moments, &atlas.moments.list.iter().map(key).collect::<Vec<_>>())
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
