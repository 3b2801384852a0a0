//! Rates of the other national offences per 100,000 inhabitants, in case files.

use super::rate::{RateAbout, rate_of};
use super::{Answer, Indicator, IndicatorError};
use crate::ask::Ask;
use crate::shelf::Shelf;
use tequio_kernel::IndicatorAbout;
use tequio_kernel::indicator::{Direction, Text};
use tequio_kernel::unit::{CaseFiles, Counted as _};
use tequio_reference::measure;

/// The indicator of a measure, by its id.
pub struct OffenceRate(pub &'static str);

impl Indicator for OffenceRate {
    fn about(&self) -> IndicatorAbout {
        let known = measure(self.0).ok().flatten();
        let (es, en) = known.map_or((self.0, self.0), |known| (&known.title_es, &known.title_en));
        RateAbout {
            id: format!("{}-rate-case-files", self.0),
            title: (format!("Tasa de {} (carpetas)", lower(es)), format!("Rate of {} (case files)", lower(en))),
            meaning: Text {
                es: "Carpetas de investigación iniciadas por cada 100 mil habitantes. Mide la denuncia y el registro tanto como el delito.",
                en: "Case files opened per 100,000 inhabitants. It measures reporting and recording as much as crime.",
            },
            unit: CaseFiles::UNIT,
            measure: self.0,
            sources: Text { es: "SESNSP, incidencia delictiva del fuero común", en: "SESNSP, state offences" },
            direction: Direction::Neither,
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

/// A title inside a sentence: its first letter small, unless it begins with capitals.
fn lower(title: &str) -> String {
    let mut letters = title.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(letters).collect(),
        _ => title.to_owned(),
    }
}
