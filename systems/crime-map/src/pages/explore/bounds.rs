//! The first view of the explorer's map.

use crate::library::Library;
use crate::pages::explore::Asked;
use crate::pages::levels::{ShownLevel, area_layers};
use crate::pages::map::{bounds_of, bounds_of_data, join};
use geo_types::Rect;
use tequio_frame::Problem;
use tequio_kernel::{LayerKind, Level, PlaceRef};

/// The box asked for; else the streets, where they are shown; else the places asked for; else the
/// territory of the data below the country; else the country when the data lie in it; else where
/// the data lie.
pub(super) fn of(asked: &Asked<'_>) -> Result<Option<Rect<f64>>, Problem> {
    let filter = &asked.query.filter;
    let by_street = matches!(asked.state.level, ShownLevel::Streets | ShownLevel::Segments);
    let streets = || of_streets(asked.library).filter(|_| by_street && filter.places.is_empty());
    match filter.bbox.or_else(streets) {
        Some(bounds) => Ok(Some(bounds)),
        None => of_places(asked),
    }
}

/// The box round all streets: on a map of the country they would not show.
fn of_streets(library: &Library) -> Option<Rect<f64>> {
    let layers = library.layers();
    let streets = layers.iter().filter(|layer| layer.kind == LayerKind::Streets);
    streets.flat_map(|layer| &layer.places).filter_map(bounds_of).reduce(join)
}

fn of_places(asked: &Asked<'_>) -> Result<Option<Rect<f64>>, Problem> {
    let Asked { library, query, coverage, .. } = asked;
    let of = |place: &PlaceRef| {
        let (layer, index) = library.place(place)?;
        layer.places.get(index).and_then(bounds_of)
    };
    let territory = || coverage.below_nation(library).and_then(of);
    match query.filter.places.iter().filter_map(of).reduce(join).or_else(territory) {
        Some(bounds) => Ok(Some(bounds)),
        None => of_data(asked),
    }
}

fn of_data(asked: &Asked<'_>) -> Result<Option<Rect<f64>>, Problem> {
    let data = bounds_of_data(asked.library, &asked.query)?;
    let states = area_layers(asked.library).into_iter().find(|layer| layer.level <= Level::State);
    let country = states.and_then(|layer| layer.places.iter().filter_map(bounds_of).reduce(join));
    // Strays do not widen the map of data about the country.
    let about_country = asked.coverage.territory.is_some();
    let inside = data.zip(country).is_some_and(|(data, country)| join(data, country) == country);
    let whole = (about_country || inside) && wide(data, country);
    Ok(if whole { country } else { data.or(country) })
}

/// True when the data reach across a good part of the country, which is then shown whole.
fn wide(data: Option<Rect<f64>>, country: Option<Rect<f64>>) -> bool {
    data.zip(country).is_some_and(|(data, country)| data.width() * 2.0 > country.width())
}
