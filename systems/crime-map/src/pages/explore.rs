//! The explorer: a form, a count, a table, and a map of the same answer. The address holds it all.

use crate::library::{Library, OpenEdition};
use crate::pages::ask::{Kept, Pairs, blocking, note_in_words, source_of};
use crate::pages::coverage::Coverage;
use crate::pages::explore_table::{Table, table};
use crate::pages::levels::{ShownLevel, area_layers, has_streets, layer_name};
use crate::pages::map::{MapAsked, MapView, bounds_of, bounds_of_data, encode, is_coarse, join};
use crate::pages::span::{Span, period_in_words};
use askama::Template;
use axum::extract::State;
use geo_types::Rect;
use std::sync::Arc;
use tequio_access::Note;
use tequio_frame::{Page, Problem, Visit};
use tequio_kernel::{LayerKind, Level, PlaceRef, Query};

/// Places among which the first that is no street is taken for a name written in the form.
const SEARCHED: usize = 50;

#[derive(Template)]
#[template(path = "explore.html")]
struct Explore<'a> {
    v: &'a Visit,
    form: Form,
    headline: String,
    sentence: String,
    table: Table,
    map: Option<MapView>,
    csv: String,
    json: String,
    notes: Vec<String>,
    missing: String,
}

/// What the form shows.
struct Form {
    datasets: Vec<Choice>,
    offences: Vec<Choice>,
    levels: Vec<Choice>,
    periods: Vec<Choice>,
    period: String,
    place: String,
    place_name: String,
    /// Filters that the form has no field for; they stay in the question.
    hidden: Vec<(String, String)>,
}

/// An entry of a list.
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// `GET /explore`.
pub(crate) async fn page(State(library): State<Arc<Library>>, visit: Visit, pairs: Pairs) -> Result<Page, Problem> {
    blocking(library, move |library| render(library, &visit, pairs)).await
}

fn render(library: &Library, visit: &Visit, mut pairs: Pairs) -> Result<Page, Problem> {
    let level = ShownLevel::parse(pairs.take("level").as_deref())?;
    resolve_place(library, &mut pairs);
    let query = pairs.query()?;
    let edition = library.open(query.dataset.as_deref(), query.edition.as_deref())?;
    let (kept, coverage) = (Kept::of(&query), Coverage::of(library, &edition.manifest));
    let query = Query { by: Vec::new(), dataset: Some(edition.manifest.dataset.0.clone()), ..query };
    let span = Span::of(&edition.manifest);
    let table = table(library, visit, &query, &level, &coverage, &kept)?;
    let download = |format: &str| {
        let mut pairs = Query { by: table.by.clone(), ..query.clone() }.pairs();
        pairs.push(("format", format.to_owned()));
        format!("/api/v1/counts?{}", encode(&pairs))
    };
    let page = Explore {
        v: visit,
        form: form(library, visit, &edition, &query, &level, &span)?,
        headline: table.total.clone(),
        sentence: sentence(library, visit, &edition, &query, &span, &table),
        map: map(library, visit, &edition, &query, level, &coverage, &kept)?,
        csv: download("csv"),
        json: download("json"),
        notes: table.notes.iter().map(|note| note_in_words(visit, note)).collect(),
        missing: span.missing_in_words(visit),
        table,
    };
    Ok(Page::render(visit.t("explore-title"), visit.t("explore-description"), &page)?.with_source(source_of(&edition)))
}

/// People write names, addresses hold codes: a text that names no place is searched for.
fn resolve_place(library: &Library, pairs: &mut Pairs) {
    for (_, value) in pairs.0.iter_mut().filter(|(name, value)| name == "place" && !value.trim().is_empty()) {
        let known = value.trim().parse::<PlaceRef>().is_ok_and(|place| library.place(&place).is_some());
        if known {
            continue;
        }
        if let Some(found) = library.search(value, None, SEARCHED).into_iter().find(|found| found.at.is_none()) {
            *value = found.place.to_string();
        }
    }
}

fn form(
    library: &Library,
    visit: &Visit,
    edition: &OpenEdition,
    query: &Query,
    level: &ShownLevel,
    span: &Span,
) -> Result<Form, Problem> {
    let choice = |value: String, label: String, chosen: bool| Choice { value, label, chosen };
    let datasets = library.datasets()?.into_iter().map(|dataset| {
        let title = dataset.editions.first().map_or_else(|| dataset.id.clone(), |newest| newest.title.clone());
        let chosen = dataset.id == edition.manifest.dataset.0;
        choice(dataset.id, title, chosen)
    });
    let mut offences: Vec<Choice> = edition
        .atlas
        .offences()
        .iter()
        .map(|offence| {
            choice(offence.code.clone(), offence.name.clone(), query.filter.offences.contains(&offence.code))
        })
        .collect();
    // An offence with incidents of two classes stands twice in the atlas and once in the list.
    offences.sort_by(|a, b| (&a.label, &a.value).cmp(&(&b.label, &b.value)));
    offences.dedup_by(|a, b| a.value == b.value);
    let place = query.filter.places.first();
    Ok(Form {
        datasets: datasets.collect(),
        offences,
        levels: level_choices(library, visit, level),
        periods: period_choices(visit, span),
        period: query.filter.period.map(|period| period.to_string()).unwrap_or_default(),
        place: place.map(ToString::to_string).unwrap_or_default(),
        place_name: place.map(|place| place_name(library, place)).unwrap_or_default(),
        hidden: hidden(query),
    })
}

fn hidden(query: &Query) -> Vec<(String, String)> {
    let shown = ["dataset", "by", "period"];
    let mut first = std::collections::BTreeSet::new();
    // The form has one field each for offence and place; further values stay as they are.
    let kept = query.pairs().into_iter().filter(|(name, _)| {
        let in_form = shown.contains(name) || (["offence", "place"].contains(name) && first.insert(*name));
        !in_form
    });
    kept.map(|(name, value)| (name.to_owned(), value)).collect()
}

fn level_choices(library: &Library, visit: &Visit, level: &ShownLevel) -> Vec<Choice> {
    let areas = area_layers(library)
        .into_iter()
        .map(|layer| (ShownLevel::Places(layer.id.name.clone()), layer_name(visit, &layer.id.name)));
    let mut all = vec![(ShownLevel::Auto, visit.t("level-auto"))];
    all.extend(areas);
    all.push((ShownLevel::Cells, visit.t("level-cells")));
    if has_streets(library) {
        all.push((ShownLevel::Streets, visit.t("level-streets")));
    }
    all.into_iter().map(|(known, label)| Choice { value: known.value(), label, chosen: known == *level }).collect()
}

fn period_choices(visit: &Visit, span: &Span) -> Vec<Choice> {
    let latest = span.latest_year().map(|period| (period.to_string(), visit.t("period-latest")));
    let mut years: Vec<i16> = span.months.iter().map(|month| month.year).collect();
    years.dedup();
    let years = years.into_iter().rev().map(|year| (year.to_string(), year.to_string()));
    latest.into_iter().chain(years).map(|(value, label)| Choice { value, label, chosen: false }).collect()
}

fn place_name(library: &Library, place: &PlaceRef) -> String {
    let found =
        library.place(place).and_then(|(layer, index)| layer.places.get(index).map(super::place_children::name_of));
    found.unwrap_or_else(|| place.to_string())
}

/// What was counted, in one sentence.
fn sentence(
    library: &Library,
    visit: &Visit,
    edition: &OpenEdition,
    query: &Query,
    span: &Span,
    table: &Table,
) -> String {
    let period = query.filter.period.map_or_else(|| span.in_words(visit), |period| period_in_words(visit, period));
    let named = |code: &String| {
        edition
            .atlas
            .offences()
            .iter()
            .find(|offence| offence.code == *code)
            .map_or_else(|| code.clone(), |offence| offence.name.clone())
    };
    let offences: Vec<String> = query.filter.offences.iter().map(named).collect();
    let places: Vec<String> = query.filter.places.iter().map(|place| place_name(library, place)).collect();
    let or = |texts: Vec<String>, none: &str| if texts.is_empty() { visit.t(none) } else { texts.join(", ") };
    let left_out = table.notes.contains(&Note::SensitiveLeftOut);
    let all = if left_out { "all-ordinary-offences" } else { "all-offences" };
    let args = [
        ("offences", or(offences, all).into()),
        ("places", or(places, "all-places").into()),
        ("period", period.into()),
    ];
    visit.say("explore-sentence", &args)
}

fn map(
    library: &Library,
    visit: &Visit,
    edition: &OpenEdition,
    query: &Query,
    level: ShownLevel,
    coverage: &Coverage,
    kept: &Kept,
) -> Result<Option<MapView>, Problem> {
    let streets =
        if level == ShownLevel::Streets && query.filter.places.is_empty() { bounds_of_streets(library) } else { None };
    let Some(bounds) = streets.map_or_else(|| bounds(library, query, coverage), |streets| Ok(Some(streets)))? else {
        return Ok(None);
    };
    let manifest = &edition.manifest;
    let asked = MapAsked {
        query,
        dataset: &manifest.dataset.0,
        edition: &manifest.edition,
        level,
        bounds,
        coarse: is_coarse(edition, query),
        label: visit.t("map-label-explore"),
        coverage,
        kept,
    };
    Ok(Some(MapView::of(visit, library, asked)))
}

/// The box round all streets: on a map of the country they would not show.
fn bounds_of_streets(library: &Library) -> Option<Rect<f64>> {
    let layers = library.layers();
    let streets = layers.iter().filter(|layer| layer.kind == LayerKind::Streets);
    streets.flat_map(|layer| &layer.places).filter_map(bounds_of).reduce(join)
}

/// The places asked for; else the territory of the data below the country; else the country when the data lie in it; else where the data lie.
fn bounds(library: &Library, query: &Query, coverage: &Coverage) -> Result<Option<Rect<f64>>, Problem> {
    let of = |place: &PlaceRef| {
        let (layer, index) = library.place(place)?;
        layer.places.get(index).and_then(bounds_of)
    };
    let territory = || coverage.below_nation(library).and_then(of);
    match query.filter.places.iter().filter_map(of).reduce(join).or_else(territory) {
        Some(bounds) => Ok(Some(bounds)),
        None => {
            let data = bounds_of_data(library, query)?;
            let states = area_layers(library).into_iter().find(|layer| layer.level <= Level::State);
            let country = states.and_then(|layer| layer.places.iter().filter_map(bounds_of).reduce(join));
            // Strays do not widen the map of data about the country.
            let about_country = coverage.territory.is_some();
            let inside = data.zip(country).is_some_and(|(data, country)| join(data, country) == country);
            let whole = (about_country || inside) && wide(data, country);
            Ok(if whole { country } else { data.or(country) })
        }
    }
}

/// True when the data reach across a good part of the country, which is then shown whole.
fn wide(data: Option<Rect<f64>>, country: Option<Rect<f64>>) -> bool {
    data.zip(country).is_some_and(|(data, country)| data.width() * 2.0 > country.width())
}
