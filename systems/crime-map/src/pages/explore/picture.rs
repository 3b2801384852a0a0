//! The map as one picture: for readers without scripts, for documents, and for printing.

use crate::library::{Answer, Library, LibraryError};
use crate::pages::ask::count;
use crate::pages::coverage::{Covers, lies_in};
use crate::pages::explore::Asked;
use crate::pages::explore::state::State;
use crate::pages::explore::table::row_dimension;
use crate::pages::map::join;
use geo::BoundingRect as _;
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use tequio_atlas::{Cell, StreetIndex};
use tequio_frame::chart::Classes;
use tequio_frame::chart::Drawing;
use tequio_frame::chart::choropleth::Region;
use tequio_frame::chart::picture::Map;
use tequio_frame::{Figure, Problem, Visit, format};
use tequio_kernel::{Dimension, Key, Layer, Query, Shape};

/// Most classes of the picture, as on the map.
const CLASSES: usize = 7;

/// The map of a question as a figure; it counts again when it is asked for.
pub(crate) fn figure(library: &Arc<Library>, visit: &Visit, state: State, total: u64, text: &str) -> Figure {
    let (library, reader) = (library.clone(), visit.clone());
    let title = visit.say("picture-title", &[("n", total.into())]);
    Figure::new("map", title, text, move || draw(&library, &reader, &state))
}

fn draw(library: &Library, visit: &Visit, state: &State) -> Result<Drawing, Problem> {
    let edition = library.open(state.query.dataset.as_deref(), state.query.edition.as_deref())?;
    let asked = Asked::of(library, visit, &edition, state);
    let (dimension, head) = match row_dimension(&asked) {
        // A street is drawn segment by segment, as on the map.
        (Dimension::Street, _) => (Dimension::Segment, visit.t("level-segments")),
        of_rows => of_rows,
    };
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
        _ => {
            let streets = asked.library.territory()?.streets().map_err(LibraryError::from)?;
            Ok(segments(&streets, answer))
        }
    }
}

fn areas<'a>(asked: &Asked<'_>, layer: &'a Layer, answer: &Answer) -> Vec<Shaded<'a>> {
    let rows = answer.counts.rows.iter().filter_map(|row| match row.keys.first() {
        Some(Key::Place { code, .. }) => Some((code.as_str(), row.count)),
        _ => None,
    });
    let counts: HashMap<&str, u64> = rows.collect();
    let focus = asked.query.filter.places.first().or(asked.coverage.below_nation(asked.library));
    let lies_in = lies_in(asked.library);
    let shown = layer.places.iter().filter(|place| focus.is_none_or(|focus| lies_in(layer, place, focus)));
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

/// Streets are drawn as bands this part of the picture's width.
const STREET_WIDTH: f64 = 1.0 / 320.0;

/// The segments that are counted, as narrow bands.
fn segments<'a>(streets: &StreetIndex, answer: &Answer) -> Vec<Shaded<'a>> {
    let places = &streets.layer().places;
    let rows = answer.counts.rows.iter().filter_map(|row| match row.keys.first() {
        Some(Key::Place { code, .. }) => Some((streets.segment(code)?, row.count)),
        _ => None,
    });
    let lines: Vec<(&LineString<f64>, u64)> = rows
        .filter_map(|(index, count)| match &places.get(index as usize)?.shape {
            Shape::Line(line) => Some((line, count)),
            _ => None,
        })
        .collect();
    let boxes = lines.iter().filter_map(|(line, _)| line.bounding_rect());
    let width = boxes.reduce(join).map_or(0.0, |all| all.width() * STREET_WIDTH);
    lines.into_iter().map(|(line, count)| (Cow::Owned(band(line, width)), Some(count as f64))).collect()
}

/// A line as wide as `width` degrees: a quadrangle for each of its parts.
fn band(line: &LineString<f64>, width: f64) -> MultiPolygon<f64> {
    let part = |line: geo_types::Line<f64>| {
        let (dx, dy) = (line.dx(), line.dy());
        let scale = width / 2.0 / dx.hypot(dy).max(f64::MIN_POSITIVE);
        let (x, y) = (-dy * scale, dx * scale);
        let aside = |end: Coord<f64>, sign: f64| Coord { x: end.x + x * sign, y: end.y + y * sign };
        let corners =
            vec![aside(line.start, 1.0), aside(line.end, 1.0), aside(line.end, -1.0), aside(line.start, -1.0)];
        Polygon::new(LineString::new(corners), Vec::new())
    };
    MultiPolygon(line.lines().map(part).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::Area as _;

    #[test]
    fn a_line_becomes_a_band_of_its_width() {
        let line = LineString::from(vec![(0.0, 0.0), (3.0, 0.0), (3.0, 4.0)]);
        let band = band(&line, 0.5);
        assert_eq!(band.0.len(), 2);
        assert!((band.unsigned_area() - 3.5).abs() < 1e-9);
    }
}
