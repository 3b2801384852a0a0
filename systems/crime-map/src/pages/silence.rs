//! Months in which a place that always has incidents has none: it did not report. Such a month is
//! neither a zero in a trend nor part of a rate.

use crate::library::Library;
use crate::pages::ask::count;
use crate::pages::span::Span;
use crate::pages::trend::by_month;
use std::collections::{BTreeMap, BTreeSet};
use tequio_frame::Problem;
use tequio_kernel::{CountRow, Dimension, Key, Month, Period, PlaceRef, Query};

/// A place whose usual month has at least this many incidents and has none in some month did not
/// report: with a Poisson mean of 30, none at all happens by chance once in 10^13 months.
const MEDIAN_MIN: u64 = 30;

/// Months of a series with no incident although the place usually has many.
pub(crate) fn silent_months(span: &Span, counts: &BTreeMap<Month, u64>) -> Vec<Month> {
    let mut sorted: Vec<u64> = counts.values().copied().collect();
    sorted.sort_unstable();
    let median = sorted.get(sorted.len() / 2).copied().unwrap_or(0);
    let silent = |month: &&Month| !span.missing.contains(month) && !counts.contains_key(month);
    if median < MEDIAN_MIN { Vec::new() } else { span.months.iter().filter(silent).copied().collect() }
}

/// Months in which some place that holds a place was silent. A neighbourhood seldom has enough incidents to tell by
/// itself that it did not report; its municipality has.
pub(crate) fn silent_above(
    library: &Library,
    query: &Query,
    span: &Span,
    holders: impl IntoIterator<Item = PlaceRef>,
) -> Result<Vec<Month>, Problem> {
    let mut months = Vec::new();
    for holder in holders {
        let mut query = Query { by: vec![Dimension::Month], ..query.clone() };
        query.filter.places = vec![holder];
        months.extend(silent_months(span, &by_month(&count(library, &query)?.counts.rows)));
    }
    Ok(months)
}

/// Silent months of a place together with those of its holders in which it has no incident.
pub(crate) fn with_held(mut silent: Vec<Month>, held: &[Month], counts: &BTreeMap<Month, u64>) -> Vec<Month> {
    silent.extend(held.iter().filter(|month| !counts.contains_key(month)));
    silent.sort_unstable();
    silent.dedup();
    silent
}

/// The months that a period touches.
pub(crate) fn months_of(period: Period) -> Vec<Month> {
    let last = Month::of(period.until.yesterday().unwrap_or(period.from));
    std::iter::successors(Some(Month::of(period.from)), |month| Some(month.next())).take_while(|m| *m <= last).collect()
}

/// The months of a period of which nothing is known, for every place of a layer.
#[derive(Default)]
pub(crate) struct Silences {
    /// Those of places that were silent in some month, with those that nobody has.
    places: BTreeMap<String, Vec<Month>>,
    /// Those that nobody has.
    everywhere: Vec<Month>,
}

impl Silences {
    /// Asks for the months of each place of the layer. What is silence is judged by the whole series, as on the page of
    /// each place, and only then looked up in the period.
    pub(crate) fn ask(
        library: &Library,
        query: &Query,
        layer: &str,
        span: &Span,
        period: Option<Period>,
    ) -> Result<Self, Problem> {
        let Some(period) = period else { return Ok(Self::default()) };
        let mut query = Query { by: vec![Dimension::Place(layer.to_owned()), Dimension::Month], ..query.clone() };
        query.filter.period = None;
        let counts = count(library, &query)?.counts;
        let mut places: BTreeMap<String, BTreeMap<Month, u64>> = BTreeMap::new();
        for CountRow { keys, count } in counts.rows {
            if let [Key::Place { code, .. }, Key::Month(month)] = keys.as_slice() {
                places.entry(code.clone()).or_default().insert(*month, count);
            }
        }
        let everywhere = span.without_data(period);
        let asked = months_of(period);
        let within = |counts: &BTreeMap<Month, u64>| {
            let silent = silent_months(span, counts).into_iter().filter(|month| asked.contains(month));
            silent.chain(everywhere.iter().copied()).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
        };
        let places = places.into_iter().map(|(code, counts)| (code, within(&counts)));
        Ok(Self { places: places.filter(|(_, months)| !months.is_empty()).collect(), everywhere })
    }

    /// The months of the period of which nothing is known of a place.
    pub(crate) fn of(&self, code: &str) -> &[Month] {
        self.places.get(code).unwrap_or(&self.everywhere)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        text.parse().expect("a month")
    }

    #[test]
    fn a_silent_month_is_not_a_zero_where_there_are_always_many() {
        let span = Span { months: ["2020-01", "2020-02", "2020-03"].map(month).to_vec(), missing: Vec::new() };
        let many = BTreeMap::from([(month("2020-01"), 500), (month("2020-03"), 400)]);
        assert_eq!(silent_months(&span, &many), [month("2020-02")]);
        assert_eq!(silent_months(&span, &BTreeMap::from([(month("2020-01"), 3)])), []);
    }

    #[test]
    fn a_place_is_silent_with_its_holder_unless_it_has_incidents() {
        let counts = BTreeMap::from([(month("2020-01"), 2)]);
        let held = ["2020-01", "2020-02"].map(month);
        assert_eq!(with_held(vec![month("2020-03")], &held, &counts), ["2020-02", "2020-03"].map(month));
    }

    #[test]
    fn a_period_touches_its_months() {
        let months = |text: &str| months_of(text.parse().expect("a period"));
        assert_eq!(months("2019-12..2020-01"), [month("2019-12"), month("2020-01")]);
        assert_eq!(months("2020-02-29"), [month("2020-02")]);
    }
}
