//! Which rows are counted: the filter of a query and the scope of who asks, prepared as tables.

use crate::atlas::Atlas;
use crate::candidates::{Candidates, Outline, Tests};
use crate::codes::Codes;
use crate::error::AtlasError;
use crate::extent::Rectangle;
use crate::geometry_filter::GeometryFilter;
use crate::memo::CellMemo;
use crate::moment_filter::moment_table;
use crate::place_filter::PlaceFilter;
use crate::sites::UNLOCATED;
use crate::suggest::nearest;
use tequio_kernel::query::CELL_ZOOM_MAX;
use tequio_kernel::{Filter, Scope};

/// Hours and the unknown hour.
const HOURS: usize = 25;

/// A prepared filter. A table that would let everything pass is left out.
#[derive(Debug)]
pub(crate) struct Plan {
    offences: Option<Vec<bool>>,
    moments: Option<Vec<bool>>,
    /// The last one is for the unknown hour.
    hours: Option<[bool; HOURS]>,
    places: Option<PlaceFilter>,
    geometry: Option<GeometryFilter>,
    /// Only the rows of one cell: zoom, column and row.
    window: Option<(u8, [u32; 2])>,
}

/// What one thread remembers of the cells it met.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    places: CellMemo,
    geometry: CellMemo,
}

impl Plan {
    /// Prepares a filter.
    pub(crate) fn new(atlas: &Atlas, filter: &Filter, scope: &Scope) -> Result<Self, AtlasError> {
        Ok(Self {
            offences: offence_table(atlas, filter, scope)?,
            moments: moment_table(&atlas.moments, filter)?,
            hours: filter
                .hours
                .map(|hours| std::array::from_fn(|hour| hours.contains(u8::try_from(hour).ok().filter(|h| *h < 24)))),
            places: PlaceFilter::new(atlas, filter, scope)?,
            geometry: GeometryFilter::new(filter, scope),
            window: None,
        })
    }

    /// Keeps only the rows of one cell.
    pub(crate) fn within_cell(self, zoom: u8, cell: [u32; 2]) -> Self {
        Self { window: Some((zoom, cell)), ..self }
    }

    /// The one cell of which rows are kept: zoom, column and row.
    pub(crate) fn window(&self) -> Option<(u8, [u32; 2])> {
        self.window
    }

    /// True when every row passes that lies in the window.
    pub(crate) fn is_open(&self) -> bool {
        self.offences.is_none()
            && self.moments.is_none()
            && self.hours.is_none()
            && self.places.is_none()
            && self.geometry.is_none()
    }

    /// True when rows have to be tested, whatever their run.
    pub(crate) fn tests_rows(&self, tests: Tests) -> bool {
        tests.offences
            || tests.moments
            || (tests.window && self.window.is_some())
            || self.hours.is_some()
            || self.places.is_some()
            || self.geometry.is_some()
    }

    /// The rows to look at.
    pub(crate) fn candidates(&self, atlas: &Atlas) -> Candidates {
        let grounds = [
            self.window.map(|(zoom, cell)| Some(Rectangle::of_cell(zoom, cell))),
            self.geometry.as_ref().map(GeometryFilter::ground),
            self.places.as_ref().map(PlaceFilter::ground),
        ];
        let mut ground = None;
        for next in grounds.into_iter().flatten() {
            let Some(shared) = next.and_then(|next| next.meet(ground.unwrap_or(Rectangle::WORLD))) else {
                return Candidates::Runs(Vec::new());
            };
            ground = Some(shared);
        }
        let (offences, moments) = (self.offences.as_deref(), self.moments.as_deref());
        let is_window = self.geometry.is_none() && self.places.is_none();
        let window = self.window.map(|(zoom, _)| zoom).filter(|_| is_window);
        Outline { offences, moments, ground, window }.candidates(atlas)
    }

    /// Keeps the rows that pass the tests.
    pub(crate) fn retain(&self, atlas: &Atlas, tests: Tests, rows: &mut Vec<u32>, memory: &mut Memory) {
        if let Some((zoom, cell)) = self.window.filter(|_| tests.window) {
            retain_cell(atlas, zoom, cell, rows);
        }
        retain_table(&atlas.moments.codes, self.moments.as_deref().filter(|_| tests.moments), rows);
        retain_table(&atlas.offence_codes, self.offences.as_deref().filter(|_| tests.offences), rows);
        retain_table(&atlas.hours, self.hours.as_ref().map(|hours| &hours[..]), rows);
        if let Some(places) = &self.places {
            places.retain(atlas, rows, &mut memory.places);
        }
        if let Some(geometry) = &self.geometry {
            geometry.retain(atlas, rows, &mut memory.geometry);
        }
    }
}

/// Keeps the rows that pass, without a branch to be guessed.
fn keep(rows: &mut Vec<u32>, passes: impl Fn(usize) -> bool) {
    let mut kept = 0;
    for at in 0..rows.len() {
        let row = rows[at];
        rows[kept] = row;
        kept += usize::from(passes(row as usize));
    }
    rows.truncate(kept);
}

fn retain_cell(atlas: &Atlas, zoom: u8, cell: [u32; 2], rows: &mut Vec<u32>) {
    let shift = CELL_ZOOM_MAX - zoom.min(CELL_ZOOM_MAX);
    keep(rows, |row| {
        let finest = atlas.sites.cell(row);
        finest != UNLOCATED && finest.map(|index| index >> shift) == cell
    });
}

/// The code that stands for nothing (an unknown hour) is looked up in the last place.
fn retain_table(codes: &Codes, table: Option<&[bool]>, rows: &mut Vec<u32>) {
    let Some((last, _)) = table.and_then(|table| table.split_last()) else { return };
    let table = table.unwrap_or_default();
    keep(rows, |row| table.get(codes.get(row) as usize).copied().unwrap_or(*last));
}

/// Offences asked for, of classes asked for, of classes that may be seen.
fn offence_table(atlas: &Atlas, filter: &Filter, scope: &Scope) -> Result<Option<Vec<bool>>, AtlasError> {
    let known = |code: &String| atlas.offences.binary_search_by(|offence| offence.code.cmp(code)).is_ok();
    if let Some(code) = filter.offences.iter().find(|code| !known(code)) {
        let suggestions = nearest(code, atlas.offences.iter().map(|offence| offence.code.as_str()));
        return Err(AtlasError::UnknownOffence { code: code.clone(), suggestions });
    }
    let passes = |code: &String, class: &str| {
        (filter.offences.is_empty() || filter.offences.contains(code))
            && (filter.classes.is_empty() || filter.classes.iter().any(|asked| asked == class))
            && scope.sees(class)
    };
    let table: Vec<bool> = atlas.offences.iter().map(|offence| passes(&offence.code, offence.class)).collect();
    Ok(table.contains(&false).then_some(table))
}
