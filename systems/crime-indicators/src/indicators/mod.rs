//! The indicators: one file each, one visible list. Pages, API, command line, data dictionary and downloads are made
//! from what each says of itself.

mod answer;
mod change;
mod choices;
mod counted;
mod dark_figure;
mod fitting;
mod homicide_rate;
mod objectives_met;
mod offence_rate;
mod places;
mod population;
mod priority_municipalities;
mod rate;
mod seasonally_adjusted;
mod top_share;

pub use answer::{Answer, IndicatorError};
pub use counted::{Counted, Source};
pub use rate::{PER, rate_of};

pub(crate) use change::compared;
pub(crate) use choices::{SourceChoice, Wanted, only_offence, populations, sources, years};
pub(crate) use counted::{classes, is_countable, known_measure, proof_address, unit_of, whole_years};
pub(crate) use places::{PlaceRate, PlaceRates, rates_by_place};
pub(crate) use population::{built_in, populations_on_shelf};
pub(crate) use priority_municipalities::all_places;
pub(crate) use rate::{middle_year, parts_of};
pub(crate) use top_share::is_pseudo;

use crate::ask::Ask;
use crate::shelf::Shelf;
use tequio_kernel::IndicatorAbout;

/// A figure that can be asked for.
pub trait Indicator: Send + Sync {
    /// Everything that is said of it before it is computed.
    fn about(&self) -> IndicatorAbout;

    /// What it comes to.
    ///
    /// # Errors
    /// [`IndicatorError`] when the question cannot be asked of it. A figure that the data does not give is no error: the
    /// answer says why there is no value.
    fn compute(&self, shelf: &Shelf, ask: &Ask) -> Result<Answer, IndicatorError>;

    /// True when a series over years and a table of places make sense.
    fn is_series(&self) -> bool {
        false
    }

    /// What of it a publication holds.
    fn published(&self) -> Published {
        if self.is_series() { Published::YearsAndStates } else { Published::Years }
    }
}

/// What of an indicator a publication holds, of every edition that gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// Every year, of the country and of its states; of the built-in series too.
    YearsAndStates,
    /// Every year, of the country, or of the states that are there where the country is not.
    Years,
    /// The last whole year against the one before it and against the first, by measure, of the country and of its states;
    /// of the built-in series too.
    Changes,
    /// Every year that all of these built-in series have.
    Survey(&'static [&'static str]),
}

/// Every indicator, in the order in which they are shown. A new one is a file and a line here.
pub fn indicators() -> Vec<Box<dyn Indicator>> {
    vec![
        Box::new(homicide_rate::HomicideRate::CASE_FILES),
        Box::new(homicide_rate::HomicideRate::VICTIMS),
        Box::new(homicide_rate::HomicideRate::DEATHS),
        Box::new(offence_rate::OffenceRate("feminicide")),
        Box::new(offence_rate::OffenceRate("kidnapping")),
        Box::new(offence_rate::OffenceRate("extortion")),
        Box::new(offence_rate::OffenceRate("rape")),
        Box::new(offence_rate::OffenceRate("family-violence")),
        Box::new(offence_rate::OffenceRate("assault")),
        Box::new(offence_rate::OffenceRate("robbery")),
        Box::new(offence_rate::OffenceRate("vehicle-theft")),
        Box::new(offence_rate::OffenceRate("burglary")),
        Box::new(offence_rate::OffenceRate("street-robbery")),
        Box::new(offence_rate::OffenceRate("drug-dealing")),
        Box::new(offence_rate::OffenceRate("human-trafficking")),
        Box::new(offence_rate::OffenceRate("all-state-offences")),
        Box::new(change::Change),
        Box::new(seasonally_adjusted::SeasonallyAdjusted),
        Box::new(top_share::TopShare),
        Box::new(priority_municipalities::PriorityMunicipalities),
        Box::new(dark_figure::DarkFigure),
        Box::new(objectives_met::ObjectivesMet),
    ]
}

/// The indicator of an id.
///
/// # Errors
/// [`IndicatorError::Unknown`] with what there is instead.
pub fn indicator(id: &str) -> Result<Box<dyn Indicator>, IndicatorError> {
    let mut all = indicators();
    let at = all.iter().position(|indicator| indicator.about().id == id);
    at.map(|at| all.swap_remove(at)).ok_or_else(|| IndicatorError::Unknown {
        id: id.to_owned(),
        known: indicators().iter().map(|indicator| indicator.about().id).collect::<Vec<_>>().join(", "),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use tequio_kernel::place::check_name;

    #[test]
    fn every_indicator_has_a_name_of_its_own_and_says_what_it_is() {
        let all: Vec<IndicatorAbout> = indicators().iter().map(|indicator| indicator.about()).collect();
        let ids: BTreeSet<&str> = all.iter().map(|about| about.id.as_str()).collect();
        assert_eq!(ids.len(), all.len());
        for about in &all {
            assert!(check_name(&about.id).is_ok(), "{}", about.id);
            let texts =
                [&about.title.0, &about.title.1, about.meaning.es, about.meaning.en, about.formula, about.method];
            assert!(texts.iter().all(|text| !text.is_empty()), "{}", about.id);
            assert!(indicator(&about.id).is_ok());
        }
        assert!(matches!(indicator("x"), Err(IndicatorError::Unknown { .. })));
    }
}
