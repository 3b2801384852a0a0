//! Places as conditions: several are alternatives, whatever their layers.

use crate::area::Bounds;
use crate::atlas::Atlas;
use crate::attach::{Assignment, Index};
use crate::error::AtlasError;
use crate::extent::Rectangle;
use crate::memo::CellMemo;
use crate::streets::StreetIndex;
use std::collections::BTreeMap;
use std::sync::Arc;
use tequio_kernel::query::CELL_ZOOM_MAX;
use tequio_kernel::{Filter, PlaceRef, Scope};

/// The places of one layer that pass.
#[derive(Debug)]
struct Allowed {
    assignment: Arc<Assignment>,
    /// By index in the layer.
    places: Vec<bool>,
}

/// The places of a filter.
#[derive(Debug)]
pub(crate) struct PlaceFilter {
    layers: Vec<Allowed>,
    /// Zoom of the cells whose centres are tested instead of the positions.
    zoom: Option<u8>,
}

impl PlaceFilter {
    /// `None` when the filter names no place.
    pub(crate) fn new(atlas: &Atlas, filter: &Filter, scope: &Scope) -> Result<Option<Self>, AtlasError> {
        if filter.places.is_empty() {
            return Ok(None);
        }
        let mut layers: BTreeMap<&str, Allowed> = BTreeMap::new();
        for place in &filter.places {
            if !layers.contains_key(place.layer.as_str()) {
                layers.insert(&place.layer, nothing_allowed(atlas.assignment(&place.layer)?));
            }
            if let Some(allowed) = layers.get_mut(place.layer.as_str()) {
                allowed.allow(place)?;
            }
        }
        Ok(Some(Self { layers: layers.into_values().collect(), zoom: scope.place_zoom }))
    }

    /// Cells outside of which nothing passes; `None` when nothing can.
    pub(crate) fn ground(&self) -> Option<Rectangle> {
        let mut bounds = Bounds::EMPTY;
        for layer in &self.layers {
            let Index::Places(index) = &layer.assignment.index else { return Some(Rectangle::WORLD) };
            let (areas, owners) = index.areas();
            let allowed = areas.iter().zip(owners).filter(|(_, owner)| layer.holds(**owner));
            bounds = allowed.fold(bounds, |bounds, (area, _)| bounds.union(area.bounds));
        }
        let is_somewhere = bounds.west <= bounds.east;
        is_somewhere.then(|| Rectangle::of_bounds(bounds, self.zoom.unwrap_or(CELL_ZOOM_MAX)))
    }

    /// Keeps the located rows that pass.
    pub(crate) fn retain(&self, atlas: &Atlas, rows: &mut Vec<u32>, memo: &mut CellMemo) {
        rows.retain(|row| {
            let row = *row as usize;
            match self.zoom {
                _ if !atlas.sites.is_located(row) => false,
                None => self.layers.iter().any(|layer| layer.holds(layer.assignment.codes.get(row))),
                Some(zoom) => {
                    memo.get(atlas.sites.cell(row), zoom, |x, y| self.layers.iter().any(|layer| layer.holds_at(x, y)))
                }
            }
        });
    }
}

impl Allowed {
    fn allow(&mut self, place: &PlaceRef) -> Result<(), AtlasError> {
        let found = match &self.assignment.index {
            Index::Places(index) => index.place(&place.code).map(|place| vec![place]),
            Index::Streets(index) => segments(index, &place.code),
        };
        let unknown = || AtlasError::UnknownPlace { layer: place.layer.clone(), code: place.code.clone() };
        for place in found.ok_or_else(unknown)? {
            self.places[place as usize] = true;
        }
        Ok(())
    }

    fn holds(&self, place: u32) -> bool {
        self.places.get(place as usize).copied().unwrap_or(false)
    }

    fn holds_at(&self, longitude: f64, latitude: f64) -> bool {
        let place = match &self.assignment.index {
            Index::Places(index) => index.locate(longitude, latitude).place,
            Index::Streets(index) => index.snap(longitude, latitude).map(|snapped| snapped.segment),
        };
        place.is_some_and(|place| self.holds(place))
    }
}

fn nothing_allowed(assignment: Arc<Assignment>) -> Allowed {
    let places = match &assignment.index {
        Index::Places(index) => index.layer().places.len(),
        Index::Streets(index) => index.layer().places.len(),
    };
    Allowed { places: vec![false; places], assignment }
}

/// The segments of a street, or the one segment, of a code.
fn segments(index: &StreetIndex, code: &str) -> Option<Vec<u32>> {
    match index.street(code) {
        Some(street) => Some(street.segments.clone()),
        None => index.segment(code).map(|segment| vec![segment]),
    }
}
