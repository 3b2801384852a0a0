//! What to compare, for a reader who has not chosen yet.

use crate::pages::compare::address_of;
use crate::pages::compare_sides::Asked;
use crate::pages::levels::layers_within;
use crate::pages::place_children::name_of;
use crate::pages::place_subject::holders;
use std::sync::Arc;
use tequio_frame::{Problem, ProblemCode};
use tequio_kernel::{Layer, PlaceRef};

/// Places within the territory that are suggested together.
const LARGEST_MAX: usize = 4;
/// Neighbours that are suggested with a place.
const NEIGHBOURS_MAX: usize = 3;

/// A comparison that is one press away.
pub(crate) struct Suggestion {
    pub text: String,
    pub href: String,
}

/// With one place chosen: that place with its neighbours and with what holds it. With none: the largest places within
/// the territory of the data.
pub(crate) fn suggestions(asked: &Asked<'_>, chosen: &[(Arc<Layer>, usize)]) -> Result<Vec<Suggestion>, Problem> {
    let Some((layer, index)) = chosen.first() else { return Ok(largest(asked)) };
    let territory = asked.library.territory()?;
    let adjacency =
        territory.neighbours(&layer.id.name).map_err(|error| Problem::with(ProblemCode::Internal, error))?;
    let neighbours = adjacency.of_place(*index).iter().map(|index| (layer.clone(), *index));
    let covered = neighbours.filter(|(layer, index)| asked.coverage.is_about(layer, &layer.places[*index]));
    let own = (layer.clone(), *index);
    let beside: Vec<_> = std::iter::once(own.clone()).chain(covered.take(NEIGHBOURS_MAX)).collect();
    let above = holders(asked.library, layer, &layer.places[*index]).into_iter();
    let above: Vec<_> = std::iter::once(own)
        .chain(above.filter(|(layer, index)| asked.coverage.is_about(layer, &layer.places[*index])))
        .collect();
    Ok([beside, above].iter().filter_map(|places| suggestion(asked, places)).collect())
}

fn largest(asked: &Asked<'_>) -> Vec<Suggestion> {
    let territory = asked.coverage.territory.clone().unwrap_or_else(|| PlaceRef::new("nation", ""));
    let layers = layers_within(asked.library, &territory.layer).into_iter();
    let of_layer = |layer: Arc<Layer>| {
        let covered = |index: &usize| asked.coverage.is_about(&layer, &layer.places[*index]);
        let mut indexes: Vec<usize> = (0..layer.places.len()).filter(covered).collect();
        let inhabitants = |index: &usize| layer.places[*index].population.values().next_back().copied().unwrap_or(0);
        indexes.sort_by_key(|index| std::cmp::Reverse(inhabitants(index)));
        let places: Vec<_> = indexes.into_iter().take(LARGEST_MAX).map(|index| (layer.clone(), index)).collect();
        let two = places.get(..2).and_then(|places| suggestion(asked, places));
        [two, suggestion(asked, &places)]
    };
    layers.flat_map(of_layer).flatten().collect()
}

/// `None` for fewer than two places.
fn suggestion(asked: &Asked<'_>, places: &[(Arc<Layer>, usize)]) -> Option<Suggestion> {
    let found = || places.iter().filter_map(|(layer, index)| Some((layer, layer.places.get(*index)?)));
    let names: Vec<String> = found().map(|(_, place)| name_of(place)).collect();
    let references: Vec<PlaceRef> = found().map(|(layer, place)| PlaceRef::new(&layer.id.name, &place.code)).collect();
    (references.len() > 1).then(|| Suggestion { text: names.join(" · "), href: address_of(&asked.kept, &references) })
}
