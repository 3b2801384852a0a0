//! What is asked of an indicator for a publication: runs of questions to one edition, or to one built-in series.

use crate::ask::Ask;
use crate::indicators::{Indicator, IndicatorError, Published, classes, is_countable, unit_of, whole_years};
use crate::shelf::{At, Shelf};
use std::ops::RangeInclusive;
use tequio_kernel::{CountsAbout, Manifest, Step};
use tequio_reference::{Series, measures, series};

/// The country; without it a dataset is asked for the states that it has.
const COUNTRY: &str = "MX";

/// The questions, those of one place and measure in a run. None where the indicator does not rest on such data.
///
/// # Errors
/// [`IndicatorError`] when the edition is not there.
pub(super) fn runs(
    shelf: &Shelf,
    indicator: &dyn Indicator,
    dataset: &str,
    edition: Option<&str>,
) -> Result<Vec<Vec<Ask>>, IndicatorError> {
    let Some(edition) = edition else {
        let known = series()?.iter().find(|known| known.id == dataset);
        return known.map_or(Ok(Vec::new()), |known| of_series(indicator.published(), known));
    };
    let at = At { edition: Some(edition.to_owned()), as_of: None };
    let manifest = shelf.manifest(dataset, &at)?;
    let Some(counts) = &manifest.counts else { return Ok(Vec::new()) };
    let (Ok(first), Ok(last)) = (counts.first.parse::<Step>(), counts.cutoff.parse::<Step>()) else {
        return Ok(Vec::new());
    };
    let base = Ask { dataset: Some(dataset.to_owned()), at, ..Ask::default() };
    let places = places(shelf, counts);
    Ok(match indicator.published() {
        Published::YearsAndStates => by_year(&base, &places, first.year()..=last.year()),
        Published::Years => by_year(&base, country_first(&places), first.year()..=last.year()),
        Published::Changes => changes(&base, &measures_of(&manifest)?, &places, whole_years(first, last)),
        Published::Survey(_) => Vec::new(),
    })
}

/// The country and its states, as far as they are covered.
fn places(shelf: &Shelf, counts: &CountsAbout) -> Vec<String> {
    let states = shelf.layers().iter().filter(|layer| layer.id.name == "states");
    let states = states.flat_map(|layer| layer.places.iter().map(|place| place.code.clone()));
    std::iter::once(COUNTRY.to_owned()).chain(states).filter(|code| counts.covers(code)).collect()
}

/// The country alone where it is there, else the states.
fn country_first(places: &[String]) -> &[String] {
    if places.first().is_some_and(|first| first == COUNTRY) { &places[..1] } else { places }
}

/// The national measures that an edition carries, where it counts events.
fn measures_of(manifest: &Manifest) -> Result<Vec<&'static str>, IndicatorError> {
    let mut carried = Vec::new();
    if manifest.counts.as_ref().is_some_and(|counts| is_countable(counts.unit)) {
        for measure in measures()? {
            carried.extend(classes(manifest, measure)?.map(|_| measure.id.as_str()));
        }
    }
    Ok(carried)
}

fn of_series(published: Published, known: &'static Series) -> Result<Vec<Vec<Ask>>, IndicatorError> {
    let years = known.observations.iter().map(|value| value.year);
    let Some((first, last)) = years.clone().min().zip(years.max()) else { return Ok(Vec::new()) };
    let base = Ask { dataset: Some(known.id.clone()), ..Ask::default() };
    let places = [known.place.clone()];
    Ok(match published {
        Published::YearsAndStates => by_year(&base, &places, first..=last),
        Published::Changes if unit_of(known).is_some_and(is_countable) && !known.measure.is_empty() => {
            changes(&base, &[&known.measure], &places, first..=last)
        }
        Published::Survey(all) if all.first() == Some(&known.id.as_str()) => survey(&base, &places, all)?,
        Published::Years | Published::Changes | Published::Survey(_) => Vec::new(),
    })
}

fn by_year(base: &Ask, places: &[String], years: RangeInclusive<i16>) -> Vec<Vec<Ask>> {
    let run = |place: &String| years.clone().filter_map(|year| of_year(base, place, year)).collect();
    places.iter().map(run).collect()
}

fn of_year(base: &Ask, place: &str, year: i16) -> Option<Ask> {
    Some(Ask { place: Some(place.to_owned()), period: Some(year.to_string().parse().ok()?), ..base.clone() })
}

/// The last year against the one before it, and against the first where that is another.
fn changes(base: &Ask, measures: &[&str], places: &[String], years: RangeInclusive<i16>) -> Vec<Vec<Ask>> {
    let (first, last) = years.into_inner();
    let against: Vec<i16> = [last - 1, first].into_iter().filter(|year| (first..last).contains(year)).collect();
    let against = if against.len() == 2 && against[0] == against[1] { &against[..1] } else { &against[..] };
    let run = |measure: &str, place: &String| -> Vec<Ask> {
        let base = Ask { measure: Some(measure.to_owned()), ..base.clone() };
        let now = of_year(&base, place, last);
        let ask = |year: &i16| Some(Ask { against: Some(year.to_string().parse().ok()?), ..now.clone()? });
        against.iter().filter_map(ask).collect()
    };
    measures.iter().flat_map(|measure| places.iter().map(|place| run(measure, place))).collect()
}

/// The years that every series of a survey has.
fn survey(base: &Ask, places: &[String], all: &[&str]) -> Result<Vec<Vec<Ask>>, IndicatorError> {
    let known: Vec<&Series> = series()?.iter().filter(|known| all.contains(&known.id.as_str())).collect();
    let Some(first) = known.first() else { return Ok(Vec::new()) };
    let mut years: Vec<i16> = first.observations.iter().map(|value| value.year).collect();
    years.dedup();
    years.retain(|year| known.iter().all(|series| series.value(*year).is_some()));
    let run = |place: &String| years.iter().filter_map(|year| of_year(base, place, *year)).collect();
    Ok(places.iter().map(run).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(years: RangeInclusive<i16>) -> Vec<(String, String)> {
        let runs = changes(&Ask::default(), &["homicide"], &["MX".to_owned()], years);
        let text = |period: Option<tequio_kernel::Period>| period.map(|period| period.to_string()).unwrap_or_default();
        runs.into_iter().flatten().map(|ask| (text(ask.period), text(ask.against))).collect()
    }

    #[test]
    fn the_last_year_is_compared_with_the_one_before_it_and_with_the_first() {
        let pair = |now: &str, before: &str| (now.to_owned(), before.to_owned());
        assert_eq!(asked(2015..=2024), [pair("2024", "2023"), pair("2024", "2015")]);
        assert_eq!(asked(2023..=2024), [pair("2024", "2023")]);
        assert_eq!(asked(2024..=2024), []);
        let (from, until) = (2025, 2024);
        assert_eq!(asked(from..=until), []);
    }

    #[test]
    fn a_survey_is_asked_for_the_years_that_all_its_series_have() {
        let all = ["mx-envipe-reported", "mx-envipe-file-opened"];
        let runs = survey(&Ask::default(), &["MX".to_owned()], &all).expect("series");
        let years: Vec<String> =
            runs.concat().iter().filter_map(|ask| ask.period.map(|period| period.to_string())).collect();
        assert_eq!(years, ["2019", "2023"]);
    }
}
