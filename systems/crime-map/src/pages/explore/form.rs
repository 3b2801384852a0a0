//! The form of the explorer, and the filters that are set, each with the address without it.

use crate::library::{Library, OpenEdition};
use crate::pages::explore::state::State;
use crate::pages::faults::Faults;
use crate::pages::levels::{ShownLevel, area_layers, has_streets, layer_name};
use crate::pages::sentence::{days_in_words, hours_in_words};
use crate::pages::span::{Span, period_in_words};
use crate::states::name_with_holders;
use std::collections::BTreeSet;
use tequio_frame::{Problem, Visit, format};
use tequio_kernel::{PlaceRef, SmallSet};

/// What the form shows.
pub(crate) struct Form {
    pub datasets: Vec<Choice>,
    pub offences: Vec<Choice>,
    pub levels: Vec<Choice>,
    pub periods: Vec<Choice>,
    pub compares: Vec<Choice>,
    pub hours: Vec<Choice>,
    pub weekdays: Vec<Choice>,
    pub period: String,
    pub compare: String,
    pub hour: String,
    pub place: String,
    /// Name of that place, or how to write one.
    pub place_hint: String,
    /// True when a field that is folded away has a value.
    pub unfolded: bool,
    /// Filters that the form has no field for; they stay in the question.
    pub hidden: Vec<(String, String)>,
}

/// An entry of a list.
pub(crate) struct Choice {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

/// A filter that is set.
pub(crate) struct Chip {
    pub label: String,
    /// The address without it.
    pub href: String,
}

/// The form of a state.
pub(crate) fn form(
    library: &Library,
    visit: &Visit,
    edition: &OpenEdition,
    state: &State,
    span: &Span,
    faults: &Faults,
) -> Result<Form, Problem> {
    let filter = &state.query.filter;
    let place = filter.places.first();
    let written = |field: &str, read: Option<String>| faults.written(field).or(read).unwrap_or_default();
    let hour = written("hour", filter.hours.map(|hours| hours.to_string()));
    let compare = written("compare", state.compare.map(|period| period.to_string()));
    Ok(Form {
        datasets: with_written(datasets(library, edition)?, faults.written("dataset")),
        offences: with_written(offences(edition, &filter.offences), faults.written("offence")),
        levels: with_written(levels(library, visit, &state.level), faults.written("level")),
        periods: periods(visit, span),
        compares: compares(visit, state, span),
        hours: hours(visit),
        unfolded: faults.has("weekday") || filter.weekdays.is_some() || !hour.is_empty() || !compare.is_empty(),
        weekdays: with_written(weekday_choices(visit, filter.weekdays), faults.written("weekday")),
        period: written("period", filter.period.map(|period| period.to_string())),
        compare,
        hour,
        place: written("place", place.map(ToString::to_string)),
        place_hint: place.map_or_else(|| visit.t("field-place-hint"), |place| place_name(library, place)),
        hidden: hidden(state, faults),
    })
}

fn choice(value: impl Into<String>, label: impl Into<String>, chosen: bool) -> Choice {
    Choice { value: value.into(), label: label.into(), chosen }
}

pub(crate) fn datasets(library: &Library, edition: &OpenEdition) -> Result<Vec<Choice>, Problem> {
    let choices = library.datasets()?.into_iter().map(|dataset| {
        let title = dataset.editions.first().map_or_else(|| dataset.id.clone(), |newest| newest.title.clone());
        let chosen = dataset.id == edition.manifest.dataset.0;
        choice(dataset.id, title, chosen)
    });
    Ok(choices.collect())
}

pub(crate) fn offences(edition: &OpenEdition, asked: &[String]) -> Vec<Choice> {
    let known = edition.atlas.offences().iter();
    let first = asked.first();
    let mut offences: Vec<Choice> = known
        .map(|offence| {
            choice(offence.code.clone(), offence.name.clone(), first.is_some_and(|code| *code == offence.code))
        })
        .collect();
    // An offence with incidents of two classes stands twice in the atlas and once in the list.
    offences.sort_by(|a, b| (&a.label, &a.value).cmp(&(&b.label, &b.value)));
    offences.dedup_by(|a, b| a.value == b.value);
    offences
}

/// A list in which what was written is chosen, though it may be none of it.
pub(crate) fn with_written(mut choices: Vec<Choice>, written: Option<String>) -> Vec<Choice> {
    let Some(written) = written else { return choices };
    choices.iter_mut().for_each(|choice| choice.chosen = choice.value == written);
    if !choices.iter().any(|choice| choice.chosen) {
        choices.push(choice(written.clone(), written, true));
    }
    choices
}

fn hidden(state: &State, faults: &Faults) -> Vec<(String, String)> {
    let shown = ["dataset", "period", "hour", "weekday"];
    let mut first = BTreeSet::new();
    // The form has one field each for offence and place; further values stay as they are.
    let kept = state.query.pairs().into_iter().filter(|(name, _)| {
        let others = faults.leaves_others(name);
        let in_form = shown.contains(name) || (["offence", "place"].contains(name) && !others && first.insert(*name));
        // What has no answer and no field would come back with every question.
        !in_form && (!faults.has(name) || others)
    });
    kept.map(|(name, value)| (name.to_owned(), value)).chain(faults.further()).collect()
}

fn levels(library: &Library, visit: &Visit, level: &ShownLevel) -> Vec<Choice> {
    let mut all = vec![(ShownLevel::Auto, visit.t("level-auto"))];
    if library.layer("nation").is_some() {
        all.push((ShownLevel::Places("nation".to_owned()), layer_name(visit, "nation")));
    }
    let areas = area_layers(library).into_iter();
    all.extend(areas.map(|layer| (ShownLevel::Places(layer.id.name.clone()), layer_name(visit, &layer.id.name))));
    all.push((ShownLevel::Cells, visit.t("level-cells")));
    if has_streets(library) {
        all.push((ShownLevel::Streets, visit.t("level-streets")));
        all.push((ShownLevel::Segments, visit.t("level-segments")));
    }
    all.into_iter().map(|(known, label)| choice(known.value(), label, known == *level)).collect()
}

pub(crate) fn periods(visit: &Visit, span: &Span) -> Vec<Choice> {
    let latest = span.latest_year().map(|period| (period.to_string(), visit.t("period-latest")));
    let mut years: Vec<i16> = span.months.iter().map(|month| month.year).collect();
    years.dedup();
    let years = years.into_iter().rev().map(|year| (year.to_string(), year.to_string()));
    latest.into_iter().chain(years).map(|(value, label)| choice(value, label, false)).collect()
}

/// The periods that a period is usually compared with.
fn compares(visit: &Visit, state: &State, span: &Span) -> Vec<Choice> {
    let Some(period) = state.query.filter.period.or_else(|| span.latest_year()) else { return Vec::new() };
    let usual = [("compare-previous", period.previous()), ("compare-year-before", period.year_before())];
    let mut known = BTreeSet::new();
    let usual = usual.into_iter().filter_map(|(key, period)| Some((period?.to_string(), visit.t(key))));
    usual.filter(|(value, _)| known.insert(value.clone())).map(|(value, label)| choice(value, label, false)).collect()
}

fn hours(visit: &Visit) -> Vec<Choice> {
    let named = [
        ("6-11", "hours-morning"),
        ("12-18", "hours-afternoon"),
        ("0-5,19-23", "hours-night"),
        ("unknown", "hours-unknown"),
    ];
    named.map(|(value, key)| choice(value, visit.t(key), false)).into()
}

fn weekday_choices(visit: &Visit, days: Option<SmallSet>) -> Vec<Choice> {
    let chosen = &days.map(|days| days.to_string()).unwrap_or_default();
    let mut choices = vec![
        choice("", visit.t("field-weekday-all"), chosen.is_empty()),
        choice("1-5", visit.t("weekdays-working"), chosen == "1-5"),
        choice("6-7", visit.t("weekdays-weekend"), chosen == "6-7"),
    ];
    let single = (1..=7u8).map(|day| {
        let value = day.to_string();
        let is_chosen = value == *chosen;
        choice(value, format::weekday(visit.language, day), is_chosen)
    });
    choices.extend(single);
    let other = days.filter(|_| !choices.iter().any(|choice| choice.chosen));
    choices.extend(other.map(|days| choice(chosen, days_in_words(visit, days), true)));
    choices
}

/// Name of a place for people, with those of the places that hold it.
pub(crate) fn place_name(library: &Library, place: &PlaceRef) -> String {
    let named = library.territory().ok().and_then(|territory| name_with_holders(&territory, place));
    named.unwrap_or_else(|| place.to_string())
}

/// Name of an offence as the dataset writes it.
pub(crate) fn offence_name(edition: &OpenEdition, code: &str) -> String {
    let known = edition.atlas.offences().iter().find(|offence| offence.code == code);
    known.map_or_else(|| code.to_owned(), |offence| offence.name.clone())
}

/// The filters that are set.
pub(crate) fn chips(library: &Library, visit: &Visit, edition: &OpenEdition, state: &State) -> Vec<Chip> {
    let filter = &state.query.filter;
    let mut chips: Vec<Chip> = Vec::new();
    let mut add = |label: String, href: String| chips.push(Chip { label, href });
    if let Some(period) = filter.period {
        add(period_in_words(visit, period), state.with(|next| next.query.filter.period = None));
    }
    if let Some(period) = state.compare {
        let words = period_in_words(visit, period);
        add(visit.say("chip-compare", &[("period", words.into())]), state.with(|next| next.compare = None));
    }
    for (at, place) in filter.places.iter().enumerate() {
        add(place_name(library, place), state.with(|next| drop(next.query.filter.places.remove(at))));
    }
    for code in &filter.offences {
        add(offence_name(edition, code), state.with_offence(code));
    }
    for (at, class) in filter.classes.iter().enumerate() {
        let label = visit.t_or(&format!("class-{class}"), class);
        add(label, state.with(|next| drop(next.query.filter.classes.remove(at))));
    }
    if let Some(hours) = filter.hours {
        let words = hours_in_words(visit, hours);
        add(visit.say("chip-hours", &[("hours", words.into())]), state.with(|next| next.query.filter.hours = None));
    }
    if let Some(days) = filter.weekdays {
        add(days_in_words(visit, days), state.with(|next| next.query.filter.weekdays = None));
    }
    if filter.has_shape() {
        let href = state.with(|next| {
            let filter = &mut next.query.filter;
            (filter.bbox, filter.polygon, filter.circle) = (None, None, None);
        });
        add(visit.t("chip-area"), href);
    }
    chips
}
