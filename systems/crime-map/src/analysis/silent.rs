//! Places that did not report in some month of the period: they have no figure there.

use super::{AnalysisError, Asked};
use crate::library::LibraryError;
use crate::pages::{Series, has_none, months_of};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use tequio_kernel::{Layer, Month, Period, Place, PlaceRef, Query};

/// Layer of the states.
const STATES: &str = "states";

/// Places of a layer that did not report in some month of the period.
#[derive(Default)]
pub(super) struct Silent {
    /// Codes of those that tell it by themselves.
    pub own: HashSet<String>,
    /// Codes of those that were silent with a place that holds them, where they have no incident in a month of its
    /// silence. A small place seldom has enough to tell by itself.
    pub held: HashSet<String>,
    /// Names of the holders.
    pub holders: Vec<String>,
}

impl Silent {
    /// Judges the places of a layer and those that hold them; of holders only those are named that hold a place asked for.
    pub(super) fn of(
        asked: &Asked<'_>,
        layer: &Layer,
        is_asked: impl Fn(&Place) -> bool,
    ) -> Result<Self, AnalysisError> {
        let Some(period) = asked.period() else { return Ok(Self::default()) };
        let own = series(asked, &layer.id.name, &asked.query)?;
        let above = silent_above(asked, layer, period)?;
        let codes = silent_in(asked, &own, period).into_keys().collect();
        let mut silent = Self { own: codes, ..Self::default() };
        if above.is_empty() {
            return Ok(silent);
        }
        let (territory, mut names) = (asked.library.territory()?, BTreeSet::new());
        for place in layer.places.iter().filter(|place| is_asked(place)) {
            for (holder, index) in territory.holders(layer, place) {
                let Some(held_by) = holder.places.get(index) else { continue };
                let months = above.get(&PlaceRef::new(&holder.id.name, &held_by.code));
                if months.is_some_and(|months| months.iter().any(|month| has_none(own.of(&place.code), *month))) {
                    silent.held.insert(place.code.clone());
                    names.insert(held_by.name.clone());
                }
            }
        }
        silent.holders = names.into_iter().collect();
        Ok(silent)
    }
}

/// The same of every place of the layers above, judged by all of theirs, whichever part of them was asked for.
fn silent_above(
    asked: &Asked<'_>,
    layer: &Layer,
    period: Period,
) -> Result<BTreeMap<PlaceRef, Vec<Month>>, AnalysisError> {
    let mut query = asked.query.clone();
    query.filter.places.clear();
    let (mut above, mut next) = (BTreeMap::new(), layer.within.clone());
    while let Some(holder) = next.take().and_then(|name| asked.library.layer(&name)) {
        let name = &holder.id.name;
        let silent = silent_in(asked, &series(asked, name, &query)?, period);
        above.extend(silent.into_iter().map(|(code, months)| (PlaceRef::new(name, &code), months)));
        next = holder.within.clone();
    }
    Ok(above)
}

/// Names of states that did not report in some month of the period, judged by what was asked for.
pub(super) fn silent_states(asked: &Asked<'_>) -> Result<Vec<String>, AnalysisError> {
    let Some((states, period)) = asked.library.layer(STATES).zip(asked.period()) else { return Ok(Vec::new()) };
    let series = match series(asked, STATES, &asked.query) {
        // Cells and states that may not be told together say nothing of each other.
        Err(AnalysisError::Library(LibraryError::Refused(_))) => return Ok(Vec::new()),
        series => series?,
    };
    let silent = silent_in(asked, &series, period);
    let named = states.places.iter().filter(|state| silent.contains_key(&state.code));
    Ok(named.map(|state| state.name.clone()).collect())
}

/// The whole series of the places of a layer, asked year by year, so that no answer has too many rows.
fn series(asked: &Asked<'_>, layer: &str, query: &Query) -> Result<Series, AnalysisError> {
    let years = asked.span.period().map(years).unwrap_or_default();
    Series::ask(layer, query, years.into_iter().map(Some), |query| {
        asked.look()?;
        Ok(asked.library.count(query, asked.principal)?.counts)
    })
}

/// Of the silent months those of the period; a month that nobody has is no silence.
fn silent_in(asked: &Asked<'_>, series: &Series, period: Period) -> BTreeMap<String, Vec<Month>> {
    let months = months_of(period);
    let mut silent = series.silent(&asked.span);
    silent.values_mut().for_each(|silent| silent.retain(|month| months.contains(month)));
    silent.retain(|_, silent| !silent.is_empty());
    silent
}

/// A period in pieces of at most a year.
fn years(period: Period) -> Vec<Period> {
    let mut pieces = Vec::new();
    let mut from = period.from;
    while from < period.until {
        let next = jiff::civil::Date::new(from.year() + 1, 1, 1).unwrap_or(period.until).min(period.until);
        pieces.push(Period { from, until: next });
        from = next;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_asked_year_by_year() {
        let pieces = |text: &str| years(text.parse().expect("a period"));
        let text: Vec<String> = pieces("2021-11..2023-02").iter().map(ToString::to_string).collect();
        assert_eq!(text, ["2021-11..2021-12", "2022", "2023-01..2023-02"]);
        assert_eq!(pieces("2020").len(), 1);
    }
}
