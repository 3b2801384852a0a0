//! What an indicator counts: the figures of one measure, in one unit, from one edition, that its question means.

use super::IndicatorError;
use crate::ask::Ask;
use crate::select::{Select, Total, steps_of, within};
use crate::shelf::{OpenCounts, Shelf, ShelfError};
use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::sync::Arc;
use tequio_archive::ArchiveError;
use tequio_kernel::indicator::EditionUsed;
use tequio_kernel::{Frequency, Level, Manifest, Month, Period, Step, Unit};
use tequio_reference::{Measure, Series, measure, measure_leaves, measures, series};

/// Where figures come from.
#[derive(Clone)]
pub enum Source {
    /// An edition of a dataset.
    Edition(Arc<OpenCounts>),
    /// A published series that is built in: one country, by year.
    Series(&'static Series),
}

/// Figures of a measure from one source.
#[derive(Clone)]
pub struct Counted {
    /// Where they come from.
    pub source: Source,
    /// What is summed.
    pub select: Select,
    /// Classes of the measure that the source has no row of.
    pub classes_absent: usize,
}

/// What an indicator needs.
pub(super) struct Need<'a> {
    pub indicator: &'a str,
    /// Unit; any when `None`.
    pub unit: Option<Unit>,
    pub measure: &'a str,
    /// Finest places that have to be told apart.
    pub level: Level,
    /// True when months are needed.
    pub monthly: bool,
}

impl Counted {
    /// The figures that a question means; `None` when there are none of the kind.
    ///
    /// # Errors
    /// [`IndicatorError`] when the dataset named counts something else or does not exist.
    pub(super) fn find(shelf: &Shelf, ask: &Ask, need: &Need<'_>) -> Result<Option<Self>, IndicatorError> {
        let measure = known_measure(need.measure)?;
        match &ask.dataset {
            Some(name) => named(shelf, ask, need, measure, name),
            None => best(shelf, ask, need, measure),
        }
    }

    /// Every source of a measure, in any unit: all editions of all datasets, and the built-in series.
    ///
    /// # Errors
    /// [`IndicatorError`] when the data folder cannot be read.
    pub(crate) fn all(shelf: &Shelf, measure_id: &str, place: &str) -> Result<Vec<Self>, IndicatorError> {
        let measure = known_measure(measure_id)?;
        let mut all: Vec<Self> =
            series()?.iter().filter(|known| is_of(known, measure, place)).map(Self::of_series).collect();
        for view in shelf.datasets()? {
            for manifest in view.editions {
                let covers = manifest.counts.as_ref().is_some_and(|counts| counts.covers(place));
                // A part of the offences carries no claim about them.
                let whole = classes(&manifest, measure)?.filter(|classes| covers && classes.absent == 0);
                let Some(classes) = whole else { continue };
                let open = shelf.open_manifest(manifest)?;
                all.push(Self::of_edition(open, classes, place, Default::default()));
            }
        }
        Ok(all)
    }

    pub(crate) fn of_series(series: &'static Series) -> Self {
        Self { source: Source::Series(series), select: Select::default(), classes_absent: 0 }
    }

    fn of_edition(open: Arc<OpenCounts>, classes: Classes, place: &str, group: tequio_kernel::Group) -> Self {
        let select = Select { place: Some(place.to_owned()), offences: Some(classes.codes), group };
        Self { source: Source::Edition(open), select, classes_absent: classes.absent }
    }

    /// What one figure counts; `None` for a series of rates.
    pub fn unit(&self) -> Option<Unit> {
        match &self.source {
            Source::Edition(open) => Some(open.about.unit),
            Source::Series(series) => unit_of(series),
        }
    }

    /// Months or years.
    pub fn frequency(&self) -> Frequency {
        match &self.source {
            Source::Edition(open) => open.table.frequency,
            Source::Series(_) => Frequency::Year,
        }
    }

    /// Taxonomy edition of the offences.
    pub fn taxonomy(&self) -> &str {
        match &self.source {
            Source::Edition(open) => &open.about.taxonomy,
            Source::Series(series) => &series.taxonomy,
        }
    }

    /// True for invented figures.
    pub fn is_synthetic(&self) -> bool {
        matches!(&self.source, Source::Edition(open) if open.manifest.synthetic)
    }

    /// What a reader has to know of every sum: that it is invented, or that it is a part, since rows of the source were
    /// rejected or classes of the measure have none.
    pub fn flags(&self) -> Vec<&'static str> {
        let lacks_rows = matches!(&self.source, Source::Edition(open) if open.manifest.rejected.total > 0);
        let synthetic = self.is_synthetic().then_some("synthetic");
        synthetic.into_iter().chain((lacks_rows || self.classes_absent > 0).then_some("partial")).collect()
    }

    /// The edition, for the record.
    pub fn edition(&self, role: &'static str) -> EditionUsed {
        match &self.source {
            Source::Edition(open) => edition_used(role, open),
            Source::Series(series) => EditionUsed {
                role,
                dataset: series.id.clone(),
                edition: "built-in".to_owned(),
                published: String::new(),
                sha256: String::new(),
                unit: series.unit.clone(),
                taxonomy: series.taxonomy.clone(),
                address: String::new(),
                leaf_index: None,
                proof: String::new(),
            },
        }
    }

    /// Sum over a period.
    pub fn total(&self, period: &Period) -> Total {
        match &self.source {
            Source::Edition(open) => open.total(&self.select, period),
            Source::Series(series) => series_total(series, period),
        }
    }

    /// First and last observed period.
    pub fn extent(&self) -> Option<(Step, Step)> {
        match &self.source {
            Source::Edition(open) => Some((open.about.first.parse().ok()?, open.about.cutoff.parse().ok()?)),
            Source::Series(series) => {
                let years = series.observations.iter().map(|value| Step::Year(value.year));
                Some((years.clone().min()?, years.max()?))
            }
        }
    }

    /// The years that it has whole, in order.
    pub fn whole_years(&self) -> Vec<i16> {
        let mut years: Vec<i16> = match &self.source {
            Source::Series(series) => series.observations.iter().map(|value| value.year).collect(),
            Source::Edition(_) => {
                let Some((first, last)) = self.extent() else { return Vec::new() };
                whole_years(first, last).collect()
            }
        };
        years.dedup();
        years
    }
}

/// The years that lie whole within figures from one period to another; none where there is none.
pub(crate) fn whole_years(first: Step, last: Step) -> RangeInclusive<i16> {
    let from = if is_start(first) { first.year() } else { first.year() + 1 };
    let until = if is_end(last) { last.year() } else { last.year() - 1 };
    from..=until
}

fn is_start(step: Step) -> bool {
    !matches!(step, Step::Month(month) if month.month != 1)
}

fn is_end(step: Step) -> bool {
    !matches!(step, Step::Month(month) if month.month != 12)
}

/// A dataset edition, for the record.
pub(crate) fn edition_used(role: &'static str, open: &OpenCounts) -> EditionUsed {
    let OpenCounts { manifest, about, .. } = open;
    let leaf_index = open.leaf_index();
    EditionUsed {
        role,
        dataset: manifest.dataset.0.clone(),
        edition: manifest.edition.clone(),
        published: manifest.known_from().to_owned(),
        sha256: manifest.content_sha256.clone(),
        unit: about.unit.to_string(),
        taxonomy: about.taxonomy.clone(),
        address: format!("/figures/{}/{}", manifest.dataset, manifest.edition),
        leaf_index,
        proof: leaf_index.map(|_| proof_address(manifest)).unwrap_or_default(),
    }
}

/// Address of the proof of an edition; with the name of a figure added, of the figure.
pub(crate) fn proof_address(manifest: &Manifest) -> String {
    format!("/proof?dataset={}&edition={}", manifest.dataset, manifest.edition)
}

/// The measure of an id.
pub(crate) fn known_measure(id: &str) -> Result<&'static Measure, IndicatorError> {
    measure(id)?.map_or_else(
        || {
            let known = measures()?.iter().map(|measure| measure.id.as_str()).collect::<Vec<_>>().join(", ");
            Err(IndicatorError::Measure { measure: id.to_owned(), known })
        },
        Ok,
    )
}

/// The classes that carry a measure in a dataset.
pub(crate) struct Classes {
    /// Codes of all of them.
    pub codes: HashSet<String>,
    /// How many of them the dataset has no row of.
    pub absent: usize,
}

/// The classes that carry a measure in a dataset; `None` when its taxonomy has no such concept or the dataset has none
/// of them: a dataset of one offence says nothing, not even zero, of another.
pub(crate) fn classes(manifest: &Manifest, measure: &Measure) -> Result<Option<Classes>, IndicatorError> {
    let Some(counts) = &manifest.counts else { return Ok(None) };
    if tequio_reference::taxonomy(&counts.taxonomy)?.is_none() {
        return Ok(None);
    }
    let codes: HashSet<String> = measure_leaves(measure, &counts.taxonomy)?.into_iter().map(str::to_owned).collect();
    let present = counts.offences.iter().filter(|code| codes.contains(*code)).count();
    let absent = if counts.offences.is_empty() { 0 } else { codes.len() - present };
    Ok((absent < codes.len()).then_some(Classes { codes, absent }))
}

fn named(
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
    let classes = classes(&open.manifest, measure)?;
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

/// Real before invented, what covers the period before what does not, coarser before finer, newer before older.
fn best(
    shelf: &Shelf,
    ask: &Ask,
    need: &Need<'_>,
    measure: &'static Measure,
) -> Result<Option<Counted>, IndicatorError> {
    let mut found: Vec<(Order, Manifest, Classes)> = Vec::new();
    for view in shelf.datasets()? {
        let manifest = match shelf.manifest(&view.id, &ask.at) {
            // A dataset that has no such edition, or had none on that day, is not the one that is meant.
            Err(ShelfError::Archive(ArchiveError::Missing { .. })) => continue,
            manifest => manifest?,
        };
        let Some(counts) = &manifest.counts else { continue };
        let fits = need.unit.is_none_or(|unit| unit == counts.unit)
            && (need.unit.is_some() || is_countable(counts.unit))
            && counts.level >= need.level
            && counts.covers(ask.place())
            && (!need.monthly || counts.frequency == Frequency::Month);
        let carried = if fits { classes(&manifest, measure)? } else { None };
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
            let misses = absent > 0 || gaps > 0;
            let series = if misses || synthetic { built_in()? } else { None };
            let has = |counted: &Counted| ask.period.is_none_or(|period| counted.total(&period).is_complete());
            if let Some(series) = series.filter(|series| has(series) && (misses || ask.period.is_some())) {
                return Ok(Some(series));
            }
            let open = shelf.open_manifest(manifest)?;
            Ok(Some(Counted::of_edition(open, classes, ask.place(), ask.group.clone())))
        }
        None => built_in(),
    }
}

/// True for a unit that events are counted in; inhabitants and objectives are no events.
pub(crate) fn is_countable(unit: Unit) -> bool {
    !matches!(unit, Unit::Inhabitant | Unit::Objective | Unit::Estimate)
}

/// True when January to December of some year lie within the figures.
fn has_whole_year(counts: &tequio_kernel::CountsAbout) -> bool {
    let (Ok(first), Ok(last)) = (counts.first.parse::<Step>(), counts.cutoff.parse::<Step>()) else { return false };
    !whole_years(first, last).is_empty()
}

/// Months or years of a period that the figures do not reach.
fn gaps(counts: &tequio_kernel::CountsAbout, period: &Period) -> usize {
    let steps = steps_of(period, counts.frequency);
    let (Ok(first), Ok(last)) = (counts.first.parse::<Step>(), counts.cutoff.parse::<Step>()) else {
        return steps.len();
    };
    steps.iter().filter(|step| !(first..=last).contains(step) || !within(**step, period)).count()
}

pub(crate) fn unit_of(series: &Series) -> Option<Unit> {
    match series.unit.as_str() {
        "person" => Some(Unit::Inhabitant),
        unit => unit.parse().ok(),
    }
}

pub(super) fn is_of(series: &Series, measure: &Measure, place: &str) -> bool {
    series.measure == measure.id && series.place == place && unit_of(series).is_some()
}

/// Years of a built-in series, each whole or missing.
fn series_total(series: &Series, period: &Period) -> Total {
    let mut total = Total::default();
    let last = series.observations.iter().map(|value| value.year).max().unwrap_or(i16::MIN);
    for step in steps_of(period, Frequency::Year) {
        let whole = within(step, period)
            && (Month { year: step.year() + 1, month: 1 }).first_day().is_some_and(|day| day <= period.until);
        match series.value(step.year()).filter(|_| whole) {
            // Built-in series of counts hold whole numbers.
            Some(value) => {
                let count = value.value.round().max(0.0) as u64;
                total.value += count;
                total.complete.push(step);
                total.steps.push((step, crate::select::Sum { value: count, observed: 1, ..Default::default() }));
            }
            None if step.year() > last => total.not_yet.push(step),
            None => total.missing.push(step),
        }
    }
    total
}
