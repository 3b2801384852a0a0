//! Intentional homicide per 100,000 inhabitants, in each unit that it is counted in.

use super::rate::{RateAbout, rate_of};
use super::{Answer, Indicator, IndicatorError};
use crate::ask::Ask;
use crate::shelf::Shelf;
use tequio_kernel::indicator::{Direction, Text};
use tequio_kernel::unit::{CaseFiles, Counted as _, Deaths, Victims};
use tequio_kernel::{IndicatorAbout, Unit};

/// The indicator in one unit.
pub struct HomicideRate {
    id: &'static str,
    title: (&'static str, &'static str),
    meaning: Text,
    unit: Unit,
    sources: Text,
}

impl HomicideRate {
    /// In case files.
    pub const CASE_FILES: Self = Self {
        id: "homicide-rate-case-files",
        title: ("Tasa de homicidio doloso (carpetas de investigación)", "Intentional homicide rate (case files)"),
        meaning: Text {
            es: "Homicidios dolosos por cada 100 mil habitantes. Una carpeta puede tener varias víctimas, y una víctima puede tener su carpeta años después.",
            en: "Intentional homicides per 100,000 inhabitants. A case file may hold several victims, and a victim may get a file years later.",
        },
        unit: CaseFiles::UNIT,
        sources: Text { es: "SESNSP, incidencia delictiva del fuero común", en: "SESNSP, state offences" },
    };

    /// In victims.
    pub const VICTIMS: Self = Self {
        id: "homicide-rate-victims",
        title: ("Tasa de homicidio doloso (víctimas)", "Intentional homicide rate (victims)"),
        meaning: Text {
            es: "Homicidios dolosos por cada 100 mil habitantes. Cuenta víctimas en carpetas de investigación, no carpetas ni defunciones.",
            en: "Intentional homicides per 100,000 inhabitants. It counts victims in case files, neither files nor deaths.",
        },
        unit: Victims::UNIT,
        sources: Text { es: "SESNSP, víctimas del fuero común", en: "SESNSP, victims of state offences" },
    };

    /// In deaths.
    pub const DEATHS: Self = Self {
        id: "homicide-rate-deaths",
        title: ("Tasa de homicidio doloso (defunciones)", "Intentional homicide rate (deaths)"),
        meaning: Text {
            es: "Homicidios dolosos por cada 100 mil habitantes. Cuenta defunciones registradas como agresión (CIE-10 X85-Y09, Y87.1), sin importar si hay carpeta.",
            en: "Intentional homicides per 100,000 inhabitants. It counts deaths registered as assault (ICD-10 X85-Y09, Y87.1), whether or not there is a file.",
        },
        unit: Deaths::UNIT,
        sources: Text { es: "INEGI, estadísticas de defunciones registradas", en: "INEGI, registered deaths" },
    };
}

impl Indicator for HomicideRate {
    fn about(&self) -> IndicatorAbout {
        RateAbout {
            id: self.id.to_owned(),
            title: (self.title.0.to_owned(), self.title.1.to_owned()),
            meaning: self.meaning,
            unit: self.unit,
            measure: "homicide",
            sources: self.sources,
            direction: Direction::LowerIsBetter,
        }
        .about()
    }

    fn compute(&self, shelf: &Shelf, ask: &Ask) -> Result<Answer, IndicatorError> {
        rate_of(shelf, ask, &self.about())
    }

    fn is_series(&self) -> bool {
        true
    }
}
