//! The home page: the headline figures, the country by state, the way in.

use crate::library::{Library, OpenEdition};
use crate::pages::ask::{blocking, count, source_of};
use crate::pages::legend::Legend;
use crate::pages::levels::layer_name;
use crate::pages::place_children::{Child, href_of};
use crate::pages::silence::Silences;
use crate::pages::span::{Span, period_in_words};
use crate::pages::trend::Trend;
use askama::Template;
use axum::extract::State;
use std::sync::Arc;
use tequio_frame::chart::Classes;
use tequio_frame::chart::choropleth::{Region, choropleth};
use tequio_frame::{Page, Problem, Visit, format};
use tequio_kernel::{CountRow, Dimension, Filter, Key, Layer, Period, PlaceRef, Query, Shape};

/// Classes of the national map.
const CLASSES: usize = 7;
/// Layer that the national map shows.
const STATES: &str = "states";

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    v: &'a Visit,
    incidents: String,
    located: String,
    span: String,
    missing: String,
    dataset: String,
    edition_href: String,
    edition: &'a str,
    imported: &'a str,
    nation: Option<National>,
    trend: Trend,
}

/// The home of an installation that has imported nothing yet.
#[derive(Template)]
#[template(path = "empty.html")]
struct Empty<'a> {
    v: &'a Visit,
}

/// The country by state in the latest whole year.
struct National {
    svg: String,
    legend: Legend,
    rows: Vec<Child>,
    layer_label: String,
    whole_href: String,
    period: String,
    period_value: String,
    population_edition: String,
    outside: String,
    unlocated: String,
    total: String,
}

/// `GET /`.
pub(crate) async fn page(State(library): State<Arc<Library>>, visit: Visit) -> Result<Page, Problem> {
    blocking(library, move |library| render(library, &visit)).await
}

fn render(library: &Library, visit: &Visit) -> Result<Page, Problem> {
    if library.datasets()?.is_empty() {
        return Page::render(visit.t("empty-title"), visit.t("empty-text"), &Empty { v: visit });
    }
    let edition = library.open(None, None)?;
    let manifest = &edition.manifest;
    let span = Span::of(manifest);
    let trend_label = visit.say("home-trend-label", &[("span", span.in_words(visit).into())]);
    let home = Home {
        v: visit,
        incidents: format::integer(manifest.accepted),
        located: format::share(manifest.accepted - manifest.unlocated.min(manifest.accepted), manifest.accepted),
        span: span.in_words(visit),
        missing: span.missing_in_words(visit),
        dataset: manifest.title.clone(),
        edition_href: source_of(&edition).href,
        edition: &manifest.edition,
        imported: manifest.imported_at.split('T').next().unwrap_or_default(),
        nation: national(library, visit, &edition, &span)?,
        trend: Trend::of(visit, &span, &months(&edition), &trend_label),
    };
    let description =
        visit.say("home-description", &[("n", manifest.accepted.into()), ("span", home.span.clone().into())]);
    Ok(Page::render(visit.t("home-title"), description, &home)?.with_source(source_of(&edition)))
}

fn months(edition: &OpenEdition) -> Vec<CountRow> {
    let months = edition.manifest.months.iter();
    months.map(|(month, count)| CountRow { keys: vec![Key::Month(*month)], count: *count }).collect()
}

fn national(library: &Library, visit: &Visit, edition: &OpenEdition, span: &Span) -> Result<Option<National>, Problem> {
    let (Some(period), Some(layer)) = (span.latest_year(), library.layer(STATES)) else { return Ok(None) };
    let query = Query {
        dataset: Some(edition.manifest.dataset.0.clone()),
        edition: Some(edition.manifest.edition.clone()),
        by: vec![Dimension::Place(STATES.to_owned())],
        filter: Filter { period: Some(period), ..Filter::default() },
    };
    let counts = count(library, &query)?.counts;
    let silences = Silences::ask(library, &query, STATES, span, Some(period))?;
    if counts.rows.is_empty() {
        return Ok(None);
    }
    let mut rows: Vec<Child> = layer
        .places
        .iter()
        .map(|place| Child::of(visit, &layer, place, count_of(&counts, &place.code), Some(period), &silences))
        .collect();
    Child::measure(&mut rows);
    let classes = classes_of(&rows);
    let svg = choropleth(&regions(visit, &layer, &rows), &classes);
    Ok(Some(National {
        svg,
        legend: legend(visit, &classes, &rows, period),
        layer_label: layer_name(visit, STATES),
        whole_href: whole_href(library, &layer),
        period: period_in_words(visit, period),
        period_value: period.to_string(),
        population_edition: layer.population_edition.clone().unwrap_or_default(),
        outside: format::integer(counts.outside),
        unlocated: format::integer(counts.unlocated),
        total: format::integer(counts.total),
        rows,
    }))
}

/// Page of the place that holds all states; empty when there is none.
fn whole_href(library: &Library, states: &Layer) -> String {
    let nation = states.within.as_deref().and_then(|within| library.layer(within));
    let place = nation.as_ref().and_then(|layer| Some(PlaceRef::new(&layer.id.name, &layer.places.first()?.code)));
    place.as_ref().map(href_of).unwrap_or_default()
}

fn count_of(counts: &tequio_kernel::Counts, code: &str) -> u64 {
    let found = counts
        .rows
        .iter()
        .find(|row| matches!(row.keys.first(), Some(Key::Place { code: known, .. }) if known == code));
    found.map_or(0, |row| row.count)
}

fn classes_of(rows: &[Child]) -> Classes {
    let values: Vec<f64> = rows.iter().filter_map(|row| row.rate_value).collect();
    Classes::quantiles(&values, CLASSES)
}

fn regions<'a>(visit: &Visit, layer: &'a Layer, rows: &[Child]) -> Vec<Region<'a>> {
    let drawn = layer.places.iter().zip(rows).filter_map(|(place, row)| match &place.shape {
        Shape::Area(shape) => Some(Region {
            href: row.href.clone(),
            hint: format!(
                "{}: {} {}",
                row.name,
                row.rate,
                if row.rate_value.is_some() { visit.t("per-100k") } else { String::new() }
            ),
            value: row.rate_value,
            shape,
        }),
        _ => None,
    });
    drawn.collect()
}

fn legend(visit: &Visit, classes: &Classes, rows: &[Child], period: Period) -> Legend {
    let title = visit.say("home-legend", &[("period", period_in_words(visit, period).into())]);
    let none =
        if rows.iter().any(|row| row.rate_value.is_none()) { visit.t("chart-legend-none") } else { String::new() };
    Legend::of(classes, title, visit.t("legend-method-states"), none)
}
