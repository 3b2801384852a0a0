//! Values, periods, flags and reasons in the words of the reader.

use crate::indicators::Answer;
use tequio_frame::{Visit, format};
use tequio_kernel::indicator::{EditionUsed, Measured, NotComputable, Span};
use tequio_kernel::{IndicatorAbout, Month, Period};

/// A value with the sign that belongs to it.
pub(crate) fn value(measured: Measured, value: f64) -> String {
    match measured {
        Measured::Per100000 => format::rate(value),
        Measured::Percent => format!("{}%", format::decimal(value, 1)),
        Measured::Share => format!("{}%", format::decimal(value * 100.0, 1)),
        Measured::Events => format::decimal(value, 0),
    }
}

/// Both ends of an interval.
pub(crate) fn span(measured: Measured, span: Span) -> String {
    format!("{} – {}", value(measured, span.low), value(measured, span.high))
}

/// What the value counts, per what: `carpetas de investigación por cada 100 mil habitantes`.
pub(crate) fn unit(visit: &Visit, about: &IndicatorAbout, unit: &str) -> String {
    let counted = counted(visit, unit);
    match about.measured {
        Measured::Per100000 => visit.say("ind-per-100000", &[("unit", counted.into())]),
        Measured::Share => visit.say("ind-share-of", &[("unit", counted.into())]),
        Measured::Events => visit.say("ind-events-adjusted", &[("unit", counted.into())]),
        Measured::Percent => visit.t_or(&format!("ind-percent-{}", about.id), ""),
    }
}

/// A unit in the plural: `carpetas de investigación`.
pub(crate) fn counted(visit: &Visit, unit: &str) -> String {
    visit.t_or(&format!("ind-unit-{unit}"), &visit.t("ind-unit-events"))
}

/// The unit that an answer counts; empty when it counts none.
pub(crate) fn unit_of(answer: &Answer) -> &str {
    answer.details.get("unit").and_then(serde_json::Value::as_str).unwrap_or_default()
}

/// A period in words; empty when there is none.
pub(crate) fn period(visit: &Visit, text: &str) -> String {
    text.parse().map_or_else(|_| text.to_owned(), |period| period_in_words(visit, &period))
}

/// A period of whole months in words: a year, a month, or from one to another.
pub(crate) fn period_in_words(visit: &Visit, period: &Period) -> String {
    let last = Month::of(period.until.yesterday().unwrap_or(period.from));
    let first = Month::of(period.from);
    let whole_years = first.month == 1 && last.month == 12;
    match (first == last, whole_years) {
        (true, _) => visit.month(first),
        (_, true) if first.year == last.year => first.year.to_string(),
        (_, true) => format!("{}–{}", first.year, last.year),
        _ => format!("{} – {}", visit.month_short(first), visit.month_short(last)),
    }
}

/// Why there is no value; what the data says of it follows where it is in the reader's language.
pub(crate) fn why(visit: &Visit, why: &NotComputable) -> String {
    visit.t_or(&format!("why-{}", why.code), &why.detail)
}

/// What a reader has to know of the value, one line for each flag.
pub(crate) fn flags(visit: &Visit, answer: &Answer) -> Vec<String> {
    let of = |flag: &&'static str| match *flag {
        "bounded" => bounds(visit, answer),
        flag => Some(visit.t_or(&format!("ind-flag-{flag}"), flag)),
    };
    answer.observation.flags.iter().filter_map(of).collect()
}

fn bounds(visit: &Visit, answer: &Answer) -> Option<String> {
    let bounds = answer.details.get("bounds")?;
    let (low, high) = (bounds["low"].as_f64()?, bounds["high"].as_f64()?);
    let args = [("low", format::rate(low).into()), ("high", format::rate(high).into())];
    Some(visit.say("ind-flag-bounded", &args))
}

/// An edition with its links.
pub(crate) struct Edition {
    pub role: String,
    pub dataset: String,
    pub edition: String,
    /// Page of the edition; empty for what is built in.
    pub href: String,
    pub published: String,
    pub unit: String,
    pub taxonomy: String,
    /// Page that proves the figure; empty for what is built in.
    pub proof: String,
}

impl Edition {
    pub(crate) fn of(visit: &Visit, used: &EditionUsed, proof: String) -> Self {
        Self {
            role: visit.t_or(&format!("ind-role-{}", used.role), used.role),
            dataset: dataset(visit, used),
            edition: edition(visit, &used.edition),
            href: used.address.clone(),
            published: used.published.clone(),
            unit: counted(visit, &used.unit),
            taxonomy: taxonomy(visit, &used.taxonomy),
            proof,
        }
    }
}

/// Title of a dataset that is built in, else its name.
pub(crate) fn dataset(visit: &Visit, used: &EditionUsed) -> String {
    let known = tequio_reference::series().ok().and_then(|all| all.iter().find(|known| known.id == used.dataset));
    match known {
        Some(known) => super::catalogue::choose(visit, &known.title_es, &known.title_en).to_owned(),
        None => visit.t_or(&format!("ind-dataset-{}", used.dataset), &used.dataset),
    }
}

/// Name of an edition; what is built in says so.
pub(crate) fn edition(visit: &Visit, name: &str) -> String {
    if name == "built-in" { visit.t("ind-built-in") } else { name.to_owned() }
}

/// Title of a classification; empty where there is none.
pub(crate) fn taxonomy(visit: &Visit, id: &str) -> String {
    let known = tequio_reference::taxonomy(id).ok().flatten();
    known.map_or_else(
        || id.to_owned(),
        |known| super::catalogue::choose(visit, &known.title_es, &known.title_en).to_owned(),
    )
}

/// A short name of a classification, for the head of a line in a chart.
pub(crate) fn taxonomy_short(visit: &Visit, id: &str) -> String {
    visit.t_or(&format!("ind-taxonomy-{id}"), id)
}
