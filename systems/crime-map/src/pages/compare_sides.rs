//! One place of a comparison, with everything that is asked about it.

use crate::analysis::Uncompared;
use crate::library::Library;
use crate::pages::ask::{Kept, count};
use crate::pages::change::{Change, Periods, verdict_in_short};
use crate::pages::coverage::{Coverage, Covers};
use crate::pages::place::layer_kind;
use crate::pages::place_children::{href_of, name_of};
use crate::pages::place_subject::{holders, references};
use crate::pages::rate::{NoRate, Rate};
use crate::pages::silence::{months_of, silent_above, silent_months, with_held};
use crate::pages::span::Span;
use crate::pages::trend::{by_month, value};
use crate::spoken::Tongue;
use std::sync::Arc;
use tequio_frame::{Problem, Visit, format};
use tequio_kernel::{Counts, Dimension, Layer, Month, Period, Place, PlaceRef, Query};

/// What every place is asked.
pub(crate) struct Asked<'a> {
    pub library: &'a Library,
    /// Dataset, edition and offences; neither place nor period.
    pub query: Query,
    pub coverage: Coverage,
    pub kept: Kept,
    pub span: Span,
    pub period: Option<Period>,
}

/// A place of the comparison.
pub(crate) struct Side {
    pub reference: PlaceRef,
    pub name: String,
    /// Layer of the place.
    pub layer: Arc<Layer>,
    pub href: String,
    pub covers: Covers,
    pub count: u64,
    pub rate: Result<Rate, NoRate>,
    /// Which edition of the population the rate is over; empty when none.
    pub population_edition: String,
    pub change: Option<Result<Change, Uncompared>>,
    /// Every month; without data for a month in which the place or the source was silent.
    pub months: Vec<(Month, Option<u64>)>,
    /// Offences of the period.
    pub offences: Counts,
    pub place: Place,
    /// Places that hold it.
    pub holders: Vec<PlaceRef>,
}

impl Asked<'_> {
    /// Asks everything about a place.
    pub(crate) fn side(&self, layer: &Arc<Layer>, index: usize) -> Result<Side, Problem> {
        let place = &layer.places[index];
        let reference = PlaceRef::new(&layer.id.name, &place.code);
        let covers = self.coverage.of_place(layer, place);
        let ask = |by: Dimension, period: Option<Period>, any_offence: bool| {
            let mut query = Query { by: vec![by], ..self.query.clone() };
            query.filter.period = period;
            query.filter.places = vec![reference.clone()];
            if any_offence {
                query.filter.offences.clear();
            }
            count(self.library, &query).map(|answer| answer.counts)
        };
        // Whether a place reported is judged by all its offences: of one offence there may well be none.
        let all = by_month(&ask(Dimension::Month, None, true)?.rows);
        let held_by = references(&holders(self.library, layer, place));
        let mut everywhere = self.query.clone();
        everywhere.filter.offences.clear();
        let held = silent_above(self.library, &everywhere, &self.span, held_by.clone())?;
        let silent = with_held(silent_months(&self.span, &all), &held, &all);
        let counts = by_month(&ask(Dimension::Month, None, false)?.rows);
        let offences = ask(Dimension::Offence, self.period, false)?;
        let change = match self.period.and_then(Periods::of) {
            None => None,
            Some(periods) => Some(match periods.refusal(&self.span, &silent) {
                Some(refusal) => Err(refusal),
                None => {
                    let before = ask(Dimension::Offence, Some(periods.before), false)?.total;
                    Ok(Change::of(&periods, offences.total, before))
                }
            }),
        };
        let unknown = self.period.map(|period| self.span.without_data(period)).unwrap_or_default();
        let gaps = self.period.map(months_of).unwrap_or_default();
        let gaps: Vec<Month> =
            gaps.into_iter().filter(|month| silent.contains(month) || unknown.contains(month)).collect();
        Ok(Side {
            name: name_of(place),
            layer: layer.clone(),
            href: self.kept.on(&href_of(&reference)),
            covers,
            count: offences.total,
            rate: Rate::of(covers, offences.total, place, self.period, &gaps),
            population_edition: layer.population_edition.clone().unwrap_or_default(),
            change,
            months: self
                .span
                .months
                .iter()
                .map(|month| (*month, value(&self.span, &silent, &counts, *month)))
                .collect(),
            offences,
            holders: held_by,
            place: place.clone(),
            reference,
        })
    }
}

impl Side {
    /// False for a place that the dataset is not about, or in part only: its counts are not those of the place.
    pub(crate) fn is_comparable(&self) -> bool {
        matches!(self.covers, Covers::Whole | Covers::Unstated)
    }

    /// True when one of the two places holds the other.
    pub(crate) fn is_nested_with(&self, other: &Self) -> bool {
        self.holders.contains(&other.reference) || other.holders.contains(&self.reference)
    }

    /// Kind of place in the singular.
    pub(crate) fn kind(&self, visit: &Visit) -> String {
        layer_kind(visit, &self.layer)
    }

    /// The count, or a dash where it is not that of the place.
    pub(crate) fn count_text(&self) -> String {
        if self.is_comparable() { format::integer(self.count) } else { "–".to_owned() }
    }

    pub(crate) fn rate_text(&self) -> String {
        self.rate.as_ref().map_or_else(|_| "–".to_owned(), Rate::text)
    }

    pub(crate) fn interval_text(&self, visit: &Visit) -> String {
        self.rate.as_ref().map_or_else(|reason| reason.in_short(visit), Rate::interval_text)
    }

    pub(crate) fn no_rate(&self, visit: &Visit) -> String {
        self.rate.as_ref().err().map(|reason| reason.in_words(visit)).unwrap_or_default()
    }

    /// `1,234,567 (2025, CONAPO)`, or a dash.
    pub(crate) fn population_text(&self) -> String {
        let of =
            |rate: &Rate| format!("{} ({}, {})", format::integer(rate.population), rate.year, self.population_edition);
        self.rate.as_ref().map_or_else(|_| "–".to_owned(), of)
    }

    /// The change in percent with its verdict, or why there is none.
    pub(crate) fn change_text(&self, visit: &Visit) -> String {
        match self.change.as_ref().filter(|_| self.is_comparable()) {
            None => "–".to_owned(),
            Some(Err(refusal)) => refusal.in_words(Tongue::of(visit)),
            Some(Ok(change)) => {
                let verdict = verdict_in_short(visit, change.verdict(change.p_value));
                format!("{} · {verdict}", change.share_text())
            }
        }
    }
}
