//! A monthly series without its seasons.

use super::answer::Draft;
use super::counted::{Counted, Need, Source};
use super::fitting::why_none;
use super::rate::known_place;
use super::{Answer, Indicator, IndicatorError};
use crate::ask::Ask;
use crate::select::{Sum, SumState};
use crate::shelf::Shelf;
use serde_json::{Value, json};
use tequio_kernel::indicator::{Direction, Measured, Parameter, Text};
use tequio_kernel::{IndicatorAbout, Step};
use tequio_methods::seasonal::{Scale, Stl, decompose};

/// The indicator.
pub struct SeasonallyAdjusted;

impl Indicator for SeasonallyAdjusted {
    fn about(&self) -> IndicatorAbout {
        IndicatorAbout {
            id: "seasonally-adjusted".to_owned(),
            title: ("Serie mensual desestacionalizada".to_owned(), "Seasonally adjusted monthly series".to_owned()),
            meaning: Text {
                es: "La serie mensual de un delito sin el vaivén que se repite cada año, para comparar un mes con el anterior. El valor es el del último mes.",
                en: "The monthly series of an offence without what repeats every year, so that a month compares with the one before. The value is that of the last month.",
            },
            measured: Measured::Events,
            unit: None,
            measure: None,
            formula: "series - seasonal component",
            method: "STL (Cleveland et al. 1990), period 12, additive on the counts, not robust; no calendar effects are removed",
            denominator: Text { es: "", en: "" },
            sources: Text { es: "Cualquier serie oficial mensual", en: "Any official monthly series" },
            minimum_cell: 0,
            direction: Direction::Neither,
            caveats: &[Text {
                es: "Los últimos meses cambian cuando llegan otros; un mes faltante se rehúsa, no se imputa.",
                en: "The last months change as others arrive; a missing month is refused, not imputed.",
            }],
            parameters: &[Parameter {
                name: "measure",
                default: "homicide",
                text: Text { es: "El delito.", en: "The offence." },
            }],
        }
    }

    fn compute(&self, shelf: &Shelf, ask: &Ask) -> Result<Answer, IndicatorError> {
        let about = self.about();
        let place = known_place(shelf, ask.place())?;
        let measure = ask.measure.as_deref().unwrap_or("homicide");
        let level = crate::import::level_of(ask.place());
        let need = Need { indicator: &about.id, unit: None, measure, level, monthly: true };
        let draft = Draft::new(&about, (ask.place(), &place), ask.period).detail("measure", measure);
        let Some(counted) = Counted::find(shelf, ask, &need)? else {
            let (code, detail) = why_none(shelf, ask, &need, &format!("{measure} by month for {}", ask.place()))?;
            return Ok(draft.none(code, detail));
        };
        let Source::Edition(open) = &counted.source else {
            return Ok(draft.none("no-data", "the series is by year"));
        };
        let draft =
            draft.edition(counted.edition("numerator")).detail("unit", json!(counted.unit())).flags(counted.flags());
        let months: Vec<(Step, Sum)> = open
            .by_step(&counted.select)
            .into_iter()
            .filter(|(step, sum)| {
                sum.state() != SumState::NotYet && ask.period.is_none_or(|period| crate::select::within(*step, &period))
            })
            .collect();
        Ok(adjusted(draft, &months))
    }
}

fn adjusted(draft: Draft, months: &[(Step, Sum)]) -> Answer {
    let known = |(_, sum): &(Step, Sum)| (sum.state() == SumState::Complete).then_some(sum.value as f64);
    let series: Vec<Option<f64>> = months.iter().map(known).collect();
    let parts = match decompose(&series, &Stl::monthly(Scale::Sum)) {
        Ok(parts) => parts,
        Err(error) => return draft.none("no-seasons", error.to_string()),
    };
    let row = |(index, (step, sum)): (usize, &(Step, Sum))| {
        json!({
            "period": step.to_string(),
            "count": sum.value,
            "adjusted": parts.adjusted[index],
            "trend": parts.trend[index],
            "seasonal": parts.seasonal[index],
        })
    };
    let rows: Vec<Value> = months.iter().enumerate().map(row).collect();
    let last = parts.adjusted.last().copied().unwrap_or(f64::NAN);
    let count = months.last().map_or(0, |(_, sum)| sum.value);
    draft.numerator(count).detail("series", rows).value(last, None)
}
