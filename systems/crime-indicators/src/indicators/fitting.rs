//! Which edition or series a question means: the one that it names, or the one that fits it best; and why none does.

use super::IndicatorError;
use super::counted::{Classes, Counted, Need, classes, is_countable, is_of, known_measure, unit_of, whole_years};
use crate::ask::Ask;
use crate::select::{steps_of, within};
use crate::shelf::{Shelf, ShelfError};
use tequio_archive::ArchiveError;
use tequio_kernel::{CountsAbout, Frequency, Level, Manifest, Period, Step, Unit};
use tequio_reference::{Measure, Series, series};

/// The figures of the dataset or series that a question names; `None` when it has none of them for the place.
///
/// # Errors
/// [`IndicatorError`] when there is no such dataset, or it counts another unit.
pub(super) fn named(
    shelf: &Shelf,
    ask: &Ask,
    need: &Need<'_>,
    measure: &'static Measure,
    name: &str,
) -> Result<Option<Counted>, IndicatorError> {
    if let Some(known) = series()?.iter().find(|known| known.id == name) {
        check_unit(need, name, unit_of(known))?;
        return Ok(is_of(known, measure, ask.place()).then(|| Counted::of_series(known)));
    }
    let open = shelf.open(name, &ask.at)?;
    check_unit(need, name, Some(open.about.unit))?;
    if !open.about.covers(ask.place()) {
        return Ok(None);
    }
    let classes = classes(&open.manifest, measure)?.filter(Classes::is_told);
    Ok(classes.map(|codes| Counted::of_edition(open, codes, ask.place(), ask.group.clone())))
}

fn check_unit(need: &Need<'_>, dataset: &str, found: Option<Unit>) -> Result<(), IndicatorError> {
    match (need.unit, found) {
        (Some(expected), Some(found)) if found != expected => Err(IndicatorError::Unit {
            indicator: need.indicator.to_owned(),
            dataset: dataset.to_owned(),
            found,
            expected,
        }),
        _ => Ok(()),
    }
}

/// Classes and periods it lacks, whether it is invented, its level, its cut-off: the least is the best.
type Order = (usize, usize, bool, Level, std::cmp::Reverse<String>);

/// The figures that fit a question best: real before invented, what covers the period before what does not, coarser before finer, newer before
/// older.
///
/// # Errors
/// [`IndicatorError`] when the data folder cannot be read.
pub(super) fn best(
    shelf: &Shelf,
    ask: &Ask,
    need: &Need<'_>,
    measure: &'static Measure,
) -> Result<Option<Counted>, IndicatorError> {
    let mut found: Vec<(Order, Manifest, Classes)> = Vec::new();
    for view in shelf.datasets()? {
        let Some(manifest) = meant(shelf, ask, &view.id)? else { continue };
        let Some(counts) = &manifest.counts else { continue };
        let is_fit = fits(need, counts) && counts.covers(ask.place());
        let carried = if is_fit { classes(&manifest, measure)?.filter(Classes::is_told) } else { None };
        if let Some(classes) = carried {
            let gaps = ask.period.map_or_else(|| usize::from(!has_whole_year(counts)), |period| gaps(counts, &period));
            let newest = std::cmp::Reverse(counts.cutoff.clone());
            let order = (classes.absent, gaps, manifest.synthetic, counts.level, newest);
            found.push((order, manifest, classes));
        }
    }
    let best = found.into_iter().min_by(|a, b| a.0.cmp(&b.0));
    let built_in = || -> Result<Option<Counted>, IndicatorError> {
        let fits = |known: &&Series| {
            is_of(known, measure, ask.place())
                && unit_of(known).is_some_and(|unit| need.unit.is_none_or(|wanted| wanted == unit))
        };
        // A built-in series has one edition, which nobody can have meant by a name or a day.
        let usable = need.level <= Level::Nation
            && !need.monthly
            && ask.group.is_empty()
            && ask.at == crate::shelf::At::default();
        Ok(series()?.iter().find(|known| usable && fits(known)).map(Counted::of_series))
    };
    match best {
        // A built-in series that has the period is better than a dataset that has not, or that is invented.
        Some(((absent, gaps, synthetic, ..), manifest, classes)) => {
            let open = shelf.open_manifest(manifest)?;
            let edition = Counted::of_edition(open, classes, ask.place(), ask.group.clone());
            let last = |counted: &Counted| counted.whole_years().last().copied();
            let is_older = |series: &Counted| ask.period.is_none() && last(&edition) < last(series);
            let misses = absent > 0 || gaps > 0;
            let series = if misses || synthetic || ask.period.is_none() { built_in()? } else { None };
            // The newest year is not hidden behind an edition that ends before it.
            if let Some(newer) = series.as_ref().filter(|series| !synthetic && is_older(series)) {
                return Ok(Some(newer.clone()));
            }
            let has = |counted: &Counted| ask.period.is_none_or(|period| counted.total(&period).is_complete());
            if let Some(series) = series.filter(|series| has(series) && (misses || ask.period.is_some())) {
                return Ok(Some(series));
            }
            Ok(Some(edition))
        }
        None => built_in(),
    }
}

/// The edition of a dataset that a question means; `None` when the dataset has no such edition, or had none on that day:
/// then it is not the dataset that is meant.
fn meant(shelf: &Shelf, ask: &Ask, dataset: &str) -> Result<Option<Manifest>, IndicatorError> {
    match shelf.manifest(dataset, &ask.at) {
        Err(ShelfError::Archive(ArchiveError::Missing { .. })) => Ok(None),
        manifest => Ok(Some(manifest?)),
    }
}

/// True when an edition counts in the unit, of places as fine and periods as short as needed, wherever they are.
fn fits(need: &Need<'_>, counts: &CountsAbout) -> bool {
    need.unit.is_none_or(|unit| unit == counts.unit)
        && (need.unit.is_some() || is_countable(counts.unit))
        && counts.level >= need.level
        && (!need.monthly || counts.frequency == Frequency::Month)
}

/// Most states that are named of those that a dataset covers.
const STATES_NAMED: usize = 3;

/// Why nothing counts what a question means, as code and words: a dataset has it of other places only, or none has it.
///
/// # Errors
/// [`IndicatorError`] when the data folder cannot be read.
pub(super) fn why_none(
    shelf: &Shelf,
    ask: &Ask,
    need: &Need<'_>,
    what: &str,
) -> Result<(&'static str, String), IndicatorError> {
    let measure = known_measure(need.measure)?;
    for view in shelf.datasets()? {
        if ask.dataset.as_ref().is_some_and(|name| *name != view.id) {
            continue;
        }
        let Some(manifest) = meant(shelf, ask, &view.id)? else { continue };
        let Some(carried) = classes(&manifest, measure)? else { continue };
        let is_fit = manifest.counts.as_ref().is_some_and(|counts| fits(need, counts) && counts.covers(ask.place()));
        if is_fit && !carried.is_told() {
            let detail = format!(
                "dataset `{}` has no row of {} of the {} offences of {}: a part of them is no measure of all",
                view.id,
                carried.absent,
                carried.codes.len(),
                need.measure
            );
            return Ok(("offences-absent", detail));
        }
        let elsewhere = manifest.counts.as_ref().filter(|counts| fits(need, counts) && !counts.covers(ask.place()));
        let Some(counts) = elsewhere else { continue };
        if let Some(first) = counts.coverage.first() {
            return Ok(("not-covered", covers_only(&view.id, &counts.coverage, first, ask.place())));
        }
    }
    Ok(("no-data", format!("no dataset here counts {what}")))
}

fn covers_only(dataset: &str, coverage: &[String], first: &str, asked: &str) -> String {
    let named = coverage.iter().take(STATES_NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = coverage.len().saturating_sub(STATES_NAMED);
    let more = if more > 0 { format!(" and {more} more states") } else { String::new() };
    let is_above = coverage.iter().any(|code| code.starts_with(&format!("{asked}-")));
    let what = if is_above { format!("not the whole of {asked}") } else { format!("nothing of {asked}") };
    format!(
        "dataset `{dataset}` covers only {named}{more} and {what}: give a place of it, --place {first} (in an address place={first})"
    )
}

/// True when January to December of some year lie within the figures.
fn has_whole_year(counts: &CountsAbout) -> bool {
    let (Ok(first), Ok(last)) = (counts.first.parse::<Step>(), counts.cutoff.parse::<Step>()) else { return false };
    !whole_years(first, last).is_empty()
}

/// Months or years of a period that the figures do not reach.
fn gaps(counts: &CountsAbout, period: &Period) -> usize {
    let steps = steps_of(period, counts.frequency);
    let (Ok(first), Ok(last)) = (counts.first.parse::<Step>(), counts.cutoff.parse::<Step>()) else {
        return steps.len();
    };
    steps.iter().filter(|step| !(first..=last).contains(step) || !within(**step, period)).count()
}
