//! Conditions on places of another layer, for the public: whole places and whole streets are counted, chosen by the place
//! that they are assigned to.
//!
//! Borders of two sources never coincide. Counting neighbourhoods within a municipality by position would cut those on its
//! border, and what is cut off could be told by subtraction from the count of the whole neighbourhood.

use crate::library::LibraryError;
use crate::territory::Territory;
use std::collections::BTreeSet;
use std::sync::Arc;
use tequio_kernel::{Layer, PlaceRef, Query};

/// The question with its places replaced by those of `inner` that are assigned to them.
///
/// # Errors
/// [`LibraryError::Hollow`] when there are none, and when a layer cannot be loaded.
pub(crate) fn choose(territory: &Territory, inner: &Layer, query: &Query) -> Result<Query, LibraryError> {
    let mut chosen: BTreeSet<&str> = BTreeSet::new();
    let outer: BTreeSet<&str> = query.filter.places.iter().map(|place| place.layer.as_str()).collect();
    for layer in outer {
        let asked = query.filter.places.iter().filter(|place| place.layer == layer);
        let codes = assigned(territory, inner, layer, asked.map(|place| place.code.clone()).collect())?;
        let held = inner.places.iter().filter(|place| place.parent.as_ref().is_some_and(|code| codes.contains(code)));
        chosen.extend(held.map(|place| place.code.as_str()));
    }
    if chosen.is_empty() {
        return Err(LibraryError::Hollow(inner.id.name.clone()));
    }
    let mut query = query.clone();
    query.filter.places = chosen.into_iter().map(|code| PlaceRef::new(&inner.id.name, code)).collect();
    Ok(query)
}

/// Codes in the layer right above `inner` that lie in the places of `outer`.
fn assigned(
    territory: &Territory,
    inner: &Layer,
    outer: &str,
    codes: BTreeSet<String>,
) -> Result<BTreeSet<String>, LibraryError> {
    let mut between: Vec<Arc<Layer>> = Vec::new();
    let mut above = inner.within.clone();
    while let Some(name) = above.filter(|name| name != outer) {
        let layer = territory.layer(&name)?;
        above = layer.within.clone();
        between.push(layer);
    }
    let down = |codes: BTreeSet<String>, layer: &Arc<Layer>| {
        let held = layer.places.iter().filter(|place| place.parent.as_ref().is_some_and(|code| codes.contains(code)));
        held.map(|place| place.code.clone()).collect()
    };
    Ok(between.iter().rev().fold(codes, down))
}
