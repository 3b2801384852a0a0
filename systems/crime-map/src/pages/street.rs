//! The page of a street: its segments, its years, its offences, and nothing below the public threshold.
//!
//! A street is never a filter for the public. The segments of the municipality are asked for, as anybody may
//! ask for them, and those of the street are picked; only listed segments are summed.

use crate::library::{Library, OpenEdition};
use crate::pages::ask::{EDITION_NAMES, Kept, Pairs, blocking, note_in_words, query, source_of};
use crate::pages::coverage::Coverage;
use crate::pages::levels::ShownLevel;
use crate::pages::map::{MapAsked, MapView, bounds_of, join};
use crate::pages::place_children::{href_of, name_of};
use crate::pages::place_subject::holders;
use crate::pages::span::Span;
use crate::pages::street_counts::{Asked, Figures};
use crate::pages::street_network::{Course, Crossing};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use std::sync::Arc;
use tequio_access::{Note, STREET_MINIMUM};
use tequio_atlas::StreetIndex;
use tequio_frame::address::{encode, percent};
use tequio_frame::chart::bar::bar;
use tequio_frame::{Page, Problem, ProblemCode, Visit, format};
use tequio_kernel::{Layer, LayerKind, Level, Place, PlaceRef, Query};

/// Layer in the address of a segment, which leads to its street.
const SEGMENT: &str = "segment";

#[derive(Template)]
#[template(path = "street.html")]
struct StreetPage<'a> {
    v: &'a Visit,
    name: String,
    code: String,
    crumbs: Vec<Link>,
    /// Layer of streets with its edition.
    layer: String,
    length: String,
    span: String,
    total: String,
    segments: Vec<Row>,
    /// How many segments are not shown, in words; empty when all are.
    withheld: String,
    years: Vec<Row>,
    offences: Vec<Row>,
    crossings: Vec<Link>,
    map: Option<MapView>,
    explore: String,
    notes: Vec<String>,
    address: String,
}

struct Link {
    name: String,
    href: String,
}

/// A row of a table: what it is, its count or words for its absence, and a bar.
struct Row {
    name: String,
    count: String,
    bar: String,
}

/// What a page of a street is about.
pub(crate) struct Subject {
    pub index: Arc<StreetIndex>,
    /// Indexes in the layer, ascending.
    pub segments: Vec<u32>,
    /// Empty for a segment without a name.
    pub name: String,
    pub code: String,
}

impl Subject {
    /// The first of its segments; a street has at least one.
    fn first(&self) -> Result<&Place, Problem> {
        let first = self.segments.first().and_then(|segment| self.layer().places.get(*segment as usize));
        first.ok_or_else(|| Problem::new(ProblemCode::NotFound))
    }

    pub(crate) fn layer(&self) -> &Arc<Layer> {
        self.index.layer()
    }
}

/// Where an address leads.
enum Found {
    Street(Box<Subject>),
    /// A segment of a named street.
    Elsewhere(String),
}

/// `GET /street/{street}`.
pub(crate) async fn page(
    State(library): State<Arc<Library>>,
    visit: Visit,
    Path(street): Path<String>,
    pairs: Pairs,
) -> Result<Response, Problem> {
    blocking(library, move |library| {
        let query = asked_for(&pairs)?;
        match find(library, &street)? {
            Found::Elsewhere(code) => Ok(Redirect::temporary(&Kept::of(&query).on(&address_of(&code))).into_response()),
            Found::Street(subject) => render(library, &visit, &subject, &query).map(Page::into_response),
        }
    })
    .await
}

/// Address of the page of a street; `code` begins with its layer.
pub(crate) fn address_of(code: &str) -> String {
    format!("/street/{}", percent(code))
}

/// A period would be a way to take one answer from another: the page is about the whole series.
fn asked_for(pairs: &Pairs) -> Result<Query, Problem> {
    let query = query(pairs)?;
    match query.pairs().iter().find(|(name, _)| !EDITION_NAMES.contains(name)) {
        None => Ok(query),
        Some((name, _)) => {
            let detail = format!("`{name}` is not understood here: the page of a street takes dataset and edition");
            Err(Problem::with(ProblemCode::BadQuery, detail))
        }
    }
}

fn find(library: &Library, street: &str) -> Result<Found, Problem> {
    let nowhere = || Problem::with(ProblemCode::NotFound, format!("there is no street `{street}`"));
    let reference: PlaceRef = street.parse().map_err(|_| nowhere())?;
    let territory = library.territory()?;
    let index = territory.streets().map_err(|error| Problem::with(ProblemCode::NotFound, error))?;
    let layer = index.layer().id.name.clone();
    if reference.layer == SEGMENT {
        let segment = index.segment(&reference.code).ok_or_else(nowhere)?;
        if let Some(street) = index.street_of(segment) {
            return Ok(Found::Elsewhere(format!("{layer}:{}", street.code)));
        }
        let code = reference.to_string();
        return Ok(Found::Street(Box::new(Subject { index, segments: vec![segment], name: String::new(), code })));
    }
    let found = index.street(&reference.code).filter(|_| reference.layer == layer).ok_or_else(nowhere)?;
    let (segments, name) = (found.segments.clone(), found.name.clone());
    Ok(Found::Street(Box::new(Subject { index, segments, name, code: reference.to_string() })))
}

fn render(library: &Library, visit: &Visit, subject: &Subject, query: &Query) -> Result<Page, Problem> {
    let edition = library.open(query.dataset.as_deref(), query.edition.as_deref())?;
    let (kept, span) = (Kept::of(query), Span::of(&edition.manifest));
    let holder = holder(library, subject)?;
    let asked = Asked { library, query: question(&edition, holder.as_ref()), subject, span: &span };
    let figures = asked.figures()?;
    let course = Course::of(subject);
    let segments = course.in_order(subject, &figures.segments);
    let link = |crossing: &Crossing| Link {
        name: crossing.name.clone(),
        href: kept.on(&address_of(&format!("{}:{}", subject.layer().id.name, crossing.code))),
    };
    let name = if subject.name.is_empty() { visit.t("street-nameless") } else { subject.name.clone() };
    let largest = figures.segments.values().copied().max().unwrap_or(0);
    let between = |segment: u32| course.between(visit, segment).unwrap_or_else(|| segment_code(subject, segment));
    let row = |(segment, count): &(u32, u64)| Row {
        name: between(*segment),
        count: format::integer(*count),
        bar: bar(*count as f64, largest as f64),
    };
    let page = StreetPage {
        v: visit,
        code: subject.code.clone(),
        crumbs: crumbs(library, subject, &kept)?,
        layer: subject.layer().id.to_string(),
        length: format::decimal(course.length_m / 1_000.0, 1),
        span: span.in_words(visit),
        total: format::integer(figures.total),
        segments: segments.iter().map(row).collect(),
        withheld: withheld(visit, subject.segments.len() - segments.len()),
        years: year_rows(visit, &span, &figures),
        offences: offence_rows(&figures),
        crossings: course.crossings.iter().map(link).collect(),
        map: map(library, visit, subject, &asked.query, &edition, &kept, &name),
        explore: explore(&asked.query),
        notes: notes(visit, &figures.notes),
        address: visit.uri.to_string(),
        name,
    };
    let description = visit.say("street-description", &[("street", page.name.clone().into())]);
    let tables = figures.tables(
        visit,
        &segments
            .iter()
            .map(|(segment, count)| (segment_code(subject, *segment), between(*segment), *count))
            .collect::<Vec<_>>(),
    );
    Ok(Page::render(page.name.clone(), description, &page)?.with_source(source_of(&edition)).with_tables(tables))
}

fn segment_code(subject: &Subject, segment: u32) -> String {
    subject.layer().places.get(segment as usize).map(|place| place.code.clone()).unwrap_or_default()
}

/// The place that the street lies in, where it is no smaller than a municipality: a smaller one would cut streets.
fn holder(library: &Library, subject: &Subject) -> Result<Option<PlaceRef>, Problem> {
    let holder = holders(library, subject.layer(), subject.first()?).into_iter().next();
    let large = holder.filter(|(layer, _)| layer.level < Level::Local && layer.kind == LayerKind::Areas);
    Ok(large.and_then(|(layer, index)| Some(PlaceRef::new(&layer.id.name, &layer.places.get(index)?.code))))
}

fn question(edition: &OpenEdition, holder: Option<&PlaceRef>) -> Query {
    let mut query = Query {
        dataset: Some(edition.manifest.dataset.0.clone()),
        edition: Some(edition.manifest.edition.clone()),
        ..Query::default()
    };
    query.filter.places = holder.cloned().into_iter().collect();
    query
}

fn crumbs(library: &Library, subject: &Subject, kept: &Kept) -> Result<Vec<Link>, Problem> {
    let link = |(layer, index): (Arc<Layer>, usize)| {
        let place = layer.places.get(index)?;
        let href = kept.on(&href_of(&PlaceRef::new(&layer.id.name, &place.code)));
        Some(Link { name: name_of(place), href })
    };
    let mut crumbs: Vec<Link> =
        holders(library, subject.layer(), subject.first()?).into_iter().filter_map(link).collect();
    crumbs.reverse();
    Ok(crumbs)
}

fn withheld(visit: &Visit, segments: usize) -> String {
    let args = [("n", segments.into()), ("threshold", STREET_MINIMUM.into())];
    if segments == 0 { String::new() } else { visit.say("street-withheld", &args) }
}

/// Every year of the series; one that is not shown says so, whatever the reason.
fn year_rows(visit: &Visit, span: &Span, figures: &Figures) -> Vec<Row> {
    let largest = figures.years.iter().filter_map(|part| part.count).max().unwrap_or(0);
    let rows = figures.years.iter().map(|part| {
        let whole = span.has_whole_year(part.key);
        let note = if whole { String::new() } else { format!(" {}", visit.t("street-year-part")) };
        Row {
            name: format!("{}{note}", part.key),
            count: part.count.map_or_else(|| visit.t("street-not-shown"), format::integer),
            bar: bar(part.count.unwrap_or(0) as f64, largest as f64),
        }
    });
    if figures.years.iter().any(|part| part.count.is_some()) { rows.collect() } else { Vec::new() }
}

fn offence_rows(figures: &Figures) -> Vec<Row> {
    let shown = figures.offences.iter().filter_map(|part| Some((&part.key, part.count?)));
    let largest = shown.clone().map(|(_, count)| count).max().unwrap_or(0);
    let row = |((_, name), count): (&(String, String), u64)| Row {
        name: name.clone(),
        count: format::integer(count),
        bar: bar(count as f64, largest as f64),
    };
    shown.map(row).collect()
}

fn explore(query: &Query) -> String {
    let mut pairs = query.pairs();
    pairs.push(("level", ShownLevel::Streets.value()));
    format!("/explore?{}", encode(&pairs))
}

/// The note about quiet streets is said by the page itself.
fn notes(visit: &Visit, notes: &[Note]) -> Vec<String> {
    notes.iter().filter(|note| **note != Note::QuietStreets).map(|note| note_in_words(visit, note)).collect()
}

fn map(
    library: &Library,
    visit: &Visit,
    subject: &Subject,
    query: &Query,
    edition: &OpenEdition,
    kept: &Kept,
    name: &str,
) -> Option<MapView> {
    let places = subject.segments.iter().filter_map(|segment| subject.layer().places.get(*segment as usize));
    let asked = MapAsked {
        query,
        dataset: &edition.manifest.dataset.0,
        edition: &edition.manifest.edition,
        level: ShownLevel::Segments,
        bounds: places.filter_map(bounds_of).reduce(join)?,
        coarse: false,
        label: visit.say("map-label-place", &[("place", name.to_owned().into())]),
        narrows: false,
        segments: subject.segments.iter().map(|segment| segment_code(subject, *segment)).collect(),
        painted: None,
        coverage: &Coverage::of(library, &edition.manifest),
        kept,
    };
    Some(MapView::of(visit, library, asked))
}
