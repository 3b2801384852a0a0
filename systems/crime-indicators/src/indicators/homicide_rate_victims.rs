//! Intentional homicide per 100,000 inhabitants, in victims.

use super::rate::{CAVEATS, DENOMINATOR, FORMULA, METHOD, rate_of};
use super::{Answer, Indicator, IndicatorError};
use crate::ask::Ask;
use crate::shelf::Shelf;
use tequio_kernel::IndicatorAbout;
use tequio_kernel::indicator::{Direction, Measured, Text};
use tequio_kernel::unit::{Counted as _, Victims};

/// The indicator.
pub struct HomicideRateVictims;

impl Indicator for HomicideRateVictims {
    fn about(&self) -> IndicatorAbout {
        IndicatorAbout {
            id: "homicide-rate-victims".to_owned(),
            title: ("Tasa de homicidio doloso (víctimas)".to_owned(), "Intentional homicide rate (victims)".to_owned()),
            meaning: Text {
                es: "Homicidios dolosos por cada 100 mil habitantes. Cuenta víctimas en carpetas de investigación, no carpetas ni defunciones.",
                en: "Intentional homicides per 100,000 inhabitants. It counts victims in case files, neither files nor deaths.",
            },
            measured: Measured::Per100000,
            unit: Some(Victims::UNIT),
            measure: Some("homicide".to_owned()),
            formula: FORMULA,
            method: METHOD,
            denominator: DENOMINATOR,
            sources: Text { es: "SESNSP, víctimas del fuero común", en: "SESNSP, victims of state offences" },
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
