//! Intentional homicide per 100,000 inhabitants, in deaths.

use super::rate::{CAVEATS, DENOMINATOR, FORMULA, METHOD, rate_of};
use super::{Answer, Indicator, IndicatorError};
use crate::ask::Ask;
use crate::shelf::Shelf;
use tequio_kernel::IndicatorAbout;
use tequio_kernel::indicator::{Direction, Measured, Text};
use tequio_kernel::unit::{Counted as _, Deaths};

/// The indicator.
pub struct HomicideRateDeaths;

impl Indicator for HomicideRateDeaths {
    fn about(&self) -> IndicatorAbout {
        IndicatorAbout {
            id: "homicide-rate-deaths".to_owned(),
            title: (
                "Tasa de homicidio doloso (defunciones)".to_owned(),
                "Intentional homicide rate (deaths)".to_owned(),
            ),
            meaning: Text {
                es: "Homicidios dolosos por cada 100 mil habitantes. Cuenta defunciones registradas como agresión (CIE-10 X85-Y09, Y87.1), sin importar si hay carpeta.",
                en: "Intentional homicides per 100,000 inhabitants. It counts deaths registered as assault (ICD-10 X85-Y09, Y87.1), whether or not there is a file.",
            },
            measured: Measured::Per100000,
            unit: Some(Deaths::UNIT),
            measure: Some("homicide".to_owned()),
            formula: FORMULA,
            method: METHOD,
            denominator: DENOMINATOR,
            sources: Text { es: "INEGI, estadísticas de defunciones registradas", en: "INEGI, registered deaths" },
            minimum_cell: 0,
            direction: Direction::LowerIsBetter,
            caveats: CAVEATS,
            parameters: &[],
        }
    }

    fn compute(&self, shelf: &Shelf, ask: &Ask) -> Result<Answer, IndicatorError> {
        rate_of(shelf, ask, &self.about())
    }

    fn is_series(&self) -> bool {
        true
    }
}
