//! `GET /indicators/{id}`: the figure, what it rests on, its series, its places, how it is computed.

use crate::answers::{Answers, key};
use crate::ask::Ask;
use crate::indicators::{Answer, compared, indicator, only_offence};
use crate::pages::adjusted::Adjusted;
use crate::pages::asked::{Asked, Form, Unclear, address, pinned};
use crate::pages::concentration::Concentration;
use crate::pages::places::Places;
use crate::pages::series::Series;
use crate::pages::sides::Change;
use crate::pages::speak::{self, Edition};
use crate::pages::{catalogue, source};
use crate::shelf::{At, Shelf};
use askama::Template;
use axum::extract::{Path, State};
use std::sync::Arc;
use tequio_frame::address::encode;
use tequio_frame::work::blocking;
use tequio_frame::{Page, Pairs, Problem, Visit, format};
use tequio_kernel::indicator::{EditionUsed, Measured};
use tequio_kernel::{IndicatorAbout, Period};

#[derive(Template)]
#[template(path = "indicator.html")]
struct IndicatorPage<'a> {
    v: &'a Visit,
    title: String,
    meaning: &'static str,
    form: Form,
    headline: Headline,
    change: Option<Change>,
    own_change: bool,
    series: Option<Series>,
    places: Option<Places>,
    concentration: Option<Concentration>,
    adjusted: Option<Adjusted>,
    editions: Vec<Edition>,
    computing: Computing,
    api_json: String,
    api_csv: String,
}

#[derive(Template)]
#[template(path = "indicator_unclear.html")]
struct UnclearPage<'a> {
    v: &'a Visit,
    title: String,
    meaning: &'static str,
    form: Form,
    text: String,
    /// Name and address of every place that may be meant.
    candidates: Vec<(String, String)>,
}

/// The figure itself.
pub(crate) struct Headline {
    pub place: String,
    pub period: String,
    /// Empty when there is none.
    pub value: String,
    pub unit: String,
    pub interval: String,
    /// Why there is no value.
    pub why: String,
    pub count: String,
    pub counted: String,
    pub denominator: String,
    pub divided: String,
    pub flags: Vec<String>,
    pub synthetic: bool,
}

/// How it is computed.
pub(crate) struct Computing {
    pub formula: &'static str,
    pub method: String,
    pub denominator: String,
    pub sources: &'static str,
    pub direction: String,
    pub caveats: Vec<&'static str>,
}

/// `GET /indicators/{id}`.
pub(crate) async fn page(
    State(shelf): State<Arc<Shelf>>,
    visit: Visit,
    Path(id): Path<String>,
    pairs: Pairs,
) -> Result<Page, Problem> {
    blocking(shelf, move |shelf| render(shelf, &visit, &id, pairs)).await
}

fn render(shelf: &Arc<Shelf>, visit: &Visit, id: &str, pairs: Pairs) -> Result<Page, Problem> {
    let about = indicator(id)?.about();
    let asked = Asked::read(shelf, pairs)?;
    let path = format!("/indicators/{id}");
    let form = Form::of(shelf, visit, &path, &about, &asked)?;
    if let Some(unclear) = &asked.unclear {
        return unclear_page(visit, &about, form, &asked.ask, unclear);
    }
    let answers = Answers::new(shelf)?;
    let answer = answers.of(id, &asked.ask)?;
    let parts = Parts::of(&answers, shelf, visit, &about, &asked.ask, &answer)?;
    whole(shelf, visit, &about, form, &asked.ask, &answer, parts)
}

/// What a page shows below its headline; what does not fit the indicator is absent.
struct Parts {
    change: Option<Change>,
    series: Option<Series>,
    places: Option<Places>,
    concentration: Option<Concentration>,
    adjusted: Option<Adjusted>,
}

impl Parts {
    fn of(
        answers: &Answers<'_>,
        shelf: &Arc<Shelf>,
        visit: &Visit,
        about: &IndicatorAbout,
        ask: &Ask,
        answer: &Answer,
    ) -> Result<Self, Problem> {
        let rated = about.measured == Measured::Per100000;
        let by_year = rated || about.id == "dark-figure";
        let period: Option<Period> = answer.observation.period.parse().ok();
        let listed = matches!(about.id.as_str(), "top-share" | "priority-municipalities");
        Ok(Self {
            change: match about.id.as_str() {
                "change" => Some(Change::of(visit, answer)),
                _ if rated => year_on_year(answers, visit, about, ask, answer)?,
                _ => None,
            },
            series: if by_year { Series::of(answers, visit, about, ask, &answer.observation.period)? } else { None },
            places: match period.filter(|_| rated) {
                Some(period) => Places::of(shelf, visit, about, ask, &period)?,
                None => None,
            },
            concentration: if listed { Concentration::of(shelf, visit, ask, answer)? } else { None },
            adjusted: Adjusted::of(visit, answer).filter(|_| about.id == "seasonally-adjusted"),
        })
    }
}

/// The change on the period before, from the source of the headline.
fn year_on_year(
    answers: &Answers<'_>,
    visit: &Visit,
    about: &IndicatorAbout,
    ask: &Ask,
    answer: &Answer,
) -> Result<Option<Change>, Problem> {
    let (Some(used), Some(_)) = (answer.observation.editions.first(), answer.observation.value) else {
        return Ok(None);
    };
    let mut asked = pinned(ask, &used.dataset, &used.edition);
    asked.period = answer.observation.period.parse().ok();
    asked.against = asked.period.and_then(|period| period.previous());
    asked.measure = about.measure.clone();
    let has_before = asked.against.is_some_and(|against| tells(answers.shelf, &asked, &against));
    if !has_before {
        // Another source may tell the year before, across a break or not; then the indicator itself says which.
        asked.dataset = None;
        asked.at = ask.at.clone();
    }
    let name = key(&format!("change of {}", about.id), &asked);
    let change = answers.keep(&name, || compared(answers.shelf, &asked, about.unit))?;
    Ok(Some(Change::of(visit, &change)))
}

/// True when the named source reaches back to a period.
fn tells(shelf: &Shelf, ask: &Ask, period: &Period) -> bool {
    let Some(dataset) = &ask.dataset else { return false };
    let built_in = tequio_reference::series().ok().and_then(|all| all.iter().find(|known| known.id == *dataset));
    if let Some(known) = built_in {
        return known.value(period.from.year()).is_some();
    }
    let Ok(manifest) = shelf.manifest(dataset, &ask.at) else { return false };
    let first = manifest.counts.and_then(|counts| counts.first.parse::<tequio_kernel::Step>().ok());
    first.is_some_and(|first| first.year() <= period.from.year())
}

fn whole(
    shelf: &Shelf,
    visit: &Visit,
    about: &IndicatorAbout,
    form: Form,
    ask: &Ask,
    answer: &Answer,
    parts: Parts,
) -> Result<Page, Problem> {
    let title = catalogue::title(visit, about);
    let headline = Headline::of(visit, about, answer);
    let description = format!("{title}. {}, {}: {} {}", headline.place, headline.period, headline.value, headline.unit);
    let path = format!("/api/v1/indicators/{}", about.id);
    let Parts { change, series, places, concentration, adjusted } = parts;
    let figures: Vec<_> = series
        .iter()
        .flat_map(|part| part.panels.iter().map(|panel| panel.figure.clone()))
        .chain(places.iter().map(|part| part.figure.clone()))
        .chain(concentration.iter().flat_map(|part| part.figures.clone()))
        .chain(adjusted.iter().map(|part| part.figure.clone()))
        .collect();
    let tables: Vec<_> = series
        .iter()
        .map(|part| part.table.clone())
        .chain(places.iter().map(|part| part.table.clone()))
        .chain(change.iter().map(|part| part.table.clone()))
        .chain(concentration.iter().flat_map(|part| part.tables.clone()))
        .chain(adjusted.iter().map(|part| part.table.clone()))
        .collect();
    let page = IndicatorPage {
        v: visit,
        title: title.clone(),
        meaning: catalogue::in_language(visit, about.meaning),
        form,
        headline,
        own_change: about.id == "change",
        change,
        series,
        places,
        concentration,
        adjusted,
        editions: editions(shelf, visit, about, ask, answer)?,
        computing: Computing::of(visit, about),
        api_json: address(&format!("{path}.json"), ask),
        api_csv: address(&format!("{path}.csv"), ask),
    };
    let mut built = Page::render(title, description, &page)?.with_figures(figures).with_tables(tables);
    if let Some(source) = source::of(shelf, visit, answer.observation.editions.first()) {
        built = built.with_source(source);
    }
    Ok(built)
}

/// Asks which of several places is meant, or says that there is none of the name.
fn unclear_page(
    visit: &Visit,
    about: &IndicatorAbout,
    form: Form,
    ask: &Ask,
    unclear: &Unclear,
) -> Result<Page, Problem> {
    let link = |(code, name): &(String, String)| {
        let ask = Ask { place: Some(code.clone()), ..ask.clone() };
        (name.clone(), address(&form.action, &ask))
    };
    let candidates = unclear.candidates.iter().map(link).collect();
    let title = catalogue::title(visit, about);
    let meaning = catalogue::in_language(visit, about.meaning);
    let page = UnclearPage { v: visit, title: title.clone(), meaning, form, text: unclear.text.clone(), candidates };
    Page::render(title, meaning, &page)
}

/// What the answer rests on, each with its page and its proof.
fn editions(
    shelf: &Shelf,
    visit: &Visit,
    about: &IndicatorAbout,
    ask: &Ask,
    answer: &Answer,
) -> Result<Vec<Edition>, Problem> {
    let of = |used: &EditionUsed| Ok(Edition::of(visit, used, proof(shelf, about, ask, answer, used)?));
    answer.observation.editions.iter().map(of).collect()
}

/// Address of the page that proves what an edition says: of the single row where the figure is one.
fn proof(
    shelf: &Shelf,
    about: &IndicatorAbout,
    ask: &Ask,
    answer: &Answer,
    used: &EditionUsed,
) -> Result<String, Problem> {
    if used.address.is_empty() {
        return Ok(String::new());
    }
    let mut pairs = vec![("dataset", used.dataset.clone()), ("edition", used.edition.clone())];
    let measure = about.measure.as_deref().or(ask.measure.as_deref());
    let period: Option<Period> = answer.observation.period.parse().ok();
    if let (Some(measure), Some(period), "numerator") = (measure, period, used.role) {
        let open = shelf.open(&used.dataset, &At { edition: Some(used.edition.clone()), as_of: None })?;
        if let Some(offence) = only_offence(&open, ask.place(), measure, &period)? {
            let period = period.to_string();
            pairs.extend([("place", ask.place().to_owned()), ("offence", offence), ("period", period)]);
        }
    }
    Ok(format!("/proof?{}", encode(&pairs)))
}

/// Where the value is of the last month of a series, that month.
fn last_month(answer: &Answer) -> &str {
    let series = answer.details.get("series").and_then(serde_json::Value::as_array);
    series.and_then(|months| months.last()?["period"].as_str()).unwrap_or_default()
}

impl Headline {
    pub(crate) fn of(visit: &Visit, about: &IndicatorAbout, answer: &Answer) -> Self {
        let of = &answer.observation;
        let unit = speak::unit_of(answer);
        let number = |number: Option<u64>| number.map(format::integer).unwrap_or_default();
        let people = match about.id.as_str() {
            "top-share" | "priority-municipalities" => "ind-divided-total",
            "objectives-met" => "ind-divided-set",
            _ => "ind-divided-people",
        };
        Self {
            place: of.place_name.clone(),
            period: speak::period(visit, if of.period.is_empty() { last_month(answer) } else { &of.period }),
            value: of.value.map(|value| speak::value(about.measured, value)).unwrap_or_default(),
            unit: speak::unit(visit, about, unit),
            interval: of.interval.map(|span| speak::span(about.measured, span)).unwrap_or_default(),
            why: of.not_computable.as_ref().map(|why| speak::why(visit, why)).unwrap_or_default(),
            count: number(of.numerator),
            counted: speak::counted(visit, unit),
            denominator: number(of.denominator),
            divided: visit.t(people),
            flags: speak::flags(visit, answer),
            synthetic: of.flags.contains(&"synthetic"),
        }
    }
}

impl Computing {
    pub(crate) fn of(visit: &Visit, about: &IndicatorAbout) -> Self {
        let kind = match about.id.as_str() {
            _ if about.measured == Measured::Per100000 => "rate",
            "priority-municipalities" => "top-share",
            id => id,
        };
        let direction = match about.direction {
            tequio_kernel::indicator::Direction::LowerIsBetter => "ind-lower-is-better",
            tequio_kernel::indicator::Direction::HigherIsBetter => "ind-higher-is-better",
            tequio_kernel::indicator::Direction::Neither => "ind-neither-is-better",
        };
        Self {
            formula: about.formula,
            method: visit.t_or(&format!("ind-method-{kind}"), about.method),
            // Names of parameters stand between signs that are meant for programs' documents.
            denominator: catalogue::in_language(visit, about.denominator).replace('`', ""),
            sources: catalogue::in_language(visit, about.sources),
            direction: visit.t(direction),
            caveats: about.caveats.iter().map(|text| catalogue::in_language(visit, *text)).collect(),
        }
    }
}
