//! Names of places as people tell them apart: with their state, where several states occur.

use std::collections::{BTreeSet, HashMap};
use tequio_crime_map::Library;
use tequio_kernel::{Level, Place};

/// Layer of the municipalities.
pub const MUNICIPALITIES: &str = "municipalities";

/// The states that hold the places of these codes, by code; empty unless several states occur.
pub fn states_of<'a>(
    library: &Library,
    layer: &str,
    codes: impl IntoIterator<Item = &'a str>,
) -> HashMap<String, String> {
    let Some(layer) = library.layer(layer) else { return HashMap::new() };
    let holders = layer.within.as_deref().and_then(|name| library.layer(name));
    let Some(states) = holders.filter(|holders| holders.level == Level::State) else { return HashMap::new() };
    let names: HashMap<&str, &str> =
        states.places.iter().map(|state| (state.code.as_str(), state.name.as_str())).collect();
    let state = |place: &Place| names.get(place.parent.as_deref()?).map(|name| (*name).to_owned());
    let asked: BTreeSet<&str> = codes.into_iter().collect();
    let places = layer.places.iter().filter(|place| asked.contains(place.code.as_str()));
    let held: HashMap<String, String> = places.filter_map(|place| Some((place.code.clone(), state(place)?))).collect();
    let several = held.values().collect::<BTreeSet<_>>().len() > 1;
    if several { held } else { HashMap::new() }
}

/// A name with the state of its place, where there is one to tell.
pub fn with_state(name: &str, code: &str, states: &HashMap<String, String>) -> String {
    states.get(code).map_or_else(|| name.to_owned(), |state| format!("{name}, {state}"))
}
