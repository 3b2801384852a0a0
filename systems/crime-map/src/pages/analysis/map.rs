//! The map of an analysis: places or cells in classes, hatched where there is no figure.

use crate::analysis::{Report, Spot};
use crate::library::Library;
use crate::pages::ask::Kept;
use crate::pages::coverage::lies_in;
use crate::pages::levels::{area_layers, layers_within};
use crate::pages::map::join;
use crate::pages::place_children::href_of;
use geo_types::{MultiPolygon, Polygon};
use serde_json::Value;
use std::borrow::Cow;
use std::sync::Arc;
use tequio_atlas::Cell;
use tequio_frame::chart::Legend;
use tequio_frame::chart::classed::{Area, Paint, classed, drawing};
use tequio_frame::{Figure, Visit, format};
use tequio_kernel::{Key, Layer, Place, PlaceRef, Shape};

/// Classes of what was tested and is not told from chance.
const NOTHING_FOUND: [&str; 3] = ["not-significant", "no-cluster", "not_distinguishable_from_chance"];
/// Class of what chance gives: painted as what has no excess, and told in the table alone.
pub(super) const BY_CHANCE: &str = "cluster-uncertain";
/// Largest drawing that stands in the page; a larger one is a picture that is loaded when it is scrolled to.
const INLINE_BYTES_MAX: usize = 100_000;

/// A map ready for its template.
pub(super) struct MapView {
    /// The drawing; empty when it is too large for the page.
    pub svg: String,
    /// Words in place of the picture.
    pub label: String,
}

impl MapView {
    /// None when the rows are no places.
    pub(super) fn of(library: &Library, visit: &Visit, report: &Report, kept: &Kept) -> Option<Self> {
        let shapes = shapes(report);
        if shapes.is_empty() {
            return None;
        }
        let hint = |spot: &Spot| match &spot.key {
            Key::Place { code, name } => {
                format!("{}: {}", report.states.beside(code, name), label_of(visit, spot.class))
            }
            _ => label_of(visit, spot.class),
        };
        let areas: Vec<Area<'_>> = shapes
            .iter()
            .map(|(spot, shape)| Area {
                href: href(report, spot, kept),
                hint: hint(spot),
                paint: paint_of(spot.class),
                shape,
            })
            .collect();
        let borders = borders(library, report);
        let svg = classed(&areas, &borders.iter().collect::<Vec<_>>(), &report.marks);
        let svg = if svg.len() <= INLINE_BYTES_MAX { svg } else { String::new() };
        Some(Self { svg, label: visit.t("analysis-map-label") })
    }
}

/// The legend: one line a class.
pub(in crate::pages) fn legend(visit: &Visit, report: &Report) -> Legend {
    Legend {
        title: visit.t("analysis-legend"),
        items: items(visit, report).into_iter().map(|(paint, label)| (paint.class(), label)).collect(),
        method: method(visit, report),
        none: String::new(),
    }
}

/// The lines of a legend: all classes that say something, of those without a figure the ones that occur, and what has
/// no fill where the others were tested.
fn items(visit: &Visit, report: &Report) -> Vec<(Paint, String)> {
    let occurs = |class: &str| report.spots.iter().any(|spot| spot.class == class);
    let is_shown = |paint: Paint, class: &str| match paint {
        Paint::Hatched => occurs(class),
        Paint::Blank => false,
        _ => true,
    };
    let label = |class| limits_of(visit, report, class).unwrap_or_else(|| label_of(visit, class));
    let classes = report.classes.iter().map(|class| (paint_of(class), *class));
    let classes = classes.filter(|(paint, class)| *class != BY_CHANCE && is_shown(*paint, class));
    let classes = classes.map(|(paint, class)| (paint, label(class)));
    let is_tested = report.classes.iter().any(|class| NOTHING_FOUND.contains(class));
    classes.chain(is_tested.then(|| (Paint::Blank, visit.t("analysis-legend-untested")))).collect()
}

/// How sure the classes are.
fn method(visit: &Visit, report: &Report) -> String {
    let rate = report.chosen("fdr").and_then(Value::as_f64);
    rate.map(|rate| visit.say("analysis-legend-fdr", &[("fdr", (rate * 100.0).into())])).unwrap_or_default()
}

/// The same map as a picture that stands alone.
pub(in crate::pages) fn figure(
    library: &Library,
    visit: &Visit,
    report: &Arc<Report>,
    title: &str,
    text: &str,
) -> Figure {
    let labels = items(visit, report);
    let (note, report, borders) = (method(visit, report), report.clone(), borders(library, report));
    let draw = move || {
        let shapes = shapes(&report);
        let areas: Vec<Area<'_>> = shapes
            .iter()
            .map(|(spot, shape)| Area { href: String::new(), hint: String::new(), paint: paint_of(spot.class), shape })
            .collect();
        let borders: Vec<&MultiPolygon<f64>> = borders.iter().collect();
        Ok(drawing(&areas, &borders, &report.marks, &labels))
    };
    Figure::new("map", title, text, draw).with_notes([note])
}

/// Borders that tell where cells lie: those of the place asked for and the places in it, else of the states. A box in the
/// middle of the country would be a speck among them.
fn borders(library: &Library, report: &Report) -> Vec<MultiPolygon<f64>> {
    let filter = &report.query.filter;
    if report.layer.is_some() || filter.has_shape() {
        return Vec::new();
    }
    let within = filter.places.first();
    let layers = within.map_or_else(|| area_layers(library), |place| layers_within(library, &place.layer));
    let Some(layer) = layers.first() else { return Vec::new() };
    let lies_in = lies_in(library);
    let shown = layer.places.iter().filter(|place| within.is_none_or(|holder| lies_in(layer, place, holder)));
    let shape = |place: &Place| match &place.shape {
        Shape::Area(area) => Some(area.clone()),
        _ => None,
    };
    shown.filter_map(shape).collect()
}

fn shapes(report: &Report) -> Vec<(&Spot, Cow<'_, MultiPolygon<f64>>)> {
    match report.layer.as_deref() {
        Some(layer) => {
            let shape = |spot| Some((spot, Cow::Borrowed(of_place(layer, spot)?)));
            report.spots.iter().filter_map(shape).collect()
        }
        None => runs(&report.spots),
    }
}

/// Up to so many cells are drawn each by itself.
const SQUARES_MAX: usize = 3_000;

/// Of many cells, neighbours of one class in a row are drawn as one: a fraction of the size, and squares so small have no
/// edges to be seen.
fn runs(spots: &[Spot]) -> Vec<(&Spot, Cow<'_, MultiPolygon<f64>>)> {
    let mut cells: Vec<(&Spot, Cell)> = spots.iter().filter_map(|spot| Some((spot, cell_of(spot)?))).collect();
    cells.sort_by_key(|(_, cell)| (cell.z, cell.y, cell.x));
    let next =
        |a: &(&Spot, Cell), b: &(&Spot, Cell)| (a.0.class, a.1.z, a.1.y, a.1.x + 1) == (b.0.class, b.1.z, b.1.y, b.1.x);
    let are_many = cells.len() > SQUARES_MAX;
    let mut shapes = Vec::new();
    for run in cells.chunk_by(|a, b| are_many && next(a, b)) {
        let bounds = run.iter().map(|(_, cell)| cell.bounds()).reduce(join);
        let shape = bounds.map(|bounds| Cow::Owned(MultiPolygon(vec![Polygon::from(bounds)])));
        shapes.extend(run.first().map(|(spot, _)| *spot).zip(shape));
    }
    shapes
}

fn cell_of(spot: &Spot) -> Option<Cell> {
    match &spot.key {
        Key::Cell { z, x, y } => Some(Cell { z: *z, x: *x, y: *y }),
        _ => None,
    }
}

fn of_place<'a>(layer: &'a Layer, spot: &Spot) -> Option<&'a MultiPolygon<f64>> {
    match &layer.places.get(spot.place?)?.shape {
        Shape::Area(shape) => Some(shape),
        _ => None,
    }
}

fn href(report: &Report, spot: &Spot, kept: &Kept) -> String {
    match (&spot.key, &report.layer) {
        (Key::Place { code, .. }, Some(layer)) => kept.on(&href_of(&PlaceRef::new(&layer.id.name, code))),
        _ => String::new(),
    }
}

/// A class in words.
pub(in crate::pages) fn label_of(visit: &Visit, class: &str) -> String {
    visit.t_or(&format!("analysis-class-{class}"), class)
}

/// A class of density with its limit: from so many a square kilometre.
pub(in crate::pages) fn limits_of(visit: &Visit, report: &Report, class: &str) -> Option<String> {
    let classes = report.more.iter().find(|table| table.id == "classes")?;
    let of = |name: &str| classes.columns().iter().position(|column| column.name == name);
    let (class_at, from_at) = (of("class")?, of("density_from")?);
    let row = classes.rows().iter().find(|row| row[class_at] == class)?;
    let from = format::rate(row[from_at].as_f64()?);
    Some(format!("{}: {}", label_of(visit, class), visit.say("analysis-from-density", &[("from", from.into())])))
}

/// How a class is painted.
pub(in crate::pages) fn paint_of(class: &str) -> Paint {
    match class {
        "hot" | "high-high" | "more" | "cluster" | "top" => Paint::High,
        "high-low" => Paint::HighPale,
        "cold" | "low-low" | "fewer" => Paint::Low,
        "low-high" => Paint::LowPale,
        "no-data" => Paint::Hatched,
        "not-tested" => Paint::Blank,
        "density-5" => Paint::Shade(6),
        "density-4" => Paint::Shade(5),
        "density-3" => Paint::Shade(3),
        "density-2" => Paint::Shade(2),
        "density-1" => Paint::Shade(1),
        _ => Paint::Plain,
    }
}
