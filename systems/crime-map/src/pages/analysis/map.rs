//! The map of an analysis: places or cells in classes, hatched where there is no figure.

use crate::analysis::{Report, Spot};
use crate::pages::ask::Kept;
use crate::pages::place_children::href_of;
use geo_types::{MultiPolygon, Polygon};
use std::borrow::Cow;
use std::sync::Arc;
use tequio_atlas::Cell;
use tequio_frame::chart::Legend;
use tequio_frame::chart::classed::{Area, Paint, classed, drawing};
use tequio_frame::{Figure, Visit};
use tequio_kernel::{Key, Layer, PlaceRef, Shape};

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
    pub(super) fn of(visit: &Visit, report: &Report, kept: &Kept) -> Option<Self> {
        let shapes = shapes(report);
        if shapes.is_empty() {
            return None;
        }
        let hint = |spot: &Spot| match &spot.key {
            Key::Place { name, .. } => format!("{name}: {}", label_of(visit, spot.class)),
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
        let svg = classed(&areas);
        let svg = if svg.len() <= INLINE_BYTES_MAX { svg } else { String::new() };
        Some(Self { svg, label: visit.t("analysis-map-label") })
    }
}

/// The legend: one line a class.
pub(super) fn legend(visit: &Visit, report: &Report) -> Legend {
    let item = |class: &&'static str| (paint_of(class).class(), label_of(visit, class));
    Legend {
        title: visit.t("analysis-legend"),
        items: present(report).iter().map(item).collect(),
        method: method(visit, report),
        none: String::new(),
    }
}

/// The classes of a legend: all that say something, and of those without a figure the ones that occur.
fn present(report: &Report) -> Vec<&'static str> {
    let occurs = |class: &str| report.spots.iter().any(|spot| spot.class == class);
    report.classes.iter().copied().filter(|class| paint_of(class) != Paint::Hatched || occurs(class)).collect()
}

/// How sure the classes are.
fn method(visit: &Visit, report: &Report) -> String {
    let rate = report.parameters.iter().find(|(name, _)| *name == "fdr").and_then(|(_, value)| value.as_f64());
    rate.map(|rate| visit.say("analysis-legend-fdr", &[("fdr", (rate * 100.0).into())])).unwrap_or_default()
}

/// The same map as a picture that stands alone.
pub(super) fn figure(visit: &Visit, report: &Arc<Report>, title: &str, text: &str) -> Figure {
    let labels: Vec<(Paint, String)> =
        present(report).into_iter().map(|class| (paint_of(class), label_of(visit, class))).collect();
    let (note, report) = (method(visit, report), report.clone());
    let draw = move || {
        let shapes = shapes(&report);
        let areas: Vec<Area<'_>> = shapes
            .iter()
            .map(|(spot, shape)| Area { href: String::new(), hint: String::new(), paint: paint_of(spot.class), shape })
            .collect();
        Ok(drawing(&areas, &labels))
    };
    Figure::new("map", title, text, draw).with_notes([note])
}

fn shapes(report: &Report) -> Vec<(&Spot, Cow<'_, MultiPolygon<f64>>)> {
    let layer = report.layer.as_deref();
    let shape = |spot: &Spot| match &spot.key {
        Key::Cell { z, x, y } => {
            let bounds = Cell { z: *z, x: *x, y: *y }.bounds();
            Some(Cow::Owned(MultiPolygon(vec![Polygon::from(bounds)])))
        }
        _ => of_place(layer?, spot).map(Cow::Borrowed),
    };
    report.spots.iter().filter_map(|spot| Some((spot, shape(spot)?))).collect()
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
pub(super) fn label_of(visit: &Visit, class: &str) -> String {
    visit.t_or(&format!("analysis-class-{class}"), class)
}

/// How a class is painted.
pub(super) fn paint_of(class: &str) -> Paint {
    match class {
        "hot" | "high-high" | "more" | "cluster" | "top" => Paint::High,
        "high-low" | "cluster-uncertain" => Paint::HighPale,
        "cold" | "low-low" | "fewer" => Paint::Low,
        "low-high" => Paint::LowPale,
        "no-data" | "not-tested" => Paint::Hatched,
        _ => Paint::Plain,
    }
}
