//! Intentional homicide per 100,000 inhabitants, in case files.

use super::rate::{CAVEATS, DENOMINATOR, FORMULA, METHOD, rate_of};
use super::{Answer, Indicator, IndicatorError};
use crate::ask::Ask;
use crate::shelf::Shelf;
use tequio_kernel::IndicatorAbout;
use tequio_kernel::indicator::{Direction, Measured, Text};
use tequio_kernel::unit::{CaseFiles, Counted as _};

/// The indicator.
pub struct HomicideRateCaseFiles;

impl Indicator for HomicideRateCaseFiles {
    fn about(&self) -> IndicatorAbout {
        IndicatorAbout {
            id: "homicide-rate-case-files".to_owned(),
            title: (
                "Tasa de homicidio doloso (carpetas de investigación)".to_owned(),
                "Intentional homicide rate (case files)".to_owned(),
            ),
            meaning: Text {
                es: "Homicidios dolosos por cada 100 mil habitantes. Una carpeta puede tener varias víctimas, y una víctima puede tener su carpeta años después.",
                en: "Intentional homicides per 100,000 inhabitants. A case file may hold several victims, and a victim may get a file years later.",
            },
            measured: Measured::Per100000,
            unit: Some(CaseFiles::UNIT),
            measure: Some("homicide".to_owned()),
            formula: FORMULA,
            method: METHOD,
            denominator: DENOMINATOR,
            sources: Text { es: "SESNSP, incidencia delictiva del fuero común", en: "SESNSP, state offences" },
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
