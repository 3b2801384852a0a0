//! Layers attached to an atlas: the place or the segment of every incident, worked out once.

use crate::atlas::Atlas;
use crate::codes::Codes;
use crate::error::AtlasError;
use crate::limits::CURVE_CHUNK;
use crate::locate::{Located, PlaceIndex};
use crate::snap::SnapScratch;
use crate::streets::StreetIndex;
use geo_types::Coord;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLockReadGuard};
use tequio_kernel::LayerId;

/// What incidents were assigned by.
#[derive(Clone, Debug)]
pub(crate) enum Index {
    Places(Arc<PlaceIndex>),
    Streets(Arc<StreetIndex>),
}

/// The place (or segment) of every incident in one layer.
#[derive(Debug)]
pub(crate) struct Assignment {
    pub(crate) index: Index,
    /// Index in the layer's places.
    pub(crate) codes: Codes,
    /// One bit an incident that lies in more than one place; empty when there is none.
    overlaps: Vec<u64>,
}

impl Assignment {
    pub(crate) fn overlaps(&self, row: usize) -> bool {
        self.overlaps.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    pub(crate) fn has_overlaps(&self) -> bool {
        !self.overlaps.is_empty()
    }

    fn layer_id(&self) -> &LayerId {
        match &self.index {
            Index::Places(index) => &index.layer().id,
            Index::Streets(index) => &index.layer().id,
        }
    }

    fn memory_bytes(&self) -> usize {
        self.codes.memory_bytes() + self.overlaps.len() * 8
    }
}

/// The attached layers by name.
#[derive(Debug, Default)]
pub(crate) struct Layers {
    by_name: BTreeMap<String, Arc<Assignment>>,
    /// Name of the streets attached last.
    streets: Option<String>,
}

impl Layers {
    pub(crate) fn memory_bytes(&self) -> usize {
        self.by_name.values().map(|assignment| assignment.memory_bytes()).sum()
    }
}

impl Atlas {
    /// Assigns every incident to its place in a layer, once for each edition of the layer; another
    /// edition under the same name takes its place.
    pub fn attach(&self, index: Arc<PlaceIndex>) {
        let same = |known: &Index| matches!(known, Index::Places(known) if known.layer().id == index.layer().id);
        if self.is_attached(&index.layer().id.name, same) {
            return;
        }
        let overlaps = Mutex::new(Vec::new());
        let codes = self.assigned(index.layer().places.len(), |row, position, _: &mut ()| {
            let Located { place, others } = index.locate(position.x, position.y);
            if others > 0 {
                overlaps.lock().unwrap_or_else(PoisonError::into_inner).push(row);
            }
            place
        });
        let overlaps = overlap_bits(self.len(), &overlaps.into_inner().unwrap_or_else(PoisonError::into_inner));
        let name = index.layer().id.name.clone();
        self.insert(name, Assignment { index: Index::Places(index), codes, overlaps }, false);
    }

    /// Assigns every incident to its nearest street segment, once for each edition of the streets
    /// and of the borders they keep to, and each distance.
    pub fn attach_streets(&self, index: Arc<StreetIndex>) {
        let same = |known: &Index| matches!(known, Index::Streets(known) if same_streets(known, &index));
        if self.is_attached(&index.layer().id.name, same) {
            return;
        }
        let codes = self.assigned(index.layer().places.len(), |_, position, scratch: &mut SnapScratch| {
            index.snap_with(position.x, position.y, scratch).map(|snapped| snapped.segment)
        });
        let name = index.layer().id.name.clone();
        self.insert(name, Assignment { index: Index::Streets(index), codes, overlaps: Vec::new() }, true);
    }

    /// True when a layer of this name is attached.
    pub fn has_layer(&self, name: &str) -> bool {
        self.read_layers().by_name.contains_key(name)
    }

    /// True when streets are attached.
    pub fn has_streets(&self) -> bool {
        self.read_layers().streets.is_some()
    }

    /// The attached layers, in the order of their names.
    pub fn layers(&self) -> Vec<LayerId> {
        self.read_layers().by_name.values().map(|assignment| assignment.layer_id().clone()).collect()
    }

    /// The attached layer of areas of this name.
    pub fn places(&self, name: &str) -> Option<Arc<PlaceIndex>> {
        match &self.read_layers().by_name.get(name)?.index {
            Index::Places(index) => Some(index.clone()),
            Index::Streets(_) => None,
        }
    }

    /// The streets attached last.
    pub fn streets(&self) -> Option<Arc<StreetIndex>> {
        let layers = self.read_layers();
        match &layers.by_name.get(layers.streets.as_ref()?)?.index {
            Index::Streets(index) => Some(index.clone()),
            Index::Places(_) => None,
        }
    }

    /// A code below `size` for every row that has one. Neighbours on the curve are asked one after
    /// another: they meet the same cells, edges and memory.
    fn assigned<S: Default>(&self, size: usize, code: impl Fn(u32, Coord<f64>, &mut S) -> Option<u32> + Sync) -> Codes {
        Codes::scattered(self.len(), size, |slots| {
            self.curve.par_chunks(CURVE_CHUNK).for_each(|rows| {
                let mut scratch = S::default();
                // Fetched together, for they lie far apart in memory and the fetches do not wait for each other.
                let positions: Vec<Coord<f64>> = rows.iter().map(|row| self.sites.position(*row as usize)).collect();
                for (row, position) in rows.iter().zip(positions) {
                    if let Some(code) = code(*row, position, &mut scratch) {
                        slots.set(*row as usize, code);
                    }
                }
            });
        })
    }

    pub(crate) fn assignment(&self, name: &str) -> Result<Arc<Assignment>, AtlasError> {
        let layers = self.read_layers();
        let unknown =
            || AtlasError::UnknownLayer { name: name.to_owned(), attached: layers.by_name.keys().cloned().collect() };
        layers.by_name.get(name).cloned().ok_or_else(unknown)
    }

    /// The assignment to the streets attached last, and those streets.
    pub(crate) fn street_assignment(&self) -> Result<(Arc<Assignment>, Arc<StreetIndex>), AtlasError> {
        let layers = self.read_layers();
        let assignment =
            layers.streets.as_ref().and_then(|name| layers.by_name.get(name)).ok_or(AtlasError::NoStreets)?;
        match &assignment.index {
            Index::Streets(streets) => Ok((assignment.clone(), streets.clone())),
            Index::Places(_) => Err(AtlasError::NoStreets),
        }
    }

    pub(crate) fn read_layers(&self) -> RwLockReadGuard<'_, Layers> {
        // Nothing can be half done under this lock: a panic elsewhere leaves the map whole.
        self.layers.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_attached(&self, name: &str, same: impl Fn(&Index) -> bool) -> bool {
        self.read_layers().by_name.get(name).is_some_and(|assignment| same(&assignment.index))
    }

    fn insert(&self, name: String, assignment: Assignment, is_streets: bool) {
        let mut layers = self.layers.write().unwrap_or_else(PoisonError::into_inner);
        if is_streets {
            layers.streets = Some(name.clone());
        } else if layers.streets.as_ref() == Some(&name) {
            layers.streets = None;
        }
        layers.by_name.insert(name, Arc::new(assignment));
    }
}

fn same_streets(a: &StreetIndex, b: &StreetIndex) -> bool {
    let border = |index: &StreetIndex| index.within().map(|places| places.layer().id.clone());
    a.layer().id == b.layer().id && a.max_distance_m() == b.max_distance_m() && border(a) == border(b)
}

/// One bit a row; none at all when there is no row to mark.
fn overlap_bits(len: usize, rows: &[u32]) -> Vec<u64> {
    if rows.is_empty() {
        return Vec::new();
    }
    let mut bits = vec![0; len.div_ceil(64)];
    rows.iter().for_each(|row| bits[*row as usize / 64] |= 1 << (row % 64));
    bits
}
