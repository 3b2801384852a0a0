//! Rates of many areas, made comparable: for the age and sex of their inhabitants ([`standardisation`]), and
//! for how little a small population says ([`empirical_bayes`], [`spatial_empirical_bayes`],
//! [`poisson_gamma`], [`funnel`]).
//!
//! A count is a number of events, taken as a Poisson number; a population is inhabitants, or inhabitants times
//! years. Rates are events by unit of population: multiply by 100,000 to print them.

pub mod empirical_bayes;
pub mod excess_risk;
pub mod funnel;
pub mod poisson_gamma;
pub mod spatial_empirical_bayes;
pub mod standardisation;

use crate::poisson::PoissonError;
use crate::simulation::SimulationError;
use crate::weights::WeightsError;
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// Why there is no rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RateError {
    /// One list is longer than the other.
    #[error("{populations} populations need as many counts, not {counts}")]
    Lengths {
        /// Number of counts.
        counts: usize,
        /// Number of populations.
        populations: usize,
    },
    /// A population or expected number that is none.
    #[error("number {0} of the list has no population, or no expected events, above zero")]
    Population(usize),
    /// Nothing happened anywhere, or nothing was counted.
    #[error("no events anywhere: there is nothing to compare")]
    NoEvents,
    /// Too few areas.
    #[error("give at least two areas")]
    Few,
    /// Rates differ no more than by chance.
    #[error("the rates differ no more than by chance: there is no law of their differences to fit")]
    NoSpread,
    /// A standard population that is none.
    #[error("a standard has numbers of zero or more, and a population above zero")]
    Standard,
    /// More ranks than are kept.
    #[error("{places} areas times {replicas} replicas are too many: ask for fewer replicas")]
    TooLarge {
        /// Areas in the list.
        places: usize,
        /// Replicas asked for.
        replicas: u32,
    },
    /// A confidence level that is none.
    #[error(transparent)]
    Poisson(#[from] PoissonError),
    /// Weights that do not fit.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// A simulation that makes no sense.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
}

/// Refuses lists of different lengths, and populations that are none.
pub(crate) fn check(counts: &[u64], populations: &[f64]) -> Result<(), RateError> {
    if counts.len() != populations.len() {
        return Err(RateError::Lengths { counts: counts.len(), populations: populations.len() });
    }
    match populations.iter().position(|population| !is_exposure(*population)) {
        Some(place) => Err(RateError::Population(place)),
        None => Ok(()),
    }
}

pub(crate) fn is_exposure(population: f64) -> bool {
    population.is_finite() && population > 0.0
}

/// Probability on one side of a two-sided interval.
pub(crate) fn tail(level: f64) -> Result<f64, PoissonError> {
    if level > 0.0 && level < 1.0 { Ok((1.0 - level) / 2.0) } else { Err(PoissonError::Level) }
}

/// Quantile of the gamma law; shape and rate are above zero.
pub(crate) fn gamma_quantile(shape: f64, rate: f64, share: f64) -> Result<f64, PoissonError> {
    let chi = ChiSquared::new(2.0 * shape).map_err(|_| PoissonError::Level)?;
    Ok(chi.inverse_cdf(share) / (2.0 * rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of SciPy 1.17 `gamma.ppf`.
    #[test]
    fn known_quantiles() {
        for (shape, rate, share, value) in QUANTILES {
            let got = gamma_quantile(shape, rate, share).expect("a quantile");
            assert!((got / value - 1.0).abs() < 1e-8, "{shape} {rate} {share}: {got}, not {value}");
        }
    }

    const QUANTILES: [(f64, f64, f64, f64); 7] = [
        (0.3, 2.0, 0.025, 1.5928395158695847e-06),
        (1.0, 1.0, 0.5, 0.6931471805599455),
        (10.88, 3.317, 0.025, 1.6300603898581392),
        (10.88, 3.317, 0.975, 5.497274779976058),
        (104.7, 4409.5, 0.975, 0.0285031567704583),
        (5.5, 100.0, 0.999, 0.15632066810119993),
        (20149.5, 1.0, 0.025, 19872.233561758494),
    ];
}
