//! Rates of the places below one, each by the rules of the rate of a single place.

use super::counted::{Counted, Need, Source, edition_used};
use super::population::{built_in, inhabitants};
use super::rate::{LEVEL, PER, middle_year, parts_of};
use super::{IndicatorError, is_pseudo};
use crate::ask::Ask;
use crate::select::Sum;
use crate::shelf::{At, OpenCounts, Shelf};
use std::collections::BTreeMap;
use tequio_kernel::indicator::{EditionUsed, Span};
use tequio_kernel::{IndicatorAbout, Period, Unit};
use tequio_methods::poisson::interval;
use tequio_reference::{POPULATION_EDITION, series};

/// A place with its rate.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PlaceRate {
    pub code: String,
    pub name: String,
    /// Events; `None` when months are missing.
    pub count: Option<u64>,
    pub people: Option<u64>,
    /// Rate per 100,000 with its interval; `None` where there is no whole count or no population.
    pub rate: Option<(f64, Span)>,
    /// Place in the order of the rates, 1 the highest; equal rates share it.
    pub rank: Option<usize>,
    /// Why there is no rate.
    pub why: Option<&'static str>,
}

/// Rates of places in a period.
pub(crate) struct PlaceRates {
    pub numerator: EditionUsed,
    pub denominator: EditionUsed,
    pub synthetic: bool,
    /// What pseudo-units count, which are in no place.
    pub unplaced: u64,
    /// Rows, the highest rate first, those without one last.
    pub rows: Vec<PlaceRate>,
}

/// Rates of the places of a layer within the place asked for; `None` when nothing here tells them apart.
///
/// # Errors
/// [`IndicatorError`] when the question cannot be asked.
pub(crate) fn rates_by_place(
    shelf: &Shelf,
    ask: &Ask,
    about: &IndicatorAbout,
    layer: &str,
    period: &Period,
) -> Result<Option<PlaceRates>, IndicatorError> {
    let (parts, level) = parts_of(layer);
    let measure = about.measure.as_deref().unwrap_or_default();
    let need = Need { indicator: &about.id, unit: about.unit, measure, level, monthly: false };
    let asked = Ask { period: Some(*period), ..ask.clone() };
    let Some(counted) = Counted::find(shelf, &asked, &need)? else { return Ok(None) };
    let Source::Edition(open) = &counted.source else { return Ok(None) };
    let total = counted.total(period);
    if open.about.level < level || !total.not_yet.is_empty() || total.steps.is_empty() {
        return Ok(None);
    }
    let Some((people, denominator)) = people(shelf, ask, layer, parts, middle_year(period))? else { return Ok(None) };
    let sums = open.by_place(&counted.select, parts, period);
    let unplaced = sums.iter().filter(|(code, _)| is_pseudo(code)).map(|(_, sum)| sum.value).sum();
    Ok(Some(PlaceRates {
        numerator: counted.edition("numerator"),
        denominator,
        synthetic: counted.is_synthetic(),
        unplaced,
        rows: ranked(rows(shelf, ask.place(), layer, open, &sums, &people)),
    }))
}

/// The places of the territory that the edition is about, and those that only the edition knows.
fn rows(
    shelf: &Shelf,
    within: &str,
    layer: &str,
    open: &OpenCounts,
    sums: &BTreeMap<String, Sum>,
    people: &BTreeMap<String, u64>,
) -> Vec<PlaceRate> {
    let known = shelf.layers().iter().filter(|known| known.id.name == layer).flat_map(|known| &known.places);
    let mut names: BTreeMap<&str, &str> = known
        .map(|place| (place.code.as_str(), place.name.as_str()))
        .filter(|(code, _)| open.about.covers(code))
        .collect();
    for code in sums.keys().filter(|code| !is_pseudo(code)) {
        names.entry(code).or_insert_with(|| open.place_name(code).unwrap_or_default());
    }
    let is_within = |code: &str| code.strip_prefix(within).is_some_and(|rest| rest.starts_with('-'));
    let inside = names.into_iter().filter(|(code, _)| is_within(code));
    inside
        .map(|(code, name)| {
            let sum = sums.get(code).copied().unwrap_or_default();
            row(code, name, count_of(open, sum), people.get(code).copied())
        })
        .collect()
}

/// The whole count of a place; where zeros have no rows, no row is zero.
fn count_of(open: &OpenCounts, sum: Sum) -> Option<u64> {
    let is_whole = sum.missing == 0 && sum.not_yet == 0;
    let has_any = sum.observed > 0 || open.about.absent_is_zero;
    (is_whole && has_any).then_some(sum.value)
}

fn row(code: &str, name: &str, count: Option<u64>, people: Option<u64>) -> PlaceRate {
    let why = match (count, people) {
        (None, _) => Some("months-missing"),
        (_, None) => Some("no-population"),
        (_, Some(0)) => Some("no-inhabitants"),
        _ => None,
    };
    let rate = count.zip(people).filter(|(_, people)| *people > 0).and_then(|(count, people)| {
        let scale = PER / people as f64;
        let ends = interval(count, LEVEL).ok()?;
        Some((count as f64 * scale, Span { low: ends.low * scale, high: ends.high * scale, level: LEVEL }))
    });
    PlaceRate { code: code.to_owned(), name: name.to_owned(), count, people, rate, rank: None, why }
}

fn ranked(mut rows: Vec<PlaceRate>) -> Vec<PlaceRate> {
    let value = |row: &PlaceRate| row.rate.map_or(f64::NEG_INFINITY, |(value, _)| value);
    rows.sort_by(|a, b| value(b).total_cmp(&value(a)).then_with(|| a.name.cmp(&b.name)));
    let mut last: Option<(f64, usize)> = None;
    for (index, row) in rows.iter_mut().enumerate() {
        let Some((value, _)) = row.rate else { continue };
        let rank = last.filter(|(before, _)| before.total_cmp(&value).is_eq()).map_or(index + 1, |(_, rank)| rank);
        row.rank = Some(rank);
        last = Some((value, rank));
    }
    rows
}

type People = (BTreeMap<String, u64>, EditionUsed);

/// Inhabitants by place, of the edition asked for.
fn people(shelf: &Shelf, ask: &Ask, layer: &str, parts: usize, year: i16) -> Result<Option<People>, IndicatorError> {
    let Some(name) = &ask.population else {
        if ask.group.contains_key("sex") {
            return Ok(None);
        }
        let known = shelf.populations(layer, year).into_iter().map(|(code, count)| (code.to_owned(), count));
        return Ok(Some((known.collect(), built_in(POPULATION_EDITION))));
    };
    // A reference series is of the country only.
    if series()?.iter().any(|known| known.id == *name) {
        return Ok(None);
    }
    let (dataset, edition) = name.split_once('@').map_or((name.as_str(), None), |(id, edition)| (id, Some(edition)));
    let open = shelf.open(dataset, &At { edition: edition.map(str::to_owned), as_of: None })?;
    if open.about.unit != Unit::Inhabitant {
        return Err(IndicatorError::Population(name.clone()));
    }
    let Ok(period) = year.to_string().parse() else { return Ok(None) };
    let sums = open.by_place(&inhabitants(ask), parts, &period);
    let whole = sums.into_iter().filter(|(_, sum)| sum.observed > 0 && sum.missing == 0 && sum.not_yet == 0);
    Ok(Some((whole.map(|(code, sum)| (code, sum.value)).collect(), edition_used("denominator", &open))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_rates_share_a_rank_and_no_rate_has_none() {
        let of = |name: &str, count, people| row("MX-01-001", name, count, people);
        let rows = ranked(vec![
            of("a", Some(1), Some(1_000)),
            of("b", Some(5), Some(1_000)),
            of("c", Some(2), Some(2_000)),
            of("d", None, Some(1_000)),
            of("e", Some(3), None),
            of("f", Some(0), Some(1_000)),
        ]);
        let ranks: Vec<(&str, Option<usize>)> = rows.iter().map(|row| (row.name.as_str(), row.rank)).collect();
        assert_eq!(ranks, [("b", Some(1)), ("a", Some(2)), ("c", Some(2)), ("f", Some(4)), ("d", None), ("e", None)]);
        assert_eq!((rows[4].why, rows[5].why), (Some("months-missing"), Some("no-population")));
    }
}
