//! Rates per 100,000 inhabitants: one computation for every offence and unit.

use super::answer::Draft;
use super::counted::{Counted, Need, edition_used};
use super::{Answer, IndicatorError};
use crate::ask::Ask;
use crate::select::{Select, Total};
use crate::shelf::{At, Shelf};
use serde_json::json;
use std::collections::HashSet;
use tequio_kernel::indicator::{Direction, EditionUsed, Measured, Span, Text};
use tequio_kernel::official::Step;
use tequio_kernel::unit::{Inhabitants, Quantity};
use tequio_kernel::{IndicatorAbout, Level, Month, Period, Unit};
use tequio_methods::bounded::{Ceiling, Month as MonthOf, PeriodRate, Rule, period_rate};
use tequio_methods::poisson::interval;
use tequio_reference::series;

/// Inhabitants that a rate is stated for.
pub const PER: f64 = 100_000.0;
/// Confidence of intervals.
pub(super) const LEVEL: f64 = 0.95;
/// Most months of a period that a bound is still stated for.
const GAPS_MAX: usize = 3;

/// Code of the population at the middle of the year.
const MID_YEAR: &str = "population";

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
        return Ok(draft
            .none("no-data", format!("no dataset here counts {measure} by {unit} for the whole of {}", ask.place())));
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
    let total = counted.total(period);
    let draft = draft.numerator(total.value).flags(counted.flags());
    let Some((inhabitants, edition)) = denominator(shelf, ask, middle_year(period))? else {
        let detail = format!("no population of {} in {} by the edition asked for", ask.place(), middle_year(period));
        return Ok(draft.none("no-population", detail));
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
    if total.complete.is_empty() && total.partial.is_empty() {
        let detail = format!("the dataset has no figure of it for {} in {period}", ask.place());
        return Ok(draft.none("no-figures", detail));
    }
    if !total.is_complete() {
        return Ok(bounded(draft, &total, inhabitants.value()));
    }
    Ok(whole(draft, total.value, inhabitants.value()))
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

/// Inhabitants of the place asked for in a year, by the edition asked for.
pub(crate) fn denominator(
    shelf: &Shelf,
    ask: &Ask,
    year: i16,
) -> Result<Option<(Quantity<Inhabitants>, EditionUsed)>, IndicatorError> {
    let Some(name) = &ask.population else {
        // The built-in population is of everybody.
        let known = if ask.group.contains_key("sex") { None } else { shelf.population(ask.place(), year) };
        return Ok(known.map(|(count, edition)| (Quantity::new(count), built_in(edition))));
    };
    if let Some(known) = series()?.iter().find(|known| known.id == *name) {
        let count = known.value(year).filter(|_| known.place == ask.place()).map(|value| value.value as u64);
        let unit = if known.unit == "person" { Unit::Inhabitant } else { return Err(not_population(name)) };
        let count = count.and_then(|count| Quantity::of(count, unit));
        return Ok(count.map(|count| (count, Counted::of_series(known).edition("denominator"))));
    }
    of_dataset(shelf, ask, name, year)
}

fn not_population(name: &str) -> IndicatorError {
    IndicatorError::Population(name.to_owned())
}

fn of_dataset(
    shelf: &Shelf,
    ask: &Ask,
    name: &str,
    year: i16,
) -> Result<Option<(Quantity<Inhabitants>, EditionUsed)>, IndicatorError> {
    let (dataset, edition) = name.split_once('@').map_or((name, None), |(id, edition)| (id, Some(edition.to_owned())));
    let open = shelf.open(dataset, &At { edition, as_of: None })?;
    if open.about.unit != Unit::Inhabitant {
        return Err(not_population(name));
    }
    let sexes: HashSet<&String> = open.table.groups.iter().filter_map(|known| known.get("sex")).collect();
    if sexes.len() == 1 && !ask.group.contains_key("sex") {
        // Women alone, or men alone, are not the inhabitants.
        return Ok(None);
    }
    let mut group = ask.group.clone();
    group.retain(|dimension, _| dimension == "sex");
    // Beside the population of the middle of the year, which rates are of, an edition may give that of its start.
    let offences = Some(HashSet::from([MID_YEAR.to_owned()]));
    let select = Select { place: Some(ask.place().to_owned()), offences, group };
    let Ok(period) = year.to_string().parse() else { return Ok(None) };
    let total = open.total(&select, &period);
    let count = total.is_complete().then(|| Quantity::of(total.value, open.about.unit)).flatten();
    Ok(count.map(|count| (count, edition_used("denominator", &open))))
}

/// Inhabitants of a place in a year by every imported edition of a population.
pub(crate) fn populations_on_shelf(
    shelf: &Shelf,
    place: &str,
    year: i16,
) -> Result<Vec<(u64, EditionUsed)>, IndicatorError> {
    let mut all = Vec::new();
    for view in shelf.datasets()? {
        let of_people = view.editions.into_iter().filter(|edition| {
            edition.counts.as_ref().is_some_and(|counts| counts.unit == Unit::Inhabitant && counts.covers(place))
        });
        for edition in of_people {
            let name = format!("{}@{}", edition.dataset, edition.edition);
            let ask = Ask { place: Some(place.to_owned()), ..Ask::default() };
            all.extend(of_dataset(shelf, &ask, &name, year)?.map(|(count, used)| (count.value(), used)));
        }
    }
    Ok(all)
}

pub(crate) fn built_in(edition: &str) -> EditionUsed {
    EditionUsed {
        role: "denominator",
        dataset: "population".to_owned(),
        edition: edition.to_owned(),
        published: String::new(),
        sha256: String::new(),
        unit: Unit::Inhabitant.to_string(),
        taxonomy: String::new(),
        address: String::new(),
        leaf_index: None,
        proof: String::new(),
    }
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
