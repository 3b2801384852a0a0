//! The map as one picture (SVG): for readers without scripts, for documents, and for printing.

use crate::library::{Answer, Library};
use crate::pages::ask::{Pairs, blocking, count};
use crate::pages::coverage::Covers;
use crate::pages::explore::state::State;
use crate::pages::explore::table::row_dimension;
use crate::pages::explore::{Asked, sentence_of};
use crate::pages::map::encode;
use axum::extract::State as Shared;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use geo_types::{MultiPolygon, Polygon};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use tequio_atlas::Cell;
use tequio_frame::chart::Classes;
use tequio_frame::chart::choropleth::Region;
use tequio_frame::chart::picture::{Picture, picture as draw};
use tequio_frame::{Problem, ProblemCode, Visit, format};
use tequio_kernel::{Dimension, Key, Layer, Place, PlaceRef, Query, Shape};

/// Most classes of the picture, as on the map.
const CLASSES: usize = 7;

/// Address of the picture of a state.
pub(super) fn address(state: &State) -> String {
    format!("/explore/map.svg?{}", encode(&state.pairs()))
}

/// `GET /explore/map.svg`.
pub(crate) async fn picture(
    Shared(library): Shared<Arc<Library>>,
    visit: Visit,
    pairs: Pairs,
) -> Result<Response, Problem> {
    let svg = blocking(library, move |library| render(library, &visit, pairs)).await?;
    Ok(([(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, "no-cache")], svg).into_response())
}

fn render(library: &Library, visit: &Visit, pairs: Pairs) -> Result<String, Problem> {
    let state = State::parse(library, pairs)?;
    let edition = library.open(state.query.dataset.as_deref(), state.query.edition.as_deref())?;
    let asked = Asked::of(library, visit, &edition, &state);
    let (dimension, head) = row_dimension(&asked);
    let answer = count(library, &Query { by: vec![dimension.clone()], ..asked.query.clone() })?;
    let layer = match &dimension {
        Dimension::Place(name) => library.layer(name),
        _ => None,
    };
    let shapes = shapes(&asked, &dimension, layer.as_deref(), &answer)?;
    let values: Vec<f64> = shapes.iter().filter_map(|(_, value)| *value).filter(|value| *value > 0.0).collect();
    let regions: Vec<Region<'_>> = shapes
        .iter()
        .map(|(shape, value)| Region { href: String::new(), hint: String::new(), value: *value, shape })
        .collect();
    let manifest = &edition.manifest;
    let source = [
        ("title", manifest.title.clone().into()),
        ("edition", manifest.edition.clone().into()),
        ("attribution", manifest.attribution.clone().into()),
    ];
    let beside = [("unlocated", answer.counts.unlocated.into()), ("outside", answer.counts.outside.into())];
    Ok(draw(&Picture {
        title: &visit.say("picture-title", &[("n", answer.counts.total.into())]),
        text: &sentence_of(&asked, &answer.notes),
        legend: &format!("{head}: {}", visit.t("unit-incidents")),
        method: &visit.t("map-method"),
        zero: &visit.t("picture-zero"),
        source: &[visit.say("picture-beside", &beside), visit.say("picture-source", &source)],
        regions: &regions,
        classes: &Classes::quantiles(&values, CLASSES),
        write: &|value| format::integer(value.round() as u64),
    }))
}

/// A shape and its count; a place that the dataset is not about has none.
type Shaded<'a> = (Cow<'a, MultiPolygon<f64>>, Option<f64>);

fn shapes<'a>(
    asked: &Asked<'_>,
    dimension: &Dimension,
    layer: Option<&'a Layer>,
    answer: &Answer,
) -> Result<Vec<Shaded<'a>>, Problem> {
    match (dimension, layer) {
        (Dimension::Place(_), Some(layer)) => Ok(areas(asked, layer, answer)),
        (Dimension::Cell(_), _) => Ok(cells(answer)),
        _ => Err(Problem::with(ProblemCode::Unprocessable, "streets have no picture: ask for places or cells")),
    }
}

fn areas<'a>(asked: &Asked<'_>, layer: &'a Layer, answer: &Answer) -> Vec<Shaded<'a>> {
    let rows = answer.counts.rows.iter().filter_map(|row| match row.keys.first() {
        Some(Key::Place { code, .. }) => Some((code.as_str(), row.count)),
        _ => None,
    });
    let counts: HashMap<&str, u64> = rows.collect();
    let focus = asked.query.filter.places.first().or(asked.coverage.below_nation(asked.library));
    let shown = layer.places.iter().filter(|place| focus.is_none_or(|focus| lies_in(asked, layer, place, focus)));
    let drawn = shown.filter_map(|place| match &place.shape {
        Shape::Area(shape) => {
            let covered = asked.coverage.of_place(layer, place) != Covers::Nothing;
            let count = counts.get(place.code.as_str()).copied().unwrap_or(0) as f64;
            Some((Cow::Borrowed(shape), covered.then_some(count)))
        }
        _ => None,
    });
    drawn.collect()
}

/// True for the place itself and for what it holds.
fn lies_in(asked: &Asked<'_>, layer: &Layer, place: &Place, holder: &PlaceRef) -> bool {
    if layer.id.name == holder.layer {
        return place.code == holder.code;
    }
    let Some((within, code)) = layer.within.as_deref().zip(place.parent.as_deref()) else { return false };
    let found = asked.library.place(&PlaceRef::new(within, code));
    found.is_some_and(|(layer, index)| {
        layer.places.get(index).is_some_and(|place| lies_in(asked, &layer, place, holder))
    })
}

fn cells<'a>(answer: &Answer) -> Vec<Shaded<'a>> {
    let rows = answer.counts.rows.iter().filter_map(|row| match row.keys.first() {
        Some(Key::Cell { z, x, y }) => {
            let bounds = Cell { z: *z, x: *x, y: *y }.bounds();
            Some((Cow::Owned(MultiPolygon(vec![Polygon::from(bounds)])), Some(row.count as f64)))
        }
        _ => None,
    });
    rows.collect()
}
