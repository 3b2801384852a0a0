//! What an indicator counts: the figures of one measure, in one unit, from one edition, that its question means.

use super::IndicatorError;
use super::fitting::{best, named};
use crate::ask::Ask;
use crate::importers::Reason;
use crate::select::{Select, Total, steps_of, within};
use crate::shelf::{OpenCounts, Shelf};
use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::sync::Arc;
use tequio_kernel::indicator::EditionUsed;
use tequio_kernel::{Frequency, Level, Manifest, Period, Step, Unit};
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
    /// The figures that a question means; `None` when there are none of the kind, and [`super::fitting::why_none`] says why.
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

    pub(super) fn of_edition(
        open: Arc<OpenCounts>,
        classes: Classes,
        place: &str,
        group: tequio_kernel::Group,
    ) -> Self {
        let select = Select { place: Some(place.to_owned()), offences: Some(classes.codes), group, undated: false };
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

    /// What a reader has to know of every sum: that it is invented; that it is a part, since rows of the source were
    /// rejected or classes of the measure have none; that the source states some figures with two values.
    pub fn flags(&self) -> Vec<&'static str> {
        let rejected = match &self.source {
            Source::Edition(open) => Some(&open.manifest.rejected),
            Source::Series(_) => None,
        };
        let rows = |reason: Reason| {
            rejected.and_then(|rejected| rejected.by_reason.get(reason.code())).copied().unwrap_or_default()
        };
        // A row that says again what another said is in the figures.
        let lacks_rows = rejected.is_some_and(|rejected| rejected.total > rows(Reason::DuplicateFigure));
        let conflicts = rows(Reason::ConflictingFigure) > 0;
        let flags = [
            (self.is_synthetic(), "synthetic"),
            (lacks_rows || self.classes_absent > 0, "partial"),
            (conflicts, "conflicting"),
        ];
        flags.into_iter().filter(|(holds, _)| *holds).map(|(_, flag)| flag).collect()
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

    /// Events registered in a period of which the year is not specified: they are in no sum over it.
    pub fn undated(&self, period: &Period) -> u64 {
        match &self.source {
            Source::Edition(open) => open.undated(&self.select, period),
            Source::Series(_) => 0,
        }
    }

    /// Why it has no figure of a period that is made of other steps than its own; `None` when it may have one.
    pub fn too_coarse(&self, period: &Period) -> Option<String> {
        let whole = |step: Step| within(step, period);
        let coarse = self.frequency() == Frequency::Year && !steps_of(period, Frequency::Year).into_iter().all(whole);
        coarse.then(|| format!("the figures are yearly and {period} is not made of whole years: name years"))
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
        let years: Vec<i16> = match &self.source {
            Source::Series(series) => series.observations.iter().map(|value| value.year).collect(),
            Source::Edition(_) => {
                let Some((first, last)) = self.extent() else { return Vec::new() };
                whole_years(first, last).collect()
            }
        };
        let mut years = years;
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
    /// True when it has no row of a whole offence (*subtipo*), and not only of some of its ways (*modalidades*).
    pub lacks_offences: bool,
}

impl Classes {
    /// True when the dataset tells the measure: a part of the offences is no measure of all of them.
    pub(crate) fn is_told(&self) -> bool {
        !self.lacks_offences
    }
}

/// The classes that carry a measure in a dataset; `None` when its taxonomy has no such concept or the dataset has none
/// of them: a dataset of one offence says nothing, not even zero, of another.
pub(crate) fn classes(manifest: &Manifest, measure: &Measure) -> Result<Option<Classes>, IndicatorError> {
    let Some(counts) = &manifest.counts else { return Ok(None) };
    let Some(taxonomy) = tequio_reference::taxonomy(&counts.taxonomy)? else { return Ok(None) };
    let leaves = measure_leaves(measure, &counts.taxonomy)?;
    if counts.offences.is_empty() {
        let codes: HashSet<String> = leaves.into_iter().map(str::to_owned).collect();
        return Ok((!codes.is_empty()).then_some(Classes { codes, absent: 0, lacks_offences: false }));
    }
    let stated: HashSet<&str> = counts.offences.iter().map(String::as_str).collect();
    // A source may state a class as a whole: that is of the measure where all its leaves are, and none is stated as well.
    let whole = |class: &&tequio_reference::Node| {
        let below: Vec<&str> = taxonomy.leaves_under(&class.code).map(|leaf| leaf.code.as_str()).collect();
        stated.contains(class.code.as_str())
            && !taxonomy.is_leaf(&class.code)
            && below.iter().all(|leaf| leaves.contains(leaf) && !stated.contains(leaf))
    };
    let wholes: Vec<&str> = taxonomy.nodes.iter().filter(whole).map(|class| class.code.as_str()).collect();
    let told = |leaf: &&&str| stated.contains(**leaf) || wholes.iter().any(|class| taxonomy.is_within(leaf, class));
    let absent = leaves.len() - leaves.iter().filter(told).count();
    let is_carried = absent < leaves.len();
    let offence_of = |leaf: &&str| taxonomy.node(leaf).and_then(|node| node.parent.as_deref());
    let offences = |leaves: &mut dyn Iterator<Item = &&str>| leaves.map(offence_of).collect::<HashSet<_>>().len();
    let all_offences = offences(&mut leaves.iter());
    // Where zeros have no rows, an offence without one is one without an event.
    let lacks_offences = !counts.absent_is_zero && offences(&mut leaves.iter().filter(told)) < all_offences;
    let codes = leaves.into_iter().chain(wholes).map(str::to_owned).collect();
    Ok(is_carried.then_some(Classes { codes, absent, lacks_offences }))
}

/// True for a unit that events are counted in; inhabitants and objectives are no events.
pub(crate) fn is_countable(unit: Unit) -> bool {
    !matches!(unit, Unit::Inhabitant | Unit::Objective | Unit::Estimate)
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
    for step in steps_of(period, Frequency::Year) {
        match series.value(step.year()).filter(|_| within(step, period)) {
            // Built-in series of counts hold whole numbers.
            Some(value) => {
                let count = value.value.round().max(0.0) as u64;
                total.value += count;
                total.complete.push(step);
                total.steps.push((step, crate::select::Sum { value: count, observed: 1, ..Default::default() }));
            }
            // Nothing says that a year after its last will still come.
            None => total.missing.push(step),
        }
    }
    total
}
