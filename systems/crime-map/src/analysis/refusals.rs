//! Why there is no answer, in the words of the pages: every reason has a key, and the values in it. The words are those
//! of `words/refusal.*.ftl`; programs are told the errors themselves.

use super::neighbours::NEAREST_MAX;
use super::{AnalysisError, Hint, Much, Uncompared, Withheld};
use crate::refused::{Reason, bare, said, words_of_query};
use crate::spoken::Tongue;
use tequio_frame::site::Localised;
use tequio_frame::words::Arg;
use tequio_methods::association::AssociationError as Association;
use tequio_methods::chance::ChanceError as Chance;
use tequio_methods::concentration::ConcentrationError as Concentration;
use tequio_methods::density::DensityError as Density;
use tequio_methods::monte_carlo::MonteCarloError as MonteCarlo;
use tequio_methods::scan::ScanError as Scan;
use tequio_methods::simulation::SimulationError as Simulation;
use tequio_methods::space_time::SpaceTimeError as SpaceTime;
use tequio_methods::weights::WeightsError as Weights;

/// Figures that do not suit a method; what exactly is for programs.
const UNFIT: &str = "refusal-unfit";
const STOPPED: &str = "refusal-stopped";

/// The words of a refusal of an analysis. None for what is no refusal, and for what every question is told; those of the
/// library are its own.
pub(super) fn words_of(error: &AnalysisError) -> Option<Localised> {
    match error {
        AnalysisError::Query(error) => words_of_query(error),
        error => said(|tongue| reason(error, tongue)),
    }
}

/// The words of a computation that was stopped, whatever stopped in it.
pub(super) fn words_of_stopped() -> Option<Localised> {
    said(|_| Some(bare(STOPPED)))
}

impl Uncompared {
    /// Why not, for a page.
    pub(crate) fn in_words(&self, tongue: Tongue<'_>) -> String {
        let (key, args) = of_periods(self, tongue);
        tongue.say(key, &args)
    }
}

fn reason(error: &AnalysisError, tongue: Tongue<'_>) -> Option<Reason> {
    Some(match error {
        AnalysisError::Option { name, text, hint } => of_option(tongue.choice(name), text, hint),
        AnalysisError::By => bare("refusal-by"),
        AnalysisError::NoBy => bare("refusal-no-by"),
        AnalysisError::ByCells => bare("refusal-by-cells"),
        AnalysisError::Shape => bare("refusal-shape"),
        AnalysisError::NoPopulation(layer) => ("refusal-no-population", vec![("layer", tongue.layer(layer).into())]),
        AnalysisError::NoIncidents(filters) => of_none(filters, tongue),
        AnalysisError::NoneCounted(total) => ("refusal-none-counted", vec![("total", (*total).into())]),
        AnalysisError::AllOfAll => bare("refusal-all-of-all"),
        AnalysisError::TooMany { what, found, most } => {
            let args = vec![("found", (*found).into()), ("most", (*most).into())];
            (of_much(*what), args)
        }
        AnalysisError::ManyIncidents { found, most, .. } => {
            ("refusal-many-incidents", vec![("found", (*found).into()), ("most", (*most).into())])
        }
        AnalysisError::NotCompared(why) => of_periods(why, tongue),
        AnalysisError::Withheld(why) => of_withheld(why),
        AnalysisError::Stopped(_) => bare(STOPPED),
        AnalysisError::SpaceTime(why) => of_space_time(why),
        AnalysisError::Scan(why) => of_scan(why),
        AnalysisError::Concentration(why) => of_concentration(why),
        AnalysisError::Density(why) => of_density(*why),
        AnalysisError::Chance(why) => of_chance(why),
        AnalysisError::Association(why) => of_association(why),
        AnalysisError::Weights(why) => of_weights(why),
        AnalysisError::Query(_) | AnalysisError::Library(_) | AnalysisError::Words(_) => return None,
    })
}

fn of_none(filters: &[&str], tongue: Tongue<'_>) -> Reason {
    let names: Vec<String> = filters.iter().map(|name| tongue.field(name)).collect();
    match names.as_slice() {
        [] => bare("refusal-no-incidents"),
        names => ("refusal-none-widen", vec![("n", names.len().into()), ("names", names.join(", ").into())]),
    }
}

fn of_much(what: Much) -> &'static str {
    match what {
        Much::Places => "refusal-many-places",
        Much::Surface => "refusal-many-cells",
    }
}

fn of_option(name: String, text: &str, hint: &Hint) -> Reason {
    let (key, more) = match hint {
        Hint::Once => bare("refusal-option-once"),
        Hint::OneOf(values) => ("refusal-option-one-of", vec![("values", values.join(", ").into())]),
        Hint::Whole(from, to) => {
            ("refusal-option-whole", vec![("from", from.to_string().into()), ("to", to.to_string().into())])
        }
        Hint::Share(most) => ("refusal-option-share", vec![("most", most.to_string().into())]),
        Hint::Positive => bare("refusal-option-positive"),
        Hint::Period => bare("refusal-option-period"),
        Hint::Backwards(ordered) => ("refusal-option-backwards", vec![("ordered", ordered.clone().into())]),
        Hint::Bounds => bare("refusal-option-bounds"),
        Hint::Neighbours => ("refusal-option-neighbours", vec![("most", NEAREST_MAX.into())]),
        Hint::Edge => bare("refusal-option-edge"),
        Hint::Metres(from, to) => {
            ("refusal-option-metres", vec![("from", from.to_string().into()), ("to", to.to_string().into())])
        }
    };
    (key, [("name", name.into()), ("text", text.to_owned().into())].into_iter().chain(more).collect())
}

fn of_periods(why: &Uncompared, tongue: Tongue<'_>) -> Reason {
    match why {
        Uncompared::Overlap => bare("refusal-periods-overlap"),
        Uncompared::NoYear => bare("refusal-periods-no-year"),
        Uncompared::NothingBefore => bare("refusal-periods-nothing-before"),
        Uncompared::Begins(first) => ("change-begins", vec![("month", tongue.month(*first).into())]),
        Uncompared::Missing(months) => ("change-missing", vec![("months", tongue.months(months).into())]),
        Uncompared::Silent(months) => ("change-silent", vec![("months", tongue.months(months).into())]),
    }
}

fn of_withheld(why: &Withheld) -> Reason {
    let bounds = |distances: &'_ String, days: &'_ String| {
        // Apart, so that nobody reads decimals.
        let apart = |bounds: &str| bounds.replace(',', ", ");
        vec![("distances", Arg::from(apart(distances))), ("days", Arg::from(apart(days)))]
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

fn of_space_time(why: &SpaceTime) -> Reason {
    match why {
        SpaceTime::TooFew => bare("refusal-few-incidents"),
        SpaceTime::TooMany(most) => ("refusal-most-incidents", vec![("most", (*most).into())]),
        SpaceTime::Bands(most) => ("refusal-bands-order", vec![("most", (*most).into())]),
        SpaceTime::TooManyPairs => bare("refusal-many-pairs"),
        SpaceTime::MonteCarlo(why) => of_monte_carlo(why),
        SpaceTime::NotANumber | SpaceTime::Limit | SpaceTime::Neighbours(_) | SpaceTime::Transformation => bare(UNFIT),
    }
}

fn of_scan(why: &Scan) -> Reason {
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

fn of_concentration(why: &Concentration) -> Reason {
    match why {
        Concentration::NoPlaces => bare("refusal-few-places"),
        Concentration::NoEvents => bare("refusal-no-incidents"),
        Concentration::Top { places, .. } => ("refusal-top", vec![("places", (*places).into())]),
        Concentration::TooManyEvents | Concentration::Share | Concentration::Repeated(_) => bare(UNFIT),
    }
}

fn of_density(why: Density) -> Reason {
    match why {
        Density::NoEvents => bare("refusal-no-incidents"),
        Density::Grid | Density::Bandwidth | Density::Event | Density::Lengths | Density::Reference => bare(UNFIT),
    }
}

fn of_chance(why: &Chance) -> Reason {
    match why {
        Chance::NoEvents => bare("refusal-no-incidents"),
        Chance::Top { places, .. } => ("refusal-top", vec![("places", (*places).into())]),
        Chance::Simulation(why) => of_simulation(why),
    }
}

fn of_association(why: &Association) -> Reason {
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

fn of_weights(why: &Weights) -> Reason {
    match why {
        Weights::Nearest(most) => ("refusal-nearest", vec![("most", (*most).into())]),
        _ => bare(UNFIT),
    }
}

fn of_monte_carlo(why: &MonteCarlo) -> Reason {
    match why {
        MonteCarlo::Stopped(_) => bare(STOPPED),
        MonteCarlo::Replicas => bare(UNFIT),
    }
}

fn of_simulation(why: &Simulation) -> Reason {
    match why {
        Simulation::Stopped(_) => bare(STOPPED),
        _ => bare(UNFIT),
    }
}

#[cfg(test)]
#[path = "refusals_tests.rs"]
mod tests;
