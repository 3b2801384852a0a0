//! The ways in which a claim can be computed.

use super::ClaimError;
use super::verdict::{Checked, Lack, Test, Verdict};
use crate::indicators::{Counted, PER, Source, built_in, middle_year, parts_of};
use crate::select::Total;
use crate::shelf::Shelf;
use tequio_kernel::indicator::EditionUsed;
use tequio_kernel::{Month, Period, Unit};
use tequio_methods::concentration::{PlaceCount, top_share};
use tequio_methods::rounding::reproduces;
use tequio_reference::{Claim, Series, Statement, series};

/// Tests a claim in every way that the data here allows.
///
/// # Errors
/// [`ClaimError`] when the data folder cannot be read.
pub fn check(shelf: &Shelf, claim: &Claim) -> Result<Checked, ClaimError> {
    let sources = Counted::all(shelf, &claim.measure, &claim.place)?;
    let mut tests = Vec::new();
    for source in sources.iter().filter(|source| counts_events(source)) {
        tests.extend(ways(shelf, claim, source)?);
    }
    // Of equal tests of one series in several editions the newest comes first; what reproduces comes before what does not.
    tests.sort_by_key(|test| !test.reproduces);
    let lacks = lacks(claim, &sources, &tests);
    Ok(Checked {
        id: claim.id.clone(),
        text: (claim.text_es.clone(), claim.text_en.clone()),
        measure: claim.measure.clone(),
        place: claim.place.clone(),
        stated: claim.stated.clone(),
        verdict: Verdict::of(&tests),
        tests,
        missing: lacks.iter().map(|lack| missing(claim, lack)).collect(),
        lacks,
    })
}

fn counts_events(source: &Counted) -> bool {
    !matches!(source.unit(), None | Some(Unit::Inhabitant | Unit::Objective | Unit::Estimate))
}

fn ways(shelf: &Shelf, claim: &Claim, source: &Counted) -> Result<Vec<Test>, ClaimError> {
    let periods: Vec<Period> = claim.periods.iter().filter_map(|text| text.parse().ok()).collect();
    Ok(match (claim.statement, periods.as_slice()) {
        (Statement::Level, [period]) => level(claim, source, period),
        (Statement::Rate, [period]) => rates(shelf, claim, source, period)?,
        (Statement::Change, [before, now]) => changes(shelf, claim, source, before, now)?,
        (Statement::Change, []) => windows(shelf, claim, source)?,
        (Statement::ShareOfTop, []) => {
            let years = source.whole_years().into_iter().filter_map(|year| year.to_string().parse().ok());
            years.filter_map(|period| share(claim, source, &period)).collect()
        }
        (Statement::ShareOfTop, [period, ..]) => share(claim, source, period).into_iter().collect(),
        // A level or a rate without a period is tried for every whole year.
        (_, _) => {
            let mut tests = Vec::new();
            for period in source.whole_years().iter().filter_map(|year| year.to_string().parse().ok()) {
                tests.extend(match claim.statement {
                    Statement::Level => level(claim, source, &period),
                    _ => rates(shelf, claim, source, &period)?,
                });
            }
            tests
        }
    })
}

fn whole(source: &Counted, period: &Period) -> Option<Total> {
    let total = source.total(period);
    (total.is_complete() && !total.complete.is_empty()).then_some(total)
}

fn level(claim: &Claim, source: &Counted, period: &Period) -> Vec<Test> {
    let total = whole(source, period);
    total.map(|total| test(claim, source, None, &[*period], "count", total.value as f64)).into_iter().collect()
}

fn rates(shelf: &Shelf, claim: &Claim, source: &Counted, period: &Period) -> Result<Vec<Test>, ClaimError> {
    let Some(total) = whole(source, period) else { return Ok(Vec::new()) };
    let people = populations(shelf, &claim.place, middle_year(period))?;
    let rate = |(count, edition): (u64, EditionUsed)| {
        test(claim, source, Some(edition), &[*period], "rate", total.value as f64 / count as f64 * PER)
    };
    Ok(people.into_iter().filter(|(count, _)| *count > 0).map(rate).collect())
}

fn changes(
    shelf: &Shelf,
    claim: &Claim,
    source: &Counted,
    before: &Period,
    now: &Period,
) -> Result<Vec<Test>, ClaimError> {
    let (Some(first), Some(second)) = (whole(source, before), whole(source, now)) else { return Ok(Vec::new()) };
    let months = |period: &Period| Month::of(period.until).index() - Month::of(period.from).index();
    // Periods of different lengths, or of the same days, make no change.
    if first.value == 0 || months(before) != months(now) || before.until > now.from {
        return Ok(Vec::new());
    }
    let ratio = second.value as f64 / first.value as f64;
    let periods = [*before, *now];
    let mut tests = vec![test(claim, source, None, &periods, "change-of-counts", (ratio - 1.0) * 100.0)];
    let later = populations(shelf, &claim.place, middle_year(now))?;
    for (count, edition) in populations(shelf, &claim.place, middle_year(before))? {
        let same = later.iter().find(|(_, other)| other.dataset == edition.dataset && other.edition == edition.edition);
        let Some((second, _)) = same.filter(|(second, _)| *second > 0) else { continue };
        let of_rates = (ratio * count as f64 / *second as f64 - 1.0) * 100.0;
        tests.push(test(claim, source, Some(edition), &periods, "change-of-rates", of_rates));
    }
    Ok(tests)
}

/// A change over so many years that names none: every pair of whole years that far apart.
fn windows(shelf: &Shelf, claim: &Claim, source: &Counted) -> Result<Vec<Test>, ClaimError> {
    let span = i16::from(claim.span_years.unwrap_or(1));
    let years = source.whole_years();
    let mut tests = Vec::new();
    for first in years.iter().filter(|year| years.contains(&(*year + span))) {
        let period = |year: i16| year.to_string().parse::<Period>();
        if let (Ok(before), Ok(now)) = (period(*first), period(first + span)) {
            tests.extend(
                changes(shelf, claim, source, &before, &now)?.into_iter().filter(|t| t.of == "change-of-counts"),
            );
        }
    }
    Ok(tests)
}

fn share(claim: &Claim, source: &Counted, period: &Period) -> Option<Test> {
    let top = claim.top.as_ref()?;
    let Source::Edition(open) = &source.source else { return None };
    let (parts, level) = parts_of(&top.layer);
    let total = whole(source, period)?;
    if open.about.level < level || total.value == 0 {
        return None;
    }
    let sums = open.by_place(&source.select, parts, period);
    let real = sums.iter().filter(|(code, _)| !crate::indicators::is_pseudo(code));
    let places: Vec<PlaceCount<'_>> = real.map(|(code, sum)| PlaceCount { code, count: sum.value }).collect();
    let found = top_share(&places, usize::try_from(top.n).ok()?).ok()?;
    Some(test(claim, source, None, &[*period], "share", found.events as f64 / total.value as f64 * 100.0))
}

fn test(
    claim: &Claim,
    source: &Counted,
    denominator: Option<EditionUsed>,
    periods: &[Period],
    of: &'static str,
    value: f64,
) -> Test {
    let edition = source.edition("numerator");
    Test {
        series: edition.dataset.clone(),
        unit: edition.unit.clone(),
        edition,
        denominator,
        periods: periods.iter().map(ToString::to_string).collect(),
        of,
        value,
        // What is stated was read before: it is understood.
        reproduces: reproduces(&claim.stated, value).unwrap_or(false),
        note: if source.is_synthetic() { "synthetic".to_owned() } else { String::new() },
    }
}

/// Inhabitants of a place in a year by every edition of the population that is here.
fn populations(shelf: &Shelf, place: &str, year: i16) -> Result<Vec<(u64, EditionUsed)>, ClaimError> {
    let mut all: Vec<(u64, EditionUsed)> =
        shelf.population(place, year).map(|(count, edition)| (count, built_in(edition))).into_iter().collect();
    let known = series().map_err(crate::indicators::IndicatorError::from)?;
    let of_people = |known: &&'static Series| known.unit == "person" && known.place == place;
    all.extend(
        known.iter().filter(of_people).filter_map(|known| {
            Some((known.value(year)?.value as u64, Counted::of_series(known).edition("denominator")))
        }),
    );
    all.extend(crate::indicators::populations_on_shelf(shelf, place, year)?);
    Ok(all)
}

/// Counts that would be needed to test the claim, or to test it in more ways.
fn lacks(claim: &Claim, sources: &[Counted], tests: &[Test]) -> Vec<Lack> {
    let is_tested = |unit: Unit| tests.iter().any(|test| test.unit == unit.name());
    let carries = |unit: Unit| unit != Unit::Death || claim.measure.starts_with("homicide");
    let units = [Unit::CaseFile, Unit::Victim, Unit::Death].into_iter();
    let lacking = units.filter(|unit| !is_tested(*unit) && carries(*unit));
    let lack = |unit| Lack { unit, of_other_periods: sources.iter().any(|source| source.unit() == Some(unit)) };
    lacking.map(lack).collect()
}

/// The same in a sentence.
fn missing(claim: &Claim, lack: &Lack) -> String {
    let period = match claim.periods.as_slice() {
        [] => "any period".to_owned(),
        periods => periods.join(" and "),
    };
    let what = if lack.of_other_periods { "for" } else { "at all, for" };
    let by = claim.top.as_ref().map(|top| format!(" by {}", top.layer)).unwrap_or_default();
    format!("no {} counts of {}{by} {what} {period} in {}", lack.unit, claim.measure, claim.place)
}
