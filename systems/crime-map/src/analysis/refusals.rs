//! Why there is no answer, in the words of the pages: every reason has a key, and the values in it. The words are those
//! of `words/refusal.*.ftl`; programs are told the errors themselves.

use super::remarks::words;
use super::{AnalysisError, Hint, Much, Uncompared, Withheld};
use crate::library::LibraryError;
use tequio_access::{Refusal, STREET_MINIMUM};
use tequio_atlas::AtlasError;
use tequio_frame::site::Localised;
use tequio_frame::words::Arg;
use tequio_frame::{Language, format};
use tequio_kernel::Month;
use tequio_methods::association::AssociationError as Association;
use tequio_methods::chance::ChanceError as Chance;
use tequio_methods::concentration::ConcentrationError as Concentration;
use tequio_methods::density::DensityError as Density;
use tequio_methods::monte_carlo::MonteCarloError as MonteCarlo;
use tequio_methods::scan::ScanError as Scan;
use tequio_methods::simulation::SimulationError as Simulation;
use tequio_methods::space_time::SpaceTimeError as SpaceTime;
use tequio_methods::weights::WeightsError as Weights;

/// A key and the values in its words.
type Reason<'a> = (&'static str, Vec<(&'static str, Arg<'a>)>);

/// Figures that do not suit a method; what exactly is for programs.
const UNFIT: &str = "refusal-unfit";
const STOPPED: &str = "refusal-stopped";

/// The words of a refusal of an analysis. None for what is no refusal, and for what every question is told.
pub(super) fn words_of(error: &AnalysisError) -> Option<Localised> {
    said(|language| reason(error, language))
}

/// The words of a refusal of the library.
pub(crate) fn words_of_library(error: &LibraryError) -> Option<Localised> {
    said(|_| of_library(error))
}

fn said<'a>(reason: impl Fn(Language) -> Option<Reason<'a>>) -> Option<Localised> {
    let words = words().ok()?;
    let say = |language| {
        let (key, args) = reason(language)?;
        Some(words.say(language, key, &args))
    };
    Some(Localised { es: say(Language::Spanish)?, en: say(Language::English)? })
}

fn reason(error: &AnalysisError, language: Language) -> Option<Reason<'_>> {
    Some(match error {
        AnalysisError::Option { name, text, hint } => of_option(name, text, hint),
        AnalysisError::By => bare("refusal-by"),
        AnalysisError::ByCells => bare("refusal-by-cells"),
        AnalysisError::Shape => bare("refusal-shape"),
        AnalysisError::NoPopulation(layer) => ("refusal-no-population", vec![("layer", layer.as_str().into())]),
        AnalysisError::AllOfAll => bare("refusal-all-of-all"),
        AnalysisError::TooMany { what, found, most } => {
            let args = vec![("found", (*found).into()), ("most", (*most).into())];
            (of_much(*what), args)
        }
        AnalysisError::NotCompared(why) => of_periods(why, language),
        AnalysisError::Withheld(why) => of_withheld(why),
        AnalysisError::Stopped(_) => bare(STOPPED),
        AnalysisError::SpaceTime(why) => of_space_time(why),
        AnalysisError::Scan(why) => of_scan(why),
        AnalysisError::Concentration(why) => of_concentration(why),
        AnalysisError::Density(why) => of_density(*why),
        AnalysisError::Chance(why) => of_chance(why),
        AnalysisError::Association(why) => of_association(why),
        AnalysisError::Weights(why) => of_weights(why),
        AnalysisError::Library(why) => return of_library(why),
        AnalysisError::Query(_) | AnalysisError::Words(_) => return None,
    })
}

fn bare(key: &'static str) -> Reason<'static> {
    (key, Vec::new())
}

fn of_much(what: Much) -> &'static str {
    match what {
        Much::Places => "refusal-many-places",
        Much::Incidents => "refusal-many-incidents",
        Much::Surface => "refusal-many-cells",
    }
}

fn of_option<'a>(name: &'a str, text: &'a str, hint: &'a Hint) -> Reason<'a> {
    let (key, more) = match hint {
        Hint::Once => bare("refusal-option-once"),
        Hint::OneOf(values) => ("refusal-option-one-of", vec![("values", values.join(", ").into())]),
        Hint::Whole(from, to) => {
            ("refusal-option-whole", vec![("from", from.to_string().into()), ("to", to.to_string().into())])
        }
        Hint::Share(most) => ("refusal-option-share", vec![("most", most.to_string().into())]),
        Hint::Bounds => bare("refusal-option-bounds"),
        Hint::Neighbours => bare("refusal-option-neighbours"),
        Hint::Edge => bare("refusal-option-edge"),
        Hint::Metres(from, to) => {
            ("refusal-option-metres", vec![("from", from.to_string().into()), ("to", to.to_string().into())])
        }
    };
    (key, [("name", name.into()), ("text", text.into())].into_iter().chain(more).collect())
}

fn of_periods(why: &Uncompared, language: Language) -> Reason<'_> {
    let month = |month: &Month| format::month(language, *month);
    let list = |months: &[Month]| vec![("months", months.iter().map(month).collect::<Vec<_>>().join(", ").into())];
    match why {
        Uncompared::Overlap => bare("refusal-periods-overlap"),
        Uncompared::NoYear => bare("refusal-periods-no-year"),
        Uncompared::NothingBefore => bare("refusal-periods-nothing-before"),
        Uncompared::Begins(first) => ("refusal-periods-begins", vec![("month", month(first).into())]),
        Uncompared::Missing(months) => ("refusal-periods-missing", list(months)),
        Uncompared::Silent(months) => ("refusal-periods-silent", list(months)),
    }
}

fn of_withheld(why: &Withheld) -> Reason<'_> {
    let bounds = |distances: &'_ String, days: &'_ String| {
        vec![("distances", Arg::from(distances.clone())), ("days", Arg::from(days.clone()))]
    };
    match why {
        Withheld::Narrow => bare("refusal-narrow"),
        Withheld::Bands { distances, days } => ("refusal-bands", bounds(distances, days)),
        Withheld::Small { least, distances, days } => {
            let mut args = bounds(distances, days);
            args.push(("n", (*least).into()));
            ("refusal-small", args)
        }
        Withheld::Few { least } => ("refusal-few", vec![("n", (*least).into())]),
    }
}

fn of_space_time(why: &SpaceTime) -> Reason<'static> {
    match why {
        SpaceTime::TooFew => bare("refusal-few-incidents"),
        SpaceTime::TooMany(most) => ("refusal-most-incidents", vec![("most", (*most).into())]),
        SpaceTime::Bands(most) => ("refusal-bands-order", vec![("most", (*most).into())]),
        SpaceTime::TooManyPairs => bare("refusal-many-pairs"),
        SpaceTime::MonteCarlo(why) => of_monte_carlo(why),
        SpaceTime::NotANumber | SpaceTime::Limit | SpaceTime::Neighbours(_) | SpaceTime::Transformation => bare(UNFIT),
    }
}

fn of_scan(why: &Scan) -> Reason<'static> {
    match why {
        Scan::NoPlaces => bare("refusal-few-places"),
        Scan::Population => bare("refusal-no-inhabitants"),
        Scan::CasesWithoutPopulation(_) => bare("refusal-cases-without-inhabitants"),
        Scan::Cases => bare("refusal-no-incidents"),
        Scan::TooManyWindows => bare("refusal-many-circles"),
        Scan::MonteCarlo(why) => of_monte_carlo(why),
        Scan::Simulation(why) => of_simulation(why),
        Scan::Position | Scan::Share | Scan::Shape | Scan::Periods | Scan::Window => bare(UNFIT),
    }
}

fn of_concentration(why: &Concentration) -> Reason<'static> {
    match why {
        Concentration::NoPlaces => bare("refusal-few-places"),
        Concentration::NoEvents => bare("refusal-no-incidents"),
        Concentration::Top { places, .. } => ("refusal-top", vec![("places", (*places).into())]),
        Concentration::TooManyEvents | Concentration::Share | Concentration::Repeated(_) => bare(UNFIT),
    }
}

fn of_density(why: Density) -> Reason<'static> {
    match why {
        Density::NoEvents => bare("refusal-no-incidents"),
        Density::Grid | Density::Bandwidth | Density::Event | Density::Lengths | Density::Reference => bare(UNFIT),
    }
}

fn of_chance(why: &Chance) -> Reason<'static> {
    match why {
        Chance::NoEvents => bare("refusal-no-incidents"),
        Chance::Top { places, .. } => ("refusal-top", vec![("places", (*places).into())]),
        Chance::Simulation(why) => of_simulation(why),
    }
}

fn of_association(why: &Association) -> Reason<'static> {
    match why {
        Association::Few => bare("refusal-few-places"),
        Association::NoLinks => bare("refusal-no-neighbours"),
        Association::Constant => bare("refusal-all-alike"),
        Association::Population(_) => bare("refusal-no-inhabitants"),
        Association::Stopped(_) => bare(STOPPED),
        Association::Weights(why) => of_weights(why),
        Association::Value(_) | Association::Negative(_) | Association::Permutations => bare(UNFIT),
    }
}

fn of_weights(why: &Weights) -> Reason<'static> {
    match why {
        Weights::Nearest(most) => ("refusal-nearest", vec![("most", (*most).into())]),
        _ => bare(UNFIT),
    }
}

fn of_monte_carlo(why: &MonteCarlo) -> Reason<'static> {
    match why {
        MonteCarlo::Stopped(_) => bare(STOPPED),
        MonteCarlo::Replicas => bare(UNFIT),
    }
}

fn of_simulation(why: &Simulation) -> Reason<'static> {
    match why {
        Simulation::Stopped(_) => bare(STOPPED),
        _ => bare(UNFIT),
    }
}

fn of_library(error: &LibraryError) -> Option<Reason<'_>> {
    Some(match error {
        LibraryError::Refused(why) => of_access(why),
        LibraryError::Hollow(layer) => ("refusal-hollow", vec![("layer", layer.as_str().into())]),
        LibraryError::Atlas(AtlasError::TooManyRows) => bare("refusal-many-rows"),
        _ => return None,
    })
}

fn of_access(why: &Refusal) -> Reason<'_> {
    match why {
        Refusal::CellTooSmall { asked, finest } => {
            ("refusal-cell-too-small", vec![("asked", (*asked).into()), ("finest", (*finest).into())])
        }
        Refusal::Sensitive(offence) => ("refusal-sensitive", vec![("offence", offence.as_str().into())]),
        Refusal::Restricted(offence) => ("refusal-restricted", vec![("offence", offence.as_str().into())]),
        Refusal::StreetFilter => ("refusal-street-filter", vec![("n", STREET_MINIMUM.into())]),
        Refusal::StreetPlaces(layer) => ("refusal-street-places", vec![("layer", layer.as_str().into())]),
        Refusal::Crossing(one, other) => {
            ("refusal-crossing", vec![("one", one.as_str().into()), ("other", other.as_str().into())])
        }
    }
}

#[cfg(test)]
#[path = "refusals_tests.rs"]
mod tests;
