//! Months in which a place that always has incidents has none: it did not report. Such a month is
//! neither a zero in a trend nor part of a rate.

use crate::library::Library;
use crate::pages::ask::count;
use crate::pages::span::Span;
use std::collections::{BTreeMap, BTreeSet};
use tequio_frame::Problem;
use tequio_kernel::{CountRow, Counts, Dimension, Key, Month, Period, PlaceRef, Query};

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

/// What places have in each month, by their codes.
#[derive(Default)]
pub(crate) struct Series(BTreeMap<String, BTreeMap<Month, u64>>);

impl Series {
    /// Asks for the months of the places of a layer, one period after the other; none is all there is.
    pub(crate) fn ask<E>(
        layer: &str,
        query: &Query,
        periods: impl IntoIterator<Item = Option<Period>>,
        mut count: impl FnMut(&Query) -> Result<Counts, E>,
    ) -> Result<Self, E> {
        let mut query = Query { by: vec![Dimension::Place(layer.to_owned()), Dimension::Month], ..query.clone() };
        let mut series = Self::default();
        for period in periods {
            query.filter.period = period;
            for CountRow { keys, count } in count(&query)?.rows {
                if let [Key::Place { code, .. }, Key::Month(month)] = keys.as_slice() {
                    series.0.entry(code.clone()).or_default().insert(*month, count);
                }
            }
        }
        Ok(series)
    }

    /// The months of a place that has any incident.
    pub(crate) fn of(&self, code: &str) -> Option<&BTreeMap<Month, u64>> {
        self.0.get(code)
    }

    /// Months in which places did not report, each judged by its whole series. Places that always did are not among them.
    pub(crate) fn silent(&self, span: &Span) -> BTreeMap<String, Vec<Month>> {
        let silent = self.0.iter().map(|(code, counts)| (code.clone(), silent_months(span, counts)));
        silent.filter(|(_, months)| !months.is_empty()).collect()
    }
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
        let (layer, mut query) = (holder.layer.clone(), query.clone());
        query.filter.places = vec![holder];
        let series = Series::ask(&layer, &query, [None], |query| count(library, query).map(|answer| answer.counts))?;
        months.extend(series.silent(span).into_values().flatten());
    }
    Ok(months)
}

/// True where a place has no incident in a month: if a place that holds it was silent then, so was this one.
pub(crate) fn has_none(counts: Option<&BTreeMap<Month, u64>>, month: Month) -> bool {
    counts.is_none_or(|counts| !counts.contains_key(&month))
}

/// Silent months of a place together with those of its holders in which it has no incident.
pub(crate) fn with_held(mut silent: Vec<Month>, held: &[Month], counts: &BTreeMap<Month, u64>) -> Vec<Month> {
    silent.extend(held.iter().filter(|month| has_none(Some(counts), **month)));
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
        let series = Series::ask(layer, query, [None], |query| count(library, query).map(|answer| answer.counts))?;
        let (everywhere, asked) = (span.without_data(period), months_of(period));
        let within = |silent: Vec<Month>| {
            let silent = silent.into_iter().filter(|month| asked.contains(month));
            silent.chain(everywhere.iter().copied()).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
        };
        let places = series.silent(span).into_iter().map(|(code, silent)| (code, within(silent)));
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
    fn the_series_of_places_tell_who_was_silent() {
        let span = Span { months: ["2020-01", "2020-02", "2020-03"].map(month).to_vec(), missing: Vec::new() };
        let row = |code: &str, text: &str, count: u64| CountRow {
            keys: vec![Key::Place { code: code.to_owned(), name: String::new() }, Key::Month(month(text))],
            count,
        };
        let mut asked = Vec::new();
        let count = |query: &Query| {
            asked.push(query.filter.period.map(|period| period.to_string()).unwrap_or_default());
            let of_first = asked.len() == 1;
            let rows = [row("a", "2020-01", 50), row("b", "2020-01", 2)].into_iter().filter(|_| of_first);
            let later = (!of_first).then(|| row("a", "2020-03", 40));
            Ok::<_, ()>(Counts { rows: rows.chain(later).collect(), ..Counts::default() })
        };
        let periods = ["2020-01", "2020-02..2020-03"].map(|text| text.parse().ok());
        let series = Series::ask("states", &Query::default(), periods, count).expect("a series");
        assert_eq!(asked, ["2020-01", "2020-02..2020-03"]);
        assert_eq!(series.silent(&span), BTreeMap::from([("a".to_owned(), vec![month("2020-02")])]));
        assert!(has_none(series.of("b"), month("2020-02")) && !has_none(series.of("b"), month("2020-01")));
        assert!(has_none(series.of("c"), month("2020-01")), "a place without any incident has none then");
    }

    #[test]
    fn a_period_touches_its_months() {
        let months = |text: &str| months_of(text.parse().expect("a period"));
        assert_eq!(months("2019-12..2020-01"), [month("2019-12"), month("2020-01")]);
        assert_eq!(months("2020-02-29"), [month("2020-02")]);
    }
}
