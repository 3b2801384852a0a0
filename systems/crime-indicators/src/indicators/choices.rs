//! What a question may choose from: the sources that count a measure, their editions, the populations, the years.

use super::IndicatorError;
use super::counted::{classes, is_countable, is_of, known_measure, unit_of};
use crate::ask::Ask;
use crate::select::steps_of;
use crate::shelf::{OpenCounts, Shelf};
use tequio_kernel::{CountsAbout, Manifest, Period, Step, Unit};
use tequio_reference::series;

/// A source that counts what is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SourceChoice {
    /// Dataset, or reference series.
    pub id: String,
    /// Title in Spanish and English.
    pub title: (String, String),
    /// Its editions, newest first; empty for what is built in.
    pub editions: Vec<String>,
    /// True for invented figures.
    pub synthetic: bool,
}

/// What a source has to count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    /// Unit; any of events when `None`.
    pub unit: Option<Unit>,
    /// Measure.
    pub measure: &'a str,
}

impl Wanted<'_> {
    fn fits(self, manifest: &Manifest) -> Result<bool, IndicatorError> {
        let Some(counts) = &manifest.counts else { return Ok(false) };
        let unit =
            self.unit.is_none_or(|unit| unit == counts.unit) && (self.unit.is_some() || is_countable(counts.unit));
        Ok(unit && classes(manifest, known_measure(self.measure)?)?.is_some_and(|classes| classes.is_told()))
    }
}

/// The sources of a measure, datasets first.
///
/// # Errors
/// [`IndicatorError`] when the measure is not known or the data folder cannot be read.
pub(crate) fn sources(shelf: &Shelf, wanted: Wanted<'_>) -> Result<Vec<SourceChoice>, IndicatorError> {
    let measure = known_measure(wanted.measure)?;
    let mut all = Vec::new();
    for view in shelf.datasets()? {
        let Some(newest) = view.editions.first() else { continue };
        if wanted.fits(newest)? {
            let title = (newest.title.clone(), newest.title.clone());
            let editions = view.editions.iter().map(|edition| edition.edition.clone()).collect();
            all.push(SourceChoice { id: view.id, title, editions, synthetic: newest.synthetic });
        }
    }
    let built_in = series()?.iter().filter(|known| {
        is_of(known, measure, &known.place)
            && unit_of(known).is_some_and(|unit| wanted.unit.is_none_or(|wanted| wanted == unit))
    });
    all.extend(built_in.map(|known| SourceChoice {
        id: known.id.clone(),
        title: (known.title_es.clone(), known.title_en.clone()),
        editions: Vec::new(),
        synthetic: false,
    }));
    Ok(all)
}

/// Populations that a rate may be stated for, beside the built-in one.
///
/// # Errors
/// [`IndicatorError`] when the data folder cannot be read.
pub(crate) fn populations(shelf: &Shelf) -> Result<Vec<SourceChoice>, IndicatorError> {
    let is_people =
        |manifest: &Manifest| manifest.counts.as_ref().is_some_and(|counts| counts.unit == Unit::Inhabitant);
    let mut all: Vec<SourceChoice> = Vec::new();
    for view in shelf.datasets()? {
        let Some(newest) = view.editions.first().filter(|newest| is_people(newest)) else { continue };
        let title = (newest.title.clone(), newest.title.clone());
        let editions = view.editions.iter().map(|edition| edition.edition.clone()).collect();
        all.push(SourceChoice { id: view.id, title, editions, synthetic: newest.synthetic });
    }
    let built_in = series()?.iter().filter(|known| known.unit == "person");
    all.extend(built_in.map(|known| SourceChoice {
        id: known.id.clone(),
        title: (known.title_es.clone(), known.title_en.clone()),
        editions: Vec::new(),
        synthetic: false,
    }));
    Ok(all)
}

/// First and last year that the sources of a question tell anything of; `None` when there is none.
///
/// # Errors
/// [`IndicatorError`] when the measure is not known or the data folder cannot be read.
pub(crate) fn years(shelf: &Shelf, ask: &Ask, wanted: Wanted<'_>) -> Result<Option<(i16, i16)>, IndicatorError> {
    let measure = known_measure(wanted.measure)?;
    let is_named = |id: &str| ask.dataset.as_deref().is_none_or(|named| named == id);
    let mut spans: Vec<(i16, i16)> = Vec::new();
    for view in shelf.datasets()?.into_iter().filter(|view| is_named(&view.id)) {
        // An edition that the question names belongs to one dataset; the others have none of this name.
        let Ok(manifest) = shelf.manifest(&view.id, &ask.at) else { continue };
        let Some(counts) = manifest.counts.as_ref().filter(|counts| counts.covers(ask.place())) else { continue };
        if wanted.fits(&manifest)? {
            spans.extend(span_of(counts));
        }
    }
    let unit = |known| unit_of(known).is_some_and(|unit| wanted.unit.is_none_or(|wanted| wanted == unit));
    for known in series()?.iter().filter(|known| is_named(&known.id) && is_of(known, measure, ask.place())) {
        let years = known.observations.iter().map(|value| value.year);
        spans.extend(years.clone().min().zip(years.max()).filter(|_| unit(known)));
    }
    Ok(spans.into_iter().reduce(|(first, last), (from, until)| (first.min(from), last.max(until))))
}

fn span_of(counts: &CountsAbout) -> Option<(i16, i16)> {
    let (first, last): (Step, Step) = (counts.first.parse().ok()?, counts.cutoff.parse().ok()?);
    Some((first.year(), last.year()))
}

/// The offence of the only row that a figure of a measure rests on; `None` where it is a sum of rows.
///
/// # Errors
/// [`IndicatorError`] when the measure is not known.
pub(crate) fn only_offence(
    open: &OpenCounts,
    place: &str,
    measure: &str,
    period: &Period,
) -> Result<Option<String>, IndicatorError> {
    let Some(classes) = classes(&open.manifest, known_measure(measure)?)? else { return Ok(None) };
    let table = &open.table;
    let is_within = |code: &str| code == place || code.strip_prefix(place).is_some_and(|rest| rest.starts_with('-'));
    let rows = table.series.iter().filter(|key| {
        is_within(&table.places[key.place as usize].code)
            && classes.codes.contains(&table.offences[key.offence as usize].code)
    });
    let found: Vec<_> = rows.take(2).collect();
    Ok(match found.as_slice() {
        [key] if table.places[key.place as usize].code == place && steps_of(period, table.frequency).len() == 1 => {
            Some(table.offences[key.offence as usize].code.clone())
        }
        _ => None,
    })
}
