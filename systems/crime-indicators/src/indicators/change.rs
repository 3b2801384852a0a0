//! Change between two periods, with its interval and test.

use super::answer::Draft;
use super::counted::{Counted, Need, known_measure};
use super::fitting::why_none;
use super::population::{denominator, no_population};
use super::rate::{LEVEL, known_place, last_year, middle_year, undated};
use super::{Answer, Indicator, IndicatorError, Published};
use crate::ask::Ask;
use crate::shelf::Shelf;
use serde_json::json;
use tequio_kernel::indicator::{Direction as Better, Measured, Parameter, Span, Text};
use tequio_kernel::{IndicatorAbout, Period, Unit};
use tequio_methods::change::{ChangeError, change};
use tequio_methods::rate_ratio::Observed;
use tequio_reference::{Comparability, crosswalk};

/// The indicator.
pub struct Change;

impl Indicator for Change {
    fn about(&self) -> IndicatorAbout {
        IndicatorAbout {
            id: "change".to_owned(),
            title: ("Cambio entre dos periodos".to_owned(), "Change between two periods".to_owned()),
            meaning: Text {
                es: "Cuánto cambió la tasa de un delito de un periodo a otro, y si el cambio es más que el azar.",
                en: "How much the rate of an offence changed from one period to another, and whether the change is more than chance.",
            },
            measured: Measured::Percent,
            unit: None,
            measure: None,
            formula: "100 * (rate(period) / rate(against) - 1)",
            method: "Exact interval of the ratio of two Poisson rates (Clopper-Pearson on the conditional binomial) and the E-test of Krishnamoorthy and Thomson (2004); a change is called more than chance only where both say so",
            denominator: super::rate::DENOMINATOR,
            sources: Text { es: "Cualquier serie oficial de un delito", en: "Any official series of an offence" },
            minimum_cell: 0,
            direction: Better::LowerIsBetter,
            caveats: &[Text {
                es: "Un cambio a través de un cambio de clasificación se rehúsa, salvo que el cruce diga que ambos lados se comparan.",
                en: "A change across a break of the classification is refused, unless the crosswalk says that the two sides compare.",
            }],
            parameters: &[
                Parameter { name: "measure", default: "homicide", text: Text { es: "El delito.", en: "The offence." } },
                Parameter {
                    name: "against",
                    default: "",
                    text: Text {
                        es: "El periodo anterior; si falta, el inmediato anterior de igual duración.",
                        en: "The earlier period; the one just before, of the same length, when it is left out.",
                    },
                },
            ],
        }
    }

    fn compute(&self, shelf: &Shelf, ask: &Ask) -> Result<Answer, IndicatorError> {
        compared(shelf, ask, None)
    }

    fn published(&self) -> Published {
        Published::Changes
    }
}

/// The change of the measure asked for, in one unit or in whatever unit fits best.
///
/// # Errors
/// [`IndicatorError`] when the question cannot be asked.
pub(crate) fn compared(shelf: &Shelf, ask: &Ask, unit: Option<Unit>) -> Result<Answer, IndicatorError> {
    let about = Change.about();
    let place = known_place(shelf, ask.place())?;
    let measure = ask.measure.as_deref().unwrap_or("homicide");
    let level = crate::import::level_of(ask.place());
    let need = Need { indicator: &about.id, unit, measure, level, monthly: false };
    let nothing = |period| Draft::new(&about, (ask.place(), &place), period).detail("measure", measure);
    let Some(now) = Counted::find(shelf, ask, &need)? else {
        let (code, detail) = why_none(shelf, ask, &need, &format!("{measure} for {}", ask.place()))?;
        return Ok(nothing(ask.period).none(code, detail));
    };
    let Some(period) = ask.period.or_else(|| last_year(&now)) else {
        return Ok(nothing(None).none("no-data", "the dataset has no whole year: name a period"));
    };
    let Some(against) = ask.against.or_else(|| period.previous()) else {
        return Ok(nothing(Some(period)).none("no-data", "there is no period before it"));
    };
    if against.until > period.from {
        let detail = format!("{against} has to end before {period} begins");
        return Ok(nothing(Some(period)).detail("against", against.to_string()).none("periods-overlap", detail));
    }
    let before = earlier(shelf, ask, &need, &now, &against)?;
    let unit = now.unit();
    let draft = nothing(Some(period)).detail("against", against.to_string()).detail("unit", json!(unit));
    let draft = draft.edition(now.edition("numerator")).edition(before.edition("before"));
    if before.unit() != unit {
        return Ok(draft.none("unit-differs", "the two periods are published in different units"));
    }
    let is_crossed = before.taxonomy() != now.taxonomy();
    let draft = draft.flags(is_crossed.then_some("break"));
    if let Some(reasons) = broken(&before, &now, measure)? {
        return Ok(draft.none("break", reasons));
    }
    sides(shelf, ask, draft, (&now, &period), (&before, &against))
}

/// The source of the earlier period: the same edition where it has it.
fn earlier(
    shelf: &Shelf,
    ask: &Ask,
    need: &Need<'_>,
    now: &Counted,
    against: &Period,
) -> Result<Counted, IndicatorError> {
    if now.total(against).is_complete() || ask.dataset.is_some() {
        return Ok(now.clone());
    }
    let asked = Ask { period: Some(*against), dataset: None, ..ask.clone() };
    let need = Need { unit: now.unit(), indicator: need.indicator, measure: need.measure, ..*need };
    Ok(Counted::find(shelf, &asked, &need)?.unwrap_or_else(|| now.clone()))
}

/// Why the two sides of a break do not compare; `None` when they do.
fn broken(before: &Counted, now: &Counted, measure: &str) -> Result<Option<String>, IndicatorError> {
    let (from, to) = (before.taxonomy(), now.taxonomy());
    if from == to {
        return Ok(None);
    }
    Ok(match crosswalk()?.comparable_measure(from, to, known_measure(measure)?, None)? {
        Comparability::Comparable => None,
        Comparability::Broken { reasons, .. } => {
            Some(format!("{from} and {to} do not compare for {measure}: {}", reasons.join("; ")))
        }
    })
}

fn sides(
    shelf: &Shelf,
    ask: &Ask,
    draft: Draft,
    now: (&Counted, &Period),
    before: (&Counted, &Period),
) -> Result<Answer, IndicatorError> {
    for (counted, period) in [now, before] {
        if let Some(detail) = counted.too_coarse(period) {
            return Ok(draft.none("figures-yearly", detail));
        }
    }
    let draft = undated(draft, now.0, now.1);
    let (current, earlier) = (now.0.total(now.1), before.0.total(before.1));
    for (total, period) in [(&current, now.1), (&earlier, before.1)] {
        if !total.is_complete() {
            let gaps = total.not_yet.len() + total.missing.len() + total.partial.len();
            return Ok(draft
                .flags(["partial"])
                .none("months-missing", format!("{period}: {gaps} months or years are missing or not yet observed")));
        }
    }
    let months = |period: &Period| {
        f64::from(tequio_kernel::Month::of(period.until).index() - tequio_kernel::Month::of(period.from).index())
    };
    let counts = match earlier.value {
        // Counts of a longer and a shorter period do not compare; rates a month do.
        value if value == 0 || months(now.1) != months(before.1) => None,
        value => Some((current.value as f64 / value as f64 - 1.0) * 100.0),
    };
    let draft = draft
        .numerator(current.value)
        .detail("before", earlier.value)
        .detail("change_of_counts_percent", json!(counts))
        .flags(now.0.flags());
    let exposures = exposures(shelf, ask, now.1, before.1)?;
    let Some(((now_people, edition), (before_people, _))) = exposures else {
        let (code, detail) = no_population(shelf, ask, &[middle_year(now.1), middle_year(before.1)])?;
        return Ok(draft.none(code, detail));
    };
    let draft = draft.edition(edition).denominator(now_people).detail("denominator_before", before_people);
    let observed = |count, people: u64, months: f64| Observed { count, exposure: people as f64 * months };
    let result = change(
        observed(current.value, now_people, months(now.1)),
        observed(earlier.value, before_people, months(before.1)),
        LEVEL,
    );
    Ok(match result {
        Ok(change) => {
            let span = Span { low: change.low * 100.0, high: change.high * 100.0, level: LEVEL };
            let direction = format!("{:?}", change.direction).to_lowercase();
            draft
                .detail("p_value", json!(change.p_value))
                .detail("direction", direction)
                .value(change.value * 100.0, Some(span))
        }
        Err(ChangeError::FromZero) => {
            draft.none("from-zero", "nothing was counted in the earlier period: a change from zero has no size")
        }
        Err(error) => draft.none("no-change", error.to_string()),
    })
}

type People = (u64, tequio_kernel::indicator::EditionUsed);

fn exposures(
    shelf: &Shelf,
    ask: &Ask,
    now: &Period,
    before: &Period,
) -> Result<Option<(People, People)>, IndicatorError> {
    let now = denominator(shelf, ask, middle_year(now))?;
    let before = denominator(shelf, ask, middle_year(before))?;
    let people = |(count, edition): (tequio_kernel::unit::Quantity<_>, _)| (count.value(), edition);
    Ok(now.map(people).zip(before.map(people)))
}
