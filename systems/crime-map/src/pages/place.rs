//! The page of a place, of any layer.

use crate::library::{Answer, Library};
use crate::pages::ask::{Pairs, blocking, count, note_in_words, query, source_of};
use crate::pages::coverage::{Coverage, Covers};
use crate::pages::explore::{MapLayer, State as Explored, map_figure};
use crate::pages::figures;
use crate::pages::hours;
use crate::pages::levels::{ShownLevel, layer_name, layers_within};
use crate::pages::map::{MapAsked, MapView, bounds_of, is_coarse};
use crate::pages::neighbours::{Asked, Comparison, comparison};
use crate::pages::offences::Offences;
use crate::pages::place_changes::Changes;
use crate::pages::place_children::{Child, Rows, href_of, name_of};
use crate::pages::place_data;
use crate::pages::place_subject::{Subject, holders, place_named};
use crate::pages::rate::Rate;
use crate::pages::silence::Silences;
use crate::pages::span::period_in_words;
use crate::pages::trend::Trend;
use askama::Template;
use axum::extract::{Path, State};
use std::sync::Arc;
use tequio_frame::address::encode;
use tequio_frame::chart::heat::HourTable;
use tequio_frame::{DataTable, Figure, Highlight, Page, Problem, ProblemCode, Visit, format};
use tequio_kernel::{Counts, Dimension, Key, Layer, Place, PlaceRef};

/// Places within that are shown before the others are folded away.
const CHILDREN_SHOWN_MAX: usize = 20;

#[derive(Template)]
#[template(path = "place.html")]
struct PlacePage<'a> {
    v: &'a Visit,
    name: &'a str,
    kind: String,
    code: &'a str,
    crumbs: Vec<Crumb>,
    period: String,
    span: String,
    total: String,
    rate: Option<RateView>,
    no_rate: String,
    whole: String,
    changes: Option<Changes>,
    trend: Trend,
    comparison: Option<Comparison>,
    offences: Offences,
    hours: String,
    children: Vec<Children>,
    map: Option<MapView>,
    explore: String,
    csv: String,
    json: String,
    address: String,
    notes: Vec<String>,
    highlights: Vec<Highlight>,
}

/// The page of a place that the dataset is not about: a figure would be mistaken for its figure.
#[derive(Template)]
#[template(path = "uncovered.html")]
struct UncoveredPage<'a> {
    v: &'a Visit,
    name: &'a str,
    kind: String,
    code: &'a str,
    crumbs: Vec<Crumb>,
    text: String,
    strays: String,
    others: Vec<Crumb>,
    territory: Option<Crumb>,
    explore: String,
    highlights: Vec<Highlight>,
}

/// The page of a place of an installation that has no incidents.
#[derive(Template)]
#[template(path = "place_figures.html")]
struct FiguresPage<'a> {
    v: &'a Visit,
    name: &'a str,
    kind: String,
    code: &'a str,
    highlights: Vec<Highlight>,
}

/// A name with the address of its page.
struct Crumb {
    name: String,
    href: String,
}

struct RateView {
    text: String,
    interval: String,
    population: String,
}

/// Places of one layer within the place.
struct Children {
    title: String,
    rows: Vec<Child>,
    /// The rows after the first few.
    folded: Vec<Child>,
    unknown: String,
    rated: bool,
    data: DataTable,
}

/// `GET /place/{place}`.
pub(crate) async fn page(
    State(library): State<Arc<Library>>,
    visit: Visit,
    Path(place): Path<String>,
    pairs: Pairs,
) -> Result<Page, Problem> {
    blocking(library, move |library| render(library, &visit, &place, &pairs)).await
}

fn render(library: &Arc<Library>, visit: &Visit, place: &str, pairs: &Pairs) -> Result<Page, Problem> {
    if library.datasets()?.is_empty() {
        return figures_only(library, visit, place, pairs);
    }
    let subject = Subject::find(library, place, pairs)?;
    let place = subject.place()?;
    let name = name_of(place);
    let covers = subject.covers()?;
    let by_month = count(library, &subject.query(vec![Dimension::Month], None))?;
    let total = by_month.counts.total;
    if covers == Covers::Nothing || (covers == Covers::Unstated && total == 0) {
        return uncovered(library, visit, &subject, total);
    }
    let by_offence = count(library, &subject.query(vec![Dimension::Offence], subject.period))?;
    let hours = hours::table(library, &subject.query(Vec::new(), subject.period))?;
    let period = subject.period.map_or_else(|| subject.span.in_words(visit), |period| period_in_words(visit, period));
    let hours_caption = visit.say("hours-caption", &[("period", period.clone().into())]);
    let trend_label = visit.say("trend-label", &[("place", name.clone().into())]);
    let held = subject.silent_above(library)?;
    let trend = Trend::within(visit, &subject.span, &by_month.counts.rows, &trend_label, &held);
    let changes = Changes::of(library, visit, &subject, &trend, &by_offence.counts, |offence| {
        explore_offence(&subject, offence)
    })?;
    let rate = Rate::of(covers, by_offence.counts.total, place, subject.period, &subject.silent(&trend));
    let (highlights, missing) = visit.highlights(&place.code);
    let page = PlacePage {
        v: visit,
        name: &name,
        kind: layer_kind(visit, &subject.layer),
        code: &place.code,
        crumbs: crumbs(library, &subject)?,
        span: subject.span.in_words(visit),
        total: format::integer(by_offence.counts.total),
        no_rate: rate.as_ref().err().map(|reason| reason.in_words(visit)).unwrap_or_default(),
        rate: rate.ok().map(|rate| rate_view(visit, &subject.layer, &rate)),
        whole: format::integer(by_month.counts.total),
        changes,
        trend,
        comparison: compared(library, visit, &subject)?,
        offences: Offences::of(&by_offence.counts, |offence| explore_offence(&subject, offence)),
        hours: hours::html(visit, &hours, &hours_caption),
        children: children(library, visit, &subject)?,
        map: map(library, visit, &subject, place, &name),
        explore: format!("/explore?{}", encode(&subject.query(Vec::new(), subject.period).pairs())),
        csv: api_link(&subject, "csv"),
        json: api_link(&subject, "json"),
        address: visit.uri.to_string(),
        notes: notes(visit, &subject, covers, &[&by_offence, &by_month]),
        highlights,
        period,
    };
    let description = visit.say(
        "place-description",
        &[
            ("place", name.clone().into()),
            ("n", by_offence.counts.total.into()),
            ("period", page.period.clone().into()),
        ],
    );
    let drawn = figures_of(library, visit, &subject, &page, &by_offence.counts, &hours);
    let tables = place_data::of_place(visit, &page.trend, &by_offence.counts, &hours);
    let children = page.children.iter().map(|group| group.data.clone());
    let changes = page.changes.iter().flat_map(Changes::tables);
    let comparison = page.comparison.iter().map(|comparison| comparison.data.clone());
    Ok(Page::render(name.clone(), description, &page)?
        .lacking(missing)
        .with_source(source_of(&subject.edition))
        .with_figures(drawn)
        .with_tables(tables.into_iter().chain(children).chain(changes).chain(comparison)))
}

fn figures_only(library: &Library, visit: &Visit, place: &str, pairs: &Pairs) -> Result<Page, Problem> {
    query(pairs)?;
    let (layer, index) = place_named(library, place)?;
    let place = layer.places.get(index).ok_or_else(|| Problem::new(ProblemCode::NotFound))?;
    let (name, (highlights, missing)) = (name_of(place), visit.highlights(&place.code));
    let page = FiguresPage { v: visit, name: &name, kind: layer_kind(visit, &layer), code: &place.code, highlights };
    Ok(Page::render(name.clone(), visit.t("place-figures-only"), &page)?.lacking(missing))
}

/// The charts of the page as pictures that stand alone.
fn figures_of(
    library: &Arc<Library>,
    visit: &Visit,
    subject: &Subject,
    page: &PlacePage<'_>,
    by_offence: &Counts,
    hours: &HourTable,
) -> Vec<Figure> {
    let text = format!("{}. {}.", page.name, page.period);
    let query = subject.query(Vec::new(), subject.period);
    let state = Explored { query, level: ShownLevel::Auto, compare: None, layer: MapLayer::Counts };
    let gaps = [page.trend.missing.as_str(), page.trend.silent.as_str()];
    let drawn = [
        map_figure(library, visit, state, by_offence.total, &text),
        figures::months(visit, &page.trend.steps, &[], page.name, gaps),
        figures::offences(visit, by_offence, &text),
        figures::hours(visit, hours, &text),
    ];
    let compared = page.comparison.as_ref().map(|comparison| comparison.figure(visit));
    drawn.into_iter().chain(compared).collect()
}

/// Kind of place in the singular: `Municipio`.
pub(crate) fn layer_kind(visit: &Visit, layer: &Layer) -> String {
    visit.t_or(&format!("kind-{}", layer.id.name), &layer_name(visit, &layer.id.name))
}

/// The places that hold this one, outermost first.
fn crumbs(library: &Library, subject: &Subject) -> Result<Vec<Crumb>, Problem> {
    let crumb = |(layer, index): (Arc<Layer>, usize)| {
        let place = layer.places.get(index)?;
        let reference = PlaceRef::new(&layer.id.name, &place.code);
        Some(Crumb { name: name_of(place), href: subject.kept.on(&href_of(&reference)) })
    };
    let mut crumbs: Vec<Crumb> =
        holders(library, &subject.layer, subject.place()?).into_iter().filter_map(crumb).collect();
    crumbs.reverse();
    Ok(crumbs)
}

fn uncovered(library: &Library, visit: &Visit, subject: &Subject, strays: u64) -> Result<Page, Problem> {
    let place = subject.place()?;
    let name = name_of(place);
    let Coverage { territory, name: about } = &subject.coverage;
    let dataset = subject.edition.manifest.title.clone();
    let text = match territory {
        Some(_) => visit.say("uncovered-text", &[("dataset", dataset.into()), ("territory", about.clone().into())]),
        None => visit.say("uncovered-text-unstated", &[("dataset", dataset.into())]),
    };
    let (highlights, missing) = visit.highlights(&place.code);
    let page = UncoveredPage {
        v: visit,
        name: &name,
        kind: layer_kind(visit, &subject.layer),
        code: &place.code,
        crumbs: crumbs(library, subject)?,
        text,
        strays: if strays == 0 { String::new() } else { visit.say("uncovered-strays", &[("n", strays.into())]) },
        others: covering(library, subject)?,
        territory: territory
            .as_ref()
            .map(|place| Crumb { name: about.clone(), href: subject.kept.on(&href_of(place)) }),
        explore: subject.kept.on("/explore"),
        highlights,
    };
    let page = Page::render(name.clone(), visit.t("uncovered-lead"), &page)?.lacking(missing);
    Ok(page.with_source(source_of(&subject.edition)))
}

/// The datasets that are about the place, with its page in each.
fn covering(library: &Library, subject: &Subject) -> Result<Vec<Crumb>, Problem> {
    let (place, href) = (subject.place()?, href_of(&subject.reference));
    let datasets = library.datasets()?.into_iter().filter_map(|dataset| {
        let newest = dataset.editions.into_iter().next()?;
        let covers = Coverage::of(library, &newest).of_place(&subject.layer, place);
        let href = format!("{href}?{}", encode(&[("dataset", dataset.id)]));
        matches!(covers, Covers::Whole | Covers::Part).then_some(Crumb { name: newest.title, href })
    });
    Ok(datasets.collect())
}

fn rate_view(visit: &Visit, layer: &Layer, rate: &Rate) -> RateView {
    let edition = layer.population_edition.clone().unwrap_or_default();
    let population =
        [("n", rate.population.into()), ("year", rate.year.to_string().into()), ("edition", edition.into())];
    RateView {
        text: rate.text(),
        interval: rate.interval_text(),
        population: visit.say("rate-population", &population),
    }
}

fn explore_offence(subject: &Subject, offence: &str) -> String {
    let mut query = subject.query(Vec::new(), subject.period);
    query.filter.offences = vec![offence.to_owned()];
    format!("/explore?{}", encode(&query.pairs()))
}

fn api_link(subject: &Subject, format: &'static str) -> String {
    let mut pairs = subject.query(vec![Dimension::Month, Dimension::Offence], None).pairs();
    pairs.push(("format", format.to_owned()));
    format!("/api/v1/counts?{}", encode(&pairs))
}

/// What was left out of any of the answers, each said once.
fn notes(visit: &Visit, subject: &Subject, covers: Covers, answers: &[&Answer]) -> Vec<String> {
    let about = subject.coverage.name.clone();
    let part = (covers == Covers::Part).then(|| visit.say("place-part", &[("territory", about.into())]));
    let left_out: Vec<String> =
        answers.iter().flat_map(|answer| &answer.notes).map(|note| note_in_words(visit, note)).collect();
    let mut notes: Vec<String> = part.into_iter().chain(left_out).collect();
    notes.dedup();
    notes
}

/// The place beside those above it and those it borders on.
fn compared(library: &Library, visit: &Visit, subject: &Subject) -> Result<Option<Comparison>, Problem> {
    let asked = Asked {
        library,
        visit,
        query: subject.query_everywhere(Vec::new(), subject.period),
        coverage: &subject.coverage,
        kept: &subject.kept,
        span: &subject.span,
        period: subject.period,
    };
    comparison(asked, &subject.layer, subject.index, &holders(library, &subject.layer, subject.place()?))
}

/// What the table of places within a place leaves out.
fn unknown_in_words(visit: &Visit, answer: &Answer, unknown: u64) -> String {
    let notes: Vec<String> = answer.notes.iter().map(|note| note_in_words(visit, note)).collect();
    match unknown {
        _ if !notes.is_empty() => visit.say("children-local", &[("notes", notes.join(" ").into())]),
        0 => String::new(),
        unknown => visit.say("children-unknown", &[("n", unknown.into())]),
    }
}

fn children(library: &Library, visit: &Visit, subject: &Subject) -> Result<Vec<Children>, Problem> {
    let own = subject.place()?.code.clone();
    let mut tables = Vec::new();
    for layer in layers_within(library, &subject.layer.id.name) {
        let answer = match count(library, &subject.query(vec![Dimension::Place(layer.id.name.clone())], subject.period))
        {
            // Two fine layers are never crossed; the page then has no table of the inner one.
            Err(problem) if [ProblemCode::Forbidden, ProblemCode::Unprocessable].contains(&problem.code) => continue,
            answer => answer?,
        };
        let query = subject.query(Vec::new(), subject.period);
        let silences = Silences::ask(library, &query, &layer.id.name, &subject.span, subject.period)?;
        let counts: std::collections::BTreeMap<&str, u64> = answer
            .counts
            .rows
            .iter()
            .filter_map(|row| match row.keys.first() {
                Some(Key::Place { code, .. }) => Some((code.as_str(), row.count)),
                _ => None,
            })
            .collect();
        let inside = layer.places.iter().filter(|place| place.parent.as_deref() == Some(own.as_str()));
        let table = Rows {
            visit,
            layer: &layer,
            coverage: &subject.coverage,
            kept: &subject.kept,
            period: subject.period,
            silences: &silences,
        };
        let mut rows: Vec<Child> = inside
            .filter_map(|place| table.child(place, counts.get(place.code.as_str()).copied().unwrap_or(0)))
            .collect();
        if rows.is_empty() {
            continue;
        }
        rows.sort_by_key(|row| (!row.is_covered(), std::cmp::Reverse(row.count_value)));
        Child::measure(&mut rows);
        let unknown = answer.counts.unknown + answer.counts.unlocated;
        let rated = rows.iter().any(|row| row.rate_value.is_some());
        let data = place_data::of_children(&layer, &layer_name(visit, &layer.id.name), &rows);
        let folded = rows.split_off(rows.len().min(CHILDREN_SHOWN_MAX));
        tables.push(Children {
            title: layer_name(visit, &layer.id.name),
            rated,
            unknown: unknown_in_words(visit, &answer, unknown),
            rows,
            folded,
            data,
        });
    }
    Ok(tables)
}

fn map(library: &Library, visit: &Visit, subject: &Subject, place: &Place, name: &str) -> Option<MapView> {
    let about = subject.coverage.territory.as_ref().and_then(|territory| library.place(territory));
    let part = about.filter(|_| subject.covers().is_ok_and(|covers| covers == Covers::Part));
    let bounds = part.map_or_else(|| bounds_of(place), |(layer, index)| layer.places.get(index).and_then(bounds_of))?;
    let manifest = &subject.edition.manifest;
    let query = subject.query(Vec::new(), subject.period);
    let asked = MapAsked {
        coarse: is_coarse(&subject.edition, &query),
        query: &query,
        dataset: &manifest.dataset.0,
        edition: &manifest.edition,
        level: ShownLevel::Auto,
        bounds,
        narrows: false,
        segments: Vec::new(),
        painted: None,
        coverage: &subject.coverage,
        kept: &subject.kept,
        label: visit.say("map-label-place", &[("place", name.to_owned().into())]),
    };
    Some(MapView::of(visit, library, asked))
}
