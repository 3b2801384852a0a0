//! The layers of the library as they are now, and the names in them.

use super::{Library, LibraryError, lock};
use crate::search::{Finder, Found, Named};
use crate::territory::Territory;
use std::collections::BTreeSet;
use std::sync::Arc;
use tequio_kernel::{Layer, PlaceRef};
use tequio_reference::PlaceNames;

impl Library {
    /// The territory as it is now: read again when layers were added since.
    ///
    /// # Errors
    /// [`LibraryError`] when the data folder cannot be read.
    pub fn territory(&self) -> Result<Arc<Territory>, LibraryError> {
        let fresh = Territory::open(&self.data)?;
        let stamp = layer_stamp(&fresh);
        let mut known = lock(&self.territory);
        if known.0 != stamp {
            *known = (stamp, Arc::new(fresh));
        }
        Ok(known.1.clone())
    }

    /// Names and editions of every layer that can be loaded; an answer may depend on each.
    pub fn layer_ids(&self) -> Vec<String> {
        self.layers().iter().map(|layer| layer.id.to_string()).collect()
    }

    /// Every layer that can be loaded, the reference layers first.
    pub fn layers(&self) -> Vec<Arc<Layer>> {
        match self.territory() {
            Ok(territory) => self.readable(&territory),
            Err(error) => {
                tracing::error!("no layer can be read: {error}");
                self.data.note_layers_left_out(BTreeSet::from([String::new()]));
                Vec::new()
            }
        }
    }

    /// The layers that can be read; a damaged one is left out and recorded.
    fn readable(&self, territory: &Territory) -> Vec<Arc<Layer>> {
        let (mut layers, mut left_out) = (Vec::new(), BTreeSet::new());
        for name in territory.names() {
            match territory.layer(&name) {
                Ok(layer) => layers.push(layer),
                Err(error) => {
                    tracing::error!("layer {name} is left out: {error}");
                    left_out.insert(name);
                }
            }
        }
        self.data.note_layers_left_out(left_out);
        layers
    }

    /// A layer by name.
    pub fn layer(&self, name: &str) -> Option<Arc<Layer>> {
        self.territory().ok()?.layer(name).ok()
    }

    /// A place with its layer, as an index into [`Layer::places`].
    pub fn place(&self, place: &PlaceRef) -> Option<(Arc<Layer>, usize)> {
        self.territory().ok()?.place(place)
    }

    /// Places and streets that a text names, the best first; see [`Finder::search`]. None when the names cannot be read.
    ///
    /// # Errors
    /// [`LibraryError`] when the names cannot be read: that is not the same as finding nothing.
    pub fn search(&self, text: &str, layer: Option<&str>, limit: usize) -> Result<Vec<Found>, LibraryError> {
        Ok(self.finder()?.search(text, layer, limit))
    }

    /// The names of every place, read once for each state of the territory.
    ///
    /// # Errors
    /// [`LibraryError`] when the data folder cannot be read.
    pub fn finder(&self) -> Result<Arc<Finder>, LibraryError> {
        let territory = self.territory()?;
        // Held while reading, so that the names are read once however many search.
        let mut known = lock(&self.finder);
        if let Some((_, finder)) = known.as_ref().filter(|(of, _)| Arc::ptr_eq(of, &territory)) {
            return Ok(finder.clone());
        }
        let layers = self.readable(&territory);
        let is_whole = layers.len() == territory.names().len();
        let finder = Arc::new(Finder::new(layers, &PlaceNames::load()?));
        // What could not be read once may be read the next time.
        if is_whole {
            *known = Some((territory, finder.clone()));
        }
        Ok(finder)
    }

    /// What a text says of a place: see [`Finder::named`].
    ///
    /// # Errors
    /// As for [`Library::finder`].
    pub fn named(&self, text: &str) -> Result<Named, LibraryError> {
        // What is a code needs no names, and of streets it is one too.
        match text.parse().ok().filter(|place| self.place(place).is_some()) {
            Some(place) => Ok(Named::One(place)),
            None => Ok(self.finder()?.named(text)),
        }
    }
}

/// Changes when a layer is added.
pub(super) fn layer_stamp(territory: &Territory) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    territory.entries().iter().for_each(|entry| (&entry.id, &entry.sha256).hash(&mut hasher));
    hasher.finish()
}
