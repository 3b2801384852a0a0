//! The map as one picture: for readers without scripts, for documents, and for printing.

use crate::library::{Answer, Library};
use crate::pages::ask::count;
use crate::pages::coverage::Covers;
use crate::pages::explore::Asked;
use crate::pages::explore::state::State;
use crate::pages::explore::table::row_dimension;
use crate::pages::levels::ShownLevel;
use geo_types::{MultiPolygon, Polygon};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use tequio_atlas::Cell;
use tequio_frame::chart::Classes;
use tequio_frame::chart::Drawing;
use tequio_frame::chart::choropleth::Region;
use tequio_frame::chart::picture::Map;
use tequio_frame::{Figure, Problem, ProblemCode, Visit, format};
use tequio_kernel::{Dimension, Key, Layer, Place, PlaceRef, Query, Shape};

/// Most classes of the picture, as on the map.
const CLASSES: usize = 7;

/// Streets have no picture that stands alone: their lines need the map.
pub(super) fn has_picture(state: &State) -> bool {
    !matches!(state.level, ShownLevel::Streets | ShownLevel::Segments)
}

/// The map of a question as a figure; it counts again when it is asked for.
pub(super) fn figure(asked: &Asked<'_>, library: &Arc<Library>, total: u64, text: &str) -> Figure {
    let (library, visit, state) = (library.clone(), asked.visit.clone(), asked.state.clone());
    let title = asked.visit.say("picture-title", &[("n", total.into())]);
    Figure::new("map", title, text, move || draw(&library, &visit, &state))
}

fn draw(library: &Library, visit: &Visit, state: &State) -> Result<Drawing, Problem> {
    let edition = library.open(state.query.dataset.as_deref(), state.query.edition.as_deref())?;
    let asked = Asked::of(library, visit, &edition, state);
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
    let none = regions.iter().any(|region| region.value.is_none()).then(|| visit.t("outside-coverage"));
    let mut drawing = Map {
        legend: &format!("{head}: {}", visit.t("unit-incidents")),
        method: &visit.t("map-method"),
        zero: &visit.t("picture-zero"),
        none: &none.unwrap_or_default(),
        regions: &regions,
        classes: &Classes::quantiles(&values, CLASSES),
        write: &|value| format::integer(value.round() as u64),
    }
    .draw();
    let beside = [("unlocated", answer.counts.unlocated.into()), ("outside", answer.counts.outside.into())];
    drawing.note(&visit.say("picture-beside", &beside));
    Ok(drawing)
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
