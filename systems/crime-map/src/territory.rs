//! The territory of an installation: the reference layers and those that were added, each loaded and
//! indexed when it is first asked for.

use crate::adjacency::Adjacency;
use crate::ground::latitude_of;
use geo::{InteriorPoint as _, InterpolateLine as _};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tequio_archive::{ArchiveError, DataFolder, LayerEntry};
use tequio_atlas::{AtlasError, PlaceIndex, StreetIndex};
use tequio_kernel::place::REFERENCE_LAYERS;
use tequio_kernel::{Layer, LayerKind, Level, Place, PlaceRef, Shape};
use tequio_reference::ReferenceError;

/// Greatest distance from an incident to the street it is counted on, in metres.
pub const SNAP_DISTANCE_MAX_M: f64 = 50.0;

/// Why a layer cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum TerritoryLoadError {
    /// The built-in territory.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// A stored layer.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A layer that cannot be indexed.
    #[error(transparent)]
    Atlas(#[from] AtlasError),
    /// A layer that is not there.
    #[error("there is no layer `{0}`; there is {1}. `tequio territory add` adds one")]
    Unknown(String, String),
    /// A dataset that says it is about a place that is not there.
    #[error("`{0}` is no place of the reference territory: write a code such as MX, MX-09 or MX-09-015")]
    UnknownTerritory(String),
    /// Streets were asked for and none were added.
    #[error(
        "no streets have been added yet: `tequio territory add FILE --layer streets --edition E --within municipalities` adds them"
    )]
    NoStreets,
}

/// The layers of an installation.
pub struct Territory {
    data: DataFolder,
    entries: Vec<LayerEntry>,
    reference: Mutex<Vec<Arc<Layer>>>,
    layers: Mutex<HashMap<String, Arc<Layer>>>,
    places: Mutex<HashMap<String, Arc<PlaceIndex>>>,
    streets: Mutex<HashMap<String, Arc<StreetIndex>>>,
    neighbours: Mutex<HashMap<String, Arc<Adjacency>>>,
}

/// A poisoned lock holds a cache that is still whole: entries are only ever added complete.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Territory {
    /// Lists the layers; none is read yet. Of several editions of a layer the last by name counts.
    ///
    /// # Errors
    /// [`TerritoryLoadError`] when the data folder cannot be read.
    pub fn open(data: &DataFolder) -> Result<Self, TerritoryLoadError> {
        let mut entries: Vec<LayerEntry> = Vec::new();
        for entry in data.layers()? {
            entries.retain(|known| known.id.name != entry.id.name);
            entries.push(entry);
        }
        Ok(Self {
            data: data.clone(),
            entries,
            reference: Mutex::default(),
            layers: Mutex::default(),
            places: Mutex::default(),
            streets: Mutex::default(),
            neighbours: Mutex::default(),
        })
    }

    /// The layers that were added.
    pub fn entries(&self) -> &[LayerEntry] {
        &self.entries
    }

    /// Names of every layer, the reference layers first.
    pub fn names(&self) -> Vec<String> {
        let added = self.entries.iter().map(|entry| entry.id.name.clone());
        REFERENCE_LAYERS.iter().map(|name| (*name).to_owned()).chain(added).collect()
    }

    /// Depth of a layer; `None` for one that does not exist.
    pub fn level(&self, name: &str) -> Option<Level> {
        let reference = [Level::Nation, Level::State, Level::Municipality];
        let index = REFERENCE_LAYERS.iter().position(|layer| *layer == name);
        index.map(|index| reference[index]).or_else(|| self.entry(name).map(|entry| entry.level))
    }

    fn entry(&self, name: &str) -> Option<&LayerEntry> {
        self.entries.iter().find(|entry| entry.id.name == name)
    }

    /// A layer with its places.
    ///
    /// # Errors
    /// [`TerritoryLoadError::Unknown`] with the layers there are.
    pub fn layer(&self, name: &str) -> Result<Arc<Layer>, TerritoryLoadError> {
        if REFERENCE_LAYERS.contains(&name) {
            return self.reference_layer(name);
        }
        let mut layers = lock(&self.layers);
        if let Some(layer) = layers.get(name) {
            return Ok(layer.clone());
        }
        let entry = self.entry(name);
        let entry = entry.ok_or_else(|| TerritoryLoadError::Unknown(name.to_owned(), self.names().join(", ")))?;
        let layer = Arc::new(self.data.read_layer(entry)?);
        layers.insert(name.to_owned(), layer.clone());
        Ok(layer)
    }

    /// A place with its layer, as an index into [`Layer::places`].
    pub fn place(&self, place: &PlaceRef) -> Option<(Arc<Layer>, usize)> {
        let layer = self.layer(&place.layer).ok()?;
        let index = layer.places.iter().position(|candidate| candidate.code == place.code)?;
        Some((layer, index))
    }

    /// The places that hold a place, nearest first.
    pub fn holders(&self, layer: &Layer, place: &Place) -> Vec<(Arc<Layer>, usize)> {
        let mut holders = Vec::new();
        let mut next = layer.within.clone().zip(place.parent.clone());
        while let Some((layer, code)) = next.take() {
            let Some((layer, index)) = self.place(&PlaceRef::new(&layer, &code)) else { break };
            next = layer.within.clone().zip(layer.places.get(index).and_then(|place| place.parent.clone()));
            holders.push((layer, index));
        }
        holders
    }

    /// True for a place itself and for what it holds.
    pub fn lies_in(&self, layer: &Layer, place: &Place, holder: &PlaceRef) -> bool {
        if layer.id.name == holder.layer {
            return place.code == holder.code;
        }
        let is_holder = |(layer, index): &(Arc<Layer>, usize)| {
            layer.id.name == holder.layer && layer.places.get(*index).is_some_and(|place| place.code == holder.code)
        };
        self.holders(layer, place).iter().any(is_holder)
    }

    /// Greatest distance of a place from the equator, in degrees.
    pub(crate) fn latitude_of(&self, place: &PlaceRef) -> Option<f64> {
        let (layer, index) = self.place(place)?;
        latitude_of(&layer.places.get(index)?.shape)
    }

    fn reference_layer(&self, name: &str) -> Result<Arc<Layer>, TerritoryLoadError> {
        let mut reference = lock(&self.reference);
        if reference.is_empty() {
            *reference = tequio_reference::territory()?.into_iter().map(Arc::new).collect();
        }
        let found = reference.iter().find(|layer| layer.id.name == name).cloned();
        found.ok_or_else(|| TerritoryLoadError::Unknown(name.to_owned(), self.names().join(", ")))
    }

    /// A layer of areas, indexed.
    ///
    /// # Errors
    /// [`TerritoryLoadError`] when it does not exist or is no layer of areas.
    pub fn places(&self, name: &str) -> Result<Arc<PlaceIndex>, TerritoryLoadError> {
        let layer = self.layer(name)?;
        let mut places = lock(&self.places);
        if let Some(index) = places.get(name) {
            return Ok(index.clone());
        }
        let index = Arc::new(PlaceIndex::new(layer)?);
        places.insert(name.to_owned(), index.clone());
        Ok(index)
    }

    /// Which places of a layer share a border; worked out when first asked for.
    ///
    /// # Errors
    /// [`TerritoryLoadError`] when the layer does not exist.
    pub fn neighbours(&self, name: &str) -> Result<Arc<Adjacency>, TerritoryLoadError> {
        let layer = self.layer(name)?;
        let mut neighbours = lock(&self.neighbours);
        Ok(neighbours.entry(name.to_owned()).or_insert_with(|| Arc::new(Adjacency::of(&layer))).clone())
    }

    /// The streets, indexed: those added last, and the demonstration's only where there are no others.
    ///
    /// # Errors
    /// [`TerritoryLoadError::NoStreets`] when none were added.
    pub fn streets(&self) -> Result<Arc<StreetIndex>, TerritoryLoadError> {
        let entry = self.streets_entry().ok_or(TerritoryLoadError::NoStreets)?;
        let name = entry.id.name.as_str();
        let within = entry.within.as_deref().map(|within| self.places(within)).transpose()?;
        let layer = self.layer(name)?;
        let mut streets = lock(&self.streets);
        if let Some(index) = streets.get(name) {
            return Ok(index.clone());
        }
        let index = Arc::new(StreetIndex::new(layer, within, SNAP_DISTANCE_MAX_M)?);
        streets.insert(name.to_owned(), index.clone());
        Ok(index)
    }

    /// Name of the layer of streets that is counted, if streets were added.
    pub fn streets_name(&self) -> Option<&str> {
        self.streets_entry().map(|entry| entry.id.name.as_str())
    }

    fn streets_entry(&self) -> Option<&LayerEntry> {
        let rank = |entry: &&LayerEntry| (!entry.id.name.starts_with("demo-"), entry.added_at.clone());
        self.entries.iter().filter(|entry| entry.kind == LayerKind::Streets).max_by_key(rank)
    }

    /// Name of the layer that holds a layer.
    fn within(&self, name: &str) -> Option<&str> {
        match REFERENCE_LAYERS.iter().position(|layer| *layer == name) {
            Some(at) => at.checked_sub(1).map(|at| REFERENCE_LAYERS[at]),
            None => self.entry(name)?.within.as_deref(),
        }
    }

    /// True when the places of the inner layer are assigned, directly or step by step, to those of the outer.
    pub fn holds(&self, outer: &str, inner: &str) -> bool {
        std::iter::successors(self.within(inner), |name| self.within(name)).any(|name| name == outer)
    }

    /// True for a layer below the states whose places lie in them.
    pub fn lies_in_states(&self, name: &str) -> bool {
        let mut above = std::iter::successors(self.within(name), |name| self.within(name));
        above.any(|name| self.level(name) == Some(Level::State))
    }

    /// True for a layer and itself, and for two layers of the reference territory, whose borders are the same lines.
    pub fn nests(&self, one: &str, other: &str) -> bool {
        one == other || [one, other].iter().all(|name| REFERENCE_LAYERS.contains(name))
    }

    /// True for a layer of streets.
    pub fn is_streets(&self, name: &str) -> bool {
        self.entry(name).is_some_and(|entry| entry.kind == LayerKind::Streets)
    }

    /// True when streets were added.
    pub fn has_streets(&self) -> bool {
        self.entries.iter().any(|entry| entry.kind == LayerKind::Streets)
    }
}

/// Names as parent of each place the place of the layer's `within` that holds a point inside it.
/// Places of which no point lies in any are left without a parent.
///
/// # Errors
/// [`TerritoryLoadError`] when the layer above cannot be loaded.
pub fn fill_parents(layer: &mut Layer, territory: &Territory) -> Result<(), TerritoryLoadError> {
    let Some(within) = layer.within.clone() else { return Ok(()) };
    let above = territory.places(&within)?;
    for place in &mut layer.places {
        let holder = inner_point(&place.shape).and_then(|point| above.locate(point.x(), point.y()).place);
        place.parent = holder.map(|holder| above.layer().places[holder as usize].code.clone());
    }
    Ok(())
}

/// A point inside an area, or halfway along a line.
fn inner_point(shape: &Shape) -> Option<geo::Point<f64>> {
    match shape {
        Shape::None => None,
        Shape::Area(area) => area.interior_point(),
        Shape::Line(line) => geo::Euclidean.point_at_ratio_from_start(line, 0.5),
    }
}
