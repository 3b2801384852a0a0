//! The home page: the headline figures, the territory of the dataset place by place, the way in.

use crate::library::{DatasetView, Library, OpenEdition};
use crate::pages::ask::{Kept, Pairs, blocking, count, query, source_of};
use crate::pages::coverage::Coverage;
use crate::pages::data;
use crate::pages::figures::{self, RateMap};
use crate::pages::levels::{layer_name, layers_within};
use crate::pages::offences::Offences;
use crate::pages::place_children::{Child, Rows, href_of};
use crate::pages::search::Near;
use crate::pages::silence::Silences;
use crate::pages::span::{Span, period_in_words};
use crate::pages::trend::Trend;
use askama::Template;
use axum::extract::State;
use std::sync::Arc;
use tequio_frame::address::encode;
use tequio_frame::chart::choropleth::{Region, choropleth};
use tequio_frame::chart::{Classes, Legend};
use tequio_frame::{Figure, Highlight, Page, Problem, ProblemCode, Visit, format};
use tequio_kernel::text::fold;
use tequio_kernel::{CountRow, Dimension, Filter, Key, Layer, Level, Period, Place, PlaceRef, Query, Shape};

/// Classes of the map.
const CLASSES: usize = 7;
/// Place of the home of an installation whose data name no territory.
const NATION: &str = "MX";

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
    covers: String,
    others: Vec<Other>,
    explore: String,
    within: Option<Within>,
    period: String,
    offences: Offences,
    trend: Trend,
    near: Near,
    highlights: Vec<Highlight>,
}

/// The home of an installation that has no incidents: its official figures, or that it has imported nothing yet.
#[derive(Template)]
#[template(path = "empty.html")]
struct Empty<'a> {
    v: &'a Visit,
    title: String,
    text: String,
    highlights: Vec<Highlight>,
}

/// Another dataset, with the address of its home.
struct Other {
    title: String,
    href: String,
}

/// The territory of the dataset by the places in it, in the latest whole year.
struct Within {
    /// Name of the table of its places.
    sheet: String,
    title: String,
    svg: String,
    legend: Legend,
    rows: Vec<Child>,
    rated: bool,
    layer_label: String,
    whole_href: String,
    whole_label: String,
    explore: String,
    population_edition: String,
    outside: String,
    unlocated: String,
    total: String,
    figure: Option<Figure>,
}

/// What the page is about, found once.
struct Subject<'a> {
    library: &'a Library,
    visit: &'a Visit,
    edition: &'a OpenEdition,
    coverage: Coverage,
    kept: Kept,
    span: Span,
}

/// `GET /`.
pub(crate) async fn page(State(library): State<Arc<Library>>, visit: Visit, pairs: Pairs) -> Result<Page, Problem> {
    blocking(library, move |library| render(library, &visit, &pairs)).await
}

fn render(library: &Library, visit: &Visit, pairs: &Pairs) -> Result<Page, Problem> {
    let asked = query(pairs)?;
    let datasets = library.datasets()?;
    if datasets.is_empty() {
        let (highlights, missing) = visit.highlights(NATION);
        let key = if highlights.is_empty() { "empty" } else { "figures-only" };
        let (title, text) = (visit.t(&format!("{key}-title")), visit.t(&format!("{key}-text")));
        let empty = Empty { v: visit, title: title.clone(), text: text.clone(), highlights };
        return Ok(Page::render(title, text, &empty)?.lacking(missing));
    }
    let edition = library.open(asked.dataset.as_deref(), asked.edition.as_deref())?;
    let manifest = &edition.manifest;
    let subject = Subject {
        library,
        visit,
        edition: &edition,
        coverage: Coverage::of(library, manifest),
        kept: Kept::of(&asked),
        span: Span::of(manifest),
    };
    let span = &subject.span;
    let trend_label = visit.say("home-trend-label", &[("span", span.in_words(visit).into())]);
    let mut within = within(&subject)?;
    let map = within.as_mut().and_then(|within| within.figure.take());
    let (highlights, missing) =
        visit.highlights(subject.coverage.territory.as_ref().map_or(NATION, |place| &place.code));
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
        covers: covers_in_words(&subject),
        others: others(&datasets, &manifest.dataset.0),
        explore: subject.kept.on("/explore"),
        period: span.latest_year().map_or_else(|| span.in_words(visit), |period| period_in_words(visit, period)),
        // Where the places take the page, the offences are a click away.
        offences: if within.is_some() { Offences::default() } else { offences(&subject)? },
        within,
        trend: Trend::of(visit, span, &months(&edition), &trend_label),
        near: Near::of(library, visit),
        highlights,
    };
    let description =
        visit.say("home-description", &[("n", manifest.accepted.into()), ("span", home.span.clone().into())]);
    let places =
        home.within.as_ref().map(|within| data::places(within.sheet.clone(), within.layer_label.clone(), &within.rows));
    let gaps = [home.trend.missing.as_str(), home.trend.silent.as_str()];
    let months = figures::months(visit, &home.trend.steps, &[], &trend_label, gaps);
    Ok(Page::render(visit.t("home-title"), description, &home)?
        .lacking(missing)
        .with_figures(map.into_iter().chain([months]))
        .with_source(source_of(&edition))
        .with_tables(places)
        .with_table(data::months(visit, &home.trend.steps)))
}

/// What the dataset is about and what it is silent about; nothing when it is about the whole country.
fn covers_in_words(subject: &Subject<'_>) -> String {
    let Coverage { territory, name } = &subject.coverage;
    match (territory, subject.coverage.below_nation(subject.library)) {
        (None, _) => subject.visit.t("home-covers-unstated"),
        (Some(_), None) => String::new(),
        (Some(_), Some(_)) => subject.visit.say("home-covers", &[("place", name.clone().into())]),
    }
}

fn others(datasets: &[DatasetView], shown: &str) -> Vec<Other> {
    let others = datasets.iter().filter(|dataset| dataset.id != shown).filter_map(|dataset| {
        let title = dataset.editions.first()?.title.clone();
        Some(Other { title, href: format!("/?{}", encode(&[("dataset", dataset.id.clone())])) })
    });
    others.collect()
}

fn months(edition: &OpenEdition) -> Vec<CountRow> {
    let months = edition.manifest.months.iter();
    months.map(|(month, count)| CountRow { keys: vec![Key::Month(*month)], count: *count }).collect()
}

impl Subject<'_> {
    fn query(&self, by: Dimension, period: Option<Period>) -> Query {
        Query {
            dataset: Some(self.edition.manifest.dataset.0.clone()),
            edition: Some(self.edition.manifest.edition.clone()),
            by: vec![by],
            filter: Filter { period, ..Filter::default() },
        }
    }

    fn explore(&self, pairs: &[(&str, String)]) -> String {
        self.kept.on(&format!("/explore?{}", encode(pairs)))
    }
}

fn offences(subject: &Subject<'_>) -> Result<Offences, Problem> {
    let period = subject.span.latest_year();
    let counts = count(subject.library, &subject.query(Dimension::Offence, period))?.counts;
    let period = period.map(|period| ("period", period.to_string()));
    Ok(Offences::of(&counts, |offence| {
        let pairs: Vec<_> = period.clone().into_iter().chain([("offence", offence.to_owned())]).collect();
        subject.explore(&pairs)
    }))
}

/// The places one step below the territory of the dataset; none when it names no territory, when there
/// is no whole year, or when nothing lies below.
fn within(subject: &Subject<'_>) -> Result<Option<Within>, Problem> {
    let Subject { library, visit, coverage, .. } = subject;
    let (Some(territory), Some(period)) = (&coverage.territory, subject.span.latest_year()) else { return Ok(None) };
    let Some(layer) = layers_within(library, &territory.layer).into_iter().next() else { return Ok(None) };
    let query = subject.query(Dimension::Place(layer.id.name.clone()), Some(period));
    let counts = match count(library, &query) {
        Err(problem) if [ProblemCode::Forbidden, ProblemCode::Unprocessable].contains(&problem.code) => {
            return Ok(None);
        }
        counts => counts?.counts,
    };
    let silences = Silences::ask(library, &query, &layer.id.name, &subject.span, Some(period))?;
    let table = Rows { visit, layer: &layer, coverage, kept: &subject.kept, period: Some(period), silences: &silences };
    let mut inside: Vec<&Place> =
        layer.places.iter().filter(|place| place.parent.as_deref() == Some(territory.code.as_str())).collect();
    inside.sort_by_cached_key(|place| fold(&place.name));
    let (places, mut rows): (Vec<&Place>, Vec<Child>) = inside
        .into_iter()
        .filter_map(|place| Some((place, table.child(place, count_of(&counts, &place.code))?)))
        .unzip();
    if rows.iter().all(|row| row.count_value == 0) {
        return Ok(None);
    }
    Child::measure(&mut rows);
    let classes = classes_of(&rows);
    let rated = rows.iter().any(|row| row.rate_value.is_some());
    let svg = if rated { choropleth(&regions(visit, &places, &rows), &classes) } else { String::new() };
    let located: u64 = rows.iter().map(|row| row.count_value).sum();
    Ok(Some(Within {
        sheet: format!("places-{}", layer.id.name),
        title: title(visit, &layer, &coverage.name),
        svg,
        figure: rated.then(|| rate_map(subject, &layer, &places, &rows, &classes, period)),
        legend: legend(visit, &classes, &rows, period),
        rated,
        layer_label: layer_name(visit, &layer.id.name),
        whole_href: subject.kept.on(&href_of(territory)),
        whole_label: whole_label(visit, territory, &coverage.name),
        explore: subject.explore(&[("period", period.to_string())]),
        population_edition: layer.population_edition.clone().unwrap_or_default(),
        outside: format::integer(counts.total.saturating_sub(counts.unlocated + located)),
        unlocated: format::integer(counts.unlocated),
        total: format::integer(counts.total),
        rows,
    }))
}

fn title(visit: &Visit, layer: &Layer, place: &str) -> String {
    let args = [("layer", layer_name(visit, &layer.id.name).into()), ("place", place.to_owned().into())];
    if layer.level == Level::State { visit.t("home-map-title") } else { visit.say("home-map-title-within", &args) }
}

fn whole_label(visit: &Visit, territory: &PlaceRef, name: &str) -> String {
    let nation = territory.layer == "nation";
    if nation { visit.t("home-nation") } else { visit.say("home-whole", &[("place", name.to_owned().into())]) }
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

fn regions<'a>(visit: &Visit, places: &[&'a Place], rows: &[Child]) -> Vec<Region<'a>> {
    let drawn = places.iter().zip(rows).filter_map(|(place, row)| match &place.shape {
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

/// The same map as a picture that stands alone.
fn rate_map(
    subject: &Subject<'_>,
    layer: &Arc<Layer>,
    places: &[&Place],
    rows: &[Child],
    classes: &Classes,
    period: Period,
) -> Figure {
    let of = |place: &&Place| layer.places.iter().position(|known| known.code == place.code);
    let values = places.iter().zip(rows).filter_map(|(place, row)| Some((of(place)?, row.rate_value)));
    let map = RateMap {
        title: title(subject.visit, layer, &subject.coverage.name),
        legend: legend(subject.visit, classes, rows, period),
        classes: classes.clone(),
        values: values.collect(),
    };
    figures::rates(layer.clone(), map, &subject.visit.t("home-map-note"))
}

fn legend(visit: &Visit, classes: &Classes, rows: &[Child], period: Period) -> Legend {
    let title = visit.say("home-legend", &[("period", period_in_words(visit, period).into())]);
    let none =
        if rows.iter().any(|row| row.rate_value.is_none()) { visit.t("chart-legend-none") } else { String::new() };
    Legend::of(classes, title, visit.t("chart-legend-method"), none)
}
