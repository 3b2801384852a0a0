//! Objectives met of objectives set.

use super::answer::Draft;
use super::rate::LEVEL;
use super::{Answer, Indicator, IndicatorError};
use crate::ask::Ask;
use crate::select::Select;
use crate::shelf::{OpenCounts, Shelf};
use std::collections::HashSet;
use tequio_kernel::indicator::{Direction, Measured, Parameter, Span, Text};
use tequio_kernel::{IndicatorAbout, Period, Unit};
use tequio_methods::proportion::proportion;

/// Code of the objectives that were met, in a dataset of objectives.
pub const MET: &str = "met";
/// Code of the objectives that were set.
pub const SET: &str = "set";

/// The indicator.
pub struct ObjectivesMet;

impl Indicator for ObjectivesMet {
    fn about(&self) -> IndicatorAbout {
        IndicatorAbout {
            id: "objectives-met".to_owned(),
            title: ("Objetivos cumplidos".to_owned(), "Objectives met".to_owned()),
            meaning: Text {
                es: "Parte de los objetivos de un programa que se cumplió, con el intervalo que permiten tan pocos objetivos.",
                en: "Part of a programme's objectives that was met, with the interval that so few objectives allow.",
            },
            measured: Measured::Percent,
            unit: Some(Unit::Objective),
            measure: None,
            formula: "100 * met / set",
            method: "Proportion with the exact interval of Clopper and Pearson (1934), 95 %",
            denominator: Text { es: "Objetivos que se fijaron.", en: "Objectives that were set." },
            sources: Text {
                es: "Un conjunto de datos de objetivos (códigos `met` y `set`), o las dos cuentas en la pregunta",
                en: "A dataset of objectives (codes `met` and `set`), or the two counts in the question",
            },
            minimum_cell: 0,
            direction: Direction::HigherIsBetter,
            caveats: &[Text {
                es: "Cumplir objetivos fáciles no es cumplir mejor: léase con los objetivos mismos.",
                en: "Meeting easy objectives is not doing better: read it with the objectives themselves.",
            }],
            parameters: &[
                Parameter {
                    name: "met",
                    default: "",
                    text: Text { es: "Objetivos cumplidos.", en: "Objectives met." },
                },
                Parameter { name: "set", default: "", text: Text { es: "Objetivos fijados.", en: "Objectives set." } },
            ],
        }
    }

    fn compute(&self, shelf: &Shelf, ask: &Ask) -> Result<Answer, IndicatorError> {
        let place = super::rate::known_place(shelf, ask.place())?;
        let draft = Draft::new(&self.about(), (ask.place(), &place), ask.period);
        if let (Some(met), Some(set)) = (ask.met, ask.set) {
            return Ok(share(draft, met, set));
        }
        let Some(open) = dataset(shelf, ask)? else {
            return Ok(draft.none("no-data", "no dataset of objectives is here: give `met` and `set`, or import one"));
        };
        let draft = draft.edition(super::counted::edition_used("numerator", &open));
        let sum = |code: &str| {
            let offences = Some(HashSet::from([code.to_owned()]));
            let select =
                Select { place: Some(ask.place().to_owned()), offences, group: ask.group.clone(), undated: false };
            let period = ask.period.or_else(|| open.about.cutoff.parse::<Period>().ok());
            let total = period.map(|period| open.total(&select, &period))?;
            total.is_complete().then_some(total.value)
        };
        Ok(match (sum(MET), sum(SET)) {
            (Some(met), Some(set)) => share(draft, met, set),
            _ => draft.none("no-data", "the dataset does not have both counts of the whole period"),
        })
    }
}

fn dataset(shelf: &Shelf, ask: &Ask) -> Result<Option<std::sync::Arc<OpenCounts>>, IndicatorError> {
    let id = match &ask.dataset {
        Some(id) => Some(id.clone()),
        None => {
            let is_of = |manifest: &tequio_kernel::Manifest| {
                manifest.counts.as_ref().is_some_and(|counts| counts.unit == Unit::Objective)
            };
            shelf.datasets()?.into_iter().find(|view| view.editions.first().is_some_and(is_of)).map(|view| view.id)
        }
    };
    let Some(id) = id else { return Ok(None) };
    let open = shelf.open(&id, &ask.at)?;
    match open.about.unit {
        Unit::Objective => Ok(Some(open)),
        found => Err(IndicatorError::Unit {
            indicator: "objectives-met".to_owned(),
            dataset: id,
            found,
            expected: Unit::Objective,
        }),
    }
}

fn share(draft: Draft, met: u64, set: u64) -> Answer {
    let draft = draft.numerator(met).denominator(set);
    match proportion(met, set, LEVEL) {
        Ok(found) => {
            let span = Span { low: found.low * 100.0, high: found.high * 100.0, level: LEVEL };
            draft.value(found.value * 100.0, Some(span))
        }
        Err(error) => draft.none("no-proportion", error.to_string()),
    }
}
