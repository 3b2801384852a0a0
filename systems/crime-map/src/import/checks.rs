//! Does the point lie where the dataset is about, and where its label says? Flags, never repairs.

use crate::territory::{Territory, TerritoryLoadError};
use std::sync::Arc;
use tequio_atlas::PlaceIndex;
use tequio_kernel::text::fold;
use tequio_kernel::{Flag, Incident, LayerId};

/// Checks points and labels against the municipalities of the reference territory.
pub struct LocationCheck {
    municipalities: Arc<PlaceIndex>,
    /// Folded names, by index of the place.
    names: Vec<String>,
    /// True for the places that belong to the territory of the dataset.
    belongs: Vec<bool>,
}

impl LocationCheck {
    /// A check for datasets about a place of the reference territory; `None` for others.
    ///
    /// # Errors
    /// [`TerritoryLoadError`] when the territory cannot be loaded.
    pub fn new(territory: &Territory, code: Option<&str>) -> Result<Option<Self>, TerritoryLoadError> {
        let Some(code) = code else { return Ok(None) };
        let municipalities = territory.places("municipalities")?;
        let places = &municipalities.layer().places;
        let below = format!("{code}-");
        let belongs = places.iter().map(|place| place.code == code || place.code.starts_with(&below));
        let belongs: Vec<bool> = belongs.collect();
        if !belongs.contains(&true) {
            return Err(TerritoryLoadError::UnknownTerritory(code.to_owned()));
        }
        let names = places.iter().map(|place| fold(&place.name)).collect();
        Ok(Some(Self { municipalities, names, belongs }))
    }

    /// The layer that is checked against.
    pub fn layer(&self) -> LayerId {
        self.municipalities.layer().id.clone()
    }

    /// Adds what is found to the flags of an incident.
    pub fn flag<T: AsRef<str>>(&self, incident: &mut Incident<T>) {
        let Some(point) = incident.point else { return };
        let place = self.municipalities.locate(point.longitude, point.latitude).place.map(|place| place as usize);
        let Some(place) = place.filter(|place| self.belongs[*place]) else {
            return incident.flags.insert(Flag::OutsideTerritory);
        };
        if incident.place_label.as_ref().is_some_and(|label| !is_named(label.as_ref(), &self.names[place])) {
            incident.flags.insert(Flag::LabelDisagrees);
        }
    }
}

/// True when a label folds to a folded name; most are written like it.
fn is_named(label: &str, name: &str) -> bool {
    label == name || fold(label) == name
}
