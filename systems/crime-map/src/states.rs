//! Names of places as people tell them apart: names such as Benito Juárez stand in many states. One rule for pages,
//! analyses and the command line.

use crate::pages::name_of;
use crate::territory::Territory;
use std::collections::{HashMap, HashSet};
use tequio_kernel::{Layer, Level, Place, PlaceRef};

/// Names of the states that places below them lie in, by the code of the place.
#[derive(Debug, Default)]
pub struct States {
    names: HashMap<String, String>,
    /// True where the places lie in several.
    pub are_several: bool,
}

impl States {
    /// The states of places of a layer. None for states and what holds them, and for a layer that lies in none.
    pub fn of<'a>(territory: &Territory, layer: &Layer, places: impl IntoIterator<Item = &'a Place>) -> Self {
        if !territory.lies_in_states(&layer.id.name) {
            return Self::default();
        }
        // What shares a parent shares a state.
        let mut by_parent: HashMap<&str, Option<String>> = HashMap::new();
        let named = places.into_iter().filter_map(|place| {
            let of_parent = by_parent.entry(place.parent.as_deref()?);
            let state = of_parent.or_insert_with(|| state_of(territory, layer, place));
            Some((place.code.clone(), state.clone()?))
        });
        let names: HashMap<String, String> = named.collect();
        let are_several = names.values().collect::<HashSet<_>>().len() > 1;
        Self { names, are_several }
    }

    /// The same of the places of these codes.
    pub fn of_codes<'a>(territory: &Territory, layer: &Layer, codes: impl IntoIterator<Item = &'a str>) -> Self {
        let codes: HashSet<&str> = codes.into_iter().collect();
        Self::of(territory, layer, layer.places.iter().filter(|place| codes.contains(place.code.as_str())))
    }

    /// The state of a place.
    pub fn of_code(&self, code: &str) -> Option<&str> {
        self.names.get(code).map(String::as_str)
    }

    /// True where no place has one.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The name of a place, with its state where there are several: `Benito Juárez (Quintana Roo)`.
    pub fn beside(&self, code: &str, name: &str) -> String {
        match self.of_code(code).filter(|_| self.are_several) {
            Some(state) => format!("{name} ({state})"),
            None => name.to_owned(),
        }
    }
}

fn state_of(territory: &Territory, layer: &Layer, place: &Place) -> Option<String> {
    let (layer, index) = territory.holders(layer, place).into_iter().find(|(layer, _)| layer.level == Level::State)?;
    layer.places.get(index).map(|place| place.name.clone())
}

/// The name of a place with those of all that hold it below the nation, nearest first: `Benito Juárez, Quintana Roo`.
/// None where there is no such place.
pub fn name_with_holders(territory: &Territory, place: &PlaceRef) -> Option<String> {
    let (layer, index) = territory.place(place)?;
    let place = layer.places.get(index)?;
    let above = territory.holders(&layer, place).into_iter().filter(|(layer, _)| layer.level > Level::Nation);
    let names = above.filter_map(|(layer, index)| layer.places.get(index).map(name_of));
    Some(std::iter::once(name_of(place)).chain(names).collect::<Vec<_>>().join(", "))
}
