//! The page of a place, of any layer.

use crate::library::{Answer, Library, OpenEdition};
use crate::pages::ask::{Kept, Pairs, blocking, count, source_of};
use crate::pages::coverage::{Coverage, Covers};
use crate::pages::hours;
use crate::pages::levels::{ShownLevel, layer_name, layers_within};
use crate::pages::map::{MapAsked, MapView, bounds_of, encode, is_coarse};
use crate::pages::offences::Offences;
use crate::pages::place_children::{Child, Rows, href_of, name_of};
use crate::pages::place_data;
use crate::pages::rate::Rate;
use crate::pages::silence::{Silences, months_of};
use crate::pages::span::{Span, period_in_words};
use crate::pages::trend::Trend;
use askama::Template;
use axum::extract::{Path, State};
use std::sync::Arc;
use tequio_frame::{DataTable, Page, Problem, ProblemCode, Visit, format};
use tequio_kernel::{Dimension, Key, Layer, Month, Period, Place, PlaceRef, Query};

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
    trend: Trend,
    offences: Offences,
    hours: String,
    children: Vec<Children>,
    map: Option<MapView>,
    explore: String,
    csv: String,
    json: String,
    notes: Vec<String>,
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
    unknown: String,
    rated: bool,
    data: DataTable,
}

/// What the page is about, found once.
struct Subject {
    reference: PlaceRef,
    layer: Arc<Layer>,
    index: usize,
    edition: Arc<OpenEdition>,
    coverage: Coverage,
    kept: Kept,
    span: Span,
    period: Option<Period>,
}

impl Subject {
    fn place(&self) -> Result<&Place, Problem> {
        self.layer.places.get(self.index).ok_or_else(|| Problem::new(ProblemCode::NotFound))
    }

    /// How much of the place the dataset is about.
    fn covers(&self) -> Result<Covers, Problem> {
        Ok(self.coverage.of_place(&self.layer, self.place()?))
    }

    /// Months of the period without data, of the whole source or of this place alone.
    fn silent(&self, trend: &Trend) -> Vec<Month> {
        let months = self.period.map(months_of).unwrap_or_default();
        let silent = |month: &Month| self.span.missing.contains(month) || trend.silent_months.contains(month);
        months.into_iter().filter(silent).collect()
    }

    /// The question about the place in the period, or in all months.
    fn query(&self, by: Vec<Dimension>, period: Option<Period>) -> Query {
        let mut query = Query {
            dataset: Some(self.edition.manifest.dataset.0.clone()),
            edition: Some(self.edition.manifest.edition.clone()),
            by,
            ..Query::default()
        };
        query.filter.period = period;
        query.filter.places = vec![self.reference.clone()];
        query
    }
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

fn render(library: &Library, visit: &Visit, place: &str, pairs: &Pairs) -> Result<Page, Problem> {
    let subject = find(library, place, pairs)?;
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
    let trend = Trend::of(visit, &subject.span, &by_month.counts.rows, &trend_label);
    let rate = Rate::of(covers, by_offence.counts.total, place, subject.period, &subject.silent(&trend));
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
        trend,
        offences: Offences::of(&by_offence.counts, |offence| explore_offence(&subject, offence)),
        hours: hours::html(visit, &hours, &hours_caption),
        children: children(library, visit, &subject)?,
        map: map(library, visit, &subject, place, &name),
        explore: format!("/explore?{}", encode(&subject.query(Vec::new(), subject.period).pairs())),
        csv: api_link(&subject, "csv"),
        json: api_link(&subject, "json"),
        notes: notes(visit, &subject, covers, &[&by_offence, &by_month]),
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
    let tables = place_data::of_place(visit, &page.trend, &by_offence.counts, &hours);
    let children = page.children.iter().map(|group| group.data.clone());
    Ok(Page::render(name.clone(), description, &page)?
        .with_source(source_of(&subject.edition))
        .with_tables(tables.into_iter().chain(children)))
}

fn find(library: &Library, place: &str, pairs: &Pairs) -> Result<Subject, Problem> {
    let reference: PlaceRef = place.parse().map_err(|error| Problem::with(ProblemCode::NotFound, error))?;
    let found = library.place(&reference);
    let (layer, index) =
        found.ok_or_else(|| Problem::with(ProblemCode::NotFound, format!("there is no place `{place}`")))?;
    let query = pairs.query()?;
    let edition = library.open(query.dataset.as_deref(), query.edition.as_deref())?;
    let coverage = Coverage::of(library, &edition.manifest);
    let kept = Kept::of(&query);
    let span = Span::of(&edition.manifest);
    let period = query.filter.period.or_else(|| span.latest_year());
    Ok(Subject { reference, layer, index, edition, coverage, kept, span, period })
}

/// Kind of place in the singular: `Municipio`.
fn layer_kind(visit: &Visit, layer: &Layer) -> String {
    visit.t_or(&format!("kind-{}", layer.id.name), &layer_name(visit, &layer.id.name))
}

/// The places that hold this one, outermost first.
fn crumbs(library: &Library, subject: &Subject) -> Result<Vec<Crumb>, Problem> {
    let mut crumbs = Vec::new();
    let mut next = subject.layer.within.clone().zip(subject.place()?.parent.clone());
    while let Some((layer, code)) = next.take() {
        let reference = PlaceRef::new(&layer, &code);
        let Some((layer, index)) = library.place(&reference) else { break };
        let Some(parent) = layer.places.get(index) else { break };
        crumbs.push(Crumb { name: name_of(parent), href: subject.kept.on(&href_of(&reference)) });
        next = layer.within.clone().zip(parent.parent.clone());
    }
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
    };
    Ok(Page::render(name.clone(), visit.t("uncovered-lead"), &page)?.with_source(source_of(&subject.edition)))
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
    let left_out: Vec<String> = answers
        .iter()
        .flat_map(|answer| &answer.notes)
        .map(|note| crate::pages::ask::note_in_words(visit, note))
        .collect();
    let mut notes: Vec<String> = part.into_iter().chain(left_out).collect();
    notes.dedup();
    notes
}

fn children(library: &Library, visit: &Visit, subject: &Subject) -> Result<Vec<Children>, Problem> {
    let own = subject.place()?.code.clone();
    let mut tables = Vec::new();
    for layer in layers_within(library, &subject.layer.id.name) {
        let answer = match count(library, &subject.query(vec![Dimension::Place(layer.id.name.clone())], subject.period))
        {
            // Two fine layers are never crossed; the page then has no table of the inner one.
            Err(problem) if problem.code == ProblemCode::Forbidden => continue,
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
        tables.push(Children {
            data: place_data::of_children(&layer, &layer_name(visit, &layer.id.name), &rows),
            title: layer_name(visit, &layer.id.name),
            rated: rows.iter().any(|row| row.rate_value.is_some()),
            unknown: if unknown == 0 { String::new() } else { visit.say("children-unknown", &[("n", unknown.into())]) },
            rows,
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
        coverage: &subject.coverage,
        kept: &subject.kept,
        label: visit.say("map-label-place", &[("place", name.to_owned().into())]),
    };
    Some(MapView::of(visit, library, asked))
}
