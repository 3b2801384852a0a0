//! Which partitions of the ground are never crossed: where one cuts another, the parts are smaller than either.

use crate::disclosure::Territory;
use crate::refusal::{Part, Refusal};
use tequio_kernel::{Dimension, Level, Query};

/// Layers of areas among the dimensions.
pub(crate) fn layers(query: &Query) -> impl Iterator<Item = &str> {
    query.by.iter().filter_map(|dimension| match dimension {
        Dimension::Place(layer) => Some(layer.as_str()),
        _ => None,
    })
}

/// True when places of a layer in the filter choose whole places of the layer that is counted by, or whole streets.
pub(crate) fn chooses(query: &Query, filter: &str, territory: &dyn Territory) -> bool {
    let by_street = query.by.iter().any(|dimension| matches!(dimension, Dimension::Street | Dimension::Segment));
    let streets = territory.streets().filter(|_| by_street);
    layers(query).chain(streets).any(|layer| !territory.nests(layer, filter) && territory.holds(filter, layer))
}

/// Layers whose borders differ cut each other into slivers: they are not crossed, as dimensions or as conditions,
/// unless one chooses whole places of the other.
pub(crate) fn refuse_cut_places(query: &Query, territory: &dyn Territory) -> Result<(), Refusal> {
    let crossing = |one: Part, layer: &str| Err(Refusal::Crossing(one, Part::Places(layer.to_owned())));
    let places = |layer: &str| Part::Places(layer.to_owned());
    let by: Vec<&str> = layers(query).collect();
    let filters: Vec<&str> = query.filter.places.iter().map(|place| place.layer.as_str()).collect();
    for group in [&by, &filters] {
        let first = group.first().copied().unwrap_or_default();
        if let Some(other) = group.iter().find(|other| !territory.nests(first, other)) {
            return crossing(places(first), other);
        }
    }
    let by_street = query.by.iter().any(|dimension| matches!(dimension, Dimension::Street | Dimension::Segment));
    if let Some(layer) = by.first().filter(|_| by_street) {
        return crossing(Part::Streets, layer);
    }
    let known = |layer: &&&str| territory.level(layer).is_some();
    let cut = |layer: &str| {
        filters.iter().filter(known).find(|filter| !territory.nests(layer, filter) && !territory.holds(filter, layer))
    };
    let counted = by.iter().filter(known).copied().chain(territory.streets().filter(|_| by_street));
    counted.into_iter().find_map(|layer| cut(layer).map(|filter| crossing(places(layer), filter))).unwrap_or(Ok(()))
}

/// A layer that is not known is refused later, as unknown; until then it counts as fine.
fn is_local(layer: &str, territory: &dyn Territory) -> bool {
    territory.level(layer).is_none_or(|level| level == Level::Local)
}

/// The fine partitions among the dimensions, each once; segments are streets here.
pub(crate) fn fine_dimensions(query: &Query, territory: &dyn Territory) -> Vec<Part> {
    let mut partitions: Vec<Part> = query
        .by
        .iter()
        .filter_map(|dimension| match dimension {
            Dimension::Cell(_) => Some(Part::Cells),
            Dimension::Street | Dimension::Segment => Some(Part::Streets),
            Dimension::Place(layer) => is_local(layer, territory).then(|| Part::Places(layer.clone())),
            _ => None,
        })
        .collect();
    partitions.dedup();
    partitions
}

/// The fine layers among the place filters.
pub(crate) fn fine_filters(query: &Query, territory: &dyn Territory) -> Vec<Part> {
    let places = query.filter.places.iter().filter(|place| is_local(&place.layer, territory));
    let mut layers: Vec<&str> = places.map(|place| place.layer.as_str()).collect();
    layers.sort_unstable();
    layers.dedup();
    layers.into_iter().map(|layer| Part::Places(layer.to_owned())).collect()
}

pub(crate) fn refuse_crossing(partitions: &[Part], filters: &[Part], has_geometry: bool) -> Result<(), Refusal> {
    let crossing = |one: &Part, other: &Part| Err(Refusal::Crossing(one.clone(), other.clone()));
    if let [first, second, ..] = partitions {
        return crossing(first, second);
    }
    if let [first, second, ..] = filters {
        return crossing(first, second);
    }
    let Some(partition) = partitions.first().filter(|partition| **partition != Part::Cells) else { return Ok(()) };
    if has_geometry {
        return crossing(partition, &Part::Shapes);
    }
    match filters.first() {
        Some(layer) if layer != partition => crossing(partition, layer),
        _ => Ok(()),
    }
}

/// Cells, and shapes made of cells, lie across borders: counted by place, they would be cut.
pub(crate) fn refuse_cut_cells(query: &Query, partitions: &[Part], has_geometry: bool) -> Result<(), Refusal> {
    let Some(layer) = layers(query).next() else { return Ok(()) };
    let crossing = |one: Part| Err(Refusal::Crossing(one, Part::Places(layer.to_owned())));
    match partitions.contains(&Part::Cells) {
        true => crossing(Part::Cells),
        false if has_geometry => crossing(Part::Shapes),
        false => Ok(()),
    }
}
