//! The inhabitants that a rate is stated for: built in, or of a dataset of a population.

use super::IndicatorError;
use super::counted::{Counted, edition_used};
use crate::ask::Ask;
use crate::select::Select;
use crate::shelf::{At, Shelf};
use std::collections::HashSet;
use tequio_kernel::indicator::EditionUsed;
use tequio_kernel::unit::{Inhabitants, Quantity};
use tequio_kernel::{Manifest, Unit};
use tequio_reference::series;

/// Code of the population at the middle of the year.
const MID_YEAR: &str = "population";
/// Dimension of the sexes.
const SEX: &str = "sex";
/// Files that tell a population by sex, with the datasets that they become.
const FILES_BY_SEX: &str = "CONAPO's file of the states (conapo-state-population), or its two files of the men and the women of the municipalities in one import (conapo-municipal-population),";

/// Inhabitants of the place asked for in a year, by the edition asked for.
pub(crate) fn denominator(
    shelf: &Shelf,
    ask: &Ask,
    year: i16,
) -> Result<Option<(Quantity<Inhabitants>, EditionUsed)>, IndicatorError> {
    let Some(name) = &ask.population else {
        // The built-in population is of everybody.
        let known = if ask.group.contains_key(SEX) { None } else { shelf.population(ask.place(), year) };
        return Ok(known.map(|(count, edition)| (Quantity::new(count), built_in(edition))));
    };
    if let Some(known) = series()?.iter().find(|known| known.id == *name) {
        let count = known.value(year).filter(|_| known.place == ask.place()).map(|value| value.value as u64);
        let unit = if known.unit == "person" { Unit::Inhabitant } else { return Err(not_population(name)) };
        let count = count.and_then(|count| Quantity::of(count, unit));
        return Ok(count.map(|count| (count, Counted::of_series(known).edition("denominator"))));
    }
    of_dataset(shelf, ask, name, year)
}

fn not_population(name: &str) -> IndicatorError {
    IndicatorError::Population(name.to_owned())
}

fn of_dataset(
    shelf: &Shelf,
    ask: &Ask,
    name: &str,
    year: i16,
) -> Result<Option<(Quantity<Inhabitants>, EditionUsed)>, IndicatorError> {
    let (dataset, edition) = name.split_once('@').map_or((name, None), |(id, edition)| (id, Some(edition.to_owned())));
    let open = shelf.open(dataset, &At { edition, as_of: None })?;
    if open.about.unit != Unit::Inhabitant {
        return Err(not_population(name));
    }
    let sexes: HashSet<&String> = open.table.groups.iter().filter_map(|known| known.get(SEX)).collect();
    if sexes.len() == 1 && !ask.group.contains_key(SEX) {
        // Women alone, or men alone, are not the inhabitants.
        return Ok(None);
    }
    let Ok(period) = year.to_string().parse() else { return Ok(None) };
    let total = open.total(&inhabitants(ask), &period);
    let count = total.is_complete().then(|| Quantity::of(total.value, open.about.unit)).flatten();
    Ok(count.map(|count| (count, edition_used("denominator", &open))))
}

/// The inhabitants that a question means, in an edition of a population. Beside those of the middle of the year, which
/// rates are of, an edition may give those of its start: the two are never added up.
pub(super) fn inhabitants(ask: &Ask) -> Select {
    let mut group = ask.group.clone();
    group.retain(|dimension, _| dimension == SEX);
    let offences = Some(HashSet::from([MID_YEAR.to_owned()]));
    Select { place: Some(ask.place().to_owned()), offences, group, undated: false }
}

/// Why there is no population for the years of a question, as code and words that say the way out.
///
/// # Errors
/// [`IndicatorError`] when the data folder cannot be read.
pub(super) fn no_population(shelf: &Shelf, ask: &Ask, years: &[i16]) -> Result<(&'static str, String), IndicatorError> {
    let when = years.iter().map(i16::to_string).collect::<Vec<_>>().join(" or ");
    let by = ask.population.as_deref().map_or_else(|| "the built-in edition".to_owned(), |name| format!("`{name}`"));
    let Some(sex) = ask.group.get(SEX) else {
        return Ok(("no-population", format!("no population of {} in {when} by {by}", ask.place())));
    };
    let way = match told_by_sex(shelf, ask, years)? {
        Some(dataset) => format!("give --population {dataset} (in an address population={dataset})"),
        None => format!("import {FILES_BY_SEX} and give that dataset as --population"),
    };
    Ok((
        "no-population-by-sex",
        format!("{by} has no population of {}, {sex}, in {when}: {way}, or leave out --sex", ask.place()),
    ))
}

/// A dataset that tells the inhabitants of the question by sex in all its years.
fn told_by_sex(shelf: &Shelf, ask: &Ask, years: &[i16]) -> Result<Option<String>, IndicatorError> {
    for view in shelf.datasets()? {
        let is_of_people =
            |edition: &Manifest| edition.counts.as_ref().is_some_and(|counts| counts.unit == Unit::Inhabitant);
        if !view.editions.first().is_some_and(is_of_people) {
            continue;
        }
        let known = years.iter().map(|year| of_dataset(shelf, ask, &view.id, *year));
        if known.collect::<Result<Option<Vec<_>>, _>>()?.is_some() {
            return Ok(Some(view.id));
        }
    }
    Ok(None)
}

/// Inhabitants of a place in a year by every imported edition of a population.
pub(crate) fn populations_on_shelf(
    shelf: &Shelf,
    place: &str,
    year: i16,
) -> Result<Vec<(u64, EditionUsed)>, IndicatorError> {
    let mut all = Vec::new();
    for view in shelf.datasets()? {
        let of_people = view.editions.into_iter().filter(|edition| {
            edition.counts.as_ref().is_some_and(|counts| counts.unit == Unit::Inhabitant && counts.covers(place))
        });
        for edition in of_people {
            let name = format!("{}@{}", edition.dataset, edition.edition);
            let ask = Ask { place: Some(place.to_owned()), ..Ask::default() };
            all.extend(of_dataset(shelf, &ask, &name, year)?.map(|(count, used)| (count.value(), used)));
        }
    }
    Ok(all)
}

pub(crate) fn built_in(edition: &str) -> EditionUsed {
    EditionUsed {
        role: "denominator",
        dataset: "population".to_owned(),
        edition: edition.to_owned(),
        published: String::new(),
        sha256: String::new(),
        unit: Unit::Inhabitant.to_string(),
        taxonomy: String::new(),
        address: String::new(),
        leaf_index: None,
        proof: String::new(),
    }
}
