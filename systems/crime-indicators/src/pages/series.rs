//! The series of an indicator by year: the indicator computed for each year, by whatever source has it best.

use crate::answers::Answers;
use crate::ask::Ask;
use crate::indicators::{Answer, IndicatorError, Wanted, years};
use crate::pages::asked::address;
use crate::pages::{catalogue, speak};
use serde_json::{Value, json};
use std::sync::Arc;
use tequio_frame::chart::years::{self as chart, Break, Point};
use tequio_frame::{Column, DataTable, Figure, Language, Visit, format};
use tequio_kernel::IndicatorAbout;
use tequio_reference::{breaks_of, crosswalk, measure};

/// Most years of a series.
const YEARS_MAX: i16 = 60;

/// The series, drawn and told.
pub(crate) struct Series {
    pub panels: Vec<Panel>,
    /// The newest year first.
    pub rows: Vec<Row>,
    pub breaks: Vec<BreakNote>,
    pub table: DataTable,
}

/// Years on one drawing. Invented years never share one with observed years.
pub(crate) struct Panel {
    /// What the years are; empty where they are all of one kind.
    pub title: String,
    pub svg: String,
    pub figure: Figure,
}

/// A year.
pub(crate) struct Row {
    pub year: i16,
    pub href: String,
    pub value: String,
    pub interval: String,
    pub count: String,
    pub people: String,
    pub source: String,
    pub source_href: String,
    /// Why there is no value, and what has to be known of it.
    pub notes: Vec<String>,
    pub chosen: bool,
}

/// What happened between two years.
pub(crate) struct BreakNote {
    pub year: i16,
    pub text: String,
    /// What the crosswalk says of the classes.
    pub notes: Vec<&'static str>,
}

type Year = (i16, Arc<Answer>);

impl Series {
    /// The series of the place and sources asked for; `None` when no year has a figure.
    pub(crate) fn of(
        answers: &Answers<'_>,
        visit: &Visit,
        about: &IndicatorAbout,
        ask: &Ask,
        chosen: &str,
    ) -> Result<Option<Self>, IndicatorError> {
        let years = computed(answers, about, ask)?;
        if years.iter().all(|(_, answer)| answer.observation.value.is_none()) {
            return Ok(None);
        }
        let place = years.first().map(|(_, answer)| answer.observation.place_name.clone()).unwrap_or_default();
        let title = visit.say("ind-series-title", &[("place", place.into())]);
        let label = format!("{}. {title}", catalogue::title(visit, about));
        let breaks = breaks(visit, about, &years)?;
        Ok(Some(Self {
            panels: panels(visit, about, &years, &breaks, &label),
            rows: years.iter().rev().map(|year| row(visit, about, ask, year, chosen)).collect(),
            breaks: breaks.into_iter().map(|found| found.note).collect(),
            table: table(title, &years),
        }))
    }
}

/// A panel for the observed years and one for the invented ones, as far as there are any.
fn panels(visit: &Visit, about: &IndicatorAbout, years: &[Year], breaks: &[Found], label: &str) -> Vec<Panel> {
    let has = |invented: bool| years.iter().any(|(_, answer)| is_of(answer, invented));
    let kinds = [false, true].into_iter().filter(|invented| has(*invented));
    let is_mixed = has(false) && has(true);
    let unit = years.last().map(|(_, answer)| speak::unit(visit, about, speak::unit_of(answer))).unwrap_or_default();
    let panel = |invented: bool| {
        let (id, key) = match (is_mixed, invented) {
            (true, true) => ("series-invented", "ind-years-invented"),
            (true, false) => ("series", "ind-years-observed"),
            (false, _) => ("series", ""),
        };
        let lines = breaks.iter().filter(|found| found.invented == Some(invented)).map(|found| found.line.clone());
        let (points, lines) = (points(visit, about, years, invented), lines.collect::<Vec<_>>());
        let title = if key.is_empty() { String::new() } else { visit.t(key) };
        let said = breaks.iter().map(|found| found.note.text.clone()).chain([title.clone()]);
        let svg = chart::years(&points, &lines, &format!("{label} {title}"));
        let figure = Figure::new(id, label, unit.clone(), move || Ok(chart::drawing(&points, &lines)));
        Panel { title, svg, figure: figure.with_notes(said) }
    };
    kinds.map(panel).collect()
}

/// True when the year is told by figures of the kind.
fn is_of(answer: &Answer, invented: bool) -> bool {
    basis(answer).is_some_and(|(_, is_invented)| is_invented == invented)
}

/// The indicator for each year that the sources tell of.
fn computed(answers: &Answers<'_>, about: &IndicatorAbout, ask: &Ask) -> Result<Vec<Year>, IndicatorError> {
    let span = match &about.measure {
        Some(measure) => years(answers.shelf, ask, Wanted { unit: about.unit, measure })?,
        None => survey_years()?,
    };
    let Some((first, last)) = span else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for year in first.max(last.saturating_sub(YEARS_MAX))..=last {
        let ask = Ask { period: year.to_string().parse().ok(), ..ask.clone() };
        all.push((year, answers.of(&about.id, &ask)?));
    }
    // Years before the first and after the last that any edition tells of say nothing.
    let tells = |(_, answer): &Year| basis(answer).is_some();
    let first = all.iter().position(tells).unwrap_or(all.len());
    let last = all.iter().rposition(tells).map_or(0, |last| last + 1);
    Ok(all.drain(first..last.max(first)).collect())
}

/// Years of the victimisation survey, which belongs to no measure.
fn survey_years() -> Result<Option<(i16, i16)>, IndicatorError> {
    let of_survey = tequio_reference::series()?.iter().filter(|known| known.id == "mx-envipe-reported");
    let years = of_survey.flat_map(|known| known.observations.iter().map(|value| value.year));
    Ok(years.clone().min().zip(years.max()))
}

/// What a year is counted by: years that differ in it are not joined. `None` for a year of which no source tells.
fn basis(answer: &Answer) -> Option<(&str, bool)> {
    let of = &answer.observation;
    let tells = of.value.is_some() || of.numerator.is_some_and(|count| count > 0);
    let taxonomy = of.editions.first().map_or("", |used| used.taxonomy.as_str());
    tells.then_some((taxonomy, of.flags.contains(&"synthetic")))
}

/// The years from the first to the last of the kind; a year of the other kind is a gap.
fn points(visit: &Visit, about: &IndicatorAbout, years: &[Year], invented: bool) -> Vec<Point> {
    let first = years.iter().position(|(_, answer)| is_of(answer, invented)).unwrap_or(0);
    let end = years.iter().rposition(|(_, answer)| is_of(answer, invented)).map_or(0, |last| last + 1);
    let mut run = 0;
    let mut last: Option<&str> = None;
    let mut points = Vec::new();
    for (year, answer) in &years[first..end] {
        let of = &answer.observation;
        if basis(answer).is_some() && !is_of(answer, invented) {
            let hint = format!("{year}: {}", visit.t("chart-missing"));
            points.push(Point { year: *year, value: None, interval: None, run, hint });
            continue;
        }
        if let Some((now, _)) = basis(answer) {
            run += usize::from(last.is_some_and(|last| last != now));
            last = Some(now);
        }
        let value = of.value.map_or_else(
            || of.not_computable.as_ref().map(|why| speak::why(visit, why)).unwrap_or_default(),
            |value| speak::value(about.measured, value),
        );
        let interval = of.interval.map(|span| format!(" ({})", speak::span(about.measured, span))).unwrap_or_default();
        points.push(Point {
            year: *year,
            value: of.value.map(|value| scaled(about, value)),
            interval: of.interval.map(|span| (scaled(about, span.low), scaled(about, span.high))),
            run,
            hint: format!("{year}: {value}{interval}"),
        });
    }
    points
}

fn scaled(about: &IndicatorAbout, value: f64) -> f64 {
    if about.measured == tequio_kernel::indicator::Measured::Share { value * 100.0 } else { value }
}

/// A break of the series.
struct Found {
    line: Break,
    note: BreakNote,
    /// Kind of the years on both sides, in whose panel the line stands; `None` where the sides differ in it.
    invented: Option<bool>,
}

/// Where a year is counted by another classification than the one before it that tells anything.
fn breaks(visit: &Visit, about: &IndicatorAbout, years: &[Year]) -> Result<Vec<Found>, IndicatorError> {
    let telling: Vec<(i16, (&str, bool))> =
        years.iter().filter_map(|(year, answer)| Some((*year, basis(answer)?))).collect();
    let mut found = Vec::new();
    for pair in telling.windows(2) {
        let ((before, (from, was_invented)), (after, (to, is_invented))) = (pair[0], pair[1]);
        if from == to || from.is_empty() || to.is_empty() {
            continue;
        }
        let known = known_break(about, (before, from), (after, to))?;
        let year = known.unwrap_or(after);
        let text = break_text(visit, year, from, to, known.is_some());
        found.push(Found {
            line: Break { year, label: speak::taxonomy_short(visit, to) },
            note: BreakNote { year, text, notes: notes(visit, about, from, to)? },
            invented: (was_invented == is_invented).then_some(is_invented),
        });
    }
    Ok(found)
}

/// The year of the break that the catalogue has between two years and their classifications.
fn known_break(
    about: &IndicatorAbout,
    (before, from): (i16, &str),
    (after, to): (i16, &str),
) -> Result<Option<i16>, IndicatorError> {
    let measure = about.measure.as_deref().unwrap_or_default();
    let mut known = breaks_of("MX", measure)?.filter(|known| known.from == from && known.to == to);
    Ok(known.find(|known| before < known.month.year && known.month.year <= after).map(|known| known.month.year))
}

fn break_text(visit: &Visit, year: i16, from: &str, to: &str, is_known: bool) -> String {
    let args = [
        ("from", speak::taxonomy(visit, from).into()),
        ("to", speak::taxonomy(visit, to).into()),
        ("year", year.to_string().into()),
    ];
    let general = visit.say("ind-break", &args);
    let own = if is_known { visit.t_or(&format!("ind-break-{to}"), "") } else { String::new() };
    format!("{general} {own}").trim_end().to_owned()
}

/// What the crosswalk says of the classes of the measure.
fn notes(visit: &Visit, about: &IndicatorAbout, from: &str, to: &str) -> Result<Vec<&'static str>, IndicatorError> {
    let Some(known) = about.measure.as_deref().map(measure).transpose()?.flatten() else { return Ok(Vec::new()) };
    let codes: Vec<&str> =
        known.in_taxonomy(from).map(|classes| classes.codes.iter().map(String::as_str).collect()).unwrap_or_default();
    // A pair that the crosswalk does not know has no notes.
    let table = crosswalk()?;
    let in_language = |note| match visit.language {
        Language::Spanish => table.note_in_spanish(note).unwrap_or(note),
        Language::English => note,
    };
    let notes = table.notes(from, to, &codes).unwrap_or_default().into_iter().filter(|note| !note.is_empty());
    Ok(notes.map(in_language).collect())
}

fn row(visit: &Visit, about: &IndicatorAbout, ask: &Ask, (year, answer): &Year, chosen: &str) -> Row {
    let of = &answer.observation;
    // A source that tells nothing of the year is not its source.
    let tells = basis(answer).is_some() || ask.dataset.is_some();
    let used = of.editions.first().filter(|_| tells);
    let uncovered = || visit.t("ind-year-uncovered");
    let why = of.not_computable.as_ref().map(|why| if tells { speak::why(visit, why) } else { uncovered() });
    let flags = if tells { speak::flags(visit, answer) } else { Vec::new() };
    let shown = Ask { period: year.to_string().parse().ok(), ..ask.clone() };
    let count = |count: Option<u64>| count.map(format::integer).unwrap_or_default();
    Row {
        year: *year,
        href: address(&format!("/indicators/{}", about.id), &shown),
        value: of.value.map_or_else(|| "–".to_owned(), |value| speak::value(about.measured, value)),
        interval: of.interval.map(|span| speak::span(about.measured, span)).unwrap_or_default(),
        count: count(of.numerator.filter(|_| tells)),
        people: count(of.denominator),
        source: used.map(|used| catalogue::source_of(visit, used)).unwrap_or_default(),
        source_href: used.map(|used| used.address.clone()).unwrap_or_default(),
        notes: why.into_iter().chain(flags).collect(),
        chosen: of.period == chosen,
    }
}

fn table(title: String, years: &[Year]) -> DataTable {
    let columns = [
        Column::time("year"),
        Column::number("value", "as measured"),
        Column::number("low", "as measured"),
        Column::number("high", "as measured"),
        Column::count("numerator", "events"),
        Column::count("denominator", "inhabitants"),
        Column::text("dataset"),
        Column::text("edition"),
        Column::text("published"),
        Column::text("taxonomy"),
        Column::text("flags"),
        Column::text("not_computable"),
    ];
    let rows = years.iter().map(|(year, answer)| {
        let of = &answer.observation;
        let used = of.editions.first().filter(|_| basis(answer).is_some());
        let text = |text: Option<&String>| text.map_or(Value::Null, |text| json!(text));
        [
            json!(year.to_string()),
            json!(of.value),
            json!(of.interval.map(|span| span.low)),
            json!(of.interval.map(|span| span.high)),
            json!(of.numerator),
            json!(of.denominator),
            text(used.map(|used| &used.dataset)),
            text(used.map(|used| &used.edition)),
            text(used.map(|used| &used.published)),
            text(used.map(|used| &used.taxonomy)),
            json!(of.flags.join(" ")),
            json!(of.not_computable.as_ref().map(|why| why.code)),
        ]
    });
    DataTable::new("series", title, columns, rows)
}
