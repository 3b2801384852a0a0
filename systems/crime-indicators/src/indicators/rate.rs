//! Rates per 100,000 inhabitants: one computation for every offence and unit.

use super::answer::Draft;
use super::counted::{Counted, Need};
use super::fitting::why_none;
use super::population::{denominator, no_population};
use super::{Answer, IndicatorError};
use crate::ask::Ask;
use crate::select::Total;
use crate::shelf::Shelf;
use serde_json::json;
use tequio_kernel::indicator::{Direction, Measured, Span, Text};
use tequio_kernel::official::Step;
use tequio_kernel::{IndicatorAbout, Level, Month, Period, Unit};
use tequio_methods::bounded::{Ceiling, Month as MonthOf, PeriodRate, Rule, period_rate};
use tequio_methods::poisson::interval;

/// Inhabitants that a rate is stated for.
pub const PER: f64 = 100_000.0;
/// Confidence of intervals.
pub(super) const LEVEL: f64 = 0.95;
/// Most months of a period that a bound is still stated for.
const GAPS_MAX: usize = 3;

/// Formula of every rate.
const FORMULA: &str = "100000 * events / inhabitants";
/// Method of every rate.
const METHOD: &str = "Ratio with the exact Poisson interval of Garwood (1936), 95 %; the population of the year in which the middle of the period lies";
/// Denominator of every rate.
pub(super) const DENOMINATOR: Text = Text {
    es: "Habitantes del lugar en el año: CONAPO 1990-2040 si no se pide otra edición (`population`).",
    en: "Inhabitants of the place in the year: CONAPO 1990-2040 unless another edition is asked for (`population`).",
};
/// What every rate keeps in mind.
const CAVEATS: &[Text] = &[
    Text {
        es: "Cuenta lo que se registró, no lo que ocurrió: la mayoría de los delitos no se denuncia.",
        en: "It counts what was recorded, not what happened: most crimes are not reported.",
    },
    Text {
        es: "La cifra depende de la edición de la población; la misma cuenta da tasas distintas con otra.",
        en: "The figure depends on the edition of the population; the same count gives other rates with another.",
    },
];

/// What a rate says of itself that others do not.
pub(super) struct RateAbout {
    pub id: String,
    pub title: (String, String),
    pub meaning: Text,
    pub unit: Unit,
    pub measure: &'static str,
    pub sources: Text,
    pub direction: Direction,
}

impl RateAbout {
    /// The same with what all rates say.
    pub(super) fn about(self) -> IndicatorAbout {
        IndicatorAbout {
            id: self.id,
            title: self.title,
            meaning: self.meaning,
            measured: Measured::Per100000,
            unit: Some(self.unit),
            measure: Some(self.measure.to_owned()),
            formula: FORMULA,
            method: METHOD,
            denominator: DENOMINATOR,
            sources: self.sources,
            minimum_cell: 0,
            direction: self.direction,
            caveats: CAVEATS,
            parameters: &[],
        }
    }
}

/// The rate of a measure in a unit.
///
/// # Errors
/// [`IndicatorError`] when the question cannot be asked.
pub fn rate_of(shelf: &Shelf, ask: &Ask, about: &IndicatorAbout) -> Result<Answer, IndicatorError> {
    let place = known_place(shelf, ask.place())?;
    let measure = about.measure.as_deref().unwrap_or_default();
    let draft = Draft::new(about, (ask.place(), &place), ask.period);
    let level = crate::import::level_of(ask.place());
    let need = Need { indicator: &about.id, unit: about.unit, measure, level, monthly: false };
    let Some(counted) = Counted::find(shelf, ask, &need)? else {
        let unit = about.unit.map(|unit| unit.to_string()).unwrap_or_default();
        let what = format!("{measure} by {unit} for the whole of {}", ask.place());
        let (code, detail) = why_none(shelf, ask, &need, &what)?;
        return Ok(draft.none(code, detail));
    };
    let Some(period) = ask.period.or_else(|| last_year(&counted)) else {
        return Ok(draft.none("no-data", "the dataset has no whole year: name a period"));
    };
    let draft = Draft::new(about, (ask.place(), &place), Some(period)).edition(counted.edition("numerator"));
    rate_over(shelf, ask, draft, &counted, &period)
}

fn rate_over(
    shelf: &Shelf,
    ask: &Ask,
    draft: Draft,
    counted: &Counted,
    period: &Period,
) -> Result<Answer, IndicatorError> {
    if let Some(detail) = counted.too_coarse(period) {
        return Ok(draft.none("figures-yearly", detail));
    }
    let total = counted.total(period);
    let is_counted = !(total.complete.is_empty() && total.partial.is_empty());
    let draft = if is_counted { draft.numerator(total.value) } else { draft }.flags(counted.flags());
    let draft = undated(draft, counted, period);
    let Some((inhabitants, edition)) = denominator(shelf, ask, middle_year(period))? else {
        let (code, detail) = no_population(shelf, ask, &[middle_year(period)])?;
        return Ok(draft.none(code, detail));
    };
    let draft = draft.edition(edition).denominator(inhabitants.value());
    if let Some(first) = total.not_yet.first() {
        let detail = format!(
            "{} of {} periods are not yet observed, {first} the first",
            total.not_yet.len(),
            total.steps.len().max(total.not_yet.len())
        );
        return Ok(draft.flags(["partial"]).none("not-yet-observed", detail));
    }
    if !is_counted {
        let detail = format!("the dataset has no figure of it for {} in {period}", ask.place());
        return Ok(draft.none("no-figures", detail));
    }
    if !total.is_complete() {
        return Ok(bounded(draft, &total, inhabitants.value()));
    }
    Ok(whole(draft, total.value, inhabitants.value()))
}

/// Says how many events were registered in the period of which the year is not known, and which it does not count.
pub(super) fn undated(draft: Draft, counted: &Counted, period: &Period) -> Draft {
    match counted.undated(period) {
        0 => draft,
        events => draft.flags(["undated"]).detail("undated", events),
    }
}

fn whole(draft: Draft, events: u64, inhabitants: u64) -> Answer {
    if inhabitants == 0 {
        return draft.none("no-inhabitants", "nobody lives there");
    }
    let scale = PER / inhabitants as f64;
    match interval(events, LEVEL) {
        Ok(ends) => {
            let span = Span { low: ends.low * scale, high: ends.high * scale, level: LEVEL };
            draft.value(events as f64 * scale, Some(span))
        }
        Err(error) => draft.none("no-interval", error.to_string()),
    }
}

/// A period with missing months has no rate; it has bounds when few are missing.
fn bounded(draft: Draft, total: &Total, inhabitants: u64) -> Answer {
    let months: Vec<MonthOf> = total.steps.iter().map(|(step, sum)| month_of(total, *step, sum.value)).collect();
    let gaps = total.missing.len() + total.partial.len();
    let detail = format!("{gaps} of {} periods are missing or partial", months.len());
    let rule = Rule::Bound { ceiling: Ceiling::LargestMonth, gaps_max: GAPS_MAX };
    let draft = match period_rate(&months, inhabitants, rule) {
        Ok(PeriodRate::Bounded { low, high, .. }) => draft
            .flags(["bounded"])
            .detail("bounds", json!({ "low": low.value, "high": high.value, "rule": "missing months count as nothing below, as the largest complete month of the period above" })),
        _ => draft,
    };
    draft.flags(["partial"]).none("months-missing", detail)
}

fn month_of(total: &Total, step: Step, events: u64) -> MonthOf {
    if total.complete.contains(&step) {
        MonthOf::Complete(events)
    } else if total.partial.contains(&step) {
        MonthOf::Partial(events)
    } else {
        MonthOf::Missing
    }
}

/// The last whole year of a source.
pub(super) fn last_year(counted: &Counted) -> Option<Period> {
    counted.whole_years().last().and_then(|year| year.to_string().parse().ok())
}

/// Name of a place; pseudo-units have none here, since nobody lives in them.
pub(super) fn known_place(shelf: &Shelf, code: &str) -> Result<String, IndicatorError> {
    let place = shelf.place(code).ok_or_else(|| IndicatorError::Place(code.to_owned()))?;
    Ok(place.name.clone())
}

/// Year in which the middle of a period lies.
pub(crate) fn middle_year(period: &Period) -> i16 {
    let (from, until) = (Month::of(period.from).index(), Month::of(period.until).index());
    i16::try_from((from + (until - from - 1) / 2).div_euclid(12)).unwrap_or(i16::MAX)
}

/// Level that a layer has in codes: parts of a code.
pub(crate) fn parts_of(layer: &str) -> (usize, Level) {
    match layer {
        "states" => (2, Level::State),
        _ => (3, Level::Municipality),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_a_period_lies_in_a_year() {
        let year = |text: &str| middle_year(&text.parse().expect("a period"));
        assert_eq!(
            [year("2016"), year("2015-07..2016-06"), year("2015..2017"), year("2020-12")],
            [2016, 2015, 2016, 2020]
        );
    }
}
